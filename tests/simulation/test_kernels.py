"""The compiled kernels themselves: their numbers and functions, that they are vectorised, and where they are kept."""

import functools
import os
import sys
from unittest import mock

import drawn
import numpy as np
import pytest
from simulation_asked import ASKED, differences

import landscape as ls
from landscape.core.random import Source
from landscape.program import kernel_files
from landscape.program import numba as kernels
from landscape.program.steps import Parts, recorded_step

pytestmark = pytest.mark.reference("numba")

# exactly the same numbers as NumPy's, or those of other sines and logarithms
EXACT = ["a tolerance", "mini-batches", "some of the runs", "both"]
ROUNDED = ["a loss that is no number"]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """Kernels are compiled anew: they lie in a folder of these tests."""
    path = tmp_path_factory.mktemp("kernels")
    with mock.patch.dict(os.environ, {"LANDSCAPE_CACHE": str(path)}):
        kernel_files.compiled.cache_clear()
        yield path
    kernel_files.compiled.cache_clear()


@pytest.mark.parametrize("asked", [*EXACT, *ROUNDED])
def test_a_kernel_does_what_a_simulation_asks(asked):
    options = {"steps": 200 if asked in EXACT else 20, **ASKED[asked]}
    found = differences(options.pop("surface"), options.pop("rule"), **options)
    assert not found if asked in EXACT else all(each <= 1e-9 for each in found.values()), found


def test_the_update_alone_is_compiled_in_many_dimensions():
    surface, start = ls.surface("zakharov", dim=20), drawn.generator(9).normal(size=(20, 30))
    one, each = ls.optimizer("adam", lr=0.01), ls.optimizer("adam", lr=np.geomspace(1e-3, 10.0, 30))
    assert not differences(surface, one, start=start, steps=50)
    assert not differences(surface, each, start=start, steps=50)


def test_runs_are_the_same_in_blocks_and_threads():
    rates = np.geomspace(1e-4, 1.0, 1000)
    options = {"steps": 30, "repeats": 1000, "noise": "gaussian", "engine": "numba", "every": 30}
    whole = ls.simulate("rosenbrock", ls.optimizer("adam", lr=rates), **options)["adam"]
    with mock.patch("landscape.simulation.numba_engine.CHUNK", 100):
        parts = ls.simulate("rosenbrock", ls.optimizer("adam", lr=rates), **options)["adam"]
    some = ls.simulate("rosenbrock", ls.optimizer("adam", lr=rates), runs=[999, 3, 500], **options)["adam"]
    assert whole == parts
    assert np.array_equal(some.params, whole.params[:, :, [999, 3, 500]])


def test_what_is_worth_it_is_compiled_whichever_runs_are_chosen():
    def engine(shape, **options):
        start = ls.start("grid", shape=shape)
        return ls.simulate("rosenbrock", "sgd", start=start, steps=1000, every=1000, **options)["sgd"].engine

    assert engine(3) == "numpy"
    assert engine(300) == engine(300, runs=[5]) == "numba"
    assert engine(300, runs=[5], engine="numpy") == "numpy"


FUNCTIONS = {
    "sin": (-8, 9), "cos": (-8, 9), "tan": (-8, 9), "exp": (-8, 2.8), "expm1": (-8, 2.8), "log": (-300, 300),
    "log1p": (-8, 9), "tanh": (-8, 1.5),
}  # fmt: skip


def test_functions_are_right_to_three_units_in_the_last_place():
    import mpmath
    from numba import njit

    from landscape.program import lane_functions

    ours = [getattr(lane_functions, name) for name in FUNCTIONS]
    sin, cos, tan, exp, expm1, log, log1p, tanh = ours
    odd = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310, 750.0, -750.0, -1.0])

    @njit
    def evaluated(x):
        y = np.empty_like(x)
        for i in range(x.shape[1]):
            y[0, i], y[1, i], y[2, i], y[3, i] = sin(x[0, i]), cos(x[1, i]), tan(x[2, i]), exp(x[3, i])
            y[4, i], y[5, i], y[6, i], y[7, i] = expm1(x[4, i]), log(x[5, i]), log1p(x[6, i]), tanh(x[7, i])
        return y

    random = np.random.default_rng(7)
    x = np.array([10.0 ** random.uniform(low, high, 300) for low, high in FUNCTIONS.values()])
    x[[0, 1, 2, 3, 4, 7]] *= random.choice([-1.0, 1.0], (6, 300))
    x[:3, :50] *= 10.0 ** random.uniform(0, 6, 50)  # up to 2^50, as far as ours reach
    x[:3] = np.clip(x[:3], -(2.0**50), 2.0**50)
    x[6, :100] = -random.uniform(0.0, 1.0, 100)
    y = evaluated(np.concatenate([x, np.broadcast_to(odd, (len(x), len(odd)))], axis=1))
    with mpmath.workprec(300), np.errstate(all="ignore"):
        for name, given, got in zip(FUNCTIONS, x, y, strict=True):
            exact = [getattr(mpmath, name)(mpmath.mpf(float(each))) for each in given]
            units = [
                abs(float((mpmath.mpf(float(a)) - b) / float(np.spacing(abs(float(b))))))
                for a, b in zip(got, exact, strict=False)
            ]
            assert max(units) <= 3.0, f"{name} of {given[np.argmax(units)]!r} is {max(units):.2f} units off"
            np.testing.assert_allclose(got[300:], getattr(np, name)(odd), rtol=1e-15, atol=5e-324, err_msg=name)


@pytest.mark.parametrize("power", [*range(1, 17), *range(-16, 0)])
def test_a_whole_power_is_written_as_products(power):
    from landscape.program.numba import _product

    text = _product("x", power)
    assert eval(text, {"x": 1.5}) == pytest.approx(1.5**power, rel=1e-15 * abs(power))
    assert eval(text, {"x": -2.0}) == (-2.0) ** power


def test_numbers_are_drawn_as_everywhere():
    from numba import njit

    from landscape.program.lane_functions import normal_0, normal_1, uniform, whole

    @njit
    def drawn(words):
        made = np.empty((4, len(words)))
        for i, word in enumerate(words):
            made[0, i], made[1, i] = normal_0(word), normal_1(word)
            made[2, i], made[3, i] = uniform(word), whole(word, np.uint64(7))
        return made

    source = Source(3, np.arange(5000), "noise")
    mine = drawn(source.words(9, 1)[0])
    assert np.array_equal(mine[:2], source.normals(9, 2))
    assert np.array_equal(mine[2], source.uniforms(9, 1)[0])
    assert np.array_equal(mine[3], source.integers(9, 1, 7)[0])


def fresh(kernel, step, folder):
    """The kernel compiled anew, as one from the disk has no code to look at."""
    from numba import njit

    made = njit(error_model="numpy")(kernel.call.loaded(folder).py_func)
    own, dim = sum(step.lanes), step.dim
    made(
        0, 1, np.zeros((dim, 1)), np.zeros((own, 1)), np.zeros((len(step.hyper), 1)),
        np.zeros((len(kernel.keyed), 1), np.uint64), np.zeros((1, 1)), np.zeros((1, 2)), kernel.constants,
        np.zeros(len(step.lanes) - own), np.array([0, 1]), 1e9, 0.0, np.zeros((2, dim, 1)), np.ones(1, int),
        np.zeros(1, bool), np.zeros(1, bool),
    )  # fmt: skip
    return made


def test_kernels_are_vectorised(folder):
    """The loop over lanes works on several numbers at once, sines and drawn normals too; a libm function's does not."""

    @functools.cache
    def vectors(surface, rule, noise):
        step = recorded_step(Parts(ls.surface(surface), ls.optimizer(rule), noise and ls.noise(noise), (), 1, 10))
        code = "\n".join(fresh(kernels.step_kernel(step), step, folder).inspect_llvm().values())
        return [" x double> @llvm.fma" in code, "fdiv <" in code or "fmul <" in code]

    assert vectors("rastrigin", "momentum", "gaussian") == [True, True]
    assert vectors("rosenbrock", "adam", None)[1]


def test_kernels_are_kept_on_the_disk(folder):
    def simulate():
        ls.simulate("booth", "sgd", steps=3, engine="numba")
        return [module for name, module in sys.modules.items() if name.startswith("kernel_")]

    before = set(simulate())
    hits = sum(sum(each.kernel.stats.cache_hits.values()) for each in before)
    kernel_files.compiled.cache_clear()  # as in another process
    after = simulate()
    assert sum(sum(each.kernel.stats.cache_hits.values()) for each in after) > hits
    assert any(str(folder) in each.__file__ for each in after)


def last():
    """A simulation whose kernel is found on the disk, and the same by NumPy."""
    kernel_files.compiled.cache_clear()
    return [ls.simulate("booth", "sgd", steps=3, engine=engine)["sgd"] for engine in ("numba", "numpy")]


def test_what_is_damaged_in_the_cache_is_made_anew(folder):
    last()
    for damage in ("*.py", "__pycache__/*.nbi", "__pycache__/*.nbc"):
        for path in folder.glob(damage):
            path.write_bytes(b"\x80damaged")
        compiled, arrays = last()
        assert compiled.engine == "numba", damage
        assert compiled == arrays
        kept = [path for path in folder.glob(damage) if b"damaged" not in path.read_bytes()]
        assert kept, "what was made anew is kept"


def test_a_cache_that_cannot_be_a_folder_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LANDSCAPE_CACHE", str(tmp_path / "file" / "below"))
    with pytest.raises(ValueError, match=r"LANDSCAPE_CACHE is .*below', which cannot be a folder .*: name one that"):
        last()


def test_where_nothing_can_be_kept_kernels_last_as_long_as_the_process(tmp_path, monkeypatch):
    monkeypatch.setenv("LANDSCAPE_CACHE", str(tmp_path))
    full = OSError(28, "No space left on device")
    write = kernel_files.atomic_write
    monkeypatch.setattr(
        kernel_files, "atomic_write", lambda path: write(path) if tmp_path not in path.parents else _raise(full)
    )
    compiled, arrays = last()
    assert compiled.engine == "numba"
    assert compiled == arrays
    assert not list(tmp_path.iterdir())


def _raise(error):
    raise error


def test_a_sine_of_a_very_large_number_is_numpys():
    """Beyond 2^50 ours is wrong, so that a run that takes one is NumPy's from its start."""
    wave = ls.from_expression("cos(x*x) + y*y")
    tracks = [
        ls.simulate(wave, ls.optimizer("sgd", lr=1e-12), start=(x, 1.0), steps=2, engine="numba").tracks[0]
        for x in (1e3, 1e8)
    ]
    assert [track.engine for track in tracks] == ["numba", "numpy"]


def test_few_runs_of_many_steps_tell_of_their_progress():
    told = []
    ls.simulate(
        "booth", "sgd", start=ls.start("grid", shape=30), steps=200_000, every=200_000, engine="numba",
        progress=lambda done, total: told.append(done / total),
    )  # fmt: skip
    assert len(told) >= 4
    assert told[-1] == 1.0

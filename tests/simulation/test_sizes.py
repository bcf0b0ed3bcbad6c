"""What does not fit into memory is refused before anything of that size is made, with what was given and what to do."""

import functools
import tracemalloc

import numpy as np
import pytest
import scipy.optimize  # noqa: F401 - what is measured is not how long an import takes
from catalogue import ALONE, home, optional, usual

import landscape as ls
from landscape import optimizers
from landscape.core.state import leaves
from landscape.scenario.model import Scenario
from landscape.simulation.sizes import check_kept, count_of, fits_in_floats, kept

HUGE = ls.surface("extended_rosenbrock", dim=100_000)
RACE = functools.partial(ls.simulate, "quadratic", "sgd")

TOO_LARGE = {
    "repeats": (lambda: RACE(steps=10, repeats=10**9), "1,000,000,000 runs.* needs 491.7 GiB, more than the 2 GiB"),
    "endless repeats": (lambda: RACE(steps=10, repeats=10**400), r"about 10\^400 runs"),
    "rows": (lambda: RACE(steps=10**12), r"1,000,000,000,001 rows.*every=\.\.\."),
    "steps": (lambda: RACE(steps=10**12, every=10**12), "schedule of 1,000,000,000,000 steps.*fewer steps"),
    "runs": (lambda: RACE(steps=10, runs=range(10**10)), "10,000,000,000 runs"),
    "dimensions": (lambda: ls.simulate(HUGE, "sgd", steps=3000), "100,000 dimensions"),
    "starts": (lambda: RACE(steps=1, start=ls.start("random_ball", count=10**10)), "random_ball: makes 10,000,000,000"),
    "grid": (lambda: RACE(steps=1, start=ls.start("grid", shape=10**6)), "grid: makes 1,000,000,000,000 starting"),
    "basins": (
        lambda: ls.basins("himmelblau", "sgd", resolution=20_000, steps=10),
        "resolution=20000 makes 400,000,000",
    ),
    "map": (lambda: ls.stability_map("quadratic", "momentum", resolution=20_000), "resolution=20000 makes 400,000,000"),
    "vast map": (
        lambda: ls.stability_map("quadratic", "momentum", resolution=10**9),
        r"resolution=1000000000 makes about",
    ),
    **{
        name: (
            functools.partial(ls.simulate, HUGE, name, steps=2),
            f"{name}: what it keeps in 100,000 dimensions needs",
        )
        for name in ("shampoo", "soap", "bfgs", "newton", "nelder_mead", "scipy_bfgs", "cma_es")
    },
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_too_large_a_simulation_is_refused_before_it_is_made(what):
    ask, expected = TOO_LARGE[what]
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=expected):
            ask()
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()


def test_what_a_scenario_cannot_hold_is_said_at_its_line():
    text = 'title = "x"\nsteps = 1\nsurface = { name = "extended_rosenbrock", dim = 100000 }\n'
    text += 'optimizers = ["adam", "bfgs"]'
    with pytest.raises(ValueError, match=r"scenario:4: optimizers\[1\]: bfgs: what it keeps in 100,000 dimensions"):
        Scenario.from_text(text)


def test_more_memory_is_allowed_on_demand():
    rule = ls.optimizer("bfgs")
    with pytest.raises(ValueError, match="bfgs"):
        check_kept(rule, 10_000, 1, 2.0)
    check_kept(rule, 10_000, 1, 3.0)


def test_memory_that_runs_out_all_the_same_is_one_clear_error(monkeypatch):
    def exhausted(*args):
        raise np._core._exceptions._ArrayMemoryError((10**6, 10**6), np.dtype(float))

    monkeypatch.setattr("landscape.simulation.array_engine.run", exhausted)
    with pytest.raises(MemoryError, match=r"^not enough memory for 5 steps x 30 runs in 2 dimensions \(.*take fewer"):
        RACE(steps=5, repeats=30)
    scenario = Scenario.from_text('title = "x"\nsteps = 5\nrepeats = 30\nsurface = "quadratic"\noptimizers = ["sgd"]')
    with pytest.raises(ValueError, match=r"^x: not enough memory for 5 steps x 30 runs"):
        scenario.simulate()


@pytest.mark.parametrize("name", [each for each in optimizers.names() if not home(each).startswith(ALONE)])
def test_a_rule_that_keeps_more_than_vectors_says_so(name):
    """What `init` makes grows no faster than some vectors and what the rule says that it keeps."""
    rule = usual(name)
    if optional(type(rule)):
        pytest.skip("its library is not here")
    for dim in (40, 80):
        numbers = sum(np.size(leaf) for leaf in leaves(rule.init(np.ones((dim, 2))))) / 2
        said = kept(rule, dim, 2) / (2 * 2 * 8)
        assert numbers <= 12 * dim + 1.01 * said


def test_a_rule_whose_size_is_not_said_is_found():
    class Hidden(type(usual("bfgs"))):
        def kept(self, dim):
            return 0

    numbers = sum(np.size(leaf) for leaf in leaves(Hidden().init(np.ones((80, 2))))) / 2
    assert numbers > 12 * 80


def test_the_number_of_starts_is_known_before_they_are_made():
    himmelblau = ls.surface("himmelblau")
    for start in (
        ls.start("grid", shape=7),
        ls.start("grid", shape=(3, 4)),
        ls.start("ring", count=5),
        ls.start("point"),
    ):
        assert count_of(start, 2) == start.place(himmelblau, 0).shape[1]


def test_a_path_that_is_too_long_for_python_s_floats_is_made_by_arrays(monkeypatch):
    assert fits_in_floats(100_000, 2, 16, True)
    assert not fits_in_floats(10_000_000, 2, 16, True)
    made = RACE(steps=50, noise="gaussian", repeats=3)
    monkeypatch.setattr("landscape.simulation.job.fits_in_floats", lambda *args: False)
    monkeypatch.setattr("landscape.simulation.float_engine.run", lambda *args: pytest.fail("on floats"))
    assert np.array_equal(RACE(steps=50, noise="gaussian", repeats=3)["sgd"].params, made["sgd"].params)


@pytest.mark.parametrize("name", ["shampoo", "soap"])
def test_a_rule_for_matrices_keeps_what_it_says_whatever_the_shape(name):
    """One matrix for the rows and one for the columns, beside some vectors."""
    dim = 240
    for columns in (1, 4, 15, 60, 240):
        rule = ls.optimizer(name, columns=columns)
        numbers = sum(np.size(leaf) for leaf in leaves(rule.init(np.ones((dim, 1)))))
        assert rule.kept(dim) >= (dim // columns) ** 2 + columns**2
        assert abs(numbers - rule.kept(dim)) <= 12 * dim + rule.kept(dim) * (name == "soap")

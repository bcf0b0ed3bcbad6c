"""Gradients that take few neighbours of each coordinate: which they are, and that the loop gives NumPy's numbers.

Over the registry the loop is run operation by operation, without a compiler; a few kernels are compiled.
"""

import dataclasses
import functools
import os
from unittest import mock

import catalogue
import drawn
import engines
import numpy as np
import pytest

import landscape as ls
from landscape.core.registry import registry
from landscape.program import kernel_files
from landscape.program import stencil as module
from landscape.program.elementwise import elementwise
from landscape.program.numba import is_exact
from landscape.program.stencil import LANES, stencil, stencil_kernel
from landscape.program.trace import NotTraceable
from landscape.simulation import array_engine as arrays
from landscape.simulation import stencil_engine

DIM, RUNS, STEPS = 12, 19, 25
READ = {
    "alpine", "composed", "dixon_price", "ellipsoid", "extended_rosenbrock", "levy", "log_cosh", "michalewicz",
    "nesterov_worst", "quadratic", "rastrigin", "rosenbrock", "saddle_chain", "sphere", "styblinski_tang", "trid",
}  # fmt: skip
NOT_READ = {"ackley", "gaussian_landscape", "griewank", "zakharov"}


@functools.cache
def surfaces():
    """Every registered surface that can be had in DIM dimensions, needs no library and is read: name -> surface."""
    found = {}
    for name in ls.surfaces.names():
        if not registry("surface").get(name).needs_library:
            try:
                made = catalogue.made(name, dim=DIM)
                stencil(made)
            except (TypeError, ValueError):  # it has other dimensions, or is none: NotTraceable is a TypeError
                continue
            found[name] = made
    return found


def test_sums_and_chains_are_read_and_sums_of_all_are_not():
    assert set(surfaces()) >= READ
    assert not set(surfaces()) & NOT_READ
    chain, weights = stencil(surfaces()["rosenbrock"]), stencil(surfaces()["ellipsoid"])
    assert (chain.groups, chain.offsets) == ((range(1), range(1, 11), range(11, 12)), (-1, 0, 1))
    assert weights.table.shape == (1, DIM)
    assert len(set(weights.table[0])) == DIM


def tracks(surface, rule, **options):
    """A simulation by the loop and one by NumPy; the first must have taken the loop."""
    spread = drawn.generator(8).normal(size=(surface.dim, RUNS))
    options = {"start": surface.customary_start[:, None] + 0.1 * spread, "steps": STEPS, **options}
    with mock.patch.object(stencil_engine, "run", wraps=stencil_engine.run) as ran:
        mine, own = (ls.simulate(surface, rule, engine=each, **options).tracks[0] for each in ("numba", "numpy"))
    assert ran.call_count == 1
    return mine, own


def wrong_of(mine, own, exact):
    """What two tracks differ in: statuses, and params by more than their last digits or, if exact, by any."""
    kept = [field for field in ("stopped", "status", "lr") if np.any(getattr(mine, field) != getattr(own, field))]
    apart = np.max(np.abs(mine.params - own.params) / np.maximum(1.0, np.abs(own.params)))
    return kept + ["params"] * bool(apart > (0.0 if exact else 1e-9))


@pytest.mark.parametrize(
    ("rule", "options"),
    [(ls.optimizer("adam", lr=0.01), {"schedule": "cosine"}),
     (ls.optimizer("momentum", lr=np.geomspace(1e-6, 10.0, RUNS)), {"every": 4})],
    ids=["one rate", "a rate for each run"],
)  # fmt: skip
def test_what_is_read_gives_the_numbers_of_numpy(rule, options):
    wrong, bits = [], 0
    with engines.interpreted(), mock.patch.object(stencil_engine, "CALL", 12 * DIM * RUNS):
        for name, surface in surfaces().items():
            mine, own = tracks(surface, rule, **options)
            bits += np.array_equal(mine.params, own.params)
            wrong += [(name, each) for each in wrong_of(mine, own, is_exact(stencil(surface).program))]
    assert not wrong
    assert bits >= len(READ)


def test_runs_are_the_same_in_blocks_and_alone():
    starts, rule = drawn.generator(3).normal(size=(DIM, 80)), ls.optimizer("sgd", lr=np.geomspace(1e-5, 1e-1, 80))
    options = {"start": starts, "steps": 10, "engine": "numba", "every": 5}
    with engines.interpreted(), mock.patch.object(stencil_engine, "run", wraps=stencil_engine.run) as ran:
        whole = ls.simulate(surfaces()["rosenbrock"], rule, **options)["sgd"]
        with mock.patch.object(stencil_engine, "TOGETHER", 1), mock.patch.object(stencil_engine, "CALL", 1):
            parts = ls.simulate(surfaces()["rosenbrock"], rule, **options)["sgd"]
        some = ls.simulate(surfaces()["rosenbrock"], rule, runs=[79, 3, 50], **options)["sgd"]
    assert ran.call_count == 3
    assert whole == parts
    assert np.array_equal(some.params, whole.params[:, :, [79, 3, 50]])
    assert set(whole.status) == {"finished", "diverged"}


def changed(program):
    """A program with a constant that is a billionth off."""
    index, node = next((i, n) for i, n in program.operations() if any(n.constant))
    args = tuple(a * (1 + 1e-9) if c else a for a, c in zip(node.args, node.constant, strict=True))
    nodes = (*program.nodes[:index], dataclasses.replace(node, args=args), *program.nodes[index + 1 :])
    return dataclasses.replace(program, nodes=nodes)


def test_a_planted_constant_is_found():
    """By the comparison of engines, and by the one with the surface's own gradient that is made where one is read."""
    surface, rule = surfaces()["rosenbrock"], ls.optimizer("momentum", lr=1e-4)
    read, grouped = stencil(surface), module._grouped
    planted = dataclasses.replace(read, program=changed(read.program))
    with engines.interpreted():
        assert not wrong_of(*tracks(surface, rule), exact=True)
        with mock.patch("landscape.simulation.job.stencil", return_value=planted):
            assert wrong_of(*tracks(surface, rule), exact=True) == ["params"]

    def other(program):
        made = grouped(program)
        return dataclasses.replace(made, program=changed(made.program))

    with mock.patch.object(module, "_grouped", other), pytest.raises(NotTraceable, match="is not its gradient"):
        module._read(surface)


@pytest.mark.parametrize("options", [{"noise": "gaussian"}, {"tolerance": 1e-3}, {"schedule": "reduce_on_plateau"}])
def test_what_the_loop_does_not_do_is_done_by_others(options):
    rule, start = ls.optimizer("sgd", lr=1e-4), np.ones((DIM, RUNS))
    update = mock.patch("landscape.simulation.job.arrays.run", wraps=arrays.run)
    interpreted = mock.patch(
        "landscape.program.elementwise.Elementwise.apply", lambda _, rule, *given: rule.apply(*given)
    )
    with engines.interpreted(), interpreted, update as ran:
        ls.simulate(surfaces()["rosenbrock"], rule, start=start, steps=3, engine="numba", **options)
    assert ran.call_args.args[0].fused is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Kernels are compiled anew, so that there is code to look at."""
    with mock.patch.dict(os.environ, {"LANDSCAPE_CACHE": str(tmp_path_factory.mktemp("kernels"))}):
        kernel_files.compiled.cache_clear()
        yield
    kernel_files.compiled.cache_clear()


@pytest.mark.reference("numba")
@pytest.mark.parametrize(
    ("name", "rule", "of_all", "code"),
    [("dixon_price", ls.optimizer("adam", lr=np.geomspace(1e-3, 1e10, RUNS)), False, "fdiv <"),
     ("rastrigin", ls.optimizer("sgd", lr=1e-4), True, " x double> @llvm.fma")],
)  # fmt: skip
def test_kernels_give_the_numbers_of_numpy_and_are_vectorised(name, rule, of_all, code, folder):
    surface = surfaces()[name]
    mine, own = tracks(surface, rule, every=3)
    assert not wrong_of(mine, own, is_exact(stencil(surface).program))
    assert ("diverged" in mine.status) == (not of_all)
    call, _ = stencil_kernel(stencil(surface), elementwise(rule, RUNS, ()), of_all)
    assert call.ready
    assert code in "\n".join(call.call.inspect_llvm().values())


@pytest.mark.reference("numba")
@pytest.mark.parametrize(("x", "large"), [(1e14, False), (1e16, True)])
def test_a_sine_of_a_very_large_number_is_told(x, large, folder):
    read = stencil(surfaces()["rastrigin"])
    call, constants = stencil_kernel(read, elementwise(ls.optimizer("sgd"), LANES, ()), of_all=True)
    params, states, ends, beyond = (
        np.full((DIM, LANES), x),
        np.empty((0, DIM, LANES)),
        np.ones(LANES, int),
        np.zeros(1, bool),
    )
    call(
        0, LANES, 0, LANES, 0, params, states, read.table, np.zeros((1, 1, 1)), constants, np.array([], int), 1e9,
        np.empty((0, DIM, LANES)), ends, beyond,
    )  # fmt: skip
    assert beyond == large

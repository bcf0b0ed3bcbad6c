"""Rules that treat every coordinate alike as one loop: which they are, and that the loop gives the rule's own numbers.

The loop is run operation by operation here, without a compiler; `test_kernels.py` compiles one.
"""

import dataclasses
from unittest import mock

import catalogue
import drawn
import numpy as np
import pytest

import landscape as ls
from landscape.core.methods import Optimizer
from landscape.program import elementwise as module
from landscape.program.elementwise import elementwise
from landscape.program.operations import NUMPY

DIM, RUNS, STEPS = 12, 5, 40
RULES = {name: rule for name, rule in catalogue.rules(catalogue.made("rosenbrock")) if isinstance(rule, Optimizer)}


def interpreted_kernel(loop, kept, of_all):
    """In place of the compiled loop: NumPy's own operations on whole arrays."""

    def call(params, gradient, state, shared, constants, moved, after):
        for given, found in zip([moved, *after], loop.run([params, gradient, *state, *shared], NUMPY), strict=True):
            given[...] = found

    return call, np.empty(0)


def fused(rule, runs=RUNS):
    return elementwise(rule, runs, ())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("sgd", True), ("momentum", True), ("adam", True), ("lion", True), ("adagrad", True), ("normalized_gd", False),
     ("clip", False), ("lamb", False), ("muon", False), ("bfgs", False), ("noisy_sgd", False)],
)  # fmt: skip
def test_rules_by_norms_and_matrices_are_none(name, expected):
    assert (fused(catalogue.usual(name)) is not None) == expected


class Neighbour(ls.Optimizer):
    """A step of 1 / dim along the gradient of the coordinate before."""

    lr: float = 0.1
    shift: int = 1
    by_dim: bool = False

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        step = lr / len(params) if self.by_dim else lr
        return params - step * np.roll(gradient, self.shift, axis=0), state


def test_a_rule_that_looks_at_neighbours_or_at_the_dimension_is_none():
    assert fused(Neighbour(shift=0)) is not None
    assert fused(Neighbour()) is None
    assert fused(Neighbour(shift=0, by_dim=True)) is None


def differs(rule, kernel=interpreted_kernel, **options):
    """Whether a simulation by the loop has other numbers than one without it, in any bit."""
    options |= {"start": drawn.generator(8).normal(size=(DIM, RUNS)), "steps": STEPS}
    compiling = mock.patch("landscape.simulation.numba_engine.available", lambda wanted: wanted == "numba")
    with compiling, mock.patch.object(module, "element_kernel", kernel):
        surface = ls.surface("rosenbrock", dim=DIM)
        mine, own = (ls.simulate(surface, rule, engine=each, **options).tracks[0] for each in ("numba", "numpy"))
    assert (mine.engine, own.engine) == ("numba", "numpy")
    return any(np.any(getattr(mine, kept) != getattr(own, kept)) for kept in ("params", "value", "stopped", "lr"))


def test_the_loop_of_every_such_rule_gives_its_own_numbers():
    """To the last bit, with one rate under a schedule, and with a rate for each run under noise."""
    wrong, tried = [], 0
    for name, rule in RULES.items():
        fields = {field.name for field in dataclasses.fields(rule)}
        rates = dataclasses.replace(rule, lr=rule.lr * np.geomspace(0.1, 1.0, RUNS)) if "lr" in fields else rule
        for each, options in ((rule, {"schedule": "cosine"}), (rates, {"noise": "gaussian"})):
            if fused(each) is not None:
                tried += 1
                wrong += [f"{name}, {options}"] if differs(each, **options) else []
    assert tried > 60
    assert not wrong, "\n".join(wrong)


def test_a_planted_constant_is_found():
    def planted(loop, kept, of_all):
        index, node = next((i, n) for i, n in loop.operations() if any(n.constant))
        args = tuple(a * (1 + 1e-9) if c else a for a, c in zip(node.args, node.constant, strict=True))
        nodes = [*loop.nodes[:index], dataclasses.replace(node, args=args), *loop.nodes[index + 1 :]]
        return interpreted_kernel(dataclasses.replace(loop, nodes=tuple(nodes)), kept, of_all)

    assert not differs(ls.optimizer("momentum", lr=1e-4))
    assert differs(ls.optimizer("momentum", lr=1e-4), planted)

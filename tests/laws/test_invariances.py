"""What a rule says that it does not care about, held both ways: it has what it declares, and lacks what it does not.

A rule runs on f and on the same problem told otherwise, f'(p) = factor f(A^(-1) (p - shift)), from the same place. It
is invariant where its path is the same place by place: p' = A p + shift. Small terms that keep quotients finite are
next to nothing where the rule moves without them, decay of weights is 0, and random numbers are the same. What a
wrapper declares is what it leaves to a rule that has it.
"""

import functools

import numpy as np
import pytest
from catalogue import ALONE, WRAPPERS, home

import landscape as ls
from landscape.core.component import field_hints
from landscape.core.methods import INVARIANCES, Method, Oracle
from landscape.core.random import Source
from landscape.core.surface import Surface

NAMES = [name for name in ls.optimizers.names() if not home(name).startswith(ALONE)]
STEPS, RUNS = 8, 3
SMALL = ("eps", "eps_root", "eps1", "eps2", "min_norm", "lambd")
# what brings out in a few steps what a rule does now and then
SETTINGS = {
    "mechanic": {"s_init": 0.1},
    "perturbed_gd": {"threshold": 1e3},
    # with one column rounding chooses among its first eigenvectors; their basis makes the first gradient diagonal, and
    # without eps the rounding errors beside the diagonal would count as much as it
    "soap": {"columns": 2, "eps": 1e-12},
    "sophia": {"gamma": 30.0},
    "yogi": {"initial_accumulator_value": 0.1},
}
# an inner rule that has what a wrapper may keep
INNER = dict.fromkeys(INVARIANCES, "momentum") | {"gradient scale": "adam"}


class Told(Surface):
    """factor * (r_1^2 + ... + r_5^2) at A^(-1) (p - shift), outside the registry."""

    name, dim, critical_points, window = "told", 4, (), ((-2.0, 2.0),) * 4
    customary_start = np.zeros(4)

    def __init__(self, a, shift, factor):
        for field, value in (("a", a), ("b", np.linalg.inv(a)), ("shift", shift), ("factor", factor)):
            object.__setattr__(self, field, value)

    def _plain(self, p):
        return np.tensordot(self.b, p - self.shift.reshape(-1, *(1,) * (p.ndim - 1)), 1)

    def _parts(self, p):
        w, x, y, z = self._plain(p)
        one = 0.0 * w + 1.0
        r = np.array([w - one + 0.3 * x * x, x + 0.5 * w * y, 0.7 * y - z + 0.2, 1.5 * z + 0.2 * w * w, 0.1 * x * z])
        j = np.array(
            [
                [one, 0.6 * x, 0 * w, 0 * w],
                [0.5 * y, one, 0.5 * w, 0 * w],
                [0 * w, 0 * w, 0.7 * one, -one],
                [0.4 * w, 0 * w, 0 * w, 1.5 * one],
                [0 * w, 0.1 * z, 0 * w, 0.1 * x],
            ]
        )
        return r, j

    def residuals(self, p):
        return np.sqrt(self.factor) * self._parts(p)[0]

    def jacobian(self, p):
        j = np.einsum("ki...,ij->kj...", self._parts(p)[1], self.b)
        return np.sqrt(self.factor) * j

    def _value(self, p):
        return self.factor * np.sum(self._parts(p)[0] ** 2, axis=0)

    def _gradient(self, p):
        r, j = self._parts(p)
        return 2.0 * self.factor * np.tensordot(self.b.T, np.einsum("k...,ki...->i...", r, j), 1)

    def _hessian(self, p):
        (r, j), h = self._parts(p), 0
        bends = np.zeros((5, 4, 4))
        bends[0, 1, 1], bends[3, 0, 0] = 0.6, 0.4
        bends[1, 0, 2] = bends[1, 2, 0] = 0.5
        bends[4, 1, 3] = bends[4, 3, 1] = 0.1
        h = np.einsum("ki...,kj...->ij...", j, j) + np.einsum("k...,kij->ij...", r, bends)
        return 2.0 * self.factor * np.einsum("ai,ab...,bj->ij...", self.b, h, self.b)


TURN = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
SHIFT = np.array([0.7, -1.1, 0.4, 1.9])
TELLINGS = {
    "translation": (Told(np.eye(4), SHIFT, 1.0),),
    "rotation": (Told(TURN, 0.0 * SHIFT, 1.0),),
    "permutation": (Told(np.eye(4)[[1, 2, 0, 3]], 0.0 * SHIFT, 1.0),),
    "sign flip": (Told(np.diag([-1.0, 1.0, -1.0, -1.0]), 0.0 * SHIFT, 1.0),),
    "gradient scale": (Told(np.eye(4), 0.0 * SHIFT, 3.7), Told(np.eye(4), 0.0 * SHIFT, 0.01)),
    "coordinate scale": (Told(np.diag([2.0, 0.6, 3.0, 1.3]), 0.0 * SHIFT, 1.0),),
}
PLAIN = Told(np.eye(4), 0.0 * SHIFT, 1.0)
START = np.random.default_rng(1).uniform(-1.5, 1.5, (4, RUNS))


def walk(rule, surface):
    """The path (steps + 1, dim, runs) of a rule on a telling, in the words of that telling."""
    p = surface.a @ START + surface.shift[:, None]
    state, path = rule.init(p), [p]
    for step in range(STEPS):
        oracle = Oracle(surface, own=Source(3, np.arange(RUNS), "rule"), step=step, steps=STEPS)
        with np.errstate(all="ignore"):
            p, state = rule.step(p, oracle, state, rule.lr)
        path.append(p)
    return np.array(path)


def candidates(name, inner):
    """The rule without its small terms, and with them."""
    hints = field_hints(ls.optimizers.REGISTRY.get(name))
    fields = SETTINGS.get(name, {}) | ({"weight_decay": 0.0} if "weight_decay" in hints else {})
    if name in WRAPPERS:
        fields |= {"optimizer": ls.optimizer(inner, **({"eps": 0.0} if inner == "adam" else {}))}
    yield ls.optimizer(name, **{field: 1e-60 for field in SMALL if field in hints} | fields)
    yield ls.optimizer(name, **fields)


@functools.cache
def told(name, inner):
    """(a rule that moves, but not on rounding errors alone, its path on the plain telling)."""
    for rule in candidates(name, inner):
        path = walk(rule, PLAIN)
        moved = np.max(np.abs(path - path[0]), axis=(0, 1))
        if np.all((moved > 1e-7) & (moved < 1e3)):
            return rule, path
    raise AssertionError(f"{name} does not move")


def departure(name, invariance):
    """How far the path on the other telling is from the plain one's, in units of the way."""
    rule, path = told(name, INNER[invariance])
    off = []
    for surface in TELLINGS[invariance]:
        expected = np.einsum("ij,tjr->tir", surface.a, path) + surface.shift[:, None]
        size = np.max(np.abs(expected - expected[0]))
        off.append(np.max(np.abs(walk(rule, surface) - expected)) / size)
    return max(off) if np.all(np.isfinite(off)) else np.inf


def check(name, invariance, declared):
    """AssertionError where a rule lacks what it declares, or has what it does not."""
    off = departure(name, invariance)
    if invariance in declared:
        assert off < 1e-6, f"{name} declares {invariance}, and departs by {off:.1e} of its way"
    else:
        assert off > 1e-4, f"{name} does not declare {invariance}, and departs by {off:.1e} of its way only"


def can_be_told(name, invariance):
    """No first-order rule is known whose path scales with its coordinates: what a wrapper does to it cannot be seen."""
    return name not in WRAPPERS or invariance != "coordinate scale"


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_the_invariances_that_it_declares_and_no_other(name):
    declared = ls.optimizers.REGISTRY.get(name).invariances
    assert declared <= INVARIANCES
    for invariance in sorted(INVARIANCES):
        if can_be_told(name, invariance):
            check(name, invariance, declared)


def test_what_a_rotation_can_do_a_reordering_and_a_mirror_can():
    for name in NAMES:
        declared = ls.optimizers.REGISTRY.get(name).invariances
        assert "rotation" not in declared or {"permutation", "sign flip"} <= declared, name


def test_the_derivatives_of_the_problem_are_its_derivatives():
    from landscape.derivatives.numerical import complex_step

    for surface in (*(each for tellings in TELLINGS.values() for each in tellings), PLAIN):
        np.testing.assert_allclose(complex_step(surface._value)(START), surface._gradient(START), rtol=1e-12)
        np.testing.assert_allclose(complex_step(surface._gradient)(START), surface._hessian(START), atol=1e-12)
        r, j = surface.residuals(START), surface.jacobian(START)
        np.testing.assert_allclose(np.sum(r * r, axis=0), surface._value(START), rtol=1e-12)
        np.testing.assert_allclose(2.0 * np.einsum("kr,kir->ir", r, j), surface._gradient(START), rtol=1e-12)


def test_the_check_finds_a_claim_too_many_and_a_claim_too_few():
    with pytest.raises(AssertionError, match="adam declares rotation"):
        check("adam", "rotation", {"rotation"})
    with pytest.raises(AssertionError, match="sgd does not declare rotation"):
        check("sgd", "rotation", set())
    assert Method.invariances == frozenset()

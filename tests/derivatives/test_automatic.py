"""Laws of automatic differentiation: every rule against differences and its transpose, NumPy's functions, nesting."""

import functools
import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import landscape as ls
from landscape.derivatives import functions, gradient, hessian, hvp, jvp
from landscape.derivatives.automatic import Dual, Node, NotDifferentiable, taped
from landscape.derivatives.automatic import jvp as pushed
from landscape.derivatives.numerical import richardson
from landscape.derivatives.rules import SLOPES

RNG = np.random.default_rng(0)
A = RNG.standard_normal((4, 4))
POINT = np.array([0.31, 0.72, 0.55, 0.83])

# Where a function is not defined on (0.3, 0.7), what to feed it instead of x.
INSIDE = {"arccosh": lambda x: x + 1.1, "logit": lambda x: 0.9 * x}
SPECIAL = {"expit", "log_expit", "logit", "erf", "erfc", "xlogy"}
STEEP = {"remainder", "fmod"}  # of two inputs: away from their jumps


def ufunc(name):
    return getattr(scipy.special if name in SPECIAL else np, name)


@pytest.mark.parametrize("name", [name for name, slopes in SLOPES.items() if len(slopes) == 1])
def test_every_function_of_one_number_has_the_slope_of_its_differences(name):
    inner = INSIDE.get(name, lambda x: x)

    def function(p):
        return ufunc(name)(inner(p[0]))

    x = np.linspace(0.3, 0.7, 200)[None]
    slope, bend = richardson(function)(x), richardson(lambda q: gradient(function, "forward")(q)[0])(x)
    for method in ("forward", "reverse"):
        assert gradient(function, method)(x) == pytest.approx(slope, rel=1e-8, abs=1e-9)
        assert hessian(function, method)(x)[0] == pytest.approx(bend, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("name", [name for name, slopes in SLOPES.items() if len(slopes) == 2])
def test_every_function_of_two_numbers_has_the_slopes_of_its_differences(name):
    def function(p):
        return ufunc(name)(3.0 * p[0], p[1]) if name in STEEP else ufunc(name)(p[0], p[1])

    p = RNG.uniform(0.3, 0.9, (2, 300))
    if name in STEEP:
        p = p[:, np.abs(3.0 * p[0] / p[1] % 1.0 - 0.5) < 0.4]
    p = p[:, np.abs(p[0] - p[1]) > 0.05]
    slope = richardson(function)(p)
    for method in ("forward", "reverse"):
        assert gradient(function, method)(p) == pytest.approx(slope, rel=1e-8, abs=1e-9)


def test_powers_of_zero_and_of_negative_numbers_have_their_slopes():
    def f(p):
        return p[0] ** 2 + p[0] ** 3.0 + p[0] ** 1 + p[0] ** 0 + np.power(p[0], np.array(2.0))

    for x in (-2.0, 0.0, 1.5):
        assert gradient(f)([x]) == pytest.approx([2 * x + 3 * x * x + 1 + 2 * x], abs=1e-15)
        assert hessian(f)([x]).item() == pytest.approx(2 + 6 * x + 2, abs=1e-15)


def test_at_a_kink_the_slope_is_one_of_those_around():
    assert gradient(lambda p: np.maximum(p[0], p[1]))([1.0, 1.0]).tolist() == [0.5, 0.5]
    assert gradient(np.max)([1.0, 1.0, 0.0, 1.0]) == pytest.approx([1 / 3, 1 / 3, 0.0, 1 / 3])
    assert gradient(lambda p: np.abs(p[0]))([0.0]).tolist() == [0.0]
    assert gradient(lambda p: np.hypot(p[0], p[1]))([0.0, 0.0]).tolist() == [0.0, 0.0]
    assert gradient(np.linalg.norm)([0.0, 0.0]).tolist() == [0.0, 0.0]


# Ordinary NumPy code, as it is written.
CODE = {
    "operators": lambda p: np.sum(-p * 2 + p / 3 - 1.0 / p + p**3 - 2.0**p + abs(p) + (+p)),
    "indexing": lambda p: p[0] * p[-1] + p[[0, 0, 2]].sum() + p[np.array([True, False, True, False])].sum() + p[..., 1],
    "slices": lambda p: np.sum(p[1:] * p[:-1] ** 2) + np.sum(p[::-1] * p) + np.sum(p[::2] ** 3),
    "new axes": lambda p: np.sum(p[:, None] * p[None, :] * A),
    "iteration": lambda p: sum(x * x for x in p) + math.prod([p[0], p[1]]),
    "unpacking": lambda p: _unpacked(*p),
    "np.array of values": lambda p: np.sum(np.array([p[0] * p[1], p[2] ** 2, np.exp(p[3])]) ** 2),
    "np.asarray": lambda p: np.sum(np.sqrt(np.asarray(p)) ** 3),
    "sum, mean, var, std": lambda p: p.sum() ** 2 + np.mean(p) ** 2 + np.var(p) + np.std(p, ddof=1),
    "sum along axes": lambda p: np.sum(np.sum(p[:, None] * A, 0, keepdims=True) ** 2) + np.mean(np.outer(p, p), 1)[2],
    "prod": lambda p: np.prod(p) + np.sum(np.prod(np.outer(p, p) + A, axis=1)),
    "max and min": lambda p: p.max() ** 2 * np.min(p) + np.max(np.outer(p, p), axis=0).sum(),
    "cumsum and cumprod": lambda p: np.sum(np.cumsum(p) ** 2) + np.sum(np.cumprod(p)),
    "sort and take": lambda p: np.sum(np.sort(p) * np.arange(4)) + np.take(p, [1, 1]).sum() ** 2,
    "matmul": lambda p: p @ A @ p + np.sum((A @ p) ** 2) + np.sum((A @ np.outer(p, p)) ** 2) + np.sum(p @ A),
    "stacked matmul": lambda p: np.sum(np.matmul(np.stack([A, A.T]), p[:, None] * A) ** 2),
    "dot, inner, outer, vdot": lambda p: (
        np.dot(p, A @ p) + np.inner(p, p) ** 2 + np.vdot(p, A[0]) + np.sum(np.outer(p, A[1]) ** 2)
    ),
    "tensordot": lambda p: np.sum(np.tensordot(np.outer(p, p), A, axes=([0], [1])) ** 2) + np.tensordot(p, p, 1),
    "einsum": lambda p: np.einsum("i,ij,j", p, A, p) + np.sum(np.einsum("ij,j->i", A, p) ** 2),
    "einsum of one": lambda p: np.einsum("i->", p) ** 3 + np.sum(np.einsum("ij->j", np.outer(p, p)) ** 2),
    "einsum with dots": lambda p: np.sum(np.einsum("...i,ij->...j", np.outer(p, p), A) ** 2),
    "where and select": lambda p: (
        np.sum(np.where(p > 0.5, p**3, np.exp(p))) + np.select([p > 0.8, p > 0.4], [p, p**2], 0.0).sum()
    ),
    "maximum and clip": lambda p: np.sum(np.maximum(A @ p, 0.0) ** 2) + np.sum(np.clip(p, 0.35, 0.6) ** 2),
    "stack and concatenate": lambda p: (
        np.sum(np.stack([p, p**2], axis=1) ** 3)
        + np.sum(np.concatenate([p[1:], p[:1]]) * p)
        + np.sum(np.vstack([p, p]) @ A) ** 2
        + np.sum(np.hstack([p, p]) ** 2)
        + np.sum(np.column_stack([p, p**2]) ** 2)
    ),
    "reshape and transpose": lambda p: np.sum(np.reshape(p, (2, 2)).T @ p.reshape(2, -1)) + np.sum(p.T**3),
    "moving axes": lambda p: (
        np.sum(np.moveaxis(np.outer(p, p**2), 0, 1) * A) + np.sum(np.swapaxes(np.outer(p, p**2), 0, 1) * A)
    ),
    "expand and ravel": lambda p: np.sum(np.squeeze(np.expand_dims(p, (0, 2))) ** 2) + np.outer(p, p).ravel()[5],
    "broadcast": lambda p: np.sum(np.broadcast_to(p, (3, 4)) ** 2) + np.sum(np.broadcast_arrays(p[0], p)[0] ** 3),
    "roll, flip, diff": lambda p: np.sum(np.roll(p, 1) * p**2) + np.sum(np.diff(p) ** 2) + np.sum(np.flip(p) * p**3),
    "tile, repeat, pad": lambda p: (
        np.sum(np.tile(p, 2) ** 2) + np.sum(np.repeat(p, 2) ** 3) + np.sum(np.pad(p, 1)[1:] * np.pad(p, 1)[:-1])
    ),
    "split and append": lambda p: np.sum(np.split(p, 2)[0] ** 2) + np.sum(np.append(p, p**2) ** 2),
    "diag and trace": lambda p: np.trace(np.outer(p, p)) + np.sum(np.diag(p) @ A) ** 2 + (p * A).diagonal().sum(),
    "norms": lambda p: (
        np.linalg.norm(A @ p) + np.linalg.norm(p, 1) + np.linalg.norm(p, np.inf) + np.linalg.norm(p, 3)
        + np.linalg.norm(np.outer(p, p), axis=0).sum()
    ),
    "inverse": lambda p: np.sum(np.linalg.inv(np.stack([_bowl(p), 2.0 * _bowl(p)])) ** 2),
    "determinant": lambda p: np.linalg.det(_bowl(p)) + np.sum(np.linalg.slogdet(np.stack([_bowl(p), _bowl(p)]))[1]),
    "solution": lambda p: p @ np.linalg.solve(_bowl(p), A @ p) + np.sum(np.linalg.solve(_bowl(p), np.outer(p, p)) ** 2),
    "reductions of ufuncs": lambda p: np.add.reduce(p * p) + np.multiply.outer(p, p).sum() + np.maximum.reduce(p),
    "arrays without an axis": lambda p: (
        np.sum(np.sort(np.outer(p, p), axis=None)[3:7] ** 2) + np.sum(np.dot(p[0], p) ** 2) + np.sum(np.dot(A, 2.0) * p)
        + np.sum(p[np.where(A[0] > 0.0)] ** 3) + np.atleast_1d(p[1])[0] ** 2 + np.sum(np.nan_to_num(p) ** 2)
        + np.prod(p[:0]) * p[0] + np.sum(np.quantile(np.outer(p, p), 0.4, axis=1, keepdims=True)) + +p[2] * -p[3]
    ),
    "spreads along axes": lambda p: (
        np.sum(np.var(np.outer(p, p), axis=0, ddof=1)) + np.var(p, ddof=2) + np.sum(np.std(A * p, axis=1, ddof=1))
    ),
    "products of several ranks": lambda p: (
        np.sum(np.kron(p, A) ** 2) + np.sum(np.kron(A, p) ** 2) + np.sum(np.kron(np.outer(p, p), p[:2])[1:, :3])
        + np.sum(np.triu(np.outer(p, p), 1) ** 2) + np.sum(np.tril(np.outer(p, p), -1) ** 3)
        + np.sum(np.cross(p[:3], p[1:]) ** 2) + np.average(p**2, weights=np.abs(p))
        + np.average(np.outer(p, p), axis=1)[0]
    ),
    "reductions of ufuncs over axes": lambda p: (
        np.add.reduce(np.outer(p, p), axis=None) + np.multiply.reduce(np.outer(p, p), axis=1, where=True).sum()
    ),
    "polyval and sinc": lambda p: np.polyval([1, 2, 3], p[0]) + np.sum(np.sinc(p)),
    "branches on values": lambda p: p[0] ** 2 if p[0] < p[1] else p[1] ** 3,
    "loops until": lambda p: _newton_root(p[0]) * p[1],
    "no dependence": lambda p: 3.0,
    "integers of arrays": lambda p: np.sum(np.arange(4) * p) + len(p) + p.ndim + p.size + p.shape[0],
    "log-sum-exp": lambda p: np.log(np.sum(np.exp(p - np.max(p)))) + np.max(p),
}  # fmt: skip


def _bowl(p):
    return np.outer(p, p) + p[0] * np.eye(4)


def _unpacked(w, x, y, z):
    return w * x + np.exp(y) * z


def _newton_root(x):
    root = x
    for _ in range(20):
        root = (root + x / root) / 2.0
    return root


@pytest.mark.parametrize("name", CODE)
def test_ordinary_code_is_differentiated_by_either_mode_and_twice(name):
    f = CODE[name]
    slope = richardson(f)(POINT)
    forward, reverse = gradient(f, "forward")(POINT), gradient(f, "reverse")(POINT)
    assert reverse == pytest.approx(slope, rel=1e-8, abs=1e-8)
    assert forward == pytest.approx(reverse, rel=1e-12, abs=1e-13)
    bend = hessian(f, "richardson")(POINT)
    once_more, both = hessian(f, "forward")(POINT), hessian(f, "reverse")(POINT)
    assert both == pytest.approx(bend, rel=1e-5, abs=1e-5)
    assert once_more == pytest.approx(both, rel=1e-11, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(set(CODE) - {"no dependence"})), seed=st.integers(0, 10_000))
def test_a_pass_forwards_and_a_pass_back_are_each_other_s_transpose(name, seed):
    """<g, J v> = <J^T g, v> for the function's gradient as well, which has as many values as coordinates."""
    v, g = np.random.default_rng(seed).standard_normal((2, 4))

    def f(p):
        return gradient(CODE[name], "reverse")(p) if isinstance(p, np.ndarray) else _slope(CODE[name], p)

    change = pushed(f, POINT, v)[1]
    back = taped(f, POINT)[1](g)
    assert g @ change == pytest.approx(back @ v, rel=1e-10, abs=1e-10)


def _change(f, p):
    return pushed(f, p, np.ones(1))[1]


def _slope(f, p):
    value, pull = taped(f, p)
    return pull(np.ones(np.shape(value)))


def test_differentiations_inside_one_another_are_told_apart():
    """d/dx [x d/dy (x + y)] is 1, not 2: Siskind and Pearlmutter 2005, "Perturbation confusion"."""
    one = np.ones(1)

    def forward(f, x):
        return pushed(f, x, one)[1]

    def back(f, x):
        return taped(f, x)[1](one)

    for outer in (forward, back):
        for inner in (forward, back):
            assert outer(lambda x, d=inner: x * d(lambda y: x + y, one), one).item() == 1.0
            # d/dx [x d/dy (x y^2) at y = 3] at x = 2 is 2 x 2 y = 24
            assert outer(lambda x, d=inner: x * d(lambda y: x * y * y, 3 * one), 2 * one).item() == 24.0


def test_five_derivatives_of_one_function_by_any_mixture():
    x = np.array([0.7])
    for pattern in ("fffff", "rrrrr", "frfrf", "rffrr"):

        def f(p):
            return np.sin(2.0 * p) * np.exp(p)

        for mode in pattern:
            f = functools.partial(_change if mode == "f" else _slope, f)
        # the fifth derivative of the imaginary part of exp((1 + 2i) x)
        expected = ((1 + 2j) ** 5 * np.exp((1 + 2j) * x)).imag
        assert f(x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("method", ["forward", "reverse"])
@pytest.mark.parametrize("shape", [(), (1,), (6,), (2, 3)])
def test_points_of_a_batch_are_differentiated_one_by_one(method, shape):
    surface = ls.surface("rosenbrock", dim=3)
    p = np.random.default_rng(3).standard_normal((3, *shape))
    v = np.random.default_rng(4).standard_normal((3, *shape))
    exact = surface.hessian(p)
    assert gradient(surface, method)(p) == pytest.approx(surface.gradient(p), rel=1e-13, abs=1e-12)
    assert hessian(surface, method)(p) == pytest.approx(exact, rel=1e-13, abs=1e-12)
    assert hvp(surface, method)(p, v) == pytest.approx(np.einsum("ij...,j...->i...", exact, v), rel=1e-12, abs=1e-10)
    assert jvp(surface, method)(p, v) == pytest.approx(np.sum(surface.gradient(p) * v, axis=0), rel=1e-12, abs=1e-10)


@pytest.mark.parametrize(
    ("method", "tolerance"),
    [("manual", 1e-12), ("symbolic", 1e-12), ("one-sided", 2e-4), ("central", 1e-5), ("richardson", 1e-7),
     ("complex-step", 1e-7)],
)  # fmt: skip
def test_every_method_multiplies_by_a_vector(method, tolerance):
    surface = ls.surface("himmelblau")
    p, v = np.random.default_rng(3).uniform(-1.0, 1.0, (2, 2, 7))
    exact = np.einsum("ij...,j...->i...", surface.hessian(p), v)
    scale = np.abs(exact).max()
    assert hvp(surface, method)(p, v) == pytest.approx(exact, rel=tolerance, abs=tolerance * scale)
    slope = np.sum(surface.gradient(p) * v, axis=0)
    assert jvp(surface, method)(p, v) == pytest.approx(slope, rel=tolerance, abs=tolerance * scale)
    assert jvp(surface, method)(p[:, 0], [2.0, 0.0]) == pytest.approx(2.0 * surface.gradient(p)[0, 0], rel=tolerance)
    one, same = v[:, 0], np.broadcast_to(v[:, :1], v.shape)  # one direction for all points
    assert np.array_equal(hvp(surface, method)(p, one), hvp(surface, method)(p, same))
    assert np.array_equal(jvp(surface, method)(p, one), jvp(surface, method)(p, same))
    assert np.array_equal(surface.hvp(p, one), surface.hvp(p, same))


def test_a_direction_of_another_shape_is_refused():
    surface, p = ls.surface("himmelblau"), np.zeros((2, 7))
    for v in (np.zeros(3), np.zeros((2, 6)), np.zeros((7,))):
        with pytest.raises(ValueError, match=r"a direction has the shape of the point, \(2, 7\), or \(2,\), got"):
            hvp(surface, "forward")(p, v)
        with pytest.raises(ValueError, match=r"v has the shape of p, \(2, 7\), or \(2,\), got"):
            surface.hvp(p, v)


def test_a_jacobian_times_a_vector_for_functions_of_many_values():
    def f(p):
        return np.stack([p[0] * p[1], np.sin(p[0]), p[1] ** 2])

    expected = [0.7 * 2.0 + 0.3 * -1.0, math.cos(0.3) * 2.0, 2 * 0.7 * -1.0]
    for method in ("forward", "central", "richardson", "complex-step"):
        assert jvp(f, method)([0.3, 0.7], [2.0, -1.0]) == pytest.approx(expected, rel=1e-8)


def test_the_cost_in_passes_is_one_for_each_coordinate_forwards_and_one_backwards():
    calls = []

    def f(p):
        if not isinstance(p, np.ndarray):  # as it is once more, for the value alone
            calls.append(type(p))
        return np.sum(p * p)

    gradient(f, "forward")(np.ones(7))
    assert calls == [Dual] * 7
    calls.clear()
    gradient(f, "reverse")(np.ones(7))
    assert calls == [Node]


def assigned(p):
    out = np.zeros(2)
    out[0] = p[0] ** 2
    return out.sum()


def assigned_in_place(p):
    p[0] = 3.0
    return p.sum()


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (assigned, r"or an assignment into a plain array"),
        (assigned_in_place, "assignment to elements; build the array with np.stack"),
        (lambda p: math.sin(p[0]), r"not through float\(\), math"),
        (lambda p: np.linalg.eigvals(np.outer(p, p)).sum(), r"no rule for np\.eigvals"),
        (lambda p: np.spacing(p).sum(), 'no rule for "spacing"'),
        (lambda p: np.sum(p, where=p > 0), "no where="),
        (lambda p: np.add(p, p, out=np.zeros(2)).sum(), "add with out="),
        (lambda p: np.einsum("ii", np.outer(p, p)), "a letter twice"),
        (lambda p: np.pad(p, 1, "edge").sum(), "mode constant only"),
    ],
)
def test_what_cannot_be_differentiated_is_said(f, message):
    with pytest.raises(NotDifferentiable, match=message):
        gradient(f, "reverse")([1.0, 2.0])


def test_an_option_that_a_rule_does_not_know_is_refused_with_the_name_of_the_function():
    first = {}
    for function, rule in functions._FUNCTIONS.items():
        first.setdefault(rule, function.__name__)
        with pytest.raises(NotDifferentiable, match=rf" of np\.{first[rule]}: no nonsense=\.\.\.; write"):
            rule(np.ones(2), nonsense=1)
    assert len(first) > 70


def test_a_function_of_the_wrong_shape_is_told_what_is_needed():
    for method in ("forward", "reverse"):
        with pytest.raises(
            ValueError, match=r"must map points \(dim, \.\.\.\) to values .* sum over the first axis only"
        ):
            gradient(lambda p: np.sum(p * p), method)(np.ones((2, 5)))
        with pytest.raises(ValueError, match=r"himmelblau: points have shape \(2, \.\.\.\), got \(3,\)"):
            gradient(ls.surface("himmelblau"), method)([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="a direction has the shape of the point"):
        jvp(lambda p: p[0])([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="hold numbers"):
        gradient(lambda p: p[0])(["a", "b"])

"""Laws of derivatives of what others write: right, or refused with what to write instead, and never silently wrong."""

import functools
import threading
import warnings

import numpy as np
import pytest
from numpy import array as made
from own_code.judged import judged, points
from own_code.styles import OWN

import landscape as ls
from landscape.core.elementary import absolute, larger, smaller
from landscape.derivatives import NotDifferentiable, gradient, hessian, hvp, jvp, kinks, stand_ins
from landscape.derivatives.automatic import recorded

BOTH = ("forward", "reverse")


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def verdicts(what, first, step):
    """Of each function at one of its points, in turn."""
    for number, (name, (f, dim)) in enumerate(OWN.items()):
        if number % step == 0:
            places = points(dim)
            method = BOTH[number // step % 2]
            yield name, judged(f, places[(number // step + first) % len(places)], what, method)


@pytest.mark.parametrize(("what", "first", "step"), [("gradient", 0, 1), ("gradient", 3, 1), ("hessian", 3, 2)])
def test_functions_in_the_style_of_others_are_right_or_refused(what, first, step):
    found = dict(verdicts(what, first, step))
    assert not {name: verdict for name, verdict in found.items() if verdict.startswith("wrong")}
    refused = [verdict for verdict in found.values() if verdict.startswith("refused")]
    assert all('derivatives="central"' in verdict for verdict in refused)
    assert sum(verdict == "right" for verdict in found.values()) > 0.6 * len(found)


def test_the_judge_finds_a_derivative_off_by_a_thousandth(monkeypatch):
    f, dim = OWN["rosen_loop"]
    p = points(dim)[0]
    for what in ("gradient", "hessian"):
        assert judged(f, p, what, "reverse") == "right"
        exact = getattr(ls, what)(f)(p)
        monkeypatch.setattr(ls, what, lambda f, method, exact=exact: lambda p: 1.001 * exact)
        assert judged(f, p, what, "reverse").startswith("wrong")


def named(p, scale=1.0):
    """A function that has NumPy's by another name."""
    return scale * made([p[0] ** 2, p[0] * p[1]]).sum()


class Named:
    def value(self, p):
        return made([p[0] ** 2, p[0] * p[1]]).sum()

    def __call__(self, p):
        return made([p[0] ** 2, p[0] * p[1]]).sum()


@functools.wraps(named)
def wrapped(p):
    return 1.0 * named(p)


@pytest.mark.parametrize(
    "f",
    [named, functools.partial(named, scale=1.0), functools.partial(functools.partial(named)), Named().value, Named(),
     wrapped],
)  # fmt: skip
@pytest.mark.parametrize("method", BOTH)
def test_a_function_may_have_numpys_by_names_of_its_own(f, method):
    for _ in range(2):  # the second time it is known
        assert gradient(f, method)([3.0, 5.0]).tolist() == [11.0, 3.0]
    assert made is np.array
    assert stand_ins.wanted_by(f)


# Where the derivative exists and the rules alone do not give it, or give it to another coordinate as NaN.
AT_ZERO = {
    "norm(p)^2": (lambda p: np.linalg.norm(p) ** 2, [0.0, 0.0], 2.0 * np.eye(2)),
    "hypot^2": (lambda p: np.hypot(p[0], p[1]) ** 2, [0.0, 0.0], 2.0 * np.eye(2)),
    "|x|^2": (lambda p: np.sum(np.abs(p) ** 2), [0.0, 0.0], 2.0 * np.eye(2)),
    "std^2": (lambda p: 2.0 * np.std(p) ** 2, [0.0, 0.0], [[1.0, -1.0], [-1.0, 1.0]]),
    "x sign(x)": (lambda p: np.sum((p * np.sign(p)) ** 2), [0.0, 0.0], 2.0 * np.eye(2)),
    "sin(x) / x": (lambda p: 1.0 if p[0] == 0.0 else np.sin(p[0]) / p[0], [0.0, 0.0], [[-1 / 3, 0.0], [0.0, 0.0]]),
    "softplus": (lambda p: np.sum(np.log1p(np.exp(-np.abs(p))) + np.maximum(p, 0)), [0.5, 0.5], 0.25 * np.eye(2)),
    "branch not taken": (lambda p: np.sum(np.where(p > -1, p**2, np.log(p))), [0.0, 0.0], 2.0 * np.eye(2)),
}


@pytest.mark.parametrize("name", AT_ZERO)
def test_where_rules_alone_are_not_right_the_derivatives_still_are(name):
    f, slope, bend = AT_ZERO[name]
    p, v = np.zeros(2), np.array([0.3, -0.7])
    for method in BOTH:
        assert gradient(f, method)(p) == pytest.approx(slope, abs=1e-12)
        assert jvp(f, method)(p, v) == pytest.approx(np.dot(slope, v), abs=1e-12)
        assert hessian(f, method)(p) == pytest.approx(np.array(bend), abs=1e-7)
        assert hvp(f, method)(p, v) == pytest.approx(np.array(bend) @ v, abs=1e-7)


def test_there_is_no_curvature_where_the_slope_jumps():
    for f in (lambda p: np.abs(p[0]) + p[1] ** 2, lambda p: np.maximum(p[0], 0) + p[1] ** 2):
        bend = hessian(f)([0.0, 1.0])
        assert np.isnan(bend[0, 0])
        assert bend[1, 1] == pytest.approx(2.0)


def test_what_a_value_does_not_depend_on_has_no_part_in_its_slope():
    def f(p):
        return p[0] ** 0.5 + np.where(p[1] > 0, np.log(p[1]), p[1] ** 3) + np.maximum(np.sqrt(p[2]), 0.5)

    p = np.array([0.0, -2.0, 0.0])
    for method in BOTH:
        assert gradient(f, method)(p).tolist() == [np.inf, 12.0, 0.0]
        assert hessian(f, method)(p).tolist() == [[-np.inf, 0.0, 0.0], [0.0, -12.0, 0.0], [0.0, 0.0, 0.0]]


def test_the_slope_at_kinks_is_the_middle_by_every_way():
    def numpy(p):
        return np.abs(p[0]) + np.maximum(p[0], p[1]) + np.fmin(2.0 * p[0], p[1]) + np.max(p) + np.min(3.0 * p)

    def written(p):
        x, y = p
        return absolute(x) + larger(x, y) + smaller(2.0 * x, y) + larger(x, y) + smaller(3.0 * x, 3.0 * y)

    surface = ls.from_expression("abs(x) + max(x, y) + min(2*x, y) + max(x, y) + min(3*x, 3*y)")
    ways = [surface.gradient, ls.gradient(written, "symbolic", dim=2)]
    ways += [ls.gradient(f, method) for f in (numpy, written, surface) for method in BOTH]
    assert [way(np.zeros(2)).tolist() for way in ways] == [[3.5, 3.0]] * 8


def summed(change):
    def f(p):
        q = p * 1.0
        change(q)
        return np.sum(q * np.arange(1.0, 5.0))

    return f


def changing(statement):
    names = {"np": np}
    exec(f"def change(q):\n    {statement}", names)
    return summed(names["change"])


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**", "%", "//"])
@pytest.mark.parametrize("part", ["q[1:]", "q.reshape(2, 2)", "q.T", "q.ravel()", "q[::-1]", "q[None]", "q.squeeze()"])
def test_changes_of_a_part_in_place_are_refused_at_any_point(sign, part):
    f = changing(f"v = {part}; v {sign}= 3.0")
    for method in BOTH:
        for p in (np.zeros(4), np.ones(4), np.full(4, 0.3)):
            with pytest.raises(NotDifferentiable, match=r"in place.*derivatives=\"central\""):
                gradient(f, method)(p)


VIEWS = [
    "x[1:]",
    "x[::-1]",
    "x.T",
    "x.reshape(3, 1)",
    "np.ravel(x)",
    "x[None]",
    "np.expand_dims(x, 0)",
    "x.swapaxes(0, 0)",
]
FRESH = ["x + 0.0", "-x", "np.concatenate([x, x])", "np.sum(x, keepdims=True)", "np.copy(x)", "np.roll(x, 1)"]


def by_names(line, change):
    """sum of y and x^2, for x = 2 p and a y made of x, one of which is changed in place."""
    scope = {"np": np}
    exec(f"def f(p):\n    x = 2.0 * p\n    y = {line}\n    {change}\n    return np.sum(y) + np.sum(x * x)\n", scope)
    return scope["f"]


@pytest.mark.parametrize("method", BOTH)
@pytest.mark.parametrize("line", VIEWS)
def test_what_shares_its_numbers_with_another_is_not_changed_in_place(method, line):
    p = np.array([0.5, -1.0, 2.0])
    for change in ("y *= 3.0", "x *= 3.0", "y += 1.0", "x -= 1.0"):
        with pytest.raises(NotDifferentiable, match="an array that others may share"):
            ls.gradient(by_names(line, change), method)(p)


@pytest.mark.parametrize("method", BOTH)
@pytest.mark.parametrize("line", FRESH)
def test_what_is_made_anew_is_changed_in_place(method, line):
    p = np.array([0.5, -1.0, 2.0])
    for change in ("y *= 3.0", "x *= 3.0", "y += 1.0", "x -= 1.0"):
        f = by_names(line, change)
        assert ls.gradient(f, method)(p) == pytest.approx(ls.gradient(f, "complex-step")(p), rel=1e-12)


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**"])
def test_changes_of_a_whole_array_in_place_reach_all_its_names(sign):
    f = changing(f"v = q; before = q * 2.0; v {sign}= 3.0; q += before * 0.5")
    p = np.array([0.4, 1.3, 0.7, 2.0])
    for method in BOTH:
        assert gradient(f, method)(p) == pytest.approx(gradient(f, "richardson")(p), rel=1e-8)
        assert hessian(f, method)(p) == pytest.approx(hessian(f, "richardson")(p), rel=1e-5, abs=1e-5)


def test_the_point_of_the_caller_is_never_changed():
    def f(p):
        x = np.asarray(p)
        x *= 2.0
        return x.sum()

    p = np.array([1.0, 2.0])
    for derive in (gradient, hessian):
        with pytest.raises(NotDifferentiable, match="of the point itself"):
            derive(f)(p)
    assert p.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("size", [3, kinks.MOST_COPIED + 1])
def test_arrays_that_change_later_are_remembered_as_they_were_or_may_not_change(size):
    weights = np.ones(size)

    def f(p):
        first = np.sum(weights * p[0]) ** 2
        weights[:] *= 0.5
        second = np.sum(weights * p[0])
        weights[:] = 1.0
        return first + second

    if size == 3:
        assert gradient(f)([1.0]) == pytest.approx([2 * 9 + 1.5])
    else:
        with pytest.raises(NotDifferentiable, match="read-only"):
            gradient(f)([1.0])
    assert weights.flags.writeable


def test_two_evaluations_that_differ_are_told_from_a_rule_that_does():
    rng = np.random.default_rng(0)
    for f in (OWN["noisy"][0], OWN["counted"][0], lambda p: p[0] + rng.normal()):
        with pytest.raises(NotDifferentiable, match="draws random numbers, or keeps a state"):
            gradient(f)([1.0, 2.0])

    def guarded(p):
        try:
            return float(p[0]) ** 2
        except TypeError:
            return p[0] * 5.0

    with pytest.raises(NotDifferentiable, match="another value, 5 where f"):
        gradient(guarded)([1.0, 2.0])


def test_what_fails_only_under_differentiation_is_refused_and_what_fails_always_fails():
    with pytest.raises(NotDifferentiable, match="does not go through this function"):
        gradient(lambda p: p[0] if isinstance(p, np.ndarray) else p.nothing)([1.0])
    with pytest.raises(ZeroDivisionError):
        gradient(lambda p: 1 / 0)([1.0])


def test_np_asarray_of_the_point_is_the_point_and_costs_no_steps():
    def plain(p):
        return np.sum(p[1:] * p[:-1])

    def arrays(p):
        x = np.asarray(p, dtype=float)
        return np.sum(np.asarray(x[1:]) * np.asanyarray(x[:-1]))

    p = np.linspace(0.0, 1.0, 300)
    assert len(recorded(arrays, p)[1]) == len(recorded(plain, p)[1])
    assert gradient(arrays)(p).tobytes() == gradient(plain)(p).tobytes()
    assert gradient(lambda p: np.sum(gradient(arrays)(p) ** 2))(p[:4]) == pytest.approx(
        gradient(lambda p: np.sum(gradient(plain)(p) ** 2))(p[:4])
    )


def test_the_functions_that_stand_in_are_gone_afterwards():
    before = np.asarray, np.array

    def failing(p):
        assert np.asarray is not before[0] or not stand_ins.in_use()
        np.asarray(p)
        raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            gradient(failing)([1.0])
    assert (np.asarray, np.array) == before
    f = OWN["rastrigin"][0]
    found = []
    threads = [threading.Thread(target=lambda: found.append(gradient(f)([0.3, 0.4]).tolist())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [gradient(f)([0.3, 0.4]).tolist()] * 8
    assert (np.asarray, np.array) == before
    assert not stand_ins.in_use()


@pytest.mark.parametrize("name", sorted(kinks.KINKS))
def test_a_kink_is_noticed_where_it_is_and_nowhere_else(name):
    function = kinks.noticing(name, getattr(np, name))
    at = (made([2.0, 0.0]),) if name in ("absolute", "fabs") else (made([1.0, 0.0]), made([2.0, 0.0]))
    for inputs, met in ((at, True), (tuple(x + 1.0 + k for k, x in enumerate(at)), False)):
        with kinks.watching() as watch:
            assert np.array_equal(function(*inputs), getattr(np, name)(*inputs))
        assert watch.met is met


@pytest.mark.parametrize("options", [{}, {"sparse": True}, {"indexing": "ij"}])
@pytest.mark.parametrize("method", BOTH)
def test_a_grid_of_coordinates_has_numpys_shapes(method, options):
    shapes = []

    def f(p):
        grids = np.meshgrid(p, 2.0 * p[:2], **options)
        shapes.append([np.shape(grid) for grid in grids])
        return np.sum(grids[0] * grids[1])

    p = made([1.0, 2.0, 4.0])
    slopes = gradient(f, method)(p)
    assert shapes[-1] == [grid.shape for grid in np.meshgrid(p, p[:2], **options)]
    assert slopes == pytest.approx(2.0 * made([7.0 + 3.0, 7.0 + 3.0, 3.0]), rel=1e-14)

"""What is seen around a point that may be a kink: whether slopes jump there, and whether the loss rises all around."""

import numpy as np
import pytest

import landscape as ls
from landscape.core.critical_points import CriticalPoint
from landscape.core.kinks import (
    _apart,
    _as_kink,
    _beside,
    _corner,
    _searched,
    _ways,
    descended,
    farthest,
    jumps,
    rises_around,
    settled,
)
from landscape.core.least_squares import _norms as lengths
from landscape.core.least_squares import finite
from landscape.core.time_limit import OutOfTime, TimedSurface

ONE = np.ones(2)


def timed(text):
    return TimedSurface(ls.from_expression(text, window=((-1.0, 1.0),) * 2), None)


@pytest.mark.parametrize(
    ("text", "rises"),
    [
        ("abs(x) + abs(y)", True),
        ("abs(x) + 1e-3 * abs(y) - 5", True),
        ("x**2 + y**2", True),
        ("max(abs(x) + abs(y) - 2e-6, 0)", True),  # level at first, and nowhere lower
        ("-abs(x) - abs(y)", False),
        ("abs(x) - 1e-3 * abs(y)", False),
        ("abs(x) + y", False),
        ("max(abs(x) + abs(y) - 1, 0)", False),
    ],
)
def test_the_loss_rises_around_a_minimum_alone(text, rises):
    assert rises_around(timed(text), np.zeros(2), ONE) is rises


@pytest.mark.parametrize(
    ("text", "kinked"),
    [("abs(x) + y", True), ("x + y", False), ("x**2 + y**3 + x + y", False), ("abs(x - 1) + y", False)],
)
def test_slopes_jump_at_kinks_alone(text, kinked):
    assert jumps(timed(text), np.zeros(2), ONE, 1e-3) is kinked


def test_slopes_that_are_not_finite_tell_nothing():
    assert jumps(timed("log(x) + log(y)"), np.array([-1.0, -1.0]), ONE, 1e-3) is False


@pytest.mark.parametrize("scale", [(1.0, 1.0), (0.5, 2.0)])
def test_the_highest_and_the_lowest_directions_are_those_of_the_slope(scale):
    surface, point, scale = timed("3 * x + 4 * y + 7"), np.array([0.25, -0.5]), 1e-2 * np.array(scale)
    steep = np.hypot(*(scale * [3.0, 4.0]))
    # the last directions are a little longer than 1
    assert farthest(surface, point, scale, 1.0) == pytest.approx(steep, rel=3e-3)
    assert farthest(surface, point, scale, -1.0) == pytest.approx(-steep, rel=3e-3)


@pytest.mark.parametrize(
    ("text", "kind", "degenerate"),
    [
        ("abs(x) + abs(y)", "minimum", False),
        ("1e6 * (abs(x) + abs(y) - 1)", "minimum", False),
        ("1e-12 * (abs(x) + abs(y))", "minimum", False),
        ("abs(x) + abs(y) + 1e6", "minimum", False),
        ("-abs(x) - abs(y)", "maximum", True),
        ("-1e-12 * (abs(x) + abs(y))", "maximum", True),
        ("abs(x) - abs(y)", "saddle", True),
        ("1e6 - abs(x) + 0.5 * abs(y)", "saddle", True),
        ("min(abs(x) + abs(y), 5e-4 - abs(x))", "minimum", False),  # farther away f is lower
        ("abs(x) + 0 * y + 1", "minimum", True),  # a line of them
        ("1e6 - 1e-9 * abs(x) + 1e-9 * abs(y)", "minimum", True),  # rounding tells nothing: as it was
    ],
)
def test_a_kink_has_the_kind_of_the_values_around_it(text, kind, degenerate):
    surface, origin = timed(text), np.zeros(2)
    point = CriticalPoint(origin, float(surface.value(origin)), "minimum", degenerate=True)
    found = _as_kink(surface, point, ONE)
    assert (found.kind, found.kink, found.degenerate) == (kind, True, degenerate)


# the search


def downhill(surface, p, size):
    slope = surface.gradient(p) * size
    return surface.value(p), slope, -slope


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
@pytest.mark.parametrize("text", ["x**2 + 10*y**2", "abs(x) + 3*abs(y - x)", "exp(x) + exp(-3*x) + y**4"])
def test_a_line_search_ends_at_a_weak_wolfe_step(text, scale):
    surface, size = timed(text), np.array([[0.5], [2.0]])
    p = np.random.default_rng(5).uniform(-1.0, 1.0, (2, 40))
    value, slope, step = downhill(surface, p, size)
    moved, after, slopes, found = _searched(surface, p, value, slope, scale * step, size)
    t = np.sum((moved - p) / size * step, axis=0) / np.sum(scale * step * step, axis=0)
    down = np.sum(scale * step * slope, axis=0)
    assert found.all()
    assert np.array_equal(after, surface.value(moved))
    assert np.array_equal(slopes, surface.gradient(moved) * size)
    np.testing.assert_allclose(moved, p + t * scale * step * size, rtol=1e-12)
    assert np.all(after <= value + 1e-4 * t * down)
    assert np.all(np.sum(slopes * scale * step, axis=0) >= 0.5 * down)


def test_a_line_search_without_a_lower_place_finds_none_and_stays():
    surface, size, p = timed("x**2 + y**2"), np.ones((2, 1)), np.array([[0.5], [0.0]])
    value, slope, step = downhill(surface, p, size)
    moved, after, slopes, found = _searched(surface, p, value, slope, -step, size)
    assert not found.any()
    assert np.array_equal(moved, p)
    assert (np.array_equal(after, value), np.array_equal(slopes, slope)) == (True, True)


def test_quasi_newton_descent_ends_at_the_minimum_of_a_bowl_and_near_a_kink():
    p = np.random.default_rng(6).uniform(-1.0, 1.0, (2, 10))
    size = np.array([[2.0], [0.5]])
    ends, values = descended(timed("3*(x - 0.25)**2 + 50*(y + 0.125)**2 + x*y + 1"), p, size)
    least = np.linalg.solve([[6.0, 1.0], [1.0, 100.0]], [1.5, -12.5])
    np.testing.assert_allclose(ends, least[:, None] * np.ones((1, 10)), atol=1e-9)
    kinked = timed("abs(x - 0.25) + 5*abs(y + x) + x**2")
    ends, values = descended(kinked, p, size)
    np.testing.assert_allclose(ends, [[0.25] * 10, [-0.25] * 10], atol=1e-4)
    assert np.array_equal(values, kinked.value(ends))


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("max(x + 2*y, max(-3*x + y, -y))", [0.0, 0.0]),  # a corner
        ("max(x + y**2, -2*x + 3*y**2)", [0.0, 0.0]),  # a bent line
        ("abs(x - 0.3*y) + (y - 0.2)**2", [0.06, 0.2]),
        ("abs(x - y**2) + 2*(y - 0.2)**2", [0.04, 0.2]),
    ],
)
def test_a_point_near_a_kinked_minimum_settles_in_it(text, least):
    for size in (ONE, np.array([0.5, 2.0])):
        for beside in ([3e-4, -2e-4], [-1e-4, 1e-4]):
            found = settled(timed(text), least + np.array(beside), size)
            assert found == pytest.approx(least, abs=1e-8)  # along a kink f is flat, to the root of its last digit


def test_pieces_far_apart_are_chosen_and_a_corner_far_away_is_not():
    g = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [-1.0, 0.0]])
    assert _apart(g, np.arange(4), np.array([0.3, 0.4, 0.2, 0.1]), 3).tolist() == [1, 3, 2]
    assert _apart(g, np.array([0, 2]), np.array([0.1, 0.4, 0.2, 0.1]), 2).tolist() == [2, 0]
    slopes, values = np.array([[1.0, 0.0], [-1.0, 1.0], [0.0, -1.0]]), np.array([1.0, 2.0, 3.0])
    point, scale, other = np.array([5.0, 6.0]), np.array([2.0, 4.0]), np.zeros(2)
    d = np.linalg.solve([[1.0, 0.0, -1.0], [-1.0, 1.0, -1.0], [0.0, -1.0, -1.0]], -values)[:2]
    assert _corner(point, scale, slopes, values, other) == pytest.approx(point + scale * d)
    assert _corner(point, scale, slopes, 100.0 * values, other) is other


@pytest.mark.parametrize("dim", [2, 5])
def test_directions_go_all_around(dim):
    ways = _ways(dim, 64)
    np.testing.assert_allclose(np.sum(ways * ways, axis=0), 1.0, rtol=1e-12)
    assert np.all(np.abs(ways) > 1e-3)  # kinks are along axes
    assert np.all(np.abs(ways.mean(axis=1)) < 0.3)
    near = _beside(ways[:, 0], 0.01, 3)
    assert near.shape[0] == dim
    assert np.all(np.abs(near - ways[:, :1]) < 0.05)
    assert np.all(near[:, 1:].mean(axis=1) * ways[:, 0] > -1e-9)


def test_lengths_of_very_small_and_large_slopes_are_lengths():
    rows = np.array([[3.0, 3e200, 3e-200, 0.0, -3.0], [4.0, -4e200, 4e-200, 0.0, 4.0]])
    assert lengths(rows).tolist() == pytest.approx([5.0, 5e200, 5e-200, 0.0, 5.0], rel=1e-15)
    broken = np.array([np.eye(2), [[1.0, np.inf], [0.0, 1.0]], [[np.nan, 0.0], [0.0, 1.0]]])
    assert np.array_equal(finite(broken), [np.eye(2), np.zeros((2, 2)), np.zeros((2, 2))])


# time


def test_a_surface_without_a_limit_is_the_surface():
    surface = ls.surface("himmelblau")
    timed, p = TimedSurface(surface, None), np.random.default_rng(0).normal(size=(2, 3, 4))
    assert not timed.limited
    for name in ("value", "gradient", "hessian"):
        assert np.array_equal(getattr(timed, name)(p), getattr(surface, name)(p))
    assert TimedSurface(surface, 1.0).limited


def test_values_of_the_same_points_are_not_computed_again_and_cannot_be_changed():
    calls = []

    def loss(p):
        calls.append(p.shape)
        return p[0] ** 2 + p[1] ** 2

    surface = TimedSurface(ls.from_function(loss, dim=2, window=(-1.0, 1.0)), 100.0)
    p = np.random.default_rng(0).normal(size=(2, 5000))
    first = surface.value(p)
    count = len(calls)
    again = surface.value(p)
    assert len(calls) == count
    assert np.array_equal(first, again)
    again[:] = 0.0
    assert np.array_equal(surface.value(p), first)
    surface.value(p + 1.0)
    assert len(calls) > count


def test_what_does_not_fit_into_the_time_is_not_begun():
    surface = TimedSurface(ls.surface("himmelblau"), 100.0)
    assert surface.value(np.zeros((2, 3))).shape == (3,)
    surface.allow(0.0)
    for name in ("value", "gradient", "hessian"):
        with pytest.raises(OutOfTime):
            getattr(surface, name)(np.ones((2, 3)))
    surface.allow(1.0)
    assert surface.gradient(np.ones((2, 3))).shape == (2, 3)
    assert TimedSurface(ls.surface("himmelblau"), 100.0).value(np.empty((2, 0))).shape == (0,)

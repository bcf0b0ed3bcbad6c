"""What is seen around a point that may be a kink: whether slopes jump there, and whether the loss rises all around."""

import numpy as np
import pytest

import landscape as ls
from landscape.core.critical_points import CriticalPoint
from landscape.core.kinks import _as_kink, farthest, jumps, rises_around
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
        ("abs(x) + 0 * y + 1", "minimum", True),  # a line of them
        ("1e6 - 1e-9 * abs(x) + 1e-9 * abs(y)", "minimum", True),  # rounding tells nothing: as it was
    ],
)
def test_a_kink_has_the_kind_of_the_values_around_it(text, kind, degenerate):
    surface, origin = timed(text), np.zeros(2)
    point = CriticalPoint(origin, float(surface.value(origin)), "minimum", degenerate=True)
    found = _as_kink(surface, point, ONE)
    assert (found.kind, found.kink, found.degenerate) == (kind, True, degenerate)


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

"""Facts of the waves and the trays: their formulas as published, every point of theirs, and their creases."""

import math

import mpmath
import numpy as np
import pytest
from surface_laws import points_around

import landscape as ls


def ackley(*p):
    root = np.sqrt(sum(x**2 for x in p) / len(p))
    return -20 * np.exp(-0.2 * root) - np.exp(sum(np.cos(2 * np.pi * x) for x in p) / len(p)) + 20 + np.e


def griewank(*p):
    return 1 + sum(x**2 for x in p) / 4000 - math.prod(np.cos(x / np.sqrt(i)) for i, x in enumerate(p, 1))


def levy_13(x, y):
    first, second = (x - 1) ** 2 * (1 + np.sin(3 * np.pi * y) ** 2), (y - 1) ** 2 * (1 + np.sin(2 * np.pi * y) ** 2)
    return np.sin(3 * np.pi * x) ** 2 + first + second


def easom(x, y, m=np):
    return -m.cos(x) * m.cos(y) * m.exp(-((x - m.pi) ** 2) - (y - m.pi) ** 2)


def cross_in_tray(x, y, m=np):
    wave = abs(m.sin(x) * m.sin(y) * m.exp(abs(100 - m.sqrt(x**2 + y**2) / m.pi)))
    return -((wave + 1) ** 0.1) / 10000


def holder_table(x, y, m=np):
    return -abs(m.sin(x) * m.cos(y) * m.exp(abs(1 - m.sqrt(x**2 + y**2) / m.pi)))


def eggholder(x, y, m=np):
    return -(y + 47) * m.sin(m.sqrt(abs(x / 2 + y + 47))) - x * m.sin(m.sqrt(abs(x - (y + 47))))


FORMULAS = [
    ("ackley", {}, ackley),
    ("ackley", {"dim": 5}, ackley),
    ("griewank", {}, griewank),
    ("griewank", {"dim": 6}, griewank),
    ("levy_13", {}, levy_13),
    ("easom", {}, easom),
    ("bukin_6", {}, lambda x, y: 100 * np.sqrt(np.abs(y - 0.01 * x**2)) + 0.01 * np.abs(x + 10)),
    ("cross_in_tray", {}, cross_in_tray),
    ("eggholder", {}, eggholder),
    ("holder_table", {}, holder_table),
    ("drop_wave", {}, lambda x, y: -(1 + np.cos(12 * np.hypot(x, y))) / (0.5 * (x**2 + y**2) + 2)),
]


@pytest.mark.parametrize(("name", "fields", "formula"), FORMULAS)
def test_a_surface_has_the_value_of_its_published_formula(name, fields, formula):
    """To a few hundred roundings of the largest value: the formulas as printed cancel more than ours."""
    surface = ls.surface(name, **fields)
    p = points_around(surface, 500, reach=1.0)
    expected = formula(*p)
    assert surface.value(p) == pytest.approx(expected, rel=1e-11, abs=1e-13 * np.max(np.abs(expected)))


# (surface, its formula, a minimum to a few digits as published, or where it is said to be)
PLACES = [
    ("cross_in_tray", cross_in_tray, (1.34941, -1.34941)),
    ("holder_table", holder_table, (8.05502, 9.66459)),
    ("eggholder", eggholder, (482.353, 432.879)),
    ("easom", easom, (math.pi + 1.8366, math.pi - 1.8366)),
]


@pytest.mark.parametrize(("name", "formula", "place"), PLACES, ids=[row[0] for row in PLACES])
def test_the_recorded_minima_are_those_of_fifty_digits(name, formula, place):
    """Within 8 roundings of the largest coordinate, as the slope that a minimum is found by is rounded too."""
    surface = ls.surface(name)
    near = min(surface.minima, key=lambda point: float(np.max(np.abs(point.point - place))))
    with mpmath.workdps(50):

        def slopes(x, y):
            return [mpmath.diff(lambda *p: formula(*p, m=mpmath), (x, y), each) for each in ((1, 0), (0, 1))]

        exact = mpmath.findroot(slopes, [mpmath.mpf(x) for x in place])
        value = formula(*exact, m=mpmath)
        errors = [abs(found - x) for found, x in zip(near.point, exact, strict=True)]
    assert max(errors) <= 8 * np.finfo(float).eps * np.max(np.abs(near.point))
    assert near.value == pytest.approx(float(value), rel=1e-14)


def test_the_eggholders_place_on_the_edge_is_that_of_fifty_digits():
    (edge,) = ls.surface("eggholder").edge_minima
    with mpmath.workdps(50):
        y = mpmath.findroot(lambda y: mpmath.diff(lambda v: eggholder(mpmath.mpf(512), v, m=mpmath), y), 404.2318)
        value = eggholder(mpmath.mpf(512), y, m=mpmath)
    assert edge.point == pytest.approx([512.0, float(y)], rel=1e-15)
    assert edge.value == pytest.approx(float(value), rel=1e-15)


def newton_ends(surface, count=20_000):
    """(2, n): the critical points in the window to six digits that Newton's method reaches from random points of it."""
    p = points_around(surface, count, reach=1.0)
    lows, highs = np.array(surface.window).T[:, :, None]
    with np.errstate(all="ignore"):
        for _ in range(40):
            (a, b), (_, c) = surface.hessian(p)
            g, h = surface.gradient(p)
            step = np.array([c * g - b * h, a * h - b * g]) / (a * c - b * b)
            p = p - step
    settled = np.all((lows <= p) & (p <= highs), axis=0) & (np.max(np.abs(step), axis=0) < 1e-9)
    return np.unique(np.round(p[:, settled], 6) + 0.0, axis=1)


@pytest.mark.parametrize(
    ("name", "minima", "saddles", "maxima"),
    [("griewank", 17, 24, 18), ("easom", 5, 4, 4), ("cross_in_tray", 36, 0, 0), ("holder_table", 42, 0, 0)],
)
def test_newtons_method_from_everywhere_finds_the_listed_points_and_no_others(name, minima, saddles, maxima):
    """Where two creases cross it settles as well: there f is 0, its highest, or nearly."""
    surface = ls.surface(name)
    listed = np.array([known.point for known in surface.critical_points])
    found = newton_ends(surface)
    crossing = np.all(np.abs(np.sin(found) * np.cos(found)) < 1e-5, axis=0) & (name == "holder_table")
    assert np.max(np.abs(surface.value(found[:, crossing])), initial=0.0) < 1e-9
    gaps = np.max(np.abs(found.T[~crossing, None] - listed), axis=-1)
    assert gaps.shape == (len(listed), len(listed))
    assert np.max(np.min(gaps, axis=0)) < 1e-5
    assert np.max(np.min(gaps, axis=1)) < 1e-5
    kinds = [known.kind for known in surface.critical_points]
    assert [kinds.count(kind) for kind in ("minimum", "saddle", "maximum")] == [minima, saddles, maxima]


def test_no_point_is_listed_twice_or_lies_on_a_crease():
    for name in ("cross_in_tray", "holder_table", "griewank", "easom", "eggholder"):
        points = np.array([known.point for known in ls.surface(name).critical_points])
        assert len(np.unique(np.round(points, 9) + 0.0, axis=0)) == len(points)
    for name, depth in (("cross_in_tray", 1.0), ("holder_table", 0.5)):
        assert max(known.value for known in ls.surface(name).critical_points) < -depth


def test_the_eggholders_first_minima_are_the_twelve_lowest_and_none_that_newton_finds_is_left_out():
    surface = ls.surface("eggholder")
    found = newton_ends(surface)
    (a, b), (_, c) = surface.hessian(found)
    values = np.sort(surface.value(found[:, (a > 0.0) & (a * c > b * b)]))
    listed = np.array([known.value for known in surface.minima])
    assert values[:12] == pytest.approx(listed[:12], rel=1e-9)
    assert values[12] > surface.minima[11].value + 10.0
    assert np.all(np.min(np.abs(values - listed[:, None]), axis=0) < 1e-6)


def test_nothing_on_the_eggholders_edge_or_creases_lies_below_its_lowest_place():
    surface = ls.surface("eggholder")
    t, side = np.linspace(-512.0, 512.0, 200_001), np.full(200_001, 512.0)
    for p in ([side, t], [-side, t], [t, side], [t, -side]):
        assert np.min(surface.value(p)) >= surface.lowest
    for y in (-47.0 - t / 2.0, t - 47.0):
        assert np.min(surface.value([t, y])) > -500.0


def test_easoms_extrema_are_where_the_tangent_is_minus_twice_the_distance():
    surface = ls.surface("easom")
    for known in surface.critical_points:
        t = known.point - math.pi
        if known.kind == "saddle":
            assert np.abs(t) == pytest.approx([math.pi / 2, math.pi / 2], rel=1e-15)
        else:
            assert np.sin(t) == pytest.approx(-2.0 * t * np.cos(t), abs=1e-14)


def test_the_drop_is_round_and_its_rings_have_no_slope_along_them():
    surface = ls.surface("drop_wave")
    assert surface.hessian([0.0, 0.0]) == pytest.approx(72.5 * np.eye(2), rel=1e-14)
    angle = np.linspace(0.0, 6.0, 50)
    slopes = surface.gradient(0.7 * np.array([np.cos(angle), np.sin(angle)]))
    assert slopes[1] * np.cos(angle) == pytest.approx(slopes[0] * np.sin(angle), abs=1e-14)


def test_the_drops_derivatives_agree_where_the_series_meets_the_formula():
    """At r^2 = 1/1000, where the next term of each series is below a rounding."""
    surface = ls.surface("drop_wave")
    r = math.sqrt(1e-3)
    sides = np.array([[r * (1.0 - 1e-12), r * (1.0 + 1e-12)], [0.0, 0.0]])
    slopes, bends = surface.gradient(sides)[0], surface.hessian(sides)
    assert slopes[0] == pytest.approx(slopes[1], rel=3e-12)
    assert bends[..., 0] == pytest.approx(bends[..., 1], rel=1e-9)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_ackleys_tip_is_a_cone_of_slope_4_over_the_root_of_the_dimension(dim):
    surface = ls.surface("ackley", dim=dim)
    ways = np.random.default_rng(0).standard_normal((dim, 20))
    ways /= np.linalg.norm(ways, axis=0)
    for radius in (1e-9, 1e-100):
        # beside 4/sqrt(dim) the waves have the slope 4 pi^2 e r / dim, and the cone bends by 0.8 r / dim
        assert surface.gradient(radius * ways) == pytest.approx(4.0 / math.sqrt(dim) * ways, abs=120.0 * radius + 1e-14)
        assert np.all(np.isfinite(surface.hessian(radius * ways)))
    assert not surface.gradient(np.zeros(dim)).any()


@pytest.mark.parametrize("dim", [1, 3])
def test_griewank_in_one_dimension_lists_all_and_in_three_the_global_minimum(dim):
    surface = ls.surface("griewank", dim=dim)
    x = np.linspace(-10.0, 10.0, 100_000)
    rises = np.sign(ls.surface("griewank", dim=1).gradient(x[None])[0])
    assert len(surface.critical_points) == (np.sum(rises[1:] != rises[:-1]) if dim == 1 else 1)
    assert not surface.critical_points[0].point.any()


ALONG = np.arange(104.0, 464.0, 8.0)  # with few bits, so that the points of a crease lie on it exactly
ACROSS = np.arange(-9.75, 9.75, 0.5)
ROWS = np.arange(-14.0, -5.0, 0.125)

# (surface, points on one of its creases (2, n), whether f has a valley there or a crest)
CREASES = [
    ("bukin_6", np.array([ROWS, 0.01 * (ROWS * ROWS)]), "valley"),
    ("bukin_6", np.array([np.full(12, -10.0), np.arange(-2.75, 3.0, 0.5)]), "valley"),
    ("cross_in_tray", np.array([np.zeros(39), ACROSS]), "crest"),
    ("cross_in_tray", np.array([ACROSS, np.zeros(39)]), "crest"),
    ("holder_table", np.array([np.zeros(39), ACROSS]), "crest"),
    ("eggholder", np.array([ALONG, -47.0 - 0.5 * ALONG]), "valley"),
    ("eggholder", np.array([-ALONG, -ALONG - 47.0]), "valley"),
    ("eggholder", np.array([-ALONG, -47.0 + 0.5 * ALONG]), "crest"),
    ("eggholder", np.array([ALONG, ALONG - 47.0]), "crest"),
]


@pytest.mark.parametrize(("name", "points", "side"), CREASES)
def test_on_a_crease_the_gradient_given_is_finite_and_a_subgradient(name, points, side):
    """f(q) >= f(p) + g (q - p), to twice the second order of what is smooth, at points q around p; in a crest <=."""
    surface = ls.surface(name)
    slope, bends = surface.gradient(points), surface.hessian(points)
    assert np.all(np.isfinite(slope))
    assert np.all(np.isfinite(bends))
    radius, up = 1e-6, 1.0 if side == "valley" else -1.0
    slack = (2.0 * np.max(np.abs(bends)) + 1.0) * radius * radius + 1e-14 * np.max(np.abs(surface.value(points)))
    for angle in np.linspace(0.0, 2.0 * np.pi, 33):
        move = radius * np.array([np.cos(angle), np.sin(angle)])[:, None]
        rise = surface.value(points + move) - surface.value(points) - np.sum(slope * move, axis=0)
        assert np.min(up * rise) >= -slack


@pytest.mark.parametrize("name", ["ackley", "bukin_6", "cross_in_tray", "eggholder", "holder_table"])
def test_a_surface_with_creases_says_so(name):
    assert "nonsmooth" in ls.surface(name).traits
    assert "not differentiable" in ls.surface(name).__doc__.replace("\n    ", " ")

"""Facts of the surfaces with many holes: their formulas as published, their points, and where they are not smooth."""

import math

import numpy as np
import pytest
from surface_laws import points_around

import landscape as ls
from landscape.core.component import FieldError


def schaffer(wave):
    return lambda x, y: 0.5 + (wave(x**2 - y**2) ** 2 - 0.5) / (1 + 0.001 * (x**2 + y**2)) ** 2


def shubert(x, y):
    i = np.arange(1, 6)[:, None]
    return np.sum(i * np.cos((i + 1) * x + i), axis=0) * np.sum(i * np.cos((i + 1) * y + i), axis=0)


def langermann(x, y, sign=1):
    rows = zip((1, 2, 5, 2, 3), (3, 5, 2, 1, 7), (5, 2, 1, 4, 9), strict=True)
    squares = [(c, (x - a) ** 2 + (y - b) ** 2) for c, a, b in rows]
    return sign * sum(c * np.exp(-s / np.pi) * np.cos(np.pi * s) for c, s in squares)


def foxholes(x, y):
    a = np.array([-32, -16, 0, 16, 32])
    i = np.arange(1, 26)[:, None]
    return 1 / (0.002 + np.sum(1 / (i + (x - np.tile(a, 5)[:, None]) ** 6 + (y - np.repeat(a, 5)[:, None]) ** 6), 0))


def shekel(*p):
    widths = (0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5)
    firsts, seconds = (4, 1, 8, 6, 3, 2, 5, 8, 6, 7), (4, 1, 8, 6, 7, 9, 5, 1, 2, 3.6)
    thirds, fourths = (4, 1, 8, 6, 3, 2, 3, 8, 6, 7), (4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6)
    places = zip(widths, firsts, seconds, thirds, fourths, strict=True)
    return -sum(1 / (b + sum((x - c) ** 2 for x, c in zip(p, place, strict=True))) for b, *place in places)


def levy(*p):
    w = 1 + (np.array(p) - 1) / 4
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2), axis=0)
    return np.sin(np.pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2)


def weierstrass(*p):
    x, k = np.array(p)[:, None], np.arange(4)[:, None]
    waves = 0.5**k * np.cos(2 * np.pi * 3**k * (x + 0.5))
    return np.sum(waves, axis=(0, 1)) - len(p) * np.sum(0.5**k * np.cos(np.pi * 3**k))


def bird(x, y):
    return np.sin(x) * np.exp((1 - np.cos(y)) ** 2) + np.cos(y) * np.exp((1 - np.sin(x)) ** 2) + (x - y) ** 2


def salomon(*p):
    r = np.linalg.norm(p, axis=0)
    return 1 - np.cos(2 * np.pi * r) + 0.1 * r


def michalewicz(*p):
    return -sum(np.sin(x) * np.sin((i + 1) * x**2 / np.pi) ** 20 for i, x in enumerate(p))


FORMULAS = [
    ("schaffer_2", {}, schaffer(np.sin)),
    ("schaffer_4", {}, schaffer(lambda u: np.cos(np.sin(np.abs(u))))),
    ("shubert", {}, shubert),
    ("langermann", {}, langermann),
    ("de_jong_5", {}, foxholes),
    ("shekel", {}, shekel),
    ("bird", {}, bird),
    ("levy", {"dim": 3}, levy),
    ("weierstrass", {"dim": 2, "terms": 4}, weierstrass),
    ("gramacy_lee", {}, lambda x: np.sin(10 * np.pi * x) / (2 * x) + (x - 1) ** 4),
    ("eggcrate", {}, lambda x, y: x**2 + y**2 + 25 * (np.sin(x) ** 2 + np.sin(y) ** 2)),
    ("schwefel", {}, lambda *p: 418.9828872724338 * len(p) - sum(x * np.sin(np.sqrt(np.abs(x))) for x in p)),
    ("alpine", {"dim": 3}, lambda *p: sum(np.abs(x * np.sin(x) + 0.1 * x) for x in p)),
    ("salomon", {"dim": 3}, salomon),
    ("michalewicz", {"dim": 3}, michalewicz),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "formula"), FORMULAS, ids=[row[0] for row in FORMULAS])
def test_a_surface_has_the_value_of_its_published_formula(name, fields, formula):
    """To a few hundred roundings of the largest value: the formulas as printed cancel more than ours."""
    surface = ls.surface(name, **fields)
    p = points_around(surface, 500, reach=1.0)
    expected = formula(*p)
    assert surface.value(p) == pytest.approx(expected, rel=1e-12, abs=1e-13 * np.max(np.abs(expected)))


@pytest.mark.parametrize(
    ("name", "lowest", "minima", "saddles", "maxima"),
    [
        ("schaffer_2", 1, 21, 0, 20),
        ("schaffer_4", 4, 20, 0, 21),
        ("shubert", 4, 200, 361, 200),
        ("eggcrate", 1, 9, 24, 16),
        ("bird", 2, 6, 11, 6),
        ("gramacy_lee", 1, 9, 0, 8),
        ("shekel", 1, 10, 0, 0),
        ("de_jong_5", 1, 36, 76, 41),
        ("michalewicz", 1, 2, 0, 0),
        ("schwefel", 1, 49, 98, 49),
    ],
)
def test_as_many_points_are_listed_as_the_docstring_says(name, lowest, minima, saddles, maxima):
    surface = ls.surface(name)
    kinds = [known.kind for known in surface.critical_points]
    assert [kinds.count(kind) for kind in ("minimum", "saddle", "maximum")] == [minima, saddles, maxima]
    assert sum(known.value < surface.lowest + 1e-9 for known in surface.minima) == lowest


@pytest.mark.parametrize("name", ["schaffer_2", "schaffer_4"])
def test_no_critical_point_of_schaffers_functions_lies_off_the_axes(name):
    found = ls.find_critical_points(ls.surface(name))
    assert len(found) == 41
    assert all(np.min(np.abs(known.point)) < 1e-9 for known in found)


def test_every_michalewicz_minimum_is_in_a_valley_of_its_own():
    for dim in (1, 2, 3, 4, 5):
        minima = ls.surface("michalewicz", dim=dim).minima
        assert len(minima) == math.factorial(dim)
        valleys = [tuple(np.floor((np.arange(dim) + 1) * (known.point / np.pi) ** 2)) for known in minima]
        assert len(set(valleys)) == len(valleys)


def test_langermann_with_a_minus_has_the_other_published_minimum():
    assert langermann(2.00299219, 1.006096, sign=-1) == pytest.approx(-5.1621259, abs=1e-6)
    assert ls.surface("langermann").value([2.00299219, 1.006096]) == pytest.approx(5.1621259, abs=1e-6)


def test_the_gramacy_lee_function_passes_smoothly_through_its_removable_singularity():
    surface = ls.surface("gramacy_lee")
    assert surface.value([0.0]) == pytest.approx(5.0 * np.pi + 1.0, rel=1e-15)
    assert surface.gradient([0.0])[0] == -4.0
    t = 10.0 * np.pi
    assert surface.hessian([0.0])[0, 0] == pytest.approx(12.0 - 5.0 * np.pi * t * t / 3.0, rel=1e-14)
    edge = 0.5 / t  # where the power series begins
    for function in (surface.value, surface.gradient, surface.hessian):
        inside, outside = function([edge * (1.0 - 1e-14)]), function([edge * (1.0 + 1e-14)])
        assert inside == pytest.approx(outside, rel=1e-12)


@pytest.mark.parametrize(("name", "dim"), [("alpine", 1), ("alpine", 2), ("salomon", 1), ("salomon", 4)])
def test_at_a_kink_the_gradient_given_is_0_and_f_rises_to_all_sides(name, dim):
    surface = ls.surface(name, dim=dim)
    assert "nonsmooth" in surface.traits
    for known in surface.minima:
        assert known.kink
        assert not surface.gradient(known.point).any()
        assert np.all(np.isfinite(surface.hessian(known.point)))
        steps = 1e-4 * np.random.default_rng(0).standard_normal((dim, 50))
        rises = surface.value(known.point[:, None] + steps) - known.value
        slopes = rises / np.linalg.norm(steps, axis=0)
        assert np.all(slopes > 0.005)  # the flattest side of all has the slope 0.01, next to -asin(0.1)


def test_the_gradient_jumps_across_a_kink_of_alpine_by_its_slopes_on_both_sides():
    surface = ls.surface("alpine", dim=1)
    x = np.pi + math.asin(0.1)
    slope = abs(0.1 - math.sin(math.asin(0.1)) + x * math.cos(x))
    assert surface.gradient([x - 1e-9])[0] == pytest.approx(-slope, rel=1e-6)
    assert surface.gradient([x + 1e-9])[0] == pytest.approx(slope, rel=1e-6)


def test_salomons_rings_are_minima_next_to_the_whole_radii():
    surface = ls.surface("salomon")
    shift = math.asin(0.1 / (2.0 * math.pi)) / (2.0 * math.pi)
    for radius in (1, 2, 3):
        for angle in (0.3, 2.0):
            p = (radius - shift) * np.array([math.cos(angle), math.sin(angle)])
            assert surface.gradient(p) == pytest.approx([0.0, 0.0], abs=1e-12)
            assert np.linalg.eigvalsh(surface.hessian(p)) == pytest.approx(
                [0.0, 4.0 * np.pi**2 * math.cos(2.0 * np.pi * shift)], abs=1e-11
            )


def test_weierstrass_is_lowest_at_0_for_odd_b_alone():
    surface = ls.surface("weierstrass", dim=2)
    assert surface.value([0.0, 0.0]) == 0.0
    assert not surface.gradient([0.0, 0.0]).any()
    with pytest.raises(FieldError, match="odd"):
        ls.surface("weierstrass", b=4)
    k = np.arange(3)
    even = np.sum(0.5**k * (np.cos(2 * np.pi * 4**k * 0.625) - np.cos(np.pi * 4**k)))  # at p = 1/8
    assert even < 0.0

"""What critical points are, and which are found, does not depend on the scale of values or of coordinates."""

import functools
import itertools

import numpy as np
import pytest

import landscape as ls
from landscape.core.critical_points import classify
from landscape.core.finder import find_critical_points

OWN = {
    "a saddle and two minima": "x**2 - y**2 + y**4/4",
    "flat to the fourth order": "x**4 + y**2",
    "a monkey saddle": "x**3 - 3*x*y**2",
    "a quartic saddle": "x**4 - y**4 + x**2*y**2",
    "a kink": "sqrt(x**2) + y**2",
    "no critical point": "x + 0.1*sin(y)",
    "waves": "sin(3*x)*cos(2*y) + 0.1*x",
    "a trough": "(x**2 - 1)**2 + 1e-6*y**2",
}
REGISTERED = ["himmelblau", "beale", "three_hump_camel", "dauphin_saddle", "quartic", "powell_badly_scaled"]
SCALES = [
    *itertools.product((1e-10, 1.0, 1e10), ((1.0, 1.0),)),
    (1.0, (1e-6, 1e-6)),
    (1.0, (1e6, 1e6)),
    (1e-10, (1e6, 1e-6)),
    (1e10, (1e-6, 1.0)),
]
WINDOW = ((-2.1, 1.9), (-1.8, 2.2))


def bases():
    return {name: ls.from_expression(text, window=WINDOW) for name, text in OWN.items()} | {
        name: ls.surface(name) for name in REGISTERED
    }


BASES = bases()


@functools.cache
def searched(name):
    return find_critical_points(BASES[name], starts=60)


@pytest.mark.parametrize(("height", "stretch"), SCALES)
@pytest.mark.parametrize("name", BASES)
def test_a_search_finds_the_same_at_any_scale(name, height, stretch):
    base, found = BASES[name], searched(name)
    scaled = ls.surface("scaled", surface=base, height=height, stretch=stretch)
    again = find_critical_points(scaled, starts=60)
    size = np.ptp(np.array(scaled.window), axis=1)
    # some that the search is given are found from few starts alone; what is listed is found
    listed = [point for point in found if not point.degenerate]
    assert [point.kind for point in again if not point.degenerate] == [point.kind for point in listed]
    for point in listed:
        near = [each for each in again if np.all(np.abs(each.point - point.point * stretch) <= 1e-7 * size)]
        assert [(each.kind, each.degenerate, each.kink) for each in near] == [(point.kind, False, point.kink)]
        if not point.kink:
            assert scaled.saddle_index(near[0].point) == base.saddle_index(point.point)
    flat = [{point.kind for point in points if point.degenerate} for points in (found, again)]
    assert flat[0] == flat[1]


@pytest.mark.parametrize("height", [1e-300, 1e-30, 1e-10, 1.0, 1e10, 1e30, 1e90])
def test_the_index_of_a_saddle_agrees_with_its_kind_at_any_height(height):
    surface = ls.from_expression(f"{height!r}*(x**2 - y**2 + y**4/4)")
    assert [point.kind for point in surface.critical_points] == ["minimum", "minimum", "saddle"]
    assert [surface.saddle_index(point.point) for point in surface.critical_points] == [0, 0, 1]


@pytest.mark.parametrize("factor", [1e-200, 1e-9, 1.0, 1e9, 1e200])
@pytest.mark.parametrize("diagonal", [(1.0, 2.0), (1.0, -2.0), (-1.0, -3.0), (1.0, 0.0), (0.0, 0.0), (1e-9, 1.0)])
def test_a_hessian_is_classified_by_its_proportions(diagonal, factor):
    assert classify(factor * np.diag(diagonal)) == classify(np.diag(diagonal))

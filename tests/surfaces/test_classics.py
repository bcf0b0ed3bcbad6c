"""Facts of the low-dimensional classics, as they were published."""

import numpy as np
import pytest

import landscape as ls

# (surface, its global minima, its value there to the published digits, minima, saddles, maxima)
PUBLISHED = [
    ("booth", [(1.0, 3.0)], 0.0, (1, 0, 0)),
    ("matyas", [(0.0, 0.0)], 0.0, (1, 0, 0)),
    ("three_hump_camel", [(0.0, 0.0)], 0.0, (3, 2, 0)),
    ("six_hump_camel", [(0.0898, -0.7126), (-0.0898, 0.7126)], -1.0316, (6, 7, 2)),
    ("styblinski_tang", [(-2.9035, -2.9035)], -39.16617 * 2, (4, 4, 1)),
    ("goldstein_price", [(0.0, -1.0)], 3.0, (4, 4, 1)),
    ("branin", [(np.pi, 2.275), (-np.pi, 12.275), (9.42478, 2.475)], 0.397887, (3, 2, 0)),
    ("mccormick", [(-0.54719, -1.54719)], -1.9133, (2, 1, 0)),
]


@pytest.mark.parametrize(("name", "points", "value", "counts"), PUBLISHED)
def test_the_recorded_points_are_the_published_ones(name, points, value, counts):
    surface = ls.surface(name)
    assert surface.lowest == pytest.approx(value, abs=1e-4)
    found = [known.point for known in surface.minima if known.value < surface.lowest + 1e-9]
    assert np.array(sorted(map(tuple, np.round(found, 3)))) == pytest.approx(np.array(sorted(points)), abs=2e-3)
    kinds = [known.kind for known in surface.critical_points]
    assert tuple(kinds.count(kind) for kind in ("minimum", "saddle", "maximum")) == counts


def test_goldstein_and_prices_function_has_the_value_of_its_formula():
    x, y = p = np.random.default_rng(0).uniform(-2.0, 2.0, (2, 200))
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    assert ls.surface("goldstein_price").value(p) == pytest.approx(first * second, rel=1e-9)


def test_gradient_descent_at_rate_one_half_is_at_the_bottom_of_the_sphere_in_one_step():
    record = ls.simulate("sphere", ls.optimizer("sgd", lr=0.5), start=(3.0, -4.0), steps=1)
    assert record["sgd"].value[-1, 0] == 0.0


@pytest.mark.parametrize("dim", [1, 3, 7])
def test_styblinski_and_tangs_minimum_is_the_same_in_each_coordinate(dim):
    surface = ls.surface("styblinski_tang", dim=dim)
    assert surface.lowest == pytest.approx(-39.16616570377142 * dim, rel=1e-14)
    assert len(surface.critical_points) == (3**dim if dim <= 4 else 1)

"""Laws of the search for critical points: started blind it finds the recorded ones, and says what each is."""

import numpy as np
import pytest
from surface_laws import rounding

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.core.finder import find_critical_points
from landscape.surfaces.bbob._base import Bbob

CLASSES = [ls.surfaces.REGISTRY.get(name) for name in ls.surfaces.names()]
FEWER = {"weierstrass": {"terms": 2}}  # ripples
READY = [cls(**FEWER.get(cls.name, {})) for cls in CLASSES if set(field_hints(cls)) <= set(defaults(cls))]
# Circles of critical points fill some windows, and search is for isolated ones; others hold too many.
NARROW = {
    "langermann": ((2.0, 4.0), (0.5, 2.5)),
    "de_jong_5": ((-20.0, 20.0), (-20.0, 20.0)),
    "michalewicz": ((2.1, 2.3), (1.5, 1.65)),
    "levy_13": ((-3.0, 3.0), (-3.0, 3.0)),
    "drop_wave": ((-0.2, 0.3), (-0.2, 0.2)),
    "salomon": ((-0.3, 0.6), (-0.3, 0.3)),
    "bbob_rastrigin": ((-3.5, -1.2), (0.5, 4.0)),
    "bbob_bueche_rastrigin": ((1.9, 2.9), (1.5, 3.1)),
    "bbob_griewank_rosenbrock": ((-0.16, -0.11), (0.67, 0.72)),
    "bbob_lunacek": ((-1.5, -1.0), (1.0, 1.5)),
}


def strict(surface):
    return [point for point in surface.critical_points if not point.degenerate and not point.kink]


def searched(surface):
    """Whether a search can tell something: in BBOB's nonsmooth functions slopes lead to rings, steps and ripples."""
    lost = isinstance(surface, Bbob) and "nonsmooth" in surface.traits and not strict(surface)
    return surface.dim <= 2 and not lost


PLANE = [surface for surface in READY if searched(surface)]


@pytest.mark.parametrize("surface", PLANE, ids=repr)
def test_the_finder_started_blind_finds_every_recorded_point_and_only_critical_ones(surface):
    window = NARROW.get(surface.name, surface.window)
    found = find_critical_points(surface, window)
    places = np.array([point.point for point in found]).reshape(-1, surface.dim)
    lows, highs = np.array(window).T
    inside = [point for point in strict(surface) if np.all((lows <= point.point) & (point.point <= highs))]
    assert inside or not strict(surface)
    for known in inside:
        near = np.flatnonzero(np.max(np.abs(places - known.point), axis=1) < 1e-9)
        assert [found[i].kind for i in near] == [known.kind], known
        assert found[near[0]].value == pytest.approx(known.value, rel=1e-12, abs=1e-12)
    for point in (point for point in found if not point.kink):
        bound = max(1e-10, rounding(surface._gradient, point.point[:, None])[1].max())
        assert np.linalg.norm(surface.gradient(point.point)) <= 4.0 * bound + slack(surface, point.point)


def slack(surface, point):
    """How much gradient the distance to the next float makes."""
    return 1e-15 * float(np.abs(surface.hessian(point)).sum() * np.abs(point).max())


def test_points_are_listed_once_minima_first_and_only_inside_the_window():
    found = find_critical_points(ls.surface("himmelblau"), ((0.0, 5.0), (0.0, 5.0)))
    assert [point.kind for point in found] == ["minimum", "saddle", "saddle"]
    assert found[0].point == pytest.approx([3.0, 2.0])


def test_in_many_dimensions_random_starts_find_both_minima_of_rosenbrock():
    surface = ls.surface("rosenbrock", dim=4)
    minima = [point for point in find_critical_points(surface) if point.kind == "minimum"]
    assert [point.value for point in minima] == pytest.approx([0.0, 3.701428610430], abs=1e-9)


def test_the_search_is_the_same_each_time():
    surface = ls.surface("rosenbrock", dim=3)
    first, second = (find_critical_points(surface, seed=3) for _ in range(2))
    assert all(a.point.tobytes() == b.point.tobytes() for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("window", [((0.0, 1.0),), ((1.0, 0.0), (0.0, 1.0)), ((0.0, np.nan), (0.0, 1.0)), 3.0])
def test_a_window_of_another_shape_is_refused(window):
    with pytest.raises(ValueError, match="window must be 2 pairs"):
        find_critical_points(ls.surface("himmelblau"), window)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x**4 + y**4", "minimum"),
        ("-x**4 - y**4", "maximum"),
        ("x**4 - y**4", "saddle"),
        ("x**4 - y**2", "saddle"),
        ("y**2 - x**4", "saddle"),
        ("x**3 + y**2", "saddle"),
        ("x**3 - 3*x*y**2", "saddle"),
        ("x**4 + y**4 + z**4 - w**4", "saddle"),
        ("x**6 + y**2 + 1000", "minimum"),
    ],
)
def test_a_degenerate_point_is_called_by_the_values_around_it(text, kind):
    points = find_critical_points(ls.from_expression(text), starts=20)
    assert {(point.kind, point.degenerate) for point in points} == {(kind, True)}
    assert all(point.point == pytest.approx(0.0, abs=1e-2) for point in points)


def test_a_flat_valley_is_a_minimum_all_along():
    ring = ls.from_function(lambda p: (p[0] ** 2 + p[1] ** 2 - 1.0) ** 2, dim=2)
    found = find_critical_points(ring, starts=20)
    assert {(point.kind, round(float(np.hypot(*point.point)), 6)) for point in found} <= {
        ("minimum", 1.0),
        ("maximum", 0.0),
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"starts": -5}, "starts must be a whole number of at least 1"),
        ({"starts": 1.5}, "starts"),
        ({"seed": "a"}, "seed"),
    ],
)
def test_what_is_no_number_of_starts_and_no_seed_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        find_critical_points("himmelblau", **given)


def test_a_surface_may_be_named_and_anything_else_is_refused():
    assert len(find_critical_points("himmelblau", ((0.0, 5.0), (0.0, 5.0)), starts=50)) == 3
    with pytest.raises(TypeError, match="a surface or its name, got 3"):
        find_critical_points(3)

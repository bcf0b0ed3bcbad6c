"""Laws of the search for critical points: started blind it finds the recorded ones, and says what each is."""

import itertools

import numpy as np
import pytest
from surface_laws import rounding

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.core.finder import find_critical_points
from landscape.core.time_limit import OutOfTime, TimedSurface
from landscape.surfaces.bbob._base import Bbob

CLASSES = [ls.surfaces.REGISTRY.get(name) for name in ls.surfaces.names()]
FEWER = {"weierstrass": {"terms": 2}}  # ripples
READY = [cls(**FEWER.get(cls.name, {})) for cls in CLASSES if set(field_hints(cls)) <= set(defaults(cls))]
# Circles of critical points fill some windows, and search is for isolated ones; others hold too many.
NARROW = {
    "langermann": ((2.0, 4.0), (0.5, 2.5)),
    "de_jong_5": ((-20.0, 20.0), (-20.0, 20.0)),
    "michalewicz": ((2.1, 2.3), (1.5, 1.65)),
    "levy_13": ((-0.4, 2.1), (-0.4, 2.1)),
    "alpine": ((-1.0, 6.0), (-1.0, 6.0)),
    "schaffer_2": ((-4.0, 4.0), (-4.0, 4.0)),
    "schaffer_4": ((-3.0, 3.0), (-3.0, 3.0)),
    "eggholder": ((-400.0, -50.0), (250.0, 500.0)),  # off the creases
    "shubert": ((-2.0, 1.0), (-2.0, 1.0)),
    "ackley": ((-4.0, 4.0), (-4.0, 4.0)),
    "drop_wave": ((-0.1, 0.1), (-0.1, 0.1)),
    "salomon": ((-0.3, 0.4), (-0.3, 0.3)),
    "bbob_rastrigin": ((-3.5, -1.2), (0.5, 4.0)),
    "bbob_gallagher_101": ((0.6, 1.2), (2.7, 3.3)),
    "bbob_gallagher_21": ((2.1, 2.7), (-2.5, -1.9)),
    "bbob_bueche_rastrigin": ((1.9, 2.9), (1.5, 3.1)),
    "bbob_griewank_rosenbrock": ((-0.16, -0.11), (0.67, 0.72)),
    "bbob_lunacek": ((-1.5, -1.0), (1.0, 1.5)),
}

# Random starts for those whose values on a fine grid take long, or whose valleys make each start long.
STARTS = {
    "bbob_gallagher_101": 150,
    "bbob_gallagher_21": 150,
    "bbob_bent_cigar": 60,
    "gaussian_landscape": 200,
    "linear_rank_1": 40,
    "penalty_1": 100,
    "jennrich_sampson": 100,
    "bukin_6": 40,
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
    found = find_critical_points(surface, window, starts=STARTS.get(surface.name))
    places = np.array([point.point for point in found]).reshape(-1, surface.dim)
    lows, highs = np.array(window).T
    inside = [point for point in strict(surface) if np.all((lows <= point.point) & (point.point <= highs))]
    assert inside or not strict(surface)
    kinks = [point for point in found if point.kink and not point.degenerate]
    for known in listed_kinks(surface, window):
        near = [each for each in kinks if np.allclose(each.point, known.point, rtol=0.0, atol=1e-11 * np.ptp(window))]
        assert [each.kind for each in near] == [known.kind], known
    for known in inside:
        near = np.flatnonzero(np.max(np.abs(places - known.point), axis=1) < 1e-9)
        assert [found[i].kind for i in near] == [known.kind], known
        assert found[near[0]].value == pytest.approx(known.value, rel=1e-12, abs=1e-12)
    if any(smooth := [not point.kink for point in found]):
        p = places[smooth].T
        gradients, errors = rounding(surface._gradient, p)
        bounds = np.maximum(1e-10, errors.max(axis=0))
        assert np.all(np.linalg.norm(gradients, axis=0) <= 4.0 * bounds + slack(surface, p))


def listed_kinks(surface, window):
    """The minima at kinks that the search is for: f rises in every direction, and its slopes around have a bound.

    A surface that is not nonsmooth has kinks of its second derivative alone.
    """
    if "nonsmooth" not in surface.traits:
        return []
    lows, highs = np.array(window).T
    return [
        point
        for point in surface.critical_points
        if point.kink
        and point.kind == "minimum"
        and np.all((lows <= point.point) & (point.point <= highs))
        and rises_by_bounded_slopes(surface, point, highs - lows)
    ]


def rises_by_bounded_slopes(surface, point, size):
    angles = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    ways = size[:, None] * np.array([np.cos(angles), np.sin(angles)])[: surface.dim]
    near, far = (np.max(np.abs(surface.gradient(point.point[:, None] + share * ways))) for share in (1e-8, 1e-4))
    return np.all(surface.value(point.point[:, None] + 1e-4 * ways) > point.value) and near <= 10.0 * far


def slack(surface, p):
    """(n,): how much gradient the distance to the next float makes at p (dim, n)."""
    return 1e-15 * np.abs(surface.hessian(p)).sum(axis=(0, 1)) * np.abs(p).max(axis=0)


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
    first, second = (find_critical_points(surface, seed=3, starts=64) for _ in range(2))
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


def root(p):
    return np.sqrt(np.sum(p * p, axis=0))


def ackley(p):
    waves = np.mean(np.cos(2.0 * np.pi * p), axis=0)
    return 20.0 + np.e - 20.0 * np.exp(-0.2 * root(p) / np.sqrt(2.0)) - np.exp(waves)


KINKED = {
    "sum": (lambda p: np.abs(p[0]) + np.abs(p[1]), [(0.0, 0.0)]),
    "moved": (lambda p: np.abs(p[0] - 0.3) + 2.0 * np.abs(p[1] + 1.0 / 3.0), [(0.3, -1.0 / 3.0)]),
    "largest": (lambda p: np.maximum(np.abs(p[0] - 0.1), np.abs(p[1])), [(0.1, 0.0)]),
    "along": (lambda p: np.abs(p[0] - 1.0) + (p[1] - 0.21) ** 2, [(1.0, 0.21)]),
    "cone": (lambda p: root(p - np.array([0.123, 1.0 / 7.0]).reshape(2, *(1,) * (p.ndim - 1))), [(0.123, 1.0 / 7.0)]),
    "product": (
        lambda p: np.abs(p[0] * p[1]) + 0.1 * (p[0] - 0.4) ** 2 + 0.1 * (p[1] + 0.2) ** 2,
        [(0.4, 0.0), (0.0, -0.2)],
    ),
    "curved": (lambda p: 3.0 * np.abs(p[1] - 0.5 * p[0] ** 2) + (p[0] - 0.7) ** 2, [(0.7, 0.245)]),
    "bowls": (
        lambda p: np.maximum((p[0] - 1.0) ** 2 + p[1] ** 2, (p[0] + 1.0) ** 2 + (p[1] - 0.5) ** 2),
        [(0.0, 0.25)],
    ),
    "roots": (lambda p: np.sqrt(np.abs(p[0] - 0.2)) + (p[1] - 0.1) ** 2, [(0.2, 0.1)]),
    "ackley": (ackley, [(0.0, 0.0)]),
}


# on the lines of the search's grids, and off them
@pytest.mark.parametrize("window", [(-2.0, 2.0), (-1.7, 2.2)])
@pytest.mark.parametrize("name", KINKED)
def test_minima_at_kinks_are_found_to_the_last_digits_and_no_others(name, window):
    function, places = KINKED[name]
    found = find_critical_points(ls.from_function(function, dim=2, window=window))
    kinks = [point for point in found if point.kink]
    assert {point.kind for point in kinks} == {"minimum"}
    assert not any(point.degenerate for point in kinks)
    got = sorted(tuple(point.point) for point in kinks)
    # rounding of the values near a minimum that is smooth along the kink
    assert np.allclose(got, sorted(places), rtol=0.0, atol=4e-12)


def test_a_formula_of_more_dimensions_has_its_kinks_too():
    found = find_critical_points(
        ls.from_expression("abs(x - 0.3) + max(y, -2*y) + (z - 0.1)**2 + abs(w)", window=(-1.0, 1.0))
    )
    assert [(point.kind, point.kink) for point in found] == [("minimum", True)]
    assert found[0].point == pytest.approx([0.0, 0.3, 0.0, 0.1], abs=1e-9)  # in the order w, x, y, z


@pytest.mark.parametrize(
    "text", ["abs(x - 0.1) + 0*y", "abs(x) - y**2", "sqrt(x**2 + y**2 + 1e-4)", "max(x, 0) - y**2"]
)
def test_what_is_no_lone_minimum_at_a_kink_is_not_called_one(text):
    found = find_critical_points(ls.from_expression(text, window=((-1.7, 2.2), (-2.0, 1.3))))
    assert not [point for point in found if point.kink and point.kind == "minimum"]


def test_of_a_kink_on_which_a_slope_of_0_is_given_the_values_say_what_it_is():
    (saddle,) = find_critical_points(ls.from_expression("abs(x) - y**2"))
    assert (saddle.kind, saddle.kink) == ("saddle", True)


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes by what is told to it, for a time that does not depend on the machine."""
    now = [0.0]
    monkeypatch.setattr("landscape.core.time_limit.time.perf_counter", lambda: now[0])
    monkeypatch.setattr("landscape.core.time_limit.time.process_time", lambda: now[0])
    return now


def slow(clock, cost):
    """A bowl with two wells, for one point at a time, that takes so many seconds a call."""

    def function(p):
        clock[0] += cost
        return 1.0 * ((p[0] ** 2 - 1.0) ** 2 + p[1] ** 2) if np.ndim(p) == 1 else 1 / 0

    return ls.from_function(function, dim=2, window=(-2.0, 2.0))


@pytest.mark.parametrize("cost", [3e-5, 1e-3, 1e-2, 1.0])
def test_a_search_ends_soon_after_its_time_and_says_so(clock, cost):
    surface = slow(clock, cost)
    clock[0] = 0.0
    found = find_critical_points(surface, starts=48, seconds=1.0)
    assert clock[0] <= 1.0 + 10.0 * cost
    assert found.stopped == (cost > 1e-4)
    assert {point.kind for point in found} <= {"minimum", "saddle"}
    assert cost > 1e-4 or len(found) >= 2


def test_a_search_that_ends_in_time_is_that_without_an_end():
    surface = ls.surface("himmelblau")
    free, timed = find_critical_points(surface), find_critical_points(surface, seconds=1e6)
    assert (free.stopped, timed.stopped) == (False, False)
    assert [point.point.tobytes() for point in free] == [point.point.tobytes() for point in timed]


def test_a_call_that_would_take_too_long_is_not_made(clock):
    surface = slow(clock, 0.1)
    clock[0] = 0.0
    timed = TimedSurface(surface, 2.0)
    with pytest.raises(OutOfTime):
        timed.value(np.zeros((2, 1000)))
    assert clock[0] <= 1.0
    assert timed.value(np.zeros((2, 3))).shape == (3,)


def test_seconds_are_above_0():
    with pytest.raises(ValueError, match="seconds must be a number above 0, got 0"):
        find_critical_points("himmelblau", seconds=0)


def directions_of_descent(surface, point):
    return int(np.sum(np.linalg.eigvalsh(surface.hessian(point.point)) < 0.0))


def test_in_three_dimensions_all_points_of_a_sum_of_double_wells_are_found():
    wells = ls.from_expression("(x**2 - 1)**2 + 2*(y**2 - 1)**2 + 3*(z**2 - 1)**2", window=((-2.0, 2.0),) * 3)
    found = find_critical_points(wells)
    assert {tuple(np.round(point.point, 9)) for point in found} == set(itertools.product((-1.0, 0.0, 1.0), repeat=3))
    kinds = [point.kind for point in found]
    assert [kinds.count(kind) for kind in ("minimum", "saddle", "maximum")] == [8, 18, 1]


@pytest.mark.parametrize("dim", [8, 12])
def test_in_many_dimensions_saddles_of_many_indices_are_found(dim):
    land = ls.surface("gaussian_landscape", dim=dim)
    found = find_critical_points(land, starts=100)
    assert len(found) > 40
    assert all(np.max(np.abs(land.gradient(point.point))) < 1e-9 for point in found)
    indices = [directions_of_descent(land, point) for point in found]
    assert len(set(indices)) > 5
    assert np.corrcoef(indices, [point.value for point in found])[0, 1] > 0.6


@pytest.mark.parametrize("index", [0, 2, [1, 6]])
def test_a_chosen_index_is_found_and_no_other(index):
    land = ls.surface("gaussian_landscape", dim=6)
    found = find_critical_points(land, starts=64, index=index)
    assert {directions_of_descent(land, point) for point in found} == set(np.atleast_1d(index))


@pytest.mark.parametrize("index", [-1, 3, 1.0, [], [0, 5], "all"])
def test_an_index_that_no_point_can_have_is_refused(index):
    with pytest.raises(ValueError, match="index must be whole numbers from 0 to 2"):
        find_critical_points("himmelblau", index=index)


def test_an_index_is_chosen_among_what_is_found_in_the_plane_too():
    assert len(find_critical_points("himmelblau", index=0)) == 4
    assert [point.kind for point in find_critical_points("himmelblau", index=[1, 2])] == ["saddle"] * 4 + ["maximum"]

"""Laws of the grids that landscapes are drawn from: the library's whole, a slow function's as fine as time allows."""

import numpy as np
import pytest

import landscape as ls
from landscape.render import draw
from landscape.render.panels import grids, terrain

FRAME = ((-2.0, 2.0), (-1.0, 3.0))
SHAPE = (400, 300)


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes by what is told to it."""
    now = [0.0]
    monkeypatch.setattr("landscape.render.panels.grids.time.perf_counter", lambda: now[0])
    return now


def slow(clock, cost):
    """A bowl for one point at a time, that takes so many seconds a call."""

    def function(p):
        clock[0] += cost
        return (p[0] - 0.3) ** 2 + 2.0 * p[1] ** 2 if np.ndim(p) == 1 else 1 / 0

    return ls.from_function(function, dim=2, window=FRAME)


@pytest.mark.parametrize("cost", [1e-5, 1e-4, 1e-3])
def test_a_slow_functions_grid_is_as_fine_as_its_time_allows(clock, cost):
    grid = grids.grid_for(slow(clock, cost), FRAME, SHAPE)
    assert grid.coarse
    nx, ny = grid.shape
    assert nx * ny * cost <= grids.SECONDS < 4.5 * nx * ny * cost
    assert nx / ny == pytest.approx(4.0 / 3.0, rel=0.1)


def test_however_slow_it_is_there_is_a_picture(clock):
    nx, ny = grids.grid_for(slow(clock, 10.0), FRAME, SHAPE).shape
    assert 200 <= nx * ny <= 600


def test_surfaces_of_the_library_and_quick_functions_are_evaluated_everywhere(clock):
    for surface in (ls.surface("himmelblau"), ls.surface("shifted", surface="rosenbrock"), slow(clock, 0.0)):
        grid = grids.grid_for(surface, FRAME, SHAPE)
        assert (grid.shape, grid.coarse) == (SHAPE, False)


def test_what_is_made_of_a_users_function_is_a_users(clock):
    assert grids.brought(ls.surface("shifted", surface=slow(clock, 0.0), shift=(1.0, 0.0)))
    assert not grids.brought(ls.surface("shifted", surface="rosenbrock"))


def test_between_the_points_of_a_coarse_grid_a_parabola_is_one():
    x, y = np.linspace(-1.0, 1.0, 12), np.linspace(0.0, 1.0, 9)
    fine = grids.finer(x**2 + np.outer(y, x), (45, 33))
    at, up = np.linspace(-1.0, 1.0, 45), np.linspace(0.0, 1.0, 33)
    inner = (slice(None), slice(5, -5))  # beyond the last points but one lines go straight on
    assert np.allclose(fine[inner], (at**2 + np.outer(up, at))[inner], atol=1e-12)


def test_beside_what_has_no_value_there_is_none():
    values = np.ones((8, 8))
    values[4, 4] = np.nan
    fine = grids.finer(values, (29, 29))
    assert np.isnan(fine[16, 16])
    assert fine[0, 0] == 1.0


@pytest.mark.parametrize(("language", "said"), [("en", "coarse grid of"), ("zh", "粗网格")])
def test_a_picture_of_a_coarse_grid_says_so(clock, language, said, chinese_font):
    surface = slow(clock, 1e-3)
    record = ls.simulate(surface, ["sgd"], steps=3)
    figure = draw(record, language=language)
    (note,) = [text.get_text() for ax in figure.axes for text in ax.texts if said in text.get_text()]
    assert "×" in note


def test_levels_and_tones_of_a_coarse_grid_are_those_of_its_values(clock):
    surface = slow(clock, 1e-3)
    land = terrain.sample(surface, FRAME, SHAPE, 12)
    true = surface.value(np.array(np.meshgrid(land.x, land.y)))
    assert land.values.shape == land.tone.shape == SHAPE[::-1]
    assert np.median(np.abs(land.values - true)) < 0.02 * np.ptp(true)
    assert land.coarse is not None


def test_trials_grow_until_one_takes_long_enough_to_tell(clock):
    sizes = []

    def function(p):
        sizes.append(p[0].size)
        clock[0] += 1e-3 + 1e-5 * p[0].size
        return p[0] ** 2 + p[1] ** 2

    surface = ls.from_function(function, dim=2, window=FRAME)
    sizes.clear()
    taken = grids.seconds_a_point(surface, np.zeros((2, 10_000)))
    # and a call for one point beside each, which checks what the function says of many
    assert [size for size in sizes if size > 1] == [grids.GROWTH**power for power in (1, 2, 3, 4)]
    assert min(sizes) == 1
    assert 1e-5 < taken < 1.2e-5

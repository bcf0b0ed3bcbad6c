"""Single strokes of pictures, held to geometry: light, dashes, markers, borders, floors, arrows between two steps."""

import dataclasses
import inspect

import numpy as np
import pytest
from matplotlib import markers
from matplotlib.colors import to_rgb

import landscape as ls
from landscape.render.canvas.canvas import pixels_of, renderer
from landscape.render.panels.inside import Insides
from landscape.render.panels.relief_mesh import LIGHT_FROM
from landscape.render.panels.relief_pen import ReliefPen
from landscape.render.panels.space import Camera, Ground
from landscape.render.panels.trails import exit_of
from landscape.render.style import marks
from landscape.render.style.theme import LIGHT
from landscape.render.views._base import REGISTRY


def unpacked(colors):
    return colors.view(np.uint8).reshape(*colors.shape, 4)[..., :3] / 255.0


@pytest.mark.parametrize("name", ["hyperbolic_saddle", "himmelblau"])
def test_a_slope_that_faces_the_light_is_brighter_than_one_that_turns_away(name):
    """Of one colour, between three fifths of it and a little more than all of it: by the angle to the light alone."""
    record = ls.simulate(name, ls.optimizer("sgd", lr=1e-3), start=(0.5, 0.1), steps=5)
    (relief,) = REGISTRY.build("surface").page(record).panels
    ground = relief.ground
    plain = (unpacked(ground.floor) - 0.45 * np.array(to_rgb(LIGHT.paper))) / 0.55
    clear = (plain > 0.3) & (unpacked(ground.upper) < 1.0)
    light = unpacked(ground.upper)[clear] / plain[clear]
    assert np.all((light > 0.55) & (light < 1.1))
    assert len(ground.heights) == len(plain)
    down, right = np.gradient(ground.heights.astype(float), 1.0 / (len(plain) - 1))
    normal = np.stack([-right, -down, np.ones_like(right)], axis=-1)
    facing = normal @ LIGHT_FROM / np.linalg.norm(normal, axis=-1) / np.linalg.norm(LIGHT_FROM)
    assert np.corrcoef(np.broadcast_to(facing[..., None], clear.shape)[clear], light)[0, 1] > 0.98


def test_a_dashed_line_has_gaps_and_a_solid_one_has_none():
    drawn = {}
    for kind in ("solid", "dashed", "dotted"):
        made = renderer(220, 40, 72.0)
        ReliefPen(made, LIGHT, 1.0).line(np.array([[10.0, 20.0], [210.0, 20.0]]), LIGHT.ink, 3.0, 1.0, kind)
        drawn[kind] = pixels_of(made)[20, 12:208, 3] > 127
    assert drawn["solid"].all()
    for kind in ("dashed", "dotted"):
        assert 0.2 < drawn[kind].mean() < 0.85
        assert np.count_nonzero(np.diff(drawn[kind].astype(int)) == 1) > 4


@pytest.mark.parametrize("every", [1, 4])
def test_between_two_steps_an_arrow_is_between_those_of_both(every):
    record = ls.simulate("himmelblau", ls.optimizer("adam", lr=0.1), start=(0.0, 0.0), steps=12, every=every)
    (panel,) = [each for each in REGISTRY.build("inside").page(record).panels if isinstance(each, Insides)]
    steps, last = record["adam"].steps, panel.last
    for values in [panel._sizes, *(part.moves for part in panel.parts)]:
        for row in range(last):
            for share in (0.0, 0.25, 0.5):
                expected = (1.0 - share) * values[row] + share * values[row + 1]
                found = panel._eased(values, steps[row] + share * (steps[row + 1] - steps[row]))
                np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
        np.testing.assert_array_equal(panel._eased(values, steps[last]), values[last])


@pytest.mark.parametrize("dpi", [72.0, 150.0])
@pytest.mark.parametrize("size", [4.0, 13.0])
def test_the_outline_of_a_marker_is_as_large_as_matplotlib_draws_it(dpi, size):
    for sign in ("o", "s", "D", "X", "*"):
        marker = marks.MarkerStyle(sign, size, "black", "white", 1.0)
        drawn = markers.MarkerStyle(sign)
        expected = drawn.get_transform().transform(drawn.get_path().vertices) * size * dpi / 72.0
        np.testing.assert_allclose(marks.outline(marker, dpi).vertices, expected, atol=1e-12)


@pytest.mark.parametrize(
    "far", [(3.0, 0.5), (-4.0, 1.0), (0.3, 5.0), (-0.7, -2.5), (4.0, 4.0), (-3.0, -2.0), (9.0, -8.0)]
)
def test_a_run_leaves_where_its_line_crosses_the_border(far):
    """On the border, and on the way between its last point inside and the next."""
    record = ls.simulate("quadratic", ls.optimizer("sgd", lr=0.0), start=(0.0, 0.0), steps=3)
    here, frame = np.array([-0.25, 0.5]), ((-1.0, 2.0), (-0.5, 1.5))
    path = np.array([[0.0, 0.0], here, far, far])[:, :, None]
    left = exit_of(dataclasses.replace(record["sgd"], params=path), 0, frame)
    lows, highs = np.array(frame).T
    on_border = np.isclose(left.point, lows, atol=1e-12) | np.isclose(left.point, highs, atol=1e-12)
    assert on_border.any()
    assert np.all((left.point >= lows) & (left.point <= highs))
    way, move = left.point - here, np.array(far) - here
    assert way[0] * move[1] == pytest.approx(way[1] * move[0], abs=1e-12)
    assert way @ move > 0.0
    assert left.step == 2


@pytest.mark.parametrize("azimuth", [-1.0, 0.4, 2.5])
def test_each_pixel_of_the_floor_shows_the_cell_that_its_ray_meets(azimuth):
    """Of those that are more than rounding away from another cell's edge."""
    floor = (np.arange(400, dtype=np.uint32) + 1).reshape(20, 20)
    ground = Ground(np.zeros((20, 20), np.float32), floor, floor, floor, -0.3)
    camera = Camera(azimuth, 0.6, 110.0, (70.3, 40.7))
    picture = np.zeros((120, 140), np.uint32)
    ground.seen_floor(camera, picture)
    rows, columns = np.mgrid[:120, :140] + 0.5
    right, up = (columns - camera.middle[0]) / camera.scale, (camera.middle[1] - rows) / camera.scale
    away = (up + 0.3 * np.cos(camera.elevation)) / np.sin(camera.elevation)
    cos, sin = np.cos(azimuth), np.sin(azimuth)
    x, y = -sin * right - cos * away, cos * right - sin * away
    inside = (np.abs(x) < 0.5) & (np.abs(y) < 0.5)
    i, j = (19.0 * (each + 0.5) for each in (x, y))  # the nearest of 20 points
    sure = np.all([np.abs(each - np.floor(each) - 0.5) > 1e-3 for each in (i, j)], axis=0)
    sure &= np.all([np.abs(np.abs(each) - 0.5) > 1e-4 for each in (x, y)], axis=0)
    nearest = [np.clip(np.round(each), 0, 19).astype(int) for each in (j, i)]
    expected = np.where(inside, floor[tuple(nearest)], 0)
    assert np.array_equal(picture[sure], expected[sure])
    assert np.count_nonzero(inside & sure) > 2000


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_page_is_a_still_unless_a_movie_is_asked_for(name):
    assert inspect.signature(REGISTRY.get(name).page).parameters["moving"].default is False

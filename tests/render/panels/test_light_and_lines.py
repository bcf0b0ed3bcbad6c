"""The light on a relief, its dashed lines, and arrows between two steps."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import landscape as ls
from landscape.render.canvas.canvas import pixels_of, renderer
from landscape.render.panels.inside import Insides
from landscape.render.panels.relief_mesh import LIGHT_FROM
from landscape.render.panels.relief_pen import ReliefPen
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

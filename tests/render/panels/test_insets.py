"""An inset stands in the first corner of its panel where nothing else is: right and left, above and below."""

import types

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from landscape.render.pages.inset import _corner
from landscape.render.style.theme import LIGHT

SIZE, AWAY = np.array([60.0, 40.0]), 10.0


def land(*busy, words=()):
    """A panel of 400 x 300 pixels at (50, 50) whose runs are at these places, with words at others, from below."""
    figure = Figure(figsize=(5.0, 4.0), dpi=100)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.125, 0.8, 0.75))
    for x, y in words:
        ax.text(x / 400.0, y / 300.0, "words", fontsize=8.0, transform=ax.transAxes)
    places = np.array([*busy], dtype=float).reshape(-1, 2) + ax.bbox.min
    bundle = types.SimpleNamespace(full=np.zeros(1, int), thin=np.zeros(0, int))
    return types.SimpleNamespace(ax=ax, bundles=[bundle], places=lambda bundle, runs: places, theme=LIGHT)


MIDDLE, LEFT, RIGHT, ABOVE, BELOW = (200.0, 150.0), 30.0, 370.0, 270.0, 30.0


def test_the_first_free_corner_is_taken_right_before_left_and_above_before_below():
    right, down = 400.0 - 60.0 - AWAY, 300.0 - 40.0 - AWAY
    corners = [((RIGHT, ABOVE), (right, AWAY)), ((RIGHT, BELOW), (right, down)),
               ((LEFT, BELOW), (AWAY, down)), ((LEFT, ABOVE), (AWAY, AWAY))]  # fmt: skip
    for taken in range(4):
        busy = [at for at, _ in corners[:taken]]
        assert _corner(land(MIDDLE, *busy), SIZE, AWAY).tolist() == list(corners[taken][1])
        assert _corner(land(MIDDLE, words=busy), SIZE, AWAY).tolist() == list(corners[taken][1])
    assert _corner(land(*(at for at, _ in corners)), SIZE, AWAY) is None


def test_a_run_that_passes_near_an_inset_is_kept_clear_of_it():
    inside = (400.0 - 60.0 - AWAY - 1.0, ABOVE)  # a pixel to the left of it
    assert _corner(land(MIDDLE, inside), SIZE, AWAY)[1] != AWAY
    far = (400.0 - 60.0 - AWAY - 60.0, ABOVE)
    assert _corner(land(MIDDLE, far), SIZE, AWAY)[1] == AWAY

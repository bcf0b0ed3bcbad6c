"""Streamlines are those of matplotlib on a plain masked array, with holes and without."""

import numpy as np
import pytest

import landscape as ls
from landscape.render import draw
from landscape.render.panels import flows

SIZE = {"name": "field", "width": 320, "height": 180}


def pixels(record):
    figure = draw(record, SIZE)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()


@pytest.mark.parametrize("text", ["x**2 + 3*y**2 + sin(5*x)", "log(x + 1.3) + y**2", "sqrt(x*y)"])
def test_streamlines_are_those_of_a_plain_masked_array(text, monkeypatch):
    record = ls.simulate(ls.from_expression(text, window=(-2.0, 2.0)), ["sgd"], start=(1.0, 1.0), steps=3)
    quick = pixels(record)
    monkeypatch.setattr(flows, "_Quick", np.ma.MaskedArray)
    assert np.array_equal(quick, pixels(record))


def test_single_numbers_are_those_of_the_array_after_they_have_changed():
    array = np.ma.masked_invalid(np.array([[1.0, np.nan], [3.0, 4.0]]).view(flows._Quick))
    assert (array[0, 0], array[1, 1], array[0, 1]) == (1.0, 4.0, np.ma.masked)
    array[0, 0] = 7.0
    assert (array[0, 0], (2.0 * array)[0, 0], array[1:, 0][0]) == (7.0, 14.0, 3.0)
    assert array[0, 1] is np.ma.masked


def directions(x, y):
    return np.array([x, y]) / np.hypot(x, y)


def test_directions_follow_the_floor_of_a_valley_and_stay_elsewhere():
    x, y = np.meshgrid(np.linspace(-2.0, 2.0, 41), np.linspace(-1.0, 1.0, 41) + 1e-3)
    turn = 0.5
    along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    walls = directions(0.02 + 0.0 * along, -np.sign(across))  # (along, across) the valley
    way = np.array(
        [np.cos(turn) * walls[0] - np.sin(turn) * walls[1], np.sin(turn) * walls[0] + np.cos(turn) * walls[1]]
    )
    made = flows.along_floors(way)
    assert np.allclose(np.hypot(*made), 1.0)
    floor = (np.abs(across) < 0.03) & (np.abs(along) < 0.8)
    assert np.all(np.cos(turn) * made[0][floor] + np.sin(turn) * made[1][floor] > 0.9)
    far = np.abs(across) > 0.5
    assert np.array_equal(made[:, far], way[:, far])


@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["maximum", "minimum"])
def test_directions_around_a_point_stay_as_they_are(sign):
    x, y = np.meshgrid(np.linspace(-1.0, 1.0, 40), np.linspace(-1.0, 1.0, 40))
    way = sign * directions(x, y)
    assert np.array_equal(flows.along_floors(way), way)

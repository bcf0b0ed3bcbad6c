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

"""A schedule draws itself: the line of its factors, on a page, from Python and on the command line."""

import numpy as np
import pytest

import landscape as ls
from landscape.cli import run_command
from landscape.render.portraits.schedule import STEPS, described, schedule_portrait


@pytest.mark.parametrize("name", [name for name in ls.schedules.names() if name != "torch"])
def test_every_schedule_draws_the_line_of_its_factors(name):
    schedule = ls.schedule(name)
    figure = ls.draw(schedule)
    (ax,) = figure.axes
    *_, line = ax.lines
    steps = np.arange(STEPS + 1)
    assert np.array_equal(line.get_xdata(), steps)
    assert np.array_equal(line.get_ydata(), schedule(steps, STEPS))
    assert ax.get_xlim() == (0.0, STEPS)
    assert ax.get_ylim()[0] == 0.0
    assert ax.get_ylim()[1] >= max(1.0, np.max(schedule(steps, STEPS)))


def test_the_page_says_what_is_drawn():
    texts = [text.get_text() for text in ls.draw(ls.schedule("reduce_on_plateau", patience=3)).texts]
    assert texts[0] == "Reduce on plateau over 500 steps of a loss that never falls"
    assert texts[1].startswith("factor 0.1, patience 3, threshold 0.0001")
    assert ls.draw(ls.schedule("constant")).texts[0].get_text() == "Constant over 500 steps"
    warmup = ls.schedule("warmup", steps=5, then=ls.schedule("piecewise_linear"))
    assert described(warmup) == "steps 5, start factor 0, then piecewise linear (knots 0 100 300, factors 0 1 0)"


def test_a_schedule_that_rises_without_end_is_drawn_to_its_top():
    (ax,) = schedule_portrait(ls.schedule("exponential", gamma=1.01), steps=200).axes
    assert ax.get_ylim()[1] == pytest.approx(1.04 * 1.01**200)


def test_show_writes_the_picture_of_a_schedule(tmp_path, capsys):
    path = tmp_path / "s.png"
    assert run_command(["show", "one_cycle", "--out", str(path)]) == 0
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert f"wrote {path}" in capsys.readouterr().out

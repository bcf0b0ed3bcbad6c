"""What an object shows of itself in a notebook is what it is: picture, name, sentence, equation, fields and curve."""

import base64
import dataclasses
import html
import io
import re

import numpy as np
import pytest
from PIL import Image

import landscape as ls
from landscape.core.registry import registry
from landscape.render import shown
from landscape.render.canvas.ipython import shown_width
from landscape.render.encoders import cards
from landscape.render.portraits import track as portraits
from landscape.render.portraits.surface import portrait as surface_portrait
from landscape.render.style.theme import LIGHT


def picture_in(page):
    """(MIME type, bytes) of the picture of a card."""
    kind, data = re.search(r'src="data:(image/\w+);base64,([^"]+)"', page).groups()
    return kind, base64.b64decode(data)


def text_of(page):
    """What a reader reads of a card, a line each part."""
    return [html.unescape(part).strip() for part in re.split(r"</?(?:div|pre|img)[^>]*>", page) if part.strip()]


@pytest.mark.parametrize("kind", ["surface", "activation"])
def test_a_surface_and_an_activation_are_a_picture(kind):
    value = ls.surface("booth") if kind == "surface" else registry(kind).build("tanh")
    data, how = shown(value)
    (mime,) = data.keys() - {"text/plain"}
    picture = base64.b64decode(data[mime])
    assert Image.open(io.BytesIO(picture)).size == (cards.WIDTH, cards.HEIGHT)
    assert len(picture) <= cards.MOST_BYTES
    assert data["text/plain"] == repr(value)
    assert how == {mime: {"width": shown_width(cards.WIDTH)}}


def test_a_rule_is_its_sentence_its_equation_and_its_fields():
    rule = ls.optimizer("sgd", lr=0.25)
    data, how = shown(rule)
    parts = text_of(data["text/html"])
    assert how == {}
    assert parts[0] == "<b>sgd</b>"
    assert parts[1] == type(rule).__doc__.split("\n")[0]
    assert "p <- p - lr" in parts[2]
    assert parts[3:] == ["<code>lr</code> = 0.25, <code>weight_decay</code> = 0.0"]
    assert "<img" not in data["text/html"]
    assert data["text/plain"] == repr(rule)


def test_a_rule_inside_a_rule_is_set_in():
    page = shown(ls.optimizer("lookahead", optimizer=ls.optimizer("sgd", lr=0.25)))[0]["text/html"]
    outer, inner = page.split('<div style="margin-left:1.2em">')
    assert text_of(outer)[-1] == "<code>steps</code> = 5, <code>alpha</code> = 0.5"
    assert text_of(inner)[0] == "<b>sgd</b>"
    assert text_of(inner)[-1].startswith("<code>lr</code> = 0.25")


def test_an_entrant_is_called_by_its_label_and_its_rule_and_shows_its_schedules():
    entrant = ls.entrant("momentum", schedule="cosine", schedules={"momentum": "linear"}, label="a < b $x$")
    page = shown(entrant)[0]["text/html"]
    parts = text_of(page)
    assert "<b>a &lt; b &#36;x&#36;</b> (<code>momentum</code>)" in page  # dollar signs are no mathematics
    assert [part for part in parts if "times" in part] == [
        f"<code>lr</code>: times {ls.schedule('cosine')!r}",
        f"<code>momentum</code>: times {ls.schedule('linear')!r}",
    ]
    kind, data = picture_in(page)
    assert Image.open(io.BytesIO(data)).size == (cards.WIDTH, cards.HEIGHT)
    assert kind == "image/png"
    assert f'width="{cards.WIDTH * 3 // 4}"' in page
    plain = shown(ls.entrant("sgd"))[0]["text/html"]  # a constant rate has no curve
    assert "<img" not in plain
    assert "times" not in plain
    assert "<b>sgd</b></div>" in plain


def test_a_schedule_and_a_track_have_their_curve():
    schedule = ls.schedule("cosine")
    assert picture_in(shown(schedule)[0]["text/html"])[0] == "image/png"
    track = ls.simulate("sphere", "sgd", start=(1.0, 1.0), steps=3)["sgd"]
    page = shown(track)[0]["text/html"]
    assert Image.open(io.BytesIO(picture_in(page)[1])).size == (cards.WIDTH, cards.HEIGHT)
    assert f'alt="{html.escape(repr(track))}"' in page


def test_long_fields_are_cut_and_arrays_are_summed_up():
    rule = ls.optimizer("sgd", lr=list(np.linspace(0.1, 0.7, 7)), weight_decay=[0.1, 0.2, 0.1, 0.2, 0.1, 0.2])
    said = text_of(shown(rule)[0]["text/html"])[-1]
    assert "<code>lr</code> = 7 numbers from 0.1 to 0.7" in said
    assert "array([0.1, 0.2, 0.1, 0.2, 0.1, 0.2])" in said
    long = ls.start("point", points=[[0.125 * each, 1.0] for each in range(40)])
    said = text_of(shown(long)[0]["text/html"])[-1]
    value = said.partition(" = ")[2]
    assert (len(value), value[-3:]) == (120, "...")


def test_what_cannot_be_drawn_is_shown_by_its_text(monkeypatch):
    rule = ls.optimizer("sgd")
    monkeypatch.setattr(cards, "equation", lambda cls: 1 / 0)
    assert shown(rule) == ({"text/plain": repr(rule)}, {})


def test_a_picture_has_fewer_colours_or_is_a_jpeg_where_it_would_be_too_large(monkeypatch):
    figure = surface_portrait(ls.surface("booth"), 400, 225)
    kind, data = cards.small(figure)
    assert kind == "image/png"
    assert len(Image.open(io.BytesIO(data)).getcolors(256)) <= 64
    sizes = []
    for most in (len(data) - 1, 6_000, 1):
        monkeypatch.setattr(cards, "MOST_BYTES", most)
        kind, found = cards.small(figure)
        sizes.append((kind, len(found)))
    (_, first), (kind, second), (last, third) = sizes
    assert first < len(data)
    assert (kind, last) == ("image/jpeg", "image/jpeg")
    assert third < second <= 6_000  # the least quality where none is small enough


# the portrait of a track


def track_with(value, status=None, lr=0.1):
    """A track of a simulation with such losses (rows, runs)."""
    rows, runs = np.shape(value)
    rule = ls.optimizer("sgd", lr=lr)
    record = ls.simulate("sphere", rule, start=np.ones((2, runs)), steps=rows - 1)
    fields = {"value": np.asarray(value, dtype=float)} | ({} if status is None else {"status": np.array(status)})
    return dataclasses.replace(record["sgd"], **fields)


def drawn(track):
    """(its lines, its texts, its axes)."""
    figure = portraits.track_portrait(track, 800, 450)
    (ax,) = [each for each in figure.axes if each.lines]
    return ax.lines, [text.get_text() for text in figure.texts], ax


def test_a_track_of_one_run_is_one_curve():
    lines, texts, ax = drawn(track_with(np.array([[3.0], [2.0], [1.0]])))
    assert [line.get_ydata().tolist() for line in lines] == [[3.0, 2.0, 1.0]]
    assert lines[0].get_xdata().tolist() == [0, 1, 2]
    assert (lines[0].get_alpha(), lines[0].get_color()) == (1.0, LIGHT.runs[0])
    assert "Sgd" in texts or "sgd" in texts
    assert not any("runs" in text for text in texts)
    assert {"loss", "step"} <= set(texts)
    assert ax.get_xlim() == (0.0, 2.0)


def test_repeats_have_their_median_in_bold_and_runs_of_several_rates_have_none():
    value = np.array([[3.0, 3.0, 3.0], [2.0, 1.0, 9.0]])
    lines, texts, _ = drawn(track_with(value))
    assert [line.get_ydata().tolist() for line in lines] == [[3.0, 2.0], [3.0, 1.0], [3.0, 9.0], [3.0, 2.0]]
    assert lines[-1].get_color() == LIGHT.ink
    assert all(line.get_alpha() == 0.35 for line in lines[:-1])
    assert "3 of 3 runs drawn, bold: their median" in texts
    lines, texts, _ = drawn(track_with(value, lr=[0.1, 0.2, 0.3]))
    assert len(lines) == 3
    assert "3 of 3 runs drawn" in texts


def test_a_median_needs_a_number_in_every_row():
    lines, _, _ = drawn(track_with(np.array([[3.0, 3.0], [np.nan, np.inf]]), status=["diverged"] * 2))
    assert len(lines) == 2
    lines, _, _ = drawn(track_with(np.array([[3.0, 3.0], [2.0, np.inf]]), status=["finished", "diverged"]))
    assert lines[-1].get_ydata().tolist() == [3.0, 2.0]


def test_of_many_runs_some_are_drawn_evenly_the_first_and_the_last_among_them():
    value = np.outer([2.0, 1.0], 1.0 + np.arange(121))
    lines, texts, _ = drawn(track_with(value))
    ends = [line.get_ydata()[1] for line in lines[:-1]]
    assert len(ends) == portraits.MOST_DRAWN == 60
    assert (ends[0], ends[-1]) == (1.0, 121.0)
    assert set(np.diff(ends)) <= {2.0, 3.0}
    assert lines[0].get_alpha() == 0.08
    assert "60 of 121 runs drawn, bold: their median" in texts


@pytest.mark.parametrize(
    ("last", "kind"), [([0.9, 0.8, 0.7], "linear"), ([1e-2, 1e-4, 1e-6], "log"), ([1e2, -1e-2, -1e2], "symlog")]
)
def test_its_axis_fits_its_losses(last, kind):
    value = np.array([1.0, *last])[:, None] * (1e4 if kind == "symlog" else 1.0)
    _, _, ax = drawn(track_with(value))
    assert ax.get_yscale() in ((kind,) if kind != "symlog" else ("symlog", "linear"))
    low, high = ax.get_ylim()
    assert low <= value.min() < value.max() <= high

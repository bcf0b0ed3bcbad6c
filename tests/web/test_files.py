"""A race in .html is a page that computes, by `animate` and by `save`; all else is what the renderer makes of it."""

import json

import numpy as np
import pytest
from pictures import zero_steps

import landscape as ls
from landscape.render import files as movies
from landscape.render.views._base import REGISTRY
from landscape.web.files import save


def record(**options):
    return ls.simulate("himmelblau", ["sgd", ls.optimizer("adam", lr=0.1)], **{"steps": 8, **options})


def start_of(path):
    """(given, state) of a page."""
    text = path.read_text(encoding="utf-8")
    given, end = json.JSONDecoder().raw_decode(text, text.rindex('start({"title"') + len("start("))
    return given, json.JSONDecoder().raw_decode(text, end + 2)[0]


def test_a_race_is_a_page_that_computes_with_what_is_asked(tmp_path):
    path = ls.animate(record(), tmp_path / "race.html", theme="dark", window=((0.0, 4.0), (-1.0, 3.0)), levels=7,
                      seconds=4.0, pacing="even", quantity="gradient_norm", language="zh")  # fmt: skip
    given, state = start_of(path)
    assert path == tmp_path / "race.html"
    assert (state["theme"], state["window"], state["quantity"]) == ("dark", [[0.0, 4.0], [-1.0, 3.0]], "gradient_norm")
    assert (given["levels"], given["seconds"], given["pacing"]) == (7, 4.0, "even")
    assert given["texts"]["play"] == "播放"
    saved = save(record(), tmp_path / "saved.html", REGISTRY.build("race", file="saved.html"))
    assert start_of(saved)[1]["theme"] == "auto"
    named = ls.animate(record(), tmp_path / "named.html", {"name": "race", "levels": 9})
    assert start_of(named)[0]["levels"] == 9


def test_each_value_of_a_batch_is_an_entrant_as_in_the_movie(tmp_path):
    swept = ls.simulate("himmelblau", ls.optimizer("sgd", lr=np.array([0.001, 0.01])), steps=5)
    given, state = start_of(ls.animate(swept, tmp_path / "race.html"))
    assert [each["values"]["lr"] for each in state["entrants"]] == [0.001, 0.01]
    assert len({about["label"] for about in given["entrants"][:2]}) == 2
    assert state["others"] == []
    noisy = ls.simulate("himmelblau", ls.optimizer("sgd", lr=np.array([0.001, 0.01])), steps=5, noise="gaussian")
    _, state = start_of(ls.animate(noisy, tmp_path / "race.html"))
    assert state["entrants"][0]["each"] == {"lr": [0.01]}


@pytest.mark.parametrize(
    ("view", "options"),
    [
        ("contour", {}),
        ("race", {"quantity": "sharpness"}),
        ("race", {"poster": "poster.png"}),
    ],
)
def test_what_the_page_does_not_show_is_a_page_with_a_video(view, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = ls.animate(record(), "x.html", view, width=160, height=160, seconds=0.2, **options)
    assert "<video" in path.read_text(encoding="utf-8")


def test_other_suffixes_and_dimensions_are_movies(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(movies, "animate", lambda record, path, *more, **options: asked.append(path))
    ls.animate(record(), "race.mp4")
    ls.animate(ls.simulate(ls.surface("rastrigin", dim=3), "sgd", steps=2), "race.html")
    ls.animate(record(), None)
    assert asked == ["race.mp4", "race.html", None]


def test_wrong_options_are_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "x.html"
    for options, message in (
        ({"fps": 0}, "fps must be"),
        ({"seconds": 0.0}, "seconds must be from"),
        ({"colour": 3}, "colour"),
        ({"transparent": True}, "a .html movie cannot be transparent"),
        ({"pacing": "slow"}, "pacing must be one of"),
    ):
        with pytest.raises(ValueError, match=message):
            ls.animate(record(), path, **options)
    assert not list(tmp_path.iterdir())


def test_a_record_without_a_step_is_a_page(tmp_path):
    _, state = start_of(ls.animate(zero_steps(), tmp_path / "x.html"))
    assert state["steps"] == 0

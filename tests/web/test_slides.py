"""A presenter's sequence becomes states that the page accepts, or is refused by its place."""

import pytest

import landscape as ls
from landscape.web import Settings, SlideError, save_page
from landscape.web.accepted import accepted
from landscape.web.contents import contents
from landscape.web.page import first_state
from landscape.web.slides import MOST, slides_of

STEPS = 30


@pytest.fixture(scope="module")
def made():
    entrants = [
        "sgd",
        ls.entrant("adam", label="Adam"),
        ls.optimizer("clip", optimizer=ls.optimizer("sgd", lr=0.01)),
        "bfgs",
    ]
    return contents(ls.simulate("himmelblau", entrants, start=(0.0, 0.5), steps=STEPS), "en", Settings())


def one(made, **told):
    (slide,) = slides_of([{"title": "t", **told}], made)
    return slide


def test_what_a_slide_does_not_say_is_as_in_the_record(made):
    assert one(made) == {"title": "t", "text": "", "until": None, "state": {"step": 0}}
    told = {
        "text": "Why?",
        "step": 4,
        "until": 9,
        "hide": "landscape",
        "view": [[-1, 1], [0, 2]],
        "seed": 7,
        "relief": True,
    }
    state = {"step": 4, "hide": "landscape", "view": [[-1.0, 1.0], [0.0, 2.0]], "seed": "7", "relief": True}
    assert one(made, **told) == {"title": "t", "text": "Why?", "until": 9, "state": state}


def test_labels_stand_for_the_entrants_of_the_state(made):
    values = {"sgd": {"lr": 0.02, "schedule": "cosine"}, "clip": {"optimizer": {"lr": 0.5}}}
    state = one(made, show=["Adam", "clip"], set=values, predict={"optimizer": "Adam", "step": 8}, rates="clip")[
        "state"
    ]
    assert [each["shown"] for each in state["entrants"]] == [False, True, True, False]
    assert (state["entrants"][0]["values"]["lr"], state["entrants"][0]["schedule"]) == (0.02, "cosine")
    assert state["entrants"][2]["values"]["optimizer.lr"] == 0.5
    assert (state["predict"], state["rates"]) == ({"entrant": 1, "step": 8}, 2)
    assert made.state["entrants"][0]["values"]["lr"] != 0.02, "the record's own state is left as it is"


def test_every_state_of_a_slide_is_one_that_the_page_takes(made):
    told = {
        "noise": {"sigma": 0.5},
        "start": (1, 2),
        "inside": "Adam",
        "predict": {"entrant": 0, "step": 2},
        "show": ["sgd", "Adam"],
    }
    state = one(made, **told)["state"]
    assert accepted(state, made) == state
    assert first_state(ls.simulate("booth", "sgd", steps=2))["hide"] == "nothing"


@pytest.mark.parametrize(
    ("told", "where", "why"),
    [
        ({"stp": 1}, "slides[0]", 'unknown key "stp". Did you mean "step"?'),
        ({"slide": 1}, "slides[0]", 'unknown key "slide"'),
        ({"title": ""}, "slides[0].title", "one line of text and not empty"),
        ({"title": "a\nb"}, "slides[0].title", "one line of text"),
        ({"text": 3}, "slides[0].text", "must be text"),
        ({"step": 31}, "slides[0].step", "cannot be 31: it takes a whole number from 0 to 30"),
        ({"step": 9, "until": 9}, "slides[0].until", "after the step that is shown, 9"),
        ({"until": 99}, "slides[0].until", "from 0 to 30"),
        ({"hide": "all"}, "slides[0].hide", "one of nothing, future, landscape"),
        ({"start": (1, "b")}, "slides[0].start", "2 finite numbers"),
        ({"noise": 3}, "slides[0].noise", "must be a table"),
        ({"noise": {"sgma": 3}}, "slides[0].noise", "numbers for sigma"),
        ({"show": "sgd"}, "slides[0].show", "list of labels"),
        ({"show": ["adam"]}, "slides[0].show", 'unknown label "adam". Did you mean "Adam"?'),
        ({"set": []}, "slides[0].set", "table of labels"),
        ({"set": 3}, "slides[0].set", "table of labels, each with its values, got 3"),
        ({"set": {"sgd": 3}}, "slides[0].set", "table of labels, each with its values, got {'sgd': 3}"),
        ({"show": 3}, "slides[0].show", "list of labels, got 3"),
        ({"show": ["sgd"], "rates": "Adam"}, "slides[0].rates", '"Adam" is not shown on this slide'),
        ({"set": {"sgdd": {}}}, "slides[0].set", 'Did you mean "sgd"?'),
        ({"set": {"sgd": {"lrr": 1}}}, "slides[0].set.sgd.lrr", 'Did you mean "lr"?'),
        ({"set": {"sgd": {"lr": -1}}}, "slides[0].set.sgd", "lr is from 0"),
        ({"set": {"sgd": {"schedule": "cosin"}}}, "slides[0].set.sgd.schedule", 'Did you mean "cosine"?'),
        ({"set": {"bfgs": {"lr": 1}}}, "slides[0].set.bfgs.lr", "it searches along a line"),
        ({"predict": 3}, "slides[0].predict", "a table of optimizer, a label, and step, from 1 to 30"),
        ({"predict": {"optimizer": "sgd"}}, "slides[0].predict", "a table of optimizer"),
        (
            {"predict": {"optimizer": "sgd", "step": 3}, "step": 3},
            "slides[0].predict",
            "after the one that is shown, 3",
        ),
        (
            {"predict": {"optimizer": "sgd", "step": 3}, "show": ["Adam"]},
            "slides[0].predict",
            "not shown on this slide",
        ),
        ({"predict": {"entrant": 9, "step": 3}}, "slides[0].predict", "an optimizer that is shown, got number 9"),
        ({"basins": "x"}, "slides[0].basins", "unknown label"),
        ({"entrants": [1]}, "slides[0].entrants", "cannot be"),
    ],
)
def test_a_slide_that_the_page_could_not_show_is_refused_by_its_place(made, told, where, why):
    with pytest.raises(SlideError) as caught:
        one(made, **told)
    assert str(caught.value).startswith(f"{where}: ")
    assert why in str(caught.value)


def test_what_is_no_list_of_slides_is_refused(made, tmp_path):
    with pytest.raises(TypeError, match="slides must be a list of tables, got 'ab'"):
        slides_of("ab", made)
    with pytest.raises(SlideError, match=r"slides\[1\]: must be a table, got 3"):
        slides_of([{"title": "a"}, 3], made)
    with pytest.raises(ValueError, match="at most 200 slides, got 201"):
        slides_of([{"title": "a"}] * (MOST + 1), made)
    with pytest.raises(SlideError):
        save_page(ls.simulate("booth", "sgd", steps=2), tmp_path / "a.html", slides=[{"title": ""}])
    assert not list(tmp_path.iterdir())

"""What a page is given of a record is what was recorded: runs, starts, factors, curvatures, points, and a grid."""

import base64
import json

import numpy as np
import pytest

import landscape as ls
from landscape.render.style.theme import DARK, LIGHT
from landscape.web import Settings, packed
from landscape.web import contents as module
from landscape.web.contents import contents, shown_runs
from landscape.web.entries import schedule_factors
from landscape.web.kernels import term_source


def unpacked(text, kind="<f8"):
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def made(record, **settings):
    return contents(record, "en", Settings(**settings))


RATES = [0.01, 0.02]


@pytest.fixture(scope="module")
def raced():
    rules = [
        ls.entrant(ls.optimizer("momentum", lr=RATES, momentum=0.8), "cosine", schedules={"momentum": "linear"}),
        ls.optimizer("armijo_gd"),
    ]
    return ls.simulate("himmelblau", rules, start=np.array([[0.5, 1.0], [0.25, 2.0]]), steps=12, tolerance=30.0)


def test_an_entrant_s_runs_are_packed_where_they_play_and_at_their_ends_where_they_are_computed(raced):
    computed, played = made(raced).given["entrants"][:2]
    track = raced.tracks[0]
    assert (computed["plays"], computed["why"]) == (False, "")
    assert computed["recorded"]["rows"] == track.steps.tolist()
    assert np.array_equal(unpacked(computed["recorded"]["params"]).reshape(-1, 2), track.params[:, :, 0])
    assert (computed["recorded"]["value"], computed["recorded"]["norm"]) == ("", "")
    assert np.array_equal(unpacked(computed["recorded"]["ends"]), track.params[-1, :, 1])
    assert computed["recorded"]["others"]["runs"] == []
    track = raced.tracks[1]
    assert played["plays"]
    assert "it searches along a line" in played["why"]
    assert np.array_equal(unpacked(played["recorded"]["value"]), track.value[:, 0])
    assert np.array_equal(unpacked(played["recorded"]["norm"]), track.gradient_norm[:, 0])
    (other,) = played["recorded"]["others"]["runs"]
    assert np.array_equal(unpacked(other["params"], "<f4").reshape(-1, 2), track.params[:, :, 1].astype("f4"))
    assert np.array_equal(unpacked(other["value"], "<f4"), track.value[:, 1].astype("f4"))
    for each, of in zip((computed, played), raced.tracks, strict=True):
        assert each["recorded"]["status"] == of.status[0]
        assert each["recorded"]["stopped"] == of.stopped[0]


def test_factors_are_those_of_the_schedules(raced):
    about = made(raced).given["entrants"][0]
    steps = np.arange(12)
    assert np.array_equal(unpacked(about["factors"]), ls.schedule("cosine")(steps, 12))
    assert about["varied"] == ["linear 12"]  # from 1 to 0 by its number alone
    assert np.array_equal(ls.schedule("linear")(steps, 12), 1.0 - steps / 12)
    half = ls.schedule("linear", final_factor=0.5)
    assert np.array_equal(unpacked(schedule_factors(half, 12)), half(steps, 12))
    assert schedule_factors(ls.schedule("constant"), 5) is None
    offered = made(raced).given["schedules"]
    assert list(offered) == ["constant", "cosine", "linear", "exponential"]
    assert np.array_equal(unpacked(offered["cosine"]), ls.schedule("cosine")(steps, 12))
    long = ls.simulate("sphere", "sgd", start=(1.0, 1.0), steps=module.MOST_FACTORS + 1, every=500)
    assert made(long).given["schedules"] == {}


def test_a_state_begins_with_what_was_simulated(raced):
    state = made(raced).state
    assert (state["start"], state["others"]) == ([0.5, 0.25], [{"run": 1, "start": [1.0, 2.0]}])
    first, second = state["entrants"]
    assert first["values"] == {"lr": RATES[0], "momentum": 0.8, "dampening": 0.0, "weight_decay": 0.0}
    assert first["each"] == {"lr": [RATES[1]]}
    assert second["values"] == {}
    # whatever ends the same runs: the largest norm at which one has ended
    norms = [float(track.gradient_norm[-1, 0]) for track in raced.tracks if track.status[0] == "converged"]
    assert state["tolerance"] == (max(norms) if norms else None)
    assert norms
    assert made(ls.simulate("himmelblau", "sgd", start=(0.0, 0.0), steps=1)).state["tolerance"] is None


def test_a_reader_may_add_the_usual_rules_that_a_record_has_not(raced):
    found = made(raced)
    assert found.added == ["sgd", "nesterov", "adagrad", "rmsprop", "adam"]
    added = found.given["entrants"][2:]
    assert [each["label"] for each in added] == found.added
    assert all(each["recorded"] is None and not each["plays"] for each in added)
    theories = [each["theory"] for each in found.given["entrants"]]
    assert theories[0] == {"rule": "momentum", "momentum": "momentum"}
    assert theories[2] == {"rule": "sgd", "momentum": None}
    assert theories[1] is theories[-1] is None


def test_the_curvatures_are_those_of_the_lowest_minimum():
    quadratic = ls.surface("quadratic", condition=10.0)
    bowl = made(ls.simulate(quadratic, "sgd", steps=2)).given
    assert bowl["bowl"]
    assert np.allclose(sorted(bowl["curvatures"]), np.linalg.eigvalsh(quadratic.hessian([0.0, 0.0])))
    other = made(ls.simulate("himmelblau", "sgd", start=(0.0, 0.0), steps=2)).given
    assert not other["bowl"]
    surface = ls.surface("himmelblau")
    lowest = min(surface.minima, key=lambda point: point.value)
    assert np.allclose(other["curvatures"], np.linalg.eigvalsh(surface.hessian(lowest.point)))
    assert made(ls.simulate("hyperbolic_saddle", "sgd", start=(0.1, 0.1), steps=2)).given["curvatures"] is None
    assert made(ls.simulate("rastrigin", "sgd", start=(0.1, 0.1), steps=2)).given["lowest"] == 0.0


def test_points_have_their_kinds_and_saddles_their_way_down():
    surface = ls.surface("himmelblau")
    points = made(ls.simulate(surface, "sgd", start=(0.0, 0.0), steps=1)).given["points"]
    assert len(points) == 9
    for each in points:
        hessian = surface.hessian([each["x"], each["y"]])
        assert each["global"] == (each["kind"] == "minimum")
        assert ("direction" in each) == (each["kind"] == "saddle")
        if "direction" in each:
            way = np.array(each["direction"])
            assert np.isclose(way @ hessian @ way, np.linalg.eigvalsh(hessian)[0])
    tang = made(ls.simulate("styblinski_tang", "sgd", start=(0.0, 0.0), steps=1)).given["points"]
    assert sum(each["global"] for each in tang) == 1


def no_arithmetic(p):
    """A bowl that no page can compute."""
    low, high = np.sort(p * p, axis=0)
    return low + 2.0 * high


@pytest.mark.filterwarnings("ignore::landscape.UserCodeWarning")
def test_a_loss_that_a_page_cannot_compute_is_on_a_grid_a_third_wider_than_the_view(monkeypatch):
    monkeypatch.setattr(module, "GRID", (7, 5))
    surface = ls.from_function(no_arithmetic, dim=2, window=(-3.0, 3.0), derivatives="central")
    record = ls.simulate(surface, "sgd", start=(1.0, 2.0), steps=2)
    found = made(record, window=((-1.5, 1.5), (0.0, 3.0)))
    grid = found.given["grid"]
    assert (found.value, found.measures) == ("null", "null")
    assert grid["window"] == [[-2.5, 2.5], [-1.0, 4.0]]
    assert (grid["columns"], grid["rows"]) == (7, 5)
    values = unpacked(grid["values"], "<f4").reshape(grid["rows"], grid["columns"])
    x, y = np.meshgrid(np.linspace(-2.5, 2.5, grid["columns"]), np.linspace(-1.0, 4.0, grid["rows"]))
    assert np.allclose(values, no_arithmetic(np.array([x, y])), rtol=1e-6)
    assert made(ls.simulate("sphere", "sgd", start=(1.0, 1.0), steps=1)).given["grid"] is None


def test_of_many_runs_some_are_shown_evenly_and_of_many_rows_the_early_ones(monkeypatch):
    starts = np.linspace(0.1, 1.0, 9) * np.ones((2, 1))
    record = ls.simulate("sphere", "sgd", start=starts, steps=40)
    monkeypatch.setattr(module, "MOST_RUNS", 3)
    assert shown_runs(record) == [0, 4, 8]
    monkeypatch.setattr(packed, "CHECKED_ROWS", 10)
    rows = packed.packed_track(record.tracks[0], played=False)["rows"]
    assert rows[:5] == [0, 1, 2, 3, 4]
    assert (rows[-1], len(rows)) == (40, 9)
    monkeypatch.setattr(packed, "PLAYED_ROWS", 4)
    assert packed.packed_track(record.tracks[0], played=True)["rows"] == [0, 1, 40]


def test_themes_are_those_of_pictures():
    themes = made(ls.simulate("sphere", "sgd", start=(1.0, 1.0), steps=1)).given["themes"]
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        assert themes[name]["paper"] == theme.paper
        assert themes[name]["runs"] == theme.runs
        assert len(themes[name]["texts"]) == len(theme.runs)


@pytest.mark.parametrize(
    ("rules", "title"),
    [
        (["sgd"], "sgd on sphere"),
        (["sgd", "adam"], "sgd and adam on sphere"),
        (["sgd", "adam", "rmsprop", "adagrad"], "sgd, adam, rmsprop and adagrad on sphere"),
        (["sgd", "adam", "rmsprop", "adagrad", "momentum"], "5 optimizers on sphere"),
    ],
)
def test_a_page_without_a_title_is_called_by_who_runs_where(rules, title):
    assert made(ls.simulate("sphere", rules, start=(1.0, 1.0), steps=1)).given["title"] == title


# mini-batches


def batches(rules=("sgd",), terms=5, size=2):
    surface = ls.surface("finite_sum", surface="himmelblau", terms=terms)
    return ls.simulate(surface, list(rules), noise=ls.noise("minibatch", batch_size=size), steps=3)


def test_a_reader_may_choose_other_sizes_of_batches_the_record_s_first():
    found = made(batches())
    assert found.given["batches"] == [2, 1, 4, 5]
    assert found.state["batch"] == 2
    assert found.terms.startswith("{ term: ")
    data = json.loads(found.terms.partition(", data: ")[2].removesuffix(" }"))
    assert np.array_equal(data, batches().surface.term_data)
    assert made(batches(terms=4, size=4)).given["batches"] == [4, 1, 2]


def test_where_a_rule_draws_its_batches_itself_no_size_is_offered():
    found = made(batches(("sgd", ls.optimizer("sam", optimizer="sgd"))))
    assert (found.given["batches"], found.state["batch"]) == ([], 0)
    assert found.terms.startswith("{ term: ")  # for the rule that is given the mean
    assert "null" not in found.kernels[:2]


def test_terms_whose_mean_is_another_in_its_last_bit_are_not_offered():
    surface = batches().surface
    assert term_source(surface) != "null"
    assert term_source(ls.surface("sphere")) == "null"

    class Off(type(surface)):
        """A finite sum whose loss is a rounding apart from the mean of its terms."""

        def _value(self, p):
            return super()._value(p) * (1.0 + 2e-16)

    assert term_source(Off(surface="himmelblau", terms=5)) == "null"


# what a scenario of the page is written by


def test_a_recipe_has_all_that_a_scenario_can_say(raced):
    record = ls.simulate("booth", [ls.entrant("momentum", "cosine", schedules={"momentum": "linear"}), "sgd"],
                         noise="gaussian", repeats=2, steps=2)  # fmt: skip
    found = made(record).given["recipe"]
    assert found["surface"] == {"name": "booth"}
    assert found["noise"] == {"name": "gaussian", "sigma": 1.0, "batch_size": 1}
    assert found["repeats"] == 2
    first, second = found["entrants"][:2]
    assert first["table"] == {"name": "momentum", "lr": 0.001, "momentum": 0.9, "dampening": 0.0, "weight_decay": 0.0}
    assert first["schedule"]["name"] == "cosine"
    assert first["schedules"]["momentum"]["name"] == "linear"
    assert (second["table"]["name"], second["schedule"], second["schedules"]) == ("sgd", None, None)
    assert [each["table"]["name"] for each in found["entrants"][2:]] == made(record).added
    assert found["schedules"]["cosine"] == {"name": "cosine"}
    assert made(raced).given["recipe"] is None  # a number for each run


@pytest.mark.filterwarnings("ignore::landscape.UserCodeWarning")
def test_what_a_scenario_cannot_say_has_no_recipe():
    def said(surface="booth", rules="sgd", **options):
        return made(ls.simulate(surface, rules, steps=1, **options)).given["recipe"]

    assert said() is not None
    assert said(rules=ls.entrant("sgd", lambda step, steps: 1.0)) is None
    assert said(repeats=3, noise="gaussian", runs=[0, 1]) is None
    assert said(repeats=3, noise="gaussian", runs=[1, 2, 0]) is None
    assert said(noise=ls.noise("gaussian", sigma=0.5)) is not None

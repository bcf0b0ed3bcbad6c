"""Tuning gives every entrant the same budget, on seeds and starts that are never those shown, and says how it chose."""

import json
import warnings

import numpy as np
import pytest
from drawn import generator

import landscape as ls
from landscape.core.random import LARGEST_SEED, Seed, Source, apart
from landscape.i18n.numbers import number
from landscape.record import RecordError
from landscape.record.components import revived
from landscape.record.tuning import Choice
from landscape.sweeps.good_range import _ratios, judged, neighbours, ranges

RATES = (1e-4, 1.0, "log")


def tuned(surface="rosenbrock", optimizers=("sgd", "adam"), **more):
    given = {"over": {"lr": RATES}, "budget": 5, "steps": 30, "seeds": 3, "noise": "gaussian", **more}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return ls.tune(surface, list(optimizers), **given)


# what is tried


def test_every_entrant_tries_as_many_settings_of_as_many_runs():
    found = tuned(over={"lr": RATES, "beta1": (0.5, 0.99)}, budget=8)
    for each in found:
        mine = found.table.where(entrant=each.label)
        assert len(set(mine["cell"])) == 8 == each.tuned.budget
        assert set(np.unique(mine["cell"], return_counts=True)[1]) == {3} == {each.tuned.runs}
        assert len(np.unique(mine["lr"])) == 8
    assert set(found[0].tuned.values) == {"lr"}
    assert set(found[1].tuned.values) == {"lr", "beta1"}


WRONG_BUDGETS = {
    "a list that is too short": ({"over": {"lr": [0.1, 0.2, 0.3]}}, "sgd has 3 settings, and the budget is 5"),
    "a field that one lacks": ({"over": {"beta1": (0.1, 0.9)}}, "sgd has none of beta1"),
    "a grid for one": ({"over": {"lr": [0.1, 0.2, 0.3, 0.4, 0.5], "beta1": [0.1, 0.2, 0.3]}}, "adam has 15 settings"),
    "lists and ranges": ({"over": {"lr": RATES, "beta1": [0.1] * 5}}, "beta1 is a list and lr a range"),
    "a surface's field": ({"over": {"surface.b": (1.0, 2.0)}}, '"surface.b" is a field of no optimizer'),
    "another count": ({"over": {"lr": {"low": 1e-3, "high": 1.0, "count": 4}}}, "the budget is 5: leave it out"),
    "no field": ({"over": {}}, "at least one field"),
    "a misspelt field": ({"over": {"lrr": RATES}}, 'Did you mean "lr"'),
    "a budget of one": ({"budget": 1}, "budget must be at least 2"),
    "a place that is shown": ({"nearby": 0.0}, "nearby must be a number above 0"),
    "a misspelt argument": ({"bugdet": 5}, 'Did you mean "budget"'),
}


@pytest.mark.parametrize("name", WRONG_BUDGETS)
def test_a_budget_that_is_not_the_same_for_all_is_refused(name):
    more, said = WRONG_BUDGETS[name]
    with pytest.raises((ValueError, TypeError)) as error:
        tuned(**more)
    assert said in str(error.value)


# where it is tried


def test_what_tuning_draws_is_never_drawn_for_what_is_shown():
    """The seed is one that nobody can give; where two seeds' runs meet is beyond any number of runs."""
    odd = pow(0x9E3779B97F4A7C15, -1, 1 << 64)
    for given in [0, 1, LARGEST_SEED, *map(int, generator(24).integers(0, LARGEST_SEED, 200))]:
        seed = apart(Seed(given, stream=1 + given % 2))
        assert LARGEST_SEED < seed < 1 << 64
        assert seed.stream == 1 + given % 2
        for purpose in ("noise", "rule", "start", "near"):
            shown, other = Source(given, [0], purpose), Source(seed, [0], purpose)
            apart_by = (other._base - shown._base) * odd % (1 << 64)
            assert min(apart_by, (1 << 64) - apart_by) > 10**9
    with pytest.raises(ValueError, match="seed must be at least 0 and at most"):
        ls.simulate("sphere", "sgd", steps=1, seed=apart(Seed(0)))


STARTS = {
    "the customary one": None,
    "a point": (-1.5, 2.0),
    "points": np.array([[-1.5, 0.5, 1.0], [2.0, 0.5, 1.0]]),
    "a corner of the window": (-2.0, 3.0),
    "a grid": ls.start("grid", shape=3),
    "at random": ls.start("random_ball", count=4),
}


@pytest.mark.parametrize("name", STARTS)
def test_runs_are_tried_from_starts_that_are_not_shown(name):
    given = {"start": STARTS[name], "seed": 7}
    choice = tuned(**given)[0].tuned
    assert choice.seed == LARGEST_SEED + 1 + 7
    shown = ls.simulate("rosenbrock", "sgd", steps=1, repeats=1 if name == "at random" else 3, **given)
    tried = revived("start", {**choice.starts, "count": 3 * choice.starts["count"]}, stream=2, trust=False)
    points = tried.place(shown.surface, apart(Seed(7)))
    assert points.shape[1] == choice.runs == 3 * shown.starts.shape[1]
    assert not (points[:, :, None] == shown.starts[:, None, :]).all(axis=0).any()
    if name != "at random":  # near them, and in the window
        sides = np.diff(np.array(shown.surface.window), axis=1)
        away = np.abs(points[:, :, None] - shown.starts[:, None, :]) / sides[..., None]
        assert (away.max(axis=0).min(axis=1) < 0.1).all()
        lows, highs = np.array(shown.surface.window).T
        assert ((points >= lows[:, None]) & (points <= highs[:, None])).all()


def test_the_points_of_another_start_are_drawn_again(monkeypatch):
    """Planted: the first draw is the point itself."""
    near = ls.start("near", around=ls.start("point", points=(0.5, 0.5)), count=4)
    cls, first = type(near), type(near)._drawn

    def planted(self, surface, at, source, step):
        return first(self, surface, at, source, step) if step else at.copy()

    monkeypatch.setattr(cls, "_drawn", planted)
    points = near.place(ls.surface("himmelblau"), 0)
    assert not (points == 0.5).all(axis=0).any()
    monkeypatch.setattr(cls, "_drawn", lambda self, s, at, source, step: at.copy())
    with pytest.raises(ls.FieldError, match="too small"):
        near.place(ls.surface("himmelblau"), 0)


def test_tuning_goes_on_where_it_was_stopped_as_a_sweep_does(tmp_path):
    found = tuned(path=tmp_path / "j")
    again = tuned(path=tmp_path / "j", progress=lambda done, total: pytest.fail("nothing is left to do"))
    assert again.table == found.table
    assert again == found


# what is chosen


def plain_choice(table, label):
    """By plain Python: the first rate with the lowest median, where what diverged is infinite."""
    mine = table.where(entrant=label)
    best = None
    for cell in dict.fromkeys(mine["cell"].tolist()):
        rows = mine.where(cell=cell)
        losses = sorted(np.inf if status == "diverged" else loss
                        for loss, status in zip(rows["loss"], rows["status"], strict=True))  # fmt: skip
        middle = (losses[(len(losses) - 1) // 2] + losses[len(losses) // 2]) / 2
        key = middle, sum(rows["status"] == "diverged")
        if best is None or key < best[0]:
            best = key, rows["lr"][0]
    return best


@pytest.mark.parametrize("seeds", [3, 4])
def test_the_best_median_is_chosen_and_what_diverged_is_worst(seeds):
    found = tuned(optimizers=("sgd", "momentum", "adam"), budget=9, seeds=seeds, start=(-1.5, 2.0))
    for each in found:
        (figure, diverged), rate = plain_choice(found.table, each.label)
        assert each.optimizer.lr == rate == each.tuned.values["lr"]
        assert each.tuned.figure == figure
        assert each.tuned.diverged == diverged / seeds
    assert (found.table["status"] == "diverged").any()


def table_of(figures, status=None, measure="loss", lowest="sphere", fields=("lr",), **columns):
    """A table of one entrant whose cells have these figures (cells, runs)."""
    figures = np.asarray(figures, dtype=float)
    cells, runs = figures.shape
    cell = np.repeat(np.arange(cells), runs)
    made = {"surface": np.full(cells * runs, "s"), "entrant": np.full(cells * runs, "e"),
            "lr": np.repeat(columns.pop("lr", np.geomspace(0.001, 10.0, cells)), runs),
            **{name: np.repeat(each, runs) for name, each in columns.items()},
            "start": np.zeros(cells * runs, int), "seed": np.tile(np.arange(runs), cells), "cell": cell,
            measure: figures.ravel(),
            "status": np.full(cells * runs, "finished") if status is None else np.ravel(status),
            "stopped": np.zeros(cells * runs, int)}  # fmt: skip
    about = {"measures": {measure: {"name": measure}}, "stream": 2, "surfaces": {"s": {"name": lowest}}}
    return ls.Table(made, tuple(fields), (measure,), about)


def test_of_settings_that_are_alike_the_one_with_fewer_diverged_runs_then_the_first():
    status = [["finished"] * 3, ["finished", "finished", "diverged"], ["finished"] * 3]
    table = table_of([[5.0, 5.0, 5.0], [1.0, 1.0, 9.0], [1.0, 1.0, 9.0]], status)
    assert judged(table, "loss").best == 2
    assert judged(table_of([[2.0], [1.0], [1.0]]), "loss").best == 1
    every = judged(table_of([[2.0], [1.0]], [["diverged"], ["diverged"]]), "loss")
    assert (every.best, every.ratios) == (0, None)


def test_shares_and_accuracies_are_better_where_higher():
    found = judged(table_of([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]], measure="reached"), "reached")
    assert found.figures.tolist() == [0.5, 1.0, 0.0]
    assert found.best == 1
    assert found.ratios.tolist() == [2.0, 1.0, np.inf]


def test_twice_the_best_is_twice_above_the_lowest_value_of_the_surface():
    lowest = ls.surface("styblinski_tang").lowest
    table = table_of([[lowest + 4.0], [lowest + 1.0], [lowest + 2.0], [lowest + 2.1]], lowest="styblinski_tang")
    assert judged(table, "loss").good().tolist() == [False, True, True, False]
    unknown = table_of([[-1.0], [2.0]], lowest="no such surface")
    assert judged(unknown, "loss").good() is None
    positive = table_of([[1.0], [1.9], [2.1]], lowest="no such surface")
    assert judged(positive, "loss").good().tolist() == [True, True, False]


def test_a_budget_may_be_two_and_seeds_one():
    (found,) = tuned(optimizers=("sgd",), budget=2, seeds=1)
    assert (found.tuned.budget, found.tuned.runs) == (2, 1)


@pytest.mark.parametrize(
    ("figures", "best", "sign", "lowest", "ratios"),
    [
        ([2.0, 1.0, 3.0, np.inf], 1, 1.0, 0.0, [2.0, 1.0, 3.0, np.inf]),
        ([2.0, 1.0, 3.0], 1, 1.0, 0.5, [3.0, 1.0, 5.0]),
        ([2.0, 0.4, 0.5], 1, 1.0, 0.5, [np.inf, 1.0, 1.0]),  # by rounding below the lowest
        ([2.0, 1.0], 1, 1.0, None, [2.0, 1.0]),
        ([2.0, -1.0], 1, 1.0, None, None),  # below zero, and nothing known of the lowest
        ([np.inf, np.inf], 0, 1.0, 0.0, None),
        ([0.2, 0.8, 0.4, 0.0], 1, -1.0, 0.0, [4.0, 1.0, 2.0, np.inf]),
        ([0.2, 0.8, -np.inf], 1, -1.0, 0.0, [4.0, 1.0, np.inf]),
        ([0.0, 0.0], 0, -1.0, 0.0, None),
    ],
)
def test_ratios_are_by_what_factor_figures_are_worse_than_the_best(figures, best, sign, lowest, ratios):
    found = _ratios(np.array(figures), best, sign, lowest)
    assert (None if found is None else found.tolist()) == (None if ratios is None else pytest.approx(ratios))


def test_a_loss_is_compared_above_its_lowest_value_and_other_measures_above_zero():
    surface = ls.surface("scaled", surface="sphere", offset=-2.0)
    table = ls.sweep(surface, "sgd", over={"lr": [0.1, 0.2, 0.3]}, steps=2, measures=("loss", "gradient_norm"))
    for measure, lowest in (("loss", -2.0), ("gradient_norm", 0.0)):
        above = judged(table, measure).figures - lowest
        assert judged(table, measure).ratios == pytest.approx(above / above.min(), rel=1e-12)


def test_the_good_range_is_that_around_the_best_without_a_gap():
    table = table_of([[1.9], [9.0], [1.5], [1.0], [2.0], [2.1], [1.1]], lr=10.0 ** np.arange(-6.0, 1.0))
    row = table.good_range()
    assert row.rows == 1
    assert (row["settings"][0], row["good"][0], row["share"][0]) == (7, 5, 5 / 7)
    assert (row["lr_best"][0], row["lr_low"][0], row["lr_high"][0]) == (1e-3, 1e-4, 1e-2)
    assert row["lr_decades"][0] == pytest.approx(2.0)
    assert table.good_range(within=1.05)["lr_decades"][0] == 0.0
    with pytest.raises(ValueError, match="within must be at least 1"):
        table.good_range(within=0.5)
    with pytest.raises(ValueError, match="a row a cell"):
        table.summary().good_range()
    with pytest.raises(ls.UnknownName, match="loss"):
        table.good_range("lose")


def test_neighbours_are_the_next_values_of_one_field_and_the_nearest_of_several():
    values = np.array([[0.1], [0.001], [1.0], [0.01]])
    assert sorted(neighbours(values, 0).tolist()) == [2, 3]
    assert neighbours(values, 2).tolist() == [0]
    grid = np.array([[x, y] for x in (1.0, 2.0, 3.0) for y in (10.0, 20.0, 90.0)])
    assert sorted(neighbours(grid, 4).tolist()) == [1, 3, 5, 7]
    good = np.array([True, False, True])
    columns = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([0.0, 5.0, -1.0])}
    assert ranges(columns, good, 0) == {"a": (1.0, 3.0), "b": (-1.0, 0.0)}


def test_a_best_value_at_the_edge_is_said_in_one_line_unless_no_more_is_allowed():
    given = {"steps": 30, "seeds": 3, "budget": 5}
    with pytest.warns(UserWarning, match=r"edge of what was tried: sgd \(lr 1.00×10⁻⁴, the highest\), adam \(") as said:
        found = ls.tune("sphere", ["sgd", "adam"], over={"lr": (1e-6, 1e-4, "log")}, **given)
    assert len(said) == 1
    assert said[0].filename == __file__
    assert found[0].tuned.edges == ("lr",)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # a momentum of 0 is best where every step is Newton's, and there is none below
        best = ls.tune("sphere", [ls.optimizer("momentum", lr=0.5)], over={"momentum": (0.0, 0.9)}, **given)
    assert best[0].tuned.values == {"momentum": 0.0}
    assert best[0].tuned.edges == ()


# what is known of it afterwards


def test_the_choice_is_in_the_record_and_comes_back(tmp_path):
    found = tuned(start=(-1.5, 2.0))
    record = ls.simulate("rosenbrock", found, start=(-1.5, 2.0), steps=30, noise="gaussian", repeats=4)
    record.save(tmp_path / "r.npz")
    again = ls.load(tmp_path / "r.npz")
    assert again == record
    assert again["adam"].tuned == found[1].tuned
    assert again["adam"].tuned.starts["around"]["points"] == [[-1.5, 2.0]]
    parts = [ls.simulate("rosenbrock", found, start=(-1.5, 2.0), steps=30, noise="gaussian", repeats=4, runs=runs)
             for runs in ([0, 1], [2, 3])]  # fmt: skip
    assert ls.concatenate(parts) == record
    other = ls.simulate("rosenbrock", [ls.entrant(each.optimizer) for each in found], start=(-1.5, 2.0), steps=30,
                        noise="gaussian", repeats=4)  # fmt: skip
    assert other != record


def test_a_choice_is_plain_data_and_what_is_none_is_refused():
    choice = tuned(over={"lr": (1e-4, 1e3, "log")})[0].tuned
    table = json.loads(json.dumps(choice.to_table(), allow_nan=False))
    assert Choice.from_table(table) == choice
    wrong = {"more": 1, "budget": "5", "runs": -1, "values": {"lr": []}, "over": {"lr": [1.0]}, "figure": None,
             "measure": 3, "good": 1.5, "edges": [1]}  # fmt: skip
    for each in ({}, [], *({**table, name: value} for name, value in wrong.items())):
        with pytest.raises((ValueError, TypeError)):
            Choice.from_table(each)


def test_a_record_with_a_choice_that_is_none_is_refused(tmp_path, monkeypatch):
    found = tuned()
    record = ls.simulate("rosenbrock", found, steps=3)
    monkeypatch.setattr(Choice, "to_table", lambda self: {"values": 3})
    record.save(tmp_path / "r.npz")
    with pytest.raises(RecordError, match="a choice has other keys"):
        ls.load(tmp_path / "r.npz")


def test_several_surfaces_are_tuned_in_one_call_each_for_itself():
    both = tuned(["rosenbrock", "sphere"])
    assert list(both) == ["rosenbrock", "sphere"]
    assert both["sphere"] == tuned("sphere")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_says_budget_values_and_sensitivity(language, chinese_font):
    found = tuned(budget=7)
    record = ls.simulate("rosenbrock", [*found, "rmsprop"], steps=30, noise="gaussian")
    figure = ls.draw(record, view="convergence", language=language)
    lines = [text.get_text() for text in figure.findobj(lambda each: each.get_gid() == "tuned")]
    for word in ("7", "3", "2"):
        assert word in lines[0]
    assert ("other seeds and starts" in lines[0]) == (language == "en")
    said = " ".join(lines[1:])
    for each in found:
        assert f"{each.label} lr {number(each.tuned.values['lr'])}" in said
        assert str(each.tuned.good) in said
    assert "rmsprop" not in said
    longer = ls.draw(ls.simulate("rosenbrock", found, steps=40), view="convergence", language=language)
    texts = [text.get_text() for text in longer.findobj(lambda each: each.get_gid() == "tuned")]
    assert "30" in texts[0]
    plain = ls.draw(ls.simulate("rosenbrock", "sgd", steps=30), view="convergence", language=language)
    assert not plain.findobj(lambda each: each.get_gid() == "tuned")


def test_curves_are_wide_where_settings_are_good():
    table = table_of([[1.9], [9.0], [1.5], [1.0], [2.0], [2.1], [1.1]], lr=10.0 ** np.arange(-6.0, 1.0))
    figure = ls.draw(table)
    (wide,) = figure.findobj(lambda each: each.get_gid() == "good:e")
    assert wide.get_xdata().tolist() == [1e-4, 1e-3, 1e-2]
    assert wide.get_ydata().tolist() == [1.5, 1.0, 2.0]
    assert any("within 2× of the best" in text.get_text() for text in figure.texts)
    flat = ls.draw(table_of([[1.0], [1.5]]))  # where all are good nothing is to be shown
    assert not flat.findobj(lambda each: str(each.get_gid()).startswith("good:"))


def test_where_no_setting_is_better_than_another_that_is_said():
    """None reaches the minimum, or all diverge: neither edges nor good ranges are told."""
    over = {"lr": [1e-4, 1e-3, 1e-2]}
    for rates, measure in ((over, "reached"), ({"lr": [1e3, 1e4, 1e5]}, "loss")):
        with pytest.warns(UserWarning, match="no setting is better than another: sgd") as said:
            (tuned,) = ls.tune("rosenbrock", "sgd", over=rates, budget=3, steps=5, measure=measure)
        assert len(said) == 1
        assert tuned.tuned.edges == ()
        assert tuned.tuned.good is None
    table = ls.sweep("rosenbrock", "sgd", over=over, steps=5, measures="reached")
    assert np.isnan(table.good_range()["good"][0])

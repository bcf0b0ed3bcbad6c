"""Laws of what is kept of many runs: the runs that are recorded whole are those of the whole simulation, and quantiles,
means and ends are those of all runs, however these are parted.
"""

import dataclasses

import drawn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.text import Text

import landscape as ls
from landscape.analysis._metric import step_metric
from landscape.analysis.selection import median_loss, part_of
from landscape.analysis.theory import predictions
from landscape.i18n import number
from landscape.record.ensemble import LEVELS
from landscape.render import REGISTRY
from landscape.render.movie.movie import Movie
from landscape.simulation import ensembles
from landscape.simulation.quantiles import Sketch
from landscape.web import Settings
from landscape.web.contents import contents

RULES = [
    ls.optimizer("adam", lr=0.05),
    ls.optimizer("sgd", lr=2e-3),
    ls.optimizer("sam", optimizer=ls.optimizer("sgd", lr=2e-3)),
]
WITHIN = 0.01


def few_at_once(monkeypatch, runs, rows, dim=2):
    monkeypatch.setattr(ensembles, "AT_ONCE", runs * 8 * rows * (dim + 6))


def close(found, values, levels):
    """Whether quantiles are within 1 % of the size of the numbers beside them. values: (n,), sorted."""
    places = levels * (len(values) - 1)
    low, high = values[np.floor(places).astype(int)], values[np.ceil(places).astype(int)]
    share = places % 1.0
    exact = (1.0 - share) * low + share * high
    return np.all(np.abs(found - exact) <= WITHIN * np.maximum(np.abs(low), np.abs(high)) + 2e-30)


FINITE = st.floats(-4e307, 4e307)


@given(arrays(float, st.tuples(st.integers(1, 3), st.integers(1, 60)), elements=FINITE), st.integers(1, 60))
def test_a_sketch_tells_of_any_numbers_in_any_parts(values, width):
    whole, parted = Sketch(len(values)), Sketch(len(values))
    whole.add(values)
    for low in range(0, values.shape[1], width):
        parted.add(values[:, low : low + width])
    found = parted.quantiles(LEVELS)
    assert np.array_equal(found, whole.quantiles(LEVELS))
    highest = np.maximum.accumulate(found, axis=1)
    assert np.allclose(found, highest, rtol=1e-15, atol=0.0)  # they ascend, but for roundings
    for row, each in zip(found, np.sort(values, axis=1), strict=True):
        assert close(row, each, LEVELS)
        assert (row[0], row[-1]) == (each[0], each[-1])
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.array([row.sum() / len(row) for row in values])
        room = 1e-12 * np.abs(values).max(axis=1)
        assert np.all((np.abs(parted.means() - means) <= room) | ~np.isfinite(means))


def test_a_sketch_leaves_out_what_is_no_number():
    sketch = Sketch(3)
    sketch.add(np.array([[np.nan, 3.0, 1.0], [np.nan] * 3, [np.inf, -np.inf, 0.0]]))
    sketch.add(np.array([[2.0], [np.nan], [0.0]]))
    found = sketch.quantiles(np.array([0.0, 0.5, 1.0]))
    assert found[0].tolist() == [1.0, pytest.approx(2.0, rel=WITHIN), 3.0]
    assert np.isnan(found[1]).all()
    assert np.isnan(sketch.means()[1])
    assert found[2].tolist() == [-np.inf, 0.0, np.inf]
    assert sketch.means()[0] == 2.0


@pytest.mark.parametrize("engine", ["numpy", None])
def test_kept_runs_and_quantiles_are_those_of_the_whole_simulation(engine, monkeypatch):
    few_at_once(monkeypatch, 17, 9)
    settings = {"start": (-1.5, 2.0), "steps": 40, "repeats": 120, "every": 5, "engine": engine, "seed": 3}
    settings |= {"noise": ls.noise("gaussian", sigma=2.0)}
    whole = ls.simulate("rosenbrock", RULES, **settings)
    measures = ["loss", "distance", "speed"]
    kept = ls.simulate("rosenbrock", RULES, keep=[3, 17, 90], quantiles=measures, **settings)
    assert kept.runs.tolist() == [3, 17, 90]
    for track, some in zip(whole, kept, strict=True):
        assert np.array_equal(track.params[:, :, kept.runs], some.params)
        assert np.array_equal(track.evaluations[:, kept.runs], some.evaluations)
        every = some.ensemble
        assert (every.runs, some.all_runs, some.runs) == (120, 120, 3)
        assert every.ends == {each: int(np.sum(track.status == each)) for each in every.ends}
        for name in measures:
            values = ls.analysis.metric(name).measure(track, whole.surface)
            found = np.stack([every.quantile(name, level) for level in LEVELS], axis=1)
            assert all(close(*each, LEVELS) for each in zip(found, np.sort(values, axis=1), strict=True)), name
            assert np.allclose(every.means[name], values.mean(axis=1), rtol=1e-12, atol=0.0)
        assert np.allclose(median_loss(some), np.median(track.value, axis=1), rtol=WITHIN)
        assert np.array_equal(median_loss(track), np.median(track.value, axis=1))


def test_runs_that_diverge_or_arrive_are_counted():
    rule, starts = ls.optimizer("sgd", lr=4e-3), ls.start("random_box", count=60)
    whole = ls.simulate("rosenbrock", rule, start=starts, steps=60, tolerance=1.0)["sgd"]
    track = ls.simulate("rosenbrock", rule, start=starts, steps=60, tolerance=1.0, keep=1)["sgd"]
    counts = {status: int(np.sum(whole.status == status)) for status in ("finished", "converged", "diverged")}
    assert track.ensemble.ends == counts
    assert track.diverged == whole.diverged == counts["diverged"]
    assert min(counts.values()) > 0


def test_a_number_keeps_the_first_runs_and_all_of_them_are_not_made_twice(monkeypatch):
    made = []
    run = ensembles.Job.track
    monkeypatch.setattr(ensembles.Job, "track", lambda job, *a: made.append(len(job.numbers)) or run(job, *a))
    first = ls.simulate("quadratic", "sgd", steps=3, repeats=8, noise="gaussian", keep=2, runs=[7, 2, 5])
    assert first.runs.tolist() == [7, 2]
    assert first["sgd"].ensemble.runs == 3
    assert made == [2, 3]
    whole = ls.simulate("quadratic", "sgd", steps=3, repeats=8, noise="gaussian", quantiles=["gap"])
    assert made == [2, 3, 8]
    assert list(whole["sgd"].ensemble.quantiles) == ["loss", "gap"]
    assert list(first["sgd"].ensemble.quantiles) == ["loss", "gap", "gradient_norm"]
    valley = ls.from_expression("x + y")
    assert list(ls.simulate(valley, "sgd", steps=2, keep=1)["sgd"].ensemble.quantiles) == ["loss", "gradient_norm"]


def test_memory_follows_what_is_kept():
    settings = {"start": (1.0, 1.0), "steps": 50, "repeats": 4000, "noise": "gaussian", "memory": 0.001}
    with pytest.raises(ValueError, match=r"more than the 0\.001 GiB"):
        ls.simulate("quadratic", "sgd", **settings)
    assert ls.simulate("quadratic", "sgd", keep=3, **settings)["sgd"].ensemble.runs == 4000
    rows, dim = 1001, 2
    assert ensembles.at_once(rows, dim, 10**7) * 8 * rows * (dim + 6) <= ensembles.AT_ONCE


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ({"keep": 1, "optimizers": ls.optimizer("sgd", lr=np.full(4, 0.1))}, ValueError, "a number for each run"),
        ({"keep": 0}, ValueError, "keep must be from 1 to 4, the runs that there are, got 0"),
        ({"keep": 5}, ValueError, "keep must be from 1 to 4, the runs that there are, got 5"),
        ({"keep": True}, TypeError, "keep must be how many runs to record whole, or their numbers, got True"),
        ({"keep": [1, 4]}, ValueError, "keep: there is no run 4 among the 4 runs of the simulation"),
        ({"keep": [1, 1]}, ValueError, "keep: a run is there twice"),
        ({"keep": []}, ValueError, r"keep must be whole numbers, at least one, got \[\]"),
        ({"keep": [0.5]}, ValueError, "keep must be whole numbers"),
        ({"keep": 2, "quantiles": "loss"}, TypeError, "must be a list of measures"),
        ({"quantiles": []}, TypeError, "at least one"),
        ({"quantiles": ["los"]}, ls.UnknownName, "loss"),
        ({"quantiles": ["loss", "value"]}, ValueError, 'the measure "loss" is there twice'),
        ({"quantiles": ["escape_step"]}, ValueError, "figure at each step"),
        ({"quantiles": ["distance_from_saddle"]}, ValueError, "saddle"),
    ],
)
def test_what_cannot_be_kept_is_refused(asked, kind, said):
    with pytest.raises(kind, match=said):
        ls.simulate("quadratic", **{"optimizers": "sgd", "steps": 3, "repeats": 4, "noise": "gaussian"} | asked)


def small(**more):
    return ls.simulate("quadratic", ["sgd", "adam"], steps=6, repeats=9, noise="gaussian", keep=2, **more)


def test_an_ensemble_is_saved_and_compared(tmp_path):
    record = small()
    assert ls.load(record.save(tmp_path / "few.npz")) == record == small()
    track = record.tracks[0]
    assert track != dataclasses.replace(track, ensemble=None)
    means = {name: values + 1.0 for name, values in track.ensemble.means.items()}
    assert track.ensemble != dataclasses.replace(track.ensemble, means=means)
    assert repr(track.ensemble) == "<Ensemble: 9 runs, loss, gap, gradient_norm>"
    with pytest.raises(ls.UnknownName, match="loss"):
        track.ensemble.quantile("distance", 0.5)
    with pytest.raises(ValueError, match="level must be from 0 to 1"):
        track.ensemble.quantile("loss", 1.5)
    with pytest.raises(TypeError, match=r"level must be a number from 0 to 1, got \[0"):
        track.ensemble.quantile("loss", [0.1])
    with pytest.raises(ValueError, match="quantiles of all its runs"):
        ls.concatenate([small(runs=[0, 1, 2]), small(runs=[3, 4, 5])])


def test_quantiles_between_the_kept_ones_lie_on_straight_lines():
    every = small()["sgd"].ensemble
    low, high = every.quantile("loss", 0.25), every.quantile("loss", 0.255)
    assert np.allclose(every.quantile("loss", 0.252), 0.6 * low + 0.4 * high, rtol=1e-12)


DAMAGES = [
    lambda table: table.update(runs=1),
    lambda table: table.update(runs=9.0),
    lambda table: table["ends"].update(finished=8),
    lambda table: table["ends"].pop("diverged"),
    lambda table: table["ends"].update(finished=-1, diverged=10),
    lambda table: table.update(measures=[]),
    lambda table: table.update(measures=["loss", "loss", "gap"]),
    lambda table: table.update(measures=["../loss", "gap", "gradient_norm"]),
    lambda table: table.update(measures=["loss", "gap", "speed"]),
    lambda table: table.update(more=1),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_ensemble_is_refused(damage, tmp_path, monkeypatch):
    record = small()
    table = record.tracks[0].ensemble.to_table()
    damage(table)
    monkeypatch.setattr(ls.Ensemble, "to_table", lambda _: table)
    path = record.save(tmp_path / "damaged.npz")
    with pytest.raises(ls.RecordError, match=r"damaged\.npz"):
        ls.load(path)


def test_pictures_tell_of_all_runs():
    record = small()
    record = dataclasses.replace(record, tracks=record.tracks[:1])
    figure = ls.draw(record, view="race")
    every = record["sgd"].ensemble
    texts = "\n".join(text.get_text() for text in figure.findobj(Text))
    assert "2 of 9 runs drawn" in texts
    assert "9 runs" in texts.replace("2 of 9 runs", "")
    (line,) = figure.findobj(lambda artist: artist.get_gid() == "mean:sgd")  # as theory has the mean beside it
    assert np.array_equal(line.get_ydata(), every.means["loss"])
    (band,) = figure.findobj(lambda artist: artist.get_gid() == "band:sgd")
    corners = band.get_paths()[0].vertices
    assert {*every.quantile("loss", 0.25)[1:], *every.quantile("loss", 0.75)[1:]} <= {*corners[:, 1]}
    (line,) = ls.draw(dataclasses.replace(record, noise=None), view="convergence").findobj(
        lambda artist: artist.get_gid() == "median:sgd"
    )
    assert np.array_equal(line.get_ydata(), every.quantile("loss", 0.5))
    seen = ls.draw(record, view="convergence", quantity="distance")  # it has no quantiles of that
    assert len(seen.findobj(lambda artist: (artist.get_gid() or "").startswith("run:sgd"))) == 2


def test_numbers_that_are_nearly_the_same_are_told_apart():
    """A band shows how far runs are from each other, and not from 0."""
    values = 78.3 + 1e-5 * drawn.generator(8).normal(size=(1, 3000))
    sketch = Sketch(1)
    for low in range(0, 3000, 700):
        sketch.add(values[:, low : low + 700])
    low, high = sketch.quantiles(np.array([0.25, 0.75]))[0]
    assert high - low == pytest.approx(np.subtract(*np.quantile(values, (0.75, 0.25))), rel=0.02)


def test_whole_numbers_and_zeros_stay_what_they_are():
    sketch = Sketch(2)
    sketch.add(np.repeat([[0.0, 2.0, 0.0], [3.0, 3.0, 3.0]], 50, axis=1))
    assert np.all(sketch.quantiles(LEVELS)[0, :133] == 0.0)
    assert np.all(sketch.quantiles(LEVELS)[1] == 3.0)


def test_a_level_that_is_kept_is_read_though_its_number_is_rounded():
    loss = np.where(np.arange(1000) < 551, 0.1, 1e17)
    sketch = Sketch(1)
    sketch.add(loss[None])
    every = ls.Ensemble(1000, {}, {"loss": sketch.quantiles(LEVELS)}, {})
    assert [every.quantile("loss", level)[0] for level in (0.07, 0.14, 0.55)] == pytest.approx([0.1] * 3, rel=WITHIN)
    assert every.quantile("loss", np.linspace(0, 1, 41)[39])[0] == pytest.approx(1e17, rel=WITHIN)


def test_a_drawn_ensemble_lies_near_the_runs():
    values = drawn.generator(9).lognormal(size=(2, 5000))
    sketch = Sketch(2)
    sketch.add(values)
    assert np.allclose(sketch.quantiles(LEVELS[1:-1]), np.quantile(values, LEVELS[1:-1], axis=1).T, rtol=0.03)


def test_a_part_of_a_track_tells_of_itself_alone():
    track = small()["adam"]
    assert part_of(track, np.array([1])).ensemble is None
    assert (repr(track), part_of(track, np.array([1])).all_runs) == ("<Track: adam, 7 rows, 2 of 9 runs>", 1)
    assert repr(small()) == "<Record: sgd, adam on quadratic, 6 steps, 2 of 9 runs>"


def test_an_ensemble_is_in_the_dataset():
    record = small()
    data = record.to_xarray()
    assert data["all_runs"].values.tolist() == [9, 9]
    half = data["loss_quantiles"].sel(entrant="adam", level=0.5).values
    assert np.array_equal(half, record["adam"].ensemble.quantile("loss", 0.5))
    assert np.array_equal(data["gap_mean"].sel(entrant="sgd").values, record["sgd"].ensemble.means["gap"])
    plain = ls.simulate("quadratic", "sgd", steps=2, repeats=2, noise="gaussian").to_xarray()
    assert not {"all_runs", "level", "loss_quantiles"} & {*plain.variables}


def test_pages_movies_and_panels_tell_of_all_runs():
    record = small()
    note = contents(record, "en", Settings()).given["note"]
    assert "Of 9 runs of each optimizer some are recorded whole; 2 are shown, the first in bold." in note
    movie = Movie(REGISTRY.build("contour"), record)
    assert "2 of 9 runs of each drawn" in movie.caption(3)
    losses = [median_loss(track)[-1] for track in record]
    texts = [text.get_text() for text in ls.draw(record, "multiples").findobj(Text)]
    assert all(any(f"loss {number(loss)}" in text for text in texts) for loss in losses)
    exact = ls.simulate(
        "quadratic", ls.optimizer("sgd", lr=0.1), start=ls.start("random_box", count=30), steps=6, keep=2
    )
    (rate,) = (line for line in predictions(exact, step_metric("loss")) if line.kind == "rate")
    assert rate.values[0] == median_loss(exact["sgd"])[0] != np.median(exact["sgd"].value[0])

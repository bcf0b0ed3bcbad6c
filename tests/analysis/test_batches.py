"""A batch is taken apart into its values, and a run's end is the nearest minimum that it stays at."""

import dataclasses
import math

import numpy as np
import pytest

import landscape as ls
from landscape.analysis import batches
from landscape.analysis.basins import DIVERGED, NOWHERE, ends
from landscape.analysis.batches import apart, groups, left_out, varied
from landscape.core.critical_points import CriticalPoint

STARTS = np.array([[1.0, 2.0, 3.0], [0.5, 0.5, 0.5]])


def race(*rules, repeats=2, noise="gaussian"):
    return ls.simulate("sphere", list(rules), start=STARTS, steps=4, repeats=repeats, noise=noise, seed=1)


def adam(**fields):
    return ls.optimizer("adam", **fields)


def test_fields_in_which_runs_differ_are_found_and_their_values_grouped_from_the_lowest():
    lr = [0.1, 0.1, 0.01, 0.01, 0.1, 0.01]
    beta1 = [0.9, 0.8, 0.9, 0.9, 0.8, 0.9]
    record = race(adam(lr=lr, beta1=beta1, eps=[1e-8] * 6), adam(lr=0.1))
    assert {name: values.tolist() for name, values in varied(record, record.tracks[0]).items()} == {
        "lr": lr,
        "beta1": beta1,
    }
    found = groups(record, record.tracks[0])
    assert [(values, runs.tolist()) for values, runs in found] == [
        ({"lr": 0.01, "beta1": 0.9}, [2, 3, 5]),
        ({"lr": 0.1, "beta1": 0.8}, [1, 4]),
        ({"lr": 0.1, "beta1": 0.9}, [0]),
    ]
    assert [(values, runs.tolist()) for values, runs in groups(record, record.tracks[1])] == [({}, [0, 1, 2, 3, 4, 5])]


def test_values_that_agree_to_twelve_digits_are_one():
    near, far = 0.1 * (1.0 + 1e-13), 0.1 * (1.0 + 1e-11)
    alike, apart_by_more = race(adam(lr=[0.1, near] * 3)), race(adam(lr=[0.1, near, far, far, 0.1, near]))
    assert varied(alike, alike.tracks[0]) == {}
    assert len(groups(apart_by_more, apart_by_more.tracks[0])) == 2


def test_a_batch_is_taken_apart_into_entrants_that_keep_their_runs():
    lr = [0.1, 0.1, 0.01, 0.02, 0.01, 0.02]
    record = race(ls.entrant("sgd", label="plain"), ls.entrant(adam(lr=lr), label="Adam"))
    parts = apart(record)
    assert parts.labels == ("plain", "Adam, lr 0.01", "Adam, lr 0.02", "Adam, lr 0.1")
    said = [(part.whole, part.entrant, part.share, part.values) for part in parts.tracks]
    assert said == [("plain", 0, 0.5, 1), ("Adam", 1, 0.0, 3), ("Adam", 1, 0.5, 3), ("Adam", 1, 1.0, 3)]
    assert [part.optimizer.lr for part in parts.tracks[1:]] == [0.01, 0.02, 0.1]
    for part, runs in zip(parts.tracks[1:], ([2, 4], [3, 5], [0, 1]), strict=True):
        assert np.array_equal(part.params, record["Adam"].params[:, :, runs])
        assert np.array_equal(part.value, record["Adam"].value[:, runs])
    assert left_out(parts) == (4, 4)
    assert left_out(record) == (0, 0)


def test_a_record_without_a_batch_is_left_as_it_is():
    record = race(adam(lr=0.1), "sgd")
    assert apart(record) is record


def test_of_many_values_some_are_shown_that_are_spread_evenly_the_first_and_the_last_among_them(monkeypatch):
    monkeypatch.setattr(batches, "MOST_PARTS", 10)
    rates = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    two = race(adam(lr=rates), ls.optimizer("sgd", lr=rates[::-1]))  # five parts each
    assert [part.optimizer.lr for part in apart(two).tracks] == 2 * [rates[at] for at in (0, 1, 2, 4, 5)]
    assert [part.share for part in apart(two).tracks] == 2 * [0.0, 0.25, 0.5, 0.75, 1.0]
    assert left_out(apart(two)) == (10, 12)
    monkeypatch.setattr(batches, "MOST_PARTS", 2)  # three all the same
    assert [part.optimizer.lr for part in apart(two).tracks] == 2 * [0.01, 0.03, 0.06]


def test_runs_that_are_all_alike_are_shown_once():
    record = race(ls.optimizer("sgd", lr=[0.1, 0.1, 0.2, 0.2, 0.3, 0.3]), noise=None)
    parts = apart(dataclasses.replace(record, starts=record.starts))
    assert [part.runs for part in parts.tracks] == [1, 1, 1]  # two repeats of a start, without noise
    assert [part.params[0, 0, 0] for part in parts.tracks] == [1.0, 2.0, 3.0]
    assert [part.runs for part in apart(race(adam(lr=[0.1, 0.1, 0.2, 0.2, 0.3, 0.3]))).tracks] == [2, 2, 2]


# where runs end

MINIMA = tuple(CriticalPoint([x, 0.0], 0.0, "minimum") for x in (0.0, 1.0))
NEAR = np.array([0.5, 2.0])


def ended(*path, status="finished", every=1):
    """(goal, late) of a run along places (x, y)."""
    record = ls.simulate("sphere", "sgd", start=(0.0, 0.0), steps=(len(path) - 1) * every, every=every)
    track = dataclasses.replace(record.tracks[0], params=np.array(path)[:, :, None], status=np.array([status]))
    found = ends(track, MINIMA, np.arange(1), NEAR)
    return int(found.goal[0]), float(found.late[0])


def test_a_run_ends_in_the_nearest_minimum_within_the_radius_its_border_included():
    away = (9.0, 9.0)
    assert ended(away, (0.2, 0.0))[0] == 0
    assert ended(away, (0.8, 0.0))[0] == 1
    assert ended(away, (0.6, 0.0))[0] == 1
    assert ended(away, (1.5, 0.0))[0] == 1
    assert ended(away, (1.5001, 0.0))[0] == NOWHERE
    assert ended(away, (0.0, 2.0))[0] == 0  # each coordinate has a radius of its own
    assert ended(away, (0.0, 2.001))[0] == NOWHERE
    assert ended(away, (0.3, 1.9))[0] == NOWHERE  # an ellipse, no box
    assert ended(away, (0.2, 0.0), status="diverged")[0] == DIVERGED


@pytest.mark.parametrize("every", [1, 3])
def test_how_late_is_the_logarithm_of_the_step_from_which_on_it_stays(every):
    away, there = (9.0, 9.0), (0.1, 0.0)
    whole = math.log1p(4 * every)
    assert ended(there, there, there, there, there, every=every) == (0, 0.0)
    for path, step in (
        ((away, there, there, there, there), 1),
        ((away, there, away, there, there), 3),
        ((away, away, away, away, there), 4),
    ):
        goal, late = ended(*path, every=every)
        assert goal == 0
        assert math.isclose(late, math.log1p(step * every) / whole)
    assert ended(away, away, away, away, away, every=every) == (NOWHERE, 0.0)


def test_how_late_is_of_the_minimum_where_it_ends():
    goal, late = ended((0.0, 0.0), (0.0, 0.0), (1.0, 0.0))
    assert (goal, late) == (1, 1.0)
    assert ended((0.4, 0.0), (0.0, 0.0)) == (0, 0.0)

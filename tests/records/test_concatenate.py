"""Parts of the runs of a simulation are joined to that simulation, and to nothing else."""

import dataclasses

import numpy as np
import pytest

import landscape as ls

RULES = ["sgd", ls.optimizer("adam", lr=[0.01, 0.02, 0.03, 0.04, 0.05, 0.06]), "newton", "nelder_mead"]
GIVEN = {"start": [[1.0, 0.5, -1.0], [1.0, 2.0, 0.3]], "repeats": 2, "steps": 12, "seed": 3}


def simulated(rules=RULES, surface="himmelblau", **more):
    return ls.simulate(surface, rules, **{**GIVEN, **more})


@pytest.mark.parametrize("every", [1, 5])
def test_the_parts_of_a_simulation_are_the_whole(every, tmp_path):
    whole = simulated(every=every)
    parts = [simulated(every=every, runs=runs) for runs in ([4, 0], [5], [3, 1, 2])]
    joined = ls.concatenate(parts)
    assert joined == whole
    assert [list(track.asked) for track in joined] == [list(track.asked) for track in whole]
    assert ls.load(joined.save(tmp_path / "joined.npz")) == whole
    assert ls.concatenate(part for part in parts[:2]) == simulated(every=every, runs=[0, 4, 5])
    assert ls.concatenate([whole]) == whole


def test_seconds_add_up_where_all_have_them():
    parts = [simulated("sgd", runs=[run], clock=True) for run in (0, 1)]
    assert np.array_equal(ls.concatenate(parts)["sgd"].seconds, sum(part["sgd"].seconds for part in parts))
    parts[1] = simulated("sgd", runs=[1])
    assert ls.concatenate(parts)["sgd"].seconds is None


OTHERS = {
    "seed": ({"seed": 4}, "differ in their seed: 3 and 4"),
    "steps": ({"steps": 13}, "differ in their steps: 12 and 13"),
    "surface": ({"surface": "rosenbrock"}, "differ in their surface: Himmelblau() and Rosenbrock("),
    "noise": ({"noise": "gaussian"}, "differ in their noise"),
    "starts": ({"start": [[1.0, 0.5, -1.5], [1.0, 2.0, 0.3]]}, "differ in their starts: not the same values"),
    "entrants": ({"rules": ["sgd", "momentum"]}, "differ in their entrants: ['sgd', 'adam'] and ['sgd', 'momentum']"),
    "a hyper-parameter": ({"rules": ["sgd", ls.optimizer("adam", lr=0.3)]}, 'differ in their optimizer of "adam"'),
    "a schedule": ({"rules": ["sgd", ls.entrant("adam", schedule="cosine")]}, 'differ in their schedule of "adam"'),
    "rows": ({"every": 2}, 'differ in their recorded steps of "sgd": 13 rows and 7 rows'),
    "the same run": ({"runs": [2, 0]}, "run 0 is there more than once, in the records 0, 1"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_of_another_simulation_is_refused_and_said(name):
    more, said = OTHERS[name]
    first = simulated(["sgd", "adam"], runs=[0])
    with pytest.raises(ValueError, match="concatenate: ") as error:
        ls.concatenate([first, simulated(**{"rules": ["sgd", "adam"], "runs": [1], **more})])
    assert said in str(error.value)


def test_what_is_no_record_is_refused():
    with pytest.raises(TypeError, match="takes records, got 3"):
        ls.concatenate([3])
    with pytest.raises(ValueError, match="at least one record"):
        ls.concatenate([])
    record = simulated("sgd", runs=[0])
    with pytest.raises(ValueError, match="differ in their versions"):
        ls.concatenate([record, dataclasses.replace(simulated("sgd", runs=[1]), versions={"landscape": "0"})])

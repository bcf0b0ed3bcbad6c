"""Trajectories that were made elsewhere, as records."""

import numpy as np
import pytest
from matplotlib.text import Text

import landscape as ls

RACE = ls.simulate("rosenbrock", ["sgd", "adam"], start=np.array([[-1.2, 0.0], [1.0, 0.5]]), steps=30)
POINTS = {track.label: track.params for track in RACE}


def test_the_points_of_a_simulation_give_its_record_again_but_for_the_rules():
    record = ls.from_points("rosenbrock", POINTS, lr={"sgd": 0.01})
    for given, made in zip(record, RACE, strict=True):
        for name in ("steps", "params", "value", "gradient_norm", "evaluations", "status", "stopped"):
            np.testing.assert_array_equal(getattr(given, name), getattr(made, name), err_msg=name)
    np.testing.assert_array_equal(record["sgd"].lr, 0.01)
    assert np.isnan(record["adam"].lr).all()
    np.testing.assert_array_equal(record.starts, RACE.starts)


def test_a_list_of_points_from_another_librarys_callback_is_one_run():
    path = [[-1.2, 1.0], [-0.5, 0.5], [1.0, 1.0]]
    record = ls.from_points(ls.surface("rosenbrock"), path, steps=[0, 10, 11])
    (track,) = record
    assert track.label == "points"
    np.testing.assert_array_equal(track.params[:, :, 0], path)
    assert (record.steps, track.steps.tolist(), track.value[-1].tolist()) == (11, [0, 10, 11], [0.0])


def test_it_is_saved_and_loaded_and_says_what_only_a_rule_can_tell(tmp_path, recwarn):
    record = ls.from_points("rosenbrock", POINTS, title="From elsewhere")
    record.save(tmp_path / "given.npz")
    loaded = ls.load(tmp_path / "given.npz")
    assert loaded == record
    assert not recwarn.list
    with pytest.raises(ValueError, match="or is not known"):
        ls.inside(loaded, "adam")
    with pytest.raises(Exception, match="its points were given, and there is no rule"):
        ls.simulate("rosenbrock", loaded["adam"].optimizer, steps=3)


def test_shorter_ones_stand_still_and_lost_ones_have_diverged():
    long = np.linspace([0.0, 0.0], [1.0, 1.0], 6)
    lost = long.copy()
    lost[3] = np.inf
    record = ls.from_points("rosenbrock", {"long": long, "short": long[:3], "lost": lost})
    assert [track.status[0] for track in record] == ["finished", "finished", "diverged"]
    assert [track.stopped[0] for track in record] == [5, 2, 2]
    for label in ("short", "lost"):
        np.testing.assert_array_equal(record[label].params[2:, :, 0], [long[2]] * 4)
    assert record["lost"].evaluations[:, 0].tolist() == [0, 1, 2, 2, 2, 2]


def test_where_the_loss_is_no_number_a_run_has_diverged():
    root = ls.from_function(lambda p: np.sqrt(p[0]), dim=1)
    track = ls.from_points(root, [[1.0], [0.5], [-0.5], [0.25]])["points"]
    assert (track.status[0], track.stopped[0], track.params[-1, 0, 0]) == ("diverged", 1, 0.5)


@pytest.mark.parametrize(
    ("points", "more", "said"),
    [
        ({}, {}, "at least one label"),
        ({3: [[0.0, 0.0]] * 2}, {}, "texts as labels, got 3"),
        ({"a": [[0.0, 0.0, 0.0]] * 2}, {}, r"\(rows, 2\) or \(rows, 2, runs\), at least 2 rows, got \(2, 3\)"),
        ({"a": [[0.0, 0.0]]}, {}, "at least 2 rows"),
        ({"a": [["x", "y"]] * 2}, {}, "array of numbers"),
        ({"a": [[np.nan, 0.0], [0.0, 0.0]]}, {}, "begin at finite points"),
        ({"a": [[0.0, 0.0]] * 2, "b": [[1.0, 0.0]] * 2}, {}, "begin alike"),
        ({"a": [[0.0, 0.0]] * 2, "b": np.zeros((2, 2, 3))}, {}, 'as many runs .* 1 of "a" and 3 of "b"'),
        ({"a": [[0.0, 0.0]] * 2}, {"steps": [0, 0]}, "2 whole numbers that rise from 0"),
        ({"a": [[0.0, 0.0]] * 2}, {"steps": [1, 2]}, "rise from 0"),
        ({"a": [[0.0, 0.0]] * 2}, {"lr": {"b": 1.0}}, "labels that points have not: b"),
        ({"a": [[0.0, 0.0]] * 2}, {"lr": -1.0}, "at least 0, got -1.0"),
    ],
)
def test_what_is_no_trajectory_is_refused(points, more, said):
    with pytest.raises((ValueError, TypeError), match=said):
        ls.from_points("rosenbrock", points, **more)


@pytest.mark.parametrize("view", ["contour", "convergence", "race"])
def test_it_is_drawn_without_a_word_of_the_rate(view):
    figure = ls.draw(ls.from_points("rosenbrock", POINTS), view=view)
    words = [text.get_text() for text in figure.findobj(Text)]
    assert any("adam" in each for each in words)
    assert not any("rate" in each or "nan" in each for each in words)

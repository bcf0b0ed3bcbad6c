"""Runs in a plane of their own are where linear algebra puts them, and what is said of the plane is so."""

import dataclasses
import math

import numpy as np
import pytest

import landscape as ls
from landscape.analysis import projections
from landscape.core.planes import Flat, orthonormal, principal, shares

DIM, ROWS, RUNS = 5, 7, 4


def track_of(params, value=None, status=None, stopped=None, steps=None, label="sgd"):
    """A track with such places (rows, dim, runs), whatever else it has."""
    rows, _, runs = params.shape
    steps = np.arange(rows) if steps is None else np.asarray(steps)
    zeros = np.zeros((rows, runs))
    return ls.record.Track(
        label=label,
        optimizer=ls.optimizer("sgd"),
        schedule=ls.schedule("constant"),
        steps=steps,
        params=np.asarray(params, dtype=float),
        value=zeros if value is None else np.asarray(value, dtype=float),
        gradient_norm=zeros,
        lr=zeros,
        evaluations=zeros.astype(int),
        status=np.array(["finished"] * runs if status is None else status),
        stopped=np.full(runs, steps[-1]) if stopped is None else np.asarray(stopped),
    )


def record_of(*tracks, surface="sphere"):
    """A record that says so of its runs."""
    dim = tracks[0].params.shape[1]
    record = ls.simulate(ls.surface(surface, dim=dim), ["sgd"], start=np.zeros(dim), steps=1)
    return dataclasses.replace(record, tracks=tracks, starts=tracks[0].params[0], steps=int(tracks[0].steps[-1]))


@pytest.fixture
def walks():
    """Two entrants of 5 coordinates at random places; the second ends lower."""
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=(2, ROWS, DIM, RUNS))
    high, low = np.sort(rng.uniform(1.0, 2.0, (ROWS, RUNS))), np.sort(rng.uniform(0.0, 1.0, (ROWS, RUNS)))
    return record_of(track_of(first, high), track_of(second, low[:, [2, 0, 3, 1]], label="adam"))


def test_a_velocity_is_the_move_a_step_and_0_in_the_first_row():
    steps = [0, 3, 6, 7]
    params = np.random.default_rng(0).normal(size=(4, 2, 3))
    seen = projections.phase(record_of(track_of(params, steps=steps)), 1).tracks[0].params
    assert np.array_equal(seen[:, 0], params[:, 1])
    assert np.array_equal(seen[0, 1], np.zeros(3))
    for row, gap in ((1, 3), (2, 3), (3, 1)):
        np.testing.assert_allclose(seen[row, 1], (params[row, 1] - params[row - 1, 1]) / gap, rtol=1e-15)


def test_on_a_curve_runs_are_at_their_loss():
    value = np.random.default_rng(0).normal(size=(4, 3))
    params = np.random.default_rng(1).normal(size=(4, 1, 3))
    seen = projections.on_curve(record_of(track_of(params, value))).tracks[0].params
    assert np.array_equal(seen, np.stack([params[:, 0], value], axis=1))


def test_an_index_counts_directions_down_and_stays_where_no_hessian_was_taken(monkeypatch):
    surface = ls.from_expression("w**2 - x**2 - y**2 + z**4 - z**2", window=((-2, 2),) * 4)
    params = np.zeros((9, 4, 2))
    params[:, 3, 0] = np.linspace(0.0, 1.0, 9)  # the curvature 12 z^2 - 2 changes its sign at 0.41
    params[4, 0, 1] = np.inf
    record = dataclasses.replace(record_of(track_of(params)), surface=surface)
    every = projections.by_index(record).tracks[0].params[:, 1]
    assert every[:, 0].tolist() == [3, 3, 3, 3, 2, 2, 2, 2, 2]
    assert every[:, 1].tolist() == [3, 3, 3, 3, 0, 3, 3, 3, 3]
    monkeypatch.setattr(projections, "HESSIANS", 6)  # of 2 runs at 3 rows: 0, 4 and 8
    assert projections.by_index(record).tracks[0].params[:, 1, 0].tolist() == [3, 3, 3, 3, 2, 2, 2, 2, 2]
    monkeypatch.setattr(projections, "HESSIANS", 0)  # the first and the last all the same
    assert projections.by_index(record).tracks[0].params[:, 1, 0].tolist() == [3] * 8 + [2]


def test_a_frame_holds_what_runs_do_until_they_diverge():
    params = np.zeros((4, 2, 3))
    params[:, 0] = [[0.0, 0.0, 1.0], [1.0, 2.0, 1.0], [2.0, -50.0, 1.0], [3.0, 1e9, 1.0]]
    params[:, 1] = [[5.0, 5.0, 4.0], [6.0, 7.0, 4.0], [8.0, 90.0, 4.0], [9.0, 1e9, 4.0]]
    record = record_of(track_of(params, status=["finished", "diverged", "converged"], stopped=[3, 1, 0]))
    # the run that diverges counts in none of its rows, the one that stands still in all
    assert np.allclose(projections.reach(record), ((0.0 - 0.24, 3.0 + 0.24), (4.0 - 0.4, 9.0 + 0.4)))
    # by the first coordinate: rows at 0, 1 and 2 of any run, those that diverge too
    found = projections.reach(record, around=((0.0, 2.0), (0.0, 0.0)))
    assert np.allclose(found, ((0.0 - 0.16, 2.0 + 0.16), (4.0 - 0.32, 8.0 + 0.32)))
    assert projections.reach(record, around=((30.0, 40.0), (-7.0, 7.0))) == ((30.0, 40.0), (-7.0, 7.0))


def test_a_frame_of_runs_that_stand_still_has_a_size():
    still = record_of(track_of(np.full((3, 2, 1), [[4.0], [0.0]])))
    assert np.allclose(projections.reach(still), ((4.0 - 0.32, 4.0 + 0.32), (-8e-5, 8e-5)))
    gone = record_of(track_of(np.full((3, 2, 1), np.nan)))
    assert projections.reach(gone) == ((-1.0, 1.0), (-1.0, 1.0))


def test_planes_go_through_where_the_lower_entrant_ends_in_its_lower_median_run(walks):
    best = walks.tracks[1]
    run = int(np.argsort(best.value[-1])[1])  # the second of four
    goal = best.params[-1, :, run]
    plane = projections.through(walks, (3, 1))
    assert np.array_equal(plane.origin, goal)
    assert np.array_equal(plane.basis, np.eye(DIM)[:, [3, 1]])
    assert np.array_equal(projections.components(walks)[0].origin, goal)
    points = projections.three_points(walks)
    other = walks.tracks[0]
    third = other.params[-1, :, int(np.argsort(other.value[-1])[1])]
    assert np.array_equal(points, np.array([goal, best.params[0, :, run], third]).T)
    alone = dataclasses.replace(walks, tracks=(best,))
    assert np.array_equal(projections.three_points(alone)[:, 2], best.params[ROWS // 2, :, run])


def test_a_plane_through_three_points_contains_them(walks):
    points = projections.three_points(walks)
    plane = projections.spanned(points)
    assert np.allclose(plane.basis.T @ plane.basis, np.eye(2))
    assert np.allclose(plane.lift(plane.project(points)), points)
    assert np.allclose(plane.project(points)[:, 0], 0.0)


def test_main_directions_are_those_of_a_singular_value_decomposition(walks):
    plane, parts = projections.components(walks)
    points = np.concatenate([track.params.transpose(1, 0, 2).reshape(DIM, -1) for track in walks.tracks], axis=1)
    u, s, _ = np.linalg.svd(points - plane.origin[:, None])
    assert np.allclose(np.abs(np.sum(u[:, :2] * plane.basis, axis=0)), 1.0)
    assert np.allclose(parts, s[:2] ** 2 / np.sum(s**2))
    assert np.array_equal(plane.basis, principal(points, plane.origin).basis)
    few = principal(points[:, :3], plane.origin)  # of fewer points than dimensions
    u, _, _ = np.linalg.svd(points[:, :3] - plane.origin[:, None])
    assert np.allclose(np.abs(np.sum(u[:, :2] * few.basis, axis=0)), 1.0)


def test_main_directions_of_many_runs_are_those_of_some_evenly_spread(walks, monkeypatch):
    monkeypatch.setattr(projections, "MOST_RUNS", 2)
    plane, _ = projections.components(walks)
    ends = [track.params[:, :, [0, RUNS - 1]].transpose(1, 0, 2).reshape(DIM, -1) for track in walks.tracks]
    assert np.allclose(plane.basis, principal(np.concatenate(ends, axis=1), plane.origin).basis)
    monkeypatch.setattr(projections, "MOST_ROWS", 3)
    rows = [0, ROWS // 2, ROWS - 1]
    ends = [track.params[rows][:, :, [0, RUNS - 1]].transpose(1, 0, 2).reshape(DIM, -1) for track in walks.tracks]
    assert np.allclose(
        projections.components(walks)[0].basis, principal(np.concatenate(ends, axis=1), plane.origin).basis
    )


def test_shares_of_no_variance_are_all_and_nothing():
    flat = Flat(np.ones(3), np.eye(3)[:, :2])
    assert shares(flat, [np.ones((3, 4))]) == (1.0, 0.0)
    assert shares(flat, [np.array([[1.0], [1.0], [4.0]]), np.array([[5.0, 1.0], [1.0, 1.0], [1.0, 1.0]])]) == (
        0.64,
        0.0,
    )


def test_directions_are_made_orthonormal_and_what_lacks_is_made_up():
    found = orthonormal(np.array([[3.0, 3.0], [0.0, 1.0], [4.0, 4.0]]))
    assert np.allclose(found, [[0.6, 0.0], [0.0, 1.0], [0.8, 0.0]])
    # the second lies along the first, so that the axis which both are farthest from is taken
    assert np.allclose(orthonormal(np.array([[3.0, 6.0], [0.0, 0.0], [4.0, 8.0]])), found)
    assert np.allclose(orthonormal(np.zeros((3, 0))), np.eye(3)[:, :2])


def test_runs_are_seen_in_a_plane_whose_window_holds_them(walks):
    flat = projections.components(walks)[0]
    record, facts = projections.seen_in(walks, flat, ("u", "v"))
    for track, drawn in zip(walks.tracks, record.tracks, strict=True):
        away = track.params - flat.origin[:, None]
        assert np.allclose(drawn.params, np.einsum("ia,rin->ran", flat.basis, away))
    assert np.allclose(record.starts, flat.basis.T @ (walks.starts - flat.origin[:, None]))
    every = np.concatenate([track.params.transpose(1, 0, 2).reshape(2, -1) for track in record.tracks], axis=1)
    low, high = every.min(axis=1), every.max(axis=1)
    grown = 0.08 + 0.06 * 1.16  # of what runs reach, then of that frame
    window = np.array(record.surface.window)
    assert np.allclose(window, np.stack([low - grown * (high - low), high + grown * (high - low)], axis=1))
    assert record.surface.labels == ("u", "v")
    points = np.concatenate([track.params.transpose(1, 0, 2).reshape(DIM, -1) for track in walks.tracks], axis=1)
    rest = points - flat.lift(flat.project(points))
    assert np.allclose(facts.off, (np.median(np.linalg.norm(rest, axis=0)), np.linalg.norm(rest, axis=0).max()))
    # off the plane of the sphere the loss differs
    wrong = np.abs(np.sum(points**2, axis=0) - np.sum((points - rest) ** 2, axis=0))
    assert np.allclose(facts.error, (np.median(wrong), wrong.max()))
    inside = np.sum((points - rest - flat.origin[:, None]) ** 2)
    assert math.isclose(facts.variance, inside / np.sum((points - flat.origin[:, None]) ** 2))


def test_a_window_is_at_least_a_quarter_as_high_as_wide():
    params = np.zeros((2, 3, 1))
    params[1] = [[8.0], [0.1], [0.0]]
    record, facts = projections.seen_in(record_of(track_of(params)), Flat(np.zeros(3), np.eye(3)[:, :2]), ("u", "v"))
    (x0, x1), (y0, y1) = record.surface.window
    wide = 8.0 * 1.16
    assert np.allclose((x0, x1), (-0.64 - 0.06 * wide, 8.64 + 0.06 * wide))
    assert np.allclose((y0, y1), (0.05 - wide / 8.0, 0.05 + wide / 8.0))
    assert math.isclose(facts.variance, 1.0)  # all lies in the plane
    assert facts[1:] == ((0.0, 0.0), (0.0, 0.0))


def test_a_surface_is_cut_by_a_plane_as_the_chain_rule_says(monkeypatch):
    surface = ls.surface("styblinski_tang", dim=4)
    rng = np.random.default_rng(0)
    flat = Flat(rng.normal(size=4), orthonormal(rng.normal(size=(4, 2))))
    cut = projections.Cut(surface, flat, ((-1.0, 1.0), (-2.0, 2.0)), ("u", "v"))
    p = rng.normal(size=(2, 3, 5))
    lifted = (flat.origin[:, None] + flat.basis @ p.reshape(2, -1)).reshape(4, 3, 5)
    assert np.array_equal(cut.value(p), surface.value(lifted))
    monkeypatch.setattr(projections, "BLOCK", 16)  # four points at a time
    assert np.array_equal(cut.value(p), surface.value(lifted))
    np.testing.assert_allclose(cut.gradient(p), ls.gradient(cut.value, method="central")(p), rtol=1e-5, atol=1e-6)
    slope = ls.gradient(lambda q: np.sum(np.array([1.0, 2.0])[:, None] * cut.gradient(q), axis=0), method="central")
    flatly = p.reshape(2, -1)
    pushed = np.einsum("abn,b->an", cut.hessian(flatly), np.array([1.0, 2.0]))
    np.testing.assert_allclose(pushed, slope(flatly), rtol=1e-5, atol=1e-5)
    assert cut.window == ((-1.0, 1.0), (-2.0, 2.0))
    assert not cut.traits & {"saddle", "scalable"}


def test_a_cut_keeps_the_minima_that_lie_in_its_plane():
    surface = ls.surface("styblinski_tang", dim=3)
    chosen = surface.minima[0]
    for lifted, count in ((0.0, 1), (1e-9, 1), (1e-4, 0)):
        flat = Flat(chosen.point + np.array([1.0, 0.0, lifted]), np.eye(3)[:, :2])
        found = projections.Cut(surface, flat, ((-5.0, 5.0), (-5.0, 5.0)), ("u", "v")).critical_points
        near = [each for each in found if np.allclose(each.point, [-1.0, 0.0], atol=1e-6)]
        assert len(near) == count
        assert all(each.value == chosen.value for each in near)
        assert len(found) == 4 * count  # of eight minima, those with this third coordinate


def fallen(far):
    """Four runs that go up to 1 away and one that goes `far`, not diverged."""
    params = np.zeros((3, 3, 5))
    params[1:, 0] = [[0.5] * 4 + [far / 2.0], [1.0] * 4 + [far]]
    return record_of(track_of(params, np.ones((3, 5))))


def test_a_run_that_goes_ten_times_as_far_as_most_is_followed_a_little_farther_than_the_others():
    plane = Flat(np.zeros(3), np.eye(3)[:, :2])
    near, far = (projections.seen_in(fallen(size), plane, ("u", "v"))[0].surface.window[0] for size in (9.5, 10.5))
    assert near[1] > 9.5
    # at 6 it is farther than 1.5 times what the others reach
    assert far[1] < 1.5
    assert projections.seen_in(fallen(2.8 * 5), plane, ("u", "v"))[0].surface.window[0][1] < 1.5


def test_an_entrant_that_has_fallen_away_is_no_goal():
    stays, leaves = np.zeros((2, 3, 3, 4))
    stays[1:, 0] = 1.0
    leaves[1:, 1] = 1.0
    lost = track_of(leaves, np.full((3, 4), -5.0), status=["diverged"] * 4, label="adam")
    record = record_of(track_of(stays, np.ones((3, 4))), lost)
    assert np.array_equal(projections.through(record, (0, 1)).origin, [1.0, 0.0, 0.0])
    found = dataclasses.replace(record, tracks=(record.tracks[0], dataclasses.replace(lost, status=stays[0, 0] > 1)))
    assert np.array_equal(projections.through(found, (0, 1)).origin, [0.0, 1.0, 0.0])


def test_runs_that_end_at_another_loss_than_the_plane_shows_are_counted():
    params = np.zeros((2, 3, 4))
    params[0] = 1.0  # a loss of 3 at first
    params[1, 2] = [0.0, 0.3, 0.45, 2.0]  # off the plane: 0.09 and 0.2025 of 0.15 that may be
    value = np.sum(params**2, axis=1)
    record = record_of(track_of(params, value, status=["finished"] * 3 + ["diverged"]))
    seen, facts = projections.seen_in(record, Flat(np.zeros(3), np.eye(3)[:, :2]), ("u", "v"))
    assert projections.astray(record, seen) == [1]
    assert facts.off[1] == 1.0  # of those that do not diverge

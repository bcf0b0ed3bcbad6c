"""What a map of two hyper-parameters reads off its runs: equal fields, runs in one cell, at rest, or that overflow."""

import dataclasses

import numpy as np
import pytest

import landscape as ls
from landscape.analysis.convergence_map import Theory, cells_of, decades, measured, wrong

BOWL = ls.surface("quadratic", dim=1, scale=1.0)


def grid(rates, momenta, **others):
    """A run for each pair, the rates fastest."""
    lr, momentum = (each.ravel() for each in np.meshgrid(rates, momenta))
    fields = {name: np.full(lr.size, value) for name, value in others.items()}
    rule = ls.optimizer("momentum", lr=lr, momentum=momentum, **fields)
    return ls.simulate(BOWL, rule, start=[1.0], repeats=lr.size, steps=20)


@pytest.mark.parametrize("others", [{}, {"dampening": 0.25}, {"dampening": 0.25, "weight_decay": 0.0}])
def test_a_field_of_which_all_runs_have_the_same_is_no_axis(others):
    cells = cells_of(grid([0.1, 0.2, 0.3], [0.0, 0.5], **others)["momentum"])
    assert cells.fields == ("lr", "momentum")
    assert (cells.x.tolist(), cells.y.tolist()) == ([0.1, 0.2, 0.3], [0.0, 0.5])
    assert cells.runs.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_of_several_runs_in_one_cell_the_first_counts_and_no_cell_is_empty():
    cells = cells_of(grid([0.1, 0.2, 0.1], [0.0, 0.5])["momentum"])
    assert cells.runs.tolist() == [[0, 1], [3, 4]]
    track = grid([0.1, 0.2], [0.0, 0.5])["momentum"]
    for equal in ([0, 1, 2], [1, 2, 3]):
        lr, momentum = (getattr(track.optimizer, name)[equal] for name in ("lr", "momentum"))
        part = dataclasses.replace(track, optimizer=ls.optimizer("momentum", lr=lr, momentum=momentum))
        with pytest.raises(ValueError, match="leave cells of it empty"):
            cells_of(part)


def test_what_does_not_fall_has_no_decades_or_minus_infinity_and_never_plus():
    """A run that begins at the minimum has nothing to fall, one that overflows has risen, whatever its status."""
    track = grid([0.1, 0.2], [0.0, 0.5])["momentum"]
    assert np.all(np.isfinite(decades(track, 0.0)))
    for row, value in ((0, 0.0), (slice(None), 0.0), (slice(None), np.inf), (slice(None), np.nan), (-1, np.inf)):
        changed = track.value.copy()
        changed[row, 1] = value
        found = decades(dataclasses.replace(track, value=changed), 0.0)
        assert found[1] == -np.inf
        assert np.array_equal(found[[0, 2, 3]], decades(track, 0.0)[[0, 2, 3]])
    status = np.where(np.arange(4) == 2, "diverged", track.status)
    found = decades(dataclasses.replace(track, status=status), 0.0)
    assert np.isneginf(found).tolist() == [False, False, True, False]


@pytest.mark.parametrize("lowest", [0.0, 1024.0])
def test_a_fall_is_counted_until_it_is_lost_in_rounding(lowest):
    track = grid([0.1], [0.0])["momentum"]
    rows = np.arange(len(track.steps))[:, None]
    fall = dataclasses.replace(track, value=lowest + 4.0 * 2.0**-rows)
    assert decades(fall, lowest) == pytest.approx([np.log10(2.0)], rel=1e-12)
    least = max(1e-13, 8.0 * 2.0**-42 if lowest else 0.0)  # 2^-42 is the last digit of 1024
    for row, gap in ((4, 0.0), (1, 0.0), (0, 1.0)):
        value = np.where(rows < row, 1.0, gap)
        value[0] = 1.0
        found = decades(dataclasses.replace(track, value=lowest + value), lowest)
        assert found == pytest.approx([-np.log10(least) / row if row else 0.0], rel=1e-12)


# what theory promises

EIGENVALUES = (0.5, 2.0, 4.0)


def mapped(rule, surface=None, steps=3, start=None, **fields):
    """(cells, theory) of a map of a rule with the fields varied."""
    surface = ls.surface("spectral_quadratic", eigenvalues=EIGENVALUES) if surface is None else surface
    axes = np.meshgrid(*(each for each in fields.values() if np.ndim(each)))
    given = dict(zip([name for name, each in fields.items() if np.ndim(each)], (a.ravel() for a in axes), strict=True))
    given |= {name: each for name, each in fields.items() if not np.ndim(each) and name != "schedule"}
    entrant = ls.entrant(ls.optimizer(rule, **given), fields.get("schedule"))
    start = surface.customary_start if start is None else start
    record = ls.simulate(surface, entrant, start=start, repeats=axes[0].size, steps=steps)
    cells, _, theory = measured(record, record.tracks[0])
    return cells, theory


def radius(lr, beta, eigenvalue, nesterov=False):
    """How a step of a heavy ball, or Nesterov's, contracts along an eigenvector, by the eigenvalues of its matrix."""
    a = 1.0 - lr * eigenvalue
    rows = [[(1.0 + beta) * a, -beta * a], [1.0, 0.0]] if nesterov else [[a + beta, -beta], [1.0, 0.0]]
    return max(np.abs(np.linalg.eigvals(rows)))


def test_plain_descent_is_stable_up_to_two_over_the_largest_curvature():
    _, theory = mapped("sgd", lr=[0.1, 0.2], weight_decay=[0.0, 1.0])
    assert theory.limit == pytest.approx([2.0 / 4.0, 2.0 / 5.0], rel=1e-14)
    assert (theory.damped, theory.everywhere, theory.falls) == (None, True, None)


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_a_ball_falls_as_fast_as_the_matrix_of_its_step_contracts(rule):
    lr, momentum = [0.05, 0.4, 0.9], [0.0, 0.5, 0.9]
    _, theory = mapped(rule, lr=lr, momentum=momentum)
    assert theory.everywhere
    for row, beta in enumerate(momentum):
        for column, rate in enumerate(lr):
            slowest = max(radius(rate, beta, each, rule == "nesterov") for each in EIGENVALUES)
            assert theory.falls[row, column] == pytest.approx(-2.0 * np.log10(slowest), rel=1e-6, abs=1e-9)
        steepest = lambda rate, beta=beta: radius(rate, beta, 4.0, rule == "nesterov")  # noqa: E731
        assert steepest(theory.limit[row] * 0.999) <= 1.0 < steepest(theory.limit[row] * 1.001)
    if rule == "nesterov":
        assert theory.damped is None
    else:  # along the flattest direction, while that has an overdamped side
        assert theory.damped == pytest.approx([(1.0 - np.sqrt(rate * 0.5)) ** 2 for rate in lr])
        assert np.isnan(mapped(rule, lr=[0.1, 2.0, 2.5], momentum=momentum)[1].damped).tolist() == [False, True, True]


def test_theory_of_other_surfaces_holds_near_the_minimum_where_most_runs_end():
    surface = ls.surface("himmelblau")
    lr = [0.001, 0.002]
    for start, number in (((3.1, 1.9), 1), ((-3.7, -3.2), 0)):
        minimum = min(surface.minima, key=lambda point, start=start: np.sum((point.point - start) ** 2))
        steepest = np.linalg.eigvalsh(surface.hessian(minimum.point))[-1]
        _, theory = mapped("momentum", surface, start=start, lr=lr, momentum=[0.0, 0.5])
        assert theory.limit == pytest.approx([2.0 / steepest, 3.0 / steepest]), number
        assert (theory.damped, theory.everywhere, theory.falls) == (None, False, None)
        _, theory = mapped("sgd", surface, start=start, lr=lr, weight_decay=[0.0, 1.0])
        assert theory.limit == pytest.approx([2.0 / steepest, 2.0 / (steepest + 1.0)])
        assert not theory.everywhere
    _, theory = mapped("sgd", ls.surface("monkey_saddle"), start=(0.1, 0.1), lr=lr, weight_decay=[0.0, 1.0])
    assert theory == Theory()


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("momentum", {"lr": [0.1, 0.2], "momentum": [0.0, 0.5], "dampening": 0.1}),
        ("momentum", {"lr": [0.1, 0.2], "momentum": [0.0, 0.5], "weight_decay": 0.1}),
        ("momentum", {"lr": [0.1, 0.2], "momentum": [0.0, 0.5], "schedule": "cosine"}),
        ("momentum", {"momentum": [0.1, 0.2], "weight_decay": [0.0, 0.5]}),
        ("adam", {"lr": [0.1, 0.2], "beta1": [0.0, 0.5]}),
    ],
)
def test_of_other_maps_nothing_is_known(rule, fields):
    assert mapped(rule, **fields)[1] == Theory()


def test_what_is_measured_is_held_against_theory_where_that_is_sure():
    falls = np.array([[0.5, -0.5, 0.001]])
    theory = Theory(falls=falls)
    for found, expected in (
        ([[0.1, -0.1, -0.1]], [[False, False, False]]),
        ([[-0.1, 0.1, -0.1]], [[True, True, False]]),
        ([[0.0, 0.0, 0.0]], [[True, False, False]]),
    ):
        assert wrong(np.array(found), theory, 100).tolist() == expected
    assert wrong(np.array([[-0.1, 0.1]]), Theory(), 100).tolist() == [[False, False]]

"""What a map of two hyper-parameters reads off its runs: equal fields, runs in one cell, at rest, or that overflow."""

import dataclasses

import numpy as np
import pytest

import landscape as ls
from landscape.analysis.convergence_map import cells_of, decades

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

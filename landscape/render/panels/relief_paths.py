"""Cut paths short, lay them close enough to follow a relief, and beside each other where they share their way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.core.component import Array
from landscape.render.panels.beside import beside

APART = 0.006  # of two places
BESIDE = 1.3  # from one to the next that share a path, in widths of a trail: the plan is seen at an angle
PLACES = 3000  # of a trajectory, at most


def shortened(plan: Array, far: float) -> Array:
    """A path (rows, 2) whose steps to places farther than `far` end there, in their own direction."""
    made = np.clip(plan, -far, far)
    for row in np.flatnonzero(np.abs(plan).max(axis=1) > far):
        if row and np.abs(plan[row - 1]).max() <= far:
            move = plan[row] - plan[row - 1]
            with np.errstate(divide="ignore", invalid="ignore"):
                shares = (np.copysign(far, move) - plan[row - 1]) / move
            made[row] = plan[row - 1] + np.nanmin(shares) * move
    return made


def laid(plan: Array, steps: Array) -> tuple[Array, Array]:
    """A path (rows, 2) with places close together, and none where it stands still; with the step of each."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(plan, axis=0).T))])
    apart = max(APART, float(length[-1]) / PLACES)
    rows = np.unique(np.floor(length / apart), return_index=True)[1]
    wanted = np.unique(np.concatenate([length[rows], np.arange(0.0, length[-1], apart), length[-1:]]))
    moved = np.concatenate([[True], np.diff(length) > 0.0])
    at = [np.interp(wanted, length[moved], column[moved]) for column in (plan[:, 0], plan[:, 1], steps)]
    return np.column_stack(at[:2]), at[2]


def side_by_side(plans: Sequence[Array], side: float, width: float) -> list[Array]:
    """Paths (rows, 2) in the unit square around (0, 0), moved apart where they share their way; NaN stays.

    side: of the square, in pixels; width: of a trail, in pixels.
    """
    edge = np.full(2, 0.5 * side)
    moves = beside([side * plan for plan in plans], BESIDE * width, (-edge, edge))
    return [np.clip(plan + move / side, -0.5, 0.5) for plan, move in zip(plans, moves, strict=True)]

"""Make a record of trajectories that were made elsewhere: by an optimizer of another library, or by hand.

    record = from_points("rosenbrock", {"BFGS of mine": points})     # points (rows, dim) or (rows, dim, runs)
    record.save("mine.npz")

It is measured, drawn, animated and saved as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape import surfaces
from landscape.core.component import Array
from landscape.core.linear_algebra import one_thread
from landscape.core.surface import Surface
from landscape.record import Record, Track
from landscape.record.kept import LONGEST, given_rule
from landscape.schedules import REGISTRY as SCHEDULES
from landscape.simulation.job import measured


@one_thread()
def from_points(
    surface: Surface | str,
    points: Mapping[str, Any] | Any,
    *,
    steps: Any = None,
    lr: Mapping[str, float] | float | None = None,
    title: str = "",
) -> Record:
    """A record of trajectories on a surface, from their points.

    surface: or its name. points: label -> array of shape (rows, dim), a row for each step, the start first; or
    (rows, dim, runs), for several runs. An array alone is called "points". Run i of every label starts at the same
    point. One with fewer rows than the longest stands still from its last on; a run has diverged where a coordinate or
    the loss is not finite, and stays at the row before. steps: (rows,), the numbers of the rows, 0, 1, 2, ... where
    left out. lr: the learning rate, for captions, one for all or label -> rate; unknown where left out. title: the
    heading of pictures.

    The loss and the gradient's norm are computed at every row. A row counts as one evaluation a step. What only a rule
    can tell, as `landscape.inside` does, is refused.

    ValueError or TypeError for points of another shape or dimension, starts that differ or are not finite, other
    numbers of runs, and steps that do not rise from 0.
    """
    surface = surfaces.REGISTRY.coerce(surface)
    given = points if isinstance(points, Mapping) else {"points": points}
    if not given:
        raise ValueError("points must have at least one label")
    arrays = {_label(label): _shaped(label, each, surface) for label, each in given.items()}
    first, start = next(iter(arrays.items()))[0], next(iter(arrays.values()))[0]
    for label, array in arrays.items():
        if array.shape[2] != start.shape[1]:
            raise ValueError(
                f'points must be as many runs for each label, got {start.shape[1]} of "{first}" and '
                f'{array.shape[2]} of "{label}"'
            )
        if not np.array_equal(array[0], start):
            raise ValueError(
                f'points must begin alike for each label, run by run, got {start.T.tolist()!s:.60} of "{first}" and '
                f'{array[0].T.tolist()!s:.60} of "{label}"; make a record of each'
            )
    rows = _steps(steps, max(len(array) for array in arrays.values()))
    rates = lr if isinstance(lr, Mapping) else dict.fromkeys(arrays, lr)
    if unknown := sorted(map(str, set(rates) - set(arrays))):
        raise ValueError(f"lr has labels that points have not: {', '.join(unknown)}")
    tracks = tuple(_track(surface, label, array, rows, rates.get(label)) for label, array in arrays.items())
    return Record(surface, tracks, start, np.arange(start.shape[1]), int(rows[-1]), title=title)


def _label(label: Any) -> str:
    if not isinstance(label, str) or not label.strip():
        raise TypeError(f"points must have texts as labels, got {label!r:.60}")
    return label


def _shaped(label: str, given: Any, surface: Surface) -> Array:
    """(rows, dim, runs) of floats."""
    try:
        array = np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f'points of "{label}" must be an array of numbers: {error}') from None
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[0] < 2 or array.shape[1] != surface.dim or array.shape[2] < 1:
        raise ValueError(
            f'points of "{label}" must have the shape (rows, {surface.dim}) or (rows, {surface.dim}, runs), at least '
            f"2 rows, got {np.shape(given)}"
        )
    if not np.all(np.isfinite(array[0])):
        raise ValueError(f'points of "{label}" must begin at finite points, got {array[0].T.tolist()!s:.60}')
    return array


def _steps(given: Any, rows: int) -> Array:
    steps = np.arange(rows) if given is None else np.asarray(given)
    if steps.shape != (rows,) or steps.dtype.kind not in "iu" or steps[0] != 0 or not np.all(np.diff(steps) > 0):
        raise ValueError(f"steps must be {rows} whole numbers that rise from 0, one for each row, got {given!r:.60}")
    return steps.astype(np.int64)


def _track(surface: Surface, label: str, points: Array, steps: Array, lr: Any) -> Track:
    rows, _, runs = points.shape
    if lr is not None and not (isinstance(lr, (int, float, np.number)) and 0.0 <= lr < np.inf):
        raise ValueError(f'lr of "{label}" must be a finite number of at least 0, got {lr!r:.60}')
    with np.errstate(all="ignore"):
        lost = ~np.isfinite(points).all(axis=1) | ~np.isfinite(measured(surface, points)[0])
        if lost[0].any():
            raise ValueError(f'points of "{label}" must begin where "{surface.name}" has a finite value')
        last = np.where(lost.any(axis=0), np.argmax(lost, axis=0) - 1, rows - 1)  # the last good row
        held = np.minimum(np.arange(len(steps))[:, None], last)
        params = np.take_along_axis(points, np.minimum(held, rows - 1)[:, None, :], axis=0)
        value, norm = measured(surface, params)
    shape = (len(steps), runs)
    return Track(
        label=label,
        optimizer=given_rule({"name": label[:LONGEST]} | ({} if lr is None else {"lr": float(lr)})),
        schedule=SCHEDULES.build("constant"),
        steps=steps,
        params=np.ascontiguousarray(params),
        value=value,
        gradient_norm=norm,
        lr=np.full(shape, np.nan if lr is None else lr),
        evaluations=np.minimum(steps[:, None], steps[last]),
        status=np.where(lost.any(axis=0), "diverged", "finished"),
        stopped=steps[last],
    )

"""See inside a rule: its gradient, memory and step at every recorded point, by replaying it on them.

    found = inside(record, "adam")
    found["gradient"], found["step"]        # (steps, dim, runs)
    found["v"], found["v_hat"]              # the second moment, and that with its bias corrected

Nothing is simulated: the pure rule is given the recorded points, and has to lead from each to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.core.batches import read_only, runs_user_code
from landscape.core.component import Array
from landscape.core.methods import Optimizer
from landscape.core.state import rebuilt
from landscape.simulation.array_engine import take

if TYPE_CHECKING:
    from landscape.record import Record, Track

MOST_REPLAYED = 50_000
TAKEN = ("gradient", "step", "effective_step", "kept")  # a state's field of such a name is called "state.step"
CORRECTED = (("m", "beta1_power"), ("v", "beta2_power"))  # averages, and what their bias is told by


def inside(record: Record, label: str) -> dict[str, Array]:
    """What an entrant's rule has inside: name -> (steps, dim, runs), at each recorded point but the last.

    "gradient"; "step", the velocity; "effective_step", |step| / |gradient| of each coordinate; "kept", the step that
    the rule would take without a gradient; and its state after the point's gradient, by the names of its fields, such
    as "m" and "v"; numbers are (steps, runs). "m_hat" and "v_hat" are averages with their bias corrected, of rules that
    carry beta^t. What comes after a run has stopped is nan. ValueError where the rule cannot be replayed: with noise,
    where not each step was recorded, or where it needs more than a gradient.
    """
    track = record[label]
    reason = _obstacle(record, track)
    if reason:
        raise ValueError(f"{track.label}: cannot be replayed: {reason}")
    points = track.params
    steps = points.shape[0] - 1
    optimizer = take(track.optimizer, record.runs, record.starts.shape[1] * record.repeats)
    gone = np.arange(steps)[:, None] >= track.stopped
    with np.errstate(all="ignore"):
        gradients = np.moveaxis(np.asarray(record.surface.gradient(np.moveaxis(points[:-1], 1, 0))), 0, 1)
        found = _replayed(track, optimizer, points, gradients, gone)
        made = {"gradient": gradients, "step": np.diff(points, axis=0)}
        made["effective_step"] = np.abs(made["step"]) / np.abs(gradients)
        made |= {name: values for name, values in found.items() if len(values) == steps}
        for name, power in CORRECTED:
            if name in made and power in made:
                made[f"{name}_hat"] = made[name] / (1.0 - made[power][:, None])
    return {
        name: np.where(gone if values.ndim == 2 else gone[:, None], np.nan, values) for name, values in made.items()
    }


def _replayed(track: Track, optimizer: Any, points: Array, gradients: Array, gone: Array) -> dict[str, Array]:
    """What the rule has inside, called as it was: with all runs at once, or each alone if it is somebody's own."""
    try:
        return _played(track, optimizer, points, gradients, track.lr, gone, as_point=False)
    except Exception as error:
        if not runs_user_code(optimizer):
            raise
        for as_point in (False, True):
            made = []
            try:
                for run in range(points.shape[2]):
                    rule, column = take(optimizer, run, points.shape[2]), slice(run, run + 1)
                    cut = [each[..., column] for each in (points, gradients, track.lr, gone)]
                    made.append(_played(track, rule, cut[0], cut[1], cut[2], cut[3], as_point))
            except Exception:
                continue
            return {name: np.concatenate([each[name] for each in made], axis=-1) for name in made[0]}
        raise error from None


def _played(
    track: Track, optimizer: Any, points: Array, gradients: Array, lr: Array, gone: Array, as_point: bool
) -> dict[str, Array]:
    """The same for some runs; as_point: for one, whose rule takes points (dim,)."""
    steps, runs = len(gradients), points.shape[2]

    def given(columns: Array) -> Array:
        return read_only(columns[:, 0] if as_point else columns)

    found: dict[str, list[Array]] = {"kept": []}
    state = optimizer.init(given(points[0]))
    for row in range(steps):
        here, g = points[row], np.ascontiguousarray(gradients[row])
        rate = float(lr[row, 0]) if as_point else lr[row]
        before = rebuilt(state, lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf)
        without = optimizer.apply(given(here), given(np.zeros_like(g)), before, rate)[0]
        found["kept"].append(np.reshape(without, here.shape) - here)
        moved, state = optimizer.apply(given(here), given(g), state, rate)
        there = np.reshape(moved, here.shape)
        if not np.allclose(there[:, ~gone[row]], points[row + 1][:, ~gone[row]], rtol=1e-9, atol=1e-12):
            raise ValueError(f"{track.label}: cannot be replayed: step {row} leads elsewhere than recorded")
        for name, leaf in _leaves(state):
            part = np.asarray(leaf)[..., None] if as_point and np.ndim(leaf) else leaf
            found.setdefault(f"state.{name}" if name in TAKEN else name, []).append(_column(part, runs))
    return {name: np.array(values) for name, values in found.items()}


def _obstacle(record: Record, track: Track) -> str:
    """Why a rule cannot be replayed on its recorded points, or nothing."""
    if record.noise is not None:
        return "its gradients had noise"
    if len(track.steps) != track.steps[-1] + 1:
        return "not each of its steps was recorded"
    if track.steps[-1] > MOST_REPLAYED:
        return f"it made {track.steps[-1]:,} steps, more than {MOST_REPLAYED:,}"
    if not isinstance(track.optimizer, Optimizer):
        return "its rule asks for more than a gradient"
    return ""


def _leaves(state: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """(name, number or array) of every part of a state that is one; parts of parts have a dot between."""
    if isinstance(state, tuple):
        fields = getattr(state, "_fields", None) or [str(number) for number in range(len(state))]
        for field, part in zip(fields, state, strict=True):
            yield from _leaves(part, f"{name}.{field}" if name else str(field))
    elif isinstance(state, (int, float, np.ndarray)):
        yield name or "state", state


def _column(leaf: Any, runs: int) -> Array:
    """A part of a state for every run: (runs,), or (..., runs)."""
    values = np.asarray(leaf, dtype=np.float64)
    return np.array(values if values.ndim and values.shape[-1] == runs else np.broadcast_to(values, (runs,)))

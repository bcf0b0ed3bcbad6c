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

from landscape.core.component import Array
from landscape.core.methods import Optimizer
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
    steps, _, runs = points.shape[0] - 1, *points.shape[1:]
    optimizer = take(track.optimizer, record.runs, record.starts.shape[1] * record.repeats)
    gone = np.arange(steps)[:, None] >= track.stopped
    with np.errstate(all="ignore"):
        gradients = np.moveaxis(np.asarray(record.surface.gradient(np.moveaxis(points[:-1], 1, 0))), 0, 1)
        found: dict[str, list[Array]] = {"kept": []}
        state = optimizer.init(points[0])
        for row in range(steps):
            here, g, lr = points[row], np.ascontiguousarray(gradients[row]), track.lr[row]
            found["kept"].append(optimizer.apply(here, np.zeros_like(g), state, lr)[0] - here)
            there, state = optimizer.apply(here, g, state, lr)
            if not np.allclose(there[:, ~gone[row]], points[row + 1][:, ~gone[row]], rtol=1e-9, atol=1e-12):
                raise ValueError(f"{track.label}: cannot be replayed: step {row} leads elsewhere than recorded")
            for name, leaf in _leaves(state):
                found.setdefault(f"state.{name}" if name in TAKEN else name, []).append(_column(leaf, runs))
        made = {"gradient": gradients, "step": np.diff(points, axis=0)}
        made["effective_step"] = np.abs(made["step"]) / np.abs(gradients)
        made |= {name: np.array(values) for name, values in found.items() if len(values) == steps}
        for name, power in CORRECTED:
            if name in made and power in made:
                made[f"{name}_hat"] = made[name] / (1.0 - made[power][:, None])
    return {
        name: np.where(gone if values.ndim == 2 else gone[:, None], np.nan, values) for name, values in made.items()
    }


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

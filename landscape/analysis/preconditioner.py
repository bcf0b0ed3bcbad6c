"""Read adaptive rules as preconditioned descent: what they divide each coordinate by, and where that is stable.

    preconditioners(record["adam"], record.surface)    # (rows, dim, runs), D_t of p <- p - lr D_t^-1 m
    limit_factor(record["adam"])                       # 38 for beta1 = 0.9: stable while lr lambda(D^-1 H) is below it

A record keeps no moments, so that the rule is played again along the recorded points, by their exact gradients.

Source: Cohen et al. 2022, "Adaptive gradient methods at the edge of stability", arXiv:2207.14484, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from landscape.analysis.replay import MOST_REPLAYED
from landscape.core.component import Array
from landscape.core.linear_algebra import one_thread
from landscape.core.surface import Surface
from landscape.record import Track
from landscape.simulation.array_engine import take
from landscape.simulation.trials import planned

# name of a rule -> (rule, its state after a step) -> D, (dim, runs); 1 where a rule divides by nothing
_ROOTS: Mapping[str, Callable[[Any, Any], Any]] = {
    "sgd": lambda rule, state: 1.0,
    "momentum": lambda rule, state: 1.0,
    "nesterov": lambda rule, state: 1.0,
    "adam": lambda rule, state: _corrected(rule, state, state.v),
    "adamw": lambda rule, state: _corrected(rule, state, state.v),
    "amsgrad": lambda rule, state: _corrected(rule, state, state.largest),
    "rmsprop": lambda rule, state: np.sqrt(state.v) + rule.eps,
    "adagrad": lambda rule, state: np.sqrt(state.total) + rule.eps,
}
KNOWN = tuple(_ROOTS)


@one_thread()
def preconditioners(track: Track, surface: Surface) -> Array:
    """(rows, dim, runs): what the step from each row on is divided by, coordinate by coordinate; after a run has
    stopped, what it was.

    Of `adam`, `adamw` and `amsgrad` it is (1 - beta1^t)(sqrt(v / (1 - beta2^t)) + eps), with v after the row's own
    gradient; of `rmsprop` and `adagrad` the root that they divide by; of `sgd`, `momentum` and `nesterov` 1. ValueError
    for other rules, and where the recorded points are not those of exact gradients.
    """
    name = track.optimizer.name
    if name not in _ROOTS:
        raise ValueError(f"{track.label}: no preconditioner is known of {name}, but of {', '.join(KNOWN)}")
    if name in ("sgd", "momentum", "nesterov"):
        return np.ones_like(track.params)
    last = int(track.steps[-1])
    if last > MOST_REPLAYED:
        raise ValueError(f"{track.label}: cannot be replayed: it made {last:,} steps, more than {MOST_REPLAYED:,}")
    if track.schedules:
        fields = ", ".join(track.schedules)
        raise ValueError(f"{track.label}: no preconditioner is known where a schedule changes {fields}")
    if len(track.lr) < last + 1 and track.schedule.reads_loss:
        raise ValueError(f"{track.label}: cannot be replayed: its schedule read the loss; record every step")
    rule: Any = take(track.optimizer, np.arange(track.runs), track.runs)
    rates = track.lr
    if len(rates) < last + 1:
        rates = np.broadcast_to(planned(track.schedule, last)[:, None] * rule.lr, (last + 1, track.runs))
    found = np.empty_like(track.params)
    here, row = np.ascontiguousarray(track.params[0]), 0
    state = rule.init(here)
    with np.errstate(all="ignore"):
        for step in range(last + 1):
            there, state = rule.apply(here, np.asarray(surface.gradient(here)), state, rates[step])
            if step == track.steps[row]:
                root = np.broadcast_to(_ROOTS[name](rule, state), here.shape)
                going = step < track.stopped if row else np.ones(track.runs, dtype=bool)
                found[row] = np.where(going | (step == last), root, found[row - 1])
                row += 1
            if step < last:
                here = _arrived(track, np.ascontiguousarray(there), step + 1, row)
    return found


def limit_factor(track: Track) -> float | None:
    """lr times the largest eigenvalue of D^-1 H up to which a rule with a constant D is stable, where it is known.

    2 + 2 beta for a heavy ball, (2 + 2 beta1) / (1 - beta1) for Adam, whose average is 1 - beta1 times a sum.
    """
    rule: Any = track.optimizer
    extras = [getattr(rule, field, 0.0) for field in ("dampening", "lr_decay")]
    if any(np.any(np.asarray(extra) != 0.0) for extra in extras):
        return None
    field = {"adam": "beta1", "adamw": "beta1", "amsgrad": "beta1"}.get(rule.name, "momentum")
    beta = np.ravel(getattr(rule, field, 0.0))
    if rule.name not in KNOWN or np.ptp(beta) > 0.0:
        return None
    wide = 2.0 * (1.0 + float(beta[0]))
    if rule.name == "nesterov":
        return wide / (1.0 + 2.0 * float(beta[0]))
    return wide / (1.0 - float(beta[0])) if field == "beta1" else wide


def _corrected(rule: Any, state: Any, v: Array) -> Array:
    root = np.sqrt(v) / np.sqrt(1.0 - np.asarray(state.beta2_power)) + rule.eps
    return np.asarray((1.0 - np.asarray(state.beta1_power)) * root)


def _arrived(track: Track, there: Array, step: int, row: int) -> Array:
    """Where a step begins: at the recorded point where there is one, which has to be where the last one led."""
    if track.steps[row] != step:
        return there
    going = step <= track.stopped
    if not np.allclose(there[:, going], track.params[row][:, going], rtol=1e-7, atol=1e-10):
        raise ValueError(
            f"{track.label}: cannot be replayed: step {step} leads elsewhere than recorded; a preconditioner is known "
            "where gradients are exact"
        )
    return np.ascontiguousarray(track.params[row])

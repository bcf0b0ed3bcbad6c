"""Call a user's rule in the form that it was written for: many runs together, or each run alone.

    together    params (dim, runs), as it is documented: it must treat each column alone
    columns     one run after the other, params (dim, 1)
    points      one run after the other, params (dim,): what was written for one point

A rule that takes many runs and mixes them, as `gradient / np.linalg.norm(gradient)` does, gives wrong numbers without a
word. So a user's rule is tried in all forms before it is used, and compared with itself alone while it is.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from landscape.core.batches import Mixed, read_only
from landscape.core.component import Array, Component
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.core.state import leaves
from landscape.program.trace import Value

FORMS = ("together", "columns", "points")
COUNTED = {"residuals": "value", "jacobian": "gradient"}
LOOKS = 48  # steps of a simulation at which some runs are made alone as well


class Alone:
    """The state of a rule in the form "points": whatever it is, it belongs to one run."""

    def __init__(self, state: Any) -> None:
        self.state = state


class PointOracle:
    """An Oracle for one run whose params are a point (dim,)."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle = oracle

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._oracle, name)
        if name in ("normals", "uniforms", "words"):
            return lambda *args, **options: asked(*args, **options)[:, 0]
        if name not in ("value", "gradient", "product", "hessian", "residuals", "jacobian"):
            return asked

        def at_point(params: Any, *vectors: Any, active: Any = None) -> Any:
            given = [np.asarray(each, dtype=np.float64) for each in (params, *vectors)]
            columns = [each[:, None] if each.ndim == 1 else each for each in given]
            result = asked(*columns, **({} if active is None else {"active": np.atleast_1d(active)}))
            if given[0].ndim == 1:
                return result[..., 0]
            self._oracle.charge(COUNTED.get(name, name), given[0].shape[1] - 1)  # candidates (dim, n) of one run
            return result

        return at_point


def first_state(rule: Method, params: Array, form: str) -> Any:
    """The state of a rule at params (dim, runs), before the first step."""
    if form == "points":
        return Alone(checked_state(rule, rule.init(read_only(params[:, 0]))))
    return rule.init(params) if form == "together" else checked_state(rule, rule.init(read_only(params)))


def stepped_in(form: str, rule: Method, params: Array, oracle: Oracle, state: Any, lr: Any, user: bool) -> Any:
    """What a rule's step gives at params (dim, runs). user: it may be a user's, which must not change its arguments."""
    if not user:
        return rule.step(params, oracle, state, lr)
    if form == "points":
        result = _called(rule, read_only(params[:, 0]), PointOracle(oracle), state.state, lr)
        moved, after = _pair(rule, result)
        return real_params(rule, moved)[:, None], Alone(checked_state(rule, after))
    moved, after = _pair(rule, _called(rule, read_only(params), oracle, state, lr))
    return real_params(rule, moved), checked_state(rule, after, runs=params.shape[1] if form == "together" else None)


def _called(rule: Method, params: Array, oracle: Any, state: Any, lr: Any) -> Any:
    if isinstance(rule, Optimizer) and type(rule).step is Optimizer.step:
        return rule.apply(params, read_only(oracle.gradient(params)), state, lr)
    return rule.step(params, oracle, state, lr)


def _pair(rule: Method, result: Any) -> tuple[Any, Any]:
    if type(result) is not tuple or len(result) != 2:
        found = f"a tuple of {len(result)}" if type(result) is tuple else type(result).__name__
        raise TypeError(f"{rule.name}: apply must return (params, state), got {found}; write `return params, state`")
    return result


def real_params(rule: Method, moved: Any) -> Array:
    """The params that a rule returned as an array of real numbers, or TypeError."""
    array = np.asarray(moved)
    if array.dtype.kind == "O" and any(isinstance(number, Value) for number in array.flat):
        raise TypeError(
            f"{rule.name}: it keeps something from step to step outside of its state; return it as the state"
        )
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{rule.name}: apply must return params of real numbers, got {type(moved).__name__} of {array.dtype}"
        )
    return array.astype(np.float64) if array.dtype != np.float64 else array


def checked_state(owner: Component, state: Any, runs: int | None = None, what: str = "state") -> Any:
    """The state of a rule or the memory of a noise, or TypeError where it is no tuple of arrays and numbers.

    runs: how many runs side by side the arrays are for, where they are.
    """
    if not isinstance(state, tuple):
        raise TypeError(
            f"{owner.name}: a {what} is a tuple of arrays and numbers, got {type(state).__name__}; write (m, v), (m,) "
            "for one, () for none"
        )
    for leaf in leaves(state):
        if isinstance(leaf, Alone) or (np.ndim(leaf) == 0 and isinstance(leaf, (int, float, np.generic))):
            continue
        if not isinstance(leaf, np.ndarray):
            raise TypeError(
                f"{owner.name}: a {what} is a tuple of arrays and numbers, got a {type(leaf).__name__} in it; keep "
                "each number or array as an entry of its own"
            )
        if runs is not None and leaf.shape[-1] not in (1, runs):
            raise TypeError(
                f"{owner.name}: of an array of its {what} the last axis is the runs, got shape {leaf.shape}"
            )
    return state


@functools.lru_cache(maxsize=64)
def watched_steps(steps: int) -> frozenset[int]:
    """The steps at which some runs are compared: the first few, and others at random, the same each time."""
    random = np.random.default_rng(20_051).integers(0, steps, LOOKS)
    return frozenset([*range(min(steps, 4)), *random.tolist()])


def compare(before: Array, alone: Any, beside: Any, column: int) -> None:
    """Mixed where a run's step alone, (params, state), is not its step beside others, from params `before` (dim,)."""
    rounding = 1e-13 * float(np.max(np.abs(before), initial=1.0))
    if not _close(alone[0][:, 0] - before, beside[0][:, column] - before, rounding):
        raise Mixed
    compare_states(alone[1], beside[1], column, beside[0].shape[1])


def compare_states(alone: Any, beside: Any, column: int, runs: int) -> None:
    """Mixed where the state of a run alone is not its state beside others, of which numbers belong to all."""
    for mine, theirs in zip(leaves(alone), leaves(beside), strict=False):
        if np.ndim(theirs) and np.shape(theirs)[-1] == runs:
            one, other = mine[..., 0], theirs[..., column]
        elif np.ndim(theirs) == np.ndim(mine) == 0 and isinstance(theirs, (int, float, np.number)):
            one, other = mine, theirs
        else:
            continue
        size = np.max(np.abs(other), initial=0.0, where=np.isfinite(other))
        if not _close(one, other, 1e-9 * size):
            raise Mixed


def _close(alone: Any, beside: Any, absolute: float) -> bool:
    return bool(np.allclose(alone, beside, rtol=1e-6, atol=absolute, equal_nan=True))

"""`ls.optimizer("lookahead")`: Lookahead: any rule runs ahead for some steps, and slow parameters follow part of the
way.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from landscape.core.component import Array, Count, Share
from landscape.core.elementary import select
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


class LookaheadState(NamedTuple):
    """inner: the inner rule's state; slow: (dim, runs), the slow parameters; count: steps since they moved."""

    inner: Any
    slow: Array
    count: Any


@register("lookahead")
class Lookahead(Wrapper):
    """Lookahead: any rule runs ahead for some steps, and slow parameters follow part of the way.

    after every `steps` steps of the inner rule:  slow <- slow + alpha (p - slow),   p <- slow

    optimizer: the inner rule, which keeps its state; steps: how far it runs ahead; alpha: how far the slow parameters
    follow. What is recorded is p, where gradients are taken.
    Defaults: the paper's.
    Source: Zhang, Lucas, Hinton and Ba 2019, "Lookahead optimizer: k steps forward, 1 step back", arXiv:1907.08610,
    algorithm 1.
    Differences: optax.lookahead can reset the inner state as well.
    """

    optimizer: Optimizer
    steps: Count = 5
    alpha: Share = 0.5

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> LookaheadState:
        """The slow parameters at params (dim, runs)."""
        return LookaheadState(self.optimizer.init(params), params, 0.0)

    def apply(self, params: Array, gradient: Array, state: LookaheadState, lr: Any) -> tuple[Array, LookaheadState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        fast, inner = self.optimizer.apply(params, gradient, state.inner, lr)
        count = state.count + 1.0
        due = count - float(self.steps)
        slow = select(due, state.slow + self.alpha * (fast - state.slow), state.slow)
        return select(due, slow, fast), LookaheadState(inner, slow, select(due, 0.0, count))

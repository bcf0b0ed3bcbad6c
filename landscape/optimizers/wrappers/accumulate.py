"""`ls.optimizer("accumulate")`: Gradient accumulation: any rule moves once in some steps, with the mean of their
gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.elementary import select
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


class AccumulateState(NamedTuple):
    """inner: the inner rule's state; mean: (dim, runs), of the gradients so far; count: how many."""

    inner: Any
    mean: Array
    count: Any


@register("accumulate")
class Accumulate(Wrapper):
    """Gradient accumulation: any rule moves once in some steps, with the mean of their gradients.

    m <- m + (g - m) / count;   after every `steps` gradients a step of the inner rule with m, which begins anew

    optimizer: the inner rule; steps: how many gradients a step takes. Each costs a step here, in which p stays.
    Source: Ott, Edunov, Grangier and Auli 2018, "Scaling neural machine translation", arXiv:1806.00187, section 3.
    Differences: none from optax.MultiSteps, which has the same running mean.
    """

    optimizer: Optimizer
    steps: Count = 4

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> AccumulateState:
        """No gradients yet."""
        return AccumulateState(self.optimizer.init(params), np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: AccumulateState, lr: Any) -> tuple[Array, AccumulateState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        count = state.count + 1.0
        mean = state.mean + (gradient - state.mean) / count
        due = count - float(self.steps)
        moved, inner = self.optimizer.apply(params, mean, state.inner, lr)
        kept = chosen(due, inner, state.inner)
        return select(due, moved, params), AccumulateState(kept, select(due, 0.0 * mean, mean), select(due, 0.0, count))


def chosen(choice: Any, new: Any, old: Any) -> Any:
    """A state whose leaves are `new`'s where choice >= 0, else `old`'s."""
    if not isinstance(new, tuple):
        return select(choice, new, old)
    parts = [chosen(choice, a, b) for a, b in zip(new, old, strict=True)]
    return type(new)(*parts) if type(new) is not tuple else tuple(parts)

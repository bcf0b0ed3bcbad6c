"""`ls.optimizer("lars")`: LARS: momentum whose steps are a fixed part of the parameters' own length."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import select
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, length, with_decay
from landscape.optimizers._registry import register


class LARSState(NamedTuple):
    """buffer: (dim, runs), the decaying sum of scaled steps."""

    buffer: Array


@register("lars")
class LARS(Optimizer):
    """LARS: momentum whose steps are a fixed part of the parameters' own length.

    r = trust_coefficient |p| / (|g| + weight_decay |p| + eps)            (1 where |p| is 0, or what it is divided by)
    b <- momentum b + lr r (g + weight_decay p)
    p <- p - b

    lr: learning rate; momentum: part of the buffer kept; trust_coefficient: step length over parameter length; eps:
    keeps the quotient finite; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: optax.lars'; lr = 1 is ours.
    Source: You, Gitman and Ginsburg 2017, "Large batch training of convolutional networks", arXiv:1708.03888,
    algorithm 1.
    Differences: optax.lars divides by |g + weight_decay p|, the length of the sum, where the paper has the sum of the
    lengths. The paper has no eps, and does not say what a length of 0 does.
    """

    lr: NonNegativeHyper = 1.0
    momentum: NonNegativeHyper = 0.9
    trust_coefficient: NonNegativeHyper = 1e-3
    eps: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip"})

    def init(self, params: Array) -> LARSState:
        """An empty buffer (dim, runs)."""
        return LARSState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: LARSState, lr: Any) -> tuple[Array, LARSState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        ours, theirs = length(params), length(gradient)
        theirs = theirs if is_zero(self.weight_decay) else theirs + self.weight_decay * ours
        rate = lr * trust_ratio(ours, theirs, self.trust_coefficient, self.eps)
        buffer = self.momentum * state.buffer + g * rate
        return params - buffer, LARSState(buffer)


def trust_ratio(ours: Any, theirs: Any, coefficient: Any, eps: Any) -> Any:
    """coefficient ours / (theirs + eps), and 1 where either length is 0: (runs,)."""
    safe = select(-theirs, 1.0, theirs)
    return select(-ours * theirs, 1.0, coefficient * ours / (safe + eps))

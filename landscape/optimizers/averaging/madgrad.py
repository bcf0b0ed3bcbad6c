"""`ls.optimizer("madgrad")`: MADGRAD: dual averaging with a cube root: the point is always the start less a scaled
sum of all gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class MADGRADState(NamedTuple):
    """s, total: (dim, runs), weighted sums of g and g^2; begin: (dim, runs), the starting point; steps: t."""

    s: Array
    total: Array
    begin: Array
    steps: Any


@register("madgrad")
class MADGRAD(Optimizer):
    """MADGRAD: dual averaging with a cube root: the point is always the start less a scaled sum of all gradients.

    g <- g + weight_decay p,   w = (lr + eps) sqrt(t + 1),   t = 0, 1, ...
    s <- s + w g,   v <- v + w g^2
    z = p_0 - s / (cbrt(v) + eps)
    p <- momentum p + (1 - momentum) z

    lr: learning rate; momentum: part of the point kept; eps: keeps the quotient finite; weight_decay: coefficient of
    an L2 penalty weight_decay/2 |p|^2.
    Defaults: optax.contrib.madgrad's, which are the authors'; lr = 1e-2 is theirs.
    Source: Defazio and Jelassi 2022, "Adaptivity without compromise: a momentumized, adaptive, dual averaged gradient
    method for stochastic optimization", arXiv:2101.11075, algorithm 1.
    Differences: the paper's c is 1 - momentum, and its w has no eps.
    """

    lr: NonNegativeHyper = 1e-2
    momentum: FractionHyper = 0.9
    eps: PositiveHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> MADGRADState:
        """Both sums at 0 (dim, runs), the start at params."""
        return MADGRADState(np.zeros_like(params), np.zeros_like(params), params, 0.0)

    def apply(self, params: Array, gradient: Array, state: MADGRADState, lr: Any) -> tuple[Array, MADGRADState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        weight = (lr + self.eps) * np.sqrt(state.steps + 1.0)
        s, v = state.s + weight * g, state.total + weight * (g * g)
        z = state.begin - s / (_cube_root(v) + self.eps)
        moved = (1.0 - self.momentum) * z + self.momentum * params
        return moved, MADGRADState(s, v, state.begin, state.steps + 1.0)


def _cube_root(x: Any) -> Any:
    """x^(1/3) for x >= 0, by logarithms and a step of Newton's method, which makes up for their rounding."""
    safe = largest(x, 1e-300)
    root = np.exp(np.log(safe) / 3.0)
    root = root - (root - safe / (root * root)) / 3.0
    return root * (x / safe)

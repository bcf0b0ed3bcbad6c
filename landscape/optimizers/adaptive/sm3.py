"""`ls.optimizer("sm3")`: SM3: AdaGrad in the memory of a matrix's rows and columns; for a vector of parameters,
AdaGrad with momentum.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class SM3State(NamedTuple):
    """total: (dim, runs), the sum of squared gradients; m: (dim, runs), the average of steps."""

    total: Array
    m: Array


@register("sm3")
class SM3(Optimizer):
    """SM3: AdaGrad in the memory of a matrix's rows and columns; for a vector of parameters, AdaGrad with momentum.

    s <- s + g^2
    m <- momentum m + (1 - momentum) g / sqrt(s + eps)
    p <- p - lr m

    lr: learning rate; momentum: decay of the average of steps; eps: inside the root.
    Defaults: optax.sm3's momentum and eps; lr = 1e-2 as for adagrad.
    Source: Anil, Gupta, Koren and Singer 2019, "Memory-efficient adaptive optimization", arXiv:1901.11150, SM3-II.
    Differences: the paper has no eps, and 0 / 0 counts as 0.
    """

    lr: NonNegativeHyper = 1e-2
    momentum: FractionHyper = 0.9
    eps: PositiveHyper = 1e-8

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> SM3State:
        """Both at 0 (dim, runs)."""
        return SM3State(np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: SM3State, lr: Any) -> tuple[Array, SM3State]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        s = state.total + gradient * gradient
        m = self.momentum * state.m + (1.0 - self.momentum) * (gradient / np.sqrt(s + self.eps))
        return params - lr * m, SM3State(s, m)

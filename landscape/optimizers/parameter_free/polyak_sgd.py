"""`ls.optimizer("polyak_sgd")`: Polyak's step size: proportional to the gap to the lowest loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, Hyper, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import select, smallest
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register

EPS = float(np.finfo(np.float64).eps)


@register("polyak_sgd")
class PolyakSGD(Method):
    """Polyak's step size: proportional to the gap to the lowest loss.

    p <- p - lr min((f(p) - f_min) / (|g|^2 + eps), max_learning_rate) g

    lr: factor on the step; max_learning_rate: the largest step; f_min: the loss at the minimum, or a bound on it; eps:
    keeps the quotient finite. There is no step where |g|^2 + eps is below the rounding of 1.
    Defaults: optax.polyak_sgd's.
    Source: Polyak 1969, "Minimization of unsmooth functionals", doi:10.1016/0041-5553(69)90061-5; with a largest step
    and noisy losses Loizou, Vaswani, Laradji and Lacoste-Julien 2021, arXiv:2002.10542, equation 3.
    Differences: optax's `scaling` multiplies g before its length is taken, so that it divides the step. The paper
    divides by c |g|^2 with c = 1/2 for its best rate.
    """

    lr: NonNegativeHyper = 1.0
    max_learning_rate: PositiveHyper = 1.0
    f_min: Hyper = 0.0
    eps: NonNegativeHyper = 0.0

    needs = frozenset({"value", "gradient"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs)."""
        value, gradient = oracle.value(params), oracle.gradient(params)
        size = dot(gradient, gradient) + self.eps
        step = smallest((value - self.f_min) / select(EPS - size, 1.0, size), self.max_learning_rate)
        return params - lr * select(EPS - size, 0.0, step) * gradient, state

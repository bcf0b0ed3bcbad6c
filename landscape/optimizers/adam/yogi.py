"""`ls.optimizer("yogi")`: Yogi: Adam whose second moment grows and shrinks by the size of the gradient alone, and so
never fast.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import sign
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class YogiState(NamedTuple):
    """m, v: (dim, runs), the average of g, and the size of g^2."""

    m: Array
    v: Array


@register("yogi")
class Yogi(Optimizer):
    """Yogi: Adam whose second moment grows and shrinks by the size of the gradient alone, and so never fast.

    m <- beta1 m + (1 - beta1) g                        (m = 0 at first)
    v <- v - (1 - beta2) sign(v - g^2) g^2              (v = initial_accumulator_value at first)
    p <- p - lr m / (sqrt(v) + eps)

    lr: learning rate; beta1, beta2: rates of the two averages; eps: keeps the quotient finite;
    initial_accumulator_value: of v.
    Defaults: the paper's; initial_accumulator_value is that of the authors' program.
    Source: Zaheer, Reddi, Sachan, Kale and Kumar 2018, "Adaptive methods for nonconvex optimization", NeurIPS,
    algorithm 2.
    Differences: the paper's experiments start v at the mean square of the first batch's gradients. optax and the
    program that the authors gave to TensorFlow start m at 1e-6 too, which favours one direction, and correct both
    averages as if they had begun at 0.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-3
    initial_accumulator_value: NonNegativeHyper = 1e-6

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> YogiState:
        """m at 0, v at initial_accumulator_value (dim, runs)."""
        nothing = np.zeros_like(params)
        return YogiState(nothing, nothing + self.initial_accumulator_value)

    def apply(self, params: Array, gradient: Array, state: YogiState, lr: Any) -> tuple[Array, YogiState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        square = gradient * gradient
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = state.v - (1.0 - self.beta2) * sign(state.v - square) * square
        return params - lr * (m / (np.sqrt(v) + self.eps)), YogiState(m, v)

"""Give each coordinate its own rate, from the size of its past gradients: `adagrad`, `adadelta`, `rmsprop`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FractionHyper, NonNegativeHyper
from landscape.core import Optimizer, largest
from landscape.optimizers._registry import register
from landscape.optimizers._terms import is_zero, with_decay


class AdaGradState(NamedTuple):
    """total: (dim, runs), the sum of squared gradients; steps: how many steps were taken."""

    total: Array
    steps: Any


@register("adagrad")
class AdaGrad(Optimizer):
    """AdaGrad: divides by the root of the sum of all squared gradients, so that its steps only ever shrink.

    g <- g + weight_decay p
    s <- s + g^2                               (s = initial_accumulator_value at first)
    p <- p - lr / (1 + t lr_decay) * g / (sqrt(s) + eps),   t = 0, 1, 2, ...

    lr: learning rate; lr_decay: inverse-time decay of the rate on top; weight_decay: coefficient of an L2 penalty
    weight_decay/2 |p|^2; initial_accumulator_value: of the sum; eps: keeps the quotient finite.
    Defaults: torch.optim.Adagrad's.
    Source: Duchi, Hazan and Singer 2011, "Adaptive subgradient methods for online learning and stochastic
    optimization", JMLR 12:2121-2159, the diagonal form of figure 1 (their delta is eps).
    Differences: optax and Keras start the sum at 0.1 with eps = 1e-7, and put eps inside the root:
    g / sqrt(s + eps). Their first steps are shorter where gradients are small.
    """

    lr: NonNegativeHyper = 1e-2
    lr_decay: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0
    initial_accumulator_value: NonNegativeHyper = 0.0
    eps: NonNegativeHyper = 1e-10

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdaGradState:
        """The sum at initial_accumulator_value (dim, runs), no steps taken."""
        return AdaGradState(np.zeros_like(params) + self.initial_accumulator_value, 0.0)

    def apply(self, params: Array, gradient: Array, state: AdaGradState, lr: Any) -> tuple[Array, AdaGradState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        total = state.total + g * g
        rate = lr if is_zero(self.lr_decay) else lr / (1.0 + state.steps * self.lr_decay)
        return params - rate * (g / (np.sqrt(total) + self.eps)), AdaGradState(total, state.steps + 1.0)


class AdaDeltaState(NamedTuple):
    """v, u: (dim, runs), the moving averages of squared gradients and of squared steps."""

    v: Array
    u: Array


@register("adadelta")
class AdaDelta(Optimizer):
    """AdaDelta: steps in the units of the parameters, from the ratio of past steps to past gradients.

    g <- g + weight_decay p
    v <- rho v + (1 - rho) g^2
    d = sqrt(u + eps) / sqrt(v + eps) * g
    u <- rho u + (1 - rho) d^2
    p <- p - lr d

    lr: factor on the paper's step; rho: decay of both averages; eps: keeps the quotient finite, and sets the size of
    the first steps; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.Adadelta's. lr = 1 is the paper, which has no rate.
    Source: Zeiler 2012, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701, algorithm 1.
    Differences: Keras and TensorFlow default to lr = 0.001, rho = 0.95 and eps = 1e-7: a thousandth of the paper's
    step. optax has the formula and defaults of torch, but no default rate.
    """

    lr: NonNegativeHyper = 1.0
    rho: FractionHyper = 0.9
    eps: NonNegativeHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdaDeltaState:
        """Both averages at 0 (dim, runs)."""
        return AdaDeltaState(np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: AdaDeltaState, lr: Any) -> tuple[Array, AdaDeltaState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        v = self.rho * state.v + (1.0 - self.rho) * (g * g)
        d = np.sqrt((state.u + self.eps) / (v + self.eps)) * g
        u = self.rho * state.u + (1.0 - self.rho) * (d * d)
        return params - lr * d, AdaDeltaState(v, u)


class RMSpropState(NamedTuple):
    """v, buffer: (dim, runs), the moving average of squared gradients and the decaying sum of steps."""

    v: Array
    buffer: Array


@register("rmsprop")
class RMSprop(Optimizer):
    """RMSprop: divides by the root of a moving average of squared gradients, so that it keeps its pace.

    g <- g + weight_decay p
    v <- alpha v + (1 - alpha) g^2
    b <- momentum b + g / (sqrt(v) + eps)
    p <- p - lr b

    lr: learning rate; alpha: decay of the average; eps: keeps the quotient finite; momentum: part of the last step
    kept, 0 for the plain rule; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2. v starts at 0 and is
    not corrected: the first step is lr / sqrt(1 - alpha) long.
    Defaults: torch.optim.RMSprop's; the lecture has alpha = 0.9.
    Source: Tieleman and Hinton 2012, "Neural networks for machine learning", lecture 6e (slide 29, 6.5 in the usual
    citation).
    Differences: Keras and optax take alpha = 0.9 and put eps inside the root, g / sqrt(v + eps), with 1e-7 and 1e-8;
    optax follows torch with `eps_in_sqrt=False`. TensorFlow 1 started v at 1 (optax: `initial_scale`), so that its
    first steps are shorter. Keras defaults to lr = 0.001.
    """

    lr: NonNegativeHyper = 1e-2
    alpha: FractionHyper = 0.99
    eps: NonNegativeHyper = 1e-8
    momentum: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> RMSpropState:
        """Average and sum at 0 (dim, runs)."""
        return RMSpropState(np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: RMSpropState, lr: Any) -> tuple[Array, RMSpropState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        v = self.alpha * state.v + (1.0 - self.alpha) * (g * g)
        step = g / (np.sqrt(v) + self.eps)
        buffer = step if is_zero(self.momentum) else self.momentum * state.buffer + step
        return params - lr * buffer, RMSpropState(v, buffer)


class CenteredState(NamedTuple):
    """v, m, buffer: (dim, runs), the averages of g^2 and of g, and the decaying sum of steps."""

    v: Array
    m: Array
    buffer: Array


@register("rmsprop_centered")
class CenteredRMSprop(Optimizer):
    """Centred RMSprop: divides by the spread of the gradients about their mean, so that steady ones take long steps.

    g <- g + weight_decay p
    v <- alpha v + (1 - alpha) g^2,   m <- alpha m + (1 - alpha) g
    b <- momentum b + g / (sqrt(v - m^2) + eps)
    p <- p - lr b

    lr: learning rate; alpha: decay of the averages; eps: keeps the quotient finite; momentum: part of the last step
    kept; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.RMSprop(centered=True)'s.
    Source: Graves 2013, "Generating sequences with recurrent neural networks", arXiv:1308.0850, equations 38 to 41.
    Differences: Graves and optax put eps inside the root, 1e-4 with Graves; under rounding v - m^2 may fall below 0,
    which is taken for 0 here, as it is not in torch.
    """

    lr: NonNegativeHyper = 1e-2
    alpha: FractionHyper = 0.99
    eps: NonNegativeHyper = 1e-8
    momentum: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> CenteredState:
        """Averages and sum at 0 (dim, runs)."""
        return CenteredState(np.zeros_like(params), np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: CenteredState, lr: Any) -> tuple[Array, CenteredState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        v = self.alpha * state.v + (1.0 - self.alpha) * (g * g)
        m = self.alpha * state.m + (1.0 - self.alpha) * g
        step = g / (np.sqrt(largest(v - m * m, 0.0)) + self.eps)
        buffer = step if is_zero(self.momentum) else self.momentum * state.buffer + step
        return params - lr * buffer, CenteredState(v, m, buffer)

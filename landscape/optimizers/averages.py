"""Average the way, or look back along it: `asgd`, `schedule_free_sgd`, `madgrad`, `sm3`, `optimistic_gd`."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Gt, Lt

from landscape.component import Array, FractionHyper, Hyper, NonNegativeHyper, PositiveHyper
from landscape.core import Optimizer, largest
from landscape.optimizers._registry import register
from landscape.optimizers._terms import with_decay

OpenFractionHyper = Annotated[Hyper, Gt(0), Lt(1)]


class ASGDState(NamedTuple):
    """average: (dim, runs), the mean of the points from step t0 on; eta: the rate now; steps: t."""

    average: Array
    eta: Any
    steps: Any


@register("asgd")
class ASGD(Optimizer):
    """Averaged SGD: descent with a slowly falling rate, which keeps the mean of its way beside it.

    g <- g + weight_decay p
    p <- (1 - lambd eta) p - eta g
    eta <- lr / (1 + lambd lr t)^alpha,   t = 1, 2, ...      (eta = lr at first)
    average <- average + (p - average) / max(1, t - 1 - t0)

    lr: learning rate; lambd: decay of parameters and rate; alpha: power of the rate's fall; t0: when averaging begins;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2. The average is in the state; what is drawn is p.
    Defaults: torch.optim.ASGD's.
    Source: Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control
    and Optimization 30(4); in this form Bottou 2010, "Large-scale machine learning with stochastic gradient descent".
    Differences: none known.
    """

    lr: NonNegativeHyper = 1e-2
    lambd: NonNegativeHyper = 1e-4
    alpha: NonNegativeHyper = 0.75
    t0: NonNegativeHyper = 1e6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> ASGDState:
        """The average at 0 (dim, runs); the rate at lr."""
        return ASGDState(np.zeros_like(params), self.lr, 0.0)

    def apply(self, params: Array, gradient: Array, state: ASGDState, lr: Any) -> tuple[Array, ASGDState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        steps = state.steps + 1.0
        params = (1.0 - self.lambd * state.eta) * params - state.eta * g
        share = 1.0 / largest(state.steps - self.t0, 1.0)
        average = state.average + (params - state.average) * share
        eta = lr * np.exp(-self.alpha * np.log(1.0 + self.lambd * lr * steps))
        return params, ASGDState(average, eta, steps)


class ScheduleFreeState(NamedTuple):
    """z: (dim, runs), where plain descent is; weight_sum: of squared rates; largest: the largest rate so far."""

    z: Array
    weight_sum: Any
    largest: Any


@register("schedule_free_sgd")
class ScheduleFreeSGD(Optimizer):
    """Schedule-free SGD: gradients are taken between plain descent and the mean of its way, and no schedule is needed.

    g <- g + weight_decay p
    z <- z - lr g,   c = lr_max^2 / sum of lr_max^2
    x <- (1 - c) x + c z
    p <- beta1 x + (1 - beta1) z

    where x, the point to use at the end, is (p - (1 - beta1) z) / beta1. lr: learning rate; beta1: how near to the mean
    gradients are taken; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: beta1 is optax.contrib.schedule_free_sgd's; lr = 1e-3 as for sgd.
    Source: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky 2024, "The road less scheduled", arXiv:2405.15682.
    Differences: what is recorded and drawn is p, where gradients are taken, not x. No warm-up is built in.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: OpenFractionHyper = 0.9
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> ScheduleFreeState:
        """z at params (dim, runs), no weight gathered."""
        return ScheduleFreeState(params, 0.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: ScheduleFreeState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g, b = with_decay(gradient, params, self.weight_decay), self.beta1
        most = largest(state.largest, lr)
        weights = state.weight_sum + most * most
        share = most * most / largest(weights, 1e-300)
        x = (params - (1.0 - b) * state.z) / b
        z = state.z - lr * g
        x = (1.0 - share) * x + share * z
        return b * x + (1.0 - b) * z, ScheduleFreeState(z, weights, most)


class ScheduleFreeAdamWState(NamedTuple):
    """z, v: (dim, runs), the plain way and the average of g^2; power: beta2^t; weight_sum, largest: of rates so far."""

    z: Array
    v: Array
    power: Any
    weight_sum: Any
    largest: Any


@register("schedule_free_adamw")
class ScheduleFreeAdamW(Optimizer):
    """Schedule-free AdamW: AdamW whose momentum is a mean of its way, so that no schedule is needed.

    v <- beta2 v + (1 - beta2) g^2
    z <- z - lr (g / (sqrt(v / (1 - beta2^t)) + eps) + weight_decay p),   c = lr_max^2 / sum of lr_max^2
    x <- (1 - c) x + c z
    p <- beta1 x + (1 - beta1) z

    where x, the point to use at the end, is (p - (1 - beta1) z) / beta1. lr: learning rate; beta1: how near to the mean
    gradients are taken; beta2: decay of the second moment; eps: keeps the quotient finite; weight_decay: decoupled.
    Defaults: optax.contrib.schedule_free_adamw's.
    Source: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky 2024, "The road less scheduled", arXiv:2405.15682.
    Differences: what is recorded and drawn is p, where gradients are taken, not x. No warm-up is built in.
    """

    lr: NonNegativeHyper = 2.5e-3
    beta1: OpenFractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ScheduleFreeAdamWState:
        """z at params (dim, runs), the average at 0, no weight gathered."""
        return ScheduleFreeAdamWState(params, np.zeros_like(params), 1.0, 0.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: ScheduleFreeAdamWState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        b, power = self.beta1, state.power * self.beta2
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = with_decay(gradient / (np.sqrt(v / (1.0 - power)) + self.eps), params, self.weight_decay)
        most = largest(state.largest, lr)
        weights = state.weight_sum + most * most
        share = most * most / largest(weights, 1e-300)
        x = (params - (1.0 - b) * state.z) / b
        z = state.z - lr * step
        x = (1.0 - share) * x + share * z
        return b * x + (1.0 - b) * z, ScheduleFreeAdamWState(z, v, power, weights, most)


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


class OptimisticState(NamedTuple):
    """last: (dim, runs), the gradient before; later: 0 at first, then 1."""

    last: Array
    later: Any


@register("optimistic_gd")
class OptimisticGD(Optimizer):
    """Optimistic gradient descent: bets that the next gradient changes as the last one did. Made for games.

    p <- p - lr ((alpha + beta) g - beta g_before)          (g_before = g at first)

    lr: learning rate; alpha: weight of the gradient; beta: weight of its change.
    Defaults: optax.optimistic_gradient_descent's; lr = 1e-3 as for sgd.
    Source: Popov 1980, "A modification of the Arrow-Hurwicz method for search of saddle points"; Daskalakis, Ilyas,
    Syrgkanis and Zeng 2018, "Training GANs with optimism", arXiv:1711.00141.
    Differences: with alpha = beta = 1 it is theirs.
    """

    lr: NonNegativeHyper = 1e-3
    alpha: NonNegativeHyper = 1.0
    beta: NonNegativeHyper = 1.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> OptimisticState:
        """No gradient before."""
        return OptimisticState(np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: OptimisticState, lr: Any) -> tuple[Array, OptimisticState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        before = state.later * state.last + (1.0 - state.later) * gradient
        step = (self.alpha + self.beta) * gradient - self.beta * before
        return params - lr * step, OptimisticState(gradient, 1.0)

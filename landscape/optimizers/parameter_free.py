"""Find the rate on the way: `dog`, `dowg`, `prodigy`, `dadapt_adamw`, `cocob`. Their lr is a factor that may stay 1."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core import Optimizer, absolute, largest, total
from landscape.optimizers._registry import register
from landscape.optimizers._terms import is_zero, length, with_decay


class DoGState(NamedTuple):
    """begin: (dim, runs), the starting point; reach: (runs,), the largest distance from it; total: (runs,) of |g|^2."""

    begin: Array
    reach: Any
    total: Any


@register("dog")
class DoG(Optimizer):
    """Distance over gradients: the rate is how far the run has come, over the root of the sum of squared gradients.

    r <- max(r, |p - p_0|),   s <- s + |g|^2                      (r = init_step (1 + |p_0|) at first)
    p <- p - lr r / sqrt(s + eps) g

    lr: a factor on the rate; init_step: the first reach over 1 + |p_0|; eps: keeps the quotient finite;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: optax.contrib.dog's, which are the paper's.
    Source: Ivgi, Hinder and Carmon 2023, "DoG is SGD's best friend: a parameter-free dynamic step size schedule",
    arXiv:2302.12022.
    Differences: the authors recommend to use the mean of the way; here the last point is drawn.
    """

    lr: NonNegativeHyper = 1.0
    init_step: PositiveHyper = 1e-6
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip"})

    def init(self, params: Array) -> DoGState:
        """The start at params (dim, runs), the first reach."""
        return DoGState(params, self.init_step * (1.0 + length(params)), 0.0 * total(params))

    def apply(self, params: Array, gradient: Array, state: DoGState, lr: Any) -> tuple[Array, DoGState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        reach = largest(state.reach, length(state.begin - params))
        gathered = state.total + total(g * g)
        rate = lr * (reach / np.sqrt(gathered + self.eps))
        return params - g * rate, DoGState(state.begin, reach, gathered)


class DoWGState(NamedTuple):
    """begin: (dim, runs), the start; reach: (runs,), the largest squared distance; total: (runs,), weighted |g|^2."""

    begin: Array
    reach: Any
    total: Any


@register("dowg")
class DoWG(Optimizer):
    """Distance over weighted gradients: DoG that forgets the gradients of its first, short steps.

    r <- max(r, |p - p_0|^2),   s <- s + r |g|^2                  (r = eps at first)
    p <- p - lr r / (sqrt(s) + eps) g

    lr: a factor on the rate; eps: the first squared reach, and keeps the quotient finite; weight_decay: coefficient of
    an L2 penalty weight_decay/2 |p|^2.
    Defaults: optax.contrib.dowg's.
    Source: Khaled, Mishchenko and Jin 2023, "DoWG unleashed: an efficient universal parameter-free gradient descent
    method", arXiv:2305.16284, algorithm 1.
    Differences: the paper names the first reach r_eps, and has no eps in the quotient, as its authors' program has.
    """

    lr: NonNegativeHyper = 1.0
    eps: PositiveHyper = 1e-4
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> DoWGState:
        """The start at params (dim, runs), the first squared reach."""
        return DoWGState(params, 0.0 * total(params) + self.eps, 0.0 * total(params))

    def apply(self, params: Array, gradient: Array, state: DoWGState, lr: Any) -> tuple[Array, DoWGState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        away = state.begin - params
        reach = largest(state.reach, total(away * away))
        gathered = reach * total(g * g) + state.total
        rate = lr * (reach / (np.sqrt(gathered) + self.eps))
        return params - g * rate, DoWGState(state.begin, reach, gathered)


class ProdigyState(NamedTuple):
    """m, v, s: (dim, runs), averages scaled by d; begin: (dim, runs), the start; d, numerator: (runs,)."""

    m: Array
    v: Array
    s: Array
    begin: Array
    d: Any
    numerator: Any


@register("prodigy")
class Prodigy(Optimizer):
    """Prodigy: Adam that estimates its rate from how far the start lies behind, and only ever raises it.

    m <- beta1 m + (1 - beta1) d g,   v <- beta2 v + (1 - beta2) d^2 g^2
    n <- beta3 n + (d / d_0) lr d g . (p_0 - p),   s <- beta3 s + (d / d_0) lr d g,   beta3 = sqrt(beta2)
    p <- p - lr d (m / (sqrt(v) + d eps) + weight_decay p)
    d <- max(d, growth n / |s|_1)

    lr: a factor on the rate; beta1, beta2: decays of the averages; eps: keeps the quotient finite; d0: the first
    estimate; growth: factor on later ones; weight_decay: part of p lost in a step of rate 1.
    Defaults: the authors' package's.
    Source: Mishchenko and Defazio 2024, "Prodigy: an expeditiously adaptive parameter-free learner", arXiv:2306.06101,
    algorithm 4.
    Differences: optax.contrib.prodigy always corrects the rate as Adam does, by sqrt(1 - beta2^t) / (1 - beta1^t),
    which the paper leaves out and the authors' package has off; both have the new d beside eps.
    """

    lr: NonNegativeHyper = 1.0
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    d0: PositiveHyper = 1e-6
    growth: NonNegativeHyper = 1.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ProdigyState:
        """All averages at 0 (dim, runs), the estimate at d0."""
        zero, none = np.zeros_like(params), 0.0 * total(params)
        return ProdigyState(zero, zero, zero, params, none + self.d0, none)

    def apply(self, params: Array, gradient: Array, state: ProdigyState, lr: Any) -> tuple[Array, ProdigyState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        beta3, d = np.sqrt(self.beta2), state.d
        rate = d * lr
        scaled = gradient * d
        m = self.beta1 * state.m + (1.0 - self.beta1) * scaled
        v = self.beta2 * state.v + (1.0 - self.beta2) * (scaled * scaled)
        s = beta3 * state.s + scaled * (rate / self.d0)
        numerator = beta3 * state.numerator + (d / self.d0) * rate * total(gradient * (state.begin - params))
        size = total(absolute(s))
        estimate = self.growth * numerator / largest(size, 1e-300)
        step = m / (np.sqrt(v) + d * self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        moved = ProdigyState(m, v, s, state.begin, largest(d, estimate), numerator)
        return params - step * rate, moved


class DAdaptState(NamedTuple):
    """m, v, s: (dim, runs), averages; d, numerator: (runs,)."""

    m: Array
    v: Array
    s: Array
    d: Any
    numerator: Any


@register("dadapt_adamw")
class DAdaptAdamW(Optimizer):
    """D-adapted AdamW: estimates the distance to the solution from below, and takes it as the rate.

    a = d lr,   b = sqrt(beta2)
    n <- b n + (1 - b) a g . (s / (sqrt(v) + eps))
    m <- beta1 m + (1 - beta1) a g,   v <- beta2 v + (1 - beta2) g^2,   s <- b s + (1 - b) a g
    p <- p - m / (sqrt(v) + eps) - a weight_decay p
    d <- max(d, n / ((1 - b) |s|_1))

    lr: a factor on the rate; beta1, beta2: decays of the averages; eps: keeps the quotients finite; d0: the first
    estimate; weight_decay: part of p lost in a step of rate 1.
    Defaults: the authors' package's.
    Source: Defazio and Mishchenko 2023, "Learning-rate-free learning by D-adaptation", arXiv:2301.07733, algorithm 5,
    with the v of before in n, as in the authors' package.
    Differences: optax.contrib.dadapt_adamw always corrects a as Adam does, by sqrt(1 - beta2^t) / (1 - beta1^t), which
    the paper leaves out and the authors' package has off. The paper has no weight decay.
    """

    lr: NonNegativeHyper = 1.0
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: PositiveHyper = 1e-8
    d0: PositiveHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> DAdaptState:
        """All averages at 0 (dim, runs), the estimate at d0."""
        zero, none = np.zeros_like(params), 0.0 * total(params)
        return DAdaptState(zero, zero, zero, none + self.d0, none)

    def apply(self, params: Array, gradient: Array, state: DAdaptState, lr: Any) -> tuple[Array, DAdaptState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        b = np.sqrt(self.beta2)
        rate = state.d * lr
        along = total(gradient * (state.s / (np.sqrt(state.v) + self.eps)))
        m = self.beta1 * state.m + (1.0 - self.beta1) * (gradient * rate)
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        s = b * state.s + (1.0 - b) * (gradient * rate)
        numerator = b * state.numerator + (1.0 - b) * rate * along
        estimate = numerator / largest((1.0 - b) * total(absolute(s)), 1e-300)
        kept = params if is_zero(self.weight_decay) else params - params * (self.weight_decay * rate)
        moved = DAdaptState(m, v, s, largest(state.d, estimate), numerator)
        return kept - m / (np.sqrt(v) + self.eps), moved


class COCOBState(NamedTuple):
    """begin, bets, scale, size, reward: (dim, runs)."""

    begin: Array
    bets: Array
    scale: Array
    size: Array
    reward: Array


@register("cocob")
class COCOB(Optimizer):
    """COCOB: a gambler for each coordinate bets on the sign of its next gradient, and no rate is needed.

    L <- max(L, |g|),   G <- G + |g|,   R <- max(R - g (p - p_0), 0),   C <- C - g
    p <- p_0 + lr C / (L max(G + L, alpha L)) (L + R)                           (L = eps at first)

    lr: a factor on the distance from the start; alpha: how cautious the first bets are; eps: the first scale.
    Defaults: optax.contrib.cocob's, which are the paper's.
    Source: Orabona and Tommasi 2017, "Training deep networks without learning rates through coin betting",
    arXiv:1705.07795, algorithm 2.
    Differences: the paper has no factor; with lr = 1 it is theirs.
    """

    lr: NonNegativeHyper = 1.0
    alpha: PositiveHyper = 100.0
    eps: PositiveHyper = 1e-8

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> COCOBState:
        """Nothing won, nothing lost (dim, runs)."""
        zero = np.zeros_like(params)
        return COCOBState(params, zero, zero + self.eps, zero, zero)

    def apply(self, params: Array, gradient: Array, state: COCOBState, lr: Any) -> tuple[Array, COCOBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        size = absolute(gradient)
        scale, gathered = largest(state.scale, size), state.size + size
        reward = largest(state.reward - gradient * (params - state.begin), 0.0)
        bets = state.bets - gradient
        away = bets / (scale * largest(gathered + scale, self.alpha * scale)) * (scale + reward)
        return state.begin + lr * away, COCOBState(state.begin, bets, scale, gathered, reward)

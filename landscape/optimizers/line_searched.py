"""Gradient descent that chooses its own step: `armijo_gd`, `exact_gd`, `polyak_sgd`, `momo`, `momo_adam`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FractionHyper, Hyper, NonNegativeHyper, PositiveHyper, Share
from landscape.core import Method
from landscape.optimizers._dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers._searches import backtracked, exact
from landscape.oracle import Oracle

EPS = float(np.finfo(np.float64).eps)


@register("armijo_gd")
class ArmijoGD(Method):
    """Gradient descent with a backtracking line search.

    p <- p - t g,   t = lr, lr shrink, lr shrink^2, ...: the first with f(p - t g) <= f(p) - c1 t |g|^2

    lr: the first step tried; shrink: what a step that is too long is multiplied by; c1: the decrease asked for, as a
    part of what the slope promises.
    Defaults: c1 = 1e-4 and shrink = 1/2 are Nocedal and Wright's; lr = 1 is ours.
    Source: Armijo 1966, "Minimization of functions having Lipschitz continuous first partial derivatives",
    doi:10.2140/pjm.1966.16.1; Nocedal and Wright 2006, "Numerical optimization", algorithm 3.1.
    """

    lr: PositiveHyper = 1.0
    shrink: Share = 0.5
    c1: PositiveHyper = 1e-4

    needs = frozenset({"value", "gradient", "line search"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: every search begins afresh."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs). A run stays where no step decreases the loss."""
        value, gradient = oracle.value(params), oracle.gradient(params)
        slope = -dot(gradient, gradient)
        return backtracked(oracle, params, -gradient, value, slope, lr, self.c1, self.shrink)[1], state


@register("exact_gd")
class ExactGD(Method):
    """Steepest descent: every step goes to the first minimum along the gradient.

    p <- p - t g,   t: the first zero of the slope along -g

    lr: the first t tried in each search. Successive gradients are at right angles, so that it zigzags; on a quadratic
    of condition number k the loss falls by ((k - 1)/(k + 1))^2 a step at worst.
    Source: Cauchy 1847, "Methode generale pour la resolution des systemes d'equations simultanees"; the rate:
    Kantorovich 1948; Nocedal and Wright 2006, theorem 3.3.
    """

    lr: PositiveHyper = 1.0

    needs = frozenset({"gradient", "line search"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: every search begins afresh."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs)."""
        gradient = oracle.gradient(params)
        return exact(oracle, params, -gradient, -dot(gradient, gradient), lr)[1], state


@register("polyak_sgd")
class PolyakSGD(Method):
    """Polyak's step size: as long as the gap to the lowest loss asks for.

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
        step = np.minimum((value - self.f_min) / np.where(size > EPS, size, 1.0), self.max_learning_rate)
        return params - lr * np.where(size > EPS, step, 0.0) * gradient, state


class MoMoState(NamedTuple):
    """m: (dim, runs), the mean gradient; f: (runs,), the mean loss; inner: (runs,), the mean of gradient . params;
    kept: the part of the means that stays in the next step, 0 in the first."""

    m: Array
    f: Array
    inner: Array
    kept: Any


@register("momo")
class MoMo(Method):
    """MoMo: momentum with a Polyak step, from a model of the loss that averages past losses and gradients.

    m <- beta m + (1 - beta) g;   F <- beta F + (1 - beta) f(p);   c <- beta c + (1 - beta) g.p     (means from step 1)
    gap = max((1 + lr weight_decay) (F - lower_bound - c) + m.p, 0)
    p <- (p - min(lr, gap / |m|^2) m) / (1 + lr weight_decay)

    lr: the largest step; beta: part of the means kept; lower_bound: of the loss; weight_decay: of the parameters.
    Defaults: optax.contrib.momo's.
    Source: Schaipp, Ohana, Eickenberg, Defazio and Gower 2023, "MoMo: momentum models for adaptive learning rates",
    arXiv:2305.07583, algorithm 1, which steps to the minimum of its model with weight_decay/2 |p|^2.
    Differences: optax.contrib.momo (0.2.8) shrinks p alone and not the step, which is not that minimum; it can adapt
    the lower bound as it goes (adapt_lower_bound); here it is given.
    """

    lr: NonNegativeHyper = 1.0
    beta: FractionHyper = 0.9
    lower_bound: Hyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    needs = frozenset({"value", "gradient"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MoMoState:
        """Empty means, of which the first step keeps nothing."""
        runs = params.shape[1:]
        return MoMoState(np.zeros_like(params), np.zeros(runs), np.zeros(runs), 0.0)

    def step(self, params: Array, oracle: Oracle, state: MoMoState, lr: Any) -> tuple[Array, MoMoState]:
        """One step from params (dim, runs)."""
        value, g = oracle.value(params), oracle.gradient(params)
        kept = state.kept
        m = kept * state.m + (1.0 - kept) * g
        f = kept * state.f + (1.0 - kept) * value
        inner = kept * state.inner + (1.0 - kept) * dot(g, params)
        decay = 1.0 + lr * self.weight_decay
        size = dot(m, m)
        gap = np.maximum(decay * (f - self.lower_bound - inner) + dot(m, params), 0.0)
        tau = np.minimum(lr, np.where(size > EPS, gap / np.where(size > EPS, size, 1.0), 0.0))
        return (params - tau * m) / decay, MoMoState(m, f, inner, self.beta)


class MoMoAdamState(NamedTuple):
    """m, v: (dim, runs), the means of the gradient and of its square; f, inner: (runs,), those of the loss and of
    gradient . params; power1, power2: beta1^t and beta2^t."""

    m: Array
    v: Array
    f: Array
    inner: Array
    power1: Any
    power2: Any


@register("momo_adam")
class MoMoAdam(Method):
    """MoMo-Adam: Adam's direction with a Polyak step.

    m, F, c <- means of g, f(p), g.p with beta1;   v <- mean of g^2 with beta2;   b = 1 - beta1^t
    D = eps + sqrt(v / (1 - beta2^t));   gap = max((1 + lr weight_decay) (F - b lower_bound - c) + m.p, 0)
    p <- (p - min(lr / b, gap / sum(m^2 / D)) m / D) / (1 + lr weight_decay)

    lr: the largest step; beta1, beta2: parts of the means kept; eps: keeps the quotient finite; lower_bound: of the
    loss; weight_decay: of the parameters.
    Defaults: optax.contrib.momo_adam's.
    Source: Schaipp, Ohana, Eickenberg, Defazio and Gower 2023, "MoMo: momentum models for adaptive learning rates",
    arXiv:2305.07583, algorithm 2, which steps to the minimum of its model with weight_decay/2 |p|^2 in the metric D.
    Differences: optax.contrib.momo_adam (0.2.8) shrinks p alone and not the step, which is not that minimum; it can
    adapt the lower bound as it goes (adapt_lower_bound); here it is given.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    lower_bound: Hyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    needs = frozenset({"value", "gradient"})
    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> MoMoAdamState:
        """Empty means."""
        runs = params.shape[1:]
        nothing = np.zeros_like(params)
        return MoMoAdamState(nothing, nothing, np.zeros(runs), np.zeros(runs), 1.0, 1.0)

    def step(self, params: Array, oracle: Oracle, state: MoMoAdamState, lr: Any) -> tuple[Array, MoMoAdamState]:
        """One step from params (dim, runs)."""
        value, g = oracle.value(params), oracle.gradient(params)
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * g * g
        f = self.beta1 * state.f + (1.0 - self.beta1) * value
        inner = self.beta1 * state.inner + (1.0 - self.beta1) * dot(g, params)
        power1, power2 = state.power1 * self.beta1, state.power2 * self.beta2
        weighted = m / (self.eps + np.sqrt(v / (1.0 - power2)))
        size = dot(m, weighted)
        decay = 1.0 + lr * self.weight_decay
        gap = np.maximum(decay * (f - (1.0 - power1) * self.lower_bound - inner) + dot(m, params), 0.0)
        tau = np.minimum(lr / (1.0 - power1), np.where(size > EPS, gap / np.where(size > EPS, size, 1.0), 0.0))
        return (params - tau * weighted) / decay, MoMoAdamState(m, v, f, inner, power1, power2)

"""Step by the gradient's direction as a whole: `normalized_gd`, `lars`, `lamb`, `novograd`, `fromage`.

The parameters count as one layer: norms are over all coordinates.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FractionHyper, NonNegativeHyper
from landscape.core import Optimizer, largest, select, total
from landscape.optimizers._registry import register
from landscape.optimizers._terms import corrected, is_zero, length, with_decay


@register("normalized_gd")
class NormalizedGD(Optimizer):
    """Normalised gradient descent: every step is as long as the rate, so that plateaus are crossed at full speed.

    p <- p - lr g / (|g| + eps)

    lr: the length of a step; eps: keeps the quotient finite.
    Defaults: optax.normalize_by_update_norm's eps; lr = 1e-2 is ours.
    Source: Nesterov 1984, "Minimization methods for nonsmooth convex and quasiconvex functions"; Hazan, Levy and
    Shalev-Shwartz 2015, "Beyond convexity: stochastic quasi-convex optimization", arXiv:1507.02030, algorithm 1.
    Differences: the papers have no eps.
    """

    lr: NonNegativeHyper = 1e-2
    eps: NonNegativeHyper = 1e-6

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return params - gradient * (lr / (length(gradient) + self.eps)), state


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
        rate = lr * _trust(ours, theirs, self.trust_coefficient, self.eps)
        buffer = self.momentum * state.buffer + g * rate
        return params - buffer, LARSState(buffer)


def _trust(ours: Any, theirs: Any, coefficient: Any, eps: Any) -> Any:
    """coefficient ours / (theirs + eps), and 1 where either length is 0: (runs,)."""
    safe = select(-theirs, 1.0, theirs)
    return select(-ours * theirs, 1.0, coefficient * ours / (safe + eps))


class LAMBState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2; beta1_power, beta2_power: beta^t."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("lamb")
class LAMB(Optimizer):
    """LAMB: Adam whose step is made as long as the parameters are.

    m, v as Adam's, corrected; u = m_hat / (sqrt(v_hat) + eps) + weight_decay p
    p <- p - lr (|p| / |u|) u                                              (the factor is 1 where |p| or |u| is 0)

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay: part of p
    in the step.
    Defaults: optax.lamb's; lr = 1e-2 is the order of the paper's.
    Source: You et al. 2020, "Large batch optimization for deep learning: training BERT in 76 minutes",
    arXiv:1904.00962, algorithm 2, with phi the identity.
    Differences: the paper's first version, and many programs after it, leave out the corrections, which a warm-up of
    the rate can stand for (its appendix E); it does not say what a length of 0 does.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip"})

    def init(self, params: Array) -> LAMBState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return LAMBState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: LAMBState, lr: Any) -> tuple[Array, LAMBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = corrected(m, power1) / (np.sqrt(corrected(v, power2)) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - step * (lr * _trust(length(params), length(step), 1.0, 0.0)), LAMBState(m, v, power1, power2)


class NovoGradState(NamedTuple):
    """m: (dim, runs), the decaying sum of normalised gradients; v: (runs,), the average of |g|^2; later: 0, then 1."""

    m: Array
    v: Any
    later: Any


@register("novograd")
class NovoGrad(Optimizer):
    """NovoGrad: momentum of gradients that are divided by one length for all coordinates.

    v <- beta2 v + (1 - beta2) |g|^2                 (v = |g|^2 at first)
    m <- beta1 m + g / (sqrt(v) + eps) + weight_decay p
    p <- p - lr m

    lr: learning rate; beta1: part of the sum kept; beta2: decay of the average; eps: keeps the quotient finite;
    weight_decay: part of p that enters the sum.
    Defaults: optax.novograd's; lr = 1e-2 is the paper's.
    Source: Ginsburg et al. 2019, "Stochastic gradient methods with layer-wise adaptive moments for training of deep
    networks", arXiv:1905.11286, algorithm 1.
    Differences: the paper also has a form that averages, (1 - beta1) g / ..., and no eps in the first step.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.25
    eps: NonNegativeHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> NovoGradState:
        """Nothing gathered yet."""
        return NovoGradState(np.zeros_like(params), 0.0 * total(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: NovoGradState, lr: Any) -> tuple[Array, NovoGradState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        kept = state.later * self.beta2
        v = kept * state.v + (1.0 - kept) * total(gradient * gradient)
        scaled = gradient / (np.sqrt(v) + self.eps)
        m = self.beta1 * state.m + with_decay(scaled, params, self.weight_decay)
        return params - lr * m, NovoGradState(m, v, 1.0)


@register("fromage")
class Fromage(Optimizer):
    """Fromage: steps as long as the rate times the parameters, shrunk so that these do not grow.

    p <- (p - lr |p| / |g| g) / sqrt(1 + lr^2)

    lr: step length over parameter length; min_norm: the least that either length counts for.
    Defaults: optax.fromage's min_norm; lr = 1e-2 is the paper's.
    Source: Bernstein, Vahdat, Yue and Liu 2020, "On the distance between two neural networks and the stability of
    learning", arXiv:2002.03432, algorithm 1.
    Differences: the paper has no least norm.
    """

    lr: NonNegativeHyper = 1e-2
    min_norm: NonNegativeHyper = 1e-6

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        ratio = largest(length(params), self.min_norm) / largest(length(gradient), self.min_norm)
        shrunk = 1.0 / np.sqrt(1.0 + lr * lr)
        return shrunk * (params - gradient * (lr * ratio)), state

"""Change one thing about Adam: its second moment, its momentum, or its first steps."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FractionHyper, NonNegativeHyper
from landscape.core import Optimizer, absolute, largest, select, sign
from landscape.optimizers._registry import register
from landscape.optimizers._terms import corrected, with_decay


class AMSGradState(NamedTuple):
    """m, v, largest: (dim, runs), the averages of g and g^2 and the largest v so far; the powers beta^t."""

    m: Array
    v: Array
    largest: Array
    beta1_power: Any
    beta2_power: Any


@register("amsgrad")
class AMSGrad(Optimizer):
    """AMSGrad: Adam that never forgets how large gradients have been, so that its rate per coordinate only falls.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g
    v <- beta2 v + (1 - beta2) g^2,   w <- max(w, v)
    p <- p - lr (m / (1 - beta1^t)) / (sqrt(w / (1 - beta2^t)) + eps),   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay:
    coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.Adam(amsgrad=True)'s.
    Source: Reddi, Kale and Kumar 2018, "On the convergence of Adam and beyond", arXiv:1904.09237, algorithm 2.
    Differences: the paper has no bias correction; torch corrects after the maximum, as here, optax before it. Keras
    corrects neither maximum nor eps (see `adam`).
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AMSGradState:
        """All averages at 0 (dim, runs), both powers at 1."""
        zero = np.zeros_like(params)
        return AMSGradState(zero, zero, zero, 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: AMSGradState, lr: Any) -> tuple[Array, AMSGradState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * (g * g)
        most = largest(state.largest, v)
        root = np.sqrt(most) / np.sqrt(1.0 - power2) + self.eps
        return params - (lr / (1.0 - power1)) * (m / root), AMSGradState(m, v, most, power1, power2)


class AdamaxState(NamedTuple):
    """m: (dim, runs), the average of g; u: (dim, runs), the decaying maximum of |g|; beta1_power: beta1^t."""

    m: Array
    u: Array
    beta1_power: Any


@register("adamax")
class Adamax(Optimizer):
    """Adamax: Adam with the largest recent gradient in place of the root of their mean square.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g
    u <- max(beta2 u, |g| + eps)
    p <- p - lr / (1 - beta1^t) * m / u,   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the average and of the maximum; eps: keeps the quotient finite;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.Adamax's, which are the paper's.
    Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 2.
    Differences: the paper has no eps; Keras adds it to u in the quotient.
    """

    lr: NonNegativeHyper = 2e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdamaxState:
        """Both at 0 (dim, runs), the power at 1."""
        return AdamaxState(np.zeros_like(params), np.zeros_like(params), 1.0)

    def apply(self, params: Array, gradient: Array, state: AdamaxState, lr: Any) -> tuple[Array, AdamaxState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        power = state.beta1_power * self.beta1
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        u = largest(self.beta2 * state.u, absolute(g) + self.eps)
        return params - (lr / (1.0 - power)) * (m / u), AdamaxState(m, u, power)


class NAdamState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2; product: of the momenta so far; beta2_power: beta2^t; steps: t."""

    m: Array
    v: Array
    product: Any
    beta2_power: Any
    steps: Any


@register("nadam")
class NAdam(Optimizer):
    """NAdam: Adam with Nesterov's momentum, which grows as the run goes on.

    g <- g + weight_decay p
    mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)
    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
    p <- p - lr ((1 - mu_t) g / (1 - mu_1 ... mu_t) + mu_{t+1} m / (1 - mu_1 ... mu_{t+1}))
             / (sqrt(v / (1 - beta2^t)) + eps),   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the two averages; momentum_decay: how soon the momentum reaches beta1;
    eps: keeps the quotient finite; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.NAdam's.
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam", ICLR workshop, in the form of torch.optim.NAdam.
    Differences: the paper's average has the momentum for its decay, m <- mu_t m + (1 - mu_t) g; torch and Keras, as
    here, keep beta1. optax's nadam keeps the momentum constant, mu_t = beta1, and corrects by its powers alone.
    """

    lr: NonNegativeHyper = 2e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    momentum_decay: NonNegativeHyper = 4e-3
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> NAdamState:
        """Both averages at 0 (dim, runs), product and power at 1."""
        return NAdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: NAdamState, lr: Any) -> tuple[Array, NAdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        steps = state.steps + 1.0
        now, then = self._momentum(steps), self._momentum(steps + 1.0)
        power, product = state.beta2_power * self.beta2, state.product * now
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * (g * g)
        root = np.sqrt(v / (1.0 - power)) + self.eps
        fresh, kept = lr * (1.0 - now) / (1.0 - product), lr * then / (1.0 - product * then)
        return params - fresh * (g / root) - kept * (m / root), NAdamState(m, v, product, power, steps)

    def _momentum(self, steps: Any) -> Any:
        return self.beta1 * (1.0 - 0.5 * np.exp(math.log(0.96) * self.momentum_decay * steps))


class RAdamState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2; the powers beta^t; steps: t."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any
    steps: Any


@register("radam")
class RAdam(Optimizer):
    """RAdam: Adam that begins as momentum, until its second moment has seen enough to be trusted.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
    rho_inf = 2 / (1 - beta2) - 1,   rho = rho_inf - 2 t beta2^t / (1 - beta2^t),   t = 1, 2, ...
    p <- p - lr m_hat                                          where rho <= 5
    p <- p - lr r m_hat sqrt(1 - beta2^t) / (sqrt(v) + eps)    where rho > 5,
    r^2 = (rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho)

    with m_hat = m / (1 - beta1^t). lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient
    finite; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.RAdam's.
    Source: Liu, Jiang, He, Chen, Liu, Gao and Han 2020, "On the variance of the adaptive learning rate and beyond",
    arXiv:1908.03265, algorithm 2, which divides from rho > 4 on.
    Differences: optax's threshold is 5 as well, with rho >= 5, and its eps is added to the corrected root.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> RAdamState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return RAdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: RAdamState, lr: Any) -> tuple[Array, RAdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        steps, power1, power2 = state.steps + 1.0, state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * (g * g)
        limit = 2.0 / (1.0 - self.beta2) - 1.0
        rho = limit - 2.0 * steps * power2 / (1.0 - power2)
        known = largest(rho, 5.0)  # below, the root would not exist; it is not used there
        over = largest(limit, 5.0)
        ratio = (known - 4.0) * (known - 2.0) * over / ((over - 4.0) * (over - 2.0) * known)
        divided = np.sqrt(ratio) * np.sqrt(1.0 - power2) / (np.sqrt(v) + self.eps)
        factor = select(5.0 - rho, 1.0, divided)
        return params - (lr / (1.0 - power1)) * (m * factor), RAdamState(m, v, power1, power2, steps)


class MomentsState(NamedTuple):
    """m, v: (dim, runs), averages; beta1_power, beta2_power: beta^t, carried as products."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("adabelief")
class AdaBelief(Optimizer):
    """AdaBelief: Adam that divides by how far gradients are from their mean: large steps where they were foreseen.

    m <- beta1 m + (1 - beta1) g
    s <- beta2 s + (1 - beta2) (g - m)^2 + eps_root
    p <- p - lr (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps),   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the two averages; eps_root: added to s in each step; eps: keeps the
    quotient finite.
    Defaults: optax.adabelief's; lr = 1e-3 is the paper's.
    Source: Zhuang et al. 2020, "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients",
    arXiv:2010.07468, algorithm 2, with its one eps for both.
    Differences: the authors' PyTorch package adds a decoupled weight decay and rectification, off in the paper.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-16
    eps_root: NonNegativeHyper = 1e-16

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> MomentsState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return MomentsState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: MomentsState, lr: Any) -> tuple[Array, MomentsState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        off = gradient - m
        s = self.beta2 * state.v + (1.0 - self.beta2) * (off * off) + self.eps_root
        step = corrected(m, power1) / (np.sqrt(corrected(s, power2)) + self.eps)
        return params - lr * step, MomentsState(m, s, power1, power2)


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

"""Draw random numbers of their own: `perturbed_gd`, `noisy_sgd`, `sgld`, `adahessian`, `sophia`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, Count, FractionHyper, NonNegativeHyper, PositiveHyper, Whole
from landscape.core import Method
from landscape.optimizers._dense import dot
from landscape.optimizers._registry import register
from landscape.oracle import Oracle


class Waited(NamedTuple):
    """since: (runs,), steps since the last perturbation."""

    since: Array


@register("perturbed_gd")
class PerturbedGD(Method):
    """Perturbed gradient descent: where the gradient is small, a kick in a random direction, then descent again.

    |g| <= threshold and no kick in the last `wait` steps:   p <- p + xi,   xi uniform in the ball of that radius
    p <- p - lr grad f(p)

    lr: learning rate; threshold: the gradient that counts as small; radius: of the ball; wait: steps between kicks.
    It leaves strict saddles in a time that depends on the dimension only by its logarithm, where plain gradient descent
    may take exponentially long.
    Defaults: the paper gives them by the smoothness of the loss; these are ours.
    Source: Jin, Ge, Netrapalli, Kakade and Jordan 2017, "How to escape saddle points efficiently", arXiv:1703.00887,
    algorithm 2.
    Differences: the paper stops where a kick has not lowered the loss enough; here the run goes on.
    """

    lr: NonNegativeHyper = 1e-2
    threshold: NonNegativeHyper = 1e-3
    radius: NonNegativeHyper = 1e-2
    wait: Whole = 50

    needs = frozenset({"gradient", "randomness"})
    invariances = frozenset({"translation"})

    def init(self, params: Array) -> Waited:
        """The first kick need not wait."""
        return Waited(np.full(params.shape[1:], float(self.wait) + 1.0))

    def step(self, params: Array, oracle: Oracle, state: Waited, lr: Any) -> tuple[Array, Waited]:
        """One step from params (dim, runs). A kick costs a second gradient."""
        gradient = oracle.gradient(params)
        kicked = (np.sqrt(dot(gradient, gradient)) <= self.threshold) & (state.since > self.wait)
        if kicked.any():
            z = oracle.normals(len(params))
            share = oracle.uniforms(1, draw=1)[0] ** (1.0 / len(params))
            kick = self.radius * share * z / np.sqrt(dot(z, z))
            params = np.where(kicked, params + kick, params)
            gradient = np.where(kicked, oracle.gradient(params, kicked), gradient)
        return params - lr * gradient, Waited(np.where(kicked, 1.0, state.since + 1.0))


class Steps(NamedTuple):
    """done: steps done."""

    done: float


@register("noisy_sgd")
class NoisySGD(Method):
    """Gradient descent with Gaussian noise added to the gradient, less and less of it.

    p <- p - lr (g + sqrt(eta / t^gamma) z),   z ~ N(0, I),   t = 1, 2, ...

    lr: learning rate; eta: the variance of the noise in the first step; gamma: how fast it falls.
    Defaults: optax.noisy_sgd's; lr = 1e-2 is ours.
    Source: Neelakantan, Vilnis, Le, Sutskever, Kaiser, Kurach and Martens 2015, "Adding gradient noise improves
    learning for very deep networks", arXiv:1511.06807, equation 1.
    Differences: the paper counts t from 0 with 1 + t in the place of t, which is the same.
    """

    lr: NonNegativeHyper = 1e-2
    eta: NonNegativeHyper = 0.01
    gamma: NonNegativeHyper = 0.55

    needs = frozenset({"gradient", "randomness"})
    invariances = frozenset({"translation"})

    def init(self, params: Array) -> Steps:
        """No steps done."""
        return Steps(0.0)

    def step(self, params: Array, oracle: Oracle, state: Steps, lr: Any) -> tuple[Array, Steps]:
        """One step from params (dim, runs)."""
        done = state.done + 1.0
        z = oracle.normals(len(params))
        return params - lr * (oracle.gradient(params) + np.sqrt(self.eta / done**self.gamma) * z), Steps(done)


@register("sgld")
class SGLD(Method):
    """Stochastic gradient Langevin dynamics: descent with the noise of a heat bath.

    p <- p - lr g + sqrt(2 lr temperature) z,   z ~ N(0, I)

    lr: learning rate, the time step; temperature: T. As lr tends to 0, the points are drawn from exp(-f(p)/T); on a
    quadratic of curvature a their variance is T/(a (1 - a lr/2)). With a falling rate it settles in wide minima.
    Source: Welling and Teh 2011, "Bayesian learning via stochastic gradient Langevin dynamics", equation 4, with their
    step size epsilon = 2 lr.
    """

    lr: NonNegativeHyper = 1e-2
    temperature: NonNegativeHyper = 1.0

    needs = frozenset({"gradient", "randomness"})
    invariances = frozenset({"translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs)."""
        z = oracle.normals(len(params))
        return params - lr * oracle.gradient(params) + np.sqrt(2.0 * lr * self.temperature) * z, state


class AdaHessianState(NamedTuple):
    """m, v: (dim, runs), the means of the gradient and of the Hessian's squared diagonal; power1, power2: beta^t."""

    m: Array
    v: Array
    power1: Any
    power2: Any


@register("adahessian")
class AdaHessian(Method):
    """AdaHessian: Adam with an estimate of the Hessian's diagonal in place of the gradient in the second moment.

    D = z * (H z),   z_i = 1 or -1 at random
    m <- beta1 m + (1 - beta1) g;   v <- beta2 v + (1 - beta2) D^2
    p <- p - lr ((m / (1 - beta1^t)) / ((v / (1 - beta2^t))^(hessian_power/2) + eps) + weight_decay p)

    lr: learning rate; beta1, beta2: parts of the means kept; eps: keeps the quotient finite; weight_decay: decoupled;
    hessian_power: 1 for the whole curvature, 0 for none.
    Defaults: the authors' code's, with lr 0.1.
    Source: Yao, Gholami, Shen, Mustafa, Keutzer and Mahoney 2021, "AdaHessian: an adaptive second order optimizer for
    machine learning", arXiv:2006.00719, algorithm 1.
    Differences: the authors average D over blocks of a layer (spatial averaging); a parameter vector has no blocks.
    """

    lr: NonNegativeHyper = 0.1
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-4
    weight_decay: NonNegativeHyper = 0.0
    hessian_power: NonNegativeHyper = 1.0

    needs = frozenset({"gradient", "product", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> AdaHessianState:
        """Empty means."""
        nothing = np.zeros_like(params)
        return AdaHessianState(nothing, nothing, 1.0, 1.0)

    def step(self, params: Array, oracle: Oracle, state: AdaHessianState, lr: Any) -> tuple[Array, AdaHessianState]:
        """One step from params (dim, runs)."""
        gradient, diagonal = oracle.gradient(params), _diagonal(params, oracle)
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * diagonal * diagonal
        power1, power2 = state.power1 * self.beta1, state.power2 * self.beta2
        size = np.sqrt(v / (1.0 - power2)) ** self.hessian_power + self.eps
        step = m / (1.0 - power1) / size + self.weight_decay * params
        return params - lr * step, AdaHessianState(m, v, power1, power2)


class SophiaState(NamedTuple):
    """m, h: (dim, runs), the means of the gradient and of the Hessian's diagonal; done: steps done."""

    m: Array
    h: Array
    done: int


@register("sophia")
class Sophia(Method):
    """Sophia: momentum over an estimate of the Hessian's diagonal, no coordinate moving more than lr.

    every `interval` steps:  h <- beta2 h + (1 - beta2) z * (H z),   z_i = 1 or -1 at random
    m <- beta1 m + (1 - beta1) g
    p <- p - lr (clip(m / max(gamma h, eps), -1, 1) + weight_decay p)

    lr: learning rate, the most that a coordinate moves; beta1, beta2: parts of the means kept; gamma: the factor on the
    curvature; eps: the least that is divided by, which also stands for negative curvature; weight_decay: decoupled;
    interval: steps from one estimate to the next.
    Defaults: the paper's beta1 0.965, beta2 0.99, gamma 0.01, eps 1e-12 and interval 10; lr 1e-3 is ours.
    Source: Liu, Li, Hall, Liang and Ma 2023, "Sophia: a scalable stochastic second-order optimizer for language model
    pre-training", arXiv:2305.14342, algorithm 3 with the estimator of algorithm 1.
    Differences: the paper's z is normal; optax.contrib.sophia's is of signs too, but it corrects the bias of m and h as
    Adam does.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.965
    beta2: FractionHyper = 0.99
    gamma: PositiveHyper = 0.01
    eps: PositiveHyper = 1e-12
    weight_decay: NonNegativeHyper = 0.0
    interval: Count = 10

    needs = frozenset({"gradient", "product", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> SophiaState:
        """Empty means."""
        nothing = np.zeros_like(params)
        return SophiaState(nothing, nothing, 0)

    def step(self, params: Array, oracle: Oracle, state: SophiaState, lr: Any) -> tuple[Array, SophiaState]:
        """One step from params (dim, runs)."""
        h = state.h
        if state.done % self.interval == 0:
            h = self.beta2 * h + (1.0 - self.beta2) * _diagonal(params, oracle)
        m = self.beta1 * state.m + (1.0 - self.beta1) * oracle.gradient(params)
        step = np.clip(m / np.maximum(self.gamma * h, self.eps), -1.0, 1.0)
        return params - lr * (step + self.weight_decay * params), SophiaState(m, h, state.done + 1)


def _diagonal(params: Array, oracle: Oracle) -> Array:
    """Hutchinson's estimate of the Hessian's diagonal: z * (H z) with random signs z, (dim, runs)."""
    z = 1.0 - 2.0 * (oracle.words(len(params)) & np.uint64(1)).astype(np.float64)
    return z * oracle.product(params, z)

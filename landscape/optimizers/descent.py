"""Descend along the gradient, without and with memory of the way: `sgd`, `momentum`, `nesterov`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, NonNegativeHyper
from landscape.core import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers._terms import is_zero, with_decay


@register("sgd")
class SGD(Optimizer):
    """Gradient descent: a step straight down the gradient.

    g <- g + weight_decay p
    p <- p - lr g

    lr: learning rate; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.SGD's.
    Source: Cauchy 1847, "Methode generale pour la resolution des systemes d'equations simultanees"; with noisy
    gradients Robbins and Monro 1951, "A stochastic approximation method", doi:10.1214/aoms/1177729586.
    Differences: Keras defaults to lr = 0.01, and its weight_decay is decoupled: p <- p - lr weight_decay p apart from
    the gradient. For this rule alone the two are the same but for rounding. optax has no default rate; there weight
    decay is a transformation of its own (`add_decayed_weights`).
    """

    lr: NonNegativeHyper = 1e-3
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        return params - lr * g, state


class MomentumState(NamedTuple):
    """buffer: (dim, runs), the decaying sum of gradients; share: what part of the next gradient enters it."""

    buffer: Array
    share: Any


@register("momentum")
class Momentum(Optimizer):
    """Heavy ball: gradient descent that keeps part of its last step.

    g <- g + weight_decay p
    b <- momentum b + (1 - dampening) g        (the first gradient enters whole: b = g)
    p <- p - lr b

    lr: learning rate; momentum: part of the buffer kept; dampening: part of each later gradient left out;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.SGD's; momentum 0.9, which torch leaves at 0, is the value of Sutskever et al. 2013.
    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods",
    doi:10.1016/0041-5553(64)90137-5; in this form Goh 2017, "Why momentum really works",
    doi:10.23915/distill.00006.
    Differences: Keras keeps the rate inside, b <- momentum b - lr g, p <- p + b, which is the same only while the rate
    is constant; optax's `trace` is this rule without dampening. torch leaves dampening out where momentum is 0; here
    momentum = 0 gives (1 - dampening) g from the second step on.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: NonNegativeHyper = 0.9
    dampening: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MomentumState:
        """An empty buffer (dim, runs), and a share of 1: with buffer 0, the first step is b = g."""
        return MomentumState(np.zeros_like(params), 1.0)

    def apply(self, params: Array, gradient: Array, state: MomentumState, lr: Any) -> tuple[Array, MomentumState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        entering = g if is_zero(self.dampening) else state.share * g
        buffer = self.momentum * state.buffer + entering
        return params - lr * buffer, MomentumState(buffer, 1.0 - self.dampening)


class NesterovState(NamedTuple):
    """buffer: (dim, runs), the decaying sum of gradients."""

    buffer: Array


@register("nesterov")
class Nesterov(Optimizer):
    """Nesterov's accelerated gradient: a heavy ball that takes its gradient where the momentum leads.

    g <- g + weight_decay p
    b <- momentum b + g
    p <- p - lr (g + momentum b)

    lr: learning rate; momentum: part of the buffer kept; weight_decay: coefficient of an L2 penalty
    weight_decay/2 |p|^2.
    Defaults: torch.optim.SGD(nesterov=True)'s; momentum 0.9, which torch leaves at 0, is the value of Sutskever et al.
    Source: Nesterov 1983, "A method for solving the convex programming problem with convergence rate O(1/k^2)"; for
    networks Sutskever, Martens, Dahl and Hinton 2013, "On the importance of initialization and momentum in deep
    learning", equations 3 and 4; in this form Bengio, Boulanger-Lewandowski and Pascanu 2012, arXiv:1212.0901,
    section 3.5.
    Differences: p is the point where the gradient is taken (the paper's theta + mu v), not the paper's theta; the
    two lie momentum lr b apart. The momentum is constant, where Nesterov's own grows to 1. Keras keeps the rate
    inside the buffer, which is the same only while the rate is constant; optax's `trace(nesterov=True)` is this rule.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: NonNegativeHyper = 0.9
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> NesterovState:
        """An empty buffer (dim, runs)."""
        return NesterovState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: NesterovState, lr: Any) -> tuple[Array, NesterovState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        buffer = self.momentum * state.buffer + g
        return params - lr * (g + self.momentum * buffer), NesterovState(buffer)

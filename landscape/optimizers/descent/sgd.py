"""`ls.optimizer("sgd")`: Gradient descent: a step straight down the gradient."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


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

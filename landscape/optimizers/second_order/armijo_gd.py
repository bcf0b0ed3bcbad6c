"""`ls.optimizer("armijo_gd")`: Gradient descent with a backtracking line search."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, PositiveHyper, Share
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._bases.line_searches import backtracked
from landscape.optimizers._registry import register


@register("armijo_gd")
class ArmijoGD(Method):
    """Gradient descent with a backtracking line search.

    p <- p - t g,   t = lr, lr shrink, lr shrink^2, ...: the first with f(p - t g) <= f(p) - c1 t |g|^2

    lr: the first step tried; shrink: what a step that is too long is multiplied by; c1: the decrease required, as a
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

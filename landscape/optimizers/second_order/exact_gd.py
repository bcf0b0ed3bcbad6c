"""`ls.optimizer("exact_gd")`: Steepest descent: every step goes to the first minimum along the gradient."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._bases.line_searches import exact
from landscape.optimizers._registry import register


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

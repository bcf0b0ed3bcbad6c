"""`ls.optimizer("damped_newton")`: Newton's method made safe: a Hessian made positive definite, and a step that
Armijo's rule accepts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import across, along, dot, spectrum
from landscape.optimizers._bases.line_searches import backtracked
from landscape.optimizers._registry import register


@register("damped_newton")
class DampedNewton(Method):
    """Newton's method made safe: a Hessian made positive definite, and a step that Armijo's rule accepts.

    d = -(H + shift I)^-1 g,   shift = max(0, floor - smallest eigenvalue of H)
    p <- p + t d,              t = lr, lr/2, lr/4, ... the first with f(p + t d) <= f(p) + c1 t d.g

    lr: the first step tried; floor: the least eigenvalue that the shifted Hessian has; c1: the decrease required.
    Defaults: c1 = 1e-4 is Nocedal and Wright's.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithms 3.1 and 3.2 and section 3.4.
    """

    lr: PositiveHyper = 1.0
    floor: PositiveHyper = 1e-3
    c1: PositiveHyper = 1e-4

    needs = frozenset({"value", "gradient", "hessian", "line search"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs). A run stays where no step decreases the loss."""
        value, gradient = oracle.value(params), oracle.gradient(params)
        eigenvalues, vectors = spectrum(oracle.hessian(params))
        shift = np.maximum(0.0, self.floor - eigenvalues[0])
        direction = -across(vectors, along(vectors, gradient) / (eigenvalues + shift))
        slope = dot(direction, gradient)
        return backtracked(oracle, params, direction, value, slope, lr, self.c1, 0.5)[1], state

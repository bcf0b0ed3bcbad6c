"""`ls.optimizer("sgld")`: Stochastic gradient Langevin dynamics: descent with the noise of a heat bath."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register


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

"""`ls.optimizer("perturbed_gd")`: Perturbed gradient descent: descent, with a random perturbation wherever the
gradient is small.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, Whole
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register


class PerturbedState(NamedTuple):
    """since: (runs,), steps since the last perturbation."""

    since: Array


@register("perturbed_gd")
class PerturbedGD(Method):
    """Perturbed gradient descent: descent, with a random perturbation wherever the gradient is small.

    where |g| <= threshold, with none in the last `wait` steps:   p <- p + xi,   xi uniform in the ball of that radius
    p <- p - lr grad f(p)

    lr: learning rate; threshold: the gradient that counts as small; radius: of the ball; wait: steps between two
    perturbations. It leaves strict saddles in a time that depends on the dimension only by its logarithm, where plain
    gradient descent may take exponentially long.
    Defaults: the paper gives them by the smoothness of the loss; these are ours.
    Source: Jin, Ge, Netrapalli, Kakade and Jordan 2017, "How to escape saddle points efficiently", arXiv:1703.00887,
    algorithm 2.
    Differences: the paper stops where a perturbation has not lowered the loss enough; here the run goes on.
    """

    lr: NonNegativeHyper = 1e-2
    threshold: NonNegativeHyper = 1e-3
    radius: NonNegativeHyper = 1e-2
    wait: Whole = 50

    needs = frozenset({"gradient", "randomness"})
    invariances = frozenset({"translation"})

    def init(self, params: Array) -> PerturbedState:
        """The first perturbation may be in the first step."""
        return PerturbedState(np.full(params.shape[1:], float(self.wait) + 1.0))

    def step(self, params: Array, oracle: Oracle, state: PerturbedState, lr: Any) -> tuple[Array, PerturbedState]:
        """One step from params (dim, runs). A perturbation costs a second gradient."""
        gradient = oracle.gradient(params)
        kicked = (np.sqrt(dot(gradient, gradient)) <= self.threshold) & (state.since > self.wait)
        if kicked.any():
            z = oracle.normals(len(params))
            share = oracle.uniforms(1, draw=1)[0] ** (1.0 / len(params))
            kick = self.radius * share * z / np.sqrt(dot(z, z))
            params = np.where(kicked, params + kick, params)
            gradient = np.where(kicked, oracle.gradient(params, kicked), gradient)
        return params - lr * gradient, PerturbedState(np.where(kicked, 1.0, state.since + 1.0))

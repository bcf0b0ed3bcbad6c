"""`ls.optimizer("noisy_sgd")`: Gradient descent with Gaussian noise added to the gradient, less and less of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register


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

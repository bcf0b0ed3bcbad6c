"""`ls.optimizer("normalized_gd")`: Normalised gradient descent: every step is as long as the rate, so that plateaus
are crossed at full speed.
"""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import length
from landscape.optimizers._registry import register


@register("normalized_gd")
class NormalizedGD(Optimizer):
    """Normalised gradient descent: every step is as long as the rate, so that plateaus are crossed at full speed.

    p <- p - lr g / (|g| + eps)

    lr: the length of a step; eps: keeps the quotient finite.
    Defaults: optax.normalize_by_update_norm's eps; lr = 1e-2 is ours.
    Source: Nesterov 1984, "Minimization methods for nonsmooth convex and quasiconvex functions"; Hazan, Levy and
    Shalev-Shwartz 2015, "Beyond convexity: stochastic quasi-convex optimization", arXiv:1507.02030, algorithm 1.
    Differences: the papers have no eps.
    """

    lr: NonNegativeHyper = 1e-2
    eps: NonNegativeHyper = 1e-6

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return params - gradient * (lr / (length(gradient) + self.eps)), state

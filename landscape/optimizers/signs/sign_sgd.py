"""`ls.optimizer("sign_sgd")`: signSGD: the same step along every coordinate, in the direction in which it falls."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import sign
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


@register("sign_sgd")
class SignSGD(Optimizer):
    """signSGD: the same step along every coordinate, in the direction in which it falls.

    p <- p - lr sign(g)

    lr: the length of a step along each coordinate; sign(0) = 0.
    Defaults: lr = 1e-3 as for sgd; optax has none.
    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018, "signSGD: compressed optimisation for non-convex
    problems", arXiv:1802.04434, algorithm 1.
    Differences: none known; optax.sign_sgd is this rule.
    """

    lr: NonNegativeHyper = 1e-3

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return params - lr * sign(gradient), state

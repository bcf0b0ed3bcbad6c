"""`ls.optimizer("newton")`: Newton's method: a step to the critical point of the local quadratic, whatever its kind."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import solved
from landscape.optimizers._registry import register


@register("newton")
class Newton(Method):
    """Newton's method: a step to the critical point of the local quadratic, whatever its kind.

    p <- p - lr H^-1 g

    lr: part of the step that is taken, 1 for Newton's own. It is drawn to saddles and maxima as much as to minima.
    Source: Nocedal and Wright 2006, "Numerical optimization", equation 2.15; that saddles attract it: Dauphin et al.
    2014, arXiv:1406.2572, section 3.
    """

    lr: NonNegativeHyper = 1.0

    needs = frozenset({"gradient", "hessian"})
    invariances = frozenset(
        {"coordinate scale", "gradient scale", "permutation", "rotation", "sign flip", "translation"}
    )

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs). Where the Hessian is singular there is none, and the run diverges."""
        gradient = oracle.gradient(params)
        return params - lr * solved(oracle.hessian(params), gradient), state

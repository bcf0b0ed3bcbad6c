"""`ls.optimizer("bfgs")`: BFGS: Newton's method with an inverse Hessian learnt from the gradients."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, PositiveHyper
from landscape.core.elementary import total
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import applied, dot
from landscape.optimizers._bases.line_searches import wolfe
from landscape.optimizers._registry import register

# A pair of changes with less curvature than this is left out, as torch does.
LEAST_CURVATURE = 1e-10


class BFGSState(NamedTuple):
    """inverse: (dim, dim, runs), the inverse Hessian so far; value: (runs,) and gradient: (dim, runs) where the run is;
    started: 0 before the first step, 1 before the second, then 2."""

    inverse: Array
    value: Array
    gradient: Array
    started: float


@register("bfgs")
class BFGS(Method):
    """BFGS: Newton's method with an inverse Hessian learnt from the gradients.

    d = -B g,   p <- p + t d by the strong Wolfe conditions,   s = t d,   y = change of g
    B <- (I - s y^T / s.y) B (I - y s^T / s.y) + s s^T / s.y        (left out where s.y <= 1e-10 |s| |y|)

    lr: the first step tried, 1 for a quasi-Newton step; c1, c2: of the Wolfe conditions. The first direction is the
    gradient's and its first trial step lr min(1, 1 / sum|g_i|); B is s.y / y.y I before its first update.
    Defaults: c1 and c2 are Nocedal and Wright's for quasi-Newton methods.
    Source: Broyden 1970, Fletcher 1970, Goldfarb 1970, Shanno 1970; Nocedal and Wright 2006, "Numerical optimization",
    algorithm 6.1 and equation 6.20. On noisy gradients y is the change on the new step's sample, as in Schraudolph, Yu
    and Günter 2007.
    Differences: scipy's BFGS has c2 = 0.9 too and another line search; its B starts at I and is never scaled.
    """

    lr: PositiveHyper = 1.0
    c1: PositiveHyper = 1e-4
    c2: PositiveHyper = 0.9

    needs = frozenset({"value", "gradient", "line search"})
    invariances = frozenset({"permutation", "sign flip", "translation"})

    def kept(self, dim: int) -> int:
        """The inverse Hessian."""
        return dim * dim

    def init(self, params: Array) -> BFGSState:
        """The identity, and nothing known of the loss."""
        dim, *runs = params.shape
        inverse = np.broadcast_to(np.eye(dim).reshape(dim, dim, *(1,) * len(runs)), (dim, *params.shape)).copy()
        return BFGSState(inverse, np.zeros(runs), np.zeros_like(params), 0.0)

    def step(self, params: Array, oracle: Oracle, state: BFGSState, lr: Any) -> tuple[Array, BFGSState]:
        """One step from params (dim, runs). A run whose search fails stays, and starts again with the identity."""
        value, gradient = value_and_gradient(params, oracle, state)
        inverse = state.inverse
        direction = -applied(inverse, gradient)
        uphill = ~(dot(direction, gradient) < 0.0)
        identity = np.eye(len(params)).reshape(len(params), len(params), 1)
        inverse = np.where(uphill, identity, inverse)
        direction = np.where(uphill, -gradient, direction)
        plain = uphill | (state.started == 0.0)
        first = lr * np.where(plain, np.minimum(1.0, 1.0 / np.maximum(total(np.abs(gradient)), 1e-300)), 1.0)
        found = wolfe(oracle, params, direction, value, gradient, first, self.c1, self.c2)
        s, y = found.params - params, found.gradient - gradient
        curvature = dot(s, y)
        # below the smallest normal number a quotient of two such has no digits left
        good = (curvature > LEAST_CURVATURE * np.sqrt(dot(s, s) * dot(y, y))) & (curvature > 1e-290)
        safe = np.where(good, curvature, 1.0)
        scale = np.where(plain & good, safe / np.where(good, dot(y, y), 1.0), 1.0)
        inverse = inverse * scale
        by = applied(inverse, y)
        cross = s[:, None] * by[None, :]
        square = (1.0 + dot(y, by) / safe) * (s[:, None] * s[None, :])
        update = (square - cross - np.swapaxes(cross, 0, 1)) / safe
        inverse = np.where(good, inverse + update, np.where(found.t > 0.0, inverse, identity))
        return found.params, BFGSState(inverse, found.value, found.gradient, 1.0)


def value_and_gradient(params: Array, oracle: Oracle, state: Any) -> tuple[Array, Array]:
    """(value, gradient) at params: those that the last step ended with, where the loss is exact."""
    if state.started and oracle.exact:
        return state.value, state.gradient
    return oracle.value(params), oracle.gradient(params)

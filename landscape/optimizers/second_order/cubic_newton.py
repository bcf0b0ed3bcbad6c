"""`ls.optimizer("cubic_newton")`: Newton with cubic regularisation: a cubic bounds the loss from above, and its
lowest point is the next.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import applied, dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order._trust_region import decrease_ratio, lowest_in_ball


class Weight(NamedTuple):
    """weight: (runs,), the factor M of the cubic term."""

    weight: Array


@register("cubic_newton")
class CubicNewton(Method):
    """Newton with cubic regularisation: a cubic bounds the loss from above, and its lowest point is the next.

    d = argmin g.d + d.H d / 2 + M |d|^3 / 6
    p <- p + lr d where f(p + d) is at most the cubic's value;   M <- M/2 then, else M <- 2 M

    lr: part of the step that is taken; M: the first weight of the cubic term, which should be the Lipschitz constant of
    the Hessian and adapts to it. It escapes strict saddles; from the exact saddle along the most negative curvature.
    Source: Nesterov and Polyak 2006, "Cubic regularization of Newton method and its global performance",
    doi:10.1007/s10107-006-0706-8, equations 2.4 and 3.3 and section 5.2; the adaptive weight as in Cartis, Gould and
    Toint 2011, doi:10.1007/s10107-009-0286-5.
    """

    lr: NonNegativeHyper = 1.0
    M: PositiveHyper = 1.0

    needs = frozenset({"value", "gradient", "hessian"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Weight:
        """The first weight, for each run."""
        return Weight(np.broadcast_to(np.asarray(self.M, dtype=float), params.shape[1:]).copy())

    def step(self, params: Array, oracle: Oracle, state: Weight, lr: Any) -> tuple[Array, Weight]:
        """One step from params (dim, runs). A run stays where the cubic was too low, and tries a steeper one next."""
        weight = state.weight
        value, gradient, hessian = oracle.value(params), oracle.gradient(params), oracle.hessian(params)
        step = lowest_in_ball(
            gradient, hessian, lambda shift: 2.0 * shift / weight, lambda size: np.sqrt(0.5 * weight * size)
        )
        length = np.sqrt(dot(step, step))
        bound = dot(gradient, step) + 0.5 * dot(step, applied(hessian, step)) + weight / 6.0 * length**3
        ratio = decrease_ratio(value, oracle.value(params + step), -bound)
        good = ratio >= 1.0 - 1e-9
        # a weight far below what matters would only be doubled back
        lighter, heavier = np.maximum(0.5 * weight, 1e-12), np.minimum(2.0 * weight, 1e12)
        return np.where(good, params + lr * step, params), Weight(np.where(good, lighter, heavier))

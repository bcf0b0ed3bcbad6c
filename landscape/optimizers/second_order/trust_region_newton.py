"""`ls.optimizer("trust_region_newton")`: Newton within a trust region: the lowest point of the local quadratic in a
ball that grows where it is right.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import applied, dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order._trust_region import decrease_ratio, lowest_in_ball


class Radius(NamedTuple):
    """radius: (runs,), how far the local quadratic is trusted."""

    radius: Array


@register("trust_region_newton")
class TrustRegionNewton(Method):
    """Newton within a trust region: the lowest point of the local quadratic in a ball that grows where it is right.

    d = argmin g.d + d.H d / 2  over |d| <= radius,   ratio = (f(p) - f(p + d)) / (the quadratic's decrease)
    radius <- radius / 4 where ratio < 1/4;   radius <- min(2 radius, lr) where ratio > 3/4 and |d| = radius
    p <- p + d where ratio > accept

    lr: the first and largest radius; accept: the least ratio for a step to be taken. The lowest point is found exactly,
    from the eigenvalues of H; at a saddle it goes along the direction of most negative curvature.
    Defaults: the constants are those of Nocedal and Wright; lr = 1 is ours.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithm 4.1 and section 4.3; More and Sorensen 1983,
    "Computing a trust region step", doi:10.1137/0904038.
    """

    lr: PositiveHyper = 1.0
    accept: NonNegativeHyper = 0.1

    needs = frozenset({"value", "gradient", "hessian"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Radius:
        """A region as large as it may be."""
        return Radius(np.broadcast_to(np.asarray(self.lr, dtype=float), params.shape[1:]).copy())

    def step(self, params: Array, oracle: Oracle, state: Radius, lr: Any) -> tuple[Array, Radius]:
        """One step from params (dim, runs)."""
        radius = np.minimum(state.radius, lr)
        value, gradient, hessian = oracle.value(params), oracle.gradient(params), oracle.hessian(params)
        step = lowest_in_ball(gradient, hessian, lambda shift: radius + 0.0 * shift, lambda size: size / radius)
        trial = params + step
        promised = -(dot(gradient, step) + 0.5 * dot(step, applied(hessian, step)))
        ratio = decrease_ratio(value, oracle.value(trial), promised)
        at_edge = np.sqrt(dot(step, step)) >= 0.999 * radius
        grown = np.where((ratio > 0.75) & at_edge, np.minimum(2.0 * radius, lr), radius)
        return np.where(ratio > self.accept, trial, params), Radius(np.where(ratio >= 0.25, grown, 0.25 * radius))

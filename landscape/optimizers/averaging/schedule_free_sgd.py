"""`ls.optimizer("schedule_free_sgd")`: Schedule-free SGD: gradients are taken between plain descent and the mean of
its way, and no schedule is needed.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from annotated_types import Gt, Lt

from landscape.core.component import Array, Hyper, NonNegativeHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register

OpenFractionHyper = Annotated[Hyper, Gt(0), Lt(1)]


class ScheduleFreeState(NamedTuple):
    """z: (dim, runs), where plain descent is; weight_sum: of squared rates; largest: the largest rate so far."""

    z: Array
    weight_sum: Any
    largest: Any


@register("schedule_free_sgd")
class ScheduleFreeSGD(Optimizer):
    """Schedule-free SGD: gradients are taken between plain descent and the mean of its way, and no schedule is needed.

    g <- g + weight_decay p
    z <- z - lr g,   c = lr_max^2 / sum of lr_max^2
    x <- (1 - c) x + c z
    p <- beta1 x + (1 - beta1) z

    where x, the point to use at the end, is (p - (1 - beta1) z) / beta1. lr: learning rate; beta1: how near to the mean
    gradients are taken; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: beta1 is optax.contrib.schedule_free_sgd's; lr = 1e-3 as for sgd.
    Source: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky 2024, "The road less scheduled", arXiv:2405.15682.
    Differences: what is recorded and drawn is p, where gradients are taken, not x. No warm-up is built in.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: OpenFractionHyper = 0.9
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> ScheduleFreeState:
        """z at params (dim, runs), no weight gathered."""
        return ScheduleFreeState(params, 0.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: ScheduleFreeState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g, b = with_decay(gradient, params, self.weight_decay), self.beta1
        most = largest(state.largest, lr)
        weights = state.weight_sum + most * most
        share = most * most / largest(weights, 1e-300)
        x = (params - (1.0 - b) * state.z) / b
        z = state.z - lr * g
        x = (1.0 - share) * x + share * z
        return b * x + (1.0 - b) * z, ScheduleFreeState(z, weights, most)

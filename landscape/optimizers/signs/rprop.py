"""`ls.optimizer("rprop")`: Rprop: a step of its own for each coordinate, longer while the gradient keeps its sign,
shorter where it turns.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Ge, Gt

from landscape.core.component import Array, FieldError, FractionHyper, Hyper, NonNegativeHyper
from landscape.core.elementary import largest, select, sign, smallest
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class RpropState(NamedTuple):
    """last: (dim, runs), the gradient before, 0 where the step was taken back; step: (dim, runs), lengths."""

    last: Array
    step: Array


@register("rprop")
class Rprop(Optimizer):
    """Rprop: a step of its own for each coordinate, longer while the gradient keeps its sign, shorter where it turns.

    s <- s etaplus where g g_before > 0, s etaminus where it is < 0, within [step_size_min, step_size_max];
    g <- 0 where it is < 0
    p <- p - s sign(g)                          (s = lr at first)

    lr: the first step along each coordinate, after which schedules have no effect; etaminus, etaplus: factors on it;
    step_size_min, step_size_max: its bounds.
    Defaults: torch.optim.Rprop's.
    Source: Riedmiller and Braun 1993, "A direct adaptive method for faster backpropagation learning: the RPROP
    algorithm"; this variant, iRprop-: Igel and Hüsken 2000, "Improving the Rprop learning algorithm".
    Differences: Riedmiller and Braun take the last step back where the sign has turned; iRprop- does not. optax's rprop
    (0.2.8) applies each step one gradient late. With mini-batches the sign is noise: Rprop is for full gradients.
    """

    lr: NonNegativeHyper = 1e-2
    etaminus: FractionHyper = 0.5
    etaplus: Annotated[Hyper, Ge(1)] = 1.2
    step_size_min: NonNegativeHyper = 1e-6
    step_size_max: Annotated[Hyper, Gt(0)] = 50.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def _check(self) -> None:
        if np.any(np.asarray(self.step_size_min) > np.asarray(self.step_size_max)):
            raise FieldError(self.name, "step_size_min", f"must be at most step_size_max, got {self.step_size_min}")

    def init(self, params: Array) -> RpropState:
        """No gradient before; steps of lr (dim, runs)."""
        return RpropState(np.zeros_like(params), np.zeros_like(params) + self.lr)

    def apply(self, params: Array, gradient: Array, state: RpropState, lr: Any) -> tuple[Array, RpropState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        turned = sign(gradient) * sign(state.last)
        factor = select(turned - 0.5, self.etaplus, select(-turned - 0.5, self.etaminus, 1.0))
        step = smallest(largest(state.step * factor, self.step_size_min), self.step_size_max)
        kept = select(-turned - 0.5, 0.0 * gradient, gradient)
        return params - step * sign(kept), RpropState(kept, step)

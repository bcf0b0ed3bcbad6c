"""`ls.optimizer("adafactor")`: Adafactor on a vector: steps in proportion to the parameters, by a second moment that
remembers ever longer.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Hyper, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import largest, smallest, total
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.adam._decoupled import decayed


class AdafactorState(NamedTuple):
    """v: (dim, runs), the average of g^2; steps: t."""

    v: Array
    steps: Any


@register("adafactor")
class Adafactor(Optimizer):
    """Adafactor on a vector: steps in proportion to the parameters, by a second moment that remembers ever longer.

    v <- (1 - t^-beta2_decay) v + t^-beta2_decay g^2,   u = g / max(sqrt(v), eps1),   t = 1, 2, ...
    p <- (1 - lr weight_decay) p - min(lr, 1/sqrt(t)) max(eps2, rms(p)) u / max(1, rms(u) / d)

    rms(x) = |x| / sqrt(dim). lr: learning rate, relative to the size of the parameters; beta2_decay: how fast the
    memory grows; eps1: the least that is divided by; eps2: the least size of the parameters; d: the largest rms of a
    step before scaling; weight_decay: decoupled weight decay.
    Defaults: torch.optim.Adafactor's. Its factored second moment is that of matrices; a vector keeps all of v.
    Source: Shazeer and Stern 2018, "Adafactor: adaptive learning rates with sublinear memory cost", arXiv:1804.04235,
    algorithm 5.
    Differences: optax adds its eps to g^2, does not limit the rate by 1/sqrt(t), and its parameter scale is at least
    1e-3 as here; followed is torch.
    """

    lr: NonNegativeHyper = 1e-2
    beta2_decay: NonNegativeHyper = 0.8
    eps1: PositiveHyper = float(np.finfo(np.float64).eps)
    eps2: NonNegativeHyper = 1e-3
    d: Annotated[Hyper, Ge(1)] = 1.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip"})

    def init(self, params: Array) -> AdafactorState:
        """The average at 0 (dim, runs), no step done."""
        return AdafactorState(np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: AdafactorState, lr: Any) -> tuple[Array, AdafactorState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        steps = state.steps + 1.0
        fresh = np.exp(-self.beta2_decay * np.log(steps))
        scale = largest(self.eps2, _rms(params)) * smallest(lr, 1.0 / np.sqrt(steps))
        v = state.v + fresh * (gradient * gradient - state.v)
        u = gradient / largest(np.sqrt(v), self.eps1)
        limited = scale / largest(1.0, _rms(u) / self.d)
        return decayed(params, lr, self.weight_decay) - limited * u, AdafactorState(v, steps)


def _rms(x: Array) -> Any:
    """The root of the mean square over coordinates: (dim, runs) -> (runs,)."""
    return np.sqrt(total(x * x)) / np.sqrt(float(len(x)))

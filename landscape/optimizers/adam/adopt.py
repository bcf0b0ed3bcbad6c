"""`ls.optimizer("adopt")`: ADOPT: Adam that divides by the second moment of the steps before, and so converges with
any beta2.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import largest, smallest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register


class ADOPTState(NamedTuple):
    """m, v: (dim, runs), the averages; steps: t."""

    m: Array
    v: Array
    steps: Any


@register("adopt")
class ADOPT(Optimizer):
    """ADOPT: Adam that divides by the second moment of the steps before, and so converges with any beta2.

    u = clip(g / max(sqrt(v), eps), -t^(1/4), t^(1/4)),   t = 0, 1, ...
    m <- beta1 m + (1 - beta1) u,   v <- beta2 v + (1 - beta2) g^2        (in the first step m = 0, v = g^2)
    p <- p - lr (m + weight_decay p)                                        (p stays in the first step)

    lr: learning rate; beta1, beta2: decays of the two averages; eps: the least that is divided by; weight_decay:
    decoupled weight decay.
    Defaults: optax.contrib.adopt's, which are the authors'; lr = 1e-3 is theirs.
    Source: Taniguchi et al. 2024, "ADOPT: modified Adam can converge with any beta2 with the optimal rate",
    arXiv:2411.02853, algorithm 2 with the clipping of section 4.
    Differences: optax can leave out the clipping, or take another, and decays in the first step too.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.9999
    eps: PositiveHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ADOPTState:
        """Both averages at 0 (dim, runs), no step done."""
        return ADOPTState(np.zeros_like(params), np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: ADOPTState, lr: Any) -> tuple[Array, ADOPTState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        later = smallest(state.steps, 1.0)
        most = np.sqrt(np.sqrt(state.steps))
        u = largest(smallest(gradient / largest(np.sqrt(state.v), self.eps), most), -most)
        kept1, kept2 = later * self.beta1 + (1.0 - later), later * self.beta2
        m = kept1 * state.m + (1.0 - kept1) * u
        v = kept2 * state.v + (1.0 - kept2) * (gradient * gradient)
        step = m if is_zero(self.weight_decay) else m + later * self.weight_decay * params
        return params - lr * step, ADOPTState(m, v, state.steps + 1.0)

"""`ls.optimizer("chebyshev")`: Chebyshev's semi-iteration: the best rate and momentum at every step for a quadratic
of known curvature.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.optimal_gd import check_order


class ChebyshevState(NamedTuple):
    """moved: (dim, runs), the step before; weight: the last omega; first: 1 in the first step, then 0."""

    moved: Array
    weight: Any
    first: Any


@register("chebyshev")
class Chebyshev(Optimizer):
    """Chebyshev's semi-iteration: the best rate and momentum at every step for a quadratic of known curvature.

    p <- p - lr omega 2/(largest + smallest) g + (omega - 1) (p - p_before)
    omega = 1 in the first step, 2/(2 - rho^2) in the second, then 4/(4 - rho^2 omega_before)
    rho = (largest - smallest)/(largest + smallest)

    smallest, largest: the least and the largest curvature; lr: factor on the rate, 1 for the best. After t steps the
    distance to the minimum has fallen by 1/T_t(1/rho), T_t Chebyshev's polynomial: no method that uses only the bounds
    does better. Its rate and momentum tend to those of `optimal_momentum`.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Flanders and Shortley 1950, "Numerical determination of fundamental modes"; Golub and Varga 1961,
    doi:10.1007/BF01386013; Golub and Van Loan 2013, "Matrix computations", section 11.2.8.
    Differences: the books write it for linear systems, with a preconditioner.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> ChebyshevState:
        """No step yet. A weight of 2 makes the second omega 2/(2 - rho^2)."""
        return ChebyshevState(np.zeros_like(params), 2.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: ChebyshevState, lr: Any) -> tuple[Array, ChebyshevState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        rho = (self.largest - self.smallest) / (self.largest + self.smallest)
        later = 4.0 / (4.0 - rho * rho * state.weight)
        omega = state.first + (1.0 - state.first) * later
        moved = (omega - 1.0) * state.moved - lr * omega * (2.0 / (self.largest + self.smallest)) * gradient
        weight = 2.0 * state.first + (1.0 - state.first) * later
        return params + moved, ChebyshevState(moved, weight, 0.0)

"""Use known bounds on the curvature: `optimal_gd`, `optimal_momentum`, `optimal_nesterov`, `chebyshev`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FieldError, NonNegativeHyper, PositiveHyper
from landscape.core import Optimizer
from landscape.optimizers._registry import register


def check_order(rule: Optimizer, smallest: Any, largest: Any) -> None:
    """FieldError where the bounds are the wrong way round."""
    if np.any(np.asarray(smallest) > np.asarray(largest)):
        raise FieldError(rule.name, "smallest", f"must be at most `largest`, got {smallest} and {largest}")


@register("optimal_gd")
class OptimalGD(Optimizer):
    """Gradient descent with the best constant rate for a quadratic of known curvature.

    p <- p - lr 2 / (smallest + largest) g

    smallest, largest: the least and the largest curvature; lr: factor on the rate, 1 for the best. The distance to the
    minimum falls by (k - 1)/(k + 1) a step, k = largest/smallest.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Polyak 1987, "Introduction to optimization", section 1.4; Nesterov 2004, theorem 2.1.15.
    Differences: none; it is `sgd` with its rate worked out.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return params - lr * (2.0 / (self.smallest + self.largest)) * gradient, state


class LastStep(NamedTuple):
    """moved: (dim, runs), the step before."""

    moved: Array


@register("optimal_momentum")
class OptimalMomentum(Optimizer):
    """Heavy ball with the best constant rate and momentum for a quadratic of known curvature.

    p <- p - lr (2 / (sqrt(largest) + sqrt(smallest)))^2 g + beta (p - p_before)
    beta = ((sqrt(largest) - sqrt(smallest)) / (sqrt(largest) + sqrt(smallest)))^2

    smallest, largest: the least and the largest curvature; lr: factor on the rate, 1 for the best. The distance to the
    minimum falls by (sqrt(k) - 1)/(sqrt(k) + 1) a step in the long run, k = largest/smallest.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods",
    doi:10.1016/0041-5553(64)90137-5, theorem 9.
    Differences: none; it is `momentum` with its rate and momentum worked out.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> LastStep:
        """No step yet."""
        return LastStep(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: LastStep, lr: Any) -> tuple[Array, LastStep]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        low, high = np.sqrt(self.smallest), np.sqrt(self.largest)
        rate, beta = 2.0 / (high + low), (high - low) / (high + low)
        moved = beta * beta * state.moved - lr * rate * rate * gradient
        return params + moved, LastStep(moved)


@register("optimal_nesterov")
class OptimalNesterov(Optimizer):
    """Nesterov's method with the constant momentum for a strongly convex loss of known curvature.

    y = p + beta (p - p_before),   beta = (sqrt(k) - 1)/(sqrt(k) + 1)
    p <- y - lr / largest grad f(y)

    smallest, largest: the least and the largest curvature, k = largest/smallest; lr: factor on the rate. The recorded
    point is y, where the gradient is taken. The loss falls by at least 1 - 1/sqrt(k) a step.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Nesterov 2004, "Introductory lectures on convex optimization", scheme 2.2.11.
    Differences: `nesterov` with the same rate and momentum takes the same points y.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> LastStep:
        """The point p before the first step: where y is."""
        return LastStep(params)

    def apply(self, params: Array, gradient: Array, state: LastStep, lr: Any) -> tuple[Array, LastStep]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        low, high = np.sqrt(self.smallest), np.sqrt(self.largest)
        point = params - lr / self.largest * gradient
        return point + (high - low) / (high + low) * (point - state.moved), LastStep(point)


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
    distance to the minimum has fallen by 1/T_t(1/rho), T_t Chebyshev's polynomial: no method that knows only the bounds
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

"""`ls.optimizer("projected")`: Project onto a box after each step of any rule."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, FieldError, Real
from landscape.core.elementary import largest, smallest
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


@register("projected")
class Projected(Wrapper):
    """Project onto a box after each step of any rule.

    p_i <- min(max(q_i, low), high),   q: a step of the inner rule from p

    optimizer: the inner rule; low, high: the sides of the box, the same for every coordinate. A start outside the box
    is in it after one step. The rule's state does not see the projection. A change of sign leaves runs as
    they are where low = -high.
    Source: Goldstein 1964, "Convex programming in Hilbert space", doi:10.1090/S0002-9904-1964-11178-2; for a
    projection after the step of an adaptive rule Reddi, Kale and Kumar 2018, "On the convergence of Adam and beyond",
    arXiv:1904.09237, algorithm 1, which projects in the norm of the rule's own scaling: on a box that is the same.
    Differences: optax.keep_params_nonnegative is the case of low = 0 and no upper side.
    """

    optimizer: Optimizer
    low: Real = -1.0
    high: Real = 1.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip"})

    def _check(self) -> None:
        if not self.low < self.high:
            raise FieldError(self.name, "high", f"must be greater than low = {self.low:g}, got {self.high:g}")

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        moved, state = self.optimizer.apply(params, gradient, state, lr)
        return largest(smallest(moved, self.high), self.low), state

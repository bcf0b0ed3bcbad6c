"""`ls.optimizer("lbfgs_fixed_step")`: L-BFGS without a line search: every step is lr times the quasi-Newton step."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, Count, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.lbfgs import LBFGSState, first_length, no_pairs, remembered, two_loops


@register("lbfgs_fixed_step")
class LBFGSFixedStep(Method):
    """L-BFGS without a line search: every step is lr times the quasi-Newton step.

    d = -B g by the two-loop recursion over the last `memory` pairs (s, y),   p <- p + lr d

    lr: part of the step that is taken; the first is lr min(1, 1 / sum|g_i|) times the gradient; memory: how many pairs
    are kept. Nothing keeps it from going up.
    Defaults: torch.optim.LBFGS's, but for its history_size = 100.
    Source: Nocedal 1980, "Updating quasi-Newton matrices with limited storage", doi:10.2307/2006193.
    Differences: one step is one iteration, torch's LBFGS(max_iter=1) with its tolerances set to 0.
    """

    lr: PositiveHyper = 1.0
    memory: Count = 10

    needs = frozenset({"gradient"})
    invariances = frozenset({"permutation", "sign flip", "translation"})

    def kept(self, dim: int) -> int:
        """The pairs."""
        return 2 * self.memory * dim

    def init(self, params: Array) -> LBFGSState:
        """No pairs: the gradient is the direction."""
        return no_pairs(self.memory, params)

    def step(self, params: Array, oracle: Oracle, state: LBFGSState, lr: Any) -> tuple[Array, LBFGSState]:
        """One step from params (dim, runs)."""
        gradient = oracle.gradient(params)
        if state.started:
            # `value` is not needed: it holds the length of the last step, `y` waits for this gradient
            s, y, scale = remembered(state, state.value * two_loops(state, state.gradient), gradient - state.gradient)
            state = LBFGSState(s, y, scale, state.value, gradient, 1.0)
        length = lr * first_length(state, gradient)
        kept = state._replace(value=length, gradient=gradient, started=1.0)
        return params + length * two_loops(state, gradient), kept

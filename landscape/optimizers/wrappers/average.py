"""`ls.optimizer("average")`: Polyak-Ruppert averaging: the mean of all points that any rule goes through."""

from __future__ import annotations

from typing import Any, NamedTuple

from landscape.core.component import Array, Whole
from landscape.core.elementary import select
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.optimizers._registry import register


class AverageState(NamedTuple):
    """inner: the inner rule's state; fast: (dim, runs), its parameters; steps: steps done."""

    inner: Any
    fast: Array
    steps: int


@register("average")
class Average(Method):
    """Polyak-Ruppert averaging: the mean of all points that any rule goes through.

    q <- step of the inner rule from q, with the gradient at q;   p <- p + (q - p) / count,   p = q up to step `begin`

    optimizer: the inner rule, which updates q alone; begin: how many steps are left out of the mean. What is
    recorded is the mean p: where plain SGD fluctuates around a minimum, its mean converges.
    Source: Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging", doi:10.1137/0330046;
    Ruppert 1988; with a late begin Izmailov et al. 2018, "Averaging weights leads to wider optima", arXiv:1803.05407.
    Differences: torch's AveragedModel keeps the mean beside the model, with the same update.
    """

    optimizer: Optimizer
    begin: Whole = 0

    needs = frozenset({"gradient"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr

    def init(self, params: Array) -> AverageState:
        """The rule at params (dim, runs), nothing to average yet."""
        return AverageState(self.optimizer.init(params), params, 0)

    def step(self, params: Array, oracle: Oracle, state: AverageState, lr: Any) -> tuple[Array, AverageState]:
        """One step of the inner rule from its own point; params is the mean (dim, runs)."""
        fast, inner = self.optimizer.apply(state.fast, oracle.gradient(state.fast), state.inner, lr)
        steps = state.steps + 1
        left_out = self.begin + 1.0 - steps
        mean = select(left_out, fast, params + (fast - params) / select(left_out, 1.0, steps - self.begin))
        return mean, AverageState(inner, fast, steps)

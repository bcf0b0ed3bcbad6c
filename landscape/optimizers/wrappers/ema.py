"""`ls.optimizer("ema")`: An exponential moving average of the points that any rule goes through."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, FractionHyper
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers.average import AverageState


@register("ema")
class EMA(Method):
    """An exponential moving average of the points that any rule goes through.

    q <- step of the inner rule from q, with the gradient at q;   p <- decay p + (1 - decay) q

    optimizer: the inner rule, which updates q alone; decay: part of the average kept. What is recorded is the
    average p, which begins at the start.
    Defaults: decay 0.999 is torch.optim.swa_utils.get_ema_multi_avg_fn's.
    Source: Tarvainen and Valpola 2017, "Mean teachers are better role models", arXiv:1703.01780, equation 2; Kingma
    and Ba 2015, arXiv:1412.6980, section 7.2, where the bias of the start is corrected.
    Differences: optax.ema begins at 0 and corrects for it.
    """

    optimizer: Optimizer
    decay: FractionHyper = 0.999

    needs = frozenset({"gradient"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr

    def init(self, params: Array) -> AverageState:
        """The rule at params (dim, runs)."""
        return AverageState(self.optimizer.init(params), params, 0)

    def step(self, params: Array, oracle: Oracle, state: AverageState, lr: Any) -> tuple[Array, AverageState]:
        """One step of the inner rule from its own point; params is the average (dim, runs)."""
        fast, inner = self.optimizer.apply(state.fast, oracle.gradient(state.fast), state.inner, lr)
        return self.decay * params + (1.0 - self.decay) * fast, AverageState(inner, fast, state.steps + 1)

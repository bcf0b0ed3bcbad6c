"""Put something around any first-order rule: clipping, weight decay, lookahead, averages, accumulated gradients.

    ls.optimizer("lookahead", optimizer=ls.optimizer("clip", optimizer="adam", max_norm=1.0), steps=5)

The learning rate is that of the rule inside, and so is what a schedule acts on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, Count, FractionHyper, NonNegativeHyper, PositiveHyper, Share, Whole
from landscape.core import Method, Optimizer, largest, select, smallest
from landscape.optimizers._registry import register
from landscape.optimizers._terms import length, with_decay
from landscape.oracle import Oracle


class Wrapper(Optimizer):
    """A rule around the rule `optimizer`, whose learning rate it has."""

    optimizer: Optimizer

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr


@register("clip")
class Clip(Wrapper):
    """Clip the gradient's length before any rule.

    g <- g min(1, max_norm / |g|), then a step of the inner rule

    optimizer: the inner rule; max_norm: the most that a gradient is long.
    Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks",
    arXiv:1211.5063, algorithm 1.
    Differences: none from optax.clip_by_global_norm; torch's clip_grad_norm_ divides by |g| + 1e-6.
    """

    optimizer: Optimizer
    max_norm: PositiveHyper = 1.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        size = length(gradient)
        long = size - self.max_norm
        clipped = select(long, gradient / select(long, size, 1.0) * self.max_norm, gradient)
        return self.optimizer.apply(params, clipped, state, lr)


@register("clip_value")
class ClipValue(Wrapper):
    """Clip each coordinate of the gradient before any rule.

    g_i <- min(max(g_i, -limit), limit), then a step of the inner rule

    optimizer: the inner rule; limit: the most that a coordinate's gradient is.
    Source: Mikolov 2012, "Statistical language models based on neural networks", section 3.3; torch's
    clip_grad_value_, optax.clip.
    Differences: none.
    """

    optimizer: Optimizer
    limit: PositiveHyper = 1.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        clipped = largest(smallest(gradient, self.limit), -self.limit)
        return self.optimizer.apply(params, clipped, state, lr)


@register("weight_decay")
class WeightDecay(Wrapper):
    """Decoupled weight decay beside any rule: the parameters shrink, and the rule does not see it.

    p <- (step of the inner rule from p) - lr weight_decay p

    optimizer: the inner rule; weight_decay: the part of p that is taken off, times the rate.
    Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", arXiv:1711.05101, algorithms 1 and 2.
    Differences: the paper's decay is scaled by the schedule alone; torch's AdamW and optax scale it by the rate too.
    """

    optimizer: Optimizer
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        moved, state = self.optimizer.apply(params, gradient, state, lr)
        return moved - lr * self.weight_decay * params, state


@register("l2")
class L2(Wrapper):
    """An L2 penalty in the gradient of any rule: weight decay that the rule scales as it scales the loss.

    g <- g + weight_decay p, then a step of the inner rule

    optimizer: the inner rule; weight_decay: coefficient of the penalty weight_decay/2 |p|^2.
    Source: Hoerl and Kennard 1970, "Ridge regression"; Krogh and Hertz 1991, "A simple weight decay can improve
    generalization".
    Differences: it is torch's weight_decay in all but the W rules, optax.add_decayed_weights before the rule.
    """

    optimizer: Optimizer
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return self.optimizer.apply(params, with_decay(gradient, params, self.weight_decay), state, lr)


class LookaheadState(NamedTuple):
    """inner: the inner rule's state; slow: (dim, runs), the slow parameters; count: steps since they moved."""

    inner: Any
    slow: Array
    count: Any


@register("lookahead")
class Lookahead(Wrapper):
    """Lookahead: any rule runs ahead for some steps, and slow parameters follow part of the way.

    after every `steps` steps of the inner rule:  slow <- slow + alpha (p - slow),   p <- slow

    optimizer: the inner rule, which keeps its state; steps: how far it runs ahead; alpha: how far the slow parameters
    follow. What is recorded is p, where gradients are taken.
    Defaults: the paper's.
    Source: Zhang, Lucas, Hinton and Ba 2019, "Lookahead optimizer: k steps forward, 1 step back", arXiv:1907.08610,
    algorithm 1.
    Differences: optax.lookahead can reset the inner state as well.
    """

    optimizer: Optimizer
    steps: Count = 5
    alpha: Share = 0.5

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> LookaheadState:
        """The slow parameters at params (dim, runs)."""
        return LookaheadState(self.optimizer.init(params), params, 0.0)

    def apply(self, params: Array, gradient: Array, state: LookaheadState, lr: Any) -> tuple[Array, LookaheadState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        fast, inner = self.optimizer.apply(params, gradient, state.inner, lr)
        count = state.count + 1.0
        due = count - float(self.steps)
        slow = select(due, state.slow + self.alpha * (fast - state.slow), state.slow)
        return select(due, slow, fast), LookaheadState(inner, slow, select(due, 0.0, count))


class AccumulateState(NamedTuple):
    """inner: the inner rule's state; mean: (dim, runs), of the gradients so far; count: how many."""

    inner: Any
    mean: Array
    count: Any


@register("accumulate")
class Accumulate(Wrapper):
    """Gradient accumulation: any rule moves once in some steps, with the mean of their gradients.

    m <- m + (g - m) / count;   after every `steps` gradients a step of the inner rule with m, which begins anew

    optimizer: the inner rule; steps: how many gradients a step takes. Each costs a step here, in which p stays.
    Source: Ott, Edunov, Grangier and Auli 2018, "Scaling neural machine translation", arXiv:1806.00187, section 3.
    Differences: none from optax.MultiSteps, which has the same running mean.
    """

    optimizer: Optimizer
    steps: Count = 4

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> AccumulateState:
        """No gradients yet."""
        return AccumulateState(self.optimizer.init(params), np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: AccumulateState, lr: Any) -> tuple[Array, AccumulateState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        count = state.count + 1.0
        mean = state.mean + (gradient - state.mean) / count
        due = count - float(self.steps)
        moved, inner = self.optimizer.apply(params, mean, state.inner, lr)
        kept = chosen(due, inner, state.inner)
        return select(due, moved, params), AccumulateState(kept, select(due, 0.0 * mean, mean), select(due, 0.0, count))


class AverageState(NamedTuple):
    """inner: the inner rule's state; fast: (dim, runs), its parameters; steps: steps done."""

    inner: Any
    fast: Array
    steps: int


@register("average")
class Average(Method):
    """Polyak-Ruppert averaging: the mean of all points that any rule goes through.

    q <- step of the inner rule from q, with the gradient at q;   p <- p + (q - p) / count,   p = q up to step `begin`

    optimizer: the inner rule, which moves q and never sees p; begin: how many steps are left out of the mean. What is
    recorded is the mean p: where plain SGD rattles about a minimum, its mean converges.
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
        mean = fast if steps <= self.begin + 1 else params + (fast - params) / (steps - self.begin)
        return mean, AverageState(inner, fast, steps)


@register("ema")
class EMA(Method):
    """An exponential moving average of the points that any rule goes through.

    q <- step of the inner rule from q, with the gradient at q;   p <- decay p + (1 - decay) q

    optimizer: the inner rule, which moves q and never sees p; decay: part of the average kept. What is recorded is the
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


def chosen(choice: Any, new: Any, old: Any) -> Any:
    """A state whose leaves are `new`'s where choice >= 0, else `old`'s."""
    if not isinstance(new, tuple):
        return select(choice, new, old)
    parts = [chosen(choice, a, b) for a, b in zip(new, old, strict=True)]
    return type(new)(*parts) if type(new) is not tuple else tuple(parts)

"""Change the order or the memory of Adam: ADOPT, ACProp, simplified AdEMAMix, optimistic, sparse Adam, Adafactor."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Ge

from landscape.component import Array, FractionHyper, Hyper, NonNegativeHyper, PositiveHyper
from landscape.core import Optimizer, absolute, largest, select, smallest, total
from landscape.optimizers._registry import register
from landscape.optimizers._terms import corrected, is_zero
from landscape.optimizers.decoupled import decayed


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


class ACPropState(NamedTuple):
    """m, s: (dim, runs), the averages of g and of (g - m)^2; power: beta2^t; steps: t."""

    m: Array
    s: Array
    power: Any
    steps: Any


@register("acprop")
class ACProp(Optimizer):
    """ACProp: AdaBelief that divides by the spread of the steps before, so that gradient and divisor are independent.

    p <- p - lr (g / (sqrt(s / (1 - beta2^(t-1))) + eps) + weight_decay p)      (the root is 1 in the first step, t = 1)
    m <- beta1 m + (1 - beta1) g,   then s <- beta2 s + (1 - beta2) (g - m)^2 + eps_root

    The mean centres, and does not push. lr: learning rate; beta1, beta2: decays of the two averages; eps, eps_root:
    keep the quotient finite; weight_decay: decoupled weight decay.
    Defaults: optax.contrib.acprop's; lr = 1e-3 is ours.
    Source: Zhuang, Ding, Tang, Dvornek, Tatikonda and Duncan 2021, "Momentum centering and asynchronous update for
    adaptive gradient methods", arXiv:2110.05454, algorithm 1.
    Differences: optax.contrib.acprop (0.2.8) takes g from the mean before it has entered, g - m_before, which is
    (g - m) / beta1 and shortens all steps but the first by beta1; its documentation has the paper's. The correction and
    eps_root are the authors' program's.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-16
    eps_root: NonNegativeHyper = 1e-16
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ACPropState:
        """Both averages at 0 (dim, runs), no step done."""
        return ACPropState(np.zeros_like(params), np.zeros_like(params), 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: ACPropState, lr: Any) -> tuple[Array, ACPropState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        off = gradient - m
        s = self.beta2 * state.s + (1.0 - self.beta2) * (off * off) + self.eps_root
        # before the first step there is nothing to correct: 0.5 is not reached by a whole number of steps
        first = 0.5 - state.steps
        divisor = select(first, 1.0, state.s / select(first, 1.0, 1.0 - state.power))
        step = gradient / (np.sqrt(divisor) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, ACPropState(m, s, state.power * self.beta2, state.steps + 1.0)


class SimplifiedAdEMAMixState(NamedTuple):
    """m, v: (dim, runs), the sum of gradients and the average of their squares; power: beta2^t."""

    m: Array
    v: Array
    power: Any


@register("simplified_ademamix")
class SimplifiedAdEMAMix(Optimizer):
    """Simplified AdEMAMix: one long sum of gradients with the present one on top, over the root of their mean square.

    m <- beta1 m + g,   v <- beta2 v + (1 - beta2) g^2
    p <- p - lr ((m + alpha g) / (sqrt(v / (1 - beta2^t) + eps_root) + eps) + weight_decay p)

    lr: learning rate; beta1, beta2: decays; alpha: weight of the present gradient; eps, eps_root: keep the quotient
    finite; weight_decay: decoupled weight decay. m is a sum, not a mean: the rate must be small.
    Defaults: optax.contrib.simplified_ademamix's; lr = 1e-5 is ours, 1e-3 times its 1 - beta1.
    Source: Morwani, Vyas, Zhang and Kakade 2025, "Connections between schedule-free optimizers, AdEMAMix, and
    accelerated SGD variants", arXiv:2502.02431.
    Differences: none from optax's.
    """

    lr: NonNegativeHyper = 1e-5
    beta1: FractionHyper = 0.99
    beta2: FractionHyper = 0.95
    alpha: NonNegativeHyper = 0.0
    eps: NonNegativeHyper = 1e-8
    eps_root: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> SimplifiedAdEMAMixState:
        """Sum and average at 0 (dim, runs), power at 1."""
        return SimplifiedAdEMAMixState(np.zeros_like(params), np.zeros_like(params), 1.0)

    def apply(self, params: Array, gradient: Array, state: SimplifiedAdEMAMixState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power = state.power * self.beta2
        m = self.beta1 * state.m + gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = (m + self.alpha * gradient) / (np.sqrt(corrected(v, power) + self.eps_root) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, SimplifiedAdEMAMixState(m, v, power)


class OptimisticAdamState(NamedTuple):
    """m, v: (dim, runs), the averages; before: (dim, runs), the last direction; powers beta^t; later: 0 at first."""

    m: Array
    v: Array
    before: Array
    power1: Any
    power2: Any
    later: Any


@register("optimistic_adam")
class OptimisticAdam(Optimizer):
    """Optimistic Adam: Adam's step, and the last change of its direction over again.

    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
    r = m_hat / (sqrt(v_hat + eps_root) + eps),   m_hat, v_hat: m, v without the bias of their start
    p <- p - lr (alpha r + beta (r - r_before))                        (r_before = r in the first step)

    lr: learning rate; alpha, beta: weights of the direction and of its change; beta1, beta2: decays of the two
    averages; eps, eps_root: keep the quotient finite. In games it damps the turning that Adam keeps up.
    Defaults: optax.optimistic_adam_v2's; lr = 1e-3 as for adam.
    Source: Daskalakis, Ilyas, Syrgkanis and Zeng 2018, "Training GANs with optimism", arXiv:1711.00141, algorithm 1.
    Differences: the paper has no weights, which are 1, and takes r_before = 0 in the first step, which is so twice as
    long. optax.optimistic_adam_v2 has Nesterov's momentum in r unless it is told not to.
    """

    lr: NonNegativeHyper = 1e-3
    alpha: NonNegativeHyper = 1.0
    beta: NonNegativeHyper = 1.0
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    eps_root: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> OptimisticAdamState:
        """Averages and direction at 0 (dim, runs), powers at 1."""
        nothing = np.zeros_like(params)
        return OptimisticAdamState(nothing, nothing, nothing, 1.0, 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: OptimisticAdamState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.power1 * self.beta1, state.power2 * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        r = corrected(m, power1) / (np.sqrt(corrected(v, power2) + self.eps_root) + self.eps)
        change = state.later * (r - state.before)
        moved = params - lr * (self.alpha * r + self.beta * change)
        return moved, OptimisticAdamState(m, v, r, power1, power2, 1.0)


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


class SparseAdamState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2 where g was not 0; beta1_power, beta2_power: beta^t."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("sparse_adam")
class SparseAdam(Optimizer):
    """Sparse Adam: a coordinate whose gradient is 0 is left alone, its averages too. Made for tables of embeddings.

    where g is not 0:  m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
                       p <- p - lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps),   t = 1, 2, ... for all alike
    p <- p elsewhere

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite.
    Defaults: torch.optim.SparseAdam's.
    Source: torch.optim.SparseAdam, 2017, a lazy form of Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
    Differences: torch has it for sparse gradients alone, whose stored entries count even where they are 0. eps is added
    to the uncorrected root, the paper's eps_hat. An Adam moves every coordinate at every step.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> SparseAdamState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return SparseAdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: SparseAdamState, lr: Any) -> tuple[Array, SparseAdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        missing = -absolute(gradient)
        m = select(missing, state.m, state.m + (1.0 - self.beta1) * (gradient - state.m))
        v = select(missing, state.v, state.v + (1.0 - self.beta2) * (gradient * gradient - state.v))
        rate = lr * np.sqrt(1.0 - power2) / (1.0 - power1)
        safe = select(missing, 1.0, np.sqrt(v) + self.eps)
        return select(missing, params, params - rate * (m / safe)), SparseAdamState(m, v, power1, power2)

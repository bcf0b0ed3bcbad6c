"""Step by the sign of the gradient, whatever its size: `sign_sgd`, `signum`, `lion`, `rprop`."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Ge, Gt

from landscape.component import Array, FieldError, FractionHyper, Hyper, NonNegativeHyper
from landscape.core import Optimizer, largest, select, sign, smallest
from landscape.optimizers._registry import register
from landscape.optimizers._terms import is_zero


@register("sign_sgd")
class SignSGD(Optimizer):
    """signSGD: the same step along every coordinate, in the direction in which it falls.

    p <- p - lr sign(g)

    lr: the length of a step along each coordinate; sign(0) = 0.
    Defaults: lr = 1e-3 as for sgd; optax has none.
    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018, "signSGD: compressed optimisation for non-convex
    problems", arXiv:1802.04434, algorithm 1.
    Differences: none known; optax.sign_sgd is this rule.
    """

    lr: NonNegativeHyper = 1e-3

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return params - lr * sign(gradient), state


class AverageState(NamedTuple):
    """m: (dim, runs), the moving average of gradients."""

    m: Array


@register("signum")
class Signum(Optimizer):
    """Signum: a step by the sign of the moving average of gradients.

    m <- momentum m + (1 - momentum) g
    p <- p - lr sign(m)

    lr: the length of a step along each coordinate; momentum: decay of the average.
    Defaults: optax.signum's momentum; lr = 1e-3 as for sgd.
    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018, "signSGD: compressed optimisation for non-convex
    problems", arXiv:1802.04434, algorithm 2.
    Differences: none known; the average's scale does not matter.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: FractionHyper = 0.9

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AverageState:
        """The average at 0 (dim, runs)."""
        return AverageState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: AverageState, lr: Any) -> tuple[Array, AverageState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        m = self.momentum * state.m + (1.0 - self.momentum) * gradient
        return params - lr * sign(m), AverageState(m)


@register("lion")
class Lion(Optimizer):
    """Lion: the sign of one average of gradients, while another, longer one is remembered. Found by a search.

    p <- p - lr (sign(beta1 m + (1 - beta1) g) + weight_decay p)
    m <- beta2 m + (1 - beta2) g

    lr: the length of a step along each coordinate; beta1: how much of the step is memory; beta2: decay of the memory;
    weight_decay: part of p lost in a step at lr = 1.
    Defaults: optax.lion's; lr = 1e-4 is the paper's.
    Source: Chen et al. 2023, "Symbolic discovery of optimization algorithms", arXiv:2302.06675, algorithm 2.
    Differences: the paper's program has weight_decay 0 by default.
    """

    lr: NonNegativeHyper = 1e-4
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.99
    weight_decay: NonNegativeHyper = 1e-3

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AverageState:
        """The average at 0 (dim, runs)."""
        return AverageState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: AverageState, lr: Any) -> tuple[Array, AverageState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        step = sign(self.beta1 * state.m + (1.0 - self.beta1) * gradient)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, AverageState(self.beta2 * state.m + (1.0 - self.beta2) * gradient)


class RpropState(NamedTuple):
    """last: (dim, runs), the gradient before, 0 where the step was taken back; step: (dim, runs), lengths."""

    last: Array
    step: Array


@register("rprop")
class Rprop(Optimizer):
    """Rprop: a step of its own for each coordinate, longer while the gradient keeps its sign, shorter where it turns.

    s <- s etaplus where g g_before > 0, s etaminus where it is < 0, within [step_size_min, step_size_max];
    g <- 0 where it is < 0
    p <- p - s sign(g)                          (s = lr at first)

    lr: the first step along each coordinate, after which no schedule has a say; etaminus, etaplus: factors on it;
    step_size_min, step_size_max: its bounds.
    Defaults: torch.optim.Rprop's.
    Source: Riedmiller and Braun 1993, "A direct adaptive method for faster backpropagation learning: the RPROP
    algorithm"; this variant, iRprop-: Igel and Hüsken 2000, "Improving the Rprop learning algorithm".
    Differences: Riedmiller and Braun take the last step back where the sign has turned; iRprop- does not. optax's rprop
    (0.2.8) applies each step one gradient late. With mini-batches the sign is noise: Rprop is for full gradients.
    """

    lr: NonNegativeHyper = 1e-2
    etaminus: FractionHyper = 0.5
    etaplus: Annotated[Hyper, Ge(1)] = 1.2
    step_size_min: NonNegativeHyper = 1e-6
    step_size_max: Annotated[Hyper, Gt(0)] = 50.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def _check(self) -> None:
        if np.any(np.asarray(self.step_size_min) > np.asarray(self.step_size_max)):
            raise FieldError(self.name, "step_size_min", f"must be at most step_size_max, got {self.step_size_min}")

    def init(self, params: Array) -> RpropState:
        """No gradient before; steps of lr (dim, runs)."""
        return RpropState(np.zeros_like(params), np.zeros_like(params) + self.lr)

    def apply(self, params: Array, gradient: Array, state: RpropState, lr: Any) -> tuple[Array, RpropState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        turned = sign(gradient) * sign(state.last)
        factor = select(turned - 0.5, self.etaplus, select(-turned - 0.5, self.etaminus, 1.0))
        step = smallest(largest(state.step * factor, self.step_size_min), self.step_size_max)
        kept = select(-turned - 0.5, 0.0 * gradient, gradient)
        return params - step * sign(kept), RpropState(kept, step)

"""`ls.optimizer("mechanic")`: Mechanic: finds the factor on any rule's steps by betting on how well its way so far
goes with the gradient.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import absolute, largest, smallest, total
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, length
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


class MechanicState(NamedTuple):
    """inner: the inner rule's state; begin: (dim, runs), the start; m, v, r, s: of each decay, (runs,)."""

    inner: Any
    begin: Array
    m: tuple[Any, ...]
    v: tuple[Any, ...]
    r: tuple[Any, ...]
    s: tuple[Any, ...]


@register("mechanic")
class Mechanic(Wrapper):
    """Mechanic: finds the factor on any rule's steps by betting on how well its way so far goes with the gradient.

    D = (p_0 - p) / (sum s + eps),   g' = g + weight_decay (sum s) (|g| / (|p| + eps)) p,   h = <g', D>
    for each decay beta_k = 1 - 10^-k, k = 1, ..., num_betas:
        r <- beta r + s clip(h, -m, m),   m <- max(beta m, |h| + eps),   v <- beta^2 v + h^2
        s <- (m s_init/num_betas + max(r, 0)) / (sqrt(v) + eps)
    p <- p_0 - (sum s) (D - u),   u: what the inner rule would move from p with the gradient g

    optimizer: the inner rule; s_init: the factor to begin with; num_betas: how many decays; weight_decay: decay to 0
    in the bets; eps: keeps quotients finite. A schedule acts on the inner rule's rate, which should be about 1.
    Defaults: optax.contrib.mechanize's, which are the paper's.
    Source: Cutkosky, Defazio and Mehta 2023, "Mechanic: a learning rate tuner", arXiv:2306.00144, algorithm 1, with the
    clipping of h that its authors added.
    Differences: none from optax's, which is its authors'. The paper keeps D, here computed from p, and r at 0 or above;
    it neither clips h nor adds eps to m.
    """

    optimizer: Optimizer
    s_init: PositiveHyper = 1e-6
    num_betas: Count = 6
    weight_decay: NonNegativeHyper = 1e-2
    eps: NonNegativeHyper = 1e-8

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MechanicState:
        """Nothing bet yet, from params (dim, runs)."""
        nothing = (0.0 * total(params),) * self.num_betas
        begin = tuple(each + self.s_init for each in nothing)
        return MechanicState(self.optimizer.init(params), params, nothing, nothing, nothing, begin)

    def apply(self, params: Array, gradient: Array, state: MechanicState, lr: Any) -> tuple[Array, MechanicState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        moved, inner = self.optimizer.apply(params, gradient, state.inner, lr)
        factor = sum(state.s)
        pull = self.weight_decay * factor * length(gradient) / (length(params) + self.eps)
        seen = gradient if is_zero(self.weight_decay) else gradient + pull * params
        way = (state.begin - params) / (factor + self.eps)
        h = total(seen * way)
        betas = [1.0 - 0.1**k for k in range(1, self.num_betas + 1)]
        r = tuple(
            beta * kept + s * largest(smallest(h, bound), -bound)
            for beta, kept, s, bound in zip(betas, state.r, state.s, state.m, strict=True)
        )
        m = tuple(largest(beta * kept, absolute(h) + self.eps) for beta, kept in zip(betas, state.m, strict=True))
        v = tuple(beta * beta * kept + h * h for beta, kept in zip(betas, state.v, strict=True))
        s = tuple(
            (self.s_init / self.num_betas * bound + largest(won, 0.0)) / (np.sqrt(square) + self.eps)
            for bound, won, square in zip(m, r, v, strict=True)
        )
        ahead = way - (moved - params)
        return state.begin - sum(s) * ahead, MechanicState(inner, state.begin, m, v, r, s)

"""`ls.optimizer("lbfgs")`: L-BFGS: BFGS that remembers the last few changes in place of a matrix."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count, PositiveHyper
from landscape.core.elementary import total
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._bases.line_searches import wolfe
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.bfgs import LEAST_CURVATURE, value_and_gradient


class LBFGSState(NamedTuple):
    """s, y: (memory, dim, runs), changes of the parameters and of the gradient, the newest last; scale: (runs,), the
    first inverse Hessian; value: (runs,) and gradient: (dim, runs) where the run is; started: 0, then 1."""

    s: Array
    y: Array
    scale: Array
    value: Array
    gradient: Array
    started: float


@register("lbfgs")
class LBFGS(Method):
    """L-BFGS: BFGS that remembers the last few changes in place of a matrix.

    d = -B g by the two-loop recursion over the last `memory` pairs (s, y), from B_0 = s.y / y.y I
    p <- p + t d by the strong Wolfe conditions

    lr: the first step tried, 1 for a quasi-Newton step; memory: how many pairs are kept; c1, c2: of the Wolfe
    conditions. The first direction is the gradient's, and its first trial step lr min(1, 1 / sum|g_i|).
    Defaults: torch.optim.LBFGS's, but for its history_size = 100; memory 10 is Nocedal's and optax's.
    Source: Nocedal 1980, "Updating quasi-Newton matrices with limited storage", doi:10.2307/2006193; Liu and Nocedal
    1989, doi:10.1007/BF01589116; Nocedal and Wright 2006, algorithms 7.4 and 7.5.
    Differences: one step is one iteration, torch's LBFGS(max_iter=1, max_eval=26, line_search_fn="strong_wolfe") with
    its tolerances set to 0; with max_iter=1 alone, a search has a single trial there. optax.lbfgs searches by a zoom of
    its own and scales its first step differently; SciPy's is L-BFGS-B.
    """

    lr: PositiveHyper = 1.0
    memory: Count = 10
    c1: PositiveHyper = 1e-4
    c2: PositiveHyper = 0.9

    needs = frozenset({"value", "gradient", "line search"})
    invariances = frozenset({"permutation", "sign flip", "translation"})

    def kept(self, dim: int) -> int:
        """The pairs."""
        return 2 * self.memory * dim

    def init(self, params: Array) -> LBFGSState:
        """No pairs, and nothing known of the loss."""
        return no_pairs(self.memory, params)

    def step(self, params: Array, oracle: Oracle, state: LBFGSState, lr: Any) -> tuple[Array, LBFGSState]:
        """One step from params (dim, runs). A run whose search fails stays where it is."""
        value, gradient = value_and_gradient(params, oracle, state)
        direction = two_loops(state, gradient)
        first = lr * first_length(state, gradient)
        found = wolfe(oracle, params, direction, value, gradient, first, self.c1, self.c2)
        s, y, scale = remembered(state, found.t * direction, found.gradient - gradient)
        return found.params, LBFGSState(s, y, scale, found.value, found.gradient, 1.0)


def no_pairs(memory: int, params: Array) -> LBFGSState:
    pairs = np.zeros((memory, *params.shape))
    runs = params.shape[1:]
    return LBFGSState(pairs, pairs, np.ones(runs), np.zeros(runs), np.zeros_like(params), 0.0)


def first_length(state: LBFGSState, gradient: Array) -> Any:
    """The first trial: a quasi-Newton step is taken whole, the first gradient step is at most 1 in its sum."""
    return 1.0 if state.started else np.minimum(1.0, 1.0 / np.maximum(total(np.abs(gradient)), 1e-300))


def remembered(state: LBFGSState, s: Array, y: Array) -> tuple[Array, Array, Array]:
    """(s, y, scale) with the newest pair, for the runs where it has curvature."""
    curvature = dot(s, y)
    good = curvature > LEAST_CURVATURE
    scale = np.where(good, curvature / np.where(good, dot(y, y), 1.0), state.scale)
    longer_s = np.concatenate([state.s[1:], s[None]])
    longer_y = np.concatenate([state.y[1:], y[None]])
    return np.where(good, longer_s, state.s), np.where(good, longer_y, state.y), scale


def two_loops(state: LBFGSState, gradient: Array) -> Array:
    """-B g: the quasi-Newton direction (dim, runs). Pairs that are not there yet are zero, and change nothing."""
    q = -gradient
    weights = []
    for s, y in zip(state.s[::-1], state.y[::-1], strict=True):
        curvature = dot(s, y)
        rho = np.where(curvature > 0.0, 1.0 / np.where(curvature > 0.0, curvature, 1.0), 0.0)
        alpha = dot(s, q) * rho
        weights.append((rho, alpha))
        q = q - alpha * y
    r = q * state.scale
    for (rho, alpha), s, y in zip(weights[::-1], state.s, state.y, strict=True):
        r = r + s * (alpha - dot(y, r) * rho)
    return r

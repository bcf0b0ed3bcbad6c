"""Learn the curvature from gradients: BFGS, L-BFGS with and without a line search, Barzilai and Borwein's steps."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, Count, NonNegativeHyper, PositiveHyper
from landscape.core import Method, Optimizer, select, total
from landscape.optimizers._dense import applied, dot
from landscape.optimizers._registry import register
from landscape.optimizers._searches import wolfe
from landscape.oracle import Oracle

# A pair of changes with less curvature than this is left out, as torch does.
LEAST_CURVATURE = 1e-10


class BFGSState(NamedTuple):
    """inverse: (dim, dim, runs), the inverse Hessian so far; value: (runs,) and gradient: (dim, runs) where the run is;
    started: 0 before the first step, 1 before the second, then 2."""

    inverse: Array
    value: Array
    gradient: Array
    started: float


@register("bfgs")
class BFGS(Method):
    """BFGS: Newton's method with an inverse Hessian learnt from the gradients.

    d = -B g,   p <- p + t d by the strong Wolfe conditions,   s = t d,   y = change of g
    B <- (I - s y^T / s.y) B (I - y s^T / s.y) + s s^T / s.y        (left out where s.y <= 1e-10 |s| |y|)

    lr: the first step tried, 1 for a quasi-Newton step; c1, c2: of the Wolfe conditions. The first direction is the
    gradient's and its first trial step lr min(1, 1 / sum|g_i|); B is s.y / y.y I before its first update.
    Defaults: c1 and c2 are Nocedal and Wright's for quasi-Newton methods.
    Source: Broyden 1970, Fletcher 1970, Goldfarb 1970, Shanno 1970; Nocedal and Wright 2006, "Numerical optimization",
    algorithm 6.1 and equation 6.20. On noisy gradients y is the change on the new step's sample, as in Schraudolph, Yu
    and Günter 2007.
    Differences: scipy's BFGS has c2 = 0.9 too and another line search; its B starts at I and is never scaled.
    """

    lr: PositiveHyper = 1.0
    c1: PositiveHyper = 1e-4
    c2: PositiveHyper = 0.9

    needs = frozenset({"value", "gradient", "line search"})
    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> BFGSState:
        """The identity, and nothing known of the loss."""
        dim, *runs = params.shape
        inverse = np.broadcast_to(np.eye(dim).reshape(dim, dim, *(1,) * len(runs)), (dim, *params.shape)).copy()
        return BFGSState(inverse, np.zeros(runs), np.zeros_like(params), 0.0)

    def step(self, params: Array, oracle: Oracle, state: BFGSState, lr: Any) -> tuple[Array, BFGSState]:
        """One step from params (dim, runs). A run whose search fails stays, and starts again with the identity."""
        value, gradient = _here(params, oracle, state)
        inverse = state.inverse
        direction = -applied(inverse, gradient)
        uphill = ~(dot(direction, gradient) < 0.0)
        identity = np.eye(len(params)).reshape(len(params), len(params), 1)
        inverse = np.where(uphill, identity, inverse)
        direction = np.where(uphill, -gradient, direction)
        plain = uphill | (state.started == 0.0)
        first = lr * np.where(plain, np.minimum(1.0, 1.0 / np.maximum(total(np.abs(gradient)), 1e-300)), 1.0)
        found = wolfe(oracle, params, direction, value, gradient, first, self.c1, self.c2)
        s, y = found.params - params, found.gradient - gradient
        curvature = dot(s, y)
        # below the smallest normal number a quotient of two such has no digits left
        good = (curvature > LEAST_CURVATURE * np.sqrt(dot(s, s) * dot(y, y))) & (curvature > 1e-290)
        safe = np.where(good, curvature, 1.0)
        scale = np.where(plain & good, safe / np.where(good, dot(y, y), 1.0), 1.0)
        inverse = inverse * scale
        by = applied(inverse, y)
        cross = s[:, None] * by[None, :]
        square = (1.0 + dot(y, by) / safe) * (s[:, None] * s[None, :])
        update = (square - cross - np.swapaxes(cross, 0, 1)) / safe
        inverse = np.where(good, inverse + update, np.where(found.t > 0.0, inverse, identity))
        return found.params, BFGSState(inverse, found.value, found.gradient, 1.0)


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

    def init(self, params: Array) -> LBFGSState:
        """No pairs, and nothing known of the loss."""
        return _no_pairs(self.memory, params)

    def step(self, params: Array, oracle: Oracle, state: LBFGSState, lr: Any) -> tuple[Array, LBFGSState]:
        """One step from params (dim, runs). A run whose search fails stays where it is."""
        value, gradient = _here(params, oracle, state)
        direction = _two_loops(state, gradient)
        first = lr * _first_length(state, gradient)
        found = wolfe(oracle, params, direction, value, gradient, first, self.c1, self.c2)
        s, y, scale = _remembered(state, found.t * direction, found.gradient - gradient)
        return found.params, LBFGSState(s, y, scale, found.value, found.gradient, 1.0)


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

    def init(self, params: Array) -> LBFGSState:
        """No pairs: the gradient is the direction."""
        return _no_pairs(self.memory, params)

    def step(self, params: Array, oracle: Oracle, state: LBFGSState, lr: Any) -> tuple[Array, LBFGSState]:
        """One step from params (dim, runs)."""
        gradient = oracle.gradient(params)
        if state.started:
            # `value` is not needed: it holds the length of the last step, `y` waits for this gradient
            s, y, scale = _remembered(state, state.value * _two_loops(state, state.gradient), gradient - state.gradient)
            state = LBFGSState(s, y, scale, state.value, gradient, 1.0)
        length = lr * _first_length(state, gradient)
        kept = state._replace(value=length, gradient=gradient, started=1.0)
        return params + length * _two_loops(state, gradient), kept


class BBState(NamedTuple):
    """params, gradient: (dim, runs), those of the step before; started: 0, then 1."""

    params: Array
    gradient: Array
    started: Any


@register("barzilai_borwein")
class BarzilaiBorwein(Optimizer):
    """Barzilai-Borwein's long step: gradient descent with the inverse curvature of its last step as rate.

    s = p - p_before,   y = g - g_before,   alpha = s.s / s.y      (lr where s.y <= 0, and in the first step)
    p <- p - alpha g

    lr: the rate of the first step, and where the curvature along the last step is not positive. The loss goes up and
    down; on a quadratic it converges all the same, in two dimensions superlinearly.
    Defaults: lr = 1e-3 is ours; the paper's first step is given.
    Source: Barzilai and Borwein 1988, "Two-point step size gradient methods", doi:10.1093/imanum/8.1.141, equation 5.
    Differences: Raydan 1997 bounds the rate and adds a line search that lets the loss rise; the paper does neither.
    """

    lr: NonNegativeHyper = 1e-3

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> BBState:
        """Nothing known."""
        return BBState(np.zeros_like(params), np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: BBState, lr: Any) -> tuple[Array, BBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        s, y = params - state.params, gradient - state.gradient
        bend = state.started * total(s * y)
        alpha = select(-bend, lr, total(s * s) / select(-bend, 1.0, bend))
        return params - alpha * gradient, BBState(params, gradient, 1.0)


@register("barzilai_borwein_short")
class BarzilaiBorweinShort(Optimizer):
    """Barzilai-Borwein's short step: the smaller of their two rates.

    s = p - p_before,   y = g - g_before,   alpha = s.y / y.y      (lr where s.y <= 0, and in the first step)
    p <- p - alpha g

    lr: the rate of the first step, and where the curvature along the last step is not positive.
    Defaults: lr = 1e-3 is ours; the paper's first step is given.
    Source: Barzilai and Borwein 1988, "Two-point step size gradient methods", doi:10.1093/imanum/8.1.141, equation 6.
    Differences: none that we know of.
    """

    lr: NonNegativeHyper = 1e-3

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> BBState:
        """Nothing known."""
        return BBState(np.zeros_like(params), np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: BBState, lr: Any) -> tuple[Array, BBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        s, y = params - state.params, gradient - state.gradient
        bend = state.started * total(s * y)
        alpha = select(-bend, lr, bend / select(-bend, 1.0, total(y * y)))
        return params - alpha * gradient, BBState(params, gradient, 1.0)


def _here(params: Array, oracle: Oracle, state: Any) -> tuple[Array, Array]:
    """(value, gradient) at params: those that the last step ended with, where the loss is exact."""
    if state.started and oracle.exact:
        return state.value, state.gradient
    return oracle.value(params), oracle.gradient(params)


def _no_pairs(memory: int, params: Array) -> LBFGSState:
    pairs = np.zeros((memory, *params.shape))
    runs = params.shape[1:]
    return LBFGSState(pairs, pairs, np.ones(runs), np.zeros(runs), np.zeros_like(params), 0.0)


def _first_length(state: LBFGSState, gradient: Array) -> Any:
    """The first trial: a quasi-Newton step is taken whole, the first gradient step is at most 1 in its sum."""
    return 1.0 if state.started else np.minimum(1.0, 1.0 / np.maximum(total(np.abs(gradient)), 1e-300))


def _remembered(state: LBFGSState, s: Array, y: Array) -> tuple[Array, Array, Array]:
    """(s, y, scale) with the newest pair, for the runs where it has curvature."""
    curvature = dot(s, y)
    good = curvature > LEAST_CURVATURE
    scale = np.where(good, curvature / np.where(good, dot(y, y), 1.0), state.scale)
    longer_s = np.concatenate([state.s[1:], s[None]])
    longer_y = np.concatenate([state.y[1:], y[None]])
    return np.where(good, longer_s, state.s), np.where(good, longer_y, state.y), scale


def _two_loops(state: LBFGSState, gradient: Array) -> Array:
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

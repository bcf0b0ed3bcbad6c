"""Use the Hessian: `newton`, `damped_newton`, `saddle_free_newton`, `trust_region_newton`, `cubic_newton`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core import Method
from landscape.optimizers._dense import across, along, applied, dot, solved, spectrum
from landscape.optimizers._registry import register
from landscape.optimizers._searches import backtracked
from landscape.oracle import Oracle

BISECTIONS = 110  # halvings of an interval: as many as a number has digits, and some for its exponent


@register("newton")
class Newton(Method):
    """Newton's method: a step to the critical point of the local quadratic, whatever its kind.

    p <- p - lr H^-1 g

    lr: part of the step that is taken, 1 for Newton's own. It is drawn to saddles and maxima as much as to minima.
    Source: Nocedal and Wright 2006, "Numerical optimization", equation 2.15; that saddles attract it: Dauphin et al.
    2014, arXiv:1406.2572, section 3.
    """

    lr: NonNegativeHyper = 1.0

    needs = frozenset({"gradient", "hessian"})
    invariances = frozenset(
        {"coordinate scale", "gradient scale", "permutation", "rotation", "sign flip", "translation"}
    )

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs). Where the Hessian is singular there is none, and the run diverges."""
        gradient = oracle.gradient(params)
        return params - lr * solved(oracle.hessian(params), gradient), state


@register("damped_newton")
class DampedNewton(Method):
    """Newton's method made safe: a Hessian made positive definite, and a step that Armijo's rule accepts.

    d = -(H + shift I)^-1 g,   shift = max(0, floor - smallest eigenvalue of H)
    p <- p + t d,              t = lr, lr/2, lr/4, ... the first with f(p + t d) <= f(p) + c1 t d.g

    lr: the first step tried; floor: the least eigenvalue that the shifted Hessian has; c1: the decrease asked for.
    Defaults: c1 = 1e-4 is Nocedal and Wright's.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithms 3.1 and 3.2 and section 3.4.
    """

    lr: PositiveHyper = 1.0
    floor: PositiveHyper = 1e-3
    c1: PositiveHyper = 1e-4

    needs = frozenset({"value", "gradient", "hessian", "line search"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs). A run stays where no step decreases the loss."""
        value, gradient = oracle.value(params), oracle.gradient(params)
        eigenvalues, vectors = spectrum(oracle.hessian(params))
        shift = np.maximum(0.0, self.floor - eigenvalues[0])
        direction = -across(vectors, along(vectors, gradient) / (eigenvalues + shift))
        slope = dot(direction, gradient)
        return backtracked(oracle, params, direction, value, slope, lr, self.c1, 0.5)[1], state


@register("saddle_free_newton")
class SaddleFreeNewton(Method):
    """Saddle-free Newton: curvatures count by their size, so that saddles repel it.

    p <- p - lr (|H| + damping I)^-1 g,   |H| = sum_k |lambda_k| v_k v_k^T

    lr: part of the step that is taken; damping: added to each |curvature|, so that flat directions stay finite.
    Defaults: damping 1e-3 is ours; the paper chooses it at each step among 1, 0.1, ..., 1e-6.
    Source: Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio 2014, "Identifying and attacking the saddle point
    problem in high-dimensional non-convex optimization", arXiv:1406.2572, section 5, algorithm 1.
    Differences: the paper's algorithm works in a Krylov subspace of the gradient; here all of the Hessian is used.
    """

    lr: NonNegativeHyper = 1.0
    damping: NonNegativeHyper = 1e-3

    needs = frozenset({"gradient", "hessian"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs)."""
        gradient = oracle.gradient(params)
        eigenvalues, vectors = spectrum(oracle.hessian(params))
        return params - lr * across(vectors, along(vectors, gradient) / (np.abs(eigenvalues) + self.damping)), state


class Radius(NamedTuple):
    """radius: (runs,), how far the local quadratic is trusted."""

    radius: Array


@register("trust_region_newton")
class TrustRegionNewton(Method):
    """Newton within a trust region: the lowest point of the local quadratic in a ball that grows where it is right.

    d = argmin g.d + d.H d / 2  over |d| <= radius,   ratio = (f(p) - f(p + d)) / (what the quadratic promised)
    radius <- radius / 4 where ratio < 1/4;   radius <- min(2 radius, lr) where ratio > 3/4 and |d| = radius
    p <- p + d where ratio > accept

    lr: the first and largest radius; accept: the least ratio for a step to be taken. The lowest point is found exactly,
    from the eigenvalues of H; at a saddle it goes along the direction of most negative curvature.
    Defaults: the constants are those of Nocedal and Wright; lr = 1 is ours.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithm 4.1 and section 4.3; More and Sorensen 1983,
    "Computing a trust region step", doi:10.1137/0904038.
    """

    lr: PositiveHyper = 1.0
    accept: NonNegativeHyper = 0.1

    needs = frozenset({"value", "gradient", "hessian"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Radius:
        """A region as large as it may be."""
        return Radius(np.broadcast_to(np.asarray(self.lr, dtype=float), params.shape[1:]).copy())

    def step(self, params: Array, oracle: Oracle, state: Radius, lr: Any) -> tuple[Array, Radius]:
        """One step from params (dim, runs)."""
        radius = np.minimum(state.radius, lr)
        value, gradient, hessian = oracle.value(params), oracle.gradient(params), oracle.hessian(params)
        step = _lowest(gradient, hessian, lambda shift: radius + 0.0 * shift, lambda size: size / radius)
        trial = params + step
        promised = -(dot(gradient, step) + 0.5 * dot(step, applied(hessian, step)))
        ratio = _ratio(value, oracle.value(trial), promised)
        at_edge = np.sqrt(dot(step, step)) >= 0.999 * radius
        grown = np.where((ratio > 0.75) & at_edge, np.minimum(2.0 * radius, lr), radius)
        return np.where(ratio > self.accept, trial, params), Radius(np.where(ratio >= 0.25, grown, 0.25 * radius))


class Weight(NamedTuple):
    """weight: (runs,), the factor M of the cubic term."""

    weight: Array


@register("cubic_newton")
class CubicNewton(Method):
    """Newton with cubic regularisation: a cubic bounds the loss from above, and its lowest point is the next.

    d = argmin g.d + d.H d / 2 + M |d|^3 / 6
    p <- p + lr d where f(p + d) is at most the cubic's value;   M <- M/2 then, else M <- 2 M

    lr: part of the step that is taken; M: the first weight of the cubic term, which should be the Lipschitz constant of
    the Hessian and adapts to it. It escapes strict saddles; from the exact saddle along the most negative curvature.
    Source: Nesterov and Polyak 2006, "Cubic regularization of Newton method and its global performance",
    doi:10.1007/s10107-006-0706-8, equations 2.4 and 3.3 and section 5.2; the adaptive weight as in Cartis, Gould and
    Toint 2011, doi:10.1007/s10107-009-0286-5.
    """

    lr: NonNegativeHyper = 1.0
    M: PositiveHyper = 1.0

    needs = frozenset({"value", "gradient", "hessian"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Weight:
        """The first weight, for each run."""
        return Weight(np.broadcast_to(np.asarray(self.M, dtype=float), params.shape[1:]).copy())

    def step(self, params: Array, oracle: Oracle, state: Weight, lr: Any) -> tuple[Array, Weight]:
        """One step from params (dim, runs). A run stays where the cubic was too low, and tries a steeper one next."""
        weight = state.weight
        value, gradient, hessian = oracle.value(params), oracle.gradient(params), oracle.hessian(params)
        step = _lowest(gradient, hessian, lambda shift: 2.0 * shift / weight, lambda size: np.sqrt(0.5 * weight * size))
        length = np.sqrt(dot(step, step))
        bound = dot(gradient, step) + 0.5 * dot(step, applied(hessian, step)) + weight / 6.0 * length**3
        ratio = _ratio(value, oracle.value(params + step), -bound)
        good = ratio >= 1.0 - 1e-9
        # a weight far below what matters would only be doubled back
        lighter, heavier = np.maximum(0.5 * weight, 1e-12), np.minimum(2.0 * weight, 1e12)
        return np.where(good, params + lr * step, params), Weight(np.where(good, lighter, heavier))


def _ratio(before: Array, after: Array, promised: Array) -> Array:
    """The decrease over the decrease that was promised: 1 where both are lost in the rounding of the loss."""
    rounding = 8.0 * np.finfo(float).eps * np.abs(before)
    lost = (promised <= rounding) & (np.abs(before - after) <= rounding)
    ratio = np.where(lost, 1.0, (before - after) / np.where(promised > 0.0, promised, np.nan))
    return np.where(np.isfinite(ratio), ratio, -np.inf)


def _lowest(gradient: Array, hessian: Array, size_at: Any, reach: Any) -> Array:
    """The minimiser d of a quadratic whose length is held: (H + shift I) d = -g with |d| = size_at(shift).

    shift is at least 0 and at least -(lowest eigenvalue); 0 where |d| is then short enough. reach(|g|) is a shift,
    above the least, that is large enough. In the hard case, where the gradient has no part along the lowest
    eigenvector, d is lengthened along that.
    """
    eigenvalues, vectors = spectrum(hessian)
    parts = along(vectors, gradient)
    least = np.maximum(0.0, -eigenvalues[0])

    def length(shift: Array) -> Array:
        with np.errstate(all="ignore"):
            components = np.where(parts == 0.0, 0.0, parts / (eigenvalues + shift))
        return np.sqrt(dot(components, components))

    low = np.zeros_like(least)
    high = np.maximum(reach(np.sqrt(dot(gradient, gradient))), 1e-300)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        long = length(least + middle) > size_at(least + middle)
        low, high = np.where(long, middle, low), np.where(long, high, middle)
    inside = length(least) <= size_at(least)
    shift = np.where(inside, least, least + high)
    shifted = eigenvalues + shift
    tiny = 1e-13 * np.maximum(np.abs(eigenvalues).max(axis=0), 1e-300)
    components = np.where(np.abs(shifted) > 0.0, -parts / np.where(shifted == 0.0, 1.0, shifted), 0.0)
    hard = (shifted[0] <= tiny) & (eigenvalues[0] < 0.0)
    others = np.concatenate([np.zeros_like(components[:1]), components[1:]])
    left = np.sqrt(np.maximum(size_at(shift) ** 2 - dot(others, others), 0.0))
    first = np.where(hard, np.where(parts[0] > 0.0, -left, left), components[0])
    return across(vectors, np.concatenate([first[None], components[1:]]))

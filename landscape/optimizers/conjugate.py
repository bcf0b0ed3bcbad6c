"""Descend along conjugate directions: `fletcher_reeves`, `polak_ribiere`, `hestenes_stiefel`, `dai_yuan`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, PositiveHyper
from landscape.core import Method
from landscape.optimizers._dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers._searches import exact
from landscape.oracle import Oracle


class CGState(NamedTuple):
    """direction: (dim, runs), of the last step; before, gradient: (dim, runs), where it began and where it ended;
    t: (runs,), how far it went; started: 0, then 1."""

    direction: Array
    before: Array
    gradient: Array
    t: Array
    started: float


class ConjugateGradient(Method):
    """Nonlinear conjugate gradients with an exact line search; a subclass says how much of the last direction stays.

    d <- -g + beta d,   p <- p + t d at the first minimum along d.   d = -g at first, and where d does not descend.
    """

    lr: PositiveHyper = 1.0

    needs = frozenset({"gradient", "line search"})

    @abstractmethod
    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """How much of `direction` stays, given this gradient and the one before, (dim, runs) each: (runs,)."""

    def init(self, params: Array) -> CGState:
        """No direction yet."""
        nothing = np.zeros_like(params)
        return CGState(nothing, nothing, nothing, np.ones(params.shape[1:]), 0.0)

    def step(self, params: Array, oracle: Oracle, state: CGState, lr: Any) -> tuple[Array, CGState]:
        """One step from params (dim, runs). A run whose gradient vanishes stays where it is."""
        gradient = state.gradient if state.started and oracle.exact else oracle.gradient(params)
        direction = -gradient
        length = np.sqrt(dot(gradient, gradient))
        first = lr * np.minimum(1.0, 1.0 / np.maximum(length, 1e-300))
        if state.started:
            beta = self.beta(gradient, state.before, state.direction)
            bent = direction + np.where(np.isfinite(beta), beta, 0.0) * state.direction
            downhill = dot(bent, gradient) < 0.0
            direction = np.where(downhill, bent, direction)
            first = np.where(downhill & (state.t > 0.0), lr * state.t, first)
        t, moved, ended = exact(oracle, params, direction, dot(direction, gradient), first)
        return moved, CGState(direction, gradient, ended, t, 1.0)


@register("fletcher_reeves")
class FletcherReeves(ConjugateGradient):
    """Nonlinear conjugate gradients of Fletcher and Reeves.

    d <- -g + beta d,   beta = |g|^2 / |g_before|^2,   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps. d starts again from -g where it does not descend.
    Source: Fletcher and Reeves 1964, "Function minimization by conjugate gradients", doi:10.1093/comjnl/7.2.149.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """|g|^2 / |g_before|^2: (runs,)."""
        return np.asarray(dot(gradient, gradient) / dot(before, before))


@register("polak_ribiere")
class PolakRibiere(ConjugateGradient):
    """Nonlinear conjugate gradients of Polak and Ribiere, starting again where beta would be negative.

    d <- -g + beta d,   beta = max(0, g.(g - g_before) / |g_before|^2),   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps.
    Source: Polak and Ribiere 1969, "Note sur la convergence de methodes de directions conjuguees"; the maximum: Powell
    1984; Nocedal and Wright 2006, "Numerical optimization", equations 5.44 and 5.45.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """max(0, g.(g - g_before) / |g_before|^2): (runs,)."""
        return np.maximum(0.0, dot(gradient, gradient - before) / dot(before, before))


@register("hestenes_stiefel")
class HestenesStiefel(ConjugateGradient):
    """Nonlinear conjugate gradients of Hestenes and Stiefel: successive directions are conjugate for the mean Hessian.

    d <- -g + beta d,   beta = g.y / d.y,   y = g - g_before,   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps. d starts again from -g where it does not descend.
    Source: Hestenes and Stiefel 1952, "Methods of conjugate gradients for solving linear systems",
    doi:10.6028/jres.049.044; Nocedal and Wright 2006, equation 5.46.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """g.y / d.y: (runs,)."""
        y = gradient - before
        return np.asarray(dot(gradient, y) / dot(direction, y))


@register("dai_yuan")
class DaiYuan(ConjugateGradient):
    """Nonlinear conjugate gradients of Dai and Yuan: directions descend under a weak Wolfe search already.

    d <- -g + beta d,   beta = |g|^2 / d.y,   y = g - g_before,   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps. d starts again from -g where it does not descend.
    Source: Dai and Yuan 1999, "A nonlinear conjugate gradient method with a strong global convergence property",
    doi:10.1137/S1052623497318992, equation 2.1.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """|g|^2 / d.y: (runs,)."""
        return np.asarray(dot(gradient, gradient) / dot(direction, gradient - before))

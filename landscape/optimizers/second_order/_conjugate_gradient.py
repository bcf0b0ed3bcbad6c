"""Nonlinear conjugate gradients but for their beta: `fletcher_reeves` and its like derive from `ConjugateGradient`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._bases.line_searches import exact


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

"""`ls.optimizer("levenberg_marquardt")`: Levenberg-Marquardt: Gauss-Newton near a solution, short steps down the
gradient far from one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import across, along, dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.gauss_newton import factors


class LMState(NamedTuple):
    """damping: (runs,), mu; factor: (runs,), by how much the next failure raises it."""

    damping: Array
    factor: Array


@register("levenberg_marquardt")
class LevenbergMarquardt(Method):
    """Levenberg-Marquardt: Gauss-Newton near a solution, short steps down the gradient far from one.

    d = -(J^T J + mu I)^-1 J^T r,   ratio = decrease of |r|^2 over that of its linear model
    ratio > 0:  p <- p + lr d,   mu <- mu max(1/3, 1 - (2 ratio - 1)^3),   nu <- 2
    else        p stays,         mu <- nu mu,                              nu <- 2 nu

    lr: part of the step that is taken; damping: the first mu, in units of the largest diagonal entry of J^T J.
    Defaults: damping 1e-3 is Nielsen's where the start is a fair guess.
    Source: Levenberg 1944, "A method for the solution of certain non-linear problems in least squares",
    doi:10.1090/qam/10666; Marquardt 1963, doi:10.1137/0111030; the damping: Nielsen 1999, "Damping parameter in
    Marquardt's method", equation 2.4; Madsen, Nielsen and Tingleff 2004, algorithm 3.16.
    Differences: MINPACK's lmder scales the coordinates by J's columns and has a trust region in place of mu.
    """

    lr: NonNegativeHyper = 1.0
    damping: PositiveHyper = 1e-3

    needs = frozenset({"value", "gradient", "residuals"})
    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> LMState:
        """A damping of 0: the first step sets its own."""
        runs = params.shape[1:]
        return LMState(np.zeros(runs), np.full(runs, 2.0))

    def step(self, params: Array, oracle: Oracle, state: LMState, lr: Any) -> tuple[Array, LMState]:
        """One step from params (dim, runs)."""
        r, jacobian = oracle.residuals(params), oracle.jacobian(params)
        largest = np.max(np.sum(jacobian * jacobian, axis=0), axis=0)
        mu = np.where(state.damping > 0.0, state.damping, self.damping * np.where(largest > 0.0, largest, 1.0))
        left, sizes, right = factors(jacobian)
        parts = along(left, r)
        step = -across(right, sizes * parts / (sizes * sizes + mu))
        trial = params + step
        after = oracle.residuals(trial)
        before, now = dot(r, r), dot(after, after)
        promised = dot(step, mu * step) + dot(sizes * parts, sizes * parts / (sizes * sizes + mu))
        rounding = 8.0 * np.finfo(float).eps * before
        lost = (promised <= rounding) & (np.abs(before - now) <= rounding)
        ratio = np.where(lost, 1.0, (before - now) / np.where(promised > 0.0, promised, np.nan))
        good = ratio > 0.0
        shrink = np.maximum(1.0 / 3.0, 1.0 - (2.0 * np.where(good, ratio, 0.0) - 1.0) ** 3)
        damping = np.clip(mu * np.where(good, shrink, state.factor), 1e-300, 1e300)
        factor = np.where(good, 2.0, np.minimum(2.0 * state.factor, 1e100))
        return np.where(good, params + lr * step, params), LMState(damping, factor)

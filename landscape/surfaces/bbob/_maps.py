"""Warp coordinates and sum over them as the BBOB functions do: oscillation, asymmetry, and costs that several share.

Each function gives a value and up to `order` derivatives. Warps (`oscillation`, `asymmetry`, `stretch`) take and give
(dim, ...); costs (`summed`, `paired`, `weighted`, `rastrigin`) give (...), (dim, ...) and (dim, dim, ...).

Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, section 0.2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import absolute, as_column, diagonal, select, total
from landscape.surfaces.bbob._base import Warp


def oscillation(x: Any, order: int) -> tuple[Any, ...]:
    """T_osz(x) = x exp(0.049 (sin(a log|x|) + sin(b log|x|))), (a, b) = (10, 7.9) for x > 0 and (5.5, 3.1) for x < 0.

    T_osz(x) / x swings between e^-0.1 and e^0.1 ever faster towards 0, where there is no slope; the slope given is 1,
    which is between those around. Any shape.
    """
    far = absolute(x)
    size = select(-far, 1.0, far)  # log 0 is not wanted
    log = np.log(size)
    a, b = select(x, 10.0, 5.5), select(x, 7.9, 3.1)
    swing = np.exp(0.049 * (np.sin(a * log) + np.sin(b * log)))
    if order == 0:
        return (x * swing,)
    tilt = select(-far, 0.0, 0.049 * (a * np.cos(a * log) + b * np.cos(b * log)))
    if order == 1:
        return x * swing, swing * (1.0 + tilt)
    curve = -0.049 * (a * a * np.sin(a * log) + b * b * np.sin(b * log))
    return x * swing, swing * (1.0 + tilt), swing * (tilt + tilt * tilt + curve) / select(x, size, -size)


def asymmetry(beta: float, dim: int) -> Warp:
    """T_asy(x)_i = x_i^(1 + beta i / (dim - 1) sqrt(x_i)) where x_i > 0, i from 0, and x_i elsewhere.

    The slope is 1 at 0; the second derivative grows beyond all bounds from above.
    """
    rates = beta * np.arange(dim) / (dim - 1.0)

    def warp(x: Array, order: int) -> tuple[Array, ...]:
        rate = as_column(rates, x)
        size = select(-x, 1.0, x)
        root, log = np.sqrt(size), np.log(size)
        factor = np.exp(rate * root * log)
        if order == 0:
            return (x * factor,)
        tilt = select(-x, 0.0, rate * root * (0.5 * log + 1.0))
        if order == 1:
            return x * factor, factor * (1.0 + tilt)
        curve = select(-x, 0.0, 0.5 * rate / root * (0.5 * log + 2.0))
        return x * factor, factor * (1.0 + tilt), factor * (tilt / size * (1.0 + tilt) + curve)

    return warp


def stretch(factors: Array) -> Warp:
    """Each coordinate times its own factor (dim,)."""

    def warp(x: Array, order: int) -> tuple[Array, ...]:
        return (as_column(factors, x) * x, as_column(factors, x) + 0.0 * x, 0.0 * x)[: order + 1]

    return warp


def chained(*warps: Warp) -> Warp:
    """One warp after the other, the first first."""

    def warp(x: Array, order: int) -> tuple[Array, ...]:
        value, *derivatives = warps[0](x, order)
        for each in warps[1:]:
            value, *outer = each(value, order)
            if order == 2:
                derivatives[1] = outer[1] * derivatives[0] * derivatives[0] + outer[0] * derivatives[1]
            if order >= 1:
                derivatives[0] = outer[0] * derivatives[0]
        return (value, *derivatives)

    return warp


def summed(order: int, terms: Array, slopes: Array, curvatures: Array) -> tuple[Array, ...]:
    """A sum of functions of one coordinate each, from their values and derivatives (dim, ...)."""
    if order < 2:
        return (total(terms), slopes)[: order + 1]
    return total(terms), slopes, diagonal(curvatures)


def paired(order: int, terms: Array, slopes: tuple[Array, Array], curvatures: tuple[Array, ...]) -> tuple[Array, ...]:
    """A sum of functions of two neighbours each, from their values and derivatives, (dim - 1, ...) each.

    slopes: by the first and by the second; curvatures: twice by the first, by each once, twice by the second.
    """
    if order == 0:
        return (total(terms),)
    gradient = _before(slopes[0]) + _after(slopes[1])
    if order == 1:
        return total(terms), gradient
    hessian = diagonal(_before(curvatures[0]) + _after(curvatures[2]))
    i = np.arange(len(terms))
    hessian[i, i + 1] = curvatures[1]
    hessian[i + 1, i] = curvatures[1]
    return total(terms), gradient, hessian


def _before(rows: Array) -> Array:
    return np.concatenate([rows, np.zeros_like(rows[:1])])


def _after(rows: Array) -> Array:
    return np.concatenate([np.zeros_like(rows[:1]), rows])


def weighted(weights: Array, z: Array, order: int) -> tuple[Array, ...]:
    """sum_i w_i z_i^2, weights w (dim,)."""
    w = as_column(weights, z)
    return summed(order, w * z * z, 2.0 * w * z, 2.0 * w + 0.0 * z)


def rastrigin(z: Array, order: int) -> tuple[Array, ...]:
    """sum_i z_i^2 + 10 (1 - cos(2 pi z_i))."""
    turn = (2.0 * math.pi) * z
    return summed(
        order,
        z * z + 10.0 * (1.0 - np.cos(turn)),
        2.0 * z + (20.0 * math.pi) * np.sin(turn),
        2.0 + (40.0 * math.pi * math.pi) * np.cos(turn),
    )


def rosenbrock(z: Array, order: int) -> tuple[Array, ...]:
    """sum_i 100 (z_i^2 - z_{i+1})^2 + (z_i - 1)^2."""
    x = z[:-1]
    a, b = x * x - z[1:], x - 1.0
    curvatures = (400.0 * a + 800.0 * x * x + 2.0, -400.0 * x, 200.0 + 0.0 * x)
    return paired(order, 100.0 * a * a + b * b, (400.0 * a * x + 2.0 * b, -200.0 * a), curvatures)


def through(order: int, value: Any, slope: Any, curvature: Any, inner: tuple[Array, ...]) -> tuple[Array, ...]:
    """g(s) from g, g' and g'' at s (...), and s with its derivatives: the chain rule for a number."""
    if order == 0:
        return (value,)
    gradient = inner[1] * slope
    if order == 1:
        return value, gradient
    return value, gradient, inner[1][:, None] * inner[1] * curvature + inner[2] * slope

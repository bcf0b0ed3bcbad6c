"""The step that is best within a radius, for `trust_region_newton` and `cubic_newton`."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.optimizers._bases.dense import across, along, dot, spectrum

BISECTIONS = 110  # halvings of an interval: as many as a number has digits, and some for its exponent


def decrease_ratio(before: Array, after: Array, promised: Array) -> Array:
    """The decrease over the decrease that was promised: 1 where both are lost in the rounding of the loss."""
    rounding = 8.0 * np.finfo(float).eps * np.abs(before)
    lost = (promised <= rounding) & (np.abs(before - after) <= rounding)
    ratio = np.where(lost, 1.0, (before - after) / np.where(promised > 0.0, promised, np.nan))
    return np.where(np.isfinite(ratio), ratio, -np.inf)


def lowest_in_ball(gradient: Array, hessian: Array, size_at: Any, reach: Any) -> Array:
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

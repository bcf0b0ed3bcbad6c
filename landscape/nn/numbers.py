"""Elementary functions that stay finite where they should, for arrays, complex numbers, objects and Variables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from landscape.core.elementary import absolute, largest, select, smallest

FAR = 40.0  # beyond, exp(-z^2 / 2) and erfc are below 1e-340


def logistic(z: Any) -> Any:
    """1 / (1 + exp(-z)), right to the last digits in both tails."""
    e = np.exp(-absolute(z))
    return select(z, 1.0, e) / (1.0 + e)


def log1p_exp(z: Any) -> Any:
    """log(1 + exp(z)), right to the last digits in both tails."""
    return select(z, z, 0.0) + np.log1p(np.exp(-absolute(z)))


def normal_cdf(z: Any) -> Any:
    """The share of a standard normal distribution below z: erfc(-z / sqrt 2) / 2."""
    from scipy.special import erfc

    return 0.5 * erfc(-math.sqrt(0.5) * z)


def normal_density(z: Any) -> Any:
    """exp(-z^2 / 2) / sqrt(2 pi), for z within 1e150 of 0."""
    return np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def near(z: Any) -> Any:
    """z, brought to -40 or 40 where it is farther from 0."""
    return smallest(largest(z, -FAR), FAR)


def clipped(z: Any, low: float, high: float) -> Any:
    """z within [low, high], with the slope 0 from the ends on."""
    return select(low - z, low, select(z - high, high, z))


def inside(z: Any, low: float, high: float, yes: Any, no: Any = 0.0) -> Any:
    """`yes` where low < z < high, else `no`."""
    return select(low - z, no, select(z - high, no, yes))


def rectified(z: Any) -> Any:
    """max(z, 0), with the slope 0 at 0."""
    if isinstance(z, np.ndarray) and z.dtype == np.float64:
        return np.maximum(z, 0.0)  # the same numbers in a third of the time
    return select(-z, 0.0, z)


def positive(z: Any) -> Any:
    """1 where z > 0, else 0."""
    if isinstance(z, np.ndarray) and z.dtype == np.float64:
        return np.greater(z, 0.0)  # True multiplies as 1 does
    return select(-z, 0.0, 1.0)

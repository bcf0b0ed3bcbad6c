"""What several of Moré, Garbow and Hillstrom's problems share."""

from __future__ import annotations

import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals

# Beyond, a dense Hessian is slow to factorise.
MOST_SEARCHED = 100


def times(dim: int) -> Array:
    """(dim,): the inner points of an even grid over 0 to 1."""
    return np.arange(1.0, dim + 1.0) / (dim + 1.0)


def nearest_root(surface: Residuals) -> tuple[CriticalPoint, ...]:
    """The minimum of value 0 next to the customary start, by Gauss and Newton's method."""
    if surface.dim > MOST_SEARCHED:
        return ()
    p = surface.customary_start
    for _ in range(20):
        p = p - np.linalg.solve(surface.jacobian(p), surface.residuals(p))
    found = critical(surface, p)
    return (CriticalPoint(found.point, 0.0, found.kind),)


# So small that they only count where a quotient would overflow.
TINY_SQUARE, TINY_GAP, TINY_SCALE = 1e-100, 1e-60, 1e-50


ROOTS = {n: math.sqrt(n) for n in (5, 10, 90)}

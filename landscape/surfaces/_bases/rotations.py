"""Rotate coordinates: a chain of Givens rotations by one angle, `rotated`, and its inverse, `rotated_back`.

R = G_{n-2} ... G_1 G_0, where G_i rotates the plane of the coordinates (i, i+1). The angle 0 gives the same array.
"""

from __future__ import annotations

import math

from landscape.core.component import Array
from landscape.core.elementary import stack


def rotated(p: Array, angle: float) -> Array:
    """R p: (dim, ...) -> (dim, ...)."""
    if angle == 0.0:
        return p
    c, s = math.cos(angle), math.sin(angle)
    rows = list(p)
    for i in range(len(rows) - 1):
        rows[i], rows[i + 1] = c * rows[i] + s * rows[i + 1], c * rows[i + 1] - s * rows[i]
    return stack(*rows)


def rotated_back(z: Array, angle: float) -> Array:
    """R^T z: (dim, ...) -> (dim, ...)."""
    if angle == 0.0:
        return z
    c, s = math.cos(angle), math.sin(angle)
    rows = list(z)
    for i in reversed(range(len(rows) - 1)):
        rows[i], rows[i + 1] = c * rows[i] - s * rows[i + 1], c * rows[i + 1] + s * rows[i]
    return stack(*rows)

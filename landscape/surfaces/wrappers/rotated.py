"""`ls.surface("rotated")`: A surface rotated about the origin, so that it is no longer aligned with the coordinates."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from landscape.core.component import Array, Real
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.surface import Surface, Window
from landscape.surfaces._bases.rotations import rotated, rotated_back
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._base import like
from landscape.surfaces.wrappers._carried import OneInside


@register("rotated")
class Rotated(OneInside):
    """A surface rotated about the origin, so that it is no longer aligned with the coordinates.

    f(p) = f_0(R p),   R = G_{n-2} ... G_1 G_0,

    where G_i turns the plane of the coordinates (i, i+1) by `rotation` radians. p: (dim, ...), as for f_0, the field
    `surface`. Critical points and the customary start turn along. The window is the box around the turned one; of a
    surface whose minima are the lowest of its own window alone, it is the box within.
    Methods that treat coordinates one by one (Adam, AdaGrad) feel the difference, gradient descent does not.

    Source: Salomon 1996, "Re-evaluating genetic algorithm performance under coordinate rotation of benchmark
    functions", BioSystems 39(3).
    """

    surface: Surface
    rotation: Real = 0.5

    formula = r"f(p) = f_0(R p)"

    def _check(self) -> None:
        like(self, self.surface)

    @functools.cached_property
    def matrix(self) -> Array:
        """(dim, dim): R."""
        return rotated(np.eye(self.dim), self.rotation)

    @property
    def window(self) -> Window:
        lows, highs = np.array(self.surface.window).T
        middle, half = self.matrix.T @ ((lows + highs) / 2.0), np.abs(self.matrix.T) @ ((highs - lows) / 2.0)
        if self.confined:
            half = half * np.min((highs - lows) / 2.0 / (np.abs(self.matrix) @ half))
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return rotated_back(self.surface.customary_start, self.rotation)

    @property
    def completeness(self) -> Completeness:
        known = self.surface.completeness
        # the corners of its window lie outside of the surface's
        within = self.confined or self.rotation == 0.0 or "convex" in self.traits
        return "notable" if known == "complete" and not within else known

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(
            dataclasses.replace(point, point=rotated_back(point.point, self.rotation))
            for point in self.surface.critical_points
        )

    own_coordinates = False

    def _inside(self, p: Array) -> Array:
        return rotated(p, self.rotation)

    def _pushed(self, v: Array) -> Array:
        return rotated(v, self.rotation)

    def _pulled(self, gradient: Array) -> Array:
        return rotated_back(gradient, self.rotation)

    def _value(self, p: Array) -> Array:
        return self.surface._value(rotated(p, self.rotation))

    def _gradient(self, p: Array) -> Array:
        return rotated_back(self.surface._gradient(rotated(p, self.rotation)), self.rotation)

    def _hessian(self, p: Array) -> Array:
        inner = self.surface._hessian(rotated(p, self.rotation))
        half = np.swapaxes(rotated_back(inner, self.rotation), 0, 1)
        return _mirrored(rotated_back(half, self.rotation))


def _mirrored(matrix: Array) -> Array:
    """A Hessian whose two halves differ by rounding, made symmetric."""
    return (matrix + np.swapaxes(matrix, 0, 1)) / 2.0

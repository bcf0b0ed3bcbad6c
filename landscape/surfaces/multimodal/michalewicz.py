"""`ls.surface("michalewicz")`: Michalewicz' function: narrow valleys across a plain, with no slope between them
met.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint, in_order
from landscape.core.elementary import as_column
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.separable import Separable, roots_of
from landscape.surfaces._registry import register


@register("michalewicz")
class Michalewicz(Separable):
    """Michalewicz' function: narrow valleys across a plain, with no slope between them.

    f(p) = -sum_i sin(p_i) sin(i p_i^2 / pi)^(2 m),   i = 1, 2, ..., dim.

    p: (dim, ...). m: the larger, the steeper the valleys; 10 is customary. Coordinate i has i valleys, one between two
    zeros of sin(i p_i^2 / pi), each with one minimum: -cot(p_i) - 2 m (2 i p_i / pi) cot(i p_i^2 / pi) rises through 0
    once there. The minima are their dim! combinations, all listed in up to five dimensions, in more the global one
    alone. The second coordinate's is pi/2. Between the valleys f is flat to the order 2 m: the critical points there
    are degenerate, and not listed.

    Source: Michalewicz 1992, "Genetic algorithms + data structures = evolution programs", Springer; minima to more
    dimensions: Vanaret, Gotteland, Durand and Alliot 2020, "Certified global minima for a benchmark of difficult
    optimization problems", arXiv:2003.09867.
    """

    dim: Count = 2
    m: Annotated[int, Ge(1), Le(100)] = 10

    title = "Michalewicz"
    traits = frozenset({"multimodal", "plateau", "ravine", "scalable"})
    formula = r"f(p) = -\sum_i \sin(p_i) \sin^{2 m}\!\left(\frac{i\, p_i^2}{\pi}\right)"
    window = box(0.0, math.pi)
    customary_start = start_at(2.0, 1.2)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        valleys = [self._valleys(i) for i in range(self.dim)]
        if self.dim > 5:
            depths = [self._one(self._terms, i, each) for i, each in enumerate(valleys)]
            valleys = [each[[np.argmin(depth)]] for each, depth in zip(valleys, depths, strict=True)]
        points = np.array(list(itertools.product(*valleys)))
        values = self._value(points.T)
        return in_order(CriticalPoint(*each, "minimum") for each in zip(points, values, strict=True))

    def _valleys(self, i: int) -> Array:
        """(i + 1,): the bottoms of the valleys of coordinate i, counted from 0."""

        def slope(x: Array) -> Array:
            phi = (i + 1.0) * x * x / math.pi
            return np.cos(x) * np.sin(phi) + (4.0 * self.m / math.pi) * (i + 1.0) * x * np.sin(x) * np.cos(phi)

        walls = math.pi * np.sqrt(np.arange(i + 2.0) / (i + 1.0))
        narrow = 1e-6 * (walls[1:] - walls[:-1])
        sides = zip(walls[:-1] + narrow, walls[1:] - narrow, strict=True)
        return np.concatenate([roots_of(slope, low, high) for low, high in sides])

    def _terms(self, p: Array) -> Array:
        return -np.sin(p) * self._spikes(p)[0]

    def _slopes(self, p: Array) -> Array:
        power, rise, _ = self._spikes(p)
        return -(np.cos(p) * power + np.sin(p) * rise)

    def _curvatures(self, p: Array) -> Array:
        power, rise, curvature = self._spikes(p)
        return np.sin(p) * (power - curvature) - 2.0 * np.cos(p) * rise

    def _spikes(self, p: Array) -> tuple[Array, Array, Array]:
        """sin(phi)^(2m), phi = i p_i^2 / pi, and its two derivatives by p_i: (dim, ...) each."""
        n = 2.0 * self.m
        i = as_column(np.arange(1.0, self.dim + 1.0) / math.pi, p)
        phi, tilt = i * p * p, 2.0 * i * p
        s, c = np.sin(phi), np.cos(phi)
        lower = 1.0 + 0.0 * s
        for _ in range(self.m - 1):
            lower = lower * (s * s)
        curvature = lower * (tilt * tilt * ((n - 1.0) * c * c - s * s) + 2.0 * i * s * c)
        return lower * (s * s), n * lower * s * c * tilt, n * curvature

"""`ls.surface("griewank")`: Griewank's function: regular hollows on a wide bowl, shallower the more dimensions there
are.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, stack, symmetric, total
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register


@register("griewank")
class Griewank(Surface):
    """Griewank's function: regular hollows on a wide bowl, shallower the more dimensions there are.

    f(p) = 1 + sum_i p_i^2 / 4000 - prod_i cos(p_i / sqrt(i)).

    p: (dim, ...). The global minimum is at 0, of value 0. In one and two dimensions every critical point of the window
    is listed, in more the global minimum alone. The customary range is +-600, where the hollows are too small to see.

    Source: Griewank 1981, "Generalized descent for global optimization", JOTA 34(1).
    """

    dim: Count = 2

    title = "Griewank"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = 1 + \sum_i \frac{p_i^2}{4000} - \prod_i \cos \frac{p_i}{\sqrt{i}}"
    window = box(-10.0, 10.0)
    customary_start = start_at(-8.0, 7.0)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        zero = CriticalPoint(np.zeros(self.dim), 0.0, "minimum")
        if self.dim > 2:
            return (zero,)
        # without the bowl: extrema where every cosine is 1 or -1, saddles where two are 0
        extrema = [math.sqrt(i + 1.0) * math.pi * np.arange(-4.0, 5.0) for i in range(self.dim)]
        levels = [math.sqrt(i + 1.0) * math.pi * (np.arange(-4.0, 4.0) + 0.5) for i in range(self.dim)]
        guesses = [*_grid(extrema), *(_grid(levels) if self.dim == 2 else [])]
        found = [point for point in polished(self, guesses) if np.all(np.abs(point.point) <= 10.0)]
        return (zero, *(point for point in found if np.any(np.abs(point.point) > 0.1)))

    @functools.cached_property
    def _waves(self) -> Array:
        return 1.0 / np.sqrt(np.arange(1.0, self.dim + 1.0))

    def _value(self, p: Array) -> Array:
        return 1.0 + total(p * p) / 4000.0 - self._without(p)

    def _gradient(self, p: Array) -> Array:
        slopes = stack(*(self._without(p, i) for i in range(self.dim)))
        w = as_column(self._waves, p)
        return p / 2000.0 + w * np.sin(w * p) * slopes

    def _hessian(self, p: Array) -> Array:
        w = self._waves
        c, s = np.cos(as_column(w, p) * p), np.sin(as_column(w, p) * p)
        rows = []
        for i in range(self.dim):
            row = [-w[i] * w[j] * s[i] * s[j] * self._without(p, i, j) for j in range(i)]
            rows.append((*row, 1.0 / 2000.0 + w[i] * w[i] * c[i] * self._without(p, i)))
        return symmetric(*rows)

    def _without(self, p: Array, *left_out: int) -> Array:
        """The product of the cosines, without some of them."""
        product = 1.0 + 0.0 * p[0]
        for i in range(self.dim):
            if i not in left_out:
                product = product * np.cos(self._waves[i] * p[i])
        return product


def _grid(axes: list[Array]) -> Array:
    return np.array(np.meshgrid(*axes)).reshape(len(axes), -1).T

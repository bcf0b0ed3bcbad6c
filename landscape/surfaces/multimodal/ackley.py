"""`ls.surface("ackley")`: Ackley's function: a nearly flat plain full of small hollows, and one deep funnel."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, diagonal, select, total
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register


@register("ackley")
class Ackley(Surface):
    """Ackley's function: a nearly flat plain full of small hollows, and one deep funnel.

    f(p) = -20 exp(-0.2 sqrt(mean p_i^2)) - exp(mean cos(2 pi p_i)) + 20 + e.

    p: (dim, ...). The global minimum is at 0, of value 0: the tip of a cone, the only point where f is not
    differentiable; the subgradient there is 0. In up to two dimensions all
    critical points of the window are listed, near the halves of whole numbers (441 in two); in more the minimum alone.

    Source: Ackley 1987, "A connectionist machine for genetic hillclimbing", Kluwer; in any dimension: Bäck 1996,
    "Evolutionary algorithms in theory and practice", Oxford.
    """

    dim: Count = 2

    title = "Ackley"
    traits = frozenset({"multimodal", "rugged", "plateau", "nonsmooth", "scalable"})
    formula = r"f(p) = -20\, e^{-0.2 \sqrt{\langle p_i^2 \rangle}} - e^{\langle \cos 2 \pi p_i \rangle} + 20 + e"
    window = box(-5.0, 5.0)
    customary_start = start_at(-3.3, 2.6)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        zero = CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True)
        if self.dim > 2:
            return (zero,)
        # of the waves alone: extrema at the halves of whole numbers, which the cone moves towards 0
        sides = np.arange(-10.0, 11.0) / 2.0
        guesses = np.array(list(itertools.product(sides, repeat=self.dim)))
        guesses = guesses[np.any(guesses != 0.0, axis=1)]
        return (zero, *polished(self, self._settled(guesses.T).T))

    def _settled(self, p: Array) -> Array:
        """Points p (dim, n) after Newton steps that go no farther than a twentieth."""
        for _ in range(12):
            step = np.linalg.solve(np.moveaxis(self._hessian(p), -1, 0), self._gradient(p).T[:, :, None])[:, :, 0].T
            p = p - np.clip(step, -0.05, 0.05)
        return p

    def _value(self, p: Array) -> Array:
        r = np.sqrt(total(p * p) / self.dim)
        waves = total(1.0 - np.cos(2.0 * math.pi * p)) / self.dim
        # 20 - 20 exp(-r / 5) and e - exp(1 - waves), without the cancellation near 0
        return -20.0 * np.expm1(-0.2 * r) - math.e * np.expm1(-waves)

    def _gradient(self, p: Array) -> Array:
        cone, _, swell, slope = self._parts(p)
        return p * cone + slope * swell

    def _hessian(self, p: Array) -> Array:
        cone, curvature, swell, slope = self._parts(p)
        away = p / self._radius(p)
        curve = as_column(np.full(self.dim, 4.0 * math.pi**2 / self.dim), p) * np.cos(2.0 * math.pi * p)
        eye = constant(np.eye(self.dim), p)
        return eye * cone + _outer(away) * curvature + diagonal(curve * swell) - _outer(slope) * swell

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """(slope of the cone over its radius, change of that, the swell, its exponent's slopes)."""
        n = self.dim
        r = self._radius(p)
        fall = select(-total(p * p), 0.0, 4.0) * np.exp(-0.2 * r)
        cone = fall / (n * r)
        curvature = -fall * (0.2 + 1.0 / r) / (n * n)
        swell = np.exp(total(np.cos(2.0 * math.pi * p)) / n)
        return cone, curvature, swell, np.sin(2.0 * math.pi * p) * (2.0 * math.pi / n)

    def _radius(self, p: Array) -> Array:
        """sqrt(mean p_i^2), and 1 at the tip, where nothing is divided by it."""
        mean = total(p * p) / self.dim
        return np.sqrt(select(-mean, 1.0 + mean, mean))


def _outer(v: Array) -> Array:
    return v[:, None] * v[None, :]

"""`ls.surface("alpine")`: Alpine N.1: sharp valleys between rounded ridges, all valleys equally deep."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint, in_order
from landscape.core.elementary import absolute, select, sign
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.separable import Separable, roots_of
from landscape.surfaces._registry import register

# sin(x) + 0.1 at the float next to one of its zeros is rounded to at most this, for |x| up to 10.
ALPINE_ROUNDING = 2e-15


@register("alpine")
class Alpine(Separable):
    """Alpine N.1: sharp valleys between rounded ridges, all valleys equally deep.

    f(p) = sum_i |p_i sin(p_i) + 0.1 p_i|.

    p: (dim, ...). f is not differentiable where a coordinate is 0 or its sine is -0.1; there the gradient given has 0
    for that coordinate, a subgradient at which f is lowest along it. 0 is published as the global minimum, of value 0.
    So is, up to rounding, every combination of the eight such coordinates in the window. In one and two dimensions all
    of these minima, kinks, are listed, the maxima, which combine the seven tops between, and the saddles, kinks in one
    coordinate and tops in the other. In more dimensions only 0 is.

    Source: Rahnamayan, Tizhoosh and Salama 2007, "A novel population initialization method for accelerating
    evolutionary algorithms", Computers and Mathematics with Applications 53(10); Jamil and Yang 2013,
    arXiv:1308.4008, function 6.
    """

    dim: Count = 2

    traits = frozenset({"multimodal", "rugged", "nonsmooth", "scalable"})
    formula = r"f(p) = \sum_i |p_i \sin p_i + 0.1\, p_i|"
    window = box(-10.0, 10.0)
    customary_start = start_at(7.5, -8.4)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim > 2:
            return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)
        turns = 2.0 * math.pi * np.arange(-2.0, 3.0)
        kinks = np.concatenate([[0.0], turns - math.asin(0.1), turns + math.pi + math.asin(0.1)])
        kinks = kinks[np.abs(kinks) < 10.0]
        tops = roots_of(lambda x: np.sin(x) + 0.1 + x * np.cos(x), -10.0, 10.0)
        lows = np.array(list(itertools.product(kinks, repeat=self.dim)))
        crossed = [*itertools.product(kinks, tops), *itertools.product(tops, kinks)] if self.dim == 2 else []
        mixed = np.array(crossed).reshape(-1, self.dim)
        highs = np.array(list(itertools.product(tops, repeat=self.dim)))
        return in_order(
            [
                *(CriticalPoint(*each, "minimum", kink=True) for each in zip(lows, self._value(lows.T), strict=True)),
                *(CriticalPoint(*each, "saddle", kink=True) for each in zip(mixed, self._value(mixed.T), strict=True)),
                *(CriticalPoint(*each, "maximum") for each in zip(highs, self._value(highs.T), strict=True)),
            ]
        )

    def _terms(self, p: Array) -> Array:
        return absolute(p * (np.sin(p) + 0.1))

    def _slopes(self, p: Array) -> Array:
        return self._sides(p) * (np.sin(p) + 0.1 + p * np.cos(p))

    def _curvatures(self, p: Array) -> Array:
        return self._sides(p) * (2.0 * np.cos(p) - p * np.sin(p))

    def _sides(self, p: Array) -> Array:
        """The sign of what f takes the absolute value of, 0 on kinks and within rounding of them: (dim, ...)."""
        s = np.sin(p) + 0.1
        return sign(p) * select(s - ALPINE_ROUNDING, 1.0, select(-s - ALPINE_ROUNDING, -1.0, 0.0))

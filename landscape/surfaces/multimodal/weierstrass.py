"""`ls.surface("weierstrass")`: Weierstrass' function: bumps upon bumps at every scale, down to 1 / b^(terms - 1)."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

from landscape.core.component import Array, Count, FieldError
from landscape.core.critical_points import CriticalPoint
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("weierstrass")
class Weierstrass(Separable):
    """Weierstrass' function: bumps upon bumps at every scale, down to 1 / b^(terms - 1).

    f(p) = sum_i sum_{k=0}^{terms - 1} a^k (cos(2 pi b^k (p_i + 1/2)) - cos(pi b^k)).

    p: (dim, ...). a: how much smaller each next wave is; b: how many times shorter, an odd number; terms: how many
    waves, 21 by custom. For odd b the summands are 2 a^k sin(pi b^k p_i)^2, and computed as that: written as above, the
    cosines of large angles leave an error of a thousandth in f' at 0. The minimum in the window is 0, of value 0. Of
    the other critical points, about 2 b^(terms - 1) along each coordinate, none is listed. f is smooth as the sum is
    finite; as terms grow it becomes, where a b >= 1, a function that is continuous but nowhere differentiable.

    Source: Suganthan, Hansen, Liang, Deb, Chen, Auger and Tiwari 2005, "Problem definitions and evaluation criteria for
    the CEC 2005 special session on real-parameter optimization", F11, without its shift and rotation; Weierstrass 1872;
    a b >= 1: Hardy 1916, "Weierstrass's non-differentiable function", Transactions of the AMS 17.
    """

    dim: Count = 2
    a: Annotated[float, Gt(0), Lt(1)] = 0.5
    b: Annotated[int, Ge(3), Le(999)] = 3
    terms: Annotated[int, Ge(1), Le(31)] = 21

    title = "Weierstrass"
    traits = frozenset({"multimodal", "rugged", "scalable"})
    formula = r"f(p) = \sum_i \sum_{k=0}^{m - 1} a^k (\cos(2 \pi b^k (p_i + \frac{1}{2})) - \cos(\pi b^k))"

    def _check(self) -> None:
        if self.b % 2 == 0:
            raise FieldError(self.name, "b", f"must be an odd number, got {self.b}")

    window = box(-0.5, 0.5)
    customary_start = start_at(0.4, -0.3)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        result = 0.0 * p
        for height, w in self._waves():
            s = np.sin(w * p)
            result = result + (2.0 * height) * s * s
        return result

    def _slopes(self, p: Array) -> Array:
        result = 0.0 * p
        for height, w in self._waves():
            result = result + (4.0 * height * w) * np.sin(w * p) * np.cos(w * p)
        return result

    def _curvatures(self, p: Array) -> Array:
        result = 0.0 * p
        for height, w in self._waves():
            s, c = np.sin(w * p), np.cos(w * p)
            result = result + (4.0 * height * w * w) * (c * c - s * s)
        return result

    def _waves(self) -> list[tuple[float, float]]:
        """(a^k, pi b^k) for each k, in order."""
        return [(self.a**k, math.pi * float(self.b**k)) for k in range(self.terms)]

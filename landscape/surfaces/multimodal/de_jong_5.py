"""`ls.surface("de_jong_5")`: De Jong's F5, Shekel's foxholes: 25 shafts in a square on a high plateau."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, stack, symmetric, total
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("de_jong_5")
class DeJong5(Surface):
    """De Jong's F5, Shekel's foxholes: 25 shafts in a square on a high plateau.

    f(x, y) = 1 / (0.002 + sum_{i=1}^25 1 / (i + (x - a_i)^6 + (y - b_i)^6)).

    p = (x, y): (2, ...). (a_i, b_i) go through {-32, -16, 0, 16, 32}^2, x first. The global minimum is next to
    (-32, -32), at (-31.97833, -31.97833), of value 0.998004. Listed is the
    lowest minimum of each shaft. The bottoms are flat to the order six, and there the faint tilt and bend of the other
    24 shafts decides: most of the inner shafts have more minima, up to four in mirror places about their middle, with
    values that differ in the tenth digit or, in the middle row and column, in the fourteenth.

    Source: De Jong 1975, "An analysis of the behavior of a class of genetic adaptive systems", F5.
    """

    dim = 2
    title = "De Jong 5"
    traits = frozenset({"multimodal", "plateau"})
    formula = r"f(x, y) = \left(0.002 + \sum_{i=1}^{25} \frac{1}{i + (x - a_i)^6 + (y - b_i)^6}\right)^{-1}"
    window = box(-65.536, 65.536)
    customary_start = start_at(-26.0, -38.5)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, DE_JONG)

    def _value(self, p: Array) -> Array:
        *_, q = self._shafts(p)
        return 1.0 / (0.002 + total(1.0 / q))

    def _gradient(self, p: Array) -> Array:
        u, v, q = self._shafts(p)
        f = 1.0 / (0.002 + total(1.0 / q))
        slopes = [total(6.0 * _fifth(d) / (q * q)) for d in (u, v)]
        return stack(*(f * f * slope for slope in slopes))

    def _hessian(self, p: Array) -> Array:
        u, v, q = self._shafts(p)
        f = 1.0 / (0.002 + total(1.0 / q))
        u5, v5, qq = _fifth(u), _fifth(v), q * q
        x, y = total(6.0 * u5 / qq), total(6.0 * v5 / qq)
        xx = total((30.0 * (u * u) * (u * u) - 72.0 * u5 * u5 / q) / qq)
        yy = total((30.0 * (v * v) * (v * v) - 72.0 * v5 * v5 / q) / qq)
        xy = total(-72.0 * u5 * v5 / q / qq)
        ff, fff = f * f, 2.0 * f * f * f
        return symmetric((ff * xx + fff * x * x,), (ff * xy + fff * x * y, ff * yy + fff * y * y))

    def _shafts(self, p: Array) -> tuple[Array, Array, Array]:
        """x - a_i, y - b_i and i + (x - a_i)^6 + (y - b_i)^6: (25, ...) each."""
        u, v = p[:1] - as_column(SHAFTS[0], p), p[1:] - as_column(SHAFTS[1], p)
        return u, v, as_column(np.arange(1.0, 26.0), p) + _fifth(u) * u + _fifth(v) * v


def _fifth(d: Array) -> Array:
    return (d * d) * (d * d) * d


SHAFTS = np.array([(a, b) for b, a in itertools.product((-32.0, -16.0, 0.0, 16.0, 32.0), repeat=2)]).T


DE_JONG = (
    (-31.97833, -31.97833), (-15.9864, -31.97034), (-0.01323281, -31.96509), (15.98157, -31.96083),
    (31.95869, -31.95869), (-31.95392, -15.97794), (-15.97533, -15.97533), (-0.02180053, -15.97359),
    (15.97242, -15.97242), (31.94343, -15.97225), (-31.94121, -0.02534725), (-15.96839, -0.02670051),
    (-0.02779035, -0.02779066), (15.96614, -0.02883988), (31.93341, -0.0296023), (-31.93168, 15.96564),
    (-15.96335, 15.96335), (-0.03270113, 15.96211), (15.96147, 15.96147), (31.92528, 15.96194),
    (-31.92645, 31.92645), (-15.96023, 31.92236), (-0.03666182, 31.92093), (15.9586, 31.9196),
    (31.9211, 31.9211),
)  # fmt: skip

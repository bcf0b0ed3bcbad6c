"""`ls.surface("bezier_path")`: The mean loss along a curve between two points, as a function of where it bends:
minima may be connected by it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array, Count, FieldError, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column
from landscape.core.surface import HasResiduals, HasTerms, HasTermValues, Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._carried import offering


@register("bezier_path")
class BezierPath(Surface):
    """The mean loss along a curve between two points, as a function of where it bends: minima may be connected by it.

    f(p) = 1/n sum_k f_0(c(t_k)),   c(t) = (1 - t)^2 first + 2 t (1 - t) p + t^2 last,   t_k = (k - 1/2) / n.

    p: (dim, ...), the middle point of a quadratic Bezier curve on f_0, the field `surface`; the curve itself comes half
    as near to it as the straight line does. first, last: its ends, (dim,) each, the first two known minima of f_0 where
    left out, or its customary start in place of one that is missing. nodes: n, the places at which the loss is taken.

    Source: Garipov et al. 2018, "Loss surfaces, mode connectivity, and fast ensembling of DNNs", equation 2 with the
    parametrisation of section 3.2.
    """

    surface: Surface
    first: tuple[Real, ...] = ()
    last: tuple[Real, ...] = ()
    nodes: Count = 16

    formula = r"f(p) = \frac{1}{n} \sum_{k=1}^{n} f_0(c(t_k)), \quad c(t) = (1 - t)^2 a + 2 t (1 - t) p + t^2 b"

    def _check(self) -> None:
        for field in ("first", "last"):
            given = getattr(self, field)
            if len(given) not in (0, self.surface.dim):
                raise FieldError(self.name, field, f"must have {self.surface.dim} coordinates, got {len(given)}")
        object.__setattr__(self, "dim", self.surface.dim)
        object.__setattr__(self, "traits", self.surface.traits - {"scalable"})

    @functools.cached_property
    def ends(self) -> tuple[Array, Array]:
        """The two ends of the curve: (dim,) each."""
        known = [np.array(point.point) for point in self.surface.minima[:2]]
        known += [self.surface.customary_start] * (2 - len(known))
        first, last = (np.array(given) if given else point for given, point in zip((self.first, self.last), known,
                                                                                   strict=True))  # fmt: skip
        return first, last

    @property
    def middle(self) -> Array:
        """(dim,): half-way between the ends; with it the curve is the straight line."""
        return (self.ends[0] + self.ends[1]) / 2.0

    @property
    def window(self) -> Window:
        return self.surface.window

    @property
    def customary_start(self) -> Array:
        return self.middle

    completeness = "notable"

    @property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return ()

    def curve(self, p: Any, t: Any) -> Array:
        """The points of the curve with its middle point at p (dim,) at the times t (...): (dim, ...)."""
        t = np.asarray(t, dtype=np.float64)
        first, middle, last = (
            np.asarray(point).reshape(-1, *(1,) * t.ndim) for point in (self.ends[0], p, self.ends[1])
        )
        return (1.0 - t) ** 2 * first + 2.0 * t * (1.0 - t) * middle + t * t * last

    def losses(self, p: Any, count: int = 61) -> tuple[Array, Array]:
        """(t, f_0 along the curve with its middle point at p (dim,)): (count,) each."""
        t = np.linspace(0.0, 1.0, count)
        return t, self.surface.value(self.curve(p, t))

    def _shares(self) -> list[tuple[Array, float]]:
        """The part of the curve that the ends make, (dim,), and the share of p, at each node."""
        t = (np.arange(self.nodes) + 0.5) / self.nodes
        fixed = (1.0 - t) ** 2 * self.ends[0][:, None] + t * t * self.ends[1][:, None]
        return [(fixed[:, k], float(2.0 * t[k] * (1.0 - t[k]))) for k in range(self.nodes)]

    def _value(self, p: Array) -> Array:
        rows = [self.surface._value(as_column(fixed, p) + share * p) for fixed, share in self._shares()]
        return _mean(rows)

    def _gradient(self, p: Array) -> Array:
        rows = [share * self.surface._gradient(as_column(fixed, p) + share * p) for fixed, share in self._shares()]
        return _mean(rows)

    def _hessian(self, p: Array) -> Array:
        rows = [
            share * share * self.surface._hessian(as_column(fixed, p) + share * p) for fixed, share in self._shares()
        ]
        return _mean(rows)

    def _product(self, p: Array, vector: Array) -> Array:
        return _mean(
            [
                share * share * self.surface._product(as_column(fixed, p) + share * p, vector)
                for fixed, share in self._shares()
            ]
        )

    @property
    def terms(self) -> int:
        """As many terms as f_0 has, each of which is a mean along the curve."""
        return offering(self, self.surface, HasTerms).terms

    @property
    def term_gradient(self) -> Callable[[Array, Array], Array]:
        """A function: the mean gradient of the terms index (batch, ...) at p (dim, ...), (dim, ...)."""
        inner = offering(self, self.surface, HasTerms)
        return lambda p, index: _mean(
            [share * inner.term_gradient(as_column(fixed, p) + share * p, index) for fixed, share in self._shares()]
        )

    @property
    def term_value(self) -> Callable[[Array, Array], Array]:
        """A function: the mean loss of the terms index (batch, ...) at p (dim, ...), (...)."""
        inner = offering(self, self.surface, HasTermValues)
        return lambda p, index: _mean(
            [inner.term_value(as_column(fixed, p) + share * p, index) for fixed, share in self._shares()]
        )

    @property
    def residuals(self) -> Callable[[Any], Array]:
        """A function: the residuals at all nodes, divided by the root of n, at p (dim, ...): (m, ...)."""
        inner = offering(self, self.surface, HasResiduals)

        def residuals(p: Any) -> Array:
            p = self._point(p)
            rows = [inner.residuals(as_column(fixed, p) + share * p) for fixed, share in self._shares()]
            return np.concatenate(rows) / math.sqrt(self.nodes)

        return residuals

    @property
    def jacobian(self) -> Callable[[Any], Array]:
        """A function: the derivatives of the residuals at p (dim, ...), (m, dim, ...)."""
        inner = offering(self, self.surface, HasResiduals)

        def jacobian(p: Any) -> Array:
            p = self._point(p)
            rows = [share * inner.jacobian(as_column(fixed, p) + share * p) for fixed, share in self._shares()]
            return np.concatenate(rows) / math.sqrt(self.nodes)

        return jacobian


def _mean(rows: list[Array]) -> Array:
    return functools.reduce(lambda a, b: a + b, rows) / len(rows)

"""`ls.surface("finite_sum")`: Mean of shifted copies of a surface, whose terms can be drawn in mini-batches."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array, Count, Positive, Whole
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.finder import critical
from landscape.core.kinks import descended
from landscape.core.random import NEWEST, Seed, Source, Stream
from landscape.core.surface import HasResiduals, Surface, Window
from landscape.core.time_limit import TimedSurface
from landscape.surfaces._registry import REGISTRY, register
from landscape.surfaces.wrappers._carried import offering

# Numbers held at once while terms are evaluated side by side: what fits a processor's cache.
CHUNK = 1 << 16
# Into how many parts the way from the base surface to the sum is cut, and Newton steps on each.
STAGES, NEWTON_STEPS = 8, 4
# How minima are looked for besides, and in how many dimensions at most critical points are (a Hessian is dense).
SAMPLES, DESCENTS = 1024, 16
MOST_SEARCHED = 100


@register("finite_sum")
class FiniteSum(Surface):
    """Mean of shifted copies of a surface, whose terms can be drawn in mini-batches.

    f(p) = 1/n sum_{i=1}^n f_0(p - d_i),   n = terms.

    p: (dim, ...), as for f_0, the field `surface`. The shifts d_i come in pairs e, -e of normal vectors with standard
    deviation `spread`, drawn from `seed` (streams of version `stream`), and one zero shift where n is odd, so that they
    sum to zero. Each term has its own minimum: where the mean gradient vanishes, a mini-batch's does not.

    The mean of shifted copies is f_0 smoothed. A quadratic keeps its shape and is raised by a constant; otherwise
    critical points move, vanish or appear. Listed are, lowest minimum first, those of f_0 followed as the shifts grow
    to their full size, and the minima where descents from all over the window end, as far as they lie in the window;
    saddles and maxima that only the sum has are not. Beyond 100 dimensions none are listed.

    Source: Bottou, Curtis and Nocedal 2018, "Optimization methods for large-scale machine learning", section 3, for
    sums; Duchi, Bartlett and Wainwright 2012, "Randomized smoothing for stochastic optimization", for smoothing.
    """

    surface: Surface
    terms: Count = 64
    spread: Positive = 0.1
    seed: Whole = 0
    stream: Stream = NEWEST

    traits = frozenset({"stochastic"})
    formula = r"f(p) = \frac{1}{n} \sum_{i=1}^{n} f_0(p - d_i)"

    def _check(self) -> None:
        object.__setattr__(self, "dim", self.surface.dim)
        object.__setattr__(self, "traits", self.surface.traits - {"scalable"} | {"stochastic"})

    @functools.cached_property
    def shifts(self) -> Array:
        """(dim, terms): the shifts d_i, each pair side by side."""
        pairs = self.terms // 2
        e = self.spread * Source(Seed(self.seed, self.stream), np.arange(pairs), "terms").normals(0, self.dim)
        shifts = np.zeros((self.dim, self.terms))
        shifts[:, 0 : 2 * pairs : 2], shifts[:, 1 : 2 * pairs : 2] = e, -e
        shifts.flags.writeable = False
        return shifts

    @property
    def window(self) -> Window:
        return self.surface.window

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start

    @property
    def term_data(self) -> Array:
        """(dim, terms): the shifts."""
        return self.shifts

    def data_gradient(self, p: Array, data: Array) -> Array:
        """The gradient of the term with that shift (dim, ...) at p (dim, ...): (dim, ...)."""
        return self.surface._gradient(p - data)

    def data_value(self, p: Array, data: Array) -> Array:
        """The loss of the term with that shift (dim, ...) at p (dim, ...): (...)."""
        return self.surface._value(p - data)

    def term_gradient(self, p: Array, index: Array) -> Array:
        """The mean gradient of the terms index (batch, ...) at p (dim, ...): (dim, ...)."""
        gradients = self.surface._gradient(p[:, None] - self.shifts[:, index])
        return _added(np.moveaxis(gradients, 1, 0)) / len(index)

    def term_value(self, p: Array, index: Array) -> Array:
        """The mean loss of the terms index (batch, ...) at p (dim, ...): (...)."""
        return _added(self.surface._value(p[:, None] - self.shifts[:, index])) / len(index)

    def _value(self, p: Array) -> Array:
        return self._mean(self.surface._value, p, 0)

    def _gradient(self, p: Array) -> Array:
        return self._mean(self.surface._gradient, p, 1)

    def _hessian(self, p: Array) -> Array:
        return self._mean(self.surface._hessian, p, 2)

    def _product(self, p: Array, vector: Array) -> Array:
        along = vector[:, None]
        return self._mean(lambda q: self.surface._product(q, np.broadcast_to(along, q.shape)), p, 1)

    @property
    def residuals(self) -> Callable[[Any], Array]:
        """A function: those of all terms, divided by the root of their number, at p (dim, ...): (m, ...)."""
        inner = offering(self, self.surface, HasResiduals)
        return lambda p: self._of_terms(inner.residuals(self._apart(p)))

    @property
    def jacobian(self) -> Callable[[Any], Array]:
        """A function: the derivatives of the residuals at p (dim, ...), (m, dim, ...)."""
        inner = offering(self, self.surface, HasResiduals)
        return lambda p: self._of_terms(np.moveaxis(inner.jacobian(self._apart(p)), 1, 2))

    def _apart(self, p: Any) -> Array:
        """p - d_i: (dim, terms, ...)."""
        p = self._point(p)
        return p[:, None] - self.shifts.reshape(self.dim, self.terms, *(1,) * (p.ndim - 1))

    def _of_terms(self, rows: Array) -> Array:
        """Rows (m, terms, ...) as (m terms, ...), divided by the root of terms."""
        return rows.reshape(-1, *rows.shape[2:]) / math.sqrt(self.terms)

    def _mean(self, function: Callable[[Array], Array], p: Array, axis: int) -> Array:
        """The mean of function(p - d_i), whose results have `axis` axes before that of the terms.

        Terms are added one by one in their order, so that the last bit depends neither on the chunks nor on the batch.
        """
        width = max(1, CHUNK // max(1, p.size * self.dim ** max(0, axis - 1)))
        shifts = self.shifts.reshape(self.dim, self.terms, *(1,) * (p.ndim - 1))
        so_far: tuple[Array, ...] = ()
        for first in range(0, self.terms, width):
            results = function(p[:, None] - shifts[:, first : first + width])
            so_far = (_added(np.moveaxis(results, axis, 0), *so_far),)
        return so_far[0] / self.terms

    @property
    def completeness(self) -> Completeness:
        return "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        base = self.surface.critical_points
        if self.dim > MOST_SEARCHED or not base:
            return ()
        guesses = [self._followed(np.array([point.point for point in base]).T)]
        for point in base:
            if point.degenerate:
                steps = self.spread * np.eye(self.dim)
                guesses.append(point.point[:, None] + np.concatenate([steps, -steps], axis=1))
        if "unbounded" not in self.traits:
            guesses.append(self._descended())
        found: list[CriticalPoint] = []
        for guess in np.concatenate(guesses, axis=1).T:
            try:
                with np.errstate(all="ignore"):
                    point = critical(self, guess)
            except (ArithmeticError, np.linalg.LinAlgError):
                continue
            inside = all(lo <= x <= hi for x, (lo, hi) in zip(point.point, self.window, strict=True))
            if inside and all(np.max(np.abs(point.point - other.point)) > 1e-6 for other in found):
                found.append(point)
        rank = {"minimum": 0, "saddle": 1, "maximum": 2}
        return tuple(sorted(found, key=lambda point: (rank[point.kind], point.value)))

    def _followed(self, points: Array) -> Array:
        """Critical points (dim, n) of the base, followed by Newton's method as the shifts grow to full size."""
        lows, highs = np.array(self.window).T[:, :, None]
        margin = highs - lows
        for stage in range(1, STAGES + 1):
            spread = self.spread * stage / STAGES
            fields = {"terms": self.terms, "seed": self.seed, "stream": self.stream}
            part = REGISTRY.build(self.name, surface=self.surface, spread=spread, **fields)
            for _ in range(NEWTON_STEPS):
                inverse = np.linalg.pinv(np.moveaxis(part._hessian(points), -1, 0))
                points = points - np.einsum("nij,jn->in", inverse, part._gradient(points))
                points = np.clip(points, lows - margin, highs + margin)
        return points

    def _descended(self) -> Array:
        """(dim, DESCENTS): where descents end, half of them from the lowest of SAMPLES points of the window."""
        lows, highs = np.array(self.window).T
        uniform = Source(0, np.arange(SAMPLES), "sample").uniforms(0, self.dim)
        samples = lows[:, None] + (highs - lows)[:, None] * uniform
        best = np.argsort(self._value(samples), kind="stable")[: DESCENTS // 2]
        starts = np.concatenate([samples[:, best], samples[:, : DESCENTS // 2]], axis=1)
        return descended(TimedSurface(self, None), starts, (highs - lows)[:, None])[0]


def _added(results: Array, *so_far: Array) -> Array:
    """so_far + results[0] + results[1] + ..., in this order."""
    return functools.reduce(operator.add, [*so_far, *results])

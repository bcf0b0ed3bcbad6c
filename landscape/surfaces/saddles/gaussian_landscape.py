"""`ls.surface("gaussian_landscape")`: Random Gaussian landscape in a wide bowl: as many saddles as its correlation
length allows.
"""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array, Count, Positive
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import as_column, constant, matvec, total
from landscape.core.finder import find_critical_points
from landscape.core.random import LARGEST_SEED, NEWEST, Seed, Source, Stream
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register


@register("gaussian_landscape")
class GaussianLandscape(Surface):
    """Random Gaussian landscape in a wide bowl: as many saddles as its correlation length allows.

    f(p) = confinement/2 |p|^2 + amplitude sqrt(2 / features) sum_k cos(w_k . p + b_k),

    with w_k normal of standard deviation 1 / length in each coordinate and b_k uniform in [0, 2 pi], from `seed`
    (streams of version `stream`): with many features a Gaussian random field of covariance
    amplitude^2 exp(-|p - q|^2 / 2 length^2). p: (dim, ...). In one and two dimensions the critical points of the window
    are searched (`landscape.find_critical_points`); in more none are listed. In high dimensions nearly all of them are
    saddles, and their index grows with their height.

    Source: Bray and Dean 2007, "Statistics of critical points of Gaussian fields on large-dimensional spaces",
    arXiv:cond-mat/0611023; the features: Rahimi and Recht 2007, "Random features for large-scale kernel machines".
    """

    dim: Count = 2
    length: Positive = 1.0
    amplitude: Positive = 1.0
    confinement: Positive = 0.5
    features: Count = 64
    seed: Annotated[int, Ge(0), Le(LARGEST_SEED)] = 0
    stream: Stream = NEWEST

    title = "Gaussian landscape"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = \frac{c}{2} |p|^2 + a \sqrt{2 / m} \sum_k \cos(w_k \cdot p + b_k)"

    @functools.cached_property
    def _drawn(self) -> tuple[Array, Array]:
        """(waves (features, dim), phases (features,))."""
        source = Source(Seed(self.seed, self.stream), np.arange(self.features), "gaussian_landscape")
        waves = source.normals(0, self.dim).T / self.length
        return np.ascontiguousarray(waves), 2.0 * math.pi * source.uniforms(1, 1)[0]

    @property
    def window(self) -> Window:
        reach = 2.0 * math.sqrt(2.0 * self.amplitude / self.confinement)
        return ((-reach, reach),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([0.8, -0.7], self.dim) * self.window[0][1]

    @property
    def completeness(self) -> Completeness:
        return "found" if self.dim <= 2 else "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return find_critical_points(self) if self.dim <= 2 else ()

    def _angles(self, p: Array) -> tuple[Array, float]:
        waves, phases = self._drawn
        return matvec(waves, p) + as_column(phases, p), self.amplitude * math.sqrt(2.0 / self.features)

    def _value(self, p: Array) -> Array:
        angles, height = self._angles(p)
        return 0.5 * self.confinement * total(p * p) + height * total(np.cos(angles))

    def _gradient(self, p: Array) -> Array:
        angles, height = self._angles(p)
        return self.confinement * p - height * matvec(self._drawn[0].T, np.sin(angles))

    def _hessian(self, p: Array) -> Array:
        angles, height = self._angles(p)
        waves = self._drawn[0]
        pairs = (waves.T[:, None] * waves.T[None, :]).reshape(-1, self.features)
        curve = matvec(pairs, np.cos(angles))
        bowl = constant(self.confinement * np.eye(self.dim), p)
        return bowl - height * curve.reshape(self.dim, self.dim, *p.shape[1:])

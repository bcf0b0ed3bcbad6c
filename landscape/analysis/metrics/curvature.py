"""Measure the Hessian along the path."""

from __future__ import annotations

import numpy as np

from landscape.analysis._metric import RunMetric, StepMetric, register
from landscape.analysis.preconditioner import preconditioners
from landscape.analysis.series import spectrum
from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.record import Track

NAMES = ("sharpness", "preconditioned_sharpness", "index", "at_saddle")


@register("sharpness")
class Sharpness(StepMetric):
    """Largest eigenvalue of the Hessian at step t: plain descent is stable below 2 / rate."""

    by_row = True

    def measure(self, track: Track, surface: Surface) -> Array:
        rows, dim, runs = track.params.shape
        points = track.params.transpose(0, 2, 1).reshape(rows * runs, dim)
        return spectrum(surface, points)[:, -1].reshape(rows, runs)


@register("preconditioned_sharpness")
class PreconditionedSharpness(StepMetric):
    """Largest eigenvalue of D^-1 H at step t, where D is what an adaptive rule divides each coordinate by.

    Adam is stable below (2 + 2 beta1) / ((1 - beta1) rate), which is 38 / rate for beta1 = 0.9: its edge of stability.
    Of `adam`, `adamw` and `amsgrad` D is (1 - beta1^t)(sqrt(v / (1 - beta2^t)) + eps), of `rmsprop` and `adagrad` the
    root that they divide by; of `sgd`, `momentum` and `nesterov` 1, so that it is the sharpness. Runs with noise, other
    rules and more than 50,000 steps are refused. A coordinate whose gradients were all 0 is divided by eps alone.

    Source: Cohen et al. 2022, "Adaptive gradient methods at the edge of stability", arXiv:2207.14484, section 3.
    """

    by_path = True
    exact_alone = True
    settled = 1  # after a single gradient D is anything

    def measure(self, track: Track, surface: Surface) -> Array:
        rows, dim, runs = track.params.shape
        roots, points = (
            each.transpose(0, 2, 1).reshape(rows * runs, dim)
            for each in (preconditioners(track, surface), track.params)
        )
        return spectrum(surface, points, roots)[:, -1].reshape(rows, runs)


@register("index")
class Index(StepMetric):
    """Negative eigenvalues of the Hessian at step t: how many directions curve down; 0 around a minimum."""

    by_row = True
    even = True

    def measure(self, track: Track, surface: Surface) -> Array:
        rows, dim, runs = track.params.shape
        points = track.params.transpose(0, 2, 1).reshape(rows * runs, dim)
        return np.count_nonzero(spectrum(surface, points) < 0.0, axis=1).reshape(rows, runs).astype(np.float64)


@register("at_saddle")
class AtSaddle(RunMetric):
    """Whether the Hessian where the run ends has eigenvalues of both signs: 1 or 0.

    Of a rule that is drawn to critical points of any kind, as `newton` is, the mean is the share of saddles among those
    that it finds.
    """

    def measure(self, track: Track, surface: Surface) -> Array:
        every = spectrum(surface, track.params[-1].T)
        return ((every[:, 0] < 0.0) & (every[:, -1] > 0.0)).astype(np.float64)

"""Enter a measure with `@register("gap")`, so that expectations find it by name."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np

from landscape.core.component import Array, Component, FieldError
from landscape.core.critical_points import CriticalPoint
from landscape.core.methods import Noise
from landscape.core.registry import Registry
from landscape.core.surface import HasLayers, Surface, offers
from landscape.record import Track


class Metric(Component, ABC):
    """A measure: a figure of merit of a track, at each step or of the whole run.

    by_path: whether the last figure takes the steps between the first and the last, too. exact_alone: whether it is
    measured of runs without noise alone.
    """

    each_step: ClassVar[bool]
    by_path: ClassVar[bool] = False
    exact_alone: ClassVar[bool] = False

    @abstractmethod
    def measure(self, track: Track, surface: Surface) -> Array:
        """The figures: (rows, runs) where `each_step`, else (runs,)."""

    def check_surface(self, surface: Surface) -> None:
        """Raise ValueError where the surface lacks what is measured against."""

    def check_noise(self, noise: Noise | None) -> None:
        """Raise ValueError where the gradients have noise that it, or a measure inside it, cannot be measured with."""
        inner = getattr(self, "of", None)
        if isinstance(inner, Metric):
            inner.check_noise(noise)
        if self.exact_alone and noise is not None:
            raise ValueError(f'the measure "{self.name}" needs exact gradients, and here they have noise')


class StepMetric(Metric):
    """A measure with one figure a step: (rows, runs). Expectations name one, and curves are drawn of it.

    by_row: whether each row of figures follows from that row of the parameters alone. even: whether curves of it are
    drawn on a linear axis whatever they do, as counts and shares are. settled: from which row on its figures set the
    axis of a picture, where the first ones tell nothing of the others.
    """

    each_step = True
    by_row: ClassVar[bool] = False
    even: ClassVar[bool] = False
    settled: ClassVar[int] = 0

    def rows(self, track: Track, surface: Surface, chosen: slice) -> Array:
        """The figures of the chosen rows, and no others measured where that can be."""
        if self.by_row:
            return self.measure(dataclasses.replace(track, params=track.params[chosen]), surface)
        return self.measure(track, surface)[chosen]


class RunMetric(Metric):
    """A measure with one figure a run: (runs,)."""

    each_step = False


# The names that measures had in version 0.1, in expectations and in views.
ALIASES = {"value": "loss", "rate": "learning_rate", "effective_step": "effective_rate"}
REGISTRY: Registry[Metric] = Registry("metric", Metric, package=f"{__package__}.metrics", aliases=ALIASES)
register = REGISTRY.register
names = REGISTRY.names
metric = REGISTRY.build


def step_metric(given: StepMetric | str) -> StepMetric:
    """A measure with one figure a step, from itself or its name. ValueError for one with one figure a run."""
    made = REGISTRY.coerce(given)
    if not isinstance(made, StepMetric):
        raise ValueError(f'must have one figure a step, and the measure "{made.name}" has one a run')
    return made


ROUNDING = 1e-12  # relative, of what a loss is known to

# How the figures of many runs become one.
STATISTICS: dict[str, Callable[[Array], Any]] = {"median": np.median, "mean": np.mean, "min": np.min, "max": np.max}


def lowest_of(metric: Metric, surface: Surface) -> float:
    if surface.lowest is None:
        why = "goes down without end" if "unbounded" in surface.traits else "has no known minimum"
        raise ValueError(f'the measure "{metric.name}" needs a lowest value, and the surface "{surface.name}" {why}')
    return surface.lowest


def loss_above(track: Track, lowest: float) -> Array:
    """(rows, runs): the loss above the lowest; 0 where it is below by no more than rounding."""
    above = track.value - lowest
    return np.where((above < 0.0) & (above >= -ROUNDING * (1.0 + abs(lowest))), 0.0, above)


def check_layers(metric: Metric, surface: Surface) -> HasLayers:
    if not offers(surface, HasLayers):
        raise ValueError(f'the measure "{metric.name}" needs a network, and the surface "{surface.name}" is none')
    return surface


def some_of(
    metric: Metric, surface: Surface, points: tuple[CriticalPoint, ...], kind: str
) -> tuple[CriticalPoint, ...]:
    if not points:
        raise ValueError(f'the measure "{metric.name}" needs a known {kind}, and the surface "{surface.name}" has none')
    return points


def length_of(moves: Array) -> Array:
    """Euclidean length over the coordinates: (rows, dim, runs) -> (rows, runs)."""
    with np.errstate(over="ignore"):
        return np.asarray(np.sqrt(np.sum(moves * moves, axis=1)))


def distance_to_nearest(params: Array, points: Iterable[CriticalPoint]) -> Array:
    """Distance to the nearest of the points: (rows, dim, runs) -> (rows, runs)."""
    rows, _, runs = params.shape
    closest = np.full((rows, runs), np.inf)
    for point in points:
        np.minimum(closest, length_of(params - point.point[:, None]), out=closest)
    return closest


def check_coordinate(metric: Metric, coordinate: int | None, surface: Surface) -> None:
    if coordinate is not None and coordinate >= surface.dim:
        reason = f'must be below {surface.dim}, the dimension of the surface "{surface.name}", got {coordinate}'
        raise FieldError(metric.name, "coordinate", reason)


def first_step(hits: Array, steps: Array) -> Array:
    """The step of the first true row of hits (rows, runs), or inf: (runs,)."""
    return np.where(hits.any(axis=0), steps[np.argmax(hits, axis=0)], np.inf)

"""Enter a measure with `@register("gap")`, so that expectations find it by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np

from landscape.core.component import Array, Component
from landscape.core.critical_points import CriticalPoint
from landscape.core.registry import Registry
from landscape.core.surface import HasLayers, Surface
from landscape.record import Track


class Metric(Component, ABC):
    """A figure of merit of a track. `each_step` says whether it has one figure a row, or one for the whole run."""

    each_step: ClassVar[bool] = True

    @abstractmethod
    def measure(self, track: Track, surface: Surface) -> Array:
        """(rows, runs) where `each_step`, else (runs,)."""

    @abstractmethod
    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface lacks what is measured against."""


REGISTRY: Registry[Metric] = Registry("metric", Metric, package=f"{__package__}.metrics")
register = REGISTRY.register
names = REGISTRY.names
metric = REGISTRY.build

# How the figures of many runs become one.
STATISTICS: dict[str, Callable[[Array], Any]] = {"median": np.median, "mean": np.mean, "min": np.min, "max": np.max}


def lowest_of(metric: Metric, surface: Surface) -> float:
    if surface.lowest is None:
        why = "goes down without end" if "unbounded" in surface.traits else "has no known minimum"
        raise ValueError(f'the measure "{metric.name}" needs a lowest value, and the surface "{surface.name}" {why}')
    return surface.lowest


def check_layers(metric: Metric, surface: Surface) -> HasLayers:
    if not isinstance(surface, HasLayers):
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


def first_step(hits: Array, steps: Array) -> Array:
    """The step of the first true row of hits (rows, runs), or inf: (runs,)."""
    return np.where(hits.any(axis=0), steps[np.argmax(hits, axis=0)], np.inf)

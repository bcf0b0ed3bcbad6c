"""Measure a whole run, or another measure over many of its steps."""

from __future__ import annotations

import numpy as np

from landscape.analysis._metric import (
    RunMetric,
    StepMetric,
    distance_to_nearest,
    first_step,
    loss_above,
    lowest_of,
    register,
    some_of,
)
from landscape.analysis.metrics.steps import Gap, Loss
from landscape.core.component import Array, NonNegative, Positive, Share, Whole
from landscape.core.surface import Surface
from landscape.record import Track

NAMES = ("first_hit", "escape_step", "reached", "diverged", "late_mean", "change")


@register("first_hit")
class FirstHit(RunMetric):
    """First recorded step at which f(p_t) - f* is at most `gap`; inf for a run that never gets there."""

    gap: NonNegative = 1e-3
    by_path = True

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a lowest value that is known."""
        lowest_of(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        return first_step(loss_above(track, lowest_of(self, surface)) <= self.gap, track.steps)


@register("escape_step")
class EscapeStep(RunMetric):
    """Step from which on every known saddle stays at least `radius` away.

    It is inf for a run that ends nearer than that, and 0 for one that never comes nearer.
    """

    radius: Positive = 1.0
    by_path = True

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a known saddle."""
        some_of(self, surface, surface.saddles, "saddle")

    def measure(self, track: Track, surface: Surface) -> Array:
        near = distance_to_nearest(track.params, some_of(self, surface, surface.saddles, "saddle")) < self.radius
        rows_after = np.argmax(near[::-1], axis=0)
        left = track.steps[np.minimum(len(near) - rows_after, len(near) - 1)]
        return np.where(near[-1], np.inf, np.where(near.any(axis=0), left, 0.0))


@register("reached")
class Reached(RunMetric):
    """Whether the run ends within `radius` of a global minimum: 1 or 0. Its mean is the share that found it."""

    radius: Positive = 0.1

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a global minimum that is known."""
        lowest_of(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        lowest = lowest_of(self, surface)
        tie = 1e-9 * (1.0 + abs(lowest))
        best = [point for point in surface.minima if point.value <= lowest + tie]
        return (distance_to_nearest(track.params[-1:], best)[0] <= self.radius).astype(np.float64)


@register("diverged")
class Diverged(RunMetric):
    """Whether the run diverged: 1 or 0. Its mean is the share that did."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return (track.status == "diverged").astype(np.float64)


@register("late_mean")
class LateMean(RunMetric):
    """Mean of another measure over the last rows of each run: with noise, the floor that it rattles at.

    of: a measure with one figure a step; share: of the recorded rows, counted from the end (at least one row).
    """

    of: StepMetric = Gap()
    share: Share = 0.25
    by_path = True

    def check_surface(self, surface: Surface) -> None:
        """What the other measure needs."""
        self.of.check_surface(surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        last = slice(-max(1, round(self.share * len(track.steps))), None)
        return np.mean(self.of.rows(track, surface, last), axis=0)


@register("change")
class Change(StepMetric):
    """How many times as large another measure is at step t as it was `steps` before: below 1 it shrinks.

    of: a measure with one figure a step; steps: how far back to look (to the nearest recorded row before).
    """

    of: StepMetric = Loss()
    steps: Whole = 100
    by_path = True

    def check_surface(self, surface: Surface) -> None:
        """What the other measure needs."""
        self.of.check_surface(surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        rows = self.of.measure(track, surface)
        back = np.searchsorted(track.steps, np.maximum(track.steps - self.steps, 0), side="right") - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(rows == rows[back], 1.0, rows / rows[back])

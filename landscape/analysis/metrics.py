"""Put a number on what a run did: how low, how far, how soon, and whether it got there.

    metric("gap").measure(record["adam"], record.surface)                      # (rows, runs): one figure a step
    metric("first_hit", gap=1e-3).measure(record["adam"], record.surface)      # (runs,): one figure a run

An expectation of a scenario names one of these as its `measure`. All of them use the noise-free loss. A step that was
never reached is inf; yes or no is 1 or 0, so that a mean over runs is a share.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from landscape.analysis._metric import (
    Metric,
    check_layers,
    distance_to_nearest,
    first_step,
    length_of,
    lowest_of,
    register,
    some_of,
)
from landscape.core.component import Array, FieldError, NonNegative, Positive, Real, Share, Whole
from landscape.core.surface import Surface
from landscape.record import Track

NAMES = (
    "value",
    "gap",
    "distance",
    "distance_to",
    "distance_from_start",
    "distance_from_saddle",
    "gradient_norm",
    "learning_rate",
    "effective_rate",
    "layer",
    "accuracy",
    "sharpness",
    "first_hit",
    "escape_step",
    "reached",
    "diverged",
    "evaluations",
    "late_mean",
    "change",
)


@register("value")
class Value(Metric):
    """Noise-free loss f(p_t)."""

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return track.value


@register("gap")
class Gap(Metric):
    """Loss above the global minimum, f(p_t) - f*."""

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a lowest value that is known."""
        lowest_of(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        return track.value - lowest_of(self, surface)


@register("distance")
class Distance(Metric):
    """Distance to the nearest known minimum, local ones included, min_k |p_t - m_k|."""

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a known minimum."""
        some_of(self, surface, surface.minima, "minimum")

    def measure(self, track: Track, surface: Surface) -> Array:
        return distance_to_nearest(track.params, some_of(self, surface, surface.minima, "minimum"))


@register("distance_to")
class DistanceTo(Metric):
    """Distance to a given point q, |p_t - q|.

    point: q, one number for each coordinate.
    """

    point: tuple[Real, ...]

    def check_surface(self, surface: Surface) -> None:
        """The point must have as many coordinates as the surface."""
        if len(self.point) != surface.dim:
            raise FieldError(
                self.name,
                "point",
                f'must have {surface.dim} numbers for the surface "{surface.name}", got {len(self.point)}',
            )

    def measure(self, track: Track, surface: Surface) -> Array:
        self.check_surface(surface)
        return length_of(track.params - np.array(self.point)[:, None])


@register("distance_from_start")
class DistanceFromStart(Metric):
    """Distance from where the run began, |p_t - p_0|."""

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return length_of(track.params - track.params[0])


@register("distance_from_saddle")
class DistanceFromSaddle(Metric):
    """Distance from the nearest known saddle, min_k |p_t - s_k|."""

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a known saddle."""
        some_of(self, surface, surface.saddles, "saddle")

    def measure(self, track: Track, surface: Surface) -> Array:
        return distance_to_nearest(track.params, some_of(self, surface, surface.saddles, "saddle"))


@register("gradient_norm")
class GradientNorm(Metric):
    """Length of the exact gradient, |grad f(p_t)|."""

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return track.gradient_norm


@register("learning_rate")
class LearningRate(Metric):
    """Learning rate that the schedule asks for at step t."""

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return track.lr


@register("effective_rate")
class EffectiveRate(Metric):
    """Learning rate that the update amounts to, |p_t - p_s| / ((t - s) |grad f(p_s)|), s the row before t.

    With every step recorded and no noise this is the learning rate for plain gradient descent, and for the others the
    one with which gradient descent would have gone as far. It is 0 in the first row, which no step led to, and where a
    run stands still.
    """

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        moved = length_of(np.diff(track.params, axis=0))
        slope = np.diff(track.steps)[:, None] * track.gradient_norm[:-1]
        rate = np.zeros_like(track.value)
        np.divide(moved, slope, out=rate[1:], where=slope > 0.0)
        return rate


@register("layer")
class Layer(Metric):
    """What a layer of a network does at step t.

    quantity: "gradient_norm" of its weights, "mean" of its outputs, the share of slopes that are "saturated", or of
    units that are "dead", over all examples; or "spread", the largest difference between two of its units for the same
    example. layer: its number, from 1, or from the end, -1 the output layer; over: the number of a layer whose figure
    to divide by, none where 0.
    """

    quantity: Literal["gradient_norm", "mean", "saturated", "dead", "spread"] = "gradient_norm"
    layer: int = 1
    over: int = 0

    def _check(self) -> None:
        if self.layer == 0:
            raise FieldError(self.name, "layer", "must be 1 or more, or -1 or less to count from the output, got 0")

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a network with such layers."""
        last = len(check_layers(self, surface).layers) - 1
        for field, number in (("layer", self.layer), ("over", self.over)):
            if abs(number) > last:
                raise FieldError(self.name, field, f"must be at most {last}, the layers of this network, got {number}")

    def measure(self, track: Track, surface: Surface) -> Array:
        network = check_layers(self, surface)
        figures = np.stack([network.layer_figures(row, self.quantity) for row in track.params], axis=1)
        mine = figures[self.layer - (self.layer > 0)]
        if self.over == 0:
            return mine
        with np.errstate(divide="ignore", invalid="ignore"):
            return mine / figures[self.over - (self.over > 0)]


@register("accuracy")
class Accuracy(Metric):
    """Share of the examples that a network puts in the right class at step t."""

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a network."""
        check_layers(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        network = check_layers(self, surface)
        return np.stack([network.accuracy(row) for row in track.params])


@register("sharpness")
class Sharpness(Metric):
    """Largest eigenvalue of the Hessian at step t: plain descent is stable below 2 / rate."""

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return np.stack([np.linalg.eigvalsh(np.moveaxis(surface.hessian(row), -1, 0))[:, -1] for row in track.params])


@register("first_hit")
class FirstHit(Metric):
    """First recorded step at which f(p_t) - f* is at most `gap`; inf for a run that never gets there."""

    gap: NonNegative = 1e-3
    each_step = False

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a lowest value that is known."""
        lowest_of(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        return first_step(track.value - lowest_of(self, surface) <= self.gap, track.steps)


@register("escape_step")
class EscapeStep(Metric):
    """Step from which on every known saddle stays at least `radius` away.

    It is inf for a run that ends nearer than that, and 0 for one that never comes nearer.
    """

    radius: Positive = 1.0
    each_step = False

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a known saddle."""
        some_of(self, surface, surface.saddles, "saddle")

    def measure(self, track: Track, surface: Surface) -> Array:
        near = distance_to_nearest(track.params, some_of(self, surface, surface.saddles, "saddle")) < self.radius
        rows_after = np.argmax(near[::-1], axis=0)
        left = track.steps[np.minimum(len(near) - rows_after, len(near) - 1)]
        return np.where(near[-1], np.inf, np.where(near.any(axis=0), left, 0.0))


@register("reached")
class Reached(Metric):
    """Whether the run ends within `radius` of a global minimum: 1 or 0. Its mean is the share that found it."""

    radius: Positive = 0.1
    each_step = False

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a global minimum that is known."""
        lowest_of(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        lowest = lowest_of(self, surface)
        tie = 1e-9 * (1.0 + abs(lowest))
        best = [point for point in surface.minima if point.value <= lowest + tie]
        return (distance_to_nearest(track.params[-1:], best)[0] <= self.radius).astype(np.float64)


@register("diverged")
class Diverged(Metric):
    """Whether the run diverged: 1 or 0. Its mean is the share that did."""

    each_step = False

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return (track.status == "diverged").astype(np.float64)


@register("evaluations")
class Evaluations(Metric):
    """Evaluations of the loss or its derivatives spent until step t."""

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return np.asarray(track.evaluations, dtype=np.float64)


@register("late_mean")
class LateMean(Metric):
    """Mean of another measure over the last rows of each run: with noise, the floor that it rattles at.

    of: a measure with one figure a step; share: of the recorded rows, counted from the end (at least one row).
    """

    of: Metric = Gap()
    share: Share = 0.25
    each_step = False

    def _check(self) -> None:
        if not self.of.each_step:
            raise FieldError(self.name, "of", f'must have one figure a step, and "{self.of.name}" has one a run')

    def check_surface(self, surface: Surface) -> None:
        """What the other measure needs."""
        self.of.check_surface(surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        rows = self.of.measure(track, surface)
        return np.mean(rows[-max(1, round(self.share * len(rows))) :], axis=0)


@register("change")
class Change(Metric):
    """How many times as large another measure is at step t as it was `steps` before: below 1 it shrinks.

    of: a measure with one figure a step; steps: how far back to look (to the nearest recorded row before).
    """

    of: Metric = Value()
    steps: Whole = 100

    def _check(self) -> None:
        if not self.of.each_step:
            raise FieldError(self.name, "of", f'must have one figure a step, and "{self.of.name}" has one a run')

    def check_surface(self, surface: Surface) -> None:
        """What the other measure needs."""
        self.of.check_surface(surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        rows = self.of.measure(track, surface)
        back = np.searchsorted(track.steps, np.maximum(track.steps - self.steps, 0), side="right") - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(rows == rows[back], 1.0, rows / rows[back])

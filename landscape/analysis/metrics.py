"""Put a number on what a run did: how low, how far, how soon, and whether it got there.

    metric("gap").measure(record["adam"], record.surface)                      # (rows, runs): one figure a step
    metric("first_hit", gap=1e-3).measure(record["adam"], record.surface)      # (runs,): one figure a run

An expectation of a scenario names one of these as its `measure`, and a view of curves one with a figure a step as its
`quantity`. All of them use the noise-free loss. A step that was never reached is inf; yes or no is 1 or 0, so that a
mean over runs is a share.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from landscape.analysis._metric import (
    RunMetric,
    StepMetric,
    check_coordinate,
    check_layers,
    distance_to_nearest,
    first_step,
    length_of,
    loss_above,
    lowest_of,
    metric,
    register,
    some_of,
)
from landscape.analysis.series import gradients, moves, spectrum
from landscape.core.component import Array, FieldError, NonNegative, Positive, Real, Share, Whole
from landscape.core.surface import Surface
from landscape.record import Track

NAMES = (
    "loss",
    "gap",
    "distance",
    "distance_to",
    "distance_from_start",
    "distance_from_saddle",
    "gradient_norm",
    "learning_rate",
    "effective_rate",
    "speed",
    "layer",
    "accuracy",
    "sharpness",
    "index",
    "first_hit",
    "escape_step",
    "reached",
    "diverged",
    "evaluations",
    "late_mean",
    "change",
)


@register("loss")
class Loss(StepMetric):
    """Noise-free loss f(p_t)."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return track.value


@register("gap")
class Gap(StepMetric):
    """Loss above the global minimum, f(p_t) - f*; 0 where it is below by rounding alone."""

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a lowest value that is known."""
        lowest_of(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        return loss_above(track, lowest_of(self, surface))


@register("distance")
class Distance(StepMetric):
    """Distance to the nearest known minimum, local ones included, min_k |p_t - m_k|.

    What is known, the `completeness` of the surface says: where it lists the global minimum alone this is the distance
    to that one, and pictures call it so.
    """

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a known minimum."""
        some_of(self, surface, surface.minima, "minimum")

    def measure(self, track: Track, surface: Surface) -> Array:
        return distance_to_nearest(track.params, some_of(self, surface, surface.minima, "minimum"))


@register("distance_to")
class DistanceTo(StepMetric):
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
class DistanceFromStart(StepMetric):
    """Distance from where the run began, |p_t - p_0|."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return length_of(track.params - track.params[0])


@register("distance_from_saddle")
class DistanceFromSaddle(StepMetric):
    """Distance from the nearest known saddle, min_k |p_t - s_k|."""

    def check_surface(self, surface: Surface) -> None:
        """The surface must have a known saddle."""
        some_of(self, surface, surface.saddles, "saddle")

    def measure(self, track: Track, surface: Surface) -> Array:
        return distance_to_nearest(track.params, some_of(self, surface, surface.saddles, "saddle"))


@register("gradient_norm")
class GradientNorm(StepMetric):
    """Length of the exact gradient, |grad f(p_t)|.

    coordinate: the one, from 0, whose slope |df/dp_i| it is; the length over all where left out.
    """

    coordinate: Whole | None = None

    def check_surface(self, surface: Surface) -> None:
        """The surface must have the coordinate."""
        check_coordinate(self, self.coordinate, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        if self.coordinate is None:
            return track.gradient_norm
        return np.asarray(np.abs(gradients(track, surface)[:, self.coordinate]))


@register("learning_rate")
class LearningRate(StepMetric):
    """Learning rate that the schedule asks for at step t."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return track.lr


@register("effective_rate")
class EffectiveRate(StepMetric):
    """Learning rate that the update amounts to, |p_s - p_t| / ((s - t) |grad f(p_t)|), s the row after t.

    With every step recorded and no noise this is the learning rate for plain gradient descent, and for the others the
    one with which gradient descent would have gone as far. The last row, which no step follows, repeats the row before.
    Where the gradient is 0, a run that stands still has the rate 0, and one that moves on inf. One that has stopped
    makes no step and has none: nan.

    coordinate: the one, from 0, of whose step and slope it is; of the whole where left out.
    """

    coordinate: Whole | None = None
    by_path = True

    def check_surface(self, surface: Surface) -> None:
        """The surface must have the coordinate."""
        check_coordinate(self, self.coordinate, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        slope = metric("gradient_norm", coordinate=self.coordinate).measure(track, surface)
        speed = metric("speed", coordinate=self.coordinate).measure(track, surface)
        with np.errstate(all="ignore"):
            rate = np.where(speed > 0.0, speed / slope, 0.0 * slope)
        rate[track.steps[:, None] >= track.stopped] = np.nan
        rate[-1] = rate[max(len(rate) - 2, 0)]
        return rate


@register("speed")
class Speed(StepMetric):
    """How far a step goes, |p_s - p_t| / (s - t), s the row after t; the last row repeats the one before.

    coordinate: the one, from 0, along which it is; the length over all where left out.
    """

    coordinate: Whole | None = None
    by_path = True

    def check_surface(self, surface: Surface) -> None:
        """The surface must have the coordinate."""
        check_coordinate(self, self.coordinate, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        ahead = moves(track)
        return length_of(ahead) if self.coordinate is None else np.asarray(np.abs(ahead[:, self.coordinate]))


@register("layer")
class Layer(StepMetric):
    """What a layer of a network does at step t.

    quantity: "gradient_norm" of the loss by its weights, an L2 penalty included, "mean" of its outputs, the share of
    slopes that are "saturated", or of units that are "dead", over all examples; or "spread", the largest difference
    between two of its units for the same example. layer: its number, from 1, or from the end, -1 the output layer;
    over: the number of a layer whose figure to divide by, none where 0.
    """

    quantity: Literal["gradient_norm", "mean", "saturated", "dead", "spread"] = "gradient_norm"
    layer: int = 1
    over: int = 0
    by_row = True

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
class Accuracy(StepMetric):
    """Share of the examples that a network puts in the right class at step t."""

    by_row = True
    even = True

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a network."""
        check_layers(self, surface)

    def measure(self, track: Track, surface: Surface) -> Array:
        network = check_layers(self, surface)
        return np.stack([network.accuracy(row) for row in track.params])


@register("sharpness")
class Sharpness(StepMetric):
    """Largest eigenvalue of the Hessian at step t: plain descent is stable below 2 / rate."""

    by_row = True

    def measure(self, track: Track, surface: Surface) -> Array:
        rows, dim, runs = track.params.shape
        points = track.params.transpose(0, 2, 1).reshape(rows * runs, dim)
        return spectrum(surface, points)[:, -1].reshape(rows, runs)


@register("index")
class Index(StepMetric):
    """Negative eigenvalues of the Hessian at step t: how many directions curve down; 0 around a minimum."""

    by_row = True
    even = True

    def measure(self, track: Track, surface: Surface) -> Array:
        rows, dim, runs = track.params.shape
        points = track.params.transpose(0, 2, 1).reshape(rows * runs, dim)
        return np.count_nonzero(spectrum(surface, points) < 0.0, axis=1).reshape(rows, runs).astype(np.float64)


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


@register("evaluations")
class Evaluations(StepMetric):
    """Evaluations of the loss or its derivatives spent until step t."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return np.asarray(track.evaluations, dtype=np.float64)


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

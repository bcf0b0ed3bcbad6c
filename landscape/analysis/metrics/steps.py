"""Measure what a run does at each step: its loss, its distances, its steps."""

from __future__ import annotations

import numpy as np

from landscape.analysis._metric import (
    StepMetric,
    check_coordinate,
    distance_to_nearest,
    length_of,
    loss_above,
    lowest_of,
    metric,
    register,
    some_of,
)
from landscape.analysis.series import gradients, moves
from landscape.core.component import Array, FieldError, Real, Whole
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
    "evaluations",
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


@register("evaluations")
class Evaluations(StepMetric):
    """Evaluations of the loss or its derivatives spent until step t."""

    def measure(self, track: Track, surface: Surface) -> Array:
        return np.asarray(track.evaluations, dtype=np.float64)

"""Evaluate a surface as long as time allows.

    timed = TimedSurface(surface, seconds=1.5)
    timed.gradient(p)                     # raises OutOfTime where that would take longer than what is left
    timed.allow(0.5)                      # until half of the time has passed

What is evaluated is what the surface says, bit for bit: a call is made whole or not at all. Time that other programs
take is not counted, up to half of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.surface import Surface

GROWTH = 8  # from one trial call to the next, in points
SHARE = 0.05  # of the time left that a trial call may take, for a larger one to follow


class OutOfTime(Exception):
    """There is no time left for an evaluation."""


class TimedSurface:
    """A surface's value, gradient and Hessian, within `seconds` (None: without end)."""

    def __init__(self, surface: Surface, seconds: float | None) -> None:
        self.surface, self.name, self.dim, self.window = surface, surface.name, surface.dim, surface.window
        self._begin, self._seconds = spent(), math.inf if seconds is None else seconds
        self._end = self._seconds
        self._rates: dict[str, float] = {}  # points a second
        self._last: tuple[bytes, Array] = b"", np.empty(0)  # values of many points, which may be asked for again

    @property
    def limited(self) -> bool:
        """Whether there is an end at all."""
        return self._seconds < math.inf

    def allow(self, share: float) -> None:
        """Evaluate until this share of the time has passed."""
        self._end = share * self._seconds

    def value(self, p: Any) -> Array:
        """The loss: p (dim, ...) -> (...)."""
        return self._called("value", self.surface.value, p)

    def gradient(self, p: Any) -> Array:
        """The gradient: p (dim, ...) -> (dim, ...)."""
        return self._called("gradient", self.surface.gradient, p)

    def hessian(self, p: Any) -> Array:
        """The Hessian: p (dim, ...) -> (dim, dim, ...)."""
        return self._called("hessian", self.surface.hessian, p)

    def _called(self, kind: str, function: Callable[[Any], Array], p: Any) -> Array:
        if not self.limited:
            return function(p)
        points = np.asarray(p)
        many = points[0].size
        if many and kind == "value" and points.tobytes() == self._last[0]:
            return self._last[1].copy()
        # the wall's clock alone is quick to read
        left = self._end - (time.perf_counter() - self._begin[1])
        if not self._fits(kind, function, points.reshape(self.dim, -1), left):
            left = self._end - since(self._begin)
            if not self._fits(kind, function, points.reshape(self.dim, -1), left):
                raise OutOfTime
        before = time.perf_counter()
        result = function(points)
        # of the largest call so far
        self._rates[kind] = max(self._rates.get(kind, 0.0), many / max(time.perf_counter() - before, 1e-9))
        if many > 1 and kind == "value":
            self._last = points.tobytes(), np.asarray(result).copy()
        return result

    def _fits(self, kind: str, function: Callable[[Any], Array], columns: Array, left: float) -> bool:
        """Whether a call of so many points ends in time, as calls of a few, then more of them, let expect."""
        many, size = columns.shape[1], 1
        if left <= 0.0:
            return False
        while many > self._rates.get(kind, 0.0) * left:
            if size > many:
                return True
            before = time.perf_counter()
            function(columns[:, :size])
            taken = max(time.perf_counter() - before, 1e-9)
            left -= taken
            self._rates[kind] = max(self._rates.get(kind, 0.0), size / taken)
            if taken > SHARE * left and many > self._rates[kind] * left:
                return False
            size *= GROWTH
        return True


def spent() -> tuple[float, float]:
    """(seconds of this process, seconds on the wall) since some time or other."""
    return time.process_time(), time.perf_counter()


def since(before: tuple[float, float]) -> float:
    """How long this process has worked since `before`, or half of the time on the wall where it mostly waits."""
    now = spent()
    return max(now[0] - before[0], (now[1] - before[1]) / 2.0)

"""Schaul's shapes in one dimension derive from `Prototype`, and those with a minimum from `Bowl`."""

from __future__ import annotations

import dataclasses
import functools
from abc import abstractmethod
from typing import ClassVar

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import select, stack, symmetric
from landscape.core.surface import Surface, Window


def sign(s: Array) -> Array:
    """-1, 0 or 1: (...)."""
    return 0.0 * s + select(s, 1.0, 0.0) - select(-s, 1.0, 0.0)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Prototype(Surface):
    """f(p) = height phi(x / width), with the shape phi of the subclass; p = (x): (1, ...)."""

    height: Positive = 1.0
    width: Positive = 1.0

    dim = 1
    reach: ClassVar[float] = 3.0
    """The window goes so many widths to either side, and descents start at `begin` widths."""
    begin: ClassVar[float] = -2.0

    @abstractmethod
    def phi(self, s: Array) -> Array:
        """The shape: (...) -> (...)."""

    @abstractmethod
    def slope(self, s: Array) -> Array:
        """Its derivative, or a subgradient: (...) -> (...)."""

    @abstractmethod
    def curvature(self, s: Array) -> Array:
        """Its second derivative: (...) -> (...)."""

    @property
    def window(self) -> Window:
        return ((-self.reach * self.width, self.reach * self.width),)

    @property
    def customary_start(self) -> Array:
        return np.array([self.begin * self.width])

    def _value(self, p: Array) -> Array:
        return self.height * self.phi(p[0] / self.width)

    def _gradient(self, p: Array) -> Array:
        return stack(self.height / self.width * self.slope(p[0] / self.width))

    def _hessian(self, p: Array) -> Array:
        return symmetric((self.height / (self.width * self.width) * self.curvature(p[0] / self.width),))

    def _at_the_right_edge(self) -> tuple[CriticalPoint, ...]:
        edge = np.array([self.window[0][1]])
        return (CriticalPoint(edge, float(self._value(edge)), "minimum"),)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Bowl(Prototype):
    """A shape with its one critical point, a minimum of value 0, at 0."""

    degenerate: ClassVar[bool] = False
    kink: ClassVar[bool] = False

    @property
    def completeness(self) -> Completeness:
        return "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0], 0.0, "minimum", self.degenerate, self.kink),)

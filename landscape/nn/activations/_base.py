"""What every activation is, and the registry of them all; derive from Activation to add one."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np

from landscape.core.component import Array, Component
from landscape.core.registry import Registry

INF = math.inf
Side = Literal["left", "right"]


class Activation(Component, ABC):
    """A function phi of one number, applied to each output of a layer.

    A subclass writes `_value`, `_slope` and `_curvature`: phi, phi' and phi'' at z, the latter two given a = phi(z) as
    well, and each an array or a number that broadcasts against z.
    """

    formula: ClassVar[str] = ""
    """phi(z) in mathematical notation."""

    range: tuple[float, float] = (-INF, INF)
    """The infimum and the supremum of phi."""

    zero_centred: bool = False
    """Whether phi is odd, so that inputs spread evenly around 0 give outputs that are."""

    saturates: tuple[Side, ...] = ()
    """On which sides the derivative tends to 0."""

    flat: tuple[tuple[float, float], ...] = ()
    """Open intervals without end where the derivative is 0: a unit that is there for all the data has died."""

    kinks: tuple[float, ...] = ()
    """Where the derivative jumps."""

    largest_slope: float = 1.0
    """The supremum of |phi'|."""

    @abstractmethod
    def _value(self, z: Array) -> Array: ...

    @abstractmethod
    def _slope(self, z: Array, a: Array) -> Any: ...

    @abstractmethod
    def _curvature(self, z: Array, a: Array) -> Any: ...

    def value(self, z: Any) -> Array:
        """phi(z): (...) -> (...)."""
        z = _floats(z)
        return _spread(self._value(z), z)

    def derivative(self, z: Any) -> Array:
        """phi'(z): (...) -> (...)."""
        z = _floats(z)
        return _spread(self._slope(z, self._value(z)), z)

    def second_derivative(self, z: Any) -> Array:
        """phi''(z): (...) -> (...); 0 at kinks."""
        z = _floats(z)
        return _spread(self._curvature(z, self._value(z)), z)


@runtime_checkable
class Learnt(Protocol):
    """An activation with one parameter a layer that is learnt with the weights; it enters phi linearly."""

    slope: Any

    def at(self, slope: Array) -> Activation:
        """The activation with its parameter at `slope` (...), which must broadcast against z."""

    def by_slope(self, z: Array) -> Array:
        """The derivative of phi(z) with respect to the parameter."""

    def mixed(self, z: Array) -> Array:
        """The derivative of phi'(z) with respect to the parameter."""


REGISTRY: Registry[Activation] = Registry("activation", Activation, package=__package__)
register = REGISTRY.register
names = REGISTRY.names
build = REGISTRY.build


def _floats(z: Any) -> Array:
    array = np.asarray(z)
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def _spread(number: Any, z: Array) -> Array:
    spread = np.array(np.broadcast_to(number, z.shape))
    return spread.astype(np.float64) if spread.dtype == bool else spread

"""The registry of noises, what a surface of terms offers, and the bases of noises that act on a given gradient."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError
from landscape.core.elementary import total
from landscape.core.methods import Moment, Noise
from landscape.core.random import Source
from landscape.core.registry import Registry
from landscape.core.surface import Surface

REGISTRY: Registry[Noise] = Registry("noise", Noise, package=__package__)
register = REGISTRY.register
names = REGISTRY.names


class Perturbation(Noise):
    """A noise that turns a given gradient into a noisier one, and so can follow another noise in a chain."""

    @abstractmethod
    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """(the gradient (dim, runs) with this noise, the memory for the next step)."""

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The exact gradient with this noise: (dim, runs), and the memory for the next step."""
        return self.perturbed(moment.exact, moment, memory)


class Additive(Perturbation):
    """A noise that is added to the gradient whatever the parameters are, afresh at each step.

    The gradient that it gives is that of the loss f(p) + z . p, which is what `value` gives.
    """

    @abstractmethod
    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """What is added to the gradient, z: (dim, runs), or (steps, dim, runs) for an array of steps."""

    @abstractmethod
    def covariance(self, dim: int) -> Array:
        """The covariance of z, (dim, dim); inf or nan where z has none."""

    @property
    def tail_index(self) -> float:
        """Moments of z below this order are finite; inf where all are."""
        return np.inf

    def mean(self, dim: int) -> Array:
        """The mean of z, (dim,), its centre where it has none."""
        return np.zeros(dim)

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs) plus the sample of this step."""
        noisy = self.sample(moment.source, moment.step, len(gradient))
        noisy += gradient
        return noisy, memory

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """f(p) + z . p: (runs,)."""
        z = self.sample(moment.source, moment.step, len(moment.params))
        return moment.surface._value(moment.params) + total(z * moment.params)


def check_length(noise: Noise, field: str, surface: Surface) -> None:
    """FieldError where a field with one number for each coordinate does not fit a surface."""
    value = getattr(noise, field)
    if not isinstance(value, float) and np.shape(value) != (surface.dim,):
        got = len(value) if np.ndim(value) == 1 else f"an array of shape {np.shape(value)}"
        reason = f'must have one number, or {surface.dim}, for the surface "{surface.name}", got {got}'
        raise FieldError(noise.name, field, reason)


def as_column(value: Any) -> Any:
    """One number as it is; one for each coordinate as a column (dim, 1)."""
    return value if np.ndim(value) == 0 else np.asarray(value)[:, None]

"""Give an optimizer a noisy gradient instead of the exact one.

    ls.noise("gaussian", sigma=1.0, batch_size=16)      # the exact gradient plus sigma / sqrt(batch_size) N(0, I)
    ls.noise("minibatch", batch_size=8)                 # the gradient of terms drawn from a finite sum

Every entrant of a simulation sees the same draws at the same run and step, so that a comparison compares optimizers.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from landscape.component import Array, Count, FieldError, NonNegative
from landscape.core import Noise, Surface
from landscape.registry import Registry
from landscape.streams import Source

REGISTRY: Registry[Noise] = Registry("noise", Noise)
register = REGISTRY.register
names = REGISTRY.names


@runtime_checkable
class HasTerms(Protocol):
    """A surface that is a mean of `terms` terms whose gradients can be had one by one."""

    @property
    def terms(self) -> int: ...

    def term_gradient(self, p: Array, index: Array) -> Array:
        """The mean gradient of the terms index (batch, runs) at p (dim, runs): (dim, runs)."""


@register("gaussian")
class Gaussian(Noise):
    """Gaussian gradient noise that a larger batch averages away.

    g = grad f(p) + sigma / sqrt(batch_size) * z,   z ~ N(0, I), fresh at each step.

    sigma: the standard deviation of one example's gradient, in each coordinate; batch_size: examples a step. The
    variance of a mean of `batch_size` independent examples is sigma^2 / batch_size.
    Source: Bottou, Curtis and Nocedal 2018, "Optimization methods for large-scale machine learning", section 4.2.
    """

    sigma: NonNegative = 1.0
    batch_size: Count = 1

    additive = True

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """What is added to the gradient: (dim, runs), or (steps, dim, runs) for an array of steps."""
        return source.normals(step, dim, self.sigma / np.sqrt(self.batch_size))

    def gradient(self, surface: Surface, params: Array, source: Source, step: int) -> Array:
        """The exact gradient at params (dim, runs) plus the sample of this step."""
        noisy = self.sample(source, step, surface.dim)
        noisy += surface._gradient(params)
        return noisy


@register("minibatch")
class MiniBatch(Noise):
    """Mini-batches of a finite sum, drawn with replacement.

    g = 1/batch_size sum_j grad f_{i_j}(p),   i_1, ..., i_batch independent and uniform over the terms.

    batch_size: terms a step. The noise does not vanish at the minimum of the sum: each term has its minimum elsewhere.
    Source: Robbins and Monro 1951, "A stochastic approximation method"; Bottou, Curtis and Nocedal 2018, equation 3.7.
    """

    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum."""
        _terms(self, surface)

    def gradient(self, surface: Surface, params: Array, source: Source, step: int) -> Array:
        """The mean gradient of this step's terms at params (dim, runs)."""
        total = _terms(self, surface)
        index = source.integers(step, self.batch_size, total.terms)
        return total.term_gradient(params, index)


@register("reshuffled_minibatch")
class ReshuffledMiniBatch(Noise):
    """Mini-batches of a finite sum, drawn without replacement: each epoch is a fresh shuffle of all the terms.

    g = 1/batch_size sum over the next batch_size terms of the epoch's permutation.

    batch_size: terms a step, at most the number of terms. Where it does not divide the number of terms, the rest of
    the epoch is left out, as with torch's DataLoader(shuffle=True, drop_last=True).
    Source: Mishchenko, Khaled and Richtarik 2020, "Random reshuffling: simple analysis with vast improvements",
    algorithm 1.
    """

    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum of at least batch_size terms."""
        terms = _terms(self, surface).terms
        if self.batch_size > terms:
            raise FieldError(self.name, "batch_size", f"must be at most the {terms} terms, got {self.batch_size}")

    def gradient(self, surface: Surface, params: Array, source: Source, step: int) -> Array:
        """The mean gradient of this step's terms at params (dim, runs)."""
        total = _terms(self, surface)
        epoch, batch = divmod(step, total.terms // self.batch_size)
        order = source.permutations(epoch, total.terms)
        return total.term_gradient(params, order[batch * self.batch_size : (batch + 1) * self.batch_size])


def _terms(noise: Noise, surface: Surface) -> HasTerms:
    if not isinstance(surface, HasTerms):
        raise ValueError(
            f'{noise.name}: mini-batches need a finite sum, and "{surface.name}" is not one. '
            f'Wrap it: surface "finite_sum" with surface = "{surface.name}"'
        )
    return surface

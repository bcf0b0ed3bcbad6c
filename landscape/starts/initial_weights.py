"""Initial weights of a network as starts: landscape.simulate(network, "adam", start="he", steps=500).

    ls.start("xavier", count=64)
    names()                             # of the starts that are initial weights

Biases begin at 0 and learnt slopes at their activation's. A start depends on the seed and its own number alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from landscape.core.component import Array, Count, NonNegative, Positive
from landscape.core.methods import Start
from landscape.core.random import Source
from landscape.core.registry import registry
from landscape.core.surface import Surface
from landscape.surfaces.custom.network import Network

NAMES = ("zeros", "normal", "uniform", "xavier", "he", "lecun", "orthogonal")

register = registry("start").register


def names() -> list[str]:
    """The names of the starts that are initial weights, sorted."""
    starts = registry("start")
    return [name for name in starts.names() if starts.get(name).__module__ == __name__]


# (source, step, out, in) -> weights (out, in, starts)
Rule = Callable[[Source, int, int, int], Array]


def placed(start: Start, surface: Surface, seed: int, count: int, rule: Rule) -> Array:
    """(dim, count): each layer's weights by a rule, biases 0, learnt slopes as their activation says."""
    if not isinstance(surface, Network):
        raise ValueError(f'{start.name}: initial weights are for the surface "network", got "{surface.name}"')
    p = np.zeros((surface.dim, count))
    views, source = surface.views(p), Source(seed, np.arange(count), "start")
    for k, phi in enumerate(surface.activations, 1):
        W = views[f"W{k}"]
        W[...] = rule(source, k, W.shape[0], W.shape[1])
        if f"s{k}" in views:
            views[f"s{k}"][...] = phi.slope  # type: ignore[attr-defined]
    return p


def _normals(source: Source, step: int, out: int, into: int) -> Array:
    return source.normals(step, out * into).reshape(out, into, -1)


def _evens(source: Source, step: int, out: int, into: int) -> Array:
    """Uniform in [-1, 1)."""
    return (2.0 * source.uniforms(step, out * into) - 1.0).reshape(out, into, -1)


@register("zeros")
class Zeros(Start):
    """Start a network with all weights 0: hidden units are alike, and stay so.

    Source: Rumelhart, Hinton and Williams 1986, on breaking symmetry.
    """

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, 1)."""
        return placed(self, surface, seed, 1, lambda source, k, out, into: np.zeros((out, into, 1)))


@register("normal")
class Normal(Start):
    """Start a network with normal weights of one standard deviation in all layers.

    W ~ N(0, sigma^2).   count: how many starts; sigma: the standard deviation.
    """

    count: Count = 10
    sigma: NonNegative = 0.1

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, count)."""
        return placed(self, surface, seed, self.count, lambda *layer: self.sigma * _normals(*layer))


@register("uniform")
class Uniform(Start):
    """Start a network with weights spread evenly over one interval in all layers.

    W ~ U(-reach, reach).   count: how many starts; reach: half the interval's width.
    """

    count: Count = 10
    reach: NonNegative = 0.1

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, count)."""
        return placed(self, surface, seed, self.count, lambda *layer: self.reach * _evens(*layer))


@register("xavier")
class Xavier(Start):
    """Start a network with variances that keep signals and slopes alike from layer to layer under tanh.

    W ~ U(-r, r),   r = gain sqrt(6 / (in + out)),   variance gain^2 2 / (in + out).

    count: how many starts; gain: a factor, 1 in the paper.
    Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks",
    equation 16.
    """

    count: Count = 10
    gain: Positive = 1.0

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, count)."""

        def rule(source: Source, k: int, out: int, into: int) -> Array:
            return self.gain * math.sqrt(6.0 / (into + out)) * _evens(source, k, out, into)

        return placed(self, surface, seed, self.count, rule)


@register("he")
class He(Start):
    """Start a network with the variance that keeps signals alike from layer to layer under ReLU.

    W ~ N(0, gain^2 2 / in).   count: how many starts; gain: a factor, 1 in the paper.
    Source: He, Zhang, Ren and Sun 2015, "Delving deep into rectifiers", equation 10.
    """

    count: Count = 10
    gain: Positive = 1.0

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, count)."""

        def rule(source: Source, k: int, out: int, into: int) -> Array:
            return self.gain * math.sqrt(2.0 / into) * _normals(source, k, out, into)

        return placed(self, surface, seed, self.count, rule)


@register("lecun")
class LeCun(Start):
    """Start a network with the variance that keeps signals alike under a linear, or a SELU, activation.

    W ~ N(0, gain^2 / in).   count: how many starts; gain: a factor, 1 in the paper.
    Source: LeCun, Bottou, Orr and Mueller 1998, "Efficient backprop", equation 16.
    """

    count: Count = 10
    gain: Positive = 1.0

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, count)."""

        def rule(source: Source, k: int, out: int, into: int) -> Array:
            return self.gain * math.sqrt(1.0 / into) * _normals(source, k, out, into)

        return placed(self, surface, seed, self.count, rule)


@register("orthogonal")
class Orthogonal(Start):
    """Start a network with weights that keep lengths: a layer's rows or columns are orthonormal, at random.

    W W^T = gain^2 I or W^T W = gain^2 I, whichever is smaller.   count: how many starts; gain: a factor.
    Source: Saxe, McClelland and Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks", section 3.
    """

    count: Count = 10
    gain: Positive = 1.0

    def place(self, surface: Surface, seed: int) -> Array:
        """The weights: (dim, count)."""

        def rule(source: Source, k: int, out: int, into: int) -> Array:
            tall = np.moveaxis(_normals(source, k, max(out, into), min(out, into)), -1, 0)
            q, r = np.linalg.qr(tall)
            q = q * np.where(np.diagonal(r, axis1=-2, axis2=-1) < 0.0, -1.0, 1.0)[:, None, :]  # so that it is uniform
            return self.gain * np.moveaxis(q if out >= into else np.swapaxes(q, -1, -2), 0, -1)

        return placed(self, surface, seed, self.count, rule)

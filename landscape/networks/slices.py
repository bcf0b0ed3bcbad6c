"""Look at a network's loss around its weights: planes, lines, the Hessian's spectrum, and what its layers do.

plane = Plane(network, p, filter_normalised(network, p, 0), filter_normalised(network, p, 1))
a, b, loss = plane.grid(101)                        # (101,), (101,), (101, 101)
principal_plane(network, path)                      # of a trajectory (steps, dim)
largest_eigenvalues(network, p, 3); spectral_density(network, p)
diagnostics(network, p)
along(network, record["adam"].params[:, :, 0])["dead"]      # (layers, rows): what the layers did in training
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.random import Source
from landscape.core.surface import HasViews, Surface, offers
from landscape.nn.diagnostics import check_network
from landscape.surfaces.custom.network import Network


@dataclasses.dataclass(frozen=True, eq=False)
class Plane:
    """The loss on a plane through the weights: g(a, b) = f(origin + a first + b second).

    origin, first, second: (dim,) each. ValueError for other shapes, and for directions that span no plane.
    """

    network: Surface
    origin: Array
    first: Array
    second: Array

    def __post_init__(self) -> None:
        for each in (self.origin, self.first, self.second):
            _one(self.network, each)
        sizes = np.linalg.norm(self.first), np.linalg.norm(self.second)
        if min(sizes) == 0.0 or abs(self.first @ self.second) >= (1.0 - 1e-12) * sizes[0] * sizes[1]:
            raise ValueError("the two directions span no plane: one is 0, or they are along one line")

    def weights(self, a: Any, b: Any) -> Array:
        """The weights (dim, ...) at the coordinates a, b (...)."""
        a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        shape = -1, *(1,) * max(a.ndim, b.ndim)
        origin, first, second = (each.reshape(shape) for each in (self.origin, self.first, self.second))
        return (origin + second * b) + first * a

    def value(self, a: Any, b: Any) -> Array:
        """The loss at the coordinates a, b (...): (...)."""
        return self.network.value(self.weights(a, b))

    def grid(self, count: int, reach: tuple[float, float] = (-1.0, 1.0)) -> tuple[Array, Array, Array]:
        """(a, b, loss): coordinates (count,) each, and the loss (count, count), b down the rows."""
        ticks = np.linspace(*reach, count)
        loss = np.stack([self.value(ticks, b) for b in ticks])  # row by row: the weights of a row fit in the cache
        return ticks, ticks, loss

    def coordinates(self, p: Any) -> tuple[Array, Array, Array]:
        """(a, b, distance) of weights p (dim, ...): their nearest point of the plane and how far off it they are."""
        p = np.asarray(p, dtype=np.float64)
        away = (p - self.origin.reshape(-1, *(1,) * (p.ndim - 1))).reshape(len(p), -1)
        basis = np.stack([self.first, self.second], axis=1)
        found = np.linalg.lstsq(basis, away)[0]
        distance = np.linalg.norm(away - basis @ found, axis=0)
        return tuple(each.reshape(p.shape[1:]) for each in (*found, distance))


def _one(network: Surface, p: Any) -> Array:
    """The weights of one network, (dim,); ValueError for another shape, and for what is no finite number."""
    if not isinstance(network, Surface):
        check_network(network)
    p = np.asarray(p, dtype=np.float64)
    if p.shape != (network.dim,):
        raise ValueError(f"the weights of one network have shape ({network.dim},), got {p.shape}")
    if not np.isfinite(p).all():
        raise ValueError(f"weights must be finite, got {np.sum(~np.isfinite(p))} that are not")
    return p


def line(network: Surface, p: Any, q: Any, count: int = 101, reach: tuple[float, float] = (0.0, 1.0)) -> Any:
    """(t, loss), (count,) each: the loss at (1 - t) p + t q, from p (dim,) to q (dim,).

    ValueError for weights of another shape, and fewer than two points.
    Source: Goodfellow, Vinyals and Saxe 2015, "Qualitatively characterizing neural network optimization problems".
    """
    if count < 2:
        raise ValueError(f"count must be at least 2, got {count!r}")
    t = np.linspace(*reach, count)
    p, q = _one(network, p)[:, None], _one(network, q)[:, None]
    return t, network.value((1.0 - t) * p + t * q)


def through(network: Surface, p: Any, q: Any, r: Any) -> Plane:
    """The plane through three weights (dim,): p at (0, 0), q at (1, 0), r at (0, 1); ValueError for other shapes."""
    p, q, r = (_one(network, each) for each in (p, q, r))
    return Plane(network, p, q - p, r - p)


def filter_normalised(network: Any, p: Any, seed: int, direction: Any = None) -> Array:
    """A random direction (dim,) each of whose filters is as long as that of the weights p (dim,).

    A filter is a row of W, what leads to one unit; of a torch module, what leads to one output or channel. Biases and
    whatever else is a list of numbers stay as they are: their direction is 0. direction: (dim,), normalised instead of
    a random one. ValueError for other shapes and a negative seed; TypeError where the surface is no network.
    Source: Li, Xu, Taylor, Studer and Goldstein 2018, "Visualizing the loss landscape of neural nets", section 4.
    """
    if not offers(network, HasViews):
        check_network(network)
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed!r}")
    drawn = Source(seed, np.arange(1), "direction").normals(0, network.dim)[:, 0] if direction is None else direction
    found = np.array(_one(network, drawn))
    views, weights = network.views(found), network.views(_one(network, p))
    for name, view in views.items():
        if view.ndim > 1:
            each = len(view), -1, *(1,) * (view.ndim - 2)
            length = np.linalg.norm(view.reshape(len(view), -1), axis=1).reshape(each)
            wanted = np.linalg.norm(weights[name].reshape(len(view), -1), axis=1).reshape(each)
            view[...] = view / np.where(length == 0.0, 1.0, length) * wanted
        else:
            view[...] = 0.0
    return found


def balanced(network: Network, p: Any) -> Array:
    """Weights (dim,) of the same function in which what leads to each hidden unit has length 1.

    A rectifier passes factors on, phi(c z) = c phi(z) for c > 0, so that a unit's weights and bias may be divided by a
    number with which those that lead on from it are multiplied. Of all weights that agree up to such factors this
    gives the same ones. Filter normalisation makes slices independent of factors on whole layers; of slices through
    balanced weights that holds for factors on single units too. A unit that nothing leads to stays as it is.

    p: (dim,). ValueError for another shape, and where a hidden layer's activation does not pass factors on.
    Source: Neyshabur, Salakhutdinov and Srebro 2015, "Path-SGD", section 2, on rescalings.
    """
    check_network(network)
    found = np.array(_one(network, p))
    views = network.views(found)
    z = np.linspace(-3.0, 3.0, 13)[:, None]
    for k, layer in enumerate(network._layers(found)[:-1], 1):
        if not np.allclose(layer.phi.value(2.0 * z), 2.0 * layer.phi.value(z), rtol=1e-12, atol=0.0):
            raise ValueError(f"balanced needs activations with phi(c z) = c phi(z), and layer {k} has {layer.phi.name}")
        size = np.linalg.norm(views[f"W{k}"], axis=1)
        size = np.where(size == 0.0, 1.0, size)
        views[f"W{k}"][...] /= size[:, None]
        views[f"b{k}"][...] /= size
        views[f"W{k + 1}"][...] *= size
    return found


"""What `along` tells of each layer."""

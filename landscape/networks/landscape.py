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
import math
from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array
from landscape.core import Surface
from landscape.networks._layers import backward
from landscape.networks.network import Network
from landscape.streams import Source


@dataclasses.dataclass(frozen=True, eq=False)
class Plane:
    """The loss on a plane through the weights: g(a, b) = f(origin + a first + b second).

    origin, first, second: (dim,) each. ValueError for other shapes, and for directions that span no plane.
    """

    network: Network
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


def check_network(network: object) -> None:
    """TypeError for anything but a network's surface."""
    if not isinstance(network, Network):
        given = f'the surface "{network.name}"' if isinstance(network, Surface) else f"{network!r:.60}"
        raise TypeError(f'expected the surface "network", as ls.surface("network", ...) makes, got {given}')


def _one(network: Network, p: Any) -> Array:
    """The weights of one network, (dim,); ValueError for another shape, and for what is no finite number."""
    if not isinstance(network, Surface):
        check_network(network)
    p = np.asarray(p, dtype=np.float64)
    if p.shape != (network.dim,):
        raise ValueError(f"the weights of one network have shape ({network.dim},), got {p.shape}")
    if not np.isfinite(p).all():
        raise ValueError(f"weights must be finite, got {np.sum(~np.isfinite(p))} that are not")
    return p


def line(network: Network, p: Any, q: Any, count: int = 101, reach: tuple[float, float] = (0.0, 1.0)) -> Any:
    """(t, loss), (count,) each: the loss at (1 - t) p + t q, from p (dim,) to q (dim,).

    ValueError for weights of another shape, and fewer than two points.
    Source: Goodfellow, Vinyals and Saxe 2015, "Qualitatively characterizing neural network optimization problems".
    """
    if count < 2:
        raise ValueError(f"count must be at least 2, got {count!r}")
    t = np.linspace(*reach, count)
    p, q = _one(network, p)[:, None], _one(network, q)[:, None]
    return t, network.value((1.0 - t) * p + t * q)


def through(network: Network, p: Any, q: Any, r: Any) -> Plane:
    """The plane through three weights (dim,): p at (0, 0), q at (1, 0), r at (0, 1); ValueError for other shapes."""
    p, q, r = (_one(network, each) for each in (p, q, r))
    return Plane(network, p, q - p, r - p)


def filter_normalised(network: Network, p: Any, seed: int, direction: Any = None) -> Array:
    """A random direction (dim,) each of whose filters is as long as that of the weights p (dim,).

    A filter is a row of W, what leads to one unit. Biases and learnt slopes stay as they are: their direction is 0.
    direction: (dim,), normalised instead of a random one. ValueError for other shapes and a negative seed; TypeError
    where the surface is no network.
    Source: Li, Xu, Taylor, Studer and Goldstein 2018, "Visualizing the loss landscape of neural nets", section 4.
    """
    check_network(network)
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed!r}")
    drawn = Source(seed, np.arange(1), "direction").normals(0, network.dim)[:, 0] if direction is None else direction
    found = np.array(_one(network, drawn))
    views, weights = network.views(found), network.views(_one(network, p))
    for name, view in views.items():
        if name.startswith("W"):
            length = np.linalg.norm(view, axis=1, keepdims=True)
            wanted = np.linalg.norm(weights[name], axis=1, keepdims=True)
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


class Principal(NamedTuple):
    """The plane that holds most of a path, and how much of it.

    share: of the variance along the two directions, (2,); a, b, distance: (steps,) each, the path on the plane and its
    distance off it; shown: (steps,), the loss where it is drawn; true: (steps,), the loss where it is.
    """

    plane: Plane
    share: Array
    a: Array
    b: Array
    distance: Array
    shown: Array
    true: Array


def principal_plane(network: Network, path: Any) -> Principal:
    """The plane through the end of a path (steps, dim) along the principal components of the way to it.

    Source: Li and others 2018, section 7: components of p_t - p_end. ValueError for fewer than three steps, and
    for a path that does not move or is not finite.
    """
    path = np.asarray(path, dtype=np.float64)
    if path.ndim != 2 or len(path) < 3 or path.shape[1] != network.dim:
        raise ValueError(f"a path has shape (steps, {network.dim}) and at least 3 steps, got {path.shape}")
    away = path - path[-1]
    if not np.isfinite(path).all() or not away.any():
        raise ValueError("a path must be finite and must move, and this one does not")
    _, sizes, directions = np.linalg.svd(away, full_matrices=False)
    plane = Plane(network, path[-1], directions[0], directions[1])
    a, b, distance = plane.coordinates(path.T)
    squares = sizes * sizes
    share = squares[:2] / max(np.sum(squares), np.finfo(np.float64).tiny)
    return Principal(plane, share, a, b, distance, plane.value(a, b), network.value(path.T))


# The Hessian.


def largest_eigenvalues(network: Network, p: Any, count: int = 1, which: str = "LA") -> tuple[Array, Array]:
    """(eigenvalues (count,), eigenvectors (dim, count)) of the Hessian at p (dim,) by Lanczos' method, largest first.

    which: "LA" the largest, "SA" the smallest, "LM" the largest in size. It takes products with the Hessian only.
    ValueError for weights of another shape, and for a count that is not from 1 to dim - 1.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    p = _one(network, p)
    if not 1 <= count < network.dim:
        raise ValueError(f"count must be from 1 to {network.dim - 1}, got {count}")
    operator = LinearOperator((network.dim, network.dim), matvec=lambda v: network.hvp(p, v.ravel()), dtype=np.float64)
    begin = Source(0, np.arange(1), "lanczos").normals(0, network.dim)[:, 0]
    if not np.any(network.hvp(p, begin)):  # the Hessian is 0, and there is no method to begin
        return np.zeros(count), np.eye(network.dim)[:, :count]
    values, vectors = eigsh(operator, k=count, which=which, v0=begin)
    order = np.argsort(values)[::-1]
    return values[order], vectors[:, order]


class Density(NamedTuple):
    """A spectrum as nodes with weights (probes * steps,) that sum to 1: its quadrature."""

    nodes: Array
    weights: Array

    def smooth(self, x: Any, width: float) -> Array:
        """The density at x (...), each node a normal of standard deviation `width`."""
        t = (np.asarray(x, dtype=np.float64)[..., None] - self.nodes) / width
        return np.sum(self.weights * np.exp(-0.5 * t * t), axis=-1) / (width * math.sqrt(2.0 * math.pi))


def spectral_density(network: Network, p: Any, probes: int = 8, steps: int = 60, seed: int = 0) -> Density:
    """The density of the Hessian's eigenvalues at p (dim,) by stochastic Lanczos quadrature.

    probes: random directions, all in one batch; steps: of Lanczos' method with full orthogonalisation, at most dim.
    ValueError for weights of another shape, and without a probe or a step.
    Source: Ubaru, Chen and Saad 2017, "Fast estimation of tr(f(A)) via stochastic Lanczos quadrature", algorithm 1;
    Ghorbani, Krishnan and Xiao 2019, "An investigation into neural net optimization via Hessian eigenvalue density".
    """
    p = _one(network, p)
    if probes < 1 or steps < 1:
        raise ValueError(f"probes and steps must be at least 1, got {probes} and {steps}")
    steps = min(steps, network.dim)
    point = np.repeat(p[:, None], probes, axis=1)
    signs = Source(seed, np.arange(probes), "probes").uniforms(0, network.dim) < 0.5
    v = np.where(signs, -1.0, 1.0) / math.sqrt(network.dim)  # (dim, probes)
    basis = np.zeros((steps, network.dim, probes))
    alpha, beta = np.zeros((steps, probes)), np.zeros((steps, probes))
    for k in range(steps):
        basis[k] = v
        w = network.hvp(point, v)
        alpha[k] = np.sum(v * w, axis=0)
        for _ in range(2):  # twice is enough, against rounding
            w = w - np.einsum("kdr,kr->dr", basis[: k + 1], np.einsum("kdr,dr->kr", basis[: k + 1], w))
        beta[k] = np.linalg.norm(w, axis=0)
        v = w / np.where(beta[k] == 0.0, 1.0, beta[k])
    nodes, weights = [], []
    for r in range(probes):
        # where the space is exhausted early, what follows is another problem
        scale = np.max(np.abs(alpha[:, r])) + np.max(beta[:, r])
        ends = np.flatnonzero(beta[:-1, r] <= 1e-10 * scale)
        size = int(ends[0]) + 1 if len(ends) else steps
        off = beta[: size - 1, r]
        values, vectors = np.linalg.eigh(np.diag(alpha[:size, r]) + np.diag(off, 1) + np.diag(off, -1))
        nodes.append(values)
        weights.append(vectors[0] * vectors[0] / probes)
    return Density(np.concatenate(nodes), np.concatenate(weights))


# What the layers do.


class Diagnostics(NamedTuple):
    """What each layer does, an entry of each list for a layer, each (...).

    gradient_norm: of its W; delta_norm: of the slope along its z, root mean square over examples and units; mean: of
    its activations; saturated: the share of slopes below a hundredth of the activation's largest; dead: the share of
    units that are in a flat part of their activation for every example; signal: the signal-to-noise ratio of the
    gradient of its W from one example, |E g| / sqrt(E |g - E g|^2), without the penalty; inf where all examples agree.
    spread: the largest difference between two units of the layer for the same example; 0 where all are alike.
    Source for signal: Rainforth et al. 2018, "Tighter variational bounds are not necessarily better", section 3.
    """

    gradient_norm: list[Array]
    delta_norm: list[Array]
    mean: list[Array]
    saturated: list[Array]
    dead: list[Array]
    signal: list[Array]
    spread: list[Array]


def diagnostics(network: Network, p: Any) -> Diagnostics:
    """What each layer does at p (dim, ...) over the examples to train on; the last entry is the output layer's.

    TypeError where the surface is no network.
    """
    check_network(network)
    p = network._point(p)
    layers = network._layers(p)
    done = network.passed(p)
    slope = network.loss.gradient(done.a[-1], network._targets) / network.terms
    slopes = backward(layers, done, slope)
    bends = [
        np.abs(np.broadcast_to(layer.phi._slope(z, a), z.shape) * 1.0)
        for layer, z, a in zip(layers, done.z, done.a[1:], strict=True)
    ]
    deltas, squares = [], []
    for i in reversed(range(len(layers))):
        delta = slope * layers[i].phi._slope(done.z[i], done.a[i + 1])
        deltas.append(np.sqrt(np.mean(delta * delta, axis=(-1, -2))) * network.terms)
        # one example's slope of W is an outer product, whose norm is the product of two
        sizes = np.sum(delta * delta, axis=-1) * np.sum(done.a[i] * done.a[i], axis=-1)
        squares.append(np.sum(sizes, axis=-1) * network.terms)
        slope = delta @ layers[i].W
    norms = [np.sqrt(np.sum(dW * dW, axis=(-1, -2))) for dW in slopes.W]
    return Diagnostics(
        gradient_norm=norms,
        delta_norm=deltas[::-1],
        mean=[np.mean(a, axis=(-1, -2)) for a in done.a[1:]],
        saturated=[
            np.mean(bend <= 0.01 * phi.largest_slope, axis=(-1, -2))
            for bend, phi in zip(bends, network.activations, strict=True)
        ],
        dead=[
            np.mean(np.all((bend == 0.0) & bool(phi.flat), axis=-2), axis=-1)
            for bend, phi in zip(bends, network.activations, strict=True)
        ],
        signal=[_signal(norm, square) for norm, square in zip(norms, squares[::-1], strict=True)],
        spread=[np.max(np.ptp(a, axis=-1), axis=-1) for a in done.a[1:]],
    )


def _signal(norm: Array, square: Array) -> Array:
    """|E g| / sqrt(E |g|^2 - |E g|^2) from |E g| and E |g|^2; 0 where both vanish."""
    noise = square - norm * norm
    noise = np.where(noise > 1e-14 * square, noise, 0.0)  # a difference of equal numbers is rounding
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(norm == 0.0, 0.0, norm / np.sqrt(noise))


FIGURES = ("gradient_norm", "signal", "mean", "saturated", "dead", "effective_rate")
"""What `along` tells of each layer."""

# Activations are kept of so many numbers at a time.
ROOM = 1 << 22


def along(network: Network, path: Any, steps: Any = None) -> dict[str, Array]:
    """What each layer does along a path (rows, dim): the `FIGURES` by name, (layers, rows) each.

    effective_rate: |W_{t+1} - W_t| / |dW_t| of each layer, what its rate would be under plain descent with the exact
    gradient; the last row has the one before it. steps: (rows,), the step of each row, one after another where left
    out; of several steps between two rows it is the mean. ValueError for a path of another shape.
    """
    check_network(network)
    path = np.asarray(path, dtype=np.float64)
    if path.ndim != 2 or path.shape[1] != network.dim:
        raise ValueError(f"a path has shape (rows, {network.dim}), got {path.shape}")
    many = max(1, ROOM // (network.terms * sum(network.layers)))
    found: dict[str, list[Array]] = {name: [] for name in FIGURES[:-1]}
    with np.errstate(all="ignore"):  # weights of a run that diverged
        for low in range(0, len(path), many):
            here = diagnostics(network, path[low : low + many].T)
            for name, parts in found.items():
                parts.append(np.stack(getattr(here, name)))
        figures = {name: np.concatenate(parts, axis=1) for name, parts in found.items()}
        figures["effective_rate"] = _effective_rates(network, path, np.arange(len(path)) if steps is None else steps)
    return figures


def _effective_rates(network: Network, path: Array, steps: Any) -> Array:
    """(layers, rows); nan where there is one row only."""
    count = len(network.layers) - 1
    if len(path) < 2:
        return np.full((count, len(path)), np.nan)
    moves, slopes = (
        network.views((np.diff(path, axis=0) / np.diff(steps)[:, None]).T),
        network.views(network.gradient(path[:-1].T)),
    )
    rates = [
        np.linalg.norm(moves[f"W{k}"], axis=(0, 1)) / np.linalg.norm(slopes[f"W{k}"], axis=(0, 1))
        for k in range(1, count + 1)
    ]
    return np.stack([np.append(rate, rate[-1]) for rate in rates])

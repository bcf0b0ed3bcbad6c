"""Curvature of a network: principal planes, eigenvalues, spectral densities."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.planes import principal, shares
from landscape.core.random import Source
from landscape.core.surface import Surface
from landscape.networks.slices import Plane, _one


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


def principal_plane(network: Surface, path: Any) -> Principal:
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
    flat = principal(path.T, path[-1])
    plane = Plane(network, flat.origin, *flat.basis.T)
    a, b, distance = plane.coordinates(path.T)
    share = np.array(shares(flat, [path.T]))
    return Principal(plane, share, a, b, distance, plane.value(a, b), network.value(path.T))


def largest_eigenvalues(network: Surface, p: Any, count: int = 1, which: str = "LA") -> tuple[Array, Array]:
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


def spectral_density(network: Surface, p: Any, probes: int = 8, steps: int = 60, seed: int = 0) -> Density:
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

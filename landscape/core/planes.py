"""Planes through many dimensions: project points onto one, lift them off it, and find that of principal components.

flat = principal(points, origin)                    # points (dim, n), origin (dim,)
flat.project(points), flat.lift(places)             # (2, n), (dim, n)
shares(flat, [points])                              # of the variance about the origin, along each direction
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from landscape.core.component import Array


class Flat(NamedTuple):
    """A plane: origin (dim,) and two orthonormal directions, basis (dim, 2)."""

    origin: Array
    basis: Array

    def project(self, points: Array) -> Array:
        """points (..., dim, n) -> (..., 2, n)."""
        return np.asarray(self.basis.T @ (points - self.origin[:, None]))

    def lift(self, places: Array) -> Array:
        """places (2, n) -> (dim, n)."""
        return np.asarray(self.origin[:, None] + self.basis @ places)


def principal(points: Array, origin: Array) -> Flat:
    """The plane through an origin (dim,) along the two principal components of points (dim, n) about it.

    Source: Li et al. 2018, "Visualizing the loss landscape of neural nets", section 7.
    """
    away = np.concatenate([points - origin[:, None], np.zeros((len(origin), 1))], axis=1)
    # of more points than dimensions R has all that is asked for, and is smaller
    rows = np.linalg.qr(away.T, mode="r") if away.shape[1] > len(origin) else away.T
    _, _, directions = np.linalg.svd(rows, full_matrices=False)
    return Flat(origin, orthonormal(directions[:2].T))


def shares(flat: Flat, parts: Iterable[Array]) -> tuple[float, float]:
    """The share of the variance of points about the origin that lies along each direction; parts: (dim, n) each."""
    within, total = np.zeros(2), 0.0
    for points in parts:
        within += np.sum(flat.project(points) ** 2, axis=1)
        total += float(np.sum((points - flat.origin[:, None]) ** 2))
    first, second = (within / total).tolist() if total else (1.0, 0.0)
    return first, second


def orthonormal(directions: Array) -> Array:
    """(dim, 2) from directions (dim, n), made up where they are fewer than two."""
    dim = len(directions)
    found: list[Array] = []
    # the axes that the directions are farthest from come first among those made up
    order = np.argsort(np.sum(np.abs(directions), axis=1), kind="stable")
    for vector in [*directions.T, *np.eye(dim)[order]]:
        rest = vector - sum((float(vector @ one) * one for one in found), np.zeros(dim))
        rest = rest - sum((float(rest @ one) * one for one in found), np.zeros(dim))
        size = float(np.linalg.norm(rest))
        if size > 1e-9 * max(float(np.linalg.norm(vector)), 1e-300):
            found.append(rest / size)
        if len(found) == 2:
            break
    return np.array(found).T

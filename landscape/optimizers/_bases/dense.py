"""Solve small dense systems for many runs at once: matrices (dim, dim, runs), vectors (dim, runs)."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import total


def dot(a: Array, b: Array) -> Any:
    """The scalar product over coordinates: (dim, runs), (dim, runs) -> (runs,), in an order that depends on dim."""
    return total(a * b)


def longest(x: Array) -> Any:
    """The largest |coordinate|: (dim, runs) -> (runs,)."""
    return np.max(np.abs(x), axis=0)


def applied(matrix: Array, x: Array) -> Array:
    """A matrix of each run (m, dim, runs) times its vector (dim, runs): (m, runs)."""
    return total(np.swapaxes(matrix, 0, 1) * x[:, None])


def solved(matrix: Array, x: Array) -> Array:
    """The solution of matrix d = x for each run: (dim, runs), nan where the matrix is singular or not finite."""
    stack = np.moveaxis(matrix, -1, 0)
    fine: Array = np.all(np.isfinite(stack), axis=(1, 2))
    stack = np.where(fine[:, None, None], stack, np.eye(len(x)))
    fine = fine & (np.linalg.slogdet(stack)[0] != 0.0)
    stack = np.where(fine[:, None, None], stack, np.eye(len(x)))
    solution = np.linalg.solve(stack, np.moveaxis(x, -1, 0)[..., None])[..., 0]
    return np.where(fine, solution.T, np.nan)


def spectrum(matrix: Array) -> tuple[Array, Array]:
    """(eigenvalues (dim, runs) from the lowest, eigenvectors (dim, dim, runs), the k-th in [:, k]) of symmetric ones.

    nan where a matrix is not finite.
    """
    stack = np.moveaxis(matrix, -1, 0)
    fine: Array = np.all(np.isfinite(stack), axis=(1, 2))
    values, vectors = np.linalg.eigh(np.where(fine[:, None, None], stack, np.eye(len(matrix))))
    return np.where(fine, values.T, np.nan), np.moveaxis(vectors, 0, -1)


def along(vectors: Array, x: Array) -> Array:
    """The components of x (dim, runs) along eigenvectors: (dim, runs)."""
    return total(vectors * x[:, None])


def across(vectors: Array, components: Array) -> Array:
    """The vector (dim, runs) with these components along eigenvectors."""
    return applied(vectors, components)

"""Read the parameters as a matrix, written row by row: vectors (dim, ...) and matrices (rows, columns, ...)."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError
from landscape.core.elementary import total


def matrix(x: Array, columns: int) -> Array:
    """A vector (dim, ...) as a matrix (dim / columns, columns, ...)."""
    return x.reshape(-1, columns, *x.shape[1:])


def vector(x: Array) -> Array:
    """A matrix (rows, columns, ...) as the vector (rows columns, ...)."""
    return x.reshape(-1, *x.shape[2:])


def check_columns(name: str, columns: int, params: Array) -> None:
    """FieldError where the parameters (dim, ...) do not fill a matrix with so many columns."""
    if len(params) % columns:
        raise FieldError(name, "columns", f"must divide the number of parameters, {len(params)}, got {columns}")


def sides(dim: int, columns: int) -> int:
    """How many numbers a matrix for the rows and one for the columns have."""
    return (dim // columns) ** 2 + columns**2


def times(a: Array, b: Array) -> Array:
    """The product of matrices (m, k, ...) and (k, n, ...), summed in an order that depends on k alone: (m, n, ...)."""
    return total(np.swapaxes(a, 0, 1)[:, :, None] * b[:, None])


def transposed(a: Array) -> Array:
    """(m, n, ...) -> (n, m, ...)."""
    return np.swapaxes(a, 0, 1)


def unit(size: int, params: Array) -> Array:
    """The unit matrix of each run of params (dim, ...): (size, size, ...)."""
    return np.eye(size).reshape(size, size, *(1,) * (params.ndim - 1)) + np.zeros(params.shape[1:])


def stacked(a: Array) -> tuple[Array, Any]:
    """(the matrices (..., m, n) as NumPy's linear algebra wants them, 0 for those that are not finite, which are)."""
    last = np.moveaxis(a, (0, 1), (-2, -1))
    fine = np.all(np.isfinite(last), axis=(-2, -1))
    return np.where(fine[..., None, None], last, 0.0), fine


def unstacked(a: Array, fine: Any) -> Array:
    """The matrices (m, n, ...) of a stack (..., m, n), nan for those that were not fine."""
    return np.moveaxis(np.where(fine[..., None, None], a, np.nan), (-2, -1), (0, 1))


def eigenvectors(a: Array) -> Array:
    """The eigenvectors of symmetric matrices (n, n, ...), the largest eigenvalue's first: [:, k], (n, n, ...)."""
    stack, fine = stacked(a)
    return unstacked(np.linalg.eigh(stack)[1][..., ::-1], fine)


def orthonormal(a: Array) -> Array:
    """Orthonormal columns that span what the first columns of (n, n, ...) span, one after another: (n, n, ...)."""
    stack, fine = stacked(a)
    return unstacked(np.linalg.qr(stack)[0], fine)


def power(a: Array, exponent: float) -> Array:
    """A power of symmetric positive semidefinite matrices (n, n, ...), of 0 where an eigenvalue is 0."""
    stack, fine = stacked(a)
    values, vectors = np.linalg.eigh(stack)
    # rounding leaves eigenvalues of either sign where they are 0
    nothing = values <= values[..., -1:] * values.shape[-1] * np.finfo(np.float64).eps
    raised = np.where(nothing, 0.0, np.where(nothing, 1.0, values) ** exponent)
    return unstacked((vectors * raised[..., None, :]) @ np.swapaxes(vectors, -1, -2), fine)

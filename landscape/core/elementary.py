"""Formulas are written with these, so that the same lines serve arrays, symbols and programs."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array


def stack(*rows: Any) -> Array:
    """Coordinates (...), each an array or a number, as one array (len(rows), ...)."""
    if any(hasattr(type(row), "derived") for row in rows):  # being differentiated: np.array takes only plain numbers
        return np.stack(np.broadcast_arrays(*rows))
    carried = next((row for row in rows if isinstance(row, np.ndarray) and row.dtype == object), None)
    if carried is not None:  # objects that are being differentiated, and numbers made such objects beside them
        rows = tuple(row if np.asarray(row).dtype == object else row + 0.0 * carried for row in rows)
    alike = len({np.shape(row) for row in rows}) == 1
    return np.array(rows if alike else np.broadcast_arrays(*rows))


def symmetric(*rows: tuple[Any, ...]) -> Array:
    """A symmetric matrix from its lower triangle, row by row: symmetric((xx,), (xy, yy)) -> (2, 2, ...)."""
    size = len(rows)
    flat = stack(*(rows[max(i, j)][min(i, j)] for i in range(size) for j in range(size)))
    return flat.reshape(size, size, *flat.shape[1:])


def select(choice: Any, positive: Any, negative: Any) -> Any:
    """`positive` where choice >= 0, else `negative`: arrays or numbers that broadcast. The only branch in a formula."""
    if isinstance(choice, np.ndarray) and choice.dtype != object:
        return np.where(choice.real >= 0.0, positive, negative)
    objects = False
    for each in (choice, positive, negative):
        if hasattr(type(each), "derived"):  # being differentiated
            return each.chosen(choice, positive, negative)
        objects = objects or (isinstance(each, np.ndarray) and each.dtype == object)
    if objects:
        return _select_objects(choice, positive, negative)
    if isinstance(choice, (int, float, complex, np.number)):
        return positive if choice.real >= 0.0 else negative
    return choice.select(positive, negative)


_select_objects = np.frompyfunc(select, 3, 1)


def erf(x: Any) -> Any:
    """The error function, of arrays, numbers and anything that has it as a method."""
    if isinstance(x, np.ndarray) and x.dtype == object:
        return _erf_objects(x)
    if isinstance(x, (np.ndarray, int, float, complex, np.number)) or hasattr(type(x), "derived"):
        from scipy.special import erf

        return erf(x)
    return x.erf()


_erf_objects = np.frompyfunc(erf, 1, 1)


def absolute(x: Any) -> Any:
    """|x|, with the slope 0 at 0. Unlike np.abs it keeps a complex step."""
    if isinstance(x, np.ndarray) and x.dtype == np.float64:
        return np.abs(x)  # the same numbers in a third of the time
    return select(x, select(-x, 0.0, x), -x)


def largest(a: Any, b: Any) -> Any:
    """The larger of two, for rules, which are not differentiated: with the slope of `a` where they are equal."""
    return select(a - b, a, b)


def smallest(a: Any, b: Any) -> Any:
    """The smaller of two, for rules, which are not differentiated: with the slope of `a` where they are equal."""
    return select(b - a, a, b)


def larger(a: Any, b: Any) -> Any:
    """The larger of two, with the middle of their slopes where they are equal."""
    return select(a - b, select(b - a, 0.5 * a + 0.5 * b, a), b)


def smaller(a: Any, b: Any) -> Any:
    """The smaller of two, with the middle of their slopes where they are equal."""
    return select(b - a, select(a - b, 0.5 * a + 0.5 * b, a), b)


BLOCK = 1_000_000  # products that are in memory at a time


def matvec(matrix: Array, p: Array) -> Array:
    """A matrix (m, dim) times p (dim, ...): (m, ...), summed in an order that depends on dim alone."""
    columns = np.ascontiguousarray(matrix.T)
    if isinstance(p, np.ndarray) and p.ndim > 1 and p.size * len(matrix) > BLOCK:
        flat, width = p.reshape(len(p), -1), max(1, BLOCK // matrix.size)
        parts = [total(columns[:, :, None] * flat[:, None, at : at + width]) for at in range(0, flat.shape[1], width)]
        return np.concatenate(parts, axis=-1).reshape(len(matrix), *p.shape[1:])
    return total(columns.reshape(*columns.shape, *(1,) * (p.ndim - 1)) * p[:, None])


def as_column(vector: Array, p: Array) -> Array:
    """Numbers (n,) as a column (n, 1, ...) that goes with p (n, ...)."""
    return vector.reshape(-1, *(1,) * (p.ndim - 1))


def fixed_point(*coordinates: float) -> Array:
    """A fixed point: (dim,), read-only."""
    point = np.array(coordinates)
    point.flags.writeable = False
    return point


def sign(x: Any) -> Any:
    """The slope of |x|: 1, -1, and 0 at 0."""
    return select(x, select(-x, 0.0, 1.0), -1.0)


LARGE = 4_000  # numbers, from which on memory takes longer to have than to write to


def total(terms: Array) -> Array:
    """The sum over the first axis: (n, ...) -> (...), pairwise in an order that depends on n alone.

    Unlike np.sum, whose order depends on the shape, the result for a run is the same alone and in a batch, bit for bit.
    """
    if not isinstance(terms, np.ndarray):
        return terms.total()
    own = False  # whether the sums so far are in an array that is written over, as to have another takes longer
    while len(terms) > 3:
        half, odd = len(terms) // 2, len(terms) % 2
        if terms.size < LARGE:
            pairs = terms[:half] + terms[half : 2 * half]
            terms = np.concatenate([pairs, terms[-1:]]) if odd else pairs
            continue
        sums = terms if own else np.empty((half + odd, *terms.shape[1:]), terms.dtype)
        np.add(terms[:half], terms[half : 2 * half], out=sums[:half])
        if odd:
            sums[half] = terms[-1]
        terms, own = sums[: half + odd], True
    if len(terms) == 1:
        return terms[0]
    pair = terms[0] + terms[1]
    return pair if len(terms) == 2 else pair + terms[2]


def constant(matrix: Array, p: Array) -> Array:
    """A Hessian that is the same everywhere: (dim, dim) -> (dim, dim, ...) for p (dim, ...), read-only."""
    column = matrix.reshape(*matrix.shape, *(1,) * (p.ndim - 1))
    return np.broadcast_to(column.astype(np.result_type(matrix, p)), (*matrix.shape, *p.shape[1:]))


def diagonal(rows: Array) -> Array:
    """(dim, ...) -> (dim, dim, ...) with the rows on the diagonal."""
    matrix = np.zeros((len(rows), *rows.shape), dtype=rows.dtype)
    matrix[np.arange(len(rows)), np.arange(len(rows))] = rows
    return matrix

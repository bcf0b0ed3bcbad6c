"""Search small gradients by least squares: from many starts at once, by Levenberg's and Marquardt's method."""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.core.time_limit import OutOfTime, TimedSurface

ITERATIONS = 80


def small_gradients(surface: TimedSurface, p: Array, size: Array) -> tuple[Array, bool]:
    """(dim, n): where Levenberg's and Marquardt's method takes the starts p (dim, n), those that settled.

    It makes the squared gradient norm |g|^2 small. Second, whether time ended it. A start is left alone as soon as no
    step can help it any more; Hessians are taken again only where it has moved. Coordinates are measured in the sides
    of the window, size (dim, 1).
    """
    p, sides = p.copy(), size * size.T
    try:
        gradient, hessians = surface.gradient(p) * size, np.moveaxis(surface.hessian(p), -1, 0) * sides
    except OutOfTime:
        return p[:, :0], True
    norm, late = _norms(gradient), False
    known = norm[np.isfinite(norm)]
    typical = float(np.median(known)) if known.size else 0.0
    damping = np.full(p.shape[1], 1e-2)
    eigenvalues, vectors = np.linalg.eigh(finite(hessians))
    going = np.flatnonzero(norm > 0.0)
    for _ in range(ITERATIONS):
        if not going.size:
            break
        here, steepest = p[:, going], np.max(np.abs(eigenvalues[going]), axis=1)[:, None]
        shares = eigenvalues[going] / steepest
        slopes = np.einsum("nij,in->nj", vectors[going], gradient[:, going]) / steepest
        damped = slopes * shares / (shares * shares + damping[going, None])
        step = np.einsum("nij,nj->in", vectors[going], damped)
        moved = here - np.clip(step, -0.1, 0.1) * size
        try:
            slope = surface.gradient(moved) * size
            after = _norms(slope)
            better = after < norm[going]
            changed = going[better]
            curved = np.moveaxis(surface.hessian(moved[:, better]), -1, 0) * sides if changed.size else hessians[:0]
        except OutOfTime:
            late = True
            break
        p[:, changed], gradient[:, changed], norm[changed] = moved[:, better], slope[:, better], after[better]
        hessians[changed] = curved
        eigenvalues[changed], vectors[changed] = np.linalg.eigh(finite(curved))
        # more damping makes a step only shorter, and the most was in vain
        still = ~better & (np.all((moved == here) | np.isnan(moved), axis=0) | (damping[going] >= 1e8))
        damping[going] = np.clip(np.where(better, damping[going] * 0.1, damping[going] * 10.0), 1e-16, 1e8)
        going = going[~still & (norm[going] > 0.0)]
    settled = norm <= 1e-6 * (typical + np.max(np.abs(hessians), axis=(1, 2)))
    return p[:, settled], late


def _norms(vectors: Array) -> Array:
    """(n,): the lengths of vectors (dim, n), which may be as small or as large as numbers get."""
    largest = np.max(np.abs(vectors), axis=0)
    shares = vectors / np.where(largest > 0.0, largest, 1.0)
    return largest * np.sqrt(np.sum(shares * shares, axis=0))


def finite(matrices: Array) -> Array:
    """Matrices (n, dim, dim), with zeros in place of those that are not finite."""
    return np.where(np.all(np.isfinite(matrices), axis=(1, 2))[:, None, None], matrices, 0.0)

"""Classify critical points as minima, saddles and maxima."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from landscape.core.component import Array

Kind = Literal["minimum", "saddle", "maximum"]


# Eigenvalues of a scaled Hessian below this count as 0.
TINY = 1e-9
RANK: dict[Kind, int] = {"minimum": 0, "saddle": 1, "maximum": 2}


@dataclasses.dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A point where the gradient vanishes.

    point: (dim,); value: the loss there; kind: "minimum", "saddle" or "maximum"; degenerate: whether the Hessian is
    singular there (then the kind depends on higher derivatives); kink: whether f has no Hessian, or no gradient,
    there, 0 being among its subgradients.
    """

    point: Any
    value: float
    kind: Kind
    degenerate: bool = False
    kink: bool = False

    def __post_init__(self) -> None:
        point = np.array(self.point, dtype=np.float64) + 0.0  # no -0
        point.flags.writeable = False
        object.__setattr__(self, "point", point)
        object.__setattr__(self, "value", float(self.value) + 0.0)


class Found(tuple[CriticalPoint, ...]):
    """The critical points that a search has found. stopped: whether it ended early, so that there may be more."""

    stopped: bool

    def __new__(cls, points: Iterable[CriticalPoint], stopped: bool = False) -> Found:
        """The points as a tuple."""
        made = tuple.__new__(cls, points)
        made.stopped = stopped
        return made


def in_order(points: Iterable[CriticalPoint]) -> tuple[CriticalPoint, ...]:
    """Minima first, then saddles and maxima, each from the lowest."""
    return tuple(sorted(points, key=lambda point: (RANK[point.kind], point.value)))


def classify(hessian: Array) -> tuple[Kind, bool]:
    """(kind, degenerate) from the signs of the eigenvalues of a Hessian (dim, dim).

    Coordinates are scaled alike first, which changes no sign (Sylvester's law of inertia), so that a badly scaled point
    is not taken for a singular one. The kind of a singular one is that of its other signs.
    """
    eigenvalues = scaled_eigenvalues(hessian)
    up, down = bool(np.any(eigenvalues > TINY)), bool(np.any(eigenvalues < -TINY))
    degenerate = bool(np.any(np.abs(eigenvalues) <= TINY))
    if up and down:
        return "saddle", degenerate
    return ("maximum" if down else "minimum"), degenerate


def scaled_eigenvalues(hessian: Array) -> Array:
    """(dim,): of a Hessian with its coordinates scaled alike; those within TINY of 0 are rounding errors."""
    rows = np.max(np.abs(hessian), axis=1)
    nothing = rows <= 8.0 * len(rows) * float(np.finfo(np.float64).eps) * rows.max(initial=0.0)
    scale = np.sqrt(np.where(nothing, 1.0, coordinate_sizes(hessian)))
    scaled: Array = np.where(nothing | nothing[:, None], 0.0, hessian) / (scale * scale[:, None])
    return np.linalg.eigvalsh(scaled)


def coordinate_sizes(hessian: Array) -> Array:
    """(dim,): how steep each coordinate is, by its own curvature or, where it has none, its largest mixed one."""
    rows, diagonals = np.max(np.abs(hessian), axis=1), np.abs(np.diagonal(hessian))
    sizes = np.where(diagonals > 1e-12 * rows, diagonals, rows)
    return np.where(sizes < 1e-9, 1.0, sizes)

"""Classify critical points as minima, saddles and maxima."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from landscape.core.component import Array

Kind = Literal["minimum", "saddle", "maximum"]
Completeness = Literal["complete", "found", "notable", "global"]
COMPLETENESS: tuple[Completeness, ...] = ("complete", "found", "notable", "global")


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
    return np.linalg.eigvalsh(scaled_alike(hessian)[0])


def scaled_alike(hessian: Array) -> tuple[Array, Array]:
    """(H_ij / (s_i s_j), s): a Hessian with its coordinates scaled alike, (dim, dim), and by what, (dim,).

    s_i^2 is how steep a coordinate is, by its own curvature or, where it has none, its largest mixed one. Coordinates
    along which a Hessian is 0 but for rounding are 0, with the scale of the steepest.
    """
    rows, diagonals = np.max(np.abs(hessian), axis=1), np.abs(np.diagonal(hessian))
    steepest = float(rows.max(initial=0.0))
    nothing = rows <= 8.0 * len(rows) * float(np.finfo(np.float64).eps) * steepest
    sizes = np.where(diagonals > 1e-12 * rows, diagonals, rows)
    scale = np.sqrt(np.where(nothing, steepest or 1.0, sizes))
    scaled: Array = np.where(nothing | nothing[:, None], 0.0, hessian / scale) / scale[:, None]
    return scaled, scale

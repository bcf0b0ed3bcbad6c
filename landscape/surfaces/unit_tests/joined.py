"""`ls.surface("joined")`: Shapes joined into one course, each going on with the value and the slope that the one
before ended with.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from landscape.core.component import Array, FieldError, Positive, Real
from landscape.core.critical_points import Completeness, CriticalPoint, Kind
from landscape.core.elementary import largest, select, stack, symmetric
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Prototype
from landscape.surfaces.unit_tests.absolute_value import AbsoluteValue
from landscape.surfaces.unit_tests.cliff import Cliff
from landscape.surfaces.unit_tests.exponential_slope import ExponentialSlope
from landscape.surfaces.unit_tests.gaussian_bowl import GaussianBowl
from landscape.surfaces.unit_tests.laplace_bowl import LaplaceBowl
from landscape.surfaces.unit_tests.line import Line
from landscape.surfaces.unit_tests.quad_bowl import QuadBowl
from landscape.surfaces.unit_tests.quartic_bowl import QuarticBowl
from landscape.surfaces.unit_tests.rectified_line import RectifiedLine
from landscape.surfaces.unit_tests.sigmoid_step import SigmoidStep

Shape = Literal[
    "line", "exponential", "sigmoid", "relu", "bend", "abs", "cliff", "quad_convex", "quad_bowl",
    "quartic_bowl", "gauss_nonconvex", "gauss_convex", "gauss_bowl", "laplace_nonconvex", "laplace_bowl",
]  # fmt: skip

TEN = math.log(10.0)

# Each shape is a prototype from s = a to s = b. A rising piece of one flank of a bowl runs through it backwards.
STRETCHES: dict[str, tuple[Prototype, float, float]] = {
    "line": (Line(), 0.0, 1.0),
    "exponential": (ExponentialSlope(), 0.0, 3.0 * TEN),
    "sigmoid": (SigmoidStep(), -4.0, 4.0),
    "relu": (RectifiedLine(), -1.0, 1.0),
    "bend": (RectifiedLine(), 1.0, -1.0),
    "abs": (AbsoluteValue(), -1.0, 1.0),
    "cliff": (Cliff(), -1.0, 1.0),
    "quad_convex": (QuadBowl(), -1.0, -0.1),
    "quad_bowl": (QuadBowl(), -1.0, 1.0),
    "quartic_bowl": (QuarticBowl(), -1.0, 1.0),
    "gauss_nonconvex": (GaussianBowl(), -3.0, -1.0),
    "gauss_convex": (GaussianBowl(), -1.0, -0.1),
    "gauss_bowl": (GaussianBowl(), -1.0, 1.0),
    "laplace_nonconvex": (LaplaceBowl(), -1.0 - TEN, -1.0),
    "laplace_bowl": (LaplaceBowl(), -1.0, 1.0),
}
FLANKS = frozenset({"quad_convex", "gauss_nonconvex", "gauss_convex", "laplace_nonconvex"})
KINKED = frozenset({"relu", "bend", "abs", "cliff", "laplace_bowl"})
FLAT = frozenset({"exponential", "sigmoid", "relu", "gauss_nonconvex", "laplace_nonconvex"})
TURNING = frozenset({"abs", "cliff", "quad_bowl", "quartic_bowl", "gauss_bowl", "laplace_bowl"})


class Piece(NamedTuple):
    """value + height (phi(s) - phi(a)) with s = (x - origin) rate, from x = start to x = end."""

    shape: str
    phi: Prototype
    a: float
    start: float
    end: float
    origin: float
    rate: float
    value: float
    height: float


class Tail(NamedTuple):
    """What follows an end at x: on straight where f rises outwards, levelling off over `length` where it falls."""

    x: float
    value: float
    slope: float
    length: float


@register("joined")
class Joined(Surface):
    """Shapes joined into one course, each going on with the value and the slope that the one before ended with.

    f(x) = v_k + l_k c_k (phi_k(s) - phi_k(a_k)) / ((b_k - a_k) phi_k'(a_k)),   s = a_k + (b_k - a_k) (x - x_k) / l_k,

    in the k-th piece, from x_k to x_k + l_k, which starts with the value v_k and the slope c_k.

    p = (x): (dim, ...), dim = 1. shapes: from the left; lengths: of each piece, or one for all; slope and level: f' and
    f at the left end, x = 0. What the shapes do: "line" goes on; "exponential" flattens a thousandfold; "sigmoid" drops
    by a step; "relu" ends on a plain, and "bend", which only follows a plain, takes up the slope from before it; "abs"
    turns in a kink, "cliff" turns ten times as steep; the convex flanks flatten, six- and tenfold, and the
    non-convex ones steepen, ten- and eighteenfold; the bowls turn back. Started upwards, bowls are hills, and flanks
    are mirrored.

    Value and slope are continuous at the joints, the curvature is not. f is not differentiable in the middle of "relu",
    "bend", "abs", "cliff" and "laplace_bowl", where a subgradient is given. Listed are all turning points, and
    of plains that a fall ends on the first point. Beyond its ends f rises on straight, or falls less and less; where it
    falls at an end, the window has a minimum on that edge.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, section 2.
    Differences from the authors' program: kinks lie in the middle of their piece, not where the two arms are equally
    long; the Gaussian flanks begin 3 standard deviations out, where the slope is an eighteenth of the steepest, not at
    4 sqrt 2, where it is a millionth.
    """

    shapes: tuple[Shape, ...] = ("line", "relu", "bend", "quad_bowl", "gauss_nonconvex")
    lengths: tuple[Positive, ...] | Positive = 1.0
    slope: Real = -1.0
    level: Real = 0.0

    dim = 1
    traits = frozenset({"plateau", "nonsmooth"})
    formula = r"f(x) = v_k + \frac{l_k c_k}{b_k - a_k}\, \frac{\phi_k(s) - \phi_k(a_k)}{\phi_k'(a_k)}"

    def _check(self) -> None:
        if not self.shapes:
            raise FieldError(self.name, "shapes", "must name at least one")
        if isinstance(self.lengths, tuple) and len(self.lengths) != len(self.shapes):
            reason = f"must be one number or {len(self.shapes)} of them, got {len(self.lengths)}"
            raise FieldError(self.name, "lengths", reason)
        if self.slope == 0.0:
            raise FieldError(self.name, "slope", "must not be 0")
        for before, after in itertools.pairwise(("line", *self.shapes)):
            if (before == "relu") != (after == "bend"):
                reason = f'must have "bend" after each "relu" but the last, and only there, got {list(self.shapes)}'
                raise FieldError(self.name, "shapes", reason)
        named = frozenset(self.shapes)
        traits = {trait for trait, some in (("nonsmooth", KINKED), ("plateau", FLAT)) if named & some}
        if len([point for point in self.critical_points if point.kind == "minimum"]) > 1:
            traits.add("multimodal")
        object.__setattr__(self, "traits", frozenset(traits))

    @functools.cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces from the left."""
        return self._built[0]

    @functools.cached_property
    def _built(self) -> tuple[tuple[Piece, ...], Tail, Tail]:
        lengths = self.lengths if isinstance(self.lengths, tuple) else (self.lengths,) * len(self.shapes)
        pieces = []
        start, value, slope, flat = 0.0, self.level, self.slope, False
        for shape, length in zip(self.shapes, lengths, strict=True):
            phi, a, b = STRETCHES[shape]
            if shape in FLANKS and slope > 0.0:
                a, b = b, a
            rate = (b - a) / length
            height = slope / (rate * _at(phi.slope, b if shape == "bend" else a))
            pieces.append(Piece(shape, phi, a, start, start + length, start - a / rate, rate, value, height))
            start, value = start + length, value + height * (_at(phi.phi, b) - _at(phi.phi, a))
            flat = shape == "relu"
            slope = slope if flat else height * rate * _at(phi.slope, b)
        left = Tail(0.0, self.level, -self.slope, lengths[0] / TEN)
        right = Tail(start, value, 0.0 if flat else slope, lengths[-1] / TEN)
        return tuple(pieces), left, right

    @property
    def window(self) -> Window:
        return ((0.0, self.pieces[-1].end),)

    @property
    def customary_start(self) -> Array:
        return np.array([0.1 * self.pieces[0].end])

    @property
    def completeness(self) -> Completeness:
        return "notable" if "relu" in self.shapes else "complete"  # it ends on a plain

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        found = []
        for piece in self.pieces:
            # phi' < 0 at the left end of these stretches: where height > 0 the piece falls at first
            falls = piece.height > 0.0
            if piece.shape in TURNING or (piece.shape == "relu" and falls):
                kind: Kind = "minimum" if falls else "maximum"
                value = float(self._value(np.array([piece.origin])))
                degenerate, kink = piece.shape == "quartic_bowl", piece.shape in KINKED
                found.append(CriticalPoint([piece.origin], value, kind, degenerate, kink))
        rank = {"minimum": 0, "maximum": 1}
        return tuple(sorted(found, key=lambda point: (rank[point.kind], point.value)))

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        tails = [tail for tail in self._built[1:] if tail.slope < 0.0]
        return tuple(CriticalPoint([tail.x], float(self._value(np.array([tail.x]))), "minimum") for tail in tails)

    def _pick(self, x: Array, left: Array, parts: list[Array], right: Array) -> Array:
        """Of the parts, one for each piece, that of the piece that x lies in; left and right of all, the tails."""
        result = select(x - self.pieces[-1].end, right, parts[-1])
        for piece, part in zip(self.pieces[-2::-1], parts[-2::-1], strict=True):
            result = select(x - piece.end, result, part)
        return select(x, result, left)

    def _inside(self, piece: Piece, x: Array) -> Array:
        """s for x; of the exponential, which would overflow far to the left, for no less than its start."""
        x = select(x - piece.start, x, piece.start) if piece.shape == "exponential" else x
        return (x - piece.origin) * piece.rate

    def _value(self, p: Array) -> Array:
        x = p[0]
        _, left, right = self._built
        parts = [
            piece.value + piece.height * (piece.phi.phi(self._inside(piece, x)) - _at(piece.phi.phi, piece.a))
            for piece in self.pieces
        ]
        return self._pick(x, _tail_value(left, -x), parts, _tail_value(right, x - right.x))

    def _gradient(self, p: Array) -> Array:
        x = p[0]
        _, left, right = self._built
        parts = [piece.height * piece.rate * piece.phi.slope(self._inside(piece, x)) for piece in self.pieces]
        return stack(self._pick(x, -_tail_slope(left, -x), parts, _tail_slope(right, x - right.x)))

    def _hessian(self, p: Array) -> Array:
        x = p[0]
        _, left, right = self._built
        parts = [
            piece.height * (piece.rate * piece.rate) * piece.phi.curvature(self._inside(piece, x))
            for piece in self.pieces
        ]
        curvature = self._pick(x, _tail_curvature(left, -x), parts, _tail_curvature(right, x - right.x))
        return symmetric((curvature,))


def _at(function: Callable[[Array], Array], s: float) -> float:
    return float(function(np.array(s)))


def _tail_value(tail: Tail, out: Array) -> Array:
    if tail.slope >= 0.0:
        return tail.value + tail.slope * out
    return tail.value + (tail.slope * tail.length) * (1.0 - np.exp(-largest(out, 0.0) / tail.length))


def _tail_slope(tail: Tail, out: Array) -> Array:
    if tail.slope >= 0.0:
        return 0.0 * out + tail.slope
    return tail.slope * np.exp(-largest(out, 0.0) / tail.length)


def _tail_curvature(tail: Tail, out: Array) -> Array:
    if tail.slope >= 0.0:
        return 0.0 * out
    return -(tail.slope / tail.length) * np.exp(-largest(out, 0.0) / tail.length)

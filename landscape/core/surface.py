"""Derive from `Surface` to add a surface.

@register("parabola")
class Parabola(Surface):
    dim: Count = 2
    window, customary_start = box(-2.0, 2.0), start_at(1.5, -1.0)
"""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Protocol, TypeGuard, TypeVar, runtime_checkable

import numpy as np

from landscape.core.batches import PointFunctions, components, probes
from landscape.core.component import Array, Component, owned
from landscape.core.critical_points import TINY, Completeness, CriticalPoint, scaled_eigenvalues

Window = tuple[tuple[float, float], ...]

TRAITS = frozenset(
    [
        "convex",
        "multimodal",
        "saddle",
        "ravine",
        "plateau",
        "rugged",
        "nonsmooth",
        "scalable",
        "unbounded",
        "stochastic",
    ]
)


def box(*sides: Any) -> Any:
    """A window that does not depend on fields: `window = box(-5.0, 10.0)` in every coordinate.

    `window = box((-5.0, 10.0), (0.0, 15.0))` gives each coordinate its own side.
    """
    if len(sides) == 2 and not isinstance(sides[0], tuple):
        return property(lambda surface: (sides,) * surface.dim)
    return property(lambda surface: sides)


def complete_up_to(dim: int, otherwise: Completeness = "global") -> Any:
    """What a list of critical points is, complete in up to so many dimensions: `completeness = complete_up_to(2)`."""
    return property(lambda surface: "complete" if surface.dim <= dim else otherwise)


def start_at(*coordinates: float) -> Any:
    """A customary start that does not depend on fields, its coordinates repeated as often as there are dimensions."""
    return property(lambda surface: np.resize(coordinates, surface.dim))


class Surface(Component, ABC):
    """A loss f(p) of `dim` parameters with exact derivatives and known geometry.

    A subclass writes `_value`, `_gradient` and `_hessian` for float arrays (dim, ...), and gives the region worth
    drawing. `dim` is a field where the formula has any dimension, else a class attribute.
    """

    dim: int
    traits: ClassVar[frozenset[str]] = frozenset()
    formula: ClassVar[str] = ""

    title: str = ""
    """The title of the surface in pictures, where it is not its name."""

    labels: tuple[str, ...] = ()
    """The labels of the axes in pictures, one for each coordinate; none where left out."""

    edge_minima: tuple[CriticalPoint, ...] = ()
    """Minima of the window on its edge, where the gradient is not 0 and f falls outwards. Not critical points."""

    confined: bool = False
    """Whether the minima are global in the window only, and f is lower outside of it."""

    @property
    def completeness(self) -> Completeness:
        """What `critical_points` is of the window: "complete", "found", "notable" or "global".

        "complete": all points where the gradient vanishes and all minima at kinks; "found": those that a search has
        found, which may have overlooked some; "notable": some of them, those that are named in the literature or that
        lead somewhere; "global": the global minimum alone, or all global minima.
        """
        return "notable"

    partial: ClassVar[bool] = False
    """Whether f may be no number at some points, where a run then ends."""

    differentiable: ClassVar[bool] = True
    """Whether there is a gradient: of a black box there is none, and its gradient is nan."""

    outside: ClassVar[bool] = False
    """Whether another library computes f and differentiates it by a tape, as torch does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        cls = type(self)
        if not owned(cls):
            written = [functools.partial(getattr(cls, name), self) for name in METHODS]
            guard(self, PointFunctions(self.name, self.dim, written), compare=True)

    @property
    @abstractmethod
    def window(self) -> Window:
        """((lo, hi), ...) for each coordinate: the region worth drawing."""

    @property
    @abstractmethod
    def customary_start(self) -> Array:
        """(dim,): the usual start of a descent, that of the literature where there is one."""

    @property
    @abstractmethod
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        """The known critical points, the global minimum first where there is one."""

    @abstractmethod
    def _value(self, p: Array) -> Array: ...

    @abstractmethod
    def _gradient(self, p: Array) -> Array: ...

    @abstractmethod
    def _hessian(self, p: Array) -> Array: ...

    def value(self, p: Any) -> Array:
        """The loss: p (dim, ...) -> (...). ValueError where the first axis of p is not `dim` long."""
        return self._value(self._point(p))

    def gradient(self, p: Any) -> Array:
        """The exact gradient: p (dim, ...) -> (dim, ...)."""
        return self._gradient(self._point(p))

    def hessian(self, p: Any) -> Array:
        """The exact Hessian: p (dim, ...) -> (dim, dim, ...)."""
        return self._hessian(self._point(p))

    def hvp(self, p: Any, v: Any) -> Array:
        """The Hessian at p (dim, ...) times v (dim, ...) or (dim,): (dim, ...), without the Hessian itself."""
        p, v = self._point(p), np.asarray(v, dtype=np.float64)
        if v.shape != p.shape and v.shape != (self.dim,):
            raise ValueError(f"{self.name}: v has the shape of p, {p.shape}, or ({self.dim},), got {v.shape}")
        along = v.reshape(-1, *(1,) * (p.ndim - 1)) if v.ndim == 1 else v
        return self._product(p, np.array(np.broadcast_to(along, p.shape)))

    @property
    def minima(self) -> tuple[CriticalPoint, ...]:
        """The known minima, local ones included."""
        return tuple(point for point in self.critical_points if point.kind == "minimum")

    @property
    def saddles(self) -> tuple[CriticalPoint, ...]:
        """The known saddles."""
        return tuple(point for point in self.critical_points if point.kind == "saddle")

    @property
    def lowest(self) -> float | None:
        """The loss at the global minimum, or None where the surface has none (or none is known)."""
        if "unbounded" in self.traits:
            return None
        return min((point.value for point in (*self.minima, *self.edge_minima)), default=None)

    @property
    def marked_points(self) -> tuple[CriticalPoint, ...]:
        """What pictures mark: the critical points, and the minima on the window's edge."""
        return (*self.critical_points, *self.edge_minima)

    def saddle_index(self, point: Any) -> int:
        """How many directions lead down from a critical point (dim,): the negative eigenvalues of the Hessian there.

        0 at a minimum, dim at a maximum, in between at a saddle; a degenerate point has eigenvalues of 0 as well.
        """
        sizes = np.ptp(np.array(self.window), axis=1)
        return int(np.count_nonzero(scaled_eigenvalues(self.hessian(point) * np.outer(sizes, sizes)) < -TINY))

    def _product(self, p: Array, vector: Array) -> Array:
        """The Hessian times a vector (dim, ...), by a complex step of the gradient: exact to rounding."""
        longest = np.maximum(np.max(np.abs(vector), axis=0), np.finfo(np.float64).tiny)
        step = 1e-20 / longest
        return self._gradient(p + 1j * step * vector).imag / step

    def _point(self, p: Any) -> Array:
        array = np.asarray(p)
        if array.ndim == 0 or array.shape[0] != self.dim:
            raise ValueError(f"{self.name}: points have shape ({self.dim}, ...), got {array.shape}")
        if array.dtype.kind not in "biufcO":
            raise ValueError(f"{self.name}: points are numbers, got {array.dtype}")
        return array.astype(np.float64) if array.dtype.kind in "biu" else array


METHODS = ("_value", "_gradient", "_hessian")


def guard(surface: Surface, functions: PointFunctions, compare: bool) -> None:
    """Have a surface evaluate its user's functions as `PointFunctions` does; FieldError where they fail.

    compare: compare the gradient and the Hessian with differences.
    """
    for rank, name in enumerate(METHODS):
        object.__setattr__(surface, name, functools.partial(functions, rank))
    object.__setattr__(surface, "_point_functions", functions)
    points = probes(surface.window)
    functions.probe(points)
    if compare and functions.repeatable:
        functions.compare(points)


def is_partial(surface: Surface) -> bool:
    """Whether a surface, or one inside it, may be no number at some points."""
    return any(isinstance(each, Surface) and (each.partial or not owned(type(each))) for each in components(surface))


def is_differentiable(surface: Surface) -> bool:
    """Whether a surface, and each one inside it, has a gradient."""
    return all(each.differentiable for each in components(surface) if isinstance(each, Surface))


def evaluated_apart(component: Component) -> int:
    """How many surfaces inside a component evaluate each point alone."""
    found = (vars(each).get("_point_functions") for each in components(component))
    return sum(not functions.together for functions in found if functions is not None)


# What a surface may offer besides. Whether one does is asked by `offers`: what a wrapper offers is what it wraps does.


@runtime_checkable
class HasTerms(Protocol):
    """A surface that is a mean of `terms` terms whose gradients can be had one by one."""

    @property
    def terms(self) -> int: ...

    def term_gradient(self, p: Array, index: Array) -> Array:
        """The mean gradient of the terms index (batch, runs) at p (dim, runs): (dim, runs)."""


@runtime_checkable
class HasTermValues(Protocol):
    """A surface of terms whose losses can be had one by one too."""

    def term_value(self, p: Array, index: Array) -> Array:
        """The mean loss of the terms index (batch, runs) at p (dim, runs): (runs,)."""


@runtime_checkable
class HasTermData(Protocol):
    """A surface of terms that are one function of p and of data, which alone differ from term to term.

    Its mean over a batch is the sum of the terms in the batch's order, divided by their number.
    """

    @property
    def term_data(self) -> Array:
        """(rows, terms): a column of numbers for each term."""

    def data_gradient(self, p: Array, data: Array) -> Array:
        """The gradient of the term with that data (rows, ...) at p (dim, ...): (dim, ...)."""

    def data_value(self, p: Array, data: Array) -> Array:
        """The loss of the term with that data (rows, ...) at p (dim, ...): (...)."""


@runtime_checkable
class HasViews(Protocol):
    """A surface whose parameters are arrays with names: the weights of a network."""

    def views(self, p: Any) -> dict[str, Array]:
        """The parameters p (dim, ...) by name, as views (..., ...); an array of weights has a row for each unit."""


@runtime_checkable
class HasLayers(Protocol):
    """A surface over the weights of a network that evaluates quantities of each layer."""

    layers: tuple[int, ...]

    def layer_figures(self, p: Any, quantity: str) -> Array:
        """(layers, ...): a quantity of each layer at p (dim, ...)."""

    def accuracy(self, p: Any) -> Array:
        """The share of examples that are classified correctly at p (dim, ...): (...)."""

    def test_accuracy(self, p: Any) -> Array:
        """The same of the examples left out to test on; nan where there are none."""


@runtime_checkable
class HasResiduals(Protocol):
    """A surface that is a sum of squares f = sum_k r_k^2 and evaluates its residuals."""

    def residuals(self, p: Any) -> Array:
        """r: p (dim, ...) -> (m, ...)."""

    def jacobian(self, p: Any) -> Array:
        """The derivatives of r: p (dim, ...) -> (m, dim, ...)."""


Offer = TypeVar("Offer")


def offers(surface: object, what: type[Offer]) -> TypeGuard[Offer]:
    """Whether a surface offers everything that is asked in one of the protocols above.

    Unlike isinstance, which from Python 3.12 on looks at the class alone, it asks the surface, and so a wrapper what it
    wraps.
    """
    return all(hasattr(surface, name) for name in _members(what))  # type: ignore[arg-type]


@functools.cache
def _members(what: type) -> frozenset[str]:
    return frozenset(name for name in (*vars(what), *inspect.get_annotations(what)) if not name.startswith("_"))

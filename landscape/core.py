"""Derive from these to add a surface, an optimizer, a schedule, a noise, a start or a metric.

Shape glossary, one rule for all: coordinates first, anything after.

    params      (dim, ...)       a point (dim,), a batch of runs (dim, runs), a grid to draw (2, ny, nx)
    value       (...)
    gradient    (dim, ...)
    hessian     (dim, dim, ...)
    a hyper-parameter: one number, or (runs,)

Formulas and update rules are written with + - * / and NumPy's elementary functions only (`np.sqrt`, `np.cos`, ...), in
components or in whole coordinates, and without branches on values but by `select`, `absolute`, `largest` and
`smallest`. The same lines then work on arrays, on complex numbers, on dual numbers, on symbols, and can be recorded and
compiled (`landscape.engines.trace`). Write `x*x`, not `x**2`: the result is then the same to the last bit in every
engine. Sum over coordinates by `total` and multiply by a matrix by `product`: NumPy's own sums and products round in an
order that depends on the batch.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np

from landscape.component import Array, Component

if TYPE_CHECKING:
    from landscape.oracle import Oracle
    from landscape.streams import Source

Kind = Literal["minimum", "saddle", "maximum"]
# Newton's method gives up after so many steps none of which is the shortest yet.
STALLED = 8
# Eigenvalues of a scaled Hessian below this count as 0.
TINY = 1e-9
RANK: dict[Kind, int] = {"minimum": 0, "saddle": 1, "maximum": 2}
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


@dataclasses.dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A point where the gradient vanishes.

    point: (dim,); value: the loss there; kind: "minimum", "saddle" or "maximum"; degenerate: whether the Hessian is
    singular there (then the kind rests on higher derivatives); kink: whether f has no Hessian, or not even a gradient,
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


class Surface(Component, ABC):
    """A loss f(p) of `dim` parameters with exact derivatives and known geometry.

    A subclass writes `_value`, `_gradient` and `_hessian` for float arrays (dim, ...), and says where it is worth
    looking at. `dim` is a field where the formula has any dimension, else a class attribute.
    """

    dim: int
    traits: ClassVar[frozenset[str]] = frozenset()
    formula: ClassVar[str] = ""

    title: str = ""
    """How pictures call the surface, where its name will not do."""

    labels: tuple[str, ...] = ()
    """What pictures write along the axes, one label for each coordinate; nothing where left out."""

    edge_minima: tuple[CriticalPoint, ...] = ()
    """Minima of the window on its edge, where the gradient does not vanish but points out. Not critical points."""

    confined: bool = False
    """Whether the minima are the lowest of the window alone, and lower ground lies outside."""

    @property
    @abstractmethod
    def window(self) -> Window:
        """((lo, hi), ...) for each coordinate: the region worth drawing."""

    @property
    @abstractmethod
    def customary_start(self) -> Array:
        """(dim,): where the literature, or good sense, starts a descent."""

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

        0 at a minimum, dim at a maximum, in between at a saddle; what is degenerate has eigenvalues of 0 besides.
        """
        return int(np.count_nonzero(_eigenvalues(self.hessian(point)) < -TINY))

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


@runtime_checkable
class HasLayers(Protocol):
    """A surface over the weights of a network whose layers can be asked what they do."""

    layers: tuple[int, ...]

    def layer_figures(self, p: Any, quantity: str) -> Array:
        """(layers, ...): a quantity of each layer at p (dim, ...)."""

    def accuracy(self, p: Any) -> Array:
        """The share of examples that are put in the right class at p (dim, ...): (...)."""


@runtime_checkable
class HasResiduals(Protocol):
    """A surface that is a sum of squares f = sum_k r_k^2 whose residuals can be had."""

    def residuals(self, p: Any) -> Array:
        """r: p (dim, ...) -> (m, ...)."""

    def jacobian(self, p: Any) -> Array:
        """The derivatives of r: p (dim, ...) -> (m, dim, ...)."""


# What a rule may ask for, beside a line search and randomness of its own: "exact" says that it bears no noise.
NEEDS = frozenset(["value", "gradient", "product", "hessian", "residuals", "line search", "randomness", "exact"])

# What may be done to a problem without a change in how a rule goes: shift it, turn it, reorder or mirror its
# coordinates, multiply the loss, or stretch each coordinate.
INVARIANCES = frozenset(["translation", "rotation", "permutation", "sign flip", "gradient scale", "coordinate scale"])


class Method(Component, ABC):
    """A rule that moves: two pure functions, `init` and `step`. It asks an Oracle for what it needs of the loss.

    `lr` is the learning rate before any schedule; `needs` says what the rule asks for. It acts on params (dim, runs);
    its state is a tuple whose leaves are (..., runs) or numbers, and no run may look at another's. `invariances` says
    what leaves its path the same place by place, but for its small terms such as eps and its decay of weights; of a
    rule around a rule, what it leaves to that rule.
    """

    lr: Any
    needs: ClassVar[frozenset[str]]
    invariances: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def init(self, params: Array) -> Any:
        """The state before the first step."""

    @abstractmethod
    def step(self, params: Array, oracle: Oracle, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step: (params, state) after it. `lr` is the rate of this step: a number or (runs,)."""


class Optimizer(Method):
    """A first-order update rule: it needs one gradient a step, and is the pure functions `init` and `apply`.

    Its state is a tuple whose leaves are (dim, runs), (runs,) or numbers.
    """

    needs = frozenset({"gradient"})

    @abstractmethod
    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step: (params, state) after it. `lr` is the rate of this step: a number or (runs,)."""

    def step(self, params: Array, oracle: Oracle, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step with the gradient that the oracle gives at params (dim, runs)."""
        return self.apply(params, oracle.gradient(params), state, lr)


class Schedule(Component, ABC):
    """A factor on an entrant's learning rate as training goes on; 1.0 means its own `lr`.

    One that `reads_loss` decides by each run's loss as it goes (`begin`, `follow`); called, it gives its factor on a
    loss that never falls.
    """

    reads_loss: ClassVar[bool] = False

    @abstractmethod
    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` (0 for the first; a number or an array of them) of a run of `steps`."""

    def begin(self, runs: int) -> Any:
        """The state before the first loss: a tuple of (runs,) or numbers."""
        return ()

    def follow(self, state: Any, loss: Array) -> tuple[Array, Any]:
        """(factor, state) of the step that begins with this loss (runs,)."""
        raise TypeError(f"{self.name} does not read the loss")


@dataclasses.dataclass(frozen=True)
class Moment:
    """What a noise knows: the surface, where the runs are (params, (dim, runs)), their randomness, and the step."""

    surface: Surface
    params: Array
    source: Source
    step: int
    steps: int = 1

    @property
    def exact(self) -> Array:
        """The exact gradient: (dim, runs)."""
        return self.surface._gradient(self.params)


class Noise(Component, ABC):
    """What an optimizer sees instead of the exact gradient.

    One with a memory keeps it in a tuple whose leaves are (..., runs) or numbers: `init` gives the first, and each step
    the next.
    """

    @abstractmethod
    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """(the noisy gradient (dim, runs), the memory for the next step)."""

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The noisy loss, whose gradient is the noisy gradient where there is such a thing: (runs,)."""
        return moment.surface._value(moment.params)

    def init(self, params: Array) -> Any:
        """The memory before the first step: nothing, unless a noise has one."""
        return ()

    def check_surface(self, surface: Surface) -> None:
        """ValueError where this noise cannot be had on that surface."""


class Start(Component, ABC):
    """Where runs begin."""

    @abstractmethod
    def place(self, surface: Surface, seed: int) -> Array:
        """The starting points: (dim, starts)."""


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
    """`positive` where choice >= 0, else `negative`: arrays or numbers that broadcast. The one branch of a formula."""
    if isinstance(choice, np.ndarray) and choice.dtype != object:
        return np.where(choice.real >= 0.0, positive, negative)
    if any(isinstance(each, np.ndarray) and each.dtype == object for each in (choice, positive, negative)):
        return _select_objects(choice, positive, negative)
    if isinstance(choice, (int, float, complex, np.number)):
        return positive if choice.real >= 0.0 else negative
    return choice.select(positive, negative)


_select_objects = np.frompyfunc(select, 3, 1)


def absolute(x: Any) -> Any:
    """|x|, with the slope 1 at 0. Unlike np.abs it keeps a complex step."""
    return select(x, x, -x)


def largest(a: Any, b: Any) -> Any:
    """The larger of two, with the slope of `a` where they are equal."""
    return select(a - b, a, b)


def smallest(a: Any, b: Any) -> Any:
    """The smaller of two, with the slope of `a` where they are equal."""
    return select(b - a, a, b)


def product(matrix: Array, p: Array) -> Array:
    """A matrix (m, dim) times p (dim, ...): (m, ...), summed in an order that depends on dim alone."""
    return total(np.moveaxis(matrix.reshape(*matrix.shape, *(1,) * (p.ndim - 1)) * p, 1, 0))


def column(vector: Array, p: Array) -> Array:
    """Numbers (n,) as a column (n, 1, ...) that goes with p (n, ...)."""
    return vector.reshape(-1, *(1,) * (p.ndim - 1))


def spot(*coordinates: float) -> Array:
    """A fixed point: (dim,), read-only."""
    point = np.array(coordinates)
    point.flags.writeable = False
    return point


def sign(x: Any) -> Any:
    """The slope of |x|: 1, -1, and 0 at 0."""
    return select(x, select(-x, 0.0, 1.0), -1.0)


def total(terms: Array) -> Array:
    """The sum over the first axis: (n, ...) -> (...), pairwise in an order that depends on n alone.

    Unlike np.sum, whose order depends on the shape, it gives a run alone and the same run in a batch the same last bit.
    """
    if not isinstance(terms, np.ndarray):
        return terms.total()
    while len(terms) > 1:
        half, odd = len(terms) // 2, len(terms) % 2
        pairs = terms[:half] + terms[half : 2 * half]
        terms = np.concatenate([pairs, terms[-1:]]) if odd else pairs
    return terms[0]


def constant(matrix: Array, p: Array) -> Array:
    """A Hessian that is the same everywhere: (dim, dim) -> (dim, dim, ...) for p (dim, ...), read-only."""
    column = matrix.reshape(*matrix.shape, *(1,) * (p.ndim - 1))
    return np.broadcast_to(column.astype(np.result_type(matrix, p)), (*matrix.shape, *p.shape[1:]))


def diagonal(rows: Array) -> Array:
    """(dim, ...) -> (dim, dim, ...) with the rows on the diagonal."""
    matrix = np.zeros((len(rows), *rows.shape), dtype=rows.dtype)
    matrix[np.arange(len(rows)), np.arange(len(rows))] = rows
    return matrix


def critical(surface: Surface, guess: Any) -> CriticalPoint:
    """The critical point next to `guess` (dim,), polished by Newton's method to the last digits and classified.

    Raises ArithmeticError where Newton's method does not settle there.
    """
    point = np.array(guess, dtype=np.float64)
    scale = 1.0 + np.max(np.abs(point))
    least, since = np.inf, 0
    for _ in range(60):
        gradient = surface.gradient(point)
        hessian = surface.hessian(point)
        if not (np.all(np.isfinite(hessian)) and np.all(np.isfinite(gradient))):
            break
        sizes = np.sqrt(_sizes(hessian))
        step = np.linalg.lstsq(hessian / (sizes * sizes[:, None]), gradient / sizes, rcond=None)[0] / sizes
        point = point - step
        length = np.max(np.abs(step))
        least, since = (length, 0) if length < least else (least, since + 1)
        if length <= 4 * np.finfo(np.float64).eps * scale or since == STALLED:
            break
    ends = surface.gradient(point), surface.hessian(point)
    if not all(np.all(np.isfinite(end)) for end in ends) or np.max(np.abs(ends[0])) > 1e-8 * scale:
        raise ArithmeticError(f"{surface.name}: no critical point found next to {np.asarray(guess).tolist()}")
    return CriticalPoint(point, float(surface.value(point)), *classify(surface.hessian(point)))


def polished(surface: Surface, guesses: Iterable[Any]) -> tuple[CriticalPoint, ...]:
    """The critical points next to `guesses`, each (dim,), polished and `in_order`."""
    return in_order(critical(surface, guess) for guess in guesses)


def in_order(points: Iterable[CriticalPoint]) -> tuple[CriticalPoint, ...]:
    """Minima first, then saddles and maxima, each from the lowest."""
    return tuple(sorted(points, key=lambda point: (RANK[point.kind], point.value)))


def classify(hessian: Array) -> tuple[Kind, bool]:
    """(kind, degenerate) from the signs of the eigenvalues of a Hessian (dim, dim).

    Coordinates are scaled alike first, which changes no sign (Sylvester's law of inertia), so that a badly scaled point
    is told from a singular one. A singular one is called by its other signs.
    """
    eigenvalues = _eigenvalues(hessian)
    up, down = bool(np.any(eigenvalues > TINY)), bool(np.any(eigenvalues < -TINY))
    degenerate = bool(np.any(np.abs(eigenvalues) <= TINY))
    if up and down:
        return "saddle", degenerate
    return ("maximum" if down else "minimum"), degenerate


def _eigenvalues(hessian: Array) -> Array:
    """(dim,): of a Hessian with its coordinates scaled alike; those within TINY of 0 are nothing but rounding."""
    rows = np.max(np.abs(hessian), axis=1)
    nothing = rows <= 8.0 * len(rows) * float(np.finfo(np.float64).eps) * rows.max(initial=0.0)
    scale = np.sqrt(np.where(nothing, 1.0, _sizes(hessian)))
    scaled: Array = np.where(nothing | nothing[:, None], 0.0, hessian) / (scale * scale[:, None])
    return np.linalg.eigvalsh(scaled)


def _sizes(hessian: Array) -> Array:
    """(dim,): how steep each coordinate is, by its own curvature or, where it has none, its largest mixed one."""
    rows, diagonals = np.max(np.abs(hessian), axis=1), np.abs(np.diagonal(hessian))
    sizes = np.where(diagonals > 1e-12 * rows, diagonals, rows)
    return np.where(sizes < 1e-9, 1.0, sizes)

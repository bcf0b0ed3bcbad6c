"""Derive from these to add an optimizer, a schedule, a noise or a start; an Oracle evaluates what a rule needs.


Shape glossary, one rule for all: coordinates first, anything after.

    params      (dim, ...)       a point (dim,), a batch of runs (dim, runs), a grid to draw (2, ny, nx)
    value       (...)
    gradient    (dim, ...)
    hessian     (dim, dim, ...)
    a hyper-parameter: one number, or (runs,)

Formulas and update rules are written with + - * / and NumPy's elementary functions only (`np.sqrt`, `np.cos`, ...), in
components or in whole coordinates, and without branches on values but by `select`, `absolute`, `largest` and
`smallest`. The same lines then work on arrays, on complex numbers, on dual numbers, on symbols, and can be recorded and
compiled (`landscape.program.trace`). Write `x*x`, not `x**2`: the result is then the same to the last bit in every
engine. Sum over coordinates by `total` and multiply by a matrix by `product`: NumPy's own sums and products round in an
order that depends on the batch.

    oracle = Oracle(ls.surface("rosenbrock"))
    oracle.value(p), oracle.gradient(p), oracle.product(p, v), oracle.hessian(p)      # p: (dim, runs)
    oracle.counts                                                                     # {"value": 1, "gradient": 1, ...}

All questions of one step see the same noise, as all passes over one mini-batch do. Second derivatives, residuals and
their Jacobian are those of the exact loss.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from landscape.core.batches import read_only
from landscape.core.component import Array, Component, for_each_run, owned
from landscape.core.random import Source
from landscape.core.surface import HasResiduals, Surface, offers

# What a rule may need; "exact" means that it does not allow noise.
NEEDS = frozenset(["value", "gradient", "product", "hessian", "residuals", "line search", "randomness", "exact"])

# What may be done to a problem without a change in how a rule goes: shift it, turn it, reorder or mirror its
# coordinates, multiply the loss, or stretch each coordinate.
INVARIANCES = frozenset(["translation", "rotation", "permutation", "sign flip", "gradient scale", "coordinate scale"])


class Method(Component, ABC):
    """An update rule: two pure functions, `init` and `step`. An Oracle evaluates what it needs of the loss.

    `lr` is the learning rate before any schedule; `needs` lists what the rule evaluates. It acts on params (dim, runs);
    its state is a tuple whose leaves are (..., runs) or numbers, and no run may depend on another's. `invariances` says
    what leaves its path the same place by place, but for its small terms such as eps and its decay of weights; of a
    rule around a rule, what it leaves to that rule.
    """

    lr: Any
    needs: ClassVar[frozenset[str]]
    invariances: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        super().__post_init__()
        for attribute, example in (("lr", "lr: float = 0.1"), ("needs", 'needs = frozenset({"gradient"})')):
            if not hasattr(self, attribute):
                raise TypeError(f"{self.name}: it has no {attribute}: write `{example}` in the class")

    def _field_hint(self, hint: Any) -> Any:
        return hint if owned(type(self)) else for_each_run(hint)

    @abstractmethod
    def init(self, params: Array) -> Any:
        """The state before the first step."""

    @abstractmethod
    def step(self, params: Array, oracle: Oracle, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step: (params, state) after it. `lr` is the rate of this step: a number or (runs,)."""

    def kept(self, dim: int) -> int:
        """About how many numbers it works with for a run in `dim` dimensions, beyond some vectors; 0 for most rules.

        A simulation that would need too much memory for them is refused before it begins.
        """
        return 2 * dim * dim if {"hessian", "residuals"} & self.needs else 0


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
    """What a noise is computed from: the surface, the runs' params (dim, runs), their randomness, and the step."""

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
    """What an optimizer is given instead of the exact gradient.

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
        """ValueError where this noise is not defined on that surface."""


class Start(Component, ABC):
    """Where runs begin."""

    @abstractmethod
    def place(self, surface: Surface, seed: int) -> Array:
        """The starting points: (dim, starts)."""


def _noisy(noise: Noise, result: Any, shape: tuple[int, ...]) -> Any:
    """(gradient, memory) as a noise returned them; TypeError where it is not that, or the gradient not of `shape`."""
    if type(result) is not tuple or len(result) != 2:
        found = f"a tuple of {len(result)}" if type(result) is tuple else type(result).__name__
        raise TypeError(
            f"{noise.name}: gradient must return (gradient, memory), got {found}; write `return gradient, memory`"
        )
    if np.shape(result[0]) != shape:
        raise TypeError(
            f"{noise.name}: gradient must return a gradient in the shape (dim, runs) of moment.params, here {shape}, "
            f"got {np.shape(result[0])}; numbers of moment.source are (count, runs)"
        )
    return result


KINDS = ("value", "gradient", "product", "hessian")


def cost(kind: str, dim: int) -> int:
    """How many evaluations one of this kind counts as: a Hessian is `dim` products with a vector."""
    return dim if kind == "hessian" else 1


class Oracle:
    """The loss as it is evaluated in one step.

    surface; noise, with its `memory` from the step before; source, own: the randomness of the noise and that of the
    rule itself; step: the number of this step, of `steps`. counts: kind of evaluation -> how many there were, a number
    or (runs,). `after`: the noise's memory for the next step.
    """

    def __init__(
        self,
        surface: Surface,
        noise: Noise | None = None,
        source: Source | None = None,
        own: Source | None = None,
        step: int = 0,
        steps: int = 1,
        memory: Any = (),
    ) -> None:
        self.surface, self.noise, self.step, self.steps = surface, noise, step, steps
        self.counts: dict[str, Any] = {}
        self.after = self._memory = memory
        self._source, self._own = source, own

    @property
    def exact(self) -> bool:
        """Whether there is no noise: what was evaluated in an earlier step is still valid."""
        return self.noise is None

    def value(self, params: Array, active: Array | None = None) -> Array:
        """The loss at params (dim, runs): (runs,). active: (runs,), the runs that are counted; all where left out."""
        self.charge("value", 1, active)
        if self.noise is None:
            return np.broadcast_to(self.surface._value(params), params.shape[1:])
        return np.broadcast_to(self.noise.value(self._moment(params), self._memory), params.shape[1:])

    def gradient(self, params: Array, active: Array | None = None) -> Array:
        """The gradient at params (dim, runs), with its noise: (dim, runs)."""
        self.charge("gradient", 1, active)
        if self.noise is None:
            return self.surface._gradient(params)
        gradient, after = _noisy(self.noise, self.noise.gradient(self._moment(params), self._memory), params.shape)
        if self.after is self._memory:
            self.after = after
        return gradient

    def finish(self, params: Array) -> None:
        """The step that began at params (dim, runs) is over: a noise's memory goes on, gradient or not."""
        if self.noise is not None and self._memory and self.after is self._memory:
            _, self.after = self.noise.gradient(self._moment(params), self._memory)

    def product(self, params: Array, vector: Array, active: Array | None = None) -> Array:
        """The exact Hessian at params times vector (dim, runs): (dim, runs)."""
        self.charge("product", 1, active)
        return self.surface._product(params, vector)

    def hessian(self, params: Array, active: Array | None = None) -> Array:
        """The exact Hessian at params: (dim, dim, runs)."""
        self.charge("hessian", 1, active)
        return self.surface._hessian(params)

    def residuals(self, params: Array, active: Array | None = None) -> Array:
        """The residuals r of a loss sum r^2: (m, runs). Counted as a value."""
        self.charge("value", 1, active)
        return self._squares().residuals(params)

    def jacobian(self, params: Array, active: Array | None = None) -> Array:
        """The Jacobian of the residuals: (m, dim, runs). Counted as a gradient."""
        self.charge("gradient", 1, active)
        return self._squares().jacobian(params)

    def normals(self, count: int, draw: int = 0) -> Array:
        """Standard normal numbers of the rule's own: (count, runs). `draw`: which draw of the step."""
        return self._randomness(draw).normals(self.step, count)

    def uniforms(self, count: int, draw: int = 0) -> Array:
        """Uniform numbers in [0, 1) of the rule's own: (count, runs)."""
        return self._randomness(draw).uniforms(self.step, count)

    def words(self, count: int, draw: int = 0) -> Array:
        """Uniform 64-bit words of the rule's own: (count, runs)."""
        return self._randomness(draw).words(self.step, count)

    def charge(self, kind: str, times: Any, active: Array | None = None) -> None:
        """Count `times` evaluations of a kind that were made outside of this Oracle."""
        more = times if active is None else times * active.astype(np.int64)
        self.counts[kind] = self.counts.get(kind, 0) + more

    def _moment(self, params: Array) -> Moment:
        if self._source is None:
            raise ValueError("an Oracle with noise needs a source of randomness")
        return Moment(self.surface, read_only(params), self._source, self.step, self.steps)

    def _randomness(self, draw: int) -> Source:
        if self._own is None:
            raise ValueError("an Oracle for a rule that draws random numbers needs a source of its own")
        return self._own.branch(draw)

    def _squares(self) -> HasResiduals:
        if not offers(self.surface, HasResiduals):
            raise ValueError(f'the surface "{self.surface.name}" is not a sum of squares with residuals')
        return self.surface

"""Answer what a rule asks about the loss in one step, and count every question.

    oracle = Oracle(ls.surface("rosenbrock"))
    oracle.value(p), oracle.gradient(p), oracle.product(p, v), oracle.hessian(p)      # p: (dim, runs)
    oracle.counts                                                                     # {"value": 1, "gradient": 1, ...}

All questions of one step see the same noise, as all passes over one mini-batch do. Second derivatives, residuals and
their Jacobian are those of the exact loss.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.component import Array
from landscape.core import HasResiduals, Moment, Noise, Surface
from landscape.streams import Source

KINDS = ("value", "gradient", "product", "hessian")


def cost(kind: str, dim: int) -> int:
    """What one question counts for in `evaluations`: a Hessian is as many products with a vector as it has columns."""
    return dim if kind == "hessian" else 1


class Oracle:
    """The loss as one step sees it.

    surface; noise, with its `memory` from the step before; source, own: the randomness of the noise and that of the
    rule itself; step: the number of this step, of `steps`. counts: kind of question -> how often it was asked, a number
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
        """Whether there is no noise: what was asked in an earlier step still holds."""
        return self.noise is None

    def value(self, params: Array, asked: Array | None = None) -> Array:
        """The loss at params (dim, runs): (runs,). asked: (runs,) which runs ask; the others are not counted."""
        self.charge("value", 1, asked)
        if self.noise is None:
            return np.broadcast_to(self.surface._value(params), params.shape[1:])
        return np.broadcast_to(self.noise.value(self._moment(params), self._memory), params.shape[1:])

    def gradient(self, params: Array, asked: Array | None = None) -> Array:
        """The gradient at params (dim, runs), noise and all: (dim, runs)."""
        self.charge("gradient", 1, asked)
        if self.noise is None:
            return self.surface._gradient(params)
        gradient, after = self.noise.gradient(self._moment(params), self._memory)
        if self.after is self._memory:
            self.after = after
        return gradient

    def finish(self, params: Array) -> None:
        """The step that began at params (dim, runs) is over: a noise's memory goes on, gradient or not."""
        if self.noise is not None and self._memory and self.after is self._memory:
            _, self.after = self.noise.gradient(self._moment(params), self._memory)

    def product(self, params: Array, vector: Array, asked: Array | None = None) -> Array:
        """The exact Hessian at params times vector (dim, runs): (dim, runs)."""
        self.charge("product", 1, asked)
        return self.surface._product(params, vector)

    def hessian(self, params: Array, asked: Array | None = None) -> Array:
        """The exact Hessian at params: (dim, dim, runs)."""
        self.charge("hessian", 1, asked)
        return self.surface._hessian(params)

    def residuals(self, params: Array, asked: Array | None = None) -> Array:
        """The residuals r of a loss sum r^2: (m, runs). Counted as a value."""
        self.charge("value", 1, asked)
        return self._squares().residuals(params)

    def jacobian(self, params: Array, asked: Array | None = None) -> Array:
        """The Jacobian of the residuals: (m, dim, runs). Counted as a gradient."""
        self.charge("gradient", 1, asked)
        return self._squares().jacobian(params)

    def normals(self, count: int, draw: int = 0) -> Array:
        """Standard normal numbers of the rule's own: (count, runs). `draw` tells several draws of a step apart."""
        return self._randomness(draw).normals(self.step, count)

    def uniforms(self, count: int, draw: int = 0) -> Array:
        """Uniform numbers in [0, 1) of the rule's own: (count, runs)."""
        return self._randomness(draw).uniforms(self.step, count)

    def words(self, count: int, draw: int = 0) -> Array:
        """Uniform 64-bit words of the rule's own: (count, runs)."""
        return self._randomness(draw).words(self.step, count)

    def charge(self, kind: str, times: Any, asked: Array | None = None) -> None:
        """Count a question, `times` each: for what a rule has others evaluate."""
        more = times if asked is None else times * asked.astype(np.int64)
        self.counts[kind] = self.counts.get(kind, 0) + more

    def _moment(self, params: Array) -> Moment:
        if self._source is None:
            raise ValueError("an Oracle with noise needs a source of randomness")
        return Moment(self.surface, params, self._source, self.step, self.steps)

    def _randomness(self, draw: int) -> Source:
        if self._own is None:
            raise ValueError("an Oracle for a rule that draws random numbers needs a source of its own")
        return self._own.branch(draw)

    def _squares(self) -> HasResiduals:
        if not isinstance(self.surface, HasResiduals):
            raise ValueError(f'the surface "{self.surface.name}" is not a sum of squares with residuals')
        return self.surface

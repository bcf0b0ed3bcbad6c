"""`ls.surface("adam_counterexample")`: Mean of straight lines, one steep upwards and the others gently down, which
leads Adam to the worst point.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count, FieldError, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import largest, select, stack, symmetric, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("adam_counterexample")
class AdamCounterexample(Surface):
    """Mean of straight lines, one steep upwards and the others gently down, which leads Adam to the worst point.

    f(x) = 1/n sum_{i=1}^n f_i(x),   f_1(x) = c x + W(x),   f_i(x) = -x + W(x) for i > 1,   n = terms,
    W(x) = c max(0, |x| - 1).

    p = (x): (dim, ...), dim = 1. c: slope of the steep line, above terms - 1; terms: the lines. Mini-batches draw the
    lines. Between the walls W the mean rises by (c - n + 1) / n, so that the minimum is -1, a kink. Adam with beta1 = 0
    and beta2 = 1 / (1 + c^2) divides each gradient by about its own size: two small pushes to the right outweigh one to
    the left, and it goes to +1, the worst point of [-1, 1]. Gradient descent, AdaGrad, AMSGrad, and Adam with a
    long memory (beta2 near 1) go to -1. f is not differentiable at -1 and 1, where 0 and the slope from the left are
    the subgradients given.

    Source: Reddi, Kale and Kumar 2018, "On the convergence of Adam and beyond", arXiv:1904.09237, theorem 1 (c above 2,
    three lines) and section 3 (c = 101 and 101 lines, all ten times as steep). Differences: there the iterate is
    projected onto [-1, 1], here walls push it back, and their slope enters the averages; there the steep line comes
    at each third step, here a mini-batch noise draws it once in each three steps (reshuffled) or in the mean, which is
    theorem 3's setting.
    """

    c: Positive = 3.0
    terms: Count = 3

    dim = 1
    title = "Adam's counterexample"
    traits = frozenset({"convex", "nonsmooth", "stochastic"})
    formula = r"f(x) = \frac{c - n + 1}{n} x + c\, \max(0, |x| - 1)"

    def _check(self) -> None:
        if self.c <= self.terms - 1:
            raise FieldError(self.name, "c", f"must be greater than terms - 1 = {self.terms - 1}, got {self.c:g}")

    window = box(-1.1, 1.1)
    customary_start = start_at(0.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([-1.0], -self._rise, "minimum", kink=True),)

    @functools.cached_property
    def slopes(self) -> Array:
        """(terms,): of the lines."""
        slopes = np.full(self.terms, -1.0)
        slopes[0] = self.c
        return slopes

    def term_gradient(self, p: Array, index: Array) -> Array:
        """The mean gradient of the terms index (batch, ...) at p (1, ...): (1, ...)."""
        return stack(total(self.slopes[index]) / len(index) + self._push(p[0]))

    @property
    def _rise(self) -> float:
        return (self.c - self.terms + 1.0) / self.terms

    def _push(self, x: Array) -> Array:
        """W'(x); of the subgradients at -1, the one that balances the mean."""
        left = select(-1.0 - x, select(x + 1.0, -self._rise, -self.c), 0.0)
        return left + select(x - 1.0, select(1.0 - x, 0.0, self.c), 0.0)

    def _value(self, p: Array) -> Array:
        x = p[0]
        return self._rise * x + self.c * largest(largest(x, -x) - 1.0, 0.0)

    def _gradient(self, p: Array) -> Array:
        x = p[0]
        return stack(0.0 * x + (self._rise + self._push(x)))

    def _hessian(self, p: Array) -> Array:
        return symmetric((0.0 * p[0],))

"""Watch a method fail on a convex function: heavy ball that cycles, and Adam that converges to the worst point."""

from __future__ import annotations

import functools

import numpy as np

from landscape.component import Array, Count, FieldError, Positive
from landscape.core import CriticalPoint, Surface, Window, largest, select, stack, symmetric, total
from landscape.surfaces._registry import register


@register("heavy_ball_counterexample")
class HeavyBallCounterexample(Surface):
    """Three parabolas joined smoothly, on which heavy ball, tuned for the best rate on quadratics, runs in a cycle.

    f'(x) = 25 x for x < 1, x + 24 for 1 <= x < 2, 25 x - 24 for x >= 2;
    f(x) = 25 x^2 / 2, x^2 / 2 + 24 x - 12, 25 x^2 / 2 - 24 x + 36.

    p = (x): (dim, ...), dim = 1. f is strongly convex (f'' >= 1) with a Lipschitz gradient (f'' <= 25), its minimum at
    0. f'' jumps at 1 and at 2, where the Hessian given is that of the right. Heavy ball with rate 1/9 and momentum 4/9,
    the best for quadratics of curvatures 1 to 25, goes from 3.3 into the cycle 0.6465, -1.8024, 2.1159; from 2 or 5 it
    converges, and gradient descent at rate 1/13 and Nesterov's method do.

    Source: Lessard, Recht and Packard 2016, "Analysis and design of optimization algorithms via integral quadratic
    constraints", SIAM Journal on Optimization 26(1), section 4.6; arXiv:1408.3595.
    """

    dim = 1
    traits = frozenset({"convex"})
    formula = (
        r"f(x) = \frac{25}{2} x^2 \;(x < 1), \;\frac{1}{2} x^2 + 24 x - 12 \;(x < 2), "
        r"\;\frac{25}{2} x^2 - 24 x + 36 \;(x \geq 2)"
    )

    @property
    def window(self) -> Window:
        return ((-3.0, 4.0),)

    @property
    def customary_start(self) -> Array:
        return np.array([3.3])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x = p[0]
        left, middle, right = 12.5 * x * x, x * (0.5 * x + 24.0) - 12.0, x * (12.5 * x - 24.0) + 36.0
        return select(x - 2.0, right, select(x - 1.0, middle, left))

    def _gradient(self, p: Array) -> Array:
        x = p[0]
        return stack(select(x - 2.0, 25.0 * x - 24.0, select(x - 1.0, x + 24.0, 25.0 * x)))

    def _hessian(self, p: Array) -> Array:
        x = p[0]
        return symmetric((0.0 * x + select(x - 2.0, 25.0, select(x - 1.0, 1.0, 25.0)),))


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

    @property
    def window(self) -> Window:
        return ((-1.5, 1.5),)

    @property
    def customary_start(self) -> Array:
        return np.array([0.0])

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

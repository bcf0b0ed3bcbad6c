"""Try an optimizer on one difficulty at a time: the one-dimensional shapes of Schaul, Antonoglou and Silver.

Slopes (line, exponential, sigmoid step), bowls (quadratic, quartic, Gaussian, Laplace) and kinks (absolute value,
rectified line, cliff). `joined` puts them in a row, `composed` one along each coordinate.
"""

from __future__ import annotations

import dataclasses
import functools
from abc import abstractmethod
from typing import ClassVar

import numpy as np

from landscape.component import Array, Positive
from landscape.core import CriticalPoint, Surface, Window, largest, select, stack, symmetric
from landscape.surfaces._registry import register


def sign(s: Array) -> Array:
    """-1, 0 or 1: (...)."""
    return 0.0 * s + select(s, 1.0, 0.0) - select(-s, 1.0, 0.0)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Prototype(Surface):
    """f(p) = height phi(x / width), with the shape phi of the subclass; p = (x): (1, ...)."""

    height: Positive = 1.0
    width: Positive = 1.0

    dim = 1
    reach: ClassVar[float] = 3.0
    """The window goes so many widths to either side, and descents start at `begin` widths."""
    begin: ClassVar[float] = -2.0

    @abstractmethod
    def phi(self, s: Array) -> Array:
        """The shape: (...) -> (...)."""

    @abstractmethod
    def slope(self, s: Array) -> Array:
        """Its derivative, or a subgradient: (...) -> (...)."""

    @abstractmethod
    def curvature(self, s: Array) -> Array:
        """Its second derivative: (...) -> (...)."""

    @property
    def window(self) -> Window:
        return ((-self.reach * self.width, self.reach * self.width),)

    @property
    def customary_start(self) -> Array:
        return np.array([self.begin * self.width])

    def _value(self, p: Array) -> Array:
        return self.height * self.phi(p[0] / self.width)

    def _gradient(self, p: Array) -> Array:
        return stack(self.height / self.width * self.slope(p[0] / self.width))

    def _hessian(self, p: Array) -> Array:
        return symmetric((self.height / (self.width * self.width) * self.curvature(p[0] / self.width),))

    def _at_the_right_edge(self) -> tuple[CriticalPoint, ...]:
        edge = np.array([self.window[0][1]])
        return (CriticalPoint(edge, float(self._value(edge)), "minimum"),)


@register("line")
class Line(Prototype):
    """Line: the same slope everywhere, without end.

    f(x) = -height x / width.

    p = (x): (dim, ...), dim = 1. height, width: their quotient is how steeply f falls. There is no critical point. It
    is convex. Adam walks down at its learning rate a step; gradient descent at rate times slope.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, whose slopes
    are 1, 10 and 0.1.
    """

    traits = frozenset({"unbounded"})
    formula = r"f(x) = -h\, x / w"
    critical_points = ()

    def phi(self, s: Array) -> Array:
        return -s

    def slope(self, s: Array) -> Array:
        return 0.0 * s - 1.0

    def curvature(self, s: Array) -> Array:
        return 0.0 * s


@register("exponential_slope")
class ExponentialSlope(Prototype):
    """Exponential: a slope that flattens out and never ends.

    f(x) = height exp(-x / width).

    p = (x): (dim, ...), dim = 1. height: f at 0; width: over which f falls by a factor e. There is no critical point:
    f goes on falling towards 0, and is lowest in the window on its right edge. It is convex. Gradient descent at rate
    lr reaches about width ln(1 + lr height t / width^2) in t steps from 0.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    traits = frozenset({"plateau"})
    formula = r"f(x) = h\, e^{-x / w}"
    confined = True
    critical_points = ()

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self._at_the_right_edge()

    def phi(self, s: Array) -> Array:
        return np.exp(-s)

    def slope(self, s: Array) -> Array:
        return -np.exp(-s)

    def curvature(self, s: Array) -> Array:
        return np.exp(-s)


@register("sigmoid_step")
class SigmoidStep(Prototype):
    """Sigmoid step: down from one plateau to another.

    f(x) = height / (1 + exp(x / width)) = height (1 - tanh(x / 2 width)) / 2.

    p = (x): (dim, ...), dim = 1. height: of the step; width: 96 % of the step are done from -4 to 4 widths, and its
    steepest slope, at 0, is height / (4 width). There is no critical point: f goes on falling towards 0, and is lowest
    in the window on its right edge. On the upper plateau the gradient is too small to leave it soon.

    Source: the step of Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055,
    in the form of the logistic function.
    """

    reach = 6.0
    begin = -4.0

    traits = frozenset({"plateau"})
    formula = r"f(x) = \frac{h}{1 + e^{x / w}}"
    confined = True
    critical_points = ()

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self._at_the_right_edge()

    def phi(self, s: Array) -> Array:
        return 0.5 - 0.5 * np.tanh(0.5 * s)

    def slope(self, s: Array) -> Array:
        t = np.tanh(0.5 * s)
        return -0.25 * (1.0 - t * t)

    def curvature(self, s: Array) -> Array:
        t = np.tanh(0.5 * s)
        return 0.25 * t * (1.0 - t * t)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Bowl(Prototype):
    """A shape with its one critical point, a minimum of value 0, at 0."""

    degenerate: ClassVar[bool] = False
    kink: ClassVar[bool] = False

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0], 0.0, "minimum", self.degenerate, self.kink),)


@register("quad_bowl")
class QuadBowl(Bowl):
    """Quadratic bowl: one curvature everywhere.

    f(x) = height (x / width)^2 / 2.

    p = (x): (dim, ...), dim = 1. height, width: the curvature is height / width^2. The minimum is at 0. Gradient
    descent at rate lr multiplies x by 1 - lr height / width^2 a step.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    traits = frozenset({"convex"})
    formula = r"f(x) = \frac{h}{2} (x / w)^2"

    def phi(self, s: Array) -> Array:
        return 0.5 * s * s

    def slope(self, s: Array) -> Array:
        return s

    def curvature(self, s: Array) -> Array:
        return 0.0 * s + 1.0


@register("quartic_bowl")
class QuarticBowl(Bowl):
    """Quartic bowl: steep walls, and a bottom so flat that its curvature is 0.

    f(x) = height (x / width)^4 / 4.

    p = (x): (dim, ...), dim = 1. height: four times f at one width. The minimum, at 0, is degenerate: gradient descent
    nears it as 1 / sqrt(2 lr height t) widths after t steps, for a width of 1, and not at a constant factor a step.

    Source: the bowls of Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization",
    arXiv:1312.6055, which has quadratic ones; the power 4 is a usual other.
    """

    begin = -1.5
    reach = 2.0
    degenerate = True

    traits = frozenset({"convex", "plateau"})
    formula = r"f(x) = \frac{h}{4} (x / w)^4"

    def phi(self, s: Array) -> Array:
        return 0.25 * (s * s) * (s * s)

    def slope(self, s: Array) -> Array:
        return s * s * s

    def curvature(self, s: Array) -> Array:
        return 3.0 * s * s


@register("gaussian_bowl")
class GaussianBowl(Bowl):
    """Gaussian bowl: a hollow in a plain, with a gradient that fades away from it.

    f(x) = height (1 - exp(-(x / width)^2 / 2)).

    p = (x): (dim, ...), dim = 1. height: depth of the hollow; width: where its walls are steepest and its curvature
    turns. The minimum is at 0. Farther out than a width a longer way meets a smaller gradient.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, who cut it
    into its non-convex flanks, convex ones and the bottom; `joined` has those.
    """

    reach = 5.0
    begin = -2.5

    title = "Gaussian bowl"
    traits = frozenset({"plateau"})
    formula = r"f(x) = h\, (1 - e^{-(x / w)^2 / 2})"

    def phi(self, s: Array) -> Array:
        return 1.0 - np.exp(-0.5 * s * s)

    def slope(self, s: Array) -> Array:
        return s * np.exp(-0.5 * s * s)

    def curvature(self, s: Array) -> Array:
        return (1.0 - s * s) * np.exp(-0.5 * s * s)


@register("laplace_bowl")
class LaplaceBowl(Bowl):
    """Laplace bowl: a pointed hollow in a plain, steepest at its very bottom.

    f(x) = height (1 - exp(-|x| / width)).

    p = (x): (dim, ...), dim = 1. height: depth of the hollow; width: over which its walls flatten by a factor e. The
    minimum, at 0, is a kink: f is not differentiable there, and 0 is the subgradient given.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    reach = 5.0
    begin = -2.5
    kink = True

    title = "Laplace bowl"
    traits = frozenset({"plateau", "nonsmooth"})
    formula = r"f(x) = h\, (1 - e^{-|x| / w})"

    def phi(self, s: Array) -> Array:
        return 1.0 - np.exp(-largest(s, -s))

    def slope(self, s: Array) -> Array:
        return sign(s) * np.exp(-largest(s, -s))

    def curvature(self, s: Array) -> Array:
        return -np.exp(-largest(s, -s))


@register("absolute_value")
class AbsoluteValue(Bowl):
    """Absolute value: two straight walls that meet in a kink.

    f(x) = height |x| / width.

    p = (x): (dim, ...), dim = 1. height, width: their quotient is the slope of the walls. The minimum, at 0, is a
    kink: f is not differentiable there, and 0 is the subgradient given. At a constant rate gradient descent ends in
    steps to and fro across it, each as long as the rate times the slope.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    kink = True

    traits = frozenset({"convex", "nonsmooth"})
    formula = r"f(x) = h\, |x| / w"

    def phi(self, s: Array) -> Array:
        return largest(s, -s)

    def slope(self, s: Array) -> Array:
        return sign(s)

    def curvature(self, s: Array) -> Array:
        return 0.0 * s


@register("rectified_line")
class RectifiedLine(Bowl):
    """Rectified line: a slope that ends on a plain without any gradient.

    f(x) = height max(0, -x / width).

    p = (x): (dim, ...), dim = 1. height, width: their quotient is the slope. Every x >= 0 is a minimum, of which 0, the
    first, is listed; it is a kink: f is not differentiable there, and 0 is the subgradient given. Who is on the plain
    stays, but for momentum.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055 ("relu").
    """

    kink = True

    traits = frozenset({"convex", "nonsmooth", "plateau"})
    formula = r"f(x) = h\, \max(0, -x / w)"

    def phi(self, s: Array) -> Array:
        return select(s, 0.0 * s, -s)

    def slope(self, s: Array) -> Array:
        return select(s, 0.0 * s, 0.0 * s - 1.0)

    def curvature(self, s: Array) -> Array:
        return 0.0 * s


@register("cliff")
class Cliff(Bowl):
    """Cliff: a gentle slope that leads to the foot of a wall, by default ten times as steep.

    f(x) = height max(-x, steepness x) / width.

    p = (x): (dim, ...), dim = 1. height, width: their quotient is the gentle slope; steepness: how many times steeper
    the wall is. The minimum, at 0, is a kink: f is not differentiable there, and 0 is the subgradient given. One step
    from the wall throws gradient descent back steepness times as far as its steps were.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055; slopes -1
    and +10 are those of the authors' own program.
    """

    steepness: Positive = 10.0

    kink = True

    traits = frozenset({"convex", "nonsmooth"})
    formula = r"f(x) = h\, \max(-x, k x) / w"

    def phi(self, s: Array) -> Array:
        return select(s, self.steepness * s, -s)

    def slope(self, s: Array) -> Array:
        return select(s, self.steepness * select(-s, 0.0, 1.0), 0.0 * s - 1.0)

    def curvature(self, s: Array) -> Array:
        return 0.0 * s

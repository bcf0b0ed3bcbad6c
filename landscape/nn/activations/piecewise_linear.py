"""Activations of straight pieces: cheap, with kinks, and flat or not on the left."""

from __future__ import annotations

import copy
from typing import Any, Self

from landscape.core.component import Array, Fraction, Real
from landscape.core.elementary import select
from landscape.nn.activations._base import INF, Activation, register
from landscape.nn.numbers import clipped, inside, positive, rectified

NAMES = ("identity", "relu", "leaky_relu", "prelu", "hard_sigmoid", "hard_tanh", "hard_swish")


@register("identity")
class Identity(Activation):
    """The output as it is: a network of nothing else is linear.

    phi(z) = z.
    """

    formula = r"\phi(z) = z"
    zero_centred = True

    def _value(self, z: Array) -> Array:
        return z

    def _slope(self, z: Array, a: Array) -> Any:
        return 1.0

    def _curvature(self, z: Array, a: Array) -> Any:
        return 0.0


@register("relu")
class ReLU(Activation):
    """The rectified linear unit.

    phi(z) = max(z, 0).

    Source: Nair and Hinton 2010, "Rectified linear units improve restricted Boltzmann machines"; Glorot, Bordes and
    Bengio 2011, "Deep sparse rectifier neural networks".
    """

    formula = r"\phi(z) = \max(z, 0)"
    range = (0.0, INF)
    saturates = ("left",)
    flat = ((-INF, 0.0),)
    kinks = (0.0,)

    def _value(self, z: Array) -> Array:
        return rectified(z)

    def _slope(self, z: Array, a: Array) -> Any:
        return positive(z)

    def _curvature(self, z: Array, a: Array) -> Any:
        return 0.0


@register("leaky_relu")
class LeakyReLU(Activation):
    """A rectifier that lets a little of the negative through, so that no unit dies.

    phi(z) = z for z > 0, negative_slope z else.

    negative_slope: from 0 to 1; torch's default.
    Source: Maas, Hannun and Ng 2013, "Rectifier nonlinearities improve neural network acoustic models", section 2.
    """

    negative_slope: Fraction = 0.01

    formula = r"\phi(z) = z\ \mathrm{for}\ z > 0,\ s z\ \mathrm{else}"
    kinks = (0.0,)

    def _value(self, z: Array) -> Array:
        return select(-z, self.negative_slope * z, z)

    def _slope(self, z: Array, a: Array) -> Any:
        return select(-z, self.negative_slope, 1.0)

    def _curvature(self, z: Array, a: Array) -> Any:
        return 0.0


@register("prelu")
class PReLU(Activation):
    """A leaky rectifier whose slope on the left is learnt, one for each layer.

    phi(z) = z for z > 0, slope z else.

    slope: where training begins; torch's default. In a network it is a parameter like the weights.
    Source: He, Zhang, Ren and Sun 2015, "Delving deep into rectifiers", section 2.1, channel-shared.
    """

    slope: Real = 0.25

    formula = r"\phi(z) = z\ \mathrm{for}\ z > 0,\ s z\ \mathrm{else}"
    kinks = (0.0,)

    def _check(self) -> None:
        object.__setattr__(self, "largest_slope", max(1.0, abs(self.slope)))
        object.__setattr__(self, "range", (-INF if self.slope > 0.0 else 0.0, INF))

    def _value(self, z: Array) -> Array:
        return select(-z, self.slope * z, z)

    def _slope(self, z: Array, a: Array) -> Any:
        return select(-z, self.slope, 1.0)

    def _curvature(self, z: Array, a: Array) -> Any:
        return 0.0

    def at(self, slope: Any) -> Self:
        """The same with another slope, an array that broadcasts against z, or Variables."""
        moved = copy.copy(self)
        object.__setattr__(moved, "slope", slope)
        return moved

    def by_slope(self, z: Array) -> Array:
        """d phi / d slope = min(z, 0)."""
        return select(-z, z, 0.0)

    def mixed(self, z: Array) -> Array:
        """d phi' / d slope = 1 for z <= 0, else 0."""
        return select(-z, 1.0, 0.0)


@register("hard_sigmoid")
class HardSigmoid(Activation):
    """A sigmoid of three straight pieces.

    phi(z) = 0 up to -3, z/6 + 1/2 between, 1 from 3 on.

    torch's form; the first one had the slope 1/5. Source: Courbariaux, Bengio and David 2015, "BinaryConnect".
    """

    formula = r"\phi(z) = \min(\max(z/6 + 1/2,\, 0),\, 1)"
    range = (0.0, 1.0)
    saturates = ("left", "right")
    flat = ((-INF, -3.0), (3.0, INF))
    kinks = (-3.0, 3.0)
    largest_slope = 1.0 / 6.0

    def _value(self, z: Array) -> Array:
        return (clipped(z, -3.0, 3.0) + 3.0) / 6.0

    def _slope(self, z: Array, a: Array) -> Any:
        return inside(z, -3.0, 3.0, 1.0 / 6.0)

    def _curvature(self, z: Array, a: Array) -> Any:
        return 0.0


@register("hard_tanh")
class HardTanh(Activation):
    """A hyperbolic tangent of three straight pieces.

    phi(z) = -1 up to -1, z between, 1 from 1 on.

    Source: Collobert 2004, "Large scale machine learning", thesis, chapter 6.
    """

    formula = r"\phi(z) = \min(\max(z, -1),\, 1)"
    range = (-1.0, 1.0)
    zero_centred = True
    saturates = ("left", "right")
    flat = ((-INF, -1.0), (1.0, INF))
    kinks = (-1.0, 1.0)

    def _value(self, z: Array) -> Array:
        return clipped(z, -1.0, 1.0)

    def _slope(self, z: Array, a: Array) -> Any:
        return inside(z, -1.0, 1.0, 1.0)

    def _curvature(self, z: Array, a: Array) -> Any:
        return 0.0


@register("hard_swish")
class HardSwish(Activation):
    """SiLU with a hard sigmoid in place of the logistic function.

    phi(z) = 0 up to -3, z (z + 3) / 6 between, z from 3 on.

    Source: Howard and others 2019, "Searching for MobileNetV3", section 5.2.
    """

    formula = r"\phi(z) = z \min(\max(z + 3,\, 0),\, 6) / 6"
    range = (-0.375, INF)
    saturates = ("left",)
    flat = ((-INF, -3.0),)
    kinks = (-3.0, 3.0)
    largest_slope = 1.5

    def _value(self, z: Array) -> Array:
        return z * ((clipped(z, -3.0, 3.0) + 3.0) / 6.0)

    def _slope(self, z: Array, a: Array) -> Any:
        return inside(z, -3.0, 3.0, (2.0 * clipped(z, -3.0, 3.0) + 3.0) / 6.0, select(z, 1.0, 0.0))

    def _curvature(self, z: Array, a: Array) -> Any:
        return inside(z, -3.0, 3.0, 1.0 / 3.0)

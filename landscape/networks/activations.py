"""Bend what a layer of a network computes: a = phi(z), with two derivatives and what is known about each.

    relu = build("relu")
    relu.value(z); relu.derivative(z); relu.second_derivative(z)        # z of any shape
    relu.range, relu.zero_centred, relu.saturates, relu.flat, relu.kinks, relu.largest_slope

At a kink the derivatives are those on the left, as in torch.
"""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, Protocol, Self, runtime_checkable

import numpy as np

from landscape.component import Array, Component, Fraction, Positive, Real
from landscape.core import absolute, select, sign
from landscape.networks._numbers import (
    clipped,
    inside,
    log1p_exp,
    logistic,
    near,
    normal_cdf,
    normal_density,
    positive,
    rectified,
)
from landscape.registry import Registry

INF = math.inf
Side = Literal["left", "right"]


class Activation(Component, ABC):
    """A function phi of one number, applied to each output of a layer.

    A subclass writes `_value`, `_slope` and `_curvature`: phi, phi' and phi'' at z, the latter two given a = phi(z) as
    well, and each an array or a number that broadcasts against z.
    """

    formula: ClassVar[str] = ""
    """phi(z) in mathematical notation."""

    range: tuple[float, float] = (-INF, INF)
    """The infimum and the supremum of phi."""

    zero_centred: bool = False
    """Whether phi is odd, so that inputs spread evenly around 0 give outputs that are."""

    saturates: tuple[Side, ...] = ()
    """On which sides the derivative tends to 0."""

    flat: tuple[tuple[float, float], ...] = ()
    """Open intervals without end where the derivative is 0: a unit that is there for all the data has died."""

    kinks: tuple[float, ...] = ()
    """Where the derivative jumps."""

    largest_slope: float = 1.0
    """The supremum of |phi'|."""

    @abstractmethod
    def _value(self, z: Array) -> Array: ...

    @abstractmethod
    def _slope(self, z: Array, a: Array) -> Any: ...

    @abstractmethod
    def _curvature(self, z: Array, a: Array) -> Any: ...

    def value(self, z: Any) -> Array:
        """phi(z): (...) -> (...)."""
        z = _floats(z)
        return _spread(self._value(z), z)

    def derivative(self, z: Any) -> Array:
        """phi'(z): (...) -> (...)."""
        z = _floats(z)
        return _spread(self._slope(z, self._value(z)), z)

    def second_derivative(self, z: Any) -> Array:
        """phi''(z): (...) -> (...); 0 at kinks."""
        z = _floats(z)
        return _spread(self._curvature(z, self._value(z)), z)


@runtime_checkable
class Learnt(Protocol):
    """An activation with one parameter a layer that is learnt with the weights; it enters phi linearly."""

    slope: Any

    def at(self, slope: Array) -> Activation:
        """The activation with its parameter at `slope` (...), which must broadcast against z."""

    def by_slope(self, z: Array) -> Array:
        """The derivative of phi(z) with respect to the parameter."""

    def mixed(self, z: Array) -> Array:
        """The derivative of phi'(z) with respect to the parameter."""


REGISTRY: Registry[Activation] = Registry("activation", Activation)
register = REGISTRY.register
names = REGISTRY.names
build = REGISTRY.build


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


@register("sigmoid")
class Sigmoid(Activation):
    """The logistic function, whose derivative is at most 1/4.

    phi(z) = 1 / (1 + exp(-z)),   phi' = phi (1 - phi).

    Source: Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors", equation 2.
    """

    formula = r"\phi(z) = 1 / (1 + e^{-z})"
    range = (0.0, 1.0)
    saturates = ("left", "right")
    largest_slope = 0.25

    def _value(self, z: Array) -> Array:
        return logistic(z)

    def _slope(self, z: Array, a: Array) -> Any:
        return a * (1.0 - a)

    def _curvature(self, z: Array, a: Array) -> Any:
        return a * (1.0 - a) * (1.0 - 2.0 * a)


@register("tanh")
class Tanh(Activation):
    """The hyperbolic tangent: a sigmoid that is zero-centred and four times as steep.

    phi(z) = tanh z,   phi' = 1 - phi^2.

    Source: LeCun, Bottou, Orr and Mueller 1998, "Efficient backprop", section 4.4.
    """

    formula = r"\phi(z) = \tanh z"
    range = (-1.0, 1.0)
    zero_centred = True
    saturates = ("left", "right")

    def _value(self, z: Array) -> Array:
        return np.tanh(z)

    def _slope(self, z: Array, a: Array) -> Any:
        return 1.0 - a * a

    def _curvature(self, z: Array, a: Array) -> Any:
        return -2.0 * a * (1.0 - a * a)


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


@register("elu")
class ELU(Activation):
    """The exponential linear unit: a rectifier with a soft floor at -alpha.

    phi(z) = z for z > 0, alpha (exp(z) - 1) else.

    Source: Clevert, Unterthiner and Hochreiter 2016, "Fast and accurate deep network learning by exponential linear
    units", equation 15.
    """

    alpha: Positive = 1.0

    formula = r"\phi(z) = z\ \mathrm{for}\ z > 0,\ \alpha (e^z - 1)\ \mathrm{else}"
    saturates = ("left",)

    def _check(self) -> None:
        object.__setattr__(self, "range", (-self.alpha, INF))
        object.__setattr__(self, "kinks", () if self.alpha == 1.0 else (0.0,))
        object.__setattr__(self, "largest_slope", max(1.0, self.alpha))

    def _value(self, z: Array) -> Array:
        return select(-z, self.alpha * np.expm1(select(-z, z, 0.0)), z)

    def _slope(self, z: Array, a: Array) -> Any:
        return select(-z, self.alpha * np.exp(select(-z, z, 0.0)), 1.0)

    def _curvature(self, z: Array, a: Array) -> Any:
        return select(-z, self.alpha * np.exp(select(-z, z, 0.0)), 0.0)


@register("selu")
class SELU(Activation):
    """A scaled ELU that keeps mean 0 and variance 1 from layer to layer of a deep network.

    phi(z) = c z for z > 0, c alpha (exp(z) - 1) else,   c = 1.0507..., alpha = 1.6732...

    Source: Klambauer, Unterthiner, Mayr and Hochreiter 2017, "Self-normalizing neural networks", equation 2.
    """

    formula = r"\phi(z) = c z\ \mathrm{for}\ z > 0,\ c \alpha (e^z - 1)\ \mathrm{else}"
    scale: ClassVar[float] = 1.0507009873554804934193349852946
    alpha: ClassVar[float] = 1.6732632423543772848170429916717
    range = (-scale * alpha, INF)
    saturates = ("left",)
    kinks = (0.0,)
    largest_slope = scale * alpha

    def _value(self, z: Array) -> Array:
        return select(-z, self.scale * self.alpha * np.expm1(select(-z, z, 0.0)), self.scale * z)

    def _slope(self, z: Array, a: Array) -> Any:
        return select(-z, self.scale * self.alpha * np.exp(select(-z, z, 0.0)), self.scale)

    def _curvature(self, z: Array, a: Array) -> Any:
        return select(-z, self.scale * self.alpha * np.exp(select(-z, z, 0.0)), 0.0)


@register("softplus")
class Softplus(Activation):
    """A smooth rectifier, whose derivative is the logistic function.

    phi(z) = log(1 + exp(beta z)) / beta.

    beta: how sharply it bends.
    Source: Dugas, Bengio, Belisle, Nadeau and Garcia 2001, "Incorporating second-order functional knowledge for better
    option pricing". torch switches to z beyond beta z = 20; this does not.
    """

    beta: Positive = 1.0

    formula = r"\phi(z) = \log(1 + e^{\beta z}) / \beta"
    range = (0.0, INF)
    saturates = ("left",)

    def _value(self, z: Array) -> Array:
        return log1p_exp(self.beta * z) / self.beta

    def _slope(self, z: Array, a: Array) -> Any:
        return logistic(self.beta * z)

    def _curvature(self, z: Array, a: Array) -> Any:
        return self.beta * logistic(self.beta * z) * logistic(-self.beta * z)


@register("gelu")
class GELU(Activation):
    """The Gaussian error linear unit: the input times the share of a normal distribution below it.

    phi(z) = z Phi(z) = z (1 + erf(z / sqrt 2)) / 2.

    Exact, as torch's default; the approximation by tanh is another function.
    Source: Hendrycks and Gimpel 2016, "Gaussian error linear units (GELUs)", equation 1.
    """

    formula = r"\phi(z) = z\, \Phi(z)"
    range = (-0.16997120747990363, INF)
    saturates = ("left",)
    largest_slope = 1.128904145185155  # at sqrt 2

    def _value(self, z: Array) -> Array:
        return z * normal_cdf(near(z))

    def _slope(self, z: Array, a: Array) -> Any:
        t = near(z)
        return normal_cdf(t) + t * normal_density(t)

    def _curvature(self, z: Array, a: Array) -> Any:
        t = near(z)
        return normal_density(t) * (2.0 - t * t)


@register("silu")
class SiLU(Activation):
    """The input times the logistic function of it, also known as swish.

    phi(z) = z / (1 + exp(-z)).

    Source: Elfwing, Uchibe and Doya 2018, "Sigmoid-weighted linear units for neural network function approximation in
    reinforcement learning", equation 2; Ramachandran, Zoph and Le 2017, "Searching for activation functions".
    """

    formula = r"\phi(z) = z / (1 + e^{-z})"
    range = (-0.2784645427610738, INF)
    saturates = ("left",)
    largest_slope = 1.0998393201288668

    def _value(self, z: Array) -> Array:
        return z * logistic(z)

    def _slope(self, z: Array, a: Array) -> Any:
        s = logistic(z)
        return s + a * (1.0 - s)

    def _curvature(self, z: Array, a: Array) -> Any:
        s = logistic(z)
        return s * (1.0 - s) * (2.0 + z * (1.0 - 2.0 * s))


@register("mish")
class Mish(Activation):
    """The input times the hyperbolic tangent of its softplus.

    phi(z) = z tanh(log(1 + exp(z))).

    Source: Misra 2019, "Mish: a self regularized non-monotonic activation function", equation 1.
    """

    formula = r"\phi(z) = z \tanh(\log(1 + e^z))"
    range = (-0.30884341301725043, INF)
    saturates = ("left",)
    largest_slope = 1.0884981612517277

    def _value(self, z: Array) -> Array:
        return z * np.tanh(log1p_exp(z))

    def _slope(self, z: Array, a: Array) -> Any:
        s, w = logistic(z), np.tanh(log1p_exp(z))
        return w + z * ((1.0 - w * w) * s)

    def _curvature(self, z: Array, a: Array) -> Any:
        s, w = logistic(z), np.tanh(log1p_exp(z))
        us = (1.0 - w * w) * s
        return us * (2.0 + z * (1.0 - s - 2.0 * w * s))


@register("softsign")
class Softsign(Activation):
    """A sigmoid that approaches its ends like 1 / |z| instead of exponentially.

    phi(z) = z / (1 + |z|).

    Source: Bergstra, Desjardins, Lamblin and Bengio 2009, "Quadratic polynomials learn better image features"; Glorot
    and Bengio 2010, section 3.
    """

    formula = r"\phi(z) = z / (1 + |z|)"
    range = (-1.0, 1.0)
    zero_centred = True
    saturates = ("left", "right")

    def _value(self, z: Array) -> Array:
        return z / (1.0 + absolute(z))

    def _slope(self, z: Array, a: Array) -> Any:
        r = 1.0 / (1.0 + absolute(z))
        return r * r

    def _curvature(self, z: Array, a: Array) -> Any:
        r = 1.0 / (1.0 + absolute(z))
        return -2.0 * sign(z) * (r * r * r)


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


@register("sine")
class Sine(Activation):
    """A sine, for signals and their derivatives.

    phi(z) = sin(frequency z).

    Source: Sitzmann, Martel, Bergman, Lindell and Wetzstein 2020, "Implicit neural representations with periodic
    activation functions", section 3; frequency 30 in their first layer.
    """

    frequency: Positive = 1.0

    formula = r"\phi(z) = \sin(\omega z)"
    range = (-1.0, 1.0)
    zero_centred = True

    def _check(self) -> None:
        object.__setattr__(self, "largest_slope", self.frequency)

    def _value(self, z: Array) -> Array:
        return np.sin(self.frequency * z)

    def _slope(self, z: Array, a: Array) -> Any:
        return self.frequency * np.cos(self.frequency * z)

    def _curvature(self, z: Array, a: Array) -> Any:
        return -self.frequency * self.frequency * a


def _floats(z: Any) -> Array:
    array = np.asarray(z)
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def _spread(number: Any, z: Array) -> Array:
    spread = np.array(np.broadcast_to(number, z.shape))
    return spread.astype(np.float64) if spread.dtype == bool else spread

"""Smooth activations: sigmoids, and units that bend like a rectifier."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.elementary import absolute, select, sign
from landscape.nn.activations._base import INF, REGISTRY, Activation, Learnt, build, names, register
from landscape.nn.activations._facts import facts
from landscape.nn.numbers import log1p_exp, logistic, near, normal_cdf, normal_density

NAMES = ("sigmoid", "tanh", "elu", "selu", "softplus", "gelu", "silu", "mish", "softsign", "sine")

__all__ = ["REGISTRY", "Activation", "Learnt", "build", "facts", "names", "register"]


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

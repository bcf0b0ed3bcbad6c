"""Measure how far a network's outputs are from what was wanted: one number for each example, and its derivatives.

    loss = build("cross_entropy")
    t = loss.targets(y, outputs=3, classes=3)       # (n, outputs), from labels or numbers y (n,)
    loss.value(f, t); loss.gradient(f, t)           # outputs f (..., n, outputs) -> (..., n), (..., n, outputs)
    loss.product(f, t, r)                           # the Hessian to f times r

Losses of classes take a network's last outputs without an activation: the link function is part of the loss.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

import numpy as np

from landscape.core.component import Array, Component
from landscape.core.elementary import select, total
from landscape.core.registry import Registry
from landscape.nn.numbers import log1p_exp, logistic

NAMES = ("mse", "half_mse", "binary_cross_entropy", "cross_entropy", "logistic", "hinge")

Coding = Literal["numbers", "bits", "signs", "classes"]


class Loss(Component, ABC):
    """A function l(f, t) of an example's outputs f and targets t; a network's loss is its mean over the examples."""

    coding: Coding = "numbers"
    """What the targets are: numbers, 0 and 1, -1 and 1, or a 1 in the place of the class."""

    kinked: bool = False
    """Whether its gradient jumps."""

    @abstractmethod
    def value(self, f: Array, t: Array) -> Array:
        """l: f (..., n, outputs), t (n, outputs) or (..., n, outputs) -> (..., n)."""

    @abstractmethod
    def gradient(self, f: Array, t: Array) -> Array:
        """dl/df: (..., n, outputs)."""

    @abstractmethod
    def product(self, f: Array, t: Array, r: Array) -> Array:
        """The Hessian of l with respect to f times r (..., n, outputs): (..., n, outputs)."""

    def targets(self, y: Array, outputs: int, classes: int) -> Array:
        """The targets t (n, outputs) for y (n,): labels where there are classes, else numbers."""
        labels = y[:, None] == np.arange(outputs) if classes and outputs > 1 else y[:, None]
        if self.coding == "signs":
            return 2.0 * labels - 1.0
        return labels * 1.0

    def misfit(self, outputs: int, classes: int) -> str:
        """What is wrong with so many outputs for data of so many classes (0: numbers); nothing where they fit."""
        if self.coding != "numbers" and not classes:
            return "is for classes, and the data has numbers"
        if self.coding == "classes" and outputs != classes:
            return f"needs one output for each of the {classes} classes, got {outputs}"
        fitting = (1, classes) if classes == 2 else (classes,) if classes else (1,)
        if outputs not in fitting:
            return f"needs {' or '.join(map(str, fitting))} outputs for this data, got {outputs}"
        return ""


REGISTRY: Registry[Loss] = Registry("loss", Loss)
register = REGISTRY.register
names = REGISTRY.names
build = REGISTRY.build


@register("mse")
class MSE(Loss):
    """The mean squared error over outputs, as torch's.

    l = 1/m sum_j (f_j - t_j)^2,   m outputs.
    """

    def value(self, f: Array, t: Array) -> Array:
        return _summed((f - t) * (f - t)) / f.shape[-1]

    def gradient(self, f: Array, t: Array) -> Array:
        return (2.0 / f.shape[-1]) * (f - t)

    def product(self, f: Array, t: Array, r: Array) -> Array:
        return (2.0 / f.shape[-1]) * r


@register("half_mse")
class HalfMSE(Loss):
    """Half the squared error, as textbooks derive backpropagation with.

    l = 1/2 sum_j (f_j - t_j)^2.
    """

    def value(self, f: Array, t: Array) -> Array:
        return 0.5 * _summed((f - t) * (f - t))

    def gradient(self, f: Array, t: Array) -> Array:
        return f - t

    def product(self, f: Array, t: Array, r: Array) -> Array:
        return r


@register("binary_cross_entropy")
class BinaryCrossEntropy(Loss):
    """Cross-entropy of the logistic function of each output, for targets 0 and 1; the mean over outputs.

    l = 1/m sum_j (log(1 + exp(f_j)) - t_j f_j).

    torch's BCEWithLogitsLoss.
    """

    coding = "bits"

    def value(self, f: Array, t: Array) -> Array:
        # log(1 + e^f) - t f without a difference of large numbers
        return _summed(t * log1p_exp(-f) + (1.0 - t) * log1p_exp(f)) / f.shape[-1]

    def gradient(self, f: Array, t: Array) -> Array:
        return ((1.0 - t) * logistic(f) - t * logistic(-f)) / f.shape[-1]

    def product(self, f: Array, t: Array, r: Array) -> Array:
        return logistic(f) * logistic(-f) * r / f.shape[-1]


@register("cross_entropy")
class CrossEntropy(Loss):
    """Cross-entropy of the softmax of the outputs, one for each class.

    l = log sum_j exp(f_j) - f_c,   c the class.

    torch's CrossEntropyLoss.
    """

    coding = "classes"

    def value(self, f: Array, t: Array) -> Array:
        raised = f - _largest(f)
        return np.log(_summed(np.exp(raised))) - _summed(t * raised)

    def gradient(self, f: Array, t: Array) -> Array:
        q = softmax(f)
        others = (1.0 - t) * q  # q - t without a difference of numbers next to 1
        return others - t * _summed(others)[..., None]

    def product(self, f: Array, t: Array, r: Array) -> Array:
        q = softmax(f)
        return q * _summed(q[..., None, :] * (r[..., :, None] - r[..., None, :]))


@register("logistic")
class Logistic(Loss):
    """The logistic loss, for targets -1 and 1; the mean over outputs.

    l = 1/m sum_j log(1 + exp(-t_j f_j)).

    The same function as binary cross-entropy with targets 0 and 1.
    """

    coding = "signs"

    def value(self, f: Array, t: Array) -> Array:
        return _summed(log1p_exp(-t * f)) / f.shape[-1]

    def gradient(self, f: Array, t: Array) -> Array:
        return -t * logistic(-t * f) / f.shape[-1]

    def product(self, f: Array, t: Array, r: Array) -> Array:
        return logistic(f) * logistic(-f) * r / f.shape[-1]


@register("hinge")
class Hinge(Loss):
    """The hinge loss of a support vector machine, for targets -1 and 1; the mean over outputs.

    l = 1/m sum_j max(0, 1 - t_j f_j).

    Its slope at the kink, t f = 1, is taken to be 0.
    """

    coding = "signs"
    kinked = True

    def value(self, f: Array, t: Array) -> Array:
        margin = 1.0 - t * f
        return _summed(select(-margin, 0.0, margin)) / f.shape[-1]

    def gradient(self, f: Array, t: Array) -> Array:
        return select(t * f - 1.0, 0.0, -t) / f.shape[-1]

    def product(self, f: Array, t: Array, r: Array) -> Array:
        return 0.0 * r


def softmax(f: Array) -> Array:
    """exp(f_j) / sum_k exp(f_k) over the last axis: (..., m) -> (..., m)."""
    e = np.exp(f - _largest(f))
    return e / _summed(e)[..., None]


def _summed(terms: Array) -> Array:
    """The sum over the last axis, in an order that depends on its length alone."""
    return total(np.moveaxis(terms, -1, 0))


def _largest(f: Any) -> Any:
    """(..., 1): the largest of the last axis, as a constant of the formula: what is subtracted cancels."""
    top = f[..., :1]
    for j in range(1, f.shape[-1]):
        top = select(top - f[..., j : j + 1], top, f[..., j : j + 1])
    return top

"""The forward and the backward pass of a feed-forward network, and the derivative of both along a direction.

Weights are a list of layers; whatever runs there are come first: W (..., out, in), b (..., out), activations
(..., n, width). The lines are those of a lecture; `times` is the matrix product.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.nn.activations._base import Activation, Learnt
from landscape.nn.losses import Loss

# Sums of so few terms, for products of at most so many numbers, are written out: quick, and the same to the last bit on
# objects as on floats.
FEW, SMALL = 4, 64


@dataclasses.dataclass(frozen=True)
class Layer:
    """One layer's weights: W (..., out, in), b (..., out), the learnt slope s (..., 1) or None, and its activation."""

    W: Any
    b: Any
    s: Any
    phi: Activation


class Pass(NamedTuple):
    """What the forward pass leaves: a[0] the inputs, and for each layer z = a W^T + b and a = phi(z)."""

    z: list[Array]
    a: list[Array]


class Slopes(NamedTuple):
    """What the backward pass gives for each layer: dW (..., out, in), db (..., out), ds (..., 1) or None."""

    W: list[Array]
    b: list[Array]
    s: list[Any]


def times(a: Array, b: Array) -> Array:
    """The matrix product (..., m, k) times (..., k, n); a run's does not depend on the runs beside it."""
    k = a.shape[-1]
    large = a.shape[-2] * b.shape[-1] > SMALL
    if k == 1 and large and a.dtype == b.dtype == np.float64:
        # BLAS takes no time for products with 0, while those of a column and a row do not go through it
        return _widened(a, -1) @ _widened(b, -2)
    if k > FEW or (k > 1 and large):
        return a @ b
    terms = [a[..., :, i, None] * b[..., None, i, :] for i in range(k)]
    while len(terms) > 1:
        half = len(terms) // 2
        terms = [x + y for x, y in zip(terms[:half], terms[half : 2 * half], strict=True)] + terms[2 * half :]
    return terms[0]


def _widened(a: Array, axis: int) -> Array:
    """The array with a second row or column, of zeros."""
    shape = list(a.shape)
    shape[axis] = 2
    made = np.zeros(shape)
    (made[..., :1] if axis == -1 else made[..., :1, :])[...] = a
    return made


def turned(a: Array) -> Array:
    """The transpose: (..., m, n) -> (..., n, m)."""
    return np.swapaxes(a, -1, -2)


def added(a: Array) -> Array:
    """The sum over the examples: (..., n, m) -> (..., m)."""
    return times(np.ones((1, a.shape[-2])), a)[..., 0, :]


def forward(layers: list[Layer], x: Array) -> Pass:
    """From inputs x (n, in) or (..., n, in) to the outputs, a[-1]."""
    z, a = [], [x]
    for layer in layers:
        z.append(before(layer, a[-1]))
        a.append(layer.phi._value(z[-1]))
    return Pass(z, a)


def before(layer: Layer, a: Array) -> Array:
    """z = a W^T + b."""
    z = times(a, np.copy(turned(layer.W), order="C"))  # BLAS is slower on narrow matrices that are turned
    z += layer.b[..., None, :]
    return z


def outputs(layers: list[Layer], x: Array) -> Array:
    """The outputs alone: memory is free again as soon as a layer is done, and stays in the cache."""
    a = x
    for layer in layers:
        a = layer.phi._value(before(layer, a))
    return a


def backward(layers: list[Layer], done: Pass, slope: Array) -> Slopes:
    """From dl/da of the outputs, (..., n, out), to the slopes of all weights: the chain rule, layer by layer."""
    dW: list[Array] = []
    db: list[Array] = []
    ds: list[Any] = []
    for i in reversed(range(len(layers))):
        layer, z, a = layers[i], done.z[i], done.a[i + 1]
        ds.append(_by_slope(layer, z, slope))
        delta = slope * layer.phi._slope(z, a)  # dl/dz
        dW.append(times(turned(delta), done.a[i]))
        db.append(added(delta))
        if i:
            slope = times(delta, layer.W)  # dl/da of the layer before
    return Slopes(dW[::-1], db[::-1], ds[::-1])


def curved(layers: list[Layer], along: list[Layer], done: Pass, loss: Loss, t: Array) -> Slopes:
    """The derivative of the backward pass along a direction in the weights: the Hessian of the summed losses times it.

    Pearlmutter 1994, "Fast exact multiplication by the Hessian": R differentiates along the direction, forward over
    reverse.
    """
    ra = np.zeros(done.a[0].shape[-2:])
    rz_all: list[Array] = []
    ra_all = [ra]
    for layer, r, z, a, before in zip(layers, along, done.z, done.a[1:], done.a, strict=False):
        rz = times(before, turned(r.W)) + r.b[..., None, :]
        if rz_all:
            rz = rz + times(ra, turned(layer.W))
        ra = layer.phi._slope(z, a) * rz
        if r.s is not None:
            ra = ra + r.s[..., None] * layer.phi.by_slope(z)  # type: ignore[attr-defined]
        rz_all.append(rz)
        ra_all.append(ra)

    f = done.a[-1]
    slope, r_slope = loss.gradient(f, t), loss.product(f, t, ra)
    dW: list[Array] = []
    db: list[Array] = []
    ds: list[Any] = []
    for i in reversed(range(len(layers))):
        layer, r, z, a, rz = layers[i], along[i], done.z[i], done.a[i + 1], rz_all[i]
        phi = layer.phi
        bend = phi._slope(z, a)
        r_bend = phi._curvature(z, a) * rz
        if r.s is None:
            ds.append(None)
        else:
            r_bend = r_bend + r.s[..., None] * phi.mixed(z)  # type: ignore[attr-defined]
            parts = r_slope * phi.by_slope(z) + slope * phi.mixed(z) * rz  # type: ignore[attr-defined]
            ds.append(added(turned(added(parts)[..., None, :])))
        delta, r_delta = slope * bend, r_slope * bend + slope * r_bend
        dW.append(times(turned(r_delta), done.a[i]) + (times(turned(delta), ra_all[i]) if i else 0.0))
        db.append(added(r_delta))
        if i:
            slope, r_slope = times(delta, layer.W), times(r_delta, layer.W) + times(delta, r.W)
    return Slopes(dW[::-1], db[::-1], ds[::-1])


def _by_slope(layer: Layer, z: Array, slope: Array) -> Any:
    """(..., 1): the slope along a layer's learnt parameter, None where it has none."""
    if layer.s is None or not isinstance(layer.phi, Learnt):
        return None
    return added(turned(added(slope * layer.phi.by_slope(z))[..., None, :]))

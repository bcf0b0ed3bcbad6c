"""What happens inside a network, layer by layer."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.nn.layers import backward


class NetworkLoss(Protocol):
    """What is asked of the loss of a network here: the surface `network` has it."""

    @property
    def dim(self) -> int: ...

    @property
    def layers(self) -> tuple[int, ...]: ...

    @property
    def loss(self) -> Any: ...

    @property
    def _targets(self) -> Any: ...

    @property
    def terms(self) -> int: ...

    @property
    def l2(self) -> float: ...

    @property
    def activations(self) -> Any: ...

    def passed(self, p: Any) -> Any: ...

    def views(self, p: Any) -> dict[str, Array]: ...

    def gradient(self, p: Any) -> Array: ...

    def _point(self, p: Any) -> Array: ...

    def _layers(self, p: Array) -> Any: ...


def check_network(network: object) -> None:
    """TypeError for anything but a network's own surface."""
    if not hasattr(network, "passed"):
        given = f'the surface "{network.name}"' if isinstance(network, Surface) else f"{network!r:.60}"
        raise TypeError(f'expected the surface "network", as ls.surface("network", ...) makes, got {given}')


class Diagnostics(NamedTuple):
    """What each layer does, an entry of each list for a layer, each (...).

    gradient_norm: of the loss by its W, the penalty included; delta_norm: of the slope along its z, root mean square
    over examples and units; mean: of its activations; saturated: the share of slopes below a hundredth of the
    activation's largest; dead: the share of units that are in a flat part of their activation for every example;
    signal: the signal-to-noise ratio of the gradient of its W from one example, |E g| / sqrt(E |g - E g|^2), without
    the penalty; inf where all examples agree. spread: the largest difference between two units of the layer for the
    same example; 0 where all are alike.
    Source for signal: Rainforth et al. 2018, "Tighter variational bounds are not necessarily better", section 3.
    """

    gradient_norm: list[Array]
    delta_norm: list[Array]
    mean: list[Array]
    saturated: list[Array]
    dead: list[Array]
    signal: list[Array]
    spread: list[Array]


def diagnostics(network: NetworkLoss, p: Any) -> Diagnostics:
    """What each layer does at p (dim, ...) over the examples to train on; the last entry is the output layer's.

    TypeError where the surface is no network.
    """
    check_network(network)
    p = network._point(p)
    layers = network._layers(p)
    done = network.passed(p)
    slope = network.loss.gradient(done.a[-1], network._targets) / network.terms
    slopes = backward(layers, done, slope)
    bends = [
        np.abs(np.broadcast_to(layer.phi._slope(z, a), z.shape) * 1.0)
        for layer, z, a in zip(layers, done.z, done.a[1:], strict=True)
    ]
    deltas, squares = [], []
    for i in reversed(range(len(layers))):
        delta = slope * layers[i].phi._slope(done.z[i], done.a[i + 1])
        deltas.append(np.sqrt(np.mean(delta * delta, axis=(-1, -2))) * network.terms)
        # one example's slope of W is an outer product, whose norm is the product of two
        sizes = np.sum(delta * delta, axis=-1) * np.sum(done.a[i] * done.a[i], axis=-1)
        squares.append(np.sum(sizes, axis=-1) * network.terms)
        slope = delta @ layers[i].W
    norms = [np.sqrt(np.sum(dW * dW, axis=(-1, -2))) for dW in slopes.W]
    whole = [dW + network.l2 * layer.W for dW, layer in zip(slopes.W, layers, strict=True)] if network.l2 else None
    return Diagnostics(
        gradient_norm=[np.sqrt(np.sum(dW * dW, axis=(-1, -2))) for dW in whole] if whole else norms,
        delta_norm=deltas[::-1],
        mean=[np.mean(a, axis=(-1, -2)) for a in done.a[1:]],
        saturated=[
            np.mean(bend <= 0.01 * phi.largest_slope, axis=(-1, -2))
            for bend, phi in zip(bends, network.activations, strict=True)
        ],
        dead=[
            np.mean(np.all((bend == 0.0) & bool(phi.flat), axis=-2), axis=-1)
            for bend, phi in zip(bends, network.activations, strict=True)
        ],
        signal=[_signal(norm, square) for norm, square in zip(norms, squares[::-1], strict=True)],
        spread=[np.max(np.ptp(a, axis=-1), axis=-1) for a in done.a[1:]],
    )


def _signal(norm: Array, square: Array) -> Array:
    """|E g| / sqrt(E |g|^2 - |E g|^2) from |E g| and E |g|^2; 0 where both vanish."""
    noise = square - norm * norm
    noise = np.where(noise > 1e-14 * square, noise, 0.0)  # a difference of equal numbers is rounding
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(norm == 0.0, 0.0, norm / np.sqrt(noise))


FIGURES = ("gradient_norm", "signal", "mean", "saturated", "dead", "effective_rate")


# Activations are kept of so many numbers at a time.
ROOM = 1 << 22


def along(network: NetworkLoss, path: Any, steps: Any = None) -> dict[str, Array]:
    """What each layer does along a path (rows, dim): the `FIGURES` by name, (layers, rows) each.

    effective_rate: |W_{t+1} - W_t| / |dW_t| of each layer, what its rate would be under plain descent with the exact
    gradient; the last row has the one before it. steps: (rows,), the step of each row, one after another where left
    out; of several steps between two rows it is the mean. ValueError for a path of another shape.
    """
    check_network(network)
    path = np.asarray(path, dtype=np.float64)
    if path.ndim != 2 or path.shape[1] != network.dim:
        raise ValueError(f"a path has shape (rows, {network.dim}), got {path.shape}")
    many = max(1, ROOM // (network.terms * sum(network.layers)))
    found: dict[str, list[Array]] = {name: [] for name in FIGURES[:-1]}
    with np.errstate(all="ignore"):  # weights of a run that diverged
        for low in range(0, len(path), many):
            here = diagnostics(network, path[low : low + many].T)
            for name, parts in found.items():
                parts.append(np.stack(getattr(here, name)))
        figures = {name: np.concatenate(parts, axis=1) for name, parts in found.items()}
        figures["effective_rate"] = _effective_rates(network, path, np.arange(len(path)) if steps is None else steps)
    return figures


def _effective_rates(network: NetworkLoss, path: Array, steps: Any) -> Array:
    """(layers, rows); nan where there is one row only."""
    count = len(network.layers) - 1
    if len(path) < 2:
        return np.full((count, len(path)), np.nan)
    moves, slopes = (
        network.views((np.diff(path, axis=0) / np.diff(steps)[:, None]).T),
        network.views(network.gradient(path[:-1].T)),
    )
    rates = [
        np.linalg.norm(moves[f"W{k}"], axis=(0, 1)) / np.linalg.norm(slopes[f"W{k}"], axis=(0, 1))
        for k in range(1, count + 1)
    ]
    return np.stack([np.append(rate, rate[-1]) for rate in rates])

"""Networks whose gradient is a compiled loop over runs.

if is_plain(network) and worth_compiling(network, noise, runs, steps, rows):
    network = compiled_network(network)     # NotTraceable where a part of it is not recorded
"""

from __future__ import annotations

import copy
import itertools
from typing import Any, TypeGuard

import numpy as np

from landscape.core.batches import read_only
from landscape.core.component import Array
from landscape.core.elementary import as_column
from landscape.core.methods import Noise
from landscape.core.threads import in_threads, processors
from landscape.nn.kernels import LANES, gradient_kernel, scratch
from landscape.noises.minibatches import DrawnTerms
from landscape.simulation.numba_engine import WORTH
from landscape.surfaces.custom.network import Network

ALONE = 4e6  # products of a call, about, below which a second thread is not worth it


def is_plain(surface: object) -> TypeGuard[Network]:
    """Whether a surface is a network as the library has it, and none that another surface changes."""
    return type(surface) is Network


def worth_compiling(network: Network, noise: Noise | None, runs: int, steps: int, rows: int) -> bool:
    """Whether so many steps of so many runs, of which `rows` are recorded, are worth compiling the network's gradient.

    By estimates of seconds: where a wide network has a few runs, lanes that are left empty cost more than they gain.
    """
    layers = network.layers
    products = sum((3 if k else 2) * a * b for k, (a, b) in enumerate(itertools.pairwise(layers)))
    units = sum(layers[1:])

    def numpy(examples: int) -> float:
        each = 8e-11 * products + 4e-9 * units
        return 3.5e-5 + 2e-5 * len(layers) + runs * (examples * each + 5e-9 * network.dim)

    def kernel(examples: int) -> float:
        each = 7e-11 * products + 1.5e-9 * units
        return 1e-5 + -(-runs // LANES) * LANES * (examples * each + 5e-9 * network.dim)

    batch = getattr(noise, "batch_size", network.terms) if isinstance(noise, DrawnTerms) else network.terms
    plain, made = (steps * each(batch) + rows * each(network.terms) for each in (numpy, kernel))
    return plain > WORTH and made < 0.9 * plain


def compiled_network(network: Network) -> Network:
    """The network with compiled gradients, of all its examples and of some. NotTraceable where there are none.

    Their numbers are NumPy's but for the last bits, and a run's do not depend on the runs beside it.
    """
    gradients, made = _Gradients(network), copy.copy(network)
    object.__setattr__(made, "_gradient", gradients.whole)
    object.__setattr__(made, "term_gradient", gradients.of_terms)
    return made


class _Gradients:
    """The gradients of a network by a compiled loop; NumPy's for what is no batch of float64."""

    def __init__(self, network: Network) -> None:
        activations = tuple(dict.fromkeys(network.activations))
        self.network = network
        self.kernel = gradient_kernel(activations, network.loss, network.layers[-1])
        self.examples, self.targets = _given(network.data.x, float), _given(network._targets, float)
        sizes = np.zeros(len(network.layers) - 1, dtype=np.int64)
        for name, first, last, _ in network._names:
            sizes[int(name[1:]) - 1] += last - first
        numbers = [activations.index(phi) for phi in network.activations]
        self.layers = np.array([network.layers[:-1], network.layers[1:], sizes, numbers], dtype=np.int64).T.copy()
        self.all = _given(np.arange(network.terms)[:, None], np.int64)

    def whole(self, p: Array) -> Array:
        """The gradient of the mean loss at p (dim, ...)."""
        return self._at(p, self.all) if _fits(p) else self.network._gradient(p)

    def of_terms(self, p: Array, index: Array) -> Array:
        """The mean gradient of the examples index (batch, runs) at p (dim, runs)."""
        fits = _fits(p) and index.shape[1:] == p.shape[1:]
        return self._at(p, _given(index, np.int64)) if fits else self.network.term_gradient(p, index)

    def _at(self, p: Array, index: Array) -> Array:
        params, out = _given(p, float), np.empty(p.shape)
        kernel, runs, size = self.kernel, p.shape[1], scratch(self.network.layers, len(p), len(index))
        blocks = -(-runs // LANES)
        parts = min(blocks, processors()) if p.size * len(index) > ALONE else 1
        width = -(-blocks // parts) * LANES

        def part(low: int) -> None:
            high, flat = min(low + width, runs), np.empty(size)
            kernel.call(
                low, high, params, self.examples, self.targets, index, self.layers, kernel.constants, flat, out
            )  # fmt: skip

        lows = range(0, runs, width)
        alone = 0 if kernel.call.ready else 1  # it is compiled once
        for low in lows[:alone]:
            part(low)
        list(in_threads(part, lows[alone:]))
        return out + as_column(self.network._penalised, p) * p if self.network.l2 else out


def _given(array: Any, kind: Any) -> Array:
    """An array as the kernel reads it."""
    return read_only(np.ascontiguousarray(array, dtype=kind))


def _fits(p: Array) -> bool:
    return p.ndim == 2 and p.dtype == np.float64 and p.shape[1] > 0

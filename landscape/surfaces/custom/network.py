"""A feed-forward network's loss as a surface over its weights: every optimizer, noise and view works on it.

network = landscape.surface("network", layers=(2, 16, 16, 1), dataset="moons", loss="logistic")
network = landscape.surface("network", layers=(4, 8, 1), dataset=(X, y))      # arrays of your own
network.views(p)["W1"]                  # (16, 2, ...): the first layer's weights, a view of p (dim, ...)
network.hvp(p, v)                       # the Hessian times a vector
network.term_gradient(p, index)         # the gradient of a mini-batch
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array, Count, FieldError, Fraction, NonNegative, Whole
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import as_column, total
from landscape.core.finder import critical
from landscape.core.linear_algebra import one_thread
from landscape.core.random import NEWEST, Seed, Source, Stream
from landscape.core.registry import registry
from landscape.core.surface import Surface, Window
from landscape.core.threads import in_threads
from landscape.nn.activations._base import Activation, Learnt
from landscape.nn.activations.piecewise_linear import Identity
from landscape.nn.activations.smooth import Tanh
from landscape.nn.data import Dataset, Split, split
from landscape.nn.data.made import Xor
from landscape.nn.layers import Layer, Pass, Slopes, backward, curved, forward, outputs
from landscape.nn.losses import MSE, HalfMSE, Loss

register = registry("surface").register

# Numbers in the widest activation of a block of runs: what stays in a processor's cache.
BLOCK = 1 << 17

np.empty(3 << 20)  # glibc from now on keeps freed temporaries of this size instead of handing them back


@register("network")
class Network(Surface):
    """The mean loss of a feed-forward network over a dataset, as a function of all its weights.

    f(p) = 1/n sum_i l(a_L(x_i), t_i) + l2/2 sum W^2,   a_0 = x,   a_k = phi_k(W_k a_{k-1} + b_k).

    p: (dim, ...): W_1 row by row (width x width before), b_1, the learnt slope of layer 1 where its activation has one,
    W_2, ...: the order of torch's parameters. `views` names them.

    layers: the widths, from the inputs to the outputs. activation: of every hidden layer; by_layer: one for each hidden
    layer instead. output: the activation of the last layer; the losses of classes want the identity. loss: l. l2: the
    penalty on the W, not on biases. dataset: x and t, or a pair (x, y) of arrays of your own; test: the share of it
    that is left out to test on, drawn by split_seed; standardise: whether features are brought to mean 0 and standard
    deviation 1; stream: the version of the streams of its customary start.

    With one layer it is linear or logistic regression, with identities a linear network. It is the mean of `terms`
    terms, for mini-batches. The gradient is exact; at the kink of an activation, it is that on the left, as in torch.
    Known critical points: the minimum of linear and of logistic regression. Sums of up to four terms are the same to
    the last bit on objects as on floats; longer ones are BLAS's. A run's numbers never depend on the runs beside it.

    Source: Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors"; Pearlmutter
    1994, "Fast exact multiplication by the Hessian", for `hvp`.
    """

    layers: tuple[Count, ...] = (2, 2, 1)
    activation: Activation = Tanh()
    by_layer: tuple[Activation, ...] = ()
    output: Activation = Identity()
    loss: Loss = MSE()
    l2: NonNegative = 0.0
    dataset: Dataset = Xor()
    test: Fraction = 0.0
    standardise: bool = False
    split_seed: Whole = 0
    stream: Stream = NEWEST

    traits = frozenset({"stochastic"})
    formula = r"f(p) = \frac{1}{n} \sum_{i=1}^{n} \ell(a_L(x_i), t_i) + \frac{\lambda}{2} \sum W^2"

    def _check(self) -> None:
        layers, data = self.layers, self.dataset
        if len(layers) < 2:
            raise FieldError(self.name, "layers", f"must be two widths or more, got {list(layers)}")
        if layers[0] != data.features:
            reason = f"must begin with the {data.features} features of {data.name}, got {list(layers)}"
            raise FieldError(self.name, "layers", reason)
        if self.by_layer and len(self.by_layer) != len(layers) - 2:
            reason = f"must be {len(layers) - 2}, one for each hidden layer, got {len(self.by_layer)}"
            raise FieldError(self.name, "by_layer", reason)
        if misfit := self.loss.misfit(layers[-1], data.classes):
            raise FieldError(self.name, "loss", f"{self.loss.name} {misfit}")
        if self.loss.coding in ("bits", "signs") and self.output.range[0] >= 0.0:
            why = f"{self.loss.name} puts one class below 0, where {self.output.name} never is; its link is part of it"
            raise FieldError(self.name, "output", f'must be "identity", or go below 0 too: {why}')
        object.__setattr__(self, "dim", self._names[-1][2])
        kinked = self.loss.kinked or any(phi.kinks or isinstance(phi, Learnt) for phi in self.activations)
        traits = {"stochastic"} | ({"nonsmooth"} if kinked else set())
        if len(layers) > 2:
            traits |= {"multimodal", "saddle"}  # hidden units may be exchanged, and be alike
        object.__setattr__(self, "traits", frozenset(traits | ({"convex"} if self._regression else set())))

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activation of each layer, the last one `output`."""
        return (*(self.by_layer or (self.activation,) * (len(self.layers) - 2)), self.output)

    @property
    def _regression(self) -> bool:
        """Whether it is a linear model with one minimum."""
        linear = len(self.layers) == 2 and isinstance(self.output, Identity) and not self.loss.kinked
        return linear and (isinstance(self.loss, (MSE, HalfMSE)) or self.l2 > 0.0)

    # Parameters.

    @functools.cached_property
    def _names(self) -> list[tuple[str, int, int, tuple[int, ...]]]:
        """(name, first, last, shape) of each block of parameters."""
        blocks: list[tuple[str, int, int, tuple[int, ...]]] = []
        first = 0
        for k, phi in enumerate(self.activations, 1):
            shapes = {f"W{k}": (self.layers[k], self.layers[k - 1]), f"b{k}": (self.layers[k],)}
            if isinstance(phi, Learnt):
                shapes[f"s{k}"] = (1,)
            for name, shape in shapes.items():
                blocks.append((name, first, first + math.prod(shape), shape))
                first += math.prod(shape)
        return blocks

    def views(self, p: Any) -> dict[str, Array]:
        """The parameters p (dim, ...) by name, as views: "W1" (out, in, ...), "b1" (out, ...), "s1" (1, ...), ..."""
        p = self._point(p)
        return {name: p[first:last].reshape(*shape, *p.shape[1:]) for name, first, last, shape in self._names}

    def joined(self, views: dict[str, Any]) -> Array:
        """The parameters (dim, ...) from all their views by name."""
        return np.concatenate(
            [
                np.reshape(views[name], (last - first, *np.shape(views[name])[len(shape) :]))
                for name, first, last, shape in self._names
            ]
        )

    def _layers(self, p: Any, runs_first: bool = False) -> list[Layer]:
        """The layers at p (dim, ...), whatever runs there are first; at (..., dim) where runs are first already."""
        q = p if runs_first else np.copy(p.T if p.ndim <= 2 else np.moveaxis(p, 0, -1), order="C")
        parts = {
            name: np.reshape(q[..., first:last], (*q.shape[:-1], *shape)) for name, first, last, shape in self._names
        }
        made = []
        for k, phi in enumerate(self.activations, 1):
            s = parts.get(f"s{k}")
            at = phi if s is None else phi.at(s[..., None])  # type: ignore[attr-defined]
            made.append(Layer(parts[f"W{k}"], parts[f"b{k}"], s, at))
        return made

    @functools.cached_property
    def _penalised(self) -> Array:
        """(dim,): l2 for weights, 0 for biases and learnt slopes."""
        penalty = np.zeros(self.dim)
        for name, first, last, _ in self._names:
            if name.startswith("W"):
                penalty[first:last] = self.l2
        return penalty

    # Data.

    @functools.cached_property
    def data(self) -> Split:
        """The examples to train on and to test on."""
        return split(self.dataset, self.test, self.standardise, self.split_seed)

    @functools.cached_property
    def _targets(self) -> Array:
        return self.loss.targets(self.data.y, self.layers[-1], self.dataset.classes)

    @property
    def terms(self) -> int:
        """The number of examples to train on."""
        return len(self.data.x)

    # Loss and derivatives.

    def _value(self, p: Array) -> Array:
        return self._in_blocks(lambda q: self._mean_loss(q, self.data.x, self._targets) + self._penalty(q), p)

    def _mean_loss(self, p: Array, x: Array, t: Array) -> Array:
        losses = self.loss.value(outputs(self._layers(p), x), t)
        return total(np.moveaxis(losses, -1, 0)) / len(x)

    def _penalty(self, p: Array) -> Any:
        return total(0.5 * as_column(self._penalised, p) * p * p) if self.l2 else 0.0

    def _gradient(self, p: Array) -> Array:
        return self._in_blocks(lambda q: self._sloped(q, self.data.x, self._targets), p)

    def term_gradient(self, p: Array, index: Array) -> Array:
        """The mean gradient of the examples index (batch, ...) at p (dim, ...): (dim, ...)."""
        chosen = np.moveaxis(index, 0, -1)
        try:
            x, t = np.take(self.data.x, chosen, axis=0), np.take(self._targets, chosen, axis=0)
        except IndexError:
            last = self.terms - 1
            raise ValueError(f"{self.name}: examples are whole numbers from 0 to {last}, got {index!r:.80}") from None
        return self._sloped(p, x, t)

    def _sloped(self, p: Array, x: Array, t: Array) -> Array:
        """The gradient of the mean loss over x (..., n, in) and t (..., n, out), and of the penalty."""
        layers = self._layers(p)
        done = forward(layers, x)
        slope = self.loss.gradient(done.a[-1], t) / x.shape[-2]
        gradient = self._flat(backward(layers, done, slope), p.shape[1:])
        return gradient + as_column(self._penalised, p) * p if self.l2 else gradient

    def hvp(self, p: Any, v: Any) -> Array:
        """The Hessian at p (dim, ...) times v (dim, ...) or (dim,): (dim, ...), at the cost of two gradients."""
        p, v = self._point(p), self._point(v)
        v = np.broadcast_to(as_column(v, p) if v.ndim == 1 else v, p.shape)
        both = np.stack([p, v], axis=1)
        return self._in_blocks(lambda q: self._curved(q[:, 0], np.moveaxis(q[:, 1], 0, -1)), both, 1)

    def _curved(self, p: Array, v: Array) -> Array:
        """The Hessian at p (dim, ...) times v (..., dim) with the same or more axes for runs: (dim, ...)."""
        layers = self._layers(p)
        t = self._targets
        if v.ndim > p.ndim:  # many directions at each point
            layers = self._layers(np.copy(np.moveaxis(p, 0, -1), order="C")[..., None, :], runs_first=True)
        done = forward(layers, self.data.x)
        slopes = curved(layers, self._layers(v, runs_first=True), done, self.loss, t)
        product = self._flat(slopes, (*p.shape[1:], *v.shape[p.ndim - 1 : -1])) / self.terms
        if not self.l2:
            return product
        return product + as_column(self._penalised, product) * np.moveaxis(v, -1, 0)

    def _hessian(self, p: Array) -> Array:
        share = max(1, BLOCK // (self._size * self.terms))
        rows = []
        for low in range(0, self.dim, share):
            units = np.eye(self.dim)[low : low + share]
            rows.append(self._in_blocks(functools.partial(self._rows, units), p, 0, len(units)))
        matrix = np.concatenate(rows, axis=1)
        return 0.5 * (matrix + np.swapaxes(matrix, 0, 1))

    def _rows(self, units: Array, p: Array) -> Array:
        """The Hessian at p (dim, ...) times each of units (count, dim): (dim, count, ...)."""
        along = np.broadcast_to(units, (*p.shape[1:], *units.shape))
        return np.moveaxis(self._curved(p, along), -1, 1)

    def _flat(self, slopes: Slopes, runs: tuple[int, ...]) -> Array:
        """The slopes of all layers as one array (dim, *runs)."""
        parts = []
        for dW, db, ds in zip(*slopes, strict=True):
            for part, axes in ((dW, 2), (db, 1), (ds, 1)):
                if part is not None:
                    shape = (*runs, *part.shape[part.ndim - axes :])
                    full = part if part.shape == shape else np.broadcast_to(part, shape)
                    parts.append(np.reshape(full, (*runs, math.prod(shape[len(runs) :]))))
        joined = np.concatenate(parts, axis=-1)
        return np.copy(joined.T if joined.ndim <= 2 else np.moveaxis(joined, -1, 0), order="C")

    @property
    def _size(self) -> int:
        return max(self.layers)

    def _in_blocks(self, function: Callable[[Array], Array], p: Array, skip: int = 0, share: int = 1) -> Array:
        """function(p) for p (dim, ...), taken block by block of runs where there are many.

        skip: axes after the first that are no runs; share: passes at once for each run.
        """
        head = p.shape[: 1 + skip] if isinstance(p, np.ndarray) else ()
        width = max(1, BLOCK // (self._size * self.terms * share))
        if not head or p.dtype == object or p.size <= math.prod(head) * width:
            return function(p)
        runs = np.asfortranarray(p.reshape(*head, -1))  # a run's numbers side by side
        blocks = [runs[..., low : low + width] for low in range(0, runs.shape[-1], width)]
        with one_thread():
            whole = np.concatenate(list(in_threads(function, blocks)), axis=-1)
        return whole.reshape(*whole.shape[:-1], *p.shape[1 + skip :])

    # Further quantities of a network.

    def passed(self, p: Any, x: Any = None) -> Pass:
        """The forward pass at p (dim, ...): z and a of each layer, (..., n, width); x (n, features), else the data."""
        given = self.data.x if x is None else np.asarray(x, dtype=np.float64)
        if given.shape[-1:] != self.layers[:1]:
            raise ValueError(f"{self.name}: x has shape (n, {self.layers[0]}), got {given.shape}")
        return forward(self._layers(self._point(p)), given)

    def outputs(self, p: Any, x: Any) -> Array:
        """The outputs for x (n, features) as the network sees it (standardised): (outputs, n, ...)."""
        return np.moveaxis(self.passed(p, x).a[-1], (-1, -2), (0, 1))

    def layer_figures(self, p: Any, quantity: str) -> Array:
        """(layers, ...): one of `landscape.networks.landscape.diagnostics`, of each layer at p (dim, ...)."""
        from landscape.nn.diagnostics import diagnostics

        return np.array(getattr(diagnostics(self, p), quantity))

    def test_value(self, p: Any) -> Array:
        """The mean loss, without the penalty, over the examples left out: (...); nan where there are none."""
        p, data = self._point(p), self.data
        if len(data.test_x) == 0:
            return np.full(p.shape[1:], np.nan)
        t = self.loss.targets(data.test_y, self.layers[-1], self.dataset.classes)
        return self._in_blocks(lambda q: self._mean_loss(q, data.test_x, t), p)

    def accuracy(self, p: Any) -> Array:
        """The share of the examples to train on that are put in the right class: (...)."""
        return self._right(p, self.data.x, self.data.y)

    def test_accuracy(self, p: Any) -> Array:
        """The share of the examples left out that are put in the right class: (...); nan where there are none."""
        return self._right(p, self.data.test_x, self.data.test_y)

    def _right(self, p: Any, x: Array, y: Array) -> Array:
        if not self.dataset.classes:
            raise ValueError(f"{self.dataset.name} has no classes to be right about")
        if len(x) == 0:
            return np.full(self._point(p).shape[1:], np.nan)
        f = self.passed(p, x).a[-1]
        middle = 0.5 if self.loss.coding == "numbers" else 0.0
        found = np.argmax(f, axis=-1) if f.shape[-1] > 1 else f[..., 0] > middle
        # what is no number is in no class
        return np.mean((found == y) & ~np.isnan(f).any(axis=-1), axis=-1)

    # What is known of the surface.

    @property
    def window(self) -> Window:
        reach = max([3.0, *(1.5 * float(np.max(np.abs(point.point))) for point in self.critical_points)])
        return ((-reach, reach),) * self.dim

    @property
    def customary_start(self) -> Array:
        p = np.zeros(self.dim)
        views, source = self.views(p), Source(Seed(0, self.stream), np.arange(1), "start")
        for k in range(1, len(self.layers)):
            out, into = self.layers[k], self.layers[k - 1]
            uniform = source.uniforms(k, out * into)[:, 0].reshape(out, into)
            views[f"W{k}"][...] = math.sqrt(6.0 / (out + into)) * (2.0 * uniform - 1.0)
            if f"s{k}" in views:
                views[f"s{k}"][...] = self.activations[k - 1].slope  # type: ignore[attr-defined]
        return p

    @property
    def completeness(self) -> Completeness:
        return "global" if self.critical_points else "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if not self._regression:
            return ()
        guess = np.zeros(self.dim)
        if not isinstance(self.loss, (MSE, HalfMSE)):
            if not np.all(np.ptp(self._targets, axis=0)):  # a class without examples: its bias goes down without end
                return ()
            from scipy.optimize import minimize

            guess = minimize(self._value, guess, jac=self._gradient, method="L-BFGS-B").x
        return (critical(self, guess, ((-3.0, 3.0),) * self.dim),)

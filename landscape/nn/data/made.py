"""Sets made from a seed."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count, FieldError, NonNegative, Several, Share, Whole
from landscape.core.random import NEWEST, Seed, Source, Stream
from landscape.nn.data._base import Dataset, register

NAMES = ("xor", "moons", "circles", "spirals", "blobs", "noisy_sine", "linear_regression", "adaptive_counterexample")

AtLeastOne = Annotated[float, Ge(1)]


@register("xor")
class Xor(Dataset):
    """The exclusive or of two bits: the smallest task that no linear network can learn.

    x = (0, 0), (0, 1), (1, 0), (1, 1);   y = 0, 1, 1, 0.

    repeats: how often the four come; noise: the standard deviation of what is added to each coordinate; seed: of it;
    stream: the version of its streams.
    Source: Minsky and Papert 1969, "Perceptrons"; Rumelhart, Hinton and Williams 1986.
    """

    repeats: Count = 1
    noise: NonNegative = 0.0
    seed: Whole = 0
    stream: Stream = NEWEST

    features = 2

    def examples(self) -> tuple[Array, Array]:
        x = np.tile([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], (self.repeats, 1))
        return x + _normals(self, len(x), 2, self.noise), np.tile([0.0, 1.0, 1.0, 0.0], self.repeats)


@register("moons")
class Moons(Dataset):
    """Two half circles that reach into each other.

    Class 0: (cos t, sin t);   class 1: (1 - cos t, 1/2 - sin t);   t evenly spread over [0, pi].

    count: examples, alternately of each class; noise: standard deviation added to each coordinate; seed: of it; stream:
    the version of its streams.
    """

    count: Several = 100
    noise: NonNegative = 0.1
    seed: Whole = 0
    stream: Stream = NEWEST

    features = 2

    def examples(self) -> tuple[Array, Array]:
        y, t = _alternating(self.count, 2, np.pi)
        first, second = (np.cos(t), np.sin(t)), (1.0 - np.cos(t), 0.5 - np.sin(t))
        x = np.where(y == 0.0, first, second).T
        return x + _normals(self, self.count, 2, self.noise), y


@register("circles")
class Circles(Dataset):
    """A circle around another.

    x = r (cos t, sin t),   r = 1 for class 0 and `factor` for class 1.

    count: examples, alternately of each class; factor: the inner radius; noise: standard deviation added to each
    coordinate; seed: of it; stream:
    the version of its streams.
    """

    count: Several = 100
    factor: NonNegative = 0.5
    noise: NonNegative = 0.05
    seed: Whole = 0
    stream: Stream = NEWEST

    features = 2

    def examples(self) -> tuple[Array, Array]:
        y, t = _alternating(self.count, 2, 2.0 * np.pi, ends=False)
        r = np.where(y == 0.0, 1.0, self.factor)
        return np.stack([r * np.cos(t), r * np.sin(t)], axis=1) + _normals(self, self.count, 2, self.noise), y


@register("spirals")
class Spirals(Dataset):
    """Spirals wound around each other: hard for a small network.

    x = r (cos a, sin a),   a = 2 pi (turns r + class / classes),   r evenly spread over [0.1, 1].

    count: examples, of each class in turn; classes: how many spirals; turns: of each; noise: standard deviation added
    to each coordinate; seed: of it; stream:
    the version of its streams.
    Source: Lang and Witbrock 1988, "Learning to tell two spirals apart".
    """

    count: Several = 200
    classes: Several = 2
    turns: NonNegative = 1.5
    noise: NonNegative = 0.02
    seed: Whole = 0
    stream: Stream = NEWEST

    features = 2

    def examples(self) -> tuple[Array, Array]:
        y, t = _alternating(self.count, self.classes, 0.9)
        r = 0.1 + t
        a = 2.0 * np.pi * (self.turns * r + y / self.classes)
        return np.stack([r * np.cos(a), r * np.sin(a)], axis=1) + _normals(self, self.count, 2, self.noise), y


@register("blobs")
class Blobs(Dataset):
    """Normal clouds around centres, one for each class.

    x = center[y] + spread z,   z ~ N(0, I).

    count: examples, of each class in turn; classes: how many; features: coordinates; distance: the centres are evenly
    spaced on a circle of this radius in two features, on a line from -distance to distance in one, and normal with
    this standard deviation in more; spread: the standard deviation of a cloud; seed: of it all;
    stream: the version of its streams.
    """

    count: Several = 150
    classes: Several = 3
    features: Count = 2
    distance: NonNegative = 3.0
    spread: NonNegative = 1.0
    seed: Whole = 0
    stream: Stream = NEWEST

    def examples(self) -> tuple[Array, Array]:
        y = np.arange(self.count) % self.classes * 1.0
        which = np.arange(self.classes)
        if self.features == 1:
            centers = np.linspace(-1.0, 1.0, self.classes)[:, None]
        elif self.features == 2:
            angle = 2.0 * np.pi * which / self.classes
            centers = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        else:
            centers = Source(Seed(self.seed, self.stream), which, "centers").normals(0, self.features).T
        cloud = _normals(self, self.count, self.features, self.spread)
        return self.distance * centers[y.astype(int)] + cloud, y


@register("noisy_sine")
class NoisySine(Dataset):
    """A sine with noise, to be fitted.

    y = sin(2 pi frequency x) + noise z,   x evenly spread over [-1, 1], z ~ N(0, 1).

    count: examples; frequency: waves in a unit of x; noise: standard deviation; seed: of it; stream:
    the version of its streams.
    Source: Bishop 2006, "Pattern recognition and machine learning", section 1.1, for the like.
    """

    count: Several = 50
    frequency: NonNegative = 1.0
    noise: NonNegative = 0.1
    seed: Whole = 0
    stream: Stream = NEWEST

    features = 1
    classes = 0

    def examples(self) -> tuple[Array, Array]:
        x = np.linspace(-1.0, 1.0, self.count)
        noise = _normals(self, self.count, 1, self.noise)[:, 0]
        return x[:, None], np.sin(2.0 * np.pi * self.frequency * x) + noise


@register("linear_regression")
class LinearRegression(Dataset):
    """A linear relation whose inputs have a chosen condition number.

    y = x . w + b + noise z,   w ~ N(0, I), b ~ N(0, 1), z ~ N(0, 1).

    The inputs have mean 0, and their covariance x^T x / n has eigenvalues from 1 to 1/condition, evenly spaced on a
    logarithmic scale, along random directions; the Hessian of half the mean squared error has the same, and one 1 for
    the intercept. count: examples, more than features; features; condition; noise: standard deviation; seed: of it all;
    stream: the version of its streams.
    Source: Goh 2017, "Why momentum really works", for the role of the condition number.
    """

    count: Several = 50
    features: Count = 2
    condition: AtLeastOne = 10.0
    noise: NonNegative = 0.1
    seed: Whole = 0
    stream: Stream = NEWEST

    classes = 0

    def _check(self) -> None:
        if self.count <= self.features:
            raise FieldError(self.name, "count", f"must be more than the {self.features} features, got {self.count}")

    def examples(self) -> tuple[Array, Array]:
        raw = _normals(self, self.count, self.features, 1.0)
        orthonormal = np.linalg.qr(raw - raw.mean(axis=0))[0]  # its columns have mean 0 as well
        turn = np.linalg.qr(_normals(self, self.features, self.features, 1.0, "turn"))[0]
        share = np.arange(self.features) / max(1, self.features - 1)
        x = np.sqrt(self.count) * (orthonormal * np.sqrt(self.condition**-share)) @ turn.T
        *w, b = Source(Seed(self.seed, self.stream), np.arange(1), "weights").normals(0, self.features + 1)[:, 0]
        return x, x @ np.array(w) + b + _normals(self, self.count, 1, self.noise, "residuals")[:, 0]


@register("adaptive_counterexample")
class AdaptiveCounterexample(Dataset):
    """Two classes that any rule fits, and that adaptive ones learn wrongly: features of its own mark each example.

    x_1 = s,   x_2 = 1,   and of example i alone, 1 in one place for s = 1, in five for s = -1,   s = 2 y - 1.

    count: examples, of which the share `positive` at random are of class 1; seed: of it; stream: the version of its
    streams. There are 2 + 5 count features: only the first says of an example that was not seen which class it is. The
    bias of a network of one layer is the third feature, 1, of the source. From weights 0, rules that divide every
    coordinate by the size of its own gradients give all features that were seen the same weight: the two that are
    always 1 then outvote the first, and every new example is put in the larger class. Gradient descent gives each
    feature what it explains, and is right of all.
    Source: Wilson, Roelofs, Stern, Srebro and Recht 2017, "The marginal value of adaptive gradient methods in machine
    learning", arXiv:1705.08292, section 3.3.
    """

    count: Several = 60
    positive: Share = 0.75
    seed: Whole = 0
    stream: Stream = NEWEST

    @property
    def features(self) -> int:  # type: ignore[override]
        return 2 + 5 * self.count

    def examples(self) -> tuple[Array, Array]:
        order = Source(Seed(self.seed, self.stream), np.arange(1), "classes").permutations(0, self.count)[:, 0]
        y = np.zeros(self.count)
        y[order[: min(self.count - 1, max(1, round(self.positive * self.count)))]] = 1.0
        x = np.zeros((self.count, self.features))
        x[:, 0], x[:, 1] = 2.0 * y - 1.0, 1.0
        for number, one in enumerate(y):
            first = 2 + 5 * number
            x[number, first : first + (1 if one else 5)] = 1.0
        return x, y


def _normals(drawn: Any, count: int, width: int, scale: float, purpose: str = "data") -> Array:
    """(count, width) normal numbers for a set with a seed; an example's do not depend on how many there are."""
    return scale * Source(Seed(drawn.seed, drawn.stream), np.arange(count), purpose).normals(0, width).T


def _alternating(count: int, classes: int, end: float, ends: bool = True) -> tuple[Array, Array]:
    """(y, t): the classes in turn, and for each class numbers evenly spread from 0 to `end`."""
    number = np.arange(count)
    y = number % classes
    each = np.array([np.sum(y == which) for which in range(classes)])[y]
    return y * 1.0, end * (number // classes) / np.maximum(1, each - 1 if ends else each)

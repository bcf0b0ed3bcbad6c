"""What every set of examples is, the registry of them, and how one is cut in two."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from typing import Any, Literal, NamedTuple

import numpy as np

from landscape.core.component import Array, Component
from landscape.core.random import Source
from landscape.core.registry import Registry

Task = Literal["classification", "regression"]


class Dataset(Component, ABC):
    """Examples x (n, features) with what is to be said of each, y (n,).

    For classification y holds whole numbers from 0 to classes - 1; for regression any numbers, and classes is 0.
    """

    features: int
    classes: int = 2

    @abstractmethod
    def examples(self) -> tuple[Array, Array]:
        """x (n, features) and y (n,)."""

    @classmethod
    def _meant(cls, given: Any) -> Any:
        """A pair (x, y) of arrays stands for the set "arrays"; y of whole numbers are classes."""
        if not isinstance(given, (list, tuple)) or len(given) != 2 or any(isinstance(each, str) for each in given):
            return given
        x, y = (np.asarray(each) for each in given)
        classes = int(y.max()) + 1 if y.dtype.kind in "iub" and y.size else 0
        numbers = (each.astype(int) if each.dtype.kind == "b" else each for each in (x, y))
        return build("arrays", **dict(zip("xy", numbers, strict=True)), classes=max(0, classes))

    @property
    def task(self) -> Task:
        """What there is to learn."""
        return "classification" if self.classes else "regression"


REGISTRY: Registry[Dataset] = Registry("dataset", Dataset, package=__package__)
register = REGISTRY.register
names = REGISTRY.names
build = REGISTRY.build


class Split(NamedTuple):
    """Examples to train on and to test on, x (n, features) and y (n,) each; x = (raw - center) / scale, (features,)."""

    x: Array
    y: Array
    test_x: Array
    test_y: Array
    center: Array
    scale: Array


def split(dataset: Dataset, test: float = 0.0, standardise: bool = False, seed: int = 0) -> Split:
    """A dataset cut at random in two; the order of the examples to train on is kept.

    test: the share to test on, rounded to whole examples; at least one is left to train on. standardise: whether each
    feature is brought to mean 0 and standard deviation 1 over the examples to train on, constant ones to 0.
    """
    if not 0.0 <= test < 1.0:
        raise ValueError(f"the share to test on must be at least 0 and less than 1, got {test}")
    x, y = examples(dataset)
    order = Source(seed, np.arange(1), "split").permutations(0, len(x))[:, 0]
    kept = np.ones(len(x), dtype=bool)
    kept[order[: min(len(x) - 1, round(test * len(x)))]] = False
    center, scale = np.zeros(x.shape[1]), np.ones(x.shape[1])
    if standardise:
        center, scale = x[kept].mean(axis=0), x[kept].std(axis=0)
        scale = np.where(scale > 1e-12 * (1.0 + np.abs(center)), scale, 1.0)
    x = (x - center) / scale
    return Split(x[kept], y[kept], x[~kept], y[~kept], center, scale)


@functools.lru_cache(maxsize=32)
def examples(dataset: Dataset) -> tuple[Array, Array]:
    """The examples of a dataset, made once and read-only."""
    x, y = (np.array(each, dtype=np.float64) for each in dataset.examples())
    x.flags.writeable = y.flags.writeable = False
    return x, y

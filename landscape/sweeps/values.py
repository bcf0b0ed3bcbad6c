"""The values that a sweep takes a field through, and the points of a design over several fields.

spread("lr", np.geomspace(1e-4, 1, 40))                              # a list of numbers
spread("lr", {"low": 1e-4, "high": 1, "count": 40, "log": True})     # the same, as scenarios write it
spread("lr", (1e-4, 1.0, "log"))                                     # a range, for designs that draw from it
points_of("sobol", spreads, 256, seed)                               # (256, fields)
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np

from landscape.core.component import Array
from landscape.core.names import hint
from landscape.core.random import Seed, Source

Design = Literal["grid", "random", "sobol"]
DESIGNS: tuple[Design, ...] = get_args(Design)
KEYS = ("low", "high", "count", "log")


@dataclasses.dataclass(frozen=True)
class Spread:
    """What a field goes through. values: (n,), or None of a range; low, high, log: that range, even in the logarithm
    where `log`."""

    values: Array | None
    low: float
    high: float
    log: bool = False

    @property
    def count(self) -> int:
        """How many values are listed."""
        return 0 if self.values is None else len(self.values)

    def at(self, share: Array) -> Array:
        """The values at shares of the range, each from 0 to 1."""
        if self.log:
            low, high = np.log(self.low), np.log(self.high)
            return np.clip(np.exp(low + share * (high - low)), self.low, self.high)
        return np.clip(self.low + share * (self.high - self.low), self.low, self.high)


def check_design(design: Any, points: Any) -> None:
    """ValueError where a design is not known, or the number of its points does not fit it."""
    if design not in DESIGNS:
        names = ", ".join(f'"{name}"' for name in DESIGNS)
        raise ValueError(f"design must be one of {names}, got {design!r:.80}")
    if design == "grid":
        if points is not None:
            raise ValueError('points is for the designs "random" and "sobol": a grid has as many as its values make')
    elif isinstance(points, bool) or not isinstance(points, (int, np.integer)) or points < 1:
        raise ValueError(f'the design "{design}" needs points=, a whole number of at least 1, got {points!r:.80}')


def spread(key: str, given: Any, design: Design = "grid") -> Spread:
    """What is given for a field, checked. ValueError says what is allowed."""
    if isinstance(given, Mapping):
        return _of_table(key, given, design)
    if isinstance(given, (str, bytes)) or not isinstance(given, (Sequence, np.ndarray)):
        raise ValueError(f"over: {key} must be {_allowed(design)}, got {given!r:.80}")
    items = list(given)
    if design != "grid":
        log = len(items) == 3 and isinstance(items[2], str) and items[2] == "log"
        ends = _numbers(key, items[: 2 if log else None], given, design)
        if len(ends) != 2:
            raise ValueError(f"over: {key} must be {_allowed(design)}, got {given!r:.80}")
        return _range(key, float(ends[0]), float(ends[1]), log)
    values = _numbers(key, items, given, design)
    sorted_values = np.sort(values)
    if (twice := sorted_values[1:][np.diff(sorted_values) == 0.0]).size:
        raise ValueError(f"over: {key} has {twice[0]:g} twice")
    return Spread(values, float(values.min()), float(values.max()))


def _of_table(key: str, given: Mapping[str, Any], design: Design) -> Spread:
    for name in given:
        if name not in KEYS:
            raise ValueError(f'over: {key} has an unknown key "{name}". {hint(str(name), KEYS)}')
    if missing := [name for name in ("low", "high") if name not in given]:
        raise ValueError(f'over: {key} needs "{missing[0]}"')
    low, high = _numbers(key, [given["low"], given["high"]], given, design)
    log, count = given.get("log", False), given.get("count")
    if not isinstance(log, (bool, np.bool_)):
        raise ValueError(f"over: {key} has log = {log!r:.40}, which must be true or false")
    made = _range(key, float(low), float(high), bool(log))
    if design != "grid":
        if count is not None:
            raise ValueError(f'over: {key} takes no count in the design "{design}", whose number of points is `points`')
        return made
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 2:
        raise ValueError(f'over: {key} needs "count", a whole number of at least 2, got {count!r:.40}')
    values = np.geomspace(made.low, made.high, count) if log else np.linspace(made.low, made.high, count)
    return dataclasses.replace(made, values=values)


def _range(key: str, low: float, high: float, log: bool) -> Spread:
    if not low < high:
        raise ValueError(f"over: {key} must go from a lower to a higher number, got {low:g} to {high:g}")
    if log and not low > 0.0:
        raise ValueError(f"over: {key} is even in the logarithm, so it must be above 0, got {low:g} to {high:g}")
    return Spread(None, low, high, log)


def _numbers(key: str, items: list[Any], given: Any, design: Design) -> Array:
    fine = (int, float, np.integer, np.floating)
    if not items or not all(isinstance(each, fine) and not isinstance(each, bool) for each in items):
        raise ValueError(f"over: {key} must be {_allowed(design)}, got {given!r:.80}")
    values = np.array(items, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError(f"over: {key} must be finite numbers, got {given!r:.80}")
    return values


def _allowed(design: Design) -> str:
    if design == "grid":
        return "a list of numbers, or low, high, count and log"
    return 'a range (low, high), (low, high, "log"), or low, high and log'


def points_of(design: Design, spreads: Sequence[Spread], count: int, seed: Seed) -> Array:
    """(points, fields): a grid with the last field fastest; or `count` points drawn in the ranges.

    "random": independent and uniform, from the sweep's own streams. "sobol": Sobol's sequence (Sobol 1967, in the
    directions of Joe and Kuo 2008, as SciPy has them), shifted at random as a whole (Cranley and Patterson 1976).
    """
    if not spreads:
        return np.empty((1, 0))
    if design == "grid":
        meshes = np.meshgrid(*[each.values for each in spreads if each.values is not None], indexing="ij")
        return np.stack([mesh.ravel() for mesh in meshes], axis=1)
    source = Source(seed, [0], "design")
    if design == "random":
        shares = source.uniforms(np.arange(count), len(spreads))[:, :, 0]
    else:
        shares = (_sobol(count, len(spreads)) + source.uniforms(0, len(spreads))[:, 0]) % 1.0
    return np.stack([each.at(shares[:, index]) for index, each in enumerate(spreads)], axis=1)


def _sobol(count: int, fields: int) -> Array:
    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that the balance of the sequence is lost between powers of two
        return np.asarray(qmc.Sobol(fields, scramble=False).random(count))

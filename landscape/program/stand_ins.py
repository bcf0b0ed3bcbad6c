"""Surfaces and oracles as a recording needs them: terms that are drawn by their data, measures that are inputs."""

from __future__ import annotations

import copy
import functools
import operator
from typing import Any

from landscape.core.component import Array
from landscape.core.methods import Moment
from landscape.program.trace import NotTraceable, Value, flat, objects


class Planned:
    """A schedule of a noise, whose factor at this step is an input."""

    def __init__(self, step: Value, factor: Value) -> None:
        self._step, self._factor = step, factor

    def __call__(self, step: Any, steps: int) -> Value:
        if not isinstance(step, Value) or step.index != self._step.index:
            raise NotTraceable("a schedule of another step")
        return self._factor


def with_terms(surface: Any) -> Any:
    """A surface of terms that takes the terms' data, as `_Recorded.integers` gives them, in place of their numbers."""

    def term_gradient(p: Array, drawn: list[Array]) -> Array:
        return _mean([surface.data_gradient(p, data) for data in drawn])

    def term_value(p: Array, drawn: list[Array]) -> Array:
        return _mean([surface.data_value(p, data) for data in drawn])

    made = copy.copy(surface)
    object.__setattr__(made, "term_gradient", term_gradient)
    object.__setattr__(made, "term_value", term_value)
    return made


def _mean(terms: list[Any]) -> Any:
    return functools.reduce(operator.add, terms) / len(terms)


def with_measures(surface: Any, params: list[Any], measured: list[Any]) -> Any:
    """A surface whose loss and gradient at the params are given: measured (1 + dim). Elsewhere they are computed."""

    def value(p: Array) -> Array:
        return objects(measured[:1]).reshape(p.shape[1:]) if _are(p, params) else surface._value(p)

    def gradient(p: Array) -> Array:
        return objects(measured[1:]).reshape(p.shape) if _are(p, params) else surface._gradient(p)

    made = copy.copy(surface)
    object.__setattr__(made, "_value", value)
    object.__setattr__(made, "_gradient", gradient)
    return made


class GivenBatch:
    """The noise of mini-batches whose loss and gradient at the params are given: measured (1 + dim)."""

    def __init__(self, params: list[Any], measured: list[Any]) -> None:
        self._params, self._measured = params, measured

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """NotTraceable elsewhere than at the params."""
        return objects(self._there(moment)[1:]).reshape(moment.params.shape), memory

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """NotTraceable elsewhere than at the params."""
        return objects(self._there(moment)[:1]).reshape(moment.params.shape[1:])

    def _there(self, moment: Moment) -> list[Any]:
        if not _are(moment.params, self._params):
            raise NotTraceable("a mini-batch elsewhere than at the params")
        return self._measured


def _are(p: Array, params: list[Any]) -> bool:
    return [getattr(each, "index", None) for each in flat(p)] == [each.index for each in params]


def watched(oracle: Any) -> list[Any]:
    """The numbers of the gradients that an oracle gives, which are entered as it does."""
    given: list[Any] = []
    ask = oracle.gradient

    def gradient(params: Array, active: Array | None = None) -> Array:
        found: Array = ask(params, active)
        given.extend(flat(found))
        return found

    oracle.gradient = gradient
    return given

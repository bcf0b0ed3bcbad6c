"""`ls.schedule("function")`: Your own function of the step as a schedule."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.batches import display_name, explained
from landscape.core.component import FieldError, owned
from landscape.core.methods import Schedule
from landscape.core.user_code import NotFound, called, found, remember
from landscape.schedules._registry import register

HALVING = f"{__name__}:halving"


def halving(step: Any, steps: int) -> Any:
    """The rate is halved after each tenth of the run, as an example."""
    return np.power(0.5, np.floor_divide(10 * np.asarray(step), max(1, steps)))


@register("function")
class FunctionSchedule(Schedule):
    """Your own function of the step, or of the step and the number of steps.

    factor = function(step, steps)

    function: a Python function that returns the factor on the learning rate at `step`, 0 for the first, or where to
    find it, as "module:function". One that takes a single number is called for each step. `ls.simulate` and
    `ls.entrant` take the function itself: schedule=lambda step, steps: 1 / (1 + step).
    Source: Robbins and Monro 1951, "A stochastic approximation method", Annals of Mathematical Statistics 22(3): any
    rates do whose sum is infinite and whose squares' sum is finite.
    """

    function: str | Callable = HALVING  # type: ignore[type-arg]

    def _check(self) -> None:
        given: Any = self.function
        try:
            function = halving if given == HALVING else found(given) if isinstance(given, str) else given
        except NotFound as error:
            raise FieldError(self.name, "function", str(error)) from None
        if not callable(function):
            raise FieldError(self.name, "function", f'"{given}" is not a function')
        name = given if isinstance(given, str) else called(given)
        remember(name, function)
        for field, value in {
            "function": name,
            "called": function,
            "user_code": not owned(function),
            "_of_step_alone": _arguments(function) == 1,
        }.items():
            object.__setattr__(self, field, value)
        owner = display_name(function)
        try:
            factor = np.asarray(self(0, 10))
        except (Exception, SystemExit) as error:
            raise FieldError(owner, "function", f"fails at step 0 of 10: {explained(error)}") from error
        if factor.ndim or factor.dtype.kind not in "biuf":
            raise FieldError(owner, "function", f"must return a number for a step, got {factor.tolist()!r:.60}")

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        function: Callable[..., Any] = self.called  # type: ignore[attr-defined]
        return function(step) if self._of_step_alone else function(step, steps)  # type: ignore[attr-defined]

    def __eq__(self, other: object) -> bool:
        return Schedule.__eq__(self, other) is True and self.called is other.called  # type: ignore[attr-defined]

    __hash__ = Schedule.__hash__


def _arguments(function: Callable[..., Any]) -> int:
    """How many arguments a function is given by position; 2 where it does not say.

    One with a default of its own keeps that, unless it is called `steps`.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 2
    places = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    given = [each for each in places[1:] if each.default is each.empty] or [
        each for each in places[1:2] if each.name == "steps"
    ]
    return 2 if any(each.kind is each.VAR_POSITIONAL for each in parameters) else 1 + len(given)

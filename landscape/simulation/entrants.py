"""Entrants: one optimizer with its schedule and label each."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from landscape import optimizers, schedules
from landscape.core.batches import components
from landscape.core.component import Array, Component, FieldError, checked, field_hints
from landscape.core.methods import Method, Noise, Schedule
from landscape.core.names import hint
from landscape.core.surface import HasResiduals, Surface, is_differentiable, offers
from landscape.record.tuning import Choice

SCHEDULES = schedules.REGISTRY
DERIVATIVES = {"gradient", "product", "hessian", "residuals"}


@dataclasses.dataclass(frozen=True)
class Entrant:
    """One optimizer with its learning-rate schedule and its label in pictures and tables.

    schedules: hyper-parameter -> schedule, for those beside the learning rate that change on the way. tuned: how its
    hyper-parameters were chosen, where `landscape.tune` did.
    """

    optimizer: Method
    schedule: Schedule | None = None
    label: str | None = None
    schedules: Mapping[str, Schedule] = dataclasses.field(default_factory=dict)
    tuned: Choice | None = None


def entrant(
    optimizer: Method | str,
    schedule: Schedule | str | Callable[..., Any] | None = None,
    label: str | None = None,
    schedules: Mapping[str, Schedule | str | Callable[..., Any]] | None = None,
) -> Entrant:
    """An optimizer (or its name) as an entrant. The default label is the name, made unique by the fields that differ.

    schedule: factors on its learning rate, by a schedule, its name or a function (step, steps) -> factor; schedules: on
    others of its hyper-parameters, as in
    schedules={"momentum": ls.schedule("linear", final_factor=0.5)}. ValueError names a field that is not one of them.
    """
    if label is not None and not (isinstance(label, str) and label.strip()):
        raise ValueError(f"an entrant's label must be text that is not empty, got {label!r}")
    made = None if schedule is None else as_schedule(schedule)
    rule = optimizers.REGISTRY.coerce(optimizer)
    others = {field: as_schedule(each) for field, each in (schedules or {}).items()}
    for field, each in others.items():
        check_scheduled(rule, field, each)
    return Entrant(rule, made, label, others)


def as_schedule(given: Any) -> Schedule:
    """A schedule from itself, its name, or a plain function of (step, steps)."""
    if callable(given) and not isinstance(given, (Schedule, type)):
        return SCHEDULES.build("function", function=given)
    if isinstance(given, (list, tuple, float, int, np.ndarray)):
        raise TypeError(
            f"expected a schedule, its name or a function of the step, got {given!r:.60}: write "
            + ("lambda step: factors[step]" if np.ndim(given) else f"lambda step: {given}, or another lr")
        )
    return SCHEDULES.coerce(given)


def check_scheduled(optimizer: Method, field: str, schedule: Schedule) -> None:
    """FieldError if a schedule cannot act on that field of an optimizer."""
    numbers = [name for name in field_hints(type(optimizer)) if _is_number(getattr(optimizer, name)) and name != "lr"]
    if field == "lr":
        raise FieldError(optimizer.name, "lr", "is scheduled by `schedule`, not by `schedules`")
    if field not in numbers:
        raise FieldError(optimizer.name, field, f"cannot be scheduled. {hint(field, numbers)}")
    if schedule.reads_loss:
        raise FieldError(optimizer.name, field, f'cannot use "{schedule.name}": it is only for the learning rate')


def _is_number(value: Any) -> bool:
    return isinstance(value, (float, np.ndarray))


def labelled(entrants: Sequence[Entrant]) -> list[Entrant]:
    """The entrants with labels: those given, else the name, else the name with the fields that differ."""
    taken = [e.label for e in entrants if e.label is not None]
    for label in taken:
        if taken.count(label) > 1:
            raise ValueError(f'two entrants have the label "{label}"')
    free = [e for e in entrants if e.label is None]
    labels = {}
    for name, group in itertools.groupby(sorted(free, key=lambda e: e.optimizer.name), key=lambda e: e.optimizer.name):
        labels.update(_distinct_labels(name, list(group), taken))
    return [e if e.label is not None else dataclasses.replace(e, label=labels[id(e)]) for e in entrants]


def _distinct_labels(name: str, group: list[Entrant], taken: list[str]) -> dict[int, str]:
    if len(group) == 1 and name not in taken:
        return {id(group[0]): name}
    facts = [
        {field: getattr(e.optimizer, field) for field in field_hints(type(e.optimizer))}
        | ({} if e.schedule is None else {"schedule": e.schedule.name})
        | {f"{field} by": schedule.name for field, schedule in e.schedules.items()}
        for e in group
    ]
    differing = [
        f for f in dict.fromkeys(f for fact in facts for f in fact) if len({_words(x.get(f)) for x in facts}) > 1
    ]
    labels: dict[int, str] = {}
    for e, fact in zip(group, facts, strict=True):
        differs = ", ".join(
            f"{f} {_words(fact[f])}" if f != "schedule" else _words(fact[f]) for f in differing if f in fact
        )
        wish = f"{name}, {differs}" if differs else name
        tries = itertools.chain([wish], (f"{wish} #{n}" for n in itertools.count(2)))
        labels[id(e)] = next(t for t in tries if t not in taken and t not in labels.values())
    return labels


def _words(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.min():g} to {value.max():g}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def listed_entrants(given: Any) -> list[Entrant]:
    listed = list(given) if isinstance(given, (list, tuple)) else [given]
    if not listed:
        raise ValueError("optimizers: at least one is required")
    # a copy each, so that the same object given twice is two entrants
    return [dataclasses.replace(e) if isinstance(e, Entrant) else entrant(e) for e in listed]


def check_needs(optimizer: Method, surface: Surface, noise: Noise | None) -> None:
    """ValueError if an optimizer needs something that the surface or the noise does not provide."""
    if "residuals" in optimizer.needs and not offers(surface, HasResiduals):
        raise ValueError(
            f'{optimizer.name}: needs a sum of squares with known residuals, and "{surface.name}" is not one'
        )
    if (asked := DERIVATIVES & optimizer.needs) and not is_differentiable(surface):
        raise ValueError(
            f'{optimizer.name}: needs a {min(asked)}, and "{surface.name}" has none: take derivatives="central", or a '
            "rule that asks for values alone, such as nelder_mead"
        )
    if "exact" in optimizer.needs and noise is not None:
        raise ValueError(f'{optimizer.name}: needs the exact loss, so it cannot be used with the noise "{noise.name}"')
    for field in field_hints(type(optimizer)):
        if isinstance(inner := getattr(optimizer, field), Method):
            check_needs(inner, surface, noise)


def check_varied(optimizer: Method, field: str, factors: Array) -> None:
    """FieldError if a schedule's factors (steps,) take a hyper-parameter out of its range."""
    annotation = field_hints(type(optimizer))[field]
    for factor in (factors.min(), factors.max()):
        try:
            checked(getattr(optimizer, field) * factor, annotation)
        except ValueError as error:
            raise FieldError(optimizer.name, field, f"times its schedule {error}") from None


def longest(component: Component) -> int:
    """How many runs the arrays among the fields of a component are for; 1 where there are none."""
    held = [getattr(each, field) for each in components(component) for field in field_hints(type(each))]
    return max([each.shape[0] for each in held if isinstance(each, np.ndarray) and each.ndim == 1], default=1)


def check_lengths(optimizer: Component, total: int) -> None:
    """FieldError where an array among the fields, those of components inside too, is not for that many runs."""
    for name, value in vars(optimizer).items():
        if name == "lr" and np.ndim(value) and name not in field_hints(type(optimizer)):
            reason = "may be an array only as a field: write `lr: float = 0.1` in the class"
            raise FieldError(optimizer.name, name, reason)
    for field in field_hints(type(optimizer)):
        value = getattr(optimizer, field)
        if isinstance(value, Component):
            check_lengths(value, total)
        if isinstance(value, np.ndarray) and value.shape != (total,):
            reason = f"has shape {value.shape}; with {total} runs (starts x repeats) it needs one number, or ({total},)"
            raise FieldError(optimizer.name, field, reason)

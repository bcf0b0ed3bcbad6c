"""The registry of schedules, in a module of its own so that each family file can enter its members."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from landscape.core.component import FieldError
from landscape.core.methods import Schedule
from landscape.core.registry import Registry

REGISTRY: Registry[Schedule] = Registry("schedule", Schedule, package=__package__)
register = REGISTRY.register
names = REGISTRY.names

UpToOne = Annotated[float, Ge(0), Le(1)]


def check_fixed(schedule: Schedule, *fields: str) -> None:
    """FieldError where a schedule inside another reads the loss: what is around it knows the step alone."""
    for field in fields:
        inner = getattr(schedule, field)
        if inner.reads_loss:
            reason = f'cannot be "{inner.name}", which reads the loss and goes with an optimizer by itself'
            raise FieldError(schedule.name, field, reason)

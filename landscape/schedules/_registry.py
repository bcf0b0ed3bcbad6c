"""The registry of schedules, in a module of its own so that each family file can enter its members."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from landscape.core import Schedule
from landscape.registry import Registry

REGISTRY: Registry[Schedule] = Registry("schedule", Schedule, package="landscape.schedules")
register = REGISTRY.register
names = REGISTRY.names

UpToOne = Annotated[float, Ge(0), Le(1)]

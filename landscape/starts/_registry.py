"""Enter a start with `@register("ring")`."""

from __future__ import annotations

from landscape.core.methods import Start
from landscape.core.registry import Registry

REGISTRY: Registry[Start] = Registry("start", Start, package=__package__)
register = REGISTRY.register
names = REGISTRY.names

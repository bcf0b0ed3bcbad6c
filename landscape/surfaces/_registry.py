"""Enter a surface with `@register("parabola")`, so that `landscape.surface("parabola")` builds it."""

from landscape.core.registry import Registry
from landscape.core.surface import Surface

REGISTRY: Registry[Surface] = Registry("surface", Surface, package=__package__)
register = REGISTRY.register
names = REGISTRY.names

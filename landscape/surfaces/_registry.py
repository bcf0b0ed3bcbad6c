"""Enter a surface with `@register("parabola")`, so that `landscape.surface("parabola")` builds it."""

from landscape.core import Surface
from landscape.registry import Registry

REGISTRY: Registry[Surface] = Registry("surface", Surface, package="landscape.surfaces")
register = REGISTRY.register
names = REGISTRY.names

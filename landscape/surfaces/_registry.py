"""Enter a surface: `@register("parabola") class Parabola(Surface): ...`, then `landscape.surface("parabola")` builds it."""

from landscape.core import Surface
from landscape.registry import Registry

REGISTRY: Registry[Surface] = Registry("surface", Surface)
register = REGISTRY.register
names = REGISTRY.names

"""Surfaces with known geometry: `landscape.surface(name, ...)` builds one, `names()` lists them."""

from landscape.core import Surface
from landscape.registry import Registry

REGISTRY: Registry[Surface] = Registry("surface", Surface)
register = REGISTRY.register
names = REGISTRY.names

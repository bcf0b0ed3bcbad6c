"""The registry of optimizers, in a module of its own so that each family file can enter its rules."""

from __future__ import annotations

from landscape.core.methods import Method
from landscape.core.registry import Registry

REGISTRY: Registry[Method] = Registry("optimizer", Method, package=__package__)
register = REGISTRY.register
names = REGISTRY.names

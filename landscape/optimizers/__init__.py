"""Update rules: `landscape.optimizer(name, lr=...)` builds one, `names()` lists them."""

from landscape.core import Optimizer
from landscape.registry import Registry

REGISTRY: Registry[Optimizer] = Registry("optimizer", Optimizer)
register = REGISTRY.register
names = REGISTRY.names

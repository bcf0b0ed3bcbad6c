from landscape.core import Start
from landscape.registry import Registry

REGISTRY: Registry[Start] = Registry("start", Start)
register = REGISTRY.register
names = REGISTRY.names

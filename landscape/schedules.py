from landscape.core import Schedule
from landscape.registry import Registry

REGISTRY: Registry[Schedule] = Registry("schedule", Schedule)
register = REGISTRY.register
names = REGISTRY.names

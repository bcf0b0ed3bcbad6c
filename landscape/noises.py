from landscape.core import Noise
from landscape.registry import Registry

REGISTRY: Registry[Noise] = Registry("noise", Noise)
register = REGISTRY.register
names = REGISTRY.names

"""Surfaces with known geometry: `landscape.surface(name, ...)` builds one, `names()` lists them.

One module for each family; they are imported when a surface is first asked for.
"""

from landscape.surfaces._registry import REGISTRY, names, register

__all__ = ["REGISTRY", "names", "register"]

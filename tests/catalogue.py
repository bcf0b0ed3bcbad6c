"""Surfaces to run laws over: every registered one, those that are made of another around a surface given."""

from landscape import surfaces
from landscape.component import defaults, field_hints
from landscape.core import Surface


def made(name, base="quadratic", **fields):
    """The registered surface `name`; the surfaces that it needs are `base`."""
    cls = surfaces.REGISTRY.get(name)
    needed = {field for field, hint in field_hints(cls).items() if hint is Surface} - set(defaults(cls))
    return surfaces.REGISTRY.build(name, **dict.fromkeys(needed, surfaces.REGISTRY.build(base)), **fields)

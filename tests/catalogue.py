"""Surfaces and rules to run laws over: every registered one, those that are made of another around one given."""

from landscape import optimizers, surfaces
from landscape.component import defaults, field_hints
from landscape.core import Optimizer, Surface
from landscape.simulate import check_needs


def made(name, base="quadratic", **fields):
    """The registered surface `name`; the surfaces that it needs are `base`."""
    cls = surfaces.REGISTRY.get(name)
    needed = {field for field, hint in field_hints(cls).items() if hint is Surface} - set(defaults(cls))
    return surfaces.REGISTRY.build(name, **dict.fromkeys(needed, surfaces.REGISTRY.build(base)), **fields)


def rule(name, base="momentum", **fields):
    """The registered optimizer `name`; the rule that it needs inside is `base`."""
    cls = optimizers.REGISTRY.get(name)
    needed = {field for field, hint in field_hints(cls).items() if hint is Optimizer} - set(defaults(cls))
    return optimizers.REGISTRY.build(name, **dict.fromkeys(needed, optimizers.REGISTRY.build(base)), **fields)


def rules(surface, noise=None):
    """Every registered optimizer that can be had on a surface under a noise, as (name, optimizer)."""
    found = []
    for name in optimizers.names():
        try:
            check_needs(made_rule := rule(name), surface, noise)
        except ValueError:
            continue
        found.append((name, made_rule))
    return found


def _wraps(name):
    return Optimizer in field_hints(optimizers.REGISTRY.get(name)).values()


# the rules that are made of another rule
WRAPPERS = [name for name in optimizers.names() if _wraps(name)]


def first_order():
    """The names of the rules that need one gradient a step and nothing else."""
    return [name for name in optimizers.names() if issubclass(optimizers.REGISTRY.get(name), Optimizer)]

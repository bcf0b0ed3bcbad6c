"""Surfaces and rules to run laws over: every registered one, those that are made of another around one given."""

import functools

import needs

from landscape import optimizers, surfaces
from landscape.core.component import defaults, field_hints
from landscape.core.methods import Optimizer
from landscape.core.surface import Surface
from landscape.simulation.entrants import check_needs


@functools.cache  # a surface never changes, and some search for their critical points, once each
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


usual = functools.cache(rule)  # a rule as it is by default: one that is made, and never changes, serves all


# rules that other libraries carry out, a run at a time
ALONE = "landscape.optimizers.external."


def optional(cls):
    """Whether a component needs a library that the plain test environment lacks; it has tests of its own."""
    return cls.needs_library in needs.REFERENCE


def home(name):
    """The module of the registered optimizer `name`."""
    return optimizers.REGISTRY.get(name).__module__


def rules(surface, noise=None):
    """Every registered optimizer of this library that can be had on a surface under a noise, as (name, optimizer)."""
    found = []
    for name in (name for name in optimizers.names() if not home(name).startswith(ALONE)):
        try:
            check_needs(made_rule := usual(name), surface, noise)
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
    return [name for name in here() if issubclass(optimizers.REGISTRY.get(name), Optimizer)]


def methods():
    """The names of the rules that ask for something else."""
    return [name for name in here() if name not in first_order()]


def here():
    """The names of the rules that need no optional library."""
    return [name for name in optimizers.names() if not optional(optimizers.REGISTRY.get(name))]

"""Every field of every optimizer, noise, schedule and start refuses what its annotation forbids, and says what."""

import math
import typing

import pytest
from catalogue import optional
from members import check_laws

from landscape.core import registry as registries
from landscape.core.component import BOUNDS, Array, Component, FieldError, allowed, defaults, field_hints, split
from landscape.core.registry import registry

KINDS = ("optimizer", "noise", "schedule", "start")
MEMBERS = [
    (kind, name)
    for kind in KINDS
    for name in registry(kind).names()
    if registry(kind).get(name).__module__.startswith("landscape.") and not optional(registry(kind).get(name))
]
# what a component that needs others is built with
NEEDED = {
    **dict.fromkeys(("noise", "before", "after"), "gaussian"),
    **{"optimizer": "sgd", "schedule": "constant", "noises": ("gaussian",)},
}


def bad_values(hint):
    """(value, words of the message) that an annotation does not allow."""
    alternatives, bounds = split(hint)
    bare = [split(each)[0][0] for each in alternatives]
    bounds = bounds or split(alternatives[0])[1]
    plain = {each for each in bare if each in (float, int, str, bool, dict, type(None), Array)}
    lists = [typing.get_args(each) for each in alternatives if typing.get_origin(each) is tuple]
    parts = [each for each in alternatives if isinstance(each, type) and issubclass(each, Component)]
    for value, kinds in ((True, {bool}), (None, {type(None)}), (b"0.1", set()), (object(), set()), ({}, {dict})):
        if not kinds & plain and not (value == {} and parts):
            yield value, allowed(hint)
    if str not in plain:
        yield "nonsense", "unknown" if parts else allowed(hint)
    if float in plain:
        yield from ((value, "finite") for value in (math.nan, math.inf, -math.inf))
    elif parts or int in plain:
        yield 2.5, allowed(hint)
    if not lists and Array not in plain:
        yield [0.1, 0.2], allowed(hint)
    if Array in plain:
        yield from (([0.1, math.nan], "finite"), (["a"], "list"), ([], "list"), ([[0.1], [0.1, 0.2]], "list"))
    if lists:
        yield 3 if not plain else "ab", allowed(hint)
    for value, words in bad_values(lists[0][0]) if lists else ():
        if not (len(lists) > 1 and isinstance(value, (int, float))):  # a list of numbers is a point, one of points
            yield [value], words if words == "unknown" else allowed(hint)
    for bound in bounds:
        words, attribute = BOUNDS[type(bound)]
        limit = getattr(bound, attribute)
        size = 1 if int in plain else 1e-3
        outside = {"gt": limit, "ge": limit - size, "lt": limit, "le": limit + size}[attribute]
        yield outside, f"{words} {limit:g}" if not lists else allowed(hint)
        if Array in plain:
            yield [outside, outside], f"{words} {limit:g}"


def check_refused(kind, name, field, value, words):
    cls = registry(kind).get(name)
    others = {key: NEEDED[key] for key in field_hints(cls) if key not in defaults(cls)}
    where = f'the {kind} "{name}" with {field} = {value!r}'
    error = None
    try:
        registry(kind).build(name, **others | {field: value})
    except FieldError as refusal:
        error = refusal
    assert error is not None, f"{where} is built, although the annotation forbids it ({words})"
    assert (error.owner, error.field) == (name, field), f"{where}: the error is about {error.owner}.{error.field}"
    assert words in error.reason, f"{where}: {error.reason!r} does not say {words!r}"
    assert "got" in error.reason or "unknown" in error.reason, f"{where}: {error.reason!r} does not say what it got"


def check_field(kind, name, field):
    given = list(bad_values(field_hints(registry(kind).get(name))[field]))
    assert len(given) >= 4
    for value, words in given:
        check_refused(kind, name, field, value, words)


@pytest.mark.parametrize(("kind", "name"), MEMBERS)
def test_a_bad_value_is_refused_with_its_field_and_what_is_allowed(kind, name):
    fields = field_hints(registry(kind).get(name))
    laws = {f"{field} refuses bad values": lambda name, field=field: check_field(kind, name, field) for field in fields}
    check_laws(name, laws, name=f'the {kind} "{name}"')


# What the fields allow that allow less than all positive numbers, shares and counts: as `landscape show` says it.
RANGES = {
    "a number at least 0 and at most 1": "final_factor base_factor rise start_factor warmup min_factor",
    "a number at least 1": "growth condition",
    "a number at least 3 and at most 120 or None": "seconds",
    "a number greater than 0 and at most 2": "alpha_stable.alpha",
    "a number greater than 0 and less than 1": "factor weierstrass.a",
    "a number greater than 1": "hold",
    "a number greater than 9": "ring_valley.condition",
    "a number or a list of numbers at least 1": "d etaplus",
    "a number or a list of numbers greater than 0 and less than 1": "beta1 contraction",
    "a whole number at least 0 and at most 9,223,372,036,854,775,807": "seed",
    "a whole number at least 1 and at most 10": "chebyquad.dim wells",
    "a whole number at least 1 and at most 100": "michalewicz.m",
    "a whole number at least 1 and at most 100,000": "critical_points.starts",
    "a whole number at least 1 and at most 2": "stream",
    "a whole number at least 1 and at most 200,000": "instance",
    "a whole number at least 1 and at most 30": "places",
    "a whole number at least 1 and at most 31": "terms",
    "a whole number at least 1 or a list of whole numbers, each at least 1": "shape",
    "a whole number at least 160 and at most 7,680": "width height",
    "a whole number at least 2": "dim count classes",
    "a whole number at least 2 and at most 10": "watson.dim",
    "a whole number at least 2 and at most 60": "levels",
    "a whole number at least 2 or None": "popsize",
    "a whole number at least 3": "linear_rank_1_zero.dim",
    "a whole number at least 3 and at most 99": "gulf.m",
    "a whole number at least 3 and at most 999": "weierstrass.b",
    "a whole number at least 4": "powell_singular.dim",
}
USUAL = ([("gt", 0)], [("ge", 0)], [("ge", 0), ("lt", 1)], [("gt", 0), ("le", 1)])


def test_the_ranges_of_fields_are_these():
    said = {field: words for words, fields in RANGES.items() for field in fields.split()}
    met, dims = set(), []
    for kind in registries.kinds():
        for name, cls in registry(kind).members.items():
            for field, hint in field_hints(cls).items() if cls.__module__.startswith("landscape.") else ():
                alternatives, bounds = split(hint)
                bounds = bounds or split(alternatives[0])[1]
                limits = [
                    (attribute, getattr(each, attribute)) for each in bounds for attribute in [BOUNDS[type(each)][1]]
                ]
                if field == "dim" and limits == [("ge", 2)]:
                    dims.append(name)
                if limits and limits not in USUAL and allowed(hint) != "a whole number at least 1":
                    key = f"{name}.{field}" if f"{name}.{field}" in said else field
                    assert allowed(hint) == said.get(key), f"{kind} {name}: {field}"
                    met.add(key)
    assert met == set(said)
    assert len(dims) == 37


def test_a_required_field_is_named():
    for kind in KINDS:
        for name in registry(kind).names():
            cls = registry(kind).get(name)
            if optional(cls):
                continue
            for field in set(field_hints(cls)) - set(defaults(cls)):
                others = {key: NEEDED[key] for key in field_hints(cls) if key not in defaults(cls) and key != field}
                with pytest.raises(FieldError, match="is required") as caught:
                    registry(kind).build(name, **others)
                assert caught.value.field == field


def test_an_unknown_field_is_refused_with_the_nearest():
    with pytest.raises(FieldError, match='Did you mean "sigma"'):
        registry("noise").build("gaussian", sigmma=1.0)


def test_the_check_finds_a_field_that_takes_what_its_annotation_forbids():
    with pytest.raises(AssertionError, match=r'"gaussian" with sigma = 0\.5 is built, although the annotation forbids'):
        check_refused("noise", "gaussian", "sigma", 0.5, "at least 0")
    with pytest.raises(AssertionError, match="does not say 'at most 1'"):
        check_refused("noise", "gaussian", "sigma", -0.5, "at most 1")

"""The tables of a scenario file as pydantic models, built from the registries.

    document, problems = parse({"title": "A race", "surface": "rosenbrock", ...})

A component's fields are the keys of its table, checked by the same rule as in Python
(`landscape.core.component.checked`); pydantic walks the tables, selects the model of each component by its name, and
reports every error, not just the first.
"""

from __future__ import annotations

import contextlib
import functools
import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Literal, Union

import numpy as np
from annotated_types import Ge, Le
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    PrivateAttr,
    Tag,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)
from typing_extensions import TypeAliasType

from landscape.analysis._metric import STATISTICS
from landscape.core.component import (
    Component,
    Count,
    NonNegative,
    Real,
    Whole,
    allowed,
    checked,
    defaults,
    field_hints,
)
from landscape.core.random import LARGEST_SEED, NEWEST, Stream
from landscape.core.registry import draws, kinds, listed_kind, nested_kind, registry
from landscape.scenario.line_numbers import Path
from landscape.scenario.problems import Problem, problems_of, tag_of
from landscape.scenario.toml_writer import shown

# Limits of one scenario: a larger number is a typing error, or a task for the Python interface.
MOST_STEPS = 10_000_000
MOST_OF_ANYTHING = 10_000_000

Member = tuple[str, str, type[Component]]
Members = tuple[Member, ...]

REQUIRED = ("title", "surface", "optimizers", "steps")


def by(hint: Any) -> Any:
    """A pydantic type that checks a value against the annotation of a component's field."""
    return Annotated[Any, PlainValidator(functools.partial(_checked, hint=hint))]


def _checked(value: Any, hint: Any) -> Any:
    if type(value) is int and value.bit_length() > 1024:
        raise ValueError(f"must be {allowed(hint)}, got {shown(value)}")
    return checked(value, hint)


def line_of_text(value: Any) -> str:
    """Check the text of a title, a label or a claim."""
    if not isinstance(value, str):
        raise ValueError(f"must be text, got {value!r}")
    if not value.strip() or any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in value):
        raise ValueError(f"must be one line of text and not empty, got {value!r}")
    return value


Text = Annotated[Any, PlainValidator(line_of_text)]


class Table(BaseModel):
    """A table of a scenario: it has the declared keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class ComponentTable(Table):
    """A component's table: its name and its fields. `component` is what they build."""

    component_class: ClassVar[type[Component]]
    _component: Any = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _build(self, info: ValidationInfo) -> ComponentTable:
        fields = {name: getattr(self, name) for name in field_hints(self.component_class)}
        given = {name: built(value) for name, value in fields.items() if name in self.model_fields_set}
        if draws(self.component_class):
            given.setdefault("stream", info.context)
        try:
            with np.errstate(all="ignore"):
                self._component = self.component_class(**given)
        except ArithmeticError as error:
            raise ValueError(f"invalid combination of fields ({error})") from None
        return self

    @property
    def component(self) -> Any:
        """The component that the table describes."""
        return self._component


class TextsTable(Table):
    """The table [zh]: the scenario's texts in Chinese, labels and claims by the English ones."""

    title: Text = ""
    look_for: Annotated[Any, PlainValidator(functools.partial(_checked, hint=str))] = ""
    labels: dict[str, Text] = Field(default={})
    claims: dict[str, Text] = Field(default={})


def built(value: Any) -> Any:
    """The component of a table, or those of tables in a list or a dictionary; other values are unchanged."""
    if isinstance(value, list):
        return [built(item) for item in value]
    if isinstance(value, dict):
        return {key: built(item) for key, item in value.items()}
    return value.component if isinstance(value, ComponentTable) else value


def parse(data: dict[str, Any]) -> tuple[Any, list[Problem]]:
    """(document, problems): the valid top-level keys as attributes; None for the others."""
    if isinstance(data.get("start"), list):  # a point, or a list of them, as in Python
        data = data | {"start": {"name": "point", "points": data["start"]}}
    members = _members(_texts(data))
    errors = _errors(data, members)
    while more := [each for each in _own(errors) if each not in members]:  # only then can classes inside them be found
        members = (*members, *more)
        errors = _errors(data, members)
    broken = {each["loc"][0] for each in errors}
    good = {key: value for key, value in data.items() if key not in broken}
    errors += [{"type": "missing", "loc": (key,)} for key in REQUIRED if key not in data]
    keys_at = functools.partial(_keys_at, members=members)
    return _document(members).model_validate(good, context=_stream(data)), problems_of(errors, keys_at)


def _stream(data: dict[str, Any]) -> int:
    """The version of the random streams of components that do not set their own: the document's, if it is valid."""
    try:
        return int(checked(data.get("stream", NEWEST), Stream))
    except ValueError:
        return NEWEST


def _errors(data: dict[str, Any], members: Members) -> list[Any]:
    try:
        _document(members).model_validate(data, context=_stream(data))
    except ValidationError as error:
        return list(error.errors(include_url=False))
    return []


def _own(errors: Sequence[Any]) -> list[Member]:
    """The user's classes, "module:Class", that errors report as unknown and that can be imported."""
    members = []
    for tag in dict.fromkeys(each["ctx"]["tag"] for each in errors if each["type"] == "union_tag_invalid"):
        kind, _, name = tag.partition(":")
        if ":" in name:
            with contextlib.suppress(ValueError):
                members.append((kind, name, registry(kind).get(name)))
    return members


def _keys_at(location: Path, members: Members | None = None) -> Sequence[str]:
    """The valid keys of the table at one of pydantic's locations."""
    members = _members() if members is None else members
    if not location:
        return list(_document(members).model_fields)
    if location == ("zh",):
        return list(TextsTable.model_fields)
    tag = tag_of(location[-1])
    if tag is None:
        return list(_expect(members).model_fields)
    return list(_models(members)[tag].model_fields)


# The keys of an optimizer's table beside its fields: an entrant is an optimizer, a label and schedules.
ENTRANT: dict[str, Any] = {
    "label": (Text, None),
    "schedule": ("schedule_table", None),
    "schedules": ("dict[str, schedule_table]", None),
}


def _members(texts: frozenset[str] = frozenset()) -> Members:
    """(kind, name, class) of the registered components whose names are among the texts of a document.

    The first two of each kind are always included, as a union needs two; models of all would take a second to build.
    """
    members = []
    for kind in kinds():
        names = [*registry(kind).names(), *registry(kind).aliases]
        members += [(kind, name, registry(kind).get(name)) for name in names if name in texts or name in names[:2]]
    return tuple(members)


def _texts(data: Any) -> frozenset[str]:
    """Every text in plain data, however deep."""
    found, left = set(), [data]
    while left:
        each = left.pop()
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, (dict, list)):
            left += each.values() if isinstance(each, dict) else each
    return frozenset(found)


@functools.lru_cache(maxsize=32)
def _models(members: Members) -> dict[tuple[str, str], type[ComponentTable]]:
    """(kind, name) -> the model of that component's table."""
    models = {(kind, name): _model(cls, ENTRANT if kind == "optimizer" else {}) for kind, name, cls in members}
    aliases = _aliases(models)
    for model in models.values():
        model.model_rebuild(_types_namespace=aliases)
    return models


def _model(cls: type[Component], more: dict[str, Any]) -> type[ComponentTable]:
    fields: dict[str, Any] = {"name": (str, ...)}
    known = defaults(cls)
    for field, hint in field_hints(cls).items():
        inner, listed = nested_kind(cls, field), listed_kind(cls, field)
        annotation = f"{inner}_table" if inner else f"list[{listed}_table]" if listed else by(hint)
        fields[field] = (annotation, Field(default=None) if field in known else Field())
    model: type[ComponentTable] = create_model(f"{cls.__name__}Table", __base__=ComponentTable, **fields, **more)
    model.component_class = cls
    return model


def _aliases(models: dict[tuple[str, str], type[ComponentTable]]) -> dict[str, Any]:
    """A union of the tables of each kind, selected by name; the unions have names so that tables can be nested."""
    make: Any = TypeAliasType
    aliases: dict[str, Any] = {}
    for kind in kinds():
        name = f"{kind}_table"
        options = [Annotated[model, Tag(f"{kind}:{member}")] for (its, member), model in models.items() if its == kind]
        if options:
            union: Any = Union[tuple(options)]  # noqa: UP007
            aliases[name] = make(name, Annotated[union, Discriminator(_tag(kind))])
    return aliases


def _tag(kind: str) -> Callable[[Any], str]:
    """A function that selects the table of a kind by its name."""

    def tag(given: Any) -> str:
        name = given.get("name") if isinstance(given, dict) else given
        return f"{kind}:{name}" if isinstance(name, str) else f"{kind}:"

    return tag


@functools.lru_cache(maxsize=32)
def _expect(members: Members) -> type[Table]:
    """The model of an [[expect]] table: a claim, what to measure, and its limits."""
    fields: dict[str, Any] = {
        "claim": (Text, ...),
        "optimizer": (Text, ...),
        "measure": (_aliases(_models(members))["metric_table"], ...),
        "at": (by(Whole), None),
        "statistic": (by(Literal[tuple(STATISTICS)]), "median"),
        "start": (by(Whole), None),
        "relative_to": (Text, None),
        "above": (by(Real), None),
        "below": (by(Real), None),
    }
    return create_model("ExpectTable", __base__=Table, **fields)


@functools.lru_cache(maxsize=32)
def _document(members: Members) -> type[Table]:
    """The model of a whole scenario. All keys are optional here; `parse` reports missing ones."""
    table: Any = {**_aliases(_models(members)), "expect_table": _expect(members)}
    fields: dict[str, Any] = {
        "title": (Text, None),
        "look_for": (by(str), ""),
        "seed": (by(Annotated[int, Ge(0), Le(LARGEST_SEED)]), 0),
        "stream": (by(Stream), NEWEST),
        "steps": (by(Annotated[int, Ge(1), Le(MOST_STEPS)]), None),
        "repeats": (by(Annotated[int, Ge(1), Le(MOST_OF_ANYTHING)]), 1),
        "every": (by(Count), 1),
        "clock": (by(bool), False),
        "tolerance": (by(NonNegative), None),
        "surface": (table["surface_table"], None),
        "optimizers": (list[table["optimizer_table"]], None),  # noqa: F821
        "schedule": (table["schedule_table"], None),
        "noise": (table["noise_table"], None),
        "start": (table["start_table"], None),
        "views": (list[table["view_table"]], None),  # noqa: F821
        "expect": (list[table["expect_table"]], ()),  # noqa: F821
        "zh": (TextsTable, None),
    }
    return create_model("Document", __base__=Table, **fields)

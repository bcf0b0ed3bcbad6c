"""Write a component once: a frozen dataclass whose annotated fields are its keys everywhere.

    @surfaces.register("parabola")
    class Parabola(Surface):
        height: Positive = 1.0

The annotation of a field contains its allowed range (`Annotated[float, Gt(0)]`). The checks in Python, the scenario
format and the lists of components all use it.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, cast

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

from landscape.core.names import brief, with_article

Array = NDArray[Any]

Real = float
Positive = Annotated[float, Gt(0)]
NonNegative = Annotated[float, Ge(0)]
Fraction = Annotated[float, Ge(0), Lt(1)]
Share = Annotated[float, Gt(0), Le(1)]
Count = Annotated[int, Ge(1)]
Several = Annotated[int, Ge(2)]
Whole = Annotated[int, Ge(0)]

# A hyper-parameter is one number for every run, or an array (runs,) with one for each.
Hyper = float | Array
PositiveHyper = Annotated[Hyper, Gt(0)]
NonNegativeHyper = Annotated[Hyper, Ge(0)]
FractionHyper = Annotated[Hyper, Ge(0), Lt(1)]

BOUNDS = {Gt: ("greater than", "gt"), Ge: ("at least", "ge"), Lt: ("less than", "lt"), Le: ("at most", "le")}


LISTED = 6  # numbers of an array that are written out where a component is


def owned(given: Any) -> bool:
    """Whether a class or a function is this library's own."""
    return str(getattr(given, "__module__", "")).partition(".")[0] == __name__.partition(".")[0]


def has_own_init(cls: type) -> bool:
    """Whether a user's class has an `__init__` in place of fields."""
    return hasattr(cls.__init__, "_checks")  # type: ignore[misc]


def as_dataclass(cls: type) -> None:
    """Make a user's class the dataclass that a component is: frozen, with keywords alone, compared by its fields.

    One with an `__init__` of its own stays as it is. TypeError where it was made a dataclass of another kind.
    """
    parameters = vars(cls).get("__dataclass_params__")
    if parameters is None:
        if not (owned(cls) or has_own_init(cls)):
            dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)(cls)
    elif not parameters.frozen or parameters.eq:
        raise TypeError(
            f"{cls.__name__}: leave out @dataclass, or write @dataclass(frozen=True, eq=False, kw_only=True)"
        )


class FieldError(ValueError):
    """A field of a component has an invalid value. field: its name; reason: what was given and what is allowed."""

    def __init__(self, owner: str, field: str, reason: str) -> None:
        super().__init__(f"{owner}: {field} {reason}")
        self.owner, self.field, self.reason = owner, field, reason


class Component:
    """A named, immutable building block. Fields are checked once, when it is created.

    Numbers become float or int, and sequences of numbers become read-only float64 arrays if an array is allowed.
    Anything else raises FieldError (a ValueError) with what was given and what is allowed.
    """

    name: ClassVar[str] = "unregistered"
    _registry: ClassVar[Any] = None  # of its kind, set by the Registry that is created for the base class
    needs_library: ClassVar[str] = ""  # the module of an extra's library that it requires
    user_code: ClassVar[bool] = False  # whether a component of the library runs a user's code, apart from its fields

    def __init_subclass__(cls, **options: Any) -> None:
        """A user's class has its own name until it is registered under another."""
        super().__init_subclass__(**options)
        if not owned(cls) and "name" not in vars(cls):
            cls.name = cls.__name__
        if not owned(cls) and "__init__" in vars(cls):
            cls.__init__ = _checking(cls, cls.__init__)  # type: ignore[method-assign]
        for base in cls.__mro__[1:]:
            if issubclass(base, Component):
                as_dataclass(base)

    def __new__(cls, *args: Any, **fields: Any) -> Any:
        """A user's class is a component as it stands: it becomes a dataclass when it is first used."""
        as_dataclass(cls)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for field, hint in field_hints(type(self)).items():
            try:
                value = checked(getattr(self, field), self._field_hint(hint))
            except ValueError as error:
                raise FieldError(self.name, field, str(error)) from None
            object.__setattr__(self, field, value)
        self._check()

    def _field_hint(self, hint: Any) -> Any:
        """What a field of this annotation takes."""
        return hint

    @classmethod
    def _meant(cls, given: Any) -> Any:
        """What a field of this kind takes besides components, their names and tables, as one of these."""
        return given

    def _check(self) -> None:
        """Raise FieldError if fields that are valid separately are invalid together."""

    def __repr__(self) -> str:
        if has_own_init(type(self)):
            return object.__repr__(self)
        fields = (f"{field}={_brief(getattr(self, field))}" for field in field_hints(type(self)))
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        if not dataclasses.is_dataclass(self):
            return self is other
        return all(_same(getattr(self, field), getattr(other, field)) for field in field_hints(type(self)))

    def __hash__(self) -> int:
        return hash((type(self), repr(self)))


C = TypeVar("C", bound=Component)


def _checking(cls: type, init: Callable[..., None]) -> Callable[..., None]:
    """An `__init__` of a user's own, after which the component is checked as those are that have fields."""

    @functools.wraps(init)
    def checked_init(self: Any, *args: Any, **fields: Any) -> None:
        init(self, *args, **fields)
        if type(self).__init__ is checked_init:  # not one that a subclass builds on
            self.__post_init__()

    checked_init._checks = cls  # type: ignore[attr-defined]
    return checked_init


def replaced(component: C, **fields: Any) -> C:
    """A component with other values of some of its fields, checked as they are when one is made; FieldError."""
    made: Any = component
    return cast(C, dataclasses.replace(made, **fields))


def field_hints(cls: type) -> dict[str, Any]:
    """Field name -> resolved annotation (with its bounds), in the order of declaration."""
    return _field_hints(cls)


@functools.cache
def _field_hints(cls: type) -> dict[str, Any]:
    if not dataclasses.is_dataclass(cls):
        return {}
    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def defaults(cls: type) -> dict[str, Any]:
    """Field name -> default value, for the fields that have one."""
    found = {}
    for field in dataclasses.fields(cls):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found


def split(hint: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """(alternatives, bounds) of an annotation: `Annotated[float | Array, Gt(0)]` -> ((float, Array), (Gt(0),))."""
    bounds: tuple[Any, ...] = ()
    if typing.get_origin(hint) is Annotated:
        hint, *extra = typing.get_args(hint)
        bounds = tuple(extra)
    if typing.get_origin(hint) in (Union, types.UnionType):
        return typing.get_args(hint), bounds
    return (hint,), bounds


def for_each_run(hint: Any) -> Any:
    """The annotation of a number as one that takes an array with a number for each run too; any other as it is."""
    alternatives, bounds = split(hint)
    if float not in alternatives or Array in alternatives:
        return hint
    wide: Any = Union[(*alternatives, Array)]
    return Annotated[(wide, *bounds)] if bounds else wide


def allowed(hint: Any) -> str:
    """What an annotation allows, in words: "a number greater than 0"."""
    alternatives, bounds = split(hint)
    words = [_kind(alternative) for alternative in alternatives]
    limits = [f"{BOUNDS[type(b)][0]} {limit_text(getattr(b, BOUNDS[type(b)][1]))}" for b in bounds]
    return " or ".join(dict.fromkeys(words)) + (" " + " and ".join(limits) if limits else "")


def limit_text(limit: float) -> str:
    """A bound as text; integers with all digits."""
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:g}"


def checked(value: Any, hint: Any, shown: Callable[[Any], str] | None = None) -> Any:
    """`value` converted as the annotation requires, or ValueError("must be ..., got ..."). shown: how it says what."""
    shown = shown or _shown
    alternatives, bounds = split(hint)
    for alternative in alternatives:
        converted = _converted(value, alternative)
        if converted is not _NO:
            break
    else:
        raise ValueError(f"must be {allowed(hint)}, got {shown(value)}")
    if isinstance(converted, (int, float, np.ndarray)) and not isinstance(converted, bool):
        numbers = np.asarray(converted)
        if not np.all(np.isfinite(numbers)):
            raise ValueError(f"must be {allowed(hint)} and finite, got {shown(value)}")
        for bound in bounds:
            words, attribute = BOUNDS[type(bound)]
            limit = getattr(bound, attribute)
            if not np.all(_COMPARE[attribute](numbers, limit)):
                raise ValueError(f"must be {words} {limit_text(limit)}, got {shown(value)}")
    return converted


_NO = object()
_COMPARE = {"gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal}


def _converted(value: Any, alternative: Any) -> Any:
    """`value` as one alternative of an annotation, or _NO if it does not match."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):  # an array or a tensor of one number
        value = value.item()
    if alternative is float:
        plain = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
        try:
            return float(value) if plain else _NO
        except OverflowError:
            return _NO
    if alternative is int:
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        return int(value) if whole and abs(int(value)) < 2**63 else _NO
    if alternative is type(None):
        return None if value is None else _NO
    if alternative == Array:
        return _numbers(value)
    origin = typing.get_origin(alternative)
    if origin is Annotated:
        try:
            return checked(value, alternative)
        except ValueError:
            return _NO
    if origin is Literal:
        return value if value in typing.get_args(alternative) else _NO
    if origin is tuple:
        return _tuple(value, typing.get_args(alternative))
    if isinstance(alternative, type) and issubclass(alternative, Component):
        value = alternative._meant(value)
        if isinstance(value, (str, Mapping, Component)):
            return _built(value, alternative)
    return value if isinstance(alternative, type) and isinstance(value, alternative) else _NO


def _built(value: Any, base: type[Component]) -> Any:
    """The component that a name or a table describes."""
    if base._registry is None:
        return _NO
    try:
        made = base._registry.coerce(value)
    except TypeError:
        return _NO
    except ValueError as error:
        raise ValueError(f"is not valid: {error}") from error
    if not isinstance(made, base):
        raise ValueError(f'must be {_what(base)}, and "{made.name}" is not')
    return made


def _numbers(value: Any) -> Any:
    if isinstance(value, (str, bytes)) or not isinstance(value, (list, tuple, np.ndarray)):
        return _NO
    try:
        array = np.array(value)
    except ValueError:
        return _NO
    if array.dtype.kind not in "iuf" or array.ndim == 0 or array.size == 0:
        return _NO
    array = array.astype(np.float64)
    array.flags.writeable = False
    return array


def _tuple(value: Any, items: tuple[Any, ...]) -> Any:
    """A tuple[X, ...] or tuple[X, Y] with every item converted."""
    if isinstance(value, (str, bytes)) or not isinstance(value, (list, tuple, np.ndarray)):
        return _NO
    wanted = items[:1] * len(value) if items[-1:] == (Ellipsis,) else items
    try:
        fits = len(wanted) == len(value)
        return tuple(checked(item, hint) for item, hint in zip(value, wanted, strict=True)) if fits else _NO
    except ValueError as error:
        if isinstance(error.__cause__, ValueError):  # the message of a component in the list
            raise
        return _NO


def _kind(alternative: Any) -> str:
    words = {
        float: "a number",
        int: "a whole number",
        str: "text",
        bool: "true or false",
        dict: "a table",
        type(None): "None",
    }
    if alternative in words:
        return words[alternative]
    if alternative == Array:
        return "a list of numbers"
    origin = typing.get_origin(alternative)
    if origin is Annotated:
        return allowed(alternative)
    if origin is Literal:
        return "one of " + ", ".join(repr(option) for option in typing.get_args(alternative))
    if origin is tuple:
        return f"a list of {_kinds(typing.get_args(alternative)[0])}"
    if isinstance(alternative, type) and issubclass(alternative, Component) and alternative._registry:
        return _what(alternative)
    return with_article(str(getattr(alternative, "__name__", alternative)).lower())


def _what(base: type[Component]) -> str:
    """The components of a base class in words: those of a kind by its name, others by how their docstring begins."""
    if base._registry.base is base:
        return with_article(base.__name__.lower())
    first = (base.__doc__ or base.__name__).partition(":")[0]
    return first[:1].lower() + first[1:]


def _kinds(hint: Any) -> str:
    """The plural of what an annotation allows: "lists of finite numbers"."""
    (alternative, *_), _ = split(hint)
    words = {float: "finite numbers", int: "whole numbers", str: "texts"}
    if alternative in words:
        return words[alternative] + allowed(hint).removeprefix(_kind(alternative)).replace(" ", ", each ", 1)
    if isinstance(alternative, type) and issubclass(alternative, Component):
        return f"{alternative.__name__.lower()}s"
    if typing.get_origin(alternative) is tuple:
        return f"lists of {_kinds(typing.get_args(alternative)[0])}"
    return allowed(hint)


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    try:
        text = " ".join(brief(value).split())
    except ValueError:  # Python writes no integer with thousands of digits
        return "an integer with thousands of digits"
    return text if len(text) <= 80 else text[:77] + "..."


def _brief(value: Any) -> str:
    """A field's value in one line; a long array as its shape and range."""
    if isinstance(value, Component):
        return repr(value)
    if isinstance(value, np.ndarray) and value.size > LISTED:
        ends = f" from {value.min():.6g} to {value.max():.6g}" if value.dtype.kind in "iuf" else ""
        return f"<array {value.shape}{ends}>"
    return _shown(value)


def _same(a: Any, b: Any) -> bool:
    arrays = isinstance(a, np.ndarray) or isinstance(b, np.ndarray)
    return bool(np.array_equal(a, b) if arrays else a == b)

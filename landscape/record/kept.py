"""Stand in for components whose code a record does not have: what is known of them, by name, fields and program.

record = ls.load("theirs.npz")          # of a surface and a rule of somebody's own
record.surface                          # a KeptSurface: its values are those of the recorded program
record["mine"].optimizer.damping        # a KeptMethod: its fields are there, and it says why it cannot run

A table is what the record's metadata has: "name", the fields, and below `KEPT` what else was known of it.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from landscape.core.component import Array, FieldError, Hyper, checked, field_hints
from landscape.core.critical_points import COMPLETENESS, RANK, Completeness, CriticalPoint
from landscape.core.elementary import stack
from landscape.core.finder import find_critical_points
from landscape.core.methods import NEEDS, Method, Moment, Noise, Optimizer, Oracle, Schedule
from landscape.core.names import brief
from landscape.core.surface import TRAITS, Surface, Window
from landscape.core.user_code import WithoutCode
from landscape.derivatives import recorded
from landscape.program.operations import NUMPY
from landscape.program.simplify import SIMPLE
from landscape.program.trace import Program, Tape
from landscape.record import programs

KEPT = "@kept"
LONGEST = 2000  # characters of a text that pictures draw
MOST_SEARCHED = 2000  # operations of a program whose critical points are searched
MOST_POINTS = 2000


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class KeptSurface(Surface):
    """A surface of somebody's own as a record keeps it. Its values are those of its recorded program, if it has one.

    f(p) = program(p)

    table: as in the record. Gradient and Hessian are exact, those of the program. WithoutCode where there is none.
    """

    table: dict  # type: ignore[type-arg]

    def __repr__(self) -> str:
        return _said(self)

    def _check(self) -> None:
        kept = _known(self)
        dim = kept.get("dim")
        if not (type(dim) is int and 1 <= dim < 1 << 40):
            raise FieldError(self.name, "dim", f"must be a whole number of at least 1, got {brief(dim):.40}")
        window = self._numbers(kept, "window", (dim, 2))
        if np.any(window[:, 0] >= window[:, 1]):
            raise FieldError(self.name, "window", "must have lo below hi")
        start = self._numbers(kept, "customary_start", (dim,)) if "customary_start" in kept else window.mean(axis=1)
        made = {
            "dim": dim,
            "window": tuple(map(tuple, window.tolist())),
            "customary_start": start,
            "title": _text(self, kept, "title"),
            "formula": _text(self, kept, "formula"),
            "confined": kept.get("confined", False) is True,
            "_claim": claim if (claim := kept.get("completeness")) in COMPLETENESS else "notable",
            "labels": tuple(_text(self, {"labels": each}, "labels") for each in _list(self, kept, "labels")),
            "traits": frozenset(str(each) for each in _list(self, kept, "traits")) & TRAITS,
            "edge_minima": tuple(self._point_of(each, dim) for each in _list(self, kept, "edge_minima")),
            "program": self._program(kept, dim),
            "_listed": None
            if "critical_points" not in kept
            else tuple(self._point_of(each, dim) for each in _list(self, kept, "critical_points")),
        }
        for field, value in made.items():
            self.__dict__[field] = value

    def _program(self, kept: Mapping[str, Any], dim: int) -> Program | None:
        if "program" not in kept:
            return None
        try:
            version = kept["program"]["version"]
            if version != programs.VERSION:
                raise ValueError(
                    f"has version {brief(version):.40}; this version of landscape reads {programs.VERSION}"
                )
            return programs.read(kept["program"]["lines"], dim)
        except (ValueError, TypeError, KeyError) as error:
            raise FieldError(self.name, "program", str(error)) from None

    def _numbers(self, kept: Mapping[str, Any], field: str, shape: tuple[int, ...]) -> Array:
        try:
            array = np.array(kept[field], dtype=np.float64)
        except (KeyError, ValueError, TypeError, OverflowError):
            array = np.empty(0)
        if array.shape != shape or not np.all(np.isfinite(array)):
            raise FieldError(self.name, field, f"must be {shape} finite numbers")
        return array

    def _point_of(self, table: Any, dim: int) -> CriticalPoint:
        if not isinstance(table, Mapping) or table.get("kind") not in RANK:
            raise FieldError(self.name, "critical_points", f"must have a kind and a point, got {brief(table):.40}")
        point, [value] = (
            self._numbers(table, "point", (dim,)),
            self._numbers({"value": [table.get("value")]}, "value", (1,)),
        )
        flags = {name: table.get(name, False) is True for name in ("degenerate", "kink")}
        return CriticalPoint(point, value, table["kind"], **flags)

    @property
    def window(self) -> Window:
        return self.__dict__["window"]

    @property
    def customary_start(self) -> Array:
        return self.__dict__["customary_start"]

    @property
    def completeness(self) -> Completeness:
        claim: Completeness = self.__dict__["_claim"]
        searched = self.__dict__["_listed"] is None and claim == "complete"
        return "found" if searched else claim

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        listed: tuple[CriticalPoint, ...] | None = self.__dict__["_listed"]
        program: Program | None = self.__dict__["program"]
        if listed is not None or program is None or len(program.nodes) > MOST_SEARCHED:
            return listed or ()
        return find_critical_points(self)

    def _value(self, p: Array) -> Array:
        program: Program | None = self.__dict__["program"]
        if program is None:
            _refuse(self, "its values are not known, and pictures of the surface cannot be drawn")
        return _filled(program, p, ())

    def _gradient(self, p: Array) -> Array:
        return _filled(self._orders[0], p, (self.dim,))

    def _hessian(self, p: Array) -> Array:
        return _filled(self._orders[1], p, (self.dim, self.dim))

    @functools.cached_property
    def _orders(self) -> tuple[Program, Program]:
        """The programs of the gradient and of the Hessian."""
        program: Program | None = self.__dict__["program"]
        if program is None:
            _refuse(self, "its slopes are not known")
        tape = Tape()
        inputs = tape.inputs(*program.names)
        [value] = program.run(inputs, SIMPLE)
        slopes = recorded.gradient(value, inputs)
        second = recorded.hessian(slopes, inputs)
        return programs.pruned(tape.program(slopes)), programs.pruned(tape.program(second))


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class KeptMethod(Method):
    """A rule of somebody's own as a record keeps it: its name and fields. It cannot run. table: as in the record."""

    table: dict  # type: ignore[type-arg]
    lr: Hyper = 1.0
    needs = frozenset()

    def __repr__(self) -> str:
        return _said(self)

    def _check(self) -> None:
        _rule(self)

    def init(self, params: Array) -> Any:
        """WithoutCode."""
        _refuse(self)

    def step(self, params: Array, oracle: Oracle, state: Any, lr: Any) -> tuple[Array, Any]:
        """WithoutCode."""
        _refuse(self)


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class KeptOptimizer(Optimizer):
    """A first-order rule of somebody's own as a record keeps it. It cannot run. table: as in the record."""

    table: dict  # type: ignore[type-arg]
    lr: Hyper = 1.0

    def __repr__(self) -> str:
        return _said(self)

    def _check(self) -> None:
        _rule(self)

    def init(self, params: Array) -> Any:
        """WithoutCode."""
        _refuse(self)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """WithoutCode."""
        _refuse(self)


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class KeptSchedule(Schedule):
    """A schedule of somebody's own as a record keeps it. It cannot run. table: as in the record."""

    table: dict  # type: ignore[type-arg]

    def __repr__(self) -> str:
        return _said(self)

    def _check(self) -> None:
        object.__setattr__(self, "reads_loss", _known(self).get("reads_loss", False) is True)

    def __call__(self, step: Any, steps: int) -> Any:
        """WithoutCode."""
        _refuse(self)

    def follow(self, state: Any, loss: Array) -> tuple[Array, Any]:
        """WithoutCode."""
        _refuse(self)


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class KeptNoise(Noise):
    """A noise of somebody's own as a record keeps it. It cannot run. table: as in the record."""

    table: dict  # type: ignore[type-arg]

    def __repr__(self) -> str:
        return _said(self)

    def _check(self) -> None:
        _known(self)

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """WithoutCode."""
        _refuse(self)

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """WithoutCode."""
        _refuse(self)


Kept = KeptSurface | KeptMethod | KeptOptimizer | KeptSchedule | KeptNoise


def given_rule(fields: Mapping[str, Any]) -> KeptMethod:
    """What stands for the rule of a trajectory that was made elsewhere. fields: its name, and its rate where known."""
    return KeptMethod(table={**fields, KEPT: {"points": True}})


def stand_in(kind: str, table: Mapping[str, Any]) -> Kept | None:
    """The stand-in of a component of a kind, by its table; None where there is none of that kind. FieldError."""
    whole = dict(table)
    if kind == "surface":
        return KeptSurface(table=whole)
    if kind == "schedule":
        return KeptSchedule(table=whole)
    if kind == "noise":
        return KeptNoise(table=whole)
    if kind != "optimizer":
        return None
    kept = table.get(KEPT)
    first_order = isinstance(kept, Mapping) and kept.get("needs") == ["gradient"]
    return KeptOptimizer(table=whole) if first_order else KeptMethod(table=whole)


def left_out(components: Any) -> list[str]:
    """The names of those components that stand in for others, and of those inside them."""
    names = [_called(each) for each in components if isinstance(each, Kept) and not _given(each)]
    for each in components:
        inner = (
            [getattr(each, field.name) for field in dataclasses.fields(each)] if dataclasses.is_dataclass(each) else []
        )
        flat = [part for value in inner for part in (value if isinstance(value, tuple) else (value,))]
        found = left_out([part for part in flat if dataclasses.is_dataclass(part)])
        names += found
    return list(dict.fromkeys(names))


def _known(component: Any) -> Mapping[str, Any]:
    """What else is known of a stand-in, its name and fields put where those of any component are."""
    table = component.table
    name = table.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST:
        raise FieldError("a component", "name", f"must be text, got {brief(name):.40}")
    object.__setattr__(component, "name", name)
    taken = {*dir(type(component)), *field_hints(type(component)), "program", "dim"}
    kept = table.get(KEPT, {})
    if not isinstance(kept, Mapping) or not isinstance(attributes := kept.get("attributes", {}), Mapping):
        raise FieldError(name, KEPT, "must be a table")
    for field, value in (table | dict(attributes)).items():
        if field.isidentifier() and field[0] != "_" and field not in taken:
            object.__setattr__(component, field, value)
    return kept


def _rule(component: Any) -> None:
    kept = _known(component)
    given = component.table.get("lr", kept.get("lr", 1.0))
    try:
        object.__setattr__(component, "lr", checked(given, Hyper))
    except ValueError:
        raise FieldError(component.name, "lr", f"must be a number or a list of them, got {brief(given):.40}") from None
    object.__setattr__(component, "needs", frozenset(map(str, _list(component, kept, "needs"))) & NEEDS)


def _list(component: Any, kept: Mapping[str, Any], field: str) -> list[Any]:
    given = kept.get(field, [])
    if not isinstance(given, list) or len(given) > MOST_POINTS:
        raise FieldError(component.name, field, f"must be a list of at most {MOST_POINTS}")
    return given


def _text(component: Any, kept: Mapping[str, Any], field: str) -> str:
    given = kept.get(field, "")
    if not isinstance(given, str) or len(given) > LONGEST:
        raise FieldError(component.name, field, f"must be text, got {brief(given):.40}")
    return given


def _called(component: Any) -> str:
    """What messages call a stand-in: by its name, or that of the code that it ran where it was one of this library."""
    code = component.table.get(KEPT, {}).get("code", [])
    return ", ".join(map(str, code))[:LONGEST] if isinstance(code, list) and code else str(component.name)


def _said(component: Any) -> str:
    fields = ", ".join(
        f"{field}={brief(value):.40}" for field, value in component.table.items() if field not in ("name", KEPT)
    )
    how = "given points" if _given(component) else "loaded without its own code"
    return f"<{_called(component)}({fields}), {how}>"


def _given(component: Any) -> bool:
    """Whether a stand-in is for no code at all, its points having been given."""
    kept = component.table.get(KEPT)
    return isinstance(kept, Mapping) and kept.get("points") is True


def _refuse(component: Any, so: str = "it cannot run") -> NoReturn:
    if _given(component):
        raise WithoutCode(f"{_called(component)}: {so}: its points were given, and there is no rule")
    raise WithoutCode(
        f"{_called(component)}: {so}: this record was loaded without its own code. Load it with trust=True (--trust), "
        "if you trust who wrote it, or import the module that registers it and load the record again"
    )


def _filled(program: Program, p: Any, shape: tuple[int, ...]) -> Array:
    """The program's outputs at p (dim, ...): (*shape, ...)."""
    if isinstance(p, np.ndarray):
        return programs.run(program, p).reshape((*shape, *p.shape[1:]))[()]
    made = stack(*(output + 0.0 * p[0] for output in program.run(list(p), NUMPY)))  # being differentiated
    return made.reshape((*shape, *p.shape[1:]))

"""The list of components and the page of each, as text and as plain data for --json."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from landscape.cli._printing import aligned
from landscape.cli._sketch import sketch
from landscape.core import user_code
from landscape.core.component import Component, allowed, defaults, field_hints
from landscape.core.critical_points import CriticalPoint
from landscape.core.documentation import documentation
from landscape.core.methods import Method
from landscape.core.names import UnknownName
from landscape.core.registry import kinds, registry
from landscape.core.surface import Surface
from landscape.nn.activations._base import Activation
from landscape.nn.activations._facts import facts
from landscape.scenario.toml_writer import toml_value

MOST_POINTS = 12


def listing(kind: str | None = None) -> str:
    """Every component, by kind, with the first line of its documentation."""
    parts = []
    for each in [kind] if kind else kinds():
        names = registry(each).names()
        rows = [[f"  {name}", first_line(registry(each).get(name))] for name in names]
        parts.append(f"{each}\n" + aligned(rows))
    return "\n\n".join(parts)


def listing_data(kind: str | None = None) -> dict[str, Any]:
    """Kind -> name -> the first line of its documentation."""
    return {
        each: {name: first_line(registry(each).get(name)) for name in registry(each).names()}
        for each in ([kind] if kind else kinds())
    }


def first_line(cls: type) -> str:
    """The first line of a component's documentation."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def page(name: str) -> str:
    """A component's documentation, file, fields and, for a surface, known points. UnknownName if there is none."""
    return "\n\n\n".join(_page(kind, cls) for kind, cls in _named(name))


def page_data(name: str) -> list[dict[str, Any]]:
    """What `show --json` prints: an entry for each component of that name. UnknownName if there is none."""
    return [_page_data(kind, cls) for kind, cls in _named(name)]


def _named(name: str) -> list[tuple[str, type]]:
    if ":" in name:
        found = user_code.found(name)
        of = [kind for kind in kinds() if isinstance(found, type) and issubclass(found, registry(kind).base)]
        if not of:
            bases = ", ".join(registry(kind).base.__name__ for kind in kinds())
            raise user_code.NotFound(f'"{name}" is not a component: it must be a class derived from one of {bases}')
        return [(kind, registry(kind).get(name)) for kind in of]
    members = [(kind, registry(kind).get(name)) for kind in kinds() if name in registry(kind).names()]
    if not members:
        raise UnknownName("component", name, [each for kind in kinds() for each in registry(kind).names()])
    return members


def source_file(cls: type) -> str | None:
    """The file of a component's code: of the library's own from its package on, of a user's as a full path.

    None where there is no file, as for a class that was typed in.
    """
    path = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if path is None:
        return None
    root = Path(__file__).parents[2]
    file = Path(path)
    own = cls.__module__.partition(".")[0] == __name__.partition(".")[0] and file.is_relative_to(root)
    return file.relative_to(root).as_posix() if own else str(file)


def _page_data(kind: str, cls: type) -> dict[str, Any]:
    known = {field: _plain(value) for field, value in defaults(cls).items()}
    data: dict[str, Any] = {
        "kind": kind,
        "name": cls.name,  # type: ignore[attr-defined]
        "documentation": documentation(cls),
        "file": source_file(cls),
        "fields": {
            field: {"allowed": allowed(hint), **({"default": known[field]} if field in known else {})}
            for field, hint in field_hints(cls).items()
        },
    }
    if issubclass(cls, Method):
        data |= {"needs": sorted(cls.needs), "invariances": sorted(cls.invariances)}
    if issubclass(cls, Activation):
        data |= {"formula": cls.formula, "facts": facts(cls())}
    if issubclass(cls, Surface) and set(field_hints(cls)) <= set(known):
        surface = cls()
        data |= {
            "formula": surface.formula,
            "traits": sorted(surface.traits),
            "window": [list(pair) for pair in surface.window],
            "customary_start": surface.customary_start.tolist(),
            "completeness": surface.completeness,
            "critical_points": [
                {
                    "kind": p.kind,
                    "degenerate": p.degenerate,
                    "index": None if p.kink else surface.saddle_index(p.point),
                    "value": p.value,
                    "point": p.point.tolist(),
                }
                for p in surface.critical_points
            ],
            "edge_minima": [{"value": p.value, "point": p.point.tolist()} for p in surface.edge_minima],
        }
    return data


def _page(kind: str, cls: type) -> str:
    file = source_file(cls)
    head = f"{kind} {cls.name}" + (f"\n{file}" if file else "")  # type: ignore[attr-defined]
    parts = [head, documentation(cls)]
    known = defaults(cls)
    rows = [
        [f"  {field}", _default(known[field]) if field in known else "required", allowed(hint)]
        for field, hint in field_hints(cls).items()
    ]
    parts.append("fields\n" + aligned(rows) if rows else "no fields")
    if issubclass(cls, Method):
        rows = [["  needs", _listed(cls.needs)], ["  invariant to", _listed(cls.invariances)]]
        parts.append("the rule\n" + aligned(rows))
    if issubclass(cls, Activation):
        parts.append("with these defaults\n" + aligned([[f"  {name}", fact] for name, fact in facts(cls()).items()]))
    if issubclass(cls, Surface) and set(field_hints(cls)) <= set(known):
        try:
            parts += [_geometry(cls()), sketch(cls())]
        except ImportError as missing:
            parts.append(str(missing))
    return "\n\n".join(parts)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _default(value: Any) -> str:
    plain = _plain(value)
    return "optional" if plain is None else f"= {toml_value(plain)}"


def _plain(value: Any) -> Any:
    """A default as plain data."""
    plain = value.tolist() if isinstance(value, np.ndarray) else value
    return plain.name if isinstance(plain, Component) else plain


def _geometry(surface: Surface) -> str:
    window = " x ".join(f"[{low:g}, {high:g}]" for low, high in surface.window)
    lines = [
        "with these defaults",
        f"  traits    {', '.join(sorted(surface.traits)) or 'none'}",
        f"  window    {window}",
        f"  start     {_point(surface.customary_start)}",
        "",
        _heading(surface),
    ]
    listed = [(point, _called(surface, point)) for point in surface.critical_points[:MOST_POINTS]]
    listed += [(point, "minimum on the window's edge") for point in surface.edge_minima[:MOST_POINTS]]
    rows = [[f"  {called}", _point(point.point), f"value {point.value:.6g}"] for point, called in listed]
    more = len(surface.critical_points) - MOST_POINTS
    return "\n".join([*lines, *([aligned(rows)] if rows else []), *([f"  and {more} more"] if more > 0 else [])])


CLAIMS = {
    "complete": "all critical points of the window",
    "found": "critical points of the window that a search finds",
    "notable": "some of the critical points",
    "global": "the global minimum",
}


def _heading(surface: Surface) -> str:
    """What the list of critical points is."""
    if surface.critical_points:
        return CLAIMS[surface.completeness]
    return "no critical points in the window" if surface.completeness == "complete" else "no critical points are known"


def _called(surface: Surface, point: CriticalPoint) -> str:
    """The kind of a critical point, for a saddle with its index: the number of directions that lead down."""
    notes = ["a kink"] * point.kink + ["degenerate"] * point.degenerate
    if point.kind == "saddle" and not point.kink:
        notes.insert(0, f"index {surface.saddle_index(point.point)}")
    return point.kind + (f" ({', '.join(notes)})" if notes else "")


def _point(point: Any) -> str:
    return "(" + ", ".join(f"{x + 0.0:.6g}" for x in point) + ")"

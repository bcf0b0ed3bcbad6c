"""What the commands print: tables, lists, a component's page; and the same as plain data for --json."""

from __future__ import annotations

import inspect
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np

from landscape.analysis._metric import metric
from landscape.cli.sketch import sketch
from landscape.core import user_code as own
from landscape.core.component import Component, allowed, defaults, field_hints
from landscape.core.critical_points import CriticalPoint
from landscape.core.documentation import documentation
from landscape.core.methods import Method
from landscape.core.names import UnknownName
from landscape.core.registry import kinds, registry, to_table
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.nn.activations._base import Activation
from landscape.nn.activations._facts import facts
from landscape.record import Record, Track
from landscape.scenario.languages import say
from landscape.scenario.model import Scenario, Verdict
from landscape.scenario.toml_writer import toml_value

MOST_POINTS = 12


def summary(record: Record) -> list[dict[str, Any]]:
    """One row for each entrant: medians over runs of the last loss, of its gap and of its distance to a minimum."""
    measures = {"loss": metric("value"), "gap": metric("gap"), "distance": metric("distance")}
    fitting = {}
    for name, measure in measures.items():
        try:
            with np.errstate(all="ignore"):
                measure.check_surface(record.surface)
        except ValueError:
            continue
        fitting[name] = measure
    rows = []
    for track in record:
        last = {name: m.measure(track, record.surface)[-1] for name, m in fitting.items()}
        rows.append({"label": track.label, **{name: float(np.median(v)) for name, v in last.items()}, **_fate(track)})
    return rows


def _fate(track: Track) -> dict[str, Any]:
    return {
        "status": dict(sorted(Counter(track.status.tolist()).items())),
        "stopped": int(np.median(track.stopped)),
        "evaluations": int(np.sum(track.evaluations[-1])),
    }


def entrants_table(record: Record, language: Language = "en") -> str:
    """The summary as aligned text."""
    rows = summary(record)
    figures = [name for name in ("loss", "gap", "distance") if name in rows[0]]
    table = [["", *(say(language, name) for name in (*figures, "status"))]]
    for row in rows:
        table.append([row["label"], *(f"{row[name]:.4g}" for name in figures), _status(row, language)])
    title = "at the last step" if len(record.runs) == 1 else "at the last step, medians of {runs} runs"
    return f"{say(language, title, runs=len(record.runs))}\n" + aligned(table)


def _status(row: dict[str, Any], language: Language) -> str:
    counts = {say(language, status): count for status, count in row["status"].items()}
    if len(counts) > 1 or sum(counts.values()) > 1:
        each = [say(language, "{count} {status}", count=count, status=status) for status, count in counts.items()]
        return say(language, ", ").join(each)
    ((status, named),) = zip(row["status"], counts, strict=True)
    if status == "finished":
        return named
    return say(language, "{status} at step {step}", status=named, step=row["stopped"])


def verdict_text(verdict: Verdict, language: Language = "en") -> str:
    """An expectation, whether it held, and the figure that was measured."""
    held = say(language, "held  " if verdict.passed else "FAILED")
    return f"{held}  {verdict.claim}\n        {verdict.words(language)}"


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """An expectation as plain data."""
    expectation = verdict.expectation
    return {
        "claim": verdict.claim,
        "optimizer": expectation.optimizer,
        "measure": to_table(expectation.measure),
        "statistic": expectation.statistic,
        "at": expectation.at,
        "start": expectation.start,
        "relative_to": expectation.relative_to,
        "above": expectation.above,
        "below": expectation.below,
        "measured": verdict.measured,
        "passed": verdict.passed,
    }


def report_data(
    scenario: Scenario, record: Record, verdicts: Sequence[Verdict], files: Iterable[Any]
) -> dict[str, Any]:
    """What `run --json` and `check --json` print."""
    return {
        "title": scenario.title,
        "look_for": scenario.look_for,
        "seed": record.seed,
        "stream": record.stream,
        "steps": record.steps,
        "runs": len(record.runs),
        "entrants": summary(record),
        "expectations": [verdict_data(verdict) for verdict in verdicts],
        "passed": all(verdict.passed for verdict in verdicts),
        "files": [str(file) for file in files],
    }


def jsonable(data: Any) -> Any:
    """Data without the numbers that JSON lacks: those become the texts "inf", "-inf" and "nan"."""
    if isinstance(data, dict):
        return {key: jsonable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [jsonable(value) for value in data]
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data


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
    """A component's documentation, fields and, for a surface, known points. UnknownName where there is none."""
    return "\n\n\n".join(_page(kind, cls) for kind, cls in _named(name))


def page_data(name: str) -> list[dict[str, Any]]:
    """What `show --json` prints: an entry for each component of that name. UnknownName where there is none."""
    return [_page_data(kind, cls) for kind, cls in _named(name)]


def _named(name: str) -> list[tuple[str, type]]:
    if ":" in name:
        thing = own.found(name)
        of = [kind for kind in kinds() if isinstance(thing, type) and issubclass(thing, registry(kind).base)]
        if not of:
            raise own.NotFound(f'"{name}" is not a component: that is a class that derives from one of their bases')
        return [(kind, registry(kind).get(name)) for kind in of]
    found = [(kind, registry(kind).get(name)) for kind in kinds() if name in registry(kind).names()]
    if not found:
        raise UnknownName("component", name, [each for kind in kinds() for each in registry(kind).names()])
    return found


def _page_data(kind: str, cls: type) -> dict[str, Any]:
    known = {field: _plain(value) for field, value in defaults(cls).items()}
    data: dict[str, Any] = {
        "kind": kind,
        "name": cls.name,  # type: ignore[attr-defined]
        "documentation": documentation(cls),
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
    parts = [f"{kind} {cls.name}", documentation(cls)]  # type: ignore[attr-defined]
    known = defaults(cls)
    rows = [
        [f"  {field}", "needed" if field not in known else f"= {_default(known[field])}", allowed(hint)]
        for field, hint in field_hints(cls).items()
    ]
    parts.append("fields\n" + aligned(rows) if rows else "It has no fields.")
    if issubclass(cls, Method):
        rows = [["  needs", _listed(cls.needs)], ["  invariant to", _listed(cls.invariances)]]
        parts.append("the rule\n" + aligned(rows))
    if issubclass(cls, Activation):
        parts.append("with these defaults\n" + aligned([[f"  {what}", said] for what, said in facts(cls()).items()]))
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
    return "left out" if plain is None else toml_value(plain)


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
        "known critical points" if surface.critical_points else "no critical points are known",
    ]
    listed = [(point, _called(surface, point)) for point in surface.critical_points[:MOST_POINTS]]
    listed += [(point, "minimum on the window's edge") for point in surface.edge_minima[:MOST_POINTS]]
    rows = [[f"  {called}", _point(point.point), f"value {point.value:.6g}"] for point, called in listed]
    more = len(surface.critical_points) - MOST_POINTS
    return "\n".join([*lines, *([aligned(rows)] if rows else []), *([f"  and {more} more"] if more > 0 else [])])


def _called(surface: Surface, point: CriticalPoint) -> str:
    """The kind of a critical point; of a saddle of many coordinates how many directions lead down, too."""
    notes = ["a kink"] * point.kink + ["degenerate"] * point.degenerate
    if point.kind == "saddle" and not point.kink:
        notes.insert(0, f"index {surface.saddle_index(point.point)}")
    return point.kind + (f" ({', '.join(notes)})" if notes else "")


def _point(point: Any) -> str:
    return "(" + ", ".join(f"{x + 0.0:.6g}" for x in point) + ")"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as columns, two spaces apart; columns of numbers to the right. A Chinese character fills two."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(_width, column)) for column in columns]
    right = [all(_is_number(cell) for cell in column[1:]) and len(column) > 1 for column in columns]
    lines = []
    for row in rows:
        room = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [space + cell if r else cell + space for cell, space, r in zip(row, room, right, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True

"""Draw the table of a sweep: curves against one field, or maps by two.

table_picture(table, "rates", {"measure": "gap", "x": "lr"})
table_picture(table, "map", {"x": "lr", "y": "momentum"})
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.core.names import hint
from landscape.render.style.theme import HEIGHT, THEMES, WIDTH
from landscape.render.text.legible import legible
from landscape.sweeps.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VIEWS = ("rates", "map")  # files of table_views
OPTIONS = ("x", "y", "measure", "entrant", "surface", "width", "height", "theme", "language")
SMALLEST, LARGEST = 160, 7680


def table_picture(table: Table, view: Any, options: Mapping[str, Any], ax: Axes | None = None) -> Figure:
    """The picture. view: "rates", curves against x, or "map", by x and y; chosen where None by how many fields vary.

    options: x, y: the fields; measure: what is drawn, the first where left out; entrant, surface: the only one; width,
    height, theme, language. ValueError says what is not possible and what is.
    """
    if table.is_summary:
        raise ValueError("a picture is drawn from a row a run: give the sweep's own table, not its summary")
    given = _checked(options)
    for name in ("entrant", "surface"):
        if name in given:
            _one_of(name, given[name], table[name].tolist())
            table = table.where(**{name: given[name]})
    measure = _one_of("measure", given.get("measure", table.measures[0] if table.measures else ""), table.measures)
    fields = _varied(table)
    if not fields:
        raise ValueError("the table has one setting for each entrant, so there is nothing to draw against")
    view = view or ("map" if len(fields) == 2 and _is_grid(table, fields) else "rates")
    _one_of("view", view, VIEWS)
    x = _one_of("x", given.get("x", "lr" if "lr" in fields else fields[0]), fields)
    y = ""
    if view == "map":
        others = [name for name in fields if name != x]
        if not others:
            raise ValueError(f'the view "map" needs two fields that vary; here it is {x} alone')
        y = _one_of("y", given.get("y", others[0]), others)
    elif "y" in given:
        raise ValueError('y is for the view "map"')
    texts = [str(table.about.get("title", "")), *dict.fromkeys(table["entrant"].tolist())]
    theme = legible(given.get("theme", "light"), given.get("language", "en"), texts)
    size = int(given.get("width", WIDTH)), int(given.get("height", HEIGHT))
    drawn: Any = importlib.import_module(f"{__package__.rpartition('.')[0]}.table_views.{view}")
    if ax is None:
        made: Figure = drawn.page(table, x, y, measure, *size, theme)
        return made
    drawn.draw_into(ax, table, x, y, measure, theme)
    return ax.get_figure(root=True)  # type: ignore[return-value]


def _checked(options: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if value is not None}
    for name, value in given.items():
        if name not in OPTIONS:
            raise ValueError(f"the picture of a table has no {name} to choose. {hint(name, OPTIONS)}")
        if name in ("width", "height"):
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if not whole or not SMALLEST <= value <= LARGEST:
                raise ValueError(f"{name} must be a whole number from {SMALLEST} to {LARGEST:,}, got {value!r:.40}")
    for name, known in (("theme", [*THEMES]), ("language", ["en", "zh"])):
        if name in given:
            _one_of(name, given[name], known)
    return given


def _one_of(what: str, value: Any, known: Any) -> str:
    names = list(dict.fromkeys(known))
    if value not in names:
        raise ValueError(f"{what} cannot be {value!r:.80}. {hint(str(value), names)}")
    return str(value)


def _varied(table: Table) -> list[str]:
    """The fields that have several values."""
    return [name for name in table.fields if len(np.unique(known := table[name][np.isfinite(table[name])])) > 1
            and known.size]  # fmt: skip


def _is_grid(table: Table, fields: list[str]) -> bool:
    """Whether entrants that have one of the fields have both, on a grid of three values each or more."""
    known = np.isfinite([table[name] for name in fields])
    both = known.all(axis=0)
    if not both.any() or not np.array_equal(both, known.any(axis=0)):
        return False
    values = [table[name][both] for name in fields]
    counts = [len(np.unique(each)) for each in values]
    return min(counts) > 2 and len(np.unique(np.array(values), axis=1).T) == counts[0] * counts[1]

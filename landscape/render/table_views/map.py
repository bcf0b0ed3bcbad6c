"""Draw the table of a sweep as maps: a measure by two fields, a panel for each entrant, with theory's stability limit.

page(table, "lr", "momentum", "loss", 1280, 720, LIGHT).savefig("map.png")
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize, to_hex
from matplotlib.lines import Line2D

from landscape import i18n
from landscape.analysis.convergence_map import KNOWN, stability_limit
from landscape.analysis.theory import eigenvalues
from landscape.core.component import Array
from landscape.i18n.texts import Language
from landscape.record.components import revived
from landscape.render.pages.placing import LEFT
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels.cells import draw_cells
from landscape.render.panels.convergence_map import color_of_diverged
from landscape.render.style import marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import Dashes, Theme
from landscape.render.text import captions as words
from landscape.render.text.tables import axis_name, caption, metric_of, surface_name, title_of
from landscape.sweeps.cells import grouped_quantiles
from landscape.sweeps.measures import LOWER_IS_BETTER
from landscape.sweeps.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_MAPS = 6
DECADES = 30.0  # a ratio from which colours are by the logarithm
FAR = 0.95  # colours span all but the highest 5 % of the cells


class Cells(NamedTuple):
    """One map. x: (nx,), y: (ny,), increasing; middle, diverged: (ny, nx) the median of the runs that have not diverged
    (the lowest over other fields), and the share that have; limit: (ny,) the largest stable x, or None; near: whether
    that is known next to the minimum alone."""

    name: str
    x: Array
    y: Array
    middle: Array
    diverged: Array
    limit: Array | None
    near: bool


def page(table: Table, x: str, y: str, measure: str, width: int, height: int, theme: Theme) -> Figure:
    """A page with a map for each entrant on each surface, at most six, and what the colours mean below."""
    sheet = Sheet(width, height, theme)
    baseline = sheet.heading(title_of(table, measure, f"{x} {y}", theme), sheet.width - MARGIN)
    found = maps_of(table, x, y, measure, theme.language)
    shown = found[:MOST_MAPS]
    said = caption(table, 0, [name for name in _more(table) if name not in (x, y)], "medians of {runs} runs", theme)
    if len(found) > len(shown):
        said += "   " + i18n.say(theme.language, "{count} more maps", count=len(found) - len(shown))
    sheet.text(MARGIN, baseline + 29.0, sheet.cut(said, sheet.width - 2 * MARGIN, theme.label), theme.label,
               color=theme.quiet)  # fmt: skip
    norm, star = norm_of(shown), metric_of(table, measure).name in LOWER_IS_BETTER
    top, foot = baseline + 72.0, 64.0
    count = len(shown)
    across = math.ceil(count / 2) if count > 3 else 1 if sheet.upright else count
    down = math.ceil(count / across)
    wide, tall = (sheet.width - LEFT - MARGIN + 62.0) / across, (sheet.height - foot - top) / down
    for number, cells in enumerate(shown):
        row, column = divmod(number, across)
        left, above = LEFT + column * wide, top + row * tall
        inner, high = wide - 62.0, tall - 68.0
        draw_cells(sheet.axes(left, above, inner, high), cells.x, cells.y, cells.middle, cells.diverged, cells.limit,
                   norm, theme, star)  # fmt: skip
        sheet.text(left, above - 9.0, sheet.cut(cells.name, inner, theme.label, theme.bold), theme.label,
                   weight=theme.bold)  # fmt: skip
        sheet.text(left + inner / 2.0, above + high + 50.0, axis_name(x, theme), theme.tick, ha="center")
        if column == 0:
            sheet.text(18.0, above + high / 2.0, axis_name(y, theme), theme.tick, rotation=90, ha="center", va="center")
    _key(sheet, shown, norm, measure, star)
    return sheet.figure


def draw_into(ax: Axes, table: Table, x: str, y: str, measure: str, theme: Theme) -> None:
    """The one map of a table in `ax`. ValueError where there are several."""
    found = maps_of(table, x, y, measure, theme.language)
    if len(found) > 1:
        raise ValueError(f'the table has {len(found)} maps: choose one, as by table.where(entrant="{found[0].name}")')
    (cells,) = found
    draw_cells(ax, cells.x, cells.y, cells.middle, cells.diverged, cells.limit, norm_of(found), theme,
               metric_of(table, measure).name in LOWER_IS_BETTER)  # fmt: skip
    ax.set(xlabel=axis_name(x, theme), ylabel=axis_name(y, theme))


def maps_of(table: Table, x: str, y: str, measure: str, language: Language = "en") -> list[Cells]:
    """A map for each entrant with both fields on each surface. ValueError where there is none."""
    both = np.isfinite(table[x]) & np.isfinite(table[y])
    several = len(set(table["surface"])) > 1
    pairs = dict.fromkeys(zip(table["surface"][both].tolist(), table["entrant"][both].tolist(), strict=True))
    found = []
    for surface, entrant in pairs:
        rows = both & (table["surface"] == surface) & (table["entrant"] == entrant)
        name = ", ".join([surface_name(table, surface, language)] * several + [entrant])
        found.append(_cells(table.taken(rows), name, surface, entrant, x, y, measure))
    if not found:
        raise ValueError(f"no entrant has values of both {x!r} and {y!r}")
    return found


def _cells(table: Table, name: str, surface: str, entrant: str, x: str, y: str, measure: str) -> Cells:
    _, first, cell = np.unique(table["cell"], return_index=True, return_inverse=True)
    lost = np.isin(table["status"], ("diverged", "missing"))
    (middles,) = grouped_quantiles(table[measure][~lost], cell[~lost], len(first), (0.5,))
    shares = np.bincount(cell, lost, len(first)) / np.bincount(cell)
    (xs, i), (ys, j) = (np.unique(table[field][first], return_inverse=True) for field in (x, y))
    middle, diverged = np.full((len(ys), len(xs)), np.nan), np.full((len(ys), len(xs)), np.nan)
    order = np.argsort(np.where(np.isnan(middles), np.inf, middles), kind="stable")[::-1]  # the lowest is written last
    middle[j[order], i[order]], diverged[j[order], i[order]] = middles[order], shares[order]
    if np.isnan(diverged).any() or min(middle.shape) < 2:
        raise ValueError(f"a map needs a grid of values of {x} and {y}, with a setting for every pair")
    limit, near = _limit(table, surface, entrant, x, y, ys)
    return Cells(name, xs, ys, middle, diverged, limit, near)


def _limit(table: Table, surface: str, entrant: str, x: str, y: str, values: Array) -> tuple[Array | None, bool]:
    """(the largest stable rate at each y, whether it is known next to the minimum alone), where theory has one."""
    told = [each for each in table.about.get("entrants", ()) if each.get("label") == entrant]
    moving = table.about.get("schedule", {}).get("name") != "constant"
    if not told or moving or told[0].get("schedule") or told[0].get("schedules") or table.about.get("noise"):
        return None, False
    rule = told[0]["optimizer"]
    others = [rule.get(field, 0.0) for field in ("weight_decay", "dampening") if field != y]
    if (rule.get("name"), (x, y)) not in KNOWN or any(others) or any(f.startswith("surface.") for f in table.fields):
        return None, False
    try:
        stands = revived("surface", table.about["surfaces"][surface], int(table.about["stream"]), trust=False)
        bowl = eigenvalues(stands)
        lowest = min(stands.minima, key=lambda point: point.value, default=None)
        if bowl is not None:
            steepest = float(bowl[-1])
        elif lowest is None:
            return None, False
        else:
            steepest = float(np.linalg.eigvalsh(stands.hessian(lowest.point))[-1])
    except (ValueError, KeyError, TypeError, ArithmeticError):  # what is not known here has no theory either
        return None, False
    return (stability_limit(rule["name"], y, values, steepest), bowl is None) if steepest > 0.0 else (None, False)


def _more(table: Table) -> list[str]:
    """The fields that have several values."""
    return [name for name in table.fields if len(np.unique(table[name][np.isfinite(table[name])])) > 1]


def norm_of(maps: list[Cells]) -> Normalize:
    """The colours' scale, the same for all maps: by the logarithm where the medians span decades."""
    known = np.concatenate([cells.middle[np.isfinite(cells.middle)] for cells in maps])
    if not known.size:
        return Normalize(0.0, 1.0)
    low, high = float(known.min()), float(np.quantile(known, FAR))
    positive = known[known > 0.0]
    if low >= 0.0 and positive.size and high > DECADES * positive.min():
        return LogNorm(max(float(positive.min()), 1e-16 * high), high)
    return Normalize(low, high if high > low else low + 1.0)


def _key(sheet: Sheet, maps: list[Cells], norm: Normalize, measure: str, star: bool) -> None:
    """What the colours and lines mean, in one row at the foot."""
    theme, y = sheet.theme, sheet.height - 22.0
    name = words.opened(i18n.say(theme.language, "median {name}", name=words.short_name(measure, theme.language)))
    x = LEFT + _strip(sheet, name, norm, y)
    diverged = np.concatenate([cells.diverged.ravel() for cells in maps])
    entries = []
    if (diverged == 1.0).any():
        entries.append(("all", i18n.say(theme.language, "all diverged")))
    if ((diverged > 0.0) & (diverged < 1.0)).any():
        entries.append(("half", i18n.say(theme.language, "half diverged")))
    limits = [cells for cells in maps if cells.limit is not None]
    if limits:
        near = any(cells.near for cells in limits)
        text = i18n.say(theme.language, "stability limit at the minimum") if near \
            else i18n.say(theme.language, "stability limit")  # fmt: skip
        entries.append(("limit", text))
    if star:
        entries.append(("lowest", i18n.say(theme.language, "lowest")))
    for part, text in entries:
        if x + 34.0 + sheet.measure(text, theme.tick) > sheet.width - MARGIN:
            break
        _sign(sheet, part, x, y)
        sheet.text(x + 34.0, y, text, theme.tick, color=theme.quiet)
        x += 34.0 + sheet.measure(text, theme.tick) + 24.0


def _strip(sheet: Sheet, name: str, norm: Normalize, y: float) -> float:
    """The colours from low to high; returns how much room they take."""
    theme = sheet.theme
    low, high = (i18n.number(float(each)) for each in (norm.vmin or 0.0, norm.vmax or 0.0))
    x = LEFT
    sheet.text(x, y, name, theme.tick)
    x += sheet.measure(name, theme.tick) + 14.0
    sheet.text(x, y, low, theme.tick, color=theme.quiet)
    x += sheet.measure(low, theme.tick) + 8.0
    strip = sheet.axes(x, y - 13.0, 130.0, 15.0)
    strip.imshow(np.linspace(0.0, 1.0, 64)[None], aspect="auto",
                 cmap=LinearSegmentedColormap.from_list("ramp", theme.ramp))  # fmt: skip
    strip.set(xticks=[], yticks=[])
    for spine in strip.spines.values():
        spine.set(color=theme.quiet, linewidth=0.8)
    sheet.text(x + 138.0, y, high, theme.tick, color=theme.quiet)
    return x + 138.0 + sheet.measure(high, theme.tick) + 30.0 - LEFT


def _sign(sheet: Sheet, part: str, x: float, y: float) -> None:
    """The colour, line or mark of a part of the map."""
    theme = sheet.theme
    if part in ("limit", "half"):
        style: Dashes = "dashed" if part == "limit" else "solid"
        color = theme.ink if part == "limit" else theme.wrong
        sheet.figure.add_artist(Line2D(
            [x / sheet.width, (x + 26.0) / sheet.width], [1.0 - (y - 5.0) / sheet.height] * 2,
            transform=sheet.figure.transFigure, color=color, linewidth=2.0, linestyle=style,
        ))  # fmt: skip
        return
    gone = to_hex(tuple(color_of_diverged(theme)))
    signs = (
        [MarkerStyle("s", theme.head, gone, theme.outline, 0.8)] if part == "all" else marks.ground("minimum", theme)
    )
    for each in signs:
        sheet.mark(x + 14.0, y - 6.0, each)

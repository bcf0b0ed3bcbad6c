"""Draw the table of a sweep as curves: a measure against one field, a curve for each entrant, a panel a surface.

page(table, "lr", "", "loss", 1280, 720, LIGHT).savefig("rates.png")
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.analysis._metric import StepMetric
from landscape.core.component import Array
from landscape.record.tuning import WITHIN
from landscape.render.pages.against import curves_against
from landscape.render.pages.lists import name_of
from landscape.render.pages.placing import LEFT, NAMES
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels.against import Series, draw_curves, series
from landscape.render.panels.curve import scale_words
from landscape.render.panels.scales import Scale
from landscape.render.style.theme import Theme
from landscape.render.style.tick_labels import Unit
from landscape.render.text import captions as words
from landscape.render.text.tables import axis_name, caption, is_share, metric_of, surface_name, title_of
from landscape.sweeps.good_range import judged, ranges
from landscape.sweeps.measures import HIGHER_IS_BETTER, LOWER_IS_BETTER
from landscape.sweeps.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 9


def page(table: Table, x: str, y: str, measure: str, width: int, height: int, theme: Theme) -> Figure:
    """A page with a panel for each surface, at most nine. y: not used."""
    sheet = Sheet(width, height, theme)
    baseline = sheet.heading(title_of(table, measure, x, theme), sheet.width - MARGIN)
    surfaces = list(dict.fromkeys(table["surface"].tolist()))
    parts = {name: curves_of(table.where(surface=name), x, measure, theme) for name in surfaces[:MOST_PANELS]}
    text = "shares of {runs} runs" if is_share(table, measure) else "median and quartiles of {runs} runs"
    said = caption(table, len(surfaces) - len(parts), _others(table, x), text, theme)
    if any(each.good is not None for found in parts.values() for each in found):
        said += "   " + i18n.say(theme.language, "wide: within {within}× of the best", within=i18n.number(WITHIN))
    sheet.text(MARGIN, baseline + 29.0, sheet.cut(said, sheet.width - 2 * MARGIN, theme.label), theme.label,
               color=theme.quiet)  # fmt: skip
    top = baseline + 72.0
    if len(parts) == 1:
        (found,) = parts.values()
        lowest = metric_of(table, measure).name in LOWER_IS_BETTER
        curves_against(sheet, top, found, x, head_of(table, measure, found), is_even(table, measure), lowest)
    else:
        _panels(sheet, top, parts, table, x, measure)
    return sheet.figure


def draw_into(ax: Axes, table: Table, x: str, y: str, measure: str, theme: Theme) -> None:
    """The curves of one surface in `ax` (y: not used), with matplotlib's legend. ValueError where they are several."""
    if len(set(table["surface"])) > 1:
        raise ValueError('the table has several surfaces: choose one, as by table.where(surface="sphere")')
    found = curves_of(table, x, measure, theme)
    scale, unit = draw_curves(ax, found, theme, is_even(table, measure))
    ax.set(xlabel=axis_name(x, theme), ylabel=head_of(table, measure, found)(scale, unit, theme))
    ax.legend(prop={"family": list(theme.fonts)}, labelcolor=theme.ink, facecolor=theme.paper, edgecolor=theme.grid)


def curves_of(table: Table, x: str, measure: str, theme: Theme) -> list[Series]:
    """A curve for each entrant that has the field: at each x through its best setting of the other fields.

    Yes or no, as of "reached", is drawn as the share of all runs.
    """
    entrants = list(dict.fromkeys(table["entrant"].tolist()))
    share = is_share(table, measure)
    lost = np.isin(table["status"], ("missing",) if share else ("diverged", "missing"))
    figures = np.where(lost, np.nan, table[measure])
    sign = -1.0 if metric_of(table, measure).name in HIGHER_IS_BETTER else 1.0
    found = []
    for name in entrants:
        rows = np.flatnonzero((table["entrant"] == name) & np.isfinite(table[x]))
        if rows.size:
            curves = [_points(table[x], figures, each, share) for each in _settings(table, x, rows)]
            style = theme.style(entrants.index(name))
            made = series(name, style, curves[0] if len(curves) == 1 else _best(curves, sign))
            found.append(made._replace(good=_good(table.taken(rows), x, measure) if len(curves) == 1 else None))
    if not found:
        raise ValueError(f"no entrant has values of {x!r}")
    return found


def _good(table: Table, x: str, measure: str) -> tuple[float, float] | None:
    """(lowest, highest) x of one entrant's settings within twice the best; None where that says nothing."""
    if is_even(table, measure) or metric_of(table, measure).name not in LOWER_IS_BETTER:
        return None
    found = judged(table, measure)
    good = found.good()
    return None if good is None or good.all() else ranges({x: table[x][found.first]}, good, found.best)[x]


def _others(table: Table, x: str) -> list[str]:
    """The fields beside x in which the settings of an entrant differ."""
    return [name for name in table.fields if name != x and len(np.unique(table[name][np.isfinite(table[name])])) > 1]


def _settings(table: Table, x: str, rows: Array) -> list[Array]:
    """The rows of each setting of the other fields."""
    others = [name for name in _others(table, x) if np.isfinite(table[name][rows]).all()]
    if not others:
        return [rows]
    _, place = np.unique(np.array([table[name][rows] for name in others]), axis=1, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    return np.split(rows[order], np.cumsum(np.bincount(place.ravel()))[:-1])


def _points(x: Array, figures: Array, rows: Array, share: bool) -> list[tuple[float, Array]]:
    """(x, figures there) of the rows; share: their mean alone."""
    places, index = np.unique(x[rows], return_inverse=True)
    order = np.argsort(index, kind="stable")
    parts = np.split(figures[rows][order], np.cumsum(np.bincount(index))[:-1])
    if share:
        parts = [np.array([np.mean(part[np.isfinite(part)])]) if np.isfinite(part).any() else part for part in parts]
    return [(float(place), part) for place, part in zip(places, parts, strict=True)]


def _best(curves: Sequence[list[tuple[float, Array]]], sign: float) -> list[tuple[float, Array]]:
    """At each x the runs of the setting whose median is best; runs without a figure count as worst."""
    chosen: dict[float, tuple[float, Array]] = {}
    for points in curves:
        for x, figures in points:
            middle = float(np.median(np.where(np.isfinite(figures), sign * figures, np.inf)))
            if x not in chosen or middle < chosen[x][0]:
                chosen[x] = middle, figures
    return [(x, figures) for x, (_, figures) in chosen.items()]


def _panels(sheet: Sheet, top: float, parts: dict[str, list[Series]], table: Table, x: str, measure: str) -> None:
    """A grid of panels with one key below."""
    theme, count = sheet.theme, len(parts)
    across = min(count, 2 if sheet.upright else math.ceil(math.sqrt(count * 1.3)))
    down = math.ceil(count / across)
    key = 84.0
    wide, tall = (sheet.width - LEFT - MARGIN + 62.0) / across, (sheet.height - key - top + 26.0) / down
    for number, (name, found) in enumerate(parts.items()):
        row, column = divmod(number, across)
        ax = sheet.axes(LEFT + column * wide, top + row * tall, wide - 62.0, tall - 66.0)
        _, unit = draw_curves(ax, found, theme, is_even(table, measure))
        title = surface_name(table, name, theme.language)
        if unit.base or unit.power:
            short = words.short_name(measure, theme.language)
            title += f" ({words.measured_in(short, unit, theme.language)})"
        sheet.text(LEFT + column * wide, top + row * tall - 9.0, sheet.cut(title, wide - 62.0, theme.label, theme.bold),
                   theme.label, weight=theme.bold)  # fmt: skip
    if any(each.diverged.any() for found in parts.values() for each in found) and not is_share(table, measure):
        said = i18n.say(theme.language, "× diverged")
        sheet.text(sheet.width - MARGIN, sheet.height - 20.0, said, theme.tick, color=theme.quiet, ha="right")
    labels = {each.label: each.style for found in parts.values() for each in found}
    sheet.text(sheet.width / 2.0, sheet.height - key + NAMES - 32.0, axis_name(x, theme), theme.label, ha="center")
    place = LEFT
    for label, style in labels.items():
        needed = 24.0 + sheet.long_stroke + sheet.measure(label, theme.label, theme.bold) + 26.0
        if place + needed > sheet.width - MARGIN - 110.0:
            break
        sheet.sample(style, place + 8.0, sheet.height - 26.0, theme.head - 2.0, sheet.long_stroke)
        at = place + 24.0 + sheet.long_stroke
        text = sheet.text(at, sheet.height - 20.0, label, theme.label, weight=theme.bold, color=style.text)
        text.set_gid(name_of(style))
        place += needed


def is_even(table: Table, measure: str) -> bool:
    """Whether a measure is drawn on a linear axis, as shares are."""
    known = metric_of(table, measure)
    return (isinstance(known, StepMetric) and known.even) or known.name in ("reached", "diverged")


def head_of(table: Table, measure: str, found: Sequence[Series]) -> Callable[[Scale, Unit, Theme], str]:
    """What a panel of these curves shows, by its scale and theme; what the crosses are, where there are any."""
    crosses = any(each.diverged.any() for each in found)

    def head(scale: Scale, unit: Unit, theme: Theme) -> str:
        name = words.short_name(measure, theme.language)
        if is_share(table, measure):
            return i18n.say(theme.language, "share {name}", name=name)
        if measure == "loss":
            text = "last loss, × diverged{scale}" if crosses else "last loss{scale}"
        else:
            text = "{name} at the end, × diverged{scale}" if crosses else "{name} at the end{scale}"
        text = i18n.say(theme.language, text, name=name, scale=scale_words(scale, theme))
        return words.measured_in(text, unit, theme.language)

    return head

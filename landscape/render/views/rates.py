"""The view "rates": the last loss against the learning rate, or another hyper-parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscape import i18n
from landscape.analysis.batches import groups
from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.render.text import captions as words
from landscape.render.views._base import View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record, Track
    from landscape.render.pages.page import Page
    from landscape.render.panels.scales import Scale
    from landscape.render.style.theme import Style, Theme
    from landscape.render.style.tick_labels import Unit


@register("rates")
class Rates(View):
    """The last loss against the learning rate: a curve for each entrant, through the median of the runs at each rate.

    The rates are those of a batch, as of ls.optimizer("adam", lr=[0.01, 0.1]), and those of entrants that follow one
    rule. The band is between the quartiles; a cross at the top stands where a run has diverged, at the bottom where the
    loss is 0. The scale is logarithmic where losses are positive and span decades.

    hyper: the hyper-parameter, "lr" for the learning rate; entrants that lack it are left out.
    """

    use = "Which learning rate to choose, and how narrow the choice is; for a batch of rates."

    file: str = "rates.png"
    hyper: str = "lr"

    moves = False
    batches = True

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do."""

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages.lists import GLYPH, Row, Tag, tags_at, widest
        from landscape.render.pages.placing import BELOW, LEFT, NAMES
        from landscape.render.pages.sheet import MARGIN

        page, top = self.begin(record)
        sheet, theme = page.sheet, page.sheet.theme
        found = series_of(record, self.hyper, theme)
        rows = [Row(each.label, second=_best(each, theme)) for each in found]
        wide = widest(sheet, rows) + GLYPH
        height = sheet.height - top - BELOW
        width = sheet.width - MARGIN - LEFT - wide - 18.0
        ax = sheet.axes(LEFT, top, width, height)
        scale, unit = _draw(ax, found, theme)
        sheet.text(LEFT, top - 11.0, _head(scale, unit, theme), theme.label)
        sheet.text(LEFT + width / 2.0, top + height + NAMES, axis_name(self.hyper, theme), theme.label, ha="center")
        to_axes = ax.transScale + ax.transLimits
        tags = []
        for each, row in zip(found, rows, strict=True):
            last = float(np.clip(each.middle[-1] if each.known[-1] else scale.high, scale.low, scale.high))
            up = float(to_axes.transform((each.x[-1], last))[1])
            tags.append(Tag(row, top + height * (1.0 - up), False, each.style.color, each.style))
        tags_at(sheet, tags, LEFT + width, top, height, wide)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`, with matplotlib's legend."""
        from landscape.render.pages.placing import added

        before, theme = set(ax.get_children()), self.theme_for(record)
        scale, unit = _draw(ax, series_of(record, self.hyper, theme), theme)
        ax.set(xlabel=axis_name(self.hyper, theme), ylabel=_head(scale, unit, theme))
        ax.legend(prop={"family": list(theme.fonts)}, labelcolor=theme.ink, facecolor=theme.paper,
                  edgecolor=theme.grid)  # fmt: skip
        return added(ax, before)


class Series(NamedTuple):
    """One curve. x: (n,) increasing; low, middle, high: (n,) quartiles of the last losses of the runs that have not
    diverged; diverged: (n,) whether some have; runs: the most at one place."""

    label: str
    style: Style
    x: Array
    low: Array
    middle: Array
    high: Array
    diverged: Array
    runs: int

    @property
    def known(self) -> Array:
        """(n,): where there is a loss."""
        return np.isfinite(self.middle)


def series_of(record: Record, hyper: str, theme: Theme) -> list[Series]:
    """The curves of a record. ValueError where no entrant has the hyper-parameter."""
    gathered: dict[str, tuple[Style, list[tuple[float, Array]]]] = {}
    for index, track in enumerate(record.tracks):
        if not hasattr(track.optimizer, hyper):
            continue
        parts = groups(record, track)
        for values, runs in parts:
            others = {name: value for name, value in values.items() if name != hyper}
            name = words.label(track, theme) if hyper in values else _rule(record, track, theme, hyper)
            label = ", ".join([name, *(f"{other} {i18n.number(value)}" for other, value in others.items())])
            x = values.get(hyper, float(np.ravel(getattr(track.optimizer, hyper))[0]))
            last = np.where(track.status[runs] == "diverged", np.nan, track.value[-1, runs])
            gathered.setdefault(label, (theme.style(index), []))[1].append((x, last))
    if not gathered:
        raise ValueError(f'the view "rates" has nothing to draw: no entrant has the hyper-parameter {hyper!r}')
    return [_series(label, style, points) for label, (style, points) in gathered.items()]


def _rule(record: Record, track: Track, theme: Theme, hyper: str) -> str:
    """The name of a curve of entrants that each have one value: the rule's, where several follow it."""
    alike = [other for other in record.tracks if _without(other, hyper) == _without(track, hyper)]
    return track.optimizer.name if len(alike) > 1 else words.label(track, theme)


def _without(track: Track, hyper: str) -> str:
    """What a rule is but for one of its hyper-parameters."""
    from landscape.core.component import field_hints

    rule = track.optimizer
    others = {name: repr(getattr(rule, name)) for name in field_hints(type(rule)) if name != hyper}
    return f"{rule.name} {others}"


def _series(label: str, style: Style, points: list[tuple[float, Array]]) -> Series:
    places = sorted({x for x, _ in points})
    columns = [np.concatenate([last for x, last in points if x == place]) for place in places]
    finite = [column[np.isfinite(column)] for column in columns]
    quartiles = [np.quantile(column, (0.25, 0.5, 0.75)) if column.size else np.full(3, np.nan) for column in finite]
    low, middle, high = np.array(quartiles).T
    lost = np.array([finite[n].size < columns[n].size for n in range(len(columns))])
    return Series(label, style, np.array(places), low, middle, high, lost, max(map(len, columns)))


def _best(series: Series, theme: Theme) -> str:
    """ "lowest 0.0123 at 0.1", or that all runs have diverged."""
    if not series.known.any():
        return i18n.say(theme.language, "all diverged")
    at = int(np.nanargmin(series.middle))
    x, loss = i18n.number(float(series.x[at])), i18n.number(float(series.middle[at]))
    return i18n.say(theme.language, "lowest {loss} at {x}", loss=loss, x=x)


def _head(scale: Scale, unit: Unit, theme: Theme) -> str:
    from landscape.render.panels.curve import scale_words

    head = i18n.say(theme.language, "last loss, × diverged{scale}", scale=scale_words(scale, theme))
    return words.measured_in(head, unit, theme.language)


def axis_name(hyper: str, theme: Theme) -> str:
    """What the curves are drawn against."""
    return i18n.say(theme.language, "learning rate") if hyper == "lr" else hyper.replace("_", " ")


def _draw(ax: Axes, found: list[Series], theme: Theme) -> tuple[Scale, Unit]:
    """The curves with their axes; returns the scale of the losses, and what its labels leave out."""
    from landscape.render.panels.scales import scale_of
    from landscape.render.style import axes, marks

    x = np.concatenate([each.x for each in found])
    values = np.concatenate([np.concatenate([each.low, each.high]) for each in found])
    scale = scale_of(values, values, values)
    axes.dress(ax, theme, ("left", "bottom"))
    unit = axes.vertical(ax, scale, theme)
    _horizontal_axis(ax, x)
    for each in found:
        color = each.style.color
        if each.runs > 1:
            ax.fill_between(each.x, each.low, each.high, color=color, alpha=0.18, linewidth=0, zorder=2)
        (line,) = ax.plot(each.x, np.maximum(each.middle, scale.low), color=color, linewidth=theme.trail,
                          linestyle=each.style.dashes, marker=each.style.marker, markersize=0.7 * theme.head,
                          markeredgecolor=theme.edge, zorder=4, label=each.label, clip_on=False)  # fmt: skip
        line.set_gid(f"rates:{each.label}")
        lost = each.x[each.diverged]
        if lost.size:
            cross = marks.marked(lost, np.full(lost.size, scale.high), marks.cross(color, theme),
                                 transform=ax.transData, gid=f"diverged:{each.label}")  # fmt: skip
            ax.add_artist(cross)
    return scale, unit


def _horizontal_axis(ax: Axes, x: Array) -> None:
    """Limits and ticks, logarithmic where the values are far apart."""
    from landscape.render.style import axes

    low, high = float(x.min()), float(x.max())
    if low > 0.0 and high > 3.0 * low:
        pad = (high / low) ** 0.03
        ax.set_xscale("log")
        ax.set_xlim(low / pad, high * pad)
        axes.log_ticks(ax, "x", low / pad, high * pad)
    else:
        pad = 0.05 * (high - low) or 0.5 * abs(high) or 0.5
        ax.set_xlim(low - pad, high + pad)
        axes.even_ticks(ax, "x", low - pad, high + pad)

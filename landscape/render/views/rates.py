"""The view "rates": the last loss against the learning rate, or another hyper-parameter."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

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
    from landscape.render.panels.against import Series
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
        from landscape.render.pages.against import curves_against

        page, top = self.begin(record)
        found = series_of(record, self.hyper, page.sheet.theme)
        curves_against(page.sheet, top, found, self.hyper, functools.partial(_head, found))
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`, with matplotlib's legend."""
        from landscape.render.pages.placing import added
        from landscape.render.panels.against import draw_curves
        from landscape.render.text.tables import axis_name

        before, theme = set(ax.get_children()), self.theme_for(record)
        found = series_of(record, self.hyper, theme)
        scale, unit = draw_curves(ax, found, theme)
        ax.set(xlabel=axis_name(self.hyper, theme), ylabel=_head(found, scale, unit, theme))
        ax.legend(prop={"family": list(theme.fonts)}, labelcolor=theme.ink, facecolor=theme.paper,
                  edgecolor=theme.grid)  # fmt: skip
        return added(ax, before)


def series_of(record: Record, hyper: str, theme: Theme) -> list[Series]:
    """The curves of a record. ValueError where no entrant has the hyper-parameter."""
    from landscape.render.panels.against import series

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
    return [series(label, style, points) for label, (style, points) in gathered.items()]


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


def _head(found: list[Series], scale: Scale, unit: Unit, theme: Theme) -> str:
    """What the vertical axis shows; what the crosses mean where there are some."""
    from landscape.render.panels.curve import scale_words

    text = "last loss, × diverged{scale}" if any(each.diverged.any() for each in found) else "last loss{scale}"
    head = i18n.say(theme.language, text, scale=scale_words(scale, theme))
    return words.measured_in(head, unit, theme.language)

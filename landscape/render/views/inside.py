"""The view "inside": what an update rule does at some places of a run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.analysis.selection import median_run, one
from landscape.core.names import UnknownName
from landscape.core.surface import Surface
from landscape.render.panels.trails import Bundle, bundles
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import Box, Levels, Places, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.planes import Column
    from landscape.render.pages.sheet import Sheet
    from landscape.render.panels.inside import Insides
    from landscape.render.style.theme import Theme


@register("inside")
class Inside(View):
    """What one entrant's rule does at each step, at some places of its median run.

    Arrows point down the gradient, along what the rule kept from earlier steps, and along the step it took. The half
    axes of an ellipse are sum |step_i| / sum |g_i| over five steps: how far each coordinate moves for its gradient.

    What was kept is found by replaying the rule on the recorded points, with the noise that it had, and with the
    gradient set to zero. Of a rule that asks for more than a gradient the arrow is the step before instead. At each
    place the longest arrow has the same length. A movie shows all this at the head of the run.

    entrant: its label, the first where left out. places: at most how many, as they keep apart.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.
    """

    use = "Why a rule steps where it does: its gradient, its memory and its step at some places."

    file: str = "inside.png"
    window: Box = ()
    levels: Levels = 12
    entrant: str = ""
    places: Places = 6

    batches = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape with one run, beside what the arrows and ellipses mean."""
        from landscape.render.pages.planes import Plane, beside_list
        from landscape.render.panels.inside import Insides

        bundle = chosen(record, self.entrant, self.theme_for(record))
        track = bundle.track
        page, top = self.begin(dataclasses.replace(record, tracks=(record[track.label],)), moving)
        plane = Plane(record, self.window, self.levels, chosen=[bundle])
        column = beside_list(page, top, plane, rate=True, least=290.0)
        assert page.land is not None
        panel = Insides(page.land, record, bundle, self.places)
        page.panels.append(panel)
        _key(page.sheet, column, panel)
        theme, run = page.sheet.theme, int(bundle.full[0])
        fate = "diverged" if track.status[run] == "diverged" else "loss {loss}"
        page.progress = words.after_one(record, run, record[track.label], theme)
        page.outcome = i18n.say(theme.language, fate, loss=i18n.number(float(track.value[-1, run])))
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape, the run and the arrows in `ax`, with a legend of the arrows."""
        from matplotlib.lines import Line2D

        from landscape.render.pages.legend import free_corners, key_into
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import Plane, label_axes, land_into
        from landscape.render.panels.inside import Insides

        before, theme = set(ax.get_children()), self.theme_for(record)
        bundle = chosen(record, self.entrant, theme)
        land = land_into(ax, Plane(record, self.window, self.levels, chosen=[bundle]), theme)
        panel = Insides(land, record, bundle, self.places)
        panel.draw_runs()
        if not land.labels:
            label_axes(land, "x", "y")
        handles = [
            Line2D([], [], color=part.color, linestyle=part.dashes, linewidth=2.2,  # type: ignore[arg-type]
                   label=part.words) for part in panel.parts
        ]  # fmt: skip
        ax.legend(handles=handles, loc=free_corners(ax)[0], prop={"family": list(theme.fonts)}, labelcolor=theme.ink,
                  facecolor=theme.paper, edgecolor=theme.grid)  # fmt: skip
        key_into(ax, land)
        return added(ax, before)


def chosen(record: Record, label: str, theme: Theme) -> Bundle:
    """The median run of the entrant with a label, of the first where there is none."""
    if label and label not in record.labels:
        raise UnknownName("entrant", label, record.labels)
    index = record.labels.index(label) if label else 0
    bundle = bundles(record, theme)[index]
    track = one(bundle.track, median_run(bundle.track))
    return dataclasses.replace(bundle, track=track, full=np.zeros(1, dtype=int), thin=np.zeros(0, dtype=int))


def _key(sheet: Sheet, column: Column, panel: Insides) -> None:
    """What the arrows and ellipses mean, below the list of entrants."""
    from matplotlib.lines import Line2D

    from landscape.render.panels.inside import LINE
    from landscape.render.style import marks

    theme, y = sheet.theme, column.top + 34.0
    to = sheet.figure.transFigure
    for part in panel.parts:
        x = [column.left / sheet.width, (column.left + 40.0) / sheet.width]
        place = 1.0 - (y - 5.0) / sheet.height
        sheet.figure.add_artist(Line2D(x, [place] * 2, transform=to, color=part.color, linewidth=2.4,
                                       linestyle=part.dashes))  # type: ignore[arg-type]  # fmt: skip
        tip = marks.MarkerStyle((3, 0, -90.0), 11.0, part.color, part.color, 0.5)
        sheet.mark(column.left + 42.0, y - 5.0, tip)
        sheet.text(column.left + 60.0, y, part.words, theme.label)
        y += 32.0
    if panel.rings:
        ring = marks.MarkerStyle("o", 20.0, "none", theme.ink, 1.4)
        sheet.mark(column.left + 24.0, y - 5.0, ring)
        sheet.text(column.left + 60.0, y, i18n.say(theme.language, "effective step"), theme.label)
        y += 32.0
    if panel.parts:
        for text in ("at each place the longest arrow", "has the same length"):
            line = sheet.cut(i18n.say(theme.language, text), column.wide, theme.tick)
            sheet.text(column.left, y, line, theme.tick, color=theme.quiet)
            y += LINE

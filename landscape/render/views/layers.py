"""The view "layers": what each layer of a network does while it is trained."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from landscape import i18n
from landscape.core.component import FieldError
from landscape.core.surface import Surface
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views.boundary import chosen, network_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.sheet import Sheet
    from landscape.surfaces.custom.network import Network

Figure = Literal["gradient_norm", "signal", "mean", "saturated", "dead", "effective_rate"]
EVERY: tuple[Figure, ...] = ("gradient_norm", "saturated", "dead", "mean", "signal", "effective_rate")


@register("layers")
class Layers(View):
    """What each layer of a network does at every step of one entrant's run: a panel for each figure, a line a layer.

    figures: which, at most six. "gradient_norm" of the weights; "signal", the signal-to-noise ratio of the gradient
    from one example; "mean" of the outputs; the share of slopes that are "saturated", below a hundredth of the
    activation's largest, and of units that are "dead", flat for every example; "effective_rate", how far the weights
    move for the length of their gradient. All are of the examples to train on at the recorded weights, at most 600
    rows of them. entrant: its label, the first where left out; of several runs the median one is shown.
    """

    use = "What goes wrong inside a deep network: vanishing signals, saturated and dead units."

    file: str = "layers.png"
    entrant: str = ""
    figures: tuple[Figure, ...] = EVERY

    moves = False
    batches = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface is no network, FieldError where there are no figures or one comes twice."""
        network_of(self, surface)
        if not self.figures or len(set(self.figures)) < len(self.figures):
            raise FieldError(self.name, "figures", f"must be one or more, each once, got {list(self.figures)}")

    def page(self, record: Record, moving: bool = False) -> Page:
        """A grid of panels, and the layers with their colours below."""
        from landscape.render.pages.placing import BELOW, LEFT, NAMES
        from landscape.render.pages.sheet import MARGIN
        from landscape.render.panels.layers import ACROSS, HEAD, LayerPanel, figures_of

        record, index = chosen(record, self.entrant)
        page, top = self.begin(dataclasses.replace(record, tracks=(record.tracks[index],)))
        sheet, theme = page.sheet, page.sheet.theme
        network, track = network_of(self, record.surface), record.tracks[index]
        steps, found = figures_of(track, network)
        across = min(ACROSS[len(self.figures)], 2 if sheet.upright else 3)
        down = math.ceil(len(self.figures) / across)
        top -= 32.0  # the panels have their titles themselves
        wide = (sheet.width - MARGIN + 24.0) / across
        tall = (sheet.height - BELOW - top) / down
        for number, name in enumerate(self.figures):
            row, column = divmod(number, across)
            below = number + across >= len(self.figures)
            place = column * wide + LEFT - 6.0, top + row * tall + HEAD, wide - LEFT - 18.0, tall - HEAD - 12.0
            panel = LayerPanel(sheet.axes(*place), theme, name, steps, found[name])
            panel.draw_ground(record.steps, below)
            title = sheet.cut(panel.head(), place[2] + LEFT - 40.0, theme.label)
            sheet.text(place[0] - 40.0, place[1] - 11.0, title, theme.label)
            page.panels.append(panel)
        y = sheet.height - BELOW + NAMES
        word = i18n.say(theme.language, "step")
        sheet.text(sheet.width - MARGIN, y, word, theme.label, ha="right", color=theme.quiet)
        right = sheet.width - MARGIN - sheet.measure(word, theme.label) - 24.0
        _key(sheet, network, LEFT - 46.0, right, y)
        label, loss = words.label(track, theme), i18n.number(float(track.value[-1, 0]))
        page.outcome = words.fate(track, theme.language) or i18n.say(theme.language, "loss {loss}", loss=loss)
        if len(record) > 1:
            page.outcome = i18n.say(theme.language, "{label}: {outcome}", label=label, outcome=page.outcome)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The one panel of a view of one figure; ValueError where there are more, which need a page."""
        from matplotlib.lines import Line2D

        from landscape.render.pages.placing import added
        from landscape.render.panels.layers import LayerPanel, _names, figures_of

        if len(self.figures) > 1:
            raise ValueError('the view "layers" has several panels and needs a page of its own: leave ax out')
        before, theme = set(ax.get_children()), self.theme_for(record)
        record, index = chosen(record, self.entrant)
        network = network_of(self, record.surface)
        steps, found = figures_of(record.tracks[index], network)
        panel = LayerPanel(ax, theme, self.figures[0], steps, found[self.figures[0]])
        panel.draw_ground(record.steps)
        panel.draw_runs()
        ax.set(xlabel=i18n.say(theme.language, "step"), ylabel=panel.head())
        handles = [
            Line2D([], [], color=theme.style(number).color, marker=theme.style(number).marker, label=name)
            for number, name in enumerate(_names(network, theme))
        ]
        ax.legend(handles=handles, loc="upper right", prop={"family": list(theme.fonts)}, labelcolor=theme.ink,
                  facecolor=theme.paper, edgecolor=theme.grid)  # fmt: skip
        return added(ax, before)


def _fit(sheet: Sheet, names: Sequence[str], room: float) -> bool:
    """Whether the layers' names find room in one row, each with its marker."""
    theme = sheet.theme
    return sum(sheet.measure(name, theme.tick, theme.bold) + 46.0 + sheet.long_stroke for name in names) - 24.0 <= room


def _key(sheet: Sheet, network: Network, x: float, right: float, y: float) -> None:
    """Every layer with its marker in one row, in short where there is no room for more."""
    from landscape.render.pages.lists import more
    from landscape.render.panels.layers import _names

    theme, glyph = sheet.theme, 22.0 + sheet.long_stroke
    names = _names(network, theme)
    if not _fit(sheet, names, right - x):
        names = [i18n.say(theme.language, "layer {number}", number=number) for number in range(1, len(names) + 1)]
    room = right if _fit(sheet, names, right - x) else right - 90.0
    for number, name in enumerate(names):
        if x + glyph + sheet.measure(name, theme.tick, theme.bold) > room:
            more(sheet, len(names) - number, x, y)
            return
        style = theme.style(number)
        sheet.sample(style, x + 8.0, y - 6.0, theme.head - 2.0, sheet.long_stroke)
        sheet.text(x + glyph, y, name, theme.tick, color=style.text, weight=theme.bold)
        x += glyph + sheet.measure(name, theme.tick, theme.bold) + 24.0

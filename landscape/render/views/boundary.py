"""The view "boundary": the decision boundary of a network, beside the path of its weights on the landscape."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.selection import median_run, one
from landscape.core.names import UnknownName
from landscape.core.surface import Surface
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import Levels

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.placing import Place
    from landscape.render.pages.planes import Plane
    from landscape.render.pages.sheet import Sheet
    from landscape.render.panels.boundary import Boundary
    from landscape.render.style.theme import Theme
    from landscape.surfaces.custom.network import Network


HEADS = ("loss on the main plane, {share} of the variance", "main plane, {share}")
HEADS_ASTRAY = (
    "main plane, {share}: another loss at {count} of {runs} ends",
    "{share}: another loss at {count} of {runs} ends",
    "another loss at {count} of {runs} ends",
)


@register("boundary")
class BoundaryView(View):
    """The decision boundary of a network among its data, in step with the runs on the landscape.

    At the right each entrant's boundary is a line in its colour. The ground shows the classes that one of them
    predicts: the more certain, the stronger the colour of the class. A boundary is where two classes are equally
    likely: for outputs f_j where the two largest are equal, for one output where it is half-way between its two
    targets. At the left is the loss on the plane of the runs' two principal components, with the share of their
    variance that lies in it.

    entrant: the label of the one whose classes colour the ground, the first where left out; of several runs its median
    one is shown, and the others' from the same start. levels: about how many contour lines the landscape has.
    """

    use = "What a network of two inputs has learnt to say while its loss falls."

    file: str = "boundary.mp4"
    entrant: str = ""
    levels: Levels = 14

    batches = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface is no network that puts points of a plane into classes."""
        network = network_of(self, surface)
        data = network.dataset
        if data.features != 2 or not data.classes:
            what = f"{data.features} feature" + ("s" if data.features > 1 else "")
            what += f" and {data.classes} classes" if data.classes else " and no classes"
            raise ValueError(f'the view "{self.name}" draws data of 2 features with classes, "{data.name}" has {what}')

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape at the left, the boundary among the data at the right; on an upright page below."""
        from landscape.render.pages.lists import key_at
        from landscape.render.pages.placing import BELOW, GAP, LEFT, NAMES, TITLED, across
        from landscape.render.pages.planes import land_at
        from landscape.render.pages.sheet import MARGIN

        whole = record
        record, index = chosen(record, self.entrant)
        page, top = self.begin(record, moving)
        sheet, theme = page.sheet, page.sheet.theme
        page.progress = words.after_one(record, median_run(whole.tracks[index]), whole.tracks[index], theme)
        height = sheet.height - top - BELOW
        width = (sheet.width - LEFT - GAP - 62.0 - MARGIN - 20.0) / 2.0
        place = LEFT + width + GAP + 62.0, top, width, height
        if sheet.upright:
            width, height = across(sheet), (height - BELOW - TITLED) / 2.0
            place = LEFT, top + height + BELOW + TITLED, width, height
        land = page.land = land_at(page, _main_plane(record, self.levels, theme), (LEFT, top, width, height))
        page.panels.append(_boundary_at(page, record, place, index, moving))
        key_at(sheet, land, LEFT, LEFT + 120.0, top + height + NAMES)
        _entrants(sheet, record, LEFT + 110.0, LEFT + width, top + height + NAMES)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The boundary and the data in `ax`, without the landscape, with matplotlib's legend."""
        from landscape.render.pages.legend import legend
        from landscape.render.pages.placing import added
        from landscape.render.panels.boundary import Boundary

        before = set(ax.get_children())
        record, index = chosen(record, self.entrant)
        panel = Boundary(ax, record, self.theme_for(record), index)
        panel.draw_ground()
        panel.draw_runs()
        legend(ax, record, panel.theme)
        return added(ax, before)


def network_of(view: View, surface: Surface) -> Network:
    """The surface, which must be a network's loss. ValueError where it is another."""
    from landscape.surfaces.custom.network import Network

    if not isinstance(surface, Network):
        raise ValueError(f'the view "{view.name}" draws what a network does, and "{surface.name}" is no network')
    return surface


def chosen(record: Record, label: str) -> tuple[Record, int]:
    """(the record with one run alone, the number of the entrant with a label, the first where it is empty).

    The run is that entrant's median one, and the same for all, so that they have the same start.
    """
    if label and label not in record.labels:
        raise UnknownName("entrant", label, record.labels)
    index = record.labels.index(label) if label else 0
    run = median_run(record.tracks[index])
    tracks = tuple(one(track, run) for track in record.tracks)
    return dataclasses.replace(record, tracks=tracks, runs=record.runs[[run]]), index


def _main_plane(record: Record, levels: int, theme: Theme) -> Plane:
    """The plane of the runs' two principal components."""
    from landscape.render.pages.planes import Plane

    flat, shares = projections.components(record)
    labels = tuple(
        i18n.say(theme.language, "component {number} ({share})", number=number, share=i18n.percent(share))
        for number, share in enumerate(shares, start=1)
    )
    seen, facts = projections.seen_in(record, flat, (labels[0], labels[1]))
    # the frame need not include the starts of runs that are not drawn
    seen = dataclasses.replace(seen, starts=seen.tracks[0].params[0], runs=np.zeros(1, dtype=int), repeats=1)
    variance = i18n.percent(facts.variance)
    counts, runs = projections.astray(record, seen), sum(track.runs for track in record.tracks)
    texts = HEADS_ASTRAY if any(counts) else HEADS
    heads = [i18n.say(theme.language, text, share=variance, count=sum(counts), runs=runs) for text in texts]
    return Plane(seen, (), levels, heads)


def _boundary_at(page: Page, record: Record, place: Place, index: int, moving: bool) -> Boundary:
    """The panel with its title above and its key below."""
    from landscape.render.pages.placing import NAMES
    from landscape.render.panels.boundary import Boundary

    sheet, theme = page.sheet, page.sheet.theme
    left, top, width, height = place
    panel = Boundary(sheet.axes(*place), record, theme, index)
    panel.draw_ground()
    right = min(left + width, page.right)
    accuracy = panel.accuracy(panel.params(index))
    room = (
        right - left - sheet.measure(i18n.say(theme.language, "accuracy {share}", share="99.99 %"), theme.label) - 16.0
    )
    label = words.label(record.tracks[index], theme)
    heads = [i18n.say(theme.language, text, label=label) for text in ("classes by {label}", "{label}")]
    sheet.text(left, top - 11.0, sheet.choose(heads, room, theme.label), theme.label)
    if moving:
        panel.accuracy_at = right * sheet.scale, (top - 11.0) * sheet.scale
    else:
        sheet.text(right, top - 11.0, accuracy, theme.label, ha="right")
    sheet.text(left - 12.0, top - 15.0, "x₂", theme.label, ha="right", style="italic")
    sheet.text(left + width + 6.0, top + height, "x₁", theme.label, style="italic")
    _classes(sheet, panel, left, left + width, top + height + NAMES)
    return panel


def _classes(sheet: Sheet, panel: Boundary, x: float, right: float, y: float) -> None:
    """What the marks of the examples mean, as many as there is room for."""
    from landscape.render.pages.lists import more

    theme = sheet.theme
    entries = [(panel.marker(number), i18n.say(theme.language, "class {number}", number=number))
               for number in range(panel.network.dataset.classes)]  # fmt: skip
    if len(panel.network.data.test_x):
        entries.append((panel.marker(0, True), i18n.say(theme.language, "to test on")))
    for number, (marker, text) in enumerate(entries):
        wide = 26.0 + sheet.measure(text, theme.tick) + 22.0
        if x + wide - 22.0 > right:
            more(sheet, len(entries) - number, x - 22.0, y)
            return
        sheet.mark(x + 10.0, y - 5.0, marker)
        sheet.text(x + 26.0, y, text, theme.tick, color=theme.quiet)
        x += wide


def _entrants(sheet: Sheet, record: Record, x: float, right: float, y: float) -> None:
    """Every entrant with its marker in one row, as many as there is room for."""
    from landscape.render.pages.lists import more, name_of

    theme, glyph = sheet.theme, 24.0 + sheet.long_stroke
    labels = [words.label(track, theme) for track in record.tracks]
    for size, gap in ((theme.label, 22.0), (theme.tick, 12.0), (0.86 * theme.tick, 10.0)):
        wide = sum(glyph + sheet.measure(label, size, theme.bold) + gap for label in labels) - gap
        if fits := x + wide <= right:
            break
    for index, label in enumerate(labels):
        style, last = theme.style(index), index == len(record) - 1
        room = right - x - glyph - (0.0 if last or fits else 90.0)
        if room < 40.0:
            more(sheet, len(record) - index, x, y)
            return
        name = sheet.cut(label, room, size, theme.bold)
        sheet.sample(style, x + 8.0, y - 6.0, theme.head - 2.0, sheet.long_stroke)
        sheet.text(x + glyph, y, name, size, weight=theme.bold, color=style.text).set_gid(name_of(style))
        x += glyph + sheet.measure(name, size, theme.bold) + gap

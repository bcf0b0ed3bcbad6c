"""The view "plane": a plane through a surface of many dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.projections import Facts
from landscape.core.component import FieldError, Real, Whole
from landscape.core.planes import Flat
from landscape.core.surface import Surface
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import Levels, check_coordinates, coordinate_name

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.style.theme import Theme


@register("plane")
class PlaneView(View):
    """A plane through a surface of many dimensions, with the runs projected onto it.

    The page says how well the plane shows the runs: the share of their variance that lies in it, how far off it they
    are, and the error of the loss in the plane.

    by: "components", the two principal components of the runs about where the most successful one ended;
    "coordinates", the plane of two coordinates through that place; or "points", the plane through three points.
    coordinates: the two, from 0. points: the three; where left out, the ends of the two most successful entrants and
    where the first of them began. levels: about how many contour lines.

    Source: Li et al. 2018, "Visualizing the loss landscape of neural nets", section 7.
    """

    use = "A look at a surface of many dimensions, with how much of the runs it shows; never a proof."

    file: str = "plane.png"
    levels: Levels = 18
    by: Literal["components", "coordinates", "points"] = "components"
    coordinates: tuple[Whole, Whole] = (0, 1)
    points: tuple[tuple[Real, ...], ...] = ()

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has one dimension, or not these coordinates or points."""
        if surface.dim < 2:
            raise ValueError(f'the view "plane" needs 2 dimensions or more, "{surface.name}" has {surface.dim} here')
        check_coordinates(self, "coordinates", self.coordinates, surface)
        if self.coordinates[0] == self.coordinates[1]:
            raise FieldError(self.name, "coordinates", f"must be two different ones, got {list(self.coordinates)}")
        if self.points and (len(self.points) != 3 or any(len(point) != surface.dim for point in self.points)):
            reason = f"must be 3 points of {surface.dim} coordinates, got {len(self.points)}"
            raise FieldError(self.name, "points", reason)
        if self.points:
            first, second, third = (np.array(point) for point in self.points)
            sides = np.stack([second - first, third - first])
            if np.linalg.matrix_rank(sides, tol=1e-9 * float(np.abs(sides).max())) < 2:
                raise FieldError(self.name, "points", "must not lie on one line, as these three do")

    def page(self, record: Record, moving: bool = False) -> Page:
        """The plane beside the list of entrants and what it leaves out."""
        from landscape.render.pages.planes import Plane, beside_list, notes_below

        page, top = self.begin(record, moving)
        theme = page.sheet.theme
        seen, facts, about = self._cut(record, theme)
        column = beside_list(page, top, Plane(seen, (), self.levels), rate=False, least=330.0)
        notes_below(page.sheet, column, [(about, theme.ink), *_left_out(facts, theme), *_astray(record, seen, theme)])
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The plane and the runs in `ax`, with matplotlib's legend; a note says what the plane leaves out."""
        from matplotlib.offsetbox import AnchoredText

        from landscape.render.pages.legend import key_into, legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import Plane, label_axes, land_into

        before, theme = set(ax.get_children()), self.theme_for(record)
        seen, facts, about = self._cut(record, theme)
        land = land_into(ax, Plane(seen, (), self.levels, labels=()), theme)
        lines = "\n".join([about, *(texts[0] for texts, _ in _left_out(facts, theme))])
        style = {"size": "small", "family": list(theme.fonts), "color": theme.ink}
        note = AnchoredText(lines, "lower left", prop=style)
        note.patch.set(facecolor=theme.paper, edgecolor=theme.grid, alpha=0.85)
        note.set_zorder(9)
        ax.add_artist(note)
        label_axes(land, *seen.surface.labels[:2])
        legend(ax, record, theme)
        key_into(ax, land)
        return added(ax, before)

    def _cut(self, record: Record, theme: Theme) -> tuple[Record, Facts, str]:
        """(the record as seen in the plane, what the plane leaves out, what it is called)."""
        language = theme.language
        if self.by == "coordinates":
            labels = tuple(coordinate_name(record, each) for each in self.coordinates)
            flat, about = projections.through(record, self.coordinates), "plane of two coordinates"
        elif self.by == "components":
            flat, shares = projections.components(record)
            about = "plane of principal components"
            labels = tuple(
                i18n.say(language, "component {number} ({share})", number=number, share=i18n.percent(share))
                for number, share in enumerate(shares, start=1)
            )
        else:
            points = np.array(self.points).T if self.points else projections.three_points(record)
            flat, labels, about = projections.spanned(points), ("u", "v"), "plane through three points"
        seen, facts = projections.seen_in(record, Flat(*flat), (labels[0], labels[1]))
        return seen, facts, i18n.say(language, about)


def _astray(record: Record, seen: Record, theme: Theme) -> list[tuple[str, str]]:
    """How many runs end where the plane shows another loss than theirs, and whose; nothing where none does."""
    counts = projections.astray(record, seen)
    if not any(counts):
        return []
    whose = [words.label(track, theme) for track, count in zip(record.tracks, counts, strict=True) if count]
    runs = sum(track.runs for track in record.tracks)
    said = i18n.say(theme.language, "{count} of {runs} ends have another loss:", count=sum(counts), runs=runs)
    return [(said, theme.ink), (i18n.say(theme.language, ", ").join(whose), theme.quiet)]


def _left_out(facts: Facts, theme: Theme) -> list[tuple[tuple[str, ...], str]]:
    """What a plane leaves out, line by line, the longest text of each first, with the colour of each."""
    language = theme.language
    lines: list[tuple[tuple[str, ...], str]] = [
        ((i18n.say(language, "explained variance {share}", share=i18n.percent(facts.variance)),), theme.ink)
    ]
    for head, (typical, most) in (("distance off the plane", facts.off), ("error of the loss", facts.error)):
        lines.append(((i18n.say(language, head),), theme.ink))
        figures = {"typical": i18n.number(typical), "most": i18n.number(most)}
        texts = "median {typical}, at most {most}", "at most {most}"
        lines.append((tuple(i18n.say(language, text, **figures) for text in texts), theme.quiet))
    return lines

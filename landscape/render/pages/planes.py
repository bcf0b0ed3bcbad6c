"""The pages that show one plane: flow, the inside of a rule, a curve, phases, a cut through many dimensions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.offsetbox import AnchoredText

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.projections import Facts, Flat, Frame
from landscape.analysis.theory import rule_of
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.pages.layouts import Column, Plane, added, begin, beside_list, frame_of, theme_of
from landscape.render.pages.lists import GLYPH, legend
from landscape.render.pages.page import Page, Sheet
from landscape.render.panels import flows
from landscape.render.panels.land import Land
from landscape.render.panels.points import choose, kind_of, marked_points, sorted_out
from landscape.render.panels.trails import Bundle
from landscape.render.style import marks
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from landscape.render.views.curve import CurveView
    from landscape.render.views.field import Field
    from landscape.render.views.phase import Phase
    from landscape.render.views.plane import PlaneView

LINE = 24.0  # from one line of a note to the next


def field_page(view: Field, record: Record, moving: bool) -> Page:
    """The landscape with its flow beside the list of entrants."""
    page, top = begin(view, record, moving)
    theme = page.sheet.theme

    def ground(land: Land) -> None:
        flows.flow(land.ax, record.surface, land.frame, theme, view.drawing)

    beside_list(page, top, Plane(record, view.window, view.levels, ground=ground), rate=True)
    return page


def field_into(view: Field, ax: Axes, record: Record) -> list[Artist]:
    """The landscape, its flow and the trajectories."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    land = _land_into(ax, record, theme, view.window, view.levels)
    flows.flow(ax, record.surface, land.frame, theme, view.drawing)
    land.draw_runs()
    legend(ax, record, theme)
    return added(ax, before)


def ball_on_curve(view: CurveView, record: Record, moving: bool) -> Page:
    """The curve beside the list of entrants."""
    page, top = begin(view, record, moving)
    theme = page.sheet.theme
    seen, frame = _curve_frame(record)
    name, loss = words.surface_name(record.surface, theme.language), words.short_name("loss", theme.language)
    heads = i18n.say(theme.language, "loss on the curve of {name}", name=name), loss
    labels = coordinate_name(record, 0), ""

    def ground(land: Land) -> None:
        _draw_curve(land, record, theme)

    beside_list(page, top, Plane(seen, frame, None, heads, labels=labels, ground=ground), rate=True)
    return page


def ball_into(view: CurveView, ax: Axes, record: Record) -> list[Artist]:
    """The curve and the runs on it."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    seen, frame = _curve_frame(record)
    land = Land(ax, seen, frame, theme, labels=())
    land.draw_paper()
    _draw_curve(land, record, theme)
    land.draw_runs()
    _name(land, coordinate_name(record, 0), words.short_name("loss", theme.language))
    legend(ax, record, theme)
    return added(ax, before)


def phase_page(view: Phase, record: Record, moving: bool) -> Page:
    """The phase plane beside the list of entrants."""
    page, top = begin(view, record, moving)
    theme = page.sheet.theme
    plane = phase_plane(record, view.coordinate, theme)
    column = beside_list(page, top, plane, rate=True, least=270.0)
    damped = dampings(record, view.coordinate)
    if damped:
        told = i18n.say(theme.language, "critical damping")
        _notes(page.sheet, column, [(told, theme.quiet), *((each, theme.quiet) for each in damped.values())])
    return page


def phase_plane(record: Record, coordinate: int, theme: Theme) -> Plane:
    """The phase plane of a coordinate, as a panel."""
    seen, frame = phase_frame(record, coordinate)
    position, velocity = phase_labels(record, coordinate, theme)

    def ground(land: Land) -> None:
        draw_rest(land, record, coordinate, theme)

    return Plane(seen, frame, None, (velocity,), labels=(position, ""), ground=ground)


def phase_into(view: Phase, ax: Axes, record: Record) -> list[Artist]:
    """The phase plane."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    seen, frame = phase_frame(record, view.coordinate)
    land = Land(ax, seen, frame, theme, labels=())
    land.draw_paper()
    draw_rest(land, record, view.coordinate, theme)
    land.draw_runs()
    _name(land, *phase_labels(record, view.coordinate, theme))
    legend(ax, record, theme)
    return added(ax, before)


def phase_frame(record: Record, coordinate: int) -> tuple[Record, Frame]:
    """(the record in the phase plane, the part of that plane to show)."""
    seen = projections.phase(record, coordinate)
    low, high = record.surface.window[coordinate]
    wide = 0.5 * (high - low)
    (x0, x1), (y0, y1) = projections.reach(seen, ((low - wide, high + wide), (-1.0, 1.0)))
    # rest is in sight
    return seen, ((x0, x1), (min(y0, -0.12 * (y1 - y0)), max(y1, 0.12 * (y1 - y0))))


def phase_labels(record: Record, coordinate: int, theme: Theme) -> tuple[str, str]:
    """The names of the two axes."""
    name = coordinate_name(record, coordinate)
    position = i18n.say(theme.language, "position {name}", name=name)
    return position, i18n.say(theme.language, "velocity of {name}, a step", name=name)


def coordinate_name(record: Record, coordinate: int) -> str:
    """The surface's own name of a coordinate, x or y, or p with its number from 1."""
    surface = record.surface
    if len(surface.labels) > coordinate:
        return surface.labels[coordinate]
    return "xy"[coordinate] if surface.dim <= 2 else f"p{i18n.lowered(coordinate + 1)}"


def draw_rest(land: Land, record: Record, coordinate: int, theme: Theme) -> None:
    """The line of rest, the minima on it, and the ways of critical damping."""
    (x0, x1), _ = land.frame
    land.ax.axhline(0.0, color=theme.quiet, linewidth=1.2, zorder=1)
    for kind in ("local minimum", "minimum"):
        for point in sorted_out(record.surface.minima)[0][:40]:
            if kind_of(point, record.surface.lowest) == kind and x0 <= point.point[coordinate] <= x1:
                _mark(land, [point.point[coordinate]], [0.0], kind, theme)
                land.marks.append(kind)
    for slope in dampings(record, coordinate):
        rest = float(record.surface.minima[0].point[coordinate])
        (line,) = land.ax.plot([x0, x1], [slope * (x0 - rest), slope * (x1 - rest)], color=theme.quiet, linewidth=1.8,
                               linestyle=(0, (6.0, 3.0)), zorder=2)  # fmt: skip
        line.set_gid("damping")
    land.ax.set(xlim=land.frame[0], ylim=land.frame[1])


def dampings(record: Record, coordinate: int) -> dict[float, str]:
    """Slope -> formula of the ways to rest with critical damping; none where there would be more than two."""
    found = [_damped(record, track, coordinate) for track in record.tracks]
    slopes = dict(each for each in found if each is not None)
    return slopes if len(slopes) <= 2 else {}


def _damped(record: Record, track: Track, coordinate: int) -> tuple[float, str] | None:
    """(slope, formula) of the way to rest of a heavy ball with critical damping; None where there is no such thing.

    Source: Goh 2017, "Why momentum really works": beta = (1 - sqrt(eta lambda))^2 gives the double root 1 - sqrt(eta
    lambda).
    """
    from landscape.analysis.theory import eigenvalues

    rule = rule_of(track)
    if rule is None or rule.name != "momentum" or record.noise is not None or eigenvalues(record.surface) is None:
        return None
    row = np.asarray(record.surface.hessian(record.surface.minima[0].point))[coordinate]
    if np.abs(np.delete(row, coordinate)).max(initial=0.0) > 1e-12 * abs(row[coordinate]):
        return None
    root = math.sqrt(rule.eta * float(row[coordinate]))
    return None if not 0.0 < root < 1.0 else (-root / (1.0 - root), f"β = (1−√(ηλ))² = {i18n.number((1 - root) ** 2)}")


def plane_page(view: PlaneView, record: Record, moving: bool) -> Page:
    """The plane beside the list of entrants and the facts on what it leaves out."""
    page, top = begin(view, record, moving)
    theme = page.sheet.theme
    seen, facts, about = _cut(view, record, theme)
    column = beside_list(page, top, Plane(seen, (), view.levels), rate=False, least=330.0)
    _notes(page.sheet, column, [(about, theme.ink), *_told(facts, theme)])
    return page


def plane_into(view: PlaneView, ax: Axes, record: Record) -> list[Artist]:
    """The plane and the runs; what it leaves out is told in a corner of the panel."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    seen, facts, about = _cut(view, record, theme)
    land = _land_into(ax, seen, theme, (), view.levels, labels=())
    land.draw_runs()
    told = "\n".join([about, *(text for text, _ in _told(facts, theme))])
    note = AnchoredText(told, "lower left", prop={"size": "small", "family": list(theme.fonts), "color": theme.ink})
    note.patch.set(facecolor=theme.paper, edgecolor=theme.grid, alpha=0.85)
    note.set_zorder(9)
    ax.add_artist(note)
    _name(land, *seen.surface.labels[:2])
    legend(ax, record, theme)
    return added(ax, before)


def _cut(view: PlaneView, record: Record, theme: Theme) -> tuple[Record, Facts, str]:
    language = theme.language
    if view.by == "coordinates":
        labels = tuple(coordinate_name(record, each) for each in view.coordinates)
        flat, about = projections.through(record, view.coordinates), "plane of two coordinates"
    elif view.by == "components":
        flat, shares = projections.components(record)
        about = "plane of principal components"
        labels = tuple(
            i18n.say(language, "component {number} ({share})", number=number, share=i18n.percent(share))
            for number, share in enumerate(shares, start=1)
        )
    else:
        points = np.array(view.points).T if view.points else projections.three_points(record)
        flat, labels, about = projections.spanned(points), ("u", "v"), "plane through three points"
    seen, facts = projections.seen_in(record, Flat(*flat), (labels[0], labels[1]))
    return seen, facts, i18n.say(language, about)


def _told(facts: Facts, theme: Theme) -> list[tuple[str, str]]:
    """What a plane leaves out, line by line with the colour of each."""
    language = theme.language
    lines = [(i18n.say(language, "explained variance {share}", share=i18n.percent(facts.variance)), theme.ink)]
    for head, (typical, most) in (("distance off the plane", facts.off), ("error of the loss", facts.error)):
        lines.append((i18n.say(language, head), theme.ink))
        figures = {"typical": i18n.number(typical), "most": i18n.number(most)}
        lines.append((i18n.say(language, "median {typical}, at most {most}", **figures), theme.quiet))
    return lines


def _land_into(
    ax: Axes,
    record: Record,
    theme: Theme,
    window: tuple[tuple[float, ...], ...],
    levels: int,
    chosen: list[Bundle] | None = None,
    labels: tuple[str, ...] | None = None,
) -> Land:
    box = ax.get_window_extent()
    land = Land(ax, record, frame_of(window, record, box.width / box.height), theme, chosen, labels)
    land.draw_ground(levels)
    return land


def _name(land: Land, *names: str) -> None:
    """The names of the axes, with what the labels of their ticks leave out."""
    language = land.theme.language
    x, y = (words.measured_in(name, unit, language) for name, unit in zip(names, land.units, strict=True))
    land.ax.set(xlabel=x, ylabel=y)


def _notes(sheet: Sheet, column: Column, lines: list[tuple[str, str]]) -> None:
    """Lines of text with their colours under the list of entrants, as many as there is room for."""
    y = column.top + 40.0
    for text, color in lines:
        if y > column.bottom + 4.0:
            break
        sheet.text(column.left + GLYPH - 4.0, y, sheet.cut(text, column.wide - GLYPH + 4.0, sheet.theme.tick),
                   sheet.theme.tick, color=color)  # fmt: skip
        y += LINE


def _curve_frame(record: Record) -> tuple[Record, Frame]:
    """(the record on the curve, the part of the plane to show): the window, the starts, and the runs that stay near."""
    seen = projections.on_curve(record)
    low, high = record.surface.window[0]
    wide = 0.5 * (high - low)
    (x0, x1), _ = projections.reach(seen, ((low - wide, high + wide), (-1.0, 1.0)))
    starts = record.starts[0]
    pad = 0.05 * (max(high, float(starts.max())) - min(low, float(starts.min())))
    x0 = min(x0, low, float(starts.min()) - pad * (starts.min() < low))
    x1 = max(x1, high, float(starts.max()) + pad * (starts.max() > high))
    _, y = _sampled(record, (x0, x1))
    known = y[np.isfinite(y)]
    bottom, top = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    pad = 0.08 * (top - bottom) or 1.0
    return seen, ((x0, x1), (bottom - pad, top + pad))


def _sampled(record: Record, side: tuple[float, float]) -> tuple[Array, Array]:
    x = np.linspace(*side, 2001)
    with np.errstate(all="ignore"):
        return x, np.asarray(record.surface.value(x[None]), dtype=np.float64)


def _draw_curve(land: Land, record: Record, theme: Theme) -> None:
    """The curve with its ground below, and its critical points."""
    x, y = _sampled(record, land.frame[0])
    (line,) = land.ax.plot(x, y, color=theme.line, linewidth=1.5 * theme.trail, zorder=2.5)
    line.set_gid("surface")
    land.ax.fill_between(x, y, land.frame[1][0], color=theme.ramp[2], alpha=0.35, linewidth=0, zorder=1)
    land.ax.set(xlim=land.frame[0], ylim=land.frame[1])
    low, high = land.frame[0]
    choice = choose(marked_points(record), record.surface, lambda place: (low <= place[0]) & (place[0] <= high))
    land.unmarked = choice.unmarked
    for kind, chosen in choice.marked.items():
        land.marks.append(kind)
        _mark(land, [point.point[0] for point in chosen], [point.value for point in chosen], kind, theme, choice.small)


def _mark(land: Land, x: list[float], y: list[float], kind: str, theme: Theme, small: bool = False) -> None:
    for look in marks.ground(kind, theme, small):
        land.ax.add_artist(marks.marked(x, y, look, transform=land.ax.transData, gid=kind, zorder=3.3))

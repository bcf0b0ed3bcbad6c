"""Draw the landscape from above and the trajectories on it.

    land = Land(ax, record, frame, LIGHT)
    land.draw_ground(levels=18)
    land.draw_runs()

The ground is all that stands still in a movie; `draw_runs` draws the trails to their ends, `painter` frame by frame.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox, ScaledTranslation

from landscape import i18n
from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.record import Record
from landscape.render.canvas.canvas import Canvas, Coverage, Patch
from landscape.render.panels import points, terrain
from landscape.render.panels.beside import Moved, beside
from landscape.render.panels.corners import corner_labels, corner_note, inked
from landscape.render.panels.terrain import Terrain
from landscape.render.panels.trail_painter import Departure, FullTrail, LandPainter, ThinTrails
from landscape.render.panels.trails import (
    MOST_LABELLED,
    Bundle,
    Exit,
    bundles,
    diverged_at,
    exit_of,
    inside,
    starts_of,
    thin_alpha,
)
from landscape.render.style import axes, marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import Theme
from landscape.render.style.tick_labels import Unit
from landscape.render.text import captions as words

ROOMY = 30.0  # heights of its numbers: so wide is a panel that says where marks end
# Texts keep clear of so many trails.
MOST_INKED = 24

APART = 1.15  # trails that share a path, in widths of a trail

# A trail that is longer than so many diagonals of the panel is drawn thinner.
MOST_CROSSINGS = 10.0


class Land:
    """The landscape panel. marks: the kinds of mark on the ground, for the key; starts: (2, n), those in the frame.

    chosen: the runs to draw, where not those of the whole record; labels: of the axes, where not the surface's;
    n_labelled: of how many runs that leave the frame the step is written; unmarked: how many critical points of each
    kind are in the frame without a mark; beyond: whether the marks of many end with the window, and the frame does not;
    units: what the labels of the two axes leave out; judged: the frame by which it is chosen what to mark, its own
    where None; key_ends: where on the page the key must end; stopped: whether critical points may be missing.
    """

    turns, see_through, leads = False, False, True

    def __init__(
        self,
        ax: Axes,
        record: Record,
        frame: Frame,
        theme: Theme,
        chosen: list[Bundle] | None = None,
        labels: tuple[str, ...] | None = None,
        n_labelled: int = MOST_LABELLED,
    ) -> None:
        self.ax, self.record, self.frame, self.theme = ax, record, frame, theme
        self.bundles = bundles(record, theme) if chosen is None else chosen
        figure = ax.get_figure(root=True)
        assert figure is not None
        self._figure: Figure = figure
        self.marks: list[str] = []
        self.labels = record.surface.labels[:2] if labels is None else labels
        self.unmarked: dict[str, int] = {}
        self.units = (Unit(), Unit())
        self.key_ends = math.inf
        self.stopped = self.beyond = False
        self.judged: Frame | None = None
        self.terrain: Terrain | None = None
        self.colors: Colormap | None = None
        self.starts = starts_of(self.bundles)
        self.starts = self.starts[:, inside(self.starts, frame)]
        self.start_markers = marks.ground("start", theme, many=self.starts.shape[1] > 12)
        self._start_artists: list[Artist] = []
        self._taken: list[Bbox] = []
        self._names: list[Text] = []
        self._n_labelled = n_labelled
        self._paths = self._exits = np.empty((0, 2))

    def draw_ground(self, levels: int) -> Terrain:
        """The landscape, its contour lines, its critical points and the starts."""
        ax, theme = self.ax, self.theme
        extent = ax.get_window_extent()
        shape = (max(60, round(extent.width * 0.6)), max(60, round(extent.height * 0.6)))
        land = terrain.sample(self.record.surface, self.frame, shape, levels)
        stops = theme.ramp if land.divide is None else theme.sides
        colors = LinearSegmentedColormap.from_list("landscape", stops, N=512).with_extremes(bad=theme.unknown)
        self.terrain, self.colors = land, colors
        half = [(axis[1] - axis[0]) / 2.0 for axis in (land.x, land.y)]
        sides = (land.x[0] - half[0], land.x[-1] + half[0], land.y[0] - half[1], land.y[-1] + half[1])
        ax.imshow(land.tone, extent=sides, origin="lower", cmap=colors, vmin=0.0, vmax=1.0, aspect="auto",
                  interpolation="bilinear", zorder=0)  # fmt: skip
        if land.levels.size:
            values = np.ma.masked_invalid(land.values)
            widths = [1.3 if level == land.divide else 0.6 for level in land.levels]
            ax.contour(land.x, land.y, values, levels=land.levels, colors=theme.contour, linewidths=widths,
                       linestyles="solid", alpha=0.42, zorder=1)  # fmt: skip
        self._draw_axes()
        self._draw_starts()
        self._draw_critical_points(self.judged or self.frame)
        self._names += corner_labels(self.ax, self.labels, self.theme)
        self.stopped = points.search_stopped(self.record.surface)
        said = self.beyond and extent.width * 72.0 / self._figure.dpi > ROOMY * theme.tick
        note = words.limits(land.coarse, self.stopped, said, theme.language)
        self._names += [] if self.judged else corner_note(ax, note, theme)  # which an inset's landscape has
        return land

    def draw_paper(self) -> None:
        """The starts on plain paper, where the plane is not a landscape."""
        self._draw_axes()
        self.ax.grid(True, color=self.theme.grid, linewidth=0.9)
        self.ax.set_axisbelow(True)
        self._draw_starts()
        self._names += corner_labels(self.ax, self.labels, self.theme)

    def _draw_axes(self) -> None:
        (x0, x1), (y0, y1) = self.frame
        self.ax.set(xlim=(x0, x1), ylim=(y0, y1))
        axes.dress(self.ax, self.theme, ("left", "bottom", "right", "top"))
        self.units = (
            axes.even_ticks(self.ax, "x", x0, x1, most=6),
            axes.even_ticks(self.ax, "y", y0, y1, most=6),
        )

    def draw_runs(self) -> None:
        """Every drawn run to its end, and where it left."""
        for bundle in self.bundles:
            self._draw_thin(bundle)
        for bundle, run in self.in_order():
            self._draw_full(bundle, run)
        for bundle in self.bundles:
            for run in bundle.full:
                self._draw_head(bundle, int(run))
        for departure in self.departures():
            for artist in departure.artists:
                artist.set_visible(True)

    def left_out(self) -> list[Artist]:
        """The starts, which lie over the trails."""
        return self._start_artists

    def painter(self, canvas: Canvas) -> LandPainter:
        """Trails with their comets, heads, and the marks of runs that have left."""
        theme, clip = self.theme, self.ax.bbox
        thin = [
            ThinTrails(canvas, clip, theme, bundle.style.color, thin_alpha(bundle, len(self.bundles)), bundle.track,
                       self.places(bundle, bundle.thin), marks.stamp(canvas, self.dot(bundle)))
            for bundle in self.bundles if bundle.thin.size
        ]  # fmt: skip
        casing = Coverage(canvas.panel(clip.extents), theme.halo, 0.9)
        canvas.layers.append(casing)
        full = [
            FullTrail(canvas, casing, clip, theme, bundle.style, self.weight(bundle, run), bundle.track,
                      self.drawn_places(bundle, run), diverged_at(bundle.track, run),
                      marks.stamp(canvas, marks.head(bundle.style, theme, theme.head)),
                      marks.stamp(canvas, marks.cross(bundle.style.color, theme)))
            for bundle, run in self.in_order()
        ]  # fmt: skip
        for patch in self.start_patches(canvas):
            canvas.add_static(patch)
        return LandPainter(canvas, clip, thin, full, [full[number] for number in self.heads()], self.departures())

    def activity(self) -> list[Array]:
        """The trails, as far as they are in the panel."""
        panel = self.ax.bbox.extents
        places = [self.places(bundle, run) for bundle, run in self.in_order()]
        return [np.clip(path, panel[:2], panel[2:]) for path in places]

    def places(self, bundle: Bundle, runs: int | Array) -> Array:
        """(rows, 2) of a run, or (rows, n, 2) of n: where it is on the page, in pixels."""
        points = bundle.track.params[:, :, runs]
        if points.ndim == 2:
            return np.asarray(self.ax.transData.transform(points))
        points = points.transpose(0, 2, 1)
        return np.asarray(self.ax.transData.transform(points.reshape(-1, 2))).reshape(points.shape)

    def drawn_places(self, bundle: Bundle, run: int) -> Array:
        """(rows, 2) of a run drawn in full: where its trail is drawn, beside others where they share a path."""
        return self.places(bundle, run) + self._moves[self.bundles.index(bundle), run]

    @functools.cached_property
    def _moves(self) -> dict[tuple[int, int], Array]:
        """How far each trail is drawn from where it is, (rows, 2) in pixels."""
        runs = [(number, int(run)) for number, bundle in enumerate(self.bundles) for run in bundle.full]
        apart, panel = APART * self.theme.trail * self._figure.dpi / 72.0, np.array(self.ax.bbox.extents)
        paths = [self.places(self.bundles[number], run) for number, run in runs]
        return dict(zip(runs, beside(paths, apart, (panel[:2] - apart, panel[2:] + apart)), strict=True))

    def start_patches(self, canvas: Canvas) -> list[Patch]:
        """A patch for each start, so that none is as wide as the panel."""
        stamps, made = [marks.stamp(canvas, marker) for marker in self.start_markers], []
        for x, y in self.ax.transData.transform(self.starts.T) if self.starts.size else []:
            # matplotlib puts a marker that stands still into the middle of a pixel
            middle = math.floor(x + 0.5) + 0.5, math.floor(y + 0.5) - 0.5
            made.append(canvas.stamped(stamps, *middle))
        return made

    def dot(self, bundle: Bundle) -> MarkerStyle:
        """The head of a thin trail."""
        theme = self.theme
        return MarkerStyle("o", 0.35 * theme.head, bundle.style.color, theme.halo, 0.4 * theme.rim)

    def in_order(self) -> list[tuple[Bundle, int]]:
        """The runs drawn in full, in the order in which they are drawn.

        Restless ones lie lowest. Of the others the most successful do, so that of a shared path each keeps a part in
        sight.
        """
        runs = [(bundle, int(run)) for bundle in self.bundles for run in bundle.full]
        return sorted(runs, key=lambda item: (self.weight(*item), float(item[0].track.value[-1, item[1]])))

    def heads(self) -> list[int]:
        """In which order the heads of the runs of `in_order` are drawn: that of the record, in every picture."""
        runs = [(self.bundles.index(bundle), run) for bundle, run in self.in_order()]
        return sorted(range(len(runs)), key=runs.__getitem__)

    def weight(self, bundle: Bundle, run: int) -> float:
        """The width of a trail, 1 as a rule: less for one that goes to and fro so much that it would be a blot."""
        panel = self.ax.get_window_extent()
        places = self.ax.transData.transform(bundle.track.params[:, :, run])
        moves = np.diff(np.clip(places, panel.min, panel.max), axis=0)
        crossings = float(np.hypot(*moves.T).sum()) / math.hypot(panel.width, panel.height)
        return float(np.clip(math.sqrt(MOST_CROSSINGS / max(crossings, 1e-12)), 0.4, 1.0))

    def departures(self) -> list[Departure]:
        """The marks of the runs that leave the frame, in the order in which they leave; not yet visible."""
        leaving = []
        for bundle in self.bundles:
            for run in bundle.full:
                leaves = exit_of(bundle.track, int(run), self.frame)
                if leaves is not None:
                    leaving.append((leaves, bundle, int(run)))
        leaving.sort(key=lambda item: item[0].step)
        busy = [gone.point for gone, _, _ in leaving] + list(self.starts.T)
        reach = 0.7 * self.theme.head * self._figure.dpi / 72.0
        places = self.ax.transData.transform(np.array(busy).reshape(-1, 2))
        self._taken = [Bbox([place - reach, place + reach]) for place in places]
        self._taken += [text.get_window_extent() for text in self._names]
        runs = self.in_order()[:MOST_INKED]
        self._paths = inked([bundle.track.params[:, :, run] for bundle, run in runs], self.ax, self._figure)
        self._exits = places[: len(leaving)]
        return [
            Departure(gone.step, self._departure(gone, bundle, run, number < self._n_labelled))
            for number, (gone, bundle, run) in enumerate(leaving)
        ]

    def _draw_thin(self, bundle: Bundle) -> None:
        if not bundle.thin.size:
            return
        lines = LineCollection(
            list(bundle.track.params[:, :, bundle.thin].transpose(2, 0, 1)), colors=bundle.style.color,
            linewidths=self.theme.thin, alpha=thin_alpha(bundle, len(self.bundles)), zorder=3,
        )  # fmt: skip
        lines.set_gid(f"thin:{bundle.track.label}")
        self.ax.add_collection(lines, autolim=False)

    def _draw_full(self, bundle: Bundle, run: int) -> None:
        x, y = bundle.track.params[:, :, run].T
        weight = self.weight(bundle, run)
        style = bundle.style
        line = Line2D(x, y, color=style.color, linewidth=weight * self.theme.trail, linestyle=style.dashes,
                      solid_capstyle="round", solid_joinstyle="round", zorder=4, label=bundle.track.label)  # fmt: skip
        moves = self._moves[self.bundles.index(bundle), run] * 72.0 / self._figure.dpi
        line.set_path_effects([Moved(moves, Normal())])
        line.set_gid(f"trail:{bundle.track.label}:{run}")
        self.ax.add_artist(line)
        casing = Line2D(x, y, color=self.theme.halo, linewidth=weight * self.theme.casing, alpha=0.9,
                        solid_capstyle="round", solid_joinstyle="round", zorder=3.9)  # fmt: skip
        casing.set_path_effects([Moved(moves, Normal())])
        casing.set_gid(f"casing:{bundle.track.label}:{run}")
        self.ax.add_artist(casing)

    def _draw_head(self, bundle: Bundle, run: int) -> None:
        x, y = bundle.track.params[-1, :, run]
        (x0, x1), (y0, y1) = self.frame
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            return
        if bundle.track.status[run] == "diverged":
            self._mark([x], [y], marks.cross(bundle.style.color, self.theme), f"diverged:{bundle.track.label}")
        else:
            head = marks.head(bundle.style, self.theme, self.theme.head)
            self._mark([x], [y], head, f"head:{bundle.track.label}", zorder=6)

    def _mark(self, x: Any, y: Any, marker: MarkerStyle, gid: str, zorder: float = 7.0) -> Line2D:
        line = marks.marked(x, y, marker, transform=self.ax.transData, gid=gid, zorder=zorder)
        self.ax.add_artist(line)
        return line

    def _draw_starts(self) -> None:
        if not self.starts.size:
            return
        self.marks.append("start")
        for marker in self.start_markers:
            self._start_artists.append(self._mark(self.starts[0], self.starts[1], marker, "start", zorder=5))

    def _draw_critical_points(self, judged: Frame) -> None:
        """Mark those in the frame. judged: the frame in which it is counted whether they are too many."""
        record = self.record
        choice = points.choose(points.marked_points(record), record.surface, lambda place: inside(place, judged))
        self.unmarked = choice.unmarked
        self.beyond = choice.small and points.beyond(self.frame, record.surface)
        for kind, chosen in choice.marked.items():
            seen = [point for point in chosen if inside(point.point[:, None], self.frame)[0]]
            if not seen:
                continue
            self.marks.append(kind)
            if kind == "saddle":
                for point in seen:
                    self._draw_unstable(point)
            places = np.array([point.point for point in seen]).T
            for marker in marks.ground(kind, self.theme, choice.small):
                self._mark(places[0], places[1], marker, kind, zorder=3.3)

    def _draw_unstable(self, point: CriticalPoint) -> None:
        """A short tick along the direction in which a saddle falls fastest; none where no eigenvalue is below 0."""
        eigenvalues, vectors = np.linalg.eigh(self.record.surface.hessian(point.point))
        if eigenvalues[0] >= -1e-9 * float(np.abs(eigenvalues).max()):
            return
        here = self.ax.transData.transform(point.point)
        along = self.ax.transData.transform(point.point + 1e-3 * vectors[:, 0]) - here
        reach = along / np.hypot(*along) * 1.7 * self.theme.saddle * self._figure.dpi / 72.0
        ends = self.ax.transData.inverted().transform([here - reach, here + reach])
        tick = Line2D(*ends.T, color=self.theme.mark, linewidth=2.2, solid_capstyle="round", zorder=3.2)
        tick.set_path_effects([withStroke(linewidth=4.4, foreground=self.theme.outline, alpha=0.75)])
        tick.set_gid("unstable")
        self.ax.add_artist(tick)

    def _departure(self, gone: Exit, bundle: Bundle, run: int, labelled: bool) -> tuple[Artist, ...]:
        """An arrow (a cross where the run diverges) just inside the border, and beside it, where labelled, the step."""
        at = self.ax.transData.transform(gone.point)
        way = self.ax.transData.transform(gone.point + gone.direction) - at
        way = way / np.hypot(*way)
        color, label = bundle.style.color, bundle.track.label
        diverged = bundle.track.status[run] == "diverged"
        marker = marks.cross(color, self.theme) if diverged else marks.arrow(color, self.theme, way)
        arrow = self._mark(gone.point[:1], gone.point[1:], marker, f"{'diverged' if diverged else 'left'}:{label}")
        back = -8.0 * way / 72.0
        arrow.set_transform(self.ax.transData + ScaledTranslation(back[0], back[1], self._figure.dpi_scale_trans))
        said = i18n.say(self.theme.language, "step {step}", step=gone.step)
        text = self._place(said, at + back * self._figure.dpi, bundle.style.text) if labelled else None
        artists: tuple[Artist, ...] = (arrow, text) if text else (arrow,)
        for artist in artists:
            artist.set_visible(False)
        return artists

    def _place(self, words: str, at: Array, color: str) -> Text | None:
        """A text near a place (pixels), inside the panel and clear of the others; None where there is no room."""
        em = self.theme.tick * self._figure.dpi / 72.0
        panel = self.ax.get_window_extent()
        text = self.ax.text(0, 0, words, fontsize=self.theme.tick, color=color, fontweight=self.theme.bold,
                            fontfamily=list(self.theme.fonts), ha="center", va="center", zorder=8)  # fmt: skip
        text.set_path_effects([withStroke(linewidth=3.5, foreground=self.theme.halo)])
        box = text.get_window_extent()
        half = np.array([box.width, box.height]) / 2.0 + 0.25 * em
        spots = [(radius, angle) for radius in (1.0, 2.0, 3.2, 4.5) for angle in np.arange(16) * math.pi / 8.0]
        for clear in (True, False):
            for radius, angle in spots:
                middle = at + radius * (half + 0.2 * em) * np.array([math.cos(angle), math.sin(angle)])
                lows, highs = middle - half, middle + half
                spot = Bbox([lows, highs])
                fits = panel.x0 <= lows[0] and highs[0] <= panel.x1 and panel.y0 <= lows[1] and highs[1] <= panel.y1
                covered = clear and bool(np.any(np.all((self._paths > lows) & (self._paths < highs), axis=1)))
                own = float(np.hypot(*(middle - at))) <= 1.01 * float(np.min(np.hypot(*(self._exits - middle).T))) + em
                if fits and own and not covered and not any(spot.overlaps(other) for other in self._taken):
                    x, y = self.ax.transData.inverted().transform(middle)
                    text.set_position((float(x), float(y)))
                    self._taken.append(spot)
                    return text
        text.remove()
        return None

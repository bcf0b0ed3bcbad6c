"""Show what happens inside a rule: arrows along its gradient, its memory and its step, ellipses for its effective step.

panel = Insides(land, record, bundle, places=6)
panel.draw_runs()                                     # at six places of the run
parts = parts_of(record, record["adam"], run=0, rows=np.array([0, 10]), theme=LIGHT)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.patheffects import Normal, Stroke

from landscape import i18n
from landscape.analysis.replay import inside
from landscape.analysis.selection import median_run, one
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.canvas.canvas import Canvas
from landscape.render.panels.land import Land
from landscape.render.panels.rows import Rows, between
from landscape.render.panels.trails import Bundle
from landscape.render.panels.trails import inside as inside_frame
from landscape.render.style.theme import Theme

WINDOW = 5  # steps over which the effective step of a coordinate is taken
LONGEST, SHORTEST, WIDEST = 78.0, 6.0, 40.0  # pixels: of an arrow, and half of an ellipse
LINE = 24.0  # from one line of a note to the next


@dataclasses.dataclass(frozen=True, eq=False)
class Part:
    """One kind of arrow. gid; words: what it is, in the page's language; moves: (n, 2), in the surface's units; color;
    dashes: its line's."""

    gid: str
    words: str
    moves: Array
    color: str
    dashes: str


def replayed(record: Record, track: Track, run: int) -> dict[str, Array] | None:
    """What the rule had inside in a run, name -> (rows - 1, dim); None where it cannot be replayed."""
    alone = one(track, run)
    try:
        found = inside(dataclasses.replace(record, tracks=(alone,), runs=record.runs[[run]]), alone.label)
    except ValueError:
        return None
    return {name: found[name][:, :, 0] for name in ("kept", "gradient", "step")}


def parts_of(record: Record, track: Track, run: int, rows: Array, theme: Theme) -> list[Part]:
    """The arrows at recorded rows (n,): down the gradient, what was kept from before, and the step taken.

    Where the rule cannot be replayed, the exact gradient, the step before, and the mean of the steps to the next row.
    """
    found = replayed(record, track, run)
    every = 1 if found is not None else int(np.max(np.diff(track.steps), initial=1))
    last, taken, gradient = ("the last step", "the step taken", "down the gradient")
    if every > 1:
        last, taken = "the mean of the {count} before", "the mean of {count} steps"
    if found is not None and record.noise is not None:
        gradient = "down the noisy gradient"

    def words(text: str) -> str:
        return i18n.say(theme.language, text, count=every)

    if found is not None:
        slope, steps = found["gradient"][rows], found["step"]
        memory = ("kept", words("kept from before"), found["kept"][rows])
    else:
        with np.errstate(all="ignore"):
            slope = np.asarray(record.surface.gradient(track.params[rows, :, run].T)).T
        steps = mean_steps(track, run)
        before = np.where((rows > 0)[:, None], steps[np.maximum(rows - 1, 0)], 0.0)
        memory = ("last", words(last), before)
    down, longest = -slope * track.lr[rows, run][:, None], np.nanmax(np.abs(steps), initial=0.0)
    if found is None or not np.allclose(memory[2] + down, steps[rows], rtol=1e-6, atol=1e-9 * longest):
        # the step is no sum of memory and gradient: then only the gradient's direction means something
        wanted = np.maximum(np.linalg.norm(steps[rows], axis=1), np.linalg.norm(memory[2], axis=1))
        length = np.linalg.norm(down, axis=1)
        down = down * (wanted / np.where(length > 0.0, length, 1.0))[:, None]
    parts = [
        Part("gradient", words(gradient), down, theme.runs[3 % len(theme.runs)], "dotted"),
        Part(*memory, theme.runs[2 % len(theme.runs)], "dashed"),
        Part("taken", words(taken), steps[rows], theme.ink, "solid"),
    ]
    return [part for part in parts if np.any(part.moves != 0.0)]


def mean_steps(track: Track, run: int) -> Array:
    """(rows - 1, dim): the step from each recorded row, the mean of several where the record leaves some out."""
    return np.diff(track.params[:, :, run], axis=0) / np.diff(track.steps)[:, None]


def effective(record: Record, track: Track, run: int, rows: Array) -> Array:
    """(n, dim): sum |step_i| / sum |g_i| over a few steps up to each row: how far a coordinate goes for its slope."""
    points = track.params[:, :, run]
    steps = np.abs(mean_steps(track, run))
    with np.errstate(all="ignore"):
        slopes = np.abs(np.asarray(record.surface.gradient(points[:-1].T)).T)
    found = []
    for row in rows:
        few = slice(max(0, int(row) - WINDOW + 1), int(row) + 1)
        with np.errstate(all="ignore"):
            found.append(np.sum(steps[few], axis=0) / np.sum(slopes[few], axis=0))
    return np.nan_to_num(np.array(found), nan=0.0, posinf=0.0)


def places_of(ax: Axes, track: Track, run: int, count: int) -> Array:
    """(n,): rows along the part of a run that is in sight, the last left out: so many, or as many as keep apart."""
    places = ax.transData.transform(track.params[:, :, run])
    box = ax.get_window_extent()
    inside = (places[:-1] >= box.min).all(axis=1) & (places[:-1] <= box.max).all(axis=1)
    inside &= np.arange(len(places) - 1) < track.stopped[run]
    if not inside.any():
        return np.zeros(0, dtype=int)
    moved = np.hypot(*np.diff(places[:-1], axis=0).T) * (inside[1:] & inside[:-1])
    length = np.concatenate([[0.0], np.cumsum(moved)])
    chosen: list[int] = []
    for share in (np.arange(10 * count) + 0.25) / (10.0 * count):
        row = min(int(np.searchsorted(length, length[-1] * share, side="left")), len(inside) - 1)
        apart = [float(np.hypot(*(places[row] - places[other]))) for other in chosen]
        far = min(apart, default=np.inf) > LONGEST * 1.1
        if inside[row] and far and len(chosen) < count:
            chosen.append(row)
    return np.array(chosen, dtype=int)


def arrows_at(ax: Axes, place: Array, moves: Sequence[Array], parts: list[Part], theme: Theme) -> list[FancyArrowPatch]:
    """The arrows at a place (2,), along moves (2,) of each part: the longest has one length, the others theirs."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    to_page = ax.transData
    origin, here = to_page.transform(np.zeros(2)), to_page.transform(place)
    ways = [to_page.transform(move) - origin for move in moves]
    longest = max((float(np.hypot(*way)) for way in ways), default=0.0)
    made = []
    for part, way in zip(parts, ways, strict=True):
        share = float(np.hypot(*way)) / longest if longest > 0.0 else 0.0
        if not np.isfinite(share) or share * LONGEST < SHORTEST:
            continue
        end = to_page.inverted().transform(here + way / longest * LONGEST * figure.dpi / 100.0)
        # what was kept is often all that was done: it shows as a casing
        thick = {"taken": 2.0, "gradient": 2.4}.get(part.gid, 5.0)
        arrow = FancyArrowPatch(
            tuple(place), tuple(end), arrowstyle="-|>", mutation_scale=11.0 + 2.0 * thick, shrinkA=0.0, shrinkB=0.0,
            color=part.color, linewidth=thick, linestyle=part.dashes, zorder=6.5,
        )  # fmt: skip
        arrow.set_path_effects([Stroke(linewidth=thick + 2.4, foreground=theme.halo, alpha=0.85), Normal()])
        arrow.set_gid(part.gid)
        made.append(arrow)
    return made


def ellipse_at(ax: Axes, place: Array, size: Array, theme: Theme, filled: bool) -> list[Ellipse]:
    """An ellipse at a place (2,) with half axes in proportion to size (2,), the wider one of one length; or none."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    pixel = np.abs(ax.transData.transform(np.ones(2)) - ax.transData.transform(np.zeros(2)))
    widest = float((size * pixel).max())
    if not widest > 0.0:
        return []
    across = 2.0 * size * WIDEST * figure.dpi / 100.0 / widest
    ellipse = Ellipse(tuple(place), *np.maximum(across, 4.0 / pixel), edgecolor=theme.ink, alpha=0.5, linewidth=1.4,
                      facecolor=theme.halo if filled else "none", zorder=3.8)  # fmt: skip
    ellipse.set_gid("ellipse")
    return [ellipse]


class Insides:
    """The arrows and the ellipse of one run on a landscape.

    bundle: of one run. places: at how many of them a still shows what is inside. parts: the kinds of arrow; rings:
    whether there are ellipses.
    """

    turns, see_through, leads = False, False, False
    bundles: Sequence[Bundle] = ()

    def __init__(self, land: Land, record: Record, bundle: Bundle, places: int) -> None:
        self.land, self.ax, self.theme, self.places = land, land.ax, land.theme, places
        self.track = bundle.track
        run = median_run(record[bundle.track.label])
        alone = dataclasses.replace(record, tracks=(bundle.track,), runs=record.runs[[run]])
        self.last = max(0, int(np.searchsorted(self.track.steps, self.track.stopped[0])) - 1)
        rows = np.arange(self.last + 1)
        self.parts = parts_of(alone, bundle.track, 0, rows, self.theme)
        self._sizes = effective(alone, bundle.track, 0, rows)
        self.rings = bool((self._sizes > 0.0).any())
        self._rows = Rows(self.track)

    def left_out(self) -> list[Artist]:
        """Nothing: the ground is that of the landscape."""
        return []

    def painter(self, canvas: Canvas) -> InsidesPainter:
        """What is inside at the head of the run, new in every frame."""
        return InsidesPainter(self, canvas)

    def activity(self) -> list[Array]:
        """Nothing of its own: the run is on the landscape."""
        return []

    def draw_runs(self) -> None:
        """What is inside at some places along the run."""
        ax = self.ax
        for row in places_of(ax, self.track, 0, self.places):
            for artist in self.artists_at(float(self.track.steps[row]), filled=True):
                artist.set_gid(f"{artist.get_gid()}:{row}")
                ax.add_artist(artist)

    def artists_at(self, step: float, filled: bool = False) -> list[Artist]:
        """The ellipse and the arrows at a step, not on the page yet; none after the run's last step.

        filled: whether the ellipse is, where it lies below the trail.
        """
        ax, points = self.ax, self.track.params[:, :, 0]
        ended = self.track.status[0] != "diverged" and step >= self.track.steps[self.last + 1]
        step = float(self.track.steps[self.last]) if ended else step
        row, _ = self._rows.at(step)
        if row > self.last or not inside_frame(points[row][:, None], self.land.frame)[0]:
            return []
        place = between(points, self._rows, step)
        moves = [self._eased(part.moves, step) for part in self.parts]
        return [
            *ellipse_at(ax, place, self._eased(self._sizes, step), self.theme, filled),
            *arrows_at(ax, place, moves, self.parts, self.theme),
        ]

    def _eased(self, values: Array, step: float) -> Array:
        """values (rows, 2) at a step between two rows."""
        row, share = self._rows.at(step)
        return np.asarray((1.0 - share) * values[row] + share * values[min(row + 1, self.last)])


class InsidesPainter:
    """Paints what is inside at the head of the run, new in every frame."""

    def __init__(self, panel: Insides, canvas: Canvas) -> None:
        self._panel, self._canvas = panel, canvas
        self._box = canvas.panel(panel.ax.bbox.extents)

    def advance(self, step: float) -> None:
        """Nothing stays: arrows and ellipse are of one step."""

    def paint(self, step: float, share: float) -> None:
        """Paint the ellipse and the arrows."""
        for artist in self._panel.artists_at(step):
            self._panel.ax.add_artist(artist)
            artist.draw(self._canvas.top)
            x0, y0, x1, y1 = artist.get_window_extent().extents
            pad = 0.12 * self._canvas.dpi
            self._canvas.mark_dirty(self._canvas.box_of(np.array([[x0, y0], [x1, y1]]), pad, self._box))
            artist.remove()

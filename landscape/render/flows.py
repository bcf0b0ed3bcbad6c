"""Draw the way down as lines or arrows, and what a rule does inside: its gradient, its memory, its step.

flow(ax, surface, frame, LIGHT, "streamlines")
parts = decomposed(record, record["adam"], run=0)     # None where the rule cannot be replayed exactly
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.patheffects import Normal, Stroke

from landscape.component import Array
from landscape.core import Surface
from landscape.engines.arrays import take
from landscape.record import Record, Track
from landscape.render.terrain import Frame
from landscape.render.theme import Theme

Drawing = Literal["streamlines", "arrows"]
ACROSS = 21  # arrows, or points of the grid behind the streamlines for each
MOST_REPLAYED = 50_000
WINDOW = 5  # steps over which the effective step of a coordinate is taken
LONGEST, WIDEST = 78.0, 40.0  # pixels: of an arrow, and half of an ellipse


def flow(ax: Axes, surface: Surface, frame: Frame, theme: Theme, drawing: Drawing) -> None:
    """The direction of -grad f everywhere in the frame; its length is left out."""
    (x0, x1), (y0, y1) = frame
    box = ax.get_window_extent()
    down = round(ACROSS * box.height / box.width)
    fine = 4 if drawing == "streamlines" else 1
    # arrows stand inside the frame, streamlines begin at its edge
    edge = 0.0 if drawing == "streamlines" else 0.5 / ACROSS
    x = np.linspace(x0 + edge * (x1 - x0), x1 - edge * (x1 - x0), ACROSS * fine)
    y = np.linspace(y0 + edge * (y1 - y0), y1 - edge * (y1 - y0), max(down * fine, 4))
    with np.errstate(all="ignore"):
        u, v = -np.asarray(surface.gradient(np.array(np.meshgrid(x, y))), dtype=np.float64)
        # on the screen all have one length
        size = np.hypot(u / (x1 - x0), v / (y1 - y0) * box.height / box.width)
        u, v = (np.where(size > 0.0, part / size, np.nan) for part in (u, v))
    u, v = np.ma.masked_invalid(u), np.ma.masked_invalid(v)
    if drawing == "arrows":
        # arrows are as long as three quarters of their distance
        scale = ACROSS / 0.72
        arrows = ax.quiver(x, y, u / (x1 - x0), v / (y1 - y0) * box.height / box.width, color=theme.line, alpha=0.75,
                           angles="uv", units="width", scale=scale, width=0.0024, pivot="mid", zorder=1.5)  # fmt: skip
        arrows.set_gid("flow")
        return
    with np.errstate(all="ignore"):
        lines = ax.streamplot(x, y, u, v, density=1.15, color=theme.line, linewidth=1.1, arrowsize=1.25, zorder=1.5)
    lines.lines.set_alpha(0.7)
    lines.lines.set_gid("flow")
    ax.set(xlim=(x0, x1), ylim=(y0, y1))


@dataclasses.dataclass(frozen=True, eq=False)
class Part:
    """One kind of arrow. gid, words: what it is; moves: (n, 2), in the surface's units; color; dashes: its line's."""

    gid: str
    words: str
    moves: Array
    color: str
    dashes: str


def decomposed(record: Record, track: Track, run: int) -> Array | None:
    """(rows - 1, dim): where each step would lead from rest without a gradient: what the rule kept from before.

    The pure rule is replayed on the recorded points. None where that does not give the recorded points again, within
    rounding: with noise, where not each step was recorded, or where the rule needs more than a gradient.
    """
    steps = int(track.stopped[run])
    whole = len(track.steps) == track.steps[-1] + 1
    if record.noise is not None or not whole or not 0 < steps <= min(MOST_REPLAYED, len(track.steps) - 1):
        return None
    total = record.starts.shape[1] * record.repeats
    optimizer = take(track.optimizer, record.runs[[run]], total)
    points = track.params[: steps + 1, :, [run]]
    kept = np.empty((steps, record.surface.dim))
    with np.errstate(all="ignore"):
        gradients = np.moveaxis(np.asarray(record.surface.gradient(points[:, :, 0].T)), 0, 1)[:, :, None]
        state = optimizer.init(points[0])
        for row in range(steps):
            here, g, lr = points[row], gradients[row], track.lr[row, [run]]
            kept[row] = (optimizer.apply(here, np.zeros_like(g), state, lr)[0] - here)[:, 0]
            there, state = optimizer.apply(here, g, state, lr)
            if not np.allclose(there, points[row + 1], rtol=1e-9, atol=1e-12):
                return None
    return kept


def parts_of(record: Record, track: Track, run: int, rows: Array, theme: Theme) -> list[Part]:
    """The arrows at recorded rows (n,): down the gradient, what was kept from before, and the step taken."""
    points = track.params[:, :, run]
    with np.errstate(all="ignore"):
        slope = np.asarray(record.surface.gradient(points[rows].T)).T
    steps = np.diff(points, axis=0)
    kept = decomposed(record, track, run)
    before = np.where((rows > 0)[:, None], steps[np.maximum(rows - 1, 0)], 0.0)
    memory = ("kept", "kept from before", kept[rows]) if kept is not None else ("last", "the last step", before)
    found = [
        # as long as plain descent would step, or as the step taken where that is less
        Part("gradient", "down the gradient", -slope * track.lr[rows, run][:, None], theme.runs[3 % len(theme.runs)],
             "dotted"),
        Part(*memory, theme.runs[2 % len(theme.runs)], "dashed"),
        Part("taken", "the step taken", steps[rows], theme.ink, "solid"),
    ]  # fmt: skip
    return [part for part in found if np.any(part.moves != 0.0)]


def effective(record: Record, track: Track, run: int, rows: Array) -> Array:
    """(n, dim): sum |step_i| / sum |g_i| over a few steps up to each row: how far a coordinate goes for its slope."""
    points = track.params[:, :, run]
    steps = np.abs(np.diff(points, axis=0))
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


def draw_parts(ax: Axes, track: Track, run: int, rows: Array, parts: list[Part], theme: Theme) -> list[FancyArrowPatch]:
    """The arrows: at each place the longest has one length, the others theirs in proportion."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = figure.dpi / 100.0
    origin = ax.transData.transform(np.zeros(2))
    drawn = []
    ways = [ax.transData.transform(part.moves) - origin for part in parts]
    for number, row in enumerate(rows):
        here = ax.transData.transform(track.params[row, :, run])
        longest = max((float(np.hypot(*way[number])) for way in ways), default=0.0)
        for part, way in zip(parts, ways, strict=True):
            share = float(np.hypot(*way[number])) / longest if longest > 0.0 else 0.0
            if not np.isfinite(share) or share * LONGEST < 6.0:
                continue
            end = ax.transData.inverted().transform(here + way[number] / longest * LONGEST * scale)
            # what was kept is often all that was done: it shows as a casing
            thick = {"taken": 2.0, "gradient": 2.4}.get(part.gid, 5.0)
            arrow = FancyArrowPatch(
                tuple(track.params[row, :, run]), tuple(end), arrowstyle="-|>", mutation_scale=11.0 + 2.0 * thick,
                shrinkA=0.0, shrinkB=0.0, color=part.color, linewidth=thick, linestyle=part.dashes, zorder=6.5,
            )  # fmt: skip
            arrow.set_path_effects([Stroke(linewidth=thick + 2.4, foreground=theme.halo, alpha=0.85), Normal()])
            arrow.set_gid(f"{part.gid}:{row}")
            ax.add_artist(arrow)
            drawn.append(arrow)
    return drawn


def draw_ellipses(ax: Axes, track: Track, run: int, rows: Array, sizes: Array, theme: Theme) -> list[Ellipse]:
    """At each place an ellipse with half axes in proportion to sizes (n, 2); the widest of all has one width."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    origin = ax.transData.transform(np.zeros(2))
    pixel = np.abs(ax.transData.transform(np.ones(2)) - origin)
    drawn = []
    for row, size in zip(rows, sizes, strict=True):
        widest = float((size * pixel).max())
        if not widest > 0.0:
            continue
        across = 2.0 * size * WIDEST * figure.dpi / 100.0 / widest
        ellipse = Ellipse(tuple(track.params[row, :, run]), *np.maximum(across, 4.0 / pixel), facecolor=theme.halo,
                          edgecolor=theme.ink, alpha=0.5, linewidth=1.4, zorder=3.8)  # fmt: skip
        ellipse.set_gid(f"ellipse:{row}")
        ax.add_artist(ellipse)
        drawn.append(ellipse)
    return drawn

"""Draw the map of how fast runs converge by two of their hyper-parameters, with the stability limit.

draw_map(ax, record, record["momentum"], LIGHT, scale_of(record))
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgb
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from landscape.analysis.convergence_map import decades, measured, wrong
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.style import axes, marks
from landscape.render.style.axes import Which
from landscape.render.style.theme import Dashes, Theme

SIDES: tuple[Which, Which] = ("x", "y")


def draw_map(ax: Axes, record: Record, track: Track, theme: Theme, scale: tuple[float, float]) -> None:
    """The map with its lines."""
    cells, found, theory = measured(record, track)
    axes.dress(ax, theme, ("left", "bottom"))
    edges = [edges_of(ax, which, ticks) for which, ticks in zip(SIDES, (cells.x, cells.y), strict=True)]
    ramp = LinearSegmentedColormap.from_list("ramp", theme.ramp)
    steps = np.where(found > 0.0, 1.0 / np.where(found > 0.0, found, 1.0), 1.0)
    colors = ramp(np.clip(LogNorm(*scale)(steps), 0.0, 1.0))[..., :3]
    colors[~(found > 0.0)] = color_of_rising(theme)
    colors[found == -np.inf] = color_of_diverged(theme)
    ax.pcolormesh(*edges, colors, shading="flat", rasterized=True).set_gid("stability")
    if (found == -np.inf).any():
        hatch_cells(ax, theme, edges, found == -np.inf)
    if theory.limit is not None:
        line_over(ax, theme, theory.limit, cells.y, "dashed", "limit")
    if theory.damped is not None:
        line_over(ax, theme, cells.x, theory.damped, "dotted", "damped")
    j, i = np.nonzero(wrong(found, theory, record.steps))
    if j.size:
        ax.scatter(cells.x[i], cells.y[j], s=26.0, marker="x", color=theme.wrong, linewidths=1.6).set_gid("wrong")
    if (found > 0.0).any():
        row, column = np.unravel_index(int(np.argmax(found)), found.shape)
        for marker in marks.ground("minimum", theme):
            at = [cells.x[column]], [cells.y[row]]
            ax.add_artist(marks.marked(*at, marker, transform=ax.transData, gid="fastest"))


def scale_of(record: Record) -> tuple[float, float]:
    """(fewest, most) steps to a tenth that the colours distinguish."""
    found = np.concatenate([decades(track, float(record.surface.lowest or 0.0)) for track in record.tracks])
    steps = 1.0 / found[found > 0.0]
    low = float(steps.min()) if steps.size else 1.0
    return low, max(10.0 * low, min(float(steps.max()) if steps.size else 10.0, 3.0 * record.steps))


def line_over(ax: Axes, theme: Theme, x: Array, y: Array, dashes: Dashes, gid: str) -> None:
    lines: list[tuple[str, float, Dashes]] = [(theme.paper, 4.2, "solid"), (theme.ink, 2.0, dashes)]
    for color, width, style in lines:
        (line,) = ax.plot(x, y, color=color, linewidth=width, linestyle=style, solid_capstyle="butt")
        line.set_gid(gid if style == dashes else f"casing:{gid}")


def edges_of(ax: Axes, which: Which, ticks: Array) -> Array:
    """The edges of cells about these values, and the axis through them: logarithmic where they are spread so."""
    log = bool(
        ticks[0] > 0.0 and np.ptp(np.diff(np.log(ticks))) < 1e-6 * np.log(ticks[-1] / ticks[0]) and len(ticks) > 2
    )
    places = np.log(ticks) if log else ticks
    middles = (places[1:] + places[:-1]) / 2.0
    ends = np.concatenate([[2.0 * places[0] - middles[0]], middles, [2.0 * places[-1] - middles[-1]]])
    edges = np.exp(ends) if log else ends
    low, high = float(edges[0]), float(edges[-1])
    if which == "x":
        ax.set(xscale="log" if log else "linear", xlim=(low, high))
    else:
        ax.set(yscale="log" if log else "linear", ylim=(low, high))
    if log:
        axes.log_ticks(ax, which, low, high, most=5)
    else:
        axes.even_ticks(ax, which, float(ticks[0]), float(ticks[-1]), most=5)
    return edges


def hatch_cells(
    ax: Axes, theme: Theme, edges: list[Array], cells: Array, hatch: str = "//", color: str | None = None
) -> None:
    """Strokes over some cells (ny, nx), without a seam between them; faint ones of paper where no colour is given."""
    sides = np.diff(np.pad(cells.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    (j, first), (_, last) = np.nonzero(sides == 1), np.nonzero(sides == -1)  # neighbours in a row are one box
    x0, x1, y0, y1 = edges[0][first], edges[0][last], edges[1][j], edges[1][j + 1]
    corners = np.stack([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]).transpose(2, 0, 1)
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(corners))
    shape = Path(corners.reshape(-1, 2), codes)
    edge = (*to_rgb(theme.paper), 0.3) if color is None else color
    ax.add_patch(PathPatch(shape, facecolor="none", edgecolor=edge, hatch=hatch, linewidth=0.0))


def color_of_rising(theme: Theme) -> Array:
    """Between the paper and the ink, nearer to the paper."""
    return _mixed(theme, 0.3 if theme.name == "dark" else 0.5)


def color_of_diverged(theme: Theme) -> Array:
    """The ink; on dark paper a grey, for white would outshine all else."""
    return _mixed(theme, 0.62 if theme.name == "dark" else 1.0)


def _mixed(theme: Theme, share: float) -> Array:
    """Paper and a share of ink."""
    return (1.0 - share) * np.array(to_rgb(theme.paper)) + share * np.array(to_rgb(theme.ink))

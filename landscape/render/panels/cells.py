"""Draw figures of cells by two fields as a map: colours, where runs diverged, and the stability limit.

draw_cells(ax, x, y, middle, diverged, limit, norm, LIGHT)
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize

from landscape import i18n
from landscape.core.component import Array
from landscape.render.panels.convergence_map import SIDES, color_of_diverged, edges_of, hatch_cells, line_over
from landscape.render.style import axes, marks
from landscape.render.style.axes import Which
from landscape.render.style.theme import Theme

FEW = 6  # values that stand side by side with their labels, however far apart they are


def draw_cells(
    ax: Axes, x: Array, y: Array, middle: Array, diverged: Array, limit: Array | None, norm: Normalize, theme: Theme,
    star: bool = True,
) -> None:  # fmt: skip
    """The map of middle (ny, nx), nan where all runs diverged; diverged: (ny, nx) the share that did; limit: (ny,) the
    largest stable x, or None. star: whether the lowest has one."""
    axes.dress(ax, theme, ("left", "bottom"))
    (across, x_edges), (up, y_edges) = (laid_out(ax, which, each) for which, each in zip(SIDES, (x, y), strict=True))
    edges = [x_edges, y_edges]
    ramp = LinearSegmentedColormap.from_list("ramp", theme.ramp)
    gone = ~np.isfinite(middle)
    with np.errstate(all="ignore"):
        shares = np.ma.filled(norm(np.where(gone, norm.vmax or 1.0, middle)), 0.0)
    colors = ramp(np.clip(shares, 0.0, 1.0))[..., :3]
    colors[gone] = color_of_diverged(theme)
    ax.pcolormesh(*edges, colors, shading="flat", rasterized=True).set_gid("cells")
    if gone.any():
        hatch_cells(ax, theme, edges, gone)
    if ((diverged > 0.0) & (diverged < 1.0)).any() and diverged.min() < 0.5 < diverged.max():
        ax.contour(across, up, diverged, levels=[0.5], colors=[theme.wrong], linewidths=2.0).set_gid("half")
    if limit is not None:
        line_over(ax, theme, between(limit, x, across), up, "dashed", "limit")
    if star and not gone.all():
        row, column = np.unravel_index(int(np.nanargmin(np.where(gone, np.nan, middle))), middle.shape)
        for marker in marks.ground("minimum", theme):
            ax.add_artist(marks.marked([across[column]], [up[row]], marker, transform=ax.transData, gid="lowest"))


def laid_out(ax: Axes, which: Which, values: Array) -> tuple[Array, Array]:
    """(where each of the values lies on its axis, the edges of its cells): few of them are steps of one length."""
    if len(values) > FEW:
        return values, edges_of(ax, which, values)
    places = np.arange(len(values), dtype=np.float64)
    edges = np.arange(len(values) + 1) - 0.5
    ax.set(**{f"{which}lim": (edges[0], edges[-1])})
    axes.put_ticks(ax, which, places, [i18n.number(float(value)) for value in values])
    return places, edges


def between(found: Array, values: Array, places: Array) -> Array:
    """Where numbers lie among values with these places: by the logarithm where all are positive; nan beyond."""
    if places is values:
        return found
    with np.errstate(all="ignore"):
        scale = np.log if values[0] > 0.0 else np.positive
        return np.interp(scale(found), scale(values), places, left=np.nan, right=np.nan)

"""Show runs that fill little of a landscape once more, larger, in a corner where no run goes.

inset_at(sheet, land, place, levels)       # an inset on the panel at `place`, where one is of use and has room
"""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.render.pages.sheet import Sheet
from landscape.render.panels.land import Land

FEW = 0.25  # the share of the panel's sides up to which runs are shown again
SIZES = (0.46, 0.42, 0.38)  # of the inset, in sides of the panel
ROOM = 1.12  # from side to side of what the inset shows, in sides of what the runs fill
LEAST_TIMES = 1.4  # magnification
AWAY = 34.0  # pixels from the panel's borders: the names of its axes are there
CLEAR = 18.0  # pixels from anything that the panel shows


def inset_at(sheet: Sheet, land: Land, place: tuple[float, float, float, float], levels: int) -> Land | None:
    """The inset, one more panel; None where the runs fill enough, or where no corner is free."""
    left, top, width, height = place
    for share in SIZES:
        found = _filled(land, share)
        size = share * np.array([width, height])
        corner = None if found is None else _corner(land, size * sheet.scale, AWAY * sheet.scale)
        if found is not None and corner is not None:
            break
    else:
        return None
    (lows, highs), times = found
    at = left + corner[0] / sheet.scale, top + corner[1] / sheet.scale
    ax = sheet.axes(at[0], at[1], float(size[0]), float(size[1]))
    (x0, y0), (x1, y1) = land.ax.transData.inverted().transform([lows, highs])
    frame: Frame = (float(x0), float(x1)), (float(y0), float(y1))
    inset = Land(ax, land.record, frame, land.theme, land.bundles, (), 0)
    inset.judged = land.frame
    inset.draw_ground(levels)
    ax.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
    for spine in ax.spines.values():
        spine.set(color=land.theme.ink, linewidth=1.2)
    ax.set_gid("inset")
    zoomed = Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=land.theme.ink, linewidth=1.2, zorder=3.5)
    zoomed.set_gid("zoomed")
    land.ax.add_artist(zoomed)
    sheet.text(at[0] + 6.0, at[1] - 5.0, f"× {times:.2g}", sheet.theme.tick).set_gid("zoomed")
    return inset


def _filled(land: Land, size: float) -> tuple[tuple[Array, Array], float] | None:
    """(the lowest and the highest place, in pixels, that an inset of a size shows; its magnification), if of use."""
    panel = np.array(land.ax.bbox.extents)
    places = np.concatenate([land.places(b, np.append(b.full, b.thin)).reshape(-1, 2) for b in land.bundles])
    inside = np.all((places >= panel[:2]) & (places <= panel[2:]), axis=1)
    if not inside.all():  # some leave the panel: those fill it
        return None
    lows, highs = places.min(axis=0), places.max(axis=0)
    sides = panel[2:] - panel[:2]
    share = float(np.max((highs - lows) / sides))
    if not 0.0 < share <= FEW or share * float(sides.max()) < 2.0:
        return None
    times = float(np.clip(size / (ROOM * share), 0.0, 10.0))
    half = size / times * sides / 2.0
    middle = np.clip((lows + highs) / 2.0, panel[:2] + half, panel[2:] - half)
    return ((middle - half, middle + half), times) if times >= LEAST_TIMES else None


def _corner(land: Land, size: Array, away: float) -> Array | None:
    """(from the left, from the top) of the panel, in pixels, of the inset in a corner where nothing else is."""
    panel = np.array(land.ax.bbox.extents)
    busy = [land.places(b, np.append(b.full, b.thin)).reshape(-1, 2) for b in land.bundles]
    busy += [land.ax.transData.transform(np.array(line.get_xydata())) for line in land.ax.get_lines()
             if line.get_gid() in ("minimum", "start", "saddle")]  # fmt: skip
    places = np.concatenate(busy)
    boxes = np.array([text.get_window_extent().extents for text in land.ax.texts]).reshape(-1, 4)
    sides = panel[2:] - panel[:2]
    for right, down in ((True, False), (True, True), (False, True), (False, False)):
        at = np.where([right, down], sides - size - away, away)
        low = panel[:2] + np.array([at[0], sides[1] - at[1] - size[1]])
        clear = CLEAR * land.theme.head / 13.0
        taken = np.all((places >= low - clear) & (places <= low + size + clear), axis=1)
        covered = np.all((boxes[:, :2] < low + size) & (boxes[:, 2:] > low), axis=1)
        if not taken.any() and not covered.any():
            return np.asarray(at)
    return None

"""Write into the corners of a landscape, and find where its trails are, which texts keep clear of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from landscape.core.component import Array
from landscape.render.style.theme import Theme


def corner_labels(ax: Axes, labels: Sequence[str], theme: Theme) -> list[Text]:
    """What the coordinates are called, inside the corners, where no other text goes."""
    places = ((1.0, 0.0, (-8, 8), "right", "bottom"), (0.0, 1.0, (8, -8), "left", "top"))
    return [
        _written(ax, label, (x, y), away, theme.label, theme, ha=ha, va=va)
        for label, (x, y, away, ha, va) in zip(labels, places, strict=False)
    ]


def corner_note(ax: Axes, note: str, theme: Theme) -> list[Text]:
    """What the picture lacks, in the corner that has no label."""
    return [_written(ax, note, (0.0, 0.0), (8, 8), 0.86 * theme.tick, theme, ha="left", va="bottom")] if note else []


def _written(
    ax: Axes, words: str, at: tuple[float, float], away: tuple[int, int], size: float, theme: Theme, ha: str, va: str
) -> Text:
    text = ax.annotate(words, at, xycoords="axes fraction", xytext=away, textcoords="offset points", ha=ha, va=va,
                       fontsize=size, color=theme.ink, fontfamily=list(theme.fonts), zorder=8)  # fmt: skip
    text.set_path_effects([withStroke(linewidth=4.0, foreground=theme.halo)])
    return text


def inked(paths: Sequence[Array], ax: Axes, figure: Figure) -> Array:
    """(n, 2): points along paths (rows, 2) of the record, in pixels, for texts to keep clear of."""
    found = [np.empty((0, 2))]
    for path in paths:
        trail = Path(path)
        trail.should_simplify = False
        # what lies on the figure
        for places in map(np.asarray, trail.to_polygons(ax.transData, *figure.bbox.size, closed_only=False)):
            length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
            at = np.linspace(0.0, length[-1], min(400, 2 + int(length[-1] / 6.0)))
            found.append(np.array([np.interp(at, length, side) for side in places.T]).T)
    return np.concatenate(found)

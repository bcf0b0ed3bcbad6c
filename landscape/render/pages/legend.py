"""The legends of Axes that someone else has laid out: each entrant and line of theory, and some levels of the land."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.offsetbox import OffsetBox
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from landscape import i18n
from landscape.analysis.theory import Prediction
from landscape.core.component import Array
from landscape.record import Record
from landscape.render.pages.level_key import COUNTS, chosen, written
from landscape.render.pages.lists import prediction_rows
from landscape.render.panels.land import Land
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words
from landscape.render.text.mathematics import has_mathematics

Corner = Literal["upper right", "upper left", "lower left", "lower right"]

TEXT = 10_000  # so many points weigh as much as a corner of a text


def free_corners(ax: Axes) -> list[Corner]:
    """The corners of a panel, those first in which the fewest points of its lines are, and those with texts last."""
    places = [np.empty((0, 2))]
    for line in ax.get_lines():
        if line.get_transform() == ax.transData:
            with np.errstate(all="ignore"):
                places.append(ax.transLimits.transform(ax.transScale.transform(np.asarray(line.get_xydata()))))
    boxes = [text.get_window_extent() for text in ax.texts if text.get_visible() and text.get_text()]
    for box in boxes:
        corners = ax.transAxes.inverted().transform(box.corners())
        places.append(np.repeat(corners, TEXT, axis=0))
    x, y = np.concatenate(places).T
    sides: dict[Corner, tuple[Array, Array]] = {
        "upper right": (x, y),
        "upper left": (1.0 - x, y),
        "lower left": (1.0 - x, 1.0 - y),
        "lower right": (x, 1.0 - y),
    }
    counts = {
        corner: int(np.sum((away > 0.55) & (away <= 1.0) & (up > 0.6) & (up <= 1.0)))
        for corner, (away, up) in sides.items()
    }
    return sorted(counts, key=lambda corner: counts[corner])


def legend(ax: Axes, record: Record, theme: Theme, lines: Sequence[Prediction] = (), n_hidden: int = 0) -> None:
    """matplotlib's own legend, with each entrant and each line of theory."""
    handles = []
    for index, track in enumerate(record.tracks):
        style = theme.style(index)
        label = i18n.say(theme.language, ", ").join(
            filter(None, (words.label(track, theme), words.fate(track, theme.language)))
        )
        handles.append(Line2D([], [], color=style.color, marker=style.marker, linewidth=theme.trail, label=label))
    for line, row in zip(lines, prediction_rows(lines, theme), strict=True):
        color = theme.wrong if line.violated else theme.quiet
        handles.append(Line2D([], [], color=color, linestyle="--", linewidth=1.8, label=row.name))
    if n_hidden:
        said = i18n.say(theme.language, "{count} lines of theory left out", count=n_hidden)
        handles.append(Line2D([], [], color=theme.quiet, linestyle="--", linewidth=1.8, label=said))
    made = ax.legend(handles=handles, loc=free_corners(ax)[0], prop={"family": list(theme.fonts)}, labelcolor=theme.ink,
              facecolor=theme.paper, edgecolor=theme.grid)  # fmt: skip
    for text in made.get_texts():
        text.set_parse_math(has_mathematics(text.get_text()))


def key_into(ax: Axes, land: Land) -> None:
    """A small legend of some levels, in the freest corner where no other text is; none where there is no room."""
    if land.terrain is None or land.colors is None or len(land.terrain.levels) == 0:
        return
    theme, panel = land.theme, ax.get_window_extent()
    others = [artist for artist in ax.get_children() if isinstance(artist, (Legend, OffsetBox, Text))]
    taken = [artist.get_window_extent() for artist in others if not isinstance(artist, Text) or artist.get_text()]
    inside = [box for box in taken if box.overlaps(panel)]
    for count in COUNTS:
        levels = chosen(land.terrain, count)
        handles = [Patch(facecolor=land.colors(float(land.terrain.tone_of(np.array(level)))), edgecolor=theme.quiet,
                         linewidth=0.8, label=text)
                   for level, text in zip(levels, written(levels), strict=True)]  # fmt: skip
        for corner in free_corners(ax):
            key = Legend(ax, handles, written(levels), loc=corner, ncols=len(handles),
                         prop={"family": list(theme.fonts), "size": "small"}, labelcolor=theme.ink, handlelength=1.0,
                         columnspacing=0.8, handletextpad=0.4, facecolor=theme.paper, edgecolor=theme.grid,
                         title=words.short_name("loss", theme.language), alignment="left",
                         title_fontproperties={"family": list(theme.fonts), "size": "small"})  # fmt: skip
            key.get_title().set_color(theme.ink)
            for drawn, text, level in zip(key.get_patches(), key.get_texts(), levels, strict=True):
                drawn.set_gid(f"level:{float(level)!r}")
                text.set_gid(f"level:{float(level)!r}")
            key.set_zorder(9)
            ax.add_artist(key)
            box = key.get_window_extent()
            if _within(box, panel) and not any(box.overlaps(other) for other in inside):
                return
            key.remove()


def _within(box: Bbox, panel: Bbox) -> bool:
    """Whether a box lies in a panel and takes less than a quarter of it."""
    fits = panel.x0 <= box.x0 and box.x1 <= panel.x1 and panel.y0 <= box.y0 and box.y1 <= panel.y1
    return bool(fits and box.width * box.height < 0.25 * panel.width * panel.height)

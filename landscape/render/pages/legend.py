"""The legend of Axes that someone else has laid out: each entrant, and each line of theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from landscape import i18n
from landscape.analysis.theory import Prediction
from landscape.core.component import Array
from landscape.record import Record
from landscape.render.pages.lists import prediction_rows
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
    words = [text.get_window_extent() for text in ax.texts if text.get_visible() and text.get_text()]
    for box in words:
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

"""Draw a computation with what flows through it: values forward above each step, slopes backward below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import patheffects
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from landscape import i18n
from landscape.analysis.computation_graph import Graph, Node
from landscape.core.component import Array
from landscape.render.canvas.settings import own_settings
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.style.theme import HEIGHT, LIGHT, WIDTH, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_DRAWN, MOST_IN_COLUMN = 60, 9
# The height of a step with its two numbers, and of its box, in pixels of the page.
STEP, BOX = 88.0, 30.0
FOOT = 44.0


@own_settings()
def picture(graph: Graph, title: str, theme: Theme = LIGHT) -> Figure:
    """Steps from left to right in the order in which they are computed, with arrows from what each takes.

    ValueError for more than can be read.
    """
    columns = _columns(graph)
    if len(graph.nodes) > MOST_DRAWN or max(map(len, columns)) > MOST_IN_COLUMN:
        raise ValueError(
            f"a picture of {len(graph.nodes)} steps, {max(map(len, columns))} of them side by side, cannot be read; "
            f"at most {MOST_DRAWN} and {MOST_IN_COLUMN} are drawn"
        )
    sheet = Sheet(WIDTH, HEIGHT, theme)
    top = sheet.heading(title, WIDTH - MARGIN) + 18.0
    ax = sheet.axes(0.0, 0.0, WIDTH, HEIGHT)
    ax.set(xlim=(0.0, WIDTH), ylim=(HEIGHT, 0.0))
    ax.axis("off")
    places = _places(graph, columns, sheet, top)
    scale = min(1.0, (HEIGHT - FOOT - top) / max(map(len, columns)) / STEP)
    _edges(ax, graph, places, sheet, scale)
    for node, (x, y) in zip(graph.nodes, places, strict=True):
        _step(ax, node, x, y, sheet, scale)
    low, size = HEIGHT - 16.0, theme.tick
    above, below, beside = (
        i18n.say(theme.language, text)
        for text in (
            "above: the value, computed forward",
            "below: the output's slope to it, handed back",
            "on an arrow: the step's own slope",
        )
    )
    sheet.text(MARGIN, low, above, size, color=theme.runs[0])
    sheet.text(WIDTH / 2, low, below, size, color=theme.runs[3], ha="center")
    sheet.text(WIDTH - MARGIN, low, beside, size, color=theme.quiet, ha="right")
    return sheet.figure


def label(node: Node) -> str:
    """What is written in a step's box."""
    if not node.operation:
        return node.name or i18n.number(node.value)
    return f"{node.name}: {node.operation}" if node.name else node.operation


def _columns(graph: Graph) -> list[list[int]]:
    """The numbers of the nodes of each depth, ordered so that few arrows cross."""
    depths = graph.depths
    columns = [[i for i, depth in enumerate(depths) if depth == d] for d in range(max(depths) + 1)]
    takers: list[list[int]] = [[] for _ in graph.nodes]
    for i, node in enumerate(graph.nodes):
        for j in node.inputs:
            takers[j].append(i)
    height = np.empty(len(depths))
    for column in columns:
        height[column] = (np.arange(len(column)) + 0.5) / len(column)
    for _ in range(6):
        for column in [*columns, *reversed(columns)]:
            beside = {i: [*graph.nodes[i].inputs, *takers[i]] for i in column}
            column.sort(key=lambda i: float(np.mean(height[beside[i]])))
            for row, i in enumerate(column):
                height[i] = (row + 0.5) / len(column)
    return columns


def _places(graph: Graph, columns: list[list[int]], sheet: Sheet, top: float) -> Array:
    """(nodes, 2): the middle of each box, columns as far apart as their boxes are wide."""
    size = sheet.theme.label
    wide = [max(64.0, *(sheet.measure(label(graph.nodes[i]), size) + 20.0 for i in column)) for column in columns]
    gap = (WIDTH - 2.0 * MARGIN - sum(wide)) / max(1, len(columns) - 1)
    places = np.empty((len(graph.nodes), 2))
    left = MARGIN
    for column, width in zip(columns, wide, strict=True):
        tall = (HEIGHT - FOOT - top) / len(column)
        for row, i in enumerate(column):
            places[i] = left + width / 2.0, top + (row + 0.5) * tall
        left += width + gap
    return places


def _edges(ax: Axes, graph: Graph, places: Array, sheet: Sheet, scale: float) -> None:
    theme = sheet.theme
    for i, node in enumerate(graph.nodes):
        for j, partial in zip(node.inputs, node.partials, strict=True):
            half = [sheet.measure(label(graph.nodes[k]), theme.label * scale) / 2.0 + 10.0 for k in (j, i)]
            begin, end = places[j] + (half[0], 0.0), places[i] - (half[1] + 2.0, 0.0)
            ax.annotate("", end, begin, arrowprops={"arrowstyle": "-|>", "color": theme.quiet, "linewidth": 1.1,
                        "shrinkA": 0.0, "shrinkB": 0.0, "mutation_scale": 11.0}, zorder=1)  # fmt: skip
            if partial != 1.0 and graph.nodes[j].name + graph.nodes[j].operation:
                x, y = begin + 0.42 * (end - begin)
                text = _text(ax, x, y, i18n.number(partial), 11.5 * scale, theme.quiet, theme)
                text.set_bbox({"facecolor": theme.paper, "edgecolor": "none", "pad": 1.0})


def _step(ax: Axes, node: Node, x: float, y: float, sheet: Sheet, scale: float) -> None:
    theme = sheet.theme
    half = sheet.measure(label(node), theme.label * scale) / 2.0 + 9.0
    box = FancyBboxPatch(
        (x - half, y - BOX * scale / 2.0), 2.0 * half, BOX * scale, boxstyle="round,pad=0,rounding_size=8",
        facecolor=theme.ramp[-1] if node.operation else theme.paper, edgecolor=theme.ink, linewidth=1.2, zorder=2,
    )  # fmt: skip
    box.set_gid("step")
    ax.add_patch(box)
    _text(ax, x, y, label(node), theme.label * scale, theme.ink, theme)
    away = (BOX / 2.0 + 11.0) * scale
    if node.operation or node.name:
        _text(ax, x, y - away, i18n.number(node.value), theme.tick * scale, theme.runs[0], theme)
        _text(ax, x, y + away, i18n.number(node.slope), theme.tick * scale, theme.runs[3], theme)


def _text(ax: Axes, x: float, y: float, text: str, size: float, color: str, theme: Theme) -> Text:
    halo = [patheffects.withStroke(linewidth=3.0, foreground=theme.halo)]
    return ax.text(x, y, text, fontsize=size, color=color, ha="center", va="center", fontfamily=list(theme.fonts),
            parse_math=False, path_effects=halo, zorder=3)  # fmt: skip

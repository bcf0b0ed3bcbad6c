"""Find what is wrong with a picture without looking at it: texts, labels, figures and contrast.

    faults(figure, record)      # one line each, none where all is well

Everything is measured from the artists of the figure and, independently of what wrote the texts, from the record.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from landscape.record import Record

LEAST_CONTRAST = 4.5  # of a name with the paper: W3C 2018, Web Content Accessibility Guidelines 2.1, 1.4.3
TOUCHING = 1.0  # pixels by which two texts may overlap
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
NUMBER = "[−0-9.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
LOWEST = re.compile(rf"(?:lowest (median )?loss|最低损失(中位数)?) ({NUMBER}) ?[(（](.*)[)）]")
STEPS = re.compile(r"after (\d+) steps|(\d+) 步之后")


def faults(figure: Figure, record: Record) -> list[str]:
    """What is wrong with a picture of a record."""
    return [*placed(figure), *alike(figure), *pale(figure), *untrue(figure, record), *unlike_levels(figure)]


def texts(figure: Figure) -> list[tuple[Text, Bbox]]:
    """The texts that are seen, with their boxes in pixels."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    ticks = {label for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for label in _beyond(axis)}
    return [
        (text, text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if isinstance(text, Text) and text not in ticks and text.get_visible() and text.get_text().strip()
    ]


def _beyond(axis: object) -> Iterator[Text]:
    """The labels of ticks beyond the ends of an axis, which are made and not drawn."""
    low, high = sorted(axis.get_view_interval())  # type: ignore[attr-defined]
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):  # type: ignore[attr-defined]
        if not low <= tick.get_loc() <= high:
            yield from (tick.label1, tick.label2)


def placed(figure: Figure) -> list[str]:
    """Texts that leave the canvas, and texts that lie on each other."""
    boxes = texts(figure)
    width, height = figure.canvas.get_width_height()
    found = [
        f"off the canvas: {text.get_text()!r}"
        for text, box in boxes
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]
    for (text, box), (other, beside) in itertools.combinations(boxes, 2):
        across, up = min(box.x1, beside.x1) - max(box.x0, beside.x0), min(box.y1, beside.y1) - max(box.y0, beside.y0)
        if across > TOUCHING and up > TOUCHING:
            found.append(f"on each other: {text.get_text()!r} and {other.get_text()!r}")
    return found


def _names(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if str(text.get_gid()).startswith("name:")]  # type: ignore[misc]


def alike(figure: Figure) -> list[str]:
    """Names of different entrants that read the same."""
    styles: dict[str, set[str]] = {}
    for text in _names(figure):
        styles.setdefault(text.get_text(), set()).add(str(text.get_gid()))
    return [f"one name for {len(each)} entrants: {name!r}" for name, each in styles.items() if len(each) > 1]


def pale(figure: Figure) -> list[str]:
    """Names that do not stand out from the paper."""
    paper = _luminance(figure.get_facecolor())
    found = []
    for text in _names(figure):
        low, high = sorted((paper, _luminance(text.get_color())))
        if (high + 0.05) / (low + 0.05) < LEAST_CONTRAST:
            found.append(f"pale: {text.get_text()!r} in {text.get_color()}")
    return found


def _luminance(color: object) -> float:
    lights = np.array(to_rgb(color))  # type: ignore[arg-type]
    return float(
        np.where(lights <= 0.04045, lights / 12.92, ((lights + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    )


def value_of(written: str) -> float:
    """The number that a caption writes: "3.12×10⁻⁷"."""
    mantissa, _, power = written.translate(RAISED).partition("×10")
    return float(mantissa) * 10.0 ** int(power or 0)


def untrue(figure: Figure, record: Record) -> list[str]:
    """Figures of the caption that are not the record's: the number of steps, the lowest loss, and whose it is."""
    said = [text.get_text() for text in figure.texts if text.get_gid() == "caption"]
    if not said:
        return []
    found = []
    for steps in STEPS.findall(said[0]):
        if int("".join(steps)) != record.steps:
            found.append(f"not {record.steps} steps: {said[0]!r}")
    lowest = LOWEST.search(said[0])
    if lowest:
        least = min(map(_last, record.tracks))
        digits = 5.001e-3 * abs(least) + 1e-300
        if not abs(value_of(lowest[3]) - least) <= digits:
            found.append(f"not {least:.3g}: {said[0]!r}")
        label = lowest[4]
        if label in record.labels and not abs(_last(record[label]) - least) <= digits:
            found.append(f"not whose it is: {said[0]!r}")
        if (lowest[1] or lowest[2]) and label in record.labels and record[label].runs < 2:
            found.append(f"no median: {said[0]!r}")
    return found


def _last(track: object) -> float:
    """The lowest of the medians of the last losses over runs with one rate; runs that have diverged have none."""
    last = np.where(track.status == "diverged", np.inf, track.value[-1])  # type: ignore[attr-defined]
    last, rates = np.nan_to_num(last, nan=np.inf), track.lr[0]  # type: ignore[attr-defined]
    return min(float(np.median(last[rates == rate])) for rate in np.unique(rates))


def unlike_levels(figure: Figure) -> list[str]:
    """Swatches of levels that no contour line has."""
    lines = [level for ax in figure.axes for level in _levels(ax)]
    found = []
    for artist in figure.findobj(lambda each: str(each.get_gid()).startswith("level:")):
        level = float(str(artist.get_gid()).removeprefix("level:"))
        if not any(abs(level - line) <= 1e-9 * max(1.0, abs(line)) for line in lines):
            found.append(f"no contour line at {level}")
        elif isinstance(artist, Text) and not abs(value_of(artist.get_text()) - level) <= 0.051 * abs(level) + 1e-12:
            found.append(f"not {level}: {artist.get_text()!r}")
    return found


def _levels(ax: object) -> list[float]:
    return [float(level) for each in ax.collections if hasattr(each, "levels") for level in each.levels]  # type: ignore[attr-defined]

"""Draw maps of how fast runs converge, by two of their hyper-parameters, with the borders that theory knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from landscape import i18n
from landscape.analysis.selection import of_entrant, only_entrant
from landscape.analysis.theory import Rule, eigenvalues
from landscape.core.component import Array, field_hints
from landscape.record import Record, Track
from landscape.render.pages.layouts import LEFT, added, begin, theme_of
from landscape.render.pages.lists import Row, more, told_apart
from landscape.render.pages.page import MARGIN, Page, Sheet
from landscape.render.style import axes, marks
from landscape.render.style.axes import Which
from landscape.render.style.marks import Look
from landscape.render.style.theme import Dashes, Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.render.views.stability import Stability

MOST_MAPS = 6
SIDES: tuple[Which, Which] = ("x", "y")
TITLE, FOOT, AXIS = 30.0, 64.0, 64.0
LINES: dict[str, Dashes] = {"border": "dashed", "near": "dashed", "damped": "dotted"}
NEAR_ROUNDING = 1e-13  # of the first gap: what is below says nothing on the rate
SURE = 3.0  # decades by which theory must tell a fall from a rise before a run can have it wrong
KNOWN = {
    ("sgd", ("lr", "weight_decay")),
    ("momentum", ("lr", "momentum")),
    ("nesterov", ("lr", "momentum")),
}


class Cells(NamedTuple):
    """The map of one entrant. fields: the names of x and y; x: (nx,), y: (ny,), increasing; runs: (ny, nx), the place
    of each cell's run in the record."""

    fields: tuple[str, str]
    x: Array
    y: Array
    runs: Array


def cells_of(track: Track) -> Cells:
    """The grid on which an entrant's runs lie, the rate along x. ValueError where they lie on none."""
    rule = track.optimizer
    varied = {
        name: np.asarray(getattr(rule, name))
        for name in field_hints(type(rule))
        if isinstance(getattr(rule, name), np.ndarray) and np.ptp(getattr(rule, name)) > 0.0
    }
    names = sorted(varied, key=lambda name: name != "lr")
    wanted = 'the view "stability" needs runs on a grid of two hyper-parameters, as landscape.stability_map makes them'
    if len(names) != 2:
        raise ValueError(f"{wanted}; those of {track.label} differ in {', '.join(names) or 'none'}")
    (x, i), (y, j) = (np.unique(varied[name], return_inverse=True) for name in names)
    runs = np.full((len(y), len(x)), -1)
    runs[j[::-1], i[::-1]] = np.arange(track.runs)[::-1]  # of several in one cell, the first
    if (runs < 0).any():
        raise ValueError(f"{wanted}; those of {track.label} leave cells of it empty")
    return Cells((names[0], names[1]), x, y, runs)


def decades(track: Track, lowest: float) -> Array:
    """(runs,): by how many decades a step the loss above the lowest falls; below 0 where it rises, -inf where a run
    diverged."""
    with np.errstate(all="ignore"):
        gap = np.maximum(track.value - lowest, 0.0)
        floor = np.maximum(NEAR_ROUNDING * gap[0], np.spacing(abs(lowest)) * 8.0)
        down = gap <= floor
        row = np.where(down.any(axis=0), np.argmax(down, axis=0), len(gap) - 1)
        row = np.maximum(row, 1)
        end = np.maximum(gap[row, np.arange(track.runs)], floor)
        found = (np.log10(gap[0]) - np.log10(end)) / track.steps[row]
    found = np.where(np.isfinite(found), found, -np.inf)
    return np.where(track.status == "diverged", -np.inf, found)


class Theory(NamedTuple):
    """What theory knows of a map. border: (ny,) the largest stable rate at each y, or None; damped: (nx,) the y of
    critical damping at each x, or None; whole: whether it holds everywhere, and not just near the minimum; falls: (ny,
    nx) by how many decades a step the gap must fall, or None."""

    border: Array | None = None
    damped: Array | None = None
    whole: bool = False
    falls: Array | None = None


def theory_of(record: Record, track: Track, cells: Cells) -> Theory:
    """The border of plain descent by rate and weight decay, or of a heavy ball's and of Nesterov's steps by rate and
    momentum; else nothing."""
    name, fields = track.optimizer.name, cells.fields
    steady = np.ptp(track.lr, axis=0).max() == 0.0
    others = [getattr(track.optimizer, field, 0.0) for field in ("weight_decay", "dampening") if field not in fields]
    if (name, fields) not in KNOWN or not steady or any(np.any(each) for each in others):
        return Theory()
    bowl = eigenvalues(record.surface)
    steepest = _steepest(record, track) if bowl is None else float(bowl[-1])
    if not (np.isfinite(steepest) and steepest > 0.0):
        return Theory()
    if name == "sgd":
        return Theory(2.0 / (steepest + cells.y), whole=bowl is not None)
    border = np.array([Rule(name, 1.0, float(b)).border for b in cells.y]) / steepest
    if bowl is None:
        return Theory(border)
    root = np.sqrt(cells.x * float(bowl[0]))
    damped = np.where(root < 1.0, (1.0 - root) ** 2, np.nan) if name == "momentum" else None
    with np.errstate(divide="ignore"):
        falls = -2.0 * np.log10([[Rule(name, float(x), float(b)).contraction(bowl) for x in cells.x] for b in cells.y])
    return Theory(border, damped, True, falls if record.noise is None else None)


def _steepest(record: Record, track: Track) -> float:
    """The largest eigenvalue of the Hessian at the minimum next to which most runs end, nan where none does."""
    minima = record.surface.minima
    ends = track.params[-1][:, track.status != "diverged"]
    if not minima or not ends.shape[1]:
        return math.nan
    away = np.array([np.sum((ends - point.point[:, None]) ** 2, axis=0) for point in minima])
    most = minima[int(np.bincount(np.argmin(away, axis=0), minlength=len(minima)).argmax())]
    return float(np.linalg.eigvalsh(record.surface.hessian(most.point))[-1])


def wrong(found: Array, theory: Theory, steps: int) -> Array:
    """(ny, nx): where what was measured, decades a step, is not what theory promises without doubt."""
    if theory.falls is None:
        return np.zeros(found.shape, dtype=bool)
    sure = np.abs(theory.falls) * steps > SURE
    return np.asarray(sure & ((theory.falls > 0.0) != (found > 0.0)))


def maps(view: Stability, record: Record) -> Page:
    """One map beside the other, and what the colours mean below."""
    page, top = begin(view, record, False)
    sheet, theme = page.sheet, page.sheet.theme
    record = of_entrant(record, view.entrant)
    shown = record.tracks[:MOST_MAPS]
    count = max(1, len(shown))
    across = math.ceil(count / 2) if count > 3 else 1 if sheet.upright else count
    down = math.ceil(count / across)
    scale = _scale(record)
    bottom = sheet.height - FOOT - _key(sheet, scale, _parts(record, shown), sheet.height - 26.0)
    wide = (sheet.width - LEFT - MARGIN + 62.0) / across
    tall = (bottom - top + 30.0) / down
    names = told_apart(sheet, [Row(words.label(track, theme)) for track in shown], wide - 210.0)
    for number, (track, name) in enumerate(zip(shown, names, strict=True)):
        row, column = divmod(number, across)
        left, above = LEFT + column * wide, top - 30.0 + row * tall + TITLE
        width, height = wide - 62.0, tall - TITLE - AXIS
        ax = sheet.axes(left, above, width, height)
        _draw(ax, record, track, theme, scale)
        cells = cells_of(track)
        sheet.text(left, above - 9.0, name.name, theme.label, weight=theme.bold)
        room = width - sheet.measure(name.name, theme.label, theme.bold) - 14.0
        said = next((text for text in _fastest(record, track, theme) if sheet.measure(text, theme.tick) < room), "")
        sheet.text(left + width, above - 9.0, said, theme.tick, ha="right", color=theme.quiet)
        x, y = (_axis(name, theme) for name in cells.fields)
        sheet.text(left + width / 2.0, above + height + 50.0, x, theme.tick, ha="center")
        if column == 0:
            sheet.text(18.0, above + height / 2.0, y, theme.tick, rotation=90, ha="center", va="center")
    if len(record.tracks) > len(shown):
        page.right = sheet.width - MARGIN - 150.0
        more(sheet, len(record.tracks) - len(shown), page.right + 24.0, top - 40.0)
    place = ", ".join(i18n.number(float(x)) for x in record.starts[:4, 0]) + ", …" * (record.surface.dim > 4)
    page.said = i18n.say(theme.language, "from {place}", place=f"({place})")
    return page


def _fastest(record: Record, track: Track, theme: Theme) -> list[str]:
    """How fast the fastest is and where, the longest first; nothing where none falls."""
    cells, found, _ = _measured(record, track)
    if not (found > 0.0).any():
        return []
    row, column = np.unravel_index(int(np.argmax(found)), found.shape)
    steps = i18n.number(1.0 / float(found[row, column]))
    where = f"{i18n.number(float(cells.x[column]))}, {i18n.number(float(cells.y[row]))}"
    return [
        i18n.say(theme.language, "fastest at {where}: {steps} steps to a tenth", where=where, steps=steps),
        i18n.say(theme.language, "fastest: {steps} steps to a tenth", steps=steps),
        i18n.say(theme.language, "fastest: {steps} steps", steps=steps),
    ]


def map_into(view: Stability, ax: Axes, record: Record) -> list[Artist]:
    """The map of one entrant in `ax`."""
    record = only_entrant(record, view.entrant, view.name)
    before = set(ax.get_children())
    _draw(ax, record, record.tracks[0], theme_of(view, record), _scale(record))
    cells = cells_of(record.tracks[0])
    ax.set(xlabel=cells.fields[0], ylabel=cells.fields[1])
    return added(ax, before)


def _scale(record: Record) -> tuple[float, float]:
    """(fewest, most) steps to a tenth that the colours tell apart."""
    found = np.concatenate([decades(track, float(record.surface.lowest or 0.0)) for track in record.tracks])
    steps = 1.0 / found[found > 0.0]
    low = float(steps.min()) if steps.size else 1.0
    return low, max(10.0 * low, min(float(steps.max()) if steps.size else 10.0, 3.0 * record.steps))


def _parts(record: Record, tracks: Sequence[Track]) -> set[str]:
    """What there is to explain on the maps: "rises", "diverged", "border", "near", "damped", "wrong", "fastest"."""
    parts: set[str] = set()
    for track in tracks:
        _, found, theory = _measured(record, track)
        there = {
            "rises": bool(((found <= 0.0) & (found > -np.inf)).any()),
            "diverged": bool((found == -np.inf).any()),
            "border": theory.border is not None and theory.whole,
            "near": theory.border is not None and not theory.whole,
            "damped": theory.damped is not None,
            "wrong": bool(wrong(found, theory, record.steps).any()),
            "fastest": bool((found > 0.0).any()),
        }
        parts |= {part for part, here in there.items() if here}
    return parts


def _measured(record: Record, track: Track) -> tuple[Cells, Array, Theory]:
    """(cells, decades a step (ny, nx), theory) of an entrant's map."""
    cells = cells_of(track)
    return cells, decades(track, float(record.surface.lowest or 0.0))[cells.runs], theory_of(record, track, cells)


def _draw(ax: Axes, record: Record, track: Track, theme: Theme, scale: tuple[float, float]) -> None:
    """The map with its lines."""
    cells, found, theory = _measured(record, track)
    axes.dress(ax, theme, ("left", "bottom"))
    edges = [_edges(ax, which, ticks) for which, ticks in zip(SIDES, (cells.x, cells.y), strict=True)]
    ramp = LinearSegmentedColormap.from_list("ramp", theme.ramp)
    steps = np.where(found > 0.0, 1.0 / np.where(found > 0.0, found, 1.0), 1.0)
    colors = ramp(np.clip(LogNorm(*scale)(steps), 0.0, 1.0))[..., :3]
    colors[~(found > 0.0)] = _rising(theme)
    colors[found == -np.inf] = _gone(theme)
    ax.pcolormesh(*edges, colors, shading="flat", rasterized=True).set_gid("stability")
    if (found == -np.inf).any():
        _hatch(ax, theme, edges, found == -np.inf)
    if theory.border is not None:
        _line(ax, theme, theory.border, cells.y, "dashed", "border")
    if theory.damped is not None:
        _line(ax, theme, cells.x, theory.damped, "dotted", "damped")
    j, i = np.nonzero(wrong(found, theory, record.steps))
    if j.size:
        ax.scatter(cells.x[i], cells.y[j], s=26.0, marker="x", color=theme.wrong, linewidths=1.6).set_gid("wrong")
    if (found > 0.0).any():
        row, column = np.unravel_index(int(np.argmax(found)), found.shape)
        for look in marks.ground("minimum", theme):
            at = [cells.x[column]], [cells.y[row]]
            ax.add_artist(marks.marked(*at, look, transform=ax.transData, gid="fastest"))


def _line(ax: Axes, theme: Theme, x: Array, y: Array, dashes: Dashes, gid: str) -> None:
    looks: list[tuple[str, float, Dashes]] = [(theme.paper, 4.2, "solid"), (theme.ink, 2.0, dashes)]
    for color, width, style in looks:
        (line,) = ax.plot(x, y, color=color, linewidth=width, linestyle=style, solid_capstyle="butt")
        line.set_gid(gid if style == dashes else f"casing:{gid}")


def _edges(ax: Axes, which: Which, ticks: Array) -> Array:
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


def _hatch(ax: Axes, theme: Theme, edges: list[Array], cells: Array) -> None:
    """Strokes over some cells (ny, nx), without a seam between them."""
    j, i = np.nonzero(cells)
    (x0, x1), (y0, y1) = ((each[k], each[k + 1]) for each, k in zip(edges, (i, j), strict=True))
    corners = np.stack([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]).transpose(2, 0, 1)
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(corners))
    shape = Path(corners.reshape(-1, 2), codes)
    ax.add_patch(PathPatch(shape, facecolor="none", edgecolor=(*to_rgb(theme.paper), 0.3), hatch="//", linewidth=0.0))


def _rising(theme: Theme) -> Array:
    """Between the paper and the ink, nearer to the paper."""
    return _mixed(theme, 0.3 if theme.name == "dark" else 0.5)


def _gone(theme: Theme) -> Array:
    """The ink; on dark paper a grey, for white would outshine all else."""
    return _mixed(theme, 0.62 if theme.name == "dark" else 1.0)


def _mixed(theme: Theme, share: float) -> Array:
    """Paper and a share of ink."""
    return (1.0 - share) * np.array(to_rgb(theme.paper)) + share * np.array(to_rgb(theme.ink))


def _axis(field: str, theme: Theme) -> str:
    """The name of a field along an axis."""
    told = {"lr": "learning rate", "momentum": "momentum"}
    return i18n.say(theme.language, told[field]) if field in told else field.replace("_", " ")


def _entries(parts: set[str], theme: Theme) -> list[tuple[str, str, float]]:
    """(part, what to say, room) of everything that the key explains."""
    said = {
        "wrong": "against theory", "rises": "rises", "diverged": "diverged", "border": "border of stability",
        "near": "border at the minimum", "damped": "critical damping", "fastest": "fastest",
    }  # fmt: skip
    return [
        (part, i18n.say(theme.language, text), 32.0 if part in LINES else 24.0)
        for part, text in said.items()
        if part in parts
    ]


def _key(sheet: Sheet, scale: tuple[float, float], parts: set[str], y: float) -> float:
    """What the colours and the lines mean, in rows upwards from y; returns how much room more rows than one take."""
    theme = sheet.theme
    told = i18n.say(theme.language, "steps to a tenth")
    low, high = (i18n.number(round(each, 1)) for each in scale)
    first = LEFT + sum(sheet.measure(text, theme.tick) for text in (told, low, high)) + 186.0
    rows: list[list[tuple[str, str, float, float]]] = [[]]
    x = first
    for part, text, wide in _entries(parts, theme):
        needed = wide + sheet.measure(text, theme.tick)
        if x + needed > sheet.width - MARGIN:
            rows.append([])
            x = LEFT
        rows[-1].append((part, text, wide, x))
        x += needed + 20.0
    top = y - 28.0 * (len(rows) - 1)
    _strip(sheet, told, low, high, top)
    for number, row in enumerate(rows):
        for part, text, wide, left in row:
            _sign(sheet, part, left, top + 28.0 * number)
            sheet.text(left + wide, top + 28.0 * number, text, theme.tick, color=theme.quiet)
    return y - top


def _strip(sheet: Sheet, told: str, low: str, high: str, y: float) -> None:
    """The colours from few to many steps."""
    theme = sheet.theme
    sheet.text(LEFT, y, told, theme.tick)
    x = LEFT + sheet.measure(told, theme.tick) + 14.0
    sheet.text(x, y, low, theme.tick, color=theme.quiet)
    x += sheet.measure(low, theme.tick) + 8.0
    strip = sheet.axes(x, y - 13.0, 130.0, 15.0)
    ramp = LinearSegmentedColormap.from_list("ramp", theme.ramp)
    strip.imshow(np.linspace(0.0, 1.0, 64)[None], aspect="auto", cmap=ramp)
    strip.set(xticks=[], yticks=[])
    for spine in strip.spines.values():
        spine.set(color=theme.quiet, linewidth=0.8)
    sheet.text(x + 138.0, y, high, theme.tick, color=theme.quiet)


def _sign(sheet: Sheet, part: str, x: float, y: float) -> None:
    """The line, the colour or the mark of a part of the map."""
    theme = sheet.theme
    if part in LINES:
        sheet.figure.add_artist(Line2D(
            [x / sheet.width, (x + 26.0) / sheet.width], [1.0 - (y - 5.0) / sheet.height] * 2,
            transform=sheet.figure.transFigure, color=theme.ink, linewidth=2.0, linestyle=LINES[part],
        ))  # fmt: skip
        return
    looks = {
        "rises": [Look("s", theme.head, to_hex(tuple(_rising(theme))), theme.outline, 0.8)],
        "diverged": [Look("s", theme.head, to_hex(tuple(_gone(theme))), theme.outline, 0.8)],
        "wrong": [Look("x", theme.head - 3.0, theme.wrong, theme.wrong, 1.6)],
        "fastest": marks.ground("minimum", theme),
    }
    for look in looks[part]:
        sheet.mark(x + 8.0, y - 6.0, look)

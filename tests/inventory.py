"""What is on a picture, written down as lines of text; `inventory_changes` says what has changed since.

    lines = inventory(figure)            # "trail:sgd:0 line; ends 508 356.5 639.7 275.5; pen #0073b4 2.2; ..."

Of a figure, each of its Axes and each artist on them there is one line: what it is, and fields that semicolons divide,
each a word and values. Places are in the pixels of a page of 1280x720 (or what a page of another shape has), from the
top left, so that they are the same at any size; a path is told by the box around it, its two ends and the middle of its
points. Images and meshes, and the whole picture, are told by the mean colours of a few cells.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from inventory_changes import WHERE, head_of
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.collections import Collection, QuadMesh
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.offsetbox import OffsetBox
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation, Text

from landscape.render.pages import sheet
from landscape.render.panels import relief_pen

CELLS = 6, 3  # of an image, across and down
PAGE = 12, 6  # of the whole picture
PANEL = 10, 8  # of a panel of a movie's frame, where they are at least so many pixels
LEAST = 16
MOST_COLORS = 6
FEW = 5  # from how many on artists that look alike share a line

USUAL = {Text: 3, Line2D: 7, Rectangle: 1}  # where an artist of a kind is drawn as a rule
KINDS = {Text: "text", Line2D: "line", Rectangle: "area"}
USUAL_SET = ("left", "baseline", "normal")
LONG = 40  # characters that a place takes


REMEMBERED = (sheet._extent, relief_pen._lettered)  # how wide texts are


class Place:
    """From the display's coordinates to the page's."""

    def __init__(self, figure: Figure) -> None:
        width, height = figure.bbox.width, figure.bbox.height
        # as landscape.render.pages.sheet has it: dots an inch are 100 on a page at its own size
        self.scale, self.height = figure.dpi / 100.0, height
        self.size = width / self.scale, height / self.scale

    def __call__(self, points: Any) -> np.ndarray:
        """(n, 2) of points (n, 2)."""
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        return np.column_stack([points[:, 0], self.height - points[:, 1]]) / self.scale


def inventory(figure: Figure) -> list[str]:
    """What is on a figure, one artist a line, and the picture in a few cells, without its texts."""
    figure.draw_without_rendering()
    place = Place(figure)
    lines = [line_of("figure", size=place.size, face=hexed(figure.get_facecolor()))]
    axes = [*figure.axes, *(child for ax in figure.axes for child in ax.child_axes if child not in figure.axes)]
    own = {figure.patch, *axes}
    lines += _artists([artist for artist in figure.get_children() if artist not in own], place)
    for number, ax in enumerate(axes, 1):
        lines += _axes(f"panel {number}", ax, place)
    lines.append(line_of("picture", shades=_cells(_without_texts(figure), PAGE)))
    return shortened(lines)


def _without_texts(figure: Figure) -> np.ndarray:
    """The pixels of a figure (height, width, 4): letters, hatches, legends differ from one matplotlib to the next."""
    texts = [each for kind in (Text, Legend, OffsetBox) for each in figure.findobj(kind) if each.get_visible()]
    hatched = [(artist, artist.get_hatch()) for kind in (Patch, Collection) for artist in figure.findobj(kind)]
    for text in texts:
        text.set_visible(False)
    for artist, _ in hatched:
        artist.set_hatch(None)
    figure.canvas.draw()
    for text in texts:
        text.set_visible(True)
    for artist, hatch in hatched:
        artist.set_hatch(hatch)
    return np.asarray(figure.canvas.buffer_rgba())


def shortened(lines: Sequence[str]) -> list[str]:
    """Lines of which one that is where an earlier one of its panel is says so: two artists often make one mark."""
    heads = Counter(map(head_of, lines))
    found, known = [], {}
    for line in lines:
        if not line.startswith("  "):
            known = {}
        head, *parts = line.split("; ")
        place = tuple(part for part in parts if part.split(" ")[0] in WHERE)
        if place in known:
            found.append("; ".join([head, f"where {known[place]}", *(part for part in parts if part not in place)]))
            continue
        if len("; ".join(place)) > LONG and heads[head] == 1:
            known[place] = head.strip()
        found.append(line)
    return found


def frame(pixels: np.ndarray, panels: Sequence[Axes], **fields: Any) -> list[str]:
    """What is known of a frame of a movie, (height, width, 4) of bytes, and the mean colours of cells of its panels."""
    told = {name: quoted(each) if isinstance(each, str) else each for name, each in fields.items()}
    lines, height = [line_of("frame", **told)], len(pixels)
    for number, ax in enumerate(dict.fromkeys(panels), 1):
        x0, y0, x1, y1 = np.round(ax.bbox.extents).astype(int)
        part = pixels[max(0, height - y1) : height - y0, max(0, x0) : x1]
        cells = tuple(max(1, min(most, n // LEAST)) for most, n in zip(PANEL, part.shape[1::-1], strict=True))
        lines.append(f"  {line_of(f'panel {number}', shades=_cells(part, cells))}")
    return lines


@contextlib.contextmanager
def even_letters() -> Iterator[None]:
    """As long as this lasts, every letter is equally wide, so that texts take the same room whatever draws them."""
    right = RendererAgg.get_text_width_height_descent

    def measured(self: RendererAgg, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        size = self.points_to_pixels(prop.get_size_in_points())
        wide = sum(1.0 if letter > "\u2e00" else 0.62 for letter in s)
        return wide * size * (1.1 if prop.get_weight() == "bold" else 1.0), size, 0.2 * size

    for remembered in REMEMBERED:
        remembered.cache_clear()
    RendererAgg.get_text_width_height_descent = measured  # type: ignore[method-assign]
    try:
        yield
    finally:
        RendererAgg.get_text_width_height_descent = right  # type: ignore[method-assign]
        for remembered in REMEMBERED:
            remembered.cache_clear()


# writing


def quoted(text: Any) -> str:
    """A text or a list of texts in one line, in which no field ends."""
    return json.dumps(text, ensure_ascii=False).replace("; ", ";\\u0020")


def line_of(what: str, **fields: Any) -> str:
    """What it is, and each field that has a value."""
    told = [what]
    for name, value in fields.items():
        values = list(value) if isinstance(value, (tuple, list, np.ndarray)) else [value]
        if values and values != [None] and values != [""]:
            told.append(f"{name} {' '.join(map(_written, values))}")
    return "; ".join(told)


def _written(value: Any) -> str:
    if isinstance(value, (str, bool)):
        return str(value)
    return f"{round(float(value), 1) + 0.0:.6g}" if abs(value) >= 1000.0 else f"{float(value) + 0.0:.4g}"


def _named(gid: str) -> str:
    """A gid, with the numbers in it rounded."""
    return re.sub(r"-?\d+\.\d{4,}(e-?\d+)?", lambda found: f"{float(found[0]):.4g}", gid).strip()


def hexed(color: Any) -> str:
    """ "#0073B4", with how opaque it is where it is not wholly so."""
    if isinstance(color, str) and color == "none":
        return color
    red, green, blue, alpha = to_rgba(color)
    return to_hex((red, green, blue)) + ("" if alpha == 1.0 else f"/{alpha:.2f}")


def _cells(pixels: np.ndarray, cells: tuple[int, int]) -> list[str]:
    """Rows of the mean colours of cells, "#rrggbbrrggbb..."."""
    across, down = min(cells[0], pixels.shape[1]), min(cells[1], pixels.shape[0])
    rows = np.add.reduceat(pixels[..., :3].astype(float), _edges(pixels.shape[0], down), axis=0)
    sums = np.add.reduceat(rows, _edges(pixels.shape[1], across), axis=1)
    tall, wide = (np.diff([*_edges(n, k), n]) for n, k in ((pixels.shape[0], down), (pixels.shape[1], across)))
    means = sums / (tall[:, None, None] * wide[None, :, None])
    return ["#" + row.tobytes().hex() for row in np.rint(np.nan_to_num(means)).astype(np.uint8)]


def _edges(length: int, count: int) -> np.ndarray:
    return np.arange(count) * length // count


def _path(points: np.ndarray, place: Place) -> dict[str, Any]:
    """`path_of` points (n, 2) on the display."""
    return path_of(place(points))


def path_of(points: np.ndarray) -> dict[str, Any]:
    """Of points (n, 2): the box around them, the first and the last, and their mean."""
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return {"points": 0}
    if len(points) == 1:
        return {"at": points[0]}
    box = [*points.min(axis=0), *points.max(axis=0)]
    upright = all(np.min(np.abs(box[i % 2 :: 2] - each)) < 0.01 for point in points for i, each in enumerate(point))
    if upright and len(points) in (4, 5):
        return {"box": box}
    ends = [*points[0], *points[-1]]
    if len(points) == 2:
        return {"ends": ends}
    return {"points": len(points), "box": box, "ends": ends, "mean": points.mean(axis=0)}


def _looks(artist: Artist) -> dict[str, Any]:
    """What every artist has, where it is not as usual."""
    alpha, order = artist.get_alpha(), artist.get_zorder()
    return {
        "z": None if order == USUAL.get(type(artist)) else order,
        "alpha": None if alpha is None else float(np.mean(alpha)),
        "hidden": None if artist.get_visible() else "yes",
        "clipped": None if artist.axes is None or artist.get_clip_on() == _is_clipped(artist) else artist.get_clip_on(),
        "effects": [word for effect in artist.get_path_effects() or () for word in _effect(effect)],
    }


def _is_clipped(artist: Artist) -> bool:
    """Whether an artist of this kind ends with its panel as a rule: markers do not."""
    return not isinstance(artist, Text) and not (isinstance(artist, Line2D) and artist.get_linestyle() == "None")


def _effect(effect: Any) -> Iterator[str]:
    """The kind of a path effect, and what it draws with; `_moved` tells of one that moves a line."""
    if "_moves" not in vars(effect):
        yield type(effect).__name__
        for _, value in sorted(vars(effect).get("_gc", {}).items()):
            yield hexed(value) if isinstance(value, str) else _written(value)


def _artists(artists: Sequence[Artist], place: Place) -> Iterator[str]:
    """The lines of artists, in the order in which they are drawn; many in a row that look alike have one together."""
    ordered = sorted(artists, key=lambda artist: artist.get_zorder())
    for looks, alike in itertools.groupby(ordered, _alone):
        together = list(alike)
        if looks is None or len(together) < FEW:
            yield from (f"  {line}" for artist in together for line in _artist(artist, place))
        else:
            through = np.concatenate([_through(artist) for artist in together])
            yield "  " + line_of(looks[0], times=len(together), **_path(through, place), **dict(looks[1]))


def _alone(artist: Artist) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
    """(what it is, its looks) of a line or an area, by which it is like another one; None of anything else."""
    if not isinstance(artist, (Line2D, Patch)) or not artist.get_visible():
        return None
    fields = (_stroke(artist) if isinstance(artist, Line2D) else _filled(artist)) | _looks(artist)
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return re.sub(r":\d+(?= )", "", _what(artist)), tuple(kept.items())


def _what(artist: Artist) -> str:
    return f"{_named(artist.get_gid() or '')} {KINDS.get(type(artist), type(artist).__name__)}".strip()


def _through(artist: Line2D | Patch) -> np.ndarray:
    """The points of a line or of an area's edge on the display, (n, 2)."""
    if isinstance(artist, Line2D):
        return np.asarray(artist.get_transform().transform(artist.get_xydata()))
    return np.asarray(artist.get_transform().transform_path(artist.get_path()).vertices)


def _artist(artist: Artist, place: Place) -> Iterator[str]:
    """The lines of an artist, and of what it is made of."""
    what = _what(artist)
    match artist:
        case Text():
            if artist.get_text().strip():
                yield line_of(what, **_text(artist, place), **_looks(artist))
        case Line2D():
            yield line_of(what, **_path(_through(artist), place), **_moved(artist), **_stroke(artist), **_looks(artist))
        case Patch():
            yield line_of(what, **_path(_through(artist), place), **_filled(artist), **_looks(artist))
        case AxesImage():
            rgba = artist.to_rgba(artist.get_array(), bytes=True)
            x0, x1, y0, y1 = artist.get_extent()
            corners = place(artist.axes.transData.transform([(x0, y0), (x1, y1)])).ravel()
            drawn = [artist.origin, artist.get_interpolation()]
            yield line_of(what, size=rgba.shape[1::-1], ends=corners, drawn=drawn, shades=_cells(rgba, CELLS),
                        **_looks(artist))  # fmt: skip
        case Collection():
            yield line_of(what, **_collection(artist, place), **_looks(artist))
        case _:
            # matplotlib lays out a legend and its like: told is in which corner, and what, but not where it is there
            yield line_of(what, corner=_corner(artist), **_looks(artist))
            for child in _inside(artist):
                for line in _artist(child, place):
                    head, *parts = line.split("; ")
                    yield "; ".join([f"  {head}", *(part for part in parts if part.split(" ")[0] not in WHERE)])


def _inside(artist: Artist) -> Iterator[Artist]:
    """What a legend or its like shows, without the boxes that lay it out."""
    for child in artist.get_children():
        if isinstance(child, OffsetBox):
            yield from _inside(child)
        else:
            yield child


def _corner(artist: Artist) -> str | None:
    """Where the middle of an artist is in its panel, such as "upper left"."""
    if artist.axes is None or not isinstance(artist, (Legend, OffsetBox)):
        return None
    box = artist.get_window_extent(artist.get_figure(root=True).canvas.get_renderer())
    x, y = artist.axes.transAxes.inverted().transform([(box.x0 + box.x1) / 2.0, (box.y0 + box.y1) / 2.0])
    return f"{'lower' if y < 0.5 else 'upper'} {'left' if x < 0.5 else 'right'}"


def _moved(line: Line2D) -> dict[str, Any]:
    """How far a line is drawn from where it is, in points."""
    moves = [vars(effect)["_moves"] for effect in line.get_path_effects() or () if "_moves" in vars(effect)]
    return {"moved": [np.mean(np.abs(moves[0]))]} if moves else {}


def _text(text: Text, place: Place) -> dict[str, Any]:
    # where matplotlib puts the name of an axis, or a note on a place, it measures in its own way
    at = None if isinstance(text, Annotation) else text.get_transform().transform(text.get_unitless_position())
    given = (text.get_ha(), text.get_va(), text.get_fontweight(), text.get_style())
    return {
        "text": quoted(text.get_text()),
        "at": None if at is None else place(at)[0],
        "noted": [*text.xy, *text.xyann] if isinstance(text, Annotation) else None,
        "font": [text.get_fontsize(), hexed(text.get_color()), *(each for each in given if each not in USUAL_SET)],
        "turned": text.get_rotation() or None,
        "mathematics": "yes" if text.get_parse_math() and "$" in text.get_text() else None,
        "family": "+".join(text.get_fontfamily()) if text.get_fontfamily() != ["DejaVu Sans"] else None,
    }


def _stroke(line: Line2D) -> dict[str, Any]:
    """How a line and its markers are drawn."""
    fields: dict[str, Any] = {}
    if line.get_linestyle() != "None":
        offset, dashes = line._dash_pattern
        fields["pen"] = [hexed(line.get_color()), line.get_linewidth()]
        fields["dashes"] = None if dashes is None else [offset, *dashes]
        shapes = (line.get_solid_capstyle(), line.get_solid_joinstyle(), line.get_drawstyle())
        fields["caps"] = [each for each in shapes if each not in ("round", "projecting", "default")]
    marker = line.get_marker()
    if marker not in ("None", "none", "", " ", None):
        shape = ",".join(map(_written, marker)) if isinstance(marker, tuple) else str(marker)
        if isinstance(marker, Path):
            shape = ",".join([f"path{len(marker)}", *_spread(marker)])
        colors = hexed(line.get_markerfacecolor()), hexed(line.get_markeredgecolor())
        fields["marker"] = [shape, line.get_markersize(), *colors, line.get_markeredgewidth()]
        fields["every"] = None if line.get_markevery() is None else str(line.get_markevery())
    return fields


def _spread(path: Path) -> list[str]:
    return [_written(each) for each in (*path.vertices.min(axis=0), *path.vertices.max(axis=0))]


def _filled(patch: Patch) -> dict[str, Any]:
    filled = patch.get_fill()
    edge = patch.get_linewidth() > 0.0 or patch.get_hatch()
    return {
        "face": hexed(patch.get_facecolor()) if filled else "none",
        "edge": [hexed(patch.get_edgecolor()), patch.get_linewidth()] if edge else None,
        "style": None if patch.get_linestyle() == "solid" else str(patch.get_linestyle()),
        "hatch": patch.get_hatch(),
    }


def _collection(artist: Collection, place: Place) -> dict[str, Any]:
    artist.update_scalarmappable()
    if isinstance(artist, QuadMesh):
        corners = artist.get_transform().transform(artist.get_coordinates().reshape(-1, 2))
        down, across = (n - 1 for n in artist.get_coordinates().shape[:2])
        colors = np.asarray(artist.get_facecolor()).reshape(-1, 4)
        if len(colors) != down * across:  # a colour at each corner
            down, across = down + 1, across + 1
        cells = _cells(255.0 * colors.reshape(down, across, 4), CELLS)
        return {"size": (across, down), **_path(corners, place), "shades": cells}
    fields: dict[str, Any] = {"pieces": len(artist.get_paths())}
    offsets = np.ma.filled(artist.get_offsets(), np.nan)
    given = artist.get_paths()
    if len(offsets) and (len(offsets) > 1 or np.any(offsets != 0.0)):
        fields |= {"spots": len(offsets), **_path(artist.get_offset_transform().transform(offsets), place)}
        fields["shape"] = [word for path in given[:1] for word in _spread(path)]
        fields["msize"] = _few([f"{each:.4g}" for each in artist.get_sizes()]) if hasattr(artist, "get_sizes") else None
    elif given:
        # the middle of lines, and not of their points, of which each version of contourpy puts down its own
        through = [artist.get_transform().transform_path(path).vertices for path in given if len(path)]
        points = place(np.concatenate(through)) if through else np.empty((0, 2))
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            fields["box"] = [*points.min(axis=0), *points.max(axis=0)]
            fields["long"] = sum(_long(place(path)) for path in through)
    if artist.get_edgecolor() is not None and len(artist.get_linewidths()) and max(artist.get_linewidths()) > 0:
        fields["edge"] = _few(map(hexed, artist.get_edgecolor()))
        fields["width"] = _few(f"{each:.4g}" for each in artist.get_linewidths())
    fields["face"] = _few(map(hexed, artist.get_facecolor()))
    fields["dashes"] = _few(str(each) for each in artist.get_linestyles() if each[1] is not None)
    fields["hatch"] = artist.get_hatch()
    return fields


def _long(path: np.ndarray) -> float:
    """How long a path is, in pixels, as far as it is on a page."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    return float(np.sum(steps[np.isfinite(steps)]))


def _few(words: Any) -> list[str]:
    """The words that differ, in their order; of many, how many there are and some of them."""
    found = list(dict.fromkeys(words))
    if len(found) <= MOST_COLORS:
        return found
    picked = [found[round(n * (len(found) - 1) / (MOST_COLORS - 2))] for n in range(MOST_COLORS - 1)]
    return [f"{len(found)}:", *picked]


def _axes(name: str, ax: Axes, place: Place) -> Iterator[str]:
    """The lines of Axes, of their ticks, and of what is on them."""
    sides = [side for side, spine in ax.spines.items() if spine.get_visible()] if ax.axison else []
    spines = [ax.spines[side] for side in sides]
    yield line_of(
        name, box=_path(ax.bbox.corners(), place)["box"], z=ax.get_zorder() or None, gid=ax.get_gid(),
        face=hexed(ax.get_facecolor()) if ax.patch.get_visible() and ax.axison else None, spines=sides,
        line=_few(f"{hexed(each.get_edgecolor())} {each.get_linewidth():.3g}" for each in spines),
        hidden=None if ax.get_visible() else "yes",
    )  # fmt: skip
    titles = (ax.title, ax._left_title, ax._right_title)
    rest = {*ax.spines.values(), ax.xaxis, ax.yaxis, *titles, ax.patch}
    others = [artist for artist in ax.get_children() if artist not in rest and not isinstance(artist, Axes)]
    for axis in (ax.xaxis, ax.yaxis):
        yield from (f"  {line}" for line in _axis(ax, axis, place))
    yield from _artists([*titles, *others], place)


def _axis(ax: Axes, axis: Axis, place: Place) -> Iterator[str]:
    """What is measured along an axis, and its ticks."""
    low, high = axis.get_view_interval()
    yield line_of(f"{axis.axis_name} axis", scale=axis.get_scale(), limits=(low, high))
    if not (ax.axison and axis.get_visible()):
        return
    drawn = axis._update_ticks()
    major = set(axis.get_major_ticks())
    for which, ticks in (("major", [t for t in drawn if t in major]), ("minor", [t for t in drawn if t not in major])):
        if ticks and any(each.get_visible() for each in ticks[0].get_children()):
            yield line_of(f"{axis.axis_name} {which} ticks", **_ticks(ax, axis, ticks, place))
    if axis.label.get_text():
        fields = _text(axis.label, place) | {"at": None, "pad": axis.labelpad}
        yield line_of(f"{axis.axis_name} label", **fields, **_looks(axis.label))


def _ticks(ax: Axes, axis: Axis, ticks: list[Any], place: Place) -> dict[str, Any]:
    """Where ticks are and how they are drawn, which is the same of all."""
    at = place(ax.transData.transform([(tick.get_loc(), tick.get_loc()) for tick in ticks]))
    fields: dict[str, Any] = {"at": at[:, 0 if axis.axis_name == "x" else 1]}
    labels = [label for tick in ticks for label in (tick.label1, tick.label2) if label.get_visible()]
    if labels:
        first = labels[0]
        font = [first.get_fontsize(), hexed(first.get_color()), first.get_rotation(), ticks[0].get_pad()]
        fields |= {"labels": quoted([label.get_text() for label in labels]), "font": font}
    mark, grid = ticks[0].tick1line, ticks[0].gridline
    if mark.get_visible():
        fields["mark"] = [mark.get_markersize(), mark.get_markeredgewidth(), hexed(mark.get_color())]
    if grid.get_visible():
        fields["grid"] = [hexed(grid.get_color()), grid.get_linewidth(), str(ax.get_axisbelow())]
    return fields

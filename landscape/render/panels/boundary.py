"""Draw where a network puts the boundary between classes.

    panel = Boundary(ax, record, LIGHT, index=0)
    panel.draw_ground()                     # axes and examples
    panel.draw_runs()                       # as it is after the last step

In a movie the weights between two recorded rows are on the straight line from one to the other, as the trail is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from landscape import i18n
from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.record import Record
from landscape.render.canvas.canvas import FLAT, Canvas
from landscape.render.panels.rows import Rows, between
from landscape.render.panels.trails import Bundle
from landscape.render.style import axes, marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import Style, Theme
from landscape.render.text.lettering import Lettering
from landscape.surfaces.custom.network import Network

GRID = 121  # points along each side at which the network is evaluated
SHAPES = ("o", "^", "s", "D", "v", "p", "P", "<", "h", ">")
MOST_EXAMPLES = 1500  # are drawn


class Boundary:
    """The panel of classes. accuracy_at: where on the page the accuracy is written in a movie, or None.

    record: of one run an entrant. index: the number of the entrant whose classes colour the ground.
    """

    turns, see_through, leads = False, False, False
    bundles: Sequence[Bundle] = ()

    def __init__(self, ax: Axes, record: Record, theme: Theme, index: int) -> None:
        assert isinstance(record.surface, Network)
        self.ax, self.record, self.theme, self.index = ax, record, theme, index
        self.network: Network = record.surface
        self.frame = self._framed()
        (x0, x1), (y0, y1) = self.frame
        self.x, self.y = np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID)
        places = np.stack([each.ravel() for each in np.meshgrid(self.x, self.y)], axis=1)
        data = self.network.data
        self._inputs = (places - data.center) / data.scale
        self.accuracy_at: tuple[float, float] | None = None

    def _framed(self) -> Frame:
        every = np.concatenate([x for x, _ in self.examples()])
        lows, highs = every.min(axis=0), every.max(axis=0)
        pad = 0.12 * np.maximum(highs - lows, 1e-9)
        (x0, y0), (x1, y1) = lows - pad, highs + pad
        return (float(x0), float(x1)), (float(y0), float(y1))

    def examples(self) -> list[tuple[Array, Array]]:
        """x (n, 2) and y (n,) as they were given, to train on and to test on."""
        data = self.network.data
        kinds = ((data.x, data.y), (data.test_x, data.test_y))
        return [(x[:MOST_EXAMPLES] * data.scale + data.center, y[:MOST_EXAMPLES]) for x, y in kinds]

    # outputs of the network

    def params(self, track: int, row: int = -1) -> Array:
        """(dim,): the weights of an entrant's one run at a recorded row."""
        return np.asarray(self.record.tracks[track].params[row, :, 0])

    def _outputs(self, p: Array) -> Array:
        """(outputs, GRID, GRID), y down the rows."""
        with np.errstate(all="ignore"):
            found = self.network.outputs(p, self._inputs)
        return np.nan_to_num(found, posinf=1e300, neginf=-1e300).reshape(-1, GRID, GRID)

    def margins(self, p: Array) -> Array:
        """(n, GRID, GRID): what vanishes at the boundaries. Of one output, its distance to the middle of the targets;
        of more, how far each is above the largest of the others."""
        f = self._outputs(p)
        if len(f) == 1:
            return f - (0.5 if self.network.loss.coding == "numbers" else 0.0)
        if len(f) == 2:
            return f[1:] - f[:1]
        return np.stack([f[k] - np.max(np.delete(f, k, axis=0), axis=0) for k in range(len(f))])

    def shares(self, p: Array) -> Array:
        """(classes, GRID, GRID): how likely each class is; what is trained on numbers is cut off at 0 and 1."""
        f = self._outputs(p)
        with np.errstate(all="ignore"):
            if self.network.loss.coding == "numbers":
                f = np.clip(f, 0.0, 1.0)
                return np.concatenate([1.0 - f, f]) if len(f) == 1 else f / np.maximum(f.sum(axis=0), 1e-12)
            f = np.concatenate([np.zeros_like(f), f]) if len(f) == 1 else f
            raised = np.exp(f - f.max(axis=0))
            return np.asarray(raised / raised.sum(axis=0))

    def colors(self, p: Array) -> Array:
        """(GRID, GRID, 3): the ground, from 0 to 1."""
        shares = self.shares(p)
        if len(shares) == 2:
            return np.asarray(_map(self.theme)(shares[1])[..., :3])
        return np.tensordot(shares, np.array([to_rgb(each) for each in self.tints()]), axes=(0, 0))

    def tints(self) -> list[str]:
        """The colour of each class on the ground."""
        return [to_hex(each) for each in _map(self.theme)(np.linspace(0.0, 1.0, self.network.dataset.classes))]

    def lines(self, p: Array) -> list[Array]:
        """The boundary: lines (n, 2) through the plane of the data."""
        from contourpy import contour_generator

        found: list[Array] = []
        for margin in self.margins(p):
            found += contour_generator(self.x, self.y, margin).lines(0.0)  # type: ignore[arg-type]
        return found

    # the still parts

    def draw_ground(self) -> None:
        """Axes and examples, and room for what moves."""
        (x0, x1), (y0, y1) = self.frame
        self.ax.set(xlim=(x0, x1), ylim=(y0, y1))
        axes.dress(self.ax, self.theme, ("left", "bottom", "right", "top"))
        axes.even_ticks(self.ax, "x", x0, x1, most=6)
        axes.even_ticks(self.ax, "y", y0, y1, most=6)
        self.marked = [artist for part, (x, y) in enumerate(self.examples()) for artist in self._examples(x, y, part)]
        for artist in self.marked:
            self.ax.add_artist(artist)

    def marker(self, number: int, tested: bool = False) -> MarkerStyle:
        """The mark of an example of a class. tested: whether it is a test example, which has a hollow mark."""
        color = _blend(self.tints()[number], self.theme.ink, 0.62)
        many = sum(len(x) for x, _ in self.examples()) > 250
        size = 5.5 if many else 8.0
        edge = color if tested else self.theme.edge
        face, rim = (self.theme.halo, 1.3) if tested else (color, 0.7)
        return MarkerStyle(SHAPES[number % len(SHAPES)], size, face, edge, rim)

    def _examples(self, x: Array, y: Array, tested: int) -> list[Line2D]:
        made = []
        for number in range(self.network.dataset.classes):
            some, marker = x[y == number].T, self.marker(number, bool(tested))
            gid, over = f"{'test' if tested else 'train'}:{number}", self.ax.transData
            if some.size:
                made.append(marks.marked(some[0], some[1], marker, transform=over, gid=gid, zorder=3.0))
        return made

    def draw_runs(self) -> None:
        """The ground and the boundaries after the last step."""
        (x0, x1), (y0, y1) = self.frame
        image = self.ax.imshow(self.colors(self.params(self.index)), extent=(x0, x1, y0, y1), origin="lower",
                               aspect="auto", interpolation="bilinear", zorder=0)  # fmt: skip
        image.set_gid("classes")
        for number, style in enumerate(self.styles()):
            for path in self.lines(self.params(number)):
                line = Line2D(*path.T, color=style.color, linewidth=self.theme.trail, linestyle=style.dashes,
                              solid_capstyle="round", zorder=4)  # fmt: skip
                line.set_path_effects([Stroke(linewidth=self.theme.casing, foreground=self.theme.halo), Normal()])
                line.set_gid(f"boundary:{self.record.labels[number]}")
                self.ax.add_artist(line)

    def left_out(self) -> list[Artist]:
        """Nothing: the ground is painted over."""
        return []

    def painter(self, canvas: Canvas) -> BoundaryPainter:
        """The classes, a new picture in every frame."""
        return BoundaryPainter(self, canvas)

    def activity(self) -> list[Array]:
        """Nothing of its own: the runs are on the landscape beside it."""
        return []

    def styles(self) -> list[Style]:
        """Of each entrant."""
        return [self.theme.style(number) for number in range(len(self.record))]

    def accuracy(self, p: Array) -> str:
        """ "accuracy 98.5 %"."""
        with np.errstate(all="ignore"):
            share = float(self.network.accuracy(p))
        return i18n.say(self.theme.language, "accuracy {share}", share=i18n.percent(share))


class BoundaryPainter:
    """Paints the panel of classes, which is a new picture in every frame."""

    def __init__(self, panel: Boundary, canvas: Canvas) -> None:
        self._panel, self._canvas = panel, canvas
        self._box = canvas.panel(panel.ax.bbox.extents)
        self._rows = [Rows(track) for track in panel.record.tracks]
        upper, lower, left, right = self._box
        self._tall, self._wide = _steps(lower - upper)[::-1], _steps(right - left).T
        over = [spine for spine in panel.ax.spines.values() if spine.get_visible()]
        patch = canvas.patch([*panel.marked, *over])
        self._reach = patch.box
        # most of the patch is empty
        rows, columns = np.nonzero(patch.cover[..., 0])
        self._inked = rows + patch.rows.start, columns + patch.columns.start
        cover = patch.cover[rows, columns]
        self._ink, self._rest = patch.color[rows, columns] * cover, 1.0 - cover
        theme = panel.theme
        self._pens = [
            (canvas.pen(theme.halo, theme.casing), canvas.pen(style.color, theme.trail)) for style in panel.styles()
        ]
        for pens in self._pens:
            for pen in pens:
                pen.set_clip_rectangle(panel.ax.bbox)
        self._small = Lettering(canvas, theme.fonts, theme.label, theme.ink)

    def advance(self, step: float) -> None:
        """Nothing stays: the classes change everywhere."""

    def paint(self, step: float, share: float) -> None:
        """Paint the panel anew."""
        from matplotlib.path import Path

        panel, canvas = self._panel, self._canvas
        upper, lower, left, right = self._box
        weights = [
            np.asarray(between(track.params[:, :, 0], rows, step))
            for track, rows in zip(panel.record.tracks, self._rows, strict=True)
        ]
        colors = panel.colors(weights[panel.index])
        for channel in range(3):
            shade = self._tall @ (255.0 * colors[..., channel].astype(np.float32)) @ self._wide
            canvas.frame[upper:lower, left:right, channel] = np.rint(shade)
        canvas.frame[upper:lower, left:right, 3] = 255
        rows, columns = self._inked
        canvas.frame[rows, columns, :3] = np.rint(self._ink + self._rest * canvas.frame[rows, columns, :3])
        for p, pens in zip(weights, self._pens, strict=True):
            places = [np.asarray(panel.ax.transData.transform(line)) for line in panel.lines(p)]
            for pen in pens:
                for place in places:
                    canvas.top.draw_path(pen, Path(place), FLAT)  # type: ignore[no-untyped-call]
        canvas.mark_dirty(self._reach)
        canvas.mark_dirty(self._box)
        if panel.accuracy_at is not None:
            self._small.write(panel.accuracy(weights[panel.index]), *panel.accuracy_at, right=True)


def _map(theme: Theme) -> Any:
    return LinearSegmentedColormap.from_list("classes", theme.sides, N=512)


def _blend(color: str, other: str, share: float) -> str:
    """A colour with a share of another."""
    both: Sequence[Any] = (np.array(to_rgb(color)), np.array(to_rgb(other)))
    return to_hex((1.0 - share) * both[0] + share * both[1])


def _steps(pixels: int) -> Array:
    """(pixels, GRID): the weights with which the values at the places make those of the pixels, linearly between."""
    at = np.clip((np.arange(pixels) + 0.5) / pixels * (GRID - 1), 0.0, GRID - 1.0)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(GRID))).astype(np.float32)

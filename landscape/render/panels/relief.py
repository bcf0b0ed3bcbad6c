"""Draw a record's landscape in space, with the trajectories lying on it and their shadows on the floor.

    relief = Relief(ax, record, frame, LIGHT, levels=18)
    relief.draw_runs()                                  # into the Axes, after the last step
    relief.paint(renderer, step=120.0, share=0.5)       # into a picture of its own, half way through a movie

The camera goes around by less than a quarter, so that the axes stay where they are, and ends where it sees most of the
trajectories.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator

from landscape import i18n
from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.record import Record
from landscape.render.canvas.canvas import Canvas, pixels_of, renderer
from landscape.render.panels import terrain
from landscape.render.panels.points import MANY_POINTS, kind_of, marked_points, search_stopped, sorted_out
from landscape.render.panels.relief_mesh import HEIGHT, ground_of, lift_of, packed
from landscape.render.panels.relief_paths import laid, shortened, side_by_side
from landscape.render.panels.relief_pen import ReliefPen
from landscape.render.panels.space import Camera
from landscape.render.panels.trails import MOST_LABELLED, Bundle, bundles, diverged_at, exit_of
from landscape.render.style import marks
from landscape.render.style.theme import COMET_STEPS, Theme
from landscape.render.style.tick_labels import Unit, labelled
from landscape.render.text import captions as words

GRID = 400  # points a side at which the surface is evaluated
DEPTH, LIFT = -0.30, 0.008  # heights of the floor and of the trajectories over the surface, in sides of the plan
ELEVATION = math.radians(33.0)
SWEEP = math.radians(50.0)  # how far the camera goes
FAR = 9.0  # sides of the plan from its middle: what goes farther is out of sight
BEHIND = 0.012  # how far behind the surface a place still counts as seen


class Trail(NamedTuple):
    """A run on the relief. points: (n, 3); steps: (n,), when it is there; diverged: at which step, or infinite."""

    bundle: Bundle
    points: Array
    steps: Array
    diverged: float
    thin: bool


class Relief:
    """The panel in space."""

    turns, see_through, leads = True, False, True

    def __init__(self, ax: Axes, record: Record, frame: Frame, theme: Theme, levels: int) -> None:
        self.ax, self.record, self.frame, self.theme = ax, record, frame, theme
        figure = ax.get_figure(root=True)
        assert figure is not None
        self.dpi = float(figure.dpi)
        land = terrain.sample(record.surface, frame, (GRID, GRID), levels)
        self.terrain = land
        self.note = words.limits(land.coarse, search_stopped(record.surface), language=theme.language)
        self.lift = lift_of(land)
        highest = float(np.max(land.values[np.isfinite(land.values)], initial=-np.inf))
        if highest > float(self.lift.places[-1]):
            cut = i18n.say(
                theme.language, "heights above {loss} are cut", loss=i18n.number(float(self.lift.places[-1]))
            )
            self.note = "\n".join(filter(None, (cut, self.note)))
        self.ground = ground_of(land, self.lift, theme, DEPTH)
        self.bundles = bundles(record, theme)
        self.trails = [self._trail(bundle, int(run), True) for bundle in self.bundles for run in bundle.thin]
        self.trails += [self._trail(bundle, int(run), False) for bundle in self.bundles for run in bundle.full]
        exits = [(b, int(run), exit_of(b.track, int(run), frame)) for b in self.bundles for run in b.full]
        self.exits = [(bundle, run, gone) for bundle, run, gone in exits if gone is not None]
        self.begin, self.end = self._journey()
        self.trails = self._beside(self.trails)

    # the camera

    def azimuth(self, share: float) -> float:
        """Where the camera is after a share of a movie's time: it slows down towards the end."""
        return self.begin + (self.end - self.begin) * math.sin(0.5 * math.pi * min(max(share, 0.0), 1.0))

    def camera(self, share: float, width: int, height: int) -> Camera:
        """The camera after a share of the time, so that the whole journey fits a picture of that size."""
        pad = np.array([4.6, 1.7]) * self.theme.tick * self._unit(width)
        corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (DEPTH, HEIGHT)])
        reach = []
        for part in (0.0, 0.5, 1.0):
            places, _ = Camera(self.azimuth(part), ELEVATION, 1.0, (0.0, 0.0)).project(corners)
            reach += [places.min(axis=0), places.max(axis=0)]
        low, high = np.min(reach, axis=0), np.max(reach, axis=0)
        scale = float(np.min((np.array([width, height]) - 2.0 * pad) / (high - low)))
        middle = np.array([width, height]) / 2.0 - scale * (low + high) / 2.0
        return Camera(self.azimuth(share), ELEVATION, scale, (float(middle[0]), float(middle[1])))

    def _unit(self, width: int) -> float:
        """Pixels of a point, on a picture that wide."""
        return float(self.dpi / 72.0 * width / self.ax.bbox.width)

    def _journey(self) -> tuple[float, float]:
        """(first, last) azimuth: within the quarter, and at the angle, from which most is seen.

        That is, most of the trajectories; and where that is much the same, most of the global minima.
        """
        best, found = -1.0, (0.0, 0.0)
        lowest, minima = self.record.surface.lowest, self.record.surface.minima
        deep = self.plan(np.array([p.point for p in minima if kind_of(p, lowest) == "minimum"]).reshape(-1, 2))
        deep = deep[np.all(np.abs(deep) <= 0.5, axis=1)][:MANY_POINTS]
        deep = np.column_stack([deep, self.ground.height_at(deep) + LIFT])
        full = [trail for trail in self.trails if not trail.thin and len(trail.points)]
        for quarter in range(4):
            for offset, start in ((62.0, 12.0), (28.0, 78.0)):
                end = math.radians(90.0 * quarter + offset)
                camera = Camera(end, ELEVATION, 160.0, (150.0, 100.0))
                depth = self.ground.seen(camera, np.zeros((210, 300), dtype=np.uint32))
                seen = [float(np.mean(visible(trail.points, camera, depth)[1])) for trail in full]
                score = float(np.mean(seen)) if seen else 1.0
                score += 0.3 * float(np.mean(visible(deep, camera, depth)[1])) if len(deep) else 0.0
                if score > best + 0.01:
                    best, found = score, (math.radians(90.0 * quarter + start), end)
        return found

    # the runs

    def plan(self, points: Array) -> Array:
        """(n, 2) in the record's coordinates to the unit square around (0, 0)."""
        lows, highs = np.array(self.frame).T
        return np.asarray((points - lows) / (highs - lows) - 0.5)

    def _trail(self, bundle: Bundle, run: int, thin: bool) -> Trail:
        track = bundle.track
        with np.errstate(all="ignore"):
            plan = shortened(np.nan_to_num(self.plan(track.params[:, :, run]), nan=FAR), FAR)
            plan, steps = laid(plan, np.asarray(track.steps, dtype=np.float64))
        inside = np.all(np.abs(plan) <= 0.5, axis=1)
        height = np.where(inside, self.ground.height_at(np.clip(plan, -0.5, 0.5)) + LIFT, np.nan)
        gone = diverged_at(track, run)
        return Trail(bundle, np.column_stack([np.where(inside[:, None], plan, np.nan), height]), steps, gone, thin)

    def _beside(self, trails: list[Trail]) -> list[Trail]:
        """The trails, those drawn in full beside each other on the plan where they share a path."""
        scale = self.camera(1.0, *(round(size) for size in self.ax.bbox.size)).scale
        full = [number for number, trail in enumerate(trails) if not trail.thin]
        plans = [trails[number].points[:, :2] for number in full]
        for number, plan in zip(full, side_by_side(plans, scale, self.theme.trail * self.dpi / 72.0), strict=True):
            height = self.ground.height_at(np.nan_to_num(plan)) + LIFT
            trails[number] = trails[number]._replace(points=np.column_stack([plan, height + 0.0 * plan[:, 0]]))
        return trails

    def draw_runs(self) -> None:
        """Every run to its end, as a picture in the Axes."""
        width, height = (2 * round(size) for size in self.ax.bbox.size)
        drawn = renderer(width, height, 2.0 * self.dpi)
        self.paint(drawn, float(self.record.steps), 1.0)
        self.ax.imshow(pixels_of(drawn).copy(), aspect="auto", interpolation="antialiased")
        self.ax.set_axis_off()

    def left_out(self) -> list[Artist]:
        """Nothing: its Axes are empty."""
        return []

    def painter(self, canvas: Canvas) -> ReliefPainter:
        """The landscape in space, a new picture in every frame."""
        return ReliefPainter(self, canvas)

    def activity(self) -> list[Array]:
        """The trajectories over the plan, as if that filled the panel."""
        size = min(self.ax.bbox.size)
        runs = [(bundle, run) for bundle in self.bundles for run in bundle.full]
        return [size * np.clip(self.plan(bundle.track.params[:, :, run]), -0.5, 0.5) for bundle, run in runs]

    def paint(self, drawn: RendererAgg, step: float, share: float) -> None:
        """The whole panel at a step, after a share of the movie's time."""
        pixels = pixels_of(drawn)
        height, width = pixels.shape[:2]
        camera = self.camera(share, width, height)
        pen = ReliefPen(drawn, self.theme, self._unit(width))
        picture = pixels.view(np.uint32)[..., 0]
        picture[:] = packed(np.array(to_rgba(self.theme.paper)[:3]))
        self.ground.seen_floor(camera, picture)
        self._draw_frame(pen, camera)
        grown = [grow(trail, step) for trail in self.trails]
        for trail, (points, _) in zip(self.trails, grown, strict=True):
            if not trail.thin and len(points):
                floor = np.column_stack([points[:, :2], np.full(len(points), DEPTH)])
                pen.line(camera.project(floor)[0], trail.bundle.style.color, 1.6, 0.55)
        depth = self.ground.seen(camera, picture)
        self._draw_rim(pen, camera, depth)
        self._draw_marks(pen, camera, depth)
        self._draw_trails(pen, camera, depth, grown, step)
        self._draw_exits(pen, camera, step)
        self._draw_axes(pen, camera)
        for number, line in enumerate(reversed(self.note.splitlines())):
            at = pen.unit * np.array([0.6, -0.6 - 1.3 * number]) * self.theme.tick + np.array([0.0, height])
            pen.text(line, at, self.theme.tick, self.theme.quiet, "left")

    def _draw_trails(
        self, pen: ReliefPen, camera: Camera, depth: Array, grown: list[tuple[Array, Array]], step: float
    ) -> None:
        theme = self.theme
        lines = []
        for trail, (points, steps) in zip(self.trails, grown, strict=True):
            places, seen = visible(points, camera, depth)
            lines.append((trail, places, np.where(seen[:, None], places, np.nan), steps))
        for trail, places, shown, _ in lines:
            if trail.thin:
                pen.line(shown, trail.bundle.style.color, theme.thin, 0.35)
            else:
                pen.line(places, trail.bundle.style.color, 1.2, 0.4)
                pen.line(shown, theme.halo, theme.casing, 0.9)
        for trail, _, shown, steps in lines:
            if not trail.thin:
                pen.line(shown, trail.bundle.style.color, theme.trail, 1.0, trail.bundle.style.dashes)
                pen.line(shown[steps >= step - COMET_STEPS], trail.bundle.style.color, theme.comet, 1.0)
        for trail, places, shown, _ in lines:
            if len(places) and np.isfinite(places[-1]).all() and not trail.thin:
                style = trail.bundle.style
                head, cross = marks.head(style, theme, theme.head), marks.cross(style.color, theme)
                pen.mark(
                    cross if step >= trail.diverged else head, places[-1], 1.0 if np.isfinite(shown[-1]).all() else 0.45
                )

    def _draw_exits(self, pen: ReliefPen, camera: Camera, step: float) -> None:
        """An arrow (a cross where the run diverges) at the edge where a run has left, and of the first few the step."""
        for number, (bundle, run, gone) in enumerate(self.exits):
            if gone.step > step:
                continue
            plan = self.plan(np.array([gone.point, gone.point + 0.01 * gone.direction]))
            height = float(self.ground.height_at(np.clip(plan[:1], -0.5, 0.5))[0]) + LIFT
            (at, beyond), _ = camera.project(np.column_stack([plan, np.full(2, height)]))
            way = (beyond - at) / max(float(np.hypot(*(beyond - at))), 1e-9)
            color, theme = bundle.style.color, self.theme
            diverged = bundle.track.status[run] == "diverged"
            up = way * np.array([1.0, -1.0])  # places count from the top
            pen.mark(marks.cross(color, theme) if diverged else marks.arrow(color, theme, up), at, 1.0)
            if number < MOST_LABELLED:
                said = i18n.say(theme.language, "step {step}", step=gone.step)
                side = "left" if way[0] >= 0.0 else "right"
                aside = 14.0 if side == "left" else -14.0
                place = at + pen.unit * np.array([aside, 5.0 - 1.3 * theme.tick * number])
                pen.text(said, place, theme.tick, bundle.style.text, side, theme.halo)

    # what stands still in the plan

    def _draw_rim(self, pen: ReliefPen, camera: Camera, depth: Array) -> None:
        """The edge of the surface, where it is seen."""
        side = np.linspace(-0.5, 0.5, 160)
        for x, y in ((side, -0.5), (side, 0.5), (-0.5, side), (0.5, side)):
            plan = np.column_stack(np.broadcast_arrays(x, y))
            places, seen = visible(np.column_stack([plan, self.ground.height_at(plan)]), camera, depth)
            pen.line(np.where(seen[:, None], places, np.nan), self.theme.contour, 1.1, 0.8)

    def _draw_marks(self, pen: ReliefPen, camera: Camera, depth: Array) -> None:
        """Critical points and starts."""
        lowest, theme = self.record.surface.lowest, self.theme
        points, _ = sorted_out(marked_points(self.record))
        if len(points) > MANY_POINTS:
            points = [point for point in points if kind_of(point, lowest) == "minimum"][:MANY_POINTS]
        markers = [(point.point, marks.ground(kind_of(point, lowest), theme)) for point in points]
        begins = {tuple(b.track.params[0, :, run]) for b in self.bundles for run in b.full}
        markers += [(np.array(begin), marks.ground("start", theme, len(begins) > 12)) for begin in begins]
        for point, layers in markers:
            plan = self.plan(point[None])
            if np.all(np.abs(plan) <= 0.5):
                raised = np.column_stack([plan, self.ground.height_at(plan) + LIFT])
                places, seen = visible(raised, camera, depth)
                for marker in layers:
                    pen.mark(marker, places[0], 1.0 if seen[0] else 0.3)

    def _draw_frame(self, pen: ReliefPen, camera: Camera) -> None:
        """The border of the floor, and the uprights behind the surface."""
        corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
        floor = np.column_stack([corners, np.full(4, DEPTH)])
        places, depth = camera.project(floor)
        pen.line(places[[0, 1, 2, 3, 0]], self.theme.quiet, 1.0, 0.9)
        for number in np.argsort(depth)[1:]:
            upright = np.array([floor[number], (*corners[number], HEIGHT)])
            pen.line(camera.project(upright)[0], self.theme.quiet, 0.8, 0.45)

    def _draw_axes(self, pen: ReliefPen, camera: Camera) -> None:
        """Ticks and names on the two front edges of the floor and on the upright at the left."""
        theme, surface = self.theme, self.record.surface
        corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
        places, depth = camera.project(np.column_stack([corners, np.full(4, DEPTH)]))
        front = int(np.argmin(depth))
        names = surface.labels[:2] if len(surface.labels) == 2 else ("x", "y")
        for neighbour in ((front + 1) % 4, (front - 1) % 4):
            axis = 0 if corners[front][0] != corners[neighbour][0] else 1
            low, high = self.frame[axis]
            near = low if corners[front][axis] < 0 else high
            ticks = MaxNLocator(4).tick_values(low, high)
            # two labels at the front corner would run into each other
            ticks = [t for t in ticks if low <= t <= high and abs(t - near) > 0.1 * (high - low)]
            out = 1.0 if places[neighbour][0] > places[front][0] else -1.0
            align = "left" if out > 0 else "right"
            shift = np.array([out * 5.0, 0.55 * theme.tick])
            for tick in ticks:
                at = corners[front].astype(float)
                at[axis] = (tick - low) / (high - low) - 0.5
                (place,), _ = camera.project(np.array([[*at, DEPTH]]))
                pen.line(np.array([place, place + pen.unit * np.array([out * 3.5, 3.5])]), theme.quiet, 1.0, 1.0)
                pen.text(i18n.number(float(tick)), place + pen.unit * shift, theme.tick, theme.quiet, align)
            (middle,), _ = camera.project(np.array([[*(corners[front] + corners[neighbour]) / 2.0, DEPTH]]))
            away = np.array([out * 2.6 * theme.tick, 2.1 * theme.tick])
            pen.text(names[axis], middle + pen.unit * away, theme.label, theme.ink, align)
        left = corners[int(np.argmin(places[:, 0]))]
        heights, unit = self._height_ticks()
        last = -np.inf
        for value, height in sorted(heights, key=lambda pair: pair[1]):
            (place,), _ = camera.project(np.array([[*left, height]]))
            if abs(place[1] - last) < 1.15 * theme.tick * pen.unit:  # they would lie on each other
                continue
            last = place[1]
            pen.line(np.array([place, place - pen.unit * np.array([5.0, 0.0])]), theme.quiet, 1.0, 1.0)
            at = place + pen.unit * np.array([-8.0, 0.36 * theme.tick])
            pen.text(value, at, theme.tick, theme.quiet, "right")
        (place,), _ = camera.project(np.array([[*left, HEIGHT]]))
        at = place - pen.unit * np.array([-6.0, 0.9 * theme.tick])
        pen.text(self._height_name(unit), at, theme.label, theme.ink, "right")

    def _height_name(self, unit: Unit) -> str:
        say = i18n.say
        if not self.lift.logarithmic:
            return words.measured_in(say(self.theme.language, "loss"), unit, self.theme.language)
        name = "gap" if self.record.surface.lowest else "loss"
        return say(self.theme.language, name) + say(self.theme.language, ", log scale")

    def _height_ticks(self) -> tuple[list[tuple[str, float]], Unit]:
        """(label, height) of a few losses on the upright, and what is left out of all of them."""
        low, high = float(self.lift.places[0]), float(self.lift.places[-1])
        if not self.lift.logarithmic:
            values = np.array([tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high])
            labels, unit = labelled(values)
            return [(text, float(self.lift.of(value))) for text, value in zip(labels, values, strict=True)], unit
        base = self.record.surface.lowest or 0.0
        found: list[tuple[str, float]] = []
        for power in range(math.floor(math.log10(high - base)), -30, -1):
            height = float(self.lift.of(np.array(base + 10.0**power)))
            if not found or found[-1][1] - height > 0.11 * HEIGHT:
                found.append((i18n.ten(power), height))
            if height <= 0.0:
                break
        return [tick for tick in found if tick[1] > 0.0], Unit()


def grow(trail: Trail, step: float) -> tuple[Array, Array]:
    """(points (n, 3), steps (n,)) up to a step, which may lie between two."""
    count = int(np.searchsorted(trail.steps, step, side="right"))
    if count == len(trail.steps) or count == 0:
        return trail.points[:count], trail.steps[:count]
    share = (step - trail.steps[count - 1]) / (trail.steps[count] - trail.steps[count - 1])
    here = trail.points[count - 1] + share * (trail.points[count] - trail.points[count - 1])
    return np.concatenate([trail.points[:count], here[None]]), np.append(trail.steps[:count], step)


def visible(points: Array, camera: Camera, depth: Array) -> tuple[Array, Array]:
    """(places (n, 2) in pixels, whether each is seen) of points (n, 3) before a picture with depth (height, width)."""
    places, away = camera.project(points)
    height, width = depth.shape
    column, row = np.nan_to_num(places, nan=-1.0).astype(int).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height) & np.isfinite(away)
    nearest = depth[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
    return places, inside & (away <= nearest + BEHIND)


class ReliefPainter:
    """Paints a landscape in space, which is a new picture in every frame."""

    def __init__(self, relief: Relief, canvas: Canvas) -> None:
        self._relief, self._canvas = relief, canvas
        self._box = canvas.panel(relief.ax.bbox.extents)
        upper, lower, left, right = self._box
        self._drawn = renderer(right - left, lower - upper, canvas.dpi)

    def advance(self, step: float) -> None:
        """Nothing stays: the camera moves."""

    def paint(self, step: float, share: float) -> None:
        """Paint the panel anew."""
        upper, lower, left, right = self._box
        self._relief.paint(self._drawn, step, share)
        self._canvas.frame[upper:lower, left:right] = pixels_of(self._drawn)
        self._canvas.mark_dirty(self._box)

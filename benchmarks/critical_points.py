"""Check what each surface says of its list of critical points, by a finder that shares no code with the library's.

    python benchmarks/critical_points.py                    # every surface of one and two dimensions, a line each
    python benchmarks/critical_points.py ackley shubert     # some of them, with the points that are missing
    python benchmarks/critical_points.py --grid 101         # coarser

From every node of a grid from which Newton's method, its Hessian taken from differences of gradients, stays nearby, it
is followed to its end. There the gradient is turned around the point: by how often it turns (the index of Poincaré) and
whether it points outwards, the point is a minimum, a saddle or a maximum. Minima at kinks are searched by descent over
circles. In two dimensions the indices inside add up to how often the gradient turns along the border of the window
(Poincaré and Hopf), which a single point that was overlooked would break: "balanced" says so.

A claim holds where nothing that is listed is wrong, no minimum that was found is below the global one, and, for
`complete`, nothing that was found is missing from the list.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.core.surface import Surface

Array = NDArray[np.float64]

GRID = {1: 20_001, 2: 501}
MOST_STARTS = 60_000
NEWTON_STEPS = 60
DIFFERENCE = 1e-6  # of the window, for the Hessian
NEAR = 2e-6  # of the window: two ends closer than this are one point
RADII = (1e-4, 1e-3, 1e-5, 1e-2)  # of the ellipse on which the gradient is turned, in windows
AROUND = 256  # places on it
CROWD = 40  # so many degenerate points are a line or an area
FEW_WAYS, ROUNDS = 32, 120  # of the descent over circles
RING, VALLEYS = 120, 3
MOST_KINKS = 120
KINK = 1e-4  # of the window: how close descent comes to a kink
MOST_ENDS, FEW_ENDS = 5000, 400  # of more, so many are judged


@dataclasses.dataclass(frozen=True)
class Point:
    """A point that was found. index: how often the gradient turns around it, +1 at extrema, -1 at plain saddles."""

    place: Array
    value: float
    kind: str
    index: int
    degenerate: bool
    kink: bool = False


@dataclasses.dataclass(frozen=True)
class Result:
    """What the check of a surface gave."""

    name: str
    claim: str
    listed: int
    found: list[Point]
    missing: list[Point]
    spurious: list[str]
    lower: list[Point]
    balance: int | None  # the turns along the border less the indices inside; None where it cannot be told
    crowd: bool  # whether critical points fill a line or an area
    seconds: float

    @property
    def verdict(self) -> str:
        """ "ok", or what is wrong."""
        wrong = []
        if self.spurious:
            wrong.append("listed, but none: " + "; ".join(self.spurious[:3]))
        if self.lower:
            wrong.append(f"{len(self.lower)} minima below the lowest listed")
        if self.claim == "complete" and (self.missing or self.crowd):
            wrong.append(f"claims to be complete, {len(self.missing)} missing")
        if self.claim != "complete" and not self.missing and not self.crowd and self.balance in (0, None):
            return "ok; no other was found" if not wrong else "; ".join(wrong)
        return "; ".join(wrong) or "ok"


def ready(name: str) -> bool:
    """Whether a surface can be had by its name alone."""
    cls = ls.surfaces.REGISTRY.get(name)
    return set(field_hints(cls)) <= set(defaults(cls))


class Unit:
    """A surface in coordinates from 0 to 1 over its window."""

    def __init__(self, surface: Surface) -> None:
        self.surface, self.dim = surface, surface.dim
        lows, highs = np.array(surface.window).T
        self.lows, self.size = lows, highs - lows

    def at(self, u: Array) -> Array:
        """Places of the surface."""
        shape = (self.dim, *(1,) * (u.ndim - 1))
        return self.lows.reshape(shape) + self.size.reshape(shape) * u

    def value(self, u: Array) -> Array:
        """(...)."""
        return np.asarray(self.surface.value(self.at(u)))

    def gradient(self, u: Array) -> Array:
        """(dim, ...)."""
        shape = (self.dim, *(1,) * (u.ndim - 1))
        return np.asarray(self.surface.gradient(self.at(u))) * self.size.reshape(shape)

    def hessian(self, u: Array, h: float = DIFFERENCE) -> Array:
        """(dim, dim, ...), from differences of gradients."""
        columns = []
        for i in range(self.dim):
            away = np.zeros((self.dim, *(1,) * (u.ndim - 1)))
            away[i] = h
            columns.append((self.gradient(u + away) - self.gradient(u - away)) / (2.0 * h))
        matrix = np.stack(columns, axis=1)
        return (matrix + np.swapaxes(matrix, 0, 1)) / 2.0


def newton_step(gradient: Array, hessian: Array) -> Array:
    """(dim, ...): H^-1 g in one or two dimensions; nan where H is singular."""
    with np.errstate(all="ignore"):
        if len(gradient) == 1:
            return gradient / hessian[0]
        (a, b), (_, d) = hessian
        x, y = gradient
        scale = np.sqrt(np.abs(a * d)) + np.abs(b)
        det = (a / scale) * (d / scale) - (b / scale) ** 2
        return np.array([(d * x - b * y), (a * y - b * x)]) / scale / scale / det


def starts(unit: Unit, grid: int) -> Array:
    """(dim, n): nodes of the grid from which Newton's method stays within two cells, and cells where every component
    of the gradient changes its sign."""
    axes = np.linspace(0.0, 1.0, grid)
    nodes = np.array(np.meshgrid(*(axes,) * unit.dim, indexing="ij"))
    gradient = unit.gradient(nodes)
    step = newton_step(gradient, unit.hessian(nodes))
    close = np.all(np.abs(step) <= 2.0 / (grid - 1), axis=0) & np.all(np.isfinite(step), axis=0)
    signs = np.sign(gradient)
    crossed = np.ones((grid - 1,) * unit.dim, dtype=bool)
    for component in signs:
        corners = [component[1:], component[:-1]]
        if unit.dim == 2:
            corners = [part for each in corners for part in (each[:, 1:], each[:, :-1])]
        crossed &= np.min(corners, axis=0) != np.max(corners, axis=0)
    chosen = close.copy()
    chosen[(slice(0, -1),) * unit.dim] |= crossed
    found = nodes[:, chosen]
    return found[:, :: 1 + found.shape[1] // MOST_STARTS]


def followed(unit: Unit, u: Array, cell: float) -> Array:
    """(dim, n): where Newton's method ends, of those starts from which it settles in the window."""
    going, last = np.arange(u.shape[1]), np.full(u.shape[1], np.inf)
    u = u.copy()
    for number in range(NEWTON_STEPS):
        # differences finer as it comes closer
        step = newton_step(unit.gradient(u[:, going]), unit.hessian(u[:, going], DIFFERENCE if number < 8 else 1e-7))
        usable = np.all(np.isfinite(step), axis=0)
        step = np.where(usable, np.clip(step, -2.0 * cell, 2.0 * cell), 0.0)
        u[:, going] -= step
        last[going] = np.where(usable, np.max(np.abs(step), axis=0), last[going])
        near = np.all((u[:, going] > -0.05) & (u[:, going] < 1.05), axis=0)
        going = going[(last[going] > 1e-13) & usable & near]
        if not going.size:
            break
    inside = np.all((u >= -1e-9) & (u <= 1.0 + 1e-9), axis=0)
    ends = u[:, inside & (last < 1e-6)]
    return distinct(ends)


def distinct(u: Array) -> Array:
    """One of each group of places (dim, n) that are closer than NEAR."""
    kept: list[Array] = []
    if u.shape[1]:
        tree, open_ = cKDTree(u.T), np.ones(u.shape[1], dtype=bool)
        for number in range(u.shape[1]):
            if open_[number]:
                open_[tree.query_ball_point(u[:, number], NEAR)] = False
                kept.append(u[:, number])
    return np.array(kept).T.reshape(u.shape[0], -1)


def turns(gradients: Array) -> tuple[int, float]:
    """(how often vectors (2, n) along a closed way turn, the largest turn between two neighbours in radians)."""
    angles = np.arctan2(gradients[1], gradients[0])
    steps = np.diff(np.append(angles, angles[0]))
    steps = (steps + np.pi) % (2.0 * np.pi) - np.pi
    return int(np.round(np.sum(steps) / (2.0 * np.pi))), float(np.max(np.abs(steps)))


def judged(unit: Unit, u: Array) -> Point | None:
    """What a place is, by the gradients on an ellipse around it; None where the gradient does not vanish there."""
    curved = unit.hessian(u)
    if not np.all(np.isfinite(curved)):
        return None
    eigenvalues, vectors = np.linalg.eigh(curved)
    largest = float(np.max(np.abs(eigenvalues)))
    degenerate = bool(np.min(np.abs(eigenvalues)) <= 1e-9 * largest)
    shares = np.sqrt(np.maximum(np.abs(eigenvalues), 1e-12 * largest) / largest) if largest else np.ones(unit.dim)
    # an ellipse on which the gradient is about as long everywhere, its longest axis as long as the radius
    axes = vectors / (shares / np.min(shares))
    value = float(unit.value(u))
    here = np.max(np.abs(axes.T @ unit.gradient(u)))
    for radius in RADII:
        if unit.dim == 1:
            outward = np.array([[1.0, -1.0]])
        else:
            angle = 2.0 * np.pi * (np.arange(AROUND) + 0.31) / AROUND
            outward = np.array([np.cos(angle), np.sin(angle)])
        slopes = axes.T @ unit.gradient(u[:, None] + radius * (axes @ outward))
        lengths = np.sqrt(np.sum(slopes * slopes, axis=0))
        if not np.all(np.isfinite(slopes)) or not np.min(lengths) > 0.0 or here > 0.05 * np.median(lengths):
            continue
        rising = np.sum(slopes * outward, axis=0)
        index, jump = turns(slopes) if unit.dim == 2 else (0, 0.0)
        if unit.dim == 1:
            index = int(np.sign(rising[0]) == np.sign(rising[1]))
        if jump > 2.0:
            continue
        kind = "saddle" if index != 1 else "minimum" if np.median(rising) > 0.0 else "maximum"
        return Point(u, value, kind, index, degenerate)
    return None


def low_places(unit: Unit, grid: int) -> Array:
    """(dim, n), from the lowest: nodes that are no higher than all around them."""
    axes = np.linspace(0.0, 1.0, grid)
    nodes = np.array(np.meshgrid(*(axes,) * unit.dim, indexing="ij"))
    values = unit.value(nodes)
    padded = np.pad(np.where(np.isfinite(values), values, np.inf), 1, constant_values=np.inf)
    low = np.isfinite(values)
    for offset in np.ndindex(*(3,) * unit.dim):
        low &= values <= padded[tuple(slice(o, o + n) for o, n in zip(offset, values.shape, strict=True))]
    return nodes[:, low][:, np.argsort(values[low], kind="stable")]


def descended(unit: Unit, u: Array, radius: float) -> tuple[Array, Array]:
    """Where descent over ever smaller circles ends, from places (dim, n): (dim, n); and whether f rises around it.

    The lowest of a few directions is taken at first, later the lowest of all, however narrow the valley is.
    """
    random = np.random.default_rng(5)
    u, radii, each = u.copy(), np.full(u.shape[1], radius), np.arange(u.shape[1])
    value = unit.value(u)
    for number in range(ROUNDS):
        if number % 3 or unit.dim == 1:
            ways = outward(unit.dim, FEW_WAYS, random.uniform(0.0, 2.0 * np.pi))
            tried = u[:, :, None] + radii[:, None] * ways[:, None, :]
            values = unit.value(np.clip(tried, 0.0, 1.0))
            best = np.argmin(np.where(np.isfinite(values), values, np.inf), axis=1)
            places, values = np.clip(tried[:, each, best], 0.0, 1.0), values[each, best]
        else:
            places, values = extreme(unit, u, radii, -1.0)
        better = (values < value) & np.all((places >= 0.0) & (places <= 1.0), axis=0)
        u[:, better], value[better] = places[:, better], values[better]
        radii = np.maximum(np.where(better, 1.2 * radii, radii / 2.5), 1e-9)
    rises = np.all((u > 1e-9) & (u < 1.0 - 1e-9), axis=0)
    noise = 1e-13 * np.abs(value)
    for ring in (1e-7, 1e-6, 1e-5, 1e-4):
        lowest = extreme(unit, u, np.full(u.shape[1], ring), -1.0)[1]
        rises &= lowest >= value - noise
    return u, rises & (lowest > value + noise)  # not flat


def extreme(unit: Unit, u: Array, radii: Array, sign: float) -> tuple[Array, Array]:
    """(places (dim, n), values (n,)): the highest (sign 1) or lowest (-1) on circles around places (dim, n).

    Valleys and ridges that are too narrow for the few directions that are looked at first are zoomed in to.
    """
    each = np.arange(u.shape[1])
    if unit.dim == 1:
        places = u[:, :, None] + radii[:, None] * np.array([1.0, -1.0])
        values = sign * unit.value(places)
        best = np.argmax(values, axis=1)
        return places[:, each, best], sign * values[each, best]
    ring = sign * unit.value(u[:, :, None] + radii[:, None] * outward(2, RING, 0.1)[:, None, :])
    tops = (ring >= np.roll(ring, 1, axis=1)) & (ring >= np.roll(ring, -1, axis=1))
    order = np.argsort(-np.where(tops & np.isfinite(ring), ring, -np.inf), axis=1)[:, :VALLEYS]
    middle, width = 0.1 + 2.0 * np.pi * order / RING, 2.0 * np.pi / RING
    for _ in range(20):
        angles = middle[:, :, None] + width * np.linspace(-1.0, 1.0, 11)
        places = u[:, :, None, None] + radii[:, None, None] * np.array([np.cos(angles), np.sin(angles)])
        values = sign * unit.value(places)
        values = np.where(np.isfinite(values), values, -np.inf)
        best = np.argmax(values, axis=2)
        middle, width = np.take_along_axis(angles, best[:, :, None], axis=2)[:, :, 0], width / 5.0
    flat = np.argmax(values.reshape(len(each), -1), axis=1)
    return places.reshape(2, len(each), -1)[:, each, flat], sign * values.reshape(len(each), -1)[each, flat]


def outward(dim: int, many: int, turn: float) -> Array:
    """(dim, n): directions all around."""
    if dim == 1:
        return np.array([[1.0, -1.0]])
    angle = turn + 2.0 * np.pi * np.arange(many) / many
    return np.array([np.cos(angle), np.sin(angle)])


def border_turns(unit: Unit) -> int | None:
    """How often the gradient turns along the border of the window; None where it vanishes or jumps on it."""
    t = np.linspace(0.0, 4.0, 8001)[:-1]
    for _ in range(50):
        angles = np.arctan2(*unit.gradient(_border(t))[::-1])
        steps = np.abs((np.diff(np.append(angles, angles[0])) + np.pi) % (2.0 * np.pi) - np.pi)
        wide = steps > 0.5
        if not np.any(wide):
            return turns(unit.gradient(_border(t)))[0]
        gaps = np.diff(np.append(t, 4.0))
        if np.min(gaps[wide]) < 1e-13 or len(t) > 50_000:
            return None
        t = np.sort(np.concatenate([t, (t + gaps / 2.0)[wide]]))
    return None


def _border(t: Array) -> Array:
    """(2, n): places on the border of the unit square, by the way there from the corner 0, counter-clockwise."""
    side, s = np.floor(t), t % 1.0
    x = np.select([side == 0, side == 1, side == 2], [s, 1.0, 1.0 - s], 0.0)
    y = np.select([side == 0, side == 1, side == 2], [0.0, s, 1.0], 1.0 - s)
    return np.array([x, y])


def find(surface: Surface, grid: int) -> list[Point]:
    """The critical points of a window of one or two dimensions, and the minima at kinks."""
    unit = Unit(surface)
    cell = 1.0 / (grid - 1)
    ends = followed(unit, starts(unit, grid), cell)
    if ends.shape[1] > MOST_ENDS:  # a line or an area of them, or ripples upon ripples
        ends = ends[:, :: 1 + ends.shape[1] // FEW_ENDS]
    found = [point for end in ends.T if (point := judged(unit, end)) is not None]
    places = low_places(unit, min(grid, 401) if surface.dim == 2 else grid)[:, :MOST_KINKS]
    if found and places.size:
        known = cKDTree(np.array([point.place for point in found]))
        places = places[:, known.query(places.T)[0] > 1.5 * cell]
    if places.size:
        lows, rises = descended(unit, places, cell)
        lows = distinct_coarsely(lows[:, rises])
        seen = cKDTree(np.array([point.place for point in found])) if found else None
        for low in lows.T:
            if seen is None or seen.query(low)[0] > KINK:
                found.append(Point(low, float(unit.value(low)), "minimum", 1, False, kink=True))
    return found


def distinct_coarsely(u: Array) -> Array:
    """One of each group of places that descent without slopes cannot tell apart."""
    kept: list[Array] = []
    for place in u.T:
        if all(np.max(np.abs(place - other)) > KINK for other in kept):
            kept.append(place)
    return np.array(kept).T.reshape(u.shape[0], -1)


def check(surface: Surface, grid: int | None = None) -> Result:
    """What a surface of one or two dimensions lists against what this finder finds."""
    begin = time.perf_counter()
    grid = grid or GRID[surface.dim]
    unit = Unit(surface)
    lows = unit.lows
    with np.errstate(all="ignore"):
        found = find(surface, grid)
        listed = [(np.asarray(p.point - lows) / unit.size, p) for p in surface.critical_points]
        inside = [(u, p) for u, p in listed if np.all((u >= -1e-9) & (u <= 1.0 + 1e-9))]
        spurious = [f"{p.kind} {p.point.tolist()}" for u, p in inside if not _confirmed(unit, u, p)]
        tree = cKDTree(np.array([u for u, _ in inside])) if inside else None
        near = {True: KINK, False: 1e-5}
        # where the gradient turns not at all, f goes on: a shoulder is no critical point that anybody would miss
        turning = [p for p in found if p.index or (surface.dim == 1 and p.kind != "saddle")]
        missing = [p for p in turning if tree is None or tree.query(p.place)[0] > near[p.kink]]
        crowd = sum(point.degenerate for point in found) > CROWD
        lowest = surface.lowest
        range_ = float(np.ptp([point.value for point in found])) if found else 0.0
        bound = -np.inf if lowest is None else lowest - 1e-9 * max(abs(lowest), range_)
        lower = [point for point in found if point.kind == "minimum" and point.value < bound]
        balance = None
        smooth = not any(point.kink for point in found) and not any(p.kink for p in surface.critical_points)
        if surface.dim == 2 and smooth and not crowd:
            along = border_turns(unit)
            balance = None if along is None else along - sum(point.index for point in found)
    seconds = time.perf_counter() - begin
    return Result(
        surface.name, surface.completeness, len(listed), found, missing, spurious, lower, balance, crowd, seconds
    )


def _confirmed(unit: Unit, u: Array, point: Any) -> bool:
    """Whether a listed point is what it is said to be."""
    if not point.kink:
        judgement = judged(unit, u)
        if judgement is not None:
            return judgement.kind == point.kind
    value = float(unit.value(u))
    noise = 1e-13 * abs(value)
    for radius in np.array([[1e-6], [1e-5], [1e-4], [1e-3]]):
        up = extreme(unit, u[:, None], radius, 1.0)[1][0] > value + noise
        down = extreme(unit, u[:, None], radius, -1.0)[1][0] < value - noise
        if up or down:
            return (up, down) == {"minimum": (True, False), "maximum": (False, True)}.get(point.kind, (True, True))
    return bool(point.degenerate)


def main() -> int:
    """Print a line for each surface and the sums; 1 where a claim does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--grid", type=int)
    given = parser.parse_args()
    names = given.names or ls.surfaces.names()
    claims: Counter[str] = Counter()
    results = []
    heads = ("claim", 10), ("listed", 8), ("found", 7), ("missing", 9), ("spurious", 9), ("border", 9), ("s", 7)
    print(f"{'surface':28}" + "".join(f"{head:>{width}}" for head, width in heads) + "  verdict")
    for name in names:
        if not ready(name):
            claims["of another surface"] += 1
            continue
        surface = ls.surface(name)
        claims[surface.completeness] += 1
        if surface.dim > 2:
            print(f"{name:28}{surface.completeness:>10}{len(surface.critical_points):>8}  ({surface.dim} dimensions)")
            continue
        r = check(surface, given.grid)
        results.append(r)
        border = "" if r.balance is None else "balanced" if r.balance == 0 else f"{r.balance:+d}"
        crowd = " (a line of points)" if r.crowd else ""
        print(f"{name:28}{r.claim:>10}{r.listed:>8}{len(r.found):>7}{len(r.missing):>9}{len(r.spurious):>9}{border:>9}"
              f"{r.seconds:>7.1f}  {r.verdict}{crowd}", flush=True)  # fmt: skip
        if given.names:
            for point in r.missing[:40]:
                place = Unit(surface).at(point.place).tolist()
                notes = " at a kink" * point.kink + " (degenerate)" * point.degenerate
                print(f"    missing: {point.kind}{notes} {place} {point.value}")
    print(f"\nclaims: {dict(claims)}")
    print(f"listed {sum(r.listed for r in results)}, found {sum(len(r.found) for r in results)}, "
          f"missing {sum(len(r.missing) for r in results)}, {sum(r.seconds for r in results):.0f} s")  # fmt: skip
    return int(any(not r.verdict.startswith("ok") for r in results))


if __name__ == "__main__":
    sys.exit(main())

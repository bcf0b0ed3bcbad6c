"""Draw trails that share a path beside each other: each is moved across its own way by a few pixels where others are.

moves = beside(paths, apart=3.5)                        # (rows, 2) of each path (rows, 2), in pixels
line.set_path_effects([Moved(moves[0], Normal())])      # draws a line that far from its data
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.transforms import IdentityTransform, Transform

from landscape.core.component import Array

MOST_PATHS = 12  # more would be beside each other all over the place
STEP = 3.0  # pixels from sample to sample along a path
MOST_SAMPLES = 3000
SMOOTH = 9  # samples over which a path comes to its place beside another
NEAR = 1.1  # how near another path is for the two to be one, in distances between those beside each other
WIDEST = 15.0  # pixels from the first to the last of those beside each other
ENDS = 14.0  # pixels from either end within which a path goes back to where it is


class _Samples:
    """Places along a path, equally far apart. at: (n,) how far along; places, ways: (n, 2)."""

    def __init__(self, path: Array, box: tuple[Array, Array]) -> None:
        low, high = box
        self.known = np.clip(np.nan_to_num(path, nan=0.0), low, high)
        self.length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.known, axis=0).T))])
        total = float(self.length[-1])
        self.at = np.linspace(0.0, total, int(np.clip(total / STEP, 2, MOST_SAMPLES)))
        self.places = np.array([np.interp(self.at, self.length, side) for side in self.known.T]).T
        ahead, behind = np.roll(self.places, -2, axis=0), np.roll(self.places, 2, axis=0)
        ahead[-2:], behind[:2] = self.places[-1], self.places[0]
        ways = ahead - behind
        size = np.hypot(*ways.T)[:, None]
        self.ways = np.where(size > 0.0, ways / np.where(size > 0.0, size, 1.0), 0.0)


class _Near:
    """Finds which sample of a path is near a place: the panel's pixels, each with the number of one, or -1."""

    def __init__(self, samples: _Samples, low: Array, high: Array, reach: float) -> None:
        self._low, size = low, np.ceil(high - low).astype(int) + 1
        self._numbers = np.full(tuple(size), -1, dtype=np.int32)
        pixels = np.arange(-int(reach), int(reach) + 1)
        around = np.array(np.meshgrid(pixels, pixels)).reshape(2, -1).T
        away = np.hypot(*around.T)
        here = np.round(samples.places - low).astype(int)
        for offset in around[np.argsort(-away)][np.sort(-away) >= -reach]:  # the nearest pixels last
            x, y = np.clip(here + offset, 0, size - 1).T
            self._numbers[x, y] = np.arange(len(here))

    def of(self, places: Array) -> Array:
        """(n,): the number of the sample near each of the places (n, 2), -1 where there is none."""
        x, y = np.round(places - self._low).astype(int).T
        return np.asarray(self._numbers[x, y])


def beside(paths: Sequence[Array], apart: float, box: tuple[Array, Array]) -> list[Array]:
    """How far to move each of several paths (rows, 2), all in pixels, so that those which go the same way are seen.

    apart: how far from each other; box: the lowest and the highest (x, y) that is drawn. Ends stay where they are.
    """
    still = [np.zeros_like(path) for path in paths]
    if not 2 <= len(paths) <= MOST_PATHS:
        return still
    samples = [_Samples(path, box) for path in paths]
    near = [_Near(each, *box, NEAR * apart) for each in samples]
    moves = []
    for number, mine in enumerate(samples):
        before, count = np.zeros(len(mine.at)), np.ones(len(mine.at))
        sign, led = np.ones(len(mine.at)), np.full(len(mine.at), False)
        for other, finder in enumerate(near):
            if other == number:
                continue
            nearest = finder.of(mine.places)
            here = nearest >= 0
            count += here
            if other < number:
                before += here
                along = np.sum(mine.ways * samples[other].ways[nearest], axis=1)
                sign = np.where(here & ~led, np.where(along < 0.0, -1.0, 1.0), sign)
                led |= here
        step = np.minimum(apart, WIDEST / np.maximum(count - 1.0, 1.0))
        amount = sign * (before - (count - 1.0) / 2.0) * step
        amount *= np.clip(np.minimum(mine.at, mine.at[-1] - mine.at) / ENDS, 0.0, 1.0)
        across = np.column_stack([-mine.ways[:, 1], mine.ways[:, 0]]) * amount[:, None]
        kernel = np.ones(SMOOTH) / SMOOTH
        if len(across) >= SMOOTH:
            across = np.array([np.convolve(np.pad(side, SMOOTH // 2, mode="edge"), kernel, mode="valid")
                               for side in across.T]).T  # fmt: skip
            across *= np.clip(np.minimum(mine.at, mine.at[-1] - mine.at) / STEP, 0.0, 1.0)[:, None]
        moves.append(np.array([np.interp(mine.length, mine.at, side) for side in across.T]).T)
    return moves


class Moved(AbstractPathEffect):
    """Draws a line as another effect does, that far from its data. moves: (rows, 2), in points."""

    def __init__(self, moves: Array, then: AbstractPathEffect) -> None:
        AbstractPathEffect.__init__(self)
        self._moves, self._then = moves, then

    def draw_path(
        self, renderer: RendererBase, gc: GraphicsContextBase, tpath: Path, affine: Transform, rgbFace: Any = None
    ) -> None:
        """Draw the path where it is moved to; one that was cut meanwhile stays where it is."""
        vertices = np.asarray(tpath.vertices)
        if len(vertices) == len(self._moves):
            places = np.asarray(affine.transform(vertices)) + self._moves * renderer.points_to_pixels(1.0)
            moved = Path(places, tpath.codes)
            moved.should_simplify = tpath.should_simplify
            tpath, affine = moved, IdentityTransform()
        self._then.draw_path(renderer, gc, tpath, affine, rgbFace)

"""Turn the changed parts of RGB pictures into the three planes that video encoders take.

    planes = Planes(y, u, v)
    planes.update(pixels, boxes)         # y (h, w), u and v (h / 2, w / 2) of type uint8, written in place

BT.709 at studio levels: black is 16 and white is 235.
Source: ITU-R BT.709-6 (2015), section 3 (coefficients) and section 4 (quantisation).
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.render.canvas.canvas import Box
from landscape.render.encoders.changed_tiles import BLOCK, Blocks, tiled

AT_ONCE = 64  # blocks: so few fit the caches, and are multiplied by one thread, which leaves the other core alone

KR, KB = 0.2126, 0.0722
KG = 1.0 - KR - KB
LUMA = np.array([KR, KG, KB, 0.0]) * 219.0 / 255.0
CHROMA = np.array(
    [
        [-0.5 * KR / (1.0 - KB), -0.5 * KG / (1.0 - KB), 0.5, 0.0],
        [0.5, -0.5 * KG / (1.0 - KR), -0.5 * KB / (1.0 - KR), 0.0],
    ]
).T * (224.0 / 255.0)


class Planes:
    """The planes of one picture. y: (height, width); u, v: (height / 2, width / 2); all even, at least 16 pixels."""

    def __init__(self, y: Array, u: Array, v: Array) -> None:
        self.height, self.width = y.shape
        self._blocks = Blocks(self.height, self.width)
        self._y, self._u, self._v = tiled(y), tiled(u, BLOCK // 2), tiled(v, BLOCK // 2)
        # four pixels a row, and two: long rows are multiplied several times as fast as short ones
        self._luma = np.kron(np.eye(4), LUMA[:, None]).astype(np.float32)
        self._chroma = np.vstack([CHROMA / 4.0, CHROMA / 4.0]).astype(np.float32)

    def update(self, pixels: Array, boxes: list[Box]) -> None:
        """Convert the blocks of pixels (height, width, 4) that boxes touch."""
        tops, lefts = self._blocks.touched(boxes)
        source = tiled(pixels.view(np.uint32)[: self.height, : self.width, 0])
        for first in range(0, tops.size, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            self._convert(source, tops[part], lefts[part])

    def _convert(self, source: Array, tops: Array, lefts: Array) -> None:
        rgba = source[tops, lefts].view(np.uint8).reshape(-1, BLOCK, BLOCK, 4).astype(np.float32)
        luma = (rgba.reshape(-1, 16) @ self._luma).reshape(-1, BLOCK, BLOCK)
        luma += np.float32(16.5)
        self._y[tops, lefts] = luma.astype(np.uint8)
        pairs = (rgba[:, ::2] + rgba[:, 1::2]).reshape(-1, 8)
        chroma = (pairs @ self._chroma).reshape(-1, BLOCK // 2, BLOCK // 2, 2)
        chroma += np.float32(128.5)
        both = chroma.astype(np.uint8)
        self._u[tops // 2, lefts // 2] = both[..., 0]
        self._v[tops // 2, lefts // 2] = both[..., 1]

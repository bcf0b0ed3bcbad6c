"""Find the blocks of a picture that have changed, so that only those are converted, compared and written.

blocks = Blocks(height, width)
tops, lefts = blocks.touched(boxes)             # the corners of the blocks that boxes touch
tiled(picture)[tops, lefts]                     # (n, 16, 16): what is in them
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from landscape.core.component import Array
from landscape.render.canvas.canvas import Box

BLOCK = 16


class Blocks:
    """The blocks of pictures of (height, width), each at least a block: the last ones lie over those before."""

    def __init__(self, height: int, width: int) -> None:
        self._tops = np.minimum(np.arange(0, height, BLOCK), height - BLOCK)
        self._lefts = np.minimum(np.arange(0, width, BLOCK), width - BLOCK)
        self._touched = np.zeros((self._tops.size, self._lefts.size), dtype=bool)

    def touched(self, boxes: list[Box]) -> tuple[Array, Array]:
        """(first rows (n,), first columns (n,)) of the blocks that boxes touch, each once."""
        touched = self._touched
        touched[:] = False
        for upper, lower, left, right in boxes:
            touched[upper // BLOCK : -(-lower // BLOCK), left // BLOCK : -(-right // BLOCK)] = True
        rows, columns = np.nonzero(touched)
        return self._tops[rows], self._lefts[columns]


def tiled(picture: Array, block: int = BLOCK) -> Array:
    """The block that begins at each row and column of a picture (height, width): its own pixels, not copies."""
    return sliding_window_view(picture, (block, block), writeable=picture.flags.writeable)

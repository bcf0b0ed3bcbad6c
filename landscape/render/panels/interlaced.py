"""Show curves that lie on each other by turns: each is dashed where others are, so that all of them are seen.

found = interlaced([places_of_one, places_of_another])      # (rows, 2) each, in pixels
found[1].dashes, found[1].alone                             # a kind of line, (rows,) where it lies on no other
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscape.core.component import Array

MOST_CURVES = 12
ONE_LINE, MOSTLY = 1.5, 0.7  # pixels between curves that are one line, and on which share of their way they are
DASH = 5.0  # in widths of a line


class Turn(NamedTuple):
    """How a curve that lies on others takes turns with them. dashes: as matplotlib has them; alone: (rows,) where it
    lies on no other, or meets one."""

    dashes: tuple[float, tuple[float, float]]
    alone: Array


def interlaced(places: Sequence[Array]) -> list[Turn | None]:
    """For each of several curves through places (rows, 2), in pixels, its turn; None for one that is drawn as it is.

    Of curves that are one line for most of their way the first is drawn as it is, below the others.
    """
    if not 2 <= len(places) <= MOST_CURVES:
        return [None] * len(places)
    found: list[Turn | None] = []
    for number, mine in enumerate(places):
        near = [_on_each_other(mine, its) for its in places]
        alike = [other for other, here in enumerate(near) if np.mean(here) > MOSTLY or other == number]
        rank, count = alike.index(number), len(alike)
        if not rank:
            found.append(None)
            continue
        alone = ~np.any([near[other] for other in alike[:rank]], axis=0)
        wide = alone.copy()  # by the rows beside, as far as to where they meet
        wide[1:] |= alone[:-1]
        wide[:-1] |= alone[1:]
        found.append(Turn((DASH * (count - rank), (DASH, DASH * (count - 1))), wide))
    return found


def _on_each_other(one: Array, other: Array) -> Array:
    """(rows,): where two curves are one line."""
    if one.shape != other.shape:
        return np.zeros(len(one), dtype=bool)
    return np.asarray(np.abs(one - other).max(axis=1) < ONE_LINE)

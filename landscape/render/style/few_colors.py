"""Make a picture small by a palette of few colours, which keeps those that mean something.

few_colors(picture, 64, meaning(LIGHT)).save("small.png", optimize=True)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb

from landscape.render.style.theme import Theme

if TYPE_CHECKING:
    from PIL.Image import Image


def meaning(theme: Theme, runs: int = 6) -> list[str]:
    """The colours that mean something: those of the first runs, of text, and of the marks of points."""
    return [*theme.runs[:runs], theme.gold, theme.mark, theme.outline, theme.ink, theme.paper]


def few_colors(picture: Image, count: int, kept: Sequence[str]) -> Image:
    """The picture in at most `count` colours: `kept`, and those that occur most.

    A palette by how often colours occur alone would leave those of small marks out.
    """
    from PIL import Image as Pictures

    plain = picture.convert("RGB")
    most = count - len(kept)
    often = (plain.quantize(most, dither=Pictures.Dither.NONE).getpalette() or [])[: 3 * most]
    palette = Pictures.new("P", (1, 1))
    palette.putpalette([*often, *(round(255 * light) for color in kept for light in to_rgb(color))])
    return plain.quantize(palette=palette, dither=Pictures.Dither.NONE)

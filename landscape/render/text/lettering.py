"""Write words that change from frame to frame, quickly: each digit and word is drawn once and copied from then on."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from landscape.core.component import Array
from landscape.render.canvas.canvas import Canvas, Patch, cropped, moved, pixels_of
from landscape.render.text.mathematics import FORMULA, has_mathematics

MOST_LAID = 1000  # pictures of atoms on what is below them, a few kilobytes each
_ATOMS = re.compile(r"\d| +|[^\d ]+ ?")
_WITH_FORMULAS = re.compile(rf"{FORMULA.pattern}|\d| +|[^\d $]+ ?|\$")


@dataclasses.dataclass(frozen=True, eq=False)
class Atom:
    """A digit, spaces or a word with the space after it. advance: in pixels; ink: its picture, as if at (0, 0)."""

    advance: float
    ink: Patch


class Lettering:
    """One font, size (in points) and colour on a canvas. families: of the font, in order of preference."""

    def __init__(
        self, canvas: Canvas, families: Sequence[str], size: float, color: str, weight: str = "normal"
    ) -> None:
        self._canvas = canvas
        self._font = FontProperties(family=list(families), size=size, weight=weight)
        self._pen = canvas.pen(color, 1.0)
        self._atoms: dict[str, Atom] = {}
        self._written: list[tuple[Atom, int, int]] = []
        self._laid: dict[tuple[Atom, int, int, bytes], Array] = {}

    def begin(self) -> None:
        """On an empty page."""
        self._written = []

    def write(self, text: str, x: float, y: float, room: float = np.inf, right: bool = False) -> None:
        """Text from x on (or up to x) with its baseline at y, in pixels from the top left; at most `room` wide.

        It takes the place of what was written last; the beginning that they share is left as it is.
        """
        atoms = [self._atom(part) for part in (_WITH_FORMULAS if "$" in text else _ATOMS).findall(text)]
        wide = sum(atom.advance for atom in atoms)
        if wide > room:
            dots = self._atom("…")
            while atoms and wide + dots.advance > room:
                wide -= atoms.pop().advance
            atoms.append(dots)
        at, placed = x - wide if right else x, []
        for atom in atoms:
            placed.append((atom, round(at), round(y)))
            at += atom.advance
        same = 0
        while same < min(len(placed), len(self._written)) and placed[same] == self._written[same]:
            same += 1
        for atom, left, down in self._written[same:]:
            self._canvas.erase(moved(atom.ink, left, down).box)
        for atom, left, down in placed[same:]:
            self._put(atom, left, down)
        self._written = placed

    def _put(self, atom: Atom, left: int, down: int) -> None:
        """Lay an atom on the frame; one that has lain on the same pixels before is copied."""
        patch = moved(atom.ink, left, down)
        under = self._canvas.frame[patch.rows, patch.columns]
        key = atom, left, down, under.tobytes()
        if key in self._laid:
            under[:] = self._laid[key]
            self._canvas.changed.append(patch.box)
            return
        self._canvas.write(patch)
        if len(self._laid) < MOST_LAID:
            self._laid[key] = under.copy()

    def _atom(self, text: str) -> Atom:
        if text not in self._atoms:
            self._atoms[text] = self._drawn(text)
        return self._atoms[text]

    def _drawn(self, text: str) -> Atom:
        formula = has_mathematics(text)
        wide, _, _ = self._canvas.top.get_text_width_height_descent(text, self._font, formula)  # type: ignore[no-untyped-call]
        pad = math.ceil(self._font.get_size_in_points() * self._canvas.dpi / 72.0)
        drawn = RendererAgg(int(wide) + 2 * pad, 4 * pad, self._canvas.dpi)  # type: ignore[no-untyped-call]
        drawn.draw_text(self._pen, pad, 2 * pad, text, self._font, 0.0, formula)  # type: ignore[no-untyped-call]
        return Atom(float(wide), moved(cropped(pixels_of(drawn)), -pad, -2 * pad))

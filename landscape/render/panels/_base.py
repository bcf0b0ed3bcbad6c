"""What every panel is, so that pages, pacing and movies loop over panels and never ask which one it is.

for panel in page.panels:
    panel.draw_runs()                           # a still: everything as it is after the last step
painters = [panel.painter(canvas) for panel in page.panels]
for painter in painters:
    painter.advance(120.0)                      # a movie: what stays, then what moves
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape.core.component import Array
from landscape.render.canvas.canvas import Canvas
from landscape.render.panels.trails import Bundle


class Painter(Protocol):
    """Paints a panel of a movie, frame by frame. Steps never fall."""

    def advance(self, step: float) -> None:
        """Add what is there from now on to what stays."""

    def paint(self, step: float, share: float) -> None:
        """Put what moves on the frame, at a step and after a share of the movie's time."""


class Panel(Protocol):
    """A part of a page with Axes of its own, or on those of another panel.

    Its ground, all that stands still, is drawn while the page is laid out (`draw_ground`, with options of its own).
    turns: whether every pixel of it changes in every frame. see_through: whether a movie without paper leaves out the
    paper of its Axes. leads: whether what moves in it sets the pace of a movie; on a page without such a panel, all do.
    bundles: the trajectories that are drawn, none where it shows something else.
    """

    @property
    def ax(self) -> Axes: ...

    @property
    def bundles(self) -> Sequence[Bundle]: ...

    @property
    def turns(self) -> bool: ...

    @property
    def see_through(self) -> bool: ...

    @property
    def leads(self) -> bool: ...

    def draw_runs(self) -> None:
        """Draw every run to its end."""

    def left_out(self) -> list[Artist]:
        """The artists of the ground that its painter paints itself."""

    def painter(self, canvas: Canvas) -> Painter:
        """What paints its runs in a movie."""

    def activity(self) -> list[Array]:
        """The paths (rows, 2), in pixels, along which something moves from recorded row to recorded row."""


class StillPainter:
    """Paints a panel that does not move: its runs are there from the first frame on."""

    def __init__(self, canvas: Canvas, artists: list[Artist]) -> None:
        canvas.add_static(canvas.patch(artists))

    def advance(self, step: float) -> None:
        """Nothing is added."""

    def paint(self, step: float, share: float) -> None:
        """Nothing moves."""

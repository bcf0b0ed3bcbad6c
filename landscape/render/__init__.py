"""Draw a record: `draw` gives a matplotlib Figure, `animate` writes a movie, `save` writes either by its suffix.

    draw(record, view="contour")      # as the last line of a notebook's cell, the picture
    animate(record)                   # likewise, a movie that plays
    draw(record, "convergence", quantity="gap", theme="dark")
    draw([one, other], view="multiples")
    animate(record, "race.mp4")
    save(record, "convergence.svg", view=REGISTRY.build("convergence", quantity="gap"))

Views are components: `names()` lists them. Matplotlib is imported on use.

The folders are floors, and each imports only from those before it:

    canvas      pixels and boxes that know what of them has changed; matplotlib as pictures need it
    style       themes, markers, axes
    text        captions, fonts, mathematics; words on a movie's frames
    panels      one part of a picture each, with what draws its runs in a still and what paints them in a movie
    pages       sheets, legends, lists and places
    views       the pictures of a record by name, each with its page; beside them `portraits`, of anything else
    movie       the clock, and the frames
    encoders    the formats of files, and clips for notebooks
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from landscape.core.component import Component
from landscape.record import Record, Track
from landscape.render.canvas.ipython import Bundle, show_as
from landscape.render.views._base import MOVIES, REGISTRY, STILLS, View, names, register
from landscape.simulation.entrants import Entrant

if TYPE_CHECKING:
    from landscape.render.drawing import draw
    from landscape.render.encoders.notebook import Clip
    from landscape.render.files import animate, save

__all__ = ["MOVIES", "REGISTRY", "STILLS", "Clip", "View", "animate", "draw", "names", "register", "save"]

# what draws is imported when it is first used
_LATER = {"Clip": "encoders.notebook", "animate": "files", "draw": "drawing", "save": "files"}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """What draws, and the class of a view, such as `Contour`: its file is found and imported when it is wanted."""
        if name in _LATER:
            globals()[name] = getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
            return globals()[name]
        for cls in REGISTRY.members.values():
            if cls.__name__ == name:
                return cls
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def bundle(record: Record) -> Bundle:
    """A record as the last line of a notebook's cell: its usual picture."""
    from landscape.render import drawing

    return drawing.bundle(record)


def shown(value: Component | Entrant | Track) -> Bundle:
    """Anything else that shows itself: a component, an entrant or a track."""
    from landscape.render.encoders import cards

    return cards.shown(value)


show_as(Record, bundle)
for _kind in (Component, Entrant, Track):
    show_as(_kind, shown)

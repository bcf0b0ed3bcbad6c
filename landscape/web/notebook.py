"""A race to play with in a notebook: the page that computes, tied to Python by its state.

    race = ls.explore("himmelblau", ["sgd", "adam"], start=(0, 0), steps=300)     # shows itself
    race.state["start"]                     # where a reader has dragged it
    race.state = {"start": [1.0, 2.0]}      # moves it there
    race.record()                           # what is shown, as a record
    race.save("play.html")                  # the page, as it stands

The page computes in the browser: knobs never wait for Python, which computes what the page cannot. Needs anywidget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from landscape.core.component import checked
from landscape.core.extras import library
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.simulation.simulate import simulate
from landscape.web.files import one_value_each

if TYPE_CHECKING:
    from landscape.web.widget import Explorer

STEPS = 200  # where none are given


def explore(
    surface: Any,
    optimizers: Any = None,
    *,
    language: Language = "en",
    slides: Sequence[Mapping[str, Any]] = (),
    **options: Any,
) -> Explorer:
    """A race to play with in a notebook.

    surface, optimizers, options: as for `simulate` (start, steps, noise, schedule, seed, ...), with sgd, momentum and
    adam where no optimizers are given, and 200 steps; a record in place of a surface is shown as it is. Returns a
    widget: `.state` is all that a reader may change, `.record()` the race shown, `.save("play.html")` writes it as a
    page. What cannot be computed in a browser is computed here, and the page says why. language: "en" or "zh". slides:
    a presenter's sequence of states to click through, [{"title": "Where to?", "step": 20, "predict": {"optimizer":
    "adam", "step": 60}}, ...].
    MissingExtra where anywidget is not installed; ValueError where the surface has not two coordinates, the language is
    none of the two, or a slide none that the page could show.
    """
    library("anywidget", "ls.explore")
    from landscape.web.widget import Explorer

    try:
        checked(language, Language)
    except ValueError as error:
        raise ValueError(f"language: {error}") from None
    if isinstance(surface, Record):
        if given := [*(["optimizers"] if optimizers is not None else []), *options]:
            raise TypeError(f"explore(record) takes no {', '.join(given)}")
        return Explorer(one_value_each(surface), language, slides=slides)
    optimizers = ("sgd", "momentum", "adam") if optimizers is None else optimizers
    listed = list(optimizers) if isinstance(optimizers, (list, tuple)) else [optimizers]
    return Explorer(one_value_each(simulate(surface, listed, **{"steps": STEPS, **options})), language, slides=slides)

"""Write the page of all views from the registry: what each shows, when to use it, and a small picture of it.

    python docs/list_views.py            # writes docs/views.md and docs/views/NAME.png
    python docs/list_views.py --check    # only says which are out of date; a test compares the page

A picture of a view that there is no longer is removed.
"""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pages import Files, built_in, fields, main
from PIL import Image

import landscape as ls
from landscape.core.component import field_hints
from landscape.record import Record
from landscape.render.style.few_colors import few_colors, meaning
from landscape.render.style.theme import LIGHT
from landscape.render.views._base import REGISTRY, View

DOCS = Path(__file__).parent
WIDTH, HEIGHT = 640, 360
COLORS = 48  # of a picture's palette


def page() -> str:
    """The page as Markdown."""
    names = built_in("view")
    every = set.union(*(set(field_hints(_view(name))) for name in names))
    shared = set.intersection(*(set(field_hints(_view(name))) for name in names)) - {"file"}
    parts = [
        "# Views\n",
        f"{len(names)} pictures of a record. `ls.draw(record, NAME)` makes a still, `ls.animate(record, view=NAME)` a "
        "movie, a scenario's `[[views]]` and `landscape run --view NAME` either, and `landscape show NAME` tells the "
        "fields of one. All take "
        f"{fields(_view(names[0]), every - shared)}; other fields stand by each with their "
        "defaults. This page is written by "
        "`python docs/list_views.py`.\n",
        "| to see | take |\n|---|---|\n" + "".join(f"| {_view(n).use} | [{n}](#{n}) |\n" for n in names),
    ]
    for name in names:
        view = _view(name)
        moves = "A still or a movie." if view.moves else "A still."
        words = " ".join((inspect.getdoc(view) or "").split("\n\n")[0].split())
        parts.append(
            f"## {name}\n\n{words} {moves}\n\n![{name}](views/{name}.png)\n\n{view.use}\n\n{fields(view, shared)}\n"
        )
    return "\n".join(parts)


def _view(name: str) -> type[View]:
    found: type[View] = REGISTRY.get(name)
    return found


BEGINNING: dict[str, Any] = {"start": (-1.5, 2.0), "steps": 200}
RULES = {"sgd": 1e-3, "momentum": 1e-3, "adam": 0.05}


def records() -> dict[str, Callable[[], Record]]:
    """What makes a record for each view that needs one of its own; others take the first here that they can show."""
    rules = [ls.optimizer(name, lr=lr) for name, lr in RULES.items()]
    slow = [ls.optimizer(name, lr=1e-3) for name in ("sgd", "momentum")]
    pair = [ls.optimizer(name, lr=0.05) for name in ("sgd", "momentum")]
    rates = [ls.optimizer(name, lr=list(np.geomspace(1e-4, 1.0, 17))) for name in ("sgd", "adam")]
    nets = [ls.optimizer("sgd", lr=0.5), ls.optimizer("adam", lr=0.05)]
    bowl = ls.surface("quadratic", dim=2, condition=20.0)
    moons = ls.surface("network", layers=(2, 8, 1), dataset="moons", activation="tanh", loss="binary_cross_entropy")
    deep = ls.surface("network", layers=(2, 6, 6, 6, 1), dataset="moons", activation="sigmoid")
    weights = ls.start("xavier", count=1)
    tang = ls.surface("styblinski_tang", dim=6)
    return {
        "race": lambda: ls.simulate("rosenbrock", rules, **BEGINNING),
        "curve": lambda: ls.simulate("gramacy_lee", slow, steps=80),
        "phase": lambda: ls.simulate(bowl, pair, steps=80),
        "inside": lambda: ls.simulate("rosenbrock", rules[1:], **BEGINNING),
        "critical_points": lambda: ls.simulate(tang, rules[1:], start=np.full(6, 0.2), steps=100),
        "boundary": lambda: ls.simulate(moons, nets, start=weights, steps=200),
        "layers": lambda: ls.simulate(deep, [ls.optimizer("adam", lr=0.02)], start=weights, steps=150),
        "plane": lambda: ls.simulate(moons, nets, start=weights, steps=200),
        "basins": lambda: ls.basins("himmelblau", [ls.optimizer("sgd", lr=0.01)], steps=150, resolution=90),
        "stability": lambda: ls.stability_map("quadratic", "momentum", resolution=40, steps=100),
        "rates": lambda: ls.simulate("rosenbrock", rates, **BEGINNING),
    }


def record_for(name: str) -> Record:
    """The record that the picture of a view shows."""
    known = records()
    if name in known:
        return known[name]()
    view = REGISTRY.build(name)
    return next(record for make in known.values() if _shows(view, record := make()))


def picture(record: Record, name: str) -> bytes:
    """A small PNG of a view, in a palette of its own."""
    figure = ls.draw(record, name, width=WIDTH, height=HEIGHT)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi="figure")
    with Image.open(file) as drawn:
        few = few_colors(drawn, COLORS, meaning(LIGHT))
    small = io.BytesIO()
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def made() -> Files:
    """The page, and a picture of each view."""
    yield DOCS / "views.md", page()
    for name in built_in("view"):
        yield DOCS / "views" / f"{name}.png", picture(record_for(name), name)


def _shows(view: View, record: Record) -> bool:
    try:
        view.check_surface(record.surface)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(__doc__, made, pictures=DOCS / "views"))

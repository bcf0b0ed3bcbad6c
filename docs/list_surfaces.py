"""Write the catalogue of surfaces from the registry: a page with an entry and a thumbnail for each.

    python docs/list_surfaces.py            # writes docs/surfaces.md and docs/thumbnails/NAME.png
    python docs/list_surfaces.py --check    # only says which are out of date; a test compares the page

A thumbnail of a surface that there is no longer is removed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from pages import Files, families, fields, first_line, main

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.core.surface import Surface

DOCS = Path(__file__).parent
COLORS = 48  # of a thumbnail's palette


def page() -> str:
    """The page as Markdown."""
    parts = [
        "# Surfaces\n",
        f"{len(ls.surfaces.names())} surfaces, each with exact gradient and Hessian, a window, a customary start and "
        "critical points: all of the window, those that a search finds, some, or the global minimum alone, as each "
        "entry says; `landscape show NAME` describes one. Fields, windows and starts are those by default; of "
        "coordinates that are alike one is shown. This page is written by "
        "`python docs/list_surfaces.py`.\n",
        "Gold star: a global minimum; white star: a local one; cross: a saddle, with its way down; triangle: a "
        "maximum; circle: the customary start. Dark is low.\n",
    ]
    for family, names in families("surface").items():
        parts.append(f"## {family}\n\n| | surface | |\n|---|---|---|\n" + "".join(_row(name) for name in names))
    return "\n".join(parts)


def _row(name: str) -> str:
    cls = ls.surfaces.REGISTRY.get(name)
    formula = cls.formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    parts = [f"**{name}**", first_line(cls), f"${formula}$", fields(cls)]
    picture = f"![{name}](thumbnails/{name}.png)" if ready(name) else ""
    return f"| {picture} | {'<br>'.join(filter(None, parts))} | {_facts(name)} |\n"


def _facts(name: str) -> str:
    if not ready(name):
        return "made of another surface"
    surface = ls.surface(name)
    any_dim = "any dimension" if "scalable" in surface.traits else f"{surface.dim}-D"
    traits = ", ".join(sorted(surface.traits - {"scalable"}))
    counted = "critical points: those that a search finds" if surface.completeness == "found" else _counted(surface)
    return "<br>".join(part for part in (any_dim, traits, counted, _places(surface)) if part)


def _places(surface: Surface) -> str:
    """Its window and where runs begin; coordinates that are alike are said once."""
    window = _alike([f"[{low:.6g}, {high:.6g}]" for low, high in surface.window], " x ")
    start = _alike([f"{x:.6g}" for x in np.round(surface.customary_start, 6) + 0.0], ", ")
    return f"window {window}<br>start {start}"


def _alike(said: list[str], between: str) -> str:
    return said[0] if len(set(said)) == 1 else between.join(said)


def _counted(surface: Surface) -> str:
    """How many critical points of each kind it lists; a search's number is another on another machine."""
    kinds = [point.kind for point in surface.critical_points]
    counted = ", ".join(
        f"{kinds.count(kind)} {word if kinds.count(kind) > 1 else kind}"
        for kind, word in (("minimum", "minima"), ("saddle", "saddles"), ("maximum", "maxima"))
        if kind in kinds
    )
    claim = {"complete": "all: ", "notable": "some: ", "global": ""}[surface.completeness]
    counted = "the global minimum alone" if surface.completeness == "global" and counted == "1 minimum" else counted
    return claim + counted if counted else "no critical points" * (surface.completeness == "complete")


def ready(name: str) -> bool:
    """Whether a surface can be had without saying more than its name."""
    cls = ls.surfaces.REGISTRY.get(name)
    return set(field_hints(cls)) <= set(defaults(cls))


def thumbnail(surface: Surface) -> bytes:
    """A small PNG of a surface, in a palette of its own."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    from landscape.render.portraits import surface as portrait
    from landscape.render.style.few_colors import few_colors
    from landscape.render.style.theme import LIGHT

    figure = portrait.thumbnail(surface)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba()))
    file = io.BytesIO()
    few_colors(picture, COLORS, (LIGHT.gold, LIGHT.mark, LIGHT.outline)).save(file, "PNG", optimize=True)
    return file.getvalue()


def made() -> Files:
    """The page, and a thumbnail of each surface that needs nothing but its name."""
    yield DOCS / "surfaces.md", page()
    for name in filter(ready, ls.surfaces.names()):
        yield DOCS / "thumbnails" / f"{name}.png", thumbnail(ls.surface(name))


if __name__ == "__main__":
    sys.exit(main(__doc__, made, pictures=DOCS / "thumbnails"))

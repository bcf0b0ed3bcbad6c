"""Write the catalogue of surfaces from the registry: a page with an entry and a thumbnail for each.

    python docs/catalogue.py            # writes docs/surfaces.md and docs/thumbnails/NAME.png

A test holds that the page is current.
"""

from __future__ import annotations

import inspect
import io
from pathlib import Path

import numpy as np

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.core.surface import Surface

DOCS = Path(__file__).parent
COLORS = 48  # of a thumbnail's palette

FAMILIES = {
    "Bowls": ("bowls", "dishes"),
    "Ravines": ("ravines", "valleys"),
    "Classics of low dimension": ("basins", "camels"),
    "Saddles": ("saddles", "passes", "factorisations"),
    "Rugged": ("rugged", "lattices", "ripples", "waves", "trays", "foxholes"),
    "Plateaus, cliffs and kinks": ("prototypes", "joined", "composed"),
    "Pathologies": ("pathologies",),
    "Least squares": (
        "least_squares_plane", "least_squares_small", "least_squares_data", "least_squares_polynomials",
        "least_squares_chains", "least_squares_scalable", "least_squares_linear",
    ),
    "Made of other surfaces, formulas and functions": ("wrappers", "cuts", "paths", "sums", "expression", "function"),
    "Networks": ("network",),
}  # fmt: skip


def page() -> str:
    """The page as Markdown."""
    families = families_of(ls.surfaces.names())
    parts = [
        "# Surfaces\n",
        f"{len(ls.surfaces.names())} surfaces, each with exact gradient and Hessian, a window, a customary start and "
        "its known critical points; `landscape show NAME` tells all of one. This page is written by "
        "`python docs/catalogue.py`.\n",
        "Gold star: a global minimum; white star: a local one; cross: a saddle, with its way down; triangle: a "
        "maximum; circle: the customary start. Dark is low.\n",
    ]
    for family, names in families.items():
        parts.append(f"## {family}\n\n| | surface | |\n|---|---|---|\n" + "".join(_row(name) for name in names))
    return "\n".join(parts)


def families_of(names: list[str]) -> dict[str, list[str]]:
    """Family -> names, every name in one. Modules that no family names go under their own."""
    homes = {module: family for family, modules in FAMILIES.items() for module in modules}
    found: dict[str, list[str]] = {family: [] for family in FAMILIES}
    for name in names:
        module = ls.surfaces.REGISTRY.get(name).__module__.rpartition(".")[2]
        family = "BBOB" if module.startswith("bbob") else homes.get(module, module)
        found.setdefault(family, []).append(name)
    return {family: members for family, members in found.items() if members}


def _row(name: str) -> str:
    cls = ls.surfaces.REGISTRY.get(name)
    first = (inspect.getdoc(cls) or "").partition("\n")[0]
    formula = cls.formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    picture = f"![{name}](thumbnails/{name}.png)" if ready(name) else ""
    return f"| {picture} | **{name}**<br>{first}<br>${formula}$ | {_facts(name)} |\n"


def _facts(name: str) -> str:
    if not ready(name):
        return "made of another surface"
    surface = ls.surface(name)
    any_dim = "any dimension" if "scalable" in surface.traits else f"{surface.dim}-D"
    traits = ", ".join(sorted(surface.traits - {"scalable"}))
    kinds = [point.kind for point in surface.critical_points]
    counted = ", ".join(
        f"{kinds.count(kind)} {word if kinds.count(kind) > 1 else kind}"
        for kind, word in (("minimum", "minima"), ("saddle", "saddles"), ("maximum", "maxima"))
        if kind in kinds
    )
    return "<br>".join(part for part in (any_dim, traits, counted) if part)


def ready(name: str) -> bool:
    """Whether a surface can be had without saying more than its name."""
    cls = ls.surfaces.REGISTRY.get(name)
    return set(field_hints(cls)) <= set(defaults(cls))


def thumbnail(surface: Surface) -> bytes:
    """A small PNG of a surface, in a palette of its own."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    from landscape.render.portraits import surface as portrait

    figure = portrait.thumbnail(surface)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    file = io.BytesIO()
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    """Write the page and the thumbnails."""
    folder = DOCS / "thumbnails"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for name in ls.surfaces.names():
        if ready(name):
            (folder / f"{name}.png").write_bytes(thumbnail(ls.surface(name)))
    (DOCS / "surfaces.md").write_text(page())


if __name__ == "__main__":
    main()

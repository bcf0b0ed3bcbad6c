"""Write the gallery: a page with the picture and the script of each example in docs/gallery.

    python docs/make_gallery.py          # runs every script, writes docs/gallery.md and docs/gallery/NAME.png
    python docs/make_gallery.py --check  # runs them too, and only says which files are out of date

A script leaves its picture in the name `figure`; a picture without a script is removed. A test runs them all and holds
that the page is current.
"""

from __future__ import annotations

import ast
import io
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pages import Files, main
from PIL import Image

DOCS = Path(__file__).parent
FOLDER = DOCS / "gallery"
WIDTH, COLORS = 960, 256


def scripts() -> list[Path]:
    """The examples, by name."""
    return sorted(FOLDER.glob("*.py"))


def figure_of(script: Path) -> Any:
    """The figure that a script makes."""
    return runpy.run_path(str(script))["figure"]


def page() -> str:
    """The page as Markdown."""
    parts = [
        "# Gallery\n",
        "Each picture is made by the few lines below it. This page is written by `python docs/make_gallery.py`.\n",
    ]
    for script in scripts():
        source = script.read_text()
        said = ast.get_docstring(ast.parse(source)) or ""
        code = source[source.index('"""', 3) + 3 :].strip()
        title = script.stem.replace("_", " ").capitalize()
        parts.append(f"## {title}\n\n{said}\n\n![{said}](gallery/{script.stem}.png)\n\n```python\n{code}\n```\n")
    return "\n".join(parts)


def small(figure: Any) -> bytes:
    """A figure as a PNG with a palette of its own."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    picture = picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    palette = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    palette.save(file, "PNG", optimize=True)
    return file.getvalue()


def made() -> Files:
    """The page, and the picture of each script."""
    yield DOCS / "gallery.md", page()
    for script in scripts():
        yield script.with_suffix(".png"), small(figure_of(script))


if __name__ == "__main__":
    sys.exit(main(__doc__, made, pictures=FOLDER))

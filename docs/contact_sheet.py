"""Draw every view of every surface onto sheets, to be looked at.

    python docs/contact_sheet.py                          # writes outputs/contact/VIEW-1.png, VIEW-2.png, ...
    python docs/contact_sheet.py contour field --theme dark --across 3

A warning is an error. Surfaces of other dimensions than two are drawn by the views that can.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.record import Record
from landscape.render import draw
from landscape.render.views._base import REGISTRY, View, names

FOLDER = Path(__file__).parent.parent / "outputs" / "contact"
WIDTH, HEIGHT, GAP = 640, 360, 6
STEPS = 60


def surfaces() -> list[ls.Surface]:
    """Every surface that can be had by its name, and in two dimensions where it has any number."""
    found = []
    for name in ls.surfaces.names():
        cls = ls.surfaces.REGISTRY.get(name)
        if set(field_hints(cls)) <= set(defaults(cls)):
            found.append(ls.surface(name, **({"dim": 2} if "scalable" in cls.traits else {})))
    return found


def record_of(surface: ls.Surface) -> Record:
    """Three optimizers from the customary start; their rates follow the size of the window and of the gradient."""
    start = surface.customary_start
    size = float(np.max(np.diff(np.array(surface.window), axis=1)))
    slope = float(np.linalg.norm(surface.gradient(start)))
    lr = 0.02 * size / slope if np.isfinite(slope) and slope > 0.0 else 0.01
    rules = [ls.optimizer("sgd", lr=lr), ls.optimizer("momentum", lr=lr), ls.optimizer("adam", lr=0.02 * size)]
    return ls.simulate(surface, rules, start=start, steps=STEPS)


def picture(record: Record, view: View) -> Image.Image:
    """One picture in the size of a sheet's cell."""
    canvas = FigureCanvasAgg(draw(record, view))
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def sheets(view: View, records: list[Record], across: int) -> list[Image.Image]:
    """The pictures of a view, across x across on each sheet."""
    made = []
    for first in range(0, len(records), across * across):
        sheet = Image.new("RGB", (across * (WIDTH + GAP), across * (HEIGHT + GAP)), "#888888")
        for place, record in enumerate(records[first : first + across * across]):
            down, right = divmod(place, across)
            sheet.paste(picture(record, view), (right * (WIDTH + GAP), down * (HEIGHT + GAP)))
        made.append(sheet)
    return made


def main() -> None:
    """Draw the sheets that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("views", nargs="*", default=names(), help="all where left out")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--across", type=int, default=4)
    asked = parser.parse_args()
    warnings.simplefilter("error")
    FOLDER.mkdir(parents=True, exist_ok=True)
    records = [record_of(surface) for surface in surfaces()]
    for name in asked.views:
        view = REGISTRY.build(name, width=WIDTH, height=HEIGHT, theme=asked.theme)
        shown = [record for record in records if able(view, record.surface)]
        for number, sheet in enumerate(sheets(view, shown, asked.across), start=1):
            sheet.save(FOLDER / f"{name}-{number}.png")
        print(f"{name}: {len(shown)} surfaces")


def able(view: View, surface: ls.Surface) -> bool:
    """Whether a view can show a surface."""
    try:
        view.check_surface(surface)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()

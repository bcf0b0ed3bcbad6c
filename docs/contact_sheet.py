"""Draw views of surfaces onto sheets, to be looked at, and check what can be checked without looking.

    python docs/contact_sheet.py                          # every view of every surface: outputs/contact/VIEW-1.png, ...
    python docs/contact_sheet.py contour field --theme dark --across 3
    python docs/contact_sheet.py --twelve --check         # each view x 12 surfaces x 3 themes x 2 languages
    python docs/contact_sheet.py --twelve --check --surfaces 6 race   # the same with every second surface

A warning is an error. A surface of other dimensions than two is drawn by the views that can; `--twelve` draws a view of
something else with twelve of that: functions of one variable, slices of higher dimensions, networks. `--check` prints
what is wrong with the pictures, and ends with 1 where there is anything.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
import warnings
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

sys.path.append(str(Path(__file__).parent))
from picture_checks import faults

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.record import Record
from landscape.render import draw
from landscape.render.style.theme import THEMES
from landscape.render.views._base import REGISTRY, View, names

FOLDER = Path(__file__).parent.parent / "outputs" / "contact"
WIDTH, HEIGHT, GAP = 640, 360, 6
STEPS = 60
TWELVE = (
    "rosenbrock", "beale", "booth", "himmelblau", "hyperbolic_saddle", "monkey_saddle", "rastrigin", "ackley",
    "eggholder", "six_hump_camel", "styblinski_tang", "goldstein_price",
)  # fmt: skip
OTHERS = ("matyas", "branin", "levy", "griewank")  # for views that cannot show one of those
ANY_DIMENSION = ("ackley", "griewank", "levy", "rastrigin", "schwefel", "sphere", "styblinski_tang", "zakharov",
                 "alpine", "quartic", "salomon", "michalewicz")  # fmt: skip


def surfaces() -> list[ls.Surface]:
    """Every surface that can be had by its name, and in two dimensions where it has any number."""
    found = []
    for name in ls.surfaces.names():
        cls = ls.surfaces.REGISTRY.get(name)
        if set(field_hints(cls)) <= set(defaults(cls)):
            found.append(ls.surface(name, **({"dim": 2} if "scalable" in cls.traits else {})))
    return found


def rules_for(surface: ls.Surface) -> list[ls.Method]:
    """Three optimizers; their rates follow the size of the window and of the gradient."""
    start = surface.customary_start
    size = float(np.max(np.diff(np.array(surface.window), axis=1)))
    slope = float(np.linalg.norm(surface.gradient(start)))
    lr = 0.02 * size / slope if np.isfinite(slope) and slope > 0.0 else 0.01
    return [ls.optimizer("sgd", lr=lr), ls.optimizer("momentum", lr=lr), ls.optimizer("adam", lr=0.02 * size)]


def record_of(surface: ls.Surface) -> Record:
    """Three optimizers from the customary start."""
    return ls.simulate(surface, rules_for(surface), start=surface.customary_start, steps=STEPS)


def twelve(view: View) -> list[Record]:
    """Twelve records that a view can show."""
    every = [ls.surface(name, **({"dim": 2} if _scalable(name) else {})) for name in (*TWELVE, *OTHERS)]
    flat = [surface for surface in every if able(view, surface)][:12]
    if flat:
        if view.name == "stability":
            return [ls.stability_map(each, ["momentum"], resolution=12, steps=STEPS) for each in flat]
        if view.name == "basins":
            return [_basins(each) for each in flat]
        if view.name == "rates":
            return [_batch(each) for each in flat]
        return [record_of(each) for each in flat]
    for dim in (1, 5):
        found = [ls.surface(name, dim=dim) for name in ANY_DIMENSION]
        if able(view, found[0]):
            return [record_of(each) for each in found]
    sizes = itertools.product((3, 6), ("moons", "circles", "xor"), ("tanh", "relu"))
    networks = [
        ls.surface("network", layers=(2, width, 1), dataset=data, activation=phi, loss="binary_cross_entropy")
        for width, data, phi in sizes
    ]
    return [ls.simulate(each, rules_for(each), start=each.customary_start, steps=STEPS) for each in networks]


def _scalable(name: str) -> bool:
    return "scalable" in ls.surfaces.REGISTRY.get(name).traits


def _basins(surface: ls.Surface) -> Record:
    """Descent from a grid of starts."""
    sides = [np.linspace(low, high, 14) for low, high in surface.window]
    starts = np.array(np.meshgrid(*sides)).reshape(2, -1)
    return ls.simulate(surface, rules_for(surface)[:2], start=starts, steps=STEPS)


def _batch(surface: ls.Surface) -> Record:
    """Two rules at nine rates each."""
    start = np.tile(np.asarray(surface.customary_start)[:, None], 9)
    rules = [
        ls.optimizer(rule.name, lr=rule.lr * np.geomspace(0.01, 10.0, 9))  # type: ignore[attr-defined]
        for rule in rules_for(surface)[1:]
    ]
    return ls.simulate(surface, rules, start=start, steps=STEPS)


def picture(record: Record, view: View) -> Image.Image:
    """One picture in the size of a sheet's cell."""
    return pixels(draw(record, view))


def pixels(figure: Figure) -> Image.Image:
    """A figure as it looks."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def pasted(pictures: list[Image.Image], across: int, down: int) -> Image.Image:
    """Pictures side by side."""
    sheet = Image.new("RGB", (across * (WIDTH + GAP), down * (HEIGHT + GAP)), "#888888")
    for place, each in enumerate(pictures):
        row, column = divmod(place, across)
        sheet.paste(each, (column * (WIDTH + GAP), row * (HEIGHT + GAP)))
    return sheet


def sheets(view: View, records: list[Record], across: int) -> list[Image.Image]:
    """The pictures of a view, across x across on each sheet."""
    pages = [records[first : first + across * across] for first in range(0, len(records), across * across)]
    return [pasted([picture(record, view) for record in page], across, across) for page in pages]


def every_look(name: str, check: bool, count: int = 12) -> list[str]:
    """The sheets of a view in every theme and language, twelve pictures each; what is wrong with them, where asked."""
    records, found = twelve(REGISTRY.build(name))[:: 12 // count][:count], []
    for theme, language in itertools.product(THEMES, ("en", "zh")):
        view, pictures = REGISTRY.build(name, width=WIDTH, height=HEIGHT, theme=theme, language=language), []
        for record in records:
            figure = draw(record, view)
            pictures.append(pixels(figure))
            if check:
                where = f"{name} {theme} {language} {record.surface.name}"
                found += [f"{where}: {fault}" for fault in faults(figure, record)]
        pasted(pictures, 3, math.ceil(len(pictures) / 3)).save(FOLDER / f"{name}-{theme}-{language}.png")
    return found


def main() -> int:
    """Draw the sheets that are asked for; 1 where something is wrong with a picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("views", nargs="*", default=names(), help="all where left out")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--across", type=int, default=4)
    parser.add_argument("--twelve", action="store_true", help="twelve surfaces in every theme and language")
    parser.add_argument("--surfaces", type=int, default=12, choices=range(1, 13), help="how many of the twelve")
    parser.add_argument("--check", action="store_true", help="with --twelve: say what is wrong")
    asked = parser.parse_args()
    warnings.simplefilter("error")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if asked.twelve:
        wrong = 0
        for name in asked.views:
            found = every_look(name, asked.check, asked.surfaces)
            print(f"{name}: {len(found)} faults" if asked.check else name, *found, sep="\n  ", flush=True)
            wrong += len(found)
        return 1 if wrong else 0
    records = [record_of(surface) for surface in surfaces()]
    for name in asked.views:
        view = REGISTRY.build(name, width=WIDTH, height=HEIGHT, theme=asked.theme)
        shown = [record for record in records if able(view, record.surface)]
        for number, sheet in enumerate(sheets(view, shown, asked.across), start=1):
            sheet.save(FOLDER / f"{name}-{number}.png")
        print(f"{name}: {len(shown)} surfaces")
    return 0


def able(view: View, surface: ls.Surface) -> bool:
    """Whether a view can show a surface."""
    try:
        view.check_surface(surface)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

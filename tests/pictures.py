"""Records that pictures are tested on, and what is asked of any figure."""

import dataclasses
import itertools

import numpy as np
from matplotlib.text import Text

import landscape as ls
from landscape.render.views._base import REGISTRY


def run(surface, optimizers, title="", **looks):
    return dataclasses.replace(ls.simulate(surface, optimizers, **looks), title=title)


def rates(name, *lrs):
    return [ls.entrant(ls.optimizer(name, lr=lr), label=f"{name}, rate {lr:g}") for lr in lrs]


def ravine():
    lrs = {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adagrad": 0.5, "adadelta": 1.0, "adamw": 0.05}
    made = [ls.optimizer(name, lr=lr) for name, lr in lrs.items()]
    return run("rosenbrock", made, "Momentum runs down the valley", start=(-1.5, 2.0), steps=300)


def saddle():
    made = [ls.optimizer("sgd", lr=0.02), ls.optimizer("momentum", lr=0.02), ls.optimizer("adam", lr=0.05)]
    return run("hyperbolic_saddle", made, "Momentum leaves, plain descent waits", start=(1.5, 1e-3), steps=200)


def starts():
    points = np.array([[0.0, 0.0], [-0.5, 3.0], [-1.0, -1.0], [1.0, -2.0]]).T
    return run("himmelblau", rates("sgd", 0.005, 0.01), "Four starts, four valleys, " * 6, start=points, steps=60)


def noisy():
    noise = ls.noise("gaussian")
    return run("quadratic", rates("sgd", 0.05, 0.01), start=(1.5, 1.0), steps=60, repeats=100, noise=noise)


def rugged():
    return run("rastrigin", ["sgd", "adam"], start=ls.start("random_box", count=40), steps=60)


def diverging():
    return run("rosenbrock", rates("sgd", 0.02, 0.001), "Too fast", start=(-1.5, 2.0), steps=100)


def crowded():
    made = [ls.entrant(ls.optimizer("sgd", lr=lr), label=f"plain descent at the rate {lr:.3g}, a long label")
            for lr in np.geomspace(1e-4, 0.2, 24)]  # fmt: skip
    title = "A claim that takes far more words than anybody in the last row would ever care to read, and then more " * 2
    return run("beale", made, title, start=(1.0, 1.5), steps=1000, every=7)


def brief():
    return run("quadratic", ["adam"], start=(1.5, 1.0), steps=1)


RECORDS = {made.__name__: made() for made in (ravine, saddle, starts, noisy, rugged, diverging, crowded, brief)}


def view(name, **fields):
    return REGISTRY.build(name, **fields)


def drawn(figure, gid):
    """The artists whose gid begins so."""
    return figure.findobj(lambda artist: (artist.get_gid() or "").startswith(gid))


def _beyond(axis):
    """The labels of an axis' ticks beyond its ends, which are made and not drawn."""
    low, high = sorted(axis.get_view_interval())
    ticks = (tick for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()) if not low <= tick.get_loc() <= high)
    return [label for tick in ticks for label in (tick.label1, tick.label2)]


def overlapping(figure):
    """What is wrong with the texts of a figure: those off the canvas, and the pairs that overlap by over a pixel."""
    figure.draw_without_rendering()  # everything but the pixels: each text is measured and put in its place
    renderer = figure.canvas.get_renderer()
    boxes = []
    undrawn = {label for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for label in _beyond(axis)}
    for text in figure.findobj(Text):
        if text not in undrawn and text.get_visible() and text.get_text().strip() and text.get_alpha() != 0:
            boxes.append((text.get_text(), text.get_window_extent(renderer)))
    width, height = figure.canvas.get_width_height()
    found = [text for text, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    for (text, box), (other, beside) in itertools.combinations(boxes, 2):
        across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        up = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        if across > 1.0 and up > 1.0:
            found.append((text, other))
    return found


def first_row(track):
    series = {
        name: getattr(track, name)[:1] for name in ("steps", "params", "value", "gradient_norm", "lr", "evaluations")
    }
    return dataclasses.replace(track, stopped=0 * track.stopped, **series)


def zero_steps():
    record = ls.simulate("rosenbrock", ["sgd", "adam"], start=(-1.5, 2.0), steps=1)
    return dataclasses.replace(record, steps=0, tracks=tuple(map(first_row, record.tracks)))

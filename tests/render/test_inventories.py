"""What is on pictures of every kind is what was seen on them once, but for rounding: inventories/ holds it.

    PYTHONPATH=.:tests python tests/render/test_inventories.py      # writes down what is on them now

Laws say what is right of any picture; these files hold the choices of which each is as right: a distance, a width, an
order, a word. Look at a picture before its file is written.
"""

import dataclasses
import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
from annotated_types import BaseMetadata
from inventory import even_letters, frame, inventory
from inventory_changes import changes
from inventory_strokes import strokes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from pictures import rates, run, view

import landscape as ls
from landscape.analysis.computation_graph import of_formula, of_network
from landscape.core.component import defaults, field_hints
from landscape.derivatives.comparison import Cost
from landscape.nn.activations import REGISTRY as ACTIVATIONS
from landscape.render import REGISTRY, draw
from landscape.render.movie.movie import Movie
from landscape.render.portraits import activation, computation_graph, gradients, schedule, surface, track
from landscape.render.style.theme import DARK, LIGHT, PRINT, THEMES

FOLDER = Path(__file__).with_name("inventories")
WRITE = "LANDSCAPE_WRITE_INVENTORIES"  # set where they are written

WIDE = {"width": 640, "height": 360}
SMALL = {"width": 320, "height": 180}
MEDIUM = {"width": 480, "height": 270}
UPRIGHT = {"width": 360, "height": 640}
SQUARE = {"width": 480, "height": 480}


# what is drawn


def entrants(**lrs):
    return [ls.optimizer(name, lr=lr) for name, lr in lrs.items()]


def ravine():
    made = entrants(sgd=1e-3, momentum=1e-3, nesterov=1e-3, adagrad=0.5, adamw=0.05)
    return run("rosenbrock", made, "Momentum runs down the valley", start=(-1.5, 2.0), steps=80)


def saddle():
    made = entrants(sgd=0.02, momentum=0.02, adam=0.05)
    return run("hyperbolic_saddle", made, "Momentum leaves, plain descent waits", start=(1.5, 1e-3), steps=80)


def starts():
    points = np.array([[0.0, 0.0], [-0.5, 3.0], [-1.0, -1.0], [1.0, -2.0]]).T
    return run("himmelblau", rates("sgd", 0.005, 0.01), "Four starts, four valleys", start=points, steps=30)


def noisy():
    noise = ls.noise("gaussian", sigma=0.5)
    return run("quadratic", rates("sgd", 0.05, 0.01), start=(1.5, 1.0), steps=40, repeats=30, noise=noise)


def rugged():
    return run("rastrigin", ["sgd", "adam"], start=ls.start("random_box", count=40), steps=20)


def diverging():
    return run("rosenbrock", rates("sgd", 0.02, 0.001), "Too fast", start=(-1.5, 2.0), steps=60)


def crowded():
    made = rates("sgd", *np.geomspace(1e-4, 0.02, 13).round(5))
    title = "A claim that takes far more words than anybody in the last row would ever care to read, and then more " * 2
    return run("beale", made, title, start=(1.0, 1.5), steps=60, every=7)


def at_rates():
    several = np.repeat((0.001, 0.01, 0.03), 2)
    made = [ls.optimizer("sgd", lr=several), ls.optimizer("adam", lr=several), ls.optimizer("momentum", lr=0.01)]
    return ls.simulate("beale", made, start=(1.0, 1.5), steps=30, repeats=6)


def two_surfaces():
    first = ls.simulate("rosenbrock", ["sgd", "momentum", ls.optimizer("adam", lr=0.05)], start=(-1.5, 2.0), steps=20)
    second = ls.simulate("himmelblau", [ls.optimizer("adam", lr=0.1), ls.optimizer("sgd", lr=0.2)], steps=30)
    return [first, second]


def one_dimension():
    return ls.simulate("gramacy_lee", entrants(sgd=0.004, momentum=0.004, adam=0.1), start=[2.2], steps=25)


def five_dimensions():
    made = entrants(sgd=2e-4, adam=0.1)
    return ls.simulate(ls.surface("rosenbrock", dim=5), made, start=[0.5, -0.5, 1.0, 0.0, 0.3], steps=30)


def bowl():
    made = entrants(sgd=0.06, momentum=0.03)
    return ls.simulate(ls.surface("quadratic", condition=20.0), made, start=(1.0, 1.0), steps=60)


def nearby():
    return ls.simulate("rosenbrock", entrants(sgd=1e-3, adam=0.02), start=(-0.6, 0.5), steps=12)


def below_zero():
    return ls.simulate("six_hump_camel", entrants(sgd=0.02, adam=0.1), start=(1.0, 1.0), steps=30)


def downhill():
    made = [ls.entrant(ls.optimizer("sgd", lr=0.1), label=r"$\eta = 10^{-1}$"), ls.optimizer("momentum", lr=0.05)]
    title = r"Below $f = \frac{1}{2} x^2 - \frac{1}{2} y^2$ there is no lowest place, and so the runs go on for ever"
    return run("hyperbolic_saddle", made, title, start=(1.5, 1e-3), steps=150)


def endless():
    return ls.simulate("hyperbolic_saddle", entrants(sgd=1.5, momentum=0.5), start=(1.5, 1e-3), steps=800, every=20)


def gone():
    return ls.simulate("gramacy_lee", entrants(sgd=0.3, momentum=0.02, adam=0.1), start=[2.2], steps=20)


def steep():
    return ls.simulate("sphere", rates("sgd", 0.45, 0.01), start=(1.0, 1.0), steps=40)


def wordy():
    said = (
        "plain descent with a rate so small that it needs words for itself",
        "momentum, told at the same length or so",
    )
    rules = ls.optimizer("sgd", lr=0.002), ls.optimizer("momentum", lr=0.002)
    made = [ls.entrant(rule, label=label) for rule, label in zip(rules, said, strict=True)]
    return run("himmelblau", made, "Long names", start=(0.5, 0.5), steps=20)


def many():
    return run("beale", rates("sgd", *np.geomspace(1e-4, 0.02, 26).round(5)), start=(1.0, 1.5), steps=4)


def zigzag():
    made = entrants(sgd=0.0999, momentum=0.02, adam=0.3)
    return ls.simulate(ls.surface("quadratic", condition=20.0), made, start=(1.0, 1.0), steps=150)


def chosen():
    over = {"lr": (1e-4, 1e-1, "log")}
    best = ls.tune("himmelblau", ["sgd", "momentum"], over=over, budget=4, steps=10, seeds=1, progress=False)
    return ls.simulate("himmelblau", best, start=(0.5, 0.5), steps=10)


def chosen_otherwise():
    record = made(chosen)
    told = {"worse": None, "good": 3, "edges": ("lr",)}, {"worse": 1.5, "good": 5}
    tracks = [
        dataclasses.replace(track, tuned=dataclasses.replace(track.tuned, **each))
        for track, each in zip(record.tracks, told, strict=True)
    ]
    return dataclasses.replace(record, tracks=tuple(tracks))


def trained(*lrs, **fields):
    moons = {"name": "moons", "count": 40}
    fields = {"layers": (2, 5, 1), "dataset": moons, "loss": "binary_cross_entropy", **fields}
    made = [ls.optimizer(name, lr=lr) for name, lr in zip(("adam", "sgd"), lrs, strict=False)]
    return ls.simulate(ls.surface("network", **fields), made, start=ls.start("xavier", count=1), steps=20)


def moons():
    return trained(0.05, 0.3, test=0.2, standardise=True)


def blobs():
    blobs = {"name": "blobs", "classes": 3, "count": 45}
    return trained(0.05, layers=(2, 5, 3), dataset=blobs, loss="cross_entropy")


def deep():
    return trained(0.05, 0.3, layers=(2, 5, 4, 4, 1), l2=0.1)


def grid():
    return ls.basins("himmelblau", ["sgd", ls.optimizer("adam", lr=0.2)], steps=60, resolution=(12, 9))


def dots():
    points = np.random.default_rng(1).uniform(-5.0, 5.0, (2, 30))
    return ls.simulate("himmelblau", entrants(sgd=0.03, momentum=0.01, adam=0.2, adagrad=1.0), start=points, steps=40)


def stable():
    across = {"lr": np.geomspace(0.02, 1.2, 24), "momentum": np.linspace(0.0, 0.9, 8)}
    return ls.stability_map(ls.surface("quadratic", scale=0.5), ["momentum", "nesterov"], across=across, steps=60)


def by_rate():
    over = {"lr": np.geomspace(1e-3, 1.0, 7), "beta2": [0.9, 0.99]}
    return ls.sweep(["rosenbrock", "sphere"], ["sgd", "adam"], over=over, steps=20, seeds=3, noise="gaussian",
                    measures=("loss", "reached"))  # fmt: skip


def by_two():
    over = {"lr": np.geomspace(0.2, 12.0, 8), "momentum": [0.0, 0.3, 0.6, 0.9]}
    return ls.sweep(ls.surface("quadratic", scale=0.05), ["momentum", "nesterov"], over=over, steps=40)


def by_chance():
    over = {"lr": np.geomspace(1e-3, 1e-2, 6), "momentum": [0.0, 0.5, 0.9]}
    noise = ls.noise("gaussian", sigma=30.0)
    return ls.sweep("rosenbrock", "momentum", over=over, steps=40, seeds=6, noise=noise)


def costs():
    methods = zip(("forward", "reverse", "central_differences"), (1.0, 2.0, 3.0), (1e-16, 0.0, 1e-9), strict=True)
    return [Cost(name, dim, error, 1e-5 * times * dim, times * dim**0.5, int(times), 40 * dim, 1.5)
            for name, times, error in methods for dim in (2, 10, 100)]  # fmt: skip


@functools.cache
def made(record):
    return record()


# Of a record, or of what else can be drawn: a view, a size, and what is chosen.
VIEWS = {
    "contour": (ravine, "contour", WIDE),
    "contour_dark": (saddle, "contour", {**WIDE, "theme": "dark"}),
    "contour_print": (starts, "contour", {**WIDE, "theme": "print", "levels": 7}),
    "contour_zh": (diverging, "contour", {**WIDE, "language": "zh"}),
    "contour_noise": (noisy, "contour", WIDE),
    "contour_rugged": (rugged, "contour", UPRIGHT),
    "contour_crowded": (crowded, "contour", WIDE),
    "contour_inset": (nearby, "contour", {**WIDE, "theme": "dark"}),
    "contour_small": (zigzag, "contour", SMALL),
    "contour_near": (saddle, "contour", {**SMALL, "window": ((1.0, 1.0001), (2e6, 3e6))}),
    "contour_many": (many, "contour", WIDE),
    "contour_wordy": (wordy, "contour", {**WIDE, "theme": "print"}),
    "contour_chosen": (chosen, "contour", SQUARE),
    "convergence": (ravine, "convergence", WIDE),
    "convergence_noise": (noisy, "convergence", {**WIDE, "quantiles": (0.1, 0.9)}),
    "convergence_print": (noisy, "convergence", {**WIDE, "theme": "print", "against": "evaluations"}),
    "convergence_theory": (bowl, "convergence", {**WIDE, "theme": "dark", "quantity": "gap"}),
    "convergence_below_zero": (below_zero, "convergence", {**WIDE, "language": "zh"}),
    "convergence_coordinate": (five_dimensions, "convergence", {**UPRIGHT, "quantity": "effective_rate"}),
    "convergence_chosen": (chosen_otherwise, "convergence", WIDE),
    "convergence_steep": (steep, "convergence", WIDE),
    "convergence_downhill": (downhill, "convergence", WIDE),
    "convergence_endless": (endless, "convergence", {**UPRIGHT, "language": "zh"}),
    "convergence_diverging": (diverging, "convergence", WIDE),
    "convergence_crowded": (crowded, "convergence", WIDE),
    "convergence_batch": (at_rates, "convergence", WIDE),
    "curve": (one_dimension, "curve", WIDE),
    "curve_gone": (gone, "curve", WIDE),
    "curve_print": (one_dimension, "curve", {**UPRIGHT, "theme": "print"}),
    "dashboard": (saddle, "dashboard", WIDE),
    "dashboard_phase": (ravine, "dashboard", {**WIDE, "below": "phase", "coordinate": 1}),
    "dashboard_upright": (noisy, "dashboard", {**UPRIGHT, "theme": "dark"}),
    "field": (saddle, "field", WIDE),
    "field_arrows": (ravine, "field", {**WIDE, "drawing": "arrows", "theme": "dark"}),
    "inside": (starts, "inside", {**WIDE, "entrant": "sgd, rate 0.01"}),
    "inside_adam": (saddle, "inside", {**WIDE, "entrant": "adam", "places": 3, "theme": "print"}),
    "inside_upright": (ravine, "inside", {**UPRIGHT, "language": "zh"}),
    "layers": (deep, "layers", WIDE),
    "layers_print": (moons, "layers", {**UPRIGHT, "theme": "print", "figures": ("signal", "mean")}),
    "layers_zh": (moons, "layers", {**WIDE, "language": "zh", "entrant": "sgd", "figures": ("dead",)}),
    "multiples": (ravine, "multiples", WIDE),
    "multiples_start": (starts, "multiples", {**WIDE, "by": "start", "theme": "print"}),
    "multiples_rate": (at_rates, "multiples", {**WIDE, "by": "rate"}),
    "multiples_crowded": (crowded, "multiples", UPRIGHT),
    "multiples_surfaces": (two_surfaces, "multiples", {**WIDE, "theme": "dark"}),
    "phase": (ravine, "phase", WIDE),
    "phase_noise": (noisy, "phase", {**UPRIGHT, "coordinate": 1, "language": "zh"}),
    "plane": (five_dimensions, "plane", WIDE),
    "plane_coordinates": (five_dimensions, "plane", {**UPRIGHT, "by": "coordinates", "coordinates": (1, 3)}),
    "plane_points": (moons, "plane", {**WIDE, "by": "points", "theme": "dark"}),
    "race": (starts, "race", WIDE),
    "race_upright": (diverging, "race", {**UPRIGHT, "quantity": "gradient_norm"}),
    "rates": (at_rates, "rates", WIDE),
    "rates_print": (crowded, "rates", {**WIDE, "theme": "print"}),
    "spectrum": (ravine, "spectrum", WIDE),
    "spectrum_sharpness": (bowl, "spectrum", {**WIDE, "quantity": "sharpness", "theme": "print"}),
    "spectrum_preconditioned": (saddle, "spectrum", {**UPRIGHT, "quantity": "preconditioned_sharpness"}),
    "stability": (stable, "stability", WIDE),
    "stability_print": (stable, "stability", {**WIDE, "entrant": "nesterov", "theme": "print"}),
    "surface": (ravine, "surface", WIDE),
    "surface_dark": (starts, "surface", {**UPRIGHT, "theme": "dark"}),
    "surface_gone": (downhill, "surface", SMALL),
    "surface_below_zero": (below_zero, "surface", SMALL),
    "basins": (grid, "basins", WIDE),
    "basins_print": (grid, "basins", {**UPRIGHT, "theme": "print"}),
    "basins_dots": (dots, "basins", {**WIDE, "theme": "print"}),
    "boundary": (moons, "boundary", WIDE),
    "boundary_print": (moons, "boundary", {**WIDE, "theme": "print", "entrant": "sgd"}),
    "boundary_classes": (blobs, "boundary", {**UPRIGHT, "language": "zh"}),
    "critical_points": (ravine, "critical_points", {**WIDE, "starts": 10}),
    "critical_points_many": (five_dimensions, "critical_points", {**WIDE, "starts": 10, "theme": "dark"}),
    "table_rates": (by_rate, "rates", WIDE),
    "table_rates_even": (by_two, "rates", {**WIDE, "x": "momentum", "theme": "dark"}),
    "table_map": (by_two, "map", WIDE),
    "table_map_noise": (by_chance, "map", {**WIDE, "theme": "dark"}),
    "table_map_print": (by_two, "map", {**UPRIGHT, "theme": "print"}),
}

# into Axes of a figure of one's own
AXES = {
    "contour": (saddle, "contour", {"theme": "dark"}),
    "convergence": (noisy, "convergence", {}),
    "curve": (one_dimension, "curve", {"theme": "print"}),
    "field": (starts, "field", {"drawing": "arrows"}),
    "layers": (moons, "layers", {"figures": ("gradient_norm",)}),
    "phase": (bowl, "phase", {}),
    "plane": (five_dimensions, "plane", {}),
    "rates": (at_rates, "rates", {}),
    "spectrum": (bowl, "spectrum", {}),
    "stability": (stable, "stability", {"entrant": "momentum"}),
    "surface": (downhill, "surface", {}),
    "basins": (grid, "basins", {"entrant": "adam"}),
    "boundary": (blobs, "boundary", {}),
    "critical_points": (saddle, "critical_points", {"starts": 10}),
    "inside": (saddle, "inside", {"entrant": "sgd"}),
    "table_rates": (by_rate, "rates", {"surface": "sphere"}),
    "table_map": (by_two, "map", {"entrant": "nesterov"}),
}

OTHERS = {
    "surface_of_one": lambda: surface.portrait(ls.surface("gramacy_lee"), 640, 360, DARK),
    "surface_of_two": lambda: surface.portrait(ls.surface("himmelblau"), 640, 360, LIGHT),
    "surface_of_five": lambda: surface.portrait(ls.surface("styblinski_tang", dim=5), 640, 360, PRINT),
    "surface_thumbnail": lambda: surface.thumbnail(ls.surface("beale")),
    "schedule": lambda: schedule.schedule_portrait(ls.schedule("cosine"), 100, 640, 360),
    "activation": lambda: activation.activation_portrait(ACTIVATIONS.build("relu"), 640, 360),
    "activation_long": lambda: activation.activation_portrait(ACTIVATIONS.build("selu"), 640, 360, PRINT),
    "activations": lambda: activation.picture(
        [ACTIVATIONS.build(name) for name in ("tanh", "relu", "gelu")], "Three", DARK
    ),
    "graph_of_formula": lambda: computation_graph.picture(of_formula("sin(x) * y + x ** 2", x=0.5, y=2.0), "A formula"),
    "graph_of_network": lambda: computation_graph.picture(of_network(ls.surface("network", layers=(2, 1, 1))), "Small"),
    "gradients": lambda: gradients.picture(costs(), ls.surface("rosenbrock")),
    "track": lambda: track.track_portrait(made(noisy).tracks[0], 640, 360),
    "track_alone": lambda: track.track_portrait(made(ravine).tracks[1], 640, 360, DARK),
}


# movies of few frames, at places in their time
MOVIES = {
    "race": (ravine, "race", {}),
    "race_print": (noisy, "race", {"theme": "print"}),
    "contour": (diverging, "contour", {"theme": "dark"}),
    "race_downhill": (downhill, "race", {"theme": "dark"}),
    "curve_gone": (gone, "curve", {"theme": "print"}),
    "dashboard": (saddle, "dashboard", {}),
    "surface": (ravine, "surface", {}),
    "surface_dark": (starts, "surface", {"theme": "dark"}),
    "inside": (saddle, "inside", {}),
    "boundary": (moons, "boundary", {}),
    "curve": (one_dimension, "curve", {}),
    "multiples": (at_rates, "multiples", {"by": "rate"}),
    "phase": (noisy, "phase", {}),
    "convergence": (diverging, "convergence", {}),
}
SHOWN = (1, 4, 7)  # of the frames


def figure_of(name):
    if name in OTHERS:
        return OTHERS[name]()
    return drawn(*VIEWS[name])


def drawn(record, kind, options, **into):
    """The picture of a record by a view, or of a table."""
    if record in (by_rate, by_two, by_chance):
        return draw(made(record), kind, **options, **into)
    return draw(made(record), view(kind, **options), **into)


# what is held


def kept(name):
    """The lines of a file, or none where it is to be written."""
    file = FOLDER / f"{name}.txt"
    if not file.exists():
        pytest.fail(f"there is no {file.name}: look at the picture, and see the head of this file")
    return file.read_text(encoding="utf-8").splitlines()


def held(name, lines):
    if os.environ.get(WRITE):
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert changes(kept(name), lines) == []


@pytest.fixture(autouse=True)
def letters():
    with even_letters():
        yield


@pytest.mark.parametrize("name", [*VIEWS, *OTHERS])
def test_what_is_on_a_picture_is_what_was_seen_on_it(name, request):
    if name in VIEWS and VIEWS[name][2].get("language") == "zh":
        request.getfixturevalue("chinese_font")
    with strokes() as painted:
        lines = inventory(figure_of(name))
    told = painted.lines()
    held(name, [*lines, *(["painted", *told] if told else [])])


@pytest.mark.parametrize("name", AXES)
def test_what_is_drawn_into_axes_is_what_was_seen_there(name):
    figure = Figure(figsize=(6.4, 4.0), dpi=60)
    FigureCanvasAgg(figure)
    drawn(*AXES[name], ax=figure.add_subplot())
    held(f"axes_{name}", inventory(figure))


@pytest.mark.parametrize("name", MOVIES)
def test_what_frames_of_a_movie_show_is_what_was_seen_on_them(name):
    record, kind, options = MOVIES[name]
    movie = Movie(view(kind, **MEDIUM, **options), made(record), seconds=4.0)
    panels, lines = [panel.ax for panel in movie.page.all_panels], []
    with strokes() as painted:
        for number, ((step, stands), shot) in enumerate(zip(movie.clock(4), movie.frames(4), strict=True)):
            told = painted.lines()
            if number in (SHOWN[1:2] if movie.turns else SHOWN):
                lines += frame(shot.pixels, panels, step=step, stands=stands, text=movie.caption(step)) + told
    held(f"movie_{name}", lines)


def test_what_can_be_chosen_of_a_view_is_what_could_be():
    lines = []
    for name in REGISTRY.names():
        cls = REGISTRY.get(name)
        lines.append(f"{name}; moves {cls.moves}; batches {cls.batches}")
        hints, known = get_type_hints(cls, include_extras=True), defaults(cls)
        for field in field_hints(cls):
            bounds = " ".join(bounds_in(hints[field]))
            lines.append(f"  {field}; default {known.get(field)!r}" + (f"; bounds {bounds}" if bounds else ""))
    held("options", lines)


def bounds_in(hint):
    """The choices and the bounds that a type has anywhere inside."""
    for part in get_args(hint):
        yield from ([repr(part)] if isinstance(part, (str, BaseMetadata)) else bounds_in(part))


def test_what_is_in_a_theme_is_what_was_seen_on_pictures():
    chosen = {f"{theme.name} {name}": value for theme in THEMES.values() for name, value in vars(theme).items()}
    held("themes", [f"{name}; value {value!r}" for name, value in chosen.items()])


# that a change is seen

LINE = "panel 1, run:sgd line"
PLANTED = {
    f"{LINE}: pen #0073b4 2.2 before, #0073b4 2.3 now": lambda line: line.set_linewidth(2.3),
    f"{LINE}: pen #0073b4 2.2 before, #0075b4 2.2 now": lambda line: line.set_color("#0075B4"),
    f"{LINE}: z 4 before, 4.1 now": lambda line: [each.set_zorder(4.1) for each in line.axes.lines],
    f"{LINE}: box 84 ": lambda line: line.set_ydata(1.1 * line.get_ydata()),
    f"gone: {LINE}; points": lambda line: line.remove(),
    "panel 1, x major ticks: at 84 ": lambda line: line.axes.set_xticks([0.0]),
    "panel 1: box 84 ": lambda line: line.axes.set_position([0.1, 0.1, 0.5, 0.5]),
    'new: figure, caption text; text "Later"': lambda line: line.figure.texts[1].set_text("Later"),
    'new: figure, text; text "So"': lambda line: line.figure.text(0.5, 0.5, "So"),
    "picture: shades ": lambda line: line.axes.set_facecolor("#DDDDDD"),
}


@pytest.mark.parametrize("said", PLANTED)
def test_an_inventory_tells_of_a_change(said):
    figure = figure_of("convergence")
    before = inventory(figure)
    assert changes(before, inventory(figure)) == []
    [line] = figure.findobj(lambda artist: artist.get_gid() == "run:sgd")
    PLANTED[said](line)
    told = changes(before, inventory(figure))
    assert any(each.startswith(said) for each in told), told


def test_an_inventory_bears_what_versions_of_libraries_differ_by():
    before = ["panel 1; box 84 118 656.4 648", "  line; ends 1 2 300 400; pen #0073b4 2.2", "picture; shades #0102ff"]
    near = ["panel 1; box 84 118 656.9 648", "  line; ends 1.5 2 300 400; pen #0073b4 2.2", "picture; shades #0105ff"]
    far = ["panel 1; box 84 118 657.4 648", "  line; ends 1.8 2 300 400; pen #0073b4 2.3", "picture; shades #010aff"]
    assert changes(before, near) == []
    assert len(changes(before, far)) == len(far)


if __name__ == "__main__":
    asked = [sys.executable, "-m", "pytest", "-n", "0", *sys.argv[1:], __file__]
    sys.exit(subprocess.call(asked, env={**os.environ, WRITE: "yes"}))

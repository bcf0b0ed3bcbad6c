"""What people write as the last line of a notebook's cell, for whoever runs it: in this process, or in a kernel.

CELLS: name -> an expression that gives a picture; CLIPS: one that gives a movie. Both need what SETUP defines.
"""

import functools
import io

from PIL import Image

from landscape.render.views._base import REGISTRY

SETUP = """
import landscape as ls

plane = ls.simulate("rosenbrock", ["sgd", "adam"], start=(-1.5, 2.0), steps=20)
line = ls.simulate("gramacy_lee", ["sgd"], steps=5)
high = ls.simulate(ls.surface("sphere", dim=4), ["sgd"], steps=5)
network = ls.simulate(ls.surface("network", layers=(2, 3, 1)), ["adam"], start=ls.start("xavier", count=1), steps=5)
valleys = ls.basins("himmelblau", "sgd", steps=20, resolution=12)
border = ls.stability_map("quadratic", "momentum", resolution=6, steps=20)
phi = ls.networks.activations.build("gelu")
""".strip()

RECORDS = ("plane", "line", "high", "network", "valleys", "border")

OTHERS = {
    "the usual view": "ls.draw(plane)",
    "several records": 'ls.draw([plane, valleys], "multiples")',
    "a dark page of another size": 'ls.draw(plane, "race", theme="dark", width=1000, height=700)',
    "a surface": 'ls.draw(ls.surface("himmelblau"))',
    "a surface of one dimension": 'ls.draw(ls.surface("gramacy_lee"))',
    "a surface of many dimensions": 'ls.draw(ls.surface("sphere", dim=4), theme="print")',
    "a schedule": 'ls.draw(ls.schedule("one_cycle"))',
    "an activation": "ls.draw(phi)",
    **{f"the record {name}": name for name in RECORDS},
}

CLIPS = {
    "a race": "ls.animate(plane, seconds=1, width=640, height=360)",
    "a record's own": 'plane.animate("surface", seconds=1, width=320, height=180)',
    "many dimensions": "ls.animate(high, seconds=1, width=640, height=360)",
}


@functools.cache
def made():
    """What SETUP defines."""
    names = {}
    exec(SETUP, names)
    return names


def fits(name, record):
    """Whether a view can show one of the records."""
    view = REGISTRY.build(name)
    try:
        view.check_surface(made()[record].surface)
        view.page(made()[record])
    except ValueError:
        return False
    return True


@functools.cache
def cells():
    """Name -> expression, of every view with the first record that it shows, and of everything else."""
    views = {}
    for name in REGISTRY.names():
        record = next((record for record in RECORDS if fits(name, record)), None)
        assert record is not None, f"no record here that the view {name} shows"
        views[f"the view {name}"] = f'ls.draw({record}, "{name}", width=640, height=360)'
    return {**views, **OTHERS}


@functools.cache
def expected(name):
    """The whole page as a file holds it: what a cell has to show."""
    from matplotlib.figure import Figure

    from landscape.render.encoders.notebook import usual_view

    value = eval(cells()[name], made())
    if not isinstance(value, Figure):
        value = made()["ls"].draw(value, usual_view(value.surface))
    file = io.BytesIO()
    value.savefig(file, format="png")
    return pixels(file.getvalue())


def pixels(png):
    """A PNG, decoded."""
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return picture.convert("RGBA")

"""What people write as the last line of a notebook's cell, for whoever runs it: in this process, or in a kernel.

CELLS: name -> an expression that gives a picture; CLIPS: one that gives a movie. Both need what SETUP defines.
"""

import base64
import functools
import html.parser
import io

import av
import pytest
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

SHOWN = {
    "a surface by itself": 'ls.surface("rastrigin")',
    "an activation by itself": "phi",
}
CARDS = {
    "a schedule": ('ls.schedule("one_cycle")', "div_factor at step 0"),
    "a rule": ('ls.optimizer("adam")', "sqrt(v_hat) + eps"),
    "a track": ("plane.tracks[0]", "p &lt;- p - lr g"),
    "an entrant": ('ls.entrant("momentum", "cosine")', "&lt;-"),
    "a rule of many rates": ('ls.optimizer("sgd", lr=[0.1 / n for n in range(1, 5000)])', "4,999 numbers"),
    "a rule with a rule inside": ('ls.optimizer("lookahead", optimizer="adam")', "sqrt(v_hat) + eps"),
}
MOST = 60_000  # characters that a notebook holds of one of these

CLIPS = {
    "a race": "ls.animate(plane, seconds=1, width=640, height=360)",
    "another view": 'ls.animate(plane, view="surface", seconds=1, width=320, height=180)',
    "many dimensions": "ls.animate(high, seconds=1, width=640, height=360)",
}


BRIEF = 200  # characters of text that an output may have
SIZES = {"a race": (640, 360), "another view": (320, 180), "many dimensions": (640, 360)}  # of the clips


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


NAMES = (*(f"the view {name}" for name in REGISTRY.names()), *OTHERS)


@functools.cache
def cells():
    """Name -> expression, of every view with the first record that it shows, and of everything else.

    The `NAMES` are known without it, which lays out a page of each view.
    """
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

    from landscape.render.drawing import usual_view

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


def same(one, other):
    return one.size == other.size and one.tobytes() == other.tobytes()


def one_line(text):
    return 0 < len(text) < BRIEF and "\n" not in text


class Elements(html.parser.HTMLParser):
    """The elements of a piece of HTML, and its text."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def inline(url, kind):
    assert url.startswith(f"data:{kind};base64,")
    return base64.b64decode(url.partition(",")[2])


def played(data):
    """(width, height, frames, seconds) of a movie that decodes to its end."""
    with av.open(io.BytesIO(data)) as movie:
        frames = list(movie.decode(video=0))
        return frames[0].width, frames[0].height, len(frames), movie.duration / av.time_base


def checked(text, page, width, height, folder=None):
    """What a notebook was given of a movie of a second plays, and is told in one line. folder: of the notebook."""
    (tag, fields), *others = Elements(page).found
    assert tag == "video"
    assert [tag for tag, _ in others] == ([] if folder is None else ["div", "a"])
    assert {"controls", "muted", "playsinline"} <= set(fields)  # none plays by itself with sound
    data = inline(fields["src"], "video/mp4") if folder is None else (folder / fields["src"]).read_bytes()
    across, down, frames, seconds = played(data)
    assert (across, down) == (width, height)
    assert frames == 30
    assert seconds == pytest.approx(1.0, abs=0.05)
    assert fields["width"] == str(min(width, 960))
    if folder is None:
        assert pixels(inline(fields["poster"], "image/png")).size == (width, height)
    else:
        with Image.open(io.BytesIO(inline(fields["poster"], "image/jpeg"))) as poster:
            assert poster.width / poster.height == pytest.approx(width / height, rel=0.02)
    assert one_line(text)
    assert text.startswith(f"Clip(1.0 s, {width}x{height}, mp4, ")

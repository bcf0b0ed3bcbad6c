"""What notebooks show of records, figures and movies, asked as a notebook asks, without one; see test_kernels.py."""

import base64
import dataclasses
import io
import subprocess
import sys
import types

import cells
import matplotlib
import numpy as np
import pytest
from cells import SIZES, Elements, checked, one_line, same
from matplotlib.figure import Figure
from pictures import RECORDS, view
from PIL import Image

import landscape as ls
from landscape import render
from landscape.core.component import Component, defaults, field_hints
from landscape.core.registry import kinds, registry
from landscape.render.canvas import ipython
from landscape.render.encoders.notebook import Clip
from landscape.render.pages.sheet import Picture


def shown(value):
    """The text, the picture and its width on the screen, of what shows itself."""
    data, how = render.bundle(value) if isinstance(value, ls.Record) else value._repr_mimebundle_()
    assert one_line(data["text/plain"])
    return data["text/plain"], cells.pixels(base64.b64decode(data["image/png"])), how["image/png"]["width"]


# figures and records


@pytest.mark.parametrize("name", cells.NAMES)
def test_everything_that_is_drawn_shows_its_whole_page(name):
    value = eval(cells.cells()[name], cells.made())
    _, png, width = shown(value)
    assert same(png, cells.expected(name))
    assert width == min(png.width, 960)
    if name.startswith("the record"):
        return
    assert isinstance(value, Figure)
    assert png.size == value.canvas.get_width_height()
    if not name.startswith("the view"):  # views are figures of one class, whose bundle holds what _repr_png_ gives
        assert same(cells.pixels(value._repr_png_()), png)


def test_the_pictures_are_told_apart():
    assert not same(cells.expected("a surface"), cells.expected("a schedule"))
    cut = cells.expected("a surface").crop((1, 0, 1280, 720))
    assert not same(cells.expected("a surface"), cut)


def test_a_record_says_in_one_line_what_it_is():
    assert shown(RECORDS["brief"])[0] == repr(RECORDS["brief"]) == "<Record: adam on quadratic, 1 steps, 1 run>"
    text = repr(RECORDS["crowded"])
    assert one_line(text)
    assert text.endswith(" more on beale, 1000 steps, 1 run>")
    entrant = ls.entrant("sgd", label="a label\nof lines " * 30)
    odd = ls.simulate("quadratic", [entrant], steps=1)
    assert one_line(repr(odd))
    assert one_line(repr(odd.tracks[0]))


def test_a_page_is_shown_whole_whatever_the_user_has_set_for_files():
    figure = ls.draw(RECORDS["brief"])
    _, plain, _ = shown(figure)
    with matplotlib.rc_context({"savefig.bbox": "tight", "savefig.dpi": 31, "savefig.transparent": True,
                                "savefig.facecolor": "red"}):  # fmt: skip
        assert same(shown(figure)[1], plain)
        file = io.BytesIO()
        figure.savefig(file)  # which stays the user's own
        assert not same(cells.pixels(file.getvalue()), plain)


def test_a_figure_shows_what_was_added_to_it():
    figure = ls.draw(RECORDS["brief"])
    _, before, _ = shown(figure)
    figure.text(0.5, 0.5, "mine")
    assert not same(shown(figure)[1], before)


def test_showing_a_figure_needs_neither_pyplot_nor_ipython():
    code = "import sys, landscape as ls; ls.draw(ls.schedule('one_cycle'))._repr_mimebundle_(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "matplotlib.figure" in loaded
    assert not {"matplotlib.pyplot", "IPython"} & set(loaded)


class Formatter:
    """As much of IPython's formatter of one kind as is asked."""

    def __init__(self, printers):
        self.type_printers = dict(printers)

    def for_type(self, kind, printer):
        self.type_printers[kind] = printer


def shell_of(formatters, own=None):
    """As much of an IPython as is asked. own: its formatter of bundles."""
    display = types.SimpleNamespace(formatters=formatters, mimebundle_formatter=own)
    return types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(display_formatter=display))


def test_a_record_is_shown_by_a_printer_that_the_renderer_registers(monkeypatch):
    own = Formatter({})
    monkeypatch.setitem(sys.modules, "IPython", shell_of({}, own))
    ipython.show_as(ls.Record, render.bundle)
    assert own.type_printers == {ls.Record: render.bundle}
    assert not hasattr(ls.Record, "_repr_mimebundle_")
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    ipython.show_as(ls.Record, render.bundle)  # imported, and yet none runs


def test_what_is_registered_for_every_figure_gives_way(monkeypatch):
    own = Formatter({Figure: str, Picture: repr})
    formatters = {"text/plain": Formatter({}), "image/png": Formatter({Figure: str}), "image/svg+xml": own}
    monkeypatch.setitem(sys.modules, "IPython", shell_of(formatters))
    figure = ls.draw(RECORDS["brief"])
    shown(figure)
    assert formatters["image/png"].type_printers[Picture](figure) is None
    assert formatters["image/png"].type_printers[Figure] is str  # of figures that are not ours
    assert formatters["text/plain"].type_printers == {}
    assert own.type_printers[Picture] is repr  # a user's own choice stays
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    shown(figure)


# movies


@pytest.mark.parametrize("name", cells.CLIPS)
def test_a_movie_without_a_path_plays_where_it_stands(name):
    clip = eval(cells.CLIPS[name], cells.made())
    assert isinstance(clip, Clip)
    data, how = clip._repr_mimebundle_()
    checked(data["text/plain"], data["text/html"], *SIZES[name])
    assert repr(clip) == str(clip) == data["text/plain"]
    assert data["text/html"] == clip._repr_html_()
    assert cells.pixels(base64.b64decode(data["image/png"])).size == SIZES[name]
    assert how == {"image/png": {"width": SIZES[name][0]}}


def test_a_clip_is_the_movie_that_a_file_would_hold(tmp_path):
    asked = {"width": 320, "height": 180, "seconds": 0.5, "fps": 8, "theme": "dark", "pacing": "logarithmic"}
    told = []
    path = ls.animate(RECORDS["brief"], tmp_path / "a.mp4", **asked)
    clip = ls.animate(RECORDS["brief"], progress=lambda *at: told.append(at), poster=tmp_path / "p.png", **asked)
    assert clip.data == path.read_bytes()
    assert told[-1] == (5, 5)
    with Image.open(tmp_path / "p.png") as poster:  # the still has fewer colours
        far = np.abs(np.asarray(poster.convert("RGB"), float) - np.asarray(cells.pixels(clip.still).convert("RGB")))
    assert far.mean() < 1.0


def test_a_clip_without_a_path_refuses_as_one_with_a_path_does(tmp_path):
    for asked in ({"view": "basins"}, {"transparent": True}, {"fps": 0}, {"seconds": 0.0}, {"levles": 3}):
        with pytest.raises(ValueError) as here:  # noqa: PT011
            ls.animate(RECORDS["brief"], **asked)
        with pytest.raises(ValueError) as there:  # noqa: PT011
            ls.animate(RECORDS["brief"], tmp_path / "a.mp4", **asked)
        assert str(here.value) == str(there.value)
    with pytest.raises(TypeError, match="expected a Record"):
        ls.animate("rosenbrock")


@pytest.mark.parametrize(
    "title", ['"><script>alert(1)</script>', "</video><img src=x onerror=alert(1)>", "a\n\n<b>&amp;"]
)
def test_a_title_is_text_wherever_a_clip_says_it(title):
    record = dataclasses.replace(RECORDS["brief"], title=title)
    clip = ls.animate(record, view=view("race", width=320, height=180), seconds=0.5)
    page = Elements(clip._repr_html_())
    ((tag, fields),) = page.found
    assert tag == "video"
    assert page.text == fields["aria-label"] == " ".join(title.split())
    assert one_line(repr(clip))


@pytest.mark.parametrize(
    ("count", "told"), [(1, "1 kB"), (456_123, "456 kB"), (999_600, "1.0 MB"), (3_240_000, "3.2 MB")]
)
def test_a_clip_says_how_large_it_is(count, told):
    assert repr(Clip(bytes(count), b"", "", 1280, 720, 6.0)) == f"Clip(6.0 s, 1280x720, mp4, {told})"


# components


def buildable():
    for kind in kinds():
        for name in registry(kind).names():
            cls = registry(kind).get(name)
            if set(field_hints(cls)) <= set(defaults(cls)):
                yield registry(kind).build(name)


def test_every_component_says_in_one_line_what_it_is():
    made = list(buildable())
    assert len(made) > 300
    for component in made:
        assert "\n" not in repr(component)
        assert len(repr(component)) < 400
        assert repr(component).startswith(f"{type(component).__qualname__}(")


def test_a_component_says_how_many_numbers_it_was_given():
    rates = ls.optimizer("sgd", lr=np.geomspace(1e-3, 1.0, 3600))
    assert repr(rates) == "SGD(lr=<array (3600,) from 0.001 to 1>, weight_decay=0.0)"
    assert repr(ls.optimizer("sgd", lr=[0.1, 0.2])) == "SGD(lr=array([0.1, 0.2]), weight_decay=0.0)"
    assert one_line(repr(ls.surface("expression", text="x**2 + " * 30 + "y**2")))
    other = ls.optimizer("sgd", lr=np.linspace(1e-3, 1.0, 3600))
    assert repr(other) == repr(rates)  # and yet they are two
    assert other != rates
    assert issubclass(type(rates), Component)

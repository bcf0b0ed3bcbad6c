"""What a page for the browser holds: data that any text may be in, pictures that can be read, places that are right."""

import base64
import dataclasses
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

import landscape as ls
from landscape.render import animate
from landscape.render.encoders.html import embedded
from landscape.render.movie.movie import Movie
from landscape.render.views._base import REGISTRY

SMALL = {"width": 640, "height": 360, "seconds": 0.5}
HOSTILE = [
    "<!--<script>", "</script><script>alert(1)</script>", "<!-- --> ]]>", "& &amp; &lt; &#60;",
    "\"quotes\" and 'others' `${x}`", "back\\slash \\u003c %DATA% %TITLE%", "</title><h1>",
    '"><img src=x onerror=alert(1)>',
]  # fmt: skip
SEPARATORS = "one\u2028two\u2029three"


def made(**lrs):
    return [ls.optimizer(name, lr=lr) for name, lr in lrs.items()]


def few(**looks):
    return ls.simulate("rosenbrock", made(sgd=1e-3, adam=0.05), start=(-1.5, 2.0), **{"steps": 30, **looks})


class Scripts(HTMLParser):
    """Keeps the text of each script, the title, and what the tags say."""

    def __init__(self, text):
        super().__init__()
        self.inside, self.texts, self.attributes = [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inside.append(attrs.get("id", tag))
        self.attributes.append((tag, attrs))

    def handle_endtag(self, tag):
        self.inside.pop()

    def handle_data(self, data):
        if self.inside:
            self.texts[self.inside[-1]] = self.texts.get(self.inside[-1], "") + data


def page_of(record, folder, view="race", **looks):
    text = animate(record, folder / "x.html", view, **{**SMALL, **looks}).read_text(encoding="utf-8")
    return text, json.loads(Scripts(text).texts["data"])


def pictures(part):
    """Every picture of a page's data, by where it is, and every place where one is due."""
    if isinstance(part, str) and part.startswith("data:"):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from pictures(each)


def opened(url):
    kind, data = re.fullmatch(r"data:image/(png|jpeg);base64,(.+)", url).groups()
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    image.load()
    assert image.format.lower() == kind
    return image


@pytest.mark.parametrize("view", ["contour", "convergence", "race", "field", "plane", "phase", "spectrum"])
def test_every_picture_that_the_script_draws_is_there_and_can_be_read(view, tmp_path):
    text, data = page_of(ls.simulate("rosenbrock", made(sgd=0.05, adam=0.05), steps=30), tmp_path, view)
    # all that is drawn as a picture: the page, the curves, and what is pinned on a panel
    assert set(re.findall(r"picture\((\w+\.\w+)\)", text)) == {"data.page", "pin.picture", "panel.picture"}
    panels = [data[name] for name in ("land", "curves", "notes") if data.get(name)]
    assert sum("pinned" in part for part in data.values() if isinstance(part, dict)) == len(panels)
    pins = [pin for panel in panels for pin in panel["pinned"]]
    owners = [
        data["page"],
        *(pin["picture"] for pin in pins),
        *(panel["picture"] for panel in panels if "picture" in panel),
    ]
    assert sorted(owners) == sorted(pictures(data))
    assert opened(data["page"]).size == (640, 360)
    for pin in pins:
        wide, high = opened(pin["picture"]).size
        assert 0 <= pin["x"] < pin["x"] + wide <= 640
        assert 0 <= pin["y"] < pin["y"] + high <= 360
        assert -1.0 <= pin["step"] <= 30.0


@pytest.mark.parametrize(
    ("view", "titles"), [("contour", [*HOSTILE, SEPARATORS]), ("surface", [" ".join([*HOSTILE, SEPARATORS])])]
)
def test_a_page_says_any_title_and_stays_the_page_that_it_is(view, titles, tmp_path):
    pages = []
    for title in ("Plain", *titles):
        record = few(steps=2, title=title)
        looks = {"width": 160, "height": 160, "seconds": 0.2}
        pages.append(Scripts(animate(record, tmp_path / "x.html", view, **looks).read_text(encoding="utf-8")))
    for page, title in zip(pages, ("Plain", *titles), strict=True):
        check_title(page, pages[0], " ".join(title.split()))


def check_title(page, plain, said):
    assert page.texts["title"] == said
    assert [tag for tag, _ in page.attributes] == [tag for tag, _ in plain.attributes]
    (told,) = [attrs["aria-label"] for tag, attrs in page.attributes if tag in ("canvas", "video")]
    assert told.startswith(f"{said}. ")
    assert page.texts["script"] == plain.texts["script"]


def test_a_label_in_the_data_ends_no_script(tmp_path):
    label = "<!--<script>"
    record = ls.simulate("sphere", [ls.entrant("adam", label=label), "sgd"], steps=2)
    text, data = page_of(record, tmp_path, "contour", width=1280)
    raw = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1]
    assert not set("<>&\u2028\u2029") & set(raw)
    assert any(label in caption for caption in data["captions"])


def test_embedded_data_is_what_it_was():
    data = {text: [text, 1.5, None, True] for text in [*HOSTILE, SEPARATORS, "∇ 梯度"]}
    assert json.loads(embedded(data)) == data
    assert not set("<>&\u2028\u2029") & set(embedded(data))


def places_of(line):
    """(rows, lines, 2): in pixels from the top left."""
    numbers = np.frombuffer(base64.b64decode(line["places"]), dtype="<f8" if line["far"] else "<i2")
    return numbers.reshape(-1, line["lines"], 2) / (1.0 if line["far"] else 8.0)


@pytest.mark.parametrize(
    ("record", "looks", "far"),
    [
        (few(), {}, False),
        # a step of 1e8 pixels to one side is not one to the corner
        (ls.simulate("rosenbrock", made(sgd=10.0), start=(-1.5, 2.0), steps=5), {}, True),
    ],
)
def test_places_are_where_they_are_however_far(record, looks, far, tmp_path):
    _, data = page_of(record, tmp_path, "contour", **looks)
    movie = Movie(REGISTRY.build("contour", **{"width": 640, "height": 360, **looks}), record)
    land = movie.page.land
    for line, (bundle, run) in zip(data["land"]["full"], land.in_order(), strict=True):
        x, y = land.drawn_places(bundle, run).T
        tolerance = 0.0 if line["far"] else 0.5 / data["fine"]
        np.testing.assert_allclose(places_of(line)[:, 0], np.stack([x, movie.size[1] - y], axis=1), atol=tolerance)
    assert any(line["far"] for line in data["land"]["full"]) == far


def test_places_on_a_wide_page_are_where_they_are(tmp_path):
    record = few()
    _, data = page_of(record, tmp_path, "convergence", width=7680, height=160)
    curves = Movie(REGISTRY.build("convergence", width=7680, height=160), record).page.curves
    for curve, head in zip(curves.curves, data["curves"]["heads"], strict=True):
        x, y = curves.ax.transData.transform(np.array([curve.steps, curves.shown(curve.middle)]).T).T
        assert x.max() > 32767 / data["fine"]
        np.testing.assert_allclose(places_of(head)[:, 0], np.stack([x, 160 - y], axis=1), atol=1e-9)


def test_what_starts_off_the_page_is_no_picture(tmp_path):
    away = {"name": "contour", "window": ((4.0, 5.0), (4.0, 5.0))}
    _, data = page_of(few(), tmp_path, away)
    assert not data["land"]["pinned"]


@pytest.mark.parametrize(("fps", "seconds"), [(1, 0.2), (7, 0.5), (60, 0.2), (30, 1.0)])
def test_a_page_has_the_frames_of_the_movie(fps, seconds, tmp_path):
    _, data = page_of(few(), tmp_path, "contour", fps=fps, seconds=seconds)
    assert data["frames"] == Movie(REGISTRY.build("contour"), few(), seconds=seconds).frame_count(fps) >= 4
    assert len(data["clock"]) == len(data["said"]) == round(30 * data["seconds"])
    assert max(data["said"]) < len(data["captions"])


def test_steps_of_the_data_are_those_of_the_record(tmp_path):
    record = dataclasses.replace(few(steps=40), title="Steps")
    _, data = page_of(record, tmp_path)
    assert (data["steps"], data["clock"][0], data["clock"][-1]) == (40, 0.0, 40.0)
    for line in [*data["land"]["full"], *data["curves"]["heads"]]:
        steps = np.frombuffer(base64.b64decode(line["steps"]), dtype="<i4")
        np.testing.assert_array_equal(steps, record.tracks[0].steps)
        assert len(places_of(line)) == len(steps)

"""Pages with a video: what they hold and say, and in a real browser that they play, stand still and obey keys."""

import base64
import io
import re
from html.parser import HTMLParser

import av
import pytest
from PIL import Image

import landscape as ls
from landscape.render import animate
from landscape.render.movie.movie import Movie
from landscape.render.views._base import REGISTRY

SMALL = {"width": 320, "height": 180, "seconds": 0.5}
HOSTILE = (
    "<!--<script> </script><script>alert(1)</script> \"q\" 'p' & &amp; ${x} `y` \u2028 </title> %VIDEO% <img src=x>"
)


@pytest.fixture(scope="module")
def record():
    rules = [ls.optimizer("sgd", lr=1e-3), ls.optimizer("adam", lr=0.05)]
    return ls.simulate("rosenbrock", rules, start=(-1.5, 2.0), steps=30, title=HOSTILE)


@pytest.fixture(scope="module")
def saved(record, tmp_path_factory):
    return animate(record, tmp_path_factory.mktemp("page") / "x.html", "contour", **SMALL)


class Tags(HTMLParser):
    """Keeps the tags with their attributes, the text in each, and those that are not closed in their places."""

    def __init__(self, text):
        super().__init__()
        self.inside, self.found, self.texts, self.wrong = [], [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()
        else:
            self.wrong.append(tag)

    def handle_data(self, data):
        if self.inside:
            self.texts[self.inside[-1]] = self.texts.get(self.inside[-1], "") + data


def test_a_page_holds_its_video_and_poster_and_says_what_it_shows(saved, record):
    text = saved.read_text(encoding="utf-8")
    tags, said = Tags(text), " ".join(HOSTILE.split())
    assert not tags.inside
    assert not tags.wrong
    assert tags.texts["title"] == said
    assert [tag for tag, _ in tags.found] == [
        "html", "head", "meta", "meta", "title", "style", "body", "main", "h1", "video", "script",
    ]  # fmt: skip
    video = dict(tags.found)["video"]
    assert re.fullmatch(re.escape(said) + r"\. .*after 30 steps.*", video["aria-label"])
    assert not re.search(r"https?://", text)
    poster = Image.open(io.BytesIO(base64.b64decode(video["poster"].partition(",")[2])))
    assert poster.size == (320, 180)
    with av.open(io.BytesIO(base64.b64decode(video["src"].partition(",")[2]))) as container:
        assert sum(1 for _ in container.decode(video=0)) == Movie(
            REGISTRY.build("contour", width=320, height=180), record, seconds=0.5
        ).frame_count(30)


def test_a_tag_that_is_not_closed_is_found(saved):
    assert Tags(saved.read_text(encoding="utf-8").replace("</video>", "")).wrong


@pytest.mark.browser
def test_a_page_plays_by_itself_to_its_end(visit, saved):
    with visit(saved) as page:
        assert page.title() == " ".join(HOSTILE.split())
        page.wait_for_function("document.querySelector('video').ended")


@pytest.mark.browser
def test_a_page_stands_under_reduced_motion_and_obeys_keys(visit, saved):
    with visit(saved, reduced_motion="reduce") as page:
        page.wait_for_function("video.readyState >= 2")
        assert page.evaluate("video.paused")
        for key, time in (("End", 0.5), ("ArrowLeft", 0.5 - 1 / 30), ("Home", 0.0), ("ArrowRight", 1 / 30),
                          ("Shift+ArrowRight", 0.5), ("Control+Home", 0.5)):  # fmt: skip
            page.keyboard.press(key)
            assert page.evaluate("video.currentTime") == pytest.approx(time, abs=0.02)
        page.keyboard.press("Home")
        page.evaluate("video.playbackRate = 0.1; video.focus()")
        page.keyboard.press(" ")
        assert not page.evaluate("video.paused")
        page.keyboard.press(" ")
        assert page.evaluate("video.paused")

"""Saved pages in a real browser: what they draw is what the movie draws, whatever is done to them."""

import base64
import io
import re

import numpy as np
import pytest
from browser import Faults
from pictures import zero_steps
from PIL import Image

import landscape as ls
from landscape.render import animate
from landscape.render.movie.movie import Movie
from landscape.render.views._base import REGISTRY

pytestmark = pytest.mark.browser

SIZE = {"width": 960, "height": 540}
SMALL = {"width": 640, "height": 360}
CALM = {"reduced_motion": "reduce"}
BLOCK = 8  # pixels
# of 255: how far the mean colour of a block of 8 x 8 pixels may be off. JPEG and another way to soften edges come to
# 20 at most on these pages; the circle of a start that is missing comes to 40, a note or a head to more
TOLERANCE = 26.0
HOSTILE = (
    "<!--<script> </script><script>alert(1)</script> \"q\" 'p' & &amp; ${x} `y` \u2028 </title> %DATA% <img src=x>"
)


def made(**lrs):
    return [ls.optimizer(name, lr=lr) for name, lr in lrs.items()]


START = {"start": (-1.5, 2.0)}
RECORDS = {
    "few": ls.simulate("rosenbrock", made(sgd=1e-3, momentum=1e-3, adam=0.05), steps=60, **START),
    "many": ls.simulate("quadratic", made(sgd=0.05, adam=0.01), start=(1.5, 1.0), steps=20, repeats=30,
                        noise=ls.noise("gaussian")),
    "all diverge": ls.simulate("rosenbrock", made(sgd=10.0, momentum=5.0), steps=20, **START),
    "step 4 of 100": ls.simulate("rosenbrock", made(sgd=0.004, adam=0.05), steps=100, **START),
    "to and fro": ls.simulate("quadratic", made(sgd=0.25, adam=0.05), start=(1.5, 1.0), steps=60),
    "no step": zero_steps(),
    "one step": ls.simulate("rosenbrock", made(sgd=1e-3, adam=0.05), steps=1, **START),
    "one": ls.simulate("himmelblau", "adam", steps=10),
}  # fmt: skip
LINE = ls.simulate("gramacy_lee", made(sgd=0.002, adam=0.03), start=[2.2], steps=20)
NETWORK = ls.surface("network", layers=(2, 3, 1), dataset="moons", loss="binary_cross_entropy")
MOVING = [name for name in REGISTRY.names() if REGISTRY.build(name).moves]


def fitting(name):
    """A record that a view can show."""
    if name == "boundary":
        return ls.simulate(NETWORK, made(sgd=0.3, adam=0.05), start=ls.start("xavier", count=1), steps=10)
    return LINE if name == "curve" else RECORDS["few"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Pages, each written once: (record, view, looks) -> (file, movie)."""
    done = {}

    def save(record, view="race", fps=30, seconds=0.6, **looks):
        looks = {**SIZE, **looks}
        key = id(record), view, fps, seconds, *looks.items()
        if key not in done:
            path = tmp_path_factory.mktemp("page") / "x.html"
            animate(record, path, view, fps=fps, seconds=seconds, **looks)
            # the record is kept, so that no other has its id
            done[key] = path, Movie(REGISTRY.build(view, **looks), record, seconds=seconds, insets=False), record
        return done[key][:2]

    return save


def ready(page):
    page.locator(".controls").wait_for()


def ended(page):
    """Wait until it has played to its end; the word on the button while it does may be too brief to be seen."""
    ready(page)
    page.wait_for_function("slider.value === slider.max && !playing")


def canvas(page):
    """(height, width, 3): what the page shows."""
    url = page.evaluate("document.querySelector('canvas').toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")).astype(float)


def off(shown, movie, frame):
    """The farthest that the mean colour of a block is off a frame of the movie, below the lines of text.

    Texts are set by the browser, in the fonts that it has: of them only how much ink there is is compared, elsewhere.
    """
    difference = np.abs(shown - frame[..., :3])
    for left, upper, right, lower in texts(movie):
        difference[upper:lower, left:right] = 0.0
    high, wide = (size // BLOCK for size in difference.shape[:2])
    blocks = (shown - frame[..., :3])[: high * BLOCK, : wide * BLOCK]
    blocks = np.where(difference[: high * BLOCK, : wide * BLOCK] > 0.0, blocks, 0.0)
    return float(np.abs(blocks.reshape(high, BLOCK, wide, BLOCK, 3).mean(axis=(1, 3))).max())


def texts(movie):
    """(left, upper, right, lower) of the caption and of the counter."""
    page, stage = movie.page, movie.canvas
    for text, size, ends in ((page.caption, 15, 1), (page.counter, 30, -1)):
        x, y = stage.place_of(text)
        em = size * stage.dpi / 72.0
        left, right = (x, x + page.caption_room * page.sheet.scale) if ends > 0 else (x - 4.0 * em, x)
        yield int(left) - 2, int(y - em), int(right) + 3, int(y + 0.4 * em)


def ink(pixels, movie):
    """How much is written in each text: the sum of what differs from its commonest colour, in pixels."""
    found = []
    for left, upper, right, lower in texts(movie):
        part = pixels[upper:lower, left:right, :3].astype(float)
        found.append(float(np.abs(part - np.median(part, axis=(0, 1))).sum() / 765.0))
    return np.array(found)


def check_frame(page, movie, frame):
    shown = canvas(page)
    assert shown.std() > 5.0, "the canvas is blank"
    assert off(shown, movie, frame) < TOLERANCE
    # one font is set in two ways, or another takes its place
    np.testing.assert_allclose(ink(shown, movie), ink(frame, movie), rtol=0.35)


def steps_of(movie):
    """The step of every frame at 30 a second."""
    return [step for step, repeat in movie.clock(30) for _ in range(repeat)]


def frame_of(page):
    return int(page.locator("input").input_value())


# the end


@pytest.mark.parametrize("name", RECORDS)
def test_under_reduced_motion_a_page_stands_on_the_last_frame(name, visit, saved):
    path, movie = saved(RECORDS[name])
    with visit(path, **CALM) as page:
        ready(page)
        assert (frame_of(page), page.locator("button").inner_text()) == (17, "Play")
        check_frame(page, movie, movie.last_frame())


@pytest.mark.parametrize("name", ["many", "all diverge", "step 4 of 100", "no step"])
def test_a_page_that_is_played_through_ends_on_the_last_frame(name, visit, saved):
    path, movie = saved(RECORDS[name])
    with visit(path) as page:
        ended(page)
        assert page.locator("button").inner_text() == "Play"
        assert frame_of(page) == 17
        check_frame(page, movie, movie.last_frame())


def test_a_run_that_diverges_is_told_when_it_has(visit, saved):
    record = RECORDS["step 4 of 100"]
    assert record["sgd"].status[0] == "diverged"
    assert record["sgd"].stopped[0] == 4
    path, movie = saved(record)
    steps = steps_of(movie)
    with visit(path, **CALM) as page:
        ready(page)
        for frame in [at for at, step in enumerate(steps) if at and steps[at - 1] <= 8.0]:
            page.locator("input").fill(str(frame))
            check_frame(page, movie, movie.frame_at(steps[frame]))


# in between


@pytest.mark.parametrize("name", ["few", "all diverge"])
def test_the_slider_is_dragged_to_frames_of_the_movie(name, visit, saved):
    path, movie = saved(RECORDS[name])
    steps = steps_of(movie)
    with visit(path, **CALM) as page:
        ready(page)
        box = page.locator("input").bounding_box()
        middle = box["y"] + box["height"] / 2.0
        page.mouse.move(box["x"] + box["width"] - 8.0, middle)
        page.mouse.down()
        seen = []
        for share in (0.75, 0.2, 0.5, 0.9, 0.0):
            page.mouse.move(box["x"] + share * box["width"], middle, steps=3)
            seen.append(frame_of(page))
            check_frame(page, movie, movie.frame_at(steps[seen[-1]]))
        page.mouse.up()
        assert seen[-1] == 0
        assert len(set(seen)) == 5
        assert page.locator("input").get_attribute("aria-valuetext") == f"0 / {RECORDS[name].steps}"


def test_the_keys_play_pause_and_step(visit, saved):
    path, movie = saved(RECORDS["few"], seconds=20.0)
    with visit(path) as page:
        page.get_by_role("button", name="Pause").wait_for()
        for key in ("k", " "):
            page.keyboard.press(key)
            page.get_by_role("button", name="Play").wait_for()
            page.keyboard.press(key)
            page.get_by_role("button", name="Pause").wait_for()
        page.keyboard.press("Home")
        page.get_by_role("button", name="Play").wait_for()
        seen = []
        for key in ("ArrowLeft", "ArrowRight", "Shift+ArrowRight", "ArrowLeft", "End", "ArrowRight", "x", "Control+k"):
            page.keyboard.press(key)
            seen.append(frame_of(page))
        assert seen == [0, 3, 33, 30, 599, 599, 599, 599]
        check_frame(page, movie, movie.last_frame())


@pytest.mark.parametrize("press", ["click", "space", "canvas", "held"])
def test_playing_is_turned_once_by_each_press(press, visit, saved):
    path, _ = saved(RECORDS["one"], seconds=20.0)
    with visit(path) as page:
        page.get_by_role("button", name="Pause").wait_for()
        button = page.locator("button")
        for told in ("Play", "Pause", "Play"):
            if press == "click":
                button.click()
            elif press == "canvas":
                page.locator("canvas").click()
            elif press == "space":
                button.focus()
                page.keyboard.press(" ")
            else:
                for _ in range(4):
                    page.keyboard.down("k")
                page.keyboard.up("k")
            assert button.inner_text() == told


def test_a_page_that_has_ended_is_played_again_from_the_start(visit, saved):
    path, _ = saved(RECORDS["one"], seconds=20.0)
    with visit(path, **CALM) as page:
        ready(page)
        assert frame_of(page) == 599
        page.locator("button").click()
        page.wait_for_function("document.querySelector('input').value > 0")
        page.locator("button").click()
        assert 0 < frame_of(page) < 300


@pytest.mark.parametrize("fps", [1, 2, 120])
def test_a_page_of_few_or_many_frames_plays(fps, visit, saved):
    path, movie = saved(RECORDS["one"], fps=fps, seconds=0.3)
    with visit(path) as page:
        ended(page)
        assert frame_of(page) == movie.frame_count(fps) - 1
        page.keyboard.press("Home")
        assert frame_of(page) == 0
        check_frame(page, movie, movie.frame_at(0.0))


def test_a_frame_whose_time_lies_before_it_was_asked_for_is_the_first(visit, saved):
    path, movie = saved(RECORDS["few"])
    with visit(path, **CALM) as page:
        ready(page)
        # one frame is given, with a time of before the button was pressed
        page.evaluate("window.due = []; window.requestAnimationFrame = (act) => due.push(act); 0")
        page.locator("button").click()
        page.evaluate("() => due.shift()(performance.now() - 5000)")
        page.locator("button").click()
        assert frame_of(page) == 0
        check_frame(page, movie, movie.frame_at(0.0))


# every view, theme, language and title


@pytest.mark.parametrize("name", MOVING)
def test_every_view_that_moves_is_a_page(name, visit, saved):
    path, movie = saved(fitting(name), name, seconds=0.3, **SMALL)
    with visit(path, **CALM) as page:
        told = page.get_by_role("img").or_(page.locator("video"))
        assert re.search(r"after \d+ steps?", told.get_attribute("aria-label"))
        if movie.page.panels:
            page.wait_for_function("document.querySelector('video').readyState >= 2")
            assert page.evaluate("document.querySelector('video').paused")
            page.evaluate("document.querySelector('video').play()")
            page.wait_for_function("document.querySelector('video').ended")
        else:
            ready(page)
            check_frame(page, movie, movie.last_frame())


def test_a_video_plays_by_itself(visit, saved):
    path, _ = saved(RECORDS["few"], "surface", seconds=0.3, **SMALL)
    with visit(path) as page:
        page.wait_for_function("document.querySelector('video').ended")


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_theme_in_both_languages_is_drawn(theme, language, visit, saved):
    path, movie = saved(RECORDS["step 4 of 100"], theme=theme, language=language, **SMALL)
    with visit(path, **CALM) as page:
        ready(page)
        check_frame(page, movie, movie.last_frame())
        assert page.locator("button").inner_text() == movie.say("Play")
        assert page.evaluate("document.documentElement.lang") == movie.language
        paper = movie.page.sheet.theme.paper.lower()
        assert page.evaluate("document.body.computedStyleMap().get('background-color').toString()") == (
            "rgb({}, {}, {})".format(*bytes.fromhex(paper[1:]))
        )


@pytest.mark.parametrize("view", ["race", "surface"])
def test_a_page_says_any_title(view, visit, saved):
    record = ls.simulate("himmelblau", [ls.entrant("adam", label="<b> & </script>"), "sgd"], steps=5, title=HOSTILE)
    path, movie = saved(record, view)
    with visit(path, **CALM) as page:
        said = " ".join(HOSTILE.split())
        assert page.title() == said
        assert page.locator("canvas, video").get_attribute("aria-label").startswith(f"{said}. ")
        assert page.locator("img, h1, b").count() == 0
        if view == "race":
            ready(page)
            check_frame(page, movie, movie.last_frame())


# other windows


def test_where_no_script_runs_the_last_frame_is_all_there_is(visit, saved):
    path, movie = saved(RECORDS["few"], **SMALL)
    with visit(path, java_script_enabled=False) as page:
        poster = page.locator("img")
        assert poster.bounding_box()["y"] == 0.0
        assert not page.locator("canvas").is_visible()
        assert not page.locator("button").is_visible()
        shown = np.asarray(Image.open(io.BytesIO(poster.screenshot())).convert("RGB")).astype(float)
        assert off(shown, movie, movie.last_frame()) < TOLERANCE


@pytest.mark.parametrize("size", [(360, 640), (1600, 300), (320, 200)])
def test_a_page_fits_its_window(size, visit, saved):
    path, _ = saved(RECORDS["few"], width=1280, height=720)
    with visit(path, viewport=dict(zip(("width", "height"), size, strict=True)), **CALM) as page:
        ready(page)
        for change in (1.0, 1.25):
            page.set_viewport_size({"width": int(change * size[0]), "height": size[1]})
            box = page.locator("canvas").bounding_box()
            assert box["width"] / box["height"] == pytest.approx(16.0 / 9.0, rel=0.02)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            below = page.locator(".controls").bounding_box()
            assert below["y"] + below["height"] <= size[1] + 1.0


# the checks themselves

PLANTED = {
    "a note is not drawn": ("if (pin.step <= step) pen", "if (pin.step < 0) pen"),
    "a head is not drawn": ("stamp(line.stopped", "if (number) stamp(line.stopped"),
    "the starts are not drawn": ("if (pin.step <= step) pen", "if (pin.step >= 0 && pin.step <= step) pen"),
    "the curves are not drawn": ("if (wide > 0)", "if (wide > 1e9)"),
    "a trail lags behind": ("path(line, 0, 0, step));", "path(line, 0, 0, 0.3 * step));"),
    "the caption is not written": ("write(data.captions", "data.captions.length || write(data.captions"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_the_comparison_finds_what_is_not_drawn(name, visit, saved, tmp_path):
    path, movie = saved(RECORDS["few"])
    before, after = PLANTED[name]
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    (tmp_path / "x.html").write_text(text.replace(before, after), encoding="utf-8")
    with visit(tmp_path / "x.html", **CALM) as page:
        ready(page)
        with pytest.raises(AssertionError):
            check_frame(page, movie, movie.last_frame())


def test_a_page_that_leaves_a_picture_unloaded_is_found(visit, saved, tmp_path):
    path, _ = saved(RECORDS["few"])
    text = path.read_text(encoding="utf-8")
    (tmp_path / "x.html").write_text(text.replace("of [land, curves, notes]", "of [land, curves]"), encoding="utf-8")
    with pytest.raises(Faults, match="drawImage"), visit(tmp_path / "x.html", **CALM) as page:
        page.locator(".controls").wait_for()

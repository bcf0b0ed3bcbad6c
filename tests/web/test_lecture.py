"""A lecture is given by keys alone: slides, predictions, and what is hidden is nowhere to be seen."""

import os
from pathlib import Path

import numpy as np
import pytest
from browser import opened

import landscape as ls
from landscape.web import save_page

STEPS, ASKED, SHOWN = 60, 25, 5
AXE = Path(os.environ.get("LANDSCAPE_AXE") or Path(ls.__file__).parent / "web/node_modules/axe-core/axe.min.js")
SLIDES = [
    {"title": "A valley", "text": "Who gets along it?", "until": 12},
    {"title": "Where to?", "step": SHOWN, "predict": {"optimizer": "Momentum", "step": ASKED}},
    {"title": "Fog", "step": 30, "hide": "landscape", "show": ["Momentum"]},
    {"title": "Faster", "step": 20, "set": {"sgd": {"lr": 0.0015}}, "rates": "sgd", "theory": True},
]


@pytest.fixture(scope="module")
def record():
    entrants = [ls.optimizer("sgd", lr=0.001), ls.entrant(ls.optimizer("momentum", lr=0.0005), label="Momentum")]
    return ls.simulate("rosenbrock", entrants, start=(-1.5, 2.0), steps=STEPS)


@pytest.fixture(scope="module")
def path(tmp_path_factory, record):
    path = tmp_path_factory.mktemp("lecture") / "lecture.html"
    save_page(record, path, slides=SLIDES)
    return path


@pytest.fixture(scope="module")
def shared(chromium, path):
    with opened(chromium, path, reduced_motion="reduce", viewport={"width": 1280, "height": 720}) as page:
        yield page


@pytest.fixture
def hall(shared):
    """The page at its first slide, with nothing predicted so far."""
    shared.mouse.move(5, 5)
    shared.evaluate("document.activeElement.blur(); landscape.lecture.score.length = 0; landscape.lecture.turn(0)")
    return shared


def pressed(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def state(page, *names):
    found = page.evaluate("(names) => names.map((name) => landscape.model.get(name))", names)
    return found[0] if len(found) == 1 else found


def pictures(page):
    draw = "(landscape.draw(), ['landscape', 'curves'].map((id) => document.getElementById(id).toDataURL()))"
    return page.evaluate(draw)


def turned(page, number):
    """The page at the slide of this number, from 0."""
    page.evaluate("(number) => landscape.lecture.turn(number)", number)


@pytest.mark.browser
def test_slides_are_turned_by_a_presenter_and_by_keys(hall):
    assert state(hall, "slide", "step") == [0, 0]
    assert hall.locator("#slide h2").inner_text() == "A valley"
    pressed(hall, "PageDown")  # plays on first
    hall.wait_for_function("landscape.model.get('playing')")
    pressed(hall, "PageDown")
    assert state(hall, "slide", "step", "playing") == [0, 12, False]
    pressed(hall, "PageDown")
    assert state(hall, "slide", "step") == [1, SHOWN]
    assert hall.locator("#slide .number").inner_text() == "2 / 4"
    pressed(hall, " ", " ")  # reveals, and then turns
    assert state(hall, "slide", "step", "hide") == [2, 30, "landscape"]
    pressed(hall, "ArrowRight")
    assert state(hall, "slide", "rates", "theory") == [3, 0, True]
    assert state(hall, "entrants")[0]["values"]["lr"] == 0.0015
    pressed(hall, "ArrowRight")
    assert state(hall, "slide") == 3
    pressed(hall, "ArrowLeft")
    assert state(hall, "slide") == 2
    assert [each["shown"] for each in state(hall, "entrants")] == [False, True]


@pytest.mark.browser
def test_a_slider_keeps_its_arrows_and_a_presenter_its_pages(hall):
    turned(hall, 3)
    pressed(hall, "s")
    slider = hall.get_by_role("slider", name="sgd learning rate")
    assert slider.evaluate("(it) => it === document.activeElement")
    box, panels = slider.bounding_box(), hall.locator("#panels").bounding_box()
    assert box["y"] > panels["y"] + panels["height"], "no panel lies over it"
    pressed(hall, "ArrowRight")
    rate = state(hall, "entrants")[0]["values"]["lr"]
    assert (state(hall, "slide"), rate > 0.0015) == (3, True)
    hall.wait_for_function("location.hash.startsWith('#slide=4&s=')")
    pressed(hall, "PageUp")
    assert state(hall, "slide") == 2
    field = hall.get_by_role("spinbutton", name="Momentum learning rate")
    field.press(".")
    field.press("h")
    assert state(hall, "step", "hide") == [30, "landscape"], "a field is typed in"


@pytest.mark.browser
def test_the_address_of_a_slide_restores_it(hall, path):
    turned(hall, 1)
    kept = hall.evaluate("landscape.kept()")
    hall.wait_for_function("location.hash === '#slide=2'")
    hall.evaluate("landscape.model.set('start', [0.5, 0.25])")
    hall.wait_for_function("location.hash.startsWith('#slide=2&s=')")
    address = hall.evaluate("location.hash")
    turned(hall, 2)
    hall.wait_for_function("location.hash === '#slide=3'")
    hall.evaluate("(hash) => (location.hash = hash)", address)
    hall.wait_for_function("landscape.model.get('start')[0] === 0.5")
    assert hall.evaluate("landscape.kept()") == {**kept, "start": [0.5, 0.25]}
    for damaged in ("#slide=0", "#slide=5", "#slide=2&s=AAAA", "#slide=-1", "#slide=1e9", "#slide=2%00"):
        hall.evaluate("(hash) => (location.hash = hash)", damaged)
        hall.wait_for_timeout(20)
        assert state(hall, "slide") == 1


@pytest.mark.browser
def test_steps_are_taken_by_keys(hall):
    turned(hall, 0)
    for key, step in ((".", 1), (">", 11), (",", 10), ("<", 0), ("End", STEPS), ("Home", 0), ("Shift+ArrowRight", 10)):
        pressed(hall, key)
        assert state(hall, "step") == step
    pressed(hall, "k")
    hall.wait_for_function("landscape.model.get('playing')")
    pressed(hall, "k")
    assert not state(hall, "playing")


@pytest.mark.browser
def test_a_prediction_is_made_and_answered_by_keys(hall, record):
    turned(hall, 1)
    points = record["Momentum"].params[:, :, 0]
    assert hall.locator("#question b").inner_text() == f"Where will Momentum be at step {ASKED}?"
    np.testing.assert_array_equal(state(hall, "aim"), points[SHOWN])
    pressed(hall, "ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowDown", "Enter")
    (left, right), (low, high) = state(hall, "view")
    guess = points[SHOWN] + [2 * (right - left) / 40, -(high - low) * (1 / 40 + 1 / 200)]
    np.testing.assert_allclose(state(hall, "guess"), guess, rtol=1e-12)
    assert state(hall, "start") == [-1.5, 2.0], "the arrows are the cross's"
    pressed(hall, "r")
    assert state(hall, "step") == ASKED
    answer = hall.evaluate("landscape.lecture.answer()")
    travelled = np.linalg.norm(np.diff(points[SHOWN : ASKED + 1], axis=0), axis=1).sum()
    np.testing.assert_allclose(answer["travelled"], travelled, rtol=1e-12)
    np.testing.assert_allclose(answer["distance"], np.linalg.norm(points[ASKED] - guess), rtol=1e-12)
    said, share = hall.locator("#question").inner_text(), answer["distance"] / travelled
    told = f"At step {ASKED} Momentum is {answer['distance']:.3g} from the prediction: "
    assert f"{told}{float(f'{100 * share:.2g}'):g} %" in said

    turned(hall, 1)
    place = hall.evaluate("(at) => landscape.place(at)", points[ASKED].tolist())
    box = hall.locator("#landscape").bounding_box()
    hall.mouse.click(box["x"] + place[0], box["y"] + place[1])  # as well by a click, which moves no start
    assert (state(hall, "start"), state(hall, "step")) == ([-1.5, 2.0], SHOWN)
    np.testing.assert_allclose(state(hall, "guess"), points[ASKED], atol=0.01)
    pressed(hall, "PageDown")
    assert hall.evaluate("landscape.lecture.answer().distance") < 0.01
    scores = hall.evaluate("landscape.lecture.score")
    np.testing.assert_allclose(scores[0], share)
    assert "2 predictions: best" in hall.locator("#question").inner_text()
    pressed(hall, "Escape")
    assert hall.locator("#question").is_hidden()
    assert state(hall, "predict") is None


@pytest.mark.browser
def test_who_is_asked_of_and_when_can_be_chosen(hall):
    turned(hall, 0)
    hall.get_by_text("Lecture", exact=True).click()
    hall.get_by_label("predict", exact=True).select_option("sgd")
    hall.get_by_label("at step").fill("17")
    hall.get_by_role("button", name="Ask").press("Enter")
    assert state(hall, "predict") == {"entrant": 0, "step": 17}
    assert state(hall, "asking")
    hall.get_by_role("button", name="Reveal").press("Enter")
    assert state(hall, "step") == 17
    hall.get_by_text("Lecture", exact=True).click()


@pytest.mark.browser
def test_a_question_stays_with_its_optimizer(hall):
    turned(hall, 1)
    hall.get_by_role("button", name="Duplicate: sgd").click()
    assert state(hall, "predict") == {"entrant": 2, "step": ASKED}
    hall.get_by_role("button", name="Remove: sgd").first.click()
    assert state(hall, "predict") == {"entrant": 1, "step": ASKED}
    assert hall.locator("#question b").inner_text().startswith("Where will Momentum be")
    hall.get_by_role("button", name="Remove: Momentum").click()
    assert state(hall, "predict", "asking") == [None, False]


# changes what comes after the step that is shown: a picture that stays the same has none of it
LATER = """() => { for (const run of landscape.runs().filter(Boolean)) {
  const after = landscape.model.get("step") + 1;
  for (let i = after; i < run.track.value.length; i++) {
    run.track.value[i] *= 0.1; run.track.params[2 * i] += 0.3; run.track.params[2 * i + 1] += 0.1; } } }"""


@pytest.mark.browser
@pytest.mark.parametrize("hidden", ["nothing", "future", "landscape"])
def test_a_hidden_future_is_nowhere_in_the_pictures(hall, hidden):
    turned(hall, 0)
    pressed(hall, *{"nothing": "", "future": "h", "landscape": "hh"}[hidden])
    assert state(hall, "hide") == hidden
    pressed(hall, ">")
    box = hall.locator("#curves").bounding_box()
    hall.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 150)  # a later step under the pointer
    hall.wait_for_function("landscape.model.get('hover') > 20")
    before = pictures(hall), hall.locator(".reading").all_inner_texts()
    hall.evaluate(LATER)
    same = before == (pictures(hall), hall.locator(".reading").all_inner_texts())
    assert same == (hidden != "nothing")


COLOURS = """(places) => { landscape.draw(); const canvas = document.getElementById("landscape");
  const pen = canvas.getContext("2d"), dpr = devicePixelRatio;
  return places.map((at) => { const [x, y] = landscape.place(at);
    return [...pen.getImageData(Math.round(x * dpr), Math.round(y * dpr), 1, 1).data].slice(0, 3); }); }"""


@pytest.mark.browser
def test_fog_shows_the_planes_that_were_given_and_nothing_else(hall, record):
    """Beside the run a disc has the shade of its plane; elsewhere all is of one colour, whatever lies there."""
    turned(hall, 2)
    grid = [[x, y] for x in np.linspace(-1.9, 1.9, 9) for y in np.linspace(0.6, 2.9, 7) if x > -0.4]
    unseen = {tuple(each) for each in hall.evaluate(COLOURS, grid)}
    assert len(unseen) == 1
    shown = hall.evaluate("landscape.runs().map((run) => run && [...run.track.params])")
    assert shown[0] is None
    near = record["Momentum"].params[30, :, 0] + [0.0, 0.13]
    (disc,) = hall.evaluate(COLOURS, [near.tolist()])
    assert tuple(disc) not in unseen
    hall.mouse.move(*[hall.locator("#landscape").bounding_box()[side] + 200 for side in ("x", "y")])
    hall.wait_for_function("document.getElementById('pointer').textContent.startsWith('(')")
    assert "loss" not in hall.locator("#pointer").inner_text()
    before = pictures(hall)
    hall.evaluate("landscape.model.set('relief', true)")
    assert pictures(hall) == before, "fog is flat"
    turned(hall, 2)


@pytest.mark.browser
def test_a_disc_of_the_fog_rises_as_its_slope_does(hall):
    """Its shades are those of a plane: lighter uphill, the same on both sides of the slope."""
    turned(hall, 2)
    pressed(hall, "Home")
    start = np.array([-1.5, 2.0])
    places = [
        hall.evaluate("(at) => landscape.place(at)", (start + each).tolist()) for each in ([0, 0], [1, 0], [0, 1])
    ]
    unit = np.array([places[1][0] - places[0][0], places[2][1] - places[0][1]])  # pixels of one, to the right and down
    slope = np.arctan2(*(ls.surface("rosenbrock").gradient(start) / unit)[::-1])
    angles = slope + np.radians([40, -40, 140, -140])  # beside the arrow, which goes down the slope
    around = [(start + 16 * np.array([np.cos(angle), np.sin(angle)]) / unit).tolist() for angle in angles]
    *up, down, other = (sum(each) for each in hall.evaluate(COLOURS, around))
    assert min(up) > max(down, other) + 20
    assert abs(up[0] - up[1]) + abs(down - other) < 20


@pytest.mark.browser
def test_the_keys_are_listed_and_can_be_switched_off(hall):
    turned(hall, 0)
    pressed(hall, "?")
    assert "PageDown" in hall.locator("#help").inner_text()
    pressed(hall, "PageDown", ".")
    assert state(hall, "slide", "step") == [0, 0]
    if AXE.exists():
        hall.evaluate(AXE.read_text(encoding="utf-8"))
        found = hall.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        assert not [(each["id"], each["nodes"][0]["html"]) for each in found]
    hall.get_by_label("Single-character keys").press(" ")
    pressed(hall, "Escape", ".")
    assert hall.locator("#help").is_hidden()
    assert state(hall, "step") == 0
    pressed(hall, "?")
    hall.get_by_label("Single-character keys").press(" ")
    pressed(hall, "Escape", ".")
    assert state(hall, "step") == 1


SCALE = "(landscape.draw(), document.getElementById('landscape').getContext('2d').getTransform().a)"


@pytest.mark.browser
def test_a_hall_reads_it_and_a_phone_shows_it(hall):
    turned(hall, 3)
    hall.wait_for_function("landscape.maps.found.rates")
    bottom = "document.getElementById('player').getBoundingClientRect().bottom"
    assert hall.evaluate(bottom) <= 720
    assert hall.locator("#rates").bounding_box()["y"] < 700
    assert hall.evaluate("parseFloat(getComputedStyle(document.querySelector('#slide h2')).fontSize)") > 30
    assert hall.evaluate(SCALE) > 1.2
    try:
        hall.set_viewport_size({"width": 390, "height": 844})
        turned(hall, 1)
        hall.evaluate("document.getElementById('lecture').open = true")
        assert hall.evaluate("document.documentElement.scrollWidth") == 390
        small = """[...document.querySelectorAll("button, select")].map((it) => it.getBoundingClientRect())
          .filter(({ width, height }) => width > 0 && (width < 44 || height < 44)).length"""
        assert hall.evaluate(small) == 0
        assert hall.evaluate(SCALE) == 1
        hall.evaluate("document.getElementById('lecture').open = false")
    finally:
        hall.set_viewport_size({"width": 1280, "height": 720})

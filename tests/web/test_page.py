"""A saved page computes what Python computes, whatever a reader does to it, and can be used by all."""

import json

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import replaced
from landscape.web import NotComputable, save_page
from landscape.web.page import embedded, first_state, page, parts
from landscape.web.sources import script

STEPS = 50


def raced(**options):
    entrants = [ls.optimizer("momentum", lr=0.002), ls.entrant(ls.optimizer("adam", lr=0.1), "cosine"),
                ls.optimizer("clip", optimizer=ls.optimizer("sgd", lr=0.01)), "bfgs"]  # fmt: skip
    options = {"start": (-1.5, 2.0), "steps": STEPS, "title": "A race </script><b> & more", **options}
    return ls.simulate("rosenbrock", entrants, **options)


@pytest.fixture(scope="module")
def race(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "race.html"
    save_page(raced(), path)
    return path


@pytest.fixture
def still(visit, race):
    """The page, standing at its last step."""
    with visit(race, reduced_motion="reduce") as opened:
        yield opened


def state_of(opened):
    return opened.evaluate("JSON.parse(JSON.stringify(window.landscape.model.state))")


def with_values(rule, values):
    """A rule with the numbers of a page's state: {"lr": 0.1, "optimizer.lr": 0.2}."""
    own = {name: value for name, value in values.items() if "." not in name}
    for name, value in values.items():
        if "." in name:
            inner, _, rest = name.partition(".")
            own[inner] = with_values(own.get(inner, getattr(rule, inner)), {rest: value})
    return replaced(rule, **own)


def by_python(state, record):
    """(steps + 1, 2) for each entrant of a state, as Python computes it; None for one that is played back."""
    made = []
    for entrant in state["entrants"]:
        track = record.tracks[entrant["of"]]
        if not entrant["values"]:
            made.append(None)
            continue
        rule = with_values(track.optimizer, entrant["values"])
        schedule = entrant["schedule"] or track.schedule
        noise = ls.noise("gaussian", sigma=state["noise"]["sigma"])
        simulated = ls.simulate(record.surface, ls.entrant(rule, schedule), start=state["start"], steps=state["steps"],
                                noise=noise, seed=int(state["seed"]))  # fmt: skip
        made.append(simulated.tracks[0].params[:, :, 0])
    return made


def by_page(opened):
    found = opened.evaluate("window.landscape.runs().map((run) => [...run.track.params])")
    return [np.array(each, dtype=float).reshape(-1, 2) for each in found]


def check_against_python(opened):
    state, record = state_of(opened), raced()
    for made, wanted in zip(by_page(opened), by_python(state, record), strict=True):
        if wanted is not None:
            np.testing.assert_array_equal(made, wanted)
    return state


@pytest.mark.browser
def test_a_page_checks_itself_and_plays_to_its_end(visit, race):
    with visit(race) as opened:
        assert "equal to the last bit" in opened.locator("#check").inner_text()
        assert opened.title() == "A race </script><b> & more"
        opened.get_by_label("Speed").select_option("4")
        opened.wait_for_function(f"window.landscape.model.get('step') === {STEPS}")
        opened.get_by_role("button", name="Play").wait_for()
        assert f"step {STEPS}. momentum" in opened.locator("#live").inner_text()
        assert [each.shape for each in by_page(opened)] == [(STEPS + 1, 2)] * 4


@pytest.mark.browser
def test_what_a_reader_changes_is_what_python_computes(still):
    box = still.locator("#landscape").bounding_box()
    x, y = still.evaluate("(() => { const c = window.landscape; return c.place(c.model.get('start')); })()")
    still.mouse.move(box["x"] + x, box["y"] + y)
    still.mouse.down()
    still.mouse.move(box["x"] + x + 60, box["y"] + y + 90, steps=4)
    still.mouse.up()
    dragged = check_against_python(still)["start"]
    assert dragged[0] > -1.4
    assert dragged[1] < 1.9

    still.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.3 * box["height"])
    assert check_against_python(still)["start"][0] > 0.5

    still.get_by_label("start x").fill("-0.75")
    still.get_by_label("start x").press("Enter")
    assert check_against_python(still)["start"][0] == -0.75

    slider = still.get_by_role("slider", name="adam learning rate")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    assert check_against_python(still)["entrants"][1]["values"]["lr"] > 0.1

    still.get_by_text("Other hyper-parameters").first.click()
    still.get_by_role("spinbutton", name="momentum momentum").fill("0.5")
    still.get_by_role("spinbutton", name="momentum momentum").press("Enter")
    assert check_against_python(still)["entrants"][0]["values"]["momentum"] == 0.5

    still.get_by_label("momentum schedule").select_option("linear")
    assert check_against_python(still)["entrants"][0]["schedule"] == "linear"

    still.get_by_role("spinbutton", name="gradient noise sigma").fill("0.3")
    still.get_by_role("spinbutton", name="gradient noise sigma").press("Enter")
    still.get_by_role("button", name="Other noise").click()
    noisy = check_against_python(still)
    assert (noisy["noise"]["sigma"], noisy["seed"]) == (0.3, "1")

    still.get_by_role("button", name="Duplicate: adam").click()
    still.get_by_role("button", name="Remove: momentum").click()
    assert [each["of"] for each in check_against_python(still)["entrants"]] == [1, 1, 2, 3]

    still.get_by_role("button", name="As recorded").click()
    first = check_against_python(still)
    assert {name: first[name] for name in first_state(raced())} == first_state(raced())


@pytest.mark.browser
def test_a_number_that_is_not_allowed_changes_nothing(still):
    field = still.get_by_role("spinbutton", name="adam learning rate")
    for wrong in ("-1", ""):
        field.fill(wrong)
        field.press("Enter")
        assert field.get_attribute("aria-invalid") == "true"
        assert check_against_python(still)["entrants"][1]["values"]["lr"] == 0.1


@pytest.mark.browser
def test_zoom_draws_the_landscape_anew(still):
    def picture():
        return still.evaluate("(window.landscape.draw(), document.getElementById('landscape').toDataURL())")

    whole, box = picture(), still.locator("#landscape").bounding_box()
    still.mouse.move(box["x"] + 200, box["y"] + 200)
    still.mouse.wheel(0, -300)
    still.wait_for_function("window.landscape.model.get('view') !== window.landscape.model.get('window')")
    (low, high), _ = state_of(still)["view"]
    assert high - low < 4.0
    assert picture() != whole
    still.locator("#landscape").press("0")
    still.locator("#landscape").evaluate("(canvas) => canvas.blur()")
    assert picture() == whole


@pytest.mark.browser
def test_a_step_under_the_pointer_is_told_for_every_run(still):
    box = still.locator("#curves").bounding_box()
    still.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 100)
    still.wait_for_function("window.landscape.model.get('hover') !== null")
    step = state_of(still)["hover"]
    still.wait_for_function(f"document.getElementById('pointer').textContent === 'step {step}'")
    told = still.locator(".reading").all_inner_texts()
    losses = [float(text.split()[1].replace("×10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
              for text in told]  # fmt: skip
    assert np.allclose(losses, [track.value[step, 0] for track in raced().tracks], rtol=0.006)


@pytest.mark.browser
def test_keys_play_step_and_steer(still):
    body = still.locator("body")
    for key, step in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", STEPS)):
        body.press(key)
        assert state_of(still)["step"] == step
        assert f"step {step}." in still.locator("#live").inner_text()
    body.press(" ")
    still.get_by_role("button", name="Pause").wait_for()
    body.press(" ")
    still.get_by_role("button", name="Play").wait_for()
    still.locator("#landscape").press("ArrowRight")
    still.locator("#landscape").press("Shift+ArrowUp")
    assert np.allclose(check_against_python(still)["start"], (-1.5 + 4.0 / 100, 2.0 + 4.0 / 1000))


@pytest.mark.browser
def test_motion_and_colours_are_as_the_reader_has_them(visit, race):
    papers = {}
    for scheme in ("light", "dark"):
        with visit(race, reduced_motion="reduce", color_scheme=scheme) as opened:
            assert state_of(opened)["step"] == STEPS
            papers[scheme] = opened.evaluate("getComputedStyle(document.body).backgroundColor")
            opened.get_by_role("button", name="Light / dark").click()
            assert opened.evaluate("getComputedStyle(document.body).backgroundColor") != papers[scheme]
    assert papers == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 28)"}


NAMELESS = """[...document.querySelectorAll("button, input, select, canvas")].filter((it) =>
  !(it.getAttribute("aria-label") || it.textContent.trim() || it.closest("label"))).map((it) => it.outerHTML)"""
SMALL = """[...document.querySelectorAll("button, select")].map((it) => it.getBoundingClientRect())
  .filter(({ width, height }) => width < 44 || height < 44).length"""


@pytest.mark.browser
def test_a_phone_shows_all_and_is_touched(visit, race):
    phone = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
    with visit(race, reduced_motion="reduce", **phone) as opened:
        assert opened.evaluate("document.documentElement.scrollWidth") == 390
        assert opened.evaluate(NAMELESS) == []
        assert opened.evaluate(SMALL) == 0
        assert opened.evaluate("document.getElementById('landscape').width") == 2 * (390 - 32)
        box = opened.locator("#landscape").bounding_box()
        opened.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
        assert check_against_python(opened)["start"][0] > 0.0


@pytest.mark.browser
def test_a_record_that_the_page_does_not_repeat_is_played_back_and_said(visit, tmp_path):
    record = raced()
    record.tracks[1].params.setflags(write=True)
    record.tracks[1].params[7, 0, 0] *= 1.0 + 1e-6
    save_page(record, tmp_path / "changed.html")
    with visit(tmp_path / "changed.html", reduced_motion="reduce") as opened:
        told = opened.locator("#check").inner_text()
        assert "adam: this browser computes other numbers from step 7 on" in told
        assert "equal to the last bit" in told  # the others
        made = by_page(opened)[1]
        np.testing.assert_array_equal(made, record.tracks[1].params[:, :, 0])


@pytest.mark.browser
def test_what_cannot_be_recorded_is_played_back_and_says_why(still):
    assert "Played back as recorded, not computed here" in still.locator(".card").nth(3).inner_text()
    np.testing.assert_array_equal(by_page(still)[3], raced().tracks[3].params[:, :, 0])
    still.evaluate("window.landscape.model.set('start', [0.5, 0.5])")
    np.testing.assert_array_equal(by_page(still)[3], raced().tracks[3].params[:, :, 0])


@pytest.mark.browser
def test_repeats_are_the_runs_of_a_record_with_repeats(visit, tmp_path):
    noise = ls.noise("gaussian", sigma=2.0)
    asked = {"steps": STEPS, "noise": noise, "seed": 3, "start": (-1.5, 2.0)}
    save_page(ls.simulate("himmelblau", "sgd", **asked), tmp_path / "noisy.html", "zh")
    with visit(tmp_path / "noisy.html", reduced_motion="reduce") as opened:
        assert "逐位相等" in opened.locator("#check").inner_text()
        opened.get_by_role("button", name="重复 30 次").click()
        opened.wait_for_function("window.landscape.runs()[0].cloud.length === 30")
        cloud = opened.evaluate("window.landscape.runs()[0].cloud.map((track) => [...track.params])")
    repeated = ls.simulate("himmelblau", "sgd", repeats=31, **asked).tracks[0].params
    for number, made in enumerate(cloud):
        np.testing.assert_array_equal(np.reshape(made, (-1, 2)), repeated[:, :, number + 1])


@pytest.mark.browser
def test_a_map_of_basins_says_where_each_start_ends(visit, tmp_path):
    save_page(ls.simulate("himmelblau", ["adam", ls.optimizer("sgd", lr=0.01)], steps=200), tmp_path / "basins.html")
    with visit(tmp_path / "basins.html", reduced_motion="reduce") as opened:
        opened.get_by_label("basins of attraction").select_option("sgd")
        opened.wait_for_function("window.landscape.basins.found")
        size, regions = opened.evaluate("(({ size, regions }) => [size, [...regions]])(window.landscape.basins.found)")
        opened.get_by_label("basins of attraction").select_option("none")
        assert opened.evaluate("window.landscape.basins.found") is None
    surface = ls.surface("himmelblau")
    middles = -5.0 + 10.0 * (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(middles, middles[::-1])
    record = ls.simulate(surface, ls.optimizer("sgd", lr=0.01), start=np.array([x.ravel(), y.ravel()]), steps=200)
    minima = np.array([point.point for point in surface.minima])
    far = np.linalg.norm(record.tracks[0].params[-1][None] - minima[:, :, None], axis=1) / 0.2
    ended = (far.min(axis=0) <= 1.0) & (record.tracks[0].status != "diverged")
    assert regions == np.where(ended, far.argmin(axis=0), -1).tolist()
    assert len(set(regions)) >= 4


def test_a_state_is_plain_data_and_tells_the_race():
    state = first_state(raced(seed=2**60 + 1))
    assert json.loads(json.dumps(state)) == state
    assert state["start"] == [-1.5, 2.0]
    assert state["seed"] == str(2**60 + 1)
    assert state["entrants"][2]["values"]["optimizer.lr"] == 0.01


def test_the_first_run_of_many_is_shown():
    rates = np.geomspace(1e-4, 1e-2, 3)
    record = ls.simulate("rosenbrock", ls.optimizer("sgd", lr=rates), steps=5, repeats=3, runs=[2, 0])
    state = first_state(record)
    assert state["run"] == 2
    assert state["entrants"][0]["values"]["lr"] == rates[2]
    assert parts(record)[0]["note"] == "The record has 2 runs of each optimizer; this page begins with run 2."
    assert parts(raced())[0]["note"] == ""


def test_mathematics_is_written_as_plain_text():
    record = ls.simulate("rosenbrock", ls.entrant("sgd", label=r"$\alpha$ first"), steps=1, title=r"About $\beta_1$")
    given, _, _ = parts(record)
    assert "$" not in given["title"] + given["entrants"][0]["label"]


def test_what_has_no_page_is_refused():
    with pytest.raises(NotComputable, match='shows two coordinates, "rastrigin" has 3'):
        page(ls.simulate(ls.surface("rastrigin", dim=3), "sgd", steps=1))
    with pytest.raises(NotComputable, match="streams of version 2, the record's are of version 1"):
        page(ls.simulate("rosenbrock", "sgd", steps=1, stream=1))
    with pytest.raises(NotComputable, match="at most 100,000 steps of 40 optimizers, the record has 100,001 of 1"):
        page(ls.simulate("rosenbrock", "sgd", steps=100_001, every=100_001))
    decides = ls.from_function(lambda p: np.where(p[0] > 0.0, p[0], 0.0) + p[1] * p[1], dim=2)
    with pytest.raises(NotComputable, match='the surface "function" cannot be computed in a page: '):
        page(ls.simulate(decides, "sgd", start=(1.0, 1.0), steps=1))


def test_data_cannot_end_its_script():
    assert not set("<>&\u2028") & set(embedded({"a": "</script><!-- & \u2028"}))
    assert page(raced()).count("</script>") == 1


def test_pages_are_small():
    assert len(script("page", "functions").encode()) < 120_000
    assert len(page(ls.simulate("himmelblau", ["sgd", "momentum", "adam"], steps=500)).encode()) < 200_000


def test_ranges_hold_what_a_field_may_be():
    given, _, _ = parts(raced())
    ranges = {(about["label"], each["name"]): each["range"] for about in given["entrants"] for each in about["inputs"]}
    assert ranges["adam", "lr"]["kind"] == "log"
    assert ranges["adam", "beta1"]["kind"] == "fraction"
    assert ranges["adam", "weight_decay"]["least"] == 0.0
    for (label, name), each in ranges.items():
        if "." in name or name == "sigma":
            continue
        rule = next(track.optimizer for track in raced().tracks if track.label == label)
        for value in (each["low"], each["high"], each["least"], each["most"]):
            replaced(rule, **{name: value})
        if each["least"] > -1e300:
            with pytest.raises(ls.FieldError):
                replaced(rule, **{name: each["least"] - 1e-6})

"""A saved page computes what Python computes, whatever a reader does to it, and can be used by all."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from browser import opened

import landscape as ls
from landscape.analysis.replay import inside
from landscape.core.component import replaced
from landscape.web import save_page
from landscape.web.page import first_state

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


@pytest.fixture(scope="module")
def shared(chromium, race):
    with opened(chromium, race, reduced_motion="reduce") as page:
        yield page


@pytest.fixture
def still(shared):
    """The page, standing at its last step, as it was recorded."""
    shared.mouse.move(5, 5)
    shared.get_by_role("button", name="As recorded").click()
    shared.evaluate(f"landscape.model.set('step', {STEPS}); document.activeElement.blur(); scrollTo(0, 0)")
    return shared


def state_of(page):
    return page.evaluate("JSON.parse(JSON.stringify(window.landscape.model.state))")


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


def by_page(page):
    found = page.evaluate("window.landscape.runs().map((run) => [...run.track.params])")
    return [np.array(each, dtype=float).reshape(-1, 2) for each in found]


def check_against_python(page):
    state, record = state_of(page), raced()
    for made, wanted in zip(by_page(page), by_python(state, record), strict=True):
        if wanted is not None:
            np.testing.assert_array_equal(made, wanted)
    return state


def on_screen(page, place):
    """Where a place of the landscape is in the window."""
    box, (x, y) = page.locator("#landscape").bounding_box(), page.evaluate("(at) => landscape.place(at)", place)
    return box["x"] + x, box["y"] + y


def picture(page):
    return page.evaluate("(window.landscape.draw(), document.getElementById('landscape').toDataURL())")


@pytest.mark.browser
def test_a_page_checks_itself_and_plays_to_its_end(visit, race):
    with visit(race) as page:
        assert "equal to the last bit" in page.locator("#check").inner_text()
        assert page.title() == "A race </script><b> & more"
        page.get_by_label("Speed").select_option("4")
        page.wait_for_function(f"window.landscape.model.get('step') === {STEPS}")
        page.get_by_role("button", name="Play").wait_for()
        assert f"step {STEPS}. momentum" in page.locator("#live").inner_text()
        assert [each.shape for each in by_page(page)] == [(STEPS + 1, 2)] * 4


@pytest.mark.browser
def test_what_a_reader_changes_is_what_python_computes(still):
    box = still.locator("#landscape").bounding_box()
    x, y = on_screen(still, [-1.5, 2.0])
    still.mouse.move(x, y)
    still.mouse.down()
    still.mouse.move(x + 60, y + 90, steps=4)
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
    drawn = still.locator(".card").first.locator(".schedule polyline").get_attribute("points").split()
    assert [drawn[0], drawn[-1]] == ["0,0.00", "100,19.60"]  # from 1 down to 1/50

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
        assert "adam learning rate takes a number from 0 to" in still.locator("#said").inner_text()
        assert check_against_python(still)["entrants"][1]["values"]["lr"] == 0.1
        field.press("Tab")
        assert (field.get_attribute("aria-invalid"), field.input_value()) == ("false", "0.1")
    still.get_by_label("start x").fill("1e12")
    still.get_by_label("start x").press("Tab")
    assert still.get_by_label("start x").input_value() == "-1.5"
    assert "start x takes a number from −10⁹ to 10⁹." in still.locator("#said").inner_text()


@pytest.mark.browser
def test_starts_are_added_and_taken_away(still):
    box = still.locator("#landscape").bounding_box()
    still.mouse.click(box["x"] + 3, box["y"] + 3)  # beside the axes
    assert state_of(still)["start"] == [-1.5, 2.0]
    still.get_by_role("button", name="Add starts").click()
    still.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    still.get_by_role("button", name="Add starts").click()
    still.keyboard.down("Shift")
    still.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    still.keyboard.up("Shift")
    still.locator("#landscape").press("Enter")
    starts = [each["start"] for each in state_of(still)["others"]]
    assert (len(starts), starts[2]) == (3, [-1.5, 2.0])
    still.wait_for_function("landscape.runs()[2].cloud.length === 3")
    found = still.evaluate("landscape.runs().slice(0, 3).map((run) => run.cloud.map((track) => [...track.params]))")
    wanted = raced(start=np.array(starts).T)
    for track, tracks in zip(wanted.tracks[:3], found, strict=True):
        for run, params in enumerate(tracks):
            np.testing.assert_array_equal(np.reshape(params, (-1, 2)), track.params[:, :, run])
    still.locator("#landscape").press("Delete")
    assert [each["start"] for each in state_of(still)["others"]] == starts[:2]


@pytest.mark.browser
def test_a_rule_that_the_record_has_not_can_be_added(still):
    still.get_by_label("Add an optimizer").select_option(label="nesterov")
    still.get_by_role("spinbutton", name="nesterov learning rate").fill("0.0005")
    still.get_by_role("spinbutton", name="nesterov learning rate").press("Enter")
    wanted = ls.simulate("rosenbrock", ls.optimizer("nesterov", lr=0.0005), start=(-1.5, 2.0), steps=STEPS)
    np.testing.assert_array_equal(by_page(still)[-1], wanted.tracks[0].params[:, :, 0])


@pytest.mark.browser
def test_the_inside_of_a_rule_is_what_python_replays(still):
    record = raced()
    for label, number, names in (("adam", 1, ["m", "v", "m_hat", "v_hat"]), ("momentum", 0, ["buffer"])):
        still.get_by_role("combobox", name="inside of the rule").select_option(label)
        found = still.evaluate("""Object.fromEntries(landscape.inside().parts.map((part) =>
            [part.name, [...Array(landscape.inside().last + 1).keys()].map((step) => part.at(step))]))""")
        wanted = inside(record, label)
        for name in ("gradient", "kept", "step", *names):
            np.testing.assert_allclose(found[name], wanted[name][:, :, 0], rtol=1e-12, atol=1e-15)
        mean = np.lib.stride_tricks.sliding_window_view
        pairs = (mean(np.abs(wanted[name][:, :, 0]), 5, axis=0).sum(axis=-1) for name in ("step", "gradient"))
        np.testing.assert_allclose(found["effective_step"][4:], np.divide(*pairs), rtol=1e-9)
        still.evaluate("landscape.model.set('step', 7); landscape.draw()")
        rows = still.locator("#inside tbody tr")
        assert rows.count() == len(found)
        assert still.locator("#inside caption").inner_text() == f"{label}: step 7"
        assert state_of(still)["inside"] == number
    assert picture(still) != still.evaluate("landscape.model.set('inside', -1)") != picture(still)
    assert still.locator("#inside").is_hidden()


@pytest.mark.browser
def test_zoom_the_gradient_field_and_3d_draw_the_landscape_anew(still):
    whole, box = picture(still), still.locator("#landscape").bounding_box()
    still.mouse.move(box["x"] + 200, box["y"] + 200)
    still.mouse.wheel(0, -300)
    still.wait_for_function("window.landscape.model.get('view') !== window.landscape.model.get('window')")
    (low, high), _ = state_of(still)["view"]
    assert high - low < 4.0
    assert picture(still) != whole
    still.locator("#landscape").press("0")
    still.locator("#landscape").evaluate("(canvas) => canvas.blur()")
    still.mouse.move(5, 5)
    same = "(whole) => (landscape.draw(), document.getElementById('landscape').toDataURL() === whole)"
    still.wait_for_function(same, arg=whole)  # a view that moves may be drawn coarsely until it rests
    seen = [whole]
    for name in ("Gradient field", "3-D"):
        still.get_by_role("button", name=name).click()
        seen.append(picture(still))
    still.mouse.move(box["x"] + 30, box["y"] + 30)
    still.mouse.down()
    still.mouse.move(box["x"] + 130, box["y"] + 30)
    still.mouse.up()
    seen.append(picture(still))
    assert len(set(seen)) == 4
    still.mouse.click(*on_screen(still, [0.3, 0.1]))
    assert np.allclose(state_of(still)["start"], (0.3, 0.1), atol=0.1)  # what is clicked on in space is where it is


@pytest.mark.browser
def test_a_step_under_the_pointer_is_told_everywhere(still):
    box = still.locator("#curves").bounding_box()
    still.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 100)
    still.wait_for_function("window.landscape.model.get('hover') !== null")
    step = state_of(still)["hover"]
    still.wait_for_function(f"document.getElementById('pointer').textContent === 'step {step}'")
    told = still.locator(".reading").all_inner_texts()
    losses = [float(text.split()[1].replace("×10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
              for text in told]  # fmt: skip
    assert np.allclose(losses, [track.value[step, 0] for track in raced().tracks], rtol=0.006)

    still.mouse.move(*on_screen(still, raced().tracks[0].params[12, :, 0].tolist()))
    still.wait_for_function("document.getElementById('pointer').textContent.includes(': step ')")
    near = raced().tracks[0].params[state_of(still)["hover"], :, 0]
    assert np.linalg.norm(near - raced().tracks[0].params[12, :, 0]) < 0.1


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
def test_what_cannot_be_recorded_is_played_back_and_says_why(still):
    card = still.locator(".card").nth(3).inner_text()
    assert "Played back as recorded, not computed here: it searches along a line." in card
    still.evaluate("window.landscape.model.set('start', [0.5, 0.5])")
    np.testing.assert_array_equal(by_page(still)[3], raced().tracks[3].params[:, :, 0])


@pytest.mark.browser
def test_motion_and_colours_are_as_the_reader_has_them(visit, race):
    with visit(race, reduced_motion="reduce", color_scheme="dark") as page:
        assert state_of(page)["step"] == STEPS
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) == "rgb(17, 22, 28)"
        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"{paper} === 'rgb(255, 255, 255)'")
        page.get_by_role("button", name="Light / dark").click()
        assert page.evaluate(paper) == "rgb(17, 22, 28)"


SMALL = """[...document.querySelectorAll("button, select")].map((it) => it.getBoundingClientRect())
  .filter(({ width, height }) => width > 0 && (width < 44 || height < 44)).length"""
ALL = """for (const name of ["inside", "rates", "basins"]) landscape.model.set(name, 0);
document.querySelectorAll("details").forEach((each) => (each.open = true)); 0"""
AXE = Path(os.environ.get("LANDSCAPE_AXE") or Path(ls.__file__).parent / "web/node_modules/axe-core/axe.min.js")


@pytest.mark.browser
def test_a_phone_shows_all_and_is_touched(visit, race):
    phone = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
    with visit(race, reduced_motion="reduce", **phone) as page:
        box = page.locator("#landscape").bounding_box()
        page.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
        assert check_against_python(page)["start"][0] > 0.0
        assert page.evaluate("document.getElementById('landscape').width") == 2 * (390 - 32)
        page.evaluate(ALL)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.evaluate(SMALL) == 0
        if AXE.exists():  # installed from npm, in .ci/run; see landscape/web/package.json
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
            assert not [(each["id"], each["nodes"][0]["html"]) for each in found]
            page.evaluate("document.querySelector('h3 button').setAttribute('role', 'nonsense')")
            assert page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]  # a planted fault


@pytest.mark.browser
def test_without_a_script_there_is_a_picture(visit, race):
    with visit(race, java_script_enabled=False) as page:
        assert page.locator("svg use").count() == 2 * 4
        assert page.locator("noscript li").first.inner_text() == f"momentum: loss {raced().tracks[0].value[-1, 0]:.3g}"
        width = page.locator("svg image").evaluate("(image) => image.getBoundingClientRect().width")
        assert width > 300


@pytest.mark.browser
def test_a_record_that_the_page_does_not_repeat_is_played_back_and_said(visit, tmp_path):
    record = raced()
    record.tracks[1].params.setflags(write=True)
    record.tracks[1].params[7, 0, 0] *= 1.0 + 1e-6
    save_page(record, tmp_path / "changed.html")
    with visit(tmp_path / "changed.html", reduced_motion="reduce") as page:
        told = page.locator("#check").inner_text()
        assert "adam: this browser computes other numbers from step 7 on" in told
        assert "equal to the last bit" in told  # the others
        made = by_page(page)[1]
        np.testing.assert_array_equal(made, record.tracks[1].params[:, :, 0])
        x, y = made.T
        np.testing.assert_allclose(
            page.evaluate("[...landscape.runs()[1].track.value]"), 100 * (y - x**2) ** 2 + (1 - x) ** 2, rtol=1e-12
        )
        slope = np.hypot(-400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2))
        np.testing.assert_allclose(page.evaluate("[...landscape.runs()[1].track.norm]"), slope, rtol=1e-12)
        page.evaluate("landscape.take({ formula: { text: 'x**2 + y**2', parameters: {} } })")
        second = page.locator("#entrants .reading").nth(1).element_handle()
        page.wait_for_function("(row) => row.innerText === 'hidden'", arg=second)  # it is of another function


@pytest.mark.browser
def test_the_runs_of_a_record_and_further_repeats_are_those_of_python(visit, tmp_path):
    asked = {
        "steps": STEPS,
        "noise": ls.noise("gaussian", sigma=2.0),
        "seed": 3,
        "start": np.array([[1.0, -1.5], [0.0, 2.0]]),
    }
    rates = np.repeat([0.01, 0.02], 3)
    rules = [ls.optimizer("sgd", lr=rates), "bfgs"]
    starts = np.array([[1.0, -1.5], [0.0, 2.0]])
    record = ls.simulate("himmelblau", rules, repeats=3, start=starts, steps=STEPS)
    save_page(record, tmp_path / "many.html")
    with visit(tmp_path / "many.html", reduced_motion="reduce") as page:
        page.wait_for_function("window.landscape.runs()[1].cloud.length === 5")
        clouds = page.evaluate("window.landscape.runs().map((run) => run.cloud.map((track) => [...track.params]))")
        for track, cloud, near in zip(record.tracks, clouds, (0.0, 1e-6), strict=True):
            for run, params in enumerate(cloud, 1):
                np.testing.assert_allclose(np.reshape(params, (-1, 2)), track.params[:, :, run], rtol=near)
        assert "median of 6 runs" in page.locator(".reading").first.inner_text()
        assert "end elsewhere" not in page.locator("#check").inner_text()
    record.tracks[0].params.setflags(write=True)
    record.tracks[0].params[-1, 0, 2:4] += 1e-6
    save_page(record, tmp_path / "changed.html")
    with visit(tmp_path / "changed.html", reduced_motion="reduce") as page:
        page.wait_for_function("document.getElementById('check').textContent.includes('sgd: 2 of the other runs end')")
    asked["start"] = (-1.5, 2.0)
    save_page(ls.simulate("himmelblau", "sgd", **asked), tmp_path / "noisy.html", "zh")
    with visit(tmp_path / "noisy.html", reduced_motion="reduce") as page:
        assert "逐位相等" in page.locator("#check").inner_text()
        page.get_by_role("button", name="重复 100 次").click()
        page.wait_for_function("window.landscape.runs()[0].cloud.length === 100")
        cloud = page.evaluate("window.landscape.runs()[0].cloud.map((track) => [...track.params])")
    repeated = ls.simulate("himmelblau", "sgd", repeats=101, **asked).tracks[0].params
    for number, made in enumerate(cloud):
        np.testing.assert_array_equal(np.reshape(made, (-1, 2)), repeated[:, :, number + 1])


@pytest.mark.browser
def test_maps_say_where_each_start_and_each_rate_ends(visit, tmp_path):
    path = tmp_path / "maps.html"
    save_page(ls.simulate("himmelblau", ["momentum", ls.optimizer("sgd", lr=0.01)], steps=60), path)
    made = {}
    with visit(path, reduced_motion="reduce") as page:
        page.get_by_label("basins of attraction").select_option("sgd")
        page.get_by_role("combobox", name="map of learning rates").select_option("momentum")
        for kind in ("basins", "rates"):
            page.wait_for_function(f"window.landscape.maps.found.{kind}")
            read = "([found]) => [found.columns, [...found.cells], found.ranges]"
            made[kind] = page.evaluate(f"({read})([landscape.maps.found.{kind}])")
        assert page.evaluate("landscape.maps.apart()")
        page.get_by_label("basins of attraction").select_option("none")
        assert page.evaluate("window.landscape.maps.found.basins") is None
        box = page.locator("#rates").bounding_box()
        page.locator("#rates").click(position={"x": 0.4 * box["width"], "y": 0.5 * box["height"]})
        values = state_of(page)["entrants"][0]["values"]
        assert values["lr"] != 0.01
        assert values["momentum"] != 0.9
    surface = ls.surface("himmelblau")
    size, regions, _ = made["basins"]
    middles = -5.0 + 10.0 * (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(middles, middles[::-1])
    record = ls.simulate(surface, ls.optimizer("sgd", lr=0.01), start=np.array([x.ravel(), y.ravel()]), steps=60)
    minima = np.array([point.point for point in surface.minima])
    far = np.linalg.norm(record.tracks[0].params[-1][None] - minima[:, :, None], axis=1) / 0.2
    ended = (far.min(axis=0) <= 1.0) & (record.tracks[0].status != "diverged")
    assert regions == np.where(ended, far.argmin(axis=0), -1).tolist()
    assert len(set(regions)) >= 4
    size, cells, (rates, shares) = made["rates"]
    at = (np.arange(size) + 0.5) / size
    lr = np.tile(rates["low"] * (rates["high"] / rates["low"]) ** at, size)
    assert shares["kind"] == "fraction"
    momentum = np.repeat(1.0 - 10.0 ** (-4.0 * at[::-1]), size)
    rule = ls.optimizer("momentum", lr=lr, momentum=momentum)
    with np.errstate(all="ignore"):
        track = ls.simulate(
            surface, rule, start=np.tile(surface.customary_start[:, None], size * size), steps=60
        ).tracks[0]
    stable, cells = track.status != "diverged", np.array(cells, dtype=float)
    assert 20 < stable.sum() < size * size
    assert (np.isfinite(cells) != stable).sum() <= 4  # rates that differ in the last bit, where rounding grows
    both = np.isfinite(cells) & stable
    assert np.mean(np.abs(cells[both] - track.value[-1, both]) <= 1e-9 + 1e-6 * np.abs(cells[both])) > 0.99


@pytest.mark.browser
def test_batches_of_other_sizes_are_those_of_python(visit, tmp_path):
    surface = ls.surface("finite_sum", surface="himmelblau", terms=20)
    asked = {"start": (0.0, 0.0), "steps": STEPS, "seed": 5}
    path = tmp_path / "batches.html"
    save_page(ls.simulate(surface, "sgd", noise=ls.noise("minibatch", batch_size=2), **asked), path)
    with visit(path, reduced_motion="reduce") as page:
        assert "equal to the last bit" in page.locator("#check").inner_text()
        page.get_by_label("batch size").select_option("8")
        made = by_page(page)[0]
    wanted = ls.simulate(surface, "sgd", noise=ls.noise("minibatch", batch_size=8), **asked)
    np.testing.assert_array_equal(made, wanted.tracks[0].params[:, :, 0])


class Bent(ls.Surface):
    """A surface that decides by its values, which no recording can."""

    dim = 2
    window = ((-2.0, 2.0), (-2.0, 2.0))
    customary_start = np.array([1.0, 1.0])
    critical_points = ()

    def _value(self, p):
        return np.where(p[0] > 0.0, p[0] * p[0], -p[0]) + p[1] * p[1]

    def _gradient(self, p):
        return np.stack([np.where(p[0] > 0.0, 2.0 * p[0], -1.0), 2.0 * p[1]])

    def _hessian(self, p):
        x, y = p
        return np.array([[np.where(x > 0.0, 2.0, 0.0), 0.0 * x], [0.0 * x, 2.0 + 0.0 * y]])


@pytest.mark.browser
def test_a_surface_that_cannot_be_recorded_is_played_back_over_a_grid(visit, tmp_path):
    decides = Bent()
    record = ls.simulate(decides, ["sgd", "adam"], start=(1.0, 1.0), steps=30)
    save_page(record, tmp_path / "played.html")
    with visit(tmp_path / "played.html", reduced_motion="reduce") as page:
        assert "not computed here: the surface is no plain arithmetic" in page.locator("#check").inner_text()
        np.testing.assert_array_equal(by_page(page)[1], record.tracks[1].params[:, :, 0])
        assert page.get_by_role("slider").count() == 1  # the player's
        page.locator("#landscape").press("ArrowRight")
        assert state_of(page)["start"] == [1.0, 1.0]
        box = page.locator("#landscape").bounding_box()
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
        x, y = state_of(page)["pointed"]
        told = page.locator("#pointer").inner_text().rpartition(" ")[2]
        assert float(told) == pytest.approx(float(decides.value(np.array([x, y]))), rel=0.02)


def test_a_state_is_plain_data_and_tells_the_race():
    state = first_state(raced(seed=2**60 + 1))
    assert json.loads(json.dumps(state)) == state
    assert state["start"] == [-1.5, 2.0]
    assert state["seed"] == str(2**60 + 1)
    assert state["entrants"][2]["values"]["optimizer.lr"] == 0.01

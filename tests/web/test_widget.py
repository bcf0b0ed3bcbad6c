"""The widget of notebooks: its state goes both ways, and stands for the race that Python simulates."""

import base64
import threading

import numpy as np
import pytest

import landscape as ls
from landscape.core import extras
from landscape.web.latest import Latest
from landscape.web.page import embedded

pytestmark = pytest.mark.reference("anywidget")


@pytest.fixture
def race():
    return ls.explore("himmelblau", ["sgd", ls.entrant("adam", "cosine")], start=(0.0, 0.5), steps=30)


def test_the_state_stands_for_a_race(race):
    assert race.record().tracks[0] == ls.simulate("himmelblau", "sgd", start=(0.0, 0.5), steps=30).tracks[0]
    entrants = race.state["entrants"]
    entrants[0]["values"]["lr"] = 0.002
    entrants[1]["shown"] = False
    race.state = {"start": [1.0, 2.0], "entrants": [entrants[0], entrants[1], entrants[0]], "noise": {"sigma": 0.25}}
    assert race.state["seed"] == "0", "what is not given stays"
    record = race.record()
    assert [track.label for track in record.tracks] == ["sgd", "sgd (2)"]
    noise = ls.noise("gaussian", sigma=0.25)
    expected = ls.simulate("himmelblau", ls.optimizer("sgd", lr=0.002), start=(1.0, 2.0), steps=30, noise=noise)
    np.testing.assert_array_equal(record.tracks[1].params, expected.tracks[0].params)


def test_a_surface_alone_can_be_explored():
    record = ls.explore("beale").record()
    assert ([track.label for track in record.tracks], record.steps) == (["sgd", "momentum", "adam"], 200)


def test_a_state_that_there_is_not_is_refused(race):
    with pytest.raises(ValueError, match="state has no 'strat'; it has formula, rules, start, others, view"):
        race.state = {"strat": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"start": (1, 2, 3)}, r"start cannot be \(1, 2, 3\): it takes 2 finite numbers"),
        ({"start": (0, 2e9)}, r"within 1e\+09 of zero"),
        ({"start": ["1", 2]}, "2 finite numbers"),
        ({"start": (np.nan, 2)}, "2 finite numbers"),
        ({"view": [[1, 1], [0, 2]]}, "two ranges"),
        ({"seed": -1}, "from 0 to 9223372036854775807"),
        ({"seed": "0x1"}, "from 0 to"),
        ({"noise": {"sigma": -1}}, "sigma is from 0 to"),
        ({"noise": {"scale": 1}}, "numbers for sigma"),
        ({"batch": 4}, r"one of \[0\]"),
        ({"quantity": "los"}, "one of loss, gradient_norm"),
        ({"repeats": 1}, "True or False"),
        ({"inside": 99}, "from -1 to 39"),
        ({"others": [{"run": 1}]}, "others cannot be"),
        ({"entrants": [1]}, "entrants cannot be"),
        ({"step": 31}, "from 0 to 30"),
        ({"hide": "all"}, "one of nothing, future, landscape"),
        ({"predict": {"entrant": 0}}, "None, or a table of entrant and step"),
        ({"predict": {"entrant": 0, "step": 0}}, "from 1 to 30"),
        ({"slide": 0}, "from -1 to -1"),
    ],
)
def test_a_value_that_the_page_could_not_have_is_refused(race, told, why):
    before = race.state
    with pytest.raises(ValueError, match=why):
        race.state = told
    assert race.state == before


@pytest.mark.parametrize(("name", "value"), [("of", 99), ("schedule", "no"), ("values", {"lr": -1, "weight_decay": 0})])
def test_an_entrant_that_the_page_could_not_have_is_refused(race, name, value):
    entrants = race.state["entrants"]
    entrants[0][name] = value
    with pytest.raises(ValueError, match="entrants cannot be"):
        race.state = {"entrants": entrants}


def test_a_state_that_was_read_and_changed_is_a_change(race):
    heard = []
    race.observe(lambda change: heard.append(change["new"]["start"]), "state")
    told = race.state
    told["start"] = np.array([1, 2])
    told["seed"] = 7
    race.state = told
    assert heard == [[1.0, 2.0]]
    assert race.state["seed"] == "7"


def test_added_starts_are_runs_and_what_was_taken_away_is_none(race):
    record = ls.simulate("himmelblau", ["sgd", "adam"], start=[[0.0, 1.0, 2.0]] * 2, steps=9, noise="gaussian")
    shown = ls.explore(record)
    others = shown.state["others"]
    shown.state = {"others": [others[0], {"run": 2, "start": (3, 3)}, {"run": 3, "start": (-1, 1)}]}
    start = [[0.0, 1.0, 3.0, -1.0], [0.0, 1.0, 3.0, 1.0]]
    assert shown.record() == ls.simulate("himmelblau", ["sgd", "adam"], start=start, steps=9, noise="gaussian")
    shown.state = {"others": others[:1]}
    np.testing.assert_array_equal(shown.record()["adam"].params, record["adam"].params[:, :, :2])


@pytest.mark.parametrize(
    "options",
    [
        {"start": [[0.0, 1.0, 2.0, 3.0]] * 2, "runs": [3]},
        {"start": [[1.0, 1.0]] * 2},
        {"start": (0.0, 1.0), "stream": 1},
    ],
    ids=["some runs", "the same start twice", "another stream"],
)
def test_a_record_of_any_runs_is_explored_as_it_is(options):
    record = ls.simulate("himmelblau", "sgd", steps=9, noise="gaussian", **options)
    assert ls.explore(record).record() == record


def test_a_slide_alone_is_all_of_its_state():
    slides = [{"title": "a", "step": 3, "set": {"sgd": {"lr": 0.02}}}, {"title": "b", "start": (1, 2)}]
    lecture = ls.explore("himmelblau", "sgd", steps=9, slides=slides)
    assert (lecture.state["slide"], lecture.state["step"]) == (0, 3)
    assert lecture.record().tracks[0].optimizer.lr == 0.02
    lecture.state = {"slide": 1}
    assert (lecture.state["slide"], lecture.state["step"], lecture.state["start"]) == (1, 0, [1.0, 2.0])
    assert lecture.record() == ls.simulate("himmelblau", "sgd", start=(1.0, 2.0), steps=9)
    lecture.state = {"slide": -1, "start": (3, 3)}
    assert (lecture.state["slide"], lecture.state["start"]) == (-1, [3.0, 3.0])


def test_trajectories_of_elsewhere_are_the_record_until_they_are_changed():
    record = ls.from_points("rosenbrock", {"mine": np.linspace((0.0, 0.0), (1.0, 1.0), 5)})
    shown = ls.explore(record)
    shown.state = {"view": [[0, 1], [0, 1]], "hide": "future"}
    assert shown.record() == record
    shown.state = {"start": (1, 1)}
    with pytest.raises(ValueError, match=r"mine.*there is no rule; the record is had only of the state that it"):
        shown.record()


def test_a_language_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="language: must be one of 'en', 'zh', got 'xx'"):
        ls.explore("booth", "sgd", steps=3, language="xx")


def test_labels_are_told_apart(race):
    twice = ls.explore("booth", [ls.entrant("sgd", label="a (2)"), ls.entrant("sgd", label="a")], steps=3)
    first, second = twice.state["entrants"]
    twice.state = {"entrants": [first, second, second]}
    assert [track.label for track in twice.record().tracks] == ["a (2)", "a", "a (3)"]


def test_without_scripts_there_is_a_picture(race):
    data, _ = race._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert len(data["image/png"]) < 400_000
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_picture_without_scripts_speaks_the_language_of_the_page():
    race = ls.explore("booth", "sgd", steps=3, language="zh")
    page = ls.draw(race.record(), "contour", width=560, height=420, language="zh")
    assert race._repr_mimebundle_()[0]["image/png"] == base64.b64encode(page._repr_png_()).decode()


def test_a_record_is_explored_as_it_is():
    record = ls.simulate("booth", ["sgd", "adam"], steps=20, noise="gaussian", repeats=3)
    assert ls.explore(record).record() == record
    with pytest.raises(TypeError, match="takes no steps"):
        ls.explore(record, steps=3)
    with pytest.raises(TypeError, match="takes no optimizers"):
        ls.explore(record, "sgd")


def test_numbers_of_each_run_stay_those(race):
    rates = np.array([0.001, 0.002, 0.004, 0.008])
    record = ls.simulate("booth", [ls.optimizer("sgd", lr=rates), "adam"], start=[[0.0, 1.0], [2.0, 2.0]],
                         repeats=2, steps=9, noise="gaussian")  # fmt: skip
    again = ls.explore(record).record()
    for mine, theirs in zip(again.tracks, record.tracks, strict=True):
        np.testing.assert_array_equal(mine.params, theirs.params)
    alone = ls.explore("booth", ls.optimizer("sgd", lr=rates[:2]), repeats=2, steps=9)
    assert [track.optimizer.lr for track in alone.record().tracks] == [0.001, 0.002]
    assert alone.record().runs.tolist() == [0]


def test_a_surface_of_other_coordinates_is_refused():
    with pytest.raises(ValueError, match="shows two coordinates"):
        ls.explore("shekel", "sgd", steps=3)


def test_without_the_library_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(extras, "installed", lambda module: False)
    with pytest.raises(ImportError, match=r"ls.explore needs anywidget, which is not installed: .*explore|anywidget"):
        extras.library("anywidget", "ls.explore")


FAKE = """
<!doctype html><meta charset="utf-8"><body><script type="module">
window.traits = {traits};
const calls = {{}};
window.heard = (event) => (calls[event] ?? []).forEach((call) => call());
window.saved = [];
const model = {{
  get: (name) => traits[name], set: (name, value) => (traits[name] = value),
  save_changes: () => saved.push(structuredClone(traits.state)), on: (event, call) => (calls[event] ??= []).push(call),
}};
window.fromPython = (state) => {{ traits.state = state; heard("change:state"); }};
const {{ default: widget }} = await import("data:text/javascript;base64,{script}");
widget.render({{ model, el: document.body }});
</script></body>
"""


def fake(race):
    """A page that stands for a notebook with the widget."""
    traits = embedded({name: getattr(race, name) for name in ("page", "title", "height", "state")})
    return FAKE.format(traits=traits, script=base64.b64encode(str(race._esm).encode()).decode())


# until the page has opened, the name is that of its canvas
READY = "document.querySelector('iframe')?.contentWindow.landscape?.runs?.().length"


@pytest.mark.browser
def test_the_page_and_python_hold_the_same_state(visit, tmp_path):
    """With a model as anywidget makes it: what a reader does arrives once, what Python sets is not sent back."""
    race = ls.explore("himmelblau", "sgd", steps=30, slides=[{"title": "a", "step": 3}])
    (tmp_path / "fake.html").write_text(fake(race), encoding="utf-8")
    with visit(tmp_path / "fake.html", reduced_motion="reduce") as page:
        page.wait_for_function(READY)
        page.wait_for_timeout(200)
        assert page.evaluate("saved.length") == 0
        page.evaluate("document.querySelector('iframe').contentWindow.landscape.model.set('start', [1.5, -2])")
        page.wait_for_function("saved.length === 1")
        assert page.evaluate("saved[0].start") == [1.5, -2]
        page.evaluate("fromPython({ ...structuredClone(saved[0]), start: [3, 3], quantity: 'distance' })")
        inner = "document.querySelector('iframe').contentWindow.landscape.model.state"
        assert page.evaluate(f"[{inner}.start, {inner}.quantity]") == [[3, 3], "distance"]
        page.wait_for_timeout(300)
        assert page.evaluate("saved.length") == 1
        assert page.evaluate(f"[{inner}.slide, {inner}.step]") == [0, 3]
        height = page.locator("iframe").bounding_box()["height"]
        assert height < 2000, "a frame as high as its page, which is no higher for it"


def bent(p):
    return float(p[0]) ** 2 + np.floor(4.0 * abs(p[1])) / 4.0 + p[1] ** 2


@pytest.fixture
def asking():
    """A race of which the page computes the first entrant alone."""
    return ls.explore("himmelblau", ["sgd", "bfgs", "newton"], start=(0.0, 0.5), steps=12)


INNER = "document.querySelector('iframe').contentWindow.landscape"


def asked_of(page, race):
    """Carry the page's last question to Python, and its answer back."""
    page.wait_for_function("traits.question?.number")
    race.question = page.evaluate("traits.question")
    assert race._latest.wait(60.0)
    page.evaluate("(answer) => { traits.answer = answer; heard('change:answer'); }", dict(race.answer))


@pytest.mark.browser
def test_what_the_page_cannot_compute_is_computed_by_python(visit, tmp_path, asking):
    """With a model as anywidget makes it: a question goes out once the state rests, the newest alone is answered."""
    (tmp_path / "fake.html").write_text(fake(asking), encoding="utf-8")
    with visit(tmp_path / "fake.html", reduced_motion="reduce") as page:
        page.wait_for_function(READY)
        frame = page.frames[1]
        assert "Computed in Python: it searches along a line." in frame.locator(".card").nth(1).inner_text()
        assert page.evaluate("traits.question") is None
        # at once, as the state rests where a browser is kept waiting between two of them
        page.evaluate(f"for (const x of [0.25, 1, 1.5]) {INNER}.model.set('start', [x, -1])")
        assert frame.locator("#said").inner_text() == "computing in Python…"
        asked_of(page, asking)
        assert page.evaluate("traits.question.number") == 3
        assert frame.locator("#said").inner_text() == ""
        wanted = ls.simulate("himmelblau", ["sgd", "bfgs", "newton"], start=(1.5, -1.0), steps=12)
        for number, track in enumerate(wanted.tracks):
            made = np.reshape(page.evaluate(f"[...{INNER}.runs()[{number}].track.params]"), (-1, 2))
            np.testing.assert_array_equal(made, track.params[:, :, 0])

        rate = frame.get_by_role("spinbutton", name="newton learning rate")
        rate.fill("0.5")
        rate.press("Enter")
        page.wait_for_function("traits.question.number === 4")
        page.evaluate("(late) => { traits.answer = late; heard('change:answer'); }", {"number": 3, "tracks": []})
        asked_of(page, asking)
        halved = ls.simulate("himmelblau", ls.optimizer("newton", lr=0.5), start=(1.5, -1.0), steps=12)
        made = np.reshape(page.evaluate(f"[...{INNER}.runs()[2].track.params]"), (-1, 2))
        np.testing.assert_array_equal(made, halved.tracks[0].params[:, :, 0])
        formula = {"text": "x**2 + a*y**4", "parameters": {"a": 2.0}}
        page.evaluate(f"(formula) => {INNER}.model.set('formula', formula)", formula)
        page.wait_for_function("traits.question.number === 5")
        asked_of(page, asking)
        typed = ls.from_expression("x**2 + a*y**4", a=2.0, window=(-5, 5))
        typed = ls.simulate(typed, "bfgs", start=(1.5, -1.0), steps=12)
        made = np.reshape(page.evaluate(f"[...{INNER}.runs()[1].track.params]"), (-1, 2))
        np.testing.assert_array_equal(made, typed.tracks[0].params[:, :, 0])
        page.evaluate("(wrong) => { traits.answer = wrong; heard('change:answer'); }",
                      {"number": 5, "error": "ValueError: <b>no</b>"})  # fmt: skip
        assert frame.locator("#said").inner_text() == "Python could not compute this: ValueError: <b>no</b>"


def test_a_question_is_answered_and_what_is_wrong_with_it_is_said(asking):
    told = {"formula": None, "rules": [], "start": [1.0, 2.0], "others": [{"run": 1, "start": [2.0, 2.0]}]}
    asking.question = {"number": 1, "state": {**told, "entrants": asking.state["entrants"][1:]}}
    assert asking._latest.wait(60.0)
    assert (asking.answer["number"], len(asking.answer["tracks"])) == (1, 2)
    assert len(asking.answer["tracks"][0]["others"]["runs"]) == 1
    for number, wrong in enumerate(({"start": [1e12, 0.0]}, {"formula": {"text": "x.y", "parameters": {}}}, 3), 2):
        asking.question = {"number": number, "state": wrong if wrong == 3 else {**told, **wrong}}
        assert asking._latest.wait(60.0)
        assert asking.answer["number"] == number
        assert "Error: " in asking.answer["error"]


def test_a_page_that_is_saved_has_what_python_computed(asking, tmp_path):
    asking.state = {"start": [1.5, -1.0]}
    asking.save(tmp_path / "play.html")
    text = (tmp_path / "play.html").read_text(encoding="utf-8")
    assert '"start":[1.5,-1.0]' in text
    assert "Computed in Python: it searches" not in text


def test_functions_that_do_not_record_have_their_start_and_rates_in_a_notebook():
    race = ls.explore(ls.from_function(bent, derivatives="central"), ["sgd", "adam"], start=(1.0, 1.0), steps=5)
    entrants = race.state["entrants"]
    assert entrants[0]["values"] == {"lr": 0.001, "weight_decay": 0.0}
    entrants[0]["values"]["lr"] = 0.1
    race.question = {"number": 1, "state": {**race.state, "start": [0.5, 0.3], "entrants": entrants}} | {}
    assert race._latest.wait(60.0)
    assert "error" not in race.answer, race.answer


def test_only_the_newest_job_that_waits_is_done():
    done, go, began = [], threading.Event(), threading.Event()

    def work(job):
        began.set()
        assert go.wait(60.0)
        done.append(job)

    latest = Latest(work)
    latest.give(1)
    assert began.wait(60.0)
    for job in (2, 3, 4):
        latest.give(job)
    go.set()
    assert latest.wait(60.0)
    assert done == [1, 4]

"""What a page holds before a browser opens it: texts, ranges, reasons, sizes, and which records have none."""

import base64
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import replaced
from landscape.core.registry import registry
from landscape.i18n import chinese
from landscape.program.trace import NotTraceable
from landscape.web import NotComputable, Settings, save_page, typed
from landscape.web.contents import contents
from landscape.web.page import embedded, first_state, page
from landscape.web.reasons import reason_of
from landscape.web.shared import shared_by
from landscape.web.sources import script
from landscape.web.texts import TEXTS, page_texts

FOLDER = Path(ls.__file__).parent / "web"


def raced(**options):
    entrants = [ls.optimizer("momentum", lr=0.002), ls.entrant(ls.optimizer("adam", lr=0.1), "cosine"),
                ls.optimizer("clip", optimizer=ls.optimizer("sgd", lr=0.01)), "bfgs"]  # fmt: skip
    return ls.simulate("rosenbrock", entrants, **{"start": (-1.5, 2.0), "steps": 50, **options})


def given(record, settings=None):
    return contents(record, "en", settings or Settings()).given


def test_the_first_run_of_many_is_bold_and_the_others_have_their_numbers():
    rates = np.repeat(np.geomspace(1e-4, 1e-2, 2), 3)
    record = ls.simulate("rosenbrock", ls.optimizer("sgd", lr=rates), start=np.array([[1.0, 2.0], [0.0, 3.0]]), steps=5,
                         repeats=3, runs=[2, 0, 5])  # fmt: skip
    state = first_state(record)
    assert (state["run"], state["start"]) == (2, [1.0, 0.0])
    assert state["others"] == [{"run": 0, "start": None}, {"run": 5, "start": [2.0, 3.0]}]
    assert state["entrants"][0]["values"]["lr"] == rates[2]
    assert state["entrants"][0]["each"] == {"lr": [rates[0], rates[5]]}
    assert given(record)["note"] == "The record has 3 runs of each optimizer; 3 are shown, the first in bold."
    assert given(raced())["note"] == ""


def test_mathematics_is_written_as_plain_text():
    record = ls.simulate("rosenbrock", ls.entrant("sgd", label=r"$\alpha$ first"), steps=1, title=r"About $\beta_1$")
    made = given(record)
    assert "$" not in made["title"] + made["entrants"][0]["label"]


def test_what_has_no_page_is_refused(tmp_path):
    with pytest.raises(NotComputable, match='shows two coordinates, "rastrigin" has 3'):
        save_page(ls.simulate(ls.surface("rastrigin", dim=3), "sgd", steps=1), tmp_path / "a.html")
    with pytest.raises(NotComputable, match="at most 100,000 steps of 40 optimizers, the record has 100,001 of 1"):
        save_page(ls.simulate("rosenbrock", "sgd", steps=100_001, every=100_001), tmp_path / "a.html")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("rule", "message", "reason"),
    [
        ("armijo_gd", "", "it searches along a line"),
        ("newton", "a matrix", "it asks for second derivatives"),
        ("levenberg_marquardt", "", "it asks for the residuals"),
        ("adam", "4,001 operations are too many for a page", "its formula is too long for a page"),
        ("adam", "adam on sphere: two recordings differ", "its code does something else each time"),
        ("adam", "a permutation that is drawn", "its mini-batches are drawn without replacement"),
        ("adam", "words that are drawn", "it draws what a page cannot draw"),
        ("adam", "cannot record add with str", "its code is no plain arithmetic"),
    ],
)
def test_why_something_is_played_back_is_said_in_words(rule, message, reason):
    name = reason_of(ls.optimizer(rule), NotTraceable(message))
    assert TEXTS[name] == reason


def test_a_noise_that_cannot_be_recorded_is_named_as_the_reason():
    record = ls.simulate("rosenbrock", "sgd", steps=2, noise="quantized")
    assert "its noise is no plain arithmetic" in given(record)["entrants"][0]["why"]


def test_a_record_of_older_random_numbers_is_played_back():
    noisy = ls.simulate("rosenbrock", "sgd", steps=2, stream=1, noise="gaussian")
    made = contents(noisy, "en", Settings())
    assert made.kernels == ["null"]
    assert "random numbers are those of an older version" in made.given["note"]
    assert contents(ls.simulate("rosenbrock", "sgd", steps=2, stream=1), "en", Settings()).kernels[0] != "null"


def test_texts_have_their_chinese_and_keep_their_braces():
    assert not [text for text in (*TEXTS.values(), *typed.TEXTS.values()) if text not in chinese.TEXTS]
    every = {**TEXTS, **typed.TEXTS}
    for language in ("en", "zh"):
        for name, text in page_texts(language).items():
            assert text.count("{") == every[name].count("{")


def test_data_cannot_end_its_script():
    assert not set("<>&\u2028") & set(embedded({"a": "</script><!-- & \u2028"}))
    text = page(raced(title="A race </script><b> & more"))
    assert text.count("</script>") == 1
    assert "<!--" not in text


def test_pages_are_small():
    assert len(script().encode()) < 120_000
    assert len(page(ls.simulate("himmelblau", ["sgd", "momentum", "adam"], steps=500)).encode()) < 200_000
    assert len(page(ls.simulate("bbob_gallagher_101", ["sgd", "momentum", "adam"], steps=500)).encode()) < 200_000


def test_settings_are_what_a_page_begins_with():
    settings = Settings("dark", ((-1.0, 1.0), (0.0, 2.0)), 9, 3.0, "even", "gap", True)
    made = contents(raced(), "en", settings)
    assert (made.given["levels"], made.given["seconds"], made.given["pacing"]) == (9, 3.0, "even")
    names = ("theme", "view", "quantity", "theory")
    assert [made.state[name] for name in names] == ["dark", [[-1.0, 1.0], [0.0, 2.0]], "loss", True]


def test_ranges_hold_what_a_field_may_be():
    record = raced()
    made = given(record)
    ranges = {(about["label"], each["name"]): each["range"] for about in made["entrants"] for each in about["inputs"]}
    assert ranges["adam", "lr"]["kind"] == "log"
    assert ranges["adam", "beta1"]["kind"] == "fraction"
    assert ranges["adam", "weight_decay"]["least"] == 0.0
    for (label, name), each in ranges.items():
        if "." in name or name == "sigma":
            continue
        rule = next((track.optimizer for track in record.tracks if track.label == label), None) or ls.optimizer(label)
        for value in (each["low"], each["high"], each["least"], each["most"]):
            replaced(rule, **{name: value})
        if each["least"] > -1e300:
            with pytest.raises(ls.FieldError):
                replaced(rule, **{name: each["least"] - 1e-6})


def test_the_built_module_is_what_its_sources_build(tmp_path):
    esbuild = FOLDER / "node_modules/.bin/esbuild"
    if not esbuild.exists() or shutil.which("node") is None:
        return  # where they are installed, see package.json
    command = [str(esbuild), "src/main.ts", "--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8",
               "--legal-comments=none", f"--outfile={tmp_path / 'page.js'}"]  # fmt: skip
    subprocess.run(command, cwd=FOLDER, check=True, capture_output=True)
    assert (tmp_path / "page.js").read_bytes() == (FOLDER / "page.js").read_bytes()


def test_a_page_has_the_terms_of_mini_batches_beside_a_rule_that_draws_its_own():
    surface = ls.surface("finite_sum", surface="himmelblau", terms=5)
    noise = ls.noise("minibatch", batch_size=2)
    average = ls.optimizer("average", optimizer="sgd")  # which asks for the gradient elsewhere
    for rules in (["sgd", average], [average, "sgd"], [average]):  # the last has plain descent among those to add
        made = contents(ls.simulate(surface, rules, steps=3, noise=noise), "en", Settings())
        assert made.terms != "null"
        assert made.given["batches"] == []


def test_what_pages_of_surfaces_share_stands_once_and_is_named_by_the_others():
    first, other = (ls.simulate(name, ["sgd", "newton"], start=(0.5, 0.5), steps=3) for name in ("booth", "matyas"))
    shared, made = shared_by(first, "en"), contents(other, "en", Settings())
    own = shared.own(made)
    assert {**own.given, **shared.given} == made.given
    assert not set(own.given) & set(shared.given)
    assert len(set(shared.kernels)) == len(shared.kernels)
    names = {f"landscapeShared().kernels(measures)[{at}]": text for at, text in enumerate(shared.kernels)}
    assert [names.get(text, text) for text in (*own.kernels, own.plain)] == [*made.kernels, made.plain]
    assert [text in names for text in own.kernels[:2]] == [True, False]  # newton asks for the Hessian of its surface
    assert own.plain in names


@pytest.mark.parametrize(
    ("count", "who"),
    [(1, "sgd"), (2, "sgd and momentum"), (4, "sgd, momentum, adam and nesterov"), (5, "5 optimizers")],
)
def test_a_title_says_who_is_on_what(count, who):
    rules = ["sgd", "momentum", "adam", "nesterov", "rmsprop"][:count]
    assert given(ls.simulate("himmelblau", rules, steps=2))["title"] == f"{who} on Himmelblau"
    assert given(ls.simulate("himmelblau", rules, steps=2, title=" A  race "))["title"] == "A race"


@pytest.mark.parametrize("name", ["himmelblau", "quadratic", "monkey_saddle"])
def test_a_page_is_given_the_points_of_its_surface(name):
    surface = ls.surface(name)
    made = given(ls.simulate(surface, "sgd", steps=2))
    assert [(each["x"], each["y"], each["kind"]) for each in made["points"]] == [
        (*point.point.tolist(), point.kind) for point in surface.marked_points
    ]
    for each, point in zip(made["points"], surface.marked_points, strict=True):
        assert each["global"] is (point.kind == "minimum" and point.value < surface.lowest + 1e-9)
        assert ("direction" in each) is (point.kind == "saddle")
        if "direction" in each:
            hessian, down = surface.hessian(point.point), np.array(each["direction"])
            assert hessian @ down == pytest.approx(np.linalg.eigvalsh(hessian)[0] * down, abs=1e-9)
    bends = {"himmelblau": [25.715729, 82.284271], "quadratic": [1.0, 10.0]}.get(name)
    assert made["curvatures"] == (None if bends is None else pytest.approx(bends, rel=1e-6))


def test_a_tolerance_is_that_which_ends_the_runs_where_they_ended():
    ended = ls.simulate("quadratic", ["sgd", "momentum"], start=(1.0, 1.0), steps=400, tolerance=1e-1)
    found = first_state(ended)["tolerance"]
    assert found == max(track.gradient_norm[-1, 0] for track in ended.tracks if track.status[0] == "converged")
    assert first_state(raced())["tolerance"] is None


def unpacked(text):
    return np.frombuffer(base64.b64decode(text))


def test_a_page_is_given_the_entrants_as_they_were():
    entrants = [ls.entrant("adam", "cosine"), ls.optimizer("clip", optimizer="sgd"), "bfgs"]
    record = ls.simulate("himmelblau", entrants, steps=4, noise="gaussian")
    made = given(record)
    for each, track in zip(made["entrants"], record.tracks, strict=False):
        kept = each["recorded"]
        assert np.array_equal(unpacked(kept["params"]).reshape(-1, 2), track.params[:, :, 0])
        assert (kept["rows"], kept["status"], kept["stopped"]) == ([0, 1, 2, 3, 4], "finished", 4)
        assert (each["label"], each["plays"], each["why"] != "") == (track.label, each["inputs"] == [], each["plays"])
        assert each["values"].keys() == {one["name"] for one in each["inputs"] if not one["noise"]}
        for one in each["inputs"]:
            ends, value = one["range"], each["values"].get(one["name"], record.noise.sigma)
            assert ends["least"] <= ends["low"] <= value <= ends["high"] <= ends["most"]
        assert [one["name"] for one in each["inputs"] if one["main"]] == [x for x in ("lr", "optimizer.lr")
                                                                         if x in each["values"]]  # fmt: skip
    adam, clip, bfgs, *added = made["entrants"]
    assert unpacked(adam["factors"]) == pytest.approx(ls.schedule("cosine")(np.arange(4), 4), rel=1e-14)
    assert (clip["factors"], clip["values"]["optimizer.lr"]) == (None, 0.001)
    for name, kept in (("value", record["bfgs"].value), ("norm", record["bfgs"].gradient_norm)):
        assert np.array_equal(unpacked(bfgs["recorded"][name]), kept[:, 0])
        assert adam["recorded"][name] == ""
    assert [each["label"] for each in added] == ["sgd", "momentum", "nesterov", "adagrad", "rmsprop"]
    assert all(each["recorded"] is None and each["free"] for each in added)
    assert [each["theory"] for each in added[:3]] == [
        {"rule": "sgd", "momentum": None}, {"rule": "momentum", "momentum": "momentum"},
        {"rule": "nesterov", "momentum": "momentum"},
    ]  # fmt: skip
    assert [each["theory"] for each in (adam, clip, bfgs, *added[3:])] == [None] * 5


def test_what_a_scenario_of_a_page_is_written_by_builds_what_the_record_has():
    entrants = [ls.entrant("adam", "cosine"), ls.optimizer("clip", optimizer="sgd"), "bfgs"]
    record = ls.simulate("himmelblau", entrants, steps=4, noise="gaussian", repeats=2)
    recipe = given(record)["recipe"]
    assert registry("surface").coerce(recipe["surface"]) == record.surface
    assert registry("noise").coerce(recipe["noise"]) == record.noise
    assert recipe["repeats"] == 2
    for each, track in zip(recipe["entrants"], record.tracks, strict=False):
        assert registry("optimizer").coerce(each["table"]) == track.optimizer
        named = registry("schedule").coerce(each["schedule"] or "constant")
        assert (named, each["schedules"]) == (track.schedule, None)
    assert {name: registry("schedule").coerce(table).name for name, table in recipe["schedules"].items()} == {
        name: name for name in ("constant", "cosine", "linear", "exponential")
    }
    own = ls.simulate("himmelblau", ls.optimizer("sgd", lr=[0.1, 0.2]), repeats=2, steps=4)
    assert given(own)["recipe"] is None


def test_a_rule_of_a_text_has_its_numbers_as_inputs():
    numbers = {"beta": 0.9, "size": 2.0, "shift": 0.0, "less": -3.0}
    rule = ls.optimizer(
        "expression", text="m = beta*m + size*g + shift*p; p = p - lr*m - less*lr*g", parameters=numbers, lr=0.01
    )
    entrant = given(ls.simulate("himmelblau", rule, steps=3))["entrants"][0]
    assert entrant["text"] == rule.text
    assert entrant["values"] == {"lr": 0.01, **numbers}
    ranges = {each["name"]: each["range"] for each in entrant["inputs"] if not each["noise"]}
    ends = {"least": -1e100, "most": 1e100}
    assert (ranges["lr"]["kind"], ranges["lr"]["low"], ranges["lr"]["high"]) == ("log", 1e-5, 10.0)
    assert ranges["beta"] == {"kind": "fraction", "low": 0.0, "high": 0.9999, **ends}
    assert ranges["size"] == {"kind": "log", "low": 2e-3, "high": 2e3, **ends}
    assert ranges["shift"] == {"kind": "linear", "low": -1.0, "high": 1.0, **ends}
    assert ranges["less"] == {"kind": "linear", "low": -6.0, "high": 6.0, **ends}
    assert [each["name"] for each in entrant["inputs"] if each["main"]] == ["lr"]

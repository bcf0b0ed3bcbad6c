"""The scenarios in `scenarios/`: what they claim holds, not by luck, and not of just anything."""

import dataclasses
import re
import subprocess
import sys
import tomllib

import numpy as np
import pytest
from places import ROOT

import landscape as ls
from landscape.core.component import field_hints
from landscape.render import draw, save
from landscape.scenario.model import Scenario
from landscape.scenario.translations import translated

FOLDER = ROOT / "scenarios"
PATHS = sorted(FOLDER.rglob("*.toml"))
NEEDING = re.compile(r'name = "(torch|optax|cma)')


def marked(path):
    """A scenario as a parameter: marked, where a library that an extra brings runs in it."""
    libraries = sorted(set(NEEDING.findall(path.read_text(encoding="utf-8"))))
    return pytest.param(path, id=path.stem, marks=[pytest.mark.reference(*libraries)] if libraries else [])


@pytest.fixture(params=map(marked, PATHS), scope="module")
def path(request):
    return request.param


@pytest.fixture(scope="module")
def scenario(path):
    return Scenario.from_file(path)


@pytest.fixture(scope="module")
def record(scenario):
    return scenario.simulate()


def refuted(scenario):
    verdicts = scenario.judge(scenario.simulate())
    if scenario.sweep is not None:
        verdicts += scenario.sweep.judge(scenario.swept())
    return [str(verdict) for verdict in verdicts if not verdict.passed]


def test_the_five_lectures_are_there():
    assert {path.stem for path in PATHS} >= {"ravine", "saddle", "minima", "noise", "adagrad_stall"}


def test_every_expectation_holds(scenario, record):
    assert len(scenario.expectations) >= 3
    assert [str(verdict) for verdict in scenario.judge(record) if not verdict.passed] == []


def test_a_scenario_opens_with_what_to_look_for(path, scenario):
    assert path.read_text().startswith("# ")
    assert len(scenario.look_for.split()) > 20


def lacking(scenario):
    """What a scenario says in English alone, and where its Chinese has other numbers.

    A label of one word, such as Adam, is a name. A figure that the Chinese leaves out or changes is an error in it.
    """
    texts = scenario.zh
    pairs = {scenario.title: texts.title, scenario.look_for: texts.look_for}
    rows = [*scenario.expectations, *(scenario.sweep.expectations if scenario.sweep else ())]
    pairs |= {row.claim: texts.claims.get(row.claim, "") for row in rows}
    labels = [str(entrant.label) for entrant in scenario.entrants]
    labels += [scenario.surface.title] if "title" in field_hints(type(scenario.surface)) else []
    pairs |= {label: texts.labels.get(label, "") for label in labels if len(label.split()) > 1}
    return [
        english
        for english, chinese in pairs.items()
        if not re.search("[\u4e00-\u9fff]", chinese) or figures(english) - figures(chinese)
    ]


# names of methods, functions, files and problems, which are the same in Chinese
NAMES = {
    *("Adam", "RMSprop", "AdaGrad", "SGD", "Nesterov", "ReLU", "ELU", "Leaky", "sigmoid", "tanh", "softplus", "XOR"),
    *("AMSGrad", "AdaDelta", "AdamW", "Nelder", "Mead"),
    *("ln", "toml", "torch", "amsgrad", "true", *(path.stem for path in PATHS)),
}


def english_words(text):
    return set(re.findall(r"[A-Za-z][A-Za-z_]+", text)) - NAMES


def test_no_english_is_left_in_the_chinese_but_names(scenario):
    texts = scenario.zh
    for text in (texts.title, texts.look_for, *texts.labels.values(), *texts.claims.values()):
        assert english_words(text) == set(), text


def test_english_that_is_left_is_found():
    assert english_words("Adam 在 noise.toml 中到达 floor，x 与 1/t 之后") == {"floor"}


def figures(text):
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def test_a_scenario_says_all_in_chinese_too(scenario):
    assert lacking(scenario) == []


def test_the_check_of_the_chinese_finds_what_is_lacking():
    scenario = Scenario.from_file(FOLDER / "noise_and_decay" / "noise.toml")
    first, second, *_ = (row.claim for row in scenario.expectations)
    claims = {**scenario.zh.claims, first: "下限 0.2167", second: "a tenth"}
    texts = dataclasses.replace(scenario.zh, title="", claims=claims, labels={})
    wrong = lacking(dataclasses.replace(scenario, zh=texts))
    assert wrong == [scenario.title, first, second, *scenario.zh.labels]


def test_the_claims_survive_another_seed_and_a_nudge_to_the_start(scenario):
    """A thousandth of the coordinate: what depends on more than that is no claim about the optimizer.

    Random starts are others with another seed. Twenty seeds: `benchmarks/scenario_seeds.py`.
    """
    start = scenario.start
    if start.name == "point":
        away = np.random.default_rng(0).uniform(-1e-3, 1e-3, np.shape(start.points))
        start = dataclasses.replace(start, points=np.array(start.points) * (1.0 + away))
    assert refuted(dataclasses.replace(scenario, start=start, seed=1)) == []


def test_the_claims_do_not_hold_of_just_any_optimizer(scenario):
    """Were all entrants the same, or none of them moving, something that is claimed would be wrong."""
    first = scenario.entrants[0]
    for only in (first, dataclasses.replace(first, optimizer=ls.optimizer("sgd", lr=0.0))):
        alone = dataclasses.replace(scenario, entrants=(only,)).simulate()
        # entrants that are the same move the same, so that one need be simulated
        tracks = [dataclasses.replace(alone.tracks[0], label=str(entrant.label)) for entrant in scenario.entrants]
        record = dataclasses.replace(alone, tracks=tuple(tracks))
        assert not all(expectation.judge(record).passed for expectation in scenario.expectations)


def test_a_scenario_is_drawn_from_the_command_line(tmp_path):
    """The one with the most runs, as it stands, in a process of its own."""
    path, out = FOLDER / "noise_and_decay" / "noise.toml", tmp_path / "out"
    subprocess.run([sys.executable, "-m", "landscape", "run", path, "--out", out, "--quiet"], check=True)
    assert sorted(file.name for file in out.iterdir()) == ["contour.png", "convergence.png", "race.mp4", "record.npz"]
    assert (out / "contour.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "race.mp4").read_bytes()[4:8] == b"ftyp"
    assert ls.load(out / "record.npz") == Scenario.from_file(path).simulate()


def test_every_view_of_a_scenario_can_be_drawn(scenario, record, tmp_path):
    """Small and short: what is slow about a movie is its size."""
    for view in scenario.views:
        small = dataclasses.replace(view, width=480, height=270, seconds=3.0)
        assert save(record, tmp_path / view.file, small).stat().st_size > 5000


def test_a_scenario_gives_the_same_bytes_twice(path, tmp_path):
    """Its first steps: what differed from one time to the next would differ in them."""
    for name in ("a", "b"):
        scenario = Scenario.from_file(path)
        brief = dataclasses.replace(scenario, steps=min(scenario.steps, 30))
        brief.simulate().save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert ls.load(tmp_path / "a").scenario == path.read_text()


def test_a_scenario_is_what_its_record_says_and_what_it_writes(path, scenario, record):
    assert Scenario.from_text(scenario.to_toml()) == scenario
    assert Scenario.from_text(record.scenario) == scenario
    assert scenario.text == path.read_text()
    assert tomllib.loads(scenario.text)["title"] == scenario.title


def test_the_noise_floors_that_the_noise_scenario_quotes_are_those_of_the_closed_form():
    """E x^2 = a s^2 / (l (2 - a l)) (AR(1) in each eigendirection), summed with l / 2 over the eigendirections."""
    scenario = Scenario.from_file(FOLDER / "noise_and_decay" / "noise.toml")
    total, batch = scenario.surface, scenario.noise.batch_size
    hessian = total.surface.hessian(np.zeros(2))
    covariance = hessian @ (total.shifts @ total.shifts.T / total.terms) @ hessian / batch
    l, vectors = np.linalg.eigh(hessian)  # noqa: E741
    s2 = np.diag(vectors.T @ covariance @ vectors)

    for a, quoted in ((0.1, "0.1363"), (0.01, "0.01061")):
        floor = np.sum(l / 2 * a * s2 / (l * (2 - a * l)))
        assert float(quoted) == pytest.approx(floor, rel=1e-3)
        assert quoted in scenario.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_view_of_one_entrant_finds_it_in_either_language(language, chinese_font):
    """Its label stands in the scenario in English, and the record that is drawn has the translated one."""
    text = """
title = "x"
surface = "beale"
steps = 3
optimizers = [{ name = "sgd", label = "Descent" }, { name = "adam", label = "Adam" }]
views = [{ name = "inside", entrant = "Descent", width = 240, height = 160 }]
[zh.labels]
Descent = "梯度下降"
"""
    made = Scenario.from_text(text)
    record = made.simulate(False)
    (view,) = made.in_language(language).views
    draw(record, view)
    draw(translated(record, language), view)  # as the command line has it
    with pytest.raises(ValueError, match="unknown entrant"):
        draw(record, view, entrant="Momentum")

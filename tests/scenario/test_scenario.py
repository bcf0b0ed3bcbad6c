"""Scenario files: every mistake is named with its place, and what is read can be written and read again."""

import dataclasses
import datetime
import math
import re
import tomllib

import needs
import numpy as np
import pytest
from catalogue import optional
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from places import ROOT

import landscape as ls
from landscape.analysis._metric import STATISTICS, metric
from landscape.core.component import FieldError, defaults, field_hints, split
from landscape.core.registry import kinds, nested_kind, registry
from landscape.scenario.keys import DOCUMENT, EXPECT, SWEEP, SWEEP_EXPECT, TEXTS
from landscape.scenario.line_numbers import line_of, positions
from landscape.scenario.model import Scenario
from landscape.scenario.problems import ScenarioError
from landscape.scenario.toml_writer import toml_table, toml_value
from landscape.scenario.translations import translated
from landscape.simulation.entrants import check_needs

GOOD = """\
title = "Momentum leaves, descent waits"
steps = 200
seed = 3

[surface]
name = "hyperbolic_saddle"
a = 2

[start]
name = "point"
points = [[1.0, 0.01]]

[[optimizers]]
name = "sgd"
label = "SGD"
lr = 0.1

[[optimizers]]
name = "adam"
beta1 = 0.8
schedule = { name = "warmup", steps = 5, then = "cosine" }

[[views]]
name = "contour"

[[expect]]
claim = "descent is still there"
optimizer = "SGD"
measure = "distance_from_saddle"
at = 40
below = 0.6
"""


def complaint(text, overrides=()):
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_text(text, overrides, file="x.toml")
    return str(caught.value)


def with_(*changes):
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


# one mistake, one line

MISTAKES = [
    # values out of range, of a wrong type, not finite
    ("lr = 0.1", "lr = -0.1", "x.toml:16: optimizers[0].lr: must be at least 0, got -0.1"),
    ("a = 2", "a = 0", "x.toml:7: surface.a: must be greater than 0, got 0"),
    ("a = 2", "a = true", "x.toml:7: surface.a: must be a number greater than 0, got true"),
    ("a = 2", 'a = "two"', 'x.toml:7: surface.a: must be a number greater than 0, got "two"'),
    ("a = 2", "a = nan", "x.toml:7: surface.a: must be a number greater than 0 and finite, got nan"),
    ("lr = 0.1", "lr = inf", "x.toml:16: optimizers[0].lr: must be a number or a list of numbers at least 0 and finit"),
    ("lr = 0.1", "lr = [0.1, -inf]", "x.toml:16: optimizers[0].lr: must be a number or a list of numbers"),
    ("a = 2", f"a = {10**400}", "x.toml:7: surface.a: must be a number greater than 0, got 1000"),
    ("a = 2", f"a = 0x{'f' * 4000}", "x.toml:7: surface.a: must be a number greater than 0, got an integer with"),
    ("steps = 200", "steps = 20.5", "steps: must be a whole number at least 1 and at most 10,000,000, got 20.5"),
    ("steps = 200", "steps = 0", "x.toml:2: steps: must be at least 1, got 0"),
    ("seed = 3", "seed = -1", "x.toml:3: seed: must be at least 0, got -1"),
    ("seed = 3", f"seed = {2**63}", "x.toml:3: seed: must be a whole number at least 0"),
    ("seed = 3", "seed = 1979-05-27", "x.toml:3: seed: must be a whole number at least 0"),
    ("seed = 3", "tolerance = -1.0", "x.toml:3: tolerance: must be at least 0, got -1.0"),
    ("seed = 3", "repeats = 0", "x.toml:3: repeats: must be at least 1, got 0"),
    ('title = "Mo', 'title = "\\nMo', "x.toml:1: title: must be one line of text and not empty"),
    ('title = "Momentum leaves, descent waits"', "title = 3", "x.toml:1: title: must be text, got 3"),
    ('label = "SGD"', 'label = " "', "x.toml:15: optimizers[0].label: must be one line of text and not empty"),
    # unknown and missing keys
    ("beta1 = 0.8", "beta_1 = 0.8", 'optimizers[1].beta_1: unknown key "beta_1". Did you mean "beta1"?'),
    ("seed = 3", "sead = 3", 'x.toml:3: sead: unknown key "sead". Did you mean "seed"?'),
    ("title =", "titel =", 'x.toml:1: titel: unknown key "titel". Did you mean "title", which is required?'),
    ("claim =", "clam =", 'expect[0].clam: unknown key "clam". Did you mean "claim", which is required?'),
    ("steps = 200\n", "", 'x.toml:1: missing key "steps"'),
    ("[[views]]", "[[viewz]]", 'x.toml:23: viewz: unknown key "viewz". Did you mean "views"?'),
    ("steps = 5,", "stepz = 5,", 'x.toml:21: optimizers[1].schedule.stepz: unknown key "stepz". Did you mean "steps"?'),
    # components
    ('"hyperbolic_saddle"\na', '"hyperbolic_sadle"\nb', 'x.toml:6: surface.name: unknown surface "hyperbolic_sadle".'),
    ('name = "adam"', 'name = "adm"', 'x.toml:19: optimizers[1].name: unknown optimizer "adm". Did you mean "adam"?'),
    ('"cosine"', '"cosin"', 'x.toml:21: optimizers[1].schedule.then: unknown schedule "cosin". Did you mean "cosine"?'),
    ('name = "adam"', "name = 7", "x.toml:19: optimizers[1].name: must be the name of an optimizer, got 7"),
    ('name = "adam"', 'nam = "adam"', 'x.toml:19: optimizers[1].nam: unknown key "nam". Did you mean "name", which is'),
    ('[start]\nname = "point"', "[start]", 'x.toml:9: start: missing key "name", one of: grid, he,'),
    ("seed = 3", "noise = 3", "x.toml:3: noise: must be the name of a noise or a table with a name, got 3"),
    ("[[views]]", "[views]", "x.toml:23: views: must be a list of tables, each under its own [[views]], got {"),
    ('measure = "distance_from_saddle"', 'measure = "distance_from_sadle"', "Did you mean"),
    # texts in Chinese
    ("[[views]]", '[zh]\ntitel = "x"\n[[views]]', 'x.toml:24: zh.titel: unknown key "titel". Did you mean "title"?'),
    ("seed = 3", "zh = 3", "x.toml:3: zh: must be a table, got 3"),
    ("[[views]]", "[zh]\nlook_for = 3\n[[views]]", "x.toml:24: zh.look_for: must be text, got 3"),
    ("[[views]]", "[zh]\nlabels = 3\n[[views]]", "x.toml:24: zh.labels: must be a table, got 3"),
    ("[[views]]", "[zh.labels]\nSGD = 3\n[[views]]", "x.toml:24: zh.labels.SGD: must be text, got 3"),
    ("[[views]]", '[zh.labels]\nSGd = "x"\n[[views]]', 'zh.labels.SGd: unknown label "SGd". Did you mean "SGD"?'),
    ("[[views]]", '[zh.labels]\nSGD = "adam"\n[[views]]', 'zh.labels: gives two optimizers the label "adam"'),
    ("[[views]]", '[zh.claims]\n"it is still there" = "x"\n[[views]]', 'x.toml:24: zh.claims."it is still there": u'),
    # parts that do not fit together
    ("[[1.0, 0.01]]", "[[1.0, 0.01, 2.0]]", "x.toml:11: start.points: need 2 coordinates each for the surface"),
    ("[[1.0, 0.01]]", "[[1.0, 0.01], [2.0]]", "x.toml:11: start.points: must all have the same number of coordinates"),
    ("[[1.0, 0.01]]", "[[1.0, nan]]", "x.toml:11: start.points: must be a list of lists of finite numbers"),
    ("[[1.0, 0.01]]", "[[1.0, 1e300]]", "x.toml:9: start: "),
    ("seed = 3", 'noise = "minibatch"', "x.toml:3: noise: minibatch: mini-batches need a finite sum"),
    ('name = "adam"', 'name = "adam"\nlabel = "SGD"', 'x.toml:20: optimizers[1].label: "SGD" is also the label of opt'),
    ("lr = 0.1", "lr = [0.1, 0.2]", "x.toml:16: optimizers[0].lr: must be one number or a list of 1, one for each run"),
    ("at = 40", "at = 201", "x.toml:30: expect[0].at: must be at most the number of steps, 200, got 201"),
    ("at = 40", "at = -1", "x.toml:30: expect[0].at: must be at least 0, got -1"),
    ("at = 40", "start = 1", "x.toml:30: expect[0].start: must be less than the number of starts, 1, got 1"),
    ('optimizer = "SGD"', 'optimizer = "sgd"', 'x.toml:28: expect[0].optimizer: unknown label "sgd". Did you mean "SG'),
    ("at = 40", 'relative_to = "Adam"', 'expect[0].relative_to: unknown label "Adam". Did you mean "adam"?'),
    ("at = 40", 'statistic = "average"', "x.toml:30: expect[0].statistic: must be one of 'median', 'mean', 'min', 'ma"),
    ('"distance_from_saddle"', '"gap"', 'expect[0].measure: the measure "gap" needs a lowest value, and the surface'),
    ('"distance_from_saddle"', '"escape_step"', 'expect[0].at: cannot be used with the measure "escape_step"'),
    ('"distance_from_saddle"', '{ name = "distance_to", point = [1.0] }', "expect[0].measure.point: must have 2 numbe"),
    ('"distance_from_saddle"', '{ name = "distance_to" }', 'x.toml:29: expect[0].measure: missing key "point"'),
    ("below = 0.6\n", "", 'x.toml:26: expect[0]: needs a limit: "above", "below" or both'),
    ("below = 0.6", "below = 0.6\nabove = 0.6", "x.toml:32: expect[0].above: must be less than below = 0.6, got 0.6"),
    ("seed = 3", "every = 7", "x.toml:30: expect[0].at: must be a recorded step: a multiple of every = 7, or the last"),
    ('name = "contour"', 'name = "contour"\nfile = "a/b.png"', "x.toml:25: views[0].file: must be a file name without"),
    ('name = "contour"', 'name = "contour"\nfile = "a.bmp"', "x.toml:25: views[0].file: must end in .png"),
    ('name = "contour"', 'name = "contour"\nfile = "a\\u0000.png"', "x.toml:25: views[0].file: must be one line"),
    ('name = "contour"', 'name = "contour"\n[[views]]\nname = "contour"', 'has the same file "contour.png" as views'),
    # too much
    ("seed = 3", "repeats = 10000000", "x.toml:2: steps: 202 rows of 2 optimizers x 10,000,000 runs in 2 dimensions t"),
    ("steps = 200\nseed = 3", "steps = 10000000\nevery = 10000000\nrepeats = 10000", "updates allowed in a scenario"),
    ('"point"\npoints = [[1.0, 0.01]]', '"grid"\nshape = [100000, 1000]', "x.toml:9: start: must make at most 10,000,"),
    ('"point"\npoints = [[1.0, 0.01]]', '"random_box"\ncount = 1000000000', "x.toml:9: start: must make at most 10,00"),
    ('"hyperbolic_saddle"\na = 2', '"quadratic"\ndim = 1000000000', "x.toml:5: surface: must have at most 10,000,000"),
    ('"hyperbolic_saddle"\na = 2', '"rosenbrock"\na = 1e100', "x.toml:5: surface: has a window that reaches 3e+200"),
    ('"hyperbolic_saddle"\na = 2', f'"quadratic"\ndim = {10**30}', "x.toml:7: surface.dim: must be a whole number at"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_named_with_its_line_its_key_and_what_is_allowed(old, new, expected):
    text = complaint(with_((old, new)))
    assert expected in text
    assert "Traceback" not in text


@pytest.mark.parametrize(("old", "new", "expected"), [m for m in MISTAKES if m[2].startswith("x.toml:")], ids=str)
def test_one_mistake_has_one_line(old, new, expected):
    lines = complaint(with_((old, new))).splitlines()
    assert len(lines) == 1 or "unknown" in expected or "surface" in expected, lines


RICH = (
    GOOD.replace("seed = 3\n", "seed = 3\nrepeats = 2\nevery = 2\ntolerance = 1e-9\nlook_for = 'it'\n")
    .replace("[[1.0, 0.01]]", "[[1.0, 0.01], [0.5, 0.2]]")
    .replace("at = 40\n", 'at = 40\nstart = 1\nrelative_to = "adam"\n')
    .replace(
        "[[views]]", "[noise]\nname = 'gaussian'\nsigma = 0.1\n[optimizers.schedules]\nbeta1 = 'linear'\n[[views]]"
    )
    + """
[[expect]]
claim = "adam leaves"
optimizer = "adam"
measure = { name = "escape_step", radius = 0.1 }
below = 90

[zh]
title = "鞍点"
look_for = "看"

[zh.labels]
SGD = "负梯度"
adam = "自适应"

[zh.claims]
"descent is still there" = "停在鞍点"
"adam leaves" = "离开"
"""
)
KEYS = [match.span(1) for match in re.finditer(r"(?m)(?:^|\[|\{ |, |\.)([a-z]\w*)(?= = |\]|\.)", RICH)]
NEAR = [lambda key: f"{key}x", lambda key: f"{key[0]}q{key[1:]}"]


def complaints_about(key, wrong):
    """The lines about a scenario with one key, at a place in the text, written otherwise."""
    start, end = key
    lines = complaint(RICH[:start] + wrong + RICH[end:]).splitlines()
    assert all(int(line.split(":")[1]) <= RICH[:start].count("\n") + 1 for line in lines)
    return lines


@pytest.mark.parametrize("key", KEYS, ids=lambda key: RICH[slice(*key)])
def test_one_misspelt_key_has_one_message(key):
    """At every depth, whatever else in the scenario builds on it."""
    for spelt in NEAR:
        wrong = spelt(RICH[slice(*key)])
        (line,) = complaints_about(key, wrong)
        assert wrong in line


@pytest.mark.parametrize("key", KEYS, ids=lambda key: RICH[slice(*key)])
def test_a_key_like_none_is_named_with_the_required_one_that_is_missing_and_nothing_else(key):
    unknown, *missing = sorted(complaints_about(key, "q7z"), key=lambda line: "missing key" in line)
    assert re.search('unknown (key|label) "q7z"|missing key "name"|q7z: cannot be scheduled', unknown)
    assert [line for line in missing if f'missing key "{RICH[slice(*key)]}"' not in line] == []


def test_the_scenario_whose_keys_are_misspelt_is_valid():
    assert len(KEYS) > 40
    assert len(Scenario.from_text(RICH).expectations) == 2


def test_a_component_is_built_once_and_only_if_its_table_is_valid(monkeypatch):
    made = []
    cls = registry("surface").get("hyperbolic_saddle")
    monkeypatch.setattr(cls, "_check", lambda self: made.append(self.a))
    Scenario.from_text(GOOD)
    assert made == [2.0]
    complaint(with_(("a = 2", "a = -2\nc = 3")))
    assert made == [2.0]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = with_(
        ("steps = 200", "steps = -1"), ("a = 2", "c = 2"), ("lr = 0.1", "lr = nan"), ("below = 0.6", "below = true")
    )
    told = [line.split(": ")[:2] for line in complaint(text).splitlines()]
    assert told == [
        ["x.toml:2", "steps"],
        ["x.toml:7", "surface.c"],
        ["x.toml:16", "optimizers[0].lr"],
        ["x.toml:31", "expect[0].below"],
    ]


def test_a_check_across_tables_is_made_although_another_table_is_wrong():
    text = with_(("a = 2", "c = 2"), ("at = 40", "at = 400"), ('optimizer = "SGD"', 'optimizer = "SDG"'))
    told = [line.split(": ")[1] for line in complaint(text).splitlines()]
    assert told == ["surface.c", "expect[0].optimizer", "expect[0].at"]


def carried_out(kind):
    """The reference libraries that carry out components of a kind."""
    libraries = {registry(kind).get(name).needs_library for name in registry(kind).names()}
    return sorted(libraries & set(needs.REFERENCE))


@pytest.mark.parametrize(
    ("kind", "library"),
    [pytest.param(kind, "", id=kind) for kind in kinds()]
    + [
        pytest.param(kind, library, marks=pytest.mark.reference(library), id=f"{kind}, {library}")
        for kind in kinds()
        for library in carried_out(kind)
    ],
)
def test_every_field_of_every_component_refuses_nonsense_by_name(kind, library):
    """Every component of every registry, wherever a scenario can hold it.

    Where another library carries a component out, it alone knows which texts it takes: that is a test of its own.
    """
    for name in registry(kind).names():
        cls = registry(kind).get(name)
        theirs = cls.needs_library in needs.REFERENCE
        if library and cls.needs_library != library:
            continue
        kept = {field: split(hint)[0] for field, hint in field_hints(cls).items() if split(hint)[0] != (str,)}
        for nonsense in ('"nonsense"', "1979-05-27", "[[true]]", "nan", "-inf"):
            apart = nonsense.startswith('"') and theirs and not library
            fields = [field for field, alternatives in kept.items() if not (apart and str in alternatives)]
            # what a text means is found out only where the rest is right
            texts = [[field] for field in fields if str in kept[field]]
            for together in filter(None, [[field for field in fields if str not in kept[field]], *texts]):
                table = ", ".join([f'name = "{name}"', *(f"{field} = {nonsense}" for field in together)])
                lines = complaint(_holding(kind, f"{{ {table} }}")).splitlines()
                for field in together:
                    about = [line for line in lines if re.search(rf"\.{field}(\[0\])?(\.name)?: ", line)]
                    assert about, f'the {kind} "{name}" with {field} = {nonsense} gets the complaints {lines}'


def _holding(kind, table):
    """A scenario that holds a component's table."""
    if kind == "metric":
        return with_(('"distance_from_saddle"', table))
    if kind in ("activation", "dataset", "loss"):
        kind, table = "surface", f'{{ name = "network", {kind} = {table} }}'
    key = {"optimizer": "optimizers = [{}]", "view": "views = [{}]"}.get(kind, kind + " = {}").format(table)
    rest = {"surface": 'optimizers = ["sgd"]', "optimizer": 'surface = "rosenbrock"'}.get(
        kind, 'surface = "rosenbrock"\noptimizers = ["sgd"]'
    )
    return f'title = "x"\nsteps = 5\n{key}\n{rest}\n'


def test_integers_serve_as_numbers_and_names_as_tables():
    scenario = Scenario.from_text(
        'title = "x"\nsteps = 5\nsurface = "rosenbrock"\noptimizers = ["sgd", "adam"]\ntolerance = 0'
    )
    assert scenario.tolerance == 0.0
    assert [entrant.label for entrant in scenario.entrants] == ["sgd", "adam"]
    assert scenario.start == ls.start("point")
    assert Scenario.from_text(GOOD).surface == ls.surface("hyperbolic_saddle", a=2.0)


def test_without_views_the_customary_ones_that_can_show_the_surface_are_drawn():
    plane = 'title = "x"\nsteps = 5\nsurface = "rosenbrock"\noptimizers = ["sgd"]\n'
    assert [view.file for view in Scenario.from_text(plane).views] == ["contour.png", "convergence.png", "race.mp4"]
    assert [view.name for view in Scenario.from_text(plane, ["surface.dim=5"]).views] == ["convergence"]
    assert Scenario.from_text(plane, ["views=[]"]).views == ()


# texts that are no scenario at all


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "x.toml: is empty"),
        ("  \n\n", "x.toml: is empty"),
        ("# only a comment", 'x.toml:1: missing key "title"'),
        ("steps = 5\nsteps 3", "x.toml:2:7: is not valid TOML: expected '=' after a key"),
        ("title = 'x'\nsteps = ", "x.toml:2: is not valid TOML: invalid value"),
        ("steps = 5\nsteps = 6", "x.toml:2: is not valid TOML: cannot overwrite a value"),
        ("a = " + "[" * 5000, "x.toml: is nested too deeply"),
        ("a = " + "9" * 5000, "x.toml: is not valid TOML: Exceeds the limit"),
        ("{}", "x.toml:1:1: is not valid TOML"),
        ("expect = [3]\nsteps = 1", 'x.toml:1: missing key "title"'),
        (
            "\nexpect = [3]\ntitle = 'x'\nsurface = 'beale'\noptimizers = ['sgd']\nsteps = 1",
            "x.toml:2: expect[0]: must be a table",
        ),
    ],
    ids=lambda value: value[:20],
)
def test_a_text_that_is_not_toml_is_refused_with_line_and_column(text, expected):
    assert complaint(text).startswith(expected)


def test_files_that_cannot_be_read_are_refused_by_name(tmp_path):
    (tmp_path / "race.toml").write_text(GOOD)
    (tmp_path / "latin.toml").write_bytes('title = "x"\nlook_for = "caf\xe9"'.encode("latin-1"))
    (tmp_path / "long.toml").write_bytes(b"#" * 1_000_001)
    np.savez(tmp_path / "kept.npz", x=[1.0])
    (tmp_path / "windows.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    for name, expected in (
        ("rase.toml", f'rase.toml: file not found. Did you mean "{tmp_path / "race.toml"}"?'),
        ("race", f'race: file not found. Did you mean "{tmp_path / "race.toml"}"?'),
        ("missing/race.toml", "missing/race.toml: file not found."),
        (".", "is a folder, not a scenario file. It contains latin.toml, long.toml, race.toml, windows.toml."),
        ("latin.toml", "latin.toml:2: is not UTF-8 text: byte 0xe9 at position 27"),
        ("kept.npz", "kept.npz: is an archive such as a record, and not a scenario: `landscape render "),
        ("long.toml", "long.toml: is not a scenario: it is longer than 1,000,000 bytes"),
        ("race.toml/x.toml", "race.toml/x.toml: cannot be read: Not a directory"),
        ("race\0.toml", "cannot be read"),
    ):
        with pytest.raises(ScenarioError) as caught:
            Scenario.from_file(f"{tmp_path}/{name}")
        assert expected in str(caught.value)
    assert Scenario.from_file(tmp_path / "windows.toml") == Scenario.from_text(GOOD)


# --set


def test_set_options_change_what_the_file_says():
    numbers = ["steps=50", "optimizers[0].lr=0.2", "surface.b=3"]
    changed = Scenario.from_text(GOOD, [*numbers, "title=New", "optimizers[1].schedule=cosine", "noise.name=gaussian"])
    assert (changed.steps, changed.title, changed.surface.b) == (50, "New", 3.0)
    assert changed.entrants[0].optimizer.lr == 0.2
    assert changed.entrants[1].schedule == ls.schedule("cosine")
    assert changed.noise == ls.noise("gaussian")
    by_name = Scenario.from_text(GOOD, ["surface=rosenbrock", "surface.b=10", "expect=[]"])
    assert by_name.surface == ls.surface("rosenbrock", b=10.0)


def test_a_start_may_be_a_point_or_a_list_of_points():
    for written, points in (("[0.5, 1]", [[0.5, 1.0]]), ("[[0.5, 1], [2, 3]]", [[0.5, 1.0], [2.0, 3.0]])):
        changed = Scenario.from_text(GOOD, [f"start={written}"])
        assert changed.start == ls.start("point", points=points)


def test_the_text_of_a_changed_scenario_makes_the_changed_scenario_again():
    changed = Scenario.from_text(GOOD, ["steps=50", "title=a # b"])
    assert Scenario.from_text(changed.text) == changed
    assert changed.text.startswith("# --set steps=50\n")
    assert Scenario.from_text(Scenario.from_text(GOOD, ["look_for=two\nlines"]).text).look_for == "two\nlines"
    assert Scenario.from_text(GOOD).text == GOOD


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("optimizers[0].lr=-1", "--set optimizers[0].lr=-1: optimizers[0].lr: must be at least 0, got -1"),
        ("surface={name='rosenbrock', c=1}", "--set surface={name='rosenbrock', c=1}: surface.c: unknown key"),
        ("step=3", '--set step=3: step: unknown key "step". Did you mean "steps"?'),
        ("steps", "--set steps: must be KEY=VALUE"),
        ("=3", '--set =3: "" is not a key'),
        ("a..b=3", '"a..b" is not a key'),
        ("optimizers[2].lr=3", "--set optimizers[2].lr=3: optimizers has 2 items, [0] to [1]"),
        ("optimizers.lr=3", "optimizers is a list of 2 items: choose one, such as optimizers[0].lr"),
        ("steps.x=3", "--set steps.x=3: steps is not a table"),
        ("surface[0]=3", "--set surface[0]=3: surface is not a list"),
        ("steps=2x", '--set steps=2x: steps: must be a whole number at least 1 and at most 10,000,000, got "2x"'),
        ("steps=1\nseed=2", "must be a whole number"),
    ],
)
def test_a_wrong_set_option_is_named(option, expected):
    assert expected in complaint(GOOD, [option])


# writing and reading again


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_written_reads_back_equal(data):
    surface, noise = data.draw(components("surface")), ls.noise("gaussian", sigma=data.draw(st.floats(0, 1e300)))
    possible = components("optimizer").filter(lambda rule: can_be_had(rule, surface, noise))
    entrants = data.draw(st.lists(possible, min_size=1, max_size=3))
    labels = data.draw(st.lists(texts, min_size=len(entrants), max_size=len(entrants), unique=True))
    scenario = Scenario(
        title=data.draw(texts),
        look_for=data.draw(st.text(max_size=40)),
        surface=surface,
        entrants=tuple(
            ls.entrant(made, data.draw(st.none() | components("schedule")), label)
            for made, label in zip(entrants, labels, strict=True)
        ),
        start=ls.start("point", points=data.draw(points(surface.dim))),
        steps=data.draw(st.integers(1, 50)),
        seed=data.draw(st.integers(0, 2**63 - 1)),
        repeats=data.draw(st.integers(1, 3)),
        tolerance=data.draw(st.none() | st.floats(0, 1e300)),
        schedule=data.draw(st.none() | components("schedule")),
        noise=noise,
        views=data.draw(st.sampled_from([(), (registry("view").build("convergence", quantity="loss"),)])),
        expectations=data.draw(expectations(labels)),
    )
    assert Scenario.from_text(scenario.to_toml()) == scenario


def can_be_had(rule, surface, noise):
    try:
        check_needs(rule, surface, noise)
        rule.init(np.zeros((surface.dim, 2)))
    except ValueError:
        return False
    return True


texts = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12).filter(str.strip)


def points(dim):
    number = st.floats(-100.0, 100.0)
    return st.lists(st.tuples(*[number] * dim), min_size=1, max_size=3).map(tuple)


@st.composite
def components(draw, kind):
    """Any registered component of a kind, with any allowed numbers in its fields."""
    known = [registry(kind).get(name) for name in registry(kind).names()]
    cls = draw(st.sampled_from([each for each in known if not optional(each)]))
    fields = {}
    for field, hint in field_hints(cls).items():
        inner = nested_kind(cls, field)
        alternatives, bounds = split(hint)
        if inner:
            plain = [each for each in map(registry(inner).get, registry(inner).names()) if _stands_alone(each)]
            fields[field] = draw(st.sampled_from(plain))()
        elif alternatives[0] is float:
            fields[field] = draw(_within(bounds, st.floats, 1e-6, 2.0))
        elif alternatives[0] is int:
            fields[field] = draw(_within(bounds, st.integers, 0, 4))
    try:
        return cls(**fields)
    except FieldError:  # each is allowed alone, but not together
        reject()


def _stands_alone(cls):
    """Whether a component holds no other, and needs nothing told."""
    fields = field_hints(cls)
    return set(fields) <= set(defaults(cls)) and not any(nested_kind(cls, field) for field in fields)


def _within(bounds, strategy, low, high):
    """Numbers within an annotation's bounds, from a moderate range."""
    for bound in bounds:
        low = max(low, getattr(bound, "ge", low), getattr(bound, "gt", low))
        high = min(high, getattr(bound, "le", high), getattr(bound, "lt", high + 1e-6) - 1e-6)
    high = max(high, low + 1)
    return strategy(low, int(high) if strategy is st.integers else high)


@st.composite
def expectations(draw, labels):
    rows = []
    for _ in range(draw(st.integers(0, 2))):
        measure = draw(st.sampled_from([metric("value"), metric("diverged"), metric("change", steps=3)]))
        low = draw(st.floats(-1e6, 1e6))
        rows.append(
            {
                "claim": draw(texts),
                "optimizer": draw(st.sampled_from(labels)),
                "measure": measure,
                "at": 1 if measure.each_step else None,
                "statistic": draw(st.sampled_from(sorted(STATISTICS))),
                "start": draw(st.sampled_from([None, 0])),
                "relative_to": draw(st.sampled_from([None, *labels])),
                "above": low,
                "below": draw(st.sampled_from([None, low + 1.0])),
            }
        )
    from landscape.scenario.expectations import Expectation

    return tuple(Expectation(**row) for row in rows)


values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.dates() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_every_value_is_written_as_toml_means_it(table):
    assert _comparable(tomllib.loads(toml_table(table))) == _comparable(table)


def _comparable(value):
    """Plain data with nan made equal to itself."""
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return "nan" if isinstance(value, float) and math.isnan(value) else (type(value), value)


# the line scanner


TRICKY = '''
# comment with [brackets] and "quotes"
title = "a # not a comment, [no] table"   # = x
"quoted.key" . inner = 1.5e-3
dotted.a.b = [ # one
    1, [ 2,
    3 ], { x = 1, y = [ 4 ] },
]
text = """
[[fake]]
lr = "3" \\""" ""x"""""
raw = \'\'\'
fake = 1\'\'\'
empty = {}
when = 1979-05-27T07:32:00.5Z
[ surface ]
name = 'it''s'
[[optimizers]]
lr = 1
[[optimizers]]
[optimizers.schedule]
name = "x"
[[optimizers.parts]]
[[optimizers.parts]]
size = 2
'''.replace("'it''s'", "'its'")


def paths(data, so_far=()):
    """Every path in plain data."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield (*so_far, key)
        if isinstance(value, (dict, list)):
            yield from paths(value, (*so_far, key))


def test_the_line_scanner_finds_every_path_that_the_parser_finds():
    found = positions(TRICKY)
    assert set(found) == set(paths(tomllib.loads(TRICKY)))
    lines = TRICKY.splitlines()
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert path[-1] in lines[line - 1]
    assert found["dotted", "a", "b", 1, 1] == 7
    assert found["optimizers", 1, "parts", 1, "size"] == len(lines)


@given(st.dictionaries(st.text().filter(lambda key: key != "more"), values, max_size=4))
def test_the_line_scanner_follows_any_toml(table):
    text = "\n" + toml_table(table) + "[[more]]\n" + toml_table(table)
    found = positions(text)
    assert set(paths(tomllib.loads(text))) <= set(found)
    for number, key in enumerate(table):
        assert found[(key,)] == number + 2


def test_a_path_that_is_not_there_has_the_line_of_the_table_around_it():
    found = positions(GOOD)
    assert line_of(found, ("optimizers", 1, "lr")) == 18
    assert line_of(found, ("nowhere",)) == 1


def test_a_text_that_is_longer_than_a_scenario_is_refused_before_it_is_read():
    text = GOOD + "# " + "x" * 1_000_000
    with pytest.raises(ScenarioError, match=r"^scenario: is not a scenario: it is longer than 1,000,000 bytes$"):
        Scenario.from_text(text)


# the page on scenario files


def test_the_page_on_scenario_files_shows_one_that_holds_and_names_every_key():
    text = (ROOT / "docs" / "scenarios.md").read_text()
    example = text.split("```toml\n")[1].split("```")[0]
    scenario = Scenario.from_text(example)
    assert [verdict.passed for verdict in scenario.judge(scenario.simulate())] == [True, True]
    page, expectations, texts = re.split("## Expectations|## Texts in Chinese", text)
    for part, keys in ((page, DOCUMENT), (expectations, EXPECT), (texts, TEXTS)):
        rows = {
            key for line in part.splitlines() if line.startswith("| `") for key in re.findall("`(\\w+)`", line[:30])
        }
        assert rows == set(keys)
    page = (ROOT / "docs" / "sweeps.md").read_text()
    _, sweeps, claims = re.split(r"\| key of `\[\[?sweep[.\w]*\]?\]`", page)
    for part, keys in ((sweeps, SWEEP), (claims, SWEEP_EXPECT)):
        named = {
            key for line in part.splitlines() if line.startswith("| `") for key in re.findall("`(\\w+)`", line[:30])
        }
        assert named == set(keys)


# simulating and judging


def test_the_title_and_the_text_travel_in_the_record():
    record = Scenario.from_text(GOOD).simulate()
    assert (record.title, record.scenario) == ("Momentum leaves, descent waits", GOOD)
    entrants = (ls.entrant("sgd", label="s"),)
    made = Scenario(title="x", surface=ls.surface("quadratic"), entrants=entrants, start=ls.start("point"), steps=2)
    assert Scenario.from_text(made.simulate().scenario) == made


# texts in Chinese

CHINESE = """
[zh]
title = "鞍点"

[zh.labels]
SGD = "负梯度"

[zh.claims]
"descent is still there" = "停在鞍点"
"""


def test_a_scenario_is_put_in_chinese_as_far_as_it_has_the_texts():
    scenario = Scenario.from_text(GOOD + CHINESE)
    told = scenario.in_language("zh")
    assert (told.title, told.look_for) == ("鞍点", "")
    assert [str(entrant.label) for entrant in told.entrants] == ["负梯度", "adam"]
    assert [view.language for view in told.views] == ["zh"]
    assert [view.language for view in told.in_language("en").views] == ["en"]
    (row,) = told.expectations
    assert (row.claim, row.optimizer) == ("停在鞍点", "负梯度")
    assert Scenario.from_text(scenario.to_toml()) == scenario
    plain = Scenario.from_text(GOOD).in_language("zh")
    assert (plain.title, plain.expectations) == (Scenario.from_text(GOOD).title, Scenario.from_text(GOOD).expectations)


def test_a_record_keeps_both_languages_and_measures_the_same_in_each():
    scenario = Scenario.from_text(GOOD + CHINESE, ["steps=60"])
    record = scenario.simulate()
    told = translated(record, "zh")
    assert (record.title, record.labels) == ("Momentum leaves, descent waits", ("SGD", "adam"))
    assert (told.title, told.labels) == ("鞍点", ("负梯度", "adam"))
    assert translated(told, "zh") == told
    assert translated(record, "en") is record
    (english,), chinese = scenario.judge(record), scenario.in_language("zh").judge(told)
    assert [english.measured] == [verdict.measured for verdict in chinese]
    assert chinese[0].words("zh").startswith("负梯度：distance_from_saddle，第 40 步 = ")
    assert translated(dataclasses.replace(record, title="another"), "zh").title == "another"
    assert translated(dataclasses.replace(record, scenario="no [toml"), "zh").title == record.title


def test_a_title_of_the_surface_is_put_in_chinese_by_the_labels():
    land = 'name = "expression"\ntext = "x**2 - y**2"\ntitle = "a pass"'
    given = GOOD.replace('name = "hyperbolic_saddle"\na = 2', land)
    scenario = Scenario.from_text(given + '\n[zh.labels]\n"a pass" = "隘口"\n', ["steps=60"])
    told = translated(scenario.simulate(), "zh")
    assert (scenario.surface.title, told.surface.title) == ("a pass", "隘口")
    assert scenario.in_language("zh").surface.title == "隘口"
    assert translated(told, "zh").surface.title == "隘口"
    with pytest.raises(ScenarioError, match=r'zh\.labels."a gorge": unknown label'):
        Scenario.from_text(given + '\n[zh.labels]\n"a gorge" = "隘口"\n')


def test_a_scenario_simulates_what_the_library_simulates():
    record = Scenario.from_text(GOOD).simulate()
    direct = ls.simulate(
        ls.surface("hyperbolic_saddle", a=2.0),
        [
            ls.entrant(ls.optimizer("sgd", lr=0.1), label="SGD"),
            ls.entrant(ls.optimizer("adam", beta1=0.8), ls.schedule("warmup", steps=5, then=ls.schedule("cosine"))),
        ],
        start=(1.0, 0.01),
        steps=200,
        seed=3,
    )
    assert all(mine == theirs for mine, theirs in zip(record, direct, strict=True))


def test_a_verdict_is_the_figure_of_the_record_against_its_limits():
    row = '\n[[expect]]\nclaim = "c"\noptimizer = "SGD"\nmeasure = "value"\n'
    noisy = ("seed = 3", 'seed = 3\nnoise = "gaussian"\nrepeats = 5')
    scenario = Scenario.from_text(
        with_(noisy, ("[[1.0, 0.01]]", "[[1.0, 0.01], [0.5, 0.02]]"))
        + row + "below = 1e9\n"
        + row + "at = 7\nstatistic = 'max'\nstart = 1\nabove = -1e9\n"
        + row + "at = 7\nstatistic = 'mean'\nrelative_to = 'adam'\nabove = 1e9\n"
    )  # fmt: skip
    record = scenario.simulate()
    _, last, largest, ratio = scenario.judge(record)
    value = record["SGD"].value
    assert last.measured == np.median(value[-1])
    assert largest.measured == np.max(value[7, 5:])
    assert ratio.measured == np.mean(value[7]) / np.mean(record["adam"].value[7])
    assert [verdict.passed for verdict in (last, largest, ratio)] == [True, True, False]
    assert "should be above 1e+09" in str(ratio)
    assert "max over 5 runs of loss at step 7 from start 1" in str(largest)


def test_a_figure_that_is_no_number_fails_and_never_is_above_every_limit():
    never = '\n[[expect]]\nclaim = "c"\noptimizer = "SGD"\nmeasure = { name = "escape_step", radius = 1e6 }\n'
    text = with_(("steps = 200", "steps = 50"))
    scenario = Scenario.from_text(text + never + "above = 50\n" + never + "relative_to = 'SGD'\nabove = -1e300\n")
    _, escaped, undefined = scenario.judge(scenario.simulate())
    assert (escaped.measured, escaped.passed) == (math.inf, True)
    assert math.isnan(undefined.measured)
    assert not undefined.passed


def test_a_component_registered_later_is_known_to_scenarios():
    @ls.surfaces.register("test_scenario_tilted")
    class Tilted(type(ls.surface("quadratic"))):
        """A bowl of our own."""

        tilt: float = 1.0

    try:
        text = 'title = "x"\nsteps = 5\noptimizers = ["sgd"]\nsurface = {{ name = "test_scenario_tilted", {} }}\n'
        assert Scenario.from_text(text.format("tilt = 3")).surface.tilt == 3.0
        assert 'Did you mean "tilt"?' in complaint(text.format("tild = 3"))
    finally:
        del ls.surfaces.REGISTRY._members["test_scenario_tilted"]
    assert "unknown surface" in complaint(text.format("tilt = 3"))


def test_toml_values_cover_what_messages_show():
    assert toml_value({"a b": [1, 2.5, True, "x"], "t": datetime.date(1979, 5, 27)}) == (
        '{ "a b" = [1, 2.5, true, "x"], t = 1979-05-27 }'
    )
    assert set(defaults(ls.optimizers.REGISTRY.get("sgd"))) == {"lr", "weight_decay"}

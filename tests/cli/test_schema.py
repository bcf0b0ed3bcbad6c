"""The JSON Schema of scenario files: it knows every key, takes what is valid, and finds what is not."""

import json
import subprocess
import sys
import tomllib

import pytest
from catalogue import optional
from places import ROOT

from landscape.cli._json_schema import _annotation, schema
from landscape.core.component import defaults, field_hints
from landscape.core.registry import kinds, registry, to_table
from landscape.scenario.keys import DOCUMENT, ENTRANT

SCENARIOS = sorted((ROOT / "scenarios").rglob("*.toml"))
WHOLE = """
title = "x"
steps = 5
surface = { name = "rosenbrock", b = 3 }
start = [1, 2]
noise = "my_noises:Mine"

[[optimizers]]
name = "lookahead"
label = "ahead"
optimizer = { name = "adam", lr = 0.1 }
schedule = "cosine"

[[expect]]
claim = "c"
optimizer = "ahead"
measure = { name = "escape_step", radius = 0.1 }
below = 3
"""


@pytest.fixture(scope="module")
def made():
    """As a new process prints it, which has imported nothing else."""
    made = subprocess.run([sys.executable, "-m", "landscape", "schema"], capture_output=True, text=True, check=True)
    assert made.stderr == ""
    return json.loads(made.stdout)


def test_the_command_prints_the_schema(command, made):
    code, out, err = command("schema")
    assert (code, json.loads(out), err) == (0, made, "")
    assert made == json.loads(json.dumps(schema(), allow_nan=False))


def test_the_schema_has_every_key_of_every_table_and_component(made):
    assert set(made["properties"]) == set(DOCUMENT)
    for kind in kinds():
        for name, cls in registry(kind).members.items():
            table = made["$defs"][f"{kind}.{name}"]
            assert set(table["properties"]) == {"name", *field_hints(cls)}
            assert set(table["required"]) == {"name", *(set(field_hints(cls)) - set(defaults(cls)))}
            assert set(table["properties"]) <= set(made["$defs"][kind]["properties"])
    assert set(made["$defs"]["entrant.adam"]["properties"]) == {
        "name",
        *field_hints(registry("optimizer").get("adam")),
        *ENTRANT,
    }


def test_a_field_says_what_it_allows_its_default_and_what_it_is_for(made):
    momentum = made["$defs"]["entrant.adam"]["properties"]["beta1"]
    assert (momentum["default"], momentum["description"]) == (0.9, "decays of the two averages")
    assert momentum["anyOf"][0] == {"type": "number", "minimum": 0, "exclusiveMaximum": 1}


def test_a_field_of_a_type_that_toml_has_not_may_be_anything():
    assert [_annotation(hint) for hint in (object, complex, set[int], float | object)] == [{}] * 4


def references(data):
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if key == "$ref":
            yield value
        elif isinstance(value, (dict, list)):
            yield from references(value)


def test_every_reference_has_its_definition(made):
    assert {each.removeprefix("#/$defs/") for each in references(made)} <= set(made["$defs"])


@pytest.fixture(scope="module")
def faults(made, jsonschema):
    """A function: the places in plain data that the schema refuses."""
    jsonschema.Draft202012Validator.check_schema(made)
    check = jsonschema.Draft202012Validator(made)
    return lambda data: [list(fault.absolute_path) for fault in check.iter_errors(data)]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario_files_are_valid_under_the_schema(faults, path):
    assert faults(tomllib.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("kind", kinds())
def test_a_component_as_it_is_written_is_valid_under_the_schema(jsonschema, made, kind):
    check = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": made["$defs"]})
    for name, cls in registry(kind).members.items():
        if set(field_hints(cls)) <= set(defaults(cls)) and not optional(cls):
            table = {key: value for key, value in to_table(cls()).items() if value is not None}
            assert [(name, fault.message[:200]) for fault in check.iter_errors(table)] == []


def test_former_names_are_valid_under_the_schema(faults):
    for former in registry("metric").aliases:
        for measure in (f'"{former}"', f'{{ name = "{former}" }}'):
            assert faults(tomllib.loads(WHOLE.replace('{ name = "escape_step", radius = 0.1 }', measure))) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("steps = 5", "", []),
        ("steps = 5", "steps = 0", ["steps"]),
        ("steps = 5", 'steps = "5"', ["steps"]),
        ("steps = 5", "stepz = 5", []),
        ("b = 3", "b = 0", ["surface", "b"]),
        ("b = 3", "bb = 3", ["surface"]),
        ('"rosenbrock"', '"rosenbrok"', ["surface", "name"]),
        ('"cosine"', '"cosin"', ["optimizers", 0, "schedule"]),
        ('{ name = "escape_step", radius = 0.1 }', '"distance_to"', ["expect", 0, "measure"]),
        ("lr = 0.1", "lr = -1", ["optimizers", 0, "optimizer", "lr"]),
        ("lr = 0.1", 'label = "x"', ["optimizers", 0, "optimizer"]),
        ('label = "ahead"', 'labl = "ahead"', ["optimizers", 0]),
        ('label = "ahead"', 'label = " "', ["optimizers", 0, "label"]),
        ('"my_noises:Mine"', "3", ["noise"]),
        ("radius = 0.1", "radius = true", ["expect", 0, "measure", "radius"]),
        ('claim = "c"', "", ["expect", 0]),
    ],
)
def test_a_mistake_is_found_at_its_place(faults, old, new, place):
    assert faults(tomllib.loads(WHOLE)) == []
    assert old in WHOLE
    assert place in faults(tomllib.loads(WHOLE.replace(old, new, 1)))


def test_lists_are_as_long_as_their_annotation_says():
    number = {"type": "number"}
    assert _annotation(tuple[float, ...]) == {"type": "array", "items": number}
    pair = {"type": "array", "prefixItems": [number, number], "minItems": 2, "maxItems": 2}
    assert _annotation(tuple[float, float]) == pair
    assert _annotation(tuple[tuple[float, float], ...]) == {"type": "array", "items": pair}

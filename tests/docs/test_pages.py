"""What the pages of the documentation show works as it is written, on every page there is: `page.py` says how."""

import math
import sys
import types

import numpy as np
import pytest
from page import blocks, libraries, pages, run, run_with
from places import ROOT

import landscape as ls

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="no part of an installed package")


def read(path):
    return path.read_text(encoding="utf-8")


def code(path):
    return [each for language, each, _ in blocks(read(path)) if language == "python"]


PAGES = pages()
WITH = {path: set().union(*map(libraries, code(path))) for path in PAGES}


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def start(names, folder):
    assert {"race.mp4", "race.npz", "outputs", "scenario.schema.json"} <= {each.name for each in folder.iterdir()}
    assert ls.load(folder / "race.npz")["adam"].params.shape == (501, 2, 1)


def networks(names, folder):
    assert 0.5 < names["found"].share.sum() <= 1.0
    assert np.all(np.diff(names["values"]) < 0.0)
    bent, bend = names["bent"], names["bend"]
    assert bent.losses(bend)[1].max() < bent.losses(bent.middle)[1].max()
    assert len(names["points"]) > 3


# what else holds of what pages show
LAWS = {"start.md": start, "networks.md": networks}


@pytest.mark.parametrize("path", named(PAGES))
def test_what_a_page_shows_works_as_it_is_written(path, tmp_path):
    known = ls.optimizers.names()
    names = run(read(path), tmp_path)
    assert ls.optimizers.names() == known
    if path.name in LAWS:
        LAWS[path.name](names, tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.name, marks=pytest.mark.reference(*sorted(found)))
        for path, found in WITH.items()
        if found
    ],
)
def test_what_a_page_shows_of_other_libraries_works_where_they_are(path, tmp_path):
    names = run_with(read(path), tmp_path, WITH[path])
    if path.name == "networks.md":
        assert np.array_equal(names["p"][:, 0], names["q"])


def test_the_pages_have_what_is_to_be_run():
    languages = {language for path in PAGES for language, _, _ in blocks(read(path))}
    assert {"python", "sh", "toml", "text"} <= languages
    assert sum(len(code(path)) for path in PAGES) > 25
    assert sum(bool(found) for found in WITH.values()) >= 2


WRONG = {
    "a name that is not there": "```python\nnothing\n```",
    "a call that is refused": "```python\nimport landscape as ls\nls.surface('nothing')\n```",
    "an option that animate has not": (
        "```python\nimport landscape as ls\nr = ls.simulate('sphere', 'sgd', steps=2)\n"
        "ls.animate(r, 'a.gif', speed=3)\n```"
    ),
    "a language that nothing runs": "```console\n$ landscape list\n```",
    "no language": "```\nlandscape list\n```",
    "a block in a list": "- so\n\n  ```python\n  1 / 0\n  ```",
    "a command that is refused": "```sh\nlandscape show nothing\n```",
    "a second command of a line": "```sh\nlandscape show adam && landscape show nothing\n```",
    "a program that nothing runs": "```sh\nmake all\n```",
    "an extra that is not there": "```sh\npython3 -m pip --python .venv/bin/python install '.[nothing]'\n```",
    "a script that nothing runs": "```sh\npython docs/list_surfaces.py\n```",
    "another way to install": "```sh\npip install .\n```",
    "a key that a scenario has not": (
        '```toml\ntitle = "x"\nsteps = 2\nstep = 1\nsurface = "sphere"\noptimizers = ["sgd"]\n```'
    ),
    "a claim that does not hold": (
        '```toml\ntitle = "x"\nsteps = 2\nsurface = "sphere"\noptimizers = ["sgd"]\n\n'
        '[[expect]]\nclaim = "c"\noptimizer = "sgd"\nmeasure = "value"\nbelow = 0.0\n```'
    ),
    "a part that does not fit": (
        '```toml\ntitle = "x"\nsteps = 2\nsurface = "sphere"\noptimizers = ["sgd"]\n```\n\n'
        '```toml\n[zh.labels]\nnobody = "无"\n```'
    ),
    "a command that is not there": "See `landscape draw it`.",
    "an option that is not there": "See `landscape list --colour`.",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_page_that_shows_what_does_not_work_is_found(name, tmp_path):
    with pytest.raises(AssertionError):
        run(WRONG[name], tmp_path)


def test_code_that_needs_a_library_runs_with_what_it_builds_on_alone(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optax", types.ModuleType("optax"))
    assert libraries("from landscape.bridges.torch_network import to_torch") == {"torch"}
    assert libraries("import landscape as ls  # without jaxlib") == set()
    text = "```python\nimport math\n\nused = math.pi\nunused = 1 / 0\n```\n\n```python\nimport optax\n\nmade = {}\n```"
    assert run_with(text.format("used"), tmp_path / "a", {"optax"})["made"] == math.pi
    with pytest.raises(AssertionError, match="line 8 raises NameError"):
        run_with(text.format("unheard_of"), tmp_path / "b", {"optax"})

"""Lectures: one source of code for both languages, all that a lecture has, a notebook that a command writes."""

import ast
import json
import re

import pytest
from places import ROOT

from landscape.cli import run_command
from landscape.core.names import UnknownName
from landscape.lectures import LECTURES, lecture, notebook, source

FOLDER = ROOT / "docs" / "lectures"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the documentation is not part of an installed package")
NAMES = [each.name for each in LECTURES]
CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)
HEADINGS = {"en": ("## Predict", "## Exercises", "## Sources"), "zh": ("## 先预测", "## 练习", "## 文献")}


def cells(name):
    """(head, text) of every cell of a source."""
    parts = CELL.split(source(name).read_text(encoding="utf-8"))
    assert parts[0] == ""
    return list(zip(parts[1::2], parts[2::2], strict=True))


def texts(name, language):
    return [text for head, text in cells(name) if f'lang="{language}"' in head]


def test_every_file_is_a_lecture_and_every_lecture_has_a_file():
    assert {path.stem for path in FOLDER.glob("*.py")} == set(NAMES)
    assert len(set(NAMES)) == len(NAMES) == 10


@pytest.mark.parametrize("name", NAMES)
def test_text_comes_in_both_languages_one_after_the_other(name):
    heads = [head.strip() for head, _ in cells(name)]
    known = {"", 'tags=["solution"]'}
    for lang in ("en", "zh"):
        known |= {f'[markdown] lang="{lang}"', f'[markdown] lang="{lang}" tags=["solution"]'}
    assert set(heads) <= known
    markdown = [head for head in heads if head.startswith("[markdown]")]
    assert [head.replace('"en"', '"zh"') for head in markdown[::2]] == markdown[1::2]
    assert all('"en"' in head for head in markdown[::2])
    for english, chinese in zip(texts(name, "en"), texts(name, "zh"), strict=True):
        marks = [re.findall(r"^# (#+ |\* |\d\. |\*\*\d)", text, re.MULTILINE) for text in (english, chinese)]
        assert marks[0] == marks[1], english
        assert english.count("$") == chinese.count("$"), english


@pytest.mark.parametrize("name", NAMES)
def test_a_lecture_asks_predicts_races_explains_plays_and_sets_exercises(name):
    code = "".join(text for head, text in cells(name) if "markdown" not in head)
    assert "ls.explore(" in code
    assert code.count('language = "en"') == 1
    for language, headings in HEADINGS.items():
        text = "".join(texts(name, language))
        assert f"# # {lecture(name).title[language]}\n" in text
        assert all(f"# {heading}\n" in text for heading in headings)
        assert [text.count(f"# **{number}.**") for number in (1, 2, 3)] == [1, 1, 1]
    assert sum("solution" in head for head, _ in cells(name)) >= 3
    tree = ast.parse(code)
    drawn = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func) in SHOWN]
    for call in drawn:  # else an English picture stands in a Chinese notebook
        assert "language" in {each.arg for each in call.keywords}, ast.unparse(call)


SHOWN = {"ls.draw", "ls.explore", "ls.animate"}


def test_an_unknown_lecture_or_language_is_refused(capsys):
    with pytest.raises(UnknownName, match='Did you mean "momentum"'):
        notebook("momentun")
    with pytest.raises(ValueError, match="language must be"):
        notebook("momentum", "xx")
    assert run_command(["lecture", "momentun"]) == 2
    assert 'Did you mean "momentum"' in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_lists_them_in_the_order_of_the_course(language, capsys):
    assert run_command(["lecture", "--language", language, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in listed] == NAMES
    assert [each["title"] for each in listed] == [each.title[language] for each in LECTURES]
    assert run_command(["lecture", "--language", language]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == NAMES


@pytest.mark.reference("jupytext")
@pytest.mark.parametrize("name", NAMES)
def test_notebooks_of_both_languages_have_the_same_code(name):
    import nbformat

    made = {language: notebook(name, language) for language in ("en", "zh")}
    code = {}
    for language, each in made.items():
        nbformat.validate(each)
        assert each.cells[0].source.startswith(f"# {lecture(name).title[language]}\n")
        code[language] = [cell.source for cell in each.cells if cell.cell_type == "code"]
        assert not any("language" in cell.metadata or "lang" in cell.metadata for cell in each.cells)
        hidden = [cell for cell in each.cells if cell.metadata.get("jupyter") or cell.source.startswith("<details>")]
        assert len(hidden) == sum("solution" in head and ("lang" not in head or language in head)
                                  for head, _ in cells(name))  # fmt: skip
    changed = [text.replace('language = "en"', 'language = "zh"') for text in code["en"]]
    assert changed == code["zh"] != code["en"]


@pytest.mark.reference("jupytext")
@pytest.mark.parametrize("name", NAMES)
def test_a_folded_notebook_closes_its_solutions_and_nothing_else(name):
    """A closed heading hides what follows it, to the next heading that is not below it."""
    plain, folded = notebook(name), notebook(name, folded=True)
    closed, hidden, shown = 9, [], []
    for cell in folded.cells:
        level = len(re.match(r"#*", cell.source)[0]) if cell.cell_type == "markdown" else 0
        if level and level <= closed:
            closed = level if cell.metadata.get("jp-MarkdownHeadingCollapsed") else 9
        elif level == 0 and closed < 9:
            hidden.append(cell)
        if closed == 9:
            shown.append(cell)
    solutions = [c for c in plain.cells if "solution" in c.metadata.get("tags", []) or c.source.startswith("<details>")]
    assert [cell.cell_type for cell in hidden] == [cell.cell_type for cell in solutions]
    assert all(cell.source in other.source for cell, other in zip(hidden, solutions, strict=True))
    assert len({cell["id"] for cell in folded.cells}) == len(folded.cells)
    closed = {"source_hidden": True, "outputs_hidden": True}
    assert all(cell.metadata["jupyter"] == closed for cell in solutions if cell.cell_type == "code")
    assert [cell.source for cell in shown if cell.cell_type == "code"] == [
        cell.source for cell in plain.cells if cell.cell_type == "code" and cell not in solutions
    ]
    assert sum(f"#### Exercise {number}\n" in cell.source for cell in shown for number in (1, 2, 3)) == 3


@pytest.mark.reference("jupytext")
def test_the_command_writes_a_notebook_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command(["lecture", "momentum", "mine", "--language", "zh"]) == 0
    assert "jupyter lab mine/momentum.ipynb" in capsys.readouterr().out
    written = json.loads((tmp_path / "mine" / "momentum.ipynb").read_text(encoding="utf-8"))
    assert written["cells"][0]["source"].startswith("# 动量\n")
    assert written == json.loads(json.dumps(notebook("momentum", "zh", folded=True)))
    (tmp_path / "mine" / "momentum.ipynb").write_text("changed")
    assert run_command(["lecture", "momentum", "mine"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "mine" / "momentum.ipynb").read_text() == "changed"
    (tmp_path / "file").write_text("")
    assert run_command(["lecture", "momentum", "file"]) == 2
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]

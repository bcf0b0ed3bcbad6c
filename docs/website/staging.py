"""Lay out what Sphinx builds: the pages that are written, those that are generated, and the executed lectures.

staged = stage(Path("source"), Path("files"), Path("build/lectures"), live=False)
staged.decks        # (language, executed notebook) of what becomes slides
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path

from landscape.lectures import LECTURES as COURSE
from landscape.lectures.notebooks import SOLUTION
from website import api, components, scenario_keys

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
# language -> heading, what stands below it, what is said of a lecture's slides, and of lectures that are not executed
LECTURES = {
    "en": (
        "Lectures",
        "Ten lectures on optimization for deep learning, of 20 to 40 minutes: a question, a prediction, the race, the "
        "reason, a page to play with, exercises. `landscape lecture NAME FOLDER` copies one out as a notebook to change"
        " "
        "([how](../../for-lecturers.md)); the slides need a browser and nothing else. "
        "[中文](../zh/index.md)",
        "Slides",
        "What has no link is not executed here: `python docs/build.py` says what it needs.",
    ),
    "zh": (
        "讲义",
        "深度学习优化十讲，每讲 20 到 40 分钟：一个问题、一次预测、一场比赛、原因、"
        "一个可以动手的网页、习题。"
        "`landscape lecture NAME FOLDER --language zh` 会复制一份笔记本供你修改；幻灯片只需要浏览器。"
        "[English](../en/index.md)",
        "幻灯片",
        "没有链接的讲义在这里没有运行过：`python docs/build.py` 会说明还缺什么。",
    ),
}


@dataclasses.dataclass(frozen=True)
class Staged:
    """What was laid out. decks: (language, notebook) of each lecture that becomes slides."""

    decks: list[tuple[str, Path]]


def stage(source: Path, files: Path, executed: Path, live: bool) -> Staged:
    """Write the sources below a folder, and below another what goes beside the pages as it is.

    executed: where the executed lectures are, a folder a language; live: also write pages to play with.
    """
    source.mkdir(parents=True)
    files.mkdir(parents=True)
    for path in [*DOCS.glob("*.md"), *(DOCS / "website" / "pages").glob("*.md")]:
        _write(source / path.name, _text(path))
    for folder in ("gallery", "thumbnails", "views"):
        shutil.copytree(DOCS / folder, source / folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for folder in (source, files):  # the start page names some by itself
        shutil.copytree(ROOT / "outputs" / "gallery", folder / "pictures")
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        _write(source / name.lower(), _text(ROOT / name))
    for path, text in [*components.pages(live), *api.pages()]:
        _write(source / path, text)
    for kind, folder in components.LARGE.items():
        _write(source / folder / "index.rst", components.index_of(kind))
    (source / "surfaces.md").unlink()  # a table for where there is no site; here the families have pages
    _write(source / "rules.md", components.linked_rules(_text(DOCS / "rules.md")))
    _write(source / "zh.md", _text(DOCS / "zh.md") + "\n:::{toctree}\n:hidden:\n\nlectures/zh/index\n:::\n")
    _write(source / "scenario-keys.rst", scenario_keys.page())
    if live:
        from landscape.web.playground import write_playground

        write_playground(files / "live")
    return Staged([deck for language in LECTURES for deck in _lectures(source, files, executed / language, language)])


def _lectures(source: Path, files: Path, executed: Path, language: str) -> list[tuple[str, Path]]:
    """Lay out the executed lectures of a language and their index; (language, notebook) of each."""
    heading, about, slides, none = LECTURES[language]
    folder = source / "lectures" / language
    folder.mkdir(parents=True)
    parts, decks = [f"# {heading}\n\n{about}\n\n"], []
    for each in COURSE:
        path = executed / f"{each.name}.ipynb"
        if path.exists():
            _write(folder / path.name, _shown(path, each.name, language))
            decks.append((language, path))
            deck = f'<a href="../../slides/{language}/{each.name}.html">{slides}</a>'
            title, question = each.title[language], each.question[language]
            parts.append(f"**[{title}]({path.name})** · {deck}<br>{question}\n\n")
        else:
            parts.append(f"**{each.title[language]}**<br>{each.question[language]}\n\n")
    if len(decks) < len(COURSE):
        parts.append(f"{none}\n\n")
    if not decks:
        _write(folder / "index.md", "".join(parts))
        return decks
    beside = shutil.ignore_patterns("*.ipynb", ".*")
    shutil.copytree(executed, files / "lectures" / language, ignore=beside, dirs_exist_ok=True)
    names = "".join(f"{path.stem}\n" for _, path in decks)
    _write(folder / "index.md", "".join([*parts, f":::{{toctree}}\n:hidden:\n\n{names}:::\n"]))
    return decks


def _shown(path: Path, name: str, language: str) -> str:
    """The notebook as its page shows it: with links to its slides and to itself, and solutions called by that name."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    slides = LECTURES[language][2]
    option = "" if language == "en" else f" --language {language}"
    own = f"landscape lecture {name} mine{option}"
    links = f'<p class="lecture"><a href="../../slides/{language}/{name}.html">{slides}</a> · <code>{own}</code></p>'
    notebook["cells"].insert(1, {"cell_type": "markdown", "id": "links", "metadata": {}, "source": links})
    prompt = SOLUTION[language]
    notebook["metadata"]["mystnb"] = {"code_prompt_show": prompt, "code_prompt_hide": prompt}
    return json.dumps(notebook, ensure_ascii=False)


# where a link of a page leads in the checkout -> where it leads in the site
MOVED = (
    (r"(?:\.\./)*outputs/gallery/", "pictures/"),
    (r"docs/", ""),
    (r"surfaces\.md", "surfaces/index.rst"),
    (r"\.\./CONTRIBUTING\.md", "contributing.md"),
)


def _text(path: Path) -> str:
    """A page's text, with links that lead where the site has what they lead to in the checkout."""
    text = path.read_text(encoding="utf-8")
    for before, after in (*MOVED, (r"lectures/(?=\))", f"lectures/{'zh' if path.stem == 'zh' else 'en'}/index.md")):
        text = re.sub(rf"(?<=\]\(){before}", after, text)
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

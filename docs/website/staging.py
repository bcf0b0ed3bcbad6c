"""Lay out what Sphinx builds: the pages that are written, those that are generated, and the executed lectures.

    staged = stage(Path("build/docs/source"), Path("build/docs/files"), live=False)
    staged.decks        # (language, executed notebook) of what becomes slides
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path

from website import api, components, scenario_keys

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
LECTURES = ROOT / "build" / "lectures"
LANGUAGES = {"en": "Lectures", "zh": "讲义"}
NONE = {
    "en": "None is executed here: `python docs/lectures/run.py` does that, and leaves them in `build/lectures`.",
    "zh": "这里还没有运行过的讲义：`python docs/lectures/run.py` 会运行它们，并放在 `build/lectures` 中。",
}


@dataclasses.dataclass(frozen=True)
class Staged:
    """What was laid out. decks: (language, notebook) of each lecture that becomes slides."""

    decks: list[tuple[str, Path]]


def stage(source: Path, files: Path, live: bool) -> Staged:
    """Write the sources below a folder, and below another what goes beside the pages as it is."""
    source.mkdir(parents=True)
    files.mkdir(parents=True)
    for path in DOCS.glob("*.md"):
        _write(source / path.name, _text(path))
    for path in (DOCS / "website" / "pages").rglob("*.md"):
        _write(source / path.relative_to(DOCS / "website" / "pages"), _text(path))
    for folder in ("gallery", "thumbnails", "views"):
        shutil.copytree(DOCS / folder, source / folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(ROOT / "outputs" / "gallery", source / "pictures")
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        _write(source / name.lower(), _text(ROOT / name).replace("](docs/", "]("))
    for path, text in [*components.pages(live), *api.pages()]:
        _write(source / path, text)
    for kind, folder in components.LARGE.items():
        _write(source / folder / "index.rst", components.index_of(kind))
    _write(source / "surfaces.md", (DOCS / "surfaces.md").read_text(encoding="utf-8"))
    _write(source / "rules.md", components.linked_rules((DOCS / "rules.md").read_text(encoding="utf-8")))
    _write(source / "scenario-keys.rst", scenario_keys.page())
    if live:
        from landscape.web.playground import write_playground

        write_playground(files / "live")
    return Staged([deck for language in LANGUAGES for deck in _lectures(source, files, language)])


def _lectures(source: Path, files: Path, language: str) -> list[tuple[str, Path]]:
    """Lay out the executed lectures of a language and their index; those that become slides."""
    notebooks = sorted((LECTURES / language).glob("*.ipynb"))
    folder = source / "lectures" / language
    decks = []
    for path in notebooks:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / path.name)
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        if any(cell["metadata"].get("slideshow", {}).get("slide_type") == "slide" for cell in cells):
            decks.append((language, path))
    if notebooks:
        beside = shutil.ignore_patterns("*.ipynb", ".*")
        shutil.copytree(LECTURES / language, files / "lectures" / language, ignore=beside, dirs_exist_ok=True)
    entries = "".join(f"{path.stem}\n" for path in notebooks)
    parts = [f"# {LANGUAGES[language]}\n\n"]
    about = DOCS / "lectures" / f"{language}.md"
    parts.append(about.read_text(encoding="utf-8") + "\n\n" if about.exists() else "")
    parts.append(f":::{{toctree}}\n:maxdepth: 1\n\n{entries}:::\n" if notebooks else f"{NONE[language]}\n")
    _write(folder / "index.md", "".join(parts))
    return decks


def _text(path: Path) -> str:
    """A page's text, where links that lead out of the folder of the pages lead to the staged files."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\]\((?:\.\./)?outputs/gallery/", "](pictures/", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

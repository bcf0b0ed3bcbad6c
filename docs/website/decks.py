"""Make slides of executed lectures, with reveal.js: text, pictures and pages to play with, without a network.

    write_decks([("en", Path("build/lectures/en/momentum.ipynb"))], Path("build/site"))
    # build/site/slides/en/momentum.html, beside slides/reveal/

Headings of the second level begin a slide to the right. What follows lies below it: a cell of text, a picture, a page
to play with. A solution is to be opened. Text that is too long for a slide is made smaller until it fits.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from website.mathml import mathml

REVEAL = ("reset.css", "reveal.css", "reveal.js", "theme/white.css", "theme/black.css")
PICTURES = {"image/png": ".png", "image/jpeg": ".jpeg", "image/svg+xml": ".svg"}
FULL = 700  # signs of text that a slide takes easily; a picture fills one
WORDS = {
    "en": {"code": "Code", "back": "The lecture", "play": "Play", "solution": "Solution"},
    "zh": {"code": "代码", "back": "讲义", "play": "动手", "solution": "参考答案"},
}


def write_decks(lectures: Sequence[tuple[str, Path]], out: Path) -> None:
    """Write a deck for each executed lecture below `out`/slides, and reveal.js beside them."""
    if not lectures:
        return
    import sphinx_revealjs

    reveal = Path(sphinx_revealjs.__file__).parent / "_static" / "revealjs"
    for name in REVEAL:
        target = out / "slides" / "reveal" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # themes ask for fonts of theirs; those of the reader's system do
        target.write_text(re.sub(r"@import url\([^)]*\);?", "", (reveal / "dist" / name).read_text(encoding="utf-8")))
    shutil.copy(reveal / "LICENSE", out / "slides" / "reveal" / "LICENSE")
    shutil.copy(Path(__file__).parent / "static" / "deck.css", out / "slides" / "deck.css")
    shutil.copy(Path(__file__).parent / "static" / "deck.js", out / "slides" / "deck.js")
    for language, path in lectures:
        target = out / "slides" / language / f"{path.stem}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(deck(json.loads(path.read_text(encoding="utf-8")), language, path.stem, out), "utf-8")


@dataclasses.dataclass
class Slide:
    """A slide: its HTML, its kind ("text", "picture" or "live"), and how many signs of text it has."""

    html: str
    kind: str = "text"
    size: int = 0

    def add(self, other: Slide) -> None:
        """Put another one below this one."""
        self.html += other.html
        self.size += other.size


def deck(notebook: dict[str, Any], language: str, name: str, out: Path) -> str:
    """A notebook's deck as a page. Pictures are those of the lecture's page below `out`, where that has them."""
    stacks = _stacks(notebook["cells"], language, name, out)
    slides = "\n".join(
        "<section>\n"
        + "\n".join(f'<section class="{each.kind}">{each.html}</section>' for each in stack)
        + "\n</section>"
        for stack in stacks
    )
    words = {
        "LANG": "zh-CN" if language == "zh" else "en",
        "TITLE": html.escape(notebook["metadata"].get("title", name)),
        "BACK": f"../../lectures/{language}/{name}.html",
        "CALLED": WORDS[language]["back"],
    }
    page = (Path(__file__).parent / "deck.html").read_text(encoding="utf-8")
    for key, value in words.items():
        page = page.replace(key, value)
    return page.replace("SLIDES", slides)


def _stacks(cells: Sequence[Any], language: str, name: str, out: Path) -> list[list[Slide]]:
    """The slides of a notebook, in columns: one for each heading of the first two levels."""
    stacks: list[list[Slide]] = []
    heading = None  # that stands alone: it goes above what comes next
    for cell in cells:
        source = "".join(cell["source"])
        solution = "solution" in cell["metadata"].get("tags", ()) or source.startswith("<details>")
        if cell["cell_type"] == "markdown":
            made = [Slide(_text(part), "text", _size(part)) for part in _parts(source)]
            begins = [re.match(r"#{1,2} ", part) is not None for part in _parts(source)]
        else:
            made = _code(source, cell.get("outputs", ()), language, name, out, solution)
            begins = [False] * len(made)
        for slide, new in zip(made, begins, strict=True):
            if new or not stacks:
                stacks.append([])
            below = stacks[-1][-1] if stacks[-1] else None
            if heading is not None:
                slide.html = heading.html + slide.html
                heading = None
            if new and "\n" not in slide.html.strip():
                heading = slide
            elif below is not None and slide.kind == "text" and (solution or below.size + slide.size < FULL):
                below.add(slide)
            else:
                stacks[-1].append(slide)
    return [stack for stack in stacks if stack]


def _size(text: str) -> int:
    """How many signs of text it is; one of Chinese takes the room of two."""
    return sum(2 if sign >= "\u2e80" else 1 for sign in text)


def _parts(source: str) -> list[str]:
    """A cell's text, cut where another heading of the first two levels begins."""
    return [part for part in re.split(r"^(?=#{1,2} )", source, flags=re.MULTILINE) if part.strip()]


def _text(source: str) -> str:
    """Markdown as HTML, formulas as MathML."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    dollarmath_plugin(reader, renderer=lambda latex, options: mathml(latex, options["display_mode"]))
    return str(reader.render(source))


def _code(source: str, outputs: Sequence[Any], language: str, name: str, out: Path, solution: bool) -> list[Slide]:
    """The slides of a cell of code: what it shows, and the code to open; of a solution one, with both."""
    words, slides, printed = WORDS[language], [], ""
    for output in outputs:
        data = output.get("data", {})
        picture = next((kind for kind in PICTURES if kind in data), None)
        frame = re.search(r'<iframe[^>]* src="([^"]+)"', "".join(data.get("text/html", "")))
        if frame:
            page = f"../../lectures/{language}/{frame[1]}"
            slides.append(Slide(f'<iframe data-src="{page}" title="{words["play"]}"></iframe>', "live", FULL))
        elif picture:
            address = _picture(data[picture], picture, out)
            slides.append(Slide(f'<img src="{address}" alt="">', "picture", FULL))
        elif output["output_type"] == "stream":
            printed += "".join(output["text"])
    shown = f"<pre class='printed'>{html.escape(printed)}</pre>\n" if printed else ""
    inner = f"<pre><code>{html.escape(source)}</code></pre>"
    if solution:
        pictures = "".join(each.html for each in slides if each.kind == "picture")
        summary = f"<summary>{words['solution']}</summary>"
        return [Slide(f"<details>{summary}{inner}{shown}{pictures}</details>\n")]
    code = f"<details><summary>{words['code']}</summary>{inner}</details>\n"
    if shown:
        slides.append(Slide(shown, "text", len(printed) + 150))
    if slides:
        slides[0].html += code  # it is to be opened
    return slides


def _picture(data: Any, kind: str, out: Path) -> str:
    """The address of a picture: the file that the lecture's page has of it, else the picture itself."""
    text = "".join(data)
    raw = text.encode() if kind == "image/svg+xml" else base64.b64decode(text)
    file = hashlib.sha256(raw).hexdigest() + PICTURES[kind]
    if (out / "_images" / file).exists():
        return f"../../_images/{file}"
    return f"data:{kind};base64,{base64.b64encode(raw).decode()}"

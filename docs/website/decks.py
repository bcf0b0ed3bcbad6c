"""Make slides of executed lectures, with reveal.js: text, pictures and pages to play with, without a network.

    write_decks([("en", Path("build/lectures/en/momentum.ipynb"))], Path("build/site"))
    # build/site/slides/en/momentum.html, beside slides/reveal/

Headings of the second level begin a slide to the right. What follows lies below it: a cell of text, a picture, a page
to play with. A solution is to be opened. Text that is too long for a slide is made smaller until it fits.
"""

from __future__ import annotations

import base64
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


def deck(notebook: dict[str, Any], language: str, name: str, out: Path) -> str:
    """A notebook's deck as a page. Pictures are those of the lecture's page below `out`, where that has them."""
    stacks: list[list[str]] = []
    for cell in notebook["cells"]:
        solution = "solution" in cell["metadata"].get("tags", ())
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for part in _parts(source):
                slide = f"<section>{_text(part)}</section>"
                if re.match(r"#{1,2} ", part) or not stacks:
                    stacks.append([slide])
                else:
                    stacks[-1].append(slide)
        elif cell["cell_type"] == "code" and stacks:
            stacks[-1] += _code(source, cell["outputs"], language, name, out, solution)
    slides = "\n".join(f"<section>\n{''.join(stack)}\n</section>" for stack in stacks)
    title = html.escape(notebook["metadata"].get("title", name))
    page = (Path(__file__).parent / "deck.html").read_text(encoding="utf-8")
    back = f"../../lectures/{language}/{name}.html"
    lang = "zh-CN" if language == "zh" else "en"
    for key, value in {"LANG": lang, "TITLE": title, "BACK": back, "CALLED": WORDS[language]["back"]}.items():
        page = page.replace(key, value)
    return page.replace("SLIDES", slides)


def _parts(source: str) -> list[str]:
    """A cell's text, cut where another heading of the first two levels begins."""
    return [part for part in re.split(r"^(?=#{1,2} )", source, flags=re.MULTILINE) if part.strip()]


def _text(source: str) -> str:
    """Markdown as HTML, formulas as MathML."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    dollarmath_plugin(reader, renderer=lambda latex, options: mathml(latex, options["display_mode"]))
    return str(reader.render(source))


def _code(source: str, outputs: list[Any], language: str, name: str, out: Path, solution: bool) -> list[str]:
    """The slides of a cell of code: what it shows, and the code to open; of a solution one slide with both."""
    words, slides, printed = WORDS[language], [], ""
    for output in outputs:
        data = output.get("data", {})
        picture = next((kind for kind in PICTURES if kind in data), None)
        if "<iframe" in "".join(data.get("text/html", "")):
            frame = re.search(r'src="([^"]+)"', "".join(data["text/html"]))
            assert frame
            page = f"../../lectures/{language}/{frame[1]}"
            slides.append(
                f'<section class="live"><iframe data-src="{page}" title="{words["play"]}"></iframe></section>'
            )
        elif picture:
            slides.append(
                f'<section class="picture"><img src="{_picture(data[picture], picture, out)}" alt=""></section>'
            )
        elif output["output_type"] == "stream":
            printed += "".join(output["text"])
    shown = f"<pre class='printed'>{html.escape(printed)}</pre>" if printed else ""
    called = words["solution" if solution else "code"]
    inner = f"<pre><code>{html.escape(source)}</code></pre>{shown if solution else ''}"
    code = f"<details><summary>{called}</summary>{inner}</details>"
    if solution:
        return [f"<section>{code}</section>", *slides]
    if slides:  # the code lies behind its first picture
        slides[0] = slides[0].replace("</section>", f"{code}</section>", 1)
        return slides + ([f"<section>{shown}</section>"] if shown else [])
    return [f"<section>{shown}{code}</section>"] if shown else []


def _picture(data: Any, kind: str, out: Path) -> str:
    """The address of a picture: the file that the lecture's page has of it, else the picture itself."""
    text = "".join(data)
    raw = text.encode() if kind == "image/svg+xml" else base64.b64decode(text)
    file = hashlib.sha256(raw).hexdigest() + PICTURES[kind]
    if (out / "_images" / file).exists():
        return f"../../_images/{file}"
    return f"data:{kind};base64,{base64.b64encode(raw).decode()}"

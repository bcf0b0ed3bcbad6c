"""The documentation site is complete, and its checks find what is wrong; `.ci/run` builds it, which takes Sphinx."""

import importlib
import re
import sys
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from page import pages
from places import ROOT

import landscape as ls

DOCS = ROOT / "docs"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of an installed package")
FOLDERS = ("landscape", "tests", "docs", "benchmarks", "scenarios")
MADE = {"lectures/en/index.md", "lectures/zh/index.md"}


@pytest.fixture
def website(monkeypatch):
    """Import a module of docs/website."""
    monkeypatch.syspath_prepend(str(DOCS))
    before = set(sys.modules)
    yield lambda name: importlib.import_module(f"website.{name}")
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("website", "pages", "list_surfaces", "list_rules"):
            del sys.modules[name]


def inline(path):
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    return [child for token in tokens for child in token.children or ()]


def anchors(path):
    """The anchors of a page's headings, as hosts of Markdown make them."""
    tokens = MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8"))
    after = [tokens[number + 1].content for number, token in enumerate(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in after}


def broken(path):
    """Links of a page of Markdown that lead nowhere in the checkout, and addresses that are none."""
    made = path.parent == DOCS / "website" / "pages"  # its links are those of the site, which its build checks
    found = []
    for child in inline(path):
        link = child.attrGet("href") if child.type == "link_open" else child.attrGet("src")
        if child.type not in ("link_open", "image") or link is None:
            continue
        parts = urlsplit(link)
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if parts.scheme:
            found += [link] if parts.scheme != "https" or "." not in parts.netloc else []
        elif not made and (not target.exists() or (parts.fragment and parts.fragment not in anchors(target))):
            found.append(link)
    return found


def missing_files(path):
    """Code between backticks that has the form of a file of the repository, and is none."""
    codes = [child.content for child in inline(path) if child.type == "code_inline"]
    named = [code for code in codes if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[\w./-]+\.\w+", code)]
    return [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in pages()])
def test_links_of_a_page_lead_somewhere(path):
    assert broken(path) == []
    assert missing_files(path) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    text = (
        "# A page: one\n\n[a](page.md#a-page-one) [b](page.md#two) [c](none.md) [d](https://nowhere) [e](ftp://x.org)\n"
    )
    page.write_text(f"{text}![f](none.png) `docs/none.md` `docs/start.md`\n")
    assert broken(page) == ["page.md#two", "none.md", "https://nowhere", "ftp://x.org", "none.png"]
    assert missing_files(page) == ["docs/none.md"]


def test_every_page_stands_in_a_table_of_contents_of_the_site():
    indices = {path.stem: path.read_text(encoding="utf-8") for path in (DOCS / "website" / "pages").glob("*.md")}
    listed = {name for text in indices.values() for tree in re.findall(r"\{toctree\}\n(.*?)\n:::", text, re.DOTALL)
              for name in re.findall(r"^(?:.*<)?([\w/-]+)>?$", tree, re.MULTILINE)}  # fmt: skip
    written = {path.stem for path in DOCS.glob("*.md")} - {"surfaces"}
    assert written <= listed
    assert {*indices} - {"index"} <= listed


def test_a_site_that_asks_the_network_or_lacks_a_page_is_found(website, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.html").write_text('<h1 id="here">b</h1><a href="../a.html#top">a</a>')
    (tmp_path / "a.html").write_text(
        '<h1 id="top">a</h1><a href="sub/b.html#here">b</a><a href="sub/b.html#gone">b</a><a href="none.html">c</a>'
        '<script src="https://example.org/x.js"></script><a href="https://example.org/x">x</a>'
        '<a href="https://x">x</a>'
        '<a href="sub/">folder</a><img src="data:image/png;base64,AA"><iframe src="sub/b.html#start=1,2"></iframe>'
        '<iframe data-src="sub/c.html"></iframe>'
    )
    assert website("links").faults(tmp_path) == [
        "a.html: sub/b.html#gone: there is no such anchor",
        "a.html: none.html: there is no such file",
        "a.html: https://example.org/x.js: the page asks the network for it",
        "a.html: https://x: no address",
        "a.html: sub/: is a folder, which a browser does not open from a disk",
        "a.html: sub/c.html: there is no such file",
    ]


def test_every_public_name_has_its_place_in_the_reference(website, monkeypatch):
    api = website("api")
    made = dict(api.pages())
    shown = [name for name in ls.__all__ if name not in {*api.MODULES, "__version__"}]
    assert all(any(f"landscape.{name}\n" in text for text in made.values()) for name in shown)
    monkeypatch.setattr(ls, "__all__", [*ls.__all__, "forgotten"])
    with pytest.raises(ValueError, match="forgotten"):
        dict(api.pages())


def test_every_component_has_an_entry(website):
    components = website("components")
    made = dict(components.pages(live=False))
    for (_, name), target in components.targets().items():
        page, _, anchor = target.partition("#")
        text = made[page.replace(".html", ".rst")]
        assert f"\n{name}\n{'-' * max(len(name), 4)}\n" in text
        assert anchor == name.replace("_", "-")
    known = {(kind, name) for kind, name in components.targets()}
    wanted = {("surface", "rosenbrock"), ("optimizer", "adam"), ("noise", "minibatch"), ("metric", "first_hit")}
    assert wanted <= known


def test_docstrings_become_text_that_reads_like_them(website):
    text = """One line, with a `name` and stars * and under_scores_.

    p <- p - lr g
    m <- beta m

    lr: learning rate; beta1, beta2: decays. Not a field: here.
    Source: Somebody 2020."""
    lines = website("docstrings").as_rst(text, {"lr", "beta1", "beta2"})
    assert lines[0] == r"One line, with a ``name`` and stars \* and under_scores\_."
    assert lines[2:7] == [".. code-block:: text", "", "   p <- p - lr g", "   m <- beta m", ""]
    assert lines[7:9] == ["- ``lr``: learning rate", "- ``beta1``, ``beta2``: decays. Not a field: here."]
    assert lines[-2] == "*Source:* Somebody 2020."


CELLS = [
    ("markdown", "# A lecture\n\nWhy $x^2$?"),
    ("markdown", "## The race"),
    ("code", "ls.draw(a < b)", {"output_type": "display_data", "data": {"image/png": "QUJD"}}),
    ("code", "print(1)", {"output_type": "stream", "text": "1 < 2"}),
    ("code", "ls.explore()", {"output_type": "display_data", "data": {"text/html": '<iframe src="live/p-1.html">'}}),
    ("markdown", "## Exercises\n\nOne."),
    ("markdown", "<details>\n<summary>Solution</summary>\n\nTwo.\n\n</details>"),
]


@pytest.mark.reference("latex2mathml")
def test_a_lecture_becomes_slides(website, tmp_path):
    cells = [
        {"cell_type": kind, "metadata": {}, "source": source, "outputs": outputs} for kind, source, *outputs in CELLS
    ]
    made = website("decks").deck({"cells": cells, "metadata": {"title": "A & B"}}, "en", "mine", tmp_path)
    assert "<title>A &amp; B</title>" in made
    assert re.findall(r'<section class="(\w+)">', made) == ["text", "picture", "text", "live", "text"]
    assert "<math" in made
    assert "$" not in made.partition("<script")[0]
    picture, printed, live, exercise = re.split(r'<section class="\w+">', made)[2:]
    assert all(part in picture for part in ("<h2>The race</h2>", "base64,QUJD", "a &lt; b"))
    assert "1 &lt; 2" in printed
    assert 'data-src="../../lectures/en/live/p-1.html"' in live
    assert all(part in exercise for part in ("One.", "<details>", "Two."))


@pytest.mark.browser
def test_pages_that_are_too_wide_or_log_errors_and_a_poor_search_are_found(chromium, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    visit = importlib.import_module("visit")
    wide, phone = visit.SCREENS
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>p</title><div style='width: 800px'>wide</div>")
    assert visit.visited(chromium, page, wide) == []
    (fault,) = visit.visited(chromium, page, phone)
    assert "pixels wider than a screen of 390" in fault
    page.write_text("<!doctype html><title>p</title><script>console.error('planted')</script>")
    (fault,) = visit.visited(chromium, page, wide)
    assert "planted" in fault
    (tmp_path / "search.html").write_text("<!doctype html><ul id='search-results'><li><a href='x.html'>x</a></ul>")
    (fault,) = visit.searched(chromium, tmp_path)
    assert "x.html" in fault


def test_the_index_of_lectures_names_those_that_are_not_executed_without_a_link(website, tmp_path):
    staging = website("staging")
    executed = tmp_path / "executed"
    executed.mkdir()
    (executed / "momentum.ipynb").write_text('{"cells": [{}], "metadata": {}}', encoding="utf-8")
    for folder, linked in ((executed, 1), (tmp_path / "nothing", 0)):
        source = tmp_path / f"source{linked}"
        decks = staging._lectures(source, tmp_path / "files", folder, "en")
        index = (source / "lectures" / "en" / "index.md").read_text(encoding="utf-8")
        assert len(decks) == linked == index.count("(momentum.ipynb)")
        assert [each.title["en"] in index for each in staging.COURSE] == [True] * 10
        assert staging.LECTURES["en"][3] in index

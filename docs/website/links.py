"""Check the links of the built pages: files and anchors that are here, and the form of addresses that are elsewhere.

    for fault in faults(Path("build/site")): print(fault)

Nothing is asked of any network.
"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script", "img", "iframe", "link", "source", "video", "audio", "embed"}  # what a browser gets by itself


class _Page(HTMLParser):
    """The anchors of a page, and what it links to: (attribute's value, whether it is loaded without a click)."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.anchors |= {known.get("id") or "", (known.get("name") or "") if tag == "a" else ""}
        loaded = tag in LOADED and known.get("rel") not in ("canonical", "next", "prev", "index", "search", "author")
        self.links += [(str(known[key]), loaded) for key in ("href", "src", "data-src", "poster") if known.get(key)]


def faults(folder: Path) -> list[str]:
    """What is wrong with the links of the pages below a folder, a line each."""
    pages = {path.resolve(): _read(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts}
    found = []
    for path, page in pages.items():
        for link, loaded in dict.fromkeys(page.links):
            if fault := _fault(link, loaded, path, pages):
                found.append(f"{path.relative_to(folder.resolve())}: {link}: {fault}")
    return found


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _fault(link: str, loaded: bool, path: Path, pages: dict[Path, _Page]) -> str:
    """What is wrong with one link of a page; "" where nothing is."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https") or parts.netloc:
        if loaded:
            return "the page asks the network for it"
        return "" if parts.scheme and "." in parts.netloc and " " not in link else "no address"
    if parts.scheme in ("data", "mailto", "javascript", "blob"):
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        return "is a folder, which a browser does not open from a disk"
    if not target.exists():
        return "there is no such file"
    # what a script reads off the address, as the pages that compute do, is no anchor
    if parts.fragment and target in pages and "=" not in parts.fragment:
        return "" if unquote(parts.fragment) in pages[target].anchors else "there is no such anchor"
    return ""

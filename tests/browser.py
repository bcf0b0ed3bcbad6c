"""Open pages in a real headless Chromium, and hold them to what a page of ours must never do.

    @pytest.mark.browser
    def test_a_page_draws(visit, tmp_path):
        with visit(tmp_path / "race.html", reduced_motion="reduce") as page:   # a playwright Page
            assert page.locator("canvas").is_visible()

Leaving the block raises `Faults` where the page logged an error, threw, left a promise rejected, crashed, asked the
user something, opened another page, began a download, failed to load a picture or a video, or asked for anything that
is not on this machine: file:, data:, blob:, about:blank, or the server that the test says is its own. What goes
elsewhere is refused on the way.

Chromium is the one that the environment variable LANDSCAPE_CHROMIUM names, or the first on the path of those below; it
is driven by playwright for Python, whose own browsers are not needed. Where either is missing, the tests are skipped.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
INSTALL = f"python3 -m pip --python {sys.executable} install playwright"
HERE = ("file", "data", "blob")
MILLISECONDS = 20_000  # for anything that a test waits for

# A picture that cannot be read throws nothing and logs nothing, wherever it is made: in the page or by a script alone.
WATCH = """
(() => {
  const told = (it) =>
    console.error(`${it.localName} cannot be loaded: ${String(it.currentSrc || it.src).slice(0, 300)}`);
  window.addEventListener("error", (event) => { if (event.target instanceof HTMLElement) told(event.target); }, true);
  const own = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...own,
    set(url) { this.addEventListener("error", () => { if (!this.isConnected) told(this); }, { once: true });
      own.set.call(this, url); },
  });
})();
"""

Visit = Callable[..., contextlib.AbstractContextManager[Any]]


class Faults(AssertionError):
    """What a page did that it must not."""


def chromium_path() -> str | None:
    """The browser, where there is one. pytest.UsageError where LANDSCAPE_CHROMIUM names a file that is none."""
    named = os.environ.get("LANDSCAPE_CHROMIUM")
    if named:
        if shutil.which(named) is None:
            raise pytest.UsageError(f"LANDSCAPE_CHROMIUM must name a program that can be run, got {named!r}")
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A running browser, as playwright has it; of a module, as its event loop must not last into others."""
    api = pytest.importorskip(
        "playwright.sync_api", reason=f"opens pages in a browser, which takes playwright: {INSTALL}"
    )
    path = chromium_path()
    if path is None:
        pytest.skip(f"found none of {', '.join(NAMES)} on the path: install Chromium, or name it in LANDSCAPE_CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, request: pytest.FixtureRequest) -> Visit:
    """Opens a file, or a page of a test's own server, and watches it; see the top of this file."""
    if request.node.get_closest_marker("browser") is None:
        pytest.fail("a test that opens pages is to be marked with @pytest.mark.browser")

    return functools.partial(opened, chromium)


@contextlib.contextmanager
def opened(chromium: Any, where: Path | str, server: str | None = None, **looks: Any) -> Iterator[Any]:
    """where: a file, or a URL of `server`, "http://127.0.0.1:8000"; looks: as for playwright's new_context."""
    url = where.absolute().as_uri() if isinstance(where, Path) else where
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **looks})
    try:
        faults = watched(context, server)
        page = context.new_page()
        try:
            page.goto(url)
            yield page
            settle(page, looks.get("java_script_enabled", True))
        except Exception as error:
            if not faults:
                raise
            raise Faults(told(url, faults)) from error
        if faults:
            raise Faults(told(url, faults))
    finally:
        context.close()


# a frame and a task; a page that has frames no longer is not waited for, and one that hangs ends in a timeout
SETTLED = """() => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done, 20, true));
  setTimeout(done, 500, true);
})"""


def settle(page: Any, scripted: bool) -> None:
    """Wait for what the page still loads, and for a frame and a task, in which late errors come up."""
    page.wait_for_load_state("load")
    if scripted:
        page.wait_for_function(SETTLED)


def told(url: str, faults: list[str]) -> str:
    """Every fault of a page, each once."""
    return f"{url} must not:\n" + "\n".join(f"- {fault}" for fault in dict.fromkeys(faults))


def is_here(url: str, server: str | None) -> bool:
    """Whether a URL is of this machine: no network, or the test's own server."""
    parts = urlsplit(url)
    own = server is not None and parts.netloc == urlsplit(server).netloc
    return parts.scheme in HERE or url == "about:blank" or (own and parts.scheme in ("http", "ws"))


def watched(context: Any, server: str | None) -> list[str]:
    """The faults of a context's pages, which grow as they happen."""
    if server is not None and urlsplit(server).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError(f"a test's server is on this machine, got {server!r}")
    faults: list[str] = []
    context.set_default_timeout(MILLISECONDS)
    context.add_init_script(WATCH)

    def route(way: Any) -> None:
        if is_here(way.request.url, server):
            way.continue_()
        else:
            way.abort()

    def asked(request: Any) -> None:
        if not is_here(request.url, server):
            faults.append(f"ask for {request.url[:200]}")

    def logged(message: Any) -> None:
        if message.type in ("error", "assert"):
            faults.append(f"log an error: {message.text}")

    def dialog(given: Any) -> None:
        faults.append(f"ask the user: {given.message!r}")
        given.dismiss()

    def connected(socket: Any) -> None:
        if not is_here(socket.url, server):
            faults.append(f"connect to {socket.url}")

    def began(page: Any) -> None:
        page.on("crash", lambda _: faults.append("crash"))
        page.on("websocket", connected)
        page.on("download", lambda download: faults.append(f"download {download.url[:200]}"))
        if len(context.pages) > 1:
            faults.append(f"open another page: {page.url[:200]}")

    context.route("**/*", route)
    context.on("request", asked)
    context.on("requestfailed", lambda request: faults.append(f"fail to load {request.url[:200]}: {request.failure}"))
    context.on("console", logged)
    context.on("weberror", lambda error: faults.append(f"throw {error.error}"))
    context.on("dialog", dialog)
    context.on("page", began)
    return faults

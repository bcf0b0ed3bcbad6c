"""The watch over pages in a browser, itself watched: every planted fault is told, and a page without one passes."""

import http.server
import threading

import pytest
from browser import Faults, chromium_path, is_here

DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
FINE = f'<h1>Fine</h1><img src="{DOT}"><script>console.log("a"); console.warn("b"); const i = new Image();'
FINE += f' i.src = "{DOT}"; Promise.reject(1).catch(() => 0); fetch("{DOT}");</script>'

PLANTED = {
    "a script that throws": ("<script>throw new TypeError('planted')</script>", "throw .*planted"),
    "an error later": ("<script>requestAnimationFrame(() => nothing.there)</script>", "throw .*nothing is not defined"),
    "a script that cannot be read": ("<script>const = 3</script>", "throw .*Unexpected token"),
    "a rejected promise": ("<script>Promise.reject(new Error('planted'))</script>", "throw .*planted"),
    "a rejected promise without an error": ("<script>Promise.reject('planted')</script>", "throw .*planted"),
    "a logged error": ("<script>console.error('planted', 3)</script>", "log an error: planted 3"),
    "a failed assertion": ("<script>console.assert(1 > 2, 'planted')</script>", "log an error: .*planted"),
    "a request elsewhere": ("<script>fetch('http://example.invalid/x').catch(() => 0)</script>",
                            "ask for http://example.invalid/x"),
    "a script from elsewhere": ("<script src='https://example.invalid/x.js'></script>", "ask for https://example.inv"),
    "a style from elsewhere": ("<style>@import 'http://example.invalid/x.css';</style>", "ask for http://example.inv"),
    "a frame from elsewhere": ("<iframe src='http://example.invalid/'></iframe>", "ask for http://example.invalid/"),
    "another port of this machine": ("<script>fetch('http://127.0.0.1:9/').catch(() => 0)</script>", "ask for .*:9/"),
    "a socket": ("<script>new WebSocket('ws://example.invalid/')</script>", "connect to ws://example.invalid/"),
    "a picture that is not there": ("<img src='missing.png'>", "img cannot be loaded: file:.*missing.png"),
    "a picture that is none": ("<img src='data:image/png;base64,AAAA'>", "img cannot be loaded: data:"),
    "a picture that no page holds": ("<script>new Image().src = 'data:image/png;base64,AAAA'</script>",
                                     "img cannot be loaded: data:"),
    "a video that is none": ("<video src='data:video/mp4;base64,AAAA'></video>", "video cannot be loaded: data:"),
    "a question": ("<script>alert('planted')</script>", "ask the user: 'planted'"),
    "another page": ("<script>open('about:blank')</script>", "open another page"),
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(body):
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf-8><title>Planted</title>{body}", encoding="utf-8")
        return path

    return write


@pytest.mark.browser
def test_a_page_without_faults_passes(visit, written):
    with visit(written(FINE)) as page:
        assert page.locator("h1").inner_text() == "Fine"


@pytest.mark.browser
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_told(visit, written, name):
    body, fault = PLANTED[name]
    with pytest.raises(Faults, match=fault), visit(written(FINE + body)):
        pass


@pytest.mark.browser
def test_a_fault_after_opening_is_told_and_one_of_the_test_stays(visit, written):
    with pytest.raises(Faults, match="planted"), visit(written(FINE)) as page:
        page.evaluate("setTimeout(() => { throw Error('planted'); })")
    with pytest.raises(KeyError), visit(written(FINE)):
        raise KeyError
    with pytest.raises(Faults, match="planted") as found, visit(written("<script>throw Error('planted')</script>")):
        raise KeyError
    assert isinstance(found.value.__cause__, KeyError)


@pytest.mark.browser
def test_the_server_of_a_test_is_no_outside(visit, written):
    folder = written(f"{FINE}<link rel=icon href=data:,>").parent

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given):
            super().__init__(*given, directory=str(folder))

        def log_message(self, *given):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        own = f"http://127.0.0.1:{server.server_port}"
        with visit(f"{own}/page.html", server=own) as page:
            assert page.title() == "Planted"
        with pytest.raises(Faults, match="ask for"), visit(f"{own}/page.html"):
            pass
        server.shutdown()


def test_what_is_here_and_what_is_not():
    own = "http://127.0.0.1:8000"
    assert all(is_here(url, own) for url in ("file:///x", "data:,", "blob:null/1", "about:blank", f"{own}/x"))
    elsewhere = (
        "http://127.0.0.1:8001/",
        "http://127.0.0.1:8000.example.invalid/",
        "https://example.invalid",
        "ftp://x",
    )
    assert not any(is_here(url, own) for url in elsewhere)
    assert not is_here(f"{own}/x", None)


def test_a_browser_that_is_named_and_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("LANDSCAPE_CHROMIUM", "/no/such/browser")
    with pytest.raises(pytest.UsageError, match=r"LANDSCAPE_CHROMIUM must name a program .*'/no/such/browser'"):
        chromium_path()

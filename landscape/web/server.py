"""Serve the catalogue of surfaces to browsers of this machine, with races and movies of scenarios that they send.

    server = Server(("127.0.0.1", 8000), Site(records=Path("outputs")))
    server.serve_forever()

    GET  /                          the index of `landscape playground`; its pages are made when they are asked for
    GET  /scenario                  a field for a scenario, and buttons for what follows
    GET  /records, /records/NAME    the records in a folder, each as a page
    POST /race                      a scenario as TOML; its race as a page
    POST /movie                     a scenario as TOML; its race as an MP4

What comes from outside is bounded: the size of a request, how long it may take to arrive, the work that it asks for,
and how much of it is done at once. A request whose Host or Origin is another than the server's is refused, so that a
page of elsewhere, or a name that somebody points here, cannot use it. What is written for a movie is temporary.
"""

from __future__ import annotations

import contextlib
import html
import ipaddress
import socket
import socketserver
import sys
import tempfile
import threading
import urllib.parse
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from landscape.core.names import UnknownName
from landscape.core.threads import processors
from landscape.core.user_code import untrusted
from landscape.i18n.texts import Language, say
from landscape.record import RecordError, load
from landscape.scenario.translations import translated
from landscape.surfaces import REGISTRY as SURFACES
from landscape.web.contents import NotComputable
from landscape.web.files import with_slides
from landscape.web.page import page, shared_files
from landscape.web.playground import common, filled, index, listed, surface_files
from landscape.web.slides import SlideError

FIELD = {  # words of the page that takes a scenario
    "TITLE": "Race of a scenario", "SURFACES": "All surfaces", "RECORDS": "Records", "FIELD": "The scenario, as TOML",
    "RACE": "Race", "MOVIE": "Movie", "SILENT": "The server does not answer.",
}  # fmt: skip
MOST_BYTES = 256 << 10  # of a body
MOST_WORK = 3_000_000  # run-steps of a scenario
MOST_NUMBERS = 40_000_000  # run-steps times coordinates
SECONDS = (2.0, 8.0)  # of a movie, at 25 steps a second between them
ARRIVES = 10.0  # seconds in which a request has to
WAITS = 20.0  # seconds that one waits for others to be worked at
MOST_WAITING = 32
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' data: blob:; worker-src blob:; base-uri 'none'; "
    "frame-ancestors 'self'; form-action 'self'",
}
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".mp4": "video/mp4",
}


class Refused(Exception):
    """A request is refused: its status and why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class Site:
    """What is served: paths to contents. Pages of surfaces are made once, when they are first asked for."""

    def __init__(self, records: Path | None = None, language: Language = "en", trust: bool = False) -> None:
        self.records, self.language, self.trust = records, language, trust
        self._made: dict[str, bytes] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._working = threading.BoundedSemaphore(processors())
        self._waiting = 0

    def get(self, path: str) -> tuple[str, bytes]:
        """(kind, content) of a path. Refused where there is none."""
        name = path.strip("/") or "index.html"
        folder, _, file = name.partition("/")
        if name == "index.html":
            return self._once(name, lambda: {name: self._index()})
        if name == "scenario":
            said = {key: html.escape(say(self.language, each), quote=True) for key, each in FIELD.items()}
            return KINDS[".html"], filled("scenario.html", self.language, **said).encode()
        if folder == "shared":
            return self._once(name, self._shared)
        stem, suffix = Path(file).stem, Path(file).suffix
        if (folder, suffix) in (("surfaces", ".html"), ("thumbnails", ".png")) and stem in SURFACES.names():
            return self._once(name, lambda: surface_files(stem, self.language)[1])
        if name == "records":
            return KINDS[".html"], self._records().encode()
        if folder == "records" and self.records is not None:
            return KINDS[".html"], self._record(file)
        raise Refused(HTTPStatus.NOT_FOUND, f"there is nothing at {path}")

    def post(self, path: str, body: bytes) -> tuple[str, bytes]:
        """(kind, content) of what is made of a scenario. Refused where it cannot be."""
        makers: dict[str, Callable[[Any], tuple[str, bytes]]] = {"/race": self._race, "/movie": self._movie}
        if path not in makers:
            raise Refused(HTTPStatus.NOT_FOUND, f"nothing takes a scenario at {path}; /race and /movie do")
        try:
            given = body.decode()
        except UnicodeDecodeError as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"the scenario is not UTF-8: {error}") from None
        with self._work():
            return makers[path](self._scenario(given))

    def _index(self) -> str:
        pages = {"/scenario": "Race of a scenario", "/records": "Records"}
        links = " · ".join(f'<a href="{path}">{say(self.language, name)}</a>' for path, name in pages.items())
        return index([listed(name, self.language) for name in SURFACES.names()], self.language, f"<p>{links}</p>\n")

    def _shared(self) -> dict[str, Any]:
        return {f"shared/{name}": content for name, content in shared_files(common(self.language)).items()}

    def _once(self, name: str, make: Callable[[], dict[str, Any]]) -> tuple[str, bytes]:
        """The content of a name, made with its like where it is not yet; others wait for that."""
        stem = Path(name).stem
        with self._lock:
            lock = self._locks.setdefault(stem, threading.Lock())
        with lock:
            if name not in self._made:
                with self._work():
                    made = make()
                self._made |= {key: each.encode() if isinstance(each, str) else each for key, each in made.items()}
        if name not in self._made:
            raise Refused(HTTPStatus.NOT_FOUND, f"there is nothing at /{name}")
        return KINDS[Path(name).suffix], self._made[name]

    @contextlib.contextmanager
    def _work(self) -> Any:
        """As many at once as there are processors; Refused where others take too long."""
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too many others wait already; try again")
            self._waiting += 1
        try:
            if not self._working.acquire(timeout=WAITS):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "others take too long; try again")
            try:
                yield
            finally:
                self._working.release()
        finally:
            with self._lock:
                self._waiting -= 1

    def _scenario(self, given: str) -> Any:
        from landscape.scenario import Scenario, ScenarioError

        try:
            with contextlib.nullcontext() if self.trust else untrusted():
                scenario = Scenario.from_text(given)
        except ScenarioError as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        runs = getattr(scenario.start, "count", 0) or len(getattr(scenario.start, "points", ())) or 1
        steps = scenario.steps * scenario.repeats * runs * len(scenario.entrants)
        if steps > MOST_WORK or steps * scenario.surface.dim > MOST_NUMBERS:
            raise Refused(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"the scenario asks for {steps:,} steps of all runs in {scenario.surface.dim:,} coordinates; here are "
                f"{MOST_WORK:,} allowed, and {MOST_NUMBERS:,} times coordinates: use `landscape run`",
            )
        if scenario.tune is not None:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "a scenario that tunes takes long: use `landscape run`")
        return scenario

    def _simulated(self, scenario: Any) -> Any:
        from landscape.scenario import ScenarioError

        try:
            return scenario.simulate()
        except ScenarioError as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None

    def _race(self, scenario: Any) -> tuple[str, bytes]:
        try:
            slides = [slide.told() for slide in scenario.in_language(self.language).slides]
            record = translated(self._simulated(scenario), self.language)
            return KINDS[".html"], page(record, self.language, slides=slides).encode()
        except NotComputable as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}; /movie shows it") from None
        except SlideError as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None

    def _movie(self, scenario: Any) -> tuple[str, bytes]:
        from landscape.render import animate

        record = self._simulated(scenario)
        seconds = min(max(record.steps / 25.0, SECONDS[0]), SECONDS[1])
        with tempfile.TemporaryDirectory(prefix="landscape-") as folder:
            path = Path(folder) / "race.mp4"
            try:
                animate(record, path, view="race", fps=30, seconds=seconds, language=self.language)
            except ValueError as error:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
            return KINDS[".mp4"], path.read_bytes()

    def _records(self) -> str:
        names = (
            sorted(str(path.relative_to(self.records)) for path in self.records.rglob("*.npz")) if self.records else []
        )
        items = "".join(
            f'<li><a href="/records/{urllib.parse.quote(name)}">{html.escape(name)}</a></li>' for name in names
        )
        title = html.escape(say(self.language, "Records"))
        body = f"<ul>{items}</ul>" if items else f"<p>{html.escape(say(self.language, 'There are none.'))}</p>"
        links = f'<p><a href="/">{html.escape(say(self.language, "All surfaces"))}</a></p>'
        return filled("still.html", self.language, TITLE=title, BODY=f"<h1>{title}</h1>{links}{body}")

    def _record(self, name: str) -> bytes:
        assert self.records is not None
        root = self.records.resolve()
        path = (root / name).resolve()
        if root not in path.parents or path.suffix != ".npz" or not path.is_file():
            raise Refused(HTTPStatus.NOT_FOUND, f"there is no record {name}")
        with self._work():
            try:
                record = load(path)
                shown = translated(record, self.language)
                return with_slides(record, self.language, lambda told: page(shown, self.language, slides=told)).encode()
            except (RecordError, NotComputable) as error:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error).replace(str(root), "records")) from None


class Handler(BaseHTTPRequestHandler):
    """Answers a request by the server's site."""

    server: Server
    server_version, sys_version = "landscape", ""
    timeout = ARRIVES

    def do_GET(self) -> None:
        self._answer(self.server.site.get)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self._answer(lambda path: self.server.site.post(path, self._body()))

    def _answer(self, make: Callable[[str], tuple[str, bytes]]) -> None:
        self.close_connection = True
        try:
            self._check_sender()
            path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path, errors="strict")
            status, (kind, content) = HTTPStatus.OK, make(path)
        except Refused as error:
            status, kind, content = error.status, KINDS[".txt"], f"{error}\n".encode()
        except (ValueError, UnknownName) as error:
            status, kind, content = HTTPStatus.BAD_REQUEST, KINDS[".txt"], f"{error}\n".encode()
        except (ConnectionError, TimeoutError):
            return
        except Exception as error:  # what nobody foresaw ends this answer, not the server
            print(f"{self.path}: {type(error).__name__}: {error}", file=sys.stderr)
            status, kind = HTTPStatus.INTERNAL_SERVER_ERROR, KINDS[".txt"]
            content = b"a fault of landscape, not of the request; the terminal of the server says more\n"
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _check_sender(self) -> None:
        """Refused where the request is for another host, or comes from a page of another origin."""
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or not self.server.known(hosts[0]):
            raise Refused(
                HTTPStatus.FORBIDDEN, f"this server is {self.server.address}, not {', '.join(hosts) or 'unnamed'}"
            )
        origin = self.headers.get("Origin")
        if origin is not None and origin.lower() != f"http://{hosts[0].lower()}":
            raise Refused(HTTPStatus.FORBIDDEN, f"a page of {origin} may not use this server")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and self.command == "POST":
            raise Refused(HTTPStatus.FORBIDDEN, "a page of another site may not use this server")

    def _body(self) -> bytes:
        told = self.headers.get("Content-Length", "")
        if not told.isascii() or not told.isdigit():
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "a request with a body must say its Content-Length")
        if len(told) > 12 or int(told) > MOST_BYTES:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a scenario has at most {MOST_BYTES:,} bytes, not {told[:12]}"
            )
        body = self.rfile.read(int(told))
        if len(body) < int(told):
            raise ConnectionError("the request ends early")
        return body

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not printed."""


class Server(ThreadingHTTPServer):
    """A site on an address. names: further names by which it may be called."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], site: Site, names: tuple[str, ...] = ()) -> None:
        self.site = site
        self._names = {name.lower() for name in (*names, address[0], "localhost")}
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """As TCPServer's: the name of the host is not looked up, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def address(self) -> str:
        """Where it is, as a browser takes it."""
        host = f"[{self.server_name}]" if ":" in self.server_name else self.server_name
        return f"http://{host}:{self.server_port}"

    def known(self, host: str) -> bool:
        """Whether a request's Host is this server: a name that it has, or a number, which nobody can redirect."""
        parsed = urllib.parse.urlsplit(f"//{host}")
        try:
            name, port = parsed.hostname or "", parsed.port
        except ValueError:
            return False
        if parsed.username is not None or parsed.path or (port or 80) != self.server_port:
            return False
        with contextlib.suppress(ValueError):
            ipaddress.ip_address(name)
            return True
        return name.lower() in self._names

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            print(f"{type(error).__name__}: {error}", file=sys.stderr)

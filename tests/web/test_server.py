"""The server answers browsers of its own machine, refuses others, bounds what it is asked, and runs no named code."""

import contextlib
import http.client
import re
import socket
import threading

import pytest

import landscape as ls
from landscape.scenario import Scenario
from landscape.web import server as module
from landscape.web.server import Server, Site

SCENARIO = 'title = "x"\nsteps = 40\nsurface = "beale"\noptimizers = ["sgd", "adam"]\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    records = tmp_path_factory.mktemp("records")
    ls.simulate("booth", "sgd", steps=5).save(records / "a b.npz")
    (records / "no.npz").write_bytes(b"none")
    (records.parent / "secret.npz").write_bytes(b"none")
    with Server(("127.0.0.1", 0), Site(records)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def asked(served, method, path, body=None, **headers):
    """(status, kind, text) of an answer."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", served.server_port, timeout=60)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode(errors="replace")


def test_pages_are_served(served):
    for path, kind, part in [
        ("/", "text/html", "Himmelblau"), ("/", "text/html", '<a href="/scenario">'),
        ("/", "text/html", '<a href="/records">'), ("/surfaces/beale.html", "text/html", "start("),
        ("/thumbnails/beale.png", "image/png", "PNG"), ("/shared/page.js", "text/javascript", "landscapeModule"),
        ("/scenario", "text/html", "<textarea"), ("/records", "text/html", "a%20b.npz"),
        ("/records/a%20b.npz", "text/html", "start("),
    ]:  # fmt: skip
        status, found, content = asked(served, "GET", path)
        assert (status, found.partition(";")[0]) == (200, kind), path
        assert part in content, path
    assert asked(served, "HEAD", "/")[::2] == (200, "")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/nothing", "there is nothing at /nothing"), ("/surfaces/acley.html", "there is nothing at"),
        ("/surfaces/../../pyproject.toml", "there is nothing at"), ("/thumbnails/shekel.png", "there is nothing at"),
        ("/records/../secret.npz", "there is no record"), ("/records/%2e%2e/secret.npz", "there is no record"),
        ("/records/none.npz", "there is no record none.npz"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(served, path, says):
    status, _, content = asked(served, "GET", path)
    assert status == 404
    assert says in content


def test_a_scenario_becomes_a_page_or_a_movie(served):
    status, kind, content = asked(served, "POST", "/race", SCENARIO)
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert "start(" in content
    status, kind, content = asked(served, "POST", "/movie", SCENARIO.replace("40", "3"))
    assert (status, kind) == (200, "video/mp4")
    assert "ftyp" in content[:20]


def test_what_is_sent_and_recorded_has_its_slides_and_all_is_chinese_in_chinese(tmp_path):
    text = SCENARIO + '[[slides]]\ntitle = "Where to?"\n[zh]\ntitle = "去向"\n[zh.slides]\n"Where to?" = "去哪里？"\n'
    Scenario.from_text(text).simulate().save(tmp_path / "a.npz")
    site = Site(tmp_path, "zh")
    for content in (site.post("/race", text.encode())[1], site.get("/records/a.npz")[1]):
        assert '"slides":[{"title":"去哪里？"' in content.decode()
        assert "<h1>去向</h1>" in content.decode()
    for path, told in {"/": "场景的竞赛", "/scenario": "服务器没有回应", "/records": "全部函数"}.items():
        page = site.get(path)[1].decode()
        assert told in page
        assert 'lang="zh-Hans"' in page
        assert not re.search("Race|Records|%[A-Z]+%", page)


REFUSED = {
    'title = "x"': 'missing key "steps"',
    SCENARIO.replace("beale", "os:getcwd"): "nothing is imported here",
    SCENARIO.replace("40", "40\nrepeats = 100_000"): "asks for 8,000,000 steps of all runs",
    SCENARIO.replace(
        '"beale"', '{ name = "sphere", dim = 1_000_000 }'
    ): "asks for 80 steps of all runs in 1,000,000 coo",
    SCENARIO.replace("beale", "shekel"): 'a page that computes shows two coordinates, "shekel" has 4',
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_scenario_that_cannot_be_shown_is_refused_with_its_reason(served, text):
    status, _, content = asked(served, "POST", "/race", text)
    assert status == 422
    assert REFUSED[text] in content
    assert content.endswith("; /movie shows it\n") == ("shekel" in text)


def test_as_much_work_as_is_allowed_is_done(monkeypatch):
    """40 steps of two optimizers in two coordinates."""
    site = Site()
    for work, numbers, allowed in ((80, 160, True), (79, 160, False), (80, 159, False)):
        monkeypatch.setattr(module, "MOST_WORK", work)
        monkeypatch.setattr(module, "MOST_NUMBERS", numbers)
        if allowed:
            assert site._scenario(SCENARIO).steps == 40
        else:
            with pytest.raises(module.Refused, match="asks for 80 steps of all runs in 2 coordinates"):
                site._scenario(SCENARIO)


def test_what_is_no_scenario_or_sent_elsewhere_is_refused(served):
    for path in ("/race", "/movie"):
        status, _, content = asked(served, "POST", path, b"\xff")
        assert status == 422
        assert content.startswith("the scenario is not UTF-8: ")
    status, _, content = asked(served, "POST", "/nothing", SCENARIO)
    assert (status, content) == (404, "nothing takes a scenario at /nothing; /race and /movie do\n")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.test"}, 403), ({"Host": "localhost"}, 403), ({"Host": ""}, 403), ({"Host": "a@127.0.0.1"}, 403),
        ({"Origin": "http://evil.test"}, 403), ({"Origin": "null"}, 403), ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Content_Length": "-1"}, 411), ({"Content_Length": "1e3"}, 411), ({"Content_Length": "999999999"}, 413),
    ],
)  # fmt: skip
def test_others_may_not_use_it(served, headers, status):
    assert asked(served, "POST", "/race", SCENARIO, **headers)[0] == status


def test_it_may_be_called_by_its_names_and_numbers(served):
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert asked(served, "GET", "/scenario", Host=f"{host}:{served.server_port}")[0] == 200


def test_a_client_that_stops_or_goes_away_keeps_nothing(served, monkeypatch):
    monkeypatch.setattr(module.Handler, "timeout", 0.05)
    head = f"POST /race HTTP/1.1\r\nHost: 127.0.0.1:{served.server_port}\r\nContent-Length: 100\r\n\r\nti".encode()
    for sent in (b"", b"\x00\xff\r\n\r\n", b"GET", head):
        with socket.create_connection(("127.0.0.1", served.server_port)) as client:
            client.sendall(sent)
            client.settimeout(20)
            while client.recv(1000):
                pass
    with socket.create_connection(("127.0.0.1", served.server_port)) as client:
        client.sendall(head)
    assert asked(served, "GET", "/scenario")[0] == 200


def test_work_that_nobody_can_wait_for_is_refused(monkeypatch):
    site = Site()
    monkeypatch.setattr(module, "MOST_WAITING", 0)
    with pytest.raises(module.Refused, match="too many others wait"):
        site.post("/race", SCENARIO.encode())
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    monkeypatch.setattr(module, "WAITS", 0.01)
    with contextlib.ExitStack() as stack:
        for _ in range(module.processors()):
            stack.enter_context(site._work())
        with pytest.raises(module.Refused, match="others take too long"):
            site.post("/race", SCENARIO.encode())
    assert site.post("/race", SCENARIO.encode())[0].startswith("text/html")

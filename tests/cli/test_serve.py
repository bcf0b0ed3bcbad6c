"""`landscape serve` listens where it is told to, says where, and refuses what it cannot serve; pages are listed."""

import json
import socket

import pytest

from landscape.web import server as module


@pytest.fixture
def begun(monkeypatch):
    """The servers that have begun to serve, each interrupted at once."""
    found = []

    def serve_forever(server):
        found.append(server)
        raise KeyboardInterrupt

    monkeypatch.setattr(module.Server, "serve_forever", serve_forever)
    return found


def test_a_server_says_its_address_and_ends_by_an_interruption(command, begun, folder):
    options = ("--port", "0", "--records", ".", "--trust", "--name", "here", "--language", "zh")
    code, out, err = command("serve", *options)
    (server,) = begun
    port = server.server_address[1]
    assert (code, out, err) == (130, f"http://127.0.0.1:{port}  (Ctrl-C ends it)\n", "\ninterrupted\n")
    assert server.socket.fileno() == -1  # closed
    assert (str(server.site.records), server.site.language, server.site.trust) == (".", "zh", True)
    assert server.known(f"here:{port}")
    assert not server.known(f"there:{port}")


def test_a_server_serves_no_records_and_trusts_nobody_by_default(command, begun, folder):
    assert command("serve", "--port", "0", "--host", "127.0.0.1")[0] == 130
    (server,) = begun
    assert (server.site.records, server.site.language, server.site.trust) == (None, "en", False)


def test_what_cannot_be_served_is_refused_in_one_line(command, begun, folder):
    assert command("serve", "--records", "bowl.toml") == (2, "", "--records bowl.toml: is no folder\n")
    assert command("serve", "--records", "") == (2, "", "--records : is no folder\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = command("serve", "--port", str(port))
    assert (code, out) == (2, "")
    assert err.startswith(f"cannot listen on 127.0.0.1, port {port}: ")
    assert command("serve", "--port", "65536")[0] == 2
    assert begun == []


def test_a_playground_says_what_it_wrote(command, folder):
    code, out, _ = command("playground", "site", "--surface", "booth", "--surface", "gramacy_lee", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["index"] == "site/index.html"
    assert [(each["name"], each["family"]) for each in told["surfaces"]] == [
        ("booth", "bowls"),
        ("gramacy_lee", "multimodal"),
    ]
    assert told["surfaces"][0]["why_not"] is None
    assert told["surfaces"][1]["why_not"] == "it has one coordinate"
    assert (folder / "site/surfaces/booth.html").exists()
    code, out, _ = command("playground", "site", "--surface", "gramacy_lee")
    assert (code, out) == (0, "wrote site/index.html, with 1 surface, 1 of them without a race\n")
    assert command("playground", "site", "--surface", "gramacy_lee", "--quiet") == (0, "", "")

"""Load `landscape serve` and send it what is none of its requests; see that it answers, and that nothing is left.

    python benchmarks/serving.py [--clients 10] [--seconds 20] [--malformed 10000] [--seed 0]

Clients ask in turn for pages of surfaces, thumbnails, the module and races of scenarios; the percentiles of the time
from the request to the last byte are printed, of pages made before and of all. Then come malformed requests and abrupt
disconnects: damaged lines, headers, lengths, bodies, other hosts and origins. The exit code is 1 where the server does
not live on, answers such a request with a success, has grown by over 50 MB, keeps threads, or has written a file.
"""

from __future__ import annotations

import argparse
import http.client
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

SURFACES = ("beale", "himmelblau", "ackley", "rosenbrock", "rastrigin", "booth", "mccormick", "three_hump_camel")
SCENARIO = 'title = "x"\nsteps = 100\nsurface = "{}"\noptimizers = [{{ name = "sgd", lr = {} }}, "adam"]\n'


def asked(port: int, method: str, path: str, body: str = "") -> tuple[float, int]:
    """(seconds, status) of a request."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body or None)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return time.perf_counter() - began, answer.status


def clients(port: int, count: int, seconds: float) -> tuple[list[float], list[float]]:
    """The times of requests for what is ready, and for races."""
    ready: list[float] = []
    raced: list[float] = []
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < until:
            name = chance.choice(SURFACES)
            if chance.random() < 0.2:
                text = SCENARIO.format(name, round(10 ** chance.uniform(-5, -3), 7))
                raced.append(asked(port, "POST", "/race", text)[0])
            else:
                ready.append(asked(port, "GET", chance.choice([f"/surfaces/{name}.html", f"/thumbnails/{name}.png",
                                                               "/shared/page.js", "/"]))[0])  # fmt: skip
            time.sleep(chance.uniform(0.2, 1.0))  # a reader looks at what came

    threads = [threading.Thread(target=client, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ready, raced


def malformed(chance: random.Random, port: int) -> bytes:
    """A request that no browser of ours sends."""
    good = _post(port, 'title = "x"\n')
    number = chance.randrange
    kinds = [
        bytes(number(256) for _ in range(number(1, 300))),
        good[: number(len(good))],
        b"".join(bytes([byte if chance.random() > 0.1 else number(256)]) for byte in good),
        _get(port, f"/{'../' * number(9)}etc/passwd"),
        _get(port, f"/records/{'%2e%2e%2f' * number(9)}x.npz"),
        _get(port, "/", chance.choice(["evil.test", "", "localhost:1", "a b", "[::1"])),
        _post(port, "", f"Content-Length: {chance.choice([-1, 10**9, 'x', '1e3', ''])}"),
        _post(port, "hi", "Origin: http://evil.test"),
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(number(90, 300))) + b"\r\n",
        b"GET /" + b"a" * number(1, 90_000) + b" HTTP/1.1\r\n\r\n",
        _get(port, "/").replace(b"GET", chance.choice([b"PUT", b"DELETE", b"TRACE", b"get", b"X" * 99])),
    ]
    return chance.choice(kinds)


def _get(port: int, path: str, host: str | None = None) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {f'127.0.0.1:{port}' if host is None else host}\r\n\r\n".encode()


def _post(port: int, body: str, header: str = "Accept: */*") -> bytes:
    length = "" if "Length" in header else f"Content-Length: {len(body)}\r\n"
    return f"POST /race HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{length}{header}\r\n\r\n{body}".encode()


def attacked(port: int, count: int, chance: random.Random) -> list[str]:
    """What was answered as if it were a request."""
    wrong = []
    for _ in range(count):
        sent = malformed(chance, port)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            answer = b""
            try:
                client.sendall(sent)
                if chance.random() < 0.5:
                    client.shutdown(socket.SHUT_WR)
                    while part := client.recv(65536):
                        answer += part
            except OSError:
                pass
        if b" 200 " in answer.split(b"\r\n")[0] and not sent.startswith(
            (b"GET / HTTP/1.1\r\nX-", b"GET / HTTP/1.1\r\nHost: 1")
        ):
            wrong.append(repr(sent[:120]))
    return wrong


def size(process: int) -> tuple[int, int]:
    """(bytes of memory, threads) of a process, on Linux."""
    text = Path(f"/proc/{process}/status").read_text()
    told = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return int(told["VmRSS"].split()[0]) << 10, int(told["Threads"])


def main() -> int:
    """Run it all; the exit code."""
    parser = argparse.ArgumentParser(description="Load the server, and send it malformed requests.")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--malformed", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "landscape", "serve", "--port", "0"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        port = int(server.stdout.readline().split()[0].rpartition(":")[2])
        for name in SURFACES:
            asked(port, "GET", f"/surfaces/{name}.html")
        asked(port, "GET", "/")
        ready, raced = clients(port, given.clients, given.seconds)
        for what, times in (("pages", ready), ("races", raced), ("all", ready + raced)):
            p50, p95, most = (1e3 * np.quantile(times, q) for q in (0.5, 0.95, 1.0))
            print(
                f"{what}: {len(times)} requests, median {p50:.0f} ms, 95th percentile {p95:.0f} ms, most {most:.0f} ms"
            )
        before, _ = size(server.pid)
        wrong = attacked(port, given.malformed, random.Random(given.seed))
        time.sleep(12.0)  # until what arrives too slowly has been given up
        lives = server.poll() is None and asked(port, "GET", "/surfaces/beale.html")[1] == 200
        after, threads = size(server.pid)
        server.terminate()
        server.wait(30)
        left = [str(path) for path in Path(folder).rglob("*")]
    lived = "lives on" if lives else "IS DEAD"
    print(f"{given.malformed} malformed requests: {len(wrong)} taken for a request {wrong[:3]}")
    print(f"the server {lived}, {(after - before) / 1e6:+.1f} MB, {threads} threads; files: {left}")
    return int(bool(wrong) or not lives or after - before > 50e6 or threads > 8 or bool(left))


if __name__ == "__main__":
    sys.exit(main())

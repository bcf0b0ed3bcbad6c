"""Command lines drawn at random, of right and of wrong things: what `fuzz_commands.py` runs.

command_line(rng, names)     # names: kind -> the names of its components
page_line(rng, names)        # of the commands that write or serve pages, and of those that begin something
"""

from __future__ import annotations

import random

# ruff: noqa: E501 - what cases are made of

VALUES = (
    "0", "-1", "1", "3", "1e308", "-1e-320", "inf", "nan", "9999999999999", "10000000", "0.5", "true", '""', '"sgd"',
    '"x"', '"日本"', '"a\\nb"', "[]", "{}", "[1, 2]", "[[1.0], [2.0]]", "[[0.1, 0.2]]", '{ name = "sgd" }', "himmelblau",
    '{ name = "grid", shape = 100000 }', '{ name = "random_box", count = 999999999 }', '"missing:Thing"',
    '"leaves:Thing"', '"broken:Thing"', "1979-05-27", "0x7f", "'''", "[" * 500, "9" * 5000, "None", ".5", "1_000",
)  # fmt: skip
KEYS = (
    "title", "steps", "every", "repeats", "seed", "stream", "tolerance", "clock", "surface", "optimizers", "noise",
    "start", "schedule", "views", "expect", "zh", "look_for", "optimizers[0].lr", "optimizers[0].name", "surface.name",
    "optimizers[1]", "optimizers[9].lr", "optimizers.0.lr", "optimizer[0].lr", "adam.lr", "lr", "expect[0].below",
    "expect[0].measure", "expect[0].at", "surface.dim", "start.count", "noise.sigma", "views[0].width", "a" + ".a" * 3000,
    "zh.labels.sgd", "optimizers[0].schedules.momentum", "", "=", "x..y", "[0]", "schedule.second.x",
)  # fmt: skip
SWEEP = """\
title = "Two rates"
steps = 10
surface = "quadratic"
optimizers = [{ name = "sgd", lr = 0.05 }]

[sweep]
over = { lr = [0.01, 0.1] }
seeds = 2

[[sweep.expect]]
claim = "the lower rate is slower"
optimizer = "sgd"
where = { lr = 0.01 }
measure = "loss"
below = 1e6
"""  # what `sweep` runs
KINDS = ("surface", "optimizer", "schedule", "noise", "start", "metric", "view")
FORMULAS = (
    "x**2",
    "(sigmoid(w*x+b)-1)**2",
    "1/0",
    "((((",
    "x**x**x**9",
    "import os",
    "",
    "log(-1)",
    "ü+1",
    "a b",
    "9" * 99,
)
PATHS = ("a.toml", "b.toml", "c.toml", "record.npz", ".", "", "missing.toml", "cut.npz", "a", "\udcff", "x" * 300, "é.toml",
         "loop", "dangling", "leaves.py")  # fmt: skip
OUTS = ("out", "out/deep", "a.toml", "a.toml/x", "dangling", "p.png", "p.svg", "p.xyz", "", ".", "loop/x", "/proc/no/x",
        "/dev/null", "x" * 300, "é", "there")  # fmt: skip


def command_line(rng: random.Random, names: dict[str, list[str]]) -> list[str]:
    """A command line, mostly of things that exist."""
    every = [name for kind in names.values() for name in kind]
    setting = lambda: ["--set", f"{rng.choice(KEYS)}={rng.choice((*VALUES, *rng.sample(every, 5)))}"]  # noqa: E731
    few = lambda *parts: [word for part in parts if rng.random() < 0.5 for word in part]  # noqa: E731
    language = ["--language", rng.choice(("en", "zh", "zh", "xx"))]
    out = ["--out", rng.choice(OUTS)]
    match rng.choice(
        ("run", "run", "check", "check", "render", "list", "show", "show", "backprop", "gradients", "schema", "?")
    ):
        case "run":
            small = ["--set", "views=[]"] if rng.random() < 0.8 else []
            line = ["run", rng.choice(PATHS[:3] if rng.random() < 0.7 else PATHS), *small]
            line += few(setting(), setting(), out, language, ["--json"], ["--quiet"])
        case "check":
            line = ["check", *(rng.choice(PATHS) for _ in range(rng.choice((1, 1, 2, 3))))]
            line += few(setting(), setting(), language, ["--json"], ["-q"])
        case "render":
            line = ["render", *(rng.choice(("record.npz", *PATHS)) for _ in range(rng.choice((1, 1, 2))))]
            view = ["--view", rng.choice(("convergence", "nothing", "phase", "basins", "spectrum", ""))]
            line += view if rng.random() < 0.9 else []
            line += few(out, language, ["--json"], ["--trust"], ["--quiet"])
        case "list":
            line = ["list", *few([rng.choice((*KINDS, "surfaces", "optimiser", ""))], ["--json"])]
        case "show":
            name = rng.choice(
                (*every, "adm", "", "missing:Thing", "leaves:Thing", "broken:Thing", "os:getcwd", ":", "a:b:c")
            )
            line = ["show", name, *few(["--json"])]
            line += [*out, *few(language)] if rng.random() < 0.1 else []
        case "backprop":
            line = ["backprop", *few([rng.choice(FORMULAS)])]
            at = ["--at", rng.choice(("w=0.5,x=2,b=1", "x=1", "x=", "x=1,x=2", "=", "x=nan", "x=1e400", ",", "x"))]
            layers = ["--layers", rng.choice(("2,2,1", "2", "", "0,1", "2,-1,1", "x", "2,99999999,1", "2,1"))]
            line += few(at, layers, ["--example", rng.choice(("0", "3", "4", "-1", "x"))], ["--json"])
            line += few(["--seed", rng.choice(("0", "-1", "9" * 30))], ["--activation", rng.choice(("relu", "no", ""))])
            line += [*out, *few(language)] if rng.random() < 0.1 else []
        case "gradients":
            dims = rng.choice(("2", "2,3", "0", "", "x", "-1", "99999999", "1", "2,2", "4"))
            line = ["gradients", rng.choice((*names["surface"][:40], "no", "")), "--dims", dims, *few(["--json"])]
            line += [*out, *few(language)] if rng.random() < 0.1 else []
        case "schema":
            line = ["schema", *few(["x"])]
        case _:
            line = [
                rng.choice(("", "rn", "--version", "-h", "run", "--debug", "--nothing", "-q", "check")),
                *few(["-h"]),
            ]
    if rng.random() < 0.15:
        line.insert(
            rng.randrange(len(line) + 1), rng.choice(("--debug", "--set", "--out", "--json", "--", "-x", "", "é", "-h"))
        )
    if rng.random() < 0.05:
        del line[rng.randrange(len(line))]
    return line


def page_line(rng: random.Random, names: dict[str, list[str]]) -> list[str]:
    """A command line of `new`, `explore`, `playground`, `serve` or `sweep`.

    `playground` always names a few surfaces: all of them take half a minute.
    """
    few = lambda *parts: [word for part in parts if rng.random() < 0.3 for word in part]  # noqa: E731
    good = (
        "steps=5",
        "seed=4",
        "repeats=2",
        "noise=gaussian",
        "optimizers[0].lr=0.01",
        "schedule=cosine",
        "surface=beale",
    )
    setting = lambda: ["--set", rng.choice(good) if rng.random() < 0.6 else f"{rng.choice(KEYS)}={rng.choice(VALUES)}"]  # noqa: E731
    mostly = lambda good, odd: rng.choice(good if rng.random() < 0.8 else odd)  # noqa: E731
    language = ["--language", rng.choice(("en", "zh", "zh", "xx"))]
    surface = lambda: mostly(names["surface"], ("", "himmelblauu", "leaves:Thing", "sgd"))  # noqa: E731
    out = mostly(("p.html", "out/p.HTM", "there/p.html"), (*OUTS, "dangling/p.html", "a.toml/p.html"))
    match rng.choice(("new", "new", "explore", "explore", "playground", "serve", "serve", "sweep")):
        case "new":
            named = rng.choice(
                ("begun", "there/begun", "begun.toml", "no/begun", "a", "é", "日本", "a b", "-", "..", "/", *PATHS)
            )
            rules = ",".join(
                mostly(names["optimizer"], ("", " sgd", "sgd", "x")) for _ in range(rng.choice((1, 1, 2, 3)))
            )
            line = ["new", named, *few(["--surface", surface()], ["--optimizers", rules])]
        case "explore":
            line = ["explore", mostly(("a.toml",), PATHS)]
            line += few(setting(), setting(), ["--out", out], ["--out", "p.html"], language, ["--json"], ["--quiet"])
        case "playground":
            of = [word for _ in range(rng.choice((1, 1, 2))) for word in ("--surface", surface())]
            line = ["playground", out, *of, *few(language, ["--json"], ["--quiet"])]
        case "serve":
            port = mostly("0", ("-1", "65536", "x", "", "1e3"))
            host = [
                "--host",
                mostly(("127.0.0.1", "0.0.0.0"), ("", "256.1.1.1", "::1", "192.0.2.1", "é", "x" * 300)),
            ]
            line = [
                "serve",
                "--port",
                port,
                *few(host, ["--records", mostly(("there", "."), PATHS)], ["--trust"], language),
            ]
            line += few(["--name", rng.choice(("here", "", "x" * 300, "é", "a b", "here:80", "*"))])
        case _:
            line = [
                "sweep",
                mostly(("s.toml",), PATHS),
                *few(setting(), ["--out", out], language),
            ]
            line += few(["--json"], ["--quiet"], ["--workers", rng.choice(("1", "1", "0", "-1", "x", "1025"))])
            line += ["--scheduler", rng.choice(("", "x", "tcp://", "http://a:1"))] if rng.random() < 0.1 else []
    if rng.random() < 0.15:
        line.insert(
            rng.randrange(1, len(line) + 1), rng.choice(("--debug", "--json", "--", "-x", "", "é", "-h", "--name"))
        )
    return line

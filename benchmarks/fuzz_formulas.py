"""Write hostile formulas at random, and see that each is a surface or refused by one message, and never runs.

    python benchmarks/fuzz_formulas.py [--seed 0] [--formulas 3000] [--guided 200000] [--check]
    python benchmarks/fuzz_formulas.py --only 17

A formula is a right one with a few parts that are not (deep brackets, powers of powers, numbers of any length, letters of
any kind, names of Python's own, of its hidden attributes and of commands, code), or Python that somebody hopes to have run.
Every one goes through `ls.from_expression`, where its value, gradient and Hessian are taken at one point, and as the
surface of a scenario through `Scenario.from_text`; every tenth through `landscape backprop` too.

A finding is any exception but ValueError and TypeError from the first, and ScenarioError from the second, a message of
several lines or of more than 600 characters, one that accepts what the other refuses, more than 5 s of the processor or
150 MB, and anything that reading a formula has no reason for: a module imported, a file written, a process started, a
name of Python's own called. `--guided` lets atheris, where it is installed, change formulas by what code they reach.

The exit code is 1 if anything was found. A case is drawn from the seed and its own number, and `--only` repeats it.
"""

from __future__ import annotations

import argparse
import builtins
import contextlib
import importlib
import io
import json
import random
import sys
import time
import traceback
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fuzzing import Hang, guided, guided_apart, limited, watched

# ruff: noqa: E501 - what cases are made of

LONGEST, MOST_MB, MOST_SAID = 5.0, 150.0, 600
CHECK = 150
MODULES = ("landscape.surfaces.custom.expression", "landscape.program.formula", "landscape.program.formula_parser")
TRAPPED = (
    "eval",
    "exec",
    "compile",
    "open",
    "input",
    "breakpoint",
    "__import__",
    "getattr",
    "setattr",
    "vars",
    "exit",
    "quit",
)
GOOD = ("x**2 + y**2", "sin(x)*exp(-y**2)", "x**4/4 - x**2/2 + y**2", "max(x, y) + abs(x - y)", "(1 - x)**2 + 100*(y - x**2)**2",
        "erf(x) + tanh(y)", "sqrt(x**2 + y**2 + 1)", "log(1 + x**2)", "x*y", "cos(3*pi*x) + e**y", "x1*x2 + x10", "atan(x)/(1 + y**2)")  # fmt: skip
CODE = ("__import__('os').system('id')", "os.system('id')", "open('/etc/passwd').read()", "().__class__.__bases__[0].__subclasses__()",
        "(lambda: 0)()", "[x for x in (1).__class__.__mro__]", "exec('x=1')", "eval('1')", "x if x else y", "x.real", "x[0]", "f'{x}'",
        "(y := x)", "globals()", "exit()", "breakpoint()", "input()", "print(x)", "`id`", "$(id)", "import os", "x; y", "x\ny", "x = 1",
        "lambda x: x", "yield x", "await x", "*x", "**x", "x @ y", "x // y", "x % y", "x & y", "x ^ y", "~x", "not x", "x < y", "x == y",
        "sin", "sin()", "sin(x, y)", "sin(x=1)", "max(x)", "max(x, y, x)", "sin(*x)", "sin(**x)", "sin(x)(y)", "x(y)", "2(x)", "2x", "x y",
        "1_000*x", "0x10*x", "1e999*x", "1j*x", "True*x", "None", "...", "''", "b''", "x.__class__", "{x}", "{x: y}", "[x]", "(x,)", "()",
        "{0.__class__}", "%s", "x!", "x?", "#", "x # y", "\\", "\x00", "x\x00y", "", " ", "\t", "π*x", "x²", "х + у", "ｘ + ｙ", "x\u200b", "\u202ex",
        "é", "x−y", "x×y", "𝑥", "ﬁ", "ſin(x)", "\ud800", "__class__", "__builtins__", "_x", "x__", "x_1", "lambda", "if", "None*x", "self", "np.sin(x)",
        "numpy", "pi", "e", "pi()", "e(x)", "nan*x", "inf*x", "x**nan", "x**inf", "sign(x)**0", "x**-1", "x**0", "0**x", "0/x", "x/0", "0/0 + x",
        "x**x", "x**x**x", "(-1)**x", "e**e**x", "log(-1) + x", "sqrt(-1) + x", "log(0)*x", "arcsin(2) + x", "1/(x - x)", "x**0.5", "x**(1/3)", "x**(1/0)")  # fmt: skip
WORDS = (*(name for name in dir(builtins) if name.isidentifier()), "__class__", "__globals__", "__init__", "__dict__", "mro", "os", "sys", "np",
         "numpy", "sin", "x", "y", "pi", "e", "gamma", "async", "x" * 33, "x" * 3000, "x99999999999999999999", "a1", "A", "O", "l")  # fmt: skip


def formula(number: int, seed: int) -> str:
    """The formula of a case."""
    rng = random.Random(f"{seed}:formulas:{number}")
    match number % 5:
        case 0:
            return hostile(rng)
        case 1:
            text = rng.choice(GOOD)
            at = rng.randrange(len(text) + 1)
            return text[:at] + hostile(rng) + text[at + rng.choice((0, 0, 1, 3)) :]
        case 2:
            text = list(rng.choice(GOOD))
            for _ in range(rng.choice((1, 2, 5))):
                at = rng.randrange(len(text) + 1)
                text[at : at + rng.randrange(2)] = rng.choice(
                    (*"()**+-/.,xye0123456789 _#;:=[]{}'\"\\@!^&|<>~`", *"é²πх", rng.choice(WORDS))
                )
            return "".join(text)
        case 3:
            return grown(rng, rng.choice((2, 4, 6, 8)))
        case _:
            return vast(rng)


def hostile(rng: random.Random) -> str:
    """Something that no formula has, alone or called."""
    word, code = rng.choice(WORDS), rng.choice(CODE)
    return rng.choice(
        (
            code,
            code,
            code,
            f"{word}(x)",
            f"{word}*x",
            f"x.{word}",
            f"{word}({code})",
            f"sin({code})",
            f"x + {code}",
            f"({code})**2",
        )
    )


def grown(rng: random.Random, deep: int) -> str:
    """A formula that is right, or nearly so, of any depth."""
    if deep <= 0 or rng.random() < 0.1:
        return rng.choice(("x", "y", "z", "1", "2.5", "0", "pi", "e", "1e-9", "1e99", "1e101", "64", ".5", "5.", "x3"))
    a, b = grown(rng, deep - 1), grown(rng, deep - rng.choice((1, 2, 3)))
    one = rng.choice(("sin", "exp", "log", "sqrt", "tan", "erf", "abs", "sign", "sinh", "arccos", "ln"))
    power = rng.choice(("2", "3", "64", "65", "-1", "0.5", "(1/3)", "-64", "999999999", "0", "y", "(x)", "1e1", "2.0"))
    return rng.choice(
        (
            f"({a} + {b})",
            f"({a} * {b})",
            f"({a} / {b})",
            f"({a} - {b})",
            f"{one}({a})",
            f"({a})**{power}",
            f"-{a}",
            f"max({a}, {b})",
            f"({a})**({b})",
        )
    )


def vast(rng: random.Random) -> str:
    """Something small written very large."""
    many = rng.choice((10, 39, 41, 90, 400, 1999, 2001, 10**4, 10**6))
    return rng.choice((
        "(" * many + "x" + ")" * many, "-" * many + "x", "x" + "**2" * min(many, 10**4), "x" + "*x" * min(many, 10**5), "+".join("x" for _ in range(min(many, 10**5))),
        "9" * many + "*x", "x**" + "9" * many, "0." + "0" * many + "1*x", "x**" * 20 + "2", "sin(" * many + "x" + ")" * many, "x*" + "1" * many + "e" + "9" * 5,
        "(x + y)**64" + " * (x - y)**64" * (many % 7), "exp(" * 8 + "x" + ")" * 8, " + ".join(f"x{i}*x{i + 1}" for i in range(min(many, 500))),
        " * ".join(f"sin(x{i})" for i in range(min(many, 12))), "(" * many, ")" * many, "[" * many, "~" * many + "x", "not " * many + "x", "x" * many, " " * many + "x",
        "(1 + " * min(many, 38) + "x*y" + ")**2" * min(many, 38), "max(x, " * min(many, 39) + "y" + ")" * min(many, 39), "/".join("x" for _ in range(min(many, 200))),
    ))  # fmt: skip


@contextlib.contextmanager
def traps() -> Iterator[list[str]]:
    """What of Python's own is called by formulas, whose code lies in this library or in none."""
    called: list[str] = []
    inside = {name: getattr(builtins, name) for name in TRAPPED if hasattr(builtins, name)}

    def trap(name: str, real: Any) -> Any:
        def at(*given: Any, **named: Any) -> Any:
            code = sys._getframe(1).f_code
            if code.co_filename == "<program>" or (code.co_filename[0] == code.co_name[0] == "<"):  # what was a text
                called.append(f"it called {name}")
            return real(*given, **named)

        return at

    quiet = ("input", "breakpoint", "exit", "quit")
    for name, real in inside.items():
        setattr(builtins, name, trap(name, (lambda *a, **n: called.append("it asked")) if name in quiet else real))
    try:
        yield called
    finally:
        for name, real in inside.items():
            setattr(builtins, name, real)


def outcome(text: str, number: int) -> tuple[str, list[str], float, float]:
    """("surface" or "refused", findings, seconds, MB) of a formula."""
    import numpy as np

    import landscape as ls
    from landscape.cli import run_command
    from landscape.scenario.model import Scenario
    from landscape.scenario.reader import ScenarioError

    ended, found, said = {}, [], []
    scenario = (
        f'title = "x"\nsteps = 1\noptimizers = ["sgd"]\nsurface = {{ name = "expression", text = {_toml(text)} }}\n'
    )

    def alone() -> None:
        surface = ls.from_expression(text)
        point = np.full(surface.dim, 0.37)
        with np.errstate(all="ignore"):
            surface.value(point), surface.gradient(point), surface.hessian(point)

    ways = {
        "from_expression": (alone, (ValueError, TypeError)),
        "scenario": (lambda: Scenario.from_text(scenario), (ScenarioError,)),
    }
    began = time.process_time()
    tracemalloc.start()
    with watched() as seen, traps() as called, warnings.catch_warnings():
        warnings.simplefilter("error")
        for way, (run, allowed) in ways.items():
            ended[way] = "surface"
            try:
                with limited(LONGEST):
                    run()
            except allowed as error:
                ended[way] = "refused"
                said.append(str(error))
            except Hang:
                found.append(f"{way}: more than {LONGEST:g} s")
            except BaseException:
                found.append(f"{way}: escaped:\n{traceback.format_exc()[-1500:]}")
        if number % 10 == 0 and not found:
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                try:
                    with limited(LONGEST):
                        code = run_command(["backprop", "--", text])
                except Hang:
                    code = 99
            if code not in (0, 2) or "Traceback" in out.getvalue():
                found.append(f"backprop ends with {code}: {out.getvalue()[-300:]}")
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    if len(set(ended.values())) > 1 and not found:
        found.append(f"{ended}: {said}")
    found += [f"it said {each!r:.700}" for each in said if "\n" in each or len(each) > MOST_SAID]
    found += [f"{most:.0f} MB"] * (most > MOST_MB)
    return ended["from_expression"], list(dict.fromkeys([*found, *seen, *called])), time.process_time() - began, most


def _toml(text: str) -> str:
    """A text as TOML, which has JSON's escapes but for halves of letters."""
    return json.dumps(text.encode("utf-8", "replace").decode()).replace("\x7f", "\\u007f")


def fuzzed(seed: int, numbers: Iterable[int]) -> int:
    """Run the cases; how many findings there were."""
    ends: Counter[str] = Counter()
    slowest, largest, wrong = (0.0, -1), 0.0, 0
    importlib.import_module("scipy.special")  # which evaluates texts of its own
    outcome("x**2 + y", 0)  # what is imported once is imported
    for number in numbers:
        text = formula(number, seed)
        ended, found, seconds, most = outcome(text, number)
        ends[ended] += 1
        slowest, largest = max(slowest, (seconds, number)), max(largest, most)
        if found:
            wrong += 1
            print(f"--only {number} --seed {seed}: {text!r:.200}: " + "; ".join(found), flush=True)
    told = ", ".join(f"{count:,} {ended}" for ended, count in sorted(ends.items()))
    print(
        f"formulas: {ends.total():,} cases of seed {seed}; {told}; slowest {slowest[0]:.2f} s (case {slowest[1]}); most memory {largest:.1f} MB; {wrong} findings"
    )
    return wrong


def prepared() -> tuple[Callable[[bytes], None], list[bytes]]:
    """The test of one formula, and the formulas to begin with."""
    import numpy as np

    import landscape as ls

    importlib.import_module("scipy.special")

    def test(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        with watched() as seen, traps() as called, np.errstate(all="ignore"):
            try:
                surface = ls.from_expression(text)
                surface.value(np.full(surface.dim, 0.37))
            except (ValueError, TypeError) as error:
                if "\n" in str(error):
                    raise AssertionError(f"several lines: {error}") from error
        if seen or called:
            raise AssertionError("; ".join([*seen, *called]))

    return test, [text.encode("utf-8", "replace") for text in (*GOOD, *CODE)]


def main() -> int:
    """Fuzz; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formulas", type=int, default=3000, help="how many formulas")
    parser.add_argument("--guided", type=int, default=0, metavar="RUNS", help="coverage-guided runs, by atheris")
    parser.add_argument("--check", action="store_true", help="a few, in seconds")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one case again")
    given = parser.parse_args()
    numbers = range(CHECK if given.check else given.formulas) if given.only is None else [given.only]
    if given.guided and not numbers:
        guided(prepared, MODULES, [word for word in WORDS if len(word) < 60], given.guided, given.seed, largest=400)
    wrong = fuzzed(given.seed, numbers)
    if given.guided:
        wrong += guided_apart("--formulas", given.seed, given.guided)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

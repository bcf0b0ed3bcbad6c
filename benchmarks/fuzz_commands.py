"""Damage scenarios and command lines at random, and see that each ends in a right exit code and a message.

    python benchmarks/fuzz_commands.py [--seed 0] [--scenarios 10000] [--lines 3000] [--pages 300]
                                       [--interruptions 200] [--check]
    python benchmarks/fuzz_commands.py --only lines:17

Each case runs in this process, in a folder of its own: `check` of a scenario with a few mutations, or a command line made
of commands, options and values, right ones and wrong ones (`command_lines.py`; those of pages are `new`, `explore`,
`playground`, `sweep` and `serve`, which is asked for a page and then interrupted). A finding is a traceback, an exit code other than
0, 1 and 2 (of a server 130), a 1 without a failed expectation or a failed expectation without it, a 2 without a message, more than 5 s of the
processor, a file that a refused command leaves or changes, or a hidden part that any leaves. Limits on what a scenario may compute
are lowered, so that a large one is refused instead of computed.

An interruption sends SIGINT, SIGTERM, SIGHUP, SIGQUIT or SIGKILL to a process that runs a scenario, over the results of
an earlier run or where there are none, after a random time. Those that come too late do not count. Afterwards all files
are those of one run or of none, and nothing else is there; what SIGKILL leaves is gone after the next run.

The exit code is 1 if anything was found. A case is drawn from the seed and its own number, and `--only` repeats it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from command_lines import KEYS, KINDS, SWEEP, VALUES, command_line, page_line

# ruff: noqa: E501 - what cases are made of

LONGEST = 5.0  # seconds of the processor, which a busy machine does not stretch as it does the clock
STUCK = 60.0  # seconds by the clock
CHECK = 60, 60, 12, 5  # scenarios, command lines, those of pages and interruptions of --check

BASES = (
    """\
title = "Descent in a bowl"
look_for = '''
It goes down.'''
steps = 20
surface = "quadratic"
optimizers = [{ name = "sgd", lr = 0.05 }, { name = "adam", lr = 0.1 }]
views = [{ name = "convergence", width = 320, height = 180 }]

[[expect]]
claim = "descent descends"
optimizer = "sgd"
measure = "value"
below = 1.0
""",
    """\
title = "Noise, schedules and starts"
seed = 3
steps = 30
every = 5
repeats = 2
tolerance = 1e-9

[surface]
name = "extended_rosenbrock"
dim = 4

[start]
name = "random_box"
count = 3
box = [[-1.0, 1.0]]

[noise]
name = "gaussian"
sigma = 0.1

[schedule]
name = "cosine"

[[optimizers]]
name = "momentum"
lr = 1e-4
label = "heavy ball"
schedules = { momentum = { name = "linear", final_factor = 0.5 } }

[[optimizers]]
name = "lookahead"
optimizer = { name = "adam", lr = 0.01 }

[[optimizers]]
name = "shampoo"
columns = 2

[[expect]]
claim = "the ball stays low"
optimizer = "heavy ball"
measure = { name = "gap" }
at = 25
statistic = "max"
relative_to = "lookahead"
above = 0.0
below = 1e3

[zh]
title = "噪声"
labels = { "heavy ball" = "重球" }
""",
    """\
title = "Second order on a sum of squares"
steps = 10
surface = { name = "rotated", surface = "rosenbrock", rotation = 1 }
start = [[-1.2, 1.0], [0.5, 0.5]]
optimizers = ["newton", "bfgs", "nelder_mead", { name = "sgd", lr = [0.1, 0.2] }]
views = []
""",
)
SCENARIOS = Path(__file__).parent.parent / "scenarios"


class Hang(BaseException):
    """A case takes too long; not an Exception, so that nothing that is tested takes it for its own."""


def mutated(text: str, rng: random.Random, names: dict[str, list[str]]) -> bytes:
    """A scenario's text with one to four mutations."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        lines = text.split("\n")
        line = rng.randrange(len(lines))
        spot = rng.randrange(len(text) + 1)
        match rng.choice((0, 1, 2, 3, 4, 5, 5, 5, 6, 7, 8, 9, 9, 9, 11, 12)):
            case 0:
                del lines[line]
            case 1:
                lines.insert(line, rng.choice(lines))
            case 2:
                other = rng.randrange(len(lines))
                lines[line], lines[other] = lines[other], lines[line]
            case 3 | 4:
                lines[line] = re.sub(r"=\s*(.*)$", lambda _: f"= {rng.choice(VALUES)}", lines[line])
            case 5:
                numbers = list(re.finditer(r"-?\d+(\.\d+)?(e-?\d+)?", lines[line]))
                if numbers:
                    at = rng.choice(numbers)
                    factor = rng.choice((0.0, 0.1, 0.5, 2.0, 10.0, 1e6, -1.0))
                    new = f"{float(at[0]) * factor:g}" if rng.random() < 0.8 else rng.choice(VALUES)
                    lines[line] = lines[line][: at.start()] + new + lines[line][at.end() :]
            case 6:
                words = list(re.finditer(r"\w+", lines[line]))
                if words:
                    at = rng.choice(words)
                    new = list(at[0])
                    new[rng.randrange(len(new))] = rng.choice("_xyz9é ")
                    lines[line] = lines[line][: at.start()] + "".join(new) + lines[line][at.end() :]
            case 7:
                lines.insert(line, f"{rng.choice(KEYS)} = {rng.choice(VALUES)}")
            case 8:
                lines[line] = lines[line].replace('"', "", rng.choice((1, 2)))
            case 9:
                kind = rng.choice(KINDS)
                quoted = list(re.finditer(r'"(\w+)"', lines[line]))
                if quoted:
                    known = [each for each in KINDS if any(at[1] in names[each] for at in quoted)]
                    at = rng.choice(quoted)
                    new = rng.choice(names[rng.choice(known or [kind])])
                    lines[line] = lines[line][: at.start(1)] + new + lines[line][at.end(1) :]
            case 11:
                lines = (text[:spot] + rng.choice(("", "\0", "[", "]", "{", '"', "\\", "#", "é", "\r", "."))
                         + text[spot + rng.randrange(4) :]).split("\n")  # fmt: skip
            case 12:
                lines = text[:spot].split("\n") if rng.random() < 0.5 else text[spot:].split("\n")
        text = "\n".join(lines)
    data = text.encode("utf-8", "surrogatepass")
    return data if rng.random() > 0.02 else data[: len(data) // 2] + b"\xff\xfe" + data[len(data) // 2 :]


def bases() -> list[str]:
    """The texts to mutate: those above, and every scenario of the repository with few steps."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SCENARIOS.rglob("*.toml"))]
    shorter = [
        re.sub(r"^(steps|repeats|count) = \d+", lambda found: f"{found[1]} = 8", text, flags=re.M) for text in texts
    ]
    return [*BASES * max(1, len(shorter) // 3), *shorter]


def furnished(folder: Path) -> None:
    """Write the files that command lines name into a folder."""
    from landscape.cli import run_command

    for name, text in zip("abc", BASES, strict=True):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "s.toml").write_text(SWEEP, encoding="utf-8")
    (folder / "leaves.py").write_text("raise SystemExit(0)\n")
    (folder / "broken.py").write_text("def\n")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "there").mkdir()
    (folder / "there" / "notes.txt").write_text("mine")
    with contextlib.redirect_stdout(io.StringIO()):
        assert run_command(["run", "a.toml", "--set", "views=[]", "--out", "made"]) == 0
    shutil.move("made/record.npz", "record.npz")
    Path("made").rmdir()
    (folder / "cut.npz").write_bytes((folder / "record.npz").read_bytes()[:-100])


def listed(folder: Path) -> dict[str, tuple[int, int]]:
    """Every path in a folder with its size and time; those that Python keeps of modules left out."""
    found = {}
    for path in folder.rglob("*"):
        if "__pycache__" not in path.parts:
            told = path.lstat()
            found[str(path.relative_to(folder))] = (0, 0) if path.is_dir() else (told.st_size, told.st_mtime_ns)
    return found


def _too_long(number: int, frame: object) -> None:
    raise Hang


SERVES = re.compile(r"^http://\S+(?=  \(Ctrl-C ends it\)$)", re.MULTILINE)


@contextlib.contextmanager
def ended_server(said: io.StringIO) -> Iterator[list[str]]:
    """Interrupt a server that this process runs inside, once it has said its address and has been asked for its first
    page; gives what was wrong with the answer, or "", once it was asked."""
    ended, asked = threading.Event(), []

    def watch() -> None:
        while not ended.wait(0.02):
            if address := SERVES.search(said.getvalue()):
                try:
                    with urllib.request.urlopen(address[0].replace("//0.0.0.0", "//127.0.0.1"), timeout=10.0) as answer:
                        page = answer.read()
                    asked.append("" if b"</html>" in page else f"served {page[:80]!r}")
                except OSError as error:
                    asked.append(f"served nothing: {error!r}")
                os.kill(os.getpid(), signal.SIGINT)
                return

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield asked
    finally:
        ended.set()
        watching.join()


def outcome(args: list[str], folder: Path, before: dict[str, tuple[int, int]]) -> tuple[int | None, list[str], float]:
    """(exit code, findings, seconds) of a command line; what it has written is removed again."""
    from landscape.cli import run_command

    out, err, code, found = io.StringIO(), io.StringIO(), None, []
    began = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, STUCK)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), ended_server(out) as asked:
            code = run_command(args)
    except Hang:
        found.append(f"more than {LONGEST:g} s")
    except BaseException:
        found.append(f"escaped:\n{traceback.format_exc()}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    seconds = time.process_time() - began
    said, complained = out.getvalue(), err.getvalue()
    if "Traceback" in said + complained:
        found.append("a traceback")
    if code is not None:
        failed = re.search(r"^(FAILED|不成立)  |\"passed\": false", said, re.MULTILINE) is not None
        if code not in ((130,) if asked else (0, 1, 2)):
            found.append(f"exit code {code}")
        found += [each for each in asked if each]
        if (code == 1 and not failed) or (code == 0 and failed):
            found.append(f"exit code {code} with{'' if failed else 'out'} a failed expectation")
        if code == 2 and not complained.strip():
            found.append("exit code 2 without a message")
    after = listed(folder)
    left = [path for path in after.keys() | before.keys() if after.get(path) != before.get(path)]
    if left and code not in (0, 1):
        found.append(f"files left or changed: {', '.join(sorted(left))[:300]}")
    if any(part.startswith(".") for path in after for part in Path(path).parts):
        found.append("a hidden part is left")
    if left:
        _renewed(folder)
    if found and complained.strip():
        found.append(f"it said: {complained.strip()[-800:]}")
    return code, found, seconds


def _renewed(folder: Path) -> None:
    """Empty the folder and furnish it again."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    furnished(folder)


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A furnished working folder, with lower limits on scenarios, in which numbers cannot take long."""
    from landscape.scenario import checks

    here, limits = Path.cwd(), (checks.MOST_UPDATES, checks.MOST_RECORDED_GIB)
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        checks.MOST_UPDATES, checks.MOST_RECORDED_GIB = 5_000, 0.02
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        for number in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(number, _too_long)
        try:
            furnished(Path(name))
            yield Path(name)
        finally:
            os.chdir(here)
            checks.MOST_UPDATES, checks.MOST_RECORDED_GIB = limits
            sys.dont_write_bytecode = before


def fuzzed(kind: str, seed: int, numbers: list[int], made: Callable[[random.Random, Path], list[str]]) -> int:
    """Run the cases of a kind; how many findings there were."""
    codes: Counter[int | None] = Counter()
    slowest, wrong = 0.0, 0
    with workplace() as folder:
        before = listed(folder)
        for number in numbers:
            args = made(random.Random(f"{seed}:{kind}:{number}"), folder)
            if kind == "scenarios":
                before = {**before, **{name: listed(folder)[name] for name in ("fuzz.toml",)}}
            code, found, seconds = outcome(args, folder, before)
            before = listed(folder)
            codes[code] += 1
            slowest = max(slowest, seconds)
            if found:
                wrong += 1
                print(f"--only {kind}:{number} --seed {seed}: {args!r:.300}")
                for each in found:
                    print("    " + each.replace("\n", "\n    "), flush=True)
    told = ", ".join(f"{count:,} with {code}" for code, count in sorted(codes.items(), key=str))
    print(
        f"{kind}: {len(numbers):,} cases of seed {seed}; exit codes: {told}; slowest {slowest:.2f} s; {wrong} findings"
    )
    return wrong


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL)


def interrupted(seed: int, wanted: int, first: int = 0) -> int:
    """Interrupt so many runs; how many findings there were."""
    hits: Counter[str] = Counter()
    late, wrong, number = 0, 0, first
    with workplace() as folder, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        Path("a.toml").write_text(BASES[0].replace("steps = 20", "steps = 2000"), encoding="utf-8")
        duration = 0.5
        while hits.total() < wanted and late < 20 * wanted:
            said.truncate(0)
            rng = random.Random(f"{seed}:interruptions:{number}")
            sent, out, views = rng.choice(SIGNALS), rng.choice(("new", "old", "new/deep")), rng.random() < 0.5
            options = [] if views else ["--set", "views=[]"]
            if out == "old":
                _in_child(["run", "a.toml", "--out", "old", "--set", "steps=9", *options], None, 0.0, said)
            before = listed(folder)
            began = time.perf_counter()
            code = _in_child(["run", "a.toml", "--out", out, *options], sent, rng.random() * duration, said)
            after = listed(folder)
            if code in (130, -signal.SIGKILL):
                hits[sent.name] += 1
            else:
                late += 1
                duration = max(0.05, 0.9 * (time.perf_counter() - began))
            found = [] if code in (0, 130, -signal.SIGKILL) else [f"exit code {code}"]
            if code == 130 and after != before:
                found.append(f"left or changed: {sorted(set(after.items()) ^ set(before.items()))}")
            if code == -signal.SIGKILL:
                again = _in_child(
                    ["run", "a.toml", "--out", out, "--set", "expect=[]", "--set", "views=[]"], None, 0.0, said
                )
                found += [f"the next run ends with {again}"] if again else []
            left = [path for path in listed(folder) if Path(path).name.startswith(".")]
            found += [f"left: {left}"] if left else []
            if found:
                wrong += 1
                print(
                    f"--only interruptions:{number} --seed {seed}: {sent.name}, {out}: {'; '.join(found)}", flush=True
                )
                said.seek(0)
                print("    it said: " + said.read()[-800:].replace("\n", "\n    "), flush=True)
            for name in ("new", "old"):
                shutil.rmtree(name, ignore_errors=True)
            number += 1
    told = ", ".join(f"{count} {name}" for name, count in sorted(hits.items()))
    print(f"interruptions: {hits.total()} hit, of seed {seed} ({told}), {late} came too late; {wrong} findings")
    return wrong


def _in_child(args: list[str], sent: signal.Signals | None, after: float, said: IO[str]) -> int:
    """The exit code of a command in a child of this process, which gets a signal after so many seconds."""
    from landscape.cli import run_command

    for number in SIGNALS[:-1]:
        signal.signal(number, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(said.fileno(), 2)
            os._exit(run_command(args))
        except KeyboardInterrupt:  # after the command's end, where Python itself ends so
            os._exit(130)
        finally:
            os._exit(99)
    if sent is not None:
        time.sleep(after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, sent)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    # a signal before the command listens ends the child as it ends every process
    return 130 if sent is not None and code == -sent and sent != signal.SIGKILL else code


def main() -> int:
    """Fuzz all kinds; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenarios", type=int, default=10_000, help="how many mutated scenarios")
    parser.add_argument("--lines", type=int, default=3_000, help="how many command lines")
    parser.add_argument("--pages", type=int, default=300, help="how many command lines of pages")
    parser.add_argument("--interruptions", type=int, default=200, help="how many interruptions that hit")
    parser.add_argument("--check", action="store_true", help="a few of each, in seconds")
    parser.add_argument("--only", metavar="KIND:NUMBER", help="one case again")
    given = parser.parse_args()
    warnings.simplefilter("default")

    from landscape.core.registry import kinds, registry

    texts = bases()
    names = {kind: registry(kind).names() for kind in kinds()}

    def scenario(rng: random.Random, folder: Path) -> list[str]:
        (folder / "fuzz.toml").write_bytes(mutated(rng.choice(texts), rng, names))
        return ["check", "fuzz.toml", *(["--json"] if rng.random() < 0.2 else [])]

    wanted = {
        "scenarios": given.scenarios,
        "lines": given.lines,
        "pages": given.pages,
        "interruptions": given.interruptions,
    }
    if given.check:
        wanted = dict(zip(wanted, CHECK, strict=True))
    first = dict.fromkeys(wanted, 0)
    if given.only:
        kind, _, number = given.only.partition(":")
        wanted = {each: int(each == kind) for each in wanted}
        first[kind] = int(number)
    numbers = {kind: list(range(first[kind], first[kind] + count)) for kind, count in wanted.items()}
    wrong = fuzzed("scenarios", given.seed, numbers["scenarios"], scenario)
    wrong += fuzzed("lines", given.seed, numbers["lines"], lambda rng, folder: command_line(rng, names))
    wrong += fuzzed("pages", given.seed, numbers["pages"], lambda rng, folder: page_line(rng, names))
    wrong += interrupted(given.seed, wanted["interruptions"], first["interruptions"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Plant small faults in the package, one at a time, and see whether a test of what they touch fails.

    python benchmarks/mutants.py [--seed 0] [--count 300] [--jobs 2] [--in core] [--spend 40]
    python benchmarks/mutants.py --seed 0 --only 17
    python benchmarks/mutants.py --check

Needs the environment of `pip install -e '.[dev]'` (coverage), and a system that forks. The mutants (`mutations.py`
says which there are) are drawn by the seed: each folder of landscape/ gets its share of them by its lines that can be
mutated, the lines are drawn from all of the folder's, and then one mutation of the line. All happens in copies of the
tree below build/mutants/. What became of a mutant is kept there at once (`outcomes.py` says how long it holds), so that
an interrupted run goes on where it was; --again forgets it, --map-again measures anew which tests run what.

Once, all tests are run under coverage (some ten minutes on two idle cores), which tells what lines each runs and for
how long; files of tests that have changed are run again later. A mutant is then met by the tests that run its line, or
its file where the line is run at import: first the fastest, then more, up to --spend seconds of the processor, and then
those of the same files of tests, for which something may have been remembered that others had run. It is killed where
one fails, where they cannot be collected, and where they take far longer than they did. Each runs in a fork of one
process that has imported the libraries. The tests that killed are run without any fault at the end, and what they
killed is run again without those that fail there too.

Printed are the mutants killed, survived and equivalent by file, with the change of each survivor. The exit code is 1
where a smaller share than --least of those that are not equivalent is killed. `mutants.toml` beside this file says of a
change why no test can see it (`reason`) or what a test would take (`would_take`). With --check a few mutants of known
fate are run, and nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from covering import BUILT, CHOSEN, ROOT, Map, affordable, copied, ranked, surroundings
from mutations import Mutant, Mutation, sampled
from outcomes import Kept, Outcome, digests, judged

FIRST = 3.0  # seconds of tests that a mutant meets first
PAGES = "tests/docs/test_scripts.py::test_the_pages_are"  # what holds defaults, windows and starts, which imports set
LONGER = 4.0  # times as long as before, and some seconds more: an endless loop
LEAST = 0.8
UNFIT = 98  # the exit code of a process that never came to run its tests
LIBRARIES = (
    *("numpy", "numpy.testing", "scipy.optimize", "scipy.linalg", "scipy.stats", "scipy.integrate", "scipy.special"),
    *("scipy.interpolate", "scipy.sparse.linalg", "matplotlib.pyplot", "matplotlib.backends.backend_agg"),
    *("matplotlib.animation", "mpl_toolkits.mplot3d", "contourpy", "click.testing", "rich.console", "rich.table"),
    *("av", "PIL.Image", "sympy", "xarray", "pandas", "pytest", "hypothesis", "hypothesis.extra.numpy"),
    *("torch", "optax", "cma", "sklearn.datasets", "numba", "jsonschema"),  # where they are: other tests are skipped
)


# running them


class Chosen:
    """A pytest plugin that runs the chosen tests in their order, file by file, and notes the first that fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.order = {test: at for at, test in enumerate(tests)}
        self.failed = ""
        self.passed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        first: dict[str, int] = {}
        for test, at in self.order.items():
            first.setdefault(test.split("::")[0], at)
        wanted = [item for item in items if item.nodeid in self.order]
        items[:] = sorted(wanted, key=lambda item: (first[item.nodeid.split("::")[0]], self.order[item.nodeid]))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid
        elif report.when == "teardown":
            self.passed.append(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = f"{report.nodeid or 'conftest'} (at import)"


def run_tests(tests: Sequence[str], folder: Path, allowed: float) -> tuple[str, list[str]]:
    """(the test that failed, or "", those that passed) of tests in a copy of the tree, in a fork of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _in_child(tests, folder, allowed, writing)
    os.close(writing)
    ended = _waited(child, reading, 10.0 * allowed)
    with os.fdopen(reading, "rb") as file:
        told = file.read()
    if told:
        failed, passed = json.loads(told)
        return failed, passed
    return f"({ended})", []


def _waited(child: int, reading: int, allowed: float) -> str:
    """How a child ended, after its whole session has been ended with it."""
    until = time.monotonic() + allowed
    ended, status = 0, 0
    while not ended and time.monotonic() < until:
        time.sleep(0.02)
        ended, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not ended:
        os.waitpid(child, 0)
        return "took too long by the clock"
    code = os.waitstatus_to_exitcode(status)
    if code == UNFIT:
        raise SystemExit("the tests could not be run: see the logs in build/mutants")
    return "took too long" if code in (-signal.SIGXCPU, -signal.SIGKILL) else f"ended with {code}"


def _in_child(tests: Sequence[str], folder: Path, allowed: float, told: int) -> None:
    code = UNFIT
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        log = os.open(folder.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number, to in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(number, to)
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        limits = {
            resource.RLIMIT_CPU: int(allowed) + 1,
            resource.RLIMIT_AS: 8 << 30,
            resource.RLIMIT_FSIZE: 1 << 29,
            resource.RLIMIT_CORE: 0,
        }
        for limit, most in limits.items():
            resource.setrlimit(limit, (most, most))
        os.chdir(folder)
        os.environ.update(surroundings(folder))
        sys.path[:0] = [str(folder), str(folder / "tests")]
        sys.dont_write_bytecode = True
        sys.argv = ["pytest"]
        import hypothesis
        import pytest

        found = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # and no smaller case is looked for
        hypothesis.settings.register_profile("mutant", hypothesis.settings.get_profile("ci"), phases=found)
        hypothesis.settings.load_profile("mutant")
        plugin = Chosen(tests)
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        asked = ["-x", "-n", "0", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=short", "-m", CHOSEN]
        asked += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what this process had imported before
        done = pytest.main([*asked, "--rootdir", str(folder), *files], plugins=[plugin])
        if done and not plugin.failed:
            plugin.failed = f"(pytest ended with {int(done)})"
        os.write(told, json.dumps([plugin.failed, plugin.passed]).encode())
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def met(
    mutant: Mutant, known: Map, spend: float, folder: Path, without: frozenset[str], before: Outcome | None = None
) -> Outcome:
    """What becomes of a mutant in a copy of the tree, which is as before afterwards; the tests that it passed `before`
    are not run again."""
    if before is not None and before.status == "killed":
        return before
    began = time.monotonic()
    outcome = before or Outcome("survived")
    tests, at_import = known.tests_of(mutant.path, mutant.mutation.line, folder)
    order = [test for test in ranked(tests, mutant.path, known.seconds) if test not in without]
    order.sort(key=lambda test: not (at_import and test.startswith(PAGES)))
    first = affordable(order, known, min(FIRST, spend))
    order += ranked((test for test in known.beside(order) if test not in without), mutant.path, known.seconds)
    rest = affordable([test for test in order if test not in first], known, spend - min(FIRST, spend))
    outcome.status = "survived" if first or rest else "not run"
    file = folder / mutant.path
    stamp = file.stat()
    try:
        file.write_text(mutant.mutation.applied(mutant.text), encoding="utf-8")
        for stage in ([test for test in tests if test not in outcome.passed] for tests in (first, rest)):
            if not stage:
                continue
            expected = sum(known.seconds[test] for test in stage)
            expected += sum(known.collected.get(each, 0.0) for each in {test.split("::")[0] for test in stage})
            failed, passed = run_tests(stage, folder, LONGER * expected + 20.0)
            outcome.passed += passed
            outcome.files |= digests(stage, folder)
            if failed:
                outcome.status, outcome.by = "killed", failed
                if failed.startswith("(pytest"):  # before any test: that it is the fault's has to be seen
                    _restore(file, mutant.text, stamp)
                    if run_tests(stage[:1], folder, 600.0)[0]:
                        raise SystemExit(f"{stage[0]} cannot be run without any fault either: see {folder}.log")
                break
    finally:
        _restore(file, mutant.text, stamp)
    outcome.took += time.monotonic() - began
    return outcome


def _restore(file: Path, text: str, stamp: os.stat_result) -> None:
    """A file as it was, so that what was compiled of it is of use again."""
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def all_met(
    mutants: Sequence[Mutant], known: Map, spend: float, jobs: int, kept: Kept, without: Sequence[str] = ()
) -> dict[int, Outcome]:
    """What becomes of mutants, several at once, each process with a copy of its own; said and kept as it is known.

    Their order is drawn at random, so that what an interrupted run knows is a sample too.
    """
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    outcomes = {}
    with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
        waiting = {}
        for mutant in random.Random(0).sample(mutants, len(mutants)):
            before = kept.of(mutant, ROOT, frozenset(without))
            waiting[pool.submit(_job, mutant, known, spend, frozenset(without), before)] = mutant
        for done in as_completed(waiting):
            if error := done.exception():  # else all that wait are met first, and what becomes of them is lost
                pool.shutdown(cancel_futures=True)
                raise error
            mutant, outcome = waiting[done], done.result()
            if outcome != kept.outcomes.get(mutant.name):
                kept.add(mutant, outcome)
            outcomes[mutant.number] = outcome
            print(
                f"{len(outcomes)}/{len(mutants)}  #{mutant.number} {outcome.status} in {outcome.took:.0f} s  "
                f"{mutant.path}:{mutant.mutation.line} {mutant.mutation.name}  {outcome.by or f'{outcome.met} tests'}",
                flush=True,
            )
    return outcomes


def _job(mutant: Mutant, known: Map, spend: float, without: frozenset[str], before: Outcome | None) -> Outcome:
    return met(mutant, known, spend, _own_copy(), without, before)


def clear_copies() -> None:
    """Remove the copies of the tree that processes have left which no longer run."""
    for left in BUILT.glob("copy*"):
        try:
            os.kill(int(left.stem.removeprefix("copy")), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


def _own_copy() -> Path:
    """A copy of the tree that is this process's, compiled: in a process of a pool, of the copy that its parent has, so
    that all meet the tree as it was when that began."""
    folder, first = (BUILT / f"copy{number}" for number in (os.getpid(), os.getppid()))
    if not folder.exists() and first.exists():
        shutil.copytree(first, folder, symlinks=True)
    elif not folder.exists():
        copied(folder)
        subprocess.run([sys.executable, "-m", "compileall", "-q", "landscape", "tests"], cwd=folder, check=False)
    return folder


def confirmed(
    mutants: Sequence[Mutant], outcomes: dict[int, Outcome], known: Map, spend: float, jobs: int, kept: Kept
) -> dict[int, Outcome]:
    """Outcomes after the tests that killed have met no fault, and what false ones killed has been run again."""
    killers = sorted({each.by for each in outcomes.values() if each.by in known.seconds})
    folder, false = _own_copy(), []
    for at in range(0, len(killers), 40):
        waiting = killers[at : at + 40]
        while waiting:
            failed, _ = run_tests(waiting, folder, 600.0)
            if not failed:
                break
            if failed not in waiting:
                raise SystemExit(f"without any fault, {failed}: see {folder.with_suffix('.log')}")
            false.append(failed)
            waiting = [test for test in waiting if test != failed]
    print(f"{len(killers)} tests killed; {len(false)} of them fail without a fault {false or ''}", flush=True)
    again = [mutant for mutant in mutants if outcomes[mutant.number].by in false]
    return outcomes | (all_met(again, known, spend, jobs, kept, false) if again else {})


# its own check


def checked() -> int:
    """Whether mutants of known fate meet it: some that a test sees, some that none can, an endless loop, no import."""
    test = "tests/core/test_mutants_check.py"
    text = (
        "def half(n):\n    left = n\n    while left > n / 2:\n        left -= 1\n    return left if n else left * 1\n"
    )
    by_hand = Map.__new__(Map)
    by_hand.seconds, by_hand.collected = {f"{test}::test_half": 0.01}, {}
    by_hand.tests_of = lambda path, line, root: (list(by_hand.seconds), False)  # type: ignore[method-assign]
    folder = _own_copy()
    path = "landscape/core/half.py"
    (folder / path).write_text(text)
    asserted = "from landscape.core.half import half\n\n\ndef test_half():\n    assert half(8) == 4\n"
    (folder / test).write_text(asserted)
    wrong = 0
    for old, new, fate in (
        ("left = n", "left = n - 2", "survived"),  # it has less far to go
        ("n / 2", "n * 2", "killed"),
        ("-= 1", "+= 1", "took too long"),
        ("left if n else left * 1", "None", "killed"),
        ("left * 1", "left / 1", "survived"),
        ("n / 2", "n / / 2", "at import"),
    ):
        start = text.index(old)
        mutation = Mutation(text[:start].count("\n") + 1, start, start + len(old), new, "by hand")
        outcome = met(Mutant(0, path, mutation, text), by_hand, 40.0, folder, frozenset())
        right = fate == outcome.status or fate in outcome.by
        wrong += not right
        print(f"{old} becomes {new}: {outcome.status} {outcome.by}" + ("" if right else f", which should be: {fate}"))
    return int(wrong > 0)


def main() -> int:
    """Run what was asked for; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=300, help="how many mutants")
    parser.add_argument("--in", dest="within", metavar="FOLDER", default="", help="of this folder of landscape/ alone")
    parser.add_argument("--only", metavar="NUMBER", help="these mutants of the sample again: 17 or 3,17 or 20-39")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants at once")
    parser.add_argument("--spend", type=float, default=40.0, help="seconds of tests for each at most")
    parser.add_argument("--least", type=float, default=LEAST, help="share that is to be killed")
    parser.add_argument("--list", action="store_true", help="only say which mutants are drawn, and their tests")
    parser.add_argument("--map-again", action="store_true", help="measure what every test runs again")
    parser.add_argument("--again", action="store_true", help="forget what became of mutants in earlier runs")
    parser.add_argument("--check", action="store_true", help="a few mutants of known fate, in seconds")
    given = parser.parse_args()

    sys.path.insert(0, str(Path(__file__).parent))
    BUILT.mkdir(parents=True, exist_ok=True)
    clear_copies()
    os.environ.update(surroundings(ROOT))
    if given.check:
        return checked()
    _own_copy()
    print(f"--seed {given.seed} --count {given.count}" + f" --in {given.within}" * bool(given.within), flush=True)
    mutants = sampled(ROOT, given.seed, given.count, given.within)
    if given.only:
        wanted = set()
        for part in given.only.split(","):
            first, _, last = part.partition("-")
            wanted |= set(range(int(first), int(last or first) + 1))
        mutants = [mutant for mutant in mutants if mutant.number in wanted]
    if given.again:
        (BUILT / "outcomes.jsonl").unlink(missing_ok=True)
    if given.map_again:
        shutil.rmtree(BUILT / "map", ignore_errors=True)
    measured = Map().brought_up_to_date()
    if given.list:
        for mutant in mutants:
            tests, of_file = measured.tests_of(mutant.path, mutant.mutation.line)
            change = mutant.mutation.diff(mutant.path, mutant.text)
            print(f"#{mutant.number} {mutant.path}: {len(tests)} tests{' of its file' * of_file}\n{change}")
        return 0
    kept = Kept(BUILT / "outcomes.jsonl")
    for name in LIBRARIES:
        if importlib.util.find_spec(name.split(".")[0]) is not None:
            importlib.import_module(name)
    outcomes = all_met(mutants, measured, given.spend, given.jobs, kept)
    outcomes = confirmed(mutants, outcomes, measured, given.spend, given.jobs, kept)
    return judged(mutants, outcomes, given.least)


if __name__ == "__main__":
    sys.exit(main())

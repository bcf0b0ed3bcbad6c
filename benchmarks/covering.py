"""Which tests run a line of the package, and for how long: a map from a run of all tests under coverage.

    known = Map().brought_up_to_date()
    tests, at_import = known.tests_of("landscape/core/planes.py", 12)
    affordable(ranked(tests, "landscape/core/planes.py", known.seconds), known, 5.0)

It is kept below build/mutants/map. Files of tests that have changed are run again, with the package as it is then; of a
file of the package that has changed since, the lines that are still there count. Lines that are compiled are met by the
tests of the kernels.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "build" / "mutants"
CHOSEN = "not browser and not kernel"  # they start other processes, which take seconds
COMPILED = "tests/simulation/test_kernels.py::"  # run what numba has compiled, where coverage sees no lines


def surroundings(folder: Path) -> dict[str, str]:
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    settled = {"CI": "true", "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1", "LANDSCAPE_MUTANT": "1"}
    return one | settled | {"PYTHONPATH": os.pathsep.join((str(folder), str(folder / "tests")))}


def copied(to: Path) -> None:
    """The files of the tree that git knows or would know, in a folder that is made anew."""
    shutil.rmtree(to, ignore_errors=True)
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in filter(None, subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")):
        source, target = ROOT / os.fsdecode(name), to / os.fsdecode(name)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def digests(folder: Path) -> dict[str, str]:
    """Of the files of tests: relative path -> digest."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("test_*.py"))}
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def line_before(before: Path, now: Path, line: int) -> int:
    """The number that a line of a file had before it was changed; 0 where it was not there."""
    if not before.exists() or before.read_bytes() == now.read_bytes():
        return line if before.exists() else 0
    texts = [path.read_text(encoding="utf-8").splitlines() for path in (before, now)]
    for block in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
        if block.b <= line - 1 < block.b + block.size:
            return line - block.b + block.a
    return 0


def is_in_function(text: str, line: int) -> bool:
    """Whether a line belongs to the body of a function: others are run by the test that happens to import the file."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        node.body[0].lineno <= line <= (node.end_lineno or 0)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, functions)
    )


class Map:
    """Which tests run which lines, and for how long, as `coverage_map.py` has written it down.

    A round of measuring is a folder; of each file of tests the last round that ran it counts.
    """

    def __init__(self) -> None:
        self.folder = BUILT / "map"
        self.rounds = sorted((path for path in self.folder.glob("*") if path.is_dir()), key=lambda path: int(path.name))
        self.seconds: dict[str, float] = {}
        self.collected: dict[str, float] = {}
        self.of_file: dict[str, Path] = {}
        self.users: dict[str, set[str]] = defaultdict(set)  # file of a component -> tests that had it looked up
        for each in self.rounds:
            self._read(each)

    def _read(self, folder: Path) -> None:
        told = [json.loads(line) for path in folder.glob("told.*") for line in path.read_text().splitlines()]
        files = {name.split("::")[0] for name, _, _ in told}
        self.of_file |= {name: folder for name in files if (ROOT / name).exists()}
        self.seconds = {name: seconds for name, seconds in self.seconds.items() if name.split("::")[0] not in files}
        for name, outcome, seconds in told:
            if outcome == "collected":
                self.collected[name] = seconds
            elif outcome == "uses":
                self.users[seconds].add(name)
            elif outcome == "passed" and name.split("::")[0] in self.of_file:
                self.seconds[name] = seconds

    def brought_up_to_date(self) -> Map:
        """The map, after the files of tests that have changed since it was made have been run."""
        now, noted = digests(ROOT / "tests"), self.folder / "digests.json"
        before = json.loads(noted.read_text()) if noted.exists() else {}
        changed = sorted(f"tests/{path}" for path in now if now[path] != before.get(path))
        if not changed:
            return self
        print(f"mapping {', '.join(changed) if before else 'all tests'}", flush=True)
        made = self.folder / str(len(self.rounds))
        base = BUILT / "base"
        copied(base)
        shutil.copytree(base / "landscape", made / "landscape")
        environment = surroundings(base) | {"LANDSCAPE_MAP": str(made)}
        environment["PYTHONPATH"] += os.pathsep + str(Path(__file__).parent)
        asked = [sys.executable, "-m", "pytest", "-p", "coverage_map", "-m", CHOSEN, *(changed if before else [])]
        with (self.folder / "log").open("a") as log:
            subprocess.run(asked, cwd=base, env=os.environ | environment, stdout=log, stderr=log, check=False)
        noted.write_text(json.dumps(now))
        return Map()

    def tests_of(self, path: str, line: int, root: Path = ROOT) -> tuple[list[str], bool]:
        """The tests that run a line of a file below `root`, or any of its file and those that use what it registers
        where it is run at import, and whether it is that."""
        from coverage import CoverageData

        on_line: set[str] = set()
        on_file = set(self.users[path])
        for folder in self.rounds:
            counted = line_before(folder / path, root / path, line)
            for file in folder.glob("lines.*"):
                data = CoverageData(str(file))
                data.read()
                measured = next((name for name in data.measured_files() if name.endswith("/" + path)), None)
                for number, contexts in (data.contexts_by_lineno(measured) if measured else {}).items():
                    valid = {name for name in contexts if self.of_file.get(name.split("::")[0]) == folder}
                    on_file |= valid
                    on_line |= valid if number == counted else set()
        text = (root / path).read_text(encoding="utf-8")
        if not on_line and "njit" in text:
            on_file |= {name for name in self.seconds if name.startswith(COMPILED)}
        inside = bool(on_line) and is_in_function(text, line)
        on_line |= self._collected_by(on_line)
        return sorted((on_line if inside else on_line | on_file) & self.seconds.keys()), not inside

    def _collected_by(self, on_line: Iterable[str]) -> set[str]:
        """The tests of files that run a line while they are collected: what they share was made there."""
        files = {name.removesuffix("::") for name in on_line if name.endswith("::")}
        return {name for name in self.seconds if name.split("::")[0] in files}

    def beside(self, tests: Iterable[str]) -> list[str]:
        """The other tests of the files of tests: what these have run first may be remembered for those."""
        known = set(tests)
        files = {name.split("::")[0] for name in known}
        return sorted(name for name in self.seconds if name.split("::")[0] in files and name not in known)


def ranked(tests: Iterable[str], path: str, seconds: dict[str, float]) -> list[str]:
    """Tests in the order in which a mutant meets them: the fastest first, of those that name its file the seconds count
    a quarter, of those of its folder half."""
    stem, folder = Path(path).stem.strip("_"), Path(path).parent.name

    def place(test: str) -> tuple[float, str]:
        file, _, name = test.partition("::")
        if len(stem) > 2 and (stem in name or stem == Path(file).stem.removeprefix("test_")):
            return 0.25 * seconds[test], test
        return (0.5 if folder in Path(file).with_suffix("").as_posix() else 1.0) * seconds[test], test

    return sorted(tests, key=place)


def affordable(tests: Sequence[str], known: Map, spend: float) -> list[str]:
    """The first tests that fit into so many seconds, with the import of their files; longer ones are left out."""
    files: set[str] = set()
    chosen = []
    for test in tests:
        file = test.split("::")[0]
        costs = known.seconds[test] + (known.collected.get(file, 0.0) if file not in files else 0.0)
        if costs <= spend:
            spend -= costs
            files.add(file)
            chosen.append(test)
    return chosen

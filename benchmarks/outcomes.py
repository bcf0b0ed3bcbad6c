"""What became of mutants: written down as it is known, so that an interrupted run of `mutants.py` goes on, and printed.

    kept = Kept(folder / "outcomes.jsonl")
    kept.of(mutant, root)            # the outcome that still holds, or what is left of it
    kept.add(mutant, outcome)
    judged(mutants, outcomes, least=0.8)

A mutant is known by the bytes of the faulty file. That a test killed it holds while the file of that test is as it was;
where no one test did (an endless loop), while the files of all that it met are. Of one that survived, the tests that
passed and whose files are as they were are not met again, and all others are. Other files of the package and helpers
of tests are not looked at.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from mutations import Mutant

KNOWN = Path(__file__).with_name("mutants.toml")


@dataclasses.dataclass
class Outcome:
    """What became of a mutant: "killed", "survived", "not run", and by which test, in how many seconds.

    `passed` are the tests that it has passed, `files` the digests of the files of tests that it met.
    """

    status: str
    by: str = ""
    took: float = 0.0
    passed: list[str] = dataclasses.field(default_factory=list)
    files: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def met(self) -> int:
        return len(self.passed)


def file_of(test: str) -> str:
    """The file of a test, or of an error at its import."""
    return test.split("::", maxsplit=1)[0].removesuffix(" (at import)")


def digests(tests: Iterable[str], root: Path) -> dict[str, str]:
    """Of the files of tests below a tree: relative path -> digest, "" where there is none."""
    files = {name: root / name for name in map(file_of, tests)}
    return {name: sha256(file.read_bytes()).hexdigest() if file.is_file() else "" for name, file in files.items()}


class Kept:
    """Outcomes in a file, one a line; of a mutant the last counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outcomes: dict[str, Outcome] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            try:
                told = json.loads(line)
            except json.JSONDecodeError:
                continue  # empty, or cut off by an interruption
            name = told.pop("mutant")
            self.outcomes[name] = Outcome(**told)

    def of(self, mutant: Mutant, root: Path, without: frozenset[str] = frozenset()) -> Outcome | None:
        """What is known of a mutant with the tests below `root`, but for some: as killed, or as survived the tests that
        still count."""
        outcome = self.outcomes.get(mutant.name)
        if outcome is None or outcome.by in without:
            return None
        now = digests(outcome.files, root)
        if outcome.status == "killed":
            decisive = {file_of(outcome.by)} & outcome.files.keys() or outcome.files.keys()
            return outcome if all(now[file] == outcome.files[file] for file in decisive) else None
        passed = [test for test in outcome.passed if now[file_of(test)] == outcome.files[file_of(test)]]
        files = {file: now[file] for file in map(file_of, passed)}
        return dataclasses.replace(outcome, passed=passed, files=files)

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        self.outcomes[mutant.name] = outcome
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps({"mutant": mutant.name} | dataclasses.asdict(outcome)) + "\n")


def known() -> dict[tuple[str, str, str], dict[str, str]]:
    """What mutants.toml says of changes: (file, line, becomes) -> its entry."""
    entries = tomllib.loads(KNOWN.read_text(encoding="utf-8")).get("mutant", []) if KNOWN.exists() else []
    for entry in entries:
        if ("reason" in entry) == ("would_take" in entry):
            raise SystemExit(f"{KNOWN.name}: say either reason or would_take of {entry}")
    return {(entry["file"], entry["line"], entry["becomes"]): entry for entry in entries}


def judged(mutants: Sequence[Mutant], outcomes: dict[int, Outcome], least: float) -> int:
    """Print what became of the mutants, by file; the exit code."""
    entries = known()
    lists: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in ("killed", "survived", "equivalent")}
    for mutant in mutants:
        outcome, entry = outcomes[mutant.number], entries.get(mutant.key, {})
        head = f"#{mutant.number} line {mutant.mutation.line}, {mutant.mutation.name}"
        if outcome.status == "killed":
            lists["killed"][mutant.path].append(f"{head}: {outcome.by}")
            if "reason" in entry:
                least = 2.0
                print(f"{KNOWN.name} calls equivalent what a test sees: {mutant.path} {head}: {outcome.by}")
        elif "reason" in entry:
            lists["equivalent"][mutant.path].append(f"{head}: {entry['reason']}")
        else:
            by = f"{outcome.met} tests passed" if outcome.met else "no test runs it"
            take = f"\n    would take: {entry['would_take']}" if entry else ""
            change = mutant.mutation.diff(mutant.path, mutant.text).replace("\n", "\n    ")
            lists["survived"][mutant.path].append(f"{head}: {by}\n    {change}{take}")
    for name, files in lists.items():
        print(f"\n{name}: {sum(map(len, files.values()))}")
        for path, said in files.items():
            print(f"  {path}")
            for line in said:
                print("    " + line.replace("\n", "\n    "))
    killed, survived, equivalent = (sum(map(len, lists[name].values())) for name in lists)
    share = killed / max(killed + survived, 1)
    late = sum("too long" in outcomes[mutant.number].by for mutant in mutants)
    print(
        f"\n{len(mutants)} mutants: {killed} killed ({late} by their time), "
        f"{survived} survived, {equivalent} equivalent; {share:.1%} of those that are not equivalent are killed"
    )
    return int(share < least)

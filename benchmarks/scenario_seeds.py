"""Judge every scenario's claims under other seeds: does one hold by luck?

    python benchmarks/scenario_seeds.py [--seeds 20] [--first 100] [--stream 2] [--jobs 2] [SCENARIO.toml ...]

A table: for each claim of a scenario that draws random numbers, those about its sweep too, under how many seeds it
holds, the range of what was measured, its limits, and the seeds under which it fails. A scenario that draws none is
judged once, one that needs a library that is not installed is left out. The last line has the rates of all; the exit
code is 1 where a claim fails under a seed.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np

from landscape.core.random import NEWEST
from landscape.scenario.model import Scenario
from landscape.scenario.problems import ScenarioError

FOLDER = Path(__file__).parent.parent / "scenarios"


def draws(path: Path, stream: int) -> bool:
    """Whether the seed changes what a scenario measures, or where it starts, within its first steps."""
    given = (Scenario.from_file(path, [f"stream={stream}", f"seed={seed}"]) for seed in (0, 1))
    short = [dataclasses.replace(each, steps=3, every=1).simulate() for each in given]
    return any(not np.array_equal(a.params, b.params) for a, b in zip(*short, strict=True))


def judged(path: Path, seeds: range, stream: int) -> tuple[str, int, int, int]:
    """(the table of one scenario, its claims, judgements that hold, all judgements)."""
    try:
        many = seeds if draws(path, stream) else seeds[:1]
    except ScenarioError as error:
        if not error.library_missing:
            raise
        return f"{path.stem}: left out, {error.lines[0].partition(': ')[2]}", 0, 0, 0
    began = time.process_time()
    verdicts = []
    for seed in many:
        scenario = Scenario.from_file(path, [f"stream={stream}", f"seed={seed}"])
        found = scenario.judge(scenario.simulate(False))
        if scenario.sweep is not None:
            found += scenario.sweep.judge(scenario.swept(progress=False))
        verdicts.append(found)
    lines = [f"{path.stem}: {len(many)} seed{'s' * (len(many) > 1)}, {time.process_time() - began:.1f} s of CPU"]
    held = 0
    for row in zip(*verdicts, strict=True):
        measured = np.array([verdict.measured for verdict in row])
        failed = [seed for seed, verdict in zip(many, row, strict=True) if not verdict.passed]
        held += len(row) - len(failed)
        limits = row[0].expectation.limits()
        spread = f"{measured.min():.4g} to {measured.max():.4g}" if len(many) > 1 else f"{measured[0]:.4g}"
        rate = f"{len(row) - len(failed):3d}/{len(row)}"
        lines.append(f"  {rate}  {spread:>22}  {limits:<28}  {row[0].claim}" + (f"  FAILS {failed}" if failed else ""))
    return "\n".join(lines), len(verdicts[0]), held, len(verdicts[0]) * len(many)


def main() -> None:
    """Judge the scenarios that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenarios", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=100, help="the first seed; the files' own are below 100")
    parser.add_argument("--stream", type=int, default=NEWEST)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    paths = given.scenarios or sorted(FOLDER.rglob("*.toml"))
    began = time.perf_counter()
    judge = functools.partial(judged, seeds=range(given.first, given.first + given.seeds), stream=given.stream)
    claims = held = judgements = 0
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        for table, count, right, of in pool.imap(judge, paths):
            print(table, flush=True)
            claims, held, judgements = claims + count, held + right, judgements + of
    took = time.perf_counter() - began
    print(f"{len(paths)} scenarios, {claims} claims: {held} of {judgements} judgements hold, {took:.0f} s")
    sys.exit(held < judgements)


if __name__ == "__main__":
    main()

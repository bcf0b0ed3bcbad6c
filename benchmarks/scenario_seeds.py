"""Judge every scenario's claims under other seeds: does one hold by luck?

    python benchmarks/scenario_seeds.py [--seeds 20] [--stream 2] [SCENARIO.toml ...]

A table: for each claim of a scenario that draws random numbers, under how many seeds it holds, the range of what was
measured, its limits, and the seeds under which it fails. A scenario that draws none is judged once.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from pathlib import Path

import numpy as np

from landscape.core.random import NEWEST
from landscape.scenario.model import Scenario

FOLDER = Path(__file__).parent.parent / "scenarios"


def draws(path: Path, stream: int) -> bool:
    """Whether the seed changes what a scenario measures, or where it starts, within its first steps."""
    given = (Scenario.from_file(path, [f"stream={stream}", f"seed={seed}"]) for seed in (0, 1))
    short = [dataclasses.replace(each, steps=3, every=1).simulate() for each in given]
    return any(not np.array_equal(a.params, b.params) for a, b in zip(*short, strict=True))


def judged(path: Path, seeds: int, stream: int) -> None:
    """Print the table of one scenario."""
    many = seeds if draws(path, stream) else 1
    began = time.perf_counter()
    verdicts = []
    for seed in range(many):
        scenario = Scenario.from_file(path, [f"stream={stream}", f"seed={seed}"])
        verdicts.append(scenario.judge(scenario.simulate()))
    print(f"{path.stem}: {many} seed{'s' * (many > 1)}, {time.perf_counter() - began:.0f} s", flush=True)
    for row in zip(*verdicts, strict=True):
        measured = np.array([verdict.measured for verdict in row])
        failed = [seed for seed, verdict in enumerate(row) if not verdict.passed]
        limits = row[0].expectation.limits()
        spread = f"{measured.min():.4g} to {measured.max():.4g}" if many > 1 else f"{measured[0]:.4g}"
        held = f"{many - len(failed):3d}/{many}"
        print(f"  {held}  {spread:>22}  {limits:<28}  {row[0].claim}" + (f"  FAILS {failed}" if failed else ""))


def main() -> None:
    """Judge the scenarios that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenarios", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--stream", type=int, default=NEWEST)
    given = parser.parse_args()
    for path in given.scenarios or sorted(FOLDER.rglob("*.toml")):
        judged(path, given.seeds, given.stream)


if __name__ == "__main__":
    main()

"""Run every pair of a surface and a rule that can be recorded as a page runs it, under Node, and compare with NumPy.

    python benchmarks/pages_agree.py                      # every surface of at most eight coordinates: half an hour
    python benchmarks/pages_agree.py himmelblau ackley --steps 50
    python benchmarks/pages_agree.py --share 20           # every twentieth pair

Each pair is run for 200 steps without noise, and with Gaussian noise where the rule allows it. Printed is how many runs
are equal to the last bit; near, within 1e-9 of what is above 1 at every step, and the worst of these; unstable, where
starts that are a rounding apart part as well; and each run that is none of these. Then a constant of each surface's
gradient is made a billionth larger: that has to be found. Needs Node on the path.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import catalogue
from javascript import Race, allowed, calls, difference

import landscape as ls
from landscape.program.steps import Parts, recorded_step
from landscape.program.trace import NotTraceable
from landscape.web.kernels import measures_source
from landscape.web.sources import script

MOST_COORDINATES = 8
NEAR = 1e-9
GROWTH = 1e3  # how much more rounding may do in all steps than the nudge of a start, as in race.ts
PLANTED = 1.0 + 1e-9
WRITE = """import { writeSync, openSync } from "node:fs";
const file = openSync(process.argv[2], "w");
for (const race of races) { const t = race(); const ends = { finished: 0, converged: 1, diverged: 2 }[t.status];
  writeSync(file, new Uint8Array(Float64Array.of(ends, t.stopped, ...t.params, ...t.value, ...t.norm).buffer)); }
"""


def node(folder: Path, races: list[Race], change=lambda source: source) -> list[dict]:
    """What Node makes of races on one surface."""
    code, found = folder / "races.mjs", folder / "races.bin"
    code.write_text(f"{script()}\nconst races = [{', '.join(calls(races, change))}];\n{WRITE}", encoding="utf-8")
    subprocess.run(["node", str(code), str(found)], check=True)
    numbers, made, at = np.fromfile(found), [], 0
    for race in races:
        rows, dim = race.steps + 1, race.record.surface.dim
        part = numbers[at : at + 2 + rows * (dim + 2)]
        at += len(part)
        params, value, norm = np.split(part[2:], [rows * dim, rows * (dim + 1)])
        status = ("finished", "converged", "diverged")[int(part[0])]
        made.append({"params": params.reshape(rows, dim), "value": value, "norm": norm, "status": status,
                     "stopped": int(part[1])})  # fmt: skip
    return made


def recordable(surface: ls.Surface) -> list[tuple[str, object, bool]]:
    """(name, rule, whether it allows noise) of each rule whose step on the surface is plain arithmetic."""
    noisy = dict(catalogue.rules(surface, ls.noise("gaussian")))
    found = []
    for name, rule in catalogue.rules(surface):
        try:
            recorded_step(Parts(surface, rule, None, (), 2, 2, measured=True))
        except NotTraceable:
            continue
        found.append((name, rule, name in noisy))
    return found


def surfaces(chosen: list[str]) -> dict[str, ls.Surface]:
    names = chosen or [name for name in ls.surfaces.names() if not catalogue.optional(ls.surfaces.REGISTRY.get(name))]
    made = {name: catalogue.made(name) for name in names}
    return {name: each for name, each in made.items() if each.dim <= MOST_COORDINATES and each.differentiable}


def planted(source: str) -> str:
    """The loss and its gradient with their first constant a billionth larger; a kernel as it is."""
    if source.startswith("{\n"):
        return source
    found = [each for each in re.finditer(r"\((-?\d+\.\d+(?:e-?\d+)?)\)", source) if float(each[1]) != 0.0]
    if not found:
        return source
    first = found[0]
    return source[: first.start()] + f"({float(first[1]) * PLANTED!r})" + source[first.end() :]


def fate_of(race: Race, made: dict) -> tuple[str, float]:
    """("equal" | "near" | "unstable" | "apart", how far it is off)."""
    gap = difference(race, made)
    if gap <= NEAR:
        return "equal" if gap == 0.0 else "near", gap
    start = race.record.starts[:, 0]
    starts = [start * (1.0 + sign * 2.0**-50) + sign * 2.0**-50 for sign in (1.0, -1.0, np.eye(len(start))[0])]
    tracks = [dataclasses.replace(race, start=each).track for each in starts]
    params = race.track.params[:, :, 0]
    size = np.maximum(1.0, np.abs(params))
    beside = np.max([np.abs(each.params[:, :, 0] - params) / size for each in tracks], axis=(0, 2))
    grown = np.maximum.accumulate(np.nan_to_num(beside, nan=np.inf))
    off = np.max(np.nan_to_num(np.abs(made["params"] - params), nan=0.0) / size, axis=1)
    return ("unstable" if np.all(off <= 1e-12 + GROWTH * grown) else "apart"), gap


def main(chosen: list[str], steps: int, share: int) -> None:
    fates: Counter[str] = Counter()
    worst, number, found, tried = 0.0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        for name, surface in surfaces(chosen).items():
            races = {}
            for rule_name, rule, noisy in recordable(surface):
                for noise in (None, ls.noise("gaussian", sigma=0.2)) if noisy else (None,):
                    number += 1
                    if number % share:
                        continue
                    race = Race(surface, rule, surface.customary_start, steps, noise, seed=number)
                    try:
                        race.kernel  # noqa: B018
                    except NotTraceable as error:
                        fates["not recorded"] += 1
                        print(f"{rule_name} on {name}: {error}")
                        continue
                    races[f"{rule_name} on {name}{' with noise' if noise else ''}"] = race
            if not races:
                continue
            made = node(Path(folder), list(races.values()))
            for label, race, each in zip(races, races.values(), made, strict=True):
                fate, gap = fate_of(race, each)
                fates[fate] += 1
                if fate == "near":
                    worst = max(worst, gap)
                elif fate == "apart":
                    print(f"{label}: {gap:.1e}", flush=True)
            first = next(iter(races.values()))
            if planted(source := measures_source(surface)) != source:
                tried += 1
                [changed] = node(Path(folder), [first], planted)
                found += difference(first, changed) > allowed(first)
    print(f"{sum(fates.values()):,} runs of {steps} steps: {dict(fates)}; the worst of those near {worst:.1e}")
    print(f"constants that were planted a billionth off: {tried}, found: {found}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("surfaces", nargs="*", help="names of surfaces; all where left out")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--share", type=int, default=1, help="run each so-manieth pair alone")
    asked = parser.parse_args()
    main(asked.surfaces, asked.steps, asked.share)

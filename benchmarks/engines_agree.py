"""Hold the engines to each other: every pair of a surface and a rule that is recorded, with and without noise.

    python benchmarks/engines_agree.py                          # all pairs, 200 steps; 40 of them compiled
    python benchmarks/engines_agree.py --compiled 500 --seed 3  # others, and more of them
    python benchmarks/engines_agree.py --share 0.05             # a twentieth of the pairs

Each pair runs on NumPy's arrays, on Python's floats (a run alone), and as the recorded step that every compiled engine
is written from, its operations done by NumPy; a sample drawn by the seed is compiled by numba. Counted are the pairs
whose params are the same to the last bit, those that are within 1e-9 of their size, and others, which are listed: where
arithmetic is all there is, none may differ, and a run that is chaotic grows what sines and logarithms round. Exit code
1 where statuses or bits of the recorded step differ. A constant that is changed by a billionth must be found, in the
same way, before anything else is done.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import itertools
import sys
import time
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

import landscape as ls
from landscape.program.elementwise import elementwise
from landscape.program.numba import is_exact
from landscape.program.stencil import stencil, with_update
from landscape.program.steps import Parts, recorded_step
from landscape.program.trace import NotTraceable
from landscape.simulation import numba_engine, stencil_engine

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
CLOSE = 1e-9
RUNS = 4
WIDE, WIDE_RUNS = 12, 9


def pairs(noisy: bool) -> list[tuple[str, str]]:
    """The names of every surface and rule that are recorded together."""
    import catalogue

    noise = ls.noise("gaussian", sigma=0.1) if noisy else None
    surfaces = {name: catalogue.made(name) for name in ls.surfaces.names() if _plain("surface", name)}
    surfaces = {name: each for name, each in surfaces.items() if each.dim <= 8 and each.differentiable}
    rules = {name: catalogue.usual(name) for name in ls.optimizers.names() if _plain("optimizer", name)}
    rosenbrock, sgd = surfaces["rosenbrock"], rules["sgd"]
    rules = {name: each for name, each in rules.items() if _records(rosenbrock, each, noise)}
    return [(s, r) for s in surfaces if _records(surfaces[s], sgd, noise) for r in rules]


def _plain(kind: str, name: str) -> bool:
    from landscape.core.registry import registry

    return not registry(kind).get(name).needs_library


def _records(surface: Any, rule: Any, noise: Any) -> bool:
    try:
        recorded_step(Parts(surface, rule, noise, (), RUNS, 200))
    except (NotTraceable, TypeError, ValueError):
        return False
    return True


def track(surface: str, rule: str, steps: int, noisy: bool, engine: str, runs: int = RUNS) -> Any:
    """A pair's track by an engine; with a single run, by floats."""
    import catalogue

    made = catalogue.made(surface)
    spread = np.random.default_rng(1).normal(size=(made.dim, RUNS))[:, :runs]
    sides = np.ptp(np.array(made.window), axis=1)[:, None]
    return ls.simulate(
        made, catalogue.usual(rule), start=made.customary_start[:, None] + 0.02 * sides * spread, steps=steps,
        noise=ls.noise("gaussian", sigma=0.1) if noisy else None, engine=engine, progress=False,
    ).tracks[0]  # fmt: skip


def compared(one: Any, other: Any) -> str:
    """How the params of two tracks stand to each other: same, close, apart, or with other statuses."""
    runs = min(one.runs, other.runs)
    a, b = one.params[:, :, :runs], other.params[:, :, :runs]
    if np.array_equal(a, b):
        return "same"
    if not np.array_equal(one.status[:runs], other.status[:runs]):
        return "status"
    return "close" if worst(one, other) <= CLOSE else "apart"


def worst(one: Any, other: Any) -> float:
    """The largest difference of params, as a part of their size."""
    runs = min(one.runs, other.runs)
    a, b = one.params[:, :, :runs], other.params[:, :, :runs]
    return float(np.max(np.abs(a - b) / np.maximum(1.0, np.abs(a))))


def planted() -> bool:
    """Whether a constant that is a billionth off is found."""
    import engines

    def changed(parts: Parts) -> Any:
        step = recorded_step(parts)
        nodes = list(step.program.nodes)
        at = next(i for i, node in step.program.operations() if any(node.constant) and node.name != "drawn")
        args = tuple(a * (1 + 1e-9) if c else a for a, c in zip(nodes[at].args, nodes[at].constant, strict=True))
        nodes[at] = dataclasses.replace(nodes[at], args=args)
        return dataclasses.replace(step, program=dataclasses.replace(step.program, nodes=tuple(nodes)))

    with engines.interpreted(), mock.patch.object(numba_engine, "recorded_step", changed):
        one, other = (track("himmelblau", "adam", 20, False, engine) for engine in ("numpy", "numba"))
        return other.engine == "numba" and compared(one, other) != "same"


def main() -> int:
    """Run the pairs, print the counts and what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=200, help="of each run (default 200)")
    parser.add_argument("--share", type=float, default=1.0, help="of the pairs that are run (default 1: all)")
    parser.add_argument("--compiled", type=int, default=40, help="pairs that numba compiles too (default 40)")
    parser.add_argument("--seed", type=int, default=0, help="draws what is compiled and what is left out (default 0)")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    random = np.random.default_rng(given.seed)
    print(f"seed {given.seed}, {given.steps} steps; a constant a billionth off is found: {planted()}", flush=True)
    wrong = not planted()
    listed = [(surface, rule, noisy) for noisy in (False, True) for surface, rule in pairs(noisy)]
    chosen = [each for each in listed if random.uniform() < given.share]
    print(f"{len(listed):,} pairs with and without noise are recorded, {len(chosen):,} are run", flush=True)
    wrong |= _interpreted(chosen, given.steps)
    sample = [chosen[i] for i in random.permutation(len(chosen))[: given.compiled]]
    wrong |= _compiled(sample, given.steps)
    wrong |= _many_dimensions(given.steps, given.share, random)
    return int(wrong)


def _interpreted(chosen: list[tuple[str, str, bool]], steps: int) -> bool:
    import engines

    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    began, told = time.perf_counter(), []
    for surface, rule, noisy in chosen:
        arrays = track(surface, rule, steps, noisy, "numpy")
        with engines.interpreted():
            recorded = track(surface, rule, steps, noisy, "numba")
        alone = track(surface, rule, steps, noisy, "numpy", runs=1)
        for name, other in (("recorded step", recorded), ("floats", alone)):
            how = compared(arrays, other) if name == "floats" or other.engine == "numba" else "not recorded"
            counts[name][how] += 1
            if how != "same":
                told.append(f"  {name}: {rule} on {surface}, noise {noisy}: {how}")
    for name, count in counts.items():
        print(f"{name} against arrays: " + ", ".join(f"{n:,} {how}" for how, n in count.most_common()))
    print("\n".join([*told, f"{time.perf_counter() - began:.0f} s"]), flush=True)
    return bool(told)


def _compiled(sample: list[tuple[str, str, bool]], steps: int) -> bool:
    import catalogue

    if not sample:
        return False
    if not numba_engine.available(None):
        print("numba is not installed: nothing is compiled")
        return False
    counts: collections.Counter[str] = collections.Counter()
    began, largest, wrong = time.perf_counter(), 0.0, False
    for surface, rule, noisy in sample:
        one, other = (track(surface, rule, steps, noisy, engine) for engine in ("numpy", "numba"))
        how = compared(one, other)
        noise = ls.noise("gaussian", sigma=0.1) if noisy else None
        exact = is_exact(
            recorded_step(Parts(catalogue.made(surface), catalogue.usual(rule), noise, (), RUNS, 200)).program
        )
        counts[f"{how}{' (arithmetic alone)' if exact else ''}"] += 1
        largest = max(largest, worst(one, other) if how == "close" else 0.0)
        if how not in ("same", "close") or (exact and how != "same"):
            wrong = wrong or exact or how == "status"
            print(f"  compiled: {rule} on {surface}, noise {noisy}: {how}, {worst(one, other):.1e}")
    print(f"compiled against arrays: {', '.join(f'{n:,} {how}' for how, n in counts.most_common())}; ", end="")
    print(f"largest difference of those that are close {largest:.1e}; {time.perf_counter() - began:.0f} s", flush=True)
    return wrong


def _many_dimensions(steps: int, share: float, random: np.random.Generator) -> bool:
    """Gradients of few neighbours and rules that treat coordinates alike, in WIDE dimensions: their loop and arrays."""
    import catalogue
    import engines

    surfaces = {}
    for name in (name for name in ls.surfaces.names() if _plain("surface", name)):
        try:
            surfaces[name] = catalogue.made(name, dim=WIDE)
            stencil(surfaces[name])
        except (TypeError, ValueError):  # it has other dimensions, or takes more than a few neighbours
            surfaces.pop(name, None)
    rules = {name: catalogue.usual(name) for name in ls.optimizers.names() if _plain("optimizer", name)}
    rules = {name: rule for name, rule in rules.items() if elementwise(rule, WIDE_RUNS, ()) is not None}
    counts: collections.Counter[str] = collections.Counter()
    told = []
    for surface, rule in itertools.product(surfaces, rules):
        if random.uniform() >= share:
            continue
        made = surfaces[surface]
        spread = np.random.default_rng(1).normal(size=(WIDE, WIDE_RUNS))
        options = {"start": made.customary_start[:, None] + 0.1 * spread, "steps": steps, "progress": False}
        arrays = ls.simulate(made, rules[rule], engine="numpy", **options).tracks[0]
        with engines.interpreted(), mock.patch.object(stencil_engine, "run", wraps=stencil_engine.run) as ran:
            other = ls.simulate(made, rules[rule], engine="numba", **options).tracks[0]
        how = compared(arrays, other) if ran.called else "not taken"
        counts[how] += 1
        exact = is_exact(with_update(stencil(made), elementwise(rules[rule], WIDE_RUNS, ()).loop))
        if how in ("status", "not taken") or (exact and how != "same"):
            told.append(f"  {rule} on {surface} in {WIDE} dimensions: {how}")
    print(f"{len(surfaces)} surfaces and {len(rules)} rules in {WIDE} dimensions, their loop against arrays: ", end="")
    print("\n".join([", ".join(f"{n:,} {how}" for how, n in counts.most_common()), *told]), flush=True)
    return bool(told)


if __name__ == "__main__":
    sys.exit(main())

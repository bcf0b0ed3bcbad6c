"""Run rules, noises, schedules and surfaces as others write them: each is right or refused, and none silently wrong.

    python benchmarks/own_rules.py [--all]

What `tests/own_code/rules.py` and `others.py` hold is run by the library at 1, 2 and 40 runs, and beside it by a plain
loop over one run alone, as its author would write it. A noise draws from the library's streams in both; what draws
numbers of its own, or keeps something outside of its state, must be refused. Fails where one is silently wrong: where
the numbers differ, or where what cannot be right is run without a word. --all prints a line for each.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import landscape as ls
from landscape.core.methods import Moment, Optimizer
from landscape.core.random import Source

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from own_code.others import NOISES, SCHEDULES, SURFACES
from own_code.rules import RULES

COUNTS, STEPS, SEED = (1, 2, 40), 45, 7
STARTS = np.random.default_rng(11).uniform(-2.0, 2.0, (2, 40))
Walk = np.ndarray  # (steps + 1, dim)


class OnePoint:
    """What a rule asks of the loss, for one run alone."""

    def __init__(self, surface: Any, run: int, step: int, form: str) -> None:
        self.surface, self.step, self.steps, self.form = surface, step, STEPS, form
        self.source = Source(SEED, [run], "rule")

    def value(self, params: Any) -> Any:
        return self.surface.value(params)

    def gradient(self, params: Any) -> Any:
        return self.surface.gradient(params)

    def hessian(self, params: Any) -> Any:
        return self.surface.hessian(params)

    def normals(self, count: int, draw: int = 0) -> Any:
        return self._of(self.source.branch(draw).normals(self.step, count))

    def uniforms(self, count: int, draw: int = 0) -> Any:
        return self._of(self.source.branch(draw).uniforms(self.step, count))

    def _of(self, numbers: Any) -> Any:
        return numbers if self.form == "column" else numbers[:, 0]


def loop_of_a_rule(rule: Any, form: str, surface: Any, run: int) -> Walk:
    p = STARTS[:, run, None].copy() if form == "column" else STARTS[:, run].copy()
    state, path = rule.init(p.copy()), [p.ravel()]
    for step in range(STEPS):
        if isinstance(rule, Optimizer):
            p, state = rule.apply(p.copy(), np.array(surface.gradient(p)), state, rule.lr)
        else:
            p, state = rule.step(p.copy(), OnePoint(surface, run, step, form), state, rule.lr)
        path.append(np.ravel(p))
    return np.array(path)


def loop_of_a_noise(noise: Any, surface: Any, lr: float, run: int) -> Walk:
    p = STARTS[:, run, None].copy()
    source, memory, path = Source(SEED, [run], "noise"), noise.init(p.copy()), [p[:, 0]]
    for step in range(STEPS):
        gradient, memory = noise.gradient(Moment(surface, p.copy(), source, step, STEPS), memory)
        p = p - lr * gradient
        path.append(p[:, 0])
    return np.array(path)


def loop_of_a_schedule(schedule: Any, surface: Any, lr: float, run: int) -> Walk:
    p, path = STARTS[:, run].copy(), [STARTS[:, run]]
    for step in range(STEPS):
        try:
            factor = schedule(step, STEPS)
        except TypeError:
            factor = schedule(step)
        p = p - lr * factor * surface.gradient(p)
        path.append(p)
    return np.array(path)


def loop_of_a_surface(f: Any, lr: float, run: int) -> Walk:
    """By differences: nothing of how the library differentiates."""
    p, path, h = STARTS[:, run].copy(), [STARTS[:, run]], 1e-4
    for _ in range(STEPS):
        slope = [(8 * (f(p + e) - f(p - e)) - (f(p + 2 * e) - f(p - 2 * e))) / (12 * h) for e in h * np.eye(2)]
        p = p - lr * np.array(slope).ravel()
        path.append(p)
    return np.array(path)


def verdict(run: Callable[[int], Any], loop: Callable[[int], Walk], near: float = 1e-8) -> tuple[str, list[str]]:
    """(what came of it at a number of runs, what was warned of) for each number of runs, as one verdict."""
    told: list[str] = []
    kinds = []
    for runs in COUNTS:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                track = run(runs)
            except (TypeError, ValueError) as error:
                kinds.append(f"refused: {error}")
                continue
        told += [str(each.message) for each in said]
        kinds.append("right")
        for number in sorted({0, 1, runs // 2, runs - 1} & set(range(runs))):
            path, stopped = loop(number), int(track.stopped[number])
            rows = slice(0, stopped + 1)
            ours = track.params[rows, :, number]
            if not np.allclose(ours, path[rows], rtol=near, atol=near):
                row = int(np.argmax(np.abs(ours - path[rows]).max(axis=1) > near))
                kinds[-1] = (
                    f"wrong: run {number} of {runs}, step {row}: {ours[row].tolist()}, loop {path[row].tolist()}"
                )
    words = {kind.partition(":")[0] for kind in kinds}
    if "wrong" in words:
        return next(kind for kind in kinds if kind.startswith("wrong")), told
    if "right" in words and "refused" in words:
        return f"uneven: refused at some numbers of runs: {next(k for k in kinds if k.startswith('refused'))}", told
    return kinds[0], told


def judged() -> list[tuple[str, str, bool, str, list[str]]]:
    """(kind, name, whether it must be refused, verdict, warnings) for each."""
    surface, lr = ls.surface("himmelblau"), 0.004
    job: dict[str, Any] = {"steps": STEPS, "seed": SEED}
    found = []

    def enter(kind: str, name: str, refused: bool, run: Any, loop: Any, near: float = 1e-8) -> None:
        found.append((kind, name, refused, *verdict(run, loop, near)))

    def tracked(runs: int, loss: Any, rule: Any, **options: Any) -> Any:
        return next(iter(ls.simulate(loss, rule, start=STARTS[:, :runs], **job, **options)))

    sgd = ls.optimizer("sgd", lr=lr)
    for name, (rule, form) in RULES.items():
        enter(
            "rule",
            name,
            form == "refused",
            lambda runs, rule=rule: tracked(runs, surface, rule),
            lambda run, rule=rule, form=form: loop_of_a_rule(rule, form, surface, run),
        )
    for name, (noise, refused) in NOISES.items():
        enter(
            "noise",
            name,
            refused,
            lambda runs, noise=noise: tracked(runs, surface, sgd, noise=noise),
            lambda run, noise=noise: loop_of_a_noise(noise, surface, lr, run),
        )
    for name, (schedule, refused) in SCHEDULES.items():
        enter(
            "schedule",
            name,
            refused,
            lambda runs, schedule=schedule: tracked(runs, surface, sgd, schedule=schedule),
            lambda run, schedule=schedule: loop_of_a_schedule(schedule, surface, lr, run),
        )
    for name, (f, given, options) in SURFACES.items():
        enter(
            "surface",
            name,
            False,
            lambda runs, given=given, options=options: tracked(
                runs,
                given() if isinstance(given, type) else ls.from_function(given, **options),
                ls.optimizer("sgd", lr=0.03),
            ),
            lambda run, f=f: loop_of_a_surface(f, 0.03, run),
            near=1e-5,
        )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="a line for each")
    told = parser.parse_args()
    begun, silent = time.perf_counter(), 0
    counts: dict[str, collections.Counter[str]] = {}
    for kind, name, refused, found, warned in judged():
        said = found
        if refused and found.partition(":")[0] != "refused":
            said = "warned of: it is run all the same" if warned else "wrong: it is run without a word"
        word, _, reason = said.partition(": ")
        wrong = word == "wrong"
        silent += wrong
        outcome = "SILENTLY WRONG" if wrong else word
        if word == "right" and any("one after the other" in each or "called for each" in each for each in warned):
            outcome = "right, run by run"
        counts.setdefault(kind, collections.Counter())[outcome] += 1
        if told.all or wrong:
            print(f"{kind:9s}{name:28s}{outcome:19s}{reason or '; '.join(dict.fromkeys(warned))}")
    print()
    for kind, each in counts.items():
        print(f"{each.total()} {kind}s: " + ", ".join(f"{number} {word}" for word, number in each.most_common()))
    total = sum(each.total() for each in counts.values())
    took = time.perf_counter() - begun
    print(f"{total} at {', '.join(map(str, COUNTS))} runs in {took:.0f} s; silently wrong: {silent}")
    return int(silent > 0)


if __name__ == "__main__":
    sys.exit(main())

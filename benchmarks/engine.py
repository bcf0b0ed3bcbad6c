"""Measure landscape beside torch.optim and optax: seconds, and ratios peer / ours next to the targets.

    python benchmarks/engine.py                     # all workloads, 5 rounds, pinned to one core
    python benchmarks/engine.py w2 --rounds 9
    python benchmarks/engine.py --quick --json      # a small size, to see that everything runs

W1: 8 optimizers, one run each, 500 steps on Rosenbrock's function, everything recorded. W2: Adam, 100,000
runs of 1,000 steps, a rate a run, Gaussian gradient noise, only the ends kept. W3: heavy ball from 1024 x 1024 starts,
300 steps, Himmelblau's function and Rastrigin's. W4: Adam, 100 runs x 1,000 steps, Rosenbrock's function in 1,000
dimensions. landscape[fast] is engine="numba", landscape engine="numpy". All contenders take turns in one process on one
thread; the first call of each (compilation included) stands by itself, later ones give a
median. Importing is not measured.

A ratio is printed only where both solved the same problem. What is not installed is reported as absent. Exit
code 1: a contender failed or solved another problem. A missed target is not a failure, since ratios depend on
the processor.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import importlib
import importlib.metadata
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import peers
import peers_maps
from agreement import disagreement_ends, disagreement_w1, disagreement_w2
from peers import START, Array, Descent, Ends

OURS = "landscape"
FAST = "landscape[fast]"
LOOP_RUNS = 5


@dataclasses.dataclass(frozen=True)
class Contender:
    """Somebody who does a workload: `call()` does all of it, or the part 1 / `scale`. `needs` are modules."""

    name: str
    call: Callable[[], Any]
    needs: tuple[str, ...]
    scale: float = 1.0
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Ratio:
    """How many times faster `ours` is than `peer`, to be at least each of `targets`.

    `first` compares our first call instead of our later ones.
    """

    peer: str
    ours: str = OURS
    targets: tuple[float, ...] = ()
    first: bool = False


@dataclasses.dataclass(frozen=True)
class Work:
    """A workload, its contenders, the ratios to print; `disagreement` says why two results differ, or ""."""

    name: str
    title: str
    contenders: tuple[Contender, ...]
    ratios: tuple[Ratio, ...]
    disagreement: Callable[[Any, Any], str]


@dataclasses.dataclass
class Timing:
    """Seconds of a contender (scaled up where it did a part), its first result, or why there is none."""

    first: float = float("nan")
    rounds: list[float] = dataclasses.field(default_factory=list)
    result: Any = None
    absent: str = ""
    failed: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.rounds) if self.rounds else float("nan")


# ours, through the public names only


def landscape_w1(steps: int) -> dict[str, Descent]:
    """W1 by one call of `landscape.simulate`, components built and all."""
    import landscape as ls

    optimizers = [ls.optimizer(name, **settings) for name, settings in peers.SETTINGS.items()]
    record = ls.simulate(ls.surface("rosenbrock"), optimizers, start=START, steps=steps)
    tracks = {name: record[name] for name in peers.SETTINGS}
    return {k: Descent(t.params[:, :, 0], t.value[:, 0], t.gradient_norm[:, 0]) for k, t in tracks.items()}


def landscape_w2(rates: Array, steps: int, engine: str = "numpy") -> Ends:
    """W2 by one call of `landscape.simulate`; `every` thins the recording to the first and the last row."""
    import landscape as ls

    record = ls.simulate(
        "rosenbrock", ls.optimizer("adam", lr=rates), start=START, repeats=len(rates), steps=steps, seed=0,
        noise=ls.noise("gaussian", sigma=1.0), every=steps, engine=engine,
    )  # fmt: skip
    return Ends(rates, record["adam"].params[-1], record["adam"].value[-1])


def landscape_map(name: str, starts: Array, steps: int, engine: str) -> Array:
    """W3 by one call of `landscape.simulate`: the final params (2, runs)."""
    import landscape as ls

    rule = ls.optimizer("momentum", lr=peers_maps.RATE_W3, momentum=peers_maps.MOMENTUM_W3)
    record = ls.simulate(name, rule, start=starts, steps=steps, every=steps, engine=engine)
    return record["momentum"].params[-1]


def landscape_wide(starts: Array, steps: int, engine: str) -> Array:
    """W4 by one call of `landscape.simulate`: the final params (dim, runs)."""
    import landscape as ls

    surface = ls.surface("rosenbrock", dim=len(starts))
    rule = ls.optimizer("adam", lr=peers_maps.RATE_W4)
    return ls.simulate(surface, rule, start=starts, steps=steps, every=steps, engine=engine)["adam"].params[-1]


# the workloads


def work_w1(quick: bool) -> Work:
    """W1, or its first 100 steps."""
    steps = 100 if quick else peers.STEPS_W1
    return Work(
        "w1",
        f"W1: {len(peers.SETTINGS)} optimizers x 1 run x {steps} steps, Rosenbrock 2-D, all recorded",
        (
            Contender(OURS, lambda: landscape_w1(steps), ("landscape",)),
            Contender("torch loop", lambda: peers.torch_loop_w1(steps), ("torch",)),
            Contender("optax", lambda: peers.optax_w1(steps), ("jax", "optax"), note="first call compiles"),
            Contender("optax, step jitted", lambda: peers.optax_step_w1(steps), ("jax", "optax")),
        ),
        (
            Ratio("torch loop", targets=(25, 100)),
            Ratio("torch loop", targets=(25, 100), first=True),
            Ratio("optax, step jitted"),
            Ratio("optax"),
        ),
        disagreement_w1,
    )


def work_w2(quick: bool) -> Work:
    """W2, or a fiftieth of its runs for a fifth of its steps."""
    runs, steps = (2_000, 200) if quick else (100_000, peers.STEPS_W2)
    rates = peers.rates_w2(runs)
    few = rates[:: runs // LOOP_RUNS]
    numba, torch, optax = ("landscape", "numba"), ("torch",), ("jax", "optax")
    return Work(
        "w2",
        f"W2: Adam, {runs:,} runs x {steps:,} steps, Rosenbrock 2-D, a rate a run, Gaussian noise, ends kept",
        (
            Contender(OURS, lambda: landscape_w2(rates, steps), ("landscape",)),
            Contender(FAST, lambda: landscape_w2(rates, steps, "numba"), numba,
                      note="first call compiles, or finds it on disk"),
            Contender("torch batched", lambda: peers.torch_groups_w2(rates, steps), torch,
                      note=f"a tensor for each of {peers.DISTINCT_RATES} rates, as documented"),
            Contender("torch batched, tuned", lambda: peers.torch_batched_w2(rates, steps), torch,
                      note="the groups are views of one tensor, gradients too"),
            Contender("torch batched, one rate", lambda: peers.torch_one_rate_w2(runs, steps), torch,
                      note="an easier problem: no ratio"),
            Contender("torch loop, EXTRAPOLATED", lambda: peers.torch_loop_w2(few, steps), torch,
                      scale=runs / len(few), note=f"from {len(few)} of the runs"),
            Contender("optax", lambda: peers.optax_vmap_w2(rates, steps), optax,
                      note="jit(vmap(scan)), as documented; first call compiles"),
            Contender("optax, tuned", lambda: peers.optax_w2(rates, steps), optax,
                      note="lax.map over batches, one key a batch; first call compiles"),
        ),
        (
            Ratio("torch batched", targets=(3.5,)),
            Ratio("torch batched, tuned"),
            Ratio("optax", targets=(3.0,)),
            Ratio("optax, tuned"),
            Ratio("torch loop, EXTRAPOLATED"),
            Ratio(OURS, FAST),
            Ratio("torch batched", FAST, targets=(18,)),
            Ratio("torch batched, tuned", FAST, targets=(15,)),
            Ratio("optax", FAST, targets=(9,)),
            Ratio("optax, tuned", FAST, targets=(9,)),
        ),
        disagreement_w2,
    )  # fmt: skip


def work_map(name: str, targets: tuple[float, float, float], quick: bool) -> Work:
    """W3 on a surface, or a 256th of its starts. targets: torch / NumPy, torch / compiled, optax / compiled."""
    points, steps = (64, 30) if quick else (1024, peers_maps.STEPS_W3)
    starts = peers_maps.grid(points)
    return Work(
        f"w3 {name}",
        f"W3: heavy ball, {points} x {points} starts x {steps} steps, {name}, ends kept",
        (
            Contender(OURS, lambda: landscape_map(name, starts, steps, "numpy"), ("landscape",)),
            Contender(FAST, lambda: landscape_map(name, starts, steps, "numba"), ("landscape", "numba")),
            Contender("torch batched", lambda: peers_maps.torch_map(name, starts, steps), ("torch",)),
            Contender("optax", lambda: peers_maps.optax_map(name, starts, steps), ("jax", "optax"),
                      note="jit(vmap(scan)); first call compiles"),
        ),
        (
            Ratio("torch batched", targets=targets[:1]),
            Ratio("optax"),
            Ratio("torch batched", FAST, targets=targets[1:2]),
            Ratio("optax", FAST, targets=targets[2:]),
            Ratio(OURS, FAST),
        ),
        disagreement_ends,
    )  # fmt: skip


def work_wide(quick: bool) -> Work:
    """W4, or a tenth of its dimensions and steps."""
    dim, steps = (100, 100) if quick else (1000, peers_maps.STEPS_W4)
    starts = np.random.default_rng(0).uniform(-1.0, 1.0, (dim, 100))
    return Work(
        "w4",
        f"W4: Adam, 100 runs x {steps:,} steps, Rosenbrock in {dim:,} dimensions, ends kept",
        (
            Contender(OURS, lambda: landscape_wide(starts, steps, "numpy"), ("landscape",)),
            Contender(FAST, lambda: landscape_wide(starts, steps, "numba"), ("landscape", "numba")),
            Contender("torch batched", lambda: peers_maps.torch_wide(starts, steps), ("torch",)),
            Contender("optax", lambda: peers_maps.optax_wide(starts, steps), ("jax", "optax"),
                      note="jit(vmap(scan)); first call compiles"),
        ),
        (
            Ratio("torch batched", targets=(2.7,)),
            Ratio("optax"),
            Ratio("torch batched", FAST, targets=(10,)),
            Ratio("optax", FAST, targets=(1.3,)),
            Ratio(OURS, FAST),
        ),
        disagreement_ends,
    )  # fmt: skip


WORKS: dict[str, Callable[[bool], Work]] = {
    "w1": work_w1,
    "w2": work_w2,
    "w3-himmelblau": lambda quick: work_map("himmelblau", (9, 90, 2), quick),
    "w3-rastrigin": lambda quick: work_map("rastrigin", (3.5, 30, 7), quick),
    "w4": work_wide,
}


# measuring


def one_thread(pin: bool) -> None:
    """One thread for every library, and one core where `pin` asks for it.

    To be called before jax, torch and numba are imported. NumPy is by then, but needs no BLAS here.
    """
    if pin and sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "NPROC"):
        os.environ[name] = "1"
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip()
    os.environ["JAX_PLATFORMS"] = "cpu"


def missing(contender: Contender) -> str:
    """Import what the contender needs, so that no call pays for it; why that cannot be, or ""."""
    try:
        for name in contender.needs:
            module = importlib.import_module(name)
            if name == "torch":
                module.set_num_threads(1)
            if name == "jax":
                module.devices()
    except ImportError as error:
        return str(error)
    return ""


def measure(work: Work, rounds: int) -> dict[str, Timing]:
    """Time a first call of each contender, then `rounds` of all in turn, each with another one in front."""
    timings = {each.name: Timing(absent=missing(each)) for each in work.contenders}
    able = [each for each in work.contenders if not timings[each.name].absent]
    for each in able:
        timing = timings[each.name]
        try:
            timing.first, timing.result = timed(each)
        except Exception as error:  # whatever it is, the others can still be measured
            timing.failed = f"{type(error).__name__}: {error}"
    able = [each for each in able if not timings[each.name].failed]
    for number in range(rounds):
        front = number % max(1, len(able))
        for each in able[front:] + able[:front]:
            timings[each.name].rounds.append(timed(each)[0])
    return timings


def timed(contender: Contender) -> tuple[float, Any]:
    """Seconds of one call, scaled up to the whole workload, and its result."""
    gc.collect()
    begin = time.perf_counter()
    result = contender.call()
    return (time.perf_counter() - begin) * contender.scale, result


def compared(work: Work, timings: dict[str, Timing], quick: bool) -> list[dict[str, Any]]:
    """A row for each ratio: its value and how it stands to the targets, or why there is none."""
    return [_compared(work, ratio, timings, quick) for ratio in work.ratios]


def _compared(work: Work, ratio: Ratio, timings: dict[str, Timing], quick: bool) -> dict[str, Any]:
    peer, ours = timings[ratio.peer], timings[ratio.ours]
    label = f"{ratio.peer} / {ratio.ours}" + (", first call" if ratio.first else "")
    row: dict[str, Any] = {"ratio": label, "value": None, "targets": list(ratio.targets), "refused": ""}
    out = [name for name in (ratio.peer, ratio.ours) if timings[name].absent or timings[name].failed]
    if out:
        return row | {"verdict": f"no result of {' and '.join(out)}"}
    refused = work.disagreement(ours.result, peer.result)
    if refused:
        return row | {"refused": refused, "verdict": f"REFUSED, not the same problem: {refused}"}
    value = peer.median / (ours.first if ratio.first else ours.median)
    verdict = ", ".join(f">= {target:g} {_standing(value, target, quick)}" for target in ratio.targets)
    return row | {"value": value, "verdict": verdict}


def _standing(value: float, target: float, quick: bool) -> str:
    if quick:
        return "not judged (quick)"
    return "reached" if value >= target else "not reached"


# telling


def machine() -> dict[str, str]:
    """The processor, the cores in use and the versions: a ratio holds for these."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    facts = {
        "processor": processor(),
        "cores": f"{cores} used of {os.cpu_count()}",
        "python": platform.python_version(),
    }
    for name in ("numpy", "torch", "jax", "optax", "numba", "landscape-lab"):
        try:
            facts[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            facts[name] = "absent"
    return facts


def processor() -> str:
    """The processor's name as the system tells it, with its family and model where that is Linux."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    lines = (line.partition(":") for line in info.read_text().splitlines())
    facts = {key.strip(): value.strip() for key, _, value in lines}
    name = facts.get("model name", platform.machine())
    return f"{name}, family {facts['cpu family']}, model {facts['model']}" if "cpu family" in facts else name


def report(work: Work, timings: dict[str, Timing], ratios: list[dict[str, Any]]) -> str:
    """The two tables of a workload as text."""
    lines = [work.title, "", f"  {'seconds':<44}{'first call':>12}{'median':>12}"]
    for each in work.contenders:
        timing = timings[each.name]
        told = f"{timing.first:>12.4g}{timing.median:>12.4g}   {each.note}"
        if timing.absent or timing.failed:
            told = f"   absent: {timing.absent}" if timing.absent else f"   FAILED: {timing.failed}"
        lines.append(f"  {each.name:<44}{told}".rstrip())
    lines += ["", f"  {'ratio':<44}{'value':>12}   target"]
    for row in ratios:
        value = "-" if row["value"] is None else f"{row['value']:.4g}"
        lines.append(f"  {row['ratio']:<44}{value:>12}   {row['verdict']}".rstrip())
    return "\n".join(lines)


def as_data(work: Work, timings: dict[str, Timing], ratios: list[dict[str, Any]]) -> dict[str, Any]:
    """The same as plain data for JSON."""
    seconds: dict[str, dict[str, Any]] = {}
    for each in work.contenders:
        timing = timings[each.name]
        if timing.absent or timing.failed:
            seconds[each.name] = {"absent": timing.absent} if timing.absent else {"failed": timing.failed}
            continue
        measured = {"first": timing.first, "median": timing.median, "rounds": timing.rounds}
        seconds[each.name] = measured | {"extrapolated": each.scale != 1.0, "note": each.note}
    return {"work": work.name, "title": work.title, "seconds": seconds, "ratios": ratios}


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure landscape beside torch.optim and optax.")
    parser.add_argument("work", nargs="?", choices=(*WORKS, "all"), default="all")
    parser.add_argument("--quick", action="store_true", help="a small size, to see that it runs")
    parser.add_argument("--rounds", type=int, default=5, help="calls of each after the first (default 5)")
    parser.add_argument("--pin", action=argparse.BooleanOptionalAction, default=True, help="one core (Linux)")
    parser.add_argument("--json", action="store_true", help="print data instead of tables")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {given.rounds}")
    return given


def main() -> int:
    """Measure what is asked for, print it, and say by the exit code whether all went well."""
    given = arguments()
    one_thread(given.pin)
    works = [make(given.quick) for name, make in WORKS.items() if given.work in (name, "all")]
    facts, data, wrong = machine(), [], False
    if not given.json:
        print("\n".join(f"{name:<12}{fact}" for name, fact in facts.items()))
    for work in works:
        timings = measure(work, given.rounds)
        ratios = compared(work, timings, given.quick)
        data.append(as_data(work, timings, ratios))
        wrong = wrong or any(t.failed for t in timings.values()) or any(row["refused"] for row in ratios)
        if not given.json:
            print("\n" + report(work, timings, ratios), flush=True)
    if given.json:
        print(json.dumps({"machine": facts, "works": data}, indent=2))
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())

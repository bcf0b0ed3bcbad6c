"""What sweeps cost: tuning in one call, two processes beside one, and tables of a million rows.

    python benchmarks/sweeps.py             # all; or the names of some: tuning processes tables coordinator

Times are of the wall clock, the least of three, on a machine that does nothing else; the load that it had is printed.
What is compiled takes longer the first time, which is printed too.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np

import landscape as ls
from landscape.core.extras import installed
from landscape.sweeps.executors import cores
from landscape.sweeps.table import Table

TRIES = 3
SURFACES = ["rosenbrock", "himmelblau", "beale", "ackley", "rastrigin", "styblinski_tang", "quadratic", "booth"]
RULES = ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adagrad"]


FIRST: list[float] = [0.0]  # seconds of the first try of what was timed last


def timed(function: Callable[[], Any], tries: int = TRIES) -> tuple[float, Any]:
    """(the least of the seconds that it took, what it returned)."""
    took, found = [], None
    for _ in range(tries):
        begin = time.perf_counter()
        found = function()
        took.append(time.perf_counter() - begin)
    FIRST[0] = took[0]
    return min(took), found


def line(what: str, seconds: float, more: str = "") -> None:
    """One figure."""
    print(f"  {what:58s} {seconds:8.2f} s   {more}", flush=True)


def tuning() -> None:
    """8 surfaces x 6 rules x 13 rates x 50 seeds x 500 steps, on other seeds than those shown, in one call."""
    print("tuning: 8 surfaces x 6 rules x 13 rates x 50 seeds x 500 steps in one call")
    given: dict[str, Any] = {
        "over": {"lr": (1e-5, 1.0, "log")}, "budget": 13, "seeds": 50, "steps": 500, "noise": "gaussian",
    }  # fmt: skip
    kinds: list[tuple[str, Any, str]] = [("NumPy, this process", None, "numpy"), ("NumPy, two processes", 2, "numpy")]
    if installed("numba"):
        kinds += [("numba, this process", None, "numba"), ("numba, two processes", 2, "numba")]
    for name, executor, engine in kinds:
        seconds, found = timed(lambda e=executor, n=engine: ls.tune(SURFACES, RULES, **given, executor=e, engine=n))
        rows = sum(each.table.rows for each in found.values())
        steps = f"{rows * 500 / seconds / 1e6:.1f} million steps of runs a second"
        line(name, seconds, f"the first time {FIRST[0]:.1f} s; {rows:,} runs, {steps}")


def processes() -> None:
    """Two processes beside one, of chunks that take long enough."""
    print("two processes beside one: rosenbrock, adam, 2,500 rates x 50 seeds x 2000 steps, noise")
    given: dict[str, Any] = {
        "over": {"lr": np.geomspace(1e-4, 1.0, 2500)}, "seeds": 50, "steps": 2000, "noise": "gaussian",
    }  # fmt: skip
    one, first = timed(lambda: ls.sweep("rosenbrock", "adam", **given), 1)
    two, second = timed(lambda: ls.sweep("rosenbrock", "adam", **given, executor=2), 1)
    line("one process", one)
    line(
        "two processes",
        two,
        f"{one / two:.2f} times as fast; the tables are {'the same' if first == second else 'OTHERS'}",
    )


def tables() -> None:
    """A table of a million rows: summarised, ranges, saved, read, drawn."""
    print("a table of 10^6 rows: 4 entrants x 250 rates x 1000 seeds")
    entrants, rates, seeds = 4, 250, 1000
    rng = np.random.default_rng(0)
    rows = entrants * rates * seeds
    cell = np.repeat(np.arange(entrants * rates), seeds)
    lr = np.tile(np.repeat(np.geomspace(1e-4, 1.0, rates), seeds), entrants)
    loss = np.exp(np.log10(lr) ** 2 + rng.normal(size=rows))
    gone = rng.random(rows) < np.clip(lr - 0.5, 0.0, 1.0)
    table = Table({
        "surface": np.full(rows, "rosenbrock"), "entrant": np.repeat(["a", "b", "c", "d"], rates * seeds), "lr": lr,
        "start": np.zeros(rows, np.int64), "seed": np.tile(np.arange(seeds), entrants * rates), "cell": cell,
        "loss": loss, "status": np.where(gone, "diverged", "finished"), "stopped": np.full(rows, 100),
    }, ("lr",), ("loss",), {"steps": 100, "stream": 2, "measures": {"loss": {"name": "loss"}}})  # fmt: skip
    line("summary", timed(table.summary)[0])
    line("good_range", timed(table.good_range)[0])
    line("ls.draw", timed(lambda: ls.draw(table).savefig(os.devnull, format="png"))[0])
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("npz", "csv", *(("parquet",) if installed("pyarrow") else ())):
            path = Path(folder) / f"table.{suffix}"
            seconds = timed(lambda path=path: table.save(path))[0]
            line(f"save .{suffix}", seconds, f"{path.stat().st_size / 2**20:.0f} MiB")
        line("load .npz", timed(lambda: ls.load_table(Path(folder) / "table.npz"))[0])


class Instant(Executor):
    """A cluster without end: every chunk is done as soon as it is given, with results of its size."""

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        """The results of a chunk, none of which is computed."""
        (work,) = arguments
        future: Future[Any] = Future()
        future.set_result({
            **{column: np.zeros(work.runs) for column in work.setting.measures},
            "status": np.zeros(work.runs, np.uint8), "stopped": np.zeros(work.runs, np.int64),
        })  # fmt: skip
        return future


def coordinator() -> None:
    """How many chunks a second the sweeping process hands out and keeps, where workers take no time at all."""
    print("the coordinator: 2,000 chunks of 4,000 runs, workers that take no time")
    given: dict[str, Any] = {
        "over": {"lr": np.geomspace(1e-4, 1.0, 80)}, "seeds": 100_000, "steps": 500, "noise": "gaussian", "chunk": 4000,
    }  # fmt: skip

    def swept(folder: str | None) -> Any:
        with Instant() as executor:
            return ls.sweep("rosenbrock", "adam", **given, executor=executor, path=folder, progress=False)

    seconds = timed(lambda: swept(None), 1)[0]
    line("without a folder", seconds, f"{2000 / seconds:,.0f} chunks a second")
    with tempfile.TemporaryDirectory() as folder:
        seconds = timed(lambda: swept(str(Path(folder) / "journal")), 1)[0]
        line("with a folder that keeps every chunk", seconds, f"{2000 / seconds:,.0f} chunks a second")
        seconds = timed(lambda: swept(str(Path(folder) / "journal")), 1)[0]
        line("read again from that folder", seconds, f"{2000 / seconds:,.0f} chunks a second")


PARTS = {"tuning": tuning, "processes": processes, "tables": tables, "coordinator": coordinator}

if __name__ == "__main__":
    warnings.simplefilter("ignore", UserWarning)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(PARTS)}")
    for name in wanted:
        print(f"load {os.getloadavg()[0]:.1f} on {cores()} cores")
        PARTS[name]()

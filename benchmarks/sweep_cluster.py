"""A sweep of 2,000 chunks on a Dask cluster that is disturbed: is its table the undisturbed one, byte for byte?

    python benchmarks/sweep_cluster.py [chunks] [every]

Scheduler and workers are processes of this machine, on the loopback. A worker is killed (SIGKILL) every few seconds,
the scheduler is restarted once, and the sweeping process is killed and begun again three times.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from dask_cluster import disturbed

import landscape as ls

SEEDS, RUNS = 100, 100  # of a setting, and of a chunk


def main(chunks: int = 2000, every: float = 4.0) -> int:
    """0 where the tables are the same."""
    given = {
        "surface": "rosenbrock", "optimizers": ["adam"], "over": {"lr": [1e-5 * k for k in range(1, chunks + 1)]},
        "steps": 500, "seeds": SEEDS, "noise": "gaussian", "chunk": RUNS,
    }  # fmt: skip
    print(f"{chunks:,} chunks of {RUNS} runs of 500 steps; load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()

        def say(text: str) -> None:
            print(f"  {time.monotonic() - begin:7.1f} s  {text}", flush=True)

        file, killed = disturbed(folder, given, chunks, every=every, seconds=3600.0, say=say)
        say(f"done; {killed} workers were killed")
        begin = time.monotonic()
        whole = ls.sweep(**{**given, "chunk": None}, progress=False).save(Path(folder) / "here.csv")
        say("the same sweep in this process")
        same = file.read_bytes() == whole.read_bytes()
        print("the tables are the same, byte for byte" if same else "THE TABLES DIFFER")
        return 0 if same else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chunks", nargs="?", type=int, default=2000)
    parser.add_argument("every", nargs="?", type=float, default=4.0, help="seconds from one killed worker to the next")
    given = parser.parse_args()
    sys.exit(main(given.chunks, given.every))

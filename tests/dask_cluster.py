"""A Dask cluster of real processes on the loopback, and a sweep on it that is disturbed in every way at once.

with Cluster(workers=2) as cluster:
    cluster.kill_a_worker(); cluster.restart_the_scheduler(); cluster.keep()
disturbed(folder, arguments, kills=3, every=2.0)        # the CSV of the table that came out, and what was done to it
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

SWEEP = """
import json, sys, warnings
import landscape as ls
warnings.simplefilter("error")
given = json.loads(sys.argv[1])
table = ls.sweep(**given, executor=sys.argv[2] or None, path=sys.argv[3] or None, progress=False)
table.save(sys.argv[4])
"""


class Cluster:
    """A scheduler and workers of one thread each."""

    def __init__(self, workers=2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.count, self.killed = workers, 0
        self.scheduler, self.workers = None, []

    def __enter__(self):
        self.begin_a_scheduler()
        self.keep()
        return self

    def __exit__(self, *error):
        for process in [self.scheduler, *self.workers]:
            process.kill()
        for process in [self.scheduler, *self.workers]:
            process.wait()

    def begin_a_scheduler(self):
        self.scheduler = begun("dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def restart_the_scheduler(self):
        self.scheduler.kill()
        self.scheduler.wait()
        self.begin_a_scheduler()

    def kill_a_worker(self):
        """The oldest; without a word."""
        self.workers[0].send_signal(signal.SIGKILL)
        self.killed += 1

    def keep(self):
        """Begin workers in the place of those that are gone."""
        self.workers = [each for each in self.workers if each.poll() is None]
        while len(self.workers) < self.count:
            self.workers.append(begun("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                                      "--host", "127.0.0.1"))  # fmt: skip


def begun(module, *arguments):
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())


def environment():
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def sweeping(given, address, journal, file):
    """A process that sweeps and saves its table."""
    return subprocess.Popen([sys.executable, "-c", SWEEP, json.dumps(given), address, str(journal), str(file)],
                            stderr=subprocess.PIPE, text=True, env=environment())  # fmt: skip


def disturbed(folder, given, chunks, kills=3, every=2.0, workers=2, seconds=120.0, say=lambda text: None):
    """The table's file, and how many workers were killed: one every so many seconds, the scheduler restarted at half,
    and the sweeping process killed `kills` times on the way."""
    journal, file = Path(folder) / "journal", Path(folder) / "table.csv"
    at = [round(chunks * (k + 1) / (kills + 2)) for k in range(kills)]
    restarted, began = False, time.monotonic()
    with Cluster(workers) as cluster:
        process = sweeping(given, cluster.address, journal, file)
        last, before = time.monotonic(), 0
        try:
            while process.poll() is None:
                assert time.monotonic() < began + seconds, f"not done after {seconds} s"
                done = len(list(journal.glob("rows-*.npz")))
                if at and done >= at[0]:
                    at.pop(0)
                    process.kill()
                    process.communicate()
                    say(f"{done} chunks: killed the sweeping process")
                    process = sweeping(given, cluster.address, journal, file)
                if not restarted and done >= chunks // 2:
                    cluster.restart_the_scheduler()
                    restarted = True
                    say(f"{done} chunks: restarted the scheduler")
                if done > before and time.monotonic() - last > every:  # one that has begun, else nothing ever would
                    cluster.kill_a_worker()
                    last, before = time.monotonic(), done
                cluster.keep()
                time.sleep(0.02)
            said = process.communicate()[1]
            assert process.returncode == 0, said
            assert not at, f"done before the sweeping process was killed {kills} times"
            assert restarted
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
    return file, cluster.killed

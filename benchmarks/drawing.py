"""Measure landscape's movies beside plain matplotlib: seconds, ratios next to the targets, sizes and memory.

    python benchmarks/drawing.py                          # every job, about 8 minutes
    python benchmarks/drawing.py --job R1 --job R2 --frames 60 --rounds 3
    python benchmarks/drawing.py --job memory

R1: a 1280x720 dashboard as MP4: a landscape of 40 levels, six runs of 300 steps, the convergence in step, 300 frames;
those called "same" draw the library's picture to the last mark, the others one with less on it. Its floor is what no
drawing takes away: imports, the page and its background, the same frames, made before, through the encoder alone, and
the end of the process, which gives back all that was imported.
R2: the same as GIF, 800x450, 150 frames. R3: a surface in space on a 100x100 mesh, the camera turning, six runs, 150
frames. R5: R1's data as a page for the browser. memory: the peak of a 2,000-frame movie at 1080p over a 100-frame one.
frames: how far R1's frames are from frames that are drawn anew, each by itself.

Everybody is a process of its own, imports included, pinned to one core where the system can; contenders take turns, and
the seconds are of the processor, the least of all rounds: others on the machine do not count. The baselines are in
`drawing_peers.py`. A missed target is no failure, since ratios depend on the processor; a contender that fails is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

PEERS = Path(__file__).with_name("drawing_peers.py")
PIN = ["taskset", "-c", "0"] if sys.platform == "linux" else []
PRESETS = ("medium", "veryfast", "ultrafast")
LRS = {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adagrad": 0.5, "adadelta": 1.0, "adamw": 0.05}

SIMULATE = """
import landscape as ls
made = [ls.optimizer(name, lr=lr) for name, lr in {lrs}.items()]
ls.simulate("rosenbrock", made, start=(-1.5, 2.0), steps=300).save({record!r})
"""
DRAW = """
import landscape as ls
{before}
ls.animate(ls.load({record!r}), {out!r}, {view}, fps={fps}, seconds={seconds})
"""
PRESET = "from landscape.render.encoders import video; video.MP4.options['preset'] = {preset!r}"
FRAMES = """
import sys
import numpy as np
import landscape as ls
from landscape.render.views._base import REGISTRY
from landscape.render.movie.movie import Movie
sys.path.insert(0, {tests!r})
from redraw import redrawn
movie = Movie(REGISTRY.coerce({view}), ls.load({record!r}), seconds={seconds})
clock = movie.clock(30)
shares = []
for number, shot in enumerate(movie.frames(30)):
    if number % 20 == 0 or number == len(clock) - 1:
        far = np.abs(redrawn(movie, clock[number][0]).astype(int) - shot.pixels).max(axis=2) > 8
        shares.append(float(far.mean()))
print(max(shares), len(shares))
"""

FLOOR = """
import sys, time
import landscape as ls
from landscape.render.encoders import video
from landscape.render.movie.movie import Movie, Shot
from landscape.render.views._base import REGISTRY
{before}
movie = Movie(REGISTRY.coerce({view}), ls.load({record!r}), seconds={seconds})
begun = time.process_time()
kept, first = [], None
for shot in movie.frames({fps}):
    first = shot.pixels.copy() if first is None else first
    kept.append(([shot.pixels[a:b, c:d].copy() for a, b, c, d in shot.boxes], shot.repeat, [*shot.boxes]))

class Kept:
    size, turns, frame_count = movie.size, movie.turns, movie.frame_count

    def frames(self, rate):
        pixels = first.copy()
        for parts, repeat, boxes in kept:
            for part, (a, b, c, d) in zip(parts, boxes):
                pixels[a:b, c:d] = part
            yield Shot(pixels, repeat, boxes)

again = time.process_time()
with open({out!r}, "wb") as file:
    video.write(Kept(), file, ".mp4", {fps}, lambda done, total: None)
print(again - begun)
"""


Costs = dict[str, dict[str, float]]
Found = Mapping[str, object]


class Contender(NamedTuple):
    """Somebody who does a job: a command, and the file that it writes."""

    name: str
    command: list[str]
    out: Path


class Goal(NamedTuple):
    """How many times as fast as a contender the last one is to be, at least."""

    peer: str
    ours: str
    target: float


class Cost(NamedTuple):
    """Seconds of the processor, megabytes at the peak, bytes written."""

    seconds: float
    peak: float
    size: int


def peer(job: str, record: Path, out: Path, frames: int, preset: str = "medium") -> list[str]:
    return [sys.executable, str(PEERS), job, str(record), str(out), "--frames", str(frames), "--preset", preset]


def ours(record: Path, out: Path, view: dict[str, object], seconds: float, fps: int, before: str = "") -> list[str]:
    code = DRAW.format(record=str(record), out=str(out), view=view, seconds=seconds, fps=fps, before=before)
    return [sys.executable, "-c", code]


def environment() -> dict[str, str]:
    """That of everybody who is measured: modules are kept compiled, as they are for users."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def measure(command: list[str], out: Path) -> Cost:
    """Run a command to its end."""
    out.unlink(missing_ok=True)
    process = subprocess.Popen(PIN + command, env=environment())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024.0, out.stat().st_size)


def floor(record: Path, out: Path, view: dict[str, object], seconds: float, fps: int, before: str) -> float:
    """Seconds of the processor for everything but the drawing of frames, to the end of the process as in `measure`."""
    code = FLOOR.format(record=str(record), out=str(out), view=view, seconds=seconds, fps=fps, before=before)
    process = subprocess.Popen([*PIN, sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    drawing = float(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit("failed: the floor")
    return usage.ru_utime + usage.ru_stime - drawing


def compare(title: str, contenders: list[Contender], goals: list[Goal], rounds: int) -> Costs:
    """Let the contenders take turns, and print what they cost."""
    print(f"\n{title}", flush=True)
    costs: dict[str, Cost] = {}
    for _ in range(rounds):
        for name, command, out in contenders:
            cost = measure(command, out)
            costs[name] = min(cost, costs.get(name, cost))
    for name, cost in costs.items():
        print(f"  {name:34} {cost.seconds:7.2f} s  {cost.peak:6.0f} MB  {cost.size / 1e6:7.3f} MB written")
    for goal in goals:
        ratio = costs[goal.peer].seconds / costs[goal.ours].seconds
        size = costs[goal.ours].size / costs[goal.peer].size
        print(f"  {goal.peer} / {goal.ours}: {ratio:.1f} times (target {goal.target:g}), {size:.2f} of the size")
    return {name: cost._asdict() for name, cost in costs.items()}


def r1(folder: Path, record: Path, frames: int | None, rounds: int) -> Found:
    count = frames or 300
    view = {"name": "race", "levels": 40}
    contenders = []
    for preset in PRESETS:
        out = folder / f"ours-{preset}.mp4"
        before = PRESET.format(preset=preset)
        contenders.append(Contender(f"ours, {preset}", ours(record, out, view, count / 30, 30, before), out))
    for preset in ("veryfast", "ultrafast"):
        out = folder / f"blit-{preset}.mp4"
        contenders.append(Contender(f"blit, {preset}", peer("r1-blit", record, out, count, preset), out))
        out = folder / f"blit-same-{preset}.mp4"
        contenders.append(Contender(f"blit, same, {preset}", peer("r1-blit-same", record, out, count, preset), out))
    for kind in ("plain", "plain-same"):
        out = folder / f"{kind}.mp4"
        name = f"{kind.replace('-', ', ')}, medium"
        contenders.append(Contender(name, peer(f"r1-{kind}", record, out, count), out))
    goals = [
        Goal("plain, medium", "ours, medium", 10),
        Goal("plain, medium", "ours, veryfast", 18),
        Goal("plain, same, medium", "ours, veryfast", 18),
        Goal("blit, veryfast", "ours, veryfast", 4),
        Goal("blit, same, veryfast", "ours, veryfast", 4),
        Goal("blit, same, ultrafast", "ours, ultrafast", 4),
    ]
    costs = compare(f"R1: MP4, 1280x720, {count} frames", contenders, goals, rounds)
    for preset in PRESETS:
        asked = record, folder / "floor.mp4", view, count / 30, 30, PRESET.format(preset=preset)
        least = min(floor(*asked) for _ in range(rounds))
        share = costs[f"ours, {preset}"]["seconds"] / least
        print(f"  floor, {preset}: {least:.2f} s; ours {share:.2f} times of it (target at most 1.3)", flush=True)
        costs[f"floor, {preset}"] = {"seconds": least}
    return costs


def r2(folder: Path, record: Path, frames: int | None, rounds: int) -> Found:
    count = frames or 150
    view = {"name": "race", "levels": 40, "width": 800, "height": 450}
    contenders = []
    for suffix in (".gif", ".png", ".webp"):
        out = folder / f"ours{suffix}"
        contenders.append(Contender(f"ours{suffix}", ours(record, out, view, count / 20, 20), out))
    out = folder / "plain.gif"
    contenders.append(Contender("plain.gif", peer("r2-plain", record, out, count), out))
    return compare(f"R2: GIF, 800x450, {count} frames", contenders, [Goal("plain.gif", "ours.gif", 40)], rounds)


def r3(folder: Path, record: Path, frames: int | None, rounds: int) -> Found:
    count = frames or 150
    made, plain = folder / "space.mp4", folder / "plain-space.mp4"
    contenders = [
        Contender("ours", ours(record, made, {"name": "surface"}, count / 30, 30), made),
        Contender("plain", peer("r3-plain", record, plain, count), plain),
    ]
    return compare(f"R3: in space, 1280x720, {count} frames", contenders, [Goal("plain", "ours", 4)], rounds)


def r5(folder: Path, record: Path, frames: int | None, rounds: int) -> Found:
    count = frames or 300
    made, plain = folder / "race.html", folder / "plain.html"
    contenders = [
        Contender("ours", ours(record, made, {"name": "race", "levels": 40}, count / 30, 30), made),
        Contender("plain", peer("r5-plain", record, plain, count), plain),
    ]
    return compare(f"R5: a page, {count} frames", contenders, [Goal("plain", "ours", 100)], rounds)


def memory(folder: Path, record: Path, frames: int | None, rounds: int) -> Found:
    view = {"name": "race", "width": 1920, "height": 1080}
    peaks = {}
    for count in (100, frames or 2000):
        out = folder / f"long-{count}.mp4"
        peaks[str(count)] = measure(ours(record, out, view, count / 30, 30), out).peak
    print("\nmemory: " + ", ".join(f"{count} frames {peak:.0f} MB" for count, peak in peaks.items()), flush=True)
    first, last = peaks.values()
    print(f"  {last - first:.0f} MB more (target at most 150)")
    return peaks


def frames_job(folder: Path, record: Path, frames: int | None, rounds: int) -> Found:
    code = FRAMES.format(view={"name": "race", "levels": 40}, record=str(record), seconds=(frames or 300) / 30,
                         tests=str(PEERS.parents[1] / "tests"))  # fmt: skip
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    share, count = float(told[0]), int(told[1])
    print(f"\nframes: at most {share:.3%} of a frame's pixels differ by more than 8 (target 0.1 %), {count} frames")
    return {"share": share}


JOBS = {"R1": r1, "R2": r2, "R3": r3, "R5": r5, "memory": memory, "frames": frames_job}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--job", action="append", choices=list(JOBS), help="which; all where left out; may be repeated")
    parser.add_argument("--frames", type=int, help="how many, where not the job's own number")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the files that are made")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON, last")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        record = folder / "record.npz"
        subprocess.run([sys.executable, "-c", SIMULATE.format(lrs=LRS, record=str(record))], check=True)
        for job in given.job or JOBS:
            found[job] = JOBS[job](folder, record, given.frames, given.rounds)
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()

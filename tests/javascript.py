"""Run recorded entrants in a real browser, and compare what they do with the record of the same simulation.

races = [Race("rosenbrock", "adam", noise="gaussian")]
found = run_all(visit, tmp_path / "races.html", races)      # [{"params": (steps + 1, dim), "value": ..., ...}]
difference(races[0], found[0])                              # the largest, relative; 0.0 where all bits are equal
"""

import dataclasses
import functools
import json
from typing import Any

import numpy as np

import landscape as ls
from landscape.program.operations import SIGNS
from landscape.program.steps import recorded_measures
from landscape.simulation.job import LIMIT
from landscape.web.kernels import Kernel, measures_source, planned_factors, recorded_kernel, term_source
from landscape.web.sources import script

EXACT = {*SIGNS, "negative", "sqrt", "select", "drawn", "input"}


@dataclasses.dataclass(frozen=True, eq=False)
class Race:
    """A simulation of one entrant, as `ls.simulate` takes it, of which the run `run` is compared."""

    surface: Any
    rule: Any
    start: Any = None
    steps: int = 20
    noise: Any = None
    schedule: Any = None
    schedules: Any = dataclasses.field(default_factory=dict)
    seed: int = 0
    run: int = 0
    tolerance: float | None = None

    @functools.cached_property
    def record(self):
        """What NumPy does with that run, and the next beside it, on arrays."""
        entrant = ls.entrant(self.rule, self.schedule, schedules=self.schedules)
        return ls.simulate(
            self.surface, entrant, start=self.start, steps=self.steps, noise=self.noise, seed=self.seed,
            repeats=self.run + 2, runs=[self.run, self.run + 1], tolerance=self.tolerance, engine="numpy",
            progress=False,
        )  # fmt: skip

    @property
    def track(self):
        return self.record.tracks[0]

    @functools.cached_property
    def kernel(self) -> Kernel:
        return recorded_kernel(self.record.surface, self.track.optimizer, self.record.noise, self.schedules, self.steps)

    @property
    def is_exact(self) -> bool:
        """Whether nothing but + - * / and sqrt occurs."""
        programs = self.kernel.step.program, self.kernel.begin, recorded_measures(self.record.surface)
        nodes = [node for program in programs for node in program.operations()]
        return {node.name for _, node in nodes} <= EXACT

    def asked(self):
        """What `run` of engine.js is given."""
        record, track, kernel = self.record, self.track, self.kernel
        at = np.arange(self.steps)
        planned = [track.schedule, *track.schedules.values()]
        factors, *varied = (
            scale * np.broadcast_to(np.asarray(each(at, self.steps), float), self.steps)
            for scale, each in zip(kernel.scales, planned, strict=True)
        )
        return {
            "start": record.starts[:, 0].tolist(), "steps": self.steps, "inputs": list(kernel.inputs.values()),
            "factors": factors.tolist(), "varied": [each.tolist() for each in varied], "run": self.run,
            "planned": [each.tolist() for each in planned_factors(kernel.step, record.noise, self.steps)],
            "tolerance": self.tolerance, "limit": LIMIT,
        }  # fmt: skip


def calls(races, change=lambda source: source):
    """Functions without arguments in JavaScript, of which each runs a race. change: of each source, to plant an error.

    The loss with its gradient is written before the kernel, both are changed.
    """
    return [
        f"(() => {{ const measures = {change(measures_source(race.record.surface))};\n"
        f"return run({change(race.kernel.source)}, "
        f"{{ ...{json.dumps(race.asked())}, terms: {term_source(race.record.surface)}, "
        f'seed: seedHalves("{race.seed}") }}); }})'
        for race in races
    ]


def run_all(visit, path, races, change=lambda source: source):
    """What the browser makes of each race. change: of a kernel's source, to plant an error."""
    body = f"window.races = () => [{', '.join(calls(races, change))}]"
    body += ".map((race) => { const t = race(); "
    body += "return { ...t, params: [...t.params], value: [...t.value], norm: [...t.norm] }; });"
    head = "<!doctype html><meta charset=utf-8><title>Races</title><script type=module>"
    path.write_text(f"{head}{script()}\n{body}</script>", encoding="utf-8")
    with visit(path) as page:
        found = page.evaluate("window.races()")
    for race, each in zip(races, found, strict=True):
        for name in ("params", "value", "norm"):
            each[name] = np.array(each[name], dtype=np.float64)
        each["params"] = each["params"].reshape(race.steps + 1, -1)
    return found


def difference(race, made):
    """The largest difference between what the browser and NumPy did, relative to what is above 1.

    inf where they end otherwise.
    """
    track = race.track
    if made["status"] != track.status[0] or made["stopped"] != track.stopped[0]:
        return np.inf
    pairs = [(track.params[:, :, 0], made["params"]), (track.value[:, 0], made["value"])]
    pairs.append((track.gradient_norm[:, 0], made["norm"]))
    with np.errstate(all="ignore"):
        gaps = [np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b) / np.maximum(1.0, np.abs(a)))
                for a, b in pairs]  # fmt: skip
    return max(float(np.max(np.nan_to_num(gap, nan=np.inf))) for gap in gaps)


def allowed(race):
    """How far the two may be apart: not at all, or as far as a start that is one in 2^50 beside this one leads."""
    if race.is_exact:
        return 0.0
    start = race.record.starts[:, 0]
    beside = dataclasses.replace(race, start=start + 2.0**-50 * np.maximum(1.0, np.abs(start))).track
    made = {"params": beside.params[:, :, 0], "value": beside.value[:, 0], "norm": beside.gradient_norm[:, 0],
            "status": beside.status[0], "stopped": beside.stopped[0]}  # fmt: skip
    return 1e-12 + 10.0 * difference(race, made)


def wrong(races, made):
    """What the browser does otherwise than NumPy: name -> how far."""
    gaps = {name: difference(race, each) for (name, race), each in zip(races.items(), made, strict=True)}
    return {name: gap for name, gap in gaps.items() if gap > 0.0 and gap > allowed(races[name])}

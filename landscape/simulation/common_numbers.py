"""Run one entrant with a hyper-parameter of its own for each run, on the noise of whichever run each is paired with.

    rule = ls.optimizer("adam", lr=[0.01, 0.01, 0.1, 0.1])
    track = with_common_numbers(surface, entrant(rule), points, [0, 1, 0, 1], repeats=2, steps=100)

Here both rates see the noise of runs 0 and 1, so that what differs between them is the rate (common random numbers:
Glasserman and Yao 1992). Column k of the track is, to the last bit, run `numbers[k]` of a simulation of its own
hyper-parameters from the same points and repeats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError
from landscape.core.linear_algebra import one_thread
from landscape.core.methods import Method, Noise, Schedule
from landscape.core.random import Seed
from landscape.core.surface import Surface
from landscape.record import Track
from landscape.simulation.entrants import Entrant, check_lengths, check_needs
from landscape.simulation.job import Job
from landscape.simulation.sizes import GIB, check_kept, check_recorded

NO_CUT = -1  # runs of which arrays are cut to `numbers`: none, as they have one number for each of them already


@one_thread()
def with_common_numbers(
    surface: Surface,
    entrant: Entrant,
    points: Array,
    numbers: Any,
    *,
    repeats: int,
    steps: int,
    seed: Seed,
    schedule: Schedule,
    noise: Noise | None = None,
    tolerance: float | None = None,
    every: int = 1,
    engine: str = "numpy",
    memory: float = GIB,
) -> Track:
    """The track of the entrant, one column for each of `numbers` (n,), which may be the same several times.

    points: (dim, starts); a run starts at the point number // repeats. The entrant's hyper-parameters are one number
    each or (n,). engine: "numpy" or "numba"; which of them is not chosen here, as no number of runs stands for all of
    them. The rest is as in `landscape.simulate`. ValueError says what does not fit.
    """
    numbers = np.asarray(numbers)
    check_recorded(1, -(-steps // every) + 1, surface.dim, len(numbers), steps, memory)
    check_parts(entrant.optimizer, surface, noise, len(numbers), memory)
    rows = np.append(np.arange(0, steps, every), steps)
    job = Job(surface, noise, points, numbers, repeats, NO_CUT, steps, seed, rows, tolerance, False, engine)
    return job.track(entrant, entrant.schedule or schedule, lambda _: None)


def check_parts(optimizer: Method, surface: Surface, noise: Noise | None, runs: int, memory: float = GIB) -> None:
    """ValueError where the rule cannot run on the surface with the noise, or its arrays are not for that many runs."""
    if noise is not None:
        noise.check_surface(surface)
    check_needs(optimizer, surface, noise)
    check_kept(optimizer, surface.dim, runs, memory)
    try:
        check_lengths(optimizer, runs)
    except FieldError as error:
        reason = error.reason.replace("(starts x repeats) ", "")
        raise FieldError(error.owner, error.field, reason) from None

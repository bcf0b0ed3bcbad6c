"""Run an optimizer from many places at once.

record = basins("himmelblau", ["sgd", "adam"], steps=300)       # 40,000 starts; ls.draw(record, view="basins")
"""

from __future__ import annotations

from typing import Any

from landscape.component import FieldError
from landscape.core import Noise, Schedule, Surface, Window
from landscape.record import Record
from landscape.registry import registry
from landscape.simulate import Progress, simulate


def basins(
    surface: Surface | str,
    optimizers: Any,
    *,
    steps: int,
    resolution: int | tuple[int, int] = 200,
    window: Window | None = None,
    every: int | None = None,
    seed: int = 0,
    noise: Noise | str | None = None,
    schedule: Schedule | str | None = None,
    progress: Progress | None = None,
) -> Record:
    """Run every entrant from each point of a grid over a surface of two dimensions: which minimum does it end in?

    resolution: starts along each coordinate, one number or two; window: ((lo, hi), (lo, hi)) that they cover, the
    surface's where left out. every: record each so many steps; just the first and the last where left out. The rest is
    as in `landscape.simulate`. The view "basins" draws the record. ValueError says what was given and what is allowed.
    """
    made = registry("surface").build(surface) if isinstance(surface, str) else surface
    if not isinstance(made, Surface):
        raise TypeError(f"basins takes a surface or its name, got {made!r:.60}")
    if made.dim != 2:
        raise ValueError(f'basins needs a surface of 2 dimensions, "{made.name}" has {made.dim} here')
    try:
        start = registry("start").build("grid", shape=resolution, **({} if window is None else {"box": window}))
        start.place(made, 0)
    except FieldError as error:
        raise ValueError(f"basins: {'resolution' if error.field == 'shape' else 'window'} {error.reason}") from None
    return simulate(made, optimizers, start=start, steps=steps, seed=seed, noise=noise, schedule=schedule,
                    every=steps if every is None else every, progress=progress)  # fmt: skip

"""landscape: an optimizer loss-landscape simulator.

    import landscape as ls

    record = ls.simulate("rosenbrock", ["sgd", "momentum", "adam"], start=(-1.5, 2.0), steps=500)
    ls.draw(record, view="contour")
    ls.animate(record, "race.mp4")

Surfaces, optimizers, schedules, noises and starts are built by name (`ls.surface("himmelblau")`) and listed by
`ls.surfaces.names()` and its like. `landscape --help` is the command line.
"""

from __future__ import annotations

__version__ = "0.1.0"

from landscape import bridges, networks, noises, optimizers, schedules, starts, surfaces
from landscape.component import Component, FieldError
from landscape.core import CriticalPoint, Noise, Optimizer, Schedule, Start, Surface
from landscape.derivatives import gradient, hessian, hvp, jvp
from landscape.finder import find_critical_points
from landscape.record import Record, RecordError, Track, load
from landscape.registry import UnknownName
from landscape.render import animate, draw
from landscape.replay import inside
from landscape.simulate import Entrant, entrant, simulate
from landscape.surfaces import from_expression, from_function
from landscape.sweep import basins, stability_map

surface = surfaces.REGISTRY.build
optimizer = optimizers.REGISTRY.build
schedule = schedules.REGISTRY.build
noise = noises.REGISTRY.build
start = starts.REGISTRY.build

__all__ = [
    "Component",
    "CriticalPoint",
    "Entrant",
    "FieldError",
    "Noise",
    "Optimizer",
    "Record",
    "RecordError",
    "Schedule",
    "Start",
    "Surface",
    "Track",
    "UnknownName",
    "__version__",
    "animate",
    "basins",
    "bridges",
    "draw",
    "entrant",
    "find_critical_points",
    "from_expression",
    "from_function",
    "gradient",
    "hessian",
    "hvp",
    "inside",
    "jvp",
    "load",
    "networks",
    "noise",
    "noises",
    "optimizer",
    "optimizers",
    "schedule",
    "schedules",
    "simulate",
    "stability_map",
    "start",
    "starts",
    "surface",
    "surfaces",
]

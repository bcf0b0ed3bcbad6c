"""landscape: an optimizer loss-landscape simulator.

    import landscape as ls

    record = ls.simulate("rosenbrock", ["sgd", "momentum", "adam"], start=(-1.5, 2.0), steps=500)
    ls.draw(record, view="contour")
    ls.animate(record, "race.mp4")

Surfaces, optimizers, schedules, noises and starts are built by name (`ls.surface("himmelblau")`) and listed by
`ls.surfaces.names()` and its like. `landscape --help` is the command line.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from landscape import analysis as analysis  # so that scenarios know measures and views, which are kinds of components
from landscape import noises, optimizers, schedules, starts, surfaces
from landscape import render as render
from landscape._version import __version__
from landscape.core.batches import UserCodeWarning
from landscape.core.component import Component, FieldError
from landscape.core.critical_points import CriticalPoint
from landscape.core.methods import Noise, Optimizer, Schedule, Start
from landscape.core.names import UnknownName
from landscape.core.surface import Surface
from landscape.optimizers import rule_from_text
from landscape.record import Ensemble, Record, RecordError, Track, load
from landscape.simulation.entrants import Entrant, entrant
from landscape.simulation.simulate import simulate
from landscape.surfaces import from_expression, from_function

if TYPE_CHECKING:
    from landscape import bridges, networks
    from landscape.analysis.replay import inside
    from landscape.core.finder import find_critical_points
    from landscape.derivatives import gradient, hessian, hvp, jvp
    from landscape.record.concatenate import concatenate
    from landscape.render import draw
    from landscape.simulation.given import from_points
    from landscape.simulation.sweep import basins, stability_map
    from landscape.sweeps.journal import SweepError
    from landscape.sweeps.sweep import sweep
    from landscape.sweeps.table import Table, load_table
    from landscape.sweeps.tune import Tuned, tune
    from landscape.web.files import animate
    from landscape.web.notebook import explore

surface = surfaces.REGISTRY.build
optimizer = optimizers.REGISTRY.build
schedule = schedules.REGISTRY.build
noise = noises.REGISTRY.build
start = starts.REGISTRY.build

__all__ = [
    "Component",
    "CriticalPoint",
    "Ensemble",
    "Entrant",
    "FieldError",
    "Noise",
    "Optimizer",
    "Record",
    "RecordError",
    "Schedule",
    "Start",
    "Surface",
    "SweepError",
    "Table",
    "Track",
    "Tuned",
    "UnknownName",
    "UserCodeWarning",
    "__version__",
    "animate",
    "basins",
    "bridges",
    "concatenate",
    "draw",
    "entrant",
    "explore",
    "find_critical_points",
    "from_expression",
    "from_function",
    "from_points",
    "gradient",
    "hessian",
    "hvp",
    "inside",
    "jvp",
    "load",
    "load_table",
    "networks",
    "noise",
    "noises",
    "optimizer",
    "optimizers",
    "rule_from_text",
    "schedule",
    "schedules",
    "simulate",
    "stability_map",
    "start",
    "starts",
    "surface",
    "surfaces",
    "sweep",
    "tune",
]

# What a race does not need is imported when it is first used: name -> its module, or "" for a module of that name.
_LATER = {
    "bridges": "",
    "networks": "",
    "inside": "analysis.replay",
    "find_critical_points": "core.finder",
    **dict.fromkeys(("gradient", "hessian", "hvp", "jvp"), "derivatives"),
    "draw": "render",
    "animate": "web.files",
    "explore": "web.notebook",
    "concatenate": "record.concatenate",
    "from_points": "simulation.given",
    **dict.fromkeys(("basins", "stability_map"), "simulation.sweep"),
    "sweep": "sweeps.sweep",
    "SweepError": "sweeps.journal",
    **dict.fromkeys(("Table", "load_table"), "sweeps.table"),
    **dict.fromkeys(("Tuned", "tune"), "sweeps.tune"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_LATER[name] or name}")
    globals()[name] = getattr(module, name) if _LATER[name] else module
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

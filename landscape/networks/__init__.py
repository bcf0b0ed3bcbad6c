"""Networks whose loss is a surface over their weights: its parts, and ways to look at that surface.

    network = landscape.surface("network", layers=(2, 16, 1), activation="relu", dataset="moons", loss="logistic")
    landscape.simulate(network, "adam", start="he", noise=landscape.noise("minibatch", batch_size=32), steps=1000)

    networks.filter_normalised(network, p, 0); networks.line(network, p, q); networks.along(network, path)

    networks.activations.names(), networks.losses.names(), networks.data.names(), networks.initial.names()

Each is imported when it is first asked for. docs/networks.md has an example of each.
"""

from __future__ import annotations

import importlib
from typing import Any

_MODULES = {
    "activations": "landscape.nn.activations",
    "data": "landscape.nn.data",
    "losses": "landscape.nn.losses",
    "initial": "landscape.starts.initial_weights",
}
_HOMES = {
    "landscape.surfaces.custom.network": ("Network",),
    "landscape.networks.slices": ("Plane", "balanced", "filter_normalised", "line", "through"),
    "landscape.networks.spectra": (
        "Density",
        "Principal",
        "largest_eigenvalues",
        "principal_plane",
        "spectral_density",
    ),
    "landscape.nn.diagnostics": ("Diagnostics", "along", "diagnostics"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Density",
    "Diagnostics",
    "Network",
    "Plane",
    "Principal",
    "activations",
    "along",
    "balanced",
    "data",
    "diagnostics",
    "filter_normalised",
    "initial",
    "largest_eigenvalues",
    "line",
    "losses",
    "principal_plane",
    "spectral_density",
    "through",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

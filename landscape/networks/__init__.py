"""Networks whose loss is a surface over their weights: activations, data, losses, initial weights, and the network.

    network = landscape.surface("network", layers=(2, 16, 1), activation="relu", dataset="moons", loss="logistic")
    landscape.simulate(network, "adam", start="he", noise=landscape.noise("minibatch", batch_size=32), steps=1000)

    networks.filter_normalised(network, p, 0); networks.line(network, p, q); networks.along(network, path)

    networks.activations.names(), networks.losses.names(), networks.data.names(), networks.initial.names()

One module for each family, and the landscape of a network in one more; they are imported when they, a name in one of
their registries, or one of the functions here is first asked for. docs/networks.md has an example of each.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "network": ("Network",),
    "landscape": (
        "Density",
        "Diagnostics",
        "Plane",
        "Principal",
        "along",
        "balanced",
        "diagnostics",
        "filter_normalised",
        "largest_eigenvalues",
        "line",
        "principal_plane",
        "spectral_density",
        "through",
    ),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}
_FAMILIES = ("activations", "data", "initial", "losses")

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
    if name in _FAMILIES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

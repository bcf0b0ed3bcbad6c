"""Networks whose loss is a surface over their weights: activations, data, losses, initial weights, and the network.

    network = landscape.surface("network", layers=(2, 16, 1), activation="relu", dataset="moons", loss="logistic")
    landscape.simulate(network, "adam", start="he", noise=landscape.noise("minibatch", batch_size=32), steps=1000)

    networks.filter_normalised(network, p, 0); networks.line(network, p, q); networks.along(network, path)

One module for each family; they are imported when a name in one of their registries, or one of these, is first asked
for.
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

__all__ = [
    "Density",
    "Diagnostics",
    "Network",
    "Plane",
    "Principal",
    "along",
    "diagnostics",
    "filter_normalised",
    "largest_eigenvalues",
    "line",
    "principal_plane",
    "spectral_density",
    "through",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

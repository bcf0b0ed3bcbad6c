"""Time what each activation costs: function, and function with derivative, in nanoseconds a number, beside torch's.

    python benchmarks/activations.py

All take turns on 16,384 numbers of float64 (a cache's worth); the best turn of each counts. One thread. torch's
derivative is a whole backward pass, with what autograd costs; its column is left out where torch is not installed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.nn.activations._base import build, names

NUMBERS, BLOCKS, REPEATS = 16_384, 40, 10


def turns(z: Any) -> dict[tuple[str, str], tuple[Callable[[], Any], Callable[[Any], Any]]]:
    """(library, name) -> phi, and what gives phi' from what phi gave."""
    found: dict[tuple[str, str], tuple[Callable[[], Any], Callable[[Any], Any]]] = {}
    for name in names():
        phi = build(name)
        found["landscape", name] = (lambda phi=phi: phi._value(z), lambda a, phi=phi: phi._slope(z, a))
    try:
        import torch

        from landscape.bridges.torch_network import to_torch
    except ImportError:
        return found
    torch.set_num_threads(1)
    x = torch.tensor(z, requires_grad=True)
    ones = torch.ones_like(x)
    for name in names():
        module = twin(name, to_torch)
        if module is not None:
            found["torch", name] = (
                lambda module=module: module(x),
                lambda a: torch.autograd.grad(a, x, ones, retain_graph=True),
            )
    return found


def twin(name: str, to_torch: Callable[..., Any]) -> Any:
    """torch's module of an activation, None for the identity, which it leaves out."""
    from landscape import surface

    network = surface("network", layers=(2, 1, 1), activation=name)
    modules = list(to_torch(network, network.customary_start))
    return modules[1] if len(modules) == 3 else None


def costs() -> dict[tuple[str, str], tuple[float, float]]:
    """(library, name) -> nanoseconds a number of phi, and of phi and phi' together as a network takes them."""
    z = np.random.default_rng(0).normal(0.0, 2.0, NUMBERS)
    found = turns(z)
    best = {key: [np.inf, np.inf] for key in found}
    for _ in range(BLOCKS):
        for key, (value, slope) in found.items():
            begin = time.perf_counter()
            for _ in range(REPEATS):
                a = value()
            middle = time.perf_counter()
            for _ in range(REPEATS):
                slope(a)
            end = time.perf_counter()
            best[key] = [min(best[key][0], middle - begin), min(best[key][1], end - middle)]
    scale = 1e9 / (NUMBERS * REPEATS)
    return {key: (scale * value, scale * (value + slope)) for key, (value, slope) in best.items()}


def main() -> None:
    """Print the table, the cheapest first."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    found = costs()
    print(f"ns a number, numpy {np.__version__}")
    print(f"{'activation':14s} {'phi':>8s} {'and slope':>10s} {'torch phi':>10s} {'and slope':>10s}")
    for (library, name), (value, both) in sorted(found.items(), key=lambda item: item[1][1]):
        if library == "landscape":
            theirs = "".join(f" {each:10.2f}" for each in found.get(("torch", name), ()))
            print(f"{name:14s} {value:8.2f} {both:10.2f}{theirs}")
    for library in sorted({library for library, _ in found}):
        both = {name: cost[1] for (of, name), cost in found.items() if of == library and name != "identity"}
        print(f"the cheapest of {library} but the identity: {min(both, key=both.__getitem__)}")


if __name__ == "__main__":
    main()

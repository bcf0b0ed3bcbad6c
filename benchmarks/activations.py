"""Time what each activation costs: function, and function with derivative, in nanoseconds a number.

    python benchmarks/activations.py

All take turns on 16,384 numbers of float64 (a cache's worth); the best turn of each counts. One thread.
"""

from __future__ import annotations

import time

import numpy as np

from landscape.networks.activations import build, names

NUMBERS, BLOCKS, REPEATS = 16_384, 40, 10


def costs() -> dict[str, tuple[float, float]]:
    """Name -> nanoseconds a number of phi, and of phi and phi' together as a network takes them."""
    z = np.random.default_rng(0).normal(0.0, 2.0, NUMBERS)
    best = {name: [np.inf, np.inf] for name in names()}
    for _ in range(BLOCKS):
        for name, seconds in best.items():
            phi = build(name)
            begin = time.perf_counter()
            for _ in range(REPEATS):
                a = phi._value(z)
            middle = time.perf_counter()
            for _ in range(REPEATS):
                phi._slope(z, a)
            end = time.perf_counter()
            seconds[0] = min(seconds[0], middle - begin)
            seconds[1] = min(seconds[1], end - middle)
    scale = 1e9 / (NUMBERS * REPEATS)
    return {name: (scale * value, scale * (value + slope)) for name, (value, slope) in best.items()}


def main() -> None:
    found = costs()
    print(f"{'activation':14s} {'phi':>8s} {'and phi-prime':>14s}   ns a number, numpy {np.__version__}")
    for name, (value, both) in sorted(found.items(), key=lambda item: item[1][1]):
        print(f"{name:14s} {value:8.2f} {both:14.2f}")


if __name__ == "__main__":
    main()

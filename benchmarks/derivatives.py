"""Time automatic differentiation beside its peers, in the same run.

    python benchmarks/derivatives.py

Rosenbrock's function of 1,000 coordinates, written once in plain NumPy: its gradient by the tape, against the cost of
its value, HIPS autograd's gradient of the same lines, torch's of the same in torch, and our Hessian-vector product.
All take turns, block by block, so that what else the machine does falls on each alike. The best blocks are compared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

import landscape as ls

DIM, BLOCKS, REPEATS = 1000, 40, 25


def rosenbrock(p, np=np):
    """The function as anybody would write it, in NumPy or in what looks like it."""
    return np.sum(100.0 * (p[1:] - p[:-1] ** 2) ** 2 + (1.0 - p[:-1]) ** 2)


def peers(p: np.ndarray) -> dict[str, Callable[[], object]]:
    """Name -> work, for those that are installed."""
    surface = ls.surface("rosenbrock", dim=DIM)
    v = np.ones(DIM)
    works: dict[str, Callable[[], object]] = {
        "value, surface": lambda: surface.value(p),
        "value, plain NumPy": lambda: rosenbrock(p),
        "gradient, manual": lambda: surface.gradient(p),
    }
    ours, plain, product = ls.gradient(surface, "reverse"), ls.gradient(rosenbrock, "reverse"), ls.hvp(rosenbrock)
    works["gradient, reverse, surface"] = lambda: ours(p)
    works["gradient, reverse, plain NumPy"] = lambda: plain(p)
    works["Hessian times vector, plain NumPy"] = lambda: product(p, v)
    try:
        import autograd
        import autograd.numpy as anp
    except ImportError:
        print("autograd is not installed: left out")
    else:
        theirs = autograd.grad(lambda q: rosenbrock(q, anp))
        works["gradient, HIPS autograd"] = lambda: theirs(p)
    try:
        import torch
    except ImportError:
        print("torch is not installed: left out")
    else:
        torch.set_num_threads(1)

        def by_torch() -> object:
            q = torch.tensor(p, requires_grad=True)
            rosenbrock(q, torch).backward()
            return q.grad

        works["gradient, torch"] = by_torch
    return works


def timed(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Name -> seconds: the best block's mean."""
    for work in works.values():
        work()
    best = dict.fromkeys(works, np.inf)
    for _ in range(BLOCKS):
        for name, work in works.items():
            begun = time.perf_counter()
            for _ in range(REPEATS):
                work()
            best[name] = min(best[name], (time.perf_counter() - begun) / REPEATS)
    return best


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    p = np.random.default_rng(0).standard_normal(DIM)
    seconds = timed(peers(p))
    for name, took in seconds.items():
        print(f"{name:36s} {took * 1e6:9.1f} us")
    print()
    for kind in ("surface", "plain NumPy"):
        ratio = seconds[f"gradient, reverse, {kind}"] / seconds[f"value, {kind}"]
        print(f"gradient over value, {kind}: {ratio:.2f} (at most 6)")
    for peer in ("HIPS autograd", "torch"):
        if f"gradient, {peer}" in seconds:
            ratio = seconds[f"gradient, {peer}"] / seconds["gradient, reverse, plain NumPy"]
            print(f"{peer} over ours, the same lines: {ratio:.2f}")


if __name__ == "__main__":
    main()

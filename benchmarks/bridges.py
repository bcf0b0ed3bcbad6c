"""Time a step of a rule of another library: by hand, through the bridge, and our own.

python benchmarks/bridges.py [--runs 100] [--steps 100]

Microseconds a run and step on Rosenbrock's valley, gradients included. Then 1,000 runs of torch's Adam of 500 steps,
which share a tensor, against some of them made alone, and the same of rules and rates that do not share one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import landscape as ls


def timed(work: Callable[[], Any]) -> float:
    """Seconds of the best of three, after one to warm up."""
    work()
    best = np.inf
    for _ in range(3):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def simulated(rule: Any, runs: int, steps: int, surface: Any = "rosenbrock") -> float:
    """Microseconds a run and step of a simulation."""
    made = ls.surfaces.REGISTRY.coerce(surface)
    start = made.customary_start[:, None] + 0.01 * np.random.default_rng(0).normal(size=(made.dim, runs))
    return 1e6 * timed(lambda: ls.simulate(made, rule, start=start, steps=steps, every=steps)) / (runs * steps)


def torch_by_hand(steps: int) -> float:
    """Microseconds a step of torch's own loop, the surface's gradient given to it."""
    import torch

    surface = ls.surface("rosenbrock")

    def work() -> None:
        p = torch.nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))
        adam = torch.optim.Adam([p], lr=1e-3)
        for _ in range(steps):
            p.grad = torch.from_numpy(np.array(surface.gradient(p.detach().numpy())))
            adam.step()

    return 1e6 * timed(work) / steps


def module() -> Any:
    """A network of 33 weights on 20 examples as a surface."""
    import torch

    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    x, y = torch.randn(20, 2, dtype=torch.float64), torch.randn(20, 1, dtype=torch.float64)
    return ls.bridges.torch_surface(net, lambda net: torch.nn.functional.mse_loss(net(x), y))


def race(steps: int = 500, alone: int = 10) -> None:
    """Print how long many runs of torch's rules take, and how far they are from the same runs alone.

    Adafactor looks at the whole parameter, and runs with rates of their own share no tensor: these go one by one.
    """
    surface = ls.surface("rosenbrock")
    print(f"\n{f'many runs, {steps} steps':28}{'runs':>8}{'seconds':>10}{'one by one':>12}   largest difference")
    cases: list[tuple[str, int, dict[str, Any]]] = [
        ("Adam", 1000, {}),
        ("SGD", 1000, {"momentum": 0.9}),
        ("RMSprop", 1000, {}),
        ("Rprop", 1000, {}),
        ("Adafactor", 50, {}),
        ("Adam", 50, {"lr": np.geomspace(1e-4, 1e-1, 50)}),
    ]
    for name, runs, fields in cases:
        rule = ls.bridges.torch_optimizer(name, **{"lr": 1e-3, **fields})
        start = surface.customary_start[:, None] + 0.1 * np.random.default_rng(0).normal(size=(2, runs))
        began = time.perf_counter()
        together = ls.simulate(surface, rule, start=start, steps=steps).tracks[0].params
        took, began, largest = time.perf_counter() - began, time.perf_counter(), 0.0
        for run in range(0, runs, runs // alone):
            own = ls.simulate(surface, rule, start=start, steps=steps, runs=[run]).tracks[0].params
            largest = max(largest, float(np.max(np.abs(own[:, :, 0] - together[:, :, run]))))
        each = (time.perf_counter() - began) * runs / alone
        named = f"torch {name}{', as many rates' if 'lr' in fields else ''}"
        print(f"{named:28}{runs:8}{took:10.2f}{each:12.1f}   {largest:g}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=100)
    given = parser.parse_args()
    rules = {
        "adam": ls.optimizer("adam", lr=1e-3),
        "torch Adam": ls.bridges.torch_optimizer("Adam", lr=1e-3),
        "torch LBFGS, 4 iterations": ls.bridges.torch_optimizer("LBFGS", lr=0.1, max_iter=4),
        "optax adam": ls.bridges.optax_optimizer("adam", learning_rate=1e-3),
        "optax lbfgs": ls.bridges.optax_optimizer("lbfgs"),
        "scipy_bfgs": ls.optimizer("scipy_bfgs"),
    }
    print(f"{'':28}{'one run':>10}{given.runs:>8} runs   microseconds a run and step")
    print(f"{'torch Adam by hand':28}{torch_by_hand(given.steps):10.1f}")
    for name, rule in rules.items():
        times = [simulated(rule, runs, given.steps) for runs in (1, given.runs)]
        print(f"{name:28}{times[0]:10.1f}{times[1]:13.1f}")
    times = [simulated(ls.optimizer("sgd"), runs, given.steps, module()) for runs in (1, given.runs)]
    print(f"{'sgd on a torch module':28}{times[0]:10.1f}{times[1]:13.1f}")
    race()


if __name__ == "__main__":
    main()

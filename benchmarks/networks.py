"""Time a network's training and its landscape beside torch, in the same run.

    python benchmarks/networks.py [--blocks 3]

W5: 64 runs of a 2-16-16-1 tanh network, mini-batches of 32, 1,000 steps of Adam: ours through `landscape.simulate`;
torch with an optimizer a run; torch with all runs in one tensor a layer (`baddbmm`). Slice: a filter-normalised
101 x 101 landscape of a 2-64-64-2 network on 1,000 points; torch's by one forward pass a point of the grid, and by
batches of them. Everything on one thread, float64. Works take turns, and the best of each is compared. Losses at the
end are printed: the libraries draw their own batches, so that they agree as distributions.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402  after the number of threads is set

import landscape as ls  # noqa: E402

RUNS, BATCH, STEPS, RATE = 64, 32, 1000, 0.01
LAYERS = (2, 16, 16, 1)
GRID = 101


def problem():
    """The network of W5 and its initial weights (dim, runs)."""
    network = ls.surface("network", layers=LAYERS, dataset={"name": "moons", "count": 256}, loss="logistic")
    return network, ls.start("xavier", count=RUNS).place(network, 0)


def ours(network, start) -> np.ndarray:
    """The final weights (dim, runs) of W5."""
    noise = ls.noise("minibatch", batch_size=BATCH)
    record = ls.simulate(network, ls.optimizer("adam", lr=RATE), start=start, noise=noise, steps=STEPS, every=STEPS)
    return record["adam"].params[-1]


def torch_loop(network, start, runs: int = RUNS) -> np.ndarray:
    """The same with a module and an optimizer for each of the first `runs` runs."""
    import torch

    from landscape.bridges.torch_network import to_torch, torch_data, torch_loss, weights

    x, t = torch_data(network)
    loss = torch_loss(network)
    generator = torch.Generator().manual_seed(0)
    final = []
    for run in range(runs):
        module = to_torch(network, start[:, run])
        optimizer = torch.optim.Adam(module.parameters(), lr=RATE)
        for _ in range(STEPS):
            index = torch.randint(len(x), (BATCH,), generator=generator)
            optimizer.zero_grad()
            loss(module(x[index]), t[index]).backward()
            optimizer.step()
        final.append(weights(module))
    return np.array(final).T


def torch_batched(network, start) -> np.ndarray:
    """The same with all runs in one tensor for each layer, and one fused Adam for them all."""
    import torch

    from landscape.bridges.torch_network import torch_data

    x, t = torch_data(network)
    generator = torch.Generator().manual_seed(0)
    views = network.views(start)
    params = []
    for k in range(1, len(LAYERS)):
        params.append(torch.tensor(np.moveaxis(views[f"W{k}"], (2, 1), (0, 1)).copy()).requires_grad_())
        params.append(torch.tensor(views[f"b{k}"].T[:, None].copy()).requires_grad_())
    optimizer = torch.optim.Adam(params, lr=RATE, fused=True)
    for _ in range(STEPS):
        index = torch.randint(len(x), (RUNS, BATCH), generator=generator)
        a = x[index]
        for k in range(0, len(params), 2):
            a = torch.baddbmm(params[k + 1], a, params[k])
            if k + 2 < len(params):
                a = torch.tanh(a)
        optimizer.zero_grad()
        torch.nn.functional.soft_margin_loss(a, t[index], reduction="sum").div(BATCH).backward()
        optimizer.step()
    final = np.zeros_like(start)
    found = network.views(final)
    for k in range(1, len(LAYERS)):
        found[f"W{k}"][...] = np.moveaxis(params[2 * k - 2].detach().numpy(), (0, 1), (2, 1))
        found[f"b{k}"][...] = params[2 * k - 1].detach().numpy()[:, 0].T
    return final


def plane(activation: str):
    """A 2-64-64-2 network on 1,000 points, its weights, and two filter-normalised directions, (dim,) each."""
    from landscape.networks.slices import filter_normalised

    data = {"name": "moons", "count": 1000}
    fields = {"layers": (2, 64, 64, 2), "loss": "cross_entropy", "activation": activation}
    network = ls.surface("network", dataset=data, **fields)
    p = ls.start("he", count=1).place(network, 0)[:, 0]
    return network, p, filter_normalised(network, p, seed=0), filter_normalised(network, p, seed=1)


def our_slice(network, p, first, second) -> np.ndarray:
    """The losses (GRID, GRID) on [-1, 1] x [-1, 1] of the plane."""
    from landscape.networks.slices import Plane

    return Plane(network, p, first, second).grid(GRID)[2]


def torch_slice(network, p, first, second) -> np.ndarray:
    """The same, one point of the grid after another: weights set in a module, a forward pass, its loss."""
    import torch

    from landscape.bridges.torch_network import to_torch, torch_data, torch_loss

    x, t = torch_data(network)
    module, loss = to_torch(network, p), torch_loss(network)
    origin, along, across = (torch.from_numpy(each) for each in (p, first, second))
    values = np.empty((GRID, GRID))
    ticks = np.linspace(-1.0, 1.0, GRID)
    with torch.no_grad():
        for i, b in enumerate(ticks):
            for j, a in enumerate(ticks):
                torch.nn.utils.vector_to_parameters(origin + a * along + b * across, module.parameters())
                values[i, j] = loss(module(x), t).item()
    return values


def torch_vmap_slice(network, p, first, second, batch: int = 101) -> np.ndarray:
    """The same by torch.func: `vmap` of `functional_call` over rows of the grid."""
    import torch

    from landscape.bridges.torch_network import to_torch, torch_data, torch_loss

    x, t = torch_data(network)
    module, loss = to_torch(network, p), torch_loss(network)
    shapes = [(name, each.shape, each.numel()) for name, each in module.named_parameters()]
    origin, along, across = (torch.from_numpy(each) for each in (p, first, second))

    def value(a, b):
        parts = torch.split(origin + a * along + b * across, [size for _, _, size in shapes])
        named = {name: part.reshape(shape) for (name, shape, _), part in zip(shapes, parts, strict=True)}
        return loss(torch.func.functional_call(module, named, (x,)), t)

    ticks = torch.linspace(-1.0, 1.0, GRID, dtype=torch.float64)
    b, a = torch.meshgrid(ticks, ticks, indexing="ij")
    with torch.no_grad():
        found = torch.func.vmap(value, chunk_size=batch)(a.ravel(), b.ravel())
    return found.reshape(GRID, GRID).numpy()


def best_of(works: dict[str, Callable[[], object]], blocks: int) -> tuple[dict[str, float], dict[str, object]]:
    """Name -> the least seconds of `blocks` turns, and the last result."""
    seconds, results = dict.fromkeys(works, np.inf), {}
    for _ in range(blocks):
        for name, work in works.items():
            begin = time.perf_counter()
            results[name] = work()
            seconds[name] = min(seconds[name], time.perf_counter() - begin)
    return seconds, results


def told(title: str, seconds: dict[str, float], ours_name: str, results: dict[str, str]) -> None:
    print(f"\n{title}")
    for name, each in seconds.items():
        print(f"  {name:44s} {each:8.3f} s   {each / seconds[ours_name]:7.2f} x ours   {results[name]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=3)
    parser.add_argument("--loop-runs", type=int, default=4, help="runs of torch's loop that are timed, scaled to 64")
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    print(f"{platform.processor() or platform.machine()}, numpy {np.__version__}, torch {torch.__version__}")

    network, start = problem()
    few = arguments.loop_runs
    works = {
        "landscape, simulate": lambda: ours(network, start),
        "torch, all runs in one tensor": lambda: torch_batched(network, start),
        f"torch, a loop over runs ({few} timed)": lambda: torch_loop(network, start, few),
    }
    seconds, results = best_of(works, arguments.blocks)
    loop = list(works)[2]
    seconds[loop] *= RUNS / few
    ends = {name: f"median final loss {np.median(network.value(p)):.4f}" for name, p in results.items()}
    told("W5: 64 runs, 2-16-16-1 tanh, batch 32, 1,000 steps of Adam", seconds, "landscape, simulate", ends)

    for activation in ("relu", "tanh"):
        drawn = plane(activation)
        works = {
            "landscape, Plane.grid": lambda drawn=drawn: our_slice(*drawn),
            "torch, a forward pass a point": lambda drawn=drawn: torch_slice(*drawn),
            "torch, vmap of 101 points": lambda drawn=drawn: torch_vmap_slice(*drawn),
        }
        seconds, results = best_of(works, 1)
        exact = results["landscape, Plane.grid"]
        ends = {name: f"differs by {np.max(np.abs(each - exact)):.1e}" for name, each in results.items()}
        told(f"101 x 101 slice of 2-64-64-2 {activation} on 1,000 points", seconds, "landscape, Plane.grid", ends)


if __name__ == "__main__":
    main()

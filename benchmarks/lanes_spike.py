"""Prove that registered definitions compile: Rosenbrock and Adam, unmodified, as numba lanes with noise.

    python benchmarks/lanes_spike.py            # bit-for-bit check against the NumPy engine, then seconds and ratio

The surface's gradient and the optimizer's rule are recorded by `landscape.program.trace`, and the program is written
out as the body of one loop over a block of lanes: all steps of a block run inside the block, its state stays in L1, and
LLVM turns the loop over lanes into vector instructions. The source lies in a file named by its content, so that the
next process finds the machine code on disk. Needs numba (the extra `spike`).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import landscape as ls
from landscape.core.component import Array
from landscape.core.methods import Optimizer
from landscape.core.random import CELL_BITS, Source
from landscape.core.state import leaves
from landscape.core.surface import Surface
from landscape.program import python
from landscape.program.operations import UNARY
from landscape.program.trace import Tape
from landscape.simulation.simulate import LIMIT

LANES = 128

# Source.normals for one run and one pair of coordinates, in the same operations
NOISE = f"""
        z = keys[lane] + counter
        z = (z ^ (z >> U(30))) * U(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> U(27))) * U(0x94D049BB133111EB)
        z = z ^ (z >> U(31))
        x0 = np.float64(np.int32(z >> U(32))) + 0.5
        cell0 = np.uint32(np.float32(x0).view(np.int32)) >> np.uint32({23 - CELL_BITS})
        n0 = (x0 * SLOPES[cell0] + LEVELS[cell0]) * sigma
        x1 = np.float64(np.int32(z)) + 0.5
        cell1 = np.uint32(np.float32(x1).view(np.int32)) >> np.uint32({23 - CELL_BITS})
        n1 = (x1 * SLOPES[cell1] + LEVELS[cell1]) * sigma
"""

TEMPLATE = """
import math

import numpy as np
from numba import njit

from landscape.core.random import _lines

LEVELS, SLOPES = _lines()

U = np.uint64

@njit(error_model="numpy", nogil=True)  # numba caches no function with globals as large as these tables
def block(flat, keys, shared, steps, limit, sigma):
    {unpack}
    for step in range(steps):
        counter = (U(step) << U(32)) * U(0x9E3779B97F4A7C15)
        {once}
        for lane in range({lanes}):
            {body}
        {after}
"""


def compiled(surface: Surface, optimizer: Optimizer, noisy: bool) -> ModuleType:
    """The module with `block(...)` for a surface and an optimizer."""
    source = kernel_source(surface, optimizer, noisy)
    folder = Path(tempfile.gettempdir()) / "landscape-kernels"
    folder.mkdir(exist_ok=True)
    path = folder / f"kernel_{hashlib.sha256(source.encode()).hexdigest()[:16]}.py"
    if not path.exists():
        path.write_text(source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kernel_source(surface: Surface, optimizer: Optimizer, noisy: bool) -> str:
    """One gradient, one update and one check a step, for LANES runs at once.

    What depends on numbers alone that are the same in every lane (the powers of beta) is computed once a step.
    """
    if surface.dim != 2:
        raise ValueError("the spike draws one pair of normals a step: two coordinates")
    lanes, shared = states(optimizer)
    params = ["p0", "p1"]
    kept = [f"s{i}" for i in range(len(lanes))]
    common = [f"c{i}" for i in range(len(shared))]
    tape = Tape()
    inputs = tape.inputs(*params, *kept, *common, "lr", *(["n0", "n1"] if noisy else []))
    program = tape.program(python.step(surface, optimizer, inputs))
    results = [program.text(*output) for output in program.outputs]

    uniform = {program.names.index(name) for name in common}
    for index, node in program.operations():
        if all(c or a in uniform for a, c in zip(node.args, node.constant, strict=True)):
            uniform.add(index)
    numbers = [index for index, _ in program.operations()]
    lines = program.lines(python.SPELLING | {name: f"math.{name}({{}})" for name in UNARY})
    names = [*params, *kept, "lr", "alive", "stopped"]
    at = {name: f"flat[{row * LANES} + lane]" for row, name in enumerate(names)}
    inside = " & ".join(f"(-limit <= {new}) & ({new} <= limit)" for new in results[:2])
    body = [
        *(f"{name} = {at[name]}" for name in names),
        *([line.strip() for line in NOISE.strip().splitlines()] if noisy else []),
        *(line for index, line in zip(numbers, lines, strict=True) if index not in uniform),
        f"alive = alive if ({inside}) else 0.0",
        *(f"{at[name]} = {new} if alive > 0.5 else {name}" for name, new in zip(params, results, strict=False)),
        *(f"{at[name]} = {new}" for name, new in zip(kept, results[2:], strict=False)),
        f"{at['alive']} = alive",
        f"{at['stopped']} = stopped + alive",
    ]
    return TEMPLATE.format(
        lanes=LANES,
        body="\n            ".join(body),
        unpack="\n    ".join(f"{name} = shared[{i}]" for i, name in enumerate(common)) or "pass",
        once="\n        ".join(line for index, line in zip(numbers, lines, strict=True) if index in uniform) or "pass",
        after="\n        ".join(f"{c} = {new}" for c, new in zip(common, results[2 + len(kept) :], strict=True))
        or "pass",
    )


def states(optimizer: Optimizer) -> tuple[list[float], list[float]]:
    """The first state of a run of two coordinates: its own numbers, and those that all runs share (they come last)."""
    own: list[float] = []
    shared: list[float] = []
    for leaf in leaves(optimizer.init(np.zeros((2, 1)))):
        if np.ndim(leaf) == 2 and not shared:
            own.extend(np.ravel(leaf).tolist())
        elif np.ndim(leaf) == 0:
            shared.append(float(leaf))
        else:
            raise ValueError(f"the spike takes states of arrays and then numbers, not {optimizer.name}'s")
    return own, shared


def run(
    surface: Surface, optimizer: Optimizer, starts: Array, rates: Array, steps: int, seed: int, sigma: float
) -> Array:
    """Final params (2, runs) of runs from starts (2, runs), with a rate for each run and Gaussian noise."""
    module = compiled(surface, optimizer, sigma > 0)
    runs = starts.shape[1]
    padded = -(-runs // LANES) * LANES
    column = np.minimum(np.arange(padded), runs - 1)
    own, shared = (np.array(numbers) for numbers in states(optimizer))
    keys, final = Source(seed, np.arange(runs), "noise").keys[column], np.empty((2, padded))
    flat = np.empty((2 + len(own) + 3, LANES))  # params, state, rate, alive, steps done
    for low in range(0, padded, LANES):
        block = slice(low, low + LANES)
        flat[:2] = starts[:, column[block]]
        flat[2:-3] = own[:, None]
        flat[-3], flat[-2], flat[-1] = rates[column[block]], 1.0, 0.0
        module.block(flat.ravel(), keys[block], shared, steps, LIMIT, sigma)
        final[:, block] = flat[:2]
    return final[:, :runs]


def adam_rosenbrock_w2(rates: Array, steps: int, seed: int, sigma: float) -> Array:
    """Workload W2: Adam on Rosenbrock from (-1.5, 2) with a rate for each run: final params (2, runs)."""
    starts = np.repeat(np.array([[-1.5], [2.0]]), len(rates), axis=1)
    return run(ls.surface("rosenbrock"), ls.optimizer("adam"), starts, rates, steps, seed, sigma)


def engine_w2(rates: Array, steps: int, seed: int, sigma: float) -> Array:
    """The same by the NumPy engine."""
    record = ls.simulate(
        "rosenbrock", ls.optimizer("adam", lr=rates), start=(-1.5, 2.0), repeats=len(rates), steps=steps, seed=seed,
        noise=ls.noise("gaussian", sigma=sigma), every=steps,
    )  # fmt: skip
    return record["adam"].params[-1]


def is_vectorised(noisy: bool = True) -> bool:
    """Whether LLVM wrote the loop over lanes with vector instructions on doubles."""
    from numba import njit

    module = compiled(ls.surface("rosenbrock"), ls.optimizer("adam"), noisy)
    signature = "void(float64[::1], uint64[::1], float64[::1], int64, float64, float64)"
    fresh = njit(signature, error_model="numpy")(module.block.py_func)  # the cache keeps no assembly
    return any("divpd" in line for line in "".join(fresh.inspect_asm().values()).splitlines())


def main() -> None:
    """Check the spike against the engine to the last bit, then time both."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    rates = np.logspace(-4, -1, 1000)
    began = time.perf_counter()
    mine = adam_rosenbrock_w2(rates, 200, 0, 1.0)
    print(f"first call (compiling, or from disk): {time.perf_counter() - began:.2f} s")
    print("equal to the NumPy engine, bit for bit:", np.array_equal(mine, engine_w2(rates, 200, 0, 1.0)))
    print("vectorised without noise:", is_vectorised(False), "with noise:", is_vectorised())
    rates = np.logspace(-4, -1, 100_000)
    for sigma in (1.0, 0.0):
        spike = min(_seconds(adam_rosenbrock_w2, rates, 1000, 0, sigma) for _ in range(3))
        print(f"W2 with sigma = {sigma:g}: spike {spike:.3f} s", end="", flush=True)
        engine = min(_seconds(engine_w2, rates, 1000, 0, sigma) for _ in range(2))
        print(f", NumPy engine {engine:.3f} s, ratio {engine / spike:.1f}")


def _seconds(function: Any, *args: Any) -> float:
    began = time.perf_counter()
    function(*args)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

"""Prove that registered definitions compile: Rosenbrock and Adam, unmodified, as numba lanes with noise.

    python benchmarks/lanes_spike.py            # bit-for-bit check against the NumPy engine, then seconds and ratio

The surface's gradient and the optimizer's rule are recorded by `landscape.engines.trace`, and the program is written
out as the body of one loop over a block of lanes: all steps of a block run inside the block, its state stays in L1, and
LLVM turns the loop over lanes into vector instructions. The source lies in a file named by its content, so that the
next process finds the machine code on disk. Needs numba (the extra `landscape[spike]`).
"""

from __future__ import annotations

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
from landscape.component import Array
from landscape.core import Optimizer, Surface
from landscape.engines import floats
from landscape.engines.state import leaves
from landscape.engines.trace import Tape
from landscape.simulate import LIMIT
from landscape.streams import _2_LN2, _LOG, _SQRT_HALF_BITS, DIRECTIONS, Source

LANES = 128

# Source.normals for one run and one pair of coordinates, in the same operations
NOISE = f"""
        z = keys[lane] + counter
        z = (z ^ (z >> U(30))) * U(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> U(27))) * U(0x94D049BB133111EB)
        z = z ^ (z >> U(31))
        x = np.float32(np.uint32(z >> U(32))) + F(0.5)
        bits = np.int32(np.float32(x).view(np.int32) - np.int32({_SQRT_HALF_BITS}))
        exponent = np.float32(np.int32(bits >> np.int32(23)))
        x = np.int32((bits & np.int32(0x7FFFFF)) + np.int32({_SQRT_HALF_BITS})).view(np.float32) - F(1.0)
        log = x * F({float(_LOG[0])!r})
{"".join(f"        log = (log + F({float(c)!r})) * x{chr(10)}" for c in _LOG[1:])}
        radius = np.float64(math.sqrt(log + (F(32.0) - exponent) * F({float(_2_LN2)!r}))) * sigma
        direction = z & U({DIRECTIONS - 1})
        n0 = radius * COS[direction]
        n1 = radius * SIN[direction]
"""

TEMPLATE = """
import math

import numpy as np
from numba import njit

from landscape.streams import _COS as COS, _SIN as SIN

U, F, LANES = np.uint64, np.float32, {lanes}

@njit(error_model="numpy", cache=True, nogil=True)
def block(flat, keys, steps, limit, sigma):
    for step in range(steps):
        counter = U(step) * U(0x9E3779B97F4A7C15)
        for lane in range(LANES):
            {body}
"""


def compiled(surface: Surface, optimizer: Optimizer, noisy: bool) -> tuple[ModuleType, int]:
    """The module with `block(...)` for a surface and an optimizer, and how many state numbers a run has."""
    source, states = kernel_source(surface, optimizer, noisy)
    folder = Path(tempfile.gettempdir()) / "landscape-kernels"
    folder.mkdir(exist_ok=True)
    path = folder / f"kernel_{hashlib.sha256(source.encode()).hexdigest()[:16]}.py"
    if not path.exists():
        path.write_text(source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)  # numba's cache looks for it by name
    spec.loader.exec_module(module)
    return module, states


def kernel_source(surface: Surface, optimizer: Optimizer, noisy: bool) -> tuple[str, int]:
    """(source, state numbers): one gradient, one update and one check a step, for LANES runs at once."""
    if surface.dim != 2:
        raise ValueError("the spike draws one pair of normals a step: two coordinates")
    params = [f"p{i}" for i in range(surface.dim)]
    state = leaves(optimizer.init(np.zeros((surface.dim, 1))))
    states = [f"s{i}" for i in range(sum(np.size(leaf) for leaf in state))]
    tape = Tape()
    noise = ["n0", "n1"] if noisy else []
    program = tape.program(floats.step(surface, optimizer, tape.inputs(*params, *states, "lr", *noise)))
    results = [program.text(*output) for output in program.outputs]
    names = [*params, *states, "lr", "alive", "stopped"]
    at = {name: f"flat[{row * LANES} + lane]" for row, name in enumerate(names)}
    inside = " & ".join(f"(-limit <= {new}) & ({new} <= limit)" for new in results[: surface.dim])
    body = [
        *(f"{name} = {at[name]}" for name in names),
        *([line.strip() for line in NOISE.strip().splitlines()] if noisy else []),
        *program.lines(lambda function, argument: f"math.{function}({argument})"),
        f"alive = alive if ({inside}) else 0.0",
        *(f"{at[name]} = {new} if alive > 0.5 else {name}" for name, new in zip(params, results, strict=False)),
        *(f"{at[name]} = {new}" for name, new in zip(states, results[surface.dim :], strict=True)),
        f"{at['alive']} = alive",
        f"{at['stopped']} = stopped + alive",
    ]
    return TEMPLATE.format(lanes=LANES, body="\n            ".join(body)), len(states)


def run(
    surface: Surface, optimizer: Optimizer, starts: Array, rates: Array, steps: int, seed: int, sigma: float
) -> Array:
    """Final params (2, runs) of runs from starts (2, runs), with a rate for each run and Gaussian noise."""
    module, states = compiled(surface, optimizer, sigma > 0)
    runs = starts.shape[1]
    padded = -(-runs // LANES) * LANES
    column = np.minimum(np.arange(padded), runs - 1)
    first = [np.broadcast_to(leaf, (2, 1) if np.ndim(leaf) == 2 else (1, 1)).ravel()
             for leaf in leaves(optimizer.init(np.zeros((2, 1))))]  # fmt: skip
    keys, final = Source(seed, np.arange(runs), "noise").keys[column], np.empty((2, padded))
    flat = np.empty((2 + states + 3, LANES))  # params, state, rate, alive, steps done
    for low in range(0, padded, LANES):
        block = slice(low, low + LANES)
        flat[:2] = starts[:, column[block]]
        flat[2 : 2 + states] = np.concatenate(first)[:, None] if first else 0.0
        flat[-3], flat[-2], flat[-1] = rates[column[block]], 1.0, 0.0
        module.block(flat.ravel(), keys[block], steps, LIMIT, sigma)
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

    module, _ = compiled(ls.surface("rosenbrock"), ls.optimizer("adam"), noisy)
    signature = "void(float64[::1], uint64[::1], int64, float64, float64)"
    fresh = njit(signature, error_model="numpy")(module.block.py_func)  # the cache keeps no assembly
    return any("divpd" in line for line in "".join(fresh.inspect_asm().values()).splitlines())


def main() -> None:
    """Check the spike against the engine to the last bit, then time both."""
    rates = np.logspace(-4, -1, 1000)
    began = time.perf_counter()
    mine = adam_rosenbrock_w2(rates, 200, 0, 1.0)
    print(f"first call (compiling, or from disk): {time.perf_counter() - began:.2f} s")
    print("equal to the NumPy engine, bit for bit:", np.array_equal(mine, engine_w2(rates, 200, 0, 1.0)))
    print("vectorised:", is_vectorised())
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

"""Write a step of an optimizer on a surface as Python on plain floats."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.batches import runs_user_code
from landscape.core.methods import Optimizer
from landscape.core.state import leaves, rebuilt, stepped
from landscape.core.surface import Surface
from landscape.program.operations import ARITHMETIC, NUMPY, UNARY
from landscape.program.trace import NotTraceable, Tape, Value, flat, objects

MOST_COORDINATES = 8

# NumPy's functions, so that the numbers are those of arrays to the last bit; sqrt is exact in both
SPELLING = {
    **ARITHMETIC,
    **{name: f"float({name}({{}}))" for name in UNARY},
    "power": "float(power({}, {}))",
    "sqrt": "sqrt({})",
    "select": "({1} if {0} >= 0.0 else {2})",
}

Kernel = Callable[..., int]


def compiled(surface: Surface, optimizer: Optimizer, noisy: bool) -> Kernel:
    """The compiled loop over steps for a surface and an optimizer with plain numbers as hyper-parameters.

    A user's code is recorded anew each time, as what it refers to may have changed, and twice: NotTraceable where it
    does something else at the second call.
    """
    if not (runs_user_code(surface) or runs_user_code(optimizer)):
        return _known(surface, optimizer, noisy)
    source = _source(surface, optimizer, noisy)
    if source != _source(surface, optimizer, noisy):
        raise NotTraceable(f"{optimizer.name} on {surface.name}: two recordings differ")
    return _kernel(source, f"<{optimizer.name} on {surface.name}>")


@functools.lru_cache(maxsize=256)
def _known(surface: Surface, optimizer: Optimizer, noisy: bool) -> Kernel:
    return _kernel(_source(surface, optimizer, noisy), f"<{optimizer.name} on {surface.name}>")


def _source(surface: Surface, optimizer: Optimizer, noisy: bool) -> str:
    if surface.dim > MOST_COORDINATES:
        raise NotTraceable(f"{surface.dim} coordinates are too many to write out")
    try:
        return kernel_source(surface, optimizer, noisy)
    except Exception as error:  # a user's formula may do anything; on arrays it will work, or say what is wrong
        raise NotTraceable(f"{optimizer.name} on {surface.name}: {error}") from error


def _kernel(source: str, name: str) -> Kernel:
    scope: dict[str, Any] = {**NUMPY, "sqrt": math.sqrt}
    exec(compile(source, name, "exec"), scope)
    kernel: Kernel = scope["kernel"]
    return kernel


def kernel_source(surface: Surface, optimizer: Optimizer, noisy: bool) -> str:
    """The Python source of the loop: one gradient, one update, one check and one record a step."""
    params = [f"p{i}" for i in range(surface.dim)]
    noises = [f"n{i}" for i in range(surface.dim)] if noisy else []
    states = [f"s{i}" for i in range(sum(np.size(leaf) for leaf in leaves(_state(surface, optimizer))))]

    tape = Tape()
    values = tape.inputs(*params, *states, "lr", *noises)
    outputs = step(surface, optimizer, values)
    program = tape.program(outputs)

    results = [program.text(*output) for output in program.outputs]
    moved, kept = results[: surface.dim], results[surface.dim :]
    inside = " and ".join(f"-limit <= {new} <= limit" for new in moved)
    body = [
        *program.nested(SPELLING),
        f"if not ({inside}): return done",
        f"{', '.join([*params, *states])}, = {', '.join([*moved, *kept])},",
        *(f"record({name})" for name in params),
        "done += 1",
    ]
    loop = f"for lr, {', '.join(noises)} in zip(rates, {', '.join(noises)}):" if noisy else "for lr in rates:"
    unpack = [f"{', '.join(params)}, = path"] + ([f"{', '.join(states)}, = state"] if states else [])
    lines = [
        f"def kernel(path, state, limit, rates, {', '.join(noises)}):",
        *("    " + line for line in (*unpack, "record = path.append", "done = 0", loop)),
        *("        " + line for line in body),
        "    return done",
    ]
    return "\n".join(lines)


def step(surface: Surface, optimizer: Optimizer, values: list[Value]) -> list[Any]:
    """One step written down: (params, state, lr, noise) as Values -> the new params and state, flat."""
    dim = surface.dim
    template = _state(surface, optimizer)
    size = sum(np.size(leaf) for leaf in leaves(template))
    params = objects(values[:dim])
    rest = iter(values[dim : dim + size])
    state = rebuilt(template, lambda leaf: _like(leaf, rest))
    gradient = surface._gradient(params)
    if noise := values[dim + size + 1 :]:
        gradient = gradient + objects(noise)
    moved, state = stepped(optimizer, optimizer.apply(params, gradient, state, values[dim + size]), (dim,))
    outputs = [*flat(moved), *(number for leaf in leaves(state) for number in flat(leaf))]
    if len(outputs) != dim + size:
        raise NotTraceable("the state changes its shape")
    return outputs


def _state(surface: Surface, optimizer: Optimizer) -> Any:
    return optimizer.init(np.zeros((surface.dim, 1)))


def _like(leaf: Any, rest: Any) -> Any:
    """The next Values in the shape of a state's leaf."""
    if np.ndim(leaf) == 2:
        return objects([next(rest) for _ in range(np.shape(leaf)[0])])
    if np.size(leaf) == 1:
        return next(rest)
    raise NotTraceable(f"a state of shape {np.shape(leaf)}")

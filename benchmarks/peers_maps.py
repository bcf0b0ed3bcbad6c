"""Do the noise-free workloads of many runs with torch.optim and with optax: a map of starts, and many dimensions.

    torch_map("himmelblau", starts)         # heavy ball from every start (2, runs): the final params
    optax_map("rastrigin", starts)
    torch_wide(starts)                      # Adam on Rosenbrock's function from starts (dim, runs)

All runs stand in one tensor of torch's, and in one `jit(vmap(scan))` of jax's, as both are documented. `engine.py`
measures these beside landscape.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from peers import Array

STEPS_W3, STEPS_W4 = 300, 1000
RATE_W3, MOMENTUM_W3, RATE_W4 = 1e-3, 0.9, 1e-3


def himmelblau(x: Any, y: Any, cos: Callable[[Any], Any]) -> Any:
    """f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2, for any library's arrays."""
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def rastrigin(x: Any, y: Any, cos: Callable[[Any], Any]) -> Any:
    """f(x, y) = 20 + x^2 + y^2 - 10 cos(2 pi x) - 10 cos(2 pi y), for any library's arrays."""
    return 20 + x * x + y * y - 10 * cos(2 * math.pi * x) - 10 * cos(2 * math.pi * y)


LOSSES = {"himmelblau": himmelblau, "rastrigin": rastrigin}


def wide(p: Any) -> Any:
    """Rosenbrock's function of p (dim, ...), any library's arrays: the sum over neighbours, (...)."""
    x, y = p[:-1], p[1:]
    return (100 * (y - x * x) ** 2 + (1 - x) ** 2).sum(0)


def grid(points: int, low: float = -5.0, high: float = 5.0) -> Array:
    """(2, points^2): the starts of a map."""
    x = np.linspace(low, high, points)
    return np.array(np.meshgrid(x, x)).reshape(2, -1)


def torch_map(name: str, starts: Array, steps: int = STEPS_W3) -> Array:
    """Heavy ball on all starts at once, gradients by autograd."""
    import torch

    p = torch.tensor(starts, requires_grad=True)
    rule = torch.optim.SGD([p], lr=RATE_W3, momentum=MOMENTUM_W3)
    return _torch(p, rule, lambda: LOSSES[name](p[0], p[1], torch.cos), steps)


def torch_wide(starts: Array, steps: int = STEPS_W4) -> Array:
    """Adam in many dimensions, all runs in one tensor."""
    import torch

    p = torch.tensor(starts, requires_grad=True)
    return _torch(p, torch.optim.Adam([p], lr=RATE_W4), lambda: wide(p), steps)


def _torch(p: Any, rule: Any, loss: Callable[[], Any], steps: int) -> Array:
    for _ in range(steps):
        rule.zero_grad()
        loss().sum().backward()
        rule.step()
    return np.array(p.detach().numpy())


def optax_map(name: str, starts: Array, steps: int = STEPS_W3) -> Array:
    """Heavy ball by `jit(vmap(scan))`."""
    return np.asarray(_optax(name, steps)(starts.T)).T


def optax_wide(starts: Array, steps: int = STEPS_W4) -> Array:
    """Adam in many dimensions by `jit(vmap(scan))`."""
    return np.asarray(_optax("wide", steps)(starts.T)).T


@functools.cache
def _optax(name: str, steps: int) -> Callable[[Array], Any]:
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    rule = optax.adam(RATE_W4) if name == "wide" else optax.sgd(RATE_W3, momentum=MOMENTUM_W3)
    loss = wide if name == "wide" else lambda p: LOSSES[name](p[0], p[1], jax.numpy.cos)
    gradient = jax.grad(loss)

    def descend(start: Any) -> Any:
        def step(carry: Any, _: Any) -> Any:
            params, state = carry
            updates, state = rule.update(gradient(params), state, params)
            return (optax.apply_updates(params, updates), state), None

        return jax.lax.scan(step, (start, rule.init(start)), None, length=steps)[0][0]

    return jax.jit(jax.vmap(descend))  # type: ignore[no-any-return]

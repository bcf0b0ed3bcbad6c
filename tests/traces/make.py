"""Follow torch.optim along given gradients, and store what it does: `python tests/traces/make.py` writes torch.npz.

The stored traces hold the optimizers to torch where torch is not installed. `TWINS` names torch's optimizer for each of
ours; one that torch does not have is left out of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from landscape import optimizers
from landscape.component import field_hints

FILE = Path(__file__).parent / "torch.npz"
SEED, STEPS, DRAWS = 20240229, 1000, 4
ROWS = np.r_[0:11, 20:101:10, 150:1001:50]

# name here -> torch.optim's class and the arguments that make it the same rule
TWINS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {}),
    "nesterov": ("SGD", {"nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
}

# field -> a random value of it. Rates times decays stay well below 1, so that rounding errors are not amplified.
RANGES: dict[str, Callable[[np.random.Generator], float]] = {
    "lr": lambda rng: 10 ** rng.uniform(-4, -1),
    "weight_decay": lambda rng: rng.choice([0.0, 10 ** rng.uniform(-4, -1)]),
    "momentum": lambda rng: rng.uniform(0.1, 0.99),
    "dampening": lambda rng: rng.choice([0.0, rng.uniform(0.0, 1.0)]),
    "lr_decay": lambda rng: rng.choice([0.0, 10 ** rng.uniform(-4, 0)]),
    "initial_accumulator_value": lambda rng: rng.choice([0.0, rng.uniform(0.0, 1.0)]),
    "rho": lambda rng: rng.uniform(0.5, 0.999),
    "alpha": lambda rng: rng.uniform(0.5, 0.999),
    "beta1": lambda rng: rng.uniform(0.0, 0.99),
    "beta2": lambda rng: 1.0 - 10 ** rng.uniform(-3.5, -0.5),
    "eps": lambda rng: 10 ** rng.uniform(-10, -4),
}


def hyper_parameters(name: str, rng: np.random.Generator) -> dict[str, float]:
    """A random value for every field of an optimizer."""
    return {field: float(RANGES[field](rng)) for field in field_hints(optimizers.REGISTRY.get(name))}


def gradients(rng: np.random.Generator, steps: int) -> np.ndarray:
    """Random gradients (steps, 6): normal; half 0; half tiny, about 1e-12; huge, about 1e8; any scale; a mixture.

    No coordinate has tiny gradients alone: with weight decay, a rule that divides by their size would follow the sign
    of its own parameter, back and forth over 0, and amplify rounding errors, in torch as here.
    """
    normal = rng.standard_normal((steps, 6))
    scale = np.ones((steps, 6))
    scale[:, 1] = rng.choice([0.0, 1.0], steps)
    scale[:, 2] = rng.choice([1e-12, 1.0], steps)
    scale[:, 3] = 1e8
    scale[:, 4] = 10 ** rng.uniform(-12, 8, steps)
    scale[:, 5] = rng.choice([0.0, 1e-12, 1.0, 1e8], steps)
    return normal * scale


def torch_arguments(name: str, fields: dict[str, float]) -> dict[str, Any]:
    """Our fields as torch's arguments."""
    given: dict[str, Any] = dict(fields)
    if "beta1" in given:
        given["betas"] = (given.pop("beta1"), given.pop("beta2"))
    return given | TWINS[name][1]


def follow_torch(name: str, fields: dict[str, float], start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Where torch.optim goes from start (dim,) along the gradients `steps` (steps, dim): (steps + 1, dim)."""
    import torch

    params = torch.tensor(start, dtype=torch.float64)
    twin = getattr(torch.optim, TWINS[name][0])([params], foreach=False, **torch_arguments(name, fields))
    path = [start]
    for gradient in torch.tensor(steps, dtype=torch.float64):
        params.grad = gradient
        twin.step()
        path.append(params.numpy().copy())
    return np.array(path)


def traces() -> dict[str, np.ndarray]:
    """The arrays that are stored."""
    import torch

    rng = np.random.default_rng(SEED)
    stored = {"gradients": gradients(rng, STEPS), "start": rng.uniform(-2.0, 2.0, 6), "rows": ROWS}
    stored["torch"] = np.array(torch.__version__)
    for name in TWINS:
        draws = [hyper_parameters(name, rng) for _ in range(DRAWS)]
        for field in draws[0]:
            stored[f"{name}/{field}"] = np.array([draw[field] for draw in draws])
        paths = [follow_torch(name, draw, stored["start"], stored["gradients"])[ROWS] for draw in draws]
        stored[f"{name}/params"] = np.array(paths)
    return stored


if __name__ == "__main__":
    np.savez_compressed(FILE, **traces())
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")

"""Do the benchmark's two workloads with torch.optim and with optax, as a user who knows the library would.

    torch_loop_w1(steps=500)["adam"].params         # eight optimizers, one run each, everything recorded
    optax_w2(rates_w2(100_000), steps=1000)         # Adam, many noisy runs, a rate a run; only the ends kept

W1 is noise-free, so all libraries must walk the same path. In W2 each library draws its own random numbers,
so all must agree in distribution. `engine.py` measures these beside landscape. torch and jax are imported
where they are used.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

START = (-1.5, 2.0)
STEPS_W1 = 500
STEPS_W2 = 1000
RATE_RANGE = (1e-4, 1e-1)
DISTINCT_RATES = 100

# Hyper-parameters under torch's names, pairs split; all spelled out, since defaults differ between libraries.
# The rates keep every path out of chaos: RMSprop at 0.01 or AdaDelta at 0.2 turns rounding errors into 1e-3
# within 500 steps, and no two libraries could be compared.
SETTINGS: dict[str, dict[str, float]] = {
    "sgd": {"lr": 5e-4},
    "momentum": {"lr": 2e-4, "momentum": 0.9},
    "nesterov": {"lr": 2e-4, "momentum": 0.9},
    "adagrad": {"lr": 0.5, "eps": 1e-10},
    "adadelta": {"lr": 0.1, "rho": 0.9, "eps": 1e-6},
    "rmsprop": {"lr": 0.005, "alpha": 0.99, "eps": 1e-8},
    "adam": {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "adamw": {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
}


class Descent(NamedTuple):
    """One recorded run of W1: params (steps + 1, 2), value (steps + 1,), gradient_norm (steps + 1,)."""

    params: Array
    value: Array
    gradient_norm: Array


class Ends(NamedTuple):
    """Where the runs of W2 ended: rates (runs,), params (2, runs), noise-free value (runs,)."""

    rates: Array
    params: Array
    value: Array


def rosenbrock(x: Any, y: Any) -> Any:
    """f(x, y) = (1 - x)^2 + 100 (y - x^2)^2, for numbers and for any library's arrays."""
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def rates_w2(runs: int, distinct: int = DISTINCT_RATES) -> Array:
    """A learning rate a run (runs,), ascending and evenly spread in the logarithm over `RATE_RANGE`.

    Only `distinct` values occur, each equally often: torch gives a rate to a group of parameters, not to each
    number in one, and equal rates make results comparable in law. Nobody else makes use of the repetition.
    """
    if runs <= 0 or runs % distinct:
        raise ValueError(f"runs must be a positive multiple of the {distinct} distinct rates, got {runs}")
    return np.repeat(np.geomspace(*RATE_RANGE, distinct), runs // distinct)


def ends(rates: Array, params: Array) -> Ends:
    """The result of W2 from the final params (2, runs)."""
    return Ends(rates, params, rosenbrock(params[0], params[1]))


# torch


def torch_loop_w1(steps: int = STEPS_W1) -> dict[str, Descent]:
    """W1 as torch is meant to be used: a `torch.optim` optimizer a run, autograd, a loop over the steps."""
    return {name: _torch_descent(name, steps) for name in SETTINGS}


def _torch_descent(name: str, steps: int) -> Descent:
    import torch

    params = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = _torch_optimizer(name, [params])
    record = Descent(np.empty((steps + 1, 2)), np.empty(steps + 1), np.empty(steps + 1))
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = rosenbrock(*params.unbind())
        loss.backward()
        record.params[step] = params.detach().numpy()
        record.value[step] = loss.item()
        record.gradient_norm[step] = torch.linalg.vector_norm(params.grad).item()
        if step < steps:
            optimizer.step()
    return record


def _torch_optimizer(name: str, params: list[Any]) -> Any:
    from torch import optim

    settings: dict[str, Any] = dict(SETTINGS[name])
    if "beta1" in settings:
        settings["betas"] = (settings.pop("beta1"), settings.pop("beta2"))
    if name == "nesterov":
        settings["nesterov"] = True
    rules = {
        "sgd": optim.SGD, "momentum": optim.SGD, "nesterov": optim.SGD, "adagrad": optim.Adagrad,
        "adadelta": optim.Adadelta, "rmsprop": optim.RMSprop, "adam": optim.Adam, "adamw": optim.AdamW,
    }  # fmt: skip
    return rules[name](params, **settings)


def torch_loop_w2(rates: Array, steps: int = STEPS_W2, seed: int = 0, sigma: float = 1.0) -> Ends:
    """W2 as a loop over runs, for as many runs as there are rates: a fifth of a second or so each."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    final = np.empty((2, len(rates)))
    for run, rate in enumerate(rates):
        params: Any = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([params], lr=float(rate))
        for _ in range(steps):
            optimizer.zero_grad()
            rosenbrock(*params.unbind()).backward()
            params.grad.add_(torch.randn(2, dtype=torch.float64, generator=generator), alpha=sigma)
            optimizer.step()
        final[:, run] = params.detach().numpy()
    return ends(rates, final)


def torch_batched_w2(rates: Array, steps: int = STEPS_W2, seed: int = 0, sigma: float = 1.0) -> Ends:
    """W2 with all runs in one tensor (groups, 2, runs a group) and a parameter group for each distinct rate.

    The groups are views of the one tensor, and their gradients views of one gradient, so that loss, autograd
    and noise take one call each for all runs; `fused=True` makes a group's step one kernel. Rates must be
    sorted, each as often as the others.
    """
    import torch

    distinct = np.unique(rates)
    shape = (len(distinct), 2, len(rates) // len(distinct))
    if not np.array_equal(rates, np.repeat(distinct, shape[2])):
        raise ValueError("rates must be sorted, each occurring as often as the others")
    generator = torch.Generator().manual_seed(seed)
    params = torch.tensor(START, dtype=torch.float64)[:, None].repeat(shape[0], 1, shape[2])
    noisy = torch.empty_like(params)
    groups = []
    for rate, view, gradient in zip(distinct, params, noisy, strict=True):
        view.grad = gradient
        groups.append({"params": [view], "lr": float(rate)})
    optimizer = torch.optim.Adam(groups, fused=True)
    leaf = params.detach().requires_grad_()  # shares its memory with params
    for _ in range(steps):
        loss = rosenbrock(*leaf.unbind(1)).sum()
        (exact,) = torch.autograd.grad(loss, leaf)
        noisy.normal_(generator=generator).mul_(sigma).add_(exact)
        optimizer.step()
    return ends(rates, params.transpose(0, 1).reshape(2, -1).numpy())


def torch_groups_w2(rates: Array, steps: int = STEPS_W2, seed: int = 0, sigma: float = 1.0) -> Ends:
    """W2 as torch.optim is documented: a tensor and a parameter group for each distinct rate, fused kernels."""
    import torch

    distinct, counts = np.unique(rates, return_counts=True)
    generator = torch.Generator().manual_seed(seed)
    groups = [torch.tensor(START, dtype=torch.float64)[:, None].repeat(1, int(n)).requires_grad_() for n in counts]
    rated = [{"params": [params], "lr": float(rate)} for params, rate in zip(groups, distinct, strict=True)]
    optimizer = torch.optim.Adam(rated, fused=True)
    for _ in range(steps):
        optimizer.zero_grad()
        rosenbrock(*torch.cat(groups, dim=1)).sum().backward()
        for params in groups:
            noise = torch.randn(params.shape, dtype=torch.float64, generator=generator)
            params.grad.add_(noise, alpha=sigma)
        optimizer.step()
    return ends(rates, torch.cat([params.detach() for params in groups], dim=1).numpy())


def torch_one_rate_w2(runs: int, steps: int = STEPS_W2, seed: int = 0, sigma: float = 1.0) -> Ends:
    """W2 made easier: one rate for all runs, the middle of the range, and so a single parameter group."""
    return torch_batched_w2(np.full(runs, np.sqrt(RATE_RANGE[0] * RATE_RANGE[1])), steps, seed, sigma)


# optax


def optax_w1(steps: int = STEPS_W1) -> dict[str, Descent]:
    """W1 in one compiled program: `jit` around a `lax.scan` for each optimizer. The first call compiles."""
    records = _optax_w1_program(steps)(np.array(START))
    return {name: Descent(*map(np.asarray, rows)) for name, rows in records.items()}


def optax_step_w1(steps: int = STEPS_W1) -> dict[str, Descent]:
    """W1 with only the step compiled and a Python loop around it, as training loops are often written."""
    return {name: _optax_descent(name, steps) for name in SETTINGS}


def _optax_descent(name: str, steps: int) -> Descent:
    init, step = _optax_w1_step(name)
    carry = init(np.array(START))
    rows = []
    for _ in range(steps + 1):
        carry, row = step(carry)
        rows.append(row)
    return Descent(*(np.array(column) for column in zip(*rows, strict=True)))


@functools.cache
def _optax_w1_program(steps: int) -> Callable[[Array], dict[str, Any]]:
    jax = _jax()

    def descend(name: str, start: Any) -> Any:
        init, step = _optax_w1_step(name)
        return jax.lax.scan(lambda carry, _: step(carry), init(start), None, length=steps + 1)[1]

    return jax.jit(lambda start: {name: descend(name, start) for name in SETTINGS})  # type: ignore[no-any-return]


@functools.cache
def _optax_w1_step(name: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    jax = _jax()
    import optax

    optimizer = _optax_optimizer(name)

    def init(params: Any) -> Any:
        return params, optimizer.init(params)

    def step(carry: Any) -> Any:
        params, state = carry
        value, gradient = jax.value_and_grad(lambda p: rosenbrock(p[0], p[1]))(params)
        updates, state = optimizer.update(gradient, state, params)
        row = params, value, jax.numpy.linalg.norm(gradient)
        return (optax.apply_updates(params, updates), state), row

    return init, jax.jit(step)


def _optax_optimizer(name: str) -> Any:
    """The optax twin of torch's rule, where defaults and the place of eps differ.

    Adagrad's eps cannot leave the root, which costs 1e-12 of agreement.
    """
    import optax

    names = {"lr": "learning_rate", "alpha": "decay", "beta1": "b1", "beta2": "b2"}
    settings: dict[str, Any] = {names.get(key, key): value for key, value in SETTINGS[name].items()}
    extra: dict[str, dict[str, Any]] = {
        "nesterov": {"nesterov": True},
        "adagrad": {"initial_accumulator_value": 0.0},
        "rmsprop": {"eps_in_sqrt": False},
    }
    rules = {
        "sgd": optax.sgd, "momentum": optax.sgd, "nesterov": optax.sgd, "adagrad": optax.adagrad,
        "adadelta": optax.adadelta, "rmsprop": optax.rmsprop, "adam": optax.adam, "adamw": optax.adamw,
    }  # fmt: skip
    return rules[name](**settings, **extra.get(name, {}))


def optax_w2(rates: Array, steps: int = STEPS_W2, seed: int = 0, sigma: float = 1.0, batch: int = 10_000) -> Ends:
    """W2 compiled: `vmap` of the gradient, `optax.adam` with an array of rates, `lax.scan` over the steps.

    `lax.map` goes over batches of `batch` runs where they divide the runs, else all are one batch. That is a
    quarter faster than `vmap` of a whole run, which derives a key for each run at each step. The first call
    compiles.
    """
    jax = _jax()
    batches = len(rates) // batch if len(rates) % batch == 0 else 1
    final = _optax_w2_program(steps)(rates.reshape(batches, -1), jax.random.key(seed), sigma)
    return ends(rates, np.moveaxis(np.asarray(final), 1, 0).reshape(2, -1))


def optax_vmap_w2(rates: Array, steps: int = STEPS_W2, seed: int = 0, sigma: float = 1.0) -> Ends:
    """W2 as optax is documented: `jit` and `vmap` around one run's `lax.scan`, a key for each run."""
    jax = _jax()
    keys = jax.random.split(jax.random.key(seed), len(rates))
    return ends(rates, np.asarray(_optax_vmap_w2_program(steps)(rates, keys, sigma)).T)


@functools.cache
def _optax_vmap_w2_program(steps: int) -> Callable[[Array, Any, float], Any]:
    jax = _jax()
    import optax

    gradient = jax.grad(lambda p: rosenbrock(p[0], p[1]))

    def descend(rate: Any, key: Any, sigma: Any) -> Any:
        optimizer = optax.adam(rate)
        start = jax.numpy.array(START)

        def step(carry: Any, number: Any) -> Any:
            params, state = carry
            noise = jax.random.normal(jax.random.fold_in(key, number), params.shape)
            updates, state = optimizer.update(gradient(params) + sigma * noise, state, params)
            return (optax.apply_updates(params, updates), state), None

        return jax.lax.scan(step, (start, optimizer.init(start)), jax.numpy.arange(steps))[0][0]

    return jax.jit(jax.vmap(descend, in_axes=(0, 0, None)))  # type: ignore[no-any-return]


@functools.cache
def _optax_w2_program(steps: int) -> Callable[[Array, Any, float], Any]:
    jax = _jax()
    import optax

    gradients = jax.vmap(jax.grad(lambda p: rosenbrock(p[0], p[1])), in_axes=1, out_axes=1)

    def descend(rates: Any, key: Any, sigma: Any) -> Any:
        optimizer = optax.adam(rates)
        params = jax.numpy.tile(jax.numpy.array(START)[:, None], len(rates))

        def step(carry: Any, number: Any) -> Any:
            params, state = carry
            noise = jax.random.normal(jax.random.fold_in(key, number), params.shape)
            updates, state = optimizer.update(gradients(params) + sigma * noise, state, params)
            return (optax.apply_updates(params, updates), state), None

        carry = params, optimizer.init(params)
        return jax.lax.scan(step, carry, jax.numpy.arange(steps))[0][0]

    def program(rates: Any, key: Any, sigma: Any) -> Any:
        keys = jax.random.split(key, len(rates))
        return jax.lax.map(lambda each: descend(each[0], each[1], sigma), (rates, keys))

    return jax.jit(program)  # type: ignore[no-any-return]


def _jax() -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax

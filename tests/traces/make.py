"""Follow torch.optim and optax along given gradients, and store what they do: `python tests/traces/make.py`.

The stored traces, torch.npz and optax.npz, hold the optimizers to them where they are not installed. `TWINS` names
torch's optimizer for each of ours, and `OPTAX` optax's for those that torch does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from landscape import optimizers
from landscape.core.component import Array, defaults, field_hints, split

FILE = Path(__file__).parent / "torch.npz"
OPTAX_FILE = Path(__file__).parent / "optax.npz"
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
    "amsgrad": ("Adam", {"amsgrad": True}),
    "adamax": ("Adamax", {}),
    "nadam": ("NAdam", {}),
    "radam": ("RAdam", {}),
    "asgd": ("ASGD", {}),
    "rprop": ("Rprop", {}),
    "rmsprop_centered": ("RMSprop", {"centered": True}),
    "amsgradw": ("AdamW", {"amsgrad": True}),
    "nadamw": ("NAdam", {"decoupled_weight_decay": True}),
    "radamw": ("RAdam", {"decoupled_weight_decay": True}),
    "adafactor": ("Adafactor", {}),
    "sparse_adam": ("SparseAdam", {}),
}


def uncorrected(o: Any) -> Callable[[Any], Any]:
    """The rate as a schedule that undoes optax's correction, which the papers leave out: at step `count` = 0, 1, ..."""
    return lambda count: o.lr * (1.0 - o.beta1 ** (count + 1)) / (1.0 - o.beta2 ** (count + 1)) ** 0.5


def in_double_precision(o: Any) -> Callable[[Any], Any]:
    """MADGRAD's rate as a schedule that makes up for its root of the count, an int32, which jax takes in float32."""
    import jax.numpy as jnp

    def rate(count: Any) -> Any:
        return (o.lr + o.eps) * jnp.sqrt(jnp.float64(count + 1)) / jnp.sqrt(count + 1) - o.eps

    return rate


# name here -> optax's transformation with our fields, for rules that torch does not have and where optax follows the
# paper, as it does not in adan, yogi and acprop
OPTAX: dict[str, Callable[[Any, Any], Any]] = {
    "adabelief": lambda x, o: x.adabelief(o.lr, b1=o.beta1, b2=o.beta2, eps=o.eps, eps_root=o.eps_root),
    "ademamix": lambda x, o: x.contrib.ademamix(
        o.lr, o.beta1, o.beta2, o.beta3, o.alpha, o.eps, weight_decay=o.weight_decay
    ),
    "sign_sgd": lambda x, o: x.sign_sgd(o.lr),
    "signum": lambda x, o: x.signum(o.lr, o.momentum),
    "lion": lambda x, o: x.lion(o.lr, o.beta1, o.beta2, weight_decay=o.weight_decay),
    "normalized_gd": lambda x, o: x.chain(x.normalize_by_update_norm(1.0, o.eps), x.scale(-o.lr)),
    "lars": lambda x, o: x.lars(
        o.lr, o.weight_decay, trust_coefficient=o.trust_coefficient, eps=o.eps, momentum=o.momentum
    ),
    "lamb": lambda x, o: x.lamb(o.lr, o.beta1, o.beta2, o.eps, weight_decay=o.weight_decay),
    "novograd": lambda x, o: x.novograd(o.lr, o.beta1, o.beta2, o.eps, weight_decay=o.weight_decay),
    "fromage": lambda x, o: x.fromage(o.lr, o.min_norm),
    "schedule_free_sgd": lambda x, o: x.contrib.schedule_free_sgd(o.lr, b1=o.beta1, weight_decay=o.weight_decay),
    "madgrad": lambda x, o: x.contrib.madgrad(in_double_precision(o), o.momentum, o.weight_decay, o.eps),
    "sm3": lambda x, o: x.chain(x.scale_by_sm3(o.momentum, eps=o.eps), x.scale(-o.lr)),
    "optimistic_gd": lambda x, o: x.optimistic_gradient_descent(o.lr, o.alpha, o.beta),
    "dog": lambda x, o: x.contrib.dog(o.lr, ("heuristic", o.init_step), o.eps, o.weight_decay),
    "dowg": lambda x, o: x.contrib.dowg(o.lr, None, o.eps, o.weight_decay),
    "prodigy": lambda x, o: x.contrib.prodigy(
        uncorrected(o),
        (o.beta1, o.beta2),
        eps=o.eps,
        estim_lr0=o.d0,
        estim_lr_coef=o.growth,
        weight_decay=o.weight_decay,
    ),
    "dadapt_adamw": lambda x, o: x.contrib.dadapt_adamw(
        uncorrected(o), (o.beta1, o.beta2), o.eps, o.d0, o.weight_decay
    ),
    "cocob": lambda x, o: x.chain(x.contrib.scale_by_cocob(o.alpha, o.eps)),
    "adamaxw": lambda x, o: x.chain(
        x.scale_by_adamax(o.beta1, o.beta2, o.eps), x.add_decayed_weights(o.weight_decay), x.scale(-o.lr)
    ),
    "adopt": lambda x, o: x.chain(
        x.contrib.scale_by_adopt(o.beta1, o.beta2, o.eps), x.add_decayed_weights(o.weight_decay), x.scale(-o.lr)
    ),
    "simplified_ademamix": lambda x, o: x.contrib.simplified_ademamix(
        o.lr, b1=o.beta1, b2=o.beta2, alpha=o.alpha, eps=o.eps, eps_root=o.eps_root, weight_decay=o.weight_decay
    ),
    "optimistic_adam": lambda x, o: x.optimistic_adam_v2(
        o.lr, alpha=o.alpha, beta=o.beta, b1=o.beta1, b2=o.beta2, eps=o.eps, eps_root=o.eps_root, nesterov=False
    ),
    "schedule_free_adamw": lambda x, o: x.contrib.schedule_free_adamw(
        o.lr, b1=o.beta1, b2=o.beta2, eps=o.eps, weight_decay=o.weight_decay
    ),
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
    "beta3": lambda rng: rng.uniform(0.5, 0.999),
    "eps": lambda rng: 10 ** rng.uniform(-10, -4),
    "eps_root": lambda rng: 10 ** rng.uniform(-16, -8),
    "momentum_decay": lambda rng: 10 ** rng.uniform(-4, -1),
    "lambd": lambda rng: 10 ** rng.uniform(-5, -2),
    "t0": lambda rng: rng.uniform(0.0, 50.0),
    "etaminus": lambda rng: rng.uniform(0.3, 0.9),
    "etaplus": lambda rng: rng.uniform(1.05, 1.5),
    "step_size_min": lambda rng: 10 ** rng.uniform(-8, -5),
    "step_size_max": lambda rng: rng.uniform(0.1, 10.0),
    "trust_coefficient": lambda rng: 10 ** rng.uniform(-4, -2),
    "min_norm": lambda rng: 10 ** rng.uniform(-8, -2),
    "init_step": lambda rng: 10 ** rng.uniform(-8, -4),
    "d0": lambda rng: 10 ** rng.uniform(-8, -4),
    "growth": lambda rng: rng.uniform(0.5, 2.0),
    "beta2_decay": lambda rng: rng.uniform(0.3, 1.0),
    "eps1": lambda rng: 10 ** rng.uniform(-14, -6),
    "eps2": lambda rng: 10 ** rng.uniform(-4, -1),
    "d": lambda rng: rng.uniform(1.0, 2.0),
    "smallest": lambda rng: rng.uniform(0.1, 1.0),
    "largest": lambda rng: rng.uniform(1.0, 10.0),
}

# the same field means another thing elsewhere
OWN_RANGES: dict[tuple[str, str], Callable[[np.random.Generator], float]] = {
    ("ademamix", "alpha"): lambda rng: rng.uniform(1.0, 8.0),
    ("asgd", "alpha"): lambda rng: rng.uniform(0.5, 1.0),
    ("cocob", "alpha"): lambda rng: rng.uniform(10.0, 200.0),
    ("cocob", "lr"): lambda rng: 1.0,  # optax has no factor
    ("optimistic_gd", "alpha"): lambda rng: rng.uniform(0.5, 2.0),
    ("optimistic_gd", "beta"): lambda rng: rng.uniform(0.0, 2.0),
    ("optimistic_adam", "beta"): lambda rng: rng.uniform(0.0, 2.0),
    ("dowg", "eps"): lambda rng: 10 ** rng.uniform(-6, -3),
    ("lars", "eps"): lambda rng: rng.choice([0.0, 1e-6]),
    # optax decays in another place than the paper
    ("lars", "weight_decay"): lambda rng: 0.0,
    ("adopt", "weight_decay"): lambda rng: 0.0,
}


def hyper_parameters(name: str, rng: np.random.Generator) -> dict[str, float]:
    """A random value for every field of an optimizer."""
    fields = field_hints(optimizers.REGISTRY.get(name))
    return {field: float(drawing(name, field)(rng)) for field in fields}


def drawing(name: str, field: str) -> Callable[[np.random.Generator], float]:
    """How a random value of a field is drawn."""
    known = OWN_RANGES.get((name, field)) or RANGES.get(field)
    return known or (lambda rng: rng.uniform(*usual_range(name, field)))


def usual_range(name: str, field: str) -> tuple[float, float]:
    """The range of a field that no table gives one: inside of its bounds, or around its default where it has not two.

    ValueError where the field is not a number.
    """
    cls = optimizers.REGISTRY.get(name)
    alternatives, bounds = split(field_hints(cls)[field])
    default = defaults(cls).get(field)
    if not (alternatives and set(alternatives) <= {float, Array} and isinstance(default, float)):
        reason = "enter one in RANGES of tests/traces/make.py, and in the @paper(...) of its algorithm"
        raise ValueError(f'the field "{field}" of the optimizer "{name}" is not a number with a range: {reason}')
    lows = [getattr(bound, "gt", getattr(bound, "ge", None)) for bound in bounds]
    highs = [getattr(bound, "lt", getattr(bound, "le", None)) for bound in bounds]
    low, high = ([each for each in found if each is not None] for found in (lows, highs))
    if low and high:
        return low[0] + 0.1 * (high[0] - low[0]), high[0] - 0.1 * (high[0] - low[0])
    return (0.5 * default, 2.0 * default) if default > 0.0 else (0.1, 1.0)


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


def extreme_gradients(rng: np.random.Generator, steps: int) -> np.ndarray:
    """Random gradients (steps, 6) with entries of 0, about 1e-150 and about 1e140, whose squares are still numbers."""
    scale = np.ones((steps, 6))
    scale[:, 0] = rng.choice([0.0, 1e-150, 1.0], steps)
    scale[:, 1] = rng.choice([1e-150, 1e140], steps)
    scale[:, 2] = 10 ** rng.uniform(-150, 140, steps)
    scale[:, 3] = 1e140
    scale[:, 4] = rng.choice([0.0, 1e-150, 1.0, 1e140], steps)
    scale[:, 5] = rng.choice([0.0, 1.0], steps)
    return rng.standard_normal((steps, 6)) * scale


def torch_arguments(name: str, fields: dict[str, float]) -> dict[str, Any]:
    """Our fields as torch's arguments."""
    given: dict[str, Any] = dict(fields)
    if "beta1" in given:
        given["betas"] = (given.pop("beta1"), given.pop("beta2"))
    if "beta2_decay" in given:
        given["beta2_decay"] = -given["beta2_decay"]
        given["eps"] = (given.pop("eps1"), given.pop("eps2"))
    if "etaplus" in given:
        given["etas"] = (given.pop("etaminus"), given.pop("etaplus"))
        given["step_sizes"] = (given.pop("step_size_min"), given.pop("step_size_max"))
    return given | TWINS[name][1]


def follow_torch(name: str, fields: dict[str, float], start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Where torch.optim goes from start (dim,) along the gradients `steps` (steps, dim): (steps + 1, dim)."""
    import torch

    before, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)  # NAdam and ASGD keep numbers of their own in it
    torch.set_num_threads(1)  # sparse tensors of six numbers wait for each other's threads
    try:
        params = torch.tensor(start)
        sparse = TWINS[name][0] == "SparseAdam"  # which takes sparse gradients alone, and has one way to compute
        ways = {} if sparse else {"foreach": False}
        twin = getattr(torch.optim, TWINS[name][0])([params], **ways, **torch_arguments(name, fields))
        path = [start]
        for gradient in torch.tensor(steps):
            params.grad = gradient.to_sparse() if sparse else gradient
            twin.step()
            path.append(params.numpy().copy())
    finally:
        torch.set_default_dtype(before)
        torch.set_num_threads(threads)
    return np.array(path)


def follow_optax(name: str, fields: dict[str, float], start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Where optax goes from start (dim,) along the gradients `steps` (steps, dim), in double precision."""
    import jax
    import optax
    import optax.contrib

    rule = OPTAX[name](optax, optimizers.REGISTRY.build(name, **fields))

    def step(carry: Any, gradient: Any) -> Any:
        params, state = carry
        update, state = rule.update(gradient, state, params)
        params = optax.apply_updates(params, update)
        return (params, state), params

    with jax.enable_x64(True):
        begin = jax.numpy.asarray(start)
        _, path = jax.lax.scan(step, (begin, rule.init(begin)), jax.numpy.asarray(steps))
    return np.concatenate([start[None], np.asarray(path)])


def optax_traces(followed: int = DRAWS) -> dict[str, np.ndarray]:
    """The arrays that are stored for optax; paths of the first `followed` draws."""
    import optax

    rng = np.random.default_rng(SEED + 1)
    stored = {"gradients": gradients(rng, STEPS), "start": rng.uniform(-2.0, 2.0, 6), "rows": ROWS}
    stored["optax"] = np.array(optax.__version__)
    for name in OPTAX:
        draws = [hyper_parameters(name, rng) for _ in range(DRAWS)]
        for field in draws[0]:
            stored[f"{name}/{field}"] = np.array([draw[field] for draw in draws])
        paths = [follow_optax(name, draw, stored["start"], stored["gradients"])[ROWS] for draw in draws[:followed]]
        stored[f"{name}/params"] = np.array(paths)
    return stored


def traces(followed: int = DRAWS) -> dict[str, np.ndarray]:
    """The arrays that are stored for torch; paths of the first `followed` draws."""
    import torch

    rng = np.random.default_rng(SEED)
    stored = {"gradients": gradients(rng, STEPS), "start": rng.uniform(-2.0, 2.0, 6), "rows": ROWS}
    stored["torch"] = np.array(torch.__version__)
    for name in TWINS:
        draws = [hyper_parameters(name, rng) for _ in range(DRAWS)]
        for field in draws[0]:
            stored[f"{name}/{field}"] = np.array([draw[field] for draw in draws])
        paths = [follow_torch(name, draw, stored["start"], stored["gradients"])[ROWS] for draw in draws[:followed]]
        stored[f"{name}/params"] = np.array(paths)
    return stored


if __name__ == "__main__":
    np.savez_compressed(FILE, **traces())
    np.savez_compressed(OPTAX_FILE, **optax_traces())
    for file in (FILE, OPTAX_FILE):
        print(f"{file.name}: {file.stat().st_size} bytes")

"""The same network in torch and here: same weights, same loss, both ways.

    module = to_torch(network, p)                       # a torch.nn.Sequential of float64
    network, p = from_torch(module, loss="mse", dataset="xor")
    loss = torch_loss(network)(module(x), t)            # with x, t = torch_data(network)

Needs torch: the extra `torch`. torch's own Hardsigmoid keeps its slope, 1/6, in single precision, so that
gradients through it differ by 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import library
from landscape.nn.activations._base import REGISTRY as ACTIVATIONS
from landscape.nn.activations._base import Activation
from landscape.nn.diagnostics import check_network
from landscape.surfaces.custom.network import Network


def to_torch(network: Network, p: Any) -> Any:
    """The network with the weights p (dim,) as a torch.nn.Sequential of float64; identities are left out."""
    torch = library("torch")
    check_network(network)
    views = network.views(p)
    parts = []
    for k, phi in enumerate(network.activations, 1):
        linear = torch.nn.Linear(network.layers[k - 1], network.layers[k], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(np.array(views[f"W{k}"])))
            linear.bias.copy_(torch.from_numpy(np.array(views[f"b{k}"])))
        parts.append(linear)
        if phi.name != "identity":
            made = _module(phi)
            if f"s{k}" in views:
                with torch.no_grad():
                    made.weight.copy_(torch.from_numpy(np.array(views[f"s{k}"])))
            parts.append(made)
    return torch.nn.Sequential(*parts)


def from_torch(module: Any, **fields: Any) -> tuple[Network, Array]:
    """(network, p (dim,)): a torch.nn.Sequential of Linear layers and activations, with the network's other fields.

    ValueError where the module holds anything else, or a layer without bias.
    """
    torch = library("torch")
    widths: list[int] = []
    phis: list[Activation] = []
    for part in module:
        if isinstance(part, torch.nn.Linear):
            if part.bias is None:
                raise ValueError("every Linear layer needs a bias")
            widths += [part.out_features] if widths else [part.in_features, part.out_features]
            phis.append(ACTIVATIONS.build("identity"))
        elif phis and phis[-1].name == "identity":
            phis[-1] = _component(part)
        else:
            raise ValueError(f"an activation must follow a Linear layer, got {part}")
    from landscape.core.registry import registry

    hidden = {"by_layer": tuple(phis[:-1])} if len(phis) > 1 else {}
    network = registry("surface").build("network", layers=tuple(widths), output=phis[-1], **hidden, **fields)
    return network, weights(module)


def weights(module: Any) -> Array:
    """The parameters of a module as one vector (dim,), in the order of `Network.views`."""
    flat = library("torch").nn.utils.parameters_to_vector(module.parameters())
    return np.array(flat.detach().cpu().numpy(), dtype=np.float64)


def torch_data(network: Network) -> tuple[Any, Any]:
    """(x, t): the examples to train on and their targets as tensors of float64."""
    torch = library("torch")
    return torch.from_numpy(np.array(network.data.x)), torch.from_numpy(np.array(network._targets))


def torch_loss(network: Network) -> Callable[[Any, Any], Any]:
    """The network's loss of outputs and targets (n, outputs), in torch's functions; without the penalty."""
    torch = library("torch")
    functional = torch.nn.functional
    losses: dict[str, Callable[[Any, Any], Any]] = {
        "mse": functional.mse_loss,
        "half_mse": lambda f, t: 0.5 * functional.mse_loss(f, t, reduction="sum") / len(f),
        "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
        "cross_entropy": functional.cross_entropy,
        "logistic": functional.soft_margin_loss,
        "hinge": lambda f, t: functional.relu(1.0 - t * f).mean(),
    }
    return losses[network.loss.name]


def _module(phi: Activation) -> Any:
    """The torch module of an activation."""
    torch = library("torch")
    nn = torch.nn
    made: dict[str, Callable[[Any], Any]] = {
        "sigmoid": lambda a: nn.Sigmoid(),
        "tanh": lambda a: nn.Tanh(),
        "relu": lambda a: nn.ReLU(),
        "leaky_relu": lambda a: nn.LeakyReLU(a.negative_slope),
        "prelu": lambda a: nn.PReLU(init=a.slope, dtype=torch.float64),
        "elu": lambda a: nn.ELU(a.alpha),
        "selu": lambda a: nn.SELU(),
        "softplus": lambda a: nn.Softplus(a.beta, threshold=math.inf),
        "gelu": lambda a: nn.GELU(),
        "silu": lambda a: nn.SiLU(),
        "mish": lambda a: nn.Mish(),
        "softsign": lambda a: nn.Softsign(),
        "hard_sigmoid": lambda a: nn.Hardsigmoid(),
        "hard_tanh": lambda a: nn.Hardtanh(),
        "hard_swish": lambda a: nn.Hardswish(),
        "sine": lambda a: _Sine(a.frequency),
    }
    return made[phi.name](phi)


def _component(part: Any) -> Activation:
    """The activation that a torch module stands for."""
    name = type(part).__name__.lower()
    known = {each.replace("_", ""): each for each in ACTIVATIONS.names()}
    if name == "_sine":
        return ACTIVATIONS.build("sine", frequency=part.frequency)
    if name not in known:
        raise ValueError(f"no activation stands for {part}; there are {', '.join(ACTIVATIONS.names())}")
    fields: dict[str, Any] = {}
    other = False  # whether the module computes what no activation does
    match name:
        case "leakyrelu":
            fields = {"negative_slope": part.negative_slope}
        case "prelu":
            fields, other = {"slope": part.weight[0].item()}, part.weight.numel() != 1
        case "elu":
            fields = {"alpha": part.alpha}
        case "softplus":
            fields = {"beta": part.beta}
        case "gelu":
            other = part.approximate != "none"
        case "hardtanh":
            other = (part.min_val, part.max_val) != (-1.0, 1.0)
    if other:
        raise ValueError(f"{part} is another function than the activation {known[name]}")
    return ACTIVATIONS.build(known[name], **fields)


def _Sine(frequency: float) -> Any:  # noqa: N802
    """A torch module of sin(frequency z): torch has none."""
    torch = library("torch")

    class _Sine(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            torch.nn.Module.__init__(self)
            self.frequency = frequency

        def forward(self, z: Any) -> Any:
            return torch.sin(self.frequency * z)

    return _Sine()

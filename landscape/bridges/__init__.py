"""Work with other libraries: each bridge is an extra, and is imported where it is used.

    torch_optimizer(torch.optim.AdamW, lr=0.05)             # torch's rules as entrants, with torch's schedulers
    optax_optimizer(optax.adam(0.05))                       # optax's transformations
    torch_surface(net, lambda net: mse_loss(net(x), y))     # a module's loss as a surface
    to_torch(surface), to_scipy(surface)                    # a surface for torch.autograd, for scipy.optimize.minimize

all of them in `landscape.bridges`.
"""

from landscape.bridges.scipy import to_scipy
from landscape.bridges.torch_optimizers import torch_optimizer
from landscape.bridges.torch_surfaces import to_torch, torch_surface
from landscape.core.extras import MissingExtra
from landscape.optimizers.external.optax import optax_optimizer
from landscape.schedules.torch import torch_schedule

__all__ = [
    "MissingExtra",
    "optax_optimizer",
    "to_scipy",
    "to_torch",
    "torch_optimizer",
    "torch_schedule",
    "torch_surface",
]

"""torch's optimizers as entrants, with torch's schedulers."""

from __future__ import annotations

from typing import Any

from landscape.core.extras import library
from landscape.core.methods import Method
from landscape.optimizers._registry import REGISTRY
from landscape.optimizers.external.torch import _NeedsClosure
from landscape.schedules.torch import torch_schedule
from landscape.simulation.entrants import Entrant, entrant


def torch_optimizer(
    optimizer: Any, *, lr: Any = None, scheduler: Any = None, label: str | None = None, **arguments: Any
) -> Method | Entrant:
    """A class of torch.optim, or one that derives from torch.optim.Optimizer, as an optimizer for `simulate`.

    optimizer: the class or its name; lr: one number, or (runs,); arguments: what else the class is given. scheduler: a
    class of torch.optim.lr_scheduler, its name, or a function of an optimizer that makes a scheduler, as in
    `lambda o: CosineAnnealingLR(o, T_max=500)`; then an entrant is returned, whose recorded rates are torch's.
    FieldError says what torch says of wrong arguments; MissingExtra names the extra that brings torch.
    """
    library("torch")
    try:
        rule = REGISTRY.build("torch", optimizer=optimizer, lr=lr, arguments=arguments)
    except _NeedsClosure:
        rule = REGISTRY.build("torch_closure", optimizer=optimizer, lr=lr, arguments=arguments)
    if scheduler is None and label is None:
        return rule
    return entrant(rule, None if scheduler is None else torch_schedule(scheduler, lr=rule.lr), label)

"""Carry out steps of a class of torch.optim on one parameter, and keep what torch keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import library
from landscape.core.foreign import call_arguments, not_restorable, object_of
from landscape.core.names import hint
from landscape.core.user_code import NotFound
from landscape.optimizers.external._torch_kept import carried


def torch_class(optimizer: Any) -> Any:
    """The class that is meant; None where it was given in another process. FieldError where there is none."""
    torch = library("torch")
    cls = optimizer
    if isinstance(optimizer, str) and ":" not in optimizer:
        cls = getattr(torch.optim, optimizer, None)
        if not isinstance(cls, type):
            names = [name for name, each in vars(torch.optim).items() if isinstance(each, type) and name != "Optimizer"]
            raise NotFound(f'torch.optim has no "{optimizer}". {hint(optimizer, names)}')
    elif isinstance(optimizer, str):
        cls = object_of(optimizer)
    if cls is not None and not (isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer)):
        raise NotFound(f"must be a class that derives from torch.optim.Optimizer, got {cls!r}")
    return cls


class Worker:
    """One torch optimizer on one parameter (dim,), that is put where a run is and takes its step."""

    def __init__(self, rule: Any, point: Array, lr: float) -> None:
        self.torch = library("torch")
        cls = torch_class(rule.optimizer)
        if cls is None:
            raise not_restorable(rule.name, rule.optimizer)
        self.parameter = self.torch.nn.Parameter(self._tensor(point))
        self.optimizer = cls([self.parameter], lr=lr, **call_arguments(rule.arguments))

    @property
    def at(self) -> Array:
        """Where the parameter is: (dim,)."""
        return np.array(self.parameter.detach().numpy())

    def place(self, point: Array, lr: float, kept: Any) -> None:
        """Go to a run's point (dim,), with its rate and what torch keeps of it."""
        state, entries = kept
        self.parameter.data = self._tensor(point)
        self.parameter.grad = None
        self.optimizer.state.clear()
        if state is not None:
            self.optimizer.state[self.parameter] = self._copied(state)
        self.optimizer.param_groups[0].update({**self._copied(entries), "lr": lr})

    def slope(self, gradient: Array) -> None:
        """Give the parameter its gradient (dim,)."""
        self.parameter.grad = self._tensor(gradient)

    def step(self, *closure: Any) -> None:
        """Take a step, given the closure of a class that takes one. NotCarried where something of it would be lost."""
        with carried(self.optimizer, self.parameter, closure=bool(closure)):
            self.optimizer.step(*closure)

    def closure(self, loss: Any) -> Callable[[], Any]:
        """What torch calls for the loss at the parameter, and for its gradient."""

        def evaluated() -> Any:
            point = self.at
            self.slope(loss.gradient(point))
            return self.torch.tensor(loss.value(point), dtype=self.torch.float64)

        return evaluated

    def kept(self) -> Any:
        """What torch would save of it: (state, the group's entries). `place` copies it, so it is left as it is."""
        group = self.optimizer.param_groups[0]
        entries = {name: value for name, value in group.items() if name != "params"}
        return self.optimizer.state.get(self.parameter), entries

    def _tensor(self, numbers: Array) -> Any:
        return self.torch.from_numpy(np.array(numbers, dtype=np.float64))

    def _copied(self, kept: Any) -> Any:
        if isinstance(kept, self.torch.Tensor):
            return kept.clone()
        if isinstance(kept, dict):
            return {name: self._copied(value) for name, value in kept.items()}
        if type(kept) in (list, tuple):
            return type(kept)(self._copied(value) for value in kept)
        return kept

"""Rules with decoupled weight decay: `amsgradw` and its like derive from `Decoupled`."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

from landscape.core.component import Array, NonNegativeHyper, field_hints
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero


class Decoupled(Optimizer):
    """p <- (1 - lr weight_decay) p, then a step of the `inner` rule, which has the same other fields, without decay."""

    inner: ClassVar[type[Optimizer]]

    weight_decay: NonNegativeHyper = 0.0

    def init(self, params: Array) -> Any:
        """What the inner rule begins with."""
        return self._plain.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return self._plain.apply(decayed(params, lr, self.weight_decay), gradient, state, lr)

    @functools.cached_property
    def _plain(self) -> Optimizer:
        return self.inner(
            **{field: getattr(self, field) for field in field_hints(type(self)) if field != "weight_decay"}
        )


def decayed(params: Array, lr: Any, weight_decay: Any) -> Array:
    """(1 - lr weight_decay) p: (dim, runs)."""
    return params if is_zero(weight_decay) else params * (1.0 - lr * weight_decay)

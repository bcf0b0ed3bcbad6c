"""Decay the weights apart from the gradient: AMSGradW, AdamaxW, NAdamW, RAdamW."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

from landscape.component import Array, FractionHyper, NonNegativeHyper, field_hints
from landscape.core import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers._terms import is_zero
from landscape.optimizers.adam_variants import Adamax, AMSGrad, NAdam, RAdam


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


@register("amsgradw")
class AMSGradW(Decoupled):
    """AMSGradW: AMSGrad with a weight decay that is not divided by the size of past gradients.

    p <- (1 - lr weight_decay) p, then a step of `amsgrad` without decay

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay: decoupled
    weight decay.
    Defaults: torch.optim.AdamW(amsgrad=True)'s.
    Source: Reddi, Kale and Kumar 2018, "On the convergence of Adam and beyond", algorithm 2, with the decay of
    Loshchilov and Hutter 2019, "Decoupled weight decay regularization", arXiv:1711.05101, algorithm 2.
    Differences: optax has `scale_by_amsgrad` to be followed by `add_decayed_weights`; it keeps the largest v after
    its bias is corrected, torch before.
    """

    inner = AMSGrad

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})


@register("adamaxw")
class AdamaxW(Decoupled):
    """AdamaxW: Adamax with a weight decay that is not divided by the size of past gradients.

    p <- (1 - lr weight_decay) p, then a step of `adamax` without decay

    lr: learning rate; beta1, beta2: decays of the average and of the largest gradient; eps: keeps the quotient finite;
    weight_decay: decoupled weight decay.
    Defaults: torch.optim.Adamax's, with optax.adamaxw's weight_decay.
    Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 2, with the
    decay of Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
    Differences: optax.adamaxw adds eps to the old largest gradient times beta2 and to the new one alike, torch to
    the new one alone.
    """

    inner = Adamax

    lr: NonNegativeHyper = 2e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 1e-4

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})


@register("nadamw")
class NAdamW(Decoupled):
    """NAdamW: NAdam with a weight decay that is not divided by the size of past gradients.

    p <- (1 - lr weight_decay) p, then a step of `nadam` without decay

    lr: learning rate; beta1, beta2: decays of the two averages; momentum_decay: how soon the momentum reaches beta1;
    eps: keeps the quotient finite; weight_decay: decoupled weight decay.
    Defaults: torch.optim.NAdam(decoupled_weight_decay=True)'s, with optax.nadamw's weight_decay.
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam", ICLR workshop, with the decay of Loshchilov and
    Hutter 2019, arXiv:1711.05101, algorithm 2.
    Differences: optax's nadamw keeps the momentum constant, and corrects by its powers alone.
    """

    inner = NAdam

    lr: NonNegativeHyper = 2e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    momentum_decay: NonNegativeHyper = 4e-3
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 1e-4

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})


@register("radamw")
class RAdamW(Decoupled):
    """RAdamW: RAdam with a weight decay that is not divided by the size of past gradients.

    p <- (1 - lr weight_decay) p, then a step of `radam` without decay

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay: decoupled
    weight decay.
    Defaults: torch.optim.RAdam(decoupled_weight_decay=True)'s, with AdamW's weight_decay.
    Source: Liu et al. 2020, "On the variance of the adaptive learning rate and beyond", arXiv:1908.03265, algorithm 2,
    with the decay of Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
    Differences: none from torch's; optax has `radam` without decay.
    """

    inner = RAdam

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"permutation", "sign flip", "translation"})


def decayed(params: Array, lr: Any, weight_decay: Any) -> Array:
    """(1 - lr weight_decay) p: (dim, runs)."""
    return params if is_zero(weight_decay) else params * (1.0 - lr * weight_decay)

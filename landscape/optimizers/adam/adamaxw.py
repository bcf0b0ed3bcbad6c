"""`ls.optimizer("adamaxw")`: AdamaxW: Adamax with a weight decay that is not divided by the size of past gradients."""

from __future__ import annotations

from landscape.core.component import FractionHyper, NonNegativeHyper
from landscape.optimizers._registry import register
from landscape.optimizers.adam._decoupled import Decoupled
from landscape.optimizers.adam.adamax import Adamax


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

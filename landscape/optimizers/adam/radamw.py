"""`ls.optimizer("radamw")`: RAdamW: RAdam with a weight decay that is not divided by the size of past gradients."""

from __future__ import annotations

from landscape.core.component import FractionHyper, NonNegativeHyper
from landscape.optimizers._registry import register
from landscape.optimizers.adam._decoupled import Decoupled
from landscape.optimizers.adam.radam import RAdam


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

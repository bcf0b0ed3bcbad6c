"""`ls.optimizer("nadamw")`: NAdamW: NAdam with a weight decay that is not divided by the size of past gradients."""

from __future__ import annotations

from landscape.core.component import FractionHyper, NonNegativeHyper
from landscape.optimizers._registry import register
from landscape.optimizers.adam._decoupled import Decoupled
from landscape.optimizers.adam.nadam import NAdam


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

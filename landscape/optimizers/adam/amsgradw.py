"""`ls.optimizer("amsgradw")`: AMSGradW: AMSGrad with a weight decay that is not divided by the size of past
gradients.
"""

from __future__ import annotations

from landscape.core.component import FractionHyper, NonNegativeHyper
from landscape.optimizers._registry import register
from landscape.optimizers.adam._decoupled import Decoupled
from landscape.optimizers.adam.amsgrad import AMSGrad


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

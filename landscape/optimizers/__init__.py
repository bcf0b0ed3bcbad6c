"""Turn a gradient into a step: the update rules of deep learning, by family.

    o = ls.optimizer("adam", lr=0.1)                    # built by name; `names()` lists them
    state = o.init(params)                              # params (dim, runs)
    params, state = o.apply(params, gradient, state, o.lr)

Each rule is torch.optim's, with torch's names and defaults, and its docstring says where other libraries differ. Every
hyper-parameter is one number, or an array (runs,) with one for each run.
"""

from landscape.optimizers._registry import REGISTRY, names, register
from landscape.optimizers.adam import Adam, AdamW
from landscape.optimizers.adaptive import AdaDelta, AdaGrad, RMSprop
from landscape.optimizers.descent import SGD, Momentum, Nesterov

__all__ = [
    "REGISTRY",
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "RMSprop",
    "names",
    "register",
]

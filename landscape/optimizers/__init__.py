"""Turn a gradient into a step: the update rules of deep learning, by family.

    o = ls.optimizer("adam", lr=0.1)                    # built by name; `names()` lists them
    state = o.init(params)                              # params (dim, runs)
    params, state = o.apply(params, gradient, state, o.lr)

Each rule is torch.optim's where torch has it, else optax's, with torch's names and their defaults; its docstring says
where other libraries differ. Every
hyper-parameter is one number, or an array (runs,) with one for each run. One module for each family; they are imported
when an optimizer is first used.
"""

from landscape.optimizers._registry import REGISTRY, names, register

__all__ = ["REGISTRY", "names", "register"]

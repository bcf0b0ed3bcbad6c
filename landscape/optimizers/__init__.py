"""Turn a gradient into a step: the update rules of deep learning, by family.

    o = ls.optimizer("adam", lr=0.1)                    # built by name; `names()` lists them
    state = o.init(params)                              # params (dim, runs)
    params, state = o.apply(params, gradient, state, o.lr)

Each rule is torch.optim's where torch has it, else optax's, with torch's names and their defaults; its docstring says
where other libraries differ. Every
hyper-parameter is one number, or an array (runs,) with one for each run. One module for each family; they are imported
when an optimizer is first used.
"""

from landscape.core.methods import Method
from landscape.optimizers._registry import REGISTRY, names, register

__all__ = ["REGISTRY", "names", "register", "rule_from_text"]


def rule_from_text(text: str, *, lr: float = 1e-3, **parameters: float) -> Method:
    """An update rule from assignments as text: p is the position, g the gradient, lr the rate, t the step from 1.

        rule_from_text("m = beta*m + g; p = p - lr*m", lr=0.01, beta=0.9)

    text: as the surface `expression` has formulas, each after a name and =, separated by ; or by lines. A name that is
    read before it is assigned keeps its value from step to step, and begins at 0. parameters: values of the names that
    are never assigned; one that is called as an argument here is given as ls.optimizer("expression", text=...,
    parameters={...}). ValueError says what is wrong.
    """
    return REGISTRY.build("expression", text=text, lr=lr, parameters=parameters)

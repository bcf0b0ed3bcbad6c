"""Give an optimizer a noisy gradient instead of the exact one.

    ls.noise("gaussian", sigma=1.0, batch_size=16)      # the exact gradient plus sigma / sqrt(batch_size) N(0, I)
    ls.noise("minibatch", batch_size=8)                 # the gradient of terms drawn from a finite sum
    ls.noise("chain", noises=["minibatch", "stale"])    # one after another

Every entrant of a simulation sees the same draws at the same run and step, so that a comparison compares optimizers.
One module for each family; they are imported when a noise is first asked for.
"""

from landscape.core.surface import HasTerms, HasTermValues
from landscape.noises._registry import REGISTRY, Additive, Perturbation, names, register

__all__ = ["REGISTRY", "Additive", "HasTermValues", "HasTerms", "Perturbation", "names", "register"]

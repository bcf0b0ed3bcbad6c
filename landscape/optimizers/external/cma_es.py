"""CMA-ES, carried out by the package `cma`: the extra `cma`.

landscape.simulate("rastrigin", [landscape.optimizer("cma_es", sigma=0.5)], steps=100)
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, Positive, Several
from landscape.core.extras import installed, library
from landscape.core.foreign import plain
from landscape.core.methods import Method, Oracle
from landscape.core.user_code import trusting
from landscape.optimizers._bases.playback import Playback, RecordedRun, begun, played
from landscape.optimizers._registry import register


@register("cma_es")
class CMAES(Method):
    """CMA-ES: samples a normal distribution, and moves and shapes it by the best of them. A generation a step.

    x_k ~ N(p, sigma^2 C),   k = 1, ..., popsize
    p <- the weighted mean of the better half of x_k;   sigma and C follow from the steps that p has taken

    The recorded point is the mean p; a generation costs popsize values. It runs to its end in the first step and is
    played back; where cma says that it has converged, the run stays.

    sigma: the first standard deviation; popsize: samples a generation, 4 + floor(3 ln dim) where left out; options:
    cma's others, such as { CMA_diagonal = true }. There is no learning rate, so that schedules change nothing.
    Defaults: cma's; sigma, which it leaves open, is 0.5.
    Source: Hansen and Ostermeier 2001, "Completely derandomized self-adaptation in evolution strategies",
    doi:10.1162/106365601750190398; in this form Hansen 2016, "The CMA evolution strategy: a tutorial",
    arXiv:1604.00772, figure 6.
    Differences: none: it is the package's code, with normal numbers of the run's own instead of NumPy's global ones.
    """

    needs_library = "cma"
    lr = 1.0
    sigma: Positive = 0.5
    popsize: Several | None = None
    options: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    needs = frozenset({"exact", "value", "randomness"})

    def _check(self) -> None:
        options = plain(self.name, "options", self.options)
        object.__setattr__(self, "options", options)
        for name in ("seed", "randn", "popsize", "verbose"):
            if name in options:
                raise FieldError(self.name, "options", f"leave out {name}, which is set here")
        if options and trusting() and installed("cma"):
            known = library("cma").CMAOptions()
            for name in options:
                if name not in known:
                    raise FieldError(self.name, "options", f'"{name}" is not one of cma.CMAOptions()')

    def kept(self, dim: int) -> int:
        """The covariance, its root and its eigenvectors, with a copy; variances alone where the options say so."""
        return 0 if self.options.get("CMA_diagonal") is True else 4 * dim * dim

    def init(self, params: Array) -> Playback:
        """Nothing but the start (dim, runs). MissingExtra where cma is not installed."""
        library("cma")
        return begun(params)

    def step(self, params: Array, oracle: Oracle, state: Playback, lr: Any) -> tuple[Array, Playback]:
        """The mean after the next generation: (dim, runs). `lr` changes nothing."""
        return played(params, oracle, state, self.minimize)

    def minimize(self, loss: RecordedRun) -> None:
        """Minimize one run's loss from loss.start (dim,), seeded by loss.word."""
        rng = np.random.default_rng(loss.word)
        set_here = {"seed": math.nan, "randn": lambda *shape: rng.standard_normal(shape), "verbose": -9}
        size = {} if self.popsize is None else {"popsize": self.popsize}
        strategy = library("cma").CMAEvolutionStrategy(loss.start, self.sigma, {**self.options, **set_here, **size})
        while not strategy.stop():
            samples = strategy.ask()
            strategy.tell(samples, [loss.value(sample) for sample in samples])
            loss.reached(strategy.mean)

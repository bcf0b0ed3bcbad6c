"""`ls.optimizer("differential_evolution")`: differential evolution, carried out by SciPy."""

from __future__ import annotations

import dataclasses
from typing import Any

from landscape.core.component import Array
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.playback import Playback, RecordedRun, begun, played
from landscape.optimizers._registry import register
from landscape.optimizers.external._scipy import VALUES, check_arguments, seeded


@register("differential_evolution")
class DifferentialEvolution(Method):
    """Differential evolution: a population in the surface's window, mutated by its own differences. SciPy's.

    p <- the best of the population after the generation

    options: arguments of scipy.optimize.differential_evolution, such as { popsize = 10, tol = 0.0 }. The start is one
    of the first population, and the window is widened to hold it; there is no polish by gradients at the end.
    Source: Storn and Price 1997, "Differential evolution - a simple and efficient heuristic for global optimization
    over continuous spaces", doi:10.1023/A:1008202821328.
    """

    options: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    lr = 1.0
    needs = VALUES | {"randomness"}

    def kept(self, dim: int) -> int:
        """The population: SciPy's popsize, 15, times dim."""
        size = self.options.get("popsize", 15)
        return dim * dim * (size if isinstance(size, int) else 15)

    def init(self, params: Array) -> Playback:
        """Nothing but the start (dim, runs)."""
        return begun(params)

    def step(self, params: Array, oracle: Oracle, state: Playback, lr: Any) -> tuple[Array, Playback]:
        """SciPy's next iterate: (dim, runs). `lr` changes nothing."""
        return played(params, oracle, state, self.minimize)

    def _check(self) -> None:
        from scipy import optimize

        check_arguments(self, optimize.differential_evolution, {"bounds", "polish", "workers", "vectorized"})

    def minimize(self, loss: RecordedRun) -> None:
        """Minimize one run's loss from loss.start (dim,), seeded by loss.word."""
        from scipy import optimize

        window = zip(loss.surface.window, loss.start, strict=True)
        bounds = [(min(lo, x), max(hi, x)) for (lo, hi), x in window]
        optimize.differential_evolution(
            loss.value,
            bounds,
            x0=loss.start,
            callback=lambda x, convergence: loss.reached(x),
            polish=False,
            **seeded(optimize.differential_evolution, loss.word),
            **self.options,
        )

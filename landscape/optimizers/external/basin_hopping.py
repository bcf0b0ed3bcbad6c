"""`ls.optimizer("basin_hopping")`: basin hopping, carried out by SciPy."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.playback import Playback, RecordedRun, begun, played
from landscape.optimizers._registry import register
from landscape.optimizers.external._scipy import SLOPES, check_arguments, seeded


@register("basin_hopping")
class BasinHopping(Method):
    """Basin hopping: a random leap and a local descent by L-BFGS-B, over and over. SciPy's.

    p <- the lowest point so far, after a descent from the start and then after each hop

    options: arguments of scipy.optimize.basinhopping, such as { stepsize = 1.0, T = 2.0 }.
    Source: Wales and Doye 1997, "Global optimization by basin-hopping and the lowest energy structures of
    Lennard-Jones clusters containing up to 110 atoms", doi:10.1021/jp970984n.
    Differences: SciPy returns the lowest point, while the chain goes on from the last that was accepted.
    """

    options: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    lr = 1.0
    needs = SLOPES | {"randomness"}

    def init(self, params: Array) -> Playback:
        """Nothing but the start (dim, runs)."""
        return begun(params)

    def step(self, params: Array, oracle: Oracle, state: Playback, lr: Any) -> tuple[Array, Playback]:
        """SciPy's next iterate: (dim, runs). `lr` changes nothing."""
        return played(params, oracle, state, self.minimize)

    def _check(self) -> None:
        from scipy import optimize

        check_arguments(self, optimize.basinhopping, {"niter", "minimizer_kwargs", "take_step", "accept_test"})

    def minimize(self, loss: RecordedRun) -> None:
        """Minimize one run's loss from loss.start (dim,), seeded by loss.word."""
        from scipy import optimize

        lowest: list[Any] = [loss.start, np.inf]

        def hopped(x: Array, f: float, accept: bool) -> None:
            if f < lowest[1]:
                lowest[:] = [np.array(x), f]
            loss.reached(lowest[0])

        optimize.basinhopping(
            loss.value,
            loss.start,
            niter=loss.most,
            callback=hopped,
            minimizer_kwargs={"method": "L-BFGS-B", "jac": loss.gradient},
            **seeded(optimize.basinhopping, loss.word),
            **self.options,
        )

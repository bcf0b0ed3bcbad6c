"""`ls.optimizer("simulated_annealing")`: Simulated annealing: a random step is taken where it leads down, and uphill
the more rarely the colder it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, Share
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.derivative_free.random_search import known


class Heat(NamedTuple):
    """value: (runs,) as in Height; temperature: (runs,), as a share of the first."""

    value: Array
    temperature: Array


@register("simulated_annealing")
class SimulatedAnnealing(Method):
    """Simulated annealing: a random step is taken where it leads down, and uphill the more rarely the colder it is.

    q = p + lr z,   z ~ N(0, I)
    p <- q with probability min(1, exp(-(f(q) - f(p)) / T))
    T <- cooling T

    lr: standard deviation of a step; temperature: the first T; cooling: what T is multiplied by after each step. With
    cooling = 1 it is Metropolis' algorithm, whose points follow Boltzmann's law exp(-f/T): on a quadratic of curvature
    c they have variance T/c. Other schedules of T: `ls.entrant(..., schedules={"temperature": ...})`.
    Defaults: ours; the paper cools by 0.9 after many steps at one temperature.
    Source: Kirkpatrick, Gelatt and Vecchi 1983, "Optimization by simulated annealing",
    doi:10.1126/science.220.4598.671; the probability is that of Metropolis, Rosenbluth, Rosenbluth, Teller and Teller
    1953, "Equation of state calculations by fast computing machines", doi:10.1063/1.1699114.
    Differences: SciPy's dual_annealing draws steps from a heavy-tailed distribution and descends locally as well.
    """

    lr: NonNegativeHyper = 0.1
    temperature: NonNegativeHyper = 1.0
    cooling: Share = 0.99

    needs = frozenset({"value", "randomness"})
    invariances = frozenset({"translation"})

    def init(self, params: Array) -> Heat:
        """The loss is not known yet; it is as hot as it will be."""
        return Heat(np.full(params.shape[1:], np.inf), np.ones(params.shape[1:]))

    def step(self, params: Array, oracle: Oracle, state: Heat, lr: Any) -> tuple[Array, Heat]:
        """One step from params (dim, runs). Under noise both points are judged by the noise of this step."""
        value = known(oracle, params, state.value)
        trial = params + lr * oracle.normals(len(params))
        f = oracle.value(trial)
        chance = np.log1p(-oracle.uniforms(1, draw=1)[0])
        taken = f - value <= -self.temperature * state.temperature * chance
        cooled = state.temperature * self.cooling
        return np.where(taken, trial, params), Heat(np.where(taken, f, value), cooled)

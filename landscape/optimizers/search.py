"""Search without gradients: `random_search`, `solis_wets`, `simulated_annealing`."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Gt, Lt

from landscape.component import Array, Count, Hyper, NonNegativeHyper, PositiveHyper, Share
from landscape.core import Method
from landscape.optimizers._registry import register
from landscape.optimizers._terms import length
from landscape.oracle import Oracle

ShareHyper = Annotated[Hyper, Gt(0), Lt(1)]


class Height(NamedTuple):
    """value: (runs,), the loss where the run is; infinite where it is not known."""

    value: Array


def known(oracle: Oracle, params: Array, value: Array) -> Array:
    """The loss at params (dim, runs): what is known of it still holds where there is no noise."""
    unknown = np.isinf(value) if oracle.exact else np.ones(value.shape, dtype=bool)
    return np.where(unknown, oracle.value(params, unknown), value) if unknown.any() else value


@register("random_search")
class RandomSearch(Method):
    """Random search: a step of fixed length in a random direction, taken where it lowers the loss.

    q = p + lr u,   u uniform on the unit sphere
    p <- q where f(q) < f(p)

    lr: length of the step. In two dimensions a step along a slope g gains lr |g| / pi on average.
    Source: Rastrigin 1963, "The convergence of the random search method in the extremal control of a many-parameter
    system", Automation and Remote Control 24.
    Differences: others draw the step from a normal distribution, whose length varies.
    """

    lr: NonNegativeHyper = 0.1

    needs = frozenset({"value", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> Height:
        """The loss is not known yet."""
        return Height(np.full(params.shape[1:], np.inf))

    def step(self, params: Array, oracle: Oracle, state: Height, lr: Any) -> tuple[Array, Height]:
        """One step from params (dim, runs). Under noise both points are judged by the noise of this step."""
        value = known(oracle, params, state.value)
        z = oracle.normals(len(params))
        trial = params + lr * z / length(z)
        f = oracle.value(trial)
        better = f < value
        return np.where(better, trial, params), Height(np.where(better, f, value))


class Luck(NamedTuple):
    """value: (runs,) as in Height; bias: (dim, runs); scale: (runs,); wins, losses: (runs,), in a row."""

    value: Array
    bias: Array
    scale: Array
    wins: Array
    losses: Array


@register("solis_wets")
class SolisWets(Method):
    """Adaptive random search: normal steps around a bias that success has taught, longer after luck, shorter without.

    xi = bias + lr scale z,   z ~ N(0, I)
    f(p + xi) < f(p):          p <- p + xi,   bias <- 0.2 bias + 0.4 xi       (a success)
    else f(p - xi) < f(p):     p <- p - xi,   bias <- bias - 0.4 xi           (a success)
    else                       p stays,       bias <- 0.5 bias                (a failure)
    scale <- expansion scale after more than `successes` in a row, contraction scale after more than `failures`

    lr: the first standard deviation of a step; expansion, contraction: what its scale is multiplied by; successes,
    failures: how many in a row are borne before.
    Defaults: the paper's: 2, 0.5, 5 and 3.
    Source: Solis and Wets 1981, "Minimization by random search techniques", doi:10.1287/moor.6.1.19, algorithm 1.
    Differences: the paper keeps the scale above a bound; here it falls as far as it will.
    """

    lr: NonNegativeHyper = 0.1
    expansion: PositiveHyper = 2.0
    contraction: ShareHyper = 0.5
    successes: Count = 5
    failures: Count = 3

    needs = frozenset({"value", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> Luck:
        """No bias, scale 1."""
        zeros = np.zeros(params.shape[1:])
        return Luck(zeros + np.inf, np.zeros_like(params), zeros + 1.0, zeros, zeros)

    def step(self, params: Array, oracle: Oracle, state: Luck, lr: Any) -> tuple[Array, Luck]:
        """One step from params (dim, runs): one or two trials a run."""
        value = known(oracle, params, state.value)
        xi = state.bias + lr * state.scale * oracle.normals(len(params))
        f = oracle.value(params + xi)
        forth = f < value
        back = ~forth
        if back.any():
            behind = oracle.value(params - xi, back)
            back &= behind < value
            f = np.where(back, behind, f)
        won = forth | back
        moved = np.where(forth, params + xi, np.where(back, params - xi, params))
        bias = np.where(forth, 0.2 * state.bias + 0.4 * xi, np.where(back, state.bias - 0.4 * xi, 0.5 * state.bias))
        wins, losses = np.where(won, state.wins + 1.0, 0.0), np.where(won, 0.0, state.losses + 1.0)
        wide, narrow = wins > self.successes, losses > self.failures
        scale = state.scale * np.where(wide, self.expansion, np.where(narrow, self.contraction, 1.0))
        kept = Luck(np.where(won, f, value), bias, scale, np.where(wide, 0.0, wins), np.where(narrow, 0.0, losses))
        return moved, kept


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

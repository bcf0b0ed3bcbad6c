"""Noise with a memory, surfaces that move, and several noises one after another."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count, FieldError, Fraction
from landscape.core.elementary import total
from landscape.core.methods import Moment, Noise
from landscape.core.surface import Surface
from landscape.noises._registry import Additive, Perturbation, as_column, check_length, register

NAMES = ("correlated", "stale", "drift", "random_walk", "switched", "chain")


@register("correlated")
class Correlated(Perturbation):
    """An additive noise that remembers: each step's is close to that of the step before.

    n_0 = z_0,   n_t = memory n_{t-1} + sqrt(1 - memory^2) z_t;   g = grad f(p) + n_t.

    noise: the additive noise that z_t is drawn from; memory: the correlation of one step with the next. Where z has a
    variance and no mean, n_t has the same covariance at every t, and that of n_s and n_t is memory^|t - s| times it.
    Source: Yule 1927, "On a method of investigating periodicities in disturbed series", doi:10.1098/rsta.1927.0007, for
    autoregressive processes; Kuhn and Rosenow 2023, "Correlated noise in epoch-based stochastic gradient descent",
    arXiv:2306.05300, for noise of SGD that is correlated in time.
    """

    noise: Noise
    memory: Fraction = 0.9

    def _check(self) -> None:
        if not isinstance(self.noise, Additive):
            raise FieldError(self.name, "noise", f'must be additive, and "{self.noise.name}" is not')

    def check_surface(self, surface: Surface) -> None:
        """The surface must suit the additive noise."""
        self.noise.check_surface(surface)

    def init(self, params: Array) -> Any:
        """(noise so far (dim, runs), share of it kept in the first step: 0)."""
        return np.zeros_like(params), 0.0

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs) plus the noise of this step."""
        now = self._now(moment, memory)
        return gradient + now, (now, self.memory)

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """f(p) + n_t . p: (runs,)."""
        return moment.surface._value(moment.params) + total(self._now(moment, memory) * moment.params)

    def _now(self, moment: Moment, memory: Any) -> Array:
        before, kept = memory or self.init(moment.params)
        assert isinstance(self.noise, Additive)
        z = self.noise.sample(moment.source, moment.step, len(moment.params))
        return kept * before + np.sqrt(1.0 - kept * kept) * z


class Late(NamedTuple):
    """waiting: (delay, dim, runs), the gradients on their way, the oldest first; got: how many have been taken."""

    waiting: Array
    got: int


@register("stale")
class Stale(Perturbation):
    """Gradients that arrive late, as in asynchronous SGD.

    g_t = grad_{t - delay},   and grad_0 for t < delay.

    delay: how many steps late. On a quadratic of curvature a, SGD is stable for
    lr a < 2 sin(pi / (4 delay + 2)).
    Source: Recht, Re, Wright and Niu 2011, "Hogwild!", arXiv:1106.5730; with a fixed delay Arjevani, Shamir and Srebro
    2020, "A tight convergence analysis for stochastic gradient descent with delayed updates", arXiv:1806.10188.
    """

    delay: Count = 4

    def init(self, params: Array) -> Late:
        """Nothing is on its way yet."""
        return Late(np.zeros((self.delay, *params.shape)), 0)

    def perturbed(self, gradient: Array, moment: Moment, memory: Late) -> tuple[Array, Late]:
        """The gradient (dim, runs) of `delay` steps ago, at first the first."""
        if not memory or memory.got == 0:
            return gradient, Late(np.repeat(gradient[None], self.delay, axis=0), 1)
        waiting = np.concatenate([memory.waiting[1:], gradient[None]])
        return memory.waiting[0], Late(waiting, memory.got + 1)


@register("drift")
class Drift(Noise):
    """A surface that moves at a constant speed: the optimizer chases its minimum.

    g_t = grad f(p - t velocity).

    velocity: how far the surface moves in a step, one number for all coordinates or one for each. Plain descent with
    rate lr lags behind a quadratic of curvature a by velocity / (lr a). The record's loss is that of the surface at
    rest.
    Source: Widrow and McCool 1976, "A comparison of adaptive algorithms based on the methods of steepest descent and
    random search", doi:10.1109/TAP.1976.1141414, for the lag; Cutler, Drusvyatskiy and Harchaoui 2021, "Stochastic
    optimization under time drift", arXiv:2108.07356.
    """

    velocity: float | Array = 0.01

    def check_surface(self, surface: Surface) -> None:
        """velocity must be one number, or one for each coordinate."""
        check_length(self, "velocity", surface)

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The gradient (dim, runs) of the surface where it is at this step."""
        return moment.surface._gradient(self._seen(moment)), memory

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The loss (runs,) on the surface where it is at this step."""
        return moment.surface._value(self._seen(moment))

    def _seen(self, moment: Moment) -> Array:
        return moment.params - moment.step * as_column(self.velocity)


@register("random_walk")
class RandomWalk(Noise):
    """A surface that wanders at random.

    s_0 = 0,   s_t = s_{t-1} + sigma z_t,   z_t ~ N(0, I);   g_t = grad f(p - s_t).

    sigma: the standard deviation of one step of the walk, one number for all coordinates or one for each. Plain descent
    with rate lr follows a quadratic of curvature a at a distance of variance sigma^2 / (lr a (2 - lr a)). The record's
    loss is that of the surface at rest.
    Source: Widrow, McCool, Larimore and Johnson 1976, "Stationary and nonstationary learning characteristics of the LMS
    adaptive filter", doi:10.1109/PROC.1976.10286.
    """

    sigma: Annotated[float | Array, Ge(0)] = 0.01

    def check_surface(self, surface: Surface) -> None:
        """sigma must be one number, or one for each coordinate."""
        check_length(self, "sigma", surface)

    def init(self, params: Array) -> Any:
        """(where the surface is (dim, runs), whether it moves in the first step: 0)."""
        return np.zeros_like(params), 0.0

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The gradient (dim, runs) of the surface where it is at this step."""
        place = self._place(moment, memory)
        return moment.surface._gradient(moment.params - place), (place, 1.0)

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The loss (runs,) on the surface where it is at this step."""
        return moment.surface._value(moment.params - self._place(moment, memory))

    def _place(self, moment: Moment, memory: Any) -> Array:
        before, moves = memory or self.init(moment.params)
        step = moment.source.normals(moment.step, len(moment.params)) * as_column(self.sigma)
        return before + moves * step


@register("switched")
class Switched(Noise):
    """One noise up to a step, and another from there on: what changes then is the noise alone.

    g_t = grad f(p) with `before` for t < step, with `after` for t >= step.

    before, after: the two noises; step: the first step of the second. Each draws random numbers of its own, and `after`
    has no memory of what was before.
    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, section 3.5,
    whose noise changes on the way.
    """

    before: Noise
    after: Noise
    step: Count = 100

    def check_surface(self, surface: Surface) -> None:
        """The surface must suit both noises."""
        self.before.check_surface(surface)
        self.after.check_surface(surface)

    def init(self, params: Array) -> tuple[Any, Any]:
        """The memories of the two."""
        return self.before.init(params), self.after.init(params)

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The gradient (dim, runs) with the noise of this step, and the memories."""
        first, second = memory or self.init(moment.params)
        if moment.step < self.step:
            gradient, first = self.before.gradient(_branch(moment, 0), first)
        else:
            gradient, second = self.after.gradient(_branch(moment, 1), second)
        return gradient, (first, second)

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The loss with the noise of this step: (runs,)."""
        first, second = memory or self.init(moment.params)
        if moment.step < self.step:
            return self.before.value(_branch(moment, 0), first)
        return self.after.value(_branch(moment, 1), second)


@register("chain")
class Chain(Noise):
    """Several noises one after another, each acting on what the one before it gives.

    g = n_k(... n_2(n_1(grad f(p)))).

    noises: from the first to the last. Only the first may be one that draws its gradient itself: mini-batches, or a
    surface that moves. Each draws random numbers of its own.
    Source: composition, as optax.chain has it for updates.
    """

    noises: tuple[Noise, ...]

    def _check(self) -> None:
        if not self.noises:
            raise FieldError(self.name, "noises", "must name at least one noise")
        for noise in self.noises[1:]:
            if not isinstance(noise, Perturbation):
                raise FieldError(self.name, "noises", f'can have "{noise.name}" only in the first place')

    def check_surface(self, surface: Surface) -> None:
        """The surface must suit every noise."""
        for noise in self.noises:
            noise.check_surface(surface)

    def init(self, params: Array) -> tuple[Any, ...]:
        """The memory of each noise."""
        return tuple(noise.init(params) for noise in self.noises)

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The gradient (dim, runs) after the last noise, and the memories."""
        memories = memory or self.init(moment.params)
        first, *later = self.noises
        gradient, kept = first.gradient(_branch(moment, 0), memories[0])
        after = [kept]
        for number, noise in enumerate(later, start=1):
            assert isinstance(noise, Perturbation)
            gradient, kept = noise.perturbed(gradient, _branch(moment, number), memories[number])
            after.append(kept)
        return gradient, tuple(after)

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The exact loss plus what each noise changes of it: (runs,)."""
        memories = memory or self.init(moment.params)
        exact = moment.surface._value(moment.params)
        values = [n.value(_branch(moment, i), memories[i]) for i, n in enumerate(self.noises)]
        return exact + sum(value - exact for value in values)


def _branch(moment: Moment, number: int) -> Moment:
    return dataclasses.replace(moment, source=moment.source.branch(number))

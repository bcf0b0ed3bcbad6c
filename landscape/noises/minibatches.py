"""Draw mini-batches from a surface that is a mean of terms."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count, FieldError
from landscape.core.methods import Moment, Noise, Schedule
from landscape.core.surface import HasTerms, HasTermValues, Surface, offers
from landscape.noises._registry import register

NAMES = ("minibatch", "reshuffled_minibatch", "cyclic_minibatch", "growing_minibatch", "scheduled_minibatch")


class DrawnTerms(Noise):
    """A subclass says which terms of a finite sum a step draws; the gradient and the loss are the means over these."""

    @abstractmethod
    def _index(self, moment: Moment) -> Array:
        """The numbers of this step's terms: (batch, ...)."""

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The mean gradient of this step's terms at params (dim, runs)."""
        return _terms(self, moment.surface).term_gradient(moment.params, self._index(moment)), memory

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The mean loss of this step's terms: (runs,); the exact loss where terms have none of their own."""
        if offers(moment.surface, HasTermValues):
            return moment.surface.term_value(moment.params, self._index(moment))
        return moment.surface._value(moment.params)


@register("minibatch")
class MiniBatch(DrawnTerms):
    """Mini-batches of a finite sum, drawn with replacement.

    g = 1/batch_size sum_j grad f_{i_j}(p),   i_1, ..., i_batch independent and uniform over the terms.

    batch_size: terms a step. The noise does not vanish at the minimum of the sum: each term has its minimum elsewhere.
    Source: Robbins and Monro 1951, "A stochastic approximation method"; Bottou, Curtis and Nocedal 2018, "Optimization
    methods for large-scale machine learning", section 4.
    """

    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum."""
        _terms(self, surface)

    def _index(self, moment: Moment) -> Array:
        return moment.source.integers(moment.step, self.batch_size, _terms(self, moment.surface).terms)


@register("reshuffled_minibatch")
class ReshuffledMiniBatch(DrawnTerms):
    """Mini-batches of a finite sum, drawn without replacement: each epoch is a fresh shuffle of all the terms.

    g = 1/batch_size sum over the next batch_size terms of the epoch's permutation.

    batch_size: terms a step, at most the number of terms. Where it does not divide the number of terms, the rest of
    the epoch is left out, as with torch's DataLoader(shuffle=True, drop_last=True).
    Source: Mishchenko, Khaled and Richtarik 2020, "Random reshuffling: simple analysis with vast improvements",
    algorithm 1.
    """

    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum of at least batch_size terms."""
        _check_batch(self, "batch_size", self.batch_size, surface)

    def _index(self, moment: Moment) -> Array:
        terms = _terms(self, moment.surface).terms
        epoch, batch = divmod(moment.step, terms // self.batch_size)
        return moment.source.permutations(epoch, terms)[batch * self.batch_size : (batch + 1) * self.batch_size]


@register("cyclic_minibatch")
class CyclicMiniBatch(DrawnTerms):
    """Mini-batches of a finite sum in the order of its terms, the same in every epoch: nothing is drawn.

    g_t = 1/batch_size sum_{j=0}^{batch_size-1} grad f_{1 + (t batch_size + j) mod n}(p),   t = 0, 1, ...,   n = terms.

    batch_size: terms a step, at most the number of terms. Every run sees the same sequence of terms, so that what an
    optimizer makes of a given sequence of gradients can be shown.
    Source: Bertsekas 2011, "Incremental gradient, subgradient, and proximal methods for convex optimization: a survey",
    arXiv:1507.01030, section 1, cyclic order.
    """

    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum of at least batch_size terms."""
        _check_batch(self, "batch_size", self.batch_size, surface)

    def _index(self, moment: Moment) -> Array:
        terms = _terms(self, moment.surface).terms
        index = (moment.step * self.batch_size + np.arange(self.batch_size)) % terms
        runs = moment.params.shape[1:]
        return np.broadcast_to(index.reshape((-1,) + (1,) * len(runs)), (self.batch_size, *runs))


@register("growing_minibatch")
class GrowingMiniBatch(DrawnTerms):
    """Mini-batches of a finite sum that grow as training goes on, drawn without replacement within a batch.

    g = 1/B sum_j grad f_{i_j}(p),   B = min(floor(batch_size growth^t), terms),   i_1, ..., i_B all different.

    batch_size: terms in the first step; growth: by how much a batch is larger than the one before. Once a batch holds
    all terms, the gradient is exact: growing the batch removes the noise as a falling learning rate does.
    Defaults: growth 1.01 doubles the batch in 70 steps.
    Source: Friedlander and Schmidt 2012, "Hybrid deterministic-stochastic methods for data fitting",
    doi:10.1137/110830629, section 3; Smith, Kindermans, Ying and Le 2018, "Don't decay the learning rate, increase the
    batch size", arXiv:1711.00489.
    """

    batch_size: Count = 1
    growth: Annotated[float, Ge(1)] = 1.01

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum of at least batch_size terms."""
        _check_batch(self, "batch_size", self.batch_size, surface)

    def size(self, step: int, terms: int) -> int:
        """How many terms the batch of a step has."""
        doublings = math.log2(self.batch_size) + step * math.log2(self.growth)
        if doublings >= math.log2(terms):
            return terms
        # a whole power must not fall short of itself by its rounding
        return min(terms, math.floor(self.batch_size * self.growth**step * (1.0 + 1e-12)))

    def _index(self, moment: Moment) -> Array:
        terms = _terms(self, moment.surface).terms
        return moment.source.permutations(moment.step, terms)[: self.size(moment.step, terms)]


@register("scheduled_minibatch")
class ScheduledMiniBatch(DrawnTerms):
    """Mini-batches of a finite sum whose size follows a schedule, drawn without replacement within a batch.

    g = 1/B sum_j grad f_{i_j}(p),   B = floor(batch_size factor(t)), at least 1 and at most terms.

    batch_size: terms in a step whose factor is 1; schedule: the factor, as `piecewise_constant` with 1, 2 and 4 for a
    batch that is doubled twice. With `constant` each step draws batch_size different terms, whatever the last one drew.
    Source: Smith, Kindermans, Ying and Le 2018, "Don't decay the learning rate, increase the batch size",
    arXiv:1711.00489, whose batch grows in steps where the rate would be cut.
    """

    batch_size: Count = 1
    schedule: Schedule

    def _check(self) -> None:
        if self.schedule.reads_loss:
            raise FieldError(self.name, "schedule", f'cannot be "{self.schedule.name}", which reads the loss')

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a finite sum of at least batch_size terms."""
        _check_batch(self, "batch_size", self.batch_size, surface)

    def size(self, step: int, steps: int, terms: int) -> int:
        """How many terms the batch of a step has."""
        # a whole product must not fall short of itself by its rounding
        wanted = self.batch_size * float(self.schedule(step, steps)) * (1.0 + 1e-12)
        return terms if not wanted < terms else max(1, math.floor(wanted))

    def _index(self, moment: Moment) -> Array:
        terms = _terms(self, moment.surface).terms
        return moment.source.permutations(moment.step, terms)[: self.size(moment.step, moment.steps, terms)]


def _check_batch(noise: Noise, field: str, size: int, surface: Surface) -> None:
    terms = _terms(noise, surface).terms
    if size > terms:
        raise FieldError(noise.name, field, f"must be at most the {terms} terms, got {size}")


def _terms(noise: Noise, surface: Surface) -> HasTerms:
    if not offers(surface, HasTerms):
        if surface.outside:
            raise ValueError(f"{noise.name}: mini-batches need a finite sum: give torch_surface data=(x, y)")
        raise ValueError(
            f'{noise.name}: mini-batches need a finite sum, and "{surface.name}" is not one. '
            f'Wrap it: surface "finite_sum" with surface = "{surface.name}"'
        )
    return surface

"""Schedules made of others, or of pieces: warm-up, one after another, products, and curves by hand."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from landscape.core.component import Count, FieldError, NonNegative, Share, Whole
from landscape.core.methods import Schedule
from landscape.schedules._registry import UpToOne, check_fixed, register
from landscape.schedules.cycles import Cyclic
from landscape.schedules.decays import Constant

NAMES = ("warmup", "warmup_stable_decay", "sequence", "product", "mirrored", "piecewise_constant", "piecewise_linear")


@register("warmup")
class Warmup(Schedule):
    """Linear warm-up, then any other schedule over the steps that are left.

    factor = start_factor + (1 - start_factor) step / w     for step < w = `steps` of the warm-up
    factor = then(step - w, steps - w)                      from step w on

    steps: length of the warm-up w; start_factor: the factor at step 0; then: the schedule that follows.
    Defaults: start_factor 0, as is customary: the first step of all then stays where it is. torch's LinearLR has 1/3.
    Source: Goyal et al. 2017, "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677,
    section 2.2.
    Differences: none from optax's `join_schedules`, nor from torch's SequentialLR of LinearLR and another.
    """

    steps: Count = 100
    start_factor: UpToOne = 0.0
    then: Schedule = Constant()

    def _check(self) -> None:
        check_fixed(self, "then")

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`, warm-up included."""
        rising = self.start_factor + (1.0 - self.start_factor) * np.divide(step, self.steps)
        after = self.then(np.maximum(np.subtract(step, self.steps), 0), max(steps - self.steps, 0))
        return np.where(np.less(step, self.steps), rising, after)[()]


@register("warmup_stable_decay")
class WarmupStableDecay(Schedule):
    """A line up, a long stretch at the full rate, and a line down at the end.

    factor = min(step / (warmup steps), 1, final_factor + (1 - final_factor) (steps - step) / (decay steps))

    warmup: share of the run that climbs; decay: share of the run that falls; final_factor: the factor reached at
    step == steps.
    Defaults: warmup 0.1, decay 0.2 and final_factor 0 are ours.
    Source: Hu et al. 2024, "MiniCPM: unveiling the potential of small language models with scalable training
    strategies", arXiv:2404.06395, section 4; the decay as a line: Hägele et al. 2024, arXiv:2405.18392.
    Differences: Hu et al. decay exponentially. optax: `join_schedules` of three.
    """

    warmup: UpToOne = 0.1
    decay: Share = 0.2
    final_factor: UpToOne = 0.0

    def _check(self) -> None:
        if self.warmup + self.decay > 1.0:
            raise FieldError(
                self.name, "warmup", f"and decay must be at most 1 together, got {self.warmup + self.decay:g}"
            )

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        climbed = np.divide(step, max(self.warmup * steps, 1e-300)) if self.warmup else np.ones(np.shape(step))[()]
        left = np.maximum(np.subtract(steps, step), 0.0) / max(self.decay * steps, 1e-300)
        falling = self.final_factor + (1.0 - self.final_factor) * np.minimum(left, 1.0)
        return np.minimum(np.minimum(climbed, 1.0), falling)


@register("sequence")
class Sequence(Schedule):
    """One schedule after another.

    factor = first(step, milestone)                        for step < milestone
    factor = then(step - milestone, steps - milestone)     from the milestone on

    first, then: the two schedules, each over the steps that it has; milestone: where the second begins. Nest it for
    more than two.
    Defaults: constant and constant, 100.
    Source: torch.optim.lr_scheduler.SequentialLR; optax.join_schedules.
    Differences: a schedule that is stretched over the run is stretched over its part of it; torch and optax are told
    the lengths one by one.
    """

    first: Schedule = Constant()
    milestone: Count = 100
    then: Schedule = Constant()

    def _check(self) -> None:
        check_fixed(self, "first", "then")

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        before = self.first(np.minimum(step, self.milestone), min(self.milestone, steps))
        after = self.then(np.maximum(np.subtract(step, self.milestone), 0), max(steps - self.milestone, 0))
        return np.where(np.less(step, self.milestone), before, after)[()]


@register("product")
class Product(Schedule):
    """Two schedules at once, their factors multiplied.

    factor = first(step, steps) second(step, steps)

    first, second: the two schedules. Nest it for more.
    Defaults: constant and constant.
    Source: torch.optim.lr_scheduler.ChainedScheduler.
    Differences: none.
    """

    first: Schedule = Constant()
    second: Schedule = Constant()

    def _check(self) -> None:
        check_fixed(self, "first", "second")

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        return self.first(step, steps) * self.second(step, steps)


@register("mirrored")
class Mirrored(Schedule):
    """The opposite of another schedule: low where that is high, for a momentum that is swung against the rate.

    factor = 1 - (1 - base_factor) other(step, steps)

    schedule: the other one, from 0 to 1; base_factor: the factor where the other is 1.
    Defaults: triangles from 0, and base_factor 8/9 as base_momentum 0.8 over max_momentum 0.9 in torch's CyclicLR.
    Source: Smith 2018, "A disciplined approach to neural network hyper-parameters", arXiv:1803.09820, whose momentum
    falls as the rate climbs; torch.optim.lr_scheduler.CyclicLR with cycle_momentum.
    Differences: none from torch; its momentum is the optimizer's own times this, and base_momentum is base_factor times
    that.
    """

    schedule: Schedule = Cyclic(base_factor=0.0)
    base_factor: UpToOne = 8.0 / 9.0

    def _check(self) -> None:
        check_fixed(self, "schedule")

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        return 1.0 - (1.0 - self.base_factor) * self.schedule(step, steps)


@register("piecewise_constant")
class PiecewiseConstant(Schedule):
    """Rates of your choice between steps of your choice.

    factor = factors[how many of the boundaries are <= step]

    boundaries: steps, ascending; factors: one more than there are boundaries.
    Defaults: a half from step 100 on, a tenth from step 200 on.
    Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep convolutional neural networks",
    section 5, whose rate was cut by hand three times.
    Differences: Keras' PiecewiseConstantDecay keeps the old value at a boundary itself; optax's
    `piecewise_constant_schedule` multiplies by its factors one after the other, at a boundary as here.
    """

    boundaries: tuple[Whole, ...] = (100, 200)
    factors: tuple[NonNegative, ...] = (1.0, 0.5, 0.1)

    def _check(self) -> None:
        _ascending(self, "boundaries", len(self.boundaries) + 1)

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return np.array(self.factors)[np.searchsorted(self.boundaries, step, side="right")]


@register("piecewise_linear")
class PiecewiseLinear(Schedule):
    """A curve of straight lines through points of your choice.

    factor = the line through (knots[i], factors[i]) and (knots[i + 1], factors[i + 1]) at `step`

    knots: steps, ascending; factors: one for each. Before the first and after the last knot the factor stays.
    Defaults: up to 1 at step 100 and down to 0 at step 300.
    Source: Smith 2018, "A disciplined approach to neural network hyper-parameters", arXiv:1803.09820, has such a curve.
    Differences: optax's `piecewise_interpolate_schedule("linear", ...)` takes factors one upon the other.
    """

    knots: tuple[Whole, ...] = (0, 100, 300)
    factors: tuple[NonNegative, ...] = (0.0, 1.0, 0.0)

    def _check(self) -> None:
        _ascending(self, "knots", len(self.knots))

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return np.interp(step, self.knots, self.factors)


def _ascending(schedule: PiecewiseConstant | PiecewiseLinear, field: str, needed: int) -> None:
    """FieldError where the steps in a field do not ascend, or do not come with as many factors as they need."""
    places = getattr(schedule, field)
    if any(a >= b for a, b in itertools.pairwise(places)):
        raise FieldError(schedule.name, field, f"must ascend, got {list(places)}")
    if not schedule.factors or len(schedule.factors) != needed:
        raise FieldError(schedule.name, "factors", f"must be {needed} numbers here, got {len(schedule.factors)}")

"""Rates that rise and fall again: warm restarts, triangles and one cycle, with the momentum that goes with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, Count, Positive, Share
from landscape.core.methods import Schedule
from landscape.schedules._registry import UpToOne, register

NAMES = (
    "cosine_restarts",
    "cyclic",
    "cyclic_halving",
    "cyclic_exponential",
    "one_cycle",
    "one_cycle_linear",
    "one_cycle_momentum",
)


@register("cosine_restarts")
class CosineRestarts(Schedule):
    """Cosine decay that starts again and again, each time over a longer stretch if you like.

    factor = final_factor + (1 - final_factor) (1 + cos(pi t / T_i)) / 2,   T_i = period growth^i,

    t: steps since restart i. period: steps of the first stretch T_0; growth: how many times longer each next one is;
    final_factor: the factor just before a restart.
    Defaults: growth 1 and final_factor 0 are torch.optim.lr_scheduler.CosineAnnealingWarmRestarts'; the period, which
    torch leaves open, is 100.
    Source: Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", arXiv:1608.03983,
    equation 5.
    Differences: torch calls them T_0, T_mult and eta_min = final_factor lr; optax's `sgdr_schedule` takes a list.
    """

    period: Count = 100
    growth: Count = 1
    final_factor: UpToOne = 0.0

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        done = np.divide(*self._stretch(step))
        return self.final_factor + (1.0 - self.final_factor) * ((1.0 + np.cos(np.pi * done)) / 2.0)

    def _stretch(self, step: Any) -> tuple[Any, Any]:
        """(steps since the last restart, steps from it to the next)."""
        if self.growth == 1:
            return np.mod(step, self.period), self.period
        begins, lengths = [0], [self.period]
        while begins[-1] + lengths[-1] <= np.max(step, initial=0):
            begins.append(begins[-1] + lengths[-1])
            lengths.append(lengths[-1] * self.growth)
        which = np.searchsorted(begins, step, side="right") - 1
        return np.subtract(step, np.array(begins)[which]), np.array(lengths)[which]


@register("cyclic")
class Cyclic(Schedule):
    """Triangles: the rate climbs to its full value and comes back down, over and over.

    factor = base_factor + (1 - base_factor) triangle(step),

    triangle: from 0 to 1 in step_size_up steps, back to 0 in step_size_down. base_factor: the factor at the foot.
    Defaults: base_factor 0.1 and 50 steps each way are ours.
    Source: Smith 2017, "Cyclical learning rates for training neural networks", arXiv:1506.01186, section 3.2
    ("triangular").
    Differences: torch.optim.lr_scheduler.CyclicLR takes base_lr = base_factor lr and max_lr = lr, and swings the
    momentum the other way by default (cycle_momentum).
    """

    base_factor: UpToOne = 0.1
    step_size_up: Count = 50
    step_size_down: Count = 50

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        height = triangle(step, self.step_size_up, self.step_size_down)
        return self.base_factor + (1.0 - self.base_factor) * height


@register("cyclic_halving")
class CyclicHalving(Schedule):
    """Triangles of half the height each time.

    factor = base_factor + (1 - base_factor) triangle(step) / 2^(cycles completed)

    base_factor: the factor at the foot; step_size_up, step_size_down: steps of each climb and descent.
    Defaults: as `cyclic`.
    Source: Smith 2017, arXiv:1506.01186, section 3.2 ("triangular2").
    Differences: none from torch's CyclicLR(mode="triangular2") but those of `cyclic`.
    """

    base_factor: UpToOne = 0.1
    step_size_up: Count = 50
    step_size_down: Count = 50

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        cycles = np.floor_divide(step, self.step_size_up + self.step_size_down)
        height = triangle(step, self.step_size_up, self.step_size_down) * np.power(0.5, cycles)
        return self.base_factor + (1.0 - self.base_factor) * height


@register("cyclic_exponential")
class CyclicExponential(Schedule):
    """Triangles whose height falls by the same factor at each step.

    factor = base_factor + (1 - base_factor) triangle(step) gamma^step

    base_factor: the factor at the foot; step_size_up, step_size_down: steps of each climb and descent; gamma: factor
    of the height at each step.
    Defaults: as `cyclic`; gamma, which torch leaves at 1, is 0.99.
    Source: Smith 2017, arXiv:1506.01186, section 3.2 ("exp_range").
    Differences: none from torch's CyclicLR(mode="exp_range") but those of `cyclic`.
    """

    base_factor: UpToOne = 0.1
    step_size_up: Count = 50
    step_size_down: Count = 50
    gamma: Share = 0.99

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        height = triangle(step, self.step_size_up, self.step_size_down) * np.power(self.gamma, step)
        return self.base_factor + (1.0 - self.base_factor) * height


@register("one_cycle")
class OneCycle(Schedule):
    """One cycle over the whole run: up to the full rate, then far below where it began, along cosines.

    factor = 1/div_factor at step 0, 1 at step w = rise (steps + 1) - 1, and 1/(div_factor final_div_factor) at the end,

    with half a cosine between each two; where w < 0, in a run of few steps, it begins on its way down, as in torch.
    rise: share of the run that climbs; div_factor: how many times lower the first rate is than the full one;
    final_div_factor: how many times lower the last is than the first.
    Defaults: torch.optim.lr_scheduler.OneCycleLR's, which calls rise pct_start.
    Source: Smith and Topin 2019, "Super-convergence: very fast training of neural networks using large learning rates",
    arXiv:1708.07120.
    Differences: none from torch with total_steps = steps + 1, but that torch swings the momentum too (cycle_momentum).
    optax's `cosine_onecycle_schedule` rounds the turn down to a whole step.
    """

    rise: UpToOne = 0.3
    div_factor: Positive = 25.0
    final_div_factor: Positive = 1e4

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        first, last = 1.0 / self.div_factor, 1.0 / (self.div_factor * self.final_div_factor)
        rising, climbed, fallen = cycle(step, steps, self.rise)
        return np.where(rising, between(first, 1.0, climbed), between(1.0, last, fallen))[()]


@register("one_cycle_linear")
class OneCycleLinear(Schedule):
    """One cycle over the whole run along straight lines: up to the full rate, then far below where it began.

    factor = 1/div_factor at step 0, 1 at step w = rise (steps + 1) - 1, and 1/(div_factor final_div_factor) at the end,

    with a straight line between each two; where w < 0, in a run of few steps, it begins on its way down, as in torch.
    rise: share of the run that climbs; div_factor: how many times lower the first rate is than the full one;
    final_div_factor: how many times lower the last is than the first.
    Defaults: as `one_cycle`.
    Source: Smith and Topin 2019, arXiv:1708.07120, whose cycle is made of straight lines.
    Differences: none from torch's OneCycleLR(anneal_strategy="linear") but those of `one_cycle`. Three parts, down to
    the first rate and then to the last, as with torch's three_phase and in optax's `linear_onecycle_schedule`, are
    `piecewise_linear`.
    """

    rise: UpToOne = 0.3
    div_factor: Positive = 25.0
    final_div_factor: Positive = 1e4

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        first, last = 1.0 / self.div_factor, 1.0 / (self.div_factor * self.final_div_factor)
        rising, climbed, fallen = cycle(step, steps, self.rise)
        return np.where(rising, first + (1.0 - first) * climbed, 1.0 + (last - 1.0) * fallen)[()]


@register("one_cycle_momentum")
class OneCycleMomentum(Schedule):
    """The momentum that goes with one cycle of the rate: low while the rate is high.

    factor = 1 at step 0, base_factor at step w = rise (steps + 1) - 1, and 1 at the end,

    with half a cosine between each two; where w < 0, it begins on its way back. It is for an optimizer's momentum, or
    beta1, beside `one_cycle` for its rate, with the same `rise`: share of the run that falls. base_factor: the factor
    at the turn.
    Defaults: rise 0.3 and base_factor 0.85/0.95, the base_momentum over the max_momentum of torch's OneCycleLR.
    Source: Smith and Topin 2019, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR with cycle_momentum.
    Differences: none from torch; its max_momentum is the optimizer's own momentum, and base_momentum is base_factor
    times that.
    """

    rise: UpToOne = 0.3
    base_factor: UpToOne = 0.85 / 0.95

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        falling, fallen, climbed = cycle(step, steps, self.rise)
        base = self.base_factor
        return np.where(falling, between(1.0, base, fallen), between(base, 1.0, climbed))[()]


def cycle(step: Any, steps: int, rise: float) -> tuple[Any, Any, Any]:
    """(whether it is before the turn, the share of the first part that is done, that of the second)."""
    turn = rise * (steps + 1) - 1.0  # of short runs it may lie before the first step
    first = np.minimum(np.divide(step, max(turn, 1e-300)), 1.0)
    second = np.clip(np.divide(np.subtract(step, turn), max(steps - turn, 1e-300)), 0.0, 1.0)
    return np.less_equal(step, turn) & (turn > 0.0), first, second


def between(start: float, end: float, done: Any) -> Any:
    """From start to end along half a cosine, a share `done` of the way."""
    return end + (start - end) * ((1.0 + np.cos(np.pi * done)) / 2.0)


def triangle(step: Any, up: int, down: int) -> Array:
    """0 to 1 in `up` steps and back to 0 in `down`, over and over."""
    position = np.mod(step, up + down)
    return np.minimum(np.divide(position, up), np.divide(np.subtract(up + down, position), down))

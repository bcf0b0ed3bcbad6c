"""Rates that stay or fall: steps, exponentials, powers, lines and half a cosine."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Count, NonNegative, Positive, Whole
from landscape.core.methods import Schedule
from landscape.schedules._registry import UpToOne, register

NAMES = (
    "constant",
    "step",
    "multi_step",
    "exponential",
    "inverse_time",
    "inverse_sqrt",
    "polynomial",
    "linear",
    "cosine",
)


@register("constant")
class Constant(Schedule):
    """The entrant's own rate throughout.

    factor = 1

    Source: Robbins and Monro 1951 ask for rates that decay to 0, so that noise dies out; a constant one keeps a floor.
    """

    def __call__(self, step: Any, steps: int) -> Any:
        """1, in the shape of `step`."""
        return np.ones(np.shape(step))[()]


@register("step")
class Step(Schedule):
    """Staircase decay: a cut by the same factor every so many steps.

    factor = gamma^floor(step / step_size)

    step_size: steps between cuts; gamma: factor of each cut.
    Defaults: gamma is torch.optim.lr_scheduler.StepLR's; step_size, which torch leaves open, is 100.
    Source: He, Zhang, Ren and Sun 2016, "Deep residual learning for image recognition", arXiv:1512.03385, section 3.4
    (a cut by 10 whenever the error plateaus).
    Differences: none from torch's StepLR, nor from optax's `exponential_decay(..., staircase=True)`.
    """

    step_size: Count = 100
    gamma: Positive = 0.1

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return np.power(self.gamma, np.floor_divide(step, self.step_size))


@register("multi_step")
class MultiStep(Schedule):
    """Cuts by the same factor at steps of your choice.

    factor = gamma^(how many of the milestones are <= step)

    milestones: the steps of the cuts; gamma: factor of each cut.
    Defaults: gamma is torch.optim.lr_scheduler.MultiStepLR's; the milestones, which torch leaves open, are 100 and 200.
    Source: Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image recognition",
    arXiv:1409.1556, section 3.1 (three cuts by 10).
    Differences: none from torch; optax's `piecewise_constant_schedule` takes a factor for each cut.
    """

    milestones: tuple[Whole, ...] = (100, 200)
    gamma: Positive = 0.1

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return np.power(self.gamma, np.searchsorted(np.sort(self.milestones), step, side="right"))


@register("exponential")
class Exponential(Schedule):
    """Exponential decay: the same factor at each step.

    factor = gamma^step

    gamma: factor of each step; above 1 it grows the rate, as in a learning-rate range test.
    Defaults: gamma, which torch leaves open, is 0.99: a tenth after 229 steps.
    Source: torch.optim.lr_scheduler.ExponentialLR; the range test is Smith 2017, "Cyclical learning rates for training
    neural networks", arXiv:1506.01186, section 3.3.
    Differences: Keras and optax write decay_rate^(step / decay_steps), which is gamma = decay_rate^(1 / decay_steps).
    """

    gamma: Positive = 0.99

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return np.power(self.gamma, step)


@register("inverse_time")
class InverseTime(Schedule):
    """Inverse-time decay: the rate falls as 1/t, slowly enough to get anywhere and fast enough for noise to die out.

    factor = 1 / (1 + decay_rate step / decay_steps)

    decay_rate: growth of the denominator in decay_steps steps; at decay_rate 1 the rate is halved after decay_steps.
    Defaults: decay_rate 1 and decay_steps 100 are ours.
    Source: Robbins and Monro 1951, "A stochastic approximation method", doi:10.1214/aoms/1177729586; in this form
    Bottou 2012, "Stochastic gradient descent tricks", section 5.2 (gamma_0 / (1 + gamma_0 lambda t)).
    Differences: the names are Keras's InverseTimeDecay's. torch has it inside Adagrad alone, as lr_decay =
    decay_rate / decay_steps; optax has none.
    """

    decay_rate: NonNegative = 1.0
    decay_steps: Positive = 100.0

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return 1.0 / (1.0 + self.decay_rate * np.divide(step, self.decay_steps))


@register("inverse_sqrt")
class InverseSqrt(Schedule):
    """Inverse square root decay, after a stretch at the full rate.

    factor = sqrt(decay_steps / max(step, decay_steps))

    decay_steps: the length of the stretch; at four times as many steps the rate is halved.
    Defaults: decay_steps 100 is ours.
    Source: Raffel et al. 2020, "Exploring the limits of transfer learning with a unified text-to-text transformer",
    JMLR 21(140), section 3.1.2; Vaswani et al. 2017, "Attention is all you need", equation 3, has a linear warm-up in
    place of the stretch (`warmup` before this one).
    Differences: torch and optax have none of this name.
    """

    decay_steps: Positive = 100.0

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`."""
        return np.sqrt(self.decay_steps / np.maximum(step, self.decay_steps))


@register("polynomial")
class Polynomial(Schedule):
    """Polynomial decay over the whole run.

    factor = final_factor + (1 - final_factor) (1 - step / steps)^power

    power: 1 is a line, 2 comes down steeply and ends flat; final_factor: the factor reached at step == steps, and kept.
    Defaults: power 1 and final_factor 0 are torch.optim.lr_scheduler.PolynomialLR's.
    Source: Chen et al. 2018, "DeepLab: semantic image segmentation with deep convolutional nets", IEEE TPAMI 40(4),
    section 4.1.2 (the "poly" policy, power 0.9).
    Differences: torch has no final factor; optax calls it end_value / init_value.
    """

    power: Positive = 1.0
    final_factor: UpToOne = 0.0

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        left = 1.0 - np.minimum(np.divide(step, max(steps, 1)), 1.0)
        return self.final_factor + (1.0 - self.final_factor) * np.power(left, self.power)


@register("linear")
class Linear(Schedule):
    """A line from the full rate to a final one over the whole run.

    factor = 1 - (1 - final_factor) step / steps

    final_factor: the factor reached at step == steps, and kept after it.
    Defaults: final_factor 0.
    Source: torch.optim.lr_scheduler.LinearLR with start_factor 1; Defazio et al. 2023, "Optimal linear decay learning
    rate schedules and further refinements", arXiv:2310.07831.
    Differences: torch's own defaults rise from 1/3 to 1, which is `warmup` here.
    """

    final_factor: UpToOne = 0.0

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        return 1.0 - (1.0 - self.final_factor) * np.minimum(np.divide(step, max(steps, 1)), 1.0)


@register("cosine")
class Cosine(Schedule):
    """Cosine decay over the whole run: half a period, flat at both ends.

    factor = final_factor + (1 - final_factor) (1 + cos(pi step / steps)) / 2

    final_factor: the factor reached at step == steps, and kept after it.
    Defaults: final_factor 0, the eta_min of torch.optim.lr_scheduler.CosineAnnealingLR.
    Source: Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", arXiv:1608.03983,
    equation 5 (without restarts).
    Differences: torch takes the final rate itself, eta_min = final_factor lr, and rises again after T_max = steps;
    optax and Keras call the factor alpha, and keep it as here.
    """

    final_factor: UpToOne = 0.0

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`."""
        done = np.minimum(np.divide(step, max(steps, 1)), 1.0)
        return self.final_factor + (1.0 - self.final_factor) * ((1.0 + np.cos(np.pi * done)) / 2.0)

"""Change an entrant's learning rate as training goes on.

    cosine = ls.schedule("cosine", final_factor=0.01)
    cosine(0, 500), cosine(250, 500)                    # 1.0, 0.505: factors on the entrant's own lr
    ls.schedule("warmup", steps=50, then=cosine)        # wraps any other

The step from row t of a record to row t + 1 uses the factor at `step` = t, so a run of `steps` uses the factors at 0,
..., steps - 1; the factor at step == steps is that of the last row, where a decay reaches its final value. torch's
schedulers and optax's schedules count in the same way.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from landscape.component import Count, NonNegative, Positive
from landscape.core import Schedule
from landscape.registry import Registry

REGISTRY: Registry[Schedule] = Registry("schedule", Schedule)
register = REGISTRY.register
names = REGISTRY.names

__all__ = ["REGISTRY", "Constant", "Cosine", "Exponential", "InverseTime", "Step", "Warmup", "names", "register"]

UpToOne = Annotated[float, Ge(0), Le(1)]


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

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run of `steps`, warm-up included."""
        rising = self.start_factor + (1.0 - self.start_factor) * np.divide(step, self.steps)
        after = self.then(np.maximum(np.subtract(step, self.steps), 0), max(steps - self.steps, 0))
        return np.where(np.less(step, self.steps), rising, after)[()]

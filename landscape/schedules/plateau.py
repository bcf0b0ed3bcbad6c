"""Cut the rate when the loss stops falling: a schedule that reads each run's loss as it goes."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Gt, Lt

from landscape.core.component import Array, Fraction, NonNegative, Whole
from landscape.core.methods import Schedule
from landscape.schedules._registry import UpToOne, register

NAMES = ("reduce_on_plateau",)


class Plateau(NamedTuple):
    """best: (runs,) the lowest loss so far; bad: steps since, resting: steps of cooldown left; factor: the rate's."""

    best: Array
    bad: Array
    resting: Array
    factor: Array


@register("reduce_on_plateau")
class ReduceOnPlateau(Schedule):
    """A cut by the same factor whenever the loss has stopped falling.

    Each run is judged by its own loss, noise and all.

    A loss L_t is better than the best so far, m, where L_t < m (1 - threshold) - absolute_threshold; then m = L_t.
    After more than `patience` steps in a row that are not better,

    factor = max(c old, min_factor)      where that is lower than old by more than eps,

    c being the field `factor` and old the factor so far; then `cooldown` steps are not judged. The rate of a step knows
    the loss at its beginning. Called, the schedule gives its factor on a loss that never falls.

    factor: c, of each cut; patience: steps without a better loss that are borne; threshold: the share of the best loss
    by which a better one is lower; absolute_threshold: the same as a number; cooldown: steps of rest after a cut;
    min_factor: the lowest factor; eps: a cut that changes the factor by no more is not made.
    Defaults: torch.optim.lr_scheduler.ReduceLROnPlateau's.
    Source: torch.optim.lr_scheduler.ReduceLROnPlateau; a cut by 10 "when the error plateaus" is He, Zhang, Ren and Sun
    2016, "Deep residual learning for image recognition", arXiv:1512.03385, section 3.4.
    Differences: torch's threshold is ours with threshold_mode "rel", and absolute_threshold with "abs" (then threshold
    is 0 here); its min_lr = min_factor lr and its eps are rates, ours are factors. torch is told a loss once an epoch,
    usually after the step, so that a cut comes a step later there. optax.contrib.reduce_on_plateau cuts after
    `patience` steps, one earlier, calls the thresholds rtol and atol, has no eps, and can take means of several losses
    (accumulation_size). With a threshold of the best loss's share, a negative loss counts as better even where it has
    risen a little, in all three.
    """

    factor: Annotated[float, Gt(0), Lt(1)] = 0.1
    patience: Whole = 10
    threshold: Fraction = 1e-4
    absolute_threshold: NonNegative = 0.0
    cooldown: Whole = 0
    min_factor: UpToOne = 0.0
    eps: NonNegative = 1e-8

    reads_loss = True

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step` of a run whose loss never falls."""
        cuts = np.floor_divide(np.add(step, self.cooldown), self.patience + 1 + self.cooldown).astype(np.int64)
        factors = [1.0]
        for _ in range(int(np.max(cuts, initial=0))):
            lower: float = max(factors[-1] * self.factor, self.min_factor)
            if not factors[-1] - lower > self.eps:
                break
            factors.append(lower)
        return np.array(factors)[np.minimum(cuts, len(factors) - 1)]

    def begin(self, runs: int) -> Plateau:
        """Nothing is known of the loss."""
        return Plateau(np.full(runs, np.inf), np.zeros(runs), np.zeros(runs), np.ones(runs))

    def follow(self, state: Plateau, loss: Array) -> tuple[Array, Plateau]:
        """(factor, state) of the step that begins with this loss (runs,)."""
        better = loss < state.best * (1.0 - self.threshold) - self.absolute_threshold
        resting = state.resting > 0.0
        bad = np.where(better | resting, 0.0, state.bad + 1.0)
        cut = bad > self.patience
        lower = np.maximum(state.factor * self.factor, self.min_factor)
        factor = np.where(cut & (state.factor - lower > self.eps), lower, state.factor)
        rest = np.where(cut, float(self.cooldown), state.resting - resting)
        return factor, Plateau(np.where(better, loss, state.best), np.where(cut, 0.0, bad), rest, factor)

"""A wrong rule in the place of a right one: the scenarios that are about it fail, by name, and say at which claim."""

import dataclasses

import pytest
from places import ROOT

import landscape as ls
from landscape.optimizers.adam.adam import Adam
from landscape.optimizers.adam.amsgrad import AMSGrad, AMSGradState
from landscape.optimizers.descent.momentum import Momentum
from landscape.optimizers.descent.nesterov import Nesterov
from landscape.optimizers.randomised.perturbed_gd import PerturbedGD
from landscape.optimizers.wrappers.clip import Clip
from landscape.scenario.model import Scenario

PATHS = {path.stem: path for path in (ROOT / "scenarios").rglob("*.toml")}


class MomentumWithout(Momentum):
    """Momentum without momentum."""

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient, state


class NesterovSlow(Nesterov):
    """Nesterov with a fifth of its rate."""

    def apply(self, params, gradient, state, lr):
        return super().apply(params, gradient, state, 0.2 * lr)


class AdamUncorrected(Adam):
    """Adam without its bias correction."""

    def apply(self, params, gradient, state, lr):
        moved, (m, v, _, _) = super().apply(params, gradient, state._replace(beta1_power=0.0, beta2_power=0.0), lr)
        return moved, state._replace(m=m, v=v)


class AMSGradForgetful(AMSGrad):
    """AMSGrad without the maximum, which is Adam."""

    def apply(self, params, gradient, state, lr):
        m, v, _, *powers = state
        return super().apply(params, gradient, AMSGradState(m, v, 0.0 * v, *powers), lr)


class PerturbedWithout(PerturbedGD):
    """Perturbed descent without the perturbation."""

    def step(self, params, oracle, state, lr):
        return params - lr * oracle.gradient(params), state


class ClipWithout(Clip):
    """Clipping that lets everything through."""

    def apply(self, params, gradient, state, lr):
        return self.optimizer.apply(params, gradient, state, lr)


def wrong(optimizer, right, planted):
    """The optimizer with the planted rule in the place of the right one, in wrappers too."""
    inner = getattr(optimizer, "optimizer", None)
    if inner is not None:
        optimizer = dataclasses.replace(optimizer, optimizer=wrong(inner, right, planted))
    if type(optimizer) is not right:
        return optimizer
    return planted(**{field.name: getattr(optimizer, field.name) for field in dataclasses.fields(optimizer)})


def failing(stem, right, planted):
    """The claims of a scenario that fail with the planted rule."""
    scenario = Scenario.from_file(PATHS[stem])
    entrants = tuple(
        dataclasses.replace(each, optimizer=wrong(each.optimizer, right, planted)) for each in scenario.entrants
    )
    assert entrants != scenario.entrants, f"{stem} has no {right.__name__}"
    record = dataclasses.replace(scenario, entrants=entrants).simulate()
    return [verdict.expectation for verdict in scenario.judge(record) if not verdict.passed]


PLANTED = [
    (Momentum, MomentumWithout, "saddle", "Momentum"),
    (Momentum, MomentumWithout, "condition_number", "Heavy ball"),
    (Momentum, MomentumWithout, "critical_damping", "0.81, critical"),
    (Momentum, MomentumWithout, "heavy_ball_cycle", "Heavy ball"),
    (Momentum, MomentumWithout, "momentum_rolls", "Heavy ball"),
    (Momentum, MomentumWithout, "noise_floor", "0.1, momentum 0.9"),
    (Momentum, MomentumWithout, "rate_and_momentum", "Heavy ball, best pair"),
    (Nesterov, NesterovSlow, "condition_number", "Nesterov"),
    (Nesterov, NesterovSlow, "worst_function", "Nesterov"),
    (Adam, AdamUncorrected, "bias_correction", "Adam"),
    (AMSGrad, AMSGradForgetful, "adam_failure", "AMSGrad"),
    (PerturbedGD, PerturbedWithout, "exact_ridge", "Perturbed descent"),
    (PerturbedGD, PerturbedWithout, "exponential_time", "Perturbed descent"),
    (Clip, ClipWithout, "cliff", "Clipped"),
    (Clip, ClipWithout, "heavy_tails", "Clipped"),
    (Clip, ClipWithout, "exploding", "Clipped"),
]


@pytest.mark.parametrize(("right", "planted", "stem", "label"), PLANTED)
def test_a_planted_wrong_rule_fails_the_scenarios_that_are_about_it(right, planted, stem, label):
    found = failing(stem, right, planted)
    assert label in {each.optimizer for each in found}


@pytest.mark.parametrize("stem", ["zig_zag", "learning_rate", "decay_schedules", "sharp_minima"])
def test_and_leaves_those_of_other_rules_as_they_are(stem):
    rules = {type(each.optimizer) for each in Scenario.from_file(PATHS[stem]).entrants}
    assert rules == {type(ls.optimizer("sgd"))}
    with pytest.raises(AssertionError, match="has no Momentum"):
        failing(stem, Momentum, MomentumWithout)


def test_the_right_rule_planted_again_fails_nothing():
    """What fails above is the rule, and not the planting."""
    for right, _, stem, _ in PLANTED:
        same = type(f"{right.__name__}Again", (right,), {"__doc__": right.__doc__})
        assert failing(stem, right, same) == []

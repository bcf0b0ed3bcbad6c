"""A recorded step that is measured takes the loss and its gradient as inputs, and tells what gradient a rule saw."""

import catalogue
import numpy as np
import pytest

import landscape as ls
from landscape.program.operations import NUMPY
from landscape.program.steps import (
    Parts,
    fields_of_runs,
    recorded_begin,
    recorded_move,
    recorded_step,
    schedules_in,
)

RULES = ["sgd", "momentum", "adam", "rmsprop"]


def inputs_of(step, p, state, g, lr=0.05, number=3):
    """What a measured step is given, in its order."""
    given = dict.fromkeys(step.program.names, 0.0)
    names = list(given)
    values = [*p, *state]
    given |= dict(zip(names[: len(values)], values, strict=True))
    given |= {"u0": lr, "u1": number, "f": 7.0} | {f"g{i}": each for i, each in enumerate(g)}
    return [given[name] for name in names]


@pytest.mark.parametrize("name", RULES)
def test_a_measured_step_moves_as_the_rule_does_and_tells_its_gradient(name):
    surface, rule = catalogue.made("himmelblau"), catalogue.usual(name)
    parts = Parts(surface, rule, None, (), 1, 10, measured=True)
    step = recorded_step(parts)
    p, g = np.array([0.5, -0.25]), np.array([3.0, -2.0])  # no gradient of the surface: it is an input
    begin = np.array(recorded_begin(parts).run(list(p), NUMPY), dtype=float)
    assert (step.given, step.dim, step.kept) == (True, 2, len(begin))
    found = np.array(step.program.run(inputs_of(step, p, begin, g), NUMPY), dtype=float)
    moved, _ = rule.apply(p[:, None], g[:, None], rule.init(p[:, None]), 0.05)
    np.testing.assert_allclose(found[:2], moved[:, 0], rtol=1e-14)
    assert found[-2:].tolist() == g.tolist()
    assert len(found) == 2 + step.kept + 2
    away = np.array(recorded_move(parts).run(inputs_of(step, p, begin, g), NUMPY), dtype=float)
    np.testing.assert_allclose(away, moved[:, 0] - p, rtol=1e-12)


def test_a_rule_that_asks_for_no_gradient_tells_none():
    rule = ls.optimizer("central_differences", optimizer="sgd")
    step = recorded_step(Parts(catalogue.made("himmelblau"), rule, None, (), 1, 10, measured=True))
    assert not step.given
    assert step.counts == {"value": 4}
    assert len(step.program.outputs) == 2 + step.kept


def test_schedules_and_fields_of_runs_are_found_inside_components_too():
    planned = ls.noise("scheduled", noise="gaussian", schedule="cosine")
    assert schedules_in(planned) == [("schedule",)]
    assert schedules_in(ls.noise("switched", before=planned, after="gaussian")) == [("before", "schedule")]
    assert schedules_in(ls.noise("gaussian")) == []
    rates = np.array([0.1, 0.2])
    inner = ls.optimizer("sgd", lr=rates, weight_decay=0.1)
    assert fields_of_runs(inner, 2) == [("lr",)]
    assert fields_of_runs(ls.optimizer("clip", optimizer=inner), 2) == [("optimizer", "lr")]
    assert fields_of_runs(inner, 3) == []

"""Preconditioned sharpness and its limit, against loops in plain NumPy and the roots of the linear recursion."""

import dataclasses

import numpy as np
import pytest

import landscape as ls
from landscape.analysis import theory
from landscape.analysis._metric import metric
from landscape.analysis.batches import apart
from landscape.analysis.preconditioner import KNOWN, limit_factor, preconditioners
from landscape.analysis.replay import _obstacle
from landscape.analysis.selection import one
from landscape.render import draw
from landscape.scenario import Scenario, ScenarioError

SHARPNESS = metric("preconditioned_sharpness")
START = np.array([[-1.2, 0.4], [0.7, -0.3]])


def race(rule, steps=12, every=1, **fields):
    return ls.simulate("rosenbrock", ls.optimizer(rule, **fields), start=START, steps=steps, every=every)


def divisors(rule, gradients, **f):
    """What each step divides by, (rows, dim, runs), from the gradients at the rows, as the papers write it."""
    v = total = largest = np.zeros_like(gradients[0])
    found = []
    for t, g in enumerate(gradients, 1):
        total = total + g * g
        if rule == "adagrad":
            found.append(np.sqrt(total) + f["eps"])
            continue
        decay = f["alpha"] if rule == "rmsprop" else f["beta2"]
        v = decay * v + (1 - decay) * g * g
        largest = np.maximum(largest, v)
        if rule == "rmsprop":
            found.append(np.sqrt(v) + f["eps"])
            continue
        root = np.sqrt((largest if rule == "amsgrad" else v) / (1 - f["beta2"] ** t)) + f["eps"]
        found.append((1 - f["beta1"] ** t) * root)
    return np.array(found)


FIELDS = {
    "adam": {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
    "adamw": {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
    "amsgrad": {"beta1": 0.8, "beta2": 0.9, "eps": 1e-3},
    "rmsprop": {"alpha": 0.9, "eps": 1e-3},
    "adagrad": {"eps": 1e-3},
}


@pytest.mark.parametrize("rule", FIELDS)
def test_it_is_the_largest_eigenvalue_of_the_divided_hessian(rule):
    record = race(rule, lr=0.02, **FIELDS[rule])
    track, surface = record[rule], record.surface
    gradients = np.array([surface.gradient(row) for row in track.params])
    roots = divisors(rule, gradients, **FIELDS[rule])
    np.testing.assert_allclose(preconditioners(track, surface), roots, rtol=1e-10)
    found = SHARPNESS.measure(track, surface)
    for row, run in ((0, 0), (5, 1), (12, 0)):
        hessian = surface.hessian(track.params[row, :, run])
        expected = np.max(np.linalg.eigvals(np.diag(1 / roots[row, :, run]) @ hessian).real)
        assert found[row, run] == pytest.approx(expected, rel=1e-9)
    wrong = divisors(rule, gradients * 1.001, **FIELDS[rule])
    assert np.max(np.abs(preconditioners(track, surface) / wrong - 1.0)) > 1e-4  # the test sees a thousandth


def test_the_step_that_follows_is_what_the_divisor_says():
    """p_{t+1} - p_t = -lr m / D, for any rule that has a first moment: nothing here knows how D is computed."""
    track, surface = (record := race("adam", lr=0.02, beta1=0.8, beta2=0.95))["adam"], record.surface
    roots, m = preconditioners(track, surface), np.zeros_like(START)
    for t in range(12):
        m = 0.8 * m + 0.2 * surface.gradient(track.params[t])
        np.testing.assert_allclose(track.params[t + 1] - track.params[t], -0.02 * m / roots[t], rtol=1e-8)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov"])
def test_of_rules_that_divide_by_nothing_it_is_the_sharpness(rule):
    record = race(rule, lr=1e-4)
    assert np.array_equal(SHARPNESS.measure(record[rule], record.surface),
                          metric("sharpness").measure(record[rule], record.surface))  # fmt: skip


def test_a_thinned_record_a_single_run_and_a_batch_of_rates_have_the_same_figures():
    full, thin = race("adam", lr=0.02), race("adam", lr=0.02, every=5)
    figures = SHARPNESS.measure(full["adam"], full.surface)
    np.testing.assert_allclose(SHARPNESS.measure(thin["adam"], thin.surface), figures[[0, 5, 10, 12]], rtol=1e-12)
    alone = one(full["adam"], 1)
    np.testing.assert_allclose(SHARPNESS.measure(alone, full.surface)[:, 0], figures[:, 1], rtol=1e-12)
    late = metric("late_mean", of=SHARPNESS, share=0.3).measure(full["adam"], full.surface)
    np.testing.assert_allclose(late, figures[-4:].mean(axis=0), rtol=1e-12)
    batch = ls.simulate("rosenbrock", ls.optimizer("adam", lr=[0.01, 0.02]), start=START[:, :1], steps=12, every=4,
                        schedule="cosine")  # fmt: skip
    for number, part in enumerate(apart(batch).tracks):
        assert limit_factor(part) == pytest.approx(38.0)
        rate = [0.01, 0.02][number]
        single = ls.simulate(
            "rosenbrock", ls.optimizer("adam", lr=rate), start=START[:, :1], steps=12, schedule="cosine"
        )
        np.testing.assert_allclose(SHARPNESS.measure(part, batch.surface)[:, 0],
                                   SHARPNESS.measure(single["adam"], batch.surface)[::4, 0], rtol=1e-10)  # fmt: skip


def test_a_run_that_has_stopped_keeps_its_figure():
    bowl = ls.surface("quadratic", condition=4.0)
    record = ls.simulate(bowl, ls.optimizer("adam", lr=0.3), start=(1.0, 1.0), steps=60, tolerance=0.5)
    stopped = int(record["adam"].stopped[0])
    figures = SHARPNESS.measure(record["adam"], bowl)
    assert 0 < stopped < 60
    assert np.isfinite(figures).all()
    assert np.ptp(figures[stopped:]) == 0.0 or np.ptp(figures[stopped - 1 : -1]) == 0.0


@pytest.mark.parametrize("rule", KNOWN)
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_below_the_limit_the_recursion_of_a_constant_divisor_shrinks_and_above_it_grows(rule, beta):
    """The roots of x_{t+1} = x_t - lr m_{t+1} on lambda x^2 / 2, as matrices (x, m) -> (x, m)."""
    field = {"adam": "beta1", "adamw": "beta1", "amsgrad": "beta1", "sgd": None, "adagrad": None}.get(rule, "momentum")
    fields = {} if field is None else {field: beta}
    track = ls.simulate("sphere", ls.optimizer(rule, lr=0.1, **fields), steps=1)[rule]
    if rule == "adamw":
        track = dataclasses.replace(track, optimizer=ls.optimizer(rule, lr=0.1, weight_decay=0.0, **fields))
    share = 0.0 if field is None else beta
    for factor, stable in ((0.999, True), (1.001, False)):
        c = factor * limit_factor(track)  # lr lambda
        gain = 1.0 - share if field == "beta1" else 1.0
        if rule == "nesterov":
            matrix = [[1.0 - (1.0 + share) * c, -share * share], [c, share]]
        else:
            matrix = [[1.0 - gain * c, -share], [gain * c, share]]
        assert (np.max(np.abs(np.linalg.eigvals(matrix))) < 1.0) == stable


def test_what_has_no_preconditioner_is_refused_and_says_why():
    noisy = ls.simulate("rosenbrock", "adam", start=START, steps=5, noise="gaussian")
    with pytest.raises(ValueError, match=r"adam: cannot be replayed: step \d leads elsewhere.*gradients are exact"):
        SHARPNESS.measure(noisy["adam"], noisy.surface)
    other = race("lion")
    with pytest.raises(ValueError, match="lion: no preconditioner is known of lion, but of sgd, momentum, nesterov"):
        SHARPNESS.measure(other["lion"], other.surface)
    assert limit_factor(other["lion"]) is None
    moving = ls.simulate("rosenbrock", ls.entrant("adam", schedules={"beta1": "linear"}), start=START, steps=5)
    with pytest.raises(ValueError, match="where a schedule changes beta1"):
        SHARPNESS.measure(moving.tracks[0], moving.surface)


def test_pictures_have_the_limit_of_each_rule_and_mark_what_is_beyond_it():
    bowl = ls.surface("quadratic", condition=10.0)
    rules = [ls.optimizer("adam", lr=0.05), ls.optimizer("rmsprop", lr=0.05), ls.optimizer("sgd", lr=0.21)]
    record = ls.simulate(bowl, rules, start=(1.0, 1.0), steps=40)
    lines = {line.label: line for line in theory.predictions(record, "preconditioned_sharpness")}
    assert {label: line.formula for label, line in lines.items()} == {
        "adam": "38/η = 760", "rmsprop": "2/η = 40", "sgd": "2/η = 9.52",
    }  # fmt: skip
    assert lines["sgd"].wrong.all()
    figures = SHARPNESS.measure(record["adam"], bowl)[:, 0]
    assert np.array_equal(lines["adam"].wrong, figures > 760.0 * (1.0 + 1e-9))
    for name, quantity in (("spectrum", "preconditioned_sharpness"), ("convergence", SHARPNESS)):
        figure = draw(record, name, quantity=quantity, width=640, height=360)
        assert {"theory:adam", "theory:sgd"} <= {each.get_gid() for each in figure.axes[0].lines}


def test_figures_after_a_single_gradient_do_not_set_the_axis():
    net = ls.surface("network", layers=(1, 4, 1), dataset="noisy_sine", loss="half_mse")
    record = ls.simulate(net, ls.optimizer("adam", lr=0.02), start=ls.start("xavier", count=1), steps=200, every=50)
    first, *later = SHARPNESS.measure(record["adam"], net)[:, 0]
    figure = draw(record, "spectrum", quantity="preconditioned_sharpness", width=640, height=360)
    top = figure.axes[0].get_ylim()[1]
    assert max(later) < top < first


def test_a_scenario_is_told_when_it_is_read_that_noise_hides_the_preconditioner():
    text = """
title = "x"
surface = "beale"
steps = 3
noise = "gaussian"
optimizers = ["adam"]
[[expect]]
claim = "c"
optimizer = "adam"
measure = { name = "late_mean", of = "preconditioned_sharpness" }
below = 1.0
"""
    said = 'measure: the measure "preconditioned_sharpness" needs exact gradients, and here they have noise'
    with pytest.raises(ScenarioError, match=said):
        Scenario.from_text(text)
    assert Scenario.from_text(text.replace('noise = "gaussian"\n', "")).expectations


def test_what_is_too_long_or_has_read_the_loss_is_not_replayed():
    record = ls.simulate("booth", "adam", steps=4, every=2)
    track = record.tracks[0]
    for steps, said in ((50_001, "it made 50,001 steps, more than 50,000"), (50_000, "")):
        long = dataclasses.replace(track, steps=np.array([0, 2, steps]))
        assert _obstacle(record, long) == said
        if said:
            with pytest.raises(ValueError, match=f"adam: cannot be replayed: {said}"):
                preconditioners(long, record.surface)
    read = ls.simulate("booth", ls.entrant("adam", "reduce_on_plateau"), steps=4, every=2)
    assert _obstacle(read, read.tracks[0]) == "its schedule read the loss, and not each of its steps was recorded"
    with pytest.raises(ValueError, match="its schedule read the loss; record every step"):
        preconditioners(read.tracks[0], read.surface)
    whole = ls.simulate("booth", ls.entrant("adam", "reduce_on_plateau"), steps=4)
    assert _obstacle(whole, whole.tracks[0]) == ""
    assert preconditioners(whole.tracks[0], whole.surface).shape == (5, 2, 1)
    newton = ls.simulate("booth", "newton", steps=1)
    assert "asks for more than a gradient" in _obstacle(newton, newton.tracks[0])

"""Laws of hyper-parameters that change on the way: a loop written by hand, torch, and what a scenario says of them."""

import numpy as np
import pytest

import landscape as ls
from landscape.scenario.model import Scenario
from landscape.scenario.problems import ScenarioError
from landscape.simulation.entrants import labelled

BOWL = ls.surface("quadratic", condition=9.0, rotation=0.3)
LINE = ls.schedule("linear", final_factor=0.2)


def test_a_scheduled_momentum_is_the_loop_written_by_hand():
    rule = ls.optimizer("momentum", lr=0.05, momentum=0.9, weight_decay=0.01)
    others = {"momentum": LINE, "weight_decay": ls.schedule("step", step_size=10)}
    entrant = ls.entrant(rule, schedule="cosine", schedules=others)
    noise = ls.noise("gaussian", sigma=0.3)
    track = ls.simulate(BOWL, entrant, start=(1.0, -1.0), steps=50, repeats=4, noise=noise)["momentum"]
    from landscape.core.random import Source

    p, b = np.repeat([[1.0], [-1.0]], 4, axis=1), np.zeros((2, 4))
    source = Source(0, np.arange(4), "noise")
    for t in range(50):
        assert np.array_equal(track.params[t], p)
        momentum, decay = 0.9 * LINE(t, 50), 0.01 * 0.1 ** (t // 10)
        g = BOWL.gradient(p) + 0.3 * source.normals(t, 2) + decay * p
        b = momentum * b + g
        p = p - 0.05 * ls.schedule("cosine")(t, 50) * b
        np.testing.assert_allclose(track.params[t + 1], p, rtol=1e-12, atol=1e-14)
        p = track.params[t + 1]
    assert np.array_equal(track.lr[:, 0], 0.05 * ls.schedule("cosine")(np.arange(51), 50))


def test_a_constant_schedule_changes_nothing():
    rule = ls.optimizer("adam", lr=0.05)
    plain, scheduled = (
        ls.simulate(BOWL, ls.entrant(rule, schedules=others), start=(1.0, -1.0), steps=50)["adam"]
        for others in ({}, {"beta1": "constant", "eps": "constant"})
    )
    assert np.array_equal(plain.params, scheduled.params)


def test_a_run_alone_equals_the_run_in_a_batch_with_hyper_parameters_that_differ_and_change():
    rule = ls.optimizer("momentum", lr=0.05, momentum=np.linspace(0.0, 0.95, 20))
    entrant = ls.entrant(rule, schedules={"momentum": LINE})
    job = {"start": (1.0, -1.0), "steps": 40, "repeats": 20, "noise": "gaussian"}
    many = ls.simulate(BOWL, entrant, **job)["momentum"]
    for run in (0, 13):
        alone = ls.simulate(BOWL, entrant, **job, runs=[run])["momentum"]
        assert np.array_equal(alone.params[..., 0], many.params[..., run])


def test_one_cycle_with_its_momentum_is_torchs_one_cycle(torch):
    steps, hessian = 300, torch.tensor(BOWL.hessian(np.zeros(2)))
    p = torch.tensor([1.0, -1.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=0.1, momentum=0.5)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=steps + 1)
    theirs = [p.detach().numpy().copy()]
    for _ in range(steps):
        p.grad = (hessian @ p).detach()
        optimizer.step()
        scheduler.step()
        theirs.append(p.detach().numpy().copy())
    rule = ls.optimizer("momentum", lr=0.1, momentum=0.95)
    entrant = ls.entrant(rule, schedule="one_cycle", schedules={"momentum": "one_cycle_momentum"})
    ours = ls.simulate(BOWL, entrant, start=(1.0, -1.0), steps=steps)["momentum"].params[:, :, 0]
    scale = np.maximum.accumulate(np.abs(theirs), axis=0)
    assert np.max(np.abs(ours - theirs) / scale) < 1e-12


def test_what_is_scheduled_travels_in_the_record(tmp_path):
    entrant = ls.entrant("momentum", schedules={"momentum": LINE})
    record = ls.simulate(BOWL, [entrant, "sgd"], start=(1.0, -1.0), steps=9)
    assert record["momentum"].schedules == {"momentum": LINE}
    record.save(tmp_path / "a.npz")
    loaded = ls.load(tmp_path / "a.npz")
    assert loaded == record
    assert loaded["momentum"].schedules == {"momentum": LINE}
    other = ls.simulate(BOWL, ["momentum", "sgd"], start=(1.0, -1.0), steps=9)
    assert other["momentum"] != record["momentum"]


def test_labels_tell_apart_what_is_scheduled():
    entrants = [ls.entrant("momentum"), ls.entrant("momentum", schedules={"momentum": LINE})]
    assert [each.label for each in labelled(entrants)] == ["momentum", "momentum, momentum by linear"]


@pytest.mark.parametrize(
    ("field", "schedule", "message"),
    [
        ("lr", "linear", "lr is scheduled by `schedule`, not by `schedules`"),
        ("momentom", "linear", 'momentom cannot be scheduled. Did you mean "momentum"?'),
        ("momentum", "reduce_on_plateau", 'cannot use "reduce_on_plateau": it is only for the learning rate'),
        ("momentum", "linaer", 'unknown schedule "linaer". Did you mean "linear"?'),
    ],
)
def test_what_cannot_be_scheduled_is_refused(field, schedule, message):
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        ls.entrant("momentum", schedules={field: schedule})


def test_a_schedule_that_takes_a_hyper_parameter_out_of_its_range_is_refused():
    growing = ls.schedule("exponential", gamma=1.05)
    with pytest.raises(ls.FieldError, match="beta1 times its schedule must be less than 1"):
        ls.simulate(BOWL, ls.entrant("adam", schedules={"beta1": growing}), start=(1.0, 1.0), steps=9)


# scenarios

TEXT = """\
title = "Swung against the rate"
steps = 60
surface = "rosenbrock"

[noise]
name = "chain"
noises = ["gaussian", { name = "masked", keep = 0.7 }]

[[optimizers]]
name = "momentum"
lr = 1e-4
momentum = 0.95
schedule = "one_cycle"

[optimizers.schedules]
momentum = "one_cycle_momentum"
weight_decay = { name = "linear", final_factor = 0.5 }

[[optimizers]]
name = "sgd"
schedule = { name = "reduce_on_plateau", patience = 3 }
lr = 1e-4
"""


def complaint(*changes, overrides=()):
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_text(text, overrides, file="x.toml")
    return str(caught.value)


def test_a_scenario_schedules_hyper_parameters_and_reads_back_equal():
    scenario = Scenario.from_text(TEXT)
    momentum, sgd = scenario.entrants
    line = ls.schedule("linear", final_factor=0.5)
    assert momentum.schedules == {"momentum": ls.schedule("one_cycle_momentum"), "weight_decay": line}
    assert sgd.schedules == {}
    assert sgd.schedule == ls.schedule("reduce_on_plateau", patience=3)
    assert scenario.noise == ls.noise("chain", noises=["gaussian", ls.noise("masked", keep=0.7)])
    assert Scenario.from_text(scenario.to_toml()) == scenario
    record = scenario.simulate()
    assert record["momentum"].schedules == momentum.schedules
    assert record["sgd"].lr[-1, 0] < 1e-4
    assert record["sgd"].lr[0, 0] == 1e-4


def test_options_reach_into_schedules():
    changed = Scenario.from_text(TEXT, ["optimizers[0].schedules.momentum.rise=0.5", "noise.noises[1].keep=0.2"])
    assert changed.entrants[0].schedules["momentum"] == ls.schedule("one_cycle_momentum", rise=0.5)
    assert changed.noise.noises[1] == ls.noise("masked", keep=0.2)
    assert Scenario.from_text(changed.text) == changed


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'momentum = "one_cycle_momentum"', 'momentom = "linear"',
            'x.toml:16: optimizers[0].schedules.momentom: cannot be scheduled. Did you mean "momentum"?',
        ),
        (
            'momentum = "one_cycle_momentum"', 'lr = "linear"',
            "x.toml:16: optimizers[0].schedules.lr: is scheduled by `schedule`, not by `schedules`",
        ),
        (
            'momentum = "one_cycle_momentum"', 'momentum = "reduce_on_plateau"',
            'x.toml:16: optimizers[0].schedules.momentum: cannot use "reduce_on_plateau"',
        ),
        (
            'momentum = "one_cycle_momentum"', 'momentum = "one_cycl_momentum"',
            'x.toml:16: optimizers[0].schedules.momentum: unknown schedule "one_cycl_momentum". '
            'Did you mean "one_cycle_momentum"?',
        ),
        (
            'momentum = "one_cycle_momentum"', "momentum = 0.5",
            "x.toml:16: optimizers[0].schedules.momentum: must be the name of a schedule or a table with a name",
        ),
        ("final_factor = 0.5", "final_factor = 1.5",
         "x.toml:17: optimizers[0].schedules.weight_decay.final_factor: must be at most 1, got 1.5"),
        ("final_factor = 0.5", "final_facto = 0.5",
         'x.toml:17: optimizers[0].schedules.weight_decay.final_facto: unknown key "final_facto". Did you mean'),
        ('[optimizers.schedules]\n', 'schedules = 3\n[nothing]\n', "optimizers[0].schedules: must be a table, got 3"),
        ('{ name = "masked", keep = 0.7 }', '"maskd"',
         'x.toml:7: noise.noises[1]: unknown noise "maskd". Did you mean "masked"?'),
        ("keep = 0.7", "keep = 7", "x.toml:7: noise.noises[1].keep: must be at most 1, got 7"),
        ('{ name = "masked", keep = 0.7 }', '"minibatch"',
         'x.toml:7: noise.noises: can have "minibatch" only in the first place'),
        ('name = "reduce_on_plateau", patience = 3', 'name = "warmup", then = "reduce_on_plateau"',
         'x.toml:21: optimizers[1].schedule.then: cannot be "reduce_on_plateau", which reads the loss'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_its_key_and_the_nearest_name(old, new, expected):
    assert expected in complaint((old, new))


def test_a_schedule_that_leaves_the_range_is_named_before_anything_runs():
    told = complaint(('name = "momentum"', 'name = "adam"'), ("momentum = 0.95\n", ""),
                     ('momentum = "one_cycle_momentum"', 'beta1 = { name = "exponential", gamma = 1.05 }'))  # fmt: skip
    assert "x.toml:15: optimizers[0].schedules.beta1: times its schedule must be less than 1, got" in told


def test_one_cycle_begins_at_a_25th_and_ends_at_a_ten_thousandth_of_that():
    """torch's defaults, div_factor = 25 and final_div_factor = 1e4."""
    factors = np.asarray(ls.schedule("one_cycle")(np.arange(101), 100))
    assert factors[0] == pytest.approx(1.0 / 25.0, rel=1e-12)
    assert factors.min() == pytest.approx(1.0 / 25.0 / 1e4, rel=1e-9)

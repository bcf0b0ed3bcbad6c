"""Laws of the schedules: torch's and optax's factors, closed forms, and the same numbers one by one and all at once."""

import inspect
import math
import warnings

import numpy as np
import pytest

from landscape import schedules
from landscape.component import FieldError, field_hints

NAMES = [n for n in schedules.names() if schedules.REGISTRY.get(n).__module__.startswith("landscape.")]
build = schedules.REGISTRY.build

STEPS = 500

# (schedule, torch.optim.lr_scheduler's, optax's, both as functions of their module; None where there is none)
CASES = {
    "constant": (
        build("constant"),
        lambda s, o: s.ConstantLR(o, factor=1.0),
        lambda x: x.constant_schedule(1.0),
    ),
    "step": (
        build("step", step_size=70, gamma=0.3),
        lambda s, o: s.StepLR(o, step_size=70, gamma=0.3),
        lambda x: x.exponential_decay(1.0, transition_steps=70, decay_rate=0.3, staircase=True),
    ),
    "exponential": (
        build("exponential", gamma=0.985),
        lambda s, o: s.ExponentialLR(o, gamma=0.985),
        lambda x: x.exponential_decay(1.0, transition_steps=1, decay_rate=0.985),
    ),
    "inverse_time": (
        build("inverse_time", decay_rate=0.7, decay_steps=40),
        lambda s, o: s.LambdaLR(o, lambda t: 1.0 / (1.0 + 0.7 * t / 40)),
        None,
    ),
    "cosine": (
        build("cosine", final_factor=0.05),
        lambda s, o: s.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.05),
        lambda x: x.cosine_decay_schedule(1.0, decay_steps=STEPS, alpha=0.05),
    ),
    "warmup": (
        build("warmup", steps=60, start_factor=0.2),
        lambda s, o: s.LinearLR(o, start_factor=0.2, total_iters=60),
        lambda x: x.linear_schedule(0.2, 1.0, transition_steps=60),
    ),
    "warmup, cosine": (
        build("warmup", steps=60, start_factor=0.2, then=build("cosine", final_factor=0.05)),
        lambda s, o: s.SequentialLR(
            o, [s.LinearLR(o, 0.2, total_iters=60), s.CosineAnnealingLR(o, STEPS - 60, eta_min=0.05)], milestones=[60]
        ),
        lambda x: x.warmup_cosine_decay_schedule(0.2, 1.0, warmup_steps=60, decay_steps=STEPS, end_value=0.05),
    ),
    "warmup, step": (
        build("warmup", steps=33, then=build("step", step_size=70, gamma=0.3)),
        None,
        lambda x: x.join_schedules(
            [x.linear_schedule(0.0, 1.0, 33), x.exponential_decay(1.0, 70, 0.3, staircase=True)], [33]
        ),
    ),
    "multi_step": (
        build("multi_step", milestones=(40, 41, 300), gamma=0.3),
        lambda s, o: s.MultiStepLR(o, milestones=[40, 41, 300], gamma=0.3),
        lambda x: x.piecewise_constant_schedule(1.0, {40: 0.3, 41: 0.3, 300: 0.3}),
    ),
    "inverse_sqrt": (
        build("inverse_sqrt", decay_steps=30),
        lambda s, o: s.LambdaLR(o, lambda t: math.sqrt(30 / max(t, 30))),
        None,
    ),
    "polynomial": (
        build("polynomial", power=0.9),
        lambda s, o: s.PolynomialLR(o, total_iters=STEPS, power=0.9),
        lambda x: x.polynomial_schedule(1.0, 0.0, 0.9, STEPS),
    ),
    "polynomial, to a tenth": (
        build("polynomial", power=2.0, final_factor=0.1),
        None,
        lambda x: x.polynomial_schedule(1.0, 0.1, 2.0, STEPS),
    ),
    "linear": (
        build("linear", final_factor=0.2),
        lambda s, o: s.LinearLR(o, start_factor=1.0, end_factor=0.2, total_iters=STEPS),
        lambda x: x.linear_schedule(1.0, 0.2, STEPS),
    ),
    "cosine_restarts": (
        build("cosine_restarts", period=60, final_factor=0.1),
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 60, eta_min=0.1),
        None,
    ),
    "cosine_restarts, ever longer": (
        build("cosine_restarts", period=25, growth=2, final_factor=0.1),
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 25, T_mult=2, eta_min=0.1),
        lambda x: x.sgdr_schedule(
            [
                {"init_value": 1.0, "peak_value": 1.0, "warmup_steps": 0, "decay_steps": 25 * 2**i, "end_value": 0.1}
                for i in range(6)
            ]
        ),
    ),
    "cyclic": (
        build("cyclic", base_factor=0.2, step_size_up=30, step_size_down=50),
        lambda s, o: s.CyclicLR(o, 0.2, 1.0, 30, 50, cycle_momentum=False),
        None,
    ),
    "cyclic_halving": (
        build("cyclic_halving", base_factor=0.2, step_size_up=30, step_size_down=50),
        lambda s, o: s.CyclicLR(o, 0.2, 1.0, 30, 50, mode="triangular2", cycle_momentum=False),
        None,
    ),
    "cyclic_exponential": (
        build("cyclic_exponential", base_factor=0.2, step_size_up=30, step_size_down=50, gamma=0.995),
        lambda s, o: s.CyclicLR(o, 0.2, 1.0, 30, 50, mode="exp_range", gamma=0.995, cycle_momentum=False),
        None,
    ),
    "one_cycle": (
        build("one_cycle", rise=0.25, div_factor=10.0, final_div_factor=100.0),
        lambda s, o: s.OneCycleLR(
            o, 1.0, STEPS + 1, pct_start=0.25, div_factor=10.0, final_div_factor=100.0, cycle_momentum=False
        ),
        None,
    ),
    "warmup_stable_decay": (
        build("warmup_stable_decay", warmup=0.1, decay=0.2, final_factor=0.1),
        lambda s, o: s.SequentialLR(
            o,
            [s.LinearLR(o, 1e-300, 1.0, 50), s.ConstantLR(o, 1.0), s.LinearLR(o, 1.0, 0.1, 100)],
            milestones=[50, 400],
        ),
        lambda x: x.join_schedules(
            [x.linear_schedule(0.0, 1.0, 50), x.constant_schedule(1.0), x.linear_schedule(1.0, 0.1, 100)], [50, 400]
        ),
    ),
    "sequence": (
        build("sequence", first=build("exponential"), milestone=120, then=build("cosine", final_factor=0.05)),
        lambda s, o: s.SequentialLR(
            o, [s.ExponentialLR(o, 0.99), s.CosineAnnealingLR(o, STEPS - 120, eta_min=0.05)], milestones=[120]
        ),
        lambda x: x.join_schedules(
            [x.exponential_decay(1.0, 1, 0.99), x.cosine_decay_schedule(1.0, STEPS - 120, 0.05)], [120]
        ),
    ),
    "product": (
        build("product", first=build("exponential", gamma=0.99), second=build("step", step_size=70, gamma=0.3)),
        lambda s, o: s.ChainedScheduler([s.ExponentialLR(o, 0.99), s.StepLR(o, 70, 0.3)]),
        None,
    ),
    "piecewise_constant": (
        build("piecewise_constant", boundaries=(50, 51, 400), factors=(1.0, 0.25, 2.0, 0.5)),
        None,
        lambda x: x.piecewise_constant_schedule(1.0, {50: 0.25, 51: 8.0, 400: 0.25}),
    ),
    "piecewise_linear": (
        build("piecewise_linear", knots=(0, 120, 400), factors=(1.0, 3.0, 0.6)),
        None,
        lambda x: x.piecewise_interpolate_schedule("linear", 1.0, {120: 3.0, 400: 0.2}),
    ),
}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch is not installed; the closed forms hold the same law without it")


@pytest.fixture(scope="module")
def optax():
    reason = "optax is not installed; the closed forms hold the same law without it"
    optax = pytest.importorskip("optax", reason=reason)
    jax = pytest.importorskip("jax", reason=reason)
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield optax
    jax.config.update("jax_enable_x64", before)


def test_every_schedule_is_held_to_another_implementation():
    assert {schedule.name for schedule, *_ in CASES.values()} == set(NAMES)


@pytest.mark.parametrize("case", [case for case, (_, twin, _) in CASES.items() if twin])
def test_a_schedule_gives_torchs_rates_over_a_whole_run(case, torch):
    schedule, twin, _ = CASES[case]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    with warnings.catch_warnings():
        # torch's own SequentialLR calls step(epoch), which torch warns of
        warnings.simplefilter("ignore", UserWarning)
        scheduler = twin(torch.optim.lr_scheduler, optimizer)
        theirs = [optimizer.param_groups[0]["lr"]]
        for _ in range(STEPS):
            optimizer.step()
            scheduler.step()
            theirs.append(optimizer.param_groups[0]["lr"])
    # torch multiplies or adds its way along: 500 roundings of numbers up to 1, and 1e-300 stands for its 0
    np.testing.assert_allclose(schedule(np.arange(STEPS + 1), STEPS), theirs, rtol=1e-12, atol=5e-14)


@pytest.mark.parametrize("case", [case for case, (_, _, twin) in CASES.items() if twin])
def test_a_schedule_gives_optaxs_rates_over_a_whole_run(case, optax):
    import jax

    schedule, _, twin = CASES[case]
    steps = np.arange(STEPS + 1)
    theirs = np.broadcast_to(jax.vmap(twin(optax))(steps) if case != "constant" else 1.0, steps.shape)
    np.testing.assert_allclose(schedule(steps, STEPS), theirs, rtol=1e-12, atol=5e-16)


# closed forms


def test_a_step_schedule_cuts_at_multiples_of_its_step_size():
    assert build("step", step_size=3, gamma=0.5)(np.arange(8), 8).tolist() == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_an_inverse_time_schedule_halves_the_rate_after_its_decay_steps():
    assert build("inverse_time", decay_rate=1.0, decay_steps=40)(40, 500) == 0.5
    assert build("inverse_time", decay_rate=0.0)(40, 500) == 1.0


def test_a_cosine_starts_at_one_is_halfway_in_the_middle_and_ends_at_its_final_factor():
    cosine = build("cosine", final_factor=0.1)
    np.testing.assert_allclose([cosine(0, 200), cosine(100, 200), cosine(200, 200)], [1.0, 0.55, 0.1], rtol=1e-15)
    assert cosine(199, 200) > cosine(200, 200) == cosine(201, 200) == cosine(1000, 200)


def test_a_warmup_rises_in_a_line_and_hands_over_what_is_left():
    for name in NAMES:
        then = build(name)
        warmup = build("warmup", steps=20, start_factor=0.5, then=then)
        steps = np.arange(101)
        np.testing.assert_allclose(warmup(steps[:20], 100), 0.5 + 0.025 * steps[:20], rtol=1e-15)
        assert np.array_equal(warmup(steps[20:], 100), then(steps[20:] - 20, 80))


# what a simulation relies on


@pytest.mark.parametrize("case", CASES)
def test_a_schedule_gives_the_same_numbers_one_by_one_and_all_at_once(case):
    schedule = CASES[case][0]
    steps = np.arange(STEPS + 1)
    together = schedule(steps, STEPS)
    assert together.shape == steps.shape
    assert together.dtype == np.float64
    assert np.array_equal(schedule(steps.reshape(3, -1), STEPS), together.reshape(3, -1))
    for step in steps:
        for number in (int(step), step, float(step)):
            alone = schedule(number, STEPS)
            assert isinstance(alone, float)
            assert alone == together[step]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("steps", [0, 1, 2, 1000])
def test_factors_are_finite_and_not_negative_in_a_run_of_any_length(name, steps):
    factors = build(name)(np.arange(steps + 1), steps)
    assert np.all(np.isfinite(factors))
    assert np.all(factors >= 0.0)
    assert np.all(factors <= 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_schedule_leaves_the_steps_as_they_were(name):
    steps = np.arange(10)
    steps.flags.writeable = False
    build(name)(steps, 10)
    assert np.array_equal(steps, np.arange(10))


def test_schedules_are_compared_by_their_fields_inner_ones_included():
    made = [build("warmup", steps=5, then=build("step", gamma=gamma)) for gamma in (0.1, 0.1, 0.2)]
    assert made[0] == made[1] != made[2]
    assert hash(made[0]) == hash(made[1])


# misuse

NEVER = [(math.nan, ""), (math.inf, ""), ("0.1", "number"), (True, "number"), (None, "number"), ([0.1], "number")]
SCHEDULE = [("cosin", 'Did you mean "cosine"?'), (0.5, "a schedule"), (None, "a schedule")]
WHOLE_LIST = [((-1, 2), "whole numbers"), ((1.5, 2), "whole numbers"), (3, "list"), ("ab", "list"), (None, "list")]
FACTOR_LIST = [((-1.0,), "numbers"), ((1.0, math.nan, 1.0), ""), (2.0, "list"), ((1.0,), "numbers"), ((), "numbers")]
SHARE = [(-0.1, "at least 0"), (1.1, "at most 1"), *NEVER]
POSITIVE = [(0.0, "greater than 0"), (-1.0, "greater than 0"), *NEVER]
COUNT = [(0, "at least 1"), (2.5, "whole number"), *NEVER]
BAD = {
    ("multi_step", "milestones"): WHOLE_LIST,
    ("multi_step", "gamma"): POSITIVE,
    ("inverse_sqrt", "decay_steps"): POSITIVE,
    ("polynomial", "power"): POSITIVE,
    ("polynomial", "final_factor"): SHARE,
    ("linear", "final_factor"): SHARE,
    ("cosine_restarts", "period"): COUNT,
    ("cosine_restarts", "growth"): COUNT,
    ("cosine_restarts", "final_factor"): SHARE,
    **{
        (name, field): bad
        for name in ("cyclic", "cyclic_halving", "cyclic_exponential")
        for field, bad in (("base_factor", SHARE), ("step_size_up", COUNT), ("step_size_down", COUNT))
    },
    ("cyclic_exponential", "gamma"): [(0.0, "greater than 0"), (1.1, "at most 1"), *NEVER],
    ("one_cycle", "rise"): SHARE,
    ("one_cycle", "div_factor"): POSITIVE,
    ("one_cycle", "final_div_factor"): POSITIVE,
    ("warmup_stable_decay", "warmup"): [(0.9, "at most 1 together"), *SHARE],
    ("warmup_stable_decay", "decay"): [(0.0, "greater than 0"), (1.1, "at most 1"), *NEVER],
    ("warmup_stable_decay", "final_factor"): SHARE,
    ("sequence", "first"): SCHEDULE,
    ("sequence", "milestone"): COUNT,
    ("sequence", "then"): SCHEDULE,
    ("product", "first"): SCHEDULE,
    ("product", "second"): SCHEDULE,
    ("piecewise_constant", "boundaries"): [((200, 100), "must ascend"), *WHOLE_LIST],
    ("piecewise_constant", "factors"): FACTOR_LIST,
    ("piecewise_linear", "knots"): [((0, 300, 300), "must ascend"), *WHOLE_LIST],
    ("piecewise_linear", "factors"): FACTOR_LIST,
    ("step", "step_size"): [(0, "at least 1"), (2.5, "whole number"), *NEVER],
    ("step", "gamma"): [(0.0, "greater than 0"), (-1.0, "greater than 0"), *NEVER],
    ("exponential", "gamma"): [(0.0, "greater than 0"), *NEVER],
    ("inverse_time", "decay_rate"): [(-1.0, "at least 0"), *NEVER],
    ("inverse_time", "decay_steps"): [(0, "greater than 0"), *NEVER],
    ("cosine", "final_factor"): [(-0.1, "at least 0"), (1.1, "at most 1"), *NEVER],
    ("warmup", "steps"): [(0, "at least 1"), (2.5, "whole number"), *NEVER],
    ("warmup", "start_factor"): [(-0.1, "at least 0"), (1.1, "at most 1"), *NEVER],
    ("warmup", "then"): [("cosin", 'Did you mean "cosine"?'), (0.5, "a schedule"), (None, "a schedule")],
}


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name in NAMES for field in field_hints(schedules.REGISTRY.get(name))]
)
def test_a_bad_value_is_refused_with_its_field_and_what_is_allowed(name, field):
    for value, allowed in BAD[name, field]:
        with pytest.raises(FieldError) as caught:
            build(name, **{field: value})
        assert (caught.value.owner, caught.value.field) == (name, field)
        assert allowed in caught.value.reason


# documentation


def unsaid(cls):
    """What a schedule's docstring leaves out: its equation, its source."""
    text = inspect.getdoc(cls) or ""
    said = {"an equation": "factor = ", "a source": "Source: "}
    return [what for what, words in said.items() if not any(line.startswith(words) for line in text.splitlines())]


@pytest.mark.parametrize("name", NAMES)
def test_a_schedule_says_its_equation_and_its_source(name):
    assert unsaid(schedules.REGISTRY.get(name)) == []


def test_the_documentation_check_finds_what_is_left_out():
    class Bare:
        """A schedule. The factor falls."""

    assert unsaid(Bare) == ["an equation", "a source"]

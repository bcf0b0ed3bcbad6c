"""Laws of the schedules: torch's and optax's factors, closed forms, and the same numbers one by one and all at once."""

import inspect
import itertools
import math
import warnings

import numpy as np
import pytest
from catalogue import optional
from drawn import generator

import landscape as ls
from landscape import schedules
from landscape.core.component import FieldError
from landscape.core.methods import Moment
from landscape.core.random import Source

NAMES = [n for n in schedules.names() if not optional(schedules.REGISTRY.get(n))]
build = schedules.REGISTRY.build
FIXED = [name for name in NAMES if not schedules.REGISTRY.get(name).reads_loss]

STEPS = 500


class Unimproved:
    """torch's ReduceLROnPlateau on a loss that never falls, told of the first one before the first step."""

    def __init__(self, s, o, **fields):
        self.scheduler = s.ReduceLROnPlateau(o, **fields)
        self.step()

    def step(self):
        self.scheduler.step(1.0)


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
    "function": (
        build("function"),
        lambda s, o: s.StepLR(o, step_size=STEPS // 10, gamma=0.5),
        lambda x: x.exponential_decay(1.0, transition_steps=STEPS // 10, decay_rate=0.5, staircase=True),
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
    "one_cycle_linear": (
        build("one_cycle_linear", rise=0.25, div_factor=10.0, final_div_factor=100.0),
        lambda s, o: s.OneCycleLR(
            o,
            1.0,
            STEPS + 1,
            pct_start=0.25,
            div_factor=10.0,
            final_div_factor=100.0,
            cycle_momentum=False,
            anneal_strategy="linear",
        ),
        None,
    ),
    "one_cycle in three parts": (
        build("piecewise_linear", knots=(0, 125, 350, 500), factors=(0.1, 1.0, 0.1, 0.001)),
        None,
        lambda x: x.linear_onecycle_schedule(STEPS, 1.0, 0.25, 0.7, div_factor=10.0, final_div_factor=100.0),
    ),
    "reduce_on_plateau": (
        build("reduce_on_plateau", factor=0.5, patience=9, cooldown=7, min_factor=1e-3),
        lambda s, o: Unimproved(s, o, factor=0.5, patience=9, cooldown=7, min_lr=1e-3),
        None,
    ),
    "reduce_on_plateau, up to eps": (
        build("reduce_on_plateau", patience=9),
        lambda s, o: Unimproved(s, o, patience=9),
        None,
    ),
    "cut short, then back": (  # torch's ConstantLR, optax's warmup_constant_schedule is `warmup`
        build("piecewise_constant", boundaries=(5,), factors=(1.0 / 3.0, 1.0)),
        lambda s, o: s.ConstantLR(o),
        None,
    ),
    "warmup, exponential": (
        build("warmup", steps=60, start_factor=0.2, then=build("exponential", gamma=0.985)),
        lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.2, total_iters=60), s.ExponentialLR(o, 0.985)], [60]),
        lambda x: x.warmup_exponential_decay_schedule(0.2, 1.0, 60, 1, 0.985),
    ),
    "three in a row": (
        build(
            "sequence",
            first=build("warmup", steps=50),
            milestone=200,
            then=build("sequence", first=build("step", step_size=40, gamma=0.5), milestone=120, then="cosine"),
        ),
        None,
        lambda x: x.join_schedules(
            [
                x.linear_schedule(0.0, 1.0, 50),
                x.exponential_decay(1.0, 40, 0.5, staircase=True),
                x.cosine_decay_schedule(1.0, STEPS - 320),
            ],
            [200, 320],
        ),
    ),
    "three at once": (
        build(
            "product",
            first="exponential",
            second=build("product", first=build("multi_step", milestones=(90,)), second="cosine"),
        ),
        lambda s, o: s.ChainedScheduler(
            [s.ExponentialLR(o, 0.99), s.MultiStepLR(o, [90]), s.CosineAnnealingLR(o, STEPS)]
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


# momentum swung against the rate: (schedule, torch's scheduler, the optimizer's own momentum)
MOMENTA = {
    "one_cycle_momentum": (
        build("one_cycle_momentum", rise=0.25, base_factor=0.8 / 0.97),
        lambda s, o: s.OneCycleLR(o, 1.0, STEPS + 1, pct_start=0.25, base_momentum=0.8, max_momentum=0.97),
        0.97,
    ),
    "one_cycle_momentum, torch's defaults": (
        build("one_cycle_momentum"), lambda s, o: s.OneCycleLR(o, 1.0, STEPS + 1), 0.95,
    ),
    **{
        f"mirrored, {mode}": (
            build("mirrored", schedule=build(name, base_factor=0.0, step_size_up=30, step_size_down=50, **fields)),
            lambda s, o, mode=mode, fields=fields: s.CyclicLR(o, 0.1, 1.0, 30, 50, mode=mode, **fields),
            0.9,
        )
        for mode, name, fields in (
            ("triangular", "cyclic", {}),
            ("triangular2", "cyclic_halving", {}),
            ("exp_range", "cyclic_exponential", {"gamma": 0.995}),
        )
    },
}  # fmt: skip


def unheld(names, cases):
    """A line for each schedule that no case compares with another implementation, which says what to enter."""
    held = {schedule.name for schedule, *others in cases if any(others)}
    return [
        f'the schedule "{name}" has no other implementation in CASES of tests/laws/test_schedules.py: enter "{name}": '
        f'(build("{name}", ...), lambda s, o: s.LambdaLR(o, lambda t: ...), None) with its closed form at step t'
        for name in sorted(set(names) - held)
    ]


def test_every_schedule_is_held_to_another_implementation():
    faults = unheld(NAMES, itertools.chain(CASES.values(), MOMENTA.values()))
    assert not faults, "\n".join(faults)


def test_a_schedule_without_another_implementation_is_found_by_name():
    (fault,) = unheld(["step", "cosine"], [CASES["step"], (build("cosine"), None, None)])
    assert 'the schedule "cosine" has no other implementation' in fault


# every scheduler of torch and optax, and what it is here
TORCH = {
    "LRScheduler": "the base class",
    "LambdaLR": "a schedule of one's own: a class with a __call__",
    "MultiplicativeLR": "a schedule of one's own",
    "ConstantLR": "piecewise_constant",
    "StepLR": "step",
    "MultiStepLR": "multi_step",
    "LinearLR": "linear, warmup",
    "ExponentialLR": "exponential",
    "PolynomialLR": "polynomial",
    "CosineAnnealingLR": "cosine",
    "CosineAnnealingWarmRestarts": "cosine_restarts",
    "CyclicLR": "cyclic, cyclic_halving, cyclic_exponential, mirrored",
    "OneCycleLR": "one_cycle, one_cycle_linear, one_cycle_momentum",
    "ReduceLROnPlateau": "reduce_on_plateau",
    "SequentialLR": "sequence, warmup",
    "ChainedScheduler": "product",
}
OPTAX = {
    "constant_schedule": "constant",
    "cosine_decay_schedule": "cosine",
    "cosine_onecycle_schedule": "one_cycle, whose turn is not rounded to a whole step",
    "exponential_decay": "exponential, step",
    "linear_onecycle_schedule": "piecewise_linear",
    "linear_schedule": "linear, warmup",
    "piecewise_constant_schedule": "piecewise_constant, multi_step",
    "piecewise_interpolate_schedule": "piecewise_linear",
    "polynomial_schedule": "polynomial",
    "sgdr_schedule": "cosine_restarts",
    "warmup_constant_schedule": "warmup",
    "warmup_cosine_decay_schedule": "warmup",
    "warmup_exponential_decay_schedule": "warmup",
    "join_schedules": "sequence",
    "inject_hyperparams": "an entrant's schedules",
    "inject_stateful_hyperparams": "a schedule that reads the loss",
}


def test_every_scheduler_of_torch_has_its_place_here(torch):
    module = torch.optim.lr_scheduler
    there = {
        name
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, module.LRScheduler) and not name.startswith("_")
    }
    assert there <= set(TORCH)
    check_places(TORCH)


def test_every_schedule_of_optax_has_its_place_here(optax):
    there = {name for name in vars(optax.schedules) if name[:1].islower() and callable(getattr(optax.schedules, name))}
    assert there <= set(OPTAX)
    check_places(OPTAX)


def check_places(places):
    ours = {name for text in places.values() for name in text.replace(",", " ").split() if name in NAMES}
    assert len(ours) > 9


# every schedule whose shape depends on how long a run is, and torch's for a run of n steps
WHOLE = {
    "constant": ({}, lambda s, o, n: s.ConstantLR(o, factor=1.0, total_iters=n)),
    "cosine": ({"final_factor": 0.1}, lambda s, o, n: s.CosineAnnealingLR(o, n, eta_min=0.1)),
    "linear": ({"final_factor": 0.2}, lambda s, o, n: s.LinearLR(o, 1.0, 0.2, total_iters=n)),
    "polynomial": ({"power": 2.0}, lambda s, o, n: s.PolynomialLR(o, n, power=2.0)),
    "one_cycle": ({}, lambda s, o, n: s.OneCycleLR(o, 1.0, n + 1, cycle_momentum=False)),
    "one_cycle_linear": (
        {"rise": 0.35},
        lambda s, o, n: s.OneCycleLR(o, 1.0, n + 1, pct_start=0.35, cycle_momentum=False, anneal_strategy="linear"),
    ),
}


def in_steps(torch, twin, steps, group="lr"):
    """torch's rates at steps 0, ..., steps."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.95)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about an argument that it gives itself
        scheduler = twin(torch.optim.lr_scheduler, optimizer)
        for step in range(steps + 1):
            found.append(optimizer.param_groups[0][group])
            if step < steps:
                optimizer.step()
                scheduler.step()
    return np.array(found)


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
def test_a_schedule_gives_torchs_rates_in_the_shortest_runs(steps, torch):
    for name, (fields, twin) in WHOLE.items():
        theirs = in_steps(torch, lambda s, o, twin=twin: twin(s, o, steps), steps)
        ours = build(name, **fields)(np.arange(steps + 1), steps) * np.ones(steps + 1)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14, err_msg=name)
    for case, (schedule, twin, _) in CASES.items():
        if twin and not depends_on_length(schedule):
            theirs = in_steps(torch, twin, steps)
            ours = schedule(np.arange(steps + 1), steps) * np.ones(steps + 1)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14, err_msg=case)
    swung = in_steps(torch, lambda s, o: s.OneCycleLR(o, 1.0, steps + 1), steps, "momentum") / 0.95
    ours = build("one_cycle_momentum")(np.arange(steps + 1), steps)
    np.testing.assert_allclose(ours, swung, rtol=1e-12)


def depends_on_length(schedule):
    """Whether a schedule's first factors are others in a longer run."""
    few = np.arange(6)
    return not np.array_equal(schedule(few, 6) * np.ones(6), schedule(few, 977) * np.ones(6))


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


@pytest.mark.parametrize("case", MOMENTA)
def test_a_momentum_swings_against_the_rate_as_torchs_does(case, torch):
    schedule, twin, momentum = MOMENTA[case]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.5)
    scheduler = twin(torch.optim.lr_scheduler, optimizer)
    theirs = [optimizer.param_groups[0]["momentum"]]
    for _ in range(STEPS):
        optimizer.step()
        scheduler.step()
        theirs.append(optimizer.param_groups[0]["momentum"])
    np.testing.assert_allclose(momentum * schedule(np.arange(STEPS + 1), STEPS), theirs, rtol=1e-13)


# a schedule that reads the loss


def losses(rng, steps, runs):
    """Losses that fall and stall, with noise, jumps, equal stretches, and some that are negative or infinite."""
    falling = np.exp(-np.arange(steps)[:, None] / rng.uniform(20.0, 2000.0, runs)) * 10.0 ** rng.uniform(-3, 3, runs)
    noisy = falling * (1.0 + rng.uniform(0.0, 0.3, runs) * rng.standard_normal((steps, runs)))
    noisy[:, ::5] = np.round(noisy[:, ::5], 2)
    noisy[:, 1::5] -= noisy[steps // 3, 1::5]
    noisy[rng.integers(0, steps, 5), rng.integers(0, runs, 5)] = np.inf
    return noisy


def followed(schedule, given):
    """The factors of every run on given losses (steps, runs)."""
    state, found = schedule.begin(given.shape[1]), []
    for loss in given:
        factor, state = schedule.follow(state, loss)
        found.append(factor)
    return np.array(found)


def random_fields(rng):
    absolute = rng.random() < 0.5
    return {
        "factor": float(rng.uniform(0.1, 0.9)),
        "patience": int(rng.integers(0, 15)),
        "threshold": 0.0 if absolute else float(10.0 ** rng.uniform(-4, -0.3)),
        "absolute_threshold": float(10.0 ** rng.uniform(-4, 0)) if absolute else 0.0,
        "cooldown": int(rng.integers(0, 12)),
        "min_factor": float(rng.choice([0.0, 1e-3, 0.2])),
        "eps": float(rng.choice([0.0, 1e-8, 1e-2])),
    }


def test_a_plateau_is_found_where_torch_finds_it_on_any_loss(torch):
    rng = generator(3)
    cuts = 0
    for _ in range(12):
        fields = random_fields(rng)
        given = losses(rng, STEPS, 10)
        ours = followed(build("reduce_on_plateau", **fields), given)
        mode = "abs" if fields["absolute_threshold"] else "rel"
        threshold = fields["absolute_threshold"] or fields["threshold"]
        kept = {name: fields[name] for name in ("factor", "patience", "cooldown", "eps")}
        for run in range(10):
            optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
            scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
                optimizer, threshold=threshold, threshold_mode=mode, min_lr=fields["min_factor"], **kept
            )
            theirs = []
            for loss in given[:, run]:
                scheduler.step(loss)
                theirs.append(optimizer.param_groups[0]["lr"])
            assert ours[:, run].tolist() == theirs, fields
            cuts += len(set(theirs)) - 1
    assert cuts > 100


def test_a_plateau_is_found_where_optax_finds_it_with_a_patience_of_one_more(optax):
    import jax

    rng = generator(4)
    for _ in range(3):
        fields = random_fields(rng) | {"eps": 0.0}
        given = losses(rng, STEPS, 10)
        rule = optax.contrib.reduce_on_plateau(
            fields["factor"], fields["patience"] + 1, fields["threshold"], fields["absolute_threshold"] or 1e-300,
            fields["cooldown"], min_scale=fields["min_factor"],
        )  # fmt: skip

        def step(state, loss, rule=rule):
            _, state = rule.update({"p": np.zeros(1)}, state, value=loss)
            return state, state.scale

        begin = rule.init({"p": np.zeros(1)})
        theirs = np.array([jax.lax.scan(step, begin, given[:, run])[1] for run in range(10)]).T
        np.testing.assert_allclose(followed(build("reduce_on_plateau", **fields), given), theirs, rtol=1e-12)


def test_the_check_against_torch_finds_a_plateau_that_is_one_step_late():
    given = losses(generator(3), STEPS, 10)
    ours, late = (followed(build("reduce_on_plateau", patience=patience), given) for patience in (10, 11))
    assert not np.array_equal(ours, late)


@pytest.mark.parametrize(
    "fields", [{}, {"patience": 0, "factor": 0.9, "min_factor": 0.3}, {"cooldown": 6, "eps": 0.05}]
)
def test_called_it_gives_the_factors_on_a_loss_that_never_falls(fields):
    schedule = build("reduce_on_plateau", **fields)
    for given in (np.ones((STEPS + 1, 1)), np.full((STEPS + 1, 1), np.nan)):
        first = given.copy()
        first[0] = 1.0
        assert np.array_equal(followed(schedule, first)[:, 0], schedule(np.arange(STEPS + 1), STEPS))


def test_a_simulation_follows_the_noisy_loss_of_each_run():
    surface, noise = ls.surface("quadratic", condition=4.0), ls.noise("gaussian", sigma=0.5)
    schedule = build("reduce_on_plateau", factor=0.5, patience=4, cooldown=2)
    job = {"start": (1.0, -1.0), "steps": 120, "repeats": 9, "noise": noise, "seed": 2}
    track = ls.simulate(surface, ls.optimizer("sgd", lr=0.3), schedule=schedule, **job)["sgd"]
    params, state = np.repeat([[1.0], [-1.0]], 9, axis=1), schedule.begin(9)
    source = Source(2, np.arange(9), "noise")
    for step in range(121):
        moment = Moment(surface, params, source, step, 120)
        factor, state = schedule.follow(state, noise.value(moment))
        assert np.array_equal(track.lr[step], 0.3 * factor)
        assert np.array_equal(track.params[step], params)
        params = params - 0.3 * factor * noise.gradient(moment)[0]
    assert len({tuple(rates) for rates in track.lr.T}) > 3  # each run has its own cuts
    alone = ls.simulate(surface, ls.optimizer("sgd", lr=0.3), schedule=schedule, runs=[5], **job)["sgd"]
    assert np.array_equal(alone.lr[:, 0], track.lr[:, 5])


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
    for name in FIXED:
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


# misuse: what the annotations of fields allow is checked for all schedules in test_fields.py

BAD = [
    ("warmup_stable_decay", {"warmup": 0.9}, "warmup", "at most 1 together"),
    ("piecewise_constant", {"boundaries": (200, 100)}, "boundaries", "must ascend"),
    ("piecewise_constant", {"factors": (1.0,)}, "factors", "must be 3 numbers here, got 1"),
    ("piecewise_constant", {"factors": ()}, "factors", "must be 3 numbers"),
    ("piecewise_linear", {"knots": (0, 300, 300)}, "knots", "must ascend"),
    ("piecewise_linear", {"knots": (), "factors": ()}, "factors", "numbers"),
    ("warmup", {"then": "reduce_on_plateau"}, "then", 'cannot be "reduce_on_plateau", which reads the loss'),
    ("sequence", {"first": "reduce_on_plateau"}, "first", "reads the loss"),
    ("sequence", {"then": "reduce_on_plateau"}, "then", "reads the loss"),
    ("product", {"first": "reduce_on_plateau"}, "first", "reads the loss"),
    ("product", {"second": "reduce_on_plateau"}, "second", "reads the loss"),
    ("mirrored", {"schedule": "reduce_on_plateau"}, "schedule", "reads the loss"),
    ("warmup", {"then": "cosin"}, "then", 'Did you mean "cosine"?'),
]


@pytest.mark.parametrize(("name", "fields", "field", "message"), BAD)
def test_fields_that_do_not_fit_together_are_refused(name, fields, field, message):
    with pytest.raises(FieldError) as caught:
        build(name, **fields)
    assert (caught.value.owner, caught.value.field) == (name, field)
    assert message in caught.value.reason


# documentation


def unsaid(cls):
    """What a schedule's docstring leaves out: its equation, its source."""
    text = inspect.getdoc(cls) or ""
    said = {"an equation": "factor = ", "a source": "Source: "}
    return [what for what, words in said.items() if not any(line.startswith(words) for line in text.splitlines())]


@pytest.mark.parametrize("name", NAMES)
def test_a_schedule_says_its_equation_and_its_source(name):
    missing = unsaid(schedules.REGISTRY.get(name))
    assert not missing, f'the docstring of the schedule "{name}" lacks {" and ".join(missing)}'


def test_the_documentation_check_finds_what_is_left_out():
    class Bare:
        """A schedule. The factor falls."""

    assert unsaid(Bare) == ["an equation", "a source"]

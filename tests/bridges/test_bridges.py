"""Laws of the bridges to optimizers: torch, optax and cma do here what they do by hand."""

import contextlib
import importlib
import math
import warnings

import numpy as np
import pytest
from catalogue import first_order
from references import reference
from traces.make import gradients

import landscape as ls
from landscape.bridges import torch_surfaces
from landscape.core import foreign as _foreign
from landscape.core.component import FieldError, field_hints
from landscape.core.methods import Optimizer, Oracle
from landscape.core.random import Source
from landscape.scenario.model import Scenario

bridges = ls.bridges

# As in tests/laws/test_optimizers.py: relative to the largest value that a coordinate has had.
TOLERANCE = 1e-12


@pytest.fixture
def optax():
    """optax with jax as a user has it, whose precision is single."""
    return importlib.import_module("optax")


def deviation(ours, theirs):
    return np.max(np.abs(ours - theirs) / np.maximum.accumulate(np.abs(theirs), axis=0))


def path(entrant, surface="rosenbrock", start=(-1.2, 1.0), steps=1000, **more):
    return ls.simulate(surface, entrant, start=start, steps=steps, **more).tracks[0].params


def follow(rule):
    """Where a rule goes along 1,000 given gradients, with zeros, tiny and huge ones among them: (1001, 6)."""
    rng = np.random.default_rng(7)
    params, given = rng.uniform(-2.0, 2.0, (6, 1)), gradients(rng, 1000)
    state, points = rule.init(params), [params[:, 0]]
    for gradient in given:
        params, state = rule.apply(params, gradient[:, None], state, rule.lr)
        points.append(params[:, 0])
    return np.array(points)


def net_and_loss():
    """What a scenario names."""
    import torch

    torch.manual_seed(3)
    net = torch.nn.Linear(2, 1)
    return net, lambda net: (net.weight**2).sum() + (net.bias**2).sum()


def same_alone(entrant, **more):
    """That runs alone do what they do in a batch out of which others drop on the way."""
    batch = {"start": ls.start("random_box", count=4), "repeats": 2, "steps": 12, "seed": 3, **more}
    many = ls.simulate("rosenbrock", entrant, **batch).tracks[0]
    for run in (0, 3, 7):
        alone = ls.simulate("rosenbrock", entrant, **batch, runs=[run]).tracks[0]
        assert np.array_equal(alone.params[:, :, 0], many.params[:, :, run])
        assert np.array_equal(alone.evaluations[:, 0], many.evaluations[:, run])
        assert alone.stopped[0] == many.stopped[run]
    return many


def step_twice(rule, surface="rosenbrock"):
    """Two steps from the same state at the same place, after one step: they must not see each other."""
    surface, p = ls.surface(surface), np.array([[-1.0, 0.3, 2.0], [1.0, 0.5, -1.0]])
    own = Source(0, np.arange(3), "rule")

    def step(p, state, number):
        return rule.step(p, Oracle(surface, own=own, step=number, steps=5), state, rule.lr)

    p, state = step(p, rule.init(p), 0)
    before = p.copy()
    first, _ = step(p, state, 1)
    step(p + 1.0, state, 1)
    again, _ = step(p, state, 1)
    assert np.array_equal(first, again)
    assert np.array_equal(p, before)


# torch's optimizers

TWINS = {
    "sgd": ("SGD", {"lr": 1e-3}),
    "momentum": ("SGD", {"lr": 1e-4, "momentum": 0.9, "dampening": 0.3}),
    "nesterov": ("SGD", {"lr": 1e-4, "momentum": 0.9, "nesterov": True}),
    "adam": ("Adam", {"lr": 0.01, "betas": (0.8, 0.99)}),
    "adamw": ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
    "rmsprop": ("RMSprop", {"lr": 1e-3}),
    "adagrad": ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.2}),
    "adadelta": ("Adadelta", {"lr": 0.5}),
    "rprop": ("Rprop", {"lr": 1e-3}),
}
RENAMED = {"betas": lambda pair: {"beta1": pair[0], "beta2": pair[1]}, "nesterov": lambda _: {}}


@reference("torch", kind="definition", source="our own rules, where torch has the same")
@pytest.mark.parametrize("name", sorted(TWINS))
def test_torchs_rule_through_the_bridge_is_our_own(name, torch):
    theirs, arguments = TWINS[name]
    fields = {key: value for key, value in arguments.items() if key not in RENAMED}
    for key, renamed in RENAMED.items():
        fields |= renamed(arguments[key]) if key in arguments else {}
    ours = follow(ls.optimizer(name, **fields))
    assert deviation(follow(bridges.torch_optimizer(getattr(torch.optim, theirs), **arguments)), ours) < TOLERANCE


def test_the_check_against_our_own_finds_a_rule_wrong_by_a_thousandth(torch):
    ours = follow(ls.optimizer("adam", lr=0.01))
    assert deviation(follow(bridges.torch_optimizer("Adam", lr=0.01, betas=(0.9, 0.998))), ours) > 1e6 * TOLERANCE


def torch_by_hand(torch, make, surface, start, steps, schedule=None):
    """(path, rates) of torch's own loop on a surface."""
    p = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    optimizer = make([p])
    scheduler = schedule and schedule(optimizer)
    points, rates = [p.detach().numpy().copy()], []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        p.grad = torch.from_numpy(np.array(surface.gradient(p.detach().numpy())))
        optimizer.step()
        if scheduler:
            scheduler.step()
        points.append(p.detach().numpy().copy())
    return np.array(points), rates


def test_every_class_of_torch_runs_or_says_in_torchs_words_why_not(torch):
    refused = {}
    surface = ls.surface("rosenbrock")
    for name, cls in vars(torch.optim).items():
        if not isinstance(cls, type) or name in ("Optimizer", "LBFGS"):
            continue
        try:
            rule = bridges.torch_optimizer(cls, lr=1e-3)
        except FieldError as error:
            refused[name] = str(error)
            continue
        theirs, _ = torch_by_hand(torch, lambda p, cls=cls: cls(p, lr=1e-3), surface, [-1.2, 1.0], 30)
        assert np.array_equal(path(rule, steps=30)[:, :, 0], theirs), name
    assert "does not support dense gradients" in refused.pop("SparseAdam")
    assert all("2D" in reason for name, reason in refused.items() if name == "Muon")
    assert set(refused) <= {"Muon"}


@pytest.mark.parametrize("noise", [None, "gaussian"])
def test_a_torch_run_alone_is_the_run_in_the_batch(noise, torch):
    same_alone(bridges.torch_optimizer("Adam", lr=0.1, amsgrad=True), noise=noise)
    wild = same_alone(bridges.torch_optimizer("SGD", lr=0.004, momentum=0.9), noise=noise)
    assert len(set(wild.stopped.tolist())) > 2
    same_alone(bridges.torch_optimizer("LBFGS", max_iter=3, line_search_fn="strong_wolfe"), noise=noise)


@pytest.mark.parametrize("name", ["Adam", "Adagrad", "NAdam", "Rprop", "LBFGS"])
def test_a_torch_step_changes_nothing_that_it_is_given(name, torch):
    step_twice(bridges.torch_optimizer(name))


def test_rates_may_differ_from_run_to_run_and_follow_a_schedule_of_ours(torch):
    rates = np.array([0.01, 0.02, 0.05])
    job = {"start": (-1.2, 1.0), "repeats": 3, "steps": 60, "schedule": ls.schedule("cosine")}
    theirs = ls.simulate("rosenbrock", bridges.torch_optimizer("Adam", lr=rates), **job).tracks[0]
    ours = ls.simulate("rosenbrock", ls.optimizer("adam", lr=rates), **job).tracks[0]
    assert deviation(theirs.params, ours.params) < TOLERANCE
    assert np.array_equal(theirs.lr, ours.lr)


@reference("torch_closure", kind="definition", source="torch.optim.LBFGS, by hand")
def test_lbfgs_is_torchs_with_every_call_of_its_closure_counted(torch):
    surface, calls = ls.surface("rosenbrock"), [0]
    p = torch.nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))
    optimizer = torch.optim.LBFGS([p], lr=0.8, max_iter=5, line_search_fn="strong_wolfe")

    def closure():
        calls[-1] += 1
        at = p.detach().numpy()
        p.grad = torch.from_numpy(np.array(surface.gradient(at)))
        return torch.tensor(float(surface.value(at)), dtype=torch.float64)

    points = [p.detach().numpy().copy()]
    for _ in range(12):
        calls.append(calls[-1])
        optimizer.step(closure)
        points.append(p.detach().numpy().copy())
    rule = bridges.torch_optimizer(torch.optim.LBFGS, lr=0.8, max_iter=5, line_search_fn="strong_wolfe")
    track = ls.simulate(surface, rule, start=(-1.2, 1.0), steps=12).tracks[0]
    assert np.array_equal(track.params[:, :, 0], points)
    assert track.asked["value"][:, 0].tolist() == track.asked["gradient"][:, 0].tolist() == calls
    assert rule.name == "torch_closure"


# torch's schedulers


def sequential(optimizer):
    from torch.optim.lr_scheduler import ConstantLR, ExponentialLR, SequentialLR

    parts = [ConstantLR(optimizer, factor=0.1), ExponentialLR(optimizer, gamma=0.9)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about an argument that it gives itself
        return SequentialLR(optimizer, parts, milestones=[10])


SCHEDULERS = {
    "StepLR": ({"step_size": 7}, None),
    "CosineAnnealingLR": ({"T_max": 50, "eta_min": 0.001}, None),
    "OneCycleLR": ({"max_lr": 0.004, "total_steps": 50, "cycle_momentum": False}, None),
    "a function": ({}, sequential),
}


@pytest.mark.parametrize("name", sorted(SCHEDULERS))
def test_the_recorded_rates_are_those_of_torchs_scheduler(name, torch):
    arguments, function = SCHEDULERS[name]
    cls = function or getattr(torch.optim.lr_scheduler, name)
    surface = ls.surface("rosenbrock")

    def make(p):
        return torch.optim.SGD(p, lr=0.002, momentum=0.5)

    theirs, rates = torch_by_hand(torch, make, surface, [-1.2, 1.0], 50, lambda o: cls(o, **arguments))
    rule = bridges.torch_optimizer("SGD", lr=0.002, momentum=0.5)
    entrant = ls.entrant(rule, schedule=bridges.torch_schedule(cls, lr=0.002, **arguments))
    track = ls.simulate(surface, entrant, start=(-1.2, 1.0), steps=50).tracks[0]
    np.testing.assert_allclose(track.lr[:-1, 0], rates, rtol=1e-15)
    assert deviation(track.params[:, :, 0], theirs) < TOLERANCE


def test_a_scheduler_may_come_with_the_optimizer_and_serves_our_own(torch):
    cosine = lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=40)  # noqa: E731
    theirs = bridges.torch_optimizer("Adam", lr=0.05, scheduler=cosine)
    ours = ls.entrant(ls.optimizer("adam", lr=0.05), schedule=theirs.schedule, label="ours")
    own = ls.entrant(ls.optimizer("adam", lr=0.05), schedule="cosine", label="own")
    record = ls.simulate("rosenbrock", [theirs, ours, own], start=(-1.2, 1.0), steps=40)
    assert deviation(record.tracks[0].params, record["ours"].params) < TOLERANCE
    np.testing.assert_allclose(record["ours"].lr, record["own"].lr, rtol=1e-13, atol=1e-17)


@pytest.mark.parametrize(
    ("scheduler", "arguments", "field", "words"),
    [
        ("ReduceLROnPlateau", {}, "scheduler", 'take the schedule "reduce_on_plateau"'),
        ("OneCycleLR", {"max_lr": 0.1, "total_steps": 9}, "arguments", "cycle_momentum = false"),
        ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.2}, "arguments", "cycle_momentum = false"),
        ("StepLR", {}, "arguments", "missing 1 required positional argument: 'step_size'"),
        ("StepLr", {"step_size": 3}, "scheduler", 'Did you mean "StepLR"?'),
        ("no_such_module:Thing", {}, "scheduler", "cannot be found"),
        (7, {}, "scheduler", "must be text or a callable"),
    ],
)
def test_a_scheduler_that_cannot_be_had_is_refused(scheduler, arguments, field, words, torch):
    with pytest.raises(FieldError, match=words) as caught:
        bridges.torch_schedule(scheduler, lr=0.1, **arguments)
    assert (caught.value.owner, caught.value.field) == ("torch", field)


def test_a_scheduler_needs_one_rate(torch):
    with pytest.raises(FieldError, match="one number"):
        bridges.torch_optimizer("SGD", lr=np.array([0.1, 0.2]), scheduler="ConstantLR")


# optax's transformations


def optax_by_hand(optax, transformation, surface, start, steps):
    import jax

    update = jax.jit(transformation.update)
    with jax.enable_x64(True):
        p = jax.numpy.array(start)
        state, points = transformation.init(p), [np.array(p)]
        for _ in range(steps):
            change, state = update(jax.numpy.array(surface.gradient(np.array(p))), state, p)
            p = optax.apply_updates(p, change)
            points.append(np.array(p))
    return np.array(points)


OPTAX_TWINS = {
    "sgd": lambda optax: optax.sgd(1e-3),
    "nesterov": lambda optax: optax.sgd(1e-3, momentum=0.9, nesterov=True),
    "adam": lambda optax: optax.adam(0.01),
    "lion": lambda optax: optax.lion(1e-3, weight_decay=0.0),
}


@reference("optax", kind="definition", source="our own rules, where optax has the same")
@pytest.mark.parametrize("name", sorted(OPTAX_TWINS))
def test_optaxs_rule_through_the_bridge_is_our_own(name, optax):
    fields = {"lr": 0.01 if name == "adam" else 1e-3} | ({"weight_decay": 0.0} if name == "lion" else {})
    ours = follow(ls.optimizer(name, **fields))
    assert deviation(follow(bridges.optax_optimizer(OPTAX_TWINS[name](optax))), ours) < TOLERANCE


def test_a_chain_with_a_schedule_inside_is_what_it_is_by_hand_and_its_rate_is_applied_once(optax):
    rates = optax.exponential_decay(0.1, transition_steps=10, decay_rate=0.5)
    chain = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rates, weight_decay=0.01))
    track = ls.simulate("rosenbrock", bridges.optax_optimizer(chain), start=(-1.2, 1.0), steps=200).tracks[0]
    assert deviation(track.params[:, :, 0], optax_by_hand(optax, chain, ls.surface("rosenbrock"), [-1.2, 1.0], 200)) < (
        TOLERANCE
    )
    assert np.all(track.lr == 1.0)
    halved = path(bridges.optax_optimizer(optax.sgd(1e-3), lr=0.5), steps=50)
    assert deviation(halved, path(ls.optimizer("sgd", lr=5e-4), steps=50)) < TOLERANCE


def test_the_global_precision_of_jax_is_left_as_it_was(optax):
    import jax

    before = jax.config.jax_enable_x64
    assert path(bridges.optax_optimizer("adam", learning_rate=0.1), steps=3).dtype == np.float64
    path(bridges.optax_optimizer(optax.lbfgs()), steps=3)
    assert jax.config.jax_enable_x64 == before


@pytest.mark.parametrize("noise", [None, "gaussian"])
def test_an_optax_run_alone_is_the_run_in_the_batch(noise, optax):
    same_alone(bridges.optax_optimizer(optax.adam(0.1)), noise=noise)
    same_alone(bridges.optax_optimizer(optax.chain(optax.clip_by_global_norm(1.0), optax.adam(0.1))), noise=noise)
    wild = same_alone(bridges.optax_optimizer(optax.sgd(0.004, momentum=0.9)), noise=noise)
    assert len(set(wild.stopped.tolist())) > 2


def test_a_search_of_optax_alone_is_the_run_in_the_batch(optax):
    same_alone(bridges.optax_optimizer("lbfgs"))


def test_an_optax_step_changes_nothing_that_it_is_given(optax):
    step_twice(bridges.optax_optimizer(optax.adam(0.1)))
    step_twice(bridges.optax_optimizer("noisy_sgd", learning_rate=0.1, key=3))
    step_twice(bridges.optax_optimizer("lbfgs"))


@reference("optax_loss", kind="definition", source="optax.lbfgs, by hand")
def test_a_search_of_optax_is_what_it_is_by_hand_with_its_questions_counted(optax):
    """On a function written in jax, whose calls are counted by a callback."""
    import jax

    surface, counts = ls.surface("rosenbrock"), [0]

    def counted():
        counts[-1] += 1
        return np.int64(0)

    def f(p):
        nothing = jax.pure_callback(counted, jax.ShapeDtypeStruct((), np.int64))
        return (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2 + jax.lax.stop_gradient(nothing)

    rule = optax.lbfgs(memory_size=4)

    @jax.jit
    def step(p, state):
        value, gradient = optax.value_and_grad_from_state(f)(p, state=state)
        change, state = rule.update(gradient, state, p, value=value, grad=gradient, value_fn=f)
        return optax.apply_updates(p, change), state

    with jax.enable_x64(True):
        p = jax.numpy.array([-1.2, 1.0])
        state, points = rule.init(p), [np.array(p)]
        for _ in range(12):
            counts.append(counts[-1])
            p, state = step(p, state)
            points.append(np.array(p))
    entrant = bridges.optax_optimizer("lbfgs", memory_size=4)
    track = ls.simulate(surface, entrant, start=(-1.2, 1.0), steps=12).tracks[0]
    assert entrant.name == "optax_loss"
    np.testing.assert_allclose(track.params[:, :, 0], points, rtol=1e-6)  # the formulas round differently
    assert track.asked["value"][:, 0].tolist() == counts
    assert track.asked["gradient"][-1, 0] <= track.asked["value"][-1, 0]
    assert track.value[-1, 0] < track.value[0, 0]


def test_polyaks_rule_asks_for_one_value_and_one_gradient_a_step(optax):
    track = ls.simulate("sphere", bridges.optax_optimizer("polyak_sgd"), start=(3.0, 1.0), steps=9).tracks[0]
    assert track.asked["value"][:, 0].tolist() == track.asked["gradient"][:, 0].tolist() == list(range(10))
    # f / |g|^2 on the sphere halves the distance at each step
    norms = np.linalg.norm(track.params[:, :, 0], axis=1)
    ratio = norms[1:] / norms[:-1]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)


# wrappers

WRAPPERS = [name for name in first_order() if Optimizer in field_hints(ls.optimizers.REGISTRY.get(name)).values()]


@pytest.mark.parametrize("wrapper", [*WRAPPERS, "sam"])
def test_a_wrapper_of_ours_around_a_rule_of_theirs_is_the_one_around_our_own(wrapper, torch, optax):
    job = {"start": ls.start("random_box", count=3), "steps": 60}
    ours = ls.simulate("rosenbrock", ls.optimizer(wrapper, optimizer=ls.optimizer("adam", lr=0.02)), **job).tracks[0]
    inside = ls.optimizer("optax", transformation="adam", arguments={"learning_rate": 1.0}, lr=0.02)
    for rule in (bridges.torch_optimizer("Adam", lr=0.02), inside):
        theirs = ls.simulate("rosenbrock", ls.optimizer(wrapper, optimizer=rule), **job).tracks[0]
        assert deviation(theirs.params, ours.params) < TOLERANCE
        assert np.array_equal(theirs.lr, ours.lr)


def test_a_scenario_wraps_a_rule_of_theirs(torch):
    text = (
        'title = "x"\nsteps = 5\nsurface = "rosenbrock"\n[[optimizers]]\nname = "lookahead"\n'
        'optimizer = { name = "torch", optimizer = "Adam", lr = 0.02, arguments = { amsgrad = true } }\n'
    )
    scenario = Scenario.from_text(text)
    assert Scenario.from_text(scenario.to_toml()) == scenario
    assert scenario.entrants[0].optimizer.optimizer == bridges.torch_optimizer("Adam", lr=0.02, amsgrad=True)


# what is refused, and how it is said


def made(library, *given, **fields):
    return {"torch": bridges.torch_optimizer, "optax": bridges.optax_optimizer}[library](*given, **fields)


REFUSED = [
    ("torch", "Adam", {"beta1": 0.9}, "arguments", "got an unexpected keyword argument 'beta1'"),
    ("torch", "Adam", {"betas": (1.5, 0.9)}, "arguments", "Invalid beta parameter at index 0: 1.5"),
    ("torch", "Adam", {"lr": -1.0}, "lr", "at least 0"),
    ("torch", "Adam", {"hook": print}, "arguments", "must be finite numbers, texts"),
    ("torch", "Adamm", {}, "optimizer", 'torch.optim has no "Adamm". Did you mean "Adam"?'),
    ("torch", "math:sqrt", {}, "optimizer", "derives from torch.optim.Optimizer"),
    ("torch", 3, {}, "optimizer", "must be text or a type"),
    ("optax", "adam", {}, "arguments", "missing 1 required positional argument: 'learning_rate'"),
    ("optax", "adam", {"learning_rate": 0.1, "lr": -1.0}, "lr", "at least 0"),
    ("optax", "adamm", {}, "transformation", 'optax has no "adamm". Did you mean "adam"?'),
    ("optax", "math:sqrt", {}, "arguments", "refused by optax's math:sqrt"),
    ("optax", "constant_schedule", {"value": 1.0}, "transformation", "does not make a GradientTransformation"),
    ("optax", (1, 2), {}, "transformation", "must be a GradientTransformation"),
]


@pytest.mark.parametrize(
    ("library", "what", "fields", "field", "words"),
    [pytest.param(*case, marks=pytest.mark.reference(case[0])) for case in REFUSED],
)
def test_what_a_library_refuses_is_said_in_its_words(library, what, fields, field, words):
    with pytest.raises((FieldError, ValueError), match=words) as caught:
        made(library, what, **fields)
    if isinstance(caught.value, FieldError):
        assert caught.value.field == field


def test_a_transformation_that_wants_more_than_a_loss_is_refused(optax):
    def update(updates, state, params=None, *, hessian, **more):
        return updates, state

    rule = optax.GradientTransformationExtraArgs(lambda p: (), update)
    with pytest.raises(FieldError, match=r"needs more than the loss and its gradient.*'hessian'"):
        bridges.optax_optimizer(rule)


def test_a_component_says_which_other_to_take(torch, optax):
    with pytest.raises(FieldError, match='take "torch_closure"'):
        ls.optimizer("torch", optimizer="LBFGS")
    with pytest.raises(FieldError, match='take "optax_loss"'):
        ls.optimizer("optax", transformation="lbfgs")
    with pytest.raises(FieldError, match="leave out lr"):
        ls.optimizer("torch", optimizer="SGD", arguments={"lr": 0.1})
    with pytest.raises(FieldError, match="go with a name"):
        bridges.optax_optimizer(optax.sgd(0.1), momentum=0.9)


@pytest.mark.parametrize(
    ("library", "use"),
    [
        ("torch", lambda: bridges.torch_optimizer("Adam")),
        ("torch", lambda: ls.optimizer("torch", optimizer="Adam")),
        ("torch", lambda: bridges.torch_schedule("StepLR", step_size=3)),
        ("torch", lambda: ls.schedule("torch", scheduler="ConstantLR")(0, 3)),
        ("torch", lambda: ls.simulate("sphere", ls.optimizer("torch", optimizer="Adam", lr=0.1), steps=1)),
        ("torch", lambda: bridges.to_torch(ls.surface("sphere"))),
        ("optax", lambda: bridges.optax_optimizer("adam", learning_rate=0.1)),
        ("optax", lambda: ls.simulate("sphere", ls.optimizer("optax", transformation="adam"), steps=1)),
        ("cma", lambda: ls.simulate("sphere", "cma_es", steps=1)),
    ],
)
def test_a_missing_library_is_named_with_the_extra_that_brings_it(library, use, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    torch_surfaces._autograd.cache_clear()
    with pytest.raises(ImportError, match=rf"needs {library}, which is not installed: ") as caught:
        use()
    assert isinstance(caught.value, ValueError)  # so that the command line says it in one line


# scenarios and records

SCENARIO = """
title = "Theirs"
surface = "rosenbrock"
steps = 30
[[optimizers]]
name = "torch"
optimizer = "AdamW"
lr = 0.05
arguments = { betas = [0.8, 0.99], amsgrad = true }
schedule = { name = "torch", scheduler = "CosineAnnealingLR", arguments = { T_max = 30 }, lr = 0.05 }
[[optimizers]]
name = "optax"
transformation = "adamw"
arguments = { learning_rate = 0.05, b1 = 0.8 }
"""


def test_a_scenario_names_rules_of_torch_and_optax(torch, optax, tmp_path):
    scenario = Scenario.from_text(SCENARIO)
    assert Scenario.from_text(scenario.to_toml()) == scenario
    record = scenario.simulate()
    rule = bridges.torch_optimizer(torch.optim.AdamW, lr=0.05, betas=(0.8, 0.99), amsgrad=True)
    assert record["torch"].optimizer == rule
    entrant = ls.entrant(rule, schedule="cosine")
    assert deviation(record["torch"].params, path(entrant, start=None, steps=30)) < TOLERANCE
    record.save(tmp_path / "record.npz")
    assert ls.load(tmp_path / "record.npz") == record


def forget(monkeypatch):
    """What another process knows of what was given here."""
    monkeypatch.setattr(_foreign, "_given", {})


def test_a_record_of_what_was_given_in_python_loads_but_cannot_be_run_again(torch, optax, tmp_path, monkeypatch):
    class Mine(torch.optim.SGD):
        pass

    module = torch.nn.Linear(2, 1)
    surface = bridges.torch_surface(module, lambda net: net(torch.ones(1, 2, dtype=torch.float64)).square().sum())
    rules = [
        bridges.torch_optimizer(Mine, lr=0.1, scheduler=lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9)),
        bridges.optax_optimizer(optax.sgd(0.1)),
    ]
    record = ls.simulate(surface, rules, steps=4)
    with pytest.warns(UserWarning, match=r"not the code of a module.* and 1 more \(in this process alone"):
        record.save(tmp_path / "record.npz")
    assert ls.load(tmp_path / "record.npz") == record
    forget(monkeypatch)
    again = ls.load(tmp_path / "record.npz")
    assert np.array_equal(again.tracks[0].params, record.tracks[0].params)
    assert again.surface.dim == 3
    assert again.surface.window == surface.window
    for use in (
        lambda: ls.simulate("sphere", again.tracks[0].optimizer, steps=1),
        lambda: ls.simulate("sphere", again.tracks[1].optimizer, steps=1),
        lambda: again.tracks[0].schedule(0, 3),
        lambda: again.surface.value(np.zeros(3)),
    ):
        with pytest.raises(ValueError, match="was given in Python, which no record keeps: give it again"):
            use()


def test_two_things_of_one_name_are_told_apart(torch):
    def local(power):
        class Mine(torch.optim.SGD):
            def step(self, closure=None):
                return [super(Mine, self).step() for _ in range(power)]

        return Mine

    one, two = (bridges.torch_optimizer(local(power), lr=1e-3) for power in (1, 2))
    assert one != two
    record = ls.simulate("rosenbrock", [one, two, ls.optimizer("sgd", lr=1e-3)], steps=10)
    assert np.array_equal(record.tracks[0].params, record["sgd"].params)
    assert not np.array_equal(record.tracks[1].params, record["sgd"].params)


@pytest.mark.parametrize(
    "library", [pytest.param(name, marks=pytest.mark.reference(name)) for name in ("torch", "optax")]
)
def test_a_record_loads_where_there_is_no_such_library(library, tmp_path, monkeypatch):
    if library == "torch":
        rules = [
            bridges.torch_optimizer("Adam", lr=0.1, scheduler="ConstantLR"),
            bridges.torch_optimizer("LBFGS"),
        ]
        surface = bridges.torch_surface(*net_and_loss())
    else:
        rules, surface = (
            [bridges.optax_optimizer("adam", learning_rate=0.1), bridges.optax_optimizer("lbfgs")],
            "sphere",
        )
    record = ls.simulate(surface, rules, steps=3)
    own = (
        pytest.warns(UserWarning, match="not the code of a module") if library == "torch" else contextlib.nullcontext()
    )
    with own:
        record.save(tmp_path / "record.npz")
    forget(monkeypatch)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    again = ls.load(tmp_path / "record.npz")
    assert [track.optimizer for track in again] == [track.optimizer for track in record]
    for track in again:
        with pytest.raises(ImportError, match=library):
            ls.simulate("sphere", track.optimizer, steps=1)


# CMA-ES


def cma_by_hand(cma, surface, start, sigma, generations, rng, **options):
    given = {"seed": math.nan, "randn": lambda *shape: rng.standard_normal(shape), "verbose": -9, **options}
    strategy = cma.CMAEvolutionStrategy(start, sigma, given)
    means = [np.array(start)]
    while not strategy.stop() and len(means) <= generations:
        samples = strategy.ask()
        strategy.tell(samples, [float(surface.value(x)) for x in samples])
        means.append(strategy.mean.copy())
    return np.array(means)


@reference("cma_es", kind="definition", source="the package cma, by hand")
def test_cma_is_the_package_by_hand_a_generation_a_step(cma):
    surface, start = ls.surface("rosenbrock", dim=4), np.linspace(-1.0, 1.0, 4)
    rule = ls.optimizer("cma_es", sigma=0.7, popsize=9, options={"CMA_diagonal": True})
    track = ls.simulate(surface, rule, start=start, repeats=2, steps=30, seed=5).tracks[0]
    for run in range(2):
        rng = np.random.default_rng(int(Source(5, [run], "rule").branch(0).words(0, 1)[0, 0]))
        means = cma_by_hand(cma, surface, start, 0.7, 30, rng, popsize=9, CMA_diagonal=True)
        assert np.array_equal(track.params[:, :, run], means)
    assert track.asked["value"][:, 0].tolist() == [9 * k for k in range(31)]
    assert not np.array_equal(track.params[:, :, 0], track.params[:, :, 1])


def test_cma_settles_at_the_minimum_in_silence_and_stays_when_the_package_stops(cma, capfd):
    before = np.random.get_state()[1].tolist()  # noqa: NPY002  the global generator, which must be left alone
    track = ls.simulate("rosenbrock", "cma_es", start=(-1.2, 1.0), steps=400).tracks[0]
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    np.testing.assert_allclose(track.params[-1, :, 0], [1.0, 1.0], atol=1e-4)
    assert track.evaluations[-1, 0] == track.evaluations[-50, 0] < 6 * 400
    assert capfd.readouterr() == ("", "")


def test_a_cma_run_alone_is_the_run_in_the_batch(cma):
    same_alone("cma_es")


def test_what_cma_does_not_take_is_refused(cma):
    for options, words in (({"seed": 3}, "leave out seed"), ({"CMA_diagonl": 1}, "is not one of cma.CMAOptions")):
        with pytest.raises(FieldError, match=words):
            ls.optimizer("cma_es", options=options)
    with pytest.raises(FieldError, match="at least 2"):
        ls.optimizer("cma_es", popsize=1)
    with pytest.raises(ValueError, match="needs the exact loss"):
        ls.simulate("sphere", "cma_es", steps=1, noise="gaussian")

"""Laws of the optimizers: torch's and optax's steps, closed forms, and what the engines rely on."""

import inspect
import math

import numpy as np
import pytest
from catalogue import WRAPPERS, first_order, home
from drawn import generator
from references import reference
from traces.make import (
    DRAWS,
    FILE,
    OPTAX,
    OPTAX_FILE,
    TWINS,
    extreme_gradients,
    follow_optax,
    follow_torch,
    gradients,
    hyper_parameters,
    optax_traces,
    torch_arguments,
    traces,
)

from landscape import optimizers
from landscape.core.component import BOUNDS, Array, field_hints, split


def per_run(cls):
    """Whether every field of a rule may differ from run to run."""
    return all(Array in split(hint)[0] for hint in field_hints(cls).values())


# those of whole numbers, such as a matrix's columns, are in tests/optimizers/test_matrices.py
NAMES = [
    name
    for name in first_order()
    if name not in WRAPPERS and home(name).startswith("landscape.") and per_run(optimizers.REGISTRY.get(name))
]
build = optimizers.REGISTRY.build

# Relative to the largest value that the coordinate has had: a coordinate that passes through 0 keeps the rounding
# errors of where it came from. The worst seen is 3e-14, in Adam at beta2 near 1, where 1 - beta2^t cancels.
TOLERANCE = 1e-12
RECTIFIED = ("radam", "radamw")


def tolerance(name, fields):
    """How far the path of a rule may be from a library's, by the rounding errors of what both compute.

    RAdam's rho = rho_inf - 2 t b^t / (1 - b^t), b = beta2, is a small difference of two numbers of about 2 / (1 - b)
    at first. A power b^t that is known to t u, u = eps/2, leaves 1 - b^t, about t (1 - b), with a relative error of
    u / (1 - b), and rho with an error of 2 u / (1 - b)^2. From rho = 5 on, r^2 = (rho - 4) (rho - 2) / rho times a
    constant has at most 1/(rho - 4) + 1/(rho - 2) - 1/rho < 1.14 times this as its relative error, and r and the step
    half of it: 1.14 u / (1 - b)^2 here, and a sixth of it in torch, whose powers are rounded once, as t > 5 there.
    """
    if name not in RECTIFIED:
        return TOLERANCE
    return TOLERANCE + 0.67 * EPS / (1.0 - fields["beta2"]) ** 2


EPS = np.finfo(float).eps


def follow(optimizer, start, given):
    """Where an optimizer goes from start (dim, ...) along given gradients (steps, dim, ...): (steps + 1, dim, ...)."""
    params, state = start, optimizer.init(start)
    path = [params]
    for gradient in given:
        params, state = optimizer.apply(params, gradient, state, optimizer.lr)
        path.append(params)
    return np.array(path)


def descend(optimizer, start, gradient, steps):
    """The path of `steps` on a surface with the given gradient function: (steps + 1, dim, ...)."""
    params = np.array(start, dtype=float)
    state = optimizer.init(params)
    path = [params]
    for _ in range(steps):
        params, state = optimizer.apply(params, gradient(params), state, optimizer.lr)
        path.append(params)
    return np.array(path)


def deviation(ours, theirs, scale=None):
    """The largest difference of two paths, in units of the largest value that the coordinate has had so far."""
    scale = np.maximum.accumulate(np.abs(theirs), axis=0) if scale is None else scale
    return np.max(np.abs(ours - theirs) / scale)


def stored_deviation(stored, name, draw, **changed):
    """How far an optimizer with one of the stored draws of hyper-parameters lies from torch's stored path."""
    stored = stored["torch" if name in TWINS else "optax"]
    fields = {f: float(stored[f"{name}/{f}"][draw]) for f in field_hints(optimizers.REGISTRY.get(name))}
    fields |= {field: change(fields[field]) for field, change in changed.items()}
    path = follow(build(name, **fields), stored["start"], stored["gradients"])[stored["rows"]]
    return deviation(path, stored[f"{name}/params"][draw])


@pytest.fixture(scope="module")
def stored():
    with np.load(FILE) as file, np.load(OPTAX_FILE) as other:
        return {"torch": dict(file), "optax": dict(other)}


# other implementations


@reference(*TWINS, kind="library", source="torch.optim")
@pytest.mark.parametrize("name", sorted(TWINS))
def test_a_rule_follows_torch_step_by_step(name, torch):
    rng = generator(7)
    for draw in range(6):
        fields, start = hyper_parameters(name, rng), rng.uniform(-2.0, 2.0, 6)
        given = gradients(rng, 1000) if draw < 4 else extreme_gradients(rng, 300)
        theirs = follow_torch(name, fields, start, given)
        assert deviation(follow(build(name, **fields), start, given), theirs) < tolerance(name, fields), fields


@pytest.mark.parametrize("name", sorted(TWINS))
def test_a_rule_follows_torch_where_gradients_are_smaller_than_eps(name, torch):
    rng = generator(6)
    for _ in range(4):
        fields = hyper_parameters(name, rng)
        fields |= {"weight_decay": 0.0} if "weight_decay" in fields else {}
        start, given = np.zeros(6), 1e-12 * rng.standard_normal((300, 6))
        theirs = follow_torch(name, fields, start, given)
        scale = np.maximum.accumulate(np.abs(theirs[1:]), axis=0)
        assert deviation(follow(build(name, **fields), start, given)[1:], theirs[1:], scale) < tolerance(
            name, fields
        ), fields


@reference(*OPTAX, kind="library", source="optax")
@pytest.mark.parametrize("name", sorted(OPTAX))
def test_a_rule_that_torch_lacks_follows_optax_step_by_step(name, optax):
    rng = generator(7)
    for draw in range(3):
        fields, start = hyper_parameters(name, rng), rng.uniform(-2.0, 2.0, 6)
        given = gradients(rng, 1000) if draw < 2 else extreme_gradients(rng, 1000)
        theirs = follow_optax(name, fields, start, given)
        assert deviation(follow(build(name, **fields), start, given), theirs) < TOLERANCE, fields


@pytest.mark.parametrize("draw", range(DRAWS))
@pytest.mark.parametrize("name", sorted([*TWINS, *OPTAX]))
def test_a_rule_follows_the_stored_traces_of_torch_or_optax(name, draw, stored):
    assert stored_deviation(stored, name, draw) < TOLERANCE


def check_stored(stored, made):
    assert stored.keys() == made.keys()
    for key in made.keys() - {"torch", "optax"}:
        scale = np.maximum.accumulate(np.abs(made[key]), axis=-2) if key.endswith("/params") else 1.0
        assert deviation(stored[key][: len(made[key])], made[key], scale) < TOLERANCE, key


def test_the_stored_traces_are_what_torch_does(torch, stored):
    check_stored(stored["torch"], traces(1))


def test_the_stored_traces_are_what_optax_does(optax, stored):
    check_stored(stored["optax"], optax_traces(1))


def test_every_twin_in_torch_or_optax_has_a_trace_of_every_draw(stored):
    for library, twins in (("torch", TWINS), ("optax", OPTAX)):
        for name in twins:
            assert len(stored[library][f"{name}/params"]) == DRAWS


@pytest.mark.parametrize(
    ("name", "field"), [("adam", "beta2"), ("adam", "beta1"), ("rmsprop", "alpha"), ("momentum", "momentum")]
)
def test_the_check_against_torch_finds_a_rule_wrong_by_a_thousandth(name, field, stored):
    for draw in range(DRAWS):
        assert stored_deviation(stored, name, draw, **{field: lambda value: 0.999 * value}) > 1e5 * TOLERANCE


# where torch leaves a part of the rule out by default, or a number to the type of the parameters
OUR_DEFAULTS = {
    ("momentum", "momentum"): 0.9,
    ("nesterov", "momentum"): 0.9,
    ("nadamw", "weight_decay"): 1e-4,
    ("radamw", "weight_decay"): 1e-2,
    ("adafactor", "eps"): (float(np.finfo(float).eps), 1e-3),
}


@pytest.mark.parametrize("name", sorted(TWINS))
def test_defaults_are_torchs(name, torch):
    parameters = inspect.signature(getattr(torch.optim, TWINS[name][0])).parameters
    ours = {f: getattr(build(name), f) for f in field_hints(optimizers.REGISTRY.get(name))}
    for argument, value in torch_arguments(name, ours).items():
        if argument not in TWINS[name][1]:
            expected = parameters[argument].default
            assert value == OUR_DEFAULTS.get((name, argument), expected), argument


# name -> (fields fixed where optax has no counterpart, the same rule in optax)
IN_OPTAX_TOO = {
    "sgd": ({}, lambda optax, o: optax.sgd(o.lr)),
    "momentum": ({"dampening": 0.0}, lambda optax, o: optax.sgd(o.lr, momentum=o.momentum)),
    "nesterov": ({}, lambda optax, o: optax.sgd(o.lr, momentum=o.momentum, nesterov=True)),
    # optax adds eps inside the root and has no decay of its own
    "adagrad": (
        {"eps": 0.0, "lr_decay": 0.0, "initial_accumulator_value": 0.1},
        lambda optax, o: optax.adagrad(o.lr, initial_accumulator_value=0.1, eps=0.0),
    ),
    "adadelta": ({}, lambda optax, o: optax.adadelta(o.lr, rho=o.rho, eps=o.eps)),
    "rmsprop": (
        {},
        lambda optax, o: optax.rmsprop(o.lr, decay=o.alpha, eps=o.eps, eps_in_sqrt=False, momentum=o.momentum),
    ),
    "adam": ({}, lambda optax, o: optax.adam(o.lr, b1=o.beta1, b2=o.beta2, eps=o.eps)),
    "adamw": (
        {},
        lambda optax, o: optax.adamw(o.lr, b1=o.beta1, b2=o.beta2, eps=o.eps, weight_decay=o.weight_decay),
    ),
}


@reference(*IN_OPTAX_TOO, kind="library", source="optax")
@pytest.mark.parametrize("name", sorted(IN_OPTAX_TOO))
def test_a_rule_follows_optax_where_it_has_the_same_formula(name, optax):
    import jax

    rng = generator(8)
    fixed, twin = IN_OPTAX_TOO[name]
    optimizer = build(name, **(hyper_parameters(name, rng) | {"weight_decay": 0.01} | fixed))
    start, given = rng.uniform(-2.0, 2.0, 6), gradients(rng, 300)
    rule = twin(optax, optimizer)
    if name != "adamw":
        rule = optax.chain(optax.add_decayed_weights(optimizer.weight_decay), rule)

    def step(carry, gradient):
        params, state = carry
        update, state = rule.update(gradient, state, params)
        params = optax.apply_updates(params, update)
        return (params, state), params

    _, theirs = jax.lax.scan(step, (start, rule.init(start)), given)
    assert deviation(follow(optimizer, start, given)[1:], np.array(theirs)) < TOLERANCE


def test_where_torch_and_optax_differ_the_rule_is_torchs(torch, optax):
    """Where eps stands in AdaGrad and RMSprop, how NAdam's momentum grows, what Rprop does where a sign turns."""
    rng = generator(2)
    start, given = np.ones(6), rng.standard_normal((50, 6))
    for name, changed, twin in (
        ("adagrad", {"lr": 0.1, "eps": 0.1}, lambda o: optax.adagrad(0.1, 0.0, 0.1)),
        ("rmsprop", {"lr": 0.1, "alpha": 0.9, "eps": 0.1}, lambda o: optax.rmsprop(0.1, 0.9, 0.1)),
        ("nadam", {"lr": 0.1}, lambda o: optax.nadam(0.1)),
        ("rprop", {"lr": 0.1}, lambda o: optax.rprop(0.1, 0.3, 1.3)),
    ):
        fields = {f: getattr(build(name), f) for f in field_hints(optimizers.REGISTRY.get(name))} | changed
        ours, rule = follow(build(name, **fields), start, given), twin(optax)
        assert deviation(ours, follow_torch(name, fields, start, given)) < TOLERANCE
        params, state = start, rule.init(start)
        for gradient in given:
            update, state = rule.update(gradient, state, params)
            params = params + np.asarray(update)
        assert np.max(np.abs(ours[-1] - params)) > 1e-3, name
        assert "optax" in inspect.getdoc(optimizers.REGISTRY.get(name)).partition("Differences:")[2], name


# closed forms on a quadratic lambda x^2/2, where a step is linear in (x, buffer)


def spectral_radius(optimizer, curvature):
    """The rate of a rule with a buffer: the largest |eigenvalue| of its step on curvature x^2/2."""
    params = np.array([[1.0, 0.0]])
    state = optimizer.init(params)._replace(buffer=np.array([[0.0, 1.0]]))
    params, state = optimizer.apply(params, curvature * params, state, optimizer.lr)
    return np.max(np.abs(np.linalg.eigvals(np.vstack([params, state.buffer]))))


def worst_rate(optimizer, condition):
    """The slowest rate over curvatures 1 to `condition`."""
    return max(spectral_radius(optimizer, curvature) for curvature in np.geomspace(1.0, condition, 201))


# A double eigenvalue is known to the root of the machine's precision.
DOUBLE = 1e-6


@reference("sgd", "momentum", kind="closed form", source="Goh 2017, optimal rates on a quadratic")
@pytest.mark.parametrize("condition", [10.0, 100.0, 1e4])
def test_optimal_rates_on_quadratics(condition):
    # Goh 2017: gradient descent (k - 1)/(k + 1), heavy ball (sqrt k - 1)/(sqrt k + 1)
    root = math.sqrt(condition)
    plain = build("sgd", lr=2.0 / (1.0 + condition))
    ends = descend(plain, np.ones((1, 2)), lambda p: p * np.array([1.0, condition]), 1)[1]
    np.testing.assert_allclose(np.abs(ends), (condition - 1.0) / (condition + 1.0), rtol=1e-12)
    heavy = build("momentum", lr=(2.0 / (root + 1.0)) ** 2, momentum=((root - 1.0) / (root + 1.0)) ** 2)
    assert worst_rate(heavy, condition) == pytest.approx((root - 1.0) / (root + 1.0), abs=DOUBLE)


@pytest.mark.parametrize("condition", [10.0, 100.0, 1000.0])
def test_nesterov_contracts_by_one_minus_the_root_of_the_condition_number(condition):
    root = math.sqrt(condition)
    nesterov = build("nesterov", lr=1.0 / condition, momentum=(root - 1.0) / (root + 1.0))
    assert worst_rate(nesterov, condition) == pytest.approx(1.0 - 1.0 / root, abs=DOUBLE)


def border(name, momentum):
    """The largest stable lr * curvature."""
    return (2.0 + 2.0 * momentum) / (1.0 + 2.0 * momentum if name == "nesterov" else 1.0)


@reference("momentum", "nesterov", kind="closed form", source="the border of stability on a quadratic")
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_a_quadratic_is_stable_just_inside_the_border_and_not_just_outside(name, momentum):
    rates = [
        spectral_radius(build(name, lr=f * border(name, momentum), momentum=momentum), 1.0) for f in (0.999, 1.001)
    ]
    assert rates[0] < 1.0 < rates[1]


@pytest.mark.parametrize(("name", "expected"), [("momentum", 3.8), ("nesterov", 1.3571428571428572)])
def test_runs_inside_the_border_converge_and_runs_outside_diverge(name, expected):
    assert border(name, 0.9) == pytest.approx(expected)
    optimizer = build(name, lr=np.array([0.999, 1.001]) * border(name, 0.9), momentum=0.9)
    inside, outside = np.abs(descend(optimizer, np.ones((1, 2)), lambda p: p, 8000)[-1, 0])
    assert inside < 1e-6
    assert outside > 1e6


def test_an_oscillating_heavy_ball_contracts_by_the_root_of_its_momentum():
    for momentum in (0.25, 0.81, 0.99):
        root = math.sqrt(momentum)
        for lr in np.linspace((1.0 - root) ** 2, (1.0 + root) ** 2, 9)[1:-1]:
            assert spectral_radius(build("momentum", lr=lr, momentum=momentum), 1.0) == pytest.approx(root, rel=1e-12)


def test_critical_damping_contracts_by_one_minus_the_root_of_the_rate():
    for lr in (0.01, 0.1, 0.5):
        heavy = build("momentum", lr=lr, momentum=(1.0 - math.sqrt(lr)) ** 2)
        assert spectral_radius(heavy, 1.0) == pytest.approx(1.0 - math.sqrt(lr), abs=DOUBLE)


def test_gradient_descent_on_a_quadratic_is_a_geometric_sequence():
    path = descend(build("sgd", lr=0.1, weight_decay=0.5), [1.0, -3.0], lambda p: 2.0 * p, 50)
    np.testing.assert_allclose(path, np.outer(0.75 ** np.arange(51.0), [1.0, -3.0]), rtol=1e-13)


# closed forms under a constant gradient

CONSTANT = np.array([3.7, -0.2, 1e-6])
SIZE = np.abs(CONSTANT)
TIMES = np.arange(1.0, 101.0)[:, None]


def assert_steps_under_a_constant_gradient(expected, name, **fields):
    """That the steps taken, in units of the rate, are `expected`, which broadcasts to (100, 3)."""
    optimizer = build(name, lr=0.5, **fields)
    path = follow(optimizer, np.zeros(3), np.tile(CONSTANT, (100, 1)))
    # a difference of positions has their rounding error
    np.testing.assert_allclose(-np.diff(path, axis=0) / 0.5, expected * np.ones((100, 3)), rtol=1e-12)


@pytest.mark.parametrize("d", [0.0, 0.3])
def test_momentum_under_a_constant_gradient_gathers_a_geometric_sum(d):
    later = (1.0 - d) * (1.0 - 0.9 ** (TIMES - 1.0)) / (1.0 - 0.9)
    expected = CONSTANT * (0.9 ** (TIMES - 1.0) + later)
    assert_steps_under_a_constant_gradient(expected, "momentum", momentum=0.9, dampening=d)


def test_momentum_dampened_as_much_as_it_remembers_is_a_mean():
    assert_steps_under_a_constant_gradient(CONSTANT, "momentum", momentum=0.9, dampening=0.9)


@pytest.mark.parametrize("eps", [0.0, 1e-6])
def test_adagrad_under_a_constant_gradient_steps_by_the_inverse_root_of_time(eps):
    steps = CONSTANT / (SIZE * np.sqrt(TIMES) + eps)
    assert_steps_under_a_constant_gradient(steps, "adagrad", eps=eps)
    assert_steps_under_a_constant_gradient(steps / (1.0 + 0.1 * (TIMES - 1.0)), "adagrad", eps=eps, lr_decay=0.1)


@pytest.mark.parametrize("eps", [0.0, 1e-6])
def test_rmsprop_under_a_constant_gradient_starts_fast_and_settles_at_its_rate(eps):
    expected = CONSTANT / (SIZE * np.sqrt(1.0 - 0.9**TIMES) + eps)
    assert_steps_under_a_constant_gradient(expected, "rmsprop", eps=eps, alpha=0.9)


def test_adadelta_starts_at_the_root_of_eps():
    optimizer = build("adadelta", lr=1.0, eps=1e-6, rho=0.9)
    first = -follow(optimizer, np.zeros(3), CONSTANT[None])[1]
    np.testing.assert_allclose(first, CONSTANT * np.sqrt(1e-6 / (0.1 * CONSTANT**2 + 1e-6)), rtol=1e-12)


@pytest.mark.parametrize("eps", [0.0, 1e-8, 1e-6])
@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_adam_under_a_constant_gradient_steps_by_its_rate(name, eps):
    # eps shortens a step by eps/|g|: 2.7e-9 for the largest and the default
    assert_steps_under_a_constant_gradient(CONSTANT / (SIZE + eps), name, eps=eps, weight_decay=0.0)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam", "adamw"])
def test_the_scale_of_the_gradient_does_not_matter_without_eps(name):
    given = generator(3).standard_normal((200, 2))
    optimizer = build(name, eps=0.0)
    path = follow(optimizer, np.ones(2), given)
    assert np.array_equal(follow(optimizer, np.ones(2), 2.0**20 * given), path)
    np.testing.assert_allclose(follow(optimizer, np.ones(2), 1e-7 * given), path, rtol=1e-13)


def test_adam_without_momentum_ends_in_a_two_cycle_of_half_its_rate():
    path = descend(build("adam", lr=0.1, beta1=0.0, eps=0.0), [0.05], lambda p: p, 1000)[:, 0]
    np.testing.assert_allclose(path, 0.05 * (-1.0) ** np.arange(1001), rtol=1e-12)


def test_adamw_alone_decays_by_rate_times_decay_whatever_the_gradients():
    path = follow(build("adamw", lr=0.1, weight_decay=0.2), np.array([2.0, -1.0]), np.zeros((50, 2)))
    np.testing.assert_allclose(path, np.outer(0.98 ** np.arange(51.0), [2.0, -1.0]), rtol=1e-13)


def test_adam_and_adamw_are_the_same_rule_without_decay():
    given = generator(4).standard_normal((100, 3))
    paths = [follow(build(name, weight_decay=0.0), np.ones(3), given) for name in ("adam", "adamw")]
    assert np.array_equal(*paths)


# what the engines rely on


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_with_a_rate_for_each_run_equals_its_runs_alone_bit_for_bit(name):
    rng = generator(9)
    draws = [hyper_parameters(name, rng) for _ in range(7)]
    start, given = rng.standard_normal((3, 7)), rng.standard_normal((60, 3, 7))
    batch = build(name, **{field: np.array([draw[field] for draw in draws]) for field in draws[0]})
    path = follow(batch, start, given)
    for run, draw in enumerate(draws):
        alone = build(name, **draw)
        assert np.array_equal(
            follow(alone, start[:, run : run + 1], given[:, :, run : run + 1])[..., 0], path[..., run]
        )
        assert np.array_equal(follow(alone, start[:, run], given[:, :, run]), path[..., run])


@pytest.mark.parametrize("name", NAMES)
def test_a_step_leaves_its_inputs_as_they_were(name):
    rng = generator(10)
    optimizer = build(name, **hyper_parameters(name, rng))
    params = rng.standard_normal((2, 5))
    state = optimizer.init(params)
    for _ in range(3):
        gradient = rng.standard_normal((2, 5))
        inputs = [params, gradient, *(leaf for leaf in state if isinstance(leaf, np.ndarray))]
        before = [array.copy() for array in inputs]
        for array in inputs:
            array.flags.writeable = False
        after, later = optimizer.apply(params, gradient, state, optimizer.lr)
        again, _ = optimizer.apply(params, gradient, state, optimizer.lr)
        assert all(np.array_equal(array, copy) for array, copy in zip(inputs, before, strict=True))
        assert np.array_equal(after, again)
        params, state = after, later


@pytest.mark.parametrize("name", NAMES)
def test_a_state_holds_arrays_like_params_arrays_over_runs_and_numbers(name):
    rng = generator(11)
    draws = [hyper_parameters(name, rng) for _ in range(5)]
    batch = build(name, **{field: np.array([draw[field] for draw in draws]) for field in draws[0]})
    params = rng.standard_normal((2, 5))
    state = batch.init(params)
    for _ in range(2):
        assert isinstance(state, tuple)
        assert all(np.shape(leaf) in [(2, 5), (5,), ()] for leaf in state)
        params, state = batch.apply(params, rng.standard_normal((2, 5)), state, batch.lr)
        assert params.shape == (2, 5)


class Number:
    """A number that knows + - * / and sqrt, and refuses to be compared: what a rule may use to be compiled."""

    def __init__(self, value):
        self.value = float(value)

    def __neg__(self):
        return Number(-self.value)

    def sqrt(self):
        return Number(math.sqrt(self.value))

    def exp(self):
        return Number(float(np.exp(self.value)))

    def log(self):
        return Number(float(np.log(self.value)))

    def select(self, positive, negative):
        chosen = positive if self.value >= 0.0 else negative
        return chosen if isinstance(chosen, Number) else Number(chosen)

    def __bool__(self):
        raise TypeError("a rule that is compiled cannot decide by a value")

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = lambda self, other: bool(self)
    __hash__ = None


def _operation(name, swapped):
    def operate(self, other):
        if isinstance(other, np.ndarray):
            return NotImplemented
        other = other.value if isinstance(other, Number) else float(other)
        return Number(getattr(other, name)(self.value) if swapped else getattr(self.value, name)(other))

    return operate


for _name in ("add", "sub", "mul", "truediv"):
    setattr(Number, f"__{_name}__", _operation(f"__{_name}__", swapped=False))
    setattr(Number, f"__r{_name}__", _operation(f"__{_name}__", swapped=True))


def numbers(array):
    """An array of Numbers in the shape of a float array; a Number for a number."""
    wrapped = np.empty(np.shape(array), dtype=object)
    wrapped[...] = np.vectorize(Number, otypes=[object])(array) if wrapped.shape else Number(array)
    return wrapped if wrapped.shape else wrapped[()]


def floats(wrapped):
    return np.array([n.value if isinstance(n, Number) else float(n) for n in np.ravel(wrapped)])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_lines_run_on_objects_and_give_the_same_bits(name):
    rng = generator(12)
    for _ in range(6):
        optimizer = build(name, **hyper_parameters(name, rng))
        params = rng.standard_normal(3)
        state = optimizer.init(params)
        for _ in range(5):
            gradient = rng.standard_normal(3)
            given = type(state)(*map(numbers, state)) if state else state
            traced, kept = optimizer.apply(numbers(params), numbers(gradient), given, Number(optimizer.lr))
            params, state = optimizer.apply(params, gradient, state, optimizer.lr)
            assert traced.shape == (3,)
            assert np.array_equal(floats(traced), params)
            for leaf, expected in zip(kept, state, strict=True):
                assert np.array_equal(floats(leaf), np.ravel(expected))


# misuse


def beyond(hint):
    """(value, what the message says) just outside each bound of a field: alone, and in a list."""
    for bound in split(hint)[1]:
        words, attribute = BOUNDS[type(bound)]
        limit = float(getattr(bound, attribute))
        outside = {"gt": limit, "ge": limit - 1e-3, "lt": limit, "le": limit + 1e-3}[attribute]
        yield outside, f"{words} {limit:g}"
        yield [outside, outside], f"{words} {limit:g}"


def test_every_rate_and_decay_has_bounds():
    for name in NAMES:
        hints = field_hints(optimizers.REGISTRY.get(name))
        assert all(split(hint)[1] for hint in hints.values()), name
        assert next(said for _, said in beyond(hints["lr"])) == "at least 0"
        assert all("less than 1" in str(list(beyond(hints[b]))) for b in ("beta1", "beta2", "rho") if b in hints), name


# documentation


def unsaid(cls):
    """What an optimizer's docstring leaves out: its equation, its defaults' origin, how other libraries differ."""
    said = {"an equation": "p <- ", "defaults": "Defaults: ", "source": "Source: ", "differences": "Differences: "}
    text = inspect.getdoc(cls) or ""
    return [what for what, words in said.items() if not any(line.startswith(words) for line in text.splitlines())]


@pytest.mark.parametrize("name", NAMES)
def test_an_optimizer_says_its_equation_its_source_and_where_others_differ(name):
    missing = unsaid(optimizers.REGISTRY.get(name))
    assert not missing, f'the docstring of the optimizer "{name}" lacks {" and ".join(missing)}'


def test_the_documentation_check_finds_what_is_left_out():
    class Bare:
        """A rule.

        p <- p - lr g

        Source: nobody, 1900.
        """

    assert unsaid(Bare) == ["defaults", "differences"]

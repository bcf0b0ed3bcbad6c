"""Laws of the rules around rules: optax's steps, definitions written out again, and what they leave as it is."""

import numpy as np
import pytest
from catalogue import WRAPPERS, rule
from references import reference

import landscape as ls

build = ls.optimizer
INNER = [("sgd", {"lr": 0.02}), ("momentum", {"lr": 0.01}), ("adam", {"lr": 0.05})]


def follow(optimizer, start, given):
    """Where an optimizer goes from start (dim,) along given gradients (steps, dim): (steps + 1, dim)."""
    params, state = start, optimizer.init(start)
    path = [params]
    for gradient in given:
        params, state = optimizer.apply(params, gradient, state, optimizer.lr)
        path.append(params)
    return np.array(path)


def gradients(steps, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((steps, 3)) * 10.0 ** rng.uniform(-2, 1, (steps, 1))


TWINS = {
    "clip": ({"max_norm": 0.7}, lambda o, inner: o.chain(o.clip_by_global_norm(0.7), inner)),
    "clip_value": ({"limit": 0.3}, lambda o, inner: o.chain(o.clip(0.3), inner)),
    "l2": ({"weight_decay": 0.2}, lambda o, inner: o.chain(o.add_decayed_weights(0.2), inner)),
    "accumulate": ({"steps": 3}, lambda o, inner: o.MultiSteps(inner, 3)),
}


@reference(*TWINS, kind="library", source="optax")
@pytest.mark.parametrize("name", sorted(TWINS))
@pytest.mark.parametrize(("inner", "fields"), INNER)
def test_a_wrapper_is_optaxs_step_by_step(name, inner, fields, optax, jax):
    own, twin = TWINS[name]
    lr = fields["lr"]
    theirs = {"sgd": optax.sgd(lr), "momentum": optax.sgd(lr, momentum=0.9), "adam": optax.adam(lr)}[inner]
    with jax.enable_x64(True):
        their_rule = twin(optax, theirs)
        start = jax.numpy.array([1.0, -2.0, 0.5])
        given = gradients(400)

        def step(carry, gradient):
            params, state = carry
            update, state = their_rule.update(gradient, state, params)
            params = optax.apply_updates(params, update)
            return (params, state), params

        _, path = jax.lax.scan(step, (start, their_rule.init(start)), jax.numpy.asarray(given))
        expected = np.asarray(path)
    ours = follow(build(name, optimizer=build(inner, **fields), **own), np.array([1.0, -2.0, 0.5]), given)[1:]
    # optax divides by a whole number of gradients in single precision
    tolerance = 1e-6 if name == "accumulate" else 1e-12
    assert np.max(np.abs(ours - expected)) < tolerance * np.max(np.abs(expected))


@reference("clip", kind="paper", source="Pascanu, Mikolov and Bengio 2013, algorithm 1")
@reference("clip_value", kind="paper", source="Mikolov 2012, section 3.3")
@reference("l2", kind="closed form", source="the gradient of f(p) + weight_decay/2 |p|^2")
@pytest.mark.parametrize(("inner", "fields"), INNER)
def test_what_a_rule_sees_is_the_gradient_clipped_or_with_its_penalty(inner, fields):
    given, start, plain = gradients(80, 3), np.array([1.0, -2.0, 0.5]), build(inner, **fields)
    seen = {
        "clip": lambda p, g: [c * min(1.0, 0.7 / sum(a * a for a in g) ** 0.5) for c in g],
        "clip_value": lambda p, g: [min(max(c, -0.3), 0.3) for c in g],
        "l2": lambda p, g: [c + 0.2 * x for c, x in zip(g, p, strict=True)],
    }
    for name, changed in seen.items():
        ours = follow(build(name, optimizer=plain, **TWINS[name][0]), start, given)
        p, state = start, plain.init(start)
        for t, gradient in enumerate(given):
            p, state = plain.apply(p, np.array(changed(p, gradient)), state, plain.lr)
            np.testing.assert_allclose(ours[t + 1], p, rtol=1e-13)


@reference("lookahead", kind="library", source="optax")
def test_lookahead_is_optaxs(optax, jax):
    with jax.enable_x64(True):
        start = np.array([1.0, -2.0, 0.5])
        given = gradients(200)
        rule_ = optax.lookahead(optax.adam(0.05), sync_period=4, slow_step_size=0.3)
        params = optax.LookaheadParams(jax.numpy.array(start), jax.numpy.array(start))
        state, path = rule_.init(params), []
        for gradient in given:
            update, state = rule_.update(jax.numpy.array(gradient), state, params)
            params = optax.apply_updates(params, update)
            path.append(np.asarray(params.fast))
    ours = follow(build("lookahead", optimizer=build("adam", lr=0.05), steps=4, alpha=0.3), start, given)[1:]
    assert np.max(np.abs(ours - np.array(path))) < 1e-12


@reference("lookahead", "accumulate", kind="paper", source="Zhang et al. 2019, algorithm 1; Ott et al. 2018, section 3")
@pytest.mark.parametrize(("inner", "fields"), INNER)
def test_lookahead_and_accumulation_are_their_definitions(inner, fields):
    given, start = gradients(60, 1), np.array([1.0, 2.0, -1.0])
    plain = build(inner, **fields)
    slow = fast = start
    state, path = plain.init(start), []
    for t, gradient in enumerate(given, start=1):
        fast, state = plain.apply(fast, gradient, state, plain.lr)
        if t % 5 == 0:
            slow = fast = slow + 0.25 * (fast - slow)
        path.append(fast)
    ours = follow(build("lookahead", optimizer=plain, steps=5, alpha=0.25), start, given)[1:]
    np.testing.assert_allclose(ours, path, rtol=1e-14)
    means = given.reshape(20, 3, 3).mean(axis=1)
    expected = np.repeat(follow(plain, start, means), 3, axis=0)[1:-2]
    held = follow(build("accumulate", optimizer=plain, steps=3), start, given)
    np.testing.assert_allclose(held[3::3], follow(plain, start, means)[1:], rtol=1e-12)
    assert np.array_equal(held[1:3], [start, start])
    assert len(expected) == 60


@reference("weight_decay", kind="paper", source="Loshchilov and Hutter 2019, algorithm 1")
@pytest.mark.parametrize(("inner", "fields"), INNER)
def test_decoupled_decay_is_a_shrinking_beside_the_rule(inner, fields):
    given, plain = gradients(50, 2), build(inner, **fields)
    p, state = np.array([3.0, -1.0, 2.0]), plain.init(np.zeros(3))
    ours = follow(build("weight_decay", optimizer=plain, weight_decay=0.3), p, given)
    for t, gradient in enumerate(given):
        moved, state = plain.apply(p, gradient, state, plain.lr)
        p = moved - plain.lr * 0.3 * p
        np.testing.assert_allclose(ours[t + 1], p, rtol=1e-13)
    if inner == "adam":
        adamw = follow(build("adamw", weight_decay=0.3, **fields), np.array([3.0, -1.0, 2.0]), given)
        np.testing.assert_allclose(ours, adamw, rtol=1e-11)


@reference("projected", kind="closed form", source="the nearest point of a box, coordinate by coordinate")
@pytest.mark.parametrize(("inner", "fields"), INNER)
def test_a_projected_step_is_the_nearest_point_of_the_box(inner, fields):
    given, plain = gradients(60, 4), build(inner, **fields)
    boxed = build("projected", optimizer=plain, low=-0.4, high=1.1)
    ours = follow(boxed, np.array([0.5, -0.2, 1.0]), given)
    p, state = np.array([0.5, -0.2, 1.0]), plain.init(np.zeros(3))
    for t, gradient in enumerate(given):
        q, state = plain.apply(p, gradient, state, plain.lr)
        p = np.array([min(max(each, -0.4), 1.1) for each in q])
        np.testing.assert_allclose(ours[t + 1], p, rtol=1e-13)
    assert ours.min() == -0.4
    with pytest.raises(ls.FieldError, match="high must be greater than low = 2, got 1"):
        build("projected", optimizer=plain, low=2.0, high=1.0)


@reference("average", "ema", kind="paper", source="Polyak and Juditsky 1992; Tarvainen and Valpola 2017, equation 2")
@pytest.mark.parametrize("begin", [0, 7])
def test_an_average_is_the_mean_of_the_points_the_rule_goes_through(begin):
    job = {"start": (0.5, -0.5), "steps": 40, "noise": "gaussian", "repeats": 20}
    plain = ls.simulate("himmelblau", build("adam", lr=0.05), **job).tracks[0].params
    mean = ls.simulate("himmelblau", build("average", optimizer=build("adam", lr=0.05), begin=begin), **job).tracks[0]
    for t in range(1, 41):
        expected = plain[t] if t <= begin else plain[begin + 1 : t + 1].mean(axis=0)
        np.testing.assert_allclose(mean.params[t], expected, rtol=1e-12)
    ema = ls.simulate("himmelblau", build("ema", optimizer=build("adam", lr=0.05), decay=0.8), **job).tracks[0].params
    p = plain[0]
    for t in range(1, 41):
        p = 0.8 * p + 0.2 * plain[t]
        np.testing.assert_allclose(ema[t], p, rtol=1e-12)


def test_the_mean_of_sgd_comes_closer_than_sgd():
    """Polyak and Juditsky: on a quadratic the mean's error falls as 1/t, while SGD keeps its noise floor."""
    job = {"start": (1.0, 1.0), "steps": 2000, "noise": ls.noise("gaussian", sigma=1.0), "repeats": 200}
    plain, mean = (
        np.mean(ls.simulate("quadratic", optimizer, **job).tracks[0].value[-1])
        for optimizer in (build("sgd", lr=0.05), build("average", optimizer=build("sgd", lr=0.05), begin=200))
    )
    assert mean < 0.05 * plain


@pytest.mark.parametrize("name", WRAPPERS)
def test_wrappers_nest_take_rates_for_each_run_and_obey_schedules(name):
    rates = np.array([0.01, 0.02, 0.04])
    job = {"start": (0.5, 0.5), "steps": 30, "schedule": "linear"}
    inner = build("clip", optimizer=build("sgd", lr=rates), max_norm=3.0)
    many = ls.simulate("himmelblau", build(name, optimizer=inner), **job, repeats=3).tracks[0]
    for run, rate in enumerate(rates):
        inner = build("clip", optimizer=build("sgd", lr=rate), max_norm=3.0)
        alone = ls.simulate("himmelblau", build(name, optimizer=inner), **job).tracks[0]
        assert np.array_equal(alone.params[:, :, 0], many.params[:, :, run])
        assert np.array_equal(alone.lr[:, 0], many.lr[:, run])


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_wrapper_says_what_it_can_hold(name):
    with pytest.raises(ls.FieldError, match='optimizer must be a first-order update rule, and "lbfgs" is not'):
        build(name, optimizer="lbfgs")
    with pytest.raises(ls.FieldError, match='Did you mean "adam"'):
        build(name, optimizer="adamm")
    with pytest.raises(ls.FieldError, match="optimizer is required"):
        build(name)


def test_a_scenario_and_a_record_hold_wrappers_within_wrappers(tmp_path):
    deep = build("lookahead", optimizer=build("weight_decay", optimizer=build("clip", optimizer="adam")))
    record = ls.simulate("himmelblau", deep, steps=3)
    record.save(tmp_path / "r.npz")
    assert ls.load(tmp_path / "r.npz") == record
    assert rule("lookahead").lr == build("momentum").lr

"""Laws of the noises: what they declare is what they draw, alone, in batches and one after another."""

import dataclasses
import json
import math

import numpy as np
import pytest
from members import planted
from noise_laws import (
    ADDITIVE,
    ALL,
    BOWL,
    EXAMPLES,
    MATRIX,
    NAMES,
    ROUND,
    SUM,
    Z,
    at,
    build,
    check_covariance,
    check_declared,
    check_distribution,
    check_mean,
    check_stable,
    check_tail,
    draws,
    label,
    path,
    source,
    surface_for,
)
from scipy import stats

import landscape as ls
from landscape.core.methods import Moment
from landscape.core.random import Source
from landscape.core.registry import from_table, to_table


def check_examples(names):
    missing = sorted(set(names) - set(EXAMPLES))
    assert not missing, (
        f"the noises {missing} have no EXAMPLES in tests/noise_laws.py, so that no law is checked of them: enter "
        + ", ".join(f'"{name}": [build("{name}", ...)]' for name in missing)
    )


def test_every_noise_is_held_to_these_laws():
    check_examples(NAMES)
    assert set(EXAMPLES) == set(NAMES)
    assert all(noise.name == name for name, noise in ALL)


class Halved(type(build("gaussian"))):
    """Normal noise that declares half of its covariance."""

    def covariance(self, dim):
        return 0.5 * super().covariance(dim)


class Shifted(type(build("gaussian"))):
    """Normal noise that declares another mean."""

    def mean(self, dim):
        return np.full(dim, 0.1)


def test_a_new_noise_that_declares_another_distribution_is_found_by_name():
    variance = r'the noise "planted_halved": variance of coordinate 0 of 200000 draws is \[[01]\.\d*\], not \[0\.5\]'
    with planted("noise", "planted_halved", Halved) as cls:
        with pytest.raises(AssertionError, match=r"the noises \['planted_halved'\] have no EXAMPLES"):
            check_examples(set(ls.noises.names()) - set(NAMES))
        with pytest.raises(AssertionError, match=variance):
            check_declared(cls())
    mean = 'the noise "planted_shifted": mean of 200000 draws is '
    with planted("noise", "planted_shifted", Shifted) as cls, pytest.raises(AssertionError, match=mean):
        check_declared(cls())


@pytest.mark.parametrize(("name", "noise"), ALL, ids=label)
def test_a_noise_is_plain_data_and_back(name, noise):
    assert from_table("noise", json.loads(json.dumps(to_table(noise)))) == noise


# what is declared


@pytest.mark.parametrize(("name", "noise"), ADDITIVE, ids=label)
def test_an_additive_noise_has_the_mean_and_covariance_that_it_declares(name, noise):
    check_declared(noise)


@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("name", ["gaussian", "uniform", "rademacher", "student_t", "alpha_stable", "cauchy"])
def test_coordinates_steps_and_neighbouring_runs_are_independent(name, dim):
    sample = np.sign(build(name).sample(source(20_000), np.arange(4), dim))
    rows = sample.reshape(4 * dim, -1)
    products = (rows @ rows.T) / rows.shape[1]
    error = Z / math.sqrt(rows.shape[1])
    assert np.all(np.abs(products - np.eye(4 * dim)) < error)
    assert np.all(np.abs(np.mean(rows[:, 1:] * rows[:, :-1], axis=1)) < error)


@pytest.mark.parametrize(
    ("noise", "distribution"),
    [
        (build("gaussian", sigma=0.7, batch_size=4), stats.norm(scale=0.35)),
        (build("uniform", sigma=0.7), stats.uniform(-0.7 * math.sqrt(3.0), 1.4 * math.sqrt(3.0))),
        *((build("student_t", dof=dof, scale=1.3), stats.t(dof, scale=1.3)) for dof in (0.5, 1.0, 2.5, 3.0, 40.0)),
        (build("alpha_stable", alpha=2.0, scale=1.3), stats.norm(scale=1.3 * math.sqrt(2.0))),
        (build("alpha_stable", alpha=1.0, scale=1.3), stats.cauchy(scale=1.3)),
        (build("cauchy", scale=1.3), stats.cauchy(scale=1.3)),
    ],
)
def test_a_noise_has_its_distribution(noise, distribution):
    for sample in draws(noise):
        check_distribution(sample, distribution)
    if noise.tail_index > 2.0:
        assert noise.covariance(1)[0, 0] == pytest.approx(distribution.var(), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.5, 0.9, 1.0, 1.1, 1.5, 1.9, 2.0])
def test_alpha_stable_noise_has_its_characteristic_function(alpha):
    for sample in draws(build("alpha_stable", alpha=alpha, scale=0.3)):
        check_stable(sample, alpha, 0.3)


@pytest.mark.parametrize("alpha", [0.8, 1.5, 2.0])
def test_a_batch_of_alpha_stable_noise_is_the_mean_of_as_many_single_ones(alpha):
    single = draws(build("alpha_stable", alpha=alpha), runs=50_000, dim=10)
    batch = build("alpha_stable", alpha=alpha, batch_size=10)
    check_stable(single.mean(axis=0), alpha, 10.0 ** (1.0 / alpha - 1.0))
    check_stable(draws(batch)[0], alpha, 10.0 ** (1.0 / alpha - 1.0))


@pytest.mark.parametrize(
    ("noise", "index"),
    [
        *((build("student_t", dof=dof), dof) for dof in (0.5, 1.0, 2.0, 3.0)),
        *((build("alpha_stable", alpha=alpha), alpha) for alpha in (0.5, 1.0, 1.5)),
        (build("cauchy"), 1.0),
    ],
)
def test_a_heavy_tail_has_the_index_that_it_declares(noise, index):
    assert noise.tail_index == index
    check_tail(draws(noise, runs=300_000, dim=1)[0], index)


def test_light_tails_declare_none():
    light = [noise.tail_index for _, noise in ADDITIVE if noise.name not in ("student_t", "alpha_stable", "cauchy")]
    assert set(light) == {math.inf}
    assert build("alpha_stable", alpha=2.0).tail_index == math.inf
    assert np.abs(draws(build("uniform", sigma=[0.5, 2.0]))).max() <= 2.0 * math.sqrt(3.0)
    assert set(np.unique(draws(build("rademacher", sigma=0.5)))) == {-0.5, 0.5}
    assert np.array_equal(draws(build("biased", bias=0.3), runs=3), np.full((2, 3), 0.3))


@pytest.mark.parametrize(
    ("noise", "check"),
    [
        (build("gaussian", sigma=1.03), lambda x: check_covariance(x, np.eye(2))),
        (build("biased", bias=1e-2), lambda x: check_mean(x, np.zeros(1))),
        (build("gaussian", sigma=1.05), lambda x: check_distribution(x[0], stats.norm)),
        (build("student_t", dof=5.0), lambda x: check_distribution(x[0], stats.t(3.0))),
        (build("alpha_stable", alpha=1.6), lambda x: check_stable(x[0], 1.5, 1.0)),
        (build("student_t", dof=3.0), lambda x: check_tail(x[0], 2.0)),
        (build("gaussian"), lambda x: check_tail(x[0], 3.0)),
    ],
)
def test_the_checks_find_a_noise_that_is_not_what_it_says(noise, check):
    with pytest.raises(AssertionError):
        check(draws(noise, runs=400_000, dim=1 + (noise.name == "gaussian")))


# batches


@pytest.mark.parametrize("batch_size", [2, 16, 100])
def test_noise_shrinks_with_the_root_of_the_batch(batch_size):
    """The same draws, divided by sqrt(batch_size); alpha-stable ones by batch_size^(1 - 1/alpha)."""
    for alpha, name, fields in (
        (2.0, "gaussian", {"sigma": [0.5, 2.0]}),
        (2.0, "gaussian_covariance", {"covariance_matrix": MATRIX}),
        (1.5, "alpha_stable", {"alpha": 1.5}),
        (0.8, "alpha_stable", {"alpha": 0.8}),
    ):
        one, many = build(name, **fields), build(name, **fields, batch_size=batch_size)
        factor = batch_size ** (1.0 / alpha - 1.0)
        np.testing.assert_allclose(draws(many, 1000), factor * draws(one, 1000), rtol=1e-13, atol=1e-14)
        with np.errstate(invalid="ignore"):
            np.testing.assert_allclose(many.covariance(2), factor**2 * one.covariance(2), rtol=1e-13)
    moment = at(BOWL, (0.3, -0.2), 1000)
    one, many = (build("hessian_proportional", batch_size=b).gradient(moment)[0] for b in (1, batch_size))
    np.testing.assert_allclose((many - moment.exact) * math.sqrt(batch_size), one - moment.exact, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["minibatch", "reshuffled_minibatch", "growing_minibatch"])
@pytest.mark.parametrize("batch_size", [1, 4, 11])
def test_a_mini_batch_has_the_variance_of_so_many_terms(name, batch_size):
    """S / B with replacement; without, that times (n - B) / (n - 1), S the covariance of one term's gradient."""
    point = (1.0, 2.0)
    moment = at(SUM, point, 20_000)
    terms = SUM.term_gradient(np.repeat(np.array(point)[:, None], 12, axis=1), np.arange(12)[None])
    share = 1.0 if name == "minibatch" else (12 - batch_size) / 11
    gradient, _ = build(name, batch_size=batch_size).gradient(moment)
    check_mean(gradient, SUM.gradient(np.array(point)))
    check_covariance(gradient, np.cov(terms, bias=True) / batch_size * share)


def test_a_growing_batch_has_the_sizes_that_it_says_all_terms_different_and_ends_exact():
    noise = build("growing_minibatch", batch_size=2, growth=1.5)
    sizes = [noise.size(step, 12) for step in range(7)]
    assert sizes == [2, 3, 4, 6, 10, 12, 12]
    assert build("growing_minibatch", batch_size=1, growth=2.0).size(3, 100) == 8
    assert build("growing_minibatch", batch_size=3, growth=1.0).size(10**6, 100) == 3
    assert build("growing_minibatch", batch_size=3, growth=7.0).size(10**6, 100) == 100
    for step, size in enumerate(sizes):
        index = noise._index(at(SUM, (0.0, 0.0), 50, step))
        assert index.shape == (size, 50)
        assert all(len(set(column)) == size for column in index.T)
    moment = at(SUM, (1.0, 2.0), 50, step=6)
    np.testing.assert_allclose(noise.gradient(moment)[0], moment.exact, rtol=1e-12)


def test_a_scheduled_batch_has_the_size_of_its_schedule():
    doubled = ls.schedule("piecewise_constant", boundaries=(10, 20), factors=(1.0, 2.0, 4.0))
    noise = build("scheduled_minibatch", batch_size=3, schedule=doubled)
    assert [noise.size(step, 100, 50) for step in (0, 9, 10, 19, 20)] == [3, 3, 6, 6, 12]
    assert noise.size(20, 100, 10) == 10
    assert build("scheduled_minibatch", batch_size=3, schedule="linear").size(99, 100, 50) == 1
    assert build("scheduled_minibatch", batch_size=10, schedule="linear").size(70, 100, 50) == 3
    index = noise._index(at(SUM, (0.0, 0.0), 50, 20))
    assert all(len(set(column)) == 12 for column in index.T)


def test_shuffled_epochs_hold_each_term_once_and_leave_out_the_rest():
    noise = build("reshuffled_minibatch", batch_size=5)
    orders = []
    for epoch in range(3):
        steps = (2 * epoch, 2 * epoch + 1)
        seen = np.concatenate([noise._index(at(SUM, (0.0, 0.0), 20, step)) for step in steps])
        assert seen.shape == (10, 20)
        assert all(len(set(column)) == 10 for column in seen.T)
        orders.append(seen)
    assert not np.array_equal(orders[0], orders[1])


@pytest.mark.parametrize("batch_size", [1, 5, 12])
def test_cyclic_batches_go_round_the_terms_in_their_order_and_are_the_same_for_every_run(batch_size):
    noise = build("cyclic_minibatch", batch_size=batch_size)
    rounds = np.concatenate([noise._index(at(SUM, (0.0, 0.0), 4, step)) for step in range(12)])
    expected = [number % 12 for number in range(12 * batch_size)]
    assert rounds.T.tolist() == [expected] * 4
    # the mean over as many steps as it takes to come back to the first term is exact
    moments = [at(SUM, (1.0, 2.0), 4, step) for step in range(12)]
    mean = np.mean([noise.gradient(moment)[0] for moment in moments], axis=0)
    np.testing.assert_allclose(mean, moments[0].exact, rtol=1e-12)


def test_the_noise_floor_falls_with_the_batch():
    def floor(batch_size):
        noise = build("gaussian", sigma=2.0, batch_size=batch_size)
        job = {"start": (0.0, 0.0), "steps": 60, "every": 60, "repeats": 5000, "noise": noise}
        return ls.simulate(ROUND, ls.optimizer("sgd", lr=0.3), **job)["sgd"].params[-1].ravel()

    for batch_size in (1, 4, 25):
        check_mean(floor(batch_size)[None] ** 2, np.array([0.3 * 4.0 / batch_size / (2.0 - 0.3)]))


# unbiased gradients


FIFTH = ls.schedule("piecewise_constant", boundaries=(), factors=(0.2,))
POINT = np.array([0.7, -1.1, 0.0, 2.5, -0.05])
WIDE = ls.surface("quadratic", dim=5, condition=30.0)


def errors(noise, runs=100_000, step=0):
    """(what the noise adds to the gradient at POINT (5, runs), the exact gradient (5,))."""
    moment = at(WIDE, POINT, runs, step)
    exact = moment.exact
    return noise.gradient(moment, noise.init(moment.params))[0] - exact, exact[:, 0]


@pytest.mark.parametrize(
    ("noise", "variance"),
    [
        (build("multiplicative", sigma=0.8), lambda g: 0.64 * g * g),
        (build("gradient_proportional", sigma=0.8), lambda g: np.full(5, 0.64 * np.sum(g * g) / 5)),
        (build("hessian_proportional", sigma=0.8, batch_size=2), lambda g: 0.32 * WIDE.eigenvalues),
        (build("masked", keep=0.3), lambda g: (1.0 / 0.3 - 1.0) * g * g),
        (build("masked", keep=1.0), lambda g: 0.0 * g),
        (build("masked", keep=[1.0, 0.5, 0.3, 0.2, 0.9]),
         lambda g: (1.0 / np.array([1.0, 0.5, 0.3, 0.2, 0.9]) - 1.0) * g * g),
        (build("by_distance", noise="gaussian", center=(0.0,) * 5, length=2.0), lambda g: 1.0 + np.sum(POINT**2) / 4.0),
        (build("scheduled", noise="gaussian", schedule=FIFTH),
         lambda g: np.full(5, 0.04)),
    ],
)  # fmt: skip
def test_an_unbiased_noise_has_the_exact_gradient_as_its_mean_and_the_variance_that_it_says(noise, variance):
    error, gradient = errors(noise)
    check_mean(error, np.zeros(5))
    expected = np.broadcast_to(variance(gradient), 5)
    check_mean(error * error, expected)
    check_covariance(error, np.diag(expected))


@pytest.mark.parametrize("levels", [1, 2, 5, 40])
def test_a_quantized_gradient_is_unbiased_and_within_its_bound(levels):
    """The variance of each coordinate is (|g| / s)^2 r (1 - r), r the part of s |g_i| / |g| above a level."""
    error, gradient = errors(build("quantized", levels=levels))
    check_mean(error, np.zeros(5))
    length = np.linalg.norm(gradient)
    part = np.mod(levels * np.abs(gradient) / length, 1.0)
    exact = (length / levels) ** 2 * part * (1.0 - part)
    check_mean(error * error, exact)
    assert exact.sum() <= min(5 / levels**2, math.sqrt(5) / levels) * length**2
    reached = (error + gradient[:, None]) / length * levels
    np.testing.assert_allclose(reached, np.round(reached), atol=1e-12)
    still, _ = build("quantized").gradient(at(WIDE, np.zeros(5), 10))
    assert np.array_equal(still, np.zeros((5, 10)))


def test_noise_with_the_hessians_shape_is_turned_with_it_and_takes_negative_curvature_as_positive():
    moment = at(BOWL, (0.3, -0.2), 100_000)
    error = build("hessian_proportional", sigma=0.8).gradient(moment)[0] - moment.exact
    check_covariance(error, 0.64 * BOWL.hessian(np.zeros(2)))
    saddle = ls.surface("hyperbolic_saddle", a=2.0, b=0.5)
    moment = at(saddle, (0.3, -0.2), 100_000)
    check_covariance(build("hessian_proportional").gradient(moment)[0] - moment.exact, np.diag([2.0, 0.5]))


# the noisy loss


@pytest.mark.parametrize(
    ("name", "noise"),
    [
        *ADDITIVE,
        *((name, noise) for name, noise in ALL if name in ("correlated", "scheduled", "drift", "random_walk")),
        *((name, noise) for name, noise in ALL if "minibatch" in name),
        ("chain", build("chain", noises=["drift", "gaussian", "biased"])),
        ("chain", build("chain", noises=["minibatch", build("correlated", noise="rademacher")])),
    ],
    ids=label,
)
def test_the_gradient_of_the_noisy_loss_is_the_noisy_gradient(name, noise):
    surface = surface_for(noise)
    moment = at(surface, (0.4, -0.3), 6, step=0)
    _, memory = noise.gradient(moment, noise.init(moment.params))
    moment = at(surface, (0.4, -0.3), 6, step=1)
    gradient, _ = noise.gradient(moment, memory)
    size = 1.0 + np.abs(gradient).max()
    for i in range(2):
        ahead, behind = (moment.params + sign * 1e-5 * np.eye(2)[:, [i]] for sign in (1.0, -1.0))
        values = [noise.value(Moment(surface, p, moment.source, 1, 100), memory) for p in (ahead, behind)]
        # the loss is a polynomial of degree 4: an error of 1e-10, and rounding
        np.testing.assert_allclose((values[0] - values[1]) / 2e-5, gradient[i], rtol=0, atol=1e-8 * size)


@pytest.mark.parametrize(
    ("name", "noise"),
    [(n, e) for n, e in ALL if n in ("multiplicative", "gradient_proportional", "hessian_proportional", "masked",
                                     "quantized", "by_distance", "stale")],
    ids=label,
)  # fmt: skip
def test_a_noise_whose_gradient_is_none_of_a_loss_leaves_the_loss_exact(name, noise):
    moment = at(BOWL, (0.4, -0.3), 5)
    assert np.array_equal(noise.value(moment, noise.init(moment.params)), BOWL._value(moment.params))


# memories, composition


def test_correlated_noise_has_the_same_covariance_at_every_step_and_a_correlation_that_fades():
    inner = build("gaussian_covariance", covariance_matrix=MATRIX)
    errors = path(build("correlated", noise=inner, memory=0.7), 8, 50_000)
    for step in (0, 1, 3, 7):
        check_covariance(errors[step], np.array(MATRIX))
    for first, later in ((0, 1), (2, 5), (1, 7)):
        for i in range(2):
            check_mean((errors[first, i] * errors[later, i])[None], np.array([0.7 ** (later - first) * MATRIX[i][i]]))


def test_correlated_noise_without_memory_is_the_noise_itself():
    assert np.array_equal(
        path(build("correlated", noise="gaussian", memory=0.0), 4, 20), path(build("gaussian"), 4, 20)
    )


def test_a_noise_that_is_switched_is_each_of_the_two_in_its_own_steps():
    for before, after in (("biased", build("biased", bias=[1.0, 2.0])), (build("biased", bias=[1.0, 2.0]), "biased")):
        found = path(build("switched", before=before, after=after, step=4), 9, 2)
        assert np.array_equal(found[:4], path(build("switched", before=before, after=before, step=4), 4, 2))
        np.testing.assert_array_equal(found[4:], path(build("switched", before=after, after=after, step=4), 9, 2)[4:])
        assert not np.array_equal(found[3], found[4])


def test_loss_and_gradient_under_a_noise_that_is_switched_are_those_of_each_in_its_own_steps():
    parts = {"before": ls.noise("gaussian", sigma=0.3), "after": ls.noise("uniform", sigma=5.0)}
    noise, surface = ls.noise("switched", **parts, step=2), ls.surface("booth")
    params = np.random.default_rng(0).normal(size=(2, 6))
    own = Source(3, np.arange(6), "noise")
    for step in range(4):
        for number, (name, part) in enumerate(parts.items()):
            moment = Moment(surface, params, own, step, 4)
            inner = dataclasses.replace(moment, source=own.branch(number))
            in_force = (name == "before") is (step < 2)
            for found, own_one in (
                (noise.value(moment, noise.init(params)), part.value(inner, part.init(params))),
                (noise.gradient(moment, noise.init(params))[0], part.gradient(inner, part.init(params))[0]),
            ):
                assert np.array_equal(found, own_one) is in_force


def test_a_scheduled_noise_has_the_schedules_size():
    noise = build("scheduled", noise="biased", schedule=ls.schedule("linear", final_factor=0.5))
    found = path(noise, 100, 2)[:, 0, 0]
    np.testing.assert_allclose(found, 0.1 * (1.0 - 0.5 * np.arange(100) / 100), rtol=1e-12)


def test_noise_by_distance_grows_as_it_says():
    noise = build("by_distance", noise="biased", center=(1.0, 0.0), length=2.0)
    for point, factor in (((1.0, 0.0), 1.0), ((3.0, 0.0), math.sqrt(2.0)), ((1.0, -6.0), math.sqrt(10.0))):
        np.testing.assert_allclose(path(noise, 1, 2, point), 0.1 * factor, rtol=1e-12)


def test_a_chain_acts_in_its_order():
    biased_then_masked = build("chain", noises=["biased", build("masked", keep=0.5)])
    masked_then_biased = build("chain", noises=[build("masked", keep=0.5), "biased"])
    moment = at(BOWL, (0.4, -0.3), 1000)
    first, _ = biased_then_masked.gradient(moment)
    second, _ = masked_then_biased.gradient(moment)
    double = 2.0 * (moment.exact + 0.1)
    assert np.all((first == 0.0) | np.isclose(first, double, rtol=1e-12))
    assert np.all(np.isclose(second, 0.1) | np.isclose(second, 2.0 * moment.exact + 0.1, rtol=1e-12))
    assert np.any(first == 0.0)
    assert not np.any(second == 0.0)


def test_the_links_of_a_chain_draw_random_numbers_of_their_own():
    errors = path(build("chain", noises=["gaussian", "gaussian"]), 1, 50_000)[0]
    check_covariance(errors, 2.0 * np.eye(2))  # 4 I were they the same draws
    alone = path(build("gaussian"), 1, 50_000)[0]
    check_mean(errors * alone, np.zeros(2))


def test_a_chain_keeps_every_memory():
    noise = build("chain", noises=["drift", build("stale", delay=1), build("stale", delay=2)])
    found = path(noise, 8, 1)[:, :, 0]
    hessian = BOWL.hessian(np.zeros(2))
    for step in range(8):
        np.testing.assert_allclose(found[step], -hessian @ np.full(2, 0.01 * max(step - 3, 0)), atol=1e-15)


# misuse


@pytest.mark.parametrize(
    ("noise", "surface", "message"),
    [
        (build("gaussian", sigma=[1.0, 2.0, 3.0]), BOWL, 'must have one number, or 2, for the surface "quadratic"'),
        (build("uniform", sigma=[1.0]), BOWL, "uniform: sigma must have one number, or 2"),
        (build("rademacher", sigma=[1.0]), BOWL, "rademacher: sigma must have one number, or 2"),
        (build("student_t", scale=[1.0]), BOWL, "student_t: scale must have one number, or 2"),
        (build("alpha_stable", scale=[1.0]), BOWL, "alpha_stable: scale must have one number, or 2"),
        (build("cauchy", scale=[1.0]), BOWL, "cauchy: scale must have one number, or 2"),
        (build("biased", bias=[1.0]), BOWL, "biased: bias must have one number, or 2"),
        (build("drift", velocity=[1.0]), BOWL, "drift: velocity must have one number, or 2"),
        (build("random_walk", sigma=[1.0]), BOWL, "random_walk: sigma must have one number, or 2"),
        (build("gaussian_covariance", covariance_matrix=((1.0,),)), BOWL, "covariance_matrix must have 2 rows"),
        (build("by_distance", noise="gaussian", center=(0.0,)), BOWL, "by_distance: center must have 2 numbers"),
        (build("by_distance", noise="minibatch"), BOWL, "minibatch: mini-batches need a finite sum"),
        (build("scheduled", noise="minibatch", schedule="cosine"), BOWL, 'Wrap it: surface "finite_sum"'),
        (build("chain", noises=["minibatch", "gaussian"]), BOWL, 'and "quadratic" is not one'),
        (build("correlated", noise=build("gaussian", sigma=[1.0])), BOWL, "gaussian: sigma must have"),
        (build("minibatch"), BOWL, "mini-batches need a finite sum"),
        (build("reshuffled_minibatch", batch_size=13), SUM, "batch_size must be at most the 12 terms, got 13"),
        (build("scheduled_minibatch", batch_size=13, schedule="constant"), SUM, "at most the 12 terms, got 13"),
        (build("growing_minibatch", batch_size=13), SUM, "batch_size must be at most the 12 terms, got 13"),
    ],
)  # fmt: skip
def test_a_noise_that_does_not_suit_the_surface_is_refused(noise, surface, message):
    with pytest.raises(ValueError, match=message):
        ls.simulate(surface, "sgd", start=(0.0, 0.0), steps=1, noise=noise)


@pytest.mark.parametrize(
    ("name", "fields", "field", "message"),
    [
        ("gaussian_covariance", {"covariance_matrix": ((1.0, 0.5),)}, "covariance_matrix", "as many rows as columns"),
        ("gaussian_covariance", {"covariance_matrix": ()}, "covariance_matrix", "as many rows as columns"),
        ("gaussian_covariance", {"covariance_matrix": ((1.0, 0.5), (0.4, 1.0))}, "covariance_matrix", "symmetric"),
        ("gaussian_covariance", {"covariance_matrix": ((1.0, 2.0), (2.0, 1.0))}, "covariance_matrix", "is -1"),
        ("scheduled_minibatch", {"schedule": "reduce_on_plateau"}, "schedule", "which reads the loss"),
        ("scheduled", {"noise": "gaussian", "schedule": "reduce_on_plateau"}, "schedule", "which reads the loss"),
        ("correlated", {"noise": "minibatch"}, "noise", 'must be additive, and "minibatch" is not'),
        ("chain", {"noises": ()}, "noises", "at least one"),
        ("chain", {"noises": ("gaussian", "minibatch")}, "noises", 'can have "minibatch" only in the first place'),
        ("chain", {"noises": ("gaussian", "gausian")}, "noises", "unknown noise .gausian.. Did you mean"),
    ],
)
def test_fields_that_do_not_fit_together_are_refused(name, fields, field, message):
    with pytest.raises(ls.FieldError, match=message) as caught:
        build(name, **fields)
    assert caught.value.field == field


@pytest.mark.parametrize("matrix", [((1.0, 1.0), (1.0, 1.0)), ((4.0, -2.0), (-2.0, 1.0)), ((0.0, 0.0), (0.0, 0.0))])
def test_a_covariance_may_be_of_fewer_dimensions(matrix):
    """Its lowest eigenvalue is 0, which rounding makes a little less."""
    noise = build("gaussian_covariance", covariance_matrix=matrix)
    drawn = np.array([noise.sample(source(400), step, 2) for step in range(50)])
    moved = np.cov(drawn.transpose(1, 0, 2).reshape(2, -1))
    assert np.allclose(moved, matrix, atol=0.2)
    assert np.linalg.matrix_rank(moved, tol=1e-9) <= 1

"""Laws of the noises: what they declare is what they draw, the same bits in any batch, and the closed forms they obey.

Every statistical check below alarms falsely with a probability of at most ALARM; there are fewer than 1,000 of them, so
that all together do with less than 1e-6. Seeds are fixed: a check that passes once passes always.
"""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

import landscape as ls
from landscape import noises
from landscape.core import Method, Moment
from landscape.engines import arrays, floats
from landscape.noises import Additive, Perturbation
from landscape.streams import Source

ALARM = 1e-9
Z = float(stats.norm.isf(ALARM / 2))  # 6.1 standard errors, two-sided

NAMES = [n for n in noises.names() if noises.REGISTRY.get(n).__module__.startswith("landscape.")]
build = noises.REGISTRY.build

BOWL = ls.surface("quadratic", condition=4.0, rotation=0.4)
ROUND = ls.surface("quadratic", condition=1.0)
SUM = ls.surface("finite_sum", surface=ls.surface("himmelblau"), terms=12, spread=0.3)
MATRIX = ((2.0, -0.6), (-0.6, 0.5))

# every noise, with fields that are not its defaults; those of terms need the surface SUM
EXAMPLES = {
    "gaussian": [build("gaussian", sigma=0.7, batch_size=3), build("gaussian", sigma=[0.5, 2.0])],
    "gaussian_covariance": [build("gaussian_covariance", covariance_matrix=MATRIX, batch_size=2)],
    "uniform": [build("uniform", sigma=0.7), build("uniform", sigma=[0.5, 2.0])],
    "rademacher": [build("rademacher", sigma=[0.5, 2.0])],
    "student_t": [build("student_t", dof=dof, scale=[0.5, 2.0]) for dof in (0.7, 2.5, 9.0)],
    "alpha_stable": [build("alpha_stable", alpha=alpha, scale=0.3, batch_size=4) for alpha in (0.6, 1.0, 1.5, 2.0)],
    "cauchy": [build("cauchy", scale=[0.5, 2.0])],
    "biased": [build("biased", bias=[0.3, -0.1])],
    "multiplicative": [build("multiplicative", sigma=0.8)],
    "gradient_proportional": [build("gradient_proportional", sigma=0.8)],
    "hessian_proportional": [build("hessian_proportional", sigma=0.8, batch_size=3)],
    "masked": [build("masked", keep=0.3)],
    "quantized": [build("quantized", levels=3)],
    "scheduled": [build("scheduled", noise="gaussian", schedule="cosine")],
    "by_distance": [build("by_distance", noise="gaussian", center=(0.5, -0.5), length=0.7)],
    "minibatch": [build("minibatch", batch_size=3)],
    "reshuffled_minibatch": [build("reshuffled_minibatch", batch_size=5)],
    "growing_minibatch": [build("growing_minibatch", batch_size=2, growth=1.2)],
    "correlated": [build("correlated", noise=inner, memory=0.8) for inner in ("gaussian", "student_t", "biased")],
    "stale": [build("stale", delay=delay) for delay in (1, 3)],
    "drift": [build("drift", velocity=[0.01, -0.02])],
    "random_walk": [build("random_walk", sigma=[0.05, 0.1])],
    "chain": [
        build("chain", noises=[build("correlated", noise="gaussian"), "masked", build("stale", delay=2)]),
        build("chain", noises=[build("minibatch", batch_size=3), "rademacher"]),
        build("chain", noises=[build("chain", noises=["random_walk", "gaussian"]), "quantized"]),
    ],
}
ALL = [(name, noise) for name, made in EXAMPLES.items() for noise in made]
ADDITIVE = [(name, noise) for name, noise in ALL if isinstance(noise, Additive)]


def label(value):
    return value if isinstance(value, str) else ""


def surface_for(noise, bowl=BOWL):
    """A surface that suits the noise: a finite sum where it draws terms."""
    try:
        noise.check_surface(bowl)
    except ValueError:
        return SUM
    return bowl


def source(runs, seed=5):
    return Source(seed, np.arange(runs), "noise")


def draws(noise, runs=200_000, dim=2, step=0):
    """What an additive noise adds: (dim, runs)."""
    return noise.sample(source(runs), step, dim)


def at(surface, point, runs, step=0, seed=5):
    """Many runs at one point: what a noise is asked there."""
    params = np.repeat(np.array(point, dtype=float)[:, None], runs, axis=1)
    return Moment(surface, params, source(runs, seed), step, 100)


def check_mean(sample, expected, spread=None):
    """The mean over the last axis, against its standard error; `spread` is known where it may not be estimated."""
    runs = sample.shape[-1]
    error = (sample.std(axis=-1) if spread is None else spread) / math.sqrt(runs)
    slack = 1e-12 * (np.abs(expected) + np.abs(sample).max(axis=-1)) + 1e-30
    assert np.all(np.abs(sample.mean(axis=-1) - expected) <= Z * error + slack)


def check_covariance(sample, expected):
    """The second moments about the mean (dim, runs), by their own standard errors: a fourth moment must exist."""
    centred = sample - sample.mean(axis=1, keepdims=True)
    for i, j in itertools.combinations_with_replacement(range(len(sample)), 2):
        check_mean((centred[i] * centred[j])[None], np.array([expected[i, j]]))


def check_distribution(sample, distribution):
    """Kolmogorov and Smirnov's test of a sample (n,)."""
    assert stats.kstest(sample, distribution.cdf).pvalue > ALARM


def hill(sample, most=1000):
    """Hill's estimate of the tail index from the `most` largest of |sample| (n,): standard error 1/sqrt(most)."""
    top = np.sort(np.abs(sample))[-most - 1 :]
    return 1.0 / np.mean(np.log(top[1:] / top[0]))


def check_tail(sample, index):
    # the 0.1 % farthest of 10^6 draws: a power law but for a part in a hundred
    assert abs(hill(sample) / index - 1.0) < Z / math.sqrt(1000) + 0.02


def test_every_noise_is_held_to_these_laws():
    assert set(EXAMPLES) == set(NAMES)
    assert all(noise.name == name for name, noise in ALL)


# what is declared


@pytest.mark.parametrize(("name", "noise"), ADDITIVE, ids=label)
def test_an_additive_noise_has_the_mean_and_covariance_that_it_declares(name, noise):
    sample, mean, covariance = draws(noise), noise.mean(2), noise.covariance(2)
    assert mean.shape == (2,)
    assert covariance.shape == (2, 2)
    assert np.array_equal(np.isfinite(np.diag(covariance)), [noise.tail_index > 2.0] * 2)
    if noise.tail_index > 2.0:
        check_mean(sample, mean, np.sqrt(np.diag(covariance)))
    if noise.tail_index > 4.0:
        check_covariance(sample, covariance)
    half = np.mean(sample > mean[:, None], axis=1)
    if name != "biased":
        assert np.all(np.abs(half - 0.5) < Z * 0.5 / math.sqrt(sample.shape[1]))


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


def check_stable(sample, alpha, scale):
    """The characteristic function of symmetric stable numbers (n,): E cos(u x) = exp(-|scale u|^alpha)."""
    for u in np.array([0.1, 0.3, 1.0, 2.0, 4.0]) / scale:
        here, twice = (math.exp(-((k * u * scale) ** alpha)) for k in (1.0, 2.0))
        check_mean(np.cos(u * sample)[None], np.array([here]), math.sqrt(0.5 + twice / 2.0 - here * here))
        check_mean(np.sin(u * sample)[None], np.zeros(1), math.sqrt(0.5 - twice / 2.0))


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
    check_tail(draws(noise, runs=1_000_000, dim=1)[0], index)


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
        (build("gaussian", sigma=1.02), lambda x: check_covariance(x, np.eye(2))),
        (build("biased", bias=1e-3), lambda x: check_mean(x, np.zeros(1))),
        (build("gaussian", sigma=1.02), lambda x: check_distribution(x[0], stats.norm)),
        (build("student_t", dof=3.6), lambda x: check_distribution(x[0], stats.t(3.0))),
        (build("alpha_stable", alpha=1.55), lambda x: check_stable(x[0], 1.5, 1.0)),
        (build("student_t", dof=2.5), lambda x: check_tail(x[0], 2.0)),
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


# the same bits everywhere

RATES = np.array([0.05, 0.2, 0.9, 3.0, 0.1] * 8)  # 0.9 diverges slowly, 3.0 at once
SERIES = ("params", "value", "gradient_norm", "lr", "evaluations", "status", "stopped")


def race(noise, **changed):
    job = {"start": ls.start("random_box", count=8), "repeats": 5, "steps": 60, "seed": 3, "noise": noise, **changed}
    rules = [ls.optimizer("sgd", lr=RATES), ls.optimizer("adam", lr=RATES)]
    # steep enough for 0.9 to diverge under any of these noises
    return ls.simulate(
        surface_for(noise, ls.surface("quadratic", condition=4.0, scale=1.5, rotation=0.4)), rules, **job
    )


def columns(record, chosen):
    return [[getattr(track, name)[..., chosen] for name in SERIES] for track in record]


def check_same(ours, theirs):
    for track, other in zip(ours, theirs, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(track, other, strict=True))


def check_bits(noise, monkeypatch):
    """A run alone, in another selection, in other blocks and with fewer rows is the run in the batch, bit for bit."""
    many = race(noise)
    for run in (0, 12, 39):
        check_same(columns(race(noise, runs=[run]), [0]), columns(many, [run]))
    chosen = [37, 3, 8, 21]
    check_same(columns(race(noise, runs=chosen), range(4)), columns(many, chosen))
    with monkeypatch.context() as patch:
        patch.setattr(arrays, "BLOCK", 14)
        check_same(columns(race(noise), range(40)), columns(many, range(40)))
    return many


@pytest.mark.parametrize(("name", "noise"), ALL, ids=label)
def test_a_run_sees_the_same_noise_alone_in_a_batch_in_blocks_and_after_others_dropped_out(name, noise, monkeypatch):
    many = check_bits(noise, monkeypatch)
    stopped = many["sgd"].stopped
    assert len(set(stopped)) > 1  # runs did drop out, at several steps
    assert stopped.min() < 60
    assert race(noise) == many
    assert race(noise, seed=4) != many or name in ("stale", "biased", "drift")


class Neighbourly(Perturbation):
    """A planted error: a memory that mixes the runs of a batch."""

    name = "neighbourly"

    def init(self, params):
        return (np.zeros_like(params),)

    def perturbed(self, gradient, moment, memory):
        return gradient + 0.01 * memory[0], (np.roll(gradient, 1, axis=1),)


class Forgetful(Perturbation):
    """A planted error: a memory that stays with the place in the batch where a run was at first."""

    name = "forgetful"

    def perturbed(self, gradient, moment, memory):
        size = np.arange(gradient.shape[1])
        return gradient + 0.01 * size, memory


@pytest.mark.parametrize("noise", [Neighbourly(), Forgetful()])
def test_the_check_of_bits_finds_a_noise_that_looks_beside_itself(noise, monkeypatch):
    with pytest.raises(AssertionError):
        check_bits(noise, monkeypatch)


@pytest.mark.parametrize(("name", "noise"), ADDITIVE, ids=label)
def test_both_engines_give_the_same_bits_under_additive_noise(name, noise, monkeypatch):
    job = {"start": (1.0, -0.5), "repeats": 3, "steps": 50, "noise": noise}
    rules = ["sgd", "momentum", ls.optimizer("adam", lr=0.1)]
    used = []
    kernel = floats.run
    monkeypatch.setattr(floats, "run", lambda *given: used.append(1) or kernel(*given))
    compiled = ls.simulate(BOWL, rules, **job)
    assert len(used) == 9
    monkeypatch.setattr(floats, "MOST_RUNS", 0)
    on_arrays = ls.simulate(BOWL, rules, **job)
    assert len(used) == 9
    assert compiled == on_arrays


@pytest.mark.parametrize(("name", "noise"), ADDITIVE, ids=label)
def test_many_steps_at_once_are_the_steps_one_by_one(name, noise):
    together = noise.sample(source(7), np.arange(5), 2)
    assert np.array_equal(together, [noise.sample(source(7), step, 2) for step in range(5)])


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


def path(noise, steps, runs, point=(0.0, 0.0), surface=BOWL):
    """The errors of a noise at one point over many steps: (steps, dim, runs)."""
    memory, found = noise.init(at(surface, point, runs).params), []
    for step in range(steps):
        moment = at(surface, point, runs, step)
        gradient, memory = noise.gradient(moment, memory)
        found.append(gradient - moment.exact)
    return np.array(found)


def descent(surface, rate, noise, steps, start=(0.0, 0.0), **job):
    """The track of plain descent."""
    return ls.simulate(surface, ls.optimizer("sgd", lr=rate), start=start, steps=steps, noise=noise, **job)["sgd"]


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


@pytest.mark.parametrize("delay", [1, 2, 3, 8])
@pytest.mark.parametrize("inside", [True, False])
def test_stale_gradients_are_stable_up_to_their_border(delay, inside):
    border = 2.0 * math.sin(math.pi / (4 * delay + 2))
    rate = border * (0.99 if inside else 1.01)
    track = descent(ROUND, rate, build("stale", delay=delay), 3000, start=(1.0, -1.0))
    norms = track.gradient_norm[:, 0]
    early, late = norms[500:1000].max(), norms[2500:].max()
    assert (late < 0.5 * early) if inside else (late > 2.0 * early or track.status[0] == "diverged")


def test_a_stale_gradient_is_that_of_so_many_steps_ago():
    delay, rate = 3, 0.1
    track = descent(ROUND, rate, build("stale", delay=delay), 20, start=(1.0, -1.0))
    p = track.params[:, :, 0]
    for step in range(20):
        assert np.array_equal(p[step + 1], p[step] - rate * p[max(step - delay, 0)])


def test_descent_lags_behind_a_drifting_minimum_by_velocity_over_rate_and_curvature():
    velocity = np.array([0.02, -0.01])
    surface = ls.surface("quadratic", condition=3.0)
    track = descent(surface, 0.2, build("drift", velocity=velocity), 200)
    lag = 200 * velocity - track.params[-1, :, 0]
    np.testing.assert_allclose(lag, velocity / (0.2 * surface.eigenvalues), rtol=1e-9)


def test_descent_follows_a_wandering_minimum_at_the_known_distance():
    """p - s has the variance sigma^2 / (lr a (2 - lr a)): it shrinks by 1 - lr a and is moved by sigma a step."""
    rate, sigma, runs, steps = 0.2, np.array([0.3, 0.1]), 20_000, 80
    surface = ls.surface("quadratic", condition=3.0)
    noise = build("random_walk", sigma=sigma)
    track = descent(surface, rate, noise, steps, repeats=runs, every=steps)
    walked = sum(Source(0, np.arange(runs), "noise").normals(step, 2) for step in range(1, steps)) * sigma[:, None]
    shrink = rate * surface.eigenvalues
    # the last step of the walk comes after the last gradient: the gap before it
    gap = (track.params[-1] - walked) / (1.0 - shrink[:, None])
    check_covariance(gap, np.diag(sigma**2 / (shrink * (2.0 - shrink))))
    drawn = path(noise, 6, runs, surface=ROUND)
    check_covariance(drawn[5], np.diag(5.0 * sigma**2))


def test_a_surface_goes_on_wandering_where_a_rule_asks_for_values_alone():
    seen = []

    class Looker(Method):
        lr: float = 1.0
        name, needs = "looker", frozenset({"value"})

        def init(self, params):
            return ()

        def step(self, params, oracle, state, lr):
            seen.append(oracle.value(params))
            return params, state

    job = {"start": (0.0, 0.0), "steps": 6, "repeats": 5, "noise": build("random_walk", sigma=0.5)}
    ls.simulate(ROUND, [Looker()], **job)
    drawn = Source(0, np.arange(5), "noise").normals(np.arange(1, 6), 2)
    place = 0.5 * np.cumsum(np.concatenate([np.zeros((1, 2, 5)), drawn]), axis=0)
    np.testing.assert_allclose(seen, 0.5 * np.sum(place * place, axis=1), rtol=1e-12)


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


# closed forms of stochastic descent


@pytest.mark.parametrize("noise", ["gaussian", "uniform", "rademacher"])
@pytest.mark.parametrize("rate", [0.05, 0.4])
def test_descent_has_its_stationary_variance_on_a_quadratic(noise, rate):
    """E x^2 = eta sigma^2 / (a (2 - eta a)) along each axis."""
    surface = ls.surface("quadratic", condition=4.0)
    job = {"start": (0.0, 0.0), "steps": 250, "every": 250, "repeats": 10_000, "noise": build(noise, sigma=0.7)}
    last = ls.simulate(surface, ls.optimizer("sgd", lr=rate), **job)["sgd"].params[-1]
    shrink = rate * surface.eigenvalues
    left = 1.0 - (1.0 - shrink) ** 500  # what 250 steps from 0 have reached
    check_covariance(last, np.diag(rate * 0.49 / (surface.eigenvalues * (2.0 - shrink)) * left))


@pytest.mark.parametrize(("rate", "momentum"), [(0.1, 0.5), (0.1, 0.9), (0.4, 0.8)])
def test_heavy_ball_has_its_stationary_variance_on_a_quadratic(rate, momentum):
    """E x^2 = eta sigma^2 (1 + b) / (a (1 - b) (2 (1 + b) - eta a)) (facts T3)."""
    surface = ls.surface("quadratic", condition=4.0)
    job = {"start": (0.0, 0.0), "steps": 250, "every": 250, "repeats": 10_000, "noise": "gaussian"}
    rule = ls.optimizer("momentum", lr=rate, momentum=momentum)
    last = ls.simulate(surface, rule, **job)["momentum"].params[-1]
    a = surface.eigenvalues
    check_covariance(last, np.diag(rate * (1 + momentum) / (a * (1 - momentum) * (2 * (1 + momentum) - rate * a))))


def test_noise_with_the_hessians_shape_keeps_descent_equally_far_in_every_direction():
    """E x^2 = eta sigma^2 / (2 - eta a): nearly the same along the eigenvectors of 1 and 4, turned by 0.4."""
    rate = 0.02
    job = {"start": (0.0, 0.0), "steps": 300, "every": 300, "repeats": 10_000}
    last = ls.simulate(BOWL, ls.optimizer("sgd", lr=rate), noise="hessian_proportional", **job)["sgd"].params[-1]
    values, vectors = np.linalg.eigh(BOWL.hessian(np.zeros(2)))
    left = 1.0 - (1.0 - rate * values) ** 600
    check_covariance(vectors.T @ last, np.diag(rate / (2.0 - rate * values) * left))
    check_covariance(last, rate / 2.0 * np.eye(2) * 1.03)  # isotropic within a few parts in a hundred


@pytest.mark.parametrize("steps", [10, 100, 1000])
def test_under_inverse_time_decay_the_variance_falls_to_zero(steps):
    """With the rate 1 / (a (t + 1)) the last point is the mean of the noises over a: E x^2 = sigma^2 / (a^2 T)."""
    surface = ls.surface("quadratic", condition=1.0, scale=2.0)
    schedule = ls.schedule("inverse_time", decay_rate=1.0, decay_steps=1.0)
    job = {"start": (1.0, -1.0), "steps": steps, "every": steps, "repeats": 5_000, "noise": "gaussian"}
    last = ls.simulate(surface, ls.optimizer("sgd", lr=0.5), schedule=schedule, **job)["sgd"].params[-1]
    check_covariance(last, np.eye(2) / (4.0 * steps))
    check_mean(last, np.zeros(2))


@pytest.mark.parametrize(("rate", "curvature"), [(0.1, 1.0), (0.05, 3.0), (0.5, 0.2)])
def test_a_saddle_is_left_after_the_logarithm_of_the_distance(rate, curvature):
    """|y| >= 1 after ceil(ln(1 / delta) / ln(1 + eta gamma)) steps from delta."""
    delta = np.array([3e-2, 1e-4, 1e-9])
    surface = ls.surface("hyperbolic_saddle", b=curvature)
    track = ls.simulate(surface, ls.optimizer("sgd", lr=rate), start=[[0.5] * 3, delta], steps=600)["sgd"]
    first = np.argmax(np.abs(track.params[:, 1]) >= 1.0, axis=0)
    assert first.tolist() == np.ceil(np.log(1.0 / delta) / np.log1p(rate * curvature)).tolist()


def test_from_the_saddle_itself_noise_takes_descent_away_after_the_logarithm_of_its_size():
    """A smaller sigma by 1/e takes 1 / ln(1 + eta gamma) steps more: the median over many runs, within its error."""

    def median(sigma):
        job = {"start": (0.0, 0.0), "steps": 250, "repeats": 400, "noise": build("gaussian", sigma=sigma)}
        y = ls.simulate("hyperbolic_saddle", ls.optimizer("sgd", lr=0.1), **job)["sgd"].params[:, 1]
        return float(np.median(np.argmax(np.abs(y) >= 1.0, axis=0)))

    # the same draws: the paths are proportional, and pass 1 a fixed number of steps apart
    assert median(1e-5) - median(1e-2) == pytest.approx(3.0 * math.log(10.0) / math.log(1.1), abs=1.0)


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
        ("correlated", {"noise": "minibatch"}, "noise", 'must be additive, and "minibatch" is not'),
        ("chain", {"noises": ()}, "noises", "at least one"),
        ("chain", {"noises": ("gaussian", "minibatch")}, "noises", 'can have "minibatch" only in the first place'),
        ("chain", {"noises": ("gaussian", "gausian")}, "noises", "list of"),
    ],
)
def test_fields_that_do_not_fit_together_are_refused(name, fields, field, message):
    with pytest.raises(ls.FieldError, match=message) as caught:
        build(name, **fields)
    assert caught.value.field == field

"""Laws of descent under noise: the same bits in any batch and on both engines, and the closed forms that it obeys."""

import math

import numpy as np
import pytest
from noise_laws import (
    ADDITIVE,
    ALL,
    BOWL,
    ROUND,
    build,
    check_covariance,
    check_mean,
    descent,
    label,
    path,
    source,
    surface_for,
)

import landscape as ls
from landscape.core.batches import UserCodeWarning
from landscape.core.methods import Method
from landscape.core.random import Source
from landscape.noises._registry import Perturbation
from landscape.simulation import array_engine as arrays
from landscape.simulation import float_engine as floats

# the same bits everywhere

RATES = np.array([0.05, 0.2, 0.9, 3.0, 0.1] * 8)  # 0.9 diverges slowly, 3.0 at once
SERIES = ("params", "value", "gradient_norm", "lr", "evaluations", "status", "stopped")


def race(noise, **changed):
    job = {"start": ls.start("random_box", count=8), "repeats": 5, "steps": 40, "seed": 3, "noise": noise, **changed}
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
    for run in (0, 39):
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
    assert stopped.min() < 40
    assert race(noise) == many
    assert race(noise, seed=4) != many or name in ("stale", "biased", "drift")


class Neighbourly(Perturbation):
    """A planted error: a memory that mixes the runs of a batch."""

    name = "neighbourly"
    __module__ = ls.noises.__name__  # the simulation looks for such errors in a user's noise

    def init(self, params):
        return (np.zeros_like(params),)

    def perturbed(self, gradient, moment, memory):
        return gradient + 0.01 * memory[0], (np.roll(gradient, 1, axis=1),)


class Forgetful(Perturbation):
    """A planted error: a memory that stays with the place in the batch where a run was at first."""

    name = "forgetful"
    __module__ = ls.noises.__name__

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
            loss = oracle.value(params)
            if len(loss) == 5:  # a rule of one's own is called for some runs alone as well
                seen.append(loss)
            return params, state

    job = {"start": (0.0, 0.0), "steps": 6, "repeats": 5, "noise": build("random_walk", sigma=0.5)}
    with pytest.warns(UserCodeWarning, match='looker: "seen" changes while it runs'):
        ls.simulate(ROUND, [Looker()], **job)
    drawn = Source(0, np.arange(5), "noise").normals(np.arange(1, 6), 2)
    place = 0.5 * np.cumsum(np.concatenate([np.zeros((1, 2, 5)), drawn]), axis=0)
    np.testing.assert_allclose(seen, 0.5 * np.sum(place * place, axis=1), rtol=1e-12)


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
    rate = 0.04
    job = {"start": (0.0, 0.0), "steps": 150, "every": 150, "repeats": 8_000}
    last = ls.simulate(BOWL, ls.optimizer("sgd", lr=rate), noise="hessian_proportional", **job)["sgd"].params[-1]
    values, vectors = np.linalg.eigh(BOWL.hessian(np.zeros(2)))
    left = 1.0 - (1.0 - rate * values) ** 300
    check_covariance(vectors.T @ last, np.diag(rate / (2.0 - rate * values) * left))
    check_covariance(last, rate / 2.0 * np.eye(2) * 1.05)  # isotropic within a few parts in a hundred


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

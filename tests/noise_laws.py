"""Hold a noise to its laws: what there is of them, examples of each, and checks of what they draw.

Every statistical check below alarms falsely with a probability of at most ALARM; there are fewer than 10,000 numbers
compared, so that all together do with less than 1e-6. Seeds are fixed: a check that passes once passes always.
"""

import itertools
import math

import numpy as np
from scipy import stats

import landscape as ls
from landscape import noises
from landscape.core.methods import Moment
from landscape.core.random import Source
from landscape.noises._registry import Additive

ALARM = 1e-10
Z = float(stats.norm.isf(ALARM / 2))  # 6.5 standard errors, two-sided

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
    "student_t": [build("student_t", dof=dof, scale=[0.5, 2.0]) for dof in (0.7, 9.0)],
    "alpha_stable": [build("alpha_stable", alpha=alpha, scale=0.3, batch_size=4) for alpha in (0.6, 1.0, 2.0)],
    "cauchy": [build("cauchy", scale=[0.5, 2.0])],
    "biased": [build("biased", bias=[0.3, -0.1])],
    "multiplicative": [build("multiplicative", sigma=0.8)],
    "gradient_proportional": [build("gradient_proportional", sigma=0.8)],
    "hessian_proportional": [build("hessian_proportional", sigma=0.8, batch_size=3)],
    "masked": [build("masked", keep=0.3), build("masked", keep=[1.0, 0.2])],
    "quantized": [build("quantized", levels=3)],
    "scheduled": [build("scheduled", noise="gaussian", schedule="cosine")],
    "by_distance": [build("by_distance", noise="gaussian", center=(0.5, -0.5), length=0.7)],
    "minibatch": [build("minibatch", batch_size=3)],
    "reshuffled_minibatch": [build("reshuffled_minibatch", batch_size=5)],
    "cyclic_minibatch": [build("cyclic_minibatch", batch_size=5)],
    "growing_minibatch": [build("growing_minibatch", batch_size=2, growth=1.2)],
    "scheduled_minibatch": [
        build("scheduled_minibatch", batch_size=2, schedule=ls.schedule("exponential", gamma=1.05)),
    ],
    "correlated": [build("correlated", noise=inner, memory=0.8) for inner in ("gaussian", "biased")],
    "stale": [build("stale", delay=delay) for delay in (1, 3)],
    "drift": [build("drift", velocity=[0.01, -0.02])],
    "random_walk": [build("random_walk", sigma=[0.05, 0.1])],
    "switched": [
        build("switched", before="gaussian", after=build("masked", keep=0.4), step=3),
        build("switched", before="minibatch", after="reshuffled_minibatch", step=4),
        build("switched", before=build("stale", delay=2), after=build("correlated", noise="gaussian"), step=5),
    ],
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


def check_mean(sample, expected, spread=None, what="mean"):
    """The mean over the last axis, against its standard error; `spread` is known where it may not be estimated."""
    runs = sample.shape[-1]
    error = (sample.std(axis=-1) if spread is None else spread) / math.sqrt(runs)
    slack = 1e-12 * (np.abs(expected) + np.abs(sample).max(axis=-1)) + 1e-30
    mean = sample.mean(axis=-1)
    assert np.all(np.abs(mean - expected) <= Z * error + slack), (
        f"{what} of {runs} draws is {mean}, not {np.asarray(expected)}: "
        f"{np.max(np.abs(mean - expected) / (error + slack)):.1f} standard errors off, {Z:.1f} are allowed"
    )


def check_covariance(sample, expected, whose=""):
    """The second moments about the mean (dim, runs), by their own standard errors: a fourth moment must exist."""
    centred = sample - sample.mean(axis=1, keepdims=True)
    for i, j in itertools.combinations_with_replacement(range(len(sample)), 2):
        what = f"{whose}variance of coordinate {i}" if i == j else f"{whose}covariance of coordinates {i} and {j}"
        check_mean((centred[i] * centred[j])[None], np.array([expected[i, j]]), what=what)


def check_distribution(sample, distribution):
    """Kolmogorov and Smirnov's test of a sample (n,)."""
    test = stats.kstest(sample, distribution.cdf)
    name = getattr(getattr(distribution, "dist", distribution), "name", "")
    assert test.pvalue > ALARM, (
        f"{len(sample)} draws are not of the distribution {name}: the share below {test.statistic_location:.3g} is off "
        f"by {test.statistic:.2g}, which is chance with a probability of {test.pvalue:.1e}"
    )


def hill(sample, most=1000):
    """Hill's estimate of the tail index from the `most` largest of |sample| (n,): standard error 1/sqrt(most)."""
    top = np.sort(np.abs(sample))[-most - 1 :]
    return 1.0 / np.mean(np.log(top[1:] / top[0]))


def check_tail(sample, index):
    # the 0.3 % farthest of 300,000 draws: a power law but for a few parts in a hundred
    found = hill(sample)
    assert abs(found / index - 1.0) < Z / math.sqrt(1000) + 0.03, f"the tail index is {found:.2f}, not {index:g}"


def check_stable(sample, alpha, scale):
    """The characteristic function of symmetric stable numbers (n,): E cos(u x) = exp(-|scale u|^alpha)."""
    for u in np.array([0.1, 0.3, 1.0, 2.0, 4.0]) / scale:
        here, twice = (math.exp(-((k * u * scale) ** alpha)) for k in (1.0, 2.0))
        what = f"characteristic function at {u:g}"
        check_mean(np.cos(u * sample)[None], np.array([here]), math.sqrt(0.5 + twice / 2.0 - here * here), what)
        check_mean(np.sin(u * sample)[None], np.zeros(1), math.sqrt(0.5 - twice / 2.0), what)


def check_declared(noise):
    """An additive noise has the mean, the covariance and the symmetry that it declares; messages say which it lacks."""
    whose = f'the noise "{noise.name}": '
    sample, mean, covariance = draws(noise), noise.mean(2), noise.covariance(2)
    assert mean.shape == (2,), f"{whose}the mean of 2 coordinates has the shape {mean.shape}"
    assert covariance.shape == (2, 2), f"{whose}the covariance of 2 coordinates has the shape {covariance.shape}"
    finite = np.isfinite(np.diag(covariance))
    assert np.array_equal(finite, [noise.tail_index > 2.0] * 2), (
        f"{whose}the variances are {np.diag(covariance)}, and the tail index is {noise.tail_index}"
    )
    if noise.tail_index > 2.0:
        check_mean(sample, mean, np.sqrt(np.diag(covariance)), f"{whose}mean")
    if noise.tail_index > 4.0:
        check_covariance(sample, covariance, whose)
    half = np.mean(sample > mean[:, None], axis=1)
    if noise.name != "biased":
        error = 0.5 / math.sqrt(sample.shape[1])
        assert np.all(np.abs(half - 0.5) < Z * error), f"{whose}a share of {half} of the draws lies above the mean"


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

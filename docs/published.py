"""The published figures that docs/make_reproduction.py writes, paper by paper."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from figures import Figure, paper

import landscape as ls
from landscape.analysis._metric import metric
from landscape.core.component import Array
from landscape.core.elementary import select
from landscape.record import Track


def run(surface: Any, rule: Any, start: Any, steps: int, **given: Any) -> Track:
    """The track of one rule."""
    return ls.simulate(surface, rule, start=start, steps=steps, progress=False, **given).tracks[0]


def bowl(*eigenvalues: float) -> Any:
    """The sum of lambda_i x_i^2 / 2."""
    return ls.surface("spectral_quadratic", eigenvalues=eigenvalues, rotation=0.0)


def hit(distance: Array, level: float) -> int:
    """The first row at which a distance (rows,) is at most that share of the first."""
    return int(np.argmax(distance <= level * distance[0]))


def length(track: Track) -> Array:
    """(rows,): |p_t| of the first run."""
    return np.asarray(np.linalg.norm(track.params[:, :, 0], axis=1))


# Quadratics.


def best(condition: float) -> dict[str, Any]:
    """Goh's optimal gradient descent and heavy ball for eigenvalues 1 and `condition`."""
    root = math.sqrt(condition)
    heavy = {"lr": (2.0 / (1.0 + root)) ** 2, "momentum": ((root - 1.0) / (root + 1.0)) ** 2}
    return {"GD": ls.optimizer("sgd", lr=2.0 / (1.0 + condition)), "heavy ball": ls.optimizer("momentum", **heavy)}


def steps_at(condition: float, name: str, steps: int) -> Array:
    """The distances of one of the two, from (1, 1)."""
    return length(run(bowl(1.0, condition), best(condition)[name], (1.0, 1.0), steps))


@paper(
    "Goh 2017, Why momentum really works",
    "1/2 (x² + κ y²) from (1, 1), with the best constant rate and momentum. The heavy ball's distance falls as k ρᵏ.",
)
def goh() -> Iterator[Figure]:
    descent, heavy = steps_at(100.0, "GD", 700), steps_at(100.0, "heavy ball", 1000)
    yield Figure("contraction of GD, κ = 100: (κ-1)/(κ+1)", 99 / 101, descent[-1] / descent[-2], 1e-9)
    yield Figure("steps of GD to 1e-6, κ = 100", 691, hit(descent, 1e-6), 0.0)
    k = 400
    rate = (heavy[2 * k] / heavy[k] / 2.0) ** (1.0 / k)
    yield Figure("contraction of the heavy ball, κ = 100: (√κ-1)/(√κ+1)", 9 / 11, rate, 1e-4)
    yield Figure("steps of the heavy ball to 1e-6, κ = 100", 93, hit(heavy, 1e-6), 0.02)
    for momentum, name in ((0.9, "√β of the heavy ball, β = 0.9, αλ = 0.1"), (0.81, "1 - √(αλ), β = 0.81, αλ = 0.01")):
        rule = ls.optimizer("momentum", lr=0.1 if momentum == 0.9 else 0.01, momentum=momentum)
        size = length(run(bowl(1.0), rule, (1.0,), 3000))
        late = size[1000:1100].max() / 1000.0 ** (momentum != 0.9)
        later = size[2000:2100].max() / 2000.0 ** (momentum != 0.9)
        yield Figure(f"contraction, {name}", math.sqrt(0.9) if momentum == 0.9 else 0.9, (later / late) ** 1e-3, 1e-3)


@paper("The same, worse conditioned", "As above, with κ = 10,000.", long=True)
def goh_worse() -> Iterator[Figure]:
    yield Figure("steps of GD to 1e-6, κ = 10,000", 69_078, hit(steps_at(1e4, "GD", 70_000), 1e-6), 0.0)
    yield Figure(
        "steps of the heavy ball to 1e-6, κ = 10,000", 1_056, hit(steps_at(1e4, "heavy ball", 2000), 1e-6), 0.02
    )


def limit(rule: str) -> float:
    """The largest rate at which x^2/2 falls, with momentum 0.9: between two of 65 by 65 rates."""
    low, high = 0.5, 8.0
    for _ in range(2):
        rates = np.linspace(low, high, 65)
        ends = run(bowl(1.0), ls.optimizer(rule, lr=rates, momentum=0.9), (1.0,), 1500, every=1500).params[-1, 0]
        grows = int(np.argmax(~(np.abs(ends) < 1.0)))
        low, high = float(rates[grows - 1]), float(rates[grows])
    return 0.5 * (low + high)


@paper(
    "Polyak 1964 and Nesterov 1983: stability limits",
    "x²/2 with momentum β = 0.9: the rate between those at which 1,500 steps lead nearer and farther.",
)
def limits() -> Iterator[Figure]:
    yield Figure("heavy ball, αλ = 2 + 2β", 3.8, limit("momentum"), 1e-3)
    yield Figure("Nesterov, αλ = (2 + 2β)/(1 + 2β)", 3.8 / 2.8, limit("nesterov"), 1e-3)


@paper(
    "Lessard, Recht and Packard 2016, section 4.6",
    "A strongly convex function with f' = 25x, x + 24, 25x - 24: heavy ball with α = 1/9, β = 4/9 from 3.3 cycles.",
)
def lessard() -> Iterator[Figure]:
    rule = ls.optimizer("momentum", lr=1 / 9, momentum=4 / 9)
    cycle = sorted(run("heavy_ball_counterexample", rule, (3.3,), 400).params[-3:, 0, 0])
    for theirs, ours in zip((-1.8024, 0.6465, 2.1159), cycle, strict=True):
        yield Figure("a point of its cycle", theirs, float(ours), 1e-4)
    far = [abs(run("heavy_ball_counterexample", rule, (x,), 400).params[-1, 0, 0]) for x in (2.0, 5.0)]
    yield Figure("distance from the minimum after 400 steps from 2 and 5, the larger", 0.0, max(far), 1e-6)
    others = {"sgd": {"lr": 1 / 13}, "nesterov": {"lr": 1 / 25, "momentum": 2 / 3}}
    far = [abs(run("heavy_ball_counterexample", ls.optimizer(n, **f), (3.3,), 400).params[-1, 0, 0])
           for n, f in others.items()]  # fmt: skip
    yield Figure("the same of gradient descent and Nesterov's method from 3.3", 0.0, max(far), 1e-6)


@paper(
    "Nesterov 2004: the worst function, and strongly convex quadratics",
    "n = 101, L = 1, 50 steps from 0 at the rate 1/L, with Nesterov's growing momentum, which in `nesterov` acts a "
    "step earlier; both methods must lie above 3 L |x*|²/(32 (k+1)²) = 0.001208, and Nesterov's below "
    "2 L |x*|²/(k+1)² = 0.02576. Theirs of these two by plain NumPy. "
    "Below: the rate 1 - 1/√κ of Nesterov's method with α = 1/L and β = (√κ-1)/(√κ+1).",
)
def nesterov() -> Iterator[Figure]:
    worst = ls.surface("nesterov_worst", dim=101)
    t = [1.0]
    while len(t) < 52:
        t.append(0.5 + math.sqrt(0.25 + t[-1] ** 2))
    growing = ls.schedule("function", function=lambda step, steps: (t[int(step)] - 1.0) / t[int(step) + 1])
    fast = ls.entrant(ls.optimizer("nesterov", lr=1.0, momentum=1.0), schedules={"momentum": growing})
    gaps = [run(worst, rule, None, 50).value[50, 0] - worst.lowest for rule in (ls.optimizer("sgd", lr=1.0), fast)]
    yield Figure("Nesterov's loss above the lowest", 0.003818, float(gaps[1]), 0.05)
    yield Figure("gradient descent's", 0.01279, float(gaps[0]), 1e-3)
    for condition, steps in ((100.0, 400), (1000.0, 1200)):
        root = math.sqrt(condition)
        rule = ls.optimizer("nesterov", lr=1.0 / condition, momentum=(root - 1.0) / (root + 1.0))
        size = length(run(bowl(1.0, condition), rule, (1.0, 1.0), steps))
        rate = (size[-1] / size[steps // 2] / 2.0) ** (2.0 / steps)
        yield Figure(f"contraction, κ = {condition:g}", 1.0 - 1.0 / root, float(rate), 1e-3)


# Noise.


def square(rate: float, beta: float) -> float:
    """E x^2 of a heavy ball on x^2/2 with noise of variance 1."""
    rule = ls.optimizer("momentum", lr=rate, momentum=beta)
    track = run(bowl(1.0), rule, (0.0,), 2400, noise=ls.noise("gaussian", sigma=1.0), repeats=2000, every=20)
    return float(np.mean(track.params[60:, 0] ** 2))


@paper(
    "Mandt, Hoffman and Blei 2017, and Robbins and Monro 1951: noise floors",
    "g = x + N(0, 1) from 2,000 runs: E x² = α (1+β)/((1-β)(2(1+β)-α)); with the rate 1/t, E x² = 1/T.",
    long=True,
)
def floors() -> Iterator[Figure]:
    for rate, beta, theirs in ((0.1, 0.0, 0.05263), (0.5, 0.0, 0.3333), (0.1, 0.9, 0.5135), (0.01, 0.9, 0.05013)):
        yield Figure(f"E x², α = {rate}, β = {beta}", theirs, square(rate, beta), 0.02)
    falling = ls.schedule("inverse_time", decay_rate=1.0, decay_steps=1)
    track = run(bowl(1.0), ls.optimizer("sgd", lr=1.0), (5.0,), 100, noise=ls.noise("gaussian", sigma=1.0),
                repeats=20_000, schedule=falling, every=100)  # fmt: skip
    yield Figure("E x² after T = 100 steps at the rate 1/t", 0.01, float(np.mean(track.params[-1, 0] ** 2)), 0.03)


# Saddles.


@paper("A strict saddle", "(x² - y²)/2 at the rate 0.1, from (0, y₀): the first step with |y| at least 1.")
def strict() -> Iterator[Figure]:
    for start, steps in ((1e-2, 49), (1e-4, 97), (1e-8, 194), (1e-12, 290)):
        track = run("hyperbolic_saddle", ls.optimizer("sgd", lr=0.1), (0.0, start), 300)
        yield Figure(f"gradient descent, y₀ = {start:g}", steps, int(np.argmax(track.params[:, 1, 0] >= 1.0)), 0.0)
    track = run("hyperbolic_saddle", ls.optimizer("momentum", lr=0.1, momentum=0.9), (0.0, 1e-8), 300)
    y = track.params[:, 1, 0]
    yield Figure("heavy ball, β = 0.9, y₀ = 1e-8", 69, int(np.argmax(y >= 1.0)), 0.0)
    yield Figure("its growth a step", 1.31623, float(y[60] / y[59]), 1e-5)


@paper(
    "Dauphin et al. 2014: Newton's method and saddle-free Newton",
    "x²/2 - y²/2 + y⁴/4 from (1, 0.1): the y of each step. Newton goes to the saddle, saddle-free Newton to (0, 1).",
)
def dauphin() -> Iterator[Figure]:
    saddle = ls.from_expression("x**2/2 - y**2/2 + y**4/4", window=(-2.0, 2.0))
    ways = {"newton": (-0.002062, 0.0), "saddle_free_newton": (0.2021, 0.4229, 1.1723, 1.0318, 1.0014, 1.0)}
    for name, theirs in ways.items():
        rule = ls.optimizer(name, lr=1.0, **({"damping": 0.0} if name == "saddle_free_newton" else {}))
        y = run(saddle, rule, (1.0, 0.1), 6).params[1:, 1, 0]
        for step, (expected, found) in enumerate(zip(theirs, y, strict=False), 1):
            yield Figure(f"{name.replace('_', ' ')}, step {step}", expected, float(found), 1e-3)


@paper(
    "Du et al. 2017: exponential time to escape saddle points",
    "The octopus with τ = e and γ = 1, at the rate 1/(4L): how many times longer descent waits at each saddle than "
    "at the one before, 1 + ln 2/ln(1 + 1/(2L)), as the mean of two ratios.",
    long=True,
)
def octopus() -> Iterator[Figure]:
    for steepness, growth in ((1.0, 2.710), (1.5, 3.409), (2.0, 4.106), (3.0, 5.497)):
        surface = ls.surface("octopus", dim=4, steepness=steepness)
        track = run(surface, ls.optimizer("sgd", lr=0.25 / steepness), [0.1] * 4, int(7.0 * growth**4))
        waits = np.diff(np.argmax(track.params[:, :, 0] > 2.0 * surface.tau, axis=0))
        yield Figure(f"growth, L = {steepness:g}", growth, float(np.mean(waits[1:] / waits[:-1])), 0.01)
    surface = ls.surface("octopus", dim=8)
    track = run(surface, ls.optimizer("sgd", lr=0.25 / surface.steepness), np.full(8, 1e-3), 1500, repeats=100,
                noise=ls.noise("gaussian", sigma=0.05))  # fmt: skip
    passed = np.argmax(np.abs(track.params) > 2.0 * surface.tau, axis=0)
    waits = np.diff(passed, axis=0).mean(axis=1)
    yield Figure(
        "growth with noise, over six saddles, 100 runs, L = e: none", 1.0, float((waits[-1] / waits[0]) ** (1 / 6)), 0.1
    )


# Adaptive rules.


@paper(
    "Kingma and Ba 2015: Adam",
    "Its step under a constant gradient is the rate; it does not see the gradient's scale; with β₁ = 0 it cycles about "
    "the minimum of x²/2 at |x| = α/2.",
)
def adam() -> Iterator[Figure]:
    slope = ls.from_expression("3*x", window=(-2.0, 2.0))
    walk = run(slope, ls.optimizer("adam", lr=0.01), (1.0,), 100).params[:, 0, 0]
    yield Figure("length of a step over the rate", 1.0, float(np.max(np.abs(np.diff(walk)))) / 0.01, 1e-8)
    scaled = ls.surface("scaled", surface="rosenbrock", height=1000.0)
    rule = ls.optimizer("adam", lr=0.01, eps=0.0)
    ways = [run(each, rule, (-1.5, 2.0), 200).params for each in ("rosenbrock", scaled)]
    yield Figure(
        "how far a factor of 1,000 moves 200 steps on Rosenbrock", 0.0, float(np.max(np.abs(ways[1] - ways[0]))), 1e-9
    )
    x = run(bowl(1.0), ls.optimizer("adam", lr=0.1, beta1=0.0, eps=0.0), (0.05,), 101).params[:, 0, 0]
    yield Figure("x after 101 steps from α/2, over α/2", -1.0, float(x[-1]) / 0.05, 1e-9)


class Turn(NamedTuple):
    """count: (dim, runs), where in the sequence it is; inner: what the rule keeps."""

    count: Any
    inner: Any


class Given(ls.Optimizer):
    """A rule that is sent first, others, others, ..., over and over, instead of the gradient."""

    lr: float = 1e-3
    rule: ls.Optimizer
    first: float = 1010.0
    others: float = -10.0
    period: int = 101

    def init(self, params: Array) -> Turn:
        """At the beginning of the sequence."""
        return Turn(0.0 * params, self.rule.init(params))

    def apply(self, params: Array, gradient: Array, state: Turn, lr: Any) -> tuple[Array, Turn]:
        """One step at params (dim, runs)."""
        g = select(state.count - 0.5, self.others, self.first) + 0.0 * gradient
        moved, inner = self.rule.apply(params, g, state.inner, lr)
        return moved, Turn(select(state.count - (self.period - 1.5), 0.0, state.count + 1.0), inner)


def kept(name: str, **fields: float) -> Any:
    """A rule whose points are put back into [-1, 1]."""
    return ls.optimizer("projected", optimizer=ls.optimizer(name, **fields), low=-1.0, high=1.0)


@functools.cache
def reddi_end(name: str, steps: int) -> float:
    """Where a rule is after that many steps of Reddi's sequence."""
    rule = Given(lr=1e-3, rule=kept(name, lr=1e-3, beta1=0.9, beta2=0.99))
    slope = ls.from_expression("x", window=(-1.0, 1.0))
    return float(run(slope, rule, (0.0,), steps, every=steps).params[-1, 0, 0])


@paper(
    "Reddi, Kale and Kumar 2018: on the convergence of Adam and beyond",
    "1010x at each 101st step and -10x at the others, on [-1, 1] from 0, with the rate 0.001 and β = 0.9, 0.99: the "
    "lowest point is -1. Below: 3x, -x, -x with β₁ = 0, β₂ = 0.1 and the rate 0.9 √(1-β₂)/√t from 1, "
    "300,000 steps. Theirs by plain NumPy, of the last four after a number of steps that is not known.",
    long=True,
)
def reddi() -> Iterator[Figure]:
    for name, ends in (
        ("adam", ((100_000, 0.9955), (3_000_000, 1.0))),
        ("amsgrad", ((100_000, -0.0817), (1_000_000, -0.7797), (3_000_000, -0.9948))),
    ):
        for steps, theirs in ends:
            yield Figure(f"{name} after {steps:,} steps", theirs, reddi_end(name, steps), 1e-3)
    slope, steps = ls.from_expression("x", window=(-1.0, 1.0)), 300_000
    falling = ls.schedule("inverse_sqrt", decay_steps=1)
    for name, end, regret in (("adam", 1.0, 0.668), ("amsgrad", -0.9989, 0.002)):
        inner = kept(name, lr=1.0, beta1=0.0, beta2=0.1)
        rule = Given(lr=0.9 * math.sqrt(0.9), rule=inner, first=3.0, others=-1.0, period=3)
        x = run(slope, rule, (1.0,), steps, schedule=falling).params[:-1, 0, 0]
        yield Figure(f"{name}, 3x, -x, -x: its point", end, float(x[-1]), 1e-3)
        found = float(np.mean(np.resize([3.0, -1.0, -1.0], steps) * (x + 1.0)))
        yield Figure("its mean regret", regret, found, 0.01 if name == "adam" else 0.25)


@paper(
    "Wilson et al. 2017: the marginal value of adaptive gradient methods",
    "Least squares on their separable examples, n = 200, of which 150 are positive, and a test set with as many: "
    "errors on new examples, and the length of the solution, √(3 + 150 + 250)/4 = 5.019 of the adaptive ones; "
    "that of the others, 0.988, by plain NumPy with other labels.",
    long=True,
)
def wilson() -> Iterator[Figure]:
    x, y = ls.networks.data.build("adaptive_counterexample", count=200).examples()
    new = np.zeros_like(x)
    new[:, :2] = x[:, :2]  # features of its own have weight 0
    model = ls.surface("network", layers=(x.shape[1], 1), dataset=(x, 2.0 * y - 1.0), loss="half_mse")
    rules = {"sgd": {"lr": 0.5}, "momentum": {"lr": 0.1}, "adagrad": {"lr": 0.1}, "adam": {"lr": 0.01},
             "rmsprop": {"lr": 0.003}}  # fmt: skip
    falling = ls.schedule("linear")
    for name, fields in rules.items():
        adaptive = name not in ("sgd", "momentum")
        track = run(model, ls.optimizer(name, **fields), np.zeros(model.dim), 5000 if not adaptive else 1500,
                    schedule=falling if name in ("adam", "rmsprop") else None, every=500)  # fmt: skip
        end = track.params[-1, :, 0]
        error = float(np.mean(np.sign(model.outputs(end, new)[0]) != 2.0 * y - 1.0))
        yield Figure(f"{name}: share of new examples that are wrong", 0.25 if adaptive else 0.0, error, 1e-9)
        yield Figure(f"{name}: length of the solution", 5.019 if adaptive else 0.988, float(np.linalg.norm(end)), 0.02)


# Networks.


@paper(
    "Li et al. 2018: filter normalisation",
    "A network of rectifiers, W₁ times c and W₂ divided by c: the largest change of a slice along the same two "
    "directions, over its largest loss.",
)
def filters() -> Iterator[Figure]:
    net = ls.surface("network", layers=(2, 6, 1), activation="relu", dataset="moons", loss="half_mse")
    p = net.customary_start
    drawn = np.random.default_rng(0).normal(size=(2, net.dim))
    weights = net.joined({name: np.full(view.shape, view.ndim > 1) for name, view in net.views(p).items()})

    def slices(factor: float, normalised: bool) -> Array:
        parts = {name: np.array(view) for name, view in net.views(p).items()}
        parts["W1"], parts["W2"] = parts["W1"] * factor, parts["W2"] / factor
        q = net.joined(parts)
        ways = [ls.networks.filter_normalised(net, q, 0, each) if normalised else weights * each for each in drawn]
        return np.asarray(ls.networks.Plane(net, q, *ways).grid(11)[2])

    plain = slices(1.0, True)
    for factor in (10.0, 100.0):
        change = float(np.max(np.abs(slices(factor, True) - plain)) / plain.max())
        yield Figure(f"change, normalised, c = {factor:g}", 0.0, change, 1e-12)
    raw = slices(1.0, False)
    grows = [float(np.max(np.abs(slices(factor, False) - raw))) for factor in (10.0, 100.0)]
    yield Figure("change without, c = 100 over c = 10: the loss grows as c²", 100.0, grows[1] / grows[0], 0.1)


@paper(
    "Cohen et al. 2021: the edge of stability",
    "A tanh network 1-50-50-1, half the squared error on 20 points of Chebyshev's T₅, all of them in each of 60,000 "
    "steps of gradient descent: sharpness times rate over 2, the mean of the last ten of 601 rows.",
    long=True,
)
def edge() -> Iterator[Figure]:
    x = np.linspace(-1.0, 1.0, 20)
    data = (x[:, None], 16.0 * x**5 - 20.0 * x**3 + 5.0 * x)
    net = ls.surface("network", layers=(1, 50, 50, 1), activation="tanh", dataset=data, loss="half_mse")
    rates = [0.4, 0.2, 0.1]
    track = run(net, ls.optimizer("sgd", lr=rates), ls.start("xavier", count=1), 60_000, every=100, repeats=3)
    for number, rate in enumerate(rates):
        late = [ls.networks.largest_eigenvalues(net, row[:, number])[0][0] for row in track.params[-10:]]
        yield Figure(f"rate {rate}", 1.0, float(np.mean(late)) * rate / 2.0, 0.05)


@paper(
    "Cohen et al. 2022: the adaptive edge of stability",
    "A tanh network 1-8-8-1 on 20 points of a sine, all of them in each of 3,600 steps of Adam with β₁ = 0.9 and β₂ = "
    "0.999: preconditioned sharpness times rate over 38, the median of five starts of the mean over the last quarter.",
    long=True,
)
def adaptive_edge() -> Iterator[Figure]:
    sine = ls.networks.data.build("noisy_sine", count=20, noise=0.0)
    net = ls.surface("network", layers=(1, 8, 8, 1), activation="tanh", dataset=sine, loss="half_mse")
    late = metric("late_mean", of=metric("preconditioned_sharpness"))
    for rate in (0.01, 0.02, 0.04):
        track = run(net, ls.optimizer("adam", lr=rate), ls.start("xavier", count=5), 3600, every=100)
        yield Figure(f"rate {rate}", 1.0, float(np.median(late.measure(track, net))) * rate / 38.0, 0.1)

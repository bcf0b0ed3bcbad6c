"""Rules beside their papers' algorithms in plain Python, a coordinate or a list at a time: `tests/papers/`.

Each runs along given gradients, with zeros, steps without any, and jumps of scale, and down a bowl, where what a rule
learns of distances comes into play; the rate changes on the way. Both see the gradients at the paper's points, so that
rounding errors are not fed back.
"""

import math

import numpy as np
import pytest
from drawn import always, generator
from papers import adam, adaptive, descent, lengths  # noqa: F401
from references import PAPERS, arguments
from traces.make import usual_range

import landscape as ls
from landscape.core.component import field_hints
from landscape.core.methods import Optimizer

# Relative to the largest value that a coordinate has had. The worst seen is 2e-14, where sums
# cancel; a rule wrong by a thousandth in a field shows as ten times the tolerance and more.
TOLERANCE = 1e-12
STEPS = {"given": 300, "bowl": 120}
IDS = [f"{each.rule}-{each.algorithm.__name__}" for each in PAPERS]

# Wide enough that every field shows in the path; other fields have their `usual_range`. A pair is a range, logarithmic
# where it spans decades; a list, values.
RANGES = {
    "lr": (3e-3, 0.1),
    "weight_decay": (0.02, 0.3),
    "momentum": (0.3, 0.95),
    "dampening": [0.0, 0.3, 0.6],
    "lr_decay": (0.01, 0.1),
    "initial_accumulator_value": (0.01, 1.0),
    "rho": (0.5, 0.99),
    "alpha": (0.5, 0.99),
    "beta": (0.3, 0.95),
    "beta1": (0.3, 0.95),
    "beta2": (0.5, 0.999),
    "beta3": (0.5, 0.999),
    "eps": (1e-3, 0.1),
    "eps_root": (1e-4, 1e-2),
    "momentum_decay": (4e-3, 0.4),
    "lambd": (1e-2, 0.3),
    "t0": [0.0, 20.0],
    "etaminus": (0.3, 0.9),
    "etaplus": (1.05, 1.5),
    "trust_coefficient": (0.01, 0.1),
    "min_norm": (0.05, 2.0),
    "init_step": (1e-4, 1e-2),
    "growth": (0.5, 2.0),
    "beta2_decay": (0.3, 1.0),
    "eps1": (1e-2, 1.0),
    "eps2": (0.1, 3.0),
    "d": (1.0, 1.2),
    "smallest": (0.2, 1.0),
    "largest": (2.0, 5.0),
    "max_learning_rate": (0.05, 0.5),
    "f_min": (-1.0, 0.0),
    "lower_bound": (-1.0, 0.0),
}


def draw(paper, rng):
    """Random hyper-parameters of a paper's rule."""
    fields = {}
    for field in ["lr", *(name for name in arguments(paper.algorithm) if name != "lr")]:
        bounds = paper.fields.get(field) or RANGES.get(field) or usual_range(paper.rule, field)
        if isinstance(bounds, list):
            fields[field] = bounds[rng.integers(len(bounds))]
        elif bounds[0] > 0 and bounds[1] / bounds[0] > 5:
            fields[field] = math.exp(rng.uniform(*np.log(bounds)))
        else:
            fields[field] = rng.uniform(*bounds)
    return fields


def problem(kind, rng):
    """(start, function (point, step) -> gradient, function (point, step) -> loss) of six coordinates."""
    start = rng.uniform(-2.0, 2.0, 6)
    if kind == "bowl":
        curvature, goal = rng.uniform(0.3, 3.0, 6), rng.uniform(-4.0, 4.0, 6)
        return (
            start,
            lambda p, t: curvature * (np.asarray(p) - goal),
            lambda p, t: 0.5 * float(np.sum(curvature * (np.asarray(p) - goal) ** 2)),
        )
    given = rng.standard_normal((STEPS[kind], 6)) * 10.0 ** rng.uniform(-3.0, 2.0, (STEPS[kind], 1))
    given[rng.random(given.shape) < 0.1] = 0.0
    given[rng.random(STEPS[kind]) < 0.05] = 0.0
    values = rng.uniform(-0.5, 4.0, STEPS[kind])
    return start, lambda p, t: given[t], lambda p, t: float(values[t])


def rates(paper, lr, steps):
    """The rate of each step: its factor rises, falls and is 0 at times, if the paper's rule lets it change."""
    factors = np.ones(steps) if paper.constant else 1.0 + 0.5 * np.sin(0.3 * np.arange(steps))
    factors[7::50] *= 1.0 if paper.constant else 0.0
    return lr * factors


def follow_paper(paper, fields, start, gradient, value, rate):
    """Where the paper's algorithm goes, (steps + 1, 6), and the gradients and losses that it was sent on the way."""
    given = {name: fields[name] for name in arguments(paper.algorithm)}
    walks = (
        [paper.algorithm(float(x), **given) for x in start] if paper.each else [paper.algorithm(list(start), **given)]
    )

    def joined(points):
        return [float(x) for x in (points if paper.each else points[0])]

    path, seen = [joined([next(walk) for walk in walks])], []
    for t, lr in enumerate(rate):
        g, f = [float(c) for c in gradient(path[-1], t)], value(path[-1], t)
        sent = [(c, float(lr)) for c in g] if paper.each else [(g, float(lr), *((f,) if paper.value else ()))]
        path.append(joined([walk.send(each) for walk, each in zip(walks, sent, strict=True)]))
        seen.append((np.array(g), f))
    return np.array(path), seen


class Given:
    """An oracle that answers with a loss and a gradient (dim, 1)."""

    exact = False

    def __init__(self, value, gradient):
        self._value, self._gradient = value, gradient

    def value(self, params):
        return np.full(params.shape[1:], self._value)

    def gradient(self, params):
        return self._gradient[:, None]


def follow(rule, start, seen, rate):
    """Where a rule goes along given gradients and losses: (steps + 1, 6)."""
    p = np.array(start)[:, None]
    state, path = rule.init(p), [p[:, 0]]
    for (g, f), lr in zip(seen, rate, strict=True):
        if isinstance(rule, Optimizer):
            p, state = rule.apply(p, g[:, None], state, lr)
        else:
            p, state = rule.step(p, Given(f, g), state, lr)
        path.append(p[:, 0])
    return np.array(path)


def deviation(ours, theirs):
    assert np.all(np.isfinite(theirs))
    return np.max(np.abs(ours - theirs) / np.maximum.accumulate(np.abs(theirs), axis=0))


def off(paper, kind, seed, draws=generator, **changed):
    """How far the rule lies from its paper's algorithm in one case, with some fields of the rule changed."""
    rng = draws(seed, len(paper.rule))
    fields = draw(paper, rng)
    start, gradient, value = problem(kind, rng)
    theirs, seen = follow_paper(paper, fields, start, gradient, value, rates(paper, fields["lr"], STEPS[kind]))
    fields |= {field: change(fields[field]) for field, change in changed.items()}
    rule = ls.optimizer(paper.rule, **fields)
    return deviation(follow(rule, start, seen, rates(paper, fields["lr"], STEPS[kind])), theirs)


@pytest.mark.parametrize("kind", sorted(STEPS))
@pytest.mark.parametrize("paper", PAPERS, ids=IDS)
def test_a_rule_is_its_papers_algorithm(paper, kind):
    for seed in range(4):
        assert off(paper, kind, seed) < TOLERANCE, f"{paper.rule} is not {paper.source}, in case {seed} of {kind}"


@pytest.mark.parametrize("paper", PAPERS, ids=IDS)
def test_a_papers_algorithm_has_all_fields_of_the_rule(paper):
    assert set(arguments(paper.algorithm)) | {"lr"} == set(field_hints(ls.optimizers.REGISTRY.get(paper.rule)))


def shows(paper, field):
    """Whether a rule whose field is wrong by a thousandth is found in some case of those that are always the same."""
    return any(
        off(paper, kind, seed, always, **{field: lambda x: 0.999 * x}) > 10.0 * TOLERANCE
        for seed in range(4)
        for kind in sorted(STEPS)
    )


@pytest.mark.parametrize("paper", PAPERS, ids=IDS)
def test_a_rule_wrong_by_a_thousandth_in_any_field_is_found(paper):
    fields = {"lr", *arguments(paper.algorithm)} - {"columns", *paper.beside}
    assert [field for field in sorted(fields) if not shows(paper, field)] == []


@pytest.mark.parametrize("t0", [0, 20])
def test_asgds_average_is_the_mean_of_its_way(t0):
    """From step t0 + 2 on; up to then it is the point itself, as torch takes the share of the step before."""
    rng, rule, p = np.random.default_rng(1), ls.optimizer("asgd", lr=0.1, t0=t0), np.ones((2, 1))
    state, points = rule.init(p), []
    for _ in range(60):
        p, state = rule.apply(p, rng.standard_normal((2, 1)), state, 0.1)
        points.append(p)
        np.testing.assert_allclose(state.average, np.mean(points[t0 + 1 :] or points[-1:], axis=0), rtol=1e-12)


def test_adan_on_rosenbrock_ends_where_the_papers_factor_takes_it():
    """Xie et al.'s factor of the gradient's change, 0.92, leaves 2.447; 0.08, as in optax 0.2.8, leaves 2.802."""
    track = ls.simulate("rosenbrock", ls.optimizer("adan", lr=0.01), start=(-1.2, 1.0), steps=500).tracks[0]
    assert track.value[-1, 0] == pytest.approx(2.447, abs=5e-4)


def test_momos_step_is_the_minimum_of_its_model():
    """Schaipp et al. 2023: max(f - c + <m, x>, bound) + weight_decay/2 |x|^2 + |x - p|^2/(2 lr), on a fine grid."""
    p, g, lr, decay = np.array([[1.5]]), np.array([0.8]), 0.7, 0.4
    grid = np.linspace(-2.0, 2.0, 400_001)
    for value in (0.05, 0.5, 3.0):  # the bound is reached, reached in part, and not
        moved, _ = (rule := ls.optimizer("momo", lr=lr, weight_decay=decay)).step(p, Given(value, g), rule.init(p), lr)
        model = np.maximum(value + 0.8 * (grid - 1.5), 0.0) + 0.5 * decay * grid**2 + (grid - 1.5) ** 2 / (2.0 * lr)
        assert moved[0, 0] == pytest.approx(grid[np.argmin(model)], abs=2e-5)

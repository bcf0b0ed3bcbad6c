"""Published figures of rules on small problems, each from its closed form or written out by hand."""

import math

import numpy as np
import pytest
from references import reference

import landscape as ls

build = ls.optimizer


def steps_to(optimizer, curvatures, share):
    """Steps until every coordinate of a quadratic along its axes stays below `share` of its start, by the slowest."""
    p = np.ones((len(curvatures), 1))
    state = optimizer.init(p)
    for step in range(1, 100_000):
        p, state = optimizer.apply(p, curvatures[:, None] * p, state, optimizer.lr)
        if np.max(np.abs(p)) <= share:
            return step
    raise AssertionError("it does not come so near")


def test_gradient_descent_at_its_best_rate_needs_the_steps_of_its_closed_form():
    """Goh 2017: the error falls by (k - 1)/(k + 1) a step; k = 100 takes 691 steps to 1e-6."""
    rate = 99.0 / 101.0
    assert rate == pytest.approx(0.980198, abs=1e-6)
    expected = math.ceil(math.log(1e-6) / math.log(rate))
    found = steps_to(build("sgd", lr=2.0 / 101.0), np.array([1.0, 100.0]), 1e-6)
    assert found == expected == 691


def test_heavy_ball_at_its_best_needs_far_fewer_though_more_than_its_rate_says():
    """(sqrt k - 1)/(sqrt k + 1) = 9/11 says 69; a double root adds a factor that grows with the step, k rho^k."""
    heavy = build("momentum", lr=(2.0 / 11.0) ** 2, momentum=(9.0 / 11.0) ** 2)
    found = steps_to(heavy, np.array([1.0, 100.0]), 1e-6)
    assert math.log(1e-6) / math.log(9.0 / 11.0) < found < 2 * 69


def cycle(name, steps=6000):
    """(last x, mean regret) on Reddi's three lines, with the iterate put back into [-1, 1] after every step."""
    rule = build(name, lr=1.0, beta1=0.0, beta2=0.1, eps=0.0)
    x = np.array([[1.0]])
    state, regret = rule.init(x), 0.0
    for t in range(1, steps + 1):
        slope = 3.0 if t % 3 == 1 else -1.0
        regret += slope * (float(x[0, 0]) + 1.0)
        x, state = rule.apply(x, np.full((1, 1), slope), state, 0.9 * math.sqrt(0.9) / math.sqrt(t))
        x = np.clip(x, -1.0, 1.0)
    return float(x[0, 0]), regret / steps


@reference("adam", "amsgrad", kind="closed form", source="Reddi, Kale and Kumar 2018, theorem 1")
def test_adam_ends_at_the_worst_point_of_three_lines_and_amsgrad_at_the_best():
    """Reddi, Kale and Kumar 2018, theorem 1: slopes 3, -1, -1 in turn; the mean regret at +1 is 2/3."""
    place, regret = cycle("adam")
    assert place == 1.0
    assert regret == pytest.approx(2.0 / 3.0, rel=0.05)
    place, regret = cycle("amsgrad")
    assert place < -0.97
    assert abs(regret) < 0.05


def test_momentum_leaves_a_saddle_by_the_larger_root_of_its_characteristic_polynomial():
    """r^2 - (1 + b + a) r + b = 0 at curvature -1: 1.31623 a step at rate 0.1, momentum 0.9; plain 1.1."""
    root = (2.0 + math.sqrt(4.0 - 3.6)) / 2.0
    assert root == pytest.approx(1.31623, abs=1e-5)
    for name, fields, growth in (("momentum", {"momentum": 0.9}, root), ("sgd", {}, 1.1)):
        rule = build(name, lr=0.1, **fields)
        y = np.full((1, 1), 1e-8)
        state, path = rule.init(y), [1e-8]
        while abs(y[0, 0]) < 1.0:
            y, state = rule.apply(y, -y, state, 0.1)
            path.append(float(y[0, 0]))
        assert path[-1] / path[-2] == pytest.approx(growth, rel=1e-6)
        # of the start this share grows, y_t = share root^t + (1 - share) (0.9/root)^t with y_1 = 1.1 y_0
        share = 1.0 if name == "sgd" else (1.1 - 0.9 / root) / (root - 0.9 / root)
        assert (
            len(path) - 1 == math.ceil(math.log(1e8 / share) / math.log(growth)) == {"momentum": 69, "sgd": 194}[name]
        )


@reference("newton", "saddle_free_newton", kind="closed form", source="Dauphin et al. 2014, equation 3 and algorithm 1")
def test_newton_is_drawn_to_dauphins_saddle_and_saddle_free_newton_to_the_minimum():
    """x^2/2 - y^2/2 + y^4/4 from (1, 0.1): Newton's map is 2 y^3/(3 y^2 - 1), the other divides by |3 y^2 - 1|."""
    surface = ls.from_expression("x**2/2 - y**2/2 + y**4/4", window=((-2, 2), (-2, 2)))
    newton = ls.simulate(surface, build("newton"), start=(1.0, 0.1), steps=2).tracks[0].params[:, 1, 0]
    assert newton == pytest.approx([0.1, -0.00206, 0.0], abs=1e-5)
    free = build("saddle_free_newton", damping=0.0)
    path = ls.simulate(surface, free, start=(1.0, 0.1), steps=6).tracks[0].params[:, 1, 0]
    y, expected = 0.1, [0.1]
    for _ in range(6):
        y -= (y**3 - y) / abs(3.0 * y * y - 1.0)
        expected.append(y)
    assert path == pytest.approx(expected, rel=1e-10)
    assert path == pytest.approx([0.1, 0.2021, 0.4229, 1.1723, 1.0318, 1.0014, 1.0], abs=1e-4)


class Worst:
    """Nesterov's worst function of 101 coordinates with L = 1: (x' A x/2 - x_1)/4, A with 2 beside -1 on its bands."""

    n, k = 101, 50
    a = 2.0 * np.eye(101) - np.eye(101, k=1) - np.eye(101, k=-1)
    best = 1.0 - np.arange(1.0, 102.0) / 102.0

    @classmethod
    def gradient(cls, x):
        g = 0.25 * cls.a @ x
        g[0] -= 0.25
        return g

    @classmethod
    def gap(cls, x):
        off = x[:, 0] - cls.best
        return 0.125 * off @ cls.a @ off

    @classmethod
    def after(cls, rule, momenta=None):
        """The gap after k steps from 0."""
        x = np.zeros((cls.n, 1))
        state = rule.init(x)
        for t in range(cls.k):
            stepped = rule if momenta is None else build(rule.name, lr=rule.lr, momentum=momenta[t])
            x, state = stepped.apply(x, cls.gradient(x), state, rule.lr)
        return cls.gap(x)


def test_no_rule_that_adds_up_gradients_beats_nesterovs_bound_and_his_own_comes_near():
    """Nesterov 2018, theorem 2.1.7: after k steps f - f* is at least 3 L |x*|^2 / (32 (k + 1)^2)."""
    np.testing.assert_allclose(Worst.gradient(Worst.best[:, None]), 0.0, atol=1e-15)
    square = np.sum(Worst.best**2)
    lowest, highest = 3.0 * square / (32.0 * 51.0**2), 2.0 * square / 51.0**2
    assert (lowest, highest) == (pytest.approx(0.001208, abs=1e-6), pytest.approx(0.02576, abs=1e-5))
    assert Worst.after(build("sgd", lr=1.0)) == pytest.approx(0.01279, abs=1e-4)
    gaps = [Worst.after(build("sgd", lr=lr)) for lr in (0.5, 1.0, 1.9)]
    gaps += [Worst.after(build(n, lr=1.0, momentum=b)) for n in ("momentum", "nesterov") for b in (0.5, 0.8, 0.9)]
    gaps += [Worst.after(build(name)) for name in ("optimal_nesterov", "chebyshev", "optimistic_gd", "normalized_gd")]
    assert min(gaps) > lowest
    own = Worst.after(build("nesterov", lr=1.0), momenta=[t / (t + 3.0) for t in range(1, 51)])
    assert lowest < own < 0.4 * 0.01279

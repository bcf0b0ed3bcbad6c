"""Facts of saddles, chains of them, factorisations and random landscapes, by independent references."""

import itertools
import math

import numpy as np
import pytest

import landscape as ls
from landscape.core.finder import find_critical_points
from landscape.surfaces._registry import REGISTRY


def eigenvalues_at(surface, point):
    return np.linalg.eigvalsh(surface.hessian(point))


def nobody_else(surface, found):
    """Whether each of the points found is recorded."""
    places = np.array([known.point for known in surface.critical_points])
    return all(np.min(np.max(np.abs(places - point.point), axis=1)) < 1e-6 for point in found)


@pytest.mark.parametrize(("dim", "index"), [(dim, index) for dim in (2, 3, 7) for index in range(1, dim)])
def test_a_saddle_has_the_index_and_the_curvatures_asked_for(dim, index):
    surface = REGISTRY.build("index_saddle", dim=dim, index=index, up=3.0, down=0.25)
    assert eigenvalues_at(surface, np.zeros(dim)).tolist() == [-0.25] * index + [3.0] * (dim - index)


# Dauphin's saddle.


def descended(surface, start, inverse, steps):
    """y after each of some steps of p - inverse(H) g."""
    p, path = np.array(start), []
    for _ in range(steps):
        p = p - inverse(surface.hessian(p)) @ surface.gradient(p)
        path.append(p[1])
    return path


def absolute_inverse(hessian):
    eigenvalues, vectors = np.linalg.eigh(hessian)
    return vectors / np.abs(eigenvalues) @ vectors.T


def test_newtons_method_goes_to_dauphins_saddle_and_the_saddle_free_one_to_a_minimum():
    surface = REGISTRY.build("dauphin_saddle", up=0.5, down=0.5, width=1.0)  # x^2/2 - y^2/2 + y^4/4
    assert descended(surface, (1.0, 0.1), np.linalg.inv, 2) == pytest.approx([-0.0021, 0.0], abs=5e-5)
    free = descended(surface, (1.0, 0.1), absolute_inverse, 6)
    assert free == pytest.approx([0.2021, 0.4229, 1.1723, 1.0318, 1.0014, 1.0], abs=5e-5)


@pytest.mark.parametrize("down", [0.05, 0.2])
def test_the_wait_at_dauphins_saddle_grows_as_its_way_down_flattens(down):
    surface = REGISTRY.build("dauphin_saddle", down=down)
    record = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=(1.0, 1e-6), steps=800)
    y = record["sgd"].params[:, 1, 0]
    assert int(np.argmax(y >= 1e-3)) == math.ceil(math.log(1e3) / math.log1p(0.2 * down))


# The octopus.


def du_octopus(p, high, low, tau):
    """f at p (dim,) of its authors' domain, piece by piece: Du et al. 2017, equations 6 to 10 of the appendix."""

    def g1(t):
        rise = (10.0 * low - 14.0 * high) / (3.0 * tau) * (t - tau) ** 3
        return -low * t**2 + rise + (5.0 * high - 3.0 * low) / (2.0 * tau**2) * (t - tau) ** 4

    def g2(t):
        u = (t - 2.0 * tau) / tau
        return -low - (high + low) * (10.0 * u**3 + 15.0 * u**4 + 6.0 * u**5)

    nu = -g1(2.0 * tau) + 4.0 * high * tau**2
    for i, t in enumerate(p):
        gone = high * np.sum((p[:i] - 4.0 * tau) ** 2) - i * nu
        if t <= tau:
            return gone - low * t**2 + high * np.sum(p[i + 1 :] ** 2)
        if t <= 2.0 * tau:
            after = 0.0 if i + 1 == len(p) else g2(t) * p[i + 1] ** 2 + high * np.sum(p[i + 2 :] ** 2)
            return gone + g1(t) + after
    return high * np.sum((p - 4.0 * tau) ** 2) - len(p) * nu


@pytest.mark.parametrize(("high", "low", "tau"), [(math.e, 1.0, math.e), (1.0, 0.5, 2.0), (0.3, 4.0, 1.0)])
def test_the_octopus_is_its_authors_on_their_domain(high, low, tau):
    surface = REGISTRY.build("octopus", dim=4, steepness=high, gamma=low, tau=tau)
    random = np.random.default_rng(0)
    for gone, _ in itertools.product(range(5), range(40)):
        p = random.uniform(0.0, tau, 4)
        p[:gone] = random.uniform(2.0 * tau, 6.0 * tau, gone)
        if gone < 4:
            p[gone] = random.uniform(0.0, 2.0 * tau)
        assert surface.value(p) == pytest.approx(du_octopus(p, high, low, tau), rel=1e-12, abs=1e-12)


def test_the_octopus_is_twice_continuously_differentiable_where_its_pieces_meet():
    surface = REGISTRY.build("octopus", dim=2)
    for seam, other in itertools.product((0.0, surface.tau, 2.0 * surface.tau), (0.3, 4.0, 11.0)):
        before, after = (np.array([[seam + side], [other]]) for side in (-1e-9, 1e-9))
        for function in (surface.value, surface.gradient, surface.hessian):
            assert function(after) == pytest.approx(function(before), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_octopus_has_the_critical_points_of_its_chain_and_no_others(dim):
    surface = REGISTRY.build("octopus", dim=dim)
    assert len(surface.critical_points) == 2 ** (dim + 1) - 1
    found = find_critical_points(surface)
    assert nobody_else(surface, found)
    assert dim > 2 or len(found) == len(surface.critical_points)
    for known in surface.critical_points:
        eigenvalues = eigenvalues_at(surface, known.point)
        zeros = np.sum(known.point == 0.0)
        assert np.sum(eigenvalues < 0.0) == (zeros > 0)
        if zeros:
            assert eigenvalues[0] == pytest.approx(-2.0, rel=1e-15)


@pytest.mark.parametrize(("steepness", "growth"), [(1.0, 2.710), (1.5, 3.409), (2.0, 4.106), (3.0, 5.497)])
def test_descent_needs_a_constant_times_longer_for_each_arm_of_the_octopus(steepness, growth):
    """The time grows by 1 + ln 2 / ln(1 + 1 / 2L) at the rate 1 / 4L: waits are to powers of 2 what escapes undo."""
    assert growth == pytest.approx(1.0 + math.log(2.0) / math.log1p(0.5 / steepness), abs=1e-3)
    surface = REGISTRY.build("octopus", dim=4, steepness=steepness)
    sgd = ls.optimizer("sgd", lr=0.25 / steepness)
    record = ls.simulate(surface, sgd, start=[0.1] * 4, steps=int(7.0 * growth**4))
    passed = np.argmax(record["sgd"].params[:, :, 0] > 2.0 * surface.tau, axis=0)
    waits = np.diff(passed)
    assert waits[1:] / waits[:-1] == pytest.approx(growth, rel=0.01)


def test_perturbed_descent_needs_the_same_time_for_each_arm_of_the_octopus():
    surface = REGISTRY.build("octopus", dim=8)
    noise = ls.noise("gaussian", sigma=0.05)
    sgd = ls.optimizer("sgd", lr=0.25 / surface.steepness)
    record = ls.simulate(surface, sgd, start=np.full(8, 1e-3), steps=1500, noise=noise, seed=3, repeats=20)
    passed = np.argmax(np.abs(record["sgd"].params) > 2.0 * surface.tau, axis=0)  # (dim, repeats)
    waits = np.diff(passed, axis=0).mean(axis=1)
    assert np.all(waits > 0)
    assert waits.max() < 2.0 * waits.min()


# The chain of saddles.


@pytest.mark.parametrize(("hold", "others"), [(1.2, True), (1.43, True), (1.46, False), (2.0, False)])
def test_in_three_dimensions_a_chain_that_holds_loosely_has_other_critical_points(hold, others):
    surface = REGISTRY.build("saddle_chain", dim=3, hold=hold)
    assert len(surface.critical_points) == 15
    assert (27.0 * hold**4 < 2.0 * (1.0 + 2.0 * hold) ** 3) == others
    assert nobody_else(surface, find_critical_points(surface)) != others


# Factorisations.


@pytest.mark.parametrize(
    ("name", "fields", "values"),
    [
        ("matrix_factorization", {"eigenvalues": (4.0, 7.0, -2.0, 1.0, 3.0, 2.0), "rank": 3}, (-2.0, 1.0, 2.0)),
        ("matrix_factorization", {"eigenvalues": tuple(range(1, 9)), "rank": 3}, (1, 2, 3, 4, 5)),
        ("matrix_factorization", {"eigenvalues": tuple(range(1, 31)), "rank": 1}, tuple(range(1, 30))),
        ("matrix_factorization", {"eigenvalues": tuple(range(1, 11)), "rank": 9}, (1,)),
        ("linear_network", {"singular_values": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), "hidden": 3}, (1, 2, 3, 4)),
    ],
)
def test_the_best_factorisation_leaves_the_smallest_values_out(name, fields, values):
    """Eckart and Young 1936; also where there are too many critical points to list."""
    surface = REGISTRY.build(name, **fields)
    assert surface.lowest == 0.5 * math.fsum(value * value for value in values)
    assert {point.value for point in surface.minima} == {surface.lowest}
    assert min(point.value for point in surface.saddles) > surface.lowest
    points = surface.critical_points
    p = np.array([point.point for point in points]).T
    assert np.max(np.abs(surface.gradient(p))) <= 1e-11
    assert surface.value(p) == pytest.approx(np.array([point.value for point in points]), rel=1e-12)
    # by their Hessians: random directions miss a few ways down among many
    smallest = np.linalg.eigvalsh(np.moveaxis(surface.hessian(p), -1, 0))[:, 0]
    assert [value < -0.1 for value in smallest] == [point.kind != "minimum" for point in points]


def test_nothing_fitted_is_a_saddle_where_an_eigenvalue_is_0():
    """The Hessian there has no positive eigenvalue: f rises along the null vector as the fourth power."""
    surface = REGISTRY.build("matrix_factorization", eigenvalues=(2.0, 0.0), rotation=0.0)
    assert [(point.kind, point.degenerate) for point in surface.critical_points][2:] == [("saddle", True)]
    assert surface.value([0.1, 0.0]) < surface.value([0.0, 0.0]) < surface.value([0.0, 0.1])


@pytest.mark.parametrize(
    ("name", "fields", "steepest"),
    [
        ("linear_network", {"singular_values": (3.0, 2.0, 1.0), "hidden": 2}, -1.0),
        ("matrix_factorization", {"eigenvalues": (3.0, 2.0, 1.0), "rank": 2}, -2.0),
    ],
)
def test_every_saddle_of_a_factorisation_with_a_factor_missing_is_strict(name, fields, steepest):
    """A column of zeros goes down along the largest value left out, times 1 or, where it is both factors, 2."""
    surface = REGISTRY.build(name, **fields)
    for point in surface.critical_points:
        if point.kind == "minimum":
            continue
        lowest = eigenvalues_at(surface, point.point)[0]
        assert lowest < -0.1
        if point.value >= 5.0:  # one of 1 and 2 is fitted, or nothing: 3 is left, and a column is free
            assert lowest == pytest.approx(steepest * 3.0, rel=1e-12)


def test_phase_retrieval_is_the_mean_over_normal_measurements():
    """By Gauss-Hermite quadrature, exact for the quartic."""
    surface = REGISTRY.build("phase_retrieval")
    nodes, weights = np.polynomial.hermite_e.hermegauss(6)
    a, b = np.meshgrid(nodes, nodes)
    density = np.outer(weights, weights) / (2.0 * math.pi)
    for x, y in np.random.default_rng(0).uniform(-1.5, 1.5, (20, 2)):
        signal = (a + b) / math.sqrt(2.0)
        mean = np.sum(density * ((a * x + b * y) ** 2 - signal**2) ** 2) / 4.0
        assert surface.value([x, y]) == pytest.approx(mean, rel=1e-12)


# The random landscape.


@pytest.mark.parametrize("seed", range(6))
def test_a_landscape_in_a_bowl_has_one_critical_point_more_of_even_index_than_of_odd(seed):
    """Morse: minima - saddles + maxima = 1 where the gradient points out all along the border."""
    surface = REGISTRY.build("gaussian_landscape", seed=seed, confinement=1.0, length=1.5)
    reach = surface.window[0][1]
    along = np.linspace(-reach, reach, 400)
    for axis, side in itertools.product((0, 1), (-reach, reach)):
        border = np.stack([along, along])
        border[axis] = side
        assert np.all(surface.gradient(border)[axis] * side > 0.0)
    kinds = [point.kind for point in surface.critical_points]
    assert kinds.count("minimum") - kinds.count("saddle") + kinds.count("maximum") == 1


def test_a_random_landscape_has_its_covariance():
    p = np.array([[0.0, 0.7, 1.5, 3.0], [0.0, 0.7, 0.0, 0.0]])
    fields = [REGISTRY.build("gaussian_landscape", seed=s, amplitude=2.0, confinement=1e-12) for s in range(2000)]
    values = np.array([field.value(p) for field in fields])
    covariance = values.T @ values[:, 0] / len(values)
    expected = 4.0 * np.exp(-0.5 * np.sum(p * p, axis=0))
    assert covariance == pytest.approx(expected, abs=4.0 * 4.0 * math.sqrt(2.0 / len(values)))  # four standard errors

"""What small faults leave right almost everywhere: windows that turn, uniform rotations, tails, orders of accuracy."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

import landscape as ls
from landscape.derivatives.numerical import central, central_hessian, complex_step, one_sided, richardson

# windows


LOPSIDED = {
    "shifted": {"surface": "himmelblau", "shift": (3.0, -1.0)},
    "scaled": {"surface": "mccormick", "stretch": (0.5, 3.0)},
    "bird": {},
    "mccormick": {},
    "branin": {},
}


@pytest.mark.parametrize("name", LOPSIDED)
@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 2, 2.0, -0.7, math.pi])
def test_the_window_of_a_turned_surface_is_the_box_around_its_turned_window_or_within(name, angle):
    """Around: each corner is in it, and each side is touched. Within: its corners are in the turned one, and touch."""
    inner = ls.surface(name, **LOPSIDED[name])
    turned = ls.surface("rotated", surface=inner, rotation=angle)
    c, s = math.cos(angle), math.sin(angle)
    R = np.array([[c, s], [-s, c]])
    np.testing.assert_allclose(turned.matrix, R, atol=1e-15)
    box, lows, highs = np.array(turned.window), *np.array(inner.window).T
    if turned.confined:
        reach = R @ np.array(list(itertools.product(*box))).T
        middle, half = (lows + highs)[:, None] / 2.0, (highs - lows)[:, None] / 2.0
        assert np.max(np.abs(reach - middle) / half) == pytest.approx(1.0, abs=1e-12)
    else:
        corners = R.T @ np.array(list(itertools.product(*zip(lows, highs, strict=True)))).T
        np.testing.assert_allclose(box, np.array([corners.min(axis=1), corners.max(axis=1)]).T, atol=1e-12)
    middle = R.T @ (lows + highs) / 2.0
    np.testing.assert_allclose(box.mean(axis=1), middle, atol=1e-12)


def test_some_of_the_turned_surfaces_are_confined_to_their_window_and_some_are_not():
    confined = {ls.surface("rotated", surface=ls.surface(name, **LOPSIDED[name])).confined for name in LOPSIDED}
    assert confined == {True, False}


# weights


@pytest.mark.parametrize(("out", "into"), [(3, 3), (2, 4), (4, 2), (1, 3), (3, 1)])
def test_orthogonal_weights_are_uniform_among_all(out, into):
    """Each weight has mean 0 and variance gain^2 / max(out, into), as a column of a uniform rotation, and any sign.

    Within five standard errors of 3000 layers: of the mean its spread over sqrt(3000), of the square at most
    sqrt(2) gain^2 / max(out, into) / sqrt(3000), the fourth moment of a normal number being the largest.
    """
    count, gain, largest = 3000, 2.0, max(out, into)
    network = ls.surface("network", layers=(2, into, out, 1))
    weights = network.views(ls.start("orthogonal", count=count, gain=gain).place(network, 1))["W2"]
    variance = gain**2 / largest
    assert np.max(np.abs(weights.mean(axis=-1))) < 5.0 * math.sqrt(variance / count)
    assert np.max(np.abs((weights**2).mean(axis=-1) - variance)) < 5.0 * math.sqrt(2.0) * variance / math.sqrt(count)


# covariance


@pytest.mark.parametrize("dof", [0.5, 1.0, 1.5, 2.0, math.nextafter(2.0, 3.0), 2.5, 3.0, 30.0])
@pytest.mark.parametrize("scale", [1.0, (0.5, 2.0)])
def test_student_s_noise_has_a_variance_above_two_degrees_of_freedom_alone(dof, scale):
    found = ls.noise("student_t", dof=dof, scale=scale).covariance(2)
    variance = stats.t(dof).var() if dof > 2.0 else math.inf
    np.testing.assert_allclose(np.diagonal(found), np.broadcast_to(np.square(scale) * variance, 2), rtol=1e-6)
    assert found[0, 1] == found[1, 0] == 0.0


@pytest.mark.parametrize("batch", [1, 4])
def test_a_batch_divides_a_covariance_by_its_size(batch):
    matrix = ((2.0, 0.3), (0.3, 1.0))
    noise = ls.noise("gaussian_covariance", covariance_matrix=matrix, batch_size=batch)
    np.testing.assert_allclose(noise.covariance(2), np.array(matrix) / batch, rtol=1e-15)
    np.testing.assert_allclose(ls.noise("gaussian", sigma=3.0, batch_size=batch).covariance(2), np.eye(2) * 9 / batch)


# accuracy


def wave(p):
    return np.exp(p[0]) * np.sin(p[1])


def slope(p):
    return np.exp(p[0]) * np.array([np.sin(p[1]), np.cos(p[1])])


P = np.random.default_rng(0).uniform(-1.0, 1.0, (2, 200))


@pytest.mark.parametrize(("method", "order"), [(one_sided, 1), (central, 2), (richardson, 4)])
def test_differences_have_their_order(method, order):
    """Where truncation rules, half the step has 2^-order the error: of exp and sin, within a fifth."""
    errors = [np.sqrt(np.mean((method(wave, 2.0**-k)(P) - slope(P)) ** 2)) for k in (4, 5, 6)]
    for coarse, fine in itertools.pairwise(errors):
        assert math.log2(coarse / fine) == pytest.approx(order, abs=0.2)


@pytest.mark.parametrize(
    ("method", "exponent"), [(one_sided, 1 / 2), (central, 2 / 3), (richardson, 4 / 5), (complex_step, 1.0)]
)
def test_the_steps_that_are_taken_balance_truncation_and_rounding(method, exponent):
    """What is left is about eps^(order / (order + 1)), the least that such differences can leave: to a factor of 30."""
    error = np.sqrt(np.mean((method(wave)(P) - slope(P)) ** 2))
    assert error < 30.0 * np.finfo(float).eps ** exponent
    if method is not complex_step:
        others = [np.sqrt(np.mean((method(wave, h)(P) - slope(P)) ** 2)) for h in 2.0 ** np.arange(-40.0, -3.0)]
        assert error < 10.0 * min(others)


def test_second_differences_balance_truncation_and_rounding_too():
    H = np.exp(P[0]) * np.array([[np.sin(P[1]), np.cos(P[1])], [np.cos(P[1]), -np.sin(P[1])]])
    assert np.sqrt(np.mean((central_hessian(wave)(P) - H) ** 2)) < 30.0 * np.finfo(float).eps ** 0.5


@pytest.mark.parametrize("method", [one_sided, central, richardson, complex_step])
@pytest.mark.parametrize("far", [1e3, 1e6, 1e9])
def test_steps_grow_with_the_point(method, far):
    """A function that varies over lengths of |p| is differentiated there as well as near zero."""
    p = P + 2.0
    near = np.abs(method(wave_of(1.0))(p) - slope(p - 2.0)).max()
    away = far * np.abs(method(wave_of(far))(far * p) - slope(p - 2.0) / far).max()
    assert away < 30.0 * near + 1e-15


def wave_of(length):
    return lambda p: wave(p / length - 2.0)

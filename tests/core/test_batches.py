"""How code of somebody's own is called: once for many points, or for each, and what becomes of what it gives."""

import math

import numpy as np
import pytest

import landscape as ls
from landscape.core.batches import explained
from landscape.core.component import FieldError

POINTS = np.random.default_rng(0).uniform(0.2, 0.9, (2, 3, 4))
WINDOW = (0.0, 1.0)


def cubic(p):
    return p[0] ** 3 + p[0] * p[1] + p[1] ** 2


def slopes(p):
    return np.stack([3.0 * p[0] ** 2 + p[1], p[0] + 2.0 * p[1]])


def real_slopes(p):
    """The same without the imaginary part of a complex point."""
    p = np.real(p)
    return np.stack([3.0 * p[0] ** 2 + p[1], p[0] + 2.0 * p[1]])


def slopes_of_one(p):
    """Real, and of one point alone."""
    x, y = (float(each) for each in np.real(p))
    return [3.0 * x * x + y, x + 2.0 * y]


def bends(p):
    return np.stack([np.stack([6.0 * p[0], 1.0 + 0.0 * p[0]]), np.stack([1.0 + 0.0 * p[0], 2.0 + 0.0 * p[0]])])


def exact(p):
    return np.array([[6.0 * p[0], 1.0 + 0.0 * p[0]], [1.0 + 0.0 * p[0], 2.0 + 0.0 * p[0]]])


@pytest.mark.filterwarnings("ignore::landscape.UserCodeWarning")
@pytest.mark.parametrize("gradient", [None, slopes, real_slopes, slopes_of_one])
@pytest.mark.parametrize("hessian", [None, bends])
def test_products_with_the_hessian_are_right_whatever_a_gradient_makes_of_complex_numbers(gradient, hessian):
    if hessian is not None and gradient is None:
        return
    surface = ls.from_function(cubic, dim=2, window=WINDOW, gradient=gradient, hessian=hessian)
    v = np.random.default_rng(1).normal(size=POINTS.shape)
    expected = np.einsum("ij...,j...->i...", exact(POINTS), v)
    # a complex step of the gradient; without a Hessian that is made of differences
    tolerance = 1e-12 if hessian is not None or gradient in (None, slopes) else 1e-6
    np.testing.assert_allclose(surface.hvp(POINTS, v), expected, rtol=tolerance, atol=tolerance)
    one = surface.hvp(POINTS[:, 0, 0], v[:, 0, 0])
    np.testing.assert_allclose(one, expected[:, 0, 0], rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(surface.gradient(POINTS), slopes(POINTS), rtol=1e-12)
    np.testing.assert_allclose(surface.hessian(POINTS), exact(POINTS), rtol=1e-5, atol=1e-5)


def test_no_points_give_no_values():
    surface = ls.from_function(lambda p: math.sin(p[0]) + p[1], dim=2, window=WINDOW, derivatives="central")
    empty = np.empty((2, 0, 3))
    assert surface.value(empty).shape == (0, 3)
    assert surface.gradient(empty).shape == (2, 0, 3)
    assert surface.hessian(empty).shape == (2, 2, 0, 3)


@pytest.mark.parametrize(
    "loss",
    [
        lambda p: math.log(p[0]) + p[1],  # math domain error
        lambda p: math.exp(1e4 * (0.1 - p[0])) + p[1],  # OverflowError
        lambda p: 1.0 / float(max(p[0], 0.0)) + p[1] if p[0] > -5.0 else 0.0,  # ZeroDivisionError
        lambda p: p[0] ** 0.5 + p[1] if p[0] >= 0.0 else complex(0.0, 1.0),  # no real number
    ],
    ids=["domain", "overflow", "division", "complex"],
)
def test_where_plain_python_has_no_real_number_the_loss_is_none(loss):
    surface = ls.from_function(loss, dim=2, window=(0.5, 1.0), derivatives="central")
    with np.errstate(all="ignore"):
        assert np.isnan(surface.value(np.array([-1.0, 0.25])))
        values = surface.value(np.array([[0.75, -1.0], [0.25, 0.25]]))
    assert np.isfinite(values[0])
    assert np.isnan(values[1])


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (lambda p: [p[0], p[1]], r"must return one number for a point of shape \(2,\), got list of shape \(2,\)"),
        (lambda p: "a", r"must return one number for a point of shape \(2,\), got str of shape \(\)"),
        (lambda p: complex(p[0], 1.0), "must return real numbers"),
        (lambda p: p[7], r"fails at \[.*\]: index 7 is out of bounds"),
        (lambda p: int("x") + p[0], "fails at"),
    ],
)
def test_what_is_no_loss_is_refused_with_the_point(loss, said):
    with pytest.raises(FieldError, match=said):
        ls.from_function(loss, dim=2, window=WINDOW, derivatives="central")


def test_a_function_that_ends_python_is_refused():
    def loss(p):
        raise SystemExit(3)

    with pytest.raises(FieldError, match="it ends Python"):
        ls.from_function(loss, dim=2, window=WINDOW, derivatives="central")


def test_a_function_that_fails_at_a_point_later_says_where():
    def loss(p):
        if p[0] > 5.0:
            raise KeyError("far")
        return float(p[0] + p[1])

    surface = ls.from_function(loss, dim=2, window=WINDOW, derivatives="central")
    with pytest.raises(FieldError, match=r"fails at \[6.0, 1.0\]: 'far'"):
        surface.value(np.array([[0.5, 6.0], [0.5, 1.0]]))


def test_common_slips_are_explained():
    assert explained(ValueError("assignment destination is read-only")).endswith("or x = p.copy() before x *= 2")
    assert explained(KeyError()) == "KeyError"
    assert explained(ValueError("another")) == "another"

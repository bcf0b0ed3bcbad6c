"""Laws of numerical and symbolic derivatives: within their own errors, batched, and clear about what they need."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape.derivatives import METHODS, gradient, hessian, symbolic
from landscape.derivatives.numerical import (
    EPS,
    FIRST_STEP,
    ONE_SIDED_STEP,
    RICHARDSON_STEP,
    SECOND_STEP,
    central,
    central_hessian,
    complex_step,
    exact_steps,
)
from landscape.surfaces._registry import REGISTRY
from landscape.surfaces.bowls.quadratic import Quadratic
from landscape.surfaces.multimodal.himmelblau import Himmelblau
from landscape.surfaces.valleys.rosenbrock import Rosenbrock

POINTS = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 1000))


def wave(p):
    x, y = p
    return np.sin(x) * np.exp(y) + x * x * y


def wave_gradient(p):
    x, y = p
    return np.array([np.cos(x) * np.exp(y) + 2 * x * y, np.sin(x) * np.exp(y) + x * x])


def wave_hessian(p):
    x, y = p
    return np.array(
        [
            [-np.sin(x) * np.exp(y) + 2 * y, np.cos(x) * np.exp(y) + 2 * x],
            [np.cos(x) * np.exp(y) + 2 * x, np.sin(x) * np.exp(y)],
        ]
    )


# Bounds for `wave` on |x|, |y| < 0.9, where it and its derivatives up to the fourth are below 6:
# central: h^2 6/6 + eps 6/h with h <= sqrt(2) eps^(1/3), a power of two next to it;
# second differences: h^2 6/3 + 4 eps 6/h^2; the others a few operations' rounding.
GRADIENT_ERROR = {
    "central": 2 * FIRST_STEP**2 + 12 * EPS / FIRST_STEP,
    "complex-step": 40 * EPS,
    "symbolic": 40 * EPS,
    "forward": 40 * EPS,
    "reverse": 40 * EPS,
    "one-sided": 5 * ONE_SIDED_STEP + 12 * EPS / ONE_SIDED_STEP,
    "richardson": 2 * RICHARDSON_STEP**4 + 18 * EPS / RICHARDSON_STEP,
}
HESSIAN_ERROR = {
    "central": 4 * SECOND_STEP**2 + 96 * EPS / SECOND_STEP**2,
    "complex-step": 2 * FIRST_STEP**2 + 40 * EPS / FIRST_STEP,
    "symbolic": 40 * EPS,
    "forward": 40 * EPS,
    "reverse": 40 * EPS,
}


@pytest.mark.parametrize("method", GRADIENT_ERROR)
def test_each_method_gives_the_gradient_of_a_plain_function_within_its_error(method):
    found = gradient(wave, method, dim=2)(POINTS)
    assert np.abs(found - wave_gradient(POINTS)).max() < GRADIENT_ERROR[method]


@pytest.mark.parametrize("method", HESSIAN_ERROR)
def test_each_method_gives_the_hessian_of_a_plain_function_within_its_error(method):
    found = hessian(wave, method, dim=2)(POINTS)
    assert found.shape == (2, 2, 1000)
    assert np.abs(found - wave_hessian(POINTS)).max() < HESSIAN_ERROR[method]


@pytest.mark.parametrize("method", GRADIENT_ERROR)
def test_the_error_bound_is_too_small_for_a_gradient_off_by_a_thousandth(method):
    found = 1.001 * gradient(wave, method, dim=2)(POINTS)
    assert np.abs(found - wave_gradient(POINTS)).max() > 100 * GRADIENT_ERROR[method]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 4), (2, 1, 5), (0,)])
def test_derivatives_keep_whatever_follows_the_first_axis(method, shape):
    surface = Rosenbrock(dim=3)
    p = np.random.default_rng(1).standard_normal((3, *shape))
    slope, bend = gradient(surface, method)(p), hessian(surface, method)(p)
    assert slope.shape == (3, *shape)
    assert bend.shape == (3, 3, *shape)
    coarse = 100.0 if method == "one-sided" else 1.0
    assert slope == pytest.approx(surface.gradient(p), rel=1e-6, abs=coarse * 1e-4)
    assert bend == pytest.approx(surface.hessian(p), rel=1e-5, abs=coarse * 1e-2)


@pytest.mark.parametrize("method", METHODS)
def test_a_point_alone_has_the_derivative_that_it_has_in_a_batch(method):
    slope = gradient(Himmelblau(), method)
    batch = slope(POINTS)
    for i in (0, 500, 999):
        assert slope(POINTS[:, i]).tobytes() == batch[:, i].tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_lists_and_whole_numbers_are_points_too(method):
    assert gradient(Himmelblau(), method)([3, 2]) == pytest.approx(
        [0.0, 0.0], abs=1e-5 if method == "one-sided" else 1e-8
    )
    with pytest.raises(ValueError, match="shape"):
        gradient(Himmelblau(), method)(1.0)


def test_a_derivative_does_not_change_its_point():
    for method in METHODS:
        p = POINTS.copy()
        gradient(Himmelblau(), method)(p)
        hessian(Himmelblau(), method)(p)
        assert np.array_equal(p, POINTS)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), st.floats(-100.0, 100.0), st.floats(-100.0, 100.0))
def test_central_differences_are_exact_on_quadratics_but_for_rounding(slopes, x, y):
    """No third derivative, no truncation: what is left is a few roundings of the value over the step."""
    a, b, c = slopes

    def f(p):
        return a * p[0] * p[0] + b * p[0] * p[1] + c * p[1]

    size = 1 + abs(a) * (abs(x) + 1) ** 2 + abs(b) * (abs(x) + 1) * (abs(y) + 1) + abs(c) * (abs(y) + 1)
    exact = np.array([2 * a * x + b * y, b * x + c])
    step = FIRST_STEP * np.maximum(1, np.abs([x, y])) / np.sqrt(2)
    assert np.all(np.abs(central(f)([x, y]) - exact) <= 10 * EPS * size / step)


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e12, 1e12).filter(lambda x: x == 0.0 or abs(x) > 1e-3))
def test_steps_are_added_without_rounding_but_across_a_power_of_two(x):
    h = float(exact_steps(np.array(x), FIRST_STEP))
    for moved in (x + h, x - h):
        crossed = abs(moved) > 1.0 and math.frexp(moved)[1] > math.frexp(x)[1]
        assert abs(moved - x) == h or (crossed and abs(abs(moved - x) - h) <= math.ulp(x))
    assert 0.7 <= h / (FIRST_STEP * max(1.0, abs(x))) <= 1.42


def test_complex_steps_keep_the_digits_that_differences_lose():
    """f(x) = exp(x) / sqrt(sin(x)^3 + cos(x)^3) at 1.5: 4.05342789389862 in 40-digit arithmetic."""

    def f(p):
        sine, cosine = np.sin(p[0]), np.cos(p[0])
        return np.exp(p[0]) / np.sqrt(sine * sine * sine + cosine * cosine * cosine)

    assert complex_step(f)([1.5])[0] == pytest.approx(4.05342789389862, abs=5e-15)
    assert central(f)([1.5])[0] == pytest.approx(4.05342789389862, abs=1e-8)


def test_complex_steps_of_an_exact_gradient_are_the_hessian_to_the_last_digits():
    p = np.random.default_rng(2).uniform(-2, 2, (5, 100))
    surface = Rosenbrock(dim=5)
    assert complex_step(surface.gradient)(p) == pytest.approx(surface.hessian(p), rel=1e-14, abs=1e-11)


@pytest.mark.parametrize("f", [lambda p: np.abs(p[0]), lambda p: p[0].real, lambda p: 1.0])
def test_complex_steps_refuse_a_function_that_drops_the_imaginary_part(f):
    with pytest.raises(TypeError, match="carries complex numbers"):
        complex_step(f)(POINTS)


def test_second_differences_are_symmetric():
    matrix = central_hessian(Rosenbrock(dim=4).value)(np.random.default_rng(3).standard_normal((4, 10)))
    assert np.array_equal(matrix, np.swapaxes(matrix, 0, 1))


@pytest.mark.parametrize("name", symbolic.FUNCTIONS)
def test_every_elementary_function_has_the_same_symbolic_and_complex_step_derivative(name):
    function = getattr(np, name)

    def f(p):
        return function(0.25 + 0.5 * p[0] * p[0]) / (2.0 + p[1]) ** 3 - p[1]

    p = np.abs(POINTS)
    assert symbolic.gradient(f, 2)(p) == pytest.approx(complex_step(f)(p), rel=1e-13, abs=1e-13)


def test_symbolic_constants_are_exact_and_batched():
    def f(p):
        return 0.1 * p[0] + np.pi * p[1] - (-p[1]) + 7

    assert symbolic.gradient(f, 2)(POINTS)[:, 5].tolist() == [0.1, np.pi + 1.0]
    assert symbolic.hessian(f, 2)(POINTS).tobytes() == np.zeros((2, 2, 1000)).tobytes()
    assert not symbolic.gradient(lambda p: 3.0, 2)(POINTS).any()


def test_the_symbolic_expression_is_the_formula():
    import sympy

    value, (x, y) = symbolic.expression(Himmelblau().value, 2)
    assert sympy.expand(value - ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)) == 0


@pytest.mark.parametrize(
    "f", [lambda p: np.abs(p[0]), lambda p: p[0] if p[0] > 0 else p[1], lambda p: np.maximum(p[0], p[1]), lambda p: "x"]
)
def test_symbolic_derivatives_refuse_what_is_not_a_formula(f):
    with pytest.raises(TypeError):
        symbolic.gradient(f, 2)


def test_without_sympy_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(ImportError, match="a symbolic derivative needs sympy, which is not installed: "):
        gradient(Himmelblau(), "symbolic")


def test_an_unknown_method_is_refused_with_those_that_there_are():
    for derive in (gradient, hessian):
        with pytest.raises(ValueError, match=f'"sideways".*{", ".join(METHODS)}'):
            derive(Himmelblau(), "sideways")


def test_what_a_method_needs_is_said():
    with pytest.raises(
        ValueError, match=r"only a surface.*forward, reverse, symbolic, one-sided, central, richardson, complex-step"
    ):
        gradient(wave, "manual")
    with pytest.raises(ValueError, match="dim=2"):
        gradient(wave, "symbolic")
    with pytest.raises(ValueError, match="quadratic has 3 coordinates, got dim=2"):
        gradient(Quadratic(dim=3), "central", dim=2)
    with pytest.raises(TypeError, match="a surface or a function"):
        gradient("himmelblau")


def test_the_manual_method_is_the_surface_itself():
    for name in ("beale", "rastrigin"):
        surface = REGISTRY.build(name)
        assert np.array_equal(gradient(surface, "manual")(POINTS), surface.gradient(POINTS))
        assert np.array_equal(hessian(surface, "manual")(POINTS), surface.hessian(POINTS))


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda p: np.abs(p[0]) * p[1], r"np\.absolute drops"),
        (lambda p: sum(abs(x) for x in p), r"np\.absolute drops"),
        (lambda p: np.linalg.norm(p, axis=0) * p[1], r"np\.norm drops"),
        (np.var, r"np\.var drops"),
        (lambda p: p.real.sum(), "this one gave float64"),
    ],
)
def test_complex_steps_refuse_what_would_drop_them(f, said):
    with pytest.raises(TypeError, match=said):
        gradient(f, "complex-step")([0.3, 0.4])


def test_differentiation_goes_through_a_slice_of_any_surface():
    cut = REGISTRY.build("slice", surface=REGISTRY.build("ackley", dim=4), along=(3, 1))
    points = np.random.default_rng(0).uniform(-2.0, 2.0, (2, 20))
    for method in ("forward", "reverse"):
        assert gradient(cut.value, method)(points) == pytest.approx(cut.gradient(points), rel=1e-12, abs=1e-12)

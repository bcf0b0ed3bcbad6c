"""Facts of the least-squares problems of Moré, Garbow and Hillstrom, as they were published.

|r| at the customary start and at the end is what MINPACK's own test of its program lmder prints, in seven digits; the
other values are those of the paper, in six, and of the authors' test functions (ACM algorithm 566).
"""

import numpy as np
import pytest
from surface_laws import points_around

import landscape as ls
from landscape.core.component import FieldError
from landscape.derivatives.numerical import complex_step
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import REGISTRY

FITS = [name for name in REGISTRY.names() if issubclass(REGISTRY.get(name), Residuals)]

# (surface, fields, |r| at the start, |r| at one of the listed minima)
MINPACK = [
    ("linear_full_rank", {"dim": 5, "m": 10}, 5.0, 2.236068),
    ("linear_full_rank", {"dim": 5, "m": 50}, 8.062258, 6.708204),
    ("linear_rank_1", {"dim": 5, "m": 10}, 291.5219, 1.463850),
    ("linear_rank_1", {"dim": 5, "m": 50}, 3101.603, 3.482630),
    ("linear_rank_1_zero", {"dim": 5, "m": 10}, 126.0397, 1.909727),
    ("linear_rank_1_zero", {"dim": 5, "m": 50}, 1748.950, 3.691729),
    ("helical_valley", {}, 50.0, 0.0),
    ("powell_singular", {}, 14.66288, 0.0),
    ("freudenstein_roth", {}, 20.01250, 6.998875),
    ("bard", {}, 6.456136, 0.09063596),
    ("kowalik_osborne", {}, 0.07289151, 0.01753584),
    ("meyer", {}, 41153.47, 9.377945),
    ("watson", {"dim": 6}, 5.477226, 0.04782959),
    ("watson", {"dim": 9}, 5.477226, 0.001183115),
    ("box_3d", {}, 32.11158, 0.0),
    ("jennrich_sampson", {}, 64.58564, 11.15178),
    ("brown_dennis", {}, 2815.438, 292.9543),
    ("chebyquad", {"dim": 8}, 0.1965139, 0.05930324),
    ("chebyquad", {"dim": 9}, 0.1699499, 0.0),
    ("chebyquad", {"dim": 10}, 0.1837478, 0.08064710),
    ("brown_almost_linear", {"dim": 10}, 16.53022, 0.0),
    ("osborne_1", {}, 0.9375640, 0.007392493),
]

# (surface, fields, value at the start, value at one of the listed minima)
PUBLISHED = [
    ("powell_badly_scaled", {}, 1.13526, 0.0),
    ("brown_badly_scaled", {}, 9.99998e11, 0.0),
    ("gaussian_fit", {}, 3.88811e-6, 1.12793e-8),
    ("gulf", {"m": 99}, 12.1107, 0.0),
    ("wood", {}, 19192.0, 0.0),
    ("biggs_exp6", {}, 0.779070, 0.0),
    ("penalty_1", {"dim": 4}, 885.063, 2.24997e-5),
    ("penalty_1", {"dim": 10}, 148033.0, 7.08765e-5),
    ("penalty_2", {"dim": 4}, 2.34001, 9.37629e-6),
    ("penalty_2", {"dim": 10}, 162.653, 2.93660e-4),
    ("variably_dimensioned", {"dim": 10}, 2.19855e6, 0.0),
    ("trigonometric", {"dim": 10}, 7.07576e-3, 2.79506e-5),
    ("broyden_tridiagonal", {"dim": 10}, 21.0, 0.0),
    ("broyden_banded", {"dim": 10}, 360.0, 0.0),
]


@pytest.mark.parametrize(("name", "fields", "start", "end"), MINPACK)
def test_the_residuals_have_the_norms_that_minpack_prints(name, fields, start, end):
    surface = ls.surface(name, **fields)
    assert np.linalg.norm(surface.residuals(surface.customary_start)) == pytest.approx(start, rel=1e-6)
    ends = [np.linalg.norm(surface.residuals(known.point)) for known in surface.minima]
    assert min(abs(found - end) for found in ends) <= 1e-6 * end + 1e-12


@pytest.mark.parametrize(("name", "fields", "start", "end"), PUBLISHED)
def test_start_and_minimum_have_the_published_values(name, fields, start, end):
    surface = ls.surface(name, **fields)
    assert surface.value(surface.customary_start) == pytest.approx(start, rel=5e-6)
    assert min(abs(known.value - end) for known in surface.minima) <= 5e-6 * end + 1e-12


@pytest.mark.parametrize("name", FITS)
def test_a_fit_is_the_sum_of_the_squares_of_its_residuals(name):
    surface = ls.surface(name)
    p = points_around(surface, 60, reach=1.0).reshape(surface.dim, 5, 12)
    r, slopes = surface.residuals(p), surface.jacobian(p)
    assert slopes.shape == (len(r), *p.shape)
    assert surface.value(p) == pytest.approx((r * r).sum(axis=0), rel=1e-12)
    assert surface.gradient(p) == pytest.approx(2.0 * np.einsum("k...,ki...->i...", r, slopes), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", FITS)
def test_the_jacobian_is_the_derivative_of_the_residuals(name):
    surface = ls.surface(name)
    p = points_around(surface, 50, reach=1.0)
    steps = np.swapaxes(complex_step(surface.residuals)(p), 0, 1)
    scale = np.abs(steps).max(axis=(0, 2), keepdims=True)
    assert np.all(np.abs(surface.jacobian(p) - steps) <= 1e-11 * scale + 1e-13)


def test_gauss_and_newton_solve_the_helical_valley_from_the_customary_start():
    surface = ls.surface("helical_valley")
    p = surface.customary_start
    for _ in range(100):
        step = np.linalg.lstsq(surface.jacobian(p), surface.residuals(p), rcond=None)[0]
        share = 1.0
        while surface.value(p - share * step) > surface.value(p) and share > 1e-9:
            share /= 2.0
        p = p - share * step
    assert p == pytest.approx([1.0, 0.0, 0.0], abs=1e-12)


def test_the_helical_valley_turns_by_its_angle_and_jumps_below_the_axis():
    surface = ls.surface("helical_valley")
    angles = np.linspace(-0.249, 0.749, 41)
    turn = np.array([np.cos(2.0 * np.pi * angles), np.sin(2.0 * np.pi * angles), 10.0 * angles])
    assert surface.value(turn) == pytest.approx(100.0 * angles * angles, abs=1e-12)
    left, right = surface.value(np.array([[-1e-12, 1e-12], [-1.0, -1.0], [0.0, 0.0]]))
    assert (left, right) == pytest.approx((100.0 * 7.5**2, 100.0 * 2.5**2))
    for p in ([0.0, 1.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 0.0]):
        assert np.isfinite(surface.value(p))
        assert np.isfinite(surface.gradient(p)).all()
        assert np.isfinite(surface.hessian(p)).all()


def test_gulf_goes_on_smoothly_where_its_formula_makes_no_sense():
    surface = ls.surface("gulf", m=10)
    plateau = sum((i / 100.0) ** 2 for i in range(1, 11))
    p = np.array([[1e-3, 0.0, -7.0], [5.0, 5.0, 5.0], [1.0, 1.0, 1.0]])
    assert surface.value(p) == pytest.approx(np.full(3, plateau), rel=1e-14)
    assert not surface.gradient(p).any()
    kink = np.array([5.0, 25.0 + (-50.0 * np.log(0.1)) ** (2 / 3), 0.15])
    assert np.isfinite(surface.gradient(kink)).all()


def test_the_point_that_is_quoted_as_biggss_local_minimum_is_a_saddle():
    surface = ls.surface("biggs_exp6")
    point = np.array([1.71141599, 17.68319818, 1.16314366, 5.18656155, 1.71141599, 1.16314366])
    assert surface.value(point) == pytest.approx(5.65565e-3, rel=1e-6)
    assert np.abs(surface.gradient(point)).max() < 1e-8
    assert np.linalg.eigvalsh(surface.hessian(point))[0] < -1e-3
    aside = 0.05 * np.array([1.0, 0.0, 0.0, 0.0, -1.0, 0.0])
    assert surface.value(point + aside) < surface.value(point)


@pytest.mark.parametrize("dim", [3, 4, 5, 10])
def test_the_point_that_is_quoted_as_browns_local_minimum_is_none(dim):
    surface = ls.surface("brown_almost_linear", dim=dim)
    point = np.array([*[0.0] * (dim - 1), dim + 1.0])
    assert surface.value(point) == 1.0
    assert not surface.gradient(point).any()
    beside = np.array([*[0.2] * (dim - 1), dim + 1.0 - 0.2 * dim])
    assert surface.value(beside) < 1.0


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("powell_singular", {"dim": 6}, "dim"),
        ("watson", {"dim": 11}, "dim"),
        ("chebyquad", {"dim": 11}, "dim"),
        ("gulf", {"m": 2}, "m"),
        ("linear_full_rank", {"dim": 5, "m": 4}, "m"),
        ("linear_rank_1_zero", {"dim": 2}, "dim"),
    ],
)
def test_a_size_that_makes_no_sense_is_refused(name, fields, field):
    with pytest.raises(FieldError, match=field):
        ls.surface(name, **fields)

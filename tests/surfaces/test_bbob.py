"""The BBOB functions are those of the suite: by a stored table of its values, and by its package where there is one."""

import json

import numpy as np
import pytest
from surface_laws import check_gradient, check_hessian, kind_by_values, points_around
from traces.make_bbob import DIMS, FILE, INSTANCES, NAMES, points

import landscape as ls
from landscape.core.component import FieldError
from landscape.surfaces.bbob import _base as _bbob
from landscape.surfaces.bbob import _maps as _bbob_maps

TABLE = json.loads(FILE.read_text())
NUMBERS = range(1, len(NAMES) + 1)


def made(number, dim, instance):
    return ls.surface(f"bbob_{NAMES[number - 1]}", dim=dim, instance=instance)


def check_values(surface, p, expected):
    """Values at p (dim, n) to 1e-10 of the suite's: of what is added to f_opt as well, which may cancel it."""
    size = np.abs(expected) + np.abs(surface.lowest) + np.abs(expected - surface.lowest)
    error = np.abs(surface.value(p) - expected) / size
    assert error.max() <= 1e-10, f"{surface}: {error.max():.1e} off at {p[:, error.argmax()]}"


@pytest.mark.parametrize("number", NUMBERS)
def test_values_are_those_of_the_stored_table(number):
    rows = [row for row in TABLE if row[0] == number]
    assert len(rows) == len(DIMS) * len(INSTANCES)
    for _, dim, instance, lowest, values in rows:
        surface = made(number, dim, instance)
        assert surface.lowest == pytest.approx(lowest, rel=1e-13)
        check_values(surface, points(dim), np.array(values))


@pytest.mark.parametrize("number", NUMBERS)
def test_values_are_those_of_the_suite_for_many_instances_and_next_to_the_optimum(number, cocoex):
    for dim, instances in ((2, range(1, 16)), (3, (16, 50)), (10, (3, 101)), (40, (1,))):
        for instance in instances:
            surface, problem = made(number, dim, instance), cocoex.BareProblem("bbob", number, dim, instance)
            best = np.array(problem.best_parameter())
            near = best[:, None] + 1e-3 * np.random.default_rng(instance).standard_normal((dim, 3))
            p = np.concatenate([points(dim), near], axis=1)
            check_values(surface, p, np.array([problem(column) for column in p.T]))


@pytest.mark.parametrize("number", NUMBERS)
def test_the_first_critical_point_is_the_optimum_of_the_suite(number, cocoex):
    for dim, instance in ((2, 1), (2, 5), (5, 2), (20, 7)):
        surface, problem = made(number, dim, instance), cocoex.BareProblem("bbob", number, dim, instance)
        known = surface.critical_points[0]
        assert known.kind == "minimum"
        assert known.value == pytest.approx(problem.best_value(), rel=1e-13)
        # the suite rounds Schwefel's to ten digits
        assert known.point == pytest.approx(np.array(problem.best_parameter()), rel=1e-9, abs=1e-12)


def test_the_stored_table_is_what_the_package_says(cocoex):
    for number, dim, instance, lowest, values in TABLE[::7]:
        problem = cocoex.BareProblem("bbob", number, dim, instance)
        assert problem.best_value() == lowest
        assert [problem(p) for p in points(dim).T] == pytest.approx(values, rel=1e-12)


def test_a_planted_error_in_an_instance_is_found(monkeypatch):
    _, dim, instance, _, values = next(row for row in TABLE if row[:3] == [10, 5, 2])
    expected = np.array(values)
    check_values(made(10, dim, instance), points(dim), expected)
    right = _bbob.rotation
    monkeypatch.setattr(_bbob, "rotation", lambda seed, dim: right(seed, dim) * (1.0 + 1e-9))
    with pytest.raises(AssertionError, match="off at"):
        check_values(made(10, dim, instance), points(dim), expected)


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
def test_a_planted_error_in_a_map_is_found():
    class Unbent(type(made(12, 2, 1))):
        """T_asy's slope taken to be 1."""

        def _moved(self, p, order):
            z, *derivatives = _bbob.Bbob._moved(self, p, order)
            return z, *(np.ones_like(each) for each in derivatives)

    with pytest.raises(AssertionError, match="gradient"):
        check_gradient(Unbent(dim=2), points_around(made(12, 2, 1), 100))


@pytest.mark.parametrize("number", NUMBERS)
def test_derivatives_of_other_instances_hold_the_laws(number):
    surface = made(number, 4, 3)
    check_hessian(surface, points_around(surface, 50))
    check_gradient(surface, points_around(surface, 200))


def test_random_numbers_are_the_minimal_standard_generators():
    """Park and Miller's test: the 10,000th number from the seed 1 is 1043618065."""
    state = 1
    for _ in range(10_000):
        state = _bbob._next(state)
    assert state == 1043618065


@pytest.mark.parametrize("dim", [2, 7, 40])
def test_rotations_are_orthogonal_and_computed_once(dim):
    turn = _bbob.rotation(1_010_001, dim)
    assert np.allclose(turn.T @ turn, np.eye(dim), rtol=0.0, atol=1e-14)
    assert _bbob.rotation(1_010_001, dim) is turn


def test_oscillation_and_asymmetry_keep_signs_order_and_zero():
    x = np.linspace(-5.0, 5.0, 2001)[None]
    for warp in (_bbob_maps.oscillation, _bbob_maps.asymmetry(0.5, 2)):
        z = warp(np.repeat(x, 2, axis=0), 0)[0]
        assert np.all(np.diff(z, axis=1) > 0.0)
        assert np.array_equal(np.sign(z), np.sign(np.repeat(x, 2, axis=0)))
        value, slope = warp(np.zeros((2, 1)), 1)
        assert not value.any()
        assert np.all(slope == 1.0)
        assert np.isfinite(warp(np.zeros((2, 1)), 2)[2]).all()


def test_gallaghers_peaks_are_minima_where_no_other_covers_them():
    for number, most in ((21, 100), (22, 20)):
        surface = made(number, 2, 1)
        assert 5 <= len(surface.minima) - 1 <= most
        for peak in surface.minima:
            assert not surface.gradient(peak.point).any()
            assert kind_by_values(surface, peak.point) == "minimum"


def test_the_step_ellipsoid_is_level_but_on_the_terrace_of_its_minimum():
    surface = made(7, 3, 4)
    p = points_around(surface, 1000, reach=1.0)
    assert not surface.gradient(p).any()
    assert np.linalg.norm(surface.gradient(surface.customary_start)) == pytest.approx(1e-5, rel=1e-12)


def test_instances_differ_and_equal_ones_are_equal():
    assert made(1, 2, 1) == made(1, 2, 1) != made(1, 2, 2)
    assert made(3, 2, 5).lowest == made(4, 2, 5).lowest
    assert repr(made(1, 2, 3)) == "BbobSphere(dim=2, instance=3)"


@pytest.mark.parametrize("wrong", [{"dim": 1}, {"instance": 0}, {"instance": 200_001}, {"dim": 2.5}])
def test_a_dimension_or_instance_that_the_suite_has_not_is_refused(wrong):
    with pytest.raises(FieldError, match=next(iter(wrong))):
        ls.surface("bbob_sphere", **wrong)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_instance_that_is_meant_where_none_is_said_is_the_first(number):
    assert ls.surface(f"bbob_{NAMES[number - 1]}") == ls.surface(f"bbob_{NAMES[number - 1]}", instance=1)

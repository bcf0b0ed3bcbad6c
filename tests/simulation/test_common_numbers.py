"""Runs of a sweep that share their random numbers are those of a simulation, and are refused like them."""

import numpy as np
import pytest

import landscape as ls
from landscape.simulation.common_numbers import check_parts, with_common_numbers

BOWL = ls.surface("quadratic")
STARTS = np.array([[1.0, -2.0], [0.5, 1.5]])


def test_columns_are_the_runs_of_a_simulation():
    noise = ls.noise("gaussian", sigma=0.3)
    rates = np.array([0.1, 0.1, 0.02, 0.1])
    numbers = [3, 0, 1, 3]
    shared = {"noise": noise, "steps": 20, "every": 7, "seed": 5, "repeats": 2}
    track = with_common_numbers(
        BOWL, ls.entrant(ls.optimizer("sgd", lr=rates)), STARTS, numbers, schedule=ls.schedule("cosine"), **shared
    )
    assert track.steps.tolist() == [0, 7, 14, 20]
    for column, (rate, number) in enumerate(zip(rates, numbers, strict=True)):
        alone = ls.simulate(
            BOWL, ls.optimizer("sgd", lr=rate), start=STARTS, runs=[number], schedule="cosine", **shared
        )["sgd"]
        assert np.array_equal(track.params[:, :, column], alone.params[:, :, 0])


@pytest.mark.parametrize("rates", [(0.1, 0.2, 0.3), (0.1,)])
def test_arrays_of_another_length_are_refused(rates):
    rule = ls.optimizer("sgd", lr=np.array(rates))
    with pytest.raises(ls.FieldError, match=r"sgd: lr .* 2") as caught:
        check_parts(rule, BOWL, None, 2)
    assert "starts x repeats" not in str(caught.value)


def test_what_a_rule_or_a_noise_lacks_is_refused():
    with pytest.raises(ValueError, match="covariance_matrix must have 3 rows"):
        check_parts(ls.optimizer("sgd"), ls.surface("rosenbrock", dim=3), ls.noise("gaussian_covariance"), 2)
    with pytest.raises(ValueError, match="more than the 1e-06 GiB"):
        check_parts(ls.optimizer("bfgs"), ls.surface("rosenbrock", dim=30), None, 2, 1e-6)
    with pytest.raises(ValueError, match="more than the 1e-06 GiB"):
        with_common_numbers(
            BOWL,
            ls.entrant("sgd"),
            STARTS,
            [0] * 99,
            schedule=ls.schedule("constant"),
            steps=9,
            seed=0,
            repeats=1,
            memory=1e-6,
        )

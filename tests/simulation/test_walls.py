"""Runs that step over a wall, to where a surface has a slope and no value."""

import numpy as np
import pytest

import landscape as ls

WALL = ls.from_expression("log(x) + y**2", window=((0.1, 2.0), (-1.0, 1.0)))


@pytest.mark.parametrize("tolerance", [None, 1e-9])
@pytest.mark.parametrize("rule", ["sgd", "adam", "momentum"])
def test_a_run_that_steps_to_where_there_is_no_value_has_diverged_there_alone_and_in_a_batch(rule, tolerance):
    """d/dx log x = 1/x leads on behind x = 0, where there is no logarithm: its last good point is before."""
    optimizer = ls.optimizer(rule, lr=0.03)
    starts = np.array([np.linspace(0.05, 1.8, 40), np.full(40, 0.5)])
    many = ls.simulate(WALL, optimizer, start=starts, steps=12, tolerance=tolerance)[rule]
    for run in (0, 7, 20, 39):
        alone = ls.simulate(WALL, optimizer, start=starts[:, run], steps=12, tolerance=tolerance)[rule]
        assert np.array_equal(alone.params[:, :, 0], many.params[:, :, run])
        assert np.array_equal(alone.value[:, 0], many.value[:, run])
        assert (alone.status[0], alone.stopped[0]) == (many.status[run], many.stopped[run])
        assert np.all(np.isfinite(alone.value))
    assert set(many.status) == {"diverged", "finished"}
    assert len(np.unique(many.stopped)) > 3

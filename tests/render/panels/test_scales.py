"""The vertical axis is logarithmic from so many decades on, and linear below."""

import numpy as np
import pytest

from landscape.render.panels.scales import DECADES, LEAST_DECADES, bends, scale_of


def scale(*losses, **options):
    pool = np.array(losses, dtype=float)
    return scale_of(pool, pool, pool, **options)


@pytest.mark.parametrize(("bent", "decades"), [(False, DECADES), (True, LEAST_DECADES)])
def test_a_logarithm_begins_beyond_its_decades(bent, decades):
    for lowest in ((), (0.0,)):  # a loss of 0 has no place on it
        assert scale(*lowest, 1.0, decades, bent=bent).kind == "linear"
        assert scale(*lowest, 1.0, 1.001 * decades, bent=bent).kind == "log"
    assert scale(1.0, 1.001 * LEAST_DECADES).kind == "linear"  # where nothing is said of bends
    found = scale(1.0, 2.0 * decades, bent=bent)
    assert found.low < 1.0 < 2.0 * decades < found.high
    assert found.high / (2.0 * decades) == pytest.approx(1.0 / found.low)  # as much room above as below


def test_a_curve_bends_where_it_runs_along_the_bottom_of_a_linear_axis():
    steps = np.arange(200.0)
    assert bends([np.exp(-0.2 * steps)])
    assert not bends([1.0 - steps / 400.0])

"""Quotients, products and functions of jets have the derivatives of what they write."""

import numpy as np
import pytest

from landscape.core.surface import Surface
from landscape.derivatives.numerical import complex_step
from landscape.surfaces._bases.jets import Written, reciprocal

FORMULAS = {
    "quotient": lambda x, y: x / (2.0 + x * y),
    "of a number": lambda x, y: 3.0 / (2.0 + x * x) + y / 4.0,
    "reciprocal": lambda x, y: reciprocal(2.0 + y * y) * x - reciprocal(4.0),
    "difference": lambda x, y: 1.0 - x * y - y * (-x) * 2.0 + (y - 3.0) * (2.0 - x),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_has_its_gradient_and_its_hessian(name):
    class Own(Written, Surface):
        dim, window, customary_start, critical_points = 2, ((-1.0, 1.0),) * 2, np.ones(2), ()

        def _formula(self, x, y):
            return FORMULAS[name](x, y)

    surface, p = Own(), np.random.default_rng(2).uniform(-1.0, 1.0, (2, 20))
    np.testing.assert_allclose(surface._gradient(p), complex_step(surface._value)(p), rtol=1e-12, atol=1e-13)
    for i in range(2):
        row = complex_step(lambda q, i=i: surface._gradient(q)[i])(p)
        np.testing.assert_allclose(surface._hessian(p)[i], row, rtol=1e-12, atol=1e-13)

"""Sums and products of many points, which are taken in arrays that are written over and block by block."""

import numpy as np
import pytest
from drawn import generator

from landscape.core.elementary import BLOCK, LARGE, matvec, total


@pytest.mark.parametrize("dtype", [np.float64, np.complex128, object])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 10, 31])
def test_a_point_has_the_sum_among_many_that_it_has_alone_and_its_terms_stay(count, dtype):
    terms = generator(count).standard_normal((count, 2, LARGE // 2)).astype(dtype)
    before = terms.copy()
    found = total(terms)
    assert np.array_equal(terms, before)
    for at in (0, 1, LARGE // 2 - 1):
        assert np.array_equal(found[:, at], [total(column) for column in terms[:, :, at].T])


@pytest.mark.parametrize("many", [1, 2])
def test_a_point_has_the_product_among_more_than_a_block_that_it_has_alone(many):
    matrix = generator(0).standard_normal((50, 40))
    p = generator(1).standard_normal((40, many, BLOCK // matrix.size + 7))
    found = matvec(matrix, p)
    assert p.size * len(matrix) > BLOCK
    assert found.shape == (50, *p.shape[1:])
    for at in (0, BLOCK // matrix.size - 1, BLOCK // matrix.size, p.shape[2] - 1):
        assert np.array_equal(found[:, -1, at], matvec(matrix, p[:, -1, at]))

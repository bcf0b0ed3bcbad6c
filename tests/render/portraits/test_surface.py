"""The formula on a surface's portrait is whole, in lines of much the same length, and no bracket is torn."""

import numpy as np
import pytest

import landscape as ls
from landscape.render.portraits.surface import broken, flat

LONG = [
    formula for formula in (ls.surfaces.REGISTRY.get(name).formula for name in ls.surfaces.names()) if len(formula) > 60
]


def depth(text):
    return text.count("{") - text.count("}")


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_formula_is_cut_before_signs_outside_of_braces_and_is_whole(rows):
    cut = 0
    for formula in LONG:
        lines = broken(formula, rows)
        assert "".join(lines).replace(" ", "") == formula.replace(" ", "")
        assert 1 <= len(lines) <= rows
        assert all(depth(line) == 0 for line in lines)
        assert all(line.startswith(("+", "-", "[")) for line in lines[1:])
        cut += len(lines) > 1
    assert (cut > 5) == (rows > 1)


def test_a_cut_is_the_one_nearest_to_where_lines_are_equally_long():
    assert broken("aaaa + bb + cc + d", 2) == ["aaaa + bb", "+ cc + d"]
    assert broken("a + bbbbbb - cccccccc", 2) == ["a + bbbbbb", "- cccccccc"]
    assert broken("a + b + c + d + e + f", 3) == ["a + b", "+ c + d", "+ e + f"]
    assert broken("{a + b} + {c}", 2) == ["{a + b}", "+ {c}"]
    assert broken("{a + b}", 2) == ["{a + b}"]
    assert broken("aaaaaa[bbbbbb + c]", 2) == ["aaaaaa", "[bbbbbb + c]"]
    assert broken("[a] bbb", 2) == ["[a] bbb"]  # not before its first sign
    assert broken(r"\left(a + b\right) + c", 2) == [r"\left(a + b\right) + c"]
    assert broken("a + b", 1) == ["a + b"]
    assert broken("aa + bb", 3) == ["aa", "+ bb"]  # where there is one place alone


def test_a_surface_of_many_dimensions_is_drawn_on_a_cut_through_its_lowest_minimum():
    plane = ls.surface("himmelblau")
    assert flat(plane) is plane
    many = ls.surface("styblinski_tang", dim=3)
    cut = flat(many)
    assert cut.dim == 2
    lowest = min(many.minima, key=lambda point: point.value)
    assert np.isclose(min(cut.value(point.point) for point in cut.minima), lowest.value)

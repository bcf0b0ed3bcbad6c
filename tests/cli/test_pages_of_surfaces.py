"""What `landscape show` says of a surface's critical points."""

import pytest

import landscape as ls
from landscape.cli._pages import CLAIMS

NAMES = ["himmelblau", "hyperbolic_saddle", "quadratic", "rastrigin", "sigmoid_step", "line", "beale", "eggholder"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_the_listed_points_are_and_else_that_there_are_none(command, name):
    page, surface = command("show", name)[1].splitlines(), ls.surface(name)
    points = surface.critical_points
    none = {True: "no critical points in the window", False: "no critical points are known"}
    expected = CLAIMS[surface.completeness] if points else none[surface.completeness == "complete"]
    assert [line for line in page if line in {*CLAIMS.values(), *none.values()}] == [expected]
    listed = page[page.index(expected) + 1 :]
    assert sum(line.startswith(("  minimum", "  saddle", "  maximum")) for line in listed) >= min(len(points), 5)


def test_some_of_them_have_points_and_some_have_none():
    assert {bool(ls.surface(name).critical_points) for name in NAMES} == {True, False}

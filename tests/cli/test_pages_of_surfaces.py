"""What `landscape show` says of a surface's critical points."""

import pytest

import landscape as ls

NAMES = ["himmelblau", "hyperbolic_saddle", "quadratic", "rastrigin", "sigmoid_step", "line", "beale", "eggholder"]


@pytest.mark.parametrize("name", [name for name in NAMES if name in ls.surfaces.names()])
def test_a_page_says_that_points_are_known_where_some_are_listed_and_else_that_none_are(command, name):
    page, points = command("show", name)[1], ls.surface(name).critical_points
    listed = page.partition("critical points")[2].splitlines()[1:]
    assert ("\nknown critical points\n" in page) == bool(points)
    assert ("\nno critical points are known" in page) == (not points)
    assert sum(line.startswith(("  minimum", "  saddle", "  maximum")) for line in listed) >= min(len(points), 5)


def test_some_of_them_have_points_and_some_have_none():
    known = {bool(ls.surface(name).critical_points) for name in NAMES if name in ls.surfaces.names()}
    assert known == {True, False}

"""Critical points that a surface lists are polished, and stood where they are before: each from its own number."""

import contextlib
import sys
from unittest import mock

import numpy as np
import pytest

import landscape as ls
from landscape.core import finder
from landscape.core.component import defaults, field_hints

NEAR = 0.03  # wells of Shekel's have their minima beside their centres, all others differ by rounding
SURFACES = {name: cls for name, cls in ls.surfaces.REGISTRY.members.items() if cls.__module__.startswith("landscape.")}
MODULES = [each for name, each in list(sys.modules.items()) if name.startswith("landscape.") and each is not None]
LISTING = [
    name
    for name, cls in SURFACES.items()
    if set(field_hints(cls)) <= set(defaults(cls)) and cls().completeness != "found"
]


def moved(name, by=0.0, **fields):
    """How far each number of a surface's list is from the point that it is polished to; each is moved before."""
    critical, away = finder.critical, []

    def watched(surface, guess):
        place = np.asarray(guess, dtype=float) + by
        point = critical(surface, place)
        away.append(float(np.linalg.norm(place - point.point)))
        return point

    with contextlib.ExitStack() as stack:
        for module in MODULES:
            if vars(module).get("critical") is critical:
                stack.enter_context(mock.patch.object(module, "critical", watched))
        assert ls.surface(name, **fields).critical_points is not None
    return away


def dimensions(name):
    """Those beside its usual one of which a surface has a list: module-level tables, dimension -> points."""
    tables = [each for each in vars(sys.modules[SURFACES[name].__module__]).values() if isinstance(each, dict)]
    return {key for table in tables for key in table if type(key) is int} if "scalable" in SURFACES[name].traits else ()


@pytest.mark.parametrize("name", LISTING)
def test_what_a_surface_lists_are_its_critical_points_as_they_stand_there(name):
    away = moved(name) + [each for dim in dimensions(name) for each in moved(name, dim=dim)]
    assert max(away, default=0.0) < NEAR


def test_a_number_that_is_off_is_found():
    for name in ("bird", "himmelblau", "six_hump_camel", "wood"):
        assert max(moved(name, by=0.1)) > 0.05
    assert {"chebyquad", "trigonometric"} <= {name for name in LISTING if dimensions(name)}


def test_most_surfaces_that_list_points_are_held():
    assert sum(bool(moved(name)) for name in ("bard", "branin", "easom", "ring_valley", "schaffer_4", "watson")) == 6


FLIPS = ((-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0))


def asymmetric(surface):
    """The mirror images of listed points that are not listed: about an axis or the origin, where a surface of two
    dimensions is the same on both sides."""
    points = np.random.default_rng(2).uniform(*np.array(surface.window).T[:, :, None], (2, 40))
    with np.errstate(all="ignore"):
        values = surface.value(points)
    listed = [point.point for point in surface.critical_points]
    found = []
    for flip in FLIPS:
        image = np.array(flip)[:, None] * points
        with np.errstate(all="ignore"):
            even = np.array_equal(surface.value(image), values, equal_nan=True)
        for point in listed if even else ():
            mirrored = np.array(flip) * point
            if not any(np.allclose(mirrored, other, rtol=0.0, atol=1e-7) for other in listed):
                found.append(tuple(mirrored))
    return found


@pytest.mark.parametrize("name", [name for name in LISTING if SURFACES[name]().dim == 2])
def test_what_is_even_lists_the_mirror_image_of_every_point(name):
    assert asymmetric(SURFACES[name]()) == []


def test_a_point_that_is_missing_beside_its_mirror_image_is_found():
    surface = ls.surface("schaffer_2")
    half = tuple(point for point in surface.critical_points if point.point[0] >= 0.0)
    with mock.patch.object(type(surface), "critical_points", half):
        assert asymmetric(type(surface)())

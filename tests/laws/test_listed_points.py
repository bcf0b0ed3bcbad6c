"""Critical points that a surface lists are polished, and stood where they are before: each from its own number."""

import contextlib
import sys
from unittest import mock

import numpy as np
import pytest

import landscape as ls

NEAR = 0.03  # wells of Shekel's have their minima beside their centres, all others differ by rounding
LISTING = [
    name
    for name in ls.surfaces.names()
    if (cls := ls.surfaces.REGISTRY.get(name)).__module__.startswith("landscape.")
    and hasattr(sys.modules[cls.__module__], "polished")
]


def moved(name, by=0.0, **fields):
    """How far each number of a list is from the nearest point that it was polished to; the first is moved before."""
    module = sys.modules[ls.surfaces.REGISTRY.get(name).__module__]
    polished, away = module.polished, []

    def watched(surface, guesses):
        guesses = np.array([*map(np.asarray, guesses)], dtype=float).reshape(-1, surface.dim)
        guesses[:1] += by
        points = polished(surface, guesses)
        places = np.array([point.point for point in points]).reshape(-1, surface.dim)
        assert len(places) == len(guesses)
        away.extend(np.min(np.linalg.norm(places - each, axis=1)) for each in guesses)
        return points

    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(module, "polished", watched))
        for other in {"lowest", "nearest_root"} & vars(module).keys():  # where none is listed, which takes longer
            stack.enter_context(mock.patch.object(module, other, return_value=()))
        assert ls.surface(name, **fields).critical_points is not None
    return away


@pytest.mark.parametrize("name", LISTING)
def test_what_a_surface_lists_are_its_critical_points_as_they_stand_there(name):
    scalable = "scalable" in ls.surfaces.REGISTRY.get(name).traits
    away = [each for dim in (2, 3, 4, 5) for each in moved(name, dim=dim)] if scalable else moved(name)
    assert away
    assert max(away) < NEAR


def test_a_number_that_is_off_is_found():
    assert max(moved("eggholder", by=1.0)) > 0.5
    assert max(moved("bird", by=0.1)) > 0.05

"""Laws of the starts: as many points as the surface has coordinates, the same for the same seed, each by itself."""

import numpy as np
import pytest
from members import check_laws, planted

import landscape as ls
from landscape.core.component import field_hints
from landscape.starts._registry import REGISTRY

SURFACES = [ls.surface("himmelblau"), ls.surface("sphere", dim=5)]
NETWORK = ls.surface("network", layers=(2, 3, 1))


def suited(name):
    """The surfaces that a start is for: networks, where it is initial weights."""
    try:
        REGISTRY.build(name).place(SURFACES[0], 0)
    except ValueError:
        return [NETWORK]
    return SURFACES


def check_points(name):
    for surface in suited(name):
        points = REGISTRY.build(name).place(surface, 0)
        assert points.ndim == 2, f"on {surface.name}, the points have the shape {points.shape}, not (dim, starts)"
        assert len(points) == surface.dim, (
            f"on {surface.name}, the points have {len(points)} of {surface.dim} coordinates"
        )
        assert points.dtype == np.float64, f"on {surface.name}, the points are {points.dtype}"
        assert np.all(np.isfinite(points)), f"on {surface.name}, a point is not finite"


def check_seeds(name):
    """The same points for the same seed; others for another, if they are random at all."""
    for surface in suited(name):
        first, again, other = (REGISTRY.build(name).place(surface, seed) for seed in (3, 3, 4))
        assert first.tobytes() == again.tobytes(), f"on {surface.name}, the same seed gives other points"
        moved = np.any(first != other, axis=0)
        assert moved.all() or not moved.any(), f"on {surface.name}, another seed moves only some of the points"


def check_count(name):
    """A random start depends on the seed and its own number alone, not on how many there are."""
    if "count" not in field_hints(REGISTRY.get(name)):
        return
    for surface in suited(name):
        few, many = (REGISTRY.build(name, count=count).place(surface, 3) for count in (3, 7))
        assert (few.shape[1], many.shape[1]) == (3, 7), f"count=3 gives {few.shape[1]} points, count=7 {many.shape[1]}"
        if not np.array_equal(many, REGISTRY.build(name, count=7).place(surface, 4)):
            assert np.array_equal(few, many[:, :3]), f"on {surface.name}, the first 3 of 7 points are not those of 3"


LAWS = {
    "points have the coordinates of the surface": check_points,
    "points depend on the seed alone": check_seeds,
    "a point depends on its number alone": check_count,
}


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_start_holds_every_law(name):
    check_laws(name, LAWS, name=f'the start "{name}"')


class Crowded(REGISTRY.get("random_box")):
    """Points at random in a box that shrinks with their number."""

    def place(self, surface, seed):
        return super().place(surface, seed) / self.count


def test_a_new_start_that_breaks_a_law_is_found_by_name():
    wrong = pytest.raises(AssertionError, match="first 3 of 7 points are not those of 3")
    with planted("start", "planted_crowd", Crowded), wrong as caught:
        check_laws("planted_crowd", LAWS, name='the start "planted_crowd"')
    assert str(caught.value).startswith('the start "planted_crowd" breaks a law:')

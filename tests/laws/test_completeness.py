"""Laws of what surfaces say of their lists of critical points, against a finder that shares no code with the library's.

All surfaces in full: `benchmarks/critical_points.py`. Here a coarse grid, over every so many of them.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.core.critical_points import COMPLETENESS, CriticalPoint
from landscape.core.surface import Surface
from landscape.surfaces.multimodal.himmelblau import Himmelblau
from landscape.surfaces.multimodal.six_hump_camel import SixHumpCamel

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import critical_points as checker

CLASSES = [ls.surfaces.REGISTRY.get(name) for name in ls.surfaces.names()]
READY = [cls.name for cls in CLASSES if set(field_hints(cls)) <= set(defaults(cls))]
GRID, FEW = 121, 6
# Where a coarse grid takes long, or lets a point through: two of them in 1e-3 of the window.
FINE = {"de_jong_5": 501, "eggholder": 501, "shubert": 241, "levy": 241, "michalewicz": 241}
OTHERS = {
    "griewank": {"dim": 1},
    "rastrigin": {"amplitude": 0.5},
    "rosenbrock": {"a": 0.5, "b": 3.0},
    "double_well": {},
    "quadratic": {"condition": 1e4},
    "levy": {"dim": 1},
    "alpine": {"dim": 1},
    "ackley": {"dim": 1},
    "schwefel": {"dim": 1},
    "styblinski_tang": {"dim": 1},
}


def claimed_in_the_plane():
    """Surfaces of one and two dimensions that say they list all, with their defaults."""
    made = [ls.surface(name) for name in READY]
    return [surface.name for surface in made if surface.dim <= 2 and surface.completeness == "complete"]


PLANE = claimed_in_the_plane()
SAMPLE = PLANE[:: len(PLANE) // FEW]


@pytest.mark.parametrize("name", SAMPLE)
def test_what_is_said_to_be_complete_lacks_nothing_that_another_finder_finds(name):
    result = checker.check(ls.surface(name), FINE.get(name, GRID))
    assert result.verdict == "ok", result.verdict


@pytest.mark.parametrize(("name", "fields"), OTHERS.items())
def test_a_claim_holds_for_other_fields_too(name, fields):
    surface = ls.surface(name, **fields)
    assert surface.completeness == "complete"
    result = checker.check(surface, {1: 4001, 2: GRID}[surface.dim])
    assert result.verdict == "ok", result.verdict


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)
def test_every_surface_of_the_library_says_what_its_list_is(cls):
    owners = [base for base in cls.__mro__ if "completeness" in vars(base)]
    assert owners[0] is not Surface, f"{cls.name}: enter `completeness` beside `critical_points`"
    if cls.name in READY:
        surface = ls.surface(cls.name)
        assert surface.completeness in COMPLETENESS
        if surface.completeness == "global":
            assert {point.kind for point in surface.critical_points} == {"minimum"}
            assert np.ptp([point.value for point in surface.minima]) <= 1e-9 * (1.0 + abs(surface.lowest))


class Dropped(Himmelblau):
    @property
    def critical_points(self):
        return Himmelblau().critical_points[1:]


class Misnamed(Himmelblau):
    @property
    def critical_points(self):
        first, *others = Himmelblau().critical_points[::-1]
        return (*others, CriticalPoint(first.point, first.value, "saddle"))


class SaddleAsMinimum(Himmelblau):
    @property
    def critical_points(self):
        known = Himmelblau().critical_points
        return (*known[:4], *(CriticalPoint(p.point, p.value, "minimum") for p in known[4:5]), *known[5:])


class NotTheLowest(SixHumpCamel):
    completeness = "notable"

    @property
    def critical_points(self):
        return SixHumpCamel().critical_points[2:]


class SaidToBeAll(SixHumpCamel):
    @property
    def critical_points(self):
        return SixHumpCamel().critical_points[:2]


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (Dropped, "claims to be complete, 1 missing"),
        (Misnamed, "listed, but none"),
        (SaddleAsMinimum, "listed, but none"),
        (NotTheLowest, "below the lowest listed"),
        (SaidToBeAll, "claims to be complete, 13 missing"),
    ],
)
def test_the_checker_finds_a_planted_error(planted, said):
    assert said in checker.check(planted(), 101).verdict


def test_the_checker_balances_what_it_finds_with_the_turns_along_the_border():
    whole = checker.check(Himmelblau(), 101)
    assert whole.balance == 0
    assert len(whole.found) == 9


def test_what_users_write_is_never_complete():
    mine = ls.from_expression("(x**2 - 1)**2 + y**2")
    assert mine.completeness == "found"
    assert ls.from_function(lambda p: p[0] ** 2 + p[1] ** 2, dim=2).completeness == "found"

    class Own(Surface):
        dim = 2
        window = ((-1.0, 1.0), (-1.0, 1.0))
        customary_start = (0.5, 0.5)
        critical_points = ()

        def _value(self, p):
            return p[0] * p[0] + p[1]

        def _gradient(self, p):
            return np.stack([2.0 * p[0], 1.0 + 0.0 * p[1]])

        def _hessian(self, p):
            one = 1.0 + 0.0 * p[0]
            return np.array([[2.0 * one, 0.0 * one], [0.0 * one, 0.0 * one]])

    assert Own().completeness == "notable"


@pytest.mark.parametrize("name", ["shifted", "scaled", "labelled", "rotated", "sum", "decayed", "slice", "finite_sum"])
def test_wrappers_pass_a_claim_on_where_they_can_keep_it(name):
    given = {"first": "rastrigin", "second": "sphere"} if name == "sum" else {"surface": "rastrigin"}
    wrapped = ls.surface(name, **given)
    kept = name in ("shifted", "scaled", "labelled")
    assert (wrapped.completeness == "complete") == kept
    part = ls.surface(name, surface="ackley") if name == "shifted" else None
    assert part is None or part.completeness == "complete"
    if kept:
        assert ls.surface(name, surface="levy_13").completeness == "global"


def test_more_dimensions_lower_a_claim():
    for name in ("ackley", "rastrigin", "griewank", "levy", "schwefel", "alpine"):
        assert [ls.surface(name, dim=n).completeness for n in (1, 2, 3)] == ["complete", "complete", "global"]


def test_a_distance_says_of_which_minima_it_is():
    from landscape.render.text.captions import long_name

    said = {name: long_name(ls.surface(name), "distance") for name in ("ackley", "levy_13", "eggholder")}
    assert said == {
        "ackley": "distance to the nearest minimum",
        "levy_13": "distance to the global minimum",
        "eggholder": "distance to the nearest known minimum",
    }


def test_no_distance_is_large_at_a_minimum_of_ackley():
    record = ls.simulate(ls.surface("ackley"), [ls.optimizer("sgd", lr=0.01)], start=[3.1, 4.05], steps=200)
    from landscape.analysis.metrics import steps

    assert steps.Distance().measure(record.tracks[0], record.surface)[-1, 0] < 1e-6

"""Laws that all that is drawn is seen: curves on each other, one bad value, a run that falls away, greys."""

import itertools

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch

import landscape as ls
from landscape.analysis import projections
from landscape.render import draw
from landscape.render.panels.against import highest_shown
from landscape.render.panels.interlaced import interlaced
from landscape.render.style.theme import PRINT
from landscape.render.views.basins import hatch_of

SMALL = {"width": 640, "height": 360}
X = np.linspace(0.0, 500.0, 101)


def path(y):
    return np.column_stack([X, y])


def test_of_curves_on_each_other_all_but_the_first_take_turns():
    one, bent = path(0.0 * X), path(np.where(X < 100.0, 100.0 - X, 0.0))
    first, second, third, far = interlaced([one, one + 0.5, bent, one + 10.0])
    assert first is None
    assert far is None
    (offset, (on, off)), (other, _) = second.dashes, third.dashes
    assert off == 2.0 * on  # each of three has its turn
    assert (other - offset) % (on + off) == pytest.approx(2.0 * on)
    assert not second.alone.any()
    assert third.alone[:20].all()
    assert not third.alone[22:].any()
    assert interlaced([one]) == [None]
    assert interlaced([one[:1], one[:1]])[1].alone.shape == (1,)


def test_curves_that_are_one_are_dashed_in_colours_and_have_their_own_kind_of_line_in_print():
    rules = [ls.optimizer("sgd", lr=0.1), ls.optimizer("sgd", lr=0.9)]
    record = ls.simulate("sphere", rules, start=(1.0, 1.0), steps=40)
    for theme in ("light", "print"):
        figure = draw(record, "convergence", theme=theme, **SMALL)
        one, other = (line for line in figure.axes[0].get_lines() if str(line.get_gid()).startswith("run:"))
        assert one.get_linestyle() == "-"
        assert other.get_linestyle() == "--"
        np.testing.assert_allclose(one.get_ydata(), other.get_ydata(), rtol=1e-9)


def test_one_bad_value_does_not_set_a_linear_axis():
    usual = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, -1.5, -2.5, 0.5])
    assert highest_shown(np.append(usual, 1000.0)) == 1.0
    assert highest_shown(np.append(usual, 5.0)) == 5.0
    assert highest_shown(np.append(usual, np.nan)) == 1.0
    assert highest_shown(np.array([0.0, 0.0, 7.0])) == 7.0


def test_what_lies_above_the_axis_is_an_arrow_with_its_value():
    rule = ls.optimizer("sgd", lr=np.array([0.001, 0.002, 0.003, 0.004, 0.005, 0.006]))
    record = ls.simulate("styblinski_tang", rule, start=np.tile([[-2.0], [-2.0]], 6), steps=4)
    losses = record["sgd"].value[-1].copy()
    losses[-1] = losses[:-1].max() + 100.0 * np.ptp(losses[:-1])
    record["sgd"].value[-1] = losses
    ax = draw(record, "rates", **SMALL).axes[0]
    assert ax.get_ylim()[1] < losses[-1]
    assert [line.get_gid() for line in ax.get_lines() if str(line.get_gid()).startswith("above:")] == ["above:o"]
    assert len(ax.texts) == 1


def test_a_run_that_falls_away_sets_no_plane():
    rules = [ls.optimizer("sgd", lr=0.08), ls.optimizer("momentum", lr=0.08), ls.optimizer("adam", lr=0.08)]
    record = ls.simulate("hyperbolic_saddle", rules, start=(1.0, 0.01), steps=60)
    assert np.abs(record["momentum"].params[-1]).max() > 1e3
    flat, _ = projections.components(record)
    seen, facts = projections.seen_in(record, flat, ("a", "b"))
    paths = [record[label].params for label in ("sgd", "adam")]
    others = max(np.linalg.norm(path - path[0], axis=1).max() for path in paths)
    assert all(high - low < 4.0 * others for low, high in seen.surface.window)
    assert np.abs(flat.origin).max() < 10.0
    assert facts.variance == pytest.approx(1.0)


def test_areas_of_basins_differ_in_print_without_colours():
    shown = [(PRINT.regions[n % len(PRINT.regions)], hatch_of(PRINT, n)) for n in range(12)]
    assert all(one != other for one, other in itertools.combinations(shown, 2))
    record = ls.basins("himmelblau", "sgd", steps=60, resolution=(8, 8))
    hatches = {}
    for theme in ("light", "print"):
        ax = draw(record, "basins", theme=theme, **SMALL).axes[0]
        hatches[theme] = {patch.get_hatch() for patch in ax.patches if isinstance(patch, PathPatch)}
    assert hatches["light"] <= {"//"}
    assert {hatch_of(PRINT, 1), hatch_of(PRINT, 3)} <= hatches["print"]


def test_an_entrant_s_line_is_shown_beside_its_name_in_print_alone():
    record = ls.simulate("sphere", ["sgd", "momentum", "adam"], start=(1.0, 1.0), steps=5)
    for theme, count in (("light", 0), ("print", 3)):
        figure = draw(record, "contour", theme=theme, **SMALL)
        lines = [each for each in figure.artists if isinstance(each, Line2D) and each.get_linestyle() != "None"]
        assert len(lines) == len({line.get_linestyle() for line in lines}) == count


def test_what_is_always_0_has_an_axis_from_there_and_a_distance_says_to_where():
    record = ls.simulate("sphere", "sgd", start=(1.0, 0.0), steps=5)
    assert draw(record, "convergence", quantity="index", **SMALL).axes[0].get_ylim() == (-0.05, 1.05)
    to = {"name": "distance_to", "point": [0.5, 0.0]}
    texts = [text.get_text() for text in draw(record, "convergence", quantity=to).texts]
    assert any("distance to a given point (0.5, 0)" in text for text in texts)


def test_formulas_are_smaller_before_they_are_cut():
    rules = [ls.optimizer("sgd", lr=0.1), ls.optimizer("momentum", lr=0.1)]
    noise = ls.noise("gaussian", sigma=0.5)
    record = ls.simulate("quadratic", rules, steps=60, repeats=20, noise=noise)
    texts = [text.get_text() for text in draw(record, "convergence", quantity="gap", theory=True).texts]
    assert "Σ ησ²/2(2+2β−ηλ)·(1+β)/(1−β)" in texts


def test_bands_in_print_have_strokes_of_their_own():
    noise = ls.noise("gaussian", sigma=0.5)
    rules = [ls.optimizer("sgd", lr=0.1), ls.optimizer("momentum", lr=0.05)]
    record = ls.simulate("quadratic", rules, steps=20, repeats=20, noise=noise)
    for theme, count in (("light", 1), ("print", 2)):
        ax = draw(record, "convergence", theme=theme, **SMALL).axes[0]
        bands = [each.get_hatch() for each in ax.collections if str(each.get_gid()).startswith("band:")]
        assert len(bands) == 2
        assert len(set(bands)) == count
    assert len(set(PRINT.bands)) == len(PRINT.bands) == len(PRINT.dashes)

"""Maps of where runs end: the colour of a start is that of the minimum that its run found."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import landscape as ls
from landscape.analysis.basins import DIVERGED, NOWHERE, ends
from landscape.core.names import UnknownName
from landscape.render import draw
from landscape.render.style.theme import LIGHT, PRINT
from landscape.render.views.basins import Basins, colours, painted

RECORD = ls.basins("himmelblau", ["sgd", ls.optimizer("adam", lr=0.2)], steps=150, resolution=(12, 9))
NEAR = np.array([0.3, 0.3])
EVERY = np.arange(108)


def nearest(track, minima):
    away = [np.hypot(*(track.params[-1] - point.point[:, None])) for point in minima]
    return np.where(np.min(away, axis=0) <= 0.3, np.argmin(away, axis=0), NOWHERE)


@pytest.mark.parametrize("label", ["sgd", "adam"])
def test_a_start_goes_to_the_minimum_where_its_run_ends(label):
    track, minima = RECORD[label], RECORD.surface.minima
    found = ends(track, minima, EVERY, NEAR)
    assert found.goal.tolist() == nearest(track, minima).tolist()
    assert len(set(found.goal.tolist())) >= 4


def test_the_later_the_paler_and_nobody_is_later_than_the_end():
    record = ls.simulate("himmelblau", "sgd", start=np.array([[3.0, 3.1, 5.0], [2.0, 2.1, 5.0]]), steps=100)
    late = ends(record.tracks[0], record.surface.minima, np.arange(3), NEAR).late
    assert late[0] == 0.0
    assert 0.0 <= late[1] < late[2] <= 1.0


def test_what_diverges_and_what_stops_short_is_told_apart():
    record = ls.simulate(
        "himmelblau", ls.optimizer("sgd", lr=[1.0, 1e-9, 0.01]), start=(4.0, 4.0), steps=200, repeats=3
    )
    goal = ends(record.tracks[0], record.surface.minima, np.arange(3), NEAR).goal
    assert goal.tolist()[:2] == [DIVERGED, NOWHERE]
    assert goal[2] >= 0


def test_colours_of_the_map_are_those_of_the_minima():
    figure = draw(RECORD, Basins(width=640, height=360))
    (image,) = [each for each in figure.axes[0].images if each.get_gid() == "basins"]
    shown = np.asarray(image.get_array())
    assert shown.shape == (9, 12, 3)
    goal = ends(RECORD["sgd"], RECORD.surface.minima, EVERY, NEAR)
    table = colours(LIGHT, 4)
    x, y = (np.unique(row) for row in RECORD["sgd"].params[0])
    for run in range(0, 108, 7):
        row, column = (
            np.searchsorted(y, RECORD["sgd"].params[0, 1, run]),
            np.searchsorted(x, RECORD["sgd"].params[0, 0, run]),
        )
        pale = LIGHT.palest * goal.late[run]
        assert shown[row, column] == pytest.approx(table[goal.goal[run]] * (1.0 - pale) + pale, abs=1e-12)
    assert len(painted(goal, LIGHT, 4)) == 108
    plt.close("all")


def test_where_shades_stand_for_minima_none_is_paler():
    goal = ends(RECORD["sgd"], RECORD.surface.minima, EVERY, NEAR)
    assert len(set(goal.late[goal.goal == 0].tolist())) > 1
    assert len(np.unique(painted(goal, PRINT, 4)[goal.goal == 0], axis=0)) == 1
    assert len(np.unique(painted(goal, LIGHT, 4)[goal.goal == 0], axis=0)) > 1


def test_the_share_that_reaches_the_lowest_minimum_is_said_where_another_is_higher():
    record = ls.basins("styblinski_tang", ls.optimizer("sgd", lr=0.01), steps=150, resolution=(10, 10))
    minima = record.surface.minima
    goal = ends(record.tracks[0], minima, np.arange(100), 0.03 * np.full(2, 10.0)).goal
    lowest = int(np.argmin([point.value for point in minima]))
    shares = [text.get_text() for text in draw(record, Basins()).texts if "reach the global" in text.get_text()]
    assert shares == [f"{100.0 * np.mean(goal == lowest):.0f} % reach the global minimum"]
    assert not [text for text in draw(RECORD, Basins()).texts if "reach the global" in text.get_text()]  # all are


def test_starts_off_a_grid_are_dots_and_an_axes_of_ones_own_takes_one_map():
    record = ls.simulate("six_hump_camel", ["sgd", "adam"], start=ls.start("random_box", count=17), steps=30)
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match='choose entrant = "sgd" or "adam"'):
        Basins().draw_into(ax, record)
    assert not ax.get_children()[0].get_gid()
    with pytest.raises(UnknownName, match="unknown entrant"):
        Basins(entrant="adm").draw_into(ax, record)
    artists = Basins(entrant="adam").draw_into(ax, record)
    (dots,) = [each for each in artists if each.get_gid() == "basins"]
    assert len(dots.get_offsets()) == 17
    plt.close("all")


@pytest.mark.parametrize(
    ("surface", "given", "said"),
    [
        ("rosenbrock", {"resolution": 0}, "resolution must be"),
        ("rosenbrock", {"window": ((1.0, 0.0), (0.0, 1.0))}, "window needs 2 pairs"),
        (ls.surface("rosenbrock", dim=3), {}, "needs a surface of 2 dimensions"),
    ],
)
def test_what_makes_no_grid_is_refused(surface, given, said):
    with pytest.raises(ValueError, match=said):
        ls.basins(surface, "sgd", steps=2, **given)


@pytest.mark.parametrize(
    ("surface", "said"), [("monkey_saddle", "elsewhere: no minimum is known"), ("himmelblau", "elsewhere")]
)
def test_what_ends_elsewhere_is_said_so(surface, said):
    rule = ls.optimizer("sgd", lr=1e-6)  # which hardly moves
    figure = draw(ls.basins(surface, rule, steps=2, resolution=(4, 4)), Basins(width=640, height=360))
    assert [text.get_text() for text in figure.texts if text.get_text().startswith("elsewhere")] == [said]

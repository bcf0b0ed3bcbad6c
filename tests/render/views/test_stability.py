"""Maps of stability: the limit that runs show is the one that theory predicts."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text
from pictures import overlapping

import landscape as ls
from landscape.analysis.convergence_map import cells_of, decades, theory_of, wrong
from landscape.render import draw
from landscape.render.views.stability import Stability

TOP = 5.0  # the largest eigenvalue
BOWL = ls.surface("quadratic", condition=10.0, scale=0.5)
ACROSS = {"lr": np.geomspace(0.02, 1.2, 101), "momentum": np.linspace(0.0, 0.9, 10)}
RECORD = ls.stability_map(BOWL, ["momentum", "nesterov"], across=ACROSS, steps=400)
BORDERS = {
    "momentum": lambda beta: 2.0 * (1.0 + beta) / TOP,
    "nesterov": lambda beta: 2.0 * (1.0 + beta) / (1.0 + 2.0 * beta) / TOP,
}


def found(record, track):
    cells = cells_of(track)
    return cells, decades(track, record.surface.lowest)[cells.runs]


@pytest.mark.parametrize("label", BORDERS)
def test_runs_stop_converging_within_a_cell_of_the_known_border(label):
    cells, falls = found(RECORD, RECORD[label])
    for beta, row in zip(cells.y, falls, strict=True):
        border = BORDERS[label](beta)
        step = cells.x[1] / cells.x[0]
        assert (row[cells.x < border / step] > 0.0).all()
        assert (row[cells.x > border * step] <= 0.0).all()


def test_a_run_falls_as_fast_as_its_slowest_root():
    cells, falls = found(RECORD, RECORD["momentum"])
    theory = theory_of(RECORD, RECORD["momentum"], cells)
    # real roots, far from the border and from critical damping, and not yet near rounding
    clear = (cells.y[:, None] < 0.5 * theory.damped) & (cells.x < 0.5 / TOP) & (theory.falls * RECORD.steps < 11.0)
    assert clear.sum() > 20
    # the steep direction has ten times the share of the first gap, and is gone soon
    more = (falls - theory.falls)[clear] * RECORD.steps
    assert np.log10(11.0) - 0.2 < more.min()
    assert more.max() < np.log10(11.0) + 0.2


def test_each_cell_is_the_run_with_its_hyper_parameters():
    cells = cells_of(RECORD["nesterov"])
    rule = RECORD["nesterov"].optimizer
    assert cells.fields == ("lr", "momentum")
    assert (rule.lr[cells.runs] == cells.x[None]).all()
    assert (rule.momentum[cells.runs] == cells.y[:, None]).all()
    alone = ls.simulate(BOWL, ls.optimizer("nesterov", lr=cells.x[7], momentum=cells.y[3]), steps=400, every=4)
    assert (alone.tracks[0].value[:, 0] == RECORD["nesterov"].value[:, cells.runs[3, 7]]).all()


def test_theory_is_right_everywhere_and_a_planted_border_is_found_wrong():
    for track in RECORD.tracks:
        cells, falls = found(RECORD, track)
        theory = theory_of(RECORD, track, cells)
        assert not wrong(falls, theory, RECORD.steps).any()
        planted = dataclasses.replace(
            track, optimizer=dataclasses.replace(track.optimizer, lr=1.05 * track.optimizer.lr)
        )
        moved = theory_of(RECORD, planted, cells_of(planted))
        assert wrong(falls, moved, RECORD.steps).sum() >= len(cells.y) / 2


def test_what_is_drawn_is_what_was_measured():
    figure = draw(RECORD, "stability")
    panels = [ax for ax in figure.axes if any(each.get_gid() == "stability" for each in ax.collections)]
    for track, ax in zip(RECORD.tracks, panels, strict=True):
        cells, falls = found(RECORD, track)
        (mesh,) = [each for each in ax.collections if each.get_gid() == "stability"]
        shown = np.asarray(mesh.get_array()).reshape(*falls.shape, 3)
        assert (shown[falls == -np.inf] == shown[falls == -np.inf][0]).all()
        going = shown[falls > 0.0].sum(axis=-1)
        order = np.argsort(falls[falls > 0.0])
        assert (np.diff(going[order]) <= 1e-9).all()  # the faster the darker
        (limit,) = [line for line in ax.lines if line.get_gid() == "limit"]
        assert limit.get_xdata() == pytest.approx(BORDERS[track.label](cells.y))
        (star,) = {
            tuple(map(float, np.ravel(line.get_data())))
            for line in ax.findobj(plt.Line2D)
            if line.get_gid() == "fastest"
        }
        row, column = np.unravel_index(np.argmax(falls), falls.shape)
        assert star == pytest.approx((cells.x[column], cells.y[row]))
    plt.close("all")


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau"])
def test_off_a_quadratic_the_border_is_that_at_the_minimum(surface):
    record = ls.stability_map(surface, "momentum", resolution=6, steps=30)
    track = record.tracks[0]
    theory = theory_of(record, track, cells_of(track))
    lowest = min(record.surface.minima, key=lambda point: point.value)
    top = np.linalg.eigvalsh(record.surface.hessian(lowest.point))[-1]
    assert theory.limit[0] == pytest.approx(2.0 / top)
    assert theory.falls is None
    assert not Stability(theme="dark").page(record).finish()
    plt.close("all")


def test_any_two_hyper_parameters_make_a_map():
    record = ls.stability_map(BOWL, ["adam", "rmsprop"], across={"eps": [1e-8, 1e-4, 1e-2]}, resolution=5, steps=40)
    assert cells_of(record["adam"]).fields == ("lr", "eps")
    assert record["adam"].runs == 15
    record = ls.stability_map(BOWL, "adam", across={"beta1": [0.0, 0.5], "beta2": [0.5, 0.9]}, steps=40)
    assert cells_of(record["adam"]).fields == ("beta1", "beta2")
    _, ax = plt.subplots()
    assert Stability().draw_into(ax, record)
    plt.close("all")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"across": {"momentun": [0.0, 0.1]}}, 'Did you mean "momentum"'),
        ({"across": {"lr": [0.1]}}, "two increasing numbers"),
        ({"across": {"lr": [0.1, 0.2], "momentum": [0.5, 0.4]}}, "two increasing numbers"),
        ({"start": [[0.0, 1.0], [0.0, 1.0]]}, "from one point, got 2"),
        ({"resolution": 1}, "at least 2"),
        ({"optimizers": []}, "one optimizer or more"),
        ({"across": ["lr"]}, "must be a table"),
        ({"across": {"lr": "abc"}}, "two increasing numbers"),
        ({"resolution": 2.5}, "resolution must be a whole number"),
        ({"across": {"lr": [-0.1, 0.2]}}, "lr"),
    ],
)
def test_what_cannot_be_mapped_says_what_is_allowed(given, said):
    given = {"optimizers": "momentum", "steps": 10, **given}
    with pytest.raises((ValueError, TypeError), match=said):
        ls.stability_map(BOWL, given.pop("optimizers"), **given)


def test_records_without_a_grid_say_what_the_view_needs():
    with pytest.raises(ValueError, match="differ in none"):
        draw(ls.simulate(BOWL, "momentum", steps=5), "stability")
    loose = ls.optimizer("momentum", lr=[0.1, 0.2, 0.3], momentum=[0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="leave cells of it empty"):
        draw(ls.simulate(BOWL, loose, steps=5, repeats=3), "stability")
    with pytest.raises(ValueError, match="needs a known lowest loss"):
        draw(ls.stability_map("hyperbolic_saddle", "momentum", resolution=3, steps=5), "stability")


def test_the_border_of_plain_descent_moves_with_its_weight_decay():
    across = {"lr": np.geomspace(0.2, 0.6, 60), "weight_decay": [0.0, 1.0, 3.0]}
    record = ls.stability_map(BOWL, "sgd", across=across, steps=400)
    track = record.tracks[0]
    cells, falls = found(record, track)
    border = theory_of(record, track, cells).limit
    assert border == pytest.approx(2.0 / (TOP + np.array([0.0, 1.0, 3.0])))
    for edge, row in zip(border, falls, strict=True):
        assert (row[cells.x > 1.03 * edge] < 0.0).all()
        assert (row[cells.x < edge / 1.03] > 0.0).all()


def test_the_border_is_that_of_the_minimum_at_which_runs_arrive():
    record = ls.stability_map("six_hump_camel", "momentum", resolution=12, steps=200, start=(1.7, -0.7))
    track = record.tracks[0]
    ends = track.params[-1][:, track.status != "diverged"]
    away = [np.hypot(*(ends - point.point[:, None])) for point in record.surface.minima]
    most = record.surface.minima[int(np.bincount(np.argmin(away, axis=0)).argmax())]
    top = np.linalg.eigvalsh(record.surface.hessian(most.point))[-1]
    assert most.value > record.surface.lowest
    assert theory_of(record, track, cells_of(track)).limit[0] == pytest.approx(2.0 / top)


def test_a_picture_explains_its_red_crosses_in_every_size():
    track = RECORD["momentum"]
    moved = dataclasses.replace(track, optimizer=dataclasses.replace(track.optimizer, lr=1.05 * track.optimizer.lr))
    planted = dataclasses.replace(RECORD, tracks=(moved, RECORD["nesterov"]))
    for width, height in ((1280, 720), (960, 540), (720, 1280)):
        figure = draw(planted, Stability(width=width, height=height))
        said = {text.get_text() for text in figure.findobj(Text)}
        assert {"against theory", "diverged", "fastest", "stability limit"} <= said
        assert not overlapping(figure)

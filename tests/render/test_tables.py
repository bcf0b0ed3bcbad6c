"""What the pictures of a table show is what is in the table."""

import numpy as np
import pytest
from pictures import overlapping
from placing import misplaced

import landscape as ls
from landscape.analysis.convergence_map import cells_of, theory_of
from landscape.render.panels.cells import between
from landscape.render.table_views.map import maps_of

RATES = np.geomspace(1e-3, 1.0, 7)


@pytest.fixture(scope="module")
def noisy():
    return ls.sweep("rosenbrock", ["sgd", "adam"], over={"lr": RATES, "beta2": [0.9, 0.99]}, steps=30, seeds=5,
                    noise="gaussian", measures=("loss", "reached"))  # fmt: skip


@pytest.fixture(scope="module")
def pairs():
    over = {"lr": np.geomspace(0.01, 0.6, 8), "momentum": [0.0, 0.3, 0.6, 0.9]}
    return ls.sweep("quadratic", ["momentum", "nesterov"], over=over, steps=100)


def line(figure, gid):
    (found,) = [each for ax in figure.axes for each in ax.lines if each.get_gid() == gid]
    return found


def texts(figure):
    return " ".join(each.get_text() for each in figure.texts)


def test_curves_are_the_medians_of_the_runs_that_have_not_diverged(noisy):
    figure = ls.draw(noisy)
    sgd = noisy.where(entrant="sgd").summary()
    known = np.isfinite(sgd["loss_median"])
    x, y = line(figure, "rates:sgd").get_data()
    assert np.array_equal(x, RATES)
    assert np.allclose(y[known], sgd["loss_median"][known])
    assert not np.isfinite(y[~known]).any()
    (crosses,) = [each for ax in figure.axes for each in ax.findobj() if each.get_gid() == "diverged:sgd"]
    assert np.array_equal(crosses.get_xdata(), RATES[sgd["diverged"] > 0.0])
    assert "median and quartiles of 5 runs" in texts(figure)


def test_a_curve_is_through_the_best_of_the_other_fields_and_says_so(noisy):
    figure = ls.draw(noisy)
    adam = noisy.where(entrant="adam").summary()
    best = [adam["loss_median"][adam["lr"] == rate].min() for rate in RATES]
    assert np.allclose(line(figure, "rates:adam").get_ydata(), best)
    assert "the best beta2 at each" in texts(figure)
    assert "the best beta2" not in texts(ls.draw(noisy.where(beta2=0.9)))


@pytest.mark.parametrize("measure", ["loss", "distance"])
@pytest.mark.parametrize("highest", [0.1, 10.0])
def test_crosses_are_explained_where_there_are_any(measure, highest):
    table = ls.sweep("sphere", "sgd", over={"lr": [0.01, highest]}, steps=40, measures=tuple({"loss", measure}))
    figure = ls.draw(table, measure=measure)
    ax = figure.add_subplot()
    ls.draw(table, measure=measure, ax=ax)
    diverged = bool((table["status"] == "diverged").any())
    assert diverged == (highest > 1.0)
    assert ("× diverged" in texts(figure)) == diverged
    assert ("× diverged" in ax.get_ylabel()) == diverged


def test_yes_or_no_is_drawn_as_a_share_of_all_runs(noisy):
    table = noisy.where(entrant="sgd")
    y = line(ls.draw(table, measure="reached"), "rates:sgd").get_ydata()
    assert np.allclose(y, [np.mean(table["reached"][table["lr"] == rate]) for rate in RATES])


def test_each_surface_has_its_panel(chinese_font):
    table = ls.sweep(["sphere", "beale", "ackley"], ["sgd", "adam"], over={"lr": RATES}, steps=10, title="Which rate?")
    figure = ls.draw(table, theme="dark", language="zh")
    assert len(figure.axes) == 3
    assert figure.texts[0].get_text() == "Which rate?"
    assert len(ls.draw(table, surface="beale").axes) == 1
    with pytest.raises(ValueError, match="has several surfaces"):
        ls.draw(table, ax=figure.add_subplot())


def test_maps_show_medians_and_the_limit_that_theory_has(pairs):
    for cells, label in zip(maps_of(pairs, "lr", "momentum", "loss"), ("momentum", "nesterov"), strict=True):
        mine = pairs.where(entrant=label)
        for j, momentum in enumerate(cells.y):
            for i, rate in enumerate(cells.x):
                row = mine.where(lr=rate, momentum=momentum)
                assert cells.diverged[j, i] == np.mean(row["status"] == "diverged")
                assert cells.middle[j, i] == np.median(row["loss"]) or cells.diverged[j, i] == 1.0
        across = {"lr": cells.x, "momentum": cells.y}
        record = ls.stability_map("quadratic", label, across=across, steps=100)
        assert np.allclose(cells.limit, theory_of(record, record[label], cells_of(record[label])).limit)
        rates = np.broadcast_to(cells.x, cells.middle.shape)
        start = record[label].value[0, 0]
        with np.errstate(invalid="ignore"):
            rises = ~np.isfinite(cells.middle) | (cells.middle > start)
        sure = np.abs(np.log(rates / cells.limit[:, None])) > 0.2  # what is nearer needs more steps to show
        assert np.array_equal(rises[sure], (rates > cells.limit[:, None])[sure])
    figure = ls.draw(pairs)
    assert [ax for ax in figure.axes if any(each.get_gid() == "limit" for each in ax.lines)]
    assert "stability limit" in texts(figure)


def test_pages_of_tables_have_all_in_its_place(pairs, noisy):
    figures = [ls.draw(pairs), ls.draw(pairs, width=720, height=1280), ls.draw(noisy)]
    for figure in figures:
        assert misplaced(figure) == []
        assert overlapping(figure) == []
    low, strip, high = key_of(figures[0])
    assert low.x1 < strip.x0 < strip.x1 < high.x0
    assert high.x0 - strip.x1 < 20.0


def key_of(figure):
    """The boxes of the lowest number, the strip of colours and the highest number of a map's key."""
    figure.draw_without_rendering()
    strip = next(ax for ax in figure.axes if ax.images and not ax.get_xticks().size).get_window_extent()
    beside = [text.get_window_extent() for text in figure.texts]
    level = [box for box in beside if box.y0 < (strip.y0 + strip.y1) / 2.0 < box.y1]
    return (
        max((box for box in level if box.x0 < strip.x0), key=lambda box: box.x0),
        strip,
        min((box for box in level if box.x0 > strip.x0), key=lambda box: box.x0, default=strip),
    )


def test_a_map_is_drawn_where_the_entrants_beside_it_have_neither_field():
    rules = [ls.entrant("momentum", label="a"), ls.entrant("momentum", label="b")]
    over = {"a.lr": [0.01, 0.1, 0.2], "a.momentum": [0.0, 0.5, 0.9]}
    table = ls.sweep("quadratic", rules, over=over, steps=5)
    assert "stability limit" in texts(ls.draw(table))  # of the map, and not of curves
    more = ls.sweep(
        "quadratic", ["momentum", "sgd"], over={"lr": [0.01, 0.1, 0.2], "momentum": [0.0, 0.5, 0.9]}, steps=5
    )
    assert "stability limit" not in texts(ls.draw(more))  # sgd has one of the two, which only curves show


def test_theory_is_silent_where_it_does_not_hold():
    over = {"lr": [0.01, 0.1, 0.2], "momentum": [0.0, 0.5, 0.9]}
    for more in ({"noise": "gaussian"}, {"schedule": "cosine"}):
        (cells,) = maps_of(ls.sweep("quadratic", "momentum", over=over, steps=5, **more), "lr", "momentum", "loss")
        assert cells.limit is None
    (cells,) = maps_of(ls.sweep("himmelblau", "momentum", over=over, steps=5), "lr", "momentum", "loss")
    assert cells.near


WRONG = {
    "a field": ({"x": "lrr"}, 'Did you mean "lr"?'),
    "a measure": ({"measure": "losss"}, 'Did you mean "loss"?'),
    "a view": ({"view": "maps"}, 'Did you mean "map"?'),
    "an option": ({"levels": 3}, "has no levels to choose"),
    "an entrant": ({"entrant": "adan"}, 'Did you mean "adam"?'),
    "a size": ({"width": 3}, "width must be a whole number from 160"),
    "y of curves": ({"y": "beta2"}, 'y is for the view "map"'),
    "a map of a rule without the field": ({"view": "map", "entrant": "sgd"}, "needs two fields that vary"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_drawn_is_said(name, noisy):
    options, said = WRONG[name]
    with pytest.raises(ValueError, match=r"\w") as error:
        ls.draw(noisy, **options)
    assert said in str(error.value)


def test_a_summary_and_a_single_setting_are_no_picture(noisy):
    with pytest.raises(ValueError, match="not its summary"):
        ls.draw(noisy.summary())
    with pytest.raises(ValueError, match="nothing to draw against"):
        ls.draw(ls.sweep("sphere", "sgd", over={"lr": [0.1]}, steps=2))


def test_a_table_is_drawn_into_axes(noisy, pairs):
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert ls.draw(noisy, ax=ax) is ax.figure
    assert ax.get_xlabel() == "learning rate"
    ax = Figure().add_subplot()
    ls.draw(pairs, entrant="nesterov", ax=ax)
    assert ax.get_ylabel() == "momentum"


def test_few_values_stand_side_by_side_with_their_labels():
    """However far apart they are, and what lies between them, as the limit, lies between their places."""
    over = {"lr": np.geomspace(0.01, 1.0, 9), "beta2": [0.5, 0.9, 0.999]}
    table = ls.sweep("six_hump_camel", "adam", over=over, steps=3)
    figure = ls.draw(table, view="map")
    ax = next(each for each in figure.axes if each.get_ylabel() or len(each.get_yticks()) == 3)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0.5", "0.9", "0.999"]
    assert np.ptp(np.diff(ax.get_yticks())) == 0.0
    assert "six-hump camel" in figure.texts[0].get_text()
    values, places = np.array([0.5, 0.9, 0.999]), np.arange(3.0)
    assert np.allclose(between(values, values, places), places)
    assert np.isnan(between(np.array([0.4, 1.0]), values, places)).all()


def test_a_surface_of_a_table_is_called_by_its_title_and_what_tells_it_apart():
    from landscape.render.text.tables import surface_name

    surfaces = [ls.surface("six_hump_camel"), *(ls.surface("quadratic", condition=each) for each in (2.0, 30.0))]
    surfaces += [ls.surface("decayed", surface="booth", weight_decay=each) for each in (0.1, 0.2)]
    table = ls.sweep(surfaces, "sgd", over={"lr": [0.01]}, steps=1, progress=False)
    labels = dict.fromkeys(map(str, table["surface"]))
    assert [surface_name(table, label, "en") for label in labels] == [
        "six-hump camel",
        "quadratic, condition 2",
        "quadratic, condition 30",
        "decayed, weight decay 0.1",
        "decayed, weight decay 0.2",
    ]
    assert surface_name(table, "another_one", "en") == "another one"

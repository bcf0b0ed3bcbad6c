"""A record with one row in so many steps measures what the full one does; ties, and medians that are no means."""

import contextlib
import dataclasses
import itertools
import math

import numpy as np
import pytest
from matplotlib.figure import Figure

import landscape as ls
from landscape.analysis._metric import REGISTRY, metric, names
from landscape.analysis.basins import NOWHERE, ends
from landscape.analysis.selection import median_run, row_at
from landscape.analysis.series import axis, moves
from landscape.analysis.theory import POWERS, _measured_rate, predictions, rule_of
from landscape.cli._reports import AT_ONCE, advice, summary
from landscape.core.component import defaults, field_hints
from landscape.networks import along
from landscape.render.pages import graphs, table
from landscape.render.pages.lists import row_of
from landscape.render.style.theme import LIGHT
from landscape.render.text.captions import Captions, last_line, rate_line
from landscape.render.views.phase import dampings

STEPS = 23
STARTS = np.array([[-0.9, -0.5, 0.3, 2.5], [0.1, 0.5, -0.2, 2.0]])


def race(every, steps=STEPS):
    rules = [ls.optimizer("sgd", lr=0.011), ls.optimizer("momentum", lr=0.004)]
    return ls.simulate("himmelblau", rules, start=STARTS, steps=steps, schedule="cosine", every=every, tolerance=0.5)


@pytest.fixture(scope="module")
def full():
    return race(1)


def kept(every):
    """The steps that a record with `every` keeps: its multiples, and the last."""
    return [*range(0, STEPS, every), STEPS]


def step_measures(surface):
    """All measures with a figure a step that the surface has."""
    for name in names():
        cls = REGISTRY.get(name)
        made = cls(**{field: (1.0, 2.0) for field in field_hints(cls) if field not in defaults(cls)})
        if made.each_step:
            with contextlib.suppress(ValueError):
                made.check_surface(surface)
                yield made


THIN = [2, 5, 23, 40]


@pytest.mark.parametrize("every", THIN)
def test_a_figure_a_step_of_a_thinned_record_is_that_of_the_full_one(every, full):
    """But for those that look from one row to another, which the tests below hold."""
    looked_at = [each for each in step_measures(full.surface) if each.name not in ("speed", "effective_rate", "change")]
    assert len(looked_at) > 7
    for one, other in zip(race(every), full, strict=True):
        assert one.steps.tolist() == kept(every)
        for each in looked_at:
            figures = each.measure(other, full.surface)[kept(every)]
            assert np.array_equal(each.measure(one, full.surface), figures), each.name


@pytest.mark.parametrize("every", THIN)
def test_the_speed_and_the_effective_rate_of_a_thinned_record_are_means_over_the_steps_between(every, full):
    """The move of all steps between two rows over their number, and over the gradient where they began."""
    for one, other in zip(race(every), full, strict=True):
        rows = kept(every)
        for i in (None, 0, 1):
            g = np.moveaxis(full.surface.gradient(np.moveaxis(other.params, 1, 0)), 0, 1)
            g = np.sqrt(np.sum(g * g, axis=1)) if i is None else np.abs(g[:, i])
            speed, rate = np.empty((2, len(rows), 4))
            for k, (t, s) in enumerate(itertools.pairwise(rows)):
                move = (other.params[s] - other.params[t]) / (s - t)
                speed[k] = np.hypot(*move) if i is None else np.abs(move[i])
                rate[k] = np.where(other.stopped > t, speed[k] / g[t], np.nan)
            speed[-1], rate[-1] = speed[-2], rate[-2]
            found = metric("speed", coordinate=i).measure(one, full.surface)
            np.testing.assert_allclose(found, speed, rtol=1e-12)
            found = metric("effective_rate", coordinate=i).measure(one, full.surface)
            np.testing.assert_allclose(found, rate, rtol=1e-12)
    assert {*np.ravel([track.stopped for track in full])} - {STEPS}  # some stop on the way


@pytest.mark.parametrize("name", ["gradient_norm", "speed", "effective_rate"])
def test_a_coordinate_is_one_of_the_surface_counted_from_zero(name):
    for dim in (1, 2, 5):
        surface = ls.surface("quadratic", dim=dim)
        for coordinate in range(dim):
            metric(name, coordinate=coordinate).check_surface(surface)
        with pytest.raises(ls.FieldError, match=f"must be below {dim}, the dimension of the surface"):
            metric(name, coordinate=dim).check_surface(surface)


@pytest.mark.parametrize("every", [1, *THIN])
@pytest.mark.parametrize("steps", [0, 3, 5, 10, 400])
def test_a_change_is_since_the_last_row_at_least_so_many_steps_before(every, steps):
    """Where the record does not go so far back, since its first row."""
    record = race(every)
    for track in record:
        for now, t in enumerate(track.steps):
            before = max((k for k, s in enumerate(track.steps) if s <= t - steps), default=0)
            expected = track.value[now] / track.value[before]
            found = metric("change", steps=steps).measure(track, record.surface)[now]
            np.testing.assert_array_equal(found, np.where(track.value[now] == track.value[before], 1.0, expected))


@pytest.mark.parametrize("every", [1, *THIN])
def test_steps_of_runs_are_steps_and_not_rows(every, full):
    """first_hit and escape_step, written out on the rows that are there."""
    for one, other in zip(race(every), full, strict=True):
        rows = kept(every)
        near = metric("distance_from_saddle").measure(other, full.surface)
        for run in range(4):
            for gap in (other.value[7, run], 1.0, 1e-9, 0.0):
                hits = [t for t in rows if other.value[t, run] <= gap]
                found = metric("first_hit", gap=gap).measure(one, full.surface)[run]
                assert found == (hits[0] if hits else math.inf)
            for radius in (near[10, run], near[STEPS, run], 0.3, 1.0):
                inside = [t for t in rows if near[t, run] < radius]
                later = [t for t in rows if not inside or t > inside[-1]]
                found = metric("escape_step", radius=radius).measure(one, full.surface)[run]
                assert found == (0 if not inside else later[0] if later else math.inf)
        for share in (0.01, 0.3, 1.0):
            last = max(1, round(share * len(rows)))
            found = metric("late_mean", share=share, of="loss").measure(one, full.surface)
            assert np.array_equal(found, np.mean(other.value[rows[-last:]], axis=0))


@pytest.mark.parametrize("every", THIN)
def test_what_a_layer_does_on_a_thinned_path_is_the_mean_of_the_steps_between(every):
    network = ls.surface("network", layers=(2, 3, 1), dataset="moons")
    track = ls.simulate(network, "adam", start="xavier", steps=STEPS)["adam"]
    rows = kept(every)
    found = along(network, track.params[rows, :, 0], rows)["effective_rate"]
    for k, (t, s) in enumerate(itertools.pairwise(rows)):
        moves_of = network.views((track.params[s, :, 0] - track.params[t, :, 0]) / (s - t))
        slopes = network.views(network.gradient(track.params[t, :, 0]))
        for layer, name in enumerate(("W1", "W2")):
            rate = np.linalg.norm(moves_of[name]) / np.linalg.norm(slopes[name])
            assert found[layer, k] == pytest.approx(rate, rel=1e-10)
    assert np.array_equal(found[:, -1], found[:, -2])


def test_a_row_is_found_by_its_step(full):
    for every in (1, *THIN):
        track, rows = race(every).tracks[0], kept(every)
        assert len(moves(track)) == len(rows)
        for step in np.arange(0.0, STEPS + 2.0, 0.5):
            row, share = row_at(track, step)
            assert row == max(k for k, t in enumerate(rows) if t <= step)
            if row < len(rows) - 1:
                assert share == (step - rows[row]) / (rows[row + 1] - rows[row])
            else:
                assert share == 0.0


# ties


@pytest.mark.parametrize("name", ["himmelblau", "six_hump_camel", "branin", "double_well", "rastrigin", "holder_table"])
def test_every_minimum_that_is_as_low_as_the_lowest_counts_as_reached_and_no_other(name):
    """Losses of minima that are equal differ by rounding, a hundred millionth and less where they are about 1."""
    for surface in (ls.surface(name), ls.surface("scaled", surface=name, height=3.0, offset=-70.0)):
        points = np.array([each.point for each in surface.minima]).T
        values = np.array([each.value for each in surface.minima])
        best = values <= surface.lowest + 1e-8
        assert np.min(values[~best], initial=math.inf) > surface.lowest + 1e-3
        record = ls.simulate(surface, ls.optimizer("sgd", lr=0.0), start=points, steps=1)
        found = metric("reached", radius=1e-9).measure(record["sgd"], surface)
        assert np.array_equal(found == 1.0, best)


def test_a_run_at_the_radius_has_reached_and_one_beyond_has_not():
    surface = ls.surface("quadratic", dim=2)
    for radius in (0.25, 0.5, 1.0):
        start = [[radius, math.nextafter(radius, 2.0), 0.0], [0.0, 0.0, radius]]
        record = ls.simulate(surface, ls.optimizer("sgd", lr=0.0), start=start, steps=1)
        assert metric("reached", radius=radius).measure(record["sgd"], surface).tolist() == [1.0, 0.0, 1.0]
        # and at the radius of a map of basins
        found = ends(record["sgd"], surface.minima, np.arange(3), np.full(2, radius))
        assert found.goal.tolist() == [0, NOWHERE, 0]


@pytest.mark.parametrize("near", [(0.5, 0.5), (9.0, 7.0)], ids=["apart", "over one another"])
@pytest.mark.parametrize("every", [1, *THIN])
def test_a_basin_s_lateness_is_that_of_the_step_from_which_a_run_stays(every, near, full):
    near = np.array(near)
    for one, other in zip(race(every), full, strict=True):
        found = ends(one, full.surface.minima, np.arange(4), near)
        rows = kept(every)
        for run in range(4):
            away = [np.hypot(*((other.params[rows, :, run] - m.point) / near).T) for m in full.surface.minima]
            goal = int(np.argmin([each[-1] for each in away]))
            if away[goal][-1] > 1.0:
                assert found.goal[run] == NOWHERE
                continue
            stays = next(t for k, t in enumerate(rows) if np.all(away[goal][k:] <= 1.0))
            assert found.goal[run] == goal
            assert found.late[run] == pytest.approx(math.log1p(stays) / math.log1p(STEPS), rel=1e-12)
    assert NOWHERE not in ends(full["sgd"], full.surface.minima, np.arange(3), near).goal


# medians


LOSSES = (7.0, 1.0, 100.0, 3.0, 2.0)  # median 3, mean 22.6


@pytest.fixture(scope="module")
def spread():
    """Runs whose losses at the end have a median that is neither their mean nor among their first or last."""
    start = np.sqrt(np.array([LOSSES, LOSSES]))
    surface = ls.surface("quadratic", dim=2, condition=1.0)
    return ls.simulate(surface, ls.optimizer("sgd", lr=0.0), start=start, steps=4)


def test_summaries_tell_the_median_of_runs_and_the_sum_of_their_evaluations(spread):
    stopped, counts = np.array([4, 1, 2, 4, 3]), np.array([4.0, 1.0, 2.0, 40.0, 3.0])
    track = dataclasses.replace(spread["sgd"], stopped=stopped, evaluations=np.tile(counts, (5, 1)))
    record = dataclasses.replace(spread, tracks=(track,))
    (row,) = summary(record)
    for name in ("loss", "gap", "distance"):
        last = metric(name).measure(track, record.surface)[-1]
        assert row[name] == np.median(last)
        assert row[name] not in (np.mean(last), np.max(last), np.min(last), last[0], last[-1])
    assert (row["stopped"], row["evaluations"]) == (3, 50)
    assert np.array_equal(axis(track, "evaluations"), np.full(5, 3.0))
    assert median_run(track) == 3
    assert median_run(dataclasses.replace(track, value=np.where(track.value < 1.5, np.nan, track.value))) == 0


def test_the_median_run_of_an_even_number_is_the_lower_one(spread):
    for runs in range(1, 6):
        record = ls.simulate(spread.surface, "sgd", start=spread.starts[:, :runs], steps=1)
        assert record["sgd"].value[-1, median_run(record["sgd"])] == sorted(record["sgd"].value[-1])[(runs - 1) // 2]


def test_captions_tell_the_median_and_the_lowest_of_all_where_rates_differ(spread):
    track = spread["sgd"]
    middle = f"{np.median(track.value[-1]):g}"
    assert Captions(spread).at(-1) == f"rate 0   median loss {middle}"
    assert last_line("loss", track.value) == f"loss {middle}"
    rates = np.tile([0.5, 0.1, 0.2, 0.3, 0.4], (5, 1)) * np.linspace(1.0, 0.5, 5)[:, None]
    uneven = dataclasses.replace(spread, tracks=(dataclasses.replace(track, lr=rates),))
    assert f"{np.min(track.value[-1]):g}" in Captions(uneven).at(-1)
    assert "rates 0.05 to 0.25" in Captions(uneven).at(-1)
    assert rate_line(dataclasses.replace(track, lr=rates)) == "rates 0.1 to 0.5"


def test_advice_is_for_entrants_of_which_the_last_run_diverges_within_a_few_steps(spread):
    for last in (AT_ONCE - 1, AT_ONCE, AT_ONCE + 1):
        ended = {"status": np.full(5, "diverged"), "stopped": np.array([0, 1, last, 0, 1])}
        record = dataclasses.replace(spread, tracks=(dataclasses.replace(spread["sgd"], **ended),))
        assert len(advice(record)) == (last <= AT_ONCE)


# momentum near a double root


@pytest.mark.parametrize("steps", [40, 150, 600])
@pytest.mark.parametrize("off", [-1e-3, -1e-6, 0.0, 1e-6, 1e-3])
def test_a_heavy_ball_near_critical_damping_does_as_predicted(off, steps):
    """At beta = (1 - sqrt(eta lambda))^2 both roots are one, and the distance falls as t rho^t, slower than rho^t."""
    eta, curvature = 0.04, 1.0
    beta = (1.0 - math.sqrt(eta * curvature)) ** 2 + off
    bowl = ls.surface("quadratic", dim=1, scale=curvature)
    rule = ls.optimizer("momentum", lr=eta, momentum=beta)
    record = ls.simulate(bowl, rule, start=[1.0], steps=steps)
    (line,) = predictions(record, "distance")
    roots = np.roots([1.0, -(1.0 + beta - eta * curvature), beta])
    assert rule_of(record["momentum"]).contraction(np.array([curvature])) == pytest.approx(max(abs(roots)), abs=1e-7)
    assert not line.violated
    assert (line.detail == "ρ = √β") == (off >= 0.0)


@pytest.mark.parametrize("quantity", POWERS)
@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("rho", [0.5, 0.9, 0.999])
def test_the_measured_rate_is_that_of_a_step_whatever_falls_by_its_power(rho, every, quantity):
    steps = every * np.arange(60.0)
    values = 7.0 * rho ** (POWERS[quantity] * steps)
    kept = values > 1e-14 * values[0]
    found = _measured_rate(steps, values, POWERS[quantity])
    assert (found is None) == (kept.sum() < 20)
    assert found is None or found == pytest.approx(rho, rel=1e-9)


@pytest.fixture(scope="module")
def changing():
    """Two entrants, the second ten times as high, whose runs change places: their medians are those of no one run."""
    start = np.sqrt(np.array([LOSSES, LOSSES]))
    bowl = ls.surface("quadratic", dim=2, condition=1.0)
    record = ls.simulate(
        bowl, [ls.optimizer(name, lr=0.0) for name in ("sgd", "momentum")], start=start, steps=8, every=2
    )
    values = np.array([np.roll(LOSSES, k) * (5 - k) for k in range(5)])
    tracks = [dataclasses.replace(track, value=f * values) for f, track in zip((1.0, 10.0), record, strict=True)]
    return dataclasses.replace(record, tracks=tuple(tracks))


MEDIANS = {"sgd": [15.0, 12.0, 9.0, 6.0, 3.0], "momentum": [150.0, 120.0, 90.0, 60.0, 30.0]}
QUARTERS = {"sgd": ((35.0, 10.0), (7.0, 2.0)), "momentum": ((350.0, 100.0), (70.0, 20.0))}  # at the first and last row


def test_lines_of_several_runs_are_their_medians_between_their_quarters(changing):
    ax = Figure().add_subplot()
    ls.draw(changing, "convergence", ax=ax)
    drawn = {line.get_label(): line for line in ax.get_lines() if len(line.get_xdata()) > 1}
    assert drawn.keys() == MEDIANS.keys()
    for (label, line), band in zip(drawn.items(), ax.collections, strict=True):
        assert line.get_xdata().tolist() == [0, 2, 4, 6, 8]
        np.testing.assert_allclose(line.get_ydata(), MEDIANS[label], rtol=1e-12)
        corners = band.get_paths()[0].vertices
        for step, quarters in zip((0, 8), QUARTERS[label], strict=True):
            at_step = corners[corners[:, 0] == step, 1]
            assert (at_step.max(), at_step.min()) == pytest.approx(quarters)


def test_lines_of_several_runs_and_their_labels_end_at_their_last_medians(changing, monkeypatch):
    """The point at the end of the curve, what is written beside it, and how high that stands on the page."""
    labels = []
    monkeypatch.setattr(graphs, "tags_at", lambda sheet, tags, *_: labels.append((sheet, tags)))
    (ax,) = ls.draw(changing, "convergence").axes
    curves = {tuple(line.get_ydata()) for line in ax.get_lines()}
    assert {tuple(MEDIANS[label]) for label in MEDIANS} <= curves
    ((sheet, tags),) = labels
    assert [(tag.row.name, tag.row.later, tag.row.brief) for tag in tags] == [
        ("sgd", "loss 3", "3"),
        ("momentum", "loss 30", "30"),
    ]
    for tag, (label, medians) in zip(tags, MEDIANS.items(), strict=True):
        assert (8.0, medians[-1]) in {(float(x), float(y)) for x, y in map(end_of_line, ax.get_lines())}, label
        up = ax.transData.transform((8.0, medians[-1]))[1] / ax.figure.bbox.height
        assert tag.target == pytest.approx(sheet.height * (1.0 - up), abs=0.5)
        assert tag.joined


def end_of_line(line):
    return np.ravel(line.get_xdata())[-1], np.ravel(line.get_ydata())[-1]


def test_lines_of_several_runs_in_lists_tell_the_last_median_of_any_quantity(changing):
    track = changing["sgd"]
    assert row_of(track, LIGHT, "loss").brief == "3"
    row = row_of(track, LIGHT, "speed", rate=True, values=7.0 * track.value)
    assert (row.second, row.later, row.brief) == ("rate 0", ", speed 21", "21")
    ended = {"status": np.array(["diverged"] * 4 + ["finished"]), "stopped": np.array([0, 2, 4, 0, 8])}
    assert row_of(dataclasses.replace(track, **ended), LIGHT, "loss").later == "4 of 5 diverged, loss 3"
    ended["status"] = np.full(5, "diverged")
    gone = row_of(dataclasses.replace(track, **ended), LIGHT, "loss", moving=True)
    assert (gone.later, gone.brief, gone.visible_from) == ("all diverged", "", 8.0)
    assert row_of(track, LIGHT, "loss", moving=True).visible_from == 8.0


def test_a_rate_line_tells_the_first_rate_and_the_last(spread):
    rates = np.repeat(np.array([0.5, 0.4, 0.3, 0.2, 0.1])[:, None], 5, axis=1)
    assert rate_line(dataclasses.replace(spread["sgd"], lr=rates)) == "rate 0.5 to 0.1"
    rates[-1] = [0.3, 0.1, 0.1, 0.1, 0.2]
    assert rate_line(dataclasses.replace(spread["sgd"], lr=rates)) == "rate 0.5 to 0.1"


def test_all_have_diverged_from_the_row_of_the_last_on(spread):
    ended = {"status": np.full(5, "diverged"), "stopped": np.array([0, 1, 3, 0, 1])}
    captions = Captions(dataclasses.replace(spread, tracks=(dataclasses.replace(spread["sgd"], **ended),)))
    assert ["all diverged" in captions.at(row) for row in range(5)] == [False, False, False, True, True]


@pytest.mark.parametrize("slower", [1.0, 0.95, 0.7, 0.4])
@pytest.mark.parametrize("name", ["momentum", "sgd"])
def test_a_run_that_falls_clearly_slower_than_predicted_violates_the_prediction(name, slower):
    """Of the predicted decay rho^t it makes rho^(slower t): a tenth may be missing, and more may not."""
    bowl = ls.surface("quadratic", dim=1, scale=1.0)
    fields = {"lr": 0.04, "momentum": 0.8} if name == "momentum" else {"lr": 0.04}
    record = ls.simulate(bowl, ls.optimizer(name, **fields), start=[1.0], steps=300)
    track = record[name]
    rho = rule_of(track).contraction(np.array([1.0]))
    decay = rho ** (slower * np.arange(301.0))[:, None]
    changed = dataclasses.replace(track, params=decay[:, None, :], value=0.5 * decay**2, gradient_norm=decay)
    (line,) = predictions(dataclasses.replace(record, tracks=(changed,)), "distance")
    assert line.measured == pytest.approx(rho**slower, rel=1e-6)
    assert line.violated == (slower < 0.9)


@pytest.mark.parametrize("root", [0.1, 0.5, 0.9, 1.0, 1.2])
def test_a_critically_damped_run_keeps_the_ratio_of_its_velocity_to_its_distance(root):
    """x_{t+1} = (1 - root) x_t, so that a step is -root/(1 - root) of where it ends; from root = 1 on there is none."""
    bowl = ls.surface("quadratic", dim=1, scale=1.0)
    record = ls.simulate(bowl, ls.optimizer("momentum", lr=root**2, momentum=0.5), start=[1.0], steps=3)
    x = (1.0 - root) ** np.arange(4)
    assert list(dampings(record, 0)) == ([] if root >= 1.0 else [pytest.approx((x[2] - x[1]) / x[2], rel=1e-12)])


def test_a_cell_of_multiples_tells_the_median_of_its_runs(spread):
    (cell,) = table.by_surface([spread], LIGHT).cells.values()
    assert cell.loss == pytest.approx(np.median(spread["sgd"].value[-1]), rel=1e-12)
    assert cell.labels[0] == f"loss {cell.loss:g}"

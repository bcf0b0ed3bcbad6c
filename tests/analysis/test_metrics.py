"""Metrics against closed forms and against their definitions, written out again as plain loops."""

import dataclasses
import functools
import math

import catalogue
import numpy as np
import pytest
from members import check_laws

import landscape as ls
from landscape.analysis._metric import ALIASES, REGISTRY, STATISTICS, metric, names
from landscape.core.component import defaults, field_hints
from landscape.core.registry import registry

# enough to meet every capability: minima, saddles, none of either, kinks, many dimensions, other surfaces inside
SOME = ["himmelblau", "quadratic", "hyperbolic_saddle", "absolute_value", "powell_singular", "shifted"]


@pytest.fixture(scope="module")
def race():
    return ls.simulate(
        "himmelblau",
        [ls.optimizer("sgd", lr=0.01), ls.optimizer("momentum", lr=0.01)],
        start=np.array([[0.0, -0.5, 3.0], [0.0, 0.5, 2.0]]),
        steps=60,
        repeats=2,
        noise=ls.noise("gaussian", sigma=2.0),
    )


def measured(name, record, label, **fields):
    return metric(name, **fields).measure(record[label], record.surface)


@pytest.mark.parametrize(("y", "steps"), [(1e-2, 49), (1e-4, 97), (1e-8, 194), (1e-12, 290)])
def test_descent_leaves_a_strict_saddle_after_ln_y_over_ln_growth_steps(y, steps):
    """Each step multiplies y by 1 + lr: the first step with |y| >= 1 is ceil(ln(1/y) / ln 1.1)."""
    assert steps == math.ceil(math.log(1 / y) / math.log(1.1))
    for length, left in ((300, steps), (steps, steps), (steps - 1, math.inf)):
        record = ls.simulate("hyperbolic_saddle", ls.optimizer("sgd", lr=0.1), start=(1.0, y), steps=length)
        assert measured("escape_step", record, "sgd", radius=1.0) == [left]


def test_a_run_that_never_leaves_or_never_comes_near_a_saddle_has_no_escape_step_or_step_zero():
    record = ls.simulate("hyperbolic_saddle", "sgd", start=[[1.0, 1.0], [0.0, 1.5]], steps=3)
    assert measured("escape_step", record, "sgd", radius=1.2).tolist() == [math.inf, 0.0]


@pytest.mark.parametrize(("lr", "momentum"), [(0.1, 0.0), (0.5, 0.0), (0.1, 0.9)])
def test_the_late_mean_of_the_gap_is_the_noise_floor_of_the_closed_form(lr, momentum):
    """E x^2 = lr s^2 (1 + b) / (l (1 - b) (2 (1 + b) - lr l)); 4 % is four standard errors of this many runs."""
    bowl = ls.surface("quadratic", dim=1, scale=1.0)
    rule = ls.optimizer("momentum", lr=lr, momentum=momentum)
    record = ls.simulate(bowl, rule, start=[0.0], steps=1000, repeats=400, noise="gaussian", every=20)
    floor = 0.5 * lr * (1 + momentum) / ((1 - momentum) * (2 * (1 + momentum) - lr))
    assert np.mean(measured("late_mean", record, "momentum", of=metric("gap"), share=0.8)) == pytest.approx(
        floor, rel=0.04
    )


BY_ROW = [name for name in REGISTRY.names() if getattr(REGISTRY.get(name), "by_row", False)]


@pytest.mark.parametrize("name", BY_ROW)
def test_a_late_mean_of_what_follows_from_single_rows_is_that_of_all_rows(name):
    """Rows before the last are not measured, as an eigenvalue of each may take long."""
    record = ls.simulate(ls.surface("network"), "adam", start=ls.start("xavier", count=2), steps=21)
    track = record["adam"]
    every = metric(name).measure(track, record.surface)
    assert every.shape == (22, 2)
    late = metric("late_mean", of=metric(name), share=0.3).measure(track, record.surface)
    assert np.array_equal(late, np.mean(every[-7:], axis=0))
    assert np.array_equal(metric(name).rows(track, record.surface, slice(5, 6)), every[5:6])
    backwards = dataclasses.replace(track, params=track.params[::-1])
    assert np.array_equal(metric(name).measure(backwards, record.surface), every[::-1])


def test_the_effective_rate_of_plain_descent_is_its_learning_rate():
    record = ls.simulate("himmelblau", ls.optimizer("sgd", lr=0.01), start=(0.0, 0.0), steps=20)
    rates = measured("effective_rate", record, "sgd")[:, 0]
    np.testing.assert_allclose(rates, 0.01, rtol=1e-9)  # a difference of nearly equal points loses digits
    one = measured("effective_rate", record, "sgd", coordinate=1)[:, 0]
    np.testing.assert_allclose(one, 0.01, rtol=1e-9)
    np.testing.assert_array_equal(measured("learning_rate", record, "sgd"), 0.01)


def test_where_there_is_no_gradient_a_run_that_moves_has_no_effective_rate_but_inf():
    flat = ls.from_expression("x*0 + y**2", window=(-1.0, 1.0))
    record = ls.simulate(flat, ["sgd", ls.optimizer("momentum", momentum=0.9, lr=0.1)], start=(0.5, 0.0), steps=3)
    assert (measured("effective_rate", record, "sgd") == 0.0).all()
    heavy = dataclasses.replace(record["momentum"], params=record["momentum"].params + np.arange(4.0)[:, None, None])
    assert (metric("effective_rate").measure(heavy, flat) == math.inf).all()


def test_former_names_measure_the_same_and_are_not_listed(race):
    for former, name in ALIASES.items():
        assert metric(former) == metric(name)
        assert metric(former).name == name
        assert former not in names()
    with pytest.raises(ValueError, match='"value" is a former name of "loss"'):
        REGISTRY.register("value")


def test_distances_are_those_to_the_nearest_point(race):
    points, minima = race["sgd"].params, [m.point for m in race.surface.minima]
    expected = np.empty(points.shape[::2])
    for row in range(points.shape[0]):
        for run in range(points.shape[2]):
            expected[row, run] = min(math.dist(points[row, :, run], m) for m in minima)
    np.testing.assert_allclose(measured("distance", race, "sgd"), expected, rtol=1e-12, atol=1e-12)
    first = measured("distance_to", race, "sgd", point=tuple(minima[0]))
    np.testing.assert_allclose(first[3, 1], math.dist(points[3, :, 1], minima[0]), rtol=1e-12)
    moved = measured("distance_from_start", race, "sgd")
    np.testing.assert_allclose(moved[5, 2], math.dist(points[5, :, 2], points[0, :, 2]), rtol=1e-12)
    assert np.all(moved[0] == 0.0)


def test_the_first_hit_is_the_first_recorded_step_low_enough_and_inf_without_one(race):
    gap = race["momentum"].value - race.surface.lowest
    for limit in (100.0, 10.0, 1e-12):
        expected = [next((t for t, g in enumerate(column) if g <= limit), math.inf) for column in gap.T]
        assert measured("first_hit", race, "momentum", gap=limit).tolist() == expected
    assert math.inf in measured("first_hit", race, "momentum", gap=1e-12)


def test_the_share_that_reached_counts_every_global_minimum_and_no_local_one():
    """The double well has two minima of equal depth; Rastrigin's local minima are above its global one."""
    both = ls.simulate("double_well", "sgd", start=[[-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]], steps=1)
    assert measured("reached", both, "sgd").tolist() == [1.0, 1.0, 0.0]
    local = next(m.point for m in ls.surface("rastrigin").minima if m.value > 0.5)
    trapped = ls.simulate("rastrigin", "sgd", start=local, steps=1)
    assert measured("distance", trapped, "sgd")[-1] == pytest.approx(0.0, abs=1e-6)
    assert measured("reached", trapped, "sgd").tolist() == [0.0]


def test_diverged_runs_are_counted():
    record = ls.simulate("quadratic", ls.optimizer("sgd", lr=[0.1, 1e3]), start=(1.0, 1.0), repeats=2, steps=50)
    assert measured("diverged", record, "sgd").tolist() == [0.0, 1.0]
    assert measured("evaluations", record, "sgd")[-1, 0] == 50
    assert measured("evaluations", record, "sgd")[-1, 1] < 50


def test_the_change_of_a_measure_looks_back_over_the_steps_it_is_told():
    record = ls.simulate("quadratic", ls.optimizer("sgd", lr=0.01), start=(1.0, 0.0), steps=50, every=10)
    change = measured("change", record, "sgd", of=metric("value"), steps=20)[:, 0]
    contraction = (1 - 0.01) ** 2  # of x^2 in one step, at eigenvalue 1
    np.testing.assert_allclose(change, contraction ** np.array([0, 10, 20, 20, 20, 20]), rtol=1e-10)


@pytest.mark.parametrize("name", names())
def test_every_metric_measures_a_surface_or_says_what_it_lacks(name):
    others = ls.surfaces.names()[names().index(name) :: len(names())]
    laws = {f"it measures {surface}": functools.partial(check_measure, surface=surface) for surface in (*SOME, *others)}
    check_laws(name, laws, name=f'the metric "{name}"')


def check_measure(name, surface):
    cls = REGISTRY.get(name)
    built = catalogue.made(surface)
    made = cls(**{field: (0.0,) * built.dim for field in field_hints(cls) if field not in defaults(cls)})
    start = np.resize([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], (built.dim, 3))
    record = ls.simulate(built, ls.optimizer("sgd", lr=1e-9), start=start, steps=4)
    if lacking := _complaint(made, record.surface):
        assert surface in lacking
        with pytest.raises(ValueError, match="needs"):
            made.measure(record["sgd"], record.surface)
    else:
        figures = made.measure(record["sgd"], record.surface)
        assert figures.shape == ((5, 3) if made.each_step else (3,))
        assert figures.dtype == np.float64
        assert not np.any(np.isnan(figures))


def _complaint(made, surface):
    try:
        made.check_surface(surface)
    except ValueError as error:
        return str(error)
    return ""


def test_a_metric_says_what_is_missing_instead_of_measuring_nonsense():
    saddle, bowl = ls.surface("hyperbolic_saddle"), ls.surface("quadratic")
    for name, surface, what in (
        ("gap", saddle, "goes down without end"),
        ("distance", saddle, "needs a known minimum"),
        ("distance_from_saddle", bowl, "needs a known saddle"),
    ):
        with pytest.raises(ValueError, match=what):
            metric(name).check_surface(surface)
    with pytest.raises(ls.FieldError, match="must have 2 numbers"):
        metric("distance_to", point=(1.0, 2.0, 3.0)).check_surface(bowl)
    with pytest.raises(ls.FieldError, match='of must be a measure with one figure a step, and "diverged" is not'):
        metric("late_mean", of=metric("diverged"))


def test_statistics_take_never_for_what_it_is():
    """A median over runs of which most never arrive is never."""
    assert STATISTICS["median"](np.array([3.0, math.inf, math.inf])) == math.inf
    assert STATISTICS["median"](np.array([3.0, 4.0, math.inf])) == 4.0
    assert registry("metric") is REGISTRY


def test_the_index_counts_the_ways_down_where_a_run_is():
    land = ls.surface("index_saddle", dim=5, index=2)
    record = ls.simulate(land, "sgd", start=np.full(5, 0.1), steps=4)
    assert measured("index", record, "sgd").tolist() == [[2.0]] * 5
    wells = ls.from_expression("(x**2 - 1)**2 + (y**2 - 1)**2")
    record = ls.simulate(wells, ls.optimizer("sgd", lr=0.05), start=[[0.1, 0.1, 1.1], [0.9, 0.2, 0.9]], steps=60)
    assert measured("index", record, "sgd")[[0, -1]].tolist() == [[1.0, 2.0, 0.0], [0.0, 0.0, 0.0]]


def test_a_run_ends_at_a_saddle_where_curvatures_have_both_signs():
    land = ls.surface("styblinski_tang")
    start = np.array([point.point for point in land.critical_points]).T
    record = ls.simulate(land, ls.optimizer("newton", lr=1.0), start=start, steps=2)
    wanted = [float(point.kind == "saddle") for point in land.critical_points]
    assert measured("at_saddle", record, "newton").tolist() == wanted
    assert sum(wanted) == 4.0


def test_the_accuracy_on_examples_left_out_is_counted_on_those_alone():
    network = ls.surface("network", layers=(2, 4, 1), dataset="moons", loss="logistic", test=0.3)
    record = ls.simulate(network, "adam", start=ls.start("xavier", count=2), steps=20)
    points = record["adam"].params
    for examples, x, y in (
        ("training", network.data.x, network.data.y),
        ("test", network.data.test_x, network.data.test_y),
    ):
        found = measured("accuracy", record, "adam", examples=examples)
        right = [np.mean((network.outputs(p, x)[0] > 0.0) == y[:, None], axis=0) for p in points]
        np.testing.assert_allclose(found, right, rtol=1e-12)
    labelled = ls.surface("labelled", surface=network, title="A network")
    assert labelled.test_accuracy(points[-1]).tolist() == network.test_accuracy(points[-1]).tolist()
    whole = ls.surface("network", layers=(2, 4, 1), dataset="moons", loss="logistic")
    with pytest.raises(ls.FieldError, match='examples cannot be "test": the network leaves no examples out'):
        metric("accuracy", examples="test").check_surface(whole)


@pytest.mark.parametrize("quantity", ["gradient_norm", "mean", "saturated", "dead", "spread"])
def test_a_layers_figure_is_that_of_its_number_from_either_end_over_that_of_another(quantity):
    network = ls.surface("network", layers=(2, 5, 4, 1), activation="tanh")
    record = ls.simulate(network, ls.optimizer("sgd", lr=0.1), start=network.customary_start, steps=3)
    figures = np.array([network.layer_figures(row, quantity) for row in record["sgd"].params])  # (rows, layers, runs)
    numbers = {1: 0, 2: 1, 3: 2, -1: 2, -2: 1, -3: 0}
    for layer, at in numbers.items():
        np.testing.assert_array_equal(measured("layer", record, "sgd", quantity=quantity, layer=layer), figures[:, at])
        for over, below in numbers.items():
            with np.errstate(all="ignore"):
                wanted = figures[:, at] / figures[:, below]
            found = measured("layer", record, "sgd", quantity=quantity, layer=layer, over=over)
            np.testing.assert_array_equal(found, wanted)
    for fields in ({"layer": 4}, {"layer": -4}, {"over": 4}, {"over": -4}):
        with pytest.raises(ValueError, match=r"must be at most 3, the layers of this network, got -?4"):
            metric("layer", **fields).check_surface(network)


@pytest.mark.parametrize("name", [name for name in names() if "coordinate" in field_hints(REGISTRY.get(name))])
def test_a_measure_of_a_coordinate_is_refused_where_there_is_no_such_coordinate(name):
    surface = ls.surface("sphere", dim=3)
    for coordinate in (0, 2):
        metric(name, coordinate=coordinate).check_surface(surface)
    with pytest.raises(ValueError, match="coordinate"):
        metric(name, coordinate=3).check_surface(surface)

"""Laws of the simulation: what a run does depends on nothing beside it, and failure is data."""

import numpy as np
import pytest
from catalogue import first_order, made, rule, rules
from hypothesis import given, settings
from hypothesis import strategies as st

import landscape as ls
from landscape.core.methods import Optimizer
from landscape.program import python
from landscape.program.trace import NotTraceable
from landscape.simulation import array_engine as arrays
from landscape.simulation.entrants import labelled
from landscape.simulation.job import LIMIT
from landscape.simulation.simulate import starting_points
from landscape.simulation.sweep import _rates, _spread

SERIES = ("params", "value", "gradient_norm", "lr", "evaluations")


def column(track, run):
    return {name: getattr(track, name)[..., run] for name in (*SERIES, "status", "stopped")}


def same(a, b):
    # far out some surfaces have no value: inf - inf
    return all(np.array_equal(a[name], b[name], equal_nan=np.asarray(a[name]).dtype.kind == "f") for name in a)


def rules_for(surface):
    """Every rule on some surfaces, and on the others two and one more, so that each rule meets several."""
    known = rules(made(surface))
    if surface in ("rosenbrock", "quadratic", "rastrigin"):
        return [ls.entrant(each, label=name) for name, each in known]
    chosen = known[ls.surfaces.names().index(surface) % len(known)]
    return ["sgd", "adam", ls.entrant(chosen[1], label="third")]


@pytest.mark.parametrize("surface", ls.surfaces.names())
@pytest.mark.parametrize("noise", [None, ls.noise("gaussian", sigma=0.5)])
def test_a_run_alone_equals_the_run_in_a_batch_bit_for_bit(surface, noise):
    """Alone it runs on Python floats, in the batch on arrays: the law holds both engines to the same numbers.

    Ten runs are more than a processor takes at once, and not a multiple of what it takes: one of those that it takes
    together, and the last of those that are left.
    """
    batch = {"start": ls.start("random_box", count=5), "repeats": 2, "steps": 24, "noise": noise, "seed": 3}
    rules = rules_for(surface)
    many = ls.simulate(made(surface), rules, **batch)
    for run in (3, 9):
        alone = ls.simulate(made(surface), rules, **batch, runs=[run])
        for label in many.labels:
            assert same(column(alone[label], 0), column(many[label], run)), (label, run)


@pytest.mark.parametrize("dim", [3, 9, 33])
@pytest.mark.parametrize("name", ["rosenbrock", "rastrigin", "quadratic"])
def test_a_run_alone_equals_the_run_in_a_batch_in_many_dimensions(name, dim):
    batch = {"start": ls.start("random_box", count=5), "repeats": 10, "steps": 30, "noise": "gaussian"}
    surface = ls.surface(name, dim=dim)
    many = ls.simulate(surface, ["momentum", "adam"], **batch)
    alone = ls.simulate(surface, ["momentum", "adam"], **batch, runs=[17])
    assert all(same(column(alone[label], 0), column(many[label], 17)) for label in many.labels)


@pytest.mark.parametrize("noise", ["minibatch", "reshuffled_minibatch"])
def test_a_run_alone_equals_the_run_in_a_batch_under_mini_batches(noise):
    surface = ls.surface("finite_sum", surface=ls.surface("rosenbrock"), terms=12, spread=0.1)
    batch = {"start": (0.5, 0.5), "repeats": 30, "steps": 30, "noise": ls.noise(noise, batch_size=3)}
    many = ls.simulate(surface, ["sgd", "adam"], **batch)
    alone = ls.simulate(surface, ["sgd", "adam"], **batch, runs=[29])
    assert all(same(column(alone[label], 0), column(many[label], 29)) for label in many.labels)


def test_blocks_do_not_change_a_run(monkeypatch):
    job = {"start": ls.start("random_box", count=50), "steps": 20, "repeats": 2, "noise": "gaussian"}
    whole = ls.simulate("himmelblau", ["sgd", "adam"], **job)
    monkeypatch.setattr(arrays, "BLOCK", 14)
    assert ls.simulate("himmelblau", ["sgd", "adam"], **job) == whole


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=59, unique=True))
def test_any_choice_of_runs_gives_their_columns(chosen):
    rates = np.linspace(0.001, 0.02, 60)
    job = {"start": ls.start("grid", shape=(5, 4)), "repeats": 3, "steps": 8, "noise": "gaussian"}
    optimizer = ls.optimizer("sgd", lr=rates)
    many = ls.simulate("himmelblau", optimizer, **job)["sgd"]
    some = ls.simulate("himmelblau", optimizer, **job, runs=chosen)["sgd"]
    assert np.array_equal(some.params, many.params[:, :, chosen])
    assert np.array_equal(some.lr, many.lr[:, chosen])


def test_hyperparameters_as_arrays_are_the_runs_one_by_one():
    betas = np.array([0.0, 0.5, 0.9])
    together = ls.simulate(
        "beale", ls.optimizer("momentum", lr=0.001, momentum=betas), start=(1.0, 1.0), repeats=3, steps=50
    )
    for run, beta in enumerate(betas):
        alone = ls.simulate("beale", ls.optimizer("momentum", lr=0.001, momentum=beta), start=(1.0, 1.0), steps=50)
        assert np.array_equal(alone["momentum"].params[:, :, 0], together["momentum"].params[:, :, run])


def test_all_entrants_see_the_same_noise():
    record = ls.simulate(
        "quadratic",
        [ls.entrant("sgd", label="one"), ls.entrant("sgd", label="two"), "adam"],
        start=(1.0, 1.0), steps=30, noise="gaussian",
    )  # fmt: skip
    assert np.array_equal(record["one"].params, record["two"].params)


def test_repeats_differ_and_seeds_differ():
    job = {"start": (1.0, 1.0), "steps": 5, "noise": "gaussian", "repeats": 3}
    a, b = (ls.simulate("quadratic", "sgd", **job, seed=seed)["sgd"].params[-1] for seed in (0, 1))
    assert len({tuple(p) for p in (*a.T, *b.T)}) == 6


def test_the_record_holds_what_the_surface_says():
    record = ls.simulate("himmelblau", ["sgd", "adam"], start=[[0.0, 1.0], [0.0, -2.0]], steps=25, repeats=2)
    for track in record:
        columns = np.moveaxis(track.params, 1, 0)
        assert np.allclose(track.value, record.surface.value(columns), rtol=1e-14)
        assert np.allclose(track.gradient_norm, np.linalg.norm(record.surface.gradient(columns), axis=0), rtol=1e-13)
        assert np.array_equal(track.evaluations[:, 0], np.arange(26))
    assert np.array_equal(record["sgd"].params[0], [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, -2.0, -2.0]])


def test_thinning_keeps_the_rows_of_the_full_record_and_the_last():
    full = ls.simulate("beale", ["adam"], start=(1.0, 1.0), steps=23)["adam"]
    thin = ls.simulate("beale", ["adam"], start=(1.0, 1.0), steps=23, every=5)["adam"]
    assert thin.steps.tolist() == [0, 5, 10, 15, 20, 23]
    for name in SERIES:
        assert np.array_equal(getattr(thin, name), getattr(full, name)[thin.steps])


def test_gradient_descent_on_a_quadratic_is_the_closed_form():
    record = ls.simulate(
        ls.surface("quadratic", condition=10.0), ls.optimizer("sgd", lr=0.05), start=(1.0, 1.0), steps=40
    )
    steps = np.arange(41)[:, None]
    expected = (1 - 0.05 * np.array([1.0, 10.0])) ** steps
    assert np.allclose(record["sgd"].params[:, :, 0], expected, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_noise_keeps_gradient_descent_rattling_at_the_known_floor(rate):
    """E x^2 = rate sigma^2 / (lambda (2 - rate lambda)) for g = lambda x + sigma N (facts T3, beta = 0)."""
    surface = ls.surface("quadratic", condition=1.0)
    record = ls.simulate(
        surface,
        ls.optimizer("sgd", lr=rate),
        start=(0.0, 0.0),
        steps=400,
        repeats=2000,
        noise="gaussian",
        every=400,
    )
    measured = np.mean(record["sgd"].params[-1] ** 2)
    assert measured == pytest.approx(rate / (2 - rate), rel=5 * np.sqrt(2 / 4000))


def test_strict_saddle_is_left_after_the_known_number_of_steps():
    """|y| >= 1 after ceil(ln(1 / y0) / ln(1.1)) steps on (x^2 - y^2) / 2 at rate 0.1 (facts T7)."""
    starts = np.array([[1.0] * 4, [1e-2, 1e-4, 1e-8, 1e-12]])
    track = ls.simulate("hyperbolic_saddle", ls.optimizer("sgd", lr=0.1), start=starts, steps=300)["sgd"]
    first = np.argmax(np.abs(track.params[:, 1, :]) >= 1.0, axis=0)
    assert first.tolist() == [49, 97, 194, 290]


# divergence is data


@pytest.mark.parametrize("repeats", [1, 40])
def test_a_diverging_run_is_frozen_at_its_last_point_and_the_others_go_on(repeats):
    rates = np.tile([0.05, 3.0], (repeats, 1)).T.ravel()
    start = np.array([[1.0, 1.0], [1.0, 1.0]])
    track = ls.simulate("quadratic", ls.optimizer("sgd", lr=rates), start=start, repeats=repeats, steps=200)["sgd"]
    good, bad = track.status[:repeats], track.status[repeats:]
    assert set(good) == {"finished"}
    assert set(bad) == {"diverged"}
    assert np.all(np.isfinite(track.params))
    assert np.all(np.abs(track.params) <= LIMIT)
    stopped = int(track.stopped[-1])
    assert 0 < stopped < 200
    assert np.all(track.params[stopped:, :, -1] == track.params[stopped, :, -1])
    assert not np.array_equal(track.params[stopped - 1, :, -1], track.params[stopped, :, -1])
    assert track.evaluations[-1, -1] == stopped


@pytest.mark.parametrize("every", [1, 7, 500])
def test_what_is_recorded_does_not_change_where_a_run_stops(every):
    job = {"start": ls.start("random_box", count=30), "steps": 500, "seed": 2}
    optimizer = ls.optimizer("sgd", lr=0.02)
    full = ls.simulate("himmelblau", optimizer, **job, tolerance=1e-6)["sgd"]
    thin = ls.simulate("himmelblau", optimizer, **job, tolerance=1e-6, every=every)["sgd"]
    assert np.array_equal(full.stopped, thin.stopped)
    assert np.array_equal(full.status, thin.status)
    assert np.array_equal(full.params[-1], thin.params[-1])


def test_tolerance_stops_at_the_first_step_with_a_small_gradient():
    job = {"start": ls.start("ring", count=20, radius=0.5), "steps": 400, "tolerance": 1e-3}
    for runs in (None, [3]):
        track = ls.simulate("quadratic", ls.optimizer("sgd", lr=0.1), **job, runs=runs)["sgd"]
        assert set(track.status) == {"converged"}
        for run, stopped in enumerate(track.stopped):
            assert track.gradient_norm[stopped, run] <= 1e-3 < track.gradient_norm[stopped - 1, run]
            assert np.all(track.params[stopped:, :, run] == track.params[stopped, :, run])


def test_a_run_that_starts_at_a_critical_point_converges_at_once():
    track = ls.simulate("hyperbolic_saddle", "sgd", start=(0.0, 0.0), steps=10, tolerance=1e-9)["sgd"]
    assert track.status.tolist() == ["converged"]
    assert track.stopped.tolist() == [0]


def test_a_rule_that_divides_by_zero_diverges_without_an_exception():
    optimizer = ls.optimizer("adagrad", lr=0.1, eps=0.0)
    for repeats in (1, 30):
        track = ls.simulate("quadratic", optimizer, start=(0.0, 1.0), steps=10, repeats=repeats)["adagrad"]
        assert set(track.status) == {"diverged"}
        assert np.all(track.params[-1] == [[0.0], [1.0]])


# the floats engine


def test_a_formula_that_cannot_be_recorded_runs_on_arrays_instead():
    @ls.optimizers.register("test_only_signs")
    class Signs(Optimizer):
        """Descends by signs."""

        lr: float = 0.1

        def init(self, params):
            return ()

        def apply(self, params, gradient, state, lr):
            return params - lr * np.where(gradient > 0, 1.0, -1.0), state

    try:
        with pytest.raises(NotTraceable):
            python.compiled(ls.surface("quadratic"), Signs(), False)
        track = ls.simulate("quadratic", Signs(), start=(1.05, 1.05), steps=3)["test_only_signs"]
        assert np.allclose(track.params[:, 0, 0], [1.05, 0.95, 0.85, 0.75])
    finally:
        ls.optimizers.REGISTRY._members.pop("test_only_signs")


def test_every_built_in_rule_and_surface_can_be_recorded():
    small = [surface for name in ls.surfaces.names() if (surface := made(name)).dim <= python.MOST_COORDINATES]
    for surface in small:
        assert callable(python.compiled(surface, ls.optimizer("sgd"), True))
    for name in first_order():
        assert callable(python.compiled(ls.surface("beale"), rule(name), True))


# labels, starts and misuse


def test_labels_are_made_unique_by_what_differs():
    def names(*entrants):
        return [e.label for e in labelled([ls.entrant(e) if not isinstance(e, ls.Entrant) else e for e in entrants])]

    adam = ls.optimizer
    assert names("sgd", "adam") == ["sgd", "adam"]
    assert names(adam("adam", lr=0.1), adam("adam", lr=0.2)) == ["adam, lr 0.1", "adam, lr 0.2"]
    cosine = ls.entrant("sgd", schedule="cosine")
    assert names(ls.entrant("sgd", schedule="constant"), cosine) == ["sgd, constant", "sgd, cosine"]
    assert len(set(names("sgd", "sgd", "sgd"))) == 3
    assert names(ls.entrant("sgd", label="adam"), "adam") != ["adam", "adam"]
    with pytest.raises(ValueError, match='two entrants have the label "a"'):
        names(ls.entrant("sgd", label="a"), ls.entrant("adam", label="a"))


def test_runs_are_start_major_then_repeats():
    start = np.array([[0.0, 5.0], [0.0, 5.0]])
    record = ls.simulate("quadratic", "sgd", start=start, repeats=3, steps=1, noise="gaussian")
    assert record["sgd"].params[0, 0].tolist() == [0.0, 0.0, 0.0, 5.0, 5.0, 5.0]
    assert record.runs.tolist() == list(range(6))


def test_progress_counts_up_to_the_total():
    seen = []
    ls.simulate("quadratic", ["sgd", "adam"], start=ls.start("grid", shape=6), steps=20,
                progress=lambda done, total: seen.append((done, total)))  # fmt: skip
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1] == 2 * 36 * 20


BAD = [
    ({"surface": "rosenbrok"}, 'unknown surface "rosenbrok". Did you mean "rosenbrock"?'),
    ({"optimizers": "addam"}, 'unknown optimizer "addam". Did you mean "adam"?'),
    ({"optimizers": []}, "at least one"),
    ({"noise": "gausian"}, 'Did you mean "gaussian"?'),
    ({"noise": "minibatch"}, "finite sum"),
    ({"schedule": "cosin"}, 'Did you mean "cosine"?'),
    ({"start": (1.0, 2.0, 3.0)}, "needs a start of shape"),
    ({"start": (1.0, float("nan"))}, "finite"),
    ({"start": "somewhere"}, "unknown start"),
    ({"start": {"x": 1}}, "start must be"),
    ({"steps": 0}, "steps must be at least 1, got 0"),
    ({"steps": 1.5}, "steps must be a whole number, got 1.5"),
    ({"steps": True}, "steps must be a whole number"),
    ({"repeats": 0}, "repeats must be at least 1"),
    ({"every": 0}, "every must be at least 1"),
    ({"seed": -1}, "seed must be at least 0"),
    ({"seed": 2**63}, "seed must be at least 0 and at most"),
    ({"tolerance": -1.0}, "tolerance must be a finite number"),
    ({"tolerance": float("nan")}, "tolerance must be a finite number"),
    ({"runs": [5]}, "runs must be from 0 to 0"),
    ({"runs": []}, "at least one"),
    ({"repeats": 10_000_000, "steps": 1000}, "every="),
]


@pytest.mark.parametrize(("wrong", "message"), BAD, ids=lambda case: str(case)[:40])
def test_misuse_says_what_was_given_and_what_is_allowed(wrong, message):
    job = {"surface": "rosenbrock", "optimizers": "sgd", "start": (1.0, 1.0), "steps": 10, **wrong}
    with pytest.raises((ValueError, TypeError)) as error:
        ls.simulate(job.pop("surface"), job.pop("optimizers"), **job)
    assert message in str(error.value)


def test_an_array_of_the_wrong_length_is_refused():
    with pytest.raises(ls.FieldError, match=r"adam: lr has shape \(3,\); with 2 runs"):
        ls.simulate("quadratic", ls.optimizer("adam", lr=[0.1, 0.2, 0.3]), start=(1.0, 1.0), repeats=2, steps=3)


# starts


def test_starts_are_where_they_say():
    himmelblau = ls.surface("himmelblau")
    grid = ls.start("grid", shape=(3, 2), box=((0.0, 1.0),)).place(himmelblau, 0)
    assert grid.T.tolist() == [[0, 0], [0, 1], [0.5, 0], [0.5, 1], [1, 0], [1, 1]]
    ring = ls.start("ring", count=16, radius=2.0, center=(1.0, -1.0)).place(himmelblau, 0)
    assert np.allclose(np.hypot(ring[0] - 1, ring[1] + 1), 2.0)
    ball = ls.start("random_ball", count=4000, radius=2.0, center=(0.0, 0.0), inner=0.5).place(himmelblau, 0)
    radii = np.hypot(*ball)
    assert radii.min() >= 1.0
    assert radii.max() <= 2.0
    assert np.mean(radii**2) == pytest.approx(2.5, abs=0.1)  # uniform in area between 1 and 2
    box = ls.start("random_box", count=4000).place(himmelblau, 0)
    (xlo, xhi), (ylo, yhi) = himmelblau.window
    assert box[0].min() >= xlo
    assert box[0].max() <= xhi
    assert np.mean(box[1]) == pytest.approx((ylo + yhi) / 2, abs=0.4)
    assert np.array_equal(starting_points(himmelblau, None, 0)[:, 0], himmelblau.customary_start)


@pytest.mark.parametrize("name", ["random_box", "random_ball"])
def test_a_random_start_depends_on_the_seed_and_its_number_alone(name):
    surface = ls.surface("rastrigin", dim=9)
    few, many = (ls.start(name, count=count).place(surface, 4) for count in (1, 300))
    assert np.array_equal(few[:, 0], many[:, 0])
    assert not np.array_equal(many[:, 0], ls.start(name, count=1).place(surface, 5)[:, 0])


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (ls.start("point", points=[[1.0, 2.0, 3.0]]), "need 2 coordinates"),
        (ls.start("grid", shape=(2, 2, 2)), "needs 2 numbers, got 3"),
        (ls.start("grid", box=((1.0, 0.0), (0.0, 1.0))), "low < high"),
        (ls.start("ring", center=(0.0,)), "needs 2 numbers, got 1"),
        (ls.start("random_box", box=((0.0, 1.0, 2.0), (0.0, 1.0))), "pairs"),
    ],
)
def test_a_start_of_the_wrong_dimension_is_refused(start, message):
    with pytest.raises(ls.FieldError, match=message):
        ls.simulate("himmelblau", "sgd", start=start, steps=1)


# noises


def test_gaussian_noise_shrinks_with_the_root_of_the_batch():
    surface = ls.surface("quadratic")
    for batch_size, expected in ((1, 2.0), (16, 0.5), (100, 0.2)):
        noise = ls.noise("gaussian", sigma=2.0, batch_size=batch_size)
        record = ls.simulate(
            surface, ls.optimizer("sgd", lr=1e-9), start=(0.0, 0.0), steps=1, repeats=20_000, noise=noise
        )
        spread = np.std(record["sgd"].params[-1] / 1e-9)
        assert spread == pytest.approx(expected, rel=5 / np.sqrt(2 * 40_000))


def test_mini_batches_are_unbiased_and_an_epoch_is_exact():
    surface = ls.surface("finite_sum", surface=ls.surface("himmelblau"), terms=12, spread=0.3)
    point = np.array([1.0, 2.0])
    lr = ls.optimizer("sgd", lr=1e-7)

    def mean_gradient(noise, steps):
        record = ls.simulate(surface, lr, start=point, steps=steps, repeats=3000, noise=noise, every=steps)
        return -(record["sgd"].params[-1] - point[:, None]) / (1e-7 * steps)

    exact = surface.gradient(point)
    drawn = mean_gradient(ls.noise("minibatch", batch_size=4), 1)
    error = 5 * drawn.std(axis=1) / np.sqrt(3000)
    assert np.all(error > 0)
    assert np.all(np.abs(drawn.mean(axis=1) - exact) < error)
    epoch = mean_gradient(ls.noise("reshuffled_minibatch", batch_size=4), 3)
    assert np.allclose(epoch, exact[:, None], rtol=1e-4)


def test_a_batch_larger_than_the_sum_is_refused():
    surface = ls.surface("finite_sum", surface=ls.surface("quadratic"), terms=4)
    with pytest.raises(ls.FieldError, match="at most the 4 terms"):
        ls.simulate(surface, "sgd", start=(1.0, 1.0), steps=1, noise=ls.noise("reshuffled_minibatch", batch_size=5))


class Careless(Optimizer):
    """What a first try at an optimizer may get wrong."""

    lr: float = 0.1
    name = "careless"

    def init(self, params):
        return (0, (np.zeros_like(params),))

    def apply(self, params, gradient, state, lr):
        count, (total,) = state
        return params - lr * gradient, (count + 1, (total + gradient,))


def test_a_state_may_be_any_tuple():
    for repeats in (1, 40):
        record = ls.simulate("himmelblau", [Careless()], start=(0.0, 0.0), steps=9, repeats=repeats)
        expected = ls.simulate("himmelblau", [ls.optimizer("sgd", lr=0.1)], start=(0.0, 0.0), steps=9, repeats=repeats)
        assert np.array_equal(record["careless"].params, expected["sgd"].params)


@pytest.mark.parametrize("repeats", [1, 40])
@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda params, state: params, r"Wrong: apply must return \(params, state\), got ndarray"),
        (lambda params, state: (params,), r"Wrong: apply must return \(params, state\), got a tuple of 1"),
        (lambda params, state: (params[0], state), r"Wrong: apply must return params in the shape \(dim, runs\)"),
    ],
)
def test_an_optimizer_that_returns_something_else_is_told_what_is_needed(returned, message, repeats):
    class Wrong(Careless):
        def apply(self, params, gradient, state, lr):
            return returned(params, state)

    with pytest.raises(TypeError, match=message):
        ls.simulate("himmelblau", [Wrong()], start=(0.0, 0.0), steps=9, repeats=repeats)


def test_a_record_has_the_title_it_is_given():
    record = ls.simulate("sphere", "sgd", steps=2, title="Down it goes")
    assert record.title == "Down it goes"
    assert ls.basins("himmelblau", "sgd", steps=2, resolution=3, title="Where to?").title == "Where to?"
    assert ls.stability_map("quadratic", "momentum", steps=2, resolution=3, title="How far?").title == "How far?"
    with pytest.raises(TypeError, match="title must be a text, got 3"):
        ls.simulate("sphere", "sgd", steps=2, title=3)


def test_a_map_spans_the_usual_values_where_none_are_given():
    """Rates to three times the stable ones where theory knows them, else two decades around the rule's own."""

    def spans(found, low, high):
        return found == pytest.approx(np.geomspace(low, high, 5))

    bowl, plane = ls.surface("quadratic", condition=10.0), ls.from_expression("x + y")
    for name in ("sgd", "momentum", "nesterov"):
        assert spans(_rates(bowl, ls.optimizer(name, lr=7.0), 5), 0.6 / 300.0, 0.6)
        assert spans(_rates(plane, ls.optimizer(name, lr=7.0), 5), 1.0 / 300.0, 1.0)
    assert spans(_rates(bowl, ls.optimizer("adam", lr=0.03), 5), 3e-4, 3.0)
    for name, own, top in (("momentum", 0.9, 0.99), ("weight_decay", 0.0, 0.1), ("weight_decay", 0.3, 0.6)):
        found = _spread(ls.optimizer("momentum", **{name: own}), name, 5)
        assert found == pytest.approx(np.linspace(0.0, top, 5))

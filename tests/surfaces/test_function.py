"""Laws of surfaces from a function: those written by hand, in batches and alone, in scenarios, and clear refusals."""

import math
import pickle
import sys

import numpy as np
import pytest

import landscape as ls
from landscape.core.batches import UserCodeWarning, runs_user_code
from landscape.core.component import FieldError
from landscape.program import python
from landscape.scenario.model import Scenario

POINTS = np.random.default_rng(0).uniform(-2.0, 2.0, (2, 300))


def himmelblau(p):
    x, y = p
    return (x**2 + y - 11.0) ** 2 + (x + y**2 - 7.0) ** 2


def of_one_point(p):
    """Works on a point (dim,) alone: it sums over everything."""
    return np.sum(p**4) - np.linalg.norm(p) ** 2


def of_many(p):
    return np.sum(p**4, axis=0) - np.sum(p**2, axis=0)


def test_a_function_is_the_surface_written_by_hand():
    made, known = ls.from_function(himmelblau, window=(-5.0, 5.0), name="Mine"), ls.surface("himmelblau")
    assert made.title == "Mine"
    assert made.value(POINTS) == pytest.approx(known.value(POINTS), rel=1e-14)
    assert made.gradient(POINTS) == pytest.approx(known.gradient(POINTS), rel=1e-12, abs=1e-12)
    assert made.hessian(POINTS) == pytest.approx(known.hessian(POINTS), rel=1e-12, abs=1e-12)
    found = [(point.kind, *point.point.round(9)) for point in made.critical_points]
    assert sorted(found) == sorted((point.kind, *point.point.round(9)) for point in known.critical_points)


def test_a_function_of_one_point_is_called_for_each():
    one, many = ls.from_function(of_one_point, dim=3), ls.from_function(of_many, dim=3)
    p = np.random.default_rng(1).uniform(-1.0, 1.0, (3, 4, 5))
    assert one.value(p).shape == (4, 5)
    for name in ("value", "gradient", "hessian"):
        assert getattr(one, name)(p) == pytest.approx(getattr(many, name)(p), rel=1e-12, abs=1e-12)


def test_a_single_run_is_compiled_and_gives_the_numbers_of_a_batch():
    surface = ls.from_function(himmelblau, window=(-5.0, 5.0))
    adam = ls.optimizer("adam", lr=0.1)
    python.compiled(surface, adam, noisy=False)  # raises where it cannot be
    alone = ls.simulate(surface, [adam], start=(0.0, 0.0), steps=50)
    batch = ls.simulate(surface, [adam], start=np.zeros((2, 40)), steps=50)
    assert np.array_equal(alone["adam"].params[:, :, 0], batch["adam"].params[:, :, 7])


def test_two_functions_of_one_name_are_two_surfaces():
    def made(height):
        def bowl(p):
            return height * np.sum(p * p, axis=0)

        return ls.from_function(bowl)

    low, high = made(1.0), made(3.0)
    assert low != high
    assert low == low
    ends = [
        ls.simulate(each, ls.optimizer("sgd", lr=0.01), start=(1.0, 1.0), steps=1)["sgd"].params[-1, 0, 0]
        for each in (low, high)
    ]
    assert ends == [pytest.approx(1.0 - 0.01 * 2.0), pytest.approx(1.0 - 0.01 * 6.0)]


def test_a_record_finds_its_function_again_and_says_which_no_other_process_will(tmp_path):
    record = ls.simulate(
        ls.from_function(f"{__name__}:himmelblau", window=(-5.0, 5.0)), "sgd", start=(0.0, 0.0), steps=5
    )
    with pytest.warns(UserWarning, match=rf"a\.npz: .* not the code of {__name__}:himmelblau \(to be bound again by"):
        record.save(tmp_path / "a.npz")
    assert ls.load(tmp_path / "a.npz") == record
    record = ls.simulate(ls.from_function(lambda p: p[0] ** 2), "sgd", start=(1.0, 0.0), steps=5)
    with pytest.warns(UserWarning, match=r"b\.npz: .* not the code of .*…? \(in this process alone"):
        record.save(tmp_path / "b.npz")
    assert ls.load(tmp_path / "b.npz") == record


def test_a_scenario_names_a_function_of_a_file_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "my_bowl.py").write_text("def bowl(p):\n    return 2.0 * p[0] ** 2 + p[1] ** 2\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "my_bowl", raising=False)
    text = """
    title = "Mine"
    steps = 100
    surface = { name = "function", function = "my_bowl:bowl" }
    optimizers = [{ name = "sgd", lr = 0.1 }]
    """
    scenario = Scenario.from_text(text)
    (minimum,) = scenario.surface.critical_points
    assert minimum.point == pytest.approx([0.0, 0.0], abs=1e-12)
    assert scenario.simulate()["sgd"].value[-1, 0] < 1e-10


def broken(p):
    raise RuntimeError("no luck")


def needs_float(p):
    return math.sin(p[0])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"f": broken}, "fails at .*no luck"),
        ({"f": needs_float}, "cannot be differentiated: .*use np"),
        ({"f": lambda p: p}, "must return one number for a point of shape"),
        ({"f": lambda p: "high"}, "must return one number"),
        ({"f": "nowhere"}, 'must be "module:function"'),
        ({"f": "nowhere:f"}, '"nowhere:f" cannot be found'),
        ({"f": "math:tau"}, '"math:tau" is not a function'),
        ({"f": 3}, "must be text or a"),
        ({"f": himmelblau, "window": [(0, 1)] * 3}, "must have 2 pairs"),
        ({"f": himmelblau, "dim": 0}, "must be at least 1"),
    ],
)
def test_what_is_no_surface_is_refused_with_the_reason(fields, message):
    with pytest.raises(FieldError, match=message):
        ls.from_function(**fields)


def test_a_function_that_ends_python_is_refused():
    with pytest.raises(FieldError, match="it ends Python"):
        ls.from_function("sys:exit")


# what was written for one point


def summed(p):
    return np.sum(p**4 - p**2, axis=0)


def walled(p):
    if np.any(np.abs(p) > 1.9):
        return 1e6
    return summed(p)


def stepped(p):
    r = summed(p)
    if np.max(r) > 6.0:
        r = r + 100.0
    return r


def centred(p):
    return np.sum((p - np.mean(p)) ** 2, axis=0)


def ordered(p):
    return np.sum(np.sort(p)[..., :1] ** 2) if p.ndim == 1 else np.sum(np.sort(p, axis=None)[:2] ** 2)


def early(p):
    return summed(p) if p[0].max() < 0.5 else summed(p) + 1.0


def of_floats(p):
    return sum(float(x) ** 2 for x in p)


@pytest.mark.parametrize("function", [walled, stepped, centred, early, of_one_point])
@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
def test_a_function_gives_a_point_beside_others_what_it_gives_it_alone(function):
    surface = ls.from_function(function, dim=2, window=(-2.0, 2.0))
    grid = np.array(np.meshgrid(np.linspace(-2.5, 2.5, 9), np.linspace(-2.5, 2.5, 8)))
    for points in (grid, POINTS[:, :2], POINTS[:, :7]):
        alone = np.array([function(column) for column in points.reshape(2, -1).T]).reshape(points.shape[1:])
        assert surface.value(points) == pytest.approx(alone, rel=1e-12)
    record = ls.simulate(surface, ["sgd", "adam"], start=POINTS[:, :20], steps=20)
    single = ls.simulate(surface, ["sgd", "adam"], start=POINTS[:, 11], steps=20)
    for label in record.labels:
        np.testing.assert_allclose(record[label].params[:, :, 11], single[label].params[:, :, 0], rtol=1e-9)


@pytest.mark.parametrize("function", [walled, stepped])
def test_a_function_that_mixes_points_is_said_to(function):
    with pytest.warns(UserCodeWarning, match=r"gives another value for a point beside others.*np\.where"):
        ls.from_function(function, window=(-2.5, 2.5))


def test_a_wall_that_no_trial_meets_is_found_while_it_runs():
    def walled_far(p):
        return np.sum(p * p, axis=0) if not np.any(np.abs(p - 0.5) < 0.02) else 5.0 + 0.0 * p[0]

    surface = ls.from_function(walled_far, window=(-2.0, 2.0))
    with pytest.warns(UserCodeWarning, match="beside others"):
        record = ls.simulate(surface, ls.optimizer("sgd", lr=0.01), start=POINTS[:, :25], steps=100)
    for run in (0, 11, 24):
        p = POINTS[:, run]
        for row in range(100):
            assert record["sgd"].params[row, :, run] == pytest.approx(p, rel=1e-9)
            p = p - 0.01 * (0.0 if np.any(np.abs(p - 0.5) < 0.02) else 2.0) * p


def test_a_function_that_draws_is_drawn_for_each_point_and_said_not_to_repeat():
    rng = np.random.default_rng(0)
    with pytest.warns(UserCodeWarning, match="two evaluations at one point differ"):
        surface = ls.from_function(lambda p: np.sum(p * p, axis=0) * (1.0 + 0.2 * rng.normal()))
    for runs in (1, 40):
        track = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=np.ones((2, runs)), steps=30)["sgd"]
        shrunk = track.params[1:, 0, 0] / track.params[:-1, 0, 0]
        assert np.std(shrunk) == pytest.approx(0.04, rel=0.5)
    assert len(np.unique(track.params[1, 0])) == 40


@pytest.mark.parametrize("method", ["central", "richardson", "complex-step", "forward", "reverse"])
def test_derivatives_are_found_as_asked(method):
    made, known = ls.from_function(himmelblau, derivatives=method), ls.surface("himmelblau")
    assert made.gradient(POINTS) == pytest.approx(known.gradient(POINTS), rel=1e-7, abs=1e-7)
    assert made.hessian(POINTS) == pytest.approx(known.hessian(POINTS), rel=1e-4, abs=1e-4)
    vector = np.ones_like(POINTS)
    assert made._product(POINTS, vector) == pytest.approx(known._product(POINTS, vector), rel=1e-4, abs=1e-4)


def test_differences_take_what_cannot_be_differentiated():
    surface = ls.from_function(lambda p: math.sin(p[0]) + float(p[1]) ** 2, derivatives="central")
    assert surface.gradient(POINTS) == pytest.approx(np.array([np.cos(POINTS[0]), 2.0 * POINTS[1]]), abs=1e-9)
    record = ls.simulate(surface, ["sgd", "nelder_mead", "newton"], start=(-1.0, 1.0), steps=10)
    assert record["newton"].value[-1] < -0.9


def test_a_black_box_is_for_rules_that_ask_for_values_alone():
    surface = ls.from_function(lambda p: math.floor(20.0 * abs(p[0])) + abs(float(p[1])), derivatives="none")
    assert np.isnan(surface.gradient(POINTS)).all()
    assert surface.critical_points == ()
    record = ls.simulate(surface, ["nelder_mead", "random_search"], start=(1.0, 1.0), steps=60)
    for track in record:
        assert track.value[-1] < track.value[0]
        assert track.status.tolist() == ["finished"]
    shifted = ls.surface("shifted", surface=surface, shift=0.5)
    for each in (surface, shifted):
        for rule in ("sgd", "newton", ls.optimizer("sam", optimizer="sgd")):
            with pytest.raises(ValueError, match=r'needs a .* has none: take derivatives="central"'):
                ls.simulate(each, rule, steps=1)


def test_derivatives_may_be_given_and_are_compared_with_differences():
    known = ls.surface("himmelblau")
    given = ls.from_function(himmelblau, gradient=known.gradient, hessian=known.hessian)
    assert np.array_equal(given.gradient(POINTS), known.gradient(POINTS))
    assert np.array_equal(given.hessian(POINTS), known.hessian(POINTS))
    half = ls.from_function(himmelblau, gradient=known.gradient)
    assert half.hessian(POINTS) == pytest.approx(known.hessian(POINTS), rel=1e-6, abs=1e-6)
    with pytest.warns(UserCodeWarning, match="the gradient at .* by differences"):
        ls.from_function(himmelblau, gradient=lambda p: 1.5 * known.gradient(p))
    with pytest.raises(FieldError, match="gradient must return numbers of shape"):
        ls.from_function(himmelblau, gradient=himmelblau)
    with pytest.raises(FieldError, match="needs a gradient_function"):
        ls.from_function(himmelblau, hessian=known.hessian)


def in_place(p):
    x = p
    x *= 2
    return x[0] ** 2 + x[1] ** 2


@pytest.mark.parametrize(
    ("f", "fields", "message"),
    [
        (lambda x, y: x * x + y * y, {}, r"write lambda p: f\(\*p\)"),
        (lambda x: x**2, {"dim": 1}, r"lambda p: f\(p\[0\]\)"),
        (lambda p: np.sum(p**2, axis=1), {}, r"points are columns.*p\.T"),
        (lambda p: p[:, 0] ** 2, {}, r"points are columns.*p\.T"),
        (lambda p: sum(x * y for x, y in [p]), {"dim": 3}, "`dim` says how many"),
        (math.sin, {}, r"write p\[0\], p\[1\]"),
        (lambda p: round(p[0], 2) ** 2, {}, 'derivatives="central"'),
        (of_floats, {}, 'derivatives="central"'),
        (lambda p: p[0] + 1j * p[1], {}, "must return real numbers"),
        (in_place, {}, r"changes its argument; write x = 2 \* p"),
    ],
)
def test_a_function_in_another_style_is_refused_with_what_to_write(f, fields, message):
    before = np.array([0.3, 0.4])
    with pytest.raises(FieldError, match=message):
        ls.from_function(f, **fields).value(before)


class Bowl(ls.Surface):
    """A surface of one's own whose lines mix points."""

    dim = 2
    window = ((-2.0, 2.0), (-2.0, 2.0))
    customary_start = np.array([1.0, 1.0])
    critical_points = ()

    def _value(self, p):
        return np.sum(p * p)

    def _gradient(self, p):
        return [2.0 * p[0], 2.0 * p[1]]

    def _hessian(self, p):
        return 2.0 * np.eye(2)


class Clipped(Bowl):
    def _gradient(self, p):
        g = 2.0 * p
        return g if np.max(np.abs(g)) < 3.0 else 3.0 * g / np.max(np.abs(g))


class Absolute(Bowl):
    """Its gradient does not carry complex numbers through, of which products with the Hessian are made."""

    def _gradient(self, p):
        return 2.0 * np.abs(p) * np.sign(p)


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
@pytest.mark.parametrize("cls", [Bowl, Clipped, Absolute])
def test_a_surface_of_ones_own_gives_a_point_beside_others_what_it_gives_it_alone(cls):
    surface = cls()
    for points in (POINTS, POINTS[:, :2], POINTS.reshape(2, 20, 15)):
        columns = points.reshape(2, -1)
        for rank, name in enumerate(("_value", "_gradient", "_hessian")):
            alone = np.stack([np.asarray(getattr(cls, name)(surface, column)) for column in columns.T], axis=-1)
            given = getattr(surface, name.removeprefix("_"))(points)
            assert np.array_equal(given, alone.reshape(*(2,) * rank, *points.shape[1:])), name
    if cls is not Clipped:
        assert surface._product(POINTS, np.ones_like(POINTS)) == pytest.approx(2.0 * np.ones_like(POINTS))


class Wrong(Bowl):
    def _gradient(self, p):
        return 3.0 * p


def test_a_wrong_gradient_of_ones_own_is_said():
    with pytest.warns(UserCodeWarning, match="Wrong: the gradient at .* by differences"):
        Wrong()


def test_a_surface_in_a_wrapper_is_watched_too():
    inner = ls.from_function(himmelblau, window=(-5.0, 5.0))
    shifted = ls.surface("shifted", surface=inner, shift=(0.5, -0.5))
    assert shifted.gradient(POINTS) == pytest.approx(
        ls.surface("himmelblau").gradient(POINTS - np.array([[0.5], [-0.5]])), rel=1e-9
    )
    assert runs_user_code(shifted)
    assert not runs_user_code(ls.surface("shifted", surface=ls.surface("himmelblau"), shift=(0.5, -0.5)))


def test_a_surface_of_a_function_is_pickled():
    surface = pickle.loads(pickle.dumps(ls.from_function(himmelblau)))
    assert surface == ls.from_function(himmelblau)
    assert np.array_equal(surface.gradient(POINTS), ls.from_function(himmelblau).gradient(POINTS))


def test_messages_name_the_function():
    with pytest.warns(UserCodeWarning, match=r"^walled: gives another value for a point beside others"):
        ls.from_function(walled, derivatives="central")
    with pytest.warns(UserCodeWarning, match=r"^Wall: gives another value"):
        ls.from_function(walled, name="Wall", derivatives="central")
    with pytest.raises(FieldError, match=r"^needs_float: function cannot be differentiated"):
        ls.from_function(needs_float)


@pytest.mark.parametrize("dim", [10**5 + 1, 10**7, 10**12])
def test_more_coordinates_than_a_window_has_pairs_for_are_refused_at_once(dim):
    with pytest.raises(FieldError, match=f"dim: must be at most 100,000, got {dim:,}|dim must be at most 100,000"):
        ls.from_function(lambda p: np.sum(p * p, axis=0), dim=dim)


def test_without_derivatives_points_are_searched_where_a_gradient_is_given():
    def bowl(p):
        return (p[0] - 0.5) ** 2 + 2.0 * p[1] ** 2

    def slope(p):
        return np.array([2.0 * (p[0] - 0.5), 4.0 * p[1]])

    given = ls.from_function(bowl, gradient=slope, derivatives="none")
    assert [point.kind for point in given.critical_points] == ["minimum"]
    assert given.completeness == "found"
    blind = ls.from_function(bowl, derivatives="none")
    assert (blind.critical_points, blind.completeness) == ((), "notable")

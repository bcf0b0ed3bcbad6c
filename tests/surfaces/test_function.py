"""Laws of surfaces from a function: those written by hand, in batches and alone, in scenarios, and clear refusals."""

import math
import sys

import numpy as np
import pytest

import landscape as ls
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

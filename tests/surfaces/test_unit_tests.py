"""Facts of the one-dimensional shapes, of what is made of them, and of the counterexamples."""

import itertools

import numpy as np
import pytest
from members import check_laws

import landscape as ls
from landscape.core.component import FieldError
from landscape.core.surface import HasTerms, offers
from landscape.surfaces.unit_tests.joined import STRETCHES

# Of a piece that starts with slope 1: the slope at its end.
ENDS = {
    "line": 1.0,
    "exponential": 1e-3,
    "sigmoid": 1.0,
    "relu": 0.0,
    "abs": -1.0,
    "cliff": -10.0,
    "quad_convex": 0.1,
    "quad_bowl": -1.0,
    "quartic_bowl": -1.0,
    "gauss_nonconvex": np.exp(4.0) / 3.0,
    "gauss_convex": 0.1 * np.exp(0.495),
    "gauss_bowl": -1.0,
    "laplace_nonconvex": 10.0,
    "laplace_bowl": -1.0,
}


@pytest.mark.parametrize("slope", [-1.0, -10.0, -0.1, 1.0])
@pytest.mark.parametrize("shape", sorted(ENDS))
def test_a_piece_begins_with_the_slope_asked_for_and_ends_with_that_of_its_shape(shape, slope):
    course = ls.surface("joined", shapes=(shape,), lengths=2.0, slope=slope, level=5.0)
    assert course.value([0.0]) == pytest.approx(5.0, rel=1e-15)
    assert course.gradient([0.0])[0] == pytest.approx(slope, rel=1e-13)
    flank = shape.endswith("convex")
    end = slope / ENDS[shape] if flank and slope > 0.0 else slope * ENDS[shape]
    assert course.gradient([2.0])[0] == pytest.approx(end, rel=1e-12, abs=1e-15)


def check_joint(pair, slope):
    """Over 2e-9, value and slope change by that times the steepest slope, and times a curvature below 50 times that."""
    first, second = pair
    if (first == "relu") != (second == "bend") or first == "bend":
        with pytest.raises(FieldError, match="shapes"):
            ls.surface("joined", shapes=pair)
        return
    course = ls.surface("joined", shapes=pair, lengths=(1.0, 0.5), slope=slope)
    before, after = np.array([1.0 - 1e-9]), np.array([1.0 + 1e-9])
    steepest = np.abs(course.gradient(np.linspace(0.0, 1.5, 301)[None])).max()
    assert course.value(after) == pytest.approx(course.value(before), abs=2e-9 * steepest + 1e-14)
    assert course.gradient(after) == pytest.approx(course.gradient(before), abs=1e-7 * steepest)


@pytest.mark.parametrize("first", sorted(STRETCHES))
def test_value_and_slope_are_continuous_at_a_joint(first):
    joints = itertools.product(sorted(STRETCHES), (-1.0, 1.0))
    check_laws(first, {
        f"continuous where {second} follows, from the slope {slope:g}":
            lambda first, second=second, slope=slope: check_joint((first, second), slope)
        for second, slope in joints
    })  # fmt: skip


def test_a_course_takes_up_after_a_plain_the_slope_from_before_it():
    course = ls.surface("joined", shapes=("quad_convex", "relu", "bend", "quad_bowl"), slope=-2.0)
    x = np.array([[1.25, 1.75, 2.25, 2.75]])
    assert course.gradient(x)[0] == pytest.approx([-0.2, 0.0, 0.0, -0.2])
    assert [point.point[0] for point in course.critical_points] == [3.5, 1.5]
    assert course.traits == {"nonsmooth", "plateau", "multimodal"}


def test_a_course_that_falls_at_its_end_has_the_minimum_of_its_window_there():
    course = ls.surface("joined", shapes=("quad_bowl", "quad_bowl", "line"), lengths=(1.0, 1.0, 3.0))
    assert [point.kind for point in course.critical_points] == ["minimum", "maximum"]
    assert course.edge_minima[0].point == [5.0]
    assert course.lowest == course.value([5.0]) == -3.0


@pytest.mark.parametrize(
    ("name", "slope", "value"),
    [
        ("line", -1.0, 1.0),
        ("exponential_slope", -np.e, np.e),
        ("sigmoid_step", -0.19661193324148185, 1.0 / (1.0 + np.exp(-1.0))),
        ("quad_bowl", -1.0, 0.5),
        ("quartic_bowl", -1.0, 0.25),
        ("gaussian_bowl", -np.exp(-0.5), 1.0 - np.exp(-0.5)),
        ("laplace_bowl", -np.exp(-1.0), 1.0 - np.exp(-1.0)),
        ("absolute_value", -1.0, 1.0),
        ("rectified_line", -1.0, 1.0),
        ("cliff", -1.0, 1.0),
    ],
)
def test_a_prototype_has_the_value_and_slope_of_its_formula_one_width_to_the_left(name, slope, value):
    shape = ls.surface(name, height=3.0, width=2.0)
    assert shape.dim == 1
    assert shape.value([-2.0]) == pytest.approx(3.0 * value, rel=1e-14)
    assert shape.gradient([-2.0])[0] == pytest.approx(1.5 * slope, rel=1e-14)


def test_slopes_without_a_minimum_say_so():
    assert ls.surface("line").lowest is None
    for name in ("line", "exponential_slope", "sigmoid_step"):
        assert ls.surface(name).critical_points == ()
    for name in ("exponential_slope", "sigmoid_step"):
        shape = ls.surface(name)
        assert shape.edge_minima[0].point == shape.window[0][1]


@pytest.mark.parametrize("name", ["absolute_value", "rectified_line", "cliff", "laplace_bowl", "adam_counterexample"])
def test_the_slope_at_a_kink_lies_between_those_beside_it(name):
    surface = ls.surface(name)
    for x in (-1.0, 0.0, 1.0):
        beside = surface.gradient(np.array([[x - 1e-9, x + 1e-9]]))[0]
        assert beside.min() - 1e-8 <= surface.gradient([x])[0] <= beside.max() + 1e-8


def test_a_composition_adds_its_parts_along_turned_axes():
    parts = (ls.surface("absolute_value"), ls.surface("cliff"), ls.surface("quad_bowl"))
    turned = ls.surface("rotated", surface=ls.surface("composed", dim=3, parts=parts), rotation=0.7)
    built_in = ls.surface("composed", dim=3, parts=parts, rotation=0.7)
    p = np.random.default_rng(0).standard_normal((3, 50))
    assert np.array_equal(built_in.value(p), turned.value(p))
    assert np.array_equal(built_in.gradient(p), turned.gradient(p))
    plain = ls.surface("composed", dim=3, parts=parts)
    assert plain.value(p) == pytest.approx(sum(part.value(p[i : i + 1]) for i, part in enumerate(parts)))


def test_the_norm_of_absolute_values_is_the_norm_of_the_point_however_turned():
    p = np.random.default_rng(0).standard_normal((4, 50))
    for rotation in (0.0, 0.7):
        cone = ls.surface("composed_norm", dim=4, parts=("absolute_value",), rotation=rotation)
        assert cone.value(p) == pytest.approx(np.linalg.norm(p, axis=0), rel=1e-14)
        assert np.linalg.norm(cone.gradient(p), axis=0) == pytest.approx(np.ones(50), rel=1e-14)
    assert not cone.gradient(np.zeros(4)).any()


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("joined", {"shapes": ()}, "shapes"),
        ("joined", {"shapes": ("hill",)}, "shapes"),
        ("joined", {"lengths": (1.0, 2.0)}, "lengths"),
        ("joined", {"slope": 0.0}, "slope"),
        ("composed", {"parts": ()}, "parts"),
        ("composed", {"parts": ("himmelblau",)}, "parts"),
        ("composed", {"dim": 1}, "parts"),
        ("composed_norm", {"parts": ("line",)}, "parts"),
        ("adam_counterexample", {"c": 2.0}, "c"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_by_name(name, fields, field):
    with pytest.raises(FieldError, match=field):
        ls.surface(name, **fields)


def test_heavy_ball_tuned_for_quadratics_runs_in_a_cycle_of_three():
    """The points of the cycle solve p' = p - g / 9 + 4/9 (p - p_before), checked to the digits that are published."""
    heavy_ball = ls.optimizer("momentum", lr=1.0 / 9.0, momentum=4.0 / 9.0)
    record = ls.simulate("heavy_ball_counterexample", heavy_ball, start=np.array([[3.3, 2.0, 5.0]]), steps=600)
    x = record["momentum"].params[:, 0]
    assert sorted(x[-3:, 0]) == pytest.approx([-1.8024, 0.6465, 2.1159], abs=1e-3)
    assert x[-1, 0] == pytest.approx(x[-4, 0], abs=1e-9)
    assert np.abs(x[-1, 1:]).max() < 1e-9


def test_gradient_descent_and_nesterovs_method_converge_where_heavy_ball_cycles():
    kappa = np.sqrt(25.0)
    rivals = [
        ls.optimizer("sgd", lr=1.0 / 13.0),
        ls.optimizer("nesterov", lr=1.0 / 25.0, momentum=(kappa - 1.0) / (kappa + 1.0)),
    ]
    record = ls.simulate("heavy_ball_counterexample", rivals, start=np.linspace(-3.0, 4.0, 29)[None], steps=600)
    for name in ("sgd", "nesterov"):
        assert np.abs(record[name].params[-1]).max() < 1e-9


def test_the_terms_of_adams_counterexample_average_to_it():
    surface = ls.surface("adam_counterexample", c=9.0, terms=5)
    assert offers(surface, HasTerms)
    p = np.linspace(-1.5, 1.5, 25)[None]
    every = np.repeat(np.arange(5)[:, None], 25, axis=1)
    assert surface.term_gradient(p, every) == pytest.approx(surface.gradient(p), rel=1e-14, abs=1e-15)
    ends = np.array([[-1.0 - 1e-9, -1.0, 1.0]])
    assert surface.value(ends).argmin() == 1
    assert surface.value([1.0]) == surface.value(np.linspace(-1.0, 1.0, 100)[None]).max()


@pytest.mark.parametrize("noise", ["minibatch", "reshuffled_minibatch"])
def test_adam_goes_to_the_worst_point_where_others_go_to_the_best(noise):
    """With beta1 = 0, beta2 = 1 / (1 + C^2) and a rate of 1 / sqrt(t), as in theorem 1; C = 3."""
    surface = ls.surface("adam_counterexample", c=3.0)
    entrants = [
        ls.entrant(ls.optimizer("adam", lr=0.1, beta1=0.0, beta2=0.1), label="adam"),
        ls.entrant(ls.optimizer("adam", lr=0.1, beta1=0.0, beta2=0.999), label="long memory"),
        ls.entrant(ls.optimizer("adagrad", lr=0.1), schedule="constant", label="adagrad"),
        ls.entrant(ls.optimizer("sgd", lr=0.1), label="sgd"),
    ]
    record = ls.simulate(surface, entrants, steps=4000, repeats=10, noise=noise, schedule="inverse_sqrt")
    final = {label: record[label].params[-1, 0] for label in ("adam", "long memory", "adagrad", "sgd")}
    assert np.all(final["adam"] > 0.8)
    for label in ("long memory", "adagrad", "sgd"):
        assert np.all(final[label] < -0.5), (label, final[label])
        assert abs(np.median(final[label]) + 1.0) < 0.1

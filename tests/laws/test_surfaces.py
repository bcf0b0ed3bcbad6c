"""Laws that every registered surface holds, in several settings each, and the known facts of single ones."""

import functools
import itertools

import matplotlib.mathtext
import numpy as np
import pytest
from catalogue import made
from hypothesis import given, settings
from hypothesis import strategies as st
from members import check_laws, planted
from scipy.optimize import rosen, rosen_der, rosen_hess
from surface_laws import (
    check_automatic,
    check_batches,
    check_critical_points,
    check_gradient,
    check_hessian,
    check_lowest,
    check_objects,
    check_powers,
    check_symbolic,
    points_around,
)

from landscape.core.component import FieldError, defaults, field_hints
from landscape.core.critical_points import CriticalPoint
from landscape.core.finder import critical
from landscape.core.surface import TRAITS, HasTerms, offers
from landscape.surfaces._registry import REGISTRY
from landscape.surfaces.bowls.quadratic import Quadratic
from landscape.surfaces.multimodal.himmelblau import Himmelblau
from landscape.surfaces.multimodal.rastrigin import Rastrigin
from landscape.surfaces.saddles.double_well import DoubleWell
from landscape.surfaces.valleys.beale import Beale
from landscape.surfaces.valleys.rosenbrock import Rosenbrock
from landscape.surfaces.wrappers.finite_sum import FiniteSum

DIMS = (2, 3, 5, 10)
NAMES = [name for name in REGISTRY.names() if REGISTRY.get(name).__module__.startswith("landscape.")]

# Beside its defaults and, where it is scalable, the dimensions above.
SETTINGS = {
    "powell_singular": [{"dim": 8}],
    "gulf": [{"m": 30}],
    "linear_rank_1_zero": [{"dim": 5}, {"dim": 10, "m": 12}],
    "linear_full_rank": [{"dim": 5, "m": 5}],
    "linear_rank_1": [{"dim": 1, "m": 3}],
    "watson": [{"dim": 7}, {"dim": 9}],
    "chebyquad": [{"dim": 8}, {"dim": 9}],
    "penalty_1": [{"dim": 1}, {"dim": 4}],
    "penalty_2": [{"dim": 4}],
    "brown_almost_linear": [{"dim": 7}],
    "variably_dimensioned": [{"dim": 1}],
    "broyden_banded": [{"dim": 8}],
    "cliff": [{"steepness": 3.0, "width": 0.5, "height": 2.0}],
    "gaussian_bowl": [{"width": 0.3, "height": 5.0}],
    "sigmoid_step": [{"width": 0.5, "height": 4.0}],
    "adam_counterexample": [{"c": 101.0, "terms": 101}, {"c": 2.5}],
    "joined": [
        {"shapes": ("quad_convex", "cliff", "gauss_nonconvex"), "lengths": (1.0, 2.0, 0.5)},
        {"shapes": ("gauss_nonconvex", "gauss_convex", "gauss_bowl", "gauss_convex", "gauss_nonconvex")},
        {"shapes": ("quad_bowl", "abs", "quartic_bowl", "quad_bowl", "laplace_bowl"), "slope": 1.0},
        {"shapes": ("quad_bowl", "cliff", "exponential")},
        {"shapes": ("laplace_nonconvex", "laplace_bowl", "laplace_nonconvex"), "slope": -0.1, "level": 2.0},
        {"shapes": ("quad_convex", "relu")},
    ],
    "composed": [
        {"rotation": 0.5},
        {"dim": 3, "rotation": -0.7},
        {
            "parts": ("quad_bowl", {"name": "joined", "shapes": ("quad_bowl", "quad_bowl", "quad_bowl")}),
            "rotation": 0.4,
        },
        {"parts": ("exponential_slope", "quad_bowl")},
        {"parts": ("exponential_slope", "quad_bowl"), "rotation": 0.3},
        {"parts": ("line", "absolute_value"), "rotation": 0.3},
        {"parts": ("gaussian_bowl", "quartic_bowl"), "rotation": 1.0},
    ],
    "composed_norm": [
        {"rotation": 0.5},
        {"parts": ("quad_bowl",), "dim": 3},
        {"parts": ({"name": "joined", "level": 4.0}, "quartic_bowl")},
        {
            "parts": (
                {"name": "scaled", "surface": "quad_bowl", "offset": 1.0},
                {"name": "scaled", "surface": "cliff", "offset": 2.0},
            )
        },
        {"parts": ("exponential_slope", "quad_bowl")},
    ],
    "index_saddle": [{"dim": 5, "index": 3, "up": 2.0, "down": 0.1}],
    "dauphin_saddle": [{"up": 0.5, "down": 0.5, "width": 2.0}],
    "saddle_chain": [{"dim": 1}, {"dim": 2, "hold": 5.0}, {"dim": 3, "hold": 1.2}],
    "octopus": [
        {"dim": 1},
        {"dim": 4, "steepness": 1.0, "gamma": 0.5, "tau": 1.0},
        {"dim": 3, "steepness": 0.3, "gamma": 4.0, "tau": 1.0},
    ],
    "gaussian_landscape": [{"dim": 1, "features": 16}, {"dim": 2, "length": 2.0, "seed": 7, "features": 32}],
    "matrix_factorization": [
        {"eigenvalues": (3.0, -1.0, 1.0)},
        {"eigenvalues": (3.0, 2.0, 1.0), "rank": 2},
        {"eigenvalues": (2.0,)},
        {"eigenvalues": (1.0, -1.0, 3.0, 2.0)},
    ],
    "linear_network": [
        {"singular_values": (3.0, 2.0, 1.0), "hidden": 2},
        {"singular_values": (1.5,)},
        {"singular_values": (1.0, 3.0, 2.0)},
    ],
    "weierstrass": [{"dim": 2, "terms": 2}, {"dim": 1, "terms": 3, "a": 0.7, "b": 5}],
    "shekel": [{"wells": 5}, {"wells": 7}],
    "michalewicz": [{"dim": 4, "m": 1}, {"dim": 6, "m": 3}],
    "ackley": [{"dim": 1}],
    "griewank": [{"dim": 1}],
    "alpine": [{"dim": 1}],
    "levy": [{"dim": 1}],
    "schwefel": [{"dim": 1}],
    "salomon": [{"dim": 1}],
    "ellipsoid": [{"dim": 4, "condition": 10.0}],
    "sharp_ridge": [{"dim": 4, "steepness": 2.0}],
    "huber": [{"dim": 3, "delta": 0.2}],
    "spectral_quadratic": [
        {"eigenvalues": (1.0, -2.0)},
        {"eigenvalues": (-3.0, -0.1, -1.0)},
        {"eigenvalues": (0.0, 2.0)},
    ],
    "extended_rosenbrock": [{"dim": 2}, {"dim": 10, "a": -0.5, "b": 3.0}],
    "curved_valley": [{"condition": 3.0, "bend": -2.0}],
    "ring_valley": [{"condition": 12.0}],
    "quadratic": [
        {"dim": 1, "scale": 3.0},
        {"rotation": 0.7, "condition": 100.0},
        *({"dim": dim, "rotation": -0.4, "condition": 1e4, "scale": 0.1} for dim in DIMS),
    ],
    "rosenbrock": [{"a": 2.0, "b": 5.0}, {"dim": 4}, {"dim": 3, "a": -1.5}, {"dim": 5, "a": 2.0}, {"dim": 3, "a": 0.0}],
    "hyperbolic_saddle": [{"a": 0.3, "b": 7.0}],
    "double_well": [{"barrier": 3.0, "width": 0.4, "stiffness": 12.0}],
    "rastrigin": [{"dim": 1}, {"amplitude": 1.0}, {"amplitude": 0.04}, {"amplitude": 0.3, "dim": 1}],
    "finite_sum": [
        {"surface": Quadratic(dim=5, rotation=0.3), "terms": 7},
        {"surface": Rosenbrock(), "terms": 9, "spread": 0.3, "seed": 5},
        {"surface": Rosenbrock(dim=3), "terms": 4},
        {"surface": Himmelblau(), "terms": 8, "spread": 0.5},
        {"surface": Beale(), "terms": 6},
        {"surface": REGISTRY.build("monkey_saddle"), "terms": 5},
        {"surface": Rastrigin(), "terms": 5, "spread": 0.1},
        {"surface": DoubleWell(), "terms": 1},
    ],
    "expression": [
        {"text": "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", "window": (-5.0, 5.0)},
        {"text": "x1**2 + a*x2**2 + x10**2/2", "parameters": {"a": 10}},
        {"text": "exp(-x**2) * sin(y) / (1 + y**2) + x**4/10"},
        {"text": "abs(x - y)**1.5 + max(x*y, x**2 - 1) + (1 + y**2)**x"},
    ],
    "labelled": [{"surface": Himmelblau(), "labels": ("weight", "bias"), "title": "A loss"}],
    "shifted": [
        {"surface": Himmelblau(), "shift": (1.5, -0.25)},
        {"surface": Rosenbrock(dim=4), "shift": -2.0},
        {"surface": FiniteSum(surface=Rosenbrock(), terms=3), "shift": 0.5},
    ],
    "rotated": [
        {"surface": Himmelblau(), "rotation": 2.5},
        {"surface": Rosenbrock(dim=4), "rotation": -0.3},
        {"surface": DoubleWell(), "rotation": 0.0},
    ],
    "scaled": [
        {"surface": Himmelblau(), "stretch": (2.0, 0.3), "height": 0.01, "offset": -5.0},
        {"surface": Rosenbrock(dim=4), "stretch": 0.5, "height": 1e3},
    ],
    "sum": [
        {"first": Quadratic(rotation=0.3), "second": Rastrigin(amplitude=0.3), "weight": 0.5},
        {"first": Himmelblau(), "second": DoubleWell(), "weight": 3.0},
        {"first": Rosenbrock(), "second": Quadratic()},
    ],
    "decayed": [
        {"surface": Himmelblau(), "weight_decay": 1.0},
        {"surface": Rosenbrock(), "weight_decay": 0.1},
        {"surface": Rosenbrock(dim=4), "weight_decay": 0.0},
    ],
    "network": [
        {"activation": "sigmoid", "loss": "logistic", "l2": 0.1},
        {"layers": (2, 3, 2), "activation": "silu", "loss": "cross_entropy"},
        {"layers": (2, 1), "loss": "binary_cross_entropy", "l2": 0.1},
        {"layers": (2, 2, 1), "activation": "relu", "loss": "half_mse"},
    ],
    "slice": [
        {"surface": Rosenbrock(dim=5), "along": (0, 3)},
        {"surface": Quadratic(dim=4, rotation=0.5), "through": (1.0, 0.5, -0.5, 0.0), "along": (3, 0)},
    ],
}


def examples(name):
    """Surfaces of the registered class `name` to test, one for each setting."""
    cls = REGISTRY.get(name)
    scaled = [{"dim": dim} for dim in DIMS] if "scalable" in cls.traits else []
    # the one that other laws are run over too, so that its critical points are searched once
    plain = [made(name)] if set(field_hints(cls)) <= set(defaults(cls)) else []
    others = (REGISTRY.build(name, **fields) for fields in (*scaled, *SETTINGS.get(name, [])))
    return list(dict.fromkeys([*plain, *others]))


def many(surface):
    """How many points to try: each tells more where there are more coordinates."""
    return 1000 if surface.dim <= 3 else 200


SURFACES = [surface for name in NAMES for surface in examples(name)]


def check_formulas(surface):
    check_powers(surface)
    check_objects(surface, points_around(surface, 50))


def check_zeros(surface):
    """Where one coordinate is 0, or all but one are, there are numbers as elsewhere in the window."""
    ones = np.eye(surface.dim)[:, :8]
    p = np.concatenate([surface.customary_start[:, None] * (1.0 - ones), 0.3 * ones], axis=1)
    lows, highs = np.array(surface.window).T[:, :, None]
    p = p[:, np.all((lows <= p) & (p <= highs), axis=0)]
    for function in (surface.value, surface.gradient, surface.hessian):
        found = function(p)
        assert np.isfinite(found).all(), f"{function.__name__} among {p.T} is {found}"


def check_indices(surface):
    for point in surface.critical_points[:30]:
        if not (point.degenerate or point.kink):
            index, where = surface.saddle_index(point.point), f"the {point.kind} at {point.point.tolist()}"
            expected = {"minimum": 0, "maximum": surface.dim}.get(point.kind, index)
            assert index == expected, f"{where} has the saddle index {index}, not {expected}"
            assert point.kind != "saddle" or 0 < index < surface.dim, f"{where} has the saddle index {index}"


def check_shapes(surface):
    for function in (surface.value, surface.gradient, surface.hessian):
        for wrong in (np.zeros(surface.dim + 1), np.zeros((surface.dim + 1, 4)), 0.0, []):
            with pytest.raises(ValueError, match=rf"{surface.name}: points have shape \({surface.dim}, \.\.\.\), got"):
                function(wrong)


def check_lists(surface):
    point = [1] * surface.dim
    for function in (surface.value, surface.gradient):
        found, expected = function(point), function(np.ones(surface.dim))
        assert np.array_equal(found, expected), f"the {function.__name__} at {point} is {found}, at ones {expected}"


def check_window(surface):
    lows, highs = np.array(surface.window).T
    assert lows.shape == (surface.dim,), f"the window is {surface.window}"
    assert np.all(lows < highs), f"the window is {surface.window}"
    for what, point in [
        ("the customary start", surface.customary_start),
        *((f"the {known.kind}", known.point) for known in surface.critical_points),
    ]:
        assert point.shape == (surface.dim,), f"{what} {point} has the shape {point.shape}"
        assert np.all((lows <= point) & (point <= highs)), f"{what} {point} lies outside the window {surface.window}"
    assert np.linalg.norm(surface.gradient(surface.customary_start)) > 0.0, "the customary start is a critical point"


def check_traits(surface):
    unknown = surface.traits - TRAITS
    assert not unknown, f"the traits {sorted(unknown)} are not in the glossary of landscape/core/surface.py"
    kinds = [point.kind for point in surface.critical_points]
    if "unbounded" in surface.traits:
        assert "minimum" not in kinds, f'is "unbounded", and its critical points are {kinds}'
    if "convex" in surface.traits:
        assert kinds == ["minimum"], f'is "convex", and its critical points are {kinds}'
        eigenvalues = np.linalg.eigvalsh(surface.hessian(surface.customary_start))
        assert np.all(eigenvalues >= -1e-12 * np.abs(eigenvalues).max()), f'is "convex", and curved by {eigenvalues}'


# At many points, the same ones, so that what several of these laws need of them is computed once.
LAWS_AT_POINTS = {
    "the gradient agrees with central differences and complex steps": check_gradient,
    "the Hessian is the symmetric derivative of the gradient": check_hessian,
    "automatic derivatives equal the manual ones": check_automatic,
    "symbolic derivatives equal the manual ones": check_symbolic,
}
LAWS = {
    "formulas run on objects as on floats": check_formulas,
    "recorded critical points are what they say": check_critical_points,
    "nothing in the window lies below the recorded global minimum": check_lowest,
    "the index of a critical point goes with its kind": check_indices,
    "a coordinate may be 0": check_zeros,
    "a point alone equals the point in a batch bit for bit": check_batches,
    "a point of the wrong shape is refused with the right one": check_shapes,
    "whole numbers and lists are points too": check_lists,
    "the start and the critical points lie in a window worth drawing": check_window,
    "traits are from the glossary and fit the critical points": check_traits,
}


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: f"{surface.name}: {surface!r}")
def test_a_surface_holds_every_law(surface):
    p = points_around(surface, many(surface))
    check_laws(surface, {law: functools.partial(check, p=p) for law, check in LAWS_AT_POINTS.items()} | LAWS)


@pytest.mark.parametrize("name", ["eggholder", "schwefel", "holder_table", "mccormick"])
def test_a_turned_window_holds_no_lower_ground(name):
    check_lowest(made("rotated", name, rotation=0.5))


def check_confined(name):
    """Lower ground lies outside the window only of surfaces that say so."""
    surface = made(name)
    if surface.lowest is None or surface.dim > 3:
        return
    lows, highs = np.array(surface.window).T[..., None]
    shares = np.random.default_rng(0).uniform(-0.25, 1.25, (surface.dim, 20_000))
    with np.errstate(all="ignore"):
        lowest = np.nanmin(surface.value(lows + (highs - lows) * shares))
    lower = lowest < surface.lowest - 1e-9 * (1.0 + abs(surface.lowest))
    assert lower == surface.confined, f"{lowest} outside the window, {surface.lowest} inside; confined is {not lower}"


def check_documented(name):
    cls = REGISTRY.get(name)
    text = cls.__doc__ or ""
    where = f"the docstring of {cls.__module__}.{cls.__qualname__}"
    assert text.partition("\n")[0].endswith("."), f"{where} does not begin with one line that ends with a full stop"
    assert "f(" in text, f'{where} has no equation "f(...) = ..."'
    shaped = ": (2, ...)" in text or ": (dim, ...)" in text
    assert shaped, f'{where} does not say the shape of a point: ": (2, ...)" or ": (dim, ...)"'
    assert "Source: " in text, f'{where} has no line "Source: authors year, ..."'
    assert cls.formula.startswith("f("), f"formula is {cls.formula!r}, which does not begin with f("
    matplotlib.mathtext.MathTextParser("path").parse(f"${cls.formula}$")


CLASS_LAWS = {
    "lower ground lies outside the window only of surfaces that say so": check_confined,
    "it is documented with its equation, shapes and source": check_documented,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_surface_is_documented_and_says_whether_it_is_confined(name):
    check_laws(name, CLASS_LAWS, name=f'the surface "{name}"')


# The checkers themselves, on planted errors.


class GradientOffByAThousandth(Himmelblau):
    def _gradient(self, p):
        return 1.001 * Himmelblau._gradient(self, p)


class HessianOffByAThousandth(Himmelblau):
    def _hessian(self, p):
        return 1.001 * Himmelblau._hessian(self, p)


class MinimumMoved(Himmelblau):
    critical_points = (CriticalPoint([3.0, 2.0 + 1e-9], 0.0, "minimum"),)


class MinimumOfTheWrongValue(Himmelblau):
    critical_points = (CriticalPoint([3.0, 2.0], 1e-9, "minimum"),)


class MinimumThatIsASaddle(Himmelblau):
    critical_points = (critical(Himmelblau(), [3.385154, 0.073852]),)


class MinimumThatIsLocal(Rosenbrock):
    @property
    def critical_points(self):
        return Rosenbrock.critical_points.__get__(self)[1:]


class SumOfNoFixedOrder(Rosenbrock):
    def _value(self, p):
        x, y = p[:-1], p[1:]
        return np.sum((self.a - x) * (self.a - x) + self.b * (y - x * x) * (y - x * x), axis=0)


class FloatsOnly(Himmelblau):
    def _value(self, p):
        x, y = np.asarray(p, dtype=float)
        return (x * x + y - 11.0) * (x * x + y - 11.0) + (x + y * y - 7.0) * (x + y * y - 7.0)


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
def test_the_checkers_fail_on_planted_errors():
    p = points_around(Himmelblau(), 1000)
    with pytest.raises(AssertionError, match="gradient against central differences"):
        check_gradient(GradientOffByAThousandth(), p)
    with pytest.raises(AssertionError, match="Hessian against complex steps"):
        check_hessian(HessianOffByAThousandth(), p)
    with pytest.raises(AssertionError, match="symbolic gradient"):
        check_symbolic(GradientOffByAThousandth(), p)
    with pytest.raises(AssertionError, match="automatic gradient"):
        check_automatic(GradientOffByAThousandth(), p)
    with pytest.raises(AssertionError, match="automatic hessian"):
        check_automatic(HessianOffByAThousandth(), p)
    with pytest.raises(AssertionError, match="gradient"):
        check_critical_points(MinimumMoved())
    with pytest.raises(AssertionError, match="value"):
        check_critical_points(MinimumOfTheWrongValue())
    with pytest.raises(AssertionError, match="begins with the saddle"):
        check_lowest(MinimumThatIsASaddle())
    with pytest.raises(AssertionError, match="beats"):
        check_lowest(MinimumThatIsLocal(dim=4))
    with pytest.raises(AssertionError, match="depends on the batch"):
        check_batches(SumOfNoFixedOrder(dim=40))
    with pytest.raises(TypeError):
        check_objects(FloatsOnly(), p)


class Cubed(Himmelblau):
    """The function f(x, y) = x^3, written with a power."""

    def _value(self, p):
        return p[0] ** 3 + 0.0 * p[1]


def test_a_new_surface_that_breaks_laws_is_found_by_name_with_every_law_that_it_breaks():
    with planted("surface", "planted_cube", Cubed) as cube:
        with pytest.raises(AssertionError) as caught:
            check_laws(cube(), LAWS)
        said = str(caught.value)
        assert said.startswith("Cubed() breaks ")
        assert "planted_cube: _value has p**3: write p*p*p, whose last bit is the same" in said
        assert "nothing in the window lies below the recorded global minimum: " in said
        with pytest.raises(AssertionError) as caught:
            check_laws("planted_cube", CLASS_LAWS, name='the surface "planted_cube"')
        assert str(caught.value).startswith('the surface "planted_cube" breaks ')
        assert "does not say the shape of a point" in str(caught.value)


def test_a_law_that_raises_something_else_is_named_too():
    with pytest.raises(AssertionError, match=r"1 breaks 2 laws:\n  a: ZeroDivisionError: .*\n  c: DID NOT RAISE"):
        check_laws(1, {"a": lambda one: one / 0, "b": abs, "c": lambda one: pytest.fail("DID NOT RAISE")})


def test_the_gradient_checker_fails_on_one_wrong_coordinate_of_many():
    class OneCoordinate(Rosenbrock):
        def _gradient(self, p):
            gradient = Rosenbrock._gradient(self, p)
            gradient[6] = 1.001 * gradient[6]
            return gradient

    with pytest.raises(AssertionError, match="gradient against central differences"):
        check_gradient(OneCoordinate(dim=10), points_around(Rosenbrock(dim=10), 1000))


# Facts of single surfaces.


@settings(max_examples=25, deadline=None)
@given(
    dim=st.integers(2, 8), condition=st.floats(1.0, 1e4), scale=st.floats(0.01, 100.0), rotation=st.floats(-7.0, 7.0)
)
def test_the_quadratic_has_the_eigenvalues_asked_for_whatever_its_rotation(dim, condition, scale, rotation):
    bowl = Quadratic(dim=dim, condition=condition, scale=scale, rotation=rotation)
    expected = scale * condition ** (np.arange(dim) / (dim - 1))
    # symmetric eigenvalues move by at most the norm of the rounding errors, a few eps times the largest eigenvalue
    found = np.linalg.eigvalsh(bowl.hessian(np.zeros(dim)))
    assert np.allclose(found, expected, rtol=1e-13, atol=4 * dim * 2.3e-16 * expected[-1])


def test_the_quadratic_turns_by_its_angle():
    bowl = Quadratic(condition=9.0, rotation=np.pi / 2)
    assert bowl.value([1.0, 0.0]) == pytest.approx(4.5, rel=1e-15)
    assert bowl.value([0.0, 1.0]) == pytest.approx(0.5, rel=1e-15)


@pytest.mark.parametrize("dim", DIMS)
def test_rosenbrock_is_that_of_scipy(dim):
    surface = Rosenbrock(dim=dim)
    for p in points_around(surface, 50).T:
        assert surface.value(p) == pytest.approx(rosen(p), rel=1e-13)
        assert surface.gradient(p) == pytest.approx(rosen_der(p), rel=1e-12, abs=1e-9)
        assert surface.hessian(p) == pytest.approx(rosen_hess(p), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(("dim", "lowest"), [(4, 3.701428610430), (5, 3.930839434133), (7, 3.983600536425)])
def test_rosenbrock_has_a_second_minimum_from_four_dimensions_on(dim, lowest):
    """Values of an independent search by Newton's method on SciPy's derivatives."""
    minima = Rosenbrock(dim=dim).minima
    assert len(minima) == 2
    assert np.array_equal(minima[0].point, np.ones(dim))
    assert minima[1].value == pytest.approx(lowest, abs=1e-11)
    assert [len(Rosenbrock(dim=dim).minima) for dim in (2, 3)] == [1, 1]


def test_rosenbrock_in_a_thousand_dimensions_knows_its_minimum_at_once():
    surface = Rosenbrock(dim=1000)
    assert surface.lowest == 0.0
    assert not surface.gradient(surface.critical_points[0].point).any()


def test_himmelblau_has_four_minima_four_saddles_and_one_maximum():
    surface = Himmelblau()
    assert [point.kind for point in surface.critical_points] == ["minimum"] * 4 + ["saddle"] * 4 + ["maximum"]
    assert surface.value([3.0, 2.0]) == 0.0
    assert surface.critical_points[-1].value == pytest.approx(181.616521522583, rel=1e-13)


def newton_ends(surface, starts):
    """The distinct critical points that Newton's method reaches from starts (dim, n)."""
    found = []
    with np.errstate(all="ignore"):
        for start in starts.T:
            try:
                point = critical(surface, start)
            except (ArithmeticError, np.linalg.LinAlgError):
                continue
            if all(np.max(np.abs(point.point - other)) > 1e-6 for other in found):
                found.append(point.point)
    return found


@pytest.mark.parametrize("surface", [Himmelblau(), Beale(), DoubleWell(), Rastrigin(amplitude=0.3)], ids=repr)
def test_newtons_method_from_everywhere_finds_no_critical_point_that_is_not_listed(surface):
    listed = [point.point for point in surface.critical_points]
    lows, highs = np.array(surface.window).T
    for point in newton_ends(surface, points_around(surface, 300)):
        inside = np.all((lows <= point) & (point <= highs))
        assert not inside or any(np.max(np.abs(point - other)) < 1e-6 for other in listed), point


def test_beale_has_the_critical_points_of_its_resultant():
    """df/dy where df/dx = 0 has the factors 2y - 1 and 3y^3 + 11y^2 + 10y + 5, one real root each, besides y = 1."""
    points = [point.point for point in Beale().critical_points]
    cubic = np.roots([3.0, 11.0, 10.0, 5.0])
    assert np.sum(np.abs(cubic.imag) < 1e-12) == 1
    assert [point[1] for point in points] == pytest.approx([0.5, 1.0, cubic[np.abs(cubic.imag) < 1e-12][0].real])
    assert np.all(np.roots([7.0, 13.0, 17.0]).imag != 0.0)
    assert [point.kind for point in Beale().critical_points] == ["minimum", "saddle", "saddle"]


@pytest.mark.parametrize(("dim", "amplitude", "count"), [(1, 10.0, 21), (2, 10.0, 441), (1, 1.0, 13), (2, 0.04, 1)])
def test_rastrigin_lists_every_critical_point_of_the_window(dim, amplitude, count):
    """As many as the derivative of one coordinate changes its sign on a fine grid, to the power of the dimension."""
    surface = Rastrigin(dim=dim, amplitude=amplitude)
    grid = np.linspace(-5.12, 5.12, 400_000)
    signs = np.sign(Rastrigin(dim=1, amplitude=amplitude).gradient(grid[None])[0])
    assert np.sum(signs[1:] != signs[:-1]) ** dim == count == len(surface.critical_points)
    assert not surface.critical_points[0].point.any()


def test_the_double_well_has_the_curvatures_it_says():
    surface = DoubleWell(barrier=3.0, width=0.5, stiffness=2.0)
    right, left, saddle = surface.critical_points
    assert (right.point[0], left.point[0], saddle.value) == (0.5, -0.5, 3.0)
    assert surface.hessian(right.point) == pytest.approx(np.diag([8 * 3.0 / 0.25, 2.0]))
    assert surface.hessian(saddle.point) == pytest.approx(np.diag([-4 * 3.0 / 0.25, 2.0]))


# Finite sums.


@pytest.mark.parametrize("terms", [1, 2, 7, 64])
def test_the_shifts_are_pairs_that_sum_to_zero_and_depend_on_the_seed_alone(terms):
    sums = [FiniteSum(surface=Rosenbrock(dim=3), terms=terms, spread=0.2, seed=seed) for seed in (4, 4, 5)]
    shifts = [one.shifts for one in sums]
    assert shifts[0].shape == (3, terms)
    assert not shifts[0].sum(axis=1).any()
    assert np.array_equal(shifts[0], shifts[1])
    assert terms == 1 or not np.array_equal(shifts[0], shifts[2])


def test_the_shifts_have_the_spread_asked_for():
    """The variance of 2,000 independent normals is within 5 standard errors, 5 sqrt(2 / 2000), of theirs."""
    shifts = FiniteSum(surface=Quadratic(), terms=4000, spread=0.3).shifts
    assert np.all(np.abs(np.mean(shifts**2, axis=1) / 0.09 - 1.0) < 5 * np.sqrt(2 / 2000))


def test_a_finite_sum_is_the_mean_of_its_shifted_copies():
    base = Beale()
    total = FiniteSum(surface=base, terms=5, spread=0.3)
    p = points_around(total, 20)
    copies = [p - d[:, None] for d in total.shifts.T]
    assert total.value(p) == pytest.approx(np.mean([base.value(q) for q in copies], axis=0), rel=1e-14)
    assert total.gradient(p) == pytest.approx(np.mean([base.gradient(q) for q in copies], axis=0), rel=1e-12)
    assert total.hessian(p) == pytest.approx(np.mean([base.hessian(q) for q in copies], axis=0), rel=1e-12)


def test_a_finite_sum_of_a_quadratic_is_the_quadratic_and_a_constant():
    base = Quadratic(condition=20.0, rotation=0.5)
    total = FiniteSum(surface=base, terms=10, spread=0.5)
    p = points_around(total, 100)
    constant = np.mean(base.value(total.shifts))
    assert total.value(p) - base.value(p) == pytest.approx(np.full(100, constant), rel=1e-12)
    assert total.gradient(p) == pytest.approx(base.gradient(p), rel=1e-12, abs=1e-13)
    assert np.abs(total.critical_points[0].point).max() < 1e-15
    assert total.lowest == pytest.approx(constant)


def test_all_terms_together_have_the_gradient_of_the_sum_in_any_order():
    total = FiniteSum(surface=Himmelblau(), terms=12, spread=0.4)
    p = points_around(total, 30)
    shuffled = np.random.default_rng(0).permuted(np.repeat(np.arange(12)[:, None], 30, axis=1), axis=0)
    assert total.term_gradient(p, shuffled) == pytest.approx(total.gradient(p), rel=1e-12, abs=1e-12)


def test_a_run_alone_sees_the_mini_batch_gradient_that_it_sees_in_a_batch():
    total = FiniteSum(surface=Rosenbrock(dim=9), terms=12, spread=0.4)
    p = points_around(total, 30)
    index = np.random.default_rng(0).integers(12, size=(5, 30))
    batch = total.term_gradient(p, index)
    for run in (0, 17, 29):
        alone = total.term_gradient(p[:, run], index[:, run])
        assert alone.tobytes() == batch[:, run].tobytes()
        assert total.term_gradient(p[:, run : run + 1], index[:, run : run + 1]).tobytes() == alone.tobytes()


def test_the_bits_of_a_sum_do_not_depend_on_its_chunks(monkeypatch):
    total = FiniteSum(surface=Rastrigin(dim=3), terms=31, spread=0.4)
    p = points_around(total, 50)
    whole = [total.value(p), total.gradient(p), total.hessian(p)]
    for chunk in (1, 700):
        monkeypatch.setattr("landscape.surfaces.wrappers.finite_sum.CHUNK", chunk)
        parts = [total.value(p), total.gradient(p), total.hessian(p)]
        assert all(a.tobytes() == b.tobytes() for a, b in zip(whole, parts, strict=True))


def test_a_finite_sum_adds_a_trait_and_keeps_those_of_its_surface_but_for_its_dimension():
    total = FiniteSum(surface=Rosenbrock(dim=5))
    assert total.traits == Rosenbrock.traits - {"scalable"} | {"stochastic"}  # of the dimension of its surface
    assert (total.dim, total.window) == (5, Rosenbrock(dim=5).window)
    assert offers(total, HasTerms)
    assert not offers(Rosenbrock(), HasTerms)


def test_smoothing_the_monkey_saddle_splits_it_into_two_strict_saddles():
    total = FiniteSum(surface=REGISTRY.build("monkey_saddle"), terms=16, spread=0.2)
    assert [(point.kind, point.degenerate) for point in total.critical_points] == [("saddle", False)] * 2


# Fields.


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("quadratic", {"condition": 0.5}, "condition"),
        ("quadratic", {"dim": 0}, "dim"),
        ("quadratic", {"rotation": float("nan")}, "rotation"),
        ("rosenbrock", {"dim": 1}, "dim"),
        ("rosenbrock", {"b": 0.0}, "b"),
        ("double_well", {"barrier": -1.0}, "barrier"),
        ("rastrigin", {"amplitude": 0.0}, "amplitude"),
        ("finite_sum", {}, "surface"),
        ("finite_sum", {"surface": Quadratic(), "terms": 0}, "terms"),
        ("finite_sum", {"surface": Quadratic(), "spread": 0.0}, "spread"),
        ("finite_sum", {"surface": 3}, "surface"),
    ],
)
def test_a_field_out_of_range_is_refused_by_name(name, fields, field):
    with pytest.raises(FieldError, match=field):
        REGISTRY.build(name, **fields)


def test_surfaces_with_equal_fields_are_equal():
    every = [surface for name in NAMES for surface in examples(name)[:1]]
    assert all(a != b for a, b in itertools.combinations(every, 2))
    again = [surface for name in NAMES for surface in examples(name)[:1]]
    assert all(a == b and hash(a) == hash(b) for a, b in zip(every, again, strict=True))


# Wrappers, and the finder.


def points_of(surface):
    return np.array([known.point for known in surface.critical_points])


@settings(max_examples=20, deadline=None)
@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0), st.floats(-7.0, 7.0), st.floats(0.1, 10.0))
def test_wrappers_carry_every_critical_point_along(dx, dy, angle, stretch):
    base = Himmelblau()
    build = REGISTRY.build
    c, s = np.cos(angle), np.sin(angle)
    assert np.array_equal(
        points_of(build("shifted", surface=base, shift=(dx, dy))), points_of(base) + np.array([dx, dy])
    )
    turned = points_of(build("rotated", surface=base, rotation=angle))
    assert turned == pytest.approx(points_of(base) @ [[c, s], [-s, c]], abs=1e-14)
    scaled = build("scaled", surface=base, stretch=stretch, height=2.0, offset=1.0)
    assert np.array_equal(points_of(scaled), stretch * points_of(base))
    assert scaled.lowest == 1.0
    for wrapped in (build("rotated", surface=base, rotation=angle), scaled):
        assert [p.kind for p in wrapped.critical_points] == [p.kind for p in base.critical_points]
        check_critical_points(wrapped)


def test_a_wrapper_that_forgets_to_move_a_point_is_caught():
    class Forgetful(REGISTRY.get("shifted")):
        critical_points = Himmelblau().critical_points

    with pytest.raises(AssertionError, match="gradient"):
        check_critical_points(Forgetful(surface=Himmelblau(), shift=1e-3))


def test_a_slice_is_the_surface_on_its_plane():
    base = Rosenbrock(dim=5)
    cut = REGISTRY.build("slice", surface=base, along=(4, 1), through=(0.5, 0.0, -1.0, 2.0, 0.0))
    p = points_around(cut, 50)
    lifted = np.array([np.full(50, 0.5), p[1], np.full(50, -1.0), np.full(50, 2.0), p[0]])
    assert np.array_equal(cut.value(p), base.value(lifted))
    assert np.array_equal(cut.gradient(p), base.gradient(lifted)[[4, 1]])
    assert np.array_equal(cut.hessian(p), base.hessian(lifted)[np.ix_([4, 1], [4, 1])])


@pytest.mark.parametrize("dim", [50, 51])
def test_a_slice_of_many_dimensions_is_curved_as_its_surface(dim):
    base = Rosenbrock(dim=dim)
    through = base.customary_start
    cut = REGISTRY.build("slice", surface=base, along=(7, 6), through=tuple(through))
    p = points_around(cut, 5)
    lifted = np.repeat(through[:, None], 5, axis=1)
    lifted[[7, 6]] = p
    expected = base.hessian(lifted)[np.ix_([7, 6], [7, 6])]
    np.testing.assert_allclose(cut.hessian(p), expected, rtol=1e-13)
    np.testing.assert_allclose(cut.hessian(p[:, 0]), expected[..., 0], rtol=1e-13)


def test_weight_decay_on_a_quadratic_is_a_quadratic_with_larger_eigenvalues():
    decayed = REGISTRY.build("decayed", surface=Quadratic(condition=4.0), weight_decay=0.5)
    assert np.linalg.eigvalsh(decayed.hessian([0.3, 0.4])) == pytest.approx([1.5, 4.5])
    (minimum,) = decayed.critical_points
    assert np.abs(minimum.point).max() < 1e-15


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("shifted", {"surface": Himmelblau(), "shift": (1.0, 2.0, 3.0)}, "shift"),
        ("scaled", {"surface": Himmelblau(), "stretch": (1.0, 0.0)}, "stretch"),
        ("scaled", {"surface": Himmelblau(), "height": -1.0}, "height"),
        ("sum", {"first": Himmelblau(), "second": Rosenbrock(dim=3)}, "second"),
        ("decayed", {"surface": Himmelblau(), "weight_decay": -0.1}, "weight_decay"),
        ("slice", {"surface": Himmelblau(), "along": (0, 2)}, "along"),
        ("slice", {"surface": Himmelblau(), "along": (1, 1)}, "along"),
        ("slice", {"surface": Himmelblau(), "through": (1.0,)}, "through"),
    ],
)
def test_a_wrapper_refuses_fields_that_do_not_fit_its_surface(name, fields, field):
    with pytest.raises(FieldError, match=field):
        REGISTRY.build(name, **fields)

"""Random formulas keep the laws of surfaces, and have SymPy's derivatives."""

import numpy as np
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from surface_laws import check_automatic, check_batches, check_gradient, check_hessian, check_objects

import landscape as ls

FUNCTIONS = ["sin", "cos", "tanh", "atan", "exp", "sqrt", "log", "erf", "sinh", "cosh", "asin", "acos", "tan", "abs"]
# arguments that are in the domain of every function, and away from where its slope is steep
SAFE = "(0.2 + 0.3/(1 + ({})**2))"
POWERS = ["2", "3", "-1", "-2", "0.5", "1.5", "-0.5", "0.3", "(1/3)", "x"]


def formulas(functions):
    return st.recursive(
        st.sampled_from(["x", "y", "1.5", "2", "pi", "0.25"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(inner, inner).map(lambda t: f"{t[0]}/{SAFE.format(t[1])}"),
            st.tuples(st.sampled_from(functions), inner).map(lambda t: f"{t[0]}({SAFE.format(t[1])})"),
            st.tuples(inner, st.sampled_from(POWERS)).map(lambda t: f"{SAFE.format(t[0])}**{t[1]}"),
        ),
        max_leaves=5,
    ).map(lambda text: f"{text} + x*y")


@settings(max_examples=25, deadline=None)
@given(formulas(FUNCTIONS))
@example("x**3*y - sin(x*y)**2/(1+x**2) + (0.1 + (x-y)**2)**1.5 + x**-2*y + x*y")
@example("(1/(0.2 + x*x))**-0.5 + 2**(x*y) + x*y")
def test_a_formula_has_sympys_derivatives(text):
    surface = ls.from_expression(text)
    points = np.random.default_rng(0).uniform(0.2, 1.4, (2, 3))
    symbols = sympy.symbols("x y", positive=True)
    words = {"atan": sympy.atan, "asin": sympy.asin, "acos": sympy.acos, "abs": sympy.Abs, "erf": sympy.erf}
    value = sympy.sympify(text, locals={**dict(zip("xy", symbols, strict=True)), **words}, rational=True)
    slopes = [value.diff(s) for s in symbols]
    entries = [value, *slopes, *(slope.diff(s) for slope in slopes for s in symbols)]
    for p in points.T:
        at = dict(zip(symbols, map(sympy.Rational, p.tolist()), strict=True))
        exact = np.array([float(entry.subs(at).evalf(30)) for entry in entries])
        found = np.array([surface.value(p), *surface.gradient(p), *surface.hessian(p).ravel()])
        sizes = np.abs(exact)
        scale = np.repeat([sizes[:1].max(), sizes[1:3].max(), sizes[3:].max()], [1, 2, 4]) + 1.0
        assert np.abs(found - exact) == pytest.approx(0.0, abs=1e-12 * scale.max())


BOUNDED = ["sin", "cos", "tanh", "atan", "exp", "sqrt", "log", "sinh", "cosh", "tan", "abs"]


@settings(max_examples=20, deadline=None)
@given(formulas(BOUNDED))
@example("abs(x - y)*max(x, y**2) + min(x*y, 0.5) + sign(x)*y**2")
@example("exp(-x**2)*sin(y)/(1 + y**2) + x**4/10")
@example("(x**2 + y - 11)**2 + (x + y**2 - 7)**2")
def test_a_formula_keeps_the_laws_of_surfaces(text):
    surface = ls.from_expression(text)
    p = np.random.default_rng(1).uniform(0.2, 1.4, (2, 60))
    check_objects(surface, p)
    check_gradient(surface, p)
    check_hessian(surface, p)
    check_automatic(surface, p)
    check_batches(surface)

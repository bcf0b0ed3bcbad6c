"""One definition, many uses: the registered lines, unmodified, recorded, on symbols, on dual numbers and compiled."""

import dataclasses
import math

import numpy as np
import pytest
import sympy
from catalogue import first_order, rule

import landscape as ls
from landscape.core.elementary import absolute, select, smallest
from landscape.program import arrays, numba, python
from landscape.program.operations import NUMPY
from landscape.program.trace import NotTraceable, Tape, flat, objects, trace

# Made of + - * / and sine and cosine alone, for which the dual numbers below have rules.
ELEMENTARY = (
    "quadratic", "rosenbrock", "beale", "himmelblau", "rastrigin", "hyperbolic_saddle", "monkey_saddle", "double_well",
)  # fmt: skip


def surfaces():
    made = [ls.surface(name) for name in ELEMENTARY]
    made.append(ls.surface("finite_sum", surface=ls.surface("beale"), terms=3))
    return [*made, *(ls.surface(name, dim=5) for name in ("rosenbrock", "rastrigin", "quadratic"))]


def points(surface, count=50):
    low, high = np.array(surface.window).T
    return low[:, None] + (high - low)[:, None] * np.random.default_rng(0).random((surface.dim, count))


def by_name(values):
    return pytest.mark.parametrize("surface", values, ids=lambda surface: f"{surface.name}-{surface.dim}")


@by_name(surfaces())
def test_a_recorded_formula_is_the_formula_to_the_last_bit(surface):
    p = points(surface)
    names = [f"p{i}" for i in range(surface.dim)]
    for formula in (surface._value, surface._gradient):
        program = trace(formula, *names)
        mine = [np.broadcast_to(row, p.shape[1:]) for row in program.run(list(p), NUMPY)]
        assert np.array_equal(np.array(mine), formula(p).reshape(len(mine), -1))


@dataclasses.dataclass
class Dual:
    """value + slope e with e*e = 0: the few rules that the first surfaces need."""

    value: float
    slope: float = 0.0

    def __add__(self, other):
        other = dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = dual(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other):
        other = dual(other)
        return self * Dual(1 / other.value, -other.slope / other.value**2)

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __sub__(self, other):
        return self + (-dual(other))

    def __rsub__(self, other):
        return dual(other) - self

    def __rtruediv__(self, other):
        return dual(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def sin(self):
        return Dual(math.sin(self.value), math.cos(self.value) * self.slope)

    def cos(self):
        return Dual(math.cos(self.value), -math.sin(self.value) * self.slope)


def dual(x):
    return x if isinstance(x, Dual) else Dual(float(x))


@by_name(surfaces())
def test_the_formula_differentiates_itself_on_dual_numbers(surface):
    for p in points(surface, 5).T:
        slopes = []
        for i in range(surface.dim):
            seeded = objects([Dual(x, float(i == j)) for j, x in enumerate(p)])
            slopes.append(flat(surface._value(seeded))[0].slope)
        assert np.allclose(slopes, surface.gradient(p), rtol=1e-10, atol=1e-9)


@by_name(surfaces()[:8])
def test_the_formula_becomes_a_symbolic_expression(surface):
    functions = {
        "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b, "negative": lambda a: -a, "cos": sympy.cos, "sin": sympy.sin,
    }  # fmt: skip
    symbols = sympy.symbols(f"p:{surface.dim}")
    (expression,) = trace(surface._value, *map(str, symbols)).run(symbols, functions)
    for p in points(surface, 3).T:
        at = dict(zip(symbols, p, strict=True))
        exact = [float(expression.diff(s).subs(at)) for s in symbols]
        assert np.allclose(exact, surface.gradient(p), rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("name", first_order())
def test_a_recorded_rule_is_the_rule_to_the_last_bit(name):
    from landscape.core.state import leaves

    surface, optimizer = ls.surface("rosenbrock"), rule(name)
    p = points(surface, 1)
    state = optimizer.init(p)
    numbers = [float(x) for leaf in leaves(state) for x in np.ravel(leaf)]
    tape = Tape()
    values = tape.inputs(*(f"i{k}" for k in range(2 + len(numbers) + 1)))
    program = tape.program(python.step(surface, optimizer, values))
    mine = program.run([*p[:, 0].tolist(), *numbers, 0.01], NUMPY)
    params, state = optimizer.apply(p, surface._gradient(p), state, 0.01)
    assert [float(x) for x in mine] == [*params[:, 0], *(float(x) for leaf in leaves(state) for x in np.ravel(leaf))]


def test_what_is_computed_twice_is_written_once_and_what_is_not_needed_is_left_out():
    tape = Tape()
    x, y = tape.inputs("x", "y")
    unused = x * 3.0 - y
    program = tape.program([(x * y) + (x * y), x * y])
    assert [node.name for _, node in program.operations()] == ["multiply", "add"]
    assert unused.index not in program.needed


def test_a_formula_written_out_computes_anew_what_it_uses_again():
    def doubled(p):
        x = p[0]
        for _ in range(10):
            x = x + x
        return x

    program = trace(doubled, "x")
    assert (len(program.operations()), program.written_out()) == (10, 2**10 - 1)
    assert trace(lambda p: p[0] * p[1] + 2.0, "x", "y").written_out() == 2
    assert trace(lambda p: 3.0, "x").written_out() == 0


def test_zero_and_minus_zero_are_different_constants():
    tape = Tape()
    (x,) = tape.inputs("x")
    assert [str(v) for v in tape.program([x * 0.0, x * -0.0]).run([1.0], NUMPY)] == ["0.0", "-0.0"]


@pytest.mark.parametrize(
    "formula",
    [
        lambda p: p[0] if p[0] > 0 else -p[0],
        lambda p: np.maximum(p[0], 0.0),
        lambda p: np.abs(p[0] * p[1]) + max(p[0], p[1]),
        lambda p: p[0] * "text",
    ],
)
def test_a_formula_that_decides_by_a_value_cannot_be_recorded(formula):
    with pytest.raises((NotTraceable, TypeError)):
        trace(formula, "x", "y")


def test_every_backend_spells_every_operation():
    assert set(arrays.SPELLING) == set(python.SPELLING) == set(numba.SPELLING) == set(NUMPY)


def test_a_branch_by_select_gives_the_same_numbers_in_every_engine():
    def bent(p):
        x, y = p
        return select(x - y, x * y, absolute(y) + smallest(x, 0.5 * y))

    program = trace(bent, "x", "y")
    x, y = np.random.default_rng(0).normal(size=(2, 500))
    expected = bent(np.array([x, y]))
    assert program.run([x, y], NUMPY)[0].tobytes() == expected.tobytes()
    lines = program.lines(python.SPELLING)
    for i in range(50):
        scope = {"x": float(x[i]), "y": float(y[i])}
        exec("\n".join([*lines, f"result = {program.text(*program.outputs[0])}"]), scope)
        assert scope["result"] == expected[i] == bent(np.array([x[i], y[i]]))

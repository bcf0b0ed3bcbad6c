"""Laws of simplification: the same numbers from fewer operations, numbers computed at once, nothing infinite hidden."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape.core.elementary import select
from landscape.program.arrays import Function
from landscape.program.operations import NUMPY, UNARY
from landscape.program.simplify import SIMPLE, NotFinite, simplified
from landscape.program.trace import Tape, trace

POINTS = np.random.default_rng(0).uniform(0.2, 0.9, (2, 50))
NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -3.0])


def expressions(x, y):
    """Values of x and y and numbers, with 0 and 1 in all places, that stay finite."""
    safe = lambda v: 1.0 + v * v  # noqa: E731
    return st.recursive(
        st.one_of(st.sampled_from([x, y]), NUMBERS),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda t: t[0] + t[1]),
            st.tuples(inner, inner).map(lambda t: t[0] - t[1]),
            st.tuples(inner, inner).map(lambda t: t[0] * t[1]),
            st.tuples(inner, inner).map(lambda t: t[0] / safe(t[1])),
            inner.map(lambda v: -v),
            inner.map(np.tanh),
            st.tuples(inner, inner, inner).map(lambda t: select(*t)),
            st.tuples(inner, st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, -0.5, -1.0, -2.0])).map(
                lambda t: safe(t[0]) ** t[1]
            ),
        ),
        max_leaves=12,
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_simplified_program_has_the_same_numbers_from_no_more_operations(data):
    tape = Tape()
    x, y = tape.inputs("x", "y")
    value = data.draw(expressions(x, y)) + 0.0 * x
    tape.looked = ""  # Hypothesis has, to print it
    program = tape.program([value])
    short = simplified(program)
    (found,), (expected,) = Function(short)(POINTS), program.run(POINTS, NUMPY)
    assert np.abs(found - expected).max() <= 1e-13 * (1.0 + np.abs(expected).max())
    powers = sum(node.name == "power" for _, node in program.operations())  # which become products
    assert len(short.operations()) <= len(program.operations()) + 2 * powers


@pytest.mark.parametrize(
    ("function", "operations"),
    [
        (lambda x, y: x * 1.0 + 0.0, []),
        (lambda x, y: 0.0 * np.exp(x) + y * 0.0, []),
        (lambda x, y: x - x, []),
        (lambda x, y: 0.0 - (0.0 - x), []),
        (lambda x, y: -(x - y), ["subtract"]),
        (lambda x, y: x + -y, ["subtract"]),
        (lambda x, y: -x + y, ["subtract"]),
        (lambda x, y: x - -y, ["add"]),
        (lambda x, y: x + x, ["multiply"]),
        (lambda x, y: x - 2.0, ["add"]),
        (lambda x, y: -(3.0 * x), ["multiply"]),
        (lambda x, y: -x * 3.0, ["multiply"]),
        (lambda x, y: x * -y, ["multiply", "negative"]),
        (lambda x, y: x / 1.0, []),
        (lambda x, y: x / -1.0, ["negative"]),
        (lambda x, y: -x * -y, ["multiply"]),
        (lambda x, y: 2.0 * (x * 3.0), ["multiply"]),
        (lambda x, y: x * y + y * x, ["multiply", "multiply"]),
        (lambda x, y: x**0.5 + x**1.0, ["sqrt", "add"]),
        (lambda x, y: x**3.0 * x**2.0, ["multiply", "multiply", "multiply"]),
        (lambda x, y: x**0.3, ["power"]),
        (lambda x, y: select(x, y, y), []),
    ],
)
def test_what_need_not_be_done_is_not(function, operations):
    program = simplified(trace(lambda p: function(*p), "x", "y"))
    assert [node.name for _, node in program.operations()] == operations


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_numbers_are_numbers(name):
    assert SIMPLE[name](0.5) == NUMPY[name](0.5)
    assert type(SIMPLE[name](0.5)) is float


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: SIMPLE["divide"](1.0, 0.0),
        lambda x: SIMPLE["divide"](x, 0.0),
        lambda x: SIMPLE["log"](0.0),
        lambda x: SIMPLE["sqrt"](-1.0),
        lambda x: SIMPLE["power"](0.0, -1.0),
        lambda x: SIMPLE["exp"](1000.0),
        lambda x: SIMPLE["multiply"](1e200, 1e200),
        lambda x: SIMPLE["add"](9e299, 9e299),
    ],
)
def test_what_is_not_a_number_is_refused(compute):
    with pytest.raises(NotFinite, match="divides by zero, is not real, or is beyond"):
        compute(*Tape().inputs("x"))


def test_large_factors_are_not_multiplied_with_each_other():
    program = simplified(trace(lambda p: 1e200 * (1e200 * p[0]), "x"))
    assert Function(program)([1e-300]) == [pytest.approx(1e100)]


def test_what_is_used_once_is_written_where_it_is_used_and_outputs_never_are():
    def wave(p):
        x, y = p
        twice = x * y
        return np.array([np.sin(x + 1.0) * twice, twice - y, x + 1.0], dtype=object)

    program = trace(wave, "x", "y")
    lines = program.nested(dict.fromkeys(NUMPY, "f({}, {})") | {"sin": "sin({})"})
    assert len(lines) == 4
    assert any("sin(" in line and line.count("f(") == 1 for line in lines)
    deep = trace(lambda p: math.prod([p[0]] * 100) + 1.0, "x")
    assert max(line.count("(") for line in deep.nested(dict.fromkeys(NUMPY, "({} {})"))) <= 21


# operands of an operation: numbers, values of the formula, and what is made of them
OPERANDS = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "-x": lambda x, y: -x,
    "-y": lambda x, y: -y,
    "2 x": lambda x, y: 2.0 * x,
    "x y": lambda x, y: x * y,
    "x / y": lambda x, y: x / y,
    "sqrt x": lambda x, y: SIMPLE["sqrt"](x) if not isinstance(x, float) else math.sqrt(x),
} | {str(number): (lambda x, y, number=number: number) for number in (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, 0.3)}
BOTH = [(one, other) for one in OPERANDS for other in OPERANDS]


@pytest.mark.parametrize("name", sorted(SIMPLE.keys() - {"select"}))
def test_an_operation_gives_its_number_whatever_its_operands_are(name):
    """Numbers or values, zeros and ones among them, and what is the negative, a multiple or a root of another."""
    x, y = 0.7, 0.4
    pairs = name in ("add", "subtract", "multiply", "divide", "power")
    for operands in BOTH if pairs else [(each,) for each in OPERANDS]:
        plain = [OPERANDS[each](x, y) for each in operands]
        with np.errstate(all="ignore"):
            expected = NUMPY[name](*map(np.float64, plain))
        if not np.isfinite(expected):
            continue
        tape = Tape(powers_of_numbers=True)
        inputs = tape.inputs("x", "y")
        made = [OPERANDS[each](*inputs) for each in operands]
        program = tape.program([SIMPLE[name](*made)])
        (found,) = program.run([x, y], NUMPY)
        assert found == pytest.approx(expected, rel=1e-14, abs=1e-15), (name, operands)

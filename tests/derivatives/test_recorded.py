"""Laws of derivatives of programs: the rules of automatic differentiation, written down as further operations."""

import numpy as np
import pytest

import landscape as ls
from landscape.core.elementary import absolute, erf, largest, select, sign, smallest
from landscape.derivatives.numerical import complex_step
from landscape.derivatives.recorded import gradient, hessian
from landscape.derivatives.rules import SLOPES
from landscape.program.arrays import Function
from landscape.program.operations import NUMPY, UNARY
from landscape.program.simplify import simplified
from landscape.program.trace import Tape, objects, trace

POINTS = np.random.default_rng(0).uniform(0.1, 0.9, (2, 60))


def orders(f):
    """Gradient and Hessian of f(p), p (2, ...), by programs: functions p -> (2, ...) and (2, 2, ...)."""
    tape = Tape()
    inputs = tape.inputs("x", "y")
    slopes = gradient(f(objects(inputs)), inputs)
    for entries, shape in ((slopes, (2,)), (hessian(slopes, inputs), (2, 2))):
        run = Function(simplified(tape.program(entries)))
        yield lambda p, run=run, shape=shape: np.array([entry + 0.0 * p[0] for entry in run(list(p))]).reshape(
            *shape, *p.shape[1:]
        )


def test_every_operation_has_a_rule():
    assert set(NUMPY) <= set(SLOPES)


def of(name):
    return lambda p: NUMPY[name](0.7 * p[0] * p[1]) * p[1]


@pytest.mark.parametrize(
    "f",
    [
        *map(of, UNARY),
        lambda p: p[0] * p[1] + p[0] / p[1] - (-p[1]) * p[0],
        lambda p: p[0] ** 0.3 * p[1] ** 3.0 + p[0] ** -1.5,
        lambda p: select(p[0] - p[1], p[0] * p[1], p[1] ** 3.0),
        lambda p: absolute(p[0] - p[1]) * largest(p[0], p[1] * p[1]) + smallest(p[0] * p[1], 0.3) + sign(p[0] - 0.4),
        lambda p: 2.0 * p[0] + 1.0,
    ],
)
def test_the_derivatives_of_a_program_are_those_by_imaginary_steps(f):
    first, second = orders(f)
    assert first(POINTS) == pytest.approx(complex_step(f)(POINTS), rel=1e-13, abs=1e-14)
    assert second(POINTS) == pytest.approx(complex_step(first)(POINTS), rel=1e-12, abs=1e-13)
    assert np.array_equal(second(POINTS)[0, 1], second(POINTS)[1, 0])


def bent(p):
    x, y = p
    return absolute(x - y) * largest(x, y * y) + smallest(x * y, 0.3) + select(x - 0.5, x * x * x, np.sin(x)) + erf(y)


@pytest.mark.parametrize("method", ["forward", "reverse"])
def test_branches_have_rules_that_can_be_recorded_twice(method):
    for derive in (ls.gradient, ls.hessian):
        exact = derive(bent, method)
        program = trace(exact, "x", "y")
        found = [np.broadcast_to(row, POINTS.shape[1:]) for row in program.run(list(POINTS), NUMPY)]
        assert np.array(found) == pytest.approx(exact(POINTS).reshape(len(found), -1), rel=1e-13, abs=1e-13)
    first, second = orders(bent)
    assert first(POINTS) == pytest.approx(ls.gradient(bent, method)(POINTS), rel=1e-13, abs=1e-13)
    assert second(POINTS) == pytest.approx(ls.hessian(bent, method)(POINTS), rel=1e-13, abs=1e-13)


def test_a_branch_does_not_depend_on_what_chooses_it():
    assert not ls.gradient(lambda p: select(p[0] + 0.0 * p[1], 2.0, 3.0) + 0.0 * p[0])(POINTS).any()
    assert ls.gradient(lambda p: select(np.ones(60), p[0], p[1]))(POINTS)[0].tolist() == [1.0] * 60

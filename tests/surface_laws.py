"""Hold a surface to its laws: each `check_...` raises AssertionError where the surface breaks one.

    check_gradient(surface, points)         # the three derivatives agree within their methods' own errors
    check_critical_points(surface)          # gradient, value, kind and degeneracy of each recorded point

What several laws need of the same surface at the same points is computed once (`shared`).

Rounding is not guessed: `Bounded` numbers run through the surface's own formulas and carry a bound of their rounding
error along (running error analysis: Higham 2002, "Accuracy and stability of numerical algorithms", section 3.3).
"""

import numpy as np
from drawn import generator

from landscape import derivatives
from landscape.core.critical_points import classify
from landscape.derivatives import symbolic
from landscape.derivatives.numerical import FIRST_STEP, central, complex_step, exact_steps
from landscape.program.trace import Tape, trace
from landscape.surfaces.bbob._base import SmallPieces

UNIT = np.finfo(np.float64).eps / 2  # relative error of one operation
TINY = np.finfo(np.float64).tiny
# SymPy's formulas do the operations of forward differentiation in another order, with at most a few more of the same
# size: their rounding error is that of forward differentiation times a small number.
REORDERED = 8.0
LONGEST = 2_000  # operations of a formula that SymPy is asked to differentiate


class Bounded:
    """Numbers (n,) with a bound on how far rounding has taken each from its exact value."""

    def __init__(self, value, error):
        self.value, self.error = value, error

    def __neg__(self):
        return Bounded(-self.value, self.error)

    def __add__(self, other):
        other = bounded(other)
        return rounded(self.value + other.value, self.error + other.error)

    def __sub__(self, other):
        other = bounded(other)
        return rounded(self.value - other.value, self.error + other.error)

    def __mul__(self, other):
        other = bounded(other)
        a, b = abs(self.value), abs(other.value)
        return rounded(self.value * other.value, a * other.error + b * self.error + self.error * other.error)

    def __truediv__(self, other):
        other = bounded(other)
        ratio = self.value / other.value
        return rounded(ratio, (self.error + abs(ratio) * other.error) / (abs(other.value) - other.error))

    def __rsub__(self, other):
        return bounded(other) - self

    def __rtruediv__(self, other):
        return bounded(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, power):
        slope = np.abs(power) * worst(lambda x: np.abs(np.power(x, power - 1.0)), self)
        return rounded(np.power(self.value, power), slope * self.error, ulps=4)

    def select(self, positive, negative):
        return either(self.value >= 0.0, bounded(positive), bounded(negative))

    def sqrt(self):
        root = np.sqrt(self.value)
        return rounded(root, self.error / (np.sqrt(np.maximum(self.value - self.error, 0.0)) + root + TINY))

    def sin(self):
        return rounded(np.sin(self.value), self.error, ulps=4)

    def cos(self):
        return rounded(np.cos(self.value), self.error, ulps=4)

    def tan(self):
        tangent = np.tan(self.value)
        return rounded(tangent, self.error * (1.0 + (np.abs(tangent) + self.error) ** 2), ulps=4)

    def exp(self):
        return rounded(np.exp(self.value), np.exp(self.value) * np.expm1(self.error), ulps=4)

    def expm1(self):
        return rounded(np.expm1(self.value), np.exp(self.value) * np.expm1(self.error), ulps=4)

    def log(self):
        return rounded(np.log(self.value), self.error / (np.abs(self.value) - self.error), ulps=4)

    def log1p(self):
        return rounded(np.log1p(self.value), self.error / (np.abs(1.0 + self.value) - self.error), ulps=4)

    def sinh(self):
        return rounded(np.sinh(self.value), self.error * np.cosh(np.abs(self.value) + self.error), ulps=4)

    def cosh(self):
        return rounded(np.cosh(self.value), self.error * np.cosh(np.abs(self.value) + self.error), ulps=4)

    def tanh(self):
        return rounded(np.tanh(self.value), self.error, ulps=4)

    def arctan(self):
        return rounded(np.arctan(self.value), self.error, ulps=4)

    def floor(self):
        return Bounded(np.floor(self.value), 0.0 * self.value)


def worst(slope, number):
    """The largest of a monotone function's sizes over the interval of a Bounded number."""
    with np.errstate(all="ignore"):
        sizes = [slope(number.value + sign * number.error) for sign in (-1.0, 0.0, 1.0)]
    return np.nanmax(sizes, axis=0)


def either(choice, positive, negative):
    """Of two Bounded numbers, one for each point."""
    return Bounded(
        np.where(choice, positive.value, negative.value),
        np.where(choice, positive.error, negative.error),
    )


def rounded(value, error, ulps=1):
    return Bounded(value, error + ulps * UNIT * np.abs(value))


def bounded(number):
    """A constant of a formula: taken to be off by one rounding."""
    return number if isinstance(number, Bounded) else Bounded(number, UNIT * np.abs(number))


class Stepped:
    """A Bounded number and its derivative along one coordinate, as the real and imaginary parts of a complex step."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __neg__(self):
        return Stepped(-self.value, -self.slope)

    def __add__(self, other):
        other = stepped(other)
        return Stepped(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other):
        other = stepped(other)
        return Stepped(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other):
        other = stepped(other)
        return Stepped(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __truediv__(self, other):
        other = stepped(other)
        ratio = self.value / other.value
        return Stepped(ratio, (self.slope - ratio * other.slope) / other.value)

    def __rsub__(self, other):
        return stepped(other) - self

    def __rtruediv__(self, other):
        return stepped(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, power):
        return Stepped(self.value**power, power * self.value ** (power - 1.0) * self.slope)

    def select(self, positive, negative):
        positive, negative = stepped(positive), stepped(negative)
        choice = self.value.value >= 0.0
        return Stepped(either(choice, positive.value, negative.value), either(choice, positive.slope, negative.slope))

    def sqrt(self):
        root = self.value.sqrt()
        return Stepped(root, self.slope / (2.0 * root))

    def tan(self):
        tangent = self.value.tan()
        return Stepped(tangent, (1.0 + tangent * tangent) * self.slope)

    def expm1(self):
        return Stepped(self.value.expm1(), self.value.exp() * self.slope)

    def log(self):
        return Stepped(self.value.log(), self.slope / self.value)

    def log1p(self):
        return Stepped(self.value.log1p(), self.slope / (1.0 + self.value))

    def sinh(self):
        return Stepped(self.value.sinh(), self.value.cosh() * self.slope)

    def cosh(self):
        return Stepped(self.value.cosh(), self.value.sinh() * self.slope)

    def tanh(self):
        tangent = self.value.tanh()
        return Stepped(tangent, (1.0 - tangent * tangent) * self.slope)

    def arctan(self):
        return Stepped(self.value.arctan(), self.slope / (1.0 + self.value * self.value))

    def floor(self):
        return Stepped(self.value.floor(), bounded(0.0))

    def sin(self):
        return Stepped(self.value.sin(), self.value.cos() * self.slope)

    def cos(self):
        return Stepped(self.value.cos(), -(self.value.sin() * self.slope))

    def exp(self):
        return Stepped(self.value.exp(), self.value.exp() * self.slope)


def stepped(number):
    return number if isinstance(number, Stepped) else Stepped(bounded(number), Bounded(0.0, 0.0))


def objects(numbers):
    """Any numbers as an object array (dim,): what tracing and SymPy feed a formula."""
    array = np.empty(len(numbers), dtype=object)
    array[:] = numbers
    return array


_LAST = {}  # the surface and the points asked about last, and what was computed of them


def shared(bound, surface, function, p):
    """bound(function, p) for a method of the surface by its name, computed once for those laws that need it."""
    if _LAST.get("surface") is not surface or _LAST.get("points") is not p:
        _LAST.clear()
        _LAST.update(surface=surface, points=p)
    if (bound, function) not in _LAST:
        _LAST[bound, function] = bound(getattr(surface, function), p)
    return _LAST[bound, function]


def rounding(function, p):
    """(values, bounds of their rounding errors) of function(p), p (dim, n), each in the shape of its result."""
    result = function(objects([Bounded(row, 0.0) for row in p]))
    entries = [bounded(entry) for entry in np.ravel(result)]
    values = spread([entry.value for entry in entries], result, p)
    errors = spread([entry.error for entry in entries], result, p)
    # entries that do not depend on p were rounded before the formula ran
    constant = np.array([not isinstance(entry, Bounded) for entry in np.ravel(result)]).reshape(np.shape(result))
    errors[constant] = 8 * len(p) * UNIT * np.max(np.abs(values), initial=0.0)
    return values, errors


def differentiated(function, p):
    """Bounds of the rounding errors of forward differentiation of function(p), p (dim, n): (dim, ...) as its result.

    One pass for all coordinates: slopes are (dim, n).
    """
    along = np.eye(len(p))[:, :, None]  # [j]: the slopes of coordinate j
    result = function(objects([Stepped(Bounded(row, 0.0), Bounded(along[j], 0.0)) for j, row in enumerate(p)]))
    errors = [np.broadcast_to(stepped(entry).slope.error, p.shape) for entry in np.ravel(result)]
    return np.moveaxis(np.array(errors), 0, 1).reshape(len(p), *np.shape(result), p.shape[1])


def spread(entries, result, p):
    rows = [np.broadcast_to(entry, p.shape[1:]) for entry in entries]
    return np.array(rows).reshape(*np.shape(result), p.shape[1])


def points_around(surface, count, seed=0, reach=2.0):
    """(dim, count): random points, uniform in the window enlarged `reach` times about its middle."""
    lows, highs = np.array(surface.window).T[:, :, None]
    share = 0.5 + reach * (generator(seed).random((surface.dim, count)) - 0.5)
    return lows + (highs - lows) * share


def within(found, expected, bound, what):
    ratio = np.abs(found - expected) / (bound + np.finfo(np.float64).tiny)
    worst = np.unravel_index(np.argmax(ratio), ratio.shape)
    assert ratio[worst] <= 1.0, f"{what}: {found[worst]} against {expected[worst]}, bound {bound[worst]:.1e} at {worst}"


def check_powers(surface):
    """No formula takes a whole power of the point but by products: p*p*p, which is the same number everywhere.

    Python's, NumPy's and a compiler's powers may differ by a last bit, and a run alone from the run in a batch.
    """
    for name in ("_value", "_gradient", "_hessian"):
        tape = Tape()
        p = objects(tape.inputs(*(f"x{i}" for i in range(surface.dim))))
        try:
            getattr(surface, name)(p)
        except TypeError:  # no straight line of operations
            continue
        for node in tape.nodes:
            if node.name == "power" and node.constant[1] and float(node.args[1]).is_integer():
                power = int(node.args[1])
                product = "*".join(["p"] * max(power, 2))
                raise AssertionError(
                    f"{surface.name}: {name} has p**{power}: write {product}, whose last bit is the same on floats, "
                    "arrays and compiled"
                )


def check_objects(surface, p):
    """The formulas give the same numbers, to the last bit, on arrays of objects as on arrays of floats."""
    for name in ("_value", "_gradient", "_hessian"):
        function = getattr(surface, name)
        found, expected = rounding(function, p)[0], function(p)
        assert found.shape == expected.shape, f"{name}: {found.shape} against {expected.shape}"
        assert np.array_equal(found, expected), f"{name} on objects differs from {name} on floats"


def check_gradient(surface, p):
    """The gradient at p (dim, n) agrees with central differences and with complex steps.

    Central: |error| <= h^2/6 max |f'''| + h/4 j + 2 e_f / 2h + e_g, where e_f and e_g are the rounding errors of value
    and gradient, the maximum is over the step, taken at three points and a hundredth more, and j is what f'' jumps by
    within the step, at a joint of two pieces: the error is 1/2h times the integral of (h - s) (f''(p + s) - f''(p - s))
    over s from 0 to h. Complex step: h^2 is nothing, so e_g and the rounding of forward differentiation, twice as a
    complex function takes a few operations more than its imaginary part. Where pieces are shorter than the steps of
    differences, complex steps alone are used.
    """
    gradient, e_g = shared(rounding, surface, "_gradient", p)
    _, e_f = shared(rounding, surface, "_value", p)
    e_step = shared(differentiated, surface, "_value", p)
    h = exact_steps(p, FIRST_STEP)
    if isinstance(surface, SmallPieces):
        assert surface.piece_length < h.max()
    else:
        if "nonsmooth" in surface.traits:
            p, gradient, e_f, e_g, e_step, h = away_from_kinks(surface, p, h, gradient, e_f, e_g, e_step)
        third, jumps = along_steps(surface, p, h)
        bound = 1.01 * h * h / 6.0 * third + h / 4.0 * jumps + 1.1 * e_f / h + e_g
        within(gradient, central(surface.value)(p), bound, f"{surface}: gradient against central differences")
    within(gradient, complex_step(surface.value)(p), 2.0 * e_step + e_g, f"{surface}: gradient against complex steps")


def away_from_kinks(surface, p, h, *others):
    """p (dim, n), the others and h, without the points whose steps cross a kink or a step: the gradient or f jumps.

    A jump is a change of the gradient by more than a hundredth of itself that the Hessian does not foretell, or one of
    f that its gradient and Hessian do not foretell at all.
    """
    keep = np.ones(p.shape[1], dtype=bool)
    for i in range(surface.dim):
        ends = [p.copy(), p.copy()]
        ends[0][i] += h[i]
        ends[1][i] -= h[i]
        before, here, after = (surface.gradient(q)[i] for q in (ends[1], p, ends[0]))
        bend = h[i] * surface.hessian(p)[i, i]
        for change in (after - here - bend, here - before - bend):
            keep &= np.abs(change) <= 0.01 * np.abs(here) + 1e-9
        for end, step in zip(ends, (h[i], -h[i]), strict=True):
            slope = (surface.value(end) - surface.value(p)) / step
            keep &= np.abs(slope - here) <= 1.0 + np.abs(here) + np.abs(bend)
    assert keep.mean() > 0.9, f"{surface}: the gradient jumps at {1 - keep.mean():.0%} of the points"
    return tuple(array[..., keep] for array in (p, *others, h))


def check_symbolic(surface, p):
    """SymPy's gradient and Hessian at p (dim, n) are the manual ones, to rounding.

    In up to two coordinates: SymPy writes out whatever is used twice, which makes short formulas long.
    """
    if surface.dim > 2 or written_out(surface) > LONGEST:
        return
    for name, derive, value in (("gradient", symbolic.gradient, "_value"), ("hessian", symbolic.hessian, "_gradient")):
        exact, error = shared(rounding, surface, f"_{name}", p)
        bound = REORDERED * shared(differentiated, surface, value, p) + error
        within(derive(surface.value, surface.dim)(p), exact, bound, f"{surface}: symbolic {name}")


def written_out(surface):
    """How many operations the value takes if what is used several times is computed anew each time.

    0 for a function that cannot be recorded.
    """
    try:
        return trace(surface._value, *(f"x{i}" for i in range(surface.dim))).written_out()
    except TypeError:
        return 0


def check_automatic(surface, p):
    """Gradient and Hessian at p (dim, n) by the tape, and by dual numbers over it, are the manual ones, to rounding.

    To the rounding of both, and mostly to 1e-12 of the largest entry of each, or to the rounding of the manual one.
    """
    for name, found, value in (
        ("gradient", derivatives.gradient(surface, "reverse")(p), "_value"),
        ("hessian", derivatives.hessian(surface, "reverse")(p), "_gradient"),
    ):
        exact, error = shared(rounding, surface, f"_{name}", p)
        bound = REORDERED * shared(differentiated, surface, value, p) + error
        within(found, exact, bound, f"{surface}: automatic {name}")
        size = np.max(np.abs(exact), axis=tuple(range(exact.ndim - 1)))
        off = np.median(np.abs(found - exact) / (size + 1e12 * error + TINY))
        assert off <= 1e-12, f"{surface}: automatic {name} off by {off:.1e} of its largest entry at half the points"


def along_steps(surface, p, h):
    """Of the coordinate's own derivatives at p, p + h_i e_i and p - h_i e_i, by complex steps of the Hessian: (dim, n).

    The largest |d3f/dp_i^3|, and by how much d2f/dp_i^2 changes from one point to the next beyond what that foretells.
    """
    tiny = 1e-30
    largest, jumps = np.zeros(p.shape), np.zeros(p.shape)
    for i in range(surface.dim):
        moved = np.repeat(p[:, None].astype(complex), 3, axis=1)
        moved[i] += np.array([-h[i], 0.0 * h[i], h[i]]) + 1j * tiny
        second = surface.hessian(moved)[i, i]
        largest[i] = np.max(np.abs(second.imag / tiny), axis=0)
        changes = np.abs(np.diff(second.real, axis=0))
        jumps[i] = np.sum(np.maximum(changes - 1.01 * h[i] * largest[i], 0.0), axis=0)
    return largest, jumps


def check_hessian(surface, p):
    """The Hessian at p (dim, n) agrees with complex steps of the gradient, and equals its transpose."""
    hessian, e_h = shared(rounding, surface, "_hessian", p)
    bound = 2.0 * shared(differentiated, surface, "_gradient", p) + e_h
    within(hessian, complex_step(surface.gradient)(p), bound, f"{surface}: Hessian against complex steps")
    assert np.array_equal(hessian, np.swapaxes(hessian, 0, 1)), f"{surface}: the Hessian is not symmetric"


def check_critical_points(surface):
    """Each recorded critical point is one, to rounding, with the recorded value, kind and degeneracy.

    A point can be no closer to the true one than to the next float: |gradient| <= e_g + 2 |Hessian| eps |p|.
    """
    points = surface.critical_points
    if not points:
        return
    p = np.array([point.point for point in points]).T
    gradients, values = rounding(surface._gradient, p), rounding(surface._value, p)
    with np.errstate(all="ignore"):  # a kink has no Hessian
        hessians = np.moveaxis(surface.hessian(p), -1, 0)
    for k, point in enumerate(points):
        where = f"{surface}: the {point.kind} at {point.point.tolist()}"
        (gradient, e_g), (value, e_f) = ((each[..., k] for each in both) for both in (gradients, values))
        if point.kink:
            # along the coordinates in which there is no kink it vanishes to rounding
            slack = 4.0 * UNIT * np.abs(np.nan_to_num(hessians[k])) @ np.abs(point.point)
            within(gradient, np.zeros(surface.dim), e_g + slack, f"{where}: 0 is not the subgradient given")
            # the rounding of a root has no bound at its tip
            bound = np.minimum(2.0 * e_f, 1e-12 * (1.0 + np.abs(value)))
            within(np.array([point.value]), value[None], bound[None], f"{where}: value")
            assert point.kind == kind_by_values(surface, point.point), f"{where}: kind"
            continue
        slack = 4.0 * UNIT * np.abs(hessians[k]) @ np.abs(point.point)
        within(gradient, np.zeros(surface.dim), e_g + slack, f"{where}: gradient")
        within(np.array([point.value]), value[None], 2.0 * e_f[None], f"{where}: value")
        kind, degenerate = classify(hessians[k])
        assert point.degenerate == degenerate, f"{where}: degenerate is {degenerate}"
        if degenerate:
            kind = kind_by_values(surface, point.point)
        assert point.kind == kind, f"{where}: is a {kind}"


def kind_by_values(surface, point, radius=1e-3, count=4000):
    """The kind of a critical point (dim,) from the values on a small sphere around it."""
    directions = np.random.default_rng(0).standard_normal((surface.dim, count))
    # and along the coordinates, where the way along a crease may be
    directions = np.concatenate([directions, np.eye(surface.dim), -np.eye(surface.dim)], axis=1)
    around = point[:, None] + radius * directions / np.linalg.norm(directions, axis=0)
    rises = surface.value(around) - surface.value(point)
    if np.any(rises > 0) and np.any(rises < 0):
        return "saddle"
    return "maximum" if np.all(rises < 0) else "minimum"


def check_lowest(surface, samples=5_000, descents=2):
    """No point of a dense sample of the window, nor where descents from its best lead, lies below the global minimum.

    The global minimum is recorded first. An unbounded surface has none, and lower values than at any critical point.
    Descents stay in the window where it is said that lower ground lies outside.
    """
    from scipy.optimize import minimize

    p = points_around(surface, samples, reach=1.0)
    values = surface.value(p)
    if "unbounded" in surface.traits:
        assert surface.lowest is None
        known = [point.value for point in surface.critical_points] or [surface.value(surface.customary_start)]
        assert values.min() < min(known)
        return
    if surface.lowest is None and not surface.critical_points:
        return
    if not surface.edge_minima:
        first = surface.critical_points[0]
        assert (first.kind, first.value) == ("minimum", surface.lowest), f"{surface}: begins with the {first.kind}"
    bounds = surface.window if surface.edge_minima or surface.confined else None
    for start in p[:, np.argsort(values)[:descents]].T:
        end = minimize(surface.value, start, jac=surface.gradient, method="L-BFGS-B", bounds=bounds).x
        value, e_f = rounding(surface._value, end[:, None])
        assert value[0] >= surface.lowest - 2.0 * e_f[0], f"{surface}: {value[0]} at {end} beats {surface.lowest}"


def check_batches(surface, count=20):
    """Value, gradient and Hessian of a point alone are those of the point in a batch, bit for bit, in any shape.

    count: more than a processor takes at once, and not a multiple of what it takes.
    """
    p = points_around(surface, count, seed=1)
    for function in (surface.value, surface.gradient, surface.hessian):
        batch = function(p)
        grid = function(p.reshape(surface.dim, 4, count // 4))
        alone = np.stack([function(column) for column in p.T], axis=-1)
        columns = np.concatenate([function(p[:, i : i + 1]) for i in range(count)], axis=-1)
        assert grid.shape == (*batch.shape[:-1], 4, count // 4), f"{surface}: {function.__name__}'s shape on a grid"
        for other in (grid, alone, columns):
            assert other.tobytes() == batch.tobytes(), f"{surface}: {function.__name__} depends on the batch"

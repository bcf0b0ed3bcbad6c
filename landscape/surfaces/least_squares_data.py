"""Fit measured data: the models of Bard, Meyer, Kowalik and Osborne, Osborne, and two of exponentials."""

from __future__ import annotations

import functools

import numpy as np

from landscape.component import Array
from landscape.core import CriticalPoint, column, critical, polished, spot, symmetric, total
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals, by_parameter


@register("bard")
class Bard(Residuals):
    """Bard's function: a rational model of three parameters, fitted to fifteen measurements.

    f(p) = sum_{i=1}^{15} (y_i - a - i / ((16 - i) b + w_i c))^2,   w_i = min(i, 16 - i).

    p = (a, b, c): (dim, ...), dim = 3. The minimum near (0.0824, 1.1330, 2.3437) has the value 8.21487...e-3; as b and
    c go to minus infinity, f falls to 17.4286. The model has poles where a denominator is 0, all outside the window.

    Source: Bard 1970, "Comparison of gradient methods for the solution of nonlinear parameter estimation problems",
    SIAM Journal on Numerical Analysis 7(1); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization
    software", ACM TOMS 7(1), problem 8.
    """

    dim = 3
    title = "Bard"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{15} (y_i - a - i / ((16 - i)\, b + w_i c))^2"
    window = ((-0.5, 1.5), (0.8, 1.4), (0.8, 2.5))
    customary_start = spot(1.0, 1.0, 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.0824106, 1.1330361, 2.3436952]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """u, v and w of the paper, and u over the denominator."""
        u = column(np.arange(1.0, 16.0), p)
        v = 16.0 - u
        w = np.minimum(u, v)
        return u, v, w, u / (v * p[1] + w * p[2])

    def _residuals(self, p: Array) -> Array:
        model = self._parts(p)[3]
        return column(BARD, p) - p[0] - model

    def _jacobian(self, p: Array) -> Array:
        u, v, w, model = self._parts(p)
        slope = model * model / u
        return by_parameter(0.0 * slope - 1.0, slope * v, slope * w)

    def _bend(self, p: Array, r: Array) -> Array:
        u, v, w, model = self._parts(p)
        bend = -2.0 * r * model * model * model / (u * u)
        return symmetric((0.0,), (0.0, total(bend * v * v)), (0.0, total(bend * v * w), total(bend * w * w)))


@register("gaussian_fit")
class GaussianFit(Residuals):
    """A Gaussian fitted to fifteen values of the normal density, rounded to four digits: a small residual problem.

    f(p) = sum_{i=1}^{15} (a exp(-b (t_i - c)^2 / 2) - y_i)^2,   t_i = (8 - i)/2.

    p = (a, b, c): (dim, ...), dim = 3. The minimum near (0.3990, 1.0000, 0) has the value 1.12793...e-8; c = 0 there,
    as the data are symmetric.

    Source: unpublished; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1),
    problem 9.
    """

    dim = 3
    title = "Gaussian fit"
    traits = frozenset({"ravine", "plateau"})
    formula = r"f(p) = \sum_{i=1}^{15} (a\, e^{-b (t_i - c)^2 / 2} - y_i)^2"
    window = ((0.0, 0.8), (0.0, 2.0), (-1.0, 1.0))
    customary_start = spot(0.4, 1.0, 0.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.3989561, 1.0000191, 0.0]),)

    def _parts(self, p: Array) -> tuple[Array, Array]:
        """exp(...) and t - c."""
        off = column(NORMAL_TIMES, p) - p[2]
        return np.exp((-0.5 * off * off) * p[1]), off

    def _residuals(self, p: Array) -> Array:
        e, _ = self._parts(p)
        return e * p[0] - column(NORMAL, p)

    def _jacobian(self, p: Array) -> Array:
        e, off = self._parts(p)
        return by_parameter(e, -0.5 * e * off * off * p[0], e * off * (p[0] * p[1]))

    def _bend(self, p: Array, r: Array) -> Array:
        a, b, _ = p
        e, off = self._parts(p)
        re, s = r * e, off * off
        return symmetric(
            (0.0,),
            (-0.5 * total(re * s), 0.25 * total(re * s * s) * a),
            (total(re * off) * b, total(re * off * (1.0 - s * (0.5 * b))) * a, total(re * (s * b - 1.0)) * (a * b)),
        )


@register("meyer")
class Meyer(Residuals):
    """Meyer's function: the resistance of a thermistor, in parameters of sizes from thousandths to thousands.

    f(p) = sum_{i=1}^{16} (a exp(b / (t_i + c)) - y_i)^2,   t_i = 45 + 5i.

    p = (a, b, c): (dim, ...), dim = 3. The minimum near (5.60964e-3, 6181.35, 345.224) has the value 87.9458...: the
    bottom of a ravine that is bent and extremely narrow. There the Hessian's eigenvalues are 0.025, 4.2e4 and 2.5e14:
    only scaled by its diagonal is it told from a singular one in double precision.

    Source: Meyer 1970, "Theoretical and computational aspects of nonlinear regression", in "Nonlinear programming";
    Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 10.
    """

    dim = 3
    title = "Meyer"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{16} (a\, e^{b / (t_i + c)} - y_i)^2"
    window = ((0.0, 0.03), (3500.0, 6500.0), (240.0, 360.0))
    customary_start = spot(0.02, 4000.0, 250.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        # too badly scaled for Newton's method in double precision: these digits were computed with fifty
        value = float(self.value(MEYER_MINIMUM))
        return (CriticalPoint(MEYER_MINIMUM, value, "minimum"),)

    def _parts(self, p: Array) -> tuple[Array, Array]:
        """exp(b g) and g = 1 / (t + c)."""
        g = 1.0 / (column(MEYER_TIMES, p) + p[2])
        return np.exp(g * p[1]), g

    def _residuals(self, p: Array) -> Array:
        e, _ = self._parts(p)
        return e * p[0] - column(MEYER, p)

    def _jacobian(self, p: Array) -> Array:
        a, b, _ = p
        e, g = self._parts(p)
        return by_parameter(e, e * g * a, -e * g * g * (a * b))

    def _bend(self, p: Array, r: Array) -> Array:
        a, b, _ = p
        e, g = self._parts(p)
        re = r * e
        bent = re * g * g * (g * b + 1.0)
        return symmetric(
            (0.0,),
            (total(re * g), total(re * g * g) * a),
            (-total(re * g * g) * b, -total(bent) * a, total(re * g * g * g * (g * b + 2.0)) * (a * b)),
        )


@register("kowalik_osborne")
class KowalikOsborne(Residuals):
    """Kowalik and Osborne's function: a rational model of an enzyme's reaction, fitted to eleven measurements.

    f(p) = sum_{i=1}^{11} (y_i - a (u_i^2 + u_i b) / (u_i^2 + u_i c + d))^2.

    p = (a, b, c, d): (dim, ...), dim = 4. The minimum near (0.1928, 0.1913, 0.1231, 0.1361) has the value
    3.07505...e-4; far away f also falls to 1.02734e-3. The model has poles, all outside the window.

    Source: Kowalik and Osborne 1968, "Methods for unconstrained optimization problems"; Moré, Garbow and Hillstrom
    1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 15.
    """

    dim = 4
    title = "Kowalik-Osborne"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{11} (y_i - a\, (u_i^2 + u_i b) / (u_i^2 + u_i c + d))^2"
    window = ((0.1, 0.4), (0.1, 0.5), (0.12, 0.42), (0.135, 0.395))
    customary_start = spot(0.25, 0.39, 0.415, 0.39)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.1928069, 0.1912823, 0.1230565, 0.1360624]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array]:
        """u, and numerator and one by the denominator."""
        u = column(KOWALIK_TIMES, p)
        return u, u * u + u * p[1], 1.0 / (u * u + u * p[2] + p[3])

    def _residuals(self, p: Array) -> Array:
        _, top, below = self._parts(p)
        return column(KOWALIK, p) - top * below * p[0]

    def _jacobian(self, p: Array) -> Array:
        u, top, below = self._parts(p)
        drop = top * below * below * p[0]
        return by_parameter(-top * below, -u * below * p[0], drop * u, drop)

    def _bend(self, p: Array, r: Array) -> Array:
        u, top, below = self._parts(p)
        a = p[0]
        once, twice = r * below, r * below * below
        steep = -2.0 * twice * below * top
        return symmetric(
            (0.0,),
            (-total(once * u), 0.0),
            (total(twice * top * u), total(twice * u * u) * a, total(steep * u * u) * a),
            (total(twice * top), total(twice * u) * a, total(steep * u) * a, total(steep) * a),
        )


@register("osborne_1")
class Osborne1(Residuals):
    """Osborne's first function: two decaying exponentials and a constant, fitted to thirty-three measurements.

    f(p) = sum_{i=1}^{33} (y_i - a - b exp(-t_i d) - c exp(-t_i e))^2,   t_i = 10 (i - 1).

    p = (a, b, c, d, e): (dim, ...), dim = 5. The minimum near (0.3754, 1.9358, -1.4647, 0.0129, 0.0221) has the value
    5.46489...e-5.

    Source: Osborne 1972, "Some aspects of nonlinear least squares calculations", in "Numerical methods for nonlinear
    optimization"; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 17.
    """

    dim = 5
    title = "Osborne 1"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{33} (y_i - a - b\, e^{-t_i d} - c\, e^{-t_i e})^2"
    window = ((0.0, 1.0), (1.0, 2.5), (-2.0, -0.5), (0.008, 0.018), (0.016, 0.028))
    customary_start = spot(0.5, 1.5, -1.0, 0.01, 0.02)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.37541005, 1.93584691, -1.46468714, 0.0128675347, 0.0221226997]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array]:
        """t and the two exponentials."""
        t = column(OSBORNE_TIMES, p)
        return t, np.exp(-t * p[3]), np.exp(-t * p[4])

    def _residuals(self, p: Array) -> Array:
        _, slow, fast = self._parts(p)
        return column(OSBORNE, p) - p[0] - slow * p[1] - fast * p[2]

    def _jacobian(self, p: Array) -> Array:
        t, slow, fast = self._parts(p)
        return by_parameter(0.0 * slow - 1.0, -slow, -fast, t * slow * p[1], t * fast * p[2])

    def _bend(self, p: Array, r: Array) -> Array:
        t, slow, fast = self._parts(p)
        slow, fast = r * t * slow, r * t * fast
        return symmetric(
            (0.0,),
            (0.0, 0.0),
            (0.0, 0.0, 0.0),
            (0.0, total(slow), 0.0, -total(t * slow) * p[1]),
            (0.0, 0.0, total(fast), 0.0, -total(t * fast) * p[2]),
        )


@register("biggs_exp6")
class BiggsExp6(Residuals):
    """Biggs's function of six parameters: three exponentials fitted to their own sum, and hard to tell apart.

    f(p) = sum_{i=1}^{13} (c exp(-t a) - d exp(-t b) + g exp(-t e) - y_i)^2,
    t = i/10, y_i = exp(-t) - 5 exp(-10 t) + 3 exp(-4 t).

    p = (a, b, c, d, e, g): (dim, ...), dim = 6. The minimum (1, 10, 1, 5, 4, 3), of value 0, is listed together with
    (4, 10, 3, 5, 1, 1), where the two positive terms have changed places; f has the value 0
    elsewhere too. Where a = e = 1.7114..., b = 17.683..., c + g = 2.3263... and d = 5.1865..., of value 5.65565...e-3,
    often quoted as a local minimum, f has a degenerate saddle: one eigenvalue of the Hessian is -0.0098 at c = g.

    Source: Biggs 1971, "Minimization algorithms making use of non-quadratic properties of the objective function",
    Journal of the Institute of Mathematics and its Applications 8; Moré, Garbow and Hillstrom 1981, "Testing
    unconstrained optimization software", ACM TOMS 7(1), problem 18, with m = 13.
    """

    dim = 6
    title = "Biggs EXP6"
    traits = frozenset({"multimodal", "ravine", "plateau"})
    formula = r"f(p) = \sum_{i=1}^{13} (c\, e^{-t_i a} - d\, e^{-t_i b} + g\, e^{-t_i e} - y_i)^2"
    window = ((0.0, 6.0), (0.0, 12.0), (0.0, 6.0), (0.0, 6.0), (0.0, 6.0), (0.0, 6.0))
    customary_start = spot(1.0, 2.0, 1.0, 1.0, 1.0, 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, [[1.0, 10.0, 1.0, 5.0, 4.0, 3.0], [4.0, 10.0, 3.0, 5.0, 1.0, 1.0]])

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """t and the three exponentials."""
        t = column(BIGGS_TIMES, p)
        return t, np.exp(-t * p[0]), np.exp(-t * p[1]), np.exp(-t * p[4])

    def _residuals(self, p: Array) -> Array:
        t, u, v, w = self._parts(p)
        return u * p[2] - v * p[3] + w * p[5] - (np.exp(-t) - 5.0 * np.exp(-10.0 * t) + 3.0 * np.exp(-4.0 * t))

    def _jacobian(self, p: Array) -> Array:
        t, u, v, w = self._parts(p)
        return by_parameter(-t * u * p[2], t * v * p[3], u, -v, -t * w * p[5], w)

    def _bend(self, p: Array, r: Array) -> Array:
        t, u, v, w = self._parts(p)
        u, v, w = r * t * u, r * t * v, r * t * w
        return symmetric(
            (total(t * u) * p[2],),
            (0.0, -total(t * v) * p[3]),
            (-total(u), 0.0, 0.0),
            (0.0, total(v), 0.0, 0.0),
            (0.0, 0.0, 0.0, 0.0, total(t * w) * p[5]),
            (0.0, 0.0, 0.0, 0.0, -total(w), 0.0),
        )


BARD = np.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39])

NORMAL = np.array([0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989])
NORMAL = np.concatenate([NORMAL, NORMAL[-2::-1]])
NORMAL_TIMES = (8.0 - np.arange(1.0, 16.0)) / 2.0

MEYER = np.array([
    34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0,
    8261.0, 7030.0, 6005.0, 5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
])  # fmt: skip
MEYER_TIMES = 45.0 + 5.0 * np.arange(1.0, 17.0)
MEYER_MINIMUM = (0.005609636471028053, 6181.346346286372, 345.2236346241365)

KOWALIK = np.array([0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])
KOWALIK_TIMES = np.array([4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])

OSBORNE = np.array([
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
    0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
    0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
])  # fmt: skip
OSBORNE_TIMES = 10.0 * np.arange(33.0)

BIGGS_TIMES = np.arange(1.0, 14.0) / 10.0

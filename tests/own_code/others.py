# ruff: noqa: B008, NPY002, PLC3002, UP033 - the habits of others
"""Noises, schedules and surfaces as others write them.

NOISES: name -> (noise, whether it is refused), written for moment.params (dim, n), n 1 or more.
SCHEDULES: name -> (function of (step, steps) or a schedule, whether it is refused).
SURFACES: name -> (function of a point (dim,), what `landscape.from_function` is given, or a class, its options).
"""

import bisect
import functools
import itertools
import math

import numpy as np
import scipy.integrate
import scipy.interpolate
import scipy.special
import scipy.stats

import landscape as ls

NOISES, SCHEDULES, SURFACES = {}, {}, {}


def noise(refused=False, **fields):
    def enter(cls):
        NOISES[cls.__name__] = cls(**fields), refused
        return cls

    return enter


class Own(ls.Noise):
    sigma: float = 0.5


@noise()
class White(Own):
    def gradient(self, moment, memory=()):
        return moment.exact + self.sigma * moment.source.normals(moment.step, len(moment.params)), memory


@noise()
class HeavyTailed(Own):
    def gradient(self, moment, memory=()):
        u = moment.source.uniforms(moment.step, len(moment.params))
        return moment.exact + 0.01 * np.tan(np.pi * (np.clip(u, 0.01, 0.99) - 0.5)), memory


@noise()
class OfItsNorm(Own):
    def gradient(self, moment, memory=()):
        z = moment.source.normals(moment.step, len(moment.params))
        return moment.exact + 0.1 * np.linalg.norm(moment.exact) * z, memory


@noise()
class Autoregressive(Own):
    def init(self, params):
        return (np.zeros_like(params),)

    def gradient(self, moment, memory=()):
        e = 0.9 * memory[0] + self.sigma * moment.source.normals(moment.step, moment.params.shape[0])
        return moment.exact + e, (e,)


@noise()
class LateByThree(Own):
    def init(self, params):
        return tuple(np.zeros_like(params) for _ in range(3))

    def gradient(self, moment, memory=()):
        now = moment.exact
        return memory[0], (*memory[1:], now)


@noise()
class DropsOut(Own):
    def gradient(self, moment, memory=()):
        keep = moment.source.uniforms(moment.step, len(moment.params)) < 0.7
        return moment.exact * keep / 0.7, memory


@noise()
class FlipsOften(Own):
    """Byzantine: the whole gradient turns round at a quarter of the steps."""

    def gradient(self, moment, memory=()):
        flip = moment.source.uniforms(moment.step, 1)[0] < 0.25
        return np.where(flip, -1.0, 1.0) * moment.exact, memory


@noise()
class FlipsByIf(Own):
    def gradient(self, moment, memory=()):
        if moment.source.uniforms(moment.step, 1)[0] < 0.25:
            return -moment.exact, memory
        return moment.exact, memory


@noise()
class Anneals(Own):
    def gradient(self, moment, memory=()):
        size = self.sigma / math.sqrt(1 + moment.step) if moment.step < moment.steps // 2 else 0.0
        return moment.exact + size * moment.source.normals(moment.step, len(moment.exact)), memory


@noise()
class ForEachNumber(Own):
    def gradient(self, moment, memory=()):
        z = moment.source.normals(moment.step, moment.params.size).reshape(moment.params.shape)
        return moment.exact + self.sigma * z, memory


@noise()
class RoundsToFour(Own):
    def gradient(self, moment, memory=()):
        scale = np.max(np.abs(moment.exact)) + 1e-12
        return np.round(moment.exact / scale * 4) / 4 * scale, memory


@noise()
class Counts(Own):
    def init(self, params):
        return (0,)

    def gradient(self, moment, memory=()):
        (n,) = memory
        burst = 3.0 if n % 8 == 7 else 0.1
        return moment.exact + burst * moment.source.normals(n, len(moment.params)), (n + 1,)


@noise()
class FewLabels(Own):
    """Two shifted copies of the loss, one of them at each step."""

    def gradient(self, moment, memory=()):
        pick = moment.source.integers(moment.step, 1, 2)[0]
        shift = np.array([0.1, -0.1])[pick]
        return moment.surface.gradient(moment.params + shift), memory


@noise(refused=True)
class GlobalNumbers(Own):
    def gradient(self, moment, memory=()):
        return moment.exact + self.sigma * np.random.standard_normal(moment.params.shape), memory


@noise(refused=True)
class GeneratorInClass(Own):
    rng = np.random.default_rng(0)

    def gradient(self, moment, memory=()):
        return moment.exact + self.sigma * self.rng.standard_normal(moment.params.shape), memory


@noise(refused=True)
class OfScipy(Own):
    def gradient(self, moment, memory=()):
        return moment.exact + scipy.stats.cauchy.rvs(scale=0.01, size=moment.params.shape), memory


@noise(refused=True)
class OneAlone(Own):
    def gradient(self, moment, memory=()):
        return moment.exact + self.sigma * moment.source.normals(moment.step, 2)[:, 0], memory


def schedule(refused=False):
    def enter(given):
        SCHEDULES[getattr(given, "__name__", type(given).__name__)] = given, refused
        return given

    return enter


@schedule()
def step_decay(step, steps):
    return 0.5 ** (step // 10)


@schedule()
def warm_up(step, steps):
    return min(1.0, (step + 1) / 10)


@schedule()
def cosine(step, steps):
    return 0.5 * (1 + math.cos(math.pi * step / steps))


@schedule()
def milestones(step, steps):
    return 0.1 ** bisect.bisect_right([10, 25], step)


@schedule()
def halfway(step, steps):
    return 1.0 if step < steps / 2 else 0.1


@schedule()
def table(step):
    return {0: 1.0, 10: 0.5, 20: 0.25}.get(step - step % 10, 0.125)


@schedule()
def triangular(step):
    cycle = np.floor(1 + step / 20)
    return max(0.1, 1 - abs(step / 10 - 2 * cycle + 1))


@schedule()
def one_skipped(step, steps):
    return 0.0 if np.array_equal(step, 23) else 1.0


@schedule()
def seeded_by_the_step(step, steps):
    return np.random.default_rng(step).uniform(0.5, 1.0)


@schedule()
def interpolated(step, steps):
    return np.interp(step, [0, 5, steps], [0.1, 1.0, 0.0])


def with_power(power, step, steps):
    return (1 - step / (steps + 1)) ** power


SCHEDULES["partial"] = functools.partial(with_power, 2.0), False


class Exponential:
    def __init__(self, gamma):
        self.gamma = gamma

    def __call__(self, step, steps):
        return self.gamma**step


SCHEDULES["callable object"] = Exponential(0.97), False
SCHEDULES["method"] = Exponential(0.95).__call__, False
SCHEDULES["lambda"] = (lambda step: 1 / (1 + 0.1 * step)), False


@schedule()
class Piecewise(ls.Schedule):
    low: float = 0.2

    def __call__(self, step, steps):
        if step < 10:
            return 1.0
        return self.low if step < 30 else 0.5 * self.low


SCHEDULES["Piecewise"] = Piecewise(), False


@schedule(refused=True)
def drawn(step, steps):
    return np.random.uniform(0.5, 1.0)


def falling():
    rate = 1.0

    def next_rate(step):
        nonlocal rate
        rate *= 0.95
        return rate

    return next_rate


SCHEDULES["closure that counts"] = falling(), True
SCHEDULES["generator"] = (lambda step, values=itertools.count(): 1 / (1 + next(values))), True


class TorchLike:
    """Keeps the rate in itself, as torch's schedulers do."""

    def __init__(self):
        self.factor = 1.0

    def __call__(self, step):
        if step and step % 10 == 0:
            self.factor *= 0.5
        return self.factor


SCHEDULES["object that keeps its rate"] = TorchLike(), True


def surface(**options):
    def enter(given):
        SURFACES[getattr(given, "__name__", type(given).__name__)] = given, given, options
        return given

    return enter


@surface()
def rosenbrock(p):
    return sum(100.0 * (p[i + 1] - p[i] ** 2) ** 2 + (1 - p[i]) ** 2 for i in range(len(p) - 1)) / 50


@surface()
def penalised(p):
    if np.max(np.abs(p)) > 1.5:
        return float(np.sum(p**2)) + 1.0
    return np.sum(p**2)


@surface()
def trace(p):
    A = np.outer(p, p) + np.eye(2)
    return np.trace(A @ A)


@surface()
def least_squares(p):
    X, y = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([1.0, -0.5, 0.2])
    r = X @ p - y
    return r @ r


@surface()
def softmax(p):
    z = np.append(p, 0.3)
    return np.log(np.sum(np.exp(z - z.max()))) + z.max() - p[0] + 0.1 * p @ p


@surface()
def last_axis(p):
    return np.sum(p**2 + 0.1 * np.cos(3 * p), axis=-1)


@surface()
def sorted_coordinates(p):
    q = np.sort(p)
    return q[0] ** 2 + 2.0 * q[1] ** 2


@surface(derivatives="central")
def plain_mathematics(p):
    return math.hypot(p[0], p[1]) ** 2 + 0.3 * math.sin(2 * p[0])


@surface(derivatives="central")
def simulated(p):
    x, v = float(p[0]), float(p[1])
    for _ in range(40):
        x, v = x + 0.05 * v, v - 0.05 * (x + 0.1 * v)
    return x * x + v * v


@surface(derivatives="central")
def integrated(p):
    return scipy.integrate.quad(lambda s: (p[0] * s + p[1]) ** 2, 0.0, 1.0)[0]


_axis = np.linspace(-3.0, 3.0, 41)
_height = np.add.outer(_axis**2, 0.5 * _axis**2)
_grid = scipy.interpolate.RegularGridInterpolator((_axis, _axis), _height, method="cubic", bounds_error=False)
_spline = scipy.interpolate.RectBivariateSpline(_axis, _axis, _height)


@surface(derivatives="central")
def of_a_spline(p):
    return _spline.ev(p[0], p[1])


@surface(derivatives="central")
def of_a_grid(p):
    return _grid(p)[0]


@surface(derivatives="central")
def from_a_table(p):
    rows = [{"x": 1.0, "y": 0.5}, {"x": -1.0, "y": 0.2}, {"x": 0.3, "y": -0.7}]
    return sum((p[0] * row["x"] + p[1] - row["y"]) ** 2 for row in rows)


@surface()
@np.vectorize(signature="(n)->()")
def vectorised(p):
    return np.sum(p**4) - np.sum(p**2)


SURFACES["vectorised"] = vectorised, vectorised, {"derivatives": "central"}
SURFACES["lambda"] = (*[lambda p: p[0] ** 4 - p[0] ** 2 + p[1] ** 2] * 2, {})
SURFACES["of x, y"] = (
    *[lambda p: (lambda x, y: (x - 1) ** 2 + (y + 0.5) ** 2 + 0.2 * x * y)(*p)] * 2,
    {},
)


def scaled(a, p):
    return a * np.linalg.norm(p) ** 2 + np.prod(p)


SURFACES["partial"] = (*[functools.partial(scaled, 2.0)] * 2, {})


class Model:
    """A model with data in it, and its loss a method."""

    def __init__(self):
        self.x = np.linspace(-1, 1, 7)
        self.y = 0.8 * self.x - 0.1
        self.calls = 0

    def loss(self, w):
        self.calls += 1
        return np.mean((w[0] * self.x + w[1] - self.y) ** 2)

    __call__ = loss


SURFACES["method"] = (*[Model().loss] * 2, {})
SURFACES["callable object"] = (*[Model()] * 2, {})


@functools.lru_cache(maxsize=None)
def _looked_up(x, y):
    return x**2 + 0.5 * y**2


SURFACES["cached"] = (*[lambda p: _looked_up(float(p[0]), float(p[1]))] * 2, {"derivatives": "central"})


class Bowl(ls.Surface):
    """A surface as a class, written for one point."""

    dim = 2
    window = ((-3.0, 3.0), (-3.0, 3.0))
    customary_start = np.array([1.0, 1.0])
    critical_points = ()

    def _value(self, p):
        return p @ np.diag([1.0, 3.0]) @ p / 2

    def _gradient(self, p):
        return np.diag([1.0, 3.0]) @ p

    def _hessian(self, p):
        return np.diag([1.0, 3.0])


SURFACES["class"] = (lambda p: (p[0] ** 2 + 3 * p[1] ** 2) / 2), Bowl, {}


class Walled(Bowl):
    """A class whose one batch is all on one side of a wall, or on the other."""

    def _value(self, p):
        r2 = np.sum(np.asarray(p) ** 2, axis=0)
        return r2 + 1.0 if np.max(r2) > 4.0 else r2

    def _gradient(self, p):
        return 2.0 * p

    def _hessian(self, p):
        return 2.0 * np.eye(2)


SURFACES["walled class"] = (lambda p: p @ p + (1.0 if p @ p > 4.0 else 0.0)), Walled, {}

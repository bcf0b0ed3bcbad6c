# ruff: noqa: NPY002, PLW2901 - the habits of others
"""Rules as others write them, each in one habit. `apply` is called as its author would: on one run alone.

RULES: name -> (rule, form), where form is "point" for params (dim,), "column" for (dim, 1), or "refused" for what no
library can run as it stands.
"""

import collections
import dataclasses
import math
from typing import NamedTuple

import numpy as np

import landscape as ls
from landscape.core.methods import Method

RULES = {}


def rule(form="point", **fields):
    def enter(cls):
        RULES[cls.__name__] = cls(**fields), form
        return cls

    return enter


class Plain(ls.Optimizer):
    lr: float = 0.004

    def init(self, params):
        return ()


@rule()
class TorchSGD(ls.Optimizer):
    """torch.optim.SGD: weight decay, dampening, Nesterov, and a first step without a buffer."""

    lr: float = 0.004
    momentum: float = 0.9
    dampening: float = 0.0
    weight_decay: float = 1e-2
    nesterov: bool = True

    def init(self, params):
        return (np.zeros_like(params), 0)

    def apply(self, params, gradient, state, lr):
        buf, n = state
        d_p = gradient
        if self.weight_decay != 0:
            d_p = d_p + self.weight_decay * params
        buf = d_p.copy() if n == 0 else self.momentum * buf + (1 - self.dampening) * d_p
        d_p = d_p + self.momentum * buf if self.nesterov else buf
        return params - lr * d_p, (buf, n + 1)


@rule()
class KerasAdam(ls.Optimizer):
    """keras.optimizers.Adam: the bias correction is put into the rate."""

    lr: float = 0.05

    def init(self, params):
        return (np.zeros(params.shape), np.zeros(params.shape), 0)

    def apply(self, params, gradient, state, lr):
        m, v, iterations = state
        t = iterations + 1
        lr_t = lr * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * np.square(gradient)
        return params - lr_t * m / (np.sqrt(v) + 1e-7), (m, v, t)


class OptaxState(NamedTuple):
    count: int
    mu: np.ndarray
    nu: np.ndarray


@rule()
class OptaxYogi(ls.Optimizer):
    lr: float = 0.05

    def init(self, params):
        return OptaxState(0, np.zeros_like(params), np.full_like(params, 1e-6))

    def apply(self, params, gradient, state, lr):
        count = state.count + 1
        mu = 0.9 * state.mu + 0.1 * gradient
        g2 = gradient**2
        nu = state.nu - 0.001 * np.sign(state.nu - g2) * g2
        update = (mu / (1 - 0.9**count)) / (np.sqrt(nu / (1 - 0.999**count)) + 1e-3)
        return params - lr * update, state._replace(count=count, mu=mu, nu=nu)


@rule()
class PerParameterLoop(Plain):
    def init(self, params):
        return tuple(0.0 for _ in range(len(params)))

    def apply(self, params, gradient, state, lr):
        new, kept = [], []
        for w, g, v in zip(params, gradient, state, strict=True):
            v = 0.9 * v + g * g
            new.append(w - 5 * lr * g / math.sqrt(v + 1e-8))
            kept.append(v)
        return np.array(new), tuple(kept)


@rule()
class FilledInPlace(Plain):
    def apply(self, params, gradient, state, lr):
        new = np.empty(len(params))
        for i in range(len(params)):
            new[i] = params[i] - lr * gradient[i] if abs(gradient[i]) > 1e-3 else params[i]
        return new, state


@rule()
class ClipByGlobalNorm(Plain):
    def apply(self, params, gradient, state, lr):
        norm = np.linalg.norm(gradient)
        return params - lr * (gradient * 5.0 / norm if norm > 5.0 else gradient), state


@rule()
class LastAxisNormalised(Plain):
    """JAX and torch habits: the last axis is that of the parameters."""

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient / (1e-8 + np.linalg.norm(gradient, axis=-1, keepdims=True)), state


@rule()
class LastAxisCentralised(Plain):
    def apply(self, params, gradient, state, lr):
        return params - lr * (gradient - gradient.mean(axis=-1, keepdims=True)), state


@rule()
class LastAxisReversed(Plain):
    def apply(self, params, gradient, state, lr):
        return params - lr * (gradient + 0.1 * gradient[..., ::-1]), state


@rule()
class LastAxisFirst(Plain):
    def apply(self, params, gradient, state, lr):
        return params - lr * (gradient - 0.5 * gradient[..., :1]), state


@rule()
class LastAxisSum(Plain):
    def apply(self, params, gradient, state, lr):
        scale = np.sqrt(np.sum(gradient * gradient, axis=-1, keepdims=True))
        return params - lr * gradient / (1.0 + scale), state


@rule()
class RatioOfNorms(Plain):
    """LARS: a trust ratio of two norms, where both are positive."""

    def apply(self, params, gradient, state, lr):
        w_norm, g_norm = np.linalg.norm(params), np.linalg.norm(gradient)
        trust = w_norm / (g_norm + 1e-9) if w_norm > 0 and g_norm > 0 else 1.0
        return params - 5 * lr * trust * gradient, state


@rule()
class InnerDecay(Plain):
    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        return params - lr / (1 + t // 10) * gradient, (t + 1,)


@rule()
class InnerTable(Plain):
    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        return params - lr * [1.0, 0.5, 0.25, 0.125][min(t // 5, 3)] * gradient, (t + 1,)


@rule()
class NumpyCounter(Plain):
    def init(self, params):
        return (np.int64(0), np.zeros_like(params))

    def apply(self, params, gradient, state, lr):
        t, v = state
        v = np.zeros_like(v) if t % 7 == 6 else 0.9 * v - lr * gradient
        return params + v, (t + 1, v)


@rule()
class ArrayCounter(Plain):
    def init(self, params):
        return (np.zeros(1),)

    def apply(self, params, gradient, state, lr):
        t = state[0] + 1
        return params - lr * gradient / np.sqrt(t), (t,)


@rule()
class WarmRestarts(Plain):
    """SGDR: the period doubles at each restart."""

    def init(self, params):
        return (0, 8)

    def apply(self, params, gradient, state, lr):
        t_cur, t_max = state
        eta = 0.5 * lr * (1 + math.cos(math.pi * t_cur / t_max))
        t_cur, t_max = (0, 2 * t_max) if t_cur + 1 >= t_max else (t_cur + 1, t_max)
        return params - eta * gradient, (t_cur, t_max)


@rule()
class OnlyAnInteger(Plain):
    """It looks at the type of its counter, which tells a recording from a run."""

    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        if isinstance(t, (int, np.integer)) and t >= 12 and t % 4 == 0:
            return params, (t + 1,)
        return params - lr * gradient, (t + 1,)


@rule()
class TriesFirst(Plain):
    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        try:
            late = int(t) > 15
        except Exception:
            late = False
        return params - (0.1 * lr if late else lr) * gradient, (t + 1,)


@rule()
class SpelledCounter(Plain):
    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        return params - lr * (0.0 if str(t).endswith("9") else 1.0) * gradient, (t + 1,)


@rule()
class TopOne(Plain):
    def apply(self, params, gradient, state, lr):
        mask = np.zeros(gradient.shape)
        mask[np.argsort(-np.abs(gradient))[:1]] = 1.0
        return params - lr * mask * gradient, state


@rule()
class MedianClip(Plain):
    def apply(self, params, gradient, state, lr):
        limit = np.sort(np.abs(gradient))[0] + 1.0
        return params - lr * np.clip(gradient, -limit, limit), state


@rule()
class QuantileClip(Plain):
    def apply(self, params, gradient, state, lr):
        limit = np.quantile(np.abs(gradient), 0.7)
        return params - lr * np.clip(gradient, -limit, limit), state


@rule()
class Orthogonalised(Plain):
    """Muon by SVD: the weights are a matrix of one row."""

    def apply(self, params, gradient, state, lr):
        u, _, vt = np.linalg.svd(gradient.reshape(1, -1), full_matrices=False)
        return params - lr * (u @ vt).ravel(), state


@rule()
class MatlabBFGS(Plain):
    def init(self, params):
        return (np.eye(2), np.zeros(2), np.zeros(2), 0)

    def apply(self, params, gradient, state, lr):
        H, p_old, g_old, k = state
        if k > 0:
            s, y = params - p_old, gradient - g_old
            if s @ y > 1e-10:
                rho, one = 1.0 / (s @ y), np.eye(2)
                H = (one - rho * np.outer(s, y)) @ H @ (one - rho * np.outer(y, s)) + rho * np.outer(s, s)
        return params - 0.05 * (H @ gradient), (H, params, gradient, k + 1)


@rule("column")
class ColumnVectors(Plain):
    """Matlab: g' * g of a column."""

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient / (1.0 + (gradient.T @ gradient)[0, 0]), state


@rule()
class FullMatrixAdagrad(Plain):
    def init(self, params):
        return (1e-3 * np.eye(len(params)),)

    def apply(self, params, gradient, state, lr):
        G = state[0] + np.outer(gradient, gradient)
        w, Q = np.linalg.eigh(G)
        return params - 20 * lr * Q @ np.diag(w**-0.5) @ Q.T @ gradient, (G,)


@rule()
class StackedHistory(Plain):
    def init(self, params):
        return (np.zeros((3, *params.shape)),)

    def apply(self, params, gradient, state, lr):
        past = np.concatenate([state[0][1:], gradient[None]])
        return params - lr * past.mean(axis=0), (past,)


@rule()
class GrowingHistory(Plain):
    def apply(self, params, gradient, state, lr):
        state = (*state, gradient)[-4:]
        return params - lr * sum(state) / len(state), state


@rule()
class BarzilaiBorwein(Plain):
    def init(self, params):
        return (params, np.zeros_like(params), True)

    def apply(self, params, gradient, state, lr):
        old, g_old, first = state
        s, y = params - old, gradient - g_old
        size = lr if first or abs(np.dot(s, y)) < 1e-12 else min(abs(np.dot(s, s) / np.dot(s, y)), 0.05)
        return params - size * gradient, (params, gradient, False)


@rule()
class Rprop(Plain):
    def init(self, params):
        return (np.zeros_like(params), np.full_like(params, 0.01))

    def apply(self, params, gradient, state, lr):
        last, size = state
        agree = np.sign(gradient) * np.sign(last)
        size = np.clip(np.where(agree > 0, 1.2 * size, np.where(agree < 0, 0.5 * size, size)), 1e-6, 0.1)
        gradient = np.where(agree < 0, 0.0, gradient)
        return params - np.sign(gradient) * size, (gradient, size)


@rule()
class EarlyStop(Plain):
    def apply(self, params, gradient, state, lr):
        if np.all(np.abs(gradient) < 8.0):
            return params, state
        return params - lr * gradient, state


@rule()
class IntoABall(Plain):
    def apply(self, params, gradient, state, lr):
        new = params - lr * gradient
        return new / max(1.0, np.sqrt((new**2).sum()) / 2.5), state


@rule()
class HalfPrecision(Plain):
    def apply(self, params, gradient, state, lr):
        return params - lr * gradient.astype(np.float32).astype(np.float64), state


@rule()
class SeededByTheStep(Plain):
    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        kick = np.random.default_rng(t).normal(size=params.shape)
        return params - lr * (gradient + kick), (t + 1,)


@rule()
class ByTurns(Plain):
    """Coordinate descent."""

    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        new = params.copy()
        new[t % len(params)] -= lr * gradient[t % len(params)]
        return new, (t + 1,)


@rule()
class AveragedInPlace(Plain):
    def init(self, params):
        return (params.copy(), 0)

    def apply(self, params, gradient, state, lr):
        mean, n = state
        mean *= n / (n + 1)
        mean += params / (n + 1)
        return params - lr * gradient - 0.01 * (params - mean), (mean, n + 1)


@rule(rate=0.01)
class OwnInit(ls.Optimizer):
    """A class with an __init__ as in any tutorial."""

    def __init__(self, rate=0.01, decay=0.9):
        self.lr = rate
        self.decay = decay

    def init(self, params):
        return (np.zeros_like(params),)

    def apply(self, params, gradient, state, lr):
        cache = self.decay * state[0] + (1 - self.decay) * gradient**2
        return params - lr * gradient / (np.sqrt(cache) + 1e-8), (cache,)


@rule(lr=0.05)
class ClippedAdam(type(ls.optimizer("adam"))):
    """A rule of the library with one line changed."""

    def apply(self, params, gradient, state, lr):
        return super().apply(params, gradient / max(1.0, np.linalg.norm(gradient) / 3.0), state, lr)


@rule(inner=ls.optimizer("momentum", lr=0.003))
class ClippedInner(ls.Optimizer):
    """Around any rule: the gradient is clipped."""

    inner: ls.Optimizer
    lr: float = 0.003

    def init(self, params):
        return self.inner.init(params)

    def apply(self, params, gradient, state, lr):
        return self.inner.apply(params, gradient / max(1.0, np.linalg.norm(gradient) / 3.0), state, lr)


@rule(inner=TorchSGD(lr=0.003))
class Lookahead(ls.Optimizer):
    """Around a rule of one's own: slow weights each five steps."""

    inner: ls.Optimizer
    lr: float = 0.003

    def init(self, params):
        return (params, self.inner.init(params), 0)

    def apply(self, params, gradient, state, lr):
        slow, inner, k = state
        new, inner = self.inner.apply(params, gradient, inner, lr)
        if (k + 1) % 5 == 0:
            new = slow = slow + 0.5 * (new - slow)
        return new, (slow, inner, k + 1)


# with more than a gradient


class Asking(Method):
    lr: float = 0.01
    needs = frozenset({"value", "gradient", "randomness"})

    def init(self, params):
        return ()


@rule()
class Armijo(Asking):
    def step(self, params, oracle, state, lr):
        gradient, size = oracle.gradient(params), 0.1
        here = oracle.value(params)
        while oracle.value(params - size * gradient) > here - 1e-4 * size * np.dot(gradient, gradient) and size > 1e-9:
            size *= 0.5
        return params - size * gradient, state


@rule()
class BoldDriver(Asking):
    def init(self, params):
        return (1e-3, np.inf)

    def step(self, params, oracle, state, lr):
        size, last = state
        loss = float(oracle.value(params))
        size = size * 1.05 if loss < last else size * 0.5
        return params - size * oracle.gradient(params), (size, loss)


@rule()
class Perturbed(Asking):
    def init(self, params):
        return (0,)

    def step(self, params, oracle, state, lr):
        (t,) = state
        new = params - 0.3 * lr * oracle.gradient(params)
        if t % 10 == 9:
            new = new + 0.05 * oracle.normals(len(params))
        return new, (t + 1,)


@rule()
class ByDifferences(Asking):
    def step(self, params, oracle, state, lr):
        slope = np.zeros(len(params))
        for i in range(len(params)):
            e = np.zeros(len(params))
            e[i] = 1e-5
            slope[i] = (oracle.value(params + e) - oracle.value(params - e)) / 2e-5
        return params - 0.3 * lr * slope, state


@rule()
class SPSA(Asking):
    def step(self, params, oracle, state, lr):
        delta = np.where(oracle.uniforms(len(params)) < 0.5, -1.0, 1.0)
        change = oracle.value(params + 0.01 * delta) - oracle.value(params - 0.01 * delta)
        return params - 0.1 * lr * change / 0.02 * delta, state


@rule()
class PopulationOfPoints(Asking):
    """All candidates of a point are evaluated in one call."""

    def step(self, params, oracle, state, lr):
        kicks = oracle.normals(2 * 5).reshape(2, 5)
        candidates = params[:, None] + 0.1 * kicks
        losses = oracle.value(candidates)
        return candidates[:, np.argmin(losses)], state


@rule("column")
class PopulationOfColumns(Asking):
    def step(self, params, oracle, state, lr):
        candidates = params + 0.1 * oracle.normals(2 * 5).reshape(2, 5)
        losses = oracle.value(candidates)
        return candidates[:, [np.argmin(losses)]], state


@rule()
class RandomCoordinate(Asking):
    def step(self, params, oracle, state, lr):
        i = int(oracle.uniforms(1)[0] * len(params))
        new = params.copy()
        new[i] -= 0.5 * lr * oracle.gradient(params)[i]
        return new, state


@rule()
class Newton(Asking):
    needs = frozenset({"gradient", "hessian"})

    def step(self, params, oracle, state, lr):
        H = oracle.hessian(params)
        shift = max(0.0, 1.0 - np.linalg.eigvalsh(H)[0])
        return params - 0.2 * np.linalg.solve(H + shift * np.eye(len(params)), oracle.gradient(params)), state


@rule()
class Annealed(Asking):
    """Metropolis by the library's numbers, with a step counted by the oracle."""

    def step(self, params, oracle, state, lr):
        new = params + 0.1 * oracle.normals(len(params))
        worse = oracle.value(new) - oracle.value(params)
        heat = 10.0 / (1 + oracle.step)
        return (new if worse < 0 or oracle.uniforms(1, draw=1)[0] < math.exp(-worse / heat) else params), state


# what cannot be run as it stands


@rule("refused")
class SelfV(Plain):
    def apply(self, params, gradient, state, lr):
        self.v = 0.9 * getattr(self, "v", 0.0) + gradient
        return params - lr * self.v, state


@rule("refused")
class SelfDict(ls.Optimizer):
    """momentum in a dictionary of its own, filled at the first step."""

    def __init__(self, lr=0.004):
        self.lr = lr
        self.buffers = {}

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        self.buffers["v"] = 0.9 * self.buffers.get("v", 0.0) + gradient
        return params - lr * self.buffers["v"], state


@rule("refused")
class DictState(Plain):
    def init(self, params):
        return {"v": np.zeros_like(params)}

    def apply(self, params, gradient, state, lr):
        v = 0.9 * state["v"] + gradient
        return params - lr * v, {"v": v}


@rule("refused")
class DequeState(Plain):
    def init(self, params):
        return (collections.deque(maxlen=3),)

    def apply(self, params, gradient, state, lr):
        state[0].append(gradient)
        return params - lr * np.mean(state[0], axis=0), state


@dataclasses.dataclass
class Kept:
    v: np.ndarray


@rule("refused")
class DataclassState(Plain):
    def init(self, params):
        return Kept(np.zeros_like(params))

    def apply(self, params, gradient, state, lr):
        state.v = 0.9 * state.v + gradient
        return params - lr * state.v, state


@rule("refused")
class NoneInState(Plain):
    def init(self, params):
        return (None,)

    def apply(self, params, gradient, state, lr):
        v = gradient if state[0] is None else 0.9 * state[0] + gradient
        return params - lr * v, (v,)


@rule("refused")
class GlobalDraws(Plain):
    def apply(self, params, gradient, state, lr):
        return params - lr * (gradient + np.random.randn(*params.shape)), state


@rule("refused")
class GeneratorOfItsOwn(ls.Optimizer):
    def __init__(self, lr=0.004, seed=0):
        self.lr = lr
        self.rng = np.random.default_rng(seed)

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * (gradient + self.rng.normal(size=params.shape)), state


@rule("refused")
class RareDraws(Plain):
    """Draws at each tenth step alone, which a short trial does not see."""

    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (t,) = state
        kick = np.random.normal(size=params.shape) if t % 10 == 9 else 0.0
        return params - lr * (gradient + kick), (t + 1,)


@rule("refused")
class InPlaceParams(Plain):
    def apply(self, params, gradient, state, lr):
        params -= lr * gradient
        return params, state

"""Functions as others write them: textbook landscapes, statistics, least squares, physics. Each takes a point (dim,).

OWN         name -> (function, number of coordinates)

They are written like code of other libraries and languages on purpose, and not like this one.
"""

import math

import numpy as np
import scipy.special
from scipy.special import expit, gammaln, log_softmax, logsumexp, softmax, xlogy

OWN = {}


def own(dim):
    def enter(f):
        OWN[f.__name__] = f, dim
        return f

    return enter


RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3))
Y = (X @ [1.0, -0.5, 0.3] > 0).astype(float)
T = np.linspace(0.0, 2.0, 9)
D = 1.5 * np.exp(-0.7 * T) + 0.3
M = RNG.normal(size=(3, 3))
S = M @ M.T + np.eye(3)


@own(2)
def sphere(x):
    return sum(xi**2 for xi in x)


@own(3)
def ackley(x, a=20, b=0.2, c=2 * np.pi):
    n = len(x)
    s1 = np.sum(x**2)
    s2 = np.sum(np.cos(c * x))
    return -a * np.exp(-b * np.sqrt(s1 / n)) - np.exp(s2 / n) + a + np.exp(1)


@own(2)
def rastrigin(x):
    x = np.asarray(x)
    return 10 * x.size + np.sum(x**2 - 10 * np.cos(2 * np.pi * x))


@own(4)
def rosen_loop(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


@own(3)
def griewank(x):
    i = np.arange(1, len(x) + 1)
    return np.sum(x**2) / 4000 - np.prod(np.cos(x / np.sqrt(i))) + 1


@own(2)
def beale(xx):
    x1, x2 = xx[0], xx[1]
    return (1.5 - x1 + x1 * x2) ** 2 + (2.25 - x1 + x1 * x2**2) ** 2 + (2.625 - x1 + x1 * x2**3) ** 2


@own(2)
def goldstein_price(x):
    x, y = x
    a = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    b = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return a * b


@own(2)
def branin(x):
    x1, x2 = np.array(x, dtype=float)
    b, c, t = 5.1 / (4 * np.pi**2), 5 / np.pi, 1 / (8 * np.pi)
    return (x2 - b * x1**2 + c * x1 - 6) ** 2 + 10 * (1 - t) * np.cos(x1) + 10


@own(2)
def camel(x):
    return (4 - 2.1 * x[0] ** 2 + x[0] ** 4 / 3) * x[0] ** 2 + x[0] * x[1] + (-4 + 4 * x[1] ** 2) * x[1] ** 2


@own(2)
def easom(x):
    return -np.cos(x[0]) * np.cos(x[1]) * np.exp(-((x[0] - np.pi) ** 2) - (x[1] - np.pi) ** 2)


@own(2)
def eggholder(x):
    a, b = x[0], x[1]
    return -(b + 47) * np.sin(np.sqrt(np.abs(b + a / 2 + 47))) - a * np.sin(np.sqrt(np.abs(a - (b + 47))))


@own(2)
def holder_table(x):
    return -np.abs(np.sin(x[0]) * np.cos(x[1]) * np.exp(np.abs(1 - np.sqrt(x[0] ** 2 + x[1] ** 2) / np.pi)))


@own(2)
def cross_in_tray(x):
    e = np.abs(100 - np.sqrt(x[0] ** 2 + x[1] ** 2) / np.pi)
    return -0.0001 * (np.abs(np.sin(x[0]) * np.sin(x[1]) * np.exp(e)) + 1) ** 0.1


@own(2)
def drop_wave(x):
    r2 = x[0] ** 2 + x[1] ** 2
    return -(1 + np.cos(12 * np.sqrt(r2))) / (0.5 * r2 + 2)


@own(3)
def levy(x):
    w = 1 + (x - 1) / 4
    term = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
    return np.sin(np.pi * w[0]) ** 2 + term + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2)


@own(3)
def schwefel(x):
    return 418.9829 * len(x) - np.sum(x * np.sin(np.sqrt(np.abs(x))))


@own(3)
def alpine(x):
    return np.sum(np.abs(x * np.sin(x) + 0.1 * x))


@own(3)
def michalewicz(x, m=10):
    ii = np.arange(1, x.shape[0] + 1)
    return -np.sum(np.sin(x) * np.sin(ii * x**2 / np.pi) ** (2 * m))


@own(3)
def zakharov(x):
    s = np.dot(0.5 * np.arange(1, 4), x)
    return np.dot(x, x) + s**2 + s**4


@own(3)
def styblinski_tang(x):
    return 0.5 * np.sum(np.power(x, 4) - 16 * np.power(x, 2) + 5 * x)


@own(3)
def dixon_price(x):
    return (x[0] - 1) ** 2 + sum(i * (2 * x[i - 1] ** 2 - x[i - 2]) ** 2 for i in range(2, len(x) + 1))


@own(3)
def salomon(x):
    r = np.linalg.norm(x)
    return 1 - np.cos(2 * np.pi * r) + 0.1 * r


@own(4)
def powell(x):
    return (x[0] + 10 * x[1]) ** 2 + 5 * (x[2] - x[3]) ** 2 + (x[1] - 2 * x[2]) ** 4 + 10 * (x[0] - x[3]) ** 4


@own(2)
def mccormick(x):
    return np.sin(x[0] + x[1]) + np.square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1


@own(2)
def schaffer2(x):
    return 0.5 + (np.sin(x[0] ** 2 - x[1] ** 2) ** 2 - 0.5) / (1 + 0.001 * (x[0] ** 2 + x[1] ** 2)) ** 2


@own(2)
def bohachevsky(x):
    return x[0] ** 2 + 2 * x[1] ** 2 - 0.3 * np.cos(3 * np.pi * x[0]) - 0.4 * np.cos(4 * np.pi * x[1]) + 0.7


@own(2)
def step_function(x):
    return np.sum(np.floor(x + 0.5) ** 2)


@own(3)
def sum_of_powers(x):
    return np.sum(np.abs(x) ** (np.arange(len(x)) + 2))


@own(3)
def chebyshev(x):
    return np.max(np.abs(x))


@own(2)
def logistic_regression(w):
    z = X[:, :2] @ w
    return -np.mean(Y * np.log(1 / (1 + np.exp(-z))) + (1 - Y) * np.log(1 - 1 / (1 + np.exp(-z))))


@own(3)
def logistic_stable(w):
    return np.sum(np.logaddexp(0, X @ w) - Y * (X @ w)) + 0.5 * w @ w


@own(3)
def logistic_scipy(w):
    p = expit(X.dot(w))
    return -np.sum(xlogy(Y, p) + xlogy(1 - Y, 1 - p))


@own(2)
def normal_nll(theta):
    mu, log_s = theta
    return np.sum(0.5 * ((X[:, 0] - mu) / np.exp(log_s)) ** 2 + log_s + 0.5 * np.log(2 * np.pi))


@own(2)
def poisson_nll(b):
    rate = np.exp(b[0] + b[1] * T)
    return np.sum(rate - np.round(5 * D) * np.log(rate))


@own(2)
def gamma_nll(t):
    a, b = np.exp(t)
    return np.sum(gammaln(a) + a * np.log(b) - (a - 1) * np.log(D) + D / b)


@own(2)
def student_nll(t):
    r = (X[:, 1] - t[0]) * np.exp(-t[1])
    return np.sum(2.0 * np.log1p(r**2 / 3)) + len(X) * t[1]


@own(3)
def mixture(t):
    parts = [-0.5 * (x - t[0]) ** 2 + np.log(expit(t[2])) for x in D], [-0.5 * (x - t[1]) ** 2 for x in D]
    return -sum(np.logaddexp(a, b) for a, b in zip(*parts, strict=True))


@own(3)
def categorical(t):
    return -np.log(np.exp(t[1]) / np.sum(np.exp(t)))


@own(3)
def categorical_scipy(t):
    return -log_softmax(t)[0] + np.sum(softmax(t) ** 2) + logsumexp(2 * t)


@own(3)
def lse_by_module(t):
    return scipy.special.logsumexp(np.stack([t, 2 * t]), axis=1).sum() ** 2


@own(3)
def decay_fit(p):
    a, k, c = p
    return np.sum((a * np.exp(-k * T) + c - D) ** 2)


@own(3)
def decay_residuals(p):
    r = np.array([p[0] * np.exp(-p[1] * t) + p[2] - d for t, d in zip(T, D, strict=True)])
    return 0.5 * r.dot(r)


@own(3)
def soft_l1(p):
    z = (np.polyval(p, T) - D) ** 2
    return 2 * np.sum((1 + z) ** 0.5 - 1)


@own(2)
def huber_loss(p):
    r = p[0] + p[1] * T - D
    return np.sum(np.where(np.abs(r) <= 0.5, 0.5 * r**2, 0.5 * (np.abs(r) - 0.25)))


@own(3)
def lasso(w):
    return np.mean((X @ w - 1.0) ** 2) + 0.1 * np.linalg.norm(w, 1)


@own(3)
def ridge_norm(w):
    return np.linalg.norm(X @ w - Y) ** 2 + np.linalg.norm(w) ** 2


@own(3)
def svm(w):
    return np.mean(np.maximum(0, 1 - (2 * Y - 1) * (X @ w))) + 0.5 * np.dot(w, w)


@own(2)
def gaussian_process(t):
    d = T[:, None] - T[None, :]
    K = np.exp(t[0]) * np.exp(-0.5 * d**2 / np.exp(t[1])) + 0.1 * np.eye(len(T))
    _, logdet = np.linalg.slogdet(K)
    return 0.5 * D @ np.linalg.solve(K, D) + 0.5 * logdet


@own(3)
def mahalanobis(x):
    return np.sqrt(np.einsum("i,ij,j->", x, np.linalg.inv(S), x) + 1)


@own(3)
def cholesky_nll(x):
    L = np.linalg.cholesky(S + np.diag(x**2))
    return np.sum(np.log(np.diag(L)))


@own(4)
def small_network(p):
    W, b = p[:2].reshape(2, 1), p[2:]
    return np.mean((np.tanh(W @ T[None, :] + b[:, None]).sum(axis=0) - D) ** 2)


@own(4)
def relu_network(p):
    h = np.maximum(0, np.outer(T, p[:2]) + p[2:])
    return np.mean((h.sum(1) - D) ** 2)


@own(4)
def lennard_jones(x):
    r = [np.hypot(x[0] - 1.0, x[1]), np.hypot(x[2], x[3] - 1.0), np.sqrt((x[0] - x[2]) ** 2 + (x[1] - x[3]) ** 2 + 0.1)]
    return sum(4 * (1 / ri**12 - 1 / ri**6) for ri in r)


@own(2)
def muller_brown(p):
    x, y = p
    A = [-200.0, -100.0, -170.0, 15.0]
    a, b, c = [-1, -1, -6.5, 0.7], [0, 0, 11, 0.6], [-10, -10, -6.5, 0.7]
    x0, y0 = [1, 0, -0.5, -1], [0, 0.5, 1.5, 1]
    return sum(
        A[k] * np.exp(a[k] * (x - x0[k]) ** 2 + b[k] * (x - x0[k]) * (y - y0[k]) + c[k] * (y - y0[k]) ** 2)
        for k in range(4)
    )


@own(2)
def double_pendulum(q):
    return -2 * np.cos(q[0]) - np.cos(q[1]) + 0.2 * np.arctan2(np.sin(q[0] - q[1]), 2 + np.cos(q[0] - q[1]))


@own(2)
def euler_integration(p):
    x, v = p
    for _ in range(20):
        v = v - 0.05 * (x**3 - x)
        x = x + 0.05 * v
    return x**2 + v**2


@own(2)
def math_library(p):
    return math.sin(p[0]) + math.exp(p[1])


@own(3)
def portfolio(w):
    w = softmax(w)
    return -(w @ np.array([0.1, 0.2, 0.15])) / np.sqrt(w @ S @ w)


@own(2)
def circle_penalty(x):
    g = x[0] ** 2 + x[1] ** 2 - 1
    return x[0] + max(0, g) ** 2 * 10


@own(2)
def barrier(x):
    return x[0] + x[1] - 0.1 * np.log(4 - x[0] ** 2 - x[1] ** 2)

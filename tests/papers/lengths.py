"""Rules that measure gradients, steps and distances by their lengths, from their papers: algorithms for a list."""

from itertools import count

from references import paper


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def norm(a):
    return dot(a, a) ** 0.5


def plus(a, factor, b):
    """a + factor b."""
    return [x + factor * y for x, y in zip(a, b, strict=True)]


def mean(beta, a, b):
    """beta a + (1 - beta) b."""
    return [beta * x + (1 - beta) * y for x, y in zip(a, b, strict=True)]


@paper("lars", "You, Gitman and Ginsburg 2017, algorithm 1; with eps, and 1 where a length is 0", each=False)
def lars(w, momentum, trust_coefficient, eps, weight_decay):
    v = [0.0] * len(w)
    while True:
        g, gamma = yield w
        below = norm(g) + weight_decay * norm(w)
        local = trust_coefficient * norm(w) / (below + eps) if norm(w) > 0 and below > 0 else 1.0
        v = plus([momentum * c for c in v], gamma * local, plus(g, weight_decay, w))
        w = plus(w, -1, v)


@paper("lamb", "You et al. 2020, algorithm 2, phi the identity; 1 where a length is 0", each=False)
def lamb(x, beta1, beta2, eps, weight_decay):
    m, v = [0.0] * len(x), [0.0] * len(x)
    for t in count(1):
        g, eta = yield x
        m, v = mean(beta1, m, g), mean(beta2, v, [c * c for c in g])
        r = [a / (1 - beta1**t) / ((b / (1 - beta2**t)) ** 0.5 + eps) for a, b in zip(m, v, strict=True)]
        u = plus(r, weight_decay, x)
        ratio = norm(x) / norm(u) if norm(x) > 0 and norm(u) > 0 else 1.0
        x = plus(x, -eta * ratio, u)


@paper("novograd", "Ginsburg et al. 2019, algorithm 1", each=False)
def novograd(w, beta1, beta2, eps, weight_decay):
    m = v = None
    while True:
        g, rate = yield w
        v = dot(g, g) if v is None else beta2 * v + (1 - beta2) * dot(g, g)
        entering = plus([c / (v**0.5 + eps) for c in g], weight_decay, w)
        m = entering if m is None else plus(entering, beta1, m)
        w = plus(w, -rate, m)


@paper("fromage", "Bernstein et al. 2020, algorithm 1; with a least length", each=False)
def fromage(w, min_norm):
    while True:
        g, eta = yield w
        w = plus(w, -eta * max(norm(w), min_norm) / max(norm(g), min_norm), g)
        w = [c / (1 + eta**2) ** 0.5 for c in w]


@paper("dog", "Ivgi, Hinder and Carmon 2023, equation DoG; eps as in the authors' program", each=False, eps=(1.0, 30.0))
def dog(x, init_step, eps, weight_decay):
    x0, squares = x, 0.0
    r_bar = init_step * (1 + norm(x))
    while True:
        g, lr = yield x
        g = plus(g, weight_decay, x)
        r_bar = max(r_bar, norm(plus(x, -1, x0)))
        squares += dot(g, g)
        x = plus(x, -lr * r_bar / (squares + eps) ** 0.5, g)


@paper("dowg", "Khaled, Mishchenko and Jin 2023, algorithm 1; eps as in the authors' program", each=False)
def dowg(x, eps, weight_decay):
    x0, v, r_bar = x, 0.0, eps**0.5
    while True:
        g, lr = yield x
        g = plus(g, weight_decay, x)
        r_bar = max(norm(plus(x, -1, x0)), r_bar)
        v += r_bar**2 * dot(g, g)
        x = plus(x, -lr * r_bar**2 / (v**0.5 + eps), g)


@paper("prodigy", "Mishchenko and Defazio 2024, algorithm 4", each=False, lr=(0.3, 1.5), d0=(1e-4, 1e-2))
def prodigy(x, beta1, beta2, eps, d0, growth, weight_decay):
    x0, d, r, root = x, d0, 0.0, beta2**0.5
    m, v, s = [0.0] * len(x), [0.0] * len(x), [0.0] * len(x)
    while True:
        g, gamma = yield x
        m = mean(beta1, m, [d * c for c in g])
        v = mean(beta2, v, [d**2 * c**2 for c in g])
        r = root * r + (1 - root) * gamma * d**2 * dot(g, plus(x0, -1, x))
        s = mean(root, s, [gamma * d**2 * c for c in g])
        size = sum(abs(c) for c in s)
        step = [a / (b**0.5 + d * eps) for a, b in zip(m, v, strict=True)]
        x = plus(x, -gamma * d, plus(step, weight_decay, x))
        d = max(d, growth * r / size) if size > 0 else d


@paper("dadapt_adamw", "Defazio and Mishchenko 2023, algorithm 5, r with the v of before as in the authors' program",
       each=False, lr=(0.3, 1.5), d0=(1e-4, 1e-2))  # fmt: skip
def dadapt(x, beta1, beta2, eps, d0, weight_decay):
    d, r, root = d0, 0.0, beta2**0.5
    m, v, s = [0.0] * len(x), [0.0] * len(x), [0.0] * len(x)
    while True:
        g, gamma = yield x
        size = [c**0.5 + eps for c in v]
        r = root * r + (1 - root) * d * gamma * sum(a * b / c for a, b, c in zip(g, s, size, strict=True))
        m = mean(beta1, m, [d * gamma * c for c in g])
        v = mean(beta2, v, [c * c for c in g])
        s = mean(root, s, [d * gamma * c for c in g])
        moved = [a / (b**0.5 + eps) for a, b in zip(m, v, strict=True)]
        x = plus(plus(x, -1, moved), -d * gamma * weight_decay, x)
        below = (1 - root) * sum(abs(c) for c in s)
        d = max(d, r / below) if below > 0 else d


@paper("cocob", "Orabona and Tommasi 2017, algorithm 2", lr=(0.5, 1.5), alpha=(10.0, 200.0), eps=(1e-3, 1e-1))
def cocob(w, alpha, eps):
    w1, scale = w, eps
    gathered = reward = theta = 0.0
    while True:
        slope, lr = yield w
        g = -slope  # the paper's is the negative gradient
        scale = max(scale, abs(g))
        gathered += abs(g)
        reward = max(reward + (w - w1) * g, 0)
        theta += g
        w = w1 + lr * theta / (scale * max(gathered + scale, alpha * scale)) * (scale + reward)


@paper(
    "polyak_sgd", "Loizou et al. 2021, equation 3 with c = 1; eps beside |g|^2", each=False, value=True, lr=(0.3, 1.0)
)
def stochastic_polyak(x, max_learning_rate, f_min, eps):
    while True:
        g, lr, f = yield x
        below = dot(g, g) + eps
        gamma = min((f - f_min) / below, max_learning_rate) if below > 0 else 0.0
        x = plus(x, -lr * gamma, g)


@paper("momo", "Schaipp et al. 2023, algorithm 1", each=False, value=True, lr=(0.03, 1.0))
def momo(x, beta, lower_bound, weight_decay):
    d = None
    while True:
        g, alpha, f = yield x
        if d is None:
            d, f_bar, gamma = g, f, dot(g, x)
        else:
            d, f_bar = mean(beta, d, g), beta * f_bar + (1 - beta) * f
            gamma = beta * gamma + (1 - beta) * dot(g, x)
        above = max((1 + alpha * weight_decay) * (f_bar - lower_bound - gamma) + dot(d, x), 0)
        tau = min(alpha, above / dot(d, d)) if dot(d, d) > 0 else 0.0
        x = [c / (1 + alpha * weight_decay) for c in plus(x, -tau, d)]


@paper("momo_adam", "Schaipp et al. 2023, algorithm 2", each=False, value=True, lr=(0.03, 1.0))
def momo_adam(x, beta1, beta2, eps, lower_bound, weight_decay):
    d, v = [0.0] * len(x), [0.0] * len(x)
    f_bar = gamma = 0.0
    for k in count(1):
        g, alpha, f = yield x
        d, v = mean(beta1, d, g), mean(beta2, v, [c * c for c in g])
        f_bar, gamma = beta1 * f_bar + (1 - beta1) * f, beta1 * gamma + (1 - beta1) * dot(g, x)
        rho = 1 - beta1**k
        turned = [a / (eps + (b / (1 - beta2**k)) ** 0.5) for a, b in zip(d, v, strict=True)]
        above = max((1 + alpha * weight_decay) * (f_bar - rho * lower_bound - gamma) + dot(d, x), 0)
        tau = min(alpha / rho, above / dot(d, turned)) if dot(d, turned) > 0 else 0.0
        x = [c / (1 + alpha * weight_decay) for c in plus(x, -tau, turned)]


@paper("muon", "Jordan et al. 2024, with his program's scale", each=False, columns=[1, 2, 3, 6], lr=(1e-3, 1e-1))
def muon(w, momentum, eps, weight_decay, columns):
    yield from _muon(w, momentum, eps, weight_decay, columns, nesterov=True)


@paper("muon_plain", "Jordan et al. 2024, with his program's scale", each=False, columns=[1, 2, 3, 6], lr=(1e-3, 1e-1))
def muon_plain(w, momentum, eps, weight_decay, columns):
    yield from _muon(w, momentum, eps, weight_decay, columns, nesterov=False)


def _muon(w, momentum, eps, weight_decay, columns, nesterov):
    def times(a, b):
        return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]

    def turned(a):
        return [list(row) for row in zip(*a, strict=True)]

    rows = len(w) // columns
    buffer = [0.0] * len(w)
    while True:
        g, lr = yield w
        buffer = mean(momentum, buffer, g)
        u = mean(momentum, buffer, g) if nesterov else buffer
        x = [[c / (norm(u) + eps) for c in u[i * columns : (i + 1) * columns]] for i in range(rows)]
        for _ in range(5):
            cube = times(times(x, turned(x)), x)
            fifth = times(times(x, turned(x)), cube)
            x = [
                [3.4445 * a - 4.7750 * b + 2.0315 * c for a, b, c in zip(*each, strict=True)]
                for each in zip(x, cube, fifth, strict=True)
            ]
        step = [max(1, rows / columns) ** 0.5 * c for row in x for c in row]
        w = plus(w, -lr, plus(step, weight_decay, w))

"""Descent, momentum and signs, from their papers. Each algorithm is sent (gradient, rate) and yields the next point."""

from itertools import count

from references import paper


def sgn(x):
    return (x > 0) - (x < 0)


@paper("sgd", "Robbins and Monro 1951, equation 8")
def robbins_monro(x, weight_decay):
    while True:
        g, lr = yield x
        x -= lr * (g + weight_decay * x)


@paper("momentum", "Goh 2017, z <- beta z + g, w <- w - alpha z; with torch's dampening")
def goh(w, momentum, dampening, weight_decay):
    z = None
    while True:
        g, lr = yield w
        g += weight_decay * w
        z = g if z is None else momentum * z + (1 - dampening) * g
        w -= lr * z


@paper("momentum", "Polyak 1964, equation 9", constant=True, beside=("dampening",), dampening=[0.0])
def polyak(x, momentum, dampening, weight_decay):
    assert dampening == 0
    before = x
    while True:
        g, lr = yield x
        x, before = x - lr * (g + weight_decay * x) + momentum * (x - before), x


@paper("nesterov", "Sutskever et al. 2013, equations 3 and 4, seen where the gradient is taken", constant=True)
def sutskever(theta, momentum, weight_decay):
    v = 0.0
    while True:
        ahead = theta + momentum * v
        g, lr = yield ahead
        v = momentum * v - lr * (g + weight_decay * ahead)
        theta += v


@paper("nesterov", "Bengio, Boulanger-Lewandowski and Pascanu 2012, section 3.5, the rate outside as in torch")
def bengio(x, momentum, weight_decay):
    b = 0.0
    while True:
        g, lr = yield x
        g += weight_decay * x
        b, old = momentum * b + g, b
        x -= lr * ((1 + momentum) * g + momentum * momentum * old)


@paper(
    "optimistic_gd", "Daskalakis et al. 2018, equation 6: w - 2 eta g + eta g_before", alpha=(0.5, 2.0), beta=(0.0, 2.0)
)
def daskalakis(w, alpha, beta):
    before = None
    while True:
        g, lr = yield w
        before = g if before is None else before  # the paper has no first step
        w -= lr * alpha * g + lr * beta * (g - before)
        before = g


@paper("asgd", "Bottou 2010, section 4 (averaged SGD), as svmasgd and torch have it", beside=("t0",), alpha=(0.5, 1.0))
def bottou(w, lr, lambd, alpha, t0, weight_decay):
    eta = lr
    for t in count(1):
        g, rate = yield w
        w -= eta * (g + weight_decay * w + lambd * w)
        eta = rate / (1 + lambd * rate * t) ** alpha


@paper("sign_sgd", "Bernstein et al. 2018, algorithm 1")
def signsgd(x):
    while True:
        g, delta = yield x
        x -= delta * sgn(g)


@paper("signum", "Bernstein et al. 2018, algorithm 2")
def signum(x, momentum):
    m = 0.0
    while True:
        g, delta = yield x
        m = momentum * m + (1 - momentum) * g
        x -= delta * sgn(m)


@paper("lion", "Chen et al. 2023, algorithm 2")
def lion(theta, beta1, beta2, weight_decay):
    m = 0.0
    while True:
        g, eta = yield theta
        c = beta1 * m + (1 - beta1) * g
        theta -= eta * (sgn(c) + weight_decay * theta)
        m = beta2 * m + (1 - beta2) * g


@paper("rprop", "Igel and Huesken 2000, iRprop-", step_size_min=(1e-4, 1e-2), step_size_max=(0.05, 0.5))
def irprop_minus(w, lr, etaminus, etaplus, step_size_min, step_size_max):
    delta, before = lr, 0.0
    while True:
        g, _ = yield w
        if before * g > 0:
            delta = min(delta * etaplus, step_size_max)
        elif before * g < 0:
            delta = max(delta * etaminus, step_size_min)
            g = 0.0
        w -= sgn(g) * delta
        before = g


@paper("normalized_gd", "Hazan, Levy and Shalev-Shwartz 2015, algorithm 1; with eps", each=False)
def normalized(x, eps):
    while True:
        g, eta = yield x
        length = sum(c * c for c in g) ** 0.5
        x = [a - eta * c / (length + eps) for a, c in zip(x, g, strict=True)]


@paper("optimal_gd", "Polyak 1987, section 1.4, theorem 3")
def best_rate(x, smallest, largest):
    while True:
        g, lr = yield x
        x -= lr * 2 / (smallest + largest) * g


@paper("optimal_momentum", "Polyak 1964, theorem 9")
def best_momentum(x, smallest, largest):
    before = x
    alpha = 4 / (largest**0.5 + smallest**0.5) ** 2
    beta = ((largest**0.5 - smallest**0.5) / (largest**0.5 + smallest**0.5)) ** 2
    while True:
        g, lr = yield x
        x, before = x - lr * alpha * g + beta * (x - before), x


@paper("optimal_nesterov", "Nesterov 2004, scheme 2.2.11")
def constant_scheme(y, smallest, largest):
    before, q = y, (smallest / largest) ** 0.5
    while True:
        g, lr = yield y
        x = y - lr / largest * g
        y, before = x + (1 - q) / (1 + q) * (x - before), x


@paper("chebyshev", "Golub and Van Loan 2013, section 11.2.8, by Chebyshev's polynomials c_k(1/rho) themselves")
def semi_iteration(x, smallest, largest):
    before, mu = x, (largest + smallest) / (largest - smallest)
    c, c_before = mu, 1.0  # c_1, c_0
    for k in count(1):
        g, lr = yield x
        omega = 1.0 if k == 1 else 2 * mu * c_before / c
        x, before = x - lr * omega * 2 / (largest + smallest) * g + (omega - 1) * (x - before), x
        c, c_before = 2 * mu * c - c_before, c

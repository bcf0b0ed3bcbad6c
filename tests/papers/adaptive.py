"""Rates for each coordinate from past gradients, from their papers."""

from itertools import count

from references import paper


@paper("adagrad", "Duchi, Hazan and Singer 2011, figure 1, diagonal; with torch's decays")
def adagrad(x, lr_decay, weight_decay, initial_accumulator_value, eps):
    squares = initial_accumulator_value
    for t in count():
        g, eta = yield x
        g += weight_decay * x
        squares += g * g
        x -= eta / (1 + t * lr_decay) * g / (squares**0.5 + eps)


@paper("adadelta", "Zeiler 2012, algorithm 1")
def adadelta(x, rho, eps, weight_decay):
    e_g = e_x = 0.0
    while True:
        g, lr = yield x
        g += weight_decay * x
        e_g = rho * e_g + (1 - rho) * g**2
        step = -((e_x + eps) ** 0.5) / (e_g + eps) ** 0.5 * g
        e_x = rho * e_x + (1 - rho) * step**2
        x += lr * step


@paper("rmsprop", "Tieleman and Hinton 2012, lecture 6e, slide 29; with torch's eps and momentum")
def rmsprop(w, alpha, eps, momentum, weight_decay):
    mean_square = b = 0.0
    while True:
        g, lr = yield w
        g += weight_decay * w
        mean_square = alpha * mean_square + (1 - alpha) * g**2
        b = momentum * b + g / (mean_square**0.5 + eps)
        w -= lr * b


@paper("rmsprop_centered", "Graves 2013, equations 38 to 41; eps outside the root, as in torch", eps=(1e-2, 1e-1))
def graves(w, alpha, eps, momentum, weight_decay):
    n = mean = delta = 0.0
    while True:
        g, lr = yield w
        g += weight_decay * w
        n = alpha * n + (1 - alpha) * g * g
        mean = alpha * mean + (1 - alpha) * g
        delta = momentum * delta - g / (max(n - mean * mean, 0.0) ** 0.5 + eps)
        w += lr * delta


@paper("sm3", "Anil et al. 2019, SM3-II with a cover of one set a coordinate, and the momentum of its experiments")
def sm3(w, momentum, eps):
    mu = m = 0.0
    while True:
        g, eta = yield w
        nu = mu + g * g
        m = momentum * m + (1 - momentum) * g / (nu + eps) ** 0.5
        w -= eta * m
        mu = nu


@paper("madgrad", "Defazio and Jelassi 2022, algorithm 1; the authors' program adds eps to the rate")
def madgrad(x, momentum, eps, weight_decay):
    x0, c = x, 1 - momentum
    s = nu = 0.0
    for k in count():
        g, gamma = yield x
        g += weight_decay * x
        weight = (gamma + eps) * (k + 1) ** 0.5
        s += weight * g
        nu += weight * g * g
        z = x0 - s / (nu ** (1 / 3) + eps)
        x = (1 - c) * x + c * z


@paper("schedule_free_sgd", "Defazio et al. 2024, equations 3 to 5 with weights of the squared largest rate")
def schedule_free(y, beta1, weight_decay):
    x = z = y
    largest = total = 0.0
    while True:
        g, gamma = yield y
        z -= gamma * (g + weight_decay * y)
        largest = max(largest, gamma)
        total += largest**2
        x += largest**2 / total * (z - x)
        y = (1 - beta1) * z + beta1 * x


@paper("schedule_free_adamw", "Defazio et al. 2024, algorithm 1, with the authors' program's correction of v")
def schedule_free_adamw(y, beta1, beta2, eps, weight_decay):
    x = z = y
    largest = total = v = 0.0
    for t in count(1):
        g, gamma = yield y
        v = beta2 * v + (1 - beta2) * g * g
        z -= gamma * (g / ((v / (1 - beta2**t)) ** 0.5 + eps) + weight_decay * y)
        largest = max(largest, gamma)
        total += largest**2
        x += largest**2 / total * (z - x)
        y = (1 - beta1) * z + beta1 * x


@paper("adafactor", "Shazeer and Stern 2018, algorithm 5 on a vector; eps1 as in torch", each=False, lr=(1e-2, 0.3))
def adafactor(x, beta2_decay, eps1, eps2, d, weight_decay):
    v = [0.0] * len(x)

    def rms(u):
        return (sum(c * c for c in u) / len(u)) ** 0.5

    for t in count(1):
        g, lr = yield x
        rho = min(lr, t**-0.5)
        alpha = max(eps2, rms(x)) * rho
        beta = 1 - t**-beta2_decay
        v = [beta * a + (1 - beta) * c * c for a, c in zip(v, g, strict=True)]
        u = [c / max(a**0.5, eps1) for a, c in zip(v, g, strict=True)]
        u_hat = [c / max(1, rms(u) / d) for c in u]
        x = [(1 - lr * weight_decay) * a - alpha * c for a, c in zip(x, u_hat, strict=True)]

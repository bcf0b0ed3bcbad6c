"""Adam and what came of it, from their papers: each algorithm for one coordinate."""

from itertools import count

from references import paper


@paper("adam", "Kingma and Ba 2015, algorithm 1; with an L2 penalty")
def adam(theta, beta1, beta2, eps, weight_decay):
    m = v = 0.0
    for t in count(1):
        g, alpha = yield theta
        g += weight_decay * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta -= alpha * m_hat / (v_hat**0.5 + eps)


@paper("adamw", "Loshchilov and Hutter 2019, algorithm 2, the decay times the rate as in torch")
def adamw(theta, beta1, beta2, eps, weight_decay):
    m = v = 0.0
    for t in count(1):
        g, alpha = yield theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta -= alpha * (m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps) + weight_decay * theta)


@paper("amsgrad", "Reddi, Kale and Kumar 2018, algorithm 2, corrected after the maximum as in torch; L2 penalty")
def amsgrad(x, beta1, beta2, eps, weight_decay):
    yield from _amsgrad(x, beta1, beta2, eps, weight_decay, 0.0)


@paper("amsgradw", "Reddi, Kale and Kumar 2018, algorithm 2, corrected as in torch; Loshchilov and Hutter's decay")
def amsgradw(x, beta1, beta2, eps, weight_decay):
    yield from _amsgrad(x, beta1, beta2, eps, 0.0, weight_decay)


def _amsgrad(x, beta1, beta2, eps, penalty, decay):
    m = v = v_max = 0.0
    for t in count(1):
        g, alpha = yield x
        g, x = g + penalty * x, x - alpha * decay * x
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = max(v_max, v)
        x -= alpha * m / (1 - beta1**t) / ((v_max / (1 - beta2**t)) ** 0.5 + eps)


@paper("adamax", "Kingma and Ba 2015, algorithm 2; torch's eps beside |g|, L2 penalty")
def adamax(theta, beta1, beta2, eps, weight_decay):
    yield from _adamax(theta, beta1, beta2, eps, weight_decay, 0.0)


@paper("adamaxw", "Kingma and Ba 2015, algorithm 2; torch's eps beside |g|, Loshchilov and Hutter's decay")
def adamaxw(theta, beta1, beta2, eps, weight_decay):
    yield from _adamax(theta, beta1, beta2, eps, 0.0, weight_decay)


def _adamax(theta, beta1, beta2, eps, penalty, decay):
    m = u = 0.0
    for t in count(1):
        g, alpha = yield theta
        g, theta = g + penalty * theta, theta - alpha * decay * theta
        m = beta1 * m + (1 - beta1) * g
        u = max(beta2 * u, abs(g) + eps)
        theta -= alpha / (1 - beta1**t) * m / u


@paper("nadam", "Dozat 2016, algorithm 2; the average's decay beta1 as in torch and Keras, L2 penalty")
def nadam(theta, beta1, beta2, momentum_decay, eps, weight_decay):
    yield from _nadam(theta, beta1, beta2, momentum_decay, eps, weight_decay, 0.0)


@paper("nadamw", "Dozat 2016, algorithm 2, as torch has it; Loshchilov and Hutter's decay")
def nadamw(theta, beta1, beta2, momentum_decay, eps, weight_decay):
    yield from _nadam(theta, beta1, beta2, momentum_decay, eps, 0.0, weight_decay)


def _nadam(theta, beta1, beta2, momentum_decay, eps, penalty, decay):
    def mu(t):
        return beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))

    m = n = 0.0
    product = 1.0
    for t in count(1):
        g, alpha = yield theta
        g, theta = g + penalty * theta, theta - alpha * decay * theta
        product *= mu(t)
        m = beta1 * m + (1 - beta1) * g
        n = beta2 * n + (1 - beta2) * g**2
        g_hat = g / (1 - product)
        m_hat = m / (1 - product * mu(t + 1))
        n_hat = n / (1 - beta2**t)
        m_bar = (1 - mu(t)) * g_hat + mu(t + 1) * m_hat
        theta -= alpha * m_bar / (n_hat**0.5 + eps)


@paper("radam", "Liu et al. 2020, algorithm 2; torch's threshold 5 and eps, L2 penalty")
def radam(theta, beta1, beta2, eps, weight_decay):
    yield from _radam(theta, beta1, beta2, eps, weight_decay, 0.0)


@paper("radamw", "Liu et al. 2020, algorithm 2; torch's threshold 5 and eps, Loshchilov and Hutter's decay")
def radamw(theta, beta1, beta2, eps, weight_decay):
    yield from _radam(theta, beta1, beta2, eps, 0.0, weight_decay)


def _radam(theta, beta1, beta2, eps, penalty, decay):
    m = v = 0.0
    rho_inf = 2 / (1 - beta2) - 1
    for t in count(1):
        g, alpha = yield theta
        g, theta = g + penalty * theta, theta - alpha * decay * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        if rho > 5:
            length = (1 - beta2**t) ** 0.5 / (v**0.5 + eps)
            r = ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) ** 0.5
            theta -= alpha * r * m_hat * length
        else:
            theta -= alpha * m_hat


@paper("adabelief", "Zhuang et al. 2020, algorithm 2; its one eps as two")
def adabelief(theta, beta1, beta2, eps, eps_root):
    m = s = 0.0
    for t in count(1):
        g, alpha = yield theta
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps_root
        theta -= alpha * m / (1 - beta1**t) / ((s / (1 - beta2**t)) ** 0.5 + eps)


@paper("acprop", "Zhuang et al. 2021, algorithm 1, with the correction, first step and eps of the authors' program")
def acprop(x, beta1, beta2, eps, eps_root, weight_decay):
    m = s = 0.0
    for t in count(1):
        g, alpha = yield x
        root = 1.0 if t == 1 else (s / (1 - beta2 ** (t - 1))) ** 0.5
        x -= alpha * (g / (root + eps) + weight_decay * x)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps_root


@paper("yogi", "Zaheer et al. 2018, algorithm 2; v begun at a constant")
def yogi(x, beta1, beta2, eps, initial_accumulator_value):
    m, v = 0.0, initial_accumulator_value
    while True:
        g, eta = yield x
        m = beta1 * m + (1 - beta1) * g
        v = v - (1 - beta2) * ((v > g**2) - (v < g**2)) * g**2
        x -= eta * m / (v**0.5 + eps)


@paper(
    "adan", "Xie et al. 2022, algorithm 1, its betas 1 minus these; the averages corrected as in the authors' program"
)
def adan(theta, beta1, beta2, beta3, eps, eps_root, weight_decay):
    b1, b2, b3 = 1 - beta1, 1 - beta2, 1 - beta3  # the paper's
    m = v = n = 0.0
    before = None
    for k in count(1):
        g, eta = yield theta
        change = 0.0 if before is None else g - before
        m = (1 - b1) * m + b1 * g
        v = (1 - b2) * v + b2 * change
        n = (1 - b3) * n + b3 * (g + (1 - b2) * change) ** 2
        m_hat, v_hat, n_hat = m / (1 - beta1**k), v / (1 - beta2**k), n / (1 - beta3**k)
        eta_k = eta / ((n_hat + eps_root) ** 0.5 + eps)
        theta = (theta - eta_k * (m_hat + (1 - b2) * v_hat)) / (1 + weight_decay * eta)
        before = g


@paper("ademamix", "Pagliardini, Ablin and Grangier 2024, equation AdEMAMix, without schedulers", alpha=(1.0, 8.0))
def ademamix(theta, beta1, beta2, beta3, alpha, eps, weight_decay):
    m1 = m2 = nu = 0.0
    for t in count(1):
        g, eta = yield theta
        m1 = beta1 * m1 + (1 - beta1) * g
        m2 = beta3 * m2 + (1 - beta3) * g
        nu = beta2 * nu + (1 - beta2) * g**2
        m1_hat, nu_hat = m1 / (1 - beta1**t), nu / (1 - beta2**t)
        theta -= eta * ((m1_hat + alpha * m2) / (nu_hat**0.5 + eps) + weight_decay * theta)


@paper("simplified_ademamix", "Morwani et al. 2025, simplified AdEMAMix; v corrected as Adam's", alpha=(0.0, 8.0))
def simplified_ademamix(theta, beta1, beta2, alpha, eps, eps_root, weight_decay):
    m = nu = 0.0
    for t in count(1):
        g, eta = yield theta
        m = beta1 * m + g
        nu = beta2 * nu + (1 - beta2) * g**2
        theta -= eta * ((alpha * g + m) / ((nu / (1 - beta2**t) + eps_root) ** 0.5 + eps) + weight_decay * theta)


@paper("adopt", "Taniguchi et al. 2024, algorithm 2 with clipping at t^(1/4); decay as in the authors' program")
def adopt(theta, beta1, beta2, eps, weight_decay):
    g, _ = yield theta
    m, v = 0.0, g**2
    for t in count(1):
        g, alpha = yield theta
        c = t**0.25
        m = beta1 * m + (1 - beta1) * min(max(g / max(v**0.5, eps), -c), c)
        theta -= alpha * (m + weight_decay * theta)
        v = beta2 * v + (1 - beta2) * g**2


@paper(
    "optimistic_adam",
    "Daskalakis et al. 2018, algorithm 1; no change in the first step",
    alpha=(0.5, 2.0),
    beta=(0.0, 2.0),
)
def optimistic_adam(theta, alpha, beta, beta1, beta2, eps, eps_root):
    m = v = 0.0
    before = None
    for t in count(1):
        g, eta = yield theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        r = m / (1 - beta1**t) / ((v / (1 - beta2**t) + eps_root) ** 0.5 + eps)
        before = r if before is None else before
        theta += -eta * alpha * r - eta * beta * r + eta * beta * before
        before = r


@paper("sparse_adam", "Kingma and Ba 2015, section 2, lr_t and eps_hat, where the gradient is not 0")
def sparse_adam(theta, beta1, beta2, eps):
    m = v = 0.0
    for t in count(1):
        g, alpha = yield theta
        if g == 0:
            continue
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta -= alpha * (1 - beta2**t) ** 0.5 / (1 - beta1**t) * m / (v**0.5 + eps)

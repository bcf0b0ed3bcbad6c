"""Laws of the rules that read the parameters as a matrix, and of the wrappers that measure by the parameters."""

import numpy as np
import pytest
from references import reference

import landscape as ls

build = ls.optimizer
SHAPES = [(2, 3), (3, 2), (6, 1), (1, 6)]
MATRIX_RULES = ["muon", "muon_plain", "shampoo", "soap", "galore"]


class Given:
    """An oracle that answers with what it is given."""

    exact = False

    def __init__(self, gradient):
        self._gradient = gradient

    def gradient(self, params):
        return self._gradient


def follow(optimizer, start, given):
    """Where a rule goes from start (dim, runs) along given gradients (steps, dim, runs): (steps + 1, dim, runs)."""
    params, state = start, optimizer.init(start)
    path = [params]
    for gradient in given:
        params, state = optimizer.step(params, Given(gradient), state, optimizer.lr)
        path.append(params)
    return np.array(path)


def gradients(steps, dim=6, seed=0):
    rng = np.random.default_rng(seed)
    given = rng.standard_normal((steps, dim)) * 10.0 ** rng.uniform(-3, 2, (steps, 1))
    given[rng.random(given.shape) < 0.1] = 0.0
    return given


def along_optax(rule, start, given, shape):
    """Where optax goes from a matrix: (steps, dim)."""
    import jax
    import optax

    def step(carry, gradient):
        params, state = carry
        update, state = rule.update(gradient, state, params)
        params = optax.apply_updates(params, update)
        return (params, state), params

    begin = jax.numpy.asarray(start.reshape(shape))
    _, path = jax.lax.scan(step, (begin, rule.init(begin)), jax.numpy.asarray(given.reshape(-1, *shape)))
    return np.asarray(path).reshape(len(given), -1)


def deviation(ours, theirs):
    return np.max(np.abs(ours - theirs) / np.maximum.accumulate(np.abs(theirs), axis=0))


@reference("muon_plain", kind="library", source="optax.contrib.muon")
@pytest.mark.parametrize("shape", SHAPES)
def test_plain_muon_is_optaxs_on_the_turned_matrix(shape, optax):
    """optax's matrices act from the right, and are the transposes of these. It corrects m, which eps = 0 cannot see."""
    from optax import contrib

    rng = np.random.default_rng(3)
    fields = {"lr": 0.02, "momentum": rng.uniform(0.5, 0.99), "eps": 0.0, "weight_decay": 0.05}
    twin = contrib.muon(fields["lr"], beta=fields["momentum"], eps=0.0, weight_decay=0.05, nesterov=False)
    start, given = rng.standard_normal(6), gradients(1000)

    def turned(x):
        return np.swapaxes(x.reshape(-1, *shape), 1, 2).reshape(-1, 6)

    theirs = along_optax(twin, turned(start)[0], turned(given), shape[::-1])
    ours = follow(build("muon_plain", columns=shape[1], **fields), start[:, None], given[..., None])[1:, :, 0]
    assert deviation(turned(ours), theirs) < 1e-12


@reference("muon", "muon_plain", kind="library", source="torch.optim.Muon")
@pytest.mark.parametrize("shape", [(2, 3), (3, 2)])
@pytest.mark.parametrize("name", ["muon", "muon_plain"])
def test_muon_goes_where_torchs_does_to_the_digits_of_its_half_precision(name, shape, torch):
    given = gradients(60, seed=1)
    params = torch.zeros(*shape, dtype=torch.float64)
    twin = torch.optim.Muon([params], lr=0.02, weight_decay=0.0, momentum=0.9, nesterov=name == "muon")
    path = [np.zeros(6)]
    for gradient in given:
        params.grad = torch.tensor(gradient.reshape(shape))
        twin.step()
        path.append(params.numpy().ravel().copy())
    ours = follow(build(name, lr=0.02, momentum=0.9, columns=shape[1]), np.zeros((6, 1)), given[..., None])
    # 16 bits carry three digits
    steps = np.diff(ours[:, :, 0], axis=0) - np.diff(path, axis=0)
    assert np.median(np.abs(steps)) < 0.02 * 0.02


@reference("muon", kind="closed form", source="the singular vectors of the gradient")
@pytest.mark.parametrize("shape", SHAPES)
def test_muons_step_has_singular_values_near_one_and_the_gradients_singular_vectors(shape):
    rng = np.random.default_rng(5)
    gradient = rng.standard_normal((6, 40))
    ends = follow(build("muon", lr=1.0, columns=shape[1]), np.zeros((6, 40)), gradient[None])[1]
    for end, g in zip(ends.T, gradient.T, strict=True):
        u, _, v = np.linalg.svd(g.reshape(shape), full_matrices=False)
        along = -u.T @ end.reshape(shape) @ v.T / max(1.0, shape[0] / shape[1]) ** 0.5
        np.testing.assert_allclose(along, np.diag(np.diag(along)), atol=1e-12)
        # five rounds bring everything from 1 % of the largest on into this range
        assert np.all((np.diag(along) > 0.6) & (np.diag(along) < 1.25))


@reference("shampoo", kind="paper", source="Gupta, Koren and Singer 2018, algorithm 1")
@pytest.mark.parametrize("shape", SHAPES)
def test_shampoo_is_the_papers_algorithm(shape):
    from scipy.linalg import fractional_matrix_power, inv

    given = gradients(12, seed=2)
    start = np.arange(6.0)
    path = follow(build("shampoo", lr=0.3, eps=1e-3, columns=shape[1]), start[:, None], given[..., None])[..., 0]
    w, left, right = start.reshape(shape), 1e-3 * np.eye(shape[0]), 1e-3 * np.eye(shape[1])
    for t, g in enumerate(given.reshape(-1, *shape), start=1):
        left, right = left + g @ g.T, right + g.T @ g
        roots = [inv(fractional_matrix_power(each, 0.25)) for each in (left, right)]
        w = w - 0.3 * roots[0] @ g @ roots[1]
        np.testing.assert_allclose(path[t], w.ravel(), rtol=1e-9, atol=1e-9)


def test_shampoos_first_step_without_eps_is_the_nearest_orthogonal_matrix():
    """L^(-1/4) G R^(-1/4) = U V^T for G = U S V^T: what Muon's rounds come near to."""
    gradient = np.random.default_rng(6).standard_normal((6, 30))
    ends = follow(build("shampoo", lr=1.0, eps=0.0, columns=3), np.zeros((6, 30)), gradient[None])[1]
    for end, g in zip(ends.T, gradient.T, strict=True):
        u, _, v = np.linalg.svd(g.reshape(2, 3), full_matrices=False)
        np.testing.assert_allclose(-end.reshape(2, 3), u @ v, atol=1e-7)


@pytest.mark.parametrize("columns", [1, 6])
def test_shampoo_on_a_vector_is_full_matrix_adagrad_but_for_its_fourth_roots(columns):
    """A constant gradient makes L and R of rank one: the step is g/|g| over the root of time."""
    g = np.array([3.0, 4.0, 0.0, 0.0, 0.0, 0.0])[:, None]
    path = follow(build("shampoo", lr=1.0, eps=0.0, columns=columns), np.zeros((6, 1)), [g] * 20)
    expected = np.outer(1.0 / np.sqrt(np.arange(1.0, 21.0)), g[:, 0] / 5.0)
    np.testing.assert_allclose(-np.diff(path[..., 0], axis=0), expected, atol=1e-10)


# with one row or column, five of the first eigenvectors are any that are orthogonal to the sixth
@reference("soap", kind="paper", source="Vyas et al. 2024, algorithms 3 and 4")
@pytest.mark.parametrize("shape", SHAPES[:2])
def test_soap_is_the_papers_algorithm(shape):
    given, start = gradients(50, seed=4), np.arange(6.0)
    fields = {"lr": 0.05, "beta1": 0.9, "beta2": 0.8, "eps": 1e-6, "weight_decay": 0.1, "interval": 4}
    path = follow(build("soap", columns=shape[1], **fields), start[:, None], given[..., None])[..., 0]
    w = start.reshape(shape)
    m, v, left, right = np.zeros(shape), np.zeros(shape), np.zeros((shape[0],) * 2), np.zeros((shape[1],) * 2)
    for t, g in enumerate(given.reshape(-1, *shape), start=1):
        if t > 1:
            rotated = q_l.T @ g @ q_r  # noqa: F821
            m = 0.9 * m + 0.1 * g
            v = 0.8 * v + 0.2 * rotated**2
            m_rotated = q_l.T @ m @ q_r / (1.0 - 0.9 ** (t - 1))  # noqa: F821
            adam = m_rotated / (np.sqrt(v / (1.0 - 0.8 ** (t - 1))) + 1e-6)
            w = w - 0.05 * (q_l @ adam @ q_r.T + 0.1 * w)  # noqa: F821
        left, right = 0.8 * left + 0.2 * g @ g.T, 0.8 * right + 0.2 * g.T @ g
        if t == 1:
            q_l, q_r = np.linalg.eigh(left)[1][:, ::-1], np.linalg.eigh(right)[1][:, ::-1]
        elif t % 4 == 0:
            q_l, q_r = np.linalg.qr(left @ q_l)[0], np.linalg.qr(right @ q_r)[0]
        np.testing.assert_allclose(path[t], w.ravel(), rtol=1e-9, atol=1e-9)


def test_soap_with_bases_that_do_not_turn_is_adam_in_them():
    """Where the first gradient's matrices are diagonal, the eigenbasis is the axes', and SOAP is Adam a step late."""
    given = gradients(30, dim=2, seed=5)
    given[0] = [2.0, 0.0]
    soap = build("soap", lr=0.1, beta1=0.9, beta2=0.95, weight_decay=0.0, interval=1000, columns=2)
    adam = build("adam", lr=0.1, beta1=0.9, beta2=0.95)
    start = np.ones((2, 1))
    np.testing.assert_allclose(
        follow(soap, start, given[..., None])[1:], follow(adam, start, given[1:, :, None]), rtol=1e-11
    )


@reference("galore", kind="library", source="optax")
@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (6, 1)])
def test_galore_is_optaxs_but_for_its_single_precision(shape, optax):
    from optax import contrib

    given = np.random.default_rng(8).standard_normal((60, 6))
    start = np.ones(6)
    twin = contrib.galore(0.01, rank=1, update_proj_gap=100, scale=0.5)
    theirs = along_optax(twin, start, given, shape)
    ours = build("galore", optimizer=build("adam", lr=0.01), rank=1, interval=100, scale=0.5, columns=shape[1])
    path = follow(ours, start[:, None], given[..., None])[1:, :, 0]
    assert deviation(path, theirs) < 1e-5


@reference("galore", kind="paper", source="Zhao et al. 2024, algorithm 2, around Adam")
@pytest.mark.parametrize("shape", [(2, 3), (3, 2)])
def test_galore_is_the_papers_algorithm(shape):
    given, start, tall = gradients(60, seed=15), np.arange(6.0), shape[0] >= shape[1]
    ours = build("galore", optimizer=build("adam", lr=0.05, eps=1e-3), rank=1, interval=7, scale=0.5, columns=shape[1])
    path = follow(ours, start[:, None], given[..., None])[..., 0]
    w, m, v = start.reshape(shape), 0.0, 0.0
    for t, g in enumerate(given.reshape(-1, *shape)):
        if t % 7 == 0:
            p = np.linalg.svd(g if tall else g.T)[0][:, :1]  # whose sign Adam's memory sees
        seen = p.T @ g if tall else g @ p
        m, v = 0.9 * m + 0.1 * seen, 0.999 * v + 0.001 * seen**2
        step = m / (1.0 - 0.9 ** (t + 1)) / (np.sqrt(v / (1.0 - 0.999 ** (t + 1))) + 1e-3)
        w = w - 0.05 * 0.5 * (p @ step if tall else step @ p.T)
        np.testing.assert_allclose(path[t + 1], w.ravel(), rtol=1e-9, atol=1e-9)


def test_galore_of_full_rank_around_sgd_is_sgd():
    given, start = gradients(50, seed=9), np.ones((6, 1))
    sgd = build("sgd", lr=0.1)
    for columns in (1, 2, 3, 6):
        rank = min(columns, 6 // columns)
        path = follow(build("galore", optimizer=sgd, rank=rank, interval=1, columns=columns), start, given[..., None])
        np.testing.assert_allclose(path, follow(sgd, start, given[..., None]), rtol=1e-12, atol=1e-12)


@reference("mechanic", "adaptive_clip", kind="library", source="optax")
@pytest.mark.parametrize("name", ["mechanic", "adaptive_clip"])
@pytest.mark.parametrize("inner", ["sgd", "adam"])
def test_a_wrapper_that_measures_by_the_parameters_is_optaxs(name, inner, optax):
    from optax import contrib

    theirs = {"sgd": optax.sgd(0.3), "adam": optax.adam(0.3)}[inner]
    rng = np.random.default_rng(10)
    start, given = rng.standard_normal(6), gradients(500, seed=11) + 0.5
    if name == "mechanic":
        twin = contrib.mechanize(theirs, weight_decay=0.02, eps=1e-6, s_init=1e-3, num_betas=4)
        fields = {"weight_decay": 0.02, "eps": 1e-6, "s_init": 1e-3, "num_betas": 4}
    else:
        twin, fields = optax.chain(optax.adaptive_grad_clip(0.05, 1e-2), theirs), {"clipping": 0.05, "eps": 1e-2}
    ours = follow(build(name, optimizer=build(inner, lr=0.3), **fields), start[:, None], given[..., None])[1:, :, 0]
    # Mechanic subtracts a point from itself at every step, and divides the difference by a small factor
    assert deviation(ours, along_optax(twin, start, given, (6,))) < (1e-9 if name == "mechanic" else 1e-12)


@reference(
    "mechanic", kind="paper", source="Cutkosky, Defazio and Mehta 2023, algorithm 1, with its authors' clipping of h"
)
def test_mechanic_is_the_papers_algorithm_around_gradient_descent():
    """With the way Delta kept, as in the paper; the rule divides p - p_0 by sum s + eps, the same at a small eps."""
    given, start = gradients(200, seed=16) + 0.5, [1.0, -2.0, 0.5, 3.0, -1.0, 0.2]
    decay, eps, s_init, rate, betas = 0.02, 1e-12, 1e-3, 0.3, [0.9, 0.99, 0.999]
    rule = build("mechanic", optimizer=build("sgd", lr=rate), weight_decay=decay, eps=eps, s_init=s_init, num_betas=3)
    path = follow(rule, np.array(start)[:, None], given[..., None])[..., 0]
    x, delta = start, [0.0] * 6
    m, v, r, s = [0.0] * 3, [0.0] * 3, [0.0] * 3, [s_init] * 3
    for t, g in enumerate(given.tolist()):
        size = [sum(c * c for c in each) ** 0.5 for each in (g, x)]
        seen = [c + decay * sum(s) * size[0] / (size[1] + eps) * a for c, a in zip(g, x, strict=True)]
        h = -sum(c * a for c, a in zip(seen, delta, strict=True))
        for i, beta in enumerate(betas):
            r[i] = beta * r[i] + s[i] * min(max(h, -m[i]), m[i])
            m[i] = max(beta * m[i], abs(h) + eps)
            v[i] = beta**2 * v[i] + h**2
            s[i] = (s_init / 3 * m[i] + max(r[i], 0.0)) / (v[i] ** 0.5 + eps)
        delta = [a - rate * c for a, c in zip(delta, g, strict=True)]
        x = [a + sum(s) * c for a, c in zip(start, delta, strict=True)]
        np.testing.assert_allclose(path[t + 1], x, rtol=1e-6, atol=1e-6)


def test_mechanic_finds_the_rate_of_gradient_descent():
    """A rate that is a million times too small, or a thousand times too large, still comes to the minimum."""
    rates = np.array([1e-6, 1.0, 1e3])
    mechanic = build("mechanic", optimizer=build("sgd", lr=rates), weight_decay=0.0)
    track = ls.simulate("sphere", mechanic, start=(1.0, -2.0), steps=600, repeats=3).tracks[0]
    assert np.all(track.value[-1] < 1e-2 * track.value[0])


@reference("adaptive_clip", kind="closed form", source="Brock et al. 2021, equation 3, on a sphere")
def test_adaptive_clipping_moves_by_a_part_of_the_parameters_at_most():
    clip = build("adaptive_clip", optimizer=build("sgd", lr=1.0), clipping=0.1)
    path = ls.simulate("sphere", clip, start=(3.0, 4.0), steps=20).tracks[0].params[:, :, 0]
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 5.0 * 0.9 ** np.arange(21.0), rtol=1e-12)


@pytest.mark.parametrize("name", MATRIX_RULES)
def test_a_run_alone_is_the_run_in_the_batch(name):
    rule = build(name, columns=2, **({"optimizer": "adam"} if name == "galore" else {}))
    start, given = np.random.default_rng(12).standard_normal((6, 5)), np.random.default_rng(13).random((30, 6, 5)) - 0.5
    path = follow(rule, start, given)
    for run in range(5):
        alone = follow(rule, start[:, run : run + 1], given[:, :, run : run + 1])
        assert np.array_equal(alone[..., 0], path[..., run])


@pytest.mark.parametrize("name", MATRIX_RULES)
def test_columns_that_do_not_divide_the_parameters_are_refused(name):
    rule = build(name, columns=4, **({"optimizer": "adam"} if name == "galore" else {}))
    with pytest.raises(ls.FieldError, match="columns must divide the number of parameters, 6, got 4"):
        rule.init(np.zeros((6, 1)))


@pytest.mark.parametrize("turn", ["left", "right"])
@pytest.mark.parametrize("name", MATRIX_RULES)
def test_turning_the_rows_or_the_columns_of_a_matrix_turns_the_path(name, turn):
    """W -> U W V^T for orthogonal U and V: what an orthogonalised or a Shampoo step has, and Adam lacks."""
    rng = np.random.default_rng(14)
    given, start = rng.standard_normal((25, 3, 3)), np.zeros((9, 1))
    q = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    fields = {"optimizer": "sgd"} if name == "galore" else {}
    rule = build(name, columns=3, **fields)

    def turned(x):
        return q @ x if turn == "left" else x @ q.T

    plain = follow(rule, start, given.reshape(25, 9, 1))
    other = follow(rule, start, turned(given).reshape(25, 9, 1))
    np.testing.assert_allclose(other.reshape(-1, 3, 3), turned(plain.reshape(-1, 3, 3)), rtol=1e-8, atol=1e-11)
    adam = build("adam")
    ours = follow(adam, start, turned(given).reshape(25, 9, 1)).reshape(-1, 3, 3)
    assert np.max(np.abs(ours - turned(follow(adam, start, given.reshape(25, 9, 1)).reshape(-1, 3, 3)))) > 1e-3

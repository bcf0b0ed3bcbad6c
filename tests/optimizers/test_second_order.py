"""Laws of the rules that ask for more than a gradient: closed forms, papers' pseudo-code, other libraries, counts."""

import inspect
import math
import warnings

import numpy as np
import pytest
from catalogue import ALONE, WRAPPERS, home, made, methods, rule, rules
from references import reference
from scipy import linalg, optimize, stats

import landscape as ls
from landscape.core.component import FieldError, field_hints
from landscape.core.methods import KINDS, NEEDS, Method, Oracle, cost
from landscape.core.random import Source
from landscape.core.state import leaves
from landscape.core.surface import HasResiduals, Surface, offers
from landscape.optimizers._bases import line_searches as _searches
from landscape.optimizers._bases.dense import along, applied, dot, solved, spectrum
from landscape.optimizers.second_order._trust_region import lowest_in_ball

build = ls.optimizer
METHODS = methods()
CONJUGATE = ["fletcher_reeves", "polak_ribiere", "hestenes_stiefel", "dai_yuan"]
NOISY = [name for name in METHODS if "exact" not in ls.optimizers.REGISTRY.get(name).needs]


class Axes(Surface):
    """f = sum of curvature_i x_i^2/2, outside the registry, any signs."""

    name = "axes"
    critical_points = ()

    def __init__(self, *curvatures):
        object.__setattr__(self, "curvatures", np.array(curvatures, dtype=float))

    @property
    def dim(self):
        return len(self.curvatures)

    @property
    def window(self):
        return ((-2.0, 2.0),) * self.dim

    @property
    def customary_start(self):
        return np.ones(self.dim)

    def _along(self, p):
        return self.curvatures.reshape(-1, *(1,) * (p.ndim - 1))

    def _value(self, p):
        return 0.5 * np.sum(self._along(p) * p * p, axis=0)

    def _gradient(self, p):
        return self._along(p) * p

    def _hessian(self, p):
        return np.diag(self.curvatures).reshape(self.dim, self.dim, *(1,) * (p.ndim - 1)) + np.zeros(p.shape[1:])


def walk(optimizer, surface, start, steps, seed=0):
    """The path (steps + 1, dim, runs) of a rule on the exact surface, with the oracle of each step."""
    p = np.array(start, dtype=float)
    p = p[:, None] if p.ndim == 1 else p
    own = Source(seed, np.arange(p.shape[1]), "rule")
    state, path, oracles = optimizer.init(p), [p], []
    for step in range(steps):
        oracle = Oracle(surface, own=own, step=step, steps=steps)
        p, state = optimizer.step(p, oracle, state, optimizer.lr)
        path.append(p)
        oracles.append(oracle)
    return np.array(path), oracles


def symmetric_matrices(rng, dim, runs, lowest=None):
    """Random symmetric matrices (dim, dim, runs); positive definite with the given lowest eigenvalue."""
    a = rng.standard_normal((dim, dim, runs))
    a = 0.5 * (a + np.swapaxes(a, 0, 1))
    if lowest is not None:
        least = np.array([np.linalg.eigvalsh(a[:, :, k])[0] for k in range(runs)])
        a = a + (lowest - least) * np.eye(dim)[:, :, None]
    return a


# what every rule declares and counts


@pytest.mark.parametrize("name", METHODS)
def test_a_rule_asks_for_what_it_says_it_needs_and_every_question_is_counted(name):
    class Counted(Surface):
        """Rosenbrock, counting calls."""

        __module__ = ls.surfaces.__name__  # a surface of one's own is called to be tried as well

        dim, window, customary_start, critical_points = 2, ((-2, 2), (-2, 2)), np.array([-1.2, 1.0]), ()

        def __init__(self):
            object.__setattr__(self, "inner", ls.surface("rosenbrock"))
            object.__setattr__(self, "calls", dict.fromkeys([*KINDS, "residuals"], 0))

        def _value(self, p):
            self.calls["value"] += 1
            return self.inner._value(p)

        def _gradient(self, p):
            self.calls["gradient"] += 1
            return self.inner._gradient(p)

        def _hessian(self, p):
            self.calls["hessian"] += 1
            return self.inner._hessian(p)

        def _product(self, p, vector):
            self.calls["product"] += 1
            return self.inner._product(p, vector)

        def residuals(self, p):
            self.calls["value"] += 1
            self.calls["residuals"] += 1
            return self.inner.residuals(p)

        def jacobian(self, p):
            self.calls["gradient"] += 1
            self.calls["residuals"] += 1
            return self.inner.jacobian(p)

    surface, optimizer = Counted(), rule(name)
    with np.errstate(all="ignore"):
        _, oracles = walk(optimizer, surface, surface.customary_start, 12)
    counted = {kind: sum(int(np.sum(oracle.counts.get(kind, 0))) for oracle in oracles) for kind in KINDS}
    assert counted == {kind: surface.calls[kind] for kind in KINDS}
    assert optimizer.needs <= NEEDS
    asked = {kind for kind, count in counted.items() if count}
    assert asked == optimizer.needs & set(KINDS)
    assert (surface.calls["residuals"] > 0) == ("residuals" in optimizer.needs)


@pytest.mark.parametrize("name", METHODS)
def test_the_record_holds_what_was_asked_for_and_its_cost(name):
    track = ls.simulate("rosenbrock", rule(name), start=(-0.5, 0.5), steps=15).tracks[0]
    assert set(track.asked) == rule(name).needs & set(KINDS)
    total = sum(cost(kind, 2) * count for kind, count in track.asked.items())
    assert np.array_equal(track.evaluations, total)
    assert np.all(np.diff(track.evaluations, axis=0) >= 0)
    assert track.evaluations[0, 0] == 0


def test_a_record_of_such_rules_is_saved_and_loaded_whole(tmp_path):
    record = ls.simulate(
        "himmelblau",
        [*(rule(name) for name in METHODS), ls.entrant("momentum", schedules={"momentum": "linear"})],
        steps=6,
    )
    record.save(tmp_path / "record.npz")
    again = ls.load(tmp_path / "record.npz")
    assert again == record
    assert again["newton"].asked.keys() == {"gradient", "hessian"}
    assert again["momentum"].schedules == {"momentum": ls.schedule("linear")}


@pytest.mark.parametrize("name", METHODS)
def test_a_step_leaves_its_inputs_as_they_were(name):
    surface, optimizer = ls.surface("himmelblau"), rule(name)
    params = np.random.default_rng(1).uniform(-3.0, 3.0, (2, 5))
    state = optimizer.init(params)
    for step in range(3):
        before = [np.copy(leaf) for leaf in (params, *leaves(state))]
        oracle = Oracle(surface, own=Source(0, np.arange(5), "rule"), step=step)
        moved, kept = optimizer.step(params, oracle, state, optimizer.lr)
        after = (params, *leaves(state))
        assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
        params, state = moved, kept


def test_a_step_keeps_the_shapes_of_the_state():
    params = np.random.default_rng(1).uniform(-3.0, 3.0, (2, 5))
    for name in METHODS:
        optimizer = rule(name)
        state = optimizer.init(params)
        for step in range(2):
            oracle = Oracle(ls.surface("himmelblau"), own=Source(0, np.arange(5), "rule"), step=step)
            _, kept = optimizer.step(params, oracle, state, optimizer.lr)
            before, after = (list(map(np.shape, leaves(each))) for each in (state, kept))
            if home(name).startswith(ALONE):  # they gather the points at which they play back, first axis
                before, after = ([shape[1:] for shape in shapes] for shapes in (before, after))
            # what is one number for each run may be one for all, as a length that is the rate is
            assert all(now in (was, ()) for was, now in zip(before, after, strict=True)), (name, before, after)
            state = kept


@pytest.mark.parametrize("name", METHODS)
def test_a_rule_says_its_equation_its_fields_and_its_source(name):
    cls = ls.optimizers.REGISTRY.get(name)
    text = inspect.getdoc(cls)
    assert "p <- " in text or name == "sam"
    assert "Source: " in text
    assert all(f"{field}" in text for field in field_hints(cls))


@pytest.mark.parametrize("name", METHODS)
def test_a_bad_value_is_refused_with_its_field(name):
    for field in field_hints(ls.optimizers.REGISTRY.get(name)):
        for value in (math.nan, "much", None, -1.0 if field not in ("f_min", "lower_bound") else math.inf):
            with pytest.raises(FieldError) as caught:
                build(name, **({"optimizer": "sgd"} if name in WRAPPERS else {}) | {field: value})
            assert caught.value.field == field


def test_what_a_rule_needs_and_a_surface_lacks_is_said_at_once():
    with pytest.raises(ValueError, match="gauss_newton: needs a sum of squares"):
        ls.simulate("quadratic", "gauss_newton", steps=1)

    class Exact(Method):
        """Bears no noise."""

        lr, name, needs = 1.0, "exact", frozenset({"exact"})
        init = step = None

    with pytest.raises(ValueError, match='exact: needs the exact loss, so it cannot be used with the noise "gaussian"'):
        ls.simulate("quadratic", Exact(), steps=1, noise="gaussian")


@pytest.mark.parametrize("name", ls.surfaces.names())
def test_the_product_of_hessian_and_vector_is_exact_on_every_surface(name):
    surface = made(name)
    rng = np.random.default_rng(4)
    lows, highs = np.array(surface.window).T[:, :, None]
    p = rng.uniform(lows, highs, (surface.dim, 8)) + 1e-3
    vector = rng.standard_normal(p.shape)
    with np.errstate(all="ignore"):
        expected, product = applied(surface._hessian(p), vector), surface._product(p, vector)
    size = np.abs(surface._hessian(p)).max(axis=(0, 1)) + np.abs(surface._gradient(p)).max(axis=0) + 1e-300
    known = np.isfinite(expected).all(axis=0)
    assert known.any()
    assert np.max((np.abs(product - expected) / size)[:, known]) < 1e-9, name


@pytest.mark.parametrize("name", [n for n in ls.surfaces.names() if offers(made(n), HasResiduals)])
def test_a_sum_of_squares_is_the_sum_of_its_residuals_squares(name):
    surface = made(name)
    rng = np.random.default_rng(5)
    p = surface.customary_start[:, None] * (1.0 + 0.01 * rng.standard_normal((surface.dim, 4)))
    r, jacobian = surface.residuals(p), surface.jacobian(p)
    assert np.allclose(np.sum(r * r, axis=0), surface.value(p), rtol=1e-12)
    slope = 2.0 * np.einsum("mr,mdr->dr", r, jacobian)
    assert np.allclose(slope, surface.gradient(p), rtol=1e-9, atol=1e-9 * np.abs(slope).max())


# dense algebra and searches


def test_dense_algebra_for_many_runs_is_that_of_each():
    rng = np.random.default_rng(2)
    a, x = symmetric_matrices(rng, 4, 6), rng.standard_normal((4, 6))
    a[:, :, 5] = 0.0
    a[0, 0, 4] = np.nan
    for k in range(4):
        assert np.allclose(solved(a, x)[:, k], np.linalg.solve(a[:, :, k], x[:, k]), rtol=1e-12)
        values, vectors = spectrum(a)
        assert np.allclose(values[:, k], np.linalg.eigvalsh(a[:, :, k]), rtol=1e-12)
        assert np.allclose(a[:, :, k] @ vectors[:, :, k], vectors[:, :, k] * values[:, k], atol=1e-12)
        assert np.allclose(along(vectors, x)[:, k], vectors[:, :, k].T @ x[:, k], rtol=1e-12)
    assert np.isnan(solved(a, x)[:, 4:]).all()


def test_a_wolfe_search_ends_where_the_strong_conditions_hold():
    rng = np.random.default_rng(3)
    for name in ("rosenbrock", "himmelblau", "beale", "rastrigin", "ackley", "styblinski_tang"):
        surface = ls.surface(name)
        p = rng.uniform(*np.array(surface.window).T[:, :, None], (2, 200))
        oracle = Oracle(surface)
        f, g = oracle.value(p), oracle.gradient(p)
        d = -g * rng.uniform(0.1, 10.0, 200)
        first = 10.0 ** rng.uniform(-4, 1, 200)
        found = _searches.wolfe(oracle, p, d, f, g, first, 1e-4, 0.9)
        s = dot(g, d)
        assert np.allclose(found.params, p + found.t * d)
        assert np.array_equal(found.value, surface.value(found.params))
        assert np.array_equal(found.gradient, surface.gradient(found.params))
        low = found.value <= f + 1e-4 * found.t * s
        flat = np.abs(dot(found.gradient, d)) <= 0.9 * np.abs(s)
        assert np.mean(low & flat) > 0.97, name
        assert np.all(found.value <= f)


def test_a_search_uphill_stays():
    surface = ls.surface("himmelblau")
    p = np.array([[1.0, 1.0], [1.0, 1.0]])
    oracle = Oracle(surface)
    f, g = oracle.value(p), oracle.gradient(p)
    found = _searches.wolfe(oracle, p, g, f, g, 1.0, 1e-4, 0.9)
    t, moved, _ = _searches.backtracked(oracle, p, g, f, dot(g, g), 1.0, 1e-4, 0.5)
    s, gone, _ = _searches.exact(oracle, p, g, dot(g, g), 1.0)
    assert not np.any([found.t, t, s])
    assert all(np.array_equal(each, p) for each in (found.params, moved, gone))


def test_an_exact_search_ends_at_the_first_zero_of_the_slope():
    rng = np.random.default_rng(6)
    surface = ls.surface("himmelblau")
    p = rng.uniform(-5.0, 5.0, (2, 100))
    oracle = Oracle(surface)
    g = oracle.gradient(p)
    t, moved, end = _searches.exact(oracle, p, -g, -dot(g, g), 1e-4)
    assert np.all(np.abs(dot(end, g)) <= 1e-12 * dot(g, g) + 1e-9)
    for k in range(0, 100, 7):
        samples = surface.gradient(p[:, k, None] - np.linspace(0.0, 0.999 * t[k], 400) * g[:, k, None])
        assert np.all(-dot(samples, g[:, k, None]) < 0.0)
    assert np.allclose(moved, p - t * g)


# the Hessian


@reference("newton", kind="closed form", source="Nocedal and Wright 2006, equation 2.15")
def test_newton_solves_a_quadratic_in_one_step_and_goes_to_saddles_too():
    for curvatures in ((1.0, 10.0), (1.0, -3.0), (-1.0, -2.0)):
        record = ls.simulate(Axes(*curvatures), "newton", start=(3.0, -2.0), steps=1)
        assert np.max(np.abs(record["newton"].params[-1])) < 1e-14
    surface, start = ls.surface("himmelblau"), np.array([0.2, -0.5])
    end = walk(build("newton"), surface, start, 30)[0][-1, :, 0]
    (top,) = (point for point in surface.critical_points if point.kind == "maximum")
    assert np.allclose(end, top.point, atol=1e-9)
    step = walk(build("newton", lr=0.5), surface, start, 1)[0][1, :, 0]
    assert np.allclose(step, start - 0.5 * np.linalg.solve(surface.hessian(start), surface.gradient(start)), rtol=1e-14)


def test_saddle_free_newton_turns_back_at_negative_curvature():
    surface = Axes(2.0, -3.0)
    path = walk(build("saddle_free_newton", damping=0.0), surface, (1.0, 0.5), 3)[0][:, :, 0]
    # x: Newton's step to 0; y doubles: y - (-3 y)/3
    assert np.allclose(path[1:], [[0.0, 1.0], [0.0, 2.0], [0.0, 4.0]], atol=1e-14)
    start = np.array([0.3, 1e-3])
    far = ls.surface("dauphin_saddle") if "dauphin_saddle" in ls.surfaces.names() else ls.surface("himmelblau")
    assert far.value(walk(build("saddle_free_newton"), far, start, 60)[0][-1, :, 0]) <= far.value(start)


@reference("saddle_free_newton", kind="paper", source="Dauphin et al. 2014, algorithm 1")
def test_saddle_free_newton_is_the_papers_step():
    rng = np.random.default_rng(7)
    surface, p = ls.surface("rosenbrock", dim=4), rng.standard_normal((4, 3))
    moved = walk(build("saddle_free_newton", lr=0.7, damping=0.1), surface, p, 1)[0][1]
    for k in range(3):
        h = surface.hessian(p[:, k])
        size = linalg.sqrtm(h @ h).real + 0.1 * np.eye(4)  # |H| as the root of its square
        assert np.allclose(moved[:, k], p[:, k] - 0.7 * np.linalg.solve(size, surface.gradient(p[:, k])), rtol=1e-8)


def test_damped_newton_descends_everywhere_and_ends_at_minima():
    rng = np.random.default_rng(8)
    for name in ("himmelblau", "rosenbrock", "styblinski_tang", "six_hump_camel"):
        surface = ls.surface(name)
        p = rng.uniform(*np.array(surface.window).T[:, :, None], (2, 40))
        path, _ = walk(build("damped_newton"), surface, p, 80)
        values = surface.value(np.moveaxis(path, 1, 0))
        assert np.all(np.diff(values, axis=0) <= 0.0)
        ends = path[-1]
        assert np.max(np.abs(surface.gradient(ends))) < 1e-6
        assert np.min(np.linalg.eigvalsh(np.moveaxis(surface.hessian(ends), -1, 0))) > -1e-6


@reference("damped_newton", kind="paper", source="Nocedal and Wright 2006, algorithms 3.1 and 3.2")
def test_damped_newton_is_the_textbooks_step():
    surface, shifted = ls.surface("himmelblau"), 0
    for start in ((0.2, -0.5), (-3.0, 1.0), (4.0, 4.0)):
        path = walk(build("damped_newton", floor=0.05, c1=0.2), surface, start, 15)[0][:, :, 0]
        for k in range(15):
            p, g, h, t = path[k], surface.gradient(path[k]), surface.hessian(path[k]), 1.0
            least = np.linalg.eigvalsh(h)[0]
            shifted += least < 0.05
            d = -np.linalg.solve(h + max(0.0, 0.05 - least) * np.eye(2), g)
            if np.linalg.norm(d) < 1e-6:  # a loss can no longer tell the steps apart
                break
            while surface.value(p + t * d) > surface.value(p) + 0.2 * t * d @ g:
                t = 0.5 * t
            assert np.allclose(path[k + 1], p + t * d, rtol=1e-10)
    assert shifted > 0


@reference("trust_region_newton", "cubic_newton", kind="closed form", source="More and Sorensen 1983, theorem 2.1")
@pytest.mark.parametrize("kind", ["convex", "indefinite", "hard", "singular"])
def test_the_trust_region_and_cubic_steps_satisfy_the_conditions_of_their_global_minimum(kind):
    """More and Sorensen 1983, theorem 2.1: (H + s I) d = -g, H + s I >= 0, s >= 0, and |d| = radius where s > 0."""
    rng = np.random.default_rng(9)
    for dim in (1, 2, 5):
        h, g = (
            symmetric_matrices(rng, dim, 50, lowest=0.3 if kind == "convex" else -1.0),
            rng.standard_normal((dim, 50)),
        )
        if kind == "hard":  # no gradient along the lowest eigenvector
            first = spectrum(h)[1][:, 0]
            g = g - dot(first, g) * first
        if kind == "singular":
            h = 0.0 * h
        radius, weight = rng.uniform(0.1, 3.0, 50), rng.uniform(0.5, 5.0, 50)
        ball = lowest_in_ball(g, h, lambda s, r=radius: r + 0.0 * s, lambda size, r=radius: size / r)
        cubic = lowest_in_ball(g, h, lambda s, m=weight: 2.0 * s / m, lambda size, m=weight: np.sqrt(0.5 * m * size))
        for step, held in ((ball, None), (cubic, weight)):
            length = np.sqrt(dot(step, step))
            residual = applied(h, step) + g
            shift = 0.5 * held * length if held is not None else np.maximum(0.0, -dot(residual, step) / length**2)
            assert np.max(np.abs(residual + shift * step)) < 1e-6, (kind, dim)
            lowest = spectrum(h)[0][0]
            assert np.min(lowest + shift) > -1e-6, (kind, dim)
            if held is None:
                assert np.all(length <= radius * (1.0 + 1e-9))
                assert np.all(np.abs(length - radius)[shift > 1e-8] < 1e-6)


@pytest.mark.parametrize("name", ["trust_region_newton", "cubic_newton"])
def test_newton_with_a_model_that_is_trusted_leaves_saddles_and_converges_quadratically(name):
    surface = ls.surface("himmelblau")
    for point in surface.critical_points:
        end = walk(build(name), surface, point.point, 60)[0][-1, :, 0]
        kinds = [known.kind for known in surface.critical_points if np.allclose(known.point, end, atol=1e-7)]
        assert kinds == ["minimum"], (point.kind, end)
    path, _ = walk(build(name), ls.surface("rosenbrock"), (-1.2, 1.0), 60)
    assert np.max(np.abs(path[-1] - 1.0)) < 1e-12
    assert np.all(np.diff(ls.surface("rosenbrock").value(np.moveaxis(path, 1, 0)), axis=0) <= 0.0)


# curvature learnt from gradients


def torch_lbfgs(torch, surface, start, steps, search, memory, lr):
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    # torch counts the trials of a search against max_eval, which max_iter = 1 alone would set to 1
    settings = {"max_iter": 1, "max_eval": 26, "tolerance_grad": 0.0, "tolerance_change": 0.0}
    rule_ = torch.optim.LBFGS([p], lr=lr, history_size=memory, line_search_fn=search, **settings)

    def closure():
        point = p.detach().numpy()
        p.grad = torch.tensor(surface.gradient(point))
        return torch.tensor(surface.value(point))

    path = [start]
    for _ in range(steps):
        rule_.step(closure)
        path.append(p.detach().numpy().copy())
    return np.array(path)


@reference("lbfgs", "lbfgs_fixed_step", kind="library", source="torch.optim.LBFGS")
@pytest.mark.parametrize(("name", "search"), [("lbfgs", "strong_wolfe"), ("lbfgs_fixed_step", None)])
def test_lbfgs_is_torchs_step_by_step(name, search, torch):
    """To 1e-12 in eight steps. Searches and curvatures amplify the rounding errors by about ten in three steps then."""
    rng = np.random.default_rng(10)
    for dim, memory in ((2, 3), (6, 4), (6, 10)):
        surface = ls.surface("rosenbrock", dim=dim)
        bowl = ls.surface("quadratic", dim=dim) if dim == 2 else ls.surface("ellipsoid", dim=dim)
        for where in (surface, bowl):
            start = rng.uniform(-1.5, 1.5, dim)
            lr = 1.0 if search else 0.5
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = torch_lbfgs(torch, where, start, 25, search, memory, lr)
            ours = walk(build(name, lr=lr, memory=memory), where, start, 25)[0][:, :, 0]
            size = np.maximum.accumulate(np.abs(theirs), axis=0)
            off = np.max(np.abs(ours - theirs) / size, axis=1)
            assert off[8] < 1e-12, (name, dim, where.name)
            assert off[25] < 1e-5, (name, dim, where.name)


@reference(
    "lbfgs", "lbfgs_fixed_step", kind="paper", source="Nocedal 1980: BFGS updates of the last pairs, as matrices"
)
@pytest.mark.parametrize("memory", [2, 5])
@pytest.mark.parametrize("name", ["lbfgs", "lbfgs_fixed_step"])
def test_lbfgs_takes_the_direction_of_its_last_pairs(name, memory):
    """The matrix is built from s.y/y.y I by the last pairs, oldest first, without the recursion of two loops."""
    surface = ls.surface("rosenbrock", dim=4) if name == "lbfgs" else Axes(1.0, 3.0, 7.0, 20.0)
    lr, start = (1.0 if name == "lbfgs" else 0.5), np.array([-1.2, 1.0, 0.5, -0.3])
    path = walk(build(name, memory=memory, lr=lr), surface, start, 15)[0][:, :, 0]
    g = surface.gradient(path.T).T
    s, y = np.diff(path, axis=0), np.diff(g, axis=0)
    assert np.allclose(s[0] / np.linalg.norm(s[0]), -g[0] / np.linalg.norm(g[0]), rtol=1e-12)
    for k in range(1, 15):
        b = np.eye(4) * (s[k - 1] @ y[k - 1]) / (y[k - 1] @ y[k - 1])
        for j in range(max(0, k - memory), k):
            left = np.eye(4) - np.outer(s[j], y[j]) / (s[j] @ y[j])
            b = left @ b @ left.T + np.outer(s[j], s[j]) / (s[j] @ y[j])
        d = -b @ g[k]
        assert np.linalg.norm(s[k] / np.linalg.norm(s[k]) - d / np.linalg.norm(d)) < 1e-6, k
        if name == "lbfgs_fixed_step":
            assert np.allclose(s[k], 0.5 * d, rtol=1e-6, atol=1e-12)


@reference("bfgs", kind="paper", source="Nocedal and Wright 2006, algorithm 6.1")
def test_bfgs_takes_the_textbooks_direction_from_the_changes_so_far():
    surface = ls.surface("rosenbrock", dim=4)
    start = np.array([-1.2, 1.0, 0.5, -0.3])
    path = walk(build("bfgs"), surface, start, 25)[0][:, :, 0]
    g = surface.gradient(path.T).T
    b = np.eye(4)
    for k in range(25):
        s, y = path[k + 1] - path[k], g[k + 1] - g[k]
        d = -b @ g[k]
        if np.linalg.norm(s) < 1e-7:
            break
        assert s @ d > 0.0
        assert np.linalg.norm(s / np.linalg.norm(s) - d / np.linalg.norm(d)) < 1e-6, k
        assert surface.value(path[k + 1]) <= surface.value(path[k]) + 1e-4 * s @ g[k]
        assert abs(g[k + 1] @ s) <= 0.9 * abs(g[k] @ s)
        if k == 0:
            b = b * (s @ y) / (y @ y)
        left = np.eye(4) - np.outer(s, y) / (s @ y)
        b = left @ b @ left.T + np.outer(s, s) / (s @ y)
    assert k > 15


def test_lbfgs_that_remembers_enough_is_bfgs():
    surface = ls.surface("rosenbrock", dim=3)
    full = walk(build("bfgs"), surface, (-1.2, 1.0, 0.4), 3)[0]
    few = walk(build("lbfgs", memory=10), surface, (-1.2, 1.0, 0.4), 3)[0]
    # later L-BFGS scales its first matrix anew at each step, and BFGS does not
    assert np.allclose(full[:3], few[:3], rtol=1e-10)


@pytest.mark.parametrize("name", ["bfgs", "lbfgs"])
def test_quasi_newton_finds_the_minimum_of_every_gentle_surface(name):
    for surface in map(ls.surface, ("rosenbrock", "beale", "himmelblau", "booth", "matyas", "six_hump_camel")):
        end = walk(build(name), surface, surface.customary_start, 80)[0][-1, :, 0]
        assert np.max(np.abs(surface.gradient(end))) < 1e-6, surface.name


@reference("barzilai_borwein", "barzilai_borwein_short", kind="closed form", source="Rayleigh quotients")
def test_barzilai_borwein_steps_are_inverse_rayleigh_quotients_of_the_last_gradient():
    curvatures = np.array([1.0, 4.0, 9.0])
    surface = Axes(*curvatures)
    for name, rayleigh in (
        ("barzilai_borwein", lambda g: (g @ g) / (g @ (curvatures * g))),
        ("barzilai_borwein_short", lambda g: (g @ (curvatures * g)) / (g @ (curvatures**2 * g))),
    ):
        path = walk(build(name, lr=0.1), surface, (1.0, -2.0, 3.0), 12)[0][:, :, 0]
        g = np.array([surface.gradient(p) for p in path])
        assert np.allclose(path[1], path[0] - 0.1 * g[0])
        for k in range(1, 12):
            assert np.allclose(path[k + 1], path[k] - rayleigh(g[k - 1]) * g[k], rtol=1e-9, atol=1e-12)


def test_barzilai_borwein_falls_back_on_its_rate_where_curvature_is_negative():
    path = walk(build("barzilai_borwein", lr=0.1), Axes(-1.0, -1.0), (1.0, 1.0), 5)[0][:, :, 0]
    assert np.allclose(path, np.outer(1.1 ** np.arange(6.0), [1.0, 1.0]))


# conjugate gradients


@reference(*CONJUGATE, kind="closed form", source="conjugate directions of a quadratic")
@pytest.mark.parametrize("name", CONJUGATE)
def test_conjugate_gradients_solve_a_quadratic_in_as_many_steps_as_it_has_dimensions(name):
    rng = np.random.default_rng(11)
    for dim in (2, 5, 10):
        curvatures = np.linspace(1.0, 20.0, dim)
        surface = Axes(*curvatures)
        path = walk(build(name), surface, rng.standard_normal(dim), dim)[0][:, :, 0]
        assert np.linalg.norm(path[-1]) < 1e-9 * np.linalg.norm(path[0]), (name, dim)
        steps = np.diff(path, axis=0)
        h = surface.hessian(np.zeros(dim))
        products = steps @ h @ steps.T
        scale = np.sqrt(np.outer(np.diag(products), np.diag(products)))
        assert np.max(np.abs(products / scale - np.eye(dim))[: dim - 1, : dim - 1]) < 1e-5
    # with equal curvatures in groups, as many steps as there are different ones
    surface = Axes(1.0, 1.0, 1.0, 7.0, 7.0)
    assert np.linalg.norm(walk(build(name), surface, np.ones(5), 2)[0][-1]) < 1e-10


@reference(*CONJUGATE, kind="paper", source="the four formulas of beta")
@pytest.mark.parametrize(
    ("name", "beta"),
    [
        ("fletcher_reeves", lambda g, b, d: (g @ g) / (b @ b)),
        ("polak_ribiere", lambda g, b, d: max(0.0, g @ (g - b) / (b @ b))),
        ("hestenes_stiefel", lambda g, b, d: g @ (g - b) / (d @ (g - b))),
        ("dai_yuan", lambda g, b, d: (g @ g) / (d @ (g - b))),
    ],
)
def test_conjugate_gradients_follow_the_papers_directions(name, beta):
    surface = ls.surface("rosenbrock", dim=3)
    path = walk(build(name), surface, (-1.2, 1.0, 0.5), 12)[0][:, :, 0]
    g = surface.gradient(path.T).T
    d = -g[0]
    for k in range(12):
        s = path[k + 1] - path[k]
        assert np.linalg.norm(s / np.linalg.norm(s) - d / np.linalg.norm(d)) < 1e-6, k
        assert abs(g[k + 1] @ s) < 1e-8 * np.linalg.norm(g[k]) * np.linalg.norm(s) + 1e-12
        bent = -g[k + 1] + beta(g[k + 1], g[k], d) * d
        d = bent if bent @ g[k + 1] < 0.0 else -g[k + 1]


@reference("exact_gd", kind="closed form", source="Kantorovich 1948, the worst rate of steepest descent")
def test_steepest_descent_zigzags_at_kantorovichs_rate():
    condition = 9.0
    surface = Axes(1.0, condition)
    path = walk(build("exact_gd"), surface, (condition, 1.0), 20)[0][:, :, 0]
    f, g = surface.value(path.T), surface.gradient(path.T).T
    assert np.allclose(f[1:] / f[:-1], ((condition - 1.0) / (condition + 1.0)) ** 2, rtol=1e-9)
    assert np.allclose(np.sum(g[1:] * g[:-1], axis=1) / np.sum(g[:-1] ** 2, axis=1), 0.0, atol=1e-9)


@reference("armijo_gd", kind="paper", source="Nocedal and Wright 2006, algorithm 3.1")
def test_armijos_step_is_the_first_that_is_low_enough():
    surface = ls.surface("rosenbrock")
    path, oracles = walk(build("armijo_gd", shrink=0.4, c1=0.1), surface, (-1.2, 1.0), 40)
    for k in range(40):
        p, t, tries = path[k, :, 0], 1.0, 1
        g = surface.gradient(p)
        while surface.value(p - t * g) > surface.value(p) - 0.1 * t * g @ g:
            t, tries = 0.4 * t, tries + 1
        assert np.allclose(path[k + 1, :, 0], p - t * g, rtol=1e-15)
        assert np.sum(oracles[k].counts["value"]) == tries + 1


# sums of squares


@reference("gauss_newton", kind="closed form", source="the linear least squares problem, by QR")
@pytest.mark.parametrize("name", ["rosenbrock", "beale", "kowalik_osborne", "bard", "jennrich_sampson"])
def test_gauss_newton_solves_the_linear_least_squares_problem(name):
    surface = ls.surface(name)
    p = surface.customary_start
    moved = walk(build("gauss_newton", lr=0.5), surface, p, 1)[0][1, :, 0]
    expected = np.linalg.lstsq(surface.jacobian(p), surface.residuals(p), rcond=None)[0]
    assert np.allclose(moved, p - 0.5 * expected, rtol=1e-7, atol=1e-9)


def test_gauss_newton_solves_a_linear_problem_in_one_step_and_rosenbrock_in_two():
    end = walk(build("gauss_newton"), ls.surface("rosenbrock"), (-1.2, 1.0), 2)[0][-1, :, 0]
    assert np.allclose(end, 1.0, atol=1e-12)


@reference("levenberg_marquardt", kind="paper", source="Nielsen 1999, by the normal equations")
@pytest.mark.parametrize("name", ["rosenbrock", "beale", "bard", "kowalik_osborne", "meyer"])
def test_levenberg_marquardt_is_nielsens_by_the_normal_equations(name):
    surface = ls.surface(name)
    p = surface.customary_start.astype(float)
    steps = 12
    path = walk(build("levenberg_marquardt"), surface, p, steps)[0][:, :, 0]
    mu, nu = None, 2.0
    for k in range(steps):
        r, jacobian = surface.residuals(p), surface.jacobian(p)
        a, b = jacobian.T @ jacobian, jacobian.T @ r
        mu = 1e-3 * np.max(np.diag(a)) if mu is None else mu
        d = np.linalg.solve(a + mu * np.eye(len(p)), -b)
        after = surface.residuals(p + d)
        ratio = (r @ r - after @ after) / (d @ (mu * d - b))
        if ratio > 0.0:
            p, mu, nu = p + d, mu * max(1.0 / 3.0, 1.0 - (2.0 * ratio - 1.0) ** 3), 2.0
        else:
            mu, nu = mu * nu, 2.0 * nu
        assert np.allclose(path[k + 1], p, rtol=1e-5, atol=1e-9), k


def test_levenberg_marquardt_ends_where_scipys_does():
    for name in ("bard", "kowalik_osborne", "beale", "himmelblau", "rosenbrock"):
        surface = ls.surface(name)
        theirs = optimize.least_squares(
            surface.residuals, surface.customary_start, surface.jacobian, method="lm", xtol=1e-15, ftol=1e-15
        )
        ours = walk(build("levenberg_marquardt"), surface, surface.customary_start, 200)[0][-1, :, 0]
        assert surface.value(ours) == pytest.approx(2.0 * theirs.cost, rel=1e-9, abs=1e-20)


# known curvature


@reference("chebyshev", kind="closed form", source="Chebyshev's polynomials")
def test_chebyshevs_error_is_chebyshevs_polynomial():
    low, high, steps = 1.0, 25.0, 30
    chebyshev = np.polynomial.chebyshev.Chebyshev.basis
    for curvature in np.linspace(low, high, 7):
        path = walk(build("chebyshev", smallest=low, largest=high), Axes(curvature), (1.0,), steps)[0][:, 0, 0]
        for t in range(0, steps + 1, 3):
            scale = chebyshev(t)((high + low) / (high - low))
            expected = chebyshev(t)((high + low - 2.0 * curvature) / (high - low)) / scale
            assert path[t] == pytest.approx(expected, rel=1e-9, abs=1e-11 / scale)


@reference("optimal_gd", "optimal_momentum", "optimal_nesterov", kind="closed form", source="Goh 2017, optimal rates")
@pytest.mark.parametrize("condition", [4.0, 100.0])
def test_rules_for_known_curvature_have_their_rates(condition):
    root = math.sqrt(condition)
    curvatures = np.geomspace(1.0, condition, 31)
    known = {"smallest": 1.0, "largest": condition}
    surface = Axes(*curvatures)

    def rate(name, steps):
        path = walk(build(name, **known), surface, np.ones(31), 2 * steps)[0][:, :, 0]
        size = np.max(np.abs(path), axis=1)
        return (size[2 * steps] / size[steps]) ** (1.0 / steps)

    assert rate("optimal_gd", 200) == pytest.approx((condition - 1.0) / (condition + 1.0), rel=1e-3)
    # a double eigenvalue adds a factor that grows with t: (2 t / t)^(1/t)
    assert rate("optimal_momentum", 150) == pytest.approx((root - 1.0) / (root + 1.0), rel=1.5e-2)
    assert rate("optimal_nesterov", 150) == pytest.approx(1.0 - 1.0 / root, rel=1.5e-2)
    tuned = build("momentum", lr=(2.0 / (root + 1.0)) ** 2, momentum=((root - 1.0) / (root + 1.0)) ** 2)
    ours = walk(build("optimal_momentum", **known), surface, np.ones(31), 50)[0]
    assert np.allclose(ours, walk(tuned, surface, np.ones(31), 50)[0], rtol=1e-9, atol=1e-12)
    with pytest.raises(FieldError, match="smallest"):
        build("chebyshev", smallest=2.0, largest=1.0)


# the value of the loss


class Given:
    """An oracle that answers with what it is given."""

    exact = False

    def __init__(self, value, gradient):
        self._value, self._gradient = value, gradient

    def value(self, params):
        return np.full(params.shape[1:], self._value)

    def gradient(self, params):
        return self._gradient[:, None]


@reference("polyak_sgd", "momo", "momo_adam", kind="library", source="optax")
@pytest.mark.parametrize(
    ("name", "fields", "twin"),
    [
        ("polyak_sgd", {"lr": 1.0, "max_learning_rate": 2.0, "f_min": -0.5, "eps": 0.1},
         lambda o: o.polyak_sgd(2.0, 1.0, -0.5, 0.1)),
        ("momo", {"lr": 0.3, "beta": 0.8, "lower_bound": -1.0}, lambda o: o.contrib.momo(0.3, 0.8, -1.0)),
        ("momo_adam", {"lr": 0.02, "beta1": 0.85, "beta2": 0.99, "eps": 1e-6, "lower_bound": -1.0},
         lambda o: o.contrib.momo_adam(0.02, 0.85, 0.99, 1e-6, -1.0)),
    ],
)  # fmt: skip
def test_a_rule_that_reads_the_loss_is_optaxs_step_by_step(optax, name, fields, twin):
    import jax

    rng = np.random.default_rng(12)
    steps = 1000
    gradients = rng.standard_normal((steps, 4)) * 10.0 ** rng.uniform(-3, 3, (steps, 1))
    gradients[rng.random(steps) < 0.05] = 0.0
    values = rng.uniform(-0.5, 4.0, steps)
    start = rng.standard_normal(4)
    theirs_rule = twin(optax)

    def step(carry, given):
        params, state = carry
        update, state = theirs_rule.update(given[0], state, params, value=given[1])
        params = optax.apply_updates(params, update)
        return (params, state), params

    _, theirs = jax.lax.scan(step, (start, theirs_rule.init(start)), (gradients, values))
    optimizer = build(name, **fields)
    params, state, ours = start[:, None], optimizer.init(start[:, None]), []
    for value, gradient in zip(values, gradients, strict=True):
        params, state = optimizer.step(params, Given(value, gradient), state, optimizer.lr)
        ours.append(params[:, 0])
    size = np.maximum.accumulate(np.abs(np.array(theirs)), axis=0)
    assert np.max(np.abs(np.array(ours) - np.array(theirs)) / size) < 1e-12


@reference("polyak_sgd", kind="closed form", source="half of Newton's step on a quadratic")
def test_polyaks_step_halves_the_distance_on_a_quadratic():
    # f/|g|^2 = 1/(2 curvature): half of Newton's step
    path = walk(build("polyak_sgd", max_learning_rate=10.0), Axes(3.0, 3.0), (2.0, -1.0), 10)[0][:, :, 0]
    assert np.allclose(path, np.outer(0.5 ** np.arange(11.0), [2.0, -1.0]))


# randomness of a rule's own


def test_a_kick_leaves_the_saddle_that_gradient_descent_waits_at():
    surface = ls.surface("saddle") if "saddle" in ls.surfaces.names() else Axes(1.0, -1.0)
    job = {"start": (0.0, 0.0), "steps": 600, "repeats": 40}
    kicked = ls.simulate(surface, build("perturbed_gd", lr=0.02), **job).tracks[0]
    waiting = ls.simulate(surface, build("sgd", lr=0.02), **job).tracks[0]
    assert not waiting.params[-1].any()
    assert np.all(np.abs(kicked.params[-1]).max(axis=0) > 1.0)


@reference("perturbed_gd", kind="paper", source="Jin et al. 2017, algorithm 2")
def test_a_kick_is_uniform_in_the_ball_and_waits_its_turn():
    flat = ls.from_expression("0*x + 0*y + 0*z", window=((-1, 1),) * 3)
    record = ls.simulate(flat, build("perturbed_gd", radius=0.5, wait=3), start=(0.0, 0.0, 0.0), steps=5, repeats=4000)
    steps = np.diff(record.tracks[0].params, axis=0)
    lengths = np.sqrt(np.sum(steps * steps, axis=1))
    assert np.array_equal(lengths.all(axis=1), [True, False, False, False, True])
    # a false alarm in 1e6
    assert stats.kstest((lengths[0] / 0.5) ** 3, "uniform").pvalue > 1e-6
    directions = steps[0] / lengths[0]
    assert stats.kstest(0.5 * (directions[2] + 1.0), "uniform").pvalue > 1e-6
    assert np.array_equal(record.tracks[0].evaluations[:, 0], [0, 2, 3, 4, 5, 7])


@reference("noisy_sgd", kind="closed form", source="Neelakantan et al. 2015, equation 1")
def test_noisy_gradient_descent_has_the_papers_variance():
    flat = ls.from_expression("0*x + 0*y", window=((-1, 1),) * 2)
    rule_ = build("noisy_sgd", lr=0.5, eta=0.3, gamma=0.55)
    params = ls.simulate(flat, rule_, start=(0.0, 0.0), steps=4, repeats=20_000).tracks[0].params
    for t in range(4):
        moved = np.diff(params, axis=0)[t].ravel()
        expected = 0.25 * 0.3 / (t + 1) ** 0.55
        # the relative standard error of a variance is sqrt(2/n); five of them
        assert np.var(moved) == pytest.approx(expected, rel=5.0 * math.sqrt(2.0 / moved.size))


@reference("sgld", kind="closed form", source="Boltzmann's variance on a quadratic")
def test_langevin_dynamics_settle_at_boltzmanns_variance():
    curvature, lr, temperature = 2.0, 0.2, 0.7
    surface = Axes(curvature, curvature)
    rule_ = build("sgld", lr=lr, temperature=temperature)
    ends = ls.simulate(surface, rule_, start=(0.0, 0.0), steps=100, repeats=10_000, every=100).tracks[0].params[-1]
    expected = temperature / (curvature * (1.0 - 0.5 * curvature * lr))
    assert np.var(ends) == pytest.approx(expected, rel=5.0 * math.sqrt(2.0 / ends.size))


@reference("adahessian", "sophia", kind="paper", source="Yao et al. 2021, algorithm 1; Liu et al. 2023, algorithm 3")
def test_adahessian_and_sophia_are_their_papers_algorithms():
    """On a quadratic along its axes Hutchinson's estimate is the diagonal itself, whatever the signs."""
    curvatures = np.array([1.0, 5.0, 0.2])
    surface = Axes(*curvatures)
    start = np.array([1.0, -2.0, 3.0])
    hessian = build("adahessian", lr=0.1, beta1=0.8, beta2=0.95, eps=1e-3, weight_decay=0.02, hessian_power=0.5)
    path = walk(hessian, surface, start, 60)[0][:, :, 0]
    p, m, v = start, np.zeros(3), np.zeros(3)
    for t in range(1, 61):
        m = 0.8 * m + 0.2 * curvatures * p
        v = 0.95 * v + 0.05 * curvatures**2
        size = ((v / (1.0 - 0.95**t)) ** 0.5) ** 0.5 + 1e-3
        p = p - 0.1 * (m / (1.0 - 0.8**t) / size + 0.02 * p)
        assert np.allclose(path[t], p, rtol=1e-12)
    sophia = build("sophia", lr=0.05, beta1=0.9, beta2=0.8, gamma=0.5, eps=1e-6, weight_decay=0.1, interval=4)
    path, oracles = walk(sophia, surface, start, 60)
    p, m, h = start, np.zeros(3), np.zeros(3)
    for t in range(60):
        if t % 4 == 0:
            h = 0.8 * h + 0.2 * curvatures
        m = 0.9 * m + 0.1 * curvatures * p
        p = p - 0.05 * (np.clip(m / np.maximum(0.5 * h, 1e-6), -1.0, 1.0) + 0.1 * p)
        assert np.allclose(path[t + 1, :, 0], p, rtol=1e-12)
    assert [oracle.counts.get("product", 0) for oracle in oracles] == [int(t % 4 == 0) for t in range(60)]


def test_hutchinsons_estimate_is_unbiased():
    surface = ls.surface("rosenbrock", dim=3)
    p = np.repeat(np.array([[0.3], [-0.4], [0.8]]), 4000, axis=1)
    from landscape.optimizers.randomised.adahessian import hessian_diagonal

    estimates = hessian_diagonal(p, Oracle(surface, own=Source(1, np.arange(4000), "rule")))
    exact = np.diagonal(surface.hessian(p[:, 0]))
    error = estimates.std(axis=1) / math.sqrt(4000)
    assert np.all(np.abs(estimates.mean(axis=1) - exact) <= 5.0 * error)


@reference("sam", kind="paper", source="Foret et al. 2021, algorithm 1")
@pytest.mark.parametrize("inner", ["sgd", "adam", "momentum"])
def test_sharpness_aware_steps_take_the_gradient_uphill(inner):
    surface, rho = ls.surface("himmelblau"), 0.1
    optimizer = build("sam", optimizer=build(inner, lr=0.01), rho=rho)
    path = walk(optimizer, surface, (1.0, -1.0), 40)[0][:, :, 0]
    plain, p = build(inner, lr=0.01), np.array([[1.0], [-1.0]])
    state = plain.init(p)
    for t in range(40):
        g = surface.gradient(p)
        p, state = plain.apply(p, surface.gradient(p + rho * g / np.linalg.norm(g)), state, 0.01)
        assert np.allclose(path[t + 1], p[:, 0], rtol=1e-13)
    without = walk(build("sam", optimizer=build(inner, lr=0.01), rho=0.0), surface, (1.0, -1.0), 40)[0]
    assert np.array_equal(without, walk(plain, surface, (1.0, -1.0), 40)[0])


# under noise


@pytest.mark.parametrize("name", NOISY)
def test_a_rule_bears_noise_and_a_run_alone_is_the_run_in_the_batch(name):
    batch = {"start": ls.start("random_box", count=5), "repeats": 4, "steps": 12, "noise": "gaussian", "seed": 3}
    many = ls.simulate("rosenbrock", rule(name), **batch).tracks[0]
    for run in (0, 13):
        alone = ls.simulate("rosenbrock", rule(name), **batch, runs=[run]).tracks[0]
        assert np.array_equal(alone.params[:, :, 0], many.params[:, :, run])
        assert np.array_equal(alone.evaluations[:, 0], many.evaluations[:, run])


def test_questions_of_one_step_see_the_same_noise():
    source = Source(0, np.arange(3), "noise")
    oracle = Oracle(ls.surface("himmelblau"), ls.noise("gaussian"), source, step=4)
    p = np.ones((2, 3))
    assert np.array_equal(oracle.gradient(p), oracle.gradient(p))
    right = np.array([[1e-6], [0.0]])
    slope = (oracle.value(p + right) - oracle.value(p - right)) / 2e-6
    assert np.allclose(slope, oracle.gradient(p)[0], rtol=1e-6)
    other = Oracle(ls.surface("himmelblau"), ls.noise("gaussian"), source, step=5)
    assert not np.any(oracle.gradient(p) == other.gradient(p))


def test_every_surface_has_rules_to_run():
    assert {name for name, _ in rules(ls.surface("bard"))} >= {"gauss_newton", "levenberg_marquardt", "newton", "sam"}
    assert "gauss_newton" not in {name for name, _ in rules(ls.surface("quadratic"))}


# the clock


def test_the_clock_is_kept_where_it_is_asked_for_and_only_there(tmp_path):
    job = {"start": (-0.5, 0.5), "steps": 20}
    timed = ls.simulate("rosenbrock", ["sgd", "newton"], **job, clock=True)
    plain = ls.simulate("rosenbrock", ["sgd", "newton"], **job)
    for label in timed.labels:
        seconds = timed[label].seconds
        assert seconds.shape == (21,)
        assert np.all(np.diff(seconds) >= 0.0)
        assert 0.0 <= seconds[0] < seconds[-1]
        assert plain[label].seconds is None
        assert np.array_equal(timed[label].params, plain[label].params)
    timed.save(tmp_path / "timed.npz")
    assert ls.load(tmp_path / "timed.npz") == timed
    assert timed != plain


@pytest.mark.parametrize("start", [-0.5, 0.0, 0.5])
@pytest.mark.parametrize("steep", [2.0, 3.0, 30.0])
def test_an_exact_search_finds_the_minimum_before_a_wall_that_it_has_looked_behind(start, steep):
    """f(x) = -sqrt(1 - x) - steep x is not a number for x > 1, nor is its slope, and lowest at 1 - 1/(2 steep)^2."""

    def wall(p):
        with np.errstate(all="ignore"):
            return -np.sqrt(1.0 - p[0]) - steep * p[0] + 0.0 * p[1]

    surface = ls.from_function(wall, dim=2)
    track = ls.simulate(surface, ls.optimizer("exact_gd"), start=(start, 0.0), steps=1)["exact_gd"]
    assert track.params[-1, 0, 0] == pytest.approx(1.0 - 0.25 / steep**2, abs=1e-9)

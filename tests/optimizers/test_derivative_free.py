"""Laws of searches without gradients, and of SciPy's minimizers: closed forms, and SciPy called by hand."""

import math
import warnings

import numpy as np
import pytest
from references import reference
from scipy import optimize, stats

import landscape as ls
from landscape.core.component import FieldError
from landscape.core.methods import KINDS, Oracle
from landscape.core.random import Source
from landscape.core.surface import Surface
from landscape.optimizers.external._scipy import Minimizer

MINIMIZERS = [n for n in ls.optimizers.names() if issubclass(ls.optimizers.REGISTRY.get(n), Minimizer)]
GLOBAL = ["differential_evolution", "basin_hopping"]
SEARCHES = ["random_search", "solis_wets", "simulated_annealing"]

SIGMAS = 5.0  # a right rule fails a statistical test by chance once in two million times


class Slope(Surface):
    """f = x, the first coordinate."""

    name = "slope"
    critical_points = ()

    def __init__(self, dim):
        object.__setattr__(self, "dim", dim)

    @property
    def window(self):
        return ((-1.0, 1.0),) * self.dim

    @property
    def customary_start(self):
        return np.zeros(self.dim)

    def _value(self, p):
        return p[0] + 0.0

    def _gradient(self, p):
        return np.eye(self.dim)[:1].T + np.zeros_like(p)

    def _hessian(self, p):
        return np.zeros((self.dim, *p.shape))


def walk(optimizer, surface, start, steps, seed=0):
    """(path (steps + 1, dim, runs), states, oracles) of a rule on the exact surface."""
    p, state = np.array(start, dtype=float), optimizer.init(np.array(start, dtype=float))
    own = Source(seed, np.arange(p.shape[1]), "rule")
    path, states, oracles = [p], [state], []
    for step in range(steps):
        oracle = Oracle(surface, own=own, step=step, steps=steps)
        p, state = optimizer.step(p, oracle, state, optimizer.lr)
        path.append(p)
        states.append(state)
        oracles.append(oracle)
    return np.array(path), states, oracles


# SciPy's minimizers


class Counted:
    """A surface's functions of a point, each call counted, as one writes them for SciPy by hand."""

    def __init__(self, surface):
        self.surface, self.counts = surface, dict.fromkeys(KINDS, 0)

    def value(self, x):
        self.counts["value"] += 1
        return float(self.surface.value(x))

    def gradient(self, x):
        self.counts["gradient"] += 1
        return self.surface.gradient(x)

    def hessian(self, x):
        self.counts["hessian"] += 1
        return self.surface.hessian(x)

    def product(self, x, vector):
        self.counts["product"] += 1
        columns = [np.repeat(each[:, None], 2, axis=1) for each in (x, vector)]  # rounded as in a batch
        return self.surface._product(*columns)[:, 0]


def by_hand(name, surface, start, **options):
    """(iterates, counts at each, the result) of SciPy's minimizer of that name."""
    cls, counted = ls.optimizers.REGISTRY.get(name), Counted(surface)
    points, counts = [np.array(start)], [list(counted.counts.values())]

    def noted(x):
        points.append(np.array(x))
        counts.append(list(counted.counts.values()))

    derivatives = {"jac": "gradient", "hess": "hessian", "hessp": "product"}
    given = {key: getattr(counted, kind) for key, kind in derivatives.items() if kind in cls.needs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = optimize.minimize(counted.value, start, method=cls.method, callback=noted, options=options, **given)
    return np.array(points), np.array(counts), result, counted.counts


@reference(*MINIMIZERS, kind="definition", source="scipy.optimize.minimize, by hand")
@pytest.mark.parametrize("name", MINIMIZERS)
@pytest.mark.parametrize("surface", [ls.surface("rosenbrock", dim=3), ls.surface("himmelblau")], ids=lambda s: s.name)
def test_a_step_is_an_iteration_of_scipys_with_what_it_asked_for(name, surface):
    start, steps = np.linspace(-0.9, 1.1, surface.dim), 60
    points, counts, result, total = by_hand(name, surface, start)
    track = ls.simulate(surface, name, start=start, steps=steps).tracks[0]
    rows = min(len(points), steps + 1)
    assert np.array_equal(track.params[:rows, :, 0], points[:rows])
    for kind, asked in zip(KINDS, counts.T, strict=True):
        ours = track.asked[kind][:rows, 0] if kind in track.asked else np.zeros(rows)
        assert np.array_equal(ours, asked[:rows]), kind
    if len(points) < steps:
        assert np.array_equal(track.params[-1, :, 0], result.x)
        assert {kind: int(count[-1, 0]) for kind, count in track.asked.items()} == {k: n for k, n in total.items() if n}
    assert track.status.tolist() == ["finished"]


def test_the_check_against_scipy_finds_an_iterate_that_comes_a_step_late():
    points, *_ = by_hand("scipy_bfgs", ls.surface("rosenbrock"), np.array([-1.0, 1.0]))
    track = ls.simulate("rosenbrock", "scipy_bfgs", start=(-1.0, 1.0), steps=20).tracks[0]
    assert not np.array_equal(track.params[1:21, :, 0], points[:20])


@pytest.mark.parametrize("name", [*MINIMIZERS, *GLOBAL])
def test_a_run_alone_is_the_run_in_the_batch(name):
    batch = {"start": ls.start("random_box", count=3), "repeats": 2, "steps": 6, "seed": 4}
    many = ls.simulate("himmelblau", name, **batch).tracks[0]
    for run in (0, 5):
        alone = ls.simulate("himmelblau", name, **batch, runs=[run]).tracks[0]
        assert np.array_equal(alone.params[:, :, 0], many.params[:, :, run])
        assert all(np.array_equal(alone.asked[kind][:, 0], many.asked[kind][:, run]) for kind in many.asked)


@pytest.mark.parametrize("name", [*MINIMIZERS, *GLOBAL])
def test_a_loss_without_a_lowest_point_ends_a_run_and_not_the_program(name):
    track = ls.simulate("monkey_saddle", name, start=ls.start("random_box", count=3), steps=12).tracks[0]
    assert np.all(np.isfinite(track.params))
    assert set(track.status) <= {"finished", "diverged"}


def test_a_mistake_in_a_surface_is_not_taken_for_the_end_of_a_run():
    class Wrong(Slope):
        def _value(self, p):
            raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        ls.simulate(Wrong(2), "nelder_mead", steps=3)


def test_options_are_scipys():
    loose = ls.simulate("rosenbrock", ls.optimizer("scipy_bfgs", options={"gtol": 1.0}), start=(-1.0, 1.0), steps=60)
    points, *_ = by_hand("scipy_bfgs", ls.surface("rosenbrock"), np.array([-1.0, 1.0]), gtol=1.0)
    assert np.array_equal(loose.tracks[0].params[len(points) - 1 :, :, 0], [points[-1]] * (62 - len(points)))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("nelder_mead", {"xtoll": 1.0}, "Unknown solver options: xtoll"),
        ("scipy_bfgs", {"gtol": "small"}, "refused by SciPy"),
        ("differential_evolution", {"popsiz": 3}, '"popsiz" is not one of strategy'),
        ("basin_hopping", {"niter": 3}, '"niter" is not one of T, stepsize'),
    ],
)
def test_a_wrong_option_is_refused_in_scipys_words(name, options, words):
    with pytest.raises(FieldError, match=words) as caught:
        ls.optimizer(name, options=options)
    assert caught.value.field == "options"


def test_a_scenario_names_a_minimizer_and_its_options():
    from landscape.scenario.model import Scenario

    text = (
        'title = "A simplex"\nsurface = "rosenbrock"\nsteps = 20\n[[optimizers]]\nname = "nelder_mead"\n'
        "options = { adaptive = true, xatol = 1e-9 }\n"
    )
    scenario = Scenario.from_text(text)
    assert scenario.entrants[0].optimizer == ls.optimizer("nelder_mead", options={"adaptive": True, "xatol": 1e-9})
    assert Scenario.from_text(scenario.to_toml()) == scenario
    assert scenario.simulate()["nelder_mead"].value[-1] < scenario.simulate()["nelder_mead"].value[0]


def seeded(run, seed=0):
    """The generator that a run of the library's own randomness is given."""
    return np.random.default_rng(int(Source(seed, [run], "rule").branch(0).words(0, 1)[0, 0]))


@reference("differential_evolution", kind="definition", source="scipy.optimize.differential_evolution, by hand")
def test_differential_evolution_is_scipys_with_the_start_in_the_window():
    surface, start, best = ls.surface("rastrigin"), np.array([7.0, -1.0]), []
    options = {"popsize": 10, "tol": 0.0}
    bounds = [(lo, max(hi, x)) for (lo, hi), x in zip(surface.window, start, strict=True)]
    optimize.differential_evolution(
        lambda x: float(surface.value(x)),
        bounds,
        x0=start,
        rng=seeded(1),
        polish=False,
        maxiter=80,
        callback=lambda x, convergence: best.append(x),
        **options,
    )
    rule = ls.optimizer("differential_evolution", options=options)
    track = ls.simulate(surface, rule, start=start, repeats=2, steps=80).tracks[0]
    assert np.array_equal(track.params[1 : len(best) + 1, :, 1], best)
    assert np.all(np.diff(track.value[1:], axis=0) <= 0.0)
    assert not np.array_equal(track.params[:, :, 0], track.params[:, :, 1])
    assert track.asked["value"][1, 1] == 2 * 10 * 2
    assert track.value[-1].min() < 1e-3


@reference("basin_hopping", kind="definition", source="scipy.optimize.basinhopping, by hand")
def test_basin_hopping_is_scipys_lowest_point_after_each_hop():
    surface, start = ls.surface("rastrigin"), np.array([3.2, -1.7])
    result = optimize.basinhopping(
        lambda x: float(surface.value(x)),
        start,
        niter=30,
        rng=seeded(0),
        minimizer_kwargs={"method": "L-BFGS-B", "jac": surface.gradient},
        T=2.0,
    )
    rule = ls.optimizer("basin_hopping", options={"T": 2.0})
    track = ls.simulate(surface, rule, start=start, steps=31).tracks[0]
    assert np.array_equal(track.params[-1, :, 0], result.x)
    assert np.all(np.diff(track.value[1:, 0]) <= 0.0)
    assert track.asked["value"][-1, 0] == result.nfev
    assert track.gradient_norm[1, 0] < 1e-3  # the first step is the descent from the start


# searches


@reference("random_search", kind="closed form", source="the mean gain on a slope")
@pytest.mark.parametrize("dim", [2, 5])
def test_random_search_gains_on_a_slope_what_the_sphere_says(dim):
    """The mean of max(0, a coordinate of a random unit vector); in two dimensions 1/pi."""
    runs = 40_000
    path, *_ = walk(ls.optimizer("random_search", lr=0.3), Slope(dim), np.zeros((dim, runs)), 1)
    gain = -path[1, 0] / 0.3
    expected = math.gamma(dim / 2) / (2.0 * math.sqrt(math.pi) * math.gamma((dim + 1) / 2))
    spread = math.sqrt((1.0 / (2 * dim) - expected**2) / runs)
    assert abs(gain.mean() - expected) < SIGMAS * spread
    moved = np.linalg.norm(path[1], axis=0)
    assert np.all((moved == 0.0) | (np.abs(moved / 0.3 - 1.0) < 1e-14))


def test_random_search_asks_once_a_step_for_the_exact_loss_and_twice_under_noise():
    job = {"start": (-1.0, 1.0), "steps": 5}
    assert ls.simulate("rosenbrock", "random_search", **job).tracks[0].evaluations[:, 0].tolist() == [0, 2, 3, 4, 5, 6]
    noisy = ls.simulate("rosenbrock", "random_search", **job, noise="gaussian").tracks[0]
    assert noisy.evaluations[:, 0].tolist() == [0, 2, 4, 6, 8, 10]


def solis_wets(surface, p, lr, normals, expansion=2.0, contraction=0.5, most_wins=5, most_losses=3):
    """Solis and Wets 1981, algorithm 1, for one run, written out: the path."""
    bias, rho, wins, losses, path = np.zeros_like(p), 1.0, 0, 0, [p]
    for z in normals:
        xi = bias + lr * rho * z
        if surface.value(p + xi) < surface.value(p):
            p, bias, wins, losses = p + xi, 0.2 * bias + 0.4 * xi, wins + 1, 0
        elif surface.value(p - xi) < surface.value(p):
            p, bias, wins, losses = p - xi, bias - 0.4 * xi, wins + 1, 0
        else:
            bias, wins, losses = 0.5 * bias, 0, losses + 1
        if wins > most_wins:
            rho, wins = expansion * rho, 0
        if losses > most_losses:
            rho, losses = contraction * rho, 0
        path.append(p)
    return np.array(path)


@reference("solis_wets", kind="paper", source="Solis and Wets 1981, algorithm 1")
@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau"])
def test_adaptive_random_search_is_the_papers_algorithm(name):
    surface, start = ls.surface(name), np.array([[-1.0, 0.5, 2.0], [1.0, 1.5, -0.3]])
    path, *_ = walk(ls.optimizer("solis_wets", lr=0.2), surface, start, 120)
    own = Source(0, np.arange(3), "rule").branch(0)
    for run in range(3):
        normals = np.array([own.normals(step, 2)[:, run] for step in range(120)])
        assert np.array_equal(path[:, :, run], solis_wets(surface, start[:, run], 0.2, normals))
        wrong = solis_wets(surface, start[:, run], 0.2, normals, most_losses=4)
        assert not np.array_equal(path[:, :, run], wrong)


def test_adaptive_random_search_doubles_its_steps_on_a_slope_and_halves_them_at_a_minimum():
    rule, starts = ls.optimizer("solis_wets"), np.zeros((2, 4))
    _, states, _ = walk(rule, Slope(2), starts, 40)
    assert [state.scale.tolist() for state in states] == [[2.0 ** (k // 6)] * 4 for k in range(41)]
    path, states, _ = walk(rule, ls.surface("sphere"), starts, 40)
    assert [state.scale.tolist() for state in states] == [[0.5 ** (k // 4)] * 4 for k in range(41)]
    assert np.all(path == 0.0)


def spread_of_boltzmann(temperature, factor=1.0):
    """How far the variance on a quadratic is from T/curvature, in standard deviations of its estimate."""
    surface = ls.surface("quadratic")
    curvatures = np.diag(surface.hessian(np.zeros(2)))
    runs = 20_000
    rule = ls.optimizer("simulated_annealing", lr=0.8, temperature=temperature * factor, cooling=1.0)
    path, *_ = walk(rule, surface, np.zeros((2, runs)), 250)
    variance = np.mean(path[-1] ** 2, axis=1)
    return np.max(np.abs(variance * curvatures / temperature - 1.0)) / math.sqrt(2.0 / runs)


@reference("simulated_annealing", kind="closed form", source="Boltzmann's distribution")
def test_annealing_at_a_constant_temperature_settles_at_boltzmanns_distribution():
    assert spread_of_boltzmann(0.5) < SIGMAS
    assert spread_of_boltzmann(0.5, factor=1.1) > SIGMAS


def test_annealing_takes_a_step_up_a_slope_as_often_as_metropolis_says():
    runs, size = 40_000, 0.7  # of a step, in units of the temperature
    rule = ls.optimizer("simulated_annealing", lr=size, temperature=1.0)
    path, states, _ = walk(rule, Slope(1), np.zeros((1, runs)), 1)
    taken = np.mean(path[1, 0] != 0.0)
    expected = 0.5 + math.exp(size**2 / 2.0) * stats.norm.cdf(-size)
    assert abs(taken - expected) < SIGMAS * math.sqrt(expected * (1.0 - expected) / runs)
    assert np.all(states[1].temperature == 0.99)


def test_annealing_cools_geometrically_and_when_cold_never_climbs():
    rule = ls.optimizer("simulated_annealing", temperature=3.0, cooling=0.9)
    _, states, _ = walk(rule, ls.surface("rastrigin"), np.ones((2, 3)), 30)
    np.testing.assert_allclose([state.temperature[0] for state in states], 0.9 ** np.arange(31), rtol=1e-14)
    cold = ls.simulate("rastrigin", ls.optimizer("simulated_annealing", temperature=0.0), start=(1.3, 2.2), steps=200)
    assert np.all(np.diff(cold.tracks[0].value, axis=0) <= 0.0)
    assert cold.tracks[0].value[-1] < cold.tracks[0].value[0]


def test_a_schedule_may_set_the_temperature():
    plain = ls.optimizer("simulated_annealing", cooling=1.0)
    cooled = ls.entrant(plain, schedules={"temperature": ls.schedule("exponential", gamma=0.9)})
    inside = ls.optimizer("simulated_annealing", cooling=0.9)
    record = ls.simulate("rastrigin", [cooled, ls.entrant(inside, label="inside")], start=(1.3, 2.2), steps=60)
    np.testing.assert_allclose(record.tracks[0].params, record["inside"].params, rtol=1e-12)


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_repeats_bit_for_bit_and_repeats_of_a_run_differ(name):
    job = {"start": (1.3, 2.2), "repeats": 3, "steps": 40, "seed": 9}
    first, again = (ls.simulate("rastrigin", name, **job).tracks[0] for _ in range(2))
    assert first == again
    assert not np.array_equal(first.params[:, :, 0], first.params[:, :, 1])
    other = ls.simulate("rastrigin", name, **{**job, "seed": 10}).tracks[0]
    assert not np.array_equal(first.params, other.params)
    alone = ls.simulate("rastrigin", name, **job, runs=[2]).tracks[0]
    assert np.array_equal(alone.params[:, :, 0], first.params[:, :, 2])
    assert np.array_equal(alone.evaluations[:, 0], first.evaluations[:, 2])


@reference("forward_differences", kind="closed form", source="its error on a quadratic, h/2 times the diagonal")
@reference("central_differences", kind="closed form", source="exact on quadratics; h^2/6 times the third derivatives")
def test_differences_step_by_the_gradient_and_their_known_error():
    bowl, lr, h = ls.surface("quadratic", dim=3, condition=7.0, rotation=0.4), 0.1, 0.01
    hessian = bowl.hessian(np.zeros(3))
    start = np.array([[1.0, -2.0], [0.5, 0.3], [-0.7, 0.1]])
    inner = ls.optimizer("momentum", lr=lr, momentum=0.5)
    for name, error, count in (
        ("forward_differences", 0.5 * h * np.diag(hessian), 4),
        ("central_differences", np.zeros(3), 6),
    ):
        record = ls.simulate(bowl, ls.optimizer(name, optimizer=inner, h=h), start=start, steps=30)
        p, buffer = start, np.zeros_like(start)
        for _ in range(30):
            buffer = 0.5 * buffer + hessian @ p + error[:, None]
            p = p - lr * buffer
        np.testing.assert_allclose(record[name].params[-1], p, atol=1e-10)
        assert record[name].evaluations[-1].tolist() == [30 * count] * 2
        assert record[name].asked["value"][-1].tolist() == [30 * count] * 2
    cubic = ls.from_expression("x**3", window=(-1.0, 1.0))
    for name, error in (("central_differences", h * h), ("forward_differences", 3 * 0.5 * h + h * h)):
        rule = ls.optimizer(name, optimizer=ls.optimizer("sgd", lr=1.0), h=h)
        moved = ls.simulate(cubic, rule, start=(0.5,), steps=1)[name].params[:, 0, 0]
        assert moved[0] - moved[1] == pytest.approx(3 * 0.25 + error, abs=1e-12)

"""Published facts of single surfaces: values and places of minima, indices of saddles, what descent does there."""

import math

import numpy as np
import pytest

import landscape as ls
from landscape.surfaces._registry import REGISTRY

# name, fields, place of a global minimum, its value: Surjanovic and Bingham 2013 ("Virtual library of simulation
# experiments"), Jamil and Yang 2013 (arXiv:1308.4008), Mishra 2006 (MPRA 2718), as far as they print digits.
MINIMA = [
    ("ackley", {"dim": 5}, [0.0] * 5, 0.0),
    ("bird", {}, [4.70104, 3.15294], -106.764537),
    ("bird", {}, [-1.58214, -3.13024], -106.764537),
    ("bukin_6", {}, [-10.0, 1.0], 0.0),
    ("cross_in_tray", {}, [1.34941, -1.34941], -2.06261),
    ("de_jong_5", {}, [-31.97833, -31.97833], 0.998003838),
    ("dixon_price", {"dim": 3}, [1.0, 2.0**-0.5, 2.0**-0.75], 0.0),
    ("drop_wave", {}, [0.0, 0.0], -1.0),
    ("easom", {}, [math.pi, math.pi], -1.0),
    ("gramacy_lee", {}, [0.548563444], -0.869011135),
    ("griewank", {"dim": 4}, [0.0] * 4, 0.0),
    ("holder_table", {}, [8.05502, 9.66459], -19.2085),
    ("langermann", {}, [2.793402, 1.597232], -4.15580929),
    ("levy", {"dim": 3}, [1.0] * 3, 0.0),
    ("levy_13", {}, [1.0, 1.0], 0.0),
    ("michalewicz", {"dim": 2}, [2.20290552, 1.57079633], -1.801303410),
    ("nesterov_worst", {"dim": 4, "smoothness": 8.0}, [0.8, 0.6, 0.4, 0.2], -0.8),
    ("schaffer_2", {}, [0.0, 0.0], 0.0),
    ("schaffer_4", {}, [0.0, 1.25313], 0.292579),
    ("schwefel", {"dim": 2}, [420.968746, 420.968746], 0.0),
    ("shekel", {"wells": 5}, [4.00004, 4.00013, 4.00004, 4.00013], -10.1532),
    ("shekel", {"wells": 7}, [4.00057, 4.00069, 3.99949, 3.99961], -10.4029),
    ("shekel", {"wells": 10}, [4.00075, 4.00059, 3.99966, 3.99951], -10.5364),
    ("trid", {"dim": 6}, [6.0, 10.0, 12.0, 12.0, 10.0, 6.0], -50.0),
    ("zakharov", {"dim": 3}, [0.0] * 3, 0.0),
]


@pytest.mark.parametrize(("name", "fields", "place", "value"), MINIMA)
def test_the_published_minimum_is_among_the_lowest_recorded(name, fields, place, value):
    surface = REGISTRY.build(name, **fields)
    near = min(surface.minima, key=lambda point: float(np.max(np.abs(point.point - place))))
    assert near.point == pytest.approx(place, rel=2e-6, abs=2e-5)
    assert near.value == pytest.approx(value, rel=6e-6, abs=1e-9)
    assert surface.lowest == pytest.approx(near.value, abs=1e-9)


@pytest.mark.parametrize(("dim", "value"), [(5, -4.687658), (10, -9.66015)])
def test_michalewicz_in_more_dimensions(dim, value):
    assert REGISTRY.build("michalewicz", dim=dim).lowest == pytest.approx(value, abs=2e-6)


def test_the_lowest_place_of_the_eggholder_is_on_its_edge():
    surface = REGISTRY.build("eggholder")
    (edge,) = surface.edge_minima
    assert edge.point == pytest.approx([512.0, 404.2318058], abs=1e-6)
    assert edge.value == surface.lowest == pytest.approx(-959.6406627, abs=1e-7)
    assert surface.gradient(edge.point)[0] < 0.0  # out of the window


def test_shubert_has_its_published_value_at_many_places():
    surface = REGISTRY.build("shubert")
    lowest = [point for point in surface.minima if point.value < surface.lowest + 1e-6]
    assert surface.lowest == pytest.approx(-186.7309, abs=1e-4)
    assert len(lowest) == 4  # of the eighteen in [-10, 10]


def test_alpine_has_a_global_minimum_wherever_two_creases_cross():
    surface = REGISTRY.build("alpine", dim=1)
    creases = sorted(point.point[0] for point in surface.minima)
    assert len(creases) == 8
    assert 0.0 in creases
    assert np.sin([x for x in creases if x]) == pytest.approx(-0.1, abs=1e-14)
    assert len(REGISTRY.build("alpine").minima) == 64


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("matrix_factorization", {"eigenvalues": (3.0, 2.0, 1.0), "rank": 2}),
        ("linear_network", {"singular_values": (3.0, 2.0, 1.0), "hidden": 2}),
    ],
)
def test_a_factorisation_s_minima_are_global_and_its_other_points_saddles(name, fields):
    """A choice of at most two of the values 3, 2, 1 leaves half the squares of the others."""
    points = REGISTRY.build(name, **fields).critical_points
    assert [point.value for point in points if point.kind == "minimum"] == [pytest.approx(0.5)]
    others = sorted(point.value for point in points if point.kind != "minimum")
    assert others == pytest.approx([2.0, 2.5, 4.5, 5.0, 6.5, 7.0])


def test_the_index_saddle_has_its_index():
    surface = REGISTRY.build("index_saddle", dim=6, index=4)
    eigenvalues = np.linalg.eigvalsh(surface.hessian(np.zeros(6)))
    assert (np.sum(eigenvalues < 0), np.sum(eigenvalues > 0)) == (4, 2)


@pytest.mark.parametrize("name", ["saddle_chain", "octopus"])
def test_each_saddle_of_a_chain_has_one_way_down_and_leads_to_the_next(name):
    surface = REGISTRY.build(name, dim=4)
    heights = []
    for point in sorted(surface.saddles, key=lambda point: -point.value):
        eigenvalues = np.linalg.eigvalsh(surface.hessian(point.point))
        assert np.sum(eigenvalues < 0) == 1
        heights.append(point.value)
    assert len(heights) == 4
    assert np.all(np.diff(heights) < 0)


def escape_steps(dim, noise):
    """How many steps descent takes from near 0 to within 1 of a minimum of the octopus."""
    surface = REGISTRY.build("octopus", dim=dim, tau=1.0, steepness=1.0)
    sgd = ls.optimizer("sgd", lr=0.25)
    start = np.full(dim, 1e-3) * 0.5 ** np.arange(dim)
    record = ls.simulate(surface, sgd, start=start, steps=6000, noise=noise, seed=1)
    gap = record["sgd"].value[:, 0] + dim * surface._nu
    return int(np.argmax(gap < 1.0)) if np.any(gap < 1.0) else 6000


def test_plain_descent_takes_exponentially_long_on_the_octopus_and_perturbed_descent_does_not():
    plain = [escape_steps(dim, None) for dim in (1, 2, 3, 4)]
    growth = np.diff(plain)[1:] / np.diff(plain)[:-1]
    assert np.all(growth > 1.5)
    noisy = [escape_steps(dim, ls.noise("gaussian", sigma=0.01)) for dim in (1, 2, 3, 4, 6)]
    assert noisy[-1] < 8 * noisy[0]
    assert plain[3] > 3 * noisy[3]


def test_descent_on_the_chain_waits_at_each_saddle_in_turn():
    surface = REGISTRY.build("saddle_chain", dim=3)
    record = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=(1e-3, 1e-3, 1e-3), steps=1500)
    value = record["sgd"].value[:, 0]
    for height in (0.75, 0.5, 0.25):
        assert np.sum(np.abs(value - height) < 0.01) > 30
    assert value[-1] < 1e-6


def test_a_labelled_surface_is_drawn_with_its_labels():
    labelled = REGISTRY.build("labelled", surface="himmelblau", labels=["weight", "bias"], title="A loss")
    record = ls.simulate(labelled, "sgd", start=(0.0, 0.0), steps=3)
    for figure in (ls.draw(record, "contour"), ls.draw(labelled)):
        texts = {text.get_text() for axes in figure.axes for text in axes.texts} | {t.get_text() for t in figure.texts}
        assert {"weight", "bias"} <= texts
    assert any("A loss" in text for text in texts)
    with pytest.raises(ls.FieldError, match="must have 2 texts"):
        REGISTRY.build("labelled", surface="himmelblau", labels=["one"])


def known(name):
    return REGISTRY.get(name).__module__.startswith("landscape.")


def test_a_gaussian_landscape_belongs_to_its_seed():
    first, again, other = (REGISTRY.build("gaussian_landscape", seed=seed) for seed in (3, 3, 4))
    p = np.random.default_rng(0).uniform(-4, 4, (2, 50))
    assert np.array_equal(first.value(p), again.value(p))
    assert not np.allclose(first.value(p), other.value(p))
    heights = [REGISTRY.build("gaussian_landscape", seed=s, confinement=1e-12).value(np.zeros(2)) for s in range(300)]
    assert np.std(heights) == pytest.approx(1.0, abs=0.15)  # the amplitude


@pytest.mark.parametrize("name", ["log_cosh", "huber"])
@pytest.mark.parametrize("x", [1e8, -1e8, 1e-8])
def test_far_away_a_robust_loss_is_a_straight_line(name, x):
    surface = REGISTRY.build(name, dim=1)
    rest = {"log_cosh": math.log(2.0), "huber": 0.5}[name]
    expected = abs(x) - rest if abs(x) > 1 else x * x / 2
    assert surface.value([x]) == pytest.approx(expected, rel=1e-7, abs=1e-16)
    assert surface.gradient([x])[0] == pytest.approx(math.copysign(1.0, x) if abs(x) > 1 else x, rel=1e-7)


def test_the_condition_numbers_are_those_asked_for():
    for name, fields in (
        ("curved_valley", {"condition": 40.0}),
        ("ring_valley", {"condition": 40.0}),
        ("ellipsoid", {"dim": 5, "condition": 40.0}),
        ("bent_cigar", {"dim": 5, "condition": 40.0}),
        ("discus", {"dim": 5, "condition": 40.0}),
    ):
        surface = REGISTRY.build(name, **fields)
        eigenvalues = np.linalg.eigvalsh(surface.hessian(surface.minima[0].point))
        assert eigenvalues[-1] / eigenvalues[0] == pytest.approx(40.0, rel=1e-12)


def test_no_rule_is_faster_on_nesterovs_worst_function_than_its_bound_allows():
    """Theorem 2.1.7: after k = (n - 1) / 2 gradients, 3 L |p*|^2 / (32 (k + 1)^2); a coordinate more moves a step."""
    n, smoothness = 61, 3.0
    surface = REGISTRY.build("nesterov_worst", dim=n, smoothness=smoothness)
    hessian = surface.hessian(np.zeros(n))
    expected = smoothness * np.sin(np.arange(1, n + 1) * np.pi / (2 * n + 2)) ** 2
    assert np.linalg.eigvalsh(hessian) == pytest.approx(expected, abs=1e-12)
    assert expected[-1] < smoothness
    rules = [ls.optimizer(name, lr=1.0 / smoothness) for name in ("sgd", "momentum", "nesterov")]
    record = ls.simulate(surface, [*rules, "fletcher_reeves", "lbfgs"], steps=30)
    distance = np.sum(surface.minima[0].point ** 2)
    for track in record.tracks:
        taken = track.asked["gradient"][:, 0] if track.asked else np.arange(31)  # a search looks more than once
        gap = track.value[taken <= 30, 0] - surface.lowest
        assert 1.0 < gap.min() / (3.0 * smoothness * distance / (32.0 * 31.0**2)) < 40.0, track.label
    for step in range(1, 6):  # a coordinate more a step
        assert np.count_nonzero(record["sgd"].params[step, :, 0]) == step


def test_a_sum_in_the_plane_finds_its_own_critical_points():
    """Two parabolas with minima at -1 and 1, the second of weight 3: the mean of these places, 0.5."""
    bowls = [ls.surface("shifted", surface=ls.surface("sphere"), shift=(x, 0.0)) for x in (-1.0, 1.0)]
    land = ls.surface("sum", first=bowls[0], second=bowls[1], weight=3.0)
    (point,) = land.critical_points
    assert (point.kind, land.completeness) == ("minimum", "found")
    np.testing.assert_allclose(point.point, (0.5, 0.0), atol=1e-8)

"""Planes through a network's weights, its Hessian's spectrum, and what its layers do."""

import re

import numpy as np
import pytest

import landscape as ls
from landscape.networks.slices import Plane, balanced, filter_normalised, line, through
from landscape.networks.spectra import largest_eigenvalues, principal_plane, spectral_density
from landscape.nn.diagnostics import diagnostics


def network(activation="tanh", layers=(2, 6, 5, 1), **fields):
    return ls.surface("network", layers=layers, activation=activation, dataset="moons", loss="logistic", **fields)


def weights(surface, seed=0):
    return 0.7 * np.random.default_rng(seed).standard_normal(surface.dim)


def rescaled(surface, p, c):
    """The weights of the same function under ReLU: W1 and b1 times c, W2 by c."""
    q = p.copy()
    views = surface.views(q)
    views["W1"][...] *= c
    views["b1"][...] *= c
    views["W2"][...] /= c
    return q


def slice_after(surface, p, c, normalised):
    """The loss on a grid of a plane through rescaled weights, along the same random directions."""
    q = rescaled(surface, p, c)
    raw = np.random.default_rng(5).standard_normal((2, surface.dim))
    for d in raw:
        views = surface.views(d)
        for name in views:
            views[name][...] *= name.startswith("W")
    first, second = (filter_normalised(surface, q, 0, d) for d in raw) if normalised else raw
    return Plane(surface, q, first, second).grid(9)[2]


@pytest.mark.parametrize("c", [10.0, 100.0])
def test_a_filter_normalised_slice_does_not_change_when_relu_weights_are_rescaled(c):
    """T11 of Li et al. 2018: invariant with normalisation, changed by orders of magnitude without."""
    surface = network("relu")
    p = weights(surface)
    before, after = slice_after(surface, p, 1.0, True), slice_after(surface, p, c, True)
    assert np.max(np.abs(after - before)) < 1e-12 * np.max(before)
    before, after = slice_after(surface, p, 1.0, False), slice_after(surface, p, c, False)
    assert np.max(np.abs(after - before)) > np.max(before)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "prelu"])
def test_a_slice_through_balanced_weights_does_not_change_when_single_units_are_rescaled(activation):
    surface = network(activation)
    p = weights(surface)
    q, factors = p.copy(), np.random.default_rng(1).uniform(0.1, 10.0, 11)
    views = surface.views(q)
    for k, c in ((1, factors[:6]), (2, factors[6:])):
        views[f"W{k}"][...] *= c[:, None]
        views[f"b{k}"][...] *= c
        views[f"W{k + 1}"][...] /= c
    assert surface.value(q) == pytest.approx(surface.value(p), rel=1e-12)

    def seen(weights):
        first, second = (filter_normalised(surface, weights, seed) for seed in (0, 1))
        return Plane(surface, weights, first, second).grid(9)[2]

    even, scaled = balanced(surface, p), balanced(surface, q)
    assert surface.value(even) == pytest.approx(surface.value(p), rel=1e-12)
    for k in (1, 2):
        assert np.linalg.norm(surface.views(even)[f"W{k}"], axis=1) == pytest.approx(1.0)
    np.testing.assert_allclose(scaled, even, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(seen(scaled), seen(even), rtol=1e-11)
    assert np.max(np.abs(seen(q) - seen(p))) > 0.1  # normalised by filters alone it does


def test_a_unit_without_weights_is_balanced_as_it_is():
    surface = network("relu")
    p = weights(surface)
    surface.views(p)["W1"][2] = 0.0
    assert surface.value(balanced(surface, p)) == pytest.approx(surface.value(p), rel=1e-12)


def test_a_filter_normalised_direction_has_the_filters_lengths_and_no_biases():
    surface = network()
    p = weights(surface)
    d = filter_normalised(surface, p, 3)
    for name, view in surface.views(d).items():
        if name.startswith("W"):
            assert np.linalg.norm(view, axis=1) == pytest.approx(np.linalg.norm(surface.views(p)[name], axis=1))
        else:
            assert not view.any()
    assert np.array_equal(d, filter_normalised(surface, p, 3))
    assert not np.array_equal(d, filter_normalised(surface, p, 4))


def test_a_plane_is_the_surface_on_it():
    surface = network()
    p, q, r = (weights(surface, seed) for seed in range(3))
    plane = through(surface, p, q, r)
    assert plane.value([0.0, 1.0, 0.0], [0.0, 0.0, 1.0]) == pytest.approx([surface.value(each) for each in (p, q, r)])
    a, b, loss = plane.grid(7, (-0.5, 1.5))
    assert loss[2, 5] == pytest.approx(surface.value(p + a[5] * (q - p) + b[2] * (r - p)), rel=1e-13)
    found = plane.coordinates(plane.weights(a, b[::-1]))
    assert found[0] == pytest.approx(a)
    assert found[1] == pytest.approx(b[::-1])
    assert found[2] == pytest.approx(np.zeros(7), abs=1e-12)
    t, values = line(surface, p, q, 11)
    assert values[[0, -1]] == pytest.approx([surface.value(p), surface.value(q)], rel=1e-14)
    assert values[3] == pytest.approx(float(plane.value(t[3], 0.0)), rel=1e-12)


def test_the_principal_plane_of_a_path_tells_what_it_leaves_out():
    surface = network()
    track = ls.simulate(surface, ls.optimizer("adam", lr=0.05), start=weights(surface), steps=80)["adam"]
    path = track.params[:, :, 0]
    found = principal_plane(surface, path)
    away = path - path[-1]
    drawn = np.outer(found.a, found.plane.first) + np.outer(found.b, found.plane.second)
    assert found.share.sum() == pytest.approx(np.sum(drawn**2) / np.sum(away**2))
    assert found.distance == pytest.approx(np.linalg.norm(away - drawn, axis=1))
    assert found.shown == pytest.approx(surface.value(path[-1][:, None] + drawn.T))
    assert found.true == pytest.approx(track.value[:, 0], rel=1e-13)
    assert 0.8 < found.share.sum() <= 1.0
    flat = through(surface, *(weights(surface, seed) for seed in range(3)))
    inside = principal_plane(surface, flat.weights(np.linspace(0, 1, 9), np.linspace(1, 0, 9) ** 2).T)
    assert inside.share.sum() == pytest.approx(1.0)
    assert inside.distance == pytest.approx(np.zeros(9), abs=1e-12)
    with pytest.raises(ValueError, match="at least 3 steps"):
        principal_plane(surface, path[:2])


@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_lanczos_eigenvalues_are_the_dense_hessians(activation):
    surface = network(activation)
    p = weights(surface)
    dense = np.linalg.eigvalsh(surface.hessian(p))
    values, vectors = largest_eigenvalues(surface, p, 3)
    assert values == pytest.approx(dense[:-4:-1], rel=1e-9)
    assert surface.hessian(p) @ vectors == pytest.approx(vectors * values, abs=1e-9)
    assert largest_eigenvalues(surface, p, 1, "SA")[0] == pytest.approx(dense[:1], rel=1e-7)
    with pytest.raises(ValueError, match="count must be from 1"):
        largest_eigenvalues(surface, p, surface.dim)


def test_the_spectral_density_has_the_hessians_moments():
    """A Rademacher probe gives v^T H^k v, whose mean is tr(H^k) / dim; with as many steps as dim each is exact."""
    surface = network(layers=(2, 4, 1))
    p = weights(surface)
    hessian = surface.hessian(p)
    density = spectral_density(surface, p, probes=200, steps=surface.dim)
    assert density.weights.sum() == pytest.approx(1.0)
    for power in (1, 2, 3):
        exact = np.linalg.matrix_power(hessian, power)
        off = exact - np.diag(np.diagonal(exact))
        error = np.sqrt(2.0 * np.sum(off * off) / 200) / surface.dim  # one standard error of Hutchinson's estimate
        found = np.sum(density.weights * density.nodes**power)
        assert abs(found - np.trace(exact) / surface.dim) < 5.0 * error + 1e-12
    dense = np.linalg.eigvalsh(hessian)
    assert (density.nodes.min(), density.nodes.max()) == pytest.approx((dense[0], dense[-1]), rel=1e-9)
    x = np.linspace(dense[0] - 1.0, dense[-1] + 1.0, 4001)
    assert np.sum(density.smooth(x, 0.05)) * (x[1] - x[0]) == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_gradient_norms_by_layer_are_those_of_the_gradient(l2):
    surface = network(l2=l2)
    p = np.stack([weights(surface, seed) for seed in range(3)], axis=1)
    views = surface.views(surface.gradient(p))
    for k, norm in enumerate(diagnostics(surface, p).gradient_norm, 1):
        assert norm == pytest.approx(np.sqrt(np.sum(views[f"W{k}"] ** 2, axis=(0, 1))))


def test_dead_and_saturated_units_are_counted():
    surface = network("relu", layers=(2, 4, 1))
    p = weights(surface)
    views = surface.views(p)
    views["b1"][...] = [-100.0, 100.0, -100.0, 100.0]
    found = diagnostics(surface, p)
    assert found.dead[0] == 0.5
    assert found.saturated[0] == 0.5
    assert found.dead[1] == 0.0
    surface = network("sigmoid", layers=(2, 4, 1))
    found = diagnostics(surface, p)
    assert (found.dead[0], found.saturated[0], found.mean[0]) == (0.0, 1.0, pytest.approx(0.5))


def test_the_first_layers_slope_shrinks_geometrically_with_depth_under_sigmoid_less_under_tanh_not_under_relu():
    """The median ratio of the slopes along z from one layer to the layer before, over 20 networks of ten layers."""
    ratio = {}
    for activation, start in (("sigmoid", "xavier"), ("tanh", "xavier"), ("relu", "he")):
        surface = network(activation, layers=(2, *(16,) * 10, 1))
        p = ls.start(start, count=20).place(surface, 0)
        deltas = np.array(diagnostics(surface, p).delta_norm[:-1])
        ratio[activation] = np.median((deltas[0] / deltas[-1]) ** (1.0 / 9.0))
    assert ratio["sigmoid"] < 0.3 < 0.8 < ratio["tanh"]
    assert 0.9 < ratio["relu"] < 1.15


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "softplus"])
def test_a_large_rate_cuts_units_off_from_the_gradient_under_relu_alone(activation):
    """Cut off: the gradient of all of a unit's weights is 0 at the end, and more steps leave them as they are."""
    surface = ls.surface(
        "network", layers=(2, 16, 1), activation=activation, dataset="moons", loss="binary_cross_entropy"
    )
    start = ls.start("he", count=20)
    track = ls.simulate(surface, ls.optimizer("sgd", lr=5.0), start=start, steps=200, every=100)["sgd"]
    gradient = surface.views(surface.gradient(track.params[-1]))
    cut_off = np.all(gradient["W1"] == 0.0, axis=1) & (gradient["b1"] == 0.0)  # (units, runs)
    if activation != "relu":
        assert not cut_off.any()
        return
    assert np.mean(cut_off) > 0.1
    assert np.mean(diagnostics(surface, track.params[-1]).dead[0]) == pytest.approx(np.mean(cut_off), abs=0.01)
    half_way, end = (surface.views(row)["W1"] for row in track.params[1:])
    slopes = surface.views(surface.gradient(track.params[1]))["W1"]
    dead_half_way = np.all(slopes == 0.0, axis=1)
    # a unit may be alive with a gradient of 1e-21, which is lost in rounding when it is taken off the weights
    moved = np.any(5.0 * np.abs(slopes) > np.spacing(np.abs(half_way)), axis=1)
    stayed = np.all(half_way == end, axis=1)
    assert dead_half_way.any()
    assert np.all(stayed[dead_half_way])
    assert not stayed[moved].any()
    assert np.mean(moved | dead_half_way) > 0.99


@pytest.mark.parametrize(("activation", "middle"), [("sigmoid", 0.5), ("tanh", 0.0)])
def test_outputs_for_inputs_even_about_zero_are_even_about_the_middle_of_the_range(activation, middle):
    """A sigmoid's are not zero-centred, and all positive: one example's slopes of a unit's weights have one sign."""
    surface = network(activation, layers=(2, 12, 12, 1))
    p = weights(surface)
    surface.views(p)["b1"][...] = 0.0
    x = np.random.default_rng(1).standard_normal((40, 2))
    first = surface.passed(p, np.concatenate([x, -x])).a[1]
    assert first.mean(axis=0) == pytest.approx(np.full(12, middle), abs=1e-14)
    slopes = surface.views(surface.term_gradient(p, np.array([7])))["W2"]
    one_sign = np.all(slopes >= 0.0, axis=1) | np.all(slopes <= 0.0, axis=1)
    assert one_sign.all() if activation == "sigmoid" else not one_sign.any()


def test_the_spread_is_the_largest_difference_between_two_units_for_one_example():
    surface = network(layers=(2, 5, 1))
    p = np.stack([weights(surface, seed) for seed in range(3)], axis=1)
    a = surface.passed(p).a[1]
    expected = [max(abs(u - v) for example in a[run] for u in example for v in example) for run in range(3)]
    found = diagnostics(surface, p).spread
    assert found[0] == pytest.approx(expected, rel=1e-14)
    assert not found[1].any()


def test_a_hessian_of_zeros_has_eigenvalues_of_zero():
    surface = ls.surface("network", layers=(2, 4, 1), activation="relu", dataset="moons", loss="hinge")
    values, vectors = largest_eigenvalues(surface, np.zeros(surface.dim), 2)
    assert not values.any()
    assert vectors.T @ vectors == pytest.approx(np.eye(2))
    density = spectral_density(surface, np.zeros(surface.dim))
    assert not density.nodes.any()
    assert density.weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros((60, 2)), 0.0])
def test_what_is_not_the_weights_of_one_network_is_refused(wrong):
    surface = network()
    p = weights(surface)
    assert len(p) == 60 - 1
    for ask in (
        lambda: line(surface, p, wrong),
        lambda: through(surface, p, wrong, p),
        lambda: Plane(surface, p, p, wrong),
        lambda: filter_normalised(surface, wrong, 0),
        lambda: filter_normalised(surface, p, 0, wrong),
        lambda: largest_eigenvalues(surface, wrong),
        lambda: spectral_density(surface, wrong),
    ):
        with pytest.raises(ValueError, match=r"the weights of one network have shape \(59,\), got"):
            ask()
    with pytest.raises(ValueError, match="at least 1, got 0 and 60"):
        spectral_density(surface, p, probes=0)


def test_no_runs_at_all_are_a_batch_too():
    surface = network(layers=(2, 3, 1))
    none = np.zeros((surface.dim, 0))
    assert surface.value(none).shape == (0,)
    assert surface.gradient(none).shape == surface.hvp(none, none).shape == none.shape
    assert surface.hessian(none).shape == (surface.dim, surface.dim, 0)


NET = ls.surface("network", layers=(2, 4, 1), dataset="moons", loss="logistic")
ZERO = np.zeros(NET.dim)
ONE = np.ones(NET.dim)


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda: ls.networks.filter_normalised("moons", ZERO, 0), TypeError, 'expected the surface "network"'),
        (lambda: ls.networks.filter_normalised(NET, ZERO, -1), ValueError, "seed must be at least 0, got -1"),
        (lambda: ls.networks.diagnostics(ls.surface("sphere"), ONE[:2]), TypeError, 'got the surface "sphere"'),
        (lambda: ls.networks.along(ls.surface("sphere"), ONE[None, :2]), TypeError, 'got the surface "sphere"'),
        (lambda: ls.networks.line(NET, ZERO, ONE, 1), ValueError, "count must be at least 2, got 1"),
        (lambda: ls.networks.line(NET, ZERO, np.nan * ONE), ValueError, "weights must be finite, got 17 that are not"),
        (lambda: ls.networks.Plane(NET, ZERO, ONE, -2.0 * ONE), ValueError, "span no plane"),
        (lambda: ls.networks.through(NET, ZERO, ZERO, ONE), ValueError, "span no plane"),
        (lambda: ls.networks.principal_plane(NET, np.zeros((3, NET.dim))), ValueError, "must move"),
        (lambda: ls.networks.spectral_density(NET, np.nan * ONE), ValueError, "weights must be finite"),
        (lambda: ls.networks.balanced(NET, ONE), ValueError, "layer 1 has tanh"),
        (lambda: NET.term_gradient(ZERO, np.array([0, 100])), ValueError, "examples are whole numbers from 0 to 99"),
        (lambda: NET.outputs(ZERO, np.zeros((3, 5))), ValueError, "x has shape (n, 2), got (3, 5)"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(ask, error, said):
    with pytest.raises(error, match=re.escape(said)):
        ask()


def test_outputs_that_are_no_numbers_are_right_about_nothing():
    assert NET.accuracy(np.nan * ONE) == 0.0

"""What a wrapper offers is what it wraps does, and each of it is the wrapper's own by another way."""

import numpy as np
import pytest

import landscape as ls
from landscape.analysis.metrics.networks import Layer
from landscape.core.component import field_hints
from landscape.core.surface import HasLayers, HasResiduals, HasTerms, HasTermValues, HasViews, Surface, offers
from landscape.networks import filter_normalised, largest_eigenvalues
from landscape.surfaces.wrappers._carried import OneInside

# A surface of each kind to be wrapped: without anything besides, with residuals, with terms, with both, with layers.
INSIDE = {
    "plain": lambda: ls.surface("matyas"),
    "residuals": lambda: ls.surface("beale"),
    "terms": lambda: ls.surface("finite_sum", surface="matyas", terms=5, spread=0.3),
    "terms and residuals": lambda: ls.surface("finite_sum", surface="beale", terms=4, spread=0.2),
    "layers": lambda: ls.surface("network", layers=(2, 3, 1), activation="tanh", loss="logistic", l2=0.05),
}
OFFERS = (HasTerms, HasTermValues, HasResiduals, HasViews, HasLayers)


def numbers(dim):
    return tuple(0.3 + 0.1 * k for k in range(dim))


# A wrapper of each name around a surface, with fields that are not its defaults.
AROUND = {
    "shifted": lambda s: ls.surface("shifted", surface=s, shift=numbers(s.dim)),
    "scaled": lambda s: ls.surface("scaled", surface=s, stretch=numbers(s.dim), height=1.7, offset=0.4),
    "rotated": lambda s: ls.surface("rotated", surface=s, rotation=0.7),
    "labelled": lambda s: ls.surface("labelled", surface=s, title="x"),
    "decayed": lambda s: ls.surface("decayed", surface=s, weight_decay=0.3),
    "slice": lambda s: ls.surface("slice", surface=s, along=(1, 0), through=numbers(s.dim)),
    "finite_sum": lambda s: ls.surface("finite_sum", surface=s, terms=6, spread=0.2),
    "bezier_path": lambda s: ls.surface("bezier_path", surface=s, first=numbers(s.dim), last=(0.0,) * s.dim, nodes=5),
    "sum": lambda s: ls.surface("sum", first=s, second=s, weight=0.6),
}
# What a wrapper has although what it wraps has not, and what it loses, with the reason.
ADDED = {"finite_sum": {HasTerms, HasTermValues}}
LOST = {
    "rotated": {HasViews, HasLayers},  # a coordinate is no weight any more
    "slice": {HasViews, HasLayers},  # two weights are no layer
    "finite_sum": {HasViews, HasLayers},  # of many networks at once
    "bezier_path": {HasViews, HasLayers},  # likewise
    "sum": {HasViews, HasLayers},  # of two networks
}


def made(around, inside):
    return AROUND[around](INSIDE[inside]())


def test_every_surface_that_holds_a_surface_is_held_to_the_laws():
    holding = {name for name in ls.surfaces.names() if Surface in field_hints(ls.surfaces.REGISTRY.get(name)).values()}
    assert holding == set(AROUND)


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("around", AROUND)
def test_a_wrapper_offers_what_it_wraps_offers_and_it_is_its_own(around, inside):
    base, surface = INSIDE[inside](), made(around, inside)
    expected = ({what for what in OFFERS if offers(base, what)} | ADDED.get(around, set())) - LOST.get(around, set())
    assert {what for what in OFFERS if offers(surface, what)} == expected
    rng = np.random.default_rng(9)
    points = surface.customary_start[:, None] + 0.3 * rng.normal(size=(surface.dim, 7))
    check_product(surface, points, rng.normal(size=points.shape))
    if HasTerms in expected:
        check_terms(surface, points)
    if HasResiduals in expected:
        check_residuals(surface, points)
    if HasLayers in expected:
        check_layers(surface, points)


def check_product(surface, points, vectors):
    """The product is the Hessian's, which is held to differences elsewhere."""
    own = np.einsum("ij...,j...->i...", surface.hessian(points), vectors)
    np.testing.assert_allclose(surface._product(points, vectors), own, rtol=1e-9, atol=1e-9 * np.abs(own).max())
    np.testing.assert_allclose(surface.hvp(points, vectors[:, 0])[:, 0], own[:, 0], rtol=1e-9, atol=1e-9)


def check_terms(surface, points):
    """All terms make the surface; the gradient of some is that of their loss by differences, or by their sum."""
    runs, count = points.shape[1], surface.terms
    whole = np.repeat(np.arange(count)[:, None], runs, axis=1)
    size = np.abs(surface.gradient(points)).max()
    np.testing.assert_allclose(
        surface.term_gradient(points, whole), surface.gradient(points), rtol=1e-10, atol=1e-10 * size
    )
    index = np.random.default_rng(2).integers(0, count, size=(2, runs))
    some = surface.term_gradient(points, index)
    each = [surface.term_gradient(points, index[k : k + 1]) for k in range(2)]
    np.testing.assert_allclose(some, (each[0] + each[1]) / 2.0, rtol=1e-10, atol=1e-10 * size)
    singles = sum(surface.term_gradient(points, whole[k : k + 1]) for k in range(count)) / count
    np.testing.assert_allclose(singles, surface.gradient(points), rtol=1e-10, atol=1e-10 * size)
    alone = surface.term_gradient(points[:, 3:4], index[:, 3:4])
    np.testing.assert_allclose(alone, some[:, 3:4], rtol=1e-13, atol=1e-14 * size)
    if offers(surface, HasTermValues):
        np.testing.assert_allclose(surface.term_value(points, whole), surface.value(points), rtol=1e-11)
        step = 1e-5
        for i in range(surface.dim):
            unit = step * np.eye(surface.dim)[i][:, None]
            slope = (surface.term_value(points + unit, index) - surface.term_value(points - unit, index)) / (2.0 * step)
            np.testing.assert_allclose(some[i], slope, rtol=1e-5, atol=1e-6 * size)


def check_residuals(surface, points):
    """Their squares make the surface, and their Jacobian is that of differences, and gives the gradient."""
    r, jacobian = surface.residuals(points), surface.jacobian(points)
    np.testing.assert_allclose(np.sum(r * r, axis=0), surface.value(points), rtol=1e-11)
    own = surface.gradient(points)
    np.testing.assert_allclose(
        2.0 * np.einsum("mr,mdr->dr", r, jacobian), own, rtol=1e-9, atol=1e-10 * np.abs(own).max()
    )
    step = 1e-5
    for i in range(surface.dim):
        unit = step * np.eye(surface.dim)[i][:, None]
        slope = (surface.residuals(points + unit) - surface.residuals(points - unit)) / (2.0 * step)
        np.testing.assert_allclose(jacobian[:, i], slope, rtol=1e-5, atol=1e-6 * np.abs(jacobian).max())
    assert surface.residuals(points[:, 0]).shape == r[:, 0].shape
    assert surface.jacobian(points[:, 0]).shape == jacobian[:, :, 0].shape


def check_layers(surface, points):
    """The gradient of a layer is its part of the wrapper's gradient; what its units do is what they do inside."""
    views = surface.views(surface.gradient(points))
    norms = surface.layer_figures(points, "gradient_norm")
    for k, norm in enumerate(norms, 1):
        np.testing.assert_allclose(norm, np.linalg.norm(views[f"W{k}"], axis=(0, 1)), rtol=1e-9)
    inner, inside = surface, points
    while isinstance(inner, OneInside):
        inside, inner = inner._inside(inside), inner.surface
    for quantity in ("mean", "saturated", "dead", "spread"):
        assert np.array_equal(surface.layer_figures(points, quantity), inner.layer_figures(inside, quantity))
    assert np.array_equal(surface.accuracy(points), inner.accuracy(inside))


def test_the_checks_find_a_capability_that_is_not_the_wrappers_own():
    class Wrong(ls.surfaces.REGISTRY.get("shifted")):
        _height = 1.01

    def wrong(inside):
        return Wrong(surface=INSIDE[inside](), shift=0.3)

    points = np.random.default_rng(1).normal(size=(2, 3))
    for check, inside in ((check_terms, "terms"), (check_residuals, "residuals")):
        with pytest.raises(AssertionError):
            check(wrong(inside), points)
    with pytest.raises(AssertionError):
        check_product(wrong("plain"), points, points)


@pytest.mark.parametrize("around", ["shifted", "scaled", "rotated", "labelled", "decayed"])
def test_rules_and_noises_take_a_wrapped_surface_as_what_it_wraps(around):
    ls.simulate(made(around, "residuals"), "levenberg_marquardt", steps=5)
    job = {"steps": 4, "noise": ls.noise("minibatch", batch_size=2), "repeats": 2}
    record = ls.simulate(made(around, "layers"), "adam", **job)
    alone = ls.simulate(made(around, "layers"), "adam", **job, runs=[1])
    assert np.array_equal(alone["adam"].params[:, :, 0], record["adam"].params[:, :, 1])


def test_shifted_trajectories_are_the_shifted_ones_of_what_is_inside():
    """Mini-batches, Levenberg-Marquardt and layer-wise figures of a shifted surface against those of the surface."""
    for inside, rule, noise in (
        ("terms", "adam", ls.noise("minibatch", batch_size=2)),
        ("residuals", "levenberg_marquardt", None),
        ("layers", "sgd", ls.noise("reshuffled_minibatch", batch_size=2)),
    ):
        base = INSIDE[inside]()
        moved = ls.surface("shifted", surface=base, shift=0.5)
        start = base.customary_start
        theirs = ls.simulate(base, rule, start=start, steps=12, noise=noise).tracks[0].params
        ours = ls.simulate(moved, rule, start=start + 0.5, steps=12, noise=noise).tracks[0].params
        np.testing.assert_allclose(ours, theirs + 0.5, rtol=1e-9, atol=1e-9)


def test_what_mixes_layers_is_refused_with_words():
    turned = made("rotated", "layers")
    with pytest.raises(AttributeError, match="mixes coordinates"):
        _ = turned.layers
    with pytest.raises(ValueError, match="needs a network"):
        Layer().check_surface(turned)
    with pytest.raises(AttributeError, match="its offset is negative"):
        _ = ls.surface("scaled", surface="beale", offset=-1.0).residuals
    with pytest.raises(TypeError, match='expected the surface "network"'):
        filter_normalised(turned, turned.customary_start, 0)


def test_the_spectrum_of_a_wrapped_network_is_found_by_products():
    surface = made("scaled", "layers")
    p = surface.customary_start
    assert largest_eigenvalues(surface, p, 2)[0] == pytest.approx(np.linalg.eigvalsh(surface.hessian(p))[::-1][:2])

"""Layers that nothing reaches: what is 0 over 0 is 0, or not known, and never a number."""

import numpy as np

import landscape as ls
from landscape.networks import diagnostics, spectral_density


def test_a_layer_without_any_gradient_has_no_signal_and_one_without_noise_an_infinite_one():
    network = ls.surface("network", layers=(2, 3, 1), dataset="moons")
    p = np.random.default_rng(0).standard_normal(network.dim)
    network.views(p)["W2"][...] = 0.0  # so that nothing flows back to the first layer
    found = diagnostics(network, p)
    assert float(found.signal[0]) == 0.0
    assert 0.0 < float(found.signal[1]) < np.inf
    alone = ls.surface("network", layers=(2, 3, 1), dataset={"name": "moons", "count": 2, "noise": 0.0})
    for each in diagnostics(alone, np.random.default_rng(1).standard_normal(alone.dim)).signal:
        assert float(each) > 0.0


def test_a_density_has_as_many_nodes_as_steps_and_no_more_than_dimensions():
    network = ls.surface("network", layers=(2, 2, 1), dataset="moons")
    p = np.random.default_rng(0).standard_normal(network.dim)
    whole, more = (spectral_density(network, p, probes=3, steps=steps) for steps in (network.dim, network.dim + 7))
    assert np.array_equal(whole.nodes, more.nodes)
    assert np.array_equal(whole.weights, more.weights)
    assert abs(whole.weights.sum() - 1.0) < 1e-12
    for steps in (1, 4):
        assert len(spectral_density(network, p, probes=3, steps=steps).nodes) == 3 * steps

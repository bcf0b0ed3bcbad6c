"""Curves between two points: their ends stay, and training the bend takes them around what lies between."""

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import FieldError, field_hints
from landscape.core.registry import nested_kind


def test_the_ends_are_exact_and_the_middle_makes_the_straight_line():
    path = ls.surface("bezier_path", surface="himmelblau", first=(3.0, 2.0), last=(-2.8, 3.1))
    assert path.curve([7.0, -5.0], 0.0).tolist() == [3.0, 2.0]
    assert path.curve([7.0, -5.0], 1.0).tolist() == [-2.8, 3.1]
    t = np.linspace(0.0, 1.0, 11)
    straight = np.outer([3.0, 2.0], 1.0 - t) + np.outer([-2.8, 3.1], t)
    assert path.curve(path.middle, t) == pytest.approx(straight, rel=1e-14)
    assert path.losses(path.middle, 11)[1] == pytest.approx(path.surface.value(straight), rel=1e-12)


def test_the_loss_is_the_mean_over_the_curve():
    path = ls.surface("bezier_path", surface="rosenbrock", nodes=7)
    bend = np.array([0.3, -0.4])
    t = (np.arange(7) + 0.5) / 7
    assert path.value(bend) == pytest.approx(path.surface.value(path.curve(bend, t)).mean(), rel=1e-13)


def test_without_ends_they_are_the_first_two_minima():
    minima = ls.surface("himmelblau").minima
    ends = ls.surface("bezier_path", surface="himmelblau").ends
    assert [end.tolist() for end in ends] == [point.point.tolist() for point in minima[:2]]


def test_a_trained_curve_goes_around_the_barrier_between_two_trained_networks():
    """Garipov et al. 2018: what the straight line has to climb over, a bent way goes around."""
    network = ls.surface("network", layers=(2, 8, 8, 1), dataset="moons", loss="binary_cross_entropy")
    adam = ls.optimizer("adam", lr=0.02)
    ends = ls.simulate(network, adam, start=ls.start("xavier", count=2), steps=300, every=300)["adam"]
    assert (ends.value[-1] < 0.01).all()
    first, last = (tuple(end) for end in ends.params[-1].T)
    path = ls.surface("bezier_path", surface=network, first=first, last=last)
    trained = ls.simulate(path, adam, start=path.middle, steps=400, every=400)["adam"]
    assert path.losses(path.middle)[1].max() > 1.0
    assert path.losses(trained.params[-1, :, 0])[1].max() < 0.1


def test_the_index_of_critical_points_rises_with_the_loss():
    """Dauphin et al. 2014, figure 1: low critical points are minima, high ones saddles of many directions down."""
    network = ls.surface("network", layers=(2, 2, 1), dataset="xor", loss="half_mse")
    points = [point for point in ls.find_critical_points(network, starts=150) if point.value < 0.2]
    loss = np.array([point.value for point in points])
    index = np.array([network.saddle_index(point.point) for point in points])
    assert len(points) >= 15
    assert index[loss < 1e-6].max(initial=0) == 0
    assert np.corrcoef(loss, index)[0, 1] > 0.5


def test_an_end_of_another_dimension_is_refused():
    with pytest.raises(FieldError, match="first must have 2 coordinates, got 3"):
        ls.surface("bezier_path", surface="himmelblau", first=(1.0, 2.0, 3.0))


def test_a_wrapper_has_the_traits_of_what_it_wraps_and_no_dimension_to_choose():
    inner = ls.surface("rosenbrock", dim=2)
    assert "scalable" in inner.traits
    for name in ls.surfaces.names():
        cls = ls.surfaces.REGISTRY.get(name)
        wrapped = [field for field in field_hints(cls) if nested_kind(cls, field) == "surface"]
        if wrapped:
            assert "dim" not in field_hints(cls)
            traits = cls(**dict.fromkeys(wrapped, inner)).traits
            assert traits - {"stochastic"} == inner.traits - {"scalable"}, name

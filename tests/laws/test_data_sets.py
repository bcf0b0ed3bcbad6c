"""Laws that every dataset holds, and known facts of single ones."""

import importlib
import sys

import numpy as np
import pytest

from landscape.core.component import FieldError, field_hints
from landscape.nn.data import REGISTRY, names, split
from landscape.nn.data import examples as made

BUNDLED = ("iris", "wine", "breast_cancer", "digits")
MADE = [name for name in names() if name not in BUNDLED]


@pytest.mark.parametrize("name", MADE)
def test_a_made_set_has_the_shapes_and_classes_it_says_and_depends_on_its_fields_alone(name):
    dataset = REGISTRY.build(name)
    x, y = dataset.examples()
    assert x.shape == (len(y), dataset.features)
    assert np.all(np.isfinite(x))
    assert dataset.task == ("classification" if dataset.classes else "regression")
    if dataset.classes:
        assert sorted(set(y)) == list(range(dataset.classes))
    again = REGISTRY.build(name).examples()
    assert np.array_equal(x, again[0])
    assert np.array_equal(y, again[1])
    if "noise" in field_hints(type(dataset)):
        changed = REGISTRY.build(name, noise=0.3, seed=1).examples()[0]
        other = REGISTRY.build(name, noise=0.3, seed=2).examples()
        assert name == "noisy_sine" or not np.array_equal(changed, other[0])


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_set_is_scikit_learns(name, sklearn):
    x, y = getattr(importlib.import_module("sklearn.datasets"), f"load_{name}")(return_X_y=True)
    dataset = REGISTRY.build(name)
    assert np.array_equal(made(dataset)[0], x)
    assert np.array_equal(made(dataset)[1], y)
    assert (x.shape[1], len(set(y))) == (dataset.features, dataset.classes)


@pytest.mark.parametrize("name", BUNDLED)
def test_without_scikit_learn_a_bundled_set_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "sklearn.datasets", raising=False)
    with pytest.raises(ImportError, match="needs sklearn, which is not installed: "):
        REGISTRY.build(name).examples()


def test_noise_free_shapes_are_what_their_equations_say():
    x, y = REGISTRY.build("circles", noise=0.0, factor=0.3).examples()
    assert np.linalg.norm(x, axis=1) == pytest.approx(np.where(y == 0.0, 1.0, 0.3))
    x, y = REGISTRY.build("moons", noise=0.0).examples()
    centers = np.where(y[:, None] == 0.0, [0.0, 0.0], [1.0, 0.5])
    assert np.linalg.norm(x - centers, axis=1) == pytest.approx(np.ones(100))
    assert np.array_equal(np.sign(x[:, 1] - centers[:, 1])[2:-2], np.where(y == 0, 1, -1)[2:-2])
    x, y = REGISTRY.build("noisy_sine", noise=0.0, frequency=2.0).examples()
    assert y == pytest.approx(np.sin(4.0 * np.pi * x[:, 0]))
    x, y = REGISTRY.build("spirals", noise=0.0, turns=1.0).examples()
    r = np.linalg.norm(x, axis=1)
    turned = np.exp(-2j * np.pi * (r + y / 2)) * (x[:, 0] + 1j * x[:, 1])
    assert turned == pytest.approx(r + 0j)
    x, y = REGISTRY.build("blobs", spread=0.0, features=5).examples()
    assert all(len(np.unique(x[y == k], axis=0)) == 1 for k in range(3))
    x, y = REGISTRY.build("xor").examples()
    assert np.array_equal(y, np.logical_xor(*x.T))


@pytest.mark.parametrize(("features", "condition"), [(1, 1.0), (2, 10.0), (5, 1e4)])
def test_linear_regression_has_the_conditioning_asked_for(features, condition):
    x, _ = REGISTRY.build("linear_regression", features=features, condition=condition).examples()
    assert x.mean(axis=0) == pytest.approx(np.zeros(features), abs=1e-12)
    eigenvalues = np.linalg.eigvalsh(x.T @ x / len(x))[::-1]
    assert eigenvalues == pytest.approx(condition ** -(np.arange(features) / max(1, features - 1)), rel=1e-9)


def test_a_split_is_a_partition_that_depends_on_the_seed():
    moons = REGISTRY.build("moons", count=41)
    x, y = made(moons)
    cut = split(moons, test=0.25, seed=1)
    assert (len(cut.x), len(cut.test_x)) == (31, 10)
    together = np.concatenate([cut.x, cut.test_x])
    assert np.array_equal(np.unique(together, axis=0), np.unique(x, axis=0))
    rows = {tuple(row): label for row, label in zip(x, y, strict=True)}
    assert all(rows[tuple(row)] == label for row, label in zip(cut.test_x, cut.test_y, strict=True))
    assert np.array_equal(split(moons, test=0.25, seed=1).x, cut.x)
    assert not np.array_equal(split(moons, test=0.25, seed=2).x, cut.x)
    assert np.array_equal(split(moons).x, x)
    assert len(split(moons, test=0.999).x) == 1
    with pytest.raises(ValueError, match="less than 1, got 1"):
        split(moons, test=1.0)


def test_standardising_uses_the_training_examples_only():
    blobs = REGISTRY.build("blobs", features=4, distance=20.0)
    cut = split(blobs, test=0.3, standardise=True)
    assert cut.x.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-13)
    assert cut.x.std(axis=0) == pytest.approx(np.ones(4))
    raw = split(blobs, test=0.3)
    assert cut.test_x * cut.scale + cut.center == pytest.approx(raw.test_x)
    constant = REGISTRY.build("blobs", spread=0.0, distance=0.0)
    assert not split(constant, standardise=True).x.any()


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("moons", {"count": 1}, "count"),
        ("moons", {"noise": -0.1}, "noise"),
        ("linear_regression", {"condition": 0.5}, "condition"),
        ("linear_regression", {"count": 3, "features": 3}, "count"),
        ("spirals", {"classes": 1}, "classes"),
    ],
)
def test_a_field_out_of_range_is_refused_by_name(name, fields, field):
    with pytest.raises(FieldError, match=field):
        REGISTRY.build(name, **fields)

"""Laws that every dataset holds, and known facts of single ones."""

import importlib
import sys

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import FieldError, field_hints
from landscape.nn.data import REGISTRY, names, split
from landscape.nn.data import examples as made

BUNDLED = ("iris", "wine", "breast_cancer", "digits")
MADE = [name for name in names() if name not in (*BUNDLED, "arrays")]


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


def test_adaptive_rules_give_the_features_of_wilsons_examples_one_weight_and_descent_separates_new_ones():
    """Their lemma 3.1: where X sign(X^T y) is a multiple of y, adaptive rules stay on the line of that sign."""
    dataset = REGISTRY.build("adaptive_counterexample", count=24)
    x, y = dataset.examples()
    s = 2.0 * y - 1.0
    assert (int(y.sum()), dataset.features) == (18, 122)
    assert np.array_equal(x[:, 0], s)
    own = x[:, 2:]
    assert np.array_equal(own.sum(axis=1), np.where(y == 1.0, 1.0, 5.0))
    assert own.sum(axis=0).max() == 1.0  # of one example alone
    with_bias = np.column_stack([x, np.ones(24)])
    lemma = with_bias @ np.sign(with_bias.T @ s)
    assert np.array_equal(lemma, 4.0 * s)
    model = ls.surface("network", layers=(122, 1), dataset=dataset, loss="logistic", test=0.0)
    rules = [ls.optimizer("adagrad", lr=0.1), ls.optimizer("adam", lr=0.01), ls.optimizer("sgd", lr=1.0)]
    record = ls.simulate(model, rules, start="zeros", steps=300)
    for label, right in (("adagrad", False), ("adam", False), ("sgd", True)):
        w = record[label].params[-1, :, 0]
        seen = np.abs(w[w != 0.0])
        assert (np.ptp(seen) < 1e-4 * seen.max()) != right
        assert model.accuracy(record[label].params[-1])[0] == 1.0
        assert (-w[0] + w[1] + w[-1] < 0.0) == right  # a new example of the smaller class


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


def own(kind):
    """X (20, 3) and y (20,) of 3 classes, or of numbers."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(20, 3))
    return x, np.arange(20) % 3 if kind == "classes" else x @ [1.0, -2.0, 0.5]


@pytest.mark.parametrize(("kind", "loss", "outputs"), [("classes", "cross_entropy", 3), ("numbers", "mse", 1)])
def test_a_pair_of_arrays_is_data_of_ones_own_that_a_record_keeps(kind, loss, outputs, tmp_path):
    x, y = own(kind)
    network = ls.surface("network", layers=(3, 4, outputs), dataset=(x, y), loss=loss, test=0.2)
    assert network.dataset.classes == (3 if kind == "classes" else 0)
    assert len(network.data.x) == 16
    named = REGISTRY.build("arrays", x=x.tolist(), y=y.tolist(), classes=network.dataset.classes)
    assert named == network.dataset
    record = ls.simulate(network, "adam", steps=3, noise=ls.noise("minibatch", batch_size=4))
    record.save(tmp_path / "own.npz")
    again = ls.load(tmp_path / "own.npz")
    assert again == record
    assert np.array_equal(again.surface.dataset.x, x)
    assert np.array_equal(again.surface.dataset.y, y)
    p = network.customary_start
    assert np.array_equal(again.surface.gradient(p), network.gradient(p))
    x[0, 0] = 99.0  # what was given may change afterwards
    assert network.dataset.x[0, 0] != 99.0


def test_own_data_are_those_that_the_made_sets_give():
    moons = REGISTRY.build("moons", count=30)
    x, y = moons.examples()
    theirs = ls.surface("network", layers=(2, 4, 1), dataset=moons, loss="logistic")
    ours = ls.surface("network", layers=(2, 4, 1), dataset=(x, y.astype(int)), loss="logistic")
    p = theirs.customary_start
    assert np.array_equal(ours.gradient(p), theirs.gradient(p))
    assert ours.accuracy(p) == theirs.accuracy(p)
    line = ls.surface("network", layers=(1, 2, 1), dataset=([0, 1, 2], [0.5, 1.5, 2.0]))
    assert line.data.x.shape == (3, 1)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        ((np.ones((4, 2)), [0, 1, 1]), r"y must have shape \(4,\), one for each row of x, got \(3,\)"),
        ((np.ones((4, 2)), [-1, 1, 1, -1]), "y must be whole numbers from 0 to 1, its classes, got -1"),
        ((np.ones((4, 2)), ["a", "b", "a", "b"]), "y must be a list of numbers"),
        ((np.full((4, 2), np.nan), [0, 1, 1, 0]), "x must be a list of numbers and finite"),
        ((np.ones((4, 2, 1)), [0, 1, 1, 0]), r"x must have shape \(n, features\), got \(4, 2, 1\)"),
        ((np.ones((4, 3)), [0, 1, 1, 0]), "layers must begin with the 3 features"),
        ((np.ones((4, 2)), [0, 0, 0, 0]), "classes must be 2 or more"),
        ((np.ones((4, 2)), [0.0, 1.0, 1.0, 0.0]), "logistic is for classes, and the data has numbers"),
        (np.ones((4, 2)), "dataset must be a dataset"),
    ],
)
def test_own_data_that_do_not_fit_are_refused(dataset, words):
    with pytest.raises(FieldError, match=words):
        ls.surface("network", layers=(2, 4, 1), dataset=dataset, loss="logistic")

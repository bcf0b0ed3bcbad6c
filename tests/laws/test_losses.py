"""Laws that every loss of networks holds, with one output and with several: its formula, its slopes and its targets."""

import numpy as np
import pytest

from landscape.nn.losses import REGISTRY, build, names, softmax

RNG = np.random.default_rng(0)
FORMULAS = {
    "mse": lambda f, t: np.mean((f - t) ** 2, axis=-1),
    "half_mse": lambda f, t: 0.5 * np.sum((f - t) ** 2, axis=-1),
    "binary_cross_entropy": lambda f, t: np.mean(np.log(1.0 + np.exp(f)) - t * f, axis=-1),
    "cross_entropy": lambda f, t: np.log(np.sum(np.exp(f), axis=-1)) - np.sum(t * f, axis=-1),
    "logistic": lambda f, t: np.mean(np.log(1.0 + np.exp(-t * f)), axis=-1),
    "hinge": lambda f, t: np.mean(np.maximum(0.0, 1.0 - t * f), axis=-1),
}
every = pytest.mark.parametrize("name", names())
several = pytest.mark.parametrize("outputs", [1, 2, 5])


def case(name, outputs):
    """(loss, outputs f (4, 7, m), targets t (7, m)) at random, with targets of its coding."""
    loss = build(name)
    outputs = max(outputs, 2) if loss.coding == "classes" else outputs  # one for each class
    f = 2.0 * RNG.normal(size=(4, 7, outputs))
    labels = RNG.integers(0, max(outputs, 2), 7)
    classes = max(outputs, 2) if loss.coding != "numbers" else 0
    return loss, f, loss.targets(RNG.normal(size=7) if not classes else labels, outputs, classes)


def test_every_loss_has_its_formula_here():
    assert set(FORMULAS) == {name for name in names() if REGISTRY.get(name).__module__.startswith("landscape.")}


@every
@several
def test_a_loss_is_its_formula(name, outputs):
    loss, f, t = case(name, outputs)
    assert loss.value(f, t) == pytest.approx(FORMULAS[name](f, t), rel=1e-12, abs=1e-14)


@every
@several
def test_its_gradient_and_its_products_are_those_of_its_formula(name, outputs):
    loss, f, t = case(name, outputs)
    r, h = RNG.normal(size=f.shape), 1e-6
    slope = (FORMULAS[name](f + h * r, t) - FORMULAS[name](f - h * r, t)) / (2.0 * h)
    assert np.sum(loss.gradient(f, t) * r, axis=-1) == pytest.approx(slope, rel=1e-7, abs=1e-8)
    bend = (loss.gradient(f + h * r, t) - loss.gradient(f - h * r, t)) / (2.0 * h)
    assert loss.product(f, t, r) == pytest.approx(bend, rel=1e-6, abs=1e-8)


@every
def test_a_slope_jumps_where_it_says_so_alone(name):
    loss = build(name)
    _, f, t = case(name, 2)
    at = np.broadcast_to(1.0 / np.where(t == 0.0, 1.0, t), f.shape) + 0.0  # t f = 1, the margin of the hinge
    jump = np.abs(loss.gradient(at + 1e-9, t) - loss.gradient(at - 1e-9, t)).max()
    assert (jump > 1e-3) == loss.kinked


@every
def test_targets_are_of_its_coding(name):
    loss, labels = build(name), np.array([0, 2, 1])
    one = {"numbers": [[0.0], [2.0], [1.0]]}
    many = np.eye(3)[labels]
    if loss.coding == "signs":
        many = 2.0 * many - 1.0
    assert loss.targets(labels, 3, 3).tolist() == many.tolist()
    bits = np.array([0, 1])
    expected = {"signs": [[-1.0], [1.0]], "numbers": [[0.0], [1.0]]}.get(loss.coding, [[0.0], [1.0]])
    assert loss.targets(bits, 1, 2).tolist() == expected
    if loss.coding == "numbers":
        assert loss.targets(labels, 1, 0).tolist() == one["numbers"]


@every
@pytest.mark.parametrize(
    ("outputs", "classes", "numbers", "classed"),
    [
        (1, 0, "", "is for classes, and the data has numbers"),
        (2, 0, "needs 1 outputs", "is for classes, and the data has numbers"),
        (1, 2, "", ""),
        (2, 2, "", ""),
        (3, 2, "needs 1 or 2 outputs", "needs 1 or 2 outputs"),
        (3, 3, "", ""),
        (1, 3, "needs 3 outputs", "needs 3 outputs"),
    ],
)
def test_what_fits_data_of_so_many_classes(name, outputs, classes, numbers, classed):
    loss = build(name)
    said = loss.misfit(outputs, classes)
    if loss.coding == "classes" and classes and outputs != classes:
        assert said.startswith(f"needs one output for each of the {classes} classes, got {outputs}")
    else:
        wanted = numbers if loss.coding == "numbers" else classed
        assert said.startswith(wanted) and bool(said) == bool(wanted)  # noqa: PT018
        assert not said or "numbers" in said or said.endswith(f"got {outputs}")


def test_a_softmax_adds_up_to_1_and_takes_large_numbers():
    f = np.array([[1e3, 1e3 + 1.0], [-1e3, 5.0]])
    assert softmax(f).sum(axis=-1) == pytest.approx(1.0)
    assert softmax(f)[0] == pytest.approx([1.0 / (1.0 + np.e), np.e / (1.0 + np.e)])

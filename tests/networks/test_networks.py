"""A network's derivatives by every way there is, its training against torch's, and its smallest cases."""

import numpy as np
import pytest
from surface_laws import check_batches, check_critical_points

import landscape as ls
from landscape import derivatives
from landscape.core.component import FieldError
from landscape.core.registry import from_table, to_table
from landscape.core.surface import HasTerms, offers
from landscape.nn import layers as _layers
from landscape.nn.activations._base import names as activations
from landscape.nn.diagnostics import diagnostics
from landscape.nn.losses import build as build_loss
from landscape.nn.losses import names as losses

CLASSES = {
    "cross_entropy": 3, "mse": 0, "half_mse": 0, "binary_cross_entropy": 2, "logistic": 2, "hinge": 2
}  # fmt: skip


def built(activation, loss, depth, width=3, **fields):
    classes = CLASSES[loss]
    data = {"name": "blobs", "count": 7, "classes": classes} if classes else {"name": "linear_regression", "count": 7}
    layers = (2, *(width,) * (depth - 1), 3 if classes == 3 else 1)
    return ls.surface("network", layers=layers, activation=activation, loss=loss, dataset=data, **fields)


def weights(network, runs=None, seed=0):
    shape = (network.dim,) if runs is None else (network.dim, runs)
    return 0.7 * np.random.default_rng(seed).standard_normal(shape)


def by_complex_steps(function, p):
    """The derivatives of function(p) along each coordinate of p (dim,), all in one batch."""
    return function(p[:, None] + 1e-30j * np.eye(len(p))).imag / 1e-30


def near(found, expected, tolerance=1e-10):
    return np.max(np.abs(found - expected)) <= tolerance * (1.0 + np.max(np.abs(expected)))


@pytest.mark.parametrize("activation", activations())
def test_gradients_are_the_tapes_and_complex_steps_for_every_loss_and_depth(activation):
    for loss in losses():
        for depth in range(1, 9):
            network = built(activation, loss, depth, l2=0.1)
            p = weights(network, seed=depth)
            gradient = network.gradient(p)
            assert near(derivatives.gradient(network, "reverse")(p), gradient), (loss, depth)
            assert near(by_complex_steps(network.value, p), gradient), (loss, depth)


@pytest.mark.parametrize("activation", activations())
def test_gradients_are_torchs_for_every_loss_and_depth(activation, torch):
    from landscape.bridges.torch_network import to_torch, torch_data, torch_loss

    for loss in losses():
        for depth in range(1, 9):
            network = built(activation, loss, depth)
            p = weights(network, seed=depth)
            module, (x, t) = to_torch(network, p), torch_data(network)
            value = torch_loss(network)(module(x), t)
            value.backward()
            found = np.concatenate([each.grad.numpy().ravel() for each in module.parameters()])
            assert near(value.item(), network.value(p)), (loss, depth)
            # torch keeps the slope of its Hardsigmoid, 1/6, in single precision
            assert near(found, network.gradient(p), 1e-7 if activation == "hard_sigmoid" else 1e-10), (loss, depth)


@pytest.mark.parametrize("activation", activations())
def test_hessian_vector_products_are_differences_of_gradients_and_rows_of_the_hessian(activation):
    for loss in losses():
        for depth in range(1, 9):
            network = built(activation, loss, depth, l2=0.1)
            p, v = weights(network, seed=depth), weights(network, seed=100)
            product = network.hvp(p, v)
            check_product(network, p, v, product)
            if depth <= 3:
                hessian = network.hessian(p)
                assert near(hessian @ v, product), (loss, depth)
                assert near(by_complex_steps(network.gradient, p).T, hessian), (loss, depth)
                assert np.array_equal(hessian, hessian.T)


def check_product(network, p, v, product):
    assert near(network.gradient(p + 1e-30j * v).imag / 1e-30, product)


def test_the_product_checker_fails_on_a_planted_error():
    network = built("tanh", "mse", 3)
    p, v = weights(network), weights(network, seed=1)
    with pytest.raises(AssertionError):
        check_product(network, p, v, 1.001 * network.hvp(p, v))


@pytest.mark.parametrize("activation", ["tanh", "prelu", "gelu"])
def test_products_and_hessians_work_on_batches_and_grids(activation):
    network = built(activation, "cross_entropy", 3)
    p, v = weights(network, 6), weights(network, 6, seed=1)
    product, hessian = network.hvp(p, v), network.hessian(p)
    for run in range(6):
        assert network.hvp(p[:, run], v[:, run]).tobytes() == product[:, run].tobytes()
        assert network.hessian(p[:, run]).tobytes() == np.ascontiguousarray(hessian[..., run]).tobytes()
    grid = network.hvp(p.reshape(-1, 2, 3), v.reshape(-1, 2, 3))
    assert np.array_equal(grid, product.reshape(-1, 2, 3))
    assert np.array_equal(network.hvp(p, v[:, 0])[:, 1], network.hvp(p[:, 1], v[:, 0]))


@pytest.mark.parametrize(("layers", "count"), [((2, 16, 16, 1), 40), ((2, 5, 1), 300), ((2, 1), 33), ((2, 3, 2), 5)])
def test_a_run_alone_is_the_run_in_a_batch_bit_for_bit_however_wide_the_network(layers, count, monkeypatch):
    network = ls.surface("network", layers=layers, dataset={"name": "moons", "count": count}, l2=0.01)
    if network.dim < 40:
        check_batches(network)
    p = weights(network, 9)
    for function in (network.value, network.gradient):
        batch = function(p)
        for run in (0, 8):
            assert function(p[:, run]).tobytes() == np.ascontiguousarray(batch[..., run]).tobytes()
            assert function(p[:, [run]])[..., 0].tobytes() == np.ascontiguousarray(batch[..., run]).tobytes()
        monkeypatch.setattr("landscape.surfaces.custom.network.BLOCK", 1)
        assert function(p).tobytes() == batch.tobytes()
        monkeypatch.undo()


def test_the_written_out_product_is_matmul():
    rng = np.random.default_rng(0)
    for k in range(1, 8):
        a, b = rng.standard_normal((5, 6, k)), rng.standard_normal((k, 4))
        assert _layers.times(a, b) == pytest.approx(a @ b, rel=1e-13, abs=1e-14)


# Mini-batches.


def test_a_network_is_the_mean_of_its_terms():
    network = ls.surface("network", layers=(2, 6, 1), dataset="moons", loss="logistic", l2=0.1)
    assert offers(network, HasTerms)
    assert network.terms == 100
    p = weights(network, 5)
    every = np.repeat(np.arange(100)[:, None], 5, axis=1)
    assert network.term_gradient(p, every) == pytest.approx(network.gradient(p), rel=1e-12, abs=1e-14)
    each = np.mean([network.term_gradient(p, np.full((1, 5), i)) for i in range(100)], axis=0)
    assert each == pytest.approx(network.gradient(p), rel=1e-12, abs=1e-13)


def test_a_run_alone_sees_the_mini_batch_gradient_that_it_sees_in_a_batch():
    network = ls.surface("network", layers=(2, 16, 16, 1), dataset="moons")
    p = weights(network, 7)
    index = np.random.default_rng(0).integers(network.terms, size=(32, 7))
    batch = network.term_gradient(p, index)
    for run in (0, 6):
        alone = network.term_gradient(p[:, run], index[:, run])
        assert alone.tobytes() == np.ascontiguousarray(batch[:, run]).tobytes()


@pytest.mark.parametrize("noise", ["minibatch", "reshuffled_minibatch"])
def test_mini_batches_train_a_network_and_runs_do_not_depend_on_each_other(noise):
    network = ls.surface("network", layers=(2, 8, 1), dataset="moons", loss="logistic")
    job = {"start": ls.start("xavier", count=4), "steps": 150, "noise": ls.noise(noise, batch_size=10)}
    record = ls.simulate(network, ls.optimizer("adam", lr=0.05), **job)
    track = record["adam"]
    assert np.all(track.value[-1] < 0.5 * track.value[0])
    assert np.all(network.accuracy(track.params[-1]) > 0.85)
    alone = ls.simulate(network, ls.optimizer("adam", lr=0.05), runs=[2], **job)["adam"]
    assert alone.params[..., 0].tobytes() == np.ascontiguousarray(track.params[..., 2]).tobytes()


# Training, step by step.


@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize(
    ("loss", "activation"), [("mse", "tanh"), ("binary_cross_entropy", "relu"), ("cross_entropy", "prelu")]
)
def test_training_follows_torch_step_for_step(rule, loss, activation, torch):
    from landscape.bridges.torch_network import to_torch, torch_data, torch_loss
    from landscape.bridges.torch_network import weights as flat

    data = {"name": "moons", "count": 40}
    layers = (2, 8, 8, 2 if loss == "cross_entropy" else 1)
    network = ls.surface("network", layers=layers, activation=activation, loss=loss, dataset=data)
    start = network.customary_start
    fields = {"sgd": {"lr": 0.1}, "momentum": {"lr": 0.02, "momentum": 0.9}, "adam": {"lr": 0.005}}[rule]
    track = ls.simulate(network, ls.optimizer(rule, **fields), start=start, steps=500)[rule]
    module, (x, t) = to_torch(network, start), torch_data(network)
    make = torch.optim.Adam if rule == "adam" else torch.optim.SGD
    optimizer, criterion = make(module.parameters(), **fields), torch_loss(network)
    for step in range(501):
        assert np.max(np.abs(flat(module) - track.params[step, :, 0])) < 1e-9, step
        optimizer.zero_grad()
        value = criterion(module(x), t)
        assert abs(value.item() - track.value[step, 0]) < 1e-9
        value.backward()
        optimizer.step()
    assert track.value[-1, 0] < 0.75 * track.value[0, 0]


@pytest.mark.parametrize("activation", activations())
def test_a_network_goes_to_torch_and_back(activation, torch):
    from landscape.bridges.torch_network import from_torch, to_torch

    network = ls.surface("network", layers=(2, 4, 3, 1), activation=activation, output="tanh")
    p = weights(network)
    module = to_torch(network, p)
    again, q = from_torch(module)
    assert np.array_equal(p, q)
    assert again.layers == network.layers
    outputs = module(torch.tensor(np.array(network.data.x))).detach().numpy().T
    assert network.outputs(p, network.data.x) == pytest.approx(outputs, rel=1e-12, abs=1e-13)
    assert again.value(q) == pytest.approx(float(network.value(p)), rel=1e-14)


def test_a_torch_module_of_another_kind_is_refused(torch):
    from landscape.bridges.torch_network import from_torch

    nn = torch.nn
    for wrong, words in (
        (nn.Sequential(nn.Linear(2, 1, bias=False)), "needs a bias"),
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.Linear(2, 1)), "Dropout"),
        (nn.Sequential(nn.Tanh(), nn.Linear(2, 1)), "must follow"),
        (nn.Sequential(nn.Linear(2, 2), nn.GELU("tanh"), nn.Linear(2, 1)), "another function"),
    ):
        with pytest.raises(ValueError, match=words):
            from_torch(wrong)


# Parameters.


def test_views_are_named_views_of_the_vector():
    network = ls.surface("network", layers=(2, 3, 1), activation="prelu")
    p = weights(network, 4)
    views = network.views(p)
    assert {name: view.shape for name, view in views.items()} == {
        "W1": (3, 2, 4), "b1": (3, 4), "s1": (1, 4), "W2": (1, 3, 4), "b2": (1, 4)
    }  # fmt: skip
    assert all(np.shares_memory(view, p) for view in views.values())
    assert np.array_equal(network.joined(views), p)
    assert np.array_equal(views["W1"][1, 0], p[2])
    assert network.dim == 3 * 2 + 3 + 1 + 3 + 1


def test_every_layer_may_have_its_own_activation_and_all_of_it_is_plain_data():
    network = ls.surface(
        "network", layers=(2, 3, 4, 1), by_layer=("relu", {"name": "elu", "alpha": 0.5}), output="tanh"
    )
    assert [phi.name for phi in network.activations] == ["relu", "elu", "tanh"]
    assert from_table("surface", to_table(network)) == network


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"layers": (2,)}, "layers"),
        ({"layers": (3, 2, 1)}, "layers"),
        ({"layers": (2, 0, 1)}, "layers"),
        ({"by_layer": ("relu", "relu")}, "by_layer"),
        ({"activation": "rleu"}, "activation"),
        ({"loss": "cross_entropy"}, "loss"),
        ({"layers": (2, 2, 3)}, "loss"),
        ({"l2": -1.0}, "l2"),
        ({"loss": "hinge", "layers": (1, 2, 1), "dataset": "noisy_sine"}, "loss"),
        ({"test": 1.0}, "test"),
        ({"loss": "binary_cross_entropy", "output": "sigmoid"}, "output"),
        ({"loss": "hinge", "output": "relu"}, "output"),
    ],
)
def test_fields_that_do_not_fit_are_refused_by_name(fields, field):
    with pytest.raises(FieldError, match=field):
        ls.surface("network", **fields)


# Data.


def test_what_is_left_out_is_not_trained_on():
    fields = {"layers": (2, 4, 2), "dataset": "moons", "loss": "cross_entropy", "standardise": True}
    network = ls.surface("network", test=0.3, **fields)
    p = weights(network, 3)
    assert network.terms == 70
    assert network.test_value(p).shape == network.test_accuracy(p).shape == (3,)
    assert not np.array_equal(network.test_value(p), network.value(p))
    whole = ls.surface("network", **fields)
    assert np.all(np.isnan(whole.test_value(p)))
    f = network.outputs(p, network.data.test_x)
    assert f.shape == (2, 30, 3)
    assert np.array_equal(network.test_accuracy(p), np.mean(f.argmax(0) == network.data.test_y[:, None], axis=0))


# The smallest cases.


def test_linear_regression_has_its_closed_form():
    network = ls.surface("network", layers=(3, 1), dataset={"name": "linear_regression", "features": 3})
    x, y = network.data.x, network.data.y
    solution, residual, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y)
    (minimum,) = network.critical_points
    assert minimum.point == pytest.approx(solution, rel=1e-12)
    assert minimum.value == pytest.approx(residual[0] / len(x), rel=1e-12)
    assert "convex" in network.traits
    eigenvalues = np.linalg.eigvalsh(network.hessian(minimum.point)) / 2.0
    assert eigenvalues == pytest.approx([0.1, np.sqrt(0.1), 1.0, 1.0])


def test_ridge_regression_has_its_closed_form():
    l2 = 0.3
    data = {"name": "linear_regression", "features": 3}
    network = ls.surface("network", layers=(3, 1), dataset=data, loss="half_mse", l2=l2)
    x, y = network.data.x, network.data.y
    centred = x - x.mean(axis=0)
    w = np.linalg.solve(centred.T @ centred / len(x) + l2 * np.eye(3), centred.T @ y / len(x))
    assert network.critical_points[0].point == pytest.approx([*w, y.mean() - x.mean(axis=0) @ w], rel=1e-11)


@pytest.mark.parametrize("loss", ["logistic", "binary_cross_entropy"])
def test_logistic_regression_meets_its_conditions_of_optimality(loss):
    network = ls.surface("network", layers=(2, 1), dataset="moons", loss=loss, l2=0.05)
    (minimum,) = network.critical_points
    w, b = minimum.point[:2], minimum.point[2]
    x, y = network.data.x, network.data.y
    chance = 1.0 / (1.0 + np.exp(-(x @ w + b)))
    assert np.mean((chance - y)[:, None] * x, axis=0) == pytest.approx(-0.05 * w, rel=1e-10)
    assert np.mean(chance - y) == pytest.approx(0.0, abs=1e-13)
    check_critical_points(network)


def test_a_linear_network_is_the_product_of_its_matrices():
    network = ls.surface("network", layers=(2, 3, 4, 1), activation="identity")
    views = network.views(weights(network))
    x = np.random.default_rng(3).standard_normal((5, 2))
    f = views["W3"] @ (views["W2"] @ (views["W1"] @ x.T + views["b1"][:, None]) + views["b2"][:, None])
    assert network.outputs(network.joined(views), x) == pytest.approx(f + views["b3"][:, None], rel=1e-13)


def test_logistic_and_binary_cross_entropy_are_one_function():
    fields = {"layers": (2, 3, 1), "dataset": "circles"}
    one, other = (ls.surface("network", loss=loss, **fields) for loss in ("logistic", "binary_cross_entropy"))
    p = weights(one, 5)
    assert one.value(p) == pytest.approx(other.value(p), rel=1e-14)


@pytest.mark.parametrize("loss", losses())
def test_losses_stay_finite_far_out(loss):
    network = built("identity", loss, 1)
    with np.errstate(all="raise", under="ignore"):
        for size in (1e3, 1e100):
            p = size * weights(network)
            assert np.all(np.isfinite(network.value(p)) & np.all(np.isfinite(network.gradient(p))))


def test_a_loss_of_classes_is_what_the_logits_leave_however_large_they_are():
    """Far out log(1 + e^f) is max(f, 0), and log sum e^f the largest f."""
    t = build_loss("cross_entropy").targets(np.arange(3.0), 3, 3)
    f = np.array([[1e3, 0.0, -1e3]] * 3)
    assert build_loss("cross_entropy").value(f, t) == pytest.approx([0.0, 1e3, 2e3], rel=1e-15)
    assert np.array_equal(build_loss("cross_entropy").gradient(f, t), [[0, 0, 0], [1, -1, 0], [1, 0, -1]])
    for name in ("binary_cross_entropy", "logistic"):
        loss = build_loss(name)
        t = loss.targets(np.array([0.0, 1.0]), 1, 2)
        for size in (800.0, 1e300):
            f = np.full((2, 1), size)
            assert np.array_equal(loss.value(f, t), [size, 0.0])
            assert np.array_equal(loss.gradient(f, t)[:, 0], [1.0, 0.0])
            assert np.array_equal(loss.value(-f, t), [0.0, size])


@pytest.mark.parametrize("loss", losses())
def test_one_example_and_one_class_are_data_too(loss):
    classes = CLASSES[loss] and 2
    data = {"name": "moons", "count": 2} if classes else {"name": "noisy_sine", "count": 2}
    network = ls.surface(
        "network", layers=(2 if classes else 1, 2 if loss == "cross_entropy" else 1), loss=loss, dataset=data, test=0.5,
        l2=0.1, standardise=True
    )  # fmt: skip
    assert network.terms == 1
    p = weights(network, 3)
    assert near(derivatives.gradient(network, "reverse")(p), network.gradient(p))
    if classes:  # the bias of a class that nothing speaks against grows without end
        assert network.critical_points == ()
    else:
        check_critical_points(network)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam"])
def test_weights_that_overflow_are_a_status_and_no_warning(rule):
    network = built("identity", "mse", 3, width=4)
    start = 1e8 * weights(network, 4)
    with np.errstate(all="warn", under="ignore"):
        track = ls.simulate(network, ls.optimizer(rule, lr=1e200), start=start, steps=20)[rule]
    assert np.all(track.status == "diverged")


# Initial weights.


def starts_of(name, layers=(2, 300, 400, 1), **fields):
    network = ls.surface("network", layers=layers, activation="prelu")
    return network, network.views(ls.start(name, **fields).place(network, 7))


@pytest.mark.parametrize(
    ("name", "variance"),
    [("xavier", 2 / 700), ("he", 2 / 300), ("lecun", 1 / 300), ("normal", 0.01), ("uniform", 0.01 / 3)],
)
def test_initial_weights_have_the_variance_they_say(name, variance):
    """The variance of 120,000 weights is within five standard errors of it, 5 sqrt(2 / 120000) = 2 %."""
    _, views = starts_of(name, count=2)
    W2 = views["W2"][..., 0]
    assert np.var(W2) == pytest.approx(variance, rel=0.021)
    assert abs(np.mean(W2)) < 5 * np.sqrt(variance / W2.size)
    assert not views["b2"].any()
    assert np.all(views["s2"] == 0.25)


def test_orthogonal_weights_keep_lengths():
    _, views = starts_of("orthogonal", layers=(2, 6, 4, 1), count=3, gain=2.0)
    for run in range(3):
        tall, wide = views["W1"][..., run], views["W2"][..., run]
        assert tall.T @ tall == pytest.approx(4.0 * np.eye(2), abs=1e-13)
        assert wide @ wide.T == pytest.approx(4.0 * np.eye(4), abs=1e-13)


@pytest.mark.parametrize("name", ["xavier", "he", "lecun", "orthogonal", "normal", "uniform"])
def test_a_start_depends_on_the_seed_and_its_own_number_alone(name):
    network = ls.surface("network")
    few, many = (ls.start(name, count=count).place(network, 3) for count in (2, 5))
    assert few.tobytes() == np.ascontiguousarray(many[:, :2]).tobytes()
    assert not np.array_equal(few, ls.start(name, count=2).place(network, 4))
    assert len(np.unique(many.round(12), axis=1).T) == 5
    with pytest.raises(ValueError, match=f'{name}: initial weights are for the surface "network", got "rosenbrock"'):
        ls.start(name).place(ls.surface("rosenbrock"), 0)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "softplus"])
def test_from_zero_hidden_units_stay_alike_for_ever(activation):
    network = ls.surface("network", layers=(2, 4, 1), activation=activation, dataset="moons", loss="logistic")
    params = ls.simulate(network, ls.optimizer("adam", lr=0.05), start="zeros", steps=300)["adam"].params
    views = network.views(params[-1, :, 0])
    for name in ("W1", "b1"):
        assert np.array_equal(views[name], np.broadcast_to(views[name][:1], views[name].shape))
    assert diagnostics(network, params[-1]).spread[0] == 0.0
    assert np.array_equal(views["W2"], np.broadcast_to(views["W2"][:, :1], views["W2"].shape))

"""Laws of the bridges to surfaces: torch's modules are surfaces here, and surfaces keep their derivatives there."""

import numpy as np
import pytest
from scipy import optimize

import landscape as ls
from landscape import networks
from landscape.bridges.torch_network import to_torch as network_module
from landscape.bridges.torch_network import torch_data, torch_loss
from landscape.core.component import FieldError
from landscape.core.surface import HasTerms, offers
from landscape.scenario.model import Scenario

bridges = ls.bridges


# torch modules as surfaces


@pytest.fixture(scope="module")
def network():
    return ls.surface("network", layers=(2, 5, 1), activation="tanh", dataset="xor", loss="mse")


@pytest.fixture
def module_surface(torch, network):
    p = 0.5 * np.sin(np.arange(1.0, network.dim + 1.0))
    x, t = torch_data(network)
    loss = torch_loss(network)
    return bridges.torch_surface(network_module(network, p), lambda net: loss(net(x), t)), p


def test_a_modules_loss_is_the_networks_own_with_its_derivatives(module_surface, network):
    surface, start = module_surface
    assert surface.dim == network.dim
    assert np.array_equal(surface.customary_start, start)
    assert surface.window[3] == (start[3] - 1.0, start[3] + 1.0)
    rng = np.random.default_rng(0)
    points, vectors = rng.normal(size=(2, surface.dim, 4, 5))
    np.testing.assert_allclose(surface.value(points), network.value(points), rtol=1e-13)
    np.testing.assert_allclose(surface.gradient(points), network.gradient(points), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(surface.hessian(points), network.hessian(points), rtol=1e-11, atol=1e-13)
    hvp = np.einsum("ij...,j...->i...", network.hessian(points), vectors)
    np.testing.assert_allclose(surface._product(points, vectors), hvp, rtol=1e-11, atol=1e-12)


def test_a_point_alone_has_the_numbers_that_it_has_among_others(module_surface):
    surface, _ = module_surface
    points = np.random.default_rng(1).normal(size=(surface.dim, 35))
    for kind in ("value", "gradient", "hessian"):
        many = getattr(surface, kind)(points)
        for count in (1, 2, 17):
            assert np.array_equal(getattr(surface, kind)(points[:, :count]), many[..., :count])
        assert np.array_equal(getattr(surface, kind)(points[:, 20]), many[..., 20])
    assert surface.gradient(points[:, :0]).shape == (surface.dim, 0)


def test_optimizers_and_noises_run_on_a_module_as_on_the_network(module_surface, network):
    surface, start = module_surface
    job = {"start": start, "steps": 40, "repeats": 3, "noise": ls.noise("gaussian", sigma=0.01)}
    rules = [ls.optimizer("adam", lr=0.05), "bfgs"]
    theirs, ours = ls.simulate(surface, rules, **job), ls.simulate(network, rules, **job)
    np.testing.assert_allclose(theirs["adam"].value, ours["adam"].value, rtol=1e-9)
    alone = ls.simulate(surface, rules, **job, runs=[1])
    assert np.array_equal(alone["adam"].params[:, :, 0], theirs["adam"].params[:, :, 1])


def test_a_module_with_data_has_the_networks_own_mini_batches_directions_and_spectrum(torch, network):
    p = 0.5 * np.sin(np.arange(1.0, network.dim + 1.0))
    loss = torch_loss(network)
    data = [each.numpy() for each in torch_data(network)]
    surface = bridges.torch_surface(network_module(network, p), lambda net, x, t: loss(net(x), t), data=data)
    rng = np.random.default_rng(6)
    points, index = rng.normal(size=(surface.dim, 19)), rng.integers(0, surface.terms, size=(3, 19))
    np.testing.assert_allclose(surface.term_gradient(points, index), network.term_gradient(points, index), rtol=1e-10)
    alone = surface.term_gradient(points[:, 4:5], index[:, 4:5])
    assert np.array_equal(surface.term_gradient(points, index)[:, 4:5], alone)
    whole = np.arange(surface.terms)[:, None]
    np.testing.assert_allclose(surface.term_value(points[:, :1], whole), network.value(points[:, :1]), rtol=1e-13)
    for noise in ("minibatch", "reshuffled_minibatch"):
        job = {"start": p, "steps": 20, "repeats": 2, "noise": ls.noise(noise, batch_size=2)}
        theirs, ours = ls.simulate(surface, "adam", **job), ls.simulate(network, "adam", **job)
        np.testing.assert_allclose(theirs["adam"].params, ours["adam"].params, rtol=1e-9)
    np.testing.assert_allclose(
        networks.filter_normalised(surface, p, 3), networks.filter_normalised(network, p, 3), rtol=1e-14
    )
    np.testing.assert_allclose(surface.hvp(points, p), network.hvp(points, p), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(
        networks.largest_eigenvalues(surface, p, 2)[0], networks.largest_eigenvalues(network, p, 2)[0], rtol=1e-9
    )
    assert networks.spectral_density(surface, p).nodes.max() == pytest.approx(
        networks.spectral_density(network, p).nodes.max(), rel=1e-9
    )
    assert list(surface.views(p)) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert surface.title == "Sequential"


def test_a_filter_of_a_convolution_is_what_leads_to_one_channel(torch):
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 2), torch.nn.Flatten())
    surface = bridges.torch_surface(net, lambda net: net(torch.ones(1, 2, 3, 3, dtype=torch.float64)).square().mean())
    p = surface.customary_start
    found = surface.views(networks.filter_normalised(surface, p, 1))
    lengths = np.linalg.norm(found["0.weight"].reshape(3, -1), axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(surface.views(p)["0.weight"].reshape(3, -1), axis=1))
    assert not found["0.bias"].any()


def test_without_data_there_are_no_mini_batches(module_surface):
    surface, _ = module_surface
    assert not offers(surface, HasTerms)
    with pytest.raises(ValueError, match=r"mini-batches need a finite sum: give torch_surface data=\(x, y\)"):
        ls.simulate(surface, "sgd", steps=2, noise="minibatch")


def unstable(torch):
    """Modules and losses that are no function of the parameters, or no mean over examples: (module, loss, data)."""
    nn, f = torch.nn, torch.nn.functional
    torch.manual_seed(0)
    x, y = torch.randn(9, 4, dtype=torch.float64), torch.randn(9, 1, dtype=torch.float64)
    parts = {
        "BatchNorm": nn.BatchNorm1d(4),
        "BatchNorm without statistics": nn.BatchNorm1d(4, track_running_stats=False),
        "Dropout": nn.Dropout(1e-6),
        "AlphaDropout": nn.AlphaDropout(1e-6),
        "RReLU": nn.RReLU(),
        "spectral norm": nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4)),
        "an attention": nn.TransformerEncoderLayer(4, 2, 8, dropout=1e-6, batch_first=True),
    }
    for name, part in parts.items():
        net = nn.Sequential(nn.Linear(4, 4), part, nn.Linear(4, 1))
        yield f"{name} in training mode", net, lambda net: f.mse_loss(net(x), y), (), "call module.eval"
    net = nn.Linear(4, 1)
    yield "noise", net, lambda net: f.mse_loss(net(x + 1e-30 * torch.randn_like(x)), y), (), "draws random numbers"
    yield "a sum", net, lambda net, x, y: ((net(x) - y) ** 2).sum(), (x, y), "must be the mean over the examples"
    centred = lambda net, x, y: f.mse_loss(net(x) - net(x).mean(), y)  # noqa: E731
    yield "examples that mix", net, centred, (x, y), "must be the mean over the examples"
    yield "unequal data", net, lambda net, x, y: net(x).mean(), (x, y[:3]), "as many examples each"
    other, counted = nn.Linear(4, 1).double(), [0]
    yield (
        "another module",
        net,
        lambda _: f.mse_loss(other(x), y),
        (),
        "does not depend on the parameters of the module",
    )
    yield (
        "another module and data",
        net,
        lambda _, x, y: f.mse_loss(other(x), y),
        (x, y),
        r"as in lambda net, x, y: mse",
    )
    yield "no gradient", net, lambda net: net(x).detach().mean(), (), "does not depend on the parameters"
    yield "functional dropout", net, lambda net: f.dropout(net(x)).mean(), (), "draws random numbers: draw them once"

    def counter(net):
        counted[0] += 1
        return counted[0] * net(x).mean()

    class Sometimes(nn.Linear):
        def forward(self, x):
            return f.dropout(super().forward(x), 0.5, self.training)

    yield "a counter", net, counter, (), "changes from call to call: it must be a function"
    yield "own dropout in training mode", Sometimes(4, 1), lambda net: net(x).mean(), (), "call module.eval"
    yield "no parameters", nn.Tanh(), lambda net: net(x).mean(), (), "no parameters"


def test_what_is_no_function_of_the_parameters_is_refused_when_it_is_built(torch):
    for name, net, loss, data, words in unstable(torch):
        with pytest.raises(FieldError, match=words):
            bridges.torch_surface(net, loss, data=data)
        if "training mode" in name and "without statistics" not in name:
            assert bridges.torch_surface(net.eval(), loss).dim > 0, name


def test_a_module_that_does_not_widen_is_evaluated_point_by_point(torch):
    module = torch.nn.Linear(2, 1, bias=False)

    def loss(net):
        # a branch on a value cannot be taken for many points at once
        return (net.weight**4).sum() if float(net.weight.detach().sum()) > 0 else (net.weight**2).sum()

    surface = bridges.torch_surface(module, loss)
    points = np.array([[1.0, -1.0, 2.0], [2.0, -3.0, -0.5]])
    assert surface.value(points).tolist() == [17.0, 10.0, 16.0625]
    assert surface.gradient(points).tolist() == [[4.0, -2.0, 32.0], [32.0, -6.0, -0.5]]
    assert surface.hessian(points)[0, 0].tolist() == [12.0, 2.0, 48.0]


def test_the_module_itself_is_left_alone_and_frozen_parameters_are_no_coordinates(torch):
    module = torch.nn.Linear(2, 1)
    module.bias.requires_grad_(False)
    before = module.weight.detach().clone()
    surface = bridges.torch_surface(module, lambda net: (net.weight**2).sum() + net.bias.sum(), window=(-2.0, 3.0))
    assert surface.dim == 2
    assert surface.window == ((-2.0, 3.0), (-2.0, 3.0))
    ls.simulate(surface, "sgd", steps=5)
    assert torch.equal(module.weight, before)
    assert module.weight.dtype == torch.float32


def net_and_loss():
    """What a scenario names."""
    import torch

    torch.manual_seed(3)
    net = torch.nn.Linear(2, 1)
    return net, lambda net: (net.weight**2).sum() + (net.bias**2).sum()


def test_a_scenario_names_a_function_that_makes_the_module(torch, tmp_path):
    name = "landscape.bridges.torch_surfaces:TorchModule"
    surface = f'{{ name = "{name}", make = "{__name__}:net_and_loss" }}'
    text = f'title = "x"\nsteps = 3\noptimizers = ["sgd"]\nsurface = {surface}'
    record = Scenario.from_text(text).simulate()
    assert record.surface.dim == 3
    with pytest.warns(UserWarning, match="not the code of .*net_and_loss"):
        record.save(tmp_path / "record.npz")
    assert ls.load(tmp_path / "record.npz") == record


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda t: (t.nn.Linear(2, 1), lambda net: net(t.ones(1, 2)).sum()), "same dtype|Double|double"),
        (lambda t: (t.nn.Linear(2, 1), lambda net: net.weight), "must be one number, got a tensor of shape"),
        (lambda t: (t.nn.Dropout(), lambda net: net(t.ones(9)).sum()), "^torch_surface: the module has no parameters"),
        (
            lambda t: (t.nn.Linear(2, 1), lambda net: net(t.ones(1, 2)).sum()),
            r"^torch_surface: .*float64 here.*X.double",
        ),
        (lambda t: (t.nn.Conv1d(1, 1, 1), lambda net: net(t.ones(1, 1, 3)).sum()), "float64 here"),
        (
            lambda t: (
                t.nn.Sequential(t.nn.Linear(9, 9), t.nn.Dropout()),
                lambda net: net(t.ones(9, dtype=t.float64)).sum(),
            ),
            "call module.eval",
        ),
    ],
)
def test_a_module_that_is_no_surface_is_refused(make, words, torch):
    torch.manual_seed(0)
    with pytest.raises(FieldError, match=words):
        bridges.torch_surface(*make(torch))


def test_what_is_no_module_and_no_loss_is_a_wrong_type(torch):
    net = torch.nn.Linear(2, 1)
    x = torch.ones(3, 2, dtype=torch.float64)
    for module, loss, words in [
        ("net", lambda net: net, "must be a torch.nn.Module, got 'net'"),
        (torch.nn.Linear, lambda net: net, "must be a torch.nn.Module"),
        (net, 3, "the loss must be a function of the module, got 3"),
        (net, lambda net: net(x).mean().item(), "must return a tensor of one number, got"),
    ]:
        with pytest.raises(TypeError, match=f"^torch_surface: .*{words}"):
            bridges.torch_surface(module, loss)


def test_the_derivatives_of_a_modules_loss_are_torchs_own_or_by_differences(module_surface, network):
    surface, p = module_surface
    v = np.cos(np.arange(surface.dim))
    exact = {"rtol": 1e-10, "atol": 1e-12}
    for options in ({}, {"method": "reverse"}, {"method": "manual"}):
        np.testing.assert_allclose(ls.gradient(surface, **options)(p), network.gradient(p), **exact)
        np.testing.assert_allclose(ls.hessian(surface, **options)(p), network.hessian(p), **exact)
        np.testing.assert_allclose(ls.hvp(surface, **options)(p, v), network.hvp(p, v), **exact)
    np.testing.assert_allclose(ls.gradient(surface, "central")(p), network.gradient(p), rtol=1e-6, atol=1e-8)
    double = ls.surface("sum", first=surface, second=surface)
    np.testing.assert_allclose(ls.gradient(double)(p), 2.0 * network.gradient(p), **exact)
    np.testing.assert_allclose(ls.hvp(double)(p, v), 2.0 * network.hvp(p, v), **exact)
    for method in ("forward", "symbolic", "complex-step"):
        for of in (ls.gradient, ls.hessian, ls.hvp):
            with pytest.raises(ValueError, match=f'"{method}" cannot look into; use one of: manual, reverse'):
                of(surface, method)


# surfaces for torch and SciPy


@pytest.mark.parametrize("name", ["rosenbrock", "ackley", "himmelblau", "brown_dennis"])
def test_torch_differentiates_a_surface_by_its_own_derivatives(name, torch):
    surface = ls.surface(name)
    f = bridges.to_torch(surface)
    lo, hi = np.array(surface.window).T
    point = lo + (hi - lo) * np.resize([0.31, 0.72, 0.55], surface.dim)
    p = torch.tensor(point, requires_grad=True)
    assert f(p).item() == surface.value(point)
    (gradient,) = torch.autograd.grad(f(p), p, create_graph=True)
    assert np.array_equal(gradient.detach(), surface.gradient(point))
    np.testing.assert_allclose(torch.autograd.functional.hessian(f, p), surface.hessian(point), rtol=1e-10, atol=1e-9)
    np.testing.assert_allclose(
        torch.func.jacrev(torch.func.jacrev(f))(p.detach()), surface.hessian(point), rtol=1e-10, atol=1e-9
    )


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
def test_torch_checks_the_derivatives_by_differences_and_finds_a_wrong_one(torch):
    class Wrong(type(ls.surface("rosenbrock"))):
        def _gradient(self, p):
            return 1.01 * super()._gradient(p)

    points = torch.tensor([[0.5, -0.3, 1.1], [0.2, 0.4, -0.7]], dtype=torch.float64, requires_grad=True)
    f = bridges.to_torch(ls.surface("rosenbrock"))
    assert torch.autograd.gradcheck(f, points)
    assert torch.autograd.gradgradcheck(f, points)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(bridges.to_torch(Wrong()), points)


def test_a_batch_goes_through_torch_as_points_do_and_keeps_its_type(torch):
    surface = ls.surface("himmelblau")
    f = bridges.to_torch(surface)
    points = np.random.default_rng(2).normal(size=(2, 7))
    p = torch.tensor(points, requires_grad=True)
    f(p).sum().backward()
    assert np.array_equal(p.grad, surface.gradient(points))
    assert torch.equal(torch.func.vmap(f, in_dims=1)(p.detach()), f(p.detach()))
    slopes = torch.func.vmap(torch.func.grad(f), in_dims=1)(p.detach())
    assert np.array_equal(slopes.T, surface.gradient(points))
    curvatures = torch.func.vmap(torch.func.jacrev(torch.func.jacrev(f)))(p.detach().T)
    np.testing.assert_allclose(np.moveaxis(curvatures.numpy(), 0, -1), surface.hessian(points), rtol=1e-12, atol=1e-12)
    assert f(p.detach().float()).dtype == torch.float32


def test_torchs_own_loop_on_a_surface_is_a_simulation(torch):
    f, p = bridges.to_torch(ls.surface("rosenbrock")), torch.tensor([-1.2, 1.0], dtype=torch.float64)
    p.requires_grad_(True)
    adam, points = torch.optim.Adam([p], lr=0.05), [p.detach().numpy().copy()]
    for _ in range(50):
        adam.zero_grad()
        f(p).backward()
        adam.step()
        points.append(p.detach().numpy().copy())
    rule = bridges.torch_optimizer("Adam", lr=0.05)
    track = ls.simulate("rosenbrock", rule, start=(-1.2, 1.0), steps=50).tracks[0]
    assert np.array_equal(track.params[:, :, 0], points)


def test_scipy_is_handed_a_surfaces_own_derivatives():
    surface = ls.surface("rosenbrock", dim=3)
    x, vector = np.array([0.3, -0.8, 1.4]), np.array([1.0, 2.0, -0.5])
    given = bridges.to_scipy(surface)
    assert given["fun"](x) == surface.value(x)
    assert np.array_equal(given["jac"](x), surface.gradient(x))
    assert np.array_equal(given["hess"](x), surface.hessian(x))
    np.testing.assert_allclose(given["hessp"](x, vector), surface.hessian(x) @ vector, rtol=1e-13)
    assert optimize.check_grad(given["fun"], given["jac"], x) < 1e-4
    assert np.array_equal(given["x0"], surface.customary_start)


@pytest.mark.parametrize("method", ["nelder-mead", "BFGS", "L-BFGS-B", "Newton-CG", "trust-exact", "trust-krylov"])
def test_scipy_minimizes_a_surface_by_one_call_and_has_nothing_to_warn_of(method):
    result = optimize.minimize(**bridges.to_scipy(ls.surface("himmelblau"), method))
    assert result.fun < 1e-6


def test_a_method_that_scipy_lacks_is_refused():
    with pytest.raises(ValueError, match='no method "adam" here; there are BFGS'):
        bridges.to_scipy(ls.surface("sphere"), "adam")

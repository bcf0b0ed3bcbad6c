"""Laws that every activation holds, and torch's values of each."""

import math
import warnings

import numpy as np
import pytest
from pictures import overlapping
from placing import misplaced

from landscape import derivatives
from landscape.core.component import FieldError
from landscape.nn.activations._base import REGISTRY, Activation, Learnt, names
from landscape.nn.activations._facts import facts

ALL = [REGISTRY.build(name) for name in names()] + [
    REGISTRY.build("elu", alpha=0.5),
    REGISTRY.build("elu", alpha=2.0),
    REGISTRY.build("softplus", beta=3.0),
    REGISTRY.build("leaky_relu", negative_slope=0.2),
    REGISTRY.build("sine", frequency=2.0),
    REGISTRY.build("prelu", slope=2.0),
    REGISTRY.build("prelu", slope=-0.5),
]
every = pytest.mark.parametrize("phi", ALL, ids=repr)

Z = np.concatenate([np.linspace(-12.0, 12.0, 4001) + 1e-4, np.random.default_rng(0).normal(0, 3, 500)])
FAR = np.array([s * 10.0**e for s in (-1, 1) for e in (2, 3, 30, 155, 300)])


def torch_twin(phi, torch):
    f = torch.nn.functional
    return {
        "identity": lambda z: z * 1.0,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": f.relu,
        "leaky_relu": lambda z: f.leaky_relu(z, phi.negative_slope),
        "prelu": lambda z: f.prelu(z, torch.tensor([phi.slope], dtype=z.dtype)),
        "elu": lambda z: f.elu(z, phi.alpha),
        "selu": f.selu,
        "softplus": lambda z: f.softplus(z, phi.beta, threshold=700.0),
        "gelu": f.gelu,
        "silu": f.silu,
        "mish": f.mish,
        "softsign": f.softsign,
        "hard_sigmoid": lambda z: torch.clamp(z / 6.0 + 0.5, 0.0, 1.0),  # torch has no second derivative of its own
        "hard_tanh": f.hardtanh,
        "hard_swish": f.hardswish,
        "sine": lambda z: torch.sin(phi.frequency * z),
    }[phi.name]


@every
def test_value_and_two_derivatives_are_torchs(phi, torch):
    z = torch.tensor(Z, requires_grad=True)
    a = torch_twin(phi, torch)(z)
    (slope,) = torch.autograd.grad(a.sum(), z, create_graph=True)
    curvature = torch.autograd.grad(slope.sum(), z)[0] if slope.requires_grad else torch.zeros_like(z)
    assert phi.value(Z) == pytest.approx(a.detach().numpy(), rel=1e-13, abs=1e-14)
    assert phi.derivative(Z) == pytest.approx(slope.detach().numpy(), rel=1e-12, abs=1e-14)
    assert phi.second_derivative(Z) == pytest.approx(curvature.numpy(), rel=1e-10, abs=1e-12)


@every
def test_at_kinks_the_derivative_is_torchs(phi, torch):
    z = torch.tensor([-3.0, -1.0, 0.0, 1.0, 3.0], dtype=torch.float64, requires_grad=True)
    twin = torch.nn.functional.hardsigmoid if phi.name == "hard_sigmoid" else torch_twin(phi, torch)
    (slope,) = torch.autograd.grad(twin(z).sum(), z)
    # torch keeps the slope of its Hardsigmoid, 1/6, in single precision
    assert phi.derivative(z.detach().numpy()) == pytest.approx(slope.numpy(), rel=1e-7, abs=1e-14)


@every
def test_the_derivatives_are_complex_steps_of_what_they_derive(phi):
    check_derivatives(phi)


def check_derivatives(phi):
    kinks = np.array(phi.kinks)[:, None] if phi.kinks else np.full((1, 1), np.inf)
    z = Z[np.all(np.abs(Z - kinks) > 1e-9, axis=0)]
    step = 1e-30
    assert phi.derivative(z) == pytest.approx(phi.value(z + 1j * step).imag / step, rel=1e-12, abs=1e-14)
    assert phi.second_derivative(z) == pytest.approx(phi.derivative(z + 1j * step).imag / step, rel=1e-10, abs=1e-12)


def test_the_derivative_checker_fails_on_planted_errors():
    tanh = REGISTRY.get("tanh")

    class Steep(tanh):
        def _slope(self, z, a):
            return 1.001 * tanh._slope(self, z, a)

    class Bent(tanh):
        def _curvature(self, z, a):
            return 1.001 * tanh._curvature(self, z, a)

    for wrong in (Steep(), Bent()):
        with pytest.raises(AssertionError):
            check_derivatives(wrong)


@every
def test_central_differences_and_the_tape_agree_with_the_derivative(phi):
    z = Z[None, ::50]
    near = np.min(np.abs(z - np.array(phi.kinks or (np.inf,))[:, None]), axis=0) < 1e-3
    z = z[:, ~near]
    slope = phi.derivative(z[0])
    for method, tolerance in (("reverse", 1e-13), ("forward", 1e-13), ("central", 1e-8)):
        found = derivatives.gradient(lambda q: phi._value(q[0]), method)(z)[0]
        assert found == pytest.approx(slope, rel=tolerance, abs=tolerance)


@every
def test_far_out_it_stays_finite_and_warns_of_nothing(phi):
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        for function in (phi.value, phi.derivative, phi.second_derivative):
            for far in (FAR, FAR + 0j):
                assert np.all(np.isfinite(function(far)))


@every
def test_its_range_is_the_one_declared_and_no_smaller(phi):
    low, high = phi.range
    z = np.concatenate([Z, FAR, np.linspace(-4.0, 4.0, 200_001)])
    a = phi.value(z)
    assert np.all((low <= a) & (a <= high))
    assert (np.min(a) < low + 1e-9) if math.isfinite(low) else (np.min(a) < -1e10)
    assert (np.max(a) > high - 1e-9) if math.isfinite(high) else (np.max(a) > 1e10)


@every
def test_no_slope_is_larger_than_the_largest_and_one_comes_close(phi):
    slopes = np.abs(phi.derivative(np.concatenate([FAR, np.linspace(-4.0, 4.0, 80_001)])))
    assert slopes.max() <= phi.largest_slope * (1.0 + 1e-12)
    assert slopes.max() >= phi.largest_slope * (1.0 - 1e-3)


@every
def test_the_declared_sides_are_those_where_the_slope_vanishes(phi):
    if phi.name == "sine":  # has no limit on either side
        assert phi.saturates == ()
        return
    for side, sign in (("left", -1.0), ("right", 1.0)):
        assert (side in phi.saturates) == bool(np.abs(phi.derivative(sign * 1e6)) < 1e-10)


@every
def test_it_is_odd_just_where_it_says_so(phi):
    assert phi.zero_centred == bool(np.allclose(phi.value(-Z), -phi.value(Z), rtol=1e-13, atol=1e-15))


@every
def test_the_slope_is_zero_on_the_declared_half_lines_and_on_no_other_interval(phi):
    z = np.linspace(-10.0, 10.0, 1001) + 1e-4
    flat = np.any([(low < z) & (z < high) for low, high in phi.flat], axis=0) if phi.flat else np.zeros(len(z), bool)
    assert np.array_equal(phi.derivative(z) == 0.0, flat)


@every
def test_the_slope_jumps_at_the_declared_kinks_alone(phi):
    z = np.linspace(-5.0, 5.0, 10_001)
    jumps = np.abs(phi.derivative(z + 1e-9) - phi.derivative(z - 1e-9)) > 1e-4
    assert z[jumps] == pytest.approx(np.array(phi.kinks), abs=1e-12)


@every
def test_shapes_and_whole_numbers_are_kept(phi):
    for function in (phi.value, phi.derivative, phi.second_derivative):
        assert function(np.ones((2, 3))).shape == (2, 3)
        assert function(1).shape == ()
        assert float(function([1, 2])[1]) == float(function(2.0))


def test_sigmoids_slope_never_exceeds_a_quarter():
    slopes = REGISTRY.build("sigmoid").derivative(np.linspace(-50.0, 50.0, 1_000_001))
    assert slopes.max() == 0.25


def test_a_learnt_slope_enters_linearly():
    phi = REGISTRY.build("prelu")
    assert isinstance(phi, Learnt)
    assert not isinstance(REGISTRY.build("leaky_relu"), Learnt)
    s, h = 0.3, 0.125
    change = (phi.at(s + h)._value(Z) - phi.at(s - h)._value(Z)) / (2 * h)
    assert change == pytest.approx(phi.by_slope(Z), abs=1e-12)
    a = phi._value(Z)
    change = (phi.at(s + h)._slope(Z, a) - phi.at(s - h)._slope(Z, a)) / (2 * h)
    assert change == pytest.approx(phi.mixed(Z), abs=1e-12)
    assert phi.slope == 0.25


@pytest.mark.parametrize("name", names())
def test_every_activation_is_documented_with_its_equation_and_source(name):
    cls = REGISTRY.get(name)
    assert issubclass(cls, Activation)
    assert "phi(z)" in cls.__doc__
    assert "Source: " in cls.__doc__ or name == "identity"
    assert cls.formula.startswith(r"\phi(z) = ")


@pytest.mark.parametrize(
    ("name", "field", "wrong"),
    [
        ("elu", "alpha", 0.0),
        ("leaky_relu", "negative_slope", 1.0),
        ("softplus", "beta", -1.0),
        ("sine", "frequency", 0),
    ],
)
def test_a_field_out_of_range_is_refused_by_name(name, field, wrong):
    with pytest.raises(FieldError, match=field):
        REGISTRY.build(name, **{field: wrong})


def test_the_picture_draws_every_activation_and_its_derivative():
    from landscape.render.portraits.activation import picture

    phis = [REGISTRY.build(name) for name in names()]
    figure = picture(phis, "Activations")
    panels = [ax for ax in figure.axes if len(ax.lines) == 4]
    assert len(panels) == len(phis)
    assert misplaced(figure) == []
    figure.draw_without_rendering()
    key = [
        text.get_window_extent() for text in figure.texts if text.get_text().startswith(("derivative", "activation"))
    ]
    assert key
    assert not any(box.overlaps(ax.get_window_extent()) for box in key for ax in panels)
    for phi, ax in zip(phis, panels, strict=True):
        slope, value = ax.lines[2:]
        assert np.array_equal(value.get_ydata(), phi.value(value.get_xdata()))
        drawn = np.isfinite(slope.get_ydata())
        assert np.array_equal(slope.get_ydata()[drawn], phi.derivative(slope.get_xdata())[drawn])
        assert np.sum(~drawn) == len(phi.kinks)
        assert len(ax.patches) == len(phi.flat)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "selu", "softplus"])
def test_a_portrait_shows_one_activation_and_says_what_is_known_of_it(name):
    import landscape as ls

    phi = REGISTRY.build(name)
    figure = ls.draw(phi)
    (ax,) = figure.axes
    slope, value = ax.lines[2:]
    assert np.array_equal(value.get_ydata(), phi.value(value.get_xdata()))
    assert len(ax.patches) == len(phi.flat)
    assert np.sum(np.isnan(slope.get_ydata())) == len(phi.kinks)
    texts = {text.get_text() for text in figure.texts}
    assert texts >= set(facts(phi)) | set(facts(phi).values())
    assert not overlapping(figure)


def test_facts_are_those_of_the_declared_traits():
    assert facts(REGISTRY.build("hard_tanh")) == {
        "range": "−1 to 1",
        "zero-centred": "yes",
        "derivative at most": "1",
        "derivative tends to 0": "on the left and on the right",
        "derivative is 0": "for z < −1 and for z > 1",
        "kinks": "at −1 and 1",
    }
    elu = facts(REGISTRY.build("elu"))
    assert elu["range"] == "−1 to ∞"
    assert elu["derivative is 0"] == "on no half line: no unit dies"
    assert elu["kinks"] == "none"
    assert facts(REGISTRY.build("prelu"))["learnt"] == "its slope, with the weights"


def test_the_command_line_shows_and_draws_an_activation(tmp_path, capsys):
    from landscape.cli import run_command

    assert run_command(["show", "relu", "--out", str(tmp_path / "relu.png")]) == 0
    assert "derivative is 0        for z < 0" in capsys.readouterr().out
    assert (tmp_path / "relu.png").read_bytes().startswith(b"\x89PNG")

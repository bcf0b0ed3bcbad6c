"""Backpropagation shown step by step: its slopes are the derivatives, whoever computes them."""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import landscape as ls
from landscape.analysis.computation_graph import Node, of_formula, of_network
from landscape.render.portraits.computation_graph import MOST_DRAWN, picture

FORMULAS = {
    "(sigmoid(w*x + b) - 1)**2": lambda w, x, b: (1.0 / (1.0 + np.exp(-(w * x + b))) - 1.0) ** 2,
    "tanh(w)*x - b/(w**2 + 1) + x": lambda w, x, b: np.tanh(w) * x - b / (w**2 + 1.0) + x,
    "max(w*x, b) + min(w, x)*abs(b)": lambda w, x, b: np.maximum(w * x, b) + np.minimum(w, x) * np.abs(b),
    "relu(w + x)*exp(b) + w**-2 + sqrt(x*x + 1)": lambda w, x, b: (
        np.maximum(w + x, 0.0) * np.exp(b) + w**-2 + np.sqrt(x * x + 1.0)
    ),
    "(x**2 + 1)**b + pi*w": lambda w, x, b: (x**2 + 1.0) ** b + np.pi * w,
}


@pytest.mark.parametrize("text", FORMULAS)
@given(point=st.tuples(*[st.floats(0.2, 2.0) | st.floats(-2.0, -0.2)] * 3))
@settings(max_examples=20, deadline=None)
def test_slopes_of_a_formula_are_those_of_the_tape(text, point):
    w, x, b = point
    assume(0.0 not in (w + x, w - x, w * x - b))  # at a kink of max, min or relu either slope is right
    graph = of_formula(text, **dict(zip("wxb", point, strict=True)))
    value, slope = FORMULAS[text], ls.gradient(lambda p: FORMULAS[text](*p), "reverse")(np.array(point))
    assert graph.nodes[-1].value == pytest.approx(float(value(*point)), rel=1e-13)
    assert [graph.node(name).slope for name in "wxb"] == pytest.approx(slope.tolist(), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "prelu", "gelu"])
@pytest.mark.parametrize("loss", ["half_mse", "binary_cross_entropy", "hinge"])
def test_slopes_of_a_network_are_its_gradient(activation, loss):
    network = ls.surface("network", layers=(2, 3, 2, 1), activation=activation, loss=loss)
    p = ls.start("xavier", count=1).place(network, 3)[:, 0]
    mean = np.zeros(network.dim)
    for example in range(4):
        graph = of_network(network, p, example)
        views = network.views(np.arange(float(network.dim)))
        for k in range(1, 4):
            for i, row in enumerate(views[f"W{k}"], 1):
                mean[int(views[f"b{k}"][i - 1])] += graph.node(f"b{k}_{i}").slope / 4.0
                for j, place in enumerate(row, 1):
                    mean[int(place)] += graph.node(f"w{k}_{i}{j}").slope / 4.0
    learnt = np.concatenate([views[name] for name in views if name.startswith("s")] or [[]]).astype(int)
    exact = network.gradient(p)
    exact[learnt] = 0.0  # the slope of a PReLU is no node
    assert mean == pytest.approx(exact, rel=1e-11, abs=1e-13)


def test_each_slope_is_the_sum_over_the_steps_that_take_it():
    graph = of_network(ls.surface("network", layers=(2, 2, 1)), example=2)
    for i, node in enumerate(graph.nodes[:-1]):
        handed = sum(
            taker.slope * partial
            for taker in graph.nodes
            for j, partial in zip(taker.inputs, taker.partials, strict=True)
            if j == i
        )
        assert node.slope == pytest.approx(handed, rel=1e-14, abs=1e-300)
        assert all(j < i for j in node.inputs)


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("w*x", {"w": 1.0}, 'needs a number for "x"'),
        ("w*x", {"w": 1.0, "x": 1.0, "y": 1.0}, 'the formula holds no "y"'),
        ("w", {"w": 1.0}, "must compute something"),
        ("open(w)", {"w": 1.0}, 'has no function "open"'),
        ("sigmoid(w, 1)", {"w": 1.0}, "sigmoid takes one argument"),
        ("w.real + 1", {"w": 1.0}, 'not "."'),
    ],
)
def test_what_cannot_be_computed_is_said(text, at, said):
    with pytest.raises(ValueError, match=said):
        of_formula(text, **at)


def test_nothing_in_the_picture_overlaps():
    """Boxes and the numbers above and below them; the numbers on arrows may lie on other arrows."""
    graph = of_network(ls.surface("network", layers=(2, 2, 1)), example=1)
    figure = picture(graph, "Backpropagation")
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches if patch.get_gid() == "step"]
    assert len(boxes) == len(graph.nodes)
    for i, box in enumerate(boxes):
        assert box.x0 >= 0.0
        assert box.x1 <= 1280.0
        assert not any(box.expanded(1.0, 2.2).overlaps(other) for other in boxes[:i])


def test_what_cannot_be_read_is_not_drawn():
    graph = of_network(ls.surface("network", layers=(2, 8, 8, 1)))
    assert len(graph.nodes) > MOST_DRAWN
    with pytest.raises(ValueError, match="cannot be read"):
        picture(graph, "too much")


def test_a_node_says_what_it_is():
    assert of_formula("w*x", w=2.0, x=3.0).node("w") == Node("w", "", (), 2.0, (), 3.0)
    with pytest.raises(KeyError):
        of_formula("w*x", w=2.0, x=3.0).node("y")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["w*x", "--at", "w"], "must be NAME=NUMBER"),
        (["w*x", "--at", "w=a,x=1"], 'must be a finite number, got "a"'),
        (["w*x"], 'needs a number for "w"'),
        (["--at", "w=1"], "--at: needs a formula"),
        (["--example", "9"], "example must be from 0 to 3"),
        (["--layers", "2,x"], "must be whole numbers"),
        (["--layers", "3,1"], "must begin with the 2 features"),
        (["--activation", "sigmoyd"], 'Did you mean "sigmoid"'),
        (["--layers", "2,9,9,1", "--out", "g.png"], "cannot be read"),
        (["--out", "g.txt"], "must end in .png"),
    ],
)
def test_the_command_refuses_in_one_line(args, said, tmp_path, monkeypatch, capsys):
    from landscape.cli import run_command

    monkeypatch.chdir(tmp_path)
    assert run_command(["backprop", *args]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_a_table_or_json_and_draws(tmp_path, monkeypatch, capsys):
    from landscape.cli import run_command

    monkeypatch.chdir(tmp_path)
    assert run_command(["backprop", "(sigmoid(w*x + b) - 1)**2", "--at", "w=0.5,x=2,b=-1", "--out", "g.svg"]) == 0
    assert "sigmoid of #4" in capsys.readouterr().out
    assert (tmp_path / "g.svg").read_text().startswith("<?xml")
    assert run_command(["backprop", "--json"]) == 0
    nodes = json.loads(capsys.readouterr().out)["nodes"]
    assert nodes[-1]["name"] == "loss"
    assert nodes[-1]["slope"] == 1.0

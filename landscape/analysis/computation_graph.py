"""Show backpropagation at work: every intermediate value of a small computation, and the derivative to each.

    graph = of_formula("(sigmoid(w*x + b) - 1)**2", w=0.5, x=2.0, b=-1.0)
    graph = of_network(landscape.surface("network", layers=(2, 2, 1), loss="half_mse"), example=1)
    graph.node("w").slope                   # d output / d w

Forward, each node computes its value from those before it, and the derivatives of that one step. Backward, each node
hands its own slope on, times those derivatives: the chain rule, once for every edge.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.derivatives.automatic import rule_of
from landscape.nn.activations._base import REGISTRY as ACTIVATIONS
from landscape.nn.activations._base import Activation
from landscape.program.formula import BINARY, CONSTANTS, FUNCTIONS, parsed, power_in
from landscape.surfaces.custom.network import Network

_SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷"}
MOST_NODES = 5_000


class Node(NamedTuple):
    """One step of a computation.

    name: what it is called, empty for most results; operation: what it does, empty for what is given; inputs: the
    numbers of the nodes that it takes; value: its result; partials: d value / d input, one for each input; slope:
    d output / d value, the sum over all ways from it to the output.
    """

    name: str
    operation: str
    inputs: tuple[int, ...]
    value: float
    partials: tuple[float, ...]
    slope: float = 0.0


@dataclasses.dataclass(frozen=True)
class Graph:
    """A computation: its nodes, each after those that it takes, the output last."""

    nodes: tuple[Node, ...]

    def node(self, name: str) -> Node:
        """The node of a name. KeyError where there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def depths(self) -> list[int]:
        """How many steps lie before each node; what is given stands right before the first step that takes it."""
        depths = [0] * len(self.nodes)
        for i, node in enumerate(self.nodes):
            depths[i] = 1 + max((depths[j] for j in node.inputs), default=-1)
        takers: dict[int, int] = {}
        for i, node in enumerate(self.nodes):
            for j in node.inputs:
                takers[j] = min(takers.get(j, depths[i]), depths[i])
        return [
            takers.get(i, 1) - 1 if not node.inputs else depth
            for i, (node, depth) in enumerate(zip(self.nodes, depths, strict=True))
        ]


class Tape:
    """Computes forward, and keeps what the way back needs."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def given(self, name: str, value: float) -> int:
        """A number that is given; its place on the tape."""
        return self._kept(Node(name, "", (), float(value), ()))

    def ufunc(self, sign: str, function: Any, *inputs: int) -> int:
        """One of NumPy's functions, with its derivatives from the table that every automatic mode reads."""
        values = [np.float64(self.nodes[i].value) for i in inputs]
        rule = rule_of(function)
        with np.errstate(all="ignore"):
            out = function(*values)
            partials = [0.0 if rule is None else float(rule.pull(i, 1.0, out, values, ())) for i in range(len(values))]
        return self._kept(Node("", sign, inputs, float(out) + 0.0, tuple(partials)))

    def power(self, base: int, exponent: float) -> int:
        """A number to a fixed power."""
        value = np.float64(self.nodes[base].value)
        with np.errstate(all="ignore"):
            out = value**exponent
            partial = float(rule_of(np.power).pull(0, 1.0, out, (value, exponent), ()))  # type: ignore[union-attr]
        return self._kept(Node("", f"^{exponent:g}", (base,), float(out), (partial,)))

    def total(self, inputs: Sequence[int]) -> int:
        """The sum of several."""
        value = sum(self.nodes[i].value for i in inputs)
        return self._kept(Node("", "+", tuple(inputs), value, (1.0,) * len(inputs)))

    def activation(self, phi: Activation, z: int) -> int:
        """An activation of a network."""
        at = self.nodes[z].value
        return self._kept(Node("", phi.name, (z,), float(phi.value(at)), (float(phi.derivative(at)),)))

    def function(self, sign: str, value: float, inputs: Sequence[int], partials: Sequence[float]) -> int:
        """Any other function, by its value and its derivatives."""
        return self._kept(Node("", sign, tuple(inputs), float(value), tuple(map(float, partials))))

    def named(self, place: int, name: str) -> int:
        """The same node with a name."""
        self.nodes[place] = self.nodes[place]._replace(name=name)
        return place

    def _kept(self, node: Node) -> int:
        if len(self.nodes) >= MOST_NODES:
            raise ValueError(f"the computation has more than {MOST_NODES:,} steps")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def backward(self) -> Graph:
        """The graph, with the slope of the last node to each: from the last to the first, along every edge once."""
        slopes = [0.0] * len(self.nodes)
        slopes[-1] = 1.0
        for i in reversed(range(len(self.nodes))):
            for j, partial in zip(self.nodes[i].inputs, self.nodes[i].partials, strict=True):
                slopes[j] += slopes[i] * partial
        return Graph(tuple(node._replace(slope=slope) for node, slope in zip(self.nodes, slopes, strict=True)))


def of_formula(text: str, **at: float) -> Graph:
    """The graph of a formula at given numbers, one for each name in it.

    text: as for `landscape.from_expression`, with the networks' activations (sigmoid, relu, ...) as functions besides.
    ValueError says what is wrong.
    """
    tree = parsed(text, frozenset(ACTIVATIONS.names()) - set(FUNCTIONS))
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and id(part) not in called}
    wanted = names - (set(CONSTANTS) - set(at))
    for name in sorted(wanted ^ set(at)):
        raise ValueError(f'needs a number for "{name}"' if name in wanted else f'the formula holds no "{name}"')
    tape = Tape()
    leaves = {name: tape.given(name, value) for name, value in sorted(({**CONSTANTS, **at}).items()) if name in names}
    if not tape.nodes[_walked(tree, tape, leaves)].operation:
        raise ValueError("must compute something")
    return tape.backward()


def _walked(part: Any, tape: Tape, leaves: Mapping[str, int]) -> int:
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            base, power = _walked(left, tape, leaves), power_in(right)
            if power is not None:
                return tape.power(base, power)
            return tape.ufunc("^", np.power, base, _walked(right, tape, leaves))
        case ast.BinOp(left, operator, right):
            name = BINARY[type(operator)]
            return tape.ufunc(
                _SIGNS[name], getattr(np, name), _walked(left, tape, leaves), _walked(right, tape, leaves)
            )
        case ast.UnaryOp(ast.USub(), operand):
            return tape.ufunc("−", np.negative, _walked(operand, tape, leaves))
        case ast.UnaryOp(_, operand):
            return _walked(operand, tape, leaves)
        case ast.Call(ast.Name(name), arguments):
            inputs = [_walked(argument, tape, leaves) for argument in arguments]
            if name not in FUNCTIONS:
                return tape.activation(ACTIVATIONS.build(name), inputs[0])
            return tape.ufunc(name, _numpy(name), *inputs)
        case ast.Constant(int() | float() as value):
            return tape.given("", value)
        case ast.Name(name):
            return leaves[name]
    raise AssertionError("parsed() lets nothing else through")


def _numpy(name: str) -> Callable[..., Any]:
    if name == "erf":
        from scipy.special import erf

        return erf
    function: Callable[..., Any] = getattr(np, FUNCTIONS[name])
    return function


def of_network(network: Network, p: Any = None, example: int = 0) -> Graph:
    """The graph of a network's loss of one example.

    p: (dim,), its customary start where left out; example: the number of the example, from 0. Weights are called w1_21,
    from input 1 to unit 2 of layer 1, biases b1_2, inputs x_1; the penalty l2 is left out. ValueError
    where there is no such example.
    """
    x, targets = network.data.x, network._targets
    if not 0 <= example < len(x):
        raise ValueError(f"example must be from 0 to {len(x) - 1}, got {example}")
    views = network.views(network.customary_start if p is None else p)
    tape = Tape()
    units = [tape.given(f"x_{i}", value) for i, value in enumerate(x[example], 1)]
    for k, phi in enumerate(network.activations, 1):
        units = [
            _unit(tape, f"{k}_{i}", units, row, float(views[f"b{k}"][i - 1]), _at(phi, views.get(f"s{k}")))
            for i, row in enumerate(views[f"W{k}"], 1)
        ]
    t = targets[example]
    f = np.array([tape.nodes[unit].value for unit in units])
    value, slopes = network.loss.value(f[None], t[None])[0], network.loss.gradient(f[None], t[None])[0]
    sign = f"{network.loss.name}, t = {', '.join(f'{each:g}' for each in t)}"
    tape.named(tape.function(sign, value, units, slopes), "loss")
    return tape.backward()


def _at(phi: Activation, slope: Array | None) -> Activation:
    return phi if slope is None else phi.at(slope[0])  # type: ignore[attr-defined]


def _unit(tape: Tape, name: str, before: Sequence[int], row: Array, bias: float, phi: Activation) -> int:
    layer, number = name.split("_")
    weights = [tape.given(f"w{layer}_{number}{j}", w) for j, w in enumerate(row, 1)]
    products = [tape.ufunc("×", np.multiply, w, a) for w, a in zip(weights, before, strict=True)]
    z = tape.named(tape.total([*products, tape.given(f"b{layer}_{number}", bias)]), f"z{layer}_{number}")
    return z if phi.name == "identity" else tape.named(tape.activation(phi, z), f"a{layer}_{number}")

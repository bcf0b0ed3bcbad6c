"""landscape backprop: every step of the forward and backward pass, as a table and as a picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.cli import _completion
from landscape.cli._files import checked_suffix, explained, written
from landscape.cli._options import json_option, picture_language_option
from landscape.cli._printing import DONE, aligned, refusals, say, say_json, whole_numbers
from landscape.render.canvas.settings import own_settings

if TYPE_CHECKING:
    from landscape.analysis.computation_graph import Graph
    from landscape.i18n.texts import Language


@click.command()
@click.argument("formula", required=False)
@click.option("--at", metavar="NAME=NUMBER,...", help="Values of the formula's variables, such as w=0.5,x=2.")
@click.option("--layers", metavar="N,N,...", help="Widths of the network's layers, without a formula; default: 2,2,1.")
@click.option(
    "--activation",
    shell_complete=_completion.names("activation"),
    default="tanh",
    show_default=True,
    metavar="NAME",
    help="Activation of hidden layers.",
)
@click.option(
    "--dataset",
    shell_complete=_completion.names("dataset"),
    default="xor",
    show_default=True,
    metavar="NAME",
    help="Data set of the example.",
)
@click.option(
    "--loss",
    shell_complete=_completion.names("loss"),
    default="half_mse",
    show_default=True,
    metavar="NAME",
    help="Loss function.",
)
@click.option("--example", default=1, show_default=True, metavar="N", help="Index of the example, from 0.")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), metavar="N", help="Seed of the initial weights."
)
@click.option("--out", type=click.Path(), metavar="FILE", help="Also draw the graph to a file such as graph.png.")
@picture_language_option
@json_option
def command(
    formula: str | None,
    at: str | None,
    layers: str | None,
    activation: str,
    dataset: str,
    loss: str,
    example: int,
    seed: int,
    out: str | None,
    language: Language,
    as_json: bool,
) -> int:
    """Show the forward and the backward pass of backpropagation, step by step.

    For a FORMULA such as "(sigmoid(w*x + b) - 1)**2" at given values, or for the loss of a small network on one
    example: every intermediate value, and the derivative of the result with respect to it.
    """
    with refusals():
        widths = whole_numbers("--layers", layers) or [2, 2, 1]
        if out is not None:
            checked_suffix(Path(out))
        network: dict[str, Any] = {"layers": widths, "activation": activation, "dataset": dataset, "loss": loss}
        graph = computed(formula, at, network, example, seed)
        if out is not None:
            with explained(Path(out)):
                draw(graph, formula, network, Path(out), language)
        if as_json:
            say_json(data(graph))
        else:
            say(table(graph) + (f"\n\nwrote {out}" if out is not None else ""))
    return DONE


def computed(formula: str | None, at: str | None, network: dict[str, Any], example: int, seed: int) -> Graph:
    """The graph of a formula, or of a network's loss on one example. ValueError says what is wrong."""
    from landscape.analysis.computation_graph import MOST_NODES, of_formula, of_network
    from landscape.core.registry import registry

    if formula is not None:
        return of_formula(formula, **_numbers(at))
    if at is not None:
        raise ValueError("--at: needs a formula")
    surface = registry("surface").build("network", **network)
    if surface.dim > MOST_NODES:  # each is a step of the computation
        raise ValueError(
            f"--layers: the network has {surface.dim:,} parameters, more than the {MOST_NODES:,} allowed here"
        )
    start = registry("start").build("xavier", count=1).place(surface, seed)
    return of_network(surface, start[:, 0], example)


def _numbers(at: str | None) -> dict[str, float]:
    """The numbers of "w=0.5,x=2"."""
    numbers = {}
    for part in (at or "").replace(" ", "").split(","):
        name, equals, value = part.partition("=")
        if part and not equals:
            raise ValueError(f'--at: must be NAME=NUMBER separated by commas, such as w=0.5,x=2, got "{part}"')
        try:
            number = float(value or 0.0)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f'--at: the value of {name} must be a finite number, got "{value}"')
        if part:
            numbers[name] = number
    return numbers


def table(graph: Graph) -> str:
    """Every step in the order of the forward pass; read upwards, its last column is the backward pass."""
    rows = [["", "step", "computed from", "value", "derivative of the output"]]
    for i, node in enumerate(graph.nodes):
        taken = [graph.nodes[j].name or f"#{j}" for j in node.inputs]
        sign = f" {node.operation} " if node.operation in "+−×÷^" and len(taken) > 1 else ", "
        done = sign.join(taken) if sign != ", " else f"{node.operation} of {', '.join(taken)}"
        done = done if node.operation else "given"
        rows.append([str(i), node.name or f"#{i}", done, f"{node.value:.6g}", f"{node.slope:.6g}"])
    return aligned(rows)


def data(graph: Graph) -> dict[str, Any]:
    """What --json prints."""
    return {"nodes": [node._asdict() for node in graph.nodes]}


@own_settings()
def draw(graph: Graph, formula: str | None, network: dict[str, Any], path: Path, language: Language = "en") -> None:
    """Write the picture to `path`, completely or not at all. Its title is the formula, or describes the network."""
    from landscape import i18n
    from landscape.render.portraits.computation_graph import picture
    from landscape.render.text.legible import legible

    checked_suffix(path)
    theme = legible("light", language, [formula or ""])
    widths = "-".join(map(str, network["layers"]))
    small = "a {widths} network of {activation}"
    name = formula or i18n.say(theme.language, small, widths=widths, activation=network["activation"])
    title = i18n.say(theme.language, "Backpropagation through {name}", name=name)
    written(picture(graph, title, theme), path)

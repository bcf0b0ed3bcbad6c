"""Backpropagation on the command line: a table of every step, its value and its slope, and a picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from landscape.analysis.computation_graph import Graph, of_formula, of_network
from landscape.cli.texts import aligned
from landscape.core.registry import registry
from landscape.i18n.texts import Language
from landscape.render.canvas.settings import own_settings


def computed(formula: str | None, at: str | None, network: dict[str, Any], example: int, seed: int) -> Graph:
    """The graph of a formula, or of a network's loss of one example. ValueError says what is wrong."""
    if formula is not None:
        return of_formula(formula, **_numbers(at))
    if at is not None:
        raise ValueError("--at goes with a formula")
    surface = registry("surface").build("network", **network)
    start = registry("start").build("xavier", count=1).place(surface, seed)
    return of_network(surface, start[:, 0], example)


def _numbers(at: str | None) -> dict[str, float]:
    """The numbers of "w=0.5,x=2"."""
    numbers = {}
    for part in (at or "").replace(" ", "").split(","):
        name, equals, value = part.partition("=")
        if part and not equals:
            raise ValueError(f'--at must be NAME=NUMBER with commas between, such as w=0.5,x=2, got "{part}"')
        try:
            number = float(value or 0.0)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f'--at: "{value}" is no finite number for {name}')
        if part:
            numbers[name] = number
    return numbers


def table(graph: Graph) -> str:
    """Every step in the order of the forward pass; read upwards, its last column is the way back."""
    rows = [["", "step", "computed from", "value", "slope of the output"]]
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
    """Write the picture to `path`, whole or not at all. formula, network: what the graph is of, the first if given."""
    from landscape.cli.portraits import checked_suffix, written
    from landscape.i18n.texts import say
    from landscape.render.portraits.computation_graph import picture
    from landscape.render.text.legible import legible

    checked_suffix(path)
    theme = legible("light", language, [formula or ""])
    widths = "-".join(map(str, network["layers"]))
    small = "a {widths} network of {activation}"
    name = formula or say(theme.language, small, widths=widths, activation=network["activation"])
    written(picture(graph, say(theme.language, "Backpropagation through {name}", name=name), theme), path)

"""The command `landscape gradients`: the ways to a gradient of one surface, as a table and as a figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from landscape.cli.texts import aligned
from landscape.core.component import field_hints
from landscape.core.extras import installed
from landscape.core.registry import registry
from landscape.core.surface import Surface
from landscape.derivatives import METHODS
from landscape.derivatives.comparison import DIMS, Cost, compare
from landscape.i18n.texts import Language
from landscape.render.canvas.settings import own_settings

MOST_COORDINATES = 10_000


def measured(name: str, dims: Sequence[int], progress: Callable[[int, int], None] | None) -> list[Cost]:
    """The costs for a registered surface. ValueError where it has not these dimensions, or none of its own."""
    cls = registry("surface").get(name)
    scalable = "dim" in field_hints(cls)
    if dims and not scalable:
        raise ValueError(f"--dims: {name} has {cls.dim} coordinates, and no others")
    if any(not 1 <= dim <= MOST_COORDINATES for dim in dims):
        raise ValueError(f"--dims: must be from 1 to {MOST_COORDINATES:,}")
    wanted = tuple(dims) or (DIMS if scalable else (registry("surface").build(name).dim,))

    def make(dim: int) -> Surface:
        surface: Surface = registry("surface").build(name, **({"dim": dim} if scalable else {}))
        return surface

    return list(compare(make, sorted(set(wanted)), _methods(), progress))


def _methods() -> list[str]:
    """All methods that can be had; symbolic needs SymPy."""
    return [method for method in METHODS if method != "symbolic" or installed("sympy")]


def table(costs: Iterable[Cost]) -> str:
    """The costs as aligned text: a row for each dimension and method."""
    rows = [["dim", "method", "error", "time", "in values", "passes", "operations", "swell"]]
    for cost in costs:
        rows.append(
            [
                str(cost.dim),
                cost.method,
                f"{cost.error:.1e}",
                _time(cost.seconds),
                f"{cost.values:,.1f}",
                _or_dash(cost.passes),
                _or_dash(cost.operations),
                "" if cost.swell is None else f"{cost.swell:.1f}",
            ]
        )
    return aligned(rows)


CLAIMS = """\
error: largest difference from the manual gradient, over its largest entry; in values: the time over that of one value
of f; passes: through f, the reverse method's way back among them; operations: in the symbolic gradient, swell: over
those of f itself; symbolic differentiation is left out where it would take more than a few seconds"""


def data(name: str, costs: Iterable[Cost]) -> dict[str, Any]:
    """What --json prints."""
    return {"surface": name, "gradients": [dataclasses.asdict(cost) for cost in costs]}


@own_settings()
def draw(name: str, costs: Sequence[Cost], path: Path, language: Language = "en") -> None:
    """Write the figure to `path`, whole or not at all."""
    from landscape.cli.portraits import checked_suffix, written
    from landscape.render.portraits.gradients import picture
    from landscape.render.text.legible import legible

    checked_suffix(path)
    written(picture(costs, registry("surface").build(name), legible("light", language)), path)


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"


def _or_dash(number: int | None) -> str:
    return "" if number is None else f"{number:,}"

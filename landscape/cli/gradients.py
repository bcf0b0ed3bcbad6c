"""landscape gradients: compare the methods to compute a gradient of one surface, as a table and as a figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.cli import _completion
from landscape.cli._files import checked_suffix, explained, written
from landscape.cli._options import json_option, picture_language_option, quiet_option
from landscape.cli._printing import DONE, aligned, progress_bars, refusals, say, say_json, whole_numbers
from landscape.render.canvas.settings import own_settings

if TYPE_CHECKING:
    from landscape.core.surface import Surface
    from landscape.derivatives.comparison import Cost, LeftOut
    from landscape.i18n.texts import Language

MOST_COORDINATES = 10_000

COLUMNS = """\
error: largest difference from the manual gradient, relative to the gradient's largest entry; time / f: time relative
to one evaluation of f; passes: evaluations of f, including the backward pass of the reverse method; operations: in the
symbolic gradient; swell: those operations relative to the operations of f."""


@click.command()
@click.argument("surface", shell_complete=_completion.names("surface"))
@click.option("--dims", metavar="N,N,...", help="Numbers of coordinates; default: 2 to 1000.")
@click.option("--out", type=click.Path(), metavar="FILE", help="Also draw the figure to a file such as gradients.png.")
@picture_language_option
@json_option
@quiet_option
def command(surface: str, dims: str | None, out: str | None, language: Language, as_json: bool, quiet: bool) -> int:
    """Compare methods to compute a gradient: manual, numerical, symbolic and automatic.

    For one SURFACE and a growing number of coordinates: the error and the time of each method, how often it evaluates
    the function, and how large the symbolic expressions become.
    """
    omitted: list[LeftOut] = []
    with refusals():
        wanted = whole_numbers("--dims", dims)
        if out is not None:
            checked_suffix(Path(out))
        with progress_bars(quiet or as_json) as progress:
            costs = measured(surface, wanted, progress("measuring") or None, omitted.append)
        if out is not None:
            with explained(Path(out)):
                draw(surface, costs, Path(out), language)
    if as_json:
        say_json(data(surface, costs, omitted))
    elif not quiet:
        say(table(costs))
        say()
        say("\n".join([*reasons(omitted), COLUMNS]))
        if out is not None:
            say(f"wrote {out}")
    return DONE


def measured(
    name: str,
    dims: Sequence[int],
    progress: Callable[[int, int], None] | None,
    left_out: Callable[[LeftOut], None],
) -> list[Cost]:
    """The costs for a registered surface. ValueError if it does not exist in these dimensions, or not by itself."""
    from landscape.core.component import defaults, field_hints
    from landscape.core.extras import installed, needs
    from landscape.core.registry import registry
    from landscape.derivatives import METHODS, comparison

    surfaces = registry("surface")
    cls = surfaces.get(name)
    if not set(field_hints(cls)) <= set(defaults(cls)):
        raise ValueError(f"{name} is made of another surface; name one that needs no other")
    scalable = "dim" in field_hints(cls)
    own = [] if scalable else [surfaces.build(name).dim]
    if own and not set(dims) <= set(own):
        raise ValueError(f"--dims: {name} always has {own[0]} coordinate{'s' if own[0] > 1 else ''}; leave out --dims")
    if any(not 1 <= dim <= MOST_COORDINATES for dim in dims):
        raise ValueError(f"--dims: must be from 1 to {MOST_COORDINATES:,}")

    def make(dim: int) -> Surface:
        surface: Surface = surfaces.build(name, **({"dim": dim} if scalable else {}))
        return surface

    wanted = sorted(set(dims or own or [dim for dim in comparison.DIMS if _exists(make, dim)]))
    methods = [method for method in METHODS if method != "symbolic" or installed("sympy")]
    if "symbolic" not in methods:
        for dim in wanted:
            left_out(comparison.LeftOut("symbolic", dim, str(needs("sympy", "a symbolic derivative"))))
    return list(comparison.compare(make, wanted, methods, progress, left_out))


def _exists(make: Callable[[int], Surface], dim: int) -> bool:
    """Whether a surface can have so many coordinates."""
    try:
        make(dim)
    except ValueError:
        return False
    return True


def table(costs: Iterable[Cost]) -> str:
    """The costs as aligned text: a row for each dimension and method."""
    rows = [["dim", "method", "error", "time", "time / f", "passes", "operations", "swell"]]
    for cost in costs:
        rows.append(
            [
                str(cost.dim),
                cost.method,
                f"{cost.error:.1e}",
                _time(cost.seconds),
                f"{cost.values:,.1f}",
                _or_blank(cost.passes),
                _or_blank(cost.operations),
                "" if cost.swell is None else f"{cost.swell:.1f}",
            ]
        )
    return aligned(rows)


def reasons(omitted: Iterable[LeftOut]) -> list[str]:
    """A line for each reason why a method has no row: "symbolic is left out at 200, 500 coordinates: ..."."""
    dims: dict[tuple[str, str], list[str]] = {}
    for each in omitted:
        dims.setdefault((each.method, each.reason), []).append(str(each.dim))
    return [
        f"{method} is left out at {', '.join(at)} coordinate{'' if at == ['1'] else 's'}: {reason}."
        for (method, reason), at in dims.items()
    ]


def data(name: str, costs: Iterable[Cost], omitted: Iterable[LeftOut] = ()) -> dict[str, Any]:
    """What --json prints."""
    rows, missing = ([dataclasses.asdict(each) for each in given] for given in (costs, omitted))
    return {"surface": name, "gradients": rows, "left_out": missing}


@own_settings()
def draw(name: str, costs: Sequence[Cost], path: Path, language: Language = "en") -> None:
    """Write the figure to `path`, completely or not at all."""
    from landscape.core.registry import registry
    from landscape.render.portraits.gradients import picture
    from landscape.render.text.legible import legible

    checked_suffix(path)
    written(picture(costs, registry("surface").build(name), legible("light", language)), path)


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"


def _or_blank(number: int | None) -> str:
    return "" if number is None else f"{number:,}"

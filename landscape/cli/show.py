"""landscape show: a component's documentation, fields and code; of some kinds a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli import _completion
from landscape.cli._files import checked_suffix, explained, written
from landscape.cli._options import json_option, picture_language_option
from landscape.cli._printing import DONE, refusals, say, say_json

if TYPE_CHECKING:
    from landscape.i18n.texts import Language

DRAWN = ("surface", "schedule", "activation")  # the kinds that have a picture


@click.command()
@click.argument("name", shell_complete=_completion.names())
@click.option(
    "--out",
    type=click.Path(),
    metavar="FILE",
    help="Also draw the surface, schedule or activation to a file such as beale.png.",
)
@picture_language_option
@json_option
def command(name: str, out: str | None, language: Language, as_json: bool) -> int:
    """Show a component.

    Prints its equation and source, the file of its code, and its fields with their defaults and limits; for a surface
    also its known critical points and a sketch, for an activation where it saturates or dies.
    """
    with refusals():
        from landscape.cli._pages import page, page_data

        data, text = (page_data(name), "") if as_json else ([], page(name))
        if out is not None:
            with explained(Path(out)):
                draw(name, Path(out), language)
        if as_json:
            say_json(data)
        else:
            say(text if out is None else f"{text}\n\nwrote {out}")
    return DONE


def draw(name: str, path: Path, language: Language | None = None) -> None:
    """Draw a registered surface, schedule or activation with its defaults; language: default English.

    ValueError where it has required fields, or the file has no picture's suffix.
    """
    from landscape.core.component import defaults, field_hints
    from landscape.core.names import with_article
    from landscape.core.registry import kinds, registry

    checked_suffix(path)
    kind = next((kind for kind in DRAWN if _has(kind, name)), None)
    if kind is None:
        raise ValueError(f"--out {path}: only surfaces, schedules and activations can be drawn; {name} is none of them")
    cls = registry(kind).get(name)
    required = [field for field in field_hints(cls) if field not in defaults(cls)]
    if required:
        its = " and ".join(f'"{field}"' for field in required)
        reason = f"the {kind} {name} cannot be drawn by its name alone: {its} must be given"
        others = [with_article(other) for other in kinds() if other not in DRAWN and _has(other, name)]
        also = f"; as {' or '.join(others)} it has no picture" if others else ""
        raise ValueError(f"--out {path}: {reason}{also}")
    from landscape.render import draw as drawn

    written(drawn(registry(kind).build(name), language=language), path)


def _has(kind: str, name: str) -> bool:
    from landscape.core.registry import registry

    try:
        registry(kind).get(name)
    except ValueError:
        return False
    return True

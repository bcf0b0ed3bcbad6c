"""Write the picture of a surface, a schedule or an activation, or another single figure, to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from landscape.core.component import defaults, field_hints
from landscape.core.files import atomic_write
from landscape.core.registry import registry
from landscape.i18n.texts import Language
from landscape.render.canvas.settings import write
from landscape.render.views._base import STILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(name: str, path: Path, language: Language | None = None) -> None:
    """Draw a registered surface, schedule or activation with its defaults; language: English where left out.

    ValueError where it needs what has none, or the file has no picture's suffix.
    """
    checked_suffix(path)
    kind = next((kind for kind in ("surface", "schedule", "activation") if _has(kind, name)), None)
    if kind is None:
        raise ValueError(f"--out {path}: only a surface, a schedule or an activation has a picture, and {name} is none")
    cls = registry(kind).get(name)
    if not set(field_hints(cls)) <= set(defaults(cls)):
        raise ValueError(f"--out {path}: {name} is made of another {kind}, and has no picture of its own")
    from landscape.render import draw as drawn

    written(drawn(registry(kind).build(name), language=language), path)


def _has(kind: str, name: str) -> bool:
    try:
        registry(kind).get(name)
    except ValueError:
        return False
    return True


def checked_suffix(path: Path) -> None:
    """ValueError where the file's name does not end as a picture's does."""
    if path.suffix.lower() not in STILLS:
        raise ValueError(f"--out {path}: a picture is written to a file that ends in {', '.join(STILLS)}")


def written(figure: Figure, path: Path) -> None:
    """Write a figure to `path`, whole or not at all."""
    with atomic_write(path) as file:
        write(figure, file, path.suffix.lower()[1:])

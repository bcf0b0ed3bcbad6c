"""Tell IPython how to show objects, where it is loaded: by a bundle, the data of each MIME type and how to show them.

show_as(Record, bundle)          # bundle(record) gives a Bundle
give_way(Picture, Figure)        # what is registered for every Figure leaves a Picture its own bundle
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Bundle = tuple[dict[str, Any], dict[str, Any]]  # data by MIME type, and metadata likewise

WIDEST = 960  # on the screen: a page of 1280 pixels stays sharp where a screen has more than one for each


def shown_width(width: int) -> int:
    """How wide a notebook shows a picture of so many pixels; it makes it narrower where there is less room."""
    return min(width, WIDEST)


def show_as(kind: type, bundle: Callable[[Any], Bundle]) -> None:
    """Have IPython show every object of a type by a function's bundle."""
    if (formatter := _formatter()) is not None:
        formatter.mimebundle_formatter.for_type(kind, bundle)


def give_way(kind: type, base: type) -> None:
    """Have IPython show a type's own bundle, and nothing that is registered for a type that it derives from.

    The inline backend tells IPython how every Figure is printed: cropped to its ink, in the formats of its own setting.
    IPython takes what is registered for a class, or one that it derives from, before the object's own bundle. A printer
    that gives nothing leaves that bundle as it is.
    """
    if (display := _formatter()) is None:
        return
    for formatter in display.formatters.values():
        if base in formatter.type_printers and kind not in formatter.type_printers:
            formatter.for_type(kind, _nothing)


def _formatter() -> Any:
    """The display formatter of the IPython that runs this code; None where none does."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return None if shell is None else shell.display_formatter


def _nothing(shown: Any) -> None:
    """What is printed beside a bundle."""

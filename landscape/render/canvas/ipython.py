"""Tell IPython how to show objects, where it is loaded: by a bundle, the data of each MIME type and how to show them.

show_as(Record, bundle)          # bundle(record) gives a Bundle
give_way(Picture, Figure)        # what is registered for every Figure leaves a Picture its own bundle
leave_to_pyplot(figure)          # a figure that pyplot shows at the end of the cell is not shown by its last line too
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from landscape.core.progress import running_shell

Bundle = tuple[dict[str, Any], dict[str, Any]]  # data by MIME type, and metadata likewise

_left: weakref.WeakSet[Any] = weakref.WeakSet()

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


def leave_to_pyplot(figure: Any) -> None:
    """Have IPython show a user's own figure once where the inline backend shows it at the end of the cell.

    Every other figure, and this one in a later cell, is shown as before.
    """
    from matplotlib.figure import Figure

    if (display := _formatter()) is not None:
        _left.add(figure)
        display.ipython_display_formatter.for_type(Figure, _unless_pyplot)


def _unless_pyplot(figure: Any) -> None:
    """Show nothing of what pyplot is to show; NotImplementedError, by which IPython goes on, of any other figure."""
    pyplot, number = sys.modules.get("matplotlib.pyplot"), getattr(figure, "number", None)
    held = figure in _left and pyplot is not None and number is not None and pyplot.fignum_exists(number)
    hook = getattr(running_shell(), "displayhook", None)
    last_line = getattr(hook, "msg", None) is not None  # which a kernel's hook builds up while it shows a last line
    if not (held and last_line and "inline" in sys.modules["matplotlib"].get_backend().lower()):
        raise NotImplementedError


def beside_notebook() -> Path | None:
    """The folder of the notebook that runs this code, where its page finds files that lie there; else None.

    Jupyter serves the notebook's folder. VS Code and Colab show outputs where no file beside the notebook is found.
    """
    shell = running_shell()
    elsewhere = "google.colab" in sys.modules or "VSCODE_PID" in os.environ
    if shell is None or not hasattr(shell, "kernel") or elsewhere or "__vsc_ipynb_file__" in shell.user_ns:
        return None
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return session.parent if session.suffix == ".ipynb" and session.parent.is_dir() else Path.cwd()


def _formatter() -> Any:
    """The display formatter of the IPython that runs this code; None where none does."""
    shell = running_shell()
    return None if shell is None else shell.display_formatter


def _nothing(shown: Any) -> None:
    """What is printed beside a bundle."""

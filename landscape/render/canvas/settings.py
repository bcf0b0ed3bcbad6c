"""Draw with matplotlib's own settings, whatever the user's matplotlibrc, style or environment says.

    with own_settings():
        figure.savefig(file)

    @own_settings()
    def portrait(surface): ...

Everything that makes, measures, draws or writes a figure runs within it, so that a picture has the same bytes
everywhere: fonts, dots per inch, margins, LaTeX and the names inside an SVG are not the user's there. Outside it the
user's settings are untouched, those for the screen among them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What differs from matplotlib's defaults: names inside an SVG are drawn by lot there.
OURS = {"svg.hashsalt": "landscape"}
# A picture says when it was made only where it is told to, so that it is made again byte by byte.
UNDATED: dict[str, dict[str, None]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
# Where the file names none, this is what the user looks at figures with; it draws nothing of ours.
THEIRS = ("backend", "interactive", "toolbar")

# Settings belong to the process: one thread draws at a time, and none takes another's for the user's.
_LOCK = threading.RLock()
_inside: list[bool] = []


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Matplotlib's settings are the library's as long as this lasts."""
    with _LOCK:
        if _inside:
            yield
            return
        matplotlib = imported()
        with matplotlib.rc_context():
            # without the checks and the warnings that a user's own value would go through
            for name in matplotlib.rcParamsDefault:
                if name not in THEIRS:
                    matplotlib.rcParams._set(name, matplotlib.rcParamsDefault._get(name))
            matplotlib.rcParams.update(OURS)
            _inside.append(True)
            try:
                yield
            finally:
                _inside.clear()


def imported() -> Any:
    """Matplotlib, also where MPLBACKEND names no backend or a matplotlibrc cannot be read.

    It refuses to be imported then, although pictures in files need neither. Nor do they need the folder of its settings
    and its cache: where that cannot be written it takes a temporary one, and says so to no one. ValueError where a
    matplotlibrc that cannot be read lies in the working folder, which nothing leads past.
    """
    if "matplotlib" in sys.modules:
        return sys.modules["matplotlib"]
    backend = os.environ.get("MPLBACKEND")
    with _environment(MPLBACKEND=None), _unheard():
        try:
            matplotlib = importlib.import_module("matplotlib")
        except (ValueError, OSError):
            matplotlib = _shipped()
        with contextlib.suppress(OSError):
            matplotlib.get_configdir()  # it looks for its folders once, and is heard no more
            matplotlib.get_cachedir()
    if backend:
        with contextlib.suppress(ValueError):
            matplotlib.rcParams["backend"] = backend
    return matplotlib


def _shipped() -> Any:
    """Matplotlib with the settings that it was shipped with."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        del sys.modules[name]  # parts of what did not start
    folder = Path(importlib.util.find_spec("matplotlib").origin).parent  # type: ignore[union-attr, arg-type]
    with _environment(MATPLOTLIBRC=str(folder / "mpl-data" / "matplotlibrc")):
        try:
            return importlib.import_module("matplotlib")
        except (ValueError, OSError) as error:
            told = "matplotlib cannot start; a matplotlibrc in this folder may be why"
            raise ValueError(f"{told}: {error}") from None


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """What matplotlib logs while it looks for its folders goes nowhere."""
    logger = logging.getLogger("matplotlib")
    logger.addFilter(_elsewhere)
    try:
        yield
    finally:
        logger.removeFilter(_elsewhere)


def _elsewhere(record: logging.LogRecord) -> bool:
    return record.funcName != "_get_config_or_cache_dir"


@contextlib.contextmanager
def _environment(**values: str | None) -> Iterator[None]:
    """Environment variables with other values, None for none, for as long as this lasts."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def write(figure: Figure, file: Any, kind: str, transparent: bool = False) -> None:
    """Write a figure to an open file. kind: "png", "svg" or "pdf"; transparent: without paper."""
    paper: dict[str, Any] = {"transparent": True} if transparent else {"facecolor": figure.get_facecolor()}
    with own_settings():
        figure.savefig(file, format=kind, metadata=UNDATED.get(kind), **paper)

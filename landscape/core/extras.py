"""Import a library that comes with an extra, or state how to install it.

sympy = library("sympy", "symbolic differentiation")   # MissingExtra where it is not installed
installed("sympy")                                     # whether it is installed
print(needs("sympy", "symbolic differentiation"))
# symbolic differentiation needs sympy, which is not installed: python3 -m pip --python /here/bin/python install sympy

What to install is read from our own metadata, as the distribution's name need not be known to any index. The command
names the interpreter that runs, and works where that has no pip of its own.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import sys
from typing import Any

DISTRIBUTION = "landscape-lab"

# module -> the extra that brings it
EXTRAS = {
    "sympy": "symbolic",
    "pandas": "data",
    "pyarrow": "parquet",
    "xarray": "data",
    "sklearn": "sklearn",
    "torch": "torch",
    "jax": "optax",
    "optax": "optax",
    "cma": "cma",
    "numba": "fast",
    "distributed": "dask",
    "anywidget": "explore",
    "traitlets": "explore",
    "jupytext": "lectures",
}


class MissingExtra(ImportError, ValueError):
    """A library that an extra brings is not installed."""


def library(module: str, what: str = "this") -> Any:
    """A module of a library that an extra brings. MissingExtra says that `what` needs it where it is not installed."""
    if not installed(module):
        raise needs(module, what)
    before = set(sys.modules)
    try:
        return importlib.import_module(module)
    except BaseException:
        # what an interrupt leaves half imported would be taken for the whole by the next import
        for name in set(sys.modules) - before:
            if _top(name) == _top(module):
                del sys.modules[name]
        raise


def installed(module: str) -> bool:
    """Whether the library of a module can be had; nothing is imported."""
    return importlib.util.find_spec(_top(module)) is not None


def needs(module: str, what: str = "this", instead: str = "") -> MissingExtra:
    """The error that says that `what` needs a module's library, how to install it, and what there is instead of it."""
    top = _top(module)
    packages = brought_by(EXTRAS[top])
    how = command(packages) if packages else f'it comes with the extra "{EXTRAS[top]}"'
    return MissingExtra(f"{what} needs {top}, which is not installed: {how}" + (f"; {instead}" if instead else ""))


def brought_by(extra: str) -> list[str]:
    """The names of the packages of an extra, by our own metadata; none where those are not installed either."""
    import importlib.metadata  # slow, and seldom wanted

    try:
        requirements = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    mine = [text for text in requirements if re.search(rf"\bextra\s*==\s*['\"]{re.escape(extra)}['\"]", text)]
    return [name[0] for text in mine if (name := re.match(r"[\w.-]+", text))]


def command(packages: list[str]) -> str:
    """The command that installs packages for the interpreter that runs, to be typed as it is."""
    pip, quoted = ("python", _quoted) if os.name == "nt" else ("python3", shlex.quote)
    where = ["--python", quoted(sys.executable)] if sys.executable else []
    return " ".join([pip, "-m", "pip", *where, "install", *packages])


def _top(module: str) -> str:
    return module.partition(".")[0]


def _quoted(path: str) -> str:
    return f'"{path}"' if re.search(r"[^\w.:\\/-]", path) else path

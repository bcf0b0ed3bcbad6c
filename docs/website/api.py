"""Write the pages of the Python interface: every name that `landscape` has, by what it is for.

for path, text in pages(): ...      # "api/index.rst", "api/simulate.rst", ...; Sphinx reads the docstrings

`GROUPS` names each public name once; `pages` raises ValueError where one is missing there.
"""

from __future__ import annotations

from collections.abc import Iterator

import landscape as ls

# page -> (title, names, and after a class what of it is shown)
GROUPS: dict[str, tuple[str, list[str]]] = {
    "components": ("Build components", ["surface", "optimizer", "schedule", "noise", "start", "entrant", "Entrant"]),
    "own": (
        "Your own components",
        ["from_expression", "from_function", "rule_from_text", "Surface", "Optimizer", "Schedule", "Noise", "Start",
         "Component", "find_critical_points", "CriticalPoint", "UserCodeWarning"],
    ),
    "simulate": ("Simulate", ["simulate", "basins", "stability_map", "from_points", "concatenate", "inside"]),
    "record": ("Records", ["Record", "Track", "Ensemble", "load", "RecordError"]),
    "draw": ("Draw, animate, explore", ["draw", "animate", "explore"]),
    "sweeps": ("Sweeps and tuning", ["sweep", "tune", "Table", "Tuned", "load_table", "SweepError"]),
    "gradients": ("Derivatives", ["gradient", "hessian", "hvp", "jvp"]),
    "errors": ("Errors", ["FieldError", "UnknownName"]),
}  # fmt: skip
MODULES = {
    "surfaces": "Its registry: ``ls.surfaces.names()`` lists the names.",
    "optimizers": "``names()``, and ``@ls.optimizers.register(name)`` for a rule of your own.",
    "schedules": "``names()`` and ``register``.",
    "noises": "``names()`` and ``register``.",
    "starts": "``names()`` and ``register``.",
    "networks": "Networks and the loss around their weights.",
    "bridges": "PyTorch, optax and SciPy.",
}


def pages() -> Iterator[tuple[str, str]]:
    """(path, text) of each page. ValueError names what is public and on none of them."""
    shown = {name for _, names in GROUPS.values() for name in names} | {*MODULES, "__version__"}
    if missing := sorted(set(ls.__all__) ^ shown):
        raise ValueError(f"docs/website/api.py: GROUPS and landscape.__all__ differ in {', '.join(missing)}")
    listed = "".join(f"   {page}\n" for page in [*GROUPS, "networks", "bridges"])
    title = "The Python interface"
    yield (
        "api/index.rst",
        f"{title}\n{'=' * len(title)}\n\n.. code-block:: python\n\n   import landscape as ls\n\n"
        "Where a surface, an optimizer, a schedule or a noise is wanted, its name does as well. Arrays have their "
        "coordinates first: a point is ``(dim,)``, a batch of runs ``(dim, runs)``.\n\n"
        f".. toctree::\n   :maxdepth: 2\n\n{listed}",
    )
    for page, (title, names) in GROUPS.items():
        yield f"api/{page}.rst", _page(title, "landscape", names)
    for name, words in (("networks", "Networks"), ("bridges", "Bridges to other libraries")):
        module = getattr(ls, name)
        public = [each for each in module.__all__ if callable(getattr(module, each))]
        yield f"api/{name}.rst", _page(words, f"landscape.{name}", public)


def _page(title: str, module: str, names: list[str]) -> str:
    parts = [f"{title}\n{'=' * len(title)}\n\n.. py:currentmodule:: {module}\n\n"]
    owner = __import__(module, fromlist=["_"])
    for name in names:
        found = getattr(owner, name)
        if isinstance(found, type) and issubclass(found, Exception):
            parts.append(f".. autoexception:: {module}.{name}\n\n")
        elif isinstance(found, type):
            parts.append(f".. autoclass:: {module}.{name}\n   :members:\n\n")
        else:
            parts.append(f".. autofunction:: {module}.{name}\n\n")
    return "".join(parts)

"""Write the reference pages of all components from their registries, as reStructuredText: a page a family.

    for path, text in pages(live=False): ...     # "surfaces/valleys.rst", "optimizers/adam.rst", "metrics.rst", ...
    targets()["adam"]                            # "optimizers/adam.html#adam", for links to it

An entry has the picture of a surface, its equation, its documentation, its fields as `landscape show` lists them, and
the file of its code.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Iterator

import list_rules
import list_surfaces
from pages import built_in, families

from landscape.cli._pages import _default
from landscape.cli._printing import aligned
from landscape.core.component import allowed, defaults, field_hints
from landscape.core.documentation import documentation, equation
from landscape.core.registry import registry
from website.docstrings import as_rst, escaped

ABOUT = {
    "surface": "Each has an exact gradient and Hessian, a window, a customary start and critical points. What their "
    "list is, ``surface.completeness`` says: *complete* in the window, *found* by a search, some *notable* ones, or "
    "the *global* minimum alone. Gold star: a global minimum; white star: a local one; cross: a saddle, with its way "
    "down; triangle: a maximum; circle: the customary start. Dark is low.",
    "optimizer": "`One table of all, with what each needs and is invariant to <../rules.html>`__.",
}

# the families in the order of a course; others follow
SURFACES = "bowls valleys saddles multimodal unit_tests counterexamples least_squares bbob custom"
RULES = """
    descent adaptive adam averaging signs normalized matrices
    parameter_free second_order randomised derivative_free external
"""
ORDER = [*SURFACES.split(), *RULES.split(), "wrappers"]
LARGE = {"surface": "surfaces", "optimizer": "optimizers", "schedule": "schedules", "noise": "noises"}
SMALL = {
    "start": ("starts", "Starts"),
    "metric": ("measures", "Measures"),
    "activation": ("activations", "Activations"),
    "loss": ("losses", "Loss functions"),
    "dataset": ("data-sets", "Data sets"),
}


def pages(live: bool) -> Iterator[tuple[str, str]]:
    """(path, text) of each page; live: whether pages to play with are beside them."""
    for kind, folder in LARGE.items():
        for page, (heading, names) in _family_pages(kind).items():
            entries = "".join(entry(kind, name, live) for name in names)
            yield f"{folder}/{page}.rst", f"{_heading(title(page), '=')}{_about(heading)}{entries}"
    for kind, (page, called) in SMALL.items():
        module = inspect.getmodule(registry(kind).base)
        about = (inspect.getdoc(module) or "").partition("\n")[0]
        entries = "".join(entry(kind, name, live) for name in built_in(kind))
        yield f"{page}.rst", f"{_heading(called, '=')}{escaped(about)}\n\n{entries}"


@functools.cache
def _family_pages(kind: str) -> dict[str, tuple[str, list[str]]]:
    """Name of a page -> (heading, names): the page is called as the folder, or the file of a small kind."""
    package = registry(kind).package
    found = {}
    for heading, names in families(kind).items():
        module = registry(kind).get(names[0]).__module__
        folder = module.rpartition(".")[0]
        found[(module if folder == package else folder).rpartition(".")[2].strip("_")] = (heading, names)
    return dict(sorted(found.items(), key=lambda item: ORDER.index(item[0]) if item[0] in ORDER else len(ORDER)))


@functools.cache
def targets() -> dict[tuple[str, str], str]:
    """(kind, name) -> the page of a component with its anchor."""
    found = {}
    for kind, folder in LARGE.items():
        for page, (_, names) in _family_pages(kind).items():
            found |= {(kind, name): f"{folder}/{page}.html#{anchor(name)}" for name in names}
    for kind, (page, _) in SMALL.items():
        found |= {(kind, name): f"{page}.html#{anchor(name)}" for name in built_in(kind)}
    return found


def title(page: str) -> str:
    """What a family's page is called."""
    known = {"bbob": "BBOB", "adam": "Adam and its variants", "torch": "PyTorch's"}
    return known.get(page, page.replace("_", " ").capitalize())


def anchor(name: str) -> str:
    """The anchor of an entry."""
    return name.replace("_", "-")


def entry(kind: str, name: str, live: bool) -> str:
    """The section of one component."""
    cls = registry(kind).get(name)
    known = {*field_hints(cls)}
    first, _, rest = documentation(cls).partition("\n\n")
    parts = [_heading(name, "-"), *as_rst(first, known)]
    if kind == "surface":
        if list_surfaces.ready(name):
            parts += [f".. image:: /thumbnails/{name}.png", f"   :alt: {name}", "   :class: thumbnail", ""]
        parts += [".. math::", "", f"   {' '.join(cls.formula.split())}", ""]
    formula = getattr(cls, "formula", "")
    if kind == "activation" and formula:
        parts += [".. math::", "", f"   {' '.join(formula.split())}", ""]
    stated = equation(cls)
    if kind == "surface" and stated.startswith("f(") and "\n" not in stated:  # it stands above, as a formula
        rest = rest.removeprefix(stated)
    parts += as_rst(rest, known, stated) if rest else []
    if rows := _fields(cls):
        parts += [".. code-block:: text", "   :class: fields", "", *(f"   {row}" for row in rows), ""]
    parts += _facts(kind, name, cls)
    if kind == "surface" and live:
        parts += [".. raw:: html", "", f"   {_live(name)}", ""]
    return "\n".join(parts) + "\n"


def _fields(cls: type) -> list[str]:
    known = defaults(cls)
    rows = [
        [field, _default(known[field]) if field in known else "required", allowed(hint)]
        for field, hint in field_hints(cls).items()
    ]
    return aligned(rows).splitlines() if rows else []


def _facts(kind: str, name: str, cls: type) -> list[str]:
    """Lines on what is known of it, and where its code is."""
    facts = []
    if kind == "surface":
        facts.append(list_surfaces._facts(name).replace("<br>", "; "))
    if kind == "optimizer":
        facts.append(f"needs: {', '.join(sorted(cls.needs)) or 'nothing'}")  # type: ignore[attr-defined]
        invariant = ", ".join(sorted(cls.invariances)) or "nothing"  # type: ignore[attr-defined]
        facts.append(f"invariant to: {invariant}")
    path = (sys.modules[cls.__module__].__spec__.name).replace(".", "/")  # type: ignore[union-attr]
    return ["; ".join(map(escaped, facts)) + (". " if facts else "") + f"Code: ``{path}.py``", ""]


def _live(name: str) -> str:
    page = f"../live/surfaces/{name}.html"
    frame = f'<iframe data-src="{page}" title="{name}"></iframe>'
    alone = f'<a href="{page}">on a page of its own</a>'
    return f'<details class="live"><summary>Play with it</summary>{frame}{alone}</details>'


def _about(heading: str) -> str:
    """What a family says of itself, where it says anything."""
    return f"{escaped(heading)}\n\n" if heading.strip(".") else ""


def _heading(title: str, sign: str) -> str:
    return f"{title}\n{sign * max(len(title), 4)}\n\n"


def index_of(kind: str) -> str:
    """The page that lists the families of a large kind, with small pictures of surfaces."""
    folder = LARGE[kind]
    found = _family_pages(kind)
    total = sum(len(names) for _, names in found.values())
    parts = [_heading(folder.capitalize(), "=")]
    parts.append(f"{total} {folder}, by family; ``landscape show NAME`` prints an entry. {ABOUT.get(kind, '')}\n\n")
    for page, (heading, names) in found.items():
        parts.append(f".. rubric:: `{title(page)} <{page}.html>`__\n\n{_about(heading)}")
        if kind == "surface":
            cells = "".join(_tile(name, f"{page}.html#{anchor(name)}") for name in names)
            parts.append(f'.. raw:: html\n\n   <div class="tiles">{cells}</div>\n\n')
        else:
            parts.append(" ".join(f"`{name} <{page}.html#{anchor(name)}>`__" for name in names) + "\n\n")
    listed = "".join(f"   {page}\n" for page in found)
    parts.append(f".. toctree::\n   :hidden:\n\n{listed}")
    return "".join(parts)


def _tile(name: str, target: str) -> str:
    ready = list_surfaces.ready(name)
    picture = f'<img src="../_images/{name}.png" alt="" loading="lazy">' if ready else "<span></span>"
    return f'<a href="{target}">{picture}<code>{name}</code></a>'


def linked_rules(text: str) -> str:
    """The page of `list_rules`, each name a link to its entry."""
    kind_of = {title: kind for kind, title in list_rules.KINDS.items()}
    kind, lines = "", []
    for line in text.splitlines():
        if line.startswith("## "):
            kind = kind_of[line[3:]]
        row = re.match(r"\| `(\w+)` \|", line)
        if row and (kind, row[1]) in targets():
            link = f'<a href="{targets()[kind, row[1]]}"><code>{row[1]}</code></a>'
            lines.append(line.replace(f"`{row[1]}`", link, 1))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"

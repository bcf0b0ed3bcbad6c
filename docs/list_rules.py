"""Write the list of optimizers, schedules and noises from the registries, by family.

    python docs/list_rules.py            # writes docs/rules.md

A test holds that the page is current.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import landscape as ls
from landscape.component import field_hints
from landscape.core import Method
from landscape.registry import registry

PAGE = Path(__file__).with_name("rules.md")
KINDS = {"optimizer": "Optimizers", "schedule": "Schedules", "noise": "Noises"}


def page() -> str:
    """The page as Markdown."""
    counts = ", ".join(f"{len(built_in(kind))} {title.lower()}" for kind, title in KINDS.items())
    parts = [
        "# Optimizers, schedules and noises\n",
        f"{counts}. `landscape show NAME` tells the equation of one, its fields, where its defaults come from, its "
        "source, and where other libraries differ. This page is written by `python docs/list_rules.py`.\n",
        "An optimizer needs one gradient a step where nothing else is said.\n",
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}\n")
        for heading, names in families(kind).items():
            needs = " needs |" if kind == "optimizer" else ""
            line = "---|" if needs else ""
            rows = "".join(row(kind, name) for name in names)
            parts.append(f"{heading}\n\n| name | |{needs} fields |\n|---|---|{line}---|\n{rows}")
    return "\n".join(parts)


def built_in(kind: str) -> list[str]:
    """The names that the library itself registers."""
    members = registry(kind)
    return [name for name in members.names() if members.get(name).__module__.startswith("landscape.")]


def families(kind: str) -> dict[str, list[str]]:
    """What a module says of itself -> its members."""
    found: dict[str, list[str]] = {}
    for name in built_in(kind):
        module = sys.modules[registry(kind).get(name).__module__]
        heading = (inspect.getdoc(module) or "").splitlines()[0].partition(":")[0].rstrip(".") + "."
        found.setdefault(heading, []).append(name)
    return found


def row(kind: str, name: str) -> str:
    """The line of one component."""
    cls = registry(kind).get(name)
    what = (inspect.getdoc(cls) or "").splitlines()[0]
    fields = ", ".join(f"`{field}`" for field in field_hints(cls))
    needs = f" {said(cls)} |" if kind == "optimizer" else ""
    return f"| `{name}` | {what} |{needs} {fields} |\n"


def said(cls: type[Method]) -> str:
    """What a rule needs, where it is more than a gradient."""
    return "" if issubclass(cls, ls.Optimizer) else ", ".join(sorted(cls.needs))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)

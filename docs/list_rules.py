"""Write the list of optimizers, schedules, noises and other components of a run from the registries, by family.

python docs/list_rules.py            # writes docs/rules.md
python docs/list_rules.py --check    # only says whether it is up to date, as a test does
"""

from __future__ import annotations

import sys
from pathlib import Path

from pages import Files, built_in, families, fields, first_line, main

import landscape as ls
from landscape.core.methods import Method
from landscape.core.registry import registry

PAGE = Path(__file__).with_name("rules.md")
KINDS = {
    **{"optimizer": "Optimizers", "schedule": "Schedules", "noise": "Noises", "start": "Starts"},
    **{"activation": "Activations of networks", "loss": "Losses of networks", "dataset": "Data sets of networks"},
}


def page() -> str:
    """The page as Markdown."""
    counts = ", ".join(f"{len(built_in(kind))} {title.lower()}" for kind, title in KINDS.items())
    parts = [
        "# Optimizers, schedules, noises, starts, and the parts of networks\n",
        f"{counts}. `landscape show NAME` tells the equation of one, its fields, where its defaults come from, its "
        "source, and where other libraries differ. Fields stand here with their defaults; what has none must be given, "
        "or is left out by default. This page is written by `python docs/list_rules.py`.\n",
        "An optimizer needs one gradient a step where nothing else is said. What it is invariant to leaves its "
        "trajectory unchanged, `eps` and weight decay aside: a translation (T), a "
        "rotation (R) or a permutation (P) of the coordinates, a flip of their signs (S), a factor on the loss (G), or "
        "a factor on each coordinate (C); of a rule around a rule, what it leaves to that rule.\n",
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}\n")
        for heading, names in families(kind).items():
            needs = " needs | invariant to |" if kind == "optimizer" else ""
            line = "---|---|" if needs else ""
            rows = "".join(row(kind, name) for name in names)
            parts.append(f"{heading}\n\n| name | |{needs} fields |\n|---|---|{line}---|\n{rows}")
    return "\n".join(parts)


def row(kind: str, name: str) -> str:
    """The line of one component."""
    cls = registry(kind).get(name)
    what = first_line(cls).replace("|", r"\|")
    needs = f" {said(cls)} | {letters(cls)} |" if kind == "optimizer" else ""
    return f"| `{name}` | {what} |{needs} {fields(cls)} |\n"


def said(cls: type[Method]) -> str:
    """What a rule needs, where it is more than a gradient."""
    return "" if issubclass(cls, ls.Optimizer) else ", ".join(sorted(cls.needs))


LETTERS = {
    "translation": "T",
    "rotation": "R",
    "permutation": "P",
    "sign flip": "S",
    "gradient scale": "G",
    "coordinate scale": "C",
}


def letters(cls: type[Method]) -> str:
    """What a rule is invariant to, a letter each."""
    return " ".join(letter for name, letter in LETTERS.items() if name in cls.invariances)


def made() -> Files:
    """The one page."""
    yield PAGE, page()


if __name__ == "__main__":
    sys.exit(main(__doc__, made))

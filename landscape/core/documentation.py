"""Read the documentation of a component, with that of the fields that all components of its kind share."""

from __future__ import annotations

import dataclasses
import inspect
import re

_FIELDS = re.compile(r"\w+(?:, \w+)*:")


def documentation(cls: type) -> str:
    """A component's docstring, followed by the paragraphs in which its bases document the fields that it inherits."""
    parts = [inspect.cleandoc(vars(cls).get("__doc__") or "")]
    for base in cls.__mro__[1:]:
        if "__dataclass_fields__" in vars(base):
            fields = {field.name for field in dataclasses.fields(base)}
            for paragraph in inspect.cleandoc(base.__doc__ or "").split("\n\n"):
                head = _FIELDS.match(paragraph)
                if head and set(head[0][:-1].split(", ")) <= fields:
                    parts.append(paragraph)
    return "\n\n".join(filter(None, parts))


def field_text(cls: type, field: str) -> str:
    """What a component's documentation says of a field: "decays of the two averages"; else ""."""
    for paragraph in documentation(cls).split("\n\n"):
        named = rf"\b{re.escape(field)}(?:, \w+)*: (.+?)(?=; \w+(?:, \w+)*: |\. |\.?$)"
        if found := re.search(named, " ".join(paragraph.split())):
            return found[1]
    return ""


def equation(cls: type) -> str:
    """The equation of a component's documentation: its second paragraph, where that holds one; else ""."""
    paragraphs = inspect.cleandoc(vars(cls).get("__doc__") or "").split("\n\n")
    found = paragraphs[1] if len(paragraphs) > 1 else ""
    return found if re.search(r"(<-|=)", found) and not _FIELDS.match(found) else ""

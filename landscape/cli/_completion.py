"""What the Tab key completes: names of components, keys of scenarios and their values, views, formats, files.

    @click.argument("name", shell_complete=names())
    @click.option("--set", ..., shell_complete=keys)

Names are read off file names, and nothing is imported for them. A key is looked up in the scenario that the line names
before it; of a component's fields its file alone is imported, and never the code of a user. What goes wrong completes
nothing.
"""

from __future__ import annotations

import contextlib
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def names(*kinds: str, listed: bool = False) -> Complete:
    """Names of components of these kinds, or of all; listed: of several, separated by commas."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from landscape.core.registry import kinds as known
        from landscape.core.registry import registry
        from landscape.nn import activations, data, losses  # noqa: F401  # kinds that nothing else has imported

        before, comma, last = incomplete.rpartition(",") if listed else ("", "", incomplete)
        every = sorted({name for kind in kinds or known() for name in registry(kind).names()})
        return [f"{before}{comma}{name}" for name in every if name.startswith(last)]

    return complete


def kinds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Kinds of components."""
    from landscape.core.registry import kinds as known
    from landscape.nn import activations, data, losses  # noqa: F401

    return _fitting(sorted(known()), incomplete)


def lectures(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of lectures."""
    from landscape.lectures.catalogue import LECTURES

    return _fitting([each.name for each in LECTURES], incomplete)


def formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Formats of pictures and movies."""
    from landscape.render.views._base import MOVIES, STILLS

    return _fitting([suffix[1:] for suffix in STILLS + MOVIES], incomplete)


def files(*suffixes: str) -> Complete:
    """Files of these suffixes, and the folders on the way to them."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        folder, slash, start = incomplete.rpartition("/")
        found = []
        with contextlib.suppress(OSError):
            for path in sorted(Path(folder + slash).expanduser().iterdir()):
                hidden = path.name.startswith(".") and not start.startswith(".")
                if path.name.startswith(start) and not hidden and (path.is_dir() or path.suffix in suffixes):
                    found.append(folder + slash + path.name + "/" * path.is_dir())
        return found

    return complete


def keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Keys of the scenario that stands before on the line; behind a "=" the values that they may have."""
    with contextlib.suppress(Exception):  # a completion never says anything but completions
        key, equals, value = incomplete.partition("=")
        document = _scenario(ctx)
        if equals:
            return [f"{key}={each}" for each in _fitting(_values(document, key), value)]
        head = re.match(r"(.*[.\[])?", key)
        assert head is not None
        before = head[0]
        if re.search(r"\w\[\d+\]$", key):
            return [key + _opening(_at(document, key)[0])]
        return [before + each for each in _fitting(list(_children(document, before)), key[len(before) :])]
    return []


def _fitting(known: Iterable[str], start: str) -> list[str]:
    return [each for each in known if each.startswith(start)]


def _scenario(ctx: click.Context) -> Any:
    """The tables of the scenario on the line; empty where there is none, or none that can be read."""
    import tomllib

    for word in ctx.obj or ():
        if word.endswith(".toml"):
            with contextlib.suppress(OSError, ValueError):
                return tomllib.loads(Path(word).expanduser().read_text(encoding="utf-8"))
    return {}


def _at(document: Any, path: str) -> tuple[Any, Any]:
    """(what the key at a path holds, the scenario's value there or None). KeyError where there is no such key."""
    from landscape.scenario.keys import DOCUMENT, Items, Table, Values

    holds: Any = Table(DOCUMENT)
    value = document
    for name, index in re.findall(r"([A-Za-z0-9_-]+)|\[(\d+)\]", path):
        if index:
            if not isinstance(holds, Items):
                raise KeyError(path)
            number = int(index)
            value = value[number] if isinstance(value, list) and number < len(value) else None
            holds = holds.of
        elif isinstance(holds, Values):
            holds, value = holds.of, value.get(name) if isinstance(value, dict) else None
        else:
            holds = _keys(holds, value)[name]
            value = value.get(name) if isinstance(value, dict) else None
    return holds, value


def _keys(holds: Any, value: Any) -> dict[str, Any]:
    """The keys of a table, and what each holds: of a component those of the one that the scenario names."""
    from landscape.core.registry import registry
    from landscape.scenario.keys import Kind, Line, Table, fields

    if isinstance(holds, Table):
        return {name: key.holds for name, key in holds.keys.items()}
    if not isinstance(holds, Kind):
        raise KeyError(holds)
    known = registry(holds.kind)
    name = value.get("name") if isinstance(value, dict) else value
    its = {}
    if isinstance(name, str) and ":" not in name:  # the code of a user is not imported
        its = fields(known.get(name))
    elif holds.kind == "view":
        its = fields(known.base)
    return {"name": Line, **{field: key.holds for field, key in {**its, **holds.beside}.items()}}


def _children(document: Any, before: str) -> Iterator[str]:
    """What may stand behind a path that ends with "." or "[", or at the beginning."""
    from landscape.scenario.keys import Items, Kind, Values

    holds, value = _at(document, before)
    if isinstance(holds, Items):
        yield from (each[1:] for each in _indices(holds, value))
    elif isinstance(holds, Values):
        yield from (f"{name}=" for name in (value if isinstance(value, dict) else ()))
    else:
        for name, inner in _keys(holds, value).items():
            if isinstance(inner, Items):
                below = value.get(name) if isinstance(value, dict) else None
                yield from (name + each for each in _indices(inner, below))
                continue
            if isinstance(inner, Kind):  # its name alone, or a field of it
                yield f"{name}="
            yield name + _opening(inner)


def _indices(holds: Any, value: Any) -> list[str]:
    """ "[0]." and so on, of the items that the scenario has."""
    count = len(value) if isinstance(value, list) and value else 1
    return [f"[{number}]{_opening(holds.of)}" for number in range(count)]


def _opening(holds: Any) -> str:
    """What follows a key: "." of a table, "=" of a value."""
    from landscape.scenario.keys import Kind, Table, Values

    return "." if isinstance(holds, Kind | Table | Values) else "="


def _values(document: Any, path: str) -> list[str]:
    """The values that the key at a path may have, where they can be listed."""
    from landscape.core.component import split
    from landscape.core.registry import registry
    from landscape.scenario.keys import Kind

    holds, _ = _at(document, path)
    outer = _at(document, path.removesuffix(".name"))[0] if path.endswith(".name") else holds
    if isinstance(outer, Kind):
        return registry(outer.kind).names()
    found = []
    for each in split(holds)[0]:
        if typing.get_origin(each) is typing.Literal:
            found += [str(value) for value in typing.get_args(each)]
        elif each is bool:
            found += ["true", "false"]
    return found

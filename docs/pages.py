"""What the scripts that write the documentation share: they write, or with --check only compare.

    main(__doc__, made)                 # made() yields (path, content) of each file, a text or bytes
    main(__doc__, made, pictures=here)  # and in the folder `here` a picture that is not made any longer is removed

`--check` changes nothing, and ends with 1 where a file is not what would be written. A picture is what would be written
where only shades differ that nobody sees: other versions of the libraries round otherwise. Families are folders.
"""

from __future__ import annotations

import argparse
import inspect
import io
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from landscape.core.component import Component, defaults, field_hints
from landscape.core.registry import registry
from landscape.scenario.toml_writer import toml_value

PNG = b"\x89PNG"
# A picture is another one where more than this share of it differs by so much of 255.
FAR, SHARE = 48, 0.002

Files = Iterable[tuple[Path, str | bytes]]


def main(
    description: str,
    made: Callable[[], Files],
    arguments: list[str] | None = None,
    pictures: Path | None = None,
) -> int:
    """Write the files, or say which differ; the exit code. pictures: a folder whose every PNG is one of them."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 where a file is out of date")
    check = parser.parse_args(arguments).check
    differing, current = 0, set()
    for path, content in made():
        current.add(path)
        data = content.encode() if isinstance(content, str) else content
        if path.exists() and alike(path.read_bytes(), data):
            continue
        differing += 1
        print(f"{path}: {'out of date' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    for path in sorted(pictures.glob("*.png")) if pictures else ():
        if path not in current:
            differing += 1
            print(f"{path}: {'not made any longer' if check else 'removed'}")
            if not check:
                path.unlink()
    return 1 if check and differing else 0


def alike(old: bytes, new: bytes) -> bool:
    """Whether two files hold the same text, or the same picture to the eye."""
    if old == new or not (old.startswith(PNG) and new.startswith(PNG)):
        return old == new
    a, b = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=int) for data in (old, new))
    return a.shape == b.shape and float(np.mean(np.abs(a - b).max(axis=-1) > FAR)) <= SHARE


def built_in(kind: str) -> list[str]:
    """The names of a kind that the library itself registers."""
    members = registry(kind)
    return [name for name in members.names() if members.get(name).__module__.startswith("landscape.")]


def families(kind: str) -> dict[str, list[str]]:
    """What a family's folder, or the file of a small kind, says of itself -> its members."""
    package = registry(kind).package
    found: dict[str, list[str]] = {}
    for name in built_in(kind):
        module = registry(kind).get(name).__module__
        folder = module.rpartition(".")[0]
        home = sys.modules[module if package in (folder, module) else folder]
        heading = (inspect.getdoc(home) or "").splitlines()[0].partition("`")[0].rstrip(" :,")
        found.setdefault(heading if heading.endswith(".") else f"{heading}.", []).append(name)
    return found


def first_line(cls: type) -> str:
    """The first line of a component's documentation."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def fields(cls: type, without: Iterable[str] = ()) -> str:
    """The fields of a component, but for some, with their defaults; those that must be given have none."""
    known, names = defaults(cls), [name for name in field_hints(cls) if name not in without]
    return ", ".join(f"`{name}{_default(known[name])}`" if name in known else f"`{name}`" for name in names)


def _default(value: object) -> str:
    plain = value.tolist() if isinstance(value, np.ndarray) else value.name if isinstance(value, Component) else value
    return "" if plain is None else f" = {toml_value(plain)}"

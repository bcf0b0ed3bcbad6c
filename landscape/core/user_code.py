"""Find a user's class or function by "module:name", as scenarios name it.

    found("my_rules:Mine")            # in my_rules.py of the working folder, or in any module on Python's path

This imports the module and so runs its code: use it only for code that you trust. Where somebody else's names are read,
as those in a record are, nothing is imported, and only what this process has used already is found:

    with untrusted() as refused:
        found("my_rules:Mine")        # NotFound, unless this process has found it before; `refused` then holds its name
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import inspect
import os
import re
import sys
import sysconfig
import traceback
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from landscape.core.component import Component, as_dataclass, field_hints, has_own_init
from landscape.core.names import nearest, with_article

C = TypeVar("C", bound=Component)

_PATH = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):(?P<name>.+)")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

_folders: list[str] = []  # folders of the scenarios that are being read
_files: dict[str, str] = {}  # module -> file, for modules found in those folders or in the working folder

_used: dict[str, Any] = {}  # what was found here by its name, on the word of whoever runs this process
_given: dict[str, list[weakref.ref[Any]]] = {}  # functions that were given here, by the name that a record has of them


@dataclasses.dataclass
class _Guard:
    """How names are taken that somebody else has written: the number of the one to take of several, none if None."""

    choice: int | None
    refused: list[str] = dataclasses.field(default_factory=list)


_guard: ContextVar[_Guard | None] = ContextVar("guard", default=None)


class NotFound(ValueError):
    """A "module:name" cannot be found or used; the message gives the reason."""


@contextlib.contextmanager
def untrusted(choice: int | None = 0) -> Iterator[list[str]]:
    """Import nothing inside, and find only what this process has used already; the names that were refused.

    choice: which one to take where several functions of one name were given; None finds nothing at all.
    """
    guard = _Guard(choice)
    token = _guard.set(guard)
    try:
        yield guard.refused
    finally:
        _guard.reset(token)


def trusting() -> bool:
    """Whether names may be looked up by importing modules: not inside `untrusted`."""
    return _guard.get() is None


def called(function: Any) -> str:
    """The name that a record has of a function: "module:name", the same in every process."""
    module = getattr(function, "__module__", None) or type(function).__module__
    return f"{module}:{getattr(function, '__qualname__', None) or _ADDRESS.sub('', repr(function))}"


def remember(path: str, function: Any) -> None:
    """Note that a function was given in this process, which a record will know by this name."""
    with contextlib.suppress(TypeError):  # it may be of a kind that no weak reference can be made to
        living = [each for each in _given.get(path, ()) if each() is not None and each() is not function]
        _given[path] = [weakref.ref(function), *living]


def candidates(path: str) -> list[Any]:
    """What this process has used or been given under a name, the newest first."""
    given = [function for each in _given.get(path, ()) if (function := each()) is not None]
    return given + ([_used[path]] if path in _used and not any(each is _used[path] for each in given) else [])


class WithoutCode(ValueError):
    """Something was asked of a component of a record that was loaded without the code that it takes."""


@contextlib.contextmanager
def beside(path: str | os.PathLike[str]) -> Iterator[None]:
    """Search for modules in the folder of a file as well, before the working folder."""
    _folders.append(str(Path(path).resolve().parent))
    try:
        yield
    finally:
        _folders.pop()


def found(path: str) -> Any:
    """The object that "module:name" names. NotFound if it does not exist or its module fails."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise NotFound(f'"{path}" must have the form "module:name"')
    if (guard := _guard.get()) is not None:
        return _found_again(path, guard)
    place: Any = _imported(match["module"], path)
    for part in match["name"].split("."):
        try:
            place = getattr(place, part)
        except AttributeError:
            raise NotFound(f'"{path}" cannot be found: {_missing(place, part)}') from None
    _used[path] = place
    return place


def _found_again(path: str, guard: _Guard) -> Any:
    """What this process has used or been given under that name. NotFound where it has not, as nothing is imported."""
    known = candidates(path)
    if guard.choice is None or guard.choice >= len(known):
        raise _refused(path, guard)
    return known[guard.choice]


def _refused(path: str, guard: _Guard) -> NotFound:
    guard.refused.append(path)
    return NotFound(f'"{path}" is not known in this process, and nothing is imported here')


def _class_here(path: str, base: type, guard: _Guard) -> Any:
    """A class of this library, or one that a module imported already holds; no attribute is computed to find it."""
    match = _PATH.fullmatch(path)
    if match is None or (guard.choice is None and not _own(match["module"])):
        raise _refused(path, guard)
    if _own(match["module"]):
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(match["module"])
    place: Any = sys.modules.get(match["module"])
    for part in match["name"].split("."):
        place = vars(place).get(part) if inspect.ismodule(place) or isinstance(place, type) else None
    if not (isinstance(place, type) and issubclass(place, base)):
        raise _refused(path, guard)
    return place


def _own(module: str) -> bool:
    """Whether a module is one of this library."""
    return module.partition(".")[0] == __name__.partition(".")[0]


def component_class(kind: str, base: type[C], path: str) -> type[C]:
    """The component class that "module:Class" names, made a dataclass if necessary. Its name is the path."""
    guard = _guard.get()
    cls = found(path) if guard is None else _class_here(path, base, guard)
    if not (isinstance(cls, type) and issubclass(cls, base)):
        raise NotFound(f'"{path}" is not {with_article(kind)}: it must be a class derived from {base.__name__}')
    if _own(cls.__module__) and cls.name != Component.name:
        return cls
    if missing := sorted(getattr(cls, "__abstractmethods__", ())):
        raise NotFound(f'"{path}" does not define {", ".join(missing)}')
    if has_own_init(cls):
        instead = "write its arguments as fields (lr: float = 0.1), which scenarios can set and records keep"
        raise NotFound(f'"{path}" has an __init__ of its own: {instead}')
    try:
        as_dataclass(cls)
        fields = field_hints(cls)
    except (TypeError, ValueError, NameError) as error:
        raise NotFound(f'"{path}" has an invalid field: {error}') from None
    missing = [name for name in _required(base) if name not in fields and not _defines(cls, name)]
    if missing:
        raise NotFound(f'"{path}" must define "{missing[0]}", as a field or an attribute of the class')
    cls.name = path
    return cls


def _imported(module: str, path: str) -> Any:
    """The module, from the scenario's folder, the working folder or Python's path."""
    folders = [*reversed(_folders), os.getcwd()]  # noqa: PTH109  sys.path contains strings
    before = list(sys.path)
    sys.path[:0] = folders
    importlib.invalidate_caches()
    try:
        _forget_another(module, folders, before)
        imported = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module + ".").startswith(error.name + "."):
            places = " and ".join(dict.fromkeys(folders))
            more = f"There is no module {module} in {places} or on Python's path: add its folder to PYTHONPATH"
            raise NotFound(f'"{path}" cannot be found. {more}') from None
        raise NotFound(f'"{path}" fails on import: {_message(error)}') from error
    except (Exception, SystemExit) as error:
        raise NotFound(f'"{path}" fails on import: {_message(error)}') from error
    finally:
        sys.path[:] = before
    file = getattr(imported, "__file__", None)
    if file is not None and any(Path(file).is_relative_to(folder) for folder in folders) and not _installed(file):
        _files[module] = file
    return imported


def _forget_another(module: str, folders: list[str], paths: list[str]) -> None:
    """Forget a module of this name from another scenario's folder, unless this scenario finds the same file."""
    known = _files.get(module)
    if known is None:
        return
    spots = [Path(folder, *module.split(".")) for folder in folders]
    files = [file for spot in spots for file in (spot / "__init__.py", spot.with_suffix(".py")) if file.exists()]
    seen = not _folders or any(Path(known).is_relative_to(path) for path in paths if path)
    if (known != str(files[0])) if files else not seen:
        top = module.partition(".")[0]
        for name in [name for name in sys.modules if name == top or name.startswith(f"{top}.")]:
            del sys.modules[name]
            _files.pop(name, None)


def _installed(file: str) -> bool:
    """Whether a module is this package's, or installed where an environment lies in the working folder: those stay."""
    places = [Path(__file__).parents[1], *map(sysconfig.get_path, ("purelib", "platlib"))]
    return any(Path(file).is_relative_to(str(place)) for place in places)


def _message(error: BaseException) -> str:
    """An error in a user's file, with its line."""
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno} of {error.filename})"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "importlib" not in frame.filename and frame.filename != __file__]
    where = f" (line {own[-1].lineno} of {own[-1].filename})" if own else ""
    return f"{type(error).__name__}: {error}{where}"


def _missing(place: Any, part: str) -> str:
    names = vars(place) if inspect.ismodule(place) or inspect.isclass(place) else {}
    close = nearest(part, [name for name, each in names.items() if not (name[0] == "_" or inspect.ismodule(each))])
    inside = getattr(place, "__file__", None) or getattr(place, "__name__", repr(place))
    return f'{inside} has no "{part}".' + (f' Did you mean "{close}"?' if close else "")


def _required(base: type) -> list[str]:
    """The attributes that the base class declares for its components but does not define."""
    names = [name for each in base.__mro__ for name in vars(each).get("__annotations__", {})]
    return [name for name in names if not name.startswith("_") and not _defines(base, name)]


def _defines(cls: type, name: str) -> bool:
    return any(name in vars(each) for each in cls.__mro__)

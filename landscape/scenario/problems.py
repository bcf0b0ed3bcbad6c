"""Report everything that is wrong with a scenario at once: one line each, with its place in the file.

ravine.toml:10: optimizers[0].lr: must be greater than 0, got -0.1
ravine.toml:11: optimizers[0].beta_1: unknown key "beta_1". Did you mean "beta1"?
--set steps=0: steps: must be at least 1, got 0
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from landscape.core.component import FieldError
from landscape.core.extras import MissingExtra
from landscape.scenario.line_numbers import Path, line_of
from landscape.scenario.toml_writer import dotted

LONGEST = 160  # option that a message repeats in full


class ScenarioError(ValueError):
    """A scenario is invalid. The text has one line for each problem.

    library_missing: whether it is a valid one for all that is known, and needs a library that is not installed.
    """

    def __init__(self, lines: Iterable[str], library_missing: bool = False) -> None:
        self.lines, self.library_missing = tuple(lines), library_missing
        super().__init__("\n".join(self.lines))


@dataclasses.dataclass(frozen=True)
class Problem:
    """One error: where, as a path of keys and indices, and what is wrong; whether a library is missing."""

    path: Path
    text: str
    library_missing: bool = False


def raise_for(problems: Sequence[Problem], file: str, lines: Mapping[Path, int], overrides: Mapping[Path, str]) -> None:
    """ScenarioError if there are problems, in the order of the file's lines and then of the --set options."""
    messages = []
    for problem in problems:
        line, place = line_of(lines, problem.path), dotted(problem.path)
        by_option = [text for path, text in overrides.items() if path == problem.path[: len(path)]]
        where = named(by_option[-1]) if by_option else f"{file}:{line}"
        order = (bool(by_option), 0 if by_option else line)
        messages.append((order, f"{where}: {place}: {problem.text}" if place else f"{where}: {problem.text}"))
    if messages:
        missing = all(problem.library_missing for problem in problems)
        raise ScenarioError(dict.fromkeys(text for _, text in sorted(messages, key=lambda each: each[0])), missing)


def named(option: str) -> str:
    """An option as messages name it: a long one by its beginning."""
    return f"--set {option if len(option) <= LONGEST else option[: LONGEST - 20] + '...'}"


def from_exception(path: Path, error: Exception) -> Problem:
    """A component's error about its fields, or about the surface that it is used with."""
    if isinstance(error, FieldError):
        return Problem((*path, error.field), error.reason)
    if isinstance(error, MissingExtra):
        return Problem(path, str(error), library_missing=True)
    return Problem(path, str(error) or type(error).__name__)

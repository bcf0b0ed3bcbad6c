"""How an entrant's hyper-parameters were chosen: a `Choice`, which entrants and tracks carry and records keep.

ls.tune("rosenbrock", "adam", over={"lr": (1e-4, 1, "log")}, budget=13, steps=200)[0].tuned.values    # {"lr": 0.05}
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

WITHIN = 2.0  # times the best figure: up to there a setting is good


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen, among what, by what, and how much depends on it.

    values: field -> the value chosen; over: field -> (lowest, highest) tried; edges: the fields whose best value is the
    lowest or highest tried, where more is allowed.
    budget: how many settings were tried, as many for every entrant; runs: of each; steps: how many each run made; seed:
    what they were drawn from; starts: where they began, as plain data.
    measure, statistic: by what settings were compared, where runs that diverged count as worst; figure: that of the one
    chosen; diverged: the share of its runs that did.
    worse: by what factor the worst figure of the settings next to it is worse, at least 1; good: how many settings are
    within `within` times the best, itself included; ranges: field -> (lowest, highest) of them. worse and good are None
    where figures have no ratios: a loss below 0 whose lowest value is not known.
    """

    values: Mapping[str, float]
    over: Mapping[str, tuple[float, float]]
    edges: tuple[str, ...] = ()
    budget: int
    runs: int
    steps: int
    seed: int
    starts: Any = None
    measure: str = "loss"
    statistic: str = "median"
    figure: float
    diverged: float = 0.0
    worse: float | None = None
    good: int | None = None
    within: float = WITHIN
    ranges: Mapping[str, tuple[float, float]] = dataclasses.field(default_factory=dict)

    def to_table(self) -> dict[str, Any]:
        """The choice as plain data; what is not finite as text."""
        made = dataclasses.asdict(self)
        made["over"], made["ranges"] = (
            {name: list(ends) for name, ends in made[key].items()} for key in ("over", "ranges")
        )
        made["edges"] = list(self.edges)
        return {name: _plain(value) for name, value in made.items()}

    @classmethod
    def from_table(cls, table: Any) -> Choice:
        """The choice of plain data. ValueError where it is none."""
        if not isinstance(table, Mapping) or set(table) != {field.name for field in dataclasses.fields(cls)}:
            raise ValueError("a choice has other keys")
        given = dict(table)
        for name in ("budget", "runs", "steps", "seed"):
            if type(given[name]) is not int or given[name] < 0:
                raise ValueError(f"a choice has {name} = {str(given[name])[:40]}")
        if given["good"] is not None and type(given["good"]) is not int:
            raise ValueError("a choice has a number of good settings that is none")
        for name in ("figure", "diverged", "within"):
            given[name] = _number(given[name])
        given["worse"] = None if given["worse"] is None else _number(given["worse"])
        given["values"] = {_text(name): _number(each) for name, each in dict(given["values"]).items()}
        for key in ("over", "ranges"):
            given[key] = {_text(name): _pair(ends) for name, ends in dict(given[key]).items()}
        given["edges"] = tuple(_text(each) for each in given["edges"])
        given["measure"], given["statistic"] = _text(given["measure"]), _text(given["statistic"])
        return cls(**given)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not (isinstance(value, (int, float)) or value in ("inf", "-inf", "nan")):
        raise ValueError(f"a choice has {str(value)[:40]!r} in place of a number")
    return float(value)


def _pair(ends: Any) -> tuple[float, float]:
    low, high = ends
    return _number(low), _number(high)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a choice has {str(value)[:40]!r} in place of text")
    return value

"""Which states the page of a record may have: what address.ts takes, for those that Python sets.

accepted({"start": (1, 2)}, contents)      # {"start": [1.0, 2.0]}
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from typing import Any

from landscape.core.component import FieldError
from landscape.program.assignments import read_rule
from landscape.program.formula_texts import Refused
from landscape.simulation.job import LIMIT
from landscape.web.contents import MOST_ENTRANTS, Contents
from landscape.web.states import KEPT
from landscape.web.typed import LARGEST, MOST_PARAMETERS, MOST_RULES, numbers_of, read_function

MOST_OTHERS = 100  # runs beside the first
MOST_RUNS = 10_000_000  # that a record numbers
QUANTITIES = ("loss", "gradient_norm", "distance", "step_length")
SWITCHES = ("repeats", "field", "relief", "theory")
PLACES = ("inside", "basins", "rates")  # the number of an entrant, -1 for none
HIDDEN = ("nothing", "future", "landscape")


def accepted(told: Mapping[str, Any], contents: Contents) -> dict[str, Any]:
    """The state as plain JSON. ValueError where the page could have no such key or value.

    Entrants are held to the typed rules in the same state.
    """
    if unknown := set(told) - set(KEPT):
        raise ValueError(f"state has no {', '.join(sorted(map(repr, unknown)))}; it has {', '.join(KEPT)}")
    made: dict[str, Any] = {}
    for name in (name for name in KEPT if name in told):
        value = told[name]
        try:
            rules = made.get("rules", [])
            made[name] = _entrants(value, contents, rules) if name == "entrants" else _READ[name](name, value, contents)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            why = f": {error}" if isinstance(error, (_Wrong, Refused, FieldError)) else ""
            raise ValueError(f"{name} cannot be {reprlib.repr(value)}{why}") from None
    return made


class _Wrong(ValueError):
    """Says what is wrong with a part of a state."""


def _check(holds: bool, why: str) -> None:
    if not holds:
        raise _Wrong(why)


def _numbers(values: Any, count: int) -> list[float]:
    made = [float(each) for each in values if not isinstance(each, (str, bool))]
    _check(len(made) == len(values) == count and all(map(math.isfinite, made)), f"it takes {count} finite numbers")
    return made


def _start(name: str, value: Any, contents: Contents) -> list[float]:
    made = _numbers(value, 2)
    _check(max(map(abs, made)) <= LIMIT, f"a start is within {LIMIT:g} of zero")
    return made


def _view(name: str, value: Any, contents: Contents) -> list[list[float]]:
    made = [_numbers(side, 2) for side in value]
    _check(len(made) == 2 and all(low < high for low, high in made), "it takes two ranges, [low, high] each")
    return made


def _others(name: str, value: Any, contents: Contents) -> list[dict[str, Any]]:
    made = [
        {
            "run": _whole(each["run"], 0, MOST_RUNS - 1),
            "start": None if each["start"] is None else _start(name, each["start"], contents),
        }
        for each in value
    ]
    _check(len(made) <= MOST_OTHERS, f"it takes at most {MOST_OTHERS} runs")
    return made


def _whole(value: Any, least: int, most: int) -> int:
    _check(not isinstance(value, (str, bool)) and int(value) == value and least <= value <= most,
           f"it takes a whole number from {least} to {most}")  # fmt: skip
    return int(value)


def _seed(name: str, value: Any, contents: Contents) -> str:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    return str(_whole(number, 0, 2**63 - 1))


def _switch(name: str, value: Any, contents: Contents) -> bool:
    _check(isinstance(value, bool), "it takes True or False")
    return bool(value)


def _place(name: str, value: Any, contents: Contents) -> int:
    return _whole(value, -1, MOST_ENTRANTS - 1)


def _batch(name: str, value: Any, contents: Contents) -> int:
    sizes = contents.given["batches"] or [contents.state["batch"]]
    _check(value in sizes, f"it takes one of {sizes}")
    return int(value)


def _quantity(name: str, value: Any, contents: Contents) -> str:
    _check(value in QUANTITIES, f"it takes one of {', '.join(QUANTITIES)}")
    return str(value)


def _step(name: str, value: Any, contents: Contents) -> int:
    return _whole(value, 0, contents.state["steps"])


def _hide(name: str, value: Any, contents: Contents) -> str:
    _check(value in HIDDEN, f"it takes one of {', '.join(HIDDEN)}")
    return str(value)


def _predict(name: str, value: Any, contents: Contents) -> dict[str, int] | None:
    if value is None:
        return None
    _check(set(value) == {"entrant", "step"}, "it takes None, or a table of entrant and step")
    return {
        "entrant": _whole(value["entrant"], 0, MOST_ENTRANTS - 1),
        "step": _whole(value["step"], 1, contents.state["steps"]),
    }


def _slide(name: str, value: Any, contents: Contents) -> int:
    return _whole(value, -1, len(contents.given["slides"]) - 1)


def _noise(name: str, value: Any, contents: Contents) -> dict[str, float]:
    return _values(value, contents.given["noise"], list(contents.state["noise"]))


def _formula(name: str, value: Any, contents: Contents) -> dict[str, Any] | None:
    if value is None:
        return None
    _check(contents.given["typed"] is not None, "this page computes nothing")
    _check(len(value["parameters"]) <= MOST_PARAMETERS, f"it takes at most {MOST_PARAMETERS} parameters")
    text, parameters = read_function(value)
    return {"text": text, "parameters": parameters}


def _rules(name: str, value: Any, contents: Contents) -> list[str]:
    _check(
        len(value) <= MOST_RULES and all(isinstance(text, str) for text in value),
        f"it takes at most {MOST_RULES} texts",
    )
    _check(not value or contents.given["typed"] is not None, "this page computes nothing")
    for text in value:
        read_rule(text)
    return list(value)


def _entrants(value: Any, contents: Contents, rules: list[str]) -> list[dict[str, Any]]:
    _check(len(value) <= MOST_ENTRANTS, f"it takes at most {MOST_ENTRANTS}")
    return [_entrant(each, contents, rules) for each in value]


def _entrant(told: Mapping[str, Any], contents: Contents, rules: list[str]) -> dict[str, Any]:
    about = contents.given["entrants"]
    of = _whole(told["of"], 0, len(about) + len(rules) - 1)
    own = (
        _inputs(rules[of - len(about)])
        if of >= len(about)
        else [each for each in about[of]["inputs"] if not each["noise"]]
    )
    schedules = ("", *contents.given["schedules"])
    _check(told["schedule"] in schedules, f"schedule takes one of {', '.join(map(repr, schedules))}")
    each = {
        name: [_within(x, name, own) for x in _numbers(values, len(contents.state["others"]))]
        for name, values in told.get("each", {}).items()
    }
    return {
        "of": of, "look": _whole(told["look"], 0, 1000), "shown": _switch("shown", told["shown"], contents),
        "values": _values(told["values"], own, [each["name"] for each in own]), "each": each,
        "schedule": told["schedule"],
    }  # fmt: skip


def _inputs(rule: str) -> list[dict[str, Any]]:
    """The inputs of a typed rule."""
    names = numbers_of(read_rule(rule))
    return [{"name": name, "range": {"least": 0.0 if name == "lr" else -LARGEST, "most": LARGEST}} for name in names]


def _values(told: Mapping[str, Any], inputs: list[dict[str, Any]], names: list[str]) -> dict[str, float]:
    _check(set(told) == set(names), f"it has numbers for {', '.join(names) or 'nothing'}")
    return {name: _within(told[name], name, inputs) for name in names}


def _within(value: Any, name: str, inputs: list[dict[str, Any]]) -> float:
    limits = next(each["range"] for each in inputs if each["name"] == name)
    (number,) = _numbers([value], 1)
    least, most = limits["least"], limits["most"]
    _check(least <= number <= most, f"{name} is from {least:g} to {most:g}")
    return number


_READ = {
    "formula": _formula, "rules": _rules, "start": _start, "others": _others, "view": _view, "seed": _seed,
    "noise": _noise, "batch": _batch, "quantity": _quantity, "step": _step, "hide": _hide, "predict": _predict,
    "slide": _slide, **dict.fromkeys(SWITCHES, _switch), **dict.fromkeys(PLACES, _place),
}  # fmt: skip

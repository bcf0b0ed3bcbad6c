"""A presenter's sequence: prepared states of a page, told by what they change, made into states that it accepts.

slides_of([{"title": "Momentum leaves", "step": 20, "predict": {"optimizer": "momentum", "step": 60}}], contents)

Each slide stands alone: what it does not say is as in the record. Beside what a state has (start, view, noise,
entrants, hide, ...), it may say title, text, until (it plays on to this step before the next slide), show (the labels
of those that are shown), set ({label: {hyper-parameter: value}}), and label an optimizer in predict, inside, basins and
rates.
"""

from __future__ import annotations

import copy
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from landscape.core.names import UnknownName, hint
from landscape.render.text.mathematics import without
from landscape.scenario.slides import SCHEDULES
from landscape.scenario.toml_writer import dotted
from landscape.web.accepted import PLACES, accepted
from landscape.web.contents import Contents
from landscape.web.states import KEPT

OWN = ("title", "text", "until", "show", "set")
LONGEST = 2000  # characters of a text
MOST = 200  # slides


class SlideError(ValueError):
    """A slide is none that the page could show. path: ("slides", 1, "set", "Momentum", "lr"); why: what is wrong."""

    def __init__(self, path: tuple[str | int, ...], why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{dotted(path)}: {why}")


def slides_of(told: Sequence[Mapping[str, Any]], contents: Contents) -> list[dict[str, Any]]:
    """The slides as JSON: title, text, until, and the state in what it differs from the record's. SlideError."""
    if isinstance(told, (str, bytes, Mapping)) or not isinstance(told, Sequence):
        raise TypeError(f"slides must be a list of tables, got {reprlib.repr(told)}")
    if len(told) > MOST:
        raise ValueError(f"a page has at most {MOST} slides, got {len(told)}")
    return [_Slide(number, each, contents).made() for number, each in enumerate(told)]


class _Slide:
    """One of them, in the making."""

    def __init__(self, number: int, told: Mapping[str, Any], contents: Contents) -> None:
        self.number, self.contents = number, contents
        self.told = told
        if not isinstance(told, Mapping):
            raise self._wrong("", f"must be a table, got {reprlib.repr(told)}")
        known = [*OWN, *(name for name in KEPT if name != "slide")]
        for key in told:
            if key not in known:
                raise self._wrong("", f'unknown key "{key}". {hint(str(key), known)}')
        self.labels = [str(about["label"]) for about in contents.given["entrants"]]
        entrants = self._accepted("entrants", told["entrants"]) if "entrants" in told else contents.state["entrants"]
        self.entrants: list[dict[str, Any]] = copy.deepcopy(entrants)

    def made(self) -> dict[str, Any]:
        told = self.told
        for key in ("set", "show"):
            if key in told:
                getattr(self, f"_{key}")(told[key])
        state: dict[str, Any] = {"step": 0, **{key: value for key, value in told.items() if key not in OWN}}
        if {"set", "show", "entrants"} & set(told):
            state["entrants"] = self.entrants
        if "noise" in told:
            state["noise"] = self._noise(told["noise"])
        for key in PLACES:
            if isinstance(told.get(key), str):
                state[key] = self._shown(key, told[key])
        state = {key: self._accepted(key, value) for key, value in state.items()}
        if told.get("predict") is not None:
            state["predict"] = self._predict(told["predict"], state["step"])
        return {
            "title": self._line("title"),
            "text": self._text("text"),
            "until": self._until(state["step"]),
            "state": state,
        }

    def _wrong(self, key: str, why: str, *deeper: str) -> SlideError:
        return SlideError(("slides", self.number, *([key] if key else []), *deeper), why)

    def _accepted(self, key: str, value: Any, said: str = "") -> Any:
        """A value of the state; said: the slide's key that it is of, where that has another name."""
        if key == "predict":
            return value
        try:
            return accepted({key: value}, self.contents)[key]
        except ValueError as error:
            raise self._wrong(said or key, str(error).removeprefix(f"{key} ")) from None

    def _line(self, key: str) -> str:
        text = self._text(key)
        if not text.strip() or "\n" in text.strip():
            raise self._wrong(key, f"must be one line of text and not empty, got {reprlib.repr(text)}")
        return text.strip()

    def _text(self, key: str) -> str:
        text = self.told.get(key, "")
        if not isinstance(text, str) or len(text) > LONGEST:
            raise self._wrong(key, f"must be text of at most {LONGEST} characters, got {reprlib.repr(text)}")
        return without(text.strip())

    def _until(self, step: int) -> int | None:
        if self.told.get("until") is None:
            return None
        until: int = self._accepted("step", self.told["until"], "until")
        if until <= step:
            raise self._wrong("until", f"must be after the step that is shown, {step}, got {self.told['until']}")
        return until

    def _of(self, key: str, label: Any) -> dict[str, Any]:
        """The entrant of the state with a label. SlideError where there is none."""
        labels = [self.labels[each["of"]] for each in self.entrants]
        if label not in labels:
            raise self._wrong(key, str(UnknownName("label", str(label), labels)))
        return self.entrants[labels.index(label)]

    def _shown(self, key: str, label: Any) -> int:
        """The number of an entrant that is shown."""
        entrant = self._of(key, label)
        if not entrant["shown"]:
            raise self._wrong(key, f'"{label}" is not shown on this slide')
        return self.entrants.index(entrant)

    def _show(self, labels: Any) -> None:
        if isinstance(labels, str) or not isinstance(labels, Sequence):
            raise self._wrong("show", f"must be a list of labels, got {reprlib.repr(labels)}")
        chosen = [self._of("show", label) for label in labels]
        for entrant in self.entrants:
            entrant["shown"] = any(entrant is each for each in chosen)

    def _set(self, changes: Any) -> None:
        if not isinstance(changes, Mapping) or not all(isinstance(each, Mapping) for each in changes.values()):
            raise self._wrong("set", f"must be a table of labels, each with its values, got {reprlib.repr(changes)}")
        for label, values in changes.items():
            entrant = self._of("set", label)
            about = self.contents.given["entrants"][entrant["of"]]
            names = [each["name"] for each in about["inputs"] if not each["noise"]]
            for name, value in _flat(values).items():
                if about["why"]:
                    raise self._wrong("set", f"has nothing to set. {about['why']}", label, name)
                if name == "schedule":
                    entrant["schedule"] = self._schedule(label, value)
                elif name not in names:
                    why = str(UnknownName("hyper-parameter", name, [*names, "schedule"]))
                    raise self._wrong("set", why, label, name)
                else:
                    entrant["values"][name] = value
                    entrant["each"].pop(name, None)
            self._accepted_values(label, entrant)

    def _accepted_values(self, label: str, entrant: Mapping[str, Any]) -> None:
        try:
            accepted({"entrants": [entrant]}, self.contents)
        except ValueError as error:
            raise self._wrong("set", str(error).rpartition(": ")[2], label) from None

    def _schedule(self, label: str, name: Any) -> str:
        """What the page calls a schedule, of its own name or the library's."""
        shown = dict(zip(SCHEDULES, self.contents.given["schedules"], strict=False))
        if shown.get(name, name) not in self.contents.given["schedules"]:
            raise self._wrong("set", str(UnknownName("schedule", str(name), shown)), label, "schedule")
        return str(shown.get(name, name))

    def _noise(self, levels: Any) -> dict[str, Any]:
        if not isinstance(levels, Mapping):
            raise self._wrong("noise", f"must be a table, got {reprlib.repr(levels)}")
        return {**self.contents.state["noise"], **levels}

    def _predict(self, told: Any, step: int) -> dict[str, int]:
        made = dict(told) if isinstance(told, Mapping) else {}
        if "optimizer" in made:
            made["entrant"] = self._shown("predict", made.pop("optimizer"))
        try:
            asked: dict[str, int] = accepted({"predict": made}, self.contents)["predict"]
        except ValueError:
            steps = self.contents.state["steps"]
            why = f"must be a table of optimizer, a label, and step, from 1 to {steps}, got {reprlib.repr(told)}"
            raise self._wrong("predict", why) from None
        if asked["entrant"] >= len(self.entrants) or not self.entrants[asked["entrant"]]["shown"]:
            raise self._wrong("predict", f"must be of an optimizer that is shown, got number {asked['entrant']}")
        if asked["step"] <= step:
            raise self._wrong(
                "predict", f"must ask for a step after the one that is shown, {step}, got {asked['step']}"
            )
        return asked


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """{"optimizer": {"lr": 0.1}} as {"optimizer.lr": 0.1}."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        inner = isinstance(value, Mapping) and name != "schedule"
        made |= {f"{name}.{path}": each for path, each in _flat(value).items()} if inner else {str(name): value}
    return made

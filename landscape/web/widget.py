"""The widget of `ls.explore`: the page that computes in a notebook, tied to Python by its state. Needs anywidget."""

from __future__ import annotations

import base64
import copy
import os
from collections.abc import Mapping, Sequence
from typing import Any

from landscape.core.extras import library
from landscape.core.files import atomic_write
from landscape.core.user_code import WithoutCode
from landscape.i18n import texts as i18n
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.scenario.slides import SCHEDULES
from landscape.web.accepted import accepted
from landscape.web.contents import Contents, contents
from landscape.web.latest import Latest
from landscape.web.packed import packed_others, packed_track
from landscape.web.page import page
from landscape.web.settings import Settings
from landscape.web.slides import slides_of
from landscape.web.states import kept, raced

RACE = (
    "formula",
    "rules",
    "start",
    "others",
    "seed",
    "noise",
    "batch",
    "entrants",
)  # what changes the numbers of a race
SHOWN = ("view", "field", "relief", "quantity", "theory")  # what one sees of it
LONGEST_ERROR = 300  # characters of an error that a page says
HEIGHT = 900  # pixels, until the page has told its own
SCRIPT = """
export default {
  render({ model, el }) {
    const frame = document.createElement("iframe");
    frame.title = model.get("title");
    frame.allow = "fullscreen";
    frame.style.cssText = `width: 100%; border: 0; display: block; height: ${model.get("height")}px`;
    frame.srcdoc = model.get("page");
    let sending = 0, told = JSON.stringify(model.get("state"));
    frame.addEventListener("load", () => {
      const race = frame.contentWindow.landscape;
      if (!race) return;
      const take = () => {
        told = JSON.stringify(model.get("state"));
        try { race.take(model.get("state")); } catch (error) { console.warn(error.message); }
      };
      take();
      model.on("change:state", () => { if (JSON.stringify(model.get("state")) !== told) take(); });
      race.changed(() => {
        clearTimeout(sending);
        sending = setTimeout(() => {
          const state = race.kept();
          if (JSON.stringify(state) === told) return;
          told = JSON.stringify(state);
          model.set("state", state);
          model.save_changes();
        }, 100);
      });
      race.asked((question) => {
        model.set("question", question);
        model.save_changes();
      });
      model.on("change:answer", () => race.answer(model.get("answer")));
      const root = frame.contentDocument.documentElement;
      const fit = () => (frame.style.height = `${frame.contentDocument.body.scrollHeight + 8}px`);
      new frame.contentWindow.ResizeObserver(fit).observe(frame.contentDocument.body);
      fit();
    });
    el.append(frame);
    return () => clearTimeout(sending);
  },
};
"""

anywidget, traitlets = library("anywidget", "ls.explore"), library("traitlets", "ls.explore")


class _State(traitlets.Dict):  # type: ignore[misc,name-defined]
    """A dict that is read as a copy, so that changing what was read and setting it again is a change."""

    def get(self, owner: Any, kind: Any = None) -> Any:
        return copy.deepcopy(super().get(owner, kind))


class Explorer(anywidget.AnyWidget):  # type: ignore[misc,name-defined]
    """A race in a notebook. `ls.explore` makes it.

    state: what a reader may change, as a dict, which is a copy; setting some of it changes these alone. ValueError
    where a key or a value is none that the page could have. {"slide": 2} alone shows that slide, from 0.
    """

    _esm = SCRIPT
    page = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(HEIGHT).tag(sync=True)
    state = _State().tag(sync=True)
    question = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        first: Record,
        language: Language = "en",
        settings: Settings | None = None,
        slides: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self._first, self._language, self._slides = first, language, slides
        self._settings = settings or Settings()
        self._contents: Contents = contents(first, language, self._settings, asks=True)
        self._contents.given["slides"] = slides_of(slides, self._contents)
        self._latest = Latest(self._work)
        super().__init__(
            page=page(first, language, self._settings, slides=slides, asks=True), title=self._contents.given["title"],
            state=self._begun(0 if slides else -1),
        )  # fmt: skip

    def _begun(self, slide: int) -> dict[str, Any]:
        """The state that a slide begins with, the record's for -1."""
        own = self._contents.given["slides"][slide]["state"] if slide >= 0 else {}
        return {**kept(self._contents.state), **copy.deepcopy(own), "slide": slide}

    @traitlets.validate("state")  # type: ignore[untyped-decorator]
    def _whole(self, proposal: Any) -> dict[str, Any]:
        told = proposal["value"]
        if set(told) == {"slide"}:  # another slide alone is all of its state
            return self._begun(accepted(told, self._contents)["slide"])
        return accepted({**kept(self._contents.state), **self.state, **told}, self._contents)

    @traitlets.observe("question")  # type: ignore[untyped-decorator]
    def _asked(self, change: Any) -> None:
        self._latest.give(change["new"])

    def _work(self, question: Any) -> None:
        """Answer a question: what the entrants in it do, which the page cannot compute, or what is wrong."""
        answer: dict[str, Any] = {"number": question.get("number")}
        try:
            self.answer = {**answer, "tracks": self._tracks(question["state"])}
        except Exception as error:  # a user's code may do anything
            self.answer = {**answer, "error": f"{type(error).__name__}: {error}"[:LONGEST_ERROR]}

    def _tracks(self, told: Any) -> list[dict[str, Any]]:
        state = {**self._contents.state, **accepted(told, self._contents)}
        record = self._raced(state)
        columns = [record.runs.tolist().index(each["run"]) for each in state["others"]]
        count = len(record.tracks)
        return [
            {**packed_track(track, True), "others": packed_others(track, columns, count), "ends": ""}
            for track in record.tracks
        ]

    def record(self) -> Record:
        """The race that is shown now, simulated by Python.

        Trajectories that were made elsewhere are returned as they were given; WithoutCode where they were changed.
        """
        state = {**self._contents.state, **self.state}
        try:
            return self._raced(state)
        except WithoutCode as error:
            if all(state[name] == self._contents.state[name] for name in RACE):
                return self._first
            raise WithoutCode(f"{error}; the record is had only of the state that it began with") from None

    def _raced(self, state: dict[str, Any]) -> Record:
        names = {i18n.name(self._language, "schedule", name): name for name in SCHEDULES}
        return raced(self._first, state, self._contents.added, names)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page as it stands to one file that needs nothing else, whole or not at all."""
        record, opened = self._first, self.state
        if self._is_asked():  # what Python computed is no race of the first record
            record, opened = self.record(), {name: opened[name] for name in SHOWN}
        content = page(record, self._language, self._settings, opened=opened, slides=self._slides).encode()
        with atomic_write(path) as file:
            file.write(content)

    def _is_asked(self) -> bool:
        """Whether an entrant that the page cannot compute stands elsewhere than it was recorded."""
        about, state, first = self._contents.given["entrants"], self.state, kept(self._contents.state)
        plays = any(
            each["shown"] and each["of"] < len(about) and about[each["of"]]["plays"] for each in state["entrants"]
        )
        return plays and any(state[name] != first[name] for name in RACE)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """What the notebook shows: where no script of it is trusted, a still picture."""
        made = super()._repr_mimebundle_(**options)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        return {**data, "image/png": base64.b64encode(_still(self._first, self._language)).decode()}, metadata


def _still(record: Record, language: Language) -> bytes:
    from landscape.render import draw

    picture: bytes = draw(record, view="contour", width=560, height=420, language=language)._repr_png_()  # type: ignore[attr-defined]
    return picture

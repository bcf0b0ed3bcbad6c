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
from landscape.web.page import page
from landscape.web.settings import Settings
from landscape.web.slides import slides_of
from landscape.web.states import kept, raced

RACE = ("start", "others", "seed", "noise", "entrants", "batch")  # what changes the numbers of a race
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

    def __init__(
        self,
        first: Record,
        language: Language = "en",
        settings: Settings | None = None,
        slides: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self._first, self._language, self._slides = first, language, slides
        self._settings = settings or Settings()
        self._contents: Contents = contents(first, language, self._settings)
        self._contents.given["slides"] = slides_of(slides, self._contents)
        super().__init__(
            page=page(first, language, self._settings, slides=slides), title=self._contents.given["title"],
            state=self._begun(0 if slides else -1),
        )  # fmt: skip

    def _begun(self, slide: int) -> dict[str, Any]:
        """The state that a slide begins with, the record's for -1."""
        own = self._contents.given["slides"][slide]["state"] if slide >= 0 else {}
        return {**kept(self._contents.state), **copy.deepcopy(own), "slide": slide}

    @traitlets.validate("state")  # type: ignore[untyped-decorator]
    def _whole(self, proposal: Any) -> dict[str, Any]:
        told = accepted(proposal["value"], self._contents)
        if set(told) == {"slide"}:  # another slide alone is all of its state
            return self._begun(told["slide"])
        return {**kept(self._contents.state), **self.state, **told}

    def record(self) -> Record:
        """The race that is shown now, simulated by Python.

        Trajectories that were made elsewhere are returned as they were given; WithoutCode where they were changed.
        """
        names = {i18n.name(self._language, "schedule", name): name for name in SCHEDULES}
        state = {**self._contents.state, **self.state}
        try:
            return raced(self._first, state, self._contents.added, names)
        except WithoutCode as error:
            if all(state[name] == self._contents.state[name] for name in RACE):
                return self._first
            raise WithoutCode(f"{error}; the record is had only of the state that it began with") from None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page as it stands to one file that needs nothing else, whole or not at all."""
        content = page(self._first, self._language, self._settings, opened=self.state, slides=self._slides).encode()
        with atomic_write(path) as file:
            file.write(content)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """What the notebook shows: where no script of it is trusted, a still picture."""
        made = super()._repr_mimebundle_(**options)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        return {**data, "image/png": base64.b64encode(_still(self._first, self._language)).decode()}, metadata


def _still(record: Record, language: Language) -> bytes:
    from landscape.render import draw

    picture: bytes = draw(record, view="contour", width=560, height=420, language=language)._repr_png_()  # type: ignore[attr-defined]
    return picture

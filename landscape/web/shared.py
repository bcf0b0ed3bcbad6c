"""What the pages of a site have in common, in files that they all load, so that each has only what is its own.

common = shared_by(record, "en")        # of a race like those of the site
common.script()                         # a file: function landscapeShared() {...}
common.own(made)                        # what of the contents of a page is not in it
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.web.contents import Contents, contents
from landscape.web.settings import Settings
from landscape.web.sources import embedded

COMMON = ("texts", "themes", "schedules")  # of what pages are given


@dataclasses.dataclass(frozen=True)
class Shared:
    """given: what all pages are given; kernels: those of rules that ask nothing of the surface but its loss and its
    gradient where they stand, which are the same on every surface."""

    given: Mapping[str, Any]
    kernels: tuple[str, ...]

    def script(self) -> str:
        """A function that makes them, for a file."""
        kernels = ",\n".join(self.kernels)
        return (
            f"function landscapeShared(){{return{{given:{embedded(self.given)},\nkernels:(measures)=>[{kernels}]}}}}\n"
        )

    def own(self, made: Contents) -> Contents:
        """The contents of a page without what is shared; its kernels are those of the shared ones by their number."""
        given = {name: value for name, value in made.given.items() if (name, value) not in self.given.items()}
        return dataclasses.replace(
            made, given=given, kernels=[self._named(text) for text in made.kernels], plain=self._named(made.plain)
        )

    def _named(self, kernel: str) -> str:
        if kernel not in self.kernels:
            return kernel
        return f"landscapeShared().kernels(measures)[{self.kernels.index(kernel)}]"


def shared_by(record: Record, language: Language) -> Shared:
    """What the page of a record has in common with those of other surfaces."""
    made = contents(record, language, Settings())
    free = [text for text, about in zip(made.kernels, made.given["entrants"], strict=True) if about["free"]]
    return Shared({name: made.given[name] for name in COMMON}, tuple(dict.fromkeys([*free, made.plain])))

"""Pages that compute: recorded surfaces and rules written as JavaScript, and what draws them in a browser.

    from landscape.web import save_page
    save_page(ls.simulate("rosenbrock", ["sgd", "adam"], steps=500), "race.html")

`files` chooses between a page and a movie by the suffix of a file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landscape.web.contents import NotComputable
    from landscape.web.page import save_page
    from landscape.web.settings import Settings
    from landscape.web.slides import SlideError

__all__ = ["NotComputable", "Settings", "SlideError", "save_page"]

# a movie needs no page: name -> the module that has it
_LATER = {"NotComputable": "contents", "Settings": "settings", "SlideError": "slides", "save_page": "page"}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
        return globals()[name]

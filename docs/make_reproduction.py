"""Compute published figures with the library, and write them beside those of their papers.

python docs/make_reproduction.py            # computes all and writes docs/reproduction.md
python docs/make_reproduction.py --check    # computes them too, and only says whether the page is up to date

That takes a minute where numba is installed, and ten more where Reddi's 3,000,000 steps are not compiled. Papers that
are not `long` take less than a second together; a test computes those too, and holds that the page has them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import published  # noqa: F401  its papers enter themselves
from figures import PAPERS
from pages import Files, main

PAGE = Path(__file__).with_name("reproduction.md")

INTRODUCTION = """# Published figures, reproduced

Each figure is computed by the library as a paper sets it up. Beside it stands theirs: what the paper's closed form
gives, or what the paper prints; where it only draws a curve, what a few lines of plain NumPy give, which share no
code with this library, and then the section says so. The tolerance is a share of theirs, or a distance where theirs
is 0: small where a closed form is met exactly, and as large as chance, rounding or an unknown detail of the set-up
makes it elsewhere. This page is written by `python docs/make_reproduction.py`.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, *(each.section() for each in PAPERS)])


def made() -> Files:
    """The one page."""
    yield PAGE, page()


if __name__ == "__main__":
    sys.exit(main(__doc__, made))

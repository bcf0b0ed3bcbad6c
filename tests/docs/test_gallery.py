"""The gallery and the contact sheet: every script runs, is short, and its page is current."""

import sys

import pytest
from matplotlib.figure import Figure
from pictures import overlapping, view
from places import ROOT

DOCS = ROOT / "docs"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of an installed package")

sys.path.append(str(DOCS))
SCRIPTS = sorted((DOCS / "gallery").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_example_runs_and_is_short(script):
    from make_gallery import figure_of

    assert 11 <= len(script.read_text().splitlines()) <= 50
    figure = figure_of(script)
    assert isinstance(figure, Figure)
    assert not overlapping(figure)


def test_the_page_is_current_and_its_pictures_are_there():
    from make_gallery import FOLDER, page

    assert (DOCS / "gallery.md").read_text() == page(), "run python docs/make_gallery.py"
    pictures = sorted(path.stem for path in FOLDER.glob("*.png"))
    assert pictures == [script.stem for script in SCRIPTS]
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < 2_000_000


def test_a_contact_sheet_has_a_cell_for_each_surface():
    from contact_sheet import GAP, HEIGHT, WIDTH, able, record_of, sheets, surfaces

    every = surfaces()
    contour = view("contour", width=WIDTH, height=HEIGHT)
    flat = [surface for surface in every if able(contour, surface)]
    assert len(every) > len(flat) > 50
    records = [record_of(surface) for surface in flat[:5]]
    (first, second) = sheets(contour, records, 2)
    assert first.size == second.size == (2 * (WIDTH + GAP), 2 * (HEIGHT + GAP))
    assert second.getpixel((WIDTH + GAP + 20, 20)) == (0x88, 0x88, 0x88)

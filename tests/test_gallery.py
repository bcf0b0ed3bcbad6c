"""The gallery and the contact sheet: every script runs, is short, and its page is current; notebooks show records."""

import base64
import io
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image
from test_render import RECORDS, overlapping, view

import landscape as ls

DOCS = Path(ls.__file__).parent.parent / "docs"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of an installed package")

sys.path.insert(0, str(DOCS))
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


# notebooks


def test_a_record_shows_itself_as_a_picture():
    bundle = RECORDS["brief"]._repr_mimebundle_()
    assert bundle["text/plain"] == repr(RECORDS["brief"])
    with Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))) as picture:
        assert picture.size == (1280, 720)
    line = ls.simulate("gramacy_lee", ["sgd"], steps=3)
    high = ls.simulate(ls.surface("sphere", dim=4), ["sgd"], steps=3)
    for record in (line, high):
        assert "image/png" in record._repr_mimebundle_()


def test_a_movie_plays_in_a_notebook():
    clip = RECORDS["brief"].animate(view("race", width=320, height=180, seconds=3.0))
    page = clip._repr_html_()
    assert page.startswith("<video controls")
    assert 'aria-label="adam on quadratic"' in page
    data = base64.b64decode(page.partition("base64,")[2].partition('"')[0])
    assert data == clip.data
    assert data[4:8] == b"ftyp"
    with pytest.raises(ValueError, match="does not move"):
        RECORDS["brief"].animate("basins")

"""The page of published figures: each within its tolerance, and those that take a moment are computed again."""

import re
import sys

import pytest
from places import ROOT

DOCS = ROOT / "docs"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of an installed package")
sys.path.append(str(DOCS))


@pytest.fixture(scope="module")
def script():
    import make_reproduction

    return make_reproduction


def number(cell):
    return 0.0 if cell == "below 1e-11" else float(cell.replace(",", ""))


def sections(text):
    """Heading -> (words, rows) of each part of the page; a row is its cells."""
    found = {}
    for part in re.split(r"(?m)^## ", text)[1:]:
        heading, _, rest = part.partition("\n")
        words, *lines = (line for line in rest.splitlines() if line)
        found[heading] = words, [line.strip("| ").split(" | ") for line in lines[2:]]
    return found


def wrong(rows):
    """The figures that are not within their tolerance, and of which it is not said why."""
    off = []
    for what, theirs, ours, _, tolerance, verdict in rows:
        if "%" in tolerance:
            within = float(tolerance.rstrip(" %")) / 100.0 * abs(number(theirs))
        else:
            within = 1e-11 if tolerance == "below 1e-11" else number(tolerance)
        rounding = 1e-4 * abs(number(theirs))  # five digits are written
        good = abs(number(ours) - number(theirs)) <= within + rounding
        if good != (verdict == "within") or (not good and verdict.removeprefix("not within:").strip() == ""):
            off.append(what)
    return off


def test_every_figure_of_the_page_is_within_its_tolerance_or_says_why_not(script):
    page = sections((DOCS / "reproduction.md").read_text(encoding="utf-8"))
    assert list(page) == [each.source for each in script.PAPERS], "run python docs/make_reproduction.py"
    rows = [row for _, rows in page.values() for row in rows]
    assert len(rows) > 60
    assert wrong(rows) == []


def alike(old, new):
    """Whether two rows say the same, but for what other processors round otherwise."""
    if [old[0], old[1], *old[4:]] != [new[0], new[1], *new[4:]]:
        return False
    return number(new[2]) == pytest.approx(number(old[2]), rel=1e-4, abs=1e-6)


def test_the_quick_figures_of_the_page_are_those_that_the_script_makes(script):
    page = sections((DOCS / "reproduction.md").read_text(encoding="utf-8"))
    quick = [each for each in script.PAPERS if not each.long]
    assert len(quick) >= 7
    for each in quick:
        ((words, rows),) = sections(each.section()).values()
        assert words == page[each.source][0]
        assert len(rows) == len(page[each.source][1])
        off = [new[0] for old, new in zip(page[each.source][1], rows, strict=True) if not alike(old, new)]
        assert off == [], "run python docs/make_reproduction.py"


def test_a_figure_that_is_off_is_found(script):
    from figures import Figure

    def rows(figure):
        return sections("## x\n\ny\n\nhead\n---\n" + figure.row())["x"][1]

    made = Figure("a rate", 0.5, 0.52, 0.03)
    (good,) = rows(made._replace(within=0.05))
    assert wrong([good]) == []
    assert wrong(rows(made)) == ["a rate"]  # and it is not said why
    assert wrong([[*good[:2], "0.6", *good[3:]]]) == ["a rate"]
    assert wrong(rows(made._replace(why="noise"))) == []
    assert not alike(good, [*good[:2], "0.521", *good[3:]])

"""The scripts that write the documentation write only what they are asked to, and what they wrote is up to date."""

import importlib.util
import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from places import ROOT

import landscape as ls
from landscape.core.component import defaults, field_hints
from landscape.render.views._base import REGISTRY

DOCS = ROOT / "docs"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of an installed package")
SCRIPTS = ["list_surfaces", "list_rules", "list_views", "make_gallery", "make_reproduction", "contact_sheet"]


def run(script, *arguments):
    command = [sys.executable, str(DOCS / f"{script}.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def dated():
    return {path: path.stat().st_mtime_ns for path in DOCS.rglob("*") if path.suffix in (".md", ".png")}


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_writes_nothing(script):
    before = dated()
    ran = run(script, "--help")
    assert (ran.returncode, ran.stdout[:6]) == (0, "usage:")
    assert dated() == before


def load(script):
    spec = importlib.util.spec_from_file_location(f"docs_{script}", DOCS / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(DOCS))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(DOCS))
    return module


@pytest.mark.parametrize(
    ("script", "page"), [("list_rules", "rules.md"), ("list_views", "views.md"), ("list_surfaces", "surfaces.md")]
)
def test_the_pages_are_those_of_the_registries(script, page):
    current = (DOCS / page).read_text(encoding="utf-8")
    assert current == load(script).page(), f"write it again: python docs/{script}.py"


def test_fields_stand_on_a_page_with_their_defaults():
    fields, look_up = load("pages").fields, ls.optimizers.REGISTRY.get
    assert fields(look_up("lookahead")) == "`optimizer`, `steps = 5`, `alpha = 0.5`"  # the first must be given
    assert fields(look_up("sgd"), without={"lr"}) == "`weight_decay = 0.0`"
    assert "`box = []`" in fields(ls.starts.REGISTRY.get("random_box"))


def test_every_surface_that_needs_nothing_but_its_name_has_a_thumbnail():
    registered = ls.surfaces.REGISTRY
    mine = [name for name in registered.names() if registered.get(name).__module__.startswith("landscape.")]
    alone = {name for name in mine if set(field_hints(registered.get(name))) <= set(defaults(registered.get(name)))}
    drawn = {path.stem for path in (DOCS / "thumbnails").glob("*.png")}
    assert not alone - drawn, f"no thumbnails of {sorted(alone - drawn)}: python docs/list_surfaces.py draws them"
    assert not drawn - alone, f"thumbnails of no surface, to be deleted: {sorted(drawn - alone)}"


def test_every_view_has_a_picture_that_shows_it_still():
    drawn = {path.stem: path for path in (DOCS / "views").glob("*.png")}
    names = {name for name in REGISTRY.names() if REGISTRY.get(name).__module__.startswith("landscape.")}
    assert {*drawn} == names, "write them again: python docs/list_views.py"
    assert sum(path.stat().st_size for path in drawn.values()) < 600_000
    script = load("list_views")
    for name in ("curve", "phase"):  # the others differ by more seconds
        record = script.record_for(name)
        assert load("pages").alike(drawn[name].read_bytes(), script.picture(record, name)), name


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau"])
def test_a_thumbnail_keeps_the_gold_of_its_star(name):
    picture = Image.open(io.BytesIO(load("list_surfaces").thumbnail(ls.surface(name)))).convert("RGB")
    away = np.abs(np.asarray(picture).astype(int) - (0xFF, 0xC4, 0x25)).max(axis=2)
    assert np.sum(away < 24) >= 12


def test_check_finds_a_difference_and_leaves_it(tmp_path, capsys):
    pages = load("pages")
    same, other, new = (tmp_path / name for name in ("same.md", "other.md", "new.md"))
    same.write_text("as made")
    other.write_text("planted")

    def made():
        yield from ((path, "as made") for path in (same, other, new))

    assert pages.main("", made, ["--check"]) == 1
    assert capsys.readouterr().out == f"{other}: out of date\n{new}: out of date\n"
    assert (other.read_text(), new.exists()) == ("planted", False)
    assert pages.main("", made, []) == 0
    assert (other.read_text(), new.read_text()) == ("as made", "as made")
    assert pages.main("", made, ["--check"]) == 0


def test_a_picture_that_is_not_made_any_longer_is_reported_and_removed(tmp_path, capsys):
    pages = load("pages")
    kept, stale, other = (tmp_path / name for name in ("kept.png", "stale.png", "notes.txt"))
    kept.write_bytes(picture())
    stale.write_bytes(picture())
    other.write_text("not a picture")

    def made():
        yield kept, picture()

    assert pages.main("", made, ["--check"]) == 0  # of no folder
    assert pages.main("", made, ["--check"], tmp_path) == 1
    assert capsys.readouterr().out == f"{stale}: not made any longer\n"
    assert stale.exists()
    assert pages.main("", made, [], tmp_path) == 0
    assert capsys.readouterr().out == f"{stale}: removed\n"
    assert sorted(tmp_path.iterdir()) == [kept, other]
    assert pages.main("", made, ["--check"], tmp_path) == 0


def test_every_picture_of_the_gallery_has_a_script():
    gallery = DOCS / "gallery"
    assert {path.stem for path in gallery.glob("*.png")} == {path.stem for path in gallery.glob("*.py")}


def picture(move=0, shade=0):
    """A PNG with a square on it."""
    pixels, file = np.full((60, 80, 3), 200 + shade, dtype=np.uint8), io.BytesIO()
    pixels[20:30, 30 + move : 40 + move] = (200, 0, 0)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_out_of_date_where_an_eye_sees_it(tmp_path):
    pages = load("pages")
    file = tmp_path / "x.png"
    file.write_bytes(picture())
    for made, code in ((picture(), 0), (picture(shade=3), 0), (picture(move=2), 1), (picture(shade=50), 1)):
        assert pages.main("", lambda made=made: [(file, made)], ["--check"]) == code
    assert not pages.alike(b"a", b"b")
    assert not pages.alike(picture(), b"")


@pytest.mark.kernel("nbclient")
def test_a_lecture_whose_library_is_not_installed_is_left_out_and_named_where_that_is_asked_for(
    tmp_path, monkeypatch, capsys
):
    script = load("run_lectures")
    monkeypatch.setattr(script, "installed", lambda module: module != "torch")
    assert script.main(["pytorch", "--installed", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "pytorch: left out, it needs torch, which is not installed: " in said
    assert "0 notebooks" in said
    assert list(tmp_path.iterdir()) == []
    assert script.lacks("momentum") == ""

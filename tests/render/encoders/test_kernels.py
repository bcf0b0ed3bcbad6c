"""Notebooks in fresh kernels: every cell that draws shows its whole page, once, and every movie plays.

A notebook for each way in which people begin one. They take nbclient and ipykernel, and are skipped without.
"""

import base64
import os
from pathlib import Path

import cells
import pytest
from cells import SIZES, checked, one_line, same

import landscape

pytestmark = pytest.mark.kernel

NO_BACKEND = "import os\nos.environ.pop('MPLBACKEND', None)"
BEGINNINGS = {
    "as it is": "",
    "inline": "%matplotlib inline",
    "pyplot": "import matplotlib.pyplot as plt",
    "pyplot with a figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.close()",
    "no backend": NO_BACKEND,
    "no backend, pyplot": f"{NO_BACKEND}\nimport matplotlib.pyplot as plt\nplt.figure()\nplt.close()",
    "other formats": "%matplotlib inline\n%config InlineBackend.figure_formats = ['retina', 'svg', 'pdf']",
    "own settings": "%matplotlib inline\nimport matplotlib\nmatplotlib.rcParams.update({'savefig.bbox': 'tight', "
    "'savefig.dpi': 31, 'figure.dpi': 72, 'savefig.transparent': True})",
}
NO_PYPLOT = ("as it is", "no backend")
EVERY = ("as it is", "inline")  # the others are settings, which one picture of a kind tells of
FEW = ("the usual view", "a surface", "a schedule", "an activation", "several records", "the record plane")

LOOP = "for record in (plane, line):\n    display(ls.draw(record, 'convergence'))"
UPDATED = "shown = display(ls.draw(line, 'curve'), display_id=True)\nshown.update(ls.draw(plane))"
LAST = "import sys\nprint(ls.__file__, 'matplotlib.pyplot' in sys.modules)"


def run(sources, folder, monkeypatch):
    """The outputs of every cell of a notebook that is run in a kernel of its own."""
    reason = "runs notebooks, which takes nbclient and ipykernel"
    nbclient, nbformat = (pytest.importorskip(name, reason=reason) for name in ("nbclient", "nbformat"))
    pytest.importorskip("ipykernel", reason=reason)
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(folder / name.lower()))  # nobody's own settings
    monkeypatch.delenv("MPLBACKEND", raising=False)
    places = [str(Path(landscape.__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbclient.NotebookClient(notebook, timeout=240, kernel_name="python3", resources={}).execute(cwd=str(folder))
    nbformat.validate(notebook)
    return [cell["outputs"] for cell in notebook.cells]


def pictures(outputs):
    return [cells.pixels(base64.b64decode(each["data"]["image/png"])) for each in outputs]


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_fresh_kernel_shows_every_picture_whole_and_once(name, tmp_path, monkeypatch):
    drawn = {cell: source for cell, source in cells.cells().items() if name in EVERY or cell in FEW}
    assert len(drawn) >= len(FEW)
    first = [BEGINNINGS[name], cells.SETUP]
    *outputs, looped, updated, last = run([*first, *drawn.values(), LOOP, UPDATED, LAST], tmp_path, monkeypatch)
    assert last[0]["text"].split() == [landscape.__file__, str(name not in NO_PYPLOT)]
    for cell, shown in zip(drawn, outputs[len(first) :], strict=True):
        assert [each["output_type"] for each in shown] == ["execute_result"], cell
        assert set(shown[0]["data"]) == {"text/plain", "image/png"}, cell
        assert one_line(shown[0]["data"]["text/plain"]), cell
        (picture,) = pictures(shown)
        assert same(picture, cells.expected(cell)), cell
        assert shown[0]["metadata"]["image/png"] == {"width": min(picture.width, 960)}, cell
    assert [picture.size for picture in pictures(looped)] == [(1280, 720)] * 2
    (replaced,) = pictures(updated)
    assert same(replaced, cells.expected("the usual view"))


def results(outputs):
    """What a cell gave: its outputs without the bars of long work, which are empty at its end."""
    assert all(each["data"]["text/html"] == "" for each in outputs[:-1])
    assert outputs[-1]["output_type"] == "execute_result"
    return outputs[-1]["data"]


def test_a_fresh_kernel_plays_every_movie_from_a_file_beside_it(tmp_path, monkeypatch):
    _, *outputs = run([cells.SETUP, *cells.CLIPS.values()], tmp_path, monkeypatch)
    for name, shown in zip(cells.CLIPS, outputs, strict=True):
        data = results(shown)
        assert set(data) == {"text/plain", "text/html", "image/jpeg"}, name
        checked(data["text/plain"], data["text/html"], *SIZES[name], folder=tmp_path)
        assert sum(map(len, data.values())) < 2_000_000 / 6, name
    assert len(list((tmp_path / "movies").iterdir())) == len(cells.CLIPS)


def test_a_notebook_holds_a_movie_that_is_wanted_inline(tmp_path, monkeypatch):
    name = "a race"
    _, shown = run([cells.SETUP, cells.CLIPS[name][:-1] + ", inline=True)"], tmp_path, monkeypatch)
    data = results(shown)
    checked(data["text/plain"], data["text/html"], *SIZES[name])
    assert cells.pixels(base64.b64decode(data["image/png"])).size == SIZES[name]
    assert not (tmp_path / "movies").exists()


def test_a_component_an_entrant_and_a_track_show_themselves_small(tmp_path, monkeypatch):
    told = {**cells.SHOWN, **{name: source for name, (source, _) in cells.CARDS.items()}}
    _, *outputs = run([cells.SETUP, *told.values()], tmp_path, monkeypatch)
    for name, (shown,) in zip(told, outputs, strict=True):
        assert one_line(shown["data"]["text/plain"]), name
        assert sum(map(len, shown["data"].values())) < cells.MOST, name
        (kind,) = {*shown["data"]} - {"text/plain"}
        if name in cells.CARDS:
            assert cells.CARDS[name][1] in shown["data"]["text/html"], name
        else:
            assert kind.startswith("image/"), name

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
EVERY = ("as it is", "inline")  # that share all cells; the others are settings, which one picture of a kind tells of
FEW = ("the usual view", "a surface", "a schedule", "an activation", "several records", "the record plane")

LOOP = "for record in (plane, line):\n    display(ls.draw(record, 'convergence'))"
UPDATED = "shown = display(ls.draw(line, 'curve'), display_id=True)\nshown.update(ls.draw(plane))"
FILES = "import os\nprint(os.listdir())"
# the user's own Axes: in a figure that pyplot shows at the end of the cell, as the last line, without it, and later; in
# one that pyplot does not know
OWN = (
    "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots()\nls.draw(plane, ax=ax)",
    "figure, ax = plt.subplots()\nls.draw(plane, ax=ax);",
    "figure",
    "from matplotlib.figure import Figure\nls.draw(plane, ax=Figure().add_subplot())",
)
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
    told = enumerate(cells.cells().items())
    drawn = {cell: source for at, (cell, source) in told if EVERY[at % 2] == name or cell in FEW}
    assert len(drawn) >= len(FEW)
    first = [BEGINNINGS[name], cells.SETUP]
    own = OWN if name in ("pyplot", "inline") else ()
    sources = [*first, *drawn.values(), *own, LOOP, UPDATED, LAST]
    *outputs, looped, updated, last = run(sources, tmp_path, monkeypatch)
    outputs, theirs = outputs[: len(outputs) - len(own)], outputs[len(outputs) - len(own) :]
    assert [len(pictures(shown)) for shown in theirs] == [1] * len(own)
    assert last[0]["text"].split() == [landscape.__file__, str(name not in NO_PYPLOT)]
    for cell, shown in zip(drawn, outputs[len(first) :], strict=True):
        data = results(shown)
        assert set(data) == {"text/plain", "image/png"}, cell
        assert one_line(data["text/plain"]), cell
        (picture,) = pictures(shown[-1:])
        assert same(picture, cells.expected(cell)), cell
        assert shown[-1]["metadata"]["image/png"] == {"width": min(picture.width, 960)}, cell
    assert [picture.size for picture in pictures(drawings(looped))] == [(1280, 720)] * 2
    (replaced,) = pictures(drawings(updated))
    assert same(replaced, cells.expected("the usual view"))


def drawings(outputs):
    """The outputs without the bars of long work, which are empty at its end."""
    return [each for each in outputs if each["data"].get("text/html") != ""]


def results(outputs):
    """What a cell gave, once: its outputs without bars."""
    assert drawings(outputs) == outputs[-1:]
    assert outputs[-1]["output_type"] == "execute_result"
    return outputs[-1]["data"]


def test_a_fresh_kernel_shows_movies_inline_or_from_files_and_components_small(tmp_path, monkeypatch):
    """In one kernel: to begin one takes longer than all of this."""
    told = {**cells.SHOWN, **{name: source for name, (source, _) in cells.CARDS.items()}}
    inline = cells.CLIPS["a race"][:-1] + ", inline=True)"
    sources = [cells.SETUP, inline, FILES, *told.values(), *cells.CLIPS.values()]
    _, held, files, *outputs = run(sources, tmp_path, monkeypatch)
    check_inline("a race", held)
    assert "movies" not in files[0]["text"]
    check_small(dict(zip(told, outputs, strict=False)))
    check_played(dict(zip(cells.CLIPS, outputs[len(told) :], strict=True)), tmp_path)


def check_played(movies, folder):
    """Every movie is played from a file beside its notebook."""
    for name, shown in movies.items():
        data = results(shown)
        assert set(data) == {"text/plain", "text/html", "image/jpeg"}, name
        checked(data["text/plain"], data["text/html"], *SIZES[name], folder=folder)
        assert sum(map(len, data.values())) < 2_000_000 / 6, name
    assert len(list((folder / "movies").iterdir())) == len(cells.CLIPS)


def check_inline(name, shown):
    """A movie that is wanted inline is held by the notebook."""
    data = results(shown)
    checked(data["text/plain"], data["text/html"], *SIZES[name])
    assert cells.pixels(base64.b64decode(data["image/png"])).size == SIZES[name]


def check_small(told):
    """A component, an entrant or a track shows itself, small."""
    for name, (shown,) in told.items():
        assert one_line(shown["data"]["text/plain"]), name
        assert sum(map(len, shown["data"].values())) < cells.MOST, name
        (kind,) = {*shown["data"]} - {"text/plain"}
        if name in cells.CARDS:
            assert cells.CARDS[name][1] in shown["data"]["text/html"], name
        else:
            assert kind.startswith("image/"), name

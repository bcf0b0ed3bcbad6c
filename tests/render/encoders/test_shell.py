"""What a shell decides: who shows a figure, and where a movie lies. In real kernels: `test_kernels.py`."""

import base64
import hashlib
import io
import sys
import types

import matplotlib
import pytest
from PIL import Image

from landscape.render.canvas import ipython
from landscape.render.encoders.notebook import FOLDER, STILL_WIDTH, Clip


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A shell of a notebook in a folder, shown by Jupyter."""
    for name in ("VSCODE_PID", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    made = types.SimpleNamespace(kernel=object(), user_ns={}, displayhook=types.SimpleNamespace(msg=None))
    monkeypatch.setattr(ipython, "running_shell", lambda: made)
    return made


def test_a_picture_is_shown_as_wide_as_it_is_up_to_a_limit():
    assert [ipython.shown_width(width) for width in (320, ipython.WIDEST, 1280)] == [320, ipython.WIDEST, 960]


class Held:
    """A pyplot that holds some figures."""

    def __init__(self, *numbers):
        self.fignum_exists = lambda number: number in numbers


class Numbered:
    """A figure that pyplot has numbered, or has not."""

    def __init__(self, number):
        self.number = number


@pytest.mark.parametrize("number", [None, 1, 2])
@pytest.mark.parametrize("last_line", [True, False])
@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "agg"])
@pytest.mark.parametrize("left", [True, False])
def test_a_figure_is_left_to_pyplot_where_the_inline_backend_shows_it_after_a_last_line(
    shell, monkeypatch, number, last_line, backend, left
):
    figure = Numbered(number)
    monkeypatch.setattr(ipython, "_left", {figure} if left else set())
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", Held(1))
    monkeypatch.setattr(matplotlib, "get_backend", lambda: backend)
    shell.displayhook.msg = {} if last_line else None
    if number == 1 and last_line and "inline" in backend and left:
        assert ipython._unless_pyplot(figure) is None
    else:
        with pytest.raises(NotImplementedError):
            ipython._unless_pyplot(figure)


def test_a_folder_is_beside_a_notebook_where_its_page_finds_files_there(shell, monkeypatch, tmp_path):
    assert ipython.beside_notebook() == tmp_path
    (tmp_path / "deep").mkdir()
    for session, folder in (("deep/a.ipynb", "deep"), ("deep/a.txt", "."), ("gone/a.ipynb", "."), ("", ".")):
        monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / session) if session else "")
        assert ipython.beside_notebook() == (tmp_path / folder)
    shell.user_ns["__vsc_ipynb_file__"] = "a.ipynb"
    assert ipython.beside_notebook() is None
    shell.user_ns.clear()
    monkeypatch.setenv("VSCODE_PID", "3")
    assert ipython.beside_notebook() is None
    monkeypatch.delenv("VSCODE_PID")
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("colab"))
    assert ipython.beside_notebook() is None
    monkeypatch.delitem(sys.modules, "google.colab")
    del shell.kernel  # of a terminal
    assert ipython.beside_notebook() is None
    monkeypatch.setattr(ipython, "running_shell", lambda: None)
    assert ipython.beside_notebook() is None


def still(width, height):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "PNG")
    return file.getvalue()


def clip(description="Ways, down!", width=1280, height=721, **options):
    return Clip(b"movie", still(width, height), description, width, height, 6.0, **options)


def picture(data):
    (kind,) = data.keys() - {"text/plain", "text/html"}
    return kind, Image.open(io.BytesIO(base64.b64decode(data[kind])))


def test_a_movie_is_written_beside_the_notebook_once_with_a_small_still_in_it(shell, tmp_path):
    data, how = clip()._repr_mimebundle_()
    digest = hashlib.sha256(b"movie").hexdigest()[:8]
    (file,) = (tmp_path / FOLDER).iterdir()
    assert (file.name, file.read_bytes()) == (f"ways-down-{digest}.mp4", b"movie")
    assert f'src="{FOLDER}/{file.name}"' in data["text/html"]
    assert f'<a href="{FOLDER}/{file.name}" target="_blank">{FOLDER}/{file.name}</a>' in data["text/html"]
    kind, shown = picture(data)
    assert (kind, shown.size) == ("image/jpeg", (STILL_WIDTH, 360))
    assert how == {"image/jpeg": {"width": 960}}
    written = file.stat().st_mtime_ns
    clip()._repr_mimebundle_()
    assert file.stat().st_mtime_ns == written
    file.write_bytes(b"cut")
    clip()._repr_html_()
    assert file.read_bytes() == b"movie"
    clip(description="—")._repr_html_()
    assert (tmp_path / FOLDER / f"movie-{digest}.mp4").exists()
    clip(description="x" * 39 + "  yz")._repr_html_()
    assert (tmp_path / FOLDER / f"{'x' * 39}-{digest}.mp4").exists()


@pytest.mark.parametrize("why", ["inline", "no notebook", "a file in its place"])
def test_a_movie_is_in_the_notebook_where_it_cannot_lie_beside_it(shell, why, tmp_path):
    if why == "no notebook":
        del shell.kernel
    elif why == "a file in its place":
        (tmp_path / FOLDER).write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    data, how = clip(inline=why == "inline")._repr_mimebundle_()
    assert f'src="data:video/mp4;base64,{base64.b64encode(b"movie").decode()}"' in data["text/html"]
    assert "<a href" not in data["text/html"]
    kind, shown = picture(data)
    assert (kind, shown.size) == ("image/png", (1280, 721))
    assert how == {"image/png": {"width": 960}}
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_small_still_keeps_its_size(shell):
    assert picture(clip(width=320, height=180)._repr_mimebundle_()[0])[1].size == (320, 180)
    assert picture(clip(width=6400, height=3)._repr_mimebundle_()[0])[1].size == (640, 1)

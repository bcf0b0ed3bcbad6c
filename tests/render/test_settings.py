"""What a user has set matplotlib to changes no picture, and no picture changes what a user has set."""

import io
import os
import subprocess
import sys
import threading
import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from terminal import TEXT

import landscape as ls
from landscape.analysis.computation_graph import of_formula
from landscape.derivatives.comparison import compare
from landscape.render import draw, save
from landscape.render.canvas.settings import OURS, THEIRS, own_settings
from landscape.render.portraits import computation_graph as graphs
from landscape.render.portraits import surface as portrait
from landscape.render.portraits.activation import picture as activations_picture
from landscape.render.portraits.gradients import picture as gradients_picture
from landscape.render.views._base import REGISTRY, names

# what no rule below makes a hostile value of
WORDS = {
    "axes.autolimit_mode": "round_numbers", "axes.axisbelow": False, "axes.edgecolor": "#ff00ff", "axes.grid.axis": "x",
    "axes.grid.which": "both", "axes.labelpad": 30.0, "axes.labelsize": 30.0, "axes.labelweight": "bold",
    "axes.prop_cycle": matplotlib.cycler(color=["#ff00ff"], linestyle=[":"]), "axes.titlelocation": "right",
    "axes.titlesize": 40.0, "axes.titleweight": "bold", "axes.formatter.limits": [-1, 1], "axes.titley": 0.5,
    "contour.algorithm": "mpl2014", "contour.corner_mask": False, "contour.linewidth": 9.0,
    "figure.constrained_layout.use": False, "figure.figsize": [2.0, 2.0], "figure.titlesize": 30.0,
    "font.family": ["serif"], "font.sans-serif": ["DejaVu Serif"], "font.monospace": ["DejaVu Serif"],
    "font.serif": ["STIXGeneral"], "font.stretch": "condensed", "font.style": "italic", "font.variant": "small-caps",
    "font.weight": "bold", "grid.linestyle": ":", "hatch.linewidth": 9.0, "image.aspect": "auto", "image.cmap": "jet",
    "image.interpolation": "lanczos", "image.origin": "lower", "lines.dash_capstyle": "round",
    "lines.dash_joinstyle": "bevel", "lines.dashed_pattern": [9.0, 9.0], "lines.dashdot_pattern": [9.0, 9.0, 1.0, 9.0],
    "lines.dotted_pattern": [9.0, 9.0], "lines.linestyle": "--", "lines.marker": "x", "lines.solid_capstyle": "butt",
    "lines.solid_joinstyle": "bevel", "markers.fillstyle": "none", "mathtext.fontset": "cm", "mathtext.default": "rm",
    "mathtext.fallback": "stix", "path.sketch": [5.0, 50.0, 5.0], "pdf.fonttype": 42, "savefig.bbox": "tight",
    "savefig.dpi": 37.0, "savefig.format": "jpg", "savefig.orientation": "landscape", "svg.fonttype": "none",
    "svg.hashsalt": "theirs", "text.hinting": "none", "timezone": "Asia/Tokyo", "xtick.alignment": "left",
    "xtick.direction": "inout", "ytick.alignment": "top", "ytick.direction": "inout", "xtick.labelsize": 30.0,
    "ytick.labelsize": 30.0, "xtick.labelcolor": "#ff00ff", "ytick.labelcolor": "#ff00ff", "xtick.minor.ndivs": 7,
    "ytick.minor.ndivs": 7, "legend.labelcolor": "#ff00ff", "legend.loc": "lower left", "axes3d.depthshade": False,
}  # fmt: skip


def hostile():
    """Every setting of matplotlib with another value than its own, wherever there is one."""
    found = {}
    for name, usual in matplotlib.rcParamsDefault.items():
        if name in (*THEIRS, "backend_fallback"):
            continue
        for value in (WORDS.get(name), *changed(usual)):
            try:
                new = matplotlib.RcParams({name: value})[name] if value is not None else usual
            except (ValueError, TypeError, RuntimeError, Warning):
                continue
            if new != usual:
                found[name] = new
                break
    return found


def changed(usual):
    """Values that a setting may have instead of its usual one, the first that it allows counts."""
    if isinstance(usual, bool):
        return [not usual]
    if isinstance(usual, (int, float)):
        return [2 * usual + 1, 0.5 * usual]
    return ["#ff00ff", 3.0, True, ":", "left", "top", "flat", "data"]


HOSTILE = hostile()


def test_the_hostile_settings_are_hostile():
    for name in (
        "savefig.dpi", "savefig.bbox", "savefig.transparent", "savefig.facecolor", "savefig.format",
        "savefig.pad_inches", "text.usetex", "font.family", "figure.autolayout", "axes.facecolor", "svg.hashsalt",
        "path.sketch", "image.cmap", "lines.linewidth", "agg.path.chunksize", "timezone", "text.antialiased",
    ):  # fmt: skip
        assert HOSTILE[name] != matplotlib.rcParamsDefault[name]
    assert len(HOSTILE) > 0.85 * len(matplotlib.rcParamsDefault)


BOWL = ls.simulate("quadratic", ["sgd", "adam"], start=(1.5, 1.0), steps=20, title="A bowl, $x^2$")


def network():
    """Runs of a small network's weights."""
    surface = ls.surface("network", layers=[2, 2, 1], dataset="xor")
    return ls.simulate(surface, "sgd", start=np.full(surface.dim, 0.5), steps=5)


RECORDS = [
    BOWL,
    ls.simulate("gramacy_lee", "sgd", start=[2.2], steps=5),
    network(),
    ls.basins("himmelblau", "sgd", steps=5, resolution=6),
    ls.stability_map("quadratic", "momentum", resolution=4, steps=5),
]
SMALL = {"width": 320, "height": 180}


def saved(view, path):
    """(what is in the picture, the record shown): of the first record that a view can show."""
    for record in RECORDS:
        try:
            return save(record, path, view).read_bytes(), record
        except ValueError:
            continue
    raise AssertionError(f"no record for {view.name}")


def pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def under(settings, make, *given):
    """What `make` gives with these settings in force, which it must leave as they were."""
    with matplotlib.rc_context():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some are on their way out
            matplotlib.rcParams.update(settings)
        made = make(*given)
        assert {name: matplotlib.rcParams[name] for name in settings} == settings
        return made


@pytest.mark.parametrize("name", names())
def test_a_user_s_settings_change_no_file_of_any_view(name, tmp_path):
    view = REGISTRY.build(name, **SMALL)
    plain, record = saved(view, tmp_path / "plain.png")
    assert under(HOSTILE, save, record, tmp_path / "theirs.png", view).read_bytes() == plain


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".gif", ".webp", ".apng", ".mp4", ".webm", ".html"])
def test_a_user_s_settings_change_no_file_of_any_format(suffix, tmp_path):
    view = REGISTRY.build("race", **SMALL, seconds=3.0)
    plain = save(BOWL, tmp_path / f"plain{suffix}", view).read_bytes()
    assert under(HOSTILE, save, BOWL, tmp_path / f"theirs{suffix}", view).read_bytes() == plain


FIGURES = {
    "record": lambda: draw(BOWL),
    "several": lambda: draw([BOWL, BOWL]),
    "surface": lambda: draw(ls.surface("himmelblau")),
    "thumbnail": lambda: portrait.thumbnail(ls.surface("himmelblau")),
    "schedule": lambda: draw(ls.schedule("cosine")),
    "activation": lambda: draw(ls.networks.activations.build("relu")),
    "activations": lambda: activations_picture([ls.networks.activations.build("relu")], "One"),
    "graph": lambda: graphs.picture(of_formula("(w*x + b)**2", w=1.0, x=2.0, b=3.0), "A graph"),
    "gradients": lambda: gradients_picture(COSTS, ls.surface("quadratic")),
}
COSTS = list(compare(lambda dim: ls.surface("quadratic", dim=dim), [2, 3], ["manual", "forward"]))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_the_same_whenever_it_is_drawn(name):
    """Made and drawn under a user's settings, which a figure outlives: saved in a cell of its own, say."""
    plain = FIGURES[name]()
    made = under(HOSTILE, FIGURES[name])
    assert np.array_equal(pixels(plain), under(HOSTILE, pixels, made))


def test_only_the_file_is_the_user_s_where_they_save_a_figure_themselves():
    settings = {"savefig.dpi": 50.0, "lines.linewidth": 20.0, "text.usetex": True, "axes.grid": True}
    figure, theirs, plain = draw(BOWL), io.BytesIO(), io.BytesIO()
    under(settings, lambda: figure.savefig(theirs, format="png"))
    figure.savefig(plain, format="png", dpi=50.0)
    assert Image.open(theirs).size == (640, 360)
    assert theirs.getvalue() == plain.getvalue()


def test_a_setting_that_reaches_a_picture_is_found(monkeypatch):
    """The check of the above: without settings of its own a picture is the user's."""
    plain = pixels(draw(BOWL))
    monkeypatch.setattr("landscape.render.canvas.settings._inside", [True])
    theirs = under({name: HOSTILE[name] for name in ("xtick.bottom", "font.family")}, lambda: pixels(draw(BOWL)))
    assert not np.array_equal(plain, theirs)


def test_settings_are_the_user_s_again_after_an_error_and_in_every_thread():
    begun, go_on, found = threading.Event(), threading.Event(), []

    def first():
        with own_settings():
            begun.set()
            go_on.wait(10)

    def second():
        with own_settings():
            found.append(matplotlib.rcParams["lines.linewidth"])

    def both():
        threads = [threading.Thread(target=first), threading.Thread(target=second)]
        threads[0].start()
        begun.wait(10)
        threads[1].start()
        go_on.set()
        for thread in threads:
            thread.join()
        with pytest.raises(ZeroDivisionError), own_settings():
            _ = 1 / 0

    under({"lines.linewidth": 20.0}, both)  # which looks at them afterwards
    assert found == [matplotlib.rcParamsDefault["lines.linewidth"]]


# in a process of its own: what matplotlib reads as it starts


def landscape(place, *args, **environment):
    """The command in a folder: (exit code, what it complained of)."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "MATPLOTLIB"))}
    made = subprocess.run(
        [sys.executable, "-m", "landscape", *args], cwd=place, env={**known, **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return made.returncode, made.stderr


def rc_text():
    """HOSTILE as a matplotlibrc, with lines that are none."""
    lines = ["lines.linewidth", "nosuch: 3", "savefig.dpi: many", "backend: nosuch"]
    for name, value in HOSTILE.items():
        told = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        lines.append(f"{name}: {told}".replace("#", ""))
    return "\n".join(lines)


def test_a_user_s_matplotlibrc_changes_no_file_of_the_command(folder, command):
    views = ", ".join(
        f'{{ name = "contour", file = "{kind}.{kind}", width = 320, height = 180 }}' for kind in ("png", "svg", "pdf")
    )
    (folder / "bowl.toml").write_text(f"{TEXT.partition('views')[0]}views = [{views}]\n")
    assert command("run", "bowl.toml", "--out", "plain")[0] == 0
    (folder / "matplotlibrc").write_text(rc_text(), encoding="utf-8")
    code, err = landscape(folder, "run", "bowl.toml", "--out", "theirs", MPLBACKEND="nosuch")
    assert code == 0, err
    assert "Traceback" not in err
    for name in ("png.png", "svg.svg", "pdf.pdf"):
        assert (folder / "plain" / name).read_bytes() == (folder / "theirs" / name).read_bytes()


def test_matplotlib_is_had_where_no_settings_of_the_user_can_be_read(folder, command):
    (folder / "rc").write_bytes(b"\xff\xfe")
    assert command("show", "quadratic", "--out", "plain.png")[0] == 0
    code, err = landscape(folder, "show", "quadratic", "--out", "theirs.png", MATPLOTLIBRC=str(folder / "rc"))
    assert code == 0, err
    assert (folder / "plain.png").read_bytes() == (folder / "theirs.png").read_bytes()


def test_a_matplotlibrc_of_the_working_folder_that_cannot_be_read_is_named(folder):
    (folder / "matplotlibrc").write_bytes(b"\xff\xfe")
    code, err = landscape(folder, "show", "beale", "--out", "x.png")
    assert code == 2
    assert "matplotlib cannot start; a matplotlibrc in this folder may be why" in err
    assert "Traceback" not in err


def test_within_its_own_settings_are_those_that_differ_from_what_matplotlib_ships():
    with own_settings():
        found = {name: matplotlib.rcParams[name] for name in OURS}
    assert found == OURS
    assert all(matplotlib.rcParamsDefault[name] != value for name, value in OURS.items())

"""What `run` and `render` draw, and how, by --view, --format, --theme, --width, --height, --fps and --set."""

import re

import pytest
from PIL import Image

from landscape.render.style.theme import THEMES
from landscape.render.views._base import MOVIES, REGISTRY, STILLS, names
from landscape.scenario.model import Scenario

SMALL = ("--width", "240", "--height", "160")
UNNAMED = 'title = "A valley"\nsurface = "beale"\nsteps = 4\noptimizers = ["sgd"]\n'


def written(folder, where="outputs/bowl"):
    return sorted(path.name for path in (folder / where).iterdir() if path.name != "record.npz")


@pytest.mark.parametrize("name", ["run", "render"])
def test_a_view_is_drawn_in_the_chosen_format_theme_size_and_rate(command, folder, name):
    command("run", "bowl.toml", "--set", "views=[]", "--quiet")
    target = "bowl.toml" if name == "run" else "outputs/bowl"
    options = ("--view", "contour", "--format", "gif", "--theme", "dark", *SMALL, "--fps", "4", "--quiet")
    assert command(name, target, *options) == (0, "", "")
    assert written(folder) == ["contour.gif"]
    with Image.open(folder / "outputs/bowl/contour.gif") as picture:
        assert picture.size == (240, 160)
        assert {pause(picture, at) for at in range(1, picture.n_frames - 1)} == {250}
        paper = picture.convert("RGB").getpixel((1, 1))
    assert paper == pytest.approx([int(THEMES["dark"].paper[at : at + 2], 16) for at in (1, 3, 5)], abs=3)


def test_options_hold_for_every_view_of_the_scenario_and_keep_its_other_fields(command, folder):
    views = 'views=[{name="convergence", width=320, height=180}, {name="curve", file="c.png", quantity="step_length"}]'
    options = ("--set", views.replace('"curve"', '"phase"').replace(', quantity="step_length"', ""))
    assert command("run", "bowl.toml", *options, *SMALL, "--format", "svg", "--quiet")[0] == 0
    assert written(folder) == ["c.svg", "convergence.svg"]


def pause(picture, frame):
    """How long a frame of a GIF stands, in milliseconds."""
    picture.seek(frame)
    return picture.info["duration"]


def still_views():
    return [name for name in names() if not REGISTRY.get(name).moves]


REFUSED = [
    (("--view", "convergense"), 'Did you mean "convergence"?'),
    (("--view", "curve"), "2"),
    (("--view", "race", "--view", "race"), "--view: two views have the same file name"),
    (("--format", "gift"), '--format gift: there is no such format. Did you mean "gif"?'),
    (("--theme", "black"), "'light', 'dark', 'print'"),
    (("--width", "10"), "--width 10: must be at least 160, got 10"),
    (("--height", "1e3"), "1e3"),
    (("--fps", "20"), "nothing that is drawn is a movie (convergence.png)"),
    (("--format", "gif", "--fps", "51"), "--fps 51: fps must be a whole number from 1 to 50 for a .gif file, got 51"),
    (("--format", "mp4", "--fps", "0"), "--fps 0"),
]


@pytest.mark.parametrize(
    ("options", "said"), REFUSED, ids=lambda value: " ".join(value) if type(value) is tuple else ""
)
def test_what_cannot_be_drawn_is_refused_before_anything_is_simulated(command, folder, monkeypatch, options, said):
    monkeypatch.setattr("landscape.scenario.model.simulate", None)
    code, out, err = command("run", "bowl.toml", *options)
    assert (code, out) == (2, "")
    assert said in err
    assert not (folder / "outputs").exists()


def test_a_still_view_names_itself_where_a_movie_is_asked_of_it(command, folder):
    known = still_views()
    assert known
    text = 'title = "x"\nsurface = "quadratic"\nsteps = 2\noptimizers = ["sgd"]\n'
    (folder / "still.toml").write_text(text)
    for name in known:
        code, _, err = command("run", "still.toml", "--view", name, "--format", "mp4")
        assert code == 2
        assert f'the view "{name}"' in err


def test_a_file_of_another_format_than_the_chosen_one_is_refused(command, folder):
    command("run", "bowl.toml", "--set", "views=[]", "--quiet")
    code, _, err = command("render", "outputs/bowl", "--view", "contour", "--out", "a.png", "--format", "svg")
    assert (code, "--out names a file of another format, a.png" in err) == (2, True)
    assert command("render", "outputs/bowl", "--view", "contour", "--out", "a.png", "--format", "png", *SMALL)[0] == 0


def test_an_override_of_a_view_that_a_scenario_leaves_out_is_of_its_default():
    for name in ("beale", "gramacy_lee"):
        text = UNNAMED.replace("beale", name)
        plain = Scenario.from_text(text).views
        for index in range(len(plain)):
            made = Scenario.from_text(text, [f"views[{index}].theme=dark"])
            assert [view.theme for view in made.views] == [
                "dark" if at == index else "light" for at in range(len(plain))
            ]
            assert [view.name for view in made.views] == [view.name for view in plain]
            assert Scenario.from_text(made.text).views == made.views
    many = ["views[0].theme=dark", "surface.name=quadratic", "surface.dim=5"]  # views follow the surface as overridden
    assert [view.name for view in Scenario.from_text(UNNAMED, many).views] == ["convergence"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["views[7].theme=dark"], "views has 3 items, [0] to [2]"),
        (["views.theme=dark"], "choose one, such as views[0].theme"),
        (["views[0].theme=drak"], "views[0].theme: must be one of 'light', 'dark', 'print'"),
        (["views[0].theme=dark", "surface=beal"], 'Did you mean "beale"?'),
        (["views=[]", "views[0].theme=dark"], "views is an empty list"),
    ],
)
def test_a_wrong_override_of_a_view_that_is_left_out_says_what_is_there(options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Scenario.from_text(UNNAMED, options)


def test_the_choices_are_those_of_the_views(command):
    out = " ".join(command("run", "--help")[1].split())
    assert f"[{'|'.join(THEMES)}]" in out
    for suffix in STILLS + MOVIES:
        assert suffix[1:] in out


def test_one_file_is_for_one_view_and_takes_its_format(command, folder):
    views = 'views=[{name="convergence", width=320, height=180}, {name="phase", width=320, height=180}]'
    assert command("run", "bowl.toml", "--set", views, "--quiet")[0] == 0
    code, _, err = command("render", "outputs/bowl", "--out", "p.png")
    assert code == 2
    assert "--out p.png: is one file for 2 views; choose one with --view, or give a folder" in err
    code, _, err = command("render", "outputs/bowl", "--view", "phase", "--out", "p.xyz")
    assert code == 2
    assert "--out p.xyz: the file name must end in .png" in err
    assert command("render", "outputs/bowl", "--view", "phase", "--out", "p.svg", "--quiet") == (0, "", "")
    assert (folder / "p.svg").read_bytes()[:5] == b"<?xml"
    (folder / "folder.png").mkdir()  # a folder, whatever its name
    assert command("render", "outputs/bowl", "--out", "folder.png", "--quiet") == (0, "", "")
    assert sorted(path.name for path in (folder / "folder.png").iterdir()) == ["convergence.png", "phase.png"]

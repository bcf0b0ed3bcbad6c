"""Laws that a picture can be read: colours that differ, names that differ, levels with values, nothing said of all that
is true of some; and that what checks pictures finds planted faults."""

import itertools
import re
import sys
import warnings

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from pictures import RECORDS, drawn, overlapping, view
from places import ROOT

import landscape as ls
from landscape.analysis.batches import apart, groups
from landscape.render import draw
from landscape.render.pages.sheet import Sheet
from landscape.render.panels.beside import beside
from landscape.render.style.theme import DARK, LIGHT, PRINT, THEMES
from landscape.render.text.captions import Captions

every_theme = pytest.mark.parametrize("theme", list(THEMES.values()), ids=list(THEMES))
VISIONS = {"normal": None, "deutan": "deuteranomaly", "protan": "protanomaly", "tritan": "tritanomaly"}
LR = [0.001, 0.003, 0.01]
ALIKE = np.zeros((2, 3))
SMALL = {"width": 640, "height": 360}


def batch():
    return ls.simulate("himmelblau", [ls.optimizer("adam", lr=LR), "sgd"], start=ALIKE, steps=40)


def luminance(color):
    lights = np.array(to_rgb(color))
    return float(
        np.where(lights <= 0.04045, lights / 12.92, ((lights + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    )


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# colours


def nearest(colors, kind):
    """The least distance of two colours in CAM02-UCS, as an eye of some kind sees them."""
    from colorspacious import cspace_convert

    seen = np.array([to_rgb(color) for color in colors])
    if kind is not None:
        seen = cspace_convert(seen, {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}, "sRGB1").clip(0.0, 1.0)
    places = cspace_convert(seen, "sRGB1", "CAM02-UCS")
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(places, 2))


@pytest.mark.reference("colorspacious")
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_all_twelve_colours_are_apart_for_every_kind_of_eye(theme, vision):
    assert len(set(theme.runs)) == len(set(theme.regions)) == 12
    assert nearest(theme.runs, VISIONS[vision]) >= 10.0
    assert nearest((*theme.regions, theme.unknown), VISIONS[vision]) >= 10.0


@pytest.mark.reference("colorspacious")
def test_a_planted_pair_of_colours_is_found_to_be_near():
    assert nearest(("#F0A830", "#BBCC33"), "deuteranomaly") < 3.0 < 10.0 < nearest(("#F0A830", "#BBCC33"), None)


@every_theme
def test_names_stand_out_from_the_paper(theme):
    for index in range(len(theme.runs) * 2):
        assert contrast(theme.style(index).text, theme.paper) >= 4.5
    assert contrast("#E69F00", "#FFFFFF") < 2.3  # what the law found


def test_print_tells_the_first_seven_by_their_lines_alone():
    assert PRINT.style(0).dashes == "solid"
    assert len({PRINT.style(index).dashes for index in range(7)}) == 7
    assert len({(PRINT.style(index).dashes, PRINT.style(index).color) for index in range(14)}) == 14


# batches of hyper-parameters


def test_each_value_of_a_batch_is_an_entrant_with_the_runs_of_that_value():
    record = batch()
    shown = apart(record)
    assert list(shown.labels) == ["adam, lr 0.001", "adam, lr 0.003", "adam, lr 0.01", "sgd"]
    for number, track in enumerate(shown.tracks[:3]):
        assert track.optimizer.lr == LR[number]
        np.testing.assert_array_equal(track.value[:, 0], record["adam"].value[:, number])
    assert apart(RECORDS["noisy"]) is RECORDS["noisy"]


def test_runs_that_share_a_value_stay_together():
    starts = np.ones((2, 4)) * [1, 1, 2, 2]
    record = ls.simulate("quadratic", ls.optimizer("sgd", lr=[0.1, 0.2, 0.1, 0.2]), start=starts, steps=3)
    found = groups(record, record.tracks[0])
    assert [(values, runs.tolist()) for values, runs in found] == [({"lr": 0.1}, [0, 2]), ({"lr": 0.2}, [1, 3])]


@pytest.mark.parametrize("name", ["contour", "convergence", "race", "dashboard", "multiples"])
def test_a_batch_is_never_summed_up_over_its_values(name):
    record = batch()
    figure = draw(record, view(name, **SMALL))
    texts = [text.get_text() for text in figure.texts]
    assert not any("median" in text for text in texts)
    labels = {line.get_gid().split(":")[1] for line in drawn(figure, "trail:") + drawn(figure, "run:")}
    assert labels == set(apart(record).labels)
    shades = {line.get_color() for line in drawn(figure, "trail:adam") + drawn(figure, "run:adam")}
    assert len(shades) == 3
    assert not overlapping(figure)


def test_loss_against_rate_is_the_last_median_of_each_rate():
    record = batch()
    (line, other) = drawn(draw(record, view("rates", **SMALL)), "rates:")
    np.testing.assert_array_equal(line.get_xdata(), LR)
    np.testing.assert_allclose(line.get_ydata(), record["adam"].value[-1])
    np.testing.assert_allclose(other.get_ydata(), record["sgd"].value[-1, :1])
    with pytest.raises(ValueError, match="no entrant has the hyper-parameter 'rho'"):
        draw(record, view("rates", hyper="rho"))


# captions


def test_a_tie_names_all_who_tie():
    record = ls.simulate("quadratic", [ls.entrant("sgd", label=each) for each in "ab"], start=(1.0, 1.0), steps=3)
    assert Captions(record).at(-1).endswith("(a and b)")
    record = ls.simulate("quadratic", [ls.entrant("sgd", label=each) for each in "abc"], start=(1.0, 1.0), steps=3)
    assert Captions(record).at(-1).endswith("(3 alike)")


def test_it_is_said_how_many_runs_are_drawn():
    said = [text.get_text() for text in draw(RECORDS["noisy"], view("contour")).texts]
    assert any("60 of 100 runs of each drawn" in text for text in said)
    said = [text.get_text() for text in draw(RECORDS["starts"], view("contour")).texts]
    assert not any("drawn" in text for text in said)


def test_mathematics_is_set_in_the_caption_too():
    record = ls.simulate("beale", [ls.entrant("sgd", label=r"$\eta=0.01$"), "adam"], start=(1.0, 1.5), steps=9)
    (caption,) = drawn(draw(record, view("contour")), "caption")
    assert (r"\eta" in caption.get_text()) == caption.get_parse_math()


def test_heights_that_are_cut_are_said():
    from landscape.render.views._base import REGISTRY

    page = REGISTRY.build("surface", **SMALL).page(RECORDS["starts"])
    (relief,) = page.panels
    cut = re.fullmatch(r"heights above (\d+) are cut", relief.note)
    assert float(cut[1]) == pytest.approx(float(relief.lift.places[-1]), rel=5e-3)
    assert relief.terrain.values.max() > relief.lift.places[-1]


# names


def test_a_limit_names_no_owner_whose_label_no_font_has():
    rules = [ls.optimizer("sgd", lr=0.1), ls.entrant(ls.optimizer("sgd", lr=0.2), label="\ue000 mine")]
    record = ls.simulate("quadratic", rules, steps=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the label is left out elsewhere too, and that is said
        shown = [text.get_text() for text in draw(record, view("spectrum", quantity="sharpness", **SMALL)).texts]
    assert not any("\ue000" in text for text in shown)
    assert any("(sgd)" in text for text in shown)


@pytest.mark.parametrize("width", [60.0, 90.0, 130.0])
@pytest.mark.parametrize(
    "names",
    [[f"Momentum {lr:.3g}" for lr in (0.001, 0.002, 0.01, 0.02)],
     ["gradient descent with momentum", "gradient descent with Nesterov", "gradient descent"],
     ["a very long name that ends alike", "a very short name that ends alike"]],
    ids=["rates", "ends", "middles"],
)  # fmt: skip
def test_names_that_are_cut_still_differ(names, width):
    sheet = Sheet(1280, 720, LIGHT)
    cut = sheet.distinct(names, [width] * len(names), 15.0, "bold")
    assert len(set(cut)) == len(names)
    assert all(sheet.measure(each, 15.0, "bold") <= width + 1e-6 for each in cut)


# axes


def test_curves_along_the_bottom_of_a_linear_axis_are_on_a_logarithmic_one():
    ax = draw(RECORDS["ravine"], view("race", file="race.png")).axes[1]
    assert ax.get_yscale() == "log"
    gentle = ls.simulate("quadratic", ls.optimizer("sgd", lr=0.001), start=(1.5, 1.0), steps=50)
    assert draw(gentle, "convergence").axes[0].get_yscale() == "linear"


def test_losses_below_zero_are_drawn_above_the_lowest_and_the_label_says_so():
    record = ls.simulate("styblinski_tang", ls.optimizer("momentum", lr=0.01), start=(-1.0, -1.0), steps=150)
    figure = draw(record, view("convergence"))
    assert figure.axes[0].get_yscale() == "log"
    assert any(text.get_text().startswith("loss above the lowest, log scale") for text in figure.texts)


def test_the_panels_of_a_dashboard_share_the_axis_of_the_steps():
    for name in ("ravine", "diverging"):
        one, other = draw(RECORDS[name], view("dashboard")).axes[1:3]
        assert one.get_xlim() == other.get_xlim()
        np.testing.assert_allclose(one.get_position().intervalx, other.get_position().intervalx)


def test_a_movie_lists_entrants_in_the_given_order():
    from landscape.render.views._base import REGISTRY

    record = RECORDS["ravine"]
    page = REGISTRY.build("race", file="race.mp4").page(record, moving=True)
    names = [text for text in drawn(page.figure, "name:") if text.get_text() in record.labels]
    down = sorted(names, key=lambda text: -text.get_position()[1])
    assert [text.get_text() for text in down] == list(record.labels)


# shared paths


def test_trails_that_share_a_path_are_beside_each_other_and_others_stay():
    along = np.linspace(0.0, 400.0, 60)
    path = np.column_stack([along, 100.0 + 0.1 * along])
    far = path + np.array([0.0, 80.0])
    back = path[::-1]
    box = np.array([-10.0, -10.0]), np.array([500.0, 500.0])
    one, other, alone, returning = beside([path, path, far, back], 4.0, box)
    assert np.abs(alone).max() == 0.0
    middle = slice(15, 45)
    for a, b in ((one, other), (one, returning[::-1]), (other, returning[::-1])):
        apart_by = np.linalg.norm(a[middle] - b[middle], axis=1)
        assert apart_by.min() > 3.0
        assert apart_by.max() < 9.0
    for moves in (one, other, returning):
        np.testing.assert_allclose(moves[[0, -1]], 0.0, atol=1e-9)


def test_runs_in_a_small_place_are_shown_once_more_and_larger():
    near = ls.simulate("rosenbrock", ["sgd", "momentum"], start=(-1.2, 1.0), steps=20)
    figure = draw(near, view("contour"))
    ground, inset = figure.axes
    assert inset.get_gid() == "inset"
    size = [np.ptp(ax.get_xlim()) / ax.get_position().width for ax in (ground, inset)]
    assert size[0] > 1.4 * size[1]
    assert len(draw(RECORDS["ravine"], view("contour")).axes) == 1


# the checks of pictures


@pytest.fixture
def checks(monkeypatch):
    folder = ROOT / "docs"
    if not folder.is_dir():
        pytest.skip("the documentation is not part of an installed package")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "picture_checks", raising=False)
    import picture_checks

    return picture_checks


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["contour", "race", "convergence"])
def test_a_sample_of_the_sheet_has_no_faults(name, theme, checks):
    for record in (RECORDS["ravine"], RECORDS["saddle"], batch()):
        assert checks.faults(draw(record, view(name, theme=theme, file="a.png")), record) == []


def test_the_checks_find_planted_faults(checks):
    record = RECORDS["ravine"]
    figure = draw(record, view("contour"))
    names = drawn(figure, "name:")
    (caption,) = drawn(figure, "caption")
    names[0].set_text(names[1].get_text())
    names[2].set_color("#FFEEAA")
    names[3].set_position((1.2, 0.5))
    caption.set_text("after 299 steps   lowest loss 0.02 (sgd)")
    swatch = drawn(figure, "level:")[0]
    swatch.set_gid("level:0.123456")
    found = checks.faults(figure, record)
    for said in ("one name for 2 entrants", "pale: 'nesterov'", "off the canvas", "not 300 steps", "not 0.0106",
                 "not whose it is", "no contour line at 0.123456"):  # fmt: skip
        assert any(said in fault for fault in found), (said, found)
    names[4].set_position(names[5].get_position())
    assert any(fault.startswith("on each other") for fault in checks.faults(figure, record))

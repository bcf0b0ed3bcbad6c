"""Pictures, held to laws: what is drawn is what was recorded, in its own colour and place, nothing cut or covered."""

import dataclasses
import itertools
import subprocess
import sys

import av
import matplotlib
import numpy as np
import pytest
from catalogue import made
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from matplotlib.text import Text
from pictures import RECORDS, drawn, overlapping, run, view
from PIL import Image

import landscape as ls
from landscape.core.component import FieldError, field_hints
from landscape.core.critical_points import CriticalPoint
from landscape.core.names import UnknownName
from landscape.render import animate, draw, save
from landscape.render.movie import pacing
from landscape.render.movie.movie import Movie
from landscape.render.movie.pacing import usual_seconds
from landscape.render.pages.sheet import Sheet, spread
from landscape.render.panels import terrain, trails
from landscape.render.panels.curve import in_groups
from landscape.render.panels.curves import Curves
from landscape.render.style.theme import LIGHT, THEMES, contrast
from landscape.render.views._base import MOVIES, REGISTRY, STILLS, names

SMALL = {"width": 480, "height": 270}
SHORT = {**SMALL, "seconds": 3.0}


def shows(name):
    """Whether a view shows runs on a surface of two dimensions."""
    try:
        draw(RECORDS["brief"], view(name, **SMALL))
    except ValueError:
        return False
    return True


# every view that shows runs in two dimensions, and of these those that move and those that show all entrants at once
VIEWS = [name for name in names() if shows(name)]
MOVING = [name for name in VIEWS if REGISTRY.get(name).moves]
TOGETHER = [name for name in VIEWS if "entrant" not in field_hints(REGISTRY.get(name))]


def third(each, number):
    """A third of views or records, another for each of three numbers in turn: for laws that take long."""
    return each[number % 3 :: 3]


every_record = pytest.mark.parametrize("name", RECORDS)


# what is drawn is what was recorded


@every_record
def test_trails_are_the_recorded_parameters(name):
    record = RECORDS[name]
    figure = draw(record, view("contour", **SMALL))
    lines = drawn(figure, "trail:")
    assert lines
    for line in lines:
        _, label, run = line.get_gid().split(":")
        np.testing.assert_array_equal(np.array(line.get_data()).T, record[label].params[:, :, int(run)])
    for lines in drawn(figure, "thin:"):
        params = record[lines.get_gid().split(":")[1]].params.transpose(2, 0, 1)
        for path in lines.get_paths():
            assert any(np.array_equal(path.vertices, one) for one in params)


def test_curves_are_the_recorded_values():
    record = RECORDS["ravine"]
    series = {"loss": "value", "gradient_norm": "gradient_norm", "gap": "value"}
    for quantity, attribute in series.items():
        figure = draw(record, view("convergence", quantity=quantity, **SMALL))
        for label in record.labels:
            (line,) = drawn(figure, f"run:{label}")
            known = np.isfinite(line.get_ydata())
            assert known[: record[label].stopped[0]].all()
            np.testing.assert_array_equal(line.get_ydata()[known], getattr(record[label], attribute)[known, 0])


def test_distance_is_to_the_nearest_known_minimum():
    record = RECORDS["starts"]
    label = record.labels[0]
    figure = draw(record, view("convergence", quantity="distance", **SMALL))
    minima = np.array([point.point for point in record.surface.minima])
    away = np.linalg.norm(record[label].params[:, None] - minima[None, :, :, None], axis=2).min(axis=1)
    shown = np.array([line.get_ydata() for line in drawn(figure, f"run:{label}")]).T
    np.testing.assert_allclose(shown, away, rtol=1e-14)


def test_many_runs_are_summed_up_by_their_median_and_quartiles():
    rules = [ls.optimizer("sgd", lr=0.01), "adam"]
    record = ls.simulate("himmelblau", rules, start=(0.5, 0.5), steps=60, repeats=40, noise="gaussian")
    figure = draw(record, view("convergence", **SMALL))
    for label in record.labels:
        low, middle, high = np.quantile(record[label].value, (0.25, 0.5, 0.75), axis=1)
        (line,) = drawn(figure, f"median:{label}")
        np.testing.assert_array_equal(line.get_ydata(), middle)
        (band,) = drawn(figure, f"band:{label}")
        corners = band.get_paths()[0].vertices
        for step in (0, 30, 60):
            heights = corners[corners[:, 0] == step, 1]
            assert heights.min() == pytest.approx(low[step])
            assert heights.max() == pytest.approx(high[step])


def test_runs_beside_the_noise_floor_are_summed_up_by_their_mean_as_the_floor_is_one():
    made, noise = ls.optimizer("sgd", lr=0.1), ls.noise("gaussian")
    record = ls.simulate("quadratic", made, start=(1.5, 1.0), steps=60, repeats=40, noise=noise)
    figure = draw(record, view("convergence", quantity="gap", theory=True, **SMALL))
    assert drawn(figure, "floor:")
    assert not drawn(figure, "median:")
    for label in record.labels:
        (line,) = drawn(figure, f"mean:{label}")
        np.testing.assert_allclose(line.get_ydata(), record[label].value.mean(axis=1), rtol=1e-12)
    assert any("mean and quartiles of 40 runs" in text.get_text() for text in figure.texts)


def test_runs_that_end_in_two_groups_are_drawn_one_by_one():
    start = np.stack([np.linspace(-1.0, 1.0, 40), np.full(40, 0.1)], axis=1)
    record = ls.simulate("three_hump_camel", ls.optimizer("sgd", lr=0.02), start=3.0 * start.T, steps=80)
    (track,) = record.tracks
    assert 10 < np.sum(track.value[-1] > 0.1) < 30
    figure = draw(record, view("convergence", **SMALL))
    assert len(drawn(figure, "thin:")) == 40
    assert not drawn(figure, "band:")
    lines = np.array([line.get_ydata() for line in drawn(figure, "thin:")]).T
    np.testing.assert_array_equal(lines, track.value)
    assert any("thin: 40 of 40 runs" in text.get_text() for text in figure.texts)


@pytest.mark.parametrize("law", ["normal", "exponential", "uniform", "gamma", "chisquare"])
@pytest.mark.parametrize("runs", [30, 40, 200])
def test_samples_of_one_law_are_no_groups_and_of_two_far_apart_are(law, runs):
    rng = np.random.default_rng(20)
    shape = {"gamma": (3.0,), "chisquare": (2.0,)}.get(law, ())
    for _ in range(100):
        sample = getattr(rng, law)(*shape, size=runs)
        assert not in_groups(sample)
        near = 1.0 + 0.02 * rng.random(runs)
        near[: runs // 3] += 5.0
        assert in_groups(rng.permutation(near))


def test_of_few_runs_the_label_stands_at_the_median_end_of_the_curves():
    start = np.array([[0.0, 1.0, 4.0], [0.0, 1.0, 4.0]])
    record = ls.simulate("himmelblau", ls.optimizer("sgd", lr=0.001), start=start, steps=20)
    figure = draw(record, view("convergence", **SMALL))
    curves = Curves(figure.add_axes((0, 0, 1, 1)), record, "loss", LIGHT)
    (curve,) = curves.curves
    ends = sorted(record.tracks[0].value[-1])
    assert curves.end_of(curve) == pytest.approx(ends[1], rel=1e-12)
    np.testing.assert_array_equal(curve.middle, np.sort(record.tracks[0].value, axis=1)[:, 1])


def test_of_many_runs_at_most_sixty_are_drawn_and_the_median_one_in_full():
    record = RECORDS["noisy"]
    figure = draw(record, view("contour", **SMALL))
    for label in record.labels:
        (full,) = drawn(figure, f"trail:{label}")
        (thin,) = drawn(figure, f"thin:{label}")
        assert len(thin.get_paths()) + 1 <= 60
        last = record[label].value[-1]
        rank = np.sum(last < last[int(full.get_gid().split(":")[2])])
        assert rank == (len(last) - 1) // 2
        assert thin.get_linewidth()[0] < full.get_linewidth()


@every_record
def test_an_entrant_keeps_its_colour_and_its_marker_in_every_view(name):
    record = RECORDS[name]
    looks = {}
    for each in third(VIEWS, list(RECORDS).index(name)):
        figure = draw(record, view(each, **SMALL))
        for head in drawn(figure, "head:"):
            label = head.get_gid().split(":")[1]
            looks.setdefault(label, set()).add((to_hex(head.get_markerfacecolor()), head.get_marker()))
        for line in drawn(figure, "trail:") + drawn(figure, "run:") + drawn(figure, "median:"):
            label = line.get_gid().split(":")[1]
            assert to_hex(line.get_color()) == LIGHT.style(record.labels.index(label)).color.lower()
    for label, seen in looks.items():
        style = LIGHT.style(record.labels.index(label))
        assert seen == {(style.color.lower(), style.marker)}


def test_the_first_hundred_entrants_are_without_shared_words():
    assert len({LIGHT.style(index) for index in range(100)}) == 100
    assert len({LIGHT.style(index).color for index in range(12)}) == 12
    assert len({LIGHT.style(index).marker for index in range(8)}) == 8


def test_every_pixel_of_ink_is_darker_where_the_loss_is_lower():
    def luminance(color):
        return float(np.dot(to_rgb(color), (0.2126, 0.7152, 0.0722)))

    ramp = [luminance(color) for color in LIGHT.ramp]
    below = [luminance(color) for color in LIGHT.sides[: len(LIGHT.sides) // 2 + 1]]
    assert ramp == sorted(ramp)
    assert below == sorted(below)


# the landscape


def plane(name):
    """The registered surface in two dimensions; one that is made of another, made of Himmelblau's."""
    scaled = "scalable" in ls.surfaces.REGISTRY.get(name).traits
    return made(name, "himmelblau", **({"dim": 2} if scaled else {}))


PLANE = [name for name in ls.surfaces.names() if plane(name).dim == 2]


@pytest.mark.parametrize("name", PLANE)
def test_every_surface_is_drawn_without_a_warning(name):
    """On a canvas of half the size, where texts have no more room."""
    surface = plane(name)
    record = ls.simulate(surface, ["sgd", "adam"], start=surface.customary_start, steps=20)
    assert not overlapping(draw(record, "contour", width=640, height=360))


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau", "monkey_saddle", "rastrigin", "sharp_ridge", "branin"])
def test_every_view_is_drawn_of_surfaces_of_every_sort(name):
    surface = plane(name)
    record = ls.simulate(surface, ["sgd", "adam"], start=surface.customary_start, steps=20)
    for each in third(VIEWS, PLANE.index(name)):
        assert not overlapping(draw(record, each)), each


@pytest.mark.parametrize("name", PLANE)
def test_levels_rise_and_darkness_follows_the_loss(name):
    surface = plane(name)
    land = terrain.sample(surface, surface.window, (80, 70), 18)
    assert land.levels.size >= 4
    assert np.all(np.diff(land.levels) > 0)
    assert land.values.min() < land.levels[0]
    assert land.levels[-1] < land.values.max()
    order = np.argsort(land.values, axis=None)
    assert np.all(np.diff(land.tone.ravel()[order]) >= 0)
    assert 0.0 <= land.tone.min() < 0.2
    assert 0.8 < land.tone.max() <= 1.0


def test_levels_follow_the_surface():
    kinds = {
        "rosenbrock": "log", "beale": "log", "hyperbolic_saddle": "two-sided", "monkey_saddle": "two-sided",
        "double_well": "two-sided", "himmelblau": "quantile", "rastrigin": "quantile", "quadratic": "linear",
    }  # fmt: skip
    lands = {name: terrain.sample(ls.surface(name), ls.surface(name).window, (90, 80), 18) for name in kinds}
    assert {name: land.kind for name, land in lands.items()} == kinds
    gaps = np.diff(np.log(lands["rosenbrock"].levels - ls.surface("rosenbrock").lowest))
    np.testing.assert_allclose(gaps, gaps[0])
    land = lands["hyperbolic_saddle"]
    assert land.divide in land.levels
    np.testing.assert_allclose(land.levels, 2 * land.divide - land.levels[::-1], atol=1e-12)
    steps = np.diff(lands["quadratic"].levels)
    np.testing.assert_allclose(steps, steps[0])


class Holed(ls.Surface):
    """log(x) + y^2: not a number left of zero, minus infinity on it, infinite far up."""

    dim = 2
    window = ((-1.0, 2.0), (-1.0, 2.0))
    customary_start = np.array([1.0, 1.0])
    critical_points = ()

    def _value(self, p):
        x, y = p
        return np.where(y > 1.8, np.inf, np.log(x) + y * y)

    def _gradient(self, p):
        x, y = p
        return np.array([1.0 / x, 2.0 * y])

    def _hessian(self, p):
        x, y = p
        return np.array([[-1.0 / (x * x), 0.0 * x], [0.0 * x, 2.0 + 0.0 * y]])


class Flat(Holed):
    """The same value everywhere, or none at all."""

    def _value(self, p):
        return 0.0 * p[0] + self.level

    level = 1.0


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
def test_values_that_are_not_finite_leave_the_rest_of_the_landscape_readable():
    land = terrain.sample(Holed(), Holed.window, (61, 61), 18)
    left, up = np.meshgrid(land.x < 0, land.y > 1.8)
    assert np.array_equal(np.isnan(land.tone), left & ~up)
    known = np.isfinite(land.values)
    assert np.isfinite(land.tone[known]).all()
    assert np.all(land.tone[np.isposinf(land.values)] == 1.0)
    assert np.isfinite(land.levels).all()
    for level in (1.0, np.nan, np.inf):
        flat = type("Level", (Flat,), {"level": level})()
        assert terrain.sample(flat, Holed.window, (20, 20), 18).levels.size == 0


@every_record
def test_marks_stand_on_the_critical_points_and_the_starts(name):
    record = RECORDS[name]
    figure = draw(record, view("contour", **SMALL))
    ax = figure.axes[0]
    window = (ax.get_xlim(), ax.get_ylim())

    def seen(points):
        inside = [tuple(p) for p in points if all(lo <= x <= hi for x, (lo, hi) in zip(p, window, strict=True))]
        return sorted(inside)

    def shown(gid):
        return {tuple(sorted(zip(*mark.get_data(), strict=True))) for mark in drawn(figure, gid) if mark.axes is ax}

    surface = record.surface
    lowest = [p.point for p in surface.minima if surface.lowest is not None and p.value <= surface.lowest + 1e-9]
    assert shown("minimum") == ({tuple(seen(lowest))} if lowest else set())
    assert shown("start") == {tuple(seen(record.starts.T))}
    if len(surface.critical_points) < 20:
        saddles = seen(p.point for p in surface.saddles)
        assert shown("saddle") == ({tuple(saddles)} if saddles else set())


def test_hundreds_of_critical_points_leave_the_picture_readable():
    figure = draw(RECORDS["rugged"], view("contour", **SMALL))
    assert not drawn(figure, "saddle")
    assert not drawn(figure, "maximum")
    (local,) = drawn(figure, "local minimum")
    (lowest,) = (mark for mark in drawn(figure, "minimum") if mark.axes)
    assert local.get_markersize() < 0.4 * lowest.get_markersize()


def test_the_tick_at_a_saddle_lies_along_its_unstable_direction():
    figure = draw(RECORDS["saddle"], view("contour", **SMALL))
    (tick,) = drawn(figure, "unstable")
    (x0, x1), (y0, y1) = tick.get_data()
    assert abs(x1 - x0) < 1e-9 * abs(y1 - y0)
    monkey = run("monkey_saddle", ["sgd"], steps=5)
    assert not drawn(draw(monkey, view("contour", **SMALL)), "unstable")


def test_the_best_kind_of_minimum_alone_is_called_the_minimum():
    from landscape.render.panels.points import kind_of

    assert kind_of(CriticalPoint(np.zeros(2), 0.0, "minimum"), 0.0) == "minimum"
    assert kind_of(CriticalPoint(np.zeros(2), 0.1, "minimum"), 0.0) == "local minimum"
    assert kind_of(CriticalPoint(np.zeros(2), 0.0, "minimum"), None) == "local minimum"
    assert kind_of(CriticalPoint(np.zeros(2), 0.0, "saddle"), 0.0) == "saddle"


# the frame, and leaving it


@every_record
def test_the_frame_holds_the_window_and_the_starts_and_is_not_blown_up(name):
    record = RECORDS[name]
    frame = np.array(terrain.framed(record))
    window = np.array(record.surface.window)
    assert np.all(frame[:, 0] <= window[:, 0])
    assert np.all(frame[:, 1] >= window[:, 1])
    assert np.all((record.starts >= frame[:, :1]) & (record.starts <= frame[:, 1:]))
    assert np.all(np.ptp(frame, axis=1) <= 2.3 * np.ptp(window, axis=1))


def test_a_window_that_is_asked_for_is_the_one_that_is_shown():
    for name in ("contour", "race"):
        ax = draw(RECORDS["ravine"], view(name, window=((-3, 1), (0, 2.5)), **SMALL)).axes[0]
        assert (ax.get_xlim(), ax.get_ylim()) == ((-3.0, 1.0), (0.0, 2.5))


@given(st.floats(-5, 5), st.floats(0.1, 20), st.floats(0.1, 20), st.floats(0.3, 3))
def test_fitting_grows_a_frame_to_one_scale_or_leaves_it(corner, width, height, aspect):
    frame = ((corner, corner + width), (corner, corner + height))
    (x0, x1), (y0, y1) = terrain.fitted(frame, aspect)
    if ((x0, x1), (y0, y1)) != frame:
        assert x1 - x0 >= width * (1 - 1e-12)
        assert y1 - y0 >= height * (1 - 1e-12)
        assert (x1 - x0) / (y1 - y0) == pytest.approx(aspect)
        assert (x1 - x0) * (y1 - y0) <= 1.61 * width * height


def test_a_run_that_leaves_is_marked_on_the_border_with_its_step():
    record = RECORDS["saddle"]
    figure = draw(record, view("contour", **SMALL))
    ax = figure.axes[0]
    frame = (ax.get_xlim(), ax.get_ylim())
    lows, highs = np.array(frame).T
    steps = {text.get_text() for text in figure.findobj(Text)}
    for track in record:
        gone = trails.exit_of(track, 0, frame)
        inside = np.all((track.params[:, :, 0] >= lows) & (track.params[:, :, 0] <= highs), axis=1)
        arrows = drawn(figure, f"left:{track.label}")
        assert (gone is None) == bool(inside[-1])
        if gone is None:
            assert not arrows
            assert drawn(figure, f"head:{track.label}")
            continue
        assert inside[gone.step - 1]
        assert not inside[gone.step :].any()
        assert np.any(np.isclose(gone.point, lows) | np.isclose(gone.point, highs))
        np.testing.assert_array_equal(np.ravel(arrows[0].get_data()), gone.point)
        assert f"step {gone.step}" in steps
        assert not drawn(figure, f"head:{track.label}")


@pytest.mark.parametrize("name", VIEWS)
def test_a_run_that_diverged_has_a_cross_and_the_word(name):
    record = RECORDS["diverging"]
    figure = draw(record, view(name, **SMALL))
    (label,) = (track.label for track in record if track.status[0] == "diverged")
    assert any("diverged" in text.get_text() for text in figure.findobj(Text))
    if drawn(figure, f"trail:{label}") or drawn(figure, f"run:{label}"):
        assert drawn(figure, f"diverged:{label}")
        assert all(mark.get_marker() == "X" for mark in drawn(figure, f"diverged:{label}"))
        assert any("diverged at step" in text.get_text() for text in figure.findobj(Text))


# the scale of the curves


@pytest.mark.parametrize(
    ("name", "quantity", "scale"),
    [
        ("ravine", "loss", "log"),
        ("ravine", "gap", "log"),
        ("ravine", "gradient_norm", "log"),
        ("noisy", "loss", "log"),
        ("saddle", "loss", "linear"),
        ("brief", "loss", "linear"),
        ("rugged", "loss", "log"),
    ],
)
def test_the_scale_is_logarithmic_where_what_is_positive_spans_decades(name, quantity, scale):
    ax = draw(RECORDS[name], view("convergence", quantity=quantity, **SMALL)).axes[0]
    assert ax.get_yscale() == scale
    texts = {text.get_text() for text in ax.get_figure().texts}
    assert any("log scale" in text for text in texts) == (scale == "log")


def test_a_loss_of_both_signs_that_spans_decades_is_shown_on_both_sides():
    record = RECORDS["saddle"]
    values = np.concatenate([-np.geomspace(1e-6, 1e6, 100), np.geomspace(1e-6, 1e6, 101)])[:, None]
    track = dataclasses.replace(record.tracks[0], value=values, params=0.0 * record.tracks[0].params)
    ax = draw(dataclasses.replace(record, tracks=(track,)), view("convergence", **SMALL)).axes[0]
    assert ax.get_yscale() == "symlog"
    assert not overlapping(ax.get_figure())


def test_a_loss_without_bound_is_shown_as_far_as_the_window_goes():
    record = RECORDS["saddle"]
    low, high = draw(record, view("convergence", **SMALL)).axes[0].get_ylim()
    assert min(track.value.min() for track in record) < -1e6
    assert -20.0 < low < 0.0 < high < 20.0


def test_values_that_reach_zero_still_find_a_logarithmic_scale():
    record = RECORDS["ravine"]
    value = np.append(np.geomspace(1e3, 1e-300, 300), 0.0)[:, None]
    track = dataclasses.replace(record.tracks[0], value=value)
    ax = draw(dataclasses.replace(record, tracks=(track,)), view("convergence", **SMALL)).axes[0]
    low, high = ax.get_ylim()
    assert ax.get_yscale() == "log"
    assert 1e-18 < low < 1e-12
    assert high > 1e3


# words


@every_record
def test_no_text_is_cut_or_covered(name):
    for each in third(VIEWS, list(RECORDS).index(name)):
        assert not overlapping(draw(RECORDS[name], each)), each


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (720, 720), (400, 700), (1600, 400)])
def test_no_text_is_cut_or_covered_on_canvases_of_other_shapes(size):
    for number, each in enumerate(third(VIEWS, sum(size))):
        name = ("ravine", "saddle")[number % 2]
        assert not overlapping(draw(RECORDS[name], view(each, width=size[0], height=size[1]))), (name, each)


@pytest.mark.parametrize("each", MOVING)
def test_no_text_is_cut_or_covered_on_the_page_of_a_movie(each):
    for record in third(list(RECORDS.values()), MOVING.index(each)):
        page = view(each).page(record, moving=True)
        page.counter.set_text(str(record.steps))
        assert not overlapping(page.figure)


@pytest.mark.parametrize("size", [(720, 1280), (1080, 1080)], ids=["upright", "square"])
def test_upright_pages_use_their_room(size):
    width, height = size
    for each in ("contour", "race", "surface", "convergence", "field", "phase", "inside", "plane"):
        figure = draw(RECORDS["saddle"], view(each, width=width, height=height))
        assert not overlapping(figure), each
        boxes = [ax.get_position() for ax in figure.axes]
        assert max(box.width for box in boxes) > 0.55, each
        # text that may come below a panel takes less than a third
        assert min(box.y0 for box in boxes) < 0.36, each
        assert sum(box.height for box in boxes) > 0.5, each


def test_the_check_of_texts_finds_a_planted_overlap_and_a_cut():
    for x, y in ((0.5, 0.5), (0.99, 0.02)):
        figure = draw(RECORDS["ravine"], "contour")
        figure.text(x, y, "planted words", fontsize=20)
        if x == 0.5:
            figure.text(x, y, "other words", fontsize=20)
        assert overlapping(figure)


def test_a_title_is_shown_as_it_was_written():
    record = dataclasses.replace(RECORDS["brief"], title="From $5 to $6_x: 100 % of\n  it")
    figure = draw(record, "contour")
    figure.canvas.draw()
    assert any(text.get_text() == "From $5 to $6_x: 100 % of it" for text in figure.texts)


def test_a_picture_without_a_title_says_who_runs_on_what():
    assert any(text.get_text() == "adam on quadratic" for text in draw(RECORDS["brief"], "contour").texts)


@every_record
def test_every_entrant_is_named_beside_its_marker_or_counted(name):
    record = RECORDS[name]
    for each in third(TOGETHER, list(RECORDS).index(name)):
        texts = [text.get_text() for text in draw(record, each).texts]
        # labels that begin alike are told by what differs where there is little room
        starts = [text.removeprefix("…").split(",")[0][:8] for text in texts if len(text) > 2]
        named = [label for label in record.labels if any(start.rstrip("…") in label for start in starts)]
        more = [int(text.split()[1]) for text in texts if text.startswith("and ") and text.endswith(" more")]
        if each == "rates":  # one curve for entrants of one rule, by the rule's name
            named += [track.label for track in record if track.label not in named and track.optimizer.name in texts]
        assert len(named) + sum(more) >= len(record)


heights = st.lists(st.tuples(st.floats(-200, 900), st.floats(5, 60)), min_size=1, max_size=12)


@given(heights)
def test_labels_are_spread_without_touching_in_their_order(labels):
    wanted, tall = [list(each) for each in zip(*labels, strict=True)]
    places = spread(wanted, tall, 0.0, 700.0)
    shrink = min(1.0, 700.0 / sum(tall))
    order = np.argsort(wanted, kind="stable")
    for before, after in itertools.pairwise(order):
        assert places[after] - places[before] >= shrink * (tall[before] + tall[after]) / 2.0 - 1e-6
    assert all(
        y - shrink * h / 2 >= -1e-6 and y + shrink * h / 2 <= 700 + 1e-6 for y, h in zip(places, tall, strict=True)
    )


def test_a_label_with_room_stays_where_it_is_wanted():
    assert spread([100.0, 300.0], [20.0, 20.0], 0.0, 700.0) == [100.0, 300.0]
    assert spread([100.0, 100.0], [20.0, 20.0], 0.0, 700.0) == [90.0, 110.0]


def test_numbers_are_written_short():
    from landscape.i18n.numbers import number

    shown = {0.0: "0", 0.05: "0.05", -1.5: "−1.5", 1234.5: "1234", 3.1234e-7: "3.12×10⁻⁷", -1e12: "−1.00×10¹²"}
    assert {value: number(value) for value in shown} == shown
    assert number(np.inf) == "∞"


def test_long_words_are_cut_to_the_room_they_have():
    sheet = Sheet(1280, 720, LIGHT)
    cut = sheet.cut("plain gradient descent", 120.0, 15.0)
    assert cut.endswith("…")
    assert sheet.measure(cut, 15.0) <= 120.0
    assert sheet.cut("short", 120.0, 15.0) == "short"


# movies


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The race of the saddle as both kinds of movie, with the progress that was told."""
    folder = tmp_path_factory.mktemp("films")
    told = {}
    for suffix in MOVIES:
        told[suffix] = []
        made = view("race", **SHORT)
        path = animate(RECORDS["saddle"], folder / f"race{suffix}", made, lambda *at, s=suffix: told[s].append(at))
        assert path == folder / f"race{suffix}"
    return folder, told


def test_an_mp4_has_the_size_rate_count_duration_and_tags_it_should(films):
    with av.open(str(films[0] / "race.mp4")) as container:
        (stream,) = container.streams.video
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (context.width, context.height, stream.average_rate) == (480, 270, 30)
        assert len(frames) == 90
        assert float(stream.duration * stream.time_base) == pytest.approx(3.0)
    data = (films[0] / "race.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert films[1][".mp4"] == [(number, 90) for number in range(1, 91)]


def test_an_mp4_shows_the_colours_that_were_drawn(films):
    drawn = Movie(view("race", **SHORT), RECORDS["saddle"]).last_frame()[..., :3].astype(int)
    with av.open(str(films[0] / "race.mp4")) as container:
        *_, last = container.decode(video=0)
    shown = last.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray().astype(int)
    plain = np.abs(shown - drawn).max(axis=2)
    # chroma is halved and the stream compressed: edges differ, areas do not
    assert np.quantile(plain, 0.5) <= 3
    assert tuple(shown[3, 3]) == (255, 255, 255)


def test_a_gif_has_the_size_count_and_duration_it_should(films):
    with Image.open(films[0] / "race.gif") as picture:
        assert picture.size == (480, 270)
        assert picture.info["loop"] == 0
        durations = []
        for number in range(picture.n_frames):
            picture.seek(number)
            durations.append(picture.info["duration"])
        assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    assert sum(durations) == 3000
    assert durations[0] >= 700
    assert durations[-1] >= 1500
    assert films[1][".gif"][-1] == (60, 60)


@pytest.mark.parametrize("steps", [1, 30, 500, 100_000])
def test_the_clock_runs_from_the_first_step_to_the_last_with_both_held(steps):
    record = dataclasses.replace(RECORDS["ravine"], steps=steps)
    movie = Movie(view("convergence", **SMALL), record)
    clock = movie.clock(30)
    assert 6.0 <= usual_seconds(steps) <= 12.0
    assert sum(repeat for _, repeat in clock) == round(30 * movie.seconds)
    assert clock[0] == (0.0, 21)
    assert clock[-1] == (steps, 46)
    moments = [step for step, _ in clock]
    assert moments == sorted(moments)


def test_early_steps_are_slowed_where_most_happens_early_and_it_is_said():
    early, even = np.minimum(1.0, np.arange(301) / 30), np.arange(301) / 300
    assert pacing.warp(RECORDS["ravine"], early, 240) > 1.5
    assert pacing.warp(RECORDS["ravine"], even, 240) == 1.0
    exponent = pacing.warp(RECORDS["ravine"], early, 240)
    assert (20 / 240) ** exponent * 300 > 1.0 / 12.0


def test_a_movie_keeps_the_page_still_and_ends_as_the_still_does():
    for name in ("saddle", "noisy", "diverging"):
        movie = Movie(view("race", **SHORT), RECORDS[name])
        land, curves = movie.page.land.ax.bbox, movie.page.curves.ax.bbox
        frames = [shot.pixels.copy() for shot in movie.frames(5)]
        moved = np.any([np.any(frame != frames[0], axis=2) for frame in frames], axis=0)[::-1]
        for box in (land, curves):
            x0, y0, x1, y1 = np.round(box.extents).astype(int)
            moved[max(0, y0 - 8) : y1 + 8, max(0, x0 - 8) : x1 + 8] = False
        for _, text in movie.page.sheet.later:
            x0, y0, x1, y1 = np.round(text.get_window_extent().extents).astype(int)
            assert moved[y0:y1, x0:x1].any()
            moved[y0 - 2 : y1 + 3, x0 - 2 : x1 + 3] = False
        rows = np.flatnonzero(moved.any(axis=1))
        # what still moves are the caption and the counter, over the panels
        assert rows.size
        assert rows.min() > land.y1


def test_what_has_been_uncovered_of_a_curve_stays():
    movie = Movie(view("convergence", **SHORT), RECORDS["noisy"])
    x0, y0, x1, y1 = np.round(movie.page.curves.ax.bbox.extents).astype(int)
    last = movie.last_frame()
    for frame, step in zip(
        (shot.pixels.copy() for shot in movie.frames(5)), (s for s, _ in movie.clock(5)), strict=True
    ):
        until = x0 + int((x1 - x0) * step / movie.record.steps) - 8
        height = frame.shape[0]
        if until > x0:
            np.testing.assert_array_equal(
                frame[height - y1 : height - y0, x0:until], last[height - y1 : height - y0, x0:until]
            )


def test_sizes_are_made_even_for_mp4(tmp_path):
    path = animate(RECORDS["brief"], tmp_path / "odd.mp4", view("convergence", width=321, height=181, seconds=3.0))
    with av.open(str(path)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 180)


def test_surfaces_of_other_dimensions_get_the_movie_of_their_curves(tmp_path):
    record = run(ls.surface("rosenbrock", dim=4), ["adam"], start=np.zeros(4), steps=10)
    assert animate(record, tmp_path / "x.gif", {"name": "convergence", **SHORT}).stat().st_size > 0


# files


@pytest.mark.parametrize("suffix", STILLS)
def test_a_still_is_written_in_every_format(tmp_path, suffix):
    path = save(RECORDS["brief"], tmp_path / f"x{suffix}", view("race", **SMALL))
    head = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml"}[suffix]
    assert path.read_bytes().startswith(head)
    if suffix == ".png":
        with Image.open(path) as picture:
            assert picture.size == (480, 270)


@pytest.mark.parametrize("suffix", MOVIES)
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_movie_that_is_cut_short_leaves_nothing(tmp_path, suffix, error):
    def stop(done, total):
        if done == 5:
            raise error

    with pytest.raises(error):
        save(RECORDS["brief"], tmp_path / f"x{suffix}", view("race", **SHORT), stop)
    assert list(tmp_path.iterdir()) == []


def test_a_still_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"before")

    def fail(self, file, **looks):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(OSError, match="no space left"):
        save(RECORDS["brief"], path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_oserror(tmp_path):
    with pytest.raises(FileNotFoundError):
        save(RECORDS["brief"], tmp_path / "none" / "x.mp4", view("race", **SHORT))


# misuse, and manners


def test_what_cannot_be_drawn_is_said(tmp_path):
    record = RECORDS["brief"]
    with pytest.raises(ValueError, match=r"ends in \.png, .* or \.html, got \"x\.jpg\""):
        save(record, tmp_path / "x.jpg")
    with pytest.raises(ValueError, match=r"ends in \.mp4, .* or \.png, got \"x\.txt\""):
        animate(record, tmp_path / "x.txt")
    with pytest.raises(UnknownName, match='Did you mean "contour"'):
        draw(record, "contuor")
    high = run(ls.surface("rosenbrock", dim=3), ["sgd"], start=(0.0, 0.0, 0.0), steps=3)
    for name in ("contour", "race"):
        with pytest.raises(ValueError, match='draws surfaces of 2 dimensions, "rosenbrock" has 3'):
            draw(high, name)
    draw(high, view("convergence", **SMALL))
    for quantity in ("gap", "distance"):
        with pytest.raises(FieldError, match=f'"{quantity}": .* the surface "hyperbolic_saddle"'):
            draw(RECORDS["saddle"], view("convergence", quantity=quantity))
    with pytest.raises(ValueError, match="leave ax out"):
        draw(record, "race", ax=Figure().add_subplot())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"width": 10}, "at least 160"),
        ({"levels": 1}, "at least 2"),
        ({"file": "x.bmp"}, "must end in"),
        ({"file": "../x.png"}, "without a folder"),
        ({"file": "a\\x.png"}, "without a folder"),
        ({"seconds": 1.0}, "at least 3"),
        ({"window": ((0, 1), (1, 1))}, "low < high"),
        ({"window": ((0, 1),)}, "2 pairs"),
        ({"colour": "red"}, "is not a field"),
    ],
)
def test_a_bad_field_is_refused(fields, message):
    with pytest.raises(FieldError, match=message):
        draw(RECORDS["brief"], view("contour", **fields))


def test_every_view_says_what_it_shows_and_where_it_is_saved():
    for name in names():
        made = view(name)
        assert made.file.startswith(name)
        assert type(made).__doc__
    assert view("race").file.endswith(MOVIES)


def test_drawing_leaves_the_users_settings_alone(tmp_path):
    before = dict(matplotlib.rcParams)
    for name in VIEWS:
        draw(RECORDS["saddle"], view(name, **SMALL)).canvas.draw()
    animate(RECORDS["brief"], tmp_path / "x.gif", view("race", **SHORT))
    assert dict(matplotlib.rcParams) == before


def test_a_panel_can_be_drawn_into_axes_of_ones_own():
    figure = Figure(figsize=(10, 4))
    left, right = figure.subplots(1, 2)
    assert draw(RECORDS["saddle"], "contour", ax=left) is figure
    assert draw(RECORDS["saddle"], "convergence", ax=right) is figure
    for ax in (left, right):
        assert [text.get_text() for text in ax.get_legend().get_texts()] == list(RECORDS["saddle"].labels)
    figure.savefig(sys.modules["io"].BytesIO())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("paper", ["white", "black", "none"])
def test_axes_of_ones_own_say_some_levels_clear_of_the_legend_and_are_read_on_any_paper(theme, paper):
    figure = Figure(figsize=(6, 4), facecolor=paper)
    ax = figure.add_subplot()
    draw(RECORDS["saddle"], "contour", ax=ax, theme=theme)
    figure.draw_without_rendering()
    swatches = [each for each in figure.findobj(Patch) if str(each.get_gid()).startswith("level:")]
    lines = next(each for each in ax.collections if hasattr(each, "levels")).levels
    assert len(swatches) >= 2
    assert {float(each.get_gid().removeprefix("level:")) for each in swatches} <= set(map(float, lines))
    boxes = [legend.get_window_extent() for legend in figure.findobj(Legend)]
    assert len(boxes) == 2
    assert not boxes[0].overlaps(boxes[1])
    around = THEMES[theme].paper if paper == "none" else to_hex(paper)
    for text in (ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()):
        assert contrast(to_hex(text.get_color()), around) >= 4.5


def test_importing_the_renderer_loads_no_drawing_library():
    code = "import sys, landscape.render; print([m for m in ('matplotlib', 'av', 'PIL') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )

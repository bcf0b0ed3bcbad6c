"""Laws that what a picture marks, says and scales is true of what was recorded, runs that end badly included."""

import html
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from pictures import view

import landscape as ls
from landscape.core.component import FieldError
from landscape.core.finder import find_critical_points
from landscape.render import draw
from landscape.render.movie.movie import Movie
from landscape.render.panels.points import MANY_POINTS, choose, marked_points
from landscape.render.panels.trails import bundles
from landscape.render.style.theme import DARK, LIGHT, PRINT
from landscape.render.text.captions import Captions
from landscape.render.text.mathematics import has_mathematics, without

LEAVING = ls.simulate(
    "hyperbolic_saddle",
    [ls.optimizer("momentum", lr=0.1), ls.optimizer("sgd", lr=0.1)],
    start=(1.5, 0.01),
    steps=300,
)


def texts_of(figure):
    return [text.get_text() for text in figure.texts]


def lines_of(figure, what):
    return [line for ax in figure.axes for line in ax.get_lines() if str(line.get_gid()).startswith(what)]


# runs that end badly


@pytest.mark.parametrize("name", ["convergence", "race", "dashboard"])
@pytest.mark.parametrize("start", [(1.5, 0.01), (0.3, 2.5)])
def test_losses_that_fall_without_end_are_in_sight_until_they_diverge(name, start):
    record = ls.simulate(
        "hyperbolic_saddle",
        [ls.optimizer("momentum", lr=0.1), ls.optimizer("sgd", lr=0.1)],
        start=start,
        steps=300,
    )
    assert all((track.status == "diverged").all() for track in record)
    figure = draw(record, name)
    lines = lines_of(figure, "run:")[:2]
    low, high = lines[0].axes.get_ylim()
    for line in lines:
        values = np.asarray(line.get_ydata())
        values = values[np.isfinite(values)]
        assert len(values) > 50
        assert np.all((values >= low) & (values <= high))
    stopped = max(int(track.stopped.max()) for track in record)
    assert lines[0].axes.get_xlim()[1] == stopped < record.steps


def test_a_run_that_has_diverged_has_no_loss_in_the_caption():
    captions = Captions(LEAVING)
    momentum, sgd = (int(track.stopped[0]) for track in LEAVING)
    assert momentum < sgd
    assert captions.at(momentum - 1).endswith("(momentum)")
    assert captions.at(momentum).endswith("(sgd)")
    assert captions.at(sgd).endswith("all diverged")
    assert any("   diverged" in text for text in texts_of(draw(LEAVING, "inside")))


def test_a_loss_that_is_no_number_is_divergence_in_the_caption():
    with np.errstate(invalid="ignore"):
        broken = ls.from_function(lambda p: np.log(p[0]) + p[1] ** 2, dim=2)
        record = ls.simulate(broken, "sgd", start=(-1.0, 1.0), steps=5)
    assert Captions(record).at(-1).endswith("all diverged")


@pytest.mark.parametrize("start", [3.0, -4.0])
def test_a_start_outside_the_window_is_on_the_curve(start):
    record = ls.simulate(
        ls.surface("quartic", dim=1),
        [ls.optimizer("sgd", lr=0.3), ls.optimizer("adam", lr=0.05)],
        start=[start],
        steps=20,
    )
    ax = draw(record, "curve").axes[0]
    (mark, *_) = lines_of(ax.figure, "start")
    low, high = ax.get_xlim()
    assert low < float(mark.get_xdata()[0]) == start < high
    assert lines_of(ax.figure, "diverged:sgd")


# marks


@pytest.mark.parametrize("name", ["exponential_slope", "sigmoid_step"])
def test_the_edge_of_a_window_is_no_minimum_once_a_run_goes_lower(name):
    surface = ls.surface(name)
    edge = surface.window[0][1]
    beyond = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=[edge + 0.5], steps=3)
    within = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=[edge - 2.0], steps=1)
    assert not lines_of(draw(beyond, "curve"), "minimum")
    assert lines_of(draw(within, "curve"), "minimum")


@pytest.mark.parametrize(
    "function",
    [lambda p: (p[0] - p[1]) ** 2, lambda p: 0.0 * p[0] + 3.0, lambda p: np.maximum(p[0] ** 2 + p[1] ** 2 - 1.0, 0.0)],
    ids=["valley", "plain", "disc"],
)
def test_a_line_or_an_area_of_minima_is_counted_and_not_marked(function):
    surface = ls.from_function(function, dim=2, window=((-4.0, 4.0), (-4.0, 4.0)))
    # so many searches, as a surface's own list has as many as the clock allows
    vars(surface)["critical_points"] = find_critical_points(surface, starts=100)
    record = ls.simulate(surface, "sgd", start=(3.0, -2.0), steps=5)
    figure = draw(record)
    assert not lines_of(figure, "minimum")
    assert any(re.fullmatch(r"not marked: \d+ minima", text) for text in texts_of(figure))
    assert not lines_of(draw(record, "surface"), "minimum")


def test_points_that_are_many_but_apart_are_marked():
    surface = ls.surface("rastrigin")
    record = ls.simulate(surface, "sgd", steps=1)
    choice = choose(marked_points(record), surface, lambda place: np.ones(place.shape[1], dtype=bool))
    assert choice.small
    assert list(choice.marked) == ["local minimum", "minimum"]
    assert sum(map(len, choice.marked.values())) > MANY_POINTS
    counted = sum(map(len, choice.marked.values())) + sum(choice.unmarked.values())
    assert counted == len(surface.critical_points)


@pytest.mark.parametrize(("scale", "kind"), [(1e-300, "minimum"), (1e-100, "saddle"), (1e100, "saddle")])
def test_a_surface_may_be_as_small_or_large_as_numbers_get(scale, kind):
    sign = 1.0 if kind == "minimum" else -1.0
    surface = ls.from_function(lambda p: scale * (p[0] ** 2 + sign * p[1] ** 2), dim=2)
    (point,) = find_critical_points(surface)
    assert (point.kind, point.degenerate) == (kind, False)
    assert np.abs(point.point).max() < 1e-9


# records that leave steps out


def test_steps_that_are_means_are_called_so():
    runs = {"start": (0.0, 0.0), "steps": 40}
    every, thin = (ls.simulate("himmelblau", "momentum", **runs, every=each) for each in (1, 10))
    for quantity in ("effective_step", "speed"):
        said = [draw(record, "convergence", quantity=quantity).texts for record in (every, thin)]
        mean = [any("mean of 10 steps" in text.get_text() for text in texts) for texts in said]
        assert mean == [False, True]
    assert "the step taken" in texts_of(draw(every, "inside"))
    assert "the step taken" in texts_of(draw(thin, "inside"))  # which a replay tells
    thin = ls.simulate("himmelblau", "lbfgs", **runs, every=10)
    assert {"the mean of 10 steps", "the mean of the 10 before"} <= set(texts_of(draw(thin, "inside")))


# maps


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_areas_of_a_map_differ_from_each_other_and_from_what_diverged(theme):
    colors = [np.array(to_rgb(color)) for color in (*theme.regions[:6], theme.ink, theme.unknown)]
    apart = [float(np.abs(a - b).max()) for i, a in enumerate(colors) for b in colors[:i]]
    assert min(apart) > 0.06


# fields


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("contour", {"window": ((4.5, 3.5), (0.0, 1.0))}, "window needs 2 pairs"),
        ("contour", {"window": ((0.0, 1.0),)}, "window needs 2 pairs"),
        ("phase", {"coordinate": 30}, "coordinate must be below 2"),
        ("dashboard", {"coordinate": 5, "below": "phase"}, "coordinate must be below 2"),
        ("plane", {"by": "coordinates", "coordinates": (1, 1)}, "must be two different ones"),
        ("race", {"quantity": "gap"}, 'cannot be "gap"'),
        ("convergence", {"quantity": "distance"}, 'cannot be "distance"'),
    ],
)
def test_fields_chosen_where_it_is_drawn_are_checked_against_the_surface(name, fields, said):
    with pytest.raises(FieldError, match=re.escape(said)):
        draw(LEAVING, name, **fields)
    with pytest.raises(FieldError, match=re.escape(said)):
        draw(LEAVING, view(name, **fields))


# movies


def test_a_movie_tells_how_a_run_ends_when_it_has_ended():
    entrants = [ls.optimizer("sgd", lr=0.01), ls.optimizer("momentum", lr=0.001)]
    record = ls.simulate("rosenbrock", entrants, start=(-1.5, 2.0), steps=60)
    stopped = int(record["sgd"].stopped[0])
    for name, moving in (("contour", 2), ("race", 2), ("surface", 2), ("multiples", 2)):
        movie = Movie(view(name, width=640, height=360), record, seconds=3.0)
        later = {text.get_text().lstrip(", "): (step, text) for step, text in movie.page.sheet.later}
        assert len(later) == moving
        told = dict.fromkeys(later, 0.0)
        for step, _ in movie.clock(15):
            frame = movie.frame_at(step)[::-1]
            for words, (_, text) in later.items():
                x0, y0, x1, y1 = np.round(text.get_window_extent().extents).astype(int)
                if np.ptp(frame[y0:y1, x0:x1, :3]) > 60:
                    told.setdefault(words, step)
                    told[words] = told[words] or step
        (gone,) = [words for words in told if words.startswith("diverged")]
        (last,) = [words for words in told if words.startswith("loss")]
        assert later[gone][0] == stopped <= told[gone] < stopped + 3
        assert later[last][0] == told[last] == record.steps
        still = " ".join(texts_of(draw(record, view(name))))
        assert last in still


# words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"Adam, $\beta_1=0.9$", "Adam, β_1=0.9"),
        (r"$\Lambda$ and $\lambda$", "Λ and λ"),
        (r"$\frac{1}{2}$", "frac12"),
        ("costs $5", None),
        (r"$\nonsense{$", None),
        ("plain", None),
    ],
)
def test_mathematics_in_labels_and_titles_is_set(text, plain, tmp_path):
    assert has_mathematics(text) == (plain is not None)
    assert without(text) == (plain or text)
    record = ls.simulate("himmelblau", ls.entrant("adam", label=text), steps=3, title=f"Why {text}")
    for name in ("contour", "race"):
        figure = draw(record, name)
        (label,) = [each for each in figure.texts if each.get_text() == text]
        assert label.get_parse_math() == (plain is not None)
        figure.canvas.draw()
    draw(record, ax=Figure().add_subplot()).savefig(tmp_path / "own.png")
    path = ls.animate(record, tmp_path / "a.html", width=320, height=180, seconds=0.2)
    assert (plain or text) in html.unescape(path.read_text(encoding="utf-8"))


def test_a_label_of_two_lines_is_one_line():
    record = ls.simulate("himmelblau", ls.entrant("adam", label="two\nlines"), steps=3)
    assert "two lines" in texts_of(draw(record))


def test_theory_that_is_left_out_is_counted():
    entrants = [ls.optimizer("sgd", lr=lr) for lr in (0.01, 0.02, 0.03, 0.04, 0.05)]
    few, many = (ls.simulate("quadratic", entrants[:count], steps=100) for count in (4, 5))
    assert len(lines_of(draw(few, "convergence", quantity="gap"), "theory:")) == 4
    figure = draw(many, "convergence", quantity="gap")
    assert not lines_of(figure, "theory:")
    assert "5 lines of theory left out" in texts_of(figure)


def test_floors_of_several_entrants_say_whose_they_are():
    entrants = [ls.optimizer("sgd", lr=0.05), ls.optimizer("momentum", lr=0.02)]
    noise = ls.noise("gaussian", sigma=0.5)
    record = ls.simulate("quadratic", entrants, steps=200, repeats=20, noise=noise)
    assert {"mean floor of sgd", "mean floor of momentum"} <= set(texts_of(draw(record, "convergence", quantity="gap")))


def test_a_height_with_a_large_part_in_common_is_told_without_it():
    record = ls.simulate(ls.from_function(lambda p: 1e9 + p[0] ** 2 + p[1] ** 2, dim=2), "sgd", steps=3)
    relief = draw(record, "surface")
    assert relief is not None
    page = view("surface").page(record)
    heights, unit = page.panels[0]._height_ticks()
    assert unit.base == 1e9
    assert len({text for text, _ in heights}) == len(heights) > 2


@pytest.mark.parametrize("ax", ["x", Figure(), Figure().add_subplot(projection="3d")], ids=["text", "figure", "3d"])
def test_axes_of_another_kind_are_refused(ax):
    with pytest.raises(TypeError, match="ax must be plain matplotlib Axes"):
        draw(LEAVING, ax=ax)


def test_a_poster_that_cannot_be_written_is_found_out_before_the_movie_is_made(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        ls.animate(LEAVING, tmp_path / "a.gif", seconds=0.2, poster=tmp_path / "nowhere" / "a.png")
    assert not list(tmp_path.iterdir())


def test_runs_of_a_grid_are_not_shown_along_a_line():
    record = ls.basins("six_hump_camel", "sgd", steps=2, resolution=60)
    (bundle,) = bundles(record, LIGHT)
    starts = record.starts[:, bundle.thin]
    assert len(bundle.thin) > 50
    assert abs(np.corrcoef(starts)[0, 1]) < 0.4
    assert np.all(np.ptp(starts, axis=1) > 0.8 * np.ptp(record.starts, axis=1))


def test_a_factor_is_said_of_rates_that_all_follow_it_and_never_of_others():
    cosine = [ls.entrant(ls.optimizer(name, lr=lr), "cosine") for name, lr in (("sgd", 0.001), ("adam", 0.05))]
    together = Captions(ls.simulate("rosenbrock", cosine, start=(-1.5, 2.0), steps=20))
    assert [together.at(row).startswith("rates × ") for row in (0, 10, -1)] == [True] * 3
    apart = Captions(ls.simulate("rosenbrock", [cosine[0], "adam"], start=(-1.5, 2.0), steps=20))
    assert not any("×" in apart.at(row).split("   ")[0].replace("×10", "") for row in (0, 10, -1))


def test_rates_that_are_written_alike_are_one_and_medians_that_are_not_finite_have_no_owner():
    record = ls.simulate("sphere", [ls.optimizer("sgd", lr=0.1), ls.optimizer("adam", lr=0.1 + 1e-12)], steps=3)
    assert Captions(record).at(-1).startswith("rate 0.1   ")
    starts = np.array([[3.0, 4.0, 4.4], [0.5, 4.0, 4.0]])  # the first is the minimum
    record = ls.simulate(
        "beale", [ls.optimizer("sgd", lr=0.5), ls.optimizer("momentum", lr=0.5)], start=starts, steps=60
    )
    lost = [(track.status == "diverged").mean() for track in record.tracks]
    assert all(0.5 < share < 1.0 for share in lost)
    assert "no finite median loss" in Captions(record).at(-1)

"""Small multiples with two sides: which runs are in which cell, in which look, and what is told of them."""

import dataclasses
import json

import numpy as np
import pytest
from matplotlib.text import Text
from pictures import RECORDS, drawn, overlapping, run, view
from PIL import Image, ImageSequence
from redraw import redrawn

import landscape as ls
from landscape import i18n
from landscape.cli import run_command
from landscape.core.component import FieldError
from landscape.record import load
from landscape.render import animate, draw, save
from landscape.render.canvas import canvas as staging
from landscape.render.movie.movie import Movie
from landscape.render.pages import table
from landscape.render.panels import terrain
from landscape.render.style.theme import DARK, LIGHT
from landscape.render.text import captions as words
from landscape.render.views.multiples import Multiples

SMALL = {"width": 640, "height": 360}
RATES = (0.001, 0.01, 0.03)
BY_RATE = view("multiples", by="rate", **SMALL)


def at_rates(surface="beale", start=(1.0, 1.5), repeats=3, **given):
    """Plain descent and Adam, each at three rates; momentum at one."""
    rates = np.repeat(RATES, repeats // 3)
    made = [ls.optimizer("sgd", lr=rates), ls.optimizer("adam", lr=rates), ls.optimizer("momentum", lr=0.01)]
    return ls.simulate(surface, made, start=start, steps=30, repeats=repeats, **given)


def on_surfaces():
    """Three entrants on the first surface; the second lacks one of them, and has them in another order."""
    first = ls.simulate("rosenbrock", ["sgd", "momentum", ls.optimizer("adam", lr=0.05)], start=(-1.5, 2.0), steps=20)
    second = ls.simulate("himmelblau", [ls.optimizer("adam", lr=0.1), ls.optimizer("sgd", lr=0.2)], steps=30)
    return [first, second]


BY_SURFACE = on_surfaces()


def place_of(figure, ax):
    """(row, column) of a cell, numbered from the top and from the left."""
    boxes = [each.get_position() for each in figure.axes]
    lefts = sorted({round(box.x0, 6) for box in boxes})
    tops = sorted({round(box.y1, 6) for box in boxes}, reverse=True)
    box = ax.get_position()
    return tops.index(round(box.y1, 6)), lefts.index(round(box.x0, 6))


def trails_by_cell(figure):
    """{(label, run): the cell's (row, column)}."""
    found = {}
    for line in drawn(figure, "trail:"):
        _, label, number = line.get_gid().split(":")
        found[label, int(number)] = place_of(figure, line.axes)
    return found


def texts_of(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]


def position(figure, said):
    """Where the text that reads so is, from the left and from the top."""
    [text] = [text for text in figure.texts if text.get_text() == said]
    x, y = text.get_position()
    return x, 1.0 - y


# by rate


def test_a_run_is_in_the_row_of_its_entrant_and_the_column_of_its_rate():
    record = at_rates()
    cells = trails_by_cell(draw(record, BY_RATE))
    assert cells[("sgd", 0)] == (0, 0)
    assert [cells["sgd", run] for run in range(3)] == [(0, column) for column in range(3)]
    assert [cells["adam", run] for run in range(3)] == [(1, column) for column in range(3)]
    [(alone, place)] = [(run, place) for (label, run), place in cells.items() if label == "momentum"]
    assert place == (2, 1)
    assert record["momentum"].value[-1, alone] == np.median(record["momentum"].value[-1])


def test_rates_go_with_starts_and_repeats():
    # runs are start-major: two starts with three repeats each
    rates = np.array([0.01, 0.1, 0.01, 0.1, 0.1, 0.01])
    noise = ls.noise("gaussian", sigma=0.1)
    points = np.array([[1.0, 1.0], [0.5, 1.5]]).T
    job = {"start": points, "steps": 5, "repeats": 3, "noise": noise}
    record = ls.simulate("beale", [ls.optimizer("sgd", lr=rates)], **job)
    assert table.rates_of(record, record.tracks[0]).tolist() == rates.tolist()
    some = ls.simulate("beale", [ls.optimizer("sgd", lr=rates)], runs=[4, 2], **job)
    assert table.rates_of(some, some.tracks[0]).tolist() == [0.1, 0.01]
    made = table.by_rate(record, LIGHT)
    for column, rate in enumerate((0.01, 0.1)):
        bundle = made.cells[0, column].bundle
        assert sorted([*bundle.full, *bundle.thin]) == np.flatnonzero(rates == rate).tolist()


def test_rates_that_differ_by_rounding_are_one_column():
    made = [ls.optimizer("sgd", lr=np.array([0.1, 0.3])), ls.optimizer("adam", lr=np.array([0.1, 0.1 + 0.2]))]
    found = table.by_rate(ls.simulate("sphere", made, repeats=2, steps=3), LIGHT)
    assert [head.name for head in found.columns] == ["rate 0.1", "rate 0.3"]
    assert len(found.cells) == 4


def test_rates_of_a_saved_record_are_those_of_the_record(tmp_path):
    record = at_rates()
    again = load(record.save(tmp_path / "rates.npz"))
    assert trails_by_cell(draw(again, BY_RATE)) == trails_by_cell(draw(record, BY_RATE))


def test_titles_stand_above_their_columns_and_beside_their_rows():
    figure = draw(at_rates(), BY_RATE)
    tops = sorted({round(1.0 - ax.get_position().y1, 6) for ax in figure.axes})
    lefts = sorted({round(ax.get_position().x0, 6) for ax in figure.axes})
    for rate, left in zip(RATES, lefts, strict=True):
        x, y = position(figure, f"rate {rate:g}")
        assert x == pytest.approx(left, abs=1e-5)
        assert y < tops[0]
    heights = [position(figure, label) for label in ("sgd", "adam", "momentum")]
    assert all(x < lefts[0] for x, _ in heights)
    assert all(top < y for top, (_, y) in zip(tops, heights, strict=True))
    assert all(y < top for top, (_, y) in zip(tops[1:], heights, strict=False))


def test_each_cell_tells_its_final_loss_and_the_lowest_of_a_row_is_bold():
    record = at_rates()
    figure = draw(record, view("multiples", by="rate"))
    for track in (record["sgd"], record["adam"]):
        said = [f"loss {i18n.number(value)}" for value in track.value[-1]]
        weights = [next(text.get_fontweight() for text in figure.texts if text.get_text() == told) for told in said]
        assert [weight == "bold" for weight in weights] == (track.value[-1] == track.value[-1].min()).tolist()
    ends = {(track.label, rate): loss for track in record for rate, loss in zip(RATES, track.value[-1], strict=True)}
    label, rate = min(ends, key=ends.__getitem__)
    assert label != "momentum"
    assert any(f"({label}, rate {rate:g})" in text for text in texts_of(figure))


def test_a_cell_tells_that_its_runs_diverged():
    made = [ls.optimizer("sgd", lr=np.array([1e-3, 0.5]))]
    record = ls.simulate("rosenbrock", made, start=(-1.5, 2.0), steps=20, repeats=2)
    assert record.tracks[0].status.tolist() == ["finished", "diverged"]
    cell = table.by_rate(record, LIGHT).cells[0, 1]
    assert cell.labels[0] == f"diverged at step {record.tracks[0].stopped[1]}"
    assert cell.loss == np.inf
    figure = draw(record, view("multiples", by="rate"))
    assert [text for text in texts_of(figure) if "diverged" in text] == [cell.labels[0]]
    # nothing is the lowest where all diverge
    made = [ls.optimizer("sgd", lr=np.array([0.4, 0.5]))]
    gone = ls.simulate("rosenbrock", made, start=(-1.5, 2.0), steps=20, repeats=2)
    assert not overlapping(draw(gone, BY_RATE))


def test_runs_of_one_rate_have_no_columns():
    with pytest.raises(ValueError, match='by "rate" needs runs that differ in their learning rate'):
        draw(RECORDS["ravine"], BY_RATE)


def test_at_most_24_cells_are_drawn_and_the_others_counted():
    rates = np.geomspace(1e-3, 1.0, 10)
    made = [ls.entrant(ls.optimizer("sgd", lr=rates), label=f"entrant {number}") for number in range(7)]
    figure = draw(ls.simulate("sphere", made, start=(1.0, 1.0), steps=3, repeats=10), view("multiples", by="rate"))
    assert len(figure.axes) <= 24
    assert f"and {70 - len(figure.axes)} more" in texts_of(figure)
    assert not overlapping(figure)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 5), (4, 6), (6, 4), (7, 10), (1, 40), (40, 1), (24, 24)])
def test_what_is_kept_of_a_table_can_be_read(rows, columns):
    for width, height in ((1080.0, 560.0), (480.0, 1100.0), (60.0, 60.0)):
        down, across = table.fitting(rows, columns, width, height)
        assert 1 <= down <= rows
        assert 1 <= across <= columns
        assert down * across <= 24
        assert down == 1 or height / down >= table.LOWEST
        assert across == 1 or width / across >= table.NARROWEST
    if rows <= 6 and columns <= 8:
        assert table.fitting(rows, columns, 1080.0, 560.0) == (rows, columns)


def test_what_an_upright_page_has_no_room_for_is_counted():
    made = [ls.optimizer("sgd", lr=np.geomspace(1e-3, 1.0, 10)), ls.optimizer("adam", lr=0.1)]
    record = ls.simulate("sphere", made, start=(1.0, 1.0), steps=3, repeats=10)
    figure = draw(record, view("multiples", by="rate", width=360, height=640))
    every = len(table.by_rate(record, LIGHT).cells)
    assert 1 <= len(figure.axes) < every
    assert f"and {every - len(figure.axes)} more" in texts_of(figure)
    assert not overlapping(figure)


# several surfaces


def test_a_row_is_a_surface_and_a_column_an_entrant():
    figure = draw(BY_SURFACE, Multiples())
    found = sorted((*place_of(figure, line.axes), line.get_gid().split(":")[1]) for line in drawn(figure, "trail:"))
    assert found == [(0, 0, "sgd"), (0, 1, "momentum"), (0, 2, "adam"), (1, 0, "sgd"), (1, 2, "adam")]
    first = [ax for ax in figure.axes if place_of(figure, ax)[0] == 0]
    second = [ax for ax in figure.axes if place_of(figure, ax)[0] == 1]
    assert (len(first), len(second)) == (3, 2)
    for axes, record in zip((first, second), BY_SURFACE, strict=True):
        [limits] = {(*ax.get_xlim(), *ax.get_ylim()) for ax in axes}
        (x0, x1), (y0, y1) = terrain.framed(record)
        assert limits[0] <= x0 < x1 <= limits[1]
        assert limits[2] <= y0 < y1 <= limits[3]
    assert {words.surface_name(record.surface) for record in BY_SURFACE} <= set(texts_of(figure))
    assert "sgd, momentum and adam on 2 surfaces" in texts_of(figure)
    assert any(text.startswith("after 20 to 30 steps") for text in texts_of(figure))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_an_entrant_keeps_its_colour_in_every_row(theme):
    figure = draw(BY_SURFACE, Multiples(theme=theme.name))
    for index, label in enumerate(("sgd", "momentum", "adam")):
        lines = drawn(figure, f"trail:{label}:")
        assert {line.get_color() for line in lines} == {theme.style(index).color}
        [name] = [text for text in figure.texts if text.get_text() == label]
        assert name.get_color() == theme.style(index).text
        ended = [line for line in drawn(figure, f"head:{label}") if line.get_gid() == f"head:{label}"]
        assert {line.get_marker() for line in ended} <= {theme.style(index).marker}
    alone = draw(BY_SURFACE[0], Multiples(theme=theme.name))
    assert [line.get_color() for line in drawn(alone, "trail:")] == [theme.style(n).color for n in range(3)]


def test_each_surface_has_levels_of_its_own():
    made = table.by_surface(BY_SURFACE, LIGHT)
    assert not made.shared
    figure = draw(BY_SURFACE, Multiples())
    levels = [tuple(ax.collections[0].levels) for ax in figure.axes]
    assert len(set(levels[:3])) == len(set(levels[3:])) == 1
    assert levels[0] != levels[3]


def test_two_records_of_one_surface_are_told_apart():
    figure = draw([BY_SURFACE[0], BY_SURFACE[0]], Multiples(**SMALL))
    name = words.surface_name(BY_SURFACE[0].surface)
    assert {f"{name} #1", f"{name} #2"} <= set(texts_of(figure))


def test_a_claim_that_all_make_is_the_title():
    told = [dataclasses.replace(record, title="No rule wins twice") for record in BY_SURFACE]
    assert words.title_of_several(told) == "No rule wins twice"
    assert words.title_of_several([told[0], BY_SURFACE[1]]) == "No rule wins twice"
    other = dataclasses.replace(BY_SURFACE[1], title="Another claim")
    assert words.title_of_several([told[0], other]) == "sgd, momentum and adam on 2 surfaces"


@pytest.mark.parametrize("looks", [{}, {"theme": "print"}, {"theme": "dark", "width": 1920}, {"height": 960}])
def test_no_text_of_many_cells_is_cut_or_covered(looks):
    figure = draw([record for _ in range(2) for record in BY_SURFACE], Multiples(**looks))
    assert not overlapping(figure)
    assert not overlapping(draw(at_rates(), Multiples(by="rate", **looks)))


def test_long_names_of_surfaces_and_entrants_stay_in_their_cells():
    labels = [f"a rule whose name is of many words, variant {number}" for number in range(6)]
    made = [ls.entrant(ls.optimizer("sgd", lr=1e-3), label=label) for label in labels]
    records = [run(name, made, steps=3) for name in ("hyperbolic_saddle", "three_hump_camel", "goldstein_price")]
    figure = draw(records, "multiples")
    assert len(figure.axes) == 18
    assert not overlapping(figure)


# what is refused


def test_views_of_one_record_name_the_view_of_several(tmp_path):
    for name in ("contour", "race", "convergence"):
        with pytest.raises(ValueError, match=f'"{name}" shows one record; of several, choose the view "multiples"'):
            draw(BY_SURFACE, name)
    with pytest.raises(ValueError, match="at least one Record"):
        draw([], "multiples")
    with pytest.raises(TypeError, match="expected a Record"):
        draw([BY_SURFACE[0], "himmelblau"], "multiples")
    with pytest.raises(ValueError, match="2 dimensions"):
        draw([BY_SURFACE[0], ls.simulate(ls.surface("sphere", dim=3), "sgd", steps=2)], "multiples")
    with pytest.raises(ValueError, match='by "start"'):
        draw(BY_SURFACE, Multiples(by="start"))
    with pytest.raises(FieldError, match="entrant"):
        view("multiples", by="surface")
    assert list(tmp_path.iterdir()) == []


def test_several_records_are_saved_as_a_still(tmp_path):
    path = save(BY_SURFACE, tmp_path / "grid.svg", Multiples(**SMALL))
    assert path.read_text().startswith("<?xml")
    with pytest.raises(ValueError, match="as a still"):
        save(BY_SURFACE, tmp_path / "grid.mp4", "multiples")
    assert [each.name for each in tmp_path.iterdir()] == ["grid.svg"]


# movies

# 0.1 % at 1280x720; edges are a larger share of a smaller picture, in proportion to its width
SOFT = 0.001 * 1280 / 480
FILM = {"width": 480, "height": 270}


def films():
    points = np.array([[0.0, 0.0], [-0.5, 0.5], [-1.0, -1.2], [0.5, -1.5]]).T
    made = [ls.optimizer("sgd", lr=0.01), ls.optimizer("adam", lr=0.1)]
    starts = ls.simulate("himmelblau", made, start=points, steps=40)
    return {"rate": at_rates(), "start": starts, "entrant": BY_SURFACE[0]}


FILMS = films()


def far_pixels(movie, rate, every):
    """The largest share of the pixels below the titles that differ by more than 8 of 255 from a frame drawn anew."""
    top = movie.size[1] - int(max(ax.bbox.y1 for ax in movie.page.figure.axes))
    clock = movie.clock(rate)
    shares = []
    for number, shot in enumerate(movie.frames(rate)):
        if number % every == every - 1 or number == len(clock) - 1:
            far = np.abs(redrawn(movie, clock[number][0]).astype(int) - shot.pixels).max(axis=2) > 8
            shares.append(float(far[top:].sum() / far.size))
    return max(shares)


@pytest.mark.parametrize(("by", "theme"), [("rate", "light"), ("start", "dark"), ("entrant", "print")])
def test_a_quick_frame_is_a_frame_drawn_anew_but_for_soft_edges(by, theme):
    movie = Movie(view("multiples", by=by, theme=theme, **FILM), FILMS[by], seconds=3.0)
    assert far_pixels(movie, 6, 7) <= SOFT


def test_the_check_of_frames_finds_trails_that_are_a_pixel_off(monkeypatch):
    right = staging.Coverage.add
    monkeypatch.setattr(staging.Coverage, "add", lambda self, part, box: right(self, np.roll(part, 1, axis=1), box))
    assert far_pixels(Movie(view("multiples", by="start", **FILM), FILMS["start"], seconds=3.0), 4, 99) > 2.0 * SOFT


def test_the_trails_of_every_cell_grow_in_step():
    movie = Movie(view("multiples", by="rate", **FILM), FILMS["rate"], seconds=3.0, pacing="even")
    lands, covered = movie.page.all_panels, []
    for step in (2.0, 30.0):
        movie.frame_at(step)
        pairs = zip(lands, np.array_split(movie.canvas.layers, len(lands)), strict=True)
        covered.append([int(sum((layer.cover > 0).sum() for layer in layers)) for _, layers in pairs])
    assert len(lands) == 7
    assert min(covered[0]) > 0
    assert np.all(np.diff(covered, axis=0) > 0)


def test_a_frame_differs_from_the_one_before_in_its_boxes_alone():
    before = None
    for shot in Movie(view("multiples", **FILM), FILMS["entrant"], seconds=3.0).frames(5):
        if before is not None:
            same = np.ones(shot.pixels.shape[:2], dtype=bool)
            for upper, lower, left, right in shot.boxes:
                same[upper:lower, left:right] = False
            np.testing.assert_array_equal(shot.pixels[same], before[same])
        before = shot.pixels.copy()


def test_a_movie_does_not_tell_how_it_ends():
    for by, record in FILMS.items():
        page = view("multiples", by=by).page(record, moving=True)
        later = {text.get_text(): step for step, text in page.sheet.later}
        assert {text for text in texts_of(page.figure) if "loss" in text or "diverged" in text} == set(later)
        assert all(step == record.steps for text, step in later.items() if "loss" in text)
        for text, step in later.items():
            assert "at step" not in text or text.endswith(f" {step:g}")
        assert not overlapping(page.figure)


def test_its_movie_is_written(tmp_path):
    path = animate(FILMS["rate"], tmp_path / "grid.gif", view("multiples", by="rate", **FILM), seconds=3.0, fps=5)
    with Image.open(path) as picture:
        assert picture.size == (480, 270)
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(picture)]
    assert len(durations) >= 3
    assert sum(durations) == pytest.approx(3000, abs=100)


def test_the_caption_of_runs_at_many_rates_tells_their_range_and_the_lowest_loss():
    record = at_rates()
    said = words.Captions(record, LIGHT).at(-1)
    lowest = min(float(track.value[-1].min()) for track in record)
    assert said.startswith("rates 0.001 to 0.03   ")
    assert f"lowest loss {i18n.number(lowest)} (" in said


# the command line


def test_render_draws_several_records_on_one_page(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for record, name in zip(BY_SURFACE, ("A.npz", "B.npz"), strict=True):
        record.save(tmp_path / name)
    assert run_command(["render", "A.npz", "B.npz", "--view", "multiples", "--out", "grid.png", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"records": ["A.npz", "B.npz"], "files": ["grid.png"]}
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")
    assert run_command(["render", "A.npz", "B.npz"]) == 0
    assert capsys.readouterr().out == "wrote multiples.png\n"
    assert (tmp_path / "multiples.png").read_bytes() == (tmp_path / "grid.png").read_bytes()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("A.npz", "B.npz", "--view", "contour"), "for several records use"),
        (("A.npz", "B.npz", "--view", "countour"), 'Did you mean "contour"?'),
        (("A.npz", "C.npz"), "C.npz: cannot be read"),
        (("A.npz", "B.npz", "--out", "x.mp4"), ".png, .svg or .pdf"),
        ((), "Missing argument 'RECORD...'"),
    ],
)
def test_render_refuses_what_cannot_be_on_one_page(args, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for record, name in zip(BY_SURFACE, ("A.npz", "B.npz"), strict=True):
        record.save(tmp_path / name)
    assert run_command(["render", *args]) == 2
    assert said in capsys.readouterr().err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["A.npz", "B.npz"]

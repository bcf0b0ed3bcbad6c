"""Laws of every registered view: an entrant is drawn in its own colour, and what is drawn of it is what was recorded.

A view is found by its file, so that one added by that file alone is held to all of this.
"""

import contextlib
import dataclasses
import functools
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from pictures import overlapping
from placing import misplaced

import landscape as ls
from landscape.analysis import REGISTRY as METRICS
from landscape.analysis import metric, projections
from landscape.analysis._metric import StepMetric
from landscape.analysis.batches import apart
from landscape.core.component import defaults, field_hints, replaced, split
from landscape.record import Record
from landscape.render import REGISTRY, View, draw, register
from landscape.render.style.theme import LIGHT
from landscape.render.text.legible import graded

SIZE = {"width": 800, "height": 450}
# The first part of an artist's gid, "run:sgd", where the second is the label of an entrant.
CURVES, PLACES, OTHERS = ("run", "median", "band"), ("trail", "thin"), ("head", "faint", "boundary")
KINDS = (*CURVES, *PLACES, *OTHERS)
LEAST_PIXELS = 20  # of a colour, that an entrant takes in a picture without artists of its own


@functools.cache
def records() -> dict[str, Record]:
    """A record of each sort of surface, with several entrants where a view of it can show them."""
    rules = [ls.optimizer("sgd", lr=0.004), ls.optimizer("momentum", lr=0.004), ls.optimizer("adam", lr=0.1)]
    noise = ls.noise("gaussian", sigma=2.0)
    network = ls.surface("network", layers=(2, 3, 1))
    return {
        "two dimensions": ls.simulate("himmelblau", rules, start=(0.5, 0.5), steps=25),
        "repeats": ls.simulate("himmelblau", rules, start=(0.5, 0.5), steps=25, repeats=19, noise=noise),
        "one dimension": ls.simulate("gramacy_lee", rules, start=[2.2], steps=25),
        "five dimensions": ls.simulate(ls.surface("rosenbrock", dim=5), rules[::2], start=[0.5] * 5, steps=25),
        "network": ls.simulate(network, rules, start=ls.start("xavier", count=1), steps=8),
        "map": ls.stability_map("quadratic", "momentum", resolution=6, steps=20),
    }


def small(name: str) -> View:
    """The view, of few pixels, and of few critical points where it searches for them: they are no entrant's."""
    few = {"starts": 10} if "starts" in field_hints(REGISTRY.get(name)) else {}
    return REGISTRY.build(name, **SIZE, **few)


def shown(view: View) -> dict[str, Figure]:
    """The pictures of a view, by the name of the record, of those that it shows."""
    found = {}
    for name in fitting(view):
        with contextlib.suppress(ValueError):
            found[name] = draw(records()[name], view)
    return found


def fitting(view: View) -> list[str]:
    """The names of the records whose surface a view shows, though maybe not what is recorded there."""
    found = []
    for name, record in records().items():
        with contextlib.suppress(ValueError):
            view.check_surface(record.surface)
            found.append(name)
    return found


def faults_of(view: View) -> list[str]:
    """What is wrong with the pictures of a view, each in a sentence that names the view."""
    figures = shown(view)
    if not figures:
        return [f'the view "{view.name}" shows none of the records {", ".join(records())}: add one in {__name__}']
    return [
        f'the view "{view.name}" {fault}, of the record of {name}'
        for name, figure in figures.items()
        for fault in faults_in(figure, as_shown(records()[name], view), view)
    ]


def as_shown(record: Record, view: View) -> Record:
    """The record with the entrants that a view shows: one for each value of a batch, where it shows no batches."""
    return apart(record) if not view.batches or "by" in field_hints(type(view)) else record


def faults_in(figure: Figure, record: Record, view: View) -> list[str]:
    """What is wrong with a picture."""
    found = []
    # what was recorded, of which all artists are asked
    quantities = functools.cache(lambda label: quantities_of(label, record))
    places = functools.cache(lambda: planes(record))
    for artist in figure.findobj(lambda artist: artist.axes is not None):
        kind, label = named(artist, record)
        if label is None:
            found += nameless(artist, record)
        else:
            found += wrong_color(artist, kind, label, record)
            found += wrong_data(artist, kind, label, quantities, places)
    if "entrant" not in field_hints(type(view)):  # else it chooses whom it shows
        pixels = functools.cache(lambda: pixels_of(figure))  # one drawing serves all entrants
        found += [fault for label in record.labels for fault in missing(figure, label, record, pixels)]
        found += [fault for label in record.labels for fault in unkept(figure, label, record, view)]
    return list(dict.fromkeys([*found, *misplaced(figure)]))


def named(artist, record: Record) -> tuple[str, str | None]:
    """(kind, label) of the entrant that an artist's gid names, None where it names none."""
    kind, _, rest = (artist.get_gid() or "").partition(":")
    label = next((label for label in record.labels if rest == label or rest.startswith(f"{label}:")), None)
    return kind, label if kind in KINDS else None


def color_of(label: str, record: Record) -> str:
    return to_hex(graded(LIGHT, record).style(record.labels.index(label)).color)


def colors_in(artist) -> set[str]:
    """The colours of a line, a marker or an area, without how transparent they are."""
    if not isinstance(artist, Line2D):
        given = artist.get_edgecolor() if artist.get_gid().startswith("thin") else artist.get_facecolor()
        return {to_hex(color[:3]) for color in np.atleast_2d(given)}
    return {to_hex(artist.get_markerfacecolor() if artist.get_gid().startswith("head") else artist.get_color())}


def nameless(artist, record: Record) -> list[str]:
    if isinstance(artist, Line2D) and artist.get_gid() is None:
        for label in record.labels:
            if to_hex(artist.get_color()) == color_of(label, record):
                return [f'draws a line in the colour of {label} that says not what it is: set its gid to "run:{label}"']
    return []


def wrong_color(artist, kind: str, label: str, record: Record) -> list[str]:
    right, drawn = color_of(label, record), colors_in(artist)
    return (
        [] if drawn == {right} else [f"draws {kind}:{label} in {', '.join(sorted(drawn))} and not in {right}, its own"]
    )


def parts_of(label: str, record: Record) -> list[str]:
    """The label, and those of the other values of its batch: they may lie behind each other."""
    whole = getattr(record[label], "whole", label)
    return [track.label for track in record.tracks if getattr(track, "whole", track.label) == whole]


def pixels_of(figure: Figure) -> np.ndarray:
    """The colours of a drawn figure, one number a pixel: (height, width)."""
    figure.canvas.draw()
    red, green, blue = np.moveaxis(np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(np.uint32), -1, 0)
    return red << 16 | green << 8 | blue


def missing(figure: Figure, label: str, record: Record, pixels: Callable[[], np.ndarray]) -> list[str]:
    """Where an entrant is neither drawn by an artist that names it nor seen by its colour in a panel."""
    alike = parts_of(label, record)
    if figure.findobj(lambda artist: artist.axes is not None and named(artist, record)[1] in alike):
        return []
    seen = 0
    for alike in parts_of(label, record):
        color = int(color_of(alike, record)[1:], 16)
        for ax in figure.axes:
            x0, y0, x1, y1 = np.round(ax.bbox.extents).astype(int)
            panel = pixels()[len(pixels()) - y1 : len(pixels()) - y0, x0:x1]
            seen += np.count_nonzero(panel == color)
    return [] if seen >= LEAST_PIXELS else [f"draws nothing of {label} in its colour, {color_of(label, record)}"]


# what is drawn against what was recorded


def measures(record: Record) -> list[StepMetric]:
    """Every measure with one figure a step that the record's surface has, of each coordinate too."""
    found = []
    for name in sorted(METRICS.names(), key="loss".__ne__):  # the loss first, as others may be the same
        cls = METRICS.get(name)
        needed = {field for field in field_hints(cls) if field not in defaults(cls)}
        if not issubclass(cls, StepMetric) or needed or ("sharpness" in name and record.surface.dim > 20):
            continue
        coordinates = range(min(record.surface.dim, 3)) if "coordinate" in field_hints(cls) else ()
        found += [cls(), *(cls(coordinate=each) for each in coordinates)]
    return [each for each in found if fits(each, record)]


def fits(measure: StepMetric, record: Record) -> bool:
    try:
        measure.check_surface(record.surface)
        measure.check_noise(record.noise)
    except ValueError:
        return False
    return True


def quantities_of(label: str, record: Record) -> dict[str, np.ndarray]:
    """Name -> (rows, runs) of every quantity of an entrant, of each coordinate too."""
    found = {}
    for each in measures(record):
        coordinate = getattr(each, "coordinate", None)
        name = each.name if coordinate is None else f"{each.name} of coordinate {coordinate}"
        found[name] = each.measure(record[label], record.surface)
    return found


def same(drawn, recorded) -> bool:
    """Whether numbers are the same where they are drawn at all, to rounding."""
    drawn, recorded = np.asarray(drawn, dtype=float), np.asarray(recorded, dtype=float)
    if drawn.shape != recorded.shape:
        return False
    known = np.isfinite(drawn)
    size = max(1e-300, float(np.nanmax(np.abs(recorded))))
    return bool(known.any()) and np.allclose(drawn[known], recorded[known], rtol=1e-9, atol=1e-12 * size)


def matches(kind: str, artist, values: np.ndarray) -> bool:
    """Whether a curve or a band shows these values (rows, runs)."""
    if kind == "band":
        corners = artist.get_paths()[0].vertices
        low, high = np.nanmin(values), np.nanmax(values)
        return bool(low - 1e-9 * abs(low) <= corners[:, 1].min() and corners[:, 1].max() <= high + 1e-9 * abs(high))
    y = artist.get_ydata()
    choices = [np.median(values, axis=1)] if kind == "median" else [*values.T]
    return any(same(y, each) for each in choices)


def wrong_data(artist, kind: str, label: str, quantities, places) -> list[str]:
    """What is wrong with the numbers of an artist, against quantities(label) and the records in places()."""
    if kind in CURVES:
        known = quantities(label)
        if any(matches(kind, artist, values) for values in known.values()):
            return []
        return [f"draws {kind}:{label} with values that are no quantity of the record{like(artist, kind, known)}"]
    if kind in PLACES:
        paths = [artist.get_xydata()] if kind == "trail" else [path.vertices for path in artist.get_paths()]
        runs = [run for seen in places() for run in seen[label].params.transpose(2, 0, 1)]
        if not all(any(same(path, run) for run in runs) for path in paths):
            return [f"draws {kind}:{label} where no run of it was, in any plane"]
    return []


def like(artist, kind: str, known: dict[str, np.ndarray]) -> str:
    """ ": they are 2 times the loss", where they are a multiple of a quantity."""
    if kind != "band":
        y = np.asarray(artist.get_ydata(), dtype=float)
        for name, values in known.items():
            for each in [np.median(values, axis=1)] if kind == "median" else values.T:
                with np.errstate(all="ignore"):
                    ratio = y / each if y.shape == each.shape else np.array([np.nan])
                if np.isfinite(ratio).all() and np.ptp(ratio) < 1e-9 * abs(ratio[0]):
                    return f": they are {ratio[0]:.6g} times the {name}"
    return ""


def unkept(figure: Figure, label: str, record: Record, view: View) -> list[str]:
    """Where a view that says which quantity it draws draws another."""
    quantity = getattr(view, "quantity", None)
    if not isinstance(quantity, StepMetric):
        return []
    values = [quantity.measure(record[label], record.surface)]
    if quantity.name == "loss" and record.surface.lowest is not None:  # where losses are not positive
        values.append(metric("gap").measure(record[label], record.surface))
    curves = [
        (named(artist, record)[0], artist)
        for artist in figure.findobj(Line2D)
        if artist.axes is not None and named(artist, record)[1] == label and named(artist, record)[0] in CURVES
    ]
    return (
        []
        if any(matches(kind, artist, each) for kind, artist in curves for each in values)
        else [f"draws no {quantity.name} of {label}"]
    )


def planes(record: Record) -> list[Record]:
    """The record in every plane in which its runs can be seen."""
    coordinates = range(record.surface.dim)
    seen = [projections.by_index(record), *(projections.phase(record, each) for each in coordinates)]
    if record.surface.dim == 1:
        return [*seen, projections.on_curve(record)]
    flats = [projections.components(record)[0], projections.spanned(projections.three_points(record))]
    flats += [projections.through(record, (0, each)) for each in coordinates[1:]]
    return [
        record,
        projections.by_index(record),
        *seen,
        *(projections.seen_in(record, flat, ("u", "v"))[0] for flat in flats),
    ]


# the laws


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_view_draws_every_entrant_as_it_was_and_in_its_own_colour(name):
    assert faults_of(small(name)) == []


def choices(name: str) -> list[str]:
    """The quantities that a view can be told to draw."""
    hint = field_hints(REGISTRY.get(name)).get("quantity")
    if hint is StepMetric:
        return [
            each.name for each in measures(records()["two dimensions"]) if getattr(each, "coordinate", None) is None
        ]
    return [each for alternative in split(hint)[0] for each in get_args(alternative)] if hint else []


@pytest.mark.parametrize(("name", "quantity"), [(name, each) for name in REGISTRY.names() for each in choices(name)])
def test_a_view_draws_the_quantity_that_it_says(name, quantity):
    view, record = REGISTRY.build(name, quantity=quantity, **SIZE), records()["two dimensions"]
    assert [f'the view "{name}" {fault}' for fault in faults_in(draw(record, view), record, view)] == []


@pytest.mark.parametrize("name", REGISTRY.names())
def test_an_upright_page_has_room_for_all_that_it_shows(name):
    view = replaced(small(name), width=720, height=1280)
    record = records()["map" if name == "stability" else fitting(view)[0]]
    figure = draw(record, view)
    assert misplaced(figure) == []
    assert overlapping(figure) == []


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_view_draws_into_axes_or_says_that_it_needs_a_page(name):
    view = small(name)
    record = next(records()[each] for each in fitting(view))
    ax = Figure(figsize=(8, 5)).add_subplot()
    refused, artists = "", []
    try:
        artists = view.draw_into(ax, record)
    except ValueError as error:
        refused = str(error)
    if refused:
        assert "leave ax out" in refused or "fits these Axes" in refused, f'the view "{name}" says: {refused}'
        return
    assert artists, f'the view "{name}" does not return what it drew'
    assert {artist.axes for artist in artists} <= {ax, None}, f'the view "{name}" draws outside of the given Axes'


# planted faults


@contextlib.contextmanager
def planted(cls: type[View]):
    """The view, registered as "planted" for as long as the context lasts."""
    try:
        yield register("planted")(cls)(file="planted.png", **SIZE)
    finally:
        REGISTRY._members.pop("planted", None)


class Planted(View):
    """A view that draws losses right."""

    def check_surface(self, surface):
        """Any surface will do."""

    def page(self, record, moving=False):
        from landscape.render.pages.graphs import Series, curves_beside_labels

        page, top = self.begin(record, moving)
        self.spoil(page)
        curves_beside_labels(page, top, Series("loss"))
        return page

    def spoil(self, page):
        """Nothing is wrong."""

    def draw_into(self, ax, record):
        raise ValueError("leave ax out")


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_view_says_what_it_is_for(name):
    use = REGISTRY.get(name).use
    assert use.endswith(".")
    assert 20 < len(use) < 120
    assert use not in [REGISTRY.get(other).use for other in REGISTRY.names() if other != name]


def test_a_view_without_a_fault_passes():
    with planted(type("Right", (Planted,), {})) as view:
        assert faults_of(view) == []


def test_a_view_that_draws_losses_doubled_is_found_by_name():
    class Doubled(Planted):
        def spoil(self, page):
            tracks = tuple(dataclasses.replace(track, value=2.0 * track.value) for track in page.record.tracks)
            page.record = dataclasses.replace(page.record, tracks=tracks)

    with planted(Doubled) as view:
        faults = "\n".join(faults_of(view))
    fault = 'the view "planted" draws run:sgd with values that are no quantity of the record: they are 2 times the loss'
    assert fault in faults
    assert "draws median:adam with values that are no quantity" in faults


def test_a_view_that_gives_all_entrants_one_colour_is_found_by_name():
    class OneColor(Planted):
        def spoil(self, page):
            page.sheet.theme = dataclasses.replace(page.sheet.theme, runs=LIGHT.runs[:1])

    with planted(OneColor) as view:
        faults = "\n".join(faults_of(view))
    assert f'the view "planted" draws run:adam in {LIGHT.runs[0].lower()} and not in {LIGHT.runs[2].lower()}' in faults
    assert "run:sgd" not in faults


@pytest.mark.parametrize("marked", [True, False])
def test_curves_that_a_view_draws_by_itself_are_held_to_the_same(marked):
    class OwnPlot(Planted):
        def page(self, record, moving=False):
            page, top = self.begin(record, moving)
            ax = page.sheet.axes(84.0, top, 900.0, 400.0)
            for index, track in enumerate(record):
                line = ax.plot(track.steps, 2.0 * track.value[:, 0], color=LIGHT.style(index).color)[0]
                line.set_gid(f"run:{track.label}" if marked else None)
            return page

    with planted(OwnPlot) as view:
        faults = "\n".join(faults_of(view))
    expected = "they are 2 times the loss" if marked else 'set its gid to "run:sgd"'
    assert 'the view "planted" draws' in faults
    assert expected in faults


def test_a_view_that_draws_another_quantity_or_another_run_is_found_by_name():
    class Gap(Planted):
        quantity: StepMetric = metric("gradient_norm")

    class Shifted(Planted):
        def page(self, record, moving=False):
            from landscape.render.pages.planes import Plane, beside_list

            tracks = tuple(dataclasses.replace(track, params=track.params + 0.1) for track in record.tracks)
            page, top = self.begin(record, moving)
            beside_list(page, top, Plane(dataclasses.replace(record, tracks=tracks)))
            return page

        def check_surface(self, surface):
            if surface.dim != 2:
                raise ValueError("two dimensions")

    with planted(Gap) as view:
        assert 'the view "planted" draws no gradient_norm of sgd' in "\n".join(faults_of(view))
    with planted(Shifted) as view:
        assert 'the view "planted" draws trail:sgd:0'.removesuffix(":0") in "\n".join(faults_of(view))


def test_a_sample_that_is_away_from_its_words_or_has_another_colour_is_found():
    figure = draw(records()["one dimension"], small("convergence"))
    sample = next(artist for artist in figure.artists if artist.get_gid() == "key")
    place, color = sample.get_data(), sample.get_markerfacecolor()
    assert misplaced(figure) == []
    for move in ((0.0, 0.02), (-0.1, 0.0), (0.1, 0.0), (0.0, -2.0)):
        sample.set_data(*(np.asarray(at) + by for at, by in zip(place, move, strict=True)))
        off = ["draws a Line2D off the page"] if move[1] < -1.0 else []
        assert misplaced(figure) == [*off, 'has no sample beside "sgd"']
    sample.set_data(*place)
    sample.set(markerfacecolor="#123456", markeredgecolor="#123456")
    assert misplaced(figure) == ['has no sample beside "sgd"']
    sample.set_markerfacecolor(color)
    figure.texts[0].set_x(2.0)
    assert misplaced(figure) == ["draws a Text off the page"]
    figure.axes[0].set_position([0.5, 0.5, 0.7, 0.2])
    assert misplaced(figure) == ["draws a Text off the page", "has a panel off the page"]


def test_a_view_takes_one_file(tmp_path):
    """It is listed, built, drawn, checked without matplotlib and in a movie, and nothing but its file was written."""
    (tmp_path / "losses.py").write_text(
        textwrap.dedent('''
            """The view "losses"."""

            from landscape.render.views._base import View, register


            @register("losses")
            class Losses(View):
                """The loss at every step."""

                file: str = "losses.png"

                def check_surface(self, surface):
                    """Every surface has a loss."""

                def page(self, record, moving=False):
                    from landscape.render.pages.graphs import Series, curves_beside_labels

                    page, top = self.begin(record, moving)
                    curves_beside_labels(page, top, Series("loss"))
                    return page

                def draw_into(self, ax, record):
                    raise ValueError("leave ax out")
        '''),
        encoding="utf-8",
    )
    code = f"""
        import sys
        import landscape.render.views
        landscape.render.views.__path__.append({str(tmp_path)!r})
        import landscape as ls
        from landscape.render import REGISTRY, names
        assert "losses" in names()
        made = REGISTRY.build("losses", theme="dark", language="zh", file="losses.gif")
        assert "matplotlib" not in sys.modules
        record = ls.simulate("sphere", ["sgd"], start=(1.0, 1.0), steps=5)
        assert ls.draw(record, "losses").axes
        ls.animate(record, {str(tmp_path / "x.gif")!r}, "losses", seconds=0.2, width=320, height=180)
        from landscape.core.documentation import documentation
        assert "pacing: which step" in documentation(REGISTRY.get("losses"))
        print("done")
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "done", result.stderr

"""Put a panel of curves on a page with a label at the end of each, or into Axes that someone else has laid out.

curves = curves_at(page, Series("gap"), (LEFT, top, 800.0, 500.0))
"""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape import i18n
from landscape.analysis._metric import StepMetric
from landscape.analysis.series import Against
from landscape.analysis.theory import Prediction
from landscape.record import Record
from landscape.render.pages.legend import legend
from landscape.render.pages.lists import Row, Tag, heights, prediction_rows, row_of, tags_at, widest, with_note
from landscape.render.pages.page import Page
from landscape.render.pages.placing import BELOW, LEFT, NAMES, Place, added
from landscape.render.pages.sheet import GLYPH, MARGIN
from landscape.render.panels.curves import QUARTILES, Curves
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

WIDEST_LABEL, WIDEST_SHARE = 270.0, 0.29  # pixels, and of a wide panel


class Series(NamedTuple):
    """What a panel of curves shows, as the fields of the view "convergence" say it; the quantity may be its name.

    eigenvalues: whether the Hessian's others go with the sharpness, each entrant's of its median run.
    """

    quantity: StepMetric | str
    against: Against = "steps"
    quantiles: tuple[float, float] = QUARTILES
    theory: bool = True
    eigenvalues: bool = False


def curves_beside_labels(page: Page, top: float, series: Series) -> None:
    """One wide panel of curves that fills the page."""
    place = LEFT, top, page.sheet.width - MARGIN - LEFT, page.sheet.height - top - BELOW
    page.curves = curves_at(page, series, place)


def curves_into(ax: Axes, record: Record, theme: Theme, series: Series) -> list[Artist]:
    """The curves in Axes that someone else has laid out, with the names of the axes and a legend."""
    before = set(ax.get_children())
    curves = _made(series, ax, record, theme)
    curves.draw_ground()
    curves.draw_runs()
    ax.set(xlabel=curves.axis_name(), ylabel=curves.heads()[-1])
    legend(ax, record, theme, curves.predictions, curves.n_hidden)
    return added(ax, before)


def _made(series: Series, ax: Axes, record: Record, theme: Theme) -> Curves:
    """The panel, nothing drawn yet."""
    fields = series._asdict()
    return Curves(ax, record, fields.pop("quantity"), theme, **fields)


class Labelled(NamedTuple):
    """A panel of curves before it has its place: what stands at its right, and how wide that is."""

    curves: Curves
    rows: list[Row]
    notes: list[Row]
    wide: float


def curves_at(page: Page, series: Series, place: Place) -> Curves:
    """A panel of curves at a place, the labels at its right included."""
    made = labelled(page, series, place)
    return put_at(page, made, place, made.wide)


def labelled(page: Page, series: Series, place: Place) -> Labelled:
    """The panel of curves for about that place, and its labels."""
    sheet, record = page.sheet, page.record
    if page.counter is not None and series.against != "steps":
        raise ValueError(
            f'a movie moves in steps, and the curves are to be drawn against "{series.against}": choose against = '
            '"steps", or save a still, as with file = "race.png"'
        )
    theme, (left, top, _, height) = sheet.theme, place
    # the labels' room depends on what they say, and that on the curves, whose panel is given its width after
    curves = _made(series, sheet.axes(left, top, 100.0, height), record, theme)
    moving = page.counter is not None
    last = words.measured(curves.quantity)
    rows = []
    for curve in curves.curves:
        values = curve.values if curve.low is None else curve.middle[:, None]
        row, away = row_of(curve.track, theme, last, values=values, moving=moving), curves.away(curve)
        rows.append(with_note(row, sheet.choose(away, WIDEST_LABEL - GLYPH, theme.tick), theme) if away else row)
    notes = prediction_rows(curves.predictions, theme)
    every = [*rows, *notes, *([Row(_left_out(curves))] if curves.n_hidden else [])]
    most = max(WIDEST_LABEL, WIDEST_SHARE * place[2])
    wide = min(widest(sheet, every, heights(every) > height) + GLYPH, most)
    return Labelled(curves, rows, notes, wide)


def _left_out(curves: Curves) -> str:
    return i18n.say(curves.theme.language, "{count} lines of theory left out", count=curves.n_hidden)


def _color_of(prediction: Prediction, curves: Curves) -> str:
    """The colour of what is written of a line of theory: its entrant's, where there are several of the kind."""
    alike = [line for line in curves.predictions if line.kind == prediction.kind]
    owners = [curve.style.text for curve in curves.curves if curve.label == prediction.label]
    return owners[0] if len(alike) > 1 and owners else curves.theme.quiet


def put_at(page: Page, made: Labelled, place: Place, wide: float) -> Curves:
    """The panel at its place, with its labels in a column at its right that is so wide."""
    curves, rows, notes, _ = made
    sheet, theme, moving = page.sheet, page.sheet.theme, page.counter is not None
    left, top, room, height = place
    width = max(room - wide - 18.0, 0.4 * room)
    wide = room - width - 18.0
    box = left / sheet.width, 1.0 - (top + height) / sheet.height, width / sheet.width, height / sheet.height
    curves.ax.set_position(box)
    curves.draw_ground()
    far = min(page.right, left + room) - left
    sheet.text(left, top - 11.0, sheet.choose(curves.heads(), far, theme.label), theme.label)
    sheet.text(left + width / 2.0, top + height + NAMES, curves.axis_name(), theme.label, ha="center")
    tags = [
        Tag(row, top + height * (1.0 - curves.height_of(curves.end_of(curve))), curves.reaches_end(curve),
            curve.style.color, curve.style)
        for curve, row in zip(curves.curves, rows, strict=True)
    ]  # fmt: skip
    if moving:  # in the given order, as the last one would tell the end from the first frame on
        pitch = height / len(tags)
        tags = [tag._replace(target=top + (n + 0.5) * pitch, joined=False) for n, tag in enumerate(tags)]
    for prediction, row in zip(curves.predictions, notes, strict=True):
        color = theme.wrong if prediction.violated else _color_of(prediction, curves)
        target = top + height * (1.0 - curves.height_of(float(prediction.values[-1])))
        tags.insert(0, Tag(row, target, True, color, None))
    if curves.n_hidden:
        tags.insert(0, Tag(Row(_left_out(curves)), top, False, theme.quiet, None))
    tags_at(sheet, tags, left + width, top, height, wide)
    return curves

"""Draw a record, or a surface, a schedule or an activation: `draw` gives a matplotlib Figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from landscape.analysis.batches import apart
from landscape.core.component import field_hints, replaced
from landscape.core.methods import Schedule
from landscape.core.names import hint
from landscape.core.progress import shown
from landscape.core.surface import Surface
from landscape.nn.activations._base import Activation
from landscape.record import Record
from landscape.render.canvas.ipython import Bundle, leave_to_pyplot
from landscape.render.canvas.settings import own_settings
from landscape.render.style.theme import THEMES
from landscape.render.text.legible import legible
from landscape.render.views._base import REGISTRY, View, ViewOfSeveral
from landscape.sweeps.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from landscape.render.style.theme import Theme

Given = View | str | Mapping[str, Any]


@shown("drawing")
@own_settings()
def draw(
    record: Record | Sequence[Record] | Table | Surface | Schedule | Activation,
    view: Given | None = None,
    ax: Axes | None = None,
    **options: Any,
) -> Figure:
    """A still picture of a record: the view's state after the last step. Of a surface: its landscape by itself.

    Of a schedule: its factor at every step. Of an activation: the function and its derivative. Of a list of records:
    the view "multiples", with a row for each surface. A notebook shows the figure whole, with or without pyplot.

    Of the table of a sweep: "rates", a measure against one field with a curve for each entrant, or "map", by two fields
    with theory's stability limit; its options are x, y, measure, entrant, surface, width, height, theme and language.

    view: a view, its name or its table, "contour" where left out. ax: draw the view's one panel into these Axes instead
    of onto a page of its own. options: fields of the view in place of its own, such as theme="dark", language="zh"
    (Simplified Chinese), width=1920, height=1080 or levels=40; of what is no record, theme and language alone.
    ValueError where the view cannot show the record's surface, has no such field, or shows one record and is given
    several.
    """
    if isinstance(record, Surface):
        from landscape.render.portraits.surface import portrait

        return portrait(record, theme=_theme(options, record.title))
    if isinstance(record, Schedule):
        from landscape.render.portraits.schedule import schedule_portrait

        return schedule_portrait(record, theme=_theme(options, record.name))
    if isinstance(record, Activation):
        from landscape.render.portraits.activation import activation_portrait

        return activation_portrait(record, theme=_theme(options, record.name))
    if isinstance(record, Table):
        from landscape.render.portraits.table import table_picture

        return table_picture(record, view, options, None if ax is None else _rectilinear(ax))
    if isinstance(record, (list, tuple)):
        return _several(record, _with(REGISTRY.coerce(view or "multiples"), options), ax)
    _check_record(record)
    assert isinstance(record, Record)
    made = view_of(view or "contour", record, options)
    if ax is None:
        page = made.page(prepared(record, made))
        page.finish()
        return page.figure
    made.draw_into(_rectilinear(ax), prepared(record, made))
    return _lettered(ax, made.theme_for(record))


def _lettered(ax: Axes, theme: Theme) -> Figure:
    """The figure of Axes that are drawn into: with names that are read on its paper, and shown once by a notebook."""
    from landscape.render.style.axes import letter

    letter(ax, theme)
    figure = ax.get_figure(root=True)
    assert figure is not None
    leave_to_pyplot(figure)
    return figure


def _rectilinear(ax: Axes) -> Axes:
    """The Axes, or TypeError where they are none that a panel can be drawn into."""
    if getattr(ax, "name", None) != "rectilinear":
        kind = f'those of "{ax.name}"' if hasattr(ax, "name") else f"{ax!r:.60}"
        raise TypeError(f"ax must be plain matplotlib Axes, as figure.add_subplot() makes, got {kind}")
    return ax


def _several(records: Sequence[Record], view: Given, ax: Axes | None) -> Figure:
    made = REGISTRY.coerce(view)
    if not isinstance(made, ViewOfSeveral):
        raise ValueError(f'the view "{made.name}" shows one record; of several, choose the view "multiples"')
    if not records:
        raise ValueError("expected at least one Record, got an empty list")
    for record in records:
        _check_record(record)
        made.check_surface(record.surface)
    if ax is not None:
        made.draw_into(ax, records[0])
    page = made.page_of([in_its_language(record, made) for record in records])
    page.finish()
    return page.figure


def _with(view: View, options: Mapping[str, Any]) -> View:
    """The view with other values of some fields, where those are not None. ValueError where it has no such field."""
    options = {name: value for name, value in options.items() if value is not None}
    if not options:
        return view
    fields = field_hints(type(view))
    for name in options:
        if name not in fields:
            raise ValueError(f'the view "{view.name}" has no {name} to choose. {hint(name, fields)}')
    return replaced(view, **options)


def view_of(given: Given, record: Record, options: Mapping[str, Any]) -> View:
    """The view that is given, with its options, where it can draw the record."""
    _check_record(record)
    made = _with(REGISTRY.coerce(given), options)
    made.check_surface(record.surface)
    return _in_its_words(made, record)


def _in_its_words(view: View, record: Record) -> View:
    """The view with the label of its entrant in the view's language, as the record has it when it is drawn."""
    label = getattr(view, "entrant", "")
    if not label or view.language == "en" or label in in_its_language(record, view).labels:
        return view
    from landscape.scenario.translations import label_of

    return replaced(view, entrant=label_of(record, label))


def _theme(options: Mapping[str, Any], text: str) -> Theme:
    """The theme of a picture without a view. ValueError on another option."""

    allowed: dict[str, list[str]] = {"theme": [*THEMES], "language": ["en", "zh"]}
    for name, value in options.items():
        if name not in allowed:
            raise ValueError(f"this picture has no {name} to choose. {hint(name, allowed)}")
        if value is not None and value not in allowed[name]:
            raise ValueError(f"{name} must be {' or '.join(repr(known) for known in allowed[name])}, got {value!r}")
    return legible(options.get("theme") or "light", options.get("language") or "en", [text])


def prepared(record: Record, view: View) -> Record:
    """The record as a view shows it: in its language, and with an entrant for each value of a batch."""
    record = in_its_language(record, view)
    return record if view.batches else apart(record)


def in_its_language(record: Record, view: View) -> Record:
    """The record with the title and labels of the view's language, where its scenario has them and a font can."""
    if view.language == "en":
        return record
    from landscape.scenario.translations import translated

    return translated(record, legible(view.theme, view.language).language)


def _check_record(record: object) -> None:
    if not isinstance(record, Record):
        raise TypeError(f"expected a Record, as simulate makes, got {record!r}")


def usual_view(surface: Surface) -> str:
    """The view that shows the most of a record at one glance."""
    return {1: "curve", 2: "race"}.get(surface.dim, "convergence")


def bundle(record: Record) -> Bundle:
    """What a notebook shows of a record: its picture, and in one line what it is."""
    from landscape.render.pages.sheet import Picture

    view = usual_view(record.surface) if record.has_surface else "convergence"
    picture = draw(record, {"name": view, "file": "record.png"})
    assert isinstance(picture, Picture)
    shown, size = picture._repr_mimebundle_()
    return {**shown, "text/plain": repr(record)}, size

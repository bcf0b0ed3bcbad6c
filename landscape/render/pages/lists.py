"""List the entrants beside a panel, say what its marks mean, and label the ends of its curves."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D

from landscape import i18n
from landscape.analysis.selection import median_loss
from landscape.analysis.theory import Prediction
from landscape.core.component import Array
from landscape.record import Track
from landscape.render.pages.sheet import GLYPH, Sheet, spread
from landscape.render.panels.land import Land
from landscape.render.panels.trails import Bundle, exit_of
from landscape.render.style import marks
from landscape.render.style.theme import Style, Theme
from landscape.render.text import captions as words
from landscape.render.text import fonts
from landscape.render.text.mathematics import has_mathematics

SHORT_TAIL = " ×"
WHOSE = ("mean floor of {label}", "floor of {label}")


class Row(NamedTuple):
    """What is written beside an entrant's marker: its name, what must stand beside the name, and a quiet line below.

    later: how that line goes on; brief: its last value alone, for where there is no room for a line; visible_from: the
    step from which on a movie shows it and the tail, None where they are always shown; has_diverged: whether runs
    diverged; short, shortest: what stand for the name where that is too wide.
    """

    name: str
    tail: str = ""
    second: str = ""
    later: str = ""
    brief: str = ""
    visible_from: float | None = None
    has_diverged: bool = False
    short: str = ""
    shortest: str = ""


class Tag(NamedTuple):
    """A label at the end of a curve: of an entrant, or of a line of theory. target: the y it belongs to; joined:
    whether a thin line leads there."""

    row: Row
    target: float
    joined: bool
    color: str
    style: Style | None


def tags_at(sheet: Sheet, tags: list[Tag], edge: float, top: float, height: float, wide: float) -> None:
    """The labels beside the panel's right edge, as near to their targets as they can be."""
    tall = [_height(tag.row) for tag in tags]
    if sum(tall) > height:
        tags = [tag._replace(row=_single(tag.row, sheet.theme)) for tag in tags]
        tall = [26.0] * len(tags)
    named = [tag.row for tag in tags if tag.style is not None]
    apart = iter(without_shared_words(sheet, named, wide - GLYPH + 4.0))
    tags = [tag if tag.style is None else tag._replace(row=next(apart)) for tag in tags]
    shown = int(min(len(tags), height // 20.0))
    places = spread([tag.target for tag in tags[:shown]], tall[:shown], top, top + height + 8.0)
    x = edge + 18.0
    for tag, y in zip(tags, places, strict=False):
        if abs(tag.target - y) > 3.0 and tag.joined:
            sheet.figure.add_artist(Line2D(
                [(edge + 7.0) / sheet.width, (x - 2.0 - 0.5 * sheet.stroke) / sheet.width],
                [1.0 - tag.target / sheet.height, 1.0 - (y - _up(tag.row)) / sheet.height],
                transform=sheet.figure.transFigure, color=tag.color, linewidth=0.9, alpha=0.7,
            ))  # fmt: skip
        if tag.style is None:
            _note(sheet, tag, x, y, wide)
        else:
            entry(sheet, tag.style, tag.row, x, y, wide)
    more(sheet, len(tags) - shown, x + GLYPH + sheet.stroke, top + height + 26.0)


def _note(sheet: Sheet, tag: Tag, x: float, y: float, wide: float) -> None:
    """A line of theory: a short dashed line and its formula."""
    theme = sheet.theme
    sheet.figure.add_artist(Line2D(
        [x / sheet.width, (x + 22.0 + sheet.stroke) / sheet.width], [1.0 - (y - _up(tag.row)) / sheet.height] * 2,
        transform=sheet.figure.transFigure, color=tag.color, linewidth=1.8, linestyle=(0, (3.0, 1.5)),
    ))  # fmt: skip
    left, room = x + GLYPH - 4.0 + sheet.stroke, wide - GLYPH + 4.0
    names = [tag.row.name, *filter(None, (tag.row.short, tag.row.shortest))]
    name = sheet.choose(names, room, theme.tick)
    for text, down in ((name, -_up(tag.row)), (tag.row.second, 12.5)):
        if text:
            # a formula is smaller before it is cut
            size = next((size for size in _sizes(theme) if sheet.measure(text, size) <= room), _sizes(theme)[-1])
            sheet.text(left, y + down, sheet.cut(text, room, size), size, color=tag.color, va="center_baseline")


def _sizes(theme: Theme) -> tuple[float, ...]:
    return theme.tick, 0.86 * theme.tick, 0.74 * theme.tick


def prediction_rows(predictions: Sequence[Prediction], theme: Theme) -> list[Row]:
    """What is written beside each line of theory; floors of several entrants say whose they are."""
    kinds = [line.kind for line in predictions]
    return [
        _prediction_row(line, theme, kinds.count(line.kind) > 1 and fonts.readable(line.label, theme.fonts))
        for line in predictions
    ]


def _prediction_row(prediction: Prediction, theme: Theme, whose: bool) -> Row:
    names = {"floor": "noise floor {formula}", "limit": "stability limit {formula}", "rate": "{formula}"}
    name = i18n.say(theme.language, names[prediction.kind], formula=prediction.formula)
    short, shortest, detail = prediction.formula, "", prediction.detail
    if prediction.kind == "limit":
        short, shortest = i18n.say(theme.language, "limit {formula}", formula=prediction.formula), prediction.formula
    if prediction.kind == "floor":
        shortest, detail = i18n.say(theme.language, "noise floor"), i18n.say(theme.language, detail)
    if whose and prediction.kind == "limit":
        name, short = f"{name} ({prediction.label})", f"{shortest} ({prediction.label})"
        shortest = f"{shortest.partition(' =')[0]} ({prediction.label})"  # its height is on the axis, its owner is not
    if whose and prediction.kind == "floor":
        name, short = (i18n.say(theme.language, text, label=prediction.label) for text in WHOSE)
        detail = prediction.formula
    if not prediction.violated or prediction.measured is None:
        return Row(name, second=detail, short=short, shortest=shortest)
    return Row(name, second=i18n.say(theme.language, "measured {number}", number=i18n.number(prediction.measured)),
               short=short, shortest=shortest)  # fmt: skip


def _height(row: Row) -> float:
    return 26.0 + (21.0 if row.second or row.later else 0.0)


def list_at(
    sheet: Sheet, bundles: Sequence[Bundle], rows: list[Row], left: float, top: float, wide: float, height: float
) -> float:
    """The entrants from the top down, without the second lines where they are too many; returns where they end."""
    pitch = 60.0
    if len(rows) * 54.0 > height:
        rows, pitch = [_single(row, sheet.theme) for row in rows], 30.0
    pitch = max(min(pitch, height / max(len(rows), 1)), 22.0)
    rows = without_shared_words(sheet, rows, wide - GLYPH + 4.0)
    shown = int(min(len(rows), height // pitch))
    if len(rows) - shown == 1:  # where the note "and 1 more" fits, the entry does
        shown += 1
    for number, (bundle, row) in enumerate(zip(bundles[:shown], rows, strict=False)):
        entry(sheet, bundle.style, row, left, top + (number + 0.5) * pitch, wide)
    more(sheet, len(rows) - shown, left + GLYPH + sheet.stroke, top + height + 18.0)
    return top + shown * pitch


def entry(sheet: Sheet, style: Style, row: Row, x: float, y: float, wide: float) -> None:
    """Marker and name with its middle at y, and a quiet line under it where there is one."""
    up, theme = _up(row), sheet.theme
    left, room = x + GLYPH - 4.0 + sheet.stroke, wide - GLYPH + 4.0
    sheet.sample(style, x + 10.0, y - up, theme.head - 1.0, sheet.stroke)
    tail = _tail(sheet, row, room)
    name = sheet.cut(row.name, room - sheet.measure(tail, theme.label, theme.bold), theme.label, theme.bold)
    bold: dict[str, Any] = {"color": style.text, "weight": theme.bold, "va": "center_baseline"}
    quiet: dict[str, Any] = {"color": theme.quiet, "va": "center_baseline"}
    if row.visible_from is None:
        sheet.text(left, y - up, name + tail, theme.label, **bold).set_gid(name_of(style))
    else:
        sheet.text(left, y - up, name, theme.label, **bold).set_gid(name_of(style))
        if tail:
            after = left + sheet.measure(name, theme.label, theme.bold)
            sheet.later.append((row.visible_from, sheet.text(after, y - up, tail, theme.label, **bold)))
    if row.brief and not row.later:
        after = left + sheet.measure(name + tail, theme.label, theme.bold) + 8.0
        if after + sheet.measure(row.brief, theme.tick) <= left + room:
            text = sheet.text(after, y - up, row.brief, theme.tick, **quiet)
            if row.visible_from is not None:
                sheet.later.append((row.visible_from, text))
    line = sheet.cut(row.second + row.later, room, theme.tick)
    if row.visible_from is None:
        if line:
            sheet.text(left, y + 12.5, line, theme.tick, **quiet)
        return
    first, then = line[: len(row.second)], line[len(row.second) :]
    if first:
        sheet.text(left, y + 12.5, first, theme.tick, **quiet)
    if then:
        # a space at the beginning takes no room of its own
        after = left + sheet.measure(line, theme.tick) - sheet.measure(then.lstrip(), theme.tick)
        sheet.later.append((row.visible_from, sheet.text(after, y + 12.5, then.lstrip(), theme.tick, **quiet)))


def name_of(style: Style) -> str:
    """By what the name of an entrant of a style is found on a figure."""
    return f"name:{style.marker}:{style.color}:{style.dashes}"


def without_shared_words(sheet: Sheet, rows: list[Row], room: float) -> list[Row]:
    """The rows with names that fit the room, where they are too long without the words that all begin or end with, or
    else cut, so that those which differ still do."""
    theme = sheet.theme
    rows = _without_shared_words(sheet, rows, room)
    rooms = [room - sheet.measure(_tail(sheet, row, room), theme.label, theme.bold) for row in rows]
    names = sheet.distinct([row.name for row in rows], rooms, theme.label, theme.bold)
    return [row._replace(name=name) for row, name in zip(rows, names, strict=True)]


def _tail(sheet: Sheet, row: Row, room: float) -> str:
    """What stands beside a name, in short where there is no room for both."""
    whole = sheet.measure(row.name + row.tail, sheet.theme.label, sheet.theme.bold)
    return row.tail if whole <= room or not row.tail else SHORT_TAIL


def _without_shared_words(sheet: Sheet, rows: list[Row], room: float) -> list[Row]:
    """The rows, without the words that all names begin or end with where one of the names is too long for the room."""
    theme = sheet.theme
    tail = max((sheet.measure(row.tail, theme.label, theme.bold) for row in rows), default=0.0)
    long = any(sheet.measure(row.name, theme.label, theme.bold) > room - tail for row in rows)
    split = [row.name.split() for row in rows]
    if not long or len(rows) < 2 or min(map(len, split)) < 2 or any(has_mathematics(row.name) for row in rows):
        return rows
    shortest = min(map(len, split))
    first = next((n for n in range(shortest) if len({words[n] for words in split}) > 1), shortest)
    last = next((n for n in range(shortest - first) if len({words[-1 - n] for words in split}) > 1), shortest - first)
    if first + last >= shortest:
        return rows
    # one word more says what differs ("rate 0.01"), where there is room for it
    for kept in (max(first - 1, 0), first):
        names = [" ".join(words[kept : len(words) - last]).rstrip(",;:") for words in split]
        if all(sheet.measure(f"…{name}", theme.label, theme.bold) <= room - tail for name in names):
            break
    return [row._replace(name="…" * (kept > 0) + name) for row, name in zip(rows, names, strict=True)]


def _up(row: Row) -> float:
    """How far the name of an entry stands above its middle."""
    return 10.5 if row.second or row.later else 0.0


def _single(row: Row, theme: Theme) -> Row:
    """An entry without its second line, for want of room; that runs diverged is shown all the same."""
    tail = i18n.say(theme.language, ", diverged") if row.has_diverged else ""
    return row._replace(tail=tail, second="", later="", brief="" if row.has_diverged else row.brief)


def more(sheet: Sheet, left_out: int, x: float, y: float) -> None:
    """How many entries there was no room for."""
    if left_out > 0:
        text = i18n.say(sheet.theme.language, "and {more} more", more=left_out)
        sheet.text(x, y, text, sheet.theme.tick, color=sheet.theme.quiet)


def key_at(sheet: Sheet, land: Land, left: float, right: float, y: float) -> None:
    """What the marks mean, in a row under the landscape; those that find no room are left out."""
    theme = sheet.theme
    kinds = ("start", "minimum", "local minimum", "saddle", "maximum")
    entries = [(kind, marks.ground(kind, theme)) for kind in kinds if kind in land.marks]
    leaves = {
        str(bundle.track.status[run]) == "diverged"
        for bundle in land.bundles
        for run in bundle.full
        if exit_of(bundle.track, int(run), land.frame) is not None
    }
    if False in leaves:
        entries.append(("leaves the frame", [marks.arrow(theme.quiet, theme, np.array([1.0, 0.0]))]))
    if True in leaves:
        entries.append(("diverges", [marks.cross(theme.quiet, theme)]))
    x, right = left, min(right, land.key_ends)
    called = {"minimum": "lowest minimum found"} if land.stopped else {}
    texts = [i18n.say(theme.language, called.get(kind, kind)) for kind, _ in entries]
    # where they are many they come closer together, and are smaller, before one is left out
    for size, glyph, gap in ((theme.tick, 26.0, 22.0), (theme.tick, 22.0, 13.0), (0.86 * theme.tick, 20.0, 12.0)):
        if x + sum(glyph + sheet.measure(text, size) + gap for text in texts) - gap <= right:
            break
    for text, (_, markers) in zip(texts, entries, strict=True):
        wide = sheet.measure(text, size)
        if x + glyph + wide > right:
            return
        for layer in markers:
            sheet.mark(x + 0.4 * glyph, y - 5.0, dataclasses.replace(layer, size=min(layer.size, 16.0)))
        sheet.text(x + glyph, y, text, size, color=theme.quiet)
        x += glyph + wide + gap
    on_landscape = land.terrain is not None or land.unmarked
    for note in words.marking(land.record.surface, land.unmarked, theme.language) if on_landscape else ():
        if note and x + sheet.measure(note, theme.tick) < right:
            sheet.text(x, y, note, theme.tick, color=theme.quiet)
            break


def row_of(
    track: Track, theme: Theme, last: str, rate: bool = False, values: Array | None = None, moving: bool = False
) -> Row:
    """An entrant's entry: its rate, where wanted, how its runs ended, and the last value of the quantity `last`.

    values: (rows, runs) of that quantity, the loss where left out. Runs that all diverged have no last value worth
    telling. moving: whether it is for a movie, in which the end is shown from the step at which it comes.
    """
    language, fate = theme.language, words.fate(track, theme.language)
    comma, values = i18n.say(language, ", "), median_loss(track)[:, None] if values is None else values
    second = words.rate_line(track, language) if rate else ""
    ends, brief, visible_from = [fate], "", end_of(track)
    if not (track.status == "diverged").all():
        ends.append(words.last_line(last, values, language))
        brief = i18n.number(float(np.median(values[-1])))
    later = comma.join(filter(None, ends))
    later = comma * bool(second) + later
    return Row(words.label(track, theme), "", second, later, brief, visible_from if moving else None, bool(fate))


def with_note(row: Row, note: str, theme: Theme) -> Row:
    """The entry with a note at the end of its second line, in place of a last value that is out of the panel."""
    return row._replace(later=i18n.say(theme.language, ", ") * bool(row.second) + note)


def end_of(track: Track) -> float:
    """The step at which it is known how an entrant's runs end."""
    return float(track.stopped.max() if (track.status == "diverged").all() else track.steps[-1])


def heights(rows: Sequence[Row]) -> float:
    """The height of entries, one below the other."""
    return sum(map(_height, rows))


def widest(sheet: Sheet, rows: list[Row], single: bool = False) -> float:
    """The width of the longest entry. single: of one line each, in which the last value stands beside the name."""
    theme = sheet.theme
    return max(
        max(
            sheet.measure(row.name + row.tail, theme.label, theme.bold),
            sheet.measure(row.second + row.later, theme.tick),
            single * (sheet.measure(row.name, theme.label, theme.bold) + 8.0 + sheet.measure(row.brief, theme.tick)),
        )
        for row in rows
    )

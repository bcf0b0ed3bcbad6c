"""How a notebook shows an object that is the last line of a cell: small, with its equation.

shown(ls.surface("himmelblau"))      # its picture, with the formula in it
shown(ls.entrant("adam"))            # its equation and hyper-parameters as text, with its schedule's picture

A surface and an activation show their picture; an entrant, a track and every other component show a card: a name, one
sentence, the equation, the values of its fields, and of a schedule and a track its curve. What cannot be drawn is
told in one line.
"""

from __future__ import annotations

import base64
import html
import inspect
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.core.component import Component, field_hints
from landscape.core.documentation import equation
from landscape.core.methods import Method, Schedule
from landscape.core.surface import Surface
from landscape.nn.activations._base import Activation
from landscape.record import Track
from landscape.render.canvas.ipython import Bundle, shown_width
from landscape.simulation.entrants import Entrant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 800, 450  # of a picture, in pixels
MOST_BYTES = 42_000  # of a picture, which a notebook holds as text a third longer
PALETTES = (64, 32)
MOST_NUMBERS = 6  # of an array, which are written out
QUALITIES = (85, 75, 65, 55, 45, 35, 25)


def shown(value: Any) -> Bundle:
    """The bundle of a component, an entrant or a track. What fails to be drawn is shown by its text alone."""
    try:
        return _picture(value) if isinstance(value, (Surface, Activation)) else _card(value)
    except Exception:  # a user's own code may raise anything, and to look at an object is no error
        return {"text/plain": repr(value)}, {}


def _picture(value: Surface | Activation) -> Bundle:
    """The portrait of an object, with its formula in it."""
    from landscape.render.portraits import activation, surface

    if isinstance(value, Surface):
        figure = surface.portrait(value, WIDTH, HEIGHT)
    else:
        figure = activation.activation_portrait(value, WIDTH, HEIGHT)
    kind, data = small(figure)
    size = {kind: {"width": shown_width(WIDTH)}}
    return {"text/plain": repr(value), kind: base64.b64encode(data).decode()}, size


def _card(value: Any) -> Bundle:
    """Name, sentence, equation and fields of an entrant, a track or a component."""
    schedule: Schedule | None = None
    made, name, figure = value, "", None
    if isinstance(value, (Entrant, Track)):
        made, name, schedule = value.optimizer, value.label or value.optimizer.name, value.schedule
    if isinstance(value, Track):
        from landscape.render.portraits.track import track_portrait

        figure = track_portrait(value, WIDTH, HEIGHT)
    elif isinstance(value, Schedule) or (schedule is not None and schedule.name != "constant"):
        from landscape.render.portraits.schedule import schedule_portrait

        figure = schedule_portrait(schedule or value, width=WIDTH, height=HEIGHT)
    parts = [_heading(made, name), *_said(made)]
    for field, each in {"lr": schedule, **getattr(value, "schedules", {})}.items():
        if each is not None and each.name != "constant":
            parts.append(f"<div>{_code(field)}: times {_escaped(each)}</div>")
    if figure is not None:
        kind, data = small(figure)
        source = f"data:{kind};base64,{base64.b64encode(data).decode()}"
        parts.append(f'<img width="{WIDTH * 3 // 4}" style="max-width:100%" alt="{_escaped(value)}" src="{source}">')
    return {"text/plain": repr(value), "text/html": f"<div>{''.join(parts)}</div>"}, {}


def _heading(made: Component, name: str) -> str:
    known = f" ({_code(made.name)})" if name and name != made.name else ""
    return f"<div><b>{_escaped(name or made.name, plain=True)}</b>{known}</div>"


def _said(made: Component) -> list[str]:
    """The first sentence, the equation and the fields of a component, and of the rule inside it, if it has one."""
    parts = []
    if sentence := (inspect.getdoc(type(made)) or "").partition("\n")[0]:
        parts.append(f"<div>{_escaped(sentence, plain=True)}</div>")
    if lines := equation(type(made)):
        parts.append(
            f'<pre style="margin:0.4em 0 0.4em 1.2em;white-space:pre-wrap">{_escaped(lines, plain=True)}</pre>'
        )
    fields = {field: getattr(made, field) for field in field_hints(type(made))}
    inner = [each for each in fields.values() if isinstance(each, Method)]
    plain = [f"{_code(field)} = {_escaped(each)}" for field, each in fields.items() if not isinstance(each, Method)]
    if plain:
        parts.append(f"<div>{', '.join(plain)}</div>")
    for each in inner:
        parts += ['<div style="margin-left:1.2em">', _heading(each, ""), *_said(each), "</div>"]
    return parts


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _escaped(value: Any, plain: bool = False) -> str:
    """A value as text of a page, its representation cut where it is long; dollar signs are no mathematics."""
    if isinstance(value, np.ndarray) and value.size > MOST_NUMBERS:
        return f"{value.size:,} numbers from {value.min():g} to {value.max():g}"
    text = str(value) if plain else repr(value)
    if not plain and len(text) > 120:
        text = text[:117] + "..."
    return html.escape(text, quote=True).replace("$", "&#36;")


def small(figure: Figure) -> tuple[str, bytes]:
    """(MIME type, data) of a figure: a PNG of few colours, or a JPEG where that is smaller than `MOST_BYTES` alone."""
    from PIL import Image

    from landscape.render.canvas.settings import write
    from landscape.render.style.few_colors import few_colors, meaning
    from landscape.render.style.theme import LIGHT

    file = io.BytesIO()
    write(figure, file, "png")
    picture = Image.open(file).convert("RGB")
    for colors in PALETTES:
        data = io.BytesIO()
        few_colors(picture, colors, meaning(LIGHT)).save(data, "PNG", optimize=True)
        if data.tell() <= MOST_BYTES:
            return "image/png", data.getvalue()
    for quality in QUALITIES:
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=quality, optimize=True)
        if data.tell() <= MOST_BYTES:
            break
    return "image/jpeg", data.getvalue()

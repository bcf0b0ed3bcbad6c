"""Write a movie as one page for the browser: the picture without its runs, the runs as numbers, and a small player.

The player draws the runs over the picture as a movie has them: trails, comets, heads, curves that are uncovered. It is
played, paused and scrubbed by mouse and keyboard, stands still for those who prefer that, and shows a poster where no
script runs. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import base64
import html
import io
import json
import math
import re
from collections.abc import Iterable
from importlib import resources
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from matplotlib.path import Path

from landscape.core.component import Array
from landscape.core.progress import Progress
from landscape.render.canvas.canvas import Canvas, Patch, Pixels, dashes
from landscape.render.movie.movie import Movie
from landscape.render.panels.curves import Curves
from landscape.render.panels.land import Land
from landscape.render.panels.trails import thin_alpha
from landscape.render.style import marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import COMET_STEPS
from landscape.render.text import captions as words
from landscape.render.text.mathematics import without

if TYPE_CHECKING:
    from landscape.render.panels.trails import Bundle

TICKS = 30  # entries a second of the clock and the captions
MOST_ROWS = 1500  # of a run's places; of a longer run, every few steps
MOST_PLACES = 40_000  # of all thin trails
FINE = 8.0  # parts of a pixel
FARTHEST = 4000.0  # pixels: what fits 16 bits in such parts
POSTER = 640  # pixels wide

CODES = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def write(movie: Movie, file: IO[bytes], rate: int, progress: Progress) -> None:
    """Write the page in UTF-8. The browser chooses the frame rate; `rate` is how finely time is scrubbed."""
    canvas, page = movie.canvas, movie.page
    poster = movie.last_frame()
    canvas.reset()
    theme = page.sheet.theme
    clock = movie.clock(TICKS)
    moments = [step for step, repeat in clock for _ in range(repeat)]
    data: dict[str, Any] = {
        "seconds": len(moments) / TICKS, "frames": movie.frame_count(rate), "steps": movie.record.steps,
        "clock": [round(step, 3) for step in moments], "fine": FINE, "comet": COMET_STEPS,
        "page": _url(canvas.frame), "fonts": ", ".join([*map(_quoted, theme.fonts), "Verdana", "sans-serif"]),
        "say": {"play": movie.say("Play"), "pause": movie.say("Pause")},
        "caption": _text(movie, page.caption, theme.label, theme.quiet),
        "counter": _text(movie, page.counter, theme.counter, theme.ink),
        "room": page.caption_room * page.sheet.scale,
    }  # fmt: skip
    captions, done = [], 0
    for step, repeat in clock:
        captions.append(without(movie.caption(step)))
        for _ in range(repeat):
            done += 1
            progress(done, len(moments))
    data["captions"] = list(dict.fromkeys(captions))
    number = {text: at for at, text in enumerate(data["captions"])}
    data["said"] = [number[text] for text, (_, repeat) in zip(captions, clock, strict=True) for _ in range(repeat)]
    if page.land is not None:
        data["land"] = _land(page.land, canvas)
    if page.curves is not None:
        data["curves"] = _curves(page.curves, canvas)
    data["notes"] = {"pinned": _pinned([(when, canvas.patch([text])) for when, text in page.sheet.later])}
    filled = {
        **_described(movie), "INK": theme.ink, "QUIET": theme.quiet, "HEIGHT": str(movie.size[1]),
        "TIME": movie.say("Time"), "POSTER": _poster(poster),
    }  # fmt: skip
    file.write(_filled("player.html", filled, embedded(data)))


def needs_video(movie: Movie) -> bool:
    """Whether the player cannot draw a movie from a few numbers: those of a landscape and of curves it can."""
    return bool(movie.page.panels)


def write_video(movie: Movie, file: IO[bytes], mp4: bytes) -> None:
    """Write a page that holds a video of the movie."""
    url = "data:video/mp4;base64," + base64.b64encode(mp4).decode()
    filled = {**_described(movie), "POSTER": _poster(movie.last_frame()), "VIDEO": url}
    file.write(_filled("video.html", filled))


def _described(movie: Movie) -> dict[str, str]:
    """What both kinds of page are filled with."""
    theme = movie.page.sheet.theme
    title = without(words.title(movie.record, theme))
    alternative = f"{title}. {without(movie.last_words)}"
    return {
        "LANGUAGE": movie.language, "TITLE": title, "ALTERNATIVE": alternative, "PAPER": theme.paper,
        "WIDTH": str(movie.size[0]),
    }  # fmt: skip


def _filled(name: str, values: dict[str, str], data: str = "") -> bytes:
    """A page of this folder with its %WORDS% filled in as text, and its %DATA% as it is."""
    code = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    filled = {**{key: html.escape(value, quote=True) for key, value in values.items()}, "DATA": data}
    return re.sub("%([A-Z]+)%", lambda found: filled[found[1]], code).encode()


def embedded(data: Any) -> str:
    """Data as JSON that may stand in a script of an HTML page, whatever its texts are.

    "<!--<script>" would make the rest of the page a comment in a script, and "</script>" would end it; the two line
    separators end a line of JavaScript.
    """
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, ensure_ascii=False))


def _quoted(name: str) -> str:
    """A font's name as a string of CSS."""
    return json.dumps(name, ensure_ascii=False)


def _pinned(patches: Iterable[tuple[float, Patch]]) -> list[dict[str, Any]]:
    """What is there from a step on; what is off the page is left out, since a picture has at least one pixel."""
    return [{"step": float(step), **_picture(patch)} for step, patch in patches if patch.cover.size]


def _land(land: Land, canvas: Canvas) -> dict[str, Any]:
    theme, pixel = land.theme, canvas.dpi / 72.0
    lines = sum(bundle.thin.size for bundle in land.bundles)
    pinned = [(-1.0, patch) for patch in land.start_patches(canvas)]
    for departure in land.departures():
        for artist in departure.artists:
            artist.set_visible(True)
        pinned.append((departure.step, canvas.patch(list(departure.artists))))
    full = []
    for bundle, run in land.in_order():
        weight = land.weight(bundle, run)
        diverged = bundle.track.status[run] == "diverged"
        full.append({
            **_places_of(land, bundle, run, canvas), "color": bundle.style.color,
            "casing": weight * theme.casing * pixel, "trail": weight * theme.trail * pixel,
            "dashes": dashes(bundle.style.dashes, weight * theme.trail * pixel),
            "head": _shape(marks.head(bundle.style, theme, theme.head), canvas),
            "cross": _shape(marks.cross(bundle.style.color, theme), canvas),
            "stopped": int(bundle.track.stopped[run]) if diverged else None,
        })  # fmt: skip
    thin = []
    for bundle in land.bundles:
        if bundle.thin.size:
            most = max(20, min(MOST_ROWS, MOST_PLACES // lines))
            thin.append({
                **_places(land, bundle, bundle.thin, canvas, most), "color": bundle.style.color,
                "alpha": thin_alpha(bundle, len(land.bundles)), "trail": theme.thin * pixel,
                "head": _shape(land.dot(bundle), canvas),
            })  # fmt: skip
    upper, lower, left, right = canvas.panel(land.ax.bbox.extents)
    # where matplotlib cuts lines off: after the pixels that hold the panel's borders
    x0, y0, x1, y1 = (math.floor(place + 0.5) for place in land.ax.bbox.extents)
    clip = [x0, canvas.height - y1, x1 - x0 + 1, y1 - y0 + 1]
    return {
        "box": [left, upper, right, lower], "clip": clip, "halo": theme.halo, "comet": theme.comet * pixel,
        "trail": theme.trail * pixel, "casing": theme.casing * pixel, "full": full, "thin": thin, "order": land.heads(),
        "pinned": _pinned(pinned),
    }  # fmt: skip


def _curves(curves: Curves, canvas: Canvas) -> dict[str, Any]:
    picture = canvas.page_with(list(curves.draw_lines()))
    theme, heads = curves.theme, []
    pinned = [(step, canvas.patch([artist])) for step, artist in curves.draw_leavers()]
    for curve in curves.curves:
        head = _shape(marks.head(curve.style, theme, theme.head - 2.0), canvas)
        for values, end in zip(curves.lines(curve).T, curves.ends(curve), strict=True):
            kept = _kept(len(curve.steps), MOST_ROWS)
            places = curves.places(curve, values)[kept][:, None]
            last = None if end.kind == "head" else float(end.step)
            heads.append({**_numbers(curve.track.steps[kept], places, canvas), "head": head, "last": last})
    x0, _, x1, _ = curves.ax.bbox.extents
    upper, lower, left, right = curves.box(canvas)
    return {
        "box": [left, upper, right, lower], "panel": [x0, x1], "farthest": curves.farthest, "heads": heads,
        "picture": _url(picture[upper:lower, left:right]),
        "pinned": _pinned(pinned),
    }  # fmt: skip


def _places_of(land: Land, bundle: Bundle, run: int, canvas: Canvas) -> dict[str, Any]:
    """Those of a run that is drawn in full."""
    kept = _kept(len(bundle.track.steps), MOST_ROWS)
    return _numbers(bundle.track.steps[kept], land.drawn_places(bundle, run)[kept][:, None], canvas)


def _places(land: Land, bundle: Bundle, runs: Array, canvas: Canvas, most: int) -> dict[str, Any]:
    kept = _kept(len(bundle.track.steps), most)
    places = land.places(bundle, runs)[kept]
    return _numbers(bundle.track.steps[kept], places, canvas)


def _kept(rows: int, most: int) -> Array:
    """The rows to keep of so many: all, or `most` of them with the first and the last."""
    return np.arange(rows) if rows <= most else np.unique(np.linspace(0, rows - 1, most).round().astype(int))


def _numbers(steps: Array, places: Pixels, canvas: Canvas) -> dict[str, Any]:
    """Steps and places (rows, lines, 2) in pixels from the top left, as base64 of little-endian numbers.

    Places are whole parts of a pixel, of 16 bits; where some are too far for that, all are floats of 64 bits. Cutting
    each coordinate short would turn the line that leads there.
    """
    down = np.stack([places[..., 0], canvas.height - places[..., 1]], axis=-1)
    far = not np.all(np.abs(down) < FARTHEST)
    whole = down.astype("<f8") if far else (FINE * down).round().astype("<i2")
    return {
        "steps": base64.b64encode(np.asarray(steps, dtype="<i4").tobytes()).decode(),
        "places": base64.b64encode(whole.tobytes()).decode(),
        "lines": places.shape[1],
        "far": far,
    }


def _shape(marker: MarkerStyle, canvas: Canvas) -> dict[str, Any]:
    """A marker around (0, 0) as a path of SVG."""
    parts = []
    for points, code in marks.outline(marker, canvas.dpi).iter_segments():
        values = " ".join(f"{-value if at % 2 else value:.2f}" for at, value in enumerate(points))
        parts.append("Z" if code == Path.CLOSEPOLY else CODES[code] + values)
    return {"d": " ".join(parts), "color": marker.color, "edge": marker.edge, "rim": marker.rim * canvas.dpi / 72.0}


def _picture(patch: Patch) -> dict[str, Any]:
    pixels = np.concatenate([patch.color, 255.0 * patch.cover], axis=2).round().astype(np.uint8)
    return {"x": patch.columns.start, "y": patch.rows.start, "picture": _url(pixels)}


def _url(pixels: Pixels) -> str:
    """Pixels (h, w, 4) in a data URL: as PNG where they are transparent in parts, else as JPEG.

    A landscape is smooth: without loss it takes twenty times as long, and more room. Plain paper stays exact.
    """
    from PIL import Image

    held, picture = io.BytesIO(), Image.fromarray(pixels)
    if (pixels[..., 3] < 255).any():
        picture.save(held, "PNG")
        return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()
    picture.convert("RGB").save(held, "JPEG", quality=95, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()


def _poster(pixels: Pixels) -> str:
    """The last frame, small and light, for where no script runs."""
    from PIL import Image

    held = io.BytesIO()
    picture = Image.fromarray(pixels).convert("RGB")
    picture.thumbnail((POSTER, POSTER))
    picture.save(held, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()


def _text(movie: Movie, text: Any, size: float, color: str) -> list[Any] | None:
    """[x, y, size, colour] of a text of the page, in pixels; None where it has none."""
    if text is None:
        return None
    x, y = movie.canvas.place_of(text)
    return [round(x, 1), round(y, 1), round(size * movie.canvas.dpi / 72.0, 1), color]

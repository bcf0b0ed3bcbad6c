"""Write a movie as one page for the browser that holds a video, played by mouse and keyboard.

It stands still for those who prefer that, carries alternative text, and shows a poster where no video plays. Nothing is
fetched from anywhere.
"""

from __future__ import annotations

import base64
import html
import io
import re
from importlib import resources
from typing import IO

from landscape.render.canvas.canvas import Pixels
from landscape.render.movie.movie import Movie
from landscape.render.text import captions as words
from landscape.render.text.mathematics import without

POSTER = 640  # pixels wide


def write_video(movie: Movie, file: IO[bytes], mp4: bytes, rate: int) -> None:
    """Write a page that holds a video of the movie, of `rate` frames a second."""
    theme = movie.page.sheet.theme
    title = without(words.title(movie.record, theme))
    values = {
        "LANGUAGE": movie.language, "TITLE": title, "ALTERNATIVE": f"{title}. {without(movie.last_words)}",
        "PAPER": theme.paper, "WIDTH": str(movie.size[0]), "POSTER": _poster(movie.last_frame()),
        "VIDEO": "data:video/mp4;base64," + base64.b64encode(mp4).decode(), "RATE": str(rate),
    }  # fmt: skip
    code = resources.files(__package__).joinpath("video.html").read_text(encoding="utf-8")
    filled = {key: html.escape(value, quote=True) for key, value in values.items()}
    file.write(re.sub("%([A-Z]+)%", lambda found: filled[found[1]], code).encode())


def _poster(pixels: Pixels) -> str:
    """The last frame, small and light, for where no video plays."""
    from PIL import Image

    held = io.BytesIO()
    picture = Image.fromarray(pixels).convert("RGB")
    picture.thumbnail((POSTER, POSTER))
    picture.save(held, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()

"""Write a movie to a file in the format that its suffix names, at any rate that the format can keep."""

from __future__ import annotations

import io
from typing import IO, NamedTuple

from landscape.render.encoders import animated_images, html, video
from landscape.render.movie.movie import Movie, Progress


class Format(NamedTuple):
    """A format: its usual rate and its highest, in frames a second; whether it can be transparent by degrees."""

    usual: int
    highest: int
    transparent: bool = False


FORMATS = {
    ".mp4": Format(30, 240),
    ".webm": Format(30, 240),
    ".gif": Format(20, 50),  # a GIF's clock has only hundredths of a second, and players take one of them for ten
    ".webp": Format(30, 240, True),
    ".apng": Format(30, 240, True),
    ".png": Format(30, 240, True),
    ".html": Format(60, 240),
}
ANIMATED_IMAGES = {
    ".gif": animated_images.gif,
    ".webp": animated_images.webp,
    ".apng": animated_images.apng,
    ".png": animated_images.apng,
}


def rate_of(suffix: str, fps: int | None) -> int:
    """The rate to write at. ValueError where the format cannot keep it."""
    form = FORMATS[suffix]
    if fps is None:
        return form.usual
    if isinstance(fps, bool) or not 1 <= fps <= form.highest or fps != int(fps):
        raise ValueError(f"fps must be a whole number from 1 to {form.highest} for a {suffix} file, got {fps!r}")
    return int(fps)


def check_transparent(suffix: str) -> None:
    """ValueError where the format cannot be transparent."""
    if not FORMATS[suffix].transparent:
        able = [other for other, form in FORMATS.items() if form.transparent]
        raise ValueError(f"a {suffix} movie cannot be transparent; these can: {', '.join(able)}")


def still(movie: Movie, file: IO[bytes]) -> None:
    """Write the frame on which the movie ends, as a PNG."""
    from PIL import Image

    Image.fromarray(movie.last_frame()).convert("RGBA" if movie.transparent else "RGB").save(file, "PNG")


def write(movie: Movie, file: IO[bytes], suffix: str, rate: int, progress: Progress | None) -> None:
    """Write the movie at `rate` frames a second. OSError where a codec is missing."""
    if suffix in video.FORMATS:
        video.write(movie, file, suffix, rate, progress)
    elif suffix in ANIMATED_IMAGES:
        ANIMATED_IMAGES[suffix](movie, file, rate, progress)
    elif html.needs_video(movie):
        mp4 = io.BytesIO()
        video.write(movie, mp4, ".mp4", html.TICKS, progress)
        html.write_video(movie, file, mp4.getvalue())
    else:
        html.write(movie, file, rate, progress)

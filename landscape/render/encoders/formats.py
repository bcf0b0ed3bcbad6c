"""Write a movie to a file in the format that its suffix names, at any rate that the format can keep."""

from __future__ import annotations

from typing import IO, NamedTuple

from landscape.render.encoders import animated_images as deltas
from landscape.render.encoders import html as player
from landscape.render.encoders import video
from landscape.render.movie.movie import Movie, Progress


class Sink(NamedTuple):
    """A format: its usual rate and its highest, in frames a second; whether it can be transparent by degrees."""

    usual: int
    highest: int
    transparent: bool = False


SINKS = {
    ".mp4": Sink(30, 240),
    ".webm": Sink(30, 240),
    ".gif": Sink(20, 50),  # a GIF's clock has only hundredths of a second, and players take one of them for ten
    ".webp": Sink(30, 240, True),
    ".apng": Sink(30, 240, True),
    ".png": Sink(30, 240, True),
    ".html": Sink(60, 240),
}
DELTAS = {".gif": deltas.gif, ".webp": deltas.webp, ".apng": deltas.apng, ".png": deltas.apng}


def rate_of(suffix: str, fps: int | None) -> int:
    """The rate to write at. ValueError where the format cannot keep it."""
    sink = SINKS[suffix]
    if fps is None:
        return sink.usual
    if isinstance(fps, bool) or not 1 <= fps <= sink.highest or fps != int(fps):
        raise ValueError(f"fps must be a whole number from 1 to {sink.highest} for a {suffix} file, got {fps!r}")
    return int(fps)


def check_transparent(suffix: str) -> None:
    """ValueError where the format cannot be transparent."""
    if not SINKS[suffix].transparent:
        able = [other for other, sink in SINKS.items() if sink.transparent]
        raise ValueError(f"a {suffix} movie cannot be transparent; these can: {', '.join(able)}")


def still(movie: Movie, file: IO[bytes]) -> None:
    """Write the frame on which the movie ends, as a PNG."""
    from PIL import Image

    Image.fromarray(movie.last_frame()).convert("RGBA" if movie.transparent else "RGB").save(file, "PNG")


def write(movie: Movie, file: IO[bytes], suffix: str, rate: int, progress: Progress | None) -> None:
    """Write the movie at `rate` frames a second. OSError where a codec is missing."""
    if suffix in video.FORMATS:
        video.write(movie, file, suffix, rate, progress)
    elif suffix in DELTAS:
        DELTAS[suffix](movie, file, rate, progress)
    else:
        player.write(movie, file, rate, progress)

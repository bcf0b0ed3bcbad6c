"""Write a movie's frames to a file: H.264 in MP4 through PyAV, GIF through Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from landscape.component import Array
from landscape.render import video
from landscape.render.movie import Movie, Progress

if TYPE_CHECKING:
    from PIL.Image import Image

MP4_RATE = 30
GIF_RATE = 20  # a GIF's clock has only hundredths of a second


def write(movie: Movie, file: IO[bytes], suffix: str, progress: Progress | None) -> None:
    """Write a movie in the format that the suffix names."""
    if suffix in video.FORMATS:
        video.write(movie, file, suffix, MP4_RATE, progress)
    else:
        gif(movie, file, progress)


def gif(movie: Movie, file: IO[bytes], progress: Progress | None) -> None:
    """255 colours chosen from the last frame, and one for "as before"; 20 frames a second, looping."""
    durations = [1000 * repeat // GIF_RATE for _, repeat in movie.clock(GIF_RATE)]
    stills = _stills(movie, progress)
    first = next(stills)
    first.save(file, format="GIF", save_all=True, append_images=stills, duration=durations, loop=0, optimize=True)


def _stills(movie: Movie, progress: Progress | None) -> Iterator[Image]:
    """The frames in the palette's colours. Only what has changed is converted."""

    exact = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in movie.colors], dtype=np.uint8)
    palette = _palette(movie, exact)
    picture = palette.resize(movie.size)
    before: Array | None = None
    for pixels, _ in _counted(movie, GIF_RATE, progress):
        if pixels is None:
            continue
        box = _changed(before, pixels)
        if box is not None:
            left, top, right, bottom = box
            picture.paste(_in_palette(pixels[top:bottom, left:right], palette, exact), (left, top))
        before = pixels.copy()
        yield picture.copy()


def _palette(movie: Movie, exact: Array) -> Image:
    """A picture with a palette: the colours exact (n, 3) first, then those that serve the last frame best."""
    from PIL import Image

    chosen = Image.fromarray(movie.last_frame()[..., :3]).quantize(255 - len(exact), dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*exact.ravel().tolist(), *(chosen.getpalette("RGB") or [])])
    return palette


def _in_palette(pixels: Array, palette: Image, exact: Array) -> Image:
    """Pixels (h, w, 4) in the palette's colours. Pillow looks up coarsely, so that the exact ones are set by hand."""
    from PIL import Image

    packed = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    wanted = np.concatenate([exact, np.full((len(exact), 1), 255, dtype=np.uint8)], axis=1).view(np.uint32)[:, 0]
    rgb = np.ascontiguousarray(pixels[..., :3])
    indices = np.array(Image.fromarray(rgb).quantize(palette=palette, dither=Image.Dither.NONE))
    for index, color in enumerate(wanted):
        indices[packed == color] = index
    return Image.fromarray(indices)


def _changed(before: Array | None, now: Array) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) of what differs from the frame before; None where nothing does."""
    if before is None:
        return 0, 0, now.shape[1], now.shape[0]
    differs = before.view(np.uint32)[..., 0] != now.view(np.uint32)[..., 0]
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _counted(movie: Movie, rate: int, progress: Progress | None) -> Iterator[tuple[Any, int]]:
    """(pixels, number) of every frame; None for pixels that are those of the frame before."""
    total = sum(repeat for _, repeat in movie.clock(rate))
    number = 0
    for pixels, repeat, _ in movie.frames(rate):
        for again in range(repeat):
            yield (pixels if again == 0 else None), number
            number += 1
            if progress is not None:
                progress(number, total)

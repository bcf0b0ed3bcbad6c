"""Write a movie as an animated picture: GIF, APNG or WebP, frame by frame, each only as far as it differs.

A frame is the rectangle around all that has changed; what has not changed within it is transparent. Pillow compresses
the rectangles, this module puts them into their files, so that no more than a frame is in memory.
Sources: GIF89a specification (CompuServe 1990); PNG specification, third edition (W3C 2025), section 11.3.6; WebP
container specification, RFC 9649 (2024), section 2.7.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.progress import Progress
from landscape.render.encoders.changed_tiles import BLOCK, Blocks, tiled
from landscape.render.movie.movie import Movie, Shot

if TYPE_CHECKING:
    from PIL.Image import Image

Lookup = Callable[[Array], Array]

CLEAR = 255  # the index of a GIF's transparent colour
CELLS = 64  # of a colour table, on each side
LIGHT = 6  # how hard zlib tries


class Delta(NamedTuple):
    """What is new at a place: pixels (h, w) with `clear` where nothing is, shown from frame `first` until `end`."""

    left: int
    top: int
    pixels: Array
    first: int
    end: int


def gif(movie: Movie, file: IO[bytes], rate: int, progress: Progress) -> None:
    """255 colours chosen from the last frame, looping."""
    from PIL import Image

    table, lookup = _palette(movie)
    width, height = movie.size
    file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + table)
    file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    for delta in _deltas(movie, rate, progress, lookup, np.uint8(CLEAR)):
        tall, wide = delta.pixels.shape
        hundredths = round(100 * delta.end / rate) - round(100 * delta.first / rate)
        file.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0x05, hundredths, CLEAR, 0))
        file.write(b"\x2c" + struct.pack("<HHHHB", delta.left, delta.top, wide, tall, 0))
        file.write(_codes(Image.fromarray(delta.pixels)))
    file.write(b"\x3b")


def apng(movie: Movie, file: IO[bytes], rate: int, progress: Progress) -> None:
    """True colours, looping. What is transparent replaces what was there; else it lets that be seen."""
    width, height = movie.size
    file.write(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)))
    place = file.tell()
    file.write(_chunk(b"acTL", struct.pack(">II", 1, 0)))
    count = number = 0
    for delta in _deltas(movie, rate, progress, _whole, np.uint32(0)):
        tall, wide = delta.pixels.shape
        frames, over = delta.end - delta.first, 1 if number and not movie.transparent else 0
        control = struct.pack(">IIIIIHHBB", number, wide, tall, delta.left, delta.top, frames, rate, 0, over)
        file.write(_chunk(b"fcTL", control))
        number += 1
        rows = np.zeros((tall, 1 + 4 * wide), dtype=np.uint8)
        rows[:, 1:] = _bytes_of(delta.pixels).reshape(tall, -1)
        if count == 0:
            rows[:, 0] = 1  # each byte less the one to the left: the landscape has slopes
            rows[:, 5:] -= _bytes_of(delta.pixels).reshape(tall, -1)[:, :-4]
        data = zlib.compress(rows.tobytes(), LIGHT)
        if count == 0:
            file.write(_chunk(b"IDAT", data))
        else:
            file.write(_chunk(b"fdAT", struct.pack(">I", number) + data))
            number += 1
        count += 1
    file.write(_chunk(b"IEND", b""))
    file.seek(place)
    file.write(_chunk(b"acTL", struct.pack(">II", count, 0)))
    file.seek(0, io.SEEK_END)


def webp(movie: Movie, file: IO[bytes], rate: int, progress: Progress) -> None:
    """True colours without loss, looping, transparent as in `apng`. OSError where Pillow was built without WebP."""
    from PIL import Image, features

    if not features.check("webp"):
        raise OSError("a .webp file needs a Pillow that was built with WebP; install Pillow from its wheels")
    width, height = movie.size
    begin = file.tell()
    file.write(b"RIFF\0\0\0\0WEBP")
    file.write(_piece(b"VP8X", struct.pack("<I", 0x12) + _three(width - 1) + _three(height - 1)))
    file.write(_piece(b"ANIM", struct.pack("<IH", 0, 0)))
    for delta in _deltas(movie, rate, progress, _whole, np.uint32(0), even=True):
        tall, wide = delta.pixels.shape
        held = io.BytesIO()
        Image.fromarray(_bytes_of(delta.pixels)).save(held, "WEBP", lossless=True, quality=0, method=1)
        thousandths = round(1000 * delta.end / rate) - round(1000 * delta.first / rate)
        place = _three(delta.left // 2) + _three(delta.top // 2) + _three(wide - 1) + _three(tall - 1)
        mixing = b"\2" if movie.transparent else b"\0"
        file.write(_piece(b"ANMF", place + _three(thousandths) + mixing + _image_of(held.getvalue())))
    size = file.tell() - begin - 8
    file.seek(begin + 4)
    file.write(struct.pack("<I", size))
    file.seek(0, io.SEEK_END)


def _deltas(
    movie: Movie, rate: int, progress: Progress, lookup: Lookup, clear: np.generic, even: bool = False
) -> Iterator[Delta]:
    """Every change of the picture that `lookup` makes of pixels. even: from even rows and columns on."""
    total, first, now = movie.frame_count(rate), 0, 0
    screen = Screen(movie.size, lookup, clear)
    changed = screen.anew if movie.transparent else screen.change
    waiting: tuple[int, int, Array] | None = None
    for shot in movie.frames(rate):
        found = screen.renew(shot) if waiting is None else changed(shot)
        if found is not None:
            if waiting is not None:
                yield Delta(*waiting, first, now)
            waiting, first = _evened(found, clear) if even else found, now
        for _ in range(shot.repeat):
            now += 1
            progress(now, total)
    assert waiting is not None
    yield Delta(*waiting, first, now)


class Screen:
    """The picture that a player of the file has on its screen. lookup: pixels (n, 16, 16) of type uint32 -> as they are
    written."""

    def __init__(self, size: tuple[int, int], lookup: Lookup, clear: np.generic) -> None:
        width, height = size
        self._lookup, self._clear = lookup, clear
        self._blocks = Blocks(height, width)
        self._shown = np.full((height, width), clear)
        self._fresh = self._shown.copy()  # clear wherever nothing is new

    def renew(self, shot: Shot) -> tuple[int, int, Array]:
        """The whole picture, as (left, top, pixels)."""
        height, width = self._shown.shape
        self.change(shot._replace(boxes=[(0, height, 0, width)]))
        return 0, 0, self._shown.copy()

    def anew(self, shot: Shot) -> tuple[int, int, Array] | None:
        """The same as `change` with all that is shown there, also what is no different."""
        found = self.change(shot)
        if found is None:
            return None
        left, top, part = found
        down, right = top + part.shape[0], left + part.shape[1]
        left, top = left - left % 2, top - top % 2  # where a WebP must begin
        return left, top, self._shown[top:down, left:right].copy()

    def change(self, shot: Shot) -> tuple[int, int, Array] | None:
        """(left, top, pixels) of what differs from the picture before; None for nothing."""
        tops, lefts = self._blocks.touched(shot.boxes)
        shown, fresh = tiled(self._shown), tiled(self._fresh)
        now = self._lookup(tiled(shot.pixels.view(np.uint32)[..., 0])[tops, lefts])
        differs = now != shown[tops, lefts]
        new = np.flatnonzero(differs.any(axis=(1, 2)))
        if not new.size:
            return None
        tops, lefts, now, differs = tops[new], lefts[new], now[new], differs[new]
        shown[tops, lefts] = now
        fresh[tops, lefts] = np.where(differs, now, self._clear)
        rows = tops + differs.any(axis=2).argmax(axis=1)
        ends = tops + BLOCK - differs.any(axis=2)[:, ::-1].argmax(axis=1)
        columns = lefts + differs.any(axis=1).argmax(axis=1)
        sides = lefts + BLOCK - differs.any(axis=1)[:, ::-1].argmax(axis=1)
        top, left = int(rows.min()), int(columns.min())
        part = self._fresh[top : ends.max(), left : sides.max()].copy()
        fresh[tops, lefts] = self._clear
        return left, top, part


def _evened(found: tuple[int, int, Array], clear: np.generic) -> tuple[int, int, Array]:
    """The same from an even row and column on."""
    left, top, pixels = found
    pad = ((top % 2, 0), (left % 2, 0))
    return left - left % 2, top - top % 2, np.pad(pixels, pad, constant_values=clear)


def _whole(packed: Array) -> Array:
    """True colours: pixels as they are."""
    return packed


def _bytes_of(packed: Array) -> Array:
    """(h, w, 4): the other way round."""
    return np.ascontiguousarray(packed).view(np.uint8).reshape(*packed.shape, 4)


def _palette(movie: Movie) -> tuple[bytes, Lookup]:
    """(256 colours of 3 bytes, what finds each pixel's own): the colours that mean something are exact."""
    from PIL import Image

    exact = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in movie.colors], dtype=np.uint8)
    last = np.ascontiguousarray(movie.last_frame()[::2, ::2, :3])  # a quarter of the pixels has all the colours
    chosen = Image.fromarray(last).quantize(255 - len(exact), dither=Image.Dither.NONE)
    others = np.array(chosen.getpalette("RGB") or [], dtype=np.uint8).reshape(-1, 3)
    colors = np.concatenate([exact, others])[:CLEAR]
    table = np.full(CELLS**3, CLEAR, dtype=np.uint8)
    red, green, blue = (exact >> 2).astype(np.intp).T
    table[(blue * CELLS + green) * CELLS + red] = np.arange(len(exact))

    def lookup(packed: Array) -> Array:
        # red is the lowest byte of a pixel
        cells = packed >> 2 & 0x3F | packed >> 4 & 0xFC0 | packed >> 6 & 0x3F000
        found = table[cells]
        new = found == CLEAR
        if new.any():
            met = np.unique(cells[new])
            table[met] = _nearest(colors, met)
            found = table[cells]
        return found

    return colors.tobytes().ljust(3 * 256, b"\0"), lookup


def _nearest(colors: Array, cells: Array) -> Array:
    """(n,): the number of the colour that is nearest to the middle of each of n cells."""
    middles = np.stack([cells % CELLS, cells // CELLS % CELLS, cells // CELLS**2], axis=1) * 4.0 + 1.5
    known = colors.astype(np.float64)
    return np.asarray(np.argmax(middles @ known.T - 0.5 * np.sum(known * known, axis=1), axis=1))


def _codes(picture: Image) -> bytes:
    """The compressed codes of a picture of one byte a pixel, as they stand in a GIF."""
    held = io.BytesIO()
    picture.save(held, "GIF", optimize=False, interlace=0)
    data = held.getvalue()
    at = 13 + _table_size(data[10])
    while data[at] == 0x21:  # an extension: its kind, then blocks up to an empty one
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    at += 10 + _table_size(data[at + 9])
    return data[at:-1]


def _table_size(flags: int) -> int:
    """How many bytes the colours take that a GIF's flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _image_of(data: bytes) -> bytes:
    """The image's own pieces of a WebP file of one frame."""
    at = 12
    while data[at : at + 4] == b"VP8X":
        at += 8 + struct.unpack("<I", data[at + 4 : at + 8])[0]
    return data[at:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _piece(kind: bytes, data: bytes) -> bytes:
    """A piece of a RIFF file."""
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _three(number: int) -> bytes:
    """A number in three bytes, the lowest first."""
    return number.to_bytes(3, "little")

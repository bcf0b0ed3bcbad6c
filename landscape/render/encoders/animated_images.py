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
from landscape.render.canvas.canvas import Box, area, extent
from landscape.render.encoders.changed_tiles import BLOCK, Blocks, tiled
from landscape.render.movie.movie import Movie, Shot

if TYPE_CHECKING:
    from PIL.Image import Image

Lookup = Callable[[Array], Array]

CLEAR = 255  # the index of a GIF's transparent colour
CELLS = 64  # of a colour table, on each side
LIGHT = 6  # how hard zlib tries


SHORTEST = 0.011  # seconds for which browsers show a picture as long as they are told to
MOST_PARTS = 3


class Part(NamedTuple):
    """What is new at a place: pixels (h, w). Those that are clear let what lies there be seen, or replace it too."""

    left: int
    top: int
    pixels: Array
    replaces: bool = False


class Delta(NamedTuple):
    """A part that is shown from `first` until `end`, in frames."""

    part: Part
    first: float
    end: float

    def thousandths(self, rate: int) -> int:
        """For how many of a second it is shown; those of all together are right."""
        return round(1000 * self.end / rate) - round(1000 * self.first / rate)


def gif(movie: Movie, file: IO[bytes], rate: int, progress: Progress) -> None:
    """255 colours chosen from the last frame, looping."""
    from PIL import Image

    table, lookup = _palette(movie)
    width, height = movie.size
    file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + table)
    file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    for delta in _deltas(movie, rate, progress, lookup, np.uint8(CLEAR)):
        part = delta.part
        tall, wide = part.pixels.shape
        hundredths = round(100 * delta.end / rate) - round(100 * delta.first / rate)
        file.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0x05, hundredths, CLEAR, 0))
        file.write(b"\x2c" + struct.pack("<HHHHB", part.left, part.top, wide, tall, 0))
        file.write(_codes(Image.fromarray(part.pixels)))
    file.write(b"\x3b")


def apng(movie: Movie, file: IO[bytes], rate: int, progress: Progress) -> None:
    """True colours, looping. What is transparent replaces what was there; else it lets that be seen."""
    width, height = movie.size
    file.write(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)))
    place = file.tell()
    file.write(_chunk(b"acTL", struct.pack(">II", 1, 0)))
    count = number = 0
    for delta in _deltas(movie, rate, progress, _whole, np.uint32(0)):
        part = delta.part
        tall, wide = part.pixels.shape
        lasts, over = delta.thousandths(rate), 0 if part.replaces or not number else 1
        control = struct.pack(">IIIIIHHBB", number, wide, tall, part.left, part.top, lasts, 1000, 0, over)
        file.write(_chunk(b"fcTL", control))
        number += 1
        rows = np.zeros((tall, 1 + 4 * wide), dtype=np.uint8)
        rows[:, 1:] = _bytes_of(part.pixels).reshape(tall, -1)
        if count == 0:
            rows[:, 0] = 1  # each byte less the one to the left: the landscape has slopes
            rows[:, 5:] -= _bytes_of(part.pixels).reshape(tall, -1)[:, :-4]
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
        part = delta.part
        tall, wide = part.pixels.shape
        held = io.BytesIO()
        Image.fromarray(_bytes_of(part.pixels)).save(held, "WEBP", lossless=True, quality=0, method=1)
        place = _three(part.left // 2) + _three(part.top // 2) + _three(wide - 1) + _three(tall - 1)
        mixing = b"\2" if part.replaces else b"\0"
        file.write(_piece(b"ANMF", place + _three(delta.thousandths(rate)) + mixing + _image_of(held.getvalue())))
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
    most = min(MOST_PARTS, int(1.0 / (SHORTEST * rate))) if movie.transparent else 0
    waiting: list[Part] = []
    for shot in movie.frames(rate):
        found = screen.parts(shot, most) if waiting else [screen.renew(shot)]
        if found:
            yield from _lasting(waiting, first, now, SHORTEST * rate)
            waiting, first = [_evened(part, clear) for part in found] if even else found, now
        for _ in range(shot.repeat):
            now += 1
            progress(now, total)
    yield from _lasting(waiting, first, now, SHORTEST * rate)


def _lasting(parts: list[Part], first: float, end: float, shortest: float) -> Iterator[Delta]:
    """A picture's parts one after the other, each as briefly as may be but for the last, with which it is whole."""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        yield Delta(part, first + number * shortest, end if last else first + (number + 1) * shortest)


class Screen:
    """The picture that a player of the file has on its screen. lookup: pixels (n, 16, 16) of type uint32 -> as they are
    written."""

    def __init__(self, size: tuple[int, int], lookup: Lookup, clear: np.generic) -> None:
        width, height = size
        self._lookup, self._clear = lookup, clear
        self._blocks = Blocks(height, width)
        self._shown = np.full((height, width), clear)
        self._fresh = self._shown.copy()  # clear wherever nothing is new

    def renew(self, shot: Shot) -> Part:
        """The whole picture."""
        height, width = self._shown.shape
        self.change(shot._replace(boxes=[(0, height, 0, width)]))
        return Part(0, 0, self._shown.copy(), replaces=True)

    def parts(self, shot: Shot, most: int) -> list[Part]:
        """What differs from the picture before, in the order to be shown; most: how many of a transparent picture.

        Opaque pixels are laid over what was there. The others have to replace it, in a rectangle with all that is in
        it; two of them are smaller where words and curves change at different places, with the landscape between.
        """
        before = self._shown.copy() if most else self._shown
        found = self.change(shot)
        if found is None or not most:
            return [] if found is None else [found]
        rest = (self._shown != before) & (self._shown >> 24 < 255)
        if not rest.any():
            return [found]
        if most == 1:
            return [self._replacing(_box(self._shown != before))]
        boxes = _two_boxes(rest) if most > 2 else [_box(rest)]
        laid, place = found.pixels, (found.top, found.left)
        laid[rest[tuple(slice(at, at + size) for at, size in zip(place, laid.shape, strict=True))]] = self._clear
        replacing = [self._replacing(box) for box in boxes]
        return [found, *replacing] if (laid != self._clear).any() else replacing

    def _replacing(self, box: Box) -> Part:
        """All that is shown in a box, from where a WebP may begin."""
        upper, lower, left, right = box
        left, upper = left - left % 2, upper - upper % 2
        return Part(left, upper, self._shown[upper:lower, left:right].copy(), replaces=True)

    def change(self, shot: Shot) -> Part | None:
        """What differs from the picture before; None for nothing."""
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
        return Part(left, top, part)


def _two_boxes(there: Array) -> list[Box]:
    """The two boxes, one above or beside the other, around all of `there` (h, w) that have the smallest area together;
    one where two are no smaller."""
    upper, lower, left, right = _box(there)
    rows, columns = range(upper + BLOCK, lower, BLOCK), range(left + BLOCK, right, BLOCK)
    halves = [(there[:row], there[row:], row, 0) for row in rows]
    halves += [(there[:, :column], there[:, column:], 0, column) for column in columns]
    best = [(upper, lower, left, right)]
    for one, other, down, over in halves:
        boxes = [_box(one), _shifted(_box(other), down, over)]
        best = min(best, boxes, key=lambda boxes: sum(map(area, boxes)))
    return best


def _box(there: Array) -> Box:
    """The box around what is there (h, w)."""
    rows, columns = extent(np.any(there, axis=1)), extent(np.any(there, axis=0))
    return rows.start, rows.stop, columns.start, columns.stop


def _shifted(box: Box, down: int, right: int) -> Box:
    return box[0] + down, box[1] + down, box[2] + right, box[3] + right


def _evened(part: Part, clear: np.generic) -> Part:
    """The same from an even row and column on."""
    left, top, pixels, _ = part
    pad = ((top % 2, 0), (left % 2, 0))
    padded = np.pad(pixels, pad, constant_values=clear) if left % 2 or top % 2 else pixels
    return part._replace(left=left - left % 2, top=top - top % 2, pixels=padded)


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

"""Write a movie as video: H.264 in MP4 or VP9 in WebM, through PyAV.

The encoder is given one and the same frame again and again; between two only the blocks that differ are written. While
it works, in a thread of its own, the next frame is drawn.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from landscape.core.progress import Progress
from landscape.render.encoders.yuv import Planes
from landscape.render.movie.movie import Movie

if TYPE_CHECKING:
    from landscape.core.component import Array

# BT.709 with studio levels, as numbers of ITU-T H.273: without the tags players guess, and colours shift.
BT709, STUDIO = 1, 1


class Format(NamedTuple):
    """A container and a codec, with the options of either; standing: of the codec where the ground stands still."""

    codec: str
    options: Mapping[str, str]
    container: Mapping[str, str]
    standing: Mapping[str, str]


# Pictures of one scene gain nothing from a search for cuts, nor from frames that refer to later ones. The filter that
# smooths the edges of blocks is off: it blurs a frame that stands by itself most, so that words there are dim, and jump
# in the next frame. On a ground that stands still, motion by quarters of a pixel and weights take a third of the time
# and save a twentieth of the size, and whole frames are not needed every 250 frames, where words would jump again.
H264 = {"preset": "veryfast", "crf": "20", "bf": "0", "sc_threshold": "0", "deblock": "-6,-6"}
VP9 = {"deadline": "realtime", "cpu-used": "8", "crf": "30", "b": "0", "row-mt": "1"}
MP4 = Format("libx264", H264, {"movflags": "+faststart"}, {"weightp": "none", "subq": "1", "g": "600"})
# bit by bit: its numbers for tracks are drawn by lot otherwise
WEBM = Format("libvpx-vp9", VP9, {"fflags": "+bitexact"}, {})
FORMATS = {".mp4": MP4, ".webm": WEBM}


def write(movie: Movie, file: IO[bytes], suffix: str, rate: int, progress: Progress) -> None:
    """Write the movie at `rate` frames a second; an odd last row or column is left out.

    OSError where PyAV was built without the codec.
    """
    import av

    chosen = FORMATS[suffix]
    try:
        av.Codec(chosen.codec, "w")
    except (av.error.FFmpegError, ValueError):
        raise OSError(
            f'a {suffix} file needs the encoder "{chosen.codec}", which this PyAV ({av.__version__}) lacks; '
            "install PyAV from its wheels, or choose another format"
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"movie{suffix}"
        with av.open(str(path), "w", options=dict(chosen.container)) as container:
            _encode(movie, container, chosen, rate, progress)
        with path.open("rb") as finished:
            shutil.copyfileobj(finished, file)


def _encode(movie: Movie, container: Any, chosen: Format, rate: int, progress: Progress) -> None:
    import av

    width, height = (size - size % 2 for size in movie.size)
    options = {**chosen.options, **({} if movie.turns else chosen.standing)}
    stream = container.add_stream(chosen.codec, rate=rate, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = STUDIO
    context.time_base = Fraction(1, rate)
    context.thread_count = 0
    frame = av.VideoFrame(width, height, "yuv420p")
    planes = Planes(*(plane_of(plane) for plane in frame.planes))
    total, done = movie.frame_count(rate), 0

    def encode(numbers: range) -> range:
        for number in numbers:
            frame.pts = number
            container.mux(stream.encode(frame))
        return numbers

    with ThreadPoolExecutor(1) as encoder:
        waiting: Future[range] | None = None
        for shot in movie.frames(rate):
            if waiting is not None:
                _tell(waiting.result(), total, progress)
            planes.update(shot.pixels, shot.boxes)
            waiting = encoder.submit(encode, range(done, done + shot.repeat))
            done += shot.repeat
        assert waiting is not None
        _tell(waiting.result(), total, progress)
    container.mux(stream.encode())


def _tell(numbers: range, total: int, progress: Progress) -> None:
    """Say that these frames are done."""
    for number in numbers:
        progress(number + 1, total)


def plane_of(plane: Any) -> Array:
    """(height, width): the plane's own bytes, not a copy."""
    return np.frombuffer(plane, dtype=np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]

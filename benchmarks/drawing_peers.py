"""What people do now: the movies of `drawing.py` with plain matplotlib, each run as a process of its own.

    python benchmarks/drawing_peers.py r1-plain RECORD OUT --frames 300 --preset medium

`r1-plain`, `r2-plain`, `r3-plain`, `r5-plain`: FuncAnimation, as the manual shows it, with a fixed legend.
`r1-blit`: the background kept, the artists drawn over it, the pixels handed straight to the encoder. `r1-plain-same`,
`r1-blit-same`: both with the picture that landscape draws, which has more on it. All write through
PyAV or Pillow in the same process, so that no second program shares the work.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import AbstractMovieWriter, FuncAnimation, PillowWriter

COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#B5508F", "#222222")
MARKERS = "osD^Pv"
RATE = 30


class Encoder:
    """H.264 in MP4 from whole RGBA pictures."""

    def __init__(self, path: str, width: int, height: int, preset: str) -> None:
        import av

        self.av = av
        self.container = av.open(path, "w", options={"movflags": "+faststart"})
        self.stream = self.container.add_stream("libx264", rate=RATE, options={"preset": preset, "crf": "20"})
        self.stream.width, self.stream.height, self.stream.pix_fmt = width, height, "yuv420p"

    def add(self, pixels: Any) -> None:
        frame = self.av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba")
        self.container.mux(self.stream.encode(frame.reformat(format="yuv420p")))

    def close(self) -> None:
        self.container.mux(self.stream.encode())
        self.container.close()


class Writer(AbstractMovieWriter):
    """What FFMpegWriter does, with the encoder in this process instead of behind a pipe."""

    def __init__(self, preset: str) -> None:
        super().__init__(fps=RATE)
        self.preset = preset

    @classmethod
    def isAvailable(cls) -> bool:  # noqa: N802
        return True

    def setup(self, fig: Any, outfile: Any, dpi: float | None = None) -> None:
        super().setup(fig, outfile, dpi)
        width, height = (size - size % 2 for size in self.frame_size)
        self.encoder = Encoder(str(outfile), width, height, self.preset)

    def grab_frame(self, **settings: Any) -> None:
        from io import BytesIO

        buffer = BytesIO()
        self.fig.savefig(buffer, format="rgba", dpi=self.dpi, **settings)
        width, height = self.frame_size
        pixels = np.frombuffer(buffer.getbuffer(), np.uint8).reshape(height, width, 4)
        self.encoder.add(pixels[: height - height % 2, : width - width % 2])

    def finish(self) -> None:
        self.encoder.close()


class Dashboard:
    """The landscape and the convergence, side by side."""

    def __init__(self, record: str, width: int, height: int) -> None:
        self.labels, self.paths, self.losses = runs(record)
        self.figure, (self.land, self.curves) = plt.subplots(1, 2, figsize=(width / 100, height / 100), dpi=100)
        x, y, z = grid(400)
        levels = np.geomspace(z.min() + 1e-3, z.max(), 40)
        self.land.contourf(x, y, z, levels=levels, norm=matplotlib.colors.LogNorm(), cmap="Blues_r")
        self.land.set(title="Rosenbrock", xlabel="x", ylabel="y", xlim=(-2.2, 2.2), ylim=(-1, 3))
        steps = self.paths.shape[1] - 1
        self.curves.set(title="loss", xlabel="step", yscale="log", xlim=(0, steps))
        self.curves.set_ylim(max(1e-6, self.losses.min() / 2), self.losses.max() * 2)
        self.trails, self.heads, self.lines = [], [], []
        for label, color, marker in zip(self.labels, COLORS, MARKERS, strict=False):
            self.trails += self.land.plot([], [], color=color, lw=2.2, label=label)
            self.heads += self.land.plot([], [], marker, color=color, ms=13, mec="white")
            self.lines += self.curves.plot([], [], color=color, lw=2.2)
        self.land.legend(loc="upper right")
        self.words = self.figure.text(0.02, 0.96, "")
        self.figure.subplots_adjust(0.06, 0.1, 0.98, 0.9)

    @property
    def artists(self) -> list[Any]:
        return [*self.trails, *self.heads, *self.lines, self.words]

    def show(self, step: int) -> list[Any]:
        """Everything as it is at a step."""
        for number, (path, losses) in enumerate(zip(self.paths, self.losses, strict=True)):
            self.trails[number].set_data(*path[: step + 1].T)
            self.heads[number].set_data(*path[step : step + 1].T)
            self.lines[number].set_data(np.arange(step + 1), losses[: step + 1])
        self.words.set_text(f"step {step}   lowest loss {self.losses[:, step].min():.3g}")
        return self.artists

    def steps(self, frames: int) -> list[int]:
        return [int(step) for step in np.linspace(0, self.paths.shape[1] - 1, frames)]


def runs(record: str) -> tuple[list[str], Any, Any]:
    """(labels, paths (entrants, rows, 2), losses (entrants, rows)) of a record's first runs."""
    import json

    with np.load(record) as archive:
        labels = [track["label"] for track in json.loads(archive["metadata.json"])["entrants"]]
        paths = np.array([archive[f"tracks/{n}/params"][:, :, 0] for n in range(len(labels))])
        losses = np.array([archive[f"tracks/{n}/value"][:, 0] for n in range(len(labels))])
    return labels, paths, losses


def grid(count: int) -> tuple[Any, Any, Any]:
    x, y = np.meshgrid(np.linspace(-2.2, 2.2, count), np.linspace(-1, 3, count))
    return x, y, (1 - x) ** 2 + 100 * (y - x * x) ** 2


def plain_movie(record: str, out: str, frames: int, preset: str, width: int = 1280, height: int = 720) -> None:
    made = Dashboard(record, width, height)
    FuncAnimation(made.figure, made.show, made.steps(frames)).save(out, writer=Writer(preset))


def plain_gif(record: str, out: str, frames: int, preset: str) -> None:
    made = Dashboard(record, 800, 450)
    FuncAnimation(made.figure, made.show, made.steps(frames)).save(out, writer=PillowWriter(fps=20))


def plain_page(record: str, out: str, frames: int, preset: str) -> None:
    matplotlib.rcParams["animation.embed_limit"] = 200.0
    made = Dashboard(record, 1280, 720)
    Path(out).write_text(FuncAnimation(made.figure, made.show, made.steps(frames)).to_jshtml())


def blit_movie(record: str, out: str, frames: int, preset: str) -> None:
    blitted(Dashboard(record, 1280, 720), out, frames, preset)


def plain_same(record: str, out: str, frames: int, preset: str) -> None:
    from drawing_same import Same

    made = Same(record)
    FuncAnimation(made.figure, made.show, made.steps(frames)).save(out, writer=Writer(preset))


def blit_same(record: str, out: str, frames: int, preset: str) -> None:
    from drawing_same import Same

    blitted(Same(record), out, frames, preset)


def blitted(made: Any, out: str, frames: int, preset: str) -> None:
    """Draw the artists alone over a copy of the rest."""
    for artist in made.artists:
        artist.set_animated(True)
    canvas = made.figure.canvas
    canvas.draw()
    ground = canvas.copy_from_bbox(made.figure.bbox)
    encoder = Encoder(out, 1280, 720, preset)
    for step in made.steps(frames):
        canvas.restore_region(ground)
        for artist in made.show(step):
            made.figure.draw_artist(artist)
        encoder.add(canvas.buffer_rgba())
    encoder.close()


def plain_space(record: str, out: str, frames: int, preset: str) -> None:
    labels, paths, losses = runs(record)
    figure = plt.figure(figsize=(12.8, 7.2), dpi=100)
    ax: Any = figure.add_subplot(projection="3d")
    x, y, z = grid(100)
    cap = 400.0
    ax.plot_surface(x, y, np.minimum(z, cap), rcount=100, ccount=100, cmap="Blues_r", alpha=0.9)
    ax.set(title="Rosenbrock", xlabel="x", ylabel="y", zlabel="loss", zlim=(0, cap))
    trails = [
        ax.plot([], [], [], color=color, lw=2.2, label=label, zorder=5)[0]
        for label, color in zip(labels, COLORS, strict=False)
    ]
    ax.legend(loc="upper right")
    steps = np.linspace(0, paths.shape[1] - 1, frames).astype(int)

    def show(number: int) -> list[Any]:
        for trail, path, loss in zip(trails, paths, losses, strict=True):
            count = steps[number] + 1
            trail.set_data_3d(*path[:count].T, np.minimum(loss[:count], cap))
        ax.view_init(35.0, -60.0 + 90.0 * number / frames)
        return trails

    FuncAnimation(figure, show, frames).save(out, writer=Writer(preset))


JOBS = {
    "r1-plain": plain_movie,
    "r1-blit": blit_movie,
    "r1-plain-same": plain_same,
    "r1-blit-same": blit_same,
    "r2-plain": plain_gif,
    "r3-plain": plain_space,
    "r5-plain": plain_page,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=sorted(JOBS))
    parser.add_argument("record")
    parser.add_argument("out")
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--preset", default="medium")
    given = parser.parse_args()
    JOBS[given.job](given.record, given.out, given.frames, given.preset)


if __name__ == "__main__":
    main()

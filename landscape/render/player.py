from __future__ import annotations

from typing import IO

from landscape.render.movie import Movie, Progress


def write(movie: Movie, file: IO[bytes], progress: Progress | None) -> None:
    raise NotImplementedError

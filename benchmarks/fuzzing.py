"""What the fuzz drivers of this folder share: limits on a case, a watch on what it does, and coverage-guided fuzzing.

with watched() as seen, limited(5.0):
    load(path)
seen                                  # ["it imported evil"]: what nobody who reads data may do

guided(test, ["landscape.record"], corpus, runs=20_000, seed=0)   # needs atheris: pip install atheris
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

# audit events of Python that reading data has no reason for
ACTS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.remove", "os.rename", "os.mkdir", "os.rmdir",
        "subprocess.Popen", "socket.", "shutil.", "ctypes.dlopen", "builtins.input", "pty.spawn", "webbrowser.open")  # fmt: skip
STRANGERS = {
    "evil",
    "code",
    "antigravity",
    "this",
    "torch",
    "jax",
    "optax",
    "cma",
    "sklearn",
    "xarray",
    "pty",
    "webbrowser",
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_watching: list[str] | None = None
_hooked = False


class Hang(BaseException):
    """A case has taken longer than it may."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Hang after so many seconds of the processor, which a busy machine does not stretch as it does the clock."""

    def late(number: int, frame: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching is None:
        return
    if event == "import" and str(arguments[0]).partition(".")[0] in STRANGERS:
        _watching.append(f"it imported {arguments[0]}")
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        _watching.append(f"it opened {arguments[0]!r:.80} to write")
    elif event.startswith(ACTS):
        _watching.append(f"it did {event} {arguments!r:.80}")


@contextlib.contextmanager
def watched() -> Iterator[list[str]]:
    """What is done inside that reading data has no reason for: commands, files written, foreign modules imported."""
    global _watching, _hooked  # noqa: PLW0603  a hook cannot be taken away again
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    before, _watching = _watching, []
    try:
        yield _watching
    finally:
        _watching = before


def guided(
    test: Callable[[bytes], None],
    modules: Sequence[str],
    corpus: Sequence[bytes],
    words: Sequence[str],
    runs: int,
    seed: int,
    largest: int,
) -> int:
    """Fuzz with inputs that are kept where they reach new code of the modules; the exit code, 0 where nothing was found.

    words: what inputs are made of beside the corpus. It runs in a child process, as libFuzzer ends its own.
    """
    if importlib.util.find_spec("atheris") is None:
        print("coverage-guided: left out, as it needs atheris (pip install atheris)")
        return 0
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        import atheris

        for name in [name for name in sys.modules if name.startswith(tuple(modules))]:
            del sys.modules[name]  # to be imported again, with counters
        with tempfile.TemporaryDirectory() as folder, atheris.instrument_imports(include=list(modules)):
            for number, data in enumerate(corpus):
                (Path(folder) / f"{number}").write_bytes(data)
            quoted = ["".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words]
            listed = Path(folder).with_suffix(".dict")
            listed.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
            options = [f"-runs={runs}", f"-seed={max(seed, 0) + 1}", f"-max_len={largest}", "-print_final_stats=1",
                       f"-dict={listed}", "-timeout=10", "-verbosity=0", f"-artifact_prefix={folder}.", folder]  # fmt: skip
            atheris.Setup([sys.argv[0], *options], test)
            atheris.Fuzz()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

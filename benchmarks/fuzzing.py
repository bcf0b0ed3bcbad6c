"""What the fuzz drivers of this folder share: limits on a case, a watch on what it does, and coverage-guided fuzzing.

with watched() as seen, limited(5.0):
    load(path)
seen                                  # ["it imported evil"]: what nobody who reads data may do

guided(test, ["landscape.record"], corpus, runs=20_000, seed=0)   # needs atheris: pip install atheris
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

# audit events of Python that reading data has no reason for
ACTS = (
    *(
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.remove",
        "os.rename",
        "os.mkdir",
        "os.rmdir",
    ),
    *("subprocess.Popen", "socket.", "shutil.", "ctypes.dlopen", "builtins.input", "pty.spawn", "webbrowser.open"),
)
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
    prepare: Callable[[], tuple[Callable[[bytes], None], Sequence[bytes]]],
    modules: Sequence[str],
    words: Sequence[str],
    runs: int,
    seed: int,
    largest: int,
) -> NoReturn:
    """Fuzz with inputs that are kept where they reach new code of the modules. The process ends, with 0 if all is well.

    prepare: gives the test of one input, and the inputs to begin with; nothing of the modules is imported before it is
    called. words: what inputs are made of beside those.
    """
    import atheris

    with tempfile.TemporaryDirectory() as folder:
        with atheris.instrument_imports(include=list(modules)):
            for name in modules:
                importlib.import_module(name)
            test, corpus = prepare()
        for number, data in enumerate(corpus):
            (Path(folder) / f"{number}").write_bytes(data)
        listed = Path(folder).with_suffix(".dict")
        quoted = ["".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words if word]
        listed.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
        options = [f"-runs={runs}", f"-seed={seed + 1}", f"-max_len={largest}", "-print_final_stats=1", "-timeout=10",
                   f"-dict={listed}", "-verbosity=0", f"-artifact_prefix={folder}.", folder]  # fmt: skip
        atheris.Setup([sys.argv[0], *options], test)
        atheris.Fuzz()
    raise SystemExit(0)


def guided_apart(option: str, seed: int, runs: int) -> int:
    """How many findings (0 or 1) a process has that does nothing but `guided`; option: what asks for no other cases."""
    if importlib.util.find_spec("atheris") is None:
        print("coverage-guided: left out, as it needs atheris (pip install atheris)")
        return 0
    command = [sys.executable, sys.argv[0], "--seed", str(seed), option, "0", "--guided", str(runs)]
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    told = dict(re.findall(r"^stat::(\w+):\s*(\d+)$", ran.stderr, re.MULTILINE))
    if ran.returncode:
        print(ran.stdout[-3000:] + ran.stderr[-5000:])
    print(f"coverage-guided: {told.get('number_of_executed_units', '?')} runs of seed {seed}, "
          f"{told.get('new_units_added', '?')} inputs kept; exit code {ran.returncode}")  # fmt: skip
    return int(ran.returncode != 0)

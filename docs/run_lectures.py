"""Run every lecture in a fresh kernel, in each language, and keep the executed notebooks.

    python docs/run_lectures.py [NAME ...] [--language en] [--out build/lectures] [--jobs 2]
    python docs/run_lectures.py --by-turns      # each in one language, as both have the same code
    python docs/run_lectures.py --installed     # without those whose library is not installed, which are named

Writes OUT/LANGUAGE/NAME.ipynb, with its outputs; a widget among them becomes a page of its own beside the notebook,
OUT/LANGUAGE/live/NAME-1.html, which the notebook shows in a frame and which needs nothing else. What has run before
with the same source and the same library is not run again (--again runs all). A cell that raises, or that writes to
stderr, ends the whole with 1 and says where. Needs the extras lectures and kernel.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import landscape
from landscape.core.extras import EXTRAS, installed, needs
from landscape.lectures import LECTURES, lecture, notebook

LANGUAGES = ("en", "zh")
WIDGET = "application/vnd.jupyter.widget-view+json"
STATES = "application/vnd.jupyter.widget-state+json"
LONGEST = 120  # seconds of a cell


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="these lectures; all where none is named")
    parser.add_argument("--language", choices=LANGUAGES, help="in this language alone")
    parser.add_argument("--by-turns", action="store_true", help="the first in English, the second in Chinese, ...")
    parser.add_argument("--out", type=Path, default=Path("build/lectures"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="kernels at once")
    parser.add_argument("--installed", action="store_true", help="leave out what needs a library that is not installed")
    parser.add_argument("--again", action="store_true", help="run also what has not changed")
    given = parser.parse_args(arguments)
    names = [lecture(name).name for name in given.names] or [each.name for each in LECTURES]
    asked = [(name, language) for name in names for language in LANGUAGES if given.language in (None, language)]
    if given.by_turns:
        asked = [(name, LANGUAGES[turn % len(LANGUAGES)]) for turn, name in enumerate(names)]
    if given.installed:
        missing = {name: lacks(name) for name in names}
        for name in filter(missing.get, names):
            print(f"{name}: left out, {missing[name]}", flush=True)
        asked = [each for each in asked if not missing[each[0]]]
    library = digest_of_library()
    began, failed = time.monotonic(), 0
    with ThreadPoolExecutor(given.jobs) as pool:
        for said, wrong in pool.map(lambda each: run(*each, given.out, library, given.again), asked):
            failed += wrong
            print(said, flush=True)
    print(f"{len(asked)} notebooks, {failed} of them failed, in {time.monotonic() - began:.0f} s")
    return int(failed > 0)


def lacks(name: str) -> str:
    """What a lecture needs and has not, with the command that installs it; nothing where all is installed."""
    wanted = [module for module, extra in EXTRAS.items() if extra in lecture(name).extras]
    return "; ".join(str(needs(module, "it")) for module in wanted if not installed(module))


def digest_of_library() -> str:
    """Of the code that lectures run, and of the versions of what draws and computes."""
    digest = hashlib.sha256()
    for name in ("numpy", "scipy", "matplotlib", "nbclient"):
        digest.update(f"{name} {version(name)}\n".encode())
    package = Path(landscape.__file__).parent
    files = [*package.rglob("*.py"), package / "web" / "page.js", package / "web" / "page.css", Path(__file__)]
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run(name: str, language: str, out: Path, library: str, again: bool = False) -> tuple[str, bool]:
    """Run one notebook, and write it with its outputs: what to say of it, and whether it failed."""
    made = notebook(name, language)
    digest = hashlib.sha256((library + nbformat.writes(made)).encode()).hexdigest()
    path = out / language / f"{name}.ipynb"
    if not again and path.exists():
        if nbformat.read(path, 4).metadata.get("digest") == digest:
            return f"{language} {name}: unchanged", False
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    client = NotebookClient(made, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": path.parent}})
    try:
        client.execute(env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"})
    except CellExecutionError as error:
        cell = next(cell for cell in made.cells if any("ename" in output for output in cell.get("outputs", ())))
        return f"{language} {name}: FAILED, {error.ename}: {error.evalue}, in the cell\n{cell.source}", True
    wrong = stderr(made)
    live_pages(made, path)
    made.metadata["digest"] = digest
    if wrong:
        return f"{language} {name}: FAILED, it writes to stderr:\n{wrong}", True
    nbformat.write(made, path)
    size = path.stat().st_size / 1e6
    return f"{language} {name}: {time.monotonic() - began:.1f} s, {size:.1f} MB", False


def stderr(made: Any) -> str:
    """What the cells have written to stderr: warnings, which a reader would not want."""
    outputs = [output for cell in made.cells for output in cell.get("outputs", ())]
    return "".join(output["text"] for output in outputs if output.get("name") == "stderr")


def live_pages(made: Any, path: Path) -> None:
    """Put a frame with a page of its own, beside the notebook, where a widget is; bars of progress are gone."""
    states = made.metadata.pop("widgets", {}).get(STATES, {}).get("state", {})
    count = 0
    for cell in made.cells:
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("data", {}).get("text/html") != ""]
        for output in cell.get("outputs", ()):
            view = output.get("data", {}).pop(WIDGET, None)
            if view is None:
                continue
            state = states[view["model_id"]]["state"]
            if "page" not in state:  # a slider, a button: nothing without a kernel
                continue
            count += 1
            page = path.parent / "live" / f"{path.stem}-{count}.html"
            page.parent.mkdir(exist_ok=True)
            page.write_text(state["page"], encoding="utf-8")
            frame = (
                f'<iframe src="live/{page.name}" title="{state["title"]}" loading="lazy" '
                f'style="width: 100%; height: {state["height"]}px; border: 0"></iframe>'
            )
            output["data"]["text/html"] = frame


if __name__ == "__main__":
    sys.exit(main())

"""Build the documentation as pages that need no server and no network: open index.html in a browser.

    python docs/build.py                       # writes build/site; a warning ends it with 1
    python docs/build.py --out public --live   # with a page to play with for each surface, in half a minute more
    python docs/build.py --lectures DIR        # with the lectures that are executed there already

It needs the extra `docs`. Without --lectures it first runs the lectures that have changed since they ran, as
`docs/run_lectures.py` does, into build/lectures; those whose library is not installed are named and left out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent


def main(arguments: list[str] | None = None) -> int:
    """Build the site; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    build = ROOT / "build"
    parser.add_argument("--out", type=Path, default=build / "site", metavar="DIR", help="default: build/site")
    parser.add_argument("--lectures", type=Path, metavar="DIR", help="executed lectures; default: run them")
    parser.add_argument("--live", action="store_true", help="write the pages to play with too")
    given = parser.parse_args(arguments)
    out = given.out.resolve()
    began = time.process_time()

    from website import links, staging
    from website.decks import write_decks

    lectures = given.lectures or build / "lectures"
    if given.lectures is None:
        from run_lectures import main as run_lectures

        if code := run_lectures(["--installed", "--out", str(lectures)]):
            return code

    work = build / "docs"
    shutil.rmtree(work, ignore_errors=True)
    staged = staging.stage(work / "source", work / "files", lectures.resolve(), given.live)
    if code := _sphinx(work, out):
        return code
    for unused in ("_static/webpack-macros.html", ".buildinfo"):
        (out / unused).unlink(missing_ok=True)
    write_decks(staged.decks, out)
    faults = links.faults(out)
    for fault in faults:
        print(fault, file=sys.stderr)
    pages = sum(1 for _ in out.rglob("*.html"))
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out / 'index.html'}: {pages} pages, {size / 1e6:.1f} MB, {time.process_time() - began:.1f} s of CPU time")
    return 1 if faults else 0


def _sphinx(work: Path, out: Path) -> int:
    """Have Sphinx build the staged pages, where a warning is an error; the exit code."""
    from sphinx.cmd.build import main as sphinx

    if out.exists() and any(out.iterdir()) and not (out / "objects.inv").exists():
        print(f"{out} is a folder of other files: name another, or an empty one", file=sys.stderr)
        return 2
    shutil.rmtree(out, ignore_errors=True)
    extra = f"html_extra_path={work / 'files'}"
    options = [
        *["-b", "html", "-W", "--keep-going", "-q", "-D"],
        extra,
        "-c",
        str(DOCS / "website"),
        "-d",
        str(work / "trees"),
    ]
    return int(sphinx([*options, str(work / "source"), str(out)]))


if __name__ == "__main__":
    sys.exit(main())

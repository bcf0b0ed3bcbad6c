"""Open the pages of the built documentation in a headless Chromium, as a reader without a network does.

    python docs/visit.py build/site            # every page, on a wide screen and, dark, on a phone
    python docs/visit.py build/site --some     # a page of each sort on one of them

A page must not log an error, ask for anything but files, or be wider than the screen; the search must find what it is
asked for. The exit code is 1 where that is not so. Needs the extra `browser` and a Chromium, which LANDSCAPE_CHROMIUM
may name.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import FLAGS, Faults, chromium_path, opened  # noqa: E402

SCREENS: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
)
SOME = ("index.html", "lectures/zh/momentum.html", "surfaces/valleys.html", "slides/en/momentum.html")
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
FOUND = ("rosenbrock", "surfaces/valleys.html#rosenbrock")  # what is searched, and what must be among the first found


def main(arguments: list[str] | None = None) -> int:
    """Open the pages; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, metavar="SITE", help="the folder that docs/build.py has written")
    parser.add_argument("--some", action="store_true", help="only a page of each sort")
    given = parser.parse_args(arguments)
    site = given.site.resolve()
    pages = [path for pattern in SOME for path in sorted(site.glob(pattern))] if given.some else sorted(every(site))
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        for number, path in enumerate(pages):
            for screen in [SCREENS[number % 2]] if given.some else SCREENS:
                faults += visited(browser, path, screen)
        faults += searched(browser, site)
        browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(pages)} pages opened, {len(faults)} faults")
    return 1 if faults or not pages else 0


def every(site: Path) -> list[Path]:
    """The pages of a site, but for those that compute, which have tests of their own, and parts of the theme."""
    return [path for path in site.rglob("*.html") if not {"live", "_static"} & set(path.relative_to(site).parts)]


def visited(browser: Any, path: Path, screen: dict[str, Any]) -> list[str]:
    """What is wrong with a page on a screen."""
    try:
        with opened(browser, path, **screen) as page:
            over = page.evaluate(TOO_WIDE)
    except Faults as fault:
        return [str(fault)]
    return [f"{path}: {over} pixels wider than a screen of {screen['viewport']['width']}"] if over > 1 else []


def searched(browser: Any, site: Path) -> list[str]:
    """What is wrong with the search."""
    word, wanted = FOUND
    with opened(browser, f"{(site / 'search.html').as_uri()}?q={word}") as page:
        page.wait_for_selector("#search-results li a")
        page.wait_for_timeout(500)  # results come one after the other
        found = [link.get_attribute("href") for link in page.locator("#search-results li a").all()]
    return [] if any(wanted in str(link) for link in found[:10]) else [f"the search for {word} finds {found[:10]}"]


if __name__ == "__main__":
    sys.exit(main())

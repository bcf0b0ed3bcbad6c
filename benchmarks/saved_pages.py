"""Open the page of every surface of two coordinates in a browser, and measure what pages are held to.

    python benchmarks/saved_pages.py            # needs playwright and a Chromium, as the tests marked browser do
    python benchmarks/saved_pages.py himmelblau ackley

Of each surface: whether the page computes the recorded race of four rules, 100 steps, to the last bit, within how
much, or from which step on not; its size and its time to be written. Then, of six rules and 500 steps on one page: the
time from a slider to the picture, of a zoom, and between frames while it plays.

Budgets: 200 kB a page, 0.4 s to write one as a whole process, 0.5 s to the first picture, 16 ms from a slider to the
picture at the 95th percentile, 60 frames a second.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import catalogue
from browser import FLAGS, chromium_path

import landscape as ls
from landscape.web import save_page
from landscape.web.sources import script

RULES = ["sgd", "momentum", "adam", "rmsprop"]
RATES = {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adam": 0.05, "rmsprop": 0.01, "adagrad": 0.1}
SIX = [ls.optimizer(name, lr=rate) for name, rate in RATES.items()]

SLIDER = """() => { const { model, draw } = window.landscape, times = [];
for (let i = 0; i < 200; i++) { const began = performance.now(); model.state.entrants[3].values.lr = 0.01 + 1e-3 * i;
  model.set("entrants", model.get("entrants")); draw(); times.push(performance.now() - began); } return times; }"""
ZOOM = """() => { const { model, draw } = window.landscape, times = [];
for (let i = 0; i < 60; i++) { const began = performance.now(); model.state.view = [[-2 + 0.01 * i, 2], [-1, 3]];
  draw(); times.push(performance.now() - began); } return times; }"""
FRAMES = """() => new Promise((done) => { const { model, player } = window.landscape, times = []; let last = null;
  model.set("step", 0); player.start();
  const frame = (now) => { if (last !== null) times.push(now - last); last = now;
    times.length < 240 ? requestAnimationFrame(frame) : done(times); }; requestAnimationFrame(frame); })"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def surfaces(chosen):
    names = chosen or [name for name in ls.surfaces.names() if not catalogue.optional(ls.surfaces.REGISTRY.get(name))]
    return {name: made for name in names if (made := catalogue.made(name)).dim == 2 and made.differentiable}


def main(chosen):
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        path = Path(folder) / "page.html"
        fates, sizes = Counter(), []
        for name, surface in surfaces(chosen).items():
            with np.errstate(all="ignore"):
                record = ls.simulate(surface, RULES, steps=100, progress=False)
            began = time.perf_counter()
            save_page(record, path)
            seconds = time.perf_counter() - began
            faults = []
            page = browser.new_page(reduced_motion="reduce")
            page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
            page.goto(path.as_uri())
            found = [each for each in page.evaluate("window.landscape.checked") if each]
            page.close()
            for each in found:
                apart = each["from"] >= 0
                fates["apart" if apart else "equal" if each["worst"] == 0 else "near"] += 1
                if apart:
                    print(f"{name}: apart from step {each['from']} on")
            worst = max((each["worst"] for each in found if each["from"] < 0), default=0.0)
            sizes.append(path.stat().st_size)
            if faults or worst > 0.0 or sizes[-1] > 200_000:
                print(f"{name}: within {worst:.1e}, {sizes[-1] / 1e3:.0f} kB in {seconds:.2f} s {' '.join(faults)}")
        print(f"{len(sizes)} pages, median {np.median(sizes) / 1e3:.0f} kB; tracks: {dict(fates)}")

        save_page(ls.simulate("rosenbrock", SIX, start=(-1.5, 2.0), steps=500, progress=False), path)
        module = script().encode()
        text = path.read_bytes()
        print(f"module {len(module) / 1e3:.0f} kB, {len(gzip.compress(module)) / 1e3:.0f} gzipped; "
              f"page of six rules {len(text) / 1e3:.0f} kB, {len(gzip.compress(text)) / 1e3:.0f} gzipped")  # fmt: skip
        page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page.goto(path.as_uri())
        page.wait_for_timeout(300)
        print(f"first picture {page.evaluate(PAINT):.0f} ms")
        for name, code in (("slider to picture", SLIDER), ("zoom", ZOOM), ("between frames", FRAMES)):
            times = page.evaluate(code)
            print(f"{name}: median {np.median(times):.1f} ms, 95th percentile {np.percentile(times, 95):.1f} ms")
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("surfaces", nargs="*", help="names of surfaces; all where left out")
    main(parser.parse_args().surfaces)

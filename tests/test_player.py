"""The page for the browser, played to its end by its own script in Node.js on a canvas that keeps a list."""

import dataclasses
import json
import shutil
import subprocess

import pytest

import landscape as ls
from landscape.render import REGISTRY, animate
from landscape.render.movie import Movie

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="plays the page's script, which takes Node.js")

# A browser with nothing in it but what the script asks for; numbers that are none are an error, as no browser says.
BROWSER = r"""
const text = require("fs").readFileSync(process.argv[2], "utf8");
const found = { calls: {}, texts: [] }, elements = {}, waiting = [], listeners = {};
let now = 0;
const pen = new Proxy({}, {
  get: (kept, name) => name in kept ? kept[name] : (...given) => {
    if (given.flat().some((each) => typeof each === "number" && !Number.isFinite(each))) throw Error(name);
    found.calls[name] = (found.calls[name] || 0) + 1;
    if (name === "fillText") found.texts.push(given[0]);
  },
});
const element = () => ({ hidden: true, getContext: () => pen, addEventListener() {}, setAttribute() {} });
const document = {
  getElementById: () => ({ textContent: text.match(/id="data">(.*?)<\/script>/s)[1] }),
  querySelector: (name) => elements[name] ??= element(),
  addEventListener: (kind, act) => { listeners[kind] = act; },
};
const given = {
  document, matchMedia: () => ({ matches: false }), Image: class { complete = true; }, Path2D: class {},
  requestAnimationFrame: (act) => waiting.push(act), performance: { now: () => now },
};
new Function(...Object.keys(given), text.match(/<script>(.*?)<\/script>/s)[1])(...Object.values(given));
setTimeout(() => {
  while (waiting.length) { now += 100; waiting.shift()(now); }
  for (const key of ["ArrowLeft", "Home", "End"]) listeners.keydown({ key, preventDefault() {} });
  console.log(JSON.stringify({ ...found, hidden: elements[".controls"].hidden, frame: elements["input"].value }));
}, 0);
"""


@pytest.fixture(scope="module")
def records():
    def made(**lrs):
        return [ls.optimizer(name, lr=lr) for name, lr in lrs.items()]

    few = made(sgd=1e-3, momentum=1e-3, adam=0.05)
    return {
        "few": ls.simulate("rosenbrock", few, start=(-1.5, 2.0), steps=60),
        "many": ls.simulate("quadratic", made(sgd=0.05, adam=0.01), start=(1.5, 1.0), steps=20, repeats=30,
                            noise=ls.noise("gaussian")),
        "diverged": ls.simulate("rosenbrock", made(sgd=10.0, momentum=5.0), start=(-1.5, 2.0), steps=20),
    }  # fmt: skip


def played(path, tmp_path):
    (tmp_path / "browser.js").write_text(BROWSER, encoding="utf-8")
    command = ["node", str(tmp_path / "browser.js"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("name", ["few", "many", "diverged"])
def test_a_page_plays_to_its_end_and_tells_what_the_movie_tells(records, tmp_path, name):
    record = dataclasses.replace(records[name], title="Momentum & ∇ </script>")
    path = animate(record, tmp_path / "x.html", "race", seconds=2.0, fps=30)
    done = played(path, tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    movie = Movie(REGISTRY.build("race"), record, seconds=2.0)
    last = float(record.steps)
    assert not found["hidden"]
    assert found["frame"] == movie.frame_count(30) - 1
    # the first frame, twenty in two seconds, and three by the keyboard; in each a caption and a counter
    assert len(found["texts"]) == 2 * (1 + 20 + 3)
    assert found["texts"][:2] == [movie.caption(0.0), "0"]
    assert found["texts"][-2:] == [movie.caption(last), str(record.steps)]
    drawn = movie.page.land
    least = sum(bundle.full.size + bundle.thin.size for bundle in drawn.bundles)
    assert found["calls"]["stroke"] >= 24 * least


def test_the_check_of_pages_finds_what_is_missing(records, tmp_path):
    path = animate(records["few"], tmp_path / "x.html", "race", seconds=1.0)
    path.write_text(path.read_text(encoding="utf-8").replace('"places"', '"place"', 1), encoding="utf-8")
    assert played(path, tmp_path).returncode != 0

"""A page draws the numbers that Python draws, bit for bit, and has its elementary functions."""

import json

import numpy as np
import pytest
from browser import opened
from scipy.special import erf

from landscape.core.random import Source
from landscape.web.sources import script

SEEDS = (0, 1, 2**31, 2**53 + 1, 2**63 - 1)
RUNS = (0, 1, 2**31 + 5, 2**40)
STEPS = (0, 1, 77, 2**31 - 1)

DRAW = """window.draw = (seed, purpose, run, branches, step) => {
  const key = branches.reduce((key, number) => branched(key, number), runKey(seedHalves(seed), purpose, run));
  const places = [...Array(9).keys()];
  return [places.map((at) => normal(key, step, at)), places.map((at) => uniform(key, step, at)),
    places.map((at) => whole(key, step, at, 1000))];
};
window.erfs = (numbers) => numbers.map(erf);
window.powers = (pairs) => pairs.map(([x, y]) => power(x, y));
window.table = () => { const { levels, slopes } = normalLines(); return [[...levels], [...slopes]]; };
"""


@pytest.fixture(scope="module")
def functions(tmp_path_factory, chromium):
    path = tmp_path_factory.mktemp("page") / "functions.html"
    head = "<!doctype html><meta charset=utf-8><title>Functions</title><script type=module>"
    path.write_text(f"{head}{script()}\n{DRAW}</script>", encoding="utf-8")
    with opened(chromium, path) as page:
        yield page


@pytest.mark.browser
def test_numbers_are_those_of_the_streams(functions):
    for seed in SEEDS:
        for run in RUNS:
            for purpose, branches in (("noise", []), ("rule", [3]), ("start", [0, 2**33])):
                source = Source(seed, [run], purpose)
                for number in branches:
                    source = source.branch(number)
                for step in STEPS:
                    given = json.dumps([str(seed), purpose, run, branches, step])
                    made = functions.evaluate(f"window.draw(...{given})")
                    drawn = [source.normals(step, 9), source.uniforms(step, 9), source.integers(step, 9, 1000)]
                    for numbers, wanted in zip(made, drawn, strict=True):
                        assert np.array_equal(np.array(numbers, dtype=float), wanted[:, 0])


@pytest.mark.browser
def test_functions_of_their_own_are_right(functions):
    x = np.concatenate([np.linspace(-7.0, 7.0, 2001), [0.0, 1e-300, -1e-9, np.inf, -np.inf, np.nan]])
    made = np.array(functions.evaluate("([n, x]) => window.erfs(x)", [0, x.tolist()]), dtype=float)
    assert np.allclose(made, erf(x), rtol=1e-14, atol=0.0, equal_nan=True)
    pairs = [[1.0, np.nan], [1.0, np.inf], [-1.0, np.inf], [-1.0, -np.inf], [2.0, 0.5], [0.0, 0.0], [np.nan, 0.0]]
    made = np.array(functions.evaluate("(pairs) => window.powers(pairs)", pairs), dtype=float)
    assert np.allclose(made, [np.power(*pair) for pair in pairs], rtol=1e-15, equal_nan=True)


@pytest.mark.browser
def test_every_line_of_the_normals_is_the_same(functions):
    from landscape.core.random import half_lines

    made = functions.evaluate("window.table()")
    for numbers, (wanted, count) in zip(made, ((table, len(table)) for table in half_lines()), strict=True):
        last = count - 255  # of the octave of 2^31 only the first cell is drawn from
        assert np.array_equal(np.array(numbers, dtype=float)[:last], wanted[:last])

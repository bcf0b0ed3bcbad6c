"""What a page draws by: contour lines lie on their level, levels and ticks cover what is seen, numbers are readable."""

import numpy as np
import pytest
from browser import opened

from landscape.web.sources import script

READ = """window.lines = (values, columns, rows, levels) => { const found = [];
  traceLevels({ moveTo: (...at) => found.push(at), lineTo: (...at) => found.push(at) }, values, columns, rows, levels,
    (column) => column, (row) => row); return found; };
window.readable = (numbers) => numbers.map((number) => readable(number));
window.ticks = (low, high, count) => ticksOf(low, high, count);
window.theory = (given, about, values) => { const found = theoryOf(given, about, values);
  return found && [found.limit, found.contraction, found.floor([0.09, 0.09])]; };
window.levels = (values, lowest) => { const { shade, levels } = levelsOf(Float64Array.from(values), lowest);
  return [levels, values.map(shade)]; };
"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory, chromium):
    path = tmp_path_factory.mktemp("page") / "drawing.html"
    head = "<!doctype html><meta charset=utf-8><title>Drawing</title><script type=module>"
    path.write_text(f"{head}{script()}\n{READ}</script>", encoding="utf-8")
    with opened(chromium, path) as page:
        yield page


def called(page, name, *given):
    return page.evaluate(f"(given) => window.{name}(...given)", list(given))


@pytest.mark.browser
def test_contour_lines_lie_on_their_levels_and_close(drawing):
    columns, rows = 41, 31
    y, x = np.mgrid[:rows, :columns]
    planes = {"plane": (2.0 * x - 3.0 * y, [-5.0, 7.3]), "saddle": ((x - 20.25) * (y - 15.25), [-9.0, 0.5, 40.0])}
    for values, levels in planes.values():
        found = np.array(called(drawing, "lines", values.ravel().tolist(), columns, rows, levels))
        assert len(found) > 20
        at_x, at_y = found.T
        i, j = np.floor(at_x).astype(int).clip(0, columns - 2), np.floor(at_y).astype(int).clip(0, rows - 2)
        u, v = at_x - i, at_y - j
        made = ((1 - u) * (1 - v) * values[j, i] + u * (1 - v) * values[j, i + 1]
                + (1 - u) * v * values[j + 1, i] + u * v * values[j + 1, i + 1])  # fmt: skip
        assert np.abs(made[:, None] - np.array(levels)).min(axis=1).max() < 1e-9
    values = np.hypot(x - 20.1, y - 14.7)
    found = np.round(called(drawing, "lines", values.ravel().tolist(), columns, rows, [9.0]), 9)
    _, counts = np.unique(found, axis=0, return_counts=True)
    assert set(counts) == {2}  # a closed line: each end is another's


@pytest.mark.browser
def test_a_corner_without_a_number_has_no_line(drawing):
    values = [0.0, 2.0, np.nan, 0.0, 2.0, 2.0]
    found = called(drawing, "lines", values, 3, 2, [1.0])
    assert found == [[0.5, 0.0], [0.5, 1.0]] or found == [[0.5, 1.0], [0.5, 0.0]]


@pytest.mark.browser
def test_numbers_are_read_as_people_write_them(drawing):
    numbers = [0.0, 1.0, -4.567, 0.0123, 200.0, 2000.0, 1e-3, 1e-7, -3.21e-12, 1e6, 2.5e300, np.inf, np.nan, 0.1 + 0.2]
    assert called(drawing, "readable", numbers) == [
        "0", "1", "−4.57", "0.0123", "200", "2000", "0.001", "10⁻⁷", "−3.21×10⁻¹²", "10⁶", "2.5×10³⁰⁰", "∞", "nan",
        "0.3",
    ]  # fmt: skip


@pytest.mark.browser
def test_ticks_and_levels_cover_what_is_seen(drawing):
    for low, high in ((0.0, 1.0), (-5.0, 5.0), (1e-9, 3e-9), (1e6, 1.0001e6), (-3.3, 12.7)):
        ticks = called(drawing, "ticks", low, high, 6)
        assert 3 <= len(ticks) <= 13
        assert low - 1e-9 * (high - low) <= min(ticks) <= max(ticks) <= high + 1e-9 * (high - low)
        assert np.allclose(np.diff(ticks), ticks[1] - ticks[0])
    for values, lowest in (
        (np.geomspace(1e-6, 1e4, 900), 0.0),
        (np.linspace(-3.0, 8.0, 900), None),
        (np.ones(9), None),
    ):
        levels, shades = called(drawing, "levels", values.tolist(), lowest)
        assert len(levels) <= 15
        assert np.all(np.diff(levels) > 0.0)
        assert np.all(np.diff(shades) >= 0.0)
        assert min(shades) >= 0.0
        assert max(shades) <= 1.0


@pytest.mark.browser
def test_theory_is_that_of_the_analysis(drawing):
    from landscape.analysis import theory

    curvatures = np.array([0.5, 10.0])
    given = {"curvatures": curvatures.tolist()}
    for rule, beta in (("sgd", 0.0), ("momentum", 0.3), ("momentum", 0.9), ("nesterov", 0.9)):
        about = {"theory": {"rule": rule, "momentum": "momentum" if beta else None}, "factors": None, "scales": [1.0]}
        for eta in (0.01, 0.05, 0.12, 0.19, 0.5):
            limit, rho, floor = called(drawing, "theory", given, about, {"lr": eta, "momentum": beta})
            wanted = theory.Rule(rule, eta, beta)
            assert np.isclose(limit, wanted.limit / 10.0, rtol=1e-14)
            assert np.isclose(rho, wanted.contraction(curvatures), rtol=1e-12)
            square = eta * 0.09 * (1 + beta) / (curvatures * (1 - beta) * (2 * (1 + beta) - eta * curvatures))
            known = rule != "nesterov" and eta < limit
            assert floor is None if not known else np.isclose(floor, 0.5 * np.sum(curvatures * square), rtol=1e-13)
    assert called(drawing, "theory", given, about, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}) is None
    assert called(drawing, "theory", given, {**about, "theory": None}, {"lr": 0.1}) is None

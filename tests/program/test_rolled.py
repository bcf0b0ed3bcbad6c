"""Lines that repeat become a loop that computes the same, and others stay as they are."""

import numpy as np
import pytest

import landscape as ls
from landscape.program.javascript import written
from landscape.program.rolled import rolled
from landscape.program.steps import recorded_measures
from landscape.program.trace import NotTraceable


def computed(lines, p0, p1, table=(), size=0):
    """What lines of JavaScript that are Python too compute, the loop unrolled: name or place -> number."""
    scope = {"p0": p0, "p1": p1, "a": np.zeros(size), "c": list(map(float, table))}
    body = [line.removeprefix("const ").rstrip(";") for line in lines]
    loop = next((i for i, line in enumerate(body) if line.startswith("for ")), None)
    if loop is None:
        for line in body:
            exec(line, scope)
        return scope
    end = body.index("}")
    parts = dict(
        part.strip().split(" += ") for part in body[loop].partition("; v < ")[2].partition("; ")[2][:-3].split(",")
    )
    for line in body[:loop]:
        exec(line, scope)
    for turn in range(size // int(parts["v"])):
        scope.update(v=turn * int(parts["v"]), w=turn * int(parts["w"]))
        for line in body[loop + 1 : end]:
            text = line.replace("(v ? ", "(").replace(" : t", " if v else t")
            exec(text.strip(), scope)
    for line in body[end + 1 :]:
        exec(line, scope)
    return scope


def peaks(count):
    """A sum of squares around places that differ, line by line."""
    lines, last = ["t2 = (p0 * (3.5))", "t3 = (t2 + p1)"], 3
    for i in range(count):
        lines += [f"t{4 + 3 * i} = (p0 - ({0.1 * i!r}))", f"t{5 + 3 * i} = (t{4 + 3 * i} * t2)",
                  f"t{6 + 3 * i} = (t{5 + 3 * i} + t{last})"]  # fmt: skip
        last = 6 + 3 * i
    return [*lines, f"t{last + 1} = (t{last} / (2.0))"]


def test_a_loop_computes_what_its_lines_do():
    lines = peaks(40)
    loop = rolled(lines)
    assert len(loop.lines) < 10
    assert (loop.size, len(loop.table)) == (120, 40)
    plain = computed(lines, 0.3, -1.7)
    again = computed(loop.lines, 0.3, -1.7, loop.table, loop.size)
    assert again[f"t{3 + 3 * 40 + 1}"] == plain[f"t{3 + 3 * 40 + 1}"]
    assert again["a"][loop.places[20]] == plain["t20"]
    assert loop.named("t20 + t2") == f"a[{loop.places[20]}] + t2"


@pytest.mark.parametrize("turn", [0, 1, 30, 39])
@pytest.mark.parametrize("other", ["({own} * t3)", "({own} * {own})", "(t2 * {own})"])
def test_a_turn_that_takes_something_else_is_none_of_the_loop(turn, other):
    lines = peaks(40)
    at = 3 + 3 * turn
    lines[at] = f"t{2 + at} = " + other.format(own=f"t{1 + at}")
    loop = rolled(lines)
    assert loop.size == 3 * max(turn, 39 - turn)
    plain, again = computed(lines, 0.3, -1.7), computed(loop.lines, 0.3, -1.7, loop.table, loop.size)
    assert again[f"t{3 + 3 * 40 + 1}"] == plain[f"t{3 + 3 * 40 + 1}"]


@pytest.mark.parametrize("change", ["order", "shape", "few"])
def test_what_repeats_otherwise_is_no_loop(change):
    lines = peaks(7 if change == "few" else 40)
    if change == "order":  # each turn takes what another one before has made
        taken = [f"+ t{6 + 3 * (7 * i * i % 11)} * t" if i > 40 else "+ t" for i in range(len(lines))]
        lines = [line.replace("+ t", text) for line, text in zip(lines, taken, strict=True)]
    elif change == "shape":
        lines = [line.replace("*", "/") if i % 7 == 0 else line for i, line in enumerate(lines)]
    assert rolled(lines) is None


def test_a_hundred_peaks_are_a_table():
    source = written(recorded_measures(ls.surface("bbob_gallagher_101")))
    assert len(source) < 30_000
    assert "for (let v" in source
    with pytest.raises(NotTraceable):
        written(recorded_measures(ls.from_function(lambda p: np.where(p[0] > 0, p[0], p[1]), dim=2)))

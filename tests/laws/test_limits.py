"""As much is taken as is written here, and one more is refused with the limit.

The limits are written out: readers rely on what the messages say of them.
"""

import dataclasses

import pytest

import landscape as ls
from landscape.analysis.computation_graph import Tape


def formula(text, **parameters):
    return ls.surface("expression", text=text, parameters=parameters)


def parts(count):
    """A formula of so many parts, not deeply nested: a sum of k terms has 2 k - 1, and a minus is one more."""
    terms = ["x"] * ((count + 1) // 2)
    groups = ["(" + "+".join(terms[at : at + 14]) + ")" for at in range(0, len(terms), 14)]
    return "+".join(groups).replace("x", "-x" if count % 2 == 0 else "x", 1)


def own_rule(text):
    return ls.optimizer("expression", text=text)


def assignments(count):
    return "; ".join(["a0 = g", *(f"a{i} = a{i - 1} + g" for i in range(1, count - 1)), f"p = p - lr*a{count - 2}"])


def saved(path, count):
    record = ls.simulate("sphere", "sgd", steps=1)
    dataclasses.replace(record, tracks=record.tracks * count).save(path / "record.npz")


def computed(count, folder):
    tape = Tape()
    for _ in range(count):
        tape.given("", 1.0)


# name -> (makes what has so much, in a folder, the most, one more, what it says)
LIMITS = {
    "characters of a formula": (lambda n, _: formula("x" + " " * (n - 1)), 2000, 2001, "at most 2000 characters"),
    "parts of a formula": (lambda n, _: formula(parts(n)), 400, 401, "at most 400 parts, got 401"),
    "brackets in a formula": (
        lambda n, _: formula("sin(" * (n - 1) + "x" + ")" * (n - 1)), 40, 41, "nested more than 40 deep"
    ),
    "a power": (lambda n, _: formula(f"x**{n}"), 64, 65, "only numbers of at most 64"),
    "a power that is computed": (lambda n, _: formula("x**a", a=n), 64, 65, "has a power of 65, beyond 64"),
    "powers of powers": (lambda n, _: formula(f"(x**{n})**2"), 32, 33, "has powers of powers beyond 64"),
    "a number in a formula": (lambda n, _: formula(f"x + {n}"), 1e100, 1.1e100, r"a number beyond 1e\+100"),
    "a parameter": (lambda n, _: formula("a * x", a=n), 1e100, 1.1e100, r"numbers up to 1e\+100, got 1\.1e\+100"),
    "variables": (
        lambda n, _: formula(" + ".join("abcdfghijklmn"[:n])), 12, 13, "must hold 1 to 12 variables, got 13"
    ),
    "characters of a rule": (
        lambda n, _: own_rule("p = p - lr*g" + " " * (n - 12)), 2000, 2001, "at most 2000 characters"
    ),
    "assignments of a rule": (lambda n, _: own_rule(assignments(n)), 20, 21, "at most 20 assignments, got 21"),
    "a coordinate of a start": (
        lambda n, _: ls.simulate("sphere", "sgd", start=(n, 0.0), steps=1), 1e9, 1.1e9, r"within 1e\+09 of zero"
    ),
    "the seed of a simulation": (
        lambda n, _: ls.simulate("sphere", "sgd", steps=1, seed=n), 2**63 - 1, 2**63, "at most 9223372036854775807"
    ),
    "the seed of a surface": (
        lambda n, _: ls.surface("gaussian_landscape", seed=n), 2**63 - 1, 2**63, "at most 9,223,372,036,854,775,807"
    ),
    "steps of a computation": (computed, 5000, 5001, "the computation has more than 5,000 steps"),
    "entrants of a record": (lambda n, folder: saved(folder, n), 500, 5001, "at most 5,000 entrants, got 5,001"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_as_much_is_taken_and_one_more_is_refused(name, tmp_path):
    made, most, more, said = LIMITS[name]
    made(most, tmp_path)
    with pytest.raises(ValueError, match=said):
        made(more, tmp_path)

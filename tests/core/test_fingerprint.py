"""Code of a user's has the same digest as long as it does the same, and another one whatever of it changes."""

import types

import numpy as np
import pytest

import landscape as ls
from landscape.core.fingerprint import fingerprint, names_in

TEXT = """
import math
import numpy as np
import helpers

SCALE = 2.0
TABLE = np.array([1.0, 2.0])
NAMES = {"a": [1, "x"], "b": {1, 2}}


class Tool:
    factor = 3.0

    def __init__(self, power):
        self.power = power

    def __call__(self, p):
        return self.factor * p[0] ** self.power

    @staticmethod
    def fixed(p):
        return 0.5 * p

    @classmethod
    def of_class(cls, p):
        return 0.25 * p

    @property
    def twice(self):
        return 2 * self.power

    def method(self, p):
        return p[1] * self.power


TOOL = Tool(2)


def inner(p, by=1.5, *, plus=0.25):
    return by * p[0] + plus


def outer(offset):
    def closed(p):
        return inner(p) + SCALE * p[1] + TABLE[0] + TOOL(p) + offset + len(NAMES) + math.pi + helpers.LEVEL
    return closed


loss = outer(7.0)
"""


class Holding(ls.Schedule):
    """It holds a function, and never calls it."""

    def __init__(self, function):
        self.function = function

    def __call__(self, step, steps):
        return 1.0


def made(text=TEXT, what="loss", level=1.0, double=None):
    """What such a text defines, run as a module of somebody's own."""
    import sys

    helpers = types.ModuleType("helpers")
    helpers.LEVEL = level
    helpers.unused = object()
    if double is not None:
        helpers.double = double
    module = types.ModuleType("theirs")
    before = sys.modules.get("helpers")
    sys.modules["helpers"] = helpers
    try:
        exec(text, vars(module))
    finally:
        sys.modules.pop("helpers")
        if before is not None:
            sys.modules["helpers"] = before
    for value in vars(module).values():
        if isinstance(value, (type, types.FunctionType)):
            value.__module__ = "theirs"
    module.loss.__module__ = "theirs"
    return eval(what, vars(module))


def digest(*args, **options):
    return fingerprint(Holding(made(*args, **options)))


def test_the_same_code_has_the_same_digest_wherever_it_stands():
    first = digest()
    assert len(first) == 64
    assert digest() == first
    assert digest("# a comment\n\n\n" + TEXT) == first
    assert digest(TEXT.replace("import math", 'import math\nUNUSED = "a"')) == first
    assert fingerprint(ls.surface("sphere")) == ""


CHANGES = [
    ("SCALE = 2.0", "SCALE = 2.5"),
    ("SCALE = 2.0", "SCALE = 2"),
    ("[1.0, 2.0]", "[1.0, 2.5]"),
    ("np.array([1.0, 2.0])", "np.array([1.0, 2.0], dtype=np.float32)"),
    ("np.array([1.0, 2.0])", "np.array([[1.0, 2.0]])"),
    ("np.array([1.0, 2.0])", "[1.0, 2.0]"),
    ("np.array([1.0, 2.0])", "(1.0, 2.0)"),
    ("np.array([1.0, 2.0])", "np.array([1.0, '2'], dtype=object)"),
    ('"x"', '"y"'),
    ('[1, "x"]', '(1, "x")'),
    ("{1, 2}", "{1, 3}"),
    ('"a": [', '"c": ['),
    ("factor = 3.0", "factor = 3.5"),
    ("self.power = power", "self.power = power + 1"),
    ("self.factor * p[0] ** self.power", "self.factor * p[0] * self.power"),
    ("0.5 * p", "0.75 * p"),
    ("0.25 * p", "0.125 * p"),
    ("2 * self.power", "3 * self.power"),
    ("p[1] * self.power", "p[0] * self.power"),
    ("TOOL = Tool(2)", "TOOL = Tool(3)"),
    ("by=1.5", "by=1.75"),
    ("plus=0.25", "plus=0.5"),
    ("by * p[0] + plus", "by * p[1] + plus"),
    ("by * p[0] + plus", "by * p[0] - plus"),
    ("outer(7.0)", "outer(7.5)"),
    ("math.pi", "math.e"),
    ("class Tool:", "class Tools(object):\n    pass\n\n\nclass Tool(Tools):"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES, ids=[f"{old} -> {new}"[:60] for old, new in CHANGES])
def test_whatever_changes_of_it_changes_the_digest(old, new):
    assert TEXT.count(old) == 1
    assert digest(TEXT.replace(old, new)) != digest()


def test_what_it_takes_from_a_module_counts_where_it_is_a_number_or_somebodys_own():
    assert digest(level=2.0) != digest()
    text = TEXT.replace("helpers.LEVEL", "helpers.double(1.0)")
    one, other = (made(f"def loss(p):\n    return {factor} * p\n") for factor in (2.0, 3.0))
    assert digest(text, double=one) == digest(text, double=one)
    assert digest(text, double=one) != digest(text, double=other)


def test_every_function_of_a_surface_counts():
    loss, slopes = "def loss(p):\n    return p[0] ** 2 + p[1] ** 2\n", "def loss(p):\n    return 2.0 * p\n"
    digests = {
        fingerprint(ls.from_function(made(f), dim=2, window=(-1.0, 1.0), gradient=made(g)))
        for f in (loss, loss.replace("p[0] ** 2", "p[0] * p[0]"))
        for g in (slopes, slopes.replace("2.0 * p", "p + p"))
    }
    assert len(digests - {""}) == 4


def test_methods_and_callable_objects_count_with_what_they_hold():
    for what in ("TOOL", "TOOL.method"):
        before = digest(what=what)
        assert digest(what=what) == before
        assert digest(TEXT.replace("Tool(2)", "Tool(3)"), what=what) != before
        assert digest(TEXT.replace("p[1] * self.power", "p[0] * self.power"), what=what) != before


def test_a_function_that_calls_itself_or_another_twice_has_an_end():
    text = "def loss(p):\n    return loss(p[1:]) + helper(p) + helper(p)\n\n\ndef helper(p):\n    return loss(p)\n"
    assert digest(text) == digest(text)
    assert digest(text) != digest(text.replace("p[1:]", "p[2:]"))


def test_a_name_without_a_value_yet_is_left_out():
    text = (
        "def outer():\n    def closed(p):\n        return late(p)\n    return closed\n    late = 1\n\nloss = outer()\n"
    )
    assert digest(text) == digest(text)
    bound = text.replace("    return closed\n    late = 1\n", "    late = 1\n    return closed\n")
    assert digest(bound) != digest(bound.replace("late = 1", "late = 2"))


def test_the_names_of_code_are_those_of_the_functions_inside_too():
    def outside(p):
        def inside(q):
            return np.sin(q)

        return inside(p) + np.cos(p)

    assert {"np", "sin", "cos"} <= names_in(outside.__code__)

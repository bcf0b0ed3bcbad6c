"""What benchmarks/mutants.py plants are faults: each changes what a file does, and leaves one that Python reads."""

import ast
import sys

import pytest
from places import ROOT

FOLDER = ROOT / "benchmarks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the benchmarks are not part of an installed package")


@pytest.fixture
def mutations(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    yield sys.modules.get("mutations") or __import__("mutations")
    sys.modules.pop("mutations", None)


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("a < b", {"a <= b", "a > b"}),
        ("a is not b", {"a is b"}),
        ("(a) == (b) != c", {"(a) != (b) != c", "(a) == (b) == c"}),
        ("a and b and c", {"a or b and c", "a and b or c"}),
        ("not a", {"a"}),
        ("a - b * c", {"a + b * c", "a - b / c"}),
        ("a -= b", {"a += b", "pass"}),
        ("3", {"4", "2"}),
        ("0", {"1", "(-1)"}),
        ("2.5", {"3.5"}),
        ("True", {"False"}),
        ("np.max(a)", {"np.min(a)"}),
        ("f(a, b)", {"f(b, a)"}),
        ("min(a, a)", {"max(a, a)"}),
        ("a if b else c", {"a if (not (b)) else c"}),
        ("'é' + f(a, 1)", {"'é' + f(1, a)", "'é' + f(a, 2)", "'é' + f(a, 0)"}),
    ],
)
def test_a_line_is_given_each_of_its_faults_and_no_other(mutations, line, becomes):
    prefix = "x = " if "-=" not in line else ""
    found = {each.applied(prefix + line).removeprefix(prefix) for each in mutations.mutations(prefix + line)}
    assert found == becomes


def test_types_and_texts_stay_and_bounds_and_default_values_do_not(mutations):
    text = 'def f(a: Annotated[Tuple[int, 5], Gt(0)] = 7) -> 3:\n    """1 < 2."""\n    return None\n'
    assert sorted(each.text for each in mutations.mutations(text)) == ["(-1)", "1", "6", "8"]


@pytest.mark.parametrize("path", ["analysis/metrics/steps.py", "scenario/line_numbers.py"])
def test_each_mutant_can_be_read_and_differs_in_the_line_that_it_names(mutations, path):
    text = (ROOT / "landscape" / path).read_text(encoding="utf-8")
    whole, found = ast.dump(ast.parse(text)), mutations.mutations(text)
    assert len(found) > 50
    for each in found[:: len(found) // 20]:
        changed = each.applied(text)
        assert ast.dump(ast.parse(changed)) != whole
        before, after = each.key(text)
        assert before != after
        assert before in text

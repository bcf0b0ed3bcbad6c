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
        ("min(a, b)", {"max(a, b)"}),
        ("fma(a, b, c)", {"fma(a, c, b)"}),
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


@pytest.fixture
def kept(mutations, monkeypatch, tmp_path):
    """(outcomes kept in a file, a mutant, an outcome to be had), with two files of tests beside them."""
    outcomes = sys.modules.get("outcomes") or __import__("outcomes")
    monkeypatch.delitem(sys.modules, "outcomes")
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text("pass")
    text = "a = 1 < 2\n"
    mutant = mutations.Mutant(0, "landscape/core/half.py", mutations.mutations(text)[0], text)
    tests = ["test_a.py::test_one", "test_b.py::test_two"]
    found = outcomes.digests(tests, tmp_path)

    def again(**said):
        """What still holds of an outcome that is read again."""
        outcomes.Kept(tmp_path / "kept").add(mutant, outcomes.Outcome(passed=tests, files=found, **said))
        with (tmp_path / "kept").open("a") as file:
            file.write('{"mutant": "cut o')
        return outcomes.Kept(tmp_path / "kept").of(mutant, tmp_path)

    return again


def test_a_kill_is_kept_while_the_file_of_its_test_is_as_it_was(kept, tmp_path):
    killed = {"status": "killed", "by": "test_b.py::test_three"}
    (tmp_path / "test_a.py").write_text("another")
    assert kept(**killed).by == killed["by"]
    assert kept(status="killed", by="test_b.py (at import)").status == "killed"
    assert kept(status="killed", by="(took too long)") is None
    (tmp_path / "test_b.py").unlink()
    assert kept(**killed) is None


def test_a_survivor_has_passed_the_tests_whose_files_are_as_they_were(kept, tmp_path):
    assert kept(status="survived").met == 2
    (tmp_path / "test_b.py").write_text("another")
    assert kept(status="survived").passed == ["test_a.py::test_one"]

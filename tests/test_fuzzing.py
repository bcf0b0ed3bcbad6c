"""A few cases of the fuzz drivers in benchmarks/, which run thousands: hostile records and formulas do no harm."""

import sys

import drawn
import pytest
from places import ROOT

import landscape as ls
from landscape.program import formula

FOLDER = ROOT / "benchmarks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the benchmarks are not part of an installed package")
SEED = drawn.SEED or 0


@pytest.fixture
def drivers(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import fuzz_formulas
    import fuzz_records

    return fuzz_records, fuzz_formulas


def test_damaged_records_load_or_are_refused(drivers, capsys):
    assert drivers[0].fuzzed(SEED, range(60)) == 0, capsys.readouterr().out


def test_hostile_formulas_are_surfaces_or_refused(drivers, capsys):
    assert drivers[1].fuzzed(SEED, range(70)) == 0, capsys.readouterr().out


def raises(error):
    def load(path, trust=False):
        raise error

    return load


def imports(path, trust=False):
    sys.modules.pop("evil", None)
    import evil

    return evil


def hoards(path, trust=False):
    return len(bytes(80_000_000))


@pytest.mark.parametrize("load", [raises(KeyError("x")), raises(ls.RecordError("without a name")), imports, hoards])
def test_a_reader_of_records_that_does_harm_is_found(load, drivers, monkeypatch, tmp_path):
    records, _ = drivers
    (tmp_path / "evil.py").write_text(records.EVIL)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(ls, "load", load)
    assert records.outcome(tmp_path / "a.npz")[1]


def evaluated(text, more=frozenset()):
    eval(text, {"x": 1.0})
    raise ValueError("no formula")


def hesitant(text, more=frozenset()):
    raise ValueError("first\nsecond")


@pytest.mark.parametrize(("parsed", "text"), [(evaluated, "getattr(x, 'real')"), (evaluated, "y"), (hesitant, "x")])
def test_a_reader_of_formulas_that_does_harm_is_found(parsed, text, drivers, monkeypatch):
    from landscape.surfaces.custom import expression

    assert not drivers[1].outcome(text, 1)[1]
    monkeypatch.setattr(expression, "parsed", parsed)
    expression.read.cache_clear()
    assert drivers[1].outcome(text, 1)[1]
    expression.read.cache_clear()
    assert expression.parsed is parsed is not formula.parsed

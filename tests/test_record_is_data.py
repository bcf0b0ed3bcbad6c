"""Laws of loading: a record is data. Nothing that the library does not own is imported or called, numbers always load,
and what a surface of somebody's own records stands in for its code.
"""

import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
import re
import subprocess
import sys
import textwrap
import tracemalloc
import zipfile

import drawn
import numpy as np
import pytest
from members import planted
from places import ROOT

import landscape as ls
from landscape.cli import run_command
from landscape.core import user_code
from landscape.core.component import PositiveHyper
from landscape.core.methods import Noise, Schedule
from landscape.core.user_code import WithoutCode
from landscape.record import STATUSES, programs, without_code
from landscape.record.kept import KEPT, Kept, KeptSurface
from landscape.record.loading import _fits
from landscape.record.programs import lines, read, recorded

ADAM = type(ls.optimizer("adam"))


def ripple(p):
    return np.sum(p * p, axis=0) + 0.3 * np.sin(3.0 * p[0]) * np.exp(-p[1])


pytestmark = pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")


def decides(p):
    return p[0] ** 2 + (p[1] ** 2 if np.all(p[0] > 0.0) else 2.0 * p[1] ** 2)


def closure(height):
    def bowl(p):
        return height * np.sum(p * p, axis=0)

    return bowl


class MyAdam(ADAM):
    """Nothing but another name."""


class Slow(ls.Optimizer):
    """p <- p - lr share g"""

    lr: PositiveHyper = 0.05
    share: float = 0.5

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * self.share * gradient, state


class Halving(Schedule):
    def __call__(self, step, steps):
        return np.power(0.5, step)


class Push(Noise):
    def gradient(self, moment, memory=()):
        return moment.exact + 0.01, memory


class Valley(ls.Surface):
    """f = x^2 + a y^2"""

    a: float = 3.0

    dim = 2
    title = "My valley"
    labels = ("u", "v")
    traits = frozenset({"convex"})
    window = ((-1.0, 1.0), (-2.0, 2.0))
    critical_points = (ls.CriticalPoint((0.0, 0.0), 0.0, "minimum"),)

    @property
    def customary_start(self):
        return np.array([0.5, 0.25])

    def _value(self, p):
        return p[0] * p[0] + self.a * (p[1] * p[1])

    def _gradient(self, p):
        return np.array([2.0 * p[0], 2.0 * self.a * p[1]])

    def _hessian(self, p):
        return np.diag([2.0, 2.0 * self.a]).reshape(2, 2, *(1,) * (p.ndim - 1)) * np.ones(p.shape[1:])


def local_class():
    class Local(Valley):
        pass

    return Local()


# members of the kind: name -> a surface that runs code of somebody's own, and whether that records
SURFACES = {
    "lambda": (lambda: ls.from_function(lambda p: np.sum(p * p, axis=0)), True),
    "closure": (lambda: ls.from_function(closure(2.5)), True),
    "function": (lambda: ls.from_function(ripple), True),
    "by name": (lambda: ls.from_function(f"{__name__}:ripple"), True),
    "three dimensions": (lambda: ls.from_function(closure(0.5), dim=3), True),
    "class": (Valley, True),
    "local class": (local_class, True),
    "shifted": (lambda: ls.surface("shifted", surface=Valley(), shift=(0.1, -0.2)), True),
    "sum": (lambda: ls.surface("sum", first="sphere", second=ls.from_function(ripple)), True),
    "decides": (lambda: ls.from_function(decides), False),
}


def raced(surface, *rules, **job):
    start = np.resize([0.6, 0.4], surface.dim)
    return ls.simulate(surface, list(rules) or ["sgd"], start=start, steps=6, **job)


def saved(record, path):
    with pytest.warns(UserWarning, match="the record holds what was computed, and not the code of"):
        return record.save(path)


def elsewhere(code, folder, *more):
    """What a process prints that has nothing of this one but the library."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code), *map(str, more)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(ROOT), "PATH": "", "MPLBACKEND": "Agg"})  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def forgotten(monkeypatch):
    """This process as it is where nothing was given to it or found by it, and this module is not imported."""

    def forget():
        for table in ("_used", "_given"):
            monkeypatch.setattr(user_code, table, {})
        monkeypatch.delitem(sys.modules, __name__)

    return forget


@pytest.mark.parametrize("name", [name for name, (_, records) in SURFACES.items() if records])
def test_a_recorded_program_stands_in_for_a_surface(name, tmp_path, forgotten):
    surface = SURFACES[name][0]()
    record = raced(surface)
    path = saved(record, tmp_path / "a.npz")
    forgotten()
    loaded = ls.load(path)
    assert without_code(loaded)
    again = loaded.surface
    assert (again.dim, again.window, again.labels) == (surface.dim, surface.window, surface.labels)
    assert np.array_equal(again.customary_start, surface.customary_start)
    p = np.random.default_rng(3).uniform(*np.array(surface.window).T, size=(7, surface.dim)).T.reshape(-1, 7, 1)
    for made, wanted in ((again.value(p), surface.value(p)), (again.gradient(p), surface.gradient(p)),
                         (again.hessian(p), surface.hessian(p))):  # fmt: skip
        np.testing.assert_allclose(made, wanted, rtol=1e-9, atol=1e-9)
    assert np.array_equal(loaded["sgd"].params, record["sgd"].params)
    assert np.allclose(ls.simulate(again, ["sgd"], start=record.starts, steps=6)["sgd"].params, record["sgd"].params)


def test_a_stand_in_has_the_points_and_words_of_the_surface(tmp_path, forgotten):
    path = saved(raced(Valley()), tmp_path / "a.npz")
    forgotten()
    again = ls.load(path).surface
    assert isinstance(again, KeptSurface)
    assert (again.title, again.traits, again.lowest) == ("My valley", {"convex"}, 0.0)
    assert again.minima[0].point.tolist() == [0.0, 0.0]
    assert "Valley" in again.name
    found = ls.load(saved(raced(ls.from_function(closure(1.5))), tmp_path / "b.npz")).surface.critical_points
    assert [point.kind for point in found] == ["minimum"]


def test_what_does_not_record_draws_what_needs_no_surface_and_says_what_is_missing(tmp_path, forgotten):
    path = saved(raced(ls.from_function(decides)), tmp_path / "a.npz")
    forgotten()
    loaded = ls.load(path)
    assert not loaded.has_surface
    assert ls.draw(loaded, "convergence").axes
    with pytest.raises(
        WithoutCode, match=r"decides: its values are not known.*trust=True \(--trust\).*import the module"
    ):
        ls.draw(loaded, "contour")


def test_code_that_decides_by_values_is_not_kept_as_if_it_did_not():
    def steps(p):
        return p[0] ** 2 + (5.0 if p[1] == 0.1 else 0.0)

    def noisy(p):
        return p[0] ** 2 + np.random.default_rng().normal() * p[1]

    def counted(p, calls=[0]):  # noqa: B006  as some count their calls
        calls[0] += 1
        return p[0] ** 2 + calls[0] * p[1]

    for function in (decides, noisy, counted):
        assert recorded(ls.from_function(function)) is None
    program = recorded(ls.from_function(steps))  # the branch is taken nowhere else than at the one point
    assert program is None or np.allclose(programs.run(program, np.array([0.3, 0.4])), 0.09)


RULES = {
    "unregistered subclass": lambda: MyAdam(lr=0.02),
    "class": lambda: ls.optimizer(f"{__name__}:Slow", share=0.25),
    "wrapper": lambda: ls.optimizer("lookahead", optimizer=MyAdam(lr=0.02)),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_comes_back_by_its_name_and_fields_and_says_why_it_cannot_run(name, tmp_path, forgotten):
    rule = RULES[name]()
    record = raced(ls.surface("sphere"), rule, schedule=Halving(), noise=Push())
    path = saved(record, tmp_path / "a.npz")
    assert ls.load(path) == record
    forgotten()
    loaded = ls.load(path)
    (track,) = loaded
    assert not isinstance(track.optimizer, ADAM)
    inner = getattr(track.optimizer, "optimizer", track.optimizer)
    assert isinstance(inner, Kept)
    assert {type(rule).__name__, type(getattr(rule, "optimizer", rule)).__name__} & {inner.name.rpartition(":")[2]}
    assert inner.lr == getattr(rule, "optimizer", rule).lr
    assert getattr(inner, "share", 0.25) == 0.25
    for use in (
        lambda: ls.simulate("sphere", track.optimizer, steps=1),
        lambda: track.schedule(0, 3),
        lambda: ls.simulate("sphere", "sgd", noise=loaded.noise, steps=1),
    ):
        with pytest.raises(ValueError, match=r"cannot run: this record was loaded without its own code"):
            use()
    assert ls.draw(loaded, "contour").axes
    loaded_again = ls.load(saved(loaded, tmp_path / "b.npz"))
    assert loaded_again == loaded


class Stateful(ls.Optimizer):
    """A class without fields, whose own __init__ keeps what it is given."""

    def __init__(self, lr, tricks):
        self.lr, self.tricks, self.table = lr, tricks, {"key": np.float64(1.5), "function": ripple}

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient, state


def test_what_a_class_keeps_beside_its_fields_is_shown_and_no_other_object_is_made_of_it(tmp_path):
    path = saved(raced(ls.surface("sphere"), Stateful(0.05, (1, 2))), tmp_path / "a.npz")
    for trust in (False, True):
        with pytest.warns(UserWarning, match="Stateful cannot be found") if trust else contextlib.nullcontext():
            rule = ls.load(path, trust=trust).tracks[0].optimizer
        assert isinstance(rule, Kept)
        assert (rule.lr, rule.tricks) == (0.05, [1, 2])
        assert rule.table[KEPT]["attributes"]["table"] == {"key": 1.5, "function": f"{__name__}:ripple"}


def test_very_much_beside_the_fields_does_not_keep_a_record_from_being_saved(tmp_path):
    rule = Stateful(0.05, np.zeros((1000, 784)))
    path = saved(raced(ls.surface("sphere"), rule), tmp_path / "a.npz")
    assert ls.load(path).tracks[0].optimizer.tricks == "ndarray, too long for a record"
    assert path.stat().st_size < 20_000


def test_a_record_of_code_of_ones_own_is_the_same_bytes_in_every_process(tmp_path):
    code = (
        "import functools\n"
        + textwrap.dedent(NOTEBOOK)
        + textwrap.dedent("""
        f = functools.partial(lambda p, a: a * np.sum(p * p, axis=0), a=2.0)
        surface = ls.from_function(f)
        ls.simulate(surface, [Rule(lr=0.1)], start=(1.0, -1.0), steps=5, noise="gaussian").save("b.npz")
        surface.critical_points
        ls.simulate(surface, [Rule(lr=0.1)], start=(1.0, -1.0), steps=5, noise="gaussian").save("c.npz")
    """)
    )
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        elsewhere(code, tmp_path / name)
        made.append([(tmp_path / name / f"{each}.npz").read_bytes() for each in "abc"])
    assert made[0] == made[1]
    assert made[0][1] == made[0][2]


def test_a_formula_of_very_many_operations_is_given_up_and_not_recorded():
    rows = np.ones((400, 2))

    def long(p):
        h = np.tanh(rows @ p)
        for _ in range(3):
            h = np.tanh(np.outer(h, h).sum(axis=1) if h.ndim == 1 else h)
        return np.sum(h, axis=0)

    class Long(Valley):
        def _value(self, p):
            return long(p)

    assert recorded(Long()) is None


def test_a_class_that_is_registered_here_is_bound_and_elsewhere_is_not(tmp_path, forgotten):
    class Own(Slow):
        """p <- p - lr share g"""

        lr: float = 0.05
        share: float = 0.5

    with planted("optimizer", "planted_own", Own):
        record = raced(ls.surface("sphere"), ls.optimizer("planted_own", share=0.125))
        path = saved(record, tmp_path / "a.npz")
        assert ls.load(path) == record
    loaded = ls.load(path)
    assert (loaded["planted_own"].optimizer.name, loaded["planted_own"].optimizer.share) == ("planted_own", 0.125)
    assert isinstance(loaded["planted_own"].optimizer, Kept)


def test_two_functions_of_one_name_are_told_apart_by_what_was_recorded(tmp_path):
    makes = [ls.from_function(closure(height)) for height in (1.0, 2.0, 4.0)]
    for k, surface in enumerate(makes):
        record = raced(surface)
        assert ls.load(saved(record, tmp_path / f"{k}.npz")) == record
    path = saved(raced(ls.from_function(closure(3.0))), tmp_path / "other.npz")
    del user_code._given[f"{__name__}:closure.<locals>.bowl"][0]  # as in a process that was not given this one
    assert isinstance(ls.load(path).surface, KeptSurface)
    assert ls.load(path).surface.value([1.0, 1.0]) == pytest.approx(6.0)


NOTEBOOK = """
    import landscape as ls, numpy as np, warnings
    warnings.simplefilter("ignore")
    class Rule(type(ls.optimizer("sgd"))):
        pass
    class Bowl(type(ls.surface("sphere"))):
        def _value(self, p):
            return 2.0 * np.sum(p * p, axis=0)
        def _gradient(self, p):
            return 4.0 * p
    ls.simulate(Bowl(), [Rule(lr=0.1)], start=(1.0, -1.0), steps=5).save("a.npz")
"""


def test_what_a_notebook_defined_comes_back_as_data_in_another_process(tmp_path):
    elsewhere(NOTEBOOK, tmp_path)
    loaded = ls.load(tmp_path / "a.npz")
    assert without_code(loaded) == ["__main__:Bowl", "__main__:Rule"]
    assert loaded.surface.value([1.0, 2.0]) == 10.0
    assert loaded.tracks[0].optimizer.lr == 0.1


EVIL = """
from pathlib import Path
Path(__file__).with_name("ran").touch()
import landscape as ls
class Thing(type(ls.surface("sphere"))): pass
class Rule(type(ls.optimizer("sgd"))): pass
def thing(p): return p[0]
"""

SCENARIO = """
title = "x"
steps = 5
surface = "evil:Thing"
optimizers = ["evil:Rule"]
views = [{ name = "evil:View" }, "contour"]
"""


def altered(path, change):
    """Change a record's metadata as someone would who writes the digests anew."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    metadata = json.loads(members["metadata.json"])
    metadata.pop("digest", None)
    metadata.pop("parts", None)
    change(metadata)
    members["metadata.json"] = json.dumps(metadata).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


ATTACKS = {
    "surface": lambda m: m.update(surface={"name": "evil:Thing"}),
    "input": lambda m: m["surface"].update({"name": "function", "function": "builtins:input"}),
    "interact": lambda m: m["surface"].update({"name": "function", "function": "code:interact"}),
    "own function": lambda m: m["surface"].update({"name": "function", "function": "landscape.cli:main"}),
    "through": lambda m: m["surface"].update({"name": "function", "function": "landscape.core.user_code:os.getlogin"}),
    "rule": lambda m: m["entrants"][0].update(optimizer={"name": "evil:Rule", "lr": 0.1}),
    "in a field": lambda m: m.update(surface={"name": "shifted", "surface": "evil:Thing", "shift": [0.0, 0.0]}),
    "in two": lambda m: m.update(surface={"name": "sum", "first": "sphere", "second": {"name": "evil:Thing"}}),
    "in a list": lambda m: m.update(surface={"name": "composed", "parts": ["quad_bowl", {"name": "evil:Thing"}]}),
    "deep": lambda m: m["entrants"][0].update(schedule={"name": "warmup", "steps": 2, "then": "evil:Thing"}),
    "torch": lambda m: m["entrants"][0].update(optimizer={"name": "torch", "optimizer": "evil:Rule", "lr": 0.1}),
    "torch's": lambda m: m["entrants"][0].update(optimizer={"name": "torch", "optimizer": "AdamW", "lr": 0.1}),
    "optax": lambda m: m["entrants"][0].update(optimizer={"name": "optax", "transformation": "evil:thing"}),
    "torch schedule": lambda m: m["entrants"][0].update(schedule={"name": "torch", "scheduler": "evil:thing"}),
    "noise": lambda m: m.update(noise={"name": "evil:Thing", KEPT: {}}),
    "scenario": lambda m: m.update(scenario=SCENARIO),
}


def test_nothing_that_a_record_names_is_imported_or_called(tmp_path):
    (tmp_path / "evil.py").write_text(EVIL)
    for name, attack in ATTACKS.items():
        path = raced(ls.surface("sphere")).save(tmp_path / f"{name}.npz")
        altered(path, attack)
    code = """
        import builtins, code, os, sys
        def refuse(*a): raise SystemExit("called")
        builtins.input = code.interact = os.getlogin = refuse
        import landscape as ls
        from landscape.cli import run_command
        for path in sorted(__import__("pathlib").Path().glob("*.npz")):
            try:
                record = ls.load(path)
            except ls.RecordError as error:
                print(path, "refused", error)
            else:
                assert record.tracks[0].value.shape == (7, 1)
                print(path, "loaded")
        assert run_command(["render", "scenario.npz", "--view", "convergence", "-q"]) == 0
        assert not {"evil", "torch", "optax", "jax"} & set(sys.modules)
    """
    told = elsewhere(code, tmp_path)
    assert not (tmp_path / "ran").exists()
    assert told.count("loaded") == len(ATTACKS), told


def test_trust_binds_the_code_again_and_render_says_what_it_left_out(tmp_path, monkeypatch, capsys, forgotten):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_valley.py").write_text(
        "def f(p):\n    return p[0] ** 2 + (p[1] ** 2 if (p[0] > 0.0).all() else 2.0 * p[1] ** 2)\n"
    )
    record = raced(ls.from_function("my_valley:f"))
    path = saved(record, tmp_path / "a.npz")
    forgotten()
    monkeypatch.delitem(sys.modules, "my_valley")
    try:
        assert run_command(["render", str(path)]) == 0
        said = capsys.readouterr()
        assert "a.npz: loaded without the code of my_valley:f; only what needs no surface is drawn; --trust" in said.err
        assert "convergence.png" in said.out
        assert "my_valley" not in sys.modules
        assert run_command(["render", str(path), "--view", "contour"]) == 2
        assert "my_valley:f: its values are not known" in capsys.readouterr().err
        assert run_command(["render", str(path), "--view", "contour", "--trust"]) == 0
        assert capsys.readouterr().err.startswith("note: f: gives another value for a point beside others")
        assert ls.load(path, trust=True).surface.value([-1.0, 1.0]) == 3.0
        (tmp_path / "my_valley.py").write_text("def f(p):\n    return p[0] ** 2 + 17.0 * p[1] ** 2\n")
        monkeypatch.delitem(sys.modules, "my_valley")
        with pytest.warns(UserWarning, match="the code of function has other values now than those that are recorded"):
            ls.load(path, trust=True)
        (tmp_path / "my_valley.py").unlink()
        monkeypatch.delitem(sys.modules, "my_valley")
        forget_used = user_code._used
        forget_used.clear()
        user_code._given.clear()
        with pytest.warns(UserWarning, match="my_valley:f cannot be found to be bound again"):
            assert isinstance(ls.load(path, trust=True).surface, KeptSurface)
    finally:
        sys.modules.pop("my_valley", None)
        user_code._files.pop("my_valley", None)


def test_the_views_of_a_scenario_are_drawn_without_what_else_it_names(tmp_path, capsys):
    path = raced(ls.surface("sphere")).save(tmp_path / "a.npz")
    altered(path, lambda m: m.update(scenario=SCENARIO.replace('{ name = "evil:View" }, ', "")))
    assert run_command(["render", str(path), "--json"]) == 0
    assert [file.rpartition("/")[2] for file in json.loads(capsys.readouterr().out)["files"]] == ["contour.png"]


@pytest.mark.parametrize(
    "text",
    [
        None, [], ["-> 5"], ["add 0 9", "-> 2"], ["add 0", "-> 2"], ["add 0 1 1", "-> 2"], ["system 0", "-> 2"],
        ["sin 2", "-> 2"], ["sin -1", "-> 2"], ["sin 0x1", "-> 2"], ["sin 1e9999", "-> 2"], ["sin 0", "sin 0"],
        ["sin 0", "-> 2 2"], ["sin __import__('os')", "-> 2"], [["sin", 0], "-> 2"], ["sin 0"] * 30_000 + ["-> 2"],
    ],
)  # fmt: skip
def test_a_program_is_read_strictly(text):
    with pytest.raises(ValueError, match="program"):
        read(text, 2)


def test_a_program_is_the_same_when_read_again():
    for name, (make, records) in SURFACES.items():
        if records:
            surface = make()
            program = recorded(surface)
            assert lines(read(lines(program), surface.dim)) == lines(program), name
    odd = ["multiply 0 inf", "add 2 nan", "select 1 3 -0.0", "divide 4 1e-07", "-> 5"]
    assert lines(read(odd, 2)) == odd
    assert lines(read(["sin 0", "cos 0", "-> 3"], 2)) == ["cos 0", "-> 2"]


def told(path, holder, value):
    """Put a value, written as JSON, where a place of a record's metadata is, with the digests that fit it."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    metadata = json.loads(members["metadata.json"]) | {"digest": "0" * 64}
    holder(metadata, "@value@")
    whole = {"digest": "0" * 64, **metadata}
    text = json.dumps(whole, indent=1).encode().replace(b'"@value@"', value)
    digest = hashlib.sha256(text).hexdigest().encode()
    members["metadata.json"] = text.replace(b"0" * 64, digest, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


PLACES = {
    "rule": lambda m, value: m["entrants"][0]["optimizer"].update(lr=value),
    "rule inside": lambda m, value: m["entrants"][0].update(
        optimizer={"name": "lookahead", "optimizer": {"name": "sgd", "lr": value}}
    ),
    "schedule": lambda m, value: m["entrants"][0].update(schedule={"name": "step", "every": value}),
    "surface": lambda m, value: m["surface"].update(dim=value),
    "unknown field": lambda m, value: m["surface"].update(more=value),
    "noise": lambda m, value: m.update(noise={"name": "gaussian", "sigma": value}),
    "title": lambda m, value: m.update(title=value),
    "seed": lambda m, value: m.update(seed=value),
    "label": lambda m, value: m["entrants"][0].update(label=value),
    "asked": lambda m, value: m["entrants"][0].update(asked=value),
    "name": lambda m, value: m["surface"].update(name=value),
}
VAST = {
    "many lists": b"[" + b"[]," * 400_000 + b"[]]",
    "many tables": b"[" + b'{"a": 1},' * 200_000 + b"1]",
    "many keys": b"{" + b",".join(b'"%d": 1' % i for i in range(200_000)) + b"}",
    "very many numbers": b"[" + b"1," * 1_000_000 + b"1]",
    "many numbers": b"[" + b"0.5," * 30_000 + b"0.5]",
    "many texts": b"[" + b'"evil:Thing",' * 30_000 + b"1]",
    "long numbers": b"[" + b"9" * 4000 + (b"," + b"9" * 4000) * 200 + b"]",
    "deep lists": b"[" * 1_000_000 + b"]" * 1_000_000,
    "not so deep lists": b"[" * 500 + b"]" * 500,
    "deep tables": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "a long text": b'"' + b"x" * (17 << 20) + b'"',
}


def refused_soon(path):
    """How a file is refused: within 50 MB, and in 50 ms but for a processor that is busy with others."""
    tracemalloc.start()
    try:
        with pytest.raises(ls.RecordError, match=re.escape(f"{path}: not a landscape record, or a damaged")) as caught:
            ls.load(path)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 1000
    return str(caught.value)


@pytest.mark.parametrize("size", VAST)
def test_vast_values_anywhere_in_the_metadata_are_one_error(size, tmp_path):
    rng = drawn.numbers(len(size))
    for place in rng.sample(sorted(PLACES), 3):
        path = raced(ls.surface("sphere")).save(tmp_path / "a.npz")
        told(path, PLACES[place], VAST[size])
        said = refused_soon(path)
        if size in ("many lists", "many tables", "many keys", "very many numbers", "a long text"):
            assert re.search(r"metadata\.json has [\d,]+ (bytes|lists, tables and keys|items)", said)


def test_what_a_record_would_not_be_read_with_is_not_saved(tmp_path):
    surface = ls.surface("sphere")
    for title in ("[" * 200_000, "," * 1_000_000, "x" * (17 << 20)):
        record = dataclasses.replace(raced(surface), title=title)
        with pytest.raises(ValueError, match="what a record says of its components has"):
            record.save(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []
    record = dataclasses.replace(raced(surface), title="x" * (2 << 20))
    assert ls.load(record.save(tmp_path / "a.npz")) == record


@pytest.mark.parametrize("rates", [2, 4, 700, 5000])
def test_a_rule_has_one_number_for_each_run_or_one_for_all(rates, tmp_path):
    rules = [ls.optimizer("sgd", lr=[0.1, 0.2, 0.3]),
             ls.optimizer("lookahead", optimizer=ls.optimizer("adam", beta1=[0.1, 0.2, 0.3]))]  # fmt: skip
    record = raced(ls.surface("sphere"), *rules)
    path = record.save(tmp_path / "a.npz")
    assert ls.load(path) == record
    places = (
        (lambda m: m["entrants"][0]["optimizer"], "lr"),
        (
            lambda m: m["entrants"][1]["optimizer"]["optimizer"],
            "beta1",
        ),
    )
    for holder, field in places:
        record.save(path)
        altered(path, lambda m, holder=holder, field=field: holder(m).update({field: [0.5] * rates}))
        assert re.search(rf"{field}.* (3 runs|{rates:,} items)", refused_soon(path))


def test_a_surface_is_the_recorded_one_by_its_values_at_two_runs():
    class Log:
        """log x, which is NaN below 0."""

        def value(self, p):
            return np.log(p[0])

    params = np.array([[2.0, -1.0, 3.0]])
    for value, fits in (
        ([np.log(2.0), np.nan, 0.0], True),
        ([np.log(2.0) * (1.0 + 1e-7), np.nan, 0.0], True),
        ([np.log(2.0) * (1.0 + 1e-5), np.nan, 0.0], False),
        ([np.log(2.0), 0.0, 0.0], False),
        ([np.nan, np.nan, 0.0], False),
    ):
        assert _fits(Log(), [(params, np.array(value))]) is fits
        assert _fits(Log(), [(params[:, :1], np.log([2.0])), (params, np.array(value))]) is fits
    assert _fits(object(), [(params, np.zeros(3))]) is False


def test_a_surface_has_the_dimension_of_the_starts(tmp_path):
    path = raced(ls.surface("quadratic", dim=2)).save(tmp_path / "a.npz")
    for dim in (2, 3, 1):
        altered(path, lambda m, dim=dim: m["surface"].update(dim=dim))
        if dim == 2:
            assert ls.load(path).surface.dim == 2
        else:
            assert f"starts of shape (2, 1) on a surface of dim {dim}" in refused_soon(path)


def test_components_are_read_as_deep_as_thirty_inside_one_another(tmp_path):
    path = raced(ls.surface("sphere")).save(tmp_path / "a.npz")
    for depth in (30, 31):
        table = {"name": "sphere"}
        for _ in range(depth):
            table = {"name": "shifted", "surface": table, "shift": [0.0, 0.0]}
        altered(path, lambda m, table=table: m.update(surface=table))
        if depth == 30:
            assert ls.load(path).surface.value([3.0, 4.0]) == ls.surface("sphere").value([3.0, 4.0])
        else:
            assert "surface is {" in refused_soon(path)


def test_a_track_may_hold_every_status_and_no_other(tmp_path):
    record = ls.simulate("sphere", "sgd", start=np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]), steps=4)
    track = record.tracks[0]
    for said, loads in ((STATUSES, True), ((*STATUSES[:2], "lost"), False)):
        status = np.array(said)
        path = dataclasses.replace(record, tracks=(dataclasses.replace(track, status=status),)).save(tmp_path / "a.npz")
        if loads:
            assert tuple(ls.load(path).tracks[0].status) == STATUSES
        else:
            assert "unknown status" in refused_soon(path)


@pytest.mark.parametrize("window", [((-1.0, 3.0),), ((-2.0, 2.0), (0.0, 10.0)), ((0.0, 1.0), (5.0, 6.0), (-4.0, -3.0))])
def test_a_recorded_program_is_compared_in_the_middle_the_corners_inside_and_outside(window):
    lows, highs = np.array(window).T
    points = programs.probes(window).T
    whole = {tuple(point) for point in points.tolist()}
    assert tuple((lows + highs) / 2.0) in whole
    assert set(itertools.product(*window)) <= whole
    inside = np.all((lows < points) & (points < highs), axis=1)
    outside = np.any((points < lows) | (points > highs), axis=1)
    assert inside.sum() >= 21
    assert 1 <= outside.sum() <= 4
    assert np.all((lows - (highs - lows) <= points) & (points <= highs + (highs - lows)))


def test_a_class_with_its_own_init_is_kept_by_what_it_sets_whatever_it_is_annotated_with(tmp_path):
    """Values that its class begins with as well, and not what is cached."""

    class Damping(float):
        pass

    class Local(ls.Optimizer):
        damping: "Damping" = 0.25
        share = 0.1

        def __init__(self, lr):
            self.lr, self.damping, self.share = lr, Damping(0.5), 0.75

        @functools.cached_property
        def twice(self):
            return 2.0 * self.damping

        def init(self, params):
            return ()

        def apply(self, params, gradient, state, lr):
            return params - lr * self.twice * gradient, state

    path = saved(raced(ls.surface("sphere"), Local(lr=0.125)), tmp_path / "a.npz")
    rule = ls.load(path).tracks[0].optimizer
    assert isinstance(rule, Kept)
    assert (rule.lr, rule.damping, rule.share) == (0.125, 0.5, 0.75)
    assert rule.table[KEPT]["attributes"] == {"lr": 0.125, "damping": 0.5, "share": 0.75}


@pytest.mark.parametrize("claim", ["complete", "found", "notable", "global"])
def test_a_stand_in_claims_of_its_critical_points_what_the_surface_did(claim, tmp_path, forgotten):
    class Claiming(Valley):
        completeness = claim

    path = saved(raced(Claiming()), tmp_path / "a.npz")
    forgotten()
    again = ls.load(path).surface
    assert isinstance(again, KeptSurface)
    assert again.completeness == claim


def test_functions_in_the_fields_of_the_librarys_components_are_code_of_ones_own(tmp_path, forgotten):
    def falling(step, steps):
        return 1.0 / (1.0 + step)

    record = raced(ls.surface("sphere"), schedule=ls.schedule("function", function=falling))
    path = saved(record, tmp_path / "a.npz")
    assert ls.load(path) == record
    forgotten()
    assert any("falling" in name for name in without_code(ls.load(path)))


def test_the_digest_is_compared_whatever_the_order_of_keys(tmp_path):
    path = raced(ls.surface("sphere")).save(tmp_path / "a.npz")
    whole = ls.load(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(members["metadata.json"])
    text = json.dumps({"digest": "0" * 64, "title": "x", **told, "title": "", "digest": "0" * 64}, indent=1).encode()  # noqa: F601
    digest = hashlib.sha256(text).hexdigest()
    for said, loads in ((digest, True), (digest[:-1] + ("0" if digest[-1] != "0" else "1"), False)):
        members["metadata.json"] = text.replace(b"0" * 64, said.encode(), 1)
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        if loads:
            assert ls.load(path) == whole
        else:
            assert "metadata.json has another digest than it says" in refused_soon(path)

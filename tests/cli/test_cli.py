"""The command line: what it prints and writes, how it refuses, and that nothing is left half-written."""

import ctypes
import errno
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import warnings
import weakref
from pathlib import Path

import click
import pytest
from places import ROOT
from terminal import TEXT

import landscape as ls
from landscape.cli import landscape
from landscape.cli._printing import aligned
from landscape.core.component import field_hints
from landscape.core.registry import kinds, registry
from landscape.derivatives import METHODS

REFERENCE = ROOT / "docs" / "command-line.md"


def contents(folder):
    """Every file below a folder with what is in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def everything(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# what it does


def test_run_writes_the_record_and_the_pictures_and_says_what_it_measured(command, folder):
    code, out, err = command("run", "bowl.toml")
    assert (code, err) == (0, "")
    assert everything(folder / "outputs") == ["bowl", "bowl/convergence.png", "bowl/record.npz"]
    for said in ("Descent in a bowl", "It goes down.", "passed  descent descends", "is below 1", "adam", "finished"):
        assert said in out
    assert out.endswith(f"wrote {Path('outputs/bowl/record.npz')}\nwrote {Path('outputs/bowl/convergence.png')}\n")
    record = ls.load("outputs/bowl/record.npz")
    assert (record.title, record.scenario, record.labels) == ("Descent in a bowl", TEXT, ("sgd", "adam"))


def test_out_and_set_say_where_and_what_else(command, folder):
    assert command("run", "bowl.toml", "--out", "a/b", "--set", "steps=5", "--set", "views=[]", "--quiet") == (
        0,
        "",
        "",
    )
    assert everything(folder) == ["a", "a/b", "a/b/record.npz", "bowl.toml"]
    assert ls.load("a/b/record.npz").steps == 5


def test_a_false_expectation_exits_with_1_and_is_printed_even_when_quiet(command, folder):
    code, out, _ = command("run", "bowl.toml", "--quiet", "--set", "expect[0].below=1e-9")
    assert code == 1
    assert out.startswith("FAILED  descent descends\n")
    assert "should be below 1e-09" in out
    assert (folder / "outputs/bowl/record.npz").exists()


def test_json_is_one_object_with_the_figures(command, folder):
    code, out, _ = command("run", "bowl.toml", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["passed"] is True
    assert told["files"] == [str(Path("outputs/bowl/record.npz")), str(Path("outputs/bowl/convergence.png"))]
    assert [entrant["label"] for entrant in told["entrants"]] == ["sgd", "adam"]
    assert told["entrants"][0]["status"] == {"finished": 1}
    (row,) = told["expectations"]
    assert row["measured"] == ls.load("outputs/bowl/record.npz")["sgd"].value[-1, 0] < row["below"]


def test_one_expectation_that_fails_fails_all(command, folder):
    rows = [("a", "sgd", "below = 1.0"), ("b", "adam", "above = 1e9"), ("c", "sgd", "above = -1.0")]
    for chosen, passed in ((rows, [True, False, True]), (rows[::2], [True, True]), ([], [])):
        lines = [f'[[expect]]\nclaim = "{c}"\noptimizer = "{o}"\nmeasure = "value"\n{b}\n' for c, o, b in chosen]
        (folder / "three.toml").write_text(TEXT.partition("[[expect]]")[0] + "\n".join(lines))
        code, out, _ = command("check", "three.toml", "--json")
        told = json.loads(out)["three.toml"]
        assert (code, told["passed"]) == (0 if all(passed) else 1, all(passed))
        assert [each["passed"] for each in told["expectations"]] == passed
        assert [(each["claim"], each["optimizer"]) for each in told["expectations"]] == [each[:2] for each in chosen]
        assert (told["steps"], told["runs"], told["seed"], told["title"]) == (20, 1, 0, "Descent in a bowl")
        for each in told["entrants"]:
            assert (each["status"], each["stopped"], each["evaluations"]) == ({"finished": 1}, 20, 20)
            assert each["gap"] == each["loss"] > 0.0


def test_the_claims_about_a_sweep_are_told_with_the_others(command, folder):
    sweep = """
[sweep]
over = { "lr" = [0.05, 0.1] }

[[sweep.expect]]
claim = "the larger rate is better"
optimizer = "sgd"
field = "lr"
above = 0.09
"""
    (folder / "swept.toml").write_text(TEXT + sweep)
    code, out, err = command("check", "swept.toml", "--json")
    assert (code, err) == (0, "")
    own, swept = json.loads(out)["swept.toml"]["expectations"]
    assert (own["claim"], swept["claim"]) == ("descent descends", "the larger rate is better")
    assert swept["passed"] is True


def test_json_spells_what_json_lacks(command):
    never = "expect[0].measure={name='first_hit',gap=0}"
    _, out, _ = command("check", "bowl.toml", "--json", "--set", never)
    assert json.loads(out)["bowl.toml"]["expectations"][0]["measured"] == "inf"
    assert json.loads(out, parse_constant=pytest.fail)


def test_check_writes_nothing_and_goes_on_after_a_scenario_that_cannot_be_used(command, folder):
    (folder / "bad.toml").write_text(TEXT.replace("steps = 20", "steps = 0"))
    (folder / "false.toml").write_text(TEXT.replace("below = 1.0", "below = 1e-9"))
    before = contents(folder)
    assert command("check", "bowl.toml")[0] == 0
    assert command("check", "bowl.toml", "false.toml")[0] == 1
    code, out, err = command("check", "bad.toml", "false.toml", "bowl.toml")
    assert code == 2
    assert "bowl.toml: 1 of 1 expectations passed" in out
    assert "false.toml: 0 of 1 expectations passed" in out
    assert err == "bad.toml:3: steps: must be at least 1, got 0\n"
    assert contents(folder) == before


def test_check_takes_folders_with_all_the_scenarios_below_them_each_once(command, folder):
    for name in ("deep/er/b.toml", "deep/a.toml", "deep/.hidden/c.toml", "deep/er/not.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT)
    (folder / "empty").mkdir()
    code, out, err = command("check", "deep", "deep/a.toml", "bowl.toml", "--json")
    assert (code, err) == (0, "")
    assert list(json.loads(out)) == [str(Path("deep/a.toml")), str(Path("deep/er/b.toml")), "bowl.toml"]
    code, out, err = command("check", "empty", "deep/er")
    assert code == 2
    assert "empty: is a folder without scenarios: no file in it ends in .toml" in err
    assert out.startswith(f"{Path('deep/er/b.toml')}: 1 of 1 expectations passed")


def test_check_leaves_out_of_a_folder_what_needs_a_library_that_is_not_there(command, folder, monkeypatch):
    """With a note that says which; a scenario that is named itself is refused, and so is one with another fault."""
    needing = TEXT.replace('name = "sgd"', 'name = "torch", label = "sgd", optimizer = "SGD"')
    assert needing != TEXT
    (folder / "some").mkdir()
    (folder / "some" / "a.toml").write_text(needing)
    (folder / "some" / "b.toml").write_text(TEXT)
    monkeypatch.setattr("landscape.core.extras.installed", lambda module: False)
    code, out, err = command("check", "some")
    assert code == 0
    assert err.startswith(f"note: left out: {Path('some/a.toml')}:")
    assert "needs torch, which is not installed: " in err
    assert out.startswith(f"{Path('some/b.toml')}: 1 of 1 expectations passed")
    code, out, err = command("check", "some/a.toml")
    assert (code, out) == (2, "")
    assert err.startswith("some/a.toml:")
    (folder / "some" / "a.toml").write_text(needing.replace("steps = ", "steps = -"))
    assert command("check", "some")[0] == 2


def test_the_same_scenario_run_twice_gives_the_same_bytes(command, folder):
    command("run", "bowl.toml", "--out", "a", "--set", "noise=gaussian")
    command("run", "bowl.toml", "--out", "b", "--set", "noise=gaussian")
    assert (folder / "a/record.npz").read_bytes() == (folder / "b/record.npz").read_bytes()


def test_render_draws_a_record_again(command, folder):
    command("run", "bowl.toml", "--quiet")
    first = (folder / "outputs/bowl/convergence.png").read_bytes()
    (folder / "outputs/bowl/convergence.png").unlink()
    code, out, _ = command("render", "outputs/bowl")
    assert (code, out) == (0, f"wrote {Path('outputs/bowl/convergence.png')}\n")
    assert (folder / "outputs/bowl/convergence.png").read_bytes() == first
    assert command("render", "outputs/bowl/record.npz", "--view", "convergence", "--out", "x/y.svg", "--quiet")[0] == 0
    assert command("render", "outputs/bowl/record.npz", "--out", "z", "--quiet")[0] == 0
    assert everything(folder / "x") == ["y.svg"]
    assert (folder / "z/convergence.png").read_bytes() == first


def test_the_chinese_of_a_scenario_is_printed_on_demand(command, folder):
    text = TEXT.replace('views = [{ name = "convergence", width = 320, height = 180 }]', "views = []")
    said = {"Descent in a bowl": "碗中的梯度下降", "It goes down.": "损失下降。", "descent descends": "梯度下降在下降"}
    title, look_for, claim = said.values()
    table = f'[zh]\ntitle = "{title}"\nlook_for = "{look_for}"\nclaims = {{ "descent descends" = "{claim}" }}\n'
    (folder / "bowl.toml").write_text(text + table, encoding="utf-8")
    code, out, err = command("run", "bowl.toml", "--language", "zh")
    assert (code, err) == (0, "")
    for word in (*said.values(), "成立", "最后一步", "完成", "已写入", "小于 1"):
        assert word in out
    for word in (*said, "passed", "finished", "wrote", "below"):
        assert word not in out
    chinese = (folder / "outputs" / "bowl" / "record.npz").read_bytes()
    assert command("run", "bowl.toml")[1].startswith("Descent in a bowl\n")
    assert (folder / "outputs" / "bowl" / "record.npz").read_bytes() == chinese
    assert command("check", "bowl.toml", "--language", "zh")[1].startswith(
        f"bowl.toml：1 条预期中有 1 条成立\n成立    {claim}"
    )
    assert json.loads(command("check", "bowl.toml", "--language=zh", "--json")[1])["bowl.toml"]["title"] == title
    code, out, _ = command("run", "bowl.toml", "--language", "zh", "--set", "expect[0].below=0")
    assert code == 1
    assert "不成立" in out


def test_a_table_is_straight_with_wide_characters():
    rows = aligned([["", "损失"], ["恒定", "1.5"], ["SGD", "2"]]).splitlines()
    assert rows == ["      损失", "恒定   1.5", "SGD      2"]


def test_list_and_show_cover_every_component(command):
    code, out, _ = command("list")
    assert code == 0
    for kind in kinds():
        assert kind in out
        for name in registry(kind).names():
            assert f"\n  {name} " in out
        for name in registry(kind).names()[:: 6 if kind == "surface" else 1]:
            _, page, _ = command("show", name)
            assert f"{kind} {name}\n" in page
            assert registry(kind).get(name).__doc__.splitlines()[0] in page
            for field in field_hints(registry(kind).get(name)):
                assert f"\n  {field} " in page
    assert command("list", "optimizers")[1] == command("list", "optimizer")[1]
    assert "rosenbrock" not in command("list", "optimizer")[1]


def test_list_and_show_print_json_too(command):
    code, out, _ = command("list", "--json")
    assert code == 0
    assert json.loads(out).keys() == set(kinds())
    code, out, _ = command("show", "himmelblau", "--json")
    (page,) = json.loads(out)
    assert (code, page["kind"], page["fields"], len(page["critical_points"])) == (0, "surface", {}, 9)
    code, out, _ = command("show", "adam", "--json")
    assert json.loads(out)[0]["fields"]["lr"] == {
        "allowed": "a number or a list of numbers at least 0",
        "default": 0.001,
    }


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ackley", "landscape/surfaces/multimodal/ackley.py"),
        ("adamw", "landscape/optimizers/adam/adamw.py"),
        ("contour", "landscape/render/views/contour.py"),
        ("bbob_sphere", "landscape/surfaces/bbob/separable.py"),
    ],
)
def test_show_prints_the_file_of_the_code(command, name, file):
    assert command("show", name)[1].splitlines()[1] == file
    assert [page["file"] for page in json.loads(command("show", name, "--json")[1])] == [file]
    assert (Path(ls.__file__).parent.parent / file).exists()


def test_show_prints_the_file_of_a_user_s_class(command, folder):
    code = """import landscape as ls


class Mine(ls.Optimizer):
    lr: float = 0.1

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient, state
"""
    (folder / "file_rules.py").write_text(code)
    _, out, err = command("show", "file_rules:Mine")
    assert (out.splitlines()[:2], err) == (["optimizer file_rules:Mine", str(folder / "file_rules.py")], "")


def test_without_an_extra_what_needs_it_is_refused(command, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "sklearn.datasets", raising=False)
    network = '{ name = "network", dataset = "digits", loss = "cross_entropy", layers = [64, 4, 10] }'
    (folder / "e.toml").write_text(TEXT.replace('surface = "quadratic"', f"surface = {network}"))
    code, out, err = command("check", "e.toml")
    assert (code, out) == (2, "")
    assert "needs sklearn, which is not installed: " in err
    assert "Traceback" not in err


def test_a_formula_needs_no_extra(command, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    code, out, _ = command("show", "expression")
    assert code == 0
    assert "★ minimum" in out
    formula = '{ name = "expression", text = "erf(x)**2 + abs(y)" }'
    (folder / "e.toml").write_text(TEXT.replace('surface = "quadratic"', f"surface = {formula}"))
    assert command("check", "e.toml")[0] == 0


def test_gradients_compares_the_methods_in_a_table_in_json_and_in_a_picture(command, folder):
    code, out, err = command("gradients", "rosenbrock", "--dims", "2,6", "--out", "g.png")
    assert (code, err) == (0, "")
    assert Path("g.png").read_bytes().startswith(b"\x89PNG")
    rows = [line.split() for line in out.splitlines() if line.split()[:1] in (["2"], ["6"])]
    assert [row[1] for row in rows if row[0] == "2"] == [row[1] for row in rows if row[0] == "6"] == list(METHODS)
    costs = json.loads(command("gradients", "rosenbrock", "--dims", "6", "--json")[1])["gradients"]
    by = {cost["method"]: cost for cost in costs}
    passes = {method: by[method]["passes"] for method in by}
    assert passes == {
        "manual": None, "symbolic": None, "forward": 6, "reverse": 2, "one-sided": 7, "central": 12, "richardson": 24,
        "complex-step": 6,
    }  # fmt: skip
    assert all(by[method]["error"] < 1e-14 for method in ("manual", "forward", "reverse", "symbolic", "complex-step"))
    assert by["one-sided"]["error"] > by["central"]["error"] > by["richardson"]["error"] > 1e-15
    assert by["symbolic"]["swell"] > 1.0


def test_show_sketches_a_surface_and_draws_it_to_a_file(command, folder):
    for name, signs in (("himmelblau", "○▲×★"), ("rosenbrock", "○★"), ("line", "●")):
        code, out, _ = command("show", name, "--out", f"{name}.png")
        assert code == 0
        assert all(sign in out for sign in signs)
        assert Path(f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "a cut along 2 of 4" in command("show", "extended_rosenbrock")[1]


def test_a_terminal_without_unicode_gets_a_sketch_in_ascii(folder):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "landscape", "show", "himmelblau"], check=True, capture_output=True, env=environment
    )
    assert b"o start   ^ maximum   x saddle   V minimum" in done.stdout
    assert b"\\u" not in done.stdout.split(b"all critical points of the window")[1]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["gradients", "rosenbrok"], 'Did you mean "rosenbrock"'),
        (["gradients", "beale", "--dims", "3"], "beale always has 2 coordinates"),
        (["gradients", "rosenbrock", "--dims", "2,x"], "must be whole numbers separated by commas"),
        (["gradients", "rosenbrock", "--dims", "0"], "must be from 1 to 10,000"),
        (["gradients", "beale", "--out", "g.gif"], "the file name must end in .png, .svg, .pdf"),
        (["gradients", "beale", "--out", "no/g.png"], "cannot be written: No such file or directory"),
        (["show", "adam", "--out", "a.png"], "only surfaces, schedules and activations can be drawn"),
        (
            ["show", "shifted", "--out", "a.png"],
            '--out a.png: the surface shifted cannot be drawn by its name alone: "surface" must be given\n',
        ),
        (
            ["show", "torch", "--out", "a.png"],
            '--out a.png: the schedule torch cannot be drawn by its name alone: "scheduler" must be given; as an '
            "optimizer it has no picture\n",
        ),
    ],
)
def test_wrong_input_to_the_pictures_of_surfaces_is_refused(command, folder, args, expected):
    code, _, err = command(*args)
    assert code == 2
    assert expected in err
    assert everything(folder) == ["bowl.toml"]


def test_show_tells_a_surface_s_critical_points(command):
    page = command("show", "himmelblau")[1]
    assert re.search(r"minimum +\(3, 2\) +value 0\n", page)
    assert len(re.findall(r"\n  saddle +\(", page)) == 4
    assert "\n  surface " in command("show", "finite_sum")[1]


@pytest.mark.parametrize("args", [("--version",), ("--help",), ("run", "--help"), ("check", "-h")])
def test_help_and_version_exit_with_0(command, args):
    code, out, _ = command(*args)
    assert code == 0
    assert (ls.__version__ if args == ("--version",) else "Usage: landscape") in out


# how it refuses


REFUSED = [
    (("run", "missing.toml"), "missing.toml: file not found."),
    (("run", "."), ".: is a folder, not a scenario file. It contains bowl.toml."),
    (("run", "bowl"), 'Did you mean "bowl.toml"?'),
    (("run", "bowl.toml", "--set", "optimizers[0].lr=-1"), "--set optimizers[0].lr=-1: optimizers[0].lr: must be at"),
    (("run", "bowl.toml", "--set", "optimizers[1].name=sgdd"), 'Did you mean "sgd"?'),
    (("run", "bowl.toml", "--out", "bowl.toml"), "bowl.toml: is a file, but must be a folder"),
    (("run", "bowl.toml", "--out", "bowl.toml/x"), "bowl.toml/x: cannot be"),
    (("run", "bowl.toml", "--sett", "steps=1"), "No such option"),
    (("run",), "Missing argument 'SCENARIO'"),
    (("rn", "bowl.toml"), "No such command 'rn'"),
    (("check", "bowl.toml", "missing.toml"), "missing.toml: file not found."),
    (("render", "missing.npz"), "missing.npz: cannot be read: No such file or directory"),
    (("render", "bowl.toml"), "bowl.toml: not a landscape record"),
    (("render", "."), "record.npz: cannot be read"),
    (("list", "optimiser"), 'unknown kind of component "optimiser". Did you mean "optimizer"?'),
    (("show", "adm"), 'unknown component "adm". Did you mean "adam"?'),
]


@pytest.mark.parametrize(
    ("args", "expected"), REFUSED, ids=lambda value: " ".join(value) if type(value) is tuple else ""
)
def test_wrong_input_exits_with_2_and_a_message_and_leaves_no_trace(command, folder, args, expected):
    before = everything(folder)
    code, out, err = command(*args)
    assert code == 2
    assert expected in err
    assert "Traceback" not in err + out
    assert everything(folder) == before


def test_render_refuses_views_that_a_record_does_not_allow(command, folder):
    command("run", "bowl.toml", "--set", "surface.dim=3", "--quiet")
    before = everything(folder)
    for args, expected in (
        (["--view", "contour"], "3"),
        (["--view", "countour"], 'Did you mean "contour"?'),
        (["--view", "convergence", "--view", "convergence"], "two views have the same file name"),
    ):
        code, _, err = command("render", "outputs/bowl", *args)
        assert (code, expected in err) == (2, True)
    assert everything(folder) == before
    (folder / "cut.npz").write_bytes((folder / "outputs/bowl/record.npz").read_bytes()[:-100])
    assert command("render", "cut.npz")[0] == 2


# whole or not at all


def full_disk(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("stage", ["landscape.record.Record.save", "landscape.render.save"])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_stage_that_fails_leaves_an_earlier_run_as_it_was(command, folder, monkeypatch, stage, earlier):
    if earlier:
        command("run", "bowl.toml", "--quiet")
    before = contents(folder)
    monkeypatch.setattr(stage, full_disk)
    code, _, err = command("run", "bowl.toml", "--set", "steps=9")
    assert (code, err) == (2, f"{Path('outputs/bowl')}: cannot be written: No space left on device\n")
    assert contents(folder) == before
    assert (folder / "outputs").exists() == earlier


def test_files_are_moved_in_together_or_not_at_all(command, folder):
    command("run", "bowl.toml", "--quiet")
    (folder / "outputs/bowl/notes.txt").write_text("mine")
    (folder / "outputs/bowl/record.npz").rename(folder / "outputs/bowl/old.npz")
    (folder / "outputs/bowl/record.npz").mkdir()
    before = contents(folder)
    code, _, err = command("run", "bowl.toml", "--set", "steps=9")
    assert code == 2
    assert "record.npz: is a folder, but must be a file" in err
    assert contents(folder) == before
    (folder / "outputs/bowl/record.npz").rmdir()
    assert command("run", "bowl.toml", "--set", "steps=9", "--quiet")[0] == 0
    assert everything(folder / "outputs/bowl") == ["convergence.png", "notes.txt", "old.npz", "record.npz"]


def test_a_move_that_breaks_off_is_taken_back(folder, monkeypatch):
    from landscape.cli._files import OutputError, staged

    out = folder / "out"
    out.mkdir()
    (out / "a").write_text("old a")
    (out / "b").write_text("old b")
    rename, count = Path.rename, 0

    def breaking(self, target):
        nonlocal count
        count += 1
        if count == 4:
            full_disk()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", breaking)

    def write():
        with staged(out) as stage:
            for name in "abc":
                (stage / name).write_text(f"new {name}")

    with pytest.raises(OutputError, match="No space left"):
        write()
    assert contents(folder) == {"out/a": b"old a", "out/b": b"old b", "bowl.toml": TEXT.encode()}
    write()
    assert sorted(path.read_text() for path in out.iterdir()) == ["new a", "new b", "new c"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc, in which nobody may make folders")
def test_a_folder_that_cannot_be_made_is_refused(command, folder):
    code, _, err = command("run", "bowl.toml", "--out", "/proc/landscape/out")
    assert code == 2
    assert err.startswith("/proc/landscape/out: cannot be written: ")
    assert err.count("\n") == 1


@pytest.mark.filterwarnings("ignore:os.fork")  # jax's, where another test has loaded it
def test_a_file_that_grows_too_large_is_refused_and_removed(folder):
    """A limit on the size of files stands for a disk that is full."""
    done = started(folder, "run", "bowl.toml", "--set", "steps=20000", preexec_fn=small_files)
    _, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (2, f"{Path('outputs/bowl')}: cannot be written: File too large\n")
    assert everything(folder) == ["bowl.toml"]


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def started(folder, *args, **more):
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "landscape", *args],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


SIMULATING = ("--set", "steps=2000", "--set", "repeats=3000", "--set", "every=2000")
DRAWING = ("--set", "views=[{ name = 'race', seconds = 60 }]")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("earlier", "work", "begun"), [(True, SIMULATING, "*.part"), (False, DRAWING, "*.part/.race*")]
)
def test_an_interrupted_run_exits_with_130_and_leaves_no_partial_file(command, folder, number, earlier, work, begun):
    """While it simulates and while it draws, over the results of an earlier run and where there are none."""
    if earlier:
        command("run", "bowl.toml", "--quiet")
    before = contents(folder)
    process = started(folder, "run", "bowl.toml", *work)
    deadline = time.monotonic() + 30
    while not list(folder.rglob(begun)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, "", "interrupted")
    assert contents(folder) == before
    assert earlier or everything(folder) == ["bowl.toml"]
    assert not list(folder.rglob("*.part"))


class Dropping:
    """What drops the interruption that arrives while it is deleted."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def dropped_by_a_destructor():
    Dropping()


def dropped_by_a_callback_of_c():
    ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()


def dropped_by_a_weak_reference():
    what = type("Thing", (), {})()
    reference = weakref.ref(what, lambda _: signal.raise_signal(signal.SIGINT))
    del what
    assert reference() is None


def taken_for_an_error():
    """As a library in C does whose import is interrupted."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        warnings.warn("cannot patch the module", RuntimeWarning, stacklevel=2)


DROPPED = [taken_for_an_error, dropped_by_a_destructor, dropped_by_a_callback_of_c, dropped_by_a_weak_reference]


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("drop", DROPPED)
def test_an_interruption_that_python_drops_ends_the_command_all_the_same(command, folder, monkeypatch, drop, waits):
    """In long work soon, without that before anything is written; of the dropped exception nothing is printed."""
    ended = []

    def save(self, path):
        Path(path).write_text("half")
        drop()
        if waits:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                pass
        ended.append(waits)

    monkeypatch.setattr("landscape.record.Record.save", save)
    before = sys.unraisablehook
    code, out, err = command("run", "bowl.toml")
    assert (code, out, err.strip()) == (130, "", "interrupted")
    assert everything(folder) == ["bowl.toml"]
    assert not (waits and ended)
    assert sys.unraisablehook is before


def test_output_closed_from_the_start_is_no_error(folder):
    script = f"exec {sys.executable} -m landscape check bowl.toml >&-"
    done = subprocess.run(script, check=False, shell=True, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_error(folder):
    process = started(folder, "list")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_output_that_cannot_be_printed_is_an_error_with_a_message(folder):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "landscape", "list"], check=False, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert done.stderr == "the output cannot be printed: No space left on device\n"


# start-up and documentation


def test_a_command_is_the_file_of_its_name_and_imported_when_it_is_needed():
    folder = Path(ls.__file__).parent / "cli"
    assert sorted(landscape.commands) == sorted(file.stem for file in folder.glob("[!_]*.py"))
    code = "import sys; from landscape.cli import run_command; run_command({}); print('loaded', *sys.modules)"
    for args, commands in ((["list", "--help"], {"list"}), (["--help"], set(landscape.commands))):
        done = subprocess.run([sys.executable, "-c", code.format(args)], check=True, capture_output=True, text=True)
        loaded = set(done.stdout.rpartition("loaded")[2].split())
        assert {name for name in landscape.commands if f"landscape.cli.{name}" in loaded} == commands
        assert not loaded & {"matplotlib", "rich", "scipy", "sympy", "torch", "landscape.scenario"}


def reference():
    """The help of every command as Markdown."""
    parts = ["# The command line\n\n`python -m landscape` is the same command as `landscape`.\n"]
    group = click.Context(landscape, info_name="landscape", terminal_width=100, **landscape.context_settings)
    contexts = {"": group}
    for name, inner in sorted(landscape.commands.items()):
        contexts[name] = click.Context(inner, group, name, terminal_width=100)
    for name, context in contexts.items():
        text = context.command.get_help(context)
        parts.append(f"## landscape {name}".rstrip() + f"\n\n```text\n{text.rstrip()}\n```\n")
    parts.append(
        "## Exit codes\n\n"
        "| code | meaning |\n|---|---|\n"
        "| 0 | done |\n"
        "| 1 | an expectation of a scenario failed, and nothing else |\n"
        "| 2 | the input is invalid, or the results cannot be written; no files were written |\n"
        "| 70 | a fault of landscape that nobody foresaw, in one line; no files were written |\n"
        "| 130 | interrupted, by a signal or by the end of the terminal; no files were written |\n\n"
        "`--debug` shows the traceback of a fault. It may stand before or behind a command: "
        "`landscape run ravine.toml --debug`.\n\n"
        "A process that is killed leaves a hidden part, `.NAME.xxxxxxxx.landscape.part`, beside what it was to write. "
        "The next run that writes to the same place removes it. Several runs at once may write to one folder: its "
        "files are then all those of one run.\n"
    )
    return "\n".join(parts)


def test_the_page_on_the_command_line_is_what_the_commands_say():
    """Word by word: how lines are broken is click's affair."""
    again = "write it again: PYTHONPATH=tests python tests/cli/test_cli.py"
    assert REFERENCE.read_text().split() == reference().split(), again


if __name__ == "__main__":
    REFERENCE.write_text(reference())

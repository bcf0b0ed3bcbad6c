"""What is half-written is hidden, its process's own, and cleared when that is dead; sets of files stay whole."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from landscape.cli._files import OutputError, staged
from landscape.cli._signals import SIGNALS
from landscape.core.files import PART, atomic_write, lock

pytest.importorskip("fcntl", reason="parts are locked on Unix alone")


@pytest.fixture(autouse=True)
def _undisturbed(monkeypatch):
    """No signal of another test is remembered."""
    monkeypatch.setattr("landscape.cli._signals._seen", [])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def part(folder, name, mark="abcd1234"):
    return folder / f".{name}.{mark}{PART}"


@pytest.mark.parametrize("there", [True, False])
def test_a_run_removes_the_parts_of_dead_processes_and_nothing_else(tmp_path, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
    for folder in (tmp_path, out) if there else (tmp_path,):
        part(folder, "out").mkdir()
        (part(folder, "out") / "record.npz").write_text("half")
    kept = [
        part(tmp_path, "outer"),
        part(tmp_path, "out", "short"),
        tmp_path / ".out.part",
        part(tmp_path, "out", "living99"),
    ]
    for folder in kept:
        folder.mkdir()
    living = os.open(kept[-1], os.O_RDONLY)
    assert lock(living)
    with staged(out) as stage:
        (stage / "a").write_text("new")
    assert names(out) == ["a"]
    assert names(tmp_path) == sorted(["out", *(path.name for path in kept)])
    os.close(living)
    with staged(out):
        pass
    assert kept[-1].name not in names(tmp_path)


def test_a_file_that_is_written_clears_the_parts_of_its_own_name(tmp_path):
    part(tmp_path, "a.npz").write_text("half")
    part(tmp_path, "b.npz").write_text("of another")
    with atomic_write(tmp_path / "a.npz") as file, atomic_write(tmp_path / "a.npz") as other:
        file.write(b"1")  # two at once in one process do not take each other for dead
        other.write(b"2")
    assert names(tmp_path) == sorted(["a.npz", part(tmp_path, "b.npz").name])
    assert (tmp_path / "a.npz").read_bytes() == b"1"


def test_a_link_in_the_shape_of_a_part_leads_to_nothing_that_is_removed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years")
    part(tmp_path, "out").symlink_to("mine")
    with staged(tmp_path / "out"):
        pass
    assert names(tmp_path / "mine") == ["thesis.tex"]


KILLED = """
import os, signal, sys
from pathlib import Path
from landscape.cli._files import staged
with staged(Path("out")) as stage:
    (stage / "a").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_a_part_which_the_next_one_removes(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED], check=False, cwd=tmp_path)
    assert done.returncode == -signal.SIGKILL
    assert [name.endswith(PART) for name in names(tmp_path)] == [True]
    with staged(tmp_path / "out") as stage:
        (stage / "b").write_text("new")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["b"]


@pytest.mark.parametrize("number", [each for each in SIGNALS if each != signal.SIGINT])
def test_every_signal_that_ends_a_command_lets_it_clean_up(command, folder, monkeypatch, number):
    monkeypatch.setattr("landscape.record.Record.save", lambda self, path: signal.raise_signal(number))
    code, out, err = command("run", "bowl.toml")
    assert (code, out, err.strip()) == (130, "", "interrupted")
    assert names(folder) == ["bowl.toml"]


@pytest.mark.parametrize("there", [True, False])
def test_many_runs_at_once_into_one_folder_leave_the_files_of_one(tmp_path, monkeypatch, there):
    """Forced to meet: all have written, and move at the same moment, each letting others in between its files."""
    rename = Path.rename

    def slowly(self, target):
        time.sleep(0.0005)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", slowly)
    runs, files = 10, [f"{k}.png" for k in range(4)]
    for turn in range(3):
        out = tmp_path / f"out{turn}"
        if there:
            out.mkdir()
        gate, wrong = threading.Barrier(runs), []

        def write(run, out=out, gate=gate, wrong=wrong):
            try:
                with staged(out) as stage:
                    for file in files:
                        (stage / file).write_text(str(run))
                    gate.wait(timeout=20)
            except Exception as error:
                wrong.append(error)

        threads = [threading.Thread(target=write, args=(run,)) for run in range(runs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert names(out) == files
        assert len({(out / file).read_text() for file in files}) == 1
    assert names(tmp_path) == [f"out{turn}" for turn in range(3)]


@pytest.mark.parametrize(
    "args",
    [
        ("run", "bowl.toml", "--out", "link"),
        ("show", "beale", "--out", "link.png"),
        ("gradients", "beale", "--out", "link.png"),
        ("render", "record.npz", "--out", "link.png"),
    ],
    ids=lambda args: args[0],
)
def test_a_link_to_nothing_is_refused_before_the_work(command, folder, monkeypatch, args):
    (folder / args[-1]).symlink_to("nowhere")
    for work in ("landscape.scenario.model.simulate", "landscape.render.draw", "landscape.record.load",
                 "landscape.derivatives.comparison.compare"):  # fmt: skip
        monkeypatch.setattr(work, lambda *args, **options: pytest.fail("it has begun to work"))
    code, _, err = command(*args)
    assert (code, err) == (
        2,
        f"{args[-1]}: is a link to nowhere, which does not exist: make that, or remove the link\n",
    )
    assert names(folder) == sorted(["bowl.toml", args[-1]])


def test_a_stage_whose_folder_goes_away_says_so(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"), staged(tmp_path / "a" / "b") as stage:
        stage.rename(tmp_path / "gone")

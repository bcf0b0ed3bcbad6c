"""However a sweep is cut, wherever it runs and however often it is stopped: the same table, or one clear error."""

import errno
import json
import os
import signal
import warnings
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import engines
import numpy as np
import pytest

import landscape as ls
from landscape.sweeps import journal as journals
from landscape.sweeps.carry_out import _portable
from landscape.sweeps.executors import _processes

SWEPT = {
    "surface": ["rosenbrock", "himmelblau"],
    "optimizers": ["sgd", "adam", "sgld"],
    "steps": 20,
    "seeds": 3,
    "seed": 2,
    "over": {"lr": [1e-3, 0.01, 0.1, 1.0], "beta2": [0.9, 0.99]},
    "noise": "gaussian",
    "measures": ("loss", "first_hit"),
}


def swept(**more):
    return ls.sweep(**{**SWEPT, **more})


@pytest.fixture(scope="module")
def whole():
    return swept()


def bytes_of(table):
    return b"".join(np.ascontiguousarray(column).tobytes() for column in table.values())


class Stop(BaseException):
    """An interruption."""


def stopped_after(chunks):
    seen = []

    def progress(done, total):
        seen.append(done)
        if len(seen) == chunks:
            raise Stop

    return progress


@pytest.mark.parametrize("chunk", [1, 5, 1000])
def test_how_it_is_cut_changes_nothing(whole, chunk):
    assert bytes_of(swept(chunk=chunk)) == bytes_of(whole)


def test_where_it_runs_changes_nothing(whole):
    with ThreadPoolExecutor(2) as executor:
        assert swept(executor=executor, chunk=7) == whole
        assert executor.submit(int).result() == 0  # it is left open
    assert swept(executor=lambda: ThreadPoolExecutor(2), chunk=7) == whole


def test_processes_that_are_killed_change_nothing(whole, tmp_path):
    made = []

    def make():
        made.append(_processes(2))
        return made[-1]

    calls = []

    def progress(done, total):
        calls.append(done)
        if len(calls) in (1, 6):
            os.kill(next(iter(made[-1]._processes)), signal.SIGKILL)

    assert bytes_of(swept(executor=make, chunk=7, path=tmp_path / "j", progress=progress)) == bytes_of(whole)
    assert len(made) >= 2


@pytest.mark.parametrize("executor", [None, lambda: ThreadPoolExecutor(2)], ids=["here", "threads"])
def test_an_interrupted_sweep_goes_on_where_it_stopped(whole, tmp_path, executor):
    for _ in range(3):
        with pytest.raises(Stop):
            swept(path=tmp_path / "j", chunk=7, executor=executor, progress=stopped_after(2))
    kept = len(list((tmp_path / "j").glob("rows-*.npz")))
    assert kept >= 6
    calls = []
    # another size of chunks goes on as well
    assert bytes_of(swept(path=tmp_path / "j", chunk=4, progress=lambda done, total: calls.append(done))) == bytes_of(
        whole
    )
    assert calls[0] > 6 * 7 - 7
    again = swept(path=tmp_path / "j", progress=lambda done, total: pytest.fail("nothing is left to do"))
    assert again == whole


OTHERS = {
    "steps": ({"steps": 21}, "steps is 20 there and 21 here"),
    "values": ({"over": {"lr": [1e-3, 0.01, 0.1, 2.0], "beta2": [0.9, 0.99]}}, "over.lr[3] is 1.0 there and 2.0 here"),
    "a surface": ({"surface": ["rosenbrock", "beale"]}, "surfaces.himmelblau"),
    "a field of a surface": ({"surface": [ls.surface("rosenbrock", b=7.0), "himmelblau"]}, "surfaces.rosenbrock.b"),
    "a seed": ({"seed": 3}, "seed is 2 there and 3 here"),
    "noise": ({"noise": None}, "noise is"),
    "measures": ({"measures": ("loss",)}, "measures.first_hit is"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_folder_of_another_sweep_is_refused_and_says_what_differs(name, tmp_path):
    with pytest.raises(Stop):
        swept(path=tmp_path / "j", chunk=7, progress=stopped_after(1))
    before = {file.name: file.read_bytes() for file in (tmp_path / "j").iterdir()}
    more, said = OTHERS[name]
    with pytest.raises(ls.SweepError) as error:
        swept(path=tmp_path / "j", **more)
    assert said in str(error.value)
    assert {file.name: file.read_bytes() for file in (tmp_path / "j").iterdir()} == before


def test_the_folder_of_another_version_or_of_something_else_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("")
    for name, said in (("file", "is a file"), ("full", r"has no sweep\.json but other files, such as thesis\.txt")):
        with pytest.raises(ls.SweepError, match=said):
            swept(path=tmp_path / name)
    with pytest.raises(Stop):
        swept(path=tmp_path / "j", chunk=7, progress=stopped_after(1))
    monkeypatch.setattr(journals, "versions", lambda: {"landscape": "0.0.1", "numpy": np.__version__})
    with pytest.raises(ls.SweepError, match=r"begun with landscape .*, this is landscape 0\.0\.1"):
        swept(path=tmp_path / "j")
    (tmp_path / "j" / "sweep.json").write_text("{")
    with pytest.raises(ls.SweepError, match=r"sweep\.json: cannot be read"):
        swept(path=tmp_path / "j")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "another's"])
def test_a_damaged_file_of_results_is_said_and_made_again(whole, tmp_path, damage):
    swept(path=tmp_path / "j", chunk=50)
    first, second = sorted((tmp_path / "j").glob("rows-*.npz"))[:2]
    data = bytearray(first.read_bytes())
    flipped = data.copy()
    flipped[len(data) // 2] ^= 4
    first.write_bytes({"cut": data[:-9], "flipped": flipped, "empty": b"", "another's": second.read_bytes()}[damage])
    with pytest.warns(UserWarning, match="is damaged .* its runs are made again"):
        assert bytes_of(swept(path=tmp_path / "j")) == bytes_of(whole)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = swept(path=tmp_path / "j", progress=lambda done, total: pytest.fail("nothing is left to do"))
    assert again == whole


def test_a_full_disk_ends_it_and_what_is_done_stays(whole, tmp_path, monkeypatch):
    kept = []

    def full(self, low, high, columns, write=journals.Journal.write):
        if len(kept) == 3:
            raise OSError(errno.ENOSPC, "No space left on device", str(self.folder))
        kept.append(low)
        write(self, low, high, columns)

    with monkeypatch.context() as patched:
        patched.setattr(journals.Journal, "write", full)
        with pytest.raises(OSError, match="No space left"):
            swept(path=tmp_path / "j", chunk=7)
    assert len(list((tmp_path / "j").glob("rows-*.npz"))) == 3
    assert bytes_of(swept(path=tmp_path / "j")) == bytes_of(whole)


def test_a_journal_is_data(tmp_path):
    swept(path=tmp_path / "j", chunk=50)
    for file in (tmp_path / "j").glob("rows-*.npz"):
        with np.load(file, allow_pickle=False) as archive:
            assert all(archive[name].dtype.kind in "fiu" for name in archive.files if name != "metadata.json")
    assert json.loads((tmp_path / "j" / "sweep.json").read_text())["sweep"]["steps"] == 20


class Changed(ValueError):
    """An error that comes back from another process with another text."""

    def __init__(self, code):
        super().__init__(f"code {code}")


class Kept(ValueError):
    """An error that can be sent as it is."""


def test_an_error_that_cannot_be_sent_comes_as_a_plain_one_with_its_text():
    sent = Kept("as it is")
    assert _portable(sent) is sent
    for error, kind, text in (
        (Changed(3), ValueError, "Changed: code 3"),
        (type("Local", (ValueError,), {})("a"), ValueError, "Local: a"),
        (type("Local", (Exception,), {})("a"), RuntimeError, "Local: a"),
    ):
        made = _portable(error)
        assert (type(made), str(made)) == (kind, text)


class Fragile(Executor):
    """Breaks, with all that it runs, when a chunk that `kills` says is among what it is given."""

    _max_workers = 2

    def __init__(self, kills):
        self.kills, self.broken, self.refused = kills, False, 0

    def submit(self, function, work):
        if self.broken:
            self.refused += 1
            raise BrokenProcessPool("the pool is broken")
        future = Future()
        if self.kills(work):
            self.broken = True
        if self.broken:
            future.set_exception(BrokenProcessPool("a process ended"))
        else:
            future.set_result(function(work))
        return future


class Silent(Fragile):
    """Takes what it is given when it is broken too, as a cluster's connection does, and brings none of it."""

    def submit(self, function, work):
        if not self.broken:
            return super().submit(function, work)
        future = Future()
        future.set_exception(BrokenProcessPool("a process ended"))
        return future


def test_an_executor_that_breaks_once_is_made_once_more(whole):
    for kind in (Fragile, Silent):
        made, given = [], []

        def make(kind=kind, made=made, given=given):
            made.append(kind(lambda work: given.append(work) or len(given) == 3))
            return made[-1]

        assert swept(executor=make, chunk=3) == whole
        assert len(made) == 2
        assert made[0].refused <= 1  # those that wait are not tried on what is broken


def poisoned(work):
    values = [each[0] for each in work.values.values()]
    return work.surface.name == "himmelblau" and values == [0.01, 0.9]


def test_a_chunk_that_kills_its_workers_is_set_aside_and_takes_no_others_along(whole):
    made = []

    def make():
        made.append(Fragile(poisoned))
        return made[-1]

    with pytest.warns(
        UserWarning, match=r"3 of 72 runs are missing: 1 chunks failed 4 times; rows \d+ to \d+ by a process"
    ):
        table = swept(executor=make, chunk=3, optimizers=["sgd", "adam"])
    assert len(made) == 5
    assert table.missing == 3
    gone = table["status"] == "missing"
    assert set(table["entrant"][gone]) == {"adam"}
    assert np.isnan(table["loss"][gone]).all()
    rest = swept(optimizers=["sgd", "adam"])
    assert table.taken(~gone) == rest.taken(~gone)


def test_an_executor_that_breaks_and_cannot_be_made_again_ends_it(tmp_path):
    with pytest.raises(ls.SweepError, match="the executor is broken; with path="):
        swept(executor=Fragile(poisoned), chunk=3, path=tmp_path / "j")
    assert list((tmp_path / "j").glob("rows-*.npz"))


@pytest.mark.parametrize("chunk", [3, 1000])
def test_executors_that_do_nothing_but_break_end_it(chunk):
    with pytest.raises(ls.SweepError, match='if __name__ == "__main__"'):
        swept(
            surface="sphere", optimizers="adam", measures=(), executor=lambda: Fragile(lambda work: True), chunk=chunk
        )


class Forgetful(Executor):
    """Loses each chunk the first time."""

    def __init__(self):
        self.seen = set()

    def submit(self, function, work):
        future = Future()
        key = work.surface.name, work.entrant.label, work.skip, str(work.values)
        if key in self.seen:
            future.set_result(function(work))
        else:
            self.seen.add(key)
            future.set_exception(ConnectionError("lost"))
        return future


def test_a_chunk_that_is_lost_is_tried_again(whole):
    assert swept(executor=Forgetful(), chunk=7) == whole


def test_an_error_of_the_computation_is_its_own_and_ends_it(tmp_path):
    class Moody(ls.Optimizer):
        lr: float = 0.1
        needs = frozenset({"gradient"})

        def init(self, params):
            return ()

        def apply(self, params, gradient, state, lr):
            if np.any(lr > 0.5):
                raise ZeroDivisionError("moody today")
            return params - lr * gradient, state

    for executor in (None, lambda: ThreadPoolExecutor(2)):
        with pytest.raises(TypeError, match="moody today"):
            ls.sweep("sphere", Moody(), over={"lr": [0.1, 0.2, 1.0]}, steps=3, chunk=1, executor=executor)


def test_what_cannot_be_sent_to_processes_is_said():
    surface = ls.from_function(lambda p: p[0] ** 2 + p[1] ** 2, dim=2, window=(-1, 1))
    with pytest.raises(ls.SweepError, match="cannot be sent to other processes"):
        ls.sweep(surface, "sgd", over={"lr": [0.1]}, steps=3, executor=2)
    for executor in (None, lambda: ThreadPoolExecutor(1)):  # nothing is sent there
        assert ls.sweep(surface, "sgd", over={"lr": [0.1]}, steps=3, executor=executor).rows == 1


def test_other_code_of_ones_own_is_another_sweep(tmp_path):
    paths = []
    for power in ("2", "4"):
        file = Path(tmp_path / f"own{power}.py")
        file.write_text(f"def bowl(p):\n    return p[0]**{power} + p[1]**2\n")
        space = {}
        exec(compile(file.read_text(), str(file), "exec"), space)
        paths.append(space["bowl"])
    made = [ls.from_function(each, dim=2, window=(-1, 1)) for each in paths]
    ls.sweep(made[0], "sgd", over={"lr": [0.1]}, steps=3, path=tmp_path / "j")
    with pytest.raises(ls.SweepError, match="has another sweep"):
        ls.sweep(made[1], "sgd", over={"lr": [0.1]}, steps=3, path=tmp_path / "j")


def test_the_compiled_engine_is_used_where_it_is_asked_for_and_is_another_sweep(tmp_path):
    given = {"surface": "sphere", "optimizers": "sgd", "over": {"lr": [0.1, 0.2]}, "noise": "gaussian", "steps": 20}
    with engines.interpreted():
        table = ls.sweep(**given, seeds=3, engine="numba", path=tmp_path / "j")
        assert table == ls.sweep(**given, seeds=3, engine="numba", chunk=2)
        for row in range(table.rows):
            rule = ls.optimizer("sgd", lr=table["lr"][row])
            record = ls.simulate("sphere", rule, noise="gaussian", steps=20, repeats=3, runs=[table["seed"][row]],
                                 engine="numba")  # fmt: skip
            assert record["sgd"].engine == "numba"
            assert table["loss"][row] == record["sgd"].value[-1, 0]
    with pytest.raises(ls.SweepError, match='engine is "numba" there and "numpy" here'):
        ls.sweep(**given, seeds=3, path=tmp_path / "j")
    with pytest.raises(ValueError, match='engine must be "numpy", "numba" or None'):
        ls.sweep(**given, engine="cuda")

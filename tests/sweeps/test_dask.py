"""A sweep on a Dask cluster is that in this process, whatever happens to workers, scheduler and the sweep itself."""

import asyncio
import subprocess
import sys

import pytest
from dask_cluster import Cluster, disturbed, environment

import landscape as ls
from landscape.cli import run_command
from landscape.sweeps import dask_pool
from landscape.sweeps.dask_pool import Lost

SWEPT = {"surface": "rosenbrock", "optimizers": ["sgd", "adam"], "over": {"lr": [0.0001 * k for k in range(1, 11)]},
         "steps": 200, "seeds": 40, "noise": "gaussian", "chunk": 20, "seed": 3}  # fmt: skip
CHUNKS = 2 * 10 * 40 // 20


@pytest.mark.reference("distributed")
def test_killed_workers_a_new_scheduler_and_a_killed_sweep_change_nothing(tmp_path):
    file, killed = disturbed(tmp_path, SWEPT, CHUNKS, kills=1, every=1.5)
    assert killed >= 1
    alone = {key: value for key, value in SWEPT.items() if key != "chunk"}
    assert file.read_bytes() == ls.sweep(**alone).save(tmp_path / "here.csv").read_bytes()


@pytest.mark.reference("distributed")
def test_where_no_scheduler_is_there_is_one_clear_error(tmp_path, monkeypatch, capsys):
    address = Cluster().address
    monkeypatch.setattr(dask_pool, "FIRST", 0.5)
    with pytest.raises(ls.SweepError, match=rf"^no Dask scheduler answers at {address} within 0 s: start one by"):
        ls.sweep(**SWEPT, executor=address)
    file = tmp_path / "x.toml"
    file.write_text(
        'title = "x"\nsurface = "sphere"\noptimizers = ["sgd"]\nsteps = 2\n[sweep]\nover = { lr = [0.1, 0.2] }\n'
    )
    assert run_command(["sweep", str(file), "--scheduler", address, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert f"no Dask scheduler answers at {address}" in said[0]


@pytest.mark.parametrize(("options", "said"), [
    (["--scheduler", "here"], '--scheduler: the address of a Dask scheduler is like "tcp://10.0.0.1:8786", got'),
    (["--scheduler", ""], "--scheduler: the address"),
    (["--scheduler", "tcp://127.0.0.1:1", "--workers", "2"], "give one of them"),
])  # fmt: skip
def test_an_address_that_is_none_is_refused(options, said, tmp_path, capsys):
    assert run_command(["sweep", str(tmp_path / "x.toml"), *options]) == 2
    assert said in capsys.readouterr().err


def test_a_sweep_takes_no_text_that_is_no_address():
    with pytest.raises(
        ValueError, match=r'address of a Dask scheduler is like "tcp://10.0.0.1:8786", got .tcp://here.$'
    ):
        ls.sweep("sphere", "sgd", over={"lr": [0.1]}, steps=1, executor="tcp://here")


class FutureCancelledError(Exception):
    """As the library names what it raises where a scheduler has gone."""


@pytest.mark.parametrize(
    ("error", "status", "kind", "said"),
    [
        (asyncio.CancelledError(), "running", Lost, "the scheduler was lost$"),
        (ImportError("no numpy"), "running", ls.SweepError, r"a worker of tcp://a:1 cannot make .* \(no numpy\)"),
        (ls.SweepError("another version"), "closed", ls.SweepError, "^another version$"),
        (OSError("gone"), "closed", Lost, r"the scheduler was lost \(gone\)"),
        (FutureCancelledError("gone"), "running", Lost, r"the scheduler was lost \(gone\)"),
        (OSError("full"), "running", OSError, "^full$"),
    ],
)
def test_what_a_lost_scheduler_breaks_can_be_tried_again_and_other_errors_stay(error, status, kind, said):
    async def fails():
        raise error

    class Client:
        def submit(self, *arguments, pure):
            assert arguments == (dask_pool._there, str, dask_pool.versions(), 5)
            assert not pure  # a chunk that is tried again is computed again
            return fails()

    pool = dask_pool.DaskPool.__new__(dask_pool.DaskPool)
    pool.address, pool._client = "tcp://a:1", Client()
    pool._client.status = status
    with pytest.raises(kind, match=said) as caught:
        asyncio.run(pool._run(str, 5))
    assert type(caught.value) is kind


def test_a_worker_of_another_version_is_refused(monkeypatch):
    monkeypatch.setattr(dask_pool, "versions", lambda: {"landscape": "1", "numpy": "2"})
    assert dask_pool._there(str, {"landscape": "1", "numpy": "2"}, 5) == "5"
    with pytest.raises(ls.SweepError, match="a worker has landscape 1, numpy 2, this is landscape 1, numpy 3"):
        dask_pool._there(str, {"landscape": "1", "numpy": "3"}, 5)


def test_without_dask_the_error_says_how_to_install_it():
    code = "import sys; sys.modules['distributed'] = None; import landscape as ls\n" \
           "ls.sweep('sphere', 'adam', over={'lr': [0.1, 0.2]}, steps=2, executor='tcp://127.0.0.1:1')"  # fmt: skip
    said = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment())
    assert "a sweep on a Dask cluster needs distributed, which is not installed: " in said.stderr

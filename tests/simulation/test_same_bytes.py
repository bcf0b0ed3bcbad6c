"""The same simulation is the same bytes: in another process, under other hash seeds, with other numbers of threads of
the libraries of linear algebra, among simulations in other threads, in blocks of other sizes, and of part of the runs.
"""

import concurrent.futures
import hashlib
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from places import ROOT
from threadpoolctl import threadpool_info

import landscape as ls
from landscape.core.linear_algebra import one_thread
from landscape.simulation import array_engine


def bowl(dim):
    """A rotated bowl, whose Hessian has no zeros."""
    return ls.surface("spectral_quadratic", eigenvalues=tuple(np.linspace(0.5, 2.0, dim)), rotation=3)


def formula():
    return ls.from_expression("x**4/4 - x**2/2 + a*exp(-y)*y**2", a=3)


def network():
    return ls.surface("network", layers=(2, 8, 1), dataset="moons", loss="logistic")


# what depends on products of matrices, on sets and tables, on drawn numbers and on the number of runs
SIMULATIONS = {
    "noise": lambda **some: ls.simulate(
        "himmelblau",
        ["adam", ls.optimizer("sgd", lr=0.01)],
        start=ls.start("random_box", count=3),
        steps=15,
        repeats=2,
        noise=ls.noise("chain", noises=["gaussian", ls.noise("stale", delay=2)]),
        **some,
    ),
    "products": lambda **some: ls.simulate(
        bowl(100), ["newton", "bfgs", "shampoo"], steps=2, repeats=2, noise="gaussian", **some
    ),
    "terms": lambda **some: ls.simulate(
        network(),
        ["sgd", "lbfgs"],
        start="orthogonal",
        steps=6,
        repeats=4,
        noise=ls.noise("minibatch", batch_size=3),
        **some,
    ),
    "formula": lambda **some: ls.simulate(formula(), ["momentum", "nelder_mead"], steps=10, repeats=2, **some),
}


def digest(record, folder, name):
    return hashlib.sha256(record.save(folder / f"{name}.npz").read_bytes()).hexdigest()


def digests(folder):
    return {name: digest(made(), folder, name) for name, made in SIMULATIONS.items()}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return digests(tmp_path_factory.mktemp("here"))


def test_another_process_with_other_hashes_and_threads_writes_the_same_bytes(here, tmp_path):
    code = "import test_same_bytes as t; from pathlib import Path; print(t.digests(Path()))"
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    places = [str(ROOT), *(str(ROOT / "tests" / each) for each in (".", "simulation")), *sys.path]
    environment = {"PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(places), **dict.fromkeys(names, "4")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, **environment},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(here)


def test_simulations_side_by_side_in_threads_write_the_same_bytes(here, tmp_path):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda name: (name, SIMULATIONS[name]()), [*SIMULATIONS] * 2))
    for number, (name, record) in enumerate(made):
        assert digest(record, tmp_path, str(number)) == here[name], name


def test_blocks_of_other_sizes_write_the_same_bytes(here, tmp_path, monkeypatch):
    monkeypatch.setattr(array_engine, "BLOCK", 1)
    assert digests(tmp_path) == here


@pytest.mark.parametrize("name", SIMULATIONS)
def test_parts_of_the_runs_have_the_same_numbers(name):
    whole = SIMULATIONS[name]()
    count = len(whole.runs)
    for chosen in ([count - 1], list(range(0, count, 2)), list(range(count))[::-1]):
        part = SIMULATIONS[name](runs=chosen)
        for one, all_of_it in zip(part, whole, strict=True):
            for field in ("params", "value", "gradient_norm", "lr", "evaluations"):
                assert np.array_equal(getattr(one, field), getattr(all_of_it, field)[..., chosen]), (chosen, field)
            for field in ("status", "stopped"):
                assert np.array_equal(getattr(one, field), getattr(all_of_it, field)[chosen]), (chosen, field)


def threads():
    return {each["filepath"]: each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def test_the_libraries_have_one_thread_inside_and_their_own_again_once_the_last_block_has_ended():
    before, entered, leave = threads(), threading.Event(), threading.Event()

    def longer():
        with one_thread():
            entered.set()
            leave.wait(10.0)

    other = threading.Thread(target=longer)
    with one_thread():
        other.start()
        assert entered.wait(10.0)
        assert set(threads().values()) <= {1}
    assert set(threads().values()) <= {1}
    leave.set()
    other.join()
    assert threads() == before
    with pytest.raises(KeyError), one_thread(), one_thread():
        raise KeyError
    assert threads() == before

"""Parts of work in threads: in order, with the same treatment of errors, inside each other, and in forked processes."""

import os
import threading
from unittest import mock

import numpy as np
import pytest

import landscape as ls
from landscape.core import threads
from landscape.core.threads import in_threads


@pytest.fixture(autouse=True)
def three(monkeypatch):
    monkeypatch.setattr(threads, "processors", lambda: 3)


def test_results_come_in_order_from_several_threads():
    gate = threading.Barrier(3, timeout=20)

    def work(part):
        gate.wait()  # passed only where three are inside at once
        return part, threading.current_thread().name

    found = list(in_threads(work, range(6)))
    assert [part for part, _ in found] == list(range(6))
    assert len({name for _, name in found}) == 3


def test_parts_of_parts_wait_for_nothing():
    assert list(in_threads(lambda n: sum(in_threads(lambda m: m, range(n))), range(5))) == [0, 0, 1, 3, 6]


def test_an_error_in_a_part_is_the_caller_s():
    with pytest.raises(ZeroDivisionError):
        list(in_threads(lambda n: 1 / n, [1, 0, 2]))


def test_errors_of_numpy_are_treated_as_where_the_parts_are_started():
    divide = lambda n: np.float64(1.0) / np.float64(n)  # noqa: E731
    with np.errstate(divide="ignore"):
        assert list(in_threads(divide, [0, 1, 0])) == [np.inf, 1.0, np.inf]
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        list(in_threads(divide, [0, 1]))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    list(in_threads(abs, [1, 2]))
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        os._exit(0 if list(in_threads(abs, [-1, 2])) == [1, 2] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_network_is_the_same_in_threads_and_without():
    network = ls.surface("network", layers=(2, 32, 1), dataset={"name": "moons", "count": 200}, loss="logistic")
    p = np.random.default_rng(0).normal(size=(network.dim, 60))
    shared = network.value(p), network.gradient(p)
    with mock.patch.object(threads, "processors", return_value=1):
        alone = network.value(p), network.gradient(p)
    assert all(np.array_equal(a, b) for a, b in zip(shared, alone, strict=True))

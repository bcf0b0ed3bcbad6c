"""Bars of long work: when they are shown, what they say, and that they vanish and disturb nothing."""

import io
import sys
import threading
import time

import pytest

import landscape as ls
from landscape.core import progress
from landscape.core.progress import Bar, in_cell, shown, told


class Terminal(io.StringIO):
    """A stderr that people see."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Makes a terminal on which bars are shown at once; pytest sets a stderr of its own before the test begins."""
    monkeypatch.setattr(Bar.__init__, "__defaults__", (0.0, 0.001))

    def made():
        seen = Terminal()
        monkeypatch.setattr(sys, "stderr", seen)
        return seen

    return made


def waited(seen, text):
    """Whether a text appears."""
    until = time.monotonic() + 20.0
    while text not in seen.getvalue() and time.monotonic() < until:
        time.sleep(0.001)
    return text in seen.getvalue()


def test_a_bar_says_the_share_and_vanishes(terminal):
    seen = terminal()
    with shown("counting") as tick:
        assert waited(seen, "counting 0 s")
        tick(1, 4)
        assert waited(seen, "25 %")
    assert seen.getvalue().endswith("\r\033[K")


def test_a_bar_vanishes_where_its_work_fails(terminal):
    seen = terminal()

    def fail():
        with shown("failing"):
            assert waited(seen, "failing")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert seen.getvalue().endswith("\r\033[K")
    with shown("after it"):
        assert waited(seen, "after it")


def test_short_work_shows_nothing(monkeypatch):
    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    ls.simulate("rosenbrock", ["sgd"], steps=3)
    assert seen.getvalue() == ""


WORK = {
    "simulate": lambda **kept: ls.simulate("rosenbrock", ["sgd"], steps=3, **kept),
    "basins": lambda **kept: ls.basins("himmelblau", "sgd", steps=3, resolution=3, **kept),
    "animate": lambda **kept: ls.animate(RECORD, seconds=0.5, width=240, height=160, **kept),
}
RECORD = ls.simulate("rosenbrock", ["sgd"], steps=3)


@pytest.mark.parametrize("name", WORK)
def test_work_shows_one_bar_by_default_and_none_where_its_caller_listens_or_declines(name, monkeypatch):
    begun = []

    class Listening(Bar):
        def __init__(self, task, display):
            begun.append(task)
            super().__init__(task, display)

    monkeypatch.setattr(progress, "Bar", Listening)
    monkeypatch.setattr(sys, "stderr", Terminal())
    WORK[name]()
    assert len(begun) == 1
    heard = []
    WORK[name](progress=lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] > 0
    WORK[name](progress=False)
    assert len(begun) == 1
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # a script
    WORK[name]()
    assert len(begun) == 1


def test_nothing_is_shown_of_work_in_other_threads(terminal):
    seen = terminal()
    threads = [threading.Thread(target=WORK["simulate"]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.getvalue() == ""


def test_work_goes_on_where_its_bar_cannot_be_drawn(monkeypatch, terminal):
    def broken(*told):
        raise OSError("the reader has gone")

    terminal()
    monkeypatch.setattr(progress, "on_terminal", broken)
    with shown("working") as tick:
        time.sleep(0.01)
        tick(1, 2)


@pytest.mark.parametrize(
    ("share", "seconds", "text"),
    [
        (None, 12.2, "12 s"),
        (0.5, 10.0, "|###############               |  50 %  10 s, about 10 s left"),
        (1.0, 3.0, f"|{'#' * 30}| 100 %  3 s, about 0 s left"),
        (0.01, 3.0, "|                              |   1 %  3 s"),
    ],
)
def test_what_a_bar_says(share, seconds, text):
    assert told(share, seconds) == text


def test_a_bar_in_a_cell_is_html_that_no_task_can_break():
    assert in_cell("<b>", None, 2.0) == "<span>&lt;b&gt; <progress></progress> 2 s</span>"
    assert 'value="0.250" max="1"' in in_cell("a", 0.25, 2.0)

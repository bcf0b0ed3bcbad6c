"""A working folder with a scenario in it, and the command line run there: the fixtures `folder` and `command`."""

import signal

import pytest

from landscape.cli import run_command

TEXT = """\
title = "Descent in a bowl"
look_for = "It goes down."
steps = 20
surface = "quadratic"
optimizers = [{ name = "sgd", lr = 0.05 }, { name = "adam", lr = 0.1 }]
views = [{ name = "convergence", width = 320, height = 180 }]

[[expect]]
claim = "descent descends"
optimizer = "sgd"
measure = "value"
below = 1.0
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder with one scenario in it; the handlers of signals as they were, afterwards.

    Signals are heeded here even where the suite runs in the background of a shell or under nohup, which set some to be
    ignored.
    """
    from landscape.cli._signals import SIGNALS

    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each in SIGNALS:
        signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bowl.toml").write_text(TEXT)
    yield tmp_path
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.fixture
def command(folder, capsys):
    """Run a command line in this process: (exit code, what it printed, what it complained of)."""

    def run(*args):
        code = run_command(args)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run

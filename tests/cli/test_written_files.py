"""Who may read what is written, and which signals are not heard."""

import os
import signal
import stat
import threading

import pytest

from landscape.cli import _signals
from landscape.cli._files import OutputError, explained, staged
from landscape.cli._signals import SIGNALS, arrived, listen, undisturbed
from landscape.core.files import atomic_write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions and signals are those of Unix")


@pytest.fixture
def heard(monkeypatch):
    """The handlers of signals as they were, afterwards."""
    monkeypatch.setattr(_signals, "_seen", [])
    before = {each: signal.getsignal(each) for each in SIGNALS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.fixture(params=[0o022, 0o077, 0o027, 0o000], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("there", [True, False])
def test_a_file_and_a_folder_are_open_to_whom_the_user_s_mask_allows(tmp_path, umask, there):
    """As where they were made by open() and mkdir(); what is written is hidden and its owner's alone before."""
    file, out = tmp_path / "record.npz", tmp_path / "made" / "out"
    if there:
        file.write_bytes(b"old")
        file.chmod(0o600)
    with atomic_write(file) as part:
        assert stat.S_IMODE(os.fstat(part.fileno()).st_mode) == 0o600
    with staged(out) as stage, atomic_write(stage / "a"):
        pass
    (tmp_path / "plain").mkdir()
    (tmp_path / "open").write_text("")
    assert mode(file) == mode(out / "a") == mode(tmp_path / "open") == 0o666 & ~umask
    assert mode(out) == mode(out.parent) == mode(tmp_path / "plain") == 0o777 & ~umask


@pytest.mark.parametrize("number", SIGNALS, ids=lambda each: each.name)
def test_a_signal_that_the_parent_ignores_is_ignored_at_work_and_while_files_are_moved(heard, number):
    """`nohup landscape run` goes on when the terminal goes away."""
    signal.signal(number, signal.SIG_IGN)
    listen()
    os.kill(os.getpid(), number)
    with undisturbed():
        os.kill(os.getpid(), number)
        assert signal.getsignal(number) == signal.SIG_IGN
    assert signal.getsignal(number) == signal.SIG_IGN
    assert not arrived()


@pytest.mark.parametrize("number", SIGNALS, ids=lambda each: each.name)
def test_any_other_signal_interrupts_work_and_waits_while_files_are_moved(heard, number):
    for each in SIGNALS:
        signal.signal(each, signal.SIG_DFL if each == number else signal.SIG_IGN)
    listen()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)
    assert arrived()
    listen()
    assert not arrived()
    with undisturbed():
        os.kill(os.getpid(), number)
    assert arrived()
    with pytest.raises(KeyboardInterrupt):
        _signals.heed()


def test_a_pipe_that_nobody_reads_is_no_error_of_writing(tmp_path):
    with pytest.raises(BrokenPipeError), explained(tmp_path):
        raise BrokenPipeError
    with pytest.raises(OutputError, match=r": cannot be written: Permission denied$"), explained(tmp_path):
        raise PermissionError(13, "Permission denied")


def test_beside_the_main_thread_files_are_moved_without_handlers(heard):
    found = []

    def work():
        with undisturbed():
            found.append([signal.getsignal(each) for each in SIGNALS])

    before = [signal.getsignal(each) for each in SIGNALS]
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]

"""Every command ends with its own exit code wherever its output goes: closed, full, or to a reader that has gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import TEXT

COMMANDS = {
    "run bowl.toml --out o": 0, "run fails.toml --out f": 1, "check bowl.toml --json": 0, "check fails.toml -q": 1,
    "render plain --out r": 0, "list metric": 0, "show sgd": 0, "backprop x*y --at x=2,y=3": 0, "gradients beale": 0,
    "--help": 0, "--version": 0, "show nosuch": 2, "check nosuch.toml bowl.toml": 2, "run bowl.toml --nosuch": 2,
}  # fmt: skip
WAYS = ["closed 2", "closed 12", "closed 012", "full 1", "full 2", "full 12", "gone 1", "gone 12"]

# One process imports everything once; each command is run by a child with streams of its own.
CHILD = """
import contextlib, gc, io, json, os, sys
from landscape.cli import main, run_command
from landscape.derivatives import comparison
from landscape.derivatives.comparison import Cost
comparison.compare = lambda make, dims, methods, progress, left_out: [Cost("manual", 2, 0.0, 1.0, 1.0)]
asked = json.load(open("asked.json"))
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    for words in {words for words, _ in asked}:
        run_command(words.split())
gc.freeze()
made = []
for words, how in asked:
    told = f"{len(made)}.txt"
    child = os.fork()
    if child == 0:
        streams = [os.open(os.devnull, os.O_RDONLY)] + [os.open(told, os.O_WRONLY | os.O_CREAT) for _ in range(2)]
        for number in (1, 2):
            if how.startswith("full") and str(number) in how:
                streams[number] = os.open("/dev/full", os.O_WRONLY)
            if how.startswith("gone") and str(number) in how:
                reader, streams[number] = os.pipe()
                os.close(reader)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdout, sys.stderr = open(1, "w", buffering=1), open(2, "w", buffering=1)
        for number in (0, 1, 2) if how.startswith("closed") else ():
            if str(number) in how:
                name = ("stdin", "stdout", "stderr")[number]
                getattr(sys, name).close()  # a stream whose file alone is closed complains when it is deleted
                if not number:
                    os.close(0)  # of Python's own stream, which leaves the file open
                setattr(sys, name, None)
        sys.argv[1:] = words.split()
        try:
            main()
        except SystemExit as ending:
            code = ending.code
            for stream in (sys.stdout, sys.stderr):  # as Python does at its end, only quicker
                try:
                    stream.flush()
                except OSError:
                    code = 120
            os._exit(code)
    made.append((os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), open(told, errors="replace").read()))
json.dump(made, open("made.json", "w"))
"""


def expected(words, how):
    """The command's own exit code; 2 where what it was asked for cannot be printed."""
    return 2 if how.startswith("full") and "1" in how else COMMANDS[words]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_every_command_ends_with_its_own_exit_code_and_without_a_traceback(folder, command):
    (folder / "fails.toml").write_text(TEXT.replace("below = 1.0", "below = -1.0"))
    assert command("run", "bowl.toml", "--out", "plain", "-q")[0] == 0
    asked = [(words, how) for how in WAYS for words in COMMANDS]
    (folder / "asked.json").write_text(json.dumps(asked))
    subprocess.run([sys.executable, "-c", CHILD], check=True, cwd=folder, timeout=300)
    made = json.loads((folder / "made.json").read_text())
    codes = {f"{words}  ({how})": code for (words, how), (code, _) in zip(asked, made, strict=True)}
    assert codes == {f"{words}  ({how})": expected(words, how) for words, how in asked}
    assert not [told for _, told in made if "Traceback" in told or "ignored" in told]


def test_what_is_written_to_a_closed_stream_lands_in_no_file(folder):
    """The next file that a program opens takes the number of a closed stream; C libraries print to numbers."""
    script = (
        "import os\nfrom landscape.cli import run_command\nrun_command(['--version'])\n"
        "with open('results', 'wb') as file:\n    file.write(b'data')\n    file.flush()\n    os.write(2, b'chatter')\n"
    )
    subprocess.run(f"exec {sys.executable} -c \"$SCRIPT\" >&- 2>&-", shell=True, cwd=folder, check=True,
                   env={**os.environ, "SCRIPT": script})  # fmt: skip
    assert (folder / "results").read_bytes() == b"data"

"""Run what a page of the documentation shows, in a folder that has the repository's scenarios.

    names = run(text, folder)                      # every block, from top to bottom; AssertionError where one is wrong
    names = run_with(text, folder, {"torch"})      # those that need these libraries, and what they build on

What is done with a block is said by its language, and nothing else chooses it:

- `python` runs, all of a page in one namespace; with a first line such as `# my_rules.py` it is that file as well.
  Movies are made small and short by the options of `animate`.
- `sh` is run line by line in this process, where the program is `landscape`; of `run`, one small picture. What installs
  or tests has the form of the README's line that `.ci/run` runs as written, and extras that there are; a script is one
  that `.ci/run` runs.
- `toml` is a scenario that is valid and holds, or a part that is valid and holds at the end of the last whole one.
- `text` is no code: what is printed, a drawing, a form with gaps.

A block of any other language, or of none, is an error. So is code between backticks that begins with `landscape` and
names a command or an option that does not exist.
"""

import ast
import builtins
import contextlib
import io
import re
import shlex
import shutil
import sys
import tomllib
from pathlib import Path

import needs
from markdown_it import MarkdownIt  # which rich, a requirement of the package, brings
from places import ROOT

import landscape as ls
from landscape.cli import landscape as group
from landscape.cli import run_command
from landscape.core import user_code
from landscape.core.registry import kinds, registry
from landscape.scenario import Scenario

SMALL = {"width": 320, "height": 180, "seconds": 0.2}
ONE_PICTURE = ("--set", 'views=[{ name = "convergence", width = 320, height = 180 }]')
LIBRARIES = "|".join(needs.REFERENCE)


def pages():
    """Every page there is."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(text):
    """(language, code, line) of the blocks of a page; a whole script of the gallery runs as that, and is left out."""
    gallery = (ROOT / "docs" / "gallery").glob("*.py")
    scripts = {path.read_text(encoding="utf-8").partition('"""\n')[2].strip() for path in gallery}
    tokens = [token for token in MarkdownIt("commonmark").parse(text) if token.type == "fence"]
    every = [(token.info.strip(), token.content, token.map[0] + 1) for token in tokens]
    return [block for block in every if block[1].strip() not in scripts]


def libraries(code):
    """The libraries beyond the test environment that a block imports, or whose bridge it does."""
    return {name for line in code.splitlines() if re.match(r"(import|from) ", line)
            for name in re.findall(rf"\b({LIBRARIES})(?![a-z])", line)}  # fmt: skip


def run(text, folder):
    """Run a page but for what needs other libraries; the names that its Python defines."""
    _check_commands(text)
    names, whole = {"__name__": "page"}, ""
    with _workplace(text, folder):
        for language, code, line in blocks(text):
            match language:
                case "python":
                    if not libraries(code):
                        _python(code, line, names)
                case "sh":
                    for each in code.splitlines():
                        _shell(each)
                case "toml":
                    whole = _scenario(code, whole, line)
                case _:
                    assert language == "text", f"line {line}: a block is python, sh, toml or text, not {language!r}"
    return names


def run_with(text, folder, available):
    """Run the blocks that need some of these libraries and no others, and the statements that they build on."""
    names, before = {"__name__": "page"}, []
    with _workplace(text, folder):
        for _, code, line in (block for block in blocks(text) if block[0] == "python"):
            wanted = libraries(code)
            tree = ast.parse(code)
            if wanted and wanted <= available:
                for statement in _needed(tree, before):
                    exec(compile(ast.Module([statement], []), "page", "exec"), names)
                _python(code, line, names)
            before += [] if wanted else tree.body
    return names


def _needed(tree, before):
    """Those of the statements before a block that bind, directly or through others, names that it uses."""
    wanted, chosen = _names(tree, ast.Load), []
    for statement in reversed(before):
        if _bound(statement) & wanted:
            chosen.insert(0, statement)
            wanted |= _names(statement, ast.Load)
    return chosen


def _names(tree, context):
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, context)} - {
        *dir(builtins)
    }


def _bound(statement):
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    return {getattr(statement, "name", "")} | _names(statement, ast.Store)


def _python(code, line, names):
    if file := re.match(r"# (\w+\.py)\n", code):
        Path(file[1]).write_text(code, encoding="utf-8")
    try:
        exec(compile("\n" * line + code, "page", "exec"), names)
    except Exception as error:
        raise AssertionError(f"the block at line {line} raises {type(error).__name__}: {error}") from error


def _shell(line):
    """Run a line: commands joined by &&, each with its comment and where its output goes."""
    words = shlex.split(line, comments=True)
    while words:
        end = words.index("&&") if "&&" in words else len(words)
        command, words = words[:end], words[end + 1 :]
        out = command[command.index(">") + 1 :] if ">" in command else []
        command = command[: len(command) - len(out) - bool(out)]
        if Path(command[0]).name != "landscape":
            _check_installation(command)
            continue
        command = [
            each for word in command[1:] for each in (sorted(map(str, Path().glob(word))) if "*" in word else [word])
        ]
        printed, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            code = run_command([*command, *(ONE_PICTURE if command[0] == "run" else ())])
        assert code == 0, f"`{line}` ends with {code}: {complained.getvalue()}"
        assert printed.getvalue(), f"`{line}` prints nothing"
        for name in out:
            Path(name).write_text(printed.getvalue(), encoding="utf-8")


def _check_installation(command):
    """AssertionError for what `.ci/run` does not run: a script, or the README's line but for what is installed."""
    if command[1:] and command[1].endswith(".py") and Path(command[0]).name.startswith("python"):
        script = command[1]
        assert f'/python" {script}' in (ROOT / ".ci" / "run").read_text(encoding="utf-8"), f"nothing runs {script}"
        return
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Test\n")[2]
    tested = [part.strip() for part in readme.partition("```sh\n")[2].partition("\n")[0].split("&&")]
    where, plain = None, list(command)
    if "install" in command:
        where = command[-1]
        plain = command[: command.index("install") + 1]
    assert any(shlex.split(each)[: len(plain)] == plain for each in tested), f"nothing runs `{shlex.join(command)}`"
    if where is not None:
        found = re.fullmatch(r"\.(?:\[([\w,]+)\])?", where)
        assert found, f"{where!r} is not this project"
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "optional-dependencies"
        ]
        assert set((found[1] or "test").split(",")) <= extras.keys(), f"{where!r} names no extra"


def _scenario(code, whole, line):
    """Check a scenario, or a part of one that stands at the end of the last whole one; the whole one."""
    found = tomllib.loads(code)
    text = code if {"title", "surface"} <= found.keys() else whole + code
    Path("page.toml").write_text(text, encoding="utf-8")
    try:
        scenario = Scenario.from_file("page.toml")
    except ValueError as error:
        raise AssertionError(f"the scenario at line {line}: {error}") from error
    verdicts = scenario.judge(scenario.simulate())
    assert all(verdict.passed for verdict in verdicts), f"the scenario at line {line} does not hold"
    return text if text is code else whole


def _check_commands(text):
    """AssertionError where code between backticks names a command or an option that does not exist."""
    inline = [each for token in MarkdownIt("commonmark").parse(text) for each in token.children or ()]
    commands = [each.content for each in inline if each.type == "code_inline" and each.content.startswith("landscape ")]
    for words in map(shlex.split, commands):
        known = {option for parameter in group.params for option in parameter.opts}
        command = group.commands.get(words[1])
        assert command or words[1] in known, f"there is no command {' '.join(words)!r}"
        known |= {option for parameter in command.params for option in parameter.opts} if command else set()
        wrong = {word for word in words if re.match("--?[a-z]", word)} - known - {"--help", "-h"}
        assert not wrong, f"{' '.join(words)!r} has no option {', '.join(sorted(wrong))}"


@contextlib.contextmanager
def _workplace(text, folder):
    """The scenarios that a page names below a folder, which is where it runs; the process is as before, afterwards."""
    (folder / "scenarios").mkdir(parents=True)
    for name in set(re.findall(r"scenarios/(\w+/\w+\.toml)", text)):
        (folder / "scenarios" / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "scenarios" / name, folder / "scenarios" / name)
    members = {kind: dict(registry(kind)._members) for kind in kinds()}
    modules, animate = set(sys.modules), ls.animate

    def small(record, path=None, view=None, **options):
        made = animate(record, path, view, **{**options, **SMALL})
        assert path is None or Path(path).stat().st_size > 0
        return made

    ls.animate = small
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        ls.animate = animate
        for kind, before in members.items():
            known = registry(kind)._members
            for name in [name for name in known if name not in before and not _is_library(known[name])]:
                del known[name]
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
                user_code._files.pop(name, None)


def _is_library(cls):
    return cls.__module__.partition(".")[0] == "landscape"

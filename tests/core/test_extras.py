"""A missing library is named with the command that brings it, and every such library is asked for in one place."""

import ast
import importlib
import importlib.metadata
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from places import ROOT

import landscape
from landscape.core import extras
from landscape.core.registry import kinds, registry

PACKAGE = Path(landscape.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# module -> package, where they differ
PACKAGES = {"sklearn": "scikit-learn", "PIL": "pillow"}


def named(requirements):
    """The packages that requirements name."""
    return {re.match(r"[\w.-]+", text)[0].replace("_", "-") for text in requirements}


@pytest.fixture
def metadata(monkeypatch):
    """Our own metadata, as an installation of pyproject.toml writes them."""
    optional = PROJECT["optional-dependencies"].items()
    lines = [f'{text}; extra == "{extra}"' for extra, texts in optional for text in texts]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: {PROJECT["name"]: lines}[name])


def without(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)


def test_our_metadata_are_those_of_the_project():
    assert PROJECT["name"] == extras.DISTRIBUTION
    for extra in set(extras.EXTRAS.values()):
        assert set(extras.brought_by(extra)) == named(PROJECT["optional-dependencies"][extra])


posix = pytest.mark.skipif(os.name != "posix", reason="types a command into a POSIX shell")


@posix
@pytest.mark.parametrize("module", extras.EXTRAS)
def test_a_missing_library_is_named_with_the_command_that_installs_it_here(module, metadata, monkeypatch):
    without(monkeypatch, module)
    assert not extras.installed(module)
    with pytest.raises(extras.MissingExtra, match=f"^a thing needs {module}, which is not installed: ") as caught:
        extras.library(module, "a thing")
    words = shlex.split(str(caught.value).split(": ", 1)[1])
    assert words[:6] == ["python3", "-m", "pip", "--python", sys.executable, "install"]
    assert PACKAGES.get(module, module) in words[6:]
    assert set(words[6:]) == named(PROJECT["optional-dependencies"][extras.EXTRAS[module]])


def test_without_metadata_the_extra_is_named_and_no_command_that_might_install_something_else(monkeypatch):
    def requires(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", requires)
    assert extras.brought_by("symbolic") == []
    without(monkeypatch, "sympy")
    with pytest.raises(extras.MissingExtra) as caught:
        extras.library("sympy")
    assert str(caught.value) == 'this needs sympy, which is not installed: it comes with the extra "symbolic"'


def test_only_the_library_itself_is_asked_for_and_what_there_is_instead_comes_last(metadata, monkeypatch):
    without(monkeypatch, "sklearn")
    error = extras.needs("sklearn.datasets", "it", instead="take another")
    assert str(error).startswith("it needs sklearn, which is not installed: python3 -m pip ")
    assert str(error).endswith(" install scikit-learn; take another")


@pytest.mark.parametrize(
    ("system", "path", "expected"),
    [
        ("posix", "/opt/my env/bin/python", "python3 -m pip --python '/opt/my env/bin/python' install a b"),
        ("posix", "/opt/$x/it's", "python3 -m pip --python '/opt/$x/it'\"'\"'s' install a b"),
        ("posix", "/opt/env/bin/python", "python3 -m pip --python /opt/env/bin/python install a b"),
        ("posix", "", "python3 -m pip install a b"),
        ("nt", r"C:\My env\python.exe", r'python -m pip --python "C:\My env\python.exe" install a b'),
        ("nt", r"C:\env\python.exe", r"python -m pip --python C:\env\python.exe install a b"),
    ],
)
def test_the_interpreter_is_quoted_as_the_shell_wants_it(system, path, expected, monkeypatch):
    monkeypatch.setattr(extras.sys, "executable", path)
    monkeypatch.setattr(extras.os, "name", system)
    assert extras.command(["a", "b"]) == expected


@posix
def test_the_command_runs_as_printed_in_an_environment_without_pip_whose_path_has_spaces(tmp_path, monkeypatch):
    """A project of this name is made, and pip is told to look for it there and nowhere else."""
    environment, source = tmp_path / "my env", tmp_path / "source"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    wheel(source, "needed")
    monkeypatch.setattr(extras.sys, "executable", str(python))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys._base_executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", source.as_uri())
    monkeypatch.delenv("PYTHONPATH", raising=False)
    ran = subprocess.run(extras.command(["needed"]), shell=True, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    subprocess.run([python, "-c", "import needed"], check=True)


def wheel(folder, name):
    """A wheel with one empty module."""
    folder.mkdir()
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


# one place


def astray(source):
    """The lines of a module that import what not every installation has, or tell by themselves how to install it."""
    needed = {"landscape", *sys.stdlib_module_names}
    packages = named(PROJECT["dependencies"])
    found = []

    def own(module):
        top = module.partition(".")[0]
        return top in needed or PACKAGES.get(top, top).replace("_", "-") in packages

    def visit(node):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module]
        elif isinstance(node, ast.Call) and re.search(r"(import_module|__import__|find_spec)$", ast.unparse(node.func)):
            text = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            modules = [text] if text else ["__import__"] * ("__import__" in ast.unparse(node.func))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            modules = ["pip"] * bool(re.search(r"pip install|landscape(-lab)?\[", node.value))
        else:
            modules = []
        found.extend(f"{node.lineno}: {module}" for module in modules if not own(module))
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return found


# the sources of lectures, which a wheel has too, are no modules: they stand in no package
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if (path.parent / "__init__.py").is_file())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_not_every_installation_has_is_asked_for_by_library_alone(path):
    assert astray(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import sympy",
        "def f():\n    from torch import nn",
        "try:\n    import pandas.api\nexcept ImportError:\n    pass",
        'importlib.import_module("sklearn.datasets")',
        'from importlib import import_module\nimport_module("jax")',
        "__import__(name)",
        'importlib.util.find_spec("cma")',
        "raise ImportError('pip install sympy')",
        "raise ImportError(f'{x}: take landscape[symbolic]')",
    ],
)
def test_the_check_finds_a_planted_error(source):
    assert len(astray(source)) == 1


def test_what_every_installation_has_may_be_imported_anywhere():
    assert astray("import os.path, numpy as np\nfrom PIL import Image\nimportlib.import_module(f'{x}')") == []


def test_a_component_that_needs_a_library_names_one_that_an_extra_brings():
    importlib.import_module("landscape.nn.data")  # data sets are a kind that `import landscape` leaves for later
    needed = {registry(kind).get(name).needs_library for kind in kinds() for name in registry(kind).names()} - {""}
    assert needed <= set(extras.EXTRAS)
    assert {"torch", "optax", "cma", "sklearn"} <= needed


def test_what_an_interrupt_leaves_half_imported_is_imported_anew(tmp_path, monkeypatch):
    package = tmp_path / "half_imported"
    package.mkdir()
    (package / "__init__.py").write_text("from half_imported import inner\n")
    (package / "inner.py").write_text(
        "from pathlib import Path\nif Path(__file__).with_name('wait').exists():\n    raise KeyboardInterrupt\n"
    )
    (package / "wait").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        extras.library("half_imported")
    assert not [name for name in sys.modules if name.startswith("half_imported")]
    (package / "wait").unlink()
    assert extras.library("half_imported").inner
    for name in [name for name in sys.modules if name.startswith("half_imported")]:
        del sys.modules[name]

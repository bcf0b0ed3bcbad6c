"""The rules that hold the house together: imports point one way, and every component is documented."""

import ast
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import landscape as ls
from landscape.component import field_hints
from landscape.registry import kinds, registry

PACKAGE = Path(ls.__file__).parent

# An import may point to a lower level, or to its own family.
LEVELS = [
    ["component", "registry", "core", "streams", "oracle", "finder", "own"],
    ["record", "derivatives"],
    ["surfaces", "optimizers", "schedules", "noises", "starts", "networks", "engines"],
    ["metrics", "simulate", "replay", "backprop"],
    ["scenario", "sweep"],
    ["render", "explore", "bridges"],
    ["cli"],
    ["__main__", "__init__"],
]
LEVEL = {family: level for level, families in enumerate(LEVELS) for family in families}
FREE_WITHIN = {0, 3}  # levels whose families may import each other

HEAVY = {
    "matplotlib",
    "scipy",
    "pandas",
    "xarray",
    "sympy",
    "av",
    "PIL",
    "pydantic",
    "click",
    "rich",
    "torch",
    "numba",
    "jax",
    "optax",
    "cma",
}


def imported(source: str) -> set[str]:
    """The landscape modules that a source text imports, anywhere in it but under `if TYPE_CHECKING`."""
    found = set()
    for node in walk_runtime(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{alias.name}" if node.module == "landscape" else node.module for alias in node.names
            }
            assert node.level == 0, "imports are absolute"
    return {name for name in found if name.split(".")[0] == "landscape"}


def walk_runtime(tree):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from walk_runtime(node)


def wrong_imports(family: str, source: str) -> list[str]:
    """The imports that the rules forbid to a module of `family`."""
    wrong = []
    for name in imported(source):
        parts = name.split(".")
        other = parts[1] if len(parts) > 1 else "__init__"
        if other not in LEVEL:  # a name from the top: `from landscape import __version__`
            continue
        same_level = LEVEL[other] == LEVEL[family] and (other == family or LEVEL[family] in FREE_WITHIN)
        if LEVEL[other] > LEVEL[family] or (LEVEL[other] == LEVEL[family] and not same_level):
            wrong.append(name)
    return wrong


def modules():
    return [(path, path.relative_to(PACKAGE).parts[0].removesuffix(".py")) for path in PACKAGE.rglob("*.py")]


@pytest.mark.parametrize(("path", "family"), modules(), ids=lambda value: str(value)[-40:])
def test_imports_point_one_way(path, family):
    assert family in LEVEL, f"{path} belongs to no level"
    assert wrong_imports(family, path.read_text()) == []


@pytest.mark.parametrize(
    ("family", "source"),
    [
        ("surfaces", "from landscape.simulate import simulate"),
        ("surfaces", "from landscape.optimizers import REGISTRY"),
        ("core", "def f():\n    import landscape.render.theme"),
        ("simulate", "from landscape import scenario"),
        ("metrics", "from landscape.cli import main"),
    ],
)
def test_the_import_checker_finds_a_planted_error(family, source):
    assert wrong_imports(family, source) != []


@pytest.mark.parametrize("what", ["landscape", "landscape.cli"])
def test_importing_loads_no_heavy_library(what):
    code = f"import {what}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert loaded & HEAVY <= ({"click"} if what == "landscape.cli" else set())


def test_building_by_name_imports_only_the_module_of_that_name():
    code = "import landscape as ls, sys; ls.surface('rosenbrock'); ls.optimizer('adam'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    mine = {name for name in loaded if re.fullmatch(r"landscape\.(surfaces|optimizers|networks)\.[a-z].*", name)}
    homes = {type(ls.surface("rosenbrock")).__module__, type(ls.optimizer("adam")).__module__}
    assert homes <= mine
    others = {
        registry(kind).get(name).__module__ for kind in ("surface", "optimizer") for name in registry(kind).names()
    }
    assert mine & others <= homes | {"landscape.surfaces.expression", "landscape.surfaces.function"}


# documentation


def undocumented(cls: type) -> list[str]:
    """What is missing from a component's docstring: a first line, each field's name, a source."""
    text = inspect.cleandoc(vars(cls).get("__doc__") or "")
    if not text or text.startswith(f"{cls.__name__}("):  # inherited, or what dataclass writes by itself
        return ["a docstring"]
    missing = []
    if not re.match(r".+[.:]$", text.splitlines()[0]):
        missing.append("a first line that is a sentence")
    missing += [f"the field {name}" for name in field_hints(cls) if not re.search(rf"\b{re.escape(name)}\b", text)]
    if registry_kind(cls) in SOURCED and not re.search(r"\b(1[89]|20)\d\d\b", text):
        missing.append("a source with its year")
    return missing


SOURCED = {"surface", "optimizer"}


def registry_kind(cls):
    return next((kind for kind in kinds() if issubclass(cls, registry(kind).base)), None)


def components():
    return [registry(kind).get(name) for kind in kinds() for name in registry(kind).names()]


@pytest.mark.parametrize("cls", components(), ids=lambda cls: f"{registry_kind(cls)}-{cls.name}")
def test_every_component_is_documented(cls):
    assert undocumented(cls) == []


def test_the_documentation_checker_finds_planted_errors():
    class Bare(ls.Surface):
        pass

    class NoSource(ls.Optimizer):
        """Descends somehow."""

    assert undocumented(Bare) == ["a docstring"]
    assert undocumented(NoSource) == ["a source with its year"]
    field_hints_missing = type(ls.optimizer("adam"))
    doc = field_hints_missing.__doc__
    try:
        field_hints_missing.__doc__ = "Adam.\n\nKingma and Ba 2015."
        assert "the field beta1" in undocumented(field_hints_missing)
    finally:
        field_hints_missing.__doc__ = doc


@pytest.mark.parametrize("name", [name for name in ls.__all__ if name != "__version__"])
def test_every_public_name_is_documented(name):
    assert inspect.getdoc(getattr(ls, name))


def test_components_build_from_their_names_and_round_trip_as_tables():
    from landscape.component import defaults
    from landscape.registry import from_table, to_table

    for kind in kinds():
        for name in registry(kind).names():
            cls = registry(kind).get(name)
            if set(field_hints(cls)) <= set(defaults(cls)):
                made = registry(kind).build(name)
                assert from_table(kind, to_table(made)) == made


def test_the_list_of_optimizers_schedules_and_noises_is_that_of_the_registries():
    path = Path(__file__).parent.parent / "docs" / "list_rules.py"
    module = importlib.util.spec_from_file_location("rules", path)
    rules = importlib.util.module_from_spec(module)
    module.loader.exec_module(rules)
    assert rules.PAGE.read_text(encoding="utf-8") == rules.page(), "write it again: python docs/list_rules.py"

"""The rules that hold the house together: where files lie, which way imports point, and that all is documented.

Every import counts: at the top of a file, inside a function, for types only, and one spelt as a string.
"""

import ast
import functools
import inspect
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from members import planted

import landscape as ls
from landscape.core.component import field_hints
from landscape.core.documentation import documentation
from landscape.core.registry import kinds, registry

PACKAGE = Path(ls.__file__).parent
LONGEST_FILE = 400  # lines

# An import points to a lower floor, or stays in its own room.
FLOORS = [
    ["core", "_version"],
    ["i18n"],
    ["program"],
    ["derivatives"],
    ["nn"],
    ["surfaces"],
    ["optimizers", "schedules", "noises", "starts"],
    ["networks"],
    ["record"],
    ["simulation"],
    ["analysis"],
    ["sweeps"],
    ["scenario", "bridges"],
    ["render"],
    ["web", "lectures"],
    ["cli"],
    ["__init__", "__main__"],
]
# The same inside the renderer: a lower floor takes values, and never imports a page or a movie for an annotation.
RENDER_FLOORS = [
    ["canvas"],
    ["style"],
    ["text"],
    ["panels"],
    ["pages"],
    ["views", "table_views", "portraits"],
    ["movie"],
    ["encoders"],
    ["drawing"],
    ["files"],
    ["__init__"],
]

HEAVY = {
    "matplotlib",
    "scipy",
    "pandas",
    "xarray",
    "sympy",
    "av",
    "PIL",
    "click",
    "rich",
    "torch",
    "numba",
    "jax",
    "optax",
    "cma",
}

_SPELT = re.compile(r"landscape(?:\.\w+)+(?::\w+)?")


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported(source: str, modules=frozenset(FILES)) -> set[str]:
    """The landscape modules that a source text imports: anywhere in it, for types only, and by a string."""
    tree, found = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in modules else node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _SPELT.fullmatch(node.value):
            found.add(node.value.partition(":")[0])
    return {name for name in found if name.split(".")[0] == "landscape"}


def room_of(module: str, house: str = "landscape") -> str:
    """The file or folder of a house that a module stands in."""
    return [*module.removeprefix(house).split("."), "__init__"][1]


def wrong_imports(module: str, source: str, house: str = "landscape", floors=FLOORS) -> list[str]:
    """The imports from a house that point up or aside, of a module in it with that source."""
    floor = {room: number for number, rooms in enumerate(floors) for room in rooms}
    assert room_of(module, house) in floor, f"{module} stands on no floor of {house}: see the floors in this file"
    here = floor[room_of(module, house)]
    return sorted(
        name
        for name in imported(source)
        if f"{name}.".startswith(f"{house}.")
        and room_of(name, house) != room_of(module, house)
        and floor.get(room_of(name, house), len(floors)) >= here
    )


def check_imports(modules, *floors):
    wrong = {module: found for module in modules if (found := wrong_imports(module, sources()[module], *floors))}
    assert not wrong, "\n".join(f"{module} imports {found}, above or beside it" for module, found in wrong.items())


def test_imports_point_down():
    check_imports(FILES)


RENDER = "landscape.render"


def test_imports_point_down_inside_the_renderer():
    check_imports([module for module in FILES if f"{module}.".startswith(f"{RENDER}.")], RENDER, RENDER_FLOORS)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (f"{RENDER}.canvas.x", f"if TYPE_CHECKING:\n    from {RENDER}.pages.page import Page"),
        (f"{RENDER}.style.x", f"from {RENDER}.text import fonts"),
        (f"{RENDER}.panels.x", f"from {RENDER}.movie.movie import Movie"),
        (f"{RENDER}.views.x", f"from {RENDER}.portraits import surface"),
        (f"{RENDER}.movie.x", f"def f():\n    return import_module('{RENDER}.encoders.html')"),
        (f"{RENDER}.encoders.x", f"from {RENDER} import draw"),
        (f"{RENDER}.encoders.x", f"import {RENDER}"),
    ],
)
def test_the_import_checker_finds_a_planted_error_inside_the_renderer(module, source):
    assert wrong_imports(module, source, RENDER, RENDER_FLOORS) != []


def test_a_file_beside_the_rooms_of_the_renderer_stands_on_no_floor():
    with pytest.raises(AssertionError, match="stands on no floor"):
        wrong_imports(f"{RENDER}.redraw", "", RENDER, RENDER_FLOORS)


def asked_for(source: str, classes: set[str]) -> set[str]:
    """Which of some classes a source text asks for with isinstance or by its type."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass"):
            found |= {part.attr if isinstance(part, ast.Attribute) else part.id for part in ast.walk(node.args[1])
                      if isinstance(part, ast.Attribute | ast.Name)}  # fmt: skip
        if isinstance(node, ast.Compare) and "type(" in ast.unparse(node):
            found |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return found & classes


def panels() -> set[str]:
    """The classes that stand in the folder of panels."""
    return {
        node.name
        for module, path in FILES.items()
        if module.startswith(f"{RENDER}.panels.")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }


def test_nobody_asks_what_a_panel_is():
    classes = panels()
    assert {"Land", "Curves", "Relief", "Boundary", "Insides", "LayerPanel"} <= classes
    asking = {module: found for module, source in sources().items() if (found := asked_for(source, classes))}
    assert not asking, "\n".join(f"{module} asks for the classes {sorted(found)}" for module, found in asking.items())


def test_the_checker_of_panels_finds_planted_errors():
    assert asked_for("[p for p in panels if isinstance(p, Relief)]", panels()) == {"Relief"}
    assert asked_for("isinstance(p, (land.Land, int))", panels()) == {"Land"}
    assert asked_for("type(p) is Curves", panels()) == {"Curves"}
    assert asked_for("isinstance(p, int)", panels()) == set()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("landscape.surfaces.x", "from landscape.simulation.simulate import simulate"),
        ("landscape.surfaces.x", "from landscape.optimizers._registry import REGISTRY"),
        ("landscape.core.x", "def f():\n    import landscape.render.style.theme"),
        ("landscape.core.x", "def f():\n    return import_module('landscape.render.style.theme')"),
        ("landscape.record", "if TYPE_CHECKING:\n    from landscape.render import draw"),
        ("landscape.simulation.simulate", "from landscape import scenario"),
        ("landscape.record", "from landscape import __version__"),
    ],
)
def test_the_import_checker_finds_a_planted_error(module, source):
    assert wrong_imports(module, source) != []


def graph(sources: dict[str, str]) -> dict[str, set[str]]:
    """Module -> the modules that it imports."""
    modules = frozenset(sources)
    return {module: (imported(source, modules) & modules) - {module} for module, source in sources.items()}


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The modules that import one another, each circle with all that belong to it (Tarjan 1972)."""
    index, low, stack, found = {}, {}, [], []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(edges[module]):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for module in sorted(edges):
        if module not in index:
            visit(module)
    return found


@functools.cache
def sources() -> dict[str, str]:
    return {module: path.read_text(encoding="utf-8") for module, path in FILES.items()}


@functools.cache
def edges() -> dict[str, set[str]]:
    return graph(sources())


def test_no_modules_import_one_another():
    assert circles(edges()) == []


def test_the_circle_finder_finds_planted_circles():
    planted = {
        "landscape.a": "from landscape import b",
        "landscape.b": "x = 'landscape.c'",
        "landscape.c": "import landscape.a",
    }
    assert circles(graph(planted)) == [["landscape.a", "landscape.b", "landscape.c"]]


def longest_chain(edges: dict[str, set[str]], within: str) -> list[str]:
    """The longest chain of imports among the modules of a room."""

    @functools.cache
    def below(module):
        chains = [below(other) for other in edges[module] if other.startswith(within)]
        return [module, *max(chains, key=len, default=[])]

    return max((below(module) for module in edges if module.startswith(within)), key=len)


def test_chains_of_imports_inside_the_renderer_are_short():
    chain = longest_chain(edges(), "landscape.render")
    assert len(chain) <= 8, " -> ".join(chain)


def test_files_are_short():
    counts = {module: len(source.splitlines()) for module, source in sources().items()}
    long = [f"{FILES[module]} has {count} lines: split it by what it holds"
            for module, count in counts.items() if count > LONGEST_FILE]  # fmt: skip
    assert not long, "\n".join(long)


# a name is a file


def registered(source: str) -> list[str]:
    """The names that a source text registers."""
    return [
        decorator.args[0].value
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).rpartition(".")[2] == "register"
    ]


def misfiled(path: Path, source: str) -> str | None:
    """What is wrong with where the members of a file are, or with how it says that it holds several."""
    found = registered(source)
    listed = re.search(r"^NAMES = \(([^)]*)\)", source, re.MULTILINE)
    said = re.findall(r'"(\w+)"', listed[1]) if listed else [path.stem]
    if listed and said == [path.stem]:
        return f"{path}: NAMES is needed only where a file holds several members"
    if found and sorted(found) != sorted(said):
        return (
            f"{path} registers {found}: name it {found[0]}.py"
            if len(found) == 1
            else f"{path} needs NAMES = {tuple(found)}"
        )
    return None


def test_a_member_stands_in_the_file_of_its_name_or_is_listed_in_it():
    faults = [fault for path in FILES.values() if (fault := misfiled(path, path.read_text(encoding="utf-8")))]
    assert not faults, "\n".join(faults)


def test_the_filing_checker_finds_planted_errors():
    one, two = '@register("a")\nclass A: ...\n', '@register("b")\nclass B: ...\n'
    assert misfiled(Path("a.py"), one) is None
    assert "name it a.py" in misfiled(Path("c.py"), one)
    assert "NAMES = ('a', 'b')" in misfiled(Path("c.py"), one + two)
    assert misfiled(Path("c.py"), 'NAMES = ("b", "a")\n' + one + two) is None
    assert "only where" in misfiled(Path("a.py"), 'NAMES = ("a",)\n' + one)


@pytest.mark.parametrize("kind", kinds())
def test_names_read_off_the_files_are_the_names_that_are_registered(kind):
    assert registry(kind).names() == sorted(registry(kind).members)


def test_a_file_that_registers_another_name_is_named_with_what_it_registers(tmp_path):
    (tmp_path / "halved.py").write_text(
        "from landscape.core.methods import Schedule\n"
        "from landscape.schedules._registry import register\n"
        '@register("half")\n'
        "class Half(Schedule):\n"
        "    def __call__(self, step, steps): return 0.5\n"
    )
    code = (
        "import landscape.schedules\n"
        f"landscape.schedules.__path__.append({str(tmp_path)!r})\n"
        "vars(landscape.schedules.REGISTRY).pop('_modules', None)  # names that were read before\n"
        "try: landscape.schedules.REGISTRY.get('halved')\n"
        "except ValueError as error: print(error)"
    )
    said = f'{tmp_path / "halved.py"} does not register the schedule "halved", but "half"; a file has the name of its'
    assert " ".join(run(code)).startswith(said)


def test_listing_names_imports_no_member():
    code = (
        "import landscape as ls, sys; before = set(sys.modules)\n"
        "from landscape.core.registry import kinds, registry\n"
        "for kind in kinds(): registry(kind).names()\n"
        "print(*(set(sys.modules) - before))"
    )
    assert run(code) == []


def run(code: str) -> list[str]:
    """The words that a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("what", ["landscape", "landscape.cli"])
def test_importing_loads_no_heavy_library(what):
    loaded = set(run(f"import {what}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"))
    assert loaded & HEAVY <= ({"click"} if what == "landscape.cli" else set())


def test_a_scenario_with_views_is_built_without_matplotlib():
    code = (
        "import landscape, sys; from landscape.core.registry import registry\n"
        "for name in registry('view').names(): registry('view').build(name)\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    assert not set(run(code)) & HEAVY


@pytest.mark.parametrize("kind", ["surface", "optimizer", "schedule", "noise", "start", "view"])
def test_building_by_name_imports_only_the_file_of_that_name_and_what_it_builds_on(kind):
    known = registry(kind)
    homes = defaultdict(list)
    for name in known.names():
        homes[known.get(name).__module__].append(name)

    def reach(module):
        found, new = set(), {module}
        while new:
            found |= new
            new = set().union(*(edges()[each] for each in new)) - found
        return found

    sample = sorted(homes)[:: max(1, len(homes) // 20)]
    for home, loaded in loaded_by(kind, {home: homes[home][0] for home in sample}).items():
        others = loaded & set(homes) - reach(home)
        assert others == set(), f"{homes[home][0]} imports {others}"


def loaded_by(kind: str, asked: dict[str, str]) -> dict[str, set[str]]:
    """What getting each name imports beyond the package: each in a fork of one fresh interpreter, as it was before."""
    code = (
        "import landscape, os, sys; from landscape.core.registry import registry\n"
        f"before = set(sys.modules)\nfor home, name in {asked!r}.items():\n"
        "    if (child := os.fork()) == 0:\n"
        f"        registry({kind!r}).get(name)\n"
        "        print(home, *sorted(set(sys.modules) - before), flush=True)\n"
        "        os._exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0, name\n"
    )
    lines = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    found = {line.split()[0]: set(line.split()[1:]) for line in lines}
    assert found.keys() == asked.keys()
    return found


# documentation


def undocumented(cls: type) -> list[str]:
    """What is missing from a component's docstring: a first line, each field's name, a source.

    Fields that a base class shares are documented in the base."""
    text = inspect.cleandoc(vars(cls).get("__doc__") or "")
    if not text or text.startswith(f"{cls.__name__}("):  # inherited, or what dataclass writes by itself
        return ["a docstring"]
    missing = []
    if not re.match(r".+[.:]$", text.splitlines()[0]):
        missing.append("a first line that is a sentence")
    shown = documentation(cls)
    missing += [f"the field {name}" for name in field_hints(cls) if not re.search(rf"\b{re.escape(name)}\b", shown)]
    if registry_kind(cls) in SOURCED and not re.search(r"\b(1[89]|20)\d\d\b", text):
        missing.append("a source with its year")
    return missing


SOURCED = {"surface", "optimizer"}


def registry_kind(cls):
    return next((kind for kind in kinds() if issubclass(cls, registry(kind).base)), None)


def check_documented(kind):
    """Every member of a registry is documented; AssertionError with the name of each that is not, and what it lacks."""
    members = [registry(kind).get(name) for name in registry(kind).names()]
    lacking = [f'the {kind} "{cls.name}" lacks {", ".join(undocumented(cls))}: see '
               f"{cls.__module__}.{cls.__qualname__}" for cls in members if undocumented(cls)]  # fmt: skip
    assert not lacking, "\n".join(lacking)


@pytest.mark.parametrize("kind", kinds())
def test_every_component_is_documented(kind):
    check_documented(kind)


@pytest.mark.parametrize(
    ("kind", "base"), [("start", "ring"), ("schedule", "cosine"), ("surface", "sphere"), ("noise", "gaussian")]
)
def test_a_new_member_without_its_documentation_is_found_by_name(kind, base):
    class Bare(registry(kind).get(base)):
        pass

    wrong = pytest.raises(AssertionError, match=f'the {kind} "planted_bare" lacks a docstring: see ')
    with planted(kind, "planted_bare", Bare), wrong:
        check_documented(kind)
    check_documented(kind)


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


def test_fields_that_a_base_documents_are_shown_with_every_member():
    contour, base = registry("view").get("contour"), registry("view").base
    assert "pacing" not in contour.__doc__
    assert "the field pacing" not in undocumented(contour)
    assert documentation(contour).startswith(inspect.cleandoc(contour.__doc__))
    assert documentation(contour).count("pacing: ") == 1
    doc = base.__doc__
    try:
        base.__doc__ = doc.replace("pacing", "speed")
        assert "the field pacing" in undocumented(contour)
    finally:
        base.__doc__ = doc


def test_every_public_name_is_documented():
    assert [name for name in ls.__all__ if name != "__version__" and not inspect.getdoc(getattr(ls, name))] == []


def test_components_build_from_their_names_and_round_trip_as_tables():
    from landscape.core.component import defaults
    from landscape.core.registry import from_table, to_table

    for kind in kinds():
        for name in registry(kind).names():
            cls = registry(kind).get(name)
            if set(field_hints(cls)) <= set(defaults(cls)):
                made = registry(kind).build(name)
                assert from_table(kind, to_table(made)) == made

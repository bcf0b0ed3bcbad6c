"""Say what a rule is held to, where it is held to it, so that a rule that nothing holds is found by its name.

    @reference("adan", kind="library", source="torch.optim.Adam")      # over a test: it holds these rules to something
    @paper("adan", "Xie et al. 2022, algorithm 1")                     # over a paper's algorithm in plain Python

A library alone is no independent reference: libraries copy each other's mistakes. `tests/laws/test_references.py`
asks for another kind for every registered optimizer.
"""

import dataclasses
import importlib.util
import inspect
import re
import sys

from places import ROOT, TESTS

KINDS = {
    "paper": "its source's algorithm, written out again",
    "closed form": "what mathematics says about its path",
    "definition": "what the rule is by its name: the library's own program called by hand, or the rules it is made of",
    "library": "another library's program",
}
# library -> the version that rules were last compared with, which the stored traces were made by
VERSIONS = {"torch": "2.13.0", "optax": "0.2.8"}
ALONE = {"paper", "closed form", "definition"}  # any one of these will do


@dataclasses.dataclass(frozen=True)
class Reference:
    """`check` holds `rule` to `source`: the module and name of a test, or of an algorithm that a test follows."""

    rule: str
    kind: str
    source: str
    check: tuple[str, str]

    @property
    def library(self):
        """The library that the rule is compared with, empty where it is none."""
        return self.source.partition(".")[0] if self.kind == "library" else ""


@dataclasses.dataclass(frozen=True)
class Paper:
    """An algorithm as a generator: it yields a point, is sent (gradient, rate) there, and yields the next.

    each: whether it is for one coordinate, a float, and not for a list of them; value: whether it is sent (gradient,
    rate, loss); constant: whether it is the rule only while the rate is constant; beside: fields that do not act on its
    path; fields: field -> its range, or the values to choose from.
    """

    rule: str
    source: str
    algorithm: object
    each: bool
    value: bool
    constant: bool
    beside: tuple
    fields: dict


REFERENCES: list[Reference] = []
PAPERS: list[Paper] = []


def reference(*rules, kind, source):
    """Over a test that holds these rules to a reference of that kind (`KINDS`); source: which one."""
    assert kind in KINDS, f"a reference is of a kind in {sorted(KINDS)}, got {kind}"
    assert rules, "a reference names the rules that it holds"

    def enter(check):
        found = [Reference(rule, kind, source, (check.__module__, check.__name__)) for rule in rules]
        REFERENCES.extend(each for each in found if each not in REFERENCES)
        return check

    return enter


def paper(rule, source, *, each=True, value=False, constant=False, beside=(), **fields):
    """Over an algorithm in plain Python (see `Paper`), which `optimizers/test_papers.py` follows beside the rule."""

    def enter(algorithm):
        PAPERS.append(Paper(rule, source, algorithm, each, value, constant, beside, fields))
        return reference(rule, kind="paper", source=source)(algorithm)

    return enter


def declared():
    """Every reference that a test file of this folder declares."""
    for file in sorted(TESTS.rglob("test_*.py")):
        if re.search(r"^from (references|papers)\b", file.read_text(encoding="utf-8"), re.MULTILINE):
            _imported(file)
    return REFERENCES


def _imported(file):
    """A test file under the name by which pytest knows it, which may have imported it before."""
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, file)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


def lacks(rule, references):
    """What is missing for a rule, in a sentence that says what to do; None where it has an independent reference."""
    own = [each for each in references if each.rule == rule]
    if any(each.kind in ALONE for each in own):
        return None
    but = f" {own[0].source} alone is none: libraries copy each other's mistakes." if own else ""
    return (
        f'the optimizer "{rule}" has no independent reference.{but} Write the algorithm of its source out in plain '
        f'Python under @paper("{rule}", "authors year, algorithm ...") in tests/papers/, or put @reference("{rule}", '
        'kind="closed form", source="...") over a test that holds it to a closed form'
    )


def unversioned(references, versions):
    """References to libraries of which no version is known, and versions of libraries that nothing refers to."""
    used = {each.library for each in references} - {""}
    return sorted(used ^ versions.keys())


def idle(references, papers):
    """References that nothing runs: their check is neither a test nor a paper's algorithm."""
    followed = {(each.algorithm.__module__, each.algorithm.__name__) for each in papers}
    return [each for each in references if not each.check[1].startswith("test_") and each.check not in followed]


def arguments(algorithm):
    """The names of an algorithm's hyper-parameters."""
    return list(inspect.signature(algorithm).parameters)[1:]

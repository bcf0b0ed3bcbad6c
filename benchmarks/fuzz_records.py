"""Damage records at random, and see that each loads or is refused by one RecordError, soon, in little memory.

    python benchmarks/fuzz_records.py [--seed 0] [--records 10000] [--guided 100000] [--check]
    python benchmarks/fuzz_records.py --only 17

Three kinds of damage take turns: bytes that are changed, cut out, put in or doubled; parts of the archive that are taken
from another record, swapped, left out, doubled, packed otherwise or given another header; and metadata changed as a
table, where digests are left out so that all the rest is read: values, names and shapes of another kind, numbers of any
size in every field, components inside one another.

A finding is any exception but RecordError, a message without the file's name or of several lines, more than 50 ms of the
processor (the least of three times) or 50 MB, more than 5 s, and anything that reading data has no reason for: a module
imported that is not this library's, a file written, a process started. `--guided` lets atheris, where it is installed,
change the metadata by what code that reaches.

The exit code is 1 if anything was found. A case is drawn from the seed and its own number, and `--only` repeats it.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import io
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
import tracemalloc
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from fuzzing import Hang, guided, guided_apart, limited, watched

# ruff: noqa: E501 - what cases are made of

LONGEST, QUICK, MOST_MB = 5.0, 0.05, 50.0
CHECK = 120
MODULES = ("landscape.record", "landscape.record.loading", "landscape.record.components", "landscape.record.kept",
           "landscape.record.programs", "landscape.record.archive", "landscape.core.registry", "landscape.core.component")  # fmt: skip
EVIL = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\nclass Thing: pass\n"
NUMBERS = (0, -1, 1, 2, 3, 10, 1000, 10**5, 10**7, 10**9, 10**12, 10**18, 2**31, 2**63, 10**30, 10**400, -(10**12), 0.5, -0.0, 1e-320,
           1e308, -1e308, 1e18, 1e12)  # fmt: skip
NAMES = ("", "x", "sphere", "sgd", "adam", "evil:Thing", "os:system", "builtins:input", "code:interact", "builtins:eval", "a:b:c", ":",
         "torch", "optax", "scipy", "@kept", "__class__", "__init__", "日本", "\x00", "\ud800", "x" * 5000, "../../x", "name", "function",
         "landscape.cli:main", "evil.Thing", "this", "antigravity", "{0.__class__}", "%s%s%n")  # fmt: skip
KINDS = ("surface", "optimizer", "schedule", "noise", "dataset", "activation", "loss", "start")


def bases(folder: Path) -> list[bytes]:
    """Records of all kinds of content, as bytes."""
    import numpy as np

    import landscape as ls
    from landscape.scenario.model import Scenario

    moons = ls.networks.data.build("moons", count=20)
    blobs = ls.networks.data.build("blobs", count=12, features=3, classes=2)
    small = ls.surface("network", layers=(3, 2, 1), dataset=blobs, activation="relu", loss="logistic")
    net = ls.surface("network", layers=(2, 3, 1), dataset=moons, loss="logistic", test=0.25)
    scenario = 'title = "x"\nsteps = 5\nsurface = "sphere"\noptimizers = ["sgd"]\nviews = ["contour"]\n'
    rules = [ls.optimizer("lookahead", optimizer="adam"), "lbfgs", ls.optimizer("shampoo", columns=2)]
    chain = ls.noise("chain", noises=["gaussian", ls.noise("stale", delay=2)])
    wells = ls.from_function(lambda p: np.sum(p**4 - p**2, axis=0), dim=3)
    rotated = ls.surface("shifted", surface=ls.surface("rotated", surface="rosenbrock", rotation=0.5), shift=(0.1, 0.2))
    composed = ls.surface("sum", first=rotated, second="rosenbrock")
    falling = ls.entrant("momentum", schedule="cosine", schedules={"momentum": "linear"})
    records = [
        ls.simulate("rosenbrock", ["sgd", falling], start=(-1.5, 2.0), steps=20, repeats=2, seed=4),
        ls.simulate("rosenbrock", "adam", start=(-1.5, 2.0), steps=3, repeats=9, noise="gaussian", keep=2),
        ls.simulate(ls.surface("extended_rosenbrock", dim=6), rules, steps=6),
        ls.simulate(composed, ["adam"], steps=5, noise=chain, title="日本"),
        ls.simulate(ls.surface("finite_sum", surface="rosenbrock", terms=12), "sgd", steps=4, noise="minibatch"),
        ls.simulate(net, ["sgd"], start="xavier", repeats=2, steps=4),
        ls.simulate(small, ["adam"], start="he", steps=4),
        ls.simulate(ls.surface("gaussian_landscape", dim=3, features=8), ["sgd"], steps=4),
        ls.simulate(ls.from_expression("x**4/4 - x**2/2 + a*y**2", a=3), ["sgd"], steps=4),
        ls.simulate(wells, ["sgd"], steps=4),
        ls.from_points("sphere", {"given": [[1.0, 1.0], [0.5, 0.5]]}),
        Scenario.from_text(scenario).simulate(),
    ]
    made = []
    for number, record in enumerate(records):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.append(record.save(folder / f"{number}.npz").read_bytes())
    return made


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Iterable[tuple[str, bytes]], packed: Iterable[str] = ()) -> bytes:
    """Parts as an archive, those that are named packed; one name may come twice."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for name, data in parts:
            archive.writestr(name, data, zipfile.ZIP_DEFLATED if name in packed else zipfile.ZIP_STORED)
    return file.getvalue()


def cut(data: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut out, put in or doubled, anywhere."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 30))):
        at = rng.randrange(len(made) + 1)
        match rng.randrange(6):
            case 0 | 1:
                made[at : at + 1] = rng.randbytes(1)
            case 2:
                del made[at : at + rng.choice((1, 2, 8, 100, 10_000))]
            case 3:
                made[at:at] = rng.randbytes(rng.choice((1, 4, 100)))
            case 4:
                made[at:at] = made[at : at + rng.randrange(300)]
            case _:
                made[at : at + 4] = rng.choice(
                    (b"\xff" * 4, bytes(4), b"PK\x05\x06", b"\x00\x00\x00\x80", b"PK\x01\x02")
                )
    return bytes(made)


def rebuilt(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Parts of the archive swapped, left out, doubled, taken from another record, blown up or given another header."""
    parts, others = list(parts_of(data).items()), list(parts_of(other).items())
    packed = set(rng.sample([name for name, _ in parts], len(parts) // 2))
    for _ in range(rng.choice((1, 1, 2, 4))):
        if not parts:
            break
        at, to = rng.randrange(len(parts)), rng.randrange(len(parts))
        name, content = parts[at]
        match rng.randrange(8):
            case 0:
                parts[at], parts[to] = (name, parts[to][1]), (parts[to][0], content)
            case 1:
                del parts[at]
            case 2:
                parts.append(parts[at])
            case 3:
                parts[at] = (name, rng.choice(others)[1])
            case 4:
                parts[at] = (rng.choice(NAMES).replace("\ud800", "?").replace("\x00", "") or "x", content)
            case 5:
                parts[at] = (name, content + bytes(rng.choice((1, 1000, 3 << 20))))
                packed.add(name)
            case 6:
                shape = ", ".join(str(rng.choice(NUMBERS[:16])) for _ in range(rng.randrange(5)))
                kind = rng.choice(
                    ("<f8", ">f8", "<i8", "<U9", "|O", "|V8", "<f2", "<c16", "<M8[s]", "<U99999", "|b1", "<f16")
                )
                head = f"{{'descr': '{kind}', 'fortran_order': {rng.choice(('False', 'True', '()'))}, 'shape': ({shape},), }}"
                head = (
                    rng.choice((head, "(" * 100, head.replace("'", '"'), head + "__import__('evil')")).ljust(117) + "\n"
                )
                parts[at] = (
                    name,
                    b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + content[128:],
                )
            case _:
                parts[at] = (name, cut(content, rng))
    if rng.random() < 0.7:  # without digests, so that what was done is reached
        parts = [(name, plain(content) if name == "metadata.json" else content) for name, content in parts]
    return zipped(parts, packed)


def plain(metadata: bytes) -> bytes:
    """Metadata without its digests, where it is a table."""
    try:
        table = json.loads(metadata)
        del table["digest"], table["parts"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return metadata
    return json.dumps(table).encode()


def component(rng: random.Random, fields: dict[str, list[tuple[str, list[str]]]], kind: str, depth: int = 0) -> Any:
    """A table of a component that exists, with fields that it has and values of any size."""
    name, own = rng.choice(fields[kind])
    table: dict[str, Any] = {"name": name}
    for field in rng.sample(own, min(len(own), rng.choice((0, 1, 1, 2, 4)))):
        table[field] = value(rng, fields, depth + 1)
    return table


def value(rng: random.Random, fields: dict[str, list[tuple[str, list[str]]]], depth: int = 0) -> Any:
    """A value of any kind and size."""
    match rng.randrange(12 if depth < 4 else 6):
        case 0 | 1 | 2:
            return rng.choice(NUMBERS)
        case 3:
            return rng.choice(NAMES)
        case 4:
            return rng.choice((None, True, False, [], {}, [[]], [[[]]], [None], {"name": None}, {"": 0}))
        case 5:
            return [rng.choice(NUMBERS)] * rng.choice((1, 2, 3, 50, 5000))
        case 6:
            return [value(rng, fields, depth + 1) for _ in range(rng.randrange(4))]
        case 7:
            return [[rng.choice(NUMBERS), rng.choice(NUMBERS)] for _ in range(rng.randrange(4))]
        case 8:
            return nested(rng)
        case _:
            return component(rng, fields, rng.choice(KINDS), depth)


def nested(rng: random.Random) -> Any:
    """Components inside one another, or lists."""
    deep = rng.choice((3, 29, 31, 200))
    match rng.randrange(3):
        case 0:
            made: Any = {"name": "sphere", "dim": rng.choice(NUMBERS)}
            for _ in range(deep):
                made = {"name": "shifted", "surface": made, "shift": [0.0, 0.0]}
        case 1:
            made = {"name": "adam"}
            for _ in range(deep):
                made = {"name": "lookahead", "optimizer": made}
        case _:
            made = []
            for _ in range(deep):
                made = [made]
    return made


def changed(data: bytes, rng: random.Random, fields: dict[str, list[tuple[str, list[str]]]]) -> bytes:
    """The metadata changed as a table in a few places."""
    parts = parts_of(data)
    metadata = json.loads(plain(parts["metadata.json"]))

    def places(inside: Any) -> list[tuple[Any, Any]]:
        keys = inside if isinstance(inside, dict) else range(len(inside))
        found = [(inside, key) for key in keys]
        return found + [each for key in keys if isinstance(inside[key], (dict, list)) for each in places(inside[key])]

    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        every = places(metadata)
        components = [(holder, key) for holder, key in every if isinstance(holder[key], dict) and "name" in holder[key]]
        if not every:
            break
        holder, key = rng.choice(components if components and rng.random() < 0.5 else every)
        inside = holder[key]
        if isinstance(inside, dict) and rng.random() < 0.6:
            kind = next(
                (kind for kind in KINDS if any(inside.get("name") == name for name, _ in fields[kind])), "surface"
            )
            own = next((own for name, own in fields[kind] if name == inside.get("name")), [])
            match rng.randrange(4):
                case 0 | 1 if own:
                    inside[rng.choice(own)] = value(rng, fields, 2)
                case 2:
                    holder[key] = component(rng, fields, kind)
                case _:
                    inside[rng.choice((*NAMES, "module", "attributes", "@kept", "dim", "lr"))] = value(rng, fields)
        elif rng.random() < 0.15:
            holder[key] = component(rng, fields, rng.choice(KINDS))
        elif isinstance(inside, (int, float)) and rng.random() < 0.6:
            holder[key] = rng.choice(NUMBERS)
        else:
            holder[key] = value(rng, fields)
    with contextlib.suppress(ValueError, RecursionError):  # of what Python does not write
        parts["metadata.json"] = json.dumps(metadata, allow_nan=True).encode()
    return zipped(parts.items())


def all_fields() -> dict[str, list[tuple[str, list[str]]]]:
    """Kind -> (name, its fields) of all components."""
    from landscape.core.component import field_hints
    from landscape.core.registry import registry

    return {
        kind: [(name, list(field_hints(registry(kind).get(name)))) for name in registry(kind).names()] for kind in KINDS
    }


def case(
    number: int, seed: int, records: list[bytes], fields: dict[str, list[tuple[str, list[str]]]]
) -> tuple[str, bytes]:
    """(kind, bytes) of a case."""
    rng = random.Random(f"{seed}:records:{number}")
    data = rng.choice(records)
    match number % 5:
        case 0:
            return "bytes", cut(data, rng)
        case 1:
            return "parts", rebuilt(data, rng.choice(records), rng)
        case _:
            return "metadata", changed(data, rng, fields)


def outcome(path: Path) -> tuple[str, list[str], float, float]:
    """("loaded" or "refused", findings, seconds, MB) of a file."""
    with watched() as seen:
        ended, found, seconds = loaded(path)
        for _ in range(2):
            if QUICK < seconds < LONGEST:  # a busy machine may have been in the way
                seconds = min(seconds, loaded(path)[2])
        tracemalloc.start()
        if not found:
            loaded(path)
        most = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
    found += [f"{1000 * seconds:.0f} ms"] * (seconds > QUICK) + [f"{most:.0f} MB"] * (most > MOST_MB)
    return ended, list(dict.fromkeys(found + seen)), seconds, most


def loaded(path: Path) -> tuple[str, list[str], float]:
    """The same but for the memory, of loading it once."""
    import landscape as ls

    began, ended, found = time.process_time(), "loaded", []
    try:
        with limited(LONGEST), warnings.catch_warnings():
            warnings.simplefilter("error")
            repr(ls.load(path))
    except ls.RecordError as error:
        ended = "refused"
        if str(path) not in str(error) or "\n" in str(error):
            found.append(f"it said: {error!r:.300}")
    except Hang:
        found.append(f"more than {LONGEST:g} s")
    except BaseException:
        found.append(f"escaped:\n{traceback.format_exc()[-1500:]}")
    return ended, found, time.process_time() - began


def fuzzed(seed: int, numbers: Iterable[int]) -> int:
    """Run the cases; how many findings there were."""
    ends: Counter[tuple[str, str]] = Counter()
    slowest, largest, wrong = 0.0, 0.0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "evil.py").write_text(EVIL)
        sys.path.insert(0, name)
        try:
            records, fields, path = bases(folder), all_fields(), folder / "case.npz"
            for each in sorted(folder.glob("[0-9]*.npz")):
                outcome(each)  # what is imported once is imported
            for number in numbers:
                kind, data = case(number, seed, records, fields)
                path.write_bytes(data)
                ended, found, seconds, most = outcome(path)
                ends[kind, ended] += 1
                slowest, largest = max(slowest, seconds), max(largest, most)
                if (folder / "ran").exists():
                    found.append("it ran evil.py")
                    (folder / "ran").unlink()
                if found:
                    wrong += 1
                    print(f"--only {number} --seed {seed}: {kind}, {ended}: " + "; ".join(found), flush=True)
        finally:
            sys.path.remove(name)
    told = ", ".join(f"{count:,} of {kind} {ended}" for (kind, ended), count in sorted(ends.items()))
    print(
        f"records: {ends.total():,} cases of seed {seed}; {told}; slowest {1000 * slowest:.1f} ms; most memory {largest:.1f} MB; {wrong} findings"
    )
    return wrong


def prepared() -> tuple[Callable[[bytes], None], list[bytes]]:
    """The test of one input, a record's number and other metadata for it, and the inputs to begin with."""
    import landscape as ls

    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    every, path = [parts_of(data) for data in bases(folder)], folder / "case.npz"

    def test(data: bytes) -> None:
        if not data:
            return
        parts = {**every[data[0] % len(every)], "metadata.json": data[1:]}
        path.write_bytes(zipped(parts.items()))
        with watched() as seen:
            try:
                repr(ls.load(path))
            except ls.RecordError as error:
                if str(path) not in str(error):
                    raise AssertionError(f"no name: {error}") from error
        if seen:
            raise AssertionError("; ".join(seen))

    return test, [bytes([number]) + plain(parts["metadata.json"]) for number, parts in enumerate(every)]


def main() -> int:
    """Fuzz; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--records", type=int, default=10_000, help="how many damaged records")
    parser.add_argument("--guided", type=int, default=0, metavar="RUNS", help="coverage-guided runs, by atheris")
    parser.add_argument("--check", action="store_true", help="a few, in seconds")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one case again")
    given = parser.parse_args()
    numbers = range(CHECK if given.check else given.records) if given.only is None else [given.only]
    if given.guided and not numbers:
        words = [json.dumps(each) for each in (*NAMES, *KINDS) if "\ud800" not in each and len(each) < 60]
        words += ['"name": ', *map(str, NUMBERS[:15]), "null", "[]", "{}", "true"]
        guided(prepared, MODULES, words, given.guided, given.seed, largest=4000)
    wrong = fuzzed(given.seed, numbers)
    if given.guided:
        wrong += guided_apart("--records", given.seed, given.guided)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

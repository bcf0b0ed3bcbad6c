"""Laws of the record: it loads back equal, is the same bytes for the same simulation, and is whole or not there; and
what is no record, a damaged or a hostile one is refused in a moment, by one error with the file's name.
"""

import io
import json
import os
import re
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from drawn import numbers

import landscape as ls
from landscape.cli import run_command


def noisy_record(**changes):
    job = {
        "start": ls.start("random_box", count=3), "steps": 20, "repeats": 2, "seed": 7, "schedule": "cosine",
        "noise": ls.noise("gaussian", sigma=0.3), **changes,
    }  # fmt: skip
    rates = np.linspace(0.01, 0.06, 6)
    optimizers = ["sgd", ls.entrant(ls.optimizer("adam", lr=rates), schedule="step", label="Adam, Übung")]
    return ls.simulate(ls.surface("rosenbrock", b=10.0), optimizers, **job)


def test_a_record_loads_back_equal(tmp_path):
    record = noisy_record()
    record.save(tmp_path / "a.npz")
    loaded = ls.load(tmp_path / "a.npz")
    assert loaded == record
    assert loaded.surface == ls.surface("rosenbrock", b=10.0)
    assert loaded["Adam, Übung"].schedule == ls.schedule("step")
    assert loaded["Adam, Übung"].status.tolist() == record["Adam, Übung"].status.tolist()


def test_records_that_differ_are_not_equal():
    assert noisy_record() == noisy_record()
    assert noisy_record() != noisy_record(seed=8)
    assert noisy_record() != noisy_record(steps=21)


def test_a_record_of_a_nested_surface_loads_back_equal(tmp_path):
    surface = ls.surface("finite_sum", surface=ls.surface("quadratic", condition=3.0), terms=8)
    schedule = ls.schedule("warmup", then=ls.schedule("cosine"))
    record = ls.simulate(surface, "sgd", start=(1.0, 1.0), steps=5, noise="minibatch", schedule=schedule)
    record.save(tmp_path / "a.npz")
    assert ls.load(tmp_path / "a.npz") == record


def test_the_same_simulation_gives_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        noisy_record().save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_record_describes_itself_to_anything_that_reads_zip_files(tmp_path):
    noisy_record().save(tmp_path / "a.npz")
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        metadata = json.loads(archive.read("metadata.json"))
    assert metadata["surface"] == {"name": "rosenbrock", "dim": 2, "a": 1.0, "b": 10.0}
    assert metadata["seed"] == 7
    assert set(metadata["versions"]) == {"landscape", "numpy", "python"}
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["tracks/0/params"].shape == (21, 2, 6)


def test_saving_is_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    noisy_record().save(path)
    before = path.read_bytes()

    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    for broken in ("fsync", "fdopen"):
        with monkeypatch.context() as patch:
            patch.setattr(os, broken, full_disk)
            with pytest.raises(OSError, match="No space left"):
                noisy_record(seed=9).save(path)
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def test_an_interrupt_while_saving_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(zipfile.ZipFile, "writestr", interrupted)
    with pytest.raises(KeyboardInterrupt):
        noisy_record().save(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_saving_where_there_is_no_folder_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a\.npz'$"):
        noisy_record().save(tmp_path / "no" / "a.npz")


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def without_digests(metadata, **changes):
    """The metadata as a version before digests wrote it, with changes."""
    told = json.loads(metadata) | changes
    return json.dumps({key: value for key, value in told.items() if key not in ("digest", "parts")}).encode()


def test_a_record_without_digests_loads_as_before(tmp_path):
    path = noisy_record().save(tmp_path / "a.npz")
    members = members_of(path)
    zipped(path, {**members, "metadata.json": without_digests(members["metadata.json"])})
    assert ls.load(path) == noisy_record()


def test_a_damaged_title_or_number_is_told_from_a_true_one(tmp_path):
    """The parts are put together anew, so that the archive's own checksums fit."""
    path = noisy_record(steps=30).save(tmp_path / "a.npz")
    members = members_of(path)
    metadata, lr = members["metadata.json"], bytearray(members["tracks/0/lr.npy"])
    lr[-8:] = struct.pack("<d", 0.25)
    damaged = [
        {**members, "metadata.json": metadata.replace(b'"title": ""', b'"title": "Another"')},
        {**members, "metadata.json": metadata.replace(b'"digest"', b'"dagest"')},
        {**members, "metadata.json": metadata.replace(b'"parts"', b'"party"')},
        {**members, "metadata.json": metadata.replace(b'"seed": 7', b'"seed": 8')},
        {**members, "tracks/0/lr.npy": bytes(lr)},
        {**members, "more.npy": members["starts.npy"]},
    ]
    zipped(path, members)
    assert ls.load(path) == noisy_record(steps=30)
    for each in damaged:
        assert each != members
        zipped(path, each)
        with pytest.raises(ls.RecordError, match=r"a\.npz: not a landscape record, or a damaged one \(.*(digest|says)"):
            ls.load(path)


def npy(shape, kind="<f8", data=b""):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


HOSTILE = {
    "blanks": lambda m: {"metadata.json": b" " * (40 << 20)},
    "zeros": lambda m: {"tracks/0/value.npy": npy((41, 3)) + bytes(40 << 20)},
    "lists": lambda m: {"metadata.json": b"[" + b"[]," * 300_000 + b"[]]"},
    "a vast shape": lambda m: {"tracks/0/params.npy": npy((10**12, 2, 3))},
    "a vast shape of nothing": lambda m: {"tracks/0/params.npy": npy((10**12, 0, 3))},
    "a negative shape": lambda m: {"tracks/0/params.npy": npy((-41, -2, 3), data=bytes(41 * 48))},
    "brackets": lambda m: {"starts.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + b"(" * 118},
    "many brackets": lambda m: {"starts.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", 65000) + b"(" * 65000},
    "objects": lambda m: {"starts.npy": npy((2, 1), "|O", bytes(16))},
    "digits": lambda m: {"metadata.json": m["metadata.json"].replace(b'"seed": 4', b'"seed": ' + b"4" * 5000)},
    "digits of a rate": lambda m: {"metadata.json": m["metadata.json"].replace(b'"lr": 0.001', b'"lr": ' + b"4" * 999)},
    "deep": lambda m: {"metadata.json": b'{"a": [' * 50_000},
    "no number": lambda m: {"metadata.json": m["metadata.json"].replace(b'"lr": 0.001', b'"lr": NaN')},
    "no text": lambda m: {"metadata.json": b"\xff\xfe\x00"},
    "no table": lambda m: {"metadata.json": b"[1]"},
    "a vast dim": lambda m: {
        "metadata.json": without_digests(m["metadata.json"], surface={"name": "sphere", "dim": 10**9})
    },
    "a vast dim inside": lambda m: {
        "metadata.json": without_digests(
            m["metadata.json"],
            surface={"name": "shifted", "surface": {"name": "function", "dim": 10**7}, "shift": [0.0, 0.0]},
        )
    },
    "nested": lambda m: {"metadata.json": without_digests(m["metadata.json"], surface=nested({"name": "sphere"}))},
}


def nested(table):
    for _ in range(200):
        table = {"name": "shifted", "surface": table, "shift": [0.0, 0.0]}
    return table


def refused_at_once(path):
    """How the file is refused; it takes less than 50 MB."""
    tracemalloc.start()
    try:
        with pytest.raises(ls.RecordError, match=re.escape(f"{path}: ")) as caught:
            ls.load(path)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    return str(caught.value)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "a.npz"
    return ls.simulate("rosenbrock", ["sgd", "momentum"], start=(-1.5, 2.0), steps=40, repeats=3, seed=4).save(path)


SAYS = {
    "a vast shape": r"params\.npy has the shape \(10{12}, 2, 3\), which takes [\d,]+ bytes, and 0 of them",
    "a vast shape of nothing": "has shape",
    "many brackets": "has a header of 65000 bytes",
    "objects": "starts.npy has the header",
    "blanks": "unpacks to|has 41,943,040 bytes",
    "zeros": "unpacks to",
    "no table": "metadata.json is no table",
}


@pytest.mark.parametrize("name", SAYS)
def test_the_refusal_says_what_is_wrong(name, tmp_path, small):
    members = members_of(small)
    zipped(tmp_path / "b.npz", {**members, **HOSTILE[name](members)})
    assert re.search(SAYS[name], refused_at_once(tmp_path / "b.npz"))


@pytest.mark.parametrize(
    "data", [b"", b"text", b"PK", b"PK\x05\x06", b"x" * 100 + b"PK\x05\x06" + b"x" * 17, bytes(100_000)]
)
def test_what_has_no_list_of_entries_is_said_to_be_no_archive(data, tmp_path):
    (tmp_path / "b.npz").write_bytes(data)
    assert "it is no zip archive" in refused_at_once(tmp_path / "b.npz")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_record_is_refused_at_once(name, tmp_path, small):
    members = members_of(small)
    zipped(tmp_path / "b.npz", {**members, **HOSTILE[name](members)})
    assert "not a landscape record, or a damaged one (" in refused_at_once(tmp_path / "b.npz")


def test_lengths_that_the_archive_itself_misstates_are_refused(tmp_path, small):
    whole = small.read_bytes()
    entry, end = whole.rfind(b"PK\x01\x02"), whole.rfind(b"PK\x05\x06")
    for at, kind, value in (
        (entry + 24, "<I", 3 << 30), (entry + 24, "<I", 10), (entry + 20, "<I", 3 << 30), (entry + 42, "<I", 1 << 30),
        (end + 10, "<H", 60_000), (end + 12, "<I", 1 << 30), (end + 16, "<I", 1 << 30), (entry + 8, "<H", 1),
        (entry + 10, "<H", 14),
    ):  # fmt: skip
        changed = bytearray(whole)
        struct.pack_into(kind, changed, at, value)
        (tmp_path / "b.npz").write_bytes(changed)
        refused_at_once(tmp_path / "b.npz")
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        for number in range(5000):
            archive.writestr(str(number), b"")
    assert "entries" in refused_at_once(tmp_path / "b.npz")


def test_the_command_line_refuses_a_hostile_record_in_one_line(tmp_path, small, capsys):
    path, members = tmp_path / "b.npz", members_of(small)
    zipped(path, {**members, **HOSTILE["digits"](members)})
    assert run_command(["render", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{path}: not a landscape record, or a damaged one (" in said
    assert [each.name for each in tmp_path.iterdir()] == ["b.npz"]


@pytest.mark.parametrize("seed", [1, 2])
def test_bytes_that_are_cut_changed_or_put_in_give_the_record_or_one_error(tmp_path, small, seed):
    rng, whole, true, path = numbers(seed), small.read_bytes(), ls.load(small), tmp_path / "b.npz"
    told = []
    for number in range(60):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 1, 3, 20])):
            at = rng.randrange(len(data))
            length, new = rng.choice([(1, 1), (rng.randrange(300), 0), (0, rng.randrange(40))])
            data[at : at + length] = rng.randbytes(new)
        path.write_bytes(data)
        try:
            assert ls.load(path) == true, (seed, number)
        except ls.RecordError as error:
            told.append(str(error))
    assert all(str(path) in each for each in told)
    assert len(told) > 10


@pytest.mark.parametrize("seed", [1, 2])
def test_metadata_that_is_changed_anywhere_gives_a_record_or_one_error(tmp_path, small, seed):
    rng, members, path, told = numbers(seed), members_of(small), tmp_path / "b.npz", []
    junk = [None, True, -1, 0, 10**400, 1e308, "", "x", "sphere", "a:b", "os:system", [], {}, [[]], {"name": "sgd"},
            {"name": "evil:Thing", "@kept": {}},
            {"name": "evil:Thing", "@kept": {"dim": 2, "window": [[0, 1], [0, 1]]}}]  # fmt: skip

    def places(value):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            if isinstance(value[key], (dict, list)):
                yield from places(value[key])

    for _ in range(60):
        metadata = json.loads(without_digests(members["metadata.json"]))
        holder, key = rng.choice(list(places(metadata)))
        holder[key] = rng.choice(junk)
        zipped(path, {**members, "metadata.json": json.dumps(metadata).encode()})
        try:
            assert ls.load(path).tracks
        except ls.RecordError as error:
            told.append(str(error))
    assert all(str(path) in each for each in told)
    assert len(told) > 10


@pytest.mark.parametrize("damage", ["empty", "text", "half", "no metadata", "newer", "unknown surface"])
def test_what_is_not_a_record_is_refused_with_its_name(tmp_path, damage):
    path = tmp_path / "a.npz"
    noisy_record().save(path)
    whole = path.read_bytes()
    if damage == "no metadata":
        np.savez(path, x=np.zeros(3))
    elif damage in ("newer", "unknown surface"):
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        metadata = json.loads(members["metadata.json"])
        metadata.update({"format": 99} if damage == "newer" else {"surface": {"name": "mine"}})
        members["metadata.json"] = without_digests(json.dumps(metadata))
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    else:
        path.write_bytes({"empty": b"", "text": b"not a record", "half": whole[: len(whole) // 2]}[damage])
    with pytest.raises(ls.RecordError, match=r"a\.npz"):
        ls.load(path)


ALTERED = {
    "metadata.json": [
        (b'"steps": 40', b'"steps": 4'),
        (b'"steps": 40', b'"steps": 39'),  # one row more than steps were planned
        (b'"repeats": 3', b'"repeats": 1'),
        (b'"repeats": 3', b'"repeats": 2'),
        (b'"seed": 4', b'"seed": "4"'),
        (b'"momentum": ', b'"momentum": -'),
    ],
    "starts.npy": [np.zeros((3, 1)), np.full((2, 1), np.nan), np.zeros((2, 1), int)],
    "runs.npy": [np.array([0, 1, 7]), np.array([0, 1, 3]), np.array([-1, 0, 1]), np.zeros(0, int), np.zeros(3)],
    "tracks/0/steps.npy": [
        *(np.arange(41)[::-1], np.arange(41.0), np.arange(1, 42), np.zeros(0, int)),
        np.maximum(np.arange(41) - 1, 0),  # a step twice
    ],
    "tracks/0/params.npy": [np.zeros((41, 2, 4)), np.full((41, 2, 3), np.inf), np.zeros((41, 2, 3), complex)],
    "tracks/1/value.npy": [np.zeros((40, 3)), np.full((41, 3), "x")],
    "tracks/1/status.npy": [np.full(3, "gone"), np.zeros(3)],
    "tracks/1/stopped.npy": [np.zeros(4, int)],
}


@pytest.mark.parametrize(("member", "change"), [(m, c) for m, changes in ALTERED.items() for c in changes], ids=str)
def test_a_record_whose_parts_do_not_fit_together_is_refused(tmp_path, member, change):
    path = tmp_path / "a.npz"
    ls.simulate("rosenbrock", ["sgd", "momentum"], start=(-1.5, 2.0), steps=40, repeats=3, seed=4).save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["metadata.json"] = without_digests(members["metadata.json"])
    if isinstance(change, tuple):
        assert change[0] in members[member]
        members[member] = members[member].replace(*change)
    else:
        buffer = io.BytesIO()
        np.save(buffer, change)
        members[member] = buffer.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(ls.RecordError, match=r"a\.npz: not a landscape record, or a damaged one"):
        ls.load(path)


def test_what_is_no_file_is_not_replaced_by_a_record(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "folder.npz").mkdir()
    for name in ("pipe.npz", "folder.npz"):
        with pytest.raises(OSError, match="is not a file that can be replaced"):
            noisy_record().save(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.npz", "pipe.npz"]


def test_an_unknown_entrant_is_refused_with_a_hint():
    with pytest.raises(ls.UnknownName, match='Did you mean "sgd"'):
        noisy_record()["sdg"]


def test_xarray_and_pandas_hold_the_same_numbers():
    record = noisy_record()
    dataset, frame = record.to_xarray(), record.to_dataframe()
    assert dataset["params"].dims == ("entrant", "step", "coordinate", "run")
    assert np.array_equal(dataset["value"].sel(entrant="sgd").values, record["sgd"].value)
    assert len(frame) == 2 * 21 * 6
    row = frame[(frame.entrant == "sgd") & (frame.step == 20) & (frame.run == 5)].iloc[0]
    assert row.p1 == record["sgd"].params[20, 1, 5]
    assert (row["start"], row["repeat"]) == (2, 1)
    for track in record:
        rows = frame[frame.entrant == track.label]
        whole = {name: getattr(track, name) for name in ("value", "gradient_norm", "lr", "evaluations")}
        whole |= {f"p{i}": track.params[:, i] for i in range(2)} | {"status": np.tile(track.status, (21, 1))}
        assert {*whole, "entrant", "step", "run", "start", "repeat"} == {*frame.columns}
        for name, values in whole.items():
            assert np.array_equal(rows[name].to_numpy().reshape(21, 6), values)
        for name in ("params", "value", "gradient_norm", "lr", "evaluations", "status", "stopped"):
            assert np.array_equal(dataset[name].sel(entrant=track.label).values, getattr(track, name))
    assert dataset.coords.keys() == {"entrant", "step", "run", "start", "repeat"}
    assert (dataset.start.values.tolist(), dataset.repeat.values.tolist()) == ([0, 0, 1, 1, 2, 2], [0, 1] * 3)
    assert dataset.attrs == {
        "title": record.title,
        "scenario": "",
        "seed": 7,
        "stream": record.stream,
        **record.versions,
    }


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ImportError, match="a pandas DataFrame needs pandas, which is not installed: "):
        noisy_record().to_dataframe()


def test_a_record_has_at_most_as_many_entrants_as_one_that_is_read(tmp_path, monkeypatch):
    record = ls.simulate("rosenbrock", ["sgd", "momentum", "adam"], start=(-1.5, 2.0), steps=1)
    monkeypatch.setattr("landscape.record.record.MOST_ENTRANTS", 3)
    monkeypatch.setattr("landscape.record.loading.MOST_ENTRANTS", 3)
    assert ls.load(record.save(tmp_path / "three.npz")) == record
    monkeypatch.setattr("landscape.record.record.MOST_ENTRANTS", 2)
    with pytest.raises(ValueError, match="a record holds at most 2 entrants, got 3"):
        record.save(tmp_path / "two.npz")
    monkeypatch.setattr("landscape.record.loading.MOST_ENTRANTS", 2)
    with pytest.raises(ls.RecordError, match="too many"):
        ls.load(tmp_path / "three.npz")

"""Laws of the record: it loads back equal, is the same bytes for the same simulation, and is whole or not there."""

import json
import zipfile

import numpy as np
import pytest

import landscape as ls
from landscape import record as module


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
            patch.setattr(module.os, broken, full_disk)
            with pytest.raises(OSError, match="No space left"):
                noisy_record(seed=9).save(path)
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def test_an_interrupt_while_saving_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(module.zipfile.ZipFile, "writestr", interrupted)
    with pytest.raises(KeyboardInterrupt):
        noisy_record().save(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_saving_where_there_is_no_folder_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        noisy_record().save(tmp_path / "no" / "a.npz")


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
        members["metadata.json"] = json.dumps(metadata).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    else:
        path.write_bytes({"empty": b"", "text": b"not a record", "half": whole[: len(whole) // 2]}[damage])
    with pytest.raises(ls.RecordError, match=r"a\.npz"):
        ls.load(path)


def test_an_unknown_entrant_is_refused_with_a_hint():
    with pytest.raises(ls.UnknownName, match='Did you mean "sgd"'):
        noisy_record()["sdg"]


def test_xarray_and_pandas_hold_the_same_numbers():
    pytest.importorskip("xarray", reason="xarray is not installed (extra landscape[data])")
    record = noisy_record()
    dataset, frame = record.to_xarray(), record.to_dataframe()
    assert dataset["params"].dims == ("entrant", "step", "coordinate", "run")
    assert np.array_equal(dataset["value"].sel(entrant="sgd").values, record["sgd"].value)
    assert len(frame) == 2 * 21 * 6
    row = frame[(frame.entrant == "sgd") & (frame.step == 20) & (frame.run == 5)].iloc[0]
    assert row.p1 == record["sgd"].params[20, 1, 5]
    assert (row["start"], row["repeat"]) == (2, 1)


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ImportError, match=r"landscape\[data\]"):
        noisy_record().to_dataframe()

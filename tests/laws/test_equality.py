"""Records, tracks and tables are equal where each of their parts is, and unequal where one is not."""

import copy
import dataclasses

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import Component
from landscape.sweeps.table import Table


def other(value):
    """Something of the same kind that is not equal."""
    if isinstance(value, np.ndarray):
        changed = value.copy()
        changed.flat[-1] = {"f": 7.5, "i": 7, "u": 7, "U": "no"}[value.dtype.kind]
        return changed
    if isinstance(value, dict):
        return {**value, "one more": next(iter(value.values()), 1)}
    if isinstance(value, tuple):
        return value[::-1]
    if isinstance(value, Component):
        return {"SGD": ls.optimizer("adam"), "Constant": ls.schedule("cosine"), "Quadratic": ls.surface("sphere")}.get(
            type(value).__name__, ls.noise("uniform")
        )
    return value + {"int": 1, "str": "x"}[type(value).__name__]


def variants(whole):
    """(field, the whole with another one), for each field."""
    for field in dataclasses.fields(whole):
        value = getattr(whole, field.name)
        if value is not None and field.name != "ensemble":
            yield field.name, dataclasses.replace(whole, **{field.name: other(value)})


def check(whole, but=()):
    again = copy.deepcopy(whole)
    assert whole == again
    assert whole != 3
    with pytest.raises(TypeError, match="unhashable"):
        hash(whole)
    equal = [name for name, changed in variants(whole) if changed == whole or whole == changed]
    assert equal == list(but)


def test_records_and_tracks():
    record = ls.simulate("quadratic", ["sgd", "nesterov"], start=(1.0, 2.0), steps=3, repeats=2, noise="gaussian")
    check(record)
    track = record.tracks[0]
    kept = dataclasses.replace(
        track, asked={"value": np.arange(8).reshape(4, 2)}, seconds=np.arange(4.0), schedules={"lr": track.schedule}
    )
    check(kept, but=["engine"])  # which gives the same numbers
    assert kept != dataclasses.replace(kept, asked={"value": np.arange(8).reshape(4, 2) + 1})
    assert kept != dataclasses.replace(kept, asked={"gradient": np.arange(8).reshape(4, 2)})
    assert kept != dataclasses.replace(kept, seconds=None)
    assert dataclasses.replace(kept, tuned=None) == kept
    gone = track.value.copy()
    gone[-1] = np.nan
    broken = dataclasses.replace(track, value=gone)
    assert broken == copy.deepcopy(broken) != track


def test_tables():
    table = ls.sweep("sphere", "sgd", over={"lr": [0.1, 0.2], "weight_decay": [0.0, 0.1]}, steps=2,
                     measures=("loss", "gradient_norm"))  # fmt: skip
    check(table)
    columns = dict(table.columns)
    assert table == Table(columns, table.fields, table.measures, table.about)
    for name, column in columns.items():
        assert table != dataclasses.replace(table, columns=columns | {name: other(column)}), name
        fewer = {key: each for key, each in columns.items() if key != name}
        assert table != dataclasses.replace(table, columns=fewer), name
    assert table != dataclasses.replace(table, columns=dict(reversed(columns.items())))
    missing = dataclasses.replace(table, columns=columns | {"loss": np.full(table.rows, np.nan)})
    assert missing == copy.deepcopy(missing)

"""A row of a sweep is a run: the same, to the last bit, as that run by itself."""

import dataclasses

import numpy as np
import pytest

import landscape as ls
from landscape.analysis._metric import REGISTRY, StepMetric
from landscape.core.component import defaults, field_hints
from landscape.sweeps.cells import grouped_quantiles
from landscape.sweeps.measures import measured
from landscape.sweeps.values import points_of, spread

GAUSSIAN = ls.noise("gaussian", sigma=0.3)
BALL = ls.start("random_ball", count=2, radius=0.5)

# what is swept, and how a row's run is made by itself: row -> (surface, rule, arguments of simulate)
CASES = {
    "a field of some rules": (
        {
            "surface": "rosenbrock",
            "optimizers": ["sgd", "adam"],
            "over": {"lr": [1e-3, 0.01, 3.0], "beta2": [0.9, 0.99]},
            "noise": GAUSSIAN,
            "seeds": 2,
        },
        lambda row: (
            "rosenbrock",
            ls.optimizer(row["entrant"], lr=row["lr"], **({} if row["entrant"] == "sgd" else {"beta2": row["beta2"]})),
            {"noise": GAUSSIAN},
        ),
    ),
    "fields of surface and noise": (
        {
            "surface": ["rosenbrock", "himmelblau"][:1],
            "optimizers": "momentum",
            "over": {"surface.b": [1.0, 10.0], "noise.sigma": [0.1, 1.0], "lr": [1e-3, 1e-4]},
            "noise": GAUSSIAN,
            "seeds": 2,
        },
        lambda row: (
            ls.surface("rosenbrock", b=row["surface.b"]),
            ls.optimizer("momentum", lr=row["lr"]),
            {"noise": ls.noise("gaussian", sigma=row["noise.sigma"])},
        ),
    ),
    "a field of the schedule, and one entrant's own": (
        {
            "surface": "himmelblau",
            "optimizers": ["sgd", "adam"],
            "schedule": ls.schedule("exponential", gamma=0.9),
            "over": {"schedule.gamma": [0.9, 0.99], "lr": [0.01, 0.02], "sgd.lr": [1e-3]},
        },
        lambda row: (
            "himmelblau",
            ls.optimizer(row["entrant"], lr=row["lr"]),
            {"schedule": ls.schedule("exponential", gamma=row["schedule.gamma"])},
        ),
    ),
    "a rule in a rule, and whole numbers": (
        {
            "surface": "rosenbrock",
            "optimizers": ls.optimizer("lookahead", optimizer="sgd"),
            "over": {"lr": [1e-3, 1e-4], "steps": [2, 5]},
        },
        lambda row: (
            "rosenbrock",
            ls.optimizer("lookahead", optimizer=ls.optimizer("sgd", lr=row["lr"]), steps=int(row["steps"])),
            {},
        ),
    ),
    "dimensions": (
        {
            "surface": "sphere",
            "optimizers": "adam",
            "over": {"surface.dim": [1, 3], "lr": [0.1, 0.2]},
            "noise": GAUSSIAN,
        },
        lambda row: (
            ls.surface("sphere", dim=int(row["surface.dim"])),
            ls.optimizer("adam", lr=row["lr"]),
            {"noise": GAUSSIAN},
        ),
    ),
    "rules that draw": (
        {"surface": "himmelblau", "optimizers": "sgld", "over": {"lr": [1e-3, 0.01]}, "seeds": 3},
        lambda row: ("himmelblau", ls.optimizer("sgld", lr=row["lr"]), {}),
    ),
    "a design of points": (
        {
            "surface": "rosenbrock",
            "optimizers": ["sgd", "adam"],
            "design": "sobol",
            "points": 5,
            "noise": GAUSSIAN,
            "seeds": 2,
            "over": {"lr": (1e-4, 0.1, "log"), "surface.b": (1.0, 10.0)},
        },
        lambda row: (
            ls.surface("rosenbrock", b=row["surface.b"]),
            ls.optimizer(row["entrant"], lr=row["lr"]),
            {"noise": GAUSSIAN},
        ),
    ),
}


def rows_of(table):
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


def same_run(row, record, seeds):
    (track,) = record
    assert row["loss"] == track.value[-1, 0]
    assert (row["status"], row["stopped"]) == (track.status[0], track.stopped[0])
    assert record.runs[0] == row["start"] * seeds + row["seed"]


@pytest.mark.parametrize("name", CASES)
def test_a_row_is_that_run_by_itself(name):
    given, alone = CASES[name]
    seeds = given.get("seeds", 1)
    table = ls.sweep(**given, steps=15, seed=4)
    assert table.rows > 3
    for row in rows_of(table):
        surface, rule, more = alone(row)
        record = ls.simulate(surface, rule, steps=15, seed=4, repeats=seeds, runs=[row["start"] * seeds + row["seed"]],
                             **more)  # fmt: skip
        same_run(row, record, seeds)


@pytest.mark.parametrize("start", [[[1.0, 2.0], [0.5, -1.0]], "grid"])
def test_starts_are_numbered_as_in_a_simulation(start):
    table = ls.sweep("himmelblau", "adam", over={"lr": [0.01, 0.1]}, steps=10, seeds=2, start=start, noise=GAUSSIAN)
    for row in rows_of(table)[:: max(1, table.rows // 12)]:
        record = ls.simulate("himmelblau", ls.optimizer("adam", lr=row["lr"]), steps=10, repeats=2, start=start,
                             noise=GAUSSIAN, runs=[row["start"] * 2 + row["seed"]])  # fmt: skip
        same_run(row, record, 2)


def test_each_seed_has_its_own_start_where_starts_are_drawn():
    table = ls.sweep("himmelblau", "sgd", over={"lr": [1e-3, 1e-2]}, steps=10, seeds=3, start=BALL, noise=GAUSSIAN)
    assert table.rows == 2 * 2 * 3
    for row in rows_of(table):
        number = row["start"] * 3 + row["seed"]
        every = dataclasses.replace(BALL, count=6)
        record = ls.simulate("himmelblau", ls.optimizer("sgd", lr=row["lr"]), steps=10, start=every, noise=GAUSSIAN,
                             runs=[number])  # fmt: skip
        same_run(row, record, 3)
    assert len(set(table.where(lr=1e-3)["loss"])) == 6


def test_all_settings_see_the_same_noise():
    quiet = {"over": {"lr": [0.1, 0.1000001]}, "steps": 1, "seeds": 4, "noise": ls.noise("gaussian", sigma=1.0)}
    table = ls.sweep("sphere", "sgd", **quiet)
    one, other = (table.where(lr=lr)["loss"] for lr in (0.1, 0.1000001))
    assert np.allclose(one, other, rtol=1e-4)
    assert len(set(one)) == 4


@pytest.mark.parametrize("name", [name for name in REGISTRY.names() if not REGISTRY.get(name).by_path])
def test_a_measure_that_does_not_depend_on_the_way_needs_the_ends_alone(name):
    surface = ls.surface("network", layers=(2, 3, 2)) if name in ("layer", "accuracy") else ls.surface("octopus")
    if name in ("layer", "accuracy"):
        surface = network()
    cls = REGISTRY.get(name)
    given = {field: (0.5,) * surface.dim for field in field_hints(cls) if field not in defaults(cls)}
    measure = REGISTRY.build(name, **given)
    both = [ls.simulate(surface, "momentum", steps=12, every=every, repeats=2) for every in (1, 12)]
    whole, ends = (measured(measure, record["momentum"], record.surface) for record in both)
    assert np.array_equal(whole, ends)


def network():
    return ls.surface("network")


def test_the_law_of_ends_finds_a_measure_that_depends_on_the_way():
    records = [ls.simulate("octopus", "momentum", steps=12, every=every) for every in (1, 12)]
    late = REGISTRY.build("late_mean")
    whole, ends = (measured(late, record["momentum"], record.surface) for record in records)
    assert late.by_path
    assert not np.array_equal(whole, ends)


def test_measures_are_those_of_the_record():
    measures = {"gap": "gap", "hit": {"name": "first_hit", "gap": 30.0}, "end": "gradient_norm", "far": "distance"}
    table = ls.sweep(
        "himmelblau", "adam", over={"lr": [0.1, 0.2]}, steps=20, seeds=2, measures=measures, noise=GAUSSIAN
    )
    for row in rows_of(table):
        record = ls.simulate("himmelblau", ls.optimizer("adam", lr=row["lr"]), steps=20, repeats=2, noise=GAUSSIAN,
                             runs=[row["seed"]])  # fmt: skip
        for column, given in measures.items():
            measure = REGISTRY.coerce(given)
            figures = measure.measure(record["adam"], record.surface)
            assert row[column] == (figures[-1, 0] if isinstance(measure, StepMetric) else figures[0])


WRONG = {
    "no rule has it": ({"over": {"lrr": [1.0]}}, 'Did you mean "lr"?'),
    "a field that this entrant lacks": ({"over": {"sgd.beta2": [0.9]}}, "not a number in a field of sgd"),
    "a field that the surface lacks": ({"over": {"surface.bb": [1.0]}}, 'Did you mean "surface.b"?'),
    "no noise": ({"over": {"noise.sigma": [1.0]}}, "there is no noise here"),
    "a value that is not allowed": ({"over": {"lr": [0.1, -1.0]}}, "over: lr: sgd: lr must be"),
    "half a dimension": ({"over": {"surface.dim": [2.5]}, "surface": "sphere"}, "whole number"),
    "twice": ({"over": {"lr": [0.1, 0.1]}}, "has 0.1 twice"),
    "the same field twice": ({"over": {"sgd.lr": [0.1], "lr": [0.2]}, "optimizers": "sgd"}, None),
    "no list": ({"over": {"lr": 0.1}}, "must be a list of numbers"),
    "a range in a grid": ({"over": {"lr": {"low": 0.1, "high": 1.0}}}, 'needs "count"'),
    "an unknown key": ({"over": {"lr": {"low": 0.1, "high": 1.0, "counts": 3}}}, 'Did you mean "count"?'),
    "a log from 0": ({"over": {"lr": (0.0, 1.0, "log")}, "design": "sobol", "points": 4}, "must be above 0"),
    "no points": ({"over": {"lr": (0.1, 1.0)}, "design": "random"}, "needs points="),
    "points of a grid": ({"over": {"lr": [0.1]}, "points": 3}, "points is for the designs"),
    "an unknown design": ({"over": {"lr": [0.1]}, "design": "latin"}, "design must be one of"),
    "an unknown measure": ({"over": {"lr": [0.1]}, "measures": ["los"]}, 'Did you mean "loss"?'),
    "a measure that the surface lacks": ({"over": {"lr": [0.1]}, "measures": ["accuracy"]}, "needs a network"),
    "a rule with a list": ({"over": {}, "optimizers": ls.optimizer("sgd", lr=[0.1, 0.2])}, "over={field: ...}"),
    "too many": ({"over": {"lr": {"low": 0.1, "high": 1.0, "count": 100_000}}, "seeds": 100_000}, "GiB allowed"),
    "no seeds": ({"over": {}, "seeds": 0}, "seeds must be at least 1"),
    "an executor that is none": ({"over": {}, "executor": 3.5}, "executor must be"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_swept_is_said(name):
    given, said = WRONG[name]
    given = {"surface": "rosenbrock", "optimizers": ["sgd", "adam"], "steps": 3, **given}
    if said is None:  # that entrant's own values come first
        assert list(ls.sweep(**given)["lr"]) == [0.1]
        return
    with pytest.raises((ValueError, TypeError)) as error:
        ls.sweep(**given)
    assert said in str(error.value)


def test_designs_fill_their_ranges():
    spreads = [spread("lr", (1e-4, 1.0, "log"), "sobol"), spread("beta2", {"low": 0.5, "high": 0.9}, "sobol")]
    for design in ("random", "sobol"):
        points = points_of(design, spreads, 256, 3)
        assert points.shape == (256, 2)
        assert points.min(axis=0)[0] >= 1e-4
        assert points.max(axis=0)[1] <= 0.9
        shares = np.log10(points[:, 0] / 1e-4) / 4.0
        assert abs(np.mean(shares) - 0.5) < 0.06  # three standard deviations of 256 uniform numbers
        assert np.array_equal(points, points_of(design, spreads, 256, 3))
        assert not np.array_equal(points, points_of(design, spreads, 256, 4))
    halves = np.histogram2d(shares, (points[:, 1] - 0.5) / 0.4, bins=4, range=[[0, 1], [0, 1]])[0]
    assert halves.min() >= 14  # a sequence of low discrepancy has nearly 16 in each


def test_quantiles_of_groups_are_those_of_each_group():
    rng = np.random.default_rng(5)
    values, groups = rng.normal(size=500), rng.integers(0, 40, 500)
    values[rng.integers(0, 500, 30)] = np.inf
    quantiles = (0.0, 0.1, 0.5, 0.75, 1.0)
    found = grouped_quantiles(values, groups, 41, quantiles)
    assert np.isnan(found[:, 40]).all()
    for group in range(40):
        with np.errstate(invalid="ignore"):
            wanted = np.quantile(values[groups == group], quantiles)
        both = np.isfinite(wanted)
        assert np.allclose(found[both, group], wanted[both], rtol=1e-14, atol=0.0)


def test_a_summary_counts_runs_and_those_that_diverged():
    table = ls.sweep("rosenbrock", ["sgd", "adam"], over={"lr": [1e-3, 1.0]}, steps=20, seeds=5, noise=GAUSSIAN)
    cells = table.summary(quantiles=(0.5, 0.9))
    assert cells.rows == 4
    assert set(cells["runs"]) == {5}
    for row in rows_of(cells):
        mine = table.where(entrant=row["entrant"], lr=row["lr"])
        alive = mine["loss"][mine["status"] != "diverged"]
        assert row["diverged"] == np.mean(mine["status"] == "diverged")
        if alive.size:
            assert np.allclose([row["loss_median"], row["loss_q90"]], np.quantile(alive, (0.5, 0.9)), rtol=1e-14)
        else:
            assert np.isnan(row["loss_median"])
    assert 1.0 in cells["diverged"]
    assert table.cells() == table.summary()


def test_a_table_is_read_by_others_and_shown(tmp_path):
    table = ls.sweep("sphere", ["sgd", "adam"], over={"beta1": [0.5, 0.9]}, steps=5, seeds=2, title="A < B")
    frame = table.to_dataframe()
    assert list(frame.columns) == list(table)
    assert frame.groupby("entrant")["loss"].count().to_dict() == {"adam": 4, "sgd": 2}
    assert np.isnan(table.where(entrant="sgd")["beta1"]).all()
    import pandas

    read = pandas.read_csv(table.save(tmp_path / "t.csv"))
    for name in table:
        column = read[name].to_numpy()
        kind = table[name].dtype.kind
        assert np.array_equal(column.astype(str) if kind == "U" else column, table[name], equal_nan=kind == "f")
    assert ls.load_table(table.save(tmp_path / "t.npz")) == table
    assert ls.load_table(table.summary().save(tmp_path / "s.npz")) == table.summary()
    assert table._repr_html_().count("<tr>") == 1 + 6
    with pytest.raises(ValueError, match=r"saved as \.csv, \.npz, \.parquet"):
        table.save(tmp_path / "t.xlsx")
    with pytest.raises(KeyError, match='Did you mean "loss"'):
        table["los"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "a record", "text"])
def test_a_file_that_is_no_table_is_refused(tmp_path, damage):
    path = ls.sweep("sphere", "sgd", over={"lr": [0.1]}, steps=2).save(tmp_path / "t.npz")
    data = bytearray(path.read_bytes())
    if damage == "a record":
        ls.simulate("sphere", "sgd", steps=2).save(path)
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes({"cut": data[:-40], "flipped": data, "text": b"entrant,lr\n"}[damage])
    with pytest.raises(ls.SweepError, match=r"t\.npz: is no table of a sweep"):
        ls.load_table(path)


def test_where_takes_one_value_or_one_of_several():
    table = ls.sweep("sphere", ["sgd", "adam"], over={"lr": [0.1, 0.2, 0.3], "beta1": [0.5]}, steps=2)
    assert set(table.where(lr=[0.3, 0.2])["lr"]) == {0.2, 0.3}
    assert set(table.where(lr=np.array([0.3, 0.2, 0.1, 7.0]))["lr"]) == {0.1, 0.2, 0.3}
    assert set(table.where(entrant=("sgd",))["entrant"]) == {"sgd"}
    assert set(table.where(beta1=np.nan)["entrant"]) == {"sgd"}
    with pytest.raises(ValueError, match="no row has lr = "):
        table.where(lr=[7.0])

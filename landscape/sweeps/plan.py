"""The plan of a sweep: which runs there are, in what order, and how they are batched.

A row is a run. Rows go by surface, then entrant, then cell (a setting of all the fields that the entrant has), then
start, then seed. Cells that can share a simulation are next to each other, and a `Block` is a batch of them: one
surface, one noise, one schedule, one rule whose other hyper-parameters are arrays. A `Work` is a part of a block, with
all that another process needs to run it.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from landscape.analysis._metric import Metric
from landscape.core.component import Array, FieldError, field_hints
from landscape.core.methods import Noise, Schedule, Start
from landscape.core.random import Seed
from landscape.core.surface import Surface
from landscape.simulation.common_numbers import check_parts, with_common_numbers
from landscape.simulation.entrants import Entrant
from landscape.simulation.simulate import starting_points
from landscape.simulation.sizes import GIB, check_starts, many
from landscape.sweeps.fields import Field, Path, columns_of, takes_array, whole, with_field
from landscape.sweeps.measures import measured
from landscape.sweeps.values import Design, points_of

STATUSES = ("finished", "converged", "diverged", "missing")
CHUNK_UPDATES = 4_000_000  # steps x coordinates of all runs of a chunk: some tenths of a second
LEAST_RUNS, CHUNK_BYTES = 256, 1 << 28
_ROW_BYTES = 8


@dataclasses.dataclass(frozen=True)
class Setting:
    """What all runs of a sweep share."""

    steps: int
    seeds: int
    seed: Seed
    every: int
    tolerance: float | None
    measures: Mapping[str, Metric]
    engine: str = "numpy"


@dataclasses.dataclass(frozen=True, eq=False)
class Work:
    """Some runs of a block: cells x starts x seeds of it, from one run to another.

    points: (dim, starts) and repeats: as in a simulation; values: path -> (cells,) of the rule; skip: runs of the first
    cell that are left out; runs: how many there are; per_cell: starts x seeds.
    """

    surface: Surface
    entrant: Entrant
    noise: Noise | None
    schedule: Schedule
    points: Array
    repeats: int
    values: Mapping[Path, Array]
    skip: int
    runs: int
    per_cell: int
    setting: Setting

    def results(self) -> dict[str, Array]:
        """Column -> (runs,): what was measured, `status` as a number in STATUSES, and `stopped`."""
        cells, numbers = np.divmod(np.arange(self.skip, self.skip + self.runs), self.per_cell)
        rule = self.entrant.optimizer
        for path, values in self.values.items():
            rule = with_field(rule, path, values[cells])
        setting = self.setting
        track = with_common_numbers(
            self.surface, dataclasses.replace(self.entrant, optimizer=rule), self.points, numbers,
            repeats=self.repeats, steps=setting.steps, seed=setting.seed, schedule=self.schedule, noise=self.noise,
            tolerance=setting.tolerance, every=setting.every, engine=setting.engine,
        )  # fmt: skip
        with np.errstate(all="ignore"):
            found = {
                column: np.array(np.broadcast_to(measured(each, track, self.surface), self.runs), dtype=np.float64)
                for column, each in setting.measures.items()
            }
        codes = np.zeros(self.runs, dtype=np.uint8)
        for code, status in enumerate(STATUSES):
            codes[track.status == status] = code
        return {**found, "status": codes, "stopped": track.stopped.astype(np.int64)}


@dataclasses.dataclass(frozen=True, eq=False)
class Block:
    """A batch of cells. columns: column -> (cells,) of the fields that the entrant has; first: its first row;
    surface_number, entrant_number: which ones they are of the sweep's; values: path -> (cells,) of the rule."""

    surface_number: int
    entrant_number: int
    surface: Surface
    entrant: Entrant
    noise: Noise | None
    schedule: Schedule
    points: Array
    starts: int
    repeats: int
    values: Mapping[Path, Array]
    columns: Mapping[str, Array]
    cells: int
    first: int
    per_cell: int

    @property
    def rows(self) -> int:
        """How many runs."""
        return self.cells * self.per_cell

    def work(self, low: int, high: int, setting: Setting) -> Work:
        """The runs from row `low` of the sweep up to `high`, both inside this block."""
        first, last = (low - self.first) // self.per_cell, (high - 1 - self.first) // self.per_cell
        values = {path: each[first : last + 1] for path, each in self.values.items()}
        return Work(
            self.surface, self.entrant, self.noise, self.schedule, self.points, self.repeats, values,
            low - self.first - first * self.per_cell, high - low, self.per_cell, setting,
        )  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """Every run of a sweep: its blocks in the order of their rows."""

    blocks: tuple[Block, ...]
    setting: Setting
    fields: tuple[str, ...]
    surfaces: tuple[str, ...]
    entrants: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many runs."""
        return sum(block.rows for block in self.blocks)

    def chunks(self, done: Sequence[tuple[int, int]], most: int | None = None) -> Iterator[tuple[Block, int, int]]:
        """(block, first row, row after the last) of all that is not done. most: runs in one, chosen where None."""
        gaps = _gaps(done, self.rows)
        for block in self.blocks:
            size = most or self._chunk(block)
            for low, high in gaps:
                end = min(high, block.first + block.rows)
                for start in range(max(low, block.first), end, size):
                    yield block, start, min(start + size, end)

    def _chunk(self, block: Block) -> int:
        dim, steps = block.surface.dim, self.setting.steps
        recorded = (-(-steps // self.setting.every) + 1) * (dim + 4) * 8 * 2
        usual = max(LEAST_RUNS, CHUNK_UPDATES // (steps * dim))
        return max(1, min(usual, CHUNK_BYTES // recorded))


def _gaps(done: Sequence[tuple[int, int]], rows: int) -> list[tuple[int, int]]:
    """The ranges of 0..rows-1 that are not in `done`."""
    gaps, at = [], 0
    for low, high in sorted(done):
        if low > at:
            gaps.append((at, low))
        at = max(at, high)
    return [*gaps, (at, rows)] if at < rows else gaps


@dataclasses.dataclass(frozen=True)
class Ingredients:
    """What a sweep is made of: the surfaces and entrants with their names, and what they share."""

    surfaces: Mapping[str, Surface]
    entrants: Sequence[Entrant]
    noise: Noise | None
    schedule: Schedule
    start: Any
    fields: Sequence[Field]
    design: Design
    points: int

    def of(self, entrant: Entrant) -> list[Field]:
        """The fields that matter to an entrant: not those of the common schedule where it has its own."""
        return [
            each
            for each in self.fields
            if (each.place != "entrant" or str(entrant.label) in each.paths)
            and (each.place != "schedule" or entrant.schedule is None)
        ]


def planned(made: Ingredients, setting: Setting, memory: float = GIB) -> Plan:
    """The plan. ValueError where a value is not allowed, or the rows are more than fit into memory."""
    _check_size(made, setting, memory)
    blocks: list[Block] = []
    first = 0
    shared = points_of(made.design, [each.spread for each in made.fields], made.points, setting.seed) \
        if made.design != "grid" else None  # fmt: skip
    begins: dict[Any, tuple[Array, int, int]] = {}
    for number, surface in enumerate(made.surfaces.values()):
        for index, entrant in enumerate(made.entrants):
            mine = made.of(entrant)
            if shared is None:
                cells = points_of("grid", [each.spread for each in mine], 0, setting.seed)
            else:
                cells = shared[:, [at for at, each in enumerate(made.fields) if each in mine]]
                cells = cells if mine else cells[:1]
            for outer, part in _batches(mine, cells, entrant):
                block = _block(made, setting, surface, entrant, outer, part, mine, begins, number, index, first)
                blocks.append(block)
                first += block.rows
                if first * _row_bytes(made, setting) > memory * 2**30:
                    raise _too_many(first, memory)
    names = tuple(str(entrant.label) for entrant in made.entrants)
    return Plan(tuple(blocks), setting, tuple(columns_of(made.fields)), tuple(made.surfaces), names)


def _row_bytes(made: Ingredients, setting: Setting) -> int:
    return _ROW_BYTES * (len(made.fields) + len(setting.measures) + 6)


def _check_size(made: Ingredients, setting: Setting, memory: float) -> None:
    """ValueError where the cells alone are too many, before any is made."""
    per = [made.points] * len(made.entrants)
    if made.design == "grid":
        per = [math.prod(each.spread.count for each in made.of(entrant)) for entrant in made.entrants]
    rows = sum(per) * len(made.surfaces) * setting.seeds
    if rows * _row_bytes(made, setting) > memory * 2**30:
        raise _too_many(rows, memory)


def _too_many(rows: int, memory: float) -> ValueError:
    return ValueError(
        f"the sweep makes {many(rows)} runs or more, whose table takes more than the {memory:g} GiB allowed: take "
        "fewer values, starts or seeds, or sweep in parts"
    )


def _batches(mine: Sequence[Field], cells: Array, entrant: Entrant) -> list[tuple[dict[int, float], Array]]:
    """(values that cells share by the number of their field, (cells, fields) of them): what can be one simulation."""
    apart = [at for at, each in enumerate(mine) if not _in_batch(each, entrant)]
    if not apart:
        return [({}, cells)]
    keys, inverse = np.unique(cells[:, apart], axis=0, return_inverse=True)
    place = inverse.ravel()
    order = list(dict.fromkeys(place.tolist()))  # as they first come
    return [(dict(zip(apart, map(float, keys[key]), strict=True)), cells[place == key]) for key in order]


def _in_batch(field: Field, entrant: Entrant) -> bool:
    if field.place != "entrant":
        return False
    path = field.paths[str(entrant.label)]
    return takes_array(entrant.optimizer, path) and path[-1] not in entrant.schedules


def _block(
    made: Ingredients, setting: Setting, surface: Surface, entrant: Entrant, outer: Mapping[int, float], cells: Array,
    mine: Sequence[Field], begins: dict[Any, tuple[Array, int, int]], number: int, index: int, first: int,
) -> Block:  # fmt: skip
    """The block of cells (cells, fields) that share the values `outer`."""
    parts: dict[str, Any] = {
        "surface": surface, "noise": made.noise, "schedule": made.schedule, "start": made.start,
        "entrant": entrant.optimizer,
    }  # fmt: skip
    label = str(entrant.label)
    columns = {each.column: cells[:, at].copy() for at, each in enumerate(mine)}
    values: dict[Path, Array] = {}
    for at, each in enumerate(mine):
        path = each.paths[label if each.place == "entrant" else ""]
        try:
            if at not in outer:
                with_field(parts["entrant"], path, cells[:, at])
                values[path] = np.ascontiguousarray(cells[:, at])
                continue
            value = value_of(parts[each.place], path, outer[at], made.design != "grid")
            columns[each.column][:] = value
            parts[each.place] = with_field(parts[each.place], path, value)
        except FieldError as error:
            raise ValueError(f"over: {each.key}: {error.owner}: {error.field} {error.reason}") from None
    kept = dataclasses.replace(entrant, optimizer=parts["entrant"])
    placed = number, *(value for at, value in outer.items() if mine[at].place in ("surface", "start"))
    if placed not in begins:
        begins[placed] = _begun(parts["surface"], parts["start"], setting)
    points, starts, repeats = begins[placed]
    check_parts(kept.optimizer, parts["surface"], parts["noise"], 2)
    return Block(
        number, index, parts["surface"], kept, parts["noise"], parts["schedule"], points, starts, repeats, values,
        columns, len(cells), first, starts * setting.seeds,
    )  # fmt: skip


def value_of(component: Any, path: Path, value: float, rounded: bool = False) -> float | int:
    """A value as the field takes it: whole numbers of a range are `rounded`."""
    if whole(component, path) and (rounded or value.is_integer()):
        return round(value)
    return value


def _begun(surface: Surface, start: Any, setting: Setting) -> tuple[Array, int, int]:
    """(points (dim, n), starts, repeats): where runs begin. A start that draws at random has one for each seed."""
    if setting.seeds > 1 and draws_starts(start, surface):
        count = start.count
        every = dataclasses.replace(start, count=count * setting.seeds)
        check_starts(every, surface.dim)
        return starting_points(surface, every, setting.seed), count, 1
    points = starting_points(surface, start, setting.seed)
    return points, points.shape[1], setting.seeds


def draws_starts(start: Any, surface: Surface) -> bool:
    """Whether a start draws as many points as its field `count` says at random, so that they differ by the seed."""
    if not isinstance(start, Start) or "count" not in field_hints(type(start)):
        return False
    made: Any = start
    one = dataclasses.replace(made, count=1)
    return not np.array_equal(one.place(surface, Seed(0)), one.place(surface, Seed(1)))


def expanded(plan: Plan) -> dict[str, Array]:
    """Column -> (rows,) of what is known before a run: numbers of surface and entrant, fields, start, seed, cell."""
    rows, seeds = plan.rows, plan.setting.seeds
    columns: dict[str, Array] = {"surface": np.empty(rows, np.int32), "entrant": np.empty(rows, np.int32)}
    columns |= {name: np.full(rows, np.nan) for name in plan.fields}
    columns |= {name: np.empty(rows, np.int64) for name in ("start", "seed", "cell")}
    cell = itertools.count()
    for block in plan.blocks:
        here = slice(block.first, block.first + block.rows)
        columns["surface"][here], columns["entrant"][here] = block.surface_number, block.entrant_number
        for name, values in block.columns.items():
            columns[name][here] = np.repeat(values, block.per_cell)
        within = np.tile(np.arange(block.per_cell), block.cells)
        columns["start"][here], columns["seed"][here] = np.divmod(within, seeds)
        numbers = np.fromiter(itertools.islice(cell, block.cells), np.int64, block.cells)
        columns["cell"][here] = np.repeat(numbers, block.per_cell)
    return columns

"""Record a whole step of a rule on a surface: the gradient, its noise, the update and what decides whether it goes on.

    step = recorded_step(Parts(surface, optimizer, noise, varied=(), runs=1000, steps=100))
    step.program            # inputs: p0, p1, ..., s0, ..., h0, ..., u0, ...; outputs: the new params and the new state

A compiled engine runs the program for many runs side by side. Hyper-parameters with a number for each run are inputs of
a run, h; what is the same for all runs and changes from step to step is an input of the step, u; what is drawn afresh
is an operation "drawn" whose operand is its place in `draws`.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, Component, field_hints
from landscape.core.methods import Method, Noise, Optimizer, Oracle, Schedule
from landscape.core.random import Source
from landscape.core.state import leaves, rebuilt, stepped
from landscape.core.surface import HasTermData, Surface, offers
from landscape.program.stand_ins import GivenBatch, Planned, watched, with_measures, with_terms
from landscape.program.trace import NotTraceable, Program, Tape, Value, flat, objects


@dataclasses.dataclass(frozen=True)
class Parts:
    """What takes part in a step.

    optimizer: its fields that are arrays (runs,) have a number for each run; varied: the fields that schedules change;
    steps: how many there are in all; tolerant: whether the exact gradient's norm may end a run; partial: whether a loss
    that is no number does; adjusted: the fields of the noise that are inputs too, after those of the optimizer;
    measured: whether the loss and the gradient at the params are inputs, f and g (dim), after all others, and the
    gradient that the rule was given is among the outputs; batched: whether those are of this step's mini-batch.
    """

    surface: Surface
    optimizer: Method
    noise: Noise | None
    varied: tuple[str, ...]
    runs: int
    steps: int
    tolerant: bool = False
    partial: bool = False
    adjusted: tuple[str, ...] = ()
    measured: bool = False
    batched: bool = False


@dataclasses.dataclass(frozen=True)
class Draw:
    """A number that is drawn afresh in each step: kind "normal", "uniform" or "term".

    purpose: "noise" or "rule", whose source it is drawn from; branches: the branches taken from there; place: the
    number's position among the normals or uniforms of the step, or, of a term, the position of its word; row: the row
    of the terms' data.
    """

    kind: str
    purpose: str
    branches: tuple[int, ...]
    place: int
    row: int = 0


@dataclasses.dataclass(frozen=True)
class Step:
    """A recorded step.

    program: its inputs are p (dim), s (`kept` numbers of the rule's state), m (`remembered` of the noise's memory), h
    (`hyper`: the path of each field that has a number for each run, and ("noise", field) of the adjusted ones), u (the
    rate, the varied fields, the step's number), and where measured f and g; its outputs the new p, s and m, then the
    exact gradient where tolerant, the new loss where partial, and the gradient that the rule was given where measured,
    if it asked for one (`given`). lanes: for each of s and m, whether it has a number for each run. counts: evaluations
    a step of each kind. terms: the data of the terms, where they are drawn; planned: the paths of schedules in the
    noise; u has their factors too.
    """

    program: Program
    dim: int
    kept: int
    remembered: int
    hyper: tuple[tuple[str, ...], ...]
    lanes: tuple[bool, ...]
    draws: tuple[Draw, ...]
    counts: Mapping[str, int]
    terms: Array | None
    planned: tuple[tuple[str, ...], ...]
    given: bool = False


def recorded_step(parts: Parts) -> Step:
    """The step written down. NotTraceable where its lines are not straight arithmetic."""
    return _recorded(parts, _Recording.step)


def recorded_move(parts: Parts) -> Program:
    """How far a rule that asks for one gradient moves for g: the inputs of a measured step, outputs (dim)."""
    return _recorded(parts, _Recording.move)


def recorded_begin(parts: Parts) -> Program:
    """What a run begins with: inputs p (dim) and h, outputs the numbers of the rule's state and the noise's memory."""
    try:
        return _begin(parts, ())
    except Exception:  # as above
        try:
            return _begin(parts, (1,))
        except NotTraceable:
            raise
        except Exception as error:
            raise NotTraceable(f"{parts.optimizer.name}: {error}") from error


def _begin(parts: Parts, tail: tuple[int, ...]) -> Program:
    tape = Tape(powers_of_numbers=True)
    hyper = _hyper(parts)
    params = objects(tape.inputs(*(f"p{i}" for i in range(parts.surface.dim)))).reshape(-1, *tail)
    rule, noise = _with_inputs(parts, tape.inputs(*(f"h{i}" for i in range(len(hyper)))))
    memory: Any = () if noise is None else noise.init(params)
    return tape.program([*_all(rule.init(params)), *_all(memory)])


def recorded_measures(surface: Surface) -> Program:
    """The loss and the gradient: inputs p (dim), outputs the loss and the gradient's coordinates."""
    tape = Tape()
    p = objects(tape.inputs(*(f"p{i}" for i in range(surface.dim))))
    try:
        return tape.program([*flat(surface._value(p)), *_coordinates(surface, surface._gradient(p))])
    except NotTraceable:
        raise
    except Exception as error:
        raise NotTraceable(f"{surface.name}: {error}") from error


def _recorded(parts: Parts, of: Callable[[_Recording], Any]) -> Any:
    """What is recorded of a point, or else of columns. NotTraceable where neither can be."""
    try:
        return of(_Recording(parts, columns=False))
    except Exception:  # lines that take columns alone fail in many ways where they are given a point
        pass
    try:
        return of(_Recording(parts, columns=True))
    except NotTraceable:
        raise
    except Exception as error:  # a user's lines may do anything; on arrays they work, or say what is wrong
        raise NotTraceable(f"{parts.optimizer.name} on {parts.surface.name}: {error}") from error


class _Recording:
    """The tape of one step. columns: the lines are given params (dim, 1) in place of (dim,)."""

    def __init__(self, parts: Parts, columns: bool) -> None:
        self.parts = parts
        self.tail = (1,) if columns else ()
        self.tape = Tape(powers_of_numbers=True)
        self.draws: list[Draw] = []
        surface, rule, noise = parts.surface, parts.optimizer, parts.noise
        self.hyper = _hyper(parts)
        zeros = np.array(np.broadcast_to(surface.customary_start[:, None], (surface.dim, 2)))
        self.state = rule.init(zeros)
        self.memory: Any = () if noise is None else noise.init(zeros)
        self.sizes = [sum(_numbers(leaf) for leaf in leaves(each)) for each in (self.state, self.memory)]
        names = [f"p{i}" for i in range(surface.dim)] + [f"s{i}" for i in range(self.sizes[0])]
        names += [f"m{i}" for i in range(self.sizes[1])] + [f"h{i}" for i in range(len(self.hyper))]
        self.planned = () if noise is None else tuple(schedules_in(noise))
        names += [f"u{i}" for i in range(len(parts.varied) + 2 + len(self.planned))]
        names += ["f", *(f"g{i}" for i in range(surface.dim))] if parts.measured else []
        self.inputs = dict(zip(names, self.tape.inputs(*names), strict=True))

    def _given(self) -> tuple[Any, Any, Any, Any, Any, Any, Any]:
        """(params, state, memory, rule, noise, rate, step's number) in Values."""
        parts, dim, inputs = self.parts, self.parts.surface.dim, self.inputs
        params = self._shaped([inputs[f"p{i}"] for i in range(dim)], (dim,))
        state, memory = self._values(self.state, "s"), self._values(self.memory, "m")
        rule, noise = _with_inputs(parts, [inputs[f"h{i}"] for i in range(len(self.hyper))])
        scheduled: dict[tuple[str, ...], Any] = {}
        for i, field in enumerate(parts.varied):
            own: Any = getattr(rule, field)
            factor: Any = inputs[f"u{i + 1}"]
            scheduled[(field,)] = own * factor if isinstance(own, Value) else factor
        rule = with_fields(rule, scheduled)
        rate: Any = inputs["u0"]
        lr = rule.lr * rate if isinstance(rule.lr, Value) else rate
        return params, state, memory, rule, noise, lr, inputs[f"u{len(parts.varied) + 1}"]

    def move(self) -> Program:
        """How far the rule moves for the gradient g."""
        params, state, _, rule, _, lr, _ = self._given()
        if not isinstance(rule, Optimizer):
            raise NotTraceable(f"{rule.name} asks for more than a gradient")
        moved = rule.apply(params, self._shaped(self._measured()[1:], params.shape[:1]), state, lr)[0]
        return self.tape.program([new - old for new, old in zip(flat(moved), flat(params), strict=True)])

    def _measured(self) -> list[Any]:
        return [self.inputs["f"], *(self.inputs[f"g{i}"] for i in range(self.parts.surface.dim))]

    def step(self) -> Step:
        """The step of the parts."""
        parts, dim, inputs = self.parts, self.parts.surface.dim, self.inputs
        params, state, memory, rule, noise, lr, number = self._given()
        surface = parts.surface
        if parts.measured:
            surface = with_measures(surface, flat(params), self._measured())
        if offers(surface, HasTermData):
            surface = with_terms(surface)
        for i, path in enumerate(self.planned):
            noise = with_fields(noise, {path: Planned(number, inputs[f"u{len(parts.varied) + 2 + i}"])})
        if parts.batched:
            noise = GivenBatch(flat(params), self._measured())
        noise_source, own_source = (_Recorded(self, purpose, number) for purpose in ("noise", "rule"))
        oracle: Any = Oracle(surface, noise, noise_source, own_source, number, parts.steps, memory)
        given = watched(oracle) if parts.measured else []
        moved, after = stepped(rule, rule.step(params, oracle, state, lr), params.shape)
        oracle.finish(params)
        outputs = [*flat(moved), *_all(after), *_all(oracle.after)]
        if len(outputs) != dim + sum(self.sizes):
            raise NotTraceable("the state changes its shape")
        if parts.tolerant:
            outputs += _coordinates(parts.surface, parts.surface._gradient(params))
        if parts.partial:
            outputs += flat(parts.surface._value(moved))
        outputs += given[:dim]
        program = self.tape.program(outputs)
        table = parts.surface.term_data if any(draw.kind == "term" for draw in self.draws) else None  # type: ignore[attr-defined]
        counts = {kind: int(times) for kind, times in oracle.counts.items()}
        kept, remembered = self.sizes
        lanes, draws = self._lanes(program), tuple(self.draws)
        return Step(program, dim, kept, remembered, self.hyper, lanes, draws, counts, table, self.planned, bool(given))

    def drawn(self, draw: Draw) -> Value:
        """The Value of a number that is drawn in each step."""
        if draw not in self.draws:
            self.draws.append(draw)
        return self.tape.apply("drawn", float(self.draws.index(draw)))

    def _shaped(self, values: list[Any], shape: tuple[int, ...]) -> Array:
        return objects(values).reshape(*shape, *self.tail)

    def _values(self, state: Any, letter: str) -> Any:
        """The state with Values in the place of its numbers."""
        rest = iter(self.inputs[f"{letter}{i}"] for i in range(self.sizes[letter == "m"]))

        def replaced(leaf: Any) -> Any:
            values = [next(rest) for _ in range(_numbers(leaf))]
            if np.ndim(leaf) == 0 or (np.ndim(leaf) == 1 and not self.tail):
                return values[0]
            return self._shaped(values, np.shape(leaf)[:-1])

        return rebuilt(state, replaced)

    def _lanes(self, program: Program) -> tuple[bool, ...]:
        """Whether each number of the state and the memory differs from run to run: arrays do, and what they reach."""
        dim, size = self.parts.surface.dim, sum(self.sizes)
        begun = [*leaves(self.state), *leaves(self.memory)]
        lanes = [np.ndim(leaf) > 0 for leaf in begun for _ in range(_numbers(leaf))]
        while True:
            own = {dim + i for i, lane in enumerate(lanes) if lane}
            varying = of_runs(program, own | {i for i, name in enumerate(program.names) if name[0] in "ph"})
            found = [
                lane or (not constant and index in varying)
                for lane, (index, constant) in zip(lanes, program.outputs[dim : dim + size], strict=True)
            ]
            if found == lanes:
                return tuple(lanes)
            lanes = found


class _Recorded(Source):
    """The randomness of a step, whose numbers are written down as drawn."""

    def __init__(self, recording: _Recording, purpose: str, step: Value, branches: tuple[int, ...] = ()) -> None:
        self._recording, self._purpose, self._step, self._branches = recording, purpose, step, branches

    def branch(self, number: int) -> Source:
        return _Recorded(self._recording, self._purpose, self._step, (*self._branches, number))

    def normals(self, step: Any, dim: int, scale: Any = 1.0) -> Array:
        numbers = self._numbers("normal", step, dim)
        return numbers if isinstance(scale, float) and scale == 1.0 else numbers * scale

    def uniforms(self, step: Any, count: int) -> Array:
        return self._numbers("uniform", step, count)

    def integers(self, step: Any, count: int, below: int) -> Any:
        """Which terms are drawn: not numbers, but what the recorded surface takes their data by."""
        data = self._recording.parts.surface
        if not offers(data, HasTermData) or data.term_data.shape[1] != below:
            raise NotTraceable("whole numbers that are drawn")
        rows = range(data.term_data.shape[0])
        return [self._shaped([self._one("term", step, word, row) for row in rows]) for word in range(count)]

    def words(self, step: Any, count: int) -> Array:
        raise NotTraceable("words that are drawn")

    def permutations(self, step: Any, size: int) -> Array:
        raise NotTraceable("a permutation that is drawn")

    def select(self, columns: Any) -> Source:
        raise NotTraceable("some of the runs")

    @property
    def keys(self) -> Array:
        raise NotTraceable("the keys of the runs")

    def _numbers(self, kind: str, step: Any, count: int) -> Array:
        return self._shaped([self._one(kind, step, place) for place in range(count)])

    def _one(self, kind: str, step: Any, place: int, row: int = 0) -> Value:
        if not isinstance(step, Value) or step.index != self._step.index:
            raise NotTraceable("numbers that are drawn for another step")
        return self._recording.drawn(Draw(kind, self._purpose, self._branches, place, row))

    def _shaped(self, values: list[Value]) -> Array:
        return self._recording._shaped(values, (len(values),))


def of_runs(program: Program, own: set[int]) -> set[int]:
    """The nodes that differ from run to run, given the inputs that do: what is drawn does, and what these reach."""
    varying = set(own)
    for index, node in program.operations():
        reached = any(not c and a in varying for a, c in zip(node.args, node.constant, strict=True))
        if reached or node.name == "drawn":
            varying.add(index)
    return varying


def fields_of_runs(component: Component, runs: int) -> list[tuple[str, ...]]:
    """The fields that have a number for each run, also of components inside."""
    found: list[tuple[str, ...]] = []
    for name in field_hints(type(component)):
        value = getattr(component, name)
        if isinstance(value, np.ndarray) and value.shape == (runs,):
            found.append((name,))
        elif isinstance(value, Component):
            found.extend((name, *rest) for rest in fields_of_runs(value, runs))
    return found


def schedules_in(component: Component) -> list[tuple[str, ...]]:
    """The paths of the schedules among the fields of a component, also of components inside, but those in tuples."""
    found: list[tuple[str, ...]] = []
    for name in field_hints(type(component)):
        value = getattr(component, name)
        if isinstance(value, Schedule):
            found.append((name,))
        elif isinstance(value, Component):
            found.extend((name, *rest) for rest in schedules_in(value))
    return found


def _hyper(parts: Parts) -> tuple[tuple[str, ...], ...]:
    return (*fields_of_runs(parts.optimizer, parts.runs), *(("noise", field) for field in parts.adjusted))


def _with_inputs(parts: Parts, values: list[Any]) -> tuple[Any, Any]:
    """The rule and the noise with Values in the fields that are inputs."""
    given = dict(zip(_hyper(parts), values, strict=True))
    own = {("noise", field): given.pop(("noise", field)) for field in parts.adjusted}
    noise = with_fields(parts.noise, {path[1:]: value for path, value in own.items()})
    return with_fields(parts.optimizer, given), noise


def at_path(component: Any, path: tuple[str, ...]) -> Any:
    """The field of a component, or of one inside it."""
    for name in path:
        component = getattr(component, name)
    return component


def with_fields(component: Any, values: Mapping[tuple[str, ...], Any]) -> Any:
    """A copy with other values in some fields, which are not checked: they may be Values."""
    made = copy.copy(component) if values else component
    for path, value in values.items():
        inner = value if len(path) == 1 else with_fields(getattr(made, path[0]), {path[1:]: value})
        object.__setattr__(made, path[0], inner)
    return made


def _numbers(leaf: Any) -> int:
    """How many numbers of one run a leaf of the state holds."""
    return int(np.prod(np.shape(leaf)[:-1]))


def _all(state: Any) -> list[Any]:
    return [number for leaf in leaves(state) for number in flat(leaf)]


def _coordinates(surface: Surface, gradient: Any) -> list[Any]:
    listed = flat(gradient)
    if len(listed) != surface.dim:
        raise NotTraceable(f"{surface.name}: its gradient has {len(listed)} coordinates")
    return listed

"""Record an entrant for the browser: one step, the first state, and what is drawn, as a kernel of `engine.js`.

    kernel = recorded_kernel(surface, optimizer, noise)     # NotTraceable where its lines are not plain arithmetic
    kernel.inputs                                           # {("lr",): 0.1, ("beta1",): 0.9, ("noise", "sigma"): 0.2}
    kernel.source                                           # "{ dim: 2, step: (x, d, o) => {...}, ... }"

Every hyper-parameter that is a number is an input of the kernel, so that a page has a slider for it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from landscape.analysis.replay import named_leaves
from landscape.core.batches import runs_user_code
from landscape.core.component import Array, Component, field_hints, replaced
from landscape.core.methods import Method, Noise
from landscape.core.surface import HasTermData, Surface, offers
from landscape.noises.minibatches import MiniBatch
from landscape.program.javascript import written
from landscape.program.steps import Parts, Step, recorded_begin, recorded_measures, recorded_move, recorded_step
from landscape.program.trace import NotTraceable, Program, Tape, flat, objects, trace

RUNS = 2  # in a recording, a number for each of so many runs marks an input

Path = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A recorded entrant.

    inputs: the value of each hyper-parameter, and of the noise's fields, in the order of the kernel's inputs; scales:
    what the factors of a schedule are multiplied by before the kernel is given them, for the rate and each of the other
    fields with a schedule: 1.0 where the field is an input; begin: the program of the first state; move: how far the
    rule moves for a gradient, None where it asks for more; names: of the numbers of its state; batch: how many terms a
    step draws, whose mean loss and gradient the kernel is given, 0 where it is given those of the surface.
    """

    inputs: Mapping[Path, float]
    scales: tuple[float, ...]
    step: Step
    begin: Program
    move: Program | None = None
    names: tuple[str, ...] = ()
    batch: int = 0

    @functools.cached_property
    def source(self) -> str:
        """The kernel in JavaScript, in which `measures` stands for the function of `measures_source`."""
        step = self.step
        parts = {
            "dim": step.dim, "kept": step.kept + step.remembered, "hyper": len(step.hyper),
            "step": written(step.program), "begin": written(self.begin), "measures": "measures",
            "applied": "null" if self.move is None else written(self.move), "names": json.dumps(self.names),
            "given": json.dumps(step.given), "batch": str(self.batch),
            "draws": json.dumps([dataclasses.asdict(draw) for draw in step.draws], separators=(",", ":")),
            "terms": json.dumps([] if step.terms is None else np.asarray(step.terms).tolist()),
        }  # fmt: skip
        return "{\n" + "".join(f"{name}: {text},\n" for name, text in parts.items()) + "}"


def recorded_kernel(
    surface: Surface, optimizer: Method, noise: Noise | None = None, varied: Iterable[str] = (), steps: int = 1
) -> Kernel:
    """The kernel of a rule on a surface. NotTraceable where it cannot be recorded.

    steps: how many there are in all, which some noises ask.

    A user's code is recorded twice: NotTraceable where it does something else at the second time.
    """
    if not surface.differentiable:
        raise NotTraceable(f"{surface.name} has no gradient")
    fields = tuple(varied)
    kernel = _recorded(surface, optimizer, noise, fields, steps)
    if any(map(runs_user_code, (surface, optimizer, noise))):
        again = _recorded(surface, optimizer, noise, fields, steps)
        if (again.step.program, again.begin) != (kernel.step.program, kernel.begin):
            raise NotTraceable(f"{optimizer.name} on {surface.name}: two recordings differ")
    assert kernel.source  # NotTraceable where it is too long to be written
    return kernel


def _recorded(surface: Surface, optimizer: Method, noise: Noise | None, fields: tuple[str, ...], steps: int) -> Kernel:
    numbers = [
        *number_paths(optimizer),
        *(("noise", name) for (name,) in ([] if noise is None else number_paths(noise, False))),
    ]
    try:
        return _kernel(surface, optimizer, noise, fields, steps, numbers)
    except NotTraceable:
        kernel = _kernel(surface, optimizer, noise, fields, steps, [])
    inputs: list[Path] = []
    for path in numbers:  # a rule that decides by one of its numbers has that one as it is
        try:
            kernel = _kernel(surface, optimizer, noise, fields, steps, [*inputs, path])
        except NotTraceable:
            continue
        inputs.append(path)
    return kernel


def planned_factors(step: Step, noise: Noise | None, steps: int) -> list[Array]:
    """The factors at each step of the schedules inside of the noise, in the order of the kernel's inputs."""
    return [np.array([float(value_of(noise, path)(number, steps)) for number in range(steps)]) for path in step.planned]


def measures_source(surface: Surface) -> str:
    """The loss and the gradient in JavaScript. NotTraceable where they cannot be recorded."""
    term = term_source(surface)
    return written(recorded_measures(surface)) if term == "null" else f"measuresOf({term})"


@functools.lru_cache(maxsize=8)
def term_source(surface: Surface) -> str:
    """The loss and the gradient of a term by its data, and the data of all terms, in JavaScript: {term, data}.

    "null" where the surface has no such terms, or is not their mean, added one by one.
    """
    if not offers(surface, HasTermData) or not _is_mean(surface):
        return "null"
    return _written_terms(surface)


def _written_terms(surface: Any) -> str:
    data = surface.term_data
    tape = Tape(powers_of_numbers=True)
    values = tape.inputs(*(f"p{i}" for i in range(surface.dim)), *(f"d{i}" for i in range(len(data))))
    p, row = objects(values[: surface.dim]), objects(values[surface.dim :])
    try:
        program = tape.program([*flat(surface.data_value(p, row)), *flat(surface.data_gradient(p, row))])
    except Exception:  # a user's lines may do anything
        return "null"
    return f"{{ term: {written(program)}, data: {json.dumps(np.asarray(data).tolist())} }}"


def _is_mean(surface: Any) -> bool:
    data, lows, highs = surface.term_data, *np.array(surface.window, dtype=np.float64).T
    for p in (surface.customary_start, 0.7 * lows + 0.3 * highs, 0.4 * lows + 0.6 * highs):
        terms = [(surface.data_value(p, row), *surface.data_gradient(p, row)) for row in data.T]
        mean = functools.reduce(np.add, np.array(terms, dtype=np.float64)) / len(terms)
        if not np.array_equal(mean, [surface._value(p), *surface._gradient(p)]):
            return False
    return True


def value_source(surface: Surface) -> str:
    """The loss alone, of a surface that need have no gradient."""
    try:
        program = trace(surface._value, *(f"p{i}" for i in range(surface.dim)))
    except NotTraceable:
        raise
    except Exception as error:  # a user's lines may do anything
        raise NotTraceable(f"{surface.name}: {error}") from error
    return written(program)


def value_of(component: Any, path: Path) -> Any:
    """The field of a component, or of one inside it."""
    for name in path:
        component = getattr(component, name)
    return component


def _kernel(
    surface: Surface, optimizer: Method, noise: Noise | None, varied: tuple[str, ...], steps: int, inputs: list[Path]
) -> Kernel:
    own = [path for path in inputs if path[0] != "noise"]
    adjusted = tuple(path[1] for path in inputs if path[0] == "noise")
    try:
        many = _with_arrays(optimizer, own)
    except (TypeError, ValueError) as error:  # a check that takes one number alone
        raise NotTraceable(str(error)) from error
    parts = Parts(surface, many, noise, varied, RUNS, steps, adjusted=adjusted, measured=True)
    parts, step = _recorded_batch(parts)
    begin = recorded_begin(parts)
    if len(begin.outputs) != step.kept + step.remembered:
        raise NotTraceable(f"{optimizer.name}: it begins with another state than it goes on with")
    values = {path: float(value_of(noise if path[0] == "noise" else optimizer, path[path[0] == "noise":]))
              for path in step.hyper}  # fmt: skip
    if set(values) != set(inputs):
        raise NotTraceable(f"{optimizer.name}: its numbers are no inputs")
    fields = [value_of(many, (field,)) for field in ("lr", *varied)]
    scales = tuple(1.0 if np.ndim(each) else float(each) for each in fields)
    names = _state_names(many, surface.dim, step.kept)
    return Kernel(values, scales, step, begin, _move(parts), names, noise.batch_size if parts.batched else 0)  # type: ignore[union-attr]


def _recorded_batch(parts: Parts) -> tuple[Parts, Step]:
    """(parts, step): given the mean of its mini-batch, where it asks for that at its params alone, else drawing it."""
    if type(parts.noise) is MiniBatch and term_source(parts.surface) != "null":
        batched = dataclasses.replace(parts, batched=True)
        try:
            return batched, recorded_step(batched)
        except NotTraceable:
            pass
    return parts, recorded_step(parts)


def _move(parts: Parts) -> Program | None:
    try:
        return recorded_move(parts)
    except NotTraceable:
        return None


def _state_names(optimizer: Method, dim: int, kept: int) -> tuple[str, ...]:
    """The name of the field that each number of a run's state stands in; none where the fields tell them not."""
    leaves = named_leaves(optimizer.init(np.zeros((dim, RUNS))))
    names = tuple(name for name, leaf in leaves for _ in range(int(np.prod(np.shape(leaf)[:-1]))))
    return names if len(names) == kept else ()


def number_paths(component: Component, inside: bool = True) -> list[Path]:
    """The fields that are numbers, those of components inside too."""
    found: list[Path] = []
    for name in field_hints(type(component)):
        value = getattr(component, name)
        if isinstance(value, float) and math.isfinite(value):
            found.append((name,))
        elif inside and isinstance(value, Method):
            found.extend((name, *rest) for rest in number_paths(value))
    return found


def _with_arrays(component: Any, paths: list[Path]) -> Any:
    changed: dict[str, Any] = {}
    for name in dict.fromkeys(path[0] for path in paths):
        inner = [path[1:] for path in paths if path[0] == name]
        value = getattr(component, name)
        changed[name] = _with_arrays(value, inner) if inner != [()] else np.full(RUNS, value)
    return replaced(component, **changed) if changed else component

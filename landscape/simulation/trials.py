"""Try a user's rules, noises and schedules before they are used, and choose the form in which they are right.

form = chosen_form(task, starts)            # "together", "columns" or "points"; Refused where none is right
"""

from __future__ import annotations

import dataclasses
import pickle
import warnings
from typing import Any

import numpy as np

from landscape.core.batches import (
    MIXES,
    Mixed,
    UserCodeWarning,
    components,
    display_name,
    explained,
    probes,
    runs_user_code,
)
from landscape.core.component import Array, Component, FieldError, owned
from landscape.core.fingerprint import names_in
from landscape.core.methods import Schedule
from landscape.simulation import array_engine as arrays

STEPS = 5  # of a trial
CONFIRMED = 128  # steps of the first run of a recorded rule that the rule itself makes again
METHODS = {
    "init": "init(self, params)",
    "apply": "apply(self, params, gradient, state, lr)",
    "step": "step(self, params, oracle, state, lr)",
    "gradient": "gradient(self, moment, memory=())",
    "__call__": "__call__(self, step, steps)",
}
ASKING = {"isinstance", "issubclass", "type", "hasattr", "callable"}
KEPT = (int, float, list, dict, set, bytearray, np.ndarray)
DIFFERS = "takes another step for a run beside others than for the run alone"
UNREPEATED = (
    "two evaluations of the same steps differ: it draws random numbers of its own, or keeps something from step to "
    "step outside of its state. Numbers that the seed repeats are those of `moment.source` in a noise and "
    "`oracle.normals` in a rule; what is kept is returned as the state"
)
ALONE = (
    "so runs are made one after the other, which is slower. Act on each column of params (dim, runs) alone, as "
    "np.sum(..., axis=0) and np.where do"
)


def chosen_form(task: arrays.Task, starts: Array) -> str:
    """The form in which a task's rule gives each run what it gives that run alone; ValueError where there is none."""
    points, trial = _trial(task, starts)
    found = {form: _outcome(trial, points, form) for form in ("columns", "points", "together")}
    columns, one, together = (found[form] for form in ("columns", "points", "together"))
    name = _blamed(task)
    if _same(columns, together):
        return "together"
    if (
        len(users(task)) > 1
        and runs_user_code(task.optimizer)
        and not _same(*(_outcome(without_noise(trial), points, form) for form in ("columns", "together")))
    ):
        name = _blamed(without_noise(task))  # it is the rule, whatever else takes part
    if not _repeats(trial, points, found):
        raise ValueError(f"{name}: {UNREPEATED}")
    works = {form for form, outcome in found.items() if isinstance(outcome, np.ndarray)}
    if "points" in works and ("columns" not in works or _same(one, columns)):
        form = "points"
    elif "columns" in works and "points" not in works:
        form = "columns"
    elif "columns" in works:
        raise ValueError(
            f"{name}: it takes one step for a run as a point (dim,), another as a column (dim, 1), and mixes runs side "
            "by side: act along the first axis alone, as np.sum(..., axis=0) does"
        )
    else:
        raise _explained(name, columns)
    why = (
        DIFFERS
        if isinstance(together, (np.ndarray, Mixed))
        else f"cannot take runs side by side ({explained(together)})"
    )
    warnings.warn(f"{name}: {why}, {ALONE}", UserCodeWarning, stacklevel=2)
    return form


def mended(task: arrays.Task, starts: Array, error: Exception) -> arrays.Task:
    """The task with what turned out to mix runs, on the way, or to fail for many of them, taken alone."""
    if not isinstance(error, Mixed):
        return _failed(task, starts, error)
    for each in components(task.surface):
        functions = vars(each).get("_point_functions")
        if functions is not None and functions.together:
            functions.part(MIXES)
    if users(task):
        alone = dataclasses.replace(task, form="columns").part(slice(0, 1), starts.shape[1])
        one, other = (_outcome(alone, starts[:, :1], "columns") for _ in range(2))
        if isinstance(one, np.ndarray) and not _same(one, other):
            raise ValueError(f"{_blamed(task)}: {UNREPEATED}")
        warnings.warn(f"{_blamed(task)}: {DIFFERS}, {ALONE}", UserCodeWarning, stacklevel=2)
        return dataclasses.replace(task, form="columns")
    return dataclasses.replace(task, user=False)


def _failed(task: arrays.Task, starts: Array, error: Exception) -> arrays.Task:
    """The task in a form in which its first run does not fail, as it did for many; else the error, explained."""
    if not users(task):
        raise error
    for form in ("columns", "points") if task.form == "together" else ():
        alone = dataclasses.replace(task, form=form)
        if isinstance(_outcome(alone.part(slice(0, 1), starts.shape[1]), starts[:, :1], form), np.ndarray):
            warnings.warn(
                f"{_blamed(task)}: cannot take runs side by side ({explained(error)}), {ALONE}",
                UserCodeWarning,
                stacklevel=3,
            )
            return alone
    raise _explained(_blamed(task), error) from None


def is_confirmed(task: arrays.Task, begun: Array) -> bool:
    """Whether paths (rows, dim, runs) from a recorded program are those of the code itself, from their first steps.

    Where it works as a column and as a point, it must do the same as either.
    """
    found = [_from(task, begun, form) for form in ("columns", "points")]
    works = [each for each in found if isinstance(each, np.ndarray)]
    return bool(works) and all(_same(each, begun) for each in works)


def goes_on(task: arrays.Task, path: Array) -> bool:
    """Whether a rule itself makes more of a path (rows, dim, 1) that its recorded program has made."""
    found = _from(task, path, "columns")
    return _same(found if isinstance(found, np.ndarray) else _from(task, path, "points"), path)


def _from(task: arrays.Task, path: Array, form: str) -> Any:
    steps = len(path) - 1
    trial = dataclasses.replace(task, factors=task.factors[:steps], rows=np.arange(steps + 1), tolerance=None)
    return _outcome(trial, path[0], form)


def kept_outside(task: arrays.Task) -> dict[str, bytes]:
    """What a user's rule and noise could keep from step to step outside of their state, each as it is now.

    That is numbers, lists, tables and arrays among their attributes and those of their classes, and those that their
    methods see.
    """
    kept = {}
    for given in (task.optimizer, task.noise):
        for each in () if given is None else components(given):
            if owned(type(each)):
                continue
            seen = [_seen(cls) for cls in type(each).__mro__[:-1] if not owned(cls)]
            for name, value in (item for names in (*seen, vars(each)) for item in names.items()):
                if isinstance(value, KEPT):
                    kept[f'{each.name}: "{name}"'] = _frozen(value)
    return kept


def _frozen(value: Any) -> bytes:
    try:
        return pickle.dumps(value)
    except Exception:  # it holds what cannot be pickled
        return repr(value).encode()


def asks_for_types(task: arrays.Task) -> bool:
    """Whether a user's rule or noise looks at what kind of thing it is given: a recording might go another way then."""
    methods = [
        method
        for each in users(task)
        for inner in components(each)
        for cls in type(inner).__mro__[:-1]
        for name, method in vars(cls).items()
        if not owned(cls) and (name == "__call__" or not name.startswith("__"))
    ]
    seen: set[Any] = set()
    while methods:
        method = methods.pop()
        code = getattr(method, "__code__", None)
        if code is None or code in seen or owned(method):
            continue
        seen.add(code)
        names = names_in(code)
        if names & ASKING:
            return True
        methods += [method.__globals__[name] for name in names if name in method.__globals__]
        methods += [cell.cell_contents for cell in method.__closure__ or ()]
    return False


def warn_of_kept(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Say what a user's rule or noise has changed outside of its state."""
    for what in sorted(name for name in before.keys() & after.keys() if before[name] != after[name]):
        warnings.warn(
            f"{what} changes while it runs. It is called to be tried too, and for several runs at once: what its steps "
            "depend on must be in the state that it returns",
            UserCodeWarning,
            stacklevel=2,
        )


def _seen(cls: type) -> dict[str, Any]:
    """The attributes of a class, and the names outside of it that its methods refer to."""
    seen = dict(vars(cls))
    for method in vars(cls).values():
        code = getattr(method, "__code__", None)
        if code is not None:
            seen |= {name: method.__globals__[name] for name in code.co_names if name in method.__globals__}
            cells = zip(code.co_freevars, method.__closure__ or (), strict=True)
            seen |= {name: cell.cell_contents for name, cell in cells}
    return seen


def _trial(task: arrays.Task, starts: Array) -> tuple[Array, arrays.Task]:
    """Points (dim, n) to try, some starts among them, and the task from there, a few steps long."""
    points = np.concatenate([starts[:, :3], probes(task.surface.window)], axis=1)
    points = points[:, np.all(np.abs(points) <= task.limit, axis=0)]
    runs = starts.shape[1]
    chosen = np.resize(np.arange(runs), points.shape[1])
    return points, task.begun(chosen, runs, min(STEPS, len(task.factors)))


def _outcome(trial: arrays.Task, points: Array, form: str) -> Any:
    """The path (rows, dim, n) of a trial in a form, or the error that it ends in."""
    try:
        return arrays.run(dataclasses.replace(trial, form=form), points, lambda _: None).params
    except (Exception, SystemExit) as error:
        return error


def _repeats(trial: arrays.Task, points: Array, found: dict[str, Any]) -> bool:
    """Whether a form that works gives the same twice."""
    for form, outcome in found.items():
        if isinstance(outcome, np.ndarray):
            return _same(outcome, _outcome(trial, points, form))
    return True


def _same(one: Any, other: Any) -> bool:
    """Whether two paths (rows, dim, n) are the same but for rounding."""
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    rounding = 1e-12 * np.maximum(1.0, np.max(np.abs(one), axis=(0, 1)))
    moved = np.diff(one, axis=0), np.diff(other, axis=0)
    return bool(np.all(np.abs(moved[0] - moved[1]) <= rounding + 1e-6 * np.abs(moved[0])))


def _explained(name: str, error: BaseException) -> BaseException:
    """The error of a rule, with what to write where it is a common slip."""
    if isinstance(error, FieldError) or str(error).startswith(f"{name}: "):
        return error
    told = TypeError(f"{name}: it fails: {_advised(error)}")
    told.__cause__ = error
    return told


def _advised(error: BaseException) -> str:
    """What an error says, and what to write: the arguments of a method where they are wrong."""
    text = str(error)
    wanted = [written for method, written in METHODS.items() if f".{method}() " in text and "positional" in text]
    return f"{text}: write def {wanted[0]}" if wanted else explained(error)


def without_noise(task: arrays.Task) -> arrays.Task:
    """The task of the rule alone."""
    return dataclasses.replace(task, noise=None, feedback=None)


def users(task: arrays.Task) -> list[Component]:
    """What steps the runs and runs a user's code: the rule, the noise, a schedule that reads the loss."""
    return [each for each in (task.optimizer, task.noise, task.feedback) if each is not None and runs_user_code(each)]


def _blamed(task: arrays.Task) -> str:
    """The names of what runs a user's code."""
    names = []
    for each in users(task):
        own = next((inner.name for inner in components(each) if not owned(type(inner))), each.name)
        names.append(own if own == each.name else f"{own} in {each.name}")
    return " and ".join(names)


def planned(schedule: Schedule, steps: int) -> Array:
    """The factors at steps 0, ..., steps: (steps + 1,), each as the schedule gives it for that step alone."""
    every = np.arange(steps + 1)
    name = display_name(vars(schedule)["called"]) if "called" in vars(schedule) else schedule.name
    try:
        together = np.broadcast_to(np.asarray(schedule(every, steps), float), steps + 1)
    except Exception:
        together = None
    looked = every if steps < 1024 else np.unique(np.r_[:64, np.linspace(0, steps, 512).astype(int)])
    alone, again = (np.array([_factor(schedule, name, int(step), steps) for step in looked]) for _ in range(2))
    if not np.array_equal(alone, again, equal_nan=True):
        step = looked[np.argmax(alone != again)]
        raise ValueError(
            f"{name}: two evaluations at step {step} of {steps} differ: it draws random numbers, or keeps "
            "something from call to call; write it as a function of the step alone, with numbers drawn by "
            "np.random.default_rng(step)"
        )
    if together is None or not np.allclose(together[looked], alone, rtol=1e-12, atol=1e-300, equal_nan=True):
        together = np.array([_factor(schedule, name, int(step), steps) for step in every])
    if not np.all(np.isfinite(together)):
        step = int(np.flatnonzero(~np.isfinite(together))[0])
        raise ValueError(f"{name}: the factor of step {step} of {steps} is {together[step]}")
    return together


def _factor(schedule: Schedule, name: str, step: int, steps: int) -> float:
    try:
        factor = schedule(step, steps)
        return float(factor)
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        if isinstance(error, LookupError) and step == steps:  # a table of the steps, of which none begins here
            return _factor(schedule, name, step - 1, steps)
        raise TypeError(f"{name}: gives no number for step {step} of {steps}: {_advised(error)}") from error

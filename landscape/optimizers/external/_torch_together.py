"""Step many runs of a rule of torch in one tensor, where torch acts on each number of it alone.

    kept = begun(rule, params, rates)           # None where the rule is not such a one
    moved, kept = stepped(rule, params, gradient, kept, rates)

That is found out, not believed. A trial compares runs beside others with the same runs alone, to the last bit. Then
each step of more than one run is watched: what torch computes must be of a list of element-wise operations
(`ELEMENTWISE`) on tensors in the parameter's shape; a norm, a sum, a random number, or a look at the shape ends it, and
the runs are stepped one by one. Some are made alone as well now and then, in case all of that is not enough.

Runs whose rates differ, or what torch keeps for all coordinates at once (the number of a step, say), are in tensors of
their own.
"""

from __future__ import annotations

import functools
import re
import warnings
from typing import Any

import numpy as np

from landscape.core.batches import Mixed, UserCodeWarning
from landscape.core.component import Array
from landscape.core.extras import library
from landscape.optimizers.external._torch_kept import carried
from landscape.optimizers.external._torch_worker import Worker, torch_class

# What acts on each number of a tensor alone; with _foreach_ before it, and _ behind it, as well.
ELEMENTWISE = frozenset(
    re.findall(
        r"\w+",
        """
    abs absolute acos add addcdiv addcmul alias asin atan atan2 bitwise_and bitwise_not bitwise_or ceil clamp clamp_max
    clamp_min clone copy copysign cos cosh detach div divide empty_like eq erf exp exp2 expm1 fill floor fmod frac
    full_like ge gt heaviside hypot isfinite isinf isnan le lerp lift_fresh log log10 log1p log2 logical_and logical_not
    logical_or logical_xor lt masked_fill maximum minimum mul multiply nan_to_num ne neg negative new_empty new_full
    new_ones new_zeros ones_like positive pow reciprocal relu remainder round rsqrt rsub sgn sigmoid sign signbit sin
    sinh softplus sqrt square sub subtract tan tanh threshold true_divide trunc where xlogy zero zeros_like _to_copy
    fused_adagrad fused_adam fused_adamw fused_sgd
    """,
    )
)
# What may be done to single numbers, which belong to all coordinates: read them; and what may be made of nothing.
OF_NUMBERS = frozenset(["_local_scalar_dense", "item", "is_nonzero", "equal", "max", "min"])
OF_NOTHING = frozenset(["empty", "full", "ones", "scalar_tensor", "zeros"])
# What torch.overrides tells of, and the operations above do not: the numbers and the shape of a tensor read past them.
UNSEEN = frozenset(
    re.findall(
        r"\w+",
        """
    __array__ __dlpack__ __iter__ __len__ data_ptr dim element_size nbytes ndim nelement numel numpy shape size storage
    stride tolist untyped_storage
    """,
    )
)
FIRST, SELDOM = 4, 61  # the steps at which a run is made alone as well: the first ones, and one in so many
DIM, RUNS, STEPS = 5, 7, 9  # of the trial: more numbers side by side than two of a processor's widest registers hold


class NotTogether(Exception):
    """Torch does something that does not act on each number of a tensor alone."""


class Pack:
    """What torch keeps of the runs of one tensor. Nothing in it is ever changed.

    steps: made so far; names, arrays: of what it keeps of each coordinate, (dim, runs) each; state, entries: what else
    it keeps of the parameter, and its group's entries.
    """

    def __init__(self, steps: int, found: dict[str, Array], state: Any, entries: dict[str, Any]) -> None:
        self.steps, self.names, self.arrays = steps, tuple(found), list(found.values())
        self.state, self.entries = state, entries
        self.key = _text((steps, self.names, state, [value for name, value in entries.items() if name != "lr"]))


class Packed:
    """What torch keeps of one run: a column of a pack."""

    __slots__ = ("column", "pack")

    def __init__(self, pack: Pack, column: int) -> None:
        self.pack, self.column = pack, column


def begun(rule: Any, params: Array, rates: list[float]) -> Array | None:
    """(runs,), what torch keeps before the first step at params (dim, runs); None where they are stepped one by one.

    That is so too where hardly two of them have a rate in common, and of a run alone, which comes twice.
    """
    groups: dict[float, list[int]] = {}
    for run, rate in enumerate(rates):
        groups.setdefault(rate, []).append(run)
    alone = len(rates) == 2 and np.array_equal(params[:, 0], params[:, 1])
    if alone or 2 * len(groups) > len(rates) or not together(rule):
        return None
    kept = np.empty(len(rates), dtype=object)
    for rate, columns in groups.items():
        _note(kept, columns, _first(rule, params[:, columns], rate))
    return kept


def stepped(rule: Any, params: Array, gradient: Array, kept: Array, rates: list[float]) -> tuple[Array, Array]:
    """(params, kept) after a step at params (dim, runs). NotTogether where torch does what it may not.

    Mixed where a run's step is another one than it is alone.
    """
    groups: dict[Any, list[int]] = {}
    for run, rate in enumerate(rates):
        groups.setdefault((rate, kept[run].pack.key), []).append(run)
    worker, moved, after = Worker(rule, params[:, 0], rates[0]), np.empty_like(params), np.empty_like(kept)
    for (rate, _), columns in groups.items():
        pack, arrays = _gathered(kept[columns])
        given = [params[:, columns], gradient[:, columns], *arrays]
        to, packed = _step(worker, given, pack, rate)
        if len(columns) > 1 and (pack.steps < FIRST or pack.steps % SELDOM == 0):
            run = pack.steps * 7919 % len(columns)
            if not _same((to, packed), _step(worker, _column(given, run), pack, rate), run):
                raise _mixed(rule)
        moved[:, columns] = to
        _note(after, columns, packed)
    return moved, after


def _note(kept: Array, columns: list[int], pack: Pack) -> None:
    for place, column in enumerate(columns):
        kept[column] = Packed(pack, place)


def _gathered(kept: Array) -> tuple[Pack, list[Array]]:
    """A pack with what is kept of all of some runs, and its arrays for them, (dim, runs) each."""
    pack = kept[0].pack
    if all(each.pack is pack for each in kept):
        columns = [each.column for each in kept]
        return pack, [each[:, columns] for each in pack.arrays]
    return pack, [
        np.stack([each.pack.arrays[number][:, each.column] for each in kept], axis=1)
        for number in range(len(pack.names))
    ]


def one_by_one(kept: Array) -> Array:
    """(runs,): the same as `Worker.kept` gives it for each run."""
    torch = library("torch")
    apart = np.empty_like(kept)
    for run, (pack, column) in enumerate((each.pack, each.column) for each in kept):
        held = zip(pack.names, pack.arrays, strict=True)
        own = {name: torch.from_numpy(each[:, column].copy()) for name, each in held}
        apart[run] = (None if pack.state is None else {**pack.state, **own}), pack.entries
    return apart


def never_again(rule: Any) -> None:
    """From now on, step the runs of this rule's class and arguments one by one."""
    _refused.add(_key(rule))


_refused: set[Any] = set()
_tried: dict[Any, bool] = {}


def _key(rule: Any) -> Any:
    return torch_class(rule.optimizer), repr(rule.arguments)


def together(rule: Any) -> bool:
    """Whether the trial finds a rule's steps of many runs to be those of each run alone."""
    key = _key(rule)
    if key not in _tried:
        _tried[key] = _trial(rule)
    return _tried[key] and key not in _refused


def _trial(rule: Any) -> bool:
    rng = np.random.default_rng(0)
    params = rng.normal(size=(DIM, RUNS))
    rate = float(np.ravel(rule.lr)[0])
    gradients = rng.normal(size=(STEPS, DIM, RUNS)) * 10.0 ** rng.uniform(-4.0, 4.0, (STEPS, 1, RUNS))
    gradients[3] = 0.0
    try:
        worker = Worker(rule, params[:, 0], rate)
        pack = _first(rule, params, rate)
        for run in range(RUNS):
            own = params[:, run : run + 1]
            if not _same((params, pack), (own, _first(rule, own, rate)), run):
                return False
        for step, gradient in enumerate(gradients):
            given = [params, gradient, *pack.arrays]
            after = _step(worker, given, pack, rate)
            for run in range(step % 3, RUNS, 3):
                if not _same(after, _step(worker, _column(given, run), pack, rate), run):
                    return False
            params, pack = after
    except Exception:  # whatever it is: it is raised one by one as well, if it is not of taking runs together
        return False
    return True


def _first(rule: Any, params: Array, rate: float) -> Pack:
    """What torch keeps before the first step of the runs of one tensor."""
    return _packed(Worker(rule, params.ravel(), rate), params.shape, 0)


def _step(worker: Worker, given: list[Array], pack: Pack, rate: float) -> tuple[Array, Pack]:
    """One step of the runs of one tensor, given their params, gradient and arrays (dim, n): (params, pack) after it."""
    params, gradient, *arrays = given
    held = zip(pack.names, arrays, strict=True)
    own = {name: worker.torch.from_numpy(each.flatten()) for name, each in held}
    worker.place(params.ravel(), rate, (None if pack.state is None else {**pack.state, **own}, pack.entries))
    worker.slope(gradient.ravel())
    if params.shape[1] == 1:
        worker.step()
    else:
        _watched(worker, params.size)
    return worker.at.reshape(params.shape), _packed(worker, params.shape, pack.steps + 1)


def _packed(worker: Worker, shape: tuple[int, ...], steps: int) -> Pack:
    """What torch keeps of a parameter of all runs, its arrays in their shape (dim, runs)."""
    state, entries = worker.kept()
    found: dict[str, Array] = {}
    rest: dict[str, Any] = {}
    for name, value in (state or {}).items():
        if isinstance(value, worker.torch.Tensor) and value.shape == (shape[0] * shape[1],):
            found[name] = value.detach().numpy().reshape(shape)
        else:
            rest[name] = value
    if _holds_tensors(rest) or _holds_tensors(entries) or any(each.dtype != np.float64 for each in found.values()):
        raise NotTogether("it keeps arrays of another shape or kind")
    return Pack(steps, found, None if state is None else rest, entries)


def _column(given: list[Array], run: int) -> list[Array]:
    return [each[:, run : run + 1] for each in given]


def _mixed(rule: Any) -> Mixed:
    """A run's step alone is not its step beside others: from now on each is stepped alone."""
    never_again(rule)
    said = (
        f"torch's {torch_class(rule.optimizer).__name__} takes another step for a run beside others than for it alone"
    )
    warnings.warn(f"{said}, so runs are made one after the other, which is slower", UserCodeWarning, stacklevel=2)
    return Mixed(said)


def _same(beside: Any, alone: Any, run: int) -> bool:
    (params, pack), (one, own) = beside, alone
    return (
        pack.key == own.key
        and _same_numbers(params[:, run], one[:, 0])
        and all(
            np.array_equal(a[:, run], b[:, 0], equal_nan=True) for a, b in zip(pack.arrays, own.arrays, strict=True)
        )
    )


def _same_numbers(a: Array, b: Array) -> bool:
    return np.array_equal(a, b, equal_nan=True)


def _holds_tensors(kept: Any) -> bool:
    """Whether something holds tensors of more than one number."""
    if hasattr(kept, "ndim"):
        return bool(kept.ndim > 0)
    if isinstance(kept, dict):
        return any(map(_holds_tensors, kept.values()))
    return isinstance(kept, (list, tuple)) and any(map(_holds_tensors, kept))


def _text(kept: Any) -> str:
    """A text that is the same for the same numbers, to the last bit."""
    if hasattr(kept, "ndim"):
        return f"{kept.dtype} {kept.tolist()!r}"
    if isinstance(kept, dict):
        return "".join(f"{name}: {_text(value)}; " for name, value in kept.items())
    return " ".join(map(_text, kept)) if isinstance(kept, (list, tuple)) else repr(kept)


def _watched(worker: Worker, size: int) -> None:
    """A step that may only act on each number of the parameter (size,) alone. NotTogether where it does not."""
    operations, calls = _watches()
    with carried(worker.optimizer, worker.parameter), calls(), operations(size):
        worker.optimizer.step()


@functools.cache
def _watches() -> tuple[Any, Any]:
    """Two of torch's modes: one sees every operation on tensors, one what reads a tensor without one."""
    torch = library("torch")
    dispatch = library("torch.utils._python_dispatch").TorchDispatchMode
    override = library("torch.overrides").TorchFunctionMode
    leaves = library("torch.utils._pytree").tree_leaves

    class Operations(dispatch):  # type: ignore[misc, valid-type]
        def __init__(self, size: int) -> None:
            dispatch.__init__(self)
            self.size = size

        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = function(*args, **(kwargs or {}))
            if function.namespace == "profiler":
                return result
            name = function.overloadpacket.__name__
            plain = name.removeprefix("_foreach_").removeprefix("_")
            given = [each for each in leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
            made = [each for each in leaves(result) if isinstance(each, torch.Tensor)]
            shapes = {tuple(each.shape) for each in given}
            known = name in ELEMENTWISE or plain.removesuffix("_") in ELEMENTWISE
            if shapes <= {()}:
                known = known or name in (OF_NUMBERS if given else OF_NOTHING)
            else:
                known = known or (plain == "index_put_" and _masked(args))
                known = known and shapes <= {(), (self.size,)} and all(each.shape == (self.size,) for each in made)
            if not known:
                raise NotTogether(name)
            return result

    def _masked(args: Any) -> bool:
        """Whether p[mask] = number is what is done."""
        _, places, number = args[:3]
        return len(places) == 1 and places[0].dtype == torch.bool and number.ndim == 0

    class Calls(override):  # type: ignore[misc, valid-type]
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = getattr(function, "__name__", "")
            if name == "__get__":
                name = getattr(function.__self__, "__name__", "")
            if name in UNSEEN:
                raise NotTogether(name)
            return function(*args, **(kwargs or {}))

    return Operations, Calls

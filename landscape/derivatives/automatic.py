"""Carry derivatives through ordinary NumPy code: dual numbers forwards, a tape backwards.

    jvp(f, p, v)                    # f(p) and its derivative along v, in one pass
    value, pull = taped(f, p)       # f(p), and a function from slopes along f to slopes along p, in one pass back

f is any function written with NumPy: it is called with a `Dual` or a `Node` in place of the array, which NumPy's
functions, operators and indexing hand on to the rules of `landscape.derivatives.rules`. Both may be nested: each
differentiation has a level of its own, and a rule only ever sees the level below.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from landscape.core.elementary import erf
from landscape.derivatives import careful, kinks, stand_ins
from landscape.derivatives.rules import (
    ALIASES,
    CHOOSING,
    CONSTANT,
    RULES,
    SCATTER_HOOK,
    SLOPES,
    Elementwise,
    Linear,
    Rule,
    folded,
    is_basic,
    shape_of,
)

_NUMBERS = (float, int)
_LEVELS = itertools.count(1)
_GETITEM, _SELECT = RULES["getitem"], RULES["select"]
VIEWS = frozenset(RULES[name] for name in ("getitem", "reshape", "transpose", "broadcast_to", "flip"))
HANDLERS: dict[str, Callable[..., Any]] = {}  # of array functions: `landscape.derivatives.functions` enters itself
_UFUNCS: dict[Any, Rule | None] = {}  # a ufunc's rule; None for those without slope
# a ** 2 is quicker than np.power, and SciPy's erf takes no Values
_FUNCTIONS: dict[str, Callable[..., Any]] = {"power": operator.pow, "erf": erf}


INSTEAD = 'or differentiate by differences: derivatives="central" of a surface, method="central" of ls.gradient'
ASSIGNED = (
    "automatic differentiation goes through NumPy's functions only, not through float(), math.* or an assignment into "
    f"a plain array; use np.* (np.sin for math.sin) and np.stack, {INSTEAD}"
)


class NotDifferentiable(TypeError):
    """Automatic differentiation met something that it cannot go through."""


class Variable:
    """An array that is being differentiated. primal: its value, itself a Variable where differentiations are nested."""

    __slots__ = ("level", "primal")
    __hash__ = None  # type: ignore[assignment]

    primal: Any
    level: int

    def derived(self, rule: Rule, args: Sequence[Any], primals: Sequence[Any], options: Any, out: Any) -> Any:
        """`out`, which `rule` made of the args, with its derivative."""
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return HANDLERS["reduced"](ufunc, method, inputs, options)
        return applied(ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return HANDLERS["call"](function, args, options)

    @property
    def shape(self) -> tuple[int, ...]:
        return shape_of(self.primal)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> Any:
        return np.dtype(np.float64)

    @property
    def T(self) -> Any:  # noqa: N802
        return np.transpose(self)  # type: ignore[call-overload]

    @property
    def real(self) -> Variable:
        if np.iscomplexobj(plain(self)):
            raise NotDifferentiable(f"automatic differentiation does not go through complex numbers, {INSTEAD}")
        return self

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a number has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        if type(self) is Node and type(index) in (slice, int):
            return Node(self.primal[index], self.level, self.tape, _GETITEM, (self,), (self.primal,), (index,))
        return evaluate(_GETITEM, (self,), (stripped(index),))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise NotDifferentiable(
            "automatic differentiation cannot go through an assignment to elements; build the array with np.stack, "
            f"np.concatenate or np.where, {INSTEAD}"
        )

    def __bool__(self) -> bool:
        return bool(plain(self))

    def __float__(self) -> float:
        raise NotDifferentiable(ASSIGNED)

    __int__ = __index__ = __complex__ = __float__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({plain(self)!r})"

    def select(self, positive: Any, negative: Any) -> Any:
        """`positive` where this is >= 0, else `negative`."""
        return self.chosen(self, positive, negative)

    @staticmethod
    def chosen(choice: Any, positive: Any, negative: Any) -> Any:
        """`landscape.core.elementary.select` where one of the three is a Variable."""
        return evaluate(_SELECT, (plain(choice), lifted(positive), lifted(negative)))

    def total(self) -> Any:
        """The sum over the first axis."""
        return self.sum(axis=0)  # type: ignore[attr-defined]


class Dual(Variable):
    """A value and its change along one direction: a dual number primal + tangent epsilon, epsilon^2 = 0."""

    __slots__ = ("live", "shared", "tangent")

    def __init__(self, primal: Any, tangent: Any, level: int, live: Any = None, shared: bool = False) -> None:
        self.primal, self.tangent, self.level, self.live, self.shared = primal, tangent, level, live, shared

    def derived(self, rule: Rule, args: Sequence[Any], primals: Sequence[Any], options: Any, out: Any) -> Dual:
        level, tangent, live = self.level, None, None
        for i, arg in enumerate(args):
            if isinstance(arg, Dual) and arg.level == level:
                part = rule.push(i, arg.tangent, out, primals, options)
                if arg.live is not None:
                    part, moves = careful.pushed(rule, i, part, arg.live, out, primals, options)
                    live = moves if live is None else live | moves
                tangent = part if tangent is None else tangent + part
        if shape_of(tangent) != shape_of(out):
            tangent = np.broadcast_to(tangent, shape_of(out))  # type: ignore[arg-type]
        if type(rule) is Linear and is_view(rule, options) and shape_of(out):
            args[0].shared = True
            return Dual(out, tangent, level, live, True)
        return Dual(out, tangent, level, live)


class Node(Variable):
    """A value on a tape, which remembers how it was made."""

    __slots__ = ("args", "index", "options", "primals", "rule", "tape")

    def __init__(
        self, primal: Any, level: int, tape: list[Node], rule: Any, args: Any, primals: Any, options: Any
    ) -> None:
        self.primal, self.level, self.tape, self.index = primal, level, tape, len(tape)
        self.rule, self.args, self.primals, self.options = rule, args, primals, options
        tape.append(self)

    def derived(self, rule: Rule, args: Sequence[Any], primals: Sequence[Any], options: Any, out: Any) -> Node:
        return Node(out, self.level, self.tape, rule, args, primals, options)


def evaluate(rule: Rule, args: Sequence[Any], options: Sequence[Any] = ()) -> Any:
    """rule.function(*args, *options), with the derivative of those args that are Variables of the highest level."""
    top, level = None, 0
    for arg in args:
        if isinstance(arg, Variable) and arg.level > level:
            top, level = arg, arg.level
    if top is None:
        return rule.function(*args, *options)
    if kinks.WATCHES and type(top) is Node:
        args, options = tuple(map(kinks.kept, args)), tuple(map(kinks.kept, options))
    primals = [arg.primal if isinstance(arg, Variable) and arg.level == level else arg for arg in args]
    return top.derived(rule, args, primals, options, rule.function(*primals, *options))


def applied(ufunc: Any, *inputs: Any) -> Any:
    """A ufunc of inputs of which some are Variables."""
    try:
        rule = _UFUNCS[ufunc]
    except KeyError:
        rule = _UFUNCS[ufunc] = rule_of(ufunc)
    if rule is None:
        values = [plain(each) for each in inputs]
        if kinks.WATCHES:
            kinks.notice_jump(ufunc.__name__, values)
        return ufunc(*values)
    if len(inputs) == 2:  # the common cases, quickly
        a, b = inputs
        if type(a) is Node:
            if type(b) in _NUMBERS:
                return Node(rule.function(a.primal, b), a.level, a.tape, rule, inputs, (a.primal, b), ())
            if type(b) is Node and a.level == b.level:
                return Node(rule.function(a.primal, b.primal), a.level, a.tape, rule, inputs, (a.primal, b.primal), ())
        elif type(b) is Node and type(a) in _NUMBERS:
            return Node(rule.function(a, b.primal), b.level, b.tape, rule, inputs, (a, b.primal), ())
    for each in inputs:
        if isinstance(each, (list, tuple)) or (isinstance(each, np.ndarray) and each.dtype == object):
            inputs = tuple(lifted(each) for each in inputs)
            break
    return evaluate(rule, inputs)


def is_view(rule: Any, options: Sequence[Any]) -> bool:
    """Whether NumPy's result of this rule may share its memory with the argument."""
    return rule in VIEWS and (rule is not _GETITEM or is_basic(options[0]))


def rule_of(ufunc: Any) -> Rule | None:
    """How a ufunc is differentiated; None where its result has no derivative. NotDifferentiable without a rule."""
    name = ALIASES.get(ufunc.__name__, ufunc.__name__)
    if name in CONSTANT:
        return None
    if name in SLOPES:
        function = kinks.noticing(name, _FUNCTIONS.get(name, ufunc))
        return Elementwise(function, *SLOPES[name], chooses=name in CHOOSING)
    if name in RULES:
        return RULES[name]
    raise NotDifferentiable(
        f'automatic differentiation has no rule for "{name}"; write it with the functions that have, {INSTEAD}'
    )


def plain(x: Any) -> Any:
    """The value of a Variable without any derivative; anything else as it is."""
    while isinstance(x, Variable):
        x = x.primal
    return x


def stripped(index: Any) -> Any:
    """An index without Variables in it."""
    return tuple(plain(part) for part in index) if isinstance(index, tuple) else plain(index)


def lifted(x: Any) -> Any:
    """An object array or a list of Variables and numbers as one Variable; anything else as it is."""
    if isinstance(x, (list, tuple)) and x:
        parts = [lifted(part) for part in x]
        return np.stack(parts) if any(isinstance(part, Variable) for part in parts) else x
    if not (isinstance(x, np.ndarray) and x.dtype == object):
        return x
    if x.ndim == 0:
        return x.item()
    if not any(isinstance(part, Variable) for part in x.ravel()):
        return x
    return np.stack([lifted(part) if isinstance(part, np.ndarray) else part for part in x])


def jvp(f: Callable[[Any], Any], p: Any, v: Any) -> tuple[Any, Any]:
    """(f(p), its derivative along v), p and v (dim, ...): one forward pass."""
    level = next(_LEVELS)
    live = np.not_equal(plain(v), 0.0) if careful.ON else None
    out = lifted(_called(f, lambda: Dual(p, v, level, live, True)))
    if isinstance(out, Dual) and out.level == level:
        return out.primal, out.tangent
    return out, np.zeros(shape_of(out))


def taped(f: Callable[[Any], Any], p: Any) -> tuple[Any, Callable[[Any], Any]]:
    """(f(p), pull): pull(g) is the slope along p (dim, ...) for a slope g along f(p): one backward pass."""
    out, tape = recorded(f, p)
    if not (isinstance(out, Node) and out.tape is tape):
        return out, lambda g: np.zeros(shape_of(p))
    if careful.ON:
        return out.primal, lambda g: careful.pulled(tape, out.index, g, p)
    return out.primal, lambda g: _pulled(tape, out.index, g, p)


def recorded(f: Callable[[Any], Any], p: Any) -> tuple[Any, list[Node]]:
    """(f(p), the tape of how it was computed)."""
    level = next(_LEVELS)
    tape: list[Node] = []

    def begin() -> Node:
        tape.clear()
        return Node(p, level, tape, None, (), (), ())

    return lifted(_called(f, begin)), tape


def operations(f: Callable[[Any], Any], p: Any) -> int:
    """How many numbers f computes on the way from p (dim, ...) to its value: the size of its tape."""
    return sum(math.prod(shape_of(node.primal)) for node in recorded(f, p)[1][1:])


def _called(f: Callable[[Any], Any], begin: Callable[[], Variable]) -> Any:
    try:
        if not (stand_ins.WANTING and stand_ins.wanted_by(f)):
            try:
                return f(begin())
            except stand_ins.Wanted:
                pass
        with stand_ins.used(f):
            return f(begin())
    except ValueError as error:
        if "setting an array element" in str(error):  # what NumPy says of out[i] = a Variable
            raise NotDifferentiable(ASSIGNED) from None
        raise


def _pulled(tape: list[Node], last: int, g: Any, p: Any) -> Any:
    """The slope along the first node for a slope g along the node `last`."""
    slopes: list[Any] = [None] * (last + 1)
    own = [False] * (last + 1)  # whether a slope is an array that nothing else holds
    slopes[last] = g
    for index in range(last, 0, -1):
        g = slopes[index]
        if g is None:
            continue
        slopes[index] = None
        node = tape[index]
        rule, level = node.rule, node.level
        for i, arg in enumerate(node.args):
            if type(arg) is not Node or arg.level != level:
                continue
            at = arg.index
            before = slopes[at]
            if rule is _GETITEM and isinstance(g, (np.ndarray, np.number)) and is_basic(node.options[0]):
                if before is None:
                    before, own[at] = np.zeros(shape_of(arg.primal), dtype=g.dtype), True
                if own[at] and before.dtype == g.dtype:
                    before[node.options[0]] += g
                    slopes[at] = before
                    continue
            if type(rule) is Elementwise:
                part = rule.slopes[i](g, node.primal, *node.primals)
                if shape_of(part) != shape_of(arg.primal):
                    part = folded(part, shape_of(arg.primal))
            else:
                part = rule.pull(i, g, node.primal, node.primals, node.options)
            if before is None:
                slopes[at] = part
            elif own[at] and isinstance(part, (np.ndarray, np.number)) and before.dtype == part.dtype:
                before += part
            else:
                slopes[at] = before + part
                own[at] = isinstance(slopes[at], np.ndarray)
    return np.zeros(shape_of(p)) if slopes[0] is None else slopes[0]


SCATTER_HOOK.append(lambda g, shape, index: evaluate(RULES["scatter"], (g,), (shape, index)))

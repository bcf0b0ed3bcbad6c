"""What a Variable can do by itself: operators, changes in place, and the methods and attributes of an array.

They enter the class of `landscape.derivatives.automatic`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.derivatives import stand_ins
from landscape.derivatives.automatic import ASSIGNED, INSTEAD, Dual, Node, NotDifferentiable, Variable, applied, is_view
from landscape.derivatives.rules import SLOPES


def _binary(ufunc: Any, swapped: bool) -> Callable[[Variable, Any], Any]:
    if swapped:
        return lambda self, other: applied(ufunc, other, self)
    return lambda self, other: applied(ufunc, self, other)


def _unary(ufunc: Any) -> Callable[[Variable], Any]:
    return lambda self: applied(ufunc, self)


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def method(self: Variable, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    return method


def _in_place(ufunc: Any, sign: str) -> Callable[[Variable, Any], Any]:
    """The change of an array by all its names; a number is left, as NumPy's numbers are."""

    def change(self: Variable, other: Any) -> Any:
        if not self.shape:
            return applied(ufunc, self, other)
        if _shares(self):
            raise NotDifferentiable(
                f"automatic differentiation cannot follow a change in place of an array that others may share, or of "
                f"the point itself: write x = x {sign} ... in place of x {sign}= ..., {INSTEAD}"
            )
        after = applied(ufunc, self, other)
        if after.shape != self.shape:
            raise ValueError(f"an array of shape {self.shape} cannot hold {after.shape} in place")
        if type(after) is not type(self) or after.level != self.level:
            return after  # it becomes that of an outer differentiation, which has no other name yet
        if isinstance(self, Node) and isinstance(after, Node):
            _replaced(self, after)
        elif isinstance(self, Dual) and isinstance(after, Dual):
            self.primal, self.tangent, self.live = after.primal, after.tangent, after.live
        return self

    return change


def _shares(x: Any) -> bool:
    """Whether NumPy's array of this would share its memory with others."""
    if isinstance(x, Dual):
        return x.shared
    return (
        x.rule is None
        or is_view(x.rule, x.options)
        or any(node.args[0] is x and node.shape and is_view(node.rule, node.options) for node in x.tape[x.index + 1 :])
    )


def _replaced(x: Node, after: Node) -> None:
    """Make x, by whatever names it goes, the result `after`; what was made of it before keeps what it was."""
    before = Node.__new__(Node)
    for slot in ("primal", "level", "tape", "index", "rule", "args", "primals", "options"):
        setattr(before, slot, getattr(x, slot))
    x.tape[x.index] = before
    for node in x.tape[x.index + 1 :]:
        if any(arg is x for arg in node.args):
            node.args = tuple(before if arg is x else arg for arg in node.args)
    for slot in ("primal", "index", "rule", "args", "primals", "options"):
        setattr(x, slot, getattr(after, slot))
    x.tape[x.index] = x


def _array(self: Variable, dtype: Any = None, copy: Any = None) -> Any:
    """An array of objects, for who insists on one; np.asarray of NumPy's module is spared that by a stand-in."""
    if not stand_ins.in_use():
        raise stand_ins.Wanted
    if dtype is not None and np.dtype(dtype) != object:
        raise NotDifferentiable(ASSIGNED)
    array = np.empty(self.shape, dtype=object)
    for index in np.ndindex(*self.shape):
        array[index] = self[index] if index else self
    return array


def _missing(name: str) -> property:
    def told(self: Variable) -> Any:
        raise NotDifferentiable(f"automatic differentiation does not go through .{name} of an array, {INSTEAD}")

    return property(told)


def _astype(self: Variable, dtype: Any, order: str = "K", casting: str = "unsafe", **options: Any) -> Any:
    if np.dtype(dtype) not in (np.float64, object):
        raise NotDifferentiable(f"automatic differentiation does not go through .astype({np.dtype(dtype)}), {INSTEAD}")
    return +self  # type: ignore[operator]


def _item(self: Variable, *index: Any) -> Any:
    if self.size != 1 and not index:
        raise ValueError("can only convert an array of size 1 to a number")
    return np.ravel(self)[0] if not index else np.ravel(self)[index[0]] if len(index) == 1 else self[index]  # type: ignore[call-overload]


def _listed(self: Variable) -> Any:
    return [part.tolist() for part in self] if self.shape else self


for _name, _ufunc in {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "pow": np.power,
    "mod": np.remainder, "floordiv": np.floor_divide, "matmul": np.matmul,
}.items():  # fmt: skip
    setattr(Variable, f"__{_name}__", _binary(_ufunc, swapped=False))
    setattr(Variable, f"__r{_name}__", _binary(_ufunc, swapped=True))
for _name, _ufunc, _sign in (
    ("add", np.add, "+"), ("sub", np.subtract, "-"), ("mul", np.multiply, "*"), ("truediv", np.divide, "/"),
    ("pow", np.power, "**"), ("mod", np.remainder, "%"), ("floordiv", np.floor_divide, "//"),
    ("matmul", np.matmul, "@"),
):  # fmt: skip
    setattr(Variable, f"__i{_name}__", _in_place(_ufunc, _sign))
for _name, _ufunc in {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}.items():  # fmt: skip
    setattr(Variable, f"__{_name}__", _binary(_ufunc, swapped=False))
for _name, _ufunc in {"neg": np.negative, "pos": np.positive, "abs": np.absolute}.items():
    setattr(Variable, f"__{_name}__", _unary(_ufunc))
# NumPy calls these methods for its functions of arrays of objects
for _name, _slopes in SLOPES.items():
    if len(_slopes) == 1 and hasattr(np, _name):
        setattr(Variable, _name, _unary(getattr(np, _name)))
for _name in ("floor", "ceil", "rint", "trunc", "sign"):
    setattr(Variable, _name, _unary(getattr(np, _name)))
for _name in (
    "sum", "prod", "mean", "max", "min", "var", "std", "cumsum", "cumprod", "ravel", "squeeze",
    "swapaxes", "dot", "clip", "argmax", "argmin", "argsort", "copy", "repeat", "take", "diagonal", "trace", "all",
    "any", "nonzero", "round", "searchsorted",
):  # fmt: skip
    setattr(Variable, _name, _method(_name))
for _name, _own in {
    "reshape": lambda self, *shape, order="C": np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order),
    "transpose": lambda self, *axes: np.transpose(self, axes[0] if len(axes) == 1 else axes or None),
    "flatten": lambda self, order="C": np.copy(np.ravel(self, order)),
    "conj": lambda self: +self.real,
    "conjugate": lambda self: +self.real,
    "__copy__": _unary(np.positive),
    "__deepcopy__": lambda self, memo: +self,
    "flat": property(lambda self: iter(np.ravel(self))),
    "astype": _astype,
    "item": _item,
    "tolist": _listed,
    "__array__": _array,
}.items():
    setattr(Variable, _name, _own)
for _name in dir(np.ndarray):
    if not _name.startswith("_") and not hasattr(Variable, _name):
        setattr(Variable, _name, _missing(_name))

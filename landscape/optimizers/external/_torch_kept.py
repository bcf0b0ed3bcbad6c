"""What a class of torch keeps where it is not carried from step to step, or from run to run.

    with carried(optimizer, parameter):
        optimizer.step()                    # NotCarried where it changes an attribute of itself, or draws a number

A run has the parameter's state and the group's entries: what else a class keeps would be shared by runs, or be lost.
"""

from __future__ import annotations

import contextlib
import random
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from landscape.core.extras import library

TORCHS = frozenset({"param_groups", "state", "_numel_cache", "_zero_grad_profile_name"})  # and _optimizer_..._hooks
INSTEAD = "keep it in self.state[p] or in the group, self.param_groups[0]"


class NotCarried(ValueError):
    """A class keeps what is not carried from step to step, or draws random numbers of its own."""


def foreign(cls: type) -> bool:
    """Whether a class is not one of torch.optim."""
    return getattr(library("torch").optim, cls.__name__, None) is not cls


class Watch:
    """Looks over the steps of an optimizer on a parameter: `stepped` after each of them, `ended` after the last one.

    closure: whether it calls a loss, whose random numbers are not its own.
    """

    def __init__(self, optimizer: Any, parameter: Any, *, closure: bool = False) -> None:
        self.optimizer, self.parameter, self.closure = optimizer, parameter, closure
        self.needed = foreign(type(optimizer))
        if self.needed:
            self.kept, self.of_class = _kept(optimizer, parameter), _kept_by_class(optimizer)
            self.numbers = _generators(closure)

    def stepped(self) -> None:
        """NotCarried where an attribute of the optimizer is another one than before."""
        if self.needed:
            self._same(self.kept, _kept(self.optimizer, self.parameter))

    def ended(self) -> None:
        """NotCarried where an attribute of its class is another one than before, or random numbers were drawn."""
        if not self.needed:
            return
        self._same(self.of_class, _kept_by_class(self.optimizer))
        if self.numbers != _generators(self.closure):
            raise NotCarried(
                f"{type(self.optimizer).__name__} draws random numbers of its own, which a seed of a run does not "
                'repeat; give simulate a noise instead, as in noise=landscape.noise("gaussian", sigma=0.1)'
            )

    def _same(self, before: dict[str, str], after: dict[str, str]) -> None:
        for name in _changed(before, after):
            said = f'keeps "{name}" on itself, which is not carried from step to step'
            raise NotCarried(f"{type(self.optimizer).__name__} {said}; {INSTEAD}")


@contextlib.contextmanager
def carried(optimizer: Any, parameter: Any, *, closure: bool = False) -> Iterator[None]:
    """A step of an optimizer, looked over."""
    watch = Watch(optimizer, parameter, closure=closure)
    yield
    watch.stepped()
    watch.ended()


def check_begun(cls: type, made: Callable[[Any, float], Any], rate: float) -> None:
    """NotCarried where a class keeps what it is made with, its rate or its parameter's numbers, on itself.

    made: a function of a parameter and a rate that makes the optimizer.
    """
    if not foreign(cls):
        return
    torch = library("torch")
    points = [torch.nn.Parameter(torch.tensor(each, dtype=torch.float64)) for each in ([1.0, 1.0], [0.5, -2.0])]
    kept = [_kept(made(p, lr), p, begun=True) for p, lr in zip(points, (rate, rate / 2.0), strict=True)]
    for name in _changed(*kept):
        said = f'keeps "{name}" on itself, made of its rate or of where it begins, and other runs have others'
        raise NotCarried(f"{cls.__name__} {said}; {INSTEAD}, and read the rate from the group")


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    if before == after:
        return []
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _generators(closure: bool) -> list[Any]:
    """The states of the generators that code draws from without naming one."""
    found = [library("torch").get_rng_state().numpy().tobytes()]
    if closure:
        return found
    numpys: Any = np.random
    of_numpy = numpys.get_bit_generator().state["state"]
    return [*found, random.getstate(), {name: np.asarray(each).tobytes() for name, each in of_numpy.items()}]


def _kept(optimizer: Any, parameter: Any, begun: bool = False) -> dict[str, str]:
    """A text of each thing that is kept beside the parameter's state and the group's entries."""
    shared = {id(each) for each in (parameter, optimizer.state, optimizer.param_groups, *optimizer.param_groups)}
    read = _Reader(shared)
    found = {name: value for name, value in vars(optimizer).items() if not _of_torch(name)}
    if begun:  # the defaults hold the rate
        found.pop("defaults", None)
    for key, value in optimizer.state.items():
        if key is not parameter:
            found[f"state[{key!r:.40}]"] = value
    found |= {f"p.{name}": value for name, value in vars(parameter).items() if not name.startswith("_")}
    return {name: read(value) for name, value in found.items()}


def _kept_by_class(optimizer: Any) -> dict[str, str]:
    """The same of its class and those that it derives from, but for torch's."""
    found: dict[str, Any] = {}
    for cls in type(optimizer).__mro__:
        if foreign(cls) and not cls.__module__.startswith(("torch.", "builtins")):
            plain = {name: each for name, each in vars(cls).items() if not name.startswith("__")}
            found |= {name: each for name, each in plain.items() if name not in found and not _a_method(each)}
    read = _Reader({id(optimizer)})
    return {name: read(value) for name, value in found.items()}


def _of_torch(name: str) -> bool:
    return name in TORCHS or name.startswith(("_optimizer_", "_warned_"))


def _a_method(value: Any) -> bool:
    return callable(value) or isinstance(value, (property, staticmethod, classmethod))


class _Reader:
    """A text of anything, that is another one where what it holds is. shared: ids of what is not looked into."""

    def __init__(self, shared: set[int]) -> None:
        self.torch, self.shared = library("torch"), shared
        self.inside: dict[int, int] = {}

    def __call__(self, value: Any) -> str:
        if id(value) in self.shared:
            return "shared"
        if value is None or isinstance(value, (bool, int, float, complex, str, bytes, type, types.ModuleType)):
            return repr(value)
        if id(value) in self.inside:
            return f"again {self.inside[id(value)]}"
        self.inside[id(value)] = len(self.inside)
        try:
            return f"{type(value).__qualname__}({self._parts(value)})"
        finally:
            del self.inside[id(value)]

    def _parts(self, value: Any) -> str:
        torch = self.torch
        if isinstance(value, torch.Tensor):
            dense = value.detach().to_dense() if value.layout != torch.strided else value.detach()
            return f"{dense.dtype} {tuple(dense.shape)} {dense.cpu().tolist()!r} {self(value.grad)}"
        if isinstance(value, np.ndarray):
            return f"{value.dtype} {value.shape} {value.tolist()!r}"
        if isinstance(value, torch.Generator):
            return repr(value.get_state().tolist())
        if isinstance(value, dict):
            return "; ".join(f"{self(key)}: {self(each)}" for key, each in value.items())
        if isinstance(value, (list, tuple)):
            return ", ".join(map(self, value))
        if isinstance(value, (set, frozenset)):
            return ", ".join(sorted(map(self, value)))
        if isinstance(value, torch.optim.Optimizer):  # one within another: its own state is lost as well
            held = {name: each for name, each in vars(value).items() if not _of_torch(name) and name != "defaults"}
            return self({**held, "state": dict(value.state), "param_groups": value.param_groups})
        if isinstance(value, types.MethodType):
            return f"{value.__qualname__} {self(value.__self__)}"
        if isinstance(value, types.FunctionType):
            cells = [cell.cell_contents for cell in value.__closure__ or () if cell != types.CellType()]
            return f"{value.__qualname__} {self([cells, value.__defaults__, vars(value)])}"
        if isinstance(value, types.GeneratorType):
            frame = value.gi_frame
            return self(None if frame is None else [frame.f_lasti, frame.f_locals])
        return self._reduced(value)

    def _reduced(self, value: Any) -> str:
        """By what would be pickled of it: deque, partial, iterators, generators of random numbers, own classes."""
        try:
            reduced = value.__reduce_ex__(4)
        except Exception:
            return repr(value)
        if isinstance(reduced, str):
            return reduced
        items = [None if each is None else list(each) for each in reduced[3:5]]
        return self([*reduced[:3], *items])

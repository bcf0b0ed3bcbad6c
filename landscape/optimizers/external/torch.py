"""Run torch's optimizers as entrants: any class that derives from torch.optim.Optimizer.

    adamw = torch_optimizer(torch.optim.AdamW, lr=0.05, betas=(0.9, 0.99))
    landscape.simulate("rosenbrock", [adamw, "adam"], steps=500)

In a scenario: `[[optimizers]] name = "torch", optimizer = "AdamW", lr = 0.05, arguments = { amsgrad = true }`. Needs
torch: the extra `torch`.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FieldError, NonNegativeHyper
from landscape.core.extras import library
from landscape.core.foreign import call_arguments, named, plain, usable
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.core.user_code import NotFound
from landscape.optimizers._bases.playback import SingleRun, charge
from landscape.optimizers._registry import register
from landscape.optimizers.external._torch_kept import NotCarried, Watch, carried, check_begun
from landscape.optimizers.external._torch_together import (
    NotTogether,
    Packed,
    begun,
    never_again,
    one_by_one,
    stepped,
)
from landscape.optimizers.external._torch_worker import Worker, torch_class

NAMES = ("torch", "torch_closure")


class TorchState(NamedTuple):
    """kept: (runs,), what torch keeps of each run: its state and its group's entries. Nothing in it is ever changed."""

    kept: Array


class _NeedsClosure(FieldError):
    """A class's step needs a function that computes the loss."""


@register("torch")
class Torch(Optimizer):
    """A rule of torch.optim, or of any other class that derives from torch.optim.Optimizer, carried out by torch.

    p <- what torch's step makes of p and its gradient

    optimizer: the class, or its name: "AdamW" for torch's own, "module:Class" for others; lr: learning rate, the
    class's default where left out; arguments: what else the class is given, such as { betas = [0.9, 0.99] }. Each run
    is a parameter of float64 with a state of its own, so that norms and the like are those of the run. Classes that act
    on each coordinate alone, as a trial finds and each step is watched for, step all runs of one rate in one tensor, to
    the same last bit. A class that was
    not given by a name that finds it again is not kept in a record: the record loads, but cannot be run again. What a
    class keeps must be in self.state[p] or in its group: one that keeps anything on itself, such as self.t += 1, or
    draws random numbers of its own, is refused, when it is made or at the step that does so.
    Defaults: the class's.
    Source: Paszke et al. 2019, "PyTorch: an imperative style, high-performance deep learning library",
    arXiv:1912.01703; the class's own documentation.
    Differences: none: it is torch's code. ASGD and NAdam keep a number of theirs in torch's default precision, which is
    single unless torch.set_default_dtype says otherwise.
    """

    needs_library = "torch"
    optimizer: str | type
    lr: NonNegativeHyper | None = None
    arguments: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    def _check(self) -> None:
        cls = _checked(self)
        if cls is not None and needs_closure(cls):
            raise _NeedsClosure(self.name, "optimizer", 'needs the loss during its step: take "torch_closure"')
        _tried(self, cls)

    def init(self, params: Array) -> TorchState:
        """What torch keeps before the first step at params (dim, runs)."""
        rates = np.broadcast_to(np.asarray(self.lr, np.float64), params.shape[1:])
        kept = begun(self, params, rates.tolist())
        return _begun(self, params) if kept is None else TorchState(kept)

    def apply(self, params: Array, gradient: Array, state: TorchState, lr: Any) -> tuple[Array, TorchState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        params, gradient = np.asarray(params, np.float64), np.asarray(gradient, np.float64)
        rates = np.broadcast_to(np.asarray(lr, np.float64), params.shape[1:]).tolist()
        if isinstance(state.kept[0], Packed):
            try:
                moved, kept = stepped(self, params, gradient, state.kept, rates)
                return moved, TorchState(kept)
            except NotTogether:
                never_again(self)
                state = TorchState(one_by_one(state.kept))
        worker = Worker(self, params[:, 0], 0.0)
        watch = Watch(worker.optimizer, worker.parameter)
        moved, kept = np.empty_like(params), np.empty(len(state.kept), dtype=object)
        done: dict[Any, int] = {}  # a single run comes twice
        for run, rate in enumerate(rates):
            key = id(state.kept[run]), params[:, run].tobytes(), gradient[:, run].tobytes(), rate
            same = done.setdefault(key, run)
            if same == run:
                worker.place(params[:, run], rate, state.kept[run])
                worker.slope(gradient[:, run])
                worker.optimizer.step()
                watch.stepped()
                moved[:, run], kept[run] = worker.at, worker.kept()
            else:
                moved[:, run], kept[run] = moved[:, same], kept[same]
        watch.ended()
        return moved, TorchState(kept)


@register("torch_closure")
class TorchClosure(Method):
    """A rule of torch.optim that evaluates loss and gradient any number of times in a step, such as LBFGS.

    p <- what torch's step makes of p, by a closure that gives the loss and its gradient

    optimizer: the class, or its name: "LBFGS" for torch's own, "module:Class" for others; lr: learning rate, the
    class's default where left out; arguments: what else the class is given, such as { max_iter = 4, line_search_fn =
    "strong_wolfe" }. Every call of the closure counts as a value and a gradient; all calls of one step see the same
    noise.
    Defaults: the class's.
    Source: Paszke et al. 2019, "PyTorch: an imperative style, high-performance deep learning library",
    arXiv:1912.01703; for LBFGS Nocedal and Wright 2006, "Numerical optimization", algorithm 7.5.
    Differences: none: it is torch's code.
    """

    needs_library = "torch"
    optimizer: str | type
    lr: NonNegativeHyper | None = None
    arguments: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    needs = frozenset({"value", "gradient"})

    def _check(self) -> None:
        _tried(self, _checked(self))

    def init(self, params: Array) -> TorchState:
        """What torch keeps before the first step at params (dim, runs)."""
        return _begun(self, params)

    def step(self, params: Array, oracle: Oracle, state: TorchState, lr: Any) -> tuple[Array, TorchState]:
        """One step from params (dim, runs), a run after the other."""
        worker = Worker(self, params[:, 0], 0.0)
        rates = np.broadcast_to(np.asarray(lr, np.float64), params.shape[1:])
        moved, kept = np.empty_like(params), np.empty(len(state.kept), dtype=object)
        losses: list[SingleRun] = []
        done: dict[Any, int] = {}  # a single run comes twice, with one and the same state
        for run, rate in enumerate(rates.tolist()):
            same = done.setdefault((id(state.kept[run]), params[:, run].tobytes(), rate), run)
            if same == run:
                losses.append(SingleRun(oracle, params, run))
                worker.place(params[:, run], rate, state.kept[run])
                worker.step(worker.closure(losses[run]))
                moved[:, run], kept[run] = worker.at, worker.kept()
            else:
                losses.append(losses[same])
                moved[:, run], kept[run] = moved[:, same], kept[same]
        charge(oracle, [loss.counts for loss in losses])
        return moved, TorchState(kept)


def needs_closure(cls: type) -> bool:
    """Whether the step of a class must be given a function that computes the loss."""
    closure = inspect.signature(cls.step).parameters.get("closure")  # type: ignore[attr-defined]
    return closure is not None and closure.default is inspect.Parameter.empty


def _checked(rule: Any) -> Any:
    """The rule's class, None where it is not available here; its name and plain arguments put into their fields."""
    arguments = plain(rule.name, "arguments", rule.arguments)
    if "lr" in arguments:
        raise FieldError(rule.name, "arguments", "leave out lr, which is a field of its own")
    object.__setattr__(rule, "arguments", arguments)
    if isinstance(rule.optimizer, str) and rule.lr is not None and not usable("torch", rule.optimizer):
        return None  # a record that is read, or read where there is no torch
    torch = library("torch")
    try:
        cls = torch_class(rule.optimizer)
    except NotFound as error:
        raise FieldError(rule.name, "optimizer", str(error)) from None
    if cls is not None:
        own = getattr(torch.optim, cls.__name__, None) is cls
        object.__setattr__(rule, "optimizer", cls.__name__ if own else named(cls))
    return cls


def _tried(rule: Any, cls: Any) -> None:
    """Take the class's own rate where none is given, and a step with it. FieldError with torch's message."""
    if cls is None:
        return
    if rule.lr is None:
        default = inspect.signature(cls).parameters.get("lr")
        if default is None or not isinstance(default.default, (int, float)):
            raise FieldError(rule.name, "lr", f"is required by {cls.__name__}")
        object.__setattr__(rule, "lr", float(default.default))
    rate = float(np.ravel(rule.lr)[0])
    try:
        worker = Worker(rule, np.ones(2), rate)
        worker.slope(np.ones(2))
        with carried(worker.optimizer, worker.parameter):
            worker.optimizer.step(worker.closure(_Slope()))
        check_begun(cls, lambda p, lr: cls([p], lr=lr, **call_arguments(rule.arguments)), rate)
    except NotCarried as error:
        raise FieldError(rule.name, "optimizer", f"cannot be carried out: {error}") from None
    except Exception as error:
        said = f"{rule.arguments} are refused by torch's {cls.__name__}: {error}"
        raise FieldError(rule.name, "arguments", said) from None


class _Slope:
    """The sum of the coordinates, to try a rule on."""

    def value(self, p: Array) -> float:
        return float(p.sum())

    def gradient(self, p: Array) -> Array:
        return np.ones_like(p)


def _begun(rule: Any, params: Array) -> TorchState:
    rates = np.broadcast_to(np.asarray(rule.lr, np.float64), params.shape[1:])
    kept = np.empty(params.shape[1], dtype=object)
    for run, rate in enumerate(rates.tolist()):
        kept[run] = Worker(rule, params[:, run], rate).kept()
    return TorchState(kept)

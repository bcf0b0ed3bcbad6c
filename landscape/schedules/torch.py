"""Let torch's schedulers set the rate of any entrant, torch's or ours.

    cosine = torch_schedule("CosineAnnealingLR", T_max=500)
    landscape.simulate("rosenbrock", [landscape.entrant("adam", schedule=cosine)], steps=500)

Needs torch: the extra `torch`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import FieldError, Positive
from landscape.core.extras import library
from landscape.core.foreign import GIVEN, call_arguments, named, not_restorable, object_of, plain, usable
from landscape.core.methods import Schedule
from landscape.core.names import hint
from landscape.core.user_code import NotFound
from landscape.schedules._registry import REGISTRY, register

# what the trial optimizer has for a momentum: a scheduler that leaves it alone leaves exactly this
_MOMENTUM = 0.123


@register("torch")
class TorchSchedule(Schedule):
    """A scheduler of torch.optim.lr_scheduler, carried out by torch.

    factor = torch's rate at the step / lr

    scheduler: its name, "CosineAnnealingLR", or a function that makes one from an optimizer, or where to find it,
    "module:function"; arguments: what else the class is given, such as { T_max = 500 }; lr: the rate that it starts
    from, which must be the entrant's where torch adds rates rather than multiplies them (eta_min, max_lr).
    Source: Paszke et al. 2019, "PyTorch: an imperative style, high-performance deep learning library",
    arXiv:1912.01703; the class's own documentation.
    Differences: ReduceLROnPlateau reads the loss: that is the schedule "reduce_on_plateau" here. Schedulers that change
    the momentum as well are refused unless they are told not to.
    """

    needs_library = "torch"
    scheduler: str | Callable  # type: ignore[type-arg]
    arguments: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]
    lr: Positive = 1.0

    def _check(self) -> None:
        object.__setattr__(self, "arguments", plain(self.name, "arguments", self.arguments))
        if isinstance(self.scheduler, str) and not usable("torch", self.scheduler):
            return
        make = self._maker()
        if make is None:
            return
        object.__setattr__(self, "scheduler", _text(self.scheduler))
        self._rates(make, 2)

    def __call__(self, step: Any, steps: int) -> Any:
        """The factor at `step`. ValueError where torch has none."""
        library("torch")
        make = self._maker()
        if make is None:
            raise not_restorable(self.name, str(self.scheduler))
        rates = np.array(self._rates(make, int(np.max(step)) + 1))
        return (rates / self.lr)[np.asarray(step, dtype=np.int64)]

    def _maker(self) -> Any:
        """The class or function that makes the scheduler; None where it was given in another process."""
        schedulers = library("torch").optim.lr_scheduler
        make: Any = self.scheduler
        if isinstance(make, str) and ":" not in make:
            ends = ("LR", "Restarts", "Plateau")
            names = [name for name, each in vars(schedulers).items() if isinstance(each, type) and name.endswith(ends)]
            if make not in names:
                reason = f'torch.optim.lr_scheduler has no "{make}". {hint(make, names)}'
                raise FieldError(self.name, "scheduler", reason)
            make = getattr(schedulers, make)
        elif isinstance(make, str):
            try:
                make = object_of(make)
            except NotFound as error:
                raise FieldError(self.name, "scheduler", str(error)) from None
        if make is not None and not callable(make):
            raise FieldError(self.name, "scheduler", f"must make a scheduler from an optimizer, got {make!r}")
        return make

    def _rates(self, make: Any, count: int) -> list[float]:
        """torch's rates at steps 0, ..., count - 1."""
        torch = library("torch")
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=self.lr, momentum=_MOMENTUM)
        (group,) = optimizer.param_groups
        try:
            scheduler = make(optimizer, **call_arguments(self.arguments))
            if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
                reason = 'reads the loss: take the schedule "reduce_on_plateau"'
                raise FieldError(self.name, "scheduler", reason)
            rates = [float(group["lr"])]
            while len(rates) < count:
                optimizer.step()
                scheduler.step()
                rates.append(float(group["lr"]))
        except FieldError:
            raise
        except Exception as error:
            said = f"{self.arguments} are refused by torch: {error}"
            raise FieldError(self.name, "arguments", said) from None
        if group["momentum"] != _MOMENTUM:
            reason = "make it change the momentum too, which no schedule of the rate can: give cycle_momentum = false"
            raise FieldError(self.name, "arguments", reason)
        return rates


def torch_schedule(scheduler: Any, *, lr: Any = 1.0, **arguments: Any) -> Schedule:
    """A torch scheduler as a schedule. lr: the rate of the entrant that it is for.

    scheduler: a class of torch.optim.lr_scheduler, its name, or a function that makes one from an optimizer.
    """
    library("torch")
    if np.ndim(lr):
        raise FieldError("torch", "lr", "must be one number with a scheduler of torch, which may add rates to it")
    return REGISTRY.build("torch", scheduler=scheduler, arguments=arguments, lr=lr)


def _text(scheduler: Any) -> str:
    if isinstance(scheduler, str):
        return scheduler
    name = getattr(scheduler, "__name__", "")
    if getattr(library("torch").optim.lr_scheduler, name, None) is scheduler:
        return name
    text = named(scheduler, label="" if name != "<lambda>" else "scheduler")
    return text if text.startswith(GIVEN) or ":" in text else name

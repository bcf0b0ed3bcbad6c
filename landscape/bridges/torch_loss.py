"""Evaluate the loss of a torch module at many parameters, with its derivatives and those of mini-batches."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import library

CHUNK = (
    16  # points that torch evaluates together: always as many, so that a point's numbers do not depend on the others
)


class Functions:
    """Value, gradient, Hessian and product of a module's loss at points (dim, ...).

    data: arrays and tensors of examples, the first axis of each; then the loss is given them too, all or some.
    """

    def __init__(self, module: Any, loss: Callable[..., Any], data: Any = ()) -> None:
        torch = self._torch = library("torch")
        self.data = [self._example(each) for each in (data if isinstance(data, (list, tuple)) else (data,))]
        self.terms = len(self.data[0]) if self.data else 0
        if any(len(each) != self.terms for each in self.data) or (self.data and not self.terms):
            lengths = [len(each) for each in self.data]
            raise ValueError(f"the data must have as many examples each, one at least, got {lengths}")

        class Loss(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                torch.nn.Module.__init__(self)
                self.module = copy.deepcopy(module).double()

            def forward(self, *data: Any) -> Any:
                return loss(self.module, *data)

        self._loss = Loss()
        self._parts = {name: each for name, each in self._loss.named_parameters() if each.requires_grad}
        if not self._parts:
            raise ValueError("the module has no parameters that need a gradient")
        self.start = np.concatenate([each.detach().numpy().ravel() for each in self._parts.values()])
        self.shapes = {name.removeprefix("module."): tuple(each.shape) for name, each in self._parts.items()}
        gradient = torch.func.grad(self._one)
        self._kinds: dict[str, Callable[..., Any]] = {
            "value": self._one,
            "gradient": gradient,
            "hessian": torch.func.jacrev(gradient),
            "product": lambda p, v: torch.func.grad(lambda q: gradient(q) @ v)(p),
            "term_value": self._some,
            "term_gradient": torch.func.grad(self._some),
        }
        self._together = dict.fromkeys(self._kinds, True)

    def try_out(self) -> None:
        """Refuse what is no function of the parameters, and find out what can be had for many points at once."""
        self._check_modules()
        start = self._torch.from_numpy(self.start)
        value = self._tried(start)
        if not isinstance(value, self._torch.Tensor):
            raise TypeError(f"the loss must return a tensor of one number, got {value!r:.80}")
        if value.shape != () or not value.is_floating_point():
            raise ValueError(f"the loss must be one number, got a tensor of shape {tuple(value.shape)}")
        self._check_repeats(start, value)
        self._check_depends(start)
        if self.terms > 1:
            self._check_mean(start, value)
        columns = self._torch.from_numpy(np.repeat(self.start[None], 2, axis=0))
        index = self._torch.zeros((2, 1), dtype=self._torch.int64)
        for kind, function in self._kinds.items():
            more = [columns] if kind == "product" else [index] if kind.startswith("term") else []
            if kind.startswith("term") and not self.data:
                continue
            try:
                self._torch.func.vmap(function)(columns, *more)
            except Exception:
                self._together[kind] = False

    def _check_modules(self) -> None:
        """ValueError for modules in training mode whose outputs for an example are random or depend on the others."""
        nn = self._torch.nn
        mixing = (nn.modules.batchnorm._BatchNorm,)
        random = (nn.modules.dropout._DropoutNd, nn.RReLU, nn.FractionalMaxPool2d, nn.FractionalMaxPool3d)
        for name, part in self._loss.module.named_modules():
            what = f"{type(part).__name__} {name!r}" if name else type(part).__name__
            if part.training and isinstance(part, mixing):
                raise ValueError(f"{what} mixes the examples while it is in training mode: call module.eval() first")
            drawn = getattr(part, "p", None) if isinstance(part, random) else getattr(part, "dropout", 0.0)
            always = isinstance(part, random) and drawn is None
            if part.training and (always or (isinstance(drawn, (int, float)) and drawn > 0.0)):
                raise ValueError(f"{what} draws random numbers while it is in training mode: call module.eval() first")

    def _tried(self, start: Any) -> Any:
        """The loss at start. ValueError with torch's message, and what to do about data of single precision."""
        try:
            return self._one(start)
        except (RuntimeError, ValueError) as error:
            if re.search(r"dtype|double|float|scalar type", str(error), re.IGNORECASE):
                advice = "parameters and data are float64 here: convert the data, X.double()"
                raise ValueError(f"the loss fails: {error}; {advice}") from None
            raise ValueError(f"the loss fails: {error}") from None

    def _check_depends(self, start: Any) -> None:
        """ValueError where torch finds no way from the module's parameters to the loss."""
        p = start.clone().requires_grad_()
        value = self._one(p)
        if not value.requires_grad or self._torch.autograd.grad(value, p, allow_unused=True)[0] is None:
            what = "net, x, y: mse_loss(net(x), y)" if self.data else "net: mse_loss(net(X), y)"
            raise ValueError(
                "the loss does not depend on the parameters of the module that it is given: compute it from its "
                f"argument, as in lambda {what}, and without detach() or no_grad()"
            )

    def _check_repeats(self, start: Any, value: Any) -> None:
        """ValueError where the loss is another one when it is called again."""
        torch = self._torch
        before = {name: each.clone() for name, each in self._loss.named_buffers()}
        state = torch.get_rng_state()
        again = self._one(start)
        if not torch.equal(state, torch.get_rng_state()):
            raise ValueError(f"the loss draws random numbers: {self._advice('draw them once, before the loss')}")
        if not np.array_equal(value.detach(), again.detach(), equal_nan=True):
            advice = self._advice("it must be a function of the parameters that keeps and draws nothing")
            raise ValueError(f"the loss changes from call to call: {advice}")
        for name, each in self._loss.named_buffers():
            if not np.array_equal(each.numpy(), before[name].numpy(), equal_nan=each.is_floating_point()):
                said = f"its buffer {name.removeprefix('module.')!r} changes from call to call"
                raise ValueError(f"{said}: call module.eval() first")

    def _advice(self, otherwise: str) -> str:
        """To call module.eval(), where the loss repeats then and draws nothing; otherwise something else."""
        torch, start = self._torch, self._torch.from_numpy(self.start)
        self._loss.eval()
        state = torch.get_rng_state()
        values = [self._one(start).detach() for _ in range(3)]
        steady = torch.equal(state, torch.get_rng_state()) and all(torch.equal(values[0], each) for each in values)
        return "call module.eval() first" if steady else otherwise

    def _check_mean(self, start: Any, value: Any) -> None:
        """ValueError where the loss of all examples is not the mean of those of its parts."""
        every = self._torch.arange(self.terms)
        for cut in {1, self.terms // 2}:
            parts = [self._some(start, every[:cut]), self._some(start, every[cut:])]
            if any(part.shape != () for part in parts):
                raise ValueError("the loss of some of the examples must be one number")
            mean = (cut * float(parts[0].detach()) + (self.terms - cut) * float(parts[1].detach())) / self.terms
            if not np.isclose(mean, float(value.detach()), rtol=1e-7, atol=1e-12, equal_nan=True):
                raise ValueError(
                    "with data the loss must be the mean over the examples that it is given, none of which changes "
                    f"another's: over all {self.terms} it is {float(value.detach()):.6g}, of the first {cut} and of "
                    f"the others it makes {mean:.6g}"
                )

    def at(self, p: Array, kind: str, *more: Array) -> Array:
        """One kind at points (dim, ...), the new axes first. more: vectors (dim, ...), or examples (batch, ...)."""
        if p.dtype.kind not in "fiu":
            raise TypeError(f"torch modules take real numbers, got {p.dtype}")
        given = [np.asarray(p, np.float64), *more]
        columns = [each.reshape(len(each), -1).T for each in given]
        if self._together[kind]:
            parts = [self._chunk(kind, low, columns) for low in range(0, len(columns[0]), CHUNK)]
            found = np.concatenate(parts) if parts else np.empty((0, *self._shape(kind, len(p))))
        else:
            rows = [self._kinds[kind](*map(self._tensor, row)).detach().numpy() for row in zip(*columns, strict=True)]
            found = np.array(rows).reshape(len(rows), *self._shape(kind, len(p)))
        last = np.moveaxis(found, 0, -1)
        return np.ascontiguousarray(last).reshape((*last.shape[:-1], *p.shape[1:]))

    def _chunk(self, kind: str, low: int, columns: list[Array]) -> Array:
        parts = [each[low : low + CHUNK] for each in columns]
        count = len(parts[0])
        full = [self._tensor(np.concatenate([part, np.repeat(part[-1:], CHUNK - count, axis=0)])) for part in parts]
        found: Array = self._torch.func.vmap(self._kinds[kind])(*full).detach().numpy()[:count]
        return found

    @staticmethod
    def _shape(kind: str, dim: int) -> tuple[int, ...]:
        return {"value": (), "term_value": (), "hessian": (dim, dim)}.get(kind, (dim,))

    def _one(self, p: Any) -> Any:
        """The loss at one point: a tensor (dim,) -> ()."""
        return self._called(p, self.data)

    def _some(self, p: Any, index: Any) -> Any:
        """The loss of the examples index (batch,) at one point: ()."""
        return self._called(p, [each[index] for each in self.data])

    def _called(self, p: Any, data: list[Any]) -> Any:
        parts = p.split([each.numel() for each in self._parts.values()])
        shaped = {name: part.view(each.shape) for (name, each), part in zip(self._parts.items(), parts, strict=True)}
        return self._torch.func.functional_call(self._loss, shaped, tuple(data))

    def _tensor(self, numbers: Array) -> Any:
        kind = np.int64 if np.asarray(numbers).dtype.kind in "iu" else np.float64
        return self._torch.from_numpy(np.array(numbers, dtype=kind))

    def _example(self, given: Any) -> Any:
        """Data as a tensor; what is no whole number is in float64."""
        tensor = self._torch.as_tensor(given)
        if tensor.ndim == 0:
            raise ValueError("data have an axis of examples, got one number")
        return tensor.detach().double() if tensor.is_floating_point() else tensor.detach()

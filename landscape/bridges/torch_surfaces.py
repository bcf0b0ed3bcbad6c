"""Make a surface of a torch module and a loss, and hand a surface to torch.

    surface = torch_surface(net, lambda net: torch.nn.functional.mse_loss(net(x), y))
    f = to_torch(landscape.surface("rosenbrock"))       # f(p) of a tensor, differentiable twice by torch

Needs torch: the extra `torch`.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array, Count, FieldError, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.extras import installed, library
from landscape.core.foreign import named, not_restorable, object_of
from landscape.core.surface import Surface
from landscape.core.user_code import NotFound

CHUNK = (
    16  # points that torch evaluates together: always as many, so that a point's numbers do not depend on the others
)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TorchModule(Surface):
    """The loss of a torch module as a function of its parameters, differentiated by torch.

    f(p) = loss(module with the parameters p)

    make: a function without arguments that returns (module, loss), or where to find it, "module:function"; the loss is
    a function of the module, such as `lambda net: mse_loss(net(x), y)`, whose data are tensors of float64. p holds the
    module's parameters in the order of module.parameters(), those that need no gradient left out. dim: how many they
    are; window: one pair (lo, hi) for each or for all, 1 around the module's own parameters where left out; start: the
    module's own parameters; title: how pictures call it. dim and start are found where they are left out. No critical
    points are known; `landscape.find_critical_points` searches some.

    Points are evaluated side by side by torch.func.vmap where the module allows it, else one by one. A module in
    training mode that draws random numbers (dropout) is not a surface: call module.eval() first.

    Source: Paszke et al. 2019, "PyTorch: an imperative style, high-performance deep learning library",
    arXiv:1912.01703, for the differentiation.
    """

    needs_library = "torch"
    make: str | Callable  # type: ignore[type-arg]
    dim: Count | None = None  # type: ignore[assignment]
    window: tuple[tuple[Real, Real], ...] | tuple[Real, Real] | None = None  # type: ignore[assignment]
    start: tuple[Real, ...] | None = None
    title: str = ""

    # not registered, for what is in the registry can be built without torch: scenarios name it by where it is
    name = "landscape.bridges.torch_surfaces:TorchModule"
    formula = r"f(p) = \mathrm{loss}(\mathrm{module}_p)"

    def _check(self) -> None:
        object.__setattr__(self, "_functions", None)
        known = self.dim is not None and self.start is not None
        if isinstance(self.make, str) and known and not installed("torch"):
            return
        try:
            make = object_of(self.make) if isinstance(self.make, str) else self.make
        except NotFound as error:
            raise FieldError(self.name, "make", str(error)) from None
        if make is None:
            return
        if not isinstance(self.make, str):
            object.__setattr__(self, "make", named(make, label="a module"))
        point = self._taken(make)
        if self.dim not in (None, len(point)):
            raise FieldError(self.name, "dim", f"must be {len(point)}, the number of parameters, got {self.dim}")
        if self.start is not None and len(self.start) != len(point):
            raise FieldError(self.name, "start", f"must have {len(point)} numbers, got {len(self.start)}")
        start = tuple(point.tolist()) if self.start is None else self.start
        for field, value in {"dim": len(point), "start": start, "window": self._pairs(start)}.items():
            object.__setattr__(self, field, value)

    def _taken(self, make: Callable[[], Any]) -> Array:
        """Make the module and its functions; its parameters (dim,)."""
        library("torch")
        try:
            module, loss = make()
            functions = _Functions(module, loss)
            functions.try_out()
        except Exception as error:
            raise FieldError(self.name, "make", f"does not give a module and its loss: {error}") from None
        object.__setattr__(self, "_functions", functions)
        return functions.start

    def _pairs(self, start: tuple[float, ...]) -> Any:
        pairs: Any = self.window
        if pairs is None:
            return tuple((x - 1.0, x + 1.0) for x in start)
        if len(pairs) == 2 and isinstance(pairs[0], float):
            pairs = (pairs,) * len(start)
        if len(pairs) != len(start) or any(lo >= hi for lo, hi in pairs):
            reason = f"must have {len(start)} pairs (lo, hi), lo below hi, got {pairs}"
            raise FieldError(self.name, "window", reason)
        return pairs

    @property
    def customary_start(self) -> Array:
        return np.array(self.start)

    @property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return ()

    def _value(self, p: Array) -> Array:
        return self._known.at(p, "value")

    def _gradient(self, p: Array) -> Array:
        return self._known.at(p, "gradient")

    def _hessian(self, p: Array) -> Array:
        return self._known.at(p, "hessian")

    def _product(self, p: Array, vector: Array) -> Array:
        return self._known.at(p, "product", vector)

    @property
    def _known(self) -> _Functions:
        functions: _Functions | None = self.__dict__["_functions"]
        if functions is None:
            library("torch")
            raise not_restorable(self.name, str(self.make))
        return functions


class _Functions:
    """Value, gradient, Hessian and product of a module's loss at points (dim, ...)."""

    def __init__(self, module: Any, loss: Callable[[Any], Any]) -> None:
        torch = self._torch = library("torch")

        class Loss(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                torch.nn.Module.__init__(self)
                self.module = copy.deepcopy(module).double()

            def forward(self) -> Any:
                return loss(self.module)

        self._loss = Loss()
        self._parts = {name: each for name, each in self._loss.named_parameters() if each.requires_grad}
        self.start = np.concatenate([each.detach().numpy().ravel() for each in self._parts.values()])
        gradient = torch.func.grad(self._one)
        self._kinds: dict[str, Callable[..., Any]] = {
            "value": self._one,
            "gradient": gradient,
            "hessian": torch.func.jacrev(gradient),
            "product": lambda p, v: torch.func.grad(lambda q: gradient(q) @ v)(p),
        }
        self._together = dict.fromkeys(self._kinds, True)

    def try_out(self) -> None:
        """Evaluate the loss once, and find out what can be had for many points at once."""
        value = self._one(self._torch.from_numpy(self.start))
        if value.shape != () or not value.is_floating_point():
            raise ValueError(f"the loss must be one number, got a tensor of shape {tuple(value.shape)}")
        if not np.array_equal(value.detach(), self._one(self._torch.from_numpy(self.start)).detach(), equal_nan=True):
            raise ValueError("the loss differs from call to call: call module.eval() first")
        columns = self._torch.from_numpy(np.repeat(self.start[None], 2, axis=0))
        for kind, function in self._kinds.items():
            try:
                self._torch.func.vmap(function)(columns, *([columns] if kind == "product" else []))
            except Exception:
                self._together[kind] = False

    def at(self, p: Array, kind: str, *vectors: Array) -> Array:
        """One kind at points (dim, ...), the new axes first."""
        if p.dtype.kind not in "fiu":
            raise TypeError(f"torch modules take real numbers, got {p.dtype}")
        columns = [np.asarray(each, np.float64).reshape(len(p), -1).T for each in (p, *vectors)]
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
        return {"value": (), "hessian": (dim, dim)}.get(kind, (dim,))

    def _one(self, p: Any) -> Any:
        """The loss at one point: a tensor (dim,) -> ()."""
        parts = p.split([each.numel() for each in self._parts.values()])
        shaped = {name: part.view(each.shape) for (name, each), part in zip(self._parts.items(), parts, strict=True)}
        return self._torch.func.functional_call(self._loss, shaped, ())

    def _tensor(self, numbers: Array) -> Any:
        return self._torch.from_numpy(np.array(numbers, dtype=np.float64))


def torch_surface(module: Any, loss: Callable[[Any], Any], *, window: Any = None, title: str = "") -> TorchModule:
    """The loss of a torch.nn.Module as a surface over its parameters, which are where it customarily starts.

    loss: a function of the module that returns one number, as in `lambda net: mse_loss(net(x), y)`; its data must be
    tensors of float64. The module is copied. window: a pair (lo, hi) for all parameters or one for each; title: how
    pictures call it. A record loads without the module, but nothing can be computed from it then. FieldError says
    what torch says; MissingExtra names the extra that brings torch.
    """
    kept = copy.deepcopy(module)
    return TorchModule(make=lambda: (kept, loss), window=window, title=title)


def to_torch(surface: Surface) -> Callable[[Any], Any]:
    """A surface as a function of a torch tensor (dim,) or (dim, ...), which torch differentiates once or twice.

    Value, gradient and the Hessian's products are the surface's own, in float64, and come back in the tensor's type.
    """
    value = _autograd()

    def f(p: Any) -> Any:
        return value.apply(p, surface)

    f.__doc__ = f"{surface.title or surface.name} at a tensor (dim, ...): (...)."
    return f


@functools.cache
def _autograd() -> Any:
    """torch's function of a point and a surface: its derivative is the gradient, whose derivative is the product."""
    torch = library("torch")

    def numbers(tensor: Any) -> Array:
        return np.array(tensor.detach().cpu().numpy(), dtype=np.float64)

    def like(tensor: Any, array: Array) -> Any:
        return torch.from_numpy(np.array(array, dtype=np.float64)).to(tensor)

    def last(tensor: Any, dim: int | None) -> Any:
        return tensor if dim is None else tensor.movedim(dim, -1)

    class Product(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(p: Any, vector: Any, surface: Surface) -> Any:
            shaped = np.broadcast_to(numbers(vector), p.shape)
            return like(p, surface._product(surface._point(numbers(p)), np.array(shaped)))

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            pass

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            raise NotImplementedError("a surface has no third derivatives")

        @staticmethod
        def vmap(info: Any, dims: Any, p: Any, vector: Any, surface: Surface) -> Any:
            p, vector = last(p, dims[0]), last(vector, dims[1])
            if dims[0] is None:
                p = p.unsqueeze(-1).expand(vector.shape)
            elif dims[1] is None:
                vector = vector.unsqueeze(-1).expand(p.shape)
            return Product.apply(p, vector, surface), p.ndim - 1

    class Gradient(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(p: Any, surface: Surface) -> Any:
            return like(p, surface.gradient(numbers(p)))

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(inputs[0])
            ctx.surface = inputs[1]

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            return Product.apply(*ctx.saved_tensors, upstream, ctx.surface), None

        @staticmethod
        def vmap(info: Any, dims: Any, p: Any, surface: Surface) -> Any:
            return Gradient.apply(last(p, dims[0]), surface), p.ndim - 1

    class Value(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(p: Any, surface: Surface) -> Any:
            return like(p, surface.value(numbers(p)))

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(inputs[0])
            ctx.surface = inputs[1]

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            (p,) = ctx.saved_tensors
            return upstream * Gradient.apply(p, ctx.surface), None

        @staticmethod
        def vmap(info: Any, dims: Any, p: Any, surface: Surface) -> Any:
            return Value.apply(last(p, dims[0]), surface), p.ndim - 2

    return Value

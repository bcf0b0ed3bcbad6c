"""Make a surface of a torch module and a loss, and hand a surface to torch.

    surface = torch_surface(net, lambda net: torch.nn.functional.mse_loss(net(x), y))
    surface = torch_surface(net, lambda net, x, y: torch.nn.functional.mse_loss(net(x), y), data=(x, y))
    landscape.simulate(surface, "sgd", steps=100, noise=landscape.noise("minibatch", batch_size=8))
    f = to_torch(landscape.surface("rosenbrock"))       # f(p) of a tensor, differentiable twice by torch

Needs torch: the extra `torch`.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.bridges.torch_loss import Functions
from landscape.core.component import Array, Count, FieldError, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.extras import installed, library
from landscape.core.foreign import named, not_restorable, object_of
from landscape.core.surface import Surface
from landscape.core.user_code import NotFound


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TorchModule(Surface):
    """The loss of a torch module as a function of its parameters, differentiated by torch.

    f(p) = loss(module with the parameters p)

    make: a function without arguments that returns (module, loss) or (module, loss, data), or where to find it,
    "module:function"; the loss is a function of the module, such as `lambda net: mse_loss(net(x), y)`, whose data are
    tensors of float64, or with data = (x, y) of the module and the examples, `lambda net, x, y: mse_loss(net(x), y)`,
    over which it is a mean; then mini-batches can be drawn. p holds the module's parameters in the order of
    module.parameters(), those that need no gradient left out, which `views` names. dim: how many they are; window: one
    pair (lo, hi) for each or for all, 1 around the module's own parameters where left out; start: the module's own
    parameters; title: how pictures call it, the module's class where left out. dim and start are found where they are
    left out. No critical points are known; `landscape.find_critical_points` searches some.

    Points are evaluated side by side by torch.func.vmap where the module allows it, else one by one. A module in
    training mode that draws random numbers (Dropout), or whose loss of an example depends on the others or changes with
    each call (BatchNorm), is not a surface and is refused: call module.eval() first.

    Source: Paszke et al. 2019, "PyTorch: an imperative style, high-performance deep learning library",
    arXiv:1912.01703, for the differentiation.
    """

    needs_library = "torch"
    outside = True
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
            module, loss, *data = make()
            functions = Functions(module, loss, *data)
            functions.try_out()
        except Exception as error:
            if hasattr(make, "given"):  # by torch_surface
                raise _refused(error) from None
            raise FieldError(self.name, "make", f"does not give a module and its loss: {error}") from None
        object.__setattr__(self, "_functions", functions)
        object.__setattr__(self, "title", self.title or type(module).__name__)
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

    def views(self, p: Any) -> dict[str, Array]:
        """The parameters p (dim, ...) by the module's names, as views: "0.weight" (out, in, ...), "0.bias", ..."""
        p = self._point(p)
        found, first = {}, 0
        for name, shape in self._known.shapes.items():
            last = first + math.prod(shape)
            found[name] = p[first:last].reshape(*shape, *p.shape[1:])
            first = last
        return found

    @property
    def terms(self) -> int:
        """The number of examples that the loss is a mean over; there are none without data."""
        return self._examples()

    @property
    def term_gradient(self) -> Callable[[Array, Array], Array]:
        """A function: the mean gradient of the examples index (batch, ...) at p (dim, ...), (dim, ...)."""
        self._examples()
        return lambda p, index: self._known.at(p, "term_gradient", self._checked(index))

    @property
    def term_value(self) -> Callable[[Array, Array], Array]:
        """A function: the mean loss of the examples index (batch, ...) at p (dim, ...), (...)."""
        self._examples()
        return lambda p, index: self._known.at(p, "term_value", self._checked(index))

    def _examples(self) -> int:
        functions = self.__dict__["_functions"]
        if functions is None or not functions.terms:
            said = "has no examples: give torch_surface data=(x, y)"
            raise AttributeError(f"{self.title or self.name} {said}, and a loss of the module and them")
        return int(functions.terms)

    def _checked(self, index: Array) -> Array:
        if np.any((index < 0) | (index >= self.terms)):
            raise ValueError(f"{self.name}: examples are whole numbers from 0 to {self.terms - 1}, got {index!r:.80}")
        return index

    @property
    def _known(self) -> Functions:
        functions: Functions | None = self.__dict__["_functions"]
        if functions is None:
            library("torch")
            raise not_restorable(self.name, str(self.make))
        return functions


def torch_surface(
    module: Any, loss: Callable[..., Any], *, data: Any = (), window: Any = None, title: str = ""
) -> TorchModule:
    """The loss of a torch.nn.Module as a surface over its parameters, which are where it customarily starts.

    loss: a function of the module that returns one number, as in `lambda net: mse_loss(net(x), y)`; its data must be
    tensors of float64. data: tensors or arrays of examples, such as (x, y), which the loss is then given after the
    module, all of them or a mini-batch, and over which it is a mean: `lambda net, x, y: mse_loss(net(x), y)`. The
    module is copied. window: a pair (lo, hi) for all parameters or one for each; title: how pictures call it. A record
    loads without the module, but nothing can be computed from it then. FieldError says what torch says, what to do
    about a module in training mode, and that a loss does not depend on the module that it is given; TypeError, that
    there is no module or no loss; MissingExtra names the extra that brings torch.
    """
    if not isinstance(module, library("torch").nn.Module):
        raise TypeError(f"torch_surface: the module must be a torch.nn.Module, got {module!r:.80}")
    if not callable(loss):
        raise TypeError(f"torch_surface: the loss must be a function of the module, got {loss!r:.80}")
    kept = copy.deepcopy(module)

    def make() -> tuple[Any, Callable[..., Any], Any]:
        return kept, loss, data

    make.given = True  # type: ignore[attr-defined]
    return TorchModule(make=make, window=window, title=title)


def _refused(error: Exception) -> Exception:
    """What torch_surface says of an error with the module and the loss that it was given."""
    if isinstance(error, TypeError):
        return TypeError(f"torch_surface: {error}")
    refused = FieldError("torch_surface", "loss", str(error))
    refused.args = (f"torch_surface: {error}",)
    return refused


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

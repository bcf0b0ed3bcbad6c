"""Surfaces with known geometry: `landscape.surface(name, ...)` builds one, `names()` lists them.

One module for each family; they are imported when a surface is first asked for.
"""

from collections.abc import Callable
from typing import Any

from landscape.core.surface import Surface
from landscape.surfaces._registry import REGISTRY, names, register

__all__ = ["REGISTRY", "from_expression", "from_function", "names", "register"]


def from_expression(text: str, *, window: Any = None, name: str | None = None, **parameters: float) -> Surface:
    """A surface from a formula as text: names are variables, in the order x, x1, x2, x10, y, z, or given parameters.

        from_expression("x**2 - y**2 + a*sin(z)", a=3)

    text: + - * / ** and the functions sqrt, exp, log, sin, cos, tan, sinh, cosh, tanh, asin, acos, atan, erf, abs,
    sign, max and min of numbers, pi, e and names. Powers are numbers of at most 64, or hold names: then a**b is
    exp(b log(a)). It is data, never evaluated as Python. window: ((lo, hi), ...), one pair for each variable, or
    one pair for all; (-2, 2) where left out. name: how pictures call it. parameters: values of names; one that is
    called as an argument here is given as ls.surface("expression", text=..., parameters={...}). At a kink, |x| has
    the slope 0, max and min the middle of those of both. ValueError says what is wrong.
    """
    fields: dict[str, Any] = {"text": text, "parameters": parameters, "title": name or ""}
    return REGISTRY.build("expression", **fields, **({} if window is None else {"window": window}))


def from_function(
    f: Callable[[Any], Any] | str,
    dim: int = 2,
    *,
    window: Any = None,
    name: str | None = None,
    gradient: Callable[[Any], Any] | str | None = None,
    hessian: Callable[[Any], Any] | str | None = None,
    derivatives: str = "reverse",
) -> Surface:
    """A surface from a function written with NumPy, or from its "module:function"; its derivatives are automatic.

        from_function(lambda p: np.sum(p**4 - p**2, axis=0), dim=3, window=(-1.5, 1.5))
        from_function(lambda p: simulated(*p), derivatives="central")     # what cannot be differentiated

    f: p (dim, ...) -> (...). One that only takes a point (dim,) works as well, more slowly. window: ((lo, hi), ...),
    one pair for each coordinate, or one pair for all; (-2, 2) where left out. name: how pictures call it. gradient,
    hessian: your own, p -> (dim, ...) and (dim, dim, ...). derivatives: how they are found where they are not given,
    "reverse" or "forward" (automatic), "central", "richardson" or "complex-step" (from values nearby), or "none", for
    rules that ask for values alone. ValueError where f fails, returns no number, or cannot be differentiated as asked.
    A record of the surface keeps where f is found and, where f records, the program of its operations, by which it is
    drawn where f itself is not.
    """
    fields: dict[str, Any] = {"function": f, "dim": dim, "title": name or "", "derivatives": derivatives}
    given = {"gradient_function": gradient, "hessian_function": hessian, "window": window}
    return REGISTRY.build("function", **fields, **{field: each for field, each in given.items() if each is not None})

"""Hand a surface to scipy.optimize.minimize.

scipy.optimize.minimize(**to_scipy(landscape.surface("rosenbrock"), method="trust-exact"))
"""

from __future__ import annotations

from typing import Any

from landscape.core.surface import Surface

FIRST = ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP")
PRODUCT = ("Newton-CG", "trust-ncg", "trust-krylov")
HESSIAN = ("dogleg", "trust-exact", "trust-constr")
NONE = ("Nelder-Mead", "Powell", "COBYLA", "COBYQA")


def to_scipy(surface: Surface, method: str | None = None) -> dict[str, Any]:
    """A surface's fun, jac, hess and hessp with its customary start x0: what scipy.optimize.minimize takes.

    Each is a function of a point (dim,); hessp is one of a point and a vector. method: a method of SciPy's; then it is
    among the arguments, and only the derivatives that it uses are, for SciPy warns of others. ValueError where SciPy
    has no such method.
    """
    every: dict[str, Any] = {
        "jac": surface.gradient,
        "hess": surface.hessian,
        "hessp": lambda x, vector: surface._product(surface._point(x), vector),
    }
    given = {"fun": lambda x: float(surface.value(x)), "x0": surface.customary_start}
    if method is None:
        return given | every
    known = {name.lower(): name for name in (*FIRST, *PRODUCT, *HESSIAN, *NONE)}
    name = known.get(method.lower())
    if name is None:
        raise ValueError(f'SciPy has no method "{method}" here; there are {", ".join(sorted(known.values()))}')
    used = {"jac"} if name in FIRST else {"jac", "hessp"} if name in PRODUCT else {"jac", "hess"}
    return {**given, **{key: every[key] for key in every if key in used and name not in NONE}, "method": name}

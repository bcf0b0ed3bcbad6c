"""`ls.optimizer("gauss_newton")`: Gauss-Newton: solve the least-squares problem with the residuals made linear."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import across, along
from landscape.optimizers._registry import register


@register("gauss_newton")
class GaussNewton(Method):
    """Gauss-Newton: solve the least-squares problem with the residuals made linear.

    p <- p - lr J^+ r        for f = sum_k r_k^2;   J: the derivatives of r, J^+ its pseudo-inverse

    lr: part of the step that is taken, 1 for Gauss and Newton's own. It is Newton's method without the second
    derivatives of r: quadratic convergence where the residuals vanish, linear or none where they are large. Where J is
    rank-deficient (singular values below 1e-14 of the largest) the shortest solution is taken.
    Source: Gauss 1809, "Theoria motus corporum coelestium"; Nocedal and Wright 2006, "Numerical optimization", section
    10.3.
    """

    lr: NonNegativeHyper = 1.0

    needs = frozenset({"value", "gradient", "residuals"})
    invariances = frozenset(
        {"coordinate scale", "gradient scale", "permutation", "rotation", "sign flip", "translation"}
    )

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs)."""
        left, sizes, right = factors(oracle.jacobian(params))
        kept = sizes > 1e-14 * sizes[0]
        parts = np.where(kept, along(left, oracle.residuals(params)) / np.where(kept, sizes, 1.0), 0.0)
        return params - lr * across(right, parts), state


def factors(jacobian: Array) -> tuple[Array, Array, Array]:
    """The singular value decomposition of (m, dim, runs): U (m, k, runs), sizes (k, runs), V (dim, k, runs).

    nan where a Jacobian is not finite.
    """
    stack = np.moveaxis(jacobian, -1, 0)
    fine: Array = np.all(np.isfinite(stack), axis=(1, 2))
    left, sizes, right = np.linalg.svd(np.where(fine[:, None, None], stack, 0.0), full_matrices=False)
    sizes = np.where(fine, sizes.T, np.nan)
    return np.moveaxis(left, 0, -1), sizes, np.moveaxis(np.swapaxes(right, 1, 2), 0, -1)

"""`ls.optimizer("saddle_free_newton")`: Saddle-free Newton: curvatures count by their size, so that saddles repel
it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import across, along, spectrum
from landscape.optimizers._registry import register


@register("saddle_free_newton")
class SaddleFreeNewton(Method):
    """Saddle-free Newton: curvatures count by their size, so that saddles repel it.

    p <- p - lr (|H| + damping I)^-1 g,   |H| = sum_k |lambda_k| v_k v_k^T

    lr: part of the step that is taken; damping: added to each |curvature|, so that flat directions stay finite.
    Defaults: damping 1e-3 is ours; the paper chooses it at each step among 1, 0.1, ..., 1e-6.
    Source: Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio 2014, "Identifying and attacking the saddle point
    problem in high-dimensional non-convex optimization", arXiv:1406.2572, section 5, algorithm 1.
    Differences: the paper's algorithm works in a Krylov subspace of the gradient; here all of the Hessian is used.
    """

    lr: NonNegativeHyper = 1.0
    damping: NonNegativeHyper = 1e-3

    needs = frozenset({"gradient", "hessian"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def step(self, params: Array, oracle: Oracle, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step from params (dim, runs)."""
        gradient = oracle.gradient(params)
        eigenvalues, vectors = spectrum(oracle.hessian(params))
        return params - lr * across(vectors, along(vectors, gradient) / (np.abs(eigenvalues) + self.damping)), state

"""`ls.optimizer("galore")`: GaLore: any rule is applied to the gradient along its leading singular vectors, and moves
only along them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count, PositiveHyper
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.matrices._base import check_columns, matrix, stacked, times, transposed, unstacked, vector


class GaLoreState(NamedTuple):
    """inner: the inner rule's state; basis: (longer side, rank, runs), the singular vectors; t: steps done."""

    inner: Any
    basis: Array
    t: int


@register("galore")
class GaLore(Method):
    """GaLore: any rule is applied to the gradient along its leading singular vectors, and moves only along them.

    every `interval` steps:  P <- the first `rank` left singular vectors of G  (right ones where rows < columns)
    p <- p + scale P u,   u: what the inner rule moves from 0 with the gradient P^T G

    optimizer: the inner rule, whose state is that of P^T G; it does not use p, so decay in it does nothing. rank: how
    many vectors; interval: steps between new ones; scale: factor on the step; columns: of the matrix that the
    parameters form, row by row. The rate is the inner rule's.
    Defaults: interval 200 and scale 1 are optax.contrib.galore's; rank 1 is ours.
    Source: Zhao et al. 2024, "GaLore: memory-efficient LLM training by gradient low-rank projection",
    arXiv:2403.03507, algorithm 2.
    Differences: optax computes the singular vectors in single precision. The paper's Adam is the inner rule here.
    """

    optimizer: Optimizer
    rank: Count = 1
    interval: Count = 200
    scale: PositiveHyper = 1.0
    columns: Count = 1

    needs = frozenset({"gradient"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr

    def init(self, params: Array) -> GaLoreState:
        """No vectors yet. FieldError where the columns do not divide dim."""
        check_columns(self.name, self.columns, params)
        short, long = sorted((len(params) // self.columns, self.columns))
        rank = min(self.rank, short)
        basis = np.zeros((long, rank, *params.shape[1:]))
        return GaLoreState(self.optimizer.init(np.zeros((rank * short, *params.shape[1:]))), basis, 0)

    def step(self, params: Array, oracle: Oracle, state: GaLoreState, lr: Any) -> tuple[Array, GaLoreState]:
        """One step from params (dim, runs): one gradient."""
        g = matrix(oracle.gradient(params), self.columns)
        wide = len(g) < self.columns
        g = transposed(g) if wide else g
        basis = state.basis
        if state.t % self.interval == 0:
            stack, fine = stacked(g)
            basis = unstacked(np.linalg.svd(stack, full_matrices=False)[0], fine)[:, : basis.shape[1]]
        seen = times(transposed(basis), g)
        # optax keeps what is seen of a wide matrix with the vectors last
        order = vector(transposed(seen) if wide else seen)
        moved, inner = self.optimizer.apply(np.zeros_like(order), order, state.inner, lr)
        low = transposed(matrix(moved, len(basis[0]))) if wide else matrix(moved, g.shape[1])
        step = times(basis, low)
        return params + self.scale * vector(transposed(step) if wide else step), GaLoreState(inner, basis, state.t + 1)

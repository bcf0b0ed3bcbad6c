"""`ls.optimizer("random_search")`: Random search: a step of fixed length in a random direction, taken where it
lowers the loss.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.terms import length
from landscape.optimizers._registry import register


class Height(NamedTuple):
    """value: (runs,), the loss where the run is; infinite where it is not known."""

    value: Array


def known(oracle: Oracle, params: Array, value: Array) -> Array:
    """The loss at params (dim, runs): what is known of it still holds where there is no noise."""
    unknown = np.isinf(value) if oracle.exact else np.ones(value.shape, dtype=bool)
    return np.where(unknown, oracle.value(params, unknown), value) if unknown.any() else value


@register("random_search")
class RandomSearch(Method):
    """Random search: a step of fixed length in a random direction, taken where it lowers the loss.

    q = p + lr u,   u uniform on the unit sphere
    p <- q where f(q) < f(p)

    lr: length of the step. In two dimensions a step along a slope g gains lr |g| / pi on average.
    Source: Rastrigin 1963, "The convergence of the random search method in the extremal control of a many-parameter
    system", Automation and Remote Control 24.
    Differences: others draw the step from a normal distribution, whose length varies.
    """

    lr: NonNegativeHyper = 0.1

    needs = frozenset({"value", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> Height:
        """The loss is not known yet."""
        return Height(np.full(params.shape[1:], np.inf))

    def step(self, params: Array, oracle: Oracle, state: Height, lr: Any) -> tuple[Array, Height]:
        """One step from params (dim, runs). Under noise both points are judged by the noise of this step."""
        value = known(oracle, params, state.value)
        z = oracle.normals(len(params))
        trial = params + lr * z / length(z)
        f = oracle.value(trial)
        better = f < value
        return np.where(better, trial, params), Height(np.where(better, f, value))

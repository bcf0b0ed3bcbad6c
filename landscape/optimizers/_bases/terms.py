"""Leave out the terms of a rule that its hyper-parameters switch off."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import total


def is_zero(hyper: Any) -> bool:
    """Whether a hyper-parameter is the number 0 for every run. An array (runs,) counts as non-zero.

    It decides by what the user wrote, never by what is computed, so a rule that uses it still has no branches.
    """
    return isinstance(hyper, float) and hyper == 0.0


def with_decay(gradient: Array, params: Array, weight_decay: Any) -> Array:
    """g + weight_decay * p, the gradient of f(p) + weight_decay/2 |p|^2: (dim, runs)."""
    return gradient if is_zero(weight_decay) else gradient + weight_decay * params


def length(x: Array) -> Any:
    """The Euclidean norm over the coordinates: (dim, runs) -> (runs,), in an order that depends on dim alone."""
    return np.sqrt(total(x * x))


def corrected(average: Any, power: Any) -> Any:
    """A moving average that began at 0, divided by the weight 1 - beta^t of what has entered it."""
    return average / (1.0 - power)

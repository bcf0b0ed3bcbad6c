"""Data of your own."""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array, FieldError, Whole
from landscape.nn.data._base import Dataset, register


@register("arrays")
class Arrays(Dataset):
    """Examples of your own: arrays of numbers, which a record keeps.

    x: (n, features), or (n,) for one feature; y: (n,); classes: how many there are, y then holding whole numbers from 0
    to classes - 1; 0 for a regression. Where a dataset is wanted, a pair (x, y) will do: y of type int or bool are
    classes, y of type float are numbers to be fitted.
    """

    x: Array
    y: Array
    classes: Whole = 0

    def _check(self) -> None:
        if self.x.ndim > 2:
            raise FieldError(self.name, "x", f"must have shape (n, features), got {self.x.shape}")
        if self.y.shape != self.x.shape[:1]:
            raise FieldError(
                self.name, "y", f"must have shape ({len(self.x)},), one for each row of x, got {self.y.shape}"
            )
        if self.classes == 1:
            raise FieldError(self.name, "classes", "must be 2 or more, or 0 for a regression, got 1")
        wrong = (self.y < 0) | (self.y >= self.classes) | (self.y != np.floor(self.y))
        if self.classes and np.any(wrong):
            reason = f"must be whole numbers from 0 to {self.classes - 1}, its classes, got {self.y[wrong][0]:g}"
            raise FieldError(self.name, "y", reason)
        object.__setattr__(self, "features", self.x.shape[1] if self.x.ndim > 1 else 1)

    def examples(self) -> tuple[Array, Array]:
        return self.x.reshape(len(self.x), -1), self.y

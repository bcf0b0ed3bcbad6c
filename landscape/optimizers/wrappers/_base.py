"""Rules around a rule derive from `Wrapper`."""

from __future__ import annotations

from typing import Any

from landscape.core.methods import Optimizer


class Wrapper(Optimizer):
    """A rule around the rule `optimizer`, whose learning rate it has."""

    optimizer: Optimizer

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr

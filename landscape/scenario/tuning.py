"""The `tune` table of a scenario: from what its optimizers' hyper-parameters are chosen before anything is shown.

entrants = scenario.tuned().entrants        # with the chosen values, and how they were chosen
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from landscape.core.registry import to_table
from landscape.sweeps.tune import NEARBY, SEEDS


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScenarioTuning:
    """The `tune` table: arguments of `landscape.tune`."""

    over: Mapping[str, Any]
    budget: int
    seeds: int = SEEDS
    measure: Any = "loss"
    nearby: float = NEARBY

    def arguments(self) -> dict[str, Any]:
        """The arguments of `landscape.tune` that this table gives."""
        return {**vars(self), "over": dict(self.over)}

    def table(self) -> dict[str, Any]:
        """The table as plain data, from which it is read again."""
        measure = self.measure if isinstance(self.measure, str) else to_table(self.measure)
        return {**vars(self), "over": dict(self.over), "measure": measure}

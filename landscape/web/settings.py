"""What a page begins with, where that is not what the record says."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

QUANTITIES = {"loss": "loss", "gap": "loss", "gradient_norm": "gradient_norm", "distance": "distance"}


@dataclasses.dataclass(frozen=True)
class Settings:
    """theme: "auto" is the reader's own; window: the part of the plane, the surface's own grown by where the runs go
    where left out; levels: about how many contour lines; seconds: how long the race plays; pacing: which step is shown
    when; quantity: what the curves show, a key of QUANTITIES; theory: whether its lines are drawn."""

    theme: Literal["auto", "light", "dark"] = "auto"
    window: Sequence[Sequence[float]] = ()
    levels: int = 14
    seconds: float = 8.0
    pacing: Literal["even", "logarithmic", "auto"] = "auto"
    quantity: str = "loss"
    theory: bool = False

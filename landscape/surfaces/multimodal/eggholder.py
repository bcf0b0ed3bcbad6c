"""`ls.surface("eggholder")`: Eggholder: a wide rugged country whose lowest place lies on its border."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point
from landscape.core.finder import polished
from landscape.surfaces._bases.jets import Written, root, sin, size
from landscape.surfaces._registry import register


@register("eggholder")
class Eggholder(Written):
    """Eggholder: a wide rugged country whose lowest place lies on its border.

    f(x, y) = -(y + 47) sin sqrt |x/2 + y + 47| - x sin sqrt |x - y - 47|.

    p = (x, y): (2, ...). The lowest place of the window is on its edge, at (512, 404.2318058), of value -959.64066; of
    the minima inside the twelve lowest are listed, down to -956.91823. f is not differentiable on the lines
    x/2 + y + 47 = 0 and x = y + 47, where the slope across is infinite (here it is given as 0).

    Source: Whitley, Rana, Dzubera and Mathias 1996, "Evaluating evolutionary algorithms", Artificial Intelligence 85;
    as of this form: Mishra 2006, MPRA 2718.
    """

    dim = 2
    traits = frozenset({"multimodal", "rugged", "nonsmooth"})
    formula = r"f(x, y) = -(y + 47) \sin \sqrt{|x / 2 + y + 47|} - x \sin \sqrt{|x - y - 47|}"
    confined = True
    window = ((-512.0, 512.0), (-512.0, 512.0))
    customary_start = fixed_point(150.0, 150.0)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, MINIMA_OF_THE_HOLDER)

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        y = 404.2318058
        for _ in range(8):
            p = np.array([512.0, y])
            y -= float(self.gradient(p)[1] / self.hessian(p)[1, 1])
        return (CriticalPoint([512.0, y], float(self.value([512.0, y])), "minimum"),)

    def _formula(self, x: Any, y: Any) -> Any:
        v = y + 47.0
        return -(v * sin(root(size(x / 2.0 + v)))) - x * sin(root(size(x - v)))


MINIMA_OF_THE_HOLDER: tuple[tuple[float, float], ...] = (
    (482.3533105, 432.8789989),
    (479.0454038, 434.5058765),
    (439.4809973, 453.9774348),
    (-465.6941515, 385.7166998),
    (347.326973, 499.4153985),
    (-456.8858069, -382.6233734),
    (-390.3739195, -415.0901532),
    (-360.5615365, -429.6851517),
    (283.0759109, -487.1256581),
    (399.5587979, -367.6910569),
    (464.6899812, -301.5531417),
    (494.0540544, -271.8219611),
)

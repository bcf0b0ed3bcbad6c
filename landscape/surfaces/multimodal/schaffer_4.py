"""`ls.surface("schaffer_4")`: Schaffer N.4: flat-topped ripples along hyperbolas, with four global minima on the
axes.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.surfaces._registry import register
from landscape.surfaces.multimodal.schaffer_2 import Schaffer


@register("schaffer_4")
class Schaffer4(Schaffer):
    """Schaffer N.4: flat-topped ripples along hyperbolas, with four global minima on the axes.

    f(x, y) = 1/2 + (cos(sin(|x^2 - y^2|))^2 - 1/2) / (1 + 0.001 (x^2 + y^2))^2.

    p = (x, y): (2, ...). The absolute value changes nothing, as cosine and sine's square are even, and f is smooth. The
    global minima are (0, +-1.25313) and (+-1.25313, 0), of value 0.292579, of which many catalogues give only the
    first, as (0, 1.253115). All critical points of the window are listed; they lie on the axes, and are minima and
    maxima alone. 0 is the highest of these, of value 1. Customary is the window [-100, 100].

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718.
    """

    title = "Schaffer 4"
    completeness = "complete"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \frac{1}{2} + \frac{\cos^2(\sin|x^2 - y^2|) - \frac{1}{2}}{(1 + 0.001\, (x^2 + y^2))^2}"

    def _wave(self, u: Array) -> tuple[Array, Array, Array]:
        # w = cos(v)^2 with v = sin(u)
        v, c = np.sin(u), np.cos(u)
        s, k = np.sin(v), np.cos(v)
        return k * k, -2.0 * s * k * c, 2.0 * (s * k * v - (k * k - s * s) * c * c)

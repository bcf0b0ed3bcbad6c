"""The view "convergence": the loss, or another quantity, against the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.analysis.series import Against, Quantity
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.render.views._base import View, register
from landscape.render.views._shared import Quantiles, check_curves

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("convergence")
class Convergence(View):
    """A quantity against the step: the median over an entrant's runs, with a band between two quantiles.

    quantity: "loss"; "gap", the loss above the global minimum; "gradient_norm"; "distance" to the nearest known
    minimum; "rate"; "effective_step", how far a step went for each unit of gradient; "speed", how far a step went; or
    "sharpness", the largest eigenvalue of the Hessian. The scale is logarithmic where the quantity is positive and
    spans decades. against: "steps", "evaluations" of the loss and its derivatives, or "time". coordinate: the one, from
    0, whose gradient, effective step or speed is shown; all together where left out. quantiles: (low, high) of the
    band. theory: whether to draw what a closed form predicts, where one is known: rates and noise floors on quadratics,
    stability limits; dashed, and red where the record violates the prediction.
    """

    file: str = "convergence.png"
    quantity: Quantity = "loss"
    against: Against = "steps"
    coordinate: Whole | None = None
    quantiles: Quantiles = (0.25, 0.75)
    theory: bool = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the quantity rests on minima that the surface does not have."""
        check_curves(self, self.quantity, self.coordinate, self.quantiles, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages.graphs import Series, curves_beside_labels

        page, top = self.begin(record, moving)
        series = Series(self.quantity, self.against, self.coordinate, self.quantiles, self.theory)
        curves_beside_labels(page, top, series)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`, with matplotlib's legend."""
        from landscape.render.pages.graphs import Series, curves_into

        series = Series(self.quantity, self.against, self.coordinate, self.quantiles, self.theory)
        return curves_into(ax, record, self.theme_for(record), series)

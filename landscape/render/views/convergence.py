"""The view "convergence": the loss, or another quantity, against the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.analysis._metric import StepMetric
from landscape.analysis.metrics.steps import Loss
from landscape.analysis.series import Against
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.render.views._base import View, register
from landscape.render.views._shared import Quantiles, check_curves, of_coordinate

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("convergence")
class Convergence(View):
    """A quantity against the step: the median over an entrant's runs, with a band between two quantiles.

    Where the floor that noise leaves is known, the line is the mean over the runs, as that floor is.

    quantity: a measure with one figure a step: "loss"; "gap", the loss above the global minimum; "gradient_norm";
    "distance" to the nearest known minimum; "learning_rate"; "effective_rate", how far a step went for each unit of
    gradient; "speed", how far a step went; "sharpness", the largest eigenvalue of the Hessian; or another that
    `landscape list metric` names. The scale is logarithmic where the quantity is positive and spans decades.
    against: "steps", "evaluations" of the loss and its derivatives, or "time". coordinate: the one, from 0, whose
    gradient, effective rate or speed is shown; all together where left out. quantiles: (low, high) of the
    band. theory: whether to draw what a closed form predicts, where one is known: rates and noise floors on quadratics,
    stability limits; dashed, and red where the record violates the prediction.
    """

    use = "How fast, in any number of dimensions: medians over repeats, and theory beside what was measured."

    file: str = "convergence.png"
    quantity: StepMetric = Loss()
    against: Against = "steps"
    coordinate: Whole | None = None
    quantiles: Quantiles = (0.25, 0.75)
    theory: bool = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface lacks what the quantity is measured against."""
        check_curves(self, self.quantity, self.coordinate, self.quantiles, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages.graphs import Series, curves_beside_labels

        page, top = self.begin(record, moving)
        series = Series(of_coordinate(self.quantity, self.coordinate), self.against, self.quantiles, self.theory)
        curves_beside_labels(page, top, series)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`, with matplotlib's legend."""
        from landscape.render.pages.graphs import Series, curves_into

        series = Series(of_coordinate(self.quantity, self.coordinate), self.against, self.quantiles, self.theory)
        return curves_into(ax, record, self.theme_for(record), series)

"""The view "spectrum": the eigenvalues of the Hessian along the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.analysis.metrics import Sharpness
from landscape.core.surface import Surface
from landscape.render.views._base import View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("spectrum")
class Spectrum(View):
    """The eigenvalues of the Hessian along the path, or the largest alone, against the stability limit.

    The stability limit is dashed, 2/eta for gradient descent and 2 (1 + beta)/eta for a heavy ball, and red where the
    largest eigenvalue is beyond it.

    quantity: "eigenvalues", all of each entrant's median run with the largest bold; or "sharpness", the largest of
    every run.

    Source: Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of stability".
    """

    use = "Sharpness against the stability limit: progressive sharpening and the edge of stability."

    file: str = "spectrum.png"
    quantity: Literal["eigenvalues", "sharpness"] = "eigenvalues"

    def check_surface(self, surface: Surface) -> None:
        """Every surface has a Hessian, so there is nothing to check."""

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages.graphs import Series, curves_beside_labels

        page, top = self.begin(record, moving)
        curves_beside_labels(page, top, Series(Sharpness(), eigenvalues=self.quantity == "eigenvalues"))
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`, with matplotlib's legend."""
        from landscape.render.pages.graphs import Series, curves_into

        series = Series(Sharpness(), eigenvalues=self.quantity == "eigenvalues")
        return curves_into(ax, record, self.theme_for(record), series)

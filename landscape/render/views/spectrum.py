"""The view "spectrum": the eigenvalues of the Hessian along the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.analysis.metrics.curvature import PreconditionedSharpness, Sharpness
from landscape.core.surface import Surface
from landscape.render.views._base import View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.graphs import Series
    from landscape.render.pages.page import Page


@register("spectrum")
class Spectrum(View):
    """The eigenvalues of the Hessian along the path, or the largest alone, against the stability limit.

    The stability limit is dashed, 2/eta for gradient descent and 2 (1 + beta)/eta for a heavy ball, and red where the
    largest eigenvalue is beyond it.

    quantity: "eigenvalues", all of each entrant's median run with the largest bold; "sharpness", the largest of
    every run; or "preconditioned_sharpness", the largest of the Hessian divided by what an adaptive rule divides its
    steps by, whose limit is 2 (1 + beta1)/((1 - beta1) eta) for Adam.

    Source: Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of stability";
    Cohen et al. 2022, "Adaptive gradient methods at the edge of stability".
    """

    use = "Sharpness against the stability limit: progressive sharpening and the edge of stability."

    file: str = "spectrum.png"
    quantity: Literal["eigenvalues", "sharpness", "preconditioned_sharpness"] = "eigenvalues"

    def check_surface(self, surface: Surface) -> None:
        """Every surface has a Hessian, so there is nothing to check."""

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages.graphs import curves_beside_labels

        page, top = self.begin(record, moving)
        curves_beside_labels(page, top, self._series())
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`, with matplotlib's legend."""
        from landscape.render.pages.graphs import curves_into

        return curves_into(ax, record, self.theme_for(record), self._series())

    def _series(self) -> Series:
        from landscape.render.pages.graphs import Series

        quantity = PreconditionedSharpness() if self.quantity == "preconditioned_sharpness" else Sharpness()
        return Series(quantity, eigenvalues=self.quantity == "eigenvalues")

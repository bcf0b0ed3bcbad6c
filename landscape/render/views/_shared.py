"""Fields, checks and names that several views share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Le

from landscape import i18n
from landscape.analysis._metric import StepMetric
from landscape.core.component import FieldError, Real, Share, field_hints, replaced
from landscape.core.surface import Surface
from landscape.render.views._base import View

if TYPE_CHECKING:
    from landscape.record import Record

Box = tuple[tuple[Real, ...], ...]
Levels = Annotated[int, Ge(2), Le(60)]
Places = Annotated[int, Ge(1), Le(30)]
Quantiles = tuple[Share, Share]


def check_plane(view: View, surface: Surface) -> None:
    """ValueError where a view of a landscape is wanted of a surface that has not two dimensions."""
    if surface.dim != 2:
        raise ValueError(
            f'the view "{view.name}" draws surfaces of 2 dimensions, "{surface.name}" has {surface.dim} here; '
            'the view "convergence" draws any, "plane" those of more, "curve" those of 1'
        )


def check_window(view: View, window: Box) -> None:
    """FieldError where a window is not two pairs of numbers."""
    if window and (len(window) != 2 or any(len(pair) != 2 or pair[0] >= pair[1] for pair in window)):
        raise FieldError(view.name, "window", f"needs 2 pairs (low, high) with low < high, got {list(window)}")


def check_quantity(view: View, quantity: StepMetric, surface: Surface) -> None:
    """FieldError where the surface lacks what a quantity is measured against."""
    try:
        quantity.check_surface(surface)
    except FieldError as error:
        raise FieldError(view.name, f"quantity.{error.field}", error.reason) from None
    except ValueError as error:
        raise FieldError(view.name, "quantity", f'cannot be "{quantity.name}": {error}') from None


def of_coordinate(quantity: StepMetric, coordinate: int | None) -> StepMetric:
    """The quantity of one coordinate, of all together where that is None."""
    return quantity if coordinate is None else replaced(quantity, coordinate=coordinate)


def check_curves(
    view: View, quantity: StepMetric, coordinate: int | None, quantiles: Quantiles, surface: Surface
) -> None:
    """FieldError where the curves rest on what the surface does not have."""
    check_quantity(view, quantity, surface)
    if coordinate is not None:
        if "coordinate" not in field_hints(type(quantity)):
            reason = f'cannot be set, as the quantity "{quantity.name}" has no coordinates'
            raise FieldError(view.name, "coordinate", reason)
        check_coordinates(view, "coordinate", (coordinate,), surface)
    low, high = quantiles
    if not low < high < 1.0:
        raise FieldError(view.name, "quantiles", f"must be (low, high) with low < high < 1, got {quantiles}")


def check_coordinates(view: View, field: str, coordinates: tuple[int, ...], surface: Surface) -> None:
    """FieldError where a surface has not all of some coordinates."""
    if max(coordinates) >= surface.dim:
        reason = f'must be below {surface.dim}, the dimension of "{surface.name}" here, got {max(coordinates)}'
        raise FieldError(view.name, field, reason)


def coordinate_name(record: Record, coordinate: int) -> str:
    """The surface's own name of a coordinate, x or y, or p with its number from 1."""
    surface = record.surface
    if len(surface.labels) > coordinate:
        return surface.labels[coordinate]
    return "xy"[coordinate] if surface.dim <= 2 else f"p{i18n.lowered(coordinate + 1)}"

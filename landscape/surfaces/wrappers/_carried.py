"""What a wrapper offers because what it wraps does: products, terms, residuals, names of parameters, layers.

Each is a member of the wrapper only where what is wrapped offers it: elsewhere it raises AttributeError, so that
`landscape.core.surface.offers` finds it missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import total
from landscape.core.surface import HasLayers, HasResiduals, HasTerms, HasTermValues, HasViews, Surface, offers

Offer = TypeVar("Offer")
Function = Callable[..., Array]

# What a layer does with its inputs: it is the same however the loss is scaled or shifted.
OF_OUTPUTS = ("mean", "saturated", "dead", "spread")


def offering(wrapper: Surface, surface: Surface, what: type[Offer]) -> Offer:
    """What a wrapper wraps, which offers that; AttributeError where it does not."""
    if not offers(surface, what):
        said = f'the surface "{wrapper.name}" has not what {what.__name__} asks for'
        raise AttributeError(f'{said}, for what it is made of, "{surface.name}", has not')
    return surface


class OneInside(Surface):
    """A wrapper f(p) = height f_0(q(p)) + offset + weight_decay/2 |p|^2, where q is linear but for a constant.

    A subclass says q (`_inside`), how q moves along v (`_pushed`), and what a gradient by q is by p (`_pulled`, of
    arrays whose first axis is the coordinates); `_height`, `_offset` and `_decay` are numbers. `own_coordinates`:
    whether each coordinate of p is one of q, so that layers remain layers.
    """

    surface: Surface
    own_coordinates = True
    _height = 1.0
    _offset = 0.0
    _decay = 0.0

    def _inside(self, p: Array) -> Array:
        return p

    def _pushed(self, v: Array) -> Array:
        return v

    def _pulled(self, gradient: Array) -> Array:
        return gradient

    def _product(self, p: Array, vector: Array) -> Array:
        product = self._height * self._pulled(self.surface._product(self._inside(p), self._pushed(vector)))
        return product + self._decay * vector if self._decay else product

    @property
    def terms(self) -> int:
        """As many terms as f_0 has."""
        return offering(self, self.surface, HasTerms).terms

    @property
    def term_gradient(self) -> Function:
        """A function: the mean gradient of the terms index (batch, ...) at p (dim, ...), (dim, ...)."""
        inner = offering(self, self.surface, HasTerms)

        def gradient(p: Array, index: Array) -> Array:
            mean = self._height * self._pulled(inner.term_gradient(self._inside(p), index))
            return mean + self._decay * p if self._decay else mean

        return gradient

    @property
    def term_value(self) -> Function:
        """A function: the mean loss of the terms index (batch, ...) at p (dim, ...), (...)."""
        inner = offering(self, self.surface, HasTermValues)

        def value(p: Array, index: Array) -> Array:
            mean = self._height * inner.term_value(self._inside(p), index) + self._offset
            return mean + 0.5 * self._decay * total(p * p) if self._decay else mean

        return value

    @property
    def residuals(self) -> Function:
        """A function: the residuals r at p (dim, ...), (m, ...); one more for an offset, dim more for a decay."""
        inner = self._squares()

        def residuals(p: Any) -> Array:
            p = self._point(p)
            parts = [math.sqrt(self._height) * inner.residuals(self._inside(p))]
            if self._offset:
                parts.append(np.full((1, *p.shape[1:]), math.sqrt(self._offset)))
            if self._decay:
                parts.append(math.sqrt(0.5 * self._decay) * p)
            return np.concatenate(parts) if len(parts) > 1 else parts[0]

        return residuals

    @property
    def jacobian(self) -> Function:
        """A function: the derivatives of the residuals at p (dim, ...), (m, dim, ...)."""
        inner = self._squares()

        def jacobian(p: Any) -> Array:
            p = self._point(p)
            rows = np.swapaxes(inner.jacobian(self._inside(p)), 0, 1)
            parts = [math.sqrt(self._height) * np.swapaxes(self._pulled(rows), 0, 1)]
            if self._offset:
                parts.append(np.zeros((1, *p.shape)))
            if self._decay:
                unit = math.sqrt(0.5 * self._decay) * np.eye(self.dim)
                parts.append(np.broadcast_to(unit.reshape(*unit.shape, *(1,) * (p.ndim - 1)), (self.dim, *p.shape)))
            return np.concatenate(parts) if len(parts) > 1 else parts[0]

        return jacobian

    def _squares(self) -> HasResiduals:
        if self._offset < 0.0:
            raise AttributeError(f'the surface "{self.name}" is no sum of squares: its offset is negative')
        return offering(self, self.surface, HasResiduals)

    @property
    def views(self) -> Callable[[Any], dict[str, Array]]:
        """A function: the parameters p (dim, ...) by the names that they have in f_0, as views."""
        return self._of_own_coordinates(HasViews).views

    @property
    def layers(self) -> tuple[int, ...]:
        """The widths of the network inside."""
        return self._of_own_coordinates(HasLayers).layers

    @property
    def layer_figures(self) -> Function:
        """A function: (layers, ...), a quantity of each layer at p (dim, ...); a gradient is that of this loss by p."""
        inner, views = self._of_own_coordinates(HasLayers), self.views

        def figures(p: Any, quantity: str) -> Array:
            if quantity == "gradient_norm":
                slopes = views(self.gradient(p))
                squares = (slopes[f"W{k}"] * slopes[f"W{k}"] for k in range(1, len(inner.layers)))
                return np.sqrt([np.sum(each, axis=(0, 1)) for each in squares])
            if quantity not in OF_OUTPUTS:
                known = ", ".join(("gradient_norm", *OF_OUTPUTS))
                raise ValueError(f"{self.name}: of a layer there are {known}, got {quantity!r}")
            return inner.layer_figures(self._inside(self._point(p)), quantity)

        return figures

    @property
    def accuracy(self) -> Function:
        """A function: the share of examples that are classified correctly at p (dim, ...), (...)."""
        inner = self._of_own_coordinates(HasLayers)
        return lambda p: inner.accuracy(self._inside(self._point(p)))

    @property
    def test_accuracy(self) -> Function:
        """A function: that share of the examples left out to test on, nan where there are none, (...)."""
        inner = self._of_own_coordinates(HasLayers)
        return lambda p: inner.test_accuracy(self._inside(self._point(p)))

    def _of_own_coordinates(self, what: type[Offer]) -> Offer:
        if not self.own_coordinates:
            raise AttributeError(f'the surface "{self.name}" mixes coordinates, so that there are no layers in it')
        return offering(self, self.surface, what)

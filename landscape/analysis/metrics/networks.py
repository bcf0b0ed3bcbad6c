"""Measure what a network does at each step."""

from __future__ import annotations

from typing import Literal

import numpy as np

from landscape.analysis._metric import (
    StepMetric,
    check_layers,
    register,
)
from landscape.core.component import Array, FieldError
from landscape.core.surface import Surface
from landscape.record import Track

NAMES = ("layer", "accuracy")


@register("layer")
class Layer(StepMetric):
    """What a layer of a network does at step t.

    quantity: "gradient_norm" of the loss by its weights, an L2 penalty included, "mean" of its outputs, the share of
    slopes that are "saturated", or of units that are "dead", over all examples; or "spread", the largest difference
    between two of its units for the same example. layer: its number, from 1, or from the end, -1 the output layer;
    over: the number of a layer whose figure to divide by, none where 0.
    """

    quantity: Literal["gradient_norm", "mean", "saturated", "dead", "spread"] = "gradient_norm"
    layer: int = 1
    over: int = 0
    by_row = True

    def _check(self) -> None:
        if self.layer == 0:
            raise FieldError(self.name, "layer", "must be 1 or more, or -1 or less to count from the output, got 0")

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a network with such layers."""
        last = len(check_layers(self, surface).layers) - 1
        for field, number in (("layer", self.layer), ("over", self.over)):
            if abs(number) > last:
                raise FieldError(self.name, field, f"must be at most {last}, the layers of this network, got {number}")

    def measure(self, track: Track, surface: Surface) -> Array:
        network = check_layers(self, surface)
        figures = np.stack([network.layer_figures(row, self.quantity) for row in track.params], axis=1)
        mine = figures[self.layer - (self.layer > 0)]
        if self.over == 0:
            return mine
        with np.errstate(divide="ignore", invalid="ignore"):
            return mine / figures[self.over - (self.over > 0)]


@register("accuracy")
class Accuracy(StepMetric):
    """Share of the examples that a network puts in the right class at step t.

    examples: "training", or "test", those that its field `test` leaves out.
    """

    examples: Literal["training", "test"] = "training"
    by_row = True
    even = True

    def check_surface(self, surface: Surface) -> None:
        """The surface must be a network, with examples to test on where those are counted."""
        network = check_layers(self, surface)
        if self.examples == "test" and np.isnan(network.test_accuracy(surface.customary_start)):
            raise FieldError(self.name, "examples", 'cannot be "test": the network leaves no examples out to test on')

    def measure(self, track: Track, surface: Surface) -> Array:
        network = check_layers(self, surface)
        share = network.accuracy if self.examples == "training" else network.test_accuracy
        return np.stack([share(row) for row in track.params])

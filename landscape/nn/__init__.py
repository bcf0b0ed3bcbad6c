"""The parts of a feed-forward network: activations, layers, losses, data sets."""

from landscape.nn import activations, data, losses

__all__ = ["activations", "data", "losses"]

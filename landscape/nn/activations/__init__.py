"""Bend what a layer of a network computes: a = phi(z), with two derivatives and what is known about each.

    relu = build("relu")
    relu.value(z); relu.derivative(z); relu.second_derivative(z)        # z of any shape
    relu.range, relu.zero_centred, relu.saturates, relu.flat, relu.kinks, relu.largest_slope
    facts(relu)                                                         # the same in words
    landscape.draw(relu)                                                # a picture of phi and phi'

At a kink the derivatives are those on the left, as in torch.
"""

from landscape.nn.activations._base import REGISTRY, Activation, Learnt, build, names, register
from landscape.nn.activations._facts import facts

__all__ = ["REGISTRY", "Activation", "Learnt", "build", "facts", "names", "register"]

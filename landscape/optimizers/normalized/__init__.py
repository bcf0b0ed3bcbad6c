"""Rules that go by the direction of the gradient, layer by layer or as a whole."""

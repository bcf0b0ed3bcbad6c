"""A rate for each coordinate, by the gradients seen so far."""

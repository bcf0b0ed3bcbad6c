"""Surfaces of your own: a formula, a function, a network."""

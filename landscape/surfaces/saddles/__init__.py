"""Saddles: where the gradient vanishes and a way leads down."""

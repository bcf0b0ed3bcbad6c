"""Losses on which a method that usually converges does not."""

"""Pixels that know what of them has changed."""

"""Lay panels, lists and keys out on a page."""

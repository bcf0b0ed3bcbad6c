"""Colours, markers and axes."""

"""Formulas and update rules recorded as straight-line programs, and written for a backend."""
